"""Classes by what customers bring: ABC by shares of the money, CLV classes by shares of the customers."""

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.segmentation.ranking import ties


def abc(table, *, value="amount", customer_id="customer_id", cuts=(0.8, 0.95), set_aside=(), refunds="net"):
    """Rank customers by what they bring and divide them into classes A, B and C.

    A are the fewest customers who together bring the first of the `cuts` (shares of the total), B those who then fill
    it up to the second; whoever crosses a cut still belongs to the better class. Who brings nothing, or a loss, is C.
    Source: Dickie (1951), ABC inventory analysis shoots for dollars, not pennies.

    Parameters
    ----------
    table, customer_id, set_aside, refunds : see `crmlib.logs.open_log`
        A log, or one row a customer. In pandas the customer may be the index, and a Series by customer will do.
    value : str
        Column of the money (revenue or profit).

    Returns
    -------
    pandas.DataFrame
        Index `customer_id`, by falling ``value`` (money; equal customers in the order of ids); ``rank`` (1, 2, …),
        ``customers`` (share so far), ``cumulative_share`` (of the sum of all positive values: with losses it rises to 1
        and then falls) and ``class``. ``attrs``: ``cuts``, ``rows``, ``excluded`` (reason: rows) and ``ties``
        (customers whose class was decided by the order of ids).

    Examples
    --------
    >>> abc(pd.Series({"X": 10, "Y": 85, "Z": 5}))
                 value  rank  customers  cumulative_share class
    customer_id
    Y             85.0     1   0.333333              0.85     A
    X             10.0     2   0.666667              0.95     B
    Z              5.0     3   1.000000              1.00     C
    """
    ends = checks.numbers(cuts, "cuts")
    if ends.shape != (2,) or not 0 < ends[0] < ends[1] <= 1:
        en = f"cuts = {cuts}: two rising shares are needed, such as (0.8, 0.95)."
        raise ValueError(say(en, f"cuts = {cuts} 不对：应为由小到大的两个比例，例如 0.8 和 0.95。"))
    first, second = ends.tolist()
    checks.text(value, "value")
    logs.LogOptions(customer_id, None, value, set_aside, refunds)  # which refuses what is no column's name
    if isinstance(table, pd.Series):
        checks.same_levels(table.index, pd.RangeIndex(1), "table", customer_id)
        checks.floats(table, "table", optional=True)
        table = table.rename(value).rename_axis(customer_id).to_frame()
    if isinstance(table, pd.DataFrame) and table.index.name == customer_id and customer_id not in table:
        table = table.reset_index()
    parts = {"customer_id": customer_id, "date": None, "amount": value}
    frame, about = logs.open_log(table, **parts, set_aside=set_aside, refunds=refunds)
    totals = logs.collect(frame.group_by("customer_id").agg(nw.col("amount").sum()))
    totals = totals.set_index("customer_id")["amount"].astype(float).sort_index()
    order, sums = _falling(totals.to_numpy())
    ranked = totals.iloc[order].rename("value").rename_axis(customer_id)
    whole = ranked.clip(lower=0).sum()
    if whole <= 0:
        en = f'No customer of the table brings anything: the sums of "{value}" are at most 0.'
        raise ValueError(say(en, f"没有一个客户带来价值：“{value}”的合计都不大于 0。"))
    share = ranked.cumsum() / whole
    before = np.r_[0.0, share.to_numpy()[:-1]] + 1e-9
    grade = np.where(sums <= 0, 2, (before >= first).astype(int) + (before >= second))
    rank = np.arange(1, len(ranked) + 1)
    result = ranked.to_frame().assign(rank=rank, customers=rank / len(ranked), cumulative_share=share)
    result["class"] = pd.array(np.array(["A", "B", "C"], dtype=object)[grade], dtype="str")
    result.attrs = {key: about[key] for key in ("rows", "excluded")}
    result.attrs |= {"cuts": (first, second), "ties": ties(grade, sums)}
    return result


def clv_classes(clv, shares=(0.2, 0.3, 0.5), names=("high", "middle", "low")):
    """Divide customers by lifetime value (a Series, in money) into classes that hold fixed shares of the customers.

    `shares`, the best class first, add up to 1 (a class is rounded up at its lower end). Returns a categorical Series;
    ``attrs["ties"]``: customers whose class was decided by the order of the index.

    >>> clv_classes(pd.Series({"A": 5, "B": 900, "C": 70, "D": 60, "E": -3})).to_dict()
    {'A': 'low', 'B': 'high', 'C': 'middle', 'D': 'middle', 'E': 'low'}
    """
    [clv] = checks.lists(clv=clv)
    parts = checks.numbers(shares, "shares")
    if parts.ndim != 1 or not (parts > 0).all() or not np.isclose(parts.sum(), 1):
        en = f"shares = {shares}: positive shares that add up to 1 are needed."
        raise ValueError(say(en, f"shares = {shares} 不对：应为正数，合计等于 1。"))
    names = list(names) if isinstance(names, str) else checks.names(names, "names")
    if not len(set(names)) == len(names) == len(parts):
        en = f"{len(parts)} shares need as many different names, not {names}."
        raise ValueError(say(en, f"{len(parts)} 个比例要配 {len(parts)} 个不同的名称，不能是 {names}。"))
    order, values = _falling(checks.floats(clv, "clv"))
    borders = np.ceil(np.cumsum(parts)[:-1] * len(clv) - 1e-9)
    codes = np.searchsorted(borders, np.arange(len(clv)), side="right")
    in_place = pd.Categorical.from_codes(codes[np.argsort(order)], categories=names)
    result = pd.Series(in_place, index=clv.index, name="class")
    result.attrs["ties"] = ties(codes, values)
    return result


def _falling(values):
    """Return the order of falling values, equal ones as they stand, and the values in that order."""
    values = checks.steady(values)
    order = np.argsort(-values, kind="stable")
    return order, values[order]
