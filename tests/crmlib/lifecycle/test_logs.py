"""Every function that reads a log: the same on every engine, and the same refusals."""

import subprocess
import sys
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from crmlib import datasets, lifecycle
from crmlib import logs as crmlib_logs
from tests.support.engines import engines
from tests.support.purchases import GOOD, frame, logs
from tests.support.refusals import refuses


def everywhere(db, table):
    """One log on every engine but plain pandas; besides, categories, nullable kinds, dates and decimals."""
    decimals = "customer_id, date::DATE AS date, amount::DECIMAL(12, 2) AS amount"
    others = {name: log for name, log in engines(db, table).items() if name != "pandas"}
    return others | {
        "pandas categories": table.astype({"customer_id": "category"}),
        "pandas nullable": table.convert_dtypes(),
        "duckdb dates": db.from_df(table).project(decimals),
    }


def same_everywhere(call, table, **options):
    expected = call(table, **options)
    with duckdb.connect() as db:
        for name, log in everywhere(db, table).items():
            found = call(log, **options)
            assert type(found) is type(expected) and found.attrs == expected.attrs, name
            found, kinds = as_numbers(found)
            wanted, wanted_kinds = as_numbers(expected)
            assert kinds == wanted_kinds, name
            pd.testing.assert_frame_equal(found, wanted, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)


def as_numbers(table):
    """A table, its categories as their codes (pandas compares categories one by one), and the kinds of its columns."""
    table = pd.DataFrame(table)
    kinds = list(table.dtypes)
    if "category" in kinds:
        table = table.apply(lambda column: column.cat.codes)
    return table, kinds


def test_the_same_on_every_engine():
    log = datasets.load_cdnow_sample()[["customer_id", "date", "amount"]]
    same_everywhere(lifecycle.cohorts, log, values="orders", set_aside=["duplicates"])
    log["date"] += pd.to_timedelta(np.arange(len(log)) % 1440, unit="m")
    text = log.assign(customer_id="c" + log["customer_id"].astype(str))
    refunds = text.assign(amount=text["amount"].where(np.arange(len(log)) % 9 > 0, -text["amount"]))
    joined = text.groupby("customer_id")["date"].min() - pd.to_timedelta(40, unit="D")
    for period in lifecycle.PERIODS:
        same_everywhere(lifecycle.cohorts, log, period=period)
    same_everywhere(lifecycle.cohorts, text, values="amount", end="1998-05-15", start="1997-02-01")
    same_everywhere(lifecycle.cohorts, refunds, values="amount", refunds="net")
    same_everywhere(lifecycle.cohorts, refunds, values="orders", refunds="set aside", period="quarter")
    same_everywhere(lifecycle.cohorts, text, values="orders", joined=joined)
    days = pd.date_range("1997-06-30", "1998-06-30", freq="ME")
    same_everywhere(lifecycle.stages, text, dates=days, joined=joined)
    same_everywhere(lifecycle.stages, refunds, dates=days, compare="spend", refunds="net")
    same_everywhere(lifecycle.stages, refunds, dates=days, refunds="net")
    same_everywhere(lifecycle.spend_after, log, dates=days)
    same_everywhere(lifecycle.recency_probabilities, refunds, refunds="net")


@given(logs)
@settings(max_examples=8, deadline=None)
def test_any_log_is_the_same_on_every_engine(rows):
    log = frame(*zip(*rows, strict=True)).astype({"amount": float})
    same_everywhere(lifecycle.cohorts, log, values="amount", period="week", end="2025-06-30")
    same_everywhere(lifecycle.stages, log, dates=[log["date"].max()])


def test_a_database_log_is_never_loaded(cdnow, monkeypatch):
    sizes, collect = [], crmlib_logs.collect
    for module in (crmlib_logs.engines, crmlib_logs.faults, crmlib_logs.opening, crmlib_logs.periods):
        if hasattr(module, "collect"):
            monkeypatch.setattr(module, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        lifecycle.cohorts(db.from_df(cdnow), values="amount")
        assert max(sizes) == 18 + 17 + 16
        lifecycle.stages(db.from_df(cdnow), ["1998-06-30"])
    assert max(sizes) == 67_591 < len(cdnow)  # customers and days


def test_duckdb_needs_no_pyarrow():
    script = """
import sys
sys.modules["pyarrow"] = None
import duckdb
from crmlib import lifecycle
rows = "('a', DATE '2026-01-01', 5.0), ('a', DATE '2026-02-08', 7.0), ('b', DATE '2026-01-31', 1.0)"
log = duckdb.sql(f"SELECT * FROM (VALUES {rows}) t(customer_id, date, amount)")
print(lifecycle.cohorts(log, end="2026-02-28").to_numpy().tolist())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[[2.0, 1.0]]", done.stderr


FUTURE = GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 3, pd.Timestamp.now() + timedelta(30)))


BAD_LOGS = {
    "ids missing": (GOOD.assign(customer_id=[1, None, 2, 3]), {}, ValueError, r"customer_id.*1 of 4 rows"),
    "a negative amount": (GOOD.assign(amount=[1, -5, 2, 3]), {}, ValueError, r'"amount" is negative.*refunds="net"'),
    "a NaN amount": (GOOD.assign(amount=[1, np.nan, 2, 3]), {}, ValueError, r'"amount" is empty.*1 of 4 rows'),
    "a date in the future": (FUTURE, {}, ValueError, "future.*1 of 4 rows"),
    "a missing date": (
        GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 2)),
        {},
        ValueError,
        r'"date" is empty.*1 of 4 rows',
    ),
    "a text date": (GOOD.assign(date="2024-13-01"), {}, TypeError, "not dates"),
    "a time zone": (GOOD.assign(date=GOOD["date"].dt.tz_localize("UTC")), {}, TypeError, "time zone"),
    "an end with a time zone": (GOOD, {"end": pd.Timestamp("2025-02-01", tz="UTC")}, ValueError, "time zone"),
    "an empty table": (GOOD.iloc[:0], {}, ValueError, "empty"),
    "no table": ([1, 2], {}, TypeError, "not list"),
    "a missing column": (GOOD.drop(columns="date"), {}, ValueError, "Missing column: date"),
    "an end before the first purchase": (
        GOOD,
        {"end": "2024-01-01"},
        ValueError,
        "end = 2024-01-01 lies before.*from 2024-11-20 to 2025-01-19",
    ),
    "an end that is no date": (GOOD, {"end": "soon"}, ValueError, "'soon' is not a date"),
}
CALLS = {
    "cohorts": lifecycle.cohorts,
    "stages": lambda log, **options: lifecycle.stages(log, ["2024-12-31"], **options),
    "spend_after": lambda log, **options: lifecycle.spend_after(log, ["2024-12-01", "2024-12-31"], **options),
    "recency_probabilities": lifecycle.recency_probabilities,
}


@pytest.mark.parametrize("name", BAD_LOGS)
@pytest.mark.parametrize("function", CALLS)
def test_a_bad_log_is_refused_and_says_why(function, name):
    log, options, error, message = BAD_LOGS[name]
    refuses(lambda: CALLS[function](log, **options), error, message)


@pytest.mark.parametrize("function", CALLS)
def test_an_end_in_the_future_is_accepted_and_covers_later_dates(function):
    end = pd.Timestamp.now().normalize() + timedelta(99)
    assert CALLS[function](GOOD, end=end).attrs["end"] == str(end.date())
    assert CALLS[function](FUTURE, end=end).attrs["excluded"]["rows after end"] == 0
    assert CALLS[function](FUTURE, end="2025-03-31").attrs["excluded"]["rows after end"] == 1


@pytest.mark.parametrize("function", ["cohorts", "stages", "recency_probabilities"])
def test_refunds_alone_are_refused(function):
    log = GOOD.assign(amount=-GOOD["amount"])
    refuses(
        lambda: CALLS[function](log, refunds="net", end="2025-02-28"), ValueError, "refunds only|No customer is left"
    )
    refuses(lambda: CALLS[function](log, refunds="set aside"), ValueError, "All 4 rows")


OLD = pd.Series(pd.to_datetime(["1026-01-01", "2025-01-01", "2025-01-01"]), index=[1, 2, 3])
MANY_PERIODS = {
    "a log observed for ever": lambda: lifecycle.cohorts(GOOD, end="9999-12-31"),
    "the chances of each month of it": lambda: lifecycle.recency_probabilities(GOOD, end="9999-12-31"),
    "a customer who joined long ago": lambda: lifecycle.cohorts(GOOD, joined=OLD, end="2025-02-28"),
    "weeks of a century": lambda: lifecycle.cohorts(
        GOOD.assign(date=pd.to_datetime(["1926-01-05", *["2025-01-05"] * 3])), period="week"
    ),
}


@pytest.mark.parametrize("case", MANY_PERIODS)
def test_a_table_of_thousands_of_periods_is_refused_before_it_is_built(case):
    refuses(MANY_PERIODS[case], ValueError, "periods.*mistyped")
