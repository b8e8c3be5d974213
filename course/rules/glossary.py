"""The glossary: every label has its Chinese, every row its use, every examined term its place."""

import ast
import csv
import io
import re
from functools import cache
from pathlib import Path

from course.exercises import is_call
from course.fields import decoded
from course.problem import Problem
from course.rules.markdown import marked
from course.rules.terms import chinese_in_english, chinese_terms, english_terms
from course.rules.text import GLOSSARY, check_width


def read_glossary(root):
    """The glossary's rows by English term (each with its line), and what is wrong in the file."""
    rows, problems = {}, []
    text = decoded(Path(root, GLOSSARY), lambda *problem: problems.append(Problem(GLOSSARY, *problem)))
    if text is None:
        return {}, problems
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if reader.fieldnames != ["en", "zh", "exam"]:
        return {}, [Problem(GLOSSARY, 1, f"columns {reader.fieldnames}", "the first line is en,zh,exam")]
    for row in reader:
        line = reader.line_num
        term = row["en"]
        if None in row or None in row.values():
            problems.append(Problem(GLOSSARY, line, f"{term!r} has not three columns", "quote a term with a comma"))
            continue
        if term in rows:
            problems.append(Problem(GLOSSARY, line, f"{term!r} stands twice", f"keep line {rows[term]['line']}"))
        if not term or not row["zh"] or any(value != value.strip() for value in row.values()):
            problems.append(Problem(GLOSSARY, line, f"{term!r}: empty or with spaces around", "write en,zh,exam"))
        if not re.fullmatch(r"(\d\d( \d\d)*)?", row["exam"]):
            problems.append(
                Problem(GLOSSARY, line, f"exam is {row['exam']!r}", "chapter numbers such as 04 or 03 04, or nothing")
            )
        rows.setdefault(term, row | {"line": line})
    return rows, problems


def lint_glossary(root, chapters, asked=()):
    """Every label has its row, every row its use, every examined term its place in the chapters that examine it.

    ``asked`` are the terms that the chapters looked up when they ran: they too are in use. None: the chapters did not
    run to their end, so nobody knows which rows are in use.
    """
    glossary, _ = read_glossary(root)
    literals, labels = literals_in(root, chapters)
    problems = [
        Problem(path, line, f"no Chinese for the label {term!r}", f"add it to {GLOSSARY}")
        for term, (path, line) in labels.items()
        if term not in glossary
    ]
    problems += chinese_strings(root)
    numbers = {chapter.number: chapter for chapter in chapters}
    beside = {run for chapter in chapters for cell in chapter.cells for run in chinese_in_english(cell)}
    for term, row in glossary.items():
        unused = term not in literals and row["zh"] not in beside and asked is not None and term not in asked
        if unused and not row["exam"]:
            problems.append(Problem(GLOSSARY, row["line"], f"nobody uses {term!r}", "delete the row"))
        for number in row["exam"].split():
            if number not in numbers:
                problems.append(
                    Problem(GLOSSARY, row["line"], f"{term!r}: no chapter {number}", "name chapters that exist")
                )
            else:
                problems += examined(numbers[number], term, row, glossary)
    return problems


def examined(chapter, term, row, glossary):
    """A term that a chapter examines stands in both languages, and once side by side (the opening's key terms)."""
    markdown = [cell for cell in chapter.cells if cell.kind == "markdown" and cell.shown]
    english = [cell for cell in markdown if cell.serves("en")]
    chinese = [cell for cell in markdown if cell.language == "zh"]
    remedy = f"teach it there, or take {chapter.number} from its exam column in {GLOSSARY}"
    problems = []
    if not any(row["zh"] in chinese_terms(marked(cell), glossary) for cell in chinese):
        problems.append(Problem(chapter.path, 1, f"the examined term {row['zh']!r} is not in the Chinese text", remedy))
    if not any(term in english_terms(marked(cell), glossary) and row["zh"] in cell.text for cell in english):
        what = f"the examined term '{term} {row['zh']}' is not among the key terms"
        problems.append(Problem(chapter.path, 1, what, remedy))
    return problems


def chinese_strings(root):
    """The Chinese that the library speaks is set as Chinese too."""
    found = []
    for file in sorted(Path(root, "crmlib").rglob("*.py")):
        path = file.relative_to(root).as_posix()

        def report(line, what, remedy, path=path):
            found.append(Problem(path, line, what, remedy))

        for line, text in texts_in(parse(file.read_text(encoding="utf-8"))):
            check_width(line, text.replace("\n", " "), report)
    return found


def texts_in(tree):
    """The strings of a module but its docstrings, with the values in f-strings replaced by a digit."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skip = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skip |= {id(part) for part in node.values}
            yield (
                node.lineno,
                "".join(str(getattr(part, "value", "")) if is_text(part) else "0" for part in node.values),
            )
        elif is_text(node) and id(node) not in skip:
            yield node.lineno, node.value


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@cache
def parse(code):
    return ast.parse(code)


def literals_in(root, chapters):
    """Every string in the code, and the labels among them with the place of their first use."""
    literals, labels = set(), {}
    for path, line, tree in trees(root, chapters):
        for node in ast.walk(tree):
            if is_text(node):
                literals.add(node.value)
            if is_call(node, "label") and node.args and is_text(node.args[0]):
                labels.setdefault(node.args[0].value, (path, line + node.lineno - 1))
    return literals, labels


def trees(root, chapters):
    """The code of the course: where it stands, its first line, its syntax tree."""
    for file in sorted(Path(root, "crmlib").rglob("*.py")):
        yield file.relative_to(root).as_posix(), 1, parse(file.read_text(encoding="utf-8"))
    for chapter in chapters:
        for cell in chapter.cells:
            if cell.tree:
                yield *chapter.place(cell.line), cell.tree
            for placeholder in cell.placeholders:
                yield *chapter.place(placeholder.line), ast.parse(placeholder.expression, mode="eval")
