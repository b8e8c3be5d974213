"""Is everything there that was installed? Each package lists its files in RECORD.  Standard library only."""

import base64
import csv
import hashlib
import os
import re
from pathlib import Path

from launch import places

UNUSED = (".pyc", ".pyi", ".h")  # what running makes anew, what only editors read, what only compilers read


def site_packages():
    return [*places.FOLDER.glob("lib/python*/site-packages"), *places.FOLDER.glob("Lib/site-packages")][:1]


def packages():
    """The folders in which pip and uv describe what they installed; conda keeps lists of its own, of other files."""
    found = [entry for site in site_packages() for entry in site.glob("*.dist-info")]
    return [folder for folder in found if installer(folder) != "conda"]


def installer(folder):
    try:
        return (folder / "INSTALLER").read_text().strip()
    except OSError:
        return ""


def name_of(folder):
    return plain(folder.name.rpartition("-")[0].rpartition("-")[0] or folder.stem)


def plain(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def names():
    return sorted({name_of(folder) for folder in packages()})


def broken(promised=(), thorough=False):
    """Return {package: a file that is missing or has changed}; `thorough` compares what is in the files, too.

    In a hurry it is the size alone, and the packages' own tests are left out: 20,000 files in a fifth of a second.
    """
    missing = {name: "" for name in set(promised) - set(names())}
    return missing | {name_of(folder): file for folder in packages() if (file := first_broken(folder, thorough))}


def first_broken(folder, thorough):
    prefix = str(folder.parent) + os.sep
    try:
        with (folder / "RECORD").open(encoding="utf-8", newline="") as lines:
            for name, digest, size in csv.reader(lines):
                if name.endswith(UNUSED) or not thorough and "/tests/" in name:
                    continue
                if not as_promised(prefix + name, digest, size, thorough):
                    return name
    except (OSError, ValueError):  # the list itself
        return f"{folder.name}/RECORD"
    return None


def as_promised(path, digest, size, thorough):
    try:
        if size and os.stat(path).st_size != int(size):
            return False
        if thorough and digest.startswith("sha256="):
            found = base64.urlsafe_b64encode(hashlib.sha256(Path(path).read_bytes()).digest())
            return found.rstrip(b"=").decode() == digest.partition("=")[2]
        return bool(size) or os.path.lexists(path)
    except OSError:
        return False
