"""Which lost customers are worth an attempt to win them back."""

import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.churn._checks import _frame, _number, _probabilities


def win_back(lost, *, budget=None):
    """Decide which lost customers are worth an attempt to win them back, and what it may cost at most.

    Parameters
    ----------
    lost : pandas.DataFrame
        One row a kind of lost customers: ``customers``, ``chance`` (that an attempt succeeds), ``value`` (of who comes
        back, in money, as `value.clv`), ``cost`` (of an attempt); optional ``allowed`` (how many may be contacted at
        all: those who consented; all if not given).
    budget : float, optional
        Money for all attempts.

    Returns
    -------
    pandas.DataFrame
        By kind, the highest return for a yuan first: ``customers``, ``highest_price`` (of an attempt:
        ``chance * value``), ``highest_gift`` (for those who come back, beside the cost of the attempt:
        ``value - cost / chance``; nothing where it would be negative), ``net`` (of an attempt), ``attempts``,
        ``spend``, ``profit``. ``attrs``: ``budget``, ``spend``, ``profit``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or hold no such numbers, or more are allowed than lost.

    References
    ----------
    Stauss and Friege (1999), see `second_lifetime_value`, for the kinds: pushed away (on purpose or not), pulled away,
    bought away, moved away.

    Examples
    --------
    >>> lost = pd.DataFrame({"customers": [200, 300], "chance": [0.2, 0.05], "value": [300, 100], "cost": [6, 6]},
    ...                     index=["pushed away", "bought away"])
    >>> win_back(lost, budget=900)[["highest_price", "net", "attempts", "profit"]]
                 highest_price   net  attempts  profit
    pushed away           60.0  54.0       150  8100.0
    bought away            5.0  -1.0         0     0.0
    """
    names = ["customers", "chance", "value", "cost"]
    tables.require_columns(_frame(lost, "lost").columns, names)
    customers, _, value, cost = (tables.numbers(lost, name) for name in names)
    chance = _probabilities(lost["chance"], "chance")
    allowed = tables.numbers(lost, "allowed") if "allowed" in lost else customers
    if (allowed > customers).any():
        raise ValueError(
            tables.bad_rows(
                "More may be contacted than were lost",
                "可以联系的人比流失的人还多",
                (allowed > customers).sum(),
                len(lost),
                lost.loc[allowed > customers].head(3),
            )
        )
    net = chance * value - cost
    with np.errstate(divide="ignore", invalid="ignore"):
        gift = np.where(chance > 0, np.maximum(value - cost / chance, 0), 0)
        per_yuan = np.where(cost > 0, net / cost, np.sign(net) * np.inf)
    order = np.argsort(-np.nan_to_num(per_yuan, nan=0.0), kind="stable")
    attempts, left = np.zeros(len(lost)), np.inf if budget is None else _number(budget, "budget", 0)
    for kind in order:
        if net[kind] > 0:
            affordable = np.floor(left / cost[kind] + 1e-9) if cost[kind] > 0 else np.inf
            attempts[kind] = min(np.floor(allowed[kind]), affordable)
            left -= attempts[kind] * cost[kind]
    table = pd.DataFrame(
        {
            "customers": customers.astype(int),
            "highest_price": chance * value,
            "highest_gift": gift,
            "net": net,
            "attempts": attempts.astype(int),
            "spend": attempts * cost,
            "profit": attempts * np.maximum(net, 0),
        },
        index=lost.index,
    ).iloc[order]
    table.attrs = {"budget": budget, "spend": float(table["spend"].sum()), "profit": float(table["profit"].sum())}
    return table
