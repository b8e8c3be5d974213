"""The pictures of chapter 09, CRM systems: waiting by the number of agents."""

import numpy as np

from crmlib import checks
from crmlib.language import label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, ORANGE

SHOWN = 8  # times the second-longest bar that the longest is drawn


def waiting_bars(waiting, *, chosen=None, goal=0.8, title=None):
    """Draw the mean wait with each number of agents, and which numbers keep the service level `goal`.

    `waiting` is a table of :func:`crmlib.systems.erlang_c`, index ``agents``, columns ``asa`` and ``service_level``;
    both are missing where there are too few agents for the load. Each bar carries its wait and its service level; a bar
    much longer than the others is cut off, with a break. `chosen` is a number of agents to be marked.

    >>> from crmlib import systems
    >>> waiting_bars(systems.erlang_c(100, 180, [13, 14]), chosen=14)
    Mean wait by number of agents. 13: 17.1 s, 79.6% in time; 14: 7.8 s, 89% in time.
    """
    checks.frame(waiting, "waiting")
    waiting = waiting.sort_index()
    crews = checks.numbers(waiting.index, "waiting.index")
    goal = checks.share(goal, "goal")
    chosen = None if chosen is None else checks.number(chosen, "chosen")
    checks.require_columns(waiting.columns, ["asa", "service_level"])
    endless = waiting["asa"].isna().to_numpy()
    wait, level = (checks.column(waiting, name, least=0, optional=endless) for name in ("asa", "service_level"))
    top = _most_shown(wait[~endless])
    shown = np.where(endless, 1.25 * top, np.minimum(wait, top))  # without end: up to the frame
    picture, axes = parts.blank(
        parts.title(title, label("Mean wait by number of agents")), label("Agents"), label("Mean wait (seconds)")
    )
    kept = ~endless & (level >= goal)
    kinds = {
        label("kept"): (kept, BLUE, ""),
        label("missed"): (~endless & ~kept, ORANGE, "///"),
        label("no end"): (endless, "#DDDDDD", "xxx"),
    }
    for name, (own, colour, hatch) in kinds.items():  # an empty one too: the legend keeps its width
        axes.bar(crews[own], shown[own], 0.75, color=colour, hatch=hatch, label=name)
    told = []
    for crew, seconds, share in zip(crews, wait, level, strict=True):
        digits = ".1%" if abs(share - goal) < 0.005 else ".0%"  # 79.6%, which misses 80%
        words, box, known = "∞", parts.CLEAR, [say("waiting without end", "一直排队")]
        if not np.isnan(seconds):
            words = f"{'↑ ' if seconds > top else ''}{_seconds(seconds)}\n{share:{digits}}"
            box, known = None, [_seconds(seconds), say(f"{share:{digits}} in time", f"及时接听 {share:{digits}}")]
        axes.text(crew, np.nanmin([seconds, top]) + 0.01 * top, words, ha="center", va="bottom", fontsize=8.5, bbox=box)
        told.append(parts.named(f"{crew:g}", *known))
    for crew in crews[np.nan_to_num(wait) > top]:  # a break in a bar that is cut off
        for foot in (0.84, 0.88):
            axes.plot([crew - 0.42, crew + 0.42], [foot * top, (foot + 0.03) * top], color="white", linewidth=2.5)
    axes.set(xlim=(crews.min() - 0.7, crews.max() + 0.7), ylim=(0, 1.25 * top))
    axes.xaxis.set_ticks(crews)
    axes.xaxis.grid(False)
    for place in np.flatnonzero(crews == chosen):
        axes.bar([chosen], [shown[place]], 0.75, facecolor="none", edgecolor="black", linewidth=2.5)
        axes.get_xticklabels()[place].set_fontsize(14)
    goal = f"{100 * goal:g}%"
    title = say(f"Service level {goal}", f"服务水平 {goal}")
    axes.legend(axes.containers[:3], list(kinds), title=title, **parts.BESIDE)
    return parts.describe(picture, told)


def _most_shown(wait):
    """Where bars end: at most `SHOWN` times as high as the second-longest; with nothing to show, at one second."""
    longest = np.sort(wait)[::-1]
    top = min(longest[0], SHOWN * longest[:2][-1]) if longest.size else 0.0
    return top if top > 0.01 else 1.0


def _seconds(wait):
    shown = f"{wait:,.0f}" if wait >= 100 else f"{wait:.1f}"
    return say(f"{shown} s", f"{shown} 秒")
