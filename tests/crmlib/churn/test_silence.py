"""Alarms of silence: against a walk through the days, on every engine, and on bad input."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import churn
from tests.support.engines import engines
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


FIRST = pd.Timestamp("2024-01-01")


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
        "refunds_known": False,
        "customers": 2,
        "excluded": {"missing ids": 1, "rows after end": 0},
    }
    last_day = churn.silence(log, 30, within=30, end=FIRST + pd.Timedelta(days=30), set_aside="missing ids")
    assert last_day.loc[30, "unknown"] == 2
    early = churn.silence(log, 30, within=5, end=FIRST + pd.Timedelta(days=40), set_aside="missing ids")
    assert early.attrs["excluded"]["rows after end"] == 1 and early.loc[30, "came_back"] == 0


def test_the_end_may_lie_in_the_future_but_no_purchase_without_it():
    log = log_of({"A": [1, 2]})
    assert churn.silence(log, 30, end="2999-01-01").attrs["end"] == "2999-01-01"
    late = pd.concat([log, pd.DataFrame({"customer_id": ["A"], "date": [pd.Timestamp("2999-01-01")]})])
    refuses(lambda: churn.silence(late, 30), ValueError, "future")


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
    "success above one": ((ALARMS,), {"success": 30}, ValueError, "success = 30.*between 0 and 1"),
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
        ({"within": 10**9}, ValueError, "within.*36525"),
        ({"days": [30, 10**9]}, ValueError, "days.*36525"),
        ({"end": "2023-01-01"}, ValueError, "before the first"),
        ({"date": "day"}, ValueError, "Missing column: day"),
    ],
)
def test_bad_questions_about_silence_are_refused(options, error, message):
    refuses(lambda: churn.silence(log_of({"A": [1, 2]}), **options), error, message)
