"""The bullwhip: orders swing more from stage to stage of a supply chain, less where demand is shared."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def chain_orders(demand, *, lead_time, periods, shared=False, stages=4):
    r"""Orders of each stage of a supply chain: a DataFrame, ``demand`` and the columns 1 (retailer) to `stages`.

    Each stage keeps stock for its lead time L, by a moving average of what it saw in the last p `periods`, and so
    orders what it saw plus :math:`L/p` times the change of it in p periods: a retailer orders
    :math:`q_t = D_t + \frac{L}{p}(D_t - D_{t-p})`. Each further stage sees the orders of the one before, or, `shared`,
    forecasts from customers' demand. An order below 0 sends goods back. The first periods, for which not all stages
    have a forecast, are left out; ``attrs["left_out"]`` counts them. Source: Chen, Drezner, Ryan, Simchi-Levi (2000),
    Quantifying the bullwhip effect in a simple supply chain, Management Science 46(3).

    Parameters
    ----------
    demand : Series, array or list
        Of customers, one number a period, 0 or more.
    lead_time : float or list
        Periods from order to delivery, of all stages or one a stage, 0 or more.
    periods : int
        Of the moving average.
    shared : bool
        Whether all stages know customers' demand.
    stages : int
        Retailer included, 1 to 20.

    Examples
    --------
    >>> chain_orders([10, 10, 14, 10, 10, 10], lead_time=2, periods=1, stages=2)
       demand     1     2
    2      14  22.0  46.0
    3      10   2.0 -38.0
    4      10  10.0  26.0
    5      10  10.0  10.0
    """
    (column,) = checks.lists(demand=demand)
    seen = checks.amounts(column, "demand")
    lead, window, shared = _chain(lead_time, periods, stages, shared)
    least = window * len(lead) + 2
    if len(seen) < least:
        en = f"demand has {len(seen)} periods: {len(lead)} stages that look back {window} need at least {least}."
        zh = f"demand 只有 {len(seen)} 期：{len(lead)} 级、各回看 {window} 期，至少要有 {least} 期。"
        raise ValueError(say(en, zh))
    last, orders = len(seen), {"demand": seen}
    change, order = _change(seen, window), seen
    for stage, ahead in enumerate(lead, start=1):
        change = change if shared else _change(order, window)
        order = order + ahead / window * change
        orders[stage] = order
    kept = slice(window * len(lead), last)
    table = pd.DataFrame({name: values[kept] for name, values in orders.items()}, index=column.index[kept])
    table["demand"] = column.iloc[kept]
    table.attrs = {"left_out": window * len(lead)}
    return table


def bullwhip(demand, *, lead_time, periods, shared=False, stages=4):
    """How much more the orders of each stage swing than demand: a DataFrame by ``stage``, 1 the retailer.

    Columns: ``lead_time``, ``mean`` and ``variance`` of orders, ``ratio`` (to the variance of demand), ``bound`` (of
    `bullwhip_bound`, for demand without memory). ``attrs``: ``variance`` (of demand), ``periods`` (that count),
    ``left_out``. The parameters are those of `chain_orders`.

    >>> demand = np.random.default_rng(1).normal(100, 10, 5000)
    >>> bullwhip(demand, lead_time=2, periods=5, stages=3)[["ratio", "bound"]].round(2)
           ratio  bound
    stage
    1       2.13   2.12
    2       5.15   4.49
    3      13.60   9.53
    >>> bullwhip(demand, lead_time=2, periods=5, stages=3, shared=True)["ratio"].round(2).tolist()
    [2.13, 3.9, 6.32]
    """
    orders = chain_orders(demand, lead_time=lead_time, periods=periods, shared=shared, stages=stages)
    swing = orders.var()
    if swing["demand"] <= 1e-18 * np.square(orders["demand"]).max():
        en = "demand is the same in all periods that count: without swings there is no ratio."
        raise ValueError(say(en, "demand 在计入的各期都相同：没有波动，就没有比值可言。"))
    lead, window, shared = _chain(lead_time, periods, stages, shared)
    stage, own = range(1, len(lead) + 1), orders.drop(columns="demand")
    columns = {"lead_time": lead, "mean": own.mean().to_numpy(), "variance": own.var().to_numpy()}
    table = pd.DataFrame(columns, index=pd.Index(stage, name="stage"))
    table["ratio"] = table["variance"] / swing["demand"]
    table["bound"] = [bullwhip_bound(lead[:count].tolist(), window, count, shared) for count in stage]
    table.attrs = {"variance": float(swing["demand"]), "periods": len(orders)} | orders.attrs
    return table


def bullwhip_bound(lead_time, periods, stages=1, shared=False):
    r"""Least ratio of the variance of orders to that of demand, after so many stages.

    One stage: :math:`1 + \frac{2L}{p} + \frac{2L^2}{p^2}`, exact for demand without memory. Several that know only the
    orders before them: at least the product of these; `shared`: the same formula with the sum of the lead times.
    Source: Chen, Drezner, Ryan, Simchi-Levi (2000), Management Science 46(3), theorems 2.2, 3.1 and 3.2.

    >>> round(bullwhip_bound(2, 5), 2), round(bullwhip_bound(2, 5, stages=3), 2)
    (2.12, 9.53)
    >>> round(bullwhip_bound(2, 5, stages=3, shared=True), 2)
    6.28
    """
    lead, window, shared = _chain(lead_time, periods, stages, shared)
    part = (lead.sum() if shared else lead) / window
    return float(np.prod(1 + 2 * part + 2 * part**2))


def _change(seen, window):
    """How what was seen has changed in `window` periods, unknown at first."""
    return np.r_[np.full(window, np.nan), seen[window:] - seen[:-window]]


def _chain(lead_time, periods, stages, shared):
    stages, window = checks.whole(stages, "stages", 1, 20), checks.whole(periods, "periods", 1, 10_000)
    lead = checks.numbers(lead_time, "lead_time", least=0, most=1000)
    if lead.ndim > 1 or (lead.ndim == 1 and len(lead) != stages):
        en = f"lead_time: one number is needed, or one for each of the {stages} stages."
        raise ValueError(say(en, f"lead_time：应为一个数，或者 {stages} 级各一个数。"))
    return np.broadcast_to(lead, stages).astype(float), window, checks.flag(shared, "shared")
