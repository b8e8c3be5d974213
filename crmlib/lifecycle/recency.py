"""How likely customers are to buy again, by how long ago they last bought."""

import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.lifecycle.observed import _attrs


def recency_probabilities(
    log,
    *,
    period="month",
    longest=12,
    end=None,
    customer_id="customer_id",
    date="date",
    amount=logs.IF_THERE,
    set_aside=(),
    refunds="raise",
):
    """How likely customers are to buy in a period, by how many periods ago they last bought; from a log.

    Each customer gives one observation for every complete `period` ("month", "quarter" or "week") after the first
    purchase. Of a lazy log, a row for each customer and period is loaded; its options: see `crmlib.logs.open_log`.
    Without an amount (None, or no name given and no column "amount" in the log) refunds count as purchases.

    The table's index is ``recency`` 1 … `longest` (1: bought in the period before); ``opportunities`` (customers times
    periods), ``purchases`` (how many of them bought), ``probability`` (NaN without an opportunity) and
    ``standard_error`` (binomial). ``attrs``: ``period``, ``end``, ``rows``, ``refunds_known``, ``later_purchases``
    (after more than `longest` periods) and ``excluded``.

    The curve falls partly because those who buy often leave the high recencies first: a chain built from it describes
    the average customer, not each one. Source: Berger, P. D., Nasr, N. I. (1998), Customer lifetime value, J.
    Interactive Mktg 12(1): customers who migrate between recencies, rather than being lost for good.

    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-09"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "B"], "date": dates})
    >>> recency_probabilities(log, longest=2, end="2026-04-30")[["opportunities", "purchases", "probability"]]
             opportunities  purchases  probability
    recency
    1                    4          1         0.25
    2                    2          1         0.50
    """
    checks.one_of(period, "period", logs.PERIODS)
    longest = checks.whole(longest, "longest", least=1, most=2_600)
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options.if_money(log))
    known = logs.last_complete(about, period)
    active = logs.tidy(logs.active(logs.by_period(frame, about, period), about))
    excluded = logs.with_rest(about, active["rows"].sum())
    late = active["period"] > known
    if late.any():
        excluded["rows in the incomplete last period"] = int(active.loc[late, "rows"].sum())
    active = logs.purchases(active[~late])

    customer, when = pd.factorize(active["customer_id"])[0], active["period"].to_numpy()
    order = np.lexsort((when, customer))
    customer, when = customer[order], when[order]
    again = np.append(customer[1:] == customer[:-1], False)  # the same customer buys once more
    gap = np.append(when[1:], known) - when
    gap[~again] = known - when[~again]
    recency = pd.RangeIndex(1, longest + 1, name="recency")
    reached = np.bincount(np.minimum(gap, longest), minlength=longest + 1)[::-1].cumsum()[::-1][1:]
    purchases = np.bincount(np.minimum(gap[again], longest + 1), minlength=longest + 2)
    table = pd.DataFrame({"opportunities": reached, "purchases": purchases[1 : longest + 1]}, index=recency)
    share = table["purchases"] / table["opportunities"].where(table["opportunities"] > 0)
    table["probability"] = share
    table["standard_error"] = np.sqrt(share * (1 - share) / table["opportunities"])
    table.attrs = _attrs(about, excluded, period=period, later_purchases=int(purchases[-1]))
    return table
