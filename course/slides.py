"""Makes the slides of the lectures: ``python -m course.slides [--lang zh|en] [chapter …]``.

One PPTX a session in slides/{zh,en}: the cells tagged slide, each with the picture, table or explorer (at its first
values) that follows it; the prose between and the lecturer's notes stand below as the speaker's notes.
"""

import argparse
import ast
import contextlib
import io
import re
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import crmlib
from course.build import PROJECT, BuildError, key, run_course
from course.deck import Deck
from course.joining import joined
from course.parts import parts
from course.placeholders import fill
from course.problem import Problem
from course.source import LANGUAGES
from crmlib.language import say
from crmlib.plots import Picture
from crmlib.widgets.base import Explorer

FOLDER = "slides"
DPI = 200
MARKS = re.compile(r"^#+ |^> ?|\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", re.M)
ROW = re.compile(r"^\|[-:| ]+\|$\n?", re.M)


def make(root=PROJECT, names=(), languages=LANGUAGES):
    """Write the decks of the chapters that have sessions; return their paths."""
    chapters, runs = run_course(root, names)
    chosen = [(chapter, run) for chapter, run in zip(chapters, runs, strict=True) if chapter.has_sessions]
    if not chosen:
        what = "no slides in these chapters"
        raise BuildError(
            [Problem(chapters[0].path, 1, what, "cells tagged slide stand in class.md: choose such chapters")]
        )
    return [path for chapter, run in chosen for language in languages for path in decks(root, chapter, run, language)]


def decks(root, chapter, run, language):
    """Write the decks of one chapter in one language."""
    crmlib.use_language(language)
    texts = texts_of(chapter, run["filled"], language)
    found, shown = parts(chapter), outputs(chapter, language)
    title = first_heading(texts, found[0])
    for number, session in enumerate((part for part in found if part.kind == "session"), 1):
        footer = say("Customer relationship management", "客户关系管理")
        deck = Deck(title, [first_heading(texts, session)], f"{footer} · {title}")
        for slide in slides_of(session, texts, shown, language):
            deck.add(*slide)
        path = Path(root, FOLDER, language, f"{chapter.name}_{number}.pptx")
        deck.save(path)
        yield path


def texts_of(chapter, filled, language):
    """The text of each cell of a language with its placeholders filled, by the cell's identity."""
    texts = {}
    for number, cell in enumerate(chapter.cells):
        if cell.kind == "markdown" and cell.serves(language):
            values = [filled[key(number, index, language)] for index in range(len(cell.placeholders))]
            text = fill(cell.text, cell.placeholders, values)
            texts[id(cell)] = joined(text) if language == "zh" else text
    return texts


def first_heading(texts, part):
    lines = "\n".join(texts[id(cell)] for cell in part.cells if id(cell) in texts).split("\n")
    return next(line.lstrip("# ") for line in lines if line.startswith("#"))


def slides_of(session, texts, shown, language):
    """Yield heading, bullets, what is shown, and notes of each slide; a second picture gets a slide of its own."""
    slide = None
    for cell in [*session.cells, None]:
        if cell is None or (cell.role == "slide" and cell.serves(language)):
            yield from [] if slide is None else pages(*slide)
            slide = cell and (*read(texts[id(cell)]), [], [])
        elif slide is not None and id(cell) in shown:
            slide[2].append(shown[id(cell)])
        elif slide is not None and id(cell) in texts and cell.role != "plan":
            slide[3].append(spoken(texts[id(cell)]))


def read(text):
    """Heading and bullets of a slide."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines[0].lstrip("# "), [line[2:] for line in lines[1:]]


def pages(heading, bullets, shown, notes):
    first, *more = shown or [None]
    yield heading, bullets, first, "\n\n".join(notes)
    for one in more:
        yield heading, (), one


def spoken(text):
    """A text without its marks, as a speaker reads it."""
    return re.sub(r"^\|(.*)\|$", lambda row: row[1].replace("|", " · "), ROW.sub("", MARKS.sub("", text)), flags=re.M)


def outputs(chapter, language):
    """Run the class part in a language; return what its cells show, by the cell's identity."""
    names, shown = {"__name__": "__main__", "display": lambda *_: None}, {}
    for part in parts(chapter):
        if part.kind not in ("opening", "session"):
            break
        for cell in part.code:
            if cell.exercise:
                continue
            *body, last = cell.tree.body
            crmlib.use_language(language)
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(ast.Module(body, []), chapter.path, "exec"), names)
                value = evaluate(last, names, chapter.path)
            if (one := as_shown(value)) is not None:
                shown[id(cell)] = one
    plt.close("all")
    return shown


def evaluate(node, names, path):
    """Run the last statement of a cell; return what it shows."""
    if isinstance(node, ast.Expr):
        return eval(compile(ast.Expression(node.value), path, "eval"), names)
    exec(compile(ast.Module([node], []), path, "exec"), names)
    return None


def as_shown(value):
    """What a slide can show of a value: a picture, a table, or nothing."""
    value = value.picture if isinstance(value, Explorer) else value
    if isinstance(value, Picture):
        return "picture", value.png(DPI), value.alt
    if hasattr(value, "to_string") and hasattr(value, "set_table_attributes"):  # what crmlib.display.show returns
        lines = value.to_string(sparse_index=False, sparse_columns=False, delimiter="\t").rstrip("\n").split("\n")
        return "table", [line.split("\t") for line in lines]
    return None


def main(arguments=None, root=PROJECT):
    parser = argparse.ArgumentParser(prog="start.py slides", description="Make the slides of the sessions (PPTX).")
    parser.add_argument("--lang", choices=LANGUAGES, help="one language; both if left out")
    parser.add_argument("chapters", nargs="*", help="03, 03_lifecycle, or nothing for all")
    options = parser.parse_args(arguments)
    try:
        made = make(root, options.chapters, [options.lang] if options.lang else LANGUAGES)
    except BuildError as error:
        print(error)
        print(f"\n{len(error.problems)} to correct; no slides were made.")
        return 1
    for path in made:
        print(f"wrote {path.relative_to(root).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
