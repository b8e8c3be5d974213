"""Chapter 04 by hand: a few answers from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import key


def answer(name):
    return key.find(f"value.{name}").answers[0].value


def test_the_dairy_breaks_even_where_a_household_is_worth_what_it_costs():
    # 30 r / (1.01 - r) = 150, so 30 r = 151.5 - 150 r, so r = 151.5 / 180.
    assert answer("milk_break_even") == pytest.approx(151.5 / 180)


def test_the_cooled_box_adds_the_difference_of_two_values():
    # 27 · 0.94 / 0.07 = 362.571…; 30 · 0.92 / 0.09 = 306.666…
    assert answer("cooled_box") == pytest.approx(362.571428 - 306.666667, abs=1e-5)


def test_the_rush_fee_makes_good_the_loss():
    # Gross margin 900,000 - 774,000 = 126,000; serving costs 171,000; so 45,000 are missing, over 200 rush deliveries.
    assert answer("rush_fee") == pytest.approx((171_000 - 126_000) / 200)


def test_a_viewer_is_worth_a_share_of_a_member():
    # 600 · 1.1 / (1.1 - 0.6) = 1,320 a member, of whom 0.8 in a hundred join.
    assert answer("per_viewer") == pytest.approx(1_320 * 0.008)
