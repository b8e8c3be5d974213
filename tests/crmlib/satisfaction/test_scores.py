"""Scores of one question: against statsmodels, by simulation, and what they refuse."""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from crmlib import datasets, satisfaction
from tests.support.refusals import refuses

ANSWERS = pd.Series([10] * 50 + [9] * 30 + [8] * 40 + [7] * 20 + [6] * 25 + [0] * 15)


def test_nps_counts_promoters_and_detractors_and_leaves_blanks_out():
    found = satisfaction.nps(pd.concat([ANSWERS, pd.Series([None, None])]).astype("Int64"))
    assert found[["promoters", "passives", "detractors"]].tolist() == pytest.approx([80 / 180, 60 / 180, 40 / 180])
    assert found["nps"] == pytest.approx(40 / 180) and found["answers"] == 180 and found.attrs["blank"] == 2
    points = np.select([ANSWERS >= 9, ANSWERS <= 6], [1, -1])
    assert found["standard_error"] == pytest.approx(points.std() / math.sqrt(180))
    assert found["high"] - found["low"] == pytest.approx(2 * 1.959964 * found["standard_error"])
    assert satisfaction.nps([10] * 5)[["low", "high"]].tolist() == [1, 1]


def test_the_interval_holds_the_true_score_as_often_as_it_says():
    rng = np.random.default_rng(6)
    waves = [rng.choice([10, 8, 3], 200, p=[0.5, 0.3, 0.2]) for _ in range(600)]
    held = [found["low"] <= 0.3 <= found["high"] for found in map(satisfaction.nps, waves)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


def test_a_change_is_found_as_often_as_planned_and_without_one_seldom():
    answers = satisfaction.nps_sample_size(0.1, promoters=0.5, detractors=0.2)
    rng = np.random.default_rng(7)

    def noticed(after):
        waves = (rng.choice([10, 8, 3], answers, p=[0.5, 0.3, 0.2]), rng.choice([10, 8, 3], answers, p=after))
        return satisfaction.nps_change(*waves)["p"] < 0.05

    assert np.mean([noticed([0.6, 0.2, 0.2]) for _ in range(300)]) == pytest.approx(0.8, abs=0.06)
    assert np.mean([noticed([0.5, 0.3, 0.2]) for _ in range(300)]) == pytest.approx(0.05, abs=0.03)


def test_the_change_is_that_of_the_two_scores():
    before, after = [9] * 30 + [7] * 50 + [2] * 20, [10] * 40 + [8] * 40 + [5] * 20
    found = satisfaction.nps_change(before, after)
    assert found["change"] == pytest.approx(0.1)
    errors = [satisfaction.nps(wave)["standard_error"] for wave in (before, after)]
    assert found["standard_error"] == pytest.approx(math.hypot(*errors))
    assert found["z"] == pytest.approx(0.1 / math.hypot(*errors))
    assert (found["low"] < 0 < found["high"]) == (found["p"] > 0.05)
    assert satisfaction.nps_change([9, 9], [9, 9])[["z", "p"]].tolist() == [0, 1]
    assert satisfaction.nps_change([9, 9], [1, 1])[["z", "p"]].tolist() == [-math.inf, 0]


@pytest.mark.parametrize("power", [0.5, 0.9])
def test_statsmodels_plans_as_many_answers(power):
    effect = 0.05 / math.sqrt(0.61)
    exact = NormalIndPower().solve_power(effect, alpha=0.05, power=power)
    assert satisfaction.nps_sample_size(0.05, promoters=0.5, detractors=0.2, power=power) == math.ceil(exact)


def test_csat_and_ces_have_the_intervals_of_statsmodels():
    marks = pd.Series([5, 4, 4, 3, 1, 5, 4, 4, 2, 5, None])
    found = satisfaction.csat(marks, confidence=0.9)
    expected = [0.7, *proportion_confint(7, 10, 0.1, "wilson")]
    assert found[["csat", "low", "high"]].tolist() == pytest.approx(expected) and found.attrs["blank"] == 1
    assert satisfaction.csat(marks, top=1)["csat"] == pytest.approx(0.3)
    effort = pd.Series([7, 6, 6, 5, 2, 7, 6])
    found = satisfaction.ces(effort, confidence=0.9)
    expected = [effort.mean(), effort.sem(), *DescrStatsW(effort).tconfint_mean(0.1)]
    assert found[["ces", "standard_error", "low", "high"]].tolist() == pytest.approx(expected)


def test_the_survey_of_qinghe_has_a_score():
    found = satisfaction.nps(datasets.load_qinghe_surveys()["nps"])
    assert found["answers"] == 1000 and found["low"] < found["nps"] < found["high"]


def test_scores_coded_from_one_are_refused_and_the_remedy_works():
    answers = [1, 5, 9, 11, 10]
    refuses(lambda: satisfaction.nps(answers), ValueError, r"coded 1–11.*answers = pd.Series\(answers\) - 1")
    assert satisfaction.nps(pd.Series(answers) - 1)["promoters"] == pytest.approx(0.4)
    answers = [0, 9, 99]
    way = r"answers = pd.Series\(answers\).replace\(\[99\], np.nan\)"
    refuses(lambda: satisfaction.nps(answers), ValueError, way)
    found = satisfaction.nps(pd.Series(answers).replace([99], np.nan))
    assert found["answers"] == 2 and found.attrs["blank"] == 1
    refuses(
        lambda: satisfaction.nps_change([1, 5], [1, 11]), ValueError, r"after is off .*after = pd.Series\(after\) - 1"
    )


BAD = {
    "both": (lambda: satisfaction.nps([0, 11, 99]), "99 means no answer"),
    "half a point": (lambda: satisfaction.nps([8.5, 9]), "no whole number"),
    "nobody": (lambda: satisfaction.nps(pd.Series([None, None], dtype="Int64")), "nobody has answered"),
    "empty": (lambda: satisfaction.nps([]), "answers is empty"),
    "texts": (lambda: satisfaction.nps(["9", "10"]), "pd.to_numeric"),
    "more than all": (lambda: satisfaction.nps_standard_error(0.7, 0.4, 10), "add up to 1.1"),
    "points": (lambda: satisfaction.nps_sample_size(5, promoters=0.5, detractors=0.2), "Write 0.05, not 5"),
    "no change": (lambda: satisfaction.nps_sample_size(0, promoters=0.5, detractors=0.2), "change = 0"),
    "no variance": (lambda: satisfaction.nps_sample_size(0.1, promoters=1, detractors=0), "all answer alike"),
    "a zero": (lambda: satisfaction.csat([0, 5, 4]), "0 means no answer"),
    "the whole scale": (lambda: satisfaction.csat([1, 5], top=5), "top = 5: a whole number from 1 to 4"),
    "one answer": (lambda: satisfaction.ces([5]), "there is one only"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
