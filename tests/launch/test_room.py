"""A disk that fills up, before, during or after the installation: the message names it, wherever it is noticed."""

import errno
import os
from pathlib import Path

import pytest

import start
from launch import environment, failures, install, server, words, work

FULL = [errno.ENOSPC, errno.EDQUOT]
SAID = [("en", "disk is too full"), ("zh", "磁盘空间不足")]


def no_room(number):
    def write(*_, **__):
        raise OSError(number, os.strerror(number))

    return write


@pytest.mark.parametrize("number", FULL)
@pytest.mark.parametrize(("lang", "said"), SAID)
@pytest.mark.parametrize("place", ["the stamp", "a notebook", "the settings"])
def test_wherever_there_is_no_room_it_is_said(workshop, monkeypatch, capsys, number, lang, said, place):
    words.use_language(lang)
    environment.prepare()
    actions = {
        "the stamp": lambda: environment.prepare("test"),
        "a notebook": lambda: work.bring(workshop.root, "en"),
        "the settings": server.write_settings,
    }
    monkeypatch.setattr(server, "JUPYTER", workshop.folder / "jupyter")
    monkeypatch.setattr(Path, "write_bytes", no_room(number))
    monkeypatch.setattr(Path, "write_text", no_room(number))
    monkeypatch.setattr(start, "obey", lambda _: actions[place]())
    monkeypatch.setattr(start, "use_language", lambda _: None)
    assert start.main([]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("number", FULL)
def test_a_folder_that_cannot_be_made_for_want_of_room(workshop, monkeypatch, number):
    monkeypatch.setattr(install.stamps, "write_stamp", no_room(number))
    with pytest.raises(words.Stop, match="too full"):
        install.make_folder()


@pytest.mark.parametrize(("lang", "said"), SAID)
def test_a_server_that_ends_on_a_full_disk_could_not_write_why(tmp_path, monkeypatch, lang, said):
    words.use_language(lang)
    log = tmp_path / "server.log"
    log.write_text("")
    monkeypatch.setattr(server, "JUPYTER", tmp_path)
    assert said not in server.last_words(log, "It ended.", "它退出了。")
    monkeypatch.setattr(Path, "write_bytes", no_room(errno.ENOSPC))
    assert said in server.last_words(log, "It ended.", "它退出了。")


def test_the_probe_leaves_nothing(tmp_path):
    assert not failures.is_full(tmp_path)
    assert not failures.is_full(tmp_path / "not there")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts file systems")
def test_a_small_file_system_is_full(tmp_path):
    if os.system(f"mount -t tmpfs -o size=256k none '{tmp_path}' 2>/dev/null"):
        pytest.skip("no rights to mount")
    try:
        assert not failures.is_full(tmp_path)
        (tmp_path / "much").write_bytes(bytes(200_000))
        assert failures.is_full(tmp_path)
    finally:
        os.system(f"umount '{tmp_path}'")
