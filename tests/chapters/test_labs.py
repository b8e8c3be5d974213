"""Each lab runs alone, as its reader meets it on a day of its own: the notebook's other cells have not run."""

import contextlib
import io

import matplotlib.pyplot as plt
import nbformat
import pytest

from course import build
from course.parts import parts
from crmlib.language import language
from tests.support import PROJECT

CHAPTERS = [chapter for chapter in build.read_course() if chapter.has_sessions]
LABS = [(chapter, part) for chapter in CHAPTERS for part in parts(chapter) if part.kind in ("lab", "after")]


def named(lab):
    return f"{lab[0].number}-{lab[1].title.lstrip('# ')[:20]}"


def cells_of(chapter, part):
    """The code of a lab as it stands in the student's Chinese notebook."""
    path = PROJECT / "notebooks" / "zh" / f"{chapter.name}.ipynb"
    there = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    ids = dict(zip(map(id, chapter.cells), build.cell_ids(chapter), strict=True))
    return [there[ids[id(cell)]] for cell in part.code]


@pytest.mark.parametrize("lab", LABS, ids=map(named, LABS))
def test_a_lab_runs_alone_and_in_its_language(lab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a questionnaire is written beside the notebook
    names = {"display": lambda *_: None, "__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in cells_of(*lab):
            exec(compile(source, named(lab), "exec"), names)
    plt.close("all")
    assert language() == "zh"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_box_needs_the_first_cell_only(chapter):
    path = PROJECT / "notebooks" / "zh" / f"{chapter.name}.ipynb"
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    names = {}
    exec(code[0].source, names)
    boxes = [cell.source for cell in code if cell.source.startswith("ask(")]
    assert len(boxes) >= 2
    for source in boxes:
        box = eval(source, names)
        assert box.feedback is None
