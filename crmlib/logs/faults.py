"""What makes a log unusable, and the sentences that say so: types of columns, rows, dates in the future."""

import narwhals as nw
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.logs.engines import collect, count


def refuse_columns(table, schema, names):
    """Refuse a log that lacks a column, uses one twice, or holds something else in it.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": [1]})).lazy()
    >>> refuse_columns(frame, frame.collect_schema(), {"customer_id": "customer_id"})
    """
    checks.require_columns(schema.names(), names.values())
    if len(set(names.values())) < len(names):
        raise ValueError(say(f"One column cannot play two parts: {names}.", f"同一列不能兼作两用：{names}。"))
    _refuse_mixed_ids(table, schema[names["customer_id"]], names["customer_id"])
    if "date" in names:
        _refuse_no_dates(table, schema[names["date"]], names["date"])
    amount = names.get("amount")
    if amount is not None and not schema[amount].is_numeric():
        kind, how = schema[amount], f'pd.to_numeric(log["{amount}"])'
        en = f'Column "{amount}" holds {kind}, not numbers: convert it with {how}.'
        raise TypeError(say(en, f"“{amount}”列的类型是 {kind}，不是数值：请用 {how} 转换。"))


def missing(schema, column):
    """The condition that a value is missing; a text without a letter names nobody either.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A", ""]})).lazy()
    >>> len(collect(frame.filter(missing(frame.collect_schema(), "customer_id"))))
    1
    """
    value = nw.col(column)
    if schema[column].is_float():
        return value.is_null() | value.is_nan()
    return value.is_null() | (value == "") if schema[column] == nw.String else value.is_null()


def in_rows(schema, names, options):
    """List the conditions that make a row of a log unusable, with the sentence for each.

    >>> from crmlib.logs import LogOptions
    >>> len(in_rows({"client": nw.String}, {"customer_id": "client"}, LogOptions()))
    1
    """
    customer_id, date, amount = names["customer_id"], names.get("date"), names.get("amount")
    unknown = missing(schema, customer_id)

    faults = []
    for column in (name for name in (date, amount) if name is not None):
        en = f'Column "{column}" is empty (NaN) in some rows: fill them or take them out'
        faults.append((missing(schema, column), en, f"“{column}”列有空值（NaN），请补上，或者删去这些行"))
    if amount is not None:
        en = f'Column "{amount}" is infinite in some rows: correct them'
        faults.append((nw.col(amount).abs() == float("inf"), en, f"“{amount}”列有无穷大，请更正"))
    if amount is not None and options.refunds == "raise":
        net, aside = 'refunds="net"', 'refunds="set aside"'
        en = f'Column "{amount}" is negative in some rows: if these are refunds, choose {net} '
        en += f"(they reduce what the customer spent) or {aside} (leave them out)"
        zh = f"“{amount}”列有负数：如果是退货，请选 {net}（冲减该客户的消费额）或 {aside}（剔除这些行）"
        faults.append((nw.col(amount) < 0, en, zh))
    if "missing ids" in options.set_aside:
        return [(fault & ~unknown, en, zh) for fault, en, zh in faults]
    how = 'set_aside=["missing ids"]'
    en = f'Column "{customer_id}" is empty (NaN) in some rows: fill them, or leave these rows out and count them with '
    return [(unknown, en + how, f"“{customer_id}”列有空值（NaN），请补上，或者用 {how} 剔除这些行并计数"), *faults]


def refuse_span(table, schema, names, about, end):
    """Refuse an end before the log begins and, without an end, dates in the future.

    >>> refuse_span(None, None, None, {"first": 3}, end=3)
    """
    if end is not None and end < about["first"]:
        end, first, final = end.date(), about["first"].date(), about["last"].date()
        en = f"end = {end} lies before the first purchase. The log runs from {first} to {final}."
        raise ValueError(say(en, f"end = {end} 早于第一笔购买。交易记录从 {first} 到 {final}。"))
    today = pd.Timestamp.now().normalize()
    if end is not None or about["last"] <= today:
        return
    date = names["date"]
    tomorrow = (today + pd.Timedelta(days=1)).to_pydatetime()
    later = table.filter(nw.col(date) >= (tomorrow.date() if schema[date] == nw.Date else tomorrow))
    en = f'Column "{date}" holds a date in the future (today is {today.date()}): correct these rows, '
    en += "or give end=, the last day to look at"
    zh = f"“{date}”列有未来的日期（今天是 {today.date()}），请更正这些行，或者用 end= 指明观察的最后一天"
    shown = collect(later.select(*names.values()).head(3))
    raise ValueError(checks.bad_rows(en, zh, int(count(later, {})["rows"]), about["rows"], shown))


def _refuse_mixed_ids(frame, dtype, customer_id):
    """Refuse what has no order; only pandas mixes types in a column."""
    if dtype != nw.Object:
        return
    kinds = {type(value).__name__ for value in collect(frame.select(customer_id))[customer_id].dropna()}
    if "str" in kinds and len(kinds) > 1:
        kinds, how = sorted(kinds), f'log["{customer_id}"].map(str, na_action="ignore")'
        en = f'Column "{customer_id}" mixes {", ".join(kinds)}: make all ids texts, {how}.'
        raise TypeError(say(en, f"“{customer_id}”列混有不同的类型（{'、'.join(kinds)}）：请全部转成文本，{how}。"))


def _refuse_no_dates(frame, dtype, date):
    if dtype == nw.Datetime and dtype.time_zone is not None:
        zone, how = dtype.time_zone, f'log["{date}"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)'
        en = f'Column "{date}" carries a time zone ({zone}), so the day of a purchase is not settled. '
        zh = f"“{date}”列带时区（{zone}），一笔购买算在哪一天还不确定。请先换成门店所在的时区，再去掉时区：{how}。"
        raise TypeError(say(f"{en}Choose the zone of your shop and drop it: {how}.", zh))
    if dtype == nw.Datetime or dtype == nw.Date:
        return
    if frame.implementation.is_polars():
        how = f'pl.col("{date}").str.to_date()'
    elif not frame.implementation.is_pandas_like():
        how = f'CAST("{date}" AS DATE)'
    elif dtype.is_integer():
        how = f'pd.to_datetime(log["{date}"].astype(str), format="%Y%m%d")'
    else:
        how = f'pd.to_datetime(log["{date}"])'
    en, zh = _unreadable(frame, dtype, date)
    en = f'Column "{date}" holds {dtype}, not dates: convert it with {how}.{en}'
    raise TypeError(say(en, f"“{date}”列的类型是 {dtype}，不是日期：请用 {how} 转换。{zh}"))


def _unreadable(frame, dtype, date):
    """Say which values pandas cannot read as dates; only where the column is in its memory."""
    if not frame.implementation.is_pandas() or dtype.is_numeric():
        return "", ""
    column = collect(frame.select(date))[date]
    zones = {str(getattr(value, "tzinfo", None)) for value in column}
    if zones != {"None"}:
        how = "pd.to_datetime(…, utc=True)"
        en = f" It mixes time zones ({', '.join(sorted(zones))}): bring them to one, {how}."
        return en, f"这一列混有不同的时区（{'、'.join(sorted(zones))}）：请先用 {how} 统一。"
    bad = column[pd.to_datetime(column, errors="coerce", format="mixed", utc=True).isna()]
    if not len(bad):
        return "", ""
    shown = ", ".join(f"{value!r} (row {key})" for key, value in bad.head(3).items())
    en = f" {len(bad)} of {len(column)} cannot be read as dates: {shown}; correct them first."
    return en, f"其中 {len(bad)} 个（共 {len(column)} 个）读不成日期：{shown}，请先更正。"
