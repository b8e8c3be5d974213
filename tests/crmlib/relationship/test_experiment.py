"""Test and roll: the published example, simulation, the best size among all sizes, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from crmlib import relationship
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
WEBSITE = dict(mean=0.68, sd_mean=0.03, sd=(0.68 * 0.32) ** 0.5)


def test_the_published_website():
    """Feit, Berman (2019): 100,000 visitors, conversion around 0.68, 0.03 from page to page: 2,284 see each page."""
    plan = relationship.test_and_roll(100_000, **WEBSITE)
    assert plan["n1"] == plan["n2"] == 2284
    assert relationship.significance_size(0.02 * 0.68, sd=WEBSITE["sd"]) == 18_468  # a lift of 2 %, power 0.8
    classical = relationship.test_and_roll(100_000, **WEBSITE, n=18_468)
    assert classical["profit"] < plan["profit"] < plan["perfect"] and classical["wrong"] < plan["wrong"]


def test_a_plan_does_what_it_says():
    """Two offers drawn, tested on n customers each, and the better one given to the rest: 200,000 times."""
    draws, n, others = np.random.default_rng(2), 40, 1000 - 80
    truth = draws.normal(5, 0.8, (200_000, 2))
    seen = draws.normal(truth, 6 / np.sqrt(n))
    chosen = np.take_along_axis(truth, seen.argmax(axis=1)[:, None], 1)[:, 0]
    plan = relationship.test_and_roll(1000, mean=5, sd_mean=0.8, sd=6, n=n)
    assert plan["profit"] == pytest.approx((n * truth.sum(axis=1) + others * chosen).mean(), rel=0.001)
    assert plan["perfect"] == pytest.approx(1000 * truth.max(axis=1).mean(), rel=0.001)
    assert plan["wrong"] == pytest.approx((chosen < truth.max(axis=1)).mean(), abs=0.005)


@quick
@given(st.integers(2, 3000), st.floats(0.01, 10), st.floats(0.01, 10))
def test_no_other_size_is_better(population, apart, noise):
    how = dict(mean=3, sd_mean=apart, sd=noise)
    best = relationship.test_and_roll(population, **how)
    sizes = np.unique(np.linspace(0, population // 2, 60).astype(int))
    others = [relationship.test_and_roll(population, **how, n=int(n)) for n in sizes]
    steps = [
        relationship.test_and_roll(population, **how, n=min(int(best["n1"]) + step, population // 2)) for step in (0, 1)
    ]
    most = max(other["gain"] for other in others)
    assert best["gain"] >= most - 2 * abs(steps[1]["gain"] - steps[0]["gain"]) - 1e-9
    assert 0 <= best["gain"] <= best["perfect"] - best["without"]
    assert best["regret"] == pytest.approx(best["perfect"] - best["profit"])


def test_without_a_test_the_choice_is_a_coin():
    plan = relationship.test_and_roll(100, mean=2, sd_mean=1, sd=1, n=0)
    assert plan[["gain", "wrong", "profit"]].tolist() == [0, 0.5, 200]


def test_significance_as_statsmodels():
    for difference, sd, power in ((0.3, 1, 0.8), (2, 11, 0.9)):
        theirs = NormalIndPower().solve_power(difference / sd, alpha=0.1, power=power)
        ours = relationship.significance_size(difference, sd=sd, confidence=0.9, power=power)
        assert ours == pytest.approx(theirs, abs=1.01) and ours >= theirs - 0.01


BAD = {
    "one customer": (lambda: relationship.test_and_roll(1, **WEBSITE), "population = 1"),
    "no spread": (lambda: relationship.test_and_roll(100, mean=1, sd_mean=0, sd=1), "sd_mean = 0"),
    "too large a test": (lambda: relationship.test_and_roll(100, **WEBSITE, n=51), "n = 51: two groups"),
    "half a customer": (lambda: relationship.test_and_roll(100, **WEBSITE, n=0.5), "n = 0.5"),
    "a mean in words": (lambda: relationship.test_and_roll(100, mean="1", sd_mean=1, sd=1), "mean = '1'"),
    "no difference": (lambda: relationship.significance_size(0, sd=1), "difference = 0"),
    "power of a coin": (lambda: relationship.significance_size(1, sd=1, power=0.5), "power = 0.5"),
    "confidence in per cent": (lambda: relationship.significance_size(1, sd=1, confidence=95), "Write 0.95"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
