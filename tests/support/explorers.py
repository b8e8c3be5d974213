"""The explorers as the chapters call them, with the givens that they get there: computed by just the code they need."""

import ast
import atexit
import inspect
import itertools
import re
import sys
from contextlib import chdir
from functools import cache, partial
from tempfile import TemporaryDirectory
from unittest.mock import MagicMock

import pandas as pd

from course.names import assigned, read_names
from course.source import read_chapter
from crmlib import plots, selftest, use_language, widgets
from tests.support import PROJECT
from tests.support.chapters import SOURCES

# No number, a zero with a sign, and a zero with decimals that a small number hides in.
UNTRUE = re.compile(r"\bnan|\binf\b|None|[-−+]0(?:\.0+)?(?![\d.,]*[1-9])(?!\d)|\b0\.0+(?!\d)")

# What is written into one of these (by a transaction, by a load) is found in the others.
STORES = {"practice", "database", "warehouse"}

# Widgets that draw no picture: their tests are tests/crmlib/widgets/desk and test_crm_screen.py.
NO_EXPLORERS = ("widgets.desk.complaint_desk", "widgets.systems.crm_screen")


@cache
def chapter(name):
    return read_chapter(PROJECT, PROJECT / "chapters" / name)


def calls(name):
    """The calls of explorers in a chapter, each with its cell; the complaint desk, the CRM and the quiz are none."""
    for cell in chapter(name).code:
        last = cell.tree.body[-1] if cell.tree and cell.tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            function = ast.unparse(last.value.func)
            if function.startswith("widgets.") and function.count(".") == 2 and function not in NO_EXPLORERS:
                yield ast.unparse(last.value), cell


def function_of(call):
    """``value.clv_explorer`` of ``widgets.value.clv_explorer(margin, …)``."""
    return call.partition("(")[0].removeprefix("widgets.")


def make(name, call):
    """Return the explorer of a chapter's call."""
    cell = next(cell for known, cell in calls(name) if known == ast.unparse(ast.parse(call, mode="eval")))
    return eval(call, names_for(name, cell))


def everywhere():
    """Every explorer that a chapter shows, with what it is given there, and that of the start page."""
    return {function_of(call): partial(make, name, call) for name in SOURCES for call, _ in calls(name)} | {
        "selftest": selftest.slider
    }


@cache
def explorer_in(name, language):
    """One explorer a language, shared by the tests: each leaves it as it was."""
    use_language(language)
    return everywhere()[name]()


def changed(node):
    """The names that a statement binds, or changes in place: ``table["column"] = …``, ``table.insert(…)``."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    inside = {
        part.id
        for target in targets
        if isinstance(target, (ast.Subscript, ast.Attribute))
        for part in ast.walk(target)
        if isinstance(part, ast.Name)
    }
    if isinstance(node, ast.With) or "systems.load(" in ast.unparse(node):
        inside |= STORES if STORES & set(read_names(node)) else set()
    called = getattr(getattr(node, "value", None), "func", None)
    if isinstance(node, ast.Expr) and getattr(called, "attr", None) in ("insert", "update"):
        inside |= set(read_names(called.value))
    return assigned([node]) | inside


def names_for(name, cell):
    """Run the statements above a cell on which its names depend; return the names."""
    needed, statements = set(read_names(cell.tree)), []
    for above in reversed(chapter(name).code[: chapter(name).code.index(cell)]):
        for node in reversed(above.tree.body if above.tree and above.shown and not above.exercise else []):
            if changed(node) & needed:
                needed |= set(read_names(node))
                statements.append(node)
    names = {"widgets": widgets, "selftest": selftest}
    with chdir(beside_a_notebook()):
        exec(compile(ast.Module(statements[::-1], []), name, "exec"), names)
    return names


@cache
def beside_a_notebook():
    """A folder for the files that chapters make beside their notebooks, gone with the tests."""
    folder = TemporaryDirectory(ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return folder.name


class Recorder:
    """In place of `crmlib.plots`: draws nothing, keeps what it was given to draw."""

    def __init__(self):
        self.told = []

    def __getattr__(self, name):
        real = getattr(plots, name)
        if name.isupper() or name == "cohort_classes":
            return real

        def draw(*given, **named):
            inspect.signature(real).bind(*given, **named)
            self.told.append((name, *map(digest, (*given, *named.values()))))
            return MagicMock()

        return draw


def digest(given):
    """What tells apart two things to be drawn; a picture that is drawn on tells nothing."""
    if isinstance(given, (pd.DataFrame, pd.Series)):
        return given.to_numpy().tobytes() if given.to_numpy().dtype != object else repr(given.to_numpy().tolist())
    return "picture" if isinstance(given, MagicMock) else repr(given)


def values(control, parts=(0, 1 / 2, 1)):
    """All options of a list; of a slider both ends and some steps between."""
    if hasattr(control, "options"):
        return [value for _, value in control.options]
    steps = round((control.max - control.min) / control.step)
    places = sorted({round(part * steps) for part in parts})
    return [type(control.value)(round(control.min + place * control.step, 9)) for place in places]


def grid(controls):
    """The start, with each pair of controls moved to each pair of their values: yields the pair, and all values."""
    start = {key: control.value for key, control in controls.items()}
    for one, other in itertools.combinations(controls, 2):
        for pair in itertools.product(values(controls[one]), values(controls[other])):
            yield (one, other), start | dict(zip((one, other), pair, strict=True))


def walk(explorer, monkeypatch):
    """What each pair of values says and would draw, over the grid; where there is one control only, each value."""
    recorder, draw, controls = Recorder(), explorer._draw, explorer.controls
    monkeypatch.setattr(sys.modules[getattr(draw, "func", draw).__module__], "plots", recorder)
    alone = [((key,), {key: at}) for key, control in controls.items() for at in values(control)]
    found = []
    for pair, at in grid(controls) if len(controls) > 1 else alone:
        recorder.told.clear()
        words = draw(**at)[1]
        found.append((pair, at, words, tuple(recorder.told)))
    return found


def assert_true_and_alive(explorer, found):
    """The words of a walk are true, and each stretch of each control changes what is seen."""
    untrue = [(at, words) for _, at, words, _ in found if UNTRUE.search(words)]
    assert not untrue, (len(untrue), untrue[:2])
    for key, control in explorer.controls.items():
        outcomes = {}  # what the others are at: {value: what is seen}
        for pair, at, words, told in found:
            if key in pair:
                others = tuple((other, value) for other, value in at.items() if other != key)
                outcomes.setdefault(others, {})[at[key]] = words, told
        steps = values(control)
        for low, high in zip(steps[:-1], steps[1:], strict=True):
            assert any(outcome[low] != outcome[high] for outcome in outcomes.values()), f"{key}: dead {low}–{high}"


def assert_told_in_both_languages(make):
    """An explorer draws and describes itself in both languages, and says the same numbers."""
    told = {}
    for language in ("zh", "en"):
        use_language(language)
        explorer = make()
        told[language] = explorer.words
        assert explorer.picture.png(40) and explorer.picture.alt
        named = [explorer.picture.alt, *(control.description for control in explorer.controls.values())]
        han = [any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in (told[language], *named)]
        assert all(han) if language == "zh" else not any(han)
    numbers = [set(re.findall(r"\d[\d,.]*(?<![,.])", told[language])) for language in ("en", "zh")]
    assert numbers[0] & numbers[1] and len(numbers[0] ^ numbers[1]) <= 2, numbers
