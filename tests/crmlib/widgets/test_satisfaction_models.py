"""The explorers of Kano's map, of weights, of the budget for quality: true words, live sliders, the right numbers."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, satisfaction, use_language, widgets
from crmlib.widgets.satisfaction.quality import best_division
from tests.support.explorers import assert_true_and_alive, values, walk
from tests.support.refusals import refuses

WEIGHTS = pd.Series({"tangibles": 0.01, "reliability": 0.55, "responsiveness": 0.31, "assurance": 0.03, "empathy": 0.1})
MARKS = pd.Series({"tangibles": 5.3, "reliability": 5.0, "responsiveness": 5.1, "assurance": 5.4, "empathy": 4.8})
COST = pd.Series({"tangibles": 5e4, "reliability": 4e5, "responsiveness": 2e5, "assurance": 1.2e5, "empathy": 1e5})
TABLE = satisfaction.importance_performance(WEIGHTS, MARKS)
KANO = datasets.load_qinghe_kano()
SEGMENTS = datasets.load_qinghe_truth_customers().set_index("customer_id")["segment"]
SNACKERS = (SEGMENTS == "snacker").map({True: "Small baskets 小额", False: "Others 其他"})

MAKE = {
    "kano": lambda: widgets.satisfaction.kano_explorer(KANO, SNACKERS),
    "kano of all": lambda: widgets.satisfaction.kano_explorer(KANO),
    "ahp": lambda: widgets.satisfaction.ahp_explorer(["on_time", "intact", "friendly"]),
    "quality": lambda: widgets.satisfaction.importance_performance_explorer(TABLE, COST, 100_000, 1_000_000),
}


@pytest.mark.parametrize("name", MAKE)
def test_over_the_whole_grid_words_are_true_and_each_slider_is_alive(name, monkeypatch):
    explorer = MAKE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


@pytest.mark.parametrize("name", MAKE)
def test_words_and_description_speak_the_language(name, language):
    use_language(language)
    explorer = MAKE[name]()
    for control in explorer.controls.values():
        control.value = values(control)[-1]
    for text in (explorer.words, explorer.picture.title, explorer.picture.alt):
        plain = text.replace("小额", "").replace("其他", "")
        assert bool(re.search("[一-鿿]", plain)) == (language == "zh"), text


def test_the_kano_map_is_that_of_the_group():
    explorer = MAKE["kano"]()
    whole = satisfaction.kano(KANO)
    assert f"Correct bill (M): Better {whole.loc['correct_bill', 'better']:.0%}" in explorer.picture.alt
    explorer.controls["group"].value = "Small baskets 小额"
    own = satisfaction.kano(KANO[KANO["customer_id"].map(SNACKERS) == "Small baskets 小额"])
    asked = explorer.controls["asked"]
    assert asked.max == asked.value == 70 and own["answers"].iloc[0] == 71
    assert own.loc["delivery_30min", "kano_class"] == "M" and "Delivery 30min (M)" in explorer.picture.alt
    assert "70 of 71 asked (invented data)" in explorer.picture.title


def test_fewer_asked_leave_more_open():
    explorer, settled = MAKE["kano of all"](), []
    for asked in (10, 50, 300):
        explorer.controls["asked"].value = asked
        settled.append(int(re.search(r"(\d) of 8 services", explorer.words)[1]))
    assert settled == sorted(settled) and settled[0] < settled[-1] == 8


def test_gaps_and_other_customers():
    holes = KANO.astype({"functional": "Int64"})
    holes.loc[0, "functional"] = pd.NA
    assert "300 of 300 asked" in widgets.satisfaction.kano_explorer(holes).picture.title


def test_the_weights_are_those_of_ahp_and_the_third_comparison_is_checked():
    explorer = MAKE["ahp"]()
    explorer.put(one_two=2.0, two_three=3.0, one_three=6.0)
    assert "they imply 6 for On time against Friendly; 6 was said" in explorer.words
    assert "under 0.01" in explorer.words and "On time 60%, Intact 30%, Friendly 10%" in explorer.picture.alt
    explorer.put(one_two=3.0, two_three=3.0, one_three=1 / 3)
    assert "imply 9" in explorer.words and "1/3 was said" in explorer.words
    assert "contradict each other" in explorer.words and "should not be used" in explorer.picture.title
    explorer.put(one_two=1 / 9, two_three=1 / 3, one_three=1 / 9)
    assert "imply 1/27 for" in explorer.words


def test_money_moves_performance_and_is_weighed_against_its_worth():
    explorer = MAKE["quality"]()
    explorer.put(**dict.fromkeys(WEIGHTS.index, 0.0) | {"responsiveness": 100_000.0})
    points = 1.9 * (1 - np.exp(-100_000 / (200_000 * 1.9)))
    assert f"rises by {0.31 * points:.3f} points (at today's price of a point it would be 0.155" in explorer.words
    assert f"worth {310_000 * points:,.0f} yuan" in explorer.words
    assert f"less the money +{310_000 * points - 100_000:,.0f}" in explorer.words
    assert f"Responsiveness: importance 0.31, performance 5.1, then {5.1 + points:.3g}" in explorer.picture.alt
    explorer.controls["empathy"].value = 20_000.0
    assert "Over the budget by 20,000 yuan" in explorer.words
    explorer.put(**dict.fromkeys(WEIGHTS.index, 0.0))
    assert "100,000 left" in explorer.words and "rises by 0 points" in explorer.words


def test_no_other_division_in_steps_is_better():
    best = best_division(TABLE, COST, 100_000)

    def gain(spent):
        return WEIGHTS @ satisfaction.points_gained(spent, COST, MARKS)

    assert best.sum() == pytest.approx(100_000)
    for one in WEIGHTS.index:
        for other in WEIGHTS.index.drop(one):
            if best[one] > 0:
                changed = best.copy()
                changed[one], changed[other] = changed[one] - 10_000, changed[other] + 10_000
                assert gain(changed) <= gain(best) + 1e-12


BAD = {
    "two names": (lambda: widgets.satisfaction.ahp_explorer(["a", "b"]), "items = .*three names"),
    "a name twice": (lambda: widgets.satisfaction.ahp_explorer(["a", "b", "a"]), "items = .*three names"),
    "a group lost": (
        lambda: widgets.satisfaction.kano_explorer(KANO, SNACKERS.iloc[:900]),
        "groups: .* customers of answers have none",
    ),
    "answers twice": (lambda: widgets.satisfaction.kano_explorer(pd.concat([KANO, KANO])), "answers twice"),
    "no price": (
        lambda: widgets.satisfaction.importance_performance_explorer(TABLE, COST.drop("empathy"), 1e5, 1e6),
        "cost: no price for empathy",
    ),
    "a point for nothing": (
        lambda: widgets.satisfaction.importance_performance_explorer(TABLE, COST * 0, 1e5, 1e6),
        "cost = 0",
    ),
    "no budget": (
        lambda: widgets.satisfaction.importance_performance_explorer(TABLE, COST, 0, 1e6),
        "budget = 0: one number above 0",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_givens_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
