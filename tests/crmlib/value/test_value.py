"""How the library of chapter 04 behaves: against independent arithmetic, at the edges, and on bad input."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import mpmath
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets, tables, value
from tests.support.refusals import refuses

BGNBD = value.BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
PARETO = value.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
GAMMA = value.GammaGamma(p=6.25, q=3.74, v=15.44)
quick = settings(max_examples=25, deadline=None)


def frame(customers, days, amounts=None):
    log = pd.DataFrame({"customer_id": customers, "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D")})
    return log if amounts is None else log.assign(amount=amounts)


@pytest.fixture(scope="module")
def log():
    return datasets.load_cdnow_sample()


@pytest.fixture(scope="module")
def summary(log):
    return value.btyd_summary(log, calibration_end="1997-09-30", amount="amount")


# ---------------------------------------------------------------- lifetime value


@given(m=st.floats(-100, 1000), r=st.floats(0, 1), d=st.floats(0, 1), c=st.floats(0, 100), n=st.integers(1, 40))
@quick
def test_clv_is_its_sum(m, r, d, c, n):
    t = np.arange(1, n + 1)
    cost = (c * r ** (t - 1) / (1 + d) ** (t - 0.5)).sum()
    sums = {
        "renewal": (m * r**t / (1 + d) ** t).sum(),
        "now": m + (m * r**t / (1 + d) ** t).sum(),
        "end": (m * r ** (t - 1) / (1 + d) ** t).sum(),
    }
    for first, expected in sums.items():
        found = value.clv(m, r, d, periods=n, first_margin=first, retention_cost=c)
        assert found == pytest.approx(expected - cost, rel=1e-9, abs=1e-9)


@given(r=st.floats(0, 0.98), d=st.floats(0, 0.5), more=st.floats(0.001, 0.015))
@quick
def test_clv_moves_the_right_way(r, d, more):
    assert value.clv(10, r + more, d) > value.clv(10, r, d)
    assert value.clv(10, r, d + more) <= value.clv(10, r, d)
    assert value.clv(11, r, d) >= value.clv(10, r, d)
    assert value.clv(10, r, d, periods=5) <= value.clv(10, r, d)
    assert value.clv(10, r, d, periods=3000) == pytest.approx(value.clv(10, r, d))


def test_clv_takes_numbers_arrays_and_series():
    rates = pd.Series([0.6, 0.8], index=["A", "B"])
    assert isinstance(value.clv(100, 0.8, 0.1), float)
    assert value.clv(100, rates, 0.1).index.tolist() == ["A", "B"]
    assert value.clv(100, [[0.6], [0.8]], [0.1, 0.2, 0.3]).shape == (2, 3)
    assert value.clv(100, rates, 0.1)["B"] == value.clv(100, 0.8, 0.1)
    assert value.clv(100, 1, 0, periods=7) == 700


def test_margin_multiple_grows_with_the_margin():
    years = np.arange(1, 2000)
    by_hand = (0.8**years * 1.05 ** (years - 1) / 1.1**years).sum()
    assert value.margin_multiple(0.8, 0.1, growth=0.05) == pytest.approx(0.8 / (1.1 - 0.8 * 1.05))
    # The first margin of the formula is the present one, so growth counts from the second.
    assert value.margin_multiple(0.8, 0.1, growth=0.05) == pytest.approx(by_hand)


def test_sensitivity_is_a_table_of_clv():
    table = value.clv_sensitivity(100, 0.8, 0.1, swing=0.2, periods=5)
    assert table.index[0] == "retention" and table.columns.tolist() == ["low", "base", "high", "range"]
    assert table.loc["retention", "high"] == value.clv(100, 0.96, 0.1, periods=5)
    assert table.loc["discount", "low"] > table.loc["discount", "base"] > table.loc["discount", "high"]
    assert (table["range"] == (table["high"] - table["low"]).abs()).all() and table["range"].is_monotonic_decreasing


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
@quick
def test_whale_curve_adds_up(profits):
    profit = pd.Series(profits, index=[f"c{i}" for i in range(len(profits))])
    curve = value.whale_curve(profit)
    assert sorted(curve.index) == sorted(profit.index) and (curve["profit"] == profit[curve.index]).all()
    assert curve["profit"].is_monotonic_decreasing and curve["customers"].iloc[-1] == 1
    assert curve["cumulative_profit"].iloc[-1] == pytest.approx(sum(profits), abs=1e-6)
    assert curve["profit_share"].isna().all() == (curve["profit"].sum() <= 0)


# ---------------------------------------------------------------- contracts


@given(a=st.floats(0.05, 20), b=st.floats(0.05, 20))
@quick
def test_sbg_is_consistent(a, b):
    model = value.ShiftedBetaGeometric(alpha=a, beta=b)
    years = np.arange(1, 40)
    assert model.survival(0) == pytest.approx(1)
    assert np.cumprod(model.retention(years)) == pytest.approx(model.survival(years))
    assert np.cumsum(model.churn_probability(years)) == pytest.approx(1 - model.survival(years))
    assert (np.diff(model.retention(years)) > 0).all()


@pytest.mark.parametrize("renewals", [0, 3, 20])
@pytest.mark.parametrize("discount", [0.002, 0.1, 1.5])
def test_residual_lifetime_is_its_sum(renewals, discount):
    model = value.ShiftedBetaGeometric(alpha=0.668, beta=3.806)
    n, ahead = renewals + 1, np.arange(40_000)
    expected = (model.survival(n + ahead) / model.survival(n - 1) * (1 + discount) ** -ahead.astype(float)).sum()
    assert model.expected_residual_lifetime(renewals, discount) == pytest.approx(expected, rel=1e-9)


def test_residual_lifetime_without_discount():
    model = value.ShiftedBetaGeometric(alpha=3, beta=5)
    assert model.expected_residual_lifetime() == pytest.approx(model.survival(np.arange(1, 200_000)).sum(), rel=1e-6)
    assert model.expected_residual_lifetime([0, 7], 0.1).shape == (2,)
    with pytest.raises(ValueError, match="alpha = 0.668 is at most 1"):
        value.ShiftedBetaGeometric(0.668, 3.806).expected_residual_lifetime()


# ---------------------------------------------------------------- btyd_summary

logs = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 30), st.integers(0, 10_000)), min_size=1, max_size=60)


def by_hand(rows, calibration, end):
    """frequency, recency, T, mean repeat spend; then purchase days and their mean spend in the holdout, day by day."""
    table = {}
    for customer in {c for c, d, _ in rows if d <= calibration}:
        days = {}
        for c, d, cents in rows:
            if c == customer:
                days[d] = days.get(d, 0) + cents / 100
        past = sorted(d for d in days if d <= calibration)
        later = [d for d in days if calibration < d <= end]
        repeats = [days[d] for d in past[1:]]
        table[customer] = (
            len(repeats),
            past[-1] - past[0],
            calibration - past[0],
            sum(repeats) / len(repeats) if repeats else np.nan,
            len(later),
            sum(days[d] for d in later) / len(later) if later else np.nan,
        )
    return np.array([table[customer] for customer in sorted(table)]), sorted(table)


@given(logs)
@quick
def test_summary_is_what_a_loop_counts(rows):
    customers, days, cents = zip(*rows, strict=True)
    table = frame(customers, days, np.array(cents) / 100)
    end = max(days)
    expected, ids = by_hand(rows, end, end)
    found = value.btyd_summary(table, amount="amount", time_unit="day")
    assert found.index.tolist() == ids
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected[:, :4], rtol=1e-9, atol=1e-9)

    calibration = end // 2
    if min(days) <= calibration < end:
        expected, ids = by_hand(rows, calibration, end)
        found = value.btyd_summary(
            table, calibration_end=pd.Timestamp("2026-01-01") + timedelta(calibration), amount="amount", time_unit="day"
        )
        assert found.index.tolist() == ids and (found["T_holdout"] == end - calibration).all()
        found = found.drop(columns="T_holdout").to_numpy(dtype=float)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(logs, st.randoms())
@quick
def test_summary_does_not_depend_on_the_order_of_rows(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (
        value.btyd_summary(frame(*map(list, zip(*order, strict=True))), amount="amount") for order in (rows, shuffled)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-12)
    assert first.attrs == second.attrs


def same_on_every_engine(table, **options):
    """One log on every engine, with moments and, where the engine has them, dates."""
    columns = {
        "customer_id": table["customer_id"].tolist(),
        "date": table["date"].dt.to_pydatetime().tolist(),
        "amount": table["amount"].tolist(),
    }
    polars = pl.DataFrame(columns)
    expected = value.btyd_summary(table, amount="amount", **options)
    with duckdb.connect() as db:
        relation = db.from_df(table)
        logs = {
            "polars": polars,
            "polars lazy": polars.lazy(),
            "pyarrow": pa.table(columns),
            "duckdb": relation,
            "polars dates": polars.with_columns(pl.col("date").dt.date()),
            "pandas nullable": table.convert_dtypes(),
            "pandas arrow": table.convert_dtypes(dtype_backend="pyarrow"),
            "duckdb dates": relation.project("customer_id, date::DATE AS date, amount::DECIMAL(12, 2) AS amount"),
        }
        for name, log in logs.items():
            found = value.btyd_summary(log, amount="amount", **options)
            pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)
            assert found.attrs == expected.attrs, name


def test_summary_is_the_same_on_every_engine(log):
    moments = log.assign(date=log["date"] + pd.to_timedelta(np.arange(len(log)) % 1440, unit="m"))
    same_on_every_engine(moments, calibration_end="1997-09-30")
    same_on_every_engine(moments.assign(customer_id="c" + moments["customer_id"].astype(str)), end="1998-01-31")


@given(logs)
@settings(max_examples=8, deadline=None)
def test_summary_is_the_same_on_every_engine_for_any_log(rows):
    customers, days, cents = zip(*rows, strict=True)
    same_on_every_engine(frame(customers, days, np.array(cents) / 100))


def test_a_database_log_is_never_loaded(log, monkeypatch):
    sizes, collect = [], tables.collect
    monkeypatch.setattr(tables, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        value.btyd_summary(db.from_df(log), calibration_end="1997-09-30", amount="amount")
    assert max(sizes) == log["customer_id"].nunique() < len(log)


def test_duckdb_needs_no_pyarrow():
    script = """
import sys
sys.modules["pyarrow"] = None
import duckdb
from crmlib import value
rows = "(1, DATE '2026-01-01', 5.0), (1, DATE '2026-01-08', 7.0)"
log = duckdb.sql(f"SELECT * FROM (VALUES {rows}) t(customer_id, date, amount)")
print(value.btyd_summary(log, amount="amount").iloc[0].tolist())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[1.0, 1.0, 1.0, 7.0]", done.stderr


def test_every_row_is_accounted_for(log):
    found = value.btyd_summary(log, calibration_end="1997-02-15", end="1998-03-31", amount="amount").attrs
    late = log.groupby("customer_id")["date"].min() > "1997-02-15"
    inside = log[log["date"] <= "1998-03-31"]
    assert found["excluded"] == {
        "customers after calibration_end": late.sum(),
        "rows of customers after calibration_end": inside["customer_id"].map(late).sum(),
        "rows after end": (log["date"] > "1998-03-31").sum(),
    }
    set_aside = sum(count for reason, count in found["excluded"].items() if reason.startswith("rows"))
    assert found["purchase_days"] + found["same_day_rows"] + set_aside == found["rows"] == len(log)
    assert (found["time_unit"], found["calibration_end"], found["end"]) == ("week", "1997-02-15", "1998-03-31")


def test_own_column_names_and_an_untouched_log(log):
    other = log.rename(columns={"customer_id": "kunde", "date": "tag", "amount": "umsatz"})
    before = other.copy(deep=True)
    found = value.btyd_summary(other, customer_id="kunde", date="tag", amount="umsatz")
    pd.testing.assert_frame_equal(found, value.btyd_summary(log, amount="amount"), check_names=False)
    assert found.index.name == "kunde"
    pd.testing.assert_frame_equal(other, before)


def test_months_and_years_are_julian(log):
    days, months, years = (value.btyd_summary(log, time_unit=unit) for unit in ("day", "month", "year"))
    assert (days["T"] / 365.25).to_numpy() == pytest.approx(years["T"].to_numpy())
    assert (months["recency"] / 12).to_numpy() == pytest.approx(years["recency"].to_numpy())


GOOD = frame([1, 1, 2, 3], [0, 9, 3, 20], [10.0, 20.0, 30.0, 5.0])
MIXED = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 1, 3),
    datetime(2026, 1, 4),
]
BAD_LOGS = {
    "a text date": (
        GOOD.assign(date=["2026-01-01", "2026-01-10", "31 June", "2026-01-21"]),
        {},
        TypeError,
        r'pd.to_datetime\(log\["date"\]\).* 1 of 4 cannot be read as dates: \'31 June\' \(row 2\)',
    ),
    "dates as numbers": (GOOD.assign(date=20260101), {}, TypeError, r'astype\(str\), format="%Y%m%d"'),
    "text dates in polars": (
        pl.DataFrame({"customer_id": [1], "date": ["2026-01-01"]}),
        {"amount": None},
        TypeError,
        r"str.to_date\(\)",
    ),
    "text dates in a file": (
        pa.table({"customer_id": [1], "date": ["2026-01-01"]}),
        {"amount": None},
        TypeError,
        r'CAST\("date" AS DATE\)',
    ),
    "mixed time zones": (GOOD.assign(date=pd.Series(MIXED, dtype=object)), {}, TypeError, "mixes time zones"),
    "a time zone": (GOOD.assign(date=GOOD["date"].dt.tz_localize("UTC")), {}, TypeError, "carries a time zone .UTC."),
    "an end with a time zone": (GOOD, {"end": pd.Timestamp("2026-02-01", tz="UTC")}, ValueError, "carries a time zone"),
    "a missing date": (
        GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 2)),
        {},
        ValueError,
        r'"date" is empty.*1 of 4 rows',
    ),
    "a NaN amount": (GOOD.assign(amount=[1, np.nan, 2, np.nan]), {}, ValueError, r'"amount" is empty.*2 of 4 rows'),
    "a negative amount": (
        GOOD.assign(amount=[1, -5, 2, 3]),
        {},
        ValueError,
        r'"amount" is negative.*refunds.*1 of 4 rows.*\n.*-5',
    ),
    "an infinite amount": (GOOD.assign(amount=[1, np.inf, 2, 3]), {}, ValueError, "infinite"),
    "a text amount": (GOOD.assign(amount=["1", "2", "3", "4"]), {}, TypeError, "pd.to_numeric"),
    "a missing id": (GOOD.assign(customer_id=[1, None, 2, 3]), {}, ValueError, r'"customer_id" is empty.*1 of 4 rows'),
    "a missing text id": (GOOD.assign(customer_id=["a", None, "b", "c"]), {}, ValueError, '"customer_id" is empty'),
    "a missing column": (
        GOOD.drop(columns="amount"),
        {},
        ValueError,
        "Missing column: amount. The table has: customer_id, date",
    ),
    "an empty table": (GOOD.iloc[:0], {}, ValueError, "empty"),
    "no table": ([1, 2, 3], {}, TypeError, "not list"),
    "calibration before the data": (
        GOOD,
        {"calibration_end": "2025-12-31"},
        ValueError,
        "before the first purchase.*from 2026-01-01 to 2026-01-21",
    ),
    "calibration after the data": (
        GOOD,
        {"calibration_end": "2026-03-01", "end": "2026-04-01"},
        ValueError,
        "hold out",
    ),
    "calibration at the end": (GOOD, {"calibration_end": "2026-01-21"}, ValueError, "hold out"),
    "end before the data": (GOOD, {"end": "2025-01-01"}, ValueError, "end = 2025-01-01 lies before"),
    "an end that is no date": (GOOD, {"end": "soon"}, ValueError, "'soon' is not a date"),
    "an end that is a number": (GOOD, {"end": 20260101}, ValueError, "not a date"),
    "an unknown unit": (GOOD, {"time_unit": "fortnight"}, ValueError, "'fortnight'"),
    "one column in two parts": (GOOD, {"amount": "customer_id"}, ValueError, "two parts"),
}


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_bad_log_is_refused_and_says_why(name):
    table, options, error, message = BAD_LOGS[name]
    refuses(lambda: value.btyd_summary(table, **({"amount": "amount"} | options)), error, message)


def test_a_bad_log_in_a_database_is_refused_too():
    with duckdb.connect() as db:
        for amounts, message in (
            ([1.0, -5.0, 2, 3], "negative.*1 of 4 rows.*-5"),
            ([1.0, np.inf, 2, 3], "infinite"),
            ([1.0, np.nan, 2, 3], "empty.*1 of 4 rows"),
        ):
            with pytest.raises(ValueError, match=f"(?s){message}"):
                value.btyd_summary(db.from_df(GOOD.assign(amount=amounts)), amount="amount")
        with pytest.raises(TypeError, match=r'CAST\("date" AS DATE\)'):
            value.btyd_summary(db.from_df(GOOD.assign(date="2026-01-01")))
        with pytest.raises(ValueError, match="empty in|is empty"):
            value.btyd_summary(db.from_df(GOOD.assign(customer_id=[1, None, 2, 3])))


@pytest.mark.parametrize("column", ["amount", "customer_id"])
def test_nan_of_polars_is_missing_too(column):
    columns = {"customer_id": [1.0, 2.0], "date": [date(2026, 1, 1)] * 2, "amount": [3.0, 4.0], column: [np.nan, 1.0]}
    with pytest.raises(ValueError, match=f'(?s)"{column}" is empty.*1 of 2 rows'):
        value.btyd_summary(pl.DataFrame(columns), amount="amount")


def test_one_customer_is_fine_for_a_summary_but_not_for_a_model():
    one = value.btyd_summary(frame([1, 1], [0, 14]))
    assert one.loc[1].tolist() == [1, 2, 2]
    with pytest.raises(ValueError, match="1 customer"):
        value.BetaGeoNBD().fit(one)


def test_days_of_python_are_dates_too():
    assert value.btyd_summary(GOOD, end=date(2026, 2, 1)).attrs["end"] == "2026-02-01"


# ---------------------------------------------------------------- purchase models against mpmath

HISTORIES = [(0, 0, 40), (1, 2, 40), (7, 30, 38.86), (50, 5, 40), (500, 39.5, 40), (500, 10, 40)]


def exact(function):
    with mpmath.workdps(60):
        return float(function())


def bgnbd_exact(parameters, x, tx, T, t):
    """Log-likelihood, P(alive), expected purchases: the formulas of Fader, Hardie and Lee (2005) in 60 digits."""
    r, alpha, a, b, tx, T, t = (mpmath.mpf(float(number)) for number in (*parameters, tx, T, t))
    a, b = a + mpmath.mpf(10) ** -25, b + mpmath.mpf(10) ** -25 * 3  # step beside the holes of the formula
    alive = mpmath.beta(a, b + x) / (alpha + T) ** (r + x)
    dead = mpmath.beta(a + 1, b + x - 1) / (alpha + tx) ** (r + x) if x else mpmath.mpf(0)
    ll = mpmath.log((alive + dead) * mpmath.gamma(r + x) * alpha**r / mpmath.gamma(r) / mpmath.beta(a, b))
    z = t / (alpha + T + t)
    bought = (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (r + x) * mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z))
    return ll, alive / (alive + dead), bought * alive / (alive + dead)


def pareto_exact(parameters, x, tx, T, t):
    """The same from Fader and Hardie's note on the Pareto/NBD."""
    r, alpha, s, beta, tx, T, t = (mpmath.mpf(float(number)) for number in (*parameters, tx, T, t))
    s, n = s + mpmath.mpf(10) ** -25, r + s + x
    low, high, k = (beta, alpha, s + 1) if alpha >= beta else (alpha, beta, r + x)

    def piece(y):
        return mpmath.hyp2f1(n, k, n + 1, (high - low) / (high + y)) / (high + y) ** n

    alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
    dead = s / n * (piece(tx) - piece(T))
    ll = mpmath.log((alive + dead) * mpmath.gamma(r + x) * alpha**r * beta**s / mpmath.gamma(r))
    stay = (beta + T) / (s - 1) * (1 - ((beta + T) / (beta + T + t)) ** (s - 1))
    return ll, alive / (alive + dead), (r + x) / (alpha + T) * stay * alive / (alive + dead)


CASES = [
    (value.BetaGeoNBD, bgnbd_exact, parameters)
    for parameters in (
        (0.243, 4.414, 0.793, 2.426),
        (1, 1, 1, 1),
        (2.5, 100, 1.0004, 3),
        (0.3, 5, 0.3, 0.7),
        (0.3, 5, 0.3, 0.4),
        (1.5, 8, 40, 160),
        (0.4, 0.3, 2.9, 800),
    )
]
CASES += [
    (value.ParetoNBD, pareto_exact, parameters)
    for parameters in (
        (0.553, 10.578, 0.606, 11.669),
        (0.6, 10, 0.6, 10),
        (0.5, 2, 1, 30),
        (3, 100, 2, 80),
        (0.01, 0.1, 5, 20),
        (2, 0.05, 0.2, 60),
    )
]


@pytest.mark.parametrize(("model", "truth", "parameters"), CASES)
def test_models_agree_with_sixty_digits(model, truth, parameters):
    model = model(*parameters)
    for x, tx, T in HISTORIES:
        customer = {"frequency": x, "recency": tx, "T": T}
        for t in (1, 520):
            with mpmath.workdps(60):
                ll, alive, bought = (float(number) for number in truth(parameters, x, tx, T, t))
            assert model.log_likelihood(customer) == pytest.approx(ll, rel=1e-10)
            assert model.probability_alive(customer) == pytest.approx(alive, rel=1e-9, abs=1e-300)
            assert model.conditional_expected_purchases(t, customer) == pytest.approx(bought, rel=1e-7, abs=1e-300)
    for t in (1, 520):
        with mpmath.workdps(60):
            new = float(truth(parameters, 0, 0, 0, t)[2])
        assert model.expected_purchases(t) == pytest.approx(new, rel=1e-7)


def test_gamma_gamma_agrees_with_sixty_digits():
    p, q, v = GAMMA.params_
    found = GAMMA.expected_spend({"frequency": [0, 1, 500], "monetary_value": [np.nan, 20, 35]})
    expected = [p * v / (q - 1), p * (v + 20) / (p + q - 1), p * (v + 500 * 35) / (500 * p + q - 1)]
    assert found == pytest.approx(expected, rel=1e-12)
    rng = np.random.default_rng(2)
    mean = 30 / rng.gamma(4, 1 / 3, 60)
    table = pd.DataFrame({"frequency": np.r_[rng.integers(1, 9, 59), 500]})
    table["monetary_value"] = mean * rng.gamma(5 * table["frequency"]) / (5 * table["frequency"])
    model = value.GammaGamma().fit(table)
    with mpmath.workdps(60):
        p, q, v = (mpmath.mpf(float(number)) for number in model.params_)
        ll = mpmath.mpf(0)
        for x, z in table.itertuples(index=False):
            x, z = mpmath.mpf(float(x)), mpmath.mpf(float(z))
            ll += (
                mpmath.loggamma(p * x + q)
                - mpmath.loggamma(p * x)
                - mpmath.loggamma(q)
                + q * mpmath.log(v)
                + (p * x - 1) * mpmath.log(z)
                + p * x * mpmath.log(x)
                - (p * x + q) * mpmath.log(x * z + v)
            )
    assert model.log_likelihood_ == pytest.approx(float(ll), rel=1e-10)


# ---------------------------------------------------------------- purchase models: properties

positive = st.floats(0.05, 30)
histories = st.tuples(st.integers(0, 500), st.floats(0.001, 1), st.floats(0.5, 500))


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
@given(parameters=st.tuples(positive, positive, positive, positive), history=histories, t=st.floats(0.01, 1000))
@settings(max_examples=80, deadline=None)
def test_predictions_are_sensible_everywhere(model, parameters, history, t):
    x, fraction, T = history
    customer = {"frequency": x, "recency": fraction * T if x else 0.0, "T": T}
    model = model(*parameters)
    alive = model.probability_alive(customer)
    soon, later = model.conditional_expected_purchases([t, 2 * t], customer)
    assert 0 <= alive <= 1 and np.isfinite(model.log_likelihood(customer))
    assert 0 <= soon <= later * (1 + 1e-9) + 1e-12
    assert 0 <= model.expected_purchases(t) <= model.expected_purchases(2 * t) * (1 + 1e-9) + 1e-12
    if x:
        sooner = model.probability_alive(customer | {"recency": customer["recency"] / 2})
        assert sooner <= alive + 1e-12


def test_predictions_take_the_form_of_the_table(summary):
    for model in (BGNBD, PARETO):
        alive = model.probability_alive(summary)
        assert isinstance(alive, pd.Series) and alive.index.equals(summary.index)
        assert model.probability_alive(summary.loc[1]) == alive[1]
        assert model.probability_alive(dict(summary.loc[1])) == alive[1]
        grid = model.probability_alive({"frequency": 2, "recency": [[1.0], [2.0]], "T": [3.0, 4.0, 5.0]})
        assert grid.shape == (2, 3)
        paths = model.conditional_expected_purchases([0, 13, 39], summary)
        assert paths.columns.tolist() == [0, 13, 39] and (paths[0] == 0).all()
        pd.testing.assert_series_equal(paths[39], model.conditional_expected_purchases(39, summary), check_names=False)
        held = model.conditional_expected_purchases(summary["T_holdout"], summary)
        pd.testing.assert_series_equal(held, paths[39], check_names=False)
        assert model.conditional_expected_purchases([1, 2], summary.loc[1]).shape == (2,)
        assert isinstance(model.expected_purchases(10), float) and model.expected_purchases([1, 2]).shape == (2,)
    assert GAMMA.expected_spend(summary.loc[1]) == GAMMA.expected_spend(summary)[1]


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
def test_time_units_scale_the_parameters_and_nothing_else(log, model):
    by_unit = {
        unit: value.btyd_summary(log, calibration_end="1997-09-30", time_unit=unit) for unit in ("day", "week", "year")
    }
    fits = {unit: model().fit(table) for unit, table in by_unit.items()}
    week = fits["week"]
    for unit, fit in fits.items():
        factor = value.DAYS["week"] / value.DAYS[unit]
        scale = pd.Series({"alpha": factor, "beta": factor}).reindex(fit.params_.index).fillna(1.0)
        assert fit.time_unit_ == unit
        assert (fit.params_ / scale).to_numpy() == pytest.approx(week.params_.to_numpy(), rel=1e-6)
        assert (fit.standard_errors_ / scale).to_numpy() == pytest.approx(week.standard_errors_.to_numpy(), rel=1e-4)
        found = fit.conditional_expected_purchases(39 * factor, by_unit[unit])
        pd.testing.assert_series_equal(found, week.conditional_expected_purchases(39, by_unit["week"]), rtol=1e-6)
        shift = by_unit[unit]["frequency"].sum() * np.log(factor)
        assert fit.log_likelihood_ == pytest.approx(week.log_likelihood_ - shift, rel=1e-9)


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
def test_standard_errors_come_from_the_curvature(summary, model):
    fitted = model().fit(summary)
    theta = fitted.params_.to_numpy()
    steps = np.diag(1e-3 * theta)

    def ll(at):
        return model(*at).log_likelihood(summary).sum()

    hessian = np.array(
        [[ll(theta + i + j) - ll(theta + i - j) - ll(theta - i + j) + ll(theta - i - j) for j in steps] for i in steps]
    ) / (4e-6 * np.outer(theta, theta))
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian)))
    assert fitted.standard_errors_.to_numpy() == pytest.approx(errors, rel=1e-3)
    assert fitted.log_likelihood_ == pytest.approx(ll(theta))


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
def test_a_fit_finds_the_planted_parameters(model):
    truth = {value.BetaGeoNBD: (0.5, 8, 1.2, 3), value.ParetoNBD: (0.9, 8, 0.8, 20)}[model]
    rng = np.random.default_rng(4)
    rows = []
    for _ in range(6000):
        rate, end, clock, bought, last = rng.gamma(truth[0], 1 / truth[1]), 100.0, 0.0, 0, 0.0
        leaves = rng.beta(*truth[2:]) if model is value.BetaGeoNBD else 0.0
        if model is value.ParetoNBD:
            end = min(end, rng.exponential(1 / rng.gamma(truth[2], 1 / truth[3])))
        while True:
            clock += rng.exponential(1 / rate)
            if clock > end:
                break
            bought, last = bought + 1, clock
            if rng.random() < leaves:
                break
        rows.append((bought, last, 100.0))
    fitted = model().fit(pd.DataFrame(rows, columns=["frequency", "recency", "T"]))
    assert (np.abs(fitted.params_ - np.array(truth)) < 3.5 * fitted.standard_errors_).all()


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
def test_a_fit_copes_with_hundreds_of_purchases(summary, model):
    busy = summary.copy()
    busy.loc[[1, 2], ["frequency", "recency"]] = [[500, 35.0], [500, 10.0]]
    fitted = model().fit(busy)
    assert np.isfinite(fitted.params_).all() and np.isfinite(fitted.standard_errors_).all()
    assert fitted.probability_alive(busy).between(0, 1).all()


# ---------------------------------------------------------------- purchase models: bad input


def customers(frequency, recency, T, **more):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T} | more)


BAD_SUMMARIES = {
    "a missing column": (customers([1, 2], [1, 2], [3, 3]).drop(columns="T"), "Missing column: T"),
    "NaN": (customers([1, 2], [1, np.nan], [3, 3]), r'"recency" is missing, infinite or below 0.*1 of 2 rows'),
    "negative": (customers([1, -2], [1, 2], [3, 3]), r'"frequency" is missing, infinite or below 0'),
    "text": (customers(["1", "2"], [1, 2], [3, 3]), "pd.to_numeric"),
    "recency above T": (customers([1, 2], [1, 4], [3, 3]), "recency is longer than T.*1 of 2 rows"),
    "days since the last purchase": (customers([0, 2], [3, 1], [3, 3]), "frequency is 0 but recency is not"),
    "repeat on the first day": (customers([1, 2], [0, 1], [3, 3]), "frequency is above 0 but recency is 0"),
    "half a purchase": (customers([1, 2.5], [1, 2], [3, 3]), "not a whole number"),
    "one customer": (customers([3], [1], [3]), "1 customer"),
    "nobody": (customers([], [], []).astype(float), "0 customer"),
    "no repeat buyer": (customers([0, 0, 0], [0, 0, 0], [3, 4, 5]), "No customer has bought again"),
    "all alike": (customers([2] * 9, [2.0] * 9, [5.0] * 9), "alike"),
    "no table": ([1, 2, 3], "btyd_summary"),
}


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
@pytest.mark.parametrize("name", BAD_SUMMARIES)
def test_a_bad_summary_is_refused_and_says_why(name, model):
    table, message = BAD_SUMMARIES[name]
    refuses(lambda: model().fit(table), (ValueError, TypeError), message)


@pytest.mark.parametrize("model", [value.BetaGeoNBD, value.ParetoNBD])
def test_an_estimate_that_runs_away_is_reported(model):
    # Purchases as regular as clockwork: rates do not spread, however large r and alpha grow.
    rng = np.random.default_rng(1)
    table = customers(rng.integers(19, 22, 400), rng.uniform(80, 100, 400), [100.0] * 400)
    refuses(lambda: model().fit(table), ValueError, "The estimate has no end")


def test_units_must_agree(log, summary):
    days = value.btyd_summary(log, calibration_end="1997-09-30", time_unit="day", amount="amount")
    for call in (
        lambda: BGNBD.probability_alive(days),
        lambda: PARETO.conditional_expected_purchases(3, days),
        lambda: value.BetaGeoNBD(time_unit="week").fit(days),
        lambda: BGNBD.log_likelihood(days.head(3)),
        lambda: value.customer_lifetime_value(BGNBD, GAMMA, days, horizon=12, discount=0.01),
    ):
        refuses(call, ValueError, "The model counts in units of one week, the table in units of one day")
    refuses(lambda: value.BetaGeoNBD(time_unit="weeks"), ValueError, "'weeks'")


def test_models_without_data_say_what_they_lack(summary):
    for model in (value.BetaGeoNBD, value.ParetoNBD, value.GammaGamma, value.ShiftedBetaGeometric):
        refuses(lambda model=model: model().params_, AttributeError, "has no parameters yet")
        refuses(lambda model=model: model(0.5), ValueError, "Give all parameters")
    refuses(lambda: value.BetaGeoNBD().probability_alive(summary), AttributeError, "has no parameters yet")
    refuses(lambda: BGNBD.standard_errors_, AttributeError, "comes from data")
    refuses(lambda: BGNBD.log_likelihood_, AttributeError, "comes from data")
    refuses(lambda: value.GammaGamma(1, 2, -3), ValueError, "must be positive")
    assert repr(value.GammaGamma()) == "GammaGamma()" and "alpha=4.414" in repr(BGNBD)
    with pytest.raises(AttributeError, match="no attribute 'parms_'"):
        BGNBD.parms_


def test_predictions_check_what_they_get(summary):
    refuses(lambda: BGNBD.expected_purchases(-1), ValueError, "0 or more")
    refuses(lambda: BGNBD.probability_alive(3), TypeError, "A table or a dict")
    refuses(lambda: BGNBD.probability_alive({"frequency": 2}), ValueError, "Missing column: recency, T")
    strange = pd.Series([1.0, 2.0])
    refuses(lambda: BGNBD.conditional_expected_purchases(strange, summary), ValueError, "index must be")


# ---------------------------------------------------------------- spend and value


def test_gamma_gamma_counts_whom_it_leaves_out(summary):
    table = summary.copy()
    free = table.index[table["frequency"] > 0][0]
    table.loc[free, "monetary_value"] = 0.0
    fitted = value.GammaGamma().fit(table)
    assert fitted.excluded_ == {"one-time buyers": 1411, "repeat purchases of 0": 1}
    as_lifetimes_writes_it = table.fillna({"monetary_value": 0.0})
    pd.testing.assert_series_equal(fitted.params_, value.GammaGamma().fit(as_lifetimes_writes_it).params_)
    # Who bought once is expected to spend what all spend on average; who bought often, what she spent.
    assert fitted.expected_spend({"frequency": 0, "monetary_value": np.nan}) == pytest.approx(fitted.expected_mean)
    assert fitted.expected_spend({"frequency": 500, "monetary_value": 80}) == pytest.approx(80, rel=0.01)


BAD_SPENDING = {
    "no money": (customers([1, 2], [1, 2], [3, 3]), "Missing column: monetary_value"),
    "NaN for a repeat buyer": (
        customers([1, 2, 0], [1, 2, 0], [3, 3, 3], monetary_value=[5, np.nan, np.nan]),
        r'"monetary_value" is missing, infinite or below 0.*1 of 3 rows',
    ),
    "negative": (customers([1, 2], [1, 2], [3, 3], monetary_value=[5, -1]), "below 0"),
    "all alike": (customers([1, 2], [1, 2], [3, 3], monetary_value=[5, 5]), "all spend the same"),
    "no repeat buyer": (customers([0, 0], [0, 0], [3, 3], monetary_value=[np.nan, np.nan]), "No customer has bought"),
    "one customer": (customers([1], [1], [3], monetary_value=[5]), "1 customer"),
    "no spread within": (customers([900] * 4, [1] * 4, [3] * 4, monetary_value=[5, 6, 7, 8.0]), "has no end"),
}


@pytest.mark.parametrize("name", BAD_SPENDING)
def test_bad_spending_is_refused_and_says_why(name):
    table, message = BAD_SPENDING[name]
    refuses(lambda: value.GammaGamma().fit(table), ValueError, message)


def test_infinite_expectations_are_refused():
    refuses(lambda: value.GammaGamma(2, 0.9, 3).expected_mean, ValueError, "infinite")
    refuses(
        lambda: value.GammaGamma(0.05, 0.9, 3).expected_spend({"frequency": 1, "monetary_value": 3}),
        ValueError,
        "infinite",
    )


def test_clv_is_the_discounted_sum_of_expected_purchases(summary):
    found = value.customer_lifetime_value(PARETO, GAMMA, summary, horizon=3, discount=0.02, margin=0.4)
    month = 365.25 / 12 / 7
    bought = [PARETO.conditional_expected_purchases(m * month, summary) for m in range(4)]
    expected = sum((bought[m] - bought[m - 1]) / 1.02**m for m in (1, 2, 3)) * GAMMA.expected_spend(summary) * 0.4
    pd.testing.assert_series_equal(found, expected, check_names=False)
    year = value.customer_lifetime_value(PARETO, GAMMA, summary, horizon=1, discount=0, horizon_unit="year")
    months = value.customer_lifetime_value(PARETO, GAMMA, summary, horizon=12, discount=0)
    pd.testing.assert_series_equal(year, months, rtol=1e-9)


def test_clv_does_not_depend_on_the_unit_of_the_summary(log):
    found = []
    for unit in ("day", "week", "month"):
        table = value.btyd_summary(log, calibration_end="1997-09-30", amount="amount", time_unit=unit)
        model = value.BetaGeoNBD().fit(table)
        found.append(value.customer_lifetime_value(model, GAMMA, table, horizon=12, discount=0.01))
    pd.testing.assert_series_equal(found[0], found[1], rtol=1e-5)
    pd.testing.assert_series_equal(found[0], found[2], rtol=1e-5)


def test_clv_refuses_an_unknown_unit(summary):
    nameless = summary.copy()
    nameless.attrs = {}

    def clv(purchases, table, **options):
        return value.customer_lifetime_value(purchases, GAMMA, table, **({"horizon": 12, "discount": 0.01} | options))

    model = value.BetaGeoNBD(*BGNBD.params_)
    refuses(lambda: clv(model, nameless), ValueError, "time unit is unknown")
    pd.testing.assert_series_equal(clv(BGNBD, nameless), clv(model, summary))
    for options, message in (
        ({"horizon": 1.5}, "whole number"),
        ({"horizon": 0}, "at least 1"),
        ({"margin": 40}, "up to 1"),
        ({"discount": -0.1}, "0 or more"),
        ({"horizon_unit": "moon"}, "'moon'"),
    ):
        refuses(lambda options=options: clv(BGNBD, summary, **options), ValueError, message)
    refuses(lambda: clv(BGNBD, summary.loc[1]), TypeError, "table of btyd_summary")


# ---------------------------------------------------------------- delivered value, budgets

ITEMS = value.VALUE_ITEMS + value.COST_ITEMS
SCORES = pd.DataFrame({"A": [8, 9, 9, 8, 6, 5, 4, 3], "B": [8, 6, 6, 7, 4, 4, 4, 4]}, index=ITEMS)


def test_delivered_value_is_value_less_cost():
    plain = value.delivered_value(SCORES)
    assert plain.loc["total_value"].tolist() == [34, 27] and plain.loc["delivered_value"].tolist() == [16, 11]
    weights = pd.Series(np.arange(8) / 10, index=ITEMS)
    found = value.delivered_value(SCORES.sample(frac=1, random_state=1), weights.iloc[::-1])
    assert found.loc["total_value", "A"] == pytest.approx((SCORES["A"] * weights).iloc[:4].sum())
    assert (found.loc["delivered_value"] == found.loc["total_value"] - found.loc["total_cost"]).all()
    pd.testing.assert_frame_equal(found, value.delivered_value(SCORES, dict(weights)))


@given(money=st.floats(0, 1000), more=st.floats(0.1, 100), ceiling=st.floats(0.01, 1), rate=st.floats(0.01, 0.99))
@quick
def test_response_rises_to_its_ceiling(money, more, ceiling, rate):
    k = value.response_k(10, rate * ceiling, ceiling)
    assert value.response_rate(10, ceiling, k) == pytest.approx(rate * ceiling)
    assert value.response_rate(money, ceiling, k) <= value.response_rate(money + more, ceiling, k) <= ceiling
    assert value.response_rate(0, ceiling, k) == 0


def test_budget_split_spends_the_budget_and_has_its_best_where_the_margins_meet():
    table = value.budget_split(
        100_000,
        prospects=20_000,
        customers=5_000,
        customer_value=100,
        acquisition_ceiling=0.2,
        acquisition_k=0.2,
        retention_ceiling=0.9,
        retention_k=0.1,
        step=0.001,
    )
    spent = table["acquisition_spend"] * 20_000 + table["retention_spend"] * 5_000
    assert spent.to_numpy() == pytest.approx(100_000)
    expected = (20_000 * table["acquisition_rate"] + 5_000 * table["retention_rate"]) * 100 - 100_000
    assert table["value"].to_numpy() == pytest.approx(expected.to_numpy())
    best = table.loc[table["value"].idxmax()]
    one_more_won = 0.2 * 0.2 * np.exp(-0.2 * best["acquisition_spend"])
    one_more_kept = 0.9 * 0.1 * np.exp(-0.1 * best["retention_spend"])
    assert one_more_won == pytest.approx(one_more_kept, rel=0.01)


CURVES = dict(acquisition_ceiling=0.2, acquisition_k=0.2, retention_ceiling=0.9, retention_k=0.1)
BAD_NUMBERS = {
    "retention in per cent": (lambda: value.clv(100, 80, 0.1), "0.8, not 80"),
    "negative retention": (lambda: value.margin_multiple(-0.1, 0.1), "between 0 and 1"),
    "negative discount": (lambda: value.clv(100, 0.8, -0.1), "0 or more"),
    "for ever": (lambda: value.clv(100, 1, 0), "infinite"),
    "no period": (lambda: value.clv(100, 0.8, 0.1, periods=0), "at least 1"),
    "half a period": (lambda: value.clv(100, 0.8, 0.1, periods=2.5), "whole number"),
    "an unknown timing": (lambda: value.clv(100, 0.8, 0.1, first_margin="later"), "'later'"),
    "NaN": (lambda: value.clv(np.nan, 0.8, 0.1), "margin has missing"),
    "text": (lambda: value.clv("much", 0.8, 0.1), "margin = 'much'"),
    "two indexes": (
        lambda: value.clv(pd.Series([1, 2]), pd.Series([0.1, 0.2], index=[5, 6]), 0.1),
        "different indexes",
    ),
    "growth beyond loss": (lambda: value.margin_multiple(0.9, 0.1, growth=0.3), "infinite"),
    "a margin that more than vanishes": (lambda: value.margin_multiple(0.9, 0.1, growth=-1.5), "above -1"),
    "a swing above 1": (lambda: value.clv_sensitivity(100, 0.95, 0.1), "by 10% is above 1: give .* at most 0.053"),
    "a swing of 10": (lambda: value.clv_sensitivity(100, 0.5, 0.1, swing=10), "fraction between 0 and 1"),
    "several margins": (lambda: value.clv_sensitivity([1, 2], 0.5, 0.1), "one number"),
    "no customer": (lambda: value.whale_curve([]), "no customer"),
    "a lost profit": (lambda: value.whale_curve([1, np.nan]), '"profit" is missing'),
    "profit as text": (lambda: value.whale_curve(["1", "2"]), "pd.to_numeric"),
    "shares of survivors": (lambda: value.ShiftedBetaGeometric().fit([1, 0.8, 0.7]), "not shares"),
    "survivors that rise": (lambda: value.ShiftedBetaGeometric().fit([100, 80, 90]), "rises"),
    "one period": (lambda: value.ShiftedBetaGeometric().fit([100, 80]), "two periods"),
    "nobody leaves": (lambda: value.ShiftedBetaGeometric().fit([100, 100, 100]), "Nobody leaves"),
    "all leave at once": (lambda: value.ShiftedBetaGeometric().fit([100, 0, 0]), "leave at once"),
    "one churn rate for all": (lambda: value.ShiftedBetaGeometric().fit([10_000, 5_000, 2_500, 1_250]), "no end"),
    "a year 0": (lambda: value.ShiftedBetaGeometric(1, 1).retention(0), "1 or more"),
    "an item lost": (lambda: value.delivered_value(SCORES.drop("image")), "missing .'image'"),
    "an item too much": (lambda: value.delivered_value(SCORES.rename({"image": "brand"})), "unknown .'brand'"),
    "an item twice": (lambda: value.delivered_value(pd.concat([SCORES, SCORES.head(1)])), "once"),
    "a negative weight": (lambda: value.delivered_value(SCORES, dict.fromkeys(ITEMS, -1)), '"weights" is .* below 0'),
    "a score lost": (lambda: value.delivered_value(SCORES.astype(float).replace(9, np.nan)), '"A" is missing'),
    "a ceiling in per cent": (lambda: value.response_rate(5, 40, 0.1), "0.4, not 40"),
    "a negative spend": (lambda: value.response_rate(-5, 0.4, 0.1), "negative"),
    "no speed": (lambda: value.response_rate(5, 0.4, 0), "above 0"),
    "a rate above its ceiling": (lambda: value.response_k(5, 0.5, 0.4), "between 0 and the ceiling"),
    "a limit above all": (lambda: value.acquisition_limit(100, rate=5), "between 0 and 1"),
    "no budget": (lambda: value.budget_split(0, 1, 1, 1, **CURVES), "budget = 0"),
    "a step that does not fit": (lambda: value.budget_split(9, 1, 1, 1, **CURVES, step=0.3), "divides 1"),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)


def test_keys_that_stand_twice_are_named():
    twice = pd.DataFrame(index=["a", "b", "a"])
    refuses(lambda: tables.require_unique_index(twice), ValueError, "1 keys .* first: a")


def test_scipy_loads_only_when_it_is_used():
    script = "import sys; from crmlib import value; value.clv(1, .8, .1); print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
