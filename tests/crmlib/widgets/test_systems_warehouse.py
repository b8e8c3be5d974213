"""The explorers of the cube and of the rules: their words follow the computation, over the whole grid."""

import re

import numpy as np
import pytest

from crmlib import systems, use_language
from crmlib.widgets import systems as explorers
from crmlib.worlds.cube import cells
from tests.support.explorers import assert_true_and_alive, walk
from tests.support.refusals import refuses

MARGINS = {"saffron": 20.0, "truffle": 20.0, "rice": 3.0, "oil": 6.0, "tea": 4.0}


def baskets():
    draws = np.random.default_rng(9)
    common = [[name for name in ("rice", "oil", "tea") if draws.random() < 0.5] or ["rice"] for _ in range(300)]
    return common + [["saffron", "truffle"]] * 8 + [["saffron"]] * 4


MADE = {
    "cube": lambda: explorers.cube_explorer(cells(), unit="10,000 yuan"),
    "rules": lambda: explorers.rules_explorer(baskets(), MARGINS, min_support=0.02),
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(name, language, monkeypatch):
    use_language(language)
    try:
        explorer = MADE[name]()
        assert_true_and_alive(explorer, walk(explorer, monkeypatch))
        assert explorer.picture.png(40) and explorer.picture.alt
    finally:
        use_language("en")


@pytest.mark.parametrize("name", MADE)
def test_each_control_changes_picture_and_words(name):
    explorer = MADE[name]()
    for key, control in explorer.controls.items():
        seen = [(explorer.words, explorer.picture.alt)]
        ends = [value for _, value in control.options] if hasattr(control, "options") else [control.min, control.max]
        for value in ends:
            explorer.put(**{key: value})
            seen.append((explorer.words, explorer.picture.alt))
        explorer.reset()
        assert len({words for words, _ in seen}) > 1, key
        assert len({alt for _, alt in seen}) > 1, key


def test_drilling_finds_what_the_sums_hide():
    cube = MADE["cube"]()
    opened = cube.words
    assert opened.startswith("Town by quarter of everything (10,000 yuan): 314 of 314.")
    assert "Summed over: Category." in opened and "nothing shown falls" in opened
    sliced = cube.at(where=("town", "Yinghuo"), rows="category")
    assert (
        "Category by quarter of Yinghuo (10,000 yuan): 93 of 314." in sliced and "Fresh food falls most: −8." in sliced
    )
    assert cube.at(rows="quarter", columns="quarter", where="").startswith(
        "Quarter alone of everything (10,000 yuan): 314"
    )
    assert "From Q1 to Q3: +12." in cube.words


def test_turning_the_cube_keeps_its_numbers():
    cube = MADE["cube"]()
    first = sorted(re.findall(r"(?<=\w )\d+", cube.picture.alt))
    cube.put(rows="quarter", columns="town")
    assert sorted(re.findall(r"(?<=\w )\d+", cube.picture.alt)) == first and "All 314." in cube.picture.alt


def test_lift_and_profit_disagree():
    rules = MADE["rules"]()
    words = rules.at(uplift=0.1, cost=0.05)
    table = systems.association_rules(baskets(), min_support=0.02)
    table = systems.rule_profit(table, baskets(), MARGINS, uplift=0.1, cost=0.05)
    best, most = table.loc[table["lift"].idxmax()], table.iloc[0]
    assert {best["antecedent"], best["consequent"]} == {"saffron", "truffle"}
    assert f"Most profit: {most['antecedent']} → {most['consequent']}" in words and "saffron" not in most["antecedent"]
    assert f"{most['profit']:,.1f} yuan." in words
    assert "Not one of them pays" in rules.at(uplift=0.0, cost=0.1)
    assert rules.at(confidence=0.99, support=0.1).startswith("No rule with a support of 10.0%")


BAD = {
    "one dimension": (lambda: explorers.cube_explorer(cells()[["town", "amount"]]), "two to four dimensions"),
    "no measure": (lambda: explorers.cube_explorer(cells(), "sales"), "Missing column: sales"),
    "no table": (lambda: explorers.cube_explorer([1]), "a pandas table"),
    "nothing together": (lambda: explorers.rules_explorer([["a"], ["b"]], {}), "no two items"),
    "no margins": (lambda: explorers.rules_explorer(baskets(), {"oil": 1}), "margins: "),
    "an empty basket": (lambda: explorers.rules_explorer([["a", "b"], []], {}), "hold nothing"),
    "uplift in per cent": (lambda: explorers.rules_explorer(baskets(), MARGINS, uplift=5), "uplift = 5"),
    "nothing given": (lambda: explorers.rules_explorer(), "Its chapter calls it rules_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
