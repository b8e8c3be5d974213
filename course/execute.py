"""Runs one chapter's code and fills its placeholders: ``python -m course.execute job.json result.json``.

The build starts one process for each chapter. The code runs once, in Chinese, so that every label is looked up in the
glossary; each placeholder is evaluated in the language of its cell. A check only records what it receives; wrong roads
are walked right below their exercise, each in a copy of its own of the names that it finds there.
"""

import ast
import contextlib
import datetime
import hashlib
import io
import json
import math
import numbers
import pickle
import re
import sys
import warnings
from copy import deepcopy
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import crmlib
from course import recording
from course.exercises import LOSS
from course.placeholders import Placeholder, fill
from crmlib import exercises
from crmlib.exercises import key

# crmlib.language is the function of that name; its module is
LANGUAGE = import_module("crmlib.language")


class WatchedGlossary(dict):
    """Notes the terms that labels ask for, and those that it lacks: English words, no numbers or Chinese names."""

    def __init__(self, rows):
        super().__init__(rows)
        self.asked, self.missing = set(), []

    def get(self, term, default=None):
        if term not in self and term not in self.asked and re.search("[A-Za-z]{2}", term) and term.isascii():
            self.missing.append(term)
        self.asked.add(term)
        return super().get(term, default)


class Run:
    def __init__(self, job):
        self.path = job["path"]
        self.problems = []
        self.filled = {}
        self.specs = job["exercises"]
        self.answers, self.roads, self.losses, self.texts = {}, {}, {}, {}
        self.lines = {}  # of exercises and roads
        self.namespace = {"__name__": "__main__", "display": lambda *objects: [show(thing) for thing in objects]}
        self.glossary = WatchedGlossary(LANGUAGE.glossary())
        LANGUAGE.glossary = lambda: self.glossary
        key.recorder = self.record

    def problem(self, line, what, remedy, path=None):
        self.problems.append([path or self.path, line, what, remedy])

    def record(self, exercise_id, answers):
        if exercise_id not in self.specs or exercise_id in self.answers:
            why = "is recorded already" if exercise_id in self.answers else "is no exercise of this chapter"
            raise ValueError(f"{exercise_id!r} {why}")
        self.answers[exercise_id] = deepcopy(answers)  # cells below may change a table in place
        return exercises.Feedback("right", exercise_id)

    def line_in(self, frame, default):
        """The innermost line of the chapter on the stack."""
        while frame is not None and frame.f_code.co_filename != self.path:
            frame = frame.f_back
        return frame.f_lineno if frame is not None else default

    def code(self, step):
        """Run a cell; return whether the chapter can go on."""
        crmlib.use_language("zh")
        line = step["line"]
        tree = ast.increment_lineno(ast.parse(step["source"]), line - 1)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None

        def run():
            exec(compile(tree, self.path, "exec"), self.namespace)
            if last is not None:
                show(eval(compile(ast.Expression(last.value), self.path, "eval"), self.namespace))

        return self.guarded(run, line, "correct the code; the cells below were not run")

    def guarded(self, run, line, remedy):
        """Run something quietly; tell its errors, warnings and noise with their lines; return whether it went well."""
        output = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(output),
                self.watch_warnings(line),
            ):
                run()
        except (Exception, SystemExit) as error:
            at = line
            trace = error.__traceback__
            while trace is not None:
                at = trace.tb_lineno if trace.tb_frame.f_code.co_filename == self.path else at
                trace = trace.tb_next
            self.problem(at, describe(error), remedy)
            return False
        if output.getvalue().strip():
            self.problem(line, f"the cell writes to stderr: {output.getvalue().strip()}", "find out why and stop it")
        return True

    def walk(self, step):
        """Walk the wrong roads of an exercise, each in its own copy of the names; tables must come out as they were."""
        name, line = step["exercise"], step["line"]
        tree = ast.increment_lineno(ast.parse(step["source"]), line - 1)
        read = reached({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}, self.namespace)
        before = {table: fingerprint(self.namespace[table]) for table in read}
        shared, roads, losses = dict(self.namespace), {}, {}
        for node in tree.body:
            target = getattr(node.targets[0], "id", "_") if isinstance(node, ast.Assign) else "_"
            helper, road = target.startswith("_"), target.removesuffix(LOSS)
            own = shared if helper else shared | ({road: roads[road]} if road != target else {})
            self.lines.setdefault((name, road), node.lineno)
            code = compile(ast.Module([node], []), self.path, "exec")
            if not self.guarded(partial(exec, code, own), node.lineno, "correct the road"):
                return
            if not helper:
                (roads if road == target else losses)[road] = own[target]
        for table in sorted(read):
            if fingerprint(self.namespace[table]) != before[table]:
                self.problem(
                    line, f"a wrong road changes {table!r} in place", "let it work on a copy: .copy(), .assign(…)"
                )
        self.losses[name] = losses
        self.guarded(
            lambda: self.roads.update({name: deepcopy(roads)}), line, "give a number, a text, a set or a table"
        )

    def sentence(self, step):
        """Fill a sentence of exercises.yml where its exercise stands."""
        parts = [Placeholder(**part) for part in step["placeholders"]]
        values = [self.value(part.expression, part.format, part.line, step["language"], step["path"]) for part in parts]
        if None not in values:
            self.texts.setdefault(step["exercise"], {})[tuple(step["place"])] = fill(step["text"], parts, values)

    def watch_warnings(self, line):
        def note(message, category, filename, lineno, file=None, line_text=None):
            at = self.line_in(sys._getframe(1), line)
            self.problem(at, f"{category.__name__}: {first_line(message)}", "change the code so that it does not warn")

        @contextlib.contextmanager
        def watching():
            with warnings.catch_warnings():
                warnings.showwarning = note
                yield

        return watching()

    def placeholder(self, step):
        value = self.value(step["expression"], step["format"], step["line"], step["language"])
        if value is not None:
            self.filled[step["key"]] = value

    def value(self, expression, spec, line, language, path=None):
        """The text of a placeholder in a language; None, and a problem told, where it has none."""
        crmlib.use_language(language)
        try:
            with contextlib.redirect_stdout(io.StringIO()), self.watch_warnings(line):
                return formatted(eval(expression, self.namespace), spec, language, self.glossary)
        except (Exception, SystemExit) as error:
            what = f"{{{{ {expression}:{spec} }}}}: {describe(error)}"
            self.problem(line, what, "correct the expression or its format", path)
            return None

    def key(self):
        """The chapter's part of the key, tried through the real check."""
        key.recorder = None
        entries = {}
        for name, spec in self.specs.items():
            try:
                walked = self.roads.get(name, {}), self.losses.get(name, {}), self.texts[name]
                if spec["sentence"]:
                    entries[name] = recording.entry_in_words(spec, self.texts[name])
                else:
                    entries[name] = recording.entry(spec, self.answers[name], *walked)
            except recording.Unfit as unfit:
                line = self.lines.get((name, unfit.road), spec["line"])
                self.problem(line, f"{name}: {unfit}", "give the value that its kind asks for")
            except Exception as error:
                self.problem(spec["line"], f"{name}: {describe(error)}", "see what its check and its roads are given")
        if not self.problems:
            # A fault that both languages show is told once.
            tried = list(recording.replay(entries, self.answers, self.roads))
            for (name, road), what in {(name, road): what for name, road, what in tried}.items():
                line = self.lines[name, road] if road else self.specs[name]["line"]
                self.problem(line, what, f"see {name!r} in exercises.yml, and the cell")
        return entries


def reached(names, namespace):
    """Those of the names that stand in the name space, and what the chapter's functions among them read."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in namespace and name not in found:
            found.add(name)
            todo += getattr(getattr(namespace[name], "__code__", None), "co_names", ())
    return found


class Fingerprint(pickle.Pickler):
    """Pickles what a thing holds: tables by their values, code by its name."""

    def reducer_override(self, thing):
        pandas = sys.modules.get("pandas")  # where nobody has imported it there are no tables
        if pandas and isinstance(thing, (pandas.DataFrame, pandas.Series, pandas.Index)):
            return tuple, (parts(thing, pandas),)
        if isinstance(thing, (FunctionType, ModuleType)) or isinstance(thing, type) and thing.__module__ == "__main__":
            return str, (thing.__name__,)
        return NotImplemented


def parts(table, pandas):
    """What makes a table, a column or an index: values, names, types, attributes."""
    try:
        hashed = pandas.util.hash_pandas_object(table, index=False)
        values = getattr(hashed, "to_numpy", lambda: hashed)().tobytes()
    except TypeError:  # lists or dictionaries in its cells
        values = table.to_numpy().tolist()
    if isinstance(table, pandas.Index):
        return values, str(table.dtype), list(table.names)
    frame = table.ndim == 2
    types = table.dtypes.astype(str).tolist() if frame else str(table.dtype)
    return values, types, table.index, table.columns if frame else table.name, table.attrs


def fingerprint(thing):
    """Something that changes when a thing is changed in place, at whatever depth; None where nobody can tell."""
    held = io.BytesIO()
    try:
        Fingerprint(held).dump(thing)
    except Exception:  # open files, connections, generators
        return None
    return hashlib.sha256(held.getvalue()).digest()


def describe(error):
    return f"{type(error).__name__}: {first_line(error)}"


def first_line(message):
    return (str(message).strip().split("\n") or [""])[0]


def show(value):
    """Make the representations that a notebook would show; return the plain one."""
    if value is None:
        return ""
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_(include=None, exclude=None)
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        return (bundle or {}).get("text/plain", "") or repr(value)
    for name in ("_repr_html_", "_repr_png_", "_repr_svg_"):
        if hasattr(value, name) and not isinstance(value, type):
            getattr(value, name)()
    return repr(value)


def formatted(value, spec, language, glossary):
    """The text that stands for a value in prose; refuses what is no number, date or text."""
    if isinstance(value, bool) or not isinstance(value, (str, numbers.Number, datetime.date, datetime.timedelta)):
        raise TypeError(f"{type(value).__name__} is not a number, a date or a text")
    if isinstance(value, numbers.Real) and not math.isfinite(value):
        raise ValueError(f"the value is {value}")
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral) and not spec:
        raise ValueError("a number with decimals needs a format, such as .1f")
    if isinstance(value, str) and language == "zh" and dict.__contains__(glossary, value):
        raise ValueError(f'{value!r} is English: show it with label("{value}")')
    return format(value, spec)


def run(job):
    """Return the problems, the filled placeholders, the terms looked up and the key, for the steps in their order."""
    chapter = Run(job)
    do = {"text": chapter.placeholder, "sentence": chapter.sentence, "roads": chapter.walk}
    for step in job["steps"]:
        if step["kind"] != "code":
            do[step["kind"]](step)
        elif not chapter.code(step):
            break
        for term in chapter.glossary.missing:
            chapter.problem(step["line"], f"no Chinese for the label {term!r}", "add it to crmlib/glossary.csv")
        chapter.glossary.missing.clear()
    return {
        "key": {} if chapter.problems else chapter.key(),
        "problems": chapter.problems,
        "filled": chapter.filled,
        "terms": sorted(map(str, chapter.glossary.asked)),
    }


if __name__ == "__main__":
    job_file, result_file = map(Path, sys.argv[1:])
    result = run(json.loads(job_file.read_text(encoding="utf-8")))
    result_file.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
