"""The pictures of a project and of daily work: when it pays back, and the route of visits."""

import numpy as np
import pandas as pd
import pytest

from crmlib import plots, systems
from tests.support.refusals import refuses

PLACES = pd.DataFrame({"x": [3.0, 3.0, -4.0], "y": [0.0, 4.0, 0.0]}, index=["A", "B", "C"])


def dots(picture):
    """Where the black dots of payback stand."""
    return [line.get_xdata().tolist() for line in picture.axes[0].lines if line.get_linestyle() == "None"]


def test_a_dot_stands_where_the_line_reaches_zero(language):
    """By hand: 100 of the 120 yuan of year 1 are needed, so 100 / 120 of the year."""
    picture = plots.payback(pd.DataFrame({"Rent": [-100.0, 20.0, 130.0]}))
    assert dots(picture) == [[pytest.approx(100 / 120)]]
    assert {"en": "paid back in year 1", "zh": "第 1 年收回"}[language] in picture.alt


@pytest.mark.parametrize(
    ("worth", "said", "places"),
    [
        ([-100.0, -50.0, -10.0], "not paid back", []),
        ([-100.0, 20.0, -30.0, 40.0], "paid back in year 3", [2 + 30 / 70]),  # the last time that it crosses
        ([-100.0, 20.0, -30.0], "not paid back", []),
        ([10.0, 20.0, 30.0], "never below zero", []),
        ([10.0, -20.0, -30.0], "not paid back", []),
        ([0.0, 0.0], "never below zero", []),
    ],
)
def test_what_is_said_of_payback_is_so(worth, said, places):
    picture = plots.payback(pd.DataFrame({"Buy": worth}))
    assert picture.alt.rstrip(".").endswith(said)
    assert [one for row in dots(picture) for one in row] == pytest.approx(places)


def test_each_project_has_its_own_line_and_name():
    worth = pd.DataFrame({"build": [-9.0, 1.0], "buy": [-5.0, 2.0], "rent": [-1.0, 3.0]})
    axes = plots.payback(worth).axes[0]
    lines = [line for line in axes.lines if line.get_label() in ("Build", "Buy", "Rent")]
    assert len({(line.get_color(), line.get_linestyle(), line.get_marker()) for line in lines}) == 3
    assert [line.get_ydata().tolist() for line in lines] == worth.T.to_numpy().tolist()


def test_a_route_is_a_closed_line_a_day():
    route = systems.visit_route(PLACES, (0, 0), detour=1, hours_a_day=1.6, speed=20)
    picture = plots.route_map(route, PLACES, (0, 0))
    ways = [line.get_xydata() for line in picture.axes[0].lines if line.get_label().startswith("Day")]
    assert len(ways) == route["day"].nunique() == 2
    for way in ways:
        assert way[0].tolist() == way[-1].tolist() == [0, 0]
    drawn = sum(np.hypot(*np.diff(way, axis=0).T).sum() for way in ways)
    assert drawn == pytest.approx(route["km"].sum()) and "Day 2: " in picture.alt


BAD = {
    "no table": (lambda: plots.payback([1, 2]), "worth"),
    "a gap": (lambda: plots.payback(pd.DataFrame({"Rent": [-1.0, None]})), "Rent"),
    "years by name": (lambda: plots.payback(pd.DataFrame({"Rent": [-1.0, 2.0]}, ["now", "then"])), "worth.index"),
    "no route": (lambda: plots.route_map(PLACES, PLACES, (0, 0)), "Missing column: day"),
    "a route of elsewhere": (
        lambda: plots.route_map(systems.visit_route(PLACES), PLACES.drop("B"), (0, 0)),
        "not in the table places.*1 of 4",
    ),
    "no office": (lambda: plots.route_map(systems.visit_route(PLACES), PLACES, 5), "start"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
