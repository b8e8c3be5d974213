"""What all tests share: the project's folder, English at the start of each test, a small course to spoil."""

from pathlib import Path

import pytest

import crmlib

PROJECT = Path(__file__).resolve().parents[1]
GLOSSARY = "en,zh,exam\nRetention rate,留存率,04\n"
TERMS = '+++ {"tags": ["en"]}\n\nKey term: retention rate 留存率.\n\n+++ {"tags": ["zh"]}\n\n关键术语：留存率。\n'


@pytest.fixture(autouse=True)
def english():
    """Each test begins and ends in English, whatever it speaks between."""
    crmlib.use_language("en")
    yield
    crmlib.use_language("en")


@pytest.fixture
def course(tmp_path):
    """Write a course of one chapter into a folder: ``course(cell, …, glossary=…)`` returns the folder."""
    from course.source import HEADER

    def write(*cells, name="04_value", glossary=GLOSSARY):
        chapters = tmp_path / "chapters"
        chapters.mkdir(exist_ok=True)
        (tmp_path / "crmlib").mkdir(exist_ok=True)
        (tmp_path / "crmlib" / "glossary.csv").write_bytes(glossary.encode("utf-8"))
        text = HEADER + "\n" + "\n".join([TERMS, *cells])
        (chapters / f"{name}.md").write_bytes(text.encode("utf-8"))
        return tmp_path

    return write


def twins(english, chinese):
    """Two markdown cells, as they stand in a source."""
    return f'+++ {{"tags": ["en"]}}\n\n{english}\n\n+++ {{"tags": ["zh"]}}\n\n{chinese}\n'


def code(text, tags=""):
    options = f":tags: [{tags}]\n\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}{text}\n```\n"


def pytest_terminal_summary(terminalreporter):
    """Print the slider latency that the browser measured, also when all passes: it is shown, never asserted."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    lines = [text for report in reports for name, text in report.user_properties if name == "slider latency"]
    if lines:
        terminalreporter.section("slider latency: key press to new picture, in the browser")
        terminalreporter.write("\n".join(lines) + "\n")
