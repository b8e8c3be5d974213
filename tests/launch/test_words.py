"""What start.py says: in both languages, in the one that the system speaks, on every console."""

import ast
import ctypes
import io
import os
import re
from types import SimpleNamespace

import pytest

from launch import failures, words
from tests.support import PROJECT
from tests.support.courses import SCRIPTS


@pytest.mark.parametrize("script", [name for name in SCRIPTS if "say(" in (PROJECT / name).read_text(encoding="utf-8")])
def test_everything_is_said_in_both_languages(script):
    tree = ast.parse((PROJECT / script).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"]
    pairs = [tuple(map(text_of, call.args)) for call in calls if not isinstance(call.args[0], ast.Name)]
    pairs += [(en, zh) for _, en, zh in failures.FAILURES.values()]
    assert pairs
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
