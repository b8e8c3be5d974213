"""Markov chains: published numbers, the sum they stand for, and bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import lifecycle
from crmlib.lifecycle import STAGES
from tests.support.purchases import quick
from tests.support.refusals import refuses

PURCHASE = [0.3, 0.2, 0.15, 0.05]


def test_clv_markov():
    """clv.markov. Pfeifer and Carraway (2000): p = .3 .2 .15 .05, NC = 40, M = 4, d = .2; T = 4, and for ever."""
    chain, reward = lifecycle.recency_chain(PURCHASE), [40 - 4, -4, -4, -4, 0]
    four = lifecycle.markov_value(chain, reward, discount=0.2, horizon=4)
    assert four.tolist() == pytest.approx([50.115, 4.220, 0.592, -1.980, 0], abs=5e-4)
    for_ever = lifecycle.markov_value(chain, reward, discount=0.2)
    assert for_ever.tolist() == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=5e-4)


def test_a_chain_of_the_found_migrations_can_be_valued(cdnow):
    days = pd.date_range("1997-06-30", "1998-06-30", freq="ME")
    table = lifecycle.stages(cdnow, days)
    chain = pd.crosstab(table.iloc[:, :-1].to_numpy().ravel(), table.iloc[:, 1:].to_numpy().ravel(), normalize="index")
    chain = chain.reindex(index=STAGES[1:], columns=STAGES[1:], fill_value=0.0)
    reward = pd.Series({"growth": 10, "maturity": 12, "decline": 3, "development": 5, "terminated": 0.5})
    value = lifecycle.markov_value(chain, reward, discount=0.01)
    assert value.index.tolist() == list(STAGES[1:])
    assert value.to_numpy() == pytest.approx(reward[value.index] + chain.to_numpy() @ value / 1.01)


chains = st.lists(st.floats(0, 1), min_size=1, max_size=7)


@given(chains, st.floats(0.01, 1), st.floats(-50, 50), st.floats(0, 10), st.integers(0, 12))
@quick
def test_markov_value_is_its_sum(p, discount, margin, cost, horizon):
    chain = lifecycle.recency_chain(p)
    assert chain.to_numpy().sum(axis=1) == pytest.approx(1) and chain.shape == (len(p) + 1,) * 2
    reward = np.array([margin] + [0.0] * len(p)) - cost * np.r_[np.ones(len(p)), 0]
    matrix = chain.to_numpy()
    by_hand = sum(np.linalg.matrix_power(matrix, t) @ reward / (1 + discount) ** t for t in range(horizon + 1))
    found = lifecycle.markov_value(chain, reward, discount, horizon)
    assert found.to_numpy() == pytest.approx(by_hand, rel=1e-9, abs=1e-9) and found.index.equals(chain.index)
    for_ever = lifecycle.markov_value(matrix, reward, discount)
    assert for_ever == pytest.approx(lifecycle.markov_value(matrix, reward, discount, horizon=5000), rel=1e-7, abs=1e-7)


def test_a_horizon_of_zero_is_today():
    chain = lifecycle.recency_chain(PURCHASE)
    assert lifecycle.markov_value(chain, [36, -4, -4, -4, 0], 0.2, horizon=0).tolist() == [36, -4, -4, -4, 0]
    assert lifecycle.markov_value(chain, [36, -4, -4, -4, 0], 0, horizon=1)[1] == 36 + 0.3 * 36 + 0.7 * -4


@given(chains, st.floats(0, 60), st.floats(0, 8), st.floats(0.01, 1))
@quick
def test_no_rule_to_stop_beats_the_best(p, margin, cost, discount):
    policy = lifecycle.mailing_policy(p, margin, cost, discount)
    n, best = len(p), policy.attrs["best"]
    assert policy.shape == (n + 1, n + 1) and (policy[n + 1] == 0).all()
    assert policy.loc[best, 1] == pytest.approx(policy[1].max())
    assert policy.loc[0].tolist() == [margin] + [0] * n
    always = lifecycle.markov_value(lifecycle.recency_chain(p), [margin - cost] + [-cost] * (n - 1) + [0], discount)
    assert policy.loc[n].to_numpy() == pytest.approx(always.to_numpy(), rel=1e-9, abs=1e-9)
    for k in range(1, n + 1):  # a shorter chain: who is no longer mailed is former
        reward = [margin - cost] + [-cost] * (k - 1) + [0]
        shorter = lifecycle.markov_value(lifecycle.recency_chain(p[:k]), reward, discount)
        assert policy.loc[k, :k].to_numpy() == pytest.approx(shorter.to_numpy()[:k], rel=1e-9, abs=1e-9)


def test_mailing_stops_where_it_no_longer_pays():
    policy = lifecycle.mailing_policy(PURCHASE, margin=40, cost=4, discount=0.2)
    assert policy.attrs["best"] == 3 and policy.loc[4, 4] == pytest.approx(-1.82, abs=5e-4)
    assert policy[1].tolist() == pytest.approx([40, 48, 51.574, 53.149, 52.320], abs=5e-4)
    assert lifecycle.mailing_policy(PURCHASE, margin=40, cost=0, discount=0.2).attrs["best"] == 4
    assert lifecycle.mailing_policy(PURCHASE, margin=40, cost=50, discount=0.2).attrs["best"] == 0
    assert lifecycle.mailing_policy([0.0, 0.0], margin=40, cost=0, discount=0.2).attrs["best"] == 0


CHAIN = lifecycle.recency_chain([0.3, 0.2])
BAD_CHAINS = {
    "a probability of 1.3": (
        lambda: lifecycle.recency_chain([0.3, 1.3, -0.1]),
        ValueError,
        r"2 of 3 rows.*2 +1\.3\n3 +-0\.1",
    ),
    "a percentage": (lambda: lifecycle.mailing_policy([30, 20], 40, 4, 0.2), ValueError, "write 0.3, not 30"),
    "NaN": (lambda: lifecycle.recency_chain([0.3, np.nan]), ValueError, "1 of 2 rows.*2 +NaN"),
    "no probability": (lambda: lifecycle.recency_chain([]), ValueError, "a list of probabilities"),
    "one number": (lambda: lifecycle.recency_chain(0.3), ValueError, "a list of probabilities"),
    "text": (lambda: lifecycle.recency_chain(["high"]), TypeError, "purchase.* not numbers"),
    "rows that do not sum to 1": (
        lambda: lifecycle.markov_value(CHAIN * 0.9, [1, 0, 0], 0.1),
        ValueError,
        "do not sum to 1.*3 of 3 rows",
    ),
    "a negative probability": (
        lambda: lifecycle.markov_value([[1.5, -0.5], [0, 1]], [1, 0], 0.1),
        ValueError,
        "not between 0 and 1.*1 of 2 rows",
    ),
    "NaN in the matrix": (
        lambda: lifecycle.markov_value(CHAIN.where(CHAIN != 0.3), [1, 0, 0], 0.1),
        ValueError,
        "missing",
    ),
    "no square": (lambda: lifecycle.markov_value([[0.5, 0.5]], [1, 0], 0.1), ValueError, "square"),
    "other states across": (
        lambda: lifecycle.markov_value(CHAIN.rename(columns={1: 9}), [1, 0, 0], 0.1),
        ValueError,
        "same states",
    ),
    "rewards too few": (lambda: lifecycle.markov_value(CHAIN, [1, 0], 0.1), ValueError, "3 numbers"),
    "NaN reward": (lambda: lifecycle.markov_value(CHAIN, [1, np.nan, 0], 0.1), ValueError, "reward has missing"),
    "a reward in words": (lambda: lifecycle.markov_value(CHAIN, ["a", "b", "c"], 0.1), TypeError, "numbers are needed"),
    "rewards of other states": (
        lambda: lifecycle.markov_value(CHAIN, {1: 5, 2: 3, 9: 0}, 0.1),
        ValueError,
        "different states: 3, 9",
    ),
    "a negative discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], -0.1), ValueError, "discount = -0.1"),
    "10 per cent written as 10": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 10), ValueError, "discount = 10"),
    "NaN discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], np.nan), ValueError, "discount = nan"),
    "for ever without a discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0), ValueError, "has no end"),
    "a negative horizon": (
        lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0.1, horizon=-1),
        ValueError,
        "horizon = -1",
    ),
    "half a horizon": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0.1, horizon=1.5), ValueError, "horizon = 1.5"),
    "a negative cost": (lambda: lifecycle.mailing_policy([0.3], 40, -4, 0.2), ValueError, "cost = -4"),
    "a missing margin": (lambda: lifecycle.mailing_policy([0.3], np.nan, 4, 0.2), ValueError, "margin = nan"),
}


@pytest.mark.parametrize("name", BAD_CHAINS)
def test_bad_chains_are_refused(name):
    refuses(*BAD_CHAINS[name])


@pytest.mark.parametrize("horizon", [0, 1, 2, 3, 7, 20])
def test_a_horizon_is_summed_term_by_term(horizon):
    chain, reward, value = CHAIN.to_numpy(), np.array([36.0, -4.0, 0.0]), np.zeros(3)
    for _ in range(horizon + 1):
        value = reward + chain @ value / 1.2
    found = lifecycle.markov_value(CHAIN, reward, 0.2, horizon)
    np.testing.assert_allclose(found, value, rtol=1e-12)


def test_ten_million_periods_are_as_good_as_for_ever_and_as_quick():
    reward = [36.0, -4.0, 0.0]
    found = lifecycle.markov_value(CHAIN, reward, 0.2, 10**7)
    np.testing.assert_allclose(found, lifecycle.markov_value(CHAIN, reward, 0.2), rtol=1e-12)
