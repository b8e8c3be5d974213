"""Proportional hazards: statsmodels, the leukaemia data, references, bad input."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from crmlib import churn
from tests.support.churn import ARM, RELAPSED, WEEKS
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


COX = customers(60)


BAD_COX = {
    "no table": (COX["months"], {}, TypeError, "pandas table"),
    "no such column": (COX, {"features": ["age"]}, ValueError, "Missing column: age"),
    "no feature": (COX, {"features": []}, ValueError, "one feature"),
    "nobody left": (COX.assign(left=0), {}, ValueError, "Nobody left"),
    "texts": (COX.assign(left="No"), {}, TypeError, "0 and 1"),
    "a constant": (COX.assign(price=7.0), {}, ValueError, "same value.*price"),
    "one level": (COX.assign(plan="free"), {}, ValueError, "same value.*plan"),
    "said twice": (COX.assign(cents=100 * COX["price"]), {"features": ["price", "plan", "cents"]}, ValueError, "cents"),
    "missing number": (COX.assign(price=COX["price"].mask(COX.index == 4)), {}, ValueError, "price.*1 of 60.*4"),
    "missing level": (COX.assign(plan=COX["plan"].mask(COX.index == 4)), {}, ValueError, "plan.*1 of 60.*4"),
    "a level without events": (
        COX.assign(plan=COX["plan"].mask(COX["left"] == 0, "stayed")),
        {},
        ValueError,
        "nobody of stayed left",
    ),
}


@pytest.mark.parametrize("name", BAD_COX)
def test_a_bad_cox_is_refused(name):
    table, options, error, message = BAD_COX[name]
    options = {"duration": "months", "event": "left", "features": ["plan", "price"]} | options
    refuses(lambda: churn.cox(table, **options), error, message)
