"""Every notebook runs in a real kernel: solutions in both languages, all right; blanks in Chinese, all unanswered."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from course.source import BEGIN
from tests.support import PROJECT

SOURCES = sorted((PROJECT / "chapters").glob("[0-9][0-9]_*.md"))
# A chapter without exercises has no solutions; then its notebooks run in both languages.
RUNS = [
    ("solutions" if BEGIN in path.read_text(encoding="utf-8") else "notebooks", language, path.stem)
    for path in SOURCES
    for language in ("zh", "en")
]
BLANKS = [("notebooks", "zh", name) for kind, language, name in RUNS if kind == "solutions" and language == "zh"]


def run(kind, language, name, folder):
    """Execute a committed notebook elsewhere, as a student's copy; return its cells."""
    text = (PROJECT / kind / language / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "IPYTHONDIR": str(folder / "ipython"),  # a user's start-up files are not part of the course
        "PYTHONWARNINGS": "",
    }
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env=environment)
    return notebook.cells


def said(cell):
    """What an exercise cell shows, as plain text."""
    return ["".join(output["data"].get("text/plain", "")) for output in cell.outputs if "data" in output]


def noise(cells):
    return [
        output["text"]
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]


@pytest.mark.parametrize(("kind", "language", "name"), RUNS, ids=map("-".join, RUNS))
def test_solutions_run_clean_and_every_check_says_right(kind, language, name, tmp_path):
    cells = run(kind, language, name, tmp_path)
    assert noise(cells) == []
    exercises = [cell for cell in cells if "exercise" in cell.metadata.get("tags", [])]
    assert bool(exercises) == (kind == "solutions")
    for cell in exercises:
        assert len(said(cell)) == 1 and said(cell)[0].startswith("✓"), (cell.source, said(cell))


@pytest.mark.parametrize(("kind", "language", "name"), BLANKS, ids=map("-".join, BLANKS))
def test_blank_notebooks_run_through_and_every_check_waits(kind, language, name, tmp_path):
    cells = run(kind, language, name, tmp_path)
    assert noise(cells) == []
    exercises = [cell for cell in cells if "exercise" in cell.metadata.get("tags", [])]
    assert exercises
    for cell in exercises:
        assert " = ..." in cell.source and len(said(cell)) == 1 and said(cell)[0].startswith("…"), (
            cell.source,
            said(cell),
        )


def test_every_chapter_is_run():
    assert SOURCES and {name for _, _, name in RUNS} == {path.stem for path in SOURCES}
