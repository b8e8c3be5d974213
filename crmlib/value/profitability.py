"""Customers' profits, added up: the whale curve."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def whale_curve(profit):
    """Add up customers' profits, the most profitable customer first.

    Parameters
    ----------
    profit : pandas.Series or array of float, shape (n,)
        Profit of each customer in money; a loss is negative.

    Returns
    -------
    pandas.DataFrame
        One row a customer, by falling profit: ``profit``, ``customers`` (share of customers so far, 1/n to 1),
        ``cumulative_profit`` (money) and ``profit_share`` (of the total; NaN if the total is not positive, because a
        share of a loss misleads). The curve starts at (0, 0), which is no customer and has no row.

    Raises
    ------
    ValueError, TypeError
        If there is no customer, or a profit is missing, infinite or no number.

    References
    ----------
    Kaplan, Narayanan (2001), Measuring and managing customer profitability, Journal of Cost Management 15(5).

    Examples
    --------
    >>> whale_curve(pd.Series({"A": -40, "B": 100, "C": 40}))["profit_share"].to_dict()
    {'B': 1.0, 'C': 1.4, 'A': 1.0}
    """
    profit = pd.Series(profit, name="profit")
    if profit.empty:
        raise ValueError(say("There is no customer to rank.", "没有客户可以排序。"))
    values = checks.floats(profit, "profit")
    ranked = pd.Series(values, index=profit.index).sort_values(ascending=False, kind="stable")
    running, total = ranked.cumsum(), ranked.sum()
    return pd.DataFrame(
        {
            "profit": ranked,
            "customers": np.arange(1, len(ranked) + 1) / len(ranked),
            "cumulative_profit": running,
            "profit_share": running / total if total > 0 else np.nan,
        }
    )
