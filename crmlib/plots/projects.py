"""The pictures of a CRM project and its daily work (chapter 09): when it pays back, and the route of visits."""

from functools import cache

import numpy as np
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import COLOURS, DASHES

_NUMBERED = 60  # stops that still have room for their numbers


def payback(worth, *, title=None):
    """Draw what projects have brought by the end of each year, all told, and when each has paid back.

    `worth` has a row a year, 0 first, and a column a project: what was paid and earned since the beginning, in yuan. A
    dot stands where a line reaches zero.

    >>> import pandas as pd
    >>> payback(pd.DataFrame({"Rent": [-100.0, 20.0, 130.0]}))
    Paid and earned since the beginning. Rent: from −100 to 130, paid back in year 1.
    """
    worth = parts.table(worth, name="worth")
    checks.numbers(worth.index, "worth.index")
    words = [label("Year"), label("yuan")]
    picture, axes = parts.blank(parts.title(title, label("Paid and earned since the beginning")), *words)
    axes.axhline(0, **parts.BASE_LINE)
    told, dots = [], []
    for place, name in enumerate(worth):
        values, years = worth[name].to_numpy(), worth.index.to_numpy()
        look = {"color": COLOURS[place % 6], "marker": parts.MARKERS[place % len(parts.MARKERS)]}
        axes.plot(years, values, linestyle=DASHES[place % 6], label=heading(name), markersize=5, **look)
        even = (values[1:] >= 0) & (values[:-1] < 0)
        when = say("not paid back", "未收回")
        if even.any() and values[-1] >= 0:
            last = int(np.flatnonzero(even)[-1])
            part = -values[last] / (values[last + 1] - values[last])
            dots.append(years[last] + part * (years[last + 1] - years[last]))
            when = say(f"paid back in year {years[last + 1]}", f"第 {years[last + 1]} 年收回")
        elif (values >= 0).all():
            when = say("never below zero", "始终不低于零")
        ends = [parts.number(value).replace("-", "−") for value in (values[0], values[-1])]
        told.append(parts.named(heading(name), say(f"from {ends[0]} to {ends[1]}", f"从 {ends[0]} 到 {ends[1]}"), when))
    if dots:
        axes.plot(dots, [0] * len(dots), "o", color="black", markersize=8, label=label("Paid back"))
    if worth.shape[1] > 1:
        axes.legend(loc="upper left")
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    parts.format_axis(axes.yaxis)
    return parts.describe(picture, told)


@cache
def _digits(text):
    """A number as a marker, and its size: words on the axes would be measured anew whenever a slider moves."""
    path = TextPath((0, 0), text, size=7.5)
    low, high = path.get_extents().get_points()
    centred = path.transformed(Affine2D().translate(*-(low + high) / 2))
    return centred, 2 * np.abs(centred.vertices).max()


def route_map(route, places, start, *, title=None):
    """Draw a route of `crmlib.systems.visit_route` on the map: a line a day, the stops numbered in their order.

    `places` has ``x`` and ``y`` in km by name, `start` is the office, (x, y).

    >>> import pandas as pd
    >>> from crmlib.systems import visit_route
    >>> places = pd.DataFrame({"x": [3.0, 3.0], "y": [0.0, 4.0]}, index=["A", "B"])
    >>> route_map(visit_route(places, (0, 0), detour=1), places, (0, 0))
    Route of visits. Day 1: 2 visits, 12 km, 1.5 h.
    """
    places = parts.table(places, "x", "y", name="places")
    route = _stops(route, places)
    start = checks.numbers(start, "start")
    if start.shape != (2,):
        raise ValueError(say("start: two numbers are needed, (0, 0).", "start：应为两个数，写作 start=(0, 0)。"))
    words = [label("km to the east"), label("km to the north")]
    picture, axes = parts.blank(parts.title(title, label("Route of visits")), *words, height=4.6)
    told, ways, small = [], [], (route["place"] != "").sum() > _NUMBERED
    for day, stops in route.groupby("day"):
        names = stops.loc[stops["place"] != "", "place"]
        way = np.vstack([start, places.loc[names, ["x", "y"]], start])
        turn, colour = divmod(day - 1, 6)
        look = {"color": COLOURS[colour], "linestyle": DASHES[(colour + turn) % 6]}
        hours = stops["leave"].max() / 60
        in_all = say(
            f"{len(names)} visits, {stops['km'].sum():.0f} km, {hours:.1f} h",
            f"{len(names)} 家，{stops['km'].sum():.0f} 千米，{hours:.1f} 小时",
        )
        name = say(f"Day {day}", f"第 {day} 天")
        axes.plot(*way.T, linewidth=1.6, label=parts.named(name, in_all), **look)
        axes.plot(*way[1:-1].T, "o", color=look["color"], markersize=4 if small else 11, linestyle="none")
        ways.append(way[1:-1])
        told.append(parts.named(name, in_all))
    for number in range(0 if small else max(map(len, ways))):
        digits, size = _digits(str(number + 1))
        stops = np.array([way[number] for way in ways if len(way) > number])
        axes.plot(*stops.T, marker=digits, color="white", markersize=size, markeredgewidth=0, linestyle="none")
    axes.plot(*start, "s", color="black", markersize=9, linestyle="none", label=label("Office"))
    axes.set_aspect("equal", adjustable="datalim")
    axes.legend(fontsize=8.5, **parts.BESIDE)
    return parts.describe(picture, told)


def _stops(route, places):
    """A route whose numbers are numbers, and whose places are on the map."""
    checks.require_columns(checks.frame(route, "route").columns, ("day", "place", "km", "leave"))
    route = route.assign(**{name: checks.column(route, name, least=0) for name in ("day", "km", "leave")})
    strange = route["place"].ne("") & ~checks.one_each(route["place"], "place").isin(places.index)
    en = "place names what is not in the table places: give the places of which the route was planned"
    zh = "place 列中有 places 表里没有的地点：请给出规划路线时用的那张地点表"
    checks.refuse_rows(strange, route[["day", "place"]], en, zh)
    return route.astype({"day": int})
