"""Stages by rule: what a loop says, each rule and its limits, and bad input."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets, lifecycle
from crmlib.lifecycle import STAGES, StageRules
from tests.support.purchases import GOOD, NEW_YEAR, START, frame, logs
from tests.support.refusals import refuses


def stage_by_hand(purchases, day, rules, joined):
    """The rules of `StageRules`, one customer at a time; purchases: list of (day, amount or 1)."""
    past = sorted((d, m) for d, m in purchases if d <= day)
    if not past:
        return "potential" if joined is not None and joined <= day else None
    first, last = past[0][0], past[-1][0]
    silent = (day - last).days
    if silent > rules.lost_days:
        return "terminated"
    if silent > rules.silent_days:
        return "decline"
    if first == last or (day - first).days < rules.new_days:
        return "development"
    window = timedelta(rules.window_days)
    recent = sum(m for d, m in past if d > day - window)
    before = sum(m for d, m in past if day - 2 * window < d <= day - window)
    if recent < rules.fall_ratio * before:
        return "decline"
    return "growth" if recent > rules.growth_ratio * before else "maturity"


RULES = [
    StageRules(),
    StageRules(new_days=10, window_days=20, silent_days=30, lost_days=60),
    StageRules(new_days=1, window_days=45, silent_days=45, lost_days=45, growth_ratio=1, fall_ratio=1),
]


@given(logs, st.sampled_from(RULES), st.booleans(), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_stages_are_what_a_loop_says(rows, rules, money, shift):
    customers, days, cents = zip(*rows, strict=True)
    log = frame(customers, days, np.array(cents) / 64)  # sums of 64ths are exact
    joined = pd.Series(START + pd.to_timedelta([0, 40, 80, 120, 160], unit="D"), index=[1, 2, 3, 4, 99])
    if not log["customer_id"].isin(joined.index).any():
        return
    dates = [START + timedelta(n) for n in (min(days), min(days) + 1 + shift, 202 + shift)]
    found = lifecycle.stages(log, dates, rules, joined=joined, end=dates[-1], compare="spend" if money else "days")
    assert found.index.tolist() == sorted(set(customers) | set(joined.index)) and found.columns.tolist() == dates
    for customer in found.index:
        own = log[log["customer_id"] == customer].groupby("date")["amount"].sum()
        purchases = list(own.items()) if money else [(day, 1) for day in own.index]
        for day in dates:
            expected = stage_by_hand(purchases, day, rules, joined.get(customer))
            stage = found.loc[customer, day]
            assert (stage == expected) if expected else pd.isna(stage), (customer, day)


def test_each_rule_in_turn():
    day = {
        "new": [500],
        "one": [440],
        "grown": [330, 420, 430, 440, 490],
        "mature": [330, 380, 420, 490],
        "less": [330, 340, 350, 360, 470],
        "silent": [379],
        "silent 120": [380],
        "lost": [100, 229],
        "lost 270": [100, 230],
    }
    log = frame([name for name, days in day.items() for _ in days], [d for days in day.values() for d in days])
    found = lifecycle.stages(log, [START + timedelta(500)], joined=pd.Series(START, index=["new", "nothing"]))
    found = found.iloc[:, 0]
    assert found.astype(str).to_dict() == {
        "new": "development",
        "one": "development",
        "grown": "growth",
        "mature": "maturity",
        "less": "decline",
        "silent": "decline",
        "silent 120": "development",
        "lost": "terminated",
        "lost 270": "decline",
        "nothing": "potential",
    }
    assert found.cat.categories.tolist() == list(STAGES) and found.cat.ordered


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ([440, 450], "growth"),
        ([441, 450], "development"),  # new: less than 60 days ago
        ([200, 330, 340, 490], "maturity"),
        ([200, 330, 340, 350, 490], "decline"),  # a half is not yet a fall
        ([200, 330, 340, 350, 360, 420, 430, 440, 450, 460], "maturity"),  # a quarter more is not yet growth
        ([200, 330, 340, 350, 420, 430, 440, 450], "growth"),
        ([200, 410, 411, 412], "growth"),
        ([200, 410, 411], "maturity"),  # 90 days ago belongs to the window before
        ([200, 320, 411], "growth"),
        ([200, 321, 411], "maturity"),  # and 180 days ago to neither
    ],
)
def test_limits_of_the_rules(days, stage):
    found = lifecycle.stages(frame("A" * len(days), days), [START + timedelta(500)], end="2026-06-30")
    assert found.loc["A"].tolist() == [stage]


def test_stages_and_spend_say_what_they_rest_on(cdnow):
    found = lifecycle.stages(cdnow, ["1997-12-31", "1998-03-31"], StageRules(lost_days=200), end="1998-05-31")
    assert found.attrs["rules"] == vars(StageRules(lost_days=200)) and found.attrs["first"] == "1997-01-01"
    late = (cdnow["date"] > "1998-05-31").sum()
    assert found.attrs["excluded"] == {"rows after end": late} and found.attrs["end"] == "1998-05-31"
    assert lifecycle.spend_after(cdnow, ["1997-12-31", "1998-03-31"], end="1998-05-31").attrs["excluded"] == {
        "rows after end": late
    }


def test_nothing_after_the_day_is_looked_at(cdnow):
    whole, past = (lifecycle.stages(log, ["1997-12-31"]) for log in (cdnow, cdnow[cdnow["date"] <= "1997-12-31"]))
    pd.testing.assert_frame_equal(whole, past)


def test_letters_are_stages():
    days = pd.date_range("2026-01-31", periods=4, freq="ME")
    found = lifecycle.read_stages(pd.Series({"A": "PDGM", "B": "..RT"}), days)
    assert found.loc["A"].tolist() == list(STAGES[:4])
    assert found.loc["B"].isna().tolist() == [True, True, False, False]
    assert found.loc["B"].tolist()[2:] == ["decline", "terminated"]


TWO_DAYS = ["2025-01-01", "2025-02-01"]
BAD_STAGES = {
    "a day after the end": (
        lambda: lifecycle.stages(GOOD, ["2025-02-01"]),
        ValueError,
        "2025-02-01 lies after 2025-01-19.*end=",
    ),
    "a day before the log": (lambda: lifecycle.stages(GOOD, ["2024-01-01"]), ValueError, "lies before 2024-11-20"),
    "no day": (lambda: lifecycle.stages(GOOD, ["someday"]), ValueError, "not a date"),
    "a single date": (lambda: lifecycle.stages(GOOD, "2025-01-01"), TypeError, "a list of dates"),
    "no dates": (lambda: lifecycle.stages(GOOD, []), ValueError, "0 dates: at least 1"),
    "dates in disorder": (lambda: lifecycle.stages(GOOD, ["2025-01-02", "2025-01-01"]), ValueError, "in order of time"),
    "a date twice": (lambda: lifecycle.stages(GOOD, ["2025-01-01", "2025-01-01"]), ValueError, "none twice"),
    "one date for spend": (lambda: lifecycle.spend_after(GOOD, ["2025-01-01"]), ValueError, "at least 2"),
    "rules as a dict": (lambda: lifecycle.stages(GOOD, ["2025-01-01"], {"new_days": 3}), TypeError, "StageRules"),
    "an unknown measure": (
        lambda: lifecycle.stages(GOOD, ["2025-01-01"], compare="amount"),
        ValueError,
        "compare = 'amount': choose one of days, spend",
    ),
    "spend without a column": (
        lambda: lifecycle.stages(GOOD, ["2025-01-01"], compare="spend", amount=None),
        ValueError,
        "amount=",
    ),
    "strangers": (
        lambda: lifecycle.stages(GOOD, ["2025-01-01"], joined=NEW_YEAR.set_axis(["a", "b", "c"])),
        ValueError,
        "joined knows no customer",
    ),
    "no days": (lambda: StageRules(new_days=0), ValueError, "new_days = 0"),
    "half a day": (lambda: StageRules(window_days=1.5), ValueError, "window_days = 1.5: a whole number"),
    "NaN": (lambda: StageRules(fall_ratio=np.nan), ValueError, "fall_ratio = nan"),
    "text": (lambda: replace(StageRules(), lost_days="long"), ValueError, "lost_days = 'long'"),
    "a fall above 1": (lambda: StageRules(fall_ratio=1.1), ValueError, "is above 1"),
    "a growth below 1": (lambda: StageRules(growth_ratio=0.9), ValueError, "is below 1"),
    "lost before silent": (lambda: StageRules(lost_days=100), ValueError, "lost_days = 100 is below silent_days"),
    "letters too few": (
        lambda: lifecycle.read_stages(pd.Series({"A": "PD"}), ["2025-01-01"]),
        ValueError,
        "1 letters each.*1 of 1 rows",
    ),
    "an unknown letter": (
        lambda: lifecycle.read_stages(pd.Series({"A": "PD", "B": "PX"}), TWO_DAYS),
        ValueError,
        "1 of 2 rows.*PX",
    ),
}


@pytest.mark.parametrize("name", BAD_STAGES)
def test_bad_stages_are_refused(name):
    refuses(*BAD_STAGES[name])


def test_the_planted_stage_matrix_is_found():
    letters = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"]
    table = lifecycle.read_stages(letters, pd.date_range("2024-01-31", periods=24, freq="ME"))
    planted = np.array(datasets.load_qinghe_truth()["stages"]["transitions"])
    # Complaints drive some customers away besides, so the match is close and not exact.
    found = pd.crosstab(table.iloc[:, :-1].to_numpy().ravel(), table.iloc[:, 1:].to_numpy().ravel(), normalize="index")
    np.testing.assert_allclose(found.reindex(index=STAGES, columns=STAGES).to_numpy(), planted, atol=0.03)
