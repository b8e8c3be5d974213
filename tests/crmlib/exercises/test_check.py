"""Checks on small exercises of every kind: what is right, what is named, what is read as it was meant."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from crmlib import exercises, use_language
from crmlib.display import show
from crmlib.exercises import check, hint, key, tables
from tests.support.exercises import entry

COLUMN = pd.Series({"VIP": 2.0, "regular": 1.0, "dormant": 0.25}, name="value")
LONG = pd.DataFrame({"x": np.arange(120.0), "y": np.sqrt(np.arange(120.0))})
SMALL = {
    "t.share": entry({"kind": "share", "value": 0.2737, "tolerance": 1e-3}, roads=[("half", 0.137), ("near", 0.2743)]),
    "t.money": entry({"kind": "money", "value": 48219.178, "tolerance": 1e-3}, roads=[("year", 365.0)]),
    "t.count": entry({"kind": "count", "value": 138}, roads=[("mean", 138.5), ("pairs", 69)]),
    "t.number": entry({"kind": "number", "value": 0.0012790449, "tolerance": 1e-3, "digits": 4}),
    "t.cut": entry({"kind": "share", "value": 0.841666667, "tolerance": 1e-3}),
    "t.whole": entry({"kind": "number", "value": 48.63, "tolerance": 1e-3, "digits": 0}),
    "t.fee": entry({"kind": "money", "value": 225, "tolerance": 1e-3}),
    "t.many": entry({"kind": "count", "value": 20}, roads=[("all", 1242)]),
    "t.letter": entry({"kind": "letter", "value": "B"}, roads=[("first", "A")]),
    "t.set": entry({"kind": "set", "value": ["A", "C"]}, roads=[("other", ["B", "D"])]),
    "t.ids": entry({"kind": "set", "value": [3, 17]}),
    "t.text": entry({"kind": "text", "value": "basket"}, roads=[("evening", "evening share")]),
    "t.three": entry(
        {"kind": "count", "value": 4},
        {"kind": "number", "value": 29.428571, "tolerance": 1e-3},
        {"kind": "money", "value": 38.428571, "tolerance": 1e-3},
        roads=[("swapped", 4, 38.428571, 29.428571), ("rows", 5, None, None)],
    ),
    "t.column": entry({"kind": "table", "value": tables.record(COLUMN), "tolerance": 1e-3}),
    "t.table": entry({"kind": "table", "value": tables.record(LONG), "tolerance": 1e-3}),
}


@pytest.fixture(autouse=True)
def small():
    with key.instead(SMALL):
        yield


def said(name, *answers):
    feedback = check(f"t.{name}", *answers)
    return feedback.status, feedback.misconception


def speaks(text, language):
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


def numbered(value):
    """Names of cases that are the same on every worker: a set has no order."""
    return value if isinstance(value, str) else type(value).__name__


RIGHT = [
    ("share", 0.2737),
    ("share", np.float64(0.2738)),
    ("share", pd.Series([0.2737])),
    ("share", pd.Series([0.2737], index=["VIP"], dtype="Float64")),
    ("share", pd.Series([0.2737], dtype="double[pyarrow]")),
    ("share", np.array([0.2737])),
    ("share", np.array(0.2737)),
    ("share", pd.DataFrame({"x": [0.2737]})),
    ("share", pd.Index([0.2737])),
    ("share", Decimal("0.2737")),
    ("share", Fraction(2737, 10_000)),
    ("count", 138.0),
    ("count", np.int64(138)),
    ("number", 0.0013),  # rounds to its four decimals
    ("cut", 0.841),  # within the tolerance, whatever its last digit
    ("cut", 0.84166),
    ("whole", 49),
    ("whole", 48.9),
    ("letter", "b"),
    ("letter", " Ｂ "),
    ("letter", {"B"}),
    ("letter", pd.Series(["B"])),
    ("set", {"A", "C"}),
    ("set", ["c", "a"]),
    ("set", {"Ａ", "Ｃ"}),
    ("set", "A, C"),
    ("set", "Ａ、Ｃ"),
    ("set", "a和c"),
    ("set", "｛Ａ，Ｃ｝"),
    ("set", pd.Series(["A", "C"])),
    ("set", np.array(["A", "C"])),
    ("ids", pd.Series([17, 3])),
    ("ids", [3.0, 17.0]),
    ("text", "Basket"),
    ("text", "“basket”"),
    ("share", pa.scalar(0.2737)),
    ("share", np.float32(0.2737)),
    ("letter", '"B".'),
    ("letter", np.array("b")),
    ("set", ["A, C"]),
    ("set", ["Ａ，", "“Ｃ”"]),
    ("set", np.array("A;C")),
    ("set", frozenset({frozenset({"A", "C"})})),
    ("set", [["A"], ["C"]]),
    ("set", {"A": "moved", "C": "died"}),
    ("set", np.array([["A"], ["C"]])),
    ("set", pd.DataFrame({"x": ["A", "C"]})),
    ("ids", "3, 17"),
    ("ids", ["3", "17"]),
    ("three", (4, 29.428571, 38.428571)),
    ("three", [4, 29.428571, 38.428571]),
    ("three", pd.Series([4, 29.428571, 38.428571])),
    ("column", COLUMN[::-1]),
    ("column", COLUMN * 1.0001),
    ("table", LONG),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=numbered)
def test_what_is_meant_is_right(name, answer):
    assert said(name, answer) == ("right", None)


WRONG = [
    ("share", 0.28, None),
    ("share", 0.27, "digits"),  # rightly rounded
    ("share", 0.274, "near"),  # a road is nearer than the rounded answer
    ("share", 0.137, "half"),
    ("share", 0.13701, "half"),
    ("share", 27.37, "percent"),
    ("share", 13.7, "half"),  # a road, and in per cent
    ("share", 0.7263, "complement"),
    ("share", -0.2737, "sign"),
    ("share", 0.3, None),  # one digit is no rounding
    ("cut", 0.8407, None),
    ("cut", 0.843, None),
    ("share", 0.273, "cut"),
    ("share", 27.0, "percent"),
    ("share", 72.63, "complement"),
    ("share", -27.37, "sign"),
    ("share", 0.73, "complement"),
    ("share", -0.27, "sign"),
    ("whole", 48.2, None),  # rounds to 48, not to 49
    ("whole", 48, None),
    ("fee", 230, "digits"),
    ("fee", 224, None),
    ("money", 4.8, "wan"),
    ("money", 48.2, "thousands"),
    ("money", -4.82, "sign"),
    ("count", 68, None),
    ("many", 1243, None),  # a count is exact, also that of a road
    ("count", -138, "sign"),
    ("count", -138.1, None),
    ("money", 4.8219178, "wan"),
    ("money", -48219.178, "sign"),
    ("money", 48000, "digits"),
    ("money", 48_500, None),
    ("count", 138.5, "mean"),
    ("count", 138.2, None),
    ("count", 139, None),
    ("count", 69, "pairs"),
    ("letter", "A", "first"),
    ("letter", "C", None),
    ("set", {"B", "D"}, "other"),
    ("set", {"A"}, None),
    ("set", {"AC"}, None),
    ("text", "evening share", "evening"),
    ("column", COLUMN * 1.1, None),
    ("column", COLUMN.rename(index={"VIP": "vip"}), None),
    ("table", LONG.assign(y=LONG["y"].where(LONG.index < 119, 0)), None),
]


@pytest.mark.parametrize(("name", "answer", "named"), WRONG, ids=numbered)
def test_what_is_wrong_is_named(name, answer, named, language):
    feedback = check(f"t.{name}", answer)
    assert feedback.misconception == named
    assert feedback.status == ("rounded" if named == "digits" else "wrong")
    assert speaks(feedback.message.replace("hint", ""), language)


KIND = [
    ("share", "0.75", "0.75"),
    ("share", "0，2737", "0.2737"),
    ("share", "27.37%", "0.2737"),
    ("money", "4.82万", "48200"),
    ("share", (0, 2737), "0.2737"),
    ("share", [0.75], "list"),
    ("share", True, "bool"),
    ("share", np.True_, "bool"),
    ("share", "much", "str"),
    ("share", float("nan"), "divide"),
    ("share", float("inf"), "divide"),
    ("share", pd.NA, "NAType"),
    ("share", pd.Timedelta(days=3), "Divide it by pd.Timedelta"),
    ("share", pd.Series([1, 2]), ".sum"),
    ("share", np.array([1, 2]), "whole column"),
    ("share", LONG, "DataFrame"),
    ("share", (1, 234.5), "write 1234.5"),
    ("money", (48, 219), "48.219 or 48219"),
    ("money", (1, 234, 567), "1234567"),
    ("share", "0。2737", "0.2737"),
    ("share", "0,273", "0.273"),
    ("share", "２７３.７‰", "0.2737"),
    ("money", "¥ 48,219", "48219"),
    ("share", "9" * 400, "str"),
    ("share", np.timedelta64(3, "ns"), ".days"),
    ("share", pd.Series([pd.Timedelta(days=3)]), "Divide it by pd.Timedelta"),
    ("share", pd.Series([pd.Timestamp("2024-01-01")]), "Series"),
    ("share", pd.NaT, "NaTType"),
    ("share", pd.Series([], dtype=float), "empty"),
    ("share", 10**400, "OverflowError"),
    ("share", Decimal("sNaN"), "ValueError"),
    ("share", pd.DataFrame, "type"),
    ("share", 0.5 + 0j, "complex"),
    ("share", len, r"builtin.*\.mean\(\)"),
    ("share", COLUMN.mean, r"method.*\.mean\(\)"),
    ("money", (1, 200, 300, "yuan"), "1200 or 1_200"),
    ("share", True, r"\(x > 3\)\.mean"),
    ("share", show(COLUMN), "only displays"),
    ("text", pd.Series(["basket", "orders"]), "Series"),
    ("set", (letter for letter in "AC"), "generator"),
    ("set", range(10**9), "1,000,000,000"),
    ("set", [{}], "TypeError"),
    ("set", set, "type"),
    ("table", LONG.astype("Float64").mask(LONG > 118), "missing"),
    ("letter", 2, "int"),
    ("text", 3.0, "float"),
    ("set", 3, "int"),
    ("column", 3, "Series"),
    ("column", COLUMN[:2], "2 rows|rows and 1"),
    ("table", LONG.rename(columns={"x": "z"}), "x, y"),
    ("table", LONG.astype(str), "numbers only"),
]


@pytest.mark.parametrize(("name", "answer", "told"), KIND, ids=numbered)
def test_an_answer_of_another_kind_is_told_so(name, answer, told, language):
    feedback = check(f"t.{name}", answer)
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")
    assert speaks(feedback.message, language)
    if language == "en":
        assert re.search(told, feedback.message), feedback.message


def test_of_several_answers_the_wrong_ones_are_named():
    right = 4, 29.428571, 38.428571
    assert said("three", *right) == ("right", None)
    assert said("three", 4, 38.428571, 29.428571) == ("wrong", "swapped")
    assert said("three", 5, 29.428571, 1.0) == ("wrong", "rows")  # the other parts do not matter
    assert said("three", 4, 29, 38) == ("rounded", "digits")
    message = check("t.three", 4, 29, 99).message
    assert message.startswith("1 of 3 are right. b: It may be right") and "c: Not right yet" in message
    assert "a: " not in message
    use_language("zh")
    assert check("t.three", 4, 29.428571, 99).message.startswith("3 个答案里对了 2 个")


def test_any_other_number_learns_on_which_side_it_is(language):
    large, small = check("t.share", 0.9), check("t.share", 0.1)
    assert large.misconception is small.misconception is None and large.message != small.message
    assert 'hint("t.share")' in large.message


def test_of_several_answers_the_one_of_another_kind_is_named(language):
    feedback = check("t.three", 4, "29,43", 38.428571)
    assert feedback.misconception == "kind" and feedback.message.startswith("b") and "29.43" in feedback.message


def test_answers_in_another_order_are_named(language):
    feedback = check("t.three", 29.428571, 38.428571, 4)
    assert (feedback.status, feedback.misconception) == ("wrong", "order") and speaks(feedback.message, language)


def test_decimal_commas_are_named_where_they_make_too_many_answers(language):
    with pytest.raises(ValueError, match=r"0\.75"):
        check("t.three", 4, 29, 43, 38, 43)


@pytest.mark.parametrize("step", range(2, 7))
@pytest.mark.parametrize("value", [0.841666667, 0.2737, 0.60555556, 3971.95200479, 48219.178, 1.714285714, 225, 0.1996])
def test_only_right_roundings_are_told_to_keep_more_digits(value, step):
    """And those that are cut off are right within the tolerance only, unless cutting off rounds them."""
    right, small = float(f"{value:.{step - 1}e}"), Decimal(repr(float(value)))
    unit = Decimal(10) ** (small.adjusted() - step + 1)
    cut = float(small // unit * unit)
    with key.instead({"t.x": entry({"kind": "money", "value": value, "tolerance": 1e-3})}):
        assert check("t.x", right).status in ("right", "rounded")
        for wrong in (cut, cut + float(unit)):
            fewer = any(float(f"{value:.{digits}e}") == float(f"{wrong:.10g}") for digits in range(1, step))
            if 0.5000001 < abs(wrong - value) / float(unit) < 0.9999999 and not fewer:
                near = abs(wrong - value) <= 1e-3 * value
                assert check("t.x", float(f"{wrong:.10g}")).status == ("right" if near else "wrong")


@pytest.mark.parametrize("name", ["share", "money", "cut"])
def test_who_is_nearer_is_never_worse(name):
    """No answer is refused that lies nearer than one that is right."""
    value = SMALL[f"t.{name}"]["answers"][0]["value"]
    for off in (1e-7, 5e-6, 8e-5, 5e-4, 9e-4):
        for digits in range(4, 11):
            answer = float(f"{value * (1 - off):.{digits}g}")
            if abs(answer - value) <= 9.9e-4 * value:
                assert check(f"t.{name}", answer).status == "right", answer


def test_an_exercise_may_be_named_by_nothing_strange(language):
    for name in ([1], {}, 0.75, None, pd.Series([1]), "t.Share "):
        with pytest.raises(ValueError, match=r"t\.share"):
            check(name, 1)


def test_an_answer_is_not_changed_by_its_check():
    items, one = ["b", ["A"]], iter("AC")
    check("t.set", items), check("t.set", one), check("t.share", one)
    assert items == ["b", ["A"]] and next(one) == "A"


@pytest.mark.parametrize("dots", [..., None, {...}, [...], "...", "", "…"])
def test_an_untouched_stub_is_unanswered_and_points_to_the_hint(dots, language):
    feedback = check("t.three", 4, dots, 3)
    assert feedback.status == "unanswered" and 'hint("t.three")' in feedback.message
    assert speaks(feedback.message, language)


def test_hints_come_in_two_steps(language):
    first, second = hint("t.share").message, hint("t.share", 2).message
    assert first != second and speaks(second, language)
    assert hint("t.share", 2.0).message == second
    with pytest.raises(ValueError, match="two steps|两步"):
        hint("t.share", 3)


def test_an_unknown_exercise_sends_for_the_new_copy_and_lists_those_that_exist(language):
    with pytest.raises(ValueError, match=r"(?s)t\.nothing.*start\.py update.*t\.share"):
        check("t.nothing", 1)


def test_an_exercise_called_by_its_number_is_told_where_its_name_stands(language):
    with pytest.raises(ValueError, match="behind check|check 后面"):
        hint("1.2")


def test_the_wrong_number_of_answers_is_an_error(language):
    with pytest.raises(ValueError, match="3.*2"):
        check("t.three", 1, 2)


def test_a_decimal_comma_is_read_where_it_makes_two_answers(language):
    with pytest.raises(ValueError, match=r"0\.75"):
        check("t.share", 0, 75)


def test_the_box_escapes_what_it_shows():
    feedback = exercises.Feedback("wrong", "<b>")
    assert "&lt;b&gt;" in feedback._repr_mimebundle_()["text/html"]


def test_amounts_in_dollars_are_no_formula_in_the_box():
    box = exercises.Feedback("wrong", "from $5 to $6")._repr_mimebundle_()["text/html"]
    assert re.search('<div class="crm-feedback crm-wrong tex2jax_ignore mathjax_ignore"', box)
