"""Builds the notebooks and the key from the chapters' sources: ``python -m course.build [--check] [chapter …]``.

notebooks/{zh,en} hold the exercises blank, solutions/{zh,en} the same with answers; crmlib/exercises/keys holds what
the checks know. A rebuild is byte-identical; ``--check`` builds in memory and compares with what is committed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import publish
from course.joining import joined
from course.parts import begins, parts
from course.placeholders import fill
from course.problem import Problem
from course.rules import lint_chapters, lint_glossary
from course.source import LANGUAGES, folders, read_chapter

PROJECT = Path(__file__).resolve().parents[1]
FOLDERS = [Path(kind, language) for kind in ("notebooks", "solutions") for language in LANGUAGES]
COLLAPSED = "jp-MarkdownHeadingCollapsed"  # what JupyterLab calls a heading that hides what is below it
SKIPPED = {"slideshow": {"slide_type": "skip"}}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class BuildError(Exception):
    """The sources cannot be built; ``problems`` says where and why."""

    def __init__(self, problems):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_course(root=PROJECT):
    """Read every source in ``chapters/``, in order."""
    return [read_chapter(root, folder) for folder in folders(root)]


def build(root=PROJECT, names=()):
    """Return what the build writes: ``{path from the root: bytes}``. Raise BuildError when a source is wrong."""
    return assemble(root, *run_course(root, names))


def run_course(root=PROJECT, names=()):
    """Check the sources and run them; return the chapters and what came of each (see course.execute.run)."""
    chapters = choose(read_course(root), names)
    problems = [problem for chapter in chapters for problem in chapter.problems]
    if not problems:
        # A chapter that breaks a rule can still run, and so shows its errors at once.
        problems, runs = lint_chapters(root, chapters), execute(chapters)
        if not names:
            asked = None if any(run["problems"] for run in runs) else {term for run in runs for term in run["terms"]}
            problems += lint_glossary(root, chapters, asked)
        known = {problem.what for problem in problems}  # a label that is missing is told where it is written, once
        for chapter, run in zip(chapters, runs, strict=True):
            problems += [placed(chapter, problem) for problem in run["problems"] if problem[2] not in known]
    if problems:
        raise BuildError(sorted(set(problems)))
    return chapters, runs


def placed(chapter, problem):
    """A problem of a run, in the file of the chapter where its line stands (or in another file that it names)."""
    path, line, *told = problem
    return Problem(*(chapter.place(line) if path == chapter.path else (path, line)), *told)


def assemble(root, chapters, runs):
    built = {}
    for chapter, run in zip(chapters, runs, strict=True):
        built |= notebooks(chapter, run["filled"], run["key"]) | publish.files(root, chapter, run["key"])
    return built


def choose(chapters, names):
    """The chapters that were named (``04``, ``04_value`` or ``chapters/04_value``), or all."""
    if not chapters:
        raise BuildError([Problem("chapters", 1, "no sources", "a source is called chapters/NN_name/class.md")])
    if not names:
        return chapters
    wanted = {next(part for part in Path(name).parts if part != "chapters") for name in names}
    unknown = wanted - {name for chapter in chapters for name in (chapter.name, chapter.number)}
    if unknown:
        known = ", ".join(chapter.name for chapter in chapters)
        raise BuildError([Problem(f"chapters/{sorted(unknown)[0]}", 1, "no such source", f"choose from {known}")])
    return [chapter for chapter in chapters if {chapter.name, chapter.number} & wanted]


def execute(chapters):
    """Run each chapter in its own process; return their results (see course.execute.run)."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # threads that only wait
        return list(pool.map(run_chapter, chapters))


def run_chapter(chapter):
    with tempfile.TemporaryDirectory() as folder:
        job, result = Path(folder, "job.json"), Path(folder, "result.json")
        job.write_text(json.dumps(job_of(chapter)), encoding="utf-8")
        # A folder of its own: code that reads files beside the source would fail for the student.
        process = subprocess.run(
            [sys.executable, "-P", str(PROJECT / "launch" / "module.py"), "course.execute", str(job), str(result)],
            cwd=folder,
            env={**os.environ, "MPLBACKEND": "agg", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        if process.returncode or not result.exists():
            what = f"running it ended with code {process.returncode}: {process.stderr.strip()[-300:]}"
            return {
                "problems": [[chapter.path, 1, what, "run the chapter in JupyterLab"]],
                "filled": {},
                "terms": [],
                "key": {},
            }
        return json.loads(result.read_text(encoding="utf-8"))


def job_of(chapter):
    """What course.execute needs to run a chapter: its steps in order, and how its exercises are compared."""
    asked = chapter.exercises
    exercises = {name: spec_of(exercise, chapter.specs[exercise.short]) for name, exercise in asked.items()}
    return {"path": chapter.path, "steps": steps(chapter), "exercises": exercises}


def spec_of(exercise, spec):
    """What course.recording needs to know of an exercise."""
    return {
        "id": exercise.id,
        "line": exercise.line,
        "names": exercise.names,
        "judge": spec.judge,
        "sentence": spec.sentence,
        "choices": spec.choices,
        "keywords": spec.keywords,
        "astray": spec.astray,
        "answers": spec.answers,
        "roads": list(spec.roads),
        "accepted": sorted(spec.accepted),
    }


def steps(chapter):
    """The chapter's code, wrong roads, sentences and placeholders, in their order, as course.execute takes them."""
    for_run = []
    for number, cell in enumerate(chapter.cells):
        if cell.roads:
            exercise = cell.roads.exercise.id
            for_run.append({"kind": "roads", "source": cell.text, "line": cell.line, "exercise": exercise})
        elif cell.kind == "code":
            for_run.append({"kind": "code", "source": cell.text, "line": cell.line})
            for_run += sentences(chapter, cell.exercise) if cell.exercise else []
        for language in LANGUAGES if cell.kind == "markdown" else ():
            if cell.serves(language):
                for_run += [
                    {
                        "kind": "text",
                        "key": key(number, index, language),
                        "language": language,
                        "expression": placeholder.expression,
                        "format": placeholder.format,
                        "line": placeholder.line,
                    }
                    for index, placeholder in enumerate(cell.placeholders)
                ]
    return for_run


def sentences(chapter, exercise):
    spec = chapter.specs[exercise.short]
    return [
        {
            "kind": "sentence",
            "exercise": exercise.id,
            "place": place,
            "text": sentence.text,
            "language": sentence.language,
            "line": sentence.line,
            "path": spec.path,
            "placeholders": [asdict(part) for part in sentence.placeholders],
        }
        for place, sentence in spec.sentences.items()
    ]


def key(cell, placeholder, language):
    return f"{cell} {placeholder} {language}"


def notebooks(chapter, filled, answers=()):
    """The notebooks of one chapter as bytes, by path; one without exercises has no solutions."""
    kinds = ["notebooks", "solutions"] if any(cell.exercise for cell in chapter.code) else ["notebooks"]
    ids = cell_ids(chapter)
    return {
        f"{kind}/{language}/{chapter.name}.ipynb": as_bytes(notebook(chapter, filled, ids, kind, language, answers))
        for kind in kinds
        for language in LANGUAGES
    }


def notebook(chapter, filled, ids, kind, language, answers=()):
    cells, opening = [], openings(chapter)
    for number, cell in enumerate(chapter.cells):
        if not cell.serves(language) or not cell.shown or (cell.for_lecturer and kind == "notebooks"):
            continue
        metadata = kept(chapter, cell, kind)
        if cell.kind == "code":
            code = code_of(cell, kind)
            if cell.exercise and cell.exercise.in_words and kind == "solutions":
                code = f'ask("{cell.exercise.id}", {answers[cell.exercise.id]["right"][language]!r})'
            if id(cell) in opening:
                code = f"{set_up(language)}\n\n{code}"
            elif not chapter.has_sessions and all(made.cell_type != "code" for made in cells):
                cells.append(new_code_cell(set_up(language), id="set-up", metadata=SKIPPED))
            cells.append(new_code_cell(code, id=ids[number], metadata=metadata))
        else:
            values = [filled[key(number, index, language)] for index in range(len(cell.placeholders))]
            text = fill(cell.text, cell.placeholders, values)
            text = joined(text) if language == "zh" and chapter.contract == 2 else text
            if cell.role == "reading":  # a folded heading hides the cells below it, not its own
                above, _, text = text.lstrip("\n").partition("\n")
                cells.append(new_markdown_cell(above, id=f"{ids[number]}-heading", metadata={COLLAPSED: True}))
            cells.append(new_markdown_cell(text.lstrip("\n"), id=ids[number], metadata=metadata))
    metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        "title": title(cells),
        "crmlib": {"chapter": chapter.name, "kind": kind, "language": language},
    }
    made = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(made)
    return made


def openings(chapter):
    """The first code cells of the notebook and of each lab: from each of them on, the rest can run alone."""
    if not chapter.has_sessions:
        return set()
    found = [part for part in parts(chapter) if part.kind in ("lab", "after")]
    return {id(part.code[0]) for part in found if part.code} | {id(cell) for cell in chapter.code[:1]}


def set_up(language):
    return f'import crmlib\n\ncrmlib.use_language("{language}")'


def code_of(cell, kind):
    """The code of a cell: with its solution, or with blanks in the student's notebook."""
    if not cell.exercise:
        return cell.text
    return cell.exercise.stub(cell.text) if kind == "notebooks" else cell.exercise.solution(cell.text)


def kept(chapter, cell, kind):
    """The cell's metadata without the language tag, which a notebook in one language does not need.

    What a class need not read is folded: code that only prepares or draws, boxes to answer in, the labs, readings.
    """
    tags = [tag for tag in cell.tags if tag not in LANGUAGES]
    made = {name: value for name, value in cell.metadata.items() if name != "tags"}
    if cell.role in ("prepare", "fold") or (cell.exercise and cell.exercise.boxed and kind == "notebooks"):
        made["jupyter"] = {"source_hidden": True}
    if chapter.has_sessions and begins(cell, "labs"):
        made[COLLAPSED] = True
    return made | ({"tags": tags} if tags else {})


def title(cells):
    headings = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.split("\n"))
    return next((line.lstrip("#").strip() for line in headings if line.startswith("#")), "")


def cell_ids(chapter):
    """An id for each cell from its own text, so that an edit elsewhere leaves it alone; twins share one."""
    ids, seen = [], {}
    for cell in chapter.cells:
        if cell.language == "zh":
            ids.append(ids[-1])
            continue
        seen[cell.text] = seen.get(cell.text, 0) + 1
        text = f"{chapter.name}\n{seen[cell.text]}\n{cell.text}"
        ids.append(hashlib.sha256(text.encode("utf-8")).hexdigest()[:12])
    return ids


def as_bytes(made):
    text = nbformat.writes(made, version=4, indent=1, sort_keys=True, ensure_ascii=False)
    return (text.rstrip("\n") + "\n").encode("utf-8")


# --- files ------------------------------------------------------------------------------------------------------


def compare(root, built):
    """What differs between what was built and the files: ``(stale, missing, extra)``, paths from the root."""
    root = Path(root)
    there = {path: (root / path).read_bytes() for path in built if (root / path).exists()}
    stale = [path for path, text in there.items() if text != built[path] and not publish.as_good_as(text, built[path])]
    missing = [path for path in built if path not in there]
    found = [path.relative_to(root).as_posix() for folder in FOLDERS for path in (root / folder).glob("*.ipynb")]
    found += [path.relative_to(root).as_posix() for path in (root / publish.KEYS).glob("*.json")]
    return sorted(stale), sorted(missing), sorted(set(found) - set(built))


def write(root, built, stale, missing):
    for path in stale + missing:
        file = Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(built[path])


def is_ours(path):
    """Whether the build made a file (it may then remove it)."""
    if path.suffix == ".json":
        return True
    try:
        return "chapter" in json.loads(path.read_text(encoding="utf-8"))["metadata"]["crmlib"]
    except (ValueError, KeyError, TypeError):
        return False


def check(root, built, whole=True):
    """Return what keeps the committed files from being what the build makes, a sentence each."""
    stale, missing, extra = compare(root, built)
    sentences = [f"{path}: is not what the build makes of its source" for path in stale]
    sentences += [f"{path}: is missing" for path in missing]
    sentences += [f"{path}: has no source in chapters/" for path in (extra if whole else [])]
    return sentences


def main(arguments=None, root=PROJECT):
    parser = argparse.ArgumentParser(
        prog="start.py build", description="Build the notebooks and the key from chapters/."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    parser.add_argument("chapters", nargs="*", help="04, 04_value, or nothing for all")
    options = parser.parse_args(arguments)
    try:
        built = build(root, options.chapters)
    except BuildError as error:
        print(error)
        print(f"\n{len(error.problems)} to correct; nothing was built.")
        return 1
    if options.check:
        sentences = check(root, built, whole=not options.chapters)
        print("\n".join(sentences) or f"{len(built)} files are fresh.")
        if sentences:
            print("\nEdit the source in chapters/, never what is built, then: python start.py build")
        return 1 if sentences else 0
    stale, missing, extra = compare(root, built)
    write(root, built, stale, missing)
    for path in extra if not options.chapters else []:
        if is_ours(Path(root, path)):
            Path(root, path).unlink()
            print(f"removed {path}: its source has gone")
        else:
            print(f"left alone {path}: not made by the build; move it to work/ or delete it")
    for path in sorted(stale + missing):
        print(f"wrote {path}")
    print(f"{len(built)} files built, {len(stale + missing)} of them new or changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
