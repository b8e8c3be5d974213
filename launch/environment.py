"""Keeps the environment right: the pinned packages, and crmlib as a wheel.  Standard library only."""

import contextlib
import hashlib
import os
import tomllib

from launch import install, places, promises, stamps
from launch.words import Stop, say, tell

# What goes into crmlib's wheel: when one of these changes, the wheel is made again.
SOURCES = ["pyproject.toml", "README.md", "LICENSE", "crmlib", "datasets"]
SELF_TEST = "import sys; from crmlib import selftest; sys.exit(not selftest.report().passed)"


def prepare(extra=None, repair=False):
    """Make the environment complete and up to date, in as little time as it takes to see that it is.

    `extra` names what is needed beside the course: "test" (which holds all), "lecturer" (for slides).

    With `repair` what is in each file is compared, not its size alone; and where all files are as they were but the
    self-test fails, all is made anew.
    """
    places.check_place()
    stamp, base = stamps.read_stamp(), base_python()
    moved = base is None or base != stamp.get("base")
    if stamp.get("complete") and moved and not install.works("import crmlib, jupyterlab"):
        stamp = {"complete": False}
    names = stamp.get("names", [])
    damage = promises.broken(names, repair) if stamp.get("complete") else {}
    if repair and not damage and not install.works(SELF_TEST):
        stamp, names = {"complete": False}, []
    test = extra == "test"
    extras = {"test": test, "lecturer": test or extra == "lecturer"}
    extras["spark"] = test and bool(os.environ.get("CRM_REQUIRE_SPARK"))
    extras = {name: bool(asked or stamp.get(name)) for name, asked in extras.items()}  # what came once stays
    pins = digest((places.ROOT / "constraints.txt").read_bytes(), repr(requirements(extras)).encode())
    wanted = {"complete": True, **extras, "pins": pins, "sources": digest_of_sources(), "base": base, "names": names}
    if stamp == wanted and not damage:
        return
    if stamp.get("pins") != pins:
        install.install_packages(stamp, extras, requirements(extras))
        install.install_crmlib()
        damage = promises.broken()  # what is in the way of an installation, or comes broken from uv's store
    elif stamp.get("sources") != wanted["sources"]:
        tell(
            say("The library of the course has changed: installing it again.", "课程自带的程序库有变动，正在重新安装。")
        )
        stamps.write_stamp(**stamp | {"sources": "being installed"})
        install.install_crmlib()
    whole = not damage or install.mend(damage, names)
    stamps.write_stamp(**wanted | {"base": base_python(), "names": promised() if whole else names})
    if repair and not whole:
        raise Stop(say("What is named above could not be repaired.", "上面列出的问题没有修好。"))


def promised():
    """The packages that constraints.txt lists and that are there; what users install for themselves is theirs."""
    lines = (places.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {promises.plain(line.partition("==")[0]) for line in lines} | {"crmlib"}
    return [name for name in promises.names() if name in pinned]


def base_python():
    """The Python behind the environment: it may be upgraded or removed, and the folder moved to another place.

    On Windows its path stands in pyvenv.cfg, elsewhere links lead to it. Those may lead to another version one day
    (python3 after an upgrade), while the old one is still where pyvenv.cfg has it.
    """
    lines = []
    with contextlib.suppress(FileNotFoundError):  # conda has none
        lines = (places.FOLDER / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines()
    written = dict(line.partition(" = ")[::2] for line in lines).get("executable", str(places.PYTHON))
    found = [str(places.ROOT)]
    with contextlib.suppress(OSError):
        for path in (written, os.path.realpath(places.PYTHON)):
            status = os.stat(path)
            found += [ascii(path), status.st_size, status.st_mtime_ns]
        return found
    return None


def requirements(extras):
    pyproject = tomllib.loads((places.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    tools = [project["optional-dependencies"].get(name, []) for name, wanted in extras.items() if wanted]
    return pyproject["dependency-groups"]["build"] + project["dependencies"] + sum(tools, [])


def digest_of_sources():
    files = [
        file for name in SOURCES for file in [places.ROOT / name, *(places.ROOT / name).rglob("*")] if file.is_file()
    ]
    files = sorted(file for file in files if "__pycache__" not in file.parts)
    return digest(
        *(part for file in files for part in (str(file.relative_to(places.ROOT)).encode(), file.read_bytes()))
    )


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
