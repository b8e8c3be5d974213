"""The explorers as the chapters call them, with the givens that they get there: computed by just the code they need."""

import ast
from functools import cache

from course.names import assigned, read_names
from course.source import read_chapter
from crmlib import selftest, widgets
from tests.support import PROJECT


@cache
def chapter(name):
    return read_chapter(PROJECT, PROJECT / "chapters" / name / "chapter.md")


def calls(name):
    """The calls of explorers in a chapter, each with its cell; the complaint desk and the quiz are none."""
    for cell in chapter(name).code:
        last = cell.tree.body[-1] if cell.tree and cell.tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            function = ast.unparse(last.value.func)
            if function.startswith("widgets.") and function.count(".") == 2 and "desk." not in function:
                yield ast.unparse(last.value), cell


def function_of(call):
    """``value.clv_explorer`` of ``widgets.value.clv_explorer(margin, …)``."""
    return call.partition("(")[0].removeprefix("widgets.")


def make(name, call):
    """Return the explorer of a chapter's call."""
    cell = next(cell for known, cell in calls(name) if known == ast.unparse(ast.parse(call, mode="eval")))
    return eval(call, names_for(name, cell))


def changed(node):
    """The names that a statement binds, or changes in place: ``table["column"] = …``."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    inside = {
        part.id
        for target in targets
        if isinstance(target, (ast.Subscript, ast.Attribute))
        for part in ast.walk(target)
        if isinstance(part, ast.Name)
    }
    return assigned([node]) | inside


def names_for(name, cell):
    """Run the statements above a cell on which its names depend; return the names."""
    needed, statements = set(read_names(cell.tree)), []
    for above in reversed(chapter(name).code[: chapter(name).code.index(cell)]):
        for node in reversed(above.tree.body if above.tree and above.shown and not above.exercise else []):
            if changed(node) & needed:
                needed |= set(read_names(node))
                statements.append(node)
    names = {"widgets": widgets, "selftest": selftest}
    exec(compile(ast.Module(statements[::-1], []), name, "exec"), names)
    return names
