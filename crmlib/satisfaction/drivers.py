"""Key drivers: how much of the satisfaction of customers goes with each thing they were asked about."""

import itertools
from math import factorial

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# The shares look at every set of drivers, 2 to the power of their number.
MOST = 15


def key_drivers(answers, outcome):
    r"""Return how each driver goes with the outcome, on its own and beside the others.

    Columns: ``correlation``; ``coefficient`` of the least-squares regression on all drivers (points of the outcome per
    point of the driver); ``beta``, the same in standard deviations; ``shapley``, the driver's share of
    :math:`R^2`: what it adds to :math:`R^2`, averaged over all orders in which the drivers can enter; ``weight``, the
    shares divided by their sum (missing where nothing is explained). Drivers that go together divide what they explain
    in common: a beta that is small or negative beside them does not mean that the driver is unimportant. Source:
    Lindeman, Merenda, Gold (1980), Introduction to Bivariate and Multivariate Analysis; Groemping (2007), Estimators of
    relative importance, The American Statistician 61(2).

    Answers are observed, not tried: a strong driver goes with satisfaction, and may but need not cause it. Rows with a
    gap are left out and counted: ``attrs["left_out"]``, ``attrs["rows"]`` (used), ``attrs["r_squared"]``.

    Parameters
    ----------
    answers : pandas.DataFrame of numbers
        One row a customer, one column a driver, at most 15.
    outcome : Series, array or list, or str
        What is to be explained, by customer; or the name of its column in `answers`.

    Examples
    --------
    >>> answers = pd.DataFrame({"speed": [1, 2, 3, 4, 5, 6], "looks": [2, 1, 2, 1, 2, 1]})
    >>> drivers = key_drivers(answers, [2, 2, 4, 4, 6, 6])
    >>> drivers["coefficient"].round(2).to_dict(), drivers["weight"].round(2).to_dict()
    ({'speed': 1.0, 'looks': 1.0}, {'speed': 0.96, 'looks': 0.04})
    """
    checks.frame(answers, "answers")
    if isinstance(outcome, str):
        checks.require_columns(answers.columns, [outcome])
        answers, outcome = answers.drop(columns=outcome), answers[outcome]
    names, rows = list(answers.columns), answers.index
    if not 1 <= len(names) <= MOST:
        en = f"answers: {len(names)} drivers; give 1 to {MOST}, for example the means of the items of each dimension."
        raise ValueError(say(en, f"answers：有 {len(names)} 个驱动因素，应为 1 到 {MOST} 个，比如先按维度求均值。"))
    if not isinstance(outcome, pd.Series):
        outcome = pd.Series(list(outcome) if checks.dimensions(outcome) else [outcome])
        outcome = outcome.set_axis(rows) if len(outcome) == len(rows) else outcome
    [_, outcome] = checks.lists(answers=answers[names[0]], outcome=outcome)
    columns = {name: checks.floats(answers[name], str(name), optional=np.ones(len(rows), bool)) for name in names}
    y = checks.floats(outcome, "outcome", optional=np.ones(len(rows), bool))
    x = np.column_stack(list(columns.values()))
    whole = np.isfinite(x).all(axis=1) & np.isfinite(y)
    x, y = x[whole], y[whole]
    _check(x, y, names)
    together = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    within, with_outcome = together[:-1, :-1], together[:-1, -1]
    beta = np.linalg.solve(within, with_outcome)
    shapley = _shapley(within, with_outcome)
    r_squared = float(beta @ with_outcome)
    table = pd.DataFrame({"correlation": with_outcome}, index=pd.Index(names, name="driver"))
    table["coefficient"] = beta * y.std() / x.std(axis=0)
    table["beta"], table["shapley"] = beta, shapley
    table["weight"] = shapley / shapley.sum() if shapley.sum() > 1e-12 else np.nan
    table.attrs = {"r_squared": r_squared, "rows": int(whole.sum()), "left_out": int((~whole).sum())}
    return table


def _check(x, y, names):
    count = len(names)
    if len(y) < count + 2:
        en = f"answers: {len(y)} rows without a gap are too few for {count} drivers; {count + 2} are the least."
        raise ValueError(say(en, f"answers：没有缺失的只有 {len(y)} 行，{count} 个驱动因素至少要 {count + 2} 行。"))
    flat = [name for name, column in zip([*names, "outcome"], [*x.T, y], strict=True) if np.ptp(column) == 0]
    if flat:
        en = f"{', '.join(map(str, flat))}: the same in every row, so nothing can go with it. Leave it out."
        raise ValueError(say(en, f"{'、'.join(map(str, flat))}：每一行都相同，看不出任何关联，请去掉。"))
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    for place in range(1, count):
        before = scaled[:, :place]
        left = scaled[:, place] - before @ np.linalg.lstsq(before, scaled[:, place])[0]
        if left.std() < 1e-6:
            en = f"answers: {names[place]} follows exactly from the columns before it. Leave one of them out."
            raise ValueError(say(en, f"answers：{names[place]} 可由前面各列精确算出，请去掉其中一列。"))


def _shapley(within, with_outcome):
    """Shares of R² by driver: R² of every set of drivers, then what each driver adds to the sets without it."""
    count = len(with_outcome)
    explained = np.zeros(2**count)
    for size in range(1, count + 1):
        sets = np.array(list(itertools.combinations(range(count), size)))
        inside = with_outcome[sets]
        solved = np.linalg.solve(within[sets[:, :, None], sets[:, None, :]], inside[:, :, None])[:, :, 0]
        explained[(1 << sets).sum(axis=1)] = (inside * solved).sum(axis=1)
    codes = np.arange(2**count)
    sizes = np.array([int(code).bit_count() for code in codes])
    chance = np.array([factorial(size) * factorial(count - size - 1) for size in range(count)]) / factorial(count)
    shares = np.empty(count)
    for driver in range(count):
        without = codes[codes & (1 << driver) == 0]
        gained = explained[without | (1 << driver)] - explained[without]
        shares[driver] = (chance[sizes[without]] * gained).sum()
    return np.maximum(shares, 0)
