"""Intervals against statsmodels and scipy, and redrawn samples against what drawing with replacement means."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from crmlib import intervals
from tests.support.refusals import refuses


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_shares_have_wilsons_interval(confidence):
    count, total = np.array([0, 1, 8, 10]), np.array([5, 9, 10, 10])
    expected = proportion_confint(count, total, alpha=1 - confidence, method="wilson")
    assert np.allclose(intervals.wilson(count, total, confidence), expected, atol=1e-12)
    assert intervals.z(confidence) == pytest.approx(stats.norm.ppf((1 + confidence) / 2), abs=1e-9)


def test_differences_of_shares_have_newcombes_interval():
    expected = confint_proportions_2indep(56, 70, 48, 80, method="newcomb")
    found = intervals.difference((70, 0.8, None), (80, 0.6, None), shares=True)
    assert np.allclose(found, expected, atol=1e-12)
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, example (a), method 10.
    assert np.round(found, 4).tolist() == [0.0524, 0.3339]


def test_differences_of_means_have_welchs_interval():
    rng = np.random.default_rng(1)
    one, other = rng.normal(5, 3, 12), rng.normal(4, 1, 40)
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.9)
    sides = [(len(side), side.mean(), side.var(ddof=1)) for side in (one, other)]
    assert np.allclose(intervals.difference(*sides, shares=False, confidence=0.9), expected, atol=1e-9)
    table = pd.DataFrame(sides, columns=["n", "mean", "variance"])
    columns = [table.loc[[row, row]].reset_index(drop=True) for row in (0, 1)]
    lower, upper = intervals.difference(*[tuple(part[name] for name in table) for part in columns], shares=False)
    assert lower.shape == upper.shape == (2,) and (lower < upper).all()


def test_a_difference_without_spread_is_certain():
    assert intervals.difference((3, 2.0, 0.0), (4, 1.0, 0.0), shares=False) == (1, 1)


def test_the_two_groups_are_drawn_again_each_by_itself():
    treated = np.array([True, False, True, False, False])
    draws = list(intervals.redrawn(treated, 300, seed=4))
    assert all(draw[treated].sum() == 2 and draw[~treated].sum() == 3 for draw in draws)
    assert np.mean(draws, axis=0) == pytest.approx(1, abs=0.15)
    again = list(intervals.redrawn(treated, 300, seed=4))
    assert np.array_equal(draws, again)


@pytest.mark.parametrize("confidence", [0, 1, 95, True, "0.9", None, np.nan])
def test_no_confidence_is_refused(confidence):
    refuses(lambda: intervals.z(confidence), ValueError, "confidence = .*above 0 and below 1")


def test_a_mean_of_one_customer_has_no_interval():
    refuses(lambda: intervals.difference((1, 5, np.nan), (2, 4, 1), shares=False), ValueError, "at least two")
