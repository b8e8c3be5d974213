"""Tiered care: no change to a plan is better, a peer agrees, bad tiers are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import segmentation as seg
from crmlib import value
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)

TIERS = pd.DataFrame(
    {"customers": [100, 900, 400], "value": [2000, 300, 80], "ceiling": [0.6, 0.2, 0.1], "k": [0.01, 0.05, 0.2]},
    index=["vip", "ordinary", "dormant"],
)
tier = st.tuples(st.integers(0, 500), st.integers(0, 3000), st.floats(0.01, 1), st.floats(0.005, 0.5))


@given(st.lists(tier, min_size=1, max_size=4), st.floats(0, 50_000))
@quick
def test_a_plan_is_better_than_any_change_to_it(rows, budget):
    table = pd.DataFrame(rows, columns=TIERS.columns)
    plan = seg.tier_plan(table, budget)
    cost, unspent, marginal = plan["cost"], plan.attrs["unspent"], plan.attrs["marginal"]
    assert cost.sum() + unspent == pytest.approx(budget, rel=1e-6, abs=1e-6) and (plan["spend"] >= 0).all()
    slope = table["value"] * table["ceiling"] * table["k"] * np.exp(-table["k"] * plan["spend"])
    # The conditions of Kuhn and Tucker: the same marginal gain wherever money goes, no more where none goes.
    assert slope[plan["spend"] > 1e-9].to_numpy() == pytest.approx(marginal, rel=1e-6)
    assert (slope <= marginal * (1 + 1e-6)).all() or not table["customers"][slope > marginal * (1 + 1e-6)].any()
    assert marginal >= 1 - 1e-9 and (unspent < 1e-6 * max(budget, 1) or marginal == pytest.approx(1))
    equal = budget / max(table["customers"].sum(), 1)
    assert plan["profit"].sum() >= seg.tier_value(table, equal)["profit"].sum() - 1e-6 * max(budget, 1)


def test_tier_value_is_the_response_curve():
    found = seg.tier_value(TIERS, {"ordinary": 10, "vip": 50, "dormant": 0})
    rate = value.response_rate(50, 0.6, 0.01)
    gain = 100 * 2000 * rate
    assert found.loc["vip"].tolist() == pytest.approx([100, 50, 5000, rate, gain, gain - 5000])
    assert found["customers"].dtype == TIERS["customers"].dtype and found.loc["dormant", "profit"] == 0


def test_a_plan_follows_the_peer():
    from scipy.optimize import minimize

    plan = seg.tier_plan(TIERS, 12_000)
    heads = TIERS["customers"].to_numpy()
    peer = minimize(
        lambda s: -seg.tier_value(TIERS, dict(zip(TIERS.index, s, strict=True)))["profit"].sum() / 1e4,
        [1.0, 1, 1],
        bounds=[(0, None)] * 3,
        method="SLSQP",
        options={"ftol": 1e-12},
        constraints={"type": "ineq", "fun": lambda s: (12_000 - heads @ s) / 1e4},
    )
    assert plan["profit"].sum() == pytest.approx(-peer.fun * 1e4, rel=1e-6)
    assert plan["spend"].to_numpy() == pytest.approx(peer.x, abs=0.1)
    assert seg.tier_plan(TIERS[::-1], 12_000)["spend"].to_dict() == pytest.approx(plan["spend"].to_dict())


BAD_TIERS = {
    "no budget": (lambda: seg.tier_plan(TIERS, -1), ValueError, "budget = -1"),
    "a budget as a text": (lambda: seg.tier_plan(TIERS, "9"), ValueError, "budget = '9': one number.*Write 9 without"),
    "a missing column": (lambda: seg.tier_plan(TIERS.drop(columns="k"), 1), ValueError, "Missing column: k"),
    "a ceiling of 60": (lambda: seg.tier_plan(TIERS.assign(ceiling=60), 1), ValueError, "ceiling must lie.*3 of 3"),
    "no speed": (lambda: seg.tier_value(TIERS.assign(k=0), 1), ValueError, "k above 0"),
    "a negative value": (lambda: seg.tier_value(TIERS.assign(value=-5), 1), ValueError, '"value" is missing'),
    "a tier twice": (lambda: seg.tier_value(pd.concat([TIERS, TIERS]), 1), ValueError, "more than once"),
    "a tier without money": (lambda: seg.tier_value(TIERS, {"vip": 5}), ValueError, "for: ordinary, dormant"),
    "negative money": (lambda: seg.tier_value(TIERS, -5), ValueError, "spend = -5: one number of 0 or more"),
    "negative money in a tier": (
        lambda: seg.tier_value(TIERS, pd.Series(-5, TIERS.index)),
        ValueError,
        '"spend" is missing, infinite or below 0',
    ),
    "money as a text": (lambda: seg.tier_value(TIERS, "9"), ValueError, "spend = '9': one number.*Write 9 without"),
    "no table": (lambda: seg.tier_plan({}, 5), TypeError, "pandas table is needed"),
}


@pytest.mark.parametrize("name", BAD_TIERS)
def test_bad_tiers_are_refused(name):
    refuses(*BAD_TIERS[name])
