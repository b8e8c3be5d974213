"""Customers' profits, added up: the whale curve."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def whale_curve(profit):
    """Add up customers' profits, the most profitable customer first.

    `profit` is a Series or array, money by customer. The table has one row a customer: ``profit``, ``customers`` (share
    of customers so far, 1/n to 1), ``cumulative_profit`` (money) and ``profit_share`` (of the total; NaN if that is not
    positive, because a share of a loss misleads). The curve starts at (0, 0), which is no customer and has no row.
    Source: Kaplan, Narayanan (2001), Measuring and managing customer profitability, Journal of Cost Management 15(5).

    >>> whale_curve(pd.Series({"A": -40, "B": 100, "C": 40}))["profit_share"].to_dict()
    {'B': 1.0, 'C': 1.4, 'A': 1.0}
    """
    if checks.dimensions(profit) == 1 and not len(profit):
        raise ValueError(say("profit: there is no customer to rank.", "profit：没有客户可以排序。"))
    [profit] = checks.lists(profit=profit)
    values = checks.floats(profit, "profit")
    order = np.argsort(-checks.steady(values), kind="stable")
    ranked = pd.Series(values[order], index=profit.index[order])
    curve = pd.DataFrame({"profit": ranked, "customers": np.arange(1, len(ranked) + 1) / len(ranked)})
    running, total = ranked.cumsum(), ranked.sum()
    return curve.assign(cumulative_profit=running, profit_share=running / total if total > 0 else np.nan)
