"""Explorers without a browser: drawing functions and controls. tests/chapters/test_browser.py moves them for real."""

import math
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import ipywidgets as ipw
import pytest

from crmlib.widgets import base
from tests.support.chapters import SOURCES
from tests.support.explorers import calls, everywhere, explorer_in, values

EXPLORERS = everywhere()


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
        if isinstance(control, ipw.FloatSlider):
            clean = control.value
            for side in {control.min, control.max} - {clean}:  # where a slider ends there is no dust beyond
                control.value = math.nextafter(clean, side)
                assert control.value != clean and seen(explorer) == start, control.description
            control.value = clean


def test_words_and_alt_speak_the_language(name, language):
    explorer = explorer_in(name, language)
    words, _, alt = seen(explorer)
    for text in (words, alt, *(c.description for c in explorer.controls.values() if len(c.description) > 1)):
        assert bool(re.search("[一-鿿]", text)) == (language == "zh"), text


def test_a_redraw_is_the_picture_that_a_first_draw_of_the_same_values_makes(explorer):
    """Axes and ticks are kept from picture to picture: nothing of the one before may stay."""
    for place in (0, 1, 2, 0):
        explorer.put(**{key: options[min(place, len(options) - 1)] for key, options in tried(explorer).items()})
        explorer._redraw()  # `put` begins a new picture, a moved control does not
        redrawn = explorer._figure.value
        explorer._picture, explorer._snug = None, base._Snug()
        explorer._redraw()
        assert explorer._figure.value == redrawn, place
    explorer.reset()


def test_a_control_that_speaks_while_a_picture_is_drawn_waits():
    """JupyterLab gives each control a thread: a slider's echo comes while Reset is being drawn."""
    explorer, drawing, order = explorer_in("value.clv_explorer", "zh"), Event(), []
    explorer.reset()
    first, draw = explorer._figure.value, explorer._draw

    def of_reset(**values):
        picture, words = draw(**values)
        on_canvas = picture.draw

        def late(renderer):
            drawing.set()
            sleep(0.1)
            order.append("reset drawn")
            on_canvas(renderer)

        picture.draw = late
        return picture, words

    def of_echo(**values):
        order.append("echo begins")
        return draw(**values)

    explorer._draw = of_reset
    with ThreadPoolExecutor(2) as pool:
        reset = pool.submit(explorer.reset)
        drawing.wait()
        explorer._draw = of_echo
        echo = pool.submit(explorer._redraw)
        assert reset.exception() is None and echo.exception() is None
    explorer._draw, explorer._picture = draw, None
    assert order[:2] == ["reset drawn", "echo begins"] and explorer._figure.value == first


def tried(explorer):
    return {key: values(control) for key, control in explorer.controls.items()}


def test_a_redraw_keeps_its_axes_and_ticks(explorer):
    explorer._redraw()
    (axes,) = explorer._picture.axes
    tick = axes.xaxis.majorTicks[0]
    explorer._redraw()
    assert explorer._picture.axes == [axes] and axes.xaxis.majorTicks[0] is tick


def test_a_slider_ends_where_what_it_hangs_on_ends():
    """Beyond CDNOW's 18 months nothing could change: there the slider ends, and a longer log gives the end back."""
    explorer = explorer_in("lifecycle.cohort_explorer", "en")
    months, start = explorer.controls["months"], seen(explorer)
    explorer.controls["data"].value = "cdnow"
    assert (months.value, months.max) == (18, 18)
    explorer.controls["data"].value = "qinghe"
    assert months.max == 24
    explorer.reset()
    assert (months.value, months.max) == (24, 24) and seen(explorer) == start


@pytest.mark.parametrize(
    ("number", "form", "en", "zh"),
    [
        (-0.0, ".1f", "0", "0"),
        (-0.3, "+,.0f", "0", "0"),
        (-1e-17, ".1%", "0%", "0%"),
        (0.0004, ".1%", "under 0.1%", "不到 0.1%"),
        (0.01, ".1f", "under 0.1", "不到 0.1"),
        (-2748.4, "+,.0f", "−2,748", "−2,748"),
        (0.104, ".0%", "10%", "10%"),
    ],
)
def test_a_number_in_words_is_no_zero_that_hides_another(language, number, form, en, zh):
    assert base.tell(number, form) == {"en": en, "zh": zh}[language]
