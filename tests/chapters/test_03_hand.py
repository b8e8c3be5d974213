"""Chapter 03 by hand: a few answers from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import check, key


def answer(name):
    return key.find(f"lifecycle.{name}").answers[0].value


def test_whoever_falls_silent_for_good_within_two_years_is_deleted_after_six():
    # Orders: 1,000 at first; a year later 30% of 1,000 = 300; then 30% of 300 and, after one silent year, 70% · 20% of
    # 1,000: 90 + 140 = 230. Of each group 70% · 80% · 85% · 95% = 45.22% stay silent for four years.
    assert answer("deleted") == pytest.approx((1_000 + 300 + 230) * 0.4522)


def test_a_catalogue_breaks_even_where_the_fourth_letter_brings_its_price():
    # Mailed up to state 3, a customer is worth w = 40 - p (1 + 0.7 / 1.2 + 0.56 / 1.44)
    # + w (0.3 / 1.2 + 0.14 / 1.44 + 0.084 / 1.728), so 0.604167 w = 40 - 1.972222 p; and p = 0.05 w / 1.2, so w = 24 p.
    # The lab tries prices by the cent.
    assert answer("break_even_price") == pytest.approx(40 / (24 * 0.604167 + 1.972222), abs=0.005)


def test_who_bought_again_in_the_next_quarter_is_told_of_all_who_could():
    # The first column of recency_probabilities for CDNOW: five quarters with a next one, and who bought in both.
    assert answer("again_next_quarter") == pytest.approx(13_442 / 41_247)


def test_newcomers_of_the_grocer_are_those_of_april_to_june():
    # Only these have reached age 6 by December: 47 + 45 + 21 began, 22 + 21 + 14 bought in that month.
    assert answer("grocer_newcomers") == pytest.approx((22 + 21 + 14) / (47 + 45 + 21))


def test_a_household_reached_twice_brings_its_yuan_once():
    # Every hit counted, the four rounds gain; the difference is a whole number of hits at 47.68 yuan.
    exercise = key.find("lifecycle.four_rounds")
    [every_hit] = [road.values[0] for road in exercise.roads if road.name == "every_hit"]
    counted_again = (every_hit - answer("four_rounds")) / 47.68163
    assert answer("four_rounds") < 0 < every_hit
    assert counted_again == pytest.approx(round(counted_again), abs=1e-3)


def test_in_april_is_a_share_of_those_who_began_in_february():
    assert answer("in_april") == pytest.approx(980 / 8_476)


def test_after_half_a_year_leaves_out_the_two_cohorts_that_have_not_come_so_far():
    # The columns 0 and 2 of by_quarter, first quarter of 2024 to second of 2025.
    began, buying = [202, 237, 299, 277, 303, 261], [105, 135, 187, 165, 162, 152]
    assert sum(buying) / sum(began) == pytest.approx(906 / 1_579)
    assert answer("after_half_a_year") == pytest.approx(906 / 1_579)


@pytest.mark.parametrize(
    ("given", "road"),
    [
        (0.5727, "wrong_quarter"),  # column 1, all newcomers: 0.2% beside the right answer, once taken for it
        (0.573, "wrong_quarter"),
        (0.5721, "one_cohort_too_few"),
        (0.5713, "average_of_rates"),
    ],
)
def test_the_neighbours_of_half_a_year_are_named(given, road):
    assert check("lifecycle.after_half_a_year", given).misconception == road
    assert check("lifecycle.after_half_a_year", 0.574).status == "right"


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("falls", 729, "sentence_two"),  # the number that is printed above the exercise
        ("falls", 931, "any_fall"),  # earlier holds the last 90 days too
        ("falls", 491, "first_day_left_out"),
        ("four_rounds", 12_805.3, "any_round"),
        ("in_april", 0.1356, "buyers_for_newcomers"),
        ("in_april", 0.1229, "january_in_march"),
        ("grocer_newcomers", 0.86, "log_cut_at_april"),
        ("grocer_newcomers", 0.625, "january_left_out"),
        ("break_even_price", 2.42, "last_before_the_change"),
        ("again_next_quarter", 0.4286, "columns_of_one_name"),
        ("again_next_quarter", 0.463, "the_printed_one"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"lifecycle.{exercise}", given).misconception == road
