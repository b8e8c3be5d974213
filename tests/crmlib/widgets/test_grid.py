"""Every explorer over its grid: all pairs of controls, both ends of each slider and what lies between."""

import re
import sys

import pytest

from tests.support.explorers import Recorder, everywhere, explorer_in, grid, values

# No number, a zero with a sign, and a zero with decimals that a small number hides in.
UNTRUE = re.compile(r"\bnan|\binf\b|None|[-−+]0(?:\.0+)?(?![\d.,]*[1-9])(?!\d)|\b0\.0+(?!\d)")


@pytest.fixture(params=[name for name in everywhere() if name != "selftest"])
def name(request):
    return request.param


@pytest.fixture
def walked(name, monkeypatch):
    """What each pair of values says and would draw."""
    explorer = explorer_in(name, "en")
    recorder, draw = Recorder(), explorer._draw
    monkeypatch.setattr(sys.modules[getattr(draw, "func", draw).__module__], "plots", recorder)
    found = []
    for pair, at in grid(explorer.controls):
        recorder.told.clear()
        words = draw(**at)[1]
        found.append((pair, at, words, tuple(recorder.told)))
    return explorer, found


def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(walked):
    explorer, found = walked
    untrue = [(at, words) for _, at, words, _ in found if UNTRUE.search(words)]
    assert not untrue, (len(untrue), untrue[:2])
    for key, control in explorer.controls.items():
        outcomes = {}  # what the others are at: {value: what is seen}
        for pair, at, words, told in found:
            if key in pair:
                others = tuple((other, value) for other, value in at.items() if other != key)
                outcomes.setdefault(others, {})[at[key]] = words, told
        steps = values(control)
        for low, high in zip(steps[:-1], steps[1:], strict=True):
            assert any(outcome[low] != outcome[high] for outcome in outcomes.values()), f"{key}: dead {low}–{high}"


def test_a_mean_of_those_who_left_is_never_above_that_of_all():
    """Over the same months: otherwise the two would not compare, and short horizons would show the naive one above."""
    from crmlib.widgets import churn

    for contract in ("all", "Month-to-month", "Two year"):
        _, brought, of_leavers = churn._paid_back(contract, "all")
        assert (of_leavers <= brought + 1e-9).all() and of_leavers[-1] < brought[-1]
