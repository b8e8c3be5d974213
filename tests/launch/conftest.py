"""A student's course, and a workshop in which nothing is really installed."""

import datetime
import shutil
import signal
import sys
from types import SimpleNamespace

import pytest

from launch import install, places, words, work
from tests.support.courses import copy_course


@pytest.fixture(scope="module", autouse=True)
def hears_ctrl_c():
    """In a suite that a shell runs in the background Ctrl+C is ignored, also by what the suite starts: not here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def student(tmp_path):
    """A course whose English notebooks are in work/."""
    folder = copy_course(tmp_path / "course")
    assert set(work.bring(folder, "en").values()) == {"copied"}
    return folder


@pytest.fixture
def today(monkeypatch):
    """The day on which launch.work dates new versions: a day of the test's own, which ends at no midnight."""
    day = datetime.date(2026, 3, 1)
    monkeypatch.setattr(work, "datetime", SimpleNamespace(date=SimpleNamespace(today=lambda: day)))
    return day.isoformat()


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """The course in a folder where commands are written down and not run; they answer what the test wants."""
    root = copy_course(tmp_path / "course")
    (root / "crmlib").mkdir()
    (root / "crmlib" / "value.py").write_text("one = 1\n")
    folder = root / ".venv"
    python = folder / "bin" / "python"
    shop = SimpleNamespace(root=root, folder=folder, commands=[], answers={}, works=True)
    standing = {"ROOT": root, "FOLDER": folder, "PYTHON": python, "STAMP": folder / "course.json"}
    for name, value in (standing | {"PIP": ["python", "pip"], "UV": ["python", "uv"]}).items():
        monkeypatch.setattr(places, name, value)

    def attempt(command, **more):
        command = " ".join(map(str, command))
        shop.commands.append(command)
        if "-m venv" in command:
            python.parent.mkdir(parents=True)
            python.write_text("")
            (folder / "pyvenv.cfg").write_text(f"home = x\nexecutable = {sys.executable}\n")
        return next((answer for part, answer in shop.answers.items() if part in command), (0, ""))

    monkeypatch.setattr(install, "attempt", attempt)
    monkeypatch.setattr(install, "works", lambda code: shop.works and folder.exists())
    monkeypatch.setattr(install.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=b""))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=9e9))
    words.use_language("en")
    return shop
