"""One date: of the form year-month-day, whatever holds it; nothing is guessed."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlib import checks, churn, lifecycle
from tests.support.refusals import refuses
from tests.support.remedies import follow, message, ways

DAY = {
    "text": "2026-04-03",
    "short text": "2026-4-3",
    "with a time": "2026-04-03 18:30",
    "with a T": "2026-04-03T18:30:05.5",
    "date": date(2026, 4, 3),
    "datetime": datetime(2026, 4, 3, 18),
    "Timestamp": pd.Timestamp("2026-04-03 18:00"),
    "numpy": np.datetime64("2026-04-03"),
    "numpy, to the nanosecond": np.datetime64("2026-04-03T18:00:00.000000000"),
    "without dimensions": np.array("2026-04-03", dtype="datetime64[D]"),
    "a Series of one": pd.Series(pd.to_datetime(["2026-04-03"])),
    "polars": pl.Series([date(2026, 4, 3)]).max(),
    "Arrow": pa.scalar(date(2026, 4, 3)),
}
NO_DAY = {
    "1997-09": "1997-09-30",
    "03/04/2026": '"2026-04-03" / "2026-03-04"',
    "1/4/2024": '"2024-04-01" / "2024-01-04"',
    "13/4/2024": '"2024-04-13", year',
    "26-4-1": "year-month-day",
    "April": "year-month-day",
    "Jan 5 2024": '"2024-01-05"',
    "2024年1月5日": '"2024-01-05"',
    "2024/01/05": '"2024-01-05"',
    "20240105": '"2024-01-05"',
    "2026-02-30": "year-month-day",
    "0000-01-01": "year-month-day",
    "-2024-01-01": "year-month-day",
    13927766400: '"2024-02-20"',
    739302: '"2024-02-20"',
    "2026-13-01": "year-month-day",
    "2026-04-03 25:00": "year-month-day",
    "now": "year-month-day",
    "today": "year-month-day",
    "２０２６-04-03": '"2026-04-03"',
    "": "year-month-day",
    20240401: '"2024-04-01"',
    20240402.0: '"2024-04-02"',
    np.int64(20240403): '"2024-04-03"',
    45292: '"2024-01-01"',
    1704067200: '"2024-01-01"',
    0: "year-month-day",
    True: "year-month-day",
    None: "year-month-day",
    pd.NaT: "year-month-day",
    np.nan: "year-month-day",
    np.datetime64("NaT"): "year-month-day",
    np.datetime64("2026-04"): "year-month-day",
    timedelta(days=3): "year-month-day",
    pd.Period("2026-04"): "year-month-day",
}


@pytest.mark.parametrize("kind", DAY)
def test_a_day_is_read_whatever_holds_it(kind):
    assert checks.day(DAY[kind], "end") == pd.Timestamp("2026-04-03")


@pytest.mark.parametrize("value", NO_DAY, ids=repr)
def test_what_is_no_day_is_refused_and_not_guessed(value):
    refuses(lambda: checks.day(value, "end"), ValueError, f"end = .* is not a date: write it as .*{NO_DAY[value]}")


@pytest.mark.parametrize("value", ["2026-04-03T00:00Z", "2026-04-03 08:00+08:00", pd.Timestamp("2026-04-03", tz="UTC")])
def test_a_zone_is_refused(value):
    refuses(lambda: checks.day(value, "end"), ValueError, "end carries a time zone")


def test_the_moment_of_a_protocol_is_a_date_too():
    times = pd.to_datetime(["2026-04-01 09:00", "2026-04-01 12:00"])
    log = pd.DataFrame({"case": "K1", "step": ["received", "listen"], "time": times})
    for now in ("April", "03/04/2026", 20260403, None or pd.NaT):
        refuses(lambda now=now: churn.complaint_protocol(log, now=now), ValueError, "now = .* is not a date")
    assert "follow_up" in churn.complaint_protocol(log, now="2026-04-03 18:30").loc["K1", "open"]
    there = log.assign(time=times.tz_localize("Asia/Shanghai"))
    for now in ("2026-04-03 18:30", pd.Timestamp("2026-04-03 10:30", tz="UTC")):
        assert "follow_up" in churn.complaint_protocol(there, now=now).loc["K1", "open"]
    blank = log.assign(case=["K1", "\u3000"])
    refuses(lambda: churn.complaint_protocol(blank), ValueError, "missing.*1 of 2 rows")
    text = message(lambda: churn.complaint_protocol(log.assign(time=["1.4.2026 9:00", "13.4.2026 12:00"])), TypeError)
    mended = follow(ways(text)[0], log.assign(time=["1.4.2026 9:00", "13.4.2026 12:00"]), "time", "pandas")
    assert churn.complaint_protocol(mended).loc["K1", "listen"] == 12 * 24 + 3


@pytest.mark.parametrize("kind", ["date32[day][pyarrow]", "timestamp[us][pyarrow]", "object", "category"])
def test_calls_fall_due_on_dates_of_every_kind(kind):
    due = pd.Series(pd.to_datetime(["2026-04-03", "2026-04-07"]), index=["K1", "K2"])
    other = due.dt.date.astype(kind) if kind.startswith("date32") else due.astype(kind)
    plans = [churn.follow_up_plan(days, per_day=1, worth=[1, 2]) for days in (due, other)]
    pd.testing.assert_frame_equal(*plans)


@pytest.mark.parametrize("kind", ["object", "category", "bool[pyarrow]", "boolean"])
def test_features_of_yes_and_no_and_of_dates_are_seen_as_such(kind):
    days = pd.Series(pd.to_datetime(["2026-04-03", "2026-04-07", "2026-04-09", "2026-04-10"]))
    features = pd.DataFrame({"member": pd.Series([True, False, True, False]), "since": days, "age": [31, 45, 52, 28]})
    expected = churn.check_features(features, [1, 0, 1, 0], limit=None)
    other = features.assign(member=features["member"].astype(kind), since=days.dt.date.astype(object))
    pd.testing.assert_frame_equal(churn.check_features(other, [True, False, True, False], limit=None), expected)
    assert expected["kind"].tolist() == ["yes/no", "date", "number"]
    spans = features.assign(age=pd.to_timedelta(features["age"], unit="D"))
    refuses(lambda: churn.check_features(spans), TypeError, '"age" holds timedelta.*pd.Timedelta')


WRITTEN = {
    "pounds": ["£15.30", "£12.00", "£9.50", "£1,200.00"],
    "days": ["03.04.2026", "13.04.2026", "14.04.2026", "15.04.2026"],
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_features_written_as_text_are_no_categories(kind):
    features = pd.DataFrame({"spend": WRITTEN[kind], "plan": list("abab")})
    text = message(lambda: churn.check_features(features), TypeError)
    kinds = churn.check_features(follow(ways(text)[0], features, "spend", "pandas"))["kind"]
    assert kinds["spend"] == {"pounds": "number", "days": "date"}[kind]


def test_joining_days_written_as_text_are_converted_by_the_advice():
    days = pd.to_datetime(["2026-01-05", "2026-02-09"])
    log = pd.DataFrame({"customer_id": ["A", "B"], "date": days})
    customers = pd.DataFrame({"joined": ["13.12.2025", "04.01.2026"]}, index=["A", "B"])
    text = message(lambda: lifecycle.cohorts(log, joined=customers["joined"], end="2026-02-28"), TypeError)
    mended = eval(ways(text)[0], {"pd": pd, "customers": customers})
    found = lifecycle.cohorts(log, joined=mended, end="2026-02-28")
    assert [str(day.date()) for day in found.index] == ["2025-12-01", "2026-01-01"]
