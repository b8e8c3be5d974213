"""Every notebook runs in a real kernel: solutions in English, all right; blanks in Chinese, all unanswered.

In the blanks every answer is set to nonsense right after its check: the rest of the chapter must not notice.
"""

import os
import re

import nbformat
import pytest
from nbclient import NotebookClient

from course import build
from course.joining import joined
from course.placeholders import fill
from tests.support import PROJECT

CHAPTERS = build.read_course()
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
NONSENSE = "'nonsense'"
BETWEEN = "␟"  # no text holds it
ROW = re.compile(r'<th id="[^"]*" class="row_heading level0[^>]*>([^<]*)</th>')


def read(kind, language, chapter):
    text = (PROJECT / kind / language / f"{chapter.name}.ipynb").read_text(encoding="utf-8")
    return nbformat.reads(text, as_version=4)


def run(notebook, folder):
    """Execute a notebook elsewhere, as a student's copy."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "IPYTHONDIR": str(folder / "ipython"),  # a user's start-up files are not part of the course
        "PYTHONWARNINGS": "",
    }
    client = NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env=environment)
    return notebook.cells


def said(cell):
    """What an exercise cell shows beside the pictures that students draw there, as plain text."""
    shown = [output["data"] for output in cell.outputs if "data" in output]
    return ["".join(data.get("text/plain", "")) for data in shown if "image/png" not in data]


def noise(cells):
    return [
        output["text"]
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]


def exercises(cells):
    return [cell for cell in cells if "exercise" in cell.metadata.get("tags", [])]


# Orders of size, of time or of profit that happen to be those of the alphabet.
BY_MEANING = (
    ["Baskets reached", "Sold", "Yuan of sales"],
    ["Beer + Bread", "Beer + Milk", "Beer + Nappies", "Bread + Milk", "Bread + Nappies", "Milk + Nappies"],
    ["Big", "Medium", "Small"],
    ["Build", "Buy", "Rent"],
    ["Changgeng", "Chenxing", "Qiming", "Yinghuo"],  # in the order of pinyin in both languages
    ["Linked pairs", "Right pairs", "True pairs"],
    ["Month-to-month", "One year", "Two year"],
    ["Perfect foresight", "offer to everybody", "offer to everybody, keeps 20 in 100"],
)


def alphabetical(cells):
    """The tables whose rows stand in the order of their English names, which is no order in Chinese."""
    pages = [
        output["data"].get("text/html", "") for cell in cells for output in cell.get("outputs", []) if "data" in output
    ]
    for page in pages:
        rows = [name.strip() for name in ROW.findall("".join(page))]
        names = all(len(name) > 1 and name[:2].isalpha() for name in rows)  # classes A, B and C stand in their order
        if len(rows) > 2 and names and rows == sorted(rows) and rows not in BY_MEANING:
            yield rows


def let_boxes_speak(notebook):
    """Let each box show what it says instead of itself."""
    for cell in exercises(notebook.cells):
        if is_box(cell):
            cell.source += ".feedback"


def is_box(cell):
    return cell.source.split("\n")[-1].startswith("ask(")


@EACH
def test_solutions_run_clean_and_every_check_says_right(chapter, tmp_path):
    notebook = read("solutions", "en", chapter)
    let_boxes_speak(notebook)
    cells = run(notebook, tmp_path)
    assert noise(cells) == [] and list(alphabetical(cells)) == []
    assert len(exercises(cells)) == len(chapter.exercises) > 0
    for cell in exercises(cells):
        assert len(said(cell)) == 1 and said(cell)[0].startswith("✓"), (cell.source, said(cell))


@EACH
def test_blanks_run_through_every_check_waits_and_nonsense_changes_nothing_below(chapter, tmp_path):
    notebook = read("notebooks", "zh", chapter)
    boxes = [cell.id for cell in exercises(notebook.cells) if is_box(cell)]
    for cell in exercises(notebook.cells):
        if cell.id in boxes:
            continue
        blanks = chapter.exercises[cell.source.rpartition('check("')[2].partition('"')[0]].blanks
        assert all(f"{name} = ..." in cell.source for name in blanks)
        *body, check = cell.source.split("\n")
        cell.source = "\n".join([*body, f"said = {check}", *(f"{name} = {NONSENSE}" for name in blanks), "said"])
    computed = compute_texts(notebook, chapter)
    cells = run(notebook, tmp_path)
    assert noise(cells) == []
    for cell in exercises(cells):
        begins = "作答框" if cell.id in boxes else "…"
        assert len(said(cell)) == 1 and said(cell)[0].startswith(begins), (cell.source, said(cell))
    assert computed or chapter.number == "00"
    for code, (source, text) in computed.items():
        printed = "".join(output["text"] for output in next(cell for cell in cells if cell.id == code).outputs)
        filled = fill(source.text, source.placeholders, printed.removesuffix("\n").split(BETWEEN))
        filled = joined(filled) if chapter.contract == 2 else filled
        assert filled.lstrip("\n").endswith(text)  # the heading of a reading stands in a cell above


def compute_texts(notebook, chapter):
    """Put below each text a cell that computes what its placeholders say; return source and built text by that cell."""
    ids, found = build.cell_ids(chapter), {}
    for number, source in enumerate(chapter.cells):
        at = next((at for at, cell in enumerate(notebook.cells) if cell.id == ids[number]), None)
        if source.placeholders and source.serves("zh") and at is not None:
            parts = ", ".join(f"format({part.expression}, {part.format!r})" for part in source.placeholders)
            code = nbformat.v4.new_code_cell(f"print({parts}, sep={BETWEEN!r})", id=f"text-{number}")
            found[code.id] = source, notebook.cells[at].source
            notebook.cells.insert(at + 1, code)
    return found
