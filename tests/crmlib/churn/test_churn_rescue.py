"""How the second part of crmlib.churn behaves: uplift, early warning, complaints, winning back."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from crmlib import churn, datasets, value
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]


def trial(n=4000, seed=1, uplift=0.3):
    """A test drawn by lot: buyers of women's goods gain `uplift`, the others nothing; one in three is treated."""
    rng = np.random.default_rng(seed)
    features = pd.DataFrame(
        {"womens": rng.integers(0, 2, n), "history": rng.gamma(2, 50, n), "channel": rng.choice(["Web", "Phone"], n)},
        index=[f"C{i}" for i in range(n)],
    )
    treated = pd.Series(rng.random(n) < 1 / 3, index=features.index).astype(int)
    chance = 0.2 + uplift * features["womens"] * treated
    return features, treated, (rng.random(n) < chance).astype(int)


def pipeline(model):
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(), ["channel"]), (StandardScaler(), ["history"]), ("passthrough", ["womens"])
        ),
        model,
    )


# ---------------------------------------------------------------- the lot and the models


def test_balance_by_hand():
    features = pd.DataFrame(
        {
            "age": [30, 40, 50, 20, 30, 70],
            "web": [True, True, False, True, False, False],
            "town": ["a", "b", "b", "b", "b", "b"],
            "same": 7,
        }
    )
    table = churn.balance(features, [1, 1, 1, 0, 0, 0])
    age = (40 - 40) / np.sqrt((100 + 700) / 2)
    web = (2 / 3 - 1 / 3) / np.sqrt(2 / 9)
    town = (1 / 3 - 0) / np.sqrt((2 / 9 + 0) / 2)
    assert table["difference"].to_dict() == pytest.approx(
        {"age": age, "web": web, "town: a": town, "town: b": -town, "same": 0}
    )
    assert table.loc["web", ["treated", "control"]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table.attrs == {"treated": 3, "control": 3}
    apart = churn.balance(pd.DataFrame({"x": [1, 1, 0, 0]}), [1, 1, 0, 0])
    assert apart.loc["x", "difference"] == np.inf


def test_balance_weighs_by_the_spread_of_numbers():
    rng = np.random.default_rng(0)
    lot = rng.integers(0, 2, 400)
    x = rng.normal(10, 1 + 2 * lot)
    one, other = x[lot == 1], x[lot == 0]
    expected = (one.mean() - other.mean()) / np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    assert churn.balance(pd.DataFrame({"x": x}), lot).loc["x", "difference"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("model", [LogisticRegression(), LinearRegression()])
def test_two_models_are_two_models(model):
    features, treated, outcome = trial()
    whole = pipeline(model)
    found = churn.TwoModels(whole).fit(features, treated, outcome).predict(features)
    parts = [clone(whole).fit(features[treated == side], outcome[treated == side]) for side in (1, 0)]
    chance = isinstance(model, LogisticRegression)
    one, other = (part.predict_proba(features)[:, 1] if chance else part.predict(features) for part in parts)
    assert found.index.equals(features.index) and np.allclose(found, one - other, atol=1e-12)
    assert not hasattr(whole[0], "transformers_"), "the model given must stay unfitted"


def test_models_find_what_was_planted():
    features, treated, outcome = trial(n=30_000)
    chance, number = pipeline(LogisticRegression()), pipeline(LinearRegression())
    for model in (churn.TwoModels(chance), churn.TransformedOutcome(number)):
        found = model.fit(features, treated, outcome).predict(features).groupby(features["womens"]).mean()
        assert found.to_numpy() == pytest.approx([0, 0.3], abs=0.025)


def test_the_transformed_outcome_has_the_uplift_as_its_mean():
    features, treated, outcome = trial()
    share = treated.mean()
    model = churn.TransformedOutcome(LinearRegression()).fit(features[["womens"]], treated, outcome)
    target = np.where(treated == 1, outcome / share, -outcome / (1 - share))
    assert model.share_ == share
    assert model.predict(features[["womens"]]).groupby(features["womens"]).mean().to_numpy() == pytest.approx(
        pd.Series(target).groupby(features["womens"].to_numpy()).mean().to_numpy()
    )
    given = churn.TransformedOutcome(LinearRegression(), share=0.25).fit(features[["womens"]], treated, outcome)
    other = np.where(treated == 1, outcome / 0.25, -outcome / 0.75)
    assert given.predict(features[["womens"]]).mean() == pytest.approx(other.mean())


# ---------------------------------------------------------------- uplift by group, difference

# Newcombe (1998), table II, method 10.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize("a, m, b, n, lower, upper", NEWCOMBE)
def test_difference_of_newcombe(a, m, b, n, lower, upper):
    first, second = [1] * a + [0] * (m - a), [1] * b + [0] * (n - b)
    found = churn.difference(first, second)
    assert found[["lower", "upper"]].tolist() == pytest.approx([lower, upper], abs=5e-5)
    assert found[["first", "second", "difference"]].tolist() == pytest.approx([a / m, b / n, a / m - b / n])
    by = churn.uplift_by(first + second, [1] * m + [0] * n, ["all"] * (m + n)).loc["all"]
    assert by[["lower", "upper"]].tolist() == pytest.approx(found[["lower", "upper"]].tolist())


def test_difference_of_welch():
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(5)
    first, second = rng.gamma(1, 50, 40), rng.gamma(1, 40, 25)
    for confidence in (0.8, 0.95):
        low, high = ttest_ind(first, second, equal_var=False).confidence_interval(confidence)
        assert churn.difference(first, second, confidence)[["lower", "upper"]].tolist() == pytest.approx([low, high])
    assert churn.difference([2, 2], [5, 5])[["lower", "upper"]].tolist() == [-3, -3]


@pytest.mark.parametrize("binary", [True, False])
def test_uplift_by_group_is_the_difference_in_each(binary):
    features, treated, outcome = trial(600)
    outcome = outcome if binary else outcome * features["history"].to_numpy()
    group = features["channel"].astype(pd.CategoricalDtype(["Web", "Phone", "Shop"])).rename("way")
    table = churn.uplift_by(outcome, treated, group, confidence=0.9)
    assert table.index.tolist() == ["Web", "Phone"] and table.index.name == "way"
    for name, row in table.iterrows():
        inside = (group == name).to_numpy()
        one, other = outcome[inside & (treated == 1)], outcome[inside & (treated == 0)]
        assert row[["treated", "control"]].tolist() == [len(one), len(other)]
        assert row.iloc[2:].tolist() == pytest.approx(churn.difference(one, other, 0.9).tolist())


def test_uplift_bins_rank_from_the_top():
    features, treated, outcome = trial(1000)
    score = features["history"]
    table = churn.uplift_bins(outcome, treated, score, bins=4)
    for number, part in enumerate(np.array_split(score.sort_values(ascending=False).index, 4), start=1):
        inside = features.index.isin(part)
        assert table.loc[number, "score"] == pytest.approx(score[part].mean())
        assert table.loc[number, "uplift"] == pytest.approx(
            outcome[inside & (treated == 1)].mean() - outcome[inside & (treated == 0)].mean()
        )
    tied = churn.uplift_bins(outcome, treated, features["womens"], bins=5)
    assert tied["score"].tolist() == [1, 0], "equal scores share a bin"


# ---------------------------------------------------------------- Qini


def brute_qini(outcome, treated, score):
    """Radcliffe's curve by loops, at the end of every score."""
    points = [(0.0, 0.0)]
    for threshold in sorted(set(score), reverse=True):
        chosen = [i for i in range(len(score)) if score[i] >= threshold]
        t = [outcome[i] for i in chosen if treated[i]]
        c = [outcome[i] for i in chosen if not treated[i]]
        gained = sum(t) - (sum(c) * len(t) / len(c) if c else 0)
        points.append((len(chosen) / len(score), gained / sum(treated)))
    return points


def brute_area(points):
    end = points[-1][1]
    return sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False)) - end / 2


experiments = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=25)


@quick
@given(experiments)
def test_qini_against_loops(rows):
    outcome, treated, score = zip(*rows, strict=True)
    assume(0 < sum(treated) < len(treated))
    points = brute_qini(outcome, treated, score)
    curve = churn.qini(outcome, treated, score)
    assert curve.attrs["coefficient"] == pytest.approx(brute_area(points), abs=1e-12)
    share, gained = zip(*points, strict=True)
    assert curve["gained"].to_numpy() == pytest.approx(np.interp(curve.index, share, gained), abs=1e-12)
    assert curve["random"].to_numpy() == pytest.approx(curve.index * gained[-1], abs=1e-12)
    profit = churn.targeting_profit(outcome, treated, score, worth=2.5, cost=0.4, shares=[0, 0.3, 1])
    assert profit["profit"].to_numpy() == pytest.approx(
        [2.5 * np.interp(x, share, gained) - 0.4 * x for x in (0, 0.3, 1)], abs=1e-12
    )
    assert profit.attrs["profit"] == profit["profit"].max() == profit.loc[profit.attrs["best"], "profit"]


@quick
@given(experiments, st.randoms())
def test_qini_depends_on_the_ranking_only(rows, random):
    outcome, treated, score = zip(*rows, strict=True)
    assume(0 < sum(treated) < len(treated))
    before = churn.qini(outcome, treated, score, resamples=3)
    shuffled = random.sample(rows, len(rows))
    outcome, treated, score = zip(*shuffled, strict=True)
    after = churn.qini(outcome, treated, [3**value for value in score])
    assert after["gained"].to_numpy() == pytest.approx(before["gained"].to_numpy(), abs=1e-12)
    assert after.attrs["coefficient"] == pytest.approx(before.attrs["coefficient"], abs=1e-12)


def test_a_score_that_says_nothing_lies_on_the_line():
    _, treated, outcome = trial(500)
    curve = churn.qini(outcome, treated, np.zeros(500))
    assert curve.attrs["coefficient"] == pytest.approx(0, abs=1e-12)
    assert (curve["gained"] - curve["random"]).abs().max() < 1e-12


def test_treating_all_gains_the_difference_of_the_two_groups():
    features, treated, outcome = trial(900)
    gained = churn.qini(outcome, treated, features["history"]).loc[1, "gained"]
    assert gained == pytest.approx(outcome[treated == 1].mean() - outcome[treated == 0].mean())


def test_the_bootstrap_is_as_wide_as_the_test_is_uncertain():
    features, treated, outcome = trial(3000)
    score = features["womens"] + features["history"] / 1e6
    curve = churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=3)
    again = churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=3)
    assert again.equals(curve) and again.attrs == curve.attrs
    assert churn.qini(outcome, treated, score, resamples=400, confidence=0.9, seed=4).attrs != curve.attrs
    peer = churn.difference(outcome[treated == 1], outcome[treated == 0], 0.9)
    assert curve.loc[1, ["lower", "upper"]].tolist() == pytest.approx(peer[["lower", "upper"]].tolist(), abs=0.006)
    assert 0 < curve.attrs["lower"] < curve.attrs["coefficient"] < curve.attrs["upper"]
    wider = churn.qini(outcome, treated, score, resamples=400, confidence=0.99, seed=3).attrs
    assert wider["lower"] < curve.attrs["lower"] and wider["upper"] > curve.attrs["upper"]
    assert churn.qini(outcome, treated, score).attrs["lower"] is None


def test_the_bootstrap_of_qini_against_drawing_again_by_hand():
    features, treated, outcome = trial(300)
    score, lot, outcome = (column.to_numpy() for column in (features["history"], treated, outcome))
    rng = np.random.default_rng(0)
    areas = []
    for _ in range(300):
        drawn = np.r_[
            rng.choice(np.flatnonzero(lot == 1), (lot == 1).sum()),
            rng.choice(np.flatnonzero(lot == 0), (lot == 0).sum()),
        ]
        areas.append(churn.qini(outcome[drawn], lot[drawn], score[drawn]).attrs["coefficient"])
    found = churn.qini(outcome, lot, score, resamples=2000).attrs
    low, high = np.quantile(areas, [0.025, 0.975])
    assert [found["lower"], found["upper"]] == pytest.approx([low, high], abs=0.2 * (high - low))


def test_the_bootstrap_keeps_both_groups():
    curve = churn.qini([1] + [0, 1] * 20, [1] + [0] * 40, range(41), resamples=100)
    assert np.isfinite(curve).all(axis=None)


def test_best_share_of_targeting_in_hillstrom():
    """Buyers of women's goods come for the women's e-mail, the others hardly do; so a part of the list earns most."""
    mail = datasets.load_hillstrom()
    mail = mail[mail["arm"].isin(["womens", "none"])]
    treated = (mail["arm"] == "womens").astype(int)
    by = churn.uplift_by(mail["visit"], treated, mail["womens"])
    assert by["uplift"].round(3).to_dict() == {0: 0.011, 1: 0.073}
    assert churn.balance(mail[["months_since_last", "history", "channel"]], treated)["difference"].abs().max() < 0.02
    profit = churn.targeting_profit(mail["visit"], treated, mail["womens"], worth=2.5, cost=0.08)
    assert profit.attrs["best"] == 0.55 and profit.loc[0, "profit"] == 0
    assert profit.attrs["profit"] > profit.loc[1, "profit"] > 0


# ---------------------------------------------------------------- early warning


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
        assert 0.4 * surprise < len(churn.warnings(drifts, surprise)) / len(drifts) <= surprise


def test_a_warning_starts_once_and_again_after_a_recovery():
    visits = [4, 4, 4, 4, 0, 0, 0, 6, 6, 6, 6, 6, 6, 0, 0, 0]
    drifts = churn.drift(pd.DataFrame([visits], index=["Rye"], columns=MONTHS[:16]), minimum=4)
    low = drifts.index[drifts["surprise"] <= 0.05].get_level_values("month").tolist()
    assert low == ["2024-06", "2024-07", "2025-03", "2025-04"]
    found = churn.warnings(drifts)
    assert found.index.tolist() == [("Rye", "2024-06"), ("Rye", "2025-03")]
    mixed = churn.warnings(drifts.sort_values("surprise"))
    assert mixed.sort_index().equals(found), "in any order of rows"
    assert found.attrs["surprise"] == 0.05 and found.attrs["window"] == 2
    neighbour = churn.drift(pd.DataFrame([visits, visits], index=["Rye", "Spelt"], columns=MONTHS[:16]), minimum=4)
    assert churn.warnings(neighbour).groupby("customer").size().tolist() == [2, 2]


def test_a_low_month_of_one_customer_does_not_silence_the_next_customer():
    usage = pd.DataFrame([[4, 4, 4, 4, 4, 0, 0], [4, 4, 4, 4, 0, 0, 0]], index=["Rye", "Spelt"], columns=MONTHS[:7])
    assert churn.warnings(churn.drift(usage)).index.tolist() == [("Rye", "2024-07"), ("Spelt", "2024-06")]


def test_an_unwatched_month_ends_a_spell():
    months = pd.Index(MONTHS[:3], name="month")
    index = pd.MultiIndex.from_product([["A"], months], names=["customer", "month"])
    drifts = pd.DataFrame({"surprise": [0.01, 0.9, 0.01]}, index=index)
    assert len(churn.warnings(drifts)) == 2
    assert len(churn.warnings(drifts[[True, False, True]])) == 2


def brute_record(drifts, events, months, surprise, ahead, late):
    warned = set(churn.warnings(drifts, surprise).index)
    place = {month: i for i, month in enumerate(months)}
    last = len(months) - 1
    hits, leads, judged, waiting = 0, [], 0, 0
    for customer, month in warned:
        if place[month] + ahead > last:
            waiting += 1
            continue
        judged += 1
        gaps = sorted(place[m] - place[month] for c, m in events if c == customer)
        gaps = [gap for gap in gaps if -late <= gap <= ahead]
        hits += bool(gaps)
        leads += gaps[:1]

    def near(rows, c, m):
        return any(k == c and -late <= place[m] - place[at] <= ahead for k, at in rows)

    watched = [(c, m) for c, m in events if near(drifts.index, c, m)]
    caught = sum(near(warned, c, m) for c, m in watched)
    return judged, hits, len(watched), caught, np.mean(leads) if leads else np.nan, waiting


@pytest.mark.parametrize("ahead, late", [(3, 1), (0, 0), (5, 2)])
def test_warning_record_against_loops(ahead, late):
    usage = usage_table(60, months=18)
    rng = np.random.default_rng(8)
    drifts = churn.drift(usage, minimum=4)
    months = usage.columns[5:].tolist()
    events = {(f"C{rng.integers(60)}", months[rng.integers(len(months))]) for _ in range(50)}
    index = pd.MultiIndex.from_tuples([*events, ("C1", "2023-01"), ("nobody", months[0])])
    thresholds = [0.05, 0.3]
    table = churn.warning_record(drifts, index, surprise=thresholds, ahead=ahead, late=late)
    for surprise in thresholds:
        judged, hits, watched, caught, lead, waiting = brute_record(drifts, events, months, surprise, ahead, late)
        row = table.loc[surprise]
        assert [row["warnings"], row["hits"], row["false_alarms"], row["events"], row["caught"], row["open"]] == [
            judged,
            hits,
            judged - hits,
            watched,
            caught,
            waiting,
        ]
        assert judged > 3 and row["precision"] == hits / judged and row["recall"] == caught / watched
        assert row["lead"] == pytest.approx(lead, nan_ok=True)
    assert table.attrs["unwatched"] == len(events) - watched + 2


def test_what_the_warning_is_worth_in_qinghe():
    """Planted: visits fall two months before a customer declines. Warnings are right far more often than by chance."""
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    stages = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"].loc[visits.index]
    letters = np.array([list(path) for path in stages])
    fell = np.isin(letters[:, 1:], ["R", "T"]) & np.isin(letters[:, :-1], ["D", "G", "M"])
    rows, months = np.nonzero(fell)
    events = pd.MultiIndex.from_arrays([visits.index[rows], visits.columns[months + 1]])
    row = churn.warning_record(churn.drift(visits), events, surprise=0.05)
    assert row.loc[0.05, "precision"] > 2.2 * row.attrs["by_chance"]
    assert row.loc[0.05, "recall"] > 0.55 and row.loc[0.05, "lead"] > 0
    assert row.attrs["unwatched"] > row.loc[0.05, "events"], "most customers come too rarely to be watched"


# ---------------------------------------------------------------- complaints and quality


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


CASES = {  # hours after the receipt
    "good": {"received": 0, "listen": 1, "empathise": 1, "apologise": 2, "solve": 48, "follow_up": 300},
    "late": {"received": 0, "listen": 1, "empathise": 1, "apologise": 30, "solve": 120.5, "follow_up": 300},
    "crooked": {"received": 0, "listen": 1, "empathise": 2, "apologise": 1.5, "solve": 1.7, "follow_up": 300},
    "skipped": {"received": 0, "listen": 5, "apologise": 4, "solve": 48, "follow_up": 300},
    "forgotten": {"received": 0, "listen": 1, "apologise": 2, "solve": 48},
    "fresh": {"received": 600, "listen": 601, "empathise": 601},
}


def case_log(cases):
    rows = [
        (case, step, pd.Timestamp("2025-05-05") + pd.Timedelta(hours=hour))
        for case, steps in cases.items()
        for step, hour in steps.items()
    ]
    return pd.DataFrame(rows, columns=["case", "step", "time"]).sample(frac=1, random_state=0)


def test_complaint_protocol_by_hand():
    table = churn.complaint_protocol(case_log(CASES), now="2025-05-30 06:00")  # 606 hours after the first receipt
    marks = table[["missing", "open", "out_of_order", "late"]]
    assert marks.loc["good"].tolist() == ["", "", "", ""]
    assert marks.loc["late"].tolist() == ["", "", "", "apologise, solve"]
    assert marks.loc["crooked"].tolist() == ["", "", "apologise, solve", ""]
    assert marks.loc["skipped"].tolist() == ["empathise", "", "apologise", ""]
    assert marks.loc["forgotten"].tolist() == ["empathise, follow_up", "", "", ""]
    assert marks.loc["fresh"].tolist() == ["", "apologise, solve, follow_up", "", ""]
    assert table.index[table["kept"]].tolist() == ["fresh", "good"]
    assert table.loc["late", list(churn.PROTOCOL)].tolist() == [1, 1, 30, 120.5, 300]
    assert table.loc["fresh", "listen"] == 1 and np.isnan(table.loc["fresh", "solve"])


def test_complaint_protocol_counts_the_first_of_repeated_steps_and_knows_other_standards():
    log = case_log({"K": {"received": 0, "answer": 5}})
    log = pd.concat([case_log({"K": {"answer": 50}}), log])
    table = churn.complaint_protocol(log, {"answer": 6})
    assert table.loc["K", "answer"] == 5 and table.loc["K", "kept"] and table.attrs["repeated"] == 1
    assert churn.complaint_protocol(log, {"answer": 5}).loc["K", "late"] == "", "in time is not late"
    assert churn.complaint_protocol(log, {"answer": 4.9}).loc["K", "late"] == "answer"


@pytest.fixture(scope="module")
def complaints():
    return datasets.load_qinghe_complaints()


def test_stay_model_against_the_formula_of_statsmodels(complaints):
    import statsmodels.formula.api as smf

    model = churn.StayModel(confidence=0.9).fit(complaints)
    known = complaints.dropna(subset="stayed").astype({"stayed": int, "recovery": object})
    peer = smf.logit("stayed ~ delay_days + C(recovery, Treatment('none'))", known).fit(disp=False)
    kinds = [f"C(recovery, Treatment('none'))[T.{kind}]" for kind in ("apology", "compensation")]
    names = ["Intercept", "delay_days", *kinds]
    assert model.coefficients.index.tolist() == ["intercept", "delay_days", "apology", "compensation"]
    found = model.coefficients
    assert found["coefficient"].to_numpy() == pytest.approx(peer.params[names].to_numpy(), rel=1e-6)
    assert found[["lower", "upper"]].to_numpy() == pytest.approx(peer.conf_int(0.1).loc[names].to_numpy(), rel=1e-5)
    assert found["p_value"].to_numpy() == pytest.approx(peer.pvalues[names].to_numpy(), rel=1e-4)
    assert model.rows + model.set_aside == len(complaints) and model.set_aside == complaints["stayed"].isna().sum()
    assert model.coefficients.attrs == {"reference": "none"}
    chance = model.predict(known["delay_days"], known["recovery"])
    assert chance.index.equals(known.index)
    assert chance.to_numpy() == pytest.approx(peer.predict(known).to_numpy(), rel=1e-6)


def test_stay_model_finds_what_was_planted(complaints):
    found = churn.StayModel(confidence=0.99).fit(complaints).coefficients
    for name, planted in {"delay_days": -0.18, "apology": 0.5, "compensation": 1.3}.items():
        assert found.loc[name, "lower"] < planted < found.loc[name, "upper"]


def test_stay_model_takes_numbers_and_lists(complaints):
    model = churn.StayModel().fit(complaints)
    one = model.predict(3, "apology")
    assert isinstance(one, float)
    assert model.predict([3, 3], ["apology", "none"]).tolist()[0] == one
    assert model.predict(3, ["apology", "none"]).tolist() == model.predict([3, 3], ["apology", "none"]).tolist()
    assert model.predict(pd.Series([3], index=["K"]), "apology").to_dict() == {"K": one}
    two_kinds = complaints[complaints["recovery"] != "none"]
    assert churn.StayModel().fit(two_kinds).coefficients.attrs["reference"] == "apology"


def is_working(day, holidays=()):
    return day.weekday() < 5 and day not in holidays


def brute_plan(due, worth, per_day, holidays):
    waiting, days, today = set(range(len(due))), {}, min(due)
    while waiting:
        if is_working(today, holidays):
            ready = sorted((i for i in waiting if due[i] <= today), key=lambda i: -worth[i])
            for i in ready[:per_day]:
                days[i] = today
                waiting.remove(i)
        today += timedelta(days=1)
    return [days[i] for i in range(len(due))]


@quick
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=25), st.integers(1, 4), st.sets(st.integers(0, 25), max_size=4)
)
def test_follow_up_plan_against_a_day_by_day_loop(offsets, per_day, off):
    start = date(2025, 4, 28)
    due, holidays = [start + timedelta(days=i) for i in offsets], [start + timedelta(days=i) for i in off]
    worth = list(np.random.default_rng(len(offsets)).permutation(len(offsets)).astype(float))
    plan = churn.follow_up_plan(pd.Series(pd.to_datetime(due)), per_day=per_day, worth=worth, holidays=holidays)
    found = plan.sort_index()
    assert [stamp.date() for stamp in found["day"]] == brute_plan(due, worth, per_day, holidays)
    for (_, row), first in zip(found.iterrows(), due, strict=True):
        while not is_working(first, holidays):
            first += timedelta(days=1)
        assert row["due"].date() == first
        between = [first + timedelta(days=i) for i in range((row["day"].date() - first).days)]
        assert row["days_late"] == sum(is_working(day, holidays) for day in between)
    assert plan.attrs["late"] == (plan["days_late"] > 0).sum() and plan["day"].is_monotonic_increasing


def test_follow_up_plan_rests_on_holidays():
    plan = churn.follow_up_plan(
        pd.to_datetime(["2025-04-30"] * 3),
        per_day=1,
        worth=[3, 2, 1],
        holidays=["2025-05-01", "2025-05-02", "2025-05-05"],
    )
    assert plan["day"].dt.strftime("%m-%d").tolist() == ["04-30", "05-06", "05-07"]
    assert plan["days_late"].tolist() == [0, 1, 2]


def test_follow_up_plan_of_equal_worth_goes_by_the_day_due():
    due = pd.Series(pd.to_datetime(["2025-05-07", "2025-05-06", "2025-05-06"]), index=["K3", "K1", "K2"])
    plan = churn.follow_up_plan(due, per_day=1, worth=[5, 5, 5])
    assert plan.index.tolist() == ["K1", "K2", "K3"] and plan["days_late"].tolist() == [0, 1, 1]


# ---------------------------------------------------------------- winning back


def test_second_lifetime_value_adds_up_month_by_month():
    months = np.arange(2000)
    second = (30 * 0.9**months / 1.01**months).sum()
    assert churn.second_lifetime_value(30, 0.9, 0.01, chance=0.2, cost=8) == pytest.approx(0.2 * second - 8)
    chance = pd.Series([0, 0.5], index=["a", "b"])
    found = churn.second_lifetime_value(30, 0.9, 0.01, chance=chance, cost=[8, 9])
    assert found.to_dict() == pytest.approx({"a": -8, "b": second / 2 - 9})
    both = churn.second_lifetime_value([30, 60], 0.9, 0.01, chance=1, cost=0)
    assert both.tolist() == pytest.approx([second, 2 * second])
    short = churn.second_lifetime_value(30, 0.9, 0.01, chance=1, cost=0, periods=12)
    assert short == value.clv(30, 0.9, 0.01, periods=12, first_margin="now")


LOST = pd.DataFrame(
    {
        "customers": [100, 50, 300, 40],
        "chance": [0.1, 0.25, 0.04, 0],
        "value": [500, 300, 100, 900],
        "cost": [6, 30, 6, 6],
        "allowed": [80, 50, 200, 10],
    },
    index=["pushed", "pulled", "bought", "moved"],
)


def test_win_back_by_hand():
    table = churn.win_back(LOST)
    assert table.index.tolist() == ["pushed", "pulled", "bought", "moved"]
    assert table["highest_price"].tolist() == [50, 75, 4, 0] and table["net"].tolist() == [44, 45, -2, -6]
    assert table["highest_gift"].tolist() == pytest.approx([440, 180, 0, 0])
    assert table["attempts"].tolist() == [80, 50, 0, 0] and table["profit"].tolist() == [3520, 2250, 0, 0]
    assert table.attrs == {"budget": None, "spend": 1980, "profit": 5770}
    free = churn.win_back(LOST.drop(columns="allowed"))
    assert free.loc["pushed", "attempts"] == 100


@quick
@given(st.integers(0, 60))
def test_win_back_spends_a_budget_best(budget):
    """With equal costs the greedy choice is the best of all possible ones."""
    lost = pd.DataFrame({"customers": [3, 4, 5], "chance": [0.1, 0.5, 0.2], "value": [200, 30, 90], "cost": 5})
    table = churn.win_back(lost, budget=budget)
    best = max(
        sum(n * (c * v - 5) for n, c, v in zip(tried, lost["chance"], lost["value"], strict=True))
        for tried in product(range(4), range(5), range(6))
        if 5 * sum(tried) <= budget
    )
    assert table.attrs["profit"] == pytest.approx(best) and table.attrs["spend"] <= budget


# ---------------------------------------------------------------- bad input

FEATURES, TREATED, OUTCOME = trial(60)
USAGE = usage_table(5)
LOG = case_log(CASES)
DRIFTS = churn.drift(pd.DataFrame([[4] * 8], index=["A"], columns=MONTHS[:8]))
KNOWN = pd.DataFrame(
    {"delay_days": [1, 2, 3, 4, 5, 6], "recovery": ["none", "apology"] * 3, "stayed": [1, 0, 1, 1, 0, 0]}
)
DUE = pd.Series(pd.to_datetime(["2025-05-05", "2025-05-06"]))


def without(case, step):
    return LOG[~((LOG["case"] == case) & (LOG["step"] == step))]


@pytest.mark.parametrize(
    "call, error, english",
    [
        (lambda: churn.balance(FEATURES, 0 * TREATED), ValueError, "nobody was treated"),
        (lambda: churn.balance(FEATURES, 0 * TREATED + 1), ValueError, "everybody was treated"),
        (lambda: churn.balance(FEATURES, 2 * TREATED), ValueError, "treated is missing or neither 0 nor 1.*2"),
        (lambda: churn.balance(FEATURES, TREATED.map({0: "no", 1: "yes"})), TypeError, "treated holds str"),
        (lambda: churn.balance(FEATURES, TREATED[::-1]), ValueError, "the order differs"),
        (
            lambda: churn.balance(FEATURES, TREATED.to_numpy()[1:]),
            ValueError,
            "different lengths: features 60, treated 59",
        ),
        (lambda: churn.balance(FEATURES.to_numpy(), TREATED), TypeError, "a pandas table is needed, not ndarray"),
        (lambda: churn.balance(FEATURES.mask(FEATURES["womens"] == 1), TREATED), ValueError, "missing"),
        (lambda: churn.balance(FEATURES.head(0), TREATED.head(0)), ValueError, "empty"),
        (
            lambda: churn.TwoModels(LogisticRegression()).fit(FEATURES[["history"]], TREATED, 0 * OUTCOME),
            ValueError,
            "have outcome 0",
        ),
        (
            lambda: churn.TwoModels(LogisticRegression()).fit(FEATURES[["history"]], TREATED, OUTCOME * TREATED),
            ValueError,
            "of the control group have outcome 0",
        ),
        (
            lambda: churn.TwoModels(LogisticRegression()).fit(FEATURES[["history"]], TREATED, 2 * OUTCOME),
            ValueError,
            "outcome is missing or neither",
        ),
        (lambda: churn.TwoModels(LinearRegression()).predict(FEATURES), ValueError, "TwoModels has not been fitted"),
        (lambda: churn.TransformedOutcome(LinearRegression()).predict(FEATURES), ValueError, "has not been fitted"),
        (
            lambda: churn.TransformedOutcome(LogisticRegression()).fit(FEATURES[["history"]], TREATED, OUTCOME),
            TypeError,
            "give a regressor",
        ),
        (
            lambda: churn.TransformedOutcome(LinearRegression(), share=1).fit(FEATURES[["history"]], TREATED, OUTCOME),
            ValueError,
            "share = 1",
        ),
        (
            lambda: churn.uplift_by(OUTCOME, TREATED, TREATED),
            ValueError,
            "2 groups have treated customers only, or none",
        ),
        (
            lambda: churn.uplift_by(OUTCOME, TREATED, FEATURES["channel"].where(FEATURES["womens"] == 1)),
            ValueError,
            "group is missing",
        ),
        (lambda: churn.uplift_by(OUTCOME * np.nan, TREATED, FEATURES["channel"]), ValueError, '"outcome" is missing'),
        (lambda: churn.uplift_by([5, 1, 2], [1, 0, 0], ["a"] * 3), ValueError, "at least two"),
        (lambda: churn.uplift_by([1, 1, 0], [1, 0, 0], ["a"] * 3, confidence=95), ValueError, "confidence = 95"),
        (lambda: churn.uplift_bins(OUTCOME, TREATED, FEATURES["history"], bins=0), ValueError, "bins = 0"),
        (
            lambda: churn.uplift_bins(OUTCOME, TREATED, FEATURES["history"], bins=40),
            ValueError,
            "treated customers only",
        ),
        (
            lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"].where(FEATURES["womens"] == 1)),
            ValueError,
            '"score" is missing',
        ),
        (lambda: churn.qini(OUTCOME, TREATED, FEATURES["channel"]), TypeError, '"score" holds str'),
        (lambda: churn.qini(OUTCOME, 1 + 0 * TREATED, FEATURES["history"]), ValueError, "control group"),
        (lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"], resamples=-1), ValueError, "resamples = -1"),
        (
            lambda: churn.qini(OUTCOME, TREATED, FEATURES["history"], resamples=5, confidence=1),
            ValueError,
            "confidence = 1",
        ),
        (
            lambda: churn.targeting_profit(OUTCOME, TREATED, FEATURES["history"], worth=1, cost=-1),
            ValueError,
            "cost = -1",
        ),
        (
            lambda: churn.targeting_profit(OUTCOME, TREATED, FEATURES["history"], worth=1, cost=1, shares=[20, 50]),
            ValueError,
            "shares is not between 0 and 1",
        ),
        (lambda: churn.difference([1, 0], [3.5]), ValueError, "at least two"),
        (lambda: churn.difference([], [1]), ValueError, "first is empty"),
        (lambda: churn.difference(["1"], [1]), TypeError, '"first" holds'),
        (lambda: churn.drift(USAGE.iloc[:, :5]), ValueError, "usage has 5 months; window and base together need 6"),
        (lambda: churn.drift(USAGE.iloc[:, ::-1]), ValueError, "not in order of time"),
        (lambda: churn.drift(USAGE.fillna(0) - 9), ValueError, "below 0"),
        (lambda: churn.drift(USAGE.fillna(0) + 0.5), ValueError, "whole numbers"),
        (lambda: churn.drift(USAGE.astype("str")), TypeError, "holds str"),
        (lambda: churn.drift(pd.concat([USAGE, USAGE])), ValueError, "more than once"),
        (lambda: churn.drift(USAGE, window=0), ValueError, "window = 0"),
        (lambda: churn.drift(USAGE, minimum=0), ValueError, "minimum = 0"),
        (lambda: churn.warnings(DRIFTS, 5), ValueError, "surprise = 5"),
        (lambda: churn.warnings(DRIFTS[["recent"]]), ValueError, "Missing column: surprise"),
        (lambda: churn.warning_record(DRIFTS, ["A"]), TypeError, "an index of customer and month"),
        (
            lambda: churn.warning_record(DRIFTS, pd.MultiIndex.from_tuples([("B", MONTHS[6])])),
            ValueError,
            "None of the 1 events",
        ),
        (lambda: churn.p_chart([1, 2], [5, 0]), ValueError, "Nothing was inspected.*1 of 2"),
        (lambda: churn.p_chart([1, 9], [5, 5]), ValueError, "More are faulty"),
        (lambda: churn.p_chart([1, -2], [5, 5]), ValueError, '"defects" is missing, infinite or below 0'),
        (lambda: churn.p_chart([1, 2], [5, 5], base=["May"]), ValueError, "base does not fit"),
        (lambda: churn.p_chart([1, 2], [5, 5], base=[False, False]), ValueError, "base holds no period"),
        (lambda: churn.complaint_protocol(LOG.drop(columns="step")), ValueError, "Missing column: step"),
        (lambda: churn.complaint_protocol(LOG.astype({"time": "str"})), TypeError, "not times"),
        (lambda: churn.complaint_protocol(LOG.replace("solve", "sing")), ValueError, "Unknown step.*sing"),
        (lambda: churn.complaint_protocol(LOG.replace("good", None)), ValueError, "Case, step or time is missing"),
        (
            lambda: churn.complaint_protocol(without("good", "received")),
            ValueError,
            'Cases without the step "received".*good',
        ),
        (
            lambda: churn.complaint_protocol(case_log({"K": {"received": 5, "listen": 4}})),
            ValueError,
            "before the complaint came in",
        ),
        (lambda: churn.complaint_protocol(LOG.head(0)), ValueError, "empty"),
        (lambda: churn.StayModel(confidence=95), ValueError, "confidence = 95"),
        (lambda: churn.StayModel().fit(KNOWN.drop(columns="stayed")), ValueError, "Missing column: stayed"),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=1)), ValueError, "stayed is 1 in all 6 rows"),
        (lambda: churn.StayModel().fit(KNOWN.assign(recovery=None)), ValueError, "lack the recovery"),
        (
            lambda: churn.StayModel().fit(KNOWN.assign(delay_days=-1)),
            ValueError,
            '"delay_days" is missing, infinite or below',
        ),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=[1, 1, 1, 0, 0, 0])), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=[1, 0] * 3)), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().fit(KNOWN.assign(delay_days=3)), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().predict(1, "none"), ValueError, "StayModel has not been fitted"),
        (
            lambda: churn.StayModel().fit(KNOWN).predict(1, "flowers"),
            ValueError,
            "No recovery that was fitted.*flowers",
        ),
        (lambda: churn.StayModel().fit(KNOWN).predict(-1, "none"), ValueError, '"delay_days" is missing'),
        (lambda: churn.follow_up_plan(DUE, per_day=0, worth=[1, 2]), ValueError, "per_day = 0"),
        (lambda: churn.follow_up_plan(DUE, per_day=1, worth=[1]), ValueError, "different lengths"),
        (lambda: churn.follow_up_plan(DUE.astype("str"), per_day=1, worth=[1, 2]), TypeError, "not dates"),
        (
            lambda: churn.follow_up_plan(DUE.where(DUE > "2025-05-05"), per_day=1, worth=[1, 2]),
            ValueError,
            "have no day",
        ),
        (lambda: churn.follow_up_plan(DUE, per_day=1, worth=[1, 2], holidays=["May Day"]), ValueError, "holidays"),
        (
            lambda: churn.second_lifetime_value(30, 0.9, 0.01, chance=20, cost=1),
            ValueError,
            "chance is not between 0 and 1",
        ),
        (lambda: churn.second_lifetime_value(30, 90, 0.01, chance=0.2, cost=1), ValueError, "retention"),
        (lambda: churn.second_lifetime_value(30, 0.9, 0.01, chance=0.2, cost=-1), ValueError, '"cost" is missing'),
        (lambda: churn.win_back(LOST.drop(columns="value")), ValueError, "Missing column: value"),
        (lambda: churn.win_back(LOST.assign(chance=10)), ValueError, "chance is not between 0 and 1"),
        (lambda: churn.win_back(LOST.assign(allowed=1000)), ValueError, "More may be contacted than were lost"),
        (lambda: churn.win_back(LOST, budget=-1), ValueError, "budget = -1"),
    ],
)
def test_bad_input_is_refused_in_both_languages(call, error, english):
    refuses(call, error, english)
