"""The code of a chapter: short cells, prose around every output, each exercise asked once."""

import ast
import re

from course.exercises import BEGIN, END, is_call
from course.problem import Problem

LONGEST_CELL = 12


def check_code(chapter, report):
    for number, cell in enumerate(chapter.cells):
        if cell.kind != "code" or cell.tree is None or not cell.shown:
            continue
        first = cell is chapter.code[0]
        length = sum(1 for line in cell.text.split("\n") if line.strip() and line not in (BEGIN, END))
        if length > LONGEST_CELL and not first and "prepare" not in cell.tags:
            report(cell.line, f"a code cell of {length} lines", f"at most {LONGEST_CELL}: split it at its ideas")
        if not cell.text.strip():
            report(cell.line, "an empty code cell", "delete it")
        if first or not shows_output(cell):
            continue
        if is_bare(cell.tree.body[-1].value):
            report(cell.line, "an output of numbers without names", 'show(pd.Series({"name": value}, name="unit"))')
        # Code that only prepares may stand between an output and its prose, another output may not.
        if not has_prose(reversed(chapter.cells[:number])):
            report(cell.line, "an output without prose before it", "say what the reader is about to see")
        if not has_prose(chapter.cells[number + 1 :]):
            report(cell.line, "an output without prose after it", "say what the reader sees")


def has_prose(cells):
    shown = (cell for cell in cells if cell.shown)
    return next((cell.kind == "markdown" for cell in shown if cell.kind == "markdown" or shows_output(cell)), False)


def shows_output(cell):
    body = cell.tree.body if cell.tree and cell.shown else []
    return bool(body) and isinstance(body[-1], ast.Expr) and not is_hint(cell)


def is_bare(shown):
    """Whether a cell's last line shows numbers and no word: a tuple, ``round(x)``, ``print(f"{x:.0f}, {y:.0f}")``."""
    if isinstance(shown, ast.Tuple):
        return True
    if not is_call(shown, "print"):
        return any(is_call(shown, name) for name in ("round", "len", "sum", "float", "int"))
    texts = [part for part in shown.args if isinstance(part, ast.JoinedStr)]
    words = [part.value for text in texts for part in text.values if isinstance(part, ast.Constant)]
    return bool(texts) and not any(re.search(r"[^\W\d_]", word) for word in words)


def is_hint(cell):
    body = cell.tree.body if cell.tree else []
    return len(body) == 1 and isinstance(body[0], ast.Expr) and is_call(body[0].value, "hint")


def duplicate_exercises(chapters):
    seen, problems = {}, []
    for chapter in chapters:
        for cell in chapter.code:
            if cell.exercise and cell.exercise.id in seen:
                what, other = f"{cell.exercise.id!r} is asked twice", seen[cell.exercise.id]
                problems.append(Problem(*chapter.place(cell.line), what, f"see {other}"))
            elif cell.exercise:
                seen[cell.exercise.id] = "{}:{}".format(*chapter.place(cell.line))
    return problems
