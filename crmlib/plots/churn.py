"""The pictures of chapter 08, churn and win-back: who stays how long, profit over a threshold, control charts."""

import numpy as np

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, COLOURS, DASHES, GREY, RED


def durations(table, *, title="", x=None, time="months", event="left"):
    """Draw how long each of a few customers has been there: a dot where one left, an arrow where one is still there.

    One row a customer, drawn from above; columns `time` (how long seen) and `event` (1: left then, 0: still there).

    >>> import pandas as pd
    >>> durations(pd.DataFrame({"months": [2, 3], "left": [1, 0]}, index=["A", "B"]), title="Two customers")
    Two customers. A: 2, left; B: 3, still there.
    """
    table = parts.table(table, time)
    checks.require_columns(table.columns, [event])
    gone = checks.zero_one(table[event], event) == 1
    x = label("Months since the first") if x is None else x
    picture, axes = parts.blank(title, x, height=1.3 + 0.24 * len(table))
    length, rows = table[time].to_numpy(float), np.arange(len(table))
    left, there = label("left"), label("still there")
    for who, name, colour, dash, marker in ((gone, left, RED, "-", "o"), (~gone, there, BLUE, "--", ">")):
        axes.hlines(rows[who], 0, length[who], color=colour, linewidth=2, linestyle=dash)
        axes.plot(length[who], rows[who], marker, color=colour, linestyle="none", markersize=8, label=name)
    axes.yaxis.set_ticks(rows, [str(name) for name in table.index])
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    axes.set_xlim(0, length.max() * 1.06)
    axes.legend(**parts.BESIDE)
    seen = zip(table.index, length, np.where(gone, left, there), strict=True)
    return parts.describe(picture, [parts.named(name, f"{months:g}", end) for name, months, end in seen])


def _group_name(name):
    """A group's name in the language in use: ``"fibre"``, ``"One year"``, ``0``."""
    text = heading(name)
    return label(text) if text == str(name) else text


def _curves(table, name):
    """The table of each group by its name, or the one by `name`: each over rising times."""
    checks.numbers(table.index.get_level_values(-1), "table.index")
    grouped = table.index.nlevels > 1
    levels = table.index.nlevels == 1 or (table.index.nlevels == 2 and not table.index.to_frame().isna().any(axis=None))
    curves = {_group_name(one): table.xs(one) for one in table.index.unique(0)} if grouped and levels else {name: table}
    if not (levels and all(curve.index.is_monotonic_increasing for curve in curves.values())):
        en = "table: rising times are needed in the index, below the groups if there are any, as kaplan_meier() gives."
        zh = "table：索引应为从小到大的时间（分组时组名在前），如 kaplan_meier() 的结果。"
        raise ValueError(say(en, zh))
    return curves


def survival_curves(table, *, title="", x=None, band=True, end=None, area=None):
    """Draw Kaplan–Meier curves as steps: the table of :func:`crmlib.churn.kaplan_meier`, a curve for each group.

    `band`: the interval is shaded. `end` is the last time shown; up to `area` the area under the first curve, the
    restricted mean, is shaded.

    >>> from crmlib import churn
    >>> survival_curves(churn.kaplan_meier([1, 2, 3], [1, 0, 1]), title="Three customers", band=False)
    Three customers. Share still there: from 100% to 0%.
    """
    band = checks.flag(band, "band")
    table = parts.table(table, "survival", *(["lower", "upper"] if band else []), gaps=True)
    there = label("Share still there")
    curves = _curves(table, there)
    begun = float(max(curve.index[0] for curve in curves.values()))
    given = {"end": end, "area": area}
    end, area = (None if at is None else checks.number(at, name, least=begun) for name, at in given.items())
    picture, axes = parts.blank(title, label("Time") if x is None else x, there)
    shade = {"step": "post", "alpha": 0.18, "linewidth": 0}
    told = []
    for i, (name, curve) in enumerate(curves.items()):
        shown, colour = curve.loc[:end], COLOURS[i % 6]
        axes.step(shown.index, shown["survival"], where="post", label=name, color=colour, linestyle=DASHES[i % 6])
        if band:
            axes.fill_between(shown.index, shown["lower"], shown["upper"], color=colour, **shade)
        told.append(parts.course(name, shown["survival"].to_numpy(), True))
    if area is not None:
        under = next(iter(curves.values())).loc[:area, "survival"]
        axes.fill_between([*under.index, area], [*under, under.iloc[-1]], color=COLOURS[0], **shade)
    axes.set_ylim(0, 1.03)
    parts.format_axis(axes.yaxis, True)
    if table.index.nlevels > 1:
        axes.legend(loc="lower left")
    return parts.describe(picture, told)


def profit_curve(profit, points, *, title="", x=None, y=None):
    """Draw profit (yuan) over a threshold, the index, with a few thresholds marked: ``{name: threshold}``.

    >>> import pandas as pd
    >>> profit_curve(pd.Series([10.0, 30, 0], index=[0, 0.5, 1]), {"best": 0.5}, title="Three thresholds")
    Three thresholds. best: 0.5, 30.
    """
    profit = parts.series(profit, "profit")
    points = {name: checks.number(at, "points") for name, at in checks.settings(points, "points").items()}
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
        told.append(parts.named(name, f"{at:g}", parts.number(round(value))))
    # Room above the curve, so that the names never lie on it.
    low, high = min(money.min(), 0), max(money.max(), 0)
    axes.set_ylim(low - 0.06 * (high - low), high + (0.1 + 0.11 * len(points)) * (high - low))
    axes.legend(loc="upper right")
    parts.format_axis(axes.yaxis)
    return parts.describe(picture, told)


def control_chart(table, *, title="", y=""):
    """Draw the control chart of :func:`crmlib.churn.p_chart`: months, limits of chance, and what lies outside them.

    >>> import pandas as pd
    >>> limits = {"centre": 0.012, "lower": 0.005, "upper": 0.019}
    >>> months = pd.DataFrame({"p": [0.01, 0.03], "outside": [False, True]}, index=["2025-04", "2025-05"])
    >>> control_chart(months.assign(**limits), title="Quality")
    Quality. Centre 1.2%; outside the limits: 2025-05 (3.0%).
    """
    table = parts.table(table, "p", "centre", "lower", "upper")
    checks.require_columns(table.columns, ["outside"])
    out = np.flatnonzero(checks.zero_one(table["outside"], "outside"))
    picture, axes = parts.blank(title, "", y)
    place, share = np.arange(len(table)), table["p"].to_numpy()
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
    months = [(table.index[i], parts.number(share[i], True)) for i in out]
    outside = [say(f"{month} ({text})", f"{month}（{text}）") for month, text in months] or [say("none", "没有")]
    centre = parts.number(float(table["centre"].iloc[0]), True)
    told = [say(f"Centre {centre}", f"平时 {centre}"), parts.named(say("outside the limits", "界限之外"), *outside)]
    return parts.describe(picture, told)
