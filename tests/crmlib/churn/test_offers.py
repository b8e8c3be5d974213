"""Offers: by hand, against loops, and on bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import churn
from tests.support.churn import OFFER, RISKS, unpack
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


def gain_peer(left, worth, offer, call, keeps):
    return keeps * (worth - offer) - call if left else -offer - call + 0 * worth


def test_an_offer_by_hand():
    assert churn.offer_gain(1, 780, **OFFER) == pytest.approx(0.3 * 720 - 6)
    assert churn.offer_gain(0, 780, **OFFER) == -66
    assert churn.offer_spend(1, **OFFER) == pytest.approx(6 + 0.3 * 60) and churn.offer_spend(0, **OFFER) == 66
    assert churn.break_even(780, **OFFER) == pytest.approx(66 / (0.3 * 720 + 60))
    index = pd.Index(["x", "y"])
    both = churn.offer_gain(pd.Series([0.5, 1], index), pd.Series([780, 100], index), **OFFER)
    assert both.index.equals(index) and both.tolist() == pytest.approx([0.5 * 210 - 33, 0.3 * 40 - 6])
    assert churn.offer_gain(0.5, pd.Series([780, 780], index), **OFFER).tolist() == pytest.approx([72, 72])
    assert churn.offer_gain([True, False], 780, **OFFER).tolist() == pytest.approx([210, -66])


@given(st.floats(0, 2000), st.floats(0, 100), st.floats(0.1, 50), st.floats(0.05, 1))
@quick
def test_at_break_even_nothing_is_gained(worth, offer, call, keeps):
    edge = churn.break_even(worth, offer=offer, call=call, keeps=keeps)
    if edge <= 1:
        assert churn.offer_gain(edge, worth, offer=offer, call=call, keeps=keeps) == pytest.approx(0, abs=1e-7)
    else:
        assert churn.offer_gain(1, worth, offer=offer, call=call, keeps=keeps) < 1e-7


def test_break_even_where_it_never_pays():
    assert churn.break_even([60, 0], **OFFER).tolist() == pytest.approx([66 / 60, 66 / 42])
    assert churn.break_even(0, offer=60, call=6, keeps=1) == np.inf


@given(RISKS)
@quick
def test_thresholds_equal_a_loop(rows):
    left, chance, worth = unpack(rows)
    table = churn.threshold_profit(left, chance, worth, **OFFER)
    assert len(table) == 101 and table.attrs["customers"] == len(left)
    for threshold, row in table.iterrows():
        chosen = [i for i in range(len(left)) if chance[i] >= threshold - 1e-9]
        assert row["contacted"] == len(chosen) and row["leavers"] == sum(left[chosen])
        assert row["profit"] == pytest.approx(sum(gain_peer(left[i], worth[i], **OFFER) for i in chosen))
        assert row["spend"] == pytest.approx(sum(24 if left[i] else 66 for i in chosen))
    assert table.loc[table.attrs["best"], "profit"] == table["profit"].max()


def test_thresholds_of_ones_own_are_sorted():
    table = churn.threshold_profit([1, 0, 0], [0.9, 0.2, 0.5], 780, **OFFER, thresholds=[0.5, 0.1])
    assert table.index.tolist() == [0.1, 0.5] and table["contacted"].tolist() == [3, 2]


@given(RISKS, st.integers(0, 900))
@quick
def test_the_choice_equals_a_loop(rows, budget):
    _, chance, worth = unpack(rows)
    expected = chance * gain_peer(1, worth, **OFFER) + (1 - chance) * gain_peer(0, worth, **OFFER)
    spend = chance * 24 + (1 - chance) * 66
    ratios = np.unique(np.append(expected / spend, 0))
    assume((np.diff(ratios) > 1e-9).all())  # no ties that only rounding decides
    everyone = churn.choose(chance, worth, **OFFER)
    assert everyone.tolist() == [gain > 0 for gain in expected] and everyone.dtype == bool
    chosen, left = set(), budget
    for i in sorted(np.flatnonzero(everyone), key=lambda i: -expected[i] / spend[i]):
        if spend[i] > left * (1 + 1e-12):
            break
        chosen.add(i)
        left -= spend[i]
    some = churn.choose(chance, worth, **OFFER, budget=budget)
    assert set(np.flatnonzero(some)) == chosen
    assert some.attrs == {
        "contacted": len(chosen),
        "spend": pytest.approx(sum(spend[list(chosen)])),
        "gain": pytest.approx(sum(expected[list(chosen)])),
    }
    assert some.attrs["spend"] <= budget + 1e-6


def test_a_budget_takes_the_most_gain_for_a_yuan():
    worth = pd.Series([400.0, 4000, 800, 4000], ["a", "b", "c", "d"])
    chance = pd.Series([0.9, 0.9, 0.9, 0.1], worth.index)
    assert churn.choose(chance, worth, **OFFER, budget=30).loc[lambda yes: yes].index.tolist() == ["b"]
    assert churn.choose(chance, worth, **OFFER, budget=60).loc[lambda yes: yes].index.tolist() == ["b", "c"]
    assert not churn.choose(chance, worth, **OFFER, budget=0).any()
    first = churn.offer_spend(0.9, **OFFER)
    assert (
        churn.choose(chance, worth, **OFFER, budget=first)["b"]
        and churn.choose(chance, worth, **OFFER, budget=first - 0.01).sum() == 0
    )


def test_free_offers_are_chosen_too():
    assert churn.choose([0.5, 0], 100, offer=0, call=0, keeps=0.3, budget=10).tolist() == [True, False]


def test_input_is_not_changed():
    left, chance = pd.Series([0, 1, 0, 1]), pd.Series([0.1, 0.2, 0.3, 0.4])
    before = left.copy(), chance.copy()
    churn.threshold_profit(left, chance, chance, **OFFER)
    churn.choose(chance, 780, **OFFER, budget=60)
    pd.testing.assert_series_equal(left, before[0])
    pd.testing.assert_series_equal(chance, before[1])


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.offer_gain([0.5, 2], 780, **OFFER), ValueError, "leaving.*1 of 2"),
        (lambda: churn.offer_gain([0.5, 1], [780, -1], **OFFER), ValueError, "worth.*1 of 2"),
        (lambda: churn.offer_gain([0.5, 1], [780], **OFFER), ValueError, "leaving 2, worth 1"),
        (lambda: churn.offer_gain(1, "much", **OFFER), TypeError, "worth"),
        (lambda: churn.offer_gain(1, 780, offer=-1, call=6, keeps=0.3), ValueError, "offer = -1"),
        (lambda: churn.offer_gain(1, 780, offer=1, call=np.nan, keeps=0.3), ValueError, "call = nan"),
        (lambda: churn.offer_spend(1, offer=1, call=6, keeps=30), ValueError, "keeps = 30"),
        (lambda: churn.break_even(-5, **OFFER), ValueError, "worth"),
        (lambda: churn.choose([0.5], 780, **OFFER, budget=-1), ValueError, "budget = -1"),
        (lambda: churn.choose(0.5, 780, **OFFER), TypeError, "one column"),
        (lambda: churn.threshold_profit([1, 0], [0.2, 0.3], 780, **OFFER, thresholds=[50]), ValueError, "thresholds"),
    ],
)
def test_bad_terms_are_refused(call, error, english):
    refuses(call, error, english)
