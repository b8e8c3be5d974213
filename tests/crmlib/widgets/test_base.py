"""Explorers without a browser: drawing functions and controls. tests/chapters/test_browser.py moves them for real."""

import math
import re
import warnings
from functools import cache, partial

import pytest

from crmlib import selftest, use_language
from tests.support.chapters import SOURCES
from tests.support.explorers import calls, function_of, make

# Every explorer that a chapter shows, with what it is given there, and that of the start page.
EXPLORERS = {function_of(call): partial(make, name, call) for name in SOURCES for call, _ in calls(name)} | {
    "selftest": selftest.slider
}


@cache
def explorer_in(name, language):
    """One explorer a language, shared by the tests: each leaves it as it was."""
    use_language(language)
    return EXPLORERS[name]()


@pytest.fixture(params=EXPLORERS)
def name(request):
    return request.param


@pytest.fixture
def explorer(name):
    return explorer_in(name, "en")


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        yield


def seen(explorer):
    """The words, the picture and its description."""
    picture = re.search(r'src="(data:image/png;base64,[^"]+)" alt="([^"]+)"', explorer._figure.value)
    return explorer.words, *picture.groups()


def test_every_chapter_shows_explorers():
    shown = {name: [call for call, _ in calls(name)] for name in SOURCES if not name.startswith("00")}
    assert shown and all(len(explorers) >= 2 for explorers in shown.values())


def test_every_control_changes_picture_or_words_and_reset_brings_them_back(name, language):
    explorer = explorer_in(name, language)
    start = before = seen(explorer)
    for control in explorer.controls.values():
        options = getattr(control, "options", None)
        control.value = (
            next(v for _, v in options if v != control.value)
            if options
            else (control.min if control.value > (control.min + control.max) / 2 else control.max)
        )
        assert seen(explorer) != before, control.description
        before = seen(explorer)
    explorer.reset()
    assert seen(explorer) == start


def test_dust_in_the_last_digit_of_a_slider_changes_nothing(explorer):
    start = seen(explorer)
    for control in explorer.controls.values():
        if isinstance(control.value, float):
            clean = control.value
            for side in (-math.inf, math.inf):
                control.value = math.nextafter(clean, side)
                assert control.value != clean and seen(explorer) == start, control.description
            control.value = clean


def test_words_and_alt_speak_the_language(name, language):
    explorer = explorer_in(name, language)
    words, _, alt = seen(explorer)
    for text in (words, alt, *(c.description for c in explorer.controls.values() if len(c.description) > 1)):
        assert bool(re.search("[一-鿿]", text)) == (language == "zh"), text


def test_the_extremes_of_all_controls_draw_without_a_warning(explorer):
    for end in ("min", "max"):
        explorer.put(**{key: getattr(c, end) for key, c in explorer.controls.items() if hasattr(c, end)})
        assert "nan" not in explorer.words and "inf" not in explorer.words.replace("information", "")
    explorer.reset()
