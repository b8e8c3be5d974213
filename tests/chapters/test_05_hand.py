"""Answers of chapter 05 by hand from what the questions give, so that a wrong solution does not bless itself."""

import pytest

from crmlib.exercises import key


def answers(name):
    return [answer.value for answer in key.find(f"segmentation.{name}").answers]


def test_the_break_even_of_samples():
    # A parcel costs 18 yuan; an answer leaves 25 % of 240 yuan, that is 60. 18 / 60 = 3 / 10.
    assert answers("samples_break_even") == [pytest.approx(0.3)]


def test_mars_owes_more_than_45_days():
    # Mars bought for 420,000 yuan: 1,150.68 a day, 51,780.82 in 45 days. It owes 100,000.
    assert answers("credit_above") == [pytest.approx(100_000 - 51_780.82, abs=0.01)]


def test_recency_frequency_and_money_of_c1372():
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


def test_more_buyers_among_a_thousand_coupons():
    # In R = 4, 115 of the 232 with a coupon bought within 30 days, and 114 of the 255 without.
    assert answers("more_buyers") == [pytest.approx(1000 * (115 / 232 - 114 / 255))]


def test_catalogues_saved():
    # 4,777 records agreed, 4,477 persons are behind them: 300 copies too many, four times a year, 8 yuan each.
    assert answers("surplus_catalogues") == [300 * 4 * 8]
