"""Twins agree: an English cell and its Chinese one say the same, in the same shape."""

import re
from collections import Counter

from course.names import names_in
from course.rules.markdown import flat, marked, maths, parser, target
from course.rules.terms import chinese_terms, english_terms

# What a placeholder may call without the twin calling it too.
FORMATTERS = {"label", "say", "round", "abs", "int", "float", "str", "len", "min", "max"}


def twins(chapter, report):
    """The pairs of cells in the two languages."""
    pairs, english = [], None
    for cell in chapter.cells:
        if english and cell.language != "zh":
            report(english.line, "an English cell without its Chinese twin", 'put a cell tagged ["zh"] right below it')
        if cell.language == "zh":
            if english:
                pairs.append((english, cell))
            else:
                report(cell.line, "a Chinese cell without its English twin", 'put a cell tagged ["en"] right above it')
        english = cell if cell.language == "en" else None
    if english:
        report(english.line, "an English cell without its Chinese twin", 'put a cell tagged ["zh"] right below it')
    return pairs


def compare_twins(english, chinese, glossary, report):
    if english.metadata.get("slideshow") != chinese.metadata.get("slideshow"):
        report(chinese.line, "the slide metadata differs from the English twin's", "give both the same")
    if english.role != chinese.role:
        report(
            chinese.line,
            f"a {chinese.role or 'text'} whose English twin is a {english.role or 'text'}",
            "give both one role",
        )
    one, two = shape(english), shape(chinese)
    for what in one:
        if one[what] != two[what]:
            report(
                chinese.line,
                f"{what} differ from line {english.line}'s: {told(two[what])} here, {told(one[what])} there",
                "make the twins agree",
            )
    terms = {term: row["zh"] for term, row in glossary.items() if row["exam"]}
    here, there = chinese_terms(marked(chinese), glossary), english_terms(marked(english), glossary)
    for term, translation in terms.items():
        if term in there and translation not in here:
            report(
                chinese.line,
                f"{term!r} of the English twin is examined as {translation!r}",
                f"write {translation} here too",
            )
        if translation in here and not {key for key, zh in terms.items() if zh == translation} & there:
            report(
                english.line, f"{translation!r} of the Chinese twin is examined as {term!r}", f"write {term} here too"
            )


def told(things):
    return ", ".join(map(str, things)) if isinstance(things, list) and things else "none" if not things else str(things)


def shape(cell):
    """What twins have in common, by kind."""
    tokens = list(flat(parser().parse(marked(cell))))
    formulas = Counter(re.sub(r"\\text\{[^}]*\}", r"\\text{}", " ".join(math.split())) for math in maths(cell))
    return {
        "headings": [token.tag for token in tokens if token.type == "heading_open"],
        "formulas": sorted(formulas.elements()),
        "links": sorted(target(token.attrs["href"]) for token in tokens if token.type == "link_open"),
        "pictures": sorted(target(token.attrs["src"]) for token in tokens if token.type == "image"),
        "the placeholders' names": sorted(
            " ".join(sorted(names_in(placeholder.expression) - FORMATTERS)) for placeholder in cell.placeholders
        ),
        "list items": [token.level for token in tokens if token.type == "list_item_open"],
        "table rows": [token.type[0:2] for token in tokens if token.type in ("tr_open", "th_open", "td_open")],
    }
