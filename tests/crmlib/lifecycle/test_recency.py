"""Chances of a purchase by recency: what a loop counts, and a planted chain found again."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import lifecycle
from tests.support.purchases import GOOD, START, frame, logs, period_of, quick
from tests.support.refusals import refuses


@given(logs, st.sampled_from(lifecycle.PERIODS), st.integers(1, 5))
@quick
def test_recency_probabilities_are_what_a_loop_counts(rows, period, longest):
    customers, days, _ = zip(*rows, strict=True)
    log, end = frame(customers, days), START + timedelta(260)
    known = period_of(end + timedelta(1), period) - 1
    chances, bought, later = [0] * (longest + 1), [0] * (longest + 1), 0
    for customer in set(customers):
        when = {period_of(day, period) for day in log.loc[log["customer_id"] == customer, "date"]}
        last = min(when)
        for now in range(last + 1, known + 1):
            if now - last <= longest:
                chances[now - last] += 1
                bought[now - last] += now in when
            else:
                later += now in when
            last = now if now in when else last
    found = lifecycle.recency_probabilities(log, period=period, longest=longest, end=end)
    assert found.index.tolist() == list(range(1, longest + 1)) and found.index.name == "recency"
    assert found["opportunities"].tolist() == chances[1:] and found["purchases"].tolist() == bought[1:]
    assert found.attrs["later_purchases"] == later
    p = found["probability"]
    assert (p.isna() == (found["opportunities"] == 0)).all() and p.dropna().between(0, 1).all()
    assert found["standard_error"].to_numpy() == pytest.approx(
        np.sqrt(p * (1 - p) / found["opportunities"].where(p.notna())).to_numpy(), nan_ok=True
    )


def test_recency_probabilities_say_what_was_set_aside():
    log = frame(["A", "B", None, "A", "A"], [0, 0, 9, 35, 60], [1.0, -2, 3, 4, 5])
    found = lifecycle.recency_probabilities(log, set_aside=["missing ids"], refunds="net", longest=2)
    assert found.attrs == {
        "period": "month",
        "end": "2025-01-19",
        "rows": 5,
        "refunds_known": True,
        "later_purchases": 0,
        "excluded": {"missing ids": 1, "rows after end": 0, "rows in the incomplete last period": 1},
    }
    assert found["purchases"].tolist() == [1, 0] and found["opportunities"].tolist() == [1, 0]


def test_a_planted_chain_is_found_again():
    rng, chances = np.random.default_rng(3), [0.3, 0.2, 0.15, 0.05]
    p, months = np.array([*chances, 0]), pd.date_range("2020-01-01", periods=48, freq="MS")
    recency, rows = np.ones(3000, dtype=int), [np.zeros(3000, dtype=int)]
    for _ in months[1:]:
        buys = rng.random(3000) < p[recency - 1]
        rows.append(np.where(buys, 0, 1))
        recency = np.where(buys, 1, np.minimum(recency + 1, 5))
    bought = np.argwhere(np.array(rows) == 0)
    log = pd.DataFrame({"customer_id": bought[:, 1], "date": months[bought[:, 0]]})
    found = lifecycle.recency_probabilities(log, longest=4, end="2023-12-31")
    assert (np.abs(found["probability"] - chances) < 4 * found["standard_error"]).all()
    assert found.attrs["later_purchases"] == 0
    assert lifecycle.mailing_policy(found["probability"], 40, 4, 0.2).attrs["best"] == 3


BAD_RECENCIES = {
    "a recency of ages": (lambda: lifecycle.recency_probabilities(GOOD, longest=10**12), ValueError, "from 1 to 2600"),
    "no recency": (lambda: lifecycle.recency_probabilities(GOOD, longest=0), ValueError, "longest = 0"),
    "an unknown period": (lambda: lifecycle.recency_probabilities(GOOD, period="day"), ValueError, "period = 'day'"),
}


@pytest.mark.parametrize("name", BAD_RECENCIES)
def test_bad_recencies_are_refused(name):
    refuses(*BAD_RECENCIES[name])
