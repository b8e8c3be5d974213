"""The wheel that start.py installs: it carries data, font, licence, glossary and keys, and works elsewhere."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.support import PROJECT

CARRIED = {"datasets": "crmlib/datasets_files", "crmlib": "crmlib"}
KEYS = "crmlib/exercises/keys"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    [path] = folder.glob("crmlib-*.whl")
    return path


def expected_files():
    """What the wheel must hold, by its path inside: the files of the two source folders."""
    return {
        f"{inside}/{path.relative_to(PROJECT / source).as_posix()}": path
        for source, inside in CARRIED.items()
        for path in (PROJECT / source).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }


def test_wheel_carries_the_library_and_its_files_and_nothing_else(wheel):
    expected = expected_files()
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert inside == set(expected)
        assert not [name for name, path in expected.items() if archive.read(name) != path.read_bytes()]
    assert {
        "crmlib/glossary.csv",
        "crmlib/fonts/CRMSansSC-Regular.otf",
        "crmlib/fonts/OFL.txt",
        "crmlib/datasets_files/cdnow_master.csv.gz",
        "crmlib/datasets_files/cdnow_LICENSE.txt",
    } <= inside
    assert wheel.stat().st_size < 8_000_000


def test_wheel_carries_the_keys_of_the_exercises_and_each_is_small(wheel):
    """Written by the build: what a check needs, and the questions of the quiz."""
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist() if info.filename.startswith(KEYS)}
    sizes = {name: size for name, size in sizes.items() if name.endswith(".json")}
    assert set(sizes) == {f"{KEYS}/{path.name}" for path in (PROJECT / KEYS).glob("*.json")}
    assert sizes or not (PROJECT / KEYS).exists()
    assert [name for name, size in sizes.items() if size >= 200_000] == []


def test_wheel_states_its_licences(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [info] = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        assert archive.read(f"{info}/licenses/LICENSE") == (PROJECT / "LICENSE").read_bytes()
        assert f"{info}/licenses/crmlib/fonts/OFL.txt" in archive.namelist()
        assert b"License-Expression: BSD-3-Clause" in archive.read(f"{info}/METADATA")


PROGRAM = """
import sys
from importlib.resources import files
import crmlib
from crmlib import datasets
assert crmlib.__file__.startswith(sys.argv[1]), crmlib.__file__
assert len(datasets.load_cdnow_sample()) == 6919 and len(datasets.load_cdnow_master()) == 69659
assert len(datasets.load_qinghe_accounts()) == 12 and len(datasets.load_sbg_survival()) == 13
crmlib.use_language("zh")
assert crmlib.label("Retention rate") == "留存率"
assert "已知问题" in datasets.card("cdnow_sample")
assert (files("crmlib") / "fonts" / "CRMSansSC-Regular.otf").is_file()
print("works")
"""


def test_wheel_works_in_another_folder(wheel, tmp_path):
    home = tmp_path / "课程 one"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home)
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", PROGRAM, str(home)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "works\n" and ran.stderr == "", ran.stderr
