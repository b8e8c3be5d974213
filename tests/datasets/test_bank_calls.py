"""The calls of a bank: their numbers, the faults that the card names, how the file was made, its licence."""

import gzip
import runpy

import pandas as pd
import pytest

from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
SHARED = PROJECT.parent / "shared" / "data"


def half_hours():
    """Calls by half-hour, without the five minutes that the last one of each day consists of."""
    calls = datasets.load_bank_calls()
    calls = calls[calls["start"].dt.hour < 21]
    return calls.groupby(calls["start"].dt.floor("30min"))["calls"].sum()


def test_the_numbers_of_the_source():
    """Weinberg, Brown and Stroud (2007): 164 days of 169 intervals of five minutes, from 7:00 to 21:05."""
    calls = datasets.load_bank_calls()
    days = calls.groupby(calls["start"].dt.date)["calls"].agg(["size", "sum"])
    assert list(calls) == ["start", "calls"] and len(days) == 164 and set(days["size"]) == {169}
    assert pd.api.types.is_datetime64_dtype(calls["start"]) and pd.api.types.is_integer_dtype(calls["calls"])
    assert calls["start"].is_monotonic_increasing and calls["start"].is_unique
    assert calls["start"].iloc[[0, -1]].tolist() == [pd.Timestamp("2003-03-03 07:00"), pd.Timestamp("2003-10-24 21:00")]
    assert calls["calls"].head(4).tolist() == [111, 113, 76, 82]
    assert (calls["calls"].min(), calls["calls"].max(), calls["calls"].sum()) == (11, 465, 5_323_661)


def test_the_day_has_its_peak_in_the_morning_and_the_week_on_monday():
    calls = half_hours()
    of_day, of_week = calls.groupby(calls.index.time).mean(), calls.groupby(calls.index.day_name()).mean()
    assert of_day.idxmax().hour == 10 and of_day.max() > 3 * of_day.iloc[[0, -1]].max()
    assert of_week.idxmax() == "Monday"


def test_the_faults_that_the_card_names():
    calls = half_hours()
    days = pd.DatetimeIndex(calls.index.normalize().unique())
    absent = pd.bdate_range(days.min(), days.max()).difference(days)
    assert absent.strftime("%m-%d").tolist() == ["04-04", "04-07", "05-26", "07-04", "09-01", "10-14"]
    assert pd.Timestamp("2003-10-13") in days
    fives = datasets.load_bank_calls()
    usual = fives.groupby([fives["start"].dt.day_name(), fives["start"].dt.time])["calls"].transform("median")
    odd = fives[fives["calls"] < 0.4 * usual]
    assert odd["start"].iloc[[0, -1]].tolist() == [pd.Timestamp("2003-09-26 19:55"), pd.Timestamp("2003-09-26 21:00")]
    assert len(odd) == 13 and (odd["calls"].min(), odd["calls"].max()) == (11, 26)
    alike = calls.groupby([calls.index.day_name(), calls.index.time])
    assert (alike.var() / alike.mean()).median() > 4  # 1 for a Poisson variable


def test_make_bank_calls_keeps_rows_and_drops_the_zone():
    script = runpy.run_path(str(DATA / "make_bank_calls.py"))
    source = {"DateTime": ["2003-03-03 07:00:00+00:00", "2003-10-24 21:00:00+00:00"], "Calls": [111, 60]}
    made = script["to_csv"](pd.DataFrame(source))
    assert made == b"start,calls\n2003-03-03 07:00,111\n2003-10-24 21:00,60\n"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original is not beside this clone")
def test_the_file_is_that_of_the_source(tmp_path):
    runpy.run_path(str(DATA / "make_bank_calls.py"))["make"](SHARED, tmp_path)
    made, kept = (gzip.decompress((folder / "bank_calls.csv.gz").read_bytes()) for folder in (tmp_path, DATA))
    assert made == kept


def test_notice_and_licence_lie_beside_it():
    licence = (DATA / "bank_calls_LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("bank_calls.csv.gz") and "Rob Hyndman" in licence and "fpp3" in licence
    assert "Version 3, 29 June 2007" in licence and "END OF TERMS AND CONDITIONS" in licence
