"""Reads a chapter: its cells with their lines, the placeholders in its text, its exercises and what they say.

A chapter is ``class.md`` and ``lab.md``; the start page, and a chapter that still keeps the first contract, is one
``chapter.md``. Lines are counted through both files, so that a cell has one number; `Chapter.place` gives them back.
"""

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
  cell_metadata_filter: tags,-all
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
# A chapter of the first contract says so, and holds its slides in the cells' metadata.
FIRST_CONTRACT = (
    HEADER.replace("---\n", "---\ncontract: 1\n", 1)
    .replace("notebook_metadata_filter: ", "notebook_metadata_filter: contract,")
    .replace("cell_metadata_filter: tags,", "cell_metadata_filter: tags,slideshow,")
)
FILES = ("class.md", "lab.md")
# Beside its language, a cell has at most one of these roles.
ROLES = {"markdown": {"slide", "plan", "reading", "notes"}, "code": {"exercise", "roads", "prepare", "fold"}}
DROPPED = {"roads", "slide"}  # stand in no notebook
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
    def role(self):
        """What a cell is for, where it is not simply text or code."""
        return next((tag for tag in self.tags if tag not in LANGUAGES), None)

    @property
    def for_lecturer(self):
        return self.role == "notes" or self.metadata.get("slideshow", {}).get("slide_type") == "notes"

    @property
    def shown(self):
        """Whether the cell stands in a notebook: wrong roads and slides do not."""
        return self.role not in DROPPED

    def serves(self, language):
        return self.language in (None, language)

    def line_at(self, position):
        return self.line + self.text.count("\n", 0, position)


@dataclass
class Chapter:
    folder: str  # from the root
    contract: int = 2
    files: list = field(default_factory=list)  # (path from the root, text), in order
    cells: list = field(default_factory=list)
    specs: dict = field(default_factory=dict)  # course.sentences.Spec, by the exercise's short name
    problems: list = field(default_factory=list)

    @property
    def path(self):
        return self.files[0][0]

    @property
    def name(self):
        return Path(self.folder).name

    @property
    def number(self):
        return self.name[:2]

    @property
    def is_page(self):
        """Whether this is the start page, with neither class nor labs."""
        return self.number == "00"

    @property
    def has_sessions(self):
        """Whether the second contract holds: sessions, exam page, labs."""
        return self.contract == 2 and not self.is_page

    @property
    def code(self):
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def exercises(self):
        """The exercise of each cell that asks one, by its id."""
        return {cell.exercise.id: cell.exercise for cell in self.code if cell.exercise}

    def place(self, line):
        """The file of a line, and its number there."""
        above = 0
        for path, text in self.files[:-1]:
            below = above + text.count("\n")
            if line <= below:
                return path, line - above
            above = below
        return self.files[-1][0], line - above

    def problem(self, line, what, remedy):
        self.problems.append(Problem(*self.place(line), what, remedy))


def folders(root):
    """The folders that hold a chapter, in order."""
    found = sorted(Path(root, "chapters").glob("[0-9][0-9]_*"))
    return [folder for folder in found if any((folder / name).exists() for name in ("chapter.md", *FILES))]


def read_chapter(root, folder):
    """Read the source of one chapter; what is wrong in it stands in ``problems``."""
    folder = Path(folder)
    names = [name for name in FILES if (folder / name).exists()] or ["chapter.md"]
    chapter = Chapter(folder.relative_to(root).as_posix())
    for name in names:
        path = (folder / name).relative_to(root).as_posix()
        chapter.files.append((path, ""))
        text = decoded(folder / name, chapter.problem)
        if text is None:
            return chapter
        chapter.files[-1] = path, text
    check_files(chapter, folder, names)
    for number, (_, text) in enumerate(chapter.files):
        if chapter.problems or not read_file(chapter, number, text):
            return chapter
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


def check_files(chapter, folder, names):
    """A chapter is its two files; one that still is a single file says so in its header."""
    if names == ["chapter.md"]:
        chapter.contract = 1 if chapter.files[0][1].startswith(FIRST_CONTRACT) else 2
        if chapter.has_sessions and chapter.files[0][1].startswith(HEADER):
            chapter.problem(1, "a chapter in one file", "write class.md and lab.md, see docs/maintaining.md")
        return
    for name in FILES:
        if name not in names:
            chapter.problem(1, f"{names[0]} without {name}", f"write {chapter.folder}/{name}")
    if (folder / "chapter.md").exists():
        chapter.problem(1, "class.md beside chapter.md", "delete the one that is no longer the source")


def read_file(chapter, number, text):
    """Add the cells of one file; return whether it could be read."""
    above = sum(text.count("\n") for _, text in chapter.files[:number])
    if not text.startswith(FIRST_CONTRACT if chapter.contract == 1 else HEADER):
        chapter.problem(above + 1, "the header is not the course's", "copy it from course/source.py (HEADER)")
        return False
    try:
        cells = read_cells(text)
    except Exception as error:  # jupytext raises several kinds, each with the line in its message
        found = re.search(r"at line (\d+)", str(error))
        line = above + (int(found.group(1)) if found else 1)
        chapter.problem(
            line, f"the cell cannot be read: {first_line(error)}", 'write +++ {"tags": ["en"]} in valid JSON'
        )
        return False
    for cell in cells:
        cell.line += above
    chapter.cells += cells
    check_round_trip(chapter, text, above)
    return True


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


def check_round_trip(chapter, text, above):
    """What jupytext would write on saving in JupyterLab must be what stands in the file."""
    saved = jupytext.writes(jupytext.reads(text, fmt="md:myst"), fmt="md:myst")
    if saved == text:
        return
    here, there = text.split("\n"), saved.split("\n")
    same = zip(here, there, strict=False)
    index = next((number for number, (a, b) in enumerate(same) if a != b), min(len(here), len(there)) - 1)
    wanted = repr(there[index]) if there[index] else "a blank line, or the end of the file"
    chapter.problem(
        above + index + 1,
        "JupyterLab would change this line on saving",
        f"it expects {wanted} here; one blank line after :tags:, around +++ and around ```, none at the end",
    )


def check_metadata(chapter, cell):
    if cell.kind == "raw":
        chapter.problem(cell.line, "a raw cell", "make it a markdown cell")
        return
    languages = set(LANGUAGES) if cell.kind == "markdown" else set()
    roles = ROLES[cell.kind]
    for tag in cell.tags:
        if tag not in languages | roles:
            known = ", ".join(sorted(languages | roles))
            chapter.problem(cell.line, f"unknown tag {tag!r} on a {cell.kind} cell", f"use one of {known}")
    if len(languages & set(cell.tags)) > 1 or len(set(cell.tags) - languages) > 1:
        chapter.problem(cell.line, "more than one language or role on a cell", "give the cell one of each at most")
    known = {"tags", "slideshow"} if chapter.contract == 1 else {"tags"}
    for key in cell.metadata.keys() - known:
        chapter.problem(cell.line, f"unknown cell metadata {key!r}", f"keep {' and '.join(sorted(known))} only")
    slide = cell.metadata.get("slideshow", {"slide_type": "-"})
    if not isinstance(slide, dict) or slide.keys() != {"slide_type"} or slide["slide_type"] not in SLIDES:
        chapter.problem(
            cell.line,
            "unknown slideshow metadata",
            '"slideshow": {"slide_type": "slide"}, or subslide, fragment, skip, notes',
        )


def first_line(error):
    return (str(error).strip().split("\n") or [""])[0] or type(error).__name__
