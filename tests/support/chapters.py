"""The chapters' sources, and what their code cells define."""

import re

import pandas as pd

from crmlib import value
from tests.support import PROJECT

SOURCES = {
    folder.name: "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    for folder in sorted((PROJECT / "chapters").glob("[0-9][0-9]_*"))
}


def code_cells(chapter):
    """The code of a chapter's cells, in their order."""
    return re.findall(r"^```\{code-cell\} ipython3\n(.+?)^```", SOURCES[chapter], re.M | re.S)


def chapter_names(chapter, *starts):
    """What the code cells of a chapter that begin with these words define."""
    names = {"pd": pd, "value": value, "show": lambda *_, **__: None} | {
        "member": value.clv(600, 0.60, 0.10, first_margin="now")
    }
    for code in code_cells(chapter):
        if code.startswith(starts):
            exec(code, names)
    return names
