"""Cronbach's alpha: reversed items, gaps, the coverage of Feldt's interval."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, satisfaction
from tests.support.refusals import refuses

QUALITY = datasets.load_ecsi_mobi().filter(like="PERQ")


def one_factor(rng, rows, loading=0.7, items=5):
    factor = rng.normal(size=(rows, 1))
    return pd.DataFrame(loading * factor + np.sqrt(1 - loading**2) * rng.normal(size=(rows, items))).add_prefix("q")


def test_feldts_interval_holds_alpha_as_often_as_it_says():
    rng, true = np.random.default_rng(1), 5 * 0.49 / (1 + 4 * 0.49)  # Spearman and Brown
    found = pd.DataFrame([satisfaction.cronbach_alpha(one_factor(rng, 60)) for _ in range(400)])
    assert found["alpha"].mean() == pytest.approx(true, abs=0.01)
    for end, beyond in (("low", found["low"] > true), ("high", found["high"] < true)):
        assert beyond.mean() == pytest.approx(0.025, abs=0.02), end


def test_alpha_is_that_of_its_covariances_and_ninety_per_cent_lie_within_ninety_five():
    found = satisfaction.cronbach_alpha(QUALITY)
    assert found["alpha"] == pytest.approx(satisfaction.alpha_from_covariance(QUALITY.cov()))
    standardised = satisfaction.cronbach_alpha(QUALITY, standardised=True)["alpha"]
    assert standardised == pytest.approx(satisfaction.alpha_from_covariance(QUALITY.corr()))
    narrow = satisfaction.cronbach_alpha(QUALITY, confidence=0.9)
    assert found["low"] < narrow["low"] < narrow["alpha"] < narrow["high"] < found["high"]


def test_rows_with_gaps_are_left_out_and_counted():
    gaps = QUALITY.astype("Int64")
    gaps.iloc[:10, 2] = pd.NA
    found = satisfaction.cronbach_alpha(gaps)
    assert found["rows"] == 240 and found.attrs["left_out"] == 10
    assert found["alpha"] == pytest.approx(satisfaction.cronbach_alpha(QUALITY.iloc[10:])["alpha"])


def test_item_analysis_is_that_of_each_item_left_out():
    found = satisfaction.item_analysis(QUALITY)
    for item in QUALITY:
        rest = QUALITY.drop(columns=item)
        assert found.loc[item, "alpha_without"] == pytest.approx(satisfaction.cronbach_alpha(rest)["alpha"])
        assert found.loc[item, "item_rest"] == pytest.approx(np.corrcoef(QUALITY[item], rest.sum(axis=1))[0, 1])
    assert found.attrs["alpha"] == pytest.approx(satisfaction.cronbach_alpha(QUALITY)["alpha"])
    assert satisfaction.item_analysis(QUALITY.iloc[:, :2])["alpha_without"].isna().all()


@pytest.mark.parametrize("turned", [["PERQ3"], ["PERQ2", "PERQ7"], ["PERQ1", "PERQ4", "PERQ6"]])
def test_the_items_worded_the_other_way_round_are_found_and_turning_them_helps(turned):
    answers = satisfaction.code_answers(QUALITY, 1, 10, reverse=turned)
    refuses(lambda: satisfaction.cronbach_alpha(answers), ValueError, rf"code_answers.*reverse=\['{turned[0]}'")
    again = satisfaction.code_answers(answers, 1, 10, reverse=turned)
    assert satisfaction.cronbach_alpha(again)["alpha"] == pytest.approx(satisfaction.cronbach_alpha(QUALITY)["alpha"])
    kept = satisfaction.cronbach_alpha(answers, keep_reversed=True)
    assert kept["alpha"] < satisfaction.cronbach_alpha(QUALITY)["alpha"] - 0.05
    assert (satisfaction.item_analysis(answers).loc[turned, "item_rest"] < 0).any()


def test_of_two_items_against_each_other_one_is_named():
    pair = satisfaction.code_answers(QUALITY[["PERQ1", "PERQ2"]], 1, 10, reverse="PERQ2")
    refuses(lambda: satisfaction.cronbach_alpha(pair), ValueError, r"reverse=\['PERQ2'\]")


BAD = {
    "one item": (lambda: satisfaction.cronbach_alpha(QUALITY[["PERQ1"]]), "has one item"),
    "no variance": (lambda: satisfaction.cronbach_alpha(QUALITY.assign(PERQ2=7)), r"drop\(columns=\['PERQ2'\]\)"),
    "gaps in every row": (
        lambda: satisfaction.cronbach_alpha(pd.DataFrame({"a": [1, None], "b": [None, 2]})),
        "0 of 2 respondents answered every item",
    ),
    "items that cancel out": (
        lambda: satisfaction.cronbach_alpha(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), keep_reversed=True),
        "cancel each other out",
    ),
    "words": (lambda: satisfaction.cronbach_alpha(QUALITY.astype(str)), "pd.to_numeric"),
    "per cent": (lambda: satisfaction.cronbach_alpha(QUALITY, confidence=95), "Write 0.95, not 95"),
    "no square": (lambda: satisfaction.alpha_from_covariance([[1, 0.5]]), "a square table"),
    "no covariances": (lambda: satisfaction.alpha_from_covariance([[1, 2], [2, 1]]), "no such covariances"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
