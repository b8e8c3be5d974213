"""The smallest crew that is enough, a day of half-hours, and the price of a second of waiting."""

import math

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, systems
from tests.support.refusals import refuses


def test_the_published_case():
    """Targets row erlangc.100: 80/20 needs 14, and 20 are to be scheduled with 30 % shrinkage."""
    found = systems.staffing(100, 180, shrinkage=0.3)
    assert (found["agents"], found["scheduled"]) == (14, 20) and found["load"] == 10
    assert systems.staffing(100, 180, max_occupancy=0.85, shrinkage=0.3)["scheduled"] == 20  # as pyworkforce calls it


@pytest.mark.parametrize("options", [{}, {"patience_seconds": 90}, {"target_seconds": 5, "service_level": 0.95}])
@pytest.mark.parametrize("calls", [3, 100, 640, 5000])
def test_one_agent_fewer_is_not_enough(calls, options):
    found = systems.staffing(calls, 200, **options)
    level, crew = options.get("service_level", 0.8), int(found["agents"])
    given = {name: value for name, value in options.items() if name != "service_level"}
    waiting = systems.erlang_a if "patience_seconds" in options else systems.erlang_c
    assert waiting(calls, 200, crew, **given)["service_level"] >= level
    if crew - 1 > (0 if waiting is systems.erlang_a else calls * 200 / 1800):
        assert waiting(calls, 200, crew - 1, **given)["service_level"] < level


@pytest.mark.parametrize("options", [{}, {"patience_seconds": 120}, {"max_occupancy": 0.85}])
def test_more_calls_or_a_higher_goal_never_need_fewer(options):
    calls = [0, 1, 2, 3, 5, 8, 13, 40, 100, 101, 400, 1500, 5000]
    day = systems.staffing(calls, 180, **options)
    assert day["agents"].is_monotonic_increasing and day["agents"].iloc[[0, 1]].tolist() == [0, 1]
    goals = [systems.staffing(640, 180, service_level=level, **options)["agents"] for level in (0.5, 0.8, 0.95, 0.999)]
    assert goals == sorted(goals) and goals[0] < goals[-1]


def test_callers_who_hang_up_need_fewer_agents():
    assert systems.staffing(640, 200, patience_seconds=60)["agents"] < systems.staffing(640, 200)["agents"]


def test_a_day_in_half_hours():
    calls = datasets.load_bank_calls()
    calls = calls[calls["start"].dt.date.astype(str).eq("2003-03-10") & (calls["start"].dt.hour < 21)]
    calls = calls.groupby(calls["start"].dt.strftime("%H:%M").str.slice(0, 3) + "00")["calls"].sum()
    before = calls.copy()
    day = systems.staffing(calls, 200, interval_seconds=3600, shrinkage=0.25)
    assert day.index.equals(calls.index) and day["service_level"].ge(0.8).all() and calls.equals(before)
    for hour in calls.index:
        one = systems.staffing(int(calls[hour]), 200, interval_seconds=3600, shrinkage=0.25)
        assert one.to_dict() == pytest.approx(day.loc[hour].to_dict())
    assert (day["agents"] > day["load"]).all() and (day["scheduled"] >= day["agents"] / 0.75 - 1e-9).all()
    assert day["scheduled"].sub(day["agents"] / 0.75).lt(1).all()


def test_an_hour_without_calls_needs_nobody_and_each_hour_may_last_differently():
    day = systems.staffing([0, 10, 10], [180, 60, 600])
    assert day["agents"].tolist()[0] == 0 and day["agents"].is_monotonic_increasing and day["agents"].is_unique
    assert day.loc[0, ["service_level", "asa", "occupancy"]].isna().all() and day.loc[0, "queue_length"] == 0


def test_occupancy_may_need_more_agents_than_the_service_level():
    busy = systems.staffing(2000, 200)
    calm = systems.staffing(2000, 200, max_occupancy=0.85)
    assert busy["occupancy"] > 0.9 > 0.85 >= calm["occupancy"] and calm["agents"] == math.ceil(2000 / 9 / 0.85)


def test_shrinkage_that_divides_evenly_adds_nobody():
    assert systems.staffing(100, 180, shrinkage=0.3)["scheduled"] == 14 / 0.7
    assert systems.staffing(60, 180, shrinkage=0.1)["scheduled"] == 10  # 9 / 0.9, which floats put above 10


def test_large_firms_gain_from_pooling():
    """Twice the calls need less than twice the agents."""
    crews = systems.staffing([100, 200, 400, 800], 180)["agents"].to_numpy()
    assert (crews[1:] < 2 * crews[:-1]).all()


def test_the_price_of_a_second():
    table = systems.waiting_costs(100, 180, wage=36, second=0.05)
    assert table.index.tolist() == list(range(11, 21))
    waits = {crew: systems.erlang_c(100, 180, crew)["asa"] for crew in table.index}
    for crew in table.index:
        assert table.loc[crew, "waited"] == pytest.approx(100 * waits[crew])
        assert table.loc[crew, "wages"] == pytest.approx(18 * crew)
        assert table.loc[crew, "cost"] == pytest.approx(18 * crew + 5 * waits[crew])
    assert table.loc[14, "price"] == pytest.approx(18 / (100 * (waits[13] - waits[14])))
    assert table.loc[11, "saved"] == np.inf and table.loc[11, "price"] == 0  # without whom the queue has no end
    assert table["price"].is_monotonic_increasing
    apart = systems.waiting_costs(100, 180, wage=36, second=0.05, agents=[17, 11, 14, 14])
    pd.testing.assert_frame_equal(apart, table.loc[[17, 11, 14, 14]])
    idle = systems.waiting_costs(100, 180, wage=36, agents=[1500])
    assert idle.loc[1500, "saved"] == 0 and idle.loc[1500, "price"] == np.inf


@pytest.mark.parametrize("second", [0.0, 0.004, 0.02, 0.05, 0.5])
def test_agents_are_added_as_long_as_a_second_costs_less_than_it_is_worth(second):
    table = systems.waiting_costs(100, 180, wage=36, second=second)
    assert table["cost"].idxmin() == max(11, table.index[table["price"] <= second].max())


def test_paid_absence_makes_a_second_dearer():
    plain, absent = (systems.waiting_costs(100, 180, wage=36, shrinkage=share) for share in (0, 0.25))
    pd.testing.assert_series_equal(absent["price"] * 0.75, plain["price"])
    hour = systems.waiting_costs(200, 180, wage=36, interval_seconds=3600, agents=[14])
    assert hour.loc[14, "wages"] == 2 * plain.loc[14, "wages"]
    assert hour.loc[14, "price"] == pytest.approx(plain.loc[14, "price"])


BAD = {
    "a level in per cent": (lambda: systems.staffing(100, 180, service_level=80), "service_level = 80.*0.8"),
    "all at once, always": (lambda: systems.staffing(100, 180, service_level=1), "service_level"),
    "everybody absent": (lambda: systems.staffing(100, 180, shrinkage=1), "shrinkage"),
    "nobody ever busy": (lambda: systems.staffing(100, 180, max_occupancy=0), "max_occupancy"),
    "almost nobody busy": (lambda: systems.staffing(10_000, 180, max_occupancy=0.01), "not enough"),
    "lists of two lengths": (lambda: systems.staffing([1, 2, 3], [180, 60]), "lengths"),
    "a table of calls": (lambda: systems.staffing([[1, 2], [3, 4]], 180), "one list"),
    "no interval at all": (lambda: systems.staffing([], 180), "calls, handle_seconds: one number or one list"),
    "calls missing": (lambda: systems.staffing([1, None], 180), "calls"),
    "work for nothing": (lambda: systems.waiting_costs(100, 180, 0), "wage = 0"),
    "no interval": (lambda: systems.waiting_costs(100, 180, 36, interval_seconds=0), "interval_seconds"),
    "fewer agents than load": (lambda: systems.waiting_costs(100, 180, 36, agents=[9]), "at least 11"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_staffed_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
