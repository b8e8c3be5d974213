"""Reads a chapter's source: its cells with their lines, the placeholders in its text, its exercises."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
from jupytext.myst import myst_to_notebook

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
MODULES = ("crmlib", "exercises", "language", "crmlib.exercises", "crmlib.language")
TAGS = {"markdown": {"en", "zh"}, "code": {"exercise"}}
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

CODE_SPAN = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1[`~]*[ ]*$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.M | re.S)
MATHS = re.compile(r"(?<!\\)\$\$.+?(?<!\\)\$\$|(?<!\\)\$(?!\$)(?:\\.|[^$\\])+\$", re.S)


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a file: where, what, and what to do about it."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what} — {self.remedy}"


@dataclass(frozen=True)
class Placeholder:
    """``{{ expression:format }}``: where it stands in its cell's text, and in the file."""

    start: int
    end: int
    expression: str
    format: str
    line: int


@dataclass(frozen=True)
class Exercise:
    """What an exercise cell asks: its id, the lines of its solution, the names that the check receives from it."""

    id: str
    begin: int
    end: int
    names: tuple


@dataclass
class Cell:
    kind: str
    text: str
    line: int
    metadata: dict
    placeholders: list = field(default_factory=list)
    exercise: Exercise | None = None
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

    def serves(self, language):
        return self.language in (None, language)

    def line_at(self, position):
        return self.line + self.text.count("\n", 0, position)

    def solution(self):
        """The code without the markers."""
        lines = self.text.split("\n")
        return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))

    def stub(self):
        """The code with the solution replaced by ``name = ...``."""
        lines = self.text.split("\n")
        lines[self.exercise.begin : self.exercise.end + 1] = [f"{name} = ..." for name in self.exercise.names]
        return "\n".join(lines)


@dataclass
class Chapter:
    path: str
    text: str
    cells: list
    problems: list = field(default_factory=list)

    @property
    def name(self):
        return Path(self.path).stem

    @property
    def number(self):
        return self.name[:2]

    @property
    def code(self):
        return [cell for cell in self.cells if cell.kind == "code"]

    def problem(self, line, what, remedy):
        self.problems.append(Problem(self.path, line, what, remedy))


def read_chapter(root, path):
    """Read one source; what is wrong in it stands in ``problems``."""
    text = path.read_bytes().decode("utf-8")
    chapter = Chapter(path.relative_to(root).as_posix(), text, [])
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
    for cell in chapter.cells:
        check_metadata(chapter, cell)
        if cell.kind == "code":
            read_code(chapter, cell)
        elif cell.kind == "markdown":
            cell.placeholders = read_placeholders(chapter, cell)
    check_exercise_names(chapter)
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


# --- text -------------------------------------------------------------------------------------------------------


def blank(pattern, text):
    """Replace what matches by spaces of the same length, so that positions and lines stay."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def read_placeholders(chapter, cell):
    """``{{ expression:format }}``, with a space after the braces, outside code; LaTeX's ``{{`` has none and stays."""
    text = blank(CODE_SPAN, cell.text)
    maths = [found.span() for found in MATHS.finditer(text)]
    placeholders = []
    position = text.find("{{")
    while position >= 0:
        line = cell.line_at(position)
        after = position + 2
        if not text[after : after + 1].isspace():
            if not any(start <= position < end for start, end in maths):
                chapter.problem(line, "{{ without a space after it", "write {{ expression:format }}")
        elif (found := split_placeholder(cell.text, after)) is None:
            chapter.problem(
                line, "a placeholder that is not a Python expression, or is not closed", "write {{ expression:format }}"
            )
        else:
            expression, spec, after = found
            placeholders.append(Placeholder(position, after, expression, spec, line))
        position = text.find("{{", after)
    return placeholders


def split_placeholder(text, start):
    """Return the expression, its format and where the placeholder ends, or None.

    As in an f-string the format stands after the last colon that leaves a whole expression before it, so slices,
    dictionaries and strings may hold colons and braces.
    """
    end = text.find("}}", start)
    while end >= 0:
        body = " ".join(text[start:end].split("\n")).strip()
        colons = [index for index, letter in enumerate(body) if letter == ":"]
        for cut in [len(body), *reversed(colons)]:
            if is_expression(body[:cut]):
                return body[:cut].strip(), body[cut + 1 :].strip(), end + 2
        end = text.find("}}", end + 1)
    return None


def is_expression(text):
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def names_in(expression):
    return {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}


# --- code -------------------------------------------------------------------------------------------------------


def read_code(chapter, cell):
    try:
        cell.tree = ast.parse(cell.text)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        chapter.problem(
            line, f"{type(error).__name__}: {error.msg}", "correct the code; a cell is plain Python, no %magic"
        )
        return
    read_exercise(chapter, cell)


def read_exercise(chapter, cell):
    lines = cell.text.split("\n")
    begins = [index for index, line in enumerate(lines) if line.strip() == BEGIN]
    ends = [index for index, line in enumerate(lines) if line.strip() == END]
    checks = [node for node in ast.walk(cell.tree) if is_call(node, "check")]
    marker = next((index for index, line in enumerate(lines) if "SOLUTION" in line), 0)
    at = cell.line + marker

    if "exercise" not in cell.tags:
        if begins or ends or "SOLUTION" in cell.text:
            chapter.problem(at, "a solution marker in a cell that is no exercise", "add :tags: [exercise]")
        elif checks:
            chapter.problem(cell.line, "a check in a cell that is no exercise", "add :tags: [exercise]")
        return
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0] or lines[begins[0]] != BEGIN or lines[ends[0]] != END:
        chapter.problem(
            at,
            "the solution's markers are missing or not in pairs",
            f"one line {BEGIN!r}, then one line {END!r}, not indented",
        )
        return
    begin, end = begins[0], ends[0]
    last = cell.tree.body[-1] if cell.tree.body else None
    if len(checks) != 1 or not isinstance(last, ast.Expr) or last.value is not checks[0] or last.lineno <= end + 1:
        chapter.problem(
            cell.line, "an exercise without exactly one check as its last line", 'end it with check("id", name)'
        )
        return
    identifier, received = check_arguments(checks[0])
    at = cell.line + last.lineno - 1
    if identifier is None or received is None:
        chapter.problem(at, "the check's arguments are not an id and names", 'write check("chapter.exercise", name, …)')
        return
    solved = assigned([node for node in cell.tree.body if begin < node.lineno - 1 < end])
    names = tuple(name for name in received if name in solved)
    if not names:
        chapter.problem(at, "the check receives no name that the solution sets", "give it the answer's name")
        return
    cell.exercise = Exercise(identifier, begin, end, names)


def is_call(node, name):
    """Whether a node calls a function of the course: ``check(…)`` or ``exercises.check(…)``, not ``model.check(…)``."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in (name, *(f"{module}.{name}" for module in MODULES))


def check_arguments(call):
    """The exercise id and the names that a check receives; None for what is not a literal or a name."""
    if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        return None, None
    values = call.args[1:] + [keyword.value for keyword in call.keywords]
    if not values or not all(isinstance(value, ast.Name) for value in values):
        return call.args[0].value, None
    return call.args[0].value, [value.id for value in values]


def assigned(nodes):
    """The names that statements bind at the top level (those in functions and comprehensions are their own)."""
    found = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        todo.extend(ast.iter_child_nodes(node))
    return found


def read_names(node):
    """The names that a statement reads and does not bind within itself before (loops, comprehensions, parameters)."""
    bound = {name.arg for name in ast.walk(node) if isinstance(name, ast.arg)}
    for part in ast.walk(node):
        if isinstance(part, (ast.comprehension, ast.For, ast.withitem)):
            target = part.optional_vars if isinstance(part, ast.withitem) else part.target
            bound |= {name.id for name in ast.walk(target) if isinstance(name, ast.Name)} if target else set()
    read = {
        name.id: name.lineno for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
    if isinstance(node, ast.AugAssign):
        read |= {name.id: name.lineno for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    return {name: line for name, line in read.items() if name not in bound}


def check_exercise_names(chapter):
    """A blank notebook must run: nothing outside an exercise may read what only its solution sets."""
    owner = {}
    for cell in chapter.cells:
        for placeholder in cell.placeholders:
            for name in names_in(placeholder.expression) & owner.keys():
                report_dependence(chapter, placeholder.line, name, owner[name])
        for node in cell.tree.body if cell.tree else []:
            first = node.lineno - 1
            if cell.exercise and cell.exercise.begin < first < cell.exercise.end:
                owner |= dict.fromkeys(assigned([node]), cell.exercise.id)
                continue
            if cell.exercise and node is cell.tree.body[-1]:
                continue
            reads = read_names(node)
            for name in reads.keys() & owner.keys():
                report_dependence(chapter, cell.line + reads[name] - 1, name, owner[name])
            for name in assigned([node]):
                owner.pop(name, None)


def report_dependence(chapter, line, name, exercise):
    chapter.problem(
        line,
        f"{name!r} is known only to the solution of {exercise!r}, which is blank in the student's notebook",
        "compute it again under another name outside the exercise",
    )
