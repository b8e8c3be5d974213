"""Explorers in the browser, each beside its twin in Python: all controls moved by mouse and by keyboard."""

import re
import statistics

import pytest
from playwright.sync_api import expect

from crmlib import selftest
from tests.support.browser import Explorer
from tests.support.explorers import make


def explorers(desk, chapter):
    """Each explorer of the notebook in front, and its twin: the same widget here, which says what must be seen."""
    for number, source in enumerate(desk.sources()):
        root = desk.front.locator(f'.jp-Cell[data-windowed-list-index="{number}"] .crm-explorer')
        if root.count():
            twin = make(chapter, source) if source.startswith("widgets.") else eval(source, {"selftest": selftest})
            yield Explorer(root), twin


def assert_twins(explorer, twin):
    """The words belong to what the controls show, once all movements have arrived."""
    for control, shown in zip(twin.controls.values(), explorer.values(), strict=True):
        control.value = control.options[round(shown)][1] if hasattr(control, "options") else type(control.value)(shown)
    expect(explorer.words).to_have_text(twin.words)


def move_everything(explorer, twin, language):
    """Move each control by key and by mouse, see the picture and the words follow; then reset."""
    values = explorer.values()
    assert explorer.sliders.count() + explorer.lists.count() == len(twin.controls)
    assert_twins(explorer, twin)
    for slider in explorer.sliders.all():
        by_key(explorer, slider)
        by_mouse(explorer, slider)
        assert_twins(explorer, twin)
    for chooser in explorer.lists.all():
        last = chooser.locator("option").count() - 1
        with explorer.changing():
            chooser.select_option(index=0 if chooser.evaluate("list => list.selectedIndex") == last else last)
        assert_twins(explorer, twin)
    alt = explorer.picture.get_attribute("alt")
    assert alt and bool(re.search("[一-鿿]", alt)) == (language == "zh"), alt
    explorer.root.get_by_role("button", name={"zh": "还原", "en": "Reset"}[language]).click()
    explorer.wait_for_first()
    assert explorer.values() == pytest.approx(values)


def by_key(explorer, slider):
    slider.focus()
    there, back = (
        (("ArrowRight", "ArrowUp"), "ArrowLeft") if is_left(slider) else (("ArrowLeft", "ArrowDown"), "ArrowRight")
    )
    for press in (*there, back):
        with explorer.changing():
            slider.press(press)
        explorer.page.wait_for_timeout(50)  # a finger rests, too, and the kernel says that it is idle


def is_left(slider):
    """Whether the handle stands in the left half of its track; as numbers its ends are rounded to one decimal."""
    return slider.evaluate("""handle => {
        const middle = part => { const {left, right} = part.getBoundingClientRect(); return (left + right) / 2; };
        return middle(handle) < middle(handle.closest('.noUi-target'));
    }""")


def by_mouse(explorer, slider):
    """Click on the track far from the handle, then drag the handle to the middle of it."""
    slider.scroll_into_view_if_needed()
    track = slider.locator("xpath=ancestor::div[contains(@class, 'noUi-target')]").bounding_box()
    height = track["y"] + track["height"] / 2
    mouse = explorer.page.mouse
    with explorer.changing():
        mouse.click(track["x"] + track["width"] * (0.9 if is_left(slider) else 0.1), height)
    slider.hover()  # waits until the handle has come to rest
    with explorer.changing():
        mouse.down()
        mouse.move(track["x"] + track["width"] * 0.47, height, steps=3)
        mouse.up()


def latency(explorer, twin, language):
    times, name = explorer.milliseconds, [c for c in twin._dom_classes if c != "crm-explorer"][0]
    spread = f"{min(times):.0f}–{max(times):.0f}, {len(times)} moves"
    return f"{language} {name}: median {statistics.median(times):.0f} ms ({spread})"
