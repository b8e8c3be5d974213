"""The quiz: its questions in both languages, its counting."""

import pytest

from crmlib import widgets
from crmlib.widgets.quiz import questions
from tests.support.chapters import SOURCES

QUIZZES = [name for name, text in SOURCES.items() if "widgets.quiz(" in text]


def test_the_chapters_have_a_quiz():
    assert {name[:2] for name in QUIZZES} >= {"03", "04", "05", "08"}


@pytest.mark.parametrize("chapter", QUIZZES)
def test_each_question_has_one_right_option_and_explains_all_in_both_languages(chapter):
    assert 8 <= len(questions(chapter)) <= 12
    for question in questions(chapter):
        assert set(question["question"]) == {"en", "zh"}
        assert sum(bool(option.get("right")) for option in question["options"]) == 1
        for option in question["options"]:
            assert {"en", "zh"} <= set(option) and set(option["why"]) == {"en", "zh"}


@pytest.mark.parametrize("chapter", QUIZZES)
def test_right_options_stand_in_different_places(chapter):
    places = [next(i for i, o in enumerate(q["options"]) if o.get("right")) for q in questions(chapter)]
    assert len(set(places)) >= 3
    assert max(places.count(p) for p in places) <= len(places) / 2


def test_quiz_explains_counts_and_begins_again(language):
    quiz = widgets.quiz("04_value")
    asked = questions("04_value")
    first = quiz.questions[0]
    wrong = next(i for i, o in enumerate(asked[0]["options"]) if not o.get("right"))
    first.buttons.index = wrong
    assert asked[0]["options"][wrong]["why"][language] in first.answer.value
    assert "0" in quiz._score.value
    first.buttons.index = first.right
    assert "✓" in first.answer.value and "1" in quiz._score.value
    quiz.reset()
    assert first.answer.value == "" and first.buttons.index is None


def test_an_unknown_quiz_is_an_error(language):
    with pytest.raises(ValueError, match="99_none"):
        widgets.quiz("99_none")
