"""Cohorts: published numbers, what a loop counts, what a cell means, and bad input."""

from datetime import timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import lifecycle
from tests.support.purchases import GOOD, NEW_YEAR, START, frame, logs, period_of, quick
from tests.support.refusals import refuses


def test_cohort_cdnow(cdnow):
    """cohort.cdnow. CDNOW master by month. A regression pin, recomputed."""
    table = lifecycle.cohorts(cdnow)
    assert lifecycle.cohort_sizes(table).tolist() == [7846, 8476, 7248]
    assert table.index.tolist() == [pd.Timestamp("1997-01-01"), pd.Timestamp("1997-02-01"), pd.Timestamp("1997-03-01")]
    assert lifecycle.retention(table)[1].tolist() == pytest.approx([0.1475, 0.1548, 0.1424], abs=1e-4)


def test_cdnow_golden_values(cdnow):
    """Regression pins, each also counted another way below."""
    table = lifecycle.cohorts(cdnow)
    assert table.shape == (3, 18) and table.isna().sum(axis=1).tolist() == [0, 1, 2]
    assert table.loc["1997-01-01"].tolist()[:4] == [7846, 1157, 964, 810]
    curve = lifecycle.retention_curve(table)
    expected = [0.148536, 0.080908, 0.075265, 0.063472]
    assert curve.loc[[1, 6, 12, 17], "retention"].tolist() == pytest.approx(expected, abs=1e-6)
    assert curve["cohorts"].tolist() == [3] * 16 + [2, 1] and curve.loc[17, "customers"] == 7846
    naive = lifecycle.retention_curve(table, censored=False)
    assert naive.loc[17, "retention"] == pytest.approx(table.loc["1997-01-01", 17] / 23570)
    money = lifecycle.cohorts(cdnow, period="quarter", values="amount")
    assert money.to_numpy().round(2).tolist() == [[1071805.47, 359153.66, 292395.37, 300806.76, 262823.89, 213330.48]]
    assert money.sum(axis=None) == pytest.approx(2_500_315.63)
    assert lifecycle.cohorts(cdnow, values="orders").sum(axis=None) == 69_659
    by_recency = lifecycle.recency_probabilities(cdnow, period="quarter", longest=4)
    assert by_recency["opportunities"].tolist() == [41247, 25748, 20071, 16740]
    assert by_recency["purchases"].tolist() == [13442, 3993, 2057, 1040]

    by_hand = cdnow.assign(month=cdnow["date"].dt.to_period("M"))
    by_hand["cohort"] = by_hand.groupby("customer_id")["month"].transform("min")
    counted = by_hand.groupby(["cohort", "month"])["customer_id"].nunique()
    assert counted.loc[("1997-01", "1997-04")] == table.loc["1997-01-01", 3] and counted.sum() == table.sum(axis=None)


def cohorts_by_hand(log, period, values, end, joined=None):
    """The same table with dictionaries and loops."""
    known = period_of(end + pd.Timedelta(days=1), period) - 1
    begun, cells = {}, {}
    for customer, day in zip(log["customer_id"], log["date"], strict=True):
        if day <= end:
            begun[customer] = min(begun.get(customer, 10**9), period_of(day, period))
    seen = 0 if joined is None else period_of(log["date"].min(), period)
    if joined is not None:
        begun = {customer: period_of(day, period) for customer, day in joined.items()}
    sizes = pd.Series(begun).value_counts()
    sizes = sizes[sizes.index <= known]
    for row in log[log["date"] <= end].itertuples():
        when = period_of(row.date, period)
        key = (begun.get(row.customer_id), when)
        if key[0] is None or not key[0] <= when <= known:
            continue
        cell = cells.setdefault(key, {"customers": set(), "amount": 0.0, "orders": 0})
        cell["customers"].add(row.customer_id)
        cell["amount"] += row.amount
        cell["orders"] += 1
    table = {}
    for first in range(sizes.index.min(), sizes.index.max() + 1):
        for age in range(known - sizes.index.min() + 1):
            cell = cells.get((first, first + age), {"customers": (), "amount": 0.0, "orders": 0})[values]
            value = len(cell) if values == "customers" else cell
            table[first, age] = value if seen <= first + age <= known else np.nan
    return pd.Series(table).unstack(), sizes


@given(logs, st.sampled_from(lifecycle.PERIODS), st.sampled_from(lifecycle.VALUES), st.integers(0, 220))
@settings(max_examples=60, deadline=None)
def test_cohorts_are_what_a_loop_counts(rows, period, values, last):
    customers, days, cents = zip(*rows, strict=True)
    log, end = frame(customers, days, np.array(cents) / 100), START + timedelta(last)
    if last < min(days) or period_of(end + timedelta(1), period) - 1 < period_of(log["date"].min(), period):
        with pytest.raises(ValueError, match="before the first purchase|is complete"):
            lifecycle.cohorts(log, period=period, values=values, end=end)
        return
    found = lifecycle.cohorts(log, period=period, values=values, end=end)
    expected, sizes = cohorts_by_hand(log, period, values, end)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-9)
    assert lifecycle.cohort_sizes(found).sum() == sizes.sum()
    assert found.attrs["rows"] == len(log) and found.attrs["excluded"]["rows after end"] == (log["date"] > end).sum()
    assert list(found.columns) == list(range(found.shape[1])) and found.index.name == "cohort"
    assert [period_of(day, period) for day in found.index] == expected.index.tolist()
    assert [period_of(day - timedelta(1), period) for day in found.index] == [code - 1 for code in expected.index]


@given(
    logs,
    st.lists(st.integers(-60, 230), min_size=6, max_size=6),
    st.sampled_from(lifecycle.PERIODS),
    st.sampled_from(lifecycle.VALUES),
)
@quick
def test_cohorts_by_joining_are_what_a_loop_counts(rows, joined, period, values):
    customers, days, cents = zip(*rows, strict=True)
    log, end = frame(customers, days, np.array(cents) / 100), START + timedelta(230)
    joined = pd.Series(START + pd.to_timedelta(joined, unit="D"), index=range(1, 7))
    if (joined.map(lambda day: period_of(day, period)) > period_of(end + timedelta(1), period) - 1).all():
        return
    found = lifecycle.cohorts(log, period=period, values=values, end=end, joined=joined)
    expected, sizes = cohorts_by_hand(log, period, values, end, joined)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-9)
    assert lifecycle.cohort_sizes(found).sum() == sizes.sum()
    used = cohorts_by_hand(log, period, "orders", end, joined)[0].sum(axis=None)
    assert used + sum(n for reason, n in found.attrs["excluded"].items() if reason.startswith("rows")) == len(log)


@given(logs, st.integers(0, 2**32 - 1))
@quick
def test_the_order_of_rows_does_not_matter(rows, seed):
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)
    first, second = (frame(*zip(*order, strict=True)) for order in (rows, shuffled))
    first, second = (lifecycle.cohorts(log, values="amount", end="2026-01-31") for log in (first, second))
    pd.testing.assert_frame_equal(first, second, rtol=1e-12)
    assert first.attrs == second.attrs


BAD_COHORTS = {
    "an unknown period": ({"period": "year"}, ValueError, "period = 'year': choose one of month, quarter, week"),
    "unknown values": ({"values": "money"}, ValueError, "values = 'money': choose"),
    "no complete period": ({"end": "2024-11-29"}, ValueError, "No month .* is complete.*2024-11-20.*2024-11-29"),
    "money without a column": ({"values": "amount", "amount": None}, ValueError, "amount="),
    "a start in mid-month": ({"start": "2024-12-05"}, ValueError, "start = 2024-12-05 is not the first day of a month"),
    "a start after the end": ({"start": "2025-03-01"}, ValueError, "No customer is left.*'customers before start': 3"),
    "a start that is no date": ({"start": 3}, ValueError, "start = 3 is not a date"),
    "joined as a dict": ({"joined": {1: "2024-01-01"}}, TypeError, "joined holds dict"),
    "joined as text": ({"joined": pd.Series({1: "2024-01-01"})}, TypeError, '"joined" holds str, not dates'),
    "joined with a time zone": ({"joined": NEW_YEAR.dt.tz_localize("UTC")}, TypeError, "without time zone"),
    "joined twice": ({"joined": NEW_YEAR.set_axis([1, 1, 2])}, ValueError, "more than once, first: 1"),
    "joined by other ids": ({"joined": NEW_YEAR.set_axis(["a", "b", "c"])}, ValueError, "joined knows no customer"),
    "nobody with a joining date": ({"joined": NEW_YEAR.where(NEW_YEAR.isna())}, ValueError, "joined knows no customer"),
}


@pytest.mark.parametrize("name", BAD_COHORTS)
def test_bad_cohorts_are_refused(name):
    options, error, message = BAD_COHORTS[name]
    refuses(lambda: lifecycle.cohorts(GOOD, **options), error, message)
