"""Labs run alone, fit a lab lesson, and let students write."""

import ast
import builtins
import re

from course.names import assigned, read_names

LABS, EXERCISES, OWN, LINES = (3, 6), (2, 3), 2, (2, 6)
MINUTES = {"en": (r"\((\d+) minutes(?:, advanced)?\)$"), "zh": (r"（(\d+) ?分钟(?:，进阶)?）$")}
TIME = (20, 45)
AFTER = ("Quiz", "Homework", "Further reading")


def check_labs(parts, report):
    labs = [part for part in parts if part.kind == "lab"]
    if not LABS[0] <= len(labs) <= LABS[1]:
        line = next((part.line for part in parts if part.kind == "labs"), 1)
        report(line, f"{len(labs)} labs", f"{LABS[0]} to {LABS[1]}: ## Lab 1 … (30 minutes)")
    for lab in labs:
        check_lab(lab, report)
    for part in parts:
        if part.kind in ("lab", "after") and part.code:
            check_alone(part, report)
    for after in (part for part in parts if part.kind == "after"):
        text = "\n".join(cell.text for cell in after.texts("en"))
        for word in AFTER:
            if not re.search(rf"^## .*{word}", text, re.M):
                report(after.line, f"no '## {word}' after class", "write it")


def check_lab(lab, report):
    for cell in lab.cells[:2]:
        found = re.search(MINUTES[cell.language or "en"], cell.text.lstrip().partition("\n")[0].strip())
        if not found or not TIME[0] <= int(found.group(1)) <= TIME[1]:
            report(cell.line, "a lab without its minutes", f"end its heading like (30 minutes): {TIME[0]} to {TIME[1]}")
    asked = [cell for cell in lab.code if cell.exercise]
    if not EXERCISES[0] <= len(asked) <= EXERCISES[1]:
        report(lab.line, f"{len(asked)} exercises in {lab.title!r}", f"{EXERCISES[0]} or {EXERCISES[1]}")
    own = [cell for cell in asked if LINES[0] <= lines_of(cell) <= LINES[1]]
    if len(own) < OWN:
        what = f"{len(own)} exercises in {lab.title!r} ask for {LINES[0]} to {LINES[1]} lines of code"
        report(lab.line, what, f"{OWN} at least: students write")


def lines_of(cell):
    """The lines of a solution."""
    lines = cell.text.split("\n")[cell.exercise.begin + 1 : cell.exercise.end]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def check_alone(part, report):
    """A part begins with a cell that prepares it, and reads no name that others bind."""
    if part.code[0].role != "prepare":
        report(
            part.code[0].line,
            f"{part.title!r} does not prepare itself",
            "tag its first code cell prepare: imports, data",
        )
    known, told = set(dir(builtins)) | {"display"}, set()
    for cell in part.cells:
        for placeholder in cell.placeholders:
            tree = ast.parse(placeholder.expression, mode="eval")
            tell(read_names(tree).keys() - known, placeholder.line, part, told, report)
        for node in cell.tree.body if cell.tree else []:
            if cell.roads:
                continue
            unknown = read_names(node).keys() - known - assigned([node]) - own_names(node)
            tell(unknown, cell.line + node.lineno - 1, part, told, report)
            known |= assigned([node])


def own_names(node):
    """The names that functions within a statement bind for themselves."""
    return {name for part in ast.walk(node) if isinstance(part, ast.FunctionDef) for name in assigned(part.body)}


def tell(names, line, part, told, report):
    for name in sorted(names - told):
        told.add(name)
        report(line, f"{name!r} is not known in {part.title!r}, which runs alone", "prepare it in the lab's first cell")
