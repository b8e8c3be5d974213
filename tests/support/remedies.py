"""The remedy that a message names is taken out of it and executed, as its reader would, in the syntax of the engine."""

import re

import duckdb
import pandas as pd
import polars as pl

import crmlib

ENGINES = ["pandas", "polars", "pyarrow", "duckdb"]


def message(call, error=(TypeError, ValueError)):
    """What an error says in English; the Chinese text names the same remedy."""
    said = {}
    for language in ("zh", "en"):
        crmlib.use_language(language)
        try:
            call()
        except error as refusal:
            said[language] = str(refusal)
        else:
            raise AssertionError("nothing was refused")
    assert all(way in said["zh"] for way in ways(said["en"])), said
    return said["en"]


def ways(text):
    """The remedies in a message."""
    found = re.search(
        r"(?:convert it, |choose one, |make all ids texts, |drop it: |in days, | is 1, )(.+?)\.(?= [A-Z\d]|$)", text
    )
    return re.split(r" or (?=pd\.|pl\.|strptime|CAST|to_timestamp|regexp|table)", found[1]) if found else []


def follow(way, table, column, engine):
    """The table of an engine, in which the remedy has replaced the column (Spark: remedies by column)."""
    names = {"pd": pd, "pl": pl, "log": table, "table": table}
    if engine == "pandas":
        return table.assign(**{column: eval(way, names)})
    if engine == "polars":
        return table.with_columns(eval(way, names))
    if engine == "spark":
        from pyspark.sql.functions import expr

        return table.withColumns({name: expr(one) for name, one in way.items()})
    relation = table if engine == "duckdb" else duckdb.from_arrow(table)
    return relation.query("log", f'SELECT * REPLACE ({way} AS "{column}") FROM log')
