"""Attitudes, wallet, curve, switching: by hand, laws, real shape of results, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets, intervals, loyalty
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
IDS = ["Wheat", "Millet", "Oats"]


def test_what_stands_at_the_cut_is_high():
    likes, comes = pd.Series([8, 8, 7], IDS), pd.Series([4, 3.9, 9], IDS)
    kinds = loyalty.dick_basu(likes, comes, attitude_cut=8, patronage_cut=4)
    assert kinds.to_dict() == {"Wheat": "loyalty", "Millet": "latent", "Oats": "spurious"}
    assert loyalty.KINDS == ("loyalty", "latent", "spurious", "none")


@quick
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=30), st.floats(-9, 9))
def test_a_higher_cut_makes_nobody_more_loyal(customers, cut):
    likes, comes = map(list, zip(*customers, strict=True))
    low = loyalty.dick_basu(likes, comes, attitude_cut=cut, patronage_cut=0)
    high = loyalty.dick_basu(likes, comes, attitude_cut=cut + 1, patronage_cut=0)
    assert not (high.isin(["loyalty", "latent"]) & ~low.isin(["loyalty", "latent"])).any()


def test_share_of_wallet_by_hand():
    own = pd.Series([300, 40, 0], IDS)
    rivals = pd.DataFrame({"a": [100, 0, 0], "b": [100, 60, 0]}, IDS)
    share = loyalty.share_of_wallet(own, rivals)
    assert share.tolist()[:2] == [0.6, 0.4] and np.isnan(share["Oats"])
    assert loyalty.share_of_wallet(300, 200) == 0.6 and loyalty.share_of_wallet([300], [200]).tolist() == [0.6]
    assert loyalty.share_of_wallet(own, rivals.sum(axis=1)).equals(share)
    assert loyalty.share_of_wallet(own.sum(), rivals.sum().sum()) == pytest.approx(340 / 600)


def test_qinghe_has_the_largest_wallet_where_it_is_nearly_alone():
    wallet = datasets.load_qinghe_wallet()
    market = datasets.load_qinghe_surveys().set_index("customer_id")["market"]
    spent = wallet.groupby(wallet["customer_id"].map(market))[["own", "competitor_a", "competitor_b", "competitor_c"]]
    spent = spent.sum()
    share = loyalty.share_of_wallet(spent["own"], spent.drop(columns="own"))
    assert share.idxmax() == "qiming" and share.idxmin() == "chenxing"


def test_the_curve_counts_who_stayed():
    scores = pd.Series([1, 1, 5, 5, 5, None, 5], dtype="Float64")
    curve = loyalty.satisfaction_loyalty_curve(scores, [0, 1, 1, 1, 1, 1, None])
    assert curve.index.tolist() == [1, 5] and curve["share"].tolist() == [0.5, 1]
    assert curve["customers"].tolist() == [2, 3] and curve.attrs["left_out"] == 2
    low, high = intervals.wilson([1, 3], [2, 3])
    assert curve["low"].tolist() == low.tolist() and curve["high"].tolist() == high.tolist()


def test_a_curve_for_each_market_is_that_of_its_customers():
    answers = datasets.load_qinghe_surveys()
    curve = loyalty.satisfaction_loyalty_curve(answers["satisfaction"], answers["stays"], by=answers["market"])
    assert curve.index.names == ["market", "score"] and curve["customers"].sum() == len(answers)
    one = answers[answers["market"] == "qiming"]
    alone = loyalty.satisfaction_loyalty_curve(one["satisfaction"], one["stays"])
    pd.testing.assert_frame_equal(curve.loc["qiming"], alone)


def test_switching_costs_add_up():
    assert loyalty.switching_cost(1, 2, 3).to_dict() == {"procedural": 1, "financial": 2, "relational": 3, "total": 6}
    table = loyalty.switching_cost(pd.Series([1, 2, 3], IDS), 10, [5, 5, 0])
    assert table["total"].to_dict() == {"Wheat": 16, "Millet": 17, "Oats": 13}


def test_who_thinks_of_money_only_leaves_for_more_than_the_cost():
    found = loyalty.stay_or_go(saving=[100, 101, 0], cost=200, periods=2)
    assert found["goes"].tolist() == [False, True, False] and found["net"].tolist() == [0, 2, -200]
    later = loyalty.stay_or_go(saving=110, cost=100, periods=1, discount=0.1)
    assert later["gain"] == pytest.approx(100) and later["saving_needed"] == pytest.approx(110)
    assert not later["goes"] or later["net"] < 1e-9


BAD = {
    "an attitude missing": (
        lambda: loyalty.dick_basu([1, None], [1, 1], attitude_cut=1, patronage_cut=1),
        'Column "attitude" is missing.*1 of 2 rows',
    ),
    "a cut in quotes": (
        lambda: loyalty.dick_basu([1], [1], attitude_cut="8", patronage_cut=1),
        "attitude_cut = '8': .*without quotes",
    ),
    "negative money": (
        lambda: loyalty.share_of_wallet(pd.Series([-5, 3]), [1, 1]),
        'Column "own" is missing, infinite or below 0.*1 of 2 rows',
    ),
    "negative money elsewhere": (
        lambda: loyalty.share_of_wallet([5, 3], pd.DataFrame({"rival": [1, -1]})),
        'Column "rival" is missing, infinite or below 0',
    ),
    "other customers": (
        lambda: loyalty.share_of_wallet(pd.Series([5, 3], ["A", "B"]), pd.DataFrame({"rival": [1, 1]}, ["A", "C"])),
        "own and elsewhere have different indexes: 2 customers are in one only.*align",
    ),
    "stayed in words": (
        lambda: loyalty.satisfaction_loyalty_curve([1, 2], ["yes", "no"]),
        "stayed holds .*not 0 and 1: convert it",
    ),
    "nobody known": (lambda: loyalty.satisfaction_loyalty_curve([1, 2], [None, None]), "stayed"),
    "negative cost": (lambda: loyalty.switching_cost(-1, 2, 3), "procedural = -1"),
    "a negative cost in a column": (lambda: loyalty.switching_cost([1, 1], [2, -2], 3), '"financial".*below 0'),
    "no period": (lambda: loyalty.stay_or_go(1, 1, periods=0), "periods = 0"),
    "per cent": (lambda: loyalty.stay_or_go(1, 1, discount=10), "discount = 10"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
