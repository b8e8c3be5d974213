"""Every public function with spoilt arguments: a result, or a ValueError or TypeError that names the argument.

A few calls of each, the same ones every time; ``python benchmarks/fuzz.py`` makes thousands.
"""

import inspect
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from crmlib import say
from tests.support.fuzz import fuzz, judge, targets
from tests.support.fuzz.starts import Start

TARGETS = {str(target): target for target in targets()}
SLOW = ("plots", "widgets")  # which draw
# What is known and stays: function and kind of finding, and why.
KNOWN = {("language.use_language", "language"): "who has chosen no language is answered in both"}
# No example calls them with arguments: a result that the library makes, and how a notebook shows it.
NO_START = {"exercises.Feedback.__init__", "plots.Picture.__init__", "plots.Picture.draw"}
NO_START |= {"plots.Picture.html", "plots.Picture.png"}
NO_START |= {"systems.CRM.__init__"}  # open_crm makes it


def of_room(name):
    """A test that runs on one worker with those of its room, which share what the examples compute."""
    return pytest.param(TARGETS[name], id=name, marks=pytest.mark.xdist_group(f"fuzz {TARGETS[name].room}"))


@pytest.mark.parametrize("target", [of_room(name) for name in TARGETS])
def test_a_spoilt_argument_is_answered_by_name(target, monkeypatch):
    # A busy machine multiplies the time of a call: here only what never ends is found, in benchmarks/ what takes 2 s.
    monkeypatch.setattr(judge, "SECONDS", 20)
    calls, findings = fuzz(target, 5 if target.room in SLOW else 10)
    assert calls or str(target) in NO_START
    new = [finding for finding in findings.values() if (finding.function, finding.kind) not in KNOWN]
    print(f"{target}: {calls} calls")
    told = [f"[{one.kind}] {one.line}\n  {one.argument} = {one.value}\n  {one.told}" for one in new]
    assert not new, "\n".join(told)


def test_the_walk_finds_functions_methods_plots_and_explorers():
    rooms = {target.room for target in TARGETS.values()}
    assert {"value", "lifecycle", "segmentation", "churn", "plots", "widgets", "exercises", "display"} <= rooms
    assert {"value.clv", "value.BetaGeoNBD.fit", "plots.lines", "widgets.tier_explorer", "checks.number"} <= set(
        TARGETS
    )
    assert len(TARGETS) > 150


def refused(en, zh):
    """A function that refuses a text with these sentences."""

    def function(margin):
        if isinstance(margin, str):
            raise ValueError(say(en, zh))

    return function


def changed(margin):
    if isinstance(margin, str):
        return 1.0
    return margin.pop() if isinstance(margin, list) else margin


def slow(margin):
    while isinstance(margin, str):
        pass


FAULTY = {
    "nothing": (refused("margin = '3': a number is needed.", "margin = '3' 不对：应为数值。"), "3", set()),
    "raw": (lambda margin: margin * 1.0, "3", {"raw"}),
    "KeyError": (lambda margin: {3: 1}[margin], "3", {"raw"}),
    "English only": (refused("margin is wrong.", "margin is wrong."), "3", {"raw"}),
    "no name": (refused("A number is needed.", "应为数值。"), "3", {"unnamed"}),
    "Chinese in English": (refused("margin 不对。", "margin 不对。"), "3", {"language"}),
    "an input changed": (changed, [1, 2], {"changed"}),
    "new NaN": (lambda margin: 1.0 if margin == 3 else np.nan, "3", {"NaN"}),
    "overflow": (lambda margin: np.float64(margin) * 5e307, "9", {"NaN", "warning"}),
    "slow": (slow, "3", {"slow"}),
}


@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_judge_finds_each_kind(name, language, monkeypatch):
    monkeypatch.setattr(judge, "LIBRARY", str(Path(__file__).parent))
    monkeypatch.setattr(judge, "SECONDS", 0.05)
    function, value, kinds = FAULTY[name]
    start = judge.measured(Start(SimpleNamespace(function=function), inspect.signature(function).bind(3)))
    assert {finding.kind for finding in judge.judged(start, {"margin": ("spoilt", value)}, language)} == kinds
