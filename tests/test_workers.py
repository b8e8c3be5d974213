"""Tests of one group run on one worker: two browsers at a time would measure each other."""

import subprocess
import sys

GROUPED = """
import os, pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_grouped(number):
    print("ran on", os.environ["PYTEST_XDIST_WORKER"])
"""


def test_a_group_stays_together(tmp_path):
    (tmp_path / "test_grouped.py").write_text(GROUPED, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rP", "-p", "no:cacheprovider"]
    ran = subprocess.run([*command, "test_grouped.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.count("ran on") == 6, ran.stdout
    assert len({line for line in ran.stdout.splitlines() if line.startswith("ran on")}) == 1
