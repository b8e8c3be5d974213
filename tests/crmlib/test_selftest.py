"""The self-test imports what it promises, names what is broken, and a remedy that start.py knows."""

import importlib.metadata
import shutil
import sys

import pytest

import start
from crmlib import plots, selftest, use_language

RECORD = "{0}/__init__.py,,{1}\n{0}/part.py,,4\n{0}-1.dist-info/RECORD,,\n"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library that the course needs, to be broken: the folder in which it was installed."""
    package, listed = tmp_path / "crm_false", tmp_path / "crm_false-1.dist-info"
    package.mkdir()
    (package / "__init__.py").write_text("one = 1")
    (package / "part.py").write_text("two ")
    listed.mkdir()
    (listed / "METADATA").write_text("Name: crm-false\nVersion: 1\n")
    (listed / "RECORD").write_text(RECORD.format("crm_false", 7))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(selftest, "requires", lambda name: ["crm-false>=1", "numpy>=1"])
    real = importlib.metadata.distribution("numpy")
    find = importlib.metadata.distribution
    monkeypatch.setattr(selftest, "distribution", lambda name: real if name == "crmlib" else find(name))
    yield tmp_path
    sys.modules.pop("crm_false", None)


def test_a_whole_library_passes(library, language):
    good, text = selftest._libraries()
    assert good, text


def delete_all(folder):
    shutil.rmtree(folder / "crm_false")


def delete_part(folder):
    (folder / "crm_false" / "part.py").unlink()


def empty(folder):
    (folder / "crm_false" / "part.py").write_text("")


def spoil(folder):
    (folder / "crm_false" / "__init__.py").write_text("one = ?")  # as long as it was


def forget(folder):
    shutil.rmtree(folder / "crm_false-1.dist-info")


@pytest.mark.parametrize("damage", [delete_all, delete_part, empty, spoil, forget])
def test_a_broken_library_is_named_with_a_remedy_that_start_py_knows(library, language, damage):
    damage(library)
    good, text = selftest._libraries()
    assert not good
    assert "crm-false" in text and "numpy" not in text
    assert text.endswith("python start.py --repair")
    assert start.read_command(["--repair"])[0] == "--repair"


@pytest.mark.parametrize("damage", [delete_all, delete_part, empty, forget])
def test_a_broken_library_behind_a_library_is_named(library, language, damage, monkeypatch):
    behind = {"crmlib": ["numpy>=1; python_version > '3'"], "numpy": ["crm.false[all]<2", 'other; extra == "test"']}
    monkeypatch.setattr(selftest, "requires", behind.get)
    assert selftest._libraries()[0]
    damage(library)
    good, text = selftest._libraries()
    assert not good and "crm" in text and "numpy" not in text


def test_a_missing_font_is_said(language, monkeypatch):
    def picture(*_):
        raise FileNotFoundError("CRMSansSC-Regular.otf")

    monkeypatch.setattr(plots, "Picture", picture)
    report = selftest.report()
    assert not report.passed
    assert "CRMSansSC-Regular.otf" in repr(report) and "python start.py --repair" in repr(report)
    use_language("en")
