"""The parts of a chapter: its opening, sessions, exam page, labs, and what comes after class.

A part begins where a heading stands first in a cell: ``# Session 1 …``, ``# Exam points``, ``# Labs`` with its
``## Lab 1 …``, ``# After class``. The English heading decides; the rules see that the Chinese twin has its own.
"""

import re
from dataclasses import dataclass, field

# What a heading says, in English and in Chinese, of the part that it begins.
HEADINGS = {
    "session": (r"# Session (\d+)\b", r"# 第[一二三四五六七八九十]+次课"),
    "exam": (r"# Exam points$", r"# 考点$"),
    "labs": (r"# Labs$", r"# 实验$"),
    "lab": (r"## Lab (\d+)\b", r"## 实验 ?(\d+)"),
    "after": (r"# After class$", r"# 课后$"),
}
CLASS = ("opening", "session")
SECTION = re.compile(r"^## (\d+) (.+)$", re.M)


@dataclass
class Part:
    """Cells in a row; ``kind`` is opening, session, exam, labs, lab or after."""

    kind: str
    title: str = ""
    cells: list = field(default_factory=list)

    @property
    def line(self):
        return self.cells[0].line if self.cells else 1

    @property
    def code(self):
        return [cell for cell in self.cells if cell.kind == "code" and cell.shown]

    def texts(self, language):
        """The cells of text that a reader of a language meets."""
        return [cell for cell in self.cells if cell.kind == "markdown" and cell.shown and cell.serves(language)]

    @property
    def number(self):
        found = re.search(r"\d+", self.title)
        return int(found.group()) if found else None


def parts(chapter):
    """The parts of a chapter, in order; their cells together are the chapter's."""
    found = [Part("opening")]
    for cell in chapter.cells:
        kind = kind_of(cell)
        if kind:
            found.append(Part(kind, heading(cell)))
        found[-1].cells.append(cell)
    return found


def kind_of(cell):
    """The kind of part that a cell begins; None where it begins none."""
    if cell.kind != "markdown" or cell.language == "zh" or cell.role == "slide":
        return None
    return next((kind for kind, (english, _) in HEADINGS.items() if re.match(english, heading(cell))), None)


def begins(cell, kind):
    """Whether a cell has the heading of a kind of part, in either language."""
    return any(re.match(pattern, heading(cell)) for pattern in HEADINGS[kind])


def heading(cell):
    """The first line of a cell."""
    return cell.text.lstrip("\n").partition("\n")[0].strip()


def sections(part):
    """The numbered sections of a part: ``{number: cell}``, from its English cells."""
    return {
        int(number): cell
        for cell in part.cells
        if cell.kind == "markdown" and cell.shown and cell.language != "zh"
        for number, _ in SECTION.findall(cell.text)
    }
