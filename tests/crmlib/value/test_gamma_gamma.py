"""The Gamma-Gamma model: in sixty digits, and on bad input."""

import mpmath
import numpy as np
import pandas as pd
import pytest

from crmlib import value
from tests.support.refusals import refuses


def test_gamma_gamma_agrees_with_sixty_digits(paper_gamma):
    p, q, v = paper_gamma.params_
    found = paper_gamma.expected_spend({"frequency": [0, 1, 500], "monetary_value": [np.nan, 20, 35]})
    expected = [p * v / (q - 1), p * (v + 20) / (p + q - 1), p * (v + 500 * 35) / (500 * p + q - 1)]
    assert found == pytest.approx(expected, rel=1e-12)
    rng = np.random.default_rng(2)
    mean = 30 / rng.gamma(4, 1 / 3, 60)
    table = pd.DataFrame({"frequency": np.r_[rng.integers(1, 9, 59), 500]})
    table["monetary_value"] = mean * rng.gamma(5 * table["frequency"]) / (5 * table["frequency"])
    model = value.GammaGamma().fit(table)
    with mpmath.workdps(60):
        p, q, v = (mpmath.mpf(float(number)) for number in model.params_)
        ll = mpmath.mpf(0)
        for x, z in table.itertuples(index=False):
            x, z = mpmath.mpf(float(x)), mpmath.mpf(float(z))
            ll += (
                mpmath.loggamma(p * x + q)
                - mpmath.loggamma(p * x)
                - mpmath.loggamma(q)
                + q * mpmath.log(v)
                + (p * x - 1) * mpmath.log(z)
                + p * x * mpmath.log(x)
                - (p * x + q) * mpmath.log(x * z + v)
            )
    assert model.log_likelihood_ == pytest.approx(float(ll), rel=1e-10)


def test_gamma_gamma_counts_whom_it_leaves_out(summary):
    table = summary.copy()
    free = table.index[table["frequency"] > 0][0]
    table.loc[free, "monetary_value"] = 0.0
    fitted = value.GammaGamma().fit(table)
    assert fitted.excluded_ == {"one-time buyers": 1411, "repeat purchases of 0": 1}
    as_lifetimes_writes_it = table.fillna({"monetary_value": 0.0})
    pd.testing.assert_series_equal(fitted.params_, value.GammaGamma().fit(as_lifetimes_writes_it).params_)
    # Who bought once is expected to spend what all spend on average; who bought often, what she spent.
    assert fitted.expected_spend({"frequency": 0, "monetary_value": np.nan}) == pytest.approx(fitted.expected_mean)
    assert fitted.expected_spend({"frequency": 500, "monetary_value": 80}) == pytest.approx(80, rel=0.01)


def spending(frequency, **more):
    return pd.DataFrame({"frequency": frequency} | more)


BAD_SPENDING = {
    "no money": (spending([1, 2]), "Missing column: monetary_value"),
    "NaN for a repeat buyer": (
        spending([1, 2, 0], monetary_value=[5, np.nan, np.nan]),
        r'"monetary_value" is missing or infinite.*1 of 3 rows',
    ),
    "negative": (spending([1, 2], monetary_value=[5, -1]), "below 0"),
    "all alike": (spending([1, 2], monetary_value=[5, 5]), "all spend the same"),
    "no repeat buyer": (spending([0, 0], monetary_value=[np.nan, np.nan]), "No customer has bought"),
    "one customer": (spending([1], monetary_value=[5]), "1 customer"),
    "no spread within": (spending([900] * 4, monetary_value=[5, 6, 7, 8.0]), "has no end"),
}


@pytest.mark.parametrize("name", BAD_SPENDING)
def test_bad_spending_is_refused_and_says_why(name):
    table, message = BAD_SPENDING[name]
    refuses(lambda: value.GammaGamma().fit(table), ValueError, message)


def test_infinite_expectations_are_refused():
    refuses(lambda: value.GammaGamma(2, 0.9, 3).expected_mean, ValueError, "infinite")
    refuses(
        lambda: value.GammaGamma(0.05, 0.9, 3).expected_spend({"frequency": 1, "monetary_value": 3}),
        ValueError,
        "infinite",
    )
