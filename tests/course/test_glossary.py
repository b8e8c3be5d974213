"""The glossary: every label has its Chinese, every row its use, every examined term its place."""

import pytest

from course import build, rules
from course.rules.glossary import examined, literals_in
from tests.support import PROJECT
from tests.support.cells import GLOSSARY, code, twins


def told(root, asked=()):
    chapters = build.read_course(root)
    _, problems = rules.read_glossary(root)
    return [str(problem) for problem in problems + rules.lint_glossary(root, chapters, asked)]


def test_every_label_in_the_course_has_its_chinese():
    _, labels = literals_in(PROJECT, build.read_course())
    glossary, problems = rules.read_glossary(PROJECT)
    assert problems == [] and labels and sorted(labels.keys() - glossary.keys()) == []


def test_every_examined_term_is_taught():
    chapters = build.read_course()
    glossary, _ = rules.read_glossary(PROJECT)
    exam = {term: row for term, row in glossary.items() if row["exam"]}
    assert exam, "no term is examined"
    numbers = {chapter.number: chapter for chapter in chapters}
    for term, row in exam.items():
        for number in row["exam"].split():
            assert examined(numbers[number], term, row, glossary) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Retention rate,留存,", "'Retention rate' stands twice"),
        ("Loyalty,,04", "empty or with spaces"),
        ("Loyalty, 忠诚,", "empty or with spaces"),
        ("Loyalty,忠诚,chapter 4", "exam is 'chapter 4'"),
        ("Loyalty, and more,忠诚,", "has not three columns"),
        ("Loyalty", "has not three columns"),
        ("Loyalty,忠诚,", "nobody uses 'Loyalty'"),
        ("Loyalty,忠诚,07", "no chapter 07"),
        ("Loyalty,忠诚,04", "'忠诚' is not in the Chinese text"),
        ("Loyalty,忠诚,04", "'Loyalty 忠诚' is not among the key terms"),
    ],
)
def test_a_wrong_row_is_told(course, row, says):
    assert any(says in problem for problem in told(course(glossary=GLOSSARY + row + "\n")))


def test_wrong_columns_are_told(course):
    assert any("the first line is en,zh,exam" in problem for problem in told(course(glossary="term,zh\na,b\n")))


@pytest.mark.parametrize(
    "use", ['label("Loyalty")', 'columns = {"loyal": "Loyalty"}', 'f(x, title=crmlib.label("Loyalty"))']
)
def test_a_row_is_used_by_a_label_or_any_string_in_the_code(course, use):
    assert told(course(code(use), glossary=GLOSSARY + "Loyalty,忠诚,\n")) == []


def test_a_row_is_used_by_a_label_in_a_placeholder_or_by_a_look_up_at_run_time(course):
    glossary = GLOSSARY + "Loyalty,忠诚,\n"
    text = '{{ label("Loyalty") }}'
    assert told(course(twins(text, text), glossary=glossary)) == []
    assert told(course(glossary=glossary), asked={"Loyalty"}) == []


def test_a_label_without_a_row_is_told_with_its_line(course):
    root = course(code('x = 1\nlabel("Loyalty")'))
    lines = (root / "chapters" / "04_value" / "chapter.md").read_text(encoding="utf-8").split("\n")
    at = next(number for number, line in enumerate(lines, 1) if "Loyalty" in line)
    assert told(root) == [
        f"chapters/04_value/chapter.md:{at}: no Chinese for the label 'Loyalty' — add it to crmlib/glossary.csv"
    ]


def test_a_deleted_examined_term_is_told_by_its_chinese_among_the_key_terms(course):
    root = course(glossary="en,zh,exam\n")
    problems = rules.lint_chapters(root, build.read_course(root))
    assert any("Chinese where English stands: '留存率'" in str(problem) for problem in problems)
