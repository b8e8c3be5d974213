"""What the tests of one chapter's story share: the names that its cells define."""

import matplotlib.pyplot as plt
import pytest

import crmlib
from tests.support.chapters import code_cells

PREPARE = ":tags: [prepare]\n\n"


@pytest.fixture(scope="session")
def churn_chapter():
    """The names that the cells of chapter 08 define; exercises, wrong roads, pictures and explorers left out."""
    crmlib.use_language("en")
    names = {}
    for cell in code_cells("08_churn"):
        if not cell.removeprefix(PREPARE).startswith((":tags:", "widgets.", "plots.")):
            exec(cell.removeprefix(PREPARE), names)
    plt.close("all")
    return names
