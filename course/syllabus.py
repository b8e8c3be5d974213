"""The syllabus's points, from ``chapters/syllabus.yml``: what is taught where, how well, and by which words.

The file's own head says what each field means; the rules that hold a text to it are in ``course/rules/syllabus.py``.
"""

from dataclasses import dataclass
from pathlib import Path

from course import fields
from course.fields import entries, items, line_of, text_of, tree_of
from course.problem import Problem

FILE = "chapters/syllabus.yml"
REMEDY = f"see the head of {FILE}"

KINDS = ("名词", "知识点", "思考", "作业", "案例", "课程思政", "讨论", "计算", "工作表单", "考核")
LEVELS = ("了解", "理解", "掌握")
SOURCES = ("S", "P", "T")  # the syllabus, papers, textbooks
TAUGHT = ("class", "exam", "lab", "course")
CHOICES = {"kind": KINDS, "level": LEVELS, "taught": TAUGHT}
TEXTS = ("id", "chapter", "place", *CHOICES, "zh", "en")
WORDS = {"words": "zh", "words_en": "en"}
NEEDED = (*TEXTS, "source", *WORDS)


@dataclass(frozen=True)
class Point:
    """One point of the syllabus.

    ``words``: by language, the groups of which each must stand in the text; a group is a tuple of words of which any
    will do. ``define``: the first group is the title of a box, and the box holds the others.
    """

    id: str
    chapter: str
    place: str
    kind: str
    level: str
    taught: str
    zh: str
    en: str
    source: tuple
    words: dict
    define: bool
    line: int

    @property
    def row(self):
        """The row of the digest: ``L2`` of ``L2.11``."""
        return self.id.partition(".")[0]


def read_syllabus(root):
    """The points in the order of the file, and what is wrong in it."""
    problems = []

    def report(line, what, remedy):
        problems.append(Problem(FILE, line, what, REMEDY if remedy == fields.REMEDY else remedy))

    file = Path(root, FILE)
    if not file.exists():
        report(1, "no syllabus", "restore it from the history")
        return [], problems
    tree = tree_of(file, report)
    listed = items(tree)
    if listed is None and not problems:
        report(1, "no list of points", "- {id: …, chapter: …, …}")
    return [point for node in listed or [] if (point := read_point(node, report))], problems


def points_of(points, number):
    """The points of one chapter: ``points_of(points, "03")``."""
    return [point for point in points if point.chapter == number]


def read_point(node, report):
    """One entry; None where it lacks a field, which is told."""
    found, line = entries(node, report), line_of(node)
    name = getattr(found.get("id"), "value", "a point")
    for field in found.keys() - {*NEEDED, "define"}:
        report(line_of(found[field]), f"unknown field {field!r}", f"use {', '.join((*NEEDED, 'define'))}")
    if missing := [field for field in NEEDED if field not in found]:
        if found:
            report(line, f"{name!r} without {', '.join(missing)}", REMEDY)
        return None
    texts = {field: text_of(found[field], report) for field in TEXTS}
    for field, allowed in CHOICES.items():
        if texts[field] and texts[field] not in allowed:
            report(line_of(found[field]), f"{field} is {texts[field]!r}", f"use {', '.join(allowed)}")
    source = tuple(text_of(part, report) for part in list_of(found["source"], "source", report))
    if unknown := set(source) - {*SOURCES, ""}:
        report(line_of(found["source"]), f"source is {', '.join(sorted(unknown))}", f"use {', '.join(SOURCES)}")
    words = {language: read_words(found[field], field, report) for field, language in WORDS.items()}
    define = "define" in found and text_of(found["define"], report)
    if define not in (False, "true", ""):
        report(line_of(found["define"]), f"define is {define!r}", "define: true, or leave it out")
    return Point(**texts, source=source, words=words, define=bool(define), line=line)


def read_words(node, field, report):
    """``[a, [b, c]]`` as ``(("a",), ("b", "c"))``."""
    groups = list_of(node, field, report)
    return tuple(tuple(text_of(word, report) for word in items(group) or [group]) for group in groups)


def list_of(node, field, report):
    listed = items(node)
    if not listed:
        report(line_of(node), f"{field} is no list, or empty", f"{field}: [one, [two, or this]]")
    return listed or []
