"""Difference in differences against statsmodels, and referrals by hand and by simulation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import loyalty
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
NAMES = dict(outcome="visits", treated="joined", after="after")


def panel(seed, customers=40, periods=6):
    """Customers of two groups over time, with a habit of their own: rows of one customer hang together."""
    draws = np.random.default_rng(seed)
    who, when = (grid.ravel() for grid in np.meshgrid(range(customers), range(periods), indexing="ij"))
    joined, after = (who < customers // 3).astype(int), (when >= 3).astype(int)
    habit = draws.normal(4, 2, customers)[who]
    visits = habit + joined + 0.5 * after + 0.8 * joined * after + draws.normal(0, 1, len(who))
    table = pd.DataFrame({"customer_id": who, "joined": joined, "after": after, "visits": visits})
    return table.sample(frac=0.8, random_state=seed)  # not balanced


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clustered_like_statsmodels(seed):
    table = panel(seed)
    found = loyalty.difference_in_differences(table, **NAMES, cluster="customer_id", confidence=0.9)
    kwds = {"groups": table["customer_id"]}
    fitted = smf.ols("visits ~ joined * after", table).fit(cov_type="cluster", cov_kwds=kwds, use_t=True)
    low, high = fitted.conf_int(alpha=0.1).loc["joined:after"]
    theirs = [fitted.params["joined:after"], fitted.bse["joined:after"], low, high, fitted.pvalues["joined:after"]]
    assert found.tolist() == pytest.approx(theirs, rel=1e-8)
    assert found.attrs["clusters"] == table["customer_id"].nunique() and found.attrs["rows"] == len(table)


def test_without_clusters_it_is_robust_as_statsmodels():
    table = panel(4)
    found = loyalty.difference_in_differences(table, **NAMES)
    fitted = smf.ols("visits ~ joined * after", table).fit(cov_type="HC1", use_t=True)
    low, high = fitted.conf_int().loc["joined:after"]
    theirs = [fitted.params["joined:after"], fitted.bse["joined:after"], low, high, fitted.pvalues["joined:after"]]
    assert found.tolist() == pytest.approx(theirs, rel=1e-8)


def test_the_effect_by_hand():
    table = pd.DataFrame({"joined": [1, 1, 0, 0] * 2, "after": [0, 1] * 4, "visits": [2, 8, 3, 5, 4, 8, 5, 5]})
    found = loyalty.difference_in_differences(table, **NAMES)
    means = found.attrs["means"]
    assert means.loc["treated"].tolist() == [3, 8, 5] and means.loc["control"].tolist() == [4, 5, 1]
    assert found["effect"] == 4


def test_the_interval_holds_the_effect_as_often_as_it_says():
    held = 0
    for seed in range(200):
        found = loyalty.difference_in_differences(panel(seed), **NAMES, cluster="customer_id")
        held += found["low"] <= 0.8 <= found["high"]
    assert 0.90 <= held / 200 <= 0.99


@quick
@given(st.floats(-5, 5), st.floats(0.5, 3))
def test_units_and_level_do_not_matter(shift, scale):
    table = panel(5)
    one = loyalty.difference_in_differences(table, **NAMES, cluster="customer_id")
    moved = table.assign(visits=table["visits"] * scale + shift)
    other = loyalty.difference_in_differences(moved, **NAMES, cluster="customer_id")
    assert other["effect"] == pytest.approx(one["effect"] * scale) and other["p"] == pytest.approx(one["p"])


def test_chains_by_hand():
    chain = loyalty.branching(0.5, generations=3)
    assert chain.tolist() == [1, 0.5, 0.25, 0.125] and chain.attrs["total"] == 1.875
    assert loyalty.branching(0.5) == 2 and loyalty.branching(0) == 1
    assert loyalty.branching(2, generations=3).tolist() == [1, 2, 4, 8]
    assert loyalty.value_of_a_fan(600, 0.25) == 800
    assert loyalty.value_of_a_fan(pd.Series([600, 300], ["A", "B"]), 0.5).to_dict() == {"A": 1200, "B": 600}


def test_chains_by_simulation():
    draws, distribution = np.random.default_rng(6), [0.45, 0.35, 0.12, 0.08]
    mean = np.arange(4) @ distribution
    sizes, ended = [], 0
    for _ in range(4000):
        alive, total = 1, 1
        while alive and total < 5000:
            alive = draws.choice(4, alive, p=distribution).sum()
            total += alive
        sizes.append(total)
        ended += alive == 0
    assert np.mean(sizes) == pytest.approx(loyalty.branching(mean), rel=0.06)
    assert ended == 4000 and loyalty.extinction(distribution) == 1
    growing = [0.3, 0.3, 0.3, 0.1]
    over = 0
    for _ in range(2000):
        alive = 1
        while 0 < alive < 200:
            alive = draws.choice(4, alive, p=growing).sum()
        over += alive == 0
    assert over / 2000 == pytest.approx(loyalty.extinction(growing), abs=0.03)


def test_extinction_solves_its_equation():
    assert loyalty.extinction({0: 0.5, 3: 0.5}) == pytest.approx((5**0.5 - 1) / 2)
    assert loyalty.extinction([0.25, 0.25, 0.5]) == pytest.approx(0.5)
    assert loyalty.extinction([0, 1]) == 0 and loyalty.extinction([1]) == 1
    assert loyalty.extinction(pd.Series([3, 1], [0, 2]) / 4) == 1


@quick
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6))
def test_extinction_is_the_smallest_solution(weights):
    chances = np.array(weights) / sum(weights)
    found = loyalty.extinction(chances)
    assert np.polynomial.Polynomial(chances)(found) == pytest.approx(found, abs=1e-9)
    q = 0.0
    for _ in range(3000):
        q = np.polynomial.Polynomial(chances)(q)
    assert found >= q - 1e-9 and (found == pytest.approx(q, abs=1e-2))


ONE = pd.DataFrame(
    {"who": [1, 1, 2, 2, 3, 3], "joined": [1, 1, 0, 0, 0, 0], "after": [0, 1] * 3, "visits": [1, 2, 3, 4, 5, 6]}
)
BAD = {
    "one group only": (
        lambda: loyalty.difference_in_differences(ONE.assign(joined=1), **NAMES),
        "No rows with joined = 0, after = 0; joined = 0, after = 1",
    ),
    "treated marked only after": (
        lambda: loyalty.difference_in_differences(ONE.assign(joined=ONE["joined"] * ONE["after"]), **NAMES),
        "No rows with joined = 1, after = 0.*with 1 also in its rows before",
    ),
    "one customer treated": (
        lambda: loyalty.difference_in_differences(ONE, **NAMES, cluster="who"),
        'The treated group holds one "who" only',
    ),
    "no such column": (
        lambda: loyalty.difference_in_differences(ONE, outcome="yuan", treated="joined", after="after"),
        "Missing column: yuan",
    ),
    "a gap": (
        lambda: loyalty.difference_in_differences(ONE.assign(visits=[1, None, 3, 4, 5, 6]), **NAMES),
        '"visits" is missing.*1 of 6 rows',
    ),
    "a group in words": (
        lambda: loyalty.difference_in_differences(ONE.assign(joined=list("yynnnn")), **NAMES),
        "joined holds .*convert it",
    ),
    "confidence in per cent": (
        lambda: loyalty.difference_in_differences(ONE, **NAMES, confidence=95),
        "Write 0.95, not 95",
    ),
    "a chain without end": (lambda: loyalty.branching(1), "mean = 1: .*branching.1, generations=10"),
    "a value without end": (lambda: loyalty.value_of_a_fan(600, [0.5, 1.2]), "mean = 1.2: .*the total is infinite"),
    "a negative mean": (lambda: loyalty.branching(-0.1), "mean = -0.1"),
    "more than anybody can count": (lambda: loyalty.branching(1000, generations=99), "Give fewer"),
    "chances that do not add up": (
        lambda: loyalty.extinction([0.5, 0.4]),
        "distribution adds up to 0.9, not to 1.*counts / counts.sum",
    ),
    "counts": (lambda: loyalty.extinction([50, 40]), "distribution = 50, 40"),
    "half a person": (lambda: loyalty.extinction({0.5: 1}), "distribution = 0.5: a whole number"),
    "a number": (lambda: loyalty.extinction(0.5), "a list is needed of the chances"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
