"""From answers to feedback: the right answer, then the nearest wrong road, then slips of unit, sign and digits."""

import math
from dataclasses import replace
from itertools import permutations

from crmlib.exercises import definitions, tables
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.reading import members, plain
from crmlib.language import language, say

NUMBERS = ("count", "number", "money", "share")
ROAD = 2e-3  # relative: how near a wrong road must be to be recognised
SHOWN = range(2, 9)  # how many digits a rounded answer shows
CUT = range(3, 7)  # of how many the last one tells that they were cut off


def distance(given, value, wanted):
    """Return how far an answer is from a value of its kind: 0 for the same, relative for numbers, else infinity.

    >>> from crmlib.exercises.key import Answer
    >>> distance(102.0, 100.0, Answer("x", "number"))
    0.02
    """
    if wanted.kind in NUMBERS:
        return abs(given - value) / abs(value) if value else abs(given) * 1e6
    if wanted.kind == "table":
        return tables.distance(given, value, wanted.tolerance)
    return 0.0 if given == (members(value) if wanted.kind == "set" else plain(value)) else math.inf


def is_right(given, wanted):
    """Return whether one answer is right.

    >>> from crmlib.exercises.key import Answer
    >>> is_right(138.5, Answer("x", "count", 138)), is_right(0.84, Answer("x", "share", 0.8417, 0.001, digits=2))
    (False, True)
    """
    if wanted.kind == "count":
        return given == wanted.value
    if (digits := wanted.digits) is not None and abs(given - wanted.value) <= 0.5 * 10**-digits * (1 + 1e-9):
        if round(given, digits) in (given, round(wanted.value, digits)):
            return True
    return distance(given, wanted.value, wanted) <= max(wanted.tolerance, 1e-9)


def shown(given, value, kind):
    """Say whether a number shows a value's first digits ``"rounded"``, or ``"cut"`` off (up, the wrong way).

    >>> [shown(given, 0.2737, "share") for given in (0.27, 0.273, 0.28, 0.3)]
    ['rounded', 'cut', None, None]
    """
    if kind not in NUMBERS or kind == "count" or not value or not math.isfinite(given):
        return None
    size = math.floor(math.log10(abs(value))) + 1  # digits before the point; negative: zeros behind it
    fits = (count for count in SHOWN if math.isclose(given, round(given, count - size), rel_tol=1e-12))
    units_off = {count: round(abs(given - value) * 10.0 ** (count - size), 6) for count in fits}
    if any(off <= 0.5 for off in units_off.values()):
        return "rounded"
    return "cut" if any(off < 1 for count, off in units_off.items() if count in CUT) else None


def compare(exercise, given, help_=""):
    """Return the feedback on answers to an exercise, given as a list of what `reading.read` made of them.

    ``help_`` says where help is to be had; it follows what names no misconception.

    >>> from crmlib.exercises.key import find
    >>> compare(find("start.stayed"), [0.25]).misconception
    'churn'
    """
    if exercise.astray and definitions.strays(*given, sum(exercise.astray["words"].values(), [])):
        return Feedback("wrong", exercise.astray[language()], "astray")
    if exercise.keywords:
        found = definitions.graded(*given, exercise.keywords, exercise.missing, exercise.right)
        return found if found.status == "right" else replace(found, message=found.message + help_)
    rights = [is_right(answer, wanted) for answer, wanted in zip(given, exercise.answers, strict=True)]
    if all(rights):
        return Feedback("right", exercise.right[language()])
    if road := _nearest(exercise, given):
        return Feedback("right" if road.right else "wrong", road.message, road.name)
    numbers = all(wanted.kind in NUMBERS for wanted in exercise.answers)
    if numbers and any(all(map(is_right, order, exercise.answers)) for order in permutations(given)):
        return Feedback("wrong", say("The numbers are right, their order is not.", "数都对，顺序不对。"), "order")
    found = [
        (wanted.name, *_one(exercise, answer, wanted))
        for answer, wanted, right in zip(given, exercise.answers, rights, strict=True)
        if not right
    ]
    several, right = len(given) > 1, len(given) - len(found)
    told = say(" ", "").join(several * (part + say(": ", "：")) + message for part, _, message, _ in found)
    if all(status == "rounded" for _, status, _, _ in found):
        return Feedback("rounded", told, "digits")
    named = next((name for *_, name in found if name), None)
    first = say(f"{right} of {len(given)} are right. ", f"{len(given)} 个答案里对了 {right} 个。") if right else ""
    return Feedback("wrong", first + told + help_ * (several or not named), named)


def _nearest(exercise, given, rounded_too=True):
    """The wrong road that the answers lie nearest to; where none is near, the one that they are rounded from."""
    near, rounded, asked = [], [], exercise.answers
    for road in exercise.roads:
        parts = [part for part in zip(given, road.values, asked, strict=True) if part[1] is not None]
        far = max(distance(*part) for part in parts)
        if far <= ROAD and not any(wanted.kind == "count" and answer != value for answer, value, wanted in parts):
            near.append((far, road))
        elif rounded_too and all(_is_nearly(*part) for part in parts):
            rounded.append((far, road))
    may_be_right = all(
        is_right(a, w) or shown(a, w.value, w.kind) == "rounded" for a, w in zip(given, asked, strict=True)
    )
    if near:
        far, road = min(near, key=lambda found: found[0])
        two_digits = all(a == float(f"{a:.2g}") for a, w in zip(given, asked, strict=True) if w.kind in NUMBERS)
        return None if far > 1e-9 and may_be_right and two_digits else road  # two digits do not tell which was meant
    return None if not rounded or may_be_right else min(rounded, key=lambda found: found[0])[1]


def _is_nearly(given, value, wanted):
    """Whether an answer is near a value, or rounded from it; a count is itself and no other."""
    if wanted.kind == "count" and value == round(value):
        return given == value
    return distance(given, value, wanted) <= ROAD or shown(given, value, wanted.kind) == "rounded"


def _slips(given, kind):
    """Each slip of unit, side or sign: its name, the number that was meant, the sentence."""
    if kind == "share":
        en = "That is the number in percent: give a share between 0 and 1 (for 25%, write 0.25)."
        yield "percent", given / 100, say(en, "你给的是百分数：请写成 0 到 1 之间的小数（25% 写成 0.25）。")
        en = "That is the rest, 1 minus the share that is asked for."
        yield "complement", 1 - given, say(en, "这是剩下的那部分：用 1 减去它，才是问的比例。")
    if kind == "money":
        en = "That looks like wan yuan (10,000 yuan): the answer is asked for in yuan."
        yield "wan", given * 10_000, say(en, "这像是以“万元”为单位：问的是多少元。")
        en = "That looks like thousands of yuan: the answer is asked for in yuan."
        yield "thousands", given * 1_000, say(en, "这像是以“千元”为单位：问的是多少元。")
    yield "sign", -given, say("The size is right, the sign is not.", "数值对，正负号反了。")


def _slip(exercise, given, wanted, alone=True):
    """Name and sentence of a slip, or of a road or another slip that is hidden behind another unit; or None."""
    found = list(_slips(given, wanted.kind))
    for name, meant, sentence in found:
        if is_right(meant, wanted) or _is_nearly(meant, wanted.value, wanted):
            return name, sentence
    for _, meant, sentence in [slip for slip in found if alone and slip[0] not in ("complement", "sign")]:
        road = len(exercise.answers) == 1 and _nearest(exercise, [meant], rounded_too=False)
        if more := (road.name, road.message) if road else _slip(exercise, meant, wanted, alone=False):
            return more[0], sentence + say(" And: ", "另外：") + more[1]
    return None


def _one(exercise, given, wanted):
    """Status, message and misconception of one answer that is neither right nor on a road."""
    if (last := shown(given, wanted.value, wanted.kind)) == "rounded":
        en = "It may be right, but it has too few digits to tell: keep more digits."
        return "rounded", say(en, "可能是对的，但位数太少，看不出来：请多保留几位。"), "digits"
    if last == "cut":
        en = "Not right yet: the last digit is cut off, or rounded the wrong way."
        return "wrong", say(en, "还不对：最后一位没有四舍五入，或者舍入错了。"), "cut"
    if wanted.kind in NUMBERS and (slip := _slip(exercise, given, wanted)):
        return "wrong", slip[1], slip[0]
    return "wrong", _direction(given, wanted), None


def _direction(given, wanted):
    if wanted.kind == "count" and given != round(given):
        return say("Not right yet: a count is a whole number.", "还不对：个数应该是整数。")
    if wanted.kind in NUMBERS:
        en, zh = ("large", "大") if given > wanted.value else ("small", "小")
        return say(f"Not right yet: your number is too {en}.", f"还不对：你的数偏{zh}。")
    if wanted.kind == "set":
        extra, missing = len(given - members(wanted.value)), len(members(wanted.value) - given)
        found = [say(f"{extra} too many", f"多了 {extra} 个")] * (extra > 0)
        found += [say(f"{missing} missing", f"少了 {missing} 个")] * (missing > 0)
        return say(f"Not right yet: {' and '.join(found)}.", f"还不对：{'，'.join(found)}。")
    return say("Not right yet.", "还不对。")
