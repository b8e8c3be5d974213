"""Chapter 01 in class: its answers with a pocket calculator, from the numbers that a student reads."""

import pytest

from crmlib.exercises import check, key
from crmlib.exercises.controls import control_for, judged_in
from crmlib.language import use_language


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
    assert (answer("original_motive"), answer("which_centre")) == ("E", "C")
    assert answer("which_view") == "B"
    assert set(answer("crm_business")) == {"A", "C", "E"}


def in_box(name, written):
    """What the box says of a written answer."""
    exercise = key.find(f"overview.{name}")
    field = control_for(exercise.answers[0])
    field.value = written
    return judged_in([field], exercise)


@pytest.mark.parametrize(
    ("name", "written"),
    [("active_share", one) for one in ("16.8", "16.8%", "0.168", "16.79 %", "17%")]
    + [("same_both_ways", one) for one in ("80", "80%", "0.8")],
)
def test_a_percentage_may_be_written_as_one_likes(name, written):
    assert in_box(name, written).status == "right"


@pytest.mark.parametrize(
    ("name", "written", "road"),
    [
        ("chen_lost", "600", "first_week_revenue"),
        ("same_both_ways", "88.75%", "must_reach"),
        ("same_both_ways", "20", "share_that_leaves"),
        ("just_pays", "60", "of_a"),
    ],
)
def test_the_traps_of_the_boxes_are_named(name, written, road):
    assert in_box(name, written).misconception == road


@pytest.mark.parametrize(
    "sentence",
    [
        "A strategy centred on customers, with IT, that joins marketing, sales and service to build long-term "
        "relationships with customers so that both the company and the customer win value",
        "A customer-oriented management that uses software to join marketing and service, builds lasting relationships "
        "and makes both sides profit",
        "It focuses on customers: technology, marketing, sales and service work together to keep long relationships "
        "and loyalty",
    ],
)
def test_definitions_of_crm_in_other_words_are_understood(sentence):
    use_language("en")
    assert check("overview.define_crm", sentence).status == "right"
