"""The build: what becomes of a source, what it says of a wrong one, and that the committed notebooks are its work."""

import difflib
import json
import os
import subprocess
import sys

import nbformat
import pytest

from course import build, lint
from course.source import BEGIN, END, HEADER, read_chapter, split_placeholder
from tests.support import PROJECT
from tests.support.cells import code, twins

IMPORTS = code("from crmlib.exercises import check")
GIVENS = code("members, price = 3000, 900_000")
ASK = twins("What is one member's price?", "一名会员的价钱是多少？")
EXERCISE = code(f"{BEGIN}\nwhole = price\neach = whole / members\n{END}\ncheck('value.each', each)", "exercise")
AFTER = twins("Each member pays {{ price / members:.0f}} yuan.", "每名会员付 {{ price / members:.0f}} 元。")
ALWAYS_RIGHT = code(
    "class check:\n    def __init__(self, *answers):\n        pass\n\n    def __repr__(self):\n        return '✓'"
)
WHOLE = (ALWAYS_RIGHT, twins("Givens.", "已知条件。"), GIVENS, ASK, EXERCISE, AFTER)


def built(root, path):
    return nbformat.reads(build.build(root)[path].decode("utf-8"), as_version=4)


def sources(notebook, kind="code"):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def problems(root):
    with pytest.raises(build.BuildError) as error:
        build.build(root)
    return [str(problem) for problem in error.value.problems]


def line_of(root, text, name="04_value"):
    lines = (root / "chapters" / f"{name}.md").read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


# --- what is built ----------------------------------------------------------------------------------------------


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
    for text in build.build(course(*WHOLE)).values():
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


# --- placeholders -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expression", "spec"),
    [
        ("{{ rate:.0%}}", "rate", ".0%"),
        ("{{ rate }}", "rate", ""),
        ("{{ worth:,.0f }}", "worth", ",.0f"),
        ('{{ table.loc["a:b", "c"]:.1f}}', 'table.loc["a:b", "c"]', ".1f"),
        ("{{ months[1:3].sum() }}", "months[1:3].sum()", ""),
        ("{{ months[1:3].sum():>6}}", "months[1:3].sum()", ">6"),
        ("{{ {'a': {'b': 1}}['a']['b']:d}}", "{'a': {'b': 1}}['a']['b']", "d"),
        ("{{ day:%H:%M}}", "day", "%H:%M"),
        ("{{ a if b else c:.2f}}", "a if b else c", ".2f"),
        ("{{ (lambda x: x + 1)(2) }}", "(lambda x: x + 1)(2)", ""),
        ("{{ f(a,\n   b):.2f}}", "f(a,    b)", ".2f"),
        ("{{ '}}' }}", "'}}'", ""),
    ],
)
def test_placeholders_split_at_the_format(text, expression, spec):
    assert split_placeholder(text, 2) == (expression, spec, len(text))


@pytest.mark.parametrize("text", ["{{ a b }}", "{{ a", "{{ }}", "{{ a = 1 }}"])
def test_placeholders_that_are_none(text):
    assert split_placeholder(text, 2) is None


def test_placeholders_are_filled_where_they_stand_in_both_languages(course):
    root = course(
        code("from crmlib import label\n\nworth = 1472727.3"),
        twins("{{ worth:,.0f}} yuan", "约 {{ worth / 10_000:.0f}} 万元"),
        code("worth = 2"),
        twins('{{ worth:.0f}}, {{ label("Retention rate") }}', '{{ worth:.0f}}、{{ label("Retention rate") }}'),
    )
    texts = {
        language: sources(built(root, f"notebooks/{language}/04_value.ipynb"), "markdown") for language in ("en", "zh")
    }
    assert texts["en"][1:] == ["1,472,727 yuan", "2, Retention rate"]
    assert texts["zh"][1:] == ["约 147 万元", "2、留存率"]


def test_formulas_and_code_keep_their_braces(course):
    text = r"$x_{{t}}$ and `{{ name }}` and $= {{ 1 + 1 }}$"
    root = course(twins(text, text.replace(" and ", "，")))
    assert (
        sources(built(root, "notebooks/en/04_value.ipynb"), "markdown")[-1] == r"$x_{{t}}$ and `{{ name }}` and $= 2$"
    )


# --- wrong sources ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "at", "says"),
    [
        ([code("1 / 0")], "1 / 0", "ZeroDivisionError"),
        ([code("def f():\n    return unknown\n\n\nf()")], "return unknown", "'unknown' is not defined"),
        ([code("good = 1\nbad = (")], "bad = (", "SyntaxError"),
        ([code("import warnings\n\nwarnings.warn('careful')")], "careful", "UserWarning: careful"),
        ([code("import sys\n\nprint('oops', file=sys.stderr)")], "import sys", "stderr"),
        ([twins("Worth\n{{ nothing }}", "值\n{{ nothing }}")], "{{ nothing", "'nothing' is not defined"),
        ([twins("{{ 1.5:.0q}}", "{{ 1.5:.0q}}")], "{{ 1.5", "Unknown format code"),
        ([twins("{{ 1 / 3 }}", "{{ 1 / 3 }}")], "{{ 1 / 3", "needs a format"),
        ([twins("{{ float('nan'):.1f}}", "{{ float('nan'):.1f}}")], "{{ float", "the value is nan"),
        ([twins("{{ [1, 2] }}", "{{ [1, 2] }}")], "{{ [1, 2]", "list is not a number"),
        ([twins("rate", "率 {{ 'Retention rate' }}")], "率 {{", "is English"),
        ([twins("{{worth}}", "{{worth}}")], "{{worth", "without a space"),
        ([twins("{{ worth", "{{ worth")], "{{ worth", "is not closed"),
        ([twins("One.", "一。").replace("zh", "zhs")], "一。", "unknown tag 'zhs'"),
        ([code("x = 1", "exercises")], "x = 1", "unknown tag 'exercises'"),
        ([twins("One.", "一。").replace('"zh"]', '"zh", "en"]')], "一。", "more than one tag"),
        ([twins("One.", "一。").replace('"zh"]}', '"zh"], "hidden": true}')], "一。", "unknown cell metadata 'hidden'"),
        ([code("x = 1").replace("x = 1", ":tags: [exercise]\nx = 1")], "x = 1", "JupyterLab would change"),
        (['+++ {"tags": ["en"}\n\nOne.\n'], '{"tags": ["en"}', "cannot be read"),
        ([code(f"{BEGIN}\nx = 1\n{END}")], BEGIN, "no exercise"),
        ([code("check('value.x', 1)")], "check(", "no exercise"),
        ([code(f"{BEGIN}\nx = 1\ncheck('value.x', x)", "exercise")], BEGIN, "markers are missing"),
        ([code("x = 1\ncheck('value.x', x)", "exercise")], "x = 1", "markers are missing"),
        ([code(f"{BEGIN}\nx = 1\n{END}", "exercise")], BEGIN, "exactly one check"),
        ([code(f"{BEGIN}\nx = 1\n{END}\ncheck('a', x)\ncheck('b', x)", "exercise")], BEGIN, "exactly one check"),
        ([code(f"{BEGIN}\nx = 1\n{END}\ncheck(name, x)", "exercise")], "check(name", "id and names"),
        ([code(f"{BEGIN}\nx = 1\n{END}\ncheck('value.x', x + 1)", "exercise")], "check('value.x'", "id and names"),
        (
            [code(f"y = 1\n{BEGIN}\nx = 1\n{END}\ncheck('value.x', y)", "exercise")],
            "check('value.x'",
            "no name that the solution",
        ),
        ([*WHOLE, code("each + 1")], "each + 1", "known only to the solution"),
        ([*WHOLE, code("each += 1")], "each += 1", "known only to the solution"),
        ([*WHOLE, code("def f():\n    return whole")], "return whole", "known only to the solution"),
        ([*WHOLE, twins("{{ whole:.0f}}", "{{ whole:.0f}}")], "{{ whole", "known only to the solution of 'value.each'"),
        ([*WHOLE, ASK, EXERCISE, AFTER], BEGIN, "asked twice"),
    ],
)
def test_a_wrong_source_names_file_line_and_remedy(course, cells, at, says):
    root = course(*cells)
    lines = (root / "chapters" / "04_value.md").read_text(encoding="utf-8").split("\n")
    places = [f"chapters/04_value.md:{number}: " for number, line in enumerate(lines, 1) if at in line]
    found = problems(root)
    assert any(problem.startswith(tuple(places)) and says in problem and " — " in problem for problem in found), found


def test_several_errors_are_told_at_once(course):
    found = problems(course(twins("{{ one }} {{ two }}", "{{ one }} {{ two }}"), twins("Half", "半,一")))
    assert len(found) == 5 and len({problem.split(":")[1] for problem in found}) == 3


def test_a_foreign_header_is_told(course):
    root = course()
    (root / "chapters" / "04_value.md").write_text("# No header\n", encoding="utf-8")
    assert problems(root) == [
        "chapters/04_value.md:1: the header is not the course's — copy it from course/source.py (HEADER)"
    ]


def test_a_name_set_again_outside_the_exercise_may_be_used(course):
    build.build(course(*WHOLE, code("each = price / members"), twins("{{ each:.0f}}", "{{ each:.0f}}")))


def test_a_solution_that_does_not_pass_is_told(course):
    wrong = ALWAYS_RIGHT.replace("✓", "✗ too small")
    assert any("does not pass: ✗ too small" in problem for problem in problems(course(wrong, *WHOLE[1:])))


def test_a_label_without_chinese_is_told_where_it_is_shown(course):
    root = course(
        code("from crmlib import label\n\nterms = ['Nobody knows']"), twins("A", "甲"), code("label(terms[0])"), AFTER
    )
    at = line_of(root, "label(terms[0])")
    assert any(problem.startswith(f"chapters/04_value.md:{at}: no Chinese for the label") for problem in problems(root))


def test_main_prints_no_traceback(course, capsys):
    root = course(code("1 / 0"))
    assert build.main([], root=root) == 1
    output = capsys.readouterr().out
    assert "ZeroDivisionError" in output and "Traceback" not in output and not (root / "notebooks").exists()


def test_an_unknown_chapter_is_told(course, capsys):
    assert build.main(["99_nothing"], root=course()) == 1
    assert "choose from 04_value" in capsys.readouterr().out


# --- files ------------------------------------------------------------------------------------------------------


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
    (root / "chapters" / "04_value.md").unlink()
    course(twins("Loyal.", "忠诚。"), name="07_loyalty", glossary="en,zh,exam\nRetention rate,留存率,07\n")
    mine = root / "notebooks" / "zh" / "mine.ipynb"
    mine.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    assert build.main(["--check"], root=root) == 1
    assert "solutions/en/04_value.ipynb: has no source" in capsys.readouterr().out
    assert build.main([], root=root) == 0
    assert sorted(path.name for path in root.rglob("*.ipynb")) == ["07_loyalty.ipynb", "07_loyalty.ipynb", "mine.ipynb"]


# --- the source in JupyterLab -----------------------------------------------------------------------------------


def saved_in_jupyterlab(folder, name, edit=lambda cells: None):
    """Open a source as a notebook, run it, edit it and save it, as JupyterLab does through jupytext."""
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)(root_dir=str(folder))
    content = json.loads(json.dumps(manager.get(name, type="notebook", content=True)["content"], default=str))
    version = {"name": "ipython", "version": 3}
    content["metadata"] |= {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {
            "codemirror_mode": version,
            "name": "python",
            "pygments_lexer": "ipython3",
            "version": "3.13.1",
        },
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"changed-{number}"
        cell["metadata"] |= {"trusted": True, "editable": True, "execution": {"iopub.execute_input": "2030-01-01"}}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "hello"}]}
            cell["metadata"] |= {"collapsed": False, "jupyter": {"source_hidden": False}}
    edit(content["cells"])
    manager.save({"type": "notebook", "format": "json", "content": content}, name)
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((PROJECT / "chapters").glob("*.md")), ids=lambda path: path.stem)
def test_saving_a_source_in_jupyterlab_changes_the_edited_cell_only(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    (tmp_path / path.name).write_bytes(path.read_bytes())
    assert saved_in_jupyterlab(tmp_path, path.name) == text

    def edit(cells):
        cells[len(cells) // 2]["source"] += " # edited"

    saved = saved_in_jupyterlab(tmp_path, path.name, edit)
    changed = [line for line in difflib.ndiff(text.split("\n"), saved.split("\n")) if line[0] in "+-"]
    assert len(changed) == 2 and changed[1].endswith(" # edited")


def test_the_header_keeps_what_jupyterlab_adds_out(tmp_path):
    """The test above can fail: without the header's filters a save changes the header."""
    bare = "\n".join(line for line in HEADER.split("\n") if "filter" not in line)
    (tmp_path / "x.md").write_text(bare + "\n" + twins("One.", "一。") + "\n" + code("1"), encoding="utf-8")
    assert "jupytext_version" in saved_in_jupyterlab(tmp_path, "x.md")


# --- the course itself ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    """The real sources built once, with the terms that they look up while they run."""
    chapters, runs = build.run_course()
    return build.assemble(chapters, runs), {term for run in runs for term in run["terms"]}, chapters


# One worker runs these (pytest -n … --dist loadgroup), so that the chapters are executed once.
group = pytest.mark.xdist_group("real course")


@group
def test_committed_notebooks_are_fresh(real):
    assert build.check(PROJECT, real[0]) == []


@group
def test_a_notebook_edited_by_hand_is_noticed(real, tmp_path):
    notebooks = real[0]
    build.write(tmp_path, notebooks, [], list(notebooks))
    assert build.check(tmp_path, notebooks) == []
    edited, deleted = tmp_path / list(notebooks)[0], tmp_path / list(notebooks)[-1]
    edited.write_bytes(edited.read_bytes().replace(b'"source": [', b'"source": [\n    "', 1))
    deleted.unlink()
    assert len(build.check(tmp_path, notebooks)) == 2


def twins_need(term, glossary, chapters):
    """Whether twins disagree without the row of a term, as where one Chinese term has two English ones."""
    rest = {key: row for key, row in glossary.items() if key != term}
    found = []
    for chapter in chapters:
        for pair in lint.twins(chapter, lambda *_: None):
            lint.compare_twins(*pair, rest, lambda *problem: found.append(problem))
    return bool(found)


@group
def test_every_glossary_row_is_missed_when_deleted(real):
    """A row is guarded by a label, by a chapter that looked it up, by a list of key terms, or by twins that need it."""
    _, asked, chapters = real
    glossary, _ = lint.read_glossary(PROJECT)
    _, labels = lint.literals_in(PROJECT, chapters)
    chinese = [row["zh"] for row in glossary.values()]
    cells = [cell for chapter in chapters for cell in chapter.cells]
    beside = {run for cell in cells for run in lint.chinese_in_english(cell) if chinese.count(run) == 1}
    listed = {part for cell in cells for _, row in lint.term_rows(cell) for part in row}
    guarded = asked | labels.keys() | listed | {term for term, row in glossary.items() if row["zh"] in beside}
    unguarded = sorted(term for term in glossary.keys() - guarded if not twins_need(term, glossary, chapters))
    assert not unguarded, f'deleting these rows would go unnoticed; name them with label("…"): {unguarded}'


def copy_of_sources(tmp_path):
    (tmp_path / "chapters").mkdir()
    for path in sorted((PROJECT / "chapters").glob("*.md")):
        (tmp_path / "chapters" / path.name).write_bytes(path.read_bytes())
    for path in [PROJECT / "crmlib" / "glossary.csv", *sorted((PROJECT / "crmlib").rglob("*.py"))]:
        copy = tmp_path / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path


def told_of(root):
    chapters = build.read_course(root)
    found = [problem for chapter in chapters for problem in chapter.problems]
    return [str(problem) for problem in found or lint.lint_chapters(root, chapters)]


@pytest.mark.parametrize("path", sorted((PROJECT / "chapters").glob("*.md")), ids=lambda path: path.stem)
def test_a_deleted_chinese_cell_is_noticed(path, tmp_path):
    root = copy_of_sources(tmp_path)
    copy = root / "chapters" / path.name
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith(("+++", "```{code-cell}"))]
    chinese = [number for number in starts if lines[number].startswith("+++") and '"zh"' in lines[number]]
    start = chinese[len(chinese) // 2]
    end = next((number for number in starts if number > start), len(lines))
    copy.write_text("\n".join(lines[:start] + lines[end:]).rstrip("\n") + "\n", encoding="utf-8")
    assert any("without its Chinese twin" in problem for problem in told_of(root))


WITH_EXERCISES = [
    path for path in sorted((PROJECT / "chapters").glob("*.md")) if BEGIN in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_a_deleted_solution_is_noticed(path, tmp_path):
    chapter = read_chapter(PROJECT, path)
    cell = next(cell for cell in chapter.code if cell.exercise)
    lines = path.read_text(encoding="utf-8").split("\n")
    begin, end = (cell.line - 1 + number for number in (cell.exercise.begin, cell.exercise.end))
    root = copy_of_sources(tmp_path)
    for kept in (lines[: begin + 1] + lines[end:], lines[:begin] + lines[end + 1 :]):
        (root / "chapters" / path.name).write_text("\n".join(kept), encoding="utf-8")
        assert any(f":{begin + 1}: " in problem or "solution" in problem for problem in told_of(root))
