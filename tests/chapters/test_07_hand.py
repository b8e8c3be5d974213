"""Chapter 07 by hand: a few answers of the labs from counts, with a pocket calculator."""

import pytest

from crmlib import datasets, loyalty, qinghe
from crmlib.exercises import check, key


def answers(name):
    return [part.value for part in key.find(f"loyalty.{name}").answers]


def test_sunshine_is_bought_by_half_and_seldom():
    # 66 of the 136 households bought it, 239 times in all, among 3,292 purchases.
    assert answers("sunshine_by_hand") == pytest.approx([66 / 136, 239 / 66])


def test_a_third_of_sunshines_purchases_fall_on_deals():
    assert answers("sunshine_deals") == pytest.approx([477 / 3292, 81 / 239])


def test_the_last_step_keeps_people_only_where_they_can_leave():
    # Stayed of asked, very satisfied less satisfied: Chenxing 36 of 48 and 24 of 74, Qiming 33 of 36 and 81 of 87.
    assert answers("last_step") == pytest.approx([36 / 48 - 24 / 74, 33 / 36 - 81 / 87])


def test_with_the_same_towns_the_curve_is_steeper():
    # Changgeng, Chenxing, Qiming, Yinghuo are 300, 200, 250, 250 of the thousand.
    low = 0.3 * 14 / 29 + 0.2 * 2 / 18 + 0.25 * 31 / 40 + 0.25 * 14 / 32
    very = 0.3 * 62 / 63 + 0.2 * 36 / 48 + 0.25 * 33 / 36 + 0.25 * 50 / 56
    assert answers("same_towns") == pytest.approx([low, very])


def test_a_fan_is_worth_herself_and_ordinary_newcomers():
    # 272 fans brought 143 customers, the thousand 186: a newcomer stands for 1 / (1 - 0.186) customers of 360 yuan.
    assert answers("worth_of_a_fan") == pytest.approx([360 + 143 / 272 * 360 / 0.814])


# The points of all customers, by year.
EARNED = {2024: 2_835_578 + 2_679_361 + 2_368_651 + 2_884_639, 2025: 2_896_529 + 2_582_226 + 2_339_397 + 2_962_306}
REDEEMED = 583_000 + 1_096_500 + 1_316_500 + 1_648_500 + 1_343_000 + 1_698_500 + 1_611_000 + 1_823_500
EXPIRED = 973_566 + 974_597 + 893_498 + 1_092_033


def test_of_the_points_of_2024_more_than_a_third_expired():
    assert answers("expired_of_2024") == pytest.approx([EXPIRED / EARNED[2024]])


def test_the_debt_is_what_is_still_to_come_of_the_points_of_2025():
    of_2024 = EARNED[2024] - EXPIRED
    still_to_come = of_2024 / EARNED[2024] * EARNED[2025] - (REDEEMED - of_2024)
    assert answers("debt_in_points") == pytest.approx([still_to_come * 0.01])
    assert 25_000 < still_to_come * 0.01 < 26_000


def test_the_model_takes_growth_from_new_buyers():
    # Twice the sales are twice the product of the two, so the rates of growth fit each other.
    buyers, often = answers("grow_a_brand")
    assert (1 + buyers) * (1 + often) == pytest.approx(2) and buyers > 10 * often


def test_the_gift_brought_a_visit_and_nothing_afterwards():
    # Yuan a head 138.4792 and 106.9608; orders from day 30 to 119 of 1,500 heads each: 1,978 and 1,919.
    yuan, orders = answers("gift_by_lot")
    assert yuan == pytest.approx(138.4792 - 106.9608, abs=1e-3) and orders == pytest.approx((1978 - 1919) / 1500)


def test_rounded_differences_are_right():
    assert check("loyalty.last_step", 0.43, -0.01).status == check("loyalty.gift_by_lot", 31.5, 0.04).status == "right"


def test_deals_do_not_make_sunshine_depart():
    """Without its purchases on deals Sunshine is bought as seldom, beside the model, as with them."""
    crackers = datasets.load_crackers()
    deal = (crackers["display_sunshine"] == 1) | (crackers["feature_sunshine"] == 1)
    parts = []
    for kept in (crackers, crackers[~(deal & (crackers["brand"] == "sunshine"))]):
        tables = loyalty.brand_performance(kept), loyalty.NBDDirichlet().fit_panel(kept).predict()
        seen, model = (table.loc["sunshine", "purchase_frequency"] for table in tables)
        parts.append(seen / model)
    assert parts == pytest.approx([0.56, 0.53], abs=0.01)


def test_a_household_that_stays_is_worth_what_class_says():
    profit = qinghe.account(2025)["profit"]
    private = qinghe.records()["kind"].groupby(qinghe.person()).first() == "household"
    bought = qinghe.orders()
    quarters = bought["date"].dt.to_period("Q").groupby(bought["person"]).nunique()
    profit = profit[private.reindex(profit.index)]
    kept = profit[~((quarters.reindex(profit.index) == 8) & (profit < 0))]
    assert round(kept.mean(), -1) == 360


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("repeat_share", [0.6696], "orders_for_days"),
        ("chenxing_wallet", [0.1903, 0.2797], "swapped"),
        ("dick_basu_by_hand", [203, 0], "satisfaction_alone"),
        ("dick_basu_by_hand", [272, 0], "attitude_alone"),
        ("last_step", [1.3125, -0.01543], "growth_rates"),
        ("last_step", [0.24, 0.144], "share_of_very_satisfied"),
        ("last_step", [42.57, -1.44], "in_per_cent"),
        ("same_towns", [0.0, 0.0], "no_rows"),
        ("dick_basu_by_hand", [171, 0], "latent_counted"),
        ("dick_basu_by_hand", [54, 0], "strictly_above"),
        ("dick_basu_by_hand", [101, -329_025], "spurious_gap"),
        ("dick_basu_by_hand", [101, 35.15], "shares_not_money"),
        ("dick_basu_by_hand", [101, 235_679], "mean_share"),
        ("effect_by_hand", [471 - 437 - 20.45], "rounded_table"),
        ("shortening", [0.3886], "by_card_number"),
        ("shortening", [21.27], "in_per_cent"),
        ("between_and_within", [0.2591, 0], "over_customers"),
        ("same_towns", [0.5126, 0.8916], "as_observed"),
        ("expired_of_2024", [0.2613], "settled_so_far"),
        ("debt_in_points", [64_945], "every_point"),
        ("shortening", [0.3865], "all_cards"),
        ("effect_by_hand", [307.47], "naive"),
        ("before_the_coupons", [14.2], "real_effect"),
        ("worth_of_a_fan", [360 / (1 - 143 / 272)], "all_are_fans"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"loyalty.{exercise}", *given).misconception == road
