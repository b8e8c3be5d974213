"""Reads a chapter: its cells with their lines, the placeholders in its text, its exercises and what they say."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
from jupytext.myst import myst_to_notebook

from course.exercises import check_names, read_code
from course.fields import decoded
from course.placeholders import read_placeholders
from course.problem import Problem
from course.sentences import read_specs

LANGUAGES = ("zh", "en")

# Every source begins with this. The filters keep what JupyterLab adds on saving (version lines, ids, outputs, trust)
# out of the source, so that a save changes the edited cell and nothing else.
HEADER = """\
---
jupytext:
  cell_metadata_filter: tags,slideshow,-all
  notebook_metadata_filter: -jupytext.text_representation.jupytext_version,-jupytext.text_representation.format_version
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---
"""
TAGS = {"markdown": {"en", "zh"}, "code": {"exercise", "roads", "prepare"}}
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}


@dataclass
class Cell:
    kind: str
    text: str
    line: int
    metadata: dict
    placeholders: list = field(default_factory=list)
    exercise: object = None  # an Exercise of course.exercises
    roads: object = None  # the Roads of the exercise above
    tree: ast.Module | None = None

    @property
    def tags(self):
        return self.metadata.get("tags", [])

    @property
    def language(self):
        return next((language for language in LANGUAGES if language in self.tags), None)

    @property
    def for_lecturer(self):
        return self.metadata.get("slideshow", {}).get("slide_type") == "notes"

    @property
    def shown(self):
        """Whether the cell stands in a notebook: wrong roads do not."""
        return "roads" not in self.tags

    def serves(self, language):
        return self.language in (None, language)

    def line_at(self, position):
        return self.line + self.text.count("\n", 0, position)


@dataclass
class Chapter:
    path: str
    text: str
    cells: list
    specs: dict = field(default_factory=dict)  # course.sentences.Spec, by the exercise's short name
    problems: list = field(default_factory=list)

    @property
    def folder(self):
        return Path(self.path).parent.as_posix()

    @property
    def name(self):
        return Path(self.path).parent.name

    @property
    def number(self):
        return self.name[:2]

    @property
    def code(self):
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def exercises(self):
        """The exercise of each cell that asks one, by its id."""
        return {cell.exercise.id: cell.exercise for cell in self.code if cell.exercise}

    def problem(self, line, what, remedy):
        self.problems.append(Problem(self.path, line, what, remedy))


def read_chapter(root, path):
    """Read one source; what is wrong in it stands in ``problems``."""
    chapter = Chapter(path.relative_to(root).as_posix(), "", [])
    chapter.text = text = decoded(path, chapter.problem)
    if text is None:
        return chapter
    if not text.startswith(HEADER):
        chapter.problem(1, "the header is not the course's", "copy it from course/source.py (HEADER)")
        return chapter
    try:
        chapter.cells = read_cells(text)
    except Exception as error:  # jupytext raises several kinds, each with the line in its message
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else 1
        chapter.problem(
            line, f"the cell cannot be read: {first_line(error)}", 'write +++ {"tags": ["en"]} in valid JSON'
        )
        return chapter
    check_round_trip(chapter)
    above = None
    for cell in chapter.cells:
        check_metadata(chapter, cell)
        if cell.kind == "code":
            read_code(chapter, cell, above)
        elif cell.kind == "markdown":
            cell.placeholders = read_placeholders(cell.text, cell.line, chapter.problem)
        above = cell
    check_names(chapter)
    read_specs(root, chapter)
    return chapter


def read_cells(text):
    notebook = myst_to_notebook(text, add_source_map=True)
    lines = text.split("\n")
    cells = []
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        # The map points at the cell's first line, options and blank lines included; the text begins below them.
        first = cell.source.split("\n")[0]
        while start < len(lines) - 1 and lines[start] != first:
            start += 1
        cells.append(Cell(cell.cell_type, cell.source, start + 1, dict(cell.metadata)))
    return cells


def check_round_trip(chapter):
    """What jupytext would write on saving in JupyterLab must be what stands in the file."""
    saved = jupytext.writes(jupytext.reads(chapter.text, fmt="md:myst"), fmt="md:myst")
    if saved == chapter.text:
        return
    here, there = chapter.text.split("\n"), saved.split("\n")
    same = zip(here, there, strict=False)
    index = next((number for number, (a, b) in enumerate(same) if a != b), min(len(here), len(there)) - 1)
    wanted = repr(there[index]) if there[index] else "a blank line, or the end of the file"
    chapter.problem(
        index + 1,
        "JupyterLab would change this line on saving",
        f"it expects {wanted} here; one blank line after :tags:, around +++ and around ```, none at the end",
    )


def check_metadata(chapter, cell):
    if cell.kind == "raw":
        chapter.problem(cell.line, "a raw cell", "make it a markdown cell")
        return
    allowed = TAGS[cell.kind]
    for tag in cell.tags:
        if tag not in allowed:
            chapter.problem(
                cell.line, f"unknown tag {tag!r} on a {cell.kind} cell", f"use one of {', '.join(sorted(allowed))}"
            )
    if len(cell.tags) > 1:
        chapter.problem(cell.line, "more than one tag on a cell", "give the cell one of its tags")
    for key in cell.metadata.keys() - {"tags", "slideshow"}:
        chapter.problem(cell.line, f"unknown cell metadata {key!r}", "keep tags and slideshow only")
    slide = cell.metadata.get("slideshow", {"slide_type": "-"})
    if not isinstance(slide, dict) or slide.keys() != {"slide_type"} or slide["slide_type"] not in SLIDES:
        chapter.problem(
            cell.line,
            "unknown slideshow metadata",
            '"slideshow": {"slide_type": "slide"}, or subslide, fragment, skip, notes',
        )


def first_line(error):
    return (str(error).strip().split("\n") or [""])[0] or type(error).__name__
