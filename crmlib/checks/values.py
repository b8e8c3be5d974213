"""One value, or numbers of any shape, become floats and whole numbers; or the sentence says what is needed instead."""

from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from crmlib.language import say

# What is larger is no money and no count; sums and squares of it would be infinite.
LARGEST = 1e100
# Further words for `hint`, where a rate per period is asked for.
RATE = ("Write 0.1 for 10 %.", "10% 写成 0.1。")


def number(value, name, least=None, most=None, above=None, below=None, hint=None):
    """Return one finite number within limits (`above` and `below` exclude them) as a float.

    `hint` is a further sentence for a number beyond the limits, (en, zh).

    >>> number(np.int64(3), "worth", least=0)
    3.0
    """
    one = held(value)
    found = _float(one)
    if not _within(found, least, most, above, below):
        low, high = _limits(least, most, above, below)
        hint = _without_quotes(one) or hint
        raise ValueError(_told(name, quoted(one), f"one number{low} is needed", f"不对：应为一个{high}数值", hint))
    return float(found)


def share(value, name, above=None, below=None):
    """Return one number between 0 and 1 as a float; ``above=0``, ``below=1`` exclude the ends.

    >>> share(0.3, "keeps")
    0.3
    """
    least, most = 0 if above is None else None, 1 if below is None else None
    return number(value, name, least, most, above, below, hint=_not_per_cent(_float(held(value))))


def amount(value, name):
    """Return one number of 0 or more as a float.

    >>> amount(12, "cost")
    12.0
    """
    return number(value, name, least=0)


def whole(value, name, least=0, most=None):
    """Return one whole number within limits as an int.

    >>> whole(12.0, "horizon", least=1)
    12
    """
    one = held(value)
    found = _float(one)
    if not (_within(found, least, most) and found % 1 == 0):
        en = f"of at least {least}" if most is None else f"from {least} to {most}"
        zh = f"不小于 {least} 的" if most is None else f" {least} 到 {most} 之间的"
        needed = f"a whole number {en} is needed"
        raise ValueError(_told(name, quoted(one), needed, f"不对：应为{zh}整数", _without_quotes(one)))
    return int(one)


def one_of(value, name, allowed):
    """Return a word that must be one of those allowed.

    >>> one_of("week", "period", ("month", "week"))
    'week'
    """
    allowed = list(allowed)
    if not (isinstance(value, str) and value in allowed):
        en = f"{name} = {value!r}: choose one of {', '.join(allowed)}."
        raise ValueError(say(en, f"{name} = {value!r} 不对：请在 {'、'.join(allowed)} 中选一个。"))
    return value


def numbers(values, name, least=None, most=None, above=None, below=None, hint=None):
    """Return one number, a list, an array or a Series as an array of finite floats of the same shape.

    >>> numbers([30, 60], "margin", least=0)
    array([30., 60.])
    """
    found = to_floats(values)
    if found is None:
        one = held(values)
        needed = "numbers are needed" if dimensions(values) else "a number is needed"
        raise TypeError(_told(name, quoted(one), needed, "不是数值", _without_quotes(one)))
    if not np.isfinite(found).all():
        raise ValueError(say(f"{name} has missing or infinite values.", f"{name} 中有缺失值或无穷值。"))
    if (np.abs(found) > LARGEST).any():
        raise ValueError(say(f"{name} has values beyond {LARGEST:g}.", f"{name} 中有超过 {LARGEST:g} 的数。"))
    bad = ~_within(found, least, most, above, below)
    if bad.any():
        wrong = found[bad]
        shown = ", ".join(f"{one:g}" for one in wrong[:3]) + ("…" if len(wrong) > 3 else "")
        low, high = _limits(least, most, above, below)
        if hint is None and (least, most) == (0, 1):
            hint = _not_per_cent(wrong[0])
        needed = f"one number{low} is needed" if found.ndim == 0 else f"numbers{low} are needed"
        raise ValueError(_told(name, shown, needed, f"不对：应为{high}数值", hint))
    return found


def rates(values, name):
    """Return rates per period (0.1 for 10 %) as `numbers` does; more than 1.5 is per cent, not meant so.

    >>> rates(0.1, "discount")
    array(0.1)
    """
    found = numbers(values, name, least=0, hint=RATE)
    return numbers(found, name, most=1.5, hint=_not_per_cent(found.max(initial=0)) or RATE)


def fitting(**arguments):
    """Refuse arguments (numbers, arrays, Series) whose lengths do not fit each other, so that numpy need not.

    >>> fitting(margin=[30, 60], discount=0.1)
    """
    shapes = {name: np.shape(values) for name, values in arguments.items() if np.ndim(values)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        shown = ", ".join(f"{name} {' × '.join(map(str, shape))}" for name, shape in shapes.items())
        en = f"The lengths do not fit each other: {shown}. Give each as one number or equally long."
        raise ValueError(say(en, f"各参数的长度对不上：{shown}。每个参数要么只给一个数，要么长度都相同。")) from None


def to_floats(values):
    """Return anything of any shape as floats, NaN for what is missing; None if something in it is no number.

    >>> to_floats([1, None]), to_floats(["1"])
    (array([ 1., nan]), None)
    """
    if isinstance(values, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        if pd.api.types.is_any_real_numeric_dtype(values):
            return values.to_numpy(dtype=float, na_value=np.nan)
        if not pd.api.types.is_object_dtype(values):
            return None
        values = values.to_numpy()
    # Lists keep each value as it is, else numpy would make [1, True] whole numbers and ["1", 2] texts.
    kept = object if isinstance(values, (list, tuple)) else None
    try:
        array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=kept)
    except (TypeError, ValueError):  # lists of different lengths
        return None
    if array.dtype.kind in "iuf":
        return array.astype(float)
    if array.dtype.kind != "O":
        return None
    found = [_float(value) for value in array.ravel()]
    return None if None in found else np.array(found, dtype=float).reshape(array.shape)


def dimensions(values):
    """Return 0 for one value, 1 for a list or Series, more for a table; 2 for lists of different lengths.

    >>> dimensions(3), dimensions([3, 4]), dimensions([[3], [4, 5]])
    (0, 1, 2)
    """
    try:
        return np.ndim(values)
    except ValueError:
        return 2


def held(value):
    """Return the one value that a numpy number, an array without dimensions or a Series of one element holds.

    >>> held(pd.Series([3]))
    3
    """
    if isinstance(value, (np.ndarray, np.generic, pd.Series, pd.Index)) and value.size == 1:
        value = np.asarray(value, dtype=object if isinstance(value, (pd.Series, pd.Index)) else None).ravel()[0]
    return value.item() if isinstance(value, np.generic) else value


def _float(value):
    """One value as a float, NaN if it is missing, None if it is no number."""
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (Real, Decimal)):
        try:
            return float(value)
        except OverflowError:
            return np.inf
    return np.nan if value is None or value is pd.NA or value is pd.NaT else None


def _within(found, least=None, most=None, above=None, below=None):
    """Say of floats which are finite and within the limits; a None is not."""
    if found is None:
        return False
    good = np.abs(found) <= LARGEST
    for limit, kept in ((least, np.greater_equal), (most, np.less_equal), (above, np.greater), (below, np.less)):
        if limit is not None:
            good = good & kept(found, limit)
    return good


def _limits(least, most, above, below):
    """The limits in words, English and Chinese."""
    if least is not None and most is not None:
        return f" between {least:g} and {most:g}", f" {least:g} 到 {most:g} 之间的"
    limits = (least, above, most, below)
    en, zh = ("{:g} or more", "above {:g}", "at most {:g}", "below {:g}"), ("不小于", "大于", "不大于", "小于")
    en = [text.format(limit) for text, limit in zip(en, limits, strict=True) if limit is not None]
    zh = [f"{text} {limit:g}" for text, limit in zip(zh, limits, strict=True) if limit is not None]
    of = " of " if least is not None or (most is not None and above is None) else " "
    return (of + " and ".join(en), "、".join(zh) + " 的") if en else ("", "")


def _told(name, shown, en, zh, hint):
    """What was given, what is needed, and the hint (en, zh) if there is one."""
    more_en, more_zh = (" " + hint[0], hint[1]) if hint else ("", "")
    return say(f"{name} = {shown}: {en}.{more_en}", f"{name} = {shown} {zh}。{more_zh}")


def quoted(value):
    """Return a value as a sentence shows it: its type where it would fill more than a line.

    >>> quoted("60"), quoted(np.zeros((9, 9)))
    ("'60'", 'ndarray')
    """
    shown = repr(value)
    return shown if len(shown) <= 80 and "\n" not in shown else type(value).__name__


def _not_per_cent(found):
    """The hint for a share written in per cent."""
    if found is None or not 1 < found <= 100:
        return None
    return f"Write {found / 100:g}, not {found:g}.", f"{found:g}% 写成 {found / 100:g}，不写 {found:g}。"


def _without_quotes(held):
    """The hint for a number in quotes."""
    try:
        float(held if isinstance(held, str) else "text")
    except ValueError:
        return None
    return f"Write {held.strip()} without quotes.", f"{held.strip()} 不要加引号。"
