"""The explorers of chapter 07: the words follow the computation, over the whole grid; what they cannot take."""

import numpy as np
import pandas as pd
import pytest

from crmlib import loyalty
from crmlib.widgets import loyalty as explorers
from tests.support.explorers import assert_told_in_both_languages, assert_true_and_alive, walk
from tests.support.refusals import refuses


def answers():
    draws = np.random.default_rng(3)
    score = np.r_[np.tile(np.arange(1, 11), 6), draws.integers(4, 11, 240)]
    town = np.resize(["alone", "crowded"], len(score))
    stays = draws.random(len(score)) < np.where(town == "alone", 0.9, (score / 10) ** 3)
    return pd.DataFrame({"score": score, "town": town, "stays": stays.astype(int)})


def curve():
    asked = answers()
    return loyalty.satisfaction_loyalty_curve(asked["score"], asked["stays"], by=asked["town"])


def customers():
    draws = np.random.default_rng(4)
    likes, comes = draws.integers(0, 11, 200), draws.random(200).round(2)
    return pd.DataFrame({"attitude": likes, "patronage": comes, "spending": 100.0 * comes})


MADE = {
    "curve": lambda: explorers.loyalty_curve_explorer(curve(), worth=360, cost=60),
    "kinds": lambda: explorers.dick_basu_explorer(customers(), 8, 0.5),
    "points": lambda: explorers.points_explorer(4000, 0.21),
    "card": lambda: explorers.membership_explorer(299, 0.109, 8100, 0.62),
    "brand": lambda: explorers.double_jeopardy_explorer(0.78, 1.55, 1.456),
}


@pytest.mark.parametrize("name", MADE)
def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(name, monkeypatch):
    explorer = MADE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


@pytest.mark.parametrize("name", MADE)
def test_both_languages_draw_and_tell(name):
    assert_told_in_both_languages(MADE[name])


def test_what_delight_costs_and_brings():
    asked = answers()
    here = asked[asked["town"] == "crowded"]
    was = here.loc[here["score"].isin([7, 8]), "stays"]
    then = here.loc[here["score"] >= 9, "stays"].mean()
    words = MADE["curve"]().at(market="crowded", low=7, moved=1.0)
    more = len(was) * (then - was.mean())
    assert f"number who stay would change by +{more:.1f}" in words
    assert f"costs {60 * len(was):,.0f} yuan and brings {360 * round(more, 1):,.0f}." in words
    assert "costs" not in explorers.loyalty_curve_explorer(curve()).words


def test_an_explorer_opens_where_its_chapter_stands():
    assert explorers.loyalty_curve_explorer(curve(), market="crowded").picture.title.startswith("Crowded")
    assert "0.63% of sales" in explorers.points_explorer(4000, 0.21, redemption=0.63).words
    refuses(lambda: explorers.loyalty_curve_explorer(curve(), market="nowhere"), ValueError, "nowhere.*Crowded")


def test_pictures_say_that_their_data_are_invented():
    for name in ("curve", "kinds"):
        assert "(invented data)" in MADE[name]().picture.title
    real = explorers.dick_basu_explorer(customers(), 8, 0.5, invented=False)
    assert real.picture.title == "Four kinds of loyalty"


def test_kinds_are_counted_with_their_money():
    table = customers()
    kinds = loyalty.dick_basu(table["attitude"], table["patronage"], attitude_cut=6, patronage_cut=0.7)
    own = table.loc[kinds == "spurious", "spending"]
    words = MADE["kinds"]().at(attitude=6, patronage=0.7)
    assert f"Spurious loyalty: {len(own):,} customers, {own.sum():,.0f} yuan" in words


def test_points_by_hand():
    """2 points a yuan, worth 0.01 yuan, half redeemed: 1 % of sales; 4,000 yuan and 10 % more leave 21 % less 1 %."""
    words = MADE["points"]().at(rate=2.0, redemption=0.5, lift=0.1, early=0.5)
    assert "cost 44.0 yuan a year, 1.00% of sales" in words and "brings +40.0 yuan" in words
    assert "pays from 5.0% on" in words and "22.0 yuan are still owed" in words
    never = explorers.points_explorer(4000, 0.05).at(rate=10.0, redemption=1.0)
    assert "never pays" in never


def test_a_card_by_hand():
    words = MADE["card"]().at(fee=300, discount=0.05, spending=8000, renewal=0.8)
    assert "pays for the member from 6,000 yuan" in words and "gains 100 a year" in words
    assert "stays 5.0 years and brings 5,860 yuan" in words  # (300 + 0.109 · 8,000) · 5


def test_a_brand_grows_by_buyers():
    words = MADE["brand"]().at(share=0.1, goal=0.2)
    table = loyalty.NBDDirichlet(m=1.5, k=0.78, s=1.6).predict({"A": 0.1, "B": 0.2})
    assert f"With a share of 10%, {table.loc['A', 'penetration']:.0%} of customers buy" in words
    part = np.log(table.loc["B", "penetration"] / table.loc["A", "penetration"]) / np.log(2)
    assert f"{part:.0%} of the change comes from the number of buyers" in words
    assert "comes from" not in MADE["brand"]().at(share=0.2, goal=0.2)


BAD = {
    "a curve without groups": (
        lambda: explorers.loyalty_curve_explorer(curve().loc["alone"]),
        "curve: groups are needed",
    ),
    "no curve": (lambda: explorers.loyalty_curve_explorer(customers()), "Missing column: share"),
    "no spending": (
        lambda: explorers.dick_basu_explorer(customers().drop(columns="spending"), 8, 0.5),
        "Missing column",
    ),
    "spending of nothing": (
        lambda: explorers.dick_basu_explorer(customers().assign(spending=0), 8, 0.5),
        "nobody has spent",
    ),
    "a margin in per cent": (lambda: explorers.points_explorer(4000, 21), "Write 0.21, not 21"),
    "a fee beyond the slider": (lambda: explorers.membership_explorer(2990, 0.1, 8000, 0.6), "fee = 2990"),
    "a negative s": (lambda: explorers.double_jeopardy_explorer(0.78, -1, 1.4), "s = -1"),
    "nothing given": (lambda: explorers.points_explorer(), "Its chapter calls it points_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
