"""The rules that a source must keep: each names file, line and remedy."""

import re
from pathlib import Path

from course.parts import parts
from course.problem import Problem
from course.rules.budget import check_budget
from course.rules.code import check_code, duplicate_exercises
from course.rules.glossary import lint_glossary, read_glossary
from course.rules.labs import check_labs
from course.rules.markdown import each_line, plain
from course.rules.optional import check_optional
from course.rules.quiz import lint_files, lint_sentences
from course.rules.sessions import check_opening, check_order, check_session
from course.rules.syllabus import check_points_taught, lint_syllabus, texts_of
from course.rules.text import check_bold, check_chinese, check_english, check_links, check_points, check_shared
from course.rules.twins import compare_twins, twins
from course.syllabus import FILE, read_syllabus

__all__ = ["lint_chapter", "lint_chapters", "lint_glossary", "read_glossary"]


def lint_chapters(root, chapters):
    """Return the problems of the chapters' text and code."""
    glossary, problems = read_glossary(root)
    for path in sorted(Path(root, "chapters").iterdir()):
        known = path.is_dir() and re.match(r"\d\d_", path.name) or path.relative_to(root).as_posix() == FILE
        if not known and not path.name.startswith("."):
            problems.append(
                Problem(f"chapters/{path.name}", 1, "not a chapter's folder", "call it NN_name, or move it")
            )
    points = []
    if Path(root, FILE).exists():
        points, problems = read_syllabus(root)[0], problems + lint_syllabus(root)
    numbers = {}
    for chapter in chapters:
        if (first := numbers.setdefault(chapter.number, chapter)) is not chapter:
            remedy = f"give each chapter its own: keys/{chapter.number}.json"
            problems.append(Problem(chapter.folder, 1, f"the number of {first.name} too", remedy))
        problems += lint_chapter(root, chapter, glossary, points)
        problems += lint_files(root, chapter) + lint_sentences(chapter)
    return sorted({*problems, *duplicate_exercises(chapters)})


def lint_chapter(root, chapter, glossary, points=()):
    found = []

    def report(line, what, remedy):
        found.append(Problem(*chapter.place(line), what, remedy))

    for english, chinese in twins(chapter, report):
        compare_twins(english, chinese, glossary, report)
    for cell in chapter.cells:
        if cell.kind == "markdown":
            check_bold(cell, report)
            for line, text in each_line(cell, plain(cell)):
                check_points(line, text, report)
            check_links(root, chapter, cell, report)
            if cell.language == "zh":
                check_chinese(cell, report)
            else:
                check_english(cell, glossary, report)
            if cell.language is None:
                check_shared(cell, glossary, report)
    check_code(chapter, report)
    if chapter.has_sessions:
        check_contract(chapter, points, report)
    else:
        check_optional(chapter, report)
    return found


def check_contract(chapter, points, report):
    """The second contract: a class part that fits its hours, an exam page, labs that run alone."""
    found = parts(chapter)
    check_order(chapter, found, report)
    check_opening(found, report)
    check_budget(found, report)
    for part in found:
        if part.kind == "session":
            check_session(chapter, part, report)
    check_labs(found, report)
    check_points_taught(points, chapter.number, texts_of(found), report)
