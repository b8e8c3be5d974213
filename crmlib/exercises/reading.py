"""What a student gives becomes what its kind holds, or a sentence that says what is wrong with it."""

import math
import re
import unicodedata
from decimal import Decimal
from numbers import Real

from crmlib.exercises import tables
from crmlib.language import say

_NUMBER = re.compile(r"(?:([-+]?[1-9]\d{0,2}(?:,\d{3}){1,5}(?:\.\d+)?)|([-+]?\d{0,15}[.,]?\d{1,15}))([%‰千万亿]?)")
# Before it "about"; quotes, spaces, signs of money anywhere; at the end what was counted, and by what: 88箱, 50元/户.
_ABOUT = "大约|约|about|approx[.]?|approximately"
_COUNTED = (
    "个[户位件人月]|[个户位件次人家天年月条本张分箱倍秒]|块钱|块|秒钟|分钟|小时|爱尔朗"
    "|千米|公里|km|s|secs?|seconds?|min|minutes?|hours?|days?|years?|times|erlangs?"
)
_EACH = "户位人家次周月年"
_BESIDE = re.compile(rf"^(?:{_ABOUT})|['\"]|[\s$¥€£元“”]|yuan|rmb|crates?|(?:{_COUNTED})?(?:/[{_EACH}])?$")


class WrongKind(ValueError):
    """The answer is of another kind than the exercise asks for; the text says which."""


def read(given, wanted):
    """Return an answer as the `Answer` wanted holds it: a float, a text, a set, a table; or raise `WrongKind`.

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
    if not isinstance(given, type) and (hasattr(given, "as_py") or hasattr(given, "to_numpy")):
        given = given.as_py() if hasattr(given, "as_py") else given.to_numpy()
    if hasattr(given, "item") and getattr(given, "size", 0) == 1:  # of times numpy would make bare nanoseconds
        given = (given.astype(f"{given.dtype.kind}8[us]") if given.dtype.kind in "mM" else given).item()
    return float(given) if isinstance(given, Decimal) else given


def number_in(text):
    """Return the number that a text holds (0，75, 48,200, 75%, 4.82万, 150个, 约32秒, 0.94 times), or None.

    >>> number_in("0，75"), number_in("４８,２００ 元"), number_in("75%"), number_in("215.5 km"), number_in("B")
    (0.75, 48200.0, 0.75, 215.5, None)
    """
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("。", ".").casefold().strip()
    found = _NUMBER.fullmatch(_BESIDE.sub("", re.sub(r"\s*per ?cent$", "%", text)))
    if not found:
        return None
    thousands, other, unit = found.groups()
    digits = thousands.replace(",", "") if thousands else other.replace(",", ".")
    return float(digits) * {"%": 0.01, "‰": 0.001, "千": 1e3, "万": 1e4, "亿": 1e8}.get(unit, 1)


def wrong_count(exercise_id, answers, wanted):
    """Return the sentence for a check that got more or fewer answers than its exercise takes.

    >>> print(wrong_count("start.stayed", (1, 2, "x"), 1))
    start.stayed takes 1 answer(s), not 3.
    """
    if comma := _comma(answers) if wanted == 1 else None:
        return comma
    en = f"{exercise_id} takes {wanted} answer(s), not {len(answers)}."
    told = say(en, f"{exercise_id} 需要 {wanted} 个答案，你给了 {len(answers)} 个。")
    point = say(" Python wants decimal points: 0.75, not 0,75.", "小数点要用英文句点：写 0.75，不要写 0,75。")
    return told + (point if len(answers) > wanted > 1 else "")


def _comma(parts):
    """``0,75`` and ``1,234.5`` are two numbers to Python."""
    if not isinstance(parts, tuple) or len(parts) < 2 or {type(part) for part in parts[:-1]} != {int}:
        return None
    (first, *rest), last = parts, parts[-1]
    meant = [f"{first}.{last}"] * (len(parts) == 2 and type(last) is int and last >= 0)
    if first and type(last) in (int, float) and all(part == 0 or 100 <= part < 1000 for part in rest):
        whole = f"{first}{''.join(f'{int(part):03}' for part in rest)}"
        meant.append(whole + f"{last:.10g}"[len(str(int(last))) :])
    typed, en, zh = ",".join(map(str, parts)), " or ".join(meant), " 或 ".join(meant)
    en = f"{typed} are {len(parts)} numbers to Python: write {en}, without a comma."
    return say(en, f"{typed} 在 Python 里是 {len(parts)} 个数：去掉逗号，写成 {zh}。") if meant else None


def _refuse(en, zh):
    raise WrongKind(say(en, zh))


def _refuse_kind(en, zh, given, remedies=()):
    kind = type(given).__name__
    en, zh = f"The answer should be {en}; yours is a {kind}.", f"答案应该是{zh}，你给的是 {kind}。"
    more_en, more_zh = dict(remedies).get(kind, ("", ""))
    _refuse(f"{en} {more_en}".strip(), zh + more_zh)


_COUNT = ("To count them, put len( ) round it.", "要数有几个，套上 len( )。")
_CALL = ("Are the brackets at the end missing, as in .mean()?", "末尾是不是漏了括号？例如 .mean()。")
# What to do about an answer that is no number, by the name of its type.
_TO_A_NUMBER = {
    "method": _CALL,
    "function": _CALL,
    "builtin_function_or_method": _CALL,
    "tuple": ("A comma makes several of one: 1200 or 1_200, not 1,200.", "逗号会把一个数变成几个：写 1200 或 1_200。"),
    "bool": (
        "True or False is no number. To count, (x > 3).sum(); for the share, (x > 3).mean().",
        "True 或 False 不是数：把条件放进括号，求个数再写 .sum()，求比例再写 .mean()。",
    ),
    "set": _COUNT,
    "list": _COUNT,
    "Table": ("show(…) only displays: give the number inside.", "show(…) 只用来显示：请交括号里的那个数。"),
}


def _number(whole, wanted):
    given = unwrap(whole)
    if isinstance(given, str):
        if (meant := number_in(given)) is None:
            en = f"The answer should be one number; yours is text (str): {given:.20}. Give the number you computed."
            _refuse(en, f"答案应该是一个数，你给的是文字（str）：{given:.20}。请交算出来的那个数，不加引号。")
        en = f"The answer should be one number; yours is text. Write it without quotes: {meant:.10g}"
        _refuse(en, f"答案应该是一个数，你给的是文字。去掉引号，写成 {meant:.10g}")
    if comma := _comma(given):
        raise WrongKind(comma)
    if hasattr(given, "days") and hasattr(given, "total_seconds") and given == given:
        en = "The answer is a span of time. Divide it by pd.Timedelta(days=1): that is the number of days."
        _refuse(en, "答案是一段时间。除以 pd.Timedelta(days=1)，就得到天数。")
    if hasattr(given, "dtype") and not given.size:
        _refuse("The answer is empty: nothing was selected.", "答案是空的：什么也没有选中。")
    if hasattr(given, "dtype") and given.ndim == 1:
        en = "The answer should be one number; yours is a whole column."
        zh = "答案应该是一个数，你给的是一整列。是不是漏了 .sum()（要数有几个：len( )），或者还要用方括号取出其中一行？"
        _refuse(f'{en} Is .sum() missing (to count: len( )), or one row of it to be picked, by ["its name"]?', zh)
    if isinstance(given, bool) or not isinstance(given, Real):
        _refuse_kind("one number", "一个数", whole, _TO_A_NUMBER)
    if math.isnan(given):
        en = "The answer is nan, no number: no row was selected (spell names exactly as the table does, capitals too)"
        zh = "答案是 nan，不是数：也许一行也没有选中（名字要和表里一模一样，大小写、中英文都算），"
        _refuse(f"{en}, a value is missing, or did you divide by zero?", zh + "也许有缺失值，或者除以了零。")
    if not math.isfinite(given):
        _refuse("The answer is infinite. Did you divide by zero?", "答案是无穷大。是不是除以了零？")
    return float(given)


def plain(text):
    """Return a text in half-width letters, without spaces around and without capitals.

    >>> plain(" Ｂasket")
    'basket'
    """
    return unicodedata.normalize("NFKC", text).strip(" \t\n\"'`“”‘’.,;。").casefold()


def _text(whole, wanted):
    given = unwrap(whole)
    if isinstance(given, (set, frozenset, list, tuple)) and len(given) == 1:
        (given,) = given
    if not isinstance(given, str):
        _refuse_kind("text in quotes", "带引号的文字（str）", whole)
    return plain(given)


def _sentence(whole, wanted):
    given = unwrap(whole)
    if not isinstance(given, str):
        _refuse_kind("a sentence in quotes", "带引号的一句话（str）", whole)
    return given


def _set(whole, wanted):
    given = unwrap(whole)
    if isinstance(given, str):
        given = given.split()
    if isinstance(given, (bytes, type)) or not (hasattr(given, "__iter__") and hasattr(given, "__len__")):
        _refuse_kind("several items, such as a set or a list", "一组值（集合或列表）", whole)
    if len(given) > 1000 + 10 * len(wanted.value or ()):
        _refuse(f"Not right yet: {len(given):,} items are far too many.", f"还不对：{len(given):,} 个太多了。")
    return members(given.ravel() if hasattr(given, "ravel") else given)


def members(items):
    """Return the members of a set, texts as `plain` has them, numbers as numbers, what stands in inner brackets too.

    >>> members(["Ａ", "a", 3.0])
    frozenset({...})
    """
    found = set()
    for item in map(unwrap, items):
        if isinstance(item, str):
            parts = re.split(r"[,;、。/|&和与及{}()\[\]【】]+", unicodedata.normalize("NFKC", item))
            found |= {plain(part) if number_in(part) is None else number_in(part) for part in parts if plain(part)}
        elif isinstance(item, (set, frozenset, list, tuple)):
            found |= members(item)
        else:
            found.add(item)
    return frozenset(found)


def _table(given, wanted):
    if trouble := tables.wrong_shape(given, wanted.value):
        raise WrongKind(trouble)
    return given


_READERS = {"letter": _text, "text": _text, "set": _set, "sentence": _sentence, "table": _table}
