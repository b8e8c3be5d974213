"""Agents against waiting: why one more agent halves the queue, and what a second of waiting costs to save."""

import math
from functools import partial

from crmlib import checks, plots, systems
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, slider, tell


def draw_staffing(handle, wage, goal, agents, calls, target):
    """Draw the wait with each number of agents around the one chosen, and tell what one more would change."""
    load = systems.offered_load(calls, handle)
    least = math.floor(load) + 1
    first = max(1, agents - 3)
    crews = range(first, first + 8)
    stable = [crew for crew in crews if crew >= least]
    waiting = partial(systems.erlang_c, calls, handle, target_seconds=target)
    table = waiting(stable or [least]).reindex(crews)
    title = say(
        f"{calls:,} calls in half an hour: mean wait (s), share answered in {target} s",
        f"半小时 {calls} 个来电：平均等待（秒）与 {target} 秒内接听的比例",
    )
    picture = plots.waiting_bars(table, chosen=agents, goal=goal, title=title)
    needed = int(systems.staffing(calls, handle, service_level=goal, target_seconds=target)["agents"])
    fewest = say(
        f" {needed} agents keep {100 * goal:g}% within {target} s.",
        f"{target} 秒内接听 {100 * goal:g}%，需要 {needed} 名坐席。",
    )
    if agents < least:
        left = calls - agents * 1800 / handle
        return picture, _too_few(agents, calls, load, left, least) + fewest
    return picture, _one_more(waiting, handle, wage, agents, calls, target, load) + fewest


def _too_few(agents, calls, load, left, least):
    growth = say(
        f"{tell(left, ',.1f')} calls more than they can answer" if left > 0.05 else "just as many as they can answer",
        f"比能接听的多 {tell(left, ',.1f')} 个" if left > 0.05 else "刚好等于能接听的个数",
    )
    return say(
        f"{_crew(agents, load)}: {calls:,} calls come in half an hour, {growth}, and the queue "
        f"grows without end. {least} agents are the fewest with which it does not.",
        f"半小时 {calls} 个来电，话务量 {load:.1f} 爱尔朗，只有 {agents} 名坐席：来电{growth}，队伍会越排越长。"
        f"至少要有 {least} 名坐席，才不会这样。",
    )


def _crew(agents, load):
    return f"{agents} agent{'s' * (agents > 1)} for a load of {load:.1f} erlangs"


def _one_more(waiting, handle, wage, agents, calls, target, load):
    now, then = waiting(agents), waiting(agents + 1)
    (wait, later), (must, fewer) = (now["asa"], then["asa"]), (now["wait_probability"], then["wait_probability"])
    saved, cost = calls * (wait - later), wage / 2
    price = say(
        f"saves {tell(saved, ',.0f')} seconds of waiting: {tell(cost / saved, ',.3f')} yuan a second"
        if saved >= 1
        else "saves less than a second of waiting in all",
        f"共省下 {tell(saved, ',.0f')} 秒等待，每秒 {tell(cost / saved, ',.3f')} 元"
        if saved >= 1
        else "总共省下的等待不到一秒",
    )
    part, spare = tell(later / wait - 1, "+.0%"), agents - load
    return say(
        f"{_crew(agents, load)}: {tell(must, '.1%')} of {calls:,} callers wait, the mean "
        f"wait of all is {tell(wait, ',.1f')} s, and {tell(now['service_level'], '.1%')} are answered within {target} "
        f"s. One more agent: {tell(later, ',.1f')} s, {part}, since fewer must wait ({tell(fewer, '.1%')}) and the "
        f"line moves faster, with {spare + 1:.1f} agents above the load, not {spare:.1f}. "
        f"That agent costs {tell(cost, ',.2f')} yuan in half an hour and {price}.",
        f"{agents} 名坐席，半小时 {calls} 个来电，话务量 {load:.1f} 爱尔朗：{tell(must, '.1%')} 的来电要等，"
        f"全部来电（不必等的也算在内）平均等 {tell(wait, ',.1f')} 秒，"
        f"{target} 秒内接听 {tell(now['service_level'], '.1%')}。"
        f"再加一名，平均等 {tell(later, ',.1f')} 秒（{part}）：要等的人少了（{tell(fewer, '.1%')}），"
        f"队伍也走得快了（富余坐席从 {spare:.1f} 名增加到 {spare + 1:.1f} 名）。"
        f"这名坐席半小时 {tell(cost, ',.2f')} 元，{price}。",
    )


@takes_givens
def staffing_explorer(calls, handle_seconds, wage, *, service_level=0.8, target_seconds=20, agents=None):
    """Show what one agent more or fewer does to the callers of half an hour, by Erlang C.

    `calls` come in half an hour and take `handle_seconds` each; an agent earns `wage` yuan an hour. It opens at so many
    `agents`, else at the fewest that answer the share `service_level` within the target.

    >>> staffing_explorer(100, 180, 30).at(agents=13)[:64]
    '13 agents for a load of 10.0 erlangs: 28.5% of 100 callers wait,'
    """
    calls = checks.whole(calls, "calls", least=10, most=5000)
    handle = checks.number(handle_seconds, "handle_seconds", least=10, most=3600)
    wage = checks.number(wage, "wage", above=0)
    goal = checks.share(service_level, "service_level", above=0, below=1)
    target = checks.whole(target_seconds, "target_seconds", most=120)
    start = int(systems.staffing(calls, handle, service_level=goal, target_seconds=target)["agents"])
    low, most = max(1, math.floor(systems.offered_load(calls, handle) / 2)), 2 * start + 5
    agents = start if agents is None else checks.whole(agents, "agents", least=low, most=most)
    return Explorer(
        partial(draw_staffing, handle, wage, goal),
        "crm-staffing",
        agents=slider(label("Agents"), low, most, agents, 1),
        calls=slider(label("Calls in half an hour"), calls // 2, 2 * calls, calls, max(1, calls // 50)),
        target=slider(label("Answered within (seconds)"), 0, 120, target, 5),
    )
