"""Boxes and quiz in a real JupyterLab: typed and chosen by keyboard and mouse, answered, helped, heard."""

import contextlib
import json
import os
import re

import nbformat
import pytest
from playwright.sync_api import expect

import crmlib
from tests.crmlib.widgets.test_quiz_kinds import CALCULATION, CHOICE, DEFINITION, FALSE
from tests.support import browser
from tests.support.exercises import IN_WORDS, MISSING, RIGHT, entry

pytestmark = pytest.mark.xdist_group("browser")
expect.set_options(timeout=20_000)

SMALL = {
    "t.share": entry({"kind": "share", "value": 0.75, "tolerance": 1e-3, "digits": 2}, roads=[("rest", 0.25)]),
    "t.letter": entry({"kind": "letter", "value": "B"}, roads=[("first", "A")]) | {"choices": "ABCD"},
    "t.set": entry({"kind": "set", "value": ["A", "C"]}, roads=[("other", ["B", "D"])]) | {"choices": "ABCDE"},
    "t.define": IN_WORDS,
}
SETUP = """import json
import crmlib
from crmlib import widgets
from crmlib.exercises import ask, check, key, progress
from importlib import import_module
crmlib.use_language({language!r})
small = key.instead(json.loads({entries!r}))
small.__enter__()
setattr(import_module("crmlib.widgets.quiz"), "questions", lambda chapter: json.loads({quiz!r}))"""
CELLS = ['ask("t.share")', 'ask("t.share", 0.75)', 'ask("t.letter")', 'ask("t.set")', 'ask("t.define")']
CELLS += ['widgets.quiz("99_small")', "progress()"]


@pytest.fixture(scope="module", params=["zh", "en"])
def desk(request, tmp_path_factory):
    """A small notebook with a box of each kind and a quiz of each kind, run; in one language."""
    if browser.find_browser() is None:
        message = "No browser found: install Chromium, Chrome or Edge, or set CRM_CHROMIUM to its path."
        pytest.fail(message) if os.environ.get("CRM_REQUIRE_BROWSER") == "1" else pytest.skip(message)
    folder, language = tmp_path_factory.mktemp(request.param), request.param
    counts = folder / "course" / "work" / ".progress"
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as opened:
        patch.setenv("CRM_PROGRESS", str(counts))
        desk = opened.enter_context(browser.desk(folder, language))
        desk.counts = counts
        write(folder / "course" / "work" / language / "small.ipynb", language)
        desk.open(f"work/{language}/small.ipynb")
        desk.run_all()
        yield desk


def write(file, language):
    quiz = json.dumps([CHOICE, FALSE, DEFINITION, CALCULATION])
    setup = SETUP.format(language=language, entries=json.dumps(SMALL), quiz=quiz)
    cells = [nbformat.v4.new_code_cell(source) for source in (setup, *CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), file)


@pytest.fixture
def speaking(desk):
    crmlib.use_language(desk.language)
    desk.front.locator(".crm-ask").first.scroll_into_view_if_needed()
    yield desk
    assert (desk.outside, desk.noise(), desk.console) == ([], [], [])


NAMES = {"answer": {"en": "Answer", "zh": "作答"}, "hint": {"en": "Hint", "zh": "提示"}}
NAMES |= {"compare": {"en": "Compare", "zh": "对照"}, "again": {"en": "Begin again", "zh": "重新开始"}}


def press(part, name, language):
    part.get_by_role("button", name=NAMES[name][language]).click()


def box_in(desk, source):
    box = desk.cell(source).locator(".crm-ask")
    box.scroll_into_view_if_needed()
    return box


def assert_said(box, status, text=""):
    expect(box.locator(".crm-feedback:not(.crm-hint)")).to_have_class(re.compile(rf"\bcrm-{status}\b"))
    expect(box.locator("[aria-live=polite] .crm-feedback:not(.crm-hint)")).to_contain_text(text)


def test_a_number_is_typed_and_answered_by_enter(speaking):
    box = box_in(speaking, 'ask("t.share")')
    expect(box.locator(".crm-feedback")).to_have_count(0)
    field = box.get_by_role("textbox", name={"en": "Answer", "zh": "答案"}[speaking.language])
    press(box, "answer", speaking.language)
    assert_said(box, "unanswered")
    road = SMALL["t.share"]["roads"][0][speaking.language]
    for text, status, said in (
        ("0，25", "wrong", road),
        ("much", "wrong", ""),
        ("７５％", "right", ""),
        ("7", "wrong", ""),
    ):
        field.click()
        speaking.page.keyboard.press("ControlOrMeta+A")
        speaking.page.keyboard.insert_text(text)
        field.press("Enter")
        assert_said(box, status, said)
    expect(speaking.cell('ask("t.share", 0.75)').locator(".crm-ask input")).to_have_value("0.75")


def test_hints_come_one_after_the_other(speaking):
    box, (one, two) = box_in(speaking, 'ask("t.share", 0.75)'), SMALL["t.share"]["hints"][speaking.language]
    assert_said(box, "right")
    for steps in ([one], [one, two]):
        press(box, "hint", speaking.language)
        expect(box.locator(".crm-hint")).to_have_count(len(steps))
        expect(box.locator(".crm-hint")).to_contain_text(steps)
    assert_said(box, "right")


def test_a_letter_is_chosen_by_keyboard(speaking):
    box, keyboard = box_in(speaking, 'ask("t.letter")'), speaking.page.keyboard
    radios = box.locator("input[type=radio]")
    expect(radios).to_have_count(4)
    top = {radio.bounding_box()["y"] for radio in radios.all()}
    assert len(top) == 1, "the letters stand side by side"
    radios.first.press("Space")
    expect(box.locator(".crm-feedback")).to_have_count(0)
    button = box.get_by_role("button", name=NAMES["answer"][speaking.language])
    button.press("Enter")
    assert_said(box, "wrong", SMALL["t.letter"]["roads"][0][speaking.language])
    radios.first.focus()
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(radios.nth(1)).to_be_checked()
    button.press("Space")
    assert_said(box, "right")


def test_several_letters_are_ticked(speaking):
    box = box_in(speaking, 'ask("t.set")')
    ticks = box.locator("input[type=checkbox]")
    expect(ticks).to_have_count(5)
    ticks.nth(1).click()
    ticks.nth(3).press("Space")
    press(box, "answer", speaking.language)
    assert_said(box, "wrong", SMALL["t.set"]["roads"][0][speaking.language])
    for place in (0, 1, 2, 3):
        ticks.nth(place).click()
    press(box, "answer", speaking.language)
    assert_said(box, "right")


def test_a_sentence_is_written(speaking):
    box = box_in(speaking, 'ask("t.define")')
    area = box.locator("textarea")
    for text, status, said in (
        ("a path, 过程", "wrong", MISSING[speaking.language][0]),
        (RIGHT[speaking.language], "right", RIGHT[speaking.language]),
    ):
        area.click()
        speaking.page.keyboard.press("ControlOrMeta+A")
        speaking.page.keyboard.insert_text(text)
        press(box, "answer", speaking.language)
        assert_said(box, status, said)


def test_the_quiz_of_four_kinds_counts_all(speaking):
    language, quiz = speaking.language, speaking.front.locator(".crm-quiz")
    quiz.scroll_into_view_if_needed()
    radios, score = quiz.locator("input[type=radio]"), quiz.locator(".crm-score")
    expect(radios).to_have_count(4)
    expect(quiz.locator("textarea:visible")).to_have_count(1)
    radios.nth(1).click()
    radios.nth(3).click()
    expect(quiz.locator("textarea:visible")).to_have_count(2)
    quiz.locator("textarea").first.fill("so")
    press(quiz, "compare", language)
    expect(quiz.locator(".crm-mended")).to_contain_text(FALSE["mend"][language])
    quiz.locator("textarea").nth(1).fill(RIGHT[language])
    quiz.get_by_role("button", name=NAMES["answer"][language]).first.click()
    number = quiz.locator("input[type=text]")
    for text, count in (("400", 3), ("266.67", 4)):
        number.fill(text)
        number.press("Enter")
        expect(score).to_contain_text({"en": f"{count} of 4 right", "zh": f"答对 {count} / 4 题"}[language])
    press(quiz, "again", language)
    expect(quiz.locator(".crm-answer")).to_have_count(0)
    expect(quiz.locator("input:checked")).to_have_count(0)
    expect(number).to_have_value("")


def test_the_counts_are_shown_as_a_table(speaking):
    expect(speaking.cell("progress()").locator("table th.col_heading")).to_have_count(5)


def test_what_is_answered_in_work_is_counted_and_in_the_solutions_it_is_not(desk):
    assert not desk.counts.exists(), "the small notebook's exercises are no chapter's"
    desk.open(f"solutions/{desk.language}/00_start_here.ipynb")
    desk.run_all()
    expect(desk.front.locator(".crm-ask .crm-right")).to_have_count(1)
    assert not desk.counts.exists()
    desk.open(f"work/{desk.language}/00_start_here.ipynb")
    desk.run_all()
    box = desk.front.locator(".crm-ask")
    box.locator("input").click()
    for text in ("120", "135"):  # at once: neither may be judged with the text of the other
        desk.page.keyboard.press("ControlOrMeta+A")
        desk.page.keyboard.type(text)
        desk.page.keyboard.press("Enter")
    assert_said(box, "right")
    known = json.loads((desk.counts / "00.json").read_text(encoding="utf-8"))
    assert {name: (entry["status"], entry["tries"]) for name, entry in known.items()} == {
        "start.two_years": ("right", 2)
    }
    assert (desk.outside, desk.noise(), desk.console) == ([], [], [])
