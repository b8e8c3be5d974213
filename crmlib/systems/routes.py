"""The order of visits: which customers on which day, by which way, and what that saves."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

ORDERS = ("list", "nearest", "2-opt")
DETOUR = 1.3  # a way along streets by the straight line, about


def visit_route(
    places, start=(0, 0), *, hours_a_day=7, speed=25, detour=DETOUR, order="2-opt", by_region=False, minutes=30
):
    """Plan visits over days: who is visited on which day, in which order, and when (minutes after leaving the office).

    `places` is a table of ``x`` and ``y`` (km), a row a customer; where it has them, ``minutes`` are the length of the
    visit (else `minutes`) and ``region`` its region. Each day begins and ends at `start`, a place of the table by its
    name, or (x, y); driving takes the straight line times `detour` at `speed` km an hour. `order`: "list" keeps the
    order of the table; "nearest" goes to the nearest place left; "2-opt" then turns round each stretch that is shorter
    the other way, and never drives further than the list. A day holds `hours_a_day` hours; by region, no day has two.

    Returns ``day``, ``place``, ``region``, ``km`` (from the stop before), ``arrive`` and ``leave``; the way back to the
    office is a row of its own, ``place`` empty. Source: Croes (1958); days are cut as by Beasley, Route first, cluster
    second (1983).

    >>> places = pd.DataFrame({"x": [0, 9, 1, 8], "y": [3, 3, 3, 3]}, index=["A", "B", "C", "D"])
    >>> visit_route(places, (0, 0), speed=60, detour=1)["place"].tolist()
    ['A', 'C', 'D', 'B', '']
    """
    by_region = checks.flag(by_region, "by_region")
    points, stay, regions, names = _read(places, start, minutes, by_region)
    speed, detour = checks.number(speed, "speed", above=0), checks.number(detour, "detour", least=1)
    limit = 60 * checks.number(hours_a_day, "hours_a_day", above=0, most=24)
    checks.one_of(order, "order", ORDERS)
    km = detour * np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    drive = km * 60 / speed
    _each_fits(drive, stay, limit, names)
    parts = [np.arange(1, len(points))]
    if by_region:
        codes = pd.factorize(regions)[0]
        parts = [np.flatnonzero(codes == code) + 1 for code in range(codes.max() + 1)]
    days = [day for part in parts for day in _days(part, order, drive, stay, limit)]
    return _table(days, km, drive, stay, regions, names)


def compare_routes(
    places,
    start=(0, 0),
    *,
    hours_a_day=7,
    speed=25,
    detour=DETOUR,
    by_region=False,
    minutes=30,
    yuan_a_km=1.2,
    yuan_an_hour=60,
):
    """What each order of visits costs: days, km, hours on the road, yuan, and what is saved against the list's order.

    `yuan_a_km` is the car, `yuan_an_hour` the pay of the hours on the road; the rest is as for `visit_route`.

    >>> places = pd.DataFrame({"x": [0, 9, 1, 8], "y": [3, 3, 3, 3]})
    >>> compare_routes(places, speed=60, detour=1)["km"].round(1).tolist()
    [35.5, 21.5, 21.5]
    """
    a_km, an_hour = checks.amount(yuan_a_km, "yuan_a_km"), checks.amount(yuan_an_hour, "yuan_an_hour")
    how = {"hours_a_day": hours_a_day, "speed": speed, "detour": detour, "by_region": by_region, "minutes": minutes}
    rows = {}
    for order in ORDERS:
        route = visit_route(places, start, order=order, **how)
        km = route["km"].sum()
        rows[order] = {"days": route["day"].nunique(), "km": km, "hours": km / speed}
    table = pd.DataFrame(rows).T.astype({"days": int}).rename_axis("order")
    table["yuan"] = table["km"] * a_km + table["hours"] * an_hour
    table["minutes_saved"] = 60 * (table.loc["list", "hours"] - table["hours"])
    table["yuan_saved"] = table.loc["list", "yuan"] - table["yuan"]
    return table


def _read(places, start, minutes, by_region):
    """Points (the office first), minutes of each visit, regions and names; the office is not among the visits."""
    checks.frame(places, "places")
    checks.unique_index(places, "places")
    points = np.column_stack([checks.column(places, axis) for axis in ("x", "y")])
    stay = checks.number(minutes, "minutes", least=0)
    stay = checks.column(places, "minutes", least=0) if "minutes" in places else np.full(len(places), stay)
    if by_region:
        checks.require_columns(places.columns, ["region"])
        checks.groups(places["region"], "region")
    regions = places["region"].astype(str).to_numpy() if "region" in places else np.full(len(places), "")
    office, visits = _office(places, points, start)
    return np.vstack([office, points[visits]]), np.r_[0.0, stay[visits]], regions[visits], places.index[visits]


def _office(places, points, start):
    """Where each day begins and ends, and which places are visited: all but the office."""
    if checks.dimensions(start):
        office = checks.numbers(start, "start")
        if office.shape != (2,):
            en = f"start = {checks.quoted(start)}: two numbers are needed, (x, y) in km."
            zh = f"start = {checks.quoted(start)} 不对：应为两个数，写作 start=(0, 0)，单位千米。"
            raise ValueError(say(en, zh))
        return office, np.full(len(places), True)
    if not (pd.api.types.is_hashable(start) and start in places.index):
        en = f"start = {checks.quoted(start)}: no place of this name. Name a row of places, or give (x, y) in km."
        zh = f"start = {checks.quoted(start)} 不对：表里没有这个地点。请写表中的地点名，或写 start=(0, 0)，单位千米。"
        raise ValueError(say(en, zh))
    visits = np.asarray(places.index != start)
    if not visits.any():
        raise ValueError(say("places: there is nobody to visit.", "places：没有要拜访的地点。"))
    return points[~visits][0], visits


def _each_fits(drive, stay, limit, names):
    alone = 2 * drive[0] + stay
    if (alone > limit + 1e-9).any():
        worst = int(alone.argmax())
        hours = int(np.ceil(alone[worst] / 60))
        en = f"{names[worst - 1]}: the way there and back and the visit take {alone[worst]:.0f} minutes, a day has "
        zh = f"{names[worst - 1]}：往返加上拜访要 {alone[worst]:.0f} 分钟，一天只有 {limit:.0f} 分钟。"
        longer = say(f"Give hours_a_day={hours}, or begin", f"请把 hours_a_day 改为 {hours}，或者")
        if hours > 24:
            longer = say("Leave this place out, or begin", "请去掉这个地点，或者")
        raise ValueError(say(f"{en}{limit:.0f}. {longer} nearer.", f"{zh}{longer}从近处出发。"))


def _days(part, order, drive, stay, limit):
    """The visits of one part, day by day."""
    if order == "list":
        return _in_turn(part, drive, stay, limit)
    nearest = _nearest(part, drive)
    if order == "nearest":
        return _in_turn(nearest, drive, stay, limit)
    candidates = [part, nearest, _two_opt(nearest, drive), _two_opt(part, drive)]
    plans = [[_two_opt(day, drive) for day in _best_cut(tour, drive, stay, limit)] for tour in candidates]
    return min(plans, key=lambda days: round(sum(_length(day, drive) for day in days), 9))


def _nearest(part, drive):
    left, here, tour = list(part), 0, []
    while left:
        here = min(left, key=lambda place: drive[here, place])
        left.remove(here)
        tour.append(here)
    return np.array(tour)


def _two_opt(tour, drive):
    """Turn round the stretch that saves most, until none saves."""
    tour = np.r_[0, tour, 0]
    while True:
        before, after = tour[:-1], tour[1:]  # the legs
        one, other = np.ix_(range(len(before)), range(len(before)))
        new = drive[before[one], before[other]] + drive[after[one], after[other]]
        saves = np.triu(drive[before, after][one] + drive[before, after][other] - new, 2)
        first, last = np.unravel_index(saves.argmax(), saves.shape)
        if saves[first, last] <= 1e-9:
            return tour[1:-1]
        tour[first + 1 : last + 1] = tour[first + 1 : last + 1][::-1].copy()


def _length(day, drive):
    stops = np.r_[0, day, 0]
    return drive[stops[:-1], stops[1:]].sum()


def _in_turn(tour, drive, stay, limit):
    """Fill one day after the other."""
    days = [[]]
    for place in tour:
        longer = [*days[-1], place]
        if days[-1] and _length(longer, drive) + stay[longer].sum() > limit + 1e-9:
            days.append([place])
        else:
            days[-1] = longer
    return days


def _best_cut(tour, drive, stay, limit):
    """Cut a tour into days that drive least together."""
    best, cut = np.r_[0.0, np.full(len(tour), np.inf)], np.zeros(len(tour) + 1, int)
    for begin in range(len(tour)):
        out = visit = 0.0
        for end in range(begin, len(tour)):
            out += drive[tour[end - 1] if end > begin else 0, tour[end]]
            visit += stay[tour[end]]
            way = out + drive[tour[end], 0]
            if way + visit > limit + 1e-9:
                break
            if best[begin] + way < best[end + 1]:
                best[end + 1], cut[end + 1] = best[begin] + way, begin
    days, end = [], len(tour)
    while end:
        days.append(tour[cut[end] : end])
        end = cut[end]
    return days[::-1]


def _table(days, km, drive, stay, regions, names):
    rows = []
    for number, day in enumerate(days, start=1):
        here, clock = 0, 0.0
        for stop in [*day, 0]:
            clock += drive[here, stop]
            place, region = (names[stop - 1], regions[stop - 1]) if stop else ("", "")
            rows.append((number, place, region, km[here, stop], clock, clock + stay[stop]))
            here, clock = stop, clock + stay[stop]
    return pd.DataFrame(rows, columns=["day", "place", "region", "km", "arrive", "leave"])
