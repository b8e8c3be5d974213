"""SERVQUAL: what customers expect and what they get, dimension by dimension; and importance against performance."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say
from crmlib.value.results import like

# Where importance and performance are high (True) or low.
QUADRANTS = {
    (True, False): "concentrate_here",
    (True, True): "keep_up",
    (False, False): "low_priority",
    (False, True): "possible_overkill",
}


def servqual_gaps(expectations, perceptions, dimensions, *, confidence=0.95):
    r"""Return expectation, perception and their gap, perception less expectation, by dimension of service.

    An item counts where the respondent answered both questions about it; a respondent's gap of a dimension is the mean
    over its items. Columns: ``expectation``, ``perception``, ``gap`` (means of the respondents), ``low``, ``high``
    (Student's interval of the gap; missing with one respondent), ``answers`` (respondents of the dimension).
    ``attrs["left_out"]``: by dimension, the respondents who answered none of its items twice. Source: Parasuraman,
    Zeithaml, Berry (1988), SERVQUAL, Journal of Retailing 64(1).

    Parameters
    ----------
    expectations, perceptions : pandas.DataFrame
        One row a respondent, one column an item, the same in both.
    dimensions : dict
        ``{"reliability": ["item5", "item6"], …}``.
    confidence : float

    Examples
    --------
    >>> expected, got = pd.DataFrame({"a": [6, 7, 7], "b": [7, 6, 7]}), pd.DataFrame({"a": [5, 5, 6], "b": [6, 6, 5]})
    >>> servqual_gaps(expected, got, {"reliability": ["a", "b"]}).round(2).loc["reliability"].to_dict()
    {'expectation': 6.67, 'perception': 5.5, 'gap': -1.17, 'low': -1.88, 'high': -0.45, 'answers': 3.0}
    """
    from scipy.stats import t

    reach = NormalDist().cdf(intervals.z(confidence))
    checks.frame(expectations, "expectations"), checks.frame(perceptions, "perceptions")
    perceptions = checks.same_customers(expectations, perceptions, "expectations", "perceptions")
    items = _dimensions(dimensions)
    rows, left_out = {}, {}
    for name, columns in items.items():
        expected, got = _items(expectations, columns), _items(perceptions, columns)
        both = np.isfinite(expected) & np.isfinite(got)
        some = both.any(axis=1)
        count = int(some.sum())
        if not count:
            en = f"{name}: nobody answered both questions about an item of this dimension."
            raise ValueError(say(en, f"{name}：这个维度没有人对同一题项既答了期望、又答了感知。"))
        means = [np.where(both, side, 0).sum(axis=1)[some] / both.sum(axis=1)[some] for side in (expected, got)]
        gap = means[1] - means[0]
        half = t.ppf(reach, count - 1) * gap.std(ddof=1) / np.sqrt(count) if count > 1 else np.nan
        rows[name] = [means[0].mean(), means[1].mean(), gap.mean(), gap.mean() - half, gap.mean() + half, count]
        left_out[name] = len(some) - count
    columns = ["expectation", "perception", "gap", "low", "high", "answers"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("dimension")
    table.attrs = {"left_out": left_out, "confidence": confidence}
    return table


def _dimensions(dimensions):
    given = checks.settings(dimensions, "dimensions").items()
    found = {name: checks.names(items, f"dimensions[{name!r}]") for name, items in given}
    empty = [name for name, items in found.items() if not items]
    if empty or not found:
        en = f"dimensions: no item for {checks.first(empty) or 'any dimension'}: {{'reliability': ['e05', 'e06']}}."
        zh = f"dimensions：{checks.first(empty) or '各维度'} 没有题项，应写成 {{'reliability': ['e05', 'e06']}}。"
        raise ValueError(say(en, zh))
    return found


def _items(answers, columns):
    anywhere = np.ones(len(answers), dtype=bool)
    return np.column_stack([checks.column(answers, name, optional=anywhere) for name in columns])


def importance_performance(importance, performance, *, cut="mean"):
    """Return which quadrant of importance and performance each item is in.

    High importance and low performance is "concentrate_here", high and high "keep_up", low and low "low_priority", low
    importance and high performance "possible_overkill"; at or above the cut is high. ``attrs["cuts"]``: the two cuts.
    Source: Martilla, James (1977), Importance-performance analysis, Journal of Marketing 41(1).

    Parameters
    ----------
    importance, performance : pandas.Series
        By item: how much it weighs (asked, or the weight of `key_drivers`) and how well it is done.
    cut : "mean" or two numbers
        Where high begins: the means of the items, or numbers for importance and performance. The means always call some
        item bad; numbers on the scale, such as its middle, do not.

    Examples
    --------
    >>> weight, mark = pd.Series({"speed": 0.5, "looks": 0.1}), pd.Series({"speed": 4.1, "looks": 5.6})
    >>> importance_performance(weight, mark)
           importance  performance           quadrant
    speed         0.5          4.1   concentrate_here
    looks         0.1          5.6  possible_overkill
    """
    for name, values in ("importance", importance), ("performance", performance):
        if not isinstance(values, pd.Series) or values.empty:
            en = f"{name}: a Series by item is needed, pd.Series({{'speed': 0.5, …}})."
            raise TypeError(say(en, f"{name}：应为按项目的 Series，形如 pd.Series({{'speed': 0.5, …}})。"))
        checks.unique_index(values, name)
    checks.same_levels(importance.index, performance.index, "importance", "performance")
    apart = importance.index.symmetric_difference(performance.index, sort=False)
    if len(apart):
        en = f"importance and performance need the same items; only in one of them: {checks.first(apart)}."
        raise ValueError(
            say(en, f"importance 与 performance 的项目应当相同，只在一方出现的有：{checks.first(apart)}。")
        )
    table = pd.DataFrame({"importance": checks.floats(importance, "importance")}, index=importance.index)
    table["performance"] = checks.floats(performance.loc[importance.index], "performance")
    cuts = _cuts(cut, table)
    with_cuts = [checks.steady(np.r_[table[name], at]) for name, at in cuts.items()]
    high = [values[:-1] >= values[-1] for values in with_cuts]
    table["quadrant"] = [QUADRANTS[pair] for pair in zip(*(side.tolist() for side in high), strict=True)]
    table.attrs = {"cuts": cuts}
    return table


def _cuts(cut, table):
    if isinstance(cut, str) and cut == "mean":
        return {name: float(table[name].mean()) for name in ("importance", "performance")}
    if isinstance(cut, str) or checks.dimensions(cut) != 1 or len(cut) != 2:
        en = f'cut = {checks.quoted(cut)}: "mean", or two numbers, one for importance and one for performance.'
        raise ValueError(say(en, f'cut = {checks.quoted(cut)} 不对：应为 "mean"，或者重要性与绩效的两个分界数。'))
    one, other = checks.numbers(list(cut), "cut").tolist()
    return {"importance": one, "performance": other}


def points_gained(spending, cost, performance, *, high=7):
    r"""Return by how many points performance rises for so much money, each further yuan bringing a little less.

    Of the room r that is left up to the best mark, money s closes :math:`r (1 - e^{-s / (c r)})`: the first yuan buys
    1 / c points, c being what a point costs at today's level, and no money buys more than the best mark. The form is
    Blattberg and Deighton's (1996, Harvard Business Review 74(4)) response to spending; see `value.response_rate`.

    Parameters
    ----------
    spending, cost : float, array or Series
        Money spent, and money for a point at today's level; Series have the items of `performance`.
    performance : float, array or Series
        Today's mark, at most `high`.
    high : float
        The best mark of the scale.

    Examples
    --------
    >>> [round(points_gained(yuan, cost=200_000, performance=5), 2) for yuan in (20_000, 100_000, 400_000)]
    [0.1, 0.44, 1.26]
    """
    best = checks.number(high, "high")
    spent = checks.numbers(spending, "spending", least=0)
    price, mark = checks.numbers(cost, "cost", above=0), checks.numbers(performance, "performance", most=best)
    checks.fitting(spending=spent, cost=price, performance=mark)
    room = best - mark
    gained = room * -np.expm1(-spent / (price * np.where(room > 0, room, 1.0)))
    return like(gained, spending, cost, performance)
