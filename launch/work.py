"""The user's own notebooks: copied to work/ once, and from then on theirs.  Standard library only: start.py uses it."""

import datetime
import hashlib
import json
import os
import time
from pathlib import Path
from typing import NamedTuple


class Damaged(NamedTuple):
    """A notebook that could not be opened any more: why, in both languages, and the name under which it is kept."""

    reason: tuple
    kept: str


def bring(root, language, update=False):
    """Copy to work/<language> what is missing there; return what happened, ``{"en/04_value.ipynb": what}``.

    ``what`` is "copied"; "waiting" (there is a new version, to be had with `update`); with `update` it is "replaced"
    (the copy was still as it had been copied) or, where the user has changed the copy, the name of the new file
    beside it. A copy that cannot be opened any more gets another name, and a fresh one its place: `Damaged`.
    work/.shipped.json keeps the digest of what each copy was made from: that is how a change is known.

    Raises
    ------
    FileNotFoundError
        If notebooks/<language> holds nothing to copy.
    """
    work = Path(root) / "work"
    manifest_file = work / ".shipped.json"
    before, news = read_json(manifest_file), {}
    manifest = dict(before)
    for key, content in shipped(root, language).items():
        copy, new = work / key, digest(content)
        if reason := what_is_wrong(copy, content):
            news[key] = Damaged(reason, set_aside(copy, language))
            write(copy, content)
            manifest[key] = new
            continue
        here = digest(copy.read_bytes()) if copy.exists() else None
        if here and manifest.get(key) == new:
            continue
        if here is None:
            write(copy, content)
            news[key] = "copied"
        elif here != new and not update:
            news[key] = "waiting"
            continue
        elif here != new and here == manifest.get(key):
            write(copy, content)
            news[key] = "replaced"
        elif here != new:
            news[key] = put_beside(copy, content, language)
        manifest[key] = new
    if manifest != before:
        write_json(manifest_file, manifest)
    return news


def shipped(root, language):
    folder = Path(root) / "notebooks" / language
    names = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    names = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    if not names:
        raise FileNotFoundError(str(folder))
    return {f"{language}/{name.as_posix()}": (folder / name).read_bytes() for name in names}


def what_is_wrong(copy, content):
    """Say in both languages why a copy cannot be opened, or return nothing."""
    for patience in (1, 0):
        reason = damage(copy, copy.suffix == ".ipynb" and is_notebook(content))
        if not reason or reason == IS_FOLDER:
            break
        time.sleep(patience)  # JupyterLab may be writing it just now
    return reason


IS_FOLDER = ("it is a folder", "它是一个文件夹")


def damage(copy, should_be_notebook):
    if copy.is_dir():
        return IS_FOLDER
    if not should_be_notebook or not copy.exists() or is_notebook(content := copy.read_bytes()):
        return None
    if not content.strip(b" \t\r\n\0"):
        return "it is empty", "它是空的"
    if b"\n<<<<<<< " in b"\n" + content:
        return "it holds the marks of two versions that were not merged (<<<<<<<)", "里面有合并冲突的标记（<<<<<<<）"
    return "it is no notebook, or only part of one", "它不是笔记本，或者只剩下一部分"


def is_notebook(content):
    """Whether JupyterLab can open it: what it cannot do without is there, and of the right kind."""
    try:
        value = json.loads(content.decode("utf-8"))
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half of a character, which JupyterLab cannot send
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict):
        return False
    if value.get("nbformat") in (1, 2, 3):  # how notebooks were until 2014
        return isinstance(value.get("worksheets"), list)
    numbers = [value.get("nbformat"), value.get("nbformat_minor", 0)]
    cells = value.get("cells")
    return (
        all(type(number) is int for number in numbers)
        and numbers[0] == 4
        and isinstance(value.get("metadata"), dict)
        and isinstance(cells, list)
        and all(map(is_cell, cells))
    )


def is_cell(cell):
    if not isinstance(cell, dict):
        return False
    source, outputs = cell.get("source"), cell.get("outputs", [])
    return (
        all(isinstance(cell.get(key, kind()), kind) for key, kind in (("id", str), ("attachments", dict)))
        and isinstance(cell.get("cell_type"), str)
        and isinstance(cell.get("metadata"), dict)
        and (not isinstance(source, list) or all(isinstance(line, str) for line in source))
        and isinstance(outputs, list)
        and all(isinstance(output, dict) and isinstance(output.get("data", {}), dict) for output in outputs)
    )


def set_aside(copy, language):
    """Rename what stands in a notebook's place; return its new name, dated, and numbered where that is taken."""
    for number in range(1, 1_000_000):
        kept = copy.with_name(dated(copy, ("damaged", "损坏"), language, number))
        if not os.path.lexists(kept):
            os.rename(copy, kept)
            return kept.name


def dated(copy, mark, language, number):
    date = datetime.date.today().isoformat() + (f" {number}" if number > 1 else "")
    return copy.stem + (f"（{mark[1]} {date}）" if language == "zh" else f" ({mark[0]} {date})") + copy.suffix


def put_beside(copy, content, language):
    """Return the name of the new file: dated, and numbered where something else has that name already."""
    number = 1
    while True:
        new = copy.with_name(dated(copy, ("new", "新版"), language, number))
        if not new.exists():
            write(new, content)
        if new.read_bytes() == content:
            return new.name
        number += 1


def digest(content):
    return hashlib.sha256(content).hexdigest()


def write(path, content):
    """Write so that an interruption leaves the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name("." + path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def read_json(path):
    """Return the object in a JSON file; an empty one if there is none that can be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path, value):
    write(path, json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8"))
