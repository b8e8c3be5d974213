"""What a student gives becomes what its kind holds, or a sentence that says what is wrong with it."""

import math
import re
import unicodedata
from decimal import Decimal
from numbers import Real

from crmlib.exercises import tables
from crmlib.language import say


class WrongKind(ValueError):
    """The answer is of another kind than the exercise asks for; the text says which."""


def read(given, wanted):
    """Return an answer as its kind holds it: a float, a text, a set, a table.

    Parameters
    ----------
    given : object
    wanted : crmlib.exercises.key.Answer

    Raises
    ------
    WrongKind
        If it cannot be one.

    Examples
    --------
    >>> from crmlib.exercises.key import Answer
    >>> read({"Ａ", "b"}, Answer("x", "set"))
    frozenset({...})
    """
    return _READERS.get(wanted.kind, _number)(given, wanted)


def unwrap(given):
    """Return the one element of a Series, an array, an Index or a 1 × 1 table; anything else as it is.

    >>> import pandas as pd
    >>> unwrap(pd.Series([0.75]))
    0.75
    """
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    if hasattr(given, "item") and getattr(given, "size", 0) == 1:
        given = given.item()
    return float(given) if isinstance(given, Decimal) else given


def number_in(text):
    """Return the number that a text holds (0，75, 48,200, 75%, 4.82万), or None.

    >>> number_in("0，75"), number_in("４８,２００ 元"), number_in("75%"), number_in("B")
    (0.75, 48200.0, 0.75, None)
    """
    text = re.sub(r"[\s$¥€£元]|yuan", "", unicodedata.normalize("NFKC", text).replace("−", "-").replace("，", ","))
    found = re.fullmatch(r"([-+]?[\d.,]*\d)([%万]?)", text)
    if not found:
        return None
    digits, unit = found.groups()
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    try:
        return float(digits) * {"%": 0.01, "万": 10_000}.get(unit, 1)
    except ValueError:
        return None


def wrong_count(exercise_id, answers, wanted):
    """Return the sentence for a check that got more or fewer answers than its exercise takes.

    >>> print(wrong_count("start.stayed", (1, 2, 3), 1))
    start.stayed takes 1 answer(s), not 3.
    """
    if comma := _decimal_comma(answers) if wanted == 1 else None:
        return comma
    en = f"{exercise_id} takes {wanted} answer(s), not {len(answers)}."
    return say(en, f"{exercise_id} 需要 {wanted} 个答案，你给了 {len(answers)} 个。")


def _decimal_comma(pair):
    """``0,75`` is a pair of numbers to Python."""
    if isinstance(pair, tuple) and len(pair) == 2 and all(type(part) is int for part in pair) and pair[1] >= 0:
        typed, meant = f"{pair[0]},{pair[1]}", f"{pair[0]}.{pair[1]}"
        en = f"{typed} are two numbers to Python: write {meant}, with a point."
        return say(en, f"{typed} 在 Python 里是两个数：小数点要用英文句点，写成 {meant}。")
    return None


def _refuse(en, zh):
    raise WrongKind(say(en, zh))


def _refuse_kind(en, zh, given):
    kind = type(given).__name__
    _refuse(f"The answer should be {en}; yours is a {kind}.", f"答案应该是{zh}，你给的是 {kind}。")


def _number(whole, wanted):
    given = unwrap(whole)
    if isinstance(given, str):
        if (meant := number_in(given)) is None:
            _refuse("The answer should be one number; yours is text (str).", "答案应该是一个数，你给的是文字（str）。")
        en = f"The answer should be one number; yours is text. Write it without quotes: {meant:.10g}"
        _refuse(en, f"答案应该是一个数，你给的是文字。去掉引号，写成 {meant:.10g}")
    if comma := _decimal_comma(given):
        raise WrongKind(comma)
    if hasattr(given, "days") and hasattr(given, "total_seconds"):
        en = "The answer is a span of time; make it a number with .days."
        _refuse(en, "答案是一段时间，用 .days 取出天数，变成一个数。")
    if getattr(given, "ndim", 0) == 1 and hasattr(given, "dtype"):
        en = "The answer should be one number; yours is a whole column. "
        _refuse(
            en + "Is .sum() missing, or one row of it to be picked?",
            "答案应该是一个数，你给的是一整列。是不是漏了 .sum()，或者还要取出其中一行？",
        )
    if isinstance(given, bool) or not isinstance(given, Real):
        _refuse_kind("one number", "一个数", whole)
    if not math.isfinite(given):
        en = "The answer is not a finite number. Did you divide by zero, or is a value missing?"
        _refuse(en, "答案不是有限的数。是不是除以了零，或者有缺失值？")
    return float(given)


def plain(text):
    """Return a text in half-width letters, without spaces around and without capitals.

    >>> plain(" Ｂasket")
    'basket'
    """
    return unicodedata.normalize("NFKC", text).strip().strip("\"'“”‘’").strip().casefold()


def _text(given, wanted):
    given = unwrap(given)
    if isinstance(given, (set, frozenset, list, tuple)) and len(given) == 1:
        (given,) = given
    if not isinstance(given, str):
        _refuse_kind("text in quotes", "带引号的文字（str）", given)
    return plain(given)


def _set(given, wanted):
    if isinstance(given, str) and given.strip():
        given = [part for part in re.split(r"[\s,;、{}]+", unicodedata.normalize("NFKC", given)) if part]
    if not hasattr(given, "__iter__") or isinstance(given, (str, bytes)):
        _refuse_kind("several items, such as a set or a list", "一组值（集合或列表）", given)
    return members(given)


def members(items):
    """Return the members of a set, texts as `plain` has them, numbers as numbers.

    >>> members(["Ａ", "a", 3.0])
    frozenset({...})
    """
    found = set()
    for item in items:
        item = unwrap(item)
        if isinstance(item, float) and item.is_integer():
            item = int(item)
        found.add(plain(item) if isinstance(item, str) else item)
    return frozenset(found)


def _table(given, wanted):
    if trouble := tables.wrong_shape(given, wanted.value):
        raise WrongKind(trouble)
    return given


_READERS = {"letter": _text, "text": _text, "set": _set, "table": _table}
