"""The explorers of chapter 01: at the text's values, by hand, over the whole grid; what they cannot take."""

import numpy as np
import pandas as pd
import pytest

from crmlib import lifecycle
from crmlib.widgets import overview
from tests.support.explorers import assert_told_in_both_languages, assert_true_and_alive, walk
from tests.support.refusals import refuses

FIRMS = pd.DataFrame(
    {"philosophy": [0.9, 0.3, 0.8], "technology": [0.3, 0.9, 0.8], "implementation": [0.8, 0.7, 0.3]},
    index=["Hotel chain", "Bank branch", "Furniture shop"],
)
TEN = pd.DataFrame(
    {"now": [60, 45, 40, 30, 24, 20, 15, 12, 8, 5], "elsewhere": [0, 30, 9, 36, 0, 40, 10, 24, 2, 28]},
    index=list("ABCDEFGHIJ"),
)
ORDERED = np.r_[np.ones(320), np.zeros(680)]

MADE = {
    "bucket": lambda: overview.leaky_bucket_explorer(400, 60, 0.85, 30, 2400, 800),
    "triangle": lambda: overview.triangle_explorer(FIRMS, 300, 30, 0.2),
    "idic": lambda: overview.idic_explorer(TEN, 36, 12, 0.5),
    "redraw": lambda: overview.redraw_explorer(ORDERED, 100),
    "redraw of yuan": lambda: overview.redraw_explorer(np.random.default_rng(1).gamma(1, 60, 300), 100),
}


@pytest.mark.parametrize("name", MADE)
def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(name, monkeypatch):
    explorer = MADE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


@pytest.mark.parametrize("name", MADE)
def test_both_languages_draw_and_tell(name):
    assert_told_in_both_languages(MADE[name])


def test_the_bucket_of_the_text():
    explorer = MADE["bucket"]()
    assert "After 12 months: 514 customers with more advertising, 544 with better retention." in explorer.words
    assert "400 as now, 533 and 600; profit a month 9,600, 12,800 and 14,800 yuan" in explorer.words
    assert "From month 2 on better retention is ahead" in explorer.words
    level = lifecycle.leaky_bucket(400, won=60, retention=0.9, periods=24)
    assert explorer.picture.axes[0].lines[2].get_ydata().tolist() == level.tolist()
    assert "does not get ahead" in explorer.at(points=1, retention=0.5, more=20)


def test_no_more_than_all_are_kept():
    explorer = MADE["bucket"]()
    explorer.put(retention=0.95)
    assert explorer.controls["points"].max == 4


def test_the_triangle_of_the_text():
    explorer = MADE["triangle"]()
    assert "As now: 64.8. Technology from 0.30 to 0.50: +43.2 a year, less the cost of 30: +13.2" in explorer.words
    bank = {side: explorer.at(firm="Bank branch", side=side) for side in overview.SIDES}
    assert "+37.8 a year" in bank["philosophy"] and "+16.2 a year" in bank["implementation"]
    assert "0.90 to 1.00: +6.3 a year, less the cost of 30: −23.7" in bank["technology"]  # a side has an end
    assert all("As now: 56.7" in words and "brings most in philosophy" in words for words in bank.values())


def test_ten_customers_of_the_text():
    explorer = MADE["idic"]()
    assert explorer.words == "Treated: A, B, C. They bring 19.5 yuan more a month and cost 36.0: −16.5 yuan."
    best = explorer.at(rule="elsewhere")
    assert best == "Treated: F, D, B. They bring 53.0 yuan more a month and cost 36.0: +17.0 yuan."
    assert "bring 17.9 yuan more a month and cost 36.0: −18.1" in explorer.at(rule="alike")
    assert explorer.at(rule="alike", budget=120.0).endswith(explorer.at(rule="largest", budget=120.0)[-40:])
    assert "Treated: nobody" in explorer.at(budget=0.0)


def test_samples_scatter_as_theory_says():
    explorer, half = MADE["redraw"](), 1.96 * np.sqrt(0.32 * 0.68 / 400)
    words = [explorer.at(size=400, turn=turn) for turn in range(6)]
    told = [float(one.partition("about ")[2].partition(" points")[0]) for one in words]
    assert np.mean(told) == pytest.approx(100 * half, rel=0.06) and "All 1,000 customers: 32.0%" in words[0]


def test_a_larger_sample_is_surer():
    explorer = MADE["redraw of yuan"]()
    told = [float(explorer.at(size=size).partition("about ")[2].partition(" to each")[0]) for size in (50, 200)]
    assert told[0] == pytest.approx(2 * told[1], rel=0.1) and "%" not in explorer.words.partition(". 95%")[0]


BAD = {
    "retention in per cent": (lambda: overview.leaky_bucket_explorer(400, 60, 85, 30, 2400, 800), "retention = 85"),
    "negative customers": (lambda: overview.leaky_bucket_explorer(-4, 60, 0.85, 30, 2400, 800), "customers = -4"),
    "no technology": (
        lambda: overview.triangle_explorer(FIRMS.drop(columns="technology"), 300, 30, 0.2),
        "Missing column: technology",
    ),
    "sides in per cent": (lambda: overview.triangle_explorer(FIRMS * 100, 300, 30, 0.2), "not between 0 and 1"),
    "a cost beyond the slider": (lambda: overview.triangle_explorer(FIRMS, 300, 300, 0.2), "cost = 300"),
    "no elsewhere": (lambda: overview.idic_explorer(TEN[["now"]], 36, 12, 0.5), "Missing column: elsewhere"),
    "a budget beyond all": (lambda: overview.idic_explorer(TEN, 500, 12, 0.5), "budget = 500"),
    "a step beyond the slider": (lambda: overview.triangle_explorer(FIRMS, 300, 30, 0.9), "step = 0.9"),
    "one customer": (lambda: overview.idic_explorer(TEN.head(1), 12, 12, 0.5), "customers: 1 rows"),
    "all alike": (lambda: overview.redraw_explorer([1, 1, 1], 50), "values: they are all alike"),
    "a size beyond the slider": (lambda: overview.redraw_explorer([0, 1], 5000), "size = 5000"),
    "nothing given": (lambda: overview.triangle_explorer(), "Its chapter calls it triangle_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
