"""Erlang C and A: the published row, sums and integrals of our own in mpmath, laws, large crews, bad input."""

import re

import mpmath
import numpy as np
import pandas as pd
import pytest

from crmlib import systems
from tests.support.refusals import refuses

CASE = {"calls": 100, "handle_seconds": 180}


def test_the_published_row():
    """Targets row erlangc.100: the example of pyworkforce (14 agents), and two beside it."""
    table = systems.erlang_c(100, 180, [13, 14, 15])
    assert table["wait_probability"].tolist() == pytest.approx([0.2853, 0.1741, 0.1020], abs=1e-4)
    assert table["service_level"].tolist() == pytest.approx([0.7956, 0.8884, 0.9415], abs=1e-4)
    assert table["asa"].tolist() == pytest.approx([17.12, 7.84, 3.67], abs=1e-2)
    assert table["occupancy"].tolist() == pytest.approx([0.7692, 0.7143, 0.6667], abs=1e-4)
    one = systems.erlang_c(100, 180, 14)
    assert one["service_level"] == pytest.approx(0.8883500191794669, abs=1e-12)
    assert one["wait_probability"] == pytest.approx(0.1741319335950498, abs=1e-12)
    pd.testing.assert_series_equal(one, table.loc[14], check_names=False)


def test_the_peer_counts_calls_of_another_interval_alike():
    hour = systems.erlang_c(200, 180, 14, interval_seconds=3600)
    assert hour.to_dict() == pytest.approx(systems.erlang_c(100, 180, 14).to_dict())


def own_erlang_c(calls, handle, agents, target, interval=1800):
    """The textbook's sums with 60 digits."""
    with mpmath.workdps(60):
        load = mpmath.mpf(calls) * handle / interval
        full = load**agents / mpmath.factorial(agents) * agents / (agents - load)
        wait = full / (mpmath.fsum(load**n / mpmath.factorial(n) for n in range(agents)) + full)
        spare = agents - load
        level = 1 - wait * mpmath.exp(-spare * target / handle)
        return [float(x) for x in (wait, level, wait * handle / spare, load / agents, wait * load / spare)]


@pytest.mark.parametrize(
    ("calls", "handle", "agents", "target"),
    [
        (100, 180, 11, 20),
        (7.5, 240, 2, 0),
        (1, 600, 1, 60),
        (4900, 180, 491, 20),
        (4900, 180, 500, 10),
        (30, 60, 40, 5),
    ],
)
def test_erlang_c_against_sums_with_sixty_digits(calls, handle, agents, target):
    found = systems.erlang_c(calls, handle, agents, target_seconds=target)
    assert found.tolist() == pytest.approx(own_erlang_c(calls, handle, agents, target), rel=1e-9, abs=1e-14)


def own_erlang_a(calls, handle, agents, patience, target, interval=1800):
    """From the density of the wait that a caller without end of patience meets (Baccelli and Hebuterne 1981)."""
    with mpmath.workdps(30):
        rate, leaving = mpmath.mpf(calls) / interval, mpmath.mpf(1) / patience
        load, busy = rate * handle, mpmath.mpf(agents) / handle
        below = mpmath.fsum(load**n / mpmath.factorial(n) for n in range(agents))
        last = load ** (agents - 1) / mpmath.factorial(agents - 1)

        def density(x):
            return rate * last * mpmath.exp(rate * (1 - mpmath.exp(-leaving * x)) / leaving - busy * x)

        def over(function, end=mpmath.inf):
            peak = max(mpmath.log(rate / busy) / leaving, 1)  # where more calls come than the crew can answer
            steps = [peak / 2, peak, 2 * peak, 4 * peak, 16 * peak, 64 * peak]
            points = [0, *(step for step in steps if step < end), end]
            return mpmath.quad(lambda x: density(x) * function(x), points)

        total = below + over(lambda x: 1)
        stays = lambda x: mpmath.exp(-leaving * x)  # noqa: E731
        wait, left = over(lambda x: 1) / total, over(lambda x: 1 - stays(x)) / total
        in_time = over(stays, target) / total if target else 0
        asa = over(lambda x: x * stays(x)) / total / (1 - left)
        found = [wait, 1 - wait + in_time, asa, load * (1 - left) / agents, rate * left / leaving, left]
        return [float(x) for x in found]


@pytest.mark.parametrize(
    ("calls", "handle", "agents", "patience", "target"),
    [
        (100, 180, 13, 120, 20),
        (100, 180, 9, 120, 20),  # fewer agents than load
        (100, 180, 5, 600, 60),
        (12, 300, 1, 60, 0),
        (100, 180, 10, 5, 20),  # who hang up at once
        (1300, 180, 130, 90, 20),
    ],
)
def test_erlang_a_against_integrals_over_the_density_of_the_wait(calls, handle, agents, patience, target):
    found = systems.erlang_a(calls, handle, agents, patience_seconds=patience, target_seconds=target)
    assert found.tolist() == pytest.approx(own_erlang_a(calls, handle, agents, patience, target), rel=1e-8, abs=1e-12)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b():
    patient = systems.erlang_a(100, 180, 13, patience_seconds=1e9).drop("abandoned")
    assert patient.to_dict() == pytest.approx(systems.erlang_c(100, 180, 13).to_dict(), rel=1e-5)
    hurried = systems.erlang_a(100, 180, 13, patience_seconds=1e-6)
    lost = systems.erlang_c(100, 180, 13)["wait_probability"]
    lost = lost * (13 - 10) / (13 - lost * 10)  # Erlang B from C
    assert hurried["abandoned"] == pytest.approx(lost, rel=1e-5) and hurried["queue_length"] < 1e-6


@pytest.mark.parametrize("waiting", [systems.erlang_c, lambda *a: systems.erlang_a(*a, patience_seconds=90)])
def test_more_agents_never_let_callers_wait_longer(waiting):
    table = waiting(4900, 180, range(491, 560))
    falls = ["wait_probability", "asa", "occupancy", "queue_length"] + ["abandoned"] * ("abandoned" in table)
    assert table["service_level"].diff().iloc[1:].gt(0).all() and table[falls].diff().iloc[1:].lt(0).all(axis=None)
    assert np.isfinite(table).all(axis=None) and table["service_level"].between(0, 1).all()


def test_large_crews_stay_numbers():
    table = systems.erlang_c(95_000, 180, [9501, 9700, 20_000])
    assert np.isfinite(table).all(axis=None) and table["wait_probability"].between(0, 1).all()
    assert table["service_level"].is_monotonic_increasing and table["service_level"].iloc[-1] == 1
    crowd = systems.erlang_a(95_000, 180, [1, 5000, 9500], patience_seconds=120)
    assert np.isfinite(crowd).all(axis=None)
    assert crowd["abandoned"].tolist()[:2] == pytest.approx([1 - 1 / 9500, 1 - 5000 / 9500], rel=1e-6)  # a fluid


def test_little_and_the_balance_of_calls():
    """Callers in line = rate × mean wait, and who is not answered has hung up."""
    found = systems.erlang_a(100, 180, 9, patience_seconds=120)
    assert found["abandoned"] * 100 / 1800 * 120 == pytest.approx(found["queue_length"])
    assert found["occupancy"] * 9 == pytest.approx(10 * (1 - found["abandoned"]))
    steady = systems.erlang_c(100, 180, 12)
    assert steady["queue_length"] == pytest.approx(100 / 1800 * steady["asa"])


def test_no_calls_no_wait():
    for found in (systems.erlang_c(0, 180, 3), systems.erlang_a(0, 180, 3, patience_seconds=60)):
        assert found["service_level"] == 1 and found.drop("service_level").eq(0).all()


def test_load_of_numbers_lists_and_series():
    assert systems.offered_load(100, 180) == 10.0
    assert systems.offered_load([60, 120], 30, 3600).tolist() == [0.5, 1.0]
    calls = pd.Series([60, 120], index=["9:00", "9:30"])
    assert systems.offered_load(calls, 180).to_dict() == {"9:00": 6.0, "9:30": 12.0}


def test_the_remedy_for_an_unstable_crew_works(language):
    for agents in (10, 9, [12, 7]):
        with pytest.raises(ValueError) as error:
            systems.erlang_c(100, 180, agents)
        words = {"en": r"at least (\d+) agents", "zh": r"至少要 (\d+) 名坐席"}[language]
        least = int(re.search(words, str(error.value)).group(1))
        assert least == 11 and systems.erlang_c(100, 180, least)["asa"] > 60
    assert systems.erlang_a(100, 180, 9, patience_seconds=60)["asa"] < 60  # the other remedy


def test_the_remedy_for_a_crowd_without_end_works():
    with pytest.raises(ValueError) as error:
        systems.erlang_a(100_000, 180, 10, patience_seconds=1e6)
    works = float(re.search(r"a patience of (\S+) seconds", str(error.value)).group(1))
    assert systems.erlang_a(100_000, 180, 10, patience_seconds=works)["abandoned"] > 0.9


BAD = {
    "fewer agents than load": (lambda: systems.erlang_c(100, 180, 9), "grows without end"),
    "as many agents as load": (lambda: systems.erlang_c(100, 180, 10), "at least 11 agents"),
    "half an agent": (lambda: systems.erlang_c(100, 180, 13.5), "agents = 13.5"),
    "half an agent in a list": (lambda: systems.erlang_c(100, 180, [13, 13.5]), "agents"),
    "no agents": (lambda: systems.erlang_c(100, 180, []), "agents"),
    "nobody": (lambda: systems.erlang_a(100, 180, 0, patience_seconds=60), "agents = 0"),
    "calls below nothing": (lambda: systems.erlang_c(-1, 180, 3), "calls = -1"),
    "calls of no time": (lambda: systems.erlang_c(100, 0, 3), "handle_seconds = 0"),
    "an interval of nothing": (lambda: systems.erlang_c(100, 180, 13, interval_seconds=0), "interval_seconds"),
    "a target before the call": (lambda: systems.erlang_c(100, 180, 13, target_seconds=-1), "target_seconds"),
    "no patience": (lambda: systems.erlang_a(100, 180, 13, patience_seconds=0), "patience_seconds"),
    "a load of another world": (lambda: systems.erlang_c(1e9, 180, 13), "more than 10,000"),
    "calls in quotes": (lambda: systems.erlang_c("100", 180, 13), "without quotes"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_computed_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
