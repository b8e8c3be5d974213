"""One start at a time; and where there are no locks, a start all the same."""

import errno
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from launch import lock, words
from tests.support.courses import PATIENCE


def test_a_second_start_waits_for_the_first(workshop, monkeypatch, capsys):
    order, asked_again, wait = [], threading.Semaphore(0), time.sleep

    def look_again(seconds):
        asked_again.release()
        wait(0.01)

    monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=look_again))

    def second():
        with lock.alone():
            order.append("second")

    with lock.alone():
        thread = threading.Thread(target=second)
        thread.start()
        assert asked_again.acquire(timeout=PATIENCE) and asked_again.acquire(timeout=PATIENCE)
        order.append("first")
    thread.join(PATIENCE)
    assert order == ["first", "second"]
    assert "Another window is preparing the course" in capsys.readouterr().out


def refuse(number):
    def answer(*_):
        raise OSError(number, "no")

    return answer


@pytest.fixture(params=["posix", "nt"])
def system(request, monkeypatch):
    """Put a stand-in for the system's locks in place: ``system(answer)``; `answer` is called instead."""

    def put(answer):
        posix = SimpleNamespace(flock=answer, LOCK_EX=2, LOCK_NB=4)
        windows = SimpleNamespace(locking=answer, LK_NBLCK=2)
        monkeypatch.setitem(sys.modules, "fcntl", posix)
        monkeypatch.setitem(sys.modules, "msvcrt", windows)
        monkeypatch.setattr(lock, "os", SimpleNamespace(name=request.param))

    return put


@pytest.mark.parametrize(
    "number", [errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ESTALE, errno.EIO, errno.EINVAL]
)
@pytest.mark.parametrize(
    ("lang", "words_of_it"), [("en", "one window at a time"), ("zh", "请不要在两个窗口里同时启动")]
)
def test_a_drive_without_locks_is_said_and_waited_for_by_nobody(
    workshop, system, monkeypatch, capsys, number, lang, words_of_it
):
    words.use_language(lang)
    system(refuse(number))
    monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=lambda _: pytest.fail("it waits, for ever")))
    with lock.alone():
        pass
    assert words_of_it in capsys.readouterr().out


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EACCES])
def test_a_lock_that_another_holds_is_told_from_none(workshop, system, number):
    system(refuse(number))
    assert lock.lock(SimpleNamespace(fileno=lambda: 0)) is False


def test_locks_that_vanish_while_waiting_end_the_waiting(workshop, system, monkeypatch):
    answers = iter([errno.EAGAIN, errno.EAGAIN, errno.ENOLCK])
    system(lambda *_: refuse(next(answers))())
    monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=lambda _: None))
    with lock.alone():
        pass
