"""One cell of text: Chinese is set as Chinese, English is English, bold and links work."""

import re
from pathlib import Path

from course.placeholders import CODE_SPAN, blank
from course.rules.markdown import HAN, each_line, flat, marked, parser, plain
from course.rules.terms import NAMES, english_part, term_rows
from course.source import LANGUAGES

HALF_WIDTH = re.compile(
    rf"[,.?:;!()\"'](?=[{HAN}])"
    rf"|[,:;](?=[ ]*[{HAN}])"
    rf"|(?<=[{HAN}])[ ]*[,.?:;!()\"']"
    rf"|(?<=[，。？：；！、（）“”])[ ]*[,.?:;!()]"
)
# Code and formulas within Chinese keep their own signs.
LATIN = rf"[^\n{HAN}，。？：；！、（）“”]*?"
CODE_LIKE = re.compile(
    r"(?<= )\.\.\.(?= )"  # the ... to replace
    rf"|[A-Za-z_]\({LATIN}\)"  # P(alive)
    rf"|\({LATIN}[+−×÷=^]{LATIN}\)"  # (1 + r)
    r"|(?<!\w)\.[a-z_]\w+"  # .days
    rf"|\"{LATIN}\"|'{LATIN}'|\[{LATIN}\]"  # "renewal", [0.1, 0.2]
)
FULL_WIDTH = dict(zip(",.?:;!()\"'", "，。？：；！（）“‘", strict=True))
GLOSSARY = "crmlib/glossary.csv"
# The maintainers' ids of the syllabus's points (L1, V5, E3) mean nothing to a reader.
POINT = re.compile(r"(?<![A-Za-z0-9])[OLVSTYCMNE][1-9](?![A-Za-z0-9])")


def check_bold(cell, report):
    """Bold or italics that Markdown does not close leave their asterisks in the text."""
    for token in parser().parse(marked(cell)):
        texts = [part.content for part in token.children if part.type == "text"] if token.type == "inline" else []
        line = cell.line + token.map[0] if texts else 0
        remedy = "keep quotes and punctuation outside {0}…{0}, or a space beside it"
        if any("**" in text for text in texts):
            report(line, "the ** does not become bold", remedy.format("**"))
        elif any(re.search(rf"\*[{HAN}A-Za-z“]|[{HAN}：。]\*", text) for text in texts):
            report(line, "the * does not become italic", remedy.format("*"))


def check_chinese(cell, report):
    for line, text in each_line(cell, blank(CODE_SPAN, cell.text)):
        for found in re.finditer(r"[，。；：、]\*\*(?=[^*]|$)", text):
            if text.count("**", 0, found.end() - 2) % 2:
                report(line, f"{found.group()[0]!r} closes inside **…**", "put the punctuation behind the bold")
    for line, text in each_line(cell, plain(cell)):
        check_width(line, text, report)


def code_mark(found):
    return "0" * len(found.group())


def check_width(line, text, report):
    for found in HALF_WIDTH.finditer(re.sub(CODE_LIKE, code_mark, text)):
        sign = found.group().strip()
        near = text[max(found.start() - 6, 0) : found.end() + 6].strip()
        report(line, f"half-width {sign!r} beside Chinese: {near!r}", f"write {FULL_WIDTH[sign]}")


def check_points(line, text, report):
    for found in POINT.finditer(text):
        report(
            line,
            f"{found.group()!r} is an id of the maintainers",
            "name the syllabus's chapter and section, or the topic",
        )


def check_english(cell, glossary, report):
    allowed = NAMES | {run for row in glossary.values() for run in re.findall(rf"[{HAN}]+", row["zh"])}
    for line, text in each_line(cell, english_part(cell)):
        for run in re.findall(rf"[{HAN}]+", text):
            if run not in allowed:
                report(line, f"Chinese where English stands: {run!r}", f"add the term to {GLOSSARY}, or use English")
        if cell.language == "en" and (found := re.search("[，。？：；！、（）]", text)):
            report(line, f"full-width {found.group()!r} in English", "use the English sign")


def check_shared(cell, glossary, report):
    """A cell for both languages holds words of both (a table of terms) or of none (a formula, a picture)."""
    text = re.sub(r"!\[[^\]]*\]", " ", plain(cell))
    english, chinese = re.search("[A-Za-z]{2,}", text), re.search(f"[{HAN}]+", text)
    if bool(english) != bool(chinese):
        what = f"a cell for both languages with words of one: {(english or chinese).group()!r}"
        report(cell.line, what, 'tag it ["en"] and add its ["zh"] twin')
    for line, row in term_rows(cell):
        if not any(glossary[term]["zh"] in row for term in row if term in glossary):
            report(
                line,
                f"a pair of terms that the glossary has not: {' | '.join(row)}",
                f"correct it, or add it to {GLOSSARY}",
            )


def check_links(root, chapter, cell, report):
    for token in flat(parser().parse(marked(cell))):
        link = token.attrs.get("href") or token.attrs.get("src") if token.type in ("link_open", "image") else None
        if not link or re.match(r"[a-z]+:|#", link):
            continue
        path = link.split("#")[0]
        for language in LANGUAGES:
            if cell.serves(language) and not link_exists(Path(root), language, path):
                report(
                    cell.line, f"the link {link!r} leads nowhere from notebooks/{language}/", "correct it or drop it"
                )


def link_exists(root, language, path):
    file = (root / "notebooks" / language / path).resolve()
    if file.suffix == ".ipynb" and file.parent.parent.name in ("notebooks", "solutions"):
        return (root / "chapters" / file.stem).is_dir()
    return file.exists()
