"""Customer delivered value: total value less total cost."""

import pandas as pd

from crmlib import checks
from crmlib.language import say

VALUE_ITEMS = ("product", "service", "personnel", "image")
COST_ITEMS = ("money", "time", "energy", "psychic")


def delivered_value(scores, weights=None):
    """Customer delivered value: total value less total cost, for each alternative.

    `scores` is a table with one row an item, `VALUE_ITEMS` and `COST_ITEMS`, all on one scale, points or money (a high
    cost score means a high cost), and one column an alternative; `weights` (Series or mapping) say how much each of the
    eight items matters, 0 or more. Without them each counts once: total value is the plain sum. The rows of the result
    are ``total_value``, ``total_cost``, ``delivered_value``. Source: Kotler, P. (1994), Marketing Management, 8th ed.,
    chapter 2.

    >>> scores = pd.DataFrame({"A": [8, 9, 9, 8, 6, 5, 4, 3]}, index=VALUE_ITEMS + COST_ITEMS)
    >>> delivered_value(scores)["A"].to_dict()
    {'total_value': 34.0, 'total_cost': 18.0, 'delivered_value': 16.0}
    """
    scores = checks.frame(scores, "scores")
    _check_items(scores.index, "scores")
    weights = (
        pd.Series(1.0, index=VALUE_ITEMS + COST_ITEMS)
        if weights is None
        else pd.Series(checks.settings(weights, "weights"))
    )
    _check_items(weights.index, "weights")
    weights = pd.Series(checks.amounts(weights, "weights"), index=weights.index)
    weighted = pd.DataFrame({name: checks.column(scores, name) for name in scores}, index=scores.index)
    weighted = weighted.mul(weights, axis=0)
    value, cost = weighted.loc[list(VALUE_ITEMS)].sum(), weighted.loc[list(COST_ITEMS)].sum()
    return pd.DataFrame({"total_value": value, "total_cost": cost, "delivered_value": value - cost}).T


def _check_items(index, name):
    items = VALUE_ITEMS + COST_ITEMS
    missing, unknown = [item for item in items if item not in index], [item for item in index if item not in items]
    if missing or unknown or index.has_duplicates:
        lists = ", ".join(items)
        en = f"{name}: missing {missing or 'nothing'}, unknown {unknown or 'nothing'}. Each of these once: {lists}."
        zh = f"{name}：缺少 {missing or '无'}，不认识 {unknown or '无'}。以下各项每项一行：{lists}。"
        raise ValueError(say(en, zh))
