"""Where the course stands, and what stands beside it: names, paths and encodings that Python does not expect."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from launch import install, places, words
from tests.support.courses import PYTHON, copy_course, run_start, said

posix = pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode on Windows, by its own rule")
ADVICE = [("en", "Rename"), ("zh", "改名")]


def run_bytes(folder, *arguments, **variables):
    """Run start.py in a folder whose name need not be text; return what it said, as bytes."""
    command = [PYTHON, os.path.join(os.fsencode(folder), b"start.py"), *arguments]
    ours = {name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    process = subprocess.run(command, capture_output=True, env=ours | variables, timeout=60)
    assert b"Traceback" not in process.stderr, process.stderr
    return process.returncode, process.stdout + process.stderr


@posix
@pytest.mark.parametrize(
    ("lang", "advice", "locale", "name"),
    [(*ADVICE[0], "C.UTF-8", b"b\xff"), (*ADVICE[1], "C", b"b\xff"), (*ADVICE[1], "POSIX", "客户".encode("gbk"))],
)
def test_a_folder_whose_name_is_not_utf8_is_told_in_a_sentence(tmp_path, lang, advice, locale, name):
    folder = os.path.join(os.fsencode(tmp_path), name)
    try:
        os.rename(copy_course(tmp_path / "course"), folder)
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    code, text = run_bytes(folder, "--lang", lang, "--no-browser", LC_ALL=locale)
    assert code == 1
    assert "UTF-8" in text.decode() and advice in text.decode()
    assert not os.path.exists(folder + b"/.venv")
    assert run_bytes(folder, "update", "--lang", lang, LC_ALL=locale)[0] == 0


@posix
@pytest.mark.parametrize(("lang", "advice", "command"), [(*ADVICE[0], []), (*ADVICE[1], ["test"])])
def test_a_colon_in_the_path_is_told_in_a_sentence(tmp_path, lang, advice, command):
    process = run_start(copy_course(tmp_path / "a:b"), "--lang", lang, *command)
    assert process.returncode == 1
    assert ":" in said(process) and advice in said(process) and str(tmp_path / "a:b") in said(process)
    assert not (tmp_path / "a:b" / ".venv").exists()


@posix
@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_a_locale_of_another_encoding_reads_a_chinese_path_as_utf8(tmp_path, monkeypatch, encoding):
    """Not every machine has such a locale: this one only says so, and the second start is watched."""
    started = []
    machine = {"executable": sys.executable, "stdout": sys.stdout, "flags": SimpleNamespace(utf8_mode=0)}
    machine["orig_argv"] = ["python3", "-P", "start.py", "--lang", "zh"]
    monkeypatch.setattr(words, "sys", SimpleNamespace(getfilesystemencoding=lambda: encoding, **machine))
    monkeypatch.setattr(words.os, "execv", lambda *command: started.append(command))
    monkeypatch.setenv("PYTHONIOENCODING", "")
    monkeypatch.delenv("PYTHONIOENCODING")
    words.in_utf8()
    assert started == [(sys.executable, [sys.executable, "-X", "utf8", "-P", "start.py", "--lang", "zh"])]
    assert os.environ["PYTHONIOENCODING"] == sys.stdout.encoding
    assert "PYTHONIOENCODING" not in places.variables()


@posix
def test_a_chinese_path_without_any_locale_is_said_as_it_is_written(tmp_path):
    folder = copy_course(tmp_path / "客户:关系")
    code, text = run_bytes(folder, "--lang", "zh", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert code == 1 and "请" not in text.decode("ascii")  # the console said that it can show no more than ASCII
    code, text = run_bytes(folder, "--lang", "zh", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="utf-8")
    assert code == 1 and "客户:关系\n请给文件夹改名" in text.decode()


def gbk_locale(folder):
    """Make the locale of older Chinese systems; return its variables."""
    if not shutil.which("localedef"):
        pytest.skip("no localedef")
    made = subprocess.run(["localedef", "-f", "GBK", "-i", "zh_CN", folder / "zh_CN.GBK"], capture_output=True)
    if made.returncode > 1:  # 1 is a warning
        pytest.skip("no sources of locales")
    return {"LC_ALL": "zh_CN.GBK", "LOCPATH": str(folder)}


@posix
def test_under_a_gbk_locale_paths_are_utf8_and_the_words_gbk(tmp_path):
    locale = gbk_locale(tmp_path)
    code, text = run_bytes(copy_course(tmp_path / "客户:关系"), **locale)
    assert code == 1 and "客户:关系\n请给文件夹改名" in text.decode("gbk")


@posix
@pytest.mark.parametrize(
    ("variables", "becomes"),
    [
        ({"LC_ALL": "zh_CN.GBK"}, "C.UTF-8"),
        ({"LC_CTYPE": "zh_CN.GB18030", "LANG": "en_US.UTF-8"}, "C.UTF-8"),
        ({"LANG": "zh_CN"}, "C.UTF-8"),
        ({"LANG": "de_DE@euro"}, "C.UTF-8"),
        ({"LC_ALL": "zh_CN.utf8"}, "zh_CN.utf8"),
        ({"LANG": "sr_RS.UTF-8@latin"}, None),
        ({"LC_ALL": "C"}, "C"),  # Python takes that for UTF-8 by itself
        ({}, None),
    ],
)
def test_what_runs_in_the_environment_has_a_utf8_locale(monkeypatch, variables, becomes):
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert places.variables().get("LC_ALL") == becomes


@posix
def test_an_isolated_python_under_a_gbk_locale_reads_paths_as_utf8(tmp_path, monkeypatch):
    for name, value in gbk_locale(tmp_path).items():
        monkeypatch.setenv(name, value)
    code = "import sys; print(sys.getfilesystemencoding())"
    assert subprocess.check_output([sys.executable, "-I", "-c", code], env=places.variables()).split() == [b"utf-8"]


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("course", ["json", "errno", "socket", "tomllib", "contextlib", "subprocess", "re"]),
        ("other", ["json", "socket"]),
    ],
)
def test_files_named_as_modules_of_python_stay_out(tmp_path, place, names):
    folder = copy_course(tmp_path / "course")
    (tmp_path / "other").mkdir()
    for name in names:
        (tmp_path / place / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    variables = dict(os.environ, LC_ALL="C.UTF-8", PYTHONPATH=str(tmp_path / "other"))
    process = run_start(folder, "update", "--lang", "en", env=variables)
    assert process.returncode == 0 and "copied" in said(process)


def test_a_file_named_as_a_module_stays_out_of_the_installation_too(workshop, tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "LOG", tmp_path / "install.log")
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong one')\n")
    assert install.attempt([sys.executable, "-c", "import json"]) == (0, "")
    assert install.attempt([sys.executable, "-m", "json.tool", "--help"])[0] == 0


@pytest.mark.parametrize("module", ["work", "places"])
def test_ctrl_c_during_the_imports_is_one_sentence(tmp_path, module):
    folder = copy_course(tmp_path / "course")
    with (folder / "launch" / f"{module}.py").open("a") as file:
        file.write("\nraise KeyboardInterrupt\n")
    process = run_start(folder, "update")
    assert process.returncode == 1
    assert said(process).strip() == "Stopped. 已停止。"


@posix
def test_a_link_to_the_script_starts_the_course(tmp_path):
    folder = copy_course(tmp_path / "course")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "start.py").symlink_to(folder / "start.py")
    process = run_start(tmp_path / "elsewhere", "update", "--lang", "en")
    assert process.returncode == 0 and (folder / "work/en/01_first.ipynb").exists(), said(process)
