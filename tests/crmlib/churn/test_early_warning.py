"""Early warning: drift against loops and exact tests, control charts by hand, what was planted, bad input."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, datasets
from tests.support.refusals import refuses

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]


def usage_table(n=40, seed=2, months=12):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        rng.poisson(rng.gamma(3, 1, n)[:, None], (n, months)),
        columns=MONTHS[:months],
        index=[f"C{i}" for i in range(n)],
    ).astype("Int64")
    for i, joined in enumerate(rng.integers(0, months, n)):
        table.iloc[i, : joined if i % 3 == 0 else 0] = pd.NA
    return table


@pytest.mark.parametrize("window, base, minimum", [(2, 4, 6), (1, 3, 1), (3, 5, 12)])
def test_drift_against_loops(window, base, minimum):
    from scipy.stats import binomtest

    usage = usage_table()
    found = churn.drift(usage, window=window, base=base, minimum=minimum)
    rows, few, unknown = {}, 0, 0
    for customer, end in product(usage.index, range(window + base - 1, usage.shape[1])):
        visits = usage.loc[customer].iloc[end - window - base + 1 : end + 1]
        if visits.isna().any():
            unknown += 1
        elif visits.iloc[:base].sum() < minimum:
            few += 1
        else:
            before, recent = int(visits.iloc[:base].sum()), int(visits.iloc[base:].sum())
            surprise = binomtest(recent, recent + before, window / (window + base), alternative="less").pvalue
            expected = before * window / base
            rows[customer, usage.columns[end]] = (recent, expected, recent / expected, surprise)
    peer = pd.DataFrame.from_dict(rows, orient="index", columns=["recent", "expected", "ratio", "surprise"])
    assert found.index.tolist() == peer.index.tolist()
    assert np.allclose(found, peer, rtol=1e-10)
    assert [found.attrs[key] for key in ("watched", "too_few", "unknown")] == [len(rows), few, unknown]


def test_surprise_is_the_exact_test_of_two_poisson_counts():
    from statsmodels.stats.rates import test_poisson_2indep

    usage = pd.DataFrame([[3, 4, 2, 3, 1, 1]], columns=MONTHS[:6])
    peer = test_poisson_2indep(2, 2, 12, 4, method="exact-cond", alternative="smaller")
    assert churn.drift(usage)["surprise"].item() == pytest.approx(peer.pvalue)


def test_chance_alone_raises_no_more_warnings_than_promised():
    rng = np.random.default_rng(0)
    usage = pd.DataFrame(rng.poisson(4, (20_000, 6)), columns=MONTHS[:6])
    drifts = churn.drift(usage)
    for surprise in (0.01, 0.05, 0.2):
        assert 0.4 * surprise < (drifts["surprise"] <= surprise).mean() <= surprise


def test_what_the_warning_is_worth_in_qinghe():
    """Planted: visits fall two months before a customer declines. Warnings are right far more often than by chance."""
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    stages = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"].loc[visits.index]
    letters = np.array([list(path) for path in stages])
    falls = np.isin(letters[:, 1:], ["R", "T"]) & np.isin(letters[:, :-1], ["D", "G", "M"])
    happened = np.pad(falls, [(0, 0), (2, 0)])  # a month before the first, and the first, in which nobody can fall
    near = np.lib.stride_tricks.sliding_window_view(happened, 5, axis=1).any(axis=-1)  # the month before to three after
    drifts = churn.drift(visits)
    customer, month = (
        names.get_indexer(drifts.index.get_level_values(i)) for i, names in enumerate((visits.index, visits.columns))
    )
    known = month < near.shape[1]
    right, low = near[customer[known], month[known]], (drifts["surprise"] <= 0.05).to_numpy()[known]
    assert right[low].mean() > 2.2 * right.mean()
    assert drifts.attrs["too_few"] > drifts.attrs["watched"], "most customers come too rarely to be watched"


def test_p_chart_by_hand():
    months = pd.Index(["a", "b", "c", "d"], name="month")
    table = churn.p_chart(pd.Series([10, 0, 40, 2], index=months), [200, 100, 200, 50], base=["a", "b"])
    centre = 10 / 300
    reach = 3 * np.sqrt(centre * (1 - centre) / np.array([200, 100, 200, 50]))
    assert table["centre"].to_numpy() == pytest.approx(centre) and table.attrs["base"] == 2
    assert table["upper"].to_numpy() == pytest.approx(centre + reach)
    assert table["lower"].tolist() == [0, 0, 0, 0] and table["p"].tolist() == [0.05, 0, 0.2, 0.04]
    assert table["outside"].tolist() == [False, False, True, False]
    assert churn.p_chart([10, 0, 40, 2], [200, 100, 200, 50])["centre"].iloc[0] == pytest.approx(52 / 550)
    low = churn.p_chart([50, 50, 10], [100, 100, 100], base=[True, True, False])
    assert low["outside"].tolist() == [False, False, True] and low["lower"].iloc[0] == pytest.approx(0.35)
    assert (churn.p_chart([1, 0], [1, 1])["upper"] == 1).all()


def test_p_chart_finds_the_incident_of_may_2025():
    complaints = datasets.load_qinghe_complaints()
    orders = datasets.load_qinghe_orders()
    quality = complaints[complaints["type"] == "quality"]["date"].dt.to_period("M").value_counts().sort_index()
    sold = orders["date"].dt.to_period("M").value_counts().sort_index()
    table = churn.p_chart(quality, sold.loc[quality.index], base=slice("2024-01", "2024-12"))
    assert table.attrs["base"] == 12
    assert table.index[table["outside"]].astype(str).tolist() == ["2025-05"]


USAGE = usage_table(5)


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.drift(USAGE.iloc[:, :5]), ValueError, "usage has 5 months; window and base together need 6"),
        (lambda: churn.drift(USAGE.iloc[:, ::-1]), ValueError, "not in order of time"),
        (lambda: churn.drift(USAGE.fillna(0) - 9), ValueError, "below 0"),
        (lambda: churn.drift(USAGE.fillna(0) + 0.5), ValueError, "whole numbers"),
        (lambda: churn.drift(USAGE.astype("str")), TypeError, "holds str"),
        (lambda: churn.drift(pd.concat([USAGE, USAGE])), ValueError, "more than once"),
        (lambda: churn.drift(USAGE, window=0), ValueError, "window = 0"),
        (lambda: churn.drift(USAGE, minimum=0), ValueError, "minimum = 0"),
        (lambda: churn.p_chart([1, 2], [5, 0]), ValueError, "Nothing was inspected.*1 of 2"),
        (lambda: churn.p_chart([1, 9], [5, 5]), ValueError, "More are faulty"),
        (lambda: churn.p_chart([1, -2], [5, 5]), ValueError, '"defects" is missing, infinite or below 0'),
        (lambda: churn.p_chart([1, 2], [5, 5], base=["May"]), ValueError, "base does not fit"),
        (lambda: churn.p_chart([1, 2], [5, 5], base=[False, False]), ValueError, "base holds no period"),
    ],
)
def test_bad_early_warning_input_is_refused(call, error, english):
    refuses(call, error, english)
