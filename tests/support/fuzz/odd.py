"""What takes an argument's place: odd values of every kind, and spoilt copies of what stood there."""

import copy
import datetime
import decimal
import fractions

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from tests.support.fuzz.tables import spoilt_column, spoilt_table

# Made anew for each call: a call may change or use them up.
ODD = {
    "None": lambda: None,
    "True": lambda: True,
    "np.True_": lambda: np.True_,
    "NaN": lambda: np.nan,
    "inf": lambda: np.inf,
    "-inf": lambda: -np.inf,
    "-1": lambda: -1,
    "0": lambda: 0,
    "0.5": lambda: 0.5,
    "1": lambda: 1,
    "30": lambda: 30,
    "1e308": lambda: 1e308,
    "5e-324": lambda: 5e-324,
    "2**63": lambda: 2**63,
    "10**7": lambda: 10**7,
    "-10**400": lambda: -(10**400),
    "Decimal": lambda: decimal.Decimal("60"),
    "Decimal NaN": lambda: decimal.Decimal("NaN"),
    "Fraction": lambda: fractions.Fraction(1, 3),
    "complex": lambda: 1 + 1j,
    "np.int64": lambda: np.int64(3),
    "np.float32": lambda: np.float32(0.5),
    "0-d array": lambda: np.array(3),
    "array of one": lambda: np.array([3.0]),
    "Series of one": lambda: pd.Series([3]),
    "array of texts": lambda: np.array(["a", "b"]),
    "square": lambda: np.eye(2),
    "cube": lambda: np.zeros((2, 2, 2)),
    "pd.NA": lambda: pd.NA,
    "pd.NaT": lambda: pd.NaT,
    "Timestamp": lambda: pd.Timestamp("2026-01-31"),
    "Timestamp with zone": lambda: pd.Timestamp("2026-01-31", tz="Asia/Shanghai"),
    "date": lambda: datetime.date(2026, 1, 31),
    "Timedelta": lambda: pd.Timedelta(days=3),
    "Period": lambda: pd.Period("2026-01"),
    "text 60": lambda: "60",
    "text ６０": lambda: "６０",
    "empty text": lambda: "",
    "blank": lambda: " ",
    "word": lambda: "no such name",
    "Chinese": lambda: "留存率",
    "signs": lambda: "<b>$x_1^$</b> @ {0} %s",
    "text date": lambda: "2026-01-31",
    "text no date": lambda: "2026-13-45",
    "bytes": lambda: b"60",
    "[]": lambda: [],
    "[1]": lambda: [1],
    "[None]": lambda: [None],
    "list of texts": lambda: ["60", "70"],
    "list of words": lambda: ["no such name"],
    "ragged": lambda: [[1], [2, 3]],
    "nested": lambda: [[1, 2], [3, 4]],
    "list in list": lambda: [[[1]]],
    "list of dicts": lambda: [{"a": 1}],
    "()": lambda: (),
    "(1, 2)": lambda: (1, 2),
    "{}": lambda: {},
    "dict": lambda: {"a": 1},
    "dict of lists": lambda: {"a": [1, 2]},
    "set": lambda: {1, 2},
    "iterator": lambda: iter([1, 2]),
    "range": lambda: range(3),
    "slice": lambda: slice(1, 2),
    "object": object,
    "function": lambda: len,
    "type": lambda: int,
    "...": lambda: ...,
    "empty Series": lambda: pd.Series([], dtype=float),
    "empty table": pd.DataFrame,
    "table": lambda: pd.DataFrame({"a": [1, 2]}),
    "Index": lambda: pd.Index([1, 2]),
}

# What a number, a text and a list become, each the same thing said otherwise, or nearly.
NUMBER = {
    "as text": str,
    "full width": lambda value: str(value).translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.-"}),
    "Decimal": lambda value: decimal.Decimal(str(value)),
    "numpy": np.float64,
    "0-d": np.array,
    "list": lambda value: [value],
    "array": lambda value: np.array([value]),
    "Series": lambda value: pd.Series([value], index=["x"]),
    "minus": lambda value: -value,
    "per cent": lambda value: value * 100,
    "tenth": lambda value: value / 10,
    "a hair more": lambda value: np.nextafter(value, np.inf),
    "huge": lambda value: value * 1e200,
    "complex": complex,
}
TEXT = {
    "upper": str.upper,
    "blanks": lambda value: f" {value} ",
    "numpy": np.str_,
    "list": lambda value: [value],
    "tuple": lambda value: (value, value),
    "bytes": str.encode,
    "half": lambda value: value[: len(value) // 2],
    "html": lambda value: f"<i>{value}</i>",
    "signs": lambda value: f"{value}@$\\_{{}}%",
}
LIST = {
    "empty": lambda values: [],
    "first": lambda values: values[:1],
    "last missing": lambda values: values[:-1],
    "one more": lambda values: values + values[:1],
    "backwards": lambda values: values[::-1],
    "tuple": tuple,
    "set": lambda values: set(map(str, values)),
    "iterator": lambda values: iter(values),
    "array": lambda values: np.array(values, dtype=object),
    "Index": pd.Index,
    "Series": lambda values: pd.Series(values, index=[f"k{i}" for i in range(len(values))]),
    "dict": lambda values: dict(enumerate(values)),
    "texts": lambda values: [str(value) for value in values],
    "nested": lambda values: [values],
    "ragged": lambda values: [values, values[:1]],
    "column": lambda values: [[value] for value in values],
}
DICT = {
    "empty": lambda values: {},
    "a key less": lambda values: dict(list(values.items())[1:]),
    "a key more": lambda values: values | {"no such name": 1},
    "number as key": lambda values: values | {3: 1},
    "None as key": lambda values: values | {None: 1},
    "list": lambda values: list(values.values()),
    "keys": list,
    "Series": pd.Series,
    "pairs": lambda values: list(values.items()),
}


def spoil(draw, value, deep=True):
    """Draw what stands in for a value: (what was done, the new value)."""
    ways = [lambda: named(draw, ODD, None)]
    if isinstance(value, pd.DataFrame):
        ways += 3 * [lambda: spoilt_table(draw, value, spoil)]
    elif isinstance(value, (pd.Series, np.ndarray)) and np.ndim(value) == 1 and len(value):
        ways += 2 * [lambda: spoilt_column(draw, value, spoil)]
    elif isinstance(value, str):
        ways += [lambda: named(draw, TEXT, value)]
    elif isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        ways += 2 * [lambda: named(draw, NUMBER, value)]
    elif isinstance(value, (list, tuple)):
        ways += [lambda: named(draw, LIST, list(value))]
        if deep and value:
            ways += [lambda: _one_spoilt(draw, list(value), range(len(value)))]
    elif isinstance(value, dict):
        ways += [lambda: named(draw, DICT, value)]
        if deep and value:
            ways += [lambda: _one_spoilt(draw, dict(value), list(value))]
    return draw(st.sampled_from(ways))()


def named(draw, ways, value):
    """Draw one of the ways; where it does not fit the value, the value becomes None."""
    name = draw(st.sampled_from(list(ways)))
    if ways is ODD:
        return name, ODD[name]()
    try:
        return name, ways[name](copy.deepcopy(value))
    except Exception:
        return f"{name} (None)", None


def _one_spoilt(draw, values, keys):
    key = draw(st.sampled_from(keys))
    told, values[key] = spoil(draw, values[key], deep=False)
    return f"[{key!r}] {told}", values
