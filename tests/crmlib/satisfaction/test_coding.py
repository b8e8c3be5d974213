"""Coding: codes of no answer, reversed items, scales, straight lines."""

import numpy as np
import pandas as pd
import pytest

from crmlib import satisfaction
from tests.support.refusals import refuses

ANSWERS = pd.DataFrame({"friendly": [5, 4, 99, 1], "waited": [1, 2, 5, None], "clean": [3, 98, 4, 2]})


def test_codes_are_gone_reversed_items_turned_and_all_is_counted():
    before = ANSWERS.copy()
    coded = satisfaction.code_answers(ANSWERS, 1, 5, reverse=["waited"], missing=[98, 99])
    assert coded["waited"].tolist()[:3] == [5, 4, 1] and coded["waited"].isna().tolist() == [False] * 3 + [True]
    assert coded["friendly"].isna().tolist() == [False, False, True, False]
    assert set(map(str, coded.dtypes)) == {"Int64"}
    assert coded.attrs["scale"] == (1, 5) and coded.attrs["missing"] == {"friendly": 1, "waited": 1, "clean": 1}
    pd.testing.assert_frame_equal(ANSWERS, before)


def test_turning_twice_changes_nothing():
    once = satisfaction.code_answers(ANSWERS, 1, 5, reverse="waited", missing=(98, 99))
    twice = satisfaction.code_answers(once, 1, 5, reverse="waited")
    assert twice["waited"].equals(satisfaction.code_answers(ANSWERS, 1, 5, missing=(98, 99))["waited"])


def test_answers_between_two_points_stay():
    assert satisfaction.code_answers(pd.DataFrame({"q": [4.5, 2]}), 1, 5, reverse="q")["q"].tolist() == [1.5, 4.0]


def test_rescale_takes_tables_columns_and_numbers_and_keeps_gaps():
    assert satisfaction.rescale(5.5, 1, 10) == pytest.approx(50)
    assert satisfaction.rescale([1, 10], 1, 10).tolist() == [0, 100]
    column = satisfaction.rescale(pd.Series([0, None, 10], index=list("abc"), name="nps"), 0, 10)
    assert column.name == "nps" and column["c"] == 100 and np.isnan(column["b"])
    table = satisfaction.rescale(pd.DataFrame({"a": [1, 3], "b": [None, 5]}), 1, 5)
    assert table["a"].tolist() == [0, 50] and table["b"].iloc[1] == 100 and table["b"].isna().sum() == 1


def test_straight_liners_are_those_of_one_number():
    answers = pd.DataFrame([[3, 3, 3, 3], [3, 3, 3, 4], [2, None, 2, 2], [1, 1, None, None], [None] * 4])
    found = satisfaction.straight_liners(answers.astype(float))
    assert found.tolist() == [True, False, True, False, False]
    assert satisfaction.straight_liners(answers.astype("Int64")).tolist() == found.tolist()


def test_what_the_sentences_propose_works():
    table = pd.DataFrame({"q1": [1, 9, 98], "q2": [2, 99, 3]})
    refuses(lambda: satisfaction.code_answers(table, 1, 9, missing=99), ValueError, r"98 .*missing=\[98, 99\]")
    assert satisfaction.code_answers(table, 1, 9, missing=[98, 99]).isna().sum().tolist() == [1, 1]
    answers = pd.DataFrame({"q": [1, 11, 5]})
    refuses(lambda: satisfaction.code_answers(answers, 0, 10), ValueError, r"1–11.*answers\[\"q\"\] = .* - 1")
    answers["q"] = answers["q"] - 1
    assert satisfaction.code_answers(answers, 0, 10)["q"].tolist() == [0, 10, 4]
    from_zero = pd.DataFrame({"q": [0, 6, 5]})
    refuses(lambda: satisfaction.code_answers(from_zero, 1, 7), ValueError, r"0–6.*answers\[\"q\"\] = .* \+ 1")
    refuses(lambda: satisfaction.rescale(from_zero, 1, 7), ValueError, r"0–6")


BAD = {
    "many codes": (lambda: satisfaction.code_answers(pd.DataFrame({"q": [10, 60, 50, 70]}), 1, 7), "from 10 to 70"),
    "a code on the scale": (lambda: satisfaction.code_answers(ANSWERS, 1, 5, missing=5), "missing = 5 lies on"),
    "an unknown item": (lambda: satisfaction.code_answers(ANSWERS, 1, 100, reverse="late"), "Missing column: late"),
    "a scale upside down": (lambda: satisfaction.code_answers(ANSWERS, 5, 1), "high = 1: one number above 5"),
    "words": (lambda: satisfaction.code_answers(pd.DataFrame({"q": ["5", "4"]}), 1, 5), "pd.to_numeric"),
    "a column": (lambda: satisfaction.code_answers(ANSWERS["clean"], 1, 5), "a pandas table is needed"),
    "two items": (lambda: satisfaction.straight_liners(ANSWERS[["clean", "waited"]]), "three"),
    "off the scale": (lambda: satisfaction.rescale(pd.Series([3, 99]), 1, 5), "99 means no answer"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
