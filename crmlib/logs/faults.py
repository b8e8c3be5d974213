"""What makes a log unusable, and the sentences that say so: types of columns, bad rows, dates too early or late."""

import narwhals as nw
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.logs import ids
from crmlib.logs.engines import collect, count, distinct, in_memory

EARLIEST = pd.Timestamp("1900-01-01")  # of which year no purchase is older
LARGEST = 1e100  # an amount beyond this is no money, and its sums are infinite
MOST_PERIODS = 2_600  # fifty years of weeks


def refuse_columns(table, schema, names):
    """Refuse a log that lacks a column, uses one twice, or holds something else in it.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": [1]})).lazy()
    >>> refuse_columns(frame, frame.collect_schema(), {"customer_id": "customer_id"})
    """
    checks.require_columns(schema.names(), names.values())
    if len(set(names.values())) < len(names):
        raise ValueError(say(f"One column cannot play two parts: {names}.", f"同一列不能兼作两用：{names}。"))
    ids.refuse_mixed(table, schema[names["customer_id"]], names["customer_id"])
    date, amount = names.get("date"), names.get("amount")
    if date is not None and not _is_date(schema[date]):
        raise TypeError(checks.no_dates(_values(table, date), schema[date], date, "log", _engine(table)))
    if amount is not None and not schema[amount].is_numeric():
        raise TypeError(checks.no_numbers(_values(table, amount), schema[amount], amount, "log", _engine(table)))


def in_rows(schema, names, options):
    """List the conditions that make a row of a log unusable, with the sentence for each.

    >>> from crmlib.logs import LogOptions
    >>> len(in_rows({"client": nw.String}, {"customer_id": "client"}, LogOptions()))
    1
    """
    customer_id, date, amount = names["customer_id"], names.get("date"), names.get("amount")
    unknown = ids.missing(schema, customer_id)

    faults = []
    for column in (name for name in (date, amount) if name is not None):
        en = f'Column "{column}" is empty (NaN) in some rows: fill them or take them out'
        faults.append((ids.missing(schema, column), en, f"“{column}”列有空值（NaN），请补上，或者删去这些行"))
    if amount is not None and schema[amount].is_float():
        en = f'Column "{amount}" is infinite or beyond {LARGEST:g} in some rows: correct them'
        faults.append((nw.col(amount).abs() > LARGEST, en, f"“{amount}”列有无穷大或者超过 {LARGEST:g} 的数，请更正"))
    if amount is not None and options.refunds == "raise":
        net, aside = 'refunds="net"', 'refunds="set aside"'
        en = f'Column "{amount}" is negative in some rows: if these are refunds, choose {net} '
        en += f"(they reduce what the customer spent) or {aside} (leave them out)"
        zh = f"“{amount}”列有负数：如果是退货，请选 {net}（冲减该客户的消费额）或 {aside}（剔除这些行）"
        faults.append((nw.col(amount) < 0, en, zh))
    faults += ids.rounded(schema, customer_id)
    if "missing ids" in options.set_aside:
        return [(fault & ~unknown, en, zh) for fault, en, zh in faults]
    how = 'set_aside=["missing ids"]'
    en = f'Column "{customer_id}" is empty (NaN, blank) in some rows: fill them, or leave these rows out and count '
    zh = f"“{customer_id}”列有空值（NaN 或空白），请补上，或者用 {how} 剔除这些行并计数"
    return [(unknown, f"{en}them with {how}", zh), *faults]


def refuse_span(table, schema, names, about, end):
    """Refuse dates before 1900, an end before the log begins and, without an end, dates in the future.

    >>> refuse_span(None, None, None, {"first": EARLIEST}, end=EARLIEST)
    """
    if about["first"] < EARLIEST:
        en = 'Column "{}" holds a date before 1900 (a year such as 26 for 2026, or a placeholder): correct these rows'
        zh = "“{}”列有 1900 年以前的日期（例如把 2026 年写成了 26 年，或者是占位的日期），请更正这些行"
        _refuse_dates(table, schema, names, about, en, zh, before=EARLIEST)
    if end is not None and end < about["first"]:
        end, first, final = end.date(), about["first"].date(), about["last"].date()
        en = f"end = {end} lies before the first purchase. The log runs from {first} to {final}."
        raise ValueError(say(en, f"end = {end} 早于第一笔购买。交易记录从 {first} 到 {final}。"))
    today = pd.Timestamp.now().normalize()
    if end is not None or about["last"] <= today:
        return
    en = f'Column "{{}}" holds a date in the future (today is {today.date()}): correct these rows, '
    en += "or give end=, the last day to look at"
    zh = f"“{{}}”列有未来的日期（今天是 {today.date()}），请更正这些行，或者用 end= 指明观察的最后一天"
    _refuse_dates(table, schema, names, about, en, zh, since=today + pd.Timedelta(days=1))


def refuse_many_periods(periods, period, first, last):
    """Refuse to spread a table over more periods than a firm can have lived through.

    >>> refuse_many_periods(12, "month", EARLIEST, EARLIEST)
    """
    if periods > MOST_PERIODS:
        first, last = first.date(), last.date()
        en = f"From {first} to {last} there are {periods:,} periods ({period}), more than {MOST_PERIODS:,}: is one of "
        zh = f"从 {first} 到 {last} 有 {periods:,} 个时期（{period}），超过 {MOST_PERIODS:,} 个：是不是哪个日期写错了？"
        raise ValueError(
            say(
                f"{en}these dates mistyped? Correct it, or choose a longer period.",
                f"{zh}请更正，或者换更长的 period。",
            )
        )


def _refuse_dates(table, schema, names, about, en, zh, before=None, since=None):
    date = names["date"]
    limit = (since if before is None else before).to_pydatetime()
    limit = limit.date() if schema[date] == nw.Date else limit
    rows = table.filter(nw.col(date) >= limit if before is None else nw.col(date) < limit)
    shown = collect(rows.select(*names.values()).head(3))
    raise ValueError(
        checks.bad_rows(en.format(date), zh.format(date), int(count(rows, {})["rows"]), about["rows"], shown)
    )


def _is_date(dtype):
    return dtype == nw.Date or (dtype == nw.Datetime and dtype.time_zone is None)


def _engine(table):
    kind = table.implementation
    if kind.is_pandas_like() or kind.is_polars():
        return "polars" if kind.is_polars() else "pandas"
    return "spark" if kind.is_spark_like() else "duckdb"


def _values(table, column):
    """The values of a column, none missing; of a database the first ten thousand that differ."""
    values = table.select(column)
    if not in_memory(table):
        values = distinct(values.filter(~nw.col(column).is_null())).head(10_000)
    return collect(values)[column].dropna()
