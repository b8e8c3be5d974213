"""The explorer of agents and waiting: its words follow Erlang C over the whole grid; what it cannot take."""

import re

import pytest

from crmlib import systems, use_language
from crmlib.widgets.systems import staffing_explorer
from tests.support.explorers import assert_true_and_alive, values, walk
from tests.support.refusals import refuses

MADE = {
    "published": lambda: staffing_explorer(100, 180, 30),
    "bank": lambda: staffing_explorer(2082, 200, 30, agents=235),
    "small": lambda: staffing_explorer(10, 200, 30, service_level=0.9, target_seconds=0),
}


@pytest.mark.parametrize("name", MADE)
def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(name, monkeypatch):
    explorer = MADE[name]()
    assert_true_and_alive(explorer, walk(explorer, monkeypatch))


@pytest.mark.parametrize("name", MADE)
def test_each_move_of_each_control_changes_picture_and_words(name, monkeypatch):
    explorer = MADE[name]()
    seen = {tuple(at.items()): (words, told) for _, at, words, told in walk(explorer, monkeypatch)}
    moves = 0
    for key, control in explorer.controls.items():
        steps = values(control)
        for at, (words, told) in seen.items():
            at = dict(at)
            for low, high in zip(steps[:-1], steps[1:], strict=True):
                other = seen.get(tuple((at | {key: high}).items()))
                if at[key] == low and other:
                    moves += 1
                    assert words != other[0] and told != other[1], (key, at, high)
    assert moves > 20


@pytest.mark.parametrize("name", MADE)
def test_both_languages_say_the_same_numbers(name):
    told = {}
    for language in ("en", "zh"):
        use_language(language)
        explorer = MADE[name]()
        told[language] = explorer.words
        assert explorer.picture.png(40) and explorer.picture.alt
    use_language("en")
    numbers = {
        language: sorted(set(re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")))) for language, text in told.items()
    }
    assert numbers["en"] == numbers["zh"] and any("\u4e00" <= letter <= "\u9fff" for letter in told["zh"])


def test_one_more_agent_by_hand():
    """Targets row erlangc.100: 17.12 s with 13 agents, 7.84 s with 14; 100 callers, 15 yuan for the half-hour."""
    words = MADE["published"]().at(agents=13, calls=100, target=20)
    assert "28.5% of 100 callers wait, the mean wait of all is 17.1 s, and 79.6% are answered within 20 s" in words
    assert "One more agent: 7.8 s, −54%" in words and "(17.4%)" in words
    assert "4.0 agents above the load, not 3.0" in words
    saved = 100 * (systems.erlang_c(100, 180, 13)["asa"] - systems.erlang_c(100, 180, 14)["asa"])
    assert f"saves {saved:,.0f} seconds of waiting: {15 / saved:.3f} yuan a second" in words
    assert words.endswith("14 agents keep 80% within 20 s.")


def test_it_opens_with_the_fewest_that_keep_the_level_or_where_its_chapter_stands():
    assert MADE["published"]().controls["agents"].value == 14
    assert MADE["bank"]().controls["agents"].value == 235
    assert staffing_explorer(100, 180, 30, service_level=0.95).controls["agents"].value == 16


def test_too_few_agents_are_told_and_the_remedy_holds():
    explorer = MADE["published"]()
    few = explorer.at(agents=9)
    assert "10.0 calls more than they can answer" in few and "11 agents are the fewest" in few
    assert "∞" in [text.get_text() for text in explorer.picture.axes[0].texts]
    assert "just as many as they can answer" in explorer.at(agents=10)
    assert "of 100 callers wait" in explorer.at(agents=11)


def test_nobody_who_waits_saves_nothing():
    assert "saves less than a second of waiting in all" in MADE["published"]().at(agents=30)


BAD = {
    "half a call": (lambda: staffing_explorer(100.5, 180, 30), "calls = 100.5"),
    "a call of no time": (lambda: staffing_explorer(100, 0, 30), "handle_seconds = 0"),
    "work for nothing": (lambda: staffing_explorer(100, 180, 0), "wage = 0"),
    "a level in per cent": (lambda: staffing_explorer(100, 180, 30, service_level=80), "service_level = 80"),
    "a target beyond the slider": (lambda: staffing_explorer(100, 180, 30, target_seconds=600), "target_seconds = 600"),
    "agents beyond the slider": (lambda: staffing_explorer(100, 180, 30, agents=900), "agents = 900"),
    "nothing given": (lambda: staffing_explorer(), "Its chapter calls it staffing_explorer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
