"""A day of a call centre, call by call, as a simulation of discrete events (SimPy): it needs no steady rate.

Where the formulas of `crmlib.systems.erlang` hold it agrees with them; where a day has peaks, crews change or durations
are not exponential, they do not hold and it still does.
"""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.systems.erlang import MOST_AGENTS

_MOST_CALLS = 2_000_000


def arrival_times(calls, *, interval_seconds=1800, poisson=False, seed=0):
    """Draw the moments of calls, in seconds from the opening, sorted: at random within each interval.

    `calls` is a number or a list, the calls of each interval: exactly so many, whole numbers; with ``poisson=True``
    what is expected, and the number is drawn too.

    >>> arrival_times([2, 0, 1], seed=1).round()
    array([ 921., 1711., 3859.])
    """
    interval = checks.number(interval_seconds, "interval_seconds", least=1)
    drawn, seed = checks.flag(poisson, "poisson"), checks.whole(seed, "seed")
    counts = np.atleast_1d(checks.numbers(calls, "calls", least=0, most=_MOST_CALLS))
    if counts.ndim > 1 or counts.sum() > _MOST_CALLS:
        en = f"calls: one number a period is needed, of at most {_MOST_CALLS:,} calls in all."
        raise ValueError(say(en, f"calls：每个时段应有一个数，合计不超过 {_MOST_CALLS} 个来电。"))
    if not drawn and (counts % 1 != 0).any():
        en = "calls: exact numbers of calls are whole. Round them, or draw them around what is expected: poisson=True."
        raise ValueError(say(en, "calls：来电数应为整数。请取整；如果是预期值，请用 poisson=True 抽取。"))
    draws = np.random.default_rng(seed)
    if drawn:
        counts = draws.poisson(counts)
    starts = np.repeat(np.arange(len(counts)), counts.astype(int)) * interval
    return np.sort(starts + interval * draws.random(len(starts)))


def simulate_calls(arrivals, handle, agents, *, patience=None, shift_seconds=1800, seed=0):
    """Let calls come to agents, first come, first served: a table, a row a call, in the order of arrival.

    ``arrived`` (seconds from the opening), ``waited`` (seconds until answered or given up), ``served`` (seconds that an
    agent was busy with it; missing where the caller hung up), ``abandoned`` (True or False).

    Parameters
    ----------
    arrivals : list of float
        Moments in seconds from the opening, in any order; see `arrival_times`.
    handle, patience : float or list
        Mean seconds, from which an exponential is drawn for each call, or the seconds of each call, in the order of
        `arrivals`. Without `patience` nobody hangs up.
    agents : int or list of int
        Who answer at the same time: all day, or in each shift. Who is on the telephone when her shift ends finishes the
        call. After the last shift its agents stay until nobody waits.
    shift_seconds : float
        Length of a shift.
    seed : int
        The same seed draws the same durations and patience for each call, whatever the agents.

    Examples
    --------
    >>> simulate_calls([0, 10, 20], handle=[60, 60, 60], agents=1, patience=[90, 90, 30])
       arrived  waited  served  abandoned
    0      0.0     0.0    60.0      False
    1     10.0    50.0    60.0      False
    2     20.0    30.0     NaN       True
    """
    import simpy

    moments = checks.numbers(arrivals, "arrivals", least=0, most=1e12)
    if moments.ndim != 1 or not 0 < len(moments) <= _MOST_CALLS:
        en = f"arrivals: a list of 1 to {_MOST_CALLS:,} moments is needed, as arrival_times draws them."
        raise ValueError(say(en, f"arrivals：应为一列时刻，1 到 {_MOST_CALLS} 个，可用 arrival_times 抽取。"))
    crew, shift = _crew(agents), checks.number(shift_seconds, "shift_seconds", above=0)
    of_handle, of_patience = np.random.default_rng(checks.whole(seed, "seed")).spawn(2)
    order = np.argsort(moments, kind="stable")
    moments = moments[order]
    lasts = _durations(handle, "handle", order, of_handle)
    stays = np.full(len(order), np.inf) if patience is None else _durations(patience, "patience", order, of_patience)
    waited, answered = np.full(len(order), np.nan), np.zeros(len(order), dtype=bool)

    day = simpy.Environment()
    line = simpy.Store(day)

    def callers():
        for number, moment in enumerate(moments):
            if moment > day.now:
                yield day.timeout(moment - day.now)
            line.put((number, day.now))

    def agent(duty):
        for since, until in duty:
            if since > day.now:
                yield day.timeout(since - day.now)
            while day.now < until:
                turn = line.get()
                yield turn if until == np.inf else turn | day.timeout(until - day.now)
                if not turn.triggered:
                    turn.cancel()
                    break
                number, came = turn.value
                waited[number] = min(day.now - came, stays[number])
                if day.now - came <= stays[number]:  # else the line is dead: the caller has hung up
                    answered[number] = True
                    yield day.timeout(lasts[number])

    day.process(callers())
    for duty in _duties(crew, shift):
        day.process(agent(duty))
    day.run()
    waited = np.where(np.isnan(waited), stays, waited)  # still in line after the last shift
    if np.isinf(waited).any():
        count = int(np.isinf(waited).sum())
        en = f"agents: {count} calls are never answered, for the last shift has nobody. Give it 1 agent at least."
        zh = f"agents：最后一班没有坐席，有 {count} 个来电始终没人接。最后一班至少要有 1 名坐席。"
        raise ValueError(say(en, zh))
    columns = {"arrived": moments, "waited": waited, "served": np.where(answered, lasts, np.nan)}
    return pd.DataFrame(columns | {"abandoned": ~answered})


def _crew(agents):
    """The numbers of agents, one a shift."""
    if checks.dimensions(agents) == 0:
        return [checks.whole(agents, "agents", least=1, most=MOST_AGENTS)]
    found = checks.numbers(agents, "agents", least=0, most=MOST_AGENTS)
    if found.ndim != 1 or not found.any() or (found % 1 != 0).any():
        en = f"agents = {checks.quoted(agents)}: one whole number is needed, or one for each shift, not all of them 0."
        raise ValueError(say(en, f"agents = {checks.quoted(agents)} 不对：应为一个整数，或每班一个整数，不能全为 0。"))
    return found.astype(int).tolist()


def _duties(crew, shift):
    """When each agent is on duty, [(since, until), …]: the first ones come first and leave last."""
    for place in range(max(crew)):
        here = np.diff(np.r_[0, np.array(crew) > place, 0])
        starts, ends = np.flatnonzero(here == 1) * shift, np.flatnonzero(here == -1) * shift
        if crew[-1] > place:
            ends = np.r_[ends[:-1], np.inf]
        yield list(zip(starts.tolist(), ends.tolist(), strict=True))


def _durations(given, name, order, draws):
    """Seconds for each call, in the order of arrival: drawn around a mean, or those given."""
    if checks.dimensions(given) == 0:
        return checks.number(given, name, above=0, most=1e9) * draws.standard_exponential(len(order))
    found = checks.numbers(given, name, least=0, most=1e9)
    if found.shape != order.shape:
        en = f"{name}: {found.size} values for {len(order)} calls. Give one number, the mean, or one for each call."
        zh = f"{name}：{len(order)} 个来电，却给了 {found.size} 个值。请只给一个平均值，或者每个来电一个值。"
        raise ValueError(say(en, zh))
    return found[order]


def summarise_calls(calls, *, target_seconds=20, interval_seconds=None):
    """Measure waiting on a table of `simulate_calls` under the names of `erlang_a`: a Series, or a row an interval.

    ``calls``, ``wait_probability``, ``service_level`` (share of all calls answered within the target), ``asa`` (mean
    wait of those answered, missing where nobody was), ``abandoned``. An interval counts the calls that arrived in it.

    >>> calls = simulate_calls([0, 10, 20], handle=[60, 60, 60], agents=1, patience=[90, 90, 30])
    >>> summarise_calls(calls).round(2).to_dict()
    {'calls': 3.0, 'wait_probability': 0.67, 'service_level': 0.33, 'asa': 25.0, 'abandoned': 0.33}
    >>> summarise_calls(calls, interval_seconds=20)[["calls", "asa", "abandoned"]]
              calls   asa  abandoned
    interval
    0             2  25.0        0.0
    1             1   NaN        1.0
    """
    target = checks.amount(target_seconds, "target_seconds")
    checks.frame(calls, "calls")
    waited = pd.Series(checks.column(calls, "waited", least=0), calls.index)
    arrived = pd.Series(checks.column(calls, "arrived", least=0), calls.index)
    checks.require_columns(calls.columns, ["abandoned"])
    lost = pd.Series(checks.zero_one(calls["abandoned"], "abandoned") == 1, calls.index)
    seen = {"wait_probability": waited > 0, "service_level": (waited <= target) & ~lost}
    seen = pd.DataFrame(seen | {"asa": waited.where(~lost), "abandoned": lost}).astype(float)
    if interval_seconds is None:
        return pd.concat([pd.Series({"calls": float(len(calls))}), seen.mean()])
    interval = checks.number(interval_seconds, "interval_seconds", least=1)
    en, zh = "arrived lies beyond 1e12 seconds: count from the opening", "arrived 超过 1e12 秒：请从开门时算起"
    checks.refuse_rows(arrived > 1e12, calls, en, zh)
    parts = seen.groupby((arrived // interval).astype(int).rename("interval"))
    return pd.concat([parts.size().rename("calls"), parts.mean()], axis=1)
