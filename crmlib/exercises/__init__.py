"""Exercises that answer at once: right, not yet answered, or wrong and why.

Each chapter's exercises live in a module of this package, as `Exercise` objects: the right answer, computed when it is asked for,
and the usual wrong roads, each with what it yields and a sentence that names it.
"""

import math
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from numbers import Real

import numpy as np
import pandas as pd

from crmlib.language import language, say

CHAPTERS = ("start", "lifecycle", "value", "segmentation", "churn")
_SYMBOLS = {"right": "✓", "wrong": "✗", "unanswered": "…"}
_COLOURS = {"right": "#009E73", "wrong": "#D55E00", "unanswered": "#6B6B6B", "hint": "#0072B2"}


@dataclass(frozen=True)
class Road:
    """A usual wrong road: its name, what it yields, and the sentence that names it in both languages.

    ``loss`` computes the money that the road loses; the sentences show it as ``{loss:,.0f}``.
    """

    name: str
    value: Callable[[], object]
    en: str
    zh: str
    loss: Callable[[], float] | None = None

    @property
    def message(self):
        """The sentence in the language in use."""
        text = getattr(self, language())
        return text.format(loss=self.loss()) if self.loss else text


@dataclass(frozen=True)
class Exercise:
    """One exercise: the answer, what to say when it is right, wrong roads and two steps of help.

    Attributes
    ----------
    expected : callable
        Computes the right answer: a number, text, a set, or a table; a tuple where `check` receives several names.
    right, hints : dict
        By language: a sentence; two sentences.
    tolerance : float
        Relative tolerance of numbers.
    percent : bool
        Whether an answer 100 times too large means that a percentage was given for a share.
    """

    expected: Callable[[], object]
    right: dict
    hints: dict
    roads: tuple = ()
    tolerance: float = 1e-2
    percent: bool = False


@dataclass(frozen=True)
class Task:
    """A long task with many good answers: a judge says how good one is.

    Attributes
    ----------
    judge : callable
        Takes the answers, returns a `Feedback`: also for answers of the wrong kind, as the misconception ``"kind"``.
    expected : callable
        Computes answers that the judge accepts: the course's own.
    roads : tuple of Road
        Usual wrong roads; the judge recognises each by its name.
    """

    judge: Callable[..., "Feedback"]
    expected: Callable[[], object]
    hints: dict
    roads: tuple = ()
    percent: bool = False


@dataclass(frozen=True)
class Feedback:
    """What a check or a hint says; a notebook shows it as a coloured box, a terminal as text.

    Attributes
    ----------
    status : {"right", "wrong", "unanswered", "hint"}
    message : str
    misconception : str or None
        The name of the wrong road that was recognised.
    """

    status: str
    message: str
    misconception: str | None = None

    def __repr__(self):
        return f"{_SYMBOLS.get(self.status, '→')} {self.message}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        box = (
            f'<div class="crm-feedback crm-{self.status}" role="status" style="border-left:5px solid {_COLOURS[self.status]};'
            f'padding:.5em .8em;margin:.3em 0;line-height:1.6"><b style="color:{_COLOURS[self.status]}">'
            f"{_SYMBOLS.get(self.status, '→')}</b> {escape(self.message)}</div>"
        )
        return {"text/html": box, "text/plain": repr(self)}


@cache
def catalogue():
    """Return all exercises by their id, ``"chapter.exercise"``.

    Examples
    --------
    >>> "value.milk_break_even" in catalogue()
    True
    """
    return {
        f"{chapter}.{name}": exercise
        for chapter in CHAPTERS
        for name, exercise in import_module(f"crmlib.exercises.{chapter}").EXERCISES.items()
    }


def check(exercise_id, *answers):
    """Say whether an answer is right, and if not, why.

    Parameters
    ----------
    exercise_id : str
        As it stands in the notebook, ``"value.milk_break_even"``.
    *answers
        What the exercise asks for: a number, text, a set or a table. ``...`` means: not yet answered.

    Returns
    -------
    Feedback

    Raises
    ------
    ValueError
        If there is no such exercise, or it takes another number of answers.

    Examples
    --------
    >>> check("value.milk_break_even", ...).status
    'unanswered'
    """
    exercise = _find(exercise_id)
    if any(answer is ... or answer is None for answer in answers):
        return Feedback(
            "unanswered",
            say(
                f'Not answered yet: put your answer in place of the dots. Stuck? hint("{exercise_id}")',
                f'还没作答：把 ... 换成你的答案。没有头绪？运行 hint("{exercise_id}")',
            ),
        )
    expected = exercise.expected()
    wanted = expected if isinstance(expected, tuple) else (expected,)
    if len(wanted) != len(answers):
        raise ValueError(
            say(
                f"{exercise_id} takes {len(wanted)} answer(s), not {len(answers)}.",
                f"{exercise_id} 需要 {len(wanted)} 个答案，你给了 {len(answers)} 个。",
            )
        )
    if isinstance(exercise, Task):
        return exercise.judge(*answers)
    for answer, right in zip(answers, wanted, strict=True):
        if trouble := _wrong_kind(answer, right):
            return Feedback("wrong", trouble, "kind")
    if _all_same(answers, wanted, exercise.tolerance):
        return Feedback("right", exercise.right[language()])
    if road := _road_taken(exercise, answers):
        return Feedback("wrong", road.message, road.name)
    if exercise.percent and len(answers) == 1 and _same(answers[0], 100 * expected, exercise.tolerance):
        return Feedback(
            "wrong",
            say(
                "That is the number in percent: give a share between 0 and 1 (0.12, not 12).",
                "你给的是百分数：请写成 0 到 1 之间的小数（0.12，不要写 12）。",
            ),
            "percent",
        )
    return Feedback(
        "wrong",
        _direction(answers, wanted, exercise.tolerance)
        + say(f' For help: hint("{exercise_id}")', f'需要提示就运行 hint("{exercise_id}")'),
    )


def hint(exercise_id, step=1):
    """Give help in two steps; the third is the solution notebook.

    Examples
    --------
    >>> hint("value.milk_break_even").status
    'hint'
    """
    hints = _find(exercise_id).hints[language()]
    if step not in (1, 2):
        raise ValueError(say("There are two steps of help: step=1 and step=2.", "提示只有两步：step=1 和 step=2。"))
    more = (
        say(f'More help: hint("{exercise_id}", 2)', f'还要提示：hint("{exercise_id}", 2)')
        if step == 1
        else say(
            "Still stuck? The worked solution is in the folder solutions.", "还是做不出？solutions 文件夹里有解答。"
        )
    )
    return Feedback("hint", hints[step - 1] + say(" ", "") + more)


def _find(exercise_id):
    if exercise_id not in catalogue():
        raise ValueError(
            say(
                f"There is no exercise {exercise_id!r}. There are: {', '.join(catalogue())}.",
                f"没有练习 {exercise_id!r}。现有练习：{'、'.join(catalogue())}。",
            )
        )
    return catalogue()[exercise_id]


def _road_taken(exercise, answers):
    # First the roads that yield just this answer, then those that it may have been rounded from.
    values = [(road, road.value()) for road in exercise.roads]
    for tolerance in (1e-4, exercise.tolerance):
        for road, value in values:
            if _all_same(answers, value if isinstance(value, tuple) else (value,), tolerance):
                return road
    return None


def _wrong_kind(answer, right):
    """Say what is wrong with an answer's type or shape, or return nothing."""
    if isinstance(right, (pd.Series, pd.DataFrame)):
        if not isinstance(answer, type(right)):
            return say(
                f"The answer should be a pandas {type(right).__name__}; yours is a {type(answer).__name__}.",
                f"答案应该是 pandas 的 {type(right).__name__}，你给的是 {type(answer).__name__}。",
            )
        if answer.shape != right.shape:
            return say(
                f"The answer should have the shape {right.shape}; yours has {answer.shape}. Was a row lost or a column added?",
                f"答案的形状应该是 {right.shape}，你的是 {answer.shape}。是不是丢了行，或者多了列？",
            )
    elif isinstance(right, Set):
        if isinstance(answer, str) or not hasattr(answer, "__iter__"):
            return say(
                f"The answer should be several items, such as a set or a list; yours is a {type(answer).__name__}.",
                f"答案应该是一组值（集合或列表），你给的是 {type(answer).__name__}。",
            )
    elif isinstance(right, str):
        if not isinstance(answer, str):
            return say(
                f"The answer should be text in quotes; yours is a {type(answer).__name__}.",
                f"答案应该是带引号的文字（str），你给的是 {type(answer).__name__}。",
            )
    else:
        if hasattr(answer, "item") and getattr(answer, "size", 0) == 1:
            answer = answer.item()
        if isinstance(answer, pd.Timedelta):
            return say(
                "The answer is a span of time; make it a number with .days.",
                "答案是一段时间，用 .days 取出天数，变成一个数。",
            )
        if isinstance(answer, pd.Series):
            return say(
                "The answer should be one number; yours is a whole column. Is .sum() missing, or one row of it to be picked?",
                "答案应该是一个数，你给的是一整列。是不是漏了 .sum()，或者还要取出其中一行？",
            )
        if isinstance(answer, bool) or not isinstance(answer, Real):
            return say(
                f"The answer should be one number; yours is a {type(answer).__name__}.",
                f"答案应该是一个数，你给的是 {type(answer).__name__}。",
            )
        if not math.isfinite(answer):
            return say(
                "The answer is not a finite number. Did you divide by zero, or is a value missing?",
                "答案不是有限的数。是不是除以了零，或者有缺失值？",
            )
    return ""


def _same(answer, right, tolerance):
    if isinstance(right, (pd.Series, pd.DataFrame)):
        try:
            aligned = answer.reindex_like(right)
        except (ValueError, TypeError):
            return False
        return bool(np.allclose(aligned.to_numpy(float), right.to_numpy(float), rtol=tolerance, equal_nan=True))
    if isinstance(right, Set):
        return set(answer) == set(right)
    if isinstance(right, str):
        return answer.strip().casefold() == right.casefold()
    return math.isclose(answer, right, rel_tol=tolerance, abs_tol=1e-9)


def _all_same(answers, values, tolerance):
    return all(_same(a, v, tolerance) for a, v in zip(answers, values, strict=True))


def _direction(answers, wanted, tolerance):
    if len(wanted) == 1 and isinstance(wanted[0], Real):
        return (
            say("Not right yet: your number is too large.", "还不对：你的数偏大。")
            if answers[0] > wanted[0]
            else say("Not right yet: your number is too small.", "还不对：你的数偏小。")
        )
    if len(wanted) == 1 and isinstance(wanted[0], Set):
        extra, missing = len(set(answers[0]) - set(wanted[0])), len(set(wanted[0]) - set(answers[0]))
        found = [say(f"{extra} too many", f"多了 {extra} 个")] * bool(extra) + [
            say(f"{missing} missing", f"少了 {missing} 个")
        ] * bool(missing)
        return say(f"Not right yet: {' and '.join(found)}.", f"还不对：{'，'.join(found)}。")
    if len(wanted) == 1:
        return say("Not right yet.", "还不对。")
    wrong = [
        i
        for i, (answer, right) in enumerate(zip(answers, wanted, strict=True), 1)
        if not _same(answer, right, tolerance)
    ]
    return say(
        f"Not right yet: look at answer{'s' * (len(wrong) > 1)} {' and '.join(map(str, wrong))}.",
        f"还不对：再看看第 {'、'.join(map(str, wrong))} 个答案。",
    )
