"""Chapter 06 by hand: a few answers from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import key


def answer(name):
    return key.find(f"satisfaction.{name}").answers[0].value


# --- class, sections 1 to 4 -------------------------------------------------------------------------------------


def test_a_guest_who_expected_8_and_perceived_6_8():
    assert answer("guest_ratio") == pytest.approx(0.85)


def test_cooking_lessons_would_please_four_in_seven():
    # A 120, O 40, M 20, I 100; R and Q are left out: 160 of 280.
    assert answer("lessons_better") == pytest.approx(4 / 7)


def test_the_quick_promise_pays_below_a_tenth_of_late_orders():
    # 1,100 · 8 - 7,400 = 1,400 yuan may be lost, at 12 yuan an order of 1,100.
    assert 1_000 * 8 - 0.05 * 1_000 * 12 == 7_400
    assert answer("late_per_cent") == pytest.approx(100 * 1_400 / 13_200)


def test_an_hour_dearer_than_80_yuan_buys_the_assembled_wardrobe():
    assert answer("dear_hour") == pytest.approx((999 - 799) / 2.5)


# --- class, sections 5 to 9 -------------------------------------------------------------------------------------


def test_a_canteen_whose_queue_is_turned_round():
    # The queue's 4 becomes 1 + 5 - 4 = 2: (5 · 4 + 3 · 3 + 2 · 2) / 10.
    assert answer("canteen") == pytest.approx(33 / 10)


def test_a_bookshop_weighs_its_price_by_columns():
    # Columns 1 + 1/4 + 1/2 = 7/4, 4 + 1 + 1 = 6, 2 + 1 + 1 = 4; the first row is 4/7, 4/6, 2/4 of them.
    assert answer("bookshop_weight") == pytest.approx((4 / 7 + 4 / 6 + 2 / 4) / 3)


def test_four_points_need_625_answers_and_five_times_as_many_asked():
    assert answer("to_be_asked") == 25 * 25 * 5


def test_a_hall_whose_visitors_are_less_satisfied_than_its_reviews():
    # 297 of 300 who reviewed, 480 of 600 who did not, 10 of 100 who left.
    assert answer("next_hall") == pytest.approx((297 + 480 + 10) / 1_000)
