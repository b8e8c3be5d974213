"""The rules for the text: each on a small wrong source, and all of them on the chapters themselves."""

import re

import pytest
import yaml

from course import build, rules
from course.exercises import BEGIN, END
from course.rules.glossary import chinese_strings
from course.rules.terms import chinese_terms, english_terms
from tests.support import PROJECT
from tests.support.cells import GLOSSARY, code, twins


def told(root):
    chapters = build.read_course(root)
    problems = [problem for chapter in chapters for problem in chapter.problems]
    return [str(problem) for problem in problems + rules.lint_chapters(root, chapters)]


CHAPTERS = [chapter for chapter in build.read_course() if chapter.number != "00"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_has_what_every_chapter_has(chapter):
    """Words, widgets, exercises, questions, and slides to show it by."""
    english = " ".join(cell.text for cell in chapter.cells if cell.language == "en")
    assert len(english.split()) >= 2000
    widgets = {found for cell in chapter.code for found in re.findall(r"widgets\.([\w.]+)\(", cell.text)} - {"quiz"}
    assert len(widgets) >= 2
    if chapter.contract == 1:  # the rules of the second count more, and better
        assert 6 <= sum(cell.exercise is not None for cell in chapter.code) <= 12
        assert sum("slideshow" in cell.metadata for cell in chapter.cells) >= 10
    quiz = yaml.safe_load((PROJECT / chapter.folder / "questions.yml").read_text(encoding="utf-8"))
    assert 8 <= len(quiz) <= 12


GOOD = [
    twins(
        "## Worth\n\nA [link](https://example.org/en/a), $r^t$.",
        "## 价值\n\n一个[链接](https://example.org/zh/a)，$r^t$。",
    ),
    twins("- one\n- two\n  - three", "- 一\n- 二\n  - 三"),
    twins("| a | b |\n|---|---|\n| 1 | 2 |", "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |"),
    twins(r"$\text{worth} = 1$", r"$\text{价值} = 1$"),
    twins("**Bold** and **so**.", "**粗体**，**“引号” 在内**，也 **这样？** 行。"),
    twins("3,000 at 0.95, Fader (2005): 1.", "3,000 名，0.95；Fader (2005)，见 Hardie, Lee。1. 2"),
    twins("1. `a, b`\n2. P(alive)", "1. 看 `a, b`，再看\n2. 概率 P(alive) 怎样"),
    twins("Retention rates matter.", "留存率很要紧。"),
    twins("Read *CRM* 《客户关系管理》.", "读《客户关系管理》。"),
    "+++\n\n| Term | 术语 |\n|---|---|\n| Retention rate | 留存率 |\n",
    "+++\n\n![](https://example.org/a.png)\n",
    twins("Look.", "请看。") + "\n" + code("x = 1") + "\n" + code("x") + "\n" + code("y = x"),
    twins("See {{ 1 + 1 }}.", "见 {{ 1 + 1 }}。"),
    twins("R5 and C1372, 4P.", "R5、C1372、4P。"),
    twins("Look.", "请看。") + "\n" + code("x = 1") + "\n" + code("print(f'{x} yuan')"),
]


@pytest.mark.parametrize("cell", GOOD)
def test_good_text_passes(course, cell):
    assert told(course(cell, twins("So.", "如此。"))) == []


BAD = [
    (twins("## One", "### 一"), "### 一", "headings differ"),
    (twins("$r^t$", "$r^2$"), "$r^2$", "formulas differ"),
    (twins("[a](https://example.org/a)", "[甲](https://example.org/b)"), "[甲]", "links differ"),
    (twins("![](https://example.org/a.png)", "图"), "图", "pictures differ"),
    (twins("- one\n- two", "- 一"), "- 一", "list items differ"),
    (twins("- one\n- two", "- 一\n  - 二"), "- 一", "list items differ"),
    (twins("| a |\n|---|\n| 1 |\n| 2 |", "| 甲 |\n|---|\n| 1 |"), "| 甲 |", "table rows differ"),
    (twins("{{ one:.0f}}", "{{ two:.0f}}"), "{{ two", "the placeholders' names differ"),
    (twins("{{ one:.0f}} {{ one:.1f}}", "{{ one:.0f}} 元"), "元", "the placeholders' names differ"),
    (
        twins("Slide.", "幻灯片。").replace('["zh"]', '["zh"], "slideshow": {"slide_type": "slide"}'),
        "幻灯片",
        "slide metadata",
    ),
    ('+++ {"tags": ["en"]}\n\nAlone.\n', "Alone", "without its Chinese twin"),
    ('+++ {"tags": ["zh"]}\n\n独自。\n', "独自", "without its English twin"),
    (
        twins("Swapped.", "调换。").replace('"en"', '"xx"').replace('"zh"', '"en"').replace('"xx"', '"zh"'),
        "Swapped",
        "English twin",
    ),
    (
        twins("The retention rate.", "续费的比例。"),
        "续费的比例",
        "'Retention rate' of the English twin is examined as '留存率'",
    ),
    (twins("Those who stay.", "留存率。"), "Those who stay", "write Retention rate here too"),
    (twins("One.", "一,二。"), "一,二", "half-width ','"),
    (twins("One.", "说:对"), "说:对", "half-width ':'"),
    (twins("One.", "终身价值 (CLV)"), "(CLV)", "half-width '('"),
    (twins("One.", "对吗?"), "对吗?", "write ？"),
    (twins("One.", '叫"好客户"'), "叫", "half-width '\"'"),
    (twins("One.", "**重点**, 其次"), "重点", "half-width ','"),
    (twins("One {{ 1 + 1 }}.", "一 {{ 1 + 1 }},二"), "{{ 1 + 1 }},二", "half-width ','"),
    (twins("One.", "**重点。**"), "重点", "closes inside **…**"),
    (twins("One.", "这叫**“忠诚”**的客户"), "忠诚", "does not become bold"),
    (twins("One.", "*教材说法不一：*有的算收入"), "教材", "does not become italic"),
    (twins("Say 忠诚 here.", "忠诚。"), "Say", "Chinese where English stands: '忠诚'"),
    (twins("Wrong。", "错。"), "Wrong", "full-width '。' in English"),
    ("+++\n\nForgotten tag\n", "Forgotten", "words of one: 'Forgotten'"),
    ("+++\n\n| Word | 忠诚 |\n|---|---|\n| a | b |\n", "Word", "'忠诚'"),
    ("+++\n\n| Term | 术语 |\n|---|---|\n| Rate | 留存率 |\n", "| Rate", "a pair of terms that the glossary has not"),
    (twins("[next](05_segmentation.ipynb)", "[下一章](05_segmentation.ipynb)"), "next", "leads nowhere"),
    (
        code("import pandas") + "\n" + code("\n".join(f"x{n} = {n}" for n in range(13))),
        "x0 = 0",
        "a code cell of 13 lines",
    ),
    (code("x = 1") + "\n" + twins("A", "甲") + "\n" + code("x") + "\n" + code("x + 1"), "x", "without prose after"),
    (
        code("x = 1") + "\n" + twins("A", "甲") + "\n" + code("x") + "\n" + code("x + 1"),
        "x + 1",
        "without prose before",
    ),
    (twins("Five stages (L2).", "五个阶段。"), "(L2)", "'L2' is an id of the maintainers"),
    (twins("Five stages.", "五个阶段（L1–L3）。"), "L1", "'L3' is an id of the maintainers"),
    (code("x = y = 1") + "\n" + twins("A", "甲") + "\n" + code("x, y"), "x, y", "numbers without names"),
    (code("x = 1") + "\n" + twins("A", "甲") + "\n" + code("round(x, 2)"), "round", "numbers without names"),
    (
        code("x = 1") + "\n" + twins("A", "甲") + "\n" + code("print(f'{x:.0f}, {x:.0%}')"),
        "print",
        "numbers without names",
    ),
]

SECTION = twins("### 2 More (advanced)", "### 2 更多（进阶）")
REST = twins("## 3 The rest", "## 3 其余")
PART, AGAIN = code("rate = 1\ntable = [rate]"), code("again = rate + 1")
FROM_SECTION = "comes from '2 More (advanced)', which a class may leave out"
PARTS = [
    ((SECTION, PART, REST, AGAIN), f"'rate' {FROM_SECTION}"),
    ((code("table = {}"), SECTION, code("table['x'] = 1"), REST, code("y = table['x']")), f"'table' {FROM_SECTION}"),
    ((SECTION, PART, twins("### 4 Other (advanced)", "### 4 别的（进阶）"), AGAIN), f"'rate' {FROM_SECTION}"),
    (
        (
            twins("So.\n\n**Advanced: more?** Yes.", "如此。\n\n**进阶：还有吗？** 有。"),
            PART,
            twins("So.\n\n**Exercise 1.1 ★** Count.", "如此。\n\n**练习 1.1 ★** 数一数。"),
            AGAIN,
        ),
        "'rate' comes from 'Advanced: more?'",
    ),
    ((SECTION, PART, AGAIN, REST, code("rate = 2\nmore = rate")), None),
    ((SECTION, PART, REST, code("def f(rate):\n    return rate\n\n\nmore = f(1)")), None),
    ((twins("### 2 More", "### 2 更多"), PART, REST, AGAIN), None),
]


@pytest.mark.parametrize(("cells", "says"), PARTS)
def test_what_a_class_may_leave_out_nothing_else_needs(course, cells, says):
    found = told(course(*cells, twins("So.", "如此。")))
    assert found == [] if says is None else len(found) == 1 and says in found[0], found


@pytest.mark.parametrize(("cell", "at", "says"), BAD, ids=[f"{says[:24]}-{n}" for n, (_, _, says) in enumerate(BAD)])
def test_bad_text_is_told_with_its_line(course, cell, at, says):
    root = course(cell, twins("So.", "如此。"))
    lines = (root / "chapters" / "04_value" / "chapter.md").read_text(encoding="utf-8").split("\n")
    places = tuple(
        f"chapters/04_value/chapter.md:{number}: " for number, line in enumerate(lines, 1) if at in line and number > 22
    )
    found = told(root)
    assert any(problem.startswith(places) and says in problem and " — " in problem for problem in found), found


def test_a_long_exercise_counts_without_its_markers(course):
    body = "\n".join(f"x{n} = {n}" for n in range(11))
    exercise = code(f"{BEGIN}\n{body}\n{END}\ncheck('value.each', x1)", "exercise")
    assert told(course(code("x = 1"), twins("A", "甲"), exercise, twins("B", "乙"))) == []


def test_a_folder_with_another_name_is_told(course):
    root = course()
    (root / "chapters" / "4_value").mkdir()
    assert told(root) == ["chapters/4_value:1: not a chapter's folder — call it NN_name, or move it"]


def test_two_chapters_of_one_number_are_told(course):
    course()
    root = course(name="04_worth")
    assert told(root)[0] == "chapters/04_worth:1: the number of 04_value too — give each chapter its own: keys/04.json"


def test_a_longer_term_hides_the_shorter_one():
    glossary = {
        "Value": {"zh": "价值", "exam": "04"},
        "Customer lifetime value": {"zh": "客户终身价值", "exam": "04"},
        "Loyalty": {"zh": "忠诚", "exam": ""},
    }
    assert english_terms("Customer\nlifetime values, loyalties", glossary) == {"Customer lifetime value", "Loyalty"}
    assert english_terms("valued", glossary) == set()
    assert chinese_terms("客户**终身**价值", glossary) == {"客户终身价值"}


QUIZ = """\
- question: {en: "How much?", zh: "多少？"}
  options:
  - {en: "1", zh: "1", right: true, why: {en: "Yes.", zh: "对。"}}
  - {en: "2", zh: "2", why: {en: "No, $2$.", zh: "不对，$2$。"}}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", None),
        (', zh: "多少？"', "", ":1: a text in one language"),
        ("right: true, ", "", ":1: 0 right options"),
        ('zh: "2", ', 'zh: "2", right: true, ', ":1: 2 right options"),
        (', why: {en: "Yes.", zh: "对。"}', "", ":3: an option without why"),
        ("不对，", "不对,", ":4: half-width ','"),
        ("How much?", "How 多少?", ":1: Chinese where English stands"),
        ("How much?", "How much (V1)?", ":1: 'V1' is an id of the maintainers"),
        ("- question", "- question: [", ":1: not valid YAML"),
    ],
)
def test_a_quiz_keeps_the_rules(course, old, new, says):
    root = course()
    moved = QUIZ.replace("right: true, ", "").replace('zh: "2", ', 'zh: "2", right: true, ')
    (root / "chapters" / "04_value" / "questions.yml").write_text(
        ((QUIZ + moved) * 4).replace(old, new, 1), encoding="utf-8"
    )
    found = told(root)
    assert found == [] if says is None else any(f"04_value/questions.yml{says}" in problem for problem in found), found


def test_the_chinese_of_the_library_is_set_as_chinese(tmp_path):
    (tmp_path / "crmlib").mkdir()
    text = (
        'def f(x):\n    """说明, 不管。"""\n'
        '    return "好。", f"一共{x},完了", "把 ... 换成 \\"a, b\\" 或 P(alive) 的 .days、(1 + r) 倍"\n'
    )
    (tmp_path / "crmlib" / "x.py").write_text(text, encoding="utf-8")
    assert [str(problem) for problem in chinese_strings(tmp_path)] == [
        "crmlib/x.py:3: half-width ',' beside Chinese: '一共0,完了' — write ，"
    ]


def test_the_small_course_is_right_to_begin_with(course):
    root = course()
    assert told(root) == [] and rules.lint_glossary(root, build.read_course(root)) == [] and "04" in GLOSSARY
