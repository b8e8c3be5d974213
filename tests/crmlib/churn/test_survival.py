"""Survival curves, log-rank test, cumulative incidence: published numbers, statsmodels, exact fractions, bad input."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

from crmlib import churn
from tests.support.churn import ARM, PLACEBO, RELAPSED, SIX_MP, WEEKS
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)


def test_km_frei():
    """Target km.frei."""
    table = churn.kaplan_meier(*SIX_MP)
    np.testing.assert_allclose(
        churn.survival_at(table, [6, 7, 10, 13, 16, 22, 23]),
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482],
        atol=5e-5,
    )
    assert table.loc[6, "std_error"] == pytest.approx(0.0764, abs=5e-5)
    # The log-log interval as textbooks print it for these data (from memory; the formula is tested below).
    np.testing.assert_allclose(table.loc[[6, 23], ["lower", "upper"]], [[0.6197, 0.9516], [0.1881, 0.6801]], atol=5e-5)
    assert table.loc[[0, 6, 9], ["at_risk", "events", "censored"]].to_numpy().tolist() == [
        [21, 0, 0],
        [21, 3, 1],
        [16, 0, 1],
    ]
    assert table.attrs == {"rows": 21, "events": 9, "zero_durations": 0, "confidence": 0.95}


def test_km_logrank():
    """Target km.logrank."""
    test = churn.logrank(WEEKS, RELAPSED, ARM)
    assert test["chi2"] == pytest.approx(16.79, abs=0.005) and test["df"] == 1
    assert test["p_value"] == pytest.approx(4.17e-5, abs=5e-8)
    table = test.attrs["table"]
    assert table["observed"].tolist() == [9, 21] and table["expected"].sum() == pytest.approx(30)
    assert table.index.tolist() == ["6-MP", "placebo"] and table["customers"].tolist() == [21, 21]


@st.composite
def histories(draw, late=False):
    """Durations, events and, if asked for, late entries."""
    size = draw(st.integers(1, 25))
    duration = draw(st.lists(st.integers(0, 8), min_size=size, max_size=size))
    event = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    if not late:
        return duration, event
    return duration, event, [draw(st.integers(0, max(time - 1, 0))) for time in duration]


def km_peer(duration, event, entry=None):
    """The product, time by time, in exact fractions."""
    entry = entry or [0] * len(duration)
    survival, rows = Fraction(1), []
    for time in sorted({0, *duration}):
        watched = [(d, e) for d, e, s in zip(duration, event, entry, strict=True) if d >= time and (s == 0 or s < time)]
        left = sum(d == time and e == 1 for d, e in watched)
        ended = sum(d == time for d, _ in watched)
        survival *= 1 - Fraction(left, len(watched)) if watched else 1
        rows.append((time, len(watched), left, ended - left, survival))
    return rows


@given(histories(late=True))
@quick
def test_the_curve_equals_exact_fractions_with_late_entry(history):
    duration, event, entry = history
    table = churn.kaplan_meier(duration, event, entry=entry).reset_index()
    peer = km_peer(duration, event, entry)
    assert table[["time", "at_risk", "events", "censored"]].to_numpy().tolist() == [list(row[:4]) for row in peer]
    np.testing.assert_allclose(table["survival"], [float(row[4]) for row in peer], atol=1e-12)


@given(histories())
@quick
def test_the_curve_equals_statsmodels(history):
    duration, event = history
    table = churn.kaplan_meier(duration, event)
    with np.errstate(divide="ignore", invalid="ignore"):
        peer = SurvfuncRight(np.array(duration), np.array(event))
    pd.testing.assert_series_equal(
        table["survival"][peer.surv_times].reset_index(drop=True), pd.Series(peer.surv_prob), check_names=False
    )
    alive = table["survival"][peer.surv_times].to_numpy() > 0
    np.testing.assert_allclose(table["std_error"][peer.surv_times][alive], peer.surv_prob_se[alive])
    assert table["events"].sum() + table["censored"].sum() == len(duration)
    pd.testing.assert_frame_equal(churn.kaplan_meier(duration, event, entry=[0] * len(event)), table)


def test_late_entry_equals_statsmodels():
    rng = np.random.default_rng(2)
    entry, duration, event = rng.integers(1, 20, 300), rng.integers(21, 60, 300), rng.integers(0, 2, 300)
    peer = SurvfuncRight(duration, event, entry=entry)
    table = churn.kaplan_meier(duration, event, entry=entry).loc[peer.surv_times]
    np.testing.assert_allclose(table["survival"], peer.surv_prob)
    np.testing.assert_allclose(table["std_error"], peer.surv_prob_se)


@pytest.mark.parametrize(("confidence", "z"), [(0.95, 1.959963985), (0.8, 1.281551566)])
def test_the_interval_is_symmetric_on_the_log_log_scale(confidence, z):
    table = churn.kaplan_meier(*SIX_MP, confidence=confidence)
    table = table[table["survival"] < 1]
    middle, low, high = (np.log(-np.log(table[name])) for name in ("survival", "lower", "upper"))
    reach = z * table["std_error"] / (table["survival"] * -np.log(table["survival"]))
    np.testing.assert_allclose(low - middle, reach)
    np.testing.assert_allclose(middle - high, reach)


def test_the_interval_holds_what_it_promises():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        leaves, watched = rng.exponential(10, 60), rng.uniform(0, 25, 60)
        table = churn.kaplan_meier(np.minimum(leaves, watched), leaves <= watched)
        row = table.loc[:8].iloc[-1]
        held += row["lower"] <= np.exp(-0.8) <= row["upper"]
    assert held / 300 == pytest.approx(0.95, abs=0.035)


def test_before_the_first_and_after_the_last_event():
    table = churn.kaplan_meier([2, 3, 4], [0, 1, 1])
    assert table.loc[[0, 2], ["survival", "std_error", "lower", "upper"]].to_numpy().tolist() == [[1, 0, 1, 1]] * 2
    assert table.loc[4, "survival"] == 0 and table.loc[4, ["std_error", "lower", "upper"]].isna().all()
    calm = churn.kaplan_meier([2, 3], [0, 0])
    assert (calm["survival"] == 1).all()


def test_zero_durations_are_kept_and_counted():
    table = churn.kaplan_meier([0, 0, 1, 2], [1, 0, 1, 0])
    assert table.attrs["zero_durations"] == 2 and table.loc[0, "survival"] == 0.75
    assert table.loc[0, ["at_risk", "events", "censored"]].tolist() == [4, 1, 1]
    assert table.loc[1, ["at_risk", "survival"]].tolist() == [2, 0.375]


def test_each_group_has_the_curve_it_has_alone():
    index = pd.Index([f"c{i}" for i in range(42)])
    arm = pd.Series(ARM, index, name="arm")
    entry = pd.Series(np.arange(42) % 2 * 0.5, index)
    table = churn.kaplan_meier(pd.Series(WEEKS, index), pd.Series(RELAPSED, index), entry=entry, by=arm)
    assert table.index.names == ["arm", "time"] and table.attrs["rows"] == 42
    for name, (weeks, relapsed) in {"6-MP": SIX_MP, "placebo": PLACEBO}.items():
        alone = churn.kaplan_meier(weeks, relapsed, entry=entry[(arm == name).to_numpy()].to_numpy())
        pd.testing.assert_frame_equal(table.loc[name], alone)
    at_eight = churn.survival_at(table, 8)
    assert at_eight.index.name == "arm" and at_eight["placebo"] == pytest.approx(8 / 21)
    assert churn.survival_at(table, [8, 50]).loc[8, "placebo"] == pytest.approx(8 / 21)
    means = churn.restricted_mean(table, 23)
    assert means["placebo"] == pytest.approx(np.mean(PLACEBO[0]))


def test_groups_keep_the_order_of_a_category_and_lose_empty_ones():
    plan = pd.Categorical(["b", "a", "b"], categories=["b", "a", "c"])
    table = churn.kaplan_meier([1, 2, 3], [1, 1, 0], by=plan)
    assert table.index.names == ["group", "time"] and table.index.unique(0).tolist() == ["b", "a"]


def test_the_curve_is_read_as_a_staircase():
    table = churn.kaplan_meier([2, 4, 6, 6], [1, 0, 1, 0])
    assert churn.survival_at(table, [0, 1.99, 2, 5.99, 6, 6.01]).fillna(-1).tolist() == [1, 1, 0.75, 0.75, 0.375, -1]
    assert churn.survival_at(churn.kaplan_meier([1, 2], [1, 1]), 99) == 0
    assert churn.survival_at(table, [6, 2]).index.tolist() == [6, 2]


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=30), st.floats(0.5, 60))
@quick
def test_without_censoring_the_area_is_the_mean_time_up_to_the_horizon(duration, horizon):
    table = churn.kaplan_meier(duration, [1] * len(duration))
    assert churn.restricted_mean(table, horizon) == pytest.approx(np.minimum(duration, horizon).mean())


@pytest.mark.parametrize("discount", [0.01, 0.2])
def test_the_discounted_area_is_the_integral(discount):
    table = churn.kaplan_meier(*SIX_MP)
    inside = sorted({time for time in table.index if 0 < time < 30.5})
    area = quad(lambda t: churn.survival_at(table, t) * (1 + discount) ** -t, 0, 30.5, points=inside, limit=200)[0]
    assert churn.restricted_mean(table, 30.5, discount) == pytest.approx(area, rel=1e-8)
    assert churn.restricted_mean(table, 30.5, 1e-10) == pytest.approx(churn.restricted_mean(table, 30.5))


def test_censored_customers_count_as_long_as_watched():
    """The trap of the chapter: the mean of those who have left is far too short."""
    rng = np.random.default_rng(4)
    leaves, watched = rng.exponential(30, 4000), rng.uniform(0, 72, 4000)
    months, left = np.minimum(leaves, watched), leaves <= watched
    truth = 30 * (1 - np.exp(-60 / 30))
    assert churn.restricted_mean(churn.kaplan_meier(months, left), 60) == pytest.approx(truth, rel=0.03)
    assert months[left].mean() < 0.7 * truth


@given(histories(), st.integers(2, 4), st.randoms(use_true_random=False))
@quick
def test_logrank_equals_statsmodels(history, groups, random):
    duration, event = history
    duration, event = duration * 4 + [9] * groups, event * 4 + [0] * groups
    group = [random.randrange(groups) for _ in duration[:-groups]] + list(range(groups))
    if not any(e for d, e in zip(duration, event, strict=True) if d > 0):
        return
    chi2, p_value = survdiff(np.array(duration) + 1, np.array(event), np.array(group))
    test = churn.logrank(np.array(duration) + 1, event, group)
    assert test["chi2"] == pytest.approx(chi2, rel=1e-6, abs=1e-9) and test["df"] == groups - 1
    assert test["p_value"] == pytest.approx(p_value, rel=1e-6)


def incidence_peer(duration, cause):
    """Time by time, in exact fractions."""
    names = sorted(set(cause) - {0})
    survival, share, rows = Fraction(1), dict.fromkeys(names, Fraction(0)), []
    for time in sorted({0, *duration}):
        risk = sum(d >= time for d in duration)
        left = {name: sum(d == time and c == name for d, c in zip(duration, cause, strict=True)) for name in names}
        share = {name: share[name] + survival * Fraction(left[name], risk) for name in names}
        survival *= 1 - Fraction(sum(left.values()), risk)
        rows.append([float(share[name]) for name in names])
    return rows


CAUSES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=25).filter(
    lambda rows: any(cause for _, cause in rows)
)


@given(CAUSES)
@quick
def test_incidence_equals_exact_fractions_and_statsmodels(rows):
    duration, cause = map(list, zip(*rows, strict=True))
    table = churn.cumulative_incidence(duration, cause)
    np.testing.assert_allclose(table, incidence_peer(duration, cause), atol=1e-12)
    assert table.columns.tolist() == sorted(set(cause) - {0})
    everything = churn.kaplan_meier(duration, [c > 0 for c in cause])
    np.testing.assert_allclose(1 - table.sum(axis=1), everything["survival"], atol=1e-12)
    codes = np.searchsorted([0, *table.columns], cause)  # statsmodels wants causes without gaps
    with np.errstate(divide="ignore", invalid="ignore"):
        peer = CumIncidenceRight(np.array(duration), codes)
    np.testing.assert_allclose(table.loc[peer.times], np.column_stack(peer.cinc), atol=1e-9)


def test_causes_can_be_words_and_missing_is_censored():
    index = pd.Index(list("wxyz"))
    table = churn.cumulative_incidence(pd.Series([1, 2, 3, 4], index), pd.Series(["b", None, "a", np.nan], index))
    assert table.columns.tolist() == ["a", "b"] and table.attrs["events"] == {"a": 1, "b": 1}
    assert table.attrs["rows"] == 4 and table.loc[4].tolist() == [0.375, 0.25]
    # Each cause alone, the other taken as censored, promises too much.
    alone = churn.kaplan_meier([1, 2, 3, 4], [0, 0, 1, 0])
    assert 1 - alone.loc[4, "survival"] > table.loc[4, "a"]


PAIR = (pd.Series([1, 2], ["a", "b"]), pd.Series([1, 0], ["a", "c"]))


BAD_HISTORIES = {
    "negative": (([1, -2, 3], [1, 1, 0]), {}, ValueError, "duration.*1 of 3 rows.*1 +-2"),
    "missing": (([1, None, 3], [1, 1, 0]), {}, ValueError, "duration.*missing.*1 of 3"),
    "texts": ((["1", "2"], [1, 0]), {}, TypeError, "duration.*not numbers"),
    "event two": (([1, 2], [1, 2]), {}, ValueError, "event.*neither 0 nor 1.*1 of 2"),
    "event missing": (([1, 2], [1, np.nan]), {}, ValueError, "event.*1 of 2"),
    "event in words": (([1, 2], ["Yes", "No"]), {}, TypeError, '== "Yes"'),
    "lengths": (([1, 2, 3], [1, 0]), {}, ValueError, "duration 3, event 2"),
    "indexes": (PAIR, {}, ValueError, "2 customers.*b, c"),
    "order": ((PAIR[0], pd.Series([1, 0], ["b", "a"])), {}, ValueError, "order differs"),
    "empty": (([], []), {}, ValueError, "empty"),
    "a table": ((pd.DataFrame({"a": [1]}), [1]), {}, TypeError, "one column"),
    "late": (([3, 4], [1, 0]), {"entry": [3, 0]}, ValueError, "entry.*1 of 2"),
    "early": (([3, 4], [1, 0]), {"entry": [-1, 0]}, ValueError, "entry"),
    "group missing": (([3, 4], [1, 0]), {"by": ["a", None]}, ValueError, "by is missing.*1 of 2"),
    "percent": (([3, 4], [1, 0]), {"confidence": 95}, ValueError, "confidence = 95"),
    "certain": (([3, 4], [1, 0]), {"confidence": 1}, ValueError, "below 1"),
}


@pytest.mark.parametrize("name", BAD_HISTORIES)
def test_bad_histories_are_refused(name):
    given_, options, error, message = BAD_HISTORIES[name]
    refuses(lambda: churn.kaplan_meier(*given_, **options), error, message)


CURVE, CURVES = churn.kaplan_meier(*SIX_MP), churn.kaplan_meier(WEEKS, RELAPSED, by=ARM)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: churn.survival_at(CURVE, -1), ValueError, "times"),
        (lambda: churn.survival_at(CURVE.reset_index(), 1), TypeError, "kaplan_meier"),
        (lambda: churn.survival_at(CURVE["survival"], 1), TypeError, "kaplan_meier"),
        (lambda: churn.survival_at(CURVE.iloc[:0], 1), ValueError, "empty"),
        (lambda: churn.restricted_mean(CURVE, 36), ValueError, "behind the last time observed, 35"),
        (lambda: churn.restricted_mean(CURVES, 36), ValueError, "behind the last time observed, 35"),
        (lambda: churn.restricted_mean(CURVE, 0), ValueError, "horizon"),
        (lambda: churn.restricted_mean(CURVE, 12, -0.1), ValueError, "discount"),
        (lambda: churn.logrank(*SIX_MP, ["a"] * 21), ValueError, "one group only"),
        (lambda: churn.logrank([1, 2], [0, 0], ["a", "b"]), ValueError, "Nobody left while"),
        (lambda: churn.logrank([1, 5, 6], [0, 1, 1], ["a", "b", "b"]), ValueError, "Nobody left while a"),
        (lambda: churn.cumulative_incidence([1, 2], [None, 0]), ValueError, "nobody left"),
        (lambda: churn.cumulative_incidence([1, -2], [1, 0]), ValueError, "duration"),
    ],
)
def test_bad_questions_to_a_curve_are_refused(call, error, message):
    refuses(call, error, message)


def test_a_million_customers_are_vectorised():
    """No timing, only that it gets through, with the planted curve."""
    rng = np.random.default_rng(10)
    leaves, watched = rng.exponential(20, 1_000_000), rng.uniform(0, 60, 1_000_000)
    table = churn.kaplan_meier(np.minimum(leaves, watched), leaves <= watched)
    assert churn.survival_at(table, 30) == pytest.approx(np.exp(-1.5), abs=0.002)


def test_input_is_not_changed():
    duration, left = pd.Series([0.1, 0.2, 0.3, 0.4]), pd.Series([0, 1, 0, 1])
    before = duration.copy(), left.copy()
    churn.kaplan_meier(duration, left, by=left)
    pd.testing.assert_series_equal(duration, before[0])
    pd.testing.assert_series_equal(left, before[1])


def test_durations_that_differ_by_dust_are_one_moment():
    dusty, even, left, group = [0.3, 0.1 + 0.2, 1, 1], [0.3, 0.3, 1, 1], [1, 1, 1, 0], [0, 1, 0, 1]
    assert churn.kaplan_meier(dusty, left).equals(churn.kaplan_meier(even, left))
    assert churn.kaplan_meier([0.3, 1], [1, 1], entry=[0, 0.1 + 0.2])["at_risk"].tolist() == [1, 1, 1]
    assert churn.logrank(dusty, left, group).tolist() == churn.logrank(even, left, group).tolist()
    assert churn.cumulative_incidence(dusty, left).equals(churn.cumulative_incidence(even, left))
