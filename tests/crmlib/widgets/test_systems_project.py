"""The explorers of chapter 09 for project and visits: the words follow the computation, over the whole grid."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib import systems, use_language
from crmlib.widgets import systems as explorers
from tests.support.explorers import assert_true_and_alive, walk
from tests.support.refusals import refuses

COSTS = pd.DataFrame(
    [
        ("build", "programmers", "once", 420_000, False),
        ("build", "upkeep", "yearly", 90_000, False),
        ("buy", "licences", "once", 3_000, True),
        ("buy", "servers, upkeep", "yearly", 60_000, False),
        ("rent", "subscription", "yearly", 1_800, True),
        ("rent", "training", "once", 40_000, False),
    ],
    columns=["option", "item", "when", "amount", "per_user"],
)
BENEFITS = pd.DataFrame(
    {"item": ["hours", "customers kept"], "when": "yearly", "amount": [2_400, 70_000], "per_user": [True, False]}
)


def places(count=24):
    draws = np.random.default_rng(7)
    table = pd.DataFrame(draws.normal(0, 7, (count, 2)).round(1), columns=["x", "y"])
    table["region"] = np.where(table["x"] > 0, "east", "west")
    return table.set_index("C" + table.index.astype(str))


MADE = {
    "tco": lambda: explorers.tco_explorer(COSTS, BENEFITS),
    "visits": lambda: explorers.visit_explorer(places()),
    "visits without regions": lambda: explorers.visit_explorer(places().drop(columns="region")),
}


@pytest.mark.parametrize("name", MADE)
def test_each_stretch_of_each_control_changes_the_words_and_the_picture(name, monkeypatch):
    explorer = MADE[name]()
    found = walk(explorer, monkeypatch)
    assert_true_and_alive(explorer, found)
    for part in (lambda words, told: (words, ()), lambda words, told: ("", told)):
        assert_true_and_alive(explorer, [(pair, at, *part(words, told)) for pair, at, words, told in found])


@pytest.mark.parametrize("name", MADE)
def test_both_languages_say_the_same_numbers(name):
    told = {}
    for language in ("en", "zh"):
        use_language(language)
        explorer = MADE[name]()
        told[language] = explorer.words
        assert explorer.picture.png(40) and explorer.picture.alt
        assert ("（虚构数据）" if language == "zh" else "(invented data)") in explorer.picture.title
    use_language("en")
    assert not re.search("[\u4e00-\u9fff]", told["en"]) and re.search("[\u4e00-\u9fff]", told["zh"])
    numbers = {
        language: sorted(re.findall(r"\d[\d,.]*%?", words.replace(", ", " "))) for language, words in told.items()
    }
    assert [one.rstrip(".,") for one in numbers["en"]] == [one.rstrip(".,") for one in numbers["zh"]]


def test_costs_by_hand():
    """Without discount, 20 users, 3 years: 420 + 270; 60 + 180; 40 + 108 thousand; benefits 48 + 70 a year."""
    words = explorers.tco_explorer(COSTS, BENEFITS).at(users=20, years=3, discount=0.0, share=0.5)
    assert "Build 690,000, Buy 240,000, Rent 148,000. Rent costs least" in words
    assert "brings +29,000 yuan net and pays back in year 2" in words  # 3 · 59 − 148; after 2 years 118 − 112
    assert f"needs {148 / 354:.0%} of the benefits" in words
    many = explorers.tco_explorer(COSTS, BENEFITS).at(users=200, years=10, discount=0.0, share=0.1)
    assert "Buy 1,200,000" in many and "Buy costs least" in many or "Build costs least" in many
    assert "does not pay back" in explorers.tco_explorer(COSTS, BENEFITS).at(share=0.1)


def test_the_cost_that_is_told_is_that_of_the_library():
    words = explorers.tco_explorer(COSTS, BENEFITS, discount=0.1).words
    buy = systems.tco(COSTS[COSTS["option"] == "buy"], 5, discount=0.1, users=40)["present_value"].sum()
    assert f"Buy {buy:,.0f}" in words


def test_what_the_route_saves():
    explorer = explorers.visit_explorer(places(), yuan_a_km=1, yuan_an_hour=50)
    costs = systems.compare_routes(places(), yuan_a_km=1, yuan_an_hour=50)
    best = costs.loc["2-opt"]
    assert f"24 visits take {best['days']:.0f} days and {best['km']:.0f} km" in explorer.words
    assert f"saves {best['minutes_saved']:,.0f} minutes and {best['yuan_saved']:,.0f} yuan" in explorer.words
    listed = explorer.at(order="list")
    assert f"The shortest way found takes {best['km']:.0f} km and saves {best['yuan_saved']:,.0f} yuan" in listed
    assert explorer.at(order="2-opt", by_region=True) != listed


def test_a_real_map_says_nothing_of_invention():
    assert "invented" not in explorers.visit_explorer(places(), invented=False).picture.title
    assert "invented" not in explorers.tco_explorer(COSTS, BENEFITS, invented=False).picture.title


BAD = {
    "no options": (lambda: explorers.tco_explorer(COSTS.drop(columns="option"), BENEFITS), "Missing column: option"),
    "no benefits": (lambda: explorers.tco_explorer(COSTS, BENEFITS.assign(amount=0)), "add up to nothing"),
    "a discount in per cent": (lambda: explorers.tco_explorer(COSTS, BENEFITS, discount=8), "discount = 8"),
    "a cost below zero": (lambda: explorers.tco_explorer(COSTS.assign(amount=-1), BENEFITS), "amount"),
    "four places": (lambda: explorers.visit_explorer(places(4)), "number of places = 4"),
    "too far": (lambda: explorers.visit_explorer(places().assign(x=90)), "cannot be visited in 4 hours"),
    "no coordinates": (lambda: explorers.visit_explorer(places().drop(columns="y")), "Missing column: y|y"),
    "nothing given": (lambda: explorers.visit_explorer(), "Its chapter calls it visit_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
