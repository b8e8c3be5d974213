"""A month of visits planned: by which way, on how many days, and what that saves."""

from functools import partial
from math import ceil

import numpy as np

from crmlib import checks, plots, systems
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.systems.routes import DETOUR
from crmlib.widgets.base import Explorer, choice, slider, tell

_HOURS, _SPEEDS = (4.0, 10.0), (10, 60)


def draw_visits(places, start, costs, invented, order, visits, hours, speed, by_region=False):
    """Draw the route through the first customers of the list, and tell what it saves against the list's order."""
    chosen = places.head(visits)
    how = {"hours_a_day": hours, "speed": speed, "by_region": by_region}
    route = systems.visit_route(chosen, start, order=order, **how)
    title = say(
        f"{visits} customers, at most {hours:g} hours a day, {speed} km an hour",
        f"{visits} 家客户，每天不超过 {hours:g} 小时，时速 {speed} 千米",
    )
    title += say(" (invented data)", "（虚构数据）") if invented else ""
    picture = plots.route_map(route, chosen, start, title=title)
    table = systems.compare_routes(chosen, start, **costs, **how)
    now, listed = table.loc[order], table.loc["list"]
    told = say(
        f"{visits} visits take {_days(now)} and {tell(now['km'])} km: {tell(now['hours'], '.1f')} hours on "
        f"the road at {speed} km an hour, {tell(now['yuan'])} yuan, with at most {hours:g} hours a day.",
        f"{visits} 家客户要 {now['days']:.0f} 天、{tell(now['km'])} 千米：时速 {speed} 千米，"
        f"路上 {tell(now['hours'], '.1f')} 小时，花费 {tell(now['yuan'])} 元，每天不超过 {hours:g} 小时。",
    )
    if order == "list":
        best = table.loc["2-opt"]
        return picture, told + say(
            f" The shortest way found takes {tell(best['km'])} km and saves {tell(best['yuan_saved'])} yuan.",
            f"算出的最短路线是 {tell(best['km'])} 千米，可省 {tell(best['yuan_saved'])} 元。",
        )
    more = say("saves", "节省") if now["yuan_saved"] >= 0 else say("costs in addition", "多花")
    minutes, yuan = tell(abs(now["minutes_saved"])), tell(abs(now["yuan_saved"]))
    return picture, told + say(
        f" Against the order of the list ({_days(listed)}, {tell(listed['km'])} km) it {more} {minutes} "
        f"minutes and {yuan} yuan.",
        f"与按名单顺序（{listed['days']:.0f} 天、{tell(listed['km'])} 千米）相比，{more} {minutes} 分钟、{yuan} 元。",
    )


def _days(row):
    return "1 day" if row["days"] == 1 else f"{row['days']:.0f} days"


@takes_givens
def visit_explorer(places, start=(0, 0), *, yuan_a_km=1.2, yuan_an_hour=60, invented=True):
    """Show how the order of visits, the hours of a day and the speed decide the days and the money on the road.

    `places` is a table as for `systems.visit_route`, in the order of somebody's list, `start` the office as (x, y) in
    km. With a column ``region``, days can be kept to one region. The title says that the data are `invented`.

    >>> import pandas as pd
    >>> places = pd.DataFrame({"x": [0, 9, 1, 8, 2, 7], "y": [3, 3, 3, 3, 4, 4]}, index=list("ABCDEF"))
    >>> visit_explorer(places).words[:33]
    '6 visits take 1 day and 29 km: 1.'
    """
    checks.frame(places, "places")
    most = checks.whole(len(places), say("the number of places", "地点个数"), least=5, most=60)
    start = tuple(checks.numbers(start, "start"))
    costs = {
        "yuan_a_km": checks.amount(yuan_a_km, "yuan_a_km"),
        "yuan_an_hour": checks.number(yuan_an_hour, "yuan_an_hour", above=0),
    }
    slowest = _slowest(systems.visit_route(places, start, hours_a_day=24, speed=_SPEEDS[1]), places, start)
    ways = {label("As in the list"): "list", label("Nearest next"): "nearest", label("Shortest way found"): "2-opt"}
    regions = {label("Any region on a day"): False, label("One region a day"): True}
    more = {"by_region": choice(label("Regions"), regions, False)} if "region" in places else {}
    return Explorer(
        partial(draw_visits, places, start, costs, checks.flag(invented, "invented")),
        "crm-visits",
        order=choice(label("Order of visits"), ways, "2-opt"),
        visits=slider(label("Customers to visit"), 5, most, most, 1),
        hours=slider(label("Hours a day"), *_HOURS, 7.0, 0.5, format=".1f"),
        speed=slider(label("Speed (km an hour)"), slowest, _SPEEDS[1], max(25, slowest), 5),
        **more,
    )


def _slowest(route, places, start):
    """The lowest speed of the slider, at which each customer can still be visited within the shortest day."""
    visits = route[route["place"] != ""]
    stay = (visits["leave"] - visits["arrive"]).to_numpy()
    points = places.loc[visits["place"], ["x", "y"]].to_numpy(float)
    way = 2 * DETOUR * np.hypot(*(points - start).T)
    left = 60 * _HOURS[0] - stay
    needed = np.inf if (left <= 0).any() else float((60 * way / left).max())
    if needed > _SPEEDS[1] - 5:
        far = visits["place"].iloc[int((way / np.maximum(left, 1e-9)).argmax())]
        en = f"places: {far} cannot be visited in {_HOURS[0]:g} hours. Leave it out, or begin nearer by."
        raise ValueError(
            say(en, f"places：{far} 在一个 {_HOURS[0]:g} 小时的工作日内无法往返。请去掉它，或者换近处的出发点。")
        )
    return max(_SPEEDS[0], 5 * ceil(needed / 5))
