"""Numbers that would run for ever, fill the memory or mean per cent are refused at once, with the likely slip."""

import time

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, value
from tests.support.refusals import refuses

BGNBD = value.BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
PARETO = value.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
SPEND = value.GammaGamma(p=6.25, q=3.74, v=15.44)
CONTRACT = value.ShiftedBetaGeometric(0.668, 3.806)
BUYERS = pd.DataFrame({"frequency": [2, 0], "recency": [30.0, 0], "T": [38.0, 39], "monetary_value": [20.0, np.nan]})
CURVE = churn.kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1])
LEFT, SCORE = [1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1]
RESPONSE = {"acquisition_ceiling": 0.2, "acquisition_k": 0.2, "retention_ceiling": 0.9, "retention_k": 0.1}


def worth(**options):
    return value.customer_lifetime_value(BGNBD, SPEND, BUYERS, **{"horizon": 12, "discount": 0.01} | options)


BEYOND = {
    "clv: 10 %": (lambda: value.clv(60, 0.9, 10), "discount = 10.*Write 0.1, not 10"),
    "clv: 12 % in an array": (lambda: value.clv(60, 0.9, [0.1, 12]), "discount = 12.*Write 0.12, not 12"),
    "clv: 80 %": (lambda: value.clv(60, 80, 0.1), "retention = 80.*Write 0.8, not 80"),
    "multiple: 10 %": (lambda: value.margin_multiple(0.8, 10), "discount = 10.*Write 0.1, not 10"),
    "multiple: growth of 3 %": (lambda: value.margin_multiple(0.1, 0.1, growth=3), "growth = 3.*Write 0.1 for 10 %"),
    "sensitivity: 10 %": (lambda: value.clv_sensitivity(60, 0.8, 10), "discount = 10.*Write 0.1, not 10"),
    "sensitivity: swing of 10 %": (lambda: value.clv_sensitivity(60, 0.8, 0.1, swing=10), "swing = 10.*0.1 for 10 %"),
    "lifetime: 10 %": (lambda: worth(discount=10), "discount = 10.*Write 0.1, not 10"),
    "lifetime: 40 %": (lambda: worth(margin=40), "margin = 40.*Write 0.4, not 40"),
    "lifetime: a horizon without end": (lambda: worth(horizon=2**63), "horizon = 9223372036854775808.*from 1 to 1200"),
    "lifetime: 3000 months": (lambda: worth(horizon=3000), "horizon = 3000.*from 1 to 1200"),
    "lifetime: 3000 years": (lambda: worth(horizon=3000, horizon_unit="year"), "horizon = 3000.*from 1 to 100"),
    "contract: 10 %": (lambda: CONTRACT.expected_residual_lifetime(1, 10), "discount = 10.*Write 0.1, not 10"),
    "contract: renewals": (lambda: CONTRACT.expected_residual_lifetime(2**63, 0.1), "renewals = 9.2.*0 and 1000"),
    "contract: a rate that is none": (
        lambda: CONTRACT.expected_residual_lifetime(1, 1e-300),
        "alpha = 0.668.*infinite",
    ),
    "purchases ahead": (lambda: BGNBD.conditional_expected_purchases(2**63, BUYERS), r"t = 9.2.*1e\+06"),
    "purchases of a new customer": (lambda: PARETO.expected_purchases(2**63), r"t = 9.2.*1e\+06"),
    "stay: 10 %": (lambda: churn.restricted_mean(CURVE, 4, discount=10), "discount = 10.*Write 0.1, not 10"),
    "stay: a horizon without end": (
        lambda: churn.restricted_mean(CURVE.iloc[:4], 2**63),
        "horizon = .*behind the last",
    ),
    "qini: resamples": (
        lambda: churn.qini(LEFT, [1, 0, 0, 1], SCORE, resamples=10_000_000),
        "resamples = .*0 to 10000",
    ),
    "qini: 95 %": (
        lambda: churn.qini(LEFT, [1, 0, 0, 1], SCORE, resamples=5, confidence=95),
        "confidence = 95.*Write 0.95, not 95",
    ),
    "curve: 95 %": (lambda: churn.kaplan_meier([1, 2], [1, 0], confidence=95), "confidence = 95.*Write 0.95, not 95"),
    "gains: bins": (lambda: churn.gains(LEFT, SCORE, bins=2**63), "bins = 9223372036854775808.*1 to 1000"),
    "calibration: bins": (lambda: churn.calibration(LEFT, SCORE, bins=10**9), "bins = 1000000000.*1 to 1000"),
    "profit: 30 %": (lambda: churn.maximum_profit(LEFT, SCORE, keeps=30), "keeps = 30.*Write 0.3, not 30"),
    "budget: steps": (lambda: value.budget_split(1e5, 2e4, 5e3, 100, **RESPONSE, step=1e-9), "step = 1e-09.*0.001"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_all_bounds_is_refused_at_once(name):
    call, message = BEYOND[name]
    start = time.process_time()
    refuses(call, ValueError, message)
    assert time.process_time() - start < 1


def test_what_is_large_but_possible_still_works():
    assert np.isfinite(worth(horizon=1200)).all()
    assert np.isfinite(BGNBD.conditional_expected_purchases(1e6, BUYERS)).all()
    assert np.isfinite(PARETO.conditional_expected_purchases(1e6, BUYERS)).all()
    assert value.clv(60, 0.9, 0.01, periods=2**63) == pytest.approx(value.clv(60, 0.9, 0.01))
    assert len(churn.gains(LEFT, SCORE, bins=1000)) == 1000
