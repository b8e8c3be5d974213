"""What is asked of every explorer: true words and no dead stretch over the grid, both languages alike."""

import re
import sys

from crmlib import use_language
from tests.crmlib.widgets.test_grid import UNTRUE
from tests.support.explorers import Recorder, grid, values


def walked(explorer, monkeypatch):
    """Walk the grid of pairs of controls: words are true, and each stretch of each control changes what is seen."""
    recorder, draw = Recorder(), explorer._draw
    monkeypatch.setattr(sys.modules[draw.func.__module__], "plots", recorder)
    found = []
    for pair, at in grid(explorer.controls):
        recorder.told.clear()
        words = draw(**at)[1]
        assert not UNTRUE.search(words), (at, words)
        found.append((pair, at, words, tuple(recorder.told)))
    for key, control in explorer.controls.items():
        outcomes = {}
        for pair, at, words, told in found:
            if key in pair:
                others = tuple((other, value) for other, value in at.items() if other != key)
                outcomes.setdefault(others, {})[at[key]] = words, told
        steps = values(control)
        for low, high in zip(steps[:-1], steps[1:], strict=True):
            assert any(outcome[low] != outcome[high] for outcome in outcomes.values()), f"{key}: dead {low}–{high}"


def both_languages(make):
    """Make an explorer in both languages: it draws, describes, and says the same numbers."""
    told = {}
    for language in ("zh", "en"):
        use_language(language)
        explorer = make()
        told[language] = explorer.words
        assert explorer.picture.png(40) and explorer.picture.alt
        named = [explorer.picture.alt, *(control.description for control in explorer.controls.values())]
        han = [any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in (told[language], *named)]
        assert all(han) if language == "zh" else not any(han)
    numbers = [set(re.findall(r"\d[\d,.]*(?<![,.])", told[language])) for language in ("en", "zh")]
    assert numbers[0] & numbers[1] and len(numbers[0] ^ numbers[1]) <= 2, numbers
