"""The simulation of a day: by hand, against Erlang C and A within its own error, and where the formulas fail."""

import time

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, systems
from tests.support.refusals import refuses

HOUR = 3600


def steady(agents, seed, hours=60, **options):
    """Calls of 180 s, 100 in half an hour, without the first two hours, in which the queue fills."""
    arrivals = systems.arrival_times([100] * 2 * hours, poisson=True, seed=seed)
    calls = systems.simulate_calls(arrivals, 180, agents, seed=seed, **options)
    return systems.summarise_calls(calls[calls["arrived"] > 2 * HOUR])


def mean_and_error(agents, runs=12, **options):
    found = pd.DataFrame([steady(agents, seed, **options) for seed in range(runs)])
    return found.mean(), found.std() / np.sqrt(runs)


# By hand


def test_one_agent_by_hand():
    """The third hangs up after 30 s, at second 50, before the second is answered, at second 60."""
    calls = systems.simulate_calls([0, 10, 20, 100], [60, 60, 60, 5], 1, patience=[90, 90, 30, 90])
    assert calls["waited"].tolist() == [0, 50, 30, 20] and calls["abandoned"].tolist() == [False, False, True, False]
    assert calls["served"].tolist()[:2] == [60, 60] and np.isnan(calls["served"][2])
    found = systems.summarise_calls(calls)
    assert found.to_dict() == {
        "calls": 4, "wait_probability": 0.75, "service_level": 0.5, "asa": pytest.approx(70 / 3), "abandoned": 0.25
    }  # fmt: skip


def test_calls_are_answered_in_the_order_in_which_they_come():
    calls = systems.simulate_calls([5, 0, 6], [10, 100, 10], 1)  # given in another order, with their own durations
    assert calls["arrived"].tolist() == [0, 5, 6] and calls["served"].tolist() == [100, 10, 10]
    assert calls["waited"].tolist() == [0, 95, 104]


def test_a_crew_changes_with_its_shift():
    """Two agents, then one, who finish what they do; then none until second 300; then two."""
    moments = [0, 0, 90, 110, 150, 210, 310]
    calls = systems.simulate_calls(moments, [150, 40, 30, 10, 10, 10, 10], [2, 1, 0, 2], shift_seconds=100)
    #  A 0–150, and B 0–40, 90–120; B has left by then; A takes 110 at 150, 150 at 160; then nobody until 300
    assert calls["waited"].tolist() == [0, 0, 0, 40, 10, 90, 0]


def test_who_is_on_the_telephone_when_her_shift_ends_finishes_the_call_and_takes_no_other():
    calls = systems.simulate_calls([0, 1, 120], [150, 150, 10], [2, 1], shift_seconds=100)
    assert calls["waited"].tolist() == [0, 0, 30]
    later = systems.simulate_calls([0, 1, 120, 121], [150, 150, 10, 10], [2, 1], shift_seconds=100)
    assert later["waited"].tolist() == [0, 0, 30, 39]  # one agent only from second 151 on


def test_the_last_crew_stays_until_nobody_waits_and_others_give_up():
    late = systems.simulate_calls([0, 50, 60], 1000, [1, 1], shift_seconds=100, seed=3)
    assert late["waited"].gt(0).sum() == 2 and not late["abandoned"].any()
    gone = systems.simulate_calls([0, 150], [10, 10], [1, 0], shift_seconds=100, patience=30, seed=3)
    assert gone["abandoned"].tolist() == [False, True]


# Draws


def test_the_same_seed_gives_the_same_day_and_another_another():
    arrivals = systems.arrival_times([40, 60], seed=5)
    days = [systems.simulate_calls(arrivals, 180, 9, patience=60, seed=seed) for seed in (5, 5, 6)]
    assert days[0].equals(days[1]) and not days[0].equals(days[2])
    assert (systems.arrival_times([40, 60], seed=5) == arrivals).all()
    assert (systems.arrival_times([40, 60], seed=6) != arrivals).all()


def test_other_agents_meet_the_same_calls():
    """So that two crews can be compared call by call: with one agent more nobody waits longer."""
    arrivals = systems.arrival_times([100] * 8, seed=2)
    few, more = (systems.simulate_calls(arrivals, 180, agents, seed=2) for agents in (11, 12))
    assert few[["arrived", "served"]].equals(more[["arrived", "served"]])
    assert (more["waited"] <= few["waited"] + 1e-6).all() and more["waited"].mean() < few["waited"].mean()


def test_exact_numbers_of_calls_and_drawn_ones():
    exact = systems.arrival_times([30, 0, 70], interval_seconds=60, seed=1)
    assert np.histogram(exact, [0, 60, 120, 180])[0].tolist() == [30, 0, 70] and (np.diff(exact) >= 0).all()
    drawn = [len(systems.arrival_times(400.5, poisson=True, seed=seed)) for seed in range(200)]
    assert np.mean(drawn) == pytest.approx(400.5, abs=5) and np.var(drawn) == pytest.approx(400, rel=0.4)


def test_inputs_stay_as_they_are():
    arrivals, handle, agents = np.array([9.0, 3.0]), np.array([5.0, 6.0]), [1, 2]
    systems.simulate_calls(arrivals, handle, agents)
    assert arrivals.tolist() == [9, 3] and handle.tolist() == [5, 6] and agents == [1, 2]


# Against the formulas


@pytest.mark.parametrize("agents", [12, 14])
def test_a_steady_day_agrees_with_erlang_c(agents):
    mean, error = mean_and_error(agents)
    theory = systems.erlang_c(100, 180, agents)
    for name in ("wait_probability", "service_level", "asa"):
        assert abs(mean[name] - theory[name]) < 3.5 * error[name], name
        assert error[name] < 0.12 * theory[name]  # else anything would agree


@pytest.mark.parametrize("agents", [9, 12])
def test_a_steady_day_agrees_with_erlang_a(agents):
    mean, error = mean_and_error(agents, patience=120)
    theory = systems.erlang_a(100, 180, agents, patience_seconds=120)
    for name in ("wait_probability", "service_level", "asa", "abandoned"):
        assert abs(mean[name] - theory[name]) < 3.5 * error[name], name
        assert error[name] < 0.12 * theory[name]


def test_calls_of_one_length_wait_half_as_long_as_the_formula_says():
    """Pollaczek and Khinchine: with one agent and durations that do not vary the mean wait is half that of M/M/1."""
    arrivals = systems.arrival_times([10] * 4000, poisson=True, seed=4)
    seen = systems.summarise_calls(systems.simulate_calls(arrivals, np.full(len(arrivals), 108.0), 1))
    assert seen["asa"] == pytest.approx(systems.erlang_c(10, 108, 1)["asa"] / 2, rel=0.06)


def test_a_peak_breaks_the_formula():
    """Overload for half an hour, and 120 calls in the half-hour after it: for the formula these wait for 5 s."""
    expected, crew = [100, 180, 120, 100], 17
    days = []
    for seed in range(60):
        arrivals = systems.arrival_times(expected, poisson=True, seed=seed)
        calls = systems.simulate_calls(arrivals, 180, crew, seed=seed)
        days.append(systems.summarise_calls(calls, interval_seconds=1800)["asa"])
    seen = pd.DataFrame(days)
    after = systems.erlang_c(120, 180, crew)["asa"]
    assert after < 8 and (seen[2].mean() - after) / (seen[2].std() / np.sqrt(60)) > 5 and seen[2].mean() > 8 * after
    refuses(lambda: systems.erlang_c(180, 180, crew), ValueError, "grows without end")
    assert 20 < seen[1].mean() < 600  # which half an hour gives no time for


def test_the_staffed_day_of_the_bank_is_better_than_promised_if_its_calls_are_known():
    calls = datasets.load_bank_calls()
    calls = calls[calls["start"].dt.date.astype(str).eq("2003-06-26") & (calls["start"].dt.hour < 21)]
    of_half_hours = calls.groupby(calls["start"].dt.floor("30min"))["calls"].sum()
    day = systems.staffing(of_half_hours, 200)
    arrivals = systems.arrival_times(calls["calls"], interval_seconds=300, seed=1)
    found = systems.simulate_calls(arrivals, 200, day["agents"], seed=1)
    seen = systems.summarise_calls(found)
    by_half_hour = systems.summarise_calls(found, interval_seconds=1800)
    assert seen["calls"] == of_half_hours.sum() and by_half_hour["calls"].tolist() == of_half_hours.tolist()
    assert seen["service_level"] > 0.8
    assert (by_half_hour["service_level"] < 0.8).sum() >= 3  # on average it holds, not in each half-hour
    # A mean taken over the day hides its peak: the same agents spread evenly.
    even = systems.simulate_calls(arrivals, 200, round(day["agents"].mean()), seed=1)
    assert systems.summarise_calls(even)["service_level"] < 0.5


def test_a_day_of_3000_calls_takes_less_than_a_second():
    arrivals = systems.arrival_times([125] * 24, poisson=True, seed=1)
    taken = []
    for patience in (None, 120, 120):
        began = time.perf_counter()
        systems.simulate_calls(arrivals, 180, [14, 15] * 12, patience=patience, seed=1)
        taken.append(time.perf_counter() - began)
    assert min(taken) < 1


def test_a_summary_by_half_hour_adds_up():
    calls = systems.simulate_calls(systems.arrival_times([50, 0, 80], seed=1), 180, 9, patience=60, seed=1)
    parts, whole = systems.summarise_calls(calls, interval_seconds=1800), systems.summarise_calls(calls)
    assert parts.index.tolist() == [0, 2] and parts["calls"].sum() == whole["calls"] == 130
    for name in ("wait_probability", "service_level", "abandoned"):
        assert (parts[name] * parts["calls"]).sum() / 130 == pytest.approx(whole[name])
    answered = parts["calls"] * (1 - parts["abandoned"])
    assert (parts["asa"] * answered).sum() / answered.sum() == pytest.approx(whole["asa"])


BAD = {
    "no calls": (lambda: systems.simulate_calls([], 180, 3), "arrivals"),
    "a call before the opening": (lambda: systems.simulate_calls([-1], 180, 3), "arrivals = -1"),
    "one moment": (lambda: systems.simulate_calls(5, 180, 3), "arrivals"),
    "half an agent": (lambda: systems.simulate_calls([1], 180, [1.5]), "agents"),
    "nobody all day": (lambda: systems.simulate_calls([1], 180, [0, 0]), "agents"),
    "nobody in the end": (lambda: systems.simulate_calls([1, 2000], 180, [1, 0]), "1 calls are never answered"),
    "durations of others": (lambda: systems.simulate_calls([1, 2, 3], [9, 9], 1), "handle: 2 values for 3"),
    "no duration": (lambda: systems.simulate_calls([1], 0, 1), "handle = 0"),
    "patience below nothing": (lambda: systems.simulate_calls([1], 9, 1, patience=[-1]), "patience"),
    "no seed": (lambda: systems.simulate_calls([1], 9, 1, seed="x"), "seed"),
    "half a call": (lambda: systems.arrival_times([1.5]), "poisson=True"),
    "a billion calls": (lambda: systems.arrival_times(1e9), "calls"),
    "a table without waits": (lambda: systems.summarise_calls(pd.DataFrame({"a": [1]})), "waited"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_simulated_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)


def test_the_remedies_work():
    assert len(systems.simulate_calls([1, 2000], 180, [1, 1])) == 2
    assert len(systems.arrival_times([1.5] * 9, poisson=True)) > 3
