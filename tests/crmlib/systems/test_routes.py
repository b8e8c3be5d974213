"""The visit route: the best order where it is known, never further than the list, every customer once."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from crmlib.systems import routes
from tests.support.refusals import refuses


def places(count, seed=0):
    draws = np.random.default_rng(seed)
    table = pd.DataFrame(draws.uniform(-20, 20, (count, 2)).round(2), columns=["x", "y"])
    table.index = [f"C{number}" for number in range(count)]
    return table.assign(region=draws.choice(["east", "west"], count), minutes=draws.choice([20, 40], count))


def test_around_a_circle_the_best_way_is_known():
    """Of points on a circle no way is shorter than round it: 40 chords of a circle of 10 km."""
    angles = np.random.default_rng(1).permutation(np.arange(40)) * 2 * np.pi / 40
    around = pd.DataFrame({"x": 10 * np.cos(angles), "y": 10 * np.sin(angles)})
    route = routes.visit_route(around, 0, hours_a_day=24, minutes=0, detour=1)
    assert route["km"].sum() == pytest.approx(40 * 2 * 10 * np.sin(np.pi / 40)) and route["day"].nunique() == 1


@pytest.mark.parametrize("seed", range(6))
def test_of_seven_places_hardly_any_order_is_shorter(seed):
    table = places(7, seed)
    points = np.vstack([[0, 0], table[["x", "y"]]])
    km = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    best = min(sum(km[a, b] for a, b in zip((0, *way), (*way, 0), strict=True)) for way in permutations(range(1, 8)))
    found = routes.visit_route(table, hours_a_day=24, detour=1)["km"].sum()
    assert best - 1e-9 <= found <= 1.05 * best


@pytest.mark.parametrize("by_region", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_every_customer_once_in_time_and_never_further_than_the_list(seed, by_region):
    table = places(30, seed)
    told = {}
    for order in routes.ORDERS:
        route = routes.visit_route(table, order=order, by_region=by_region)
        visits = route[route["place"] != ""]
        assert sorted(visits["place"]) == sorted(table.index)
        assert (route.groupby("day")["leave"].max() <= 7 * 60 + 1e-6).all()
        assert (visits["leave"] - visits["arrive"]).to_numpy() == pytest.approx(table.loc[visits["place"], "minutes"])
        if by_region:
            assert (visits.groupby("day")["region"].nunique() == 1).all()
        told[order] = route["km"].sum()
    assert told["2-opt"] <= told["list"] and told["2-opt"] <= told["nearest"] + 1e-9


def test_a_day_by_hand():
    """East 6 km, north 8 km, back 10 km, at 60 km an hour: 24 minutes of driving and two visits of half an hour."""
    table = pd.DataFrame({"x": [6, 6], "y": [0, 8]}, index=["A", "B"])
    route = routes.visit_route(table, speed=60, detour=1)
    assert route["km"].tolist() == [6, 8, 10] and route["arrive"].tolist() == [6, 44, 84]
    costs = routes.compare_routes(table, speed=60, detour=1, yuan_a_km=1, yuan_an_hour=50)
    assert costs["yuan"].tolist() == pytest.approx([44] * 3) and costs["yuan_saved"].tolist() == [0] * 3
    two_days = routes.visit_route(table, speed=60, detour=1, hours_a_day=1)
    assert two_days["day"].tolist() == [1, 1, 2, 2]


def test_what_is_saved_is_money():
    costs = routes.compare_routes(places(25), yuan_a_km=2, yuan_an_hour=30)
    saved = costs.loc["list"] - costs.loc["2-opt"]
    assert costs.loc["2-opt", "yuan_saved"] == pytest.approx(2 * saved["km"] + 30 * saved["hours"]) and saved["km"] > 50
    assert costs.loc["2-opt", "minutes_saved"] == pytest.approx(60 * saved["km"] / 25)


def test_what_cannot_be_planned():
    table = places(5)
    refuses(lambda: routes.visit_route(table, hours_a_day=1), ValueError, "there and back.*hours_a_day=")
    hours = 3  # the remedy of the sentence, tried
    assert len(routes.visit_route(table.assign(x=20, y=0, minutes=20), hours_a_day=hours))
    far = table.assign(x=[900, 1, 1, 1, 1])
    refuses(lambda: routes.visit_route(far), ValueError, "C0: .*Leave this place out, or begin nearer")
    assert len(routes.visit_route(far.drop("C0"), hours_a_day=3))
    refuses(lambda: routes.visit_route(table, "nowhere"), ValueError, "no place of this name")
    refuses(lambda: routes.visit_route(table, {"x": 0}), ValueError, "start = .*no place of this name")
    refuses(lambda: routes.visit_route(table, [[0, 0], [0]]), (ValueError, TypeError), "start")
    refuses(lambda: routes.visit_route(table, (1, 2, 3)), ValueError, "two numbers")
    refuses(lambda: routes.visit_route(table.head(1), "C0"), ValueError, "nobody to visit")
    refuses(lambda: routes.visit_route(table.drop(columns="region"), by_region=True), ValueError, "region")
    lost = table.assign(region=["north", None, "east", "east", "east"])
    refuses(lambda: routes.visit_route(lost, by_region=True), ValueError, "region is missing.*1 of 5")
    refuses(lambda: routes.visit_route(table, by_region=np.eye(2)), TypeError, "by_region")
    refuses(lambda: routes.visit_route(table.assign(x=np.nan)), ValueError, "x")
    refuses(lambda: routes.visit_route(table, order="best"), ValueError, "2-opt")
    refuses(lambda: routes.visit_route(pd.concat([table, table])), ValueError, "places")
