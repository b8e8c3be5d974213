"""Copies of the course in folders of their own, for the tests of the start."""

import json
import os
import shutil
import subprocess
import sys

from tests.support import PROJECT

PYTHON = getattr(sys, "_base_executable", sys.executable)
SCRIPTS = ["start.py", *(f"launch/{file.name}" for file in sorted((PROJECT / "launch").glob("*.py")))]
PATIENCE = 900  # seconds: nothing is expected to take so long, not even on a busy machine


def copy_course(folder, whole=False):
    """A course with two small notebooks; `whole` adds what an installation needs."""
    for name in SCRIPTS + ["pyproject.toml", "constraints.txt"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    for lang in ("zh", "en"):
        for name in ("00_start_here.ipynb", "01_first.ipynb"):
            ship(folder, f"{lang}/{name}", "first")
    if whole:
        for name in ("crmlib", "datasets"):
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("README.md", "LICENSE", ".gitignore"):
            shutil.copy(PROJECT / name, folder / name)
    return folder


def ship(folder, key, text):
    """Put a notebook that says `text` where the course keeps what it ships."""
    return write_notebook(folder / "notebooks" / key, text)


def write_notebook(file, text):
    cell = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return file


def run_start(folder, *arguments, code=(), **options):
    """Run start.py as a user does, from another directory; return the process, with what it said."""
    options.setdefault("env", dict(os.environ, LC_ALL="C.UTF-8"))
    command = [PYTHON, *code, folder / "start.py", *arguments]
    return subprocess.run(
        command, cwd=folder.parent, capture_output=True, encoding="utf-8", timeout=PATIENCE, **options
    )


def said(process):
    assert "Traceback" not in process.stderr, process.stderr
    return process.stdout + process.stderr
