"""A log with nothing wrong in it is opened at once, by numpy; every other one takes the long road of `open_log`.

A small log of a database comes into memory for that; a large one of pandas goes to DuckDB, which uses all cores.
"""

import functools
import re

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.logs.faults import EARLIEST, LARGEST

FEW = 50_000  # rows of a database: to load and sum them up takes less time than to ask it two questions
MANY = 300_000  # rows of pandas: from here on DuckDB, on two cores, is quicker than numpy
_PLAIN = (np.dtype, pd.StringDtype)


def read(table, names, options):
    """Return what `open_log` returns if the log is plain and no row is at fault; else None.

    >>> from crmlib.logs import LogOptions
    >>> day = pd.Timestamp("2026-02-09")
    >>> log = nw.from_native(pd.DataFrame({"customer_id": ["A"], "date": [day]})).lazy()
    >>> read(log, {"customer_id": "customer_id", "date": "date"}, LogOptions())[1]["end"]
    Timestamp('2026-02-09 00:00:00')
    """
    if "date" not in names or "duplicates" in options.set_aside:
        return None
    log = _columns(table, names)
    if log is None or not len(log["date"]) or not _are_ids(log["customer_id"]):
        return None
    moments, end = log["date"].to_numpy(), options.end
    first, last = (pd.Timestamp(moment.astype("datetime64[D]")) for moment in (moments.min(), moments.max()))
    if first is pd.NaT or first < EARLIEST or (end is None and last > pd.Timestamp.now()) or (end and end < first):
        return None
    about = {"rows": len(moments), "first": first, "last": last, "end": last if end is None else end, "refunds": 0}
    about |= {"excluded": dict.fromkeys(options.set_aside, 0), "refunds_known": "amount" in names}
    log |= {"customer_id": log["customer_id"].reset_index(drop=True), "date": moments}
    if "amount" not in names:
        return _placed(pd.DataFrame(log, copy=False)), about
    log["amount"] = amount = log["amount"].to_numpy(dtype=float)
    low, high = amount.min(), amount.max()
    if not -LARGEST <= low <= high <= LARGEST or (low < 0 and options.refunds == "raise"):  # not, if one is NaN
        return None
    plain = pd.DataFrame(log, copy=False)
    if options.refunds != "raise":
        about["refunds"] = int((amount < 0).sum()) if low < 0 else 0
    if options.refunds == "set aside":
        about["excluded"]["refunds"] = about["refunds"]
        plain = plain[amount >= 0] if low < 0 else plain
    return (_placed(plain), about) if len(plain) else None


def _columns(table, names):
    """The columns of a pandas table, or of a database's that has few rows, if their kinds are plain."""
    native, kind = table.to_native(), table.implementation
    if kind.is_duckdb():
        return _of_few_rows(native, names)
    if not kind.is_pandas():
        return None
    columns = {part: native[column] for part, column in names.items()}
    return columns if all(isinstance(found.dtype, _PLAIN) for found in columns.values()) else None


def _of_few_rows(relation, names):
    """The columns of a relation, if its plan expects few rows at every step, and no value is missing."""
    plan = relation.explain()
    expected = [int(rows.replace(",", "")) for rows in re.findall(r"~([\d,]+) row", plan)]
    if not expected or max(expected) > FEW or re.search("CSV|JSON", plan):  # of texts it only guesses
        return None
    if set(relation.columns) != set(names.values()):
        relation = relation.select(*(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names.values()))
    found = relation.fetchnumpy()
    columns = {part: pd.Series(found[name], dtype=_kind(found[name])) for part, name in names.items()}
    return None if any(np.ma.is_masked(column) for column in found.values()) else columns


def _kind(column):
    """Texts get the kind that a database's own way to pandas gives them."""
    return "str" if column.dtype == object and pd.api.types.infer_dtype(column, skipna=False) == "string" else None


def _are_ids(column):
    """Whole numbers, or texts of which none is missing or blank."""
    if column.dtype.kind in "iu":
        return True
    if not (isinstance(column.dtype, pd.StringDtype) or pd.api.types.infer_dtype(column, skipna=False) == "string"):
        return False
    names = pd.unique(column)
    return not any(pd.isna(name) or not name.strip(checks.BLANK) for name in names)


def _placed(plain):
    """The log, by days, where it is summed up soonest."""
    if len(plain) < MANY or plain["customer_id"].dtype == object:  # DuckDB would give texts back as another kind
        days = plain["date"].to_numpy().astype("datetime64[D]").astype("datetime64[us]")
        return nw.from_native(plain.assign(date=days)).lazy()
    return nw.from_native(_duckdb().cursor().from_df(plain)).lazy().with_columns(nw.col("date").cast(nw.Date))


@functools.cache
def _duckdb():
    import duckdb

    return duckdb.connect()
