"""What was answered is counted on this machine, by several notebooks at once, and outlives damaged files."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from crmlib import use_language
from crmlib.exercises import Feedback, ask, check, hint, key, progress
from tests.support import PROJECT

ENGINE = sys.modules["crmlib.exercises.progress"]  # its name is also that of the function
VALUE = key.chapters()["04"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A course of a student's, whose notebooks count; nothing has been told yet."""
    folder = tmp_path / "work" / ".progress"
    monkeypatch.setenv("CRM_PROGRESS", str(folder))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr(ENGINE, "_told", [])
    return folder


@pytest.fixture
def today(monkeypatch):
    def on(day):
        monkeypatch.setattr(ENGINE, "date", SimpleNamespace(today=lambda: SimpleNamespace(isoformat=lambda: day)))

    on("2026-11-28")
    return on


def kept(folder, chapter="00"):
    file = folder / f"{chapter}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def answer(*texts):
    box = ask("start.stayed")
    for text in texts:
        box.controls[0].value = text
        box.answer()
    return box


def test_tries_are_counted_until_the_first_right_one(folder, today):
    check("start.stayed", 0.25)
    assert kept(folder) == {"start.stayed": {"status": "wrong", "tries": 1, "first_right": None}}
    answer("0.3", "75%")
    right = {"start.stayed": {"status": "right", "tries": 3, "first_right": "2026-11-28"}}
    assert kept(folder) == right
    today("2026-11-29")
    check("start.stayed", 0.25), answer("0.1", "0.75")
    assert kept(folder) == right


def test_the_same_answer_again_is_no_new_try(folder):
    box = answer("0.3")
    box.answer(), box.answer_button.click()
    assert kept(folder)["start.stayed"]["tries"] == 1
    box.controls[0].value = "0.4"
    box.answer()
    assert kept(folder)["start.stayed"]["tries"] == 2


def test_what_is_no_try_is_not_counted(folder):
    check("start.stayed", ...), check("start.stayed", "0.75"), hint("start.stayed")
    answer("", "many").hint()
    ask("start.stayed", 0.75)  # shown filled, as in the solutions
    assert ENGINE.note("start.stayed", Feedback("rounded", "More digits.")) == ""
    assert not folder.exists()


def test_nothing_is_counted_while_a_chapter_is_built(folder, monkeypatch):
    entries = {"start.stayed": key.published("00")["start.stayed"]}
    with key.instead(entries):
        check("start.stayed", 0.75)
    monkeypatch.setattr(key, "recorder", lambda *_: Feedback("right", ""))
    check("start.stayed", 0.75), ask("start.stayed", 0.75), ENGINE.note("start.stayed", Feedback("right", ""))
    assert not folder.exists()


def test_without_the_variable_nothing_is_written(folder, monkeypatch):
    monkeypatch.delenv("CRM_PROGRESS")
    monkeypatch.chdir(folder.parents[1])
    check("start.stayed", 0.75)
    assert list(folder.parents[1].iterdir()) == [] and "python start.py" in progress().note


@pytest.mark.parametrize(
    ("notebook", "counts"),
    [("work/zh/00.ipynb", True), ("solutions/zh/00.ipynb", False), ("other/solutions/00.ipynb", True)],
)
def test_the_folder_of_solutions_does_not_count(folder, monkeypatch, notebook, counts):
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder.parents[1] / notebook))
    check("start.stayed", 0.75)
    assert bool(kept(folder)) == counts


def test_the_table_tells_by_chapter_what_is_answered(folder, today):
    first, second, third, *rest = VALUE
    for name, *tries in ((second, "wrong", "right"), (third, "right"), (rest[-1], "wrong")):
        for status in tries:
            ENGINE.note(name, Feedback(status, ""))
    every = len(VALUE)
    assert progress().rows["04"] == (every, 2, 1, every - 2, (first, *rest))
    assert progress().rows["00"] == (2, 0, 0, 2, ("start.stayed", "start.two_years"))
    assert str(folder) in progress().note


def test_the_table_is_shown_in_the_language_in_use_and_is_one_for_both(folder, language):
    ENGINE.note(VALUE[0], Feedback("right", ""))
    use_language({"en": "zh", "zh": "en"}[language])
    ENGINE.note(VALUE[1], Feedback("right", ""))
    use_language(language)
    shown = progress()._repr_mimebundle_()
    for text in (re.sub("<style.*?</style>", "", shown["text/html"], flags=re.S), shown["text/plain"]):
        assert VALUE[0] not in text and VALUE[2] in text and VALUE[5] not in text
        assert bool(re.search("[一-鿿]", text)) == (language == "zh")
    assert {"en": "Right at first try", "zh": "一次答对"}[language] in shown["text/html"]
    assert {"en": f"04: 2 of {len(VALUE)} right", "zh": f"04：{len(VALUE)} 题答对 2 题"}[language] in repr(progress())


def test_ids_of_other_editions_are_ignored_and_kept(folder):
    folder.mkdir(parents=True)
    old = {"start.gone": {"status": "right", "tries": 1, "first_right": "2025-01-01"}}
    (folder / "00.json").write_text(json.dumps(old))
    check("start.stayed", 0.75)
    assert progress().rows["00"] == (2, 1, 1, 1, ("start.two_years",)) and kept(folder).items() >= old.items()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00\x00", "[" * 100_000, '{"a": NaN'])
def test_a_damaged_file_begins_anew_and_is_kept_beside(folder, capsys, text, language):
    folder.mkdir(parents=True)
    (folder / "00.json").write_text(text)
    assert progress().rows["00"][1] == 0
    assert check("start.stayed", 0.75).status == "right"
    assert kept(folder)["start.stayed"]["status"] == "right" and (folder / "00.damaged").read_text() == text
    told = capsys.readouterr().out
    assert told.count("\n") == 1 and "00.json" in told and bool(re.search("[一-鿿]", told)) == (language == "zh")
    (folder / "00.json").write_text(text)
    check("start.stayed", 0.75)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "entry", [3, {}, {"status": "right"}, {"status": "so", "tries": 1}, {"status": "right", "tries": "1"}]
)
def test_a_damaged_entry_begins_anew(folder, capsys, entry):
    folder.mkdir(parents=True)
    (folder / "00.json").write_text(json.dumps({"start.stayed": entry}))
    assert progress().rows["00"][1] == 0
    check("start.stayed", 0.25)
    assert kept(folder)["start.stayed"]["tries"] == 1 and capsys.readouterr().out == ""


def test_a_folder_that_cannot_be_written_is_told_of_once(folder, capsys, language):
    folder.parent.mkdir()
    folder.write_text("a file")
    assert check("start.stayed", 0.75).status == "right"
    told = capsys.readouterr().out
    assert told.count("\n") == 1 and str(folder) in told and bool(re.search("[一-鿿]", told)) == (language == "zh")
    assert check("start.stayed", 0.75).status == "right" and capsys.readouterr().out == ""
    assert progress().rows["00"][1] == 0


def test_a_box_shows_what_hinders_the_counting(folder):
    folder.parent.mkdir()
    folder.write_text("a file")
    box = answer("0.75")
    assert str(folder) in box._said.value and box.feedback.status == "right"


def test_an_interrupted_writing_leaves_the_old_file(folder, monkeypatch):
    check("start.stayed", 0.25)
    before = kept(folder)
    monkeypatch.setattr(ENGINE.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    check("start.stayed", 0.25)
    monkeypatch.undo()
    assert kept(folder) == before and sorted(file.name for file in folder.iterdir()) == [".lock", "00.json"]


def test_a_drive_without_locks_is_written_without_waiting(folder, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    waited = []
    monkeypatch.setattr(fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError(95, "not supported")))
    monkeypatch.setattr(ENGINE.time, "sleep", waited.append)
    check("start.stayed", 0.75)
    assert kept(folder) and waited == []


KERNEL = """
import sys
from crmlib.exercises import Feedback, key
note = sys.modules["crmlib.exercises.progress"].note
for name in key.chapters()["04"]:
    for _ in range(30):
        assert note(name, Feedback("wrong", "")) == ""
"""


def test_two_kernels_write_one_chapter(folder):
    """Each answers everything of chapter 04 thirty times: no try is lost."""
    kernels = [subprocess.Popen([sys.executable, "-c", KERNEL], cwd=PROJECT) for _ in range(2)]
    assert [kernel.wait(60) for kernel in kernels] == [0, 0]
    assert {name: entry["tries"] for name, entry in kept(folder, "04").items()} == dict.fromkeys(VALUE, 60)


def test_threads_of_one_kernel_write_one_chapter(folder):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: ENGINE.note(name, Feedback("wrong", "")), VALUE * 3))
    assert {entry["tries"] for entry in kept(folder, "04").values()} == {3} and len(kept(folder, "04")) == len(VALUE)


def test_all_of_it_can_be_forgotten(folder):
    check("start.stayed", 0.75), ENGINE.note(VALUE[0], Feedback("right", ""))
    (folder / "03.damaged").write_text("")
    mine = folder.parent / "en"
    mine.mkdir()
    assert progress(forget=True).rows["04"][1] == 0
    assert not folder.exists() and mine.exists()
    (folder.parent / ".progress").mkdir()
    (folder / "mine.txt").write_text("")
    progress(forget=True)
    assert os.listdir(folder) == ["mine.txt"]


@pytest.mark.parametrize("forget", [1, None, "yes", ["x"]])
def test_only_true_forgets(folder, forget, language):
    check("start.stayed", 0.75)
    with pytest.raises(TypeError, match="forget"):
        progress(forget=forget)
    assert kept(folder) and Path(folder, "00.json").exists()
