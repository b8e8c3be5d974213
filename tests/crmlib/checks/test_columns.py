"""Columns and tables of customers: of every dtype, with the rows named that are wrong."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlib import checks
from tests.support.refusals import refuses
from tests.support.remedies import follow, message, ways

COLUMN = pd.Series([0.0, 1.0], index=["A", "B"])
DTYPES = ["float64", "int64", "Float64", "Int64", "double[pyarrow]", "int64[pyarrow]"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_columns_of_every_dtype_become_floats(dtype):
    column = COLUMN.astype(dtype)
    for convert in (checks.floats, checks.amounts, checks.probabilities, checks.zero_one, checks.both_kinds):
        found = convert(column, "x")
        assert isinstance(found, np.ndarray) and found.dtype == float and found.tolist() == [0, 1]
    assert checks.column(column.to_frame("x"), "x", least=0).tolist() == [0, 1]


@pytest.mark.parametrize(
    "convert",
    [
        checks.floats,
        checks.amounts,
        checks.probabilities,
        checks.zero_one,
        checks.both_kinds,
        checks.groups,
        checks.labels,
    ],
)
def test_lists_will_do_for_a_column_and_single_values_will_not(convert):
    found = convert([0, 1], "x")
    assert list(found[0] if convert is checks.groups else found) == [0, 1]
    for value in (None, 3, "a", COLUMN.to_frame(), [[1], [2, 3]]):
        refuses(lambda value=value: convert(value, "x"), TypeError, "x: one column is needed")


@pytest.mark.parametrize("dtype", ["bool", "boolean", "bool[pyarrow]"])
def test_yes_and_no_count_as_one_and_zero_only_where_that_is_meant(dtype):
    column = COLUMN.astype(bool).astype(dtype)
    for convert in (checks.probabilities, checks.zero_one, checks.both_kinds):
        assert convert(column, "x").tolist() == [0, 1]
    assert checks.floats(column, "x", flags=True).tolist() == [0, 1]
    refuses(lambda: checks.amounts(column, "worth"), TypeError, f'"worth" holds {dtype}'.replace("[", r"\["))


def frame_of(**columns):
    return pd.DataFrame(columns, index=["A", "B", "C"][: len(next(iter(columns.values())))])


BAD = {
    "text": (lambda: checks.floats(pd.Series(["1"]), "cost"), TypeError, '"cost" holds str.*pd.to_numeric'),
    "objects": (lambda: checks.amounts(pd.Series([1, "x"]), "cost"), TypeError, '"cost" holds object.*pd.to_numeric'),
    "dates": (lambda: checks.floats(pd.Series(pd.to_datetime(["2026-01-01"])), "cost"), TypeError, "holds datetime"),
    "missing": (
        lambda: checks.floats(pd.Series([1, None], ["A", "B"]), "cost"),
        ValueError,
        r'"cost" is missing or infinite: .*1 of 2 rows.*\n.*B +NaN',
    ),
    "missing, nullable": (
        lambda: checks.amounts(pd.Series([1, None], dtype="Int64"), "cost"),
        ValueError,
        "1 of 2 rows",
    ),
    "infinite": (lambda: checks.floats(pd.Series([1, -np.inf]), "cost"), ValueError, '"cost" is missing or infinite'),
    "below": (
        lambda: checks.amounts(pd.Series([1, -2, np.nan]), "cost"),
        ValueError,
        '"cost" is missing, infinite or below 0: .*2 of 3 rows',
    ),
    "per cent": (
        lambda: checks.probabilities(COLUMN * 30, "p"),
        ValueError,
        "p is not between 0 and 1: .*1 of 2 rows.*B +30",
    ),
    "two": (
        lambda: checks.zero_one(COLUMN * 2, "event"),
        ValueError,
        "event is missing or neither 0 nor 1.*1 of 2 rows",
    ),
    "yes": (
        lambda: checks.zero_one(pd.Series(["Yes"]), "event"),
        TypeError,
        r'event holds str.*\(table\["event"\] == "Yes"\)',
    ),
    "one kind": (lambda: checks.both_kinds(COLUMN * 0, "churned"), ValueError, "churned is 0 in all 2 rows"),
    "no class": (lambda: checks.labels(["a", None], "tier"), ValueError, "tier: 1 customers have no class, first: 1"),
    "no group": (lambda: checks.groups(pd.Series(["a", None]), "by"), ValueError, "by is missing in some rows.*1 of 2"),
    "no column": (lambda: checks.column(frame_of(a=[1]), "b"), ValueError, "Missing column: b. The table has: a"),
    "a column twice": (
        lambda: checks.column(pd.DataFrame([[1, 2]], columns=["a", "a"]), "a"),
        ValueError,
        '"a" stands in the table more than once',
    ),
    "no table": (lambda: checks.frame([1], "log"), TypeError, "log: a pandas table is needed, not list"),
    "polars": (lambda: checks.frame(pl.DataFrame({"a": [1]}), "log"), TypeError, "not DataFrame .*to_pandas"),
    "an empty table": (lambda: checks.frame(pd.DataFrame(), "log"), ValueError, "log: the table is empty"),
    "a key twice": (lambda: checks.unique_index(pd.Series(1, ["A", "B", "A"])), ValueError, "1 keys .*first: A"),
    "others": (
        lambda: checks.same_customers(COLUMN, COLUMN.set_axis(["A", "C"]), "a", "b"),
        ValueError,
        "a and b must hold the same customers: 2 are in one only, first: (B, C|C, B)",
    ),
    "no list": (lambda: checks.lists(("x",), x=3), ValueError, "x: a list is needed"),
    "one for a list": (lambda: checks.lists(x=3), TypeError, "x: one column is needed"),
    "a table for a list": (lambda: checks.lists(x=COLUMN.to_frame()), TypeError, "x: one column is needed"),
    "lists in a list": (lambda: checks.lists(x=[[1], [2, 3]]), TypeError, "x: one column is needed"),
    "an empty list": (lambda: checks.lists(x=[]), ValueError, "x is empty"),
    "lengths": (lambda: checks.lists(x=[1, 2], y=[1]), ValueError, "different lengths: x 2, y 1"),
    "order": (
        lambda: checks.lists(x=COLUMN, y=COLUMN[::-1]),
        ValueError,
        r"order differs. Align them: y.loc\[x.index\]",
    ),
    "indexes": (
        lambda: checks.lists(x=COLUMN, y=COLUMN.set_axis(["A", "C"])),
        ValueError,
        "2 customers are in one only",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_columns_are_refused_and_say_where(name):
    refuses(*BAD[name])


def test_optional_rows_may_be_missing_but_not_wrong():
    column, optional = pd.Series([1, np.nan, -1]), np.array([False, True, True])
    assert np.isnan(checks.floats(column[:2], "x", least=0, optional=optional[:2])[1])
    refuses(lambda: checks.floats(column, "x", least=0, optional=optional), ValueError, "1 of 3 rows")
    refuses(lambda: checks.floats(column, "x", optional=~optional), ValueError, "1 of 3 rows")


def test_lists_take_the_index_of_the_series_among_them():
    worth, chance, plan = checks.lists(("worth",), worth=np.float64(9), chance=COLUMN, plan=None)
    assert plan is None and chance.index.tolist() == worth.index.tolist() == ["A", "B"] and worth.tolist() == [9, 9]
    (first, second), codes = checks.lists(x=[5, 6], y=COLUMN), checks.groups(COLUMN.astype("category"), "by")
    assert first.to_dict() == {"A": 5, "B": 6} and second.equals(COLUMN)
    assert codes[0].tolist() == [0, 1] and codes[1].tolist() == [0, 1]


def test_customers_are_brought_into_one_order():
    assert checks.same_customers(COLUMN, COLUMN[::-1], "a", "b").equals(COLUMN)
    assert checks.labels(pd.Series(["x", "y"]), "tier").tolist() == ["x", "y"]
    assert checks.first("ABCD") == "A, B, C"


def test_a_good_column_builds_no_table(monkeypatch):
    monkeypatch.setattr(pd.Series, "to_frame", None)
    for convert in (checks.floats, checks.amounts, checks.probabilities, checks.zero_one, checks.groups):
        convert(COLUMN, "x")


def test_inputs_are_left_as_they_are():
    column = pd.Series([3, None], dtype="Int64")
    copy = column.copy()
    checks.floats(column, "x", optional=[True, True])[0] = 9
    assert column.equals(copy)


YES = {
    "bool": [True, False],
    "bools as objects": np.array([True, False], dtype=object),
    "numpy's as objects": pd.Series([np.True_, np.False_], dtype=object),
    "bool[pyarrow]": pd.Series([True, False], dtype="bool[pyarrow]"),
    "boolean": pd.Series([True, False], dtype="boolean"),
    "ints": [1, 0],
    "floats": [1.0, 0.0],
    "numbers as objects": pd.Series([1, False], dtype=object),
    "a category of bools": pd.Series([True, False], dtype="category"),
    "a category of ints": pd.Series([1, 0], dtype="category"),
}
WORDS = {
    "Yes": (["Yes", "No"], '(table["event"] == "Yes").astype(int)'),
    "Chinese": (["是", "否"], '(table["event"] == "是").astype(int)'),
    "figures": (["1", "0"], '(table["event"] == "1").astype(int)'),
    "True": (["True", "False"], '(table["event"] == "True").astype(int)'),
    "a category": (pd.Series(["是", "否"], dtype="category"), '(table["event"] == "是").astype(int)'),
    "left": (["流失", "未流失"], "流失"),
    "two words": (["A", "B"], "table[\"event\"].map({'A': 1, 'B': 0})"),
    "a word and a bool": (pd.Series(["Yes", False], dtype=object), '(table["event"] == "Yes").astype(int)'),
}


@pytest.mark.parametrize("kind", YES)
def test_what_is_boolean_is_accepted_whatever_its_dtype(kind):
    for convert in (checks.zero_one, checks.both_kinds, checks.probabilities):
        assert convert(YES[kind], "event").tolist() == [1, 0]
    holed = pd.concat([pd.Series(YES[kind]).astype(object), pd.Series([None], dtype=object)], ignore_index=True)
    refuses(lambda: checks.zero_one(holed, "event"), ValueError, "event is missing or neither 0 nor 1. 1 of 3 rows")


@pytest.mark.parametrize("kind", WORDS)
def test_the_advice_for_yes_and_no_is_of_the_values_seen_and_works(kind):
    values, words = WORDS[kind]
    table = pd.DataFrame({"event": values})
    text = message(lambda: checks.zero_one(table["event"], "event"), TypeError)
    assert words in text
    found = [checks.zero_one(follow(way, table, "event", "pandas")["event"], "event").tolist() for way in ways(text)]
    assert [1, 0] in found and (len(found) == 1 or kind == "two words")


def test_what_is_neither_yes_nor_no_is_named_and_stays_missing():
    table = pd.DataFrame({"event": ["yes", "No ", "N/A", "YES", None]})
    text = message(lambda: checks.zero_one(table["event"], "event"), TypeError)
    assert "1 rows are neither yes nor no, first: 'N/A'" in text
    mended = follow(ways(text)[0], table, "event", "pandas")["event"]
    assert mended.tolist()[:2] == [1, 0] and mended[3] == 1
    refuses(lambda: checks.zero_one(mended, "event"), ValueError, "2 of 5 rows")
    refuses(lambda: checks.zero_one(["a", "b", "c"], "event"), TypeError, "3 other values, first: 'a', 'b', 'c'")


SPANS = pd.Series(pd.to_timedelta([1, 2], unit="D"))
NUMBERS = {
    "pounds": (["£15.30", "£1,200"], [15.3, 1200]),
    "objects": (pd.Series([12, "£1.50"], dtype=object), [12, 1.5]),
    "spans of time": (SPANS, [1, 2]),
    "spans of Arrow": (SPANS.astype("duration[us][pyarrow]"), [1, 2]),
    "bools": ([True, False], [1, 0]),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_the_advice_for_what_is_no_number_works(kind):
    values, numbers = NUMBERS[kind]
    table = pd.DataFrame({"cost": values})
    text = message(lambda: checks.floats(table["cost"], "cost"), TypeError)
    assert checks.floats(follow(ways(text)[0], table, "cost", "pandas")["cost"], "cost").tolist() == numbers, text


def test_numbers_without_end_are_refused():
    refuses(
        lambda: checks.floats([1e308, 1], "cost"), ValueError, '"cost" is beyond 1e.100, missing or infinite.*1 of 2'
    )
    refuses(lambda: checks.numbers([1e308], "cost"), ValueError, "cost has values beyond 1e.100")
    refuses(lambda: checks.number(1e308, "cost"), ValueError, "cost = 1e.308")


def test_blanks_are_seen():
    assert checks.blank(pd.Series(["A", " ", "\u3000", "\u200b", "", None, 3], dtype=object)).tolist() == [
        *[False, True, True, True, True, False, False]
    ]
    refuses(lambda: checks.frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), "log"), ValueError, "more than once: a")
