"""What the key keeps of an answer, and which values it refuses."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from course import recording


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ("AB", "letter", "'AB', but a letter is one"),
        ("", "letter", "an empty text"),
        (" ", "text", "an empty text"),
        (3, "letter", "a int, not text"),
        (3.5, "count", "3.5, but a count is a whole number"),
        (True, "number", "True, not a finite number"),
        (float("inf"), "number", "inf, not a finite number"),
        (10**400, "number", "not a finite number"),
        (len, "number", "not a finite number"),
        (5, "set", "a int, not a set or a list"),
        (len, "set", "not a set or a list"),
        ("AB", "set", "a str, not a set or a list"),
        ({1, "a"}, "set", "a set of neither texts nor finite numbers"),
        ({1.0, float("nan")}, "set", "a set of neither texts nor finite numbers"),
        ({True, False}, "set", "a set of neither texts nor finite numbers"),
        ([[1], [2]], "set", "a set of neither texts nor finite numbers"),
        ([pd.Timestamp("2020-01-01")], "set", "a set of neither texts nor finite numbers"),
        (pd.Index([1.0]), "table", "a Index, not a table"),
        (np.array([1.0]), "table", "a ndarray, not a table"),
        (pd.Series(["x"]), "table", "a table of other things than numbers"),
        (pd.Series(pd.to_datetime(["2020-01-01"])), "table", "a table of other things than numbers"),
        (pd.Series([1.0, np.nan]), "table", "a table with missing values"),
        (pd.Series([1.0, np.inf]), "table", "a table with missing values"),
    ],
)
def test_a_value_that_does_not_fit_its_kind_is_refused(value, kind, says):
    with pytest.raises(recording.Unfit) as refusal:
        recording.encode(value, kind)
    assert says in str(refusal.value)


def test_a_value_that_fits_is_kept_plainly():
    assert recording.encode(Fraction(1, 3), "share") == 0.333333333333
    assert recording.encode([np.int64(3), 1.0], "set") == [1, 3]
    assert recording.encode(pd.Series(["b", "a"]), "set") == ["a", "b"]
    assert recording.encode(set(), "set") == []
    assert recording.encode(np.float64(3), "count") == 3


def test_a_check_that_fails_is_told_as_an_answer_that_does_not_pass():
    answer = {"name": "worth", "kind": "number", "value": 1}
    entry = {"answers": [answer], "right": {}, "hints": {}, "roads": []}  # nothing to say when it is right
    told = list(recording.replay({"value.worth": entry}, {"value.worth": (1,)}, {}))
    assert told == [
        ("value.worth", None, f"the solution does not pass: ✗ KeyError: '{language}'") for language in ("en", "zh")
    ]
