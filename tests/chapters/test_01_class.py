"""Chapter 01 in class: its answers with a pocket calculator, from the numbers that a student reads."""

import pytest

from crmlib.exercises import key


def answer(name):
    return key.find(f"overview.{name}").answers[0].value


def test_a_lost_driver_costs_half_of_forty_weeks():
    assert answer("chen_lost") == pytest.approx((15 + 16) / 2 * 40)


def test_a_tea_house_gains_on_its_lowest_side():
    assert answer("tea_gain") == pytest.approx(588_000 - 420_000)


def test_the_bucket_stands_still_where_as_many_leave_as_come():
    # 360 customers, of whom a quarter leave in a month: 90, as many as are won.
    assert answer("tea_steady") * 0.25 == pytest.approx(90)


def test_both_plans_are_equal_at_four_fifths():
    # 80 new ones a fifth of whom leave, or 60 of whom 15% leave: 400.
    assert 80 / (1 - answer("same_both_ways")) == pytest.approx(60 / (1 - answer("same_both_ways") - 0.05))


def test_care_of_twelve_yuan_brings_half_of_twenty_four():
    assert answer("just_pays") == pytest.approx(24)


def test_one_member_of_six_is_active():
    assert answer("active_share") == pytest.approx(23.5 / 140)


def test_letters():
    assert answer("original_motive") == answer("which_centre") == "C"
    assert answer("which_view") == "B"
    assert set(answer("crm_business")) == {"A", "C", "E"}
