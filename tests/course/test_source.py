"""The source: what is said of a wrong one, and that JupyterLab leaves it as it is."""

import difflib
import json

import pytest

from course import build
from course.exercises import BEGIN, END
from course.source import HEADER
from tests.support import PROJECT
from tests.support.building import line_of, problems
from tests.support.cells import AFTER, ASK, EXERCISE, WHOLE, code, twins


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
        ([twins("One.", "一。").replace('"zh"]', '"zh", "en"]')], "一。", "more than one language"),
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
        (
            [*WHOLE, ASK, EXERCISE.replace("each ", "again ").replace(", each)", ", again)"), AFTER],
            BEGIN,
            "asked twice",
        ),
    ],
)
def test_a_wrong_source_names_file_line_and_remedy(course, cells, at, says):
    root = course(*cells)
    lines = (root / "chapters" / "04_value" / "chapter.md").read_text(encoding="utf-8").split("\n")
    places = [f"chapters/04_value/chapter.md:{number}: " for number, line in enumerate(lines, 1) if at in line]
    found = problems(root)
    assert any(problem.startswith(tuple(places)) and says in problem and " — " in problem for problem in found), found


def test_several_errors_are_told_at_once(course):
    found = problems(course(twins("{{ one }} {{ two }}", "{{ one }} {{ two }}"), twins("Half", "半,一")))
    assert len(found) == 5 and len({problem.split(":")[1] for problem in found}) == 3


def test_a_foreign_header_is_told(course):
    root = course()
    (root / "chapters" / "04_value" / "chapter.md").write_text("# No header\n", encoding="utf-8")
    assert problems(root) == [
        "chapters/04_value/chapter.md:1: the header is not the course's — copy it from course/source.py (HEADER)"
    ]


def test_what_a_solution_sets_beside_its_answer_may_be_set_again_outside(course):
    build.build(course(*WHOLE, code("whole = price / members"), twins("{{ whole:.0f}}", "{{ whole:.0f}}")))


def test_a_label_without_chinese_is_told_where_it_is_shown(course):
    root = course(
        code("from crmlib import label\n\nterms = ['Nobody knows']"), twins("A", "甲"), code("label(terms[0])"), AFTER
    )
    at = line_of(root, "label(terms[0])")
    assert any(
        problem.startswith(f"chapters/04_value/chapter.md:{at}: no Chinese for the label") for problem in problems(root)
    )


def test_main_prints_no_traceback(course, capsys):
    root = course(code("1 / 0"))
    assert build.main([], root=root) == 1
    output = capsys.readouterr().out
    assert "ZeroDivisionError" in output and "Traceback" not in output and not (root / "notebooks").exists()


def test_an_unknown_chapter_is_told(course, capsys):
    assert build.main(["99_nothing"], root=course()) == 1
    assert "choose from 04_value" in capsys.readouterr().out


# --- the source in JupyterLab ---


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


@pytest.mark.parametrize("path", sorted(PROJECT.glob("chapters/*/chapter.md")), ids=lambda path: path.parent.name)
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
