"""What the two models of purchases share: properties of fits and predictions, and bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import value
from tests.support.refusals import refuses

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


def test_predictions_take_the_form_of_the_table(summary, paper_bgnbd, paper_pareto, paper_gamma):
    for model in (paper_bgnbd, paper_pareto):
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
    assert paper_gamma.expected_spend(summary.loc[1]) == paper_gamma.expected_spend(summary)[1]


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


def customers(frequency, recency, T):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


BAD_SUMMARIES = {
    "a missing column": (customers([1, 2], [1, 2], [3, 3]).drop(columns="T"), "Missing column: T"),
    "NaN": (customers([1, 2], [1, np.nan], [3, 3]), r'"recency" is missing or infinite.*1 of 2 rows'),
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


def test_units_must_agree(log, summary, paper_bgnbd, paper_pareto, paper_gamma):
    days = value.btyd_summary(log, calibration_end="1997-09-30", time_unit="day", amount="amount")
    for call in (
        lambda: paper_bgnbd.probability_alive(days),
        lambda: paper_pareto.conditional_expected_purchases(3, days),
        lambda: value.BetaGeoNBD(time_unit="week").fit(days),
        lambda: paper_bgnbd.log_likelihood(days.head(3)),
        lambda: value.customer_lifetime_value(paper_bgnbd, paper_gamma, days, horizon=12, discount=0.01),
    ):
        refuses(call, ValueError, "The model counts in units of one week, the table in units of one day")
    refuses(lambda: value.BetaGeoNBD(time_unit="weeks"), ValueError, "'weeks'")


def test_predictions_check_what_they_get(summary, paper_bgnbd):
    refuses(lambda: paper_bgnbd.expected_purchases(-1), ValueError, "between 0 and")
    refuses(lambda: paper_bgnbd.probability_alive(3), TypeError, "A table or a dict")
    refuses(lambda: paper_bgnbd.probability_alive({"frequency": 2}), ValueError, "Missing column: recency, T")
    of_texts, of_bools = {"frequency": "2", "recency": 30.43, "T": 38.86}, {"frequency": True, "recency": 1, "T": 3}
    refuses(lambda: paper_bgnbd.probability_alive(of_texts), TypeError, 'Column "frequency" holds .*not numbers')
    refuses(lambda: paper_bgnbd.probability_alive(of_bools), TypeError, 'Column "frequency" holds bool, not numbers')
    refuses(lambda: paper_bgnbd.conditional_expected_purchases("39", summary), TypeError, "Write 39 without quotes")
    refuses(lambda: paper_bgnbd.expected_purchases(True), TypeError, "t = True: a number is needed")
    strange = pd.Series([1.0, 2.0])
    refuses(lambda: paper_bgnbd.conditional_expected_purchases(strange, summary), ValueError, "index must be")
