"""The committed keys: every exercise answers in both languages, and names each of its wrong roads."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmlib.exercises import check, hint, key
from tests.support import PROJECT

ALL = sorted(key.catalogue())
JUDGED = [name for name in ALL if key.find(name).judge]  # the build tries them with the objects that it made
WORDS = [name for name in ALL if key.find(name).keywords]
PLAIN = [name for name in ALL if name not in (*JUDGED, *WORDS)]
ROADS = [(name, road.name) for name in PLAIN for road in key.find(name).roads]


def restored(value, wanted):
    """What a student may have given who has this value."""
    return set(value) if wanted.kind == "set" else value


def given(name, values=None):
    wanted = key.find(name).answers
    values = [answer.value for answer in wanted] if values is None else values
    return [
        restored(answer.value if value is None else value, answer) for value, answer in zip(values, wanted, strict=True)
    ]


def speaks(text, language):
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


@pytest.mark.parametrize("name", PLAIN)
def test_the_right_answer_is_right(name, language):
    feedback = check(name, *given(name))
    assert feedback.status == "right" and speaks(feedback.message, language)


def test_the_model_sentence_is_right_and_no_keyword_too_many(language):
    for name in WORDS:
        exercise = key.find(name)
        feedback = check(name, exercise.right[language])
        assert feedback.status == "right" and speaks(feedback.message, language), (name, feedback)
        assert check(name, "Something else 别的").misconception == "keywords"


COUNTS = [
    (name, place) for name in PLAIN for place, answer in enumerate(key.find(name).answers) if answer.kind == "count"
]


@pytest.mark.parametrize("off", [0.5, -0.5, 0.4, 1e-4, -1e-9, 1, -1])
@pytest.mark.parametrize(("name", "place"), COUNTS)
def test_a_count_is_exact(name, place, off):
    answers = given(name)
    right, answers[place] = answers[place], answers[place] + off
    assert check(name, *answers).status == "wrong"
    for same in (float(right), np.int32(right), np.float64(right), pd.Series([right]), Decimal(right)):
        answers[place] = same
        assert check(name, *answers).status == "right"


def test_counts_are_asked_for():
    assert ("start.two_years", 0) in COUNTS and len(COUNTS) >= 5


@pytest.mark.parametrize("name", ALL)
def test_an_untouched_stub_is_unanswered(name, language):
    feedback = check(name, *[...] * len(key.find(name).answers))
    assert feedback.status == "unanswered" and speaks(feedback.message, language)


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_names_misconceptions_and_helps_in_two_steps(name, language):
    assert len(key.find(name).roads) >= 3 or name in WORDS
    first, second = hint(name).message, hint(name, 2).message
    assert first != second and speaks(first, language) and speaks(second, language)


@pytest.mark.parametrize(("name", "road"), ROADS)
def test_every_wrong_road_is_recognised_by_its_name(name, road, language):
    taken = key.find(name).road(road)
    feedback = check(name, *given(name, taken.values))
    assert (feedback.status, feedback.misconception) == ("right" if taken.right else "wrong", road)
    assert taken.message in feedback.message and "{" not in taken.message.replace('{"', "")
    assert speaks(feedback.message, language)


def test_chapters_and_keys_hold_the_same_exercises():
    used = {
        name
        for chapter in PROJECT.glob("chapters/*/*.md")
        for name in re.findall(r'^(?:check|ask)\("([\w.]+)"', chapter.read_text(encoding="utf-8"), re.M)
    }
    assert used == set(ALL)
