"""start.py: what it does and what it says. The last part installs the course for real, in a folder of its own."""

import ast
import contextlib
import ctypes
import datetime
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

import start
from launch import environment, words, work
from tests.support import PROJECT

PYTHON = getattr(sys, "_base_executable", sys.executable)
SCRIPTS = ["start.py", "launch/__init__.py", "launch/words.py", "launch/environment.py", "launch/work.py"]
TODAY = datetime.date.today().isoformat()


def copy_course(folder, whole=False):
    """A course with two small notebooks; `whole` adds what an installation needs."""
    for name in SCRIPTS + ["pyproject.toml", "constraints.txt"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    for lang in ("zh", "en"):
        for name in ("00_start_here.ipynb", "01_first.ipynb"):
            ship(folder, f"{lang}/{name}", "first")
    if whole:
        for name in ("crmlib", "datasets", "chapters/questions"):
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("README.md", "LICENSE", ".gitignore"):
            shutil.copy(PROJECT / name, folder / name)
    return folder


def ship(folder, key, text):
    """Put a notebook that says `text` where the course keeps what it ships."""
    cell = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    file = folder / "notebooks" / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return file


def run_start(folder, *arguments, code=(), **options):
    """Run start.py as a user does, from another directory; return the process, with what it said."""
    options.setdefault("env", dict(os.environ, LC_ALL="C.UTF-8"))
    command = [PYTHON, *code, folder / "start.py", *arguments]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, encoding="utf-8", timeout=300, **options)


def said(process):
    assert "Traceback" not in process.stderr, process.stderr
    return process.stdout + process.stderr


# ---- The language of the file and of its words -----------------------------------------------------------------------


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


@pytest.mark.parametrize("script", ["start.py", "launch/environment.py"])
def test_everything_is_said_in_both_languages(script):
    tree = ast.parse((PROJECT / script).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"]
    pairs = [tuple(map(text_of, call.args)) for call in calls if not isinstance(call.args[0], ast.Name)]
    pairs += [(en, zh) for _, en, zh in environment.FAILURES.values()]
    assert len(pairs) > 10
    for en, zh in pairs:
        assert en.replace(str(PROJECT), "").isascii() and en.strip()  # the folder itself may have a Chinese name
        assert re.search("[\u4e00-\u9fff]", zh), en
        assert not re.search("[\u4e00-\u9fff][,;:?!]", zh), f"half-width punctuation: {zh}"


def text_of(node):
    constants = [part for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "".join(constant.value for constant in constants)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_language_of_the_environment(monkeypatch, variables, language):
    monkeypatch.setattr(words, "os", SimpleNamespace(environ=variables, name="posix"))
    monkeypatch.setattr(words, "sys", SimpleNamespace(platform="linux"))
    assert words.system_language() == language


@pytest.mark.parametrize(("number", "language"), [(0x0804, "zh"), (0x0404, "zh"), (0x0409, "en"), (0x0407, "en")])
def test_language_of_windows(monkeypatch, number, language):
    kernel32 = SimpleNamespace(GetUserDefaultUILanguage=lambda: number)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel32), raising=False)
    monkeypatch.setattr(words, "os", SimpleNamespace(environ={}, name="nt"))
    assert words.system_language() == language


@pytest.mark.parametrize(("locale", "language"), [("zh_CN", "zh"), ("zh-Hans_CN", "zh"), ("en_CN", "en"), (None, "en")])
def test_language_of_macos(tmp_path, monkeypatch, locale, language):
    script = "exit 1" if locale is None else f"echo {locale}"
    (tmp_path / "defaults").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "defaults").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(words, "sys", SimpleNamespace(platform="darwin"))
    assert words.system_language() == language


def test_a_console_that_cannot_show_chinese_shows_something():
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    words.tell("8888 端口", stream=console)
    assert console.buffer.getvalue() == b"8888 ??\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ("open", None, None, True, [])),
        (["--lang", "zh", "--port=9000", "--no-browser"], ("open", "zh", "9000", False, [])),
        (["update", "--lang=en"], ("update", "en", None, True, [])),
        (["test", "-k", "value", "--lang", "x"], ("test", None, None, True, ["-k", "value", "--lang", "x"])),
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


# ---- The user's notebooks --------------------------------------------------------------------------------------------


@pytest.fixture
def student(tmp_path):
    folder = copy_course(tmp_path / "course")
    assert set(work.bring(folder, "en").values()) == {"copied"}
    return folder


def own(folder, name="01_first.ipynb", lang="en"):
    return folder / "work" / lang / name


def test_notebooks_are_copied_once(student):
    assert own(student).read_bytes() == (student / "notebooks/en/01_first.ipynb").read_bytes()
    assert work.bring(student, "en") == {}
    assert not (student / "work" / "zh").exists()


def test_other_files_are_copied_and_hidden_ones_are_not(student):
    ship(student, "en/figures/plan.txt", "plan")
    ship(student, "en/.ipynb_checkpoints/01_first-checkpoint.ipynb", "old")
    assert work.bring(student, "en") == {"en/figures/plan.txt": "copied"}


def test_a_deleted_copy_comes_back(student):
    own(student).unlink()
    assert work.bring(student, "en") == {"en/01_first.ipynb": "copied"}
    assert own(student).exists()


def test_a_start_tells_of_new_versions_and_leaves_them(student):
    ship(student, "en/01_first.ipynb", "second")
    before = own(student).read_bytes()
    assert work.bring(student, "en") == {"en/01_first.ipynb": "waiting"}
    assert own(student).read_bytes() == before
    assert work.bring(student, "en") == {"en/01_first.ipynb": "waiting"}


def test_update_replaces_an_untouched_copy(student):
    new = ship(student, "en/01_first.ipynb", "second")
    assert work.bring(student, "en", update=True) == {"en/01_first.ipynb": "replaced"}
    assert own(student).read_bytes() == new.read_bytes()
    assert work.bring(student, "en", update=True) == {}


@pytest.mark.parametrize(("lang", "mark"), [("en", f" (new {TODAY})"), ("zh", f"（新版 {TODAY}）")])
def test_update_never_overwrites_what_the_user_changed(student, lang, mark):
    name = f"01_first{mark}.ipynb"
    work.bring(student, lang)
    own(student, lang=lang).write_text("my answers")
    assert work.bring(student, lang, update=True) == {}
    new = ship(student, f"{lang}/01_first.ipynb", "second")
    assert work.bring(student, lang, update=True) == {f"{lang}/01_first.ipynb": name}
    assert own(student, lang=lang).read_text() == "my answers"
    assert own(student, name, lang).read_bytes() == new.read_bytes()
    assert work.bring(student, lang, update=True) == {}
    assert work.bring(student, lang) == {}


def test_a_second_new_version_of_a_day_does_not_overwrite_the_first(student):
    own(student).write_text("my answers")
    ship(student, "en/01_first.ipynb", "second")
    work.bring(student, "en", update=True)
    own(student, f"01_first (new {TODAY}).ipynb").write_text("my answers in the second")
    ship(student, "en/01_first.ipynb", "third")
    name = f"01_first (new {TODAY} 2).ipynb"
    assert work.bring(student, "en", update=True) == {"en/01_first.ipynb": name}
    assert own(student, f"01_first (new {TODAY}).ipynb").read_text() == "my answers in the second"
    assert "third" in own(student, name).read_text()


def test_without_its_memory_update_takes_every_copy_for_the_users(student):
    (student / "work" / ".shipped.json").unlink()
    assert work.bring(student, "en", update=True) == {}
    (student / "work" / ".shipped.json").write_text("{ half a f")
    ship(student, "en/01_first.ipynb", "second")
    assert list(work.bring(student, "en", update=True).values()) == [f"01_first (new {TODAY}).ipynb"]
    assert "first" in own(student).read_text()


def test_an_interrupted_copy_leaves_the_old_one(student, monkeypatch):
    ship(student, "en/01_first.ipynb", "second")
    before = own(student).read_bytes()

    def interrupt(source, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", interrupt)
        work.bring(student, "en", update=True)
    assert own(student).read_bytes() == before
    assert work.bring(student, "en", update=True) == {"en/01_first.ipynb": "replaced"}


def test_update_says_which_changed(student):
    work.bring(student, "zh")
    own(student).write_text("my answers")
    for key in ("en/01_first.ipynb", "en/00_start_here.ipynb", "zh/01_first.ipynb"):
        ship(student, key, "second")
    process = run_start(student, "update", "--lang", "en")
    assert process.returncode == 0
    assert "work/en/01_first.ipynb: you changed it, so it stays" in said(process)
    assert f"the new version is beside it: 01_first (new {TODAY}).ipynb" in said(process)
    assert "work/en/00_start_here.ipynb: replaced" in said(process)
    assert "work/zh/01_first.ipynb: replaced" in said(process)
    assert "已经是最新的" in said(run_start(student, "update", "--lang", "zh"))


def test_a_course_without_notebooks_says_so(student):
    shutil.rmtree(student / "notebooks" / "zh")
    process = run_start(student, "update", "--lang", "zh")
    assert process.returncode == 1
    assert "请重新解压" in said(process)


# ---- pip's settings for uv -------------------------------------------------------------------------------------------


def test_pips_settings_are_read_as_pip_prints_them(tmp_path):
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://one.example/simple\ntimeout = 5\n"
        "extra-index-url =\n    https://two.example/simple\n    https://three.example/simple\n"
        "[install]\ntimeout = 7\n[list]\nformat = columns\n"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    variables.update(PIP_CONFIG_FILE=str(tmp_path / "pip.conf"), PIP_TRUSTED_HOST="one.example", PIP_FIND_LINKS="")
    variables.update(dict.fromkeys(["HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "APPDATA"], str(tmp_path)))
    listed = subprocess.check_output([sys.executable, "-m", "pip", "config", "list"], env=variables, encoding="utf-8")
    settings = environment.pip_settings(listed)
    assert settings["index-url"] == "https://one.example/simple"
    assert settings["extra-index-url"].split() == ["https://two.example/simple", "https://three.example/simple"]
    assert settings["timeout"] == "7"
    assert settings["trusted-host"] == "one.example"
    assert "find-links" not in settings and "format" not in settings


def test_pips_settings_become_uvs(tmp_path):
    settings = environment.uv_settings(
        {
            "index-url": "https://one.example/simple",
            "extra-index-url": "https://two.example/simple\nhttps://three.example/simple",
            "find-links": f"{tmp_path} /no/such/folder",
            "trusted-host": "one.example two.example",
            "proxy": "proxy.example:3128",
            "cert": "/certificates.pem",
            "default-timeout": "180",
        }
    )
    assert settings == {
        "UV_DEFAULT_INDEX": "https://one.example/simple",
        "UV_INDEX": "https://two.example/simple https://three.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": str(tmp_path),
        "UV_INSECURE_HOST": "one.example two.example",
        "HTTP_PROXY": "proxy.example:3128",
        "HTTPS_PROXY": "proxy.example:3128",
        "SSL_CERT_FILE": "/certificates.pem",
        "UV_HTTP_TIMEOUT": "180",
    }
    assert environment.uv_settings({}) == {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}


# ---- The environment, with a stand-in for pip and uv -----------------------------------------------------------------


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """The course in a folder where commands are written down and not run; they answer what the test wants."""
    root = copy_course(tmp_path / "course")
    (root / "crmlib").mkdir()
    (root / "crmlib" / "value.py").write_text("one = 1\n")
    folder = root / ".venv"
    python = folder / "bin" / "python"
    shop = SimpleNamespace(root=root, folder=folder, commands=[], answers={}, works=True)
    places = {"PROJECT": root, "FOLDER": folder, "PYTHON": python, "STAMP": folder / "course.json"}
    for name, value in places.items():
        monkeypatch.setattr(environment, name, value)
    monkeypatch.setattr(environment, "PIP", ["python", "pip"])
    monkeypatch.setattr(environment, "UV", ["python", "uv"])

    def attempt(command, **more):
        command = " ".join(map(str, command))
        shop.commands.append(command)
        if "-m venv" in command:
            python.parent.mkdir(parents=True)
            (folder / "pyvenv.cfg").write_text(f"home = x\nexecutable = {sys.executable}\n")
        return next((answer for part, answer in shop.answers.items() if part in command), (0, ""))

    monkeypatch.setattr(environment, "attempt", attempt)
    monkeypatch.setattr(environment, "works", lambda code: shop.works and folder.exists())
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=b""))
    words.use_language("en")
    return shop


def stamp(shop):
    return json.loads((shop.folder / "course.json").read_text())


def test_first_installation(workshop):
    environment.prepare()
    venv, fetch, packages, crmlib = workshop.commands
    assert f"-m venv {workshop.folder}" in venv
    assert "pip install" in fetch and fetch.endswith("-c constraints.txt uv")
    assert "uv install" in packages and "-c constraints.txt" in packages
    assert "jupyterlab>=" in packages and "hatchling" in packages and "pytest>=" not in packages
    assert crmlib.endswith("--no-index --no-deps --no-build-isolation --force-reinstall .")
    assert stamp(workshop)["complete"] and not stamp(workshop)["test"]


def test_a_second_start_runs_nothing(workshop, monkeypatch):
    environment.prepare()
    workshop.commands.clear()
    monkeypatch.setattr(environment, "works", lambda code: pytest.fail("a process was started to look"))
    environment.prepare()
    assert workshop.commands == []


@pytest.mark.parametrize("changed", ["crmlib/value.py", "datasets/a.csv", "chapters/questions/1.yml", "pyproject.toml"])
def test_changed_sources_are_installed_offline(workshop, changed):
    environment.prepare()
    workshop.commands.clear()
    file = workshop.root / changed
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + "\n# changed\n", encoding="utf-8")
    environment.prepare()
    assert len(workshop.commands) == 1 and "--no-index" in workshop.commands[0]
    environment.prepare()
    assert len(workshop.commands) == 1


def test_an_interruption_of_that_costs_no_more_than_that(workshop, monkeypatch):
    environment.prepare()
    source = workshop.root / "crmlib" / "value.py"
    before = source.read_text()
    source.write_text("two = 2\n")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "install_crmlib", lambda: signal.raise_signal(signal.SIGINT))
        environment.prepare()
    workshop.commands.clear()
    source.write_text(before)  # the library in the environment may be broken though its sources are as they were
    environment.prepare()
    assert len(workshop.commands) == 1 and "--no-index" in workshop.commands[0]


def test_traces_of_running_are_no_change_of_the_sources(workshop):
    environment.prepare()
    workshop.commands.clear()
    (workshop.root / "crmlib" / "__pycache__").mkdir()
    (workshop.root / "crmlib" / "__pycache__" / "value.pyc").write_bytes(b"1")
    environment.prepare()
    assert workshop.commands == []


def test_changed_pins_are_installed_into_what_is_there(workshop):
    environment.prepare()
    workshop.commands.clear()
    with (workshop.root / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    environment.prepare()
    assert not any("-m venv" in command for command in workshop.commands)
    assert any("-c constraints.txt hatchling" in command for command in workshop.commands)


def test_test_tools_are_installed_for_tests_and_then_stay(workshop):
    environment.prepare()
    environment.prepare(test=True)
    assert "pytest>=" in workshop.commands[-2]
    workshop.commands.clear()
    environment.prepare()
    environment.prepare(test=True)
    assert workshop.commands == []
    assert stamp(workshop)["test"]


def test_what_an_interruption_left_is_made_anew(workshop):
    environment.prepare()
    environment.write_stamp(complete=False)
    (workshop.folder / "half").write_text("a half-written package")
    workshop.commands.clear()
    environment.prepare()
    assert "-m venv" in workshop.commands[0]
    assert not (workshop.folder / "half").exists()


@pytest.mark.parametrize("step", ["-m venv", "pip install --retries", "uv install", "--no-index"])
def test_an_interruption_at_any_step_is_seen_by_the_next_start(workshop, monkeypatch, step):
    attempt = environment.attempt

    def interrupted(command, **more):
        result = attempt(command, **more)
        if step in workshop.commands[-1]:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "attempt", interrupted)
        environment.prepare()
    assert not stamp(workshop)["complete"]
    workshop.commands.clear()
    environment.prepare()
    assert len(workshop.commands) == 4


def test_an_interruption_of_the_deleting_is_seen_too(workshop, monkeypatch):
    (workshop.folder / "lib").mkdir(parents=True)
    workshop.works = False

    def interrupted(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", interrupted)
        environment.prepare()
    workshop.works = True
    environment.prepare()
    assert not (workshop.folder / "lib").exists()


def test_a_torn_stamp_counts_as_an_interruption(workshop):
    environment.prepare()
    (workshop.folder / "course.json").write_text('{"complete": tr')
    workshop.commands.clear()
    environment.prepare()
    assert "-m venv" in workshop.commands[0]


def test_an_environment_that_an_editor_made_is_used(workshop):
    workshop.folder.mkdir()
    (workshop.folder / "theirs").write_text("")
    environment.prepare()
    assert not any("-m venv" in command for command in workshop.commands)
    assert (workshop.folder / "theirs").exists()


def test_an_environment_that_does_not_run_is_made_anew(workshop):
    workshop.folder.mkdir()
    workshop.works = False
    environment.prepare()
    assert "-m venv" in workshop.commands[0]


@pytest.mark.parametrize(("works", "made_anew"), [(True, False), (False, True)])
def test_a_moved_folder_or_an_upgraded_python_is_looked_into(workshop, works, made_anew):
    environment.prepare()
    changed = stamp(workshop)
    changed["base"][0] = "/another/place"
    environment.write_stamp(**changed)
    workshop.commands.clear()
    workshop.works = works
    environment.prepare()
    assert any("-m venv" in command for command in workshop.commands) is made_anew
    assert stamp(workshop)["base"][0] == str(workshop.root)


def test_without_uv_pip_does_it(workshop, monkeypatch):
    workshop.answers = {"--retries": (1, "ERROR: No matching distribution found for uv")}
    monkeypatch.setattr(environment, "works", lambda code: workshop.folder.exists() and "uv" not in code)
    environment.prepare()
    assert [command.split()[1] for command in workshop.commands[-2:]] == ["pip", "pip"]
    assert stamp(workshop)["complete"]


def test_where_uv_fails_pip_does_it(workshop):
    workshop.answers = {"uv install": (2, "error: something that only uv does")}
    environment.prepare()
    assert [command.split()[1] for command in workshop.commands[-4:]] == ["uv", "pip", "uv", "pip"]
    assert stamp(workshop)["complete"]


OFFLINE = {
    "pip": "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor"
    ".urllib3.connection.HTTPConnection object>: Failed to establish a new connection: [Errno 111]')': /uv/\n"
    "ERROR: Could not find a version that satisfies the requirement uv (from versions: none)\n"
    "ERROR: No matching distribution found for uv",
    "uv": "error: Request failed after 3 retries in 4.4s\n  cause: Failed to fetch: http://mirror.example/simple/\n"
    "  cause: client error (Connect)\n  cause: dns error\n  cause: failed to lookup address information",
}
FETCH, PACKAGES, VENV = "--retries", "-c constraints.txt hatchling", "-m venv"


@pytest.mark.parametrize(
    ("step", "text", "advice"),
    [
        (FETCH, OFFLINE["pip"], "no connection to the package index"),
        (PACKAGES, OFFLINE["uv"], "pip config set global.index-url <mirror>"),
        (FETCH, "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "Make room"),
        (PACKAGES, "cause: failed to copy file: There is not enough space on the disk. (os error 112)", "Make room"),
        (PACKAGES, "ERROR: No matching distribution found for scipy==1.18.1", "Python 3.12, 3.13 or 3.14"),
        (PACKAGES, "error: [WinError 5] Access is denied: 'libzmq.dll'", "Close other windows"),
        (PACKAGES, "something never seen", "delete the folder .venv"),
        (VENV, "Error: Command returned non-zero exit status 1.", "delete the folder .venv"),
    ],
)
def test_a_failed_step_says_what_to_try(workshop, step, text, advice):
    workshop.answers = {step: (1, text)}
    with pytest.raises(words.Stop) as stop:
        environment.prepare()
    assert advice in str(stop.value)
    assert text.splitlines()[-1].strip() in str(stop.value)
    assert not stamp(workshop)["complete"]
    workshop.answers = {}
    environment.prepare()
    assert stamp(workshop)["complete"]


def test_a_full_disk_is_seen_before_anything_is_done(workshop, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0.3e9))
    with pytest.raises(words.Stop, match=r"Make room and start again\.\n    0\.3 GB are free"):
        environment.prepare()
    assert workshop.commands == []


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path):
    # None in sys.modules is how Python marks a module that is not there; Debian leaves ensurepip out.
    code = (
        "import os, runpy, sys; sys.modules['ensurepip'] = None; sys.argv[:1] = []; "
        "sys.path[0] = os.path.dirname(sys.argv[0]); runpy.run_path(sys.argv[0], None, '__main__')"
    )
    process = run_start(copy_course(tmp_path), "--lang", "zh", code=["-c", code])
    assert process.returncode == 1
    assert "sudo apt install python3-venv" in said(process)
    assert not (tmp_path / ".venv").exists()


def test_a_folder_in_use_is_told_apart(workshop, monkeypatch):
    environment.prepare()
    environment.write_stamp(complete=False)

    def refuse(folder):
        raise PermissionError(13, "being used by another process")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(words.Stop, match="Close other windows of the course"):
        environment.prepare()


def test_an_activated_conda_environment_is_used(tmp_path, monkeypatch):
    prefix = tmp_path / "conda"
    (prefix / "conda-meta").mkdir(parents=True)
    packages = prefix / "lib" / "site-packages"
    monkeypatch.setattr(environment.sys, "prefix", str(prefix))
    monkeypatch.setattr(environment.sysconfig, "get_path", lambda name: str(packages))
    assert environment.find_environment()[0] == PROJECT / ".venv"
    (packages / "crmlib-0.1.0.dist-info").mkdir(parents=True)
    assert environment.find_environment() == (prefix, Path(sys.executable))
    (prefix / "conda-meta").rmdir()  # any other Python that has crmlib
    assert environment.find_environment()[0] == PROJECT / ".venv"


def test_the_users_other_pythons_stay_out(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/somewhere/.jupyter")
    variables = environment.variables(EXTRA="1")
    assert "PYTHONPATH" not in variables
    assert variables["JUPYTER_CONFIG_DIR"] == str(environment.JUPYTER / "config")
    assert variables["EXTRA"] == "1"


def test_a_second_start_waits_for_the_first(workshop, capsys):
    order = []

    def second():
        with environment.alone():
            order.append("second")

    with environment.alone():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.7)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert "Another window is preparing the course" in capsys.readouterr().out


# ---- Ports -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def taken_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_free_port_is_told_from_a_taken_one():
    with taken_port() as port:
        assert not start.is_free(port)
    assert start.is_free(port)


# ---- A folder without the right to write -----------------------------------------------------------------------------


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


# ---- For real: one installation, in a folder with spaces and Chinese characters, through its accidents ---------------
# These share the folder and run in this order, in one worker. They need the package index, or uv's cache of it.

for_real = pytest.mark.xdist_group("start")
posix = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return copy_course(tmp_path_factory.mktemp("start") / "客户 关系 course", whole=True)


@contextlib.contextmanager
def no_network():
    """Variables with which every package index is at an address where nobody answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        yield variables | {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": address, "UV_DEFAULT_INDEX": address}


@contextlib.contextmanager
def running(folder, *arguments, **options):
    """Start the course and read what it says until it is open; yield the process, what was said, and the address."""
    options |= {"cwd": "/", "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    process = subprocess.Popen([PYTHON, folder / "start.py", "--no-browser", *arguments], **options)
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        text = "".join(lines)
        assert "http://127.0.0.1:" in text, text
        yield process, text, re.search(r"http://\S+", text).group()
    finally:
        process.terminate()
        process.communicate(timeout=30)


def complete(folder):
    return json.loads((folder / ".venv" / "course.json").read_text(encoding="utf-8"))["complete"]


@for_real
def test_first_start_without_a_network(real):
    with no_network() as variables:
        process = run_start(real, "--lang", "zh", "--no-browser", env=variables)
    assert process.returncode == 1
    assert "连不上软件源" in said(process)
    assert "pip config set global.index-url" in said(process)
    assert not complete(real)


@for_real
@posix
def test_ctrl_c_during_the_installation(real):
    process = begin_installation(real, "1/4")
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=30)[1].strip() == "Stopped. The next start takes it up again."
    assert process.returncode == 1
    assert not complete(real)


@for_real
@posix
def test_the_computer_goes_down_during_the_installation(real):
    process = begin_installation(real, "3/4")
    while len(list(real.glob(".venv/lib/python*/site-packages/*.dist-info"))) < 20:
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert not complete(real)


def begin_installation(folder, step):
    command = [PYTHON, folder / "start.py", "--no-browser", "--lang", "en"]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    process = subprocess.Popen(command, cwd="/", start_new_session=True, **output)
    for line in process.stdout:
        if step in line:
            return process
        if "Ctrl+C" in line:
            process.terminate()
    pytest.fail(f"the installation did not come to step {step}: {process.communicate()[1]}")


@for_real
@posix
def test_the_next_start_opens_the_course(real):
    before = {path for path in real.rglob("*") if ".venv" not in path.parts}
    with running(real, "--lang", "zh", start_new_session=True) as (process, text, url):
        assert complete(real)
        assert "work/zh/00_start_here.ipynb?token=" in url
        with urllib.request.urlopen(url) as page:
            assert page.status == 200
        server, _, token = url.partition("/lab/tree/")
        contents = f"{server}/api/contents/work/zh/01_first.ipynb?token={token.partition('token=')[2]}"
        with urllib.request.urlopen(contents) as notebook:
            assert json.load(notebook)["content"]["cells"][0]["source"] == "first"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{server}/api/contents/work")

        second = run_start(real, "--lang", "en", "--no-browser")
        assert second.returncode == 0
        assert "already open" in said(second)
        assert url.replace("work/zh", "work/en") in said(second)

        kernels = f"{server}/api/kernels?token={token.partition('token=')[2]}"
        urllib.request.urlopen(urllib.request.Request(kernels, b'{"name": "python3"}', method="POST")).close()
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl+C in a terminal does
        rest = process.communicate(timeout=30)[0]
        assert process.returncode == 0
        assert "课程已关闭" in rest and "Traceback" not in rest
    with pytest.raises(
        (urllib.error.URLError, ConnectionResetError)
    ):  # refused, or reset by whoever has the port by now
        urllib.request.urlopen(url)
    assert leftovers(real) == []
    new = {path for path in real.rglob("*") if ".venv" not in path.parts} - before
    assert {path.relative_to(real).parts[0] for path in new if "__pycache__" not in path.parts} == {"work"}


def leftovers(folder):
    """What a server and its kernels leave behind that were not ended in order."""
    return [path.name for path in (folder / ".venv/jupyter/runtime").glob("*.json")]


@for_real
@posix
def test_the_interface_is_chinese_for_zh_and_asks_nothing(real):
    file = real / ".venv/jupyter/config/labconfig/default_setting_overrides.json"
    for lang, locale in (("zh", "zh_CN"), ("en", "default")):
        with running(real, "--lang", lang) as (_, _, url):
            server, token = re.match(r"(http://[^/]+)/.*token=(\w+)", url).groups()
            plugin = f"{server}/lab/api/settings/@jupyterlab/translation-extension:plugin?token={token}"
            with urllib.request.urlopen(plugin) as answer:
                assert json.load(answer)["schema"]["properties"]["locale"]["default"] == locale
        assert json.loads(file.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@for_real
def test_the_library_is_installed_whole_and_not_from_the_folder(real):
    code = "import crmlib; from importlib.resources import files; print(crmlib.__file__, files('crmlib') / 'questions')"
    output = subprocess.check_output([installed_python(real), "-c", code], cwd="/", encoding="utf-8")
    assert "site-packages" in output
    installed = Path(output.split("__init__.py")[0].strip())
    for source, target in (("crmlib", "."), ("datasets", "datasets_files"), ("chapters/questions", "questions")):
        names = {path.relative_to(real / source) for path in (real / source).rglob("*") if path.is_file()}
        names = {name for name in names if "__pycache__" not in name.parts}
        assert names and all((installed / target / name).exists() for name in names)


def installed_python(folder):
    return folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@for_real
@posix
def test_a_changed_library_is_installed_again_without_a_network(real):
    with (real / "crmlib" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write('\nEDITION = "second"\n')
    with no_network() as variables, running(real, "--lang", "en", env=variables) as (_, text, _):
        assert "The library of the course has changed" in text
    code = [installed_python(real), "-c", "import crmlib; print(crmlib.EDITION)"]
    assert subprocess.check_output(code, cwd="/", encoding="utf-8").strip() == "second"


@for_real
@posix
def test_a_port_that_was_asked_for_is_used_or_refused(real):
    with taken_port() as port:
        process = run_start(real, "--no-browser", "--lang", "zh", "--port", str(port))
        assert process.returncode == 1
        assert f"端口 {port} 被其他程序占用" in said(process)
    with running(real, "--lang", "zh", "--port", str(port)) as (_, text, url):
        assert f"http://127.0.0.1:{port}/" in url
        assert "端口" not in text


@for_real
@posix
def test_the_default_port_gives_way(real):
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # then another program has it, which is as good
            holder.bind(("127.0.0.1", start.DEFAULT_PORT))
            holder.listen()
        with running(real, "--lang", "en") as (_, text, url):
            port = re.search(r":(\d+)/", url).group(1)
            assert f"Port {start.DEFAULT_PORT} is taken: using {port}." in text
            assert port != str(start.DEFAULT_PORT)


@for_real
@posix
def test_a_renamed_folder_still_opens_without_a_network(real):
    moved = real.with_name("renamed 改名")
    real.rename(moved)
    try:
        with no_network() as variables, running(moved, "--lang", "en", env=variables) as (process, text, url):
            assert "Setting up" not in text
            with urllib.request.urlopen(url) as page:
                assert page.status == 200
            process.send_signal(signal.SIGHUP)  # the window is closed
            process.communicate(timeout=30)
        assert leftovers(moved) == []
    finally:
        moved.rename(real)


@for_real
@posix
def test_the_test_command_ends_on_pytests_summary_and_with_its_code(real):
    # Its Python is gone, too: the environment must be made anew, now with the test tools.
    python = real / ".venv/bin/python"
    python.unlink()
    python.symlink_to(real / "removed")
    settings = real / ".venv/pyvenv.cfg"
    settings.write_text(re.sub("executable = .*", "executable = /removed/python", settings.read_text()))
    (real / "tests").mkdir()
    (real / "tests" / "test_small.py").write_text(
        "import os\n\ndef test_right():\n    assert os.environ['CRM_REQUIRE_BROWSER'] == '1'\n\n"
        "def test_wrong():\n    assert 1 == 2\n"
    )
    variables = dict(os.environ, CRM_REQUIRE_BROWSER="1")
    process = run_start(real, "--lang", "en", "test", "-k", "right", env=variables)
    assert process.returncode == 0, said(process)
    assert "1/4" in said(process)
    assert re.fullmatch(r"=+ 1 passed in .*s =+", process.stdout.rstrip("\n").splitlines()[-1])
    process = run_start(real, "test", env=variables)
    assert process.returncode == 1
    assert re.fullmatch(r"=+ 1 failed, 1 passed in .*s =+", process.stdout.rstrip("\n").splitlines()[-1])


@for_real
def test_the_build_command_hands_on_its_arguments_and_its_code(real):
    (real / "course" / "build.py").write_text("import sys\nprint('build', sys.argv[1:])\nsys.exit(3)\n")
    process = run_start(real, "build", "--check")
    assert process.returncode == 3
    assert process.stdout.splitlines()[-1] == "build ['--check']"
