"""Answers of chapter 05 by hand from what the questions give, so that a wrong solution does not bless itself."""

import pytest

from crmlib import datasets, qinghe, segmentation
from crmlib.exercises import key


def answers(name):
    return [answer.value for answer in key.find(f"segmentation.{name}").answers]


def test_the_type_of_a_customer():
    # 4 and 5 are high: R = 5 is high, F = 2 low, M = 4 high. A key customer to develop stands at B.
    assert answers("which_type") == ["B"]


def test_how_many_fees_pay_a_manager():
    # 200 yuan a month are 2,400 a year; 360,000 / 2,400.
    assert answers("pay_a_manager") == [150]


def test_what_the_big_customer_earns_after_the_cut():
    # 240,000 − 180,000 − 300 × 40 − 260 × 120 − 240,000 × 120 / 365 × 6 % are 12,065.75; 4 % of 240,000 are 9,600.
    assert answers("after_the_cut") == [pytest.approx(2_465.75, abs=0.01)]


def test_the_rule_of_the_telephone_counted_pair_by_pair():
    # Another road than the sizes of groups: every pair with the same telephone is written down.
    records = datasets.load_qinghe_customers()[["customer_id", "phone"]]
    person = datasets.load_qinghe_truth_customers().set_index("customer_id")["person_id"]
    by_person = person.reset_index().merge(person.reset_index(), on="person_id")
    true = (by_person["customer_id_x"] < by_person["customer_id_y"]).sum()
    linked = records.dropna().merge(records.dropna(), on="phone").query("customer_id_x < customer_id_y")
    right = (linked["customer_id_x"].map(person) == linked["customer_id_y"].map(person)).sum()
    assert answers("phone_rule") == [pytest.approx(right / len(linked)), pytest.approx(right / true)]


def test_recency_frequency_and_money_of_her():
    # Her receipts of 2024 from both her records, by date; on 23 March there are two.
    receipts = [
        *[("8 Jan", 274.32), ("18 Jan", 1311.10), ("27 Jan", 174.42), ("4 Feb", 1039.80), ("23 Mar", 683.40)],
        *[("23 Mar", 296.80), ("5 Apr", 875.60), ("7 Jul", 590.30), ("22 Aug", 21.80), ("18 Oct", 259.90)],
        ("15 Dec", 544.00),
    ]
    days_since_15_december = 31 - 15
    purchase_days = 11 - 1
    assert answers("rfm_by_hand") == [
        days_since_15_december,
        purchase_days,
        pytest.approx(sum(amount for _, amount in receipts)),
    ]


def test_the_extra_response_to_the_coupon():
    # 439 of the 1,500 with a coupon bought within 30 days, and 403 of the 1,500 without.
    extra, brings = answers("coupon_extra")
    assert extra == pytest.approx(36 / 1500)
    # A thousand catalogues of 8 yuan bring 24 buyers more: even at 300 yuan of margin each they would lose money.
    assert -8_000 < brings < 24 * 300 - 8_000


def test_catalogues_saved():
    # 4,777 records agreed, 4,477 persons are behind them: 300 copies too many, four times a year, 8 yuan each.
    assert answers("surplus_catalogues") == [300 * 4 * 8]


def test_the_coupon_is_not_proved_to_move_anybody_and_still_too_weak_for_a_catalogue():
    # 439 and 403 of 1,500 each, as above: 1.96 × √(p(1 − p) / 1,500 + q(1 − q) / 1,500) on both sides of 36 / 1,500.
    p, q = 439 / 1500, 403 / 1500
    margin = 1.96 * ((p * (1 - p) + q * (1 - q)) / 1500) ** 0.5
    extra, brings = answers("coupon_extra")
    earned = (brings + 1000 * 8) / (1000 * extra)
    assert extra - margin < 0 < extra + margin < 8 / earned


def test_in_the_second_half_the_bargain_hunters_stay_together_under_another_number():
    habits, long_tail = qinghe.habits(), ["orders", "basket"]
    kinds = segmentation.cluster(habits, 5, log=long_tail, by="margin_rate")
    half = habits.sample(frac=0.5, random_state=2)
    again = segmentation.cluster(half, 5, log=long_tail, by="margin_rate")
    assert set(again[kinds[half.index] == 3]) == {4}
    resellers = kinds[half.index] == 4
    [with_whom] = set(again[resellers])
    assert (again[~resellers] == with_whom).sum() > 10 * resellers.sum()
