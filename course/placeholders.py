"""``{{ expression:format }}`` in a text: where it stands, what it computes, and the text with it filled."""

import ast
import re
from dataclasses import dataclass

CODE_SPAN = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1[`~]*[ ]*$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.M | re.S)
MATHS = re.compile(r"(?<!\\)\$\$.+?(?<!\\)\$\$|(?<!\\)\$(?!\$)(?:\\.|[^$\\])+\$", re.S)


@dataclass(frozen=True)
class Placeholder:
    """Where a placeholder stands in its text, and in the file."""

    start: int
    end: int
    expression: str
    format: str
    line: int


def blank(pattern, text):
    """Replace what matches by spaces of the same length, so that positions and lines stay."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def read_placeholders(text, first, report):
    """``{{ expression:format }}``, with a space after the braces, outside code; LaTeX's ``{{`` has none and stays."""
    bare = blank(CODE_SPAN, text)
    maths = [found.span() for found in MATHS.finditer(bare)]
    placeholders = []
    position = bare.find("{{")
    while position >= 0:
        line = first + text.count("\n", 0, position)
        after = position + 2
        if not bare[after : after + 1].isspace():
            if not any(start <= position < end for start, end in maths):
                report(line, "{{ without a space after it", "write {{ expression:format }}")
        elif (found := split_placeholder(text, after)) is None:
            report(
                line, "a placeholder that is not a Python expression, or is not closed", "write {{ expression:format }}"
            )
        else:
            expression, spec, after = found
            placeholders.append(Placeholder(position, after, expression, spec, line))
        position = bare.find("{{", after)
    return placeholders


def split_placeholder(text, start):
    """Return the expression, its format and where the placeholder ends, or None.

    As in an f-string the format stands after the last colon that leaves a whole expression before it, so slices,
    dictionaries and strings may hold colons and braces.
    """
    end = text.find("}}", start)
    while end >= 0:
        body = " ".join(text[start:end].split("\n")).strip()
        colons = [index for index, letter in enumerate(body) if letter == ":"]
        for cut in [len(body), *reversed(colons)]:
            if is_expression(body[:cut]):
                return body[:cut].strip(), body[cut + 1 :].strip(), end + 2
        end = text.find("}}", end + 1)
    return None


def is_expression(text):
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def fill(text, placeholders, values):
    """The text with each placeholder replaced by its value."""
    for placeholder, value in reversed(list(zip(placeholders, values, strict=True))):
        text = text[: placeholder.start] + value + text[placeholder.end :]
    return text
