"""Pictures of any table: lines, bars, estimates with their intervals; and a mark or a note on a picture."""

import numpy as np
import pandas as pd
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnchoredText
from matplotlib.ticker import MaxNLocator

from crmlib import checks
from crmlib.language import heading, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, COLOURS, GREY, RED, Picture


def lines(table, *, title="", x="", y="", percent=False, x_percent=False, marker=None, points=(), height=3.8):
    """Draw each column of a table (or a Series) as a line over its index, named by `crmlib.language.heading`.

    `x_percent`: the index holds shares. `marker` is matplotlib's, for all lines. `points` names the columns drawn as
    dots only (observations beside a model's line).

    >>> lines(pd.Series([1.0, 0.5], name="Survival"), title="Two years", percent=True)
    Two years. Survival: from 100% to 50%.
    """
    table, points = parts.table(table, gaps=True), checks.names(points, "points")
    checks.require_columns(table.columns, points)
    parts.along(table.index, "table")
    percent, x_percent = checks.flag(percent, "percent"), checks.flag(x_percent, "x_percent")
    _is_marker(marker)
    picture, axes = parts.blank(title, x, y, height=height)
    dots = {"linestyle": "none", "marker": "o", "color": "black", "zorder": 3}
    told, drawn_as = [], []  # named one by one: a legend of its own accord leaves out names that begin with _
    for column in table:
        known = table[column].dropna()
        style = dots if column in points else {"marker": marker}
        drawn_as += axes.plot(known.index, known.to_numpy(), label=heading(column), **style)
        told.append(parts.course(heading(column), known.to_numpy(), percent))
    parts.format_axis(axes.yaxis, percent)
    if x_percent:
        parts.format_axis(axes.xaxis, True)
    elif pd.api.types.is_integer_dtype(table.index):
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    if len(table.columns) > 1:
        axes.legend(drawn_as, [heading(column) for column in table])
    return parts.describe(picture, told)


def bars(table, *, title="", x="", y="", percent=False, horizontal=False, height=3.8, values=True):
    """Draw a bar for each row of a table (or a Series), side by side where it has several columns.

    The index holds the bars' names; each column has a colour and a hatch. `horizontal` bars leave room for long names;
    `values`: each bar carries its number.

    >>> bars(pd.Series({"A": 10, "B": -5}, name="Profit"), title="Two customers")
    Two customers. Profit: A 10, B -5.
    """
    table = parts.table(table, gaps=True)
    given = {"percent": percent, "horizontal": horizontal, "values": values}
    percent, horizontal, values = (checks.flag(one, name) for name, one in given.items())
    picture, axes = parts.blank(title, x, y, height=height)
    names, columns = [heading(name) for name in table.index], len(table.columns)
    place, thickness = np.arange(len(table)), 0.8 / columns
    draw = axes.barh if horizontal else axes.bar
    told = []
    # Not seaborn's bars: it would group and average what is one number a bar, and a slider would wait for that.
    for i, column in enumerate(table):
        offset = place + (i - (columns - 1) / 2) * thickness
        look = {"color": COLOURS[i % 6], "hatch": parts.HATCHES[i % 6]}
        drawn = draw(offset, table[column], thickness, label=heading(column), **look)
        if columns == 1:
            for bar in np.array(drawn.patches)[table[column].to_numpy() < 0]:
                bar.set(facecolor=RED, hatch="///")
        written = parts.numbers(table[column], percent)
        if values:
            axes.bar_label(drawn, written, padding=2, fontsize=8.5)
        told.append(parts.named(heading(column), *map(" ".join, zip(names, written, strict=True))))
    ticks, money = (axes.yaxis, axes.xaxis) if horizontal else (axes.xaxis, axes.yaxis)
    ticks.set_ticks(place, names)
    ticks.grid(False)
    parts.format_axis(money, percent)
    if horizontal:
        axes.invert_yaxis()
        axes.axvline(0, **parts.BASE_LINE)
        axes.margins(x=0.2)
    else:
        axes.axhline(0, **parts.BASE_LINE)
        axes.margins(y=0.12)
    if columns > 1:
        axes.legend(axes.containers, [heading(column) for column in table])
    return parts.describe(picture, told)


def intervals(table, *, value, title="", x="", percent=False, zero=True):
    """Draw an estimate for each row of a table (column `value`) with its interval, from ``lower`` to ``upper``.

    `zero`: a line marks zero; an interval that touches it proves no difference.

    >>> table = pd.DataFrame({"uplift": [0.07], "lower": [0.06], "upper": [0.08]}, index=["Women's goods"])
    >>> intervals(table, value="uplift", title="Whom it moves", percent=True)
    Whom it moves. Women's goods: 7.0%, between 6.0% and 8.0%.
    """
    import seaborn as sns

    percent, zero = checks.flag(percent, "percent"), checks.flag(zero, "zero")
    table = parts.table(table, checks.text(value, "value"), "lower", "upper")
    picture, axes = parts.blank(title, x, height=1.5 + 0.5 * len(table))
    place, names = np.arange(len(table)), [heading(name) for name in table.index]
    known = table[[value, "lower", "upper"]].to_numpy(float)
    look = {"color": BLUE, "linestyle": "none", "markersize": 8, "err_kws": {"linewidth": 2.2, "linestyle": "-"}}
    ends = {"estimator": lambda row: row.iloc[0], "errorbar": lambda row: (row.iloc[1], row.iloc[-1])}
    sns.pointplot(x=known.ravel(), y=np.repeat(place, 3), orient="y", ax=axes, capsize=0.2, **ends, **look)
    told = []
    for at, name in enumerate(names):
        estimate, lower, upper = (parts.number(end, percent) for end in known[at])
        parts.above(axes, estimate, known[at, 0], at)
        told.append(parts.named(name, estimate, say(f"between {lower} and {upper}", f"在 {lower} 与 {upper} 之间")))
    if zero:
        axes.axvline(0, **parts.BASE_LINE)
    axes.yaxis.set_ticks(place, names)
    axes.yaxis.grid(False)
    axes.set(ylim=(len(table) - 0.4, -0.7))
    parts.format_axis(axes.xaxis, percent)
    return parts.describe(picture, told)


def mark(picture, x=None, y=None, text="", top=False):
    """Mark a value on a picture with a dotted line and a word; returns the same picture.

    The word at a mark of `x` stands at the bottom, or at the `top` where it would hide points.

    >>> mark(lines(pd.Series([1.0, 2.0], name="Profit"), title="Growth"), y=1.5, text="goal")
    Growth. Profit: from 1 to 2. goal: 1.5.
    """
    _is_picture(picture)
    x, y = (None if at is None else checks.number(at, name) for name, at in (("x", x), ("y", y)))
    text, top = checks.text(text, "text"), checks.flag(top, "top")
    if x is None and y is None:
        raise ValueError(say("x, y: say where the mark stands.", "x、y：请给出标记的位置。"))
    axes, line = picture.axes[0], {"color": GREY, "linestyle": ":", "linewidth": 1.5}
    style = {"textcoords": "offset points", "color": GREY, "bbox": parts.CLEAR | {"pad": 1}}
    if x is not None:
        axes.axvline(x, **line)
        axes.annotate(text, (x, int(top)), xycoords=("data", "axes fraction"), xytext=(5, -15 if top else 7), **style)
    if y is not None:
        axes.axhline(y, **line)
        axes.annotate(text, (1, y), xycoords=("axes fraction", "data"), xytext=(-4, 5), ha="right", **style)
    return parts.add(picture, parts.named(text, parts.number(y if x is None else x)))


def note(picture, text, loc="lower left"):
    """Write a result into a corner of a picture (``"upper right"``, …); returns the same picture.

    >>> note(lines(pd.Series([1.0, 2.0], name="Profit"), title="Growth"), "+3 yuan")
    Growth. Profit: from 1 to 2. +3 yuan.
    """
    _is_picture(picture)
    checks.one_of(loc, "loc", AnchoredText.codes)
    checks.text(text, "text")
    box = AnchoredText(text, loc=loc, pad=0.3, borderpad=0.5, prop={"color": GREY})
    box.patch.set(facecolor="white", edgecolor="none", alpha=0.85)
    picture.axes[0].add_artist(box)
    return parts.add(picture, text)


def _is_marker(marker):
    try:
        if not isinstance(marker, (str, type(None))):
            raise TypeError
        MarkerStyle("" if marker is None else marker)
    except (TypeError, ValueError):
        shown = checks.quoted(marker)
        en, zh = f"marker = {shown}: matplotlib has none of it", f"marker = {shown} 不对：matplotlib 没有这种标记"
        raise ValueError(say(f'{en}, "o" and "s" are some.', f'{zh}，可以用 "o"、"s" 等。')) from None


def _is_picture(picture):
    if not isinstance(picture, Picture):
        kind = type(picture).__name__
        en = f"picture: a picture of crmlib.plots is needed, not {kind}."
        raise TypeError(say(en, f"picture：这里需要 crmlib.plots 画出的图，收到的却是 {kind}。"))
