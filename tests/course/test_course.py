"""The course itself: the committed files are what the build makes, and nothing can be deleted unnoticed."""

import shutil

import pytest

from course import build, publish, rules
from course.rules.glossary import literals_in
from course.rules.terms import chinese_in_english, term_rows
from course.rules.twins import compare_twins, twins
from course.source import read_chapter
from tests.support import PROJECT

CHAPTERS = build.read_course()
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@pytest.fixture(scope="module")
def real():
    """The real sources built once, with the terms that they look up while they run."""
    chapters, runs = build.run_course()
    return build.assemble(PROJECT, chapters, runs), {term for run in runs for term in run["terms"]}, chapters


# One worker runs these (pytest -n … --dist loadgroup), so that the chapters are executed once.
group = pytest.mark.xdist_group("real course")


@group
def test_committed_files_are_fresh(real):
    assert build.check(PROJECT, real[0]) == []


@group
def test_a_notebook_edited_by_hand_is_noticed(real, tmp_path):
    files = real[0]
    build.write(tmp_path, files, [], list(files))
    assert build.check(tmp_path, files) == []
    notebooks = [path for path in files if path.endswith(".ipynb")]
    edited, deleted = tmp_path / notebooks[0], tmp_path / notebooks[-1]
    edited.write_bytes(edited.read_bytes().replace(b'"source": [', b'"source": [\n    "', 1))
    deleted.unlink()
    assert len(build.check(tmp_path, files)) == 2


@group
def test_a_key_edited_by_hand_is_noticed(real, tmp_path):
    files = {path: text for path, text in real[0].items() if path.startswith(publish.KEYS)}
    build.write(tmp_path, files, [], list(files))
    key = tmp_path / publish.KEYS / "04.json"
    key.write_bytes(key.read_bytes().replace(b"0.84166666", b"0.84166766", 1))
    assert len(build.check(tmp_path, files)) == 1


def twins_need(term, row, glossary, pairs):
    """Whether twins disagree without the row of a term, as where one Chinese term has two English ones."""
    rest = {key: row for key, row in glossary.items() if key != term}
    found = []
    for english, chinese in pairs:
        if term.lower() in english.text.lower() or row["zh"] in chinese.text:
            compare_twins(english, chinese, rest, lambda *problem: found.append(problem))
    return bool(found)


@group
def test_every_glossary_row_is_missed_when_deleted(real):
    """A row is guarded by a label, by a chapter that looked it up, by a list of key terms, or by twins that need it."""
    _, asked, chapters = real
    glossary, _ = rules.read_glossary(PROJECT)
    _, labels = literals_in(PROJECT, chapters)
    chinese = [row["zh"] for row in glossary.values()]
    cells = [cell for chapter in chapters for cell in chapter.cells]
    beside = {run for cell in cells for run in chinese_in_english(cell) if chinese.count(run) == 1}
    listed = {part for cell in cells for _, row in term_rows(cell) for part in row}
    guarded = asked | labels.keys() | listed | {term for term, row in glossary.items() if row["zh"] in beside}
    pairs = [pair for chapter in chapters for pair in twins(chapter, lambda *_: None)]
    left = sorted(glossary.keys() - guarded)
    unguarded = [term for term in left if not twins_need(term, glossary[term], glossary, pairs)]
    assert not unguarded, f'deleting these rows would go unnoticed; name them with label("…"): {unguarded}'


def test_every_chapter_keeps_the_rules():
    assert CHAPTERS, "no chapters"
    found = [problem for chapter in CHAPTERS for problem in chapter.problems]
    assert list(map(str, found + rules.lint_chapters(PROJECT, CHAPTERS))) == []


def told_of(root, chapter, path, lines):
    """What is said of a chapter one of whose files consists of these lines."""
    if not (root / chapter.folder).exists():
        shutil.copytree(PROJECT / chapter.folder, root / chapter.folder)
    (root / path).write_text("\n".join(lines).rstrip("\n") + "\n", encoding="utf-8")
    copy = read_chapter(root, root / chapter.folder)
    glossary, _ = rules.read_glossary(PROJECT)
    return [str(problem) for problem in copy.problems or rules.lint_chapter(PROJECT, copy, glossary)]


def lines_of(chapter, path):
    return dict(chapter.files)[path].rstrip("\n").split("\n")


@EACH
def test_a_deleted_chinese_cell_is_noticed(chapter, tmp_path):
    path = chapter.path
    lines = lines_of(chapter, path)
    starts = [number for number, line in enumerate(lines) if line.startswith(("+++", "```{code-cell}"))]
    chinese = [number for number in starts if lines[number].startswith("+++") and '"zh"' in lines[number]]
    start = chinese[len(chinese) // 2]
    end = next((number for number in starts if number > start), len(lines))
    found = told_of(tmp_path, chapter, path, lines[:start] + lines[end:])
    assert any("without its Chinese twin" in what for what in found)


@EACH
def test_a_deleted_solution_is_noticed(chapter, tmp_path):
    cell = next(cell for cell in chapter.code if cell.exercise and cell.exercise.blanks)
    path, first = chapter.place(cell.line)
    lines = lines_of(chapter, path)
    begin, end = (first - 1 + number for number in (cell.exercise.begin, cell.exercise.end))
    for kept in (lines[: begin + 1] + lines[end:], lines[:begin] + lines[end + 1 :]):
        found = told_of(tmp_path, chapter, path, kept)
        assert any(f":{begin + 1}: " in problem or "solution" in problem for problem in found)


@EACH
def test_a_deleted_sentence_or_road_is_noticed(chapter, tmp_path):
    cell = next(cell for cell in chapter.code if cell.roads)
    path, first = chapter.place(cell.line)
    name = next(iter(cell.roads.roads))
    lines = lines_of(chapter, path)
    at = first - 1 + cell.roads.roads[name].lineno - 1
    found = told_of(tmp_path, chapter, path, lines[:at] + lines[at + 1 :])
    assert any(f"no cell walks the road {name!r}" in what for what in found)
    sentences = tmp_path / chapter.folder / "exercises.yml"
    text = sentences.read_text(encoding="utf-8")
    sentences.write_text(text.replace(f"    {name}:\n", f"    {name}_gone:\n", 1), encoding="utf-8")
    found = told_of(tmp_path, chapter, path, lines)
    assert any(f"the road {name!r} has no sentence" in what for what in found)
