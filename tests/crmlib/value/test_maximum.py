"""The search for the highest likelihood: flat but finite maxima, those at infinity, and what is said then."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, gammaln, psi

from crmlib import value
from crmlib.value.maximum import maximise
from tests.support.refusals import refuses


def buyers(seed, size=2000, r=0.826, alpha=9.84, a=0.0034, b=6.75):
    """Purchases of customers of whom hardly one leaves, in weeks, by the BG/NBD model."""
    rng = np.random.default_rng(seed)
    pace, leaves, T = rng.gamma(r, 1 / alpha, size), rng.beta(a, b, size), rng.uniform(5, 53, size)
    rows = []
    for rate, chance, end in zip(pace, leaves, T, strict=True):
        moments = np.cumsum(rng.exponential(1 / rate, 200))
        moments = moments[moments < end]
        gone = np.flatnonzero(rng.random(len(moments)) < chance)
        moments = moments[: gone[0] + 1] if len(gone) else moments
        recency = max(np.round(moments[-1] * 7) / 7, 1 / 7) if len(moments) else 0.0
        rows.append((len(moments), recency, max(np.round(end * 7) / 7, recency)))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def bgnbd_likelihood(table, r, alpha, a, b):
    """Written as in Fader, Hardie and Lee (2005), equation 6."""
    x, tx, T = (table[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    with np.errstate(divide="ignore"):
        dead = np.log(x > 0) + betaln(a + 1, np.maximum(b + x - 1, b)) - betaln(a, b) - (r + x) * np.log(alpha + tx)
    return (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(alive, dead)).sum()


def no_leaving(table):
    """The highest likelihood without any leaving: the negative binomial distribution."""
    x, T = table["frequency"].to_numpy(float), table["T"].to_numpy(float)

    def loglik(theta):
        r, alpha = theta
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
        by_r = psi(r + x) - psi(r) + np.log(alpha) - np.log(alpha + T)
        return value.sum(), np.array([by_r.sum(), (r / alpha - (r + x) / (alpha + T)).sum()])

    return maximise(loglik, [0.5, 5.0], len(x)).value


# Seed: the highest likelihood, and a and b there, which are open by a factor of e^2 to e^9. As L-BFGS-B finds it from
# the best of eight random starts.
FLAT = {
    15: (-15943.6076, 0.0075451, 0.47096),
    24: (-14497.6220, 0.052466, 7.5985),
    28: (-15102.6944, 0.0046451, 0.87534),
    35: (-15910.0365, 0.0061949, 1.66251),
}


@pytest.mark.parametrize("seed", FLAT)
def test_a_flat_but_finite_maximum_of_bgnbd_is_found(seed):
    table, (highest, a, b) = buyers(seed), FLAT[seed]
    model = value.BetaGeoNBD().fit(table)
    assert model.log_likelihood_ == pytest.approx(highest, abs=1e-4)
    assert model.params_[["a", "b"]].tolist() == pytest.approx([a, b], rel=1e-3)
    assert bgnbd_likelihood(table, *model.params_) == pytest.approx(highest, abs=1e-4)
    assert highest > no_leaving(table) + 0.01
    assert np.isfinite(model.standard_errors_).all() and model.standard_errors_["b"] > model.params_["b"]
    rng = np.random.default_rng(0)
    for width in (0.1, 1.0, 4.0):
        shifts = np.exp(np.c_[rng.normal(0, 0.02, (60, 2)), rng.normal(0, width, (60, 2))])
        assert max(bgnbd_likelihood(table, *model.params_ * shift) for shift in shifts) < model.log_likelihood_ + 1e-6


def test_a_flat_but_finite_maximum_of_pareto_nbd_is_found():
    table = buyers(3)
    model = value.ParetoNBD().fit(table)
    assert model.log_likelihood_ == pytest.approx(-15088.3674, abs=1e-4)
    assert model.params_[["s", "beta"]].tolist() == pytest.approx([0.05121, 42.828], rel=1e-3)
    for s in (-3, -1, 0, 1, 3):
        for beta in (-3, -1, 0, 1, 3):
            shifted = value.ParetoNBD(*model.params_ * np.exp([0, 0, s, beta]))
            assert shifted.log_likelihood(table).sum() <= model.log_likelihood_ + 1e-6


def spending(seed, size=400, p=6, q=200, v=1000):
    rng = np.random.default_rng(seed)
    x = 1 + rng.poisson(1.5, size)
    mean = rng.gamma(q, 1 / v, size)
    return pd.DataFrame({"frequency": x, "monetary_value": rng.gamma(p * x) / (mean * x)})


def test_a_flat_but_finite_maximum_of_gamma_gamma_is_found():
    """Nelder and Mead's method, ten random starts, on the likelihood of note 025: the same to four digits."""
    model = value.GammaGamma().fit(spending(0))
    assert model.log_likelihood_ == pytest.approx(-1398.7599, abs=1e-4)
    assert model.params_.tolist() == pytest.approx([5.8196, 590.8, 3000.9], rel=1e-3)
    assert np.isfinite(model.standard_errors_).all()


NO_END = {
    "nobody leaves": (value.BetaGeoNBD, buyers(0, size=500)),
    "nobody leaves, unseen": (value.ParetoNBD, buyers(4, size=500)),
    "each spends the same each time": (
        value.GammaGamma,
        pd.DataFrame({"frequency": 900, "monetary_value": [5, 6, 7, 8.0]}),
    ),
    "one churn rate for all": (value.ShiftedBetaGeometric, [10_000, 5_000, 2_500, 1_250]),
}


@pytest.mark.parametrize("name", NO_END)
def test_what_has_no_end_is_refused_and_the_remedy_works(name):
    kind, data = NO_END[name]
    refuses(lambda: kind().fit(data), ValueError, "no end.*with the values reached")
    call = re.search(rf"value\.{kind.__name__}\(.*\)", refusal(lambda: kind().fit(data)))[0]
    model = eval(call, {"value": value})
    assert np.isfinite(model.params_).all()
    if isinstance(data, pd.DataFrame) and "T" in data:
        expected = [model.conditional_expected_purchases(26, data).sum()]
        for factor in (1.5, 0.5):  # further along, or back, it would hardly be another
            other = kind(*model.params_ * [1, 1, factor, factor])
            expected.append(other.conditional_expected_purchases(26, data).sum())
        assert expected[1:] == pytest.approx([expected[0]] * 2, rel=1e-2)


@pytest.mark.parametrize(
    ("kind", "seed", "leaving", "other"),
    [
        (value.ParetoNBD, 6, {"a": 0.3, "b": 1.5}, r"value\.BetaGeoNBD\(\)\.fit\(summary\)"),
        (value.BetaGeoNBD, 6, {"a": 20, "b": 80}, r"value\.ParetoNBD\(\)\.fit\(summary\)"),
    ],
)
def test_a_refusal_names_the_other_model_where_that_has_an_estimate(kind, seed, leaving, other):
    table = buyers(seed, size=60, **leaving)
    call = re.search(other, refusal(lambda: kind().fit(table)))[0]
    assert np.isfinite(eval(call, {"value": value, "summary": table}).params_).all()


def refusal(call):
    with pytest.raises(ValueError) as error:
        call()
    return str(error.value)
