"""The pictures of chapter 08, churn and win-back: who stays how long, profit over a threshold, control charts."""

import numpy as np

from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, COLOURS, DASHES, GREY, RED


def durations(table, *, title="", x=None, time="months", event="left"):
    """Draw how long each of a few customers has been there: a dot where one left, an arrow where one is still there.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer, drawn from above; columns `time` (how long seen) and `event` (1: left then, 0: still there).

    Examples
    --------
    >>> import pandas as pd
    >>> durations(pd.DataFrame({"months": [2, 3], "left": [1, 0]}, index=["A", "B"]), title="Two customers")
    Two customers. A: 2, left; B: 3, still there.
    """
    picture, axes = parts.blank(
        title, label("Months since the first") if x is None else x, height=1.3 + 0.24 * len(table)
    )
    length, gone = table[time].to_numpy(float), table[event].to_numpy() == 1
    rows, ends = np.arange(len(table)), np.where(gone, label("left"), label("still there"))
    for who, colour, dash, marker in ((gone, RED, "-", "o"), (~gone, BLUE, "--", ">")):
        axes.hlines(rows[who], 0, length[who], color=colour, linewidth=2, linestyle=dash)
        name = label("left") if who is gone else label("still there")
        axes.plot(length[who], rows[who], marker, color=colour, linestyle="none", markersize=8, label=name)
    axes.yaxis.set_ticks(rows, [str(name) for name in table.index])
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    axes.set_xlim(0, length.max() * 1.06)
    axes.legend(**parts.BESIDE)
    told = [
        say(f"{name}: {months:g}, {end}", f"{name}：{months:g}，{end}")
        for name, months, end in zip(table.index, length, ends, strict=True)
    ]
    picture.alt = parts.describe(title, told)
    return picture


def _group_name(name):
    """A group's name in the language in use: ``"fibre"``, ``"One year"``, ``0``."""
    text = heading(name)
    return label(text) if text == str(name) else text


def survival_curves(table, *, title="", x=None, band=True, end=None, area=None):
    """Draw Kaplan–Meier curves as steps, each with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`crmlib.churn.kaplan_meier` returns it; a curve for each group where it has groups.
    band : bool
        Whether the interval is shaded.
    end, area : float, optional
        The last time shown; up to where the area under the first curve, the restricted mean, is shaded.

    Examples
    --------
    >>> from crmlib import churn
    >>> survival_curves(churn.kaplan_meier([1, 2, 3], [1, 0, 1]), title="Three customers", band=False)
    Three customers. Share still there: from 100% to 0%.
    """
    there = label("Share still there")
    picture, axes = parts.blank(title, label("Time") if x is None else x, there)
    grouped = table.index.nlevels > 1
    curves = {_group_name(name): table.xs(name) for name in table.index.unique(0)} if grouped else {there: table}
    shade = {"step": "post", "alpha": 0.18, "linewidth": 0}
    told = []
    for i, (name, curve) in enumerate(curves.items()):
        shown = curve if end is None else curve.loc[:end]
        look = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6]}
        axes.step(shown.index, shown["survival"], where="post", label=name, **look)
        if band:
            axes.fill_between(shown.index, shown["lower"], shown["upper"], color=COLOURS[i % 6], **shade)
        told.append(parts.course(name, shown["survival"].to_numpy(), True))
    if area is not None:
        under = next(iter(curves.values())).loc[:area, "survival"]
        axes.fill_between([*under.index, area], [*under, under.iloc[-1]], color=COLOURS[0], **shade)
    axes.set_ylim(0, 1.03)
    parts.format_axis(axes.yaxis, True)
    if grouped:
        axes.legend(loc="lower left")
    picture.alt = parts.describe(title, told)
    return picture


def profit_curve(profit, points, *, title="", x=None, y=None):
    """Draw profit over a threshold, with a few thresholds marked and named.

    Parameters
    ----------
    profit : pandas.Series
        Index: threshold; values: yuan, as the column of :func:`crmlib.churn.threshold_profit`.
    points : dict
        Name, as shown: threshold.

    Examples
    --------
    >>> import pandas as pd
    >>> profit_curve(pd.Series([10.0, 30, 0], index=[0, 0.5, 1]), {"best": 0.5}, title="Three thresholds")
    Three thresholds. best: 0.5, 30.
    """
    x = label("Probability from which we contact") if x is None else x
    picture, axes = parts.blank(title, x, label("Profit (yuan)") if y is None else y)
    thresholds, money = profit.index.to_numpy(float), profit.to_numpy(float)
    axes.plot(thresholds, money, color=BLUE, linestyle="-")
    axes.axhline(0, **parts.BASE_LINE)
    told = []
    for i, (name, at) in enumerate(points.items()):
        value = float(np.interp(at, thresholds, money))
        look = {"marker": parts.MARKERS[i % 8], "color": COLOURS[1:][i % 5], "markersize": 10, "linestyle": "none"}
        axes.plot([at], [value], label=f"{name} ({at:.2f}{say(': ', '：')}{value:,.0f})", **look)
        told.append(
            say(f"{name}: {at:g}, {parts.number(round(value))}", f"{name}：{at:g}，{parts.number(round(value))}")
        )
    # Room above the curve, so that the names never lie on it.
    low, high = min(money.min(), 0), max(money.max(), 0)
    axes.set_ylim(low - 0.06 * (high - low), high + (0.1 + 0.11 * len(points)) * (high - low))
    axes.legend(loc="upper right")
    parts.format_axis(axes.yaxis)
    picture.alt = parts.describe(title, told)
    return picture


def control_chart(table, *, title="", y=""):
    """Draw the control chart of :func:`crmlib.churn.p_chart`: months, limits of chance, and what lies outside them.

    Examples
    --------
    >>> import pandas as pd
    >>> limits = {"centre": 0.012, "lower": 0.005, "upper": 0.019}
    >>> months = pd.DataFrame({"p": [0.01, 0.03], "outside": [False, True]}, index=["2025-04", "2025-05"])
    >>> control_chart(months.assign(**limits), title="Quality")
    Quality. Centre 1.2%; outside the limits: 2025-05 (3.0%).
    """
    picture, axes = parts.blank(title, "", y)
    place, share = np.arange(len(table)), table["p"].to_numpy()
    out = np.flatnonzero(table["outside"].to_numpy())
    thin = {"color": GREY, "linewidth": 1.2}
    axes.plot(place, share, marker="o", color=BLUE, label=label("Share of the month"))
    axes.plot(place, table["centre"], linestyle="-", label=label("Usual level"), **thin)
    axes.step(place, table["upper"], where="mid", linestyle="--", label=label("Limits of chance"), **thin)
    axes.step(place, table["lower"], where="mid", linestyle="--", **thin)
    axes.plot(place[out], share[out], "D", linestyle="none", markersize=11, color=RED, label=label("Outside"))
    parts.name_ticks(axes.xaxis, table.index, 8, shift=0)
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", fontsize=9, ncols=2)
    axes.margins(y=0.25)
    parts.format_axis(axes.yaxis, True)
    centre = parts.number(float(table["centre"].iloc[0]), True)
    months = [(table.index[i], parts.number(share[i], True)) for i in out]
    told = [
        say(f"Centre {centre}", f"平时 {centre}"),
        say(
            f"outside the limits: {', '.join(f'{month} ({text})' for month, text in months) or 'none'}",
            f"界限之外：{'，'.join(f'{month}（{text}）' for month, text in months) or '没有'}",
        ),
    ]
    picture.alt = parts.describe(title, told)
    return picture
