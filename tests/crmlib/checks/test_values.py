"""Every converter of values takes what holds a number, and refuses the rest in one sentence."""

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


def test_arguments_whose_lengths_do_not_fit_are_named():
    checks.fitting(margin=[1, 2], retention=pd.Series([0.1]), discount=0.1, periods=None, growth=np.array([[1, 2]]))
    margin, retention = np.ones(2), pd.Series([0.1, 0.2, 0.3])
    refuses(
        lambda: checks.fitting(margin=margin, retention=retention, discount=0.1),
        ValueError,
        "lengths do not fit each other: margin 2, retention 3. Give each as one number or equally long",
    )
    refuses(lambda: checks.fitting(a=np.ones((2, 3)), b=[1, 2], c=3), ValueError, "other: a 2 × 3, b 2. ")


def test_inputs_are_left_as_they_are():
    array = np.array([1.0, 2.0])
    checks.numbers(array, "x")[0] = 9
    assert array.tolist() == [1, 2]
