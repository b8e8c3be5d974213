"""Fuzzy comprehensive evaluation: a level of satisfaction from votes on several factors."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# Shares written with three decimals may miss 1 by as much.
ROUNDING = 5e-3


def fuzzy_evaluation(weights, membership, *, operator="weighted", grades=None):
    r"""Return how far each grade describes the whole, a Series by grade that adds up to 1.

    With weights w and the table of membership R (share of the votes on factor i for grade j), "weighted" is
    :math:`b_j = \sum_i w_i r_{ij}`; "max-min" is :math:`b_j = \max_i \min(w_i, r_{ij})`, divided by its sum. The second
    is Zadeh's composition: only the strongest factor counts in each grade. Source: Zadeh (1973), Outline of a new
    approach to the analysis of complex systems, IEEE Transactions SMC-3.

    ``attrs``: ``level`` (the grade of greatest membership, of equal ones the first) and, with `grades`, ``score``.

    Parameters
    ----------
    weights : Series or dict
        Weight of each factor; they add up to 1.
    membership : pandas.DataFrame
        One row a factor, one column a grade; each row adds up to 1.
    operator : {"weighted", "max-min"}
    grades : Series or dict, optional
        Points of each grade, for a score of the whole.

    Examples
    --------
    >>> membership = pd.DataFrame({"good": [0.6, 0.2], "poor": [0.4, 0.8]}, index=["quality", "service"])
    >>> whole = fuzzy_evaluation({"quality": 0.7, "service": 0.3}, membership, grades={"good": 90, "poor": 50})
    >>> whole.round(2).to_dict(), whole.attrs["level"], round(whole.attrs["score"], 1)
    ({'good': 0.48, 'poor': 0.52}, 'poor', 69.2)
    """
    checks.one_of(operator, "operator", ("weighted", "max-min"))
    checks.unique_index(checks.frame(membership, "membership"), "membership")
    weights = _by_name(weights, "weights", membership.index)
    votes = np.column_stack([checks.column(membership, name, least=0) for name in membership])
    if abs(weights.sum() - 1) > ROUNDING:
        en = f"weights add up to {weights.sum():g}, not to 1. Divide them by their sum: weights / weights.sum()."
        raise ValueError(say(en, f"weights 合计 {weights.sum():g}，应为 1。请除以合计：weights / weights.sum()。"))
    en = "membership: a row does not add up to 1. Divide by the votes: membership.div(membership.sum(axis=1), axis=0)"
    zh = "membership：有的行合计不是 1。请除以票数：membership.div(membership.sum(axis=1), axis=0)"
    checks.refuse_rows(np.abs(votes.sum(axis=1) - 1) > ROUNDING, membership, en, zh)
    whole = weights @ votes if operator == "weighted" else np.minimum(weights[:, None], votes).max(axis=0)
    found = pd.Series(whole / whole.sum(), index=membership.columns, name="membership")
    found.attrs = {"level": found.index[int(checks.steady(found).argmax())]}
    if grades is not None:
        found.attrs["score"] = float(found.to_numpy() @ _by_name(grades, "grades", membership.columns, least=None))
    return found


def _by_name(values, name, order, least=0):
    """The numbers of a dict or Series in the order of the factors or grades, each of them once."""
    given = pd.Series(checks.settings(values, name))
    missing, unknown = [one for one in order if one not in given], [one for one in given.index if one not in order]
    if missing or unknown:
        wanted = ", ".join(map(str, order))
        en = f"{name}: missing {missing or 'nothing'}, unknown {unknown or 'nothing'}. One number each for: {wanted}."
        zh = f"{name}：缺少 {missing or '无'}，不认识 {unknown or '无'}。以下各项各给一个数：{wanted}。"
        raise ValueError(say(en, zh))
    return checks.floats(given[list(order)], name, least)
