"""Factors: against statsmodels, on correlations whose factors are known, and what they refuse."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multivariate import test_cov_diagonal as diagonal

from crmlib import datasets, satisfaction
from tests.support.refusals import refuses

QUALITY = datasets.load_ecsi_mobi().filter(like="PERQ")


def with_correlations(correlation, rows=50):
    """Answers that have exactly these correlations."""
    noise = np.random.default_rng(3).normal(size=(rows, len(correlation)))
    plain = np.linalg.qr(noise - noise.mean(axis=0))[0]
    return pd.DataFrame(plain @ np.linalg.cholesky(correlation).T).add_prefix("q")


def test_kmo_is_made_of_correlations_and_of_what_regressions_leave():
    whole, partial = (pd.DataFrame(0.0, QUALITY.columns, QUALITY.columns) for _ in range(2))
    for one, other in itertools.permutations(QUALITY, 2):
        rest = sm.add_constant(QUALITY.drop(columns=[one, other]))
        left = [sm.OLS(QUALITY[item], rest).fit().resid for item in (one, other)]
        whole.loc[one, other] = np.corrcoef(QUALITY[one], QUALITY[other])[0, 1] ** 2
        partial.loc[one, other] = np.corrcoef(*left)[0, 1] ** 2
    found = satisfaction.kmo(QUALITY)
    pd.testing.assert_series_equal(found[list(QUALITY)], whole.sum() / (whole.sum() + partial.sum()))
    assert found["overall"] == pytest.approx(whole.sum().sum() / (whole.sum() + partial.sum()).sum())


def test_bartletts_test_is_that_of_statsmodels():
    found, peer = satisfaction.bartlett(QUALITY), diagonal(QUALITY.cov(), len(QUALITY))
    assert found["chi2"] == pytest.approx(peer.statistic) and found["df"] == peer.df == 21
    few = QUALITY.iloc[:12, :3]
    assert satisfaction.bartlett(few)["p"] == pytest.approx(diagonal(few.cov(), 12).pvalue)


def test_the_loadings_of_one_factor_are_recovered():
    true = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correlation = np.outer(true, true)
    np.fill_diagonal(correlation, 1)
    found = satisfaction.loadings(with_correlations(correlation))
    assert found["factor_1"].to_numpy() == pytest.approx(true, abs=1e-6)
    assert found.attrs["explained"]["factor_1"] == pytest.approx((true**2).mean(), abs=1e-6)
    assert satisfaction.loadings(-with_correlations(correlation))["factor_1"].min() > 0


def test_two_factors_are_turned_until_each_item_has_one():
    true = np.zeros((7, 2))
    true[:4, 0], true[4:, 1] = [0.9, 0.8, 0.7, 0.6], [0.8, 0.7, 0.6]
    correlation = true @ true.T
    np.fill_diagonal(correlation, 1)
    found = satisfaction.loadings(with_correlations(correlation), 2)
    assert found.to_numpy() == pytest.approx(true, abs=1e-4)


def test_varimax_cannot_be_bettered_by_another_turn():
    found = satisfaction.loadings(datasets.load_ecsi_mobi(), 3)
    assert list(found) == ["factor_1", "factor_2", "factor_3"]
    assert list(found.attrs["explained"].values()) == sorted(found.attrs["explained"].values(), reverse=True)

    def simple(values):
        return (values**2).var(axis=0).sum()

    for one, other in itertools.combinations(range(3), 2):
        for angle in (-0.02, 0.02):
            turn = np.eye(3)
            turn[[one, other], [one, other]] = np.cos(angle)
            turn[one, other], turn[other, one] = np.sin(angle), -np.sin(angle)
            assert simple(found.to_numpy() @ turn) < simple(found.to_numpy())


def test_prices_and_reach_part_in_the_yellow_pages():
    """There statsmodels' search for varimax stops at the principal axes, where it begins."""
    pages = datasets.load_yellow_pages()
    found = satisfaction.loadings(pages[~satisfaction.straight_liners(pages)].drop(columns="q1"), 2)
    assert (found.loc[["q7", "q8", "q9", "q10"], "factor_1"] > 0.6).all()
    assert (found.loc[["q2", "q3", "q4"], "factor_2"] > 0.7).all()
    assert found.loc["q2", "factor_1"] < 0.2 and found.loc["q10", "factor_2"] < 0.2


def test_rows_with_gaps_are_left_out_and_counted():
    gaps = QUALITY.astype("Int64")
    gaps.iloc[:10, 2] = pd.NA
    for function in (satisfaction.kmo, satisfaction.bartlett, satisfaction.loadings):
        assert (function(gaps).attrs["rows"], function(gaps).attrs["left_out"]) == (240, 10)


BAD = {
    "a sum among its parts": (lambda: satisfaction.kmo(QUALITY.assign(all=QUALITY.sum(axis=1))), "follow from each"),
    "too few rows": (lambda: satisfaction.bartlett(QUALITY.head(7)), "7 complete respondents are too few"),
    "two items": (lambda: satisfaction.loadings(QUALITY.iloc[:, :2]), "three at least"),
    "too many factors": (lambda: satisfaction.loadings(QUALITY, 5), "from 1 to 3"),
    "one item": (lambda: satisfaction.kmo(QUALITY[["PERQ1"]]), "has one item"),
    "no variance": (lambda: satisfaction.bartlett(QUALITY.assign(PERQ2=7)), "the same answer to PERQ2"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)


def test_a_factor_that_explains_more_than_all_is_refused():
    correlation = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1.0]])
    refuses(lambda: satisfaction.loadings(with_correlations(correlation)), ValueError, "Heywood")
