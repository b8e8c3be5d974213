"""The second contract of a chapter: each rule is broken once, and names file, line and remedy."""

import pytest

from course import rules
from course.exercises import BEGIN, END
from course.source import read_chapter
from tests.support import contract
from tests.support.cells import code
from tests.support.contract import CLASS, LAB, ROWS, SO, TAKEN, box, lab, pair, plan, slides


def told(root, class_=CLASS, lab_=LAB, sentences=None):
    chapter = read_chapter(root, contract.write(root, class_, lab_, sentences))
    glossary, _ = rules.read_glossary(root)
    return [str(problem) for problem in chapter.problems or rules.lint_chapter(root, chapter, glossary)]


def instead(cells, old, *new):
    at = cells.index(old)
    return [*cells[:at], *new, *cells[at + 1 :]]


def rows(*changes):
    """The plan's rows, with some of them changed: (number, minutes)."""
    changed = dict(changes)
    return [(changed.get(number, row[0]), *row[1:]) for number, row in enumerate(ROWS)]


def test_a_chapter_that_keeps_it_is_not_told_off(tmp_path):
    assert told(tmp_path) == []


LONG = pair("word " * 2_401, "字" * 3_601)
PLAN = CLASS[3]
BAD_CLASS = [
    (instead(CLASS, PLAN, plan(rows((4, 39)))), "a plan of 89 minutes"),
    (instead(CLASS, PLAN, plan(rows((1, 30), (4, 47)))), "a break after 38 minutes"),
    (instead(CLASS, PLAN, plan([row for row in ROWS if row[1] != "Break"] + [(5, "Rest", "放松")])), "without a break"),
    (instead(CLASS, PLAN, plan(ROWS[1:] + [(3, "Hello", "你好")])), "without a roll-call"),
    (instead(CLASS, PLAN, plan([(37, "Worth", "价值") if row[0] == 37 else row for row in ROWS])), "without section 1"),
    (instead(CLASS, PLAN, plan(late=("", ""))), "does not say what to drop"),
    (instead(CLASS, PLAN, plan().replace('"plan", ', "")), "does not begin with its plan"),
    (instead(CLASS, CLASS[4], slides(15)), "15 slides"),
    (instead(CLASS, CLASS[4], slides(25)), "25 slides"),
    (instead(CLASS, CLASS[4], slides(15, pair("## A\n\n- one", "## 甲\n\n- 一", "slide"))), "1 bullets"),
    (instead(CLASS, CLASS[4], slides(15, pair("## A\n\nText.", "## 甲\n\n文。", "slide"))), "another form"),
    (
        instead(CLASS, CLASS[4], slides(15, pair("## A\n\n- a\n- b", f"## 甲\n\n- 甲\n- {'字' * 21}", "slide"))),
        "21 characters",
    ),
    (
        instead(CLASS, CLASS[4], slides(15, pair(f"## A\n\n- a\n- {'w ' * 13}b", "## 甲\n\n- 甲\n- 乙", "slide"))),
        "14 words",
    ),
    (instead(CLASS, SO, LONG), "its hours hold 2,400"),
    (instead(CLASS, SO, LONG), "its hours hold 3,600"),
    (instead(CLASS, SO, *[contract.EXPLORER, SO] * 5), "shows 7 outputs"),
    (instead(CLASS, SO, SO, code("a = 1\nb = 2\nc = 3\nd = 4"), SO), "4 lines of open code"),
    (instead(CLASS, SO, *[code(f"n{k} = {k}") for k in range(5)], SO), "5 cells of open code"),
    (
        instead(
            CLASS,
            SO,
            pair("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 7, "| 甲 | 乙 |\n|---|---|\n" + "| 1 | 2 |\n" * 7),
        ),
        "a table of 7 rows",
    ),
    (instead(CLASS, SO, pair("### Reading: x\n\nMore.", "### 更多\n\n更多。", "reading"), SO), "without its heading"),
    (
        instead(
            CLASS,
            SO,
            pair("### Reading: x\n\n> **Definition · x** y.", "### 阅读：甲\n\n> **定义·甲** 乙。", "reading"),
        ),
        "a definition in a reading",
    ),
    (instead(CLASS, SO, pair("### Reading: x\n\nMore.", "### 阅读：甲\n\n更多。", "reading")), "folds away"),
    (
        instead(CLASS, SO, pair(f"### Reading: x\n\n{'word ' * 200}", f"### 阅读：甲\n\n{'字' * 300}", "reading")),
        "at most half of the class part",
    ),
    (
        [*CLASS[:-1], pair("# Exam points\n\nMany.", f"# 考点\n\n{'字' * 601}")],
        "601 Han characters".replace("601", "603"),
    ),
    (CLASS[:-1], "no '# Exam points'"),
    ([*CLASS[:-1], pair("# Exam points\n\nMany.", "# 考试\n\n许多。")], "without its Chinese heading"),
    ([*CLASS[:3], CLASS[-1], *CLASS[3:-1]], "below '# Exam points'"),
    (instead(CLASS, CLASS[0], CLASS[0].replace("class hours", "hours")), "does not say 'class hours'"),
    (instead(CLASS, CLASS[0], CLASS[0].replace("\n3. When to stop.", "").replace("\n3. 何时停。", "")), "2 decisions"),
    (instead(CLASS, TAKEN, TAKEN.replace("（决策二）", "")), "decision 2 is taken nowhere (zh)"),
    (instead(CLASS, TAKEN, TAKEN.replace("**Ask the class** ", "")), "no question to discuss"),
    (instead(CLASS, contract.EXPLORER), "1 explorers in the class part"),
    (
        instead(CLASS, box("share"), code(f"{BEGIN}\nshare = 1\n{END}\ncheck('value.share', share)", "exercise")),
        "asks for code",
    ),
    (
        instead(CLASS, box(), code("x = 1\n" + box().split("\n\n", 1)[1].rstrip("`\n"), "exercise")),
        "beside the solution",
    ),
    ([*CLASS[:3], *CLASS[4:]], "no '# Session 1"),
]


@pytest.mark.parametrize(
    ("cells", "says"), BAD_CLASS, ids=[f"{n}-{says[:30]}" for n, (_, says) in enumerate(BAD_CLASS)]
)
def test_a_class_part_that_breaks_a_rule_is_told(tmp_path, cells, says):
    found = told(tmp_path, cells)
    assert any(says in problem and "class.md:" in problem and " — " in problem for problem in found), found


BAD_LABS = [
    (LAB[:-1], "no '# After class'"),
    (LAB[1:], "no '# Labs'"),
    ([*LAB[:2], lab(2).replace("## Lab 2", "## Other 2"), LAB[3], LAB[4]], "2 labs"),
    ([LAB[0], lab(1, minutes=50), *LAB[2:]], "a lab without its minutes"),
    ([LAB[0], lab(1, prepare=code("price1 = 3")), *LAB[2:]], "does not prepare itself"),
    ([LAB[0], lab(1, uses=" + members"), *LAB[2:]], "'members' is not known in '## Lab 1"),
    ([*LAB[:2], lab(2, uses=" + price1"), *LAB[3:]], "'price1' is not known in '## Lab 2"),
    ([LAB[0], lab(1, own=1), *LAB[2:]], "1 exercises in '## Lab 1 Count (30 minutes)' ask for"),
    ([*LAB[:-1], LAB[-1].replace("## Homework\n\n", "").replace("## 作业\n\n", "")], "no '## Homework'"),
    ([*LAB[:-1], pair("# Exam points\n\nAgain.", "# 考点\n\n又来。"), LAB[-1]], "'# Exam points' in lab.md"),
]


def test_a_function_of_a_lab_may_have_names_of_its_own(tmp_path):
    own = code(
        "from crmlib.exercises import check\n\nprice1 = 3\n\n\ndef twice(x):\n    y = x\n    return y", "prepare"
    )
    assert told(tmp_path, lab_=[LAB[0], lab(1, prepare=own), *LAB[2:]]) == []


@pytest.mark.parametrize(("cells", "says"), BAD_LABS, ids=[says[:30] for _, says in BAD_LABS])
def test_labs_that_break_a_rule_are_told(tmp_path, cells, says):
    found = told(tmp_path, lab_=cells)
    assert any(says in problem and " — " in problem for problem in found), found


SENTENCES = "".join(f"{name}:{contract.NUMBER}" for name in contract.NAMES)
BAD_SENTENCES = [
    (SENTENCES.replace("digits: 0", "tolerance: 0.01", 1), "without digits"),
    (SENTENCES.replace("kind: money\n  digits: 0", "kind: letter", 1), "without choices"),
    (SENTENCES.replace("kind: money\n  digits: 0", "kind: letter\n  choices: abc", 1), "are not letters"),
    (SENTENCES.replace("  digits: 0", "  digits: 0\n  choices: AB", 1), "choices beside the kind money"),
    (SENTENCES.replace("kind: money\n  digits: 0", "kind: sentence", 1), "without keywords"),
]


@pytest.mark.parametrize(("sentences", "says"), BAD_SENTENCES, ids=[says for _, says in BAD_SENTENCES])
def test_sentences_that_break_a_rule_are_told(tmp_path, sentences, says):
    found = told(tmp_path, sentences=sentences)
    assert any(says in problem and problem.partition(" ")[0].endswith(":") for problem in found), found


WORDS = code('ask("value.each")', "exercise")
KEYWORDS = """each:
  kind: sentence
  keywords: {en: [[profit, gain], [discounted]], zh: [[利润], [折现]]}
  missing: {en: ["Of what?", "In whose money?"], zh: ["什么的？", "哪时的钱？"]}
  right: {en: Profit discounted., zh: 折现的利润。}
  hints: {en: [a, b], zh: [甲, 乙]}
"""


def test_an_answer_in_words_needs_no_solution(tmp_path):
    rest = SENTENCES.partition("share:")
    assert told(tmp_path, instead(CLASS, box(), WORDS), sentences=KEYWORDS + "".join(rest[1:])) == []


def test_keywords_and_what_is_said_of_them_go_together(tmp_path):
    one = KEYWORDS.replace('"什么的？", "哪时的钱？"', '"什么的？"') + "".join(SENTENCES.partition("share:")[1:])
    found = told(tmp_path, instead(CLASS, box(), WORDS), sentences=one)
    assert any("2 groups of keywords and 1 sentences for missing ones in zh" in problem for problem in found)


ASTRAY = "  astray: {words: {en: [loss], zh: [亏损]}, en: Not the loss., zh: 不是亏损。}\n"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (ASTRAY, None),
        (ASTRAY.replace(", zh: [亏损]", ""), "without its words"),
        (ASTRAY.replace(", zh: 不是亏损。", ""), "astray speaks en"),
    ],
)
def test_words_that_lead_astray_are_told_in_both_languages(tmp_path, more, says):
    sentences = KEYWORDS + more + "".join(SENTENCES.partition("share:")[1:])
    found = told(tmp_path, instead(CLASS, box(), WORDS), sentences=sentences)
    assert any(says in problem for problem in found) if says else found == []


def test_a_sentence_is_asked_as_one(tmp_path):
    found = told(tmp_path, instead(CLASS, box(), WORDS))
    assert any("is a sentence in one place only" in problem for problem in found)


def test_a_line_of_the_second_file_is_told_there(tmp_path):
    found = told(tmp_path, lab_=[*LAB[:-1], LAB[-1].replace("A book.", "A book。")])
    at = next(
        n
        for n, line in enumerate((tmp_path / "chapters/04_value/lab.md").read_text().split("\n"), 1)
        if "book。" in line
    )
    assert any(problem.startswith(f"chapters/04_value/lab.md:{at}: ") for problem in found), found


def test_one_file_is_not_enough(tmp_path):
    folder = contract.write(tmp_path)
    (folder / "lab.md").unlink()
    assert "class.md without lab.md" in str(read_chapter(tmp_path, folder).problems)
    (folder / "lab.md").write_text("x")
    (folder / "chapter.md").write_text("x")
    assert "class.md beside chapter.md" in str(read_chapter(tmp_path, folder).problems)


def test_an_answer_in_code_may_be_called_sentence(tmp_path):
    """What is answered in words is told by the bare call, not by a name."""
    named = SENTENCES.replace("each:", "sentence:", 1)
    assert told(tmp_path, instead(CLASS, box(), box("sentence")), sentences=named) == []
