"""Which lost customers are worth an attempt to win them back."""

import numpy as np
import pandas as pd

from crmlib import checks


def win_back(lost, *, budget=None):
    """Decide which lost customers are worth an attempt to win them back, and what it may cost at most.

    Source: Stauss and Friege (1999), Regaining service customers, J. Service Research 1(4).

    Returns a DataFrame by kind, the highest return for a yuan first: ``customers``, ``highest_price`` (of an attempt:
    ``chance * value``), ``highest_gift`` (for those who come back, beside the cost of the attempt:
    ``value - cost / chance``; nothing where it would be negative), ``net`` (of an attempt), ``attempts``, ``spend``,
    ``profit``. ``attrs``: ``budget``, ``spend``, ``profit``.

    Parameters
    ----------
    lost : pandas.DataFrame
        One row a kind of lost customers: ``customers``, ``chance`` (that an attempt succeeds), ``value`` (of who comes
        back, in money, as `value.clv`), ``cost`` (of an attempt); optional ``allowed`` (how many have consented to be
        contacted, at most `customers`; all if not given).
    budget : float, optional
        Money for all attempts.

    Examples
    --------
    >>> lost = {"customers": [200, 300], "chance": [0.2, 0.05], "value": [300, 100], "cost": [6, 6]}
    >>> lost = pd.DataFrame(lost, index=["pushed away", "bought away"])
    >>> win_back(lost, budget=900)[["highest_price", "net", "attempts", "profit"]]
                 highest_price   net  attempts  profit
    pushed away           60.0  54.0       150  8100.0
    bought away            5.0  -1.0         0     0.0
    """
    checks.require_columns(checks.frame(lost, "lost").columns, ["customers", "chance", "value", "cost"])
    customers, value, cost = (checks.column(lost, name, least=0) for name in ("customers", "value", "cost"))
    chance = checks.probabilities(lost["chance"], "chance")
    allowed = checks.column(lost, "allowed", least=0) if "allowed" in lost else customers
    en, zh = "More may be contacted than were lost", "可以联系的人比流失的人还多"
    checks.refuse_rows(allowed > customers, lost, en, zh)
    net = chance * value - cost
    with np.errstate(divide="ignore", invalid="ignore"):
        gift = np.where(chance > 0, np.maximum(value - cost / chance, 0), 0)
        per_yuan = np.where(cost > 0, net / cost, np.sign(net) * np.inf)
    order = np.argsort(-checks.steady(np.nan_to_num(per_yuan, nan=0.0, posinf=np.inf, neginf=-np.inf)), kind="stable")
    attempts, left = np.zeros(len(lost)), np.inf if budget is None else checks.amount(budget, "budget")
    for kind in order:
        if net[kind] > 0:
            affordable = np.floor(left / cost[kind] + 1e-9) if cost[kind] > 0 else np.inf
            attempts[kind] = min(np.floor(allowed[kind]), affordable)
            left -= attempts[kind] * cost[kind]
    prices = {"highest_price": chance * value, "highest_gift": gift, "net": net}
    totals = {"spend": attempts * cost, "profit": attempts * np.maximum(net, 0)}
    counts = {"customers": customers.astype(int)}
    columns = counts | prices | {"attempts": attempts.astype(int)} | totals
    table = pd.DataFrame(columns, index=lost.index).iloc[order]
    table.attrs = {"budget": budget, "spend": float(table["spend"].sum()), "profit": float(table["profit"].sum())}
    return table
