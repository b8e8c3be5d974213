"""start.py: who can read it, what it understands, and what it says of the folder that it stands in."""

import ast
import ctypes
import datetime
import os
import shutil
import subprocess
import sys

import pytest

import start
from launch import work
from tests.support import PROJECT
from tests.support.courses import SCRIPTS, copy_course, run_start, said, ship, write_notebook


def test_python_3_6_can_read_the_file():
    ast.parse((PROJECT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_standard_library_is_enough(script):
    tree = ast.parse((PROJECT / script).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"launch"}


def test_an_old_python_is_told_in_both_languages(tmp_path):
    copy_course(tmp_path)
    # Nothing but sys may be imported before the version is looked at: an old Python lacks what the course needs.
    pretend = (
        "import runpy, sys; sys.version_info = (3, 8, 10, 'final', 0); sys.version = '3.8.10 (old)'; "
        "sys.modules['tomllib'] = sys.modules['contextlib'] = None; runpy.run_path(sys.argv[1], None, '__main__')"
    )
    process = run_start(tmp_path, code=["-c", pretend])
    assert process.returncode == 1
    assert "Python 3.8.10, which is too old" in said(process)
    assert "版本太旧" in said(process)
    assert not (tmp_path / ".venv").exists()


def test_a_lonely_start_py_says_what_is_missing(tmp_path):
    shutil.copy(PROJECT / "start.py", tmp_path)
    process = run_start(tmp_path)
    assert process.returncode == 1
    assert "unpack the whole course" in said(process)
    assert "请完整解压课程" in said(process)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ("open", None, None, True, [])),
        (["--lang", "zh", "--port=9000", "--no-browser"], ("open", "zh", "9000", False, [])),
        (["update", "--lang=en"], ("update", "en", None, True, [])),
        (["test", "-k", "value", "--lang", "x"], ("test", None, None, True, ["-k", "value", "--lang", "x"])),
        (["--lang", "zh", "slides", "03"], ("slides", "zh", None, True, ["03"])),
        (["--lang", "zh", "build", "--check"], ("build", "zh", None, True, ["--check"])),
    ],
)
def test_the_command_line(arguments, expected):
    command, options, rest = start.read_command(arguments)
    assert (command, options["lang"], options["port"], options["browser"], rest) == expected


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["--lang", "fr"], "--lang is zh or en"),
        (["--lang"], "--lang is zh or en"),
        (["--port", "many"], "--port is a number"),
        (["--port", "70000"], "--port is a number"),
        (["--port", "9" * 5000], "--port is a number"),
        (["--port="], "--port is a number"),
        (["--port", "-1"], "--port is a number"),
        (["--port", "1e3"], "--port is a number"),
        (["--port", "²"], "--port is a number"),
        (["--lang", "zh", "--port", "many"], "--port 是 1 到 65535"),
        (["--lang=zh", "opne"], "没有这个命令或选项：opne"),
        (["--lang", "--no-browser"], "--lang is zh or en"),
        (["update", "test"], "One command at a time: update, then test"),
        (["--lang", "zh", "update", "build", "04"], "先 update，再 build"),
        (["opne"], "Not a command or an option: opne"),
    ],
)
def test_a_mistyped_command_is_answered(tmp_path, arguments, answer):
    process = run_start(copy_course(tmp_path), *arguments)
    assert process.returncode == 1
    assert answer in said(process)
    assert not (tmp_path / ".venv").exists()


def test_help(tmp_path):
    process = run_start(copy_course(tmp_path), "--help")
    assert process.returncode == 0
    assert "在浏览器里打开课程" in said(process)
    assert f"(default: {start.DEFAULT_PORT}," in said(process)


def test_update_says_which_changed(student):
    work.bring(student, "zh")
    write_notebook(student / "work/en/01_first.ipynb", "my answers")
    for key in ("en/01_first.ipynb", "en/00_start_here.ipynb", "zh/01_first.ipynb"):
        ship(student, key, "second")
    days = [datetime.date.today()]
    process = run_start(student, "update", "--lang", "en")
    days.append(datetime.date.today())
    assert process.returncode == 0
    assert "work/en/01_first.ipynb: you changed it, so it stays" in said(process)
    assert any(f"the new version is beside it: 01_first (new {day}).ipynb" in said(process) for day in days)
    assert "work/en/00_start_here.ipynb: replaced" in said(process)
    assert "work/zh/01_first.ipynb: replaced" in said(process)
    assert "已经是最新的" in said(run_start(student, "update", "--lang", "zh"))


def test_a_course_without_notebooks_says_so(student):
    shutil.rmtree(student / "notebooks" / "zh")
    process = run_start(student, "update", "--lang", "zh")
    assert process.returncode == 1
    assert "请重新解压" in said(process)


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "was damaged: it is empty. It is kept"), ("zh", "已损坏：它是空的。")]
)
@pytest.mark.parametrize("command", [["--no-browser"], ["update"]])
def test_start_and_update_name_a_damaged_notebook(student, lang, told, command):
    with (student / "launch/environment.py").open("a") as file:
        file.write("\n\ndef prepare(**_):\n    pass\n")
    (student / "launch/server.py").write_text(
        "is_free = running_server = show = wait_for = lambda *_: None\n\n\ndef serve(*_, **__):\n    return 0\n"
    )
    work.bring(student, lang)
    (student / "work" / lang / "01_first.ipynb").write_bytes(b"")
    process = run_start(student, *command, "--lang", lang)
    assert process.returncode == 0
    [kept] = (student / "work" / lang).glob("01_first[ （]*")
    assert f"work/{lang}/01_first.ipynb" in said(process) and told in said(process) and kept.name in said(process)
    again = said(run_start(student, *command, "--lang", lang))
    assert kept.name not in again
    assert "已经是最新的" in again or "up to date" in again or command == ["--no-browser"]


def make_file(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.write_text("mine")


def make_folder(path):
    path.unlink(missing_ok=True)
    path.mkdir()


def make_link(path):
    shutil.rmtree(path)
    path.symlink_to("nowhere")


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
@pytest.mark.parametrize(("lang", "told"), [("en", "{} is in the way"), ("zh", "{} 占用了这个名称")])
@pytest.mark.parametrize(
    ("what", "make", "kind"),
    [
        ("work", make_file, "folder"),
        ("work", make_link, "folder"),
        ("work/en", make_file, "folder"),
        ("work/.lock", make_folder, "file"),
        ("work/.shipped.json", make_folder, "file"),
    ],
)
def test_what_is_in_the_way_is_named(student, lang, told, what, make, kind):
    work.bring(student, "zh")
    (student / "work/zh").rename(student / "work" / "zh before")
    if what == "work/en":
        shutil.rmtree(student / "work" / "en")
        what = f"work/{lang}"
        (student / what).mkdir(exist_ok=True)
    make(student / what)
    process = run_start(student, "update", "--lang", lang)
    assert process.returncode == 1
    assert told.format(student / what) in said(process)
    assert {"folder": "文件夹", "file": "文件"}[kind] in said(process) or f"a {kind} of this name" in said(process)
    assert ".venv" not in said(process)
    (student / what).rename(student / "elsewhere") if (student / what).exists() else (student / what).unlink()
    assert run_start(student, "update", "--lang", lang).returncode == 0  # the remedy works


def without_privileges():
    """In a child of root: give up the right to write where the permissions forbid it."""
    if os.geteuid() == 0:
        capability_dac_override, drop_from_bounding_set = 1, 24
        if ctypes.CDLL(None).prctl(drop_from_bounding_set, capability_dac_override, 0, 0, 0) != 0:
            raise OSError("cannot give up the rights of root")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in lists that chmod does not reach")
@pytest.mark.parametrize(
    ("lang", "advice"), [("en", "Copy the whole folder"), ("zh", "请把整个文件夹复制到自己的目录")]
)
def test_a_read_only_folder(tmp_path, lang, advice):
    folder = copy_course(tmp_path / "course")
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        # First make sure that the folder is read-only even for root's children: otherwise this test shows nothing.
        probe = subprocess.run(["touch", folder / "probe"], preexec_fn=without_privileges, capture_output=True)
        assert probe.returncode != 0
        process = run_start(folder, "--lang", lang, "--no-browser", preexec_fn=without_privileges)
    finally:
        for path in folders:
            path.chmod(0o755)
    assert process.returncode == 1
    assert advice in said(process)
    assert str(folder) in said(process)
    assert not (folder / ".venv").exists()
