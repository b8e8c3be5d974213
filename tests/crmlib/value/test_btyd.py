"""The summary of a log: against a loop, on every engine, and on bad logs."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import logs, value
from tests.support.refusals import refuses

some_rows = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 30), st.integers(0, 10_000)), min_size=1, max_size=60)


def frame(customers, days, amounts=None):
    log = pd.DataFrame({"customer_id": customers, "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D")})
    return log if amounts is None else log.assign(amount=amounts)


def by_hand(rows, calibration, end):
    """frequency, recency, T, mean repeat spend; then purchase days and their mean spend in the holdout, day by day."""
    table = {}
    for customer in {c for c, d, _ in rows if d <= calibration}:
        days = {}
        for c, d, cents in rows:
            if c == customer:
                days[d] = days.get(d, 0) + cents / 100
        past = sorted(d for d in days if d <= calibration)
        later = [d for d in days if calibration < d <= end]
        repeats = [days[d] for d in past[1:]]
        table[customer] = (
            len(repeats),
            past[-1] - past[0],
            calibration - past[0],
            sum(repeats) / len(repeats) if repeats else np.nan,
            len(later),
            sum(days[d] for d in later) / len(later) if later else np.nan,
        )
    return np.array([table[customer] for customer in sorted(table)]), sorted(table)


@given(some_rows)
@settings(max_examples=25, deadline=None)
def test_summary_is_what_a_loop_counts(rows):
    customers, days, cents = zip(*rows, strict=True)
    table = frame(customers, days, np.array(cents) / 100)
    end = max(days)
    expected, ids = by_hand(rows, end, end)
    found = value.btyd_summary(table, amount="amount", time_unit="day")
    assert found.index.tolist() == ids
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected[:, :4], rtol=1e-9, atol=1e-9)

    calibration = end // 2
    if min(days) <= calibration < end:
        expected, ids = by_hand(rows, calibration, end)
        found = value.btyd_summary(
            table, calibration_end=pd.Timestamp("2026-01-01") + timedelta(calibration), amount="amount", time_unit="day"
        )
        assert found.index.tolist() == ids and (found["T_holdout"] == end - calibration).all()
        found = found.drop(columns="T_holdout").to_numpy(dtype=float)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(some_rows, st.randoms())
@settings(max_examples=8, deadline=None)
def test_summary_does_not_depend_on_the_order_of_rows(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (
        value.btyd_summary(frame(*map(list, zip(*order, strict=True))), amount="amount") for order in (rows, shuffled)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-12)
    assert first.attrs == second.attrs


def same_on_every_engine(table, **options):
    """One log on every engine, with moments and, where the engine has them, dates."""
    columns = {
        "customer_id": table["customer_id"].tolist(),
        "date": table["date"].dt.to_pydatetime().tolist(),
        "amount": table["amount"].tolist(),
    }
    polars = pl.DataFrame(columns)
    expected = value.btyd_summary(table, amount="amount", **options)
    with duckdb.connect() as db:
        relation = db.from_df(table)
        logs = {
            "polars": polars,
            "polars lazy": polars.lazy(),
            "pyarrow": pa.table(columns),
            "duckdb": relation,
            "polars dates": polars.with_columns(pl.col("date").dt.date()),
            "pandas nullable": table.convert_dtypes(),
            "pandas arrow": table.convert_dtypes(dtype_backend="pyarrow"),
            "duckdb dates": relation.project("customer_id, date::DATE AS date, amount::DECIMAL(12, 2) AS amount"),
        }
        for name, log in logs.items():
            found = value.btyd_summary(log, amount="amount", **options)
            pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)
            assert found.attrs == expected.attrs, name


def test_summary_is_the_same_on_every_engine(log):
    moments = log.assign(date=log["date"] + pd.to_timedelta(np.arange(len(log)) % 1440, unit="m"))
    same_on_every_engine(moments, calibration_end="1997-09-30")
    same_on_every_engine(moments.assign(customer_id="c" + moments["customer_id"].astype(str)), end="1998-01-31")


@given(some_rows)
@settings(max_examples=8, deadline=None)
def test_summary_is_the_same_on_every_engine_for_any_log(rows):
    customers, days, cents = zip(*rows, strict=True)
    same_on_every_engine(frame(customers, days, np.array(cents) / 100))


def test_a_database_log_is_never_loaded(log, monkeypatch):
    sizes, collect = [], logs.collect
    monkeypatch.setattr(logs.spotless, "FEW", 0)  # else so small a log is read at once
    for module in (logs.engines, logs.opening, logs.periods):
        monkeypatch.setattr(module, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        value.btyd_summary(db.from_df(log), calibration_end="1997-09-30", amount="amount")
    assert max(sizes) == log["customer_id"].nunique() < len(log)


def test_duckdb_needs_no_pyarrow():
    script = """
import sys
sys.modules["pyarrow"] = None
import duckdb
from crmlib import value
rows = "(1, DATE '2026-01-01', 5.0), (1, DATE '2026-01-08', 7.0)"
log = duckdb.sql(f"SELECT * FROM (VALUES {rows}) t(customer_id, date, amount)")
print(value.btyd_summary(log, amount="amount").iloc[0].tolist())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[1.0, 1.0, 1.0, 7.0]", done.stderr


def test_every_row_is_accounted_for(log):
    found = value.btyd_summary(log, calibration_end="1997-02-15", end="1998-03-31", amount="amount").attrs
    late = log.groupby("customer_id")["date"].min() > "1997-02-15"
    inside = log[log["date"] <= "1998-03-31"]
    assert found["excluded"] == {
        "customers after calibration_end": late.sum(),
        "rows of customers after calibration_end": inside["customer_id"].map(late).sum(),
        "rows after end": (log["date"] > "1998-03-31").sum(),
    }
    set_aside = sum(count for reason, count in found["excluded"].items() if reason.startswith("rows"))
    assert found["purchase_days"] + found["same_day_rows"] + set_aside == found["rows"] == len(log)
    assert (found["time_unit"], found["calibration_end"], found["end"]) == ("week", "1997-02-15", "1998-03-31")


def test_own_column_names_and_an_untouched_log(log):
    other = log.rename(columns={"customer_id": "kunde", "date": "tag", "amount": "umsatz"})
    before = other.copy(deep=True)
    found = value.btyd_summary(other, customer_id="kunde", date="tag", amount="umsatz")
    pd.testing.assert_frame_equal(found, value.btyd_summary(log, amount="amount"), check_names=False)
    assert found.index.name == "kunde"
    pd.testing.assert_frame_equal(other, before)


def test_months_and_years_are_julian(log):
    days, months, years = (value.btyd_summary(log, time_unit=unit) for unit in ("day", "month", "year"))
    assert (days["T"] / 365.25).to_numpy() == pytest.approx(years["T"].to_numpy())
    assert (months["recency"] / 12).to_numpy() == pytest.approx(years["recency"].to_numpy())


GOOD = frame([1, 1, 2, 3], [0, 9, 3, 20], [10.0, 20.0, 30.0, 5.0])


MIXED = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 1, 3),
    datetime(2026, 1, 4),
]


BAD_LOGS = {
    "a text date": (
        GOOD.assign(date=["2026-01-01", "2026-01-10", "31 June", "2026-01-21"]),
        {},
        TypeError,
        r'pd.to_datetime\(log\["date"\]\).* 1 of 4 cannot be read as dates: \'31 June\' \(row 2\)',
    ),
    "dates as numbers": (GOOD.assign(date=20260101), {}, TypeError, r'astype\(str\), format="%Y%m%d"'),
    "text dates in polars": (
        pl.DataFrame({"customer_id": [1], "date": ["2026-01-01"]}),
        {"amount": None},
        TypeError,
        r"str.to_date\(\)",
    ),
    "text dates in a file": (
        pa.table({"customer_id": [1], "date": ["2026-01-01"]}),
        {"amount": None},
        TypeError,
        r'CAST\("date" AS DATE\)',
    ),
    "mixed time zones": (GOOD.assign(date=pd.Series(MIXED, dtype=object)), {}, TypeError, "mixes time zones"),
    "a time zone": (GOOD.assign(date=GOOD["date"].dt.tz_localize("UTC")), {}, TypeError, "carries a time zone .UTC."),
    "an end with a time zone": (GOOD, {"end": pd.Timestamp("2026-02-01", tz="UTC")}, ValueError, "carries a time zone"),
    "a missing date": (
        GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 2)),
        {},
        ValueError,
        r'"date" is empty.*1 of 4 rows',
    ),
    "a NaN amount": (GOOD.assign(amount=[1, np.nan, 2, np.nan]), {}, ValueError, r'"amount" is empty.*2 of 4 rows'),
    "a negative amount": (
        GOOD.assign(amount=[1, -5, 2, 3]),
        {},
        ValueError,
        r'"amount" is negative.*refunds.*1 of 4 rows.*\n.*-5',
    ),
    "an infinite amount": (GOOD.assign(amount=[1, np.inf, 2, 3]), {}, ValueError, "infinite"),
    "a text amount": (GOOD.assign(amount=["1", "2", "3", "4"]), {}, TypeError, "pd.to_numeric"),
    "a missing id": (GOOD.assign(customer_id=[1, None, 2, 3]), {}, ValueError, r'"customer_id" is empty.*1 of 4 rows'),
    "a missing text id": (GOOD.assign(customer_id=["a", None, "b", "c"]), {}, ValueError, '"customer_id" is empty'),
    "a missing column": (
        GOOD.drop(columns="amount"),
        {},
        ValueError,
        "Missing column: amount. The table has: customer_id, date",
    ),
    "an empty table": (GOOD.iloc[:0], {}, ValueError, "empty"),
    "no table": ([1, 2, 3], {}, TypeError, "not list"),
    "calibration before the data": (
        GOOD,
        {"calibration_end": "2025-12-31"},
        ValueError,
        "before the first purchase.*from 2026-01-01 to 2026-01-21",
    ),
    "calibration after the data": (
        GOOD,
        {"calibration_end": "2026-03-01", "end": "2026-04-01"},
        ValueError,
        "hold out",
    ),
    "calibration at the end": (GOOD, {"calibration_end": "2026-01-21"}, ValueError, "hold out"),
    "end before the data": (GOOD, {"end": "2025-01-01"}, ValueError, "end = 2025-01-01 lies before"),
    "an end that is no date": (GOOD, {"end": "soon"}, ValueError, "'soon' is not a date"),
    "an end that is a number": (GOOD, {"end": 20260101}, ValueError, "not a date"),
    "an unknown unit": (GOOD, {"time_unit": "fortnight"}, ValueError, "'fortnight'"),
    "one column in two parts": (GOOD, {"amount": "customer_id"}, ValueError, "two parts"),
}


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_bad_log_is_refused_and_says_why(name):
    table, options, error, message = BAD_LOGS[name]
    refuses(lambda: value.btyd_summary(table, **({"amount": "amount"} | options)), error, message)


def test_a_bad_log_in_a_database_is_refused_too():
    with duckdb.connect() as db:
        for amounts, message in (
            ([1.0, -5.0, 2, 3], "negative.*1 of 4 rows.*-5"),
            ([1.0, np.inf, 2, 3], "infinite"),
            ([1.0, np.nan, 2, 3], "empty.*1 of 4 rows"),
        ):
            with pytest.raises(ValueError, match=f"(?s){message}"):
                value.btyd_summary(db.from_df(GOOD.assign(amount=amounts)), amount="amount")
        with pytest.raises(TypeError, match=r'CAST\("date" AS DATE\)'):
            value.btyd_summary(db.from_df(GOOD.assign(date="2026-01-01")))
        with pytest.raises(ValueError, match="empty in|is empty"):
            value.btyd_summary(db.from_df(GOOD.assign(customer_id=[1, None, 2, 3])))


@pytest.mark.parametrize("column", ["amount", "customer_id"])
def test_nan_of_polars_is_missing_too(column):
    columns = {"customer_id": [1.0, 2.0], "date": [date(2026, 1, 1)] * 2, "amount": [3.0, 4.0], column: [np.nan, 1.0]}
    with pytest.raises(ValueError, match=f'(?s)"{column}" is empty.*1 of 2 rows'):
        value.btyd_summary(pl.DataFrame(columns), amount="amount")


def test_one_customer_is_fine_for_a_summary_but_not_for_a_model():
    one = value.btyd_summary(frame([1, 1], [0, 14]))
    assert one.loc[1].tolist() == [1, 2, 2]
    with pytest.raises(ValueError, match="1 customer"):
        value.BetaGeoNBD().fit(one)


def test_days_of_python_are_dates_too():
    assert value.btyd_summary(GOOD, end=date(2026, 2, 1)).attrs["end"] == "2026-02-01"
