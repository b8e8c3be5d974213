"""The analytic hierarchy process: Saaty's published examples, and comparisons that contradict each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.satisfaction import ahp, comparisons_from
from tests.support.refusals import refuses

DRINKS = ["coffee", "wine", "tea", "beer", "sodas", "milk", "water"]
DRINK_ROWS = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]
HOUSE = ["size", "transport", "neighbourhood", "age", "yard", "facilities", "condition", "financing"]
HOUSE_ROWS = [
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
    [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
    [4, 7, 5, 8, 6, 6, 2, 1],
]


def table(rows, names):
    return pd.DataFrame(rows, index=names, columns=names)


def test_ahp_drinks():
    """Saaty (2008), Decision making with the AHP, Int. J. Services Sciences 1(1), Table 2: what Americans drink."""
    weights = ahp(table(DRINK_ROWS, DRINKS))
    assert weights.round(3).to_list() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert weights.attrs["consistency_ratio"] == pytest.approx(0.022, abs=5e-4)
    assert weights.sum() == pytest.approx(1)


def test_ahp_drinks_as_printed_is_refused():
    """Table 2 prints 2 for tea against wine beside 1/3 for wine against tea: the slip is found, and named."""
    printed = table(DRINK_ROWS, DRINKS)
    printed.loc["tea", "wine"] = 2
    refuses(lambda: ahp(printed), ValueError, "wine against tea is 0.333.*tea against wine is .* = 3, not 2")


def test_ahp_house():
    """Saaty (1990), How to make a decision, European Journal of Operational Research 48(1): buying a house."""
    weights = ahp(table(HOUSE_ROWS, HOUSE), max_ratio=0.2)
    assert weights.round(3).to_list() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert weights.attrs["lambda_max"] == pytest.approx(9.669, abs=5e-4)
    assert weights.attrs["consistency_index"] == pytest.approx(0.238, abs=5e-4)
    assert weights.attrs["consistency_ratio"] == pytest.approx(0.169, abs=5e-4)


def test_ahp_house_pair_to_revise():
    """Saaty (2003), EJOR 145: neighbourhood against condition, 6, fits least; the others imply 1/2.2."""
    message = "0.17 is above max_ratio = 0.1.*neighbourhood against condition: 6 was said, .* imply 1/2.18"
    refuses(lambda: ahp(table(HOUSE_ROWS, HOUSE)), ValueError, message)
    refuses(lambda: ahp(table(HOUSE_ROWS, HOUSE)), ValueError, r"ahp\(…, max_ratio=0.2\)")
    revised = table(HOUSE_ROWS, HOUSE)
    revised.loc["neighbourhood", "condition"], revised.loc["condition", "neighbourhood"] = 1 / 2.2, 2.2
    assert ahp(revised).attrs["consistency_ratio"] < 0.1


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=15))
@settings(max_examples=25, deadline=None)
def test_comparisons_that_agree_give_back_their_weights(parts):
    parts = np.array(parts)
    for method in ("eigenvector", "geometric", "columns"):
        weights = ahp(parts[:, None] / parts, method=method)
        assert weights.to_numpy() == pytest.approx(parts / parts.sum())
        assert weights.attrs["lambda_max"] == pytest.approx(len(parts)) and weights.attrs["worst"] is None
        assert weights.attrs["consistency_ratio"] == pytest.approx(0, abs=1e-9)


def test_by_hand_the_columns():
    """1, 2, 4 / 1/2, 1, 3 / 1/4, 1/3, 1: the columns divided by 1.75, 3.3333, 8, and the rows' means."""
    matrix = comparisons_from({("a", "b"): 2, ("c", "a"): 1 / 4, ("b", "c"): 3}, ["a", "b", "c"])
    assert matrix.to_numpy() == pytest.approx(np.array([[1, 2, 4], [1 / 2, 1, 3], [1 / 4, 1 / 3, 1]]))
    weights = ahp(matrix, method="columns")
    by_hand = [(1 / 1.75 + 0.6 + 0.5) / 3, (0.5 / 1.75 + 0.3 + 3 / 8) / 3, (0.25 / 1.75 + 0.1 + 1 / 8) / 3]
    assert weights.to_list() == pytest.approx(by_hand)
    lambda_max = np.mean((matrix @ by_hand) / by_hand)
    assert weights.attrs["consistency_ratio"] == pytest.approx((lambda_max - 3) / 2 / 0.58)
    assert ahp(matrix, method="geometric").to_list() == pytest.approx(ahp(matrix).to_list())  # always so for three


def test_of_three_each_pair_is_implied_by_the_two_others():
    pairs = {("a", "b"): 3, ("b", "c"): 3, ("a", "c"): 1}
    worst = ahp(comparisons_from(pairs, ["a", "b", "c"]), max_ratio=2).attrs["worst"]
    implied = {("a", "b"): 1 / 3, ("b", "c"): 1 / 3, ("a", "c"): 9}
    assert worst["implied"] == pytest.approx(implied[worst["pair"]]) and worst["said"] == pairs[worst["pair"]]


MATRIX = comparisons_from({("a", "b"): 3, ("b", "c"): 2, ("a", "c"): 6}, ["a", "b", "c"])
BAD = {
    "a cycle": (
        lambda: ahp(comparisons_from({("a", "b"): 5, ("b", "c"): 5, ("c", "a"): 5}, ["a", "b", "c"])),
        "comparisons: the consistency ratio .*contradict",
    ),
    "rounded too far": (lambda: ahp([[1, 3], [0.33, 1]]), "1 against 2 is 3, so 2 against 1 is 1/3 = 0.3333, not 0.33"),
    "the other half forgotten": (lambda: ahp(MATRIX.where(MATRIX >= 1, 1)), "a against b is 3, .* not 1"),
    "a negative number": (lambda: ahp([[1, -3], [-1 / 3, 1]]), "-3.*1/3, not -3"),
    "a diagonal of 0": (lambda: ahp([[0, 1], [1, 0]]), "above 0"),
    "a diagonal of 2": (lambda: ahp([[2, 1], [1, 1]]), "the diagonal is 1"),
    "not square": (lambda: ahp(MATRIX.iloc[:2]), "rows and columns need the same names"),
    "a list of one": (lambda: ahp([[1]]), r"comparisons \(1 × 1\)"),
    "a number": (lambda: ahp(3), "comparisons: a table, an array or a list"),
    "sixteen items": (lambda: ahp(np.ones((16, 16))), "2 to 15 items"),
    "texts": (lambda: ahp(MATRIX.astype(str)), "holds str|to_numeric"),
    "a gap": (lambda: ahp(MATRIX.where(MATRIX < 6)), "missing"),
    "another method": (lambda: ahp(MATRIX, method="mean"), "method = 'mean'"),
    "a pair twice": (
        lambda: comparisons_from({("a", "b"): 3, ("b", "a"): 2}, ["a", "b"]),
        "b and a are compared twice",
    ),
    "a pair lost": (lambda: comparisons_from({("a", "b"): 3}, ["a", "b", "c"]), "2 comparisons are missing.*'a', 'c'"),
    "a stranger": (lambda: comparisons_from({("a", "d"): 3}, ["a", "b"]), "pairs: .*'d'.* no pair"),
    "no pair": (lambda: comparisons_from({"ab": 3}, ["a", "b"]), "pairs: 'ab' is no pair"),
    "nought": (lambda: comparisons_from({("a", "b"): 0}, ["a", "b"]), "'a', 'b'. = 0: one number between 0.001"),
    "an item twice": (lambda: comparisons_from({}, ["a", "a"]), "items = .*each once"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_comparisons_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
