"""SERVQUAL's gaps, with scipy as the peer and Qinghe's planted ones; importance against performance."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel

from crmlib import datasets
from crmlib.satisfaction import importance_performance, points_gained, servqual_gaps
from tests.support.refusals import refuses

EXPECTED = pd.DataFrame({"a": [6, 7, 7, 5.0], "b": [7, 6, 7, 6.0], "c": [5, 5, 4, 6.0]}, index=list("wxyz"))
GOT = pd.DataFrame({"a": [5, 5, 6, 5.0], "b": [6, 6, 5, 7.0], "c": [5, 6, 6, 7.0]}, index=list("wxyz"))
DIMENSIONS = {"reliability": ["a", "b"], "empathy": ["c"]}


def test_gaps_follow_the_peer():
    found = servqual_gaps(EXPECTED, GOT.iloc[::-1], DIMENSIONS, confidence=0.9)  # names decide, not places
    for name, items in DIMENSIONS.items():
        got, expected = GOT[items].mean(axis=1), EXPECTED[items].mean(axis=1)
        peer = ttest_rel(got, expected)
        row, ends = found.loc[name], peer.confidence_interval(0.9)
        assert (row["expectation"], row["perception"]) == (expected.mean(), got.mean())
        assert (row["gap"], row["low"], row["high"]) == pytest.approx(((got - expected).mean(), *ends))
    assert found["answers"].tolist() == [4, 4] and found.index.name == "dimension"


def test_an_item_counts_where_both_questions_were_answered():
    expected, got = EXPECTED.copy(), GOT.copy()
    expected.loc["w", "a"], got.loc["x", ["a", "b"]], got.loc["z", "c"] = np.nan, np.nan, np.nan
    found = servqual_gaps(expected, got, DIMENSIONS)
    # w: b only, 6 − 7; y: (6 + 5 − 7 − 7) / 2; z: (5 + 7 − 5 − 6) / 2; x has none.
    assert found.loc["reliability", "gap"] == pytest.approx((-1 - 1.5 + 0.5) / 3)
    assert found["gap"].to_numpy() == pytest.approx((found["perception"] - found["expectation"]).to_numpy())
    assert found["answers"].tolist() == [3, 3] and found.attrs["left_out"] == {"reliability": 1, "empathy": 1}


def test_one_respondent_has_no_interval():
    found = servqual_gaps(EXPECTED.head(1), GOT.head(1), DIMENSIONS)
    assert found[["low", "high"]].isna().all(axis=None) and found["gap"].tolist() == [-1, 0]


def test_the_planted_gaps_of_qinghe_are_found():
    survey, truth = datasets.load_qinghe_surveys(), datasets.load_qinghe_truth()["surveys"]["follows"]
    sides = [survey.filter(regex=rf"^{side}\d\d$").rename(columns=lambda name: name[1:]) for side in "ep"]
    found = servqual_gaps(*sides, truth["items"])
    for name, planted in truth["gap"].items():  # answers end at 7, which takes a little off a large gap
        assert found.loc[name, "gap"] == pytest.approx(planted, abs=0.12)
    assert found["gap"].idxmin() == "reliability" and found["low"]["tangibles"] > 0


def test_importance_performance_quadrants():
    """Martilla and James (1977), Journal of Marketing 41(1): the four actions."""
    importance, performance = pd.Series([9, 8, 2, 1.0], index=list("abcd")), pd.Series([2, 8, 3, 9.0], list("abcd"))
    found = importance_performance(importance, performance.iloc[::-1], cut=(5, 5))
    assert found["quadrant"].tolist() == ["concentrate_here", "keep_up", "low_priority", "possible_overkill"]
    assert found.attrs["cuts"] == {"importance": 5, "performance": 5}
    assert found["performance"].tolist() == [2, 8, 3, 9]
    means = importance_performance(importance, performance)
    assert means.attrs["cuts"] == {"importance": 5, "performance": 5.5}


def test_at_the_cut_is_high_whatever_the_last_digit():
    equal = pd.Series([0.1 + 0.2, 0.3, 0.3], index=list("abc"))
    assert set(importance_performance(equal, equal)["quadrant"]) == {"keep_up"}


def test_points_gained_begin_at_the_price_and_end_at_the_best_mark():
    mark, price = pd.Series({"a": 5.0, "b": 7.0}), pd.Series({"a": 200_000, "b": 50_000})
    assert points_gained(1, price, mark)["a"] == pytest.approx(1 / 200_000, rel=1e-5)
    assert points_gained(1e9, price, mark).to_dict() == {"a": 2, "b": 0}
    first, second = np.diff(points_gained([0, 50_000, 100_000], 200_000, 5))
    assert first > second > 0
    assert points_gained(100_000, 200_000, 5) == pytest.approx(2 * (1 - np.exp(-1 / 4)))


SERIES = pd.Series({"a": 1.0, "b": 2.0})
BAD = {
    "other items": (lambda: importance_performance(SERIES, SERIES.rename({"b": "c"})), "only in one of them: b, c"),
    "a list": (lambda: importance_performance([1, 2], SERIES), "importance: a Series by item"),
    "a cut of one number": (lambda: importance_performance(SERIES, SERIES, cut=3), "cut = 3: .*two numbers"),
    "the median": (lambda: importance_performance(SERIES, SERIES, cut="median"), "cut = 'median'"),
    "a gap": (lambda: importance_performance(SERIES, SERIES.where(SERIES < 2)), '"performance" is missing'),
    "an item twice": (lambda: importance_performance(pd.concat([SERIES, SERIES]), SERIES), "importance: 2 keys"),
    "a mark above the best": (lambda: points_gained(1, 1, 8), "performance = 8: one number of at most 7"),
    "a point for nothing": (lambda: points_gained(1, 0, 5), "cost = 0: one number above 0"),
    "money taken out": (lambda: points_gained(-1, 1, 5), "spending = -1"),
    "marks of other items": (lambda: points_gained(SERIES, SERIES, SERIES.rename({"b": "c"})), "different indexes"),
    "other respondents": (
        lambda: servqual_gaps(EXPECTED, GOT.rename({"w": "v"}), DIMENSIONS),
        "expectations and perceptions must hold the same customers",
    ),
    "an unknown item": (lambda: servqual_gaps(EXPECTED, GOT, {"empathy": ["d"]}), "Missing column: d"),
    "no items": (lambda: servqual_gaps(EXPECTED, GOT, {"empathy": []}), "dimensions: no item for empathy"),
    "no dimensions": (lambda: servqual_gaps(EXPECTED, GOT, {}), "dimensions: no item for any dimension"),
    "a list of items": (lambda: servqual_gaps(EXPECTED, GOT, ["a"]), "dimensions = .*a dict"),
    "nobody answered": (
        lambda: servqual_gaps(EXPECTED.assign(c=np.nan), GOT, DIMENSIONS),
        "empathy: nobody answered both questions",
    ),
    "texts": (lambda: servqual_gaps(EXPECTED.astype(str), GOT, DIMENSIONS), '"a" holds str'),
    "per cent": (lambda: servqual_gaps(EXPECTED, GOT, DIMENSIONS, confidence=95), "confidence = 95.*0.95"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_and_says_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
