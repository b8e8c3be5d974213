"""The explorers of chapter 02: at the text's values, by hand, over the whole grid; what they cannot take."""

import numpy as np
import pandas as pd
import pytest

from crmlib import relationship
from crmlib.widgets import relationship as explorers
from tests.support.explorers import assert_told_in_both_languages, assert_true_and_alive, walk
from tests.support.refusals import refuses

GROUPS = pd.DataFrame(
    {"customers": [12_000, 300, 40, 2], "margin": [360, 2_400, 15_000, 300_000]},
    index=["Families", "Small shops", "Cafés", "School caterers"],
)
COSTS = pd.Series({"basic": 0, "reactive": 6, "accountable": 40, "proactive": 600, "partnership": 15_000})
TILL = [40, 42, 42, 42, 42, 42]


def network():
    draws = np.random.default_rng(5)
    worth = pd.Series(draws.gamma(1.5, 300, 120).round(), index=[f"C{i:03}" for i in range(120)])
    came = {"referrer": draws.choice(worth.index[:30], 50), "customer_id": worth.index[70:]}
    return pd.DataFrame(came), worth


MADE = {
    "game": lambda: explorers.repeated_game_explorer(3, 5, 1, 0, 0.9),
    "bullwhip": lambda: explorers.bullwhip_explorer(TILL, 1, 1),
    "bond": lambda: explorers.bond_explorer(GROUPS, COSTS),
    "referral": lambda: explorers.referral_explorer(*network()),
    "test": lambda: explorers.test_and_roll_explorer(10_000, 20, 2, 40),
}


@pytest.mark.parametrize("name", MADE)
def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(name, monkeypatch):
    explorer = MADE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


def test_a_basic_relationship_costs_nothing_and_is_where_one_stays_if_no_step_keeps_enough():
    explorer = MADE["bond"]()
    assert explorer.at(kind="basic") == (
        "Families, basic: nothing more is spent. Step by step, one stops at: reactive. By number and margin: reactive."
    )
    assert "one stops at: basic." in explorer.at(saved=0.01)


@pytest.mark.parametrize("name", MADE)
def test_both_languages_draw_and_tell(name):
    assert_told_in_both_languages(MADE[name])


def test_the_game_of_the_text():
    explorer = MADE["game"]()
    assert "1 ÷ (1 − 90%) = 10.0 rounds on average: honesty brings 30.0 points, cheating 14.0." in explorer.words
    assert explorer.words.endswith("Honesty pays from 50% on.")
    assert explorer.at(temptation=7.0, reward=4.0, punishment=2.0).endswith("Honesty pays from 60% on.")
    assert "no temptation" in explorer.at(temptation=3.0, reward=3.0)
    assert "never pays" in explorer.at(temptation=5.0, reward=3.0, punishment=3.0)
    assert "no difference" in explorer.at(temptation=3.0)
    assert "no question of trust" in explorer.at(punishment=4.0)


def test_where_honesty_begins_to_pay_agrees_with_the_points_told():
    explorer = MADE["game"]()
    close = explorer.at(temptation=20.0, chance=0.89)  # the limit is 17/19 = 0.8947
    assert "honesty brings 27.3 points, cheating 28.1." in close and close.endswith("Honesty pays from 89.47% on.")
    mark = explorer.picture.axes[0].texts[-1]
    assert mark.get_ha() == "right"  # to the left of its line: to the right it would leave the picture


def test_the_chain_of_the_text():
    explorer = MADE["bullwhip"]()
    dairy = explorer.picture.axes[0].lines[4].get_ydata()
    assert dairy.tolist() == [40, 72, 8, 56, 40, 42]
    assert "largest order 72 crates, smallest 8." in explorer.words
    assert "change by 162 crates in all, the sales at the till by 2: 81 times as much." in explorer.words
    shared = explorer.at(shared=True)
    assert explorer.picture.axes[0].lines[4].get_ydata().tolist() == [40, 50, 42, 42, 42, 42]
    assert "largest order 50" in shared and "by 18 crates in all" in shared and "9 times as much" in shared
    assert "goods are sent back" in explorer.at(shared=False, lead_time=4) and "goods are sent back" not in shared


def test_bonds_of_the_text():
    explorer = MADE["bond"]()
    assert "6 − 0 = 6 yuan more a customer and year, 1.7% of the margin." in explorer.words
    assert "12,000 × (28.8 − 6) = +273,600 yuan a year: the step pays." in explorer.words
    called = explorer.at(kind="accountable")
    assert "40 − 6 = 34 yuan more a customer and year, 9.4% of the margin." in called
    assert "12,000 × (28.8 − 34) = −62,400 yuan a year: the step does not pay." in called
    assert "the step pays" in explorer.at(saved=0.1)
    for group, kind in zip(GROUPS.index, ("reactive", "accountable", "proactive", "partnership"), strict=True):
        words = explorer.at(group=group, saved=0.08)
        assert words.endswith(f"Step by step, one stops at: {kind}. By number and margin: {kind}.")


def test_referrals_are_those_of_the_library():
    came, worth = network()
    table = relationship.referral_value(came, worth, saved=50, reward=30, anyhow=0.4)
    words = MADE["referral"]().words
    assert f"referrals +{table['referral_value'].sum():,.0f}" in words and "brought others: 50 in all" in words
    first = [set(table[column].nlargest(10).index) for column in ("total", "worth")]
    assert f"{len(first[0] - first[1])} of the 10 most valuable customers would not be" in words
    assert "Each referral loses money" in MADE["referral"]().at(anyhow=1.0, reward=100.0)


def test_the_best_test_is_that_of_the_library():
    plan = relationship.test_and_roll(10_000, mean=20, sd_mean=2, sd=40)
    explorer = MADE["test"]()
    assert f"Most profitable: 2 × {plan['n1']:,.0f}, +{plan['gain']:,.0f} yuan" in explorer.words
    own = relationship.test_and_roll(10_000, mean=20, sd_mean=2, sd=40, n=1000)
    assert f"2 × 1,000 of 10,000 customers: +{own['gain']:,.0f} yuan" in explorer.at(tested=0.2)
    visits = explorers.test_and_roll_explorer(10_000, 0.15, 0.02, 0.36, unit="visits")
    assert visits.words.count(" visits") == 3 and visits.picture.axes[0].get_ylabel() == "visits"


BAD = {
    "a chance of 1": (lambda: explorers.repeated_game_explorer(3, 5, 1, 0, 1), "chance = 1"),
    "points in words": (lambda: explorers.repeated_game_explorer("3", 5, 1, 0, 0.9), "reward = '3'"),
    "a till that stands still": (lambda: explorers.bullwhip_explorer([5, 5, 5], 1, 1), "demand is the same"),
    "one week": (lambda: explorers.bullwhip_explorer([5], 1, 1), "demand: 1 weeks"),
    "a lead time beyond the slider": (lambda: explorers.bullwhip_explorer(TILL, 9, 1), "lead_time = 9"),
    "a type without a cost": (lambda: explorers.bond_explorer(GROUPS, COSTS.drop("basic")), "costs: one number"),
    "a deeper type that costs less": (lambda: explorers.bond_explorer(GROUPS, COSTS.max() - COSTS), "costs: "),
    "a saving beyond the slider": (lambda: explorers.bond_explorer(GROUPS, COSTS, saved=0.8), "saved = 0.8"),
    "no margin": (lambda: explorers.bond_explorer(GROUPS[["customers"]], COSTS), "Missing column: margin"),
    "a newcomer without worth": (lambda: explorers.referral_explorer(network()[0], network()[1].head(90)), "no worth"),
    "ten customers": (lambda: explorers.test_and_roll_explorer(10, 20, 2, 40), "population = 10"),
    "nothing given": (lambda: explorers.bond_explorer(), "Its chapter calls it bond_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
