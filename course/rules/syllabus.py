"""The syllabus: its list keeps its own rules, and each chapter says what the list asks of it."""

import re
from functools import cache

from course.parts import CLASS
from course.problem import Problem
from course.rules.markdown import HAN
from course.rules.text import check_width
from course.syllabus import FILE, points_of, read_syllabus

# Where the syllabus puts each chapter, in its own words.
PLACES = {
    "00": ("课程考核",),
    "01": ("第一章",),
    "02": ("第二章",),
    "03": ("第三章第一节",),
    "04": ("第三章第二节",),
    "05": ("第三章第三节", "第三章第四节"),
    "06": ("第四章",),
    "07": ("第五章",),
    "08": ("第六章",),
    "09": ("第七章",),
    "10": ("专题",),
}
# The rows of the digest: how many each chapter has by its letter, and where the values are woven in.
ROWS = {
    f"{letter}{number}": chapter
    for letter, chapter, count in (
        *(("O", "01", 7), ("R", "02", 6), ("L", "03", 3), ("V", "04", 5), ("S", "05", 4), ("T", "06", 4)),
        *(("Y", "07", 5), ("C", "08", 6), ("M", "09", 6), ("N", "10", 4), ("A", "00", 6)),
    )
    for number in range(1, count + 1)
} | {"E1": "02", "E2": "04", "E3": "05", "E4": "06", "E5": "08", "E6": "09", "E7": "10", "E8": "01"}
IN_LAB = ("作业", "计算", "工作表单")  # what is done rather than told

LOOKED_IN = {"class": ("class",), "exam": ("class", "exam"), "lab": ("class", "exam", "lab")}
NAMES = {"class": "the class part", "exam": "the exam page or the class part", "lab": "the chapter"}
SPEAKS = {"zh": "in Chinese", "en": "in English"}
BOX = {
    language: re.compile(rf">\s*\*\*{word}\s*[·•・]\s*(.+?)\*\*")
    for language, word in (("zh", "定义"), ("en", "Definition"))
}
TITLE = {"zh": "定义·", "en": "Definition · "}
SEPARATORS = {"zh": r"[、，；：=＝/／]|[与和及或]", "en": r"[,;:=/]|\band\b|\bor\b"}
PLACEHOLDER = re.compile(r"\{\{ .*?\}\}")


def lint_syllabus(root):
    """What is wrong in the list itself."""
    points, problems = read_syllabus(root)

    def report(line, what, remedy):
        problems.append(Problem(FILE, line, what, remedy))

    if points:
        check_list(points, report)
    return sorted(problems)


def check_list(points, report):
    """Ids are unique and of the digest, all of its rows and chapters are there, places exist, fields go together."""
    seen = {}
    for point in points:
        if (first := seen.setdefault(point.id, point)) is not point:
            report(point.line, f"{point.id!r} stands twice", f"give it a number of its own: line {first.line} has this")
        check_place(point, report)
        check_taught(point, report)
        check_language(point, report)
    for row, chapter in ROWS.items():
        if row not in {point.row for point in points}:
            report(1, f"nothing of {row}", f"add a point {row}.1 to chapter {chapter}")
    for chapter in PLACES:
        if not points_of(points, chapter):
            report(1, f"no point of chapter {chapter}", "add what the syllabus asks of it")


def check_place(point, report):
    if not re.fullmatch(r"[A-Z]\d\.\d+", point.id) or point.row not in ROWS:
        report(point.line, f"{point.id!r} is not of a row of the digest", "call it L2.1: the row, a point, a number")
    elif ROWS[point.row] != point.chapter:
        what = f"{point.id!r} is put into chapter {point.chapter!r}"
        report(point.line, what, f"{point.row} is of chapter {ROWS[point.row]}")
    if point.chapter in PLACES and point.place not in PLACES[point.chapter]:
        what = f"{point.id!r} is placed in {point.place!r}"
        report(point.line, what, f"chapter {point.chapter} is {' or '.join(PLACES[point.chapter])}")


def check_taught(point, report):
    """What the syllabus or papers ask is taught in class; what they want defined stands in a box."""
    asked = {"S", "P"} & set(point.source)
    if (point.taught == "course") != (point.kind == "考核"):
        report(point.line, f"{point.id!r}: taught {point.taught!r} does not go with {point.kind}", "course is for 考核")
    elif asked and point.taught == "exam":
        report(point.line, f"{point.id!r} is asked, and only on the exam page", "taught: class")
    elif asked and point.taught == "lab" and point.kind not in IN_LAB:
        report(
            point.line, f"{point.id!r} is asked, and only in the lab", f"taught: class; lab is for {', '.join(IN_LAB)}"
        )
    wanted = point.kind == "名词" and bool(asked)
    if point.define != wanted:
        remedy = "define: true" if wanted else "leave define out: it is for a 名词 of S or P"
        report(point.line, f"{point.id!r} {'has no' if wanted else 'has a'} definition", remedy)


def check_language(point, report):
    check_width(point.line, point.zh, report)
    for text in (point.en, *(word for group in point.words["en"] for word in group)):
        if found := re.search(f"[{HAN}]+", text):
            report(point.line, f"Chinese where English stands: {found.group()!r}", "use English")


# --- a chapter --------------------------------------------------------------------------------------------------


def texts_of(parts):
    """The texts that `check_points_taught` reads, from a chapter's parts: what a student reads as prose.

    Slides, the lecturer's notes, the plans of minutes and the table of key terms teach nothing.
    """
    texts = {language: {"class": "", "exam": "", "lab": ""} for language in BOX}
    for part in parts:
        place = "class" if part.kind in CLASS else "exam" if part.kind == "exam" else "lab"
        for language, found in texts.items():
            cells = [cell for cell in part.texts(language) if cell.language and cell.role not in ("notes", "plan")]
            found[place] += "".join(f"{cell.text}\n\n" for cell in cells)
    return texts


def check_points_taught(points, number, texts, report):
    """Each point of a chapter stands where it must, in both languages.

    ``texts``: ``{"zh": {"class": …, "exam": …, "lab": …}, "en": {…}}``; without ``lab``, what may stand there is not
    looked for. A problem stands at line 1: the remedy names the point.
    """
    for point in points_of(points, number):
        for language, parts in texts.items():
            wanted = LOOKED_IN.get(point.taught, ())
            if not wanted or wanted[-1] == "lab" and "lab" not in parts:
                continue
            text = "\n\n".join(parts[part] for part in wanted if part in parts)
            if lacking := lacks(point, language, text):
                remedy = f"teach it in the examined words: {getattr(point, language)} ({FILE}:{point.line})"
                report(1, f"{point.id} {SPEAKS[language]}: {lacking}", remedy)


def lacks(point, language, text):
    """What of a point a text does not say; nothing where it says all."""
    groups = point.words[language]
    if not point.define:
        missing = absent(groups, text, language)
        return f"no {'; no '.join(missing)} in {NAMES[point.taught]}" if missing else ""
    found = [absent(groups[1:], box, language) for box in boxes_of(groups[0], text, language)]
    if not found:
        return f"no box '> **{TITLE[language]}{groups[0][0]}' in {NAMES[point.taught]}"
    missing = min(found, key=len)
    return f"no {'; no '.join(missing)} in the box {groups[0][0]!r}" if missing else ""


def absent(groups, text, language):
    """The groups of words of which a text has none, as a maintainer reads them."""
    text = smooth(text, language)
    return [" / ".join(map(repr, group)) for group in groups if not any(has(text, word, language) for word in group)]


def has(text, word, language):
    """Whether a smoothed text holds a word: in English from the beginning of a word on."""
    word = smooth(word, language)
    if language == "zh":
        return word in text
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}", text))


@cache
def smooth(text, language):
    """A text in small letters without what is only set: emphasis, quotes, lines, in English hyphens."""
    text = re.sub(r"[*`“”‘\"]", "", PLACEHOLDER.sub("0", text)).lower().replace("’", "'")
    if language == "zh":
        return re.sub(r"[\s>]+", "", text)
    return re.sub(r"[\s>\-‑–—]+", " ", text).strip()


def boxes_of(names, text, language):
    """The boxes that define a term: those called so, or else those whose title begins so."""
    names = {base(name, language) for name in names}
    titled = boxes(text, language)
    called = [box for title, box in titled if heads(title, language) & names]
    return called or [box for title, box in titled if base(title, language).startswith(tuple(names))]


def boxes(text, language):
    """The boxes 定义 of a text: pairs of title and text, from one bold title to the next or to the end of the quote."""
    found, inside = [], False
    for line in text.split("\n"):
        if title := BOX[language].match(line):
            found.append([title.group(1), line])
            inside = True
        elif inside and line.startswith(">"):
            found[-1][1] += f"\n{line}"
        else:
            inside = False
    return found


def heads(title, language):
    """The terms that a title may name: 客户（关系）生命周期 also 客户生命周期, 主动流失与被动流失 two."""
    opened, bare = re.sub(r"[()（）]", "", title), re.sub(r"[(（].*?[)）]", "", title)
    inside = re.findall(r"[(（](.*?)[)）]", title)
    split = [part for whole in (bare, *inside) for part in re.split(SEPARATORS[language], whole)]
    return {base(part, language) for part in (title, opened, bare, *split)} - {""}


def base(name, language):
    """A name to compare by: without article and plural."""
    name = smooth(name, language)
    return name if language == "zh" else re.sub(r"^(?:an?|the) |s$", "", name)
