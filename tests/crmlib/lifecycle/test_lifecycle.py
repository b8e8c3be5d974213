"""How the library of chapter 03 behaves: published numbers, independent arithmetic, the edges, and bad input."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets, lifecycle, tables
from crmlib.lifecycle import STAGES, StageRules
from tests.support.refusals import refuses

START = pd.Timestamp("2024-11-20")
quick = settings(max_examples=25, deadline=None)
PURCHASE = [0.3, 0.2, 0.15, 0.05]


def frame(customers, days, amounts=None):
    log = pd.DataFrame({"customer_id": list(customers), "date": START + pd.to_timedelta(list(days), unit="D")})
    return log if amounts is None else log.assign(amount=list(amounts))


@pytest.fixture(scope="module")
def cdnow():
    return datasets.load_cdnow_master()


# ---------------------------------------------------------------- published numbers


def test_clv_markov():
    """clv.markov. Pfeifer and Carraway (2000): p = .3 .2 .15 .05, NC = 40, M = 4, d = .2; T = 4, and for ever."""
    chain, reward = lifecycle.recency_chain(PURCHASE), [40 - 4, -4, -4, -4, 0]
    four = lifecycle.markov_value(chain, reward, discount=0.2, horizon=4)
    assert four.tolist() == pytest.approx([50.115, 4.220, 0.592, -1.980, 0], abs=5e-4)
    for_ever = lifecycle.markov_value(chain, reward, discount=0.2)
    assert for_ever.tolist() == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=5e-4)


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


# ---------------------------------------------------------------- cohorts against a loop


def period_of(day, period):
    if period == "week":
        return (day - pd.Timestamp("1990-01-01")).days // 7  # a Monday
    return day.year * 12 + day.month - 1 if period == "month" else day.year * 4 + (day.month - 1) // 3


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


logs = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 200), st.integers(0, 10_000)), min_size=1, max_size=60)


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


@given(logs, st.sampled_from(lifecycle.PERIODS))
@quick
def test_customers_add_up_and_retention_is_a_share(rows, period):
    customers, days, _ = zip(*rows, strict=True)
    table = lifecycle.cohorts(frame(customers, days), period=period, end=START + timedelta(400))
    sizes, share = lifecycle.cohort_sizes(table), lifecycle.retention(table)
    assert sizes.sum() == len(set(customers)) and (table[0] == sizes).all()
    assert share.stack().dropna().between(0, 1).all()
    assert (share[0].dropna() == 1).all() and (share[0].isna() == (sizes == 0)).all()
    pd.testing.assert_frame_equal(share, lifecycle.per_customer(table))
    curve, naive = lifecycle.retention_curve(table), lifecycle.retention_curve(table, censored=False)
    assert curve.loc[0, "retention"] == 1 and (naive["retention"] <= curve["retention"] + 1e-12).all()
    for age in curve.index:
        known = table[age].notna() & (sizes > 0)
        assert curve.loc[age, "retention"] == pytest.approx(table.loc[known, age].sum() / sizes[known].sum())
        assert curve.loc[age, "customers"] == sizes[known].sum() and curve.loc[age, "cohorts"] == known.sum()


@given(logs, st.randoms())
@quick
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (frame(*zip(*order, strict=True)) for order in (rows, shuffled))
    first, second = (lifecycle.cohorts(log, values="amount", end="2026-01-31") for log in (first, second))
    pd.testing.assert_frame_equal(first, second, rtol=1e-12)
    assert first.attrs == second.attrs


ENGINES = [
    "polars",
    "polars lazy",
    "polars dates",
    "pyarrow",
    "pandas categories",
    "pandas nullable",
    "pandas arrow",
    "duckdb",
    "duckdb dates",
]


def on_engines(table, db):
    """One log on every engine, with moments and, where the engine has them, dates."""
    columns = {name: table[name].tolist() for name in table}
    columns["date"] = table["date"].dt.to_pydatetime().tolist()
    polars, relation = pl.DataFrame(columns), db.from_df(table)
    return dict(
        zip(
            ENGINES,
            [
                polars,
                polars.lazy(),
                polars.with_columns(pl.col("date").dt.date()),
                pa.table(columns),
                table.astype({"customer_id": "category"}),
                table.convert_dtypes(),
                table.convert_dtypes(dtype_backend="pyarrow"),
                relation,
                relation.project("customer_id, date::DATE AS date, amount::DECIMAL(12, 2) AS amount"),
            ],
            strict=True,
        )
    )


def same_everywhere(call, table, **options):
    expected = call(table, **options)
    with duckdb.connect() as db:
        for name, log in on_engines(table, db).items():
            found = call(log, **options)
            check = pd.testing.assert_series_equal if isinstance(found, pd.Series) else pd.testing.assert_frame_equal
            check(found, expected, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)
            assert found.attrs == expected.attrs, name


def test_the_same_on_every_engine():
    log = datasets.load_cdnow_sample()[["customer_id", "date", "amount"]]
    same_everywhere(lifecycle.cohorts, log, values="orders", set_aside=["duplicates"])
    log["date"] += pd.to_timedelta(np.arange(len(log)) % 1440, unit="m")
    text = log.assign(customer_id="c" + log["customer_id"].astype(str))
    refunds = text.assign(amount=text["amount"].where(np.arange(len(log)) % 9 > 0, -text["amount"]))
    joined = text.groupby("customer_id")["date"].min() - pd.to_timedelta(40, unit="D")
    for period in lifecycle.PERIODS:
        same_everywhere(lifecycle.cohorts, log, period=period)
    same_everywhere(lifecycle.cohorts, text, values="amount", end="1998-05-15", start="1997-02-01")
    same_everywhere(lifecycle.cohorts, refunds, values="amount", refunds="net")
    same_everywhere(lifecycle.cohorts, refunds, values="orders", refunds="set aside", period="quarter")
    same_everywhere(lifecycle.cohorts, text, values="orders", joined=joined)
    days = pd.date_range("1997-06-30", "1998-06-30", freq="ME")
    same_everywhere(lifecycle.stages, text, dates=days, joined=joined)
    same_everywhere(lifecycle.stages, refunds, dates=days, compare="spend", refunds="net")
    same_everywhere(lifecycle.stages, refunds, dates=days, refunds="net")
    same_everywhere(lifecycle.spend_after, log, dates=days)
    same_everywhere(lifecycle.recency_probabilities, refunds, refunds="net")


@given(logs)
@settings(max_examples=8, deadline=None)
def test_any_log_is_the_same_on_every_engine(rows):
    log = frame(*zip(*rows, strict=True)).astype({"amount": float})
    same_everywhere(lifecycle.cohorts, log, values="amount", period="week", end="2026-01-31")
    same_everywhere(lifecycle.stage_at, log, on=log["date"].max())


def test_a_database_log_is_never_loaded(cdnow, monkeypatch):
    sizes, collect = [], tables.collect
    monkeypatch.setattr(tables, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        lifecycle.cohorts(db.from_df(cdnow), values="amount")
        assert max(sizes) == 18 + 17 + 16
        lifecycle.stage_at(db.from_df(cdnow), "1998-06-30")
    assert max(sizes) == 67_591 < len(cdnow)  # customers and days


def test_duckdb_needs_no_pyarrow():
    script = """
import sys
sys.modules["pyarrow"] = None
import duckdb
from crmlib import lifecycle
rows = "('a', DATE '2026-01-01', 5.0), ('a', DATE '2026-02-08', 7.0), ('b', DATE '2026-01-31', 1.0)"
log = duckdb.sql(f"SELECT * FROM (VALUES {rows}) t(customer_id, date, amount)")
print(lifecycle.cohorts(log, end="2026-02-28").to_numpy().tolist())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[[2.0, 1.0]]", done.stderr


# ---------------------------------------------------------------- cohorts: truncation, refunds, rows set aside


def test_an_incomplete_period_is_unknown_not_zero():
    log = frame("AABC", [0, 30, 12, 45])  # 2024-11-20 and 12-20, 12-02, 2025-01-04
    table = lifecycle.cohorts(log)
    assert table.to_numpy().tolist()[0] == [1, 1] and np.isnan(table.iloc[1, 1]) and table.iloc[1, 0] == 1
    assert table.attrs["excluded"] == {
        "rows after end": 0,
        "rows in the incomplete last period": 1,
        "customers after the last complete period": 1,
    }
    complete = lifecycle.cohorts(log, end="2025-01-31")
    assert complete.shape == (3, 3) and complete.iloc[0].tolist() == [1, 1, 0] and complete.iloc[2, 0] == 1
    assert complete.attrs["excluded"] == {"rows after end": 0}
    assert complete.attrs["customers"] == {"2024-11-01": 1, "2024-12-01": 1, "2025-01-01": 1}


def test_old_customers_are_set_aside_by_start():
    log = frame("AABBC", [0, 60, 50, 90, 70])
    table = lifecycle.cohorts(log, start="2025-01-01", end="2025-02-28")
    assert table.to_numpy()[:, 0].tolist() == [2] and table.attrs["start"] == "2025-01-01"
    assert table.attrs["excluded"] == {
        "rows after end": 0,
        "customers before start": 1,
        "rows of customers before start": 2,
    }


def test_joining_counts_who_never_bought_and_knows_no_time_before_the_log():
    log = frame("AAB", [45, 75, 45])  # 2025-01-04, 02-03, 01-04
    moments = pd.to_datetime(["2024-11-30 15:00", "2025-01-01 00:00", "2025-01-31 23:59"])
    joined = pd.Series(moments, index=["A", "B", "C"])
    table = lifecycle.cohorts(log, joined=joined, end="2025-02-28")
    assert lifecycle.cohort_sizes(table).tolist() == [1, 0, 2]
    expected = [[np.nan, np.nan, 1, 1], [np.nan, 0, 0, np.nan], [1, 0, np.nan, np.nan]]
    np.testing.assert_array_equal(table.to_numpy(), expected)
    assert lifecycle.retention(table).iloc[2, 0] == 0.5
    curve = lifecycle.retention_curve(table)
    assert curve["customers"].tolist() == [2, 2, 1, 1] and curve["retention"].tolist() == [0.5, 0, 1, 1]

    some = lifecycle.cohorts(log, joined=joined.drop("B"), end="2025-02-28", start="2025-01-01")
    assert lifecycle.cohort_sizes(some).tolist() == [1]
    assert some.attrs["excluded"] == {
        "rows after end": 0,
        "customers without a joining date": 1,
        "rows of customers without a joining date": 1,
        "customers before start": 1,
        "rows of customers before start": 2,
    }
    before = lifecycle.cohorts(log, joined=joined, end="2025-02-28", start="2024-11-01")
    np.testing.assert_array_equal(before.to_numpy(), expected)  # the log does not begin with start
    unknown = lifecycle.cohorts(log, joined=joined.where(joined.index != "C").drop("B"), end="2025-02-28")
    assert unknown.attrs["excluded"]["customers without a joining date"] == 2  # B is not in the list, C has no date
    early = lifecycle.cohorts(log, joined=joined + timedelta(60), end="2025-02-28")
    assert early.attrs["excluded"]["rows before the customer's joining"] == 1
    assert early.attrs["excluded"]["customers after the last complete period"] == 2


def test_left_truncated_members_look_as_if_nobody_left():
    """Three join each month, one of them leaves after each month; the file is purged of those who left before 2025."""
    rows, joined = [], {}
    for month in pd.date_range("2024-01-01", "2025-06-01", freq="MS"):
        for number in range(8):
            stays = month + pd.DateOffset(months=number)
            if stays >= pd.Timestamp("2025-01-01"):
                joined[month, number] = month
            rows += [((month, number), day) for day in pd.date_range(month, stays, freq="MS")]
    names = {key: f"{key[0]:%Y%m}-{key[1]}" for key, _ in rows}
    log = pd.DataFrame(rows, columns=["customer_id", "date"])
    log = log[(log["date"] >= "2025-01-01") & log["customer_id"].isin(list(joined))]
    log["customer_id"] = log["customer_id"].map(names)
    joined = pd.Series({names[key]: day for key, day in joined.items()})
    share = lifecycle.retention(lifecycle.cohorts(log, joined=joined, end="2025-06-30"))
    assert share.loc["2025-01-01", 3] == 5 / 8  # the truth
    assert share.loc["2024-10-01", 3] == 1  # of those who were left when the log began
    new = lifecycle.cohorts(log, end="2025-06-30")
    assert lifecycle.cohort_sizes(new).iloc[0] == 8 + sum(range(1, 8)) > lifecycle.cohort_sizes(new).iloc[1] == 8


def test_refunds_reduce_the_money_and_are_no_purchase():
    log = frame("AAABCC", [0, 12, 45, 3, 0, 50], [100.0, -30.0, 20.0, -5.0, 10.0, -10.0])
    money = lifecycle.cohorts(log, values="amount", refunds="net", end="2025-01-31")
    assert money.to_numpy().tolist() == [[110, -30, 10]]
    assert money.attrs["excluded"] == {"rows after end": 0, "rows of customers with refunds only": 1}
    people = lifecycle.cohorts(log, refunds="net", end="2025-01-31")
    assert people.to_numpy().tolist() == [[2, 0, 1]]
    aside = lifecycle.cohorts(log, refunds="set aside", values="amount", end="2025-01-31")
    assert aside.to_numpy().tolist() == [[110, 0, 20]] and aside.attrs["excluded"]["refunds"] == 3
    early = lifecycle.cohorts(frame("AA", [0, 45], [-5.0, 7.0]), values="amount", refunds="net", end="2025-01-31")
    assert early.to_numpy().tolist() == [[7]]
    assert early.attrs["excluded"]["rows before the customer's purchase"] == 1


def test_every_row_is_accounted_for(cdnow):
    log = pd.concat([cdnow, cdnow.head(7)], ignore_index=True)
    log.loc[100:199, "customer_id"] = np.nan
    log.loc[300:309, "amount"] = -log.loc[300:309, "amount"] - 1
    for options in ({}, {"start": "1997-02-01"}, {"period": "quarter", "end": "1998-04-15"}):
        table = lifecycle.cohorts(
            log, values="orders", set_aside=["missing ids", "duplicates"], refunds="set aside", **options
        )
        aside = sum(n for reason, n in table.attrs["excluded"].items() if not reason.startswith("customers"))
        assert table.attrs["excluded"]["missing ids"] == 100 and table.attrs["excluded"]["refunds"] == 10
        assert table.sum(axis=None) + aside == table.attrs["rows"] == len(log)
        ours = lifecycle.cohort_sizes(table).sum() + table.attrs["excluded"].get("customers before start", 0)
        assert ours <= 23_570 and table.attrs["excluded"]["duplicates"] >= 7


def test_a_quarter_of_the_ids_missing_is_said_and_can_be_set_aside():
    log = frame(["A", "B", None, "A"], [0, 5, 9, 35], [1.0, 2, 3, 4])
    with pytest.raises(ValueError, match=r"(?s)customer_id.*1 of 4 rows") as error:
        lifecycle.cohorts(log)
    assert 'set_aside=["missing ids"]' in str(error.value)
    table = lifecycle.cohorts(log, set_aside=["missing ids"], end="2024-12-31")
    assert table.to_numpy().tolist() == [[2, 1]] and table.attrs["excluded"]["missing ids"] == 1


def test_own_column_names_and_an_untouched_log(cdnow):
    other = cdnow.head(500).rename(columns={"customer_id": "kunde", "date": "tag", "amount": "umsatz"})
    before = other.copy(deep=True)
    names = {"customer_id": "kunde", "date": "tag"}
    found = lifecycle.cohorts(other, values="amount", amount="umsatz", **names)
    pd.testing.assert_frame_equal(found, lifecycle.cohorts(cdnow.head(500), values="amount"))
    assert lifecycle.stage_at(other, "1998-01-31", compare="spend", amount="umsatz", **names).index.name == "kunde"
    assert lifecycle.spend_after(other, ["1997-02-01", "1998-01-31"], amount="umsatz", **names).index.name == "kunde"
    pd.testing.assert_frame_equal(other, before)


def test_one_customer_and_days_of_python():
    table = lifecycle.cohorts(frame("A", [0]), end=date(2024, 11, 30))
    assert table.to_numpy().tolist() == [[1]] and table.attrs["end"] == "2024-11-30"
    assert lifecycle.retention_curve(table)["retention"].tolist() == [1]


def test_money_is_left_alone_on_request():
    log = frame("AB", [0, 5], ["ten", "five"])
    with pytest.raises(TypeError, match="to_numeric"):
        lifecycle.cohorts(log, end="2024-11-30")
    assert lifecycle.cohorts(log, amount=None, end="2024-11-30").to_numpy().tolist() == [[2]]


def test_the_sizes_stay_with_rows_of_the_table(cdnow):
    table = lifecycle.cohorts(cdnow)
    assert lifecycle.cohort_sizes(table.loc["1997-02":]).tolist() == [8476, 7248]
    assert lifecycle.retention(table.iloc[[1]])[1].tolist() == pytest.approx([0.1548], abs=1e-4)


def test_weeks_begin_on_monday_and_cross_years():
    log = pd.DataFrame(
        {"customer_id": [1, 1, 2, 3], "date": pd.to_datetime(["2024-12-29", "2024-12-30", "2025-01-05", "2025-01-06"])}
    )
    table = lifecycle.cohorts(log, period="week", end="2025-01-12")
    assert table.index.tolist() == [pd.Timestamp("2024-12-23"), pd.Timestamp("2024-12-30"), pd.Timestamp("2025-01-06")]
    np.testing.assert_array_equal(table.to_numpy(), [[1, 1, 0], [1, 0, np.nan], [1, np.nan, np.nan]])


# ---------------------------------------------------------------- stages against a loop


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
    found = lifecycle.stage_at(log, START + timedelta(500), joined=pd.Series(START, index=["new", "nothing"]))
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
    assert found.cat.categories.tolist() == list(STAGES) and found.cat.ordered and found.name == "stage"


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
    assert lifecycle.stage_at(frame("A" * len(days), days), START + timedelta(500), end="2026-06-30")["A"] == stage


def test_stages_and_spend_say_what_they_rest_on(cdnow):
    found = lifecycle.stages(cdnow, ["1997-12-31", "1998-03-31"], StageRules(lost_days=200), end="1998-05-31")
    assert found.attrs["rules"] == vars(StageRules(lost_days=200)) and found.attrs["first"] == "1997-01-01"
    late = (cdnow["date"] > "1998-05-31").sum()
    assert found.attrs["excluded"] == {"rows after end": late} and found.attrs["end"] == "1998-05-31"
    assert lifecycle.spend_after(cdnow, ["1997-12-31", "1998-03-31"], end="1998-05-31").attrs["excluded"] == {
        "rows after end": late
    }


def test_nothing_after_the_day_is_looked_at(cdnow):
    whole, past = (lifecycle.stage_at(log, "1997-12-31") for log in (cdnow, cdnow[cdnow["date"] <= "1997-12-31"]))
    pd.testing.assert_series_equal(whole, past)


def test_letters_are_stages():
    days = pd.date_range("2026-01-31", periods=4, freq="ME")
    found = lifecycle.read_stages(pd.Series({"A": "PDGM", "B": "..RT"}), days)
    assert found.loc["A"].tolist() == list(STAGES[:4])
    assert found.loc["B"].isna().tolist() == [True, True, False, False]
    assert found.loc["B"].tolist()[2:] == ["decline", "terminated"]


paths = st.lists(st.text("PDGMRT.", min_size=5, max_size=5), min_size=1, max_size=12)


@given(paths)
@quick
def test_transitions_and_stability_are_what_a_loop_counts(letters):
    table = lifecycle.read_stages(pd.Series(letters), pd.date_range("2026-01-31", periods=5, freq="ME"))
    counts = pd.DataFrame(0, STAGES, STAGES)
    steps = changes = checked = undone = 0
    for path in letters:
        for i in range(4):
            before, after = path[i : i + 2]
            if "." in (before, after):
                continue
            counts.loc[lifecycle.STAGE_LETTERS[before], lifecycle.STAGE_LETTERS[after]] += 1
            steps, changes = steps + 1, changes + (before != after)
            if before != after and path[i + 2 : i + 3] not in ("", "."):
                checked, undone = checked + 1, undone + (path[i + 2] == before)
    found = lifecycle.transitions(table, normalise=False)
    assert found.to_numpy().tolist() == counts.to_numpy().tolist()
    shares = lifecycle.transitions(table)
    seen = counts.sum(axis=1) > 0
    assert shares[seen].sum(axis=1).to_numpy() == pytest.approx(1) and shares[~seen].isna().all(axis=None)
    found = lifecycle.stability(table)
    assert found[["customer_steps", "changes", "checked"]].tolist() == [steps, changes, checked]
    for name, part, whole in (("changed", changes, steps), ("taken_back", undone, checked)):
        assert found[name] == pytest.approx(part / whole) if whole else np.isnan(found[name])
    assert lifecycle.transitions(table.astype(object)).dropna().sum(axis=1).to_numpy() == pytest.approx(1)


def test_a_chain_of_the_found_transitions_can_be_valued(cdnow):
    days = pd.date_range("1997-06-30", "1998-06-30", freq="ME")
    table = lifecycle.stages(cdnow, days)
    chain = lifecycle.transitions(table).drop(index="potential", columns="potential")
    reward = pd.Series({"growth": 10, "maturity": 12, "decline": 3, "development": 5, "terminated": 0.5})
    value = lifecycle.markov_value(chain, reward, discount=0.01)
    assert value.index.tolist() == list(STAGES[1:])
    assert value.to_numpy() == pytest.approx(reward[value.index] + chain.to_numpy() @ value / 1.01)


@given(logs, st.integers(1, 80))
@quick
def test_spend_after_is_what_a_loop_sums(rows, step):
    customers, days, cents = zip(*rows, strict=True)
    log = frame(customers, days, np.array(cents) / 100)
    dates = [START + timedelta(min(days) + k * step) for k in range(4)]
    found = lifecycle.spend_after(log, dates, end="2026-09-30")
    assert found.columns.tolist() == dates[:-1]
    for day, until in zip(dates, dates[1:], strict=False):
        inside = log[(log["date"] > day) & (log["date"] <= until)]
        expected = inside.groupby("customer_id")["amount"].sum().reindex(found.index, fill_value=0.0)
        assert found[day].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


def test_stage_account_by_hand():
    days = pd.to_datetime(["2026-01-31", "2026-02-28"])
    table = lifecycle.read_stages(pd.Series({"A": "DG", "B": "MM", "C": ".P"}), days)
    revenue = pd.DataFrame([[10.0, 40.0], [100.0, 90.0], [7.0, 2.0], [3.0, 0.0]], ["A", "B", "X", "C"], days)
    account = lifecycle.stage_account(
        table,
        revenue,
        goods=revenue * 0.5,
        visits={"development": 8, "growth": 4},
        file=pd.Series({"potential": 1.0, "maturity": 2.0}),
        desk=0.25,
    )
    assert account.index.tolist() == list(STAGES)
    assert account["customers"].tolist() == [1, 1, 1, 2, 0, 0] and account["revenue"].tolist() == [0, 10, 40, 190, 0, 0]
    assert account["goods"].tolist() == [0, 5, 20, 95, 0, 0] and account["visits"].tolist() == [0, 8, 4, 0, 0, 0]
    assert account["file"].tolist() == [1, 0, 0, 4, 0, 0] and account["desk"].tolist() == [0.25, 0.25, 0.25, 0.5, 0, 0]
    assert account["profit"].tolist() == [-1.25, -3.25, 15.75, 90.5, 0, 0]
    assert account["profit_per_customer"].dropna().tolist() == [-1.25, -3.25, 15.75, 45.25]
    assert account.attrs["outside"] == {"revenue": 12.0, "goods": 6.0}
    one = lifecycle.stage_account(table.iloc[:, 1], revenue.iloc[:, 1])
    assert one["profit"].tolist() == one["revenue"].tolist() == [0, 0, 40, 90, 0, 0]


# ---------------------------------------------------------------- Markov chains

chains = st.lists(st.floats(0, 1), min_size=1, max_size=7)


@given(chains, st.floats(0.01, 1), st.floats(-50, 50), st.floats(0, 10), st.integers(0, 12))
@quick
def test_markov_value_is_its_sum(p, discount, margin, cost, horizon):
    chain = lifecycle.recency_chain(p)
    assert chain.to_numpy().sum(axis=1) == pytest.approx(1) and chain.shape == (len(p) + 1,) * 2
    reward = np.array([margin] + [0.0] * len(p)) - cost * np.r_[np.ones(len(p)), 0]
    matrix = chain.to_numpy()
    by_hand = sum(np.linalg.matrix_power(matrix, t) @ reward / (1 + discount) ** t for t in range(horizon + 1))
    found = lifecycle.markov_value(chain, reward, discount, horizon)
    assert found.to_numpy() == pytest.approx(by_hand, rel=1e-9, abs=1e-9) and found.index.equals(chain.index)
    for_ever = lifecycle.markov_value(matrix, reward, discount)
    assert for_ever == pytest.approx(lifecycle.markov_value(matrix, reward, discount, horizon=5000), rel=1e-7, abs=1e-7)


def test_a_horizon_of_zero_is_today():
    chain = lifecycle.recency_chain(PURCHASE)
    assert lifecycle.markov_value(chain, [36, -4, -4, -4, 0], 0.2, horizon=0).tolist() == [36, -4, -4, -4, 0]
    assert lifecycle.markov_value(chain, [36, -4, -4, -4, 0], 0, horizon=1)[1] == 36 + 0.3 * 36 + 0.7 * -4


@given(chains, st.floats(0, 60), st.floats(0, 8), st.floats(0.01, 1))
@quick
def test_no_rule_to_stop_beats_the_best(p, margin, cost, discount):
    policy = lifecycle.mailing_policy(p, margin, cost, discount)
    n, best = len(p), policy.attrs["best"]
    assert policy.shape == (n + 1, n + 1) and (policy[n + 1] == 0).all()
    assert policy.loc[best, 1] == pytest.approx(policy[1].max())
    assert policy.loc[0].tolist() == [margin] + [0] * n
    always = lifecycle.markov_value(lifecycle.recency_chain(p), [margin - cost] + [-cost] * (n - 1) + [0], discount)
    assert policy.loc[n].to_numpy() == pytest.approx(always.to_numpy(), rel=1e-9, abs=1e-9)
    for k in range(1, n + 1):  # a shorter chain: who is no longer mailed is former
        reward = [margin - cost] + [-cost] * (k - 1) + [0]
        shorter = lifecycle.markov_value(lifecycle.recency_chain(p[:k]), reward, discount)
        assert policy.loc[k, :k].to_numpy() == pytest.approx(shorter.to_numpy()[:k], rel=1e-9, abs=1e-9)


def test_mailing_stops_where_it_no_longer_pays():
    policy = lifecycle.mailing_policy(PURCHASE, margin=40, cost=4, discount=0.2)
    assert policy.attrs["best"] == 3 and policy.loc[4, 4] == pytest.approx(-1.82, abs=5e-4)
    assert policy[1].tolist() == pytest.approx([40, 48, 51.574, 53.149, 52.320], abs=5e-4)
    assert lifecycle.mailing_policy(PURCHASE, margin=40, cost=0, discount=0.2).attrs["best"] == 4
    assert lifecycle.mailing_policy(PURCHASE, margin=40, cost=50, discount=0.2).attrs["best"] == 0
    assert lifecycle.mailing_policy([0.0, 0.0], margin=40, cost=0, discount=0.2).attrs["best"] == 0


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
        "later_purchases": 0,
        "excluded": {"missing ids": 1, "rows after end": 0, "rows in the incomplete last period": 1},
    }
    assert found["purchases"].tolist() == [1, 0] and found["opportunities"].tolist() == [1, 0]


def test_a_planted_chain_is_found_again():
    rng = np.random.default_rng(3)
    p, months = np.array([*PURCHASE, 0]), pd.date_range("2020-01-01", periods=48, freq="MS")
    recency, rows = np.ones(3000, dtype=int), [np.zeros(3000, dtype=int)]
    for _ in months[1:]:
        buys = rng.random(3000) < p[recency - 1]
        rows.append(np.where(buys, 0, 1))
        recency = np.where(buys, 1, np.minimum(recency + 1, 5))
    bought = np.argwhere(np.array(rows) == 0)
    log = pd.DataFrame({"customer_id": bought[:, 1], "date": months[bought[:, 0]]})
    found = lifecycle.recency_probabilities(log, longest=4, end="2023-12-31")
    assert (np.abs(found["probability"] - PURCHASE) < 4 * found["standard_error"]).all()
    assert found.attrs["later_purchases"] == 0
    assert lifecycle.mailing_policy(found["probability"], 40, 4, 0.2).attrs["best"] == 3


# ---------------------------------------------------------------- bad input

GOOD = frame([1, 1, 2, 3], [0, 39, 3, 60], [10.0, 20.0, 30.0, 5.0])
FUTURE = GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 3, pd.Timestamp.now() + timedelta(30)))
NEW_YEAR = pd.Series(pd.to_datetime(["2025-01-01"] * 3), index=[1, 2, 3])
BAD_LOGS = {
    "ids missing": (GOOD.assign(customer_id=[1, None, 2, 3]), {}, ValueError, r"customer_id.*1 of 4 rows"),
    "a negative amount": (GOOD.assign(amount=[1, -5, 2, 3]), {}, ValueError, r'"amount" is negative.*refunds="net"'),
    "a NaN amount": (GOOD.assign(amount=[1, np.nan, 2, 3]), {}, ValueError, r'"amount" is empty.*1 of 4 rows'),
    "a date in the future": (FUTURE, {}, ValueError, "future.*1 of 4 rows"),
    "a missing date": (
        GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 2)),
        {},
        ValueError,
        r'"date" is empty.*1 of 4 rows',
    ),
    "a text date": (GOOD.assign(date="2024-13-01"), {}, TypeError, "not dates"),
    "a time zone": (GOOD.assign(date=GOOD["date"].dt.tz_localize("UTC")), {}, TypeError, "time zone"),
    "an end with a time zone": (GOOD, {"end": pd.Timestamp("2025-02-01", tz="UTC")}, ValueError, "time zone"),
    "an empty table": (GOOD.iloc[:0], {}, ValueError, "empty"),
    "no table": ([1, 2], {}, TypeError, "not list"),
    "a missing column": (GOOD.drop(columns="date"), {}, ValueError, "Missing column: date"),
    "an end before the first purchase": (
        GOOD,
        {"end": "2024-01-01"},
        ValueError,
        "end = 2024-01-01 lies before.*from 2024-11-20 to 2025-01-19",
    ),
    "an end in the future": (GOOD, {"end": datetime.now() + timedelta(9)}, ValueError, "in the future"),
    "an end that is no date": (GOOD, {"end": "soon"}, ValueError, "'soon' is not a date"),
}
CALLS = {
    "cohorts": lifecycle.cohorts,
    "stage_at": lambda log, **options: lifecycle.stage_at(log, "2024-12-31", **options),
    "spend_after": lambda log, **options: lifecycle.spend_after(log, ["2024-12-01", "2024-12-31"], **options),
    "recency_probabilities": lifecycle.recency_probabilities,
}


@pytest.mark.parametrize("name", BAD_LOGS)
@pytest.mark.parametrize("function", CALLS)
def test_a_bad_log_is_refused_and_says_why(function, name):
    log, options, error, message = BAD_LOGS[name]
    refuses(lambda: CALLS[function](log, **options), error, message)


@pytest.mark.parametrize("function", ["cohorts", "stage_at", "recency_probabilities"])
def test_refunds_alone_are_refused(function):
    log = GOOD.assign(amount=-GOOD["amount"])
    refuses(
        lambda: CALLS[function](log, refunds="net", end="2025-02-28"), ValueError, "refunds only|No customer is left"
    )
    refuses(lambda: CALLS[function](log, refunds="set aside"), ValueError, "All 4 rows")


BAD_COHORTS = {
    "an unknown period": ({"period": "year"}, ValueError, "period = 'year': choose one of month, quarter, week"),
    "unknown values": ({"values": "money"}, ValueError, "values = 'money': choose"),
    "no complete period": ({"end": "2024-11-29"}, ValueError, "No month .* is complete.*2024-11-20.*2024-11-29"),
    "money without a column": ({"values": "amount", "amount": None}, ValueError, "amount="),
    "a start in mid-month": ({"start": "2024-12-05"}, ValueError, "start = 2024-12-05 is not the first day of a month"),
    "a start after the end": ({"start": "2025-03-01"}, ValueError, "No customer is left.*'customers before start': 3"),
    "a start that is no date": ({"start": 3}, ValueError, "start = 3 is not a date"),
    "joined as a dict": ({"joined": {1: "2024-01-01"}}, TypeError, "joined holds dict"),
    "joined as text": ({"joined": pd.Series({1: "2024-01-01"})}, TypeError, "joined holds"),
    "joined with a time zone": ({"joined": NEW_YEAR.dt.tz_localize("UTC")}, TypeError, "without time zone"),
    "joined twice": ({"joined": NEW_YEAR.set_axis([1, 1, 2])}, ValueError, "more than once, first: 1"),
    "joined by other ids": ({"joined": NEW_YEAR.set_axis(["a", "b", "c"])}, ValueError, "joined knows no customer"),
    "nobody with a joining date": ({"joined": NEW_YEAR.where(NEW_YEAR.isna())}, ValueError, "joined knows no customer"),
}


@pytest.mark.parametrize("name", BAD_COHORTS)
def test_bad_cohorts_are_refused(name):
    options, error, message = BAD_COHORTS[name]
    refuses(lambda: lifecycle.cohorts(GOOD, **options), error, message)


def test_what_is_no_cohort_table_is_refused():
    table = lifecycle.cohorts(GOOD)
    lost = table.copy()
    lost.attrs = {}
    for other in (lost, pd.DataFrame({0: [1.0]}), None):
        for name in ("cohort_sizes", "retention", "per_customer", "retention_curve"):
            refuses(lambda n=name, o=other: getattr(lifecycle, n)(o), ValueError, "no table of cohorts")
    joined = pd.Series(pd.Timestamp("2024-10-01"), index=[1, 2, 3])
    money = lifecycle.cohorts(GOOD, values="amount", joined=joined)
    refuses(lambda: lifecycle.retention(money), ValueError, "1 cohorts have nothing.*2024-10-01.*per_customer")
    assert lifecycle.per_customer(money)[1].iloc[0] == pytest.approx(40 / 3)


TWO_DAYS = ["2025-01-01", "2025-02-01"]
BAD_STAGES = {
    "a day after the end": (
        lambda: lifecycle.stage_at(GOOD, "2025-02-01"),
        ValueError,
        "2025-02-01 lies after 2025-01-19.*end=",
    ),
    "a day before the log": (lambda: lifecycle.stage_at(GOOD, "2024-01-01"), ValueError, "lies before 2024-11-20"),
    "no day": (lambda: lifecycle.stage_at(GOOD, "someday"), ValueError, "not a date"),
    "a single date": (lambda: lifecycle.stages(GOOD, "2025-01-01"), TypeError, "a list of dates"),
    "no dates": (lambda: lifecycle.stages(GOOD, []), ValueError, "0 dates: at least 1"),
    "dates in disorder": (lambda: lifecycle.stages(GOOD, ["2025-01-02", "2025-01-01"]), ValueError, "in order of time"),
    "a date twice": (lambda: lifecycle.stages(GOOD, ["2025-01-01", "2025-01-01"]), ValueError, "none twice"),
    "one date for spend": (lambda: lifecycle.spend_after(GOOD, ["2025-01-01"]), ValueError, "at least 2"),
    "rules as a dict": (lambda: lifecycle.stage_at(GOOD, "2025-01-01", {"new_days": 3}), TypeError, "StageRules"),
    "an unknown measure": (
        lambda: lifecycle.stage_at(GOOD, "2025-01-01", compare="amount"),
        ValueError,
        "compare = 'amount': choose one of days, spend",
    ),
    "spend without a column": (
        lambda: lifecycle.stage_at(GOOD, "2025-01-01", compare="spend", amount=None),
        ValueError,
        "amount=",
    ),
    "strangers": (
        lambda: lifecycle.stage_at(GOOD, "2025-01-01", joined=NEW_YEAR.set_axis(["a", "b", "c"])),
        ValueError,
        "joined knows no customer",
    ),
    "no days": (lambda: StageRules(new_days=0), ValueError, "new_days = 0"),
    "half a day": (lambda: StageRules(window_days=1.5), ValueError, "whole number of days"),
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
    "stability of one date": (lambda: lifecycle.stability(pd.DataFrame({"a": ["growth"]})), ValueError, "2 dates"),
    "transitions of nobody": (lambda: lifecycle.transitions(pd.DataFrame({"a": [], "b": []})), ValueError, "2 dates"),
}
STAGE = pd.Series({"A": "growth", "B": "maturity"})
MONEY = pd.Series({"A": 10.0, "B": 20.0})
BAD_STAGES |= {
    "other forms": (lambda: lifecycle.stage_account(STAGE, MONEY.to_frame()), TypeError, "revenue is DataFrame"),
    "other dates": (
        lambda: lifecycle.stage_account(STAGE.to_frame("x"), MONEY.to_frame("y")),
        ValueError,
        "different dates",
    ),
    "an unknown stage": (
        lambda: lifecycle.stage_account(STAGE, MONEY, care={"grown": 1}),
        ValueError,
        "No such stage: grown",
    ),
    "NaN money": (lambda: lifecycle.stage_account(STAGE, MONEY.where(MONEY > 10)), ValueError, "1 of 2 rows"),
    "NaN by stage": (lambda: lifecycle.stage_account(STAGE, MONEY, care={"growth": np.nan}), ValueError, "missing"),
    "money of strangers": (
        lambda: lifecycle.stage_account(STAGE, MONEY.set_axis([1, 2])),
        ValueError,
        "knows no customer",
    ),
    "money twice": (lambda: lifecycle.stage_account(STAGE, MONEY.set_axis(["A", "A"])), ValueError, "more than once"),
}


@pytest.mark.parametrize("name", BAD_STAGES)
def test_bad_stages_are_refused(name):
    refuses(*BAD_STAGES[name])


CHAIN = lifecycle.recency_chain([0.3, 0.2])
BAD_CHAINS = {
    "a probability of 1.3": (
        lambda: lifecycle.recency_chain([0.3, 1.3, -0.1]),
        ValueError,
        r"2 of 3 .*2: 1\.3, 3: -0\.1",
    ),
    "a percentage": (lambda: lifecycle.mailing_policy([30, 20], 40, 4, 0.2), ValueError, "Write 0.3, not 30"),
    "NaN": (lambda: lifecycle.recency_chain([0.3, np.nan]), ValueError, "1 of 2 .*2: nan"),
    "no probability": (lambda: lifecycle.recency_chain([]), ValueError, "a list of probabilities"),
    "one number": (lambda: lifecycle.recency_chain(0.3), ValueError, "a list of probabilities"),
    "text": (lambda: lifecycle.recency_chain(["high"]), TypeError, "numbers are needed"),
    "rows that do not sum to 1": (
        lambda: lifecycle.markov_value(CHAIN * 0.9, [1, 0, 0], 0.1),
        ValueError,
        "do not sum to 1.*3 of 3 rows",
    ),
    "a negative probability": (
        lambda: lifecycle.markov_value([[1.5, -0.5], [0, 1]], [1, 0], 0.1),
        ValueError,
        "not between 0 and 1.*1 of 2 rows",
    ),
    "NaN in the matrix": (
        lambda: lifecycle.markov_value(CHAIN.where(CHAIN != 0.3), [1, 0, 0], 0.1),
        ValueError,
        "missing",
    ),
    "no square": (lambda: lifecycle.markov_value([[0.5, 0.5]], [1, 0], 0.1), ValueError, "square"),
    "other states across": (
        lambda: lifecycle.markov_value(CHAIN.rename(columns={1: 9}), [1, 0, 0], 0.1),
        ValueError,
        "same states",
    ),
    "rewards too few": (lambda: lifecycle.markov_value(CHAIN, [1, 0], 0.1), ValueError, "3 numbers"),
    "NaN reward": (lambda: lifecycle.markov_value(CHAIN, [1, np.nan, 0], 0.1), ValueError, "3 numbers"),
    "a reward in words": (lambda: lifecycle.markov_value(CHAIN, ["a", "b", "c"], 0.1), TypeError, "numbers are needed"),
    "rewards of other states": (
        lambda: lifecycle.markov_value(CHAIN, {1: 5, 2: 3, 9: 0}, 0.1),
        ValueError,
        "different states: 3, 9",
    ),
    "a negative discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], -0.1), ValueError, "discount = -0.1"),
    "NaN discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], np.nan), ValueError, "discount = nan"),
    "for ever without a discount": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0), ValueError, "has no end"),
    "a negative horizon": (
        lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0.1, horizon=-1),
        ValueError,
        "horizon = -1",
    ),
    "half a horizon": (lambda: lifecycle.markov_value(CHAIN, [1, 0, 0], 0.1, horizon=1.5), ValueError, "horizon = 1.5"),
    "a negative cost": (lambda: lifecycle.mailing_policy([0.3], 40, -4, 0.2), ValueError, "cost = -4"),
    "a missing margin": (lambda: lifecycle.mailing_policy([0.3], np.nan, 4, 0.2), ValueError, "margin = nan"),
    "no recency": (lambda: lifecycle.recency_probabilities(GOOD, longest=0), ValueError, "longest = 0"),
    "an unknown period": (lambda: lifecycle.recency_probabilities(GOOD, period="day"), ValueError, "period = 'day'"),
}


@pytest.mark.parametrize("name", BAD_CHAINS)
def test_bad_chains_are_refused(name):
    refuses(*BAD_CHAINS[name])


# ---------------------------------------------------------------- what is planted in Qinghe


@pytest.fixture(scope="module")
def qinghe():
    orders = datasets.load_qinghe_orders()
    joined = datasets.load_qinghe_customers().set_index("customer_id")["joined"]
    return {"log": orders, "joined": joined, "set_aside": ["missing ids"], "end": "2025-12-31"}


def test_the_planted_stage_matrix_is_found():
    letters = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"]
    table = lifecycle.read_stages(letters, pd.date_range("2024-01-31", periods=24, freq="ME"))
    planted = np.array(datasets.load_qinghe_truth()["stages"]["transitions"])
    # Complaints drive some customers away besides, so the match is close and not exact.
    np.testing.assert_allclose(lifecycle.transitions(table).to_numpy(), planted, atol=0.03)


def test_a_rule_changes_its_mind_more_often_than_the_customers(qinghe):
    days = pd.date_range("2024-01-31", periods=24, freq="ME")
    letters = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"]
    truth = lifecycle.stability(lifecycle.read_stages(letters, days))
    rule = lifecycle.stability(lifecycle.stages(**qinghe, dates=days[5:]))
    assert rule["changed"] > 2 * truth["changed"] and rule["taken_back"] > 3 * truth["taken_back"]


def test_the_planted_left_truncation_shows(qinghe):
    truth = pd.Series(datasets.load_qinghe_truth()["joined_in_truth"])
    table = lifecycle.cohorts(**qinghe, period="quarter")
    left = lifecycle.cohort_sizes(table)
    left = left[left.index < "2024-01-01"].to_numpy() / truth.to_numpy()
    assert left[0] < 0.5 < 0.9 < left[-1] and (left[:4].mean() < left[4:8].mean() < left[8:].mean())
    assert table.loc[:"2023-12-31", 0].isna().all() and table.loc["2024-01-01":, 0].notna().all()

    naive = lifecycle.cohorts(**{**qinghe, "joined": None}, period="quarter")
    sizes = lifecycle.cohort_sizes(naive)
    assert sizes.iloc[0] > 4 * sizes.iloc[1:].max()  # the old members of January 2024, taken for new ones
    honest = lifecycle.cohorts(**{**qinghe, "joined": None}, period="quarter", start="2024-07-01")
    assert lifecycle.retention(naive).iloc[0, 2] > lifecycle.retention_curve(honest).loc[2, "retention"] + 0.05
