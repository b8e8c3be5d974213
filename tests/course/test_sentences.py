"""The files beside a chapter: what is said of a wrong one, with its line."""

import pytest

from course import build, rules
from tests.support.building import problems
from tests.support.cells import WALKED
from tests.support.cells import WALKED_SENTENCES as SENTENCES


def told(root, path):
    """What is said of a file beside the chapter, from the line on."""
    start = f"chapters/04_value/{path}"
    return [problem.removeprefix(start) for problem in problems(root) if problem.startswith(start)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: money", "kind: yuan", ":1: an answer of the kind 'yuan'"),
        ("kind: money", "kind: count\n  tolerance: 0.1", ":1: a count with a tolerance"),
        ("kind: money", "kind: money\n  tolerance: much", ":3: tolerance: 'much' is no number"),
        ("kind: money", "kind: money\n  colour: red", ":3: unknown field 'colour'"),
        ("kind: money", "answers: [{kind: money}, {kind: count}]", ":1: 2 answers, but the check receives 1"),
        (', "Then."]', "]", ":1: 1 hints in en"),
        (', zh: "倒过来。"', "", ":6: roads.upside_down speaks en"),
        ("Turn it round.", "倒过来", ":6: Chinese where English stands"),
        ("倒过来。", "倒过来,", ":6: half-width ','"),
        ("{{ price:,.0f}}.", "{{ prise:,.0f}}.", ":7: {{ prise:,.0f }}: NameError"),
        ("{{ price:,.0f}}.", "{{ price", ":7: a placeholder that is not"),
        ("{loss:,.0f} of", "of", ":7: the road 'half' does not tell its loss"),
        ("Turn it", "Lost {loss:.0f}: turn it", ":6: the road 'upside_down' tells a loss that no cell computes"),
        ("    upside_down:", "    upside:", ":6: no cell walks the road 'upside'"),
        ("each:", "every:", ":1: no exercise asks 'every'"),
        ("each:", "each: [", ":3: not valid YAML"),
        (
            "  kind",
            "\tkind",
            ":2: not valid YAML: found character '\\t' that cannot start any token — quote the text, ind",
        ),
        ("kind: money", "kind: money\n  kind: share", ":3: 'kind' stands twice"),
        ("    half:", '    half: {en: "A.", zh: "甲。"}\n    half:', ":8: 'half' stands twice"),
        ("round.", 'round.", en: "Again.', ":6: 'en' stands twice"),
        ("each:", "each: 3\neach:", ":2: 'each' stands twice"),
        ("each:", "each: 3\nevery:", ":1: a value where fields are expected"),
        ("each:", "? [a, b]\n: 3\neach:", ":1: a name that is no text"),
        ("kind: money", "kind: money\n  tolerance: -0.1", ":3: tolerance: '-0.1' is no number"),
        ("kind: money", "kind: money\n  tolerance: nan", ":3: tolerance: 'nan' is no number"),
        ("kind: money", "kind: money\n  tolerance: 5", ":3: tolerance: '5' is no number"),
        ("kind: money", "kind: money\n  tolerance: [0.1]", ":3: no text"),
        ("kind: money", "kind: money\n  digits: 2.5", ":3: digits: '2.5' is no number"),
        ("kind: money", "kind: set\n  digits: 2", ":1: a set with a tolerance"),
        ("kind: money", "kind: [money]", ":2: no text"),
        ("kind: money", "kind: money\n  answers: [{kind: money}]", ":2: kind beside answers"),
        ("kind: money", "answers: money", ":2: no list of answers"),
        ("kind: money", "answers: [money]", ":2: a value where fields are expected"),
        ("kind: money", "answers: [{kind: money, tolerence: 0.1}]", ":2: unknown field 'tolerence'"),
        ("kind: money", "answers: [{kind: judge}]", ":2: an answer of the kind 'judge'"),
        ('"Turn it round."', "[Turn, it]", ":6: no text"),
        ('"Turn it round."', "{a: b}", ":6: no text"),
        ('"Turn it round."', '""', ":6: no text"),
        ('"Then."', "{a: b}", ":4: no text"),
        ("First.", "First {loss:.0f}.", ":4: hints tells a loss that no cell computes"),
        ("Right:", "Right {loss:.0f}:", ":3: right tells a loss that no cell computes"),
        ("is lost", "is {lost}", ":7: the braces of the road 'half' cannot be filled: KeyError"),
        ("is lost", "is } lost", ":7: the braces of the road 'half' cannot be filled: ValueError"),
        ("{loss:,.0f} of", "{loss:q} of", ":7: the braces of the road 'half' cannot be filled: ValueError"),
    ],
)
def test_what_is_wrong_in_the_sentences_is_told_with_its_line(course, old, new, says):
    assert old in SENTENCES
    found = told(course(*WALKED, sentences=SENTENCES.replace(old, new, 1)), "exercises.yml")
    assert any(what.startswith(says) and " — " in what for what in found), found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- each\n", ":1: a value where fields are expected"),
        ("each\n", ":1: a value where fields are expected"),
        (SENTENCES.encode("gbk"), ":3: not UTF-8"),
        ("each: \x01\n", ":1: not valid YAML: special characters are not allowed — "),
    ],
)
def test_a_file_of_another_form_is_told(course, text, says):
    root = course(*WALKED)
    (root / "chapters/04_value/exercises.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert any(what.startswith(says) for what in told(root, "exercises.yml"))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("questions.yml", "", ":1: no list of questions"),
        ("questions.yml", "a: b\n", ":1: no list of questions"),
        ("questions.yml", "- a\n", ":1: a value where fields are expected"),
        ("questions.yml", "- question: {en: A, zh: 甲}\n", ":1: a question without options"),
        ("questions.yml", "- question: {en: A, zh: 甲}\n  options: 3\n", ":1: a question without options"),
        ("questions.yml", "- options:\n  - {zh: 甲, right: true}\n", ":2: an option without why"),
        ("questions.yml", "- question: {en: A, zh: 甲}\n".encode("gbk"), ":1: not UTF-8"),
        ("desk.yml", "a: [", ":1: not valid YAML"),
        ("desk.yml", "a: 中".encode("gbk"), ":1: not UTF-8"),
        ("desk.yml", "day: 2020-01-01\n", ":1: what JSON cannot hold"),
        ("desk.yml", "share: .nan\n", ":1: what JSON cannot hold"),
        ("desk.yml", "2020-01-01: a\n", ":1: what JSON cannot hold"),
        ("desk.yml", "a: !!python/name:sys.exit\n", ":1: what JSON cannot hold"),
    ],
)
def test_a_wrong_file_beside_the_chapter_is_told(course, name, text, says):
    root = course()
    (root / "chapters/04_value" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    chapters = build.read_course(root)
    found = [str(problem) for problem in rules.lint_chapters(root, chapters)]
    assert any(what.startswith(f"chapters/04_value/{name}{says}") and " — " in what for what in found), found


def test_sources_that_are_not_utf_8_are_told(course):
    root = course()
    with (root / "chapters/04_value/chapter.md").open("ab") as file:
        file.write("中文".encode("gbk"))
    (root / "crmlib/glossary.csv").write_bytes("en,zh,exam\nRetention rate,留存率,04\n".encode("gbk"))
    glossary = [str(problem) for problem in rules.read_glossary(root)[1]]
    assert glossary == ["crmlib/glossary.csv:2: not UTF-8 — save the file as UTF-8"]
    assert [what.split(": ", 1)[1] for what in problems(root)] == ["not UTF-8 — save the file as UTF-8"]
