"""Calls, agents and waiting in formulas: Erlang C, where callers wait, and Erlang A, where some hang up.

Vocabulary: calls come at random (Poisson) at a steady rate; a call is handled in `handle_seconds` on average (talk and
what is noted after it, exponential). Their product, the *load* in erlangs, is the number of agents that would be busy
if nobody ever waited. *Occupancy* is the share of time that agents are busy, *asa* (average speed of answer) the mean
wait of the calls that are answered, in seconds, those answered at once included.
"""

import math

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.results import like

# More agents than any call centre has; and more callers at once than any has lines.
MOST_AGENTS, MOST_LOAD, _MOST_WAITING = 20_000, 10_000, 200_000


def offered_load(calls, handle_seconds, interval_seconds=1800):
    """Return the load in erlangs: calls × handling time / length of the interval.

    Numbers, arrays or Series: calls in an interval, mean seconds of a call, seconds of the interval.

    >>> offered_load(100, 180)
    10.0
    """
    number = checks.numbers(calls, "calls", least=0)
    handle = checks.numbers(handle_seconds, "handle_seconds", above=0)
    interval = checks.numbers(interval_seconds, "interval_seconds", above=0)
    checks.fitting(calls=number, handle_seconds=handle, interval_seconds=interval)
    return like(number * handle / interval, calls, handle_seconds, interval_seconds)


def erlang_c(calls, handle_seconds, agents, *, interval_seconds=1800, target_seconds=20):
    """Waiting where all callers wait until they are answered: a Series; for a list of `agents` a table, a row each.

    ``wait_probability`` (share who cannot be answered at once), ``service_level`` (share answered within the target),
    ``asa`` (mean wait in seconds), ``occupancy`` and ``queue_length`` (mean number of callers waiting). With as many
    agents as the load or fewer the queue grows without end: an error says how many are needed.

    Parameters
    ----------
    calls, handle_seconds : float
        Calls in an interval; mean seconds to handle one, above 0.
    agents : int or list of int
        Who answer at the same time.
    interval_seconds, target_seconds : float
        Length of the interval; wait within which a call counts as answered in time.

    Notes
    -----
    Source: Erlang (1917); in today's form e.g. Gans, Koole, Mandelbaum (2003), Telephone call centers: tutorial,
    review, and research prospects, Manufacturing & Service Operations Management 5(2).

    Examples
    --------
    >>> erlang_c(100, 180, 14).round(3).to_dict()
    {'wait_probability': 0.174, 'service_level': 0.888, 'asa': 7.836, 'occupancy': 0.714, 'queue_length': 0.435}
    """
    calls, handle, load = _load(calls, handle_seconds, interval_seconds)
    crews = _crews(agents)
    target = checks.amount(target_seconds, "target_seconds")
    if min(crews) <= load:
        _refuse_unstable(min(crews), load)
    lost = _erlang_b(load, max(crews))[crews]
    spare = crews - load
    wait = crews * lost / (spare + load * lost)
    found = {"wait_probability": wait, "service_level": 1 - wait * np.exp(-spare * target / handle)}
    found |= {"asa": wait * handle / spare, "occupancy": load / crews, "queue_length": wait * load / spare}
    return _result(found, crews, agents)


def erlang_a(calls, handle_seconds, agents, *, patience_seconds, interval_seconds=1800, target_seconds=20):
    """Waiting where callers hang up when their patience ends (exponential): a Series, or a table for several `agents`.

    The columns of `erlang_c` and ``abandoned`` (share of callers who hang up). ``service_level`` is the share of *all*
    callers who are answered within the target, ``asa`` the mean wait of those answered. There may be fewer agents than
    load: then those who hang up keep the queue finite.

    Parameters
    ----------
    calls, handle_seconds, agents, interval_seconds, target_seconds : see `erlang_c`
    patience_seconds : float
        Mean time that a caller is ready to wait, above 0.

    Notes
    -----
    Source: Palm (1957); Garnett, Mandelbaum, Reiman (2002), Designing a call center with impatient customers,
    Manufacturing & Service Operations Management 4(3). With j callers before her, a caller who never hung up would
    wait −log(B) · patience, B of the distribution Beta(agents · patience / handle_seconds, j + 1).

    Examples
    --------
    >>> erlang_a(100, 180, 9, patience_seconds=120)[["service_level", "asa", "abandoned"]].round(3).to_dict()
    {'service_level': 0.524, 'asa': 20.943, 'abandoned': 0.192}
    """
    calls, handle, load = _load(calls, handle_seconds, interval_seconds)
    crews, target = _crews(agents), checks.amount(target_seconds, "target_seconds")
    patience = checks.number(patience_seconds, "patience_seconds", above=0)
    lost = _erlang_b(load, max(crews))
    rows = [_impatient(load, handle, patience, target, crew, lost[crew]) for crew in crews]
    found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return _result(found, crews, agents)


def _impatient(load, handle, patience, target, agents, lost):
    """One row of `erlang_a`; `lost` is Erlang B, the share of callers turned away if none could wait."""
    from scipy.special import betaincc

    leave, arrive = agents * patience / handle, load * patience / handle  # rates in units of one caller's patience
    depth = math.ceil(max(arrive - leave, 0) + 12 * math.sqrt(arrive) + 50)
    if depth > _MOST_WAITING:
        works = patience * (_MOST_WAITING / depth / 2) ** 2
        en = f"patience_seconds = {patience:g}: so many callers would wait at once that no line holds them. Give all "
        en += f"times in seconds; a patience of {works:.3g} seconds can be computed."
        zh = f"patience_seconds = {patience:g}：同时等待的人会多到线路容不下。"
        raise ValueError(say(en, zh + f"请检查时间是否都以秒计；耐心为 {works:.3g} 秒时可以计算。"))
    ahead = np.arange(depth + 1)  # callers who wait when another one comes
    with np.errstate(divide="ignore"):
        weights = np.r_[0, np.cumsum(np.log(arrive) - np.log(leave + ahead[1:]))]
    top = weights.max()
    weights = lost * np.exp(weights - top)
    waiting = weights / (weights.sum() + (1 - lost) * math.exp(-top))
    stays = leave / (leave + ahead + 1)  # who come with so many ahead and are answered in the end
    answered = 1 - waiting @ (1 - stays)
    in_time = betaincc(leave + 1, ahead + 1, math.exp(-target / patience))
    needed = patience * np.cumsum(1 / (leave + 1 + ahead))  # their mean wait
    return {
        "wait_probability": waiting.sum(),
        "service_level": 1 - waiting @ (1 - stays * in_time),
        "asa": waiting @ (stays * needed) / answered,
        "occupancy": load * answered / agents,
        "queue_length": waiting @ ahead,
        "abandoned": 1 - answered,
    }


def _erlang_b(load, most):
    """Erlang B for 0, 1, … `most` agents: from each number to the next, so that nothing overflows."""
    lost = [1.0]
    for agents in range(1, most + 1):
        lost.append(load * lost[-1] / (agents + load * lost[-1]))
    return np.array(lost)


def _load(calls, handle_seconds, interval_seconds):
    """Calls, handling time and load, each one number."""
    calls, handle = checks.amount(calls, "calls"), checks.number(handle_seconds, "handle_seconds", above=0)
    load = calls * handle / checks.number(interval_seconds, "interval_seconds", above=0)
    if not load <= MOST_LOAD:
        en = f"calls, handle_seconds: a load of {load:,.0f} erlangs, more than {MOST_LOAD:,}, is no call centre's. "
        en += "Give the calls of one interval, and seconds."
        zh = f"calls、handle_seconds：话务量 {load:,.0f} 爱尔朗，超过 {MOST_LOAD}，没有这样大的呼叫中心。请检查单位："
        raise ValueError(say(en, zh + "calls 是一个时段内的来电数，时间以秒计。"))
    return calls, handle, load


def _crews(agents):
    """The numbers of agents as an array of whole numbers."""
    if checks.dimensions(agents) == 0:
        return np.array([checks.whole(agents, "agents", least=1, most=MOST_AGENTS)])
    found = checks.numbers(agents, "agents", least=1, most=MOST_AGENTS)
    if found.ndim != 1 or not found.size or (found % 1 != 0).any():
        en = f"agents = {checks.quoted(agents)}: one whole number, or a list of them, is needed."
        raise ValueError(say(en, f"agents = {checks.quoted(agents)} 不对：应为一个整数，或者一列整数。"))
    return found.astype(int)


def _refuse_unstable(agents, load):
    least = math.floor(load) + 1
    en = f"agents = {agents}: the load is {load:,.4g} erlangs, as many calls come as {agents} can answer, or more, and "
    en += f"the queue grows without end. Take at least {least} agents; or use erlang_a, where callers hang up."
    zh = f"agents = {agents} 不够：话务量为 {load:,.4g} 爱尔朗，来电不少于能接听的，队伍会越来越长，没有稳定状态。"
    raise ValueError(say(en, zh + f"至少要 {least} 名坐席；如果来电者会挂断，请用 erlang_a。"))


def _result(found, crews, agents):
    if checks.dimensions(agents) == 0:
        return pd.Series({name: float(values[0]) for name, values in found.items()})
    return pd.DataFrame(found, index=pd.Index(crews, name="agents"))
