"""From answers to feedback: the right answer, then the nearest wrong road, then slips of unit, sign and digits."""

import math

from crmlib.exercises import tables
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.reading import members, plain
from crmlib.language import language, say

NUMBERS = ("count", "number", "money", "share")
ROAD = 2e-3  # relative: how near a wrong road must be to be recognised
FEWEST = 2  # digits that a rounded answer must show to be taken for one
# Units that students write instead, by kind: name, factor to the unit asked for, sentence.
SLIPS = {
    "share": (
        "percent",
        0.01,
        "That is the number in percent: give a share between 0 and 1 (0.12, not 12).",
        "你给的是百分数：请写成 0 到 1 之间的小数（0.12，不要写 12）。",
    ),
    "money": (
        "wan",
        10_000,
        "That looks like wan yuan (10,000 yuan): the answer is asked for in yuan.",
        "这像是以“万元”为单位：问的是多少元。",
    ),
}


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
    known = members(value) if wanted.kind == "set" else plain(value)
    return 0.0 if given == known else math.inf


def is_right(given, wanted):
    """Return whether one answer is right.

    >>> from crmlib.exercises.key import Answer
    >>> is_right(138.5, Answer("x", "count", 138)), is_right(0.84, Answer("x", "share", 0.8417, 0.001, digits=2))
    (False, True)
    """
    if wanted.kind == "count":
        return given == wanted.value
    if wanted.digits is not None and abs(given - wanted.value) <= 0.5 * 10**-wanted.digits * (1 + 1e-9):
        return True
    return distance(given, wanted.value, wanted) <= max(wanted.tolerance, 1e-9)


def is_rounded(given, value, kind):
    """Return whether a number is the value with fewer digits, rightly rounded.

    >>> is_rounded(0.27, 0.2737, "share"), is_rounded(0.28, 0.2737, "share"), is_rounded(0.3, 0.2737, "share")
    (True, False, False)
    """
    if kind not in NUMBERS or kind == "count" or not value or not math.isfinite(value):
        return False
    size = math.floor(math.log10(abs(value))) + 1  # digits before the point; negative: zeros behind it
    return any(math.isclose(given, round(value, digits), rel_tol=1e-12) for digits in range(FEWEST - size, 9 - size))


def compare(exercise, given):
    """Return the feedback on answers that are of the right kind.

    Parameters
    ----------
    exercise : crmlib.exercises.key.Exercise
    given : list
        As `crmlib.exercises.reading.read` returns them.

    Examples
    --------
    >>> from crmlib.exercises.key import find
    >>> compare(find("start.stayed"), [0.25]).misconception
    'churn'
    """
    rights = [is_right(answer, wanted) for answer, wanted in zip(given, exercise.answers, strict=True)]
    if all(rights):
        return Feedback("right", exercise.right[language()])
    if road := _nearest(exercise, given):
        return Feedback("wrong", road.message, road.name)
    if len(given) == 1:
        status, message, name = _one(exercise, given[0], exercise.answers[0])
        help_ = "" if status == "rounded" or name else _for_help(exercise)
        return Feedback(status, message + help_, name)
    return _several(exercise, given, rights)


def _nearest(exercise, given):
    """The wrong road that the answers lie nearest to; where none is near, the one that they are rounded from."""
    near, rounded, asked = [], [], exercise.answers
    for road in exercise.roads:
        parts = [part for part in zip(given, road.values, asked, strict=True) if part[1] is not None]
        far = max(distance(*part) for part in parts)
        if far <= ROAD and not any(wanted.kind == "count" and answer != value for answer, value, wanted in parts):
            near.append((far, road))
        elif all(distance(*part) <= ROAD or is_rounded(part[0], part[1], part[2].kind) for part in parts):
            rounded.append((far, road))
    if near:
        return min(near, key=lambda found: found[0])[1]
    may_be_right = (is_right(a, w) or is_rounded(a, w.value, w.kind) for a, w in zip(given, asked, strict=True))
    return None if not rounded or all(may_be_right) else min(rounded, key=lambda found: found[0])[1]


def _one(exercise, given, wanted):
    """Status, message and misconception of one answer that is neither right nor on a road."""
    if wanted.kind not in NUMBERS:
        return "wrong", _direction(given, wanted), None
    near = max(wanted.tolerance, ROAD)
    if is_rounded(given, wanted.value, wanted.kind):
        en = "It may be right, but it has too few digits to tell: keep more digits."
        return "rounded", say(en, "可能是对的，但位数太少，看不出来：请多保留几位。"), "digits"
    if wanted.kind in SLIPS:
        name, factor, en, zh = SLIPS[wanted.kind]
        if math.isclose(given * factor, wanted.value, rel_tol=near):
            return "wrong", say(en, zh), name
        if len(exercise.answers) == 1 and (road := _nearest(exercise, [given * factor])):
            return "wrong", say(en, zh) + say(" And: ", "另外：") + road.message, road.name
    if wanted.kind == "share" and math.isclose(1 - given, wanted.value, rel_tol=ROAD):
        en = "That is the rest, 1 minus the share that is asked for."
        return "wrong", say(en, "这是剩下的那部分：用 1 减去它，才是问的比例。"), "complement"
    if math.isclose(-given, wanted.value, rel_tol=near):
        return "wrong", say("The size is right, the sign is not.", "数值对，正负号反了。"), "sign"
    return "wrong", _direction(given, wanted), None


def _direction(given, wanted):
    if wanted.kind == "count" and given != round(given):
        return say("Not right yet: a count is a whole number.", "还不对：个数应该是整数。")
    if wanted.kind in NUMBERS:
        if given > wanted.value:
            return say("Not right yet: your number is too large.", "还不对：你的数偏大。")
        return say("Not right yet: your number is too small.", "还不对：你的数偏小。")
    if wanted.kind == "set":
        extra, missing = len(given - members(wanted.value)), len(members(wanted.value) - given)
        found = [say(f"{extra} too many", f"多了 {extra} 个")] * bool(extra)
        found += [say(f"{missing} missing", f"少了 {missing} 个")] * bool(missing)
        return say(f"Not right yet: {' and '.join(found)}.", f"还不对：{'，'.join(found)}。")
    return say("Not right yet.", "还不对。")


def _several(exercise, given, rights):
    """Say which of several answers is wrong, and of each what can be said."""
    found = [
        (wanted.name, *_one(exercise, answer, wanted))
        for answer, wanted, right in zip(given, exercise.answers, rights, strict=True)
        if not right
    ]
    told = say(" ", "").join(f"{name}{say(': ', '：')}{message}" for name, _, message, _ in found)
    if all(status == "rounded" for _, status, _, _ in found):
        return Feedback("rounded", told, "digits")
    right = len(given) - len(found)
    first = say(f"{right} of {len(given)} are right. ", f"{len(given)} 个答案里对了 {right} 个。") if right else ""
    return Feedback("wrong", first + told + _for_help(exercise), next((name for *_, name in found if name), None))


def _for_help(exercise):
    return say(f' For help: hint("{exercise.id}")', f'需要提示就运行 hint("{exercise.id}")')
