"""`import crmlib` is light, and finds its parts by their folders."""

import subprocess
import sys
from importlib import import_module

import pytest

import crmlib
from tests.support import PROJECT

HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "seaborn", "sklearn", "statsmodels", "ipywidgets", "narwhals"}


def test_import_is_light():
    program = "import sys, crmlib; crmlib.use_language('zh'); print(*{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "crmlib" in ran.stdout.split() and not HEAVY & set(ran.stdout.split())


def test_every_part_is_had_from_crmlib():
    library = PROJECT / "crmlib"
    parts = {path.parent.name for path in library.glob("*/__init__.py")} | {path.stem for path in library.glob("*.py")}
    assert parts - {"__init__"} <= set(dir(crmlib))
    assert all(getattr(crmlib, part) for part in parts - {"__init__"})


@pytest.mark.parametrize("world", ["qinghe", "telecom", "mailing"])
def test_the_worlds_are_had_from_crmlib(world):
    assert getattr(crmlib, world) is import_module(f"crmlib.worlds.{world}")


def test_what_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match="crmlib has no 'nothing'"):
        crmlib.nothing  # noqa: B018
