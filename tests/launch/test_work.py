"""The user's notebooks in work/: copied once, and never overwritten when they were changed."""

import os

import pytest

from launch import work
from tests.support.courses import ship, write_notebook


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


@pytest.mark.parametrize(("lang", "mark"), [("en", " (new {})"), ("zh", "（新版 {}）")])
def test_update_never_overwrites_what_the_user_changed(student, today, lang, mark):
    name = f"01_first{mark.format(today)}.ipynb"
    work.bring(student, lang)
    write_notebook(own(student, lang=lang), "my answers")
    assert work.bring(student, lang, update=True) == {}
    new = ship(student, f"{lang}/01_first.ipynb", "second")
    assert work.bring(student, lang, update=True) == {f"{lang}/01_first.ipynb": name}
    assert "my answers" in own(student, lang=lang).read_text()
    assert own(student, name, lang).read_bytes() == new.read_bytes()
    assert work.bring(student, lang, update=True) == {}
    assert work.bring(student, lang) == {}


def test_a_second_new_version_of_a_day_does_not_overwrite_the_first(student, today):
    write_notebook(own(student), "my answers")
    ship(student, "en/01_first.ipynb", "second")
    work.bring(student, "en", update=True)
    write_notebook(own(student, f"01_first (new {today}).ipynb"), "my answers in the second")
    ship(student, "en/01_first.ipynb", "third")
    name = f"01_first (new {today} 2).ipynb"
    assert work.bring(student, "en", update=True) == {"en/01_first.ipynb": name}
    assert "my answers in the second" in own(student, f"01_first (new {today}).ipynb").read_text()
    assert "third" in own(student, name).read_text()


def test_without_its_memory_update_takes_every_copy_for_the_users(student, today):
    (student / "work" / ".shipped.json").unlink()
    assert work.bring(student, "en", update=True) == {}
    (student / "work" / ".shipped.json").write_text("{ half a f")
    ship(student, "en/01_first.ipynb", "second")
    assert list(work.bring(student, "en", update=True).values()) == [f"01_first (new {today}).ipynb"]
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


NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
DAMAGED = {
    "empty": (b"", "empty", "空的"),
    "blank": (b" \r\n\t\n", "empty", "空的"),
    "zeros, as a power failure leaves them": (bytes(4096), "empty", "空的"),
    "cut off": (NOTEBOOK[:30].encode(), "part of one", "一部分"),
    "twice": (2 * NOTEBOOK.encode(), "part of one", "一部分"),
    "not merged": (f"<<<<<<< HEAD\n{NOTEBOOK}\n=======\n{NOTEBOOK}\n>>>>>>> new\n".encode(), "<<<<<<<", "合并冲突"),
    "not merged within": (
        NOTEBOOK.replace("[]", "[\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]").encode(),
        "<<<<<<<",
        "合并冲突",
    ),
    "text": (b"my answers", "no notebook", "不是笔记本"),
    "a page": (b"<!DOCTYPE html><title>log in</title>", "no notebook", "不是笔记本"),
    "other JSON": (b'{"a": 1}', "no notebook", "不是笔记本"),
    "a list": (b"[]", "no notebook", "不是笔记本"),
    "cells that are none": (b'{"cells": 3, "nbformat": 4}', "no notebook", "不是笔记本"),
    "bytes": (b"\x89PNG\xff\xfe", "no notebook", "不是笔记本"),
    "another encoding": (NOTEBOOK.encode("utf-16"), "no notebook", "不是笔记本"),
    "half a character": (NOTEBOOK.replace("{}", '{"a": "\\ud800"}').encode(), "no notebook", "不是笔记本"),
    **{
        f"{old} becomes {new}": (NOTEBOOK.replace(old, new).encode(), "no notebook", "不是笔记本")
        for old, new in [
            ('"metadata": {}, ', ""),
            ("{}", "[]"),
            ("{}", "null"),
            ('t": 4', 't": "4"'),
            ('t": 4', 't": null'),
            ('t": 4', 't": 5'),
            ('t": 4', 't": 3'),
            ('r": 5', 'r": "5"'),
            ('"cells"', '"worksheets"'),
            ("[]", "[1]"),
            ("[]", '[{"metadata": {}, "source": ""}]'),
            ("[]", '[{"cell_type": "code", "source": ""}]'),
            ("[]", '[{"cell_type": 3, "metadata": {}}]'),
            ("[]", '[{"cell_type": "code", "metadata": null}]'),
            ("[]", '[{"cell_type": "code", "metadata": {}, "source": [1]}]'),
            ("[]", '[{"cell_type": "code", "metadata": {}, "outputs": null}]'),
            ("[]", '[{"cell_type": "code", "metadata": {}, "outputs": [1]}]'),
            ("[]", '[{"cell_type": "code", "metadata": {}, "outputs": [{"data": null}]}]'),
            ("[]", '[{"cell_type": "markdown", "metadata": {}, "attachments": null}]'),
        ]
    },
    "a bottomless pit": (b"[" * 200_000, "no notebook", "不是笔记本"),
}


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(work.time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize(("lang", "mark"), [("en", " (damaged {})"), ("zh", "（损坏 {}）")])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_notebook_is_kept_aside_and_replaced(student, impatient, today, name, lang, mark, update):
    content, *reasons = DAMAGED[name]
    work.bring(student, lang)
    own(student, lang=lang).write_bytes(content)
    [(key, found)] = work.bring(student, lang, update).items()
    kept = f"01_first{mark.format(today)}.ipynb"
    assert (key, found.kept) == (f"{lang}/01_first.ipynb", kept)
    assert all(part in reason for part, reason in zip(reasons, found.reason, strict=True))
    assert own(student, kept, lang).read_bytes() == content
    assert own(student, lang=lang).read_bytes() == (student / f"notebooks/{lang}/01_first.ipynb").read_bytes()
    assert work.bring(student, lang, update) == {}


def test_damage_of_each_day_is_kept(student, impatient, today):
    for content in (b"first", b"second", b"third"):
        own(student).write_bytes(content)
        work.bring(student, "en")
    names = [f"01_first (damaged {today}{number}).ipynb" for number in ("", " 2", " 3")]
    assert [own(student, name).read_bytes() for name in names] == [b"first", b"second", b"third"]


def test_a_damaged_notebook_gets_the_new_version(student, impatient):
    new = ship(student, "en/01_first.ipynb", "second")
    own(student).write_bytes(b"")
    work.bring(student, "en")
    assert own(student).read_bytes() == new.read_bytes()
    assert work.bring(student, "en", update=True) == {}


@pytest.mark.parametrize("key", ["en/01_first.ipynb", "en/figures/plan.txt"])
def test_a_folder_in_the_place_of_a_file_is_kept_aside(student, today, key):
    ship(student, "en/figures/plan.txt", "plan")
    work.bring(student, "en")
    place = student / "work" / key
    place.unlink()
    place.mkdir()
    (place / "mine").write_text("mine")
    found = work.bring(student, "en")[key]
    assert "folder" in found.reason[0] and "文件夹" in found.reason[1]
    assert (place.with_name(found.kept) / "mine").read_text() == "mine" and place.is_file()


def test_a_notebook_that_is_just_being_written_is_left_alone(student, monkeypatch):
    mine = write_notebook(own(student), "my answers").read_bytes()
    own(student).write_bytes(b"")
    monkeypatch.setattr(work.time, "sleep", lambda seconds: own(student).write_bytes(mine))
    assert work.bring(student, "en") == {}
    assert own(student).read_bytes() == mine


@pytest.mark.parametrize(
    "content",
    [
        '{"worksheets": [], "nbformat": 3}',
        '{"cells": [], "metadata": {}, "nbformat": 4, "x": "<<<<<<< "}',
        NOTEBOOK.replace('r": 5', 'r": 99'),
        NOTEBOOK.replace("[]", '[{"cell_type": "new", "metadata": {}}]'),
        NOTEBOOK.replace(
            "[]", '[{"cell_type": "code", "metadata": {}, "source": ["\\ud83d\\ude00"], "outputs": [{}]}]'
        ),
    ],
)
def test_what_jupyterlab_opens_is_not_damaged(student, content):
    own(student).write_text(content)
    assert work.bring(student, "en") == {}


def test_what_is_no_notebook_by_its_name_is_not_read_as_one(student):
    ship(student, "en/figures/plan.txt", "plan")
    work.bring(student, "en")
    own(student, "figures/plan.txt").write_bytes(b"")
    assert work.bring(student, "en") == {}
