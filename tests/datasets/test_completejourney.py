"""The baskets and campaigns of Complete Journey: their numbers, their faults, and how the files were made."""

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


def test_completejourney_campaigns(baskets):
    campaigns = datasets.load_completejourney_campaigns()
    assert list(campaigns) == ["customer_id", "campaign", "type", "start", "end", "redeemed"]
    assert len(campaigns) == 6589 and set(campaigns["campaign"]) == set(range(1, 28))
    assert not campaigns.duplicated(["customer_id", "campaign"]).any() and not campaigns.isna().any(axis=None)
    assert campaigns.groupby("type")["campaign"].nunique().to_dict() == {"A": 4, "B": 17, "C": 6}
    assert (campaigns["start"] < campaigns["end"]).all() and set(campaigns["redeemed"]) == {0, 1}
    assert set(campaigns["customer_id"]) <= set(baskets["customer_id"]) and campaigns.attrs["simulated"]
    told = campaigns.groupby("campaign")[["start", "end", "type"]].nunique()
    assert (told == 1).all(axis=None)


def test_the_faults_of_the_campaigns_that_the_card_names(baskets):
    campaigns = datasets.load_completejourney_campaigns()
    spend = baskets.groupby("customer_id")["amount"].sum()
    invited = spend.index.isin(campaigns["customer_id"])
    used = campaigns.groupby("customer_id")["redeemed"].max().astype(bool)
    groups = [spend[invited], spend[~invited], spend[used.index[used]], spend[used.index[~used]]]
    assert invited.sum() == 1559 and [round(group.median()) for group in groups] == [2045, 364, 3329, 1674]
    early, late = campaigns["start"] < "2017-01-01", campaigns["end"] > "2017-12-31"
    assert set(campaigns.loc[early, "campaign"]) == {24, 25, 26} and early.sum() == 147
    assert set(campaigns.loc[late, "campaign"]) == {15, 20, 21, 22, 23}
    assert campaigns.groupby("type")["redeemed"].mean().round(3).tolist() == [0.166, 0.065, 0.059]
    assert campaigns["redeemed"].sum() == 792


@pytest.mark.parametrize("name", ["completejourney_baskets", "completejourney_campaigns"])
def test_card_and_licence_say_that_they_are_simulated(name):
    crmlib.use_language("en")
    assert "**Simulated.**" in datasets.card(name)
    crmlib.use_language("zh")
    assert "**模拟数据。**" in datasets.card(name)
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


def test_make_completejourney_counts_several_coupons_of_a_campaign_once():
    script = runpy.run_path(str(DATA / "make_completejourney.py"))
    days = {"start_date": pd.to_datetime(["2017-03-03"]), "end_date": pd.to_datetime(["2017-04-09"])}
    made = script["campaigns_to_csv"](
        pd.DataFrame({"campaign_id": [1, 1], "household_id": [105, 7]}),
        pd.DataFrame({"campaign_id": [1], "campaign_type": ["Type B"], **days}),
        pd.DataFrame({"campaign_id": [1, 1, 2], "household_id": [7, 7, 105], "coupon_upc": [1, 2, 3]}),
    )
    assert made.splitlines()[1:] == [b"105,1,B,2017-03-03,2017-04-09,0", b"7,1,B,2017-03-03,2017-04-09,1"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original of Complete Journey is not beside this clone")
@pytest.mark.parametrize("name", ["completejourney_baskets.csv.gz", "completejourney_campaigns.csv.gz"])
def test_make_completejourney_rebuilds_the_file(name, tmp_path):
    runpy.run_path(str(DATA / "make_completejourney.py"))["make"](SHARED, tmp_path)
    # Contents, not packed bytes: another zlib may pack them otherwise.
    made, kept = (gzip.decompress((folder / name).read_bytes()) for folder in (tmp_path, DATA))
    assert made == kept
