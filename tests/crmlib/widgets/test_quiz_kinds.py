"""The quiz's four kinds of questions: what is right, what is told, what is counted, and that all can begin again."""

import re
from importlib import import_module

import pytest

from crmlib import widgets
from crmlib.exercises import key
from tests.support.exercises import KEYWORDS, MISSING, RIGHT

CHOICE = {
    "question": {"en": "Which?", "zh": "哪个？"},
    "options": [
        {"en": "One", "zh": "一", "why": {"en": "No.", "zh": "不。"}},
        {"en": "Two", "zh": "二", "right": True, "why": {"en": "Yes.", "zh": "对。"}},
    ],
}
FALSE = {
    "kind": "true_false",
    "question": {"en": "All members are loyal.", "zh": "会员都忠诚。"},
    "right": False,
    "mend": {"en": "Some members are loyal.", "zh": "有的会员忠诚。"},
    "why": {"en": "A card is no promise.", "zh": "办卡不等于忠诚。"},
}
TRUE = {
    "kind": "true_false",
    "question": {"en": "Customers leave.", "zh": "客户会流失。"},
    "right": True,
    "why": {"en": "Some always do.", "zh": "总有人走。"},
}
DEFINITION = {
    "kind": "definition",
    "question": {"en": "What is the customer lifecycle?", "zh": "什么是客户生命周期？"},
    "keywords": KEYWORDS,
    "missing": MISSING,
    "right": RIGHT,
}
CALCULATION = {
    "kind": "calculation",
    "question": {"en": "What is it worth?", "zh": "值多少？"},
    "answer": 266.67,
    "digits": 2,
    "unit": {"en": "yuan", "zh": "元"},
    "why": {"en": "100 × 0.8 / 0.3.", "zh": "100 × 0.8 / 0.3。"},
    "roads": [{"value": 400, "en": "No discount.", "zh": "没有折现。"}],
}


@pytest.fixture
def quiz(monkeypatch, language):
    asked = [CHOICE, FALSE, TRUE, DEFINITION, CALCULATION]
    monkeypatch.setitem(vars(import_module("crmlib.widgets.quiz")), "questions", lambda chapter: asked)
    return widgets.quiz("99_small")


def speaks(text, language):
    text = re.sub("<.*?>", "", text)
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


def score(quiz):
    return int(re.search(r"\d", quiz._score.value).group())


def press(question, place=0):
    """Press a button of a question."""
    buttons = [part for part in walk(question) if type(part).__name__ == "Button"]
    buttons[place].click()


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_a_choice_says_why(quiz, language):
    choice = quiz.questions[0]
    choice.buttons.index = 0
    assert "crm-wrong" in choice.answer.value and CHOICE["options"][0]["why"][language] in choice.answer.value
    choice.buttons.index = 1
    assert "crm-right" in choice.answer.value and score(quiz) == 1 and speaks(choice.answer.value, language)


def test_a_false_statement_is_mended_and_compared(quiz, language):
    false = quiz.questions[1]
    assert false.mending.layout.display == "none"
    false.buttons.value = True
    assert "crm-wrong" in false.answer.value and false.mending.layout.display == "none" and score(quiz) == 0
    false.buttons.value = False
    assert FALSE["why"][language] in false.answer.value and false.mending.layout.display is None and score(quiz) == 1
    press(false)
    assert FALSE["mend"][language] not in false._model.value and speaks(false._model.value, language)
    false.mended.value = "Few are."
    press(false)
    assert FALSE["mend"][language] in false._model.value and 'aria-live="polite"' in false._model.value
    false.buttons.value = True
    assert score(quiz) == 0 and false.mending.layout.display == "none"


def test_a_true_statement_needs_no_mending(quiz, language):
    true = quiz.questions[2]
    true.buttons.value = True
    assert true.is_right and true.mending.layout.display == "none" and speaks(true.answer.value, language)
    true.buttons.value = False
    assert not true.is_right and true.mending.layout.display == "none"


def test_a_definition_is_graded_by_its_keywords(quiz, language):
    definition = quiz.questions[3]
    press(definition)
    assert definition.feedback.status == "unanswered"
    definition.field.value = "a path"
    press(definition)
    assert MISSING[language][0] in definition.answer.value and score(quiz) == 0
    definition.field.value = RIGHT[language]
    press(definition)
    assert RIGHT[language] in definition.answer.value and score(quiz) == 1


@pytest.mark.parametrize(
    ("text", "status", "named"),
    [
        ("", "unanswered", None),
        ("266.67", "right", None),
        ("266.666 元", "right", None),
        ("266，67", "right", None),
        ("267", "rounded", "digits"),
        ("400", "wrong", "1"),
        ("0.0266667", "wrong", "wan"),
        ("0.026667万元", "right", None),
        ("-266.67", "wrong", "sign"),
        ("about", "wrong", "kind"),
        ("12", "wrong", None),
    ],
)
def test_a_calculation_is_judged_as_an_exercise_is(quiz, language, text, status, named):
    calculation = quiz.questions[4]
    calculation.field.value = text
    press(calculation)
    assert (calculation.feedback.status, calculation.feedback.misconception) == (status, named)
    assert speaks(calculation.answer.value, language) or status == "right"
    assert score(quiz) == (status == "right")


def test_enter_answers_a_calculation(quiz):
    calculation = quiz.questions[4]
    calculation.field.value = "400"
    calculation.field._handle_custom_msg({"event": "submit"}, [])
    assert calculation.feedback.misconception == "1"


def test_all_are_counted_and_begin_again(quiz, language):
    choice, false, true, definition, calculation = quiz.questions
    choice.buttons.index, false.buttons.value, true.buttons.value = 1, False, True
    false.mended.value, definition.field.value, calculation.field.value = "x", RIGHT[language], "266.67"
    false.compare(), definition.judge(), calculation.judge()
    assert {"en": "5 of 5 right", "zh": "答对 5 / 5 题"}[language] in quiz._score.value
    quiz.reset()
    assert score(quiz) == 0
    fresh = widgets.quiz("99_small")
    for question, new in zip(quiz.questions, fresh.questions, strict=True):
        kept = [(getattr(part, "value", None), part.layout.display) for part in walk(question)]
        assert kept == [(getattr(part, "value", None), part.layout.display) for part in walk(new)]


def test_every_kind_of_the_published_questions_is_played():
    asked = [question for name in key.chapters() for question in key.published(f"{name}_questions") or []]
    assert {question.get("kind", "choice") for question in asked} <= {
        "choice",
        "true_false",
        "definition",
        "calculation",
    }
