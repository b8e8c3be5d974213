"""The quality of a prediction: peers (empulse, scikit-learn, statsmodels), loops, and bad input."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from empulse.metrics import empc_score, mpc_score
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss
from statsmodels.stats.proportion import proportion_confint

from crmlib import churn
from tests.support.churn import OFFER, RISKS, unpack
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


few = settings(max_examples=5, deadline=None)


@given(RISKS, st.integers(1, 12))
@quick
def test_gains_are_the_mean_over_all_orders_of_equals(rows, bins):
    left, chance, _ = unpack(rows)
    table = churn.gains(left, chance, bins)
    rng = np.random.default_rng(0)
    assert table.index.tolist() == pytest.approx([k / bins for k in range(1, bins + 1)])
    for share, row in table.iterrows():
        count = share * len(left)
        above = [i for i in range(len(left)) if (chance >= chance[i]).sum() <= count + 1e-9]
        border = sorted({c for c in chance if (chance >= c).sum() > count + 1e-9}, reverse=True)
        equals = left[chance == border[0]] if border else np.array([0])
        expected = left[above].sum() + (count - len(above)) * equals.mean()
        assert row["leavers"] == pytest.approx(expected)
        assert row["lift"] == pytest.approx(row["reached"] / share)
    assert table["reached"].iloc[-1] == pytest.approx(1)
    order = rng.permutation(len(left))
    pd.testing.assert_frame_equal(churn.gains(left[order], chance[order], bins), table)


def test_gains_of_equals_by_all_orders():
    left = np.array([1, 0, 0, 1])
    mean = np.mean([[left[list(order[:k])].sum() for k in (1, 2, 3, 4)] for order in permutations(range(4))], axis=0)
    assert churn.gains(left, [0.5] * 4, 4)["leavers"].tolist() == pytest.approx(mean.tolist())
    assert (churn.gains(left, [0.5] * 4)["lift"].round(9) == 1).all()


@given(RISKS, st.integers(1, 6))
@quick
def test_calibration_equals_peers(rows, bins):
    left, chance, _ = unpack(rows)
    table = churn.calibration(left, chance, bins)
    assert table.attrs["brier"] == pytest.approx(brier_score_loss(left, chance))
    assert table["customers"].sum() == len(left) and len(table) <= bins
    assert (table["predicted"] * table["customers"]).sum() == pytest.approx(chance.sum())
    count = (table["observed"] * table["customers"]).round()
    assert count.sum() == left.sum() and table["predicted"].is_monotonic_increasing
    lower, upper = proportion_confint(count, table["customers"], method="wilson")
    np.testing.assert_allclose(table[["lower", "upper"]], np.column_stack([lower, upper]), atol=1e-12)


def test_calibration_has_classes_of_equal_size():
    chance = np.random.default_rng(6).random(1000)
    table = churn.calibration((chance > np.median(chance)).astype(int), chance)
    assert table["customers"].tolist() == [100] * 10 and table.index.tolist() == list(range(1, 11))
    assert table["observed"].tolist() == [0] * 5 + [1] * 5
    assert table["predicted"].iloc[0] == pytest.approx(np.sort(chance)[:100].mean())


def test_equal_probabilities_share_a_class():
    left, chance = np.array([1, 0, 1, 0, 0, 1]), np.array([0.2, 0.2, 0.2, 0.2, 0.7, 0.7])
    table = churn.calibration(left, chance, 3)
    assert table["customers"].tolist() == [4, 2] and table["observed"].tolist() == [0.5, 0.5]
    pd.testing.assert_frame_equal(churn.calibration(left[::-1], chance[::-1], 3), table)


LEFT, SCORE = [0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]


def test_empc():
    """Target empc."""
    expected = churn.expected_maximum_profit(LEFT, SCORE)
    assert expected["profit"] == pytest.approx(23.875593418348124, abs=1e-9)
    assert expected["share"] == pytest.approx(0.87437, abs=5e-6)
    assert churn.maximum_profit(LEFT, SCORE).tolist() == pytest.approx([23.875, 0.875], abs=1e-9)


PRICES = st.tuples(st.integers(60, 400), st.integers(0, 50), st.integers(0, 15))


@given(RISKS, PRICES, st.integers(1, 12), st.integers(1, 20), st.sampled_from([3, 20]))
@settings(max_examples=40, deadline=None)
def test_maximum_profits_equal_empulse(rows, prices, alpha, beta, levels):
    left, chance, _ = unpack(rows)
    chance = np.floor(chance * levels) / levels  # a few levels of unequal size, or many
    clv, offer, call = prices
    ours = churn.expected_maximum_profit(left, chance, clv=clv, offer=offer, call=call, alpha=alpha, beta=beta)
    theirs = empc_score(left, chance, alpha=alpha, beta=beta, clv=clv, incentive_cost=offer, contact_cost=call)
    assert ours["profit"] == pytest.approx(theirs, rel=1e-9, abs=1e-9)
    single = churn.maximum_profit(left, chance, clv=clv, offer=offer, call=call, keeps=0.3)
    theirs = mpc_score(left, chance, accept_rate=0.3, clv=clv, incentive_cost=offer, contact_cost=call)
    assert single["profit"] == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_large_classes_of_equal_scores_weigh_more():
    """A small class, then a large and better one: they belong together, the next class does not."""
    left, score = [], []
    for level, (leavers, stayers) in enumerate([(1, 1), (54, 6), (30, 10), (5, 95)]):
        left += [1] * leavers + [0] * stayers
        score += [-level] * (leavers + stayers)
    ours = churn.expected_maximum_profit(left, score, clv=30)
    assert ours["profit"] == pytest.approx(empc_score(np.array(left), np.array(score, dtype=float), clv=30), rel=1e-9)


def test_best_shares_equal_empulse():
    rng = np.random.default_rng(7)
    score = rng.random(3000).round(2)
    left = (rng.random(3000) < score**2).astype(int)
    for prices in ({}, {"clv": 90}, {"offer": 30, "call": 5}):
        theirs = {
            {"offer": "incentive_cost", "call": "contact_cost"}.get(name, name): value for name, value in prices.items()
        }
        assert churn.expected_maximum_profit(left, score, **prices)["share"] == pytest.approx(
            empc_score.optimal_rate(left, score, **theirs), rel=1e-9
        )
        assert churn.maximum_profit(left, score, **prices)["share"] == pytest.approx(
            mpc_score.optimal_rate(left, score, **theirs), rel=1e-9
        )


@given(RISKS)
@quick
def test_maximum_profit_is_the_best_threshold_of_one_worth(rows):
    left, chance, _ = unpack(rows)
    best = churn.maximum_profit(left, chance, clv=780, **OFFER)
    steps = sorted({*chance}) + ([1.0] if chance.max() < 1 else [])
    table = churn.threshold_profit(left, chance, 780, **OFFER, thresholds=steps)
    assert best["profit"] * len(left) == pytest.approx(max(table["profit"].max(), 0))


def test_a_hundred_thousand_scores_get_through_and_the_better_ranking_earns_more():
    rng = np.random.default_rng(10)
    score = rng.random(100_000)
    left = rng.random(100_000) < score
    assert churn.expected_maximum_profit(left, score)["profit"] > churn.expected_maximum_profit(left, -score)["profit"]


def test_a_sure_share_kept_is_the_limit_of_the_beta_distribution():
    sure = churn.expected_maximum_profit(LEFT, SCORE, alpha=3e5, beta=7e5)
    assert sure["profit"] == pytest.approx(churn.maximum_profit(LEFT, SCORE, keeps=0.3)["profit"], abs=0.01)


@few
@given(st.integers(0, 10**6))
def test_expected_profit_is_the_integral_over_the_share_kept(seed):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 15, 60)
    left = (rng.random(60) < 0.1 + score / 20).astype(int)
    left[:2] = 0, 1
    shares = (np.arange(4000) + 0.5) / 4000
    weight = shares**5 * (1 - shares) ** 13
    best = [churn.maximum_profit(left, score, keeps=share).tolist() for share in shares[::40]]
    weight = weight[::40] / weight[::40].sum()
    expected = churn.expected_maximum_profit(left, score)
    assert expected["profit"] == pytest.approx(weight @ np.array(best)[:, 0], rel=0.02)
    assert expected["share"] == pytest.approx(weight @ np.array(best)[:, 1], abs=0.03)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.sampled_from("abc")), min_size=2, max_size=40).filter(
        lambda rows: len({left for left, *_ in rows}) == 2
    )
)
@quick
def test_groups_equal_loops(rows):
    left, chosen, group = zip(*rows, strict=True)
    chosen = [int(c > 1) for c in chosen]
    table = churn.by_group([int(x) for x in left], chosen, group)
    for name in set(group):
        mine = [(x, c) for x, c, g in zip(left, chosen, group, strict=True) if g == name]
        hits, leavers, offers = sum(x and c for x, c in mine), sum(x for x, _ in mine), sum(c for _, c in mine)
        expected = [
            len(mine),
            leavers / len(mine),
            offers / len(mine),
            hits / leavers if leavers else np.nan,
            (offers - hits) / offers if offers else np.nan,
        ]
        np.testing.assert_allclose(table.loc[name].to_numpy(dtype=float), expected)


def judges(left, chance):
    """All functions of 0/1 and a probability."""
    return {
        "threshold_profit": lambda: churn.threshold_profit(left, chance, 780, **OFFER),
        "gains": lambda: churn.gains(left, chance),
        "calibration": lambda: churn.calibration(left, chance),
    }


BAD_PREDICTIONS = {
    "all left": ([1, 1], [0.2, 0.3], ValueError, "churned is 1 in all 2"),
    "none left": ([0, 0], [0.2, 0.3], ValueError, "churned is 0 in all 2"),
    "words": (["Yes", "No"], [0.2, 0.3], TypeError, '== "Yes"'),
    "missing": ([1, None], [0.2, 0.3], ValueError, "churned.*1 of 2"),
    "percent": ([1, 0], [20, 30], ValueError, "between 0 and 1.*2 of 2"),
    "negative": ([1, 0], [-0.2, 0.3], ValueError, "between 0 and 1.*1 of 2"),
    "no probability": ([1, 0], [np.nan, 0.3], ValueError, "probability.*1 of 2"),
    "texts": ([1, 0], ["high", "low"], TypeError, "probability.*not numbers"),
    "two columns": ([1, 0], np.array([[0.8, 0.2], [0.7, 0.3]]), TypeError, "one column"),
    "lengths": ([1, 0, 1], [0.2, 0.3], ValueError, "churned 3, probability 2"),
    "indexes": (pd.Series([1, 0]), pd.Series([0.2, 0.3], [1, 2]), ValueError, "2 customers"),
}


@pytest.mark.parametrize("function", ["threshold_profit", "gains", "calibration"])
@pytest.mark.parametrize("name", BAD_PREDICTIONS)
def test_bad_predictions_are_refused(function, name):
    left, chance, error, message = BAD_PREDICTIONS[name]
    refuses(judges(left, chance)[function], error, message)


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.gains([1, 0], [0.2, 0.3], bins=0), ValueError, "bins = 0"),
        (lambda: churn.calibration([1, 0], [0.2, 0.3], bins=2.5), ValueError, "bins = 2.5"),
        (lambda: churn.maximum_profit([1, 1], [0.2, 0.3]), ValueError, "churned is 1"),
        (lambda: churn.maximum_profit([1, 0], [0.2, np.nan]), ValueError, "score.*1 of 2"),
        (lambda: churn.maximum_profit([1, 0], [0.2, 0.3], clv=5), ValueError, "clv = 5"),
        (lambda: churn.expected_maximum_profit([1, 0], [0.2, 0.3], alpha=0), ValueError, "alpha"),
        (lambda: churn.expected_maximum_profit([0, 0], [0.2, 0.3]), ValueError, "churned is 0"),
        (lambda: churn.by_group([1, 0], [1, 2], ["a", "b"]), ValueError, "chosen.*1 of 2"),
        (lambda: churn.by_group([1, 0], [1, 0], ["a", None]), ValueError, "group is missing"),
        (lambda: churn.by_group([0, 0], [1, 0], ["a", "b"]), ValueError, "churned is 0"),
    ],
)
def test_bad_terms_are_refused(call, error, english):
    refuses(call, error, english)
