"""The course as a student meets it: real JupyterLab in a real browser, in both languages."""

import os
import posixpath
import re

import nbformat
import pytest
from playwright.sync_api import expect

import crmlib
from crmlib import selftest, widgets
from crmlib.exercises import key
from crmlib.language import say
from crmlib.widgets.quiz import questions
from tests.support import PROJECT, browser
from tests.support.complaints import assert_alike, assert_score_card, decide_by_keyboard, decide_by_mouse
from tests.support.crm_screen import Screen
from tests.support.moving import explorers, latency, move_everything
from tests.support.typed import TYPED, sentence

# One worker runs them all: each language starts one server, and two browsers at a time would measure each other.
pytestmark = pytest.mark.xdist_group("browser")
expect.set_options(timeout=20_000)

CHAPTERS = sorted({path.parent.name for path in PROJECT.glob("chapters/[0-9][0-9]_*/*.md")})
START, *TAUGHT = CHAPTERS
HOSTILE = "$5 to $6 <img src=x onerror='window.crm_ran = 1'><script>window.crm_ran = 2</script>"


@pytest.fixture(scope="module", params=["zh", "en"])
def desk(request, tmp_path_factory):
    """One language's JupyterLab, open in a browser."""
    if browser.find_browser() is None:
        message = "No browser found: install Chromium, Chrome or Edge, or set CRM_CHROMIUM to its path."
        pytest.fail(message) if os.environ.get("CRM_REQUIRE_BROWSER") == "1" else pytest.skip(message)
    with browser.desk(tmp_path_factory.mktemp(request.param), request.param) as desk:
        yield desk


@pytest.fixture
def speaking(desk):
    """The test itself speaks the notebook's language, to say what the notebook should say."""
    crmlib.use_language(desk.language)
    return desk


@pytest.fixture(scope="module", params=TAUGHT)
def chapter(desk, request):
    """A student's copy of a chapter, with all cells run."""
    desk.open(f"work/{desk.language}/{request.param}.ipynb")
    desk.run_all()
    desk.folded = hidden(desk)
    desk.page.evaluate("jupyterapp.commands.execute('notebook:expand-all-headings')")
    return request.param


def hidden(desk):
    """The sources of the cells that folded headings hide."""
    cells = "jupyterapp.shell.currentWidget.content.widgets"
    return desk.page.evaluate(f"{cells}.filter(cell => cell.isHidden).map(cell => cell.model.sharedModel.source)")


def assert_quiet(desk):
    assert desk.outside == [], "the page asked another machine"
    assert desk.noise() == [], "the kernel wrote to stderr"
    assert desk.console == [], "the browser's console has errors"


def read(path):
    return nbformat.reads((PROJECT / path).read_text(encoding="utf-8"), as_version=4)


def test_jupyterlab_speaks_the_language(desk, chapter):
    expect(desk.page.locator(".lm-MenuBar-itemLabel").first).to_have_text({"zh": "文件", "en": "File"}[desk.language])


def exercises_of(desk, chapter):
    """The sources of a chapter's exercises, and those of them that are boxes."""
    cells = read(f"notebooks/{desk.language}/{chapter}.ipynb").cells
    exercises = [cell.source for cell in cells if "exercise" in cell.metadata.get("tags", [])]
    assert exercises
    return exercises, [source for source in exercises if source.startswith("ask(")]


def test_a_blank_chapter_runs_through(desk, chapter):
    exercises, boxes = exercises_of(desk, chapter)
    expect(desk.front.locator(".crm-ask")).to_have_count(len(boxes))
    expect(desk.front.locator(".crm-feedback.crm-unanswered")).to_have_count(len(exercises) - len(boxes))
    assert_quiet(desk)


def test_the_labs_are_folded_away_at_first_and_the_class_part_is_not(desk, chapter):
    exercises, boxes = exercises_of(desk, chapter)
    # The long task after class is no lab; and the first contract has no boxes, and folds nothing.
    folded = set(exercises) - set(boxes) - set(after_class(desk, chapter)) if boxes else set()
    assert folded == set(exercises) & set(desk.folded)
    assert hidden(desk) == []


def after_class(desk, chapter):
    """The sources below the heading "After class"."""
    sources = [cell.source for cell in read(f"notebooks/{desk.language}/{chapter}.ipynb").cells]
    heading = {"zh": "# 课后", "en": "# After class"}[desk.language]
    start = next((place for place, source in enumerate(sources) if f"{source}\n".startswith(f"{heading}\n")), None)
    return [] if start is None else sources[start:]


TYPED_IN_BOXES = {"count", "number", "money", "share"}


def test_every_box_says_what_is_wrong_and_what_is_right(speaking, chapter):
    for source in exercises_of(speaking, chapter)[1]:
        known = key.find(source.split('"')[1])
        if known.answers[0].kind not in TYPED_IN_BOXES:
            continue  # letters and sentences: tests/crmlib/exercises/test_in_browser.py
        box, road = speaking.cell(source).locator(".crm-ask"), known.roads[0]
        box.scroll_into_view_if_needed()
        for value, status, words in ((road.values[0], "wrong", road.message), (known.answers[0].value, "right", "")):
            box.locator("input").first.fill(f"{value:.10g}")
            box.locator("input").first.press("Enter")
            expect(box.locator(".crm-feedback")).to_have_class(re.compile(rf"\bcrm-{status}\b"))
            expect(box.locator(".crm-feedback")).to_contain_text(words)
    assert_quiet(speaking)


def test_every_widget_answers_to_mouse_and_keyboard(speaking, chapter, record_property):
    found = 0
    for explorer, twin in explorers(speaking, chapter):
        move_everything(explorer, twin, speaking.language)
        record_property("slider latency", latency(explorer, twin, speaking.language))
        found += 1
    assert found >= 2, "a chapter has at least two widgets"
    assert_quiet(speaking)


def test_wrong_answers_are_recognised_by_name_and_the_right_one_too(speaking, chapter):
    assert chapter in TYPED, "add to tests/support/typed.py what a student might type in this chapter"
    for exercise, name, typed, what in TYPED[chapter]:
        call = f'check("{exercise}", {name})'
        cell = speaking.cell(call)
        speaking.write(cell, f"{name} = {typed}\n{call}")
        status = what if what in ("right", "unanswered") else "wrong"
        expect(cell.locator(".crm-feedback")).to_have_class(re.compile(rf"\bcrm-{status}\b"))
        expect(cell.locator(".crm-feedback")).to_contain_text(sentence(exercise, what))
    assert_quiet(speaking)


def test_quiz_explains_each_choice_and_counts(speaking, chapter):
    asked, language = questions(chapter), speaking.language
    quiz = speaking.front.locator(".crm-quiz")
    quiz.scroll_into_view_if_needed()
    shown, answers, score = quiz.locator(".crm-asked"), quiz.locator(".crm-answer"), quiz.locator(".crm-score")
    expect(shown).to_have_count(len(asked))
    first = next(i for i, question in enumerate(asked) if question.get("kind", "choice") == "choice")
    radios = shown.nth(first).locator("input[type=radio]")
    for i, option in enumerate(asked[first]["options"]):
        radios.nth(i).press("Space") if i % 2 else radios.nth(i).click()
        expect(answers).to_have_count(1)
        expect(answers).to_contain_text(option["why"][language])
        expect(score).to_contain_text(str(int(option.get("right", False))))
    for i, question in enumerate(asked):
        answer_rightly(shown.nth(i), question, language)
    count = len(asked)
    expect(score).to_have_text(say(f"{count} of {count} right", f"答对 {count} / {count} 题"))
    quiz.get_by_role("button", name=say("Begin again", "重新开始")).click()
    expect(answers).to_have_count(0)
    expect(quiz.locator("input:checked")).to_have_count(0)
    assert_quiet(speaking)


def answer_rightly(part, question, language):
    """Choose, write or type the right answer of a question of any kind."""
    kind, radios = question.get("kind", "choice"), part.locator("input[type=radio]")
    if kind == "choice":
        radios.nth(next(i for i, option in enumerate(question["options"]) if option.get("right"))).click()
    elif kind == "true_false":
        radios.nth(0 if question["right"] else 1).click()
    elif kind == "definition":
        part.locator("textarea").fill(question["right"][language])
        part.get_by_role("button").click()
    else:
        part.locator("input[type=text]").fill(str(question["answer"]))
        part.locator("input[type=text]").press("Enter")
    expect(part.locator(".crm-right")).to_have_count(1)


@pytest.mark.only_in("08_churn")
def test_the_complaint_desk_is_played_by_mouse_and_by_keyboard(speaking, chapter):
    table, twin = speaking.front.locator(".crm-desk"), widgets.desk.complaint_desk()
    expect(table).to_have_count(1)
    table.scroll_into_view_if_needed()
    turns = (
        (decide_by_mouse, (2, 0, 1, 2), twin.more),
        (decide_by_mouse, (1, 2, 0, 1), twin.again),
        (decide_by_keyboard, (0, 1, 2, 0), twin.again),
    )
    for decide, choices, button in turns:
        for _ in twin.round[len(twin.played) :]:
            for choice in choices:
                assert_alike(table, twin)
                decide(table, choice)
                twin.options.index = choice
                twin.go.click()
            assert_alike(table, twin)
            table.locator(".widget-button").first.press("Enter")
            twin.go.click()
        assert_alike(table, twin)
        assert_score_card(table, speaking.language)
        table.get_by_role("button", name=button.description).click()
        button.click()
    assert_alike(table, twin)
    assert len(twin.round) == 6
    assert_quiet(speaking)


@pytest.mark.only_in("09_systems")
def test_the_crm_screen_finds_a_customer_and_shows_all_channels(speaking, chapter):
    screen = Screen(speaking)
    screen.sign_in("sales1")
    screen.find("Q00076")
    screen.told("right", say("Customers found: 1", "找到 1 位客户"))
    expect(screen.card).to_contain_text("Q00076")
    everything, channel = screen.rows.count(), screen.root.get_by_label(say("Channel", "渠道"), exact=True).first
    assert everything > 10 and channel.locator("option").count() == 4  # all; app, store and telephone
    phone = say("telephone", "电话")
    channel.select_option(phone)
    expect(screen.rows).not_to_have_count(everything)
    assert {row.locator("td").nth(1).inner_text() for row in screen.rows.all()} == {phone}
    screen.find("Q00821")
    expect(screen.card).to_contain_text("Q00821")
    expect(channel.locator("option:checked")).to_have_text(re.compile(say(r"all.\(\d+\)", r"全部（\d+）")))
    assert_quiet(speaking)


@pytest.mark.only_in("09_systems")
def test_a_role_does_not_see_on_the_crm_screen_what_it_must_not(speaking, chapter):
    screen = Screen(speaking)
    screen.sign_in("service1")
    screen.find("Q00076", press=say("Find", "查找"))
    expect(screen.card).to_contain_text("10088061392")
    expect(screen.history).to_contain_text(say("bill, order 66713", "账单，订单 66713"))
    refused = say("may not", "无权")
    screen.turn_to("Trail", "操作日志")
    screen.press(say("Show the latest 50 changes", "显示最近 50 次改动"))
    screen.told("wrong", refused)
    screen.sign_in("marketing1")
    expect(screen.card).to_contain_text("100****1392")
    expect(screen.history).to_contain_text(say("hidden from marketing", "对市场不显示"))
    for hidden in ("10088061392", "66713"):
        expect(screen.root).not_to_contain_text(hidden)
    screen.turn_to("Tickets", "工单")
    screen.fill({say("Subject", "主题"): "no ticket of mine"})
    screen.press(say("Open it", "受理"))
    screen.told("wrong", refused)
    screen.sign_in("sales2")
    screen.find("L755")  # an account of sales1
    screen.told("wrong", "L755")
    expect(screen.found.locator("option")).to_have_count(0)
    screen.sign_in("manager1")
    screen.find("L755")
    expect(screen.card).to_contain_text("L755")
    screen.turn_to("Trail", "操作日志")
    screen.press(say("Show the latest 50 changes", "显示最近 50 次改动"))
    expect(screen.tab.locator("tbody tr").first).to_be_visible()
    assert_quiet(speaking)


@pytest.mark.only_in("09_systems")
def test_what_is_written_on_the_crm_screen_stays_text_and_outlives_the_kernel(speaking, chapter):
    screen, visit, ticket = Screen(speaking), f"A visit, {HOSTILE}", f"A ticket, {HOSTILE}"
    screen.sign_in("service1")
    for typed in ("' OR 1=1 --", "'; DROP TABLE accounts; --", "%", HOSTILE):
        screen.find(typed)
        screen.told("wrong", typed)
        expect(screen.found.locator("option")).to_have_count(0)
    screen.find("Q00076")
    expect(screen.card).to_contain_text("Q00076")
    rows, waiting = screen.rows.count(), screen.work.locator("option").count()
    subject = say("Subject", "主题")
    screen.turn_to("Log", "记录")
    screen.fill({say("Kind", "类型"): say("visit", "拜访"), subject: visit, say("Notes", "备注"): HOSTILE})
    screen.press(say("Log it", "记录"))
    screen.told("right", say("Logged: visit", "已记录：拜访"))
    screen.turn_to("Tickets", "工单")
    screen.fill({say("Kind", "类型"): say("complaint", "投诉"), subject: ticket})
    screen.press(say("Open it", "受理"))
    screen.told("right", say("is open", "已受理工单"))

    def both_are_there(screen):
        expect(screen.rows).to_have_count(rows + 2)
        expect(screen.work.locator("option")).to_have_count(waiting + 1)
        for written in (visit, ticket):
            expect(screen.history).to_contain_text(written)
        expect(speaking.front.locator("img[src=x], .crm-system mjx-container")).to_have_count(0)
        assert speaking.page.evaluate("window.crm_ran") is None
        assert_quiet(speaking)

    both_are_there(screen)
    speaking.restart()
    speaking.run_all()
    again = Screen(speaking)
    again.find("Q00076")
    expect(again.card).to_contain_text("Q00076")
    both_are_there(again)


@pytest.fixture(scope="module")
def start_page(desk):
    """The start page, with all cells run; its path."""
    path = f"work/{desk.language}/{START}.ipynb"
    desk.open(path)
    desk.run_all()
    return path


@pytest.fixture(scope="module")
def start_text(desk):
    return "\n".join(cell.source for cell in read(f"notebooks/{desk.language}/{START}.ipynb").cells)


def test_the_start_page_checks_the_installation(speaking, start_page, record_property):
    # This process has the same packages and must say the same; that all is well is the example of selftest.report.
    expect(speaking.front.locator(".crm-selftest li")).to_have_text(str(selftest.report()).splitlines())
    for explorer, twin in explorers(speaking, START):
        move_everything(explorer, twin, speaking.language)
        record_property("slider latency", latency(explorer, twin, speaking.language))
    assert_quiet(speaking)


def test_the_start_page_leads_to_the_chapters(desk, start_page, start_text):
    links = re.findall(r"\]\(([^)\s]+\.ipynb)\)", start_text)
    targets = [posixpath.normpath(posixpath.join(posixpath.dirname(start_page), link)) for link in links]
    assert {f"work/{desk.language}/{chapter}.ipynb" for chapter in TAUGHT} <= set(targets)
    shown = desk.front.locator(".jp-RenderedMarkdown a[href*='.ipynb']")
    expect(shown).to_have_count(len(targets))
    for i, target in enumerate(targets):
        shown.nth(i).click()
        desk.arrive(target)
        desk.page.evaluate("path => { jupyterapp.commands.execute('docmanager:open', {path}) }", start_page)
        desk.arrive(start_page)
    assert_quiet(desk)


def test_the_start_page_names_real_menu_entries(desk, start_page, start_text):
    entries = re.findall(r"\*([^*]+) → ([^*…]+)…?\*", start_text)
    assert entries
    for menu, entry in entries:
        desk.page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        label = re.compile(f"^{re.escape(entry)}…?$")
        expect(desk.page.locator(".lm-Menu-itemLabel", has_text=label)).to_have_count(1)
        desk.page.keyboard.press("Escape")


def test_what_stands_in_a_table_or_an_answer_stays_text(desk, start_page):
    """No HTML in it runs, and what stands between two dollar signs is no formula."""
    desk.write(
        desk.cell("use_language"),
        f"bad = {HOSTILE!r}"
        """
import pandas as pd
from crmlib import exercises, plots
from crmlib.display import show
table = pd.DataFrame({bad: [bad, [bad]]}, index=pd.Index([bad, "b"], name=bad)).rename_axis(columns=bad)
picture = plots.bars(pd.Series({bad: 1.0}, name=bad), title=bad)
display(show(table).set_caption(bad), exercises.Feedback("wrong", bad), picture)""",
    )
    shown = desk.cell("window.crm_ran").locator(".jp-OutputArea-output")
    expect(shown.locator("table")).to_contain_text("$5 to $6 <img src=x")
    expect(shown.locator(".crm-feedback")).to_contain_text("$5 to $6 <img src=x")
    shown.locator("img").evaluate_all("images => Promise.all(images.map(image => image.decode()))")
    expect(shown.locator("mjx-container, script, img[src=x]")).to_have_count(0)
    assert desk.page.evaluate("window.crm_ran") is None
