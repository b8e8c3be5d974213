"""What has been answered: counted on this machine, in the folder that start.py names; shown as a table by chapter."""

import errno
import json
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from threading import get_ident

from crmlib.display import show
from crmlib.exercises import key
from crmlib.language import label, say

FOLDER = "CRM_PROGRESS"  # the variable that names it; without it nothing is written
OPEN = 3  # exercises that are named as the next ones
PATIENCE = 2  # seconds that one notebook waits for another
# What the system answers where somebody else holds the lock; any other answer means that the drive knows no locks.
HELD = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK, errno.EINTR}
_told = []  # the one trouble that was told


@dataclass(frozen=True)
class Progress:
    """What has been answered of each chapter; a notebook shows it as a table, a terminal as lines.

    Attributes
    ----------
    rows : dict
        By chapter, ``"04"``: how many exercises, right, right at first try, open; and the ids of those that are open.
    note : str
    """

    rows: dict
    note: str

    def __repr__(self):
        lines = []
        for chapter, (every, right, first, _, left) in self.rows.items():
            en = f"{chapter}: {right} of {every} right, {first} at the first try" + "; next: " * bool(left)
            zh = f"{chapter}：{every} 题答对 {right} 题，一次答对 {first} 题" + "；下面做：" * bool(left)
            lines.append(say(en, zh) + say(", ", "、").join(left[:OPEN]))
        return "\n".join([*lines, self.note])

    def _repr_mimebundle_(self, include=None, exclude=None):
        from pandas import DataFrame  # as late as possible: checks come without pandas

        names = ["Exercises", "Answered right", "Right at first try", "Still open", "Next"]
        shown = [(*counts, say(", ", "、").join(left[:OPEN])) for *counts, left in self.rows.values()]
        table = DataFrame(shown, columns=list(map(label, names)), index=list(self.rows))
        table = show(table.rename_axis(index=label("Chapter")))
        left = {"selector": "th, td", "props": "text-align: left"}  # the one column of words
        table = table.set_table_styles({label("Next"): [left]}, overwrite=False)
        return {"text/html": f"{table.to_html()}<p>{escape(self.note)}</p>", "text/plain": repr(self)}


def progress(forget=False):
    """Show what has been answered so far, in boxes and by checks, in either language.

    It is kept on this machine only, in the folder ``work/.progress`` of the course as `start.py` opens it.

    Parameters
    ----------
    forget : bool
        Delete all of it, and begin anew.

    Returns
    -------
    Progress

    Raises
    ------
    TypeError
        If ``forget`` is neither True nor False.

    Examples
    --------
    >>> progress().rows["00"]
    (2, 0, 0, 2, ('start.stayed', 'start.two_years'))
    """
    if forget is not True and forget is not False:
        en = f"forget = {forget!r:.80}: it is True or False."
        raise TypeError(say(en, f"forget = {forget!r:.80} 不对：应为 True 或 False。"))
    folder = os.environ.get(FOLDER)
    if forget and folder:
        _forget(Path(folder))
    rows = {}
    for chapter, ids in key.chapters().items():
        known = _read(Path(folder, f"{chapter}.json")) or {} if folder else {}
        right = [name for name in ids if known.get(name, {}).get("status") == "right"]
        first = sum(known[name]["tries"] == 1 for name in right)
        left = tuple(name for name in ids if name not in right)
        rows[chapter] = len(ids), len(right), first, len(left), left
    if folder:
        en, zh = f"Kept on this machine only, in {folder}", f"这些记录只保存在本机：{folder}"
    else:
        en = "Nothing is kept here: answers are counted where python start.py has opened the course."
        zh = "这里不记录：用 python start.py 打开课程以后，才会记下答题情况。"
    return Progress(rows, say(en, zh))


def note(exercise_id, feedback):
    """Count a try: right, or wrong; not what was not answered, could not be read or has too few digits.

    Tries are counted until the first right one. What is answered in the folder of solutions is no try.

    Returns
    -------
    str
        What hinders it, told once; nothing where nothing does.

    >>> from crmlib.exercises.feedback import Feedback
    >>> note("start.stayed", Feedback("right", "Right."))
    ''
    """
    folder, tried = os.environ.get(FOLDER), feedback.status in ("right", "wrong") and feedback.misconception != "kind"
    if not folder or not tried or key.is_building() or _is_solution(Path(folder)):
        return ""
    chapter = next((number for number, ids in key.chapters().items() if exercise_id in ids), None)
    try:
        return _count(Path(folder), chapter, exercise_id, feedback.status) if chapter else ""
    except OSError as error:
        en = f"What you have answered could not be noted in {folder} ({error.strerror}). All else works."
        return _tell(say(en, f"答题情况没能记到 {folder}（{error.strerror}），其他一切照常。"))


def _is_solution(folder):
    """Whether the notebook lies in the course's folder of solutions; the server names it to its kernels."""
    notebook = os.environ.get("JPY_SESSION_NAME", "")
    return Path(notebook).is_relative_to(folder.parent.parent / "solutions")


def _count(folder, chapter, name, status):
    folder.mkdir(parents=True, exist_ok=True)
    file, trouble = folder / f"{chapter}.json", ""
    with _alone(folder):
        known = _read(file)
        if known is None:
            known = {}
            en = f"{file} could not be read and begins anew; the old one is kept beside it."
            trouble = _tell(say(en, f"{file} 已损坏，从头记起；原来的文件留在旁边。"))
            os.replace(file, folder / f"{chapter}.damaged")
        before = known.get(name, {"status": "wrong", "tries": 0})
        if before["status"] == "wrong":
            day = date.today().isoformat() if status == "right" else None
            known[name] = {"status": status, "tries": before["tries"] + 1, "first_right": day}
            _write(file, known)
    return trouble


def _read(file):
    """The entries of a chapter's file that can be understood; None where it is no such file."""
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, OSError):
        return None
    return {name: entry for name, entry in entries.items() if _is_entry(entry)} if isinstance(entries, dict) else None


def _is_entry(entry):
    fits = isinstance(entry, dict) and entry.get("status") in ("right", "wrong") and type(entry.get("tries")) is int
    return fits and entry["tries"] > 0


def _write(file, entries):
    """Write so that an interruption leaves the old file or the new one."""
    part = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}.part")
    try:
        part.write_text(json.dumps(entries, indent=1), encoding="utf-8")
        for patience in (0.1, 0.3, 0):
            try:
                os.replace(part, file)
                break
            except PermissionError:  # on Windows, while another notebook reads it
                if not patience:
                    raise
                time.sleep(patience)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _alone(folder):
    """Wait until no other notebook writes here; where a drive knows no locks, or after a while, go on."""
    with (folder / ".lock").open("w") as handle:
        until = time.monotonic() + PATIENCE
        while not _locked(handle) and time.monotonic() < until:
            time.sleep(0.01)
        yield


def _locked(handle):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in HELD
    return True


def _forget(folder):
    for file in [*folder.glob("[0-9][0-9].*"), folder / ".lock"]:
        with suppress(OSError):
            file.unlink()
    with suppress(OSError):
        folder.rmdir()


def _tell(trouble):
    """Return a trouble the first time, and nothing afterwards."""
    if _told:
        return ""
    _told.append(trouble)
    return trouble
