"""Chapter 08 by hand: a few answers from the givens of their questions and counted tables, with a pocket calculator."""

import pytest

from crmlib import datasets
from crmlib.exercises import key


def answers(name):
    return [answer.value for answer in key.find(f"churn.{name}").answers]


def test_a_dear_call_rings_after_sixty_days():
    # 4,383 alarms, 1,308 of them for good; of these a call after 60 days wins back 0.15 · 0.5^(30/60) = 0.15 · 0.707107
    # = 0.106066, each worth 433.648 yuan: 60,161.9; the calls cost 12 · 4,383 = 52,596.
    assert answers("dear_calls") == [60, pytest.approx(1_308 * 0.106066 * 433.648 - 52_596, rel=1e-4)]


def test_the_rule_pays_by_the_extra_visits_of_those_who_bought_womens_goods():
    even = datasets.load_hillstrom().query("arm != 'mens' and customer_id % 2 == 0")
    fans = even[even["womens"] == 1]
    mailed, others = fans[fans["arm"] == "womens"], fans[fans["arm"] != "womens"]
    more = sum(mailed["visit"]) / len(mailed) - sum(others["visit"]) / len(others)
    dollars = len(fans) * (2.50 * more - 0.08)  # of the whole half
    assert answers("simple_rule") == [pytest.approx(dollars / (len(even) / 1_000))]


def test_calls_must_keep_the_share_at_which_cost_and_gain_are_equal():
    # 216 of the 458 warned leave; who stays is worth 502.987 yuan more: 6 = 216 / 458 · share · 502.987.
    assert answers("calls_must_keep") == [pytest.approx(6 * 458 / (216 * 502.987), rel=1e-5)]


def test_the_voucher_is_paid_to_those_who_return_and_the_call_for_everybody():
    # Half of 558.261 yuan now, then half as many each year at 10%: 279.1305 · 1.1 / (1.1 - 0.5) = 511.7393.
    # 758 may be called: 758 · (0.03 · (511.7393 - 30) - 6) = 758 · 8.452178.
    assert answers("voucher_on_return") == [pytest.approx(758 * 8.452178, rel=1e-6)]
