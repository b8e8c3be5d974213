"""Cohorts: customers who began in the same period, followed from period to period."""

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.lifecycle.observed import _attrs, _joining_days

VALUES = ("customers", "amount", "orders")
_NEVER = -1  # the period of what has not happened
_SPAN = 10**6  # more than there are periods up to the year 9999


def cohorts(
    log,
    *,
    period="month",
    values="customers",
    end=None,
    start=None,
    joined=None,
    customer_id="customer_id",
    date="date",
    amount=logs.IF_THERE,
    set_aside=(),
    refunds="raise",
):
    """Follow customers who began in the same period: what they do 0, 1, 2 … periods later.

    A customer belongs to the period of the first purchase in the log or, with `joined`, to that of joining. A lazy log
    is aggregated where it lives: only the small table of cohorts is loaded (with `joined` one row for each customer and
    period). Source: Klein, J. P., Moeschberger, M. L. (2003), Survival Analysis, 2nd ed., Springer, 3.2 (censoring),
    3.4 (truncation).

    Parameters
    ----------
    log, end, customer_id, date, amount, set_aside, refunds : see `crmlib.logs.open_log`
        A period that `end` does not complete is unknown. Without an amount (None, or no name given and no column
        "amount" in the log) refunds cannot be known, and count as purchases. A refund that is kept ("net") reduces the
        amount and is no purchase.
    period : {"month", "quarter", "week"}
        A week begins on Monday.
    values : {"customers", "amount", "orders"}
        What a cell holds: how many of the cohort bought in that period, what they paid, or how many rows they have.
    start : str or date, optional
        First day of a period. Who bought before it (with `joined`: joined before it) is set aside and counted. Without
        it, the old customers of a log that begins in mid-life look like a marvellous first cohort: left truncation.
    joined : pandas.Series of dates by customer, optional
        When each customer joined. All of them count in the size of their cohort, also those who never bought.

    Returns
    -------
    pandas.DataFrame
        Index ``cohort`` (first day of each period), columns ``age`` (0, 1, … periods). NaN where the data cannot know:
        after the last complete period and, with `joined`, before the log begins. A known nothing is 0. ``attrs``:
        ``period``, ``values``, ``start``, ``end``, ``rows`` of the log, ``refunds_known``, ``customers`` (first day of
        the cohort: its size) and ``excluded`` (reason: number of rows, which add up, or of customers, where the reason
        says so).

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-02-09", "2026-03-31"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "C", "C"], "date": dates})
    >>> cohorts(log)
    age           0    1    2
    cohort
    2026-01-01  2.0  1.0  0.0
    2026-02-01  1.0  1.0  NaN
    """
    checks.one_of(values, "values", VALUES)
    checks.one_of(period, "period", logs.PERIODS)
    money, since = values == "amount", None if start is None else logs.period_from(start, period)
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options.if_money(log, needed=money))
    known = logs.last_complete(about, period)
    frame = logs.by_period(frame, about, period)
    active = logs.active(frame, about, money)
    if joined is None:
        cells = _by_first_purchase(frame, active)
        born = (cells["cohort"] == cells["period"]).to_numpy()
        sizes = pd.Series(cells["customers"].to_numpy()[born], cells["cohort"].to_numpy()[born])
    else:
        cells, sizes = _by_joining(active, joined, period)
    excluded = logs.with_rest(about, cells["rows"].sum())
    cells, sizes = _cut(cells, sizes, since, known, excluded, "purchase" if joined is None else "joining")
    if sizes.empty:
        en = f"No customer is left to follow. Set aside: {excluded}."
        raise ValueError(say(en, f"一个可以跟踪的客户也没有。已剔除：{excluded}。"))

    oldest = int(sizes.index.min())
    logs.refuse_many_periods(known - oldest + 1, period, logs.first_days([oldest], period)[0], about["end"])
    begun, ages = np.arange(oldest, sizes.index.max() + 1), np.arange(known - oldest + 1)
    then, grid = begun[:, None] + ages, np.zeros((len(begun), len(ages)))
    grid[cells["cohort"] - oldest, cells["period"] - cells["cohort"]] = cells[values]
    grid[then > known] = np.nan
    if joined is not None:
        grid[then < logs.period_numbers([about["first"]], period)[0]] = np.nan
    table = pd.DataFrame(grid, logs.first_days(begun, period), pd.Index(ages, name="age"))
    sizes = sizes.reindex(begun, fill_value=0)
    by_cohort = {str(first.date()): int(size) for first, size in zip(table.index, sizes, strict=True)}
    start = None if start is None else str(checks.day(start, "start").date())
    table.attrs = _attrs(about, excluded, period=period, values=values, start=start, customers=by_cohort)
    return table


def _by_first_purchase(frame, active):
    """Sum up by period of the first purchase and period, where the data live."""
    if logs.in_arrays(frame):
        active = logs.tidy(active)
        return _by_cohort(active, logs.begun(active))
    names = active.collect_schema().names()
    sums = [nw.col(name).sum() for name in names if name not in ("customer_id", "period")]
    customers = nw.len().alias("customers")
    if "orders" in names:  # the log holds refunds, which begin nothing
        frame, customers = frame.filter(nw.col("amount") >= 0), nw.col("customers").sum()
        active = active.with_columns((nw.col("orders") > 0).cast(nw.Int64).alias("customers"))
    # From the log, and not from the groups: a database would form those a second time.
    begun = frame.group_by("customer_id").agg(nw.col("period").min().alias("cohort"))
    active = active.join(begun, on="customer_id", how="left").with_columns(nw.col("cohort").fill_null(_NEVER))
    return logs.tidy(active.group_by("cohort", "period").agg(customers, *sums))


def _by_joining(active, joined, period):
    """Sum up by period of joining and period, in memory; and how many joined in each period."""
    active = logs.tidy(active)
    days = _joining_days(joined, active["customer_id"], dated=True)
    begun = pd.Series(logs.period_numbers(days.dropna(), period), index=days.index[days.notna()])
    unknown = pd.Index(active["customer_id"].unique()).union(days.index, sort=False).difference(begun.index, sort=False)
    begun = pd.concat([begun, pd.Series(_NEVER, index=unknown)])
    return _by_cohort(active, active["customer_id"].map(begun)), begun.value_counts().sort_index()


def _by_cohort(active, cohort):
    """Sum up the rows of customers and periods by cohort and period, in memory."""
    period, cohort = active["period"].to_numpy(), np.asarray(cohort, dtype="int64")
    found, place = np.unique((cohort - _NEVER) * _SPAN + period, return_inverse=True)
    table = {"cohort": found // _SPAN + _NEVER, "period": found % _SPAN}
    table["customers"] = np.bincount(place[active["orders"].to_numpy() > 0], minlength=len(found))
    for name in ("rows", "orders", "amount"):
        if name in active:
            total = np.bincount(place, active[name].to_numpy(), minlength=len(found))
            table[name] = total if name == "amount" else total.astype("int64")
    return pd.DataFrame(table)


def _cut(cells, sizes, since, known, excluded, way):
    """Take out of cells and sizes what belongs to no cohort, to old customers, or to the incomplete last period."""

    def leave_out(bad, reason):
        if bad.any():
            excluded[reason] = int(cells.loc[bad, "rows"].sum())
            return cells[~bad]
        return cells

    nobody = {"purchase": "customers with refunds only", "joining": "customers without a joining date"}[way]
    if _NEVER in sizes.index:
        excluded[nobody] = int(sizes[_NEVER])
        sizes = sizes.drop(_NEVER)
    cells = leave_out(cells["cohort"] == _NEVER, f"rows of {nobody}")
    if since is not None:
        excluded["customers before start"] = int(sizes[sizes.index < since].sum())
        cells = leave_out(cells["cohort"] < since, "rows of customers before start")
        sizes = sizes[sizes.index >= since]
    cells = leave_out(cells["period"] < cells["cohort"], f"rows before the customer's {way}")
    cells = leave_out(cells["period"] > known, "rows in the incomplete last period")
    late = sizes.index > known
    if late.any():
        excluded["customers after the last complete period"] = int(sizes[late].sum())
    return cells, sizes[~late]
