"""One dialect of checks: every converter takes what holds a number, and refuses the rest in one sentence."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlib import checks
from tests.support.refusals import refuses

THREE = {
    "int": 3,
    "float": 3.0,
    "numpy int": np.int64(3),
    "numpy float": np.float32(3),
    "no dimensions": np.array(3),
    "one element": np.array([3]),
    "Series": pd.Series([3], index=["C1"]),
    "nullable Series": pd.Series([3], dtype="Int64"),
    "Arrow Series": pd.Series([3], dtype="double[pyarrow]"),
    "Series of objects": pd.Series([3], dtype=object),
    "decimal": Decimal(3),
    "Series of decimals": pd.Series([Decimal(3)]),
    "fraction": Fraction(3),
    "index": pd.Index([3]),
}
NO_NUMBER = {
    "True": True,
    "numpy's True": np.True_,
    "True without dimensions": np.array(True),
    "Series of True": pd.Series([True]),
    "text of a number": "60",
    "text": "much",
    "Series of text": pd.Series(["60"]),
    "bytes": b"3",
    "nothing": None,
    "NaN": np.nan,
    "NA": pd.NA,
    "NaT": pd.NaT,
    "Series without a value": pd.Series([None]),
    "infinity": np.inf,
    "beyond floats": 10**400,
    "complex": 3j,
    "date": date(2026, 1, 1),
    "numpy's date": np.datetime64("2026-01-01"),
    "span of time": pd.Timedelta(days=3),
    "dict": {"a": 3},
    "set": {3},
    "function": abs,
    "lists of two lengths": [[3], [3, 4]],
}
SEVERAL = {
    "list": [3],
    "empty": [],
    "two": np.array([3, 4]),
    "Series": pd.Series([3, 4]),
    "table": pd.DataFrame({"a": [3]}),
}
ONE = {"number": checks.number, "share": checks.share, "amount": checks.amount, "whole": checks.whole}


@pytest.mark.parametrize("kind", THREE)
def test_whatever_holds_one_number_counts_as_that_number(kind):
    for convert in (checks.number, checks.amount):
        assert convert(THREE[kind], "x") == 3 and type(convert(THREE[kind], "x")) is float
    assert checks.whole(THREE[kind], "x") == 3 and type(checks.whole(THREE[kind], "x")) is int
    found = checks.numbers(THREE[kind], "x")
    assert found.dtype == float and found.shape == np.shape(THREE[kind]) and found.ravel().tolist() == [3]


@pytest.mark.parametrize("converter", ONE)
@pytest.mark.parametrize("kind", NO_NUMBER | {f"several: {name}": value for name, value in SEVERAL.items()})
def test_what_is_no_number_is_refused(kind, converter):
    value = (NO_NUMBER | {f"several: {name}": value for name, value in SEVERAL.items()})[kind]
    needed = "a whole number of at least 0 is needed" if converter == "whole" else "one number.* is needed"
    refuses(lambda: ONE[converter](value, "offer"), ValueError, f"^offer = .+: {needed}")


@pytest.mark.parametrize("kind", NO_NUMBER)
def test_what_holds_no_numbers_is_refused(kind):
    missing = kind in ("nothing", "NaN", "NA", "NaT", "Series without a value", "infinity", "beyond floats")
    message = "^offer has missing or infinite" if missing else "^offer = .+: (a number is|numbers are) needed"
    refuses(lambda: checks.numbers(NO_NUMBER[kind], "offer"), ValueError if missing else TypeError, message)


def test_the_remedy_for_a_number_in_quotes_is_to_take_them_off():
    refuses(lambda: checks.amount("60", "margin"), ValueError, "margin = '60'.* Write 60 without quotes")
    refuses(lambda: checks.numbers("60", "margin"), TypeError, "margin = '60'.* Write 60 without quotes")
    assert checks.amount(60, "margin") == 60


LIMITS = {
    "too small": (lambda: checks.number(1, "x", least=2), "x = 1: one number of 2 or more is needed"),
    "too large": (lambda: checks.number(3, "x", most=2), "x = 3: one number of at most 2 is needed"),
    "outside": (lambda: checks.number(3, "x", least=0.5, most=2), "x = 3: one number between 0.5 and 2 is needed"),
    "not above": (lambda: checks.number(0, "x", above=0), "x = 0: one number above 0 is needed"),
    "not below": (lambda: checks.number(1, "x", least=0, below=1), "x = 1: one number of 0 or more and below 1"),
    "a rate": (
        lambda: checks.number(-0.1, "discount", least=0, hint=checks.RATE),
        "discount = -0.1: .*Write 0.1 for 10 %",
    ),
    "a share in per cent": (lambda: checks.share(30, "keeps"), "keeps = 30: .* between 0 and 1 .*Write 0.3, not 30"),
    "a share below 0": (lambda: checks.share(-1, "keeps"), "keeps = -1: .* between 0 and 1 is needed.$"),
    "a share of all": (lambda: checks.share(1, "confidence", above=0, below=1), "1: .* above 0 and below 1"),
    "a share of nothing": (lambda: checks.share(0, "ceiling", above=0), "0: .* above 0 and at most 1"),
    "a negative amount": (lambda: checks.amount(-1, "cost"), "cost = -1: one number of 0 or more is needed"),
    "half a period": (lambda: checks.whole(2.5, "periods", least=1), "periods = 2.5: a whole number of at least 1"),
    "no period": (lambda: checks.whole(0, "periods", least=1), "periods = 0: a whole number of at least 1"),
    "too many classes": (lambda: checks.whole(10, "bins", 2, 9), "bins = 10: a whole number from 2 to 9 is needed"),
    "numbers in per cent": (lambda: checks.numbers([0.5, 80], "r", 0, 1), "r = 80: .* between 0 and 1 .*0.8, not 80"),
    "many bad numbers": (lambda: checks.numbers(-np.arange(1, 9), "m", 0), "m = -1, -2, -3…: numbers of 0 or more"),
    "a hole": (lambda: checks.numbers([1, None], "m"), "m has missing or infinite values"),
    "no date": (lambda: checks.day("soon", "end"), 'end = .soon. is not a date: write it as "1997-09-30"'),
    "a number for a date": (lambda: checks.day(np.int64(20240401), "end"), "end = .*20240401.* is not a date"),
    "no moment": (lambda: checks.day(None, "end"), "end = None is not a date"),
    "a span for a date": (lambda: checks.day(["2026-01-01"], "end"), "is not a date"),
    "a time zone": (lambda: checks.day("2026-01-01T00:00Z", "end"), "end carries a time zone .UTC."),
    "another word": (lambda: checks.one_of("year", "period", ("month", "week")), "'year': choose one of month, week"),
    "no word": (lambda: checks.one_of(np.array(["a", "b"]), "period", ("month",)), "choose one of month"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_named(name):
    call, message = LIMITS[name]
    refuses(call, ValueError, message)


def test_limits_themselves_are_allowed():
    assert checks.number(2, "x", least=2, most=2) == 2
    assert (checks.share(0, "x"), checks.share(1, "x"), checks.share(0.5, "x", above=0, below=1)) == (0, 1, 0.5)
    assert (checks.whole(2, "bins", 2, 9), checks.whole(9, "bins", 2, 9)) == (2, 9)
    assert checks.numbers([[0, 1], [0.5, 1]], "x", 0, 1).shape == (2, 2)
    assert checks.whole(2**60 + 1, "x") == 2**60 + 1
    assert str(checks.day(date(2026, 3, 31), "end").date()) == "2026-03-31"


@pytest.mark.parametrize(
    "values",
    [
        [3, 4],
        (3, 4.0),
        range(3, 5),
        np.array([3, 4], dtype=object),
        pd.Series([3, 4], dtype="Float64"),
        pd.array([3, 4], dtype="Int64"),
        pd.Series([3, 4], dtype="int64[pyarrow]"),
        pd.Series([Decimal(3), Decimal(4)], dtype=pd.ArrowDtype(pa.decimal128(9, 2))),
        pl.Series([3, 4]),
        pa.array([3, 4]),
    ],
)
def test_numbers_come_from_every_kind_of_list(values):
    assert checks.numbers(values, "x").tolist() == [3, 4]


@pytest.mark.parametrize("values", [[3, True], [3, "4"], np.array([True, False]), pd.Series(["3", "4"]), [[3], [4, 5]]])
def test_one_value_that_is_no_number_spoils_the_list(values):
    refuses(lambda: checks.numbers(values, "x"), TypeError, "numbers are needed")


# ---------------------------------------------------------------- columns

COLUMN = pd.Series([0.0, 1.0], index=["A", "B"])
DTYPES = ["float64", "int64", "Float64", "Int64", "double[pyarrow]", "int64[pyarrow]"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_columns_of_every_dtype_become_floats(dtype):
    column = COLUMN.astype(dtype)
    for convert in (checks.floats, checks.amounts, checks.probabilities, checks.zero_one, checks.both_kinds):
        found = convert(column, "x")
        assert isinstance(found, np.ndarray) and found.dtype == float and found.tolist() == [0, 1]
    assert checks.column(column.to_frame("x"), "x", least=0).tolist() == [0, 1]


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


def test_inputs_are_left_as_they_are():
    column = pd.Series([3, None], dtype="Int64")
    copy = column.copy()
    checks.floats(column, "x", optional=[True, True])[0] = 9
    array = np.array([1.0, 2.0])
    checks.numbers(array, "x")[0] = 9
    assert column.equals(copy) and array.tolist() == [1, 2]
