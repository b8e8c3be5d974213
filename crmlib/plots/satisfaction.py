"""The pictures of chapter 06, satisfaction: Kano's curves and map, importance against performance, SERVQUAL's gaps."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.naming import name_points
from crmlib.plots.picture import BLUE, GREEN, GREY, ORANGE, PINK, RED

# Name, colour and marker of each of Kano's classes; answers that contradict themselves are no quality of a name.
KINDS = {
    "M": ("Basic quality", RED, "s"),
    "O": ("Performance quality", BLUE, "o"),
    "A": ("Attractive quality", GREEN, "^"),
    "I": ("Indifferent quality", GREY, "D"),
    "R": ("Reverse quality", PINK, "v"),
    "Q": (None, ORANGE, "X"),
}
_CORNER = {
    "xycoords": "axes fraction",
    "textcoords": "offset points",
    "color": "#555555",
    "fontsize": 9.5,
    "bbox": parts.CLEAR | {"pad": 1},
}


def kano_curves(*, title=None):
    """Draw Kano's five qualities: satisfaction over how far a feature is there. A sketch, no data.

    >>> kano_curves()
    Kano's qualities (a sketch). Basic quality: from very dissatisfied to neutral; Performance quality: from very
    dissatisfied to very satisfied; Attractive quality: from neutral to very satisfied; Indifferent quality: neutral
    throughout; Reverse quality: from satisfied to dissatisfied.
    """
    title = parts.title(title, label("Kano's qualities (a sketch)"))
    picture, axes = parts.blank(title, label("How far the feature is there"), label("Satisfaction"))
    there = np.linspace(0, 1, 101)
    curves = {
        "M": -np.exp(-4 * there),
        "O": 1.9 * there - 0.95,
        "A": np.exp(4 * (there - 1)),
        "I": 0 * there,
        "R": 0.6 - 1.2 * there,
    }
    heights = {"A": 1.0, "O": 0.85, "I": 0.08, "M": -0.09, "R": -0.6}  # of the names, beside the ends of the curves
    for letter, satisfied in curves.items():
        name, colour, _ = KINDS[letter]
        look = {"linestyle": "-", "linewidth": 2.6} if letter in "MOA" else {"linestyle": "--", "linewidth": 1.6}
        axes.plot(there, satisfied, color=colour, **look)
        beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center", "annotation_clip": False}
        axes.annotate(f"{label(name)} ({letter})", (1, heights[letter]), color=colour, **beside)
    axes.axhline(0, zorder=0, **parts.BASE_LINE)
    axes.set(xlim=(0, 1), ylim=(-1.05, 1.05))
    axes.xaxis.set_ticks([0, 1], [label("missing"), label("fully there")])
    levels = label("very dissatisfied"), label("neutral"), label("very satisfied")
    axes.yaxis.set_ticks([-1, 0, 1], levels)
    axes.grid(False)
    worst, middle, best = levels
    courses = {"M": (worst, middle), "O": (worst, best), "A": (middle, best)}
    told = [
        parts.named(label(KINDS[letter][0]), say(f"from {start} to {end}", f"从{start}到{end}"))
        for letter, (start, end) in courses.items()
    ]
    told.append(parts.named(label(KINDS["I"][0]), say("neutral throughout", "始终无所谓")))
    told.append(parts.named(label(KINDS["R"][0]), say("from satisfied to dissatisfied", "从满意到不满意")))
    return parts.describe(picture, told)


def kano_map(table, *, title=None):
    """Draw the features of :func:`crmlib.satisfaction.kano` by what they do if missing (across) and if there (upwards).

    Attractive features stand above on the left, performance above on the right, basic below on the right. Lines are the
    intervals of better and worse. Features of which every answer is R or Q have no place: they are only named in the
    description.

    >>> from crmlib import satisfaction
    >>> answers = pd.DataFrame({"feature": "tasting", "functional": [1, 1, 1, 3], "dysfunctional": [3, 3, 5, 3]})
    >>> kano_map(satisfaction.kano(answers), title="One feature")
    One feature. Tasting (A): Better 75%, Worse 25%.
    """
    ends = ["better", "better_low", "better_high", "worse", "worse_low", "worse_high"]
    table = parts.table(table, *ends, name="table", gaps=True)
    checks.require_columns(table.columns, ["kano_class"])
    unknown = ~table["kano_class"].isin(list(KINDS))
    letters = ", ".join(KINDS)
    en, zh = f"table: kano_class is none of {letters}", f"table：kano_class 不是 {letters} 之一"
    checks.refuse_rows(unknown, table[["kano_class"]], en, zh)
    title = parts.title(title, label("Kano map"))
    across, upwards = label("Dissatisfied if it is missing (−Worse)"), label("Satisfied if it is there (Better)")
    picture, axes = parts.blank(title, across, upwards, height=4.4)
    axes.grid(False)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    placed = table.dropna(subset=["better", "worse"])
    for line in axes.axhline, axes.axvline:
        line(0.5, color=GREY, linestyle=":", linewidth=1.2)
    x, y = 0.0 - placed["worse"].to_numpy(), placed["better"].to_numpy()
    thin = {"colors": "#B5B5B5", "linewidth": 1.2, "zorder": 1}
    axes.hlines(y, -placed["worse_high"], -placed["worse_low"], **thin)
    axes.vlines(x, placed["better_low"], placed["better_high"], **thin)
    for letter, (_, colour, marker) in KINDS.items():
        own = (placed["kano_class"] == letter).to_numpy()
        axes.plot(x[own], y[own], marker, color=colour, markersize=8, linestyle="none", zorder=3)
    names = [f"{_named(name)} ({letter})" for name, letter in table["kano_class"].items()]
    has_place = table.index.get_indexer(placed.index) if table.index.is_unique else np.arange(len(placed))
    points, shown = np.column_stack([x, y]), [names[i] for i in has_place]
    name_points(axes, points, shown, taken=_along_intervals(placed, points))
    _corners(axes, [KINDS[letter][0] for letter in "AOIM"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([0, 0.5, 1])
        parts.format_axis(axis, True)
    told = [
        parts.named(name, f"Better {parts.number(better, True)}", f"Worse {parts.number(0.0 - worse, True)}")
        for name, better, worse in zip(names, table["better"], table["worse"], strict=True)
    ]
    return parts.describe(picture, told)


def importance_performance_map(table, *, moved=None, until=None, title=None):
    """Draw the items of :func:`crmlib.satisfaction.importance_performance`: performance across, importance upwards.

    `moved` (Series by item): the performance that money would buy; an arrow leads there. `until`: the performance up to
    which the picture reaches at least, so that several have the same scale.

    >>> from crmlib import satisfaction
    >>> weight, mark = pd.Series({"speed": 0.5, "looks": 0.1}), pd.Series({"speed": 4.1, "looks": 5.6})
    >>> importance_performance_map(satisfaction.importance_performance(weight, mark), title="A shop")
    A shop. Speed: importance 0.5, performance 4.1, Concentrate here; Looks: importance 0.1, performance 5.6, Possible
    overkill.
    """
    cuts = getattr(table, "attrs", {}).get("cuts")
    table = parts.table(table, "importance", "performance", name="table")
    checks.unique_index(table, "table")
    checks.require_columns(table.columns, ["quadrant"])
    if cuts is None:
        en = "table: the table of importance_performance is needed, whose attrs hold the cuts."
        raise ValueError(say(en, "table：应为 importance_performance 给出的表，attrs 里记着分界。"))
    x, y = table["performance"].to_numpy(), table["importance"].to_numpy()
    after = x if moved is None else _moved(moved, table)
    title = parts.title(title, label("Importance and performance"))
    picture, axes = parts.blank(title, label("Performance"), label("Importance"), height=4.2)
    axes.grid(False)
    reach = [] if until is None else checks.number(until, "until")
    axes.set(xlim=_around(np.r_[x, after, cuts["performance"], reach]), ylim=_around(np.r_[y, cuts["importance"]]))
    axes.axvline(cuts["performance"], color=GREY, linestyle=":", linewidth=1.2)
    axes.axhline(cuts["importance"], color=GREY, linestyle=":", linewidth=1.2)
    urgent = (table["quadrant"] == "concentrate_here").to_numpy()
    for own, colour, marker in (urgent, RED, "s"), (~urgent, BLUE, "o"):
        axes.plot(x[own], y[own], marker, color=colour, markersize=8, linestyle="none", zorder=3)
    arrow = {"arrowstyle": "-|>", "color": GREEN, "linewidth": 2, "shrinkA": 4, "shrinkB": 0}
    for start, end, height in zip(x, after, y, strict=True):
        if end > start:
            axes.annotate("", (end, height), (start, height), arrowprops=arrow)
    along = np.linspace(x, after, 8)[1:]
    taken = np.column_stack([along.ravel(), np.tile(y, len(along))])
    name_points(axes, np.column_stack([x, y]), [_named(name) for name in table.index], taken=taken)
    _corners(axes, ["Concentrate here", "Keep up", "Low priority", "Possible overkill"])
    told = []
    for i, (name, quadrant) in enumerate(table["quadrant"].items()):
        weight = say(f"importance {parts.number(y[i])}", f"重要性 {parts.number(y[i])}")
        mark = say(f"performance {parts.number(x[i])}", f"表现 {parts.number(x[i])}")
        then = [say(f"then {parts.number(after[i])}", f"改进后 {parts.number(after[i])}")] * bool(after[i] > x[i])
        told.append(parts.named(_named(name), weight, mark, *then, heading(quadrant)))
    return parts.describe(picture, told)


def gap_bars(table, *, title=None):
    """Draw the gaps of :func:`crmlib.satisfaction.servqual_gaps` with their intervals: perceived less expected.

    >>> row = {"expectation": 6.0, "perception": 5.0, "gap": -1.0, "low": -1.2, "high": -0.8}
    >>> gap_bars(pd.DataFrame(row, index=["reliability"]), title="A hall")
    A hall. Reliability: expected 6.00, perceived 5.00, gap −1.00.
    """
    table = parts.table(table, "expectation", "perception", "gap", name="table")
    for end in "low", "high":  # of one respondent there is none
        checks.require_columns(table.columns, [end])
        table[end] = checks.column(table, end, optional=np.ones(len(table), dtype=bool))
    title = parts.title(title, label("Perceived less expected"))
    picture, axes = parts.blank(title, label("Gap (points): perceived − expected"), height=1.4 + 0.5 * len(table))
    rows, gap = np.arange(len(table)), table["gap"].to_numpy()
    below = gap < 0
    for own, colour, hatch in (below, RED, "///"), (~below, BLUE, ""):
        axes.barh(rows[own], gap[own], height=0.55, color=colour, hatch=hatch)
    axes.hlines(rows, table["low"], table["high"], color="black", linewidth=1.8)
    known = table[["gap", "low", "high"]].fillna({"low": table["gap"], "high": table["gap"]})
    ends = np.where(below, known.min(axis=1), known.max(axis=1))
    told = []
    for row, (name, values) in enumerate(table.iterrows()):
        expected, got, apart = (_two(values[key]) for key in ("expectation", "perception", "gap"))
        side = {"xytext": (-5 if below[row] else 5, 0), "ha": "right" if below[row] else "left"}
        words = f"{got} − {expected} = {apart}"
        axes.annotate(words, (ends[row], row), textcoords="offset points", va="center", fontsize=9, **side)
        expected, got = say(f"expected {expected}", f"期望 {expected}"), say(f"perceived {got}", f"感知 {got}")
        told.append(parts.named(_named(name), expected, got, say(f"gap {apart}", f"差距 {apart}")))
    axes.axvline(0, **parts.BASE_LINE)
    axes.yaxis.set_ticks(rows, [_named(name) for name in table.index])
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    reach = np.nanmax(np.abs(np.r_[ends, 0.1]))
    left, right = min(ends.min(), 0), max(ends.max(), 0)
    axes.set_xlim(left - 0.55 * reach * (left < 0), right + 0.55 * reach * (right > 0) + 0.05 * reach)
    return parts.describe(picture, told)


def _two(value):
    """A number with two decimals and the minus of mathematics."""
    return "—" if np.isnan(value) else f"{value:.2f}".replace("-", "−")


def _named(name):
    """The name of a row; of several levels one after the other."""
    return " · ".join(map(heading, name)) if isinstance(name, tuple) else heading(name)


def _around(values):
    """Limits that leave room around values for names."""
    low, high = float(values.min()), float(values.max())
    room = 0.16 * (high - low) or 0.5
    return low - room, high + room


def _along_intervals(table, points):
    """Points along the intervals of better and worse, which names should not cover."""
    part = np.linspace(0, 1, 9)[:, None]
    across = -table["worse_high"].to_numpy() - part * (table["worse_low"] - table["worse_high"]).to_numpy()
    up = table["better_low"].to_numpy() + part * (table["better_high"] - table["better_low"]).to_numpy()
    x, y = np.broadcast_to(points.T[:, None], (2, len(part), len(points)))
    return np.column_stack([np.r_[across.ravel(), x.ravel()], np.r_[y.ravel(), up.ravel()]])


def _moved(moved, table):
    if not isinstance(moved, pd.Series):
        raise TypeError(say("moved: a Series by item is needed.", "moved：应为按项目的 Series。"))
    lacking = table.index.difference(moved.index, sort=False)
    if len(lacking):
        en = f"moved: no performance for {checks.first(lacking)}."
        raise ValueError(say(en, f"moved：没有给出 {checks.first(lacking)} 的表现。"))
    checks.unique_index(moved, "moved")
    return checks.floats(moved[table.index], "moved")


def _corners(axes, names):
    """Write names into the corners: above left, above right, below left, below right."""
    for i, name in enumerate(names):
        right, up = i % 2, 1 - i // 2
        place = {"xytext": (-5 if right else 5, -5 if up else 5), "ha": "right" if right else "left"}
        axes.annotate(label(name), (right, up), va="top" if up else "bottom", **place, **_CORNER)
