"""The pictures of chapter 07, loyalty: the curve from satisfaction, kinds of loyalty, brands, the flow of points."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from crmlib import checks, loyalty
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.naming import name_points
from crmlib.plots.picture import BLUE, COLOURS, GREEN, GREY, ORANGE, RED, SKY

_NAMED = 12  # customers whose names still fit beside their dots


def satisfaction_loyalty(curve, *, title=None):
    """Draw the share who stayed by satisfaction, of :func:`crmlib.loyalty.satisfaction_loyalty_curve`.

    One curve has its intervals; of several groups each has a line and a marker.

    >>> satisfaction_loyalty(loyalty.satisfaction_loyalty_curve([3, 3, 5, 5], [1, 0, 1, 1]))
    Satisfaction and loyalty. Share who stayed: from 50% to 100%.
    """
    curve = parts.table(curve, "share", "low", "high", "customers", name="curve")
    groups = {label("Share who stayed"): curve}
    if curve.index.nlevels > 1:
        groups = {heading(name): one.droplevel(0) for name, one in curve.groupby(level=0, sort=False)}
    picture, axes = parts.blank(
        parts.title(title, label("Satisfaction and loyalty")), label("Satisfaction"), label("Share who stayed")
    )
    told, handles = [], []
    for place, (name, one) in enumerate(groups.items()):
        checks.numbers(one.index, "curve.index")
        one = one.sort_index()
        if len(groups) == 1:
            ends = [one["share"] - one["low"], one["high"] - one["share"]]
            axes.errorbar(one.index, one["share"], np.maximum(ends, 0), color=BLUE, marker="o", capsize=3, elinewidth=1)
        else:
            (line,) = axes.plot(one.index, one["share"], linewidth=1.5)
            look = {"color": line.get_color(), "marker": parts.MARKERS[place % len(parts.MARKERS)]}
            axes.scatter(one.index, one["share"], s=4 + 130 * one["customers"] / curve["customers"].max(), **look)
            handles.append(Line2D([], [], label=name, linestyle=line.get_linestyle(), linewidth=1.5, **look))
        told.append(parts.course(name, one["share"].to_numpy(), True))
    if handles:
        axes.legend(handles=handles, title=label("Size of the dots: customers"), **parts.BESIDE)
    axes.set_ylim(-0.03, 1.05)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    parts.format_axis(axes.yaxis, True)
    return parts.describe(picture, told)


def dick_basu_map(customers, *, attitude_cut, patronage_cut, x=None, y=None, title=None):
    """Draw customers by patronage (to the right) and attitude (upwards), in the four kinds of `loyalty.dick_basu`.

    `customers` has the columns ``attitude`` and ``patronage`` (shares in percent); up to twelve carry the names of the
    index. Whole numbers are spread a little, so that no dot hides another, and the border lies just below the cut.

    >>> import pandas as pd
    >>> customers = pd.DataFrame({"attitude": [9, 9, 4, 4], "patronage": [0.8, 0.1, 0.7, 0.2]})
    >>> dick_basu_map(customers, attitude_cut=7, patronage_cut=0.5)
    Four kinds of loyalty. True loyalty: customers 1; Latent loyalty: customers 1; Spurious loyalty: customers 1;
    No loyalty: customers 1.
    """
    customers = parts.table(customers, "attitude", "patronage", name="customers")
    likes, comes = customers["attitude"], customers["patronage"]
    attitude_cut = checks.number(attitude_cut, "attitude_cut")
    patronage_cut = checks.number(patronage_cut, "patronage_cut")
    kinds = loyalty.dick_basu(likes, comes, attitude_cut=attitude_cut, patronage_cut=patronage_cut)
    words = [label("Patronage") if x is None else x, label("Attitude") if y is None else y]
    picture, axes = parts.blank(parts.title(title, label("Four kinds of loyalty")), *words, height=4.4)
    (across, border), (up, floor) = _spread(comes, patronage_cut, 0.618), _spread(likes, attitude_cut, 0.755)
    alpha, size = (1, 45) if len(customers) <= _NAMED else (0.6, 14)
    told, looks = [], zip((BLUE, GREEN, RED, GREY), parts.MARKERS, strict=False)
    names = {"loyalty": label("True loyalty"), "latent": label("Latent loyalty")}
    names |= {"spurious": label("Spurious loyalty"), "none": label("No loyalty")}
    for (kind, name), (colour, marker) in zip(names.items(), looks, strict=True):
        own, count = (kinds == kind).to_numpy(), f"{(kinds == kind).sum():,}"
        axes.scatter(across[own], up[own], s=size, color=colour, marker=marker, alpha=alpha, linewidth=0)
        right, top = kind in ("loyalty", "spurious"), kind in ("loyalty", "latent")
        corner = {"xycoords": "axes fraction", "ha": "right" if right else "left", "va": "top" if top else "bottom"}
        axes.annotate(f"{name} {count}", (0.99 if right else 0.01, 0.985 if top else 0.015), color=colour, **corner)
        told.append(parts.named(name, say(f"customers {count}", f"{count} 人")))
    if len(customers) <= _NAMED:
        for name, *place in zip(customers.index, across, up, strict=True):
            axes.annotate(str(name), place, xytext=(7, -4), textcoords="offset points")
    axes.axvline(border, color="black", linestyle="--", linewidth=1.2)
    axes.axhline(floor, color="black", linestyle="--", linewidth=1.2)
    axes.margins(x=0.08, y=0.18)  # room for the words in the corners
    axes.yaxis.set_ticks([place for place in axes.get_yticks() if likes.min() <= place <= likes.max()])
    parts.format_axis(axes.xaxis, bool(comes.between(0, 1).all()))
    return parts.describe(picture, told)


def _spread(values, cut, step):
    """Places of values along an axis, and of the border: whole numbers are spread evenly over nearly one unit."""
    values = values.to_numpy()
    if len(values) <= _NAMED or (values % 1 != 0).any() or np.ptp(values) < 2:
        return values, cut
    return values + (np.arange(len(values)) * step % 1 - 0.5) * 0.8, np.ceil(cut) - 0.5


def double_jeopardy(observed, predicted=None, *, title=None):
    """Draw brands by penetration and purchase frequency: small ones have fewer buyers, who also buy less often.

    `observed` is a table of :func:`crmlib.loyalty.brand_performance`, `predicted` one of `NBDDirichlet.predict`, drawn
    as a line. An axis begins at 0 unless all values lie far above it.

    >>> import pandas as pd
    >>> rows = {"penetration": [0.4, 0.1], "purchase_frequency": [3.0, 2.2]}
    >>> double_jeopardy(pd.DataFrame(rows, index=["A", "B"]))
    Double jeopardy. A: penetration 40%, purchases per buyer 3; B: penetration 10%, purchases per buyer 2.2.
    """
    columns = ("penetration", "purchase_frequency")
    observed = parts.table(observed, *columns, name="observed")
    words = [label("Penetration: share of customers who buy the brand"), label("Purchases per buyer")]
    picture, axes = parts.blank(parts.title(title, label("Double jeopardy")), *words)
    if predicted is not None:
        line = parts.table(predicted, *columns, name="predicted").sort_values("penetration")
        look = {"color": ORANGE, "marker": "D" if len(line) <= _NAMED else None, "markerfacecolor": "white"}
        axes.plot(line[columns[0]], line[columns[1]], label=say("NBD-Dirichlet", "NBD-Dirichlet 模型"), **look)
    axes.plot(observed[columns[0]], observed[columns[1]], "o", color=BLUE, linestyle="none", label=label("Observed"))
    told = []
    for name, penetration, frequency in observed[list(columns)].itertuples(name=None):
        reach, often = parts.number(penetration, True), parts.number(frequency)
        bought = (
            say(f"penetration {reach}", f"渗透率 {reach}"),
            say(f"purchases per buyer {often}", f"人均购买 {often} 次"),
        )
        told.append(parts.named(heading(name), *bought))
    if predicted is not None:
        axes.legend(loc="lower right")
    for limits, (low, high) in ((axes.set_xlim, axes.dataLim.intervalx), (axes.set_ylim, axes.dataLim.intervaly)):
        least = low - 0.3 * (high - low) if low > high / 2 else min(0, low)  # from 0 on, unless all is far above it
        limits(least, high + 0.15 * (high - least))  # with room for the names
    parts.format_axis(axes.xaxis, True)
    name_points(axes, observed[list(columns)], [heading(name) for name in observed.index], taken=_along(axes.lines[0]))
    return parts.describe(picture, told)


def _along(line):
    """Points along a line, for names to keep clear of."""
    x, y = (np.asarray(values, dtype=float) for values in line.get_data())
    steps = np.linspace(0, len(x) - 1, 60)
    return np.column_stack([np.interp(steps, np.arange(len(x)), values) for values in (x, y)])


def points_flow(balance, *, title=None):
    """Draw the points earned, redeemed and expired in each period, and what is outstanding at its end.

    `balance` is a table of :func:`crmlib.loyalty.points_balance`.

    >>> import pandas as pd
    >>> rows = {"earned": [800, 390], "redeemed": [0, 500], "expired": [0, 0], "outstanding": [800, 690]}
    >>> points_flow(pd.DataFrame(rows, index=["2025Q1", "2025Q2"]))
    Points earned, used and outstanding. Earned: from 800 to 390; Redeemed: from 0 to 500; Expired: from 0 to 0;
    Outstanding: from 800 to 690.
    """
    moves = {"earned": label("Earned"), "redeemed": label("Redeemed"), "expired": label("Expired")}
    names = moves | {"outstanding": label("Outstanding")}
    balance = parts.table(balance, *names, name="balance")
    most = float(balance[list(names)].abs().to_numpy().max())
    unit, word = (1e4, label("Points (10,000)")) if most >= 1e5 else (1, label("Points"))
    picture, axes = parts.blank(parts.title(title, label("Points earned, used and outstanding")), "", word)
    place, below = np.arange(len(balance)), np.zeros(len(balance))
    for (column, name), colour, hatch in zip(moves.items(), (SKY, ORANGE, GREY), parts.HATCHES, strict=False):
        height = balance[column].to_numpy() / unit * (1 if column == "earned" else -1)
        bottom = 0 if column == "earned" else below
        axes.bar(place, height, 0.6, bottom=bottom, color=colour, hatch=hatch, label=name)
        below = below + (0 if column == "earned" else height)
    axes.plot(place, balance["outstanding"] / unit, color=COLOURS[0], marker="o", label=names["outstanding"])
    axes.axhline(0, **parts.BASE_LINE)
    axes.xaxis.set_ticks(place, [str(name) for name in balance.index])
    axes.xaxis.grid(False)
    axes.legend(**parts.BESIDE)
    parts.format_axis(axes.yaxis)
    return parts.describe(
        picture, [parts.course(name, balance[column].to_numpy(), False) for column, name in names.items()]
    )
