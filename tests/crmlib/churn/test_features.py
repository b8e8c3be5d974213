"""Features before a model learns: clean ones pass, spoilt ones are refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from crmlib import churn
from tests.support.refusals import refuses

FIRST = pd.Timestamp("2024-01-01")


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
