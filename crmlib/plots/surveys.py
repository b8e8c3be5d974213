"""The pictures of what a survey finds, chapter 06: the zone of tolerance, wave after wave of a score."""

import numpy as np

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, GREEN, GREY, ORANGE, RED
from crmlib.satisfaction.coding import scale_ends

_LEVELS = ("adequate", "desired", "perceived")


def tolerance_zone(levels, *, scale=(1, 10), title=None):
    """Draw for each service the zone of tolerance, from adequate to desired, and where the service is perceived.

    `levels` has the columns ``adequate``, ``desired`` and ``perceived``; its index names the services.
    Source: Zeithaml, V. A., Berry, L. L. and Parasuraman, A. (1993), Journal of the Academy of Marketing Science 21(1).

    >>> import pandas as pd
    >>> tolerance_zone(pd.DataFrame({"adequate": [5], "desired": [8], "perceived": [6]}, index=["delivery"]))
    Zone of tolerance. Delivery: adequate 5, desired 8, perceived 6.
    """
    levels = parts.table(levels, *_LEVELS, name="levels")
    low, high = scale_ends(scale)
    wrong = (levels["adequate"] > levels["desired"]).to_numpy()
    en, zh = (
        "levels: adequate lies above desired: the zone goes upwards",
        "levels：adequate 高于 desired：区间应由低到高",
    )
    checks.refuse_rows(wrong, levels[list(_LEVELS)], en, zh)
    title = parts.title(title, label("Zone of tolerance"))
    picture, axes = parts.blank(title, label("Points on the scale"), height=1.9 + 0.55 * len(levels))
    told = []
    for row, (name, adequate, desired, perceived) in enumerate(levels[list(_LEVELS)].itertuples(name=None)):
        look = {"height": 0.5, "edgecolor": BLUE, "linewidth": 2.5, "hatchcolor": "#9DBFD4", "hatch": "///"}
        axes.barh(row, desired - adequate, left=adequate, facecolor="#DCEBF5", **look)
        colour, marker = _verdict(adequate, desired, perceived)
        axes.plot([perceived], [row], marker, color=colour, markersize=12, markeredgecolor="white", zorder=4)
        if perceived != desired:
            arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2, "shrinkA": 0, "shrinkB": 6}
            axes.annotate("", (perceived, row), (desired, row), arrowprops=arrow)
        values = zip(_LEVELS, (adequate, desired, perceived), strict=True)
        told.append(parts.named(_name(name), *(f"{label(level)} {parts.number(value)}" for level, value in values)))
    if len(levels) == 1:  # told once, beside the bars, where there is room
        _name_ends(axes, *levels[list(_LEVELS)].iloc[0])
    axes.yaxis.set_ticks(range(len(levels)), [_name(name) for name in levels.index])
    axes.yaxis.grid(False)
    axes.set(xlim=(low - 0.3, high + 0.3), ylim=(len(levels) - 0.2, -0.9))
    axes.xaxis.set_ticks(np.linspace(low, high, int(high - low) + 1) if high - low <= 12 else [low, high])
    return parts.describe(picture, told)


def waves(scores, *, title=None, x=None, truth=None):
    """Draw a net promoter score wave after wave, a dot with its interval each.

    `scores` has the columns ``nps``, ``low`` and ``high`` (−1 to 1), a row a wave. `truth`, as many numbers, is drawn
    as a line: what is true where the answers are simulated.

    >>> import pandas as pd
    >>> waves(pd.DataFrame({"nps": [0.3, 0.26], "low": [0.22, 0.18], "high": [0.38, 0.34]}, index=[1, 2]))
    Net promoter score, wave after wave. 1: 30, between 22 and 38; 2: 26, between 18 and 34.
    """
    scores = parts.table(scores, "nps", "low", "high", name="scores")
    parts.along(scores.index, "scores")
    truth = None if truth is None else _truth(truth, len(scores))
    title = parts.title(title, label("Net promoter score, wave after wave"))
    x = label("Month") if x is None else x
    picture, axes = parts.blank(title, x, label("Net promoter score (points)"))
    score, low, high = (100 * scores[name].to_numpy() for name in ("nps", "low", "high"))
    place = np.arange(len(scores))
    axes.vlines(place, low, high, color=BLUE, linewidth=2)
    axes.plot(place, score, "o", color=BLUE, markersize=7, linestyle="none", label=label("Found, with its interval"))
    if truth is not None:
        style = {"color": RED, "linestyle": "--", "linewidth": 2, "where": "mid"}
        axes.step(place, 100 * truth, label=label("True score"), **style)
        axes.legend(loc="upper left", ncols=2)
    parts.name_ticks(axes.xaxis, scores.index, 12, shift=0)
    parts.format_axis(axes.yaxis)
    known = np.r_[low, high] if truth is None else np.r_[low, high, 100 * truth]
    least, most = known.min(), known.max()
    room = 0.1 * (most - least) or 1
    axes.set_ylim(least - room, most + room * (1 if truth is None else 2.5))
    return parts.describe(picture, _told(scores.index, score, low, high))


def _told(names, score, low, high):
    """Each wave in words, or, of many, the first, the last and the ends."""
    if len(score) > 6:
        first, last, least, most = map(_points, (score[0], score[-1], score.min(), score.max()))
        en = f"{len(score)} waves, from {first} to {last}, the lowest {least}, the highest {most}"
        return [say(en, f"共 {len(score)} 期，从 {first} 到 {last}，最低 {least}，最高 {most}")]
    told = []
    for name, *ends in zip(names, score, low, high, strict=True):
        found, lower, upper = map(_points, ends)
        told.append(parts.named(name, found, say(f"between {lower} and {upper}", f"在 {lower} 与 {upper} 之间")))
    return told


def _verdict(adequate, desired, perceived):
    """Colour and marker of what is perceived: above the zone, in it, below it."""
    if perceived < adequate:
        return RED, "v"
    return (ORANGE, "o") if perceived < desired else (GREEN, "^")


def _name_ends(axes, adequate, desired, perceived):
    """Name the three levels of the only row: those of the zone above it, what is perceived below."""
    style = {"textcoords": "offset points", "va": "bottom", "fontsize": 9.5}
    close = desired - adequate < 2
    for level, value, side in ("adequate", adequate, "right"), ("desired", desired, "left"):
        shift = (4 if side == "right" else -4, 26)
        align = side if close else "center"
        axes.annotate(f"{label(level)} {parts.number(value)}", (value, 0), xytext=shift, ha=align, color=GREY, **style)
    style |= {"va": "top"}
    axes.annotate(
        f"{label('perceived')} {parts.number(perceived)}", (perceived, 0), xytext=(0, -26), ha="center", **style
    )


def _name(name):
    return " · ".join(map(heading, name)) if isinstance(name, tuple) else heading(name)


def _truth(truth, rows):
    truth = checks.numbers(truth, "truth")
    if truth.shape != (rows,):
        en = f"truth has {np.size(truth)} numbers, scores {rows} waves: give one for each."
        raise ValueError(say(en, f"truth 有 {np.size(truth)} 个数，scores 有 {rows} 期：每期应给一个。"))
    return truth


def _points(value):
    return f"{value:.0f}".replace("-", "−") if round(value) else "0"
