"""Every function that reads a log gives the same on every engine: few rows and many, on two threads, and on Spark."""

import re

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlib import churn, lifecycle, segmentation, value
from tests.support.spark import on_spark

READERS = {
    "rfm": lambda log: segmentation.rfm(log, refunds="net"),
    "rfm of purchases": lambda log: segmentation.rfm(log, refunds="set aside", end="2025-11-30", method="nested"),
    "abc": segmentation.abc,
    "btyd_summary": lambda log: value.btyd_summary(
        log, amount="amount", calibration_end="2025-06-30", refunds="set aside"
    ),
    "btyd_summary of days": lambda log: value.btyd_summary(log, set_aside="duplicates"),
    "cohorts": lambda log: lifecycle.cohorts(log, refunds="net", values="amount"),
    "cohorts of weeks": lambda log: lifecycle.cohorts(log, amount=None, period="week", start="2025-03-03"),
    "stages": lambda log: lifecycle.stages(log, ["2025-06-30", "2025-11-30"], compare="spend", refunds="net"),
    "spend_after": lambda log: lifecycle.spend_after(log, ["2025-06-30", "2025-11-30"], refunds="net"),
    "recency_probabilities": lambda log: lifecycle.recency_probabilities(log, refunds="set aside"),
    "silence": lambda log: churn.silence(log, amount="amount", refunds="net", within=60),
}


def make_log(size):
    """Moments of a year, refunds, rows that repeat another; in no order."""
    rng = np.random.default_rng(size)
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(1, size // 15, size),
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 1440, size), unit="m"),
            "amount": rng.integers(-200, 5_000, size) / 100,
        }
    )
    return pd.concat([log, log.sample(size // 50, random_state=1)], ignore_index=True)


LOGS = {"few": make_log(2_000), "many": make_log(101_000)}
LOGS["few"]["customer_id"] = "C" + LOGS["few"]["customer_id"].astype(str)


@pytest.fixture(scope="module")
def expected():
    """What each function says of each log of pandas, computed once."""
    found = {}

    def ask(reader, size):
        if (reader, size) not in found:
            found[reader, size] = READERS[reader](LOGS[size])
        return found[reader, size]

    return ask


@pytest.fixture(scope="module")
def tables():
    """Each log on each engine, made when it is asked for."""
    made, threads = {}, pa.cpu_count()
    pa.set_cpu_count(2)
    with duckdb.connect(config={"threads": 2}) as db:
        make = {
            "pandas nullable": lambda log: log.convert_dtypes(),
            "pandas arrow": lambda log: log.convert_dtypes(dtype_backend="pyarrow"),
            "polars": lambda log: pl.from_arrow(pa.table(log)),
            "polars lazy": lambda log: pl.from_arrow(pa.table(log)).lazy(),
            "pyarrow": pa.table,
            "duckdb": lambda log: db.from_arrow(pa.table(log)),
        }

        def table(engine, size):
            if (engine, size) not in made:
                made[engine, size] = make[engine](LOGS[size])
            return made[engine, size]

        yield table
    pa.set_cpu_count(threads)


def same(found, wanted):
    assert type(found) is type(wanted)
    assert found.attrs == wanted.attrs
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-9, atol=1e-9, check_index_type=False)


@pytest.mark.parametrize("size", LOGS)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("engine", ["pandas nullable", "pandas arrow", "polars", "polars lazy", "pyarrow", "duckdb"])
def test_a_log_gives_the_same_on_every_engine(tables, expected, engine, reader, size):
    same(READERS[reader](tables(engine, size)), expected(reader, size))


@on_spark
@pytest.mark.parametrize("size", LOGS)
@pytest.mark.parametrize("reader", READERS)
def test_a_log_gives_the_same_on_spark(spark_logs, expected, reader, size):
    same(READERS[reader](spark_logs[size]), expected(reader, size))


@pytest.fixture(scope="module")
def spark_logs(spark):
    return {name: spark(log) for name, log in LOGS.items()}


@on_spark
def test_a_moment_of_spark_falls_on_the_day_that_its_session_shows(spark, expected):
    moments = spark(LOGS["few"])
    moments = moments.withColumn("date", moments["date"].cast("timestamp"))
    assert dict(moments.dtypes)["date"] == "timestamp"
    same(READERS["btyd_summary"](moments), expected("btyd_summary", "few"))


# ---- What is refused, is refused in the same words -------------------------------------------------------------------

GOOD = pd.DataFrame(
    {
        "customer_id": ["A", "A", "B", "C"],
        "date": pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-03", "2025-01-20"]),
        "amount": [1.0, 2.0, 3.0, 4.0],
    }
)
FAULTS = {
    "a missing id": (GOOD.assign(customer_id=["A", None, "B", "C"]), "1 of 4 rows"),
    "a blank id": (GOOD.assign(customer_id=["A", " ", "B", "C"]), "1 of 4 rows"),
    "a missing date": (GOOD.assign(date=GOOD["date"].mask(GOOD.index == 1)), '"date" is empty.*1 of 4 rows'),
    "a date to come": (GOOD.assign(date=GOOD["date"].mask(GOOD.index == 1, pd.Timestamp("2199-01-01"))), "future"),
    "a date of long ago": (GOOD.assign(date=GOOD["date"].mask(GOOD.index == 1, pd.Timestamp("1026-01-01"))), "1900"),
    "a missing amount": (GOOD.assign(amount=[1.0, None, 3, 4]), '"amount" is empty.*1 of 4 rows'),
    "a negative amount": (GOOD.assign(amount=[1.0, -2, 3, 4]), "negative.*1 of 4 rows"),
    "an amount without end": (GOOD.assign(amount=[1.0, np.inf, 3, 4]), "infinite.*1 of 4 rows"),
    "a missing column": (GOOD.drop(columns="date"), "Missing column: date"),
    "an empty table": (GOOD.iloc[:0], "empty"),
}


def refusal(log):
    """The sentence with which `rfm` refuses a log, without the rows that it shows below."""
    with pytest.raises(ValueError) as caught:
        segmentation.rfm(log, bins=2)
    return str(caught.value).splitlines()[0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_the_same_words_on_every_engine(fault):
    log, words = FAULTS[fault]
    told = refusal(log)
    assert re.search(words, told)
    table = pa.Table.from_pandas(log, preserve_index=False)
    with duckdb.connect() as db:
        for other in (log.convert_dtypes(), pl.from_arrow(table), pl.from_arrow(table).lazy(), table, db.from_df(log)):
            assert refusal(other) == told, type(other)


@on_spark
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_the_same_words_on_spark(spark, fault):
    assert refusal(spark(FAULTS[fault][0])) == refusal(FAULTS[fault][0])
