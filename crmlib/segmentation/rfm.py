"""RFM: how recently, how often and for how much money customers buy, scored from 1 to 5."""

import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.segmentation.ranking import runs, ties

METHODS = ("independent", "nested", "values")


def rfm(
    log,
    *,
    end=None,
    bins=5,
    method="independent",
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """Score customers by recency, frequency and monetary value on the day `end`, 1 to `bins` (best; 2 to 9 classes).

    All purchases of a customer on one day count once. With ``refunds="net"`` a refund reduces the spend and is no
    purchase. A log in a database is summed up there: only the customers are loaded.

    Parameters
    ----------
    log, end, customer_id, date, amount, set_aside, refunds : see `crmlib.logs.open_log`
    method : {"independent", "nested", "values"}
        "independent": each score has classes of equal size, whatever the others say. "nested": f is scored inside each
        class of r, and m inside each class of r and f (Hughes, Strategic Database Marketing). In both, the order of
        ids decides between equal customers at a border. "values": as "independent", but equal values share the class
        of the lowest of them, so that the sizes differ.

    Returns
    -------
    pandas.DataFrame
        Sorted index `customer_id`; ``days_since_last`` (days from the last purchase to `end`), ``purchases`` (days
        with a purchase), ``spend`` (money), the scores ``r``, ``f``, ``m``, and ``cell`` (the three as a text, "543").
        ``attrs``: ``end``, ``method``, ``bins``, ``rows`` of the log, ``excluded`` (reason: rows) and ``ties``
        (customers whose score was decided by the order of ids because equal values lie on both sides of a border).

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-01-20", "2026-01-09", "2026-01-30"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "C"], "date": days, "amount": [20, 30, 90, 10]})
    >>> rfm(log, end="2026-01-31", bins=3)
                 days_since_last  purchases  spend  r  f  m cell
    customer_id
    A                         11          2   50.0  2  3  2  232
    B                         22          1   90.0  1  1  3  113
    C                          1          1   10.0  3  2  1  321
    """
    bins, method = checks.whole(bins, "bins", least=2, most=9), checks.one_of(method, "method", METHODS)
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options.if_money(log, needed=True))
    last = about["end"]
    customers = logs.by_customer(logs.up_to(last, frame, about), about)
    excluded, buyers = logs.with_rest(about, customers["rows"].sum()), customers["last"].notna()
    if not buyers.all():
        excluded["rows of customers with refunds only"] = int(customers.loc[~buyers, "rows"].sum())
        customers = customers[buyers]
    _check_enough(len(customers), bins, method, last)

    days = (np.datetime64(last, "D") - customers["last"].to_numpy().astype("datetime64[D]")).astype("int64")
    purchases, spend = customers["days"].to_numpy(), customers["spend"].to_numpy()
    shared, nested = method == "values", method == "nested"
    r, ties_r = _score(-days, bins, shared)
    f, ties_f = _score(purchases, bins, shared, r if nested else 0)
    m, ties_m = _score(checks.steady(spend), bins, shared, r * 10 + f if nested else 0)
    cells = np.array([str(number) for number in range(1000)], dtype=object)
    scores = {"days_since_last": days, "purchases": purchases, "spend": spend, "r": r, "f": f, "m": m}
    scores["cell"] = pd.array(cells[100 * r + 10 * f + m], dtype="str")
    scores = pd.DataFrame(scores, index=customers.index.rename(customer_id))
    scores.attrs = {"end": str(last.date()), "method": method, "bins": bins, "rows": about["rows"]}
    scores.attrs |= {"excluded": excluded, "ties": {"r": ties_r, "f": ties_f, "m": ties_m}}
    return scores


def _score(values, bins, shared, group=0):
    """Put values into classes of equal size, 1 for the lowest, inside each group; count what only the order decided."""
    group = np.broadcast_to(group, len(values))
    order = np.lexsort((values, group))
    values, group = values[order], group[order]
    first, length = runs(group)
    rank = np.arange(len(values)) - np.repeat(first, length) + 1
    score = -(-rank * bins // np.repeat(length, length))
    tied = 0 if shared else ties(score, group, values)
    if shared:
        first, length = runs(group, values)
        score = np.repeat(score[first], length)
    result = np.empty(len(values), dtype="int64")
    result[order] = score
    return result, tied


def _check_enough(count, bins, method, last):
    nested = method == "nested"
    needed = bins**3 if nested else bins
    if not count:
        raise ValueError(say(f"There is no purchase up to {last.date()}.", f"到 {last.date()} 为止一笔购买也没有。"))
    if count < needed:
        size, zh = f"{bins} classes", f"{bins} 个等级"
        if nested:
            size, zh = f"{bins} x {bins} x {bins} cells", f"{bins}×{bins}×{bins} 个单元格"
        en = f"{count} customers are too few for {size}: at least {needed} are needed. Choose fewer bins"
        zh = f"{count} 个客户不够分成{zh}，至少要有 {needed} 个。请减少 bins"
        en += ' or method="independent".' if nested else "."
        zh += '，或者选 method="independent"。' if nested else "。"
        raise ValueError(say(en, zh))
