"""The user's own notebooks: copied to work/ once, and from then on theirs.  Standard library only: start.py uses it."""

import datetime
import hashlib
import json
import os
from pathlib import Path


def bring(root, language, update=False):
    """Copy to work/<language> what is missing there; return what happened, ``{"en/04_value.ipynb": what}``.

    ``what`` is "copied"; "waiting" (there is a new version, to be had with `update`); with `update` it is "replaced"
    (the copy was still as it had been copied) or, where the user has changed the copy, the name of the new file
    beside it. work/.shipped.json keeps the digest of what each copy was made from: that is how a change is known.

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


def put_beside(copy, content, language):
    """Return the name of the new file: dated, and numbered where something else has that name already."""
    number = 1
    while True:
        date = datetime.date.today().isoformat() + (f" {number}" if number > 1 else "")
        mark = f"（新版 {date}）" if language == "zh" else f" (new {date})"
        new = copy.with_name(copy.stem + mark + copy.suffix)
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
