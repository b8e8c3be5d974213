"""Build small courses, and read what came of them or what is wrong with them."""

import nbformat
import pytest

from course import build


def built(root, path):
    """One of the notebooks that the build makes."""
    return nbformat.reads(build.build(root)[path].decode("utf-8"), as_version=4)


def sources(notebook, kind="code"):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def problems(root):
    """What the build says of a wrong course."""
    with pytest.raises(build.BuildError) as error:
        build.build(root)
    return [str(problem) for problem in error.value.problems]


def line_of(root, text, file="chapters/04_value/chapter.md"):
    lines = (root / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)
