"""Rows that make a log unusable, on every engine: ids that name nobody, dates of another century, endless amounts."""

from datetime import date, datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlib import churn, lifecycle, logs, segmentation, value
from crmlib.logs import faults
from tests.support.engines import engines
from tests.support.refusals import refuses

DAYS = pd.to_datetime(["2026-01-05", "2026-02-09", "2026-03-12", "2026-03-31"])
LOG = pd.DataFrame({"customer_id": ["A", "A", "B", "A"], "date": DAYS, "amount": [20.0, 5.0, 9.0, 1.0]})


@pytest.mark.parametrize("blank", ["", " ", "   ", "\t", "\n", "\u3000", "\u00a0", "\u200b", "\ufeff", " \u3000\t"])
def test_an_id_of_blanks_is_missing(blank):
    log = LOG.assign(customer_id=["A", blank, "B", None])
    with duckdb.connect() as db:
        tables = engines(db, log) | {kind: log.astype({"customer_id": kind}) for kind in ("category", "object")}
        tables["polars category"] = tables["polars"].with_columns(pl.col("customer_id").cast(pl.Categorical))
        for name, table in tables.items():
            frame, about = logs.open_log(table, set_aside="missing ids")
            assert about["excluded"] == {"missing ids": 2}, name
            assert sorted(logs.collect(frame)["customer_id"]) == ["A", "B"], name
            refuses(lambda table=table: logs.open_log(table), ValueError, "NaN, blank.*2 of 4 rows")


def test_an_id_with_blanks_around_is_somebody():
    assert logs.open_log(LOG.assign(customer_id=[" A", "A ", "甲", "\u3000乙"]))[1]["excluded"] == {}


def test_ids_that_floats_merge_are_refused():
    large = [9007199254740995.0, 9007199254740997.0, 1.0, 2.0]
    refuses(
        lambda: logs.open_log(LOG.assign(customer_id=large)), ValueError, r"beyond 2\*\*53.*read them as texts.*2 of 4"
    )
    assert logs.open_log(LOG.assign(customer_id=[2**62, 2**62 + 1, 1, 2]))[1]["rows"] == 4


def test_an_endless_amount_is_refused():
    log = LOG.assign(amount=[1e308, 1e308, 1.0, 2.0])
    with duckdb.connect() as db:
        for table in engines(db, log).values():
            refuses(lambda table=table: logs.open_log(table, amount="amount"), ValueError, "beyond 1e.100.*2 of 4 rows")


@pytest.mark.parametrize("year", [26, 1026, 1899])
def test_a_date_of_another_century_is_refused_and_shown(year):
    days = [date(year, 1, 5), *(day.date() for day in DAYS[1:])]
    moments = [datetime(day.year, day.month, day.day) for day in days]
    log = LOG.assign(date=pd.Series(moments, dtype="datetime64[us]"))
    tables = {"pandas": log, "pandas objects": LOG.assign(date=days), "polars": pl.DataFrame({**LOG, "date": days})}
    tables["pyarrow"] = pa.table(
        {"customer_id": LOG["customer_id"].tolist(), "date": moments, "amount": [1.0, 2, 3, 4]}
    )
    tables["arrow in pandas"] = log.astype({"date": "timestamp[us][pyarrow]"})
    with duckdb.connect() as db:
        tables["duckdb"] = db.from_df(log)
        for table in tables.values():
            refuses(lambda table=table: logs.open_log(table), ValueError, rf"before 1900.*1 of 4 rows.*{year}-01-05")
        refuses(lambda: lifecycle.cohorts(log, end="2026-03-31"), ValueError, "before 1900")


def test_a_date_of_a_later_century_needs_an_end():
    days = [datetime(2926, 1, 5), *DAYS[1:].to_pydatetime()]
    log = LOG.assign(date=pd.Series(days, dtype="datetime64[us]"))
    with duckdb.connect() as db:
        for table in (log, pl.from_pandas(log), db.from_df(log)):
            refuses(lambda table=table: logs.open_log(table), ValueError, "in the future.*1 of 4 rows.*2926-01-05")
            assert lifecycle.cohorts(table, end="2026-03-31").attrs["excluded"] == {"rows after end": 1}
    refuses(lambda: faults.refuse_many_periods(24_000, "month", DAYS[0], DAYS[1]), ValueError, "24,000 periods.*2,600")


KINDS = {
    "date32": lambda days: days.dt.date.astype(pd.ArrowDtype(pa.date32())),
    "date64": lambda days: days.dt.date.astype(pd.ArrowDtype(pa.date64())),
    "timestamp": lambda days: days.astype("timestamp[ns][pyarrow]"),
    "dates as objects": lambda days: days.dt.date.astype(object),
    "datetimes as objects": lambda days: pd.Series(days.dt.to_pydatetime(), dtype=object),
    "numpy's dates as objects": lambda days: pd.Series(list(days.to_numpy().astype("datetime64[D]")), dtype=object),
    "periods": lambda days: days.dt.to_period("D"),
    "categories": lambda days: days.astype("category"),
    "seconds": lambda days: days.astype("datetime64[s]"),
}
FUNCTIONS = {
    "cohorts": lambda log: lifecycle.cohorts(log, end="2026-03-31"),
    "stages": lambda log: lifecycle.stages(log, ["2026-02-28", "2026-03-31"]),
    "recency_probabilities": lambda log: lifecycle.recency_probabilities(log, end="2026-03-31"),
    "spend_after": lambda log: lifecycle.spend_after(log, ["2026-02-28", "2026-03-31"]),
    "silence": lambda log: churn.silence(log, [10], within=10),
    "btyd_summary": lambda log: value.btyd_summary(log, amount="amount", calibration_end="2026-02-28"),
    "rfm": lambda log: segmentation.rfm(log, bins=2),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_dates_of_every_kind_are_dates(function, kind):
    days = LOG["date"].copy()
    log = LOG.assign(date=KINDS[kind](days))
    copy = log.copy()
    pd.testing.assert_frame_equal(FUNCTIONS[function](log), FUNCTIONS[function](LOG), check_index_type=False)
    pd.testing.assert_frame_equal(log, copy)


@pytest.mark.parametrize("kind", ["date32", "timestamp", "dates as objects"])
def test_joining_days_of_every_kind_are_dates(kind):
    joined = pd.Series(pd.to_datetime(["2026-01-01", "2026-02-01"]), index=["A", "B"])
    other = KINDS[kind](joined.reset_index(drop=True)).set_axis(joined.index)
    found = lifecycle.cohorts(LOG, joined=other, end="2026-03-31")
    pd.testing.assert_frame_equal(found, lifecycle.cohorts(LOG, joined=joined, end="2026-03-31"))


def test_columns_of_one_name_are_refused():
    twice = pd.concat([LOG, LOG[["amount"]]], axis=1)
    with duckdb.connect() as db:
        for table in (
            twice,
            pa.table([[1], [2]], names=["amount", "amount"]),
            db.sql("SELECT 1 AS amount, 2 AS amount"),
        ):
            for function in (logs.open_log, lifecycle.cohorts, segmentation.rfm, value.btyd_summary, churn.silence):
                refuses(lambda call=function, table=table: call(table), ValueError, "more than once: amount")


ARGUMENTS = {
    "a list of columns": ({"customer_id": ["customer_id"]}, TypeError, "customer_id = .*the name of a column"),
    "a dict for a date": ({"date": {}}, TypeError, "date = .*the name of a column"),
    "no id": ({"customer_id": None}, ValueError, "Missing column: None"),
    "a number for an amount": ({"amount": 3}, TypeError, "amount = 3: the name of a column"),
    "one column twice": ({"amount": "date"}, ValueError, "two parts"),
    "an end in figures": ({"end": np.int64(20240401)}, ValueError, 'end = .* is not a date: write it as "2024-04-01"'),
    "an end by the month": ({"end": "1/4/2024"}, ValueError, '"2024-04-01" / "2024-01-04"'),
    "reasons in a dict": ({"set_aside": {"missing ids": 1}}, ValueError, "set_aside"),
    "reasons that are numbers": ({"set_aside": [1]}, ValueError, "set_aside"),
    "no way": ({"refunds": None}, ValueError, "refunds = None"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_of_another_kind_are_named(case):
    arguments, error, words = ARGUMENTS[case]
    refuses(lambda: logs.open_log(LOG, **arguments), error, words)
    refuses(lambda: value.btyd_summary(LOG, **arguments), error, words)


def test_a_date64_of_arrow_is_a_date():
    days = pd.Series(pd.to_datetime(["2026-01-05", "2026-01-09"]))
    log = pa.table({"customer_id": ["A", "B"], "date": pa.array(days.dt.date, pa.date64())})
    frame, about = logs.open_log(log)
    assert about["last"] == days[1]
    assert len(logs.collect(frame)) == 2
