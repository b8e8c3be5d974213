"""Points, tiers, membership: by hand, the Qinghe accounts, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets, loyalty
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
TIERS, REWARDS = {"basic": 0, "silver": 2000, "gold": 5000}, {"basic": 0.01, "silver": 0.02, "gold": 0.05}


def test_liability_is_what_will_be_redeemed():
    assert loyalty.points_liability(2_000_000, value=0.01, redemption=0.6) == pytest.approx(12_000)
    by_customer = loyalty.points_liability(pd.Series([100, 0], ["A", "B"]), value=0.01, redemption=0.5)
    assert by_customer.to_dict() == {"A": 0.5, "B": 0.0}


def test_breakage_by_hand():
    found = loyalty.breakage([600, 400], [300, 150], [100, 50])
    assert found.to_dict() == pytest.approx({"redeemed": 0.45, "expired": 0.15, "outstanding": 0.4, "breakage": 0.25})
    assert np.isnan(loyalty.breakage(10, 0, 0)["breakage"])


@pytest.fixture(scope="module")
def points():
    return datasets.load_qinghe_points()


def test_the_accounts_of_qinghe_are_right(points):
    table = loyalty.points_balance(points)
    assert table["earned"].sum() == points["earned"].sum()
    last = points.sort_values("quarter").groupby("customer_id")["balance"].last()
    assert table["outstanding"].iloc[-1] == last.sum() and table["customers"].iloc[-1] == (last > 0).sum()
    shuffled = points.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(loyalty.points_balance(shuffled), table)


def test_a_quarter_without_movement_keeps_its_balance():
    rows = {"customer_id": ["A", "A", "B"], "quarter": ["1", "3", "2"], "earned": [5, 1, 2]}
    table = loyalty.points_balance(pd.DataFrame(rows).assign(redeemed=0, expired=0))
    assert table["outstanding"].tolist() == [5, 7, 8] and table["customers"].tolist() == [1, 2, 2]


def test_tiers_by_hand():
    table = loyalty.tier_profit(
        [1000, 2000, 3000, 6000], TIERS, REWARDS, margin=0.2, lift={"basic": 0, "silver": 0.1, "gold": 0.2}
    )
    assert table["customers"].tolist() == [1, 2, 1]
    assert table["revenue"].tolist() == pytest.approx([1000, 5500, 7200])
    assert table["reward"].tolist() == pytest.approx([10, 110, 360])
    assert table["profit"].tolist() == pytest.approx([190, 990, 1080])
    assert table.attrs["gain"] == pytest.approx(2260 - 2400) and table.attrs["profit"] == pytest.approx(2260)


@quick
@given(
    st.lists(st.floats(0, 20_000), min_size=1, max_size=40).filter(lambda spent: sum(spent) > 1), st.floats(0.1, 0.5)
)
def test_the_lift_needed_brings_just_what_was_there_before(spending, margin):
    needed = loyalty.tier_profit(spending, TIERS, REWARDS, margin).attrs["lift_needed"]
    table = loyalty.tier_profit(spending, TIERS, REWARDS, margin, lift=needed)
    assert table.attrs["gain"] == pytest.approx(0, abs=1e-6 * sum(spending))
    assert table["customers"].sum() == len(spending)


def test_rewards_above_the_margin_never_pay():
    assert loyalty.tier_profit([100], {"all": 0}, {"all": 0.3}, margin=0.2).attrs["lift_needed"] == np.inf


def test_a_membership_pays_from_its_break_even_on():
    even = loyalty.membership_break_even(fee=299, discount=0.05)
    assert even == pytest.approx(5980)
    assert loyalty.membership_break_even(299, 0.05, other_benefits=300) == 0
    assert loyalty.membership_break_even([299, 699], 0.1).tolist() == pytest.approx([2990, 6990])


def test_membership_profit_by_hand():
    found = loyalty.membership_profit(10, 300, 5000, margin=0.1, renewal=0.8, cost=400)
    assert found[["fees", "goods", "profit"]].tolist() == pytest.approx([3000, 1000, 4000])
    assert found[["fee_share", "years", "member_value"]].tolist() == pytest.approx([0.75, 5, 2000])
    assert np.isnan(loyalty.membership_profit(10, 0, 1000, margin=0.1, renewal=0.8, cost=400)["fee_share"])


ROWS = pd.DataFrame(
    {
        "customer_id": ["A", "A"],
        "quarter": ["1", "2"],
        "earned": [5, 1],
        "redeemed": [0, 4],
        "expired": 0,
        "balance": [5, 2],
    }
)
BAD = {
    "negative points": (lambda: loyalty.points_liability(-1, value=0.01, redemption=0.5), "outstanding = -1"),
    "redemption in per cent": (lambda: loyalty.points_liability(1, value=0.01, redemption=60), "Write 0.6, not 60"),
    "more redeemed than earned": (lambda: loyalty.breakage(10, 9, 2), "only what was earned can be redeemed or expire"),
    "nothing earned": (lambda: loyalty.breakage(0, 0, 0), "earned = 0"),
    "negative earned": (
        lambda: loyalty.points_balance(ROWS.assign(earned=[5, -1])),
        '"earned" is missing, infinite or below 0.*1 of 2 rows',
    ),
    "an account below zero": (lambda: loyalty.points_balance(ROWS.assign(redeemed=[6, 0])), "More points leave.*rows"),
    "a balance that is wrong": (
        lambda: loyalty.points_balance(ROWS.assign(balance=[5, 3])),
        "balance is not.*1 of 2 rows",
    ),
    "no beginning": (lambda: loyalty.points_balance(ROWS.assign(balance=[7, 4])), "the beginning of the account"),
    "two rows a quarter": (lambda: loyalty.points_balance(ROWS.assign(quarter="1")), "several rows in a period"),
    "no quarter": (lambda: loyalty.points_balance(ROWS.assign(quarter=["1", None])), "period is missing"),
    "no column": (lambda: loyalty.points_balance(ROWS.drop(columns="expired")), "Missing column: expired"),
    "negative spending": (lambda: loyalty.tier_profit([-1], TIERS, REWARDS, 0.2), '"spending".*below 0'),
    "thresholds that fall": (
        lambda: loyalty.tier_profit([1], {"basic": 0, "silver": 9, "gold": 5}, REWARDS, 0.2),
        "thresholds: basic 0, silver 9, gold 5: they must rise from 0",
    ),
    "no lowest tier": (lambda: loyalty.tier_profit([1], {"gold": 5}, {"gold": 0.1}, 0.2), "rise from 0"),
    "a reward missing": (
        lambda: loyalty.tier_profit([1], TIERS, {"basic": 0.1}, 0.2),
        "rewards: a number is needed for each",
    ),
    "a reward in per cent": (
        lambda: loyalty.tier_profit([1], {"all": 0}, {"all": 5}, 0.2),
        "rewards is not between 0 and 1",
    ),
    "a lift below nothing": (lambda: loyalty.tier_profit([1], TIERS, REWARDS, 0.2, lift=-2), "lift = -2"),
    "no discount": (lambda: loyalty.membership_break_even(299, 0), "discount = 0"),
    "a negative fee": (lambda: loyalty.membership_break_even(-299, 0.1), "fee = -299"),
    "all renew": (lambda: loyalty.membership_profit(1, 1, 1, 0.1, renewal=1), "renewal = 1"),
    "a margin in per cent": (lambda: loyalty.membership_profit(1, 1, 1, 10, renewal=0.9), "Write 0.1, not 10"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
