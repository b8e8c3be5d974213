"""The user's notebooks in work/: copied once, and never overwritten when they were changed."""

import os

import pytest

from launch import work
from tests.support.courses import ship


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
    own(student, lang=lang).write_text("my answers")
    assert work.bring(student, lang, update=True) == {}
    new = ship(student, f"{lang}/01_first.ipynb", "second")
    assert work.bring(student, lang, update=True) == {f"{lang}/01_first.ipynb": name}
    assert own(student, lang=lang).read_text() == "my answers"
    assert own(student, name, lang).read_bytes() == new.read_bytes()
    assert work.bring(student, lang, update=True) == {}
    assert work.bring(student, lang) == {}


def test_a_second_new_version_of_a_day_does_not_overwrite_the_first(student, today):
    own(student).write_text("my answers")
    ship(student, "en/01_first.ipynb", "second")
    work.bring(student, "en", update=True)
    own(student, f"01_first (new {today}).ipynb").write_text("my answers in the second")
    ship(student, "en/01_first.ipynb", "third")
    name = f"01_first (new {today} 2).ipynb"
    assert work.bring(student, "en", update=True) == {"en/01_first.ipynb": name}
    assert own(student, f"01_first (new {today}).ipynb").read_text() == "my answers in the second"
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
