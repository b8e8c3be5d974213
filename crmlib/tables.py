"""Check the tables that the course computes on: what is wrong, in how many rows, in which, and what to do about it."""

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib.language import say


def open_log(log, *, customer_id="customer_id", date="date", amount=None):
    """Check a transaction log and return it as a lazy narwhals frame with the course's column names.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a transaction. It is read, never changed, and a lazy one is not loaded into memory.
    customer_id, date : str
        Columns that hold the customer and the moment of the transaction.
    amount : str, optional
        Column that holds the money.

    Returns
    -------
    narwhals.LazyFrame
        Columns ``customer_id``, ``date`` (the day) and, if asked for, ``amount``.
    dict
        ``rows`` and the ``first`` and ``last`` day of the log (`pandas.Timestamp`).

    Raises
    ------
    TypeError
        If `log` is no table, or dates or amounts are of a wrong type.
    ValueError
        If a column is missing, the log is empty, or ids, dates or amounts are missing, negative or infinite.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": [7, 7], "date": pd.to_datetime(["2026-03-01 09:30", "2026-03-05 17:00"])})
    >>> frame, about = open_log(log)
    >>> about["rows"], about["last"]
    (2, Timestamp('2026-03-05 00:00:00'))
    """
    frame = _lazy(log)
    schema = frame.collect_schema()
    names = {"customer_id": customer_id, "date": date} | ({"amount": amount} if amount is not None else {})
    require_columns(schema.names(), names.values())
    if len(set(names.values())) < len(names):
        raise ValueError(say(f"One column cannot play two parts: {names}.", f"同一列不能兼作两用：{names}。"))
    _check_dates(frame, schema[date], date)
    frame = frame.select(nw.col(column).alias(name) for name, column in names.items())
    faults = _faults(frame, schema, names)
    counts = collect(frame.select(
        nw.len().alias("rows"), nw.col("date").min().alias("first"), nw.col("date").max().alias("last"),
        *(fault.cast(nw.Int64).sum().alias(f"fault {i}") for i, (fault, *_) in enumerate(faults)),
    )).iloc[0]
    if not counts["rows"]:
        raise ValueError(say("The transaction log is empty: it has no row.", "交易记录是空表，一行也没有。"))
    for i, (fault, en, zh) in enumerate(faults):
        if counts[f"fault {i}"]:
            shown = collect(frame.filter(fault).head(3)).rename(columns=names)
            raise ValueError(bad_rows(en, zh, int(counts[f"fault {i}"]), int(counts["rows"]), shown))
    if "amount" in names:
        frame = frame.with_columns(nw.col("amount").cast(nw.Float64))
    about = {"rows": int(counts["rows"])} | {key: pd.Timestamp(counts[key]).normalize() for key in ("first", "last")}
    if schema[date] != nw.Date:
        # A database compares dates faster than moments; pandas has no dates of its own.
        whole = nw.col("date").dt.truncate("1d") if frame.implementation.is_pandas_like() else nw.col("date").dt.date()
        frame = frame.with_columns(whole)
    return frame, about


def in_memory(frame):
    """Say whether a narwhals frame is held in memory, not in a database or on Spark.

    Examples
    --------
    >>> in_memory(nw.from_native(pd.DataFrame()).lazy())
    True
    """
    return not (frame.implementation.is_duckdb() or frame.implementation.is_spark_like())


def collect(frame):
    """Return a lazy narwhals frame, by now small, as a `pandas.DataFrame`, without a detour over pyarrow.

    Examples
    --------
    >>> collect(nw.from_native(pd.DataFrame({"x": [1, 2]})).lazy())["x"].sum()
    np.int64(3)
    """
    if not in_memory(frame):
        return frame.collect(backend="pandas").to_native()
    frame = frame.collect()
    if frame.implementation.is_pandas():
        return frame.to_native()
    return pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})


def day(moment, name):
    """Return a moment as the `pandas.Timestamp` of its day.

    Parameters
    ----------
    moment : str, datetime.date, datetime.datetime, pandas.Timestamp
    name : str
        The argument's name, for the error.

    Raises
    ------
    ValueError
        If it is no date, or carries a time zone, which dates of a log must not.

    Examples
    --------
    >>> day("1997-09-30", "end")
    Timestamp('1997-09-30 00:00:00')
    """
    try:
        # A bare number would be read as nanoseconds since 1970.
        stamp = pd.NaT if isinstance(moment, (int, float)) else pd.Timestamp(moment)
    except (ValueError, TypeError):
        stamp = pd.NaT
    if pd.isna(stamp):
        raise ValueError(say(f'{name} = {moment!r} is not a date: write it as "1997-09-30".',
                             f"{name} = {moment!r} 不是日期：请写成“1997-09-30”的样子。"))
    if stamp.tz is not None:
        raise ValueError(say(f"{name} carries a time zone ({stamp.tz}), the log has none: give the plain day.",
                             f"{name} 带时区（{stamp.tz}），而交易记录不带时区：只写日期就行。"))
    return stamp.normalize()


def require_columns(present, needed):
    """Raise a `ValueError` that names the columns of `needed` that are not among those `present`.

    Examples
    --------
    >>> require_columns(["date", "usd"], ["date"])
    """
    missing = [name for name in needed if name not in list(present)]
    if missing:
        there = ", ".join(map(str, present)) or "-"
        raise ValueError(say(
            f"Missing column: {', '.join(map(str, missing))}. The table has: {there}. Rename a column or name yours.",
            f"缺少列：{'、'.join(map(str, missing))}。表中现有的列：{there}。请改列名，或者用参数指明列名。",
        ))


def numbers(frame, column, *, minimum=0.0, optional=None):
    """Return a column of a `pandas.DataFrame` as floats, or say which rows hold something else.

    Parameters
    ----------
    frame : pandas.DataFrame
    column : str
    minimum : float
        The smallest value allowed.
    optional : array of bool, optional
        Rows in which the value may be missing.

    Returns
    -------
    numpy.ndarray of float

    Raises
    ------
    TypeError
        If the column does not hold numbers.
    ValueError
        If values are missing, infinite or below the minimum.

    Examples
    --------
    >>> numbers(pd.DataFrame({"frequency": [0, 3]}), "frequency")
    array([0., 3.])
    """
    require_columns(frame.columns, [column])
    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise TypeError(say(
            f'Column "{column}" holds {values.dtype}, not numbers: convert it with pd.to_numeric(table["{column}"]).',
            f'“{column}”列的类型是 {values.dtype}，不是数值：请用 pd.to_numeric(table["{column}"]) 转换。',
        ))
    values = values.to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(values) | (values < minimum)
    if optional is not None:
        bad &= ~(optional & np.isnan(values))
    if bad.any():
        raise ValueError(bad_rows(
            f'Column "{column}" is missing, infinite or below {minimum:g}: correct these rows or take them out',
            f"“{column}”列有缺失值、无穷值或小于 {minimum:g} 的值，请更正或者删去这些行",
            bad.sum(), len(frame), frame.loc[bad].head(3)))
    return values


def require_unique_index(frame):
    """Raise a `ValueError` that names the keys which the table's index holds twice.

    Examples
    --------
    >>> require_unique_index(pd.DataFrame(index=[1, 2]))
    """
    twice = frame.index[frame.index.duplicated()].unique()
    if len(twice):
        shown = ", ".join(map(str, twice[:3]))
        raise ValueError(say(f"{len(twice)} keys stand in the index more than once, first: {shown}. One row a key.",
                             f"索引中有 {len(twice)} 个键重复出现，前几个是：{shown}。每个键只能占一行。"))


def bad_rows(en, zh, count, total, shown):
    """Return a sentence about bad rows: what is wrong, in how many, and the first of them.

    Examples
    --------
    >>> print(bad_rows("No amount", "没有金额", 1, 9, pd.DataFrame({"amount": [None]}, index=[4])))
    No amount. 1 of 9 rows, first:
      amount
    4   None
    """
    return say(f"{en}. {count} of {total} rows, first:\n{shown}",
               f"{zh}。共 {total} 行，其中有问题的 {count} 行，前几行：\n{shown}")


def _lazy(table):
    try:
        return nw.from_native(table).lazy()
    except TypeError:
        raise TypeError(say(
            f"A table is needed (pandas, polars, pyarrow, DuckDB relation), not {type(table).__name__}.",
            f"这里需要一张表（pandas、polars、pyarrow 或 DuckDB 关系），收到的却是 {type(table).__name__}。",
        )) from None


def _check_dates(frame, dtype, date):
    if dtype == nw.Datetime and dtype.time_zone is not None:
        raise TypeError(say(
            f'Column "{date}" carries a time zone ({dtype.time_zone}), so the day of a purchase is not settled. Choose '
            f'the zone of your shop and drop it: log["{date}"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).',
            f"“{date}”列带时区（{dtype.time_zone}），一笔购买算在哪一天还不确定。请先换成门店所在的时区，再去掉时区："
            f'log["{date}"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)。',
        ))
    if dtype == nw.Datetime or dtype == nw.Date:
        return
    en, zh = _unreadable(frame, dtype, date)
    if frame.implementation.is_polars():
        how = f'pl.col("{date}").str.to_date()'
    elif not frame.implementation.is_pandas_like():
        how = f'CAST("{date}" AS DATE)'
    elif dtype.is_integer():
        how = f'pd.to_datetime(log["{date}"].astype(str), format="%Y%m%d")'
    else:
        how = f'pd.to_datetime(log["{date}"])'
    raise TypeError(say(f'Column "{date}" holds {dtype}, not dates: convert it with {how}.{en}',
                        f"“{date}”列的类型是 {dtype}，不是日期：请用 {how} 转换。{zh}"))


def _unreadable(frame, dtype, date):
    """Say which values pandas cannot read as dates; only where the column is in its memory."""
    if not frame.implementation.is_pandas() or dtype.is_numeric():
        return "", ""
    column = collect(frame.select(date))[date]
    zones = {str(getattr(value, "tzinfo", None)) for value in column}
    if len(zones) > 1 or zones != {"None"}:
        return (f" It mixes time zones ({', '.join(sorted(zones))}): bring them to one, pd.to_datetime(…, utc=True).",
                f"这一列混有不同的时区（{'、'.join(sorted(zones))}）：请先用 pd.to_datetime(…, utc=True) 统一。")
    bad = column[pd.to_datetime(column, errors="coerce", format="mixed", utc=True).isna()]
    if not len(bad):
        return "", ""
    shown = ", ".join(f"{value!r} (row {key})" for key, value in bad.head(3).items())
    return (f" {len(bad)} of {len(column)} cannot be read as dates: {shown}; correct them first.",
            f"其中 {len(bad)} 个（共 {len(column)} 个）读不成日期：{shown}，请先更正。")


def _faults(frame, schema, names):
    """List the conditions that make a row of a log unusable, with the sentence for each."""
    def missing(name):
        column = nw.col(name)
        return column.is_null() | column.is_nan() if schema[names[name]].is_float() else column.is_null()

    def empty(name):
        column = names[name]
        return (missing(name), f'Column "{column}" is empty (NaN) in some rows: fill them or take them out',
                f"“{column}”列有空值（NaN），请补上，或者删去这些行")

    faults = [empty("customer_id"), empty("date")]
    if "amount" not in names:
        return faults
    amount = names["amount"]
    if not schema[amount].is_numeric():
        raise TypeError(say(
            f'Column "{amount}" holds {schema[amount]}, not numbers: convert it with pd.to_numeric(log["{amount}"]).',
            f'“{amount}”列的类型是 {schema[amount]}，不是数值：请用 pd.to_numeric(log["{amount}"]) 转换。',
        ))
    return faults + [
        empty("amount"),
        (nw.col("amount") < 0,
         f'Column "{amount}" is negative in some rows: set refunds off against their purchase, or take the rows out',
         f"“{amount}”列有负数，退货请先与原购买冲抵，或者删去这些行"),
        (nw.col("amount") == float("inf"), f'Column "{amount}" is infinite in some rows: correct them',
         f"“{amount}”列有无穷大，请更正"),
    ]
