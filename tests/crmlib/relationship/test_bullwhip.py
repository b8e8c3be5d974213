"""The bullwhip: the bounds of Chen et al. (2000), which simulated chains approach; by hand; bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import relationship
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


def demand(periods, seed=1):
    return np.random.default_rng(seed).normal(100, 10, periods).clip(0)


def exactly(leads, window):
    """The ratio of a chain that hides its demand: orders weigh past demands by a product of (1 + a) − a x."""
    weights = np.array([1.0])
    for lead in leads:
        weights = np.convolve(weights, [1 + lead / window, -lead / window])
    return weights @ weights


def test_published_bounds():
    """Chen et al. (2000): 1 + 2L/p + 2L²/p² by hand; twice as long a lead time is worse than twice as bad."""
    assert relationship.bullwhip_bound(1, 5) == pytest.approx(1.48)
    assert relationship.bullwhip_bound(1, 1) == 5 and relationship.bullwhip_bound(4, 4) == 5
    assert relationship.bullwhip_bound([1, 5], 5, stages=2) == pytest.approx(1.48 * 5)
    assert relationship.bullwhip_bound([1, 4], 5, stages=2, shared=True) == pytest.approx(5)
    assert relationship.bullwhip_bound(0, 5, stages=4) == 1


@pytest.mark.parametrize(("lead", "window"), [(2, 5), (1, 4), (3, 3), ([1, 2, 0.5], 6)])
def test_a_simulated_chain_comes_to_the_bound(lead, window):
    seen, leads = demand(400_000), np.broadcast_to(lead, 3)
    hidden = relationship.bullwhip(seen, lead_time=lead, periods=window, stages=3)
    assert hidden["ratio"].to_numpy() == pytest.approx([exactly(leads[:k], window) for k in (1, 2, 3)], rel=0.03)
    assert hidden.loc[1, "ratio"] == pytest.approx(hidden.loc[1, "bound"], rel=0.02)
    assert (hidden["ratio"] > 0.99 * hidden["bound"]).all()
    known = relationship.bullwhip(seen, lead_time=lead, periods=window, stages=3, shared=True)
    assert known["ratio"].to_numpy() == pytest.approx(known["bound"].to_numpy(), rel=0.03)
    assert (known["mean"] - 100).abs().max() < 0.1


@quick
@given(st.floats(0, 9), st.integers(1, 30), st.integers(1, 8))
def test_laws_of_the_bound(lead, window, stages):
    shared, hidden = (relationship.bullwhip_bound(lead, window, stages, shared=known) for known in (True, False))
    assert 1 <= shared <= hidden + 1e-9
    assert exactly([lead] * stages, window) >= hidden - 1e-9
    assert (
        relationship.bullwhip_bound(lead, window + 1, stages)
        <= hidden
        <= relationship.bullwhip_bound(lead + 1, window, stages)
    )


def test_orders_by_hand():
    """A retailer looks back one period, L = 2: demand up by 4 means 4 more, and 2 · 4 for the stock."""
    seen = pd.Series([10, 10, 14, 10, 10, 10], index=pd.period_range("2026-01", periods=6, freq="M"))
    hidden = relationship.chain_orders(seen, lead_time=2, periods=1, stages=2)
    assert hidden.index[0] == pd.Period("2026-03") and hidden.attrs == {"left_out": 2}
    assert hidden[1].tolist() == [22, 2, 10, 10] and hidden[2].tolist() == [46, -38, 26, 10]
    known = relationship.chain_orders(seen, lead_time=2, periods=1, stages=2, shared=True)
    assert known[2].tolist() == [30, -6, 10, 10] and known["demand"].tolist() == [14, 10, 10, 10]


@quick
@given(st.integers(0, 99), st.floats(0, 5), st.integers(1, 6), st.booleans(), st.integers(1, 5))
def test_laws_of_orders(seed, lead, window, shared, stages):
    """A change of scale changes no ratio, and steady demand is passed on as it is."""
    seen = demand(window * stages + 60, seed)
    how = dict(lead_time=lead, periods=window, shared=shared, stages=stages)
    table = relationship.bullwhip(seen, **how)
    assert table["ratio"].to_numpy() == pytest.approx(relationship.bullwhip(7 * seen, **how)["ratio"].to_numpy())
    orders = relationship.chain_orders(seen, **how)
    assert orders["demand"].to_numpy() == pytest.approx(seen[window * stages :])
    assert table.attrs["periods"] == 60 and table.attrs["left_out"] == window * stages
    steady = relationship.chain_orders(np.full(window * stages + 2, 50.0), **how)
    assert steady.to_numpy() == pytest.approx(50)


def test_the_input_is_not_changed():
    seen = pd.Series(demand(50))
    before = seen.copy()
    table = relationship.chain_orders(seen, lead_time=2, periods=3)
    table["demand"] *= 2
    assert seen.equals(before)


CHAIN = dict(lead_time=2, periods=3, stages=2)
BAD = {
    "too short a demand": (lambda: relationship.bullwhip([1, 2, 3, 4], **CHAIN), "demand has 4 periods: .*at least 8"),
    "demand without swings": (lambda: relationship.bullwhip([5] * 30, **CHAIN), "demand is the same"),
    "a negative demand": (lambda: relationship.bullwhip([5, -1] * 9, **CHAIN), '"demand".*below 0.*9 of 18 rows'),
    "a gap": (lambda: relationship.chain_orders([5, None] * 9, **CHAIN), '"demand" is missing'),
    "lead times of other stages": (
        lambda: relationship.bullwhip_bound([1, 2, 3], 5, stages=2),
        "lead_time: .*each of the 2 stages",
    ),
    "a negative lead time": (lambda: relationship.bullwhip_bound(-1, 5), "lead_time = -1"),
    "no periods": (lambda: relationship.bullwhip_bound(1, 0), "periods = 0"),
    "half a stage": (lambda: relationship.bullwhip_bound(1, 5, stages=1.5), "stages = 1.5"),
    "shared by a word": (lambda: relationship.bullwhip_bound(1, 5, shared="yes"), "shared = 'yes'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
