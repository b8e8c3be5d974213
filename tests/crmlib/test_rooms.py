"""The rooms of the library: small files, arrows that go one way, no circle, no private name of another room."""

import ast
import re

import pytest

from tests.support import PROJECT

LIBRARY = PROJECT / "crmlib"
FILES = sorted(LIBRARY.rglob("*.py"))
# From the ground up: a room uses what lies below it.
FLOORS = [
    {"language"},
    {"editions", "display"},
    {"checks", "datasets"},
    {"intervals", "logs"},
    {"value"},
    {"lifecycle"},
    {"segmentation"},
    {"satisfaction"},
    {"loyalty"},
    {"relationship"},
    {"churn"},
    {"systems"},
    {"plots", "worlds"},
    {"exercises"},
    {"widgets"},
    {"selftest"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def module_of(file):
    parts = file.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


def imports(file):
    """The modules of the library that a file imports anywhere, and the names that it takes from them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if alias.name.split(".")[0] == "crmlib")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "crmlib":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                world = f"crmlib.worlds.{alias.name}" if node.module == "crmlib" else whole
                known = next((name for name in (whole, world) if name in MODULES), None)
                yield (known, None) if known else (node.module, alias.name)


def room(module):
    return module.split(".")[1] if "." in module else "language"  # `from crmlib import label`


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_a_file_is_small_and_uses_only_what_lies_below(file):
    assert file.read_text(encoding="utf-8").count("\n") <= 400
    if file.parent == LIBRARY and file.name == "__init__.py":
        return
    mine = room(module_of(file)) if file.parent != LIBRARY else file.stem
    for module, name in imports(file):
        assert room(module) == mine or FLOOR[room(module)] < FLOOR[mine], f"{mine} imports {module}"
        assert room(module) == mine or not (name or "").startswith("_"), f"{module}.{name} is private"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_nothing_of_the_library_knows_the_course_behind_it(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) (course|launch|tests)\b", text, re.M)


def test_no_module_imports_itself_through_others():
    graph = {
        name: {module for module, _ in imports(file) if module in MODULES and module != name}
        for name, file in MODULES.items()
        if file.name != "__init__.py"
    }
    done, path = set(), []

    def walk(name):
        assert name not in path, " → ".join([*path[path.index(name) :], name])
        if name in done or name not in graph:
            return
        path.append(name)
        for other in sorted(graph[name]):
            walk(other)
        done.add(path.pop())

    for name in graph:
        walk(name)


def test_every_room_has_its_floor():
    rooms = {path.name for path in LIBRARY.iterdir() if (path / "__init__.py").exists()}
    rooms |= {path.stem for path in LIBRARY.glob("*.py")} - {"__init__"}
    assert rooms == set(FLOOR)
