"""The shifted beta-geometric model."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import value
from tests.support.refusals import refuses


@given(a=st.floats(0.05, 20), b=st.floats(0.05, 20))
@settings(max_examples=25, deadline=None)
def test_sbg_is_consistent(a, b):
    model = value.ShiftedBetaGeometric(alpha=a, beta=b)
    years = np.arange(1, 40)
    assert model.survival(0) == pytest.approx(1)
    assert np.cumprod(model.retention(years)) == pytest.approx(model.survival(years))
    assert (np.diff(model.retention(years)) > 0).all()


@pytest.mark.parametrize("renewals", [0, 3, 20])
@pytest.mark.parametrize("discount", [0.002, 0.1, 1.5])
def test_residual_lifetime_is_its_sum(renewals, discount):
    model = value.ShiftedBetaGeometric(alpha=0.668, beta=3.806)
    n, ahead = renewals + 1, np.arange(40_000)
    expected = (model.survival(n + ahead) / model.survival(n - 1) * (1 + discount) ** -ahead.astype(float)).sum()
    assert model.expected_residual_lifetime(renewals, discount) == pytest.approx(expected, rel=1e-9)


def test_residual_lifetime_without_discount():
    model = value.ShiftedBetaGeometric(alpha=3, beta=5)
    assert model.expected_residual_lifetime() == pytest.approx(model.survival(np.arange(1, 200_000)).sum(), rel=1e-6)
    assert model.expected_residual_lifetime([0, 7], 0.1).shape == (2,)
    with pytest.raises(ValueError, match="alpha = 0.668 is at most 1"):
        value.ShiftedBetaGeometric(0.668, 3.806).expected_residual_lifetime()


BAD_NUMBERS = {
    "a true parameter": (lambda: value.ShiftedBetaGeometric(True, 1), "alpha = True: one number above 0"),
    "a parameter in quotes": (lambda: value.ShiftedBetaGeometric(1, "2"), "beta = '2': .*Write 2 without quotes"),
    "a year in quotes": (lambda: value.ShiftedBetaGeometric(1, 1).survival("3"), "t = '3': .*Write 3 without quotes"),
    "survivors in quotes": (lambda: value.ShiftedBetaGeometric().fit(["100", "90", "80"]), "not numbers|are needed"),
    "shares of survivors": (lambda: value.ShiftedBetaGeometric().fit([1, 0.8, 0.7]), "not shares"),
    "survivors that rise": (lambda: value.ShiftedBetaGeometric().fit([100, 80, 90]), "rises"),
    "one period": (lambda: value.ShiftedBetaGeometric().fit([100, 80]), "two periods"),
    "nobody leaves": (lambda: value.ShiftedBetaGeometric().fit([100, 100, 100]), "Nobody leaves"),
    "all leave at once": (lambda: value.ShiftedBetaGeometric().fit([100, 0, 0]), "leave at once"),
    "one churn rate for all": (lambda: value.ShiftedBetaGeometric().fit([10_000, 5_000, 2_500, 1_250]), "no end"),
    "a year 0": (lambda: value.ShiftedBetaGeometric(1, 1).retention(0), "1 or more"),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)


@pytest.mark.parametrize(
    ("alpha", "beta", "renewals", "discount"), [(500, 500, 0, 1e-3), (0.05, 50, 1000, 1e-6), (3, 50, 300, 1e-3)]
)
def test_residual_lifetime_where_the_series_fails(alpha, beta, renewals, discount):
    """scipy's 2F1 gave NaN here."""
    with mpmath.workdps(40):
        b, c = mpmath.mpf(beta) + renewals, mpmath.mpf(alpha) + beta + renewals
        exact = float(b / c * mpmath.hyp2f1(1, b + 1, c + 1, 1 / (1 + mpmath.mpf(discount))))
    model = value.ShiftedBetaGeometric(alpha, beta)
    assert model.expected_residual_lifetime(renewals, discount) == pytest.approx(exact, rel=1e-8)
    assert model.expected_residual_lifetime([0, renewals], discount)[1] == pytest.approx(exact, rel=1e-8)
