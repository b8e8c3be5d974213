"""The glossary's terms in a text of either language, and the tables that set them side by side."""

import re

from course.placeholders import CODE_SPAN, blank
from course.rules.markdown import HAN, each_line, prose

# Chinese that an English cell may hold besides the glossary's terms: names, and the mark of an advanced section.
NAMES = {"术语", "进阶", "中文", "青禾优选", "海底捞"}


def english_terms(text, glossary):
    """The glossary's terms in an English text; a longer term hides the shorter ones within it."""
    by_lower = {" ".join(term.lower().split()): term for term in glossary}
    pattern = "|".join(english_pattern(term) for term in sorted(by_lower, key=len, reverse=True))
    found = re.findall(rf"(?<![A-Za-z])({pattern})(?![A-Za-z])", prose(text), re.I) if pattern else []
    return {by_lower[singular] for match in found if (singular := base_form(" ".join(match.lower().split()), by_lower))}


def english_pattern(term):
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term)))
    return rf"{words[:-1]}(?:y|ies)" if words.endswith("y") else rf"{words}(?:es|s)?"


def base_form(match, terms):
    forms = [match, re.sub(r"ies$", "y", match), re.sub(r"s$", "", match), re.sub(r"es$", "", match)]
    spaced = {re.sub(r"[\s-]+", " ", term): term for term in terms}
    return next((spaced[form] for form in (re.sub(r"[\s-]+", " ", form) for form in forms) if form in spaced), None)


def chinese_terms(text, glossary):
    terms = sorted({row["zh"] for row in glossary.values() if row["zh"]}, key=len, reverse=True)
    text = re.sub(rf"(?<=[{HAN}])\n(?=[{HAN}])", "", prose(text))
    return set(re.findall("|".join(map(re.escape, terms)), text)) if terms else set()


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
