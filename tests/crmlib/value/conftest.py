"""The log of CDNOW, its summary as the papers make it, and the models with the parameters that they print."""

import mpmath
import pytest

from crmlib import datasets, value

HISTORIES = [(0, 0, 40), (1, 2, 40), (7, 30, 38.86), (50, 5, 40), (500, 39.5, 40), (500, 10, 40)]


@pytest.fixture(scope="package")
def log():
    return datasets.load_cdnow_sample()


@pytest.fixture(scope="package")
def summary(log):
    """Weeks of exactly seven days, one purchase a day, to 1997-09-30."""
    return value.btyd_summary(log, calibration_end="1997-09-30", amount="amount")


@pytest.fixture(scope="package")
def paper_bgnbd():
    return value.BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")


@pytest.fixture(scope="package")
def paper_pareto():
    return value.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")


@pytest.fixture(scope="package")
def paper_gamma():
    return value.GammaGamma(p=6.25, q=3.74, v=15.44)


@pytest.fixture(scope="package")
def agrees():
    """Compare a model of purchases with `truth(parameters, x, tx, T, t)`, which computes in sixty digits."""

    def compare(model, truth, parameters):
        def exact(*history):
            with mpmath.workdps(60):
                return [float(number) for number in truth(parameters, *history)]

        for x, tx, T in HISTORIES:
            customer = {"frequency": x, "recency": tx, "T": T}
            for t in (1, 520):
                ll, alive, bought = exact(x, tx, T, t)
                assert model.log_likelihood(customer) == pytest.approx(ll, rel=1e-10)
                assert model.probability_alive(customer) == pytest.approx(alive, rel=1e-9, abs=1e-300)
                found = model.conditional_expected_purchases(t, customer)
                assert found == pytest.approx(bought, rel=1e-7, abs=1e-300)
        for t in (1, 520):
            assert model.expected_purchases(t) == pytest.approx(exact(0, 0, 0, t)[2], rel=1e-7)

    return compare
