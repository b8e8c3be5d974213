"""What a class hour can hold: characters, words, outputs, code and tables of the class part; slides and readings."""

import re

from course.parts import CLASS, heading
from course.rules.code import shows_output
from course.rules.markdown import HAN, parser, plain

HOURS = 2  # class hours a session
MOST = {"zh": 1_800, "en": 1_200}  # Han characters and English words a class hour
UNITS = {"zh": "Han characters", "en": "words"}
OUTPUTS, CODE, LINES, ROWS = (
    3,
    2,
    3,
    6,
)  # outputs and open code cells a class hour, lines of such a cell, rows of a table
EXAM = 600  # Han characters a session
SLIDES, BULLETS, LONGEST = (8, 12), (2, 5), {"zh": 20, "en": 12}
WORD = re.compile(r"[^\W_]+(?:['’.,/-][^\W_]+)*")
HAN_OR_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}_]+")
UNCOUNTED = ("reading", "notes", "slide")


def size(cell, language):
    """The Han characters or the English words that a reader reads in a cell."""
    text = plain(cell)
    return len(re.findall(f"[{HAN}]", text)) if language == "zh" else len(WORD.findall(text))


def is_terms(cell):
    """Whether a cell is the table of key terms in both languages."""
    return cell.language is None and "| 术语 |" in cell.text


def counted(part, language):
    """The size of a part's text in a language, as the budget counts it."""
    texts = [cell for cell in part.texts(language) if cell.role not in UNCOUNTED and not is_terms(cell)]
    return sum(size(cell, language) for cell in texts)


def check_budget(parts, report):
    """The class part fits its hours; the opening belongs to the first session."""
    opening = [part for part in parts if part.kind == "opening"]
    sessions = [part for part in parts if part.kind == "session"]
    for number, session in enumerate(sessions):
        own = [*opening, session] if number == 0 else [session]
        for language, most in MOST.items():
            found, most = sum(counted(part, language) for part in own), HOURS * most
            if found > most:
                what = f"{session.title!r} has {found:,} {UNITS[language]}, its hours hold {most:,}"
                report(session.line, what, "move to the lab, to a reading or away what serves no decision")
        shown = [cell for part in own for cell in part.code if shows_output(cell) and not cell.exercise]
        if len(shown) > HOURS * OUTPUTS:
            what = f"{session.title!r} shows {len(shown)} outputs, its hours hold {HOURS * OUTPUTS}"
            report(shown[-1].line, what, "keep the pictures that a decision needs")
        check_open_code([cell for part in own for cell in part.code if cell.role is None], session, report)
        for cell in (cell for part in own for cell in part.cells if cell.kind == "markdown" and cell.shown):
            if cell.role not in ("plan", "reading", "notes") and not is_terms(cell):
                check_tables(cell, report)
    check_readings(parts, report)
    for exam in (part for part in parts if part.kind == "exam"):
        found, most = counted(exam, "zh"), EXAM * max(len(sessions), 1)
        if found > most:
            report(exam.line, f"an exam page of {found:,} Han characters", f"at most {most:,}: keywords, no sentences")


def check_open_code(cells, session, report):
    """In class nobody reads code, but for a line that reads like its formula."""
    for cell in cells:
        lines = sum(1 for line in cell.text.split("\n") if line.strip())
        if lines > LINES:
            report(cell.line, f"{lines} lines of open code in class", "tag the cell fold or prepare")
    if len(cells) > HOURS * CODE:
        what = f"{len(cells)} cells of open code in {session.title!r}"
        report(cells[-1].line, what, f"at most {HOURS * CODE}: tag the others fold or prepare")


def check_tables(cell, report):
    rows, inside = 0, False
    for token in parser().parse(cell.text):
        if token.type == "tbody_open":
            rows, inside = 0, True
        elif token.type == "tbody_close":
            inside = False
            if rows > ROWS:
                report(cell.line, f"a table of {rows} rows in class", f"at most {ROWS}: split it, or drop rows")
        elif token.type == "tr_open" and inside:
            rows += 1


def check_readings(parts, report):
    """A reading is folded under its own heading, defines nothing, and stays the smaller half."""
    taught = [part for part in parts if part.kind in CLASS]
    cells = [cell for part in taught for cell in part.cells if cell.kind == "markdown" and cell.shown]
    readings = [cell for cell in cells if cell.role == "reading"]
    for cell in readings:
        if not re.match(r"### (Reading: |阅读：)", heading(cell)):
            report(cell.line, "a reading without its heading", "begin it with ### Reading: … / ### 阅读：……")
        if re.search(r"> \*\*(Definition|定义)", cell.text):
            report(cell.line, "a definition in a reading", "definitions are taught in class")
        below = next((other for other in cells[position(cells, cell) :] if other.role != "reading"), None)
        if below is not None and not heading(below).startswith("#"):
            report(
                below.line, "a cell that the reading above folds away", "begin the cell below a reading with a heading"
            )
    for language in MOST:
        read = sum(size(cell, language) for cell in readings if cell.language == language)
        if readings and read > sum(counted(part, language) for part in taught) / 2:
            report(readings[0].line, f"readings of {read:,} {UNITS[language]}", "at most half of the class part")


def position(cells, wanted):
    return next(number for number, cell in enumerate(cells) if cell is wanted)


def check_slides(part, report):
    """A slide says no more than a glance can take, and a session has as many as its hours hold."""
    slides = [cell for cell in part.cells if cell.role == "slide"]
    for cell in slides:
        lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
        headings = [line for line in lines if line.startswith("#")]
        bullets = [line for line in lines if line.startswith("- ")]
        if len(headings) != 1 or not lines[0].startswith("## ") or len(headings) + len(bullets) < len(lines):
            report(
                cell.line, "a slide of another form", "## heading, then bullets that begin with - , each on one line"
            )
        elif not BULLETS[0] <= len(bullets) <= BULLETS[1]:
            report(cell.line, f"a slide of {len(bullets)} bullets", f"{BULLETS[0]} to {BULLETS[1]}")
        for line in bullets:
            check_bullet(cell, line, report)
    english = sum(cell.language == "en" for cell in slides)
    fewest, most = (HOURS * number for number in SLIDES)
    fewest = 6 if re.search("[Dd]iscussion", part.title) else fewest
    if not fewest <= english <= most:
        report(part.line, f"{english} slides in {part.title!r}", f"{fewest} to {most}")


def check_bullet(cell, line, report):
    text = re.sub(r"\{\{.*?\}\}", "0", line[2:]).replace("*", "")
    found = len((HAN_OR_WORD if cell.language == "zh" else WORD).findall(text))
    if found > LONGEST[cell.language or "en"]:
        unit = "characters" if cell.language == "zh" else "words"
        report(cell.line, f"a bullet of {found} {unit}: {line!r}", f"at most {LONGEST[cell.language or 'en']}")
