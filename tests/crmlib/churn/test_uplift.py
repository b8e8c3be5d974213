"""Models of uplift and uplift by group: their parts, what was planted, bad input."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from crmlib import churn
from tests.support.churn import trial
from tests.support.refusals import refuses


def pipeline(model):
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(), ["channel"]), (StandardScaler(), ["history"]), ("passthrough", ["womens"])
        ),
        model,
    )


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


FEATURES, TREATED, OUTCOME = trial(60)


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
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
    ],
)
def test_bad_uplift_input_is_refused(call, error, english):
    refuses(call, error, english)
