"""A log counted by day and by period: a calendar month, quarter or week (Monday to Sunday).

We know all of a period or nothing: an incomplete last one is unknown.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.logs import arrays
from crmlib.logs.engines import collect, in_arrays
from crmlib.logs.faults import refuse_many_periods

PERIODS = ("month", "quarter", "week")
_ZH = {"month": "月", "quarter": "季度", "week": "周"}
_MONDAY_TO_1970 = 719_162  # days from Monday, 1 January of the year 1


def daily(frame, about, money=False):
    """Return one row for each customer and day up to the end, as a `pandas.DataFrame`.

    Columns ``customer_id``, ``date``, ``rows`` of the log, ``orders`` (rows that are no refund) and ``amount``, if
    `money` is asked for.

    >>> day = pd.Timestamp("2026-02-09")
    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A"], "date": [day]})).lazy()
    >>> daily(frame, {"end": day, "refunds": 0}).columns.tolist()
    ['customer_id', 'date', 'rows', 'orders']
    """
    frame = up_to(about["end"], frame, about)
    return tidy(sums(frame, ["customer_id", "date"], about, money)).astype({"date": "datetime64[us]"})


def by_period(frame, about, period):
    """Return the log up to the end, with the number of the period, as a lazy frame.

    >>> day = pd.Timestamp("2026-02-09")
    >>> frame = nw.from_native(pd.DataFrame({"date": [day]})).lazy()
    >>> collect(by_period(frame, {"end": day}, "month"))["period"].tolist()
    [24313]
    """
    frame = up_to(about["end"], frame, about)
    if in_arrays(frame):
        table = collect(frame)
        return nw.from_native(table.assign(period=period_numbers(table["date"], period))).lazy()
    return frame.with_columns(_number(nw.col("date"), period).cast(nw.Int32).alias("period"))


def up_to(day, frame, about):
    """Leave out the rows after a day, if there are any.

    >>> up_to(3, "all rows", {"last": 3})
    'all rows'
    """
    return frame if "last" in about and about["last"] <= day else frame.filter(nw.col("date") <= day)


def active(frame, about, money=False):
    """Return one row for each customer and period, as a lazy frame.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A", "A"], "period": [8104, 8104]})).lazy()
    >>> collect(active(frame, {"refunds": 0}))["rows"].tolist()
    [2]
    """
    return sums(frame, ["customer_id", "period"], about, money)


def sums(frame, keys, about, money=False):
    """Count the rows of a log by customer and day or period; orders (no refunds) where they are fewer; add the money.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A", "A"], "period": [8104, 8104]})).lazy()
    >>> collect(sums(frame, ["customer_id", "period"], {"refunds": 0}))["rows"].tolist()
    [2]
    """
    if in_arrays(frame):
        table = arrays.cells(collect(frame), keys[1], about["refunds"] > 0, money)
        return nw.from_native(table).lazy()
    totals = [nw.len().alias("rows"), *([nw.col("amount").sum()] if money else [])]
    if about["refunds"]:
        frame = frame.with_columns((nw.col("amount") >= 0).cast(nw.Int64).alias("orders"))
        totals.append(nw.col("orders").sum())
    return frame.group_by(*keys).agg(*totals)


def by_customer(frame, about, opening=False):
    """Reduce a log with money to one row a customer, as a `pandas.DataFrame` with the sorted index ``customer_id``.

    Columns ``first`` and ``last`` day with a purchase (NaT without one), ``days`` with a purchase, ``rows``, ``spend``
    and, if the `opening` is asked for, ``first_spend``, that of the first day. Money only if the log has it.

    >>> day = pd.Timestamp("2026-02-09")
    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A"], "date": [day]})).lazy()
    >>> by_customer(frame, {"refunds": 0})[["days", "rows"]].to_numpy().tolist()
    [[1, 1]]
    """
    if in_arrays(frame):
        log = collect(frame)
        return arrays.by_customer(log, about["refunds"] > 0, "amount" in log, opening)
    money = "amount" in frame.collect_schema().names()
    daily = sums(frame, ["customer_id", "date"], about, money)
    date = nw.col("date")
    if about["refunds"]:  # a day with refunds only is no purchase
        daily = daily.with_columns(date=nw.when(nw.col("orders") > 0).then(date))
    totals = {"first": date.min(), "last": date.max(), "days": date.count(), "rows": nw.col("rows").sum()}
    if money:
        totals["spend"] = nw.col("amount").sum()
    if money and opening and frame.implementation.is_duckdb():
        totals["first_spend"] = nw.col("amount").first(order_by="date")
    elif money and opening:  # Spark and polars; a window costs DuckDB more
        begun = nw.when(date == date.min().over("customer_id")).then(nw.col("amount"))
        daily, totals["first_spend"] = daily.with_columns(begun=begun), nw.col("begun").sum()
    table = collect(daily.group_by("customer_id").agg(**totals)).set_index("customer_id").sort_index()
    kinds = {"first": "datetime64[us]", "last": "datetime64[us]", "days": "int64", "rows": "int64"}
    return table.astype(kinds | ({"spend": "float64"} if money else {}))


def tidy(cells):
    """Load such a table, by now small, with whole numbers, and customers that are no categories.

    >>> tidy(nw.from_native(pd.DataFrame({"customer_id": ["A"], "rows": [2.0]})).lazy())
      customer_id  rows  orders
    0           A     2       2
    """
    cells = collect(cells)
    if "customer_id" in cells and isinstance(kind := cells["customer_id"].dtype, pd.CategoricalDtype):
        cells["customer_id"] = cells["customer_id"].astype(kind.categories.dtype)
    counts = [name for name in cells.columns if name not in ("customer_id", "date", "amount")]
    if kinds := {name: "int64" for name in counts if cells[name].dtype != "int64"}:
        cells = cells.astype(kinds)
    return cells if "orders" in cells else cells.assign(orders=cells["rows"])


def purchases(table):
    """Return the rows of such a table with a purchase, not only refunds.

    >>> len(purchases(pd.DataFrame({"customer_id": ["A", "B"], "orders": [1, 0]})))
    1
    """
    bought = table[table["orders"] > 0]
    if bought.empty:
        raise ValueError(say("The log holds refunds only: no purchase is left.", "交易记录里只有退货，没有一笔购买。"))
    return bought


def with_rest(about, counted):
    """Return what is excluded, and that the rows neither excluded nor counted lie after the end.

    >>> with_rest({"rows": 9, "excluded": {"refunds": 1}}, counted=5)
    {'refunds': 1, 'rows after end': 3}
    """
    rest = about["rows"] - sum(about["excluded"].values()) - int(counted)
    return about["excluded"] | {"rows after end": rest}


def period_numbers(days, period):
    """Return the number of the period of each moment: months and quarters from the year 0, weeks from the year 1.

    >>> np.diff(period_numbers(pd.to_datetime(["2025-12-31", "2026-02-01"]), "month"))
    array([2])
    """
    days = np.asarray(pd.DatetimeIndex(days))
    if period == "week":
        return (days.astype("datetime64[D]").astype("int64") + _MONDAY_TO_1970) // 7
    months = days.astype("datetime64[M]").astype("int64") + 12 * 1970
    return months if period == "month" else months // 3


def first_days(numbers, period):
    """Return the first day of each period, from its number.

    >>> first_days([24_312], "month")[0]
    Timestamp('2026-01-01 00:00:00')
    """
    numbers = np.asarray(numbers, dtype="int64")
    if period == "week":
        days = (numbers * 7 - _MONDAY_TO_1970).astype("datetime64[D]")
    else:
        days = (numbers * (1 if period == "month" else 3) - 12 * 1970).astype("datetime64[M]")
    return pd.DatetimeIndex(days.astype("datetime64[us]"), name="cohort")


def period_from(start, period):
    """Return the number of the period that begins on a day; refuse any other day.

    >>> period_from("2026-01-01", "month")
    24312
    """
    first = checks.day(start, "start")
    number = period_numbers([first], period)
    begun = first_days(number, period)[0]
    if begun != first:
        given, begun, zh = first.date(), begun.date(), _ZH[period]
        en = f"start = {given} is not the first day of a {period}: give {begun} or that of the next."
        zh = f"start = {given} 不是一个{zh}的第一天：请写 {begun}，或者下一个{zh}的第一天。"
        raise ValueError(say(en, zh))
    return int(number[0])


def last_complete(about, period):
    """Return the number of the last period that is observed to its last day.

    >>> first, end = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-03-30")
    >>> first_days([last_complete({"first": first, "end": end}, "month")], "month")[0]
    Timestamp('2026-02-01 00:00:00')
    """
    first, end = about["first"], about["end"]
    begun, known = period_numbers([first, end + pd.Timedelta(days=1)], period) - [0, 1]
    if known < begun:
        first, end = first.date(), end.date()
        en = f"No {period} of the log is complete: it begins on {first} and is observed to {end}. "
        zh = f"交易记录里没有一个完整的{_ZH[period]}：它从 {first} 开始，观察到 {end} 为止。"
        en += "Give end=, the last day observed, or choose a shorter period."
        raise ValueError(say(en, zh + "请用 end= 指明观察的最后一天，或者换更短的 period。"))
    refuse_many_periods(int(known - begun) + 1, period, first, end)
    return int(known)


def _number(day, period):
    """The number of the period of a day, as an expression of narwhals."""
    year = day.dt.year()
    if period == "week":  # 1 January of the year 1 was a Monday
        gone = year - 1
        return (gone * 365 + gone // 4 - gone // 100 + gone // 400 + day.dt.ordinal_day() - 1) // 7
    return year * 12 + day.dt.month() - 1 if period == "month" else year * 4 + (day.dt.month() - 1) // 3
