"""Hillstrom's e-mail test: its numbers, its faults, and how the file was made."""

import gzip
import runpy

import pandas as pd
import pytest

import crmlib
from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
SHARED = PROJECT.parent / "shared" / "data"
COLUMNS = ["customer_id", "months_since_last", "history", "mens", "womens", "zip_code", "newbie", "channel", "arm",
           "visit", "conversion", "spend"]  # fmt: skip


@pytest.fixture(scope="module")
def customers():
    return datasets.load_hillstrom()


@pytest.mark.parametrize(("arm", "number", "visit", "conversion", "spend"), [
    ("mens", 21_307, 0.18276, 0.01253, 1.42262),
    ("womens", 21_387, 0.15140, 0.00884, 1.07720),
    ("none", 21_306, 0.10617, 0.00573, 0.65279),
])  # fmt: skip
def test_rates_of_the_arms(customers, arm, number, visit, conversion, spend):
    """Targets row hill.rates: recomputed, a regression pin."""
    group = customers[customers["arm"] == arm]
    assert len(group) == number
    assert group[["visit", "conversion", "spend"]].mean().tolist() == pytest.approx(
        [visit, conversion, spend], abs=1e-5
    )


def test_types_and_values(customers):
    assert list(customers) == COLUMNS
    assert customers["customer_id"].tolist() == list(range(1, 64_001))
    numbers = {"months_since_last": (1, 12), "mens": (0, 1), "womens": (0, 1), "newbie": (0, 1), "visit": (0, 1),
               "conversion": (0, 1)}  # fmt: skip
    for name, ends in numbers.items():
        assert pd.api.types.is_integer_dtype(customers[name])
        assert tuple(customers[name].agg(["min", "max"])) == ends
    assert customers["arm"].value_counts().sum() == 64_000  # "none" must not be read as missing
    assert set(customers["zip_code"]) == {"Surburban", "Urban", "Rural"}
    assert set(customers["channel"]) == {"Phone", "Web", "Multichannel"}
    assert not customers.isna().any(axis=None)


def test_who_bought_came_and_spent(customers):
    assert (customers["conversion"] <= customers["visit"]).all()
    assert ((customers["spend"] > 0) == (customers["conversion"] == 1)).all()


def test_the_faults_that_the_card_names(customers):
    assert customers.drop(columns="customer_id").duplicated().sum() == 6562
    assert customers["conversion"].sum() == 578
    assert (customers["history"] == customers["history"].min()).sum() == 7947
    assert customers["history"].min() == 29.99
    assert (customers["spend"] == customers["spend"].max()).sum() == 12 and customers["spend"].max() == 499
    assert (customers[["mens", "womens"]].sum(axis=1) == 2).sum() == 6448
    english, chinese = (DATA / "hillstrom.md").read_text(encoding="utf-8").split("\n---\n\n")
    for number in (6562, 7947, 6448):
        assert f"{number:,}" in english and str(number) in chinese
    for number in ("578", "499.00", "29.99", " 12 "):
        assert number in english and number in chinese


def test_licence_travels_with_the_file():
    licence = (DATA / "hillstrom_LICENSE.txt").read_text(encoding="utf-8")
    assert "Copyright Jannik Rößler" in licence and "TERMS AND CONDITIONS FOR USE, REPRODUCTION" in licence
    assert "Changes (datasets/make_hillstrom.py)" in licence  # clause 4 (b)
    for lang in ("en", "zh"):
        crmlib.use_language(lang)
        assert "hillstrom_LICENSE.txt" in datasets.card("hillstrom")


def test_make_hillstrom_keeps_rows_and_faults():
    script = runpy.run_path(str(DATA / "make_hillstrom.py"))
    row = {"recency": 10, "history_segment": "2) $100 - $200", "history": 142.44, "mens": 1, "womens": 0,
           "zip_code": "Surburban", "newbie": 0, "channel": "Phone", "segment": "Womens E-Mail", "visit": 0,
           "conversion": 0, "spend": 0.0}  # fmt: skip
    bought = row | {"segment": "Mens E-Mail", "visit": 1, "conversion": 1, "spend": 499.0}
    source = pd.DataFrame([row, row, bought, row | {"segment": "No E-Mail"}])
    first = "10,142.44,1,0,Surburban,0,Phone"
    assert script["to_csv"](source).decode().splitlines() == [
        ",".join(COLUMNS), f"1,{first},womens,0,0,0.00", f"2,{first},womens,0,0,0.00", f"3,{first},mens,1,1,499.00",
        f"4,{first},none,0,0,0.00"]  # fmt: skip


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original of Hillstrom's test is not beside this clone")
def test_make_hillstrom_rebuilds_the_file(tmp_path):
    runpy.run_path(str(DATA / "make_hillstrom.py"))["make"](SHARED, tmp_path)
    # Contents, not packed bytes: another zlib may pack them otherwise.
    made, kept = (gzip.decompress((folder / "hillstrom.csv.gz").read_bytes()) for folder in (tmp_path, DATA))
    assert made == kept


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original of Hillstrom's test is not beside this clone")
def test_the_class_that_is_left_out_follows_from_the_history():
    source = pd.read_parquet(SHARED / "hillstrom_email.parquet")
    ends = source.groupby("history_segment")["history"].agg(["min", "max"])
    assert (ends["max"].to_numpy()[:-1] < ends["min"].to_numpy()[1:]).all()
