"""Exercises answer in both languages: right, unanswered, the wrong kind, and every usual wrong road by its name."""

import re

import pandas as pd
import pytest

from crmlib import exercises, use_language
from crmlib.exercises import catalogue, check, hint
from tests.support import PROJECT

ALL = sorted(catalogue())
ROADS = [(name, road.name) for name in ALL for road in catalogue()[name].roads]


def answers(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def speaks(text, language):
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


@pytest.mark.parametrize("name", ALL)
def test_the_right_answer_is_right(name, language):
    feedback = check(name, *answers(catalogue()[name].expected()))
    assert feedback.status == "right"
    assert speaks(feedback.message, language)


@pytest.mark.parametrize("name", ALL)
def test_an_untouched_stub_is_unanswered_and_points_to_the_hint(name, language):
    feedback = check(name, *[...] * len(answers(catalogue()[name].expected())))
    assert feedback.status == "unanswered"
    assert f'hint("{name}")' in feedback.message
    assert speaks(feedback.message, language)


@pytest.mark.parametrize(("name", "road"), ROADS)
def test_every_wrong_road_is_recognised_by_its_name(name, road, language):
    taken = next(r for r in catalogue()[name].roads if r.name == road)
    feedback = check(name, *answers(taken.value()))
    assert (feedback.status, feedback.misconception) == ("wrong", road)
    assert taken.message in feedback.message
    assert speaks(feedback.message, language)


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_names_misconceptions_and_helps_in_two_steps(name, language):
    assert len(catalogue()[name].roads) >= 3
    first, second = hint(name).message, hint(name, 2).message
    assert first != second
    assert speaks(first, language) and speaks(second, language)


@pytest.mark.parametrize("name", [name for name in ALL if catalogue()[name].percent])
def test_a_percentage_is_recognised(name, language):
    assert check(name, 100 * catalogue()[name].expected()).misconception == "percent"


@pytest.mark.parametrize("wrong", ["0.75", True, [0.75], None, float("nan"), float("inf"), pd.Series([1, 2])])
def test_an_answer_of_the_wrong_kind_is_told_so(wrong, language):
    feedback = check("start.stayed", wrong)
    if wrong is None:
        assert feedback.status == "unanswered"
    else:
        assert (feedback.status, feedback.misconception) == ("wrong", "kind")
    assert speaks(feedback.message, language)


def test_any_other_number_learns_on_which_side_it_is(language):
    large, small = check("start.stayed", 0.9), check("start.stayed", 0.1)
    assert large.misconception is small.misconception is None
    assert large.message != small.message


def test_a_single_number_in_a_series_or_array_counts_as_a_number():
    assert check("start.stayed", pd.Series([0.75]).iloc[0]).status == "right"


def test_an_unknown_exercise_lists_those_that_exist(language):
    with pytest.raises(ValueError, match="start.stayed"):
        check("start.nothing", 1)


def test_the_wrong_number_of_answers_is_an_error(language):
    with pytest.raises(ValueError, match="1"):
        check("start.stayed", 1, 2)


def test_the_box_escapes_what_it_shows():
    feedback = exercises.Feedback("wrong", "<b>")
    assert "&lt;b&gt;" in feedback._repr_mimebundle_()["text/html"]


def test_chapters_and_catalogue_hold_the_same_exercises():
    chapters = PROJECT.glob("chapters/*/chapter.md")
    used = {
        name
        for chapter in chapters
        for name in re.findall(r'^check\("([\w.]+)"', chapter.read_text(encoding="utf-8"), re.M)
    }
    assert used == set(ALL)
