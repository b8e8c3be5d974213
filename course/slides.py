"""Makes the slides of the lectures: ``python -m course.slides [--lang zh|en] [chapter …]``.

One PPTX a session in slides/{zh,en}: the cells tagged slide, each with the picture, table or explorer (at its first
values) that follows it. The prose and the lecturer's notes stand below the slide that they follow as the speaker's
notes, the plan of the minutes below the title.
"""

import argparse
import ast
import contextlib
import io
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib.pyplot as plt

import crmlib
from course.build import PROJECT, BuildError, key, run_course
from course.deck import Deck
from course.joining import joined
from course.parts import parts
from course.placeholders import MATHS, fill
from course.problem import Problem
from course.source import LANGUAGES
from crmlib.language import say
from crmlib.plots import Picture
from crmlib.widgets.base import Explorer

FOLDER = "slides"
DPI = 200
MARKS = re.compile(r"^#+ |^> ?|\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", re.M)
ROW = re.compile(r"^\|[-:| ]+\|$\n?", re.M)
# What begins a slide of its own in the prose, by language: its first group is the heading.
TITLES = {
    "en": r"(?:> )?\*\*((?:Definition · |Exercise ).*?)\*\*",
    "zh": r"(?:> )?\*\*((?:定义·|练习 ?\d|课堂讨论).*?)\*\*",
}
ASK, DISCUSSION = "**Ask the class", "Discussion"  # begins a sentence, which is shown whole
ASIDE = re.compile(r"\*\*Ask the class[:.]?\*\*[:.]? +(?=[A-Z])")  # stands before a whole sentence
SIGNS = {"times": "×", "cdot": "·", "div": "÷", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "approx": "≈", "sum": "Σ"}
SIGNS |= {"infty": "∞", "quad": " ", "ldots": "…", "dots": "…", "left": "", "right": ""}


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
        deck = Deck(title, [first_heading(texts, session)], f"{footer} · {title}", plan_of(session, texts))
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


@dataclass
class Page:
    """One slide: what `Deck.add` takes; an `alone` one shows no picture beside its text."""

    heading: str
    bullets: tuple = ()
    shown: tuple | None = None
    notes: list = field(default_factory=list)
    alone: bool = False

    def __iter__(self):
        return iter((self.heading, self.bullets, self.shown, "\n\n".join(self.notes)))


def slides_of(session, texts, shown, language):
    """The slides of a session: those that the chapter has, and what else must stand on the wall (see `block`)."""
    made, heading = [], None
    for cell in session.cells:
        text = texts.get(id(cell))
        if cell.role == "slide":
            made += [read(text)] if text else []
            heading = made[-1].heading if made else None
        elif not made or cell.role == "plan":
            continue
        elif id(cell) in shown:
            put(made, shown[id(cell)], heading)
        elif text is not None and cell.role == "notes":
            made[-1].notes.append(spoken(text))
        elif text is not None and cell.role != "reading":
            lay(made, text, heading, language)
    return made


def plan_of(session, texts):
    """The minutes of a session, which a speaker reads before it begins."""
    return "\n\n".join(spoken(texts[id(cell)]) for cell in session.cells if cell.role == "plan" and id(cell) in texts)


def read(text):
    """A slide from its cell."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return Page(lines[0].lstrip("# "), tuple(line[2:] for line in lines[1:]))


def put(made, one, heading):
    """Show a picture or table on the slide before it; where that is taken or alone, on one of its own."""
    if made[-1].shown is None and made[-1].bullets and not made[-1].alone:
        made[-1].shown = one
    else:
        made.append(Page(heading, shown=one))


def lay(made, text, heading, language):
    """Give what a hall must see of the prose its slides; the rest is spoken where it stands: below the slide before."""
    name = None  # of the table that follows, which a bold line may give
    for part in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in part.strip().split("\n")]
        page = block(lines, name or heading, language)
        name = None
        if page:
            made.append(page)
        elif lines[0].startswith("- A. ") and made[-1].alone:
            made[-1].bullets += tuple(spoken(line)[2:] for line in lines)
        elif named := re.fullmatch(r"\*\*([^*]+)\*\*", part.strip()):
            name = named[1]
        elif part.strip():
            made[-1].notes.append(spoken(part).strip())


def block(lines, heading, language):
    """The slide of a definition, a table, a formula, an exercise or a question to discuss; of other prose, none."""
    title = re.match(TITLES[language], lines[0])
    if title or lines[0].startswith(ASK):
        rest = [lines[0][title.end() :] if title else ASIDE.sub("", lines[0]), *lines[1:]]
        body = tuple(filter(None, (spoken(line).strip(" ：:>") for line in rest)))
        return Page(title.group(1) if title else DISCUSSION, body, alone=True)
    if lines[0].startswith("|") and len(lines) > 2:
        rows = [[spoken(part).strip() for part in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]
        return Page(heading, shown=("table", rows))
    if lines[0].startswith("$$"):
        return Page(heading, (spoken("\n".join(lines)).strip(),))
    return None


def spoken(text):
    """A text without its marks, as a speaker reads it."""
    text = MARKS.sub("", ROW.sub("", MATHS.sub(lambda found: said(found.group()), text)))
    return re.sub(r"^\|(.*)\|$", lambda row: row[1].replace("|", " · "), text, flags=re.M)


def said(formula):
    """A formula in one line: ``(r) / (1+i-r)`` for a fraction."""
    formula = re.sub(r"\\(?:text|mathrm|mathit)\{([^{}]*)\}", r"\1", formula.strip("$"))
    while (flat := re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1) / (\2)", formula)) != formula:
        formula = flat
    for name, sign in SIGNS.items():
        formula = re.sub(rf"\\{name}(?![a-z])", sign, formula)
    return re.sub(r"\\[,;! ]|[{}]", "", formula).strip()


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
