"""Key drivers: regression as statsmodels has it, shares of R² as every order of entry gives them."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlib import datasets
from crmlib.satisfaction import key_drivers
from tests.support.refusals import refuses


@pytest.fixture(scope="module")
def survey():
    """Four drivers that go together, on scales of their own, and what they bring."""
    rng = np.random.default_rng(612)
    common = rng.normal(size=(120, 1))
    x = (common + rng.normal(size=(120, 4))) * [1, 5, 0.2, 2] + [3, 50, 0, -4]
    table = pd.DataFrame(x, columns=["speed", "price", "staff", "looks"], index=np.arange(120) + 1000)
    y = pd.Series(x @ [1, 0.3, 2, 0] + rng.normal(0, 2, 120), index=table.index, name="overall")
    return table, y


def r_squared(x, y):
    return sm.OLS(y.to_numpy(), sm.add_constant(x.to_numpy())).fit().rsquared if x.shape[1] else 0.0


def test_the_regression_is_that_of_statsmodels(survey):
    x, y = survey
    found, peer = key_drivers(x, y), sm.OLS(y, sm.add_constant(x)).fit()
    assert found["coefficient"].to_numpy() == pytest.approx(peer.params[x.columns].to_numpy(), rel=1e-9)
    scaled = sm.OLS((y - y.mean()) / y.std(), (x - x.mean()) / x.std()).fit()
    assert found["beta"].to_numpy() == pytest.approx(scaled.params.to_numpy(), rel=1e-9)
    assert found["correlation"].to_numpy() == pytest.approx(x.corrwith(y).to_numpy(), rel=1e-9)
    assert found.attrs["r_squared"] == pytest.approx(peer.rsquared, rel=1e-9)


def test_a_share_is_what_a_driver_adds_averaged_over_all_orders(survey):
    """Lindeman, Merenda and Gold (1980): 24 orders of four drivers, each regression run by statsmodels."""
    x, y = survey
    added = dict.fromkeys(x, 0.0)
    for order in itertools.permutations(x.columns):
        for place, name in enumerate(order):
            added[name] += r_squared(x[list(order[: place + 1])], y) - r_squared(x[list(order[:place])], y)
    found = key_drivers(x, y)
    assert found["shapley"].to_dict() == pytest.approx({name: total / 24 for name, total in added.items()}, rel=1e-9)
    assert found["shapley"].sum() == pytest.approx(found.attrs["r_squared"], rel=1e-9)
    assert found["weight"].sum() == pytest.approx(1)


def test_shares_add_up_for_fifteen_drivers(survey):
    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.normal(size=(60, 15)), columns=[f"q{i}" for i in range(15)])
    found = key_drivers(x, x["q3"] + rng.normal(size=60))
    assert found["shapley"].sum() == pytest.approx(found.attrs["r_squared"]) and (found["shapley"] >= 0).all()
    assert found["weight"].idxmax() == "q3"


def test_the_planted_drivers_of_qinghe_are_found():
    survey, truth = datasets.load_qinghe_surveys(), datasets.load_qinghe_truth()["surveys"]
    items = truth["follows"]["items"]
    marks = pd.DataFrame({name: survey[[f"p{item}" for item in own]].mean(axis=1) for name, own in items.items()})
    found = key_drivers(marks.assign(overall=survey["satisfaction"]), "overall")
    assert found["weight"].nlargest(2).index.tolist() == ["reliability", "responsiveness"]
    assert found["weight"]["tangibles"] < 0.02
    assert found.attrs["rows"] + found.attrs["left_out"] == 1000 and found.attrs["left_out"] == 33


def test_gaps_are_left_out_and_counted(survey):
    x, y = survey
    holes = x.copy()
    holes.iloc[0, 0], holes.iloc[1, 2] = np.nan, np.nan
    with_hole = y.where(y.index != x.index[2])
    found, whole = key_drivers(holes, with_hole), key_drivers(x.iloc[3:], y.iloc[3:])
    assert found.attrs["left_out"] == 3 and found.attrs["rows"] == 117
    pd.testing.assert_frame_equal(found, whole)
    assert holes.isna().sum().sum() == 2


def test_one_driver_explains_all_that_is_explained(survey):
    x, y = survey
    found = key_drivers(x[["speed"]], list(y))
    assert found["shapley"].item() == pytest.approx(x["speed"].corr(y) ** 2) and found["weight"].item() == 1


X = pd.DataFrame({"a": [1, 2, 3, 4, 5.0], "b": [2, 1, 4, 3, 3.0]})
BAD = {
    "the same throughout": (lambda: key_drivers(X.assign(b=3), [1, 2, 3, 4, 5]), "b: the same in every row"),
    "an outcome of one number": (lambda: key_drivers(X, [3] * 5), "outcome: the same in every row"),
    "a sum of others": (lambda: key_drivers(X.assign(c=X.sum(axis=1)), [1, 2, 2, 4, 1]), "c follows exactly"),
    "too few rows": (lambda: key_drivers(X.head(3), [1, 2, 4]), "3 rows .* too few for 2 drivers"),
    "too many drivers": (lambda: key_drivers(pd.DataFrame(np.eye(30)[:, :16]), range(30)), "16 drivers; give 1 to 15"),
    "texts": (lambda: key_drivers(X.astype(str), [1, 2, 3, 4, 5]), '"a" holds str'),
    "an outcome of texts": (lambda: key_drivers(X, list("12345")), '"outcome" holds str'),
    "other customers": (lambda: key_drivers(X, pd.Series([1, 2, 3, 4, 5], index=list("abcde"))), "different indexes"),
    "another length": (lambda: key_drivers(X, [1, 2]), "outcome 2"),
    "no column": (lambda: key_drivers(X, "overall"), "Missing column: overall"),
    "only the outcome": (lambda: key_drivers(X[["a"]], "a"), "0 drivers"),
    "no table": (lambda: key_drivers([1, 2], [1, 2]), "answers: a pandas table"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
