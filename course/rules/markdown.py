"""The text of a cell as a reader reads it: without code, formulas, links and marks, its lines kept."""

import re
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course.placeholders import CODE_SPAN, MATHS, blank

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
NUMBERED = re.compile(r"^[ ]*(?:[-*+]|\d+[.)])[ ]|^[ ]{0,3}(?:#+|>)[ ]", re.M)
LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)|<https?://[^>]*>|https?://[\w./?=&%#~:+-]+")
HTML = re.compile(r"<[/!a-zA-Z][^>]*>")
PLACEHOLDER_MARK = "0"


@cache
def parser():
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin, allow_labels=False)


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def marked(cell):
    """The cell's text with every placeholder replaced by a digit, lines kept."""
    text = cell.text
    for placeholder in reversed(cell.placeholders):
        lines = "\n" * text.count("\n", placeholder.start, placeholder.end)
        text = text[: placeholder.start] + PLACEHOLDER_MARK + lines + text[placeholder.end :]
    return text


def maths(cell):
    text = blank(CODE_SPAN, marked(cell))
    return [found.group() for found in MATHS.finditer(text)]


def prose(text):
    return blank(CODE_SPAN, text).replace("*", "")


def plain(cell):
    """The text that a reader reads, lines kept: no code, formulas, link targets, HTML, emphasis, list marks."""
    text = marked(cell)
    for pattern in (CODE_SPAN, MATHS, LINK_TARGET, HTML, NUMBERED):
        text = blank(pattern, text)
    return text.replace("*", "")


def each_line(cell, text):
    return ((cell.line + index, line) for index, line in enumerate(text.split("\n")))


def target(link):
    """A link's target without its language."""
    return re.sub(r"\.zh\.", ".", re.sub(r"/(zh|en)/", "/", link))
