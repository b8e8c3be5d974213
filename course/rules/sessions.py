"""A chapter in its order: opening, sessions with their minutes, exam page, labs; each holds what a class needs."""

import ast
import re

from course.parts import CLASS, HEADINGS, heading, sections
from course.rules.budget import check_slides
from course.rules.code import shows_output

ORDER = {"opening": 0, "session": 1, "exam": 2, "labs": 3, "lab": 4, "after": 5}
MINUTES, HALF = 90, (40, 50)
NUMERALS = "一二三四五六七八九十"
ROW = re.compile(r"^\|\s*(\d+)\s*\|\s*(.+?)\s*\|", re.M)
# What a plan names, by language.
NAMED = {
    "a roll-call": {"en": r"[Rr]oll-call", "zh": "点名"},
    "a break": {"en": r"[Bb]reak", "zh": "休息"},
    "exercises": {"en": r"[Ee]xercise", "zh": "练习"},
    "the discussion": {"en": r"[Dd]iscuss|[Dd]ebate|Ask the class|vote", "zh": "讨论|辩论|表决"},
}
LATE = {"en": "**When late**", "zh": "**来不及时**"}
ASK = {"en": "**Ask the class**", "zh": "**课堂讨论**"}
MANAGER = {"en": r"\*\*The manager \(decision (\d)\)\*\*", "zh": r"\*\*经理的决定（决策([一二三])）\*\*"}
DECISIONS = {"en": "**Three decisions**", "zh": "**三项决策**"}
NUMERIC = ("number", "money", "share")


def check_order(chapter, parts, report):
    """The parts stand in their order and in their file, each with its Chinese heading."""
    places = [ORDER[part.kind] for part in parts]
    for above, part, (place, below) in zip(parts, parts[1:], zip(places, places[1:], strict=False), strict=False):
        if below < place:
            report(
                part.line, f"{part.title!r} below {above.title!r}", "opening, sessions, exam points, labs, after class"
            )
    kinds = [part.kind for part in parts]
    for kind, example in (("session", "# Session 1 · …"), ("exam", "# Exam points"), ("labs", "# Labs")):
        if kind not in kinds:
            report(1, f"no {example!r}", f"write it, and its twin; see docs/maintaining.md ({HEADINGS[kind][1]})")
    if "after" not in kinds:
        report(parts[-1].line, "no '# After class'", "quiz, summary, homework, further reading")
    for part in parts[1:]:
        twin = next((cell for cell in part.cells[1:2] if cell.language == "zh"), None)
        if part.cells[0].language == "en" and (twin is None or not re.match(HEADINGS[part.kind][1], heading(twin))):
            report(part.line, f"{part.title!r} without its Chinese heading", f"like {HEADINGS[part.kind][1]}")
        file = chapter.place(part.line)[0].rpartition("/")[2]
        if file != ("class.md" if part.kind in ("session", "exam") else "lab.md"):
            report(part.line, f"{part.title!r} in {file}", "sessions and exam page in class.md, labs in lab.md")


def check_opening(parts, report):
    """The opening names the place in the syllabus, the hours and the three decisions; the class part takes each."""
    opening, sessions = parts[0], [part for part in parts if part.kind == "session"]
    for language, words in (("en", ("chapter", "class hours")), ("zh", ("第", "章", "学时"))):
        text = "\n".join(cell.text for cell in opening.texts(language))
        for word in words:
            if word not in text:
                report(1, f"the opening does not say {word!r}", "name the place in the syllabus and the class hours")
        listed = re.findall(r"^\d+\. ", text.partition(DECISIONS[language])[2].lstrip(), re.M)
        if DECISIONS[language] not in text or len(listed) != 3:
            report(
                1,
                f"{len(listed)} decisions in the opening ({language})",
                f"{DECISIONS[language]}, then a list of three",
            )
        taught = "\n".join(cell.text for part in sessions for cell in part.texts(language))
        found = {NUMERALS.find(mark) + 1 or int(mark) for mark in re.findall(MANAGER[language], taught)}
        for number in sorted({1, 2, 3} - found):
            report(
                1,
                f"decision {number} is taken nowhere ({language})",
                f"a paragraph that begins like {MANAGER[language]}",
            )
    explorers = [cell for part in parts if part.kind in CLASS for cell in part.code if is_explorer(cell)]
    if len(explorers) < 2:
        report(1, f"{len(explorers)} explorers in the class part", "two at least")


def is_explorer(cell):
    return shows_output(cell) and ast.unparse(cell.tree.body[-1].value).startswith("widgets.")


def check_session(chapter, part, report):
    check_plan(part, report)
    check_slides(part, report)
    asked = [cell for cell in part.code if cell.exercise]
    fewest = 1 if re.search("[Dd]iscussion", part.title) else 2
    if len(asked) < fewest:
        report(part.line, f"{len(asked)} exercises in {part.title!r}", f"one a class hour: {fewest} at least")
    for cell in asked:
        if not cell.exercise.boxed:
            report(cell.line, "an exercise in class that asks for code", 'ask("chapter.exercise", name), a box')
        spec = chapter.specs.get(cell.exercise.short)
        for answer in spec.answers if spec else ():
            if answer["kind"] in NUMERIC and "digits" not in answer:
                report(cell.line, f"{spec.name!r} without digits", "digits: 2 in exercises.yml: a pocket calculator")
            if answer["kind"] in ("letter", "set") and not spec.choices:
                report(cell.line, f"{spec.name!r} without choices", "choices: ABCD in exercises.yml")
    for language, words in ASK.items():
        if not any(words in cell.text for cell in part.texts(language)):
            report(part.line, f"no question to discuss in {part.title!r} ({language})", words)


def check_plan(part, report):
    """The minutes of a session add up; its break lies in the middle; every section has its time."""
    plans = [cell for cell in part.cells[:2] if cell.role == "plan"]
    if [cell.language for cell in plans] != ["en", "zh"]:
        report(part.line, f"{part.title!r} does not begin with its plan", 'a cell tagged ["plan", "en"], then its twin')
        return
    for cell in plans:
        rows = [(int(minutes), what) for minutes, what in ROW.findall(cell.text)]
        if (total := sum(minutes for minutes, _ in rows)) != MINUTES:
            report(cell.line, f"a plan of {total} minutes", f"{MINUTES}, roll-call and break included")
        before = next((sum(m for m, _ in rows[:k]) for k, (_, what) in enumerate(rows) if is_break(cell, what)), None)
        if before is not None and not HALF[0] <= before <= HALF[1]:
            report(cell.line, f"a break after {before} minutes", f"after {HALF[0]} to {HALF[1]}")
        for name, patterns in NAMED.items():
            if not any(re.search(patterns[cell.language], what) for _, what in rows):
                report(cell.line, f"a plan without {name}", f"a row that says {patterns[cell.language]}")
        if LATE[cell.language] not in cell.text:
            report(cell.line, "a plan that does not say what to drop", f"{LATE[cell.language]} … below the table")
        for number in sections(part):
            if not any(re.match(rf"{number}\b", what) for _, what in rows):
                report(cell.line, f"a plan without section {number}", f"a row that begins with {number}")


def is_break(cell, what):
    return re.search(NAMED["a break"][cell.language], what)
