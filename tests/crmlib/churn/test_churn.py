"""How the library of chapter 08 measures churn: against published numbers, peers, brute force, and on bad input."""

import subprocess
import sys
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from empulse.metrics import empc_score, mpc_score
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff
from statsmodels.stats.proportion import proportion_confint

from crmlib import churn
from tests.support import PROJECT
from tests.support.engines import engines
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)
few = settings(max_examples=10, deadline=None)
FIRST = pd.Timestamp("2024-01-01")
OFFER = {"offer": 60, "call": 6, "keeps": 0.3}


# ---------------------------------------------------------------- silence


def log_of(purchases):
    """A log from {customer: days since FIRST}."""
    rows = [(name, FIRST + pd.Timedelta(days=day)) for name, days in purchases.items() for day in days]
    return pd.DataFrame(rows, columns=["customer_id", "date"])


def silence_peer(purchases, lengths, within, end):
    """Walk through each customer's days, one by one."""
    found = {}
    for length in lengths:
        alarms = back = unknown = 0
        waits = []
        for days in map(sorted, map(set, purchases.values())):
            for day in days:
                ring = day + length
                if ring > end or any(day < other <= ring for other in days):
                    continue
                if day + max(lengths) + within > end:
                    unknown += 1
                    continue
                alarms += 1
                later = [other - ring for other in days if ring < other <= ring + within]
                if later:
                    back += 1
                    waits.append(min(later))
        found[length] = (alarms, back, np.median(waits) if waits else np.nan, unknown)
    return found


PURCHASES = st.dictionaries(st.sampled_from("ABCDE"), st.lists(st.integers(0, 120), min_size=1, max_size=9), min_size=1)


@given(PURCHASES, st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True), st.integers(1, 40))
@quick
def test_silence_equals_a_walk_through_the_days(purchases, lengths, within):
    end = 150
    table = churn.silence(log_of(purchases), lengths, within=within, end=FIRST + pd.Timedelta(days=end))
    assert table.index.tolist() == sorted(lengths)
    for length, (alarms, back, wait, unknown) in silence_peer(purchases, lengths, within, end).items():
        row = table.loc[length]
        assert [row["alarms"], row["came_back"], row["unknown"]] == [alarms, back, unknown]
        np.testing.assert_equal(row["median_days_to_return"], wait)
        np.testing.assert_equal(row["false_alarms"], back / alarms if alarms else np.nan)


def test_silence_is_the_same_on_every_engine():
    rng = np.random.default_rng(1)
    log = pd.DataFrame(
        {
            "customer_id": rng.choice(list("ABCDEFGH"), 200),
            "date": FIRST + pd.to_timedelta(rng.integers(0, 400, 200), unit="D"),
            "amount": 10.0,
        }
    )
    expected = churn.silence(log, [10, 30], within=20)
    assert expected["alarms"].min() > 10
    with duckdb.connect() as db:
        for name, table in engines(db, log).items():
            result = churn.silence(table, [10, 30], within=20)
            pd.testing.assert_frame_equal(result, expected, obj=name)
            assert result.attrs == expected.attrs


def test_silence_counts_the_end_and_what_it_sets_aside():
    log = log_of({"A": [0, 50], "B": [0], None: [3]})
    # On day 30 both rang; that A came back is known on day 60 only if the log was kept so long.
    short = churn.silence(log, 30, within=30, end=FIRST + pd.Timedelta(days=59), set_aside="missing ids")
    assert short.loc[30, ["alarms", "unknown"]].tolist() == [0, 2]
    exact = churn.silence(log, 30, within=30, end=FIRST + pd.Timedelta(days=60), set_aside="missing ids")
    assert exact.loc[30, ["alarms", "came_back", "unknown"]].tolist() == [2, 1, 0]
    assert exact.attrs == {
        "within": 30,
        "end": "2024-03-01",
        "judged_until": "2024-01-01",
        "rows": 4,
        "customers": 2,
        "excluded": {"missing ids": 1, "rows after end": 0},
    }
    last_day = churn.silence(log, 30, within=30, end=FIRST + pd.Timedelta(days=30), set_aside="missing ids")
    assert last_day.loc[30, "unknown"] == 2
    early = churn.silence(log, 30, within=5, end=FIRST + pd.Timedelta(days=40), set_aside="missing ids")
    assert early.attrs["excluded"]["rows after end"] == 1 and early.loc[30, "came_back"] == 0


def test_a_refund_is_no_sign_of_life():
    log = log_of({"A": [0, 32, 70], "B": [0]}).assign(amount=[10, -10, 5, 8])
    options = {"days": [30], "within": 60, "end": "2024-12-31", "amount": "amount"}
    assert churn.silence(log, **options, refunds="net").loc[30, ["alarms", "came_back"]].tolist() == [3, 1]
    assert churn.silence(log, **options, refunds="set aside").loc[30, "alarms"] == 3
    assert churn.silence(log, [30], within=60, end="2024-12-31").loc[30, "alarms"] == 4  # taken for a purchase
    refuses(lambda: churn.silence(log, **options), ValueError, "negative")


def test_the_account_of_alarms_by_hand():
    table = pd.DataFrame({"alarms": [100, 40, 10], "came_back": [80, 20, 0]}, index=[30, 60, 90])
    account = churn.alarm_account(table, cost=2, worth=50, success={30: 0.5, 60: 0.4, 90: 0.1})
    assert account["net"].tolist() == [20 * 0.5 * 50 - 200, 20 * 0.4 * 50 - 80, 10 * 0.1 * 50 - 20]
    assert account["kept"].tolist() == [10, 8, 1] and account["gone"].tolist() == [20, 20, 10]
    assert account.attrs["best"] == 60
    by_function = churn.alarm_account(
        table, cost=2, worth=pd.Series({30: 50, 60: 50, 90: 50}), success=lambda days: {30: 0.5, 60: 0.4, 90: 0.1}[days]
    )
    pd.testing.assert_frame_equal(by_function, account)


ALARMS = pd.DataFrame({"alarms": [9, 5], "came_back": [3, 1]}, index=[30, 60])
BAD_ALARMS = {
    "no table": (([1, 2],), {}, TypeError, "silence"),
    "more back than rang": ((ALARMS.assign(came_back=[3, 6]),), {}, ValueError, "1 of 2 rows.*came_back.*60"),
    "success above one": ((ALARMS,), {"success": 30}, ValueError, "success = 30.*≤ 1"),
    "success falls below zero": ((ALARMS,), {"success": lambda d: 1 - d / 40}, ValueError, "success.*60"),
    "success unsaid": ((ALARMS,), {"success": {30: 0.1}}, ValueError, "nothing about 60"),
    "negative cost": ((ALARMS,), {"cost": -1}, ValueError, "cost = -1"),
}


@pytest.mark.parametrize("name", BAD_ALARMS)
def test_a_bad_account_of_alarms_is_refused(name):
    given_, options, error, message = BAD_ALARMS[name]
    refuses(lambda: churn.alarm_account(*given_, **({"cost": 1, "worth": 9, "success": 0.1} | options)), error, message)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"days": [30, 0]}, ValueError, "days = 0"),
        ({"days": []}, ValueError, "at least one"),
        ({"days": "30"}, TypeError, "list"),
        ({"days": [30.5]}, ValueError, "30.5"),
        ({"within": 0}, ValueError, "within"),
        ({"end": "2023-01-01"}, ValueError, "before the first"),
        ({"end": "2999-01-01"}, ValueError, "future"),
        ({"date": "day"}, ValueError, "Missing column: day"),
    ],
)
def test_bad_questions_about_silence_are_refused(options, error, message):
    refuses(lambda: churn.silence(log_of({"A": [1, 2]}), **options), error, message)


# ---------------------------------------------------------------- survival

# Remission of leukaemia in weeks (Freireich 1963): 1 is a relapse, 0 still in remission.
SIX_MP = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)
WEEKS, RELAPSED = SIX_MP[0] + PLACEBO[0], SIX_MP[1] + PLACEBO[1]
ARM = ["6-MP"] * 21 + ["placebo"] * 21


def test_km_frei():
    """Target km.frei."""
    table = churn.kaplan_meier(*SIX_MP)
    np.testing.assert_allclose(
        churn.survival_at(table, [6, 7, 10, 13, 16, 22, 23]),
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482],
        atol=5e-5,
    )
    assert churn.median_survival(table) == 23
    assert churn.median_survival(churn.kaplan_meier(*PLACEBO)) == 8
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
    assert (calm["survival"] == 1).all() and np.isnan(churn.median_survival(calm))


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
    medians = churn.median_survival(table)
    assert medians.index.name == "arm" and medians.to_dict() == {"6-MP": 23, "placebo": 8}
    assert churn.survival_at(table, 8)["placebo"] == pytest.approx(8 / 21)
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


def test_a_median_is_found_where_half_are_left_exactly():
    assert churn.median_survival(churn.kaplan_meier([1, 2, 3, 4, 5, 6], [1] * 6)) == 3
    assert churn.median_survival(churn.kaplan_meier(range(1, 11), [1] * 5 + [0] * 5)) == 5
    # Here the product of the fractions is one half and a bit.
    assert churn.median_survival(churn.kaplan_meier(range(1, 25), [1] * 24)) == 12


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


def customers(size=400, seed=5):
    rng = np.random.default_rng(seed)
    plan = rng.choice(["free", "paid", "team"], size, p=[0.5, 0.3, 0.2])
    price, senior = rng.gamma(9, 8, size), rng.random(size) < 0.2
    pace = 0.05 * np.exp(-0.7 * (plan == "paid") - 1.2 * (plan == "team") + 0.02 * price)
    leaves, watched = rng.exponential(1 / pace), rng.uniform(1, 60, size)
    return pd.DataFrame(
        {
            "months": np.ceil(np.minimum(leaves, watched)),
            "left": (leaves <= watched).astype(int),
            "plan": plan,
            "price": price,
            "senior": senior,
        }
    )


def test_cox_equals_statsmodels():
    table = customers()
    result = churn.cox(table, duration="months", event="left", features=["plan", "price", "senior"])
    assert result.attrs == {"reference": {"plan": "free"}, "rows": 400, "events": int(table["left"].sum())}
    assert result.index.tolist() == ["plan: paid", "plan: team", "price", "senior"]
    design = np.column_stack([table["plan"] == "paid", table["plan"] == "team", table["price"], table["senior"]])
    peer = PHReg(table["months"], design.astype(float), status=table["left"], ties="efron").fit()
    np.testing.assert_allclose(np.log(result["hazard_ratio"]), peer.params, rtol=1e-5)
    np.testing.assert_allclose(np.log(result[["lower", "upper"]]), peer.conf_int(), rtol=1e-4)
    np.testing.assert_allclose(result["p_value"], peer.pvalues, rtol=1e-3)
    assert result.loc["plan: team", "upper"] < 1 < result.loc["price", "lower"]  # as planted


def test_cox_on_the_leukaemia_data():
    """The known fit with Efron's ties: coefficient 1.572, standard error 0.412 (from the literature)."""
    table = pd.DataFrame({"weeks": WEEKS, "relapsed": RELAPSED, "arm": ARM})
    result = churn.cox(table, duration="weeks", event="relapsed", features=["arm"]).loc["arm: placebo"]
    assert np.log(result["hazard_ratio"]) == pytest.approx(1.572, abs=5e-4)
    assert np.log(result["upper"] / result["lower"]) / 2 / 1.96 == pytest.approx(0.412, abs=5e-4)


def test_the_reference_of_cox_is_the_first_level_or_the_most_frequent():
    table = customers()
    words = churn.cox(table.replace({"plan": {"free": "zero"}}), duration="months", event="left", features=["plan"])
    assert words.attrs["reference"] == {"plan": "zero"}
    table["plan"] = pd.Categorical(table["plan"], ["team", "free", "paid"])
    result = churn.cox(table, duration="months", event="left", features="plan")
    assert result.attrs["reference"] == {"plan": "team"} and result.index.tolist() == ["plan: free", "plan: paid"]
    huge = table.assign(price=table["price"] * 1e6)
    fit = churn.cox(huge, duration="months", event="left", features=["price"])
    small = churn.cox(table, duration="months", event="left", features=["price"])
    assert np.log(fit["hazard_ratio"].iloc[0]) * 1e6 == pytest.approx(np.log(small["hazard_ratio"].iloc[0]))


COX = customers(60)
BAD_COX = {
    "no table": (COX["months"], {}, TypeError, "pandas table"),
    "no such column": (COX, {"features": ["age"]}, ValueError, "Missing column: age"),
    "no feature": (COX, {"features": []}, ValueError, "one feature"),
    "nobody left": (COX.assign(left=0), {}, ValueError, "Nobody left"),
    "texts": (COX.assign(left="No"), {}, TypeError, "0 and 1"),
    "a constant": (COX.assign(price=7.0), {}, ValueError, "same value.*price"),
    "one level": (COX.assign(plan="free"), {}, ValueError, "same value.*plan"),
    "said twice": (COX.assign(cents=100 * COX["price"]), {"features": ["price", "plan", "cents"]}, ValueError, "cents"),
    "missing number": (COX.assign(price=COX["price"].mask(COX.index == 4)), {}, ValueError, "price.*1 of 60.*4"),
    "missing level": (COX.assign(plan=COX["plan"].mask(COX.index == 4)), {}, ValueError, "plan.*1 of 60.*4"),
    "a level without events": (
        COX.assign(plan=COX["plan"].mask(COX["left"] == 0, "stayed")),
        {},
        ValueError,
        "nobody of stayed left",
    ),
}


@pytest.mark.parametrize("name", BAD_COX)
def test_a_bad_cox_is_refused(name):
    table, options, error, message = BAD_COX[name]
    options = {"duration": "months", "event": "left", "features": ["plan", "price"]} | options
    refuses(lambda: churn.cox(table, **options), error, message)


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
        (lambda: churn.median_survival(CURVE.iloc[:0]), ValueError, "empty"),
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


# ---------------------------------------------------------------- offers

RISKS = st.lists(st.tuples(st.booleans(), st.integers(0, 20), st.integers(0, 3000)), min_size=2, max_size=30).filter(
    lambda rows: len({left for left, *_ in rows}) == 2
)


def unpack(rows):
    left, chance, worth = (np.array(column) for column in zip(*rows, strict=True))
    return left.astype(int), chance / 20, worth.astype(float)


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
        chosen = [i for i in range(len(left)) if chance[i] >= threshold]
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


# ---------------------------------------------------------------- the quality of a prediction


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
@settings(max_examples=60, deadline=None)
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


def test_a_sure_share_kept_is_the_limit_of_the_beta_distribution():
    sure = churn.expected_maximum_profit(LEFT, SCORE, alpha=3e5, beta=7e5)
    assert sure["profit"] == pytest.approx(churn.maximum_profit(LEFT, SCORE, keeps=0.3)["profit"], abs=0.01)


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


# ---------------------------------------------------------------- features


def features(size=200, seed=8):
    rng = np.random.default_rng(seed)
    left = pd.Series(rng.random(size) < 0.3, name="churn").astype(int)
    return pd.DataFrame(
        {
            "bill": rng.gamma(9, 8, size) + 15 * left,
            "senior": rng.integers(0, 2, size),
            "flag": rng.random(size) < 0.5,
            "plan": np.where(rng.random(size) < 0.4 + 0.4 * left, "monthly", "yearly"),
            "since": FIRST + pd.to_timedelta(rng.integers(0, 900, size), unit="D"),
        }
    ), left


def test_clean_features_pass():
    table, left = features()
    checked = churn.check_features(table, left)
    assert checked["kind"].to_dict() == {
        "bill": "number",
        "senior": "yes/no",
        "flag": "yes/no",
        "plan": "category",
        "since": "date",
    }
    assert (checked["missing"] == 0).all() and checked.loc["plan", "values"] == 2
    for name in ("bill", "senior", "flag"):
        auc = roc_auc_score(left, table[name].astype(float))
        assert checked.loc[name, "alone"] == pytest.approx(max(auc, 1 - auc))
    assert checked.loc["plan", "alone"] == pytest.approx(roc_auc_score(left, table["plan"] == "monthly"), abs=0.02)
    assert "alone" not in churn.check_features(table)


def test_a_column_of_chance_words_looks_like_chance():
    """Scored on the same customers, forty levels would seem to tell a lot."""
    table, left = features(400)
    words = np.random.default_rng(9).integers(0, 40, 400).astype(str)
    checked = churn.check_features(table.assign(word=np.char.add("w", words)), left)
    assert checked.loc["word", "alone"] < 0.62


CLEAN, GONE = features()
BLANK = CLEAN["bill"].round(2).astype(str).mask(CLEAN.index.isin([3, 8]), " ")
BAD_FEATURES = {
    "no table": (CLEAN["bill"], GONE, {}, TypeError, "pandas table"),
    "empty": (CLEAN.iloc[:0], None, {}, ValueError, "empty"),
    "blank numbers": (CLEAN.assign(total=BLANK), GONE, {}, ValueError, "\"total\".*to_numeric.*2 of 200 rows.*3 +' '"),
    "numbers in words": (CLEAN.assign(total=CLEAN["bill"].astype(str)), GONE, {}, ValueError, "total.*0 of 200"),
    "two of them": (
        CLEAN.assign(total=BLANK, other=CLEAN["bill"].astype(str)),
        GONE,
        {},
        ValueError,
        "total.*also: other",
    ),
    "missing": (CLEAN.assign(bill=CLEAN["bill"].mask(CLEAN.index == 7)), GONE, {}, ValueError, "bill.*1 of 200.*7"),
    "infinite": (
        CLEAN.assign(bill=CLEAN["bill"].where(CLEAN.index != 7, np.inf)),
        GONE,
        {},
        ValueError,
        "bill.*7 +inf",
    ),
    "a blank category": (
        CLEAN.assign(plan=CLEAN["plan"].mask(CLEAN.index == 5, " ")),
        GONE,
        {},
        ValueError,
        "plan.*missing.*1 of 200",
    ),
    "a missing date": (
        CLEAN.assign(since=CLEAN["since"].mask(CLEAN.index == 5)),
        GONE,
        {},
        ValueError,
        "since.*1 of 200",
    ),
    "constant": (CLEAN.assign(senior=1), GONE, {}, ValueError, "same value.*senior"),
    "ids": (CLEAN.assign(who=[f"T{i}" for i in range(200)]), GONE, {}, ValueError, "who.*set_index"),
    "twice": (pd.concat([CLEAN, CLEAN[["bill"]]], axis=1), GONE, {}, ValueError, "more than once: bill"),
    "a leak": (CLEAN.assign(saved=GONE * 3 + CLEAN["senior"]), GONE, {}, ValueError, r"saved \(1.000\).*after"),
    "a leak upside down": (CLEAN.assign(active=1 - GONE), GONE, {}, ValueError, r"active \(1.000\)"),
    "a leak in words": (CLEAN.assign(status=np.where(GONE, "closed", "open")), GONE, {}, ValueError, "status"),
    "lower limit": (CLEAN, GONE, {"limit": 0.6}, ValueError, "0.6 or more.*plan"),
    "the highest limit": (CLEAN.assign(saved=GONE), GONE, {"limit": 1}, ValueError, "saved"),
    "wrong limit": (CLEAN, GONE, {"limit": 95}, ValueError, "limit = 95"),
    "all left": (CLEAN, GONE * 0 + 1, {}, ValueError, "churned is 1 in all 200"),
    "none left": (CLEAN, GONE * 0, {}, ValueError, "churned is 0 in all 200"),
    "other customers": (CLEAN.set_axis(CLEAN.index + 1), GONE, {}, ValueError, "different indexes"),
    "too few answers": (CLEAN, GONE.tolist()[:-1], {}, ValueError, "features 200, churned 199"),
}


@pytest.mark.parametrize("name", BAD_FEATURES)
def test_spoilt_features_are_refused(name):
    table, left, options, error, message = BAD_FEATURES[name]
    refuses(lambda: churn.check_features(table, left, **options), error, message)


def test_no_limit_refuses_no_leak():
    leaky = CLEAN.assign(saved=GONE)
    assert churn.check_features(leaky, GONE, limit=None).loc["saved", "alone"] == 1


# ---------------------------------------------------------------- bad input to what judges a prediction


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
    ("call", "error", "message"),
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
def test_bad_terms_are_refused(call, error, message):
    refuses(call, error, message)


def test_input_is_not_changed():
    left, chance = pd.Series(LEFT), pd.Series(SCORE)
    before = left.copy(), chance.copy()
    churn.threshold_profit(left, chance, chance, **OFFER)
    churn.choose(chance, 780, **OFFER, budget=60)
    churn.kaplan_meier(chance, left, by=left)
    pd.testing.assert_series_equal(left, before[0])
    pd.testing.assert_series_equal(chance, before[1])


# ---------------------------------------------------------------- real size


def test_a_million_customers_are_vectorised():
    """No timing, only that it gets through, with the planted curve."""
    rng = np.random.default_rng(10)
    leaves, watched = rng.exponential(20, 1_000_000), rng.uniform(0, 60, 1_000_000)
    table = churn.kaplan_meier(np.minimum(leaves, watched), leaves <= watched)
    assert churn.survival_at(table, 30) == pytest.approx(np.exp(-1.5), abs=0.002)
    score = rng.random(100_000)
    left = rng.random(100_000) < score
    assert churn.expected_maximum_profit(left, score)["profit"] > churn.expected_maximum_profit(left, -score)["profit"]


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


def test_it_loads_without_heavy_libraries_and_never_the_peer():
    script = (
        "import sys, crmlib.churn as c; c.kaplan_meier([1, 2], [1, 0]); "
        "heavy = {'sklearn', 'scipy', 'statsmodels', 'matplotlib', 'empulse'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"
    assert "import empulse" not in Path(churn.__file__).read_text(encoding="utf-8")
