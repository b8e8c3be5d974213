"""The glossary's terms in a text of either language, and the tables that set them side by side."""

import re
from functools import cache

from course.placeholders import CODE_SPAN, blank
from course.rules.markdown import HAN, each_line, prose

# Chinese that an English cell may hold besides the glossary's terms: names, and the mark of an advanced section.
NAMES = {"术语", "进阶", "中文", "青禾优选", "海底捞"}


def english_terms(text, glossary):
    """The glossary's terms in an English text; a longer term hides the shorter ones within it."""
    pattern, terms = english_patterns(tuple(glossary))
    found = pattern.findall(prose(text)) if terms else []
    return {term for match in found if (term := base_form(match, terms))}


@cache
def english_patterns(glossary):
    """What finds the terms of a glossary, and the terms by their words in small letters."""
    pattern = "|".join(english_pattern(term) for term in sorted(glossary, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z])({pattern})(?![A-Za-z])", re.I), {spaced(term): term for term in glossary}


def spaced(words):
    return re.sub(r"[\s-]+", " ", words.lower())


def english_pattern(term):
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term)))
    return rf"{words[:-1]}(?:y|ies)" if words.endswith("y") else rf"{words}(?:es|s)?"


def base_form(match, terms):
    """The term of which a match is the singular or the plural."""
    match = spaced(match)
    forms = [match, re.sub(r"ies$", "y", match), re.sub(r"s$", "", match), re.sub(r"es$", "", match)]
    return next((terms[form] for form in forms if form in terms), None)


def chinese_terms(text, glossary):
    """The glossary's Chinese terms in a text; again the longest wins."""
    pattern = chinese_pattern(tuple(row["zh"] for row in glossary.values()))
    return set(pattern.findall(re.sub(rf"(?<=[{HAN}])\n(?=[{HAN}])", "", prose(text)))) - {""}


@cache
def chinese_pattern(terms):
    return re.compile("|".join(map(re.escape, sorted(set(terms) - {""}, key=len, reverse=True))))


def english_part(cell):
    """The text of an English cell that must be English: not code, nor the title of a Chinese book."""
    return re.sub("《[^》]*》", " ", blank(CODE_SPAN, cell.text))


def chinese_in_english(cell):
    """The Chinese terms in a cell that English readers see."""
    return re.findall(rf"[{HAN}]+", english_part(cell)) if cell.kind == "markdown" and cell.language != "zh" else []


def term_rows(cell):
    """The rows of a table of terms in both languages, each a list of its cells."""
    for line, text in each_line(cell, cell.text if cell.kind == "markdown" and cell.language is None else ""):
        row = [part.strip() for part in text.strip().strip("|").split("|")]
        if text.startswith("|") and re.search(f"[{HAN}]", text) and not NAMES & set(row):
            yield line, row
