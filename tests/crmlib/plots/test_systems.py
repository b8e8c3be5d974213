"""The pictures of chapter 09: waiting by the number of agents."""

import pytest

from crmlib import plots, systems
from tests.support.pictures import texts, ticks
from tests.support.refusals import refuses


def waiting():
    """Nine agents are too few for a load of ten."""
    return systems.erlang_c(100, 180, range(12, 16)).reindex(range(9, 16)).drop([10, 11])


def test_bars_are_the_waits_and_kinds_have_their_own_colour_and_hatch(language):
    picture = plots.waiting_bars(waiting())
    kept, missed, endless = picture.axes[0].containers[:3]
    assert [bar.get_height() for bar in missed] == pytest.approx(waiting().loc[[12, 13], "asa"].tolist())
    assert [bar.get_height() for bar in kept] == pytest.approx(waiting().loc[[14, 15], "asa"].tolist())
    assert len(endless) == 1 and endless[0].get_height() == picture.axes[0].get_ylim()[1]
    looks = {(bars[0].get_facecolor(), bars[0].get_hatch()) for bars in (kept, missed, endless)}
    assert len({colour for colour, _ in looks}) == len({hatch for _, hatch in looks}) == 3
    assert (
        texts(picture)
        == {
            "en": ["∞", "40.4 s\n64%", "17.1 s\n79.6%", "7.8 s\n89%", "3.7 s\n94%"],
            "zh": ["∞", "40.4 秒\n64%", "17.1 秒\n79.6%", "7.8 秒\n89%", "3.7 秒\n94%"],
        }[language]
    )
    assert {"en": "9: waiting without end; 12: 40.4 s, 64% in time", "zh": "9：一直排队；12：40.4 秒，及时接听 64%"}[
        language
    ] in picture.alt
    assert list(ticks(picture.axes[0].xaxis)) == [9, 12, 13, 14, 15]


def test_another_goal_moves_the_border_and_stands_in_the_legend():
    picture = plots.waiting_bars(waiting(), goal=0.9)
    assert len(picture.axes[0].containers[0]) == 1
    assert picture.axes[0].get_legend().get_title().get_text() == "Service level 90%"


def test_a_bar_far_longer_than_the_others_is_cut_and_says_so():
    table = waiting().loc[12:]
    table.loc[12, "asa"] = 1000.0
    picture = plots.waiting_bars(table)
    top = 8 * table.loc[13, "asa"]
    breaks = [line.get_ydata() for line in picture.axes[0].lines]
    assert len(breaks) == 2 and all(0.8 * top < low < high < top for low, high in breaks)
    assert not plots.waiting_bars(waiting().loc[12:]).axes[0].lines
    assert picture.axes[0].containers[1][0].get_height() == pytest.approx(top)
    assert texts(picture)[0] == "↑ 1,000 s\n64%" and "1,000 s" in picture.alt


def test_the_number_chosen_is_framed_also_where_its_queue_has_no_end():
    for chosen in (9, 14):
        *_, frame = plots.waiting_bars(waiting(), chosen=chosen).axes[0].containers
        (bar,) = frame
        assert bar.get_x() + bar.get_width() / 2 == chosen and bar.get_linewidth() > 2
    assert len(plots.waiting_bars(waiting(), chosen=30).axes[0].containers) == 3


def test_all_too_few_and_nobody_who_waits_are_drawn_too():
    assert texts(plots.waiting_bars(waiting().loc[[9]])) == ["∞"]
    idle = plots.waiting_bars(systems.erlang_c(0, 180, [1, 2]))
    assert texts(idle) == ["0.0 s\n100%"] * 2 and idle.axes[0].get_ylim()[1] > 0


BAD = {
    "no table": (lambda: plots.waiting_bars([1, 2]), "waiting"),
    "no waits": (lambda: plots.waiting_bars(waiting().drop(columns="asa")), "Missing column: asa"),
    "names for numbers": (lambda: plots.waiting_bars(waiting().set_axis(list("abcde"))), "waiting.index"),
    "a wait without its level": (lambda: plots.waiting_bars(waiting().assign(service_level=None)), "service_level"),
    "a goal in per cent": (lambda: plots.waiting_bars(waiting(), goal=80), "goal = 80"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
