"""Every name of the library that the notebooks use is there."""

import ast
from importlib import import_module
from importlib.util import find_spec

import nbformat
import pytest

from tests.support import PROJECT

NOTEBOOKS = sorted(PROJECT.glob("solutions/en/*.ipynb"))


def names(path):
    """The names that a notebook imports from the library, and those that it reaches through a module of it."""
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    known = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "crmlib":
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    yield from known.values()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            if first in known and all(part.isidentifier() for part in rest):
                yield ".".join([known[first], *rest])


def resolve(name):
    """Import as far as there are modules, then ask for the rest; ``crmlib.language`` is a module and a function."""
    parts = name.split(".")
    thing, done = import_module("crmlib"), 1
    while done < len(parts) and find_spec(".".join(parts[: done + 1])):
        done += 1
        thing = import_module(".".join(parts[:done]))
        if not hasattr(thing, "__path__"):
            break
    for part in parts[done:]:
        thing = getattr(thing, part)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_name_that_a_notebook_uses_is_there(path):
    used = set(names(path))
    assert used
    for name in sorted(used):
        resolve(name)
