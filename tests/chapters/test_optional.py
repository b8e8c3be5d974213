"""What a class may leave out can be left out: the rest of the chapter runs without it."""

import matplotlib.pyplot as plt
import pytest

import crmlib
from course import build
from course.rules.optional import check_optional, optional_parts

CHAPTERS = [chapter for chapter in build.read_course() if not chapter.has_sessions]  # in the others labs run alone
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@EACH
def test_no_part_is_needed_outside_it(chapter):
    """Each part alone, by its names (the build refuses it too)."""
    found = []
    check_optional(chapter, lambda *problem: found.append(problem))
    assert found == []


@EACH
def test_a_chapter_runs_without_all_of_them(chapter, capsys):
    left_out = {id(cell) for part in optional_parts(chapter).values() for cell in part}
    assert left_out
    crmlib.use_language("en")
    names = {}
    for cell in chapter.code:
        # Pictures and explorers define nothing, and the rule above knows the names that they read.
        if cell.shown and id(cell) not in left_out and not cell.text.startswith(("plots.", "widgets.")):
            exec(compile(cell.tree, f"{chapter.path}:{cell.line}", "exec"), names)
    plt.close("all")


def test_the_parts_of_each_chapter_are_found():
    """As the openings of the chapters name them."""
    found = {chapter.number: [*optional_parts(chapter)] for chapter in CHAPTERS}
    assert "4.6 The long task: save the telecom (homework, ★★★)" in found["08"]
    assert sum(title.startswith("Advanced:") for title in found["08"]) == 3
    assert all(exercise in found[chapter.number] for chapter in CHAPTERS for exercise in chapter.exercises)
