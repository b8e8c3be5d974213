"""Chapter 07, the class part by hand: its boxes from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import check, key


def answer(name):
    return key.find(f"loyalty.{name}").answers[0].value


def test_who_buys_much_without_liking_is_loyal_in_behaviour_only():
    assert set(answer("spurious_ones")) == {"B", "C", "E", "F"}


def test_a_share_of_wallet_has_all_spending_below_the_line():
    assert answer("wallet_share") == pytest.approx(3600 / (3600 + 1200 + 900 + 300))


def test_a_hotel_counts_hours_money_and_ties():
    # 40 hours at 30 yuan, 600 + 2,000 yuan, ties of 1,500: 5,300 yuan, at 400 a month.
    assert answer("hotel_leaves") == pytest.approx(13.25)


def test_a_measure_of_25_yuan_must_keep_seven_in_a_hundred_households_of_360_yuan():
    assert answer("must_keep") == pytest.approx(2500 / 360)


def test_points_on_what_is_bought_more_must_be_earned_too():
    # Two points a yuan, 63 % redeemed, cost 1.26 fen a yuan: 50.4 yuan, out of 21 − 1.26 fen on each yuan more.
    assert answer("double_points") == pytest.approx(50.4 / 0.1974)


def test_on_the_flat_part_nineteen_more_in_a_hundred_stay():
    assert answer("lower_down") == pytest.approx((0.32 - 0.13) * 360 / 45)


def test_five_trips_earn_a_card_back():
    assert answer("card_earned_back") == pytest.approx(299 / 3375)


def test_a_stamp_card_gives_36_fen_of_nine_yuan():
    assert answer("stamp_card") == pytest.approx(100 * 0.36 / 8.64)


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("spurious_ones", [{"A", "B", "C", "E", "F"}], "repeat_is_loyalty"),
        ("wallet_share", [0.75], "largest_rival_only"),
        ("hotel_leaves", [6.5], "money_only"),
        ("hotel_leaves", [9.5], "ties_forgotten"),
        ("double_points", [240], "points_on_more_forgotten"),
        ("double_points", [421], "redemption_forgotten"),
        ("lower_down", [2.56], "level_not_change"),
        ("lower_down", [1.14], "price_of_the_text"),
        ("stamp_card", [4.0], "stamps_on_more_forgotten"),
        ("stamp_card", [7.1], "all_completed"),
    ],
)
def test_the_traps_of_the_boxes_are_named(exercise, given, road):
    assert check(f"loyalty.{exercise}", *given).misconception == road
