"""The baskets of Complete Journey: their numbers, their faults, and how the file was made."""

import gzip
import runpy

import pandas as pd
import pytest

import crmlib
from crmlib import datasets, lifecycle
from tests.support import PROJECT

DATA = PROJECT / "datasets"
SHARED = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="module")
def baskets():
    return datasets.load_completejourney_baskets()


def test_completejourney_baskets(baskets):
    assert list(baskets) == ["customer_id", "date", "amount", "items", "retail_discount", "coupon_discount"]
    assert len(baskets) == 155_848 and baskets["customer_id"].nunique() == 2469
    assert baskets["customer_id"].agg(["min", "max"]).tolist() == [1, 2500]
    assert baskets["amount"].sum() == pytest.approx(4_596_039.58, abs=1e-4)
    assert baskets["items"].sum() == 1_469_307  # the transactions of the package, each a line of a receipt
    assert baskets[["retail_discount", "coupon_discount"]].sum().tolist() == pytest.approx([791_650.64, 26_359.90])
    assert not baskets.isna().any(axis=None) and (baskets.drop(columns="date") >= 0).all(axis=None)


def test_types(baskets):
    assert pd.api.types.is_datetime64_dtype(baskets["date"])
    assert all(pd.api.types.is_integer_dtype(baskets[name]) for name in ["customer_id", "items"])
    assert pd.api.types.is_float_dtype(baskets["amount"])
    assert baskets.attrs["simulated"]


def test_the_faults_that_the_card_names(baskets):
    assert baskets["date"].agg(["min", "max"]).tolist() == [pd.Timestamp("2017-01-01"), pd.Timestamp("2018-01-01")]
    assert (baskets["date"] >= "2018-01-01").sum() == 86
    assert not (baskets["date"] == "2017-12-25").any()
    assert (baskets["amount"] == 0).sum() == 478
    assert baskets.duplicated().sum() == 261
    assert baskets.duplicated(["customer_id", "date"]).sum() == 29_024
    english, chinese = (DATA / "completejourney_baskets.md").read_text(encoding="utf-8").split("\n---\n\n")
    for number in (1982, 28_571, 86, 478, 261, 29_024):
        assert f"{number:,}" in english and str(number) in chinese


def test_january_is_no_cohort_of_new_customers(baskets):
    """The year is cut out of a longer study: nearly all are there at once, and hardly anybody seems to leave."""
    table = lifecycle.cohorts(baskets, end="2017-12-31")
    assert table.attrs["excluded"] == {"rows after end": 86}
    assert table.loc["2017-01-01", 0] == 1982 and lifecycle.cohort_sizes(table).iloc[1:].sum() == 2469 - 1982
    share = lifecycle.retention(table)
    assert share.loc["2017-01-01", 6] > 0.85 > share.loc["2017-03-01", 6]


def test_card_and_licence_say_that_they_are_simulated():
    crmlib.use_language("en")
    assert "**Simulated.**" in datasets.card("completejourney_baskets")
    crmlib.use_language("zh")
    assert "**模拟数据。**" in datasets.card("completejourney_baskets")
    licence = (DATA / "completejourney_LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence and "Copyright (c) 2025 James Cunningham" in licence


def test_gzip_carries_no_time_and_no_name():
    packed = (DATA / "completejourney_baskets.csv.gz").read_bytes()
    assert packed[3] == 0 and packed[4:8] == bytes(4) and len(packed) < 1_300_000
    assert b"\r" not in gzip.decompress(packed)


def test_make_completejourney_keeps_rows_and_faults():
    script = runpy.run_path(str(DATA / "make_completejourney.py"))
    source = pd.DataFrame(
        {
            "household_id": [7, 7, 3],
            "sales": [0.0, 0.0, 73.769997],
            "items": [1, 1, 35],
            "retail_disc": [0, 0, 14.18],
            "coupon_disc": [0, 0, 5.3],
            "date": pd.to_datetime(["2017-01-31", "2017-01-31", "2018-01-01"]).date,
        }
    )
    assert script["to_csv"](source) == (
        b"customer_id,date,amount,items,retail_discount,coupon_discount\n"
        b"7,2017-01-31,0.00,1,0.00,0.00\n7,2017-01-31,0.00,1,0.00,0.00\n3,2018-01-01,73.77,35,14.18,5.30\n"
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original of Complete Journey is not beside this clone")
def test_make_completejourney_rebuilds_the_file(tmp_path):
    runpy.run_path(str(DATA / "make_completejourney.py"))["make"](SHARED, tmp_path)
    # Contents, not packed bytes: another zlib may pack them otherwise.
    name = "completejourney_baskets.csv.gz"
    made, kept = (gzip.decompress((folder / name).read_bytes()) for folder in (tmp_path, DATA))
    assert made == kept
