"""Which uses of an answer's name are told, and which are harmless."""

import pytest

from course.source import read_chapter
from tests.support.cells import WHOLE, code, twins


def told(course, *cells):
    root = course(*WHOLE, *cells)
    return [str(problem) for problem in read_chapter(root, root / "chapters" / "04_value").problems]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return each",
        "def f():\n    global each\n    each = 3",
        "def f(each=each):\n    return each",
        "def each():\n    return 1",
        "class each:\n    pass",
        "class C:\n    each = 3",
        "[each for each in range(3)]",
        "for each in range(3):\n    pass",
        "with open('x') as each:\n    pass",
        "try:\n    pass\nexcept ValueError as each:\n    pass",
        "match members:\n    case each:\n        pass",
        "match members:\n    case {**each}:\n        pass",
        "import math as each",
        "from math import pi as each",
        "import each.part",
        "first, *each = 1, 2",
        "(each := 3)",
        "each: int",
        "del each",
        "f'{each}'",
    ],
)
def test_an_answers_name_used_elsewhere_is_told(course, text):
    assert any("'each' is an answer of 'value.each' and used elsewhere" in what for what in told(course, code(text)))


@pytest.mark.parametrize(
    "text",
    ["dict(each=3)", "members.each", "def f(each):\n    return each", "lambda *each: each", "'each'", "import x.each"],
)
def test_a_name_that_means_something_else_is_harmless(course, text):
    assert told(course, code(text), twins("So.", "如此。")) == []


@pytest.mark.parametrize("text", ["def f(whole=whole):\n    return whole", "(lambda x=whole: x)()", "del whole"])
def test_what_only_a_solution_sets_is_told_where_it_is_read(course, text):
    assert any("'whole' is known only to the solution" in what for what in told(course, code(text)))


@pytest.mark.parametrize("name", ["churn.each", "each", "value.", "value.a.b", "value.a b"])
def test_an_id_that_is_none_of_the_chapter_is_told(course, name):
    root = course(*[cell.replace("value.each", name) for cell in WHOLE])
    problems = read_chapter(root, root / "chapters" / "04_value").problems
    assert any(f"{name!r} is not an id of this chapter" in problem.what for problem in problems)
