"""What a class may leave out (sections and paragraphs marked advanced, homework, exercises) nothing else needs."""

import ast
import re

from course.names import assigned, read_names

# What begins a part: a heading, or a bold Advanced or Exercise at the start of a line, which any heading ends.
MARK = re.compile(r"^(#+) (.+)$|^\*\*((?:Advanced:|Exercise \d).*?)\*\*", re.M)
OPTIONAL = re.compile(r"\((?:advanced|homework)[^)]*\)$|^Advanced:")
PARAGRAPH = 9  # below every heading


def optional_parts(chapter):
    """The code cells of each part that may be left out, by its title; an exercise is one by itself."""
    parts, title, level = {}, None, 0
    for cell in chapter.cells:
        if cell.kind == "markdown" and cell.language != "zh":
            for hashes, heading, paragraph in MARK.findall(cell.text):
                deep, name = len(hashes) or PARAGRAPH, heading or paragraph
                if title is None or deep <= level:
                    title, level = (name, deep) if OPTIONAL.search(name) else (None, 0)
        elif cell.kind == "code" and cell.shown:
            for name in filter(None, (title, cell.exercise and cell.exercise.id)):
                parts.setdefault(name, []).append(cell)
    return parts


def check_optional(chapter, report):
    """No cell outside an optional part reads what that part bound or changed, unless it was bound anew meanwhile."""
    statements = [
        (cell, read_names(statement).keys(), assigned([statement]), changed(statement))
        for cell in chapter.code
        for statement in (cell.tree.body if cell.tree and cell.shown else [])
    ]
    for title, part in optional_parts(chapter).items():
        inside, owed = {id(cell) for cell in part}, set()
        for cell, read, bound, touched in statements:
            if id(cell) in inside:
                owed |= touched
                continue
            for name in sorted(owed & read):
                remedy = "compute it outside that part, or give the part a name of its own"
                report(cell.line, f"{name!r} comes from {title!r}, which a class may leave out", remedy)
            owed -= read | bound


def changed(tree):
    """The names that a statement binds, or changes in place (``table["x"] = …``, ``table.loc[…] = …``)."""
    places = [node for node in ast.walk(tree) if isinstance(node, (ast.Subscript, ast.Attribute))]
    return assigned([tree]) | {base(node) for node in places if isinstance(node.ctx, ast.Store)} - {None}


def base(node):
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
