"""Widgets without a browser: the pure drawing functions, the controls' wiring, the quiz. test_browser.py moves them for real."""

import math
import re

import pandas as pd
import pytest

from crmlib import selftest, use_language, value, widgets
from crmlib.widgets.quiz import questions
from tests.support import PROJECT

SOURCES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "chapters").glob("[0-9][0-9]_*.md"))
}
QUIZZES = [name for name, text in SOURCES.items() if "widgets.quiz(" in text]
# Every explorer that a chapter shows, found where it is shown. The complaint desk is none: test_desk.py.
EXPLORERS = {
    call: getattr(getattr(widgets, call.split(".")[0]), call.split(".")[1])
    for text in SOURCES.values()
    for call in re.findall(r"^widgets\.((?!desk\.)\w+\.\w+)\(\)$", text, re.M)
}
EXPLORERS["selftest"] = selftest.slider


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def picture(explorer):
    return re.search(r'src="(data:image/png;base64,[^"]+)" alt="([^"]+)"', explorer._figure.value).groups()


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_changes_picture_or_words_and_reset_brings_them_back(name, language):
    explorer = EXPLORERS[name]()
    start = explorer.words, picture(explorer)
    for control in explorer.controls.values():
        before = explorer.words, picture(explorer)
        options = getattr(control, "options", None)
        control.value = (
            next(v for _, v in options if v != control.value)
            if options
            else (control.min if control.value > (control.min + control.max) / 2 else control.max)
        )
        assert (explorer.words, picture(explorer)) != before, control.description
    explorer.reset()
    assert (explorer.words, picture(explorer)) == start


@pytest.mark.parametrize("name", EXPLORERS)
def test_dust_in_the_last_digit_of_a_slider_changes_nothing(name):
    explorer = EXPLORERS[name]()
    start = explorer.words, picture(explorer)
    for control in explorer.controls.values():
        if isinstance(control.value, float):
            clean = control.value
            for side in (-math.inf, math.inf):
                control.value = math.nextafter(clean, side)
                assert (explorer.words, picture(explorer)) == start, control.description
            control.value = clean


@pytest.mark.parametrize("name", EXPLORERS)
def test_words_and_alt_speak_the_language(name, language):
    explorer = EXPLORERS[name]()
    for text in (
        explorer.words,
        picture(explorer)[1],
        *(c.description for c in explorer.controls.values() if len(c.description) > 1),
    ):
        assert bool(re.search("[一-鿿]", text)) == (language == "zh"), text


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_extremes_of_all_controls_draw_without_a_warning(name, recwarn):
    explorer = EXPLORERS[name]()
    for end in ("min", "max"):
        for control in explorer.controls.values():
            if hasattr(control, end):
                control.value = getattr(control, end)
        assert "nan" not in explorer.words and "inf" not in explorer.words.replace("information", "")
    assert not [w for w in recwarn if issubclass(w.category, (RuntimeWarning, UserWarning))]


def test_the_words_follow_the_computation():
    explorer = widgets.value.clv_explorer()
    explorer.controls["margin"].value = 60
    assert "613 yuan" in explorer.words  # 60 · 0.92 / 0.09


def chapter_names(chapter, *starts):
    """What the code cells of a chapter that begin with these words define."""
    names = {"pd": pd, "value": value, "show": lambda *_, **__: None} | {
        "member": value.clv(600, 0.60, 0.10, first_margin="now")
    }
    for code in re.findall(r"^```\{code-cell\} ipython3\n(.+?)^```", SOURCES[chapter], re.M | re.S):
        if code.startswith(starts):
            exec(code, names)
    return names


def test_explorers_of_chapter_04_use_the_numbers_of_the_chapter():
    names = chapter_names("04_value", "items = ", "weights = ", "studio = ")
    pd.testing.assert_frame_equal(names["marks"], widgets.value.MARKS)
    pd.testing.assert_frame_equal(names["weights"], widgets.value.WEIGHTS)
    assert names["studio"] == widgets.value.STUDIO


def test_explorers_of_chapter_03_start_from_the_numbers_of_the_chapter():
    names = chapter_names(
        "03_lifecycle",
        "import ",
        "orders = ",
        "year[",
        "orders_a_year",
        "ordinary = ",
        "rates = ",
        "named = ",
        "in_january = ",
        "plan = ",
        "joined = ",
        "june = ",
        "dear_call",
        "chance = ",
    )
    start = {name: control.value for name, control in widgets.lifecycle.rule_explorer().controls.items()}
    assert (start["call"], start["hit"]) == (names["call"], round(names["hit"]))
    care = names["account"]["investment"] / names["account"]["customers"]
    assert {stage: round(care[stage]) for stage in widgets.lifecycle.CARE} == widgets.lifecycle.CARE
    life = {name: control.value for name, control in widgets.lifecycle.lifecycle_explorer().controls.items()}
    assert abs(life["winning"] - names["welcome"]) <= 10  # half a step of the slider
    assert widgets.lifecycle.CHANCES["article"] == names["chance"]


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
