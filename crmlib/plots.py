"""The pictures of the course: tables in, a `Picture` out, in the language in use, with a description for those who cannot see it."""

import base64
import io
from html import escape
from importlib.resources import files

import matplotlib
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from PIL import Image

from crmlib.language import heading, label, say

# Okabe & Ito's palette, told apart by colour-blind readers; line styles, markers and hatches repeat what colour says.
BLUE, ORANGE, GREEN, PINK, SKY, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#6B6B6B"
COLOURS = (BLUE, RED, GREEN, ORANGE, PINK, SKY)
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++")
_FALLBACK_FONTS = (
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Micro Hei",
    "DejaVu Sans",
)


def use_theme():
    """Give every matplotlib figure the course's Chinese font and colours.

    Importing this module does it once; call it again after a library such as seaborn has set its own theme.

    Examples
    --------
    >>> use_theme()
    """
    font_file = str(files("crmlib") / "fonts" / "CRMSansSC-Regular.otf")
    font_manager.fontManager.addfont(font_file)
    family = font_manager.FontProperties(fname=font_file).get_name()
    matplotlib.rcParams.update(
        {
            "font.family": "sans-serif",
            "font.sans-serif": [family, *_FALLBACK_FONTS],
            "font.size": 10.5,
            "axes.unicode_minus": False,
            "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=_DASHES),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#8A8A8A",
            "axes.titlelocation": "left",
            "axes.titlesize": 12,
            "axes.titlepad": 10,
            "axes.titley": 1.0,  # where it stands anyway; left open, matplotlib measures every tick to see that it is free
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#E3E3E3",
            "grid.linewidth": 0.8,
            "lines.linewidth": 2.2,
            "legend.frameon": False,
            "hatch.color": "white",
            "hatch.linewidth": 1.2,
            "figure.facecolor": "white",
        }
    )


use_theme()


class Picture(Figure):
    """A matplotlib figure with a description in words (``alt``); a notebook shows both.

    Attributes
    ----------
    alt : str
        What the picture shows, in one or two sentences, for screen readers.

    Examples
    --------
    >>> picture = lines(pd.DataFrame({"Profit": [1.0, 3.0]}), title="Growth")
    >>> picture.alt
    'Growth. Profit: from 1 to 3.'
    """

    alt = ""

    def __init__(self, width=7.2, height=3.8):
        super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)

    def png(self, dpi=130):
        """Return the picture as PNG bytes."""
        self.set_dpi(dpi)
        self.canvas.draw()  # once: `savefig` draws twice, and a slider waits for it
        file = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())[..., :3]).save(file, "png", compress_level=1)
        return file.getvalue()

    def html(self, dpi=130):
        """Return an ``<img>`` element that carries the picture and its description."""
        source = base64.b64encode(self.png(dpi)).decode()
        width = round(self.get_figwidth() * 100)
        return (
            f'<img src="data:image/png;base64,{source}" alt="{escape(self.alt, quote=True)}" '
            f'width="{width}" style="max-width:100%;height:auto">'
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.alt}

    def __repr__(self):
        return self.alt

    __str__ = __repr__


# -- Parts that pictures share ------------------------------------------------------------------------------------------


def _axes(title, x="", y="", *, width=7.2, height=3.8):
    picture = Picture(width, height)
    axes = picture.add_subplot()
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return picture, axes


def _number(value, percent=False):
    if percent:
        return f"{value:.0%}" if abs(value) >= 0.1 or value == 0 else f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.3g}"


def _numbers(values, percent):
    """Write the numbers of one picture alike: one decimal for all if one needs it."""
    broken = not percent and any(abs(v) < 1000 and not float(v).is_integer() for v in values)
    return [f"{v:,.1f}" if broken else _number(v, percent) for v in values]


def _format_axis(axis, percent=False):
    axis.set_major_formatter(
        FuncFormatter((lambda value, _: f"{100 * value:.3g}%") if percent else (lambda value, _: f"{value:,.10g}"))
    )


def _sentence(title, parts):
    end = "" if title.endswith(("?", "？")) else say(".", "。")
    return title + end + say(f" {'; '.join(parts)}.", f"{'；'.join(parts)}。")


def _course(name, values, percent):
    """Say in words where a line begins and ends."""
    first, last = _number(values[0], percent), _number(values[-1], percent)
    return say(f"{name}: from {first} to {last}", f"{name}：从 {first} 到 {last}")


# -- General pictures ---------------------------------------------------------------------------------------------------


def lines(table, *, title="", x="", y="", percent=False, x_percent=False, marker=None, points=(), height=3.8):
    """Draw each column of a table as a line over its index.

    Parameters
    ----------
    table : pandas.DataFrame or Series
        Index: the x axis. Columns: one line each; their names go through :func:`crmlib.label`.
    title, x, y : str
        Title and axis titles, as shown.
    percent, x_percent : bool
        Whether the values, and the index, are shares, to be shown in percent.
    marker : str, optional
        A matplotlib marker for all lines.
    points : collection of str
        Columns drawn as dots only (observations beside a model's line).

    Returns
    -------
    Picture

    Examples
    --------
    >>> lines(pd.Series([1.0, 0.5], name="Survival"), title="Two years", percent=True)
    Two years. Survival: from 100% to 50%.
    """
    table = table.to_frame() if isinstance(table, pd.Series) else table
    picture, axes = _axes(title, x, y, height=height)
    for column in table:
        known = table[column].dropna()
        style = (
            {"linestyle": "none", "marker": "o", "color": "black", "zorder": 3}
            if column in points
            else {"marker": marker}
        )
        axes.plot(known.index, known.to_numpy(), label=heading(column), **style)
    _format_axis(axes.yaxis, percent)
    if x_percent:
        _format_axis(axes.xaxis, True)
    elif pd.api.types.is_integer_dtype(table.index):
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    if len(table.columns) > 1:
        axes.legend()
    picture.alt = _sentence(title, [_course(heading(c), table[c].dropna().to_numpy(), percent) for c in table])
    return picture


def bars(table, *, title="", x="", y="", percent=False, horizontal=False, height=3.8, values=True):
    """Draw a bar for each row of a table, side by side where it has several columns.

    Parameters
    ----------
    table : pandas.DataFrame or Series
        Index: the bars' names. Columns: one colour and hatch each.
    title, x, y : str
        Title and axis titles, as shown.
    percent : bool
        Whether the values are shares.
    horizontal : bool
        Whether bars lie, which leaves room for long names.
    values : bool
        Whether each bar carries its number.

    Returns
    -------
    Picture

    Examples
    --------
    >>> bars(pd.Series({"A": 10, "B": -5}, name="Profit"), title="Two customers")
    Two customers. Profit: A 10, B -5.
    """
    table = table.to_frame() if isinstance(table, pd.Series) else table
    picture, axes = _axes(title, x, y, height=height)
    names = [heading(name) for name in table.index]
    place, thickness = np.arange(len(table)), 0.8 / len(table.columns)
    parts = []
    for i, column in enumerate(table):
        offset = place + (i - (len(table.columns) - 1) / 2) * thickness
        draw = axes.barh if horizontal else axes.bar
        drawn = draw(
            offset, table[column], thickness, label=heading(column), color=COLOURS[i % 6], hatch=_HATCHES[i % 6]
        )
        if len(table.columns) == 1:
            for bar in np.array(drawn.patches)[table[column].to_numpy() < 0]:
                bar.set(facecolor=RED, hatch="///")
        numbers = _numbers(table[column], percent)
        if values:
            axes.bar_label(drawn, numbers, padding=2, fontsize=8.5)
        told = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
        parts.append(say(f"{heading(column)}: {told}", f"{heading(column)}：{told.replace(', ', '，')}"))
    ticks, money = (axes.yaxis, axes.xaxis) if horizontal else (axes.xaxis, axes.yaxis)
    ticks.set_ticks(place, names)
    ticks.grid(False)
    if horizontal:
        axes.invert_yaxis()
    _format_axis(money, percent)
    (axes.axvline if horizontal else axes.axhline)(0, color="#444444", linewidth=1, linestyle="-")
    axes.margins(**{"x": 0.2} if horizontal else {"y": 0.12})
    if len(table.columns) > 1:
        axes.legend()
    picture.alt = _sentence(title, parts)
    return picture


def mark(picture, x=None, y=None, text="", top=False):
    """Mark a value on a picture with a dotted line and a word; returns the same picture.

    The word at a mark of ``x`` stands at the bottom, or at the ``top`` where it would hide points.

    Examples
    --------
    >>> mark(lines(pd.Series([1.0, 2.0], name="Profit"), title="Growth"), y=1.5, text="goal")
    Growth. Profit: from 1 to 2. goal: 1.5.
    """
    axes = picture.axes[0]
    style = {
        "textcoords": "offset points",
        "color": GREY,
        "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
    }
    if x is not None:
        axes.axvline(x, color=GREY, linestyle=":", linewidth=1.5)
        axes.annotate(text, (x, int(top)), xycoords=("data", "axes fraction"), xytext=(5, -15 if top else 7), **style)
    if y is not None:
        axes.axhline(y, color=GREY, linestyle=":", linewidth=1.5)
        axes.annotate(text, (1, y), xycoords=("axes fraction", "data"), xytext=(-4, 5), ha="right", **style)
    value = _number(x if x is not None else y)
    picture.alt += say(f" {text}: {value}.", f"{text}：{value}。")
    return picture


def note(picture, text, loc="lower left"):
    """Write a result into a corner of a picture; returns the same picture.

    Parameters
    ----------
    picture : Picture
    text : str
        As shown.
    loc : str
        One of matplotlib's corners, such as ``"upper right"``.

    Examples
    --------
    >>> note(lines(pd.Series([1.0, 2.0], name="Profit"), title="Growth"), "+3 yuan")
    Growth. Profit: from 1 to 2. +3 yuan.
    """
    from matplotlib.offsetbox import AnchoredText

    box = AnchoredText(text, loc=loc, pad=0.3, borderpad=0.5, prop={"color": GREY})
    box.patch.set(facecolor="white", edgecolor="none", alpha=0.85)
    picture.axes[0].add_artist(box)
    picture.alt += say(f" {text}.", f"{text}。")
    return picture


# -- Chapter 03: customer lifecycle -------------------------------------------------------------------------------------

# Two codes of `lifecycle.STAGES` are not the words that the syllabus uses.
_STAGE_NAMES = {"potential": "prospect", "terminated": "termination"}
# A colour and a letter of its own for each stage, so that a picture can be read without its colours.
_STAGE_LOOK = {
    "potential": ("#E8E8E8", "P", "潜"),
    "development": (SKY, "Dv", "开"),
    "growth": (GREEN, "G", "成"),
    "maturity": (BLUE, "M", "熟"),
    "decline": (ORANGE, "Dc", "衰"),
    "terminated": ("#3A3A3A", "T", "终"),
}


def _stage_name(stage):
    return heading(_STAGE_NAMES.get(stage, stage))


def _stage_look(stage):
    colour, *letters = _STAGE_LOOK[stage]
    return colour, say(*letters), "white" if stage in ("growth", "maturity", "terminated") else "black"


def stage_ribbons(table, *, title=""):
    """Draw stages month by month as coloured ribbons, one below the other.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: the ribbons' names, as shown. Columns: dates. Values: stage codes (``"growth"``, …), missing where there is none.

    Returns
    -------
    Picture

    Examples
    --------
    >>> months = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
    >>> stage_ribbons(pd.DataFrame([["growth", "decline", "growth"]], index=["A rule"], columns=months), title="One customer")
    One customer. A rule: changes 2, last Growth.
    """
    picture, axes = _axes(title, height=1.3 + 0.42 * len(table))
    parts = []
    for row, (name, stages) in enumerate(table.iterrows()):
        known = stages.dropna()
        for place, stage in enumerate(stages):
            if pd.isna(stage):
                continue
            colour, letter, ink = _stage_look(stage)
            axes.barh(row, 1, left=place, height=0.8, color=colour, edgecolor="white", linewidth=1.5)
            axes.annotate(letter, (place + 0.5, row), ha="center", va="center", fontsize=9, color=ink)
        changes = int((known != known.shift()).sum()) - 1
        parts.append(
            say(
                f"{name}: changes {changes}, last {_stage_name(known.iloc[-1])}",
                f"{name}：变了 {changes} 次，最后是{_stage_name(known.iloc[-1])}",
            )
        )
    axes.yaxis.set_ticks(range(len(table)), [str(name) for name in table.index])
    step = -(-len(table.columns) // 6)
    axes.xaxis.set_ticks(
        np.arange(0, len(table.columns), step) + 0.5, [f"{date:%Y-%m}" for date in table.columns[::step]]
    )
    axes.set_xlim(0, len(table.columns))
    axes.grid(False)
    axes.invert_yaxis()
    seen = [stage for stage in _STAGE_LOOK if (table == stage).to_numpy().any()]
    handles = [
        Patch(facecolor=_stage_look(stage)[0], label=f"{_stage_look(stage)[1]}  {_stage_name(stage)}") for stage in seen
    ]
    picture.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), 3), fontsize=9.5)
    picture.alt = _sentence(title, parts)
    return picture


def cohort_map(table, *, title="", x=None, y=None, numbers=None, borders=None):
    """Draw a cohort table as a map of classes; what nobody can know yet is hatched, not coloured.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`crmlib.lifecycle.retention` returns it: index cohort (the first day of its period), columns age, shares.
        The first column, in which everybody is there, is left out.
    x, y : str, optional
        Axis titles.
    numbers : bool, optional
        Whether each cell carries its per cent; by default where there are at most 60 cells.
    borders : sequence of float, optional
        Where one class of shares ends and the next begins; chosen for the table if not given.

    Returns
    -------
    Picture

    Examples
    --------
    >>> january = pd.DataFrame([[1.0, 0.3, 0.2]], index=pd.to_datetime(["2025-01-01"]))
    >>> cohort_map(january, title="One cohort")
    One cohort. 2025-01: from 30% to 20%.
    """
    shown = table.loc[:, table.columns > table.columns[0]]
    share = shown.to_numpy(float)
    rows, columns = share.shape
    picture, axes = _axes(
        title,
        label("Periods since the first purchase") if x is None else x,
        label("Cohort") if y is None else y,
        height=min(1.6 + 0.3 * rows, 5.2),
    )
    borders = cohort_classes(table) if borders is None else np.asarray(borders)
    colours = matplotlib.colormaps["cividis"](np.linspace(0.05, 1, len(borders) - 1))
    axes.add_patch(
        Rectangle(
            (-0.5, -0.5), columns, rows, facecolor="#F4F4F4", edgecolor="#BDBDBD", hatch="///", linewidth=0, zorder=0
        )
    )
    grade = np.clip(np.searchsorted(borders, np.nan_to_num(share), side="right") - 1, 0, len(colours) - 1)
    cells = np.where(np.isfinite(share)[..., None], colours[grade], 0)  # a mesh of colours draws quicker than an image
    axes.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, cells, edgecolor="white", linewidth=0.5, zorder=1
    )
    axes.grid(False)
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    if rows * columns <= 60 if numbers is None else numbers:
        for row, column in np.argwhere(np.isfinite(share)):
            ink = "white" if grade[row, column] < len(colours) / 2 else "black"
            axes.text(column, row, f"{100 * share[row, column]:.0f}", ha="center", va="center", fontsize=8.5, color=ink)
    names = [_cohort_name(cohort, table.attrs.get("period")) for cohort in shown.index]
    down, along = max(1, -(-rows // 8)), max(1, -(-columns // 9))
    axes.yaxis.set_ticks(range(0, rows, down), names[::down])
    axes.xaxis.set_ticks(range(0, columns, along), [str(age) for age in shown.columns[::along]])
    classes = [
        Patch(facecolor=colour, label=f"{100 * low:.3g}–{100 * high:.3g}%")
        for colour, low, high in zip(colours, borders[:-1], borders[1:], strict=True)
    ]
    if not np.isfinite(share).all():
        classes.append(Patch(facecolor="#F4F4F4", edgecolor="#BDBDBD", hatch="///", label=label("Unknown")))
    axes.legend(handles=classes[::-1], loc="upper left", bbox_to_anchor=(1, 1.02), fontsize=9)
    told = [name for name, line in zip(names, share, strict=True) if np.isfinite(line).any()]
    lines_told = [
        _course(name, line[np.isfinite(line)], True)
        for name, line in zip(names, share, strict=True)
        if np.isfinite(line).any()
    ]
    picture.alt = _sentence(
        title, lines_told if len(told) <= 6 else [lines_told[0], lines_told[len(told) // 2], lines_told[-1]]
    )
    return picture


def cohort_classes(table):
    """Return round borders of classes for the shares in a cohort table, the first column left out.

    Examples
    --------
    >>> cohort_classes(pd.DataFrame([[1.0, 0.3, 0.2]])).round(2).tolist()
    [0.2, 0.22, 0.24, 0.26, 0.28, 0.3]
    """
    known = table.iloc[:, 1:].to_numpy(float)
    known = known[np.isfinite(known)]
    return (
        np.unique(np.clip(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]).tick_values(known.min(), known.max()), 0, 1))
        if known.size
        else np.array([0.0, 1.0])
    )


def _cohort_name(cohort, period):
    if not isinstance(cohort, pd.Timestamp):
        return str(cohort)
    return (
        f"{cohort:%Y}-Q{cohort.quarter}"
        if period == "quarter"
        else f"{cohort:%Y-%m-%d}"
        if period == "week"
        else f"{cohort:%Y-%m}"
    )


def lifecycle_curve(money, stages, *, title="", x=None):
    """Draw what a customer brings and what is spent on her, month by month, over bands that name the stages.

    Parameters
    ----------
    money : pandas.DataFrame
        Index: month; columns ``contribution`` and ``investment``.
    stages : dict
        The first month of each stage, in order: ``{"development": 0, "growth": 1, …}``.

    Returns
    -------
    Picture

    Examples
    --------
    >>> money = pd.DataFrame({"contribution": [0.0, 30.0], "investment": [60.0, 5.0]})
    >>> lifecycle_curve(money, {"development": 0, "growth": 1}, title="One customer")
    One customer. Contribution: from 0 to 30; Investment: from 60 to 5.
    """
    picture, axes = _axes(title, label("Month") if x is None else x, label("yuan a month"))
    month, contribution, investment = (
        money.index.to_numpy(),
        money["contribution"].to_numpy(),
        money["investment"].to_numpy(),
    )
    top = 1.18 * max(contribution.max(), investment.max())
    begins = [*stages.values(), month[-1]]
    for i, stage in enumerate(stages):
        if i % 2:
            axes.axvspan(begins[i], begins[i + 1], color="#F1F1F1", zorder=0)
        width = (begins[i + 1] - begins[i]) / (month[-1] - month[0])
        if width > 0:
            name = _stage_name(stage) if width > 0.14 else _stage_look(stage)[1]
            axes.text((begins[i] + begins[i + 1]) / 2, 0.965 * top, name, ha="center", va="top", fontsize=9)
    axes.plot(month, contribution, label=heading("contribution"))
    axes.plot(month, investment, label=heading("investment"))
    axes.fill_between(
        month, contribution, investment, where=contribution >= investment, interpolate=True, color=SKY, alpha=0.3
    )
    axes.fill_between(
        month,
        contribution,
        investment,
        where=contribution <= investment,
        interpolate=True,
        facecolor="none",
        hatchcolor=RED,
        hatch="///",
        linewidth=0,
    )
    axes.set_ylim(0, top)
    axes.set_xlim(month[0], month[-1])
    axes.legend(loc="center right")
    _format_axis(axes.yaxis)
    picture.alt = _sentence(
        title, [_course(heading(c), money[c].to_numpy(), False) for c in ("contribution", "investment")]
    )
    return picture


def policy_values(values, *, best, title="", x="", y=""):
    """Draw what a customer is worth under each rule "write up to recency k", and mark the best.

    Parameters
    ----------
    values : pandas.Series
        Index: k; a column of the table that :func:`crmlib.lifecycle.mailing_policy` returns.
    best : int
        The rule to be marked.

    Returns
    -------
    Picture

    Examples
    --------
    >>> policy_values(pd.Series([40.0, 48.0, 46.5], name="value"), best=1, title="Catalogues")
    Catalogues. Value: 0 40.0, 1 48.0, 2 46.5. Best: 1.
    """
    picture, axes = _axes(title, x, y)
    numbers = [f"{value:,.1f}" for value in values]
    axes.plot(values.index, values.to_numpy(), marker="o")
    axes.plot([best], [values[best]], marker="D", markersize=11, color=GREEN, linestyle="none")
    for k, value, number in zip(values.index, values, numbers, strict=True):
        axes.annotate(number, (k, value), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.18)
    _format_axis(axes.yaxis)
    told = ", ".join(f"{k} {number}" for k, number in zip(values.index, numbers, strict=True))
    picture.alt = _sentence(
        title, [say(f"{heading(values.name)}: {told}", f"{heading(values.name)}：{told.replace(', ', '，')}")]
    )
    picture.alt += say(f" Best: {best}.", f"最好：{best}。")
    return picture


# -- Chapter 04: customer value -----------------------------------------------------------------------------------------


def whale(curve, *, title=None):
    """Draw the whale curve: cumulative profit as customers join, the most profitable first.

    Parameters
    ----------
    curve : pandas.DataFrame
        As :func:`crmlib.value.whale_curve` returns it.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from crmlib import value
    >>> whale(value.whale_curve(pd.Series({"A": 50, "B": 30, "C": -20})))
    Whale curve. Peak 80; What is left 60.
    """
    title = title or label("Whale curve")
    picture, axes = _axes(title, label("Customers, most profitable first"), label("Cumulative profit (yuan)"))
    share, money = np.r_[0, curve["customers"]], np.r_[0, curve["cumulative_profit"]]
    peak = int(money.argmax())
    axes.plot(share, money, marker="o", markersize=4)
    axes.fill_between(share, money, money[-1], where=money >= money[-1], interpolate=True, color=SKY, alpha=0.3)
    axes.axhline(money[-1], color=GREY, linestyle=":", linewidth=1.5)
    notes = [(peak, label("Peak"), (0, 8)), (-1, label("What is left"), (0, -15))]
    for i, words, place in (
        notes if peak < len(money) - 1 else [(-1, label("What is left"), (0, 8))]
    ):  # nobody loses money
        axes.annotate(
            f"{words} {_number(money[i])}",
            (share[i], money[i]),
            xytext=place,
            textcoords="offset points",
            ha="right" if i == -1 else "center",
        )
    axes.margins(y=0.15)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    _format_axis(axes.yaxis)
    picture.alt = _sentence(
        title, [f"{label('Peak')} {_number(money[peak])}", f"{label('What is left')} {_number(money[-1])}"]
    )
    return picture


def survival(share, *, title="", x=None, points=()):
    """Draw the share of customers that are left as a falling line.

    Parameters
    ----------
    share : pandas.Series or DataFrame
        Index: time; values 0–1. Columns, if several, are drawn as lines of their own.
    points : collection of str
        Columns drawn as dots (see `lines`).

    Returns
    -------
    Picture

    Examples
    --------
    >>> survival(pd.Series([1.0, 0.8, 0.6], name="Survival"), title="A gym")
    A gym. Survival: from 100% to 60%.
    """
    picture = lines(
        share,
        title=title,
        x=label("Time") if x is None else x,
        y=label("Share of customers left"),
        percent=True,
        points=points,
    )
    picture.axes[0].set_ylim(0, 1.03)
    return picture


def retention(rates, *, title=""):
    """Draw retention rates year by year.

    Parameters
    ----------
    rates : pandas.DataFrame
        Index: year; values 0–1; a line for each column.

    Returns
    -------
    Picture

    Examples
    --------
    >>> retention(pd.DataFrame({"regular": [0.63, 0.74]}, index=[1, 2]), title="Contracts")
    Contracts. Regular: from 63% to 74%.
    """
    return lines(rates, title=title, x=label("Year"), y=label("Retention rate"), percent=True, marker="o")


def tornado(sensitivity, *, swing, title=None):
    """Draw how far each factor moves a result, the strongest on top.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        As :func:`crmlib.value.clv_sensitivity` returns it: columns ``low``, ``base``, ``high``, a row per factor.
    swing : float
        The relative change of each factor behind ``low`` and ``high``.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from crmlib import value
    >>> tornado(value.clv_sensitivity(margin=60, retention=0.8, discount=0.01), swing=0.1)
    What moves customer lifetime value. Retention: 149 to 406; Margin: 206 to 251; Discount: 230 to 227.
    """
    title = title or label("What moves customer lifetime value")
    picture, axes = _axes(title, label("Customer lifetime value (yuan)"))
    rows, base = np.arange(len(sensitivity)), sensitivity["base"].iloc[0]
    sides = (
        ("low", ORANGE, "///", say(f"{swing:.0%} lower", f"降低 {swing:.0%}")),
        ("high", BLUE, "", say(f"{swing:.0%} higher", f"提高 {swing:.0%}")),
    )
    for column, colour, hatch, words in sides:
        drawn = axes.barh(
            rows, sensitivity[column] - base, left=base, height=0.55, color=colour, hatch=hatch, label=words
        )
        axes.bar_label(drawn, [_number(round(v)) for v in sensitivity[column]], padding=3, fontsize=9)
    axes.axvline(base, color="#444444", linewidth=1, linestyle="-")
    axes.yaxis.set_ticks(rows, [heading(name) for name in sensitivity.index])
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.legend(loc="lower right")
    _format_axis(axes.xaxis)
    told = [
        say(
            f"{heading(f)}: {_number(round(r['low']))} to {_number(round(r['high']))}",
            f"{heading(f)}：{_number(round(r['low']))} 到 {_number(round(r['high']))}",
        )
        for f, r in sensitivity.iterrows()
    ]
    picture.alt = _sentence(title, told)
    return picture


def timelines(log, *, end, title="", customer_id="customer_id", date="date"):
    """Draw the purchases of a few customers as dots along time, up to a dashed "today".

    Parameters
    ----------
    log : pandas.DataFrame
        One row per purchase; customers are drawn in the order in which they appear.
    end : date-like
        The day on which we look.

    Returns
    -------
    Picture

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B"], "date": pd.to_datetime(["2026-01-05", "2026-02-09", "2026-01-20"])})
    >>> timelines(log, end="2026-03-31", title="Two customers")
    Two customers. A: purchase days 2, the last 2026-02-09; B: purchase days 1, the last 2026-01-20.
    """
    customers = list(dict.fromkeys(log[customer_id]))
    picture, axes = _axes(title, label("Date"), height=1.2 + 0.42 * len(customers))
    parts = []
    for row, customer in enumerate(customers):
        days = log.loc[log[customer_id] == customer, date].drop_duplicates()
        axes.plot([days.min(), pd.Timestamp(end)], [row, row], color="#BBBBBB", linewidth=1.2, linestyle="-")
        axes.plot(days, [row] * len(days), "o", color=BLUE, linestyle="none")
        parts.append(
            say(
                f"{customer}: purchase days {len(days)}, the last {days.max():%Y-%m-%d}",
                f"{customer}：买过 {len(days)} 次，最后一次在 {days.max():%Y-%m-%d}",
            )
        )
    axes.axvline(pd.Timestamp(end), color=RED, linestyle="--", linewidth=1.5)
    axes.annotate(
        label("today"),
        (pd.Timestamp(end), 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -10),
        textcoords="offset points",
        color=RED,
    )
    axes.set_ylabel(label("Customer id"))
    axes.yaxis.set_ticks(range(len(customers)), [str(c) for c in customers])
    axes.set_ylim(len(customers) - 0.5, -0.7)
    axes.yaxis.grid(False)
    axes.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(maxticks=7))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%Y-%m"))
    picture.alt = _sentence(title, parts)
    return picture


def alive_map(table, *, title=""):
    """Draw the chance of being alive over frequency (rows) and recency (columns).

    Parameters
    ----------
    table : pandas.DataFrame
        Index: repeat purchases; columns: time of the last purchase; values 0–1.

    Returns
    -------
    Picture

    Examples
    --------
    >>> alive_map(pd.DataFrame({10: [0.2, 0.1], 20: [0.8, 0.9]}, index=[1, 2]), title="Who is left")
    Who is left. Chance of being alive between 10% and 90%.
    """
    picture, axes = _axes(title, label("Week of the last purchase"), label("Repeat purchases"))
    drawn = axes.pcolormesh(
        table.columns, table.index, table.to_numpy(), cmap="cividis", vmin=0, vmax=1, shading="nearest"
    )
    contour = axes.contour(
        table.columns, table.index, table.to_numpy(), levels=[0.1, 0.25, 0.5, 0.75, 0.9], colors="white", linewidths=1
    )
    for text in axes.clabel(contour, fmt=lambda level: f"{level:.0%}", fontsize=9):
        text.set_path_effects([withStroke(linewidth=2.5, foreground="#333333")])
    axes.grid(False)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    picture.colorbar(drawn, ax=axes, format=PercentFormatter(1), label=label("Chance of being alive"))
    low, high = _number(float(np.nanmin(table)), True), _number(float(np.nanmax(table)), True)
    picture.alt = _sentence(
        title,
        [
            say(
                f"{label('Chance of being alive')} between {low} and {high}",
                f"{label('Chance of being alive')}在 {low} 与 {high} 之间",
            )
        ],
    )
    return picture


def delivered_value(balance, *, title=None):
    """Draw what a customer gets and gives up, for each alternative, and the difference.

    Parameters
    ----------
    balance : pandas.DataFrame
        As :func:`crmlib.value.delivered_value` returns it: rows ``total_value``, ``total_cost``, ``delivered_value``.

    Returns
    -------
    Picture

    Examples
    --------
    >>> delivered_value(pd.DataFrame({"A": [34.0, 18.0, 16.0]}, index=["total_value", "total_cost", "delivered_value"]))
    Delivered value. Total value: A 34; Total cost: A 18; Delivered value: A 16.
    """
    return bars(balance.T, title=title or label("Delivered value"), y=label("Points"))


# -- Chapter 05: identification and segmentation ------------------------------------------------------------------------

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def pareto(ranked, *, title=None):
    """Draw the Pareto curve of an ABC analysis, with its three classes as bands.

    Parameters
    ----------
    ranked : pandas.DataFrame
        As :func:`crmlib.segmentation.abc` returns it.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from crmlib import segmentation
    >>> pareto(segmentation.abc(pd.DataFrame({"customer_id": ["X", "Y", "Z"], "amount": [85, 10, 5]})))
    Pareto curve. A: customers 1 (33%), 85.0% of the total; B: customers 1 (33%), 10.0% of the total; C: customers 1 (33%), 5.0% of the total.
    """
    title = title or label("Pareto curve")
    picture, axes = _axes(title, label("Customers, largest first"), label("Share of the total"))
    share = np.r_[0, ranked["cumulative_share"]]
    axes.plot(np.r_[0, ranked["customers"]], share)
    sizes = [int((ranked["class"] == grade).sum()) for grade in "ABC"]
    ends = np.r_[0, np.cumsum(sizes)]
    parts = []
    for grade, colour, start, end in zip("ABC", (BLUE, ORANGE, GREY), ends[:-1], ends[1:], strict=True):
        axes.axvspan(start / len(ranked), end / len(ranked), color=colour, alpha=0.16, linewidth=0)
        axes.annotate(
            f"{grade}\n{end - start:,}",
            ((start + end) / 2 / len(ranked), 0.03),
            xycoords=("data", "axes fraction"),
            ha="center",
        )
        brings = f"{share[end] - share[start]:.1%}"
        parts.append(
            say(
                f"{grade}: customers {end - start:,} ({(end - start) / len(ranked):.0%}), {brings} of the total",
                f"{grade} 类：{end - start:,} 个客户（{(end - start) / len(ranked):.0%}），占总额的 {brings}",
            )
        )
    axes.set_ylim(min(0, share.min()), max(1.05, share.max() * 1.05))
    for axis in (axes.xaxis, axes.yaxis):
        _format_axis(axis, True)
    picture.alt = _sentence(title, parts)
    return picture


def rfm_grid(table, *, title="", percent=False, chosen=None):
    """Draw a value for each pair of recency score (across) and frequency score (upwards).

    Parameters
    ----------
    table : pandas.DataFrame
        Index: frequency score; columns: recency score. A missing value leaves its cell empty.
    percent : bool
        Whether the values are shares.
    chosen : pandas.DataFrame of bool, optional
        Cells to be framed; shaped as `table`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> rfm_grid(pd.DataFrame({1: [0.05, 0.1], 2: [0.3, 0.8]}, index=[1, 2]), title="Who buys", percent=True)
    Who buys. R 1, F 1: 5.0%; R 2, F 2: 80%.
    """
    picture, axes = _axes(
        title, label("R: recency score (5 = most recent)"), label("F: frequency score (5 = most often)")
    )
    values = table.to_numpy(float)
    low, high = np.nanmin(values), np.nanmax(values)
    axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        cmap="cividis",
        interpolation="nearest",
        vmin=low,
        vmax=high if high > low else low + 1,
    )
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            text = f"{value:.0%}" if percent else f"{value:,.0f}"
            axes.text(
                column, row, text, ha="center", va="center", color="black" if value > (low + high) / 2 else "white"
            )
    if chosen is not None:
        frames = [Rectangle((column - 0.46, row - 0.45), 0.92, 0.9) for row, column in np.argwhere(chosen.to_numpy())]
        axes.add_collection(PatchCollection(frames, facecolor="none", edgecolor=RED, linewidth=2.5), autolim=False)
    axes.set_xticks(range(values.shape[1]), [str(score) for score in table.columns])
    axes.set_yticks(range(values.shape[0]), [str(score) for score in table.index])
    axes.grid(False)
    places = [(0, 0), (values.shape[0] - 1, values.shape[1] - 1)]
    picture.alt = _sentence(
        title,
        [
            f"R {table.columns[column]}, F {table.index[row]}{say(': ', '：')}"
            + (_number(values[row, column], percent) if np.isfinite(values[row, column]) else "—")
            for row, column in places
        ],
    )
    if chosen is not None:
        count = int(chosen.to_numpy().sum())
        picture.alt += say(f" Cells chosen: {count}.", f"选中 {count} 格。")
    return picture


def clusters(features, labels, *, x, y, title="", names=None, legend=None):
    """Draw customers as points, with a colour and a marker for each cluster.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer.
    labels : pandas.Series of int
        Cluster of each customer.
    x, y : str
        Two columns of `features`.
    names : dict, optional
        Words for the clusters, as shown.
    legend : str, optional
        Title of the legend.

    Returns
    -------
    Picture

    Examples
    --------
    >>> features = pd.DataFrame({"orders": [1, 2, 30], "basket": [100.0, 300.0, 50.0]})
    >>> clusters(features, pd.Series([0, 0, 1]), x="orders", y="basket", title="Two kinds")
    Two kinds. 0: customers 2, on average Orders 1.50, Basket 200; 1: customers 1, on average Orders 30, Basket 50.
    """
    picture, axes = _axes(title, heading(x), heading(y))
    parts = []
    for number, cluster in enumerate(sorted(labels.unique())):
        own = features[(labels == cluster).to_numpy()]
        name = str(cluster) if names is None else names[cluster]
        axes.plot(
            own[x],
            own[y],
            linestyle="none",
            marker=_MARKERS[number % 8],
            markersize=4.5,
            alpha=0.6,
            color=(*COLOURS, GREY, "black")[number % 8],
            markeredgewidth=0,
            label=f"{name} ({len(own):,})",
        )
        means = [
            f"{heading(column)} {own[column].mean():,.{0 if own[column].mean() >= 10 else 2}f}" for column in (x, y)
        ]
        parts.append(
            say(
                f"{name}: customers {len(own):,}, on average {', '.join(means)}",
                f"{name}：{len(own):,} 人，平均{'，'.join(means)}",
            )
        )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1.02), fontsize=9, markerscale=1.6, title=legend)
    picture.alt = _sentence(title, parts)
    return picture


# -- Chapter 08: churn and win-back -------------------------------------------------------------------------------------


def durations(table, *, title="", x=None, time="months", event="left"):
    """Draw how long each of a few customers has been there: a dot where one left, an arrow where one is still there.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer, drawn from above; columns `time` (how long seen) and `event` (1: left then, 0: still there).

    Returns
    -------
    Picture

    Examples
    --------
    >>> durations(pd.DataFrame({"months": [2, 3], "left": [1, 0]}, index=["A", "B"]), title="Two customers")
    Two customers. A: 2, left; B: 3, still there.
    """
    picture, axes = _axes(title, label("Months since the first") if x is None else x, height=1.3 + 0.24 * len(table))
    length, gone = table[time].to_numpy(float), table[event].to_numpy() == 1
    rows = np.arange(len(table))
    axes.hlines(
        rows,
        0,
        length,
        color=[RED if left else BLUE for left in gone],
        linewidth=2,
        linestyle=["-" if left else "--" for left in gone],
    )
    axes.plot(length[gone], rows[gone], "o", color=RED, linestyle="none", markersize=8, label=label("left"))
    axes.plot(length[~gone], rows[~gone], ">", color=BLUE, linestyle="none", markersize=8, label=label("still there"))
    axes.yaxis.set_ticks(rows, [str(name) for name in table.index])
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    axes.set_xlim(0, length.max() * 1.06)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1.02))
    told = [label("left") if left else label("still there") for left in gone]
    picture.alt = _sentence(
        title,
        [
            say(f"{name}: {months:g}, {end}", f"{name}：{months:g}，{end}")
            for name, months, end in zip(table.index, length, told, strict=True)
        ],
    )
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
    end : float, optional
        The last time shown.
    area : float, optional
        Shade the area under the first curve up to this time: the restricted mean.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from crmlib import churn
    >>> survival_curves(churn.kaplan_meier([1, 2, 3], [1, 0, 1]), title="Three customers", band=False)
    Three customers. Share still there: from 100% to 0%.
    """
    picture, axes = _axes(title, label("Time") if x is None else x, label("Share still there"))
    grouped = table.index.nlevels > 1
    curves = (
        [(_group_name(name), table.xs(name, level=0)) for name in table.index.unique(0)]
        if grouped
        else [(label("Share still there"), table)]
    )
    parts = []
    for number, (name, curve) in enumerate(curves):
        shown = curve if end is None else curve.loc[:end]
        colour, dash = COLOURS[number % 6], _DASHES[number % 6]
        axes.step(shown.index, shown["survival"], where="post", color=colour, linestyle=dash, label=name)
        if band:
            axes.fill_between(
                shown.index, shown["lower"], shown["upper"], step="post", color=colour, alpha=0.18, linewidth=0
            )
        parts.append(_course(name, shown["survival"].to_numpy(), True))
    if area is not None:
        curve = curves[0][1].loc[:area, "survival"]
        axes.fill_between(
            [*curve.index, area], [*curve, curve.iloc[-1]], step="post", color=COLOURS[0], alpha=0.18, linewidth=0
        )
    axes.set_ylim(0, 1.03)
    _format_axis(axes.yaxis, True)
    if grouped:
        axes.legend(loc="lower left")
    picture.alt = _sentence(title, parts)
    return picture


def profit_curve(profit, points, *, title="", x=None, y=None):
    """Draw profit over a threshold, with a few thresholds marked and named.

    Parameters
    ----------
    profit : pandas.Series
        Index: threshold; values: yuan, as the column of :func:`crmlib.churn.threshold_profit`.
    points : dict
        Name, as shown: threshold.

    Returns
    -------
    Picture

    Examples
    --------
    >>> profit_curve(pd.Series([10.0, 30, 0], index=[0, 0.5, 1]), {"best": 0.5}, title="Three thresholds")
    Three thresholds. best: 0.5, 30.
    """
    picture, axes = _axes(
        title,
        label("Probability from which we contact") if x is None else x,
        label("Profit (yuan)") if y is None else y,
    )
    thresholds, money = profit.index.to_numpy(float), profit.to_numpy(float)
    axes.plot(thresholds, money, color=BLUE, linestyle="-")
    axes.axhline(0, color="#444444", linewidth=1, linestyle="-")
    told = []
    for number, (name, at) in enumerate(points.items()):
        value = float(np.interp(at, thresholds, money))
        axes.plot(
            [at],
            [value],
            linestyle="none",
            marker=_MARKERS[number % 8],
            color=COLOURS[1:][number % 5],
            markersize=10,
            label=f"{name} ({at:.2f}{say(': ', '：')}{value:,.0f})",
        )
        told.append(say(f"{name}: {at:g}, {_number(round(value))}", f"{name}：{at:g}，{_number(round(value))}"))
    # Room above the curve, so that the names never lie on it.
    low, high = min(money.min(), 0), max(money.max(), 0)
    axes.set_ylim(low - 0.06 * (high - low), high + (0.1 + 0.11 * len(points)) * (high - low))
    axes.legend(loc="upper right")
    _format_axis(axes.yaxis)
    picture.alt = _sentence(title, told)
    return picture


def intervals(table, *, value, title="", x="", percent=False, zero=True):
    """Draw an estimate for each row of a table, with the interval in which it may lie.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: the rows' names. Columns: `value`, ``lower`` and ``upper``.
    value : str
        The column with the estimate.
    title, x : str
        Title and axis title, as shown.
    percent : bool
        Whether the values are shares.
    zero : bool
        Whether a line marks zero: an interval that touches it proves no difference.

    Returns
    -------
    Picture

    Examples
    --------
    >>> table = pd.DataFrame({"uplift": [0.07], "lower": [0.06], "upper": [0.08]}, index=["Women's goods"])
    >>> intervals(table, value="uplift", title="Whom it moves", percent=True)
    Whom it moves. Women's goods: 7.0%, between 6.0% and 8.0%.
    """
    picture, axes = _axes(title, x, height=1.5 + 0.5 * len(table))
    place, names = np.arange(len(table)), [heading(name) for name in table.index]
    middle = table[value].to_numpy(float)
    reach = np.abs(table[["lower", "upper"]].to_numpy(float).T - middle)
    axes.errorbar(middle, place, xerr=reach, fmt="o", color=BLUE, capsize=5, markersize=8)
    for at, (_, row) in enumerate(table.iterrows()):
        axes.annotate(
            _number(row[value], percent),
            (row[value], at),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    if zero:
        axes.axvline(0, color="#444444", linewidth=1, linestyle="-")
    axes.yaxis.set_ticks(place, names)
    axes.yaxis.grid(False)
    axes.set_ylim(len(table) - 0.4, -0.7)
    _format_axis(axes.xaxis, percent)
    told = [[_number(row[key], percent) for key in (value, "lower", "upper")] for _, row in table.iterrows()]
    picture.alt = _sentence(
        title,
        [
            say(f"{name}: {a}, between {b} and {c}", f"{name}：{a}，在 {b} 与 {c} 之间")
            for name, (a, b, c) in zip(names, told, strict=True)
        ],
    )
    return picture


def control_chart(table, *, title="", y=""):
    """Draw a control chart: the shares of each month, the limits of chance, and the months outside them.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`crmlib.churn.p_chart` returns it; index: months as text.

    Returns
    -------
    Picture

    Examples
    --------
    >>> chart = pd.DataFrame({"p": [0.01, 0.03], "centre": 0.012, "lower": 0.005, "upper": 0.019, "outside": [False, True]},
    ...                      index=["2025-04", "2025-05"])
    >>> control_chart(chart, title="Quality")
    Quality. Centre 1.2%; outside the limits: 2025-05 (3.0%).
    """
    picture, axes = _axes(title, "", y)
    place = np.arange(len(table))
    axes.plot(place, table["p"], marker="o", color=BLUE, label=label("Share of the month"))
    axes.plot(place, table["centre"], color=GREY, linestyle="-", linewidth=1.2, label=label("Usual level"))
    for i, side in enumerate(("upper", "lower")):
        axes.step(
            place,
            table[side],
            where="mid",
            color=GREY,
            linestyle="--",
            linewidth=1.2,
            label=None if i else label("Limits of chance"),
        )
    out = np.flatnonzero(table["outside"].to_numpy())
    axes.plot(
        place[out],
        table["p"].to_numpy()[out],
        linestyle="none",
        marker="D",
        markersize=11,
        color=RED,
        label=label("Outside"),
    )
    step = -(-len(table) // 8)
    axes.xaxis.set_ticks(place[::step], [str(month) for month in table.index[::step]])
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", fontsize=9, ncols=2)
    axes.margins(y=0.25)
    _format_axis(axes.yaxis, True)
    far = ", ".join(f"{table.index[i]} ({_number(table['p'].iloc[i], True)})" for i in out)
    centre = _number(float(table["centre"].iloc[0]), True)
    picture.alt = _sentence(
        title,
        [
            say(f"Centre {centre}", f"平时 {centre}"),
            say(
                f"outside the limits: {far or 'none'}",
                f"界限之外：{far.replace(' (', '（').replace(')', '）').replace(', ', '，') or '没有'}",
            ),
        ],
    )
    return picture
