"""Answers of chapter 05 by hand from what the questions give, so that a wrong solution does not bless itself."""

import pytest

from crmlib import datasets
from crmlib.exercises import key


def answers(name):
    return [answer.value for answer in key.find(f"segmentation.{name}").answers]


def test_the_break_even_of_samples():
    # A parcel costs 18 yuan; an answer leaves 25 % of 240 yuan, that is 60. 18 / 60 = 3 / 10.
    assert answers("samples_break_even") == [pytest.approx(0.3)]


def test_the_cheaper_of_two_lines():
    # Four catalogues of 8 yuan are 32 for a missed pair; a wrong one costs 200.
    # P: 90 × 32 + 10 × 200 = 2,880 + 2,000; Q: 40 × 32 + 25 × 200 = 1,280 + 5,000.
    assert answers("two_lines") == [4_880]


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
