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


def pytest_configure(config):
    """Announce the mark that `pytest_collection_modifyitems` knows."""
    config.addinivalue_line("markers", "only_in(chapter): of a test with the fixture `chapter`, for one of them.")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep tests marked `only_in` for that chapter; and those of the browser together, one language after the other.

    Left to itself, pytest changes languages at nearly every chapter, which starts another server and browser each time.
    """
    items[:] = [item for item in items if _is_for(item, item.get_closest_marker("only_in"))]
    places = [place for place, item in enumerate(items) if "desk" in _params(item)]
    in_order = sorted((items[place] for place in places), key=lambda item: _params(item)["desk"], reverse=True)
    for place, item in zip(places, in_order, strict=True):
        items[place] = item


def _params(item):
    return item.callspec.params if hasattr(item, "callspec") else {}


def _is_for(item, mark):
    return mark is None or _params(item)["chapter"] in mark.args
