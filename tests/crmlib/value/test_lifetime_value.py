"""Lifetime value: against its sums, at the edges, and on bad numbers."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import value
from tests.support.refusals import refuses


@given(m=st.floats(-100, 1000), r=st.floats(0, 1), d=st.floats(0, 1), c=st.floats(0, 100), n=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
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
@settings(max_examples=25, deadline=None)
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


def test_clv_is_the_discounted_sum_of_expected_purchases(summary, paper_pareto, paper_gamma):
    found = value.customer_lifetime_value(paper_pareto, paper_gamma, summary, horizon=3, discount=0.02, margin=0.4)
    month = 365.25 / 12 / 7
    bought = [paper_pareto.conditional_expected_purchases(m * month, summary) for m in range(4)]
    expected = sum((bought[m] - bought[m - 1]) / 1.02**m for m in (1, 2, 3)) * paper_gamma.expected_spend(summary) * 0.4
    pd.testing.assert_series_equal(found, expected, check_names=False)
    year = value.customer_lifetime_value(paper_pareto, paper_gamma, summary, horizon=1, discount=0, horizon_unit="year")
    months = value.customer_lifetime_value(paper_pareto, paper_gamma, summary, horizon=12, discount=0)
    pd.testing.assert_series_equal(year, months, rtol=1e-9)


def test_clv_does_not_depend_on_the_unit_of_the_summary(log, paper_gamma):
    found = []
    for unit in ("day", "week", "month"):
        table = value.btyd_summary(log, calibration_end="1997-09-30", amount="amount", time_unit=unit)
        model = value.BetaGeoNBD().fit(table)
        found.append(value.customer_lifetime_value(model, paper_gamma, table, horizon=12, discount=0.01))
    pd.testing.assert_series_equal(found[0], found[1], rtol=1e-5)
    pd.testing.assert_series_equal(found[0], found[2], rtol=1e-5)


def test_clv_refuses_an_unknown_unit(summary, paper_bgnbd, paper_gamma):
    nameless = summary.copy()
    nameless.attrs = {}

    def clv(purchases, table, **options):
        return value.customer_lifetime_value(
            purchases, paper_gamma, table, **({"horizon": 12, "discount": 0.01} | options)
        )

    model = value.BetaGeoNBD(*paper_bgnbd.params_)
    refuses(lambda: clv(model, nameless), ValueError, "time unit is unknown")
    pd.testing.assert_series_equal(clv(paper_bgnbd, nameless), clv(model, summary))
    for options, message in (
        ({"horizon": 1.5}, "whole number"),
        ({"horizon": 0}, "at least 1"),
        ({"margin": 40}, "margin = 40: one number above 0 and at most 1 is needed. Write 0.4, not 40"),
        ({"discount": -0.1}, "0 or more"),
        ({"horizon_unit": "moon"}, "'moon'"),
        ({"horizon": "12"}, "horizon = '12': a whole number of at least 1 is needed. Write 12 without quotes"),
        ({"horizon": True}, "horizon = True"),
        ({"margin": True}, "margin = True"),
        ({"discount": "0.01"}, "Write 0.01 without quotes"),
        ({"discount": [0.01, 0.02]}, "one number"),
    ):
        refuses(lambda options=options: clv(paper_bgnbd, summary, **options), ValueError, message)
    refuses(lambda: clv(paper_bgnbd, summary.loc[1]), TypeError, "table of btyd_summary")


BAD_NUMBERS = {
    "a bool": (lambda: value.clv(True, 0.8, 0.1), "margin = True: a number is needed"),
    "a bool among numbers": (lambda: value.clv([60, True], 0.8, 0.1), "margin = .60, True.: numbers are needed"),
    "a number in quotes": (lambda: value.clv("60", 0.8, 0.1), "margin = '60': .*Write 60 without quotes"),
    "retention in quotes": (lambda: value.margin_multiple("0.8", 0.1), "retention = '0.8': .*Write 0.8 without quotes"),
    "periods in quotes": (lambda: value.clv(60, 0.8, 0.1, periods="5"), "periods = '5': .*Write 5 without quotes"),
    "true periods": (lambda: value.clv(60, 0.8, 0.1, periods=True), "periods = True: a number is needed"),
    "a swing in quotes": (lambda: value.clv_sensitivity(60, 0.8, 0.1, swing="0.1"), "Write 0.1 without quotes"),
    "retention of the table in quotes": (lambda: value.clv_sensitivity(60, "0.8", 0.1), "Write 0.8 without quotes"),
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
    "a swing of 10": (
        lambda: value.clv_sensitivity(100, 0.5, 0.1, swing=10),
        "swing = 10: one number above 0 and below 1 is needed",
    ),
    "margins that do not fit": (
        lambda: value.clv([1, 2], [0.1, 0.2, 0.3], 0.1),
        "lengths do not fit each other: margin 2, retention 3. Give each as one number or equally long",
    ),
    "periods that do not fit": (lambda: value.clv([1, 2], 0.5, 0.1, periods=[1, 2, 3]), "margin 2, periods 3"),
    "growths that do not fit": (
        lambda: value.margin_multiple([0.5, 0.6], 0.1, growth=[0, 0, 0]),
        "retention 2, growth 3",
    ),
    "responses that do not fit": (lambda: value.response_rate([1, 2], [0.1, 0.2, 0.3], 1), "spend 2, ceiling 3"),
    "points that do not fit": (lambda: value.response_k([1, 2], [0.1, 0.2, 0.3], 0.4), "spend 2, rate 3"),
    "limits that do not fit": (lambda: value.acquisition_limit([1, 2], [0.1, 0.2, 0.3]), "lifetime_value 2, rate 3"),
    "renewals that do not fit": (
        lambda: value.ShiftedBetaGeometric(2, 3).expected_residual_lifetime([1, 2], [0.1, 0.2, 0.3]),
        "renewals 2, discount 3",
    ),
    "several margins": (lambda: value.clv_sensitivity([1, 2], 0.5, 0.1), "one number"),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)


def test_scipy_loads_only_when_it_is_used():
    script = "import sys; from crmlib import value; value.clv(1, .8, .1); print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
