"""What engines do differently: tables of every kind become lazy narwhals frames, small frames come back to pandas."""

import narwhals as nw
import pandas as pd

from crmlib import checks
from crmlib.language import say


def lazy(table):
    """Return a table of any engine as a lazy narwhals frame.

    >>> lazy(pd.DataFrame({"x": [1]})).collect_schema().names()
    ['x']
    """
    if type(table).__name__ in ("DataFrame", "Table", "DuckDBPyRelation"):  # the names of a lazy one cost a plan
        checks.unique_columns(table.column_names if hasattr(table, "column_names") else list(table.columns))
    try:
        return nw.from_native(table).lazy()
    except TypeError:
        kind = type(table).__name__
        en = f"log: A table is needed (pandas, polars, pyarrow, DuckDB relation, Spark), not {kind}."
        zh = f"log：这里需要一张表（pandas、polars、pyarrow、DuckDB 关系或 Spark 表），收到的却是 {kind}。"
        raise TypeError(say(en, zh)) from None


def with_days(table, date):
    """Settle the days of Spark's moments: they carry the time zone of its session, in which Spark shows and compares.

    >>> with_days(lazy(pd.DataFrame({"x": [1]})), "date").collect_schema().names()
    ['x']
    """
    kind = table.collect_schema().get(date) if table.implementation.is_spark_like() and isinstance(date, str) else None
    settled = kind is None or kind != nw.Datetime or kind.time_zone is None
    return table if settled else table.with_columns(nw.col(date).dt.date())


def in_memory(frame):
    """Say whether a narwhals frame is held in memory, not in a database or on Spark.

    >>> in_memory(nw.from_native(pd.DataFrame()).lazy())
    True
    """
    return not (frame.implementation.is_duckdb() or frame.implementation.is_spark_like())


def in_arrays(frame):
    """Say whether numpy sums a frame up: pandas, and Arrow, whose joins and windows lose the order of rows.

    >>> in_arrays(nw.from_native(pd.DataFrame()).lazy())
    True
    """
    return frame.implementation.is_pandas_like() or frame.implementation.is_pyarrow()


def collect(frame):
    """Return a lazy narwhals frame, by now small, as a `pandas.DataFrame`, without a detour over pyarrow.

    Only Spark takes one: its own way to pandas warns of pandas 3.

    >>> collect(nw.from_native(pd.DataFrame({"x": [1, 2]})).lazy())["x"].sum()
    np.int64(3)
    """
    if frame.implementation.is_duckdb():
        return frame.collect(backend="pandas").to_native()
    frame = frame.collect(backend="pyarrow") if frame.implementation.is_spark_like() else frame.collect()
    if frame.implementation.is_pandas():
        return frame.to_native()
    return pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})


def count(table, conditions, *totals):
    """Count, in one pass over the table, its rows and those in which each condition holds.

    >>> int(count(lazy(pd.DataFrame({"x": [1, 2]})), {"big": nw.col("x") > 1})["big"])
    1
    """
    sums = (condition.cast(nw.Int64).sum().alias(name) for name, condition in conditions.items())
    return collect(table.select(nw.len().alias("rows"), *totals, *sums)).iloc[0]


def distinct(table):
    """Leave out rows that repeat another. A database groups with less effort than narwhals' `unique` asks of it.

    >>> len(collect(distinct(lazy(pd.DataFrame({"x": [1, 1]})))))
    1
    """
    if in_memory(table):
        return table.unique()
    columns = table.collect_schema().names()
    return table.group_by(*columns).agg(nw.len().alias("rows of this kind")).select(*columns)
