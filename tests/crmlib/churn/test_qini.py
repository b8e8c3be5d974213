"""The Qini curve and what targeting earns: loops, the bootstrap, Hillstrom's e-mails, bad input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import churn, datasets
from tests.support.churn import trial
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)


def brute_qini(outcome, treated, score):
    """Radcliffe's curve by loops, at the end of every score."""
    points = [(0.0, 0.0)]
    for threshold in sorted(set(score), reverse=True):
        chosen = [i for i in range(len(score)) if score[i] >= threshold]
        t = [outcome[i] for i in chosen if treated[i]]
        c = [outcome[i] for i in chosen if not treated[i]]
        gained = sum(t) - (sum(c) * len(t) / len(c) if c else 0)
        points.append((len(chosen) / len(score), gained / sum(treated)))
    return points


def brute_area(points):
    end = points[-1][1]
    return sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False)) - end / 2


experiments = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=25)


@quick
@given(experiments)
def test_qini_against_loops(rows):
    outcome, treated, score = zip(*rows, strict=True)
    assume(0 < sum(treated) < len(treated))
    points = brute_qini(outcome, treated, score)
    curve = churn.qini(outcome, treated, score)
    assert curve.attrs["coefficient"] == pytest.approx(brute_area(points), abs=1e-12)
    share, gained = zip(*points, strict=True)
    assert curve["gained"].to_numpy() == pytest.approx(np.interp(curve.index, share, gained), abs=1e-12)
    assert curve["random"].to_numpy() == pytest.approx(curve.index * gained[-1], abs=1e-12)
    profit = churn.targeting_profit(outcome, treated, score, worth=2.5, cost=0.4, shares=[0, 0.3, 1])
    assert profit["profit"].to_numpy() == pytest.approx(
        [2.5 * np.interp(x, share, gained) - 0.4 * x for x in (0, 0.3, 1)], abs=1e-12
    )
    assert profit.attrs["profit"] == profit["profit"].max() == profit.loc[profit.attrs["best"], "profit"]


@quick
@given(experiments, st.randoms())
def test_qini_depends_on_the_ranking_only(rows, random):
    outcome, treated, score = zip(*rows, strict=True)
    assume(0 < sum(treated) < len(treated))
    before = churn.qini(outcome, treated, score, resamples=3)
    shuffled = random.sample(rows, len(rows))
    outcome, treated, score = zip(*shuffled, strict=True)
    after = churn.qini(outcome, treated, [3**value for value in score])
    assert after["gained"].to_numpy() == pytest.approx(before["gained"].to_numpy(), abs=1e-12)
    assert after.attrs["coefficient"] == pytest.approx(before.attrs["coefficient"], abs=1e-12)


def test_a_score_that_says_nothing_lies_on_the_line():
    _, treated, outcome = trial(500)
    curve = churn.qini(outcome, treated, np.zeros(500))
    assert curve.attrs["coefficient"] == pytest.approx(0, abs=1e-12)
    assert (curve["gained"] - curve["random"]).abs().max() < 1e-12


def test_treating_all_gains_the_difference_of_the_two_groups():
    features, treated, outcome = trial(900)
    gained = churn.qini(outcome, treated, features["history"]).loc[1, "gained"]
    assert gained == pytest.approx(outcome[treated == 1].mean() - outcome[treated == 0].mean())


def test_the_bootstrap_is_as_wide_as_the_test_is_uncertain():
    features, treated, outcome = trial(3000)
    score = features["womens"] + features["history"] / 1e6
    curve = churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=3)
    again = churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=3)
    assert again.equals(curve) and again.attrs == curve.attrs
    assert churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=4).attrs != curve.attrs
    peer = churn.difference(outcome[treated == 1], outcome[treated == 0], 0.9)
    assert curve.loc[1, ["lower", "upper"]].tolist() == pytest.approx(peer[["lower", "upper"]].tolist(), abs=0.006)
    assert 0 < curve.attrs["lower"] < curve.attrs["coefficient"] < curve.attrs["upper"]
    wider = churn.qini(outcome, treated, score, resamples=400, confidence=0.99, seed=3).attrs
    assert wider["lower"] < curve.attrs["lower"] and wider["upper"] > curve.attrs["upper"]
    assert churn.qini(outcome, treated, score).attrs["lower"] is None


def test_the_bootstrap_of_qini_against_drawing_again_by_hand():
    features, treated, outcome = trial(300)
    score, lot, outcome = (column.to_numpy() for column in (features["history"], treated, outcome))
    rng = np.random.default_rng(0)
    areas = []
    for _ in range(300):
        drawn = np.r_[
            rng.choice(np.flatnonzero(lot == 1), (lot == 1).sum()),
            rng.choice(np.flatnonzero(lot == 0), (lot == 0).sum()),
        ]
        areas.append(churn.qini(outcome[drawn], lot[drawn], score[drawn]).attrs["coefficient"])
    found = churn.qini(outcome, lot, score, resamples=2000).attrs
    low, high = np.quantile(areas, [0.025, 0.975])
    assert [found["lower"], found["upper"]] == pytest.approx([low, high], abs=0.2 * (high - low))


def test_the_bootstrap_keeps_both_groups():
    curve = churn.qini([1] + [0, 1] * 20, [1] + [0] * 40, range(41), resamples=100)
    assert np.isfinite(curve).all(axis=None)


def test_best_share_of_targeting_in_hillstrom():
    """Buyers of women's goods come for the women's e-mail, the others hardly do; so a part of the list earns most."""
    mail = datasets.load_hillstrom()
    mail = mail[mail["arm"].isin(["womens", "none"])]
    treated = (mail["arm"] == "womens").astype(int)
    by = churn.uplift_by(mail["visit"], treated, mail["womens"])
    assert by["uplift"].round(3).to_dict() == {0: 0.011, 1: 0.073}
    assert churn.balance(mail[["months_since_last", "history", "channel"]], treated)["difference"].abs().max() < 0.02
    profit = churn.targeting_profit(mail["visit"], treated, mail["womens"], worth=2.5, cost=0.08)
    assert profit.attrs["best"] == 0.55 and profit.loc[0, "profit"] == 0
    assert profit.attrs["profit"] > profit.loc[1, "profit"] > 0


FEATURES, TREATED, OUTCOME = trial(60)


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (
            lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"].where(FEATURES["womens"] == 1)),
            ValueError,
            '"score" is missing',
        ),
        (lambda: churn.qini(OUTCOME, TREATED, FEATURES["channel"]), TypeError, '"score" holds str'),
        (lambda: churn.qini(OUTCOME, 1 + 0 * TREATED, FEATURES["history"]), ValueError, "control group"),
        (lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"], resamples=-1), ValueError, "resamples = -1"),
        (
            lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"], resamples=5, confidence=1),
            ValueError,
            "confidence = 1",
        ),
        (
            lambda: churn.targeting_profit(OUTCOME, TREATED, FEATURES["history"], worth=1, cost=-1),
            ValueError,
            "cost = -1",
        ),
        (
            lambda: churn.targeting_profit(OUTCOME, TREATED, FEATURES["history"], worth=1, cost=1, shares=[20, 50]),
            ValueError,
            "shares is not between 0 and 1",
        ),
    ],
)
def test_bad_qini_input_is_refused(call, error, english):
    refuses(call, error, english)
