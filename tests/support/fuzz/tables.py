"""Spoilt tables and columns: other types, gaps, other indexes, other engines."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st


def _first(column, value):
    values = list(column)
    return pd.Series([value, *values[1:]], column.index, name=column.name)


COLUMN = {
    "text": lambda column: column.astype(str),
    "string dtype": lambda column: column.astype("string"),
    "object": lambda column: column.astype(object),
    "category": lambda column: column.astype("category"),
    "Int64": lambda column: column.astype("Int64"),
    "Float64 with NA": lambda column: _first(column, None).astype("Float64"),
    "arrow": lambda column: pd.Series(pd.array(list(column), dtype=_arrow(column)), column.index, name=column.name),
    "complex": lambda column: column.astype(complex),
    "bool": lambda column: column.astype(bool),
    "float32": lambda column: column.astype("float32"),
    "int8": lambda column: column.astype("int8"),
    "Decimal": lambda column: column.map(str).map(__import__("decimal").Decimal),
    "dates": lambda column: pd.Series(pd.date_range("2026-01-01", periods=len(column)), column.index, name=column.name),
    "zoned": lambda column: pd.to_datetime(column, format="mixed").dt.tz_localize("Asia/Shanghai"),
    "texts of dates": lambda column: pd.Series(["2026-01-31"] * len(column), column.index, name=column.name),
    "first None": lambda column: _first(column, None),
    "first NaN": lambda column: _first(column.astype(float), np.nan),
    "first inf": lambda column: _first(column.astype(float), np.inf),
    "first -1": lambda column: _first(column, -1),
    "first 0": lambda column: _first(column, 0),
    "first 1e308": lambda column: _first(column.astype(float), 1e308),
    "first text": lambda column: _first(column, "60"),
    "first True": lambda column: _first(column.astype(object), True),
    "first list": lambda column: _first(column.astype(object), [1, 2]),
    "all NaN": lambda column: pd.Series(np.nan, column.index, name=column.name),
    "all None": lambda column: pd.Series(None, column.index, dtype=object, name=column.name),
    "all 0": lambda column: column * 0,
    "all one": lambda column: pd.Series([column.iloc[0]] * len(column), column.index, name=column.name),
    "halves": lambda column: column + 0.5,
    "minus": lambda column: -column,
    "hundredfold": lambda column: column * 100,
    "signs": lambda column: column.astype(str) + "@$<b>{0}%s",
    "backwards": lambda column: pd.Series(list(column)[::-1], column.index, name=column.name),
}
ROWS = {
    "empty": lambda rows: rows.iloc[:0],
    "one row": lambda rows: rows.iloc[:1],
    "last missing": lambda rows: rows.iloc[:-1],
    "backwards": lambda rows: rows.iloc[::-1],
    "twice": lambda rows: pd.concat([rows, rows]),
    "index twice": lambda rows: rows.set_axis([rows.index[0]] * len(rows)),
    "index of texts": lambda rows: rows.set_axis([f"k{i}" for i in range(len(rows))]),
    "index NaN": lambda rows: rows.set_axis([np.nan, *range(1, len(rows))]),
    "index mixed": lambda rows: rows.set_axis(["a", *range(1, len(rows))]),
    "index of dates": lambda rows: rows.set_axis(pd.date_range("2026-01-01", periods=len(rows))),
    "MultiIndex": lambda rows: rows.set_axis(pd.MultiIndex.from_product([["x"], range(len(rows))])),
    "index named": lambda rows: rows.rename_axis("customer_id"),
}
TABLE = ROWS | {
    "no columns": lambda table: table.iloc[:, :0],
    "a column less": lambda table: table.iloc[:, 1:],
    "last column less": lambda table: table.iloc[:, :-1],
    "column twice": lambda table: pd.concat([table, table.iloc[:, :1]], axis=1),
    "columns backwards": lambda table: table.iloc[:, ::-1],
    "columns renamed": lambda table: table.set_axis([f"c{i}" for i in range(table.shape[1])], axis=1),
    "columns numbered": lambda table: table.set_axis(range(table.shape[1]), axis=1),
    "columns Chinese": lambda table: table.rename(columns=lambda name: f"{name}列"),
    "column a tuple": lambda table: table.set_axis([("x", name) for name in table], axis=1),
    "columns MultiIndex": lambda table: table.set_axis(pd.MultiIndex.from_product([["x"], table.columns]), axis=1),
    "transposed": lambda table: table.T,
    "no attrs": lambda table: _without_attrs(table),
    "array": lambda table: table.to_numpy(),
    "dict": lambda table: table.to_dict("list"),
    "list of dicts": lambda table: table.to_dict("records"),
    "list of columns": lambda table: [table[name] for name in table],
    "list": lambda table: table.to_numpy().tolist(),
    "Series": lambda table: table.iloc[:, 0],
    "texts": lambda table: table.astype(str),
    "objects": lambda table: table.astype(object),
    "convert_dtypes": lambda table: table.convert_dtypes(),
    "arrow": lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
    "polars": lambda table: __import__("polars").from_pandas(table),
    "polars lazy": lambda table: __import__("polars").from_pandas(table).lazy(),
    "pyarrow": lambda table: __import__("pyarrow").Table.from_pandas(table),
    "duckdb": lambda table: _duckdb(table),
    "file name": lambda table: "log.csv",
    "groupby": lambda table: table.groupby(table.columns[0]),
}


def _arrow(column):
    import pyarrow

    return pd.ArrowDtype(pyarrow.Array.from_pandas(column).type)


def _duckdb(table):
    import duckdb

    return duckdb.connect().from_df(table)


def _without_attrs(table):
    plain = table.copy()
    plain.attrs = {}
    return plain


def spoilt_table(draw, table, spoil):
    """Draw a spoilt copy of a table: a way of spoiling it as a whole, or one of its columns."""
    from tests.support.fuzz.odd import named

    if not table.shape[1] or not draw(st.booleans()):
        return named(draw, TABLE, table)
    place = draw(st.integers(0, table.shape[1] - 1))
    told, column = named(draw, COLUMN, table.iloc[:, place])
    table, name = table.copy(), table.columns[place]
    if column is not None:
        table = pd.concat([table.iloc[:, :place], column.rename(name), table.iloc[:, place + 1 :]], axis=1)
    return f"[{name!r}] {told}", table


def spoilt_column(draw, values, spoil):
    """Draw a spoilt copy of a Series or array."""
    from tests.support.fuzz.odd import LIST, named

    ways = draw(st.sampled_from([COLUMN, ROWS, LIST]))
    if ways is LIST:
        return named(draw, LIST, list(values))
    told, column = named(draw, ways, pd.Series(values))
    return told, column.to_numpy() if isinstance(values, np.ndarray) and column is not None else column
