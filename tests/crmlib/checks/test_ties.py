"""One rule for ties: what differs by the dust of floating point is equal, wherever customers are ranked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import churn, segmentation, value
from crmlib.checks import steady

# Each holds some of the same number, computed on two ways.
DUST = [
    (0.3, 0.1 + 0.2),
    (0.7, 0.1 * 7),
    (1.1 + 2.2, 3.3),
    (1e6 * 0.3, 1e6 * (0.1 + 0.2)),
    (0.0, 0.1 + 0.2 - 0.3),
    (-0.3, -0.1 - 0.2),
    (0.5, np.nextafter(0.5, 0)),
]


@pytest.mark.parametrize("pair", DUST)
def test_dust_makes_no_difference_and_differences_stay(pair):
    one, other = pair
    values = np.array([one, other, 0.9, one, other])
    found = steady(values)
    assert one != other and len(set(found[[0, 1, 3, 4]])) == 1 and found[2] == 0.9
    assert found == pytest.approx(values, abs=1e-9)


@given(st.lists(st.integers(-1000, 1000)))
def test_numbers_that_differ_stay_as_they_are(values):
    assert steady(np.array(values, dtype=float)).tolist() == values


def test_what_is_not_finite_stays():
    assert steady([1.0, np.inf, np.inf, -np.inf]).tolist() == [1.0, np.inf, np.inf, -np.inf]
    assert np.isnan(steady([np.nan, 1.0])).tolist() == [True, False]


LEFT = np.array([1, 0, 0, 1, 0, 0, 1, 0])


def rankings(score):
    """All that ranks customers by a score from 0 to 1, as plain numbers."""
    treated = np.array([1, 0, 1, 0, 1, 0, 1, 0])
    terms = {"offer": 60, "call": 6, "keeps": 0.3}
    customer = pd.Series(np.asarray(score), index=[f"C{i}" for i in range(len(score))])
    curve = churn.qini(LEFT, treated, score, resamples=5)
    return {
        "qini": [*curve["gained"], curve.attrs["coefficient"], curve.attrs["lower"]],
        "targeting_profit": churn.targeting_profit(LEFT, treated, score, worth=100, cost=3)["profit"],
        "gains": churn.gains(LEFT, score, bins=8)["leavers"],
        "calibration": churn.calibration(LEFT, score, bins=8)["customers"],
        "maximum_profit": churn.maximum_profit(LEFT, score),
        "expected_maximum_profit": churn.expected_maximum_profit(LEFT, score),
        "threshold_profit": churn.threshold_profit(LEFT, score, 780, **terms, thresholds=[0.3])["contacted"],
        "check_features": churn.check_features(pd.DataFrame({"score": score}), LEFT, limit=None)["alone"],
        "choose": churn.choose(np.full(8, 0.9), 1000 * np.asarray(score), **terms, budget=40),
        "abc": segmentation.abc(customer)["rank"].sort_index(),
        "clv_classes": segmentation.clv_classes(customer).cat.codes,
        "whale_curve": value.whale_curve(customer)["customers"].sort_index(),
    }


PLAIN = [0.3] * 4 + [0.2, 0.4, 0.3, 0.3]
DUSTY = [0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.2, 0.4, np.nextafter(0.3, 0), 0.3]


@pytest.mark.parametrize("name", rankings(PLAIN))
def test_no_ranking_is_decided_by_dust(name):
    plain, dusty = rankings(PLAIN)[name], rankings(DUSTY)[name]
    assert np.asarray(dusty, dtype=float) == pytest.approx(np.asarray(plain, dtype=float), abs=1e-9)


def test_equal_scores_but_for_dust_have_no_qini():
    treated = [1, 0] * 50
    outcome = np.random.default_rng(0).integers(0, 2, 100)
    score = np.where(np.random.default_rng(1).random(100) < 0.5, 0.3, 0.1 + 0.2)
    assert churn.qini(outcome, treated, score).attrs["coefficient"] == pytest.approx(0, abs=1e-12)
    assert (churn.gains(outcome, score)["lift"].round(9) == 1).all()
    assert len(churn.calibration(outcome, score)) == 1
