"""Formulas of satisfaction."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import satisfaction
from tests.support.refusals import refuses


@given(perception=st.floats(0, 10), expectation=st.floats(0.1, 10))
def test_the_three_formulas_agree_on_who_is_satisfied(perception, expectation):
    difference, ratio, relative = (
        satisfaction.disconfirmation(perception, expectation, formula)
        for formula in ("difference", "ratio", "relative")
    )
    assert relative == pytest.approx(ratio - 1) and relative * expectation == pytest.approx(difference)


def test_columns_lists_and_numbers_give_the_like():
    got, expected = pd.Series([6, None, 9], index=list("abc")), pd.Series([8, 7, 6], index=list("abc"))
    found = satisfaction.disconfirmation(got, expected)
    assert found.index.tolist() == list("abc") and found["c"] == 3 and np.isnan(found["b"])
    assert satisfaction.disconfirmation(got, 3, "ratio")["a"] == 2
    assert satisfaction.disconfirmation([6, 9], 3, "relative").tolist() == [1, 2]
    assert satisfaction.disconfirmation(6, 8) == -2


def test_weights_are_matched_by_name_and_may_be_per_cent():
    scores, weights = pd.Series({"quality": 8, "price": 6, "shop": 9}), {"price": 0.3, "shop": 0.2, "quality": 0.5}
    assert satisfaction.weighted_satisfaction(scores, weights) == pytest.approx(7.6)
    assert satisfaction.weighted_satisfaction(scores, pd.Series(weights) * 100) == pytest.approx(7.6)
    assert satisfaction.weighted_satisfaction([8, 6, 9], [0.5, 0.3, 0.2]) == pytest.approx(7.6)


@pytest.mark.parametrize("weights", [[5, 3, 2], (0.5, 0.3, 0.1), pd.Series([2, 1, 1])])
def test_the_remedy_for_weights_works(weights):
    way = r"weights = pd.Series\(weights\) / pd.Series\(weights\).sum\(\)"
    refuses(lambda: satisfaction.weighted_satisfaction([8, 6, 9], weights), ValueError, way)
    shares = pd.Series(weights) / pd.Series(weights).sum()
    assert satisfaction.weighted_satisfaction([8, 6, 9], shares) == pytest.approx(
        np.average([8, 6, 9], weights=weights)
    )


BAD = {
    "nothing expected": (lambda: satisfaction.disconfirmation(5, 0, "ratio"), 'formula="difference"'),
    "another formula": (lambda: satisfaction.disconfirmation(5, 4, "quotient"), "choose one of"),
    "a text": (lambda: satisfaction.disconfirmation("5", 4), "Write 5 without quotes"),
    "other customers": (
        lambda: satisfaction.disconfirmation(pd.Series([1], ["a"]), pd.Series([1], ["b"])),
        "different indexes",
    ),
    "other lengths": (lambda: satisfaction.disconfirmation([1, 2], [1, 2, 3]), "lengths"),
    "another item": (lambda: satisfaction.weighted_satisfaction({"a": 5}, {"b": 1}), "a, b stands in one only"),
    "an item twice": (
        lambda: satisfaction.weighted_satisfaction(pd.Series([5, 4], ["a", "a"]), pd.Series([0.5, 0.5], ["a", "a"])),
        "each once",
    ),
    "a negative weight": (lambda: satisfaction.weighted_satisfaction([5, 4], [1.5, -0.5]), '"weights" is .* below 0'),
    "a gap": (lambda: satisfaction.weighted_satisfaction([5, None], [0.5, 0.5]), '"scores" is missing'),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
