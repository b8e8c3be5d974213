"""The service index: against regressions and scikit-learn, its points, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn.cross_decomposition import PLSCanonical

from crmlib import datasets, satisfaction
from crmlib.satisfaction import ECSI_BLOCKS, ECSI_PATHS, ServiceIndexModel
from tests.support.refusals import refuses

MOBI = datasets.load_ecsi_mobi()


@pytest.fixture(scope="module")
def model():
    return ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(MOBI)


def test_constructs_of_one_item_are_regressions():
    blocks = {"quality": ["PERQ1"], "value": ["PERV1"], "satisfaction": ["CUSA1"]}
    paths = [("quality", "value"), ("quality", "satisfaction"), ("value", "satisfaction")]
    model = ServiceIndexModel(blocks, paths).fit(MOBI)
    standard = (MOBI - MOBI.mean()) / MOBI.std()
    peer = sm.OLS(standard["CUSA1"], standard[["PERQ1", "PERV1"]]).fit()
    found = model.path_coefficients_["satisfaction"]
    assert found[["quality", "value"]].to_numpy() == pytest.approx(peer.params.to_numpy())
    assert model.r_squared_["satisfaction"] == pytest.approx(peer.rsquared)
    raw = sm.OLS(MOBI["CUSA1"], sm.add_constant(MOBI[["PERQ1", "PERV1"]])).fit().params
    through = raw["PERV1"] * np.polyfit(MOBI["PERQ1"], MOBI["PERV1"], 1)[0]
    assert model.total_effects_.loc["quality", "satisfaction"] == pytest.approx(raw["PERQ1"] + through)
    assert model.index_["quality"] == pytest.approx(satisfaction.rescale(MOBI["PERQ1"], 1, 10).mean())


@pytest.mark.parametrize("scheme", ["path", "factorial", "centroid"])
def test_of_two_constructs_the_weights_are_those_of_scikit_learn(scheme):
    blocks = {name: ECSI_BLOCKS[name] for name in ("quality", "satisfaction")}
    model = ServiceIndexModel(blocks, [("quality", "satisfaction")], scheme=scheme).fit(MOBI)
    peer = PLSCanonical(n_components=1, tol=1e-14, max_iter=5000).fit(*(MOBI[items] for items in blocks.values()))
    for items, weights in zip(blocks.values(), (peer.x_weights_, peer.y_weights_), strict=True):
        found = model.weights_[items] / np.linalg.norm(model.weights_[items])
        assert found.to_numpy() == pytest.approx(weights.ravel(), abs=1e-6)


def test_scores_have_unit_variance_and_the_index_is_the_weighted_mean(model):
    assert model.scores_.std().to_numpy() == pytest.approx(1)
    for name, items in ECSI_BLOCKS.items():
        assert np.corrcoef(model.scores_[name], MOBI[items[0]])[0, 1] == pytest.approx(model.loadings_[items[0]])
        raw = model.weights_[items] / MOBI[items].std()
        index = (satisfaction.rescale(MOBI[items], 1, 10) * raw / raw.sum()).sum(axis=1)
        assert model.index_[name] == pytest.approx(index.mean()) and 0 < model.index_[name] < 100
        assert np.corrcoef(index, model.scores_[name])[0, 1] == pytest.approx(1)


def test_total_effects_add_up_over_all_ways(model):
    def ways(one, other):
        direct = model.path_coefficients_.loc[one, other]
        return direct + sum(
            model.path_coefficients_.loc[one, step] * ways(step, other) for start, step in ECSI_PATHS if start == one
        )

    points = {
        name: (satisfaction.rescale(MOBI[items], 1, 10) * (model.weights_[items] / MOBI[items].std())).sum(axis=1).std()
        / (model.weights_[items] / MOBI[items].std()).sum()
        for name, items in ECSI_BLOCKS.items()
    }
    for one, other in (("image", "loyalty"), ("expectations", "satisfaction"), ("quality", "loyalty")):
        expected = ways(one, other) * points[other] / points[one]
        assert model.total_effects_.loc[one, other] == pytest.approx(expected)
    assert list(model.what_a_point_buys("quality").index) == ["value", "satisfaction", "complaints", "loyalty"]
    assert model.what_a_point_buys("loyalty").empty


def test_rows_with_gaps_are_left_out_and_counted():
    gaps = MOBI.astype("Int64")
    gaps.loc[gaps.index[:20], "PERQ4"] = pd.NA
    found = ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(gaps)
    assert found.left_out_ == 20 and len(found.scores_) == 230
    pd.testing.assert_series_equal(found.index_, ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(MOBI.iloc[20:]).index_)


def test_the_order_of_rows_and_columns_changes_nothing(model):
    mixed = MOBI.sample(frac=1, random_state=1)[sorted(MOBI, reverse=True)]
    pd.testing.assert_frame_equal(
        ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(mixed).path_coefficients_, model.path_coefficients_
    )


def test_an_item_worded_the_other_way_round_is_found_and_turning_it_helps(model):
    answers = satisfaction.code_answers(MOBI, 1, 10, reverse="PERQ3")
    refuses(lambda: ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(answers), ValueError, r"reverse=\['PERQ3'\]")
    again = satisfaction.code_answers(answers, 1, 10, reverse=["PERQ3"])
    found = ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).fit(again)
    pd.testing.assert_series_equal(found.index_, model.index_)


def fit(blocks=ECSI_BLOCKS, paths=ECSI_PATHS, answers=MOBI, **options):
    return ServiceIndexModel(blocks, paths, **options).fit(answers)


BAD = {
    "an item lost": (lambda: fit(answers=MOBI.drop(columns="PERQ1")), "Missing column: PERQ1"),
    "an item twice": (lambda: fit(ECSI_BLOCKS | {"value": ["PERQ1"]}), "PERQ1 stand in several"),
    "one construct": (lambda: fit({"image": ["IMAG1"]}), "two constructs at least"),
    "a circle": (lambda: fit(paths=[*ECSI_PATHS, ("loyalty", "image")]), "round in a circle"),
    "an unknown construct": (lambda: fit(paths=[*ECSI_PATHS, ("trust", "image")]), "no block is called 'trust'"),
    "a construct alone": (lambda: fit(paths=[pair for pair in ECSI_PATHS if "complaints" not in pair]), "complaints"),
    "no pairs": (lambda: fit(paths=["image"]), "a list of pairs"),
    "another scheme": (lambda: fit(scheme="pca"), "choose one of path, factorial, centroid"),
    "another scale": (lambda: fit(scale=(1, 7)), "off the scale 1 to 7"),
    "no scale": (lambda: fit(scale=10), "scale = 10"),
    "no variance": (lambda: fit(answers=MOBI.assign(CUSA1=8)), "the same answer to CUSA1"),
    "too few": (lambda: fit(answers=MOBI.head(6)), "too few|same answer"),
    "not fitted": (lambda: ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS).what_a_point_buys("image"), "not been fitted"),
    "a point of nothing": (lambda: fit().what_a_point_buys("IMAG"), "construct = 'IMAG'"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_and_says_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
