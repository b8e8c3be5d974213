"""The build: what becomes of a source, and which files it writes."""

import json
import os
import subprocess
import sys

import nbformat

from course import build
from tests.support import PROJECT
from tests.support.building import built, sources
from tests.support.cells import AFTER, WHOLE, code, twins


def test_student_notebook_asks_and_solution_answers(course):
    root = course(*WHOLE)
    blank, solved = (sources(built(root, f"{kind}/en/04_value.ipynb"))[-1] for kind in ("notebooks", "solutions"))
    assert blank == "each = ...\ncheck('value.each', each)"
    assert solved == "whole = price\neach = whole / members\ncheck('value.each', each)"


def test_each_notebook_holds_its_language_and_sets_it_before_the_first_code(course):
    root = course(*WHOLE)
    for language, mine, other in (("en", "What is one", "多少"), ("zh", "多少", "What is one")):
        notebook = built(root, f"notebooks/{language}/04_value.ipynb")
        text = "\n".join(sources(notebook, "markdown"))
        assert mine in text and other not in text
        assert sources(notebook)[0] == f'import crmlib\n\ncrmlib.use_language("{language}")'
        assert notebook.metadata.crmlib.language == language
        assert not any("en" in cell.metadata.get("tags", []) for cell in notebook.cells)
    assert "exercise" in notebook.cells[-2].metadata.tags


def test_untagged_cells_serve_both_languages_and_slides_stay(course):
    slide = '+++ {"slideshow": {"slide_type": "slide"}}\n\n$$r^t$$\n'
    root = course(slide)
    for language in ("en", "zh"):
        cell = built(root, f"notebooks/{language}/04_value.ipynb").cells[-1]
        assert cell.source == "$$r^t$$" and cell.metadata.slideshow.slide_type == "slide"


def test_notes_for_the_lecturer_stand_in_the_solutions_only(course):
    note = '+++ {{"slideshow": {{"slide_type": "notes"}}, "tags": ["{}"]}}\n\n{}\n'
    root = course(*WHOLE, note.format("en", "Both answers can be defended."), note.format("zh", "两种答案都站得住。"))
    for language, words in (("en", "can be defended"), ("zh", "都站得住")):
        student, solved = (
            str(sources(built(root, f"{kind}/{language}/04_value.ipynb"), "markdown"))
            for kind in ("notebooks", "solutions")
        )
        assert words in solved and words not in student


def test_chapter_without_exercise_has_no_solutions(course):
    root = course(twins("Welcome.", "欢迎。"))
    assert sorted(build.build(root)) == ["notebooks/en/04_value.ipynb", "notebooks/zh/04_value.ipynb"]


def test_notebooks_are_valid_and_carry_nothing_volatile(course):
    files = build.build(course(*WHOLE))
    for text in (text for path, text in files.items() if path.endswith(".ipynb")):
        notebook = nbformat.reads(text.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.keys() == {"kernelspec", "language_info", "title", "crmlib"}
        assert notebook.metadata.language_info == {"name": "python"}
        assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells if "outputs" in cell)
        assert b"\r" not in text and text.endswith(b"}\n") and b"\\u" not in text


def test_an_edit_changes_the_id_of_that_cell_alone(course):
    cells = [*WHOLE, code("members"), AFTER]
    before = built(course(*cells), "solutions/en/04_value.ipynb").cells
    edited = [cell.replace("members, price = 3000", "members, price = 3001") for cell in cells]
    after = built(course(*edited), "solutions/en/04_value.ipynb").cells
    assert len({cell.id for cell in before}) == len(before)  # AFTER stands twice
    assert [a.id == b.id for a, b in zip(before, after, strict=True)].count(False) == 1


def test_an_inserted_cell_leaves_the_other_ids_alone(course):
    before = {cell.id for cell in built(course(*WHOLE), "solutions/zh/04_value.ipynb").cells}
    more = built(course(twins("New.", "新的。"), *WHOLE), "solutions/zh/04_value.ipynb").cells
    assert before < {cell.id for cell in more} and len(more) == len(before) + 1


def test_twins_share_their_id(course):
    root = course(*WHOLE)
    one, two = (built(root, f"notebooks/{language}/04_value.ipynb").cells for language in ("en", "zh"))
    assert [cell.id for cell in one] == [cell.id for cell in two]


def test_building_is_byte_identical_whatever_the_hash_seed_and_the_folder(course, tmp_path_factory):
    root = course(
        *WHOLE,
        code("{str(n) for n in range(9)}"),
        twins("{{ len({'a', 'b'}) }} letters.", "{{ len({'a', 'b'}) }} 个。"),
    )
    script = (
        "import hashlib, pathlib, sys; from course.build import build\n"
        "print({k: hashlib.sha256(v).hexdigest() for k, v in build(pathlib.Path(sys.argv[1])).items()})"
    )
    seen = set()
    for seed, folder in (("1", tmp_path_factory.mktemp("elsewhere")), ("2", PROJECT)):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)}
        command = [sys.executable, "-c", script, str(root)]
        seen.add(subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True).stdout)
    assert len(seen) == 1


# --- files ---


def test_build_writes_then_check_passes_and_a_rebuild_changes_nothing(course, capsys):
    root = course(*WHOLE)
    assert build.main(["--check"], root=root) == 1
    assert build.main([], root=root) == 0
    stamps = {path: path.stat().st_mtime_ns for path in root.rglob("*.ipynb")}
    assert len(stamps) == 4
    assert build.main([], root=root) == 0 and build.main(["--check"], root=root) == 0
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.ipynb")} == stamps


def test_notebooks_whose_source_has_gone_are_removed_and_others_left(course, capsys):
    root = course(*WHOLE)
    build.main([], root=root)
    (root / "chapters" / "04_value" / "chapter.md").unlink()
    course(twins("Loyal.", "忠诚。"), name="07_loyalty", glossary="en,zh,exam\nRetention rate,留存率,07\n")
    mine = root / "notebooks" / "zh" / "mine.ipynb"
    mine.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    assert build.main(["--check"], root=root) == 1
    assert "solutions/en/04_value.ipynb: has no source" in capsys.readouterr().out
    assert build.main([], root=root) == 0
    assert sorted(path.name for path in root.rglob("*.ipynb")) == ["07_loyalty.ipynb", "07_loyalty.ipynb", "mine.ipynb"]
