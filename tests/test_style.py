"""ruff's format and lint hold over the whole project, by the settings in pyproject.toml."""

import subprocess
import sys

import pytest

from tests.support import PROJECT

PLACES = ["crmlib", "course", "launch", "tests", "start.py", "benchmarks", "docs", "datasets"]
FORMAT, LINT = ["format", "--check"], ["check", "--output-format=concise"]


def ruff(*arguments):
    """Return ruff's exit code and its lines."""
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache"]
    process = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8")
    return process.returncode, process.stdout + process.stderr


@pytest.mark.parametrize("rules", [FORMAT, LINT], ids=["format", "lint"])
def test_the_project_keeps_its_style(rules):
    assert all((PROJECT / place).exists() for place in PLACES)
    code, lines = ruff(*rules, *PLACES)
    if code:
        pytest.fail(lines, pytrace=False)


@pytest.mark.parametrize(
    ("rules", "text", "complaint"),
    [
        (FORMAT, "x = 'one'\n", "would be reformatted"),
        (LINT, "import os\n", "F401"),
        (LINT, f'x = "{"客" * 60}"\n', "E501"),  # 120 columns fit, and a Chinese character takes two
        (LINT, "x = [y for y in range(3)\n", "invalid-syntax"),
    ],
)
def test_a_fault_of_style_is_seen(tmp_path, rules, text, complaint):
    (tmp_path / "fault.py").write_text(text, encoding="utf-8")
    code, lines = ruff(*rules, "--config", "pyproject.toml", str(tmp_path))
    assert code == 1
    assert complaint in lines
