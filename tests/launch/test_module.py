"""Modules of the course run with Python's own modules before the user's files."""

import subprocess
import sys

import pytest

from tests.support.courses import PROJECT


@pytest.fixture
def folder(tmp_path):
    """A course's folder with a module in it, and with files of a user's that have the names of Python's modules."""
    (tmp_path / "launch").mkdir()
    (tmp_path / "launch" / "module.py").write_bytes((PROJECT / "launch" / "module.py").read_bytes())
    (tmp_path / "crmlib.py").write_text("said = 'of the folder'\n")
    (tmp_path / "one.py").write_text(
        "import json, random, runpy, sys, typing\n\nimport crmlib\n\n"
        "if __name__ == '__main__':\n    print(json.dumps(sys.argv[1:]), crmlib.said)\n    sys.exit(3)\n"
    )
    for name in ("json", "pathlib", "random", "runpy", "typing"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stray file was imported')\n")
    return tmp_path


def test_a_stray_file_is_not_imported(folder):
    command = [sys.executable, "-P", "launch/module.py", "one", "--check", "客户"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stdout) == (3, '["--check", "\\u5ba2\\u6237"] of the folder\n'), ran.stderr
