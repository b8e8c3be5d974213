"""What all tests share: English at the start of each test, a small course to spoil, the sliders' latency at the end."""

import os

import pytest

import crmlib
from tests.support.cells import GLOSSARY, SENTENCES, TERMS


@pytest.fixture(scope="session", autouse=True)
def plain_python():
    """What tests start looks for modules beside its script again; start.py forbade it for the tests' own start."""
    os.environ.pop("PYTHONSAFEPATH", None)


@pytest.fixture(autouse=True)
def english():
    """Each test begins and ends in English, whatever it speaks between."""
    crmlib.use_language("en")
    yield
    crmlib.use_language("en")


@pytest.fixture(params=["en", "zh"])
def language(request):
    """The test runs once in each language."""
    crmlib.use_language(request.param)
    return request.param


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """``spark(table)``: a table of pandas as Spark reads it from a file. Mark the test `on_spark`."""
    from tests.support.spark import reader

    with reader(tmp_path_factory.mktemp("spark")) as read:
        yield read


@pytest.fixture
def course(tmp_path):
    """Write a course of one chapter into a folder: ``course(cell, …, glossary=…, sentences=…)`` returns the folder."""
    from course.source import FIRST_CONTRACT

    def write(*cells, name="04_value", glossary=GLOSSARY, sentences=None):
        folder = tmp_path / "chapters" / name
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "crmlib").mkdir(exist_ok=True)
        (tmp_path / "crmlib" / "glossary.csv").write_bytes(glossary.encode("utf-8"))
        text = FIRST_CONTRACT + "\n" + "\n".join([TERMS, *cells])
        (folder / "chapter.md").write_bytes(text.encode("utf-8"))
        (folder / "exercises.yml").unlink(missing_ok=True)
        if sentences := SENTENCES if sentences is None and "'value.each'" in text else sentences:
            (folder / "exercises.yml").write_bytes(sentences.encode("utf-8"))
        return tmp_path

    return write


def pytest_terminal_summary(terminalreporter):
    """Print the slider latency that the browser measured, also when all passes: it is shown, never asserted."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    lines = [text for report in reports for name, text in report.user_properties if name == "slider latency"]
    if lines:
        terminalreporter.section("slider latency: key press to new picture, in the browser")
        terminalreporter.write("\n".join(lines) + "\n")
