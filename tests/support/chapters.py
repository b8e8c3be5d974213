"""The chapters' sources, and what their code cells define."""

import re

from tests.support import PROJECT

SOURCES = {
    folder.name: "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    for folder in sorted((PROJECT / "chapters").glob("[0-9][0-9]_*"))
}


def code_cells(chapter):
    """The code of a chapter's cells, in their order."""
    return re.findall(r"^```\{code-cell\} ipython3\n(.+?)^```", SOURCES[chapter], re.M | re.S)
