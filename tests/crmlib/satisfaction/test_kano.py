"""Kano's questions: the published table, the published coefficients, Qinghe's planted classes, bad answers."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from crmlib import datasets, satisfaction
from crmlib.satisfaction.kano import CLASSES, is_settled
from tests.support.refusals import refuses

PAIRS = pd.DataFrame([(f, d) for f in range(1, 6) for d in range(1, 6)], columns=["functional", "dysfunctional"])
TWO = pd.DataFrame(
    {"feature": ["z", "z", "a", "a"], "functional": [1, 3, 1, 2], "dysfunctional": [5, 5, 3, 3]}, index=list("wxyz")
)


def test_kano_table():
    """Berger et al. (1993), Center for Quality of Management Journal 2(4), p. 6; Sauerwein et al. (1996)."""
    letters = satisfaction.kano_class(PAIRS["functional"], PAIRS["dysfunctional"]).to_numpy().reshape(5, 5)
    assert ["".join(row) for row in letters] == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    pouliot = satisfaction.kano_class(PAIRS["functional"], PAIRS["dysfunctional"], table="pouliot").to_numpy()
    assert [tuple(PAIRS.loc[i]) for i in np.flatnonzero(pouliot != letters.ravel())] == [(2, 2), (4, 4)]
    assert set(pouliot[pouliot != letters.ravel()]) == {"Q"}


def test_kano_table_ties():
    """Of equally frequent classes M goes before O, O before A, A before I: Berger et al. (1993), p. 6."""
    answers = {"M": (3, 5), "O": (1, 5), "A": (1, 3), "I": (3, 3)}
    for first, second in ("MO", "OA", "AI", "MI"):
        table = pd.DataFrame([answers[second], answers[first]], columns=["functional", "dysfunctional"])
        assert satisfaction.kano(table.assign(feature="f"))["kano_class"].tolist() == [first]


def test_kano_cs():
    """A ski: shares of the answers in per cent, and better and worse; formula: Berger et al. (1993), p. 18."""
    shares = pd.DataFrame(
        {"A": [7, 10.4, 63.8], "O": [32.3, 45.1, 21.6], "M": [49.3, 30.5, 2.9], "I": [9.5, 11.5, 8.5]},
        index=["edge grip", "ease of turn", "service"],
    )
    found = satisfaction.better_worse(shares)
    assert found["better"].to_numpy() == pytest.approx([0.40, 0.57, 0.88], abs=0.01)
    assert found["worse"].to_numpy() == pytest.approx([-0.83, -0.78, -0.25], abs=0.01)


def test_the_planted_classes_are_found():
    answers, truth = datasets.load_qinghe_kano(), datasets.load_qinghe_truth()["kano"]
    found = satisfaction.kano(answers)
    assert found["kano_class"].to_dict() == truth["features"]
    assert list(found.index) == list(dict.fromkeys(answers["feature"]))  # in the order of the questionnaire
    assert (found["answers"] == 300).all() and found.attrs["left_out"] == 0
    assert found[list("MOAIRQ")].sum(axis=1).to_numpy() == pytest.approx(1)
    assert (found["better_low"] <= found["better"]).all() and (found["better"] <= found["better_high"]).all()
    assert (found["worse_low"] <= found["worse"]).all() and (found["worse"] <= found["worse_high"]).all()
    assert found["worse"].between(-1, 0).all() and found["better"].between(0, 1).all()


def test_groups_and_gaps_are_counted():
    answers = TWO.assign(group=["u", "v", "u", "u"]).astype({"functional": "Int64"})
    answers.loc["x", "functional"] = pd.NA
    before = answers.copy(deep=True)
    found = satisfaction.kano(answers, by=["group", "feature"])
    assert found.index.tolist() == [("u", "z"), ("u", "a")] and found.attrs["left_out"] == 1
    assert found["answers"].tolist() == [1, 2] and found.loc[("u", "a"), ["A", "I"]].tolist() == [0.5, 0.5]
    pd.testing.assert_frame_equal(answers, before)


def test_a_class_is_settled_as_mcnemars_test_says():
    rng = np.random.default_rng(6)
    counts = pd.DataFrame(rng.integers(1, 60, (200, 6)), columns=list(CLASSES))
    leads = np.sort(counts.to_numpy(), axis=1)[:, :-3:-1]
    peer = [mcnemar([[0, a], [b, 0]], exact=False, correction=False).pvalue < 0.05 for a, b in leads]
    assert is_settled(counts).tolist() == peer and 0 < sum(peer) < 200


def test_a_feature_that_nobody_wants_has_no_coefficients():
    found = satisfaction.kano(pd.DataFrame({"feature": ["calls"] * 2, "functional": 5, "dysfunctional": [1, 5]}))
    assert found.loc["calls", "kano_class"] == "R" and found.filter(regex="better|worse").isna().all(axis=None)


def test_what_goes_in_comes_out():
    assert satisfaction.kano_class(1, 5) == "O" and isinstance(satisfaction.kano_class(1, 5), str)
    assert satisfaction.kano_class(1, [5, 3]).tolist() == ["O", "A"]
    found = satisfaction.kano_class(TWO["functional"], TWO["dysfunctional"])
    assert found.to_dict() == {"w": "O", "x": "M", "y": "A", "z": "I"}


def _kano(**columns):
    return lambda: satisfaction.kano(TWO.assign(**columns))


BAD = {
    "texts": (_kano(functional=["like"] * 4), r'functional holds texts.*answers.map\({"like": 1, "expect": 2'),
    "texts to one": (lambda: satisfaction.kano_class("like", 5), r"functional holds texts.*map"),
    "a code for no answer": (_kano(dysfunctional=[1, 2, 3, 99]), "dysfunctional = 99: .*1 and 5.*codes for no answer"),
    "from nought": (_kano(functional=[0, 1, 2, 3]), "functional = 0: .*add 1 to answers from 0 to 4"),
    "means": (_kano(functional=[1.5, 1, 2, 3]), "functional: each answer is a whole number"),
    "all gaps": (_kano(functional=[np.nan] * 4), "no row has both functional and dysfunctional"),
    "a gap": (lambda: satisfaction.kano_class([1, None], [5, 5]), "functional has missing"),
    "no feature": (_kano(feature=[None, "a", "a", "a"]), "feature is missing"),
    "another column": (lambda: satisfaction.kano(TWO, by="service"), "Missing column: service"),
    "by nothing": (lambda: satisfaction.kano(TWO, by=[]), "by: name a column"),
    "another table": (lambda: satisfaction.kano(TWO, table="kano"), "table = 'kano': choose one of berger, pouliot"),
    "other customers": (
        lambda: satisfaction.kano_class(TWO["functional"], TWO["dysfunctional"].iloc[::-1]),
        "functional and dysfunctional have different indexes",
    ),
    "other lengths": (lambda: satisfaction.kano_class([1, 2], [1, 2, 3]), "functional 2, dysfunctional 3"),
    "no shares of A": (lambda: satisfaction.better_worse(pd.DataFrame({"M": [1], "O": 1, "I": 1})), "Missing column"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)


def test_the_remedy_for_texts_works():
    texts = pd.Series(["like", "dislike"])
    codes = {"like": 1, "expect": 2, "neutral": 3, "live with": 4, "dislike": 5}
    assert satisfaction.kano_class(texts.map(codes), [5, 5]).tolist() == ["O", "Q"]
