"""Runs one chapter's code and fills its placeholders: ``python -m course.execute job.json result.json``.

The build starts one process for each chapter. The code runs once, in Chinese, so that every label is looked up in the
glossary; each placeholder is evaluated in the language of its cell.
"""

import ast
import contextlib
import datetime
import io
import json
import math
import numbers
import re
import sys
import warnings
from importlib import import_module
from pathlib import Path

import crmlib

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
    def __init__(self, path):
        self.path = path
        self.problems = []
        self.filled = {}
        self.namespace = {"__name__": "__main__", "display": lambda *objects: [show(thing) for thing in objects]}
        self.glossary = WatchedGlossary(LANGUAGE.glossary())
        LANGUAGE.glossary = lambda: self.glossary

    def problem(self, line, what, remedy):
        self.problems.append([line, what, remedy])

    def line_in(self, frame, default):
        """The innermost line of the chapter on the stack."""
        while frame is not None and frame.f_code.co_filename != self.path:
            frame = frame.f_back
        return frame.f_lineno if frame is not None else default

    def code(self, source, line, exercise):
        """Run a cell; return whether the chapter can go on."""
        crmlib.use_language("zh")
        tree = ast.increment_lineno(ast.parse(source), line - 1)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        output = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(output),
                self.watch_warnings(line),
            ):
                exec(compile(tree, self.path, "exec"), self.namespace)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), self.path, "eval"), self.namespace)
                    text = show(value)
                    if exercise and not text.startswith("✓"):
                        self.problem(
                            last.lineno, f"the solution does not pass: {text}", f"see crmlib.exercises, {exercise!r}"
                        )
        except Exception as error:
            at = line
            trace = error.__traceback__
            while trace is not None:
                at = trace.tb_lineno if trace.tb_frame.f_code.co_filename == self.path else at
                trace = trace.tb_next
            self.problem(at, describe(error), "correct the code; the cells below were not run")
            return False
        if output.getvalue().strip():
            self.problem(line, f"the cell writes to stderr: {output.getvalue().strip()}", "find out why and stop it")
        return True

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

    def placeholder(self, key, expression, spec, line, language):
        crmlib.use_language(language)
        try:
            with contextlib.redirect_stdout(io.StringIO()), self.watch_warnings(line):
                value = eval(expression, self.namespace)
                self.filled[key] = formatted(value, spec, language, self.glossary)
        except Exception as error:
            self.problem(
                line, f"{{{{ {expression}:{spec} }}}}: {describe(error)}", "correct the expression or its format"
            )


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
    """Return the problems, the filled placeholders and the terms looked up, for the chapter's steps in their order."""
    chapter = Run(job["path"])
    for step in job["steps"]:
        if step["kind"] == "code":
            if not chapter.code(step["source"], step["line"], step["exercise"]):
                break
        else:
            chapter.placeholder(step["key"], step["expression"], step["format"], step["line"], step["language"])
        for term in chapter.glossary.missing:
            chapter.problem(step["line"], f"no Chinese for the label {term!r}", "add it to crmlib/glossary.csv")
        chapter.glossary.missing.clear()
    return {"problems": chapter.problems, "filled": chapter.filled, "terms": sorted(map(str, chapter.glossary.asked))}


if __name__ == "__main__":
    job_file, result_file = map(Path, sys.argv[1:])
    result = run(json.loads(job_file.read_text(encoding="utf-8")))
    result_file.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
