"""The explorers of surveys over their grids: true words, live sliders, and the numbers of the library behind them."""

import re
from statistics import NormalDist

import numpy as np
import pytest

from crmlib import satisfaction, use_language, widgets
from crmlib.widgets.satisfaction import waves
from tests.support.explorers import assert_true_and_alive, walk
from tests.support.refusals import refuses

MAKE = {
    "gap": lambda: widgets.satisfaction.gap_explorer(8, 6.5, 2),
    "sample": lambda: widgets.satisfaction.sample_size_explorer(3000, 0.5, 0.3),
    "waves": lambda: widgets.satisfaction.nps_change_explorer(0.39, 0.36, 400, 5),
}


@pytest.mark.parametrize("name", MAKE)
def test_over_the_whole_grid_words_are_true_and_each_slider_is_alive(name, monkeypatch):
    explorer = MAKE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


@pytest.mark.parametrize("name", MAKE)
def test_words_and_description_speak_the_language_at_both_ends(name, language):
    use_language(language)
    explorer = MAKE[name]()
    for end in ("min", "max"):
        for control in explorer.controls.values():
            control.value = getattr(control, end)
        for text in (explorer.words, explorer.picture.alt, *(c.description for c in explorer.controls.values())):
            assert bool(re.search("[一-鿿]", text)) == (language == "zh"), text


@pytest.mark.parametrize(
    ("perception", "verdict"), [(9, "delighted"), (8, "satisfied"), (6, "accepted"), (5.5, "0.5 below the zone")]
)
def test_the_verdict_follows_the_zone(perception, verdict):
    explorer = MAKE["gap"]()
    explorer.controls["perception"].value = perception
    assert verdict in explorer.words and f"P / E = {perception / 8:.2f}" in explorer.words


def test_the_zone_ends_where_the_scale_begins():
    explorer = MAKE["gap"]()
    explorer.put(expectation=3.0, tolerance=4.0, perception=1.0)
    assert "accepted" in explorer.words and explorer.controls["tolerance"].max == 2


def test_so_many_are_asked_as_the_library_says_and_too_few_customers_are_told():
    explorer = MAKE["sample"]()
    needed = satisfaction.sample_size(0.05, population=3000)
    asked = satisfaction.sample_size(0.05, population=3000, response=0.3)
    assert f"needs {needed:,} answers: {asked:,} of 3,000" in explorer.words
    explorer.controls["margin"].value = 0.02
    margin = 100 * satisfaction.margin_of_error(900, population=3000)
    assert f"only 3,000 customers. Ask them all, and 900 answer: ±{margin:.1f} points" in explorer.words


def test_the_chance_to_notice_is_that_of_redrawn_months():
    shares, answers = [(0.39, 0.36), (0.44, 0.31)], 400
    rng = np.random.default_rng(3)
    found = [rng.multinomial(answers, [p, d, 1 - p - d], 2000)[:, :2] / answers for p, d in shares]
    score = [wave[:, 0] - wave[:, 1] for wave in found]
    error = np.sqrt(sum((wave.sum(axis=1) - (wave[:, 0] - wave[:, 1]) ** 2) / answers for wave in found))
    noticed = (np.abs(score[1] - score[0]) > NormalDist().inv_cdf(0.975) * error).mean()
    assert waves.chance_to_notice(shares, answers) == pytest.approx(noticed, abs=0.03)


def test_as_many_answers_as_planned_give_the_chance_that_is_planned():
    needed = satisfaction.nps_sample_size(0.05, promoters=0.39, detractors=0.36)
    explorer = MAKE["waves"]()
    assert f"for 80% it takes {needed:,} answers" in explorer.words
    assert waves.chance_to_notice([(0.39, 0.36), (0.415, 0.335)], needed) == pytest.approx(0.8, abs=0.005)
    explorer.controls["change"].value = 0
    assert "in 5% of all comparisons" in explorer.words


def test_the_true_change_stays_within_the_shares():
    controls = widgets.satisfaction.nps_change_explorer(0.04, 0.02, 200, -8).controls
    assert (controls["change"].min, controls["change"].max, controls["change"].value) == (-8, 4, -8)
    assert controls["answers"].value == 200


BAD = {
    "points of another scale": (lambda: widgets.satisfaction.gap_explorer(80, 6, 2), "expectation = 80"),
    "no tolerance known": (lambda: widgets.satisfaction.gap_explorer(8, 6, None), "tolerance = None"),
    "a share in per cent": (lambda: widgets.satisfaction.sample_size_explorer(3000, 50, 0.3), "Write 0.5, not 50"),
    "few customers": (lambda: widgets.satisfaction.sample_size_explorer(20, 0.5, 0.3), "population = 20"),
    "more than all": (lambda: widgets.satisfaction.nps_change_explorer(0.7, 0.5, 200, 5), "add up to 1.2"),
    "nothing to change": (lambda: widgets.satisfaction.nps_change_explorer(1, 0, 200, 5), "all answer alike"),
    "a change that cannot be": (lambda: widgets.satisfaction.nps_change_explorer(0.04, 0.02, 200, 5), "change = 5"),
    "hardly an answer": (lambda: widgets.satisfaction.nps_change_explorer(0.4, 0.2, 5, 5), "answers = 5"),
    "an argument lost": (lambda: widgets.satisfaction.nps_change_explorer(0.4), "Its chapter calls it"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused_and_says_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
