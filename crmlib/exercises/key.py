"""The key: what the build recorded of each exercise when its chapter ran with the solutions in place.

``keys/NN.json`` holds the exercises of chapter NN; the build writes it and nobody edits it. Beside it lie the other
files of the chapter that a notebook needs (``NN_questions.json``).
"""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from crmlib.language import language, say

# While a chapter is built, check() hands its answers to this function instead of judging them.
recorder = None
_tried = None  # entries that are used instead of the committed ones


@dataclass(frozen=True)
class Answer:
    """One value that an exercise asks for.

    ``kind`` is count, number, money, share, letter, set, text, sentence, table, or object (for a judge). Numbers are
    right within ``tolerance`` (relative), and where they round to the value's ``digits`` decimals, if these are given.
    """

    name: str
    kind: str
    value: object = None
    tolerance: float = 0.0
    digits: int | None = None


@dataclass(frozen=True)
class Road:
    """A usual wrong road: what it yields (None for a part that does not matter), and the sentence that names it.

    ``loss`` is the money that the road loses; the sentences show it as ``{loss:,.0f}``.
    """

    name: str
    values: tuple
    en: str
    zh: str
    loss: float | None = None
    right: bool = False  # by the convention of other textbooks, which the sentence names

    @property
    def message(self):
        """The sentence in the language in use."""
        return self.told(self.loss)

    def told(self, loss):
        """Return the sentence with another loss."""
        text = getattr(self, language())
        return text if loss is None else text.format(loss=loss)


@dataclass(frozen=True)
class Exercise:
    """One exercise: its answers, what to say when they are right, two steps of help, wrong roads.

    ``judge`` names long tasks with many good answers: a function of ``judges`` says how good one is, and ``facts``
    holds the numbers that it needs of the course's own answer. ``choices`` are the letters that may be chosen. Of a
    sentence ``keywords`` holds by language its groups of keywords, ``missing`` what is said where one is not met, and
    ``right`` is the model sentence; ``astray`` holds the ``words`` by language that are wrong in it, and what is said.
    """

    id: str
    answers: tuple
    right: dict
    hints: dict
    roads: tuple = ()
    judge: bool = False
    facts: dict | None = None
    choices: str = ""
    keywords: dict | None = None
    missing: dict | None = None
    astray: dict | None = None

    def road(self, name):
        """Return the wrong road of this name."""
        return next(road for road in self.roads if road.name == name)


def _exercise(exercise_id, entry):
    answers = tuple(Answer(**answer) for answer in entry["answers"])
    roads = tuple(Road(**road | {"values": tuple(road["values"])}) for road in entry["roads"])
    return Exercise(exercise_id, **entry | {"answers": answers, "roads": roads})


@cache
def published(name):
    """Return what the build published under a name: ``"04"`` (the exercises), ``"04_questions"``; None if nothing.

    >>> sorted(published("00"))
    ['start.stayed', 'start.two_years']
    """
    file = files("crmlib").joinpath("exercises", "keys", f"{name}.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


@cache
def chapters():
    """Return the ids of each chapter's exercises, in their order.

    >>> chapters()["00"]
    ('start.stayed', 'start.two_years')
    """
    names = (file.name[:-5] for file in files("crmlib").joinpath("exercises", "keys").iterdir())
    return {name: tuple(published(name)) for name in sorted(names) if name.isdigit()}


@cache
def _committed():
    return {name: _exercise(name, entry) for chapter in chapters() for name, entry in published(chapter).items()}


def is_building():
    """Return whether a chapter is just being built: its checks are recorded, or its new entries tried.

    >>> is_building()
    False
    """
    return recorder is not None or _tried is not None


def catalogue():
    """Return all exercises by their id, ``"chapter.exercise"``.

    >>> catalogue()["start.stayed"].answers[0].kind
    'share'
    """
    return _committed() if _tried is None else _tried


_BY_NUMBER = re.compile(r"\d+([.．。]\d+)?")


def find(exercise_id):
    """Return an exercise, or say that this edition has none of that name.

    >>> find("start.stayed").id
    'start.stayed'
    """
    if not isinstance(exercise_id, str) or exercise_id not in catalogue():
        raise ValueError(_unknown(exercise_id))
    return catalogue()[exercise_id]


def _unknown(exercise_id):
    """What to do about a name that no exercise has: it is misspelt, a number, or of a former edition."""
    if near := _near(f"{exercise_id!s:.80}".casefold()):
        en = f"There is no exercise {exercise_id!r:.80}. Did you mean {' or '.join(near)}? Copy the name from the "
        zh = f"没有练习 {exercise_id!r:.80}。是不是 {' 或 '.join(near)}？名字要照抄 check 后面引号里的字。"
        en += "quotation marks behind check. If your notebook has it so, fetch the new one: python start.py update"
        return say(en, zh + "如果笔记本里就是这样写的，请运行 python start.py update 取回新版。")
    if isinstance(exercise_id, str) and _BY_NUMBER.fullmatch(exercise_id.strip()):
        en = "Exercises are called by name, not by number: copy the name in quotation marks behind check."
        return say(en, "练习要用名字，不用编号：照抄 check 后面引号里的名字。")
    chapter = str(exercise_id).partition(".")[0]
    same = [name for name in catalogue() if name.startswith(f"{chapter}.")] or list(catalogue())
    en = f"This edition has no exercise {exercise_id!r:.80}. If your notebook is a copy of an earlier edition, "
    en += f"fetch the new one with: python start.py update. There are: {', '.join(same)}."
    zh = f"这一版没有练习 {exercise_id!r:.80}。如果你的笔记本是旧版的副本，"
    return say(en, zh + f"请运行 python start.py update 取回新版。现有练习：{'、'.join(same)}。")


def _near(written):
    """The exercises that may be meant: those of this name in any chapter, or up to three that are spelt alike."""
    named = [name for name in catalogue() if name.partition(".")[2] == written]
    return [f'"{name}"' for name in named or get_close_matches(written, catalogue(), cutoff=0.85)]


@contextmanager
def instead(entries):
    """Use other entries than the committed key: the build tries what it recorded before it writes it.

    >>> with instead({}):
    ...     len(catalogue())
    0
    """
    global _tried
    _tried = {name: _exercise(name, entry) for name, entry in entries.items()}
    try:
        yield
    finally:
        _tried = None
