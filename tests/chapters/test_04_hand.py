"""Chapter 04 by hand: a few answers from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib.exercises import check, key


def answer(name):
    return key.find(f"value.{name}").answers[0].value


def test_the_dairy_breaks_even_where_a_household_is_worth_what_it_costs():
    # 30 r / (1.01 - r) = 150, so 30 r = 151.5 - 150 r, so r = 151.5 / 180.
    assert answer("milk_break_even") == pytest.approx(151.5 / 180)


def test_the_rush_fee_makes_good_the_loss():
    # Gross margin 900,000 - 774,000 = 126,000; serving costs 171,000; so 45,000 are missing, over 200 rush deliveries.
    assert answer("rush_fee") == pytest.approx((171_000 - 126_000) / 200)


def test_a_salons_customer_is_worth_three_discounted_years_less_the_winning():
    # Profits 300, 270, 240 at the years' ends, at 10 %: 272.7273 + 223.1405 + 180.3156 - 400.
    assert answer("salon_customer") == pytest.approx(276.1833, abs=1e-4)


def test_a_worse_factor_makes_a_household_worth_less():
    # 30 · 0.92 / 0.09 = 306.666… before; then 28.5 · 0.92 / 0.09, 30 · 0.874 / 0.136, 30 · 0.92 / 0.0905.
    worse = [part.value for part in key.find("value.tornado_by_hand").answers]
    assert worse == pytest.approx([291.333333, 192.794118, 304.972376])


def test_regular_customers_become_as_loyal_as_new_high_end_ones():
    # Of 40.9 high-end customers 39.4 renew in year 12; of the regular ones 32.6 of 38.2, then 28.9 of 32.6.
    rate, year = (part.value for part in key.find("value.high_end_rates").answers)
    assert rate == pytest.approx(39.4 / 40.9)
    assert 32.6 / 38.2 < 0.869 < 28.9 / 32.6 and year == 5


def test_twice_the_money_wins_less_than_twice_the_members():
    # 5 yuan leave 60 % of the ceiling of 5 % unreached, 10 yuan 60 % of 60 %: 20,000 · 0.05 · (1 - 0.36).
    assert answer("won_at_double") == pytest.approx(640)


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("losing_share", [1.535], "revenue_over_the_others"),
        ("losing_share", [0.845], "cost_to_serve"),
        ("tornado_by_hand", [322.0, 658.64, 308.38], "all_better"),
        ("tornado_by_hand", [291.33, 183.15, 182.48], "carried_on"),
        ("tornado_by_hand", [291.33, 192.79, 308.38], "discount_lowered"),
        ("high_end_by_hand", [0.394], "what_really_remained"),
        ("high_end_by_hand", [0.4446], "year_0_forgotten"),
        ("next_half_year", [5_149], "days_for_weeks"),
        ("next_half_year", [1_446], "rows_that_came"),
        ("top_tenth", [0.1005], "not_sorted"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"value.{exercise}", *given).misconception == road
