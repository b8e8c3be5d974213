"""Proportional hazards: lifelines, statsmodels, the leukaemia data, references, what has no estimate, bad input."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from crmlib import churn
from tests.support.churn import ARM, RELAPSED, WEEKS, efron
from tests.support.refusals import refuses


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


def complaints():
    """Five customers of 105 have complained and four of them left: a rare, strong feature."""
    i = np.arange(105)
    left = np.where(i < 5, i % 5 > 0, i % 10 == 0).astype(int)
    return pd.DataFrame({"months": i % 10 + 1, "complained": (i < 5).astype(int), "left": left})


def drawn(seed, size=300):
    """Customers with ties, a rare feature, yuan in hundred thousands, a year."""
    rng = np.random.default_rng(seed)
    rare = rng.random(size) < 0.03
    yuan, year = rng.lognormal(13, 1, size), rng.integers(2019, 2025, size)
    pace = 0.04 * np.exp(2 * rare + 0.3 * (np.log(yuan) - 13) - 0.2 * (year - 2021))
    leaves, watched = rng.exponential(1 / pace), rng.uniform(1, 48, size)
    months, left = np.ceil(np.minimum(leaves, watched)), (leaves <= watched).astype(int)
    return pd.DataFrame({"months": months, "left": left, "rare": rare * 1, "yuan": yuan, "year": year})


# lifelines 0.30.3 with pandas 2.3.3, fit_options={"precision": 1e-12}: coefficient and standard error.
LIFELINES = {
    "complaints": (complaints(), {"complained": (2.169941921, 0.596070388)}),
    "seed 2": (
        drawn(2),
        {
            "rare": (2.153870736, 0.3793996877),
            "yuan": (2.690327255e-07, 5.184608126e-08),
            "year": (-0.2109445382, 0.04822816857),
        },
    ),
    "seed 3": (
        drawn(3),
        {
            "rare": (2.282837179, 0.4116683988),
            "yuan": (2.139548418e-07, 7.397087478e-08),
            "year": (-0.1622493072, 0.04812864314),
        },
    ),
}


@pytest.mark.parametrize("name", LIFELINES)
def test_cox_equals_lifelines(name):
    table, peer = LIFELINES[name]
    result = np.log(churn.cox(table, duration="months", event="left", features=list(peer)))
    for feature, (coefficient, error) in peer.items():
        assert result.loc[feature, "hazard_ratio"] == pytest.approx(coefficient, rel=1e-7)
        reach = (result.loc[feature, "upper"] - result.loc[feature, "lower"]) / 2 / 1.959963985
        assert reach == pytest.approx(error, rel=1e-7)


def test_a_rare_strong_feature_has_its_hazard_ratio():
    """Whole steps of Newton's method ended at 0.0 (0 to 0) here."""
    found = churn.cox(complaints(), duration="months", event="left", features=["complained"]).loc["complained"]
    assert found[["hazard_ratio", "lower", "upper"]].tolist() == pytest.approx([8.758, 2.72, 28.17], abs=5e-3)
    assert found["p_value"] == pytest.approx(2.722019e-4, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_cox_finds_the_maximum_whatever_the_scale(seed):
    """Rare features, heavy tails, large offsets, ties or none: nothing near the result is likelier."""
    rng = np.random.default_rng(seed)
    table = drawn(seed, size=int(rng.integers(60, 200)))
    if seed % 2:
        table["months"] = rng.permutation(len(table)) / 7 + table["months"]
    table["rare"] = np.where(table.index < 5, 1, table["rare"])
    table["spend"] = 10.0 ** rng.integers(-1, 7) * rng.lognormal(0, rng.choice([0.5, 2.0]), len(table))
    table["since"] = 10.0 ** rng.integers(3, 10) + rng.integers(0, 9, len(table))
    features = ["rare", "yuan", "year", "spend", "since"]
    result = churn.cox(table, duration="months", event="left", features=features)
    assert np.isfinite(result).all(axis=None) and (result["lower"] < result["upper"]).all()
    values = (table[features] - table[features].mean()) / table[features].std()
    at = np.log(result["hazard_ratio"]) * table[features].std()
    best = efron(table["months"], table["left"], values, at)
    for feature in features:
        for step in (-0.05, 0.05):
            moved = at + step * (at.index == feature)
            assert efron(table["months"], table["left"], values, moved) < best


def test_the_unit_and_the_origin_of_a_feature_do_not_matter():
    table = drawn(5)
    features = ["rare", "yuan", "year"]
    plain = churn.cox(table, duration="months", event="left", features=features)
    moved = table.assign(yuan=table["yuan"] / 1e5 - 1e3, year=table["year"] + 1e9, rare=table["rare"] == 1)
    other = churn.cox(moved, duration="months", event="left", features=features)
    np.testing.assert_allclose(other["p_value"], plain["p_value"], rtol=1e-6)
    assert np.log(other.loc["yuan", "upper"]) / 1e5 == pytest.approx(np.log(plain.loc["yuan", "upper"]), rel=1e-6)


def fit(table, *features):
    return churn.cox(table, duration="months", event="left", features=list(features))


SEPARATED = {
    "0/1, nobody of one half left": (drawn(1).assign(dead=lambda t: t["left"]), "dead", "nobody of 0 left"),
    "bool": (drawn(1).assign(dead=lambda t: t["left"] == 0), "dead", "nobody of 1 left"),
    "0/1, the one half leaves before the other": (
        drawn(1).assign(left=1, early=lambda t: (t["months"] <= 9) * 1),
        "early",
        "early tells wholly who leaves.*highest",
    ),
    "a number": (drawn(1).assign(rank=lambda t: t["left"] / 2 - t["months"]), "rank", "rank tells wholly.*highest"),
    "another": (drawn(1).assign(rank=lambda t: t["months"] - t["left"] / 4), "rank", "rank tells wholly.*lowest"),
}


@pytest.mark.parametrize("name", SEPARATED)
def test_a_feature_that_tells_wholly_who_leaves_is_refused_by_name(name):
    table, feature, message = SEPARATED[name]
    refuses(lambda: fit(table, "year", feature, "yuan"), ValueError, message)
    assert np.isfinite(fit(table, "year", "yuan")).all(axis=None)  # the remedy: leave it out


def test_features_that_together_tell_wholly_who_leaves_are_refused_by_name():
    table = drawn(1)
    noise = np.random.default_rng(0).normal(0, 40, len(table))
    table = table.assign(one=noise - table["months"] + table["left"] / 2, two=noise)
    refuses(lambda: fit(table, "year", "one", "two", "yuan"), ValueError, "^one, two together tell wholly")
    assert np.isfinite(fit(table, "year", "one", "yuan")).all(axis=None)


def test_nearly_wholly_is_still_an_estimate():
    """One customer who stays among nine who leave is enough for an end of the estimate."""
    table = drawn(1).assign(flag=lambda t: t["left"])
    first = table.index[table["left"] == 1][0]
    table.loc[first, "flag"] = 0
    found = fit(table, "flag").loc["flag"]
    peer = PHReg(table["months"], table[["flag"]].astype(float), status=table["left"], ties="efron")
    assert np.isfinite(found).all() and found["hazard_ratio"] > 20
    assert peer.score(np.log([found["hazard_ratio"]])) == pytest.approx(0, abs=1e-6)


def test_a_unit_too_large_for_the_feature_names_one_that_fits():
    table = drawn(1).assign(share=lambda t: 1e-6 * np.log(t["yuan"]))
    refuses(lambda: fit(table, "share"), ValueError, r'smaller unit: table\["share"\] / 1e-07')
    table["share"] = table["share"] / 1e-7
    assert fit(table, "share").loc["share", "hazard_ratio"] > 1


COX = customers(60)


BAD_COX = {
    "no table": (COX["months"], {}, TypeError, "pandas table"),
    "an empty table": (COX.head(0), {}, ValueError, "table is empty"),
    "no such column": (COX, {"features": ["age"]}, ValueError, "Missing column: age"),
    "no feature": (COX, {"features": []}, ValueError, "features: cox needs"),
    "nobody left": (COX.assign(left=0), {}, ValueError, "Nobody left"),
    "texts": (COX.assign(left="No"), {}, TypeError, "0 and 1"),
    "a constant": (COX.assign(price=7.0), {}, ValueError, "same value.*price"),
    "one level": (COX.assign(plan="free"), {}, ValueError, "same value.*plan"),
    "said twice": (COX.assign(cents=100 * COX["price"]), {"features": ["price", "plan", "cents"]}, ValueError, "cents"),
    "missing number": (COX.assign(price=COX["price"].mask(COX.index == 4)), {}, ValueError, "price.*1 of 60.*4"),
    "missing where nobody had left yet": (
        COX.assign(
            price=COX["price"].mask(COX.index == 4),
            months=COX["months"].mask(COX.index == 4, 0),
            left=COX["left"].mask(COX.index == 4, 0),
        ),
        {},
        ValueError,
        "price.*1 of 60.*4",
    ),
    "missing level": (COX.assign(plan=COX["plan"].mask(COX.index == 4)), {}, ValueError, "plan.*1 of 60.*4"),
    "a level without events": (
        COX.assign(plan=COX["plan"].mask(COX["left"] == 0, "stayed")),
        {},
        ValueError,
        "nobody of stayed left",
    ),
    "constant while anybody left": (
        COX.assign(price=COX["months"].lt(COX["months"][COX["left"] == 1].min()) * 1.0),
        {"features": ["plan", "price"]},
        ValueError,
        "same value.*price",
    ),
    "dust": (COX.assign(price=0.3 + 1e-17 * COX["price"]), {}, ValueError, "same value.*price"),
    "all levels": (
        COX.join(pd.get_dummies(COX["plan"])),
        {"features": ["free", "paid", "team"]},
        ValueError,
        "follow from the others.*team",
    ),
    "ids": (COX.assign(plan=[f"C{i}" for i in range(60)]), {}, ValueError, '"plan": 60 levels.*leave ids out'),
    "text numbers": (COX.assign(plan=COX["price"].astype(str)), {}, ValueError, '"plan": 60 levels.*pd.to_numeric'),
    "dates": (
        COX.assign(plan=pd.date_range("2024-01-01", periods=60)),
        {},
        TypeError,
        r'"plan" holds datetime64.*days',
    ),
    "the answer": (COX, {"features": ["months"]}, ValueError, "months: duration, event and features are different"),
    "one column": (COX, {"duration": "left"}, ValueError, "left: duration"),
    "twice": (COX, {"features": ["price", "price"]}, ValueError, "more than once.*price"),
    "twice in the table": (pd.concat([COX, COX[["price"]]], axis=1), {}, ValueError, "more than once.*price"),
    "no names": (COX, {"features": None}, TypeError, "features = None"),
    "infinite": (COX.assign(price=np.inf), {}, ValueError, "price.*60 of 60"),
}


@pytest.mark.parametrize("name", BAD_COX)
def test_a_bad_cox_is_refused(name):
    table, options, error, message = BAD_COX[name]
    options = {"duration": "months", "event": "left", "features": ["plan", "price"]} | options
    refuses(lambda: churn.cox(table, **options), error, message)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("dates", lambda table: (table["plan"].max() - table["plan"]).dt.days),
        ("text numbers", lambda table: pd.to_numeric(table["plan"])),
    ],
)
def test_the_remedies_of_cox_work(name, remedy):
    table = BAD_COX[name][0]
    assert np.isfinite(fit(table.assign(plan=remedy(table)), "plan")).all(axis=None)


def test_durations_that_differ_by_dust_are_one_moment():
    days = [0.3, 0.1 + 0.2, 0.7, 0.1 * 7, 1, 1.2, 0.4, 0.3]
    table = pd.DataFrame({"days": days, "left": [1, 1, 1, 1, 0, 1, 0, 1], "x": [1, 2, 1, 4, 2, 1, 0, 3]})
    dusty, even = (
        churn.cox(given, duration="days", event="left", features=["x"]) for given in (table, table.round({"days": 1}))
    )
    assert dusty.round(9).equals(even.round(9))
