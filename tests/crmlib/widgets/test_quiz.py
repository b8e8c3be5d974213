"""The quiz: its questions in both languages, its counting."""

import pytest

from crmlib import widgets
from crmlib.widgets.quiz import questions
from tests.support.chapters import SOURCES

QUIZZES = [name for name, text in SOURCES.items() if "widgets.quiz(" in text]


def test_the_chapters_have_a_quiz():
    assert {name[:2] for name in QUIZZES} >= {"03", "04", "05", "08"}


def of_kind(chapter, kind):
    return [question for question in questions(chapter) if question.get("kind", "choice") == kind]


@pytest.mark.parametrize("chapter", QUIZZES)
def test_each_choice_has_one_right_option_and_explains_all_in_both_languages(chapter):
    assert 8 <= len(questions(chapter)) <= 12
    assert all(set(question["question"]) == {"en", "zh"} for question in questions(chapter))
    for question in of_kind(chapter, "choice"):
        assert sum(bool(option.get("right")) for option in question["options"]) == 1
        for option in question["options"]:
            assert {"en", "zh"} <= set(option) and set(option["why"]) == {"en", "zh"}


@pytest.mark.parametrize("chapter", QUIZZES)
def test_right_options_stand_in_different_places(chapter):
    choices = of_kind(chapter, "choice")
    places = [next(i for i, o in enumerate(q["options"]) if o.get("right")) for q in choices]
    assert len(set(places)) >= min(3, len(places))
    assert max(places.count(p) for p in places) <= max(2, len(places) / 2)


@pytest.mark.parametrize("chapter", QUIZZES)
def test_every_question_is_answered_rightly_by_its_own_answer(chapter, language):
    quiz = widgets.quiz(chapter)
    for asked, question in zip(questions(chapter), quiz.questions, strict=True):
        kind = asked.get("kind", "choice")
        if kind == "choice":
            question.buttons.index = question.right
        elif kind == "true_false":
            question.buttons.value = asked["right"]
        else:
            question.field.value = asked["right"][language] if kind == "definition" else f"{asked['answer']}"
            question.judge()
        assert question.is_right, asked["question"]["en"]


def test_quiz_explains_counts_and_begins_again(language):
    quiz = widgets.quiz("04_value")
    first = next(question for question in quiz.questions if hasattr(question, "options"))
    wrong = next(i for i, option in enumerate(first.options) if not option.get("right"))
    first.buttons.index = wrong
    assert first.options[wrong]["why"][language] in first.answer.value
    assert "0" in quiz._score.value
    first.buttons.index = first.right
    assert "✓" in first.answer.value and "1" in quiz._score.value
    quiz.reset()
    assert first.answer.value == "" and first.buttons.index is None


def test_an_unknown_quiz_is_an_error(language):
    with pytest.raises(ValueError, match="99_none"):
        widgets.quiz("99_none")
