"""How many agents a day needs, half-hour by half-hour, and what it costs to spare callers a second of waiting."""

import math

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.systems.erlang import MOST_AGENTS, erlang_a, erlang_c, offered_load


def staffing(
    calls,
    handle_seconds,
    *,
    service_level=0.8,
    target_seconds=20,
    shrinkage=0,
    max_occupancy=1,
    patience_seconds=None,
    interval_seconds=1800,
):
    """Return the smallest number of agents that keeps the service level, for one interval or for each of a day.

    One number of calls gives a Series, a list or Series a table, a row an interval: ``calls``, ``load``, ``agents`` at
    the telephone, ``scheduled`` (with those absent), then the columns of `erlang_c`, or of `erlang_a` if the callers'
    `patience_seconds` is given. An interval without calls needs nobody; what is measured on callers is missing there.

    Parameters
    ----------
    calls, handle_seconds : float or list
        Calls in each interval; mean seconds to handle one, for all or for each interval.
    service_level, target_seconds : float
        Share of calls (above 0, below 1) to be answered within the target.
    shrinkage : float
        Share of paid time not at the telephone (breaks, training, illness), below 1.
    max_occupancy : float
        Share of the time that agents may be busy at most, above 0 and up to 1.
    patience_seconds, interval_seconds : see `erlang_a`

    Examples
    --------
    >>> staffing([60, 100, 0], 180, shrinkage=0.3)[["load", "agents", "scheduled", "asa"]].round(1)
       load  agents  scheduled   asa
    0   6.0       9         13  11.8
    1  10.0      14         20   7.8
    2   0.0       0          0   NaN
    """
    level = checks.share(service_level, "service_level", above=0, below=1)
    absent = checks.share(shrinkage, "shrinkage", below=1)
    busy = checks.share(max_occupancy, "max_occupancy", above=0)
    interval = checks.number(interval_seconds, "interval_seconds", above=0)
    named = {"interval_seconds": interval, "target_seconds": checks.amount(target_seconds, "target_seconds")}
    if patience_seconds is not None:
        named["patience_seconds"] = checks.number(patience_seconds, "patience_seconds", above=0)
    load = offered_load(calls, handle_seconds, interval)
    if np.ndim(load) > 1 or not np.size(load):
        en = "calls, handle_seconds: one number or one list is needed, with a number for each interval."
        raise ValueError(say(en, "calls、handle_seconds：应为一个数，或者一列数，每个时段一个。"))
    number, handle, _ = np.broadcast_arrays(calls, handle_seconds, load)
    pairs = [(float(one), float(other)) for one, other in zip(number.ravel(), handle.ravel(), strict=True)]
    found = {pair: _needed(*pair, level, busy, named) for pair in dict.fromkeys(pairs)}
    table = pd.DataFrame([found[pair] for pair in pairs])
    table.insert(0, "calls", [calls for calls, _ in pairs])
    table.insert(1, "load", np.ravel(load))
    # A little less than a whole number of agents, by the dust of a division, is that number.
    table.insert(3, "scheduled", np.ceil(table["agents"] / (1 - absent) - 1e-9).astype("int64"))
    if isinstance(load, pd.Series):
        table.index = load.index
    return table.iloc[0].rename(None) if np.ndim(load) == 0 else table


def _needed(calls, handle, level, busy, named):
    """Return the smallest crew and how its callers wait: doubled until it is enough, then halved in between."""
    waiting = erlang_a if "patience_seconds" in named else erlang_c
    if not calls:
        empty = waiting(0, handle, 1, **named)
        return {"agents": 0} | dict.fromkeys(empty.index, np.nan) | {"queue_length": 0.0}

    def row(crew):
        return waiting(calls, handle, crew, **named)

    def enough(crew):
        seen = row(crew)
        return seen["service_level"] >= level and seen["occupancy"] <= busy + 1e-12

    load = calls * handle / named["interval_seconds"]
    low = high = 1 if waiting is erlang_a else math.floor(load) + 1
    while not enough(high):
        if high == MOST_AGENTS:
            en = f"service_level = {level:g}, max_occupancy = {busy:g}: {MOST_AGENTS:,} agents are not enough for "
            en += f"{calls:,g} calls. Ask for a lower service level or allow a higher occupancy, 0.8 for example."
            zh = f"service_level = {level:g}，max_occupancy = {busy:g}：{calls:g} 个来电用 {MOST_AGENTS} 名坐席也不够。"
            raise ValueError(say(en, zh + "请降低服务水平，或者放宽占用率，例如都取 0.8。"))
        low, high = high + 1, min(2 * high, MOST_AGENTS)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return {"agents": high} | row(high).to_dict()


def waiting_costs(
    calls, handle_seconds, wage, *, second=0.0, agents=None, shrinkage=0, interval_seconds=1800, target_seconds=20
):
    """What each number of agents costs in an interval, and for what price it saves the callers a second of waiting.

    A table by ``agents``: ``service_level``, ``asa``, ``waited`` (seconds that all callers of the interval wait
    together), ``wages`` (of the interval), ``saved`` (seconds that one agent fewer would have let them wait in
    addition), ``price`` (wages of that one agent / saved: what a second costs here), ``cost`` (wages, and waiting at
    `second`). It pays to add agents as long as ``price`` lies below what a second of a caller is worth to the firm.

    Parameters
    ----------
    calls, handle_seconds, interval_seconds, target_seconds : see `erlang_c`
    wage : float
        Of an agent, in money an hour, above 0.
    second : float
        What a second of a caller's waiting costs the firm.
    agents : list of int, optional
        The numbers of agents; without it the smallest that is enough for the load, and nine more.
    shrinkage : float
        Share of paid time not at the telephone, below 1.

    Examples
    --------
    >>> costs = waiting_costs(100, 180, wage=36, second=0.05, agents=[11, 13, 14, 15])
    >>> costs["price"].round(3).to_dict()
    {11: 0.0, 13: 0.008, 14: 0.019, 15: 0.043}
    """
    calls, handle = checks.amount(calls, "calls"), checks.number(handle_seconds, "handle_seconds", above=0)
    interval = checks.number(interval_seconds, "interval_seconds", above=0)
    paid, worth = checks.number(wage, "wage", above=0), checks.amount(second, "second")
    paid *= interval / 3600 / (1 - checks.share(shrinkage, "shrinkage", below=1))
    named = {"interval_seconds": interval, "target_seconds": target_seconds}
    least = math.floor(offered_load(calls, handle, interval)) + 1
    crews = range(least, least + 10) if agents is None else agents
    table = erlang_c(calls, handle, crews if checks.dimensions(crews) else [crews], **named)
    fewer = erlang_c(calls, handle, sorted({least, *table.index[table.index > least] - 1}), **named)["queue_length"]
    found = table[["service_level", "asa"]].assign(waited=table["queue_length"] * interval, wages=table.index * paid)
    # One agent fewer than the least, and the queue would have no end.
    before = np.array([fewer.get(crew - 1, math.inf) * interval for crew in table.index])
    found["saved"] = np.maximum(before - found["waited"], 0)
    with np.errstate(divide="ignore"):  # where nobody waits any more, a second has no price
        found["price"] = paid / found["saved"]
    return found.assign(cost=found["wages"] + worth * found["waited"])
