"""Dates: one moment, or a column of them in whatever form a table holds them. Nothing is guessed."""

import re
from datetime import date

import numpy as np
import pandas as pd

from crmlib.checks.reading import as_dates
from crmlib.checks.syntax import write
from crmlib.checks.values import quoted
from crmlib.language import say

_ISO = re.compile(
    r"\s*\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d\d(:\d\d(\.\d+)?)?)? ?(Z|[+-]\d\d:?\d\d)?\s*", re.ASCII | re.IGNORECASE
)


def day(value, name):
    """Return the day of a moment (see `moment`), as a `pandas.Timestamp` at midnight.

    >>> day("1997-09-30", "end")
    Timestamp('1997-09-30 00:00:00')
    """
    return moment(value, name).normalize()


def moment(value, name, zone=None):
    """Return a text of the form year-month-day, or a date, datetime or Timestamp without a time zone, as a Timestamp.

    With a `zone` the Timestamp is of that zone, and so may be what is given.

    >>> moment("1997-09-30 18:30", "now")
    Timestamp('1997-09-30 18:30:00')
    """
    one = value.as_py() if hasattr(value, "as_py") else value
    if isinstance(one, (np.ndarray, pd.Series, pd.Index)) and one.size == 1:
        one = np.asarray(one).ravel()[0]
    stamp = _stamp(one)
    if pd.isna(stamp):
        likely = " / ".join(f'"{one}"' for one in _likely(one)) or '"1997-09-30"'
        en = f"{name} = {quoted(value)} is not a date: write it as {likely}, year-month-day."
        raise ValueError(say(en, f"{name} = {quoted(value)} 不是日期：请按年-月-日的顺序写成 {likely} 的样子。"))
    if zone is not None:
        return stamp.tz_localize(zone) if stamp.tz is None else stamp.tz_convert(zone)
    if stamp.tz is not None:
        en = f"{name} carries a time zone ({stamp.tz}), the log has none: give the plain day."
        raise ValueError(say(en, f"{name} 带时区（{stamp.tz}），而交易记录不带时区：只写日期就行。"))
    return stamp


def dates(column, name, table="table", kind=("dates", "日期")):
    """Return a Series of dates of any kind as one of pandas' own, without a time zone; what is missing stays missing.

    >>> dates(pd.Series([date(2026, 1, 5)], dtype=object), "joined").dtype
    dtype('<M8[us]')
    """
    if not isinstance(column, pd.Series):
        raise TypeError(say(f"{name}: a Series of dates is needed.", f"{name}：应为日期的 Series。"))
    found = of_dates(column)
    if found is None:
        raise TypeError(no_dates(column.dropna(), column.dtype, name, table, kind=kind))
    return found


def of_dates(column):
    """Return a Series that holds dates without a time zone, whatever its dtype, as pandas' own; None for any other.

    >>> of_dates(pd.Series(["2026-01-05"])) is None
    True
    """
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column
    values = column.dtype.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    kind, held = values.dtype, pd.api.types.infer_dtype(values, skipna=True)
    zoned = isinstance(kind, pd.DatetimeTZDtype) or getattr(getattr(kind, "pyarrow_dtype", None), "tz", None)
    days = held in ("date", "datetime", "datetime64") or (isinstance(kind, pd.PeriodDtype) and kind.freq in ("D", "B"))
    if zoned or not days or (pd.api.types.is_object_dtype(kind) and any(map(_zone, values))):
        return None
    try:
        plain = column.astype(object) if pd.api.types.is_object_dtype(kind) else column
        return plain.astype("datetime64[us]")
    except (ValueError, TypeError, OverflowError):
        return None


def are_dates(texts):
    """Say whether most of a Series of texts can be read as dates.

    >>> are_dates(pd.Series(["13.12.2024"])), are_dates(pd.Series(["30-39"]))
    (True, False)
    """
    return as_dates(texts, "pandas", "x", "table") is not None


def no_dates(values, dtype, name, table, engine="pandas", kind=("dates", "日期")):
    """Return the sentence that says what a column (its values, none missing) holds instead of dates, with a remedy.

    >>> print(no_dates(pd.Series(["13.12.2024"]), "String", "t", "log", engine="duckdb"))
    Column "t" holds String, not dates ('13.12.2024' = 2024-12-13): convert it, strptime("t", '%d.%m.%Y').
    """
    start_en, start_zh = f'Column "{name}" holds {dtype}, not {kind[0]}', f"“{name}”列的类型是 {dtype}，不是{kind[1]}"
    x = write(engine, "column", name=name, table=table)
    zones = {str(zone) for zone in (*map(_zone, values[:1000]), getattr(dtype, "time_zone", None)) if zone is not None}
    if zones:
        return _zoned(start_en, start_zh, name, zones, values, engine, x)
    if pd.api.types.is_timedelta64_dtype(values) or "uration" in str(dtype):
        en = f"{start_en} but spans of time: add the day from which they run."
        return say(en, f"{start_zh}，而是时间长度：请加上起算的那一天。")
    readable = len(values) and not pd.api.types.is_bool_dtype(values)
    reading = as_dates(values, engine, name, table) if readable else None
    shown = ", ".join(map(repr, values.head(3).tolist()))
    if reading is None:
        en = f"{start_en}, and its form is not known ({shown}): convert it to dates before."
        return say(en, f"{start_zh}，也看不出写法（{shown}）：请先转换成日期。")
    (en, zh), (way, *others), bad = reading.meaning, reading.ways, ("", "")
    if others:
        how_en = f"day and month are not settled: choose one, {way} or {' or '.join(others)}"
        how_zh = f"日和月的先后无法断定：请选其一，{way} 或 {' 或 '.join(others)}"
    else:
        how_en, how_zh = f"convert it, {way}", f"请转换，{way}"
    if reading.bad.any():
        bad = _unread(values, reading.bad)
    return say(f"{start_en} ({en}): {how_en}.{bad[0]}", f"{start_zh}（{zh}）：{how_zh}。{bad[1]}")


def _zoned(start_en, start_zh, name, zones, values, engine, x):
    if len(zones) > 1 or values.dtype == object:
        x = f"pd.to_datetime({x}, utc=True)"
    way, shown = write(engine, "local", x), ", ".join(sorted(zones))
    if len(zones) > 1:
        en = f"{start_en} of one zone; it mixes time zones ({shown}). Choose that of your shop and drop it: {way}."
        return say(en, f"{start_zh}，而且混有不同的时区（{shown}）。请换成门店所在的时区，再去掉时区：{way}。")
    en = f'Column "{name}" carries a time zone ({shown}), so the day of a purchase is not settled. Choose the zone of '
    zh = f"“{name}”列带时区（{shown}），一笔购买算在哪一天还不确定。请先换成门店所在的时区，再去掉时区：{way}。"
    return say(f"{en}your shop and drop it: {way}.", zh)


def _unread(values, bad):
    first = values[bad].head(3)
    shown = ", ".join(f"{value!r} (row {key})" for key, value in first.items())
    en = f" {bad.sum()} of {len(bad)} cannot be read as dates: {shown}; correct them first."
    shown = "、".join(f"{value!r}（行 {key}）" for key, value in first.items())
    return en, f"其中 {bad.sum()} 个（共 {len(bad)} 个）读不成日期：{shown}，请先更正。"


def _stamp(one):
    """A Timestamp of what surely is a date, else NaT."""
    if isinstance(one, np.datetime64):
        sure = np.datetime_data(one)[0] not in ("generic", "Y", "M", "W")
    else:
        sure = isinstance(one, date) or (isinstance(one, str) and _ISO.fullmatch(one) is not None)
    try:
        stamp = pd.Timestamp(one) if sure else pd.NaT
    except (ValueError, OverflowError):
        return pd.NaT
    return stamp if stamp is pd.NaT or stamp.year > 0 else pd.NaT


def _likely(one):
    """How a date that was written otherwise should be written; several ways if it is not certain."""
    if isinstance(one, (float, np.floating)) and one % 1 == 0:
        one = int(one)
    texts = pd.Series([str(one)])
    if isinstance(one, (str, int, np.integer)) and not isinstance(one, bool) and not _ISO.fullmatch(texts[0]):
        reading = as_dates(texts, "pandas", "x", "x")
        if reading is not None and " = " in reading.meaning[0]:
            return [part.split()[0].rstrip(",;") for part in reading.meaning[0].split(" = ", 1)[1].split(" or ")]
    return []


def _zone(value):
    return getattr(value, "tzinfo", None)
