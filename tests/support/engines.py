"""One table on every engine that crmlib reads."""

import pandas as pd
import polars as pl
import pyarrow as pa


def engines(db, table):
    """One table on every engine, pandas first."""
    columns = {name: [None if pd.isna(value) else value for value in table[name].tolist()] for name in table}
    columns["date"] = table["date"].dt.to_pydatetime().tolist()
    polars = pl.DataFrame(columns)
    return {
        "pandas": table,
        "pandas arrow": table.convert_dtypes(dtype_backend="pyarrow"),
        "polars": polars,
        "polars lazy": polars.lazy(),
        "pyarrow": pa.table(columns),
        "duckdb": db.from_df(table),
        "polars dates": polars.with_columns(pl.col("date").dt.date()),
    }
