"""Fuzzy comprehensive evaluation: an example by hand with both operators, and shares that do not add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.satisfaction import fuzzy_evaluation
from tests.support.refusals import refuses

GRADES = ["very satisfied", "satisfied", "so so", "dissatisfied"]
VOTES = pd.DataFrame(
    [[0.2, 0.5, 0.2, 0.1], [0.1, 0.3, 0.5, 0.1], [0.4, 0.4, 0.2, 0.0]],
    index=["quality", "price", "service"],
    columns=GRADES,
)
WEIGHTS = pd.Series({"service": 0.2, "quality": 0.5, "price": 0.3})  # in another order: names decide


def test_by_hand_weighted():
    """0.5 · 0.2 + 0.3 · 0.1 + 0.2 · 0.4 = 0.21, and so on; the score of 95, 80, 65, 40 is 75.65."""
    whole = fuzzy_evaluation(WEIGHTS, VOTES, grades=dict(zip(GRADES, [95, 80, 65, 40], strict=True)))
    assert whole.to_list() == pytest.approx([0.21, 0.42, 0.29, 0.08])
    assert whole.attrs["level"] == "satisfied"
    assert whole.attrs["score"] == pytest.approx(0.21 * 95 + 0.42 * 80 + 0.29 * 65 + 0.08 * 40)


def test_by_hand_max_min():
    """The larger of min(0.5, 0.2), min(0.3, 0.1), min(0.2, 0.4) is 0.2; 0.5, 0.3, 0.1 for the rest: sum 1.1."""
    whole = fuzzy_evaluation(WEIGHTS, VOTES, operator="max-min")
    assert whole.to_list() == pytest.approx([0.2 / 1.1, 0.5 / 1.1, 0.3 / 1.1, 0.1 / 1.1])
    assert whole.attrs == {"level": "satisfied"}


@given(st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=1, max_size=5), st.data())
@settings(max_examples=25, deadline=None)
def test_the_whole_adds_up_and_lies_between_the_factors(counts, data):
    votes = pd.DataFrame(counts).pipe(lambda t: t.div(t.sum(axis=1), axis=0))
    weights = pd.Series(data.draw(st.lists(st.integers(1, 9), min_size=len(votes), max_size=len(votes))), dtype=float)
    whole = fuzzy_evaluation(weights / weights.sum(), votes)
    assert whole.sum() == pytest.approx(1)
    assert (whole >= votes.min() - 1e-9).all() and (whole <= votes.max() + 1e-9).all()


def test_of_equal_grades_the_first_is_the_level():
    votes = pd.DataFrame({"good": [0.1 + 0.2, 0.3], "fair": [0.3, 0.3], "poor": [0.4, 0.4]}).iloc[:, [0, 1]]
    assert fuzzy_evaluation({0: 0.5, 1: 0.5}, votes / 0.6).attrs["level"] == "good"


BAD = {
    "weights of 90": (lambda: fuzzy_evaluation(WEIGHTS * 0.9, VOTES), r"weights add up to 0.9.*weights / weights.sum"),
    "weights in per cent": (lambda: fuzzy_evaluation(WEIGHTS * 100, VOTES), "weights add up to 100"),
    "a row of 1.2": (
        lambda: fuzzy_evaluation(WEIGHTS, VOTES.assign(**{"so so": [0.4, 0.5, 0.2]})),
        r"membership: a row does not add up to 1.*1 of 3 rows.*quality",
    ),
    "votes as numbers": (lambda: fuzzy_evaluation(WEIGHTS, VOTES * 40), r"membership.div\(membership.sum\(axis=1\)"),
    "a negative weight": (lambda: fuzzy_evaluation(WEIGHTS - 0.3, VOTES), '"weights" is .*below 0'),
    "a factor lost": (lambda: fuzzy_evaluation(WEIGHTS.drop("price"), VOTES), "weights: missing .'price'"),
    "a factor too much": (lambda: fuzzy_evaluation(dict(WEIGHTS) | {"app": 0.1}, VOTES), "unknown .'app'"),
    "a grade without points": (lambda: fuzzy_evaluation(WEIGHTS, VOTES, grades={"satisfied": 80}), "grades: missing"),
    "a list": (lambda: fuzzy_evaluation([0.5, 0.3, 0.2], VOTES), "weights = .*a dict is needed"),
    "another operator": (lambda: fuzzy_evaluation(WEIGHTS, VOTES, operator="max"), "operator = 'max'"),
    "a gap": (lambda: fuzzy_evaluation(WEIGHTS, VOTES.where(VOTES > 0)), '"dissatisfied" is missing'),
}


@pytest.mark.parametrize("name", BAD)
def test_shares_that_do_not_add_up_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)


def test_the_remedies_work():
    votes, weights = VOTES * 40, WEIGHTS * 100
    whole = fuzzy_evaluation(weights / weights.sum(), votes.div(votes.sum(axis=1), axis=0))
    assert np.allclose(whole, fuzzy_evaluation(WEIGHTS, VOTES))
