"""A log is opened: its columns found, its faults refused or set aside and counted, on every engine."""

from dataclasses import dataclass, fields, replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.logs import faults, ids, spotless
from crmlib.logs.engines import collect, count, distinct, lazy, with_days

SET_ASIDE = ("missing ids", "duplicates")
REFUNDS = ("raise", "set aside", "net")


class _IfThere(str):
    """The name of a column by default, which a log may lack; a name that somebody writes must be in the log."""


IF_THERE = _IfThere("amount")


@dataclass(frozen=True)
class LogOptions:
    """The six parameters with which a log is read, in one object; `open_log` explains them.

    >>> LogOptions(end="2026-03-31").end
    Timestamp('2026-03-31 00:00:00')
    """

    customer_id: str = "customer_id"
    date: str | None = "date"
    amount: str | None = None
    set_aside: Any = ()
    refunds: str = "raise"
    end: Any = None

    def __post_init__(self):
        for part in ("customer_id", "date", "amount"):
            column = getattr(self, part)
            if column is None and part == "customer_id":
                en = "Missing column: None. Name the column of the customers: customer_id=."
                raise ValueError(say(en, "缺少列：None。请用 customer_id= 指明客户列。"))
            if column is not None and not isinstance(column, str):
                en, zh = f"{part} = {checks.quoted(column)}: ", f"{part} = {checks.quoted(column)} 不对："
                raise TypeError(say(f"{en}the name of a column is needed.", f"{zh}应为列名。"))
        given = self.set_aside
        reasons = tuple(given) if isinstance(given, (list, tuple, set)) else (given,)
        unknown = [reason for reason in reasons if not (isinstance(reason, str) and reason in SET_ASIDE)]
        if unknown:
            en = f'set_aside = {unknown}: it knows "missing ids" and "duplicates".'
            raise ValueError(say(en, f'set_aside = {unknown} 不对：只能写 "missing ids" 和 "duplicates"。'))
        way = self.refunds
        if not (isinstance(way, str) and way in REFUNDS):
            en = f'refunds = {way!r}: choose "raise", "set aside" or "net".'
            raise ValueError(say(en, f'refunds = {way!r} 不对：请在 "raise"、"set aside"、"net" 中选一个。'))
        if way != "raise" and self.amount is None:
            en = f'refunds = "{way}" needs the column of the money: give amount="…".'
            raise ValueError(say(en, f'refunds = "{way}" 要用到金额：请用 amount="…" 指明金额列。'))
        object.__setattr__(self, "set_aside", reasons)
        object.__setattr__(self, "end", None if self.end is None else checks.day(self.end, "end"))

    def if_money(self, log, needed=False):
        """Return the options without the amount if nobody named that column, or asks for money, and the log lacks it.

        >>> LogOptions(amount=IF_THERE).if_money(pd.DataFrame({"customer_id": [1]})).amount is None
        True
        """
        if checks.flag(needed, "needed") and self.amount is None:
            raise ValueError(say("Name the column that holds the money: amount=.", "请用 amount= 指明金额列。"))
        if not isinstance(self.amount, _IfThere) or needed or self.refunds != "raise":
            return self
        return self if self.amount in lazy(log).collect_schema().names() else replace(self, amount=None)


def open_log(log, options=None, **keywords):
    """Check a transaction log; return it as a lazy narwhals frame, and what there is to say about it.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a transaction. It is read, never changed, and a lazy one is not loaded into memory.
    options : LogOptions, optional
        The parameters that follow, in one object; else give them as keywords.
    customer_id, date, amount : str, optional
        Columns that hold the customer (an id of blanks is missing), the moment of the transaction, from 1900 on, and,
        if asked for, the money. Without a date (None) any table will do that has a customer in each row.
    set_aside : str or list of str
        Faulty rows to leave out and count instead of refusing the log: "missing ids", "duplicates" (rows with an id
        that equal another one in all columns of the log; one of them stays).
    refunds : {"raise", "set aside", "net"}
        Negative amounts: refuse the log, leave these rows out, or keep them, so that they reduce a customer's spend. A
        row kept with a negative amount is no purchase: whoever counts purchases filters ``amount >= 0``.
    end : str or date, optional
        Last day observed, which may lie in the future; the last day of the log if not given. Later rows are left out
        and counted by whoever sums up. Without it, a date in the future is a fault.

    Returns
    -------
    narwhals.LazyFrame, dict
        Columns ``customer_id`` and, if asked for, ``date`` (the day) and ``amount``: without the rows set aside, but
        with those after `end`. Of the whole log: ``rows``; with a date the ``first`` and ``last`` day and the ``end``
        (`pandas.Timestamp`); ``refunds`` (rows with a negative amount, set aside or kept); ``excluded`` (reason: rows
        left out, for each reason allowed for by `set_aside` and `refunds`; a row counts once); ``refunds_known``
        (whether there is an amount to tell refunds by: without one, each counts as a purchase).

    Raises
    ------
    TypeError, ValueError
        If ids, dates or amounts are of a wrong type, missing, negative, infinite or in the future, or no row is left.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Q1", None], "date": pd.to_datetime(["2026-03-01", "2026-03-06"])})
    >>> frame, about = open_log(log, set_aside="missing ids")
    >>> about["rows"], about["excluded"]
    (2, {'missing ids': 1})
    """
    if options is None:
        known = [part.name for part in fields(LogOptions)]
        if unknown := sorted(keywords.keys() - set(known)):
            en = f"{checks.first(unknown)}: no such argument. There are {', '.join(known)}."
            raise TypeError(say(en, f"没有参数 {checks.first(unknown)}，只有 {'、'.join(known)}。"))
        options = LogOptions(**keywords)
    elif not isinstance(options, LogOptions) or options.date is None:  # whoever has options counts days
        name, value = ("date", None) if isinstance(options, LogOptions) else ("options", checks.quoted(options))
        needed = ("the column of the dates", "日期列的列名") if name == "date" else ("LogOptions(…)",) * 2
        raise TypeError(say(f"{name} = {value}: {needed[0]} is needed.", f"{name} = {value} 不对：应为{needed[1]}。"))
    customer_id, date, amount, refunds = options.customer_id, options.date, options.amount, options.refunds
    table = with_days(lazy(_with_dates(log, date)), date)
    schema = table.collect_schema()
    names = {"customer_id": customer_id}
    names |= {part: column for part, column in (("date", date), ("amount", amount)) if column is not None}
    faults.refuse_columns(table, schema, names)
    if (opened := spotless.read(table, names, options)) is not None:
        return opened
    unknown, found = ids.missing(schema, customer_id), faults.in_rows(schema, names, options)
    refund = {} if refunds == "raise" else {"refunds": (nw.col(amount) < 0) & ~unknown}
    conditions = {"missing ids": unknown} | refund | {f"fault {i}": fault for i, (fault, *_) in enumerate(found)}
    span = [] if date is None else [nw.col(date).min().alias("first"), nw.col(date).max().alias("last")]
    counts = count(table, conditions, *span)
    rows = int(counts["rows"])
    if not rows:
        raise ValueError(say("The log is empty: its table has no row.", "交易记录是一张空表，一行也没有。"))
    for i, (fault, en, zh) in enumerate(found):
        if counts[f"fault {i}"]:
            shown = collect(table.filter(fault).select(*names.values()).head(3))
            raise ValueError(checks.bad_rows(en, zh, int(counts[f"fault {i}"]), rows, shown))
    about = {"rows": rows} | {key: pd.Timestamp(counts[key]).normalize() for key in ("first", "last") if span}
    if span:
        faults.refuse_span(table, schema, names, about, options.end)
        about["end"] = about["last"] if options.end is None else options.end

    excluded = {}
    if "missing ids" in options.set_aside:
        table, excluded["missing ids"] = table.filter(~unknown), int(counts["missing ids"])
    if "duplicates" in options.set_aside and sum(excluded.values()) < rows:
        table = distinct(table)
        counts = count(table, refund)
        excluded["duplicates"] = rows - sum(excluded.values()) - int(counts["rows"])
    about |= {"refunds": int(counts["refunds"]) if refund else 0, "excluded": excluded}
    about["refunds_known"] = amount is not None
    if refunds == "set aside":
        table, excluded["refunds"] = table.filter(nw.col(amount) >= 0), about["refunds"]
    if sum(excluded.values()) == rows:
        en = f"All {rows} rows of the log are set aside: {excluded}. Nothing is left."
        raise ValueError(say(en, f"交易记录的全部 {rows} 行都被剔除：{excluded}。什么也没有剩下。"))
    return _named(table, schema, names), about


def _named(table, schema, names):
    """The columns asked for, under the course's names; moments become days, amounts floats."""
    frame = table.select(nw.col(column).alias(name) for name, column in names.items())
    if "amount" in names:
        frame = frame.with_columns(nw.col("amount").cast(nw.Float64))
    if "date" not in names:
        return frame
    # A database compares dates faster than moments; pandas has no dates of its own.
    if frame.implementation.is_pandas_like():
        moments = nw.col("date").cast(nw.Datetime("us")) if schema[names["date"]] == nw.Date else nw.col("date")
        return frame.with_columns(moments.dt.truncate("1d"))
    return frame if schema[names["date"]] == nw.Date else frame.with_columns(nw.col("date").dt.date())


def _with_dates(log, date):
    """A table of pandas or Arrow whose dates are objects, categories or unknown to narwhals, with its own kind."""
    if hasattr(log, "column_names") and isinstance(date, str) and log.column_names.count(date) == 1:
        milliseconds = str(log.schema.field(date).type).startswith("date64")
        return log.set_column(log.column_names.index(date), date, log[date].cast("date32")) if milliseconds else log
    held = log[date] if isinstance(log, pd.DataFrame) and isinstance(date, str) and date in log else None
    if not isinstance(held, pd.Series) or (isinstance(held.dtype, np.dtype) and held.dtype.kind == "M"):
        return log
    found = checks.of_dates(held)
    return log if found is None else log.assign(**{date: found})
