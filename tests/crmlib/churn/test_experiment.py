"""An experiment: balance of the arms and their difference, by hand, Newcombe's table, scipy, bad input."""

import numpy as np
import pandas as pd
import pytest

from crmlib import churn
from tests.support.churn import trial
from tests.support.refusals import refuses


def test_balance_by_hand():
    features = pd.DataFrame(
        {
            "age": [30, 40, 50, 20, 30, 70],
            "web": [True, True, False, True, False, False],
            "town": ["a", "b", "b", "b", "b", "b"],
            "same": 7,
        }
    )
    table = churn.balance(features, [1, 1, 1, 0, 0, 0])
    age = (40 - 40) / np.sqrt((100 + 700) / 2)
    web = (2 / 3 - 1 / 3) / np.sqrt(2 / 9)
    town = (1 / 3 - 0) / np.sqrt((2 / 9 + 0) / 2)
    assert table["difference"].to_dict() == pytest.approx(
        {"age": age, "web": web, "town: a": town, "town: b": -town, "same": 0}
    )
    assert table.loc["web", ["treated", "control"]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table.attrs == {"treated": 3, "control": 3}
    apart = churn.balance(pd.DataFrame({"x": [1, 1, 0, 0]}), [1, 1, 0, 0])
    assert apart.loc["x", "difference"] == np.inf


def test_balance_weighs_by_the_spread_of_numbers():
    rng = np.random.default_rng(0)
    lot = rng.integers(0, 2, 400)
    x = rng.normal(10, 1 + 2 * lot)
    one, other = x[lot == 1], x[lot == 0]
    expected = (one.mean() - other.mean()) / np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    assert churn.balance(pd.DataFrame({"x": x}), lot).loc["x", "difference"] == pytest.approx(expected, rel=1e-12)


# Newcombe (1998), table II, method 10.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize("a, m, b, n, lower, upper", NEWCOMBE)
def test_difference_of_newcombe(a, m, b, n, lower, upper):
    first, second = [1] * a + [0] * (m - a), [1] * b + [0] * (n - b)
    found = churn.difference(first, second)
    assert found[["lower", "upper"]].tolist() == pytest.approx([lower, upper], abs=5e-5)
    assert found[["first", "second", "difference"]].tolist() == pytest.approx([a / m, b / n, a / m - b / n])
    by = churn.uplift_by(first + second, [1] * m + [0] * n, ["all"] * (m + n)).loc["all"]
    assert by[["lower", "upper"]].tolist() == pytest.approx(found[["lower", "upper"]].tolist())


def test_difference_of_welch():
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(5)
    first, second = rng.gamma(1, 50, 40), rng.gamma(1, 40, 25)
    for confidence in (0.8, 0.95):
        low, high = ttest_ind(first, second, equal_var=False).confidence_interval(confidence)
        assert churn.difference(first, second, confidence)[["lower", "upper"]].tolist() == pytest.approx([low, high])
    assert churn.difference([2, 2], [5, 5])[["lower", "upper"]].tolist() == [-3, -3]


FEATURES, TREATED, OUTCOME = trial(60)


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.balance(FEATURES, 0 * TREATED), ValueError, "nobody was treated"),
        (lambda: churn.balance(FEATURES, 0 * TREATED + 1), ValueError, "everybody was treated"),
        (lambda: churn.balance(FEATURES, 2 * TREATED), ValueError, "treated is missing or neither 0 nor 1.*2"),
        (lambda: churn.balance(FEATURES, TREATED.map({0: "no", 1: "yes"})), TypeError, "treated holds str"),
        (lambda: churn.balance(FEATURES, TREATED[::-1]), ValueError, "the order differs"),
        (
            lambda: churn.balance(FEATURES, TREATED.to_numpy()[1:]),
            ValueError,
            "different lengths: features 60, treated 59",
        ),
        (lambda: churn.balance(FEATURES.to_numpy(), TREATED), TypeError, "a pandas table is needed, not ndarray"),
        (lambda: churn.balance(FEATURES.mask(FEATURES["womens"] == 1), TREATED), ValueError, "missing"),
        (lambda: churn.balance(FEATURES.head(0), TREATED.head(0)), ValueError, "empty"),
        (lambda: churn.difference([1, 0], [3.5]), ValueError, "at least two"),
        (lambda: churn.difference([], [1]), ValueError, "first is empty"),
        (lambda: churn.difference(["1"], [1]), TypeError, '"first" holds'),
    ],
)
def test_bad_experiments_is_refused(call, error, english):
    refuses(call, error, english)
