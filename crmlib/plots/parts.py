"""What pictures share: empty axes, a heat map, ticks, and numbers in words."""

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap

from crmlib import checks
from crmlib.language import say
from crmlib.plots.picture import empty

HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
BASE_LINE = {"color": "#444444", "linewidth": 1, "linestyle": "-"}  # where zero is
BESIDE = {"loc": "upper left", "bbox_to_anchor": (1, 1.02)}  # a legend to the right of the axes
CLEAR = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8}  # words clear of the lines behind them
UNKNOWN = {"facecolor": "#F4F4F4", "edgecolor": "#D0D0D0", "hatchcolor": "#D0D0D0", "hatch": "///"}


def blank(title, x="", y="", *, height=3.8):
    """Return an empty picture and its axes.

    >>> picture, axes = blank("Growth", "Year", height=2)
    """
    words = {"title": title, "x": x, "y": y}
    title, x, y = (checks.text(word, name) for name, word in words.items())
    picture, axes = empty(checks.number(height, "height", least=0.5, most=50))
    picture.title = title
    axes.set(title=title, xlabel=x, ylabel=y)
    return picture, axes


def title(given, usual):
    """Return the title given, a text, or the `usual` one for None and an empty text.

    >>> title(None, "Whale curve")
    'Whale curve'
    """
    return usual if given is None else checks.text(given, "title") or usual


def along(index, name):
    """Refuse an index along which no line can be drawn: of several levels, or of what has no order together.

    >>> along(pd.RangeIndex(3), "table")
    """
    kinds = (
        "string",
        "integer",
        "floating",
        "mixed-integer-float",
        "decimal",
        "boolean",
        "datetime64",
        "datetime",
        "date",
    )
    values = index.categories if isinstance(index, pd.CategoricalIndex) else index
    if index.nlevels > 1 or index.hasnans or pd.api.types.infer_dtype(values) not in kinds:
        shown = checks.first(map(repr, index))
        en = f"{name}: no line can be drawn along its index, {shown}: numbers, dates or texts are needed, of one kind."
        raise TypeError(
            say(en, f"{name}：沿着它的索引（{shown}）画不出线：索引应为同一种数值、日期或文本，不能有缺失。")
        )


def table(given, *columns, name="table", gaps=False):
    """Return a table (or a Series, as one) whose `columns`, all if none is named, hold numbers, as floats.

    `gaps`: values may be missing, but not all of a column.

    >>> table(pd.Series([1, 2], name="Profit"))["Profit"].tolist()
    [1.0, 2.0]
    """
    given = given.to_frame() if isinstance(given, pd.Series) else given
    checks.frame(given, name)
    checks.require_columns(given.columns, columns)
    new = given.copy()
    for column in columns or given.columns:
        new[column] = checks.column(given, column, optional=np.full(len(given), gaps))
        if gaps and new[column].isna().all():
            en = f'Column "{column}" has no value: fill it or leave it out.'
            raise ValueError(say(en, f"“{column}”列一个值也没有：请补上，或者去掉这一列。"))
    return new


def grid(table):
    """Return the numbers of a table as an array; single ones may be missing.

    >>> grid(pd.DataFrame([[1, 2]]))
    array([[1., 2.]])
    """
    checks.frame(table, "table")
    found = np.column_stack([checks.column(table, name, optional=table[name].isna()) for name in table])
    if np.isnan(found).all():
        raise ValueError(say("table: it has no value.", "table：表中一个值也没有。"))
    return found


def series(given, name):
    """Return a Series of numbers over an index of numbers, as floats.

    >>> series(pd.Series([1, 2]), "profit").tolist()
    [1.0, 2.0]
    """
    if not isinstance(given, pd.Series):
        kind = type(given).__name__
        raise TypeError(
            say(f"{name}: a Series is needed, not {kind}.", f"{name}：这里需要 Series，收到的却是 {kind}。")
        )
    checks.frame(given.to_frame(name), name)
    checks.numbers(given.index, f"{name}.index")
    return pd.Series(checks.floats(given, name), given.index, name=given.name)


def heat_map(table, title, x="", y="", *, height=3.8, classes=None, annot=None, fmt="", size=None, mask=None, **look):
    """Return a picture and its axes with a cell for each value; row i, column j lies from (j, i) to (j + 1, i + 1).

    With a list of colours as `classes`, the table holds the classes' numbers, 0, 1, … `annot` is a table of what is
    written into the cells. What is missing, or True in `mask`, has no cell.

    >>> picture, axes = heat_map(np.eye(2), "Two by two", annot=np.eye(2))
    """
    # Not seaborn's heat map: it takes a second to load, and draws all twice, which a slider waits for.
    values = np.asarray(table, dtype=float)
    values = np.ma.masked_where(np.isnan(values) if mask is None else mask, values)
    if classes is not None:
        look |= {"cmap": ListedColormap(classes), "vmin": -0.5, "vmax": len(classes) - 0.5}
    picture, axes = blank(title, x, y, height=height)
    axes.grid(False)
    cells = axes.pcolormesh(values, **{"cmap": "cividis", "edgecolor": "white", "linewidth": 0} | look)
    axes.set(ylim=(len(values), 0), xticks=[], yticks=[])
    if annot is not None:
        cells.update_scalarmappable()
        ink = np.where(_luminance(cells.get_facecolors()) > 0.18, "black", "white").reshape(values.shape)
        for row, column in np.argwhere(~np.ma.getmaskarray(values)):
            words, place = format(np.asarray(annot)[row, column], fmt), (column + 0.5, row + 0.5)
            axes.text(*place, words, color=ink[row, column], ha="center", va="center", fontsize=size)
    return picture, axes


def _luminance(colours):
    """How light colours are, from 0 to 1 (WCAG 2)."""
    part = colours[:, :3]
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def name_ticks(axis, names, most, shift=0.5):
    """Name the places 0, 1, … of an axis, leaving names out evenly where there are more than `most`.

    >>> name_ticks(blank("Growth")[1].xaxis, ["May", "June", "July"], 2)
    """
    step = max(1, -(-len(names) // most))
    axis.set_ticks(np.arange(0, len(names), step) + shift, [str(name) for name in names[::step]])


def format_axis(axis, percent=False):
    """Write an axis' numbers in full, or in percent.

    >>> format_axis(blank("Growth")[1].yaxis, percent=True)
    """
    axis.set_major_formatter((lambda value, _: f"{100 * value:.3g}%") if percent else "{x:,.10g}")


def above(axes, text, x, y):
    """Write a point's number above it.

    >>> above(blank("Growth")[1], "1.5", 2, 1.5)
    """
    style = {"textcoords": "offset points", "ha": "center", "fontsize": 9, "bbox": CLEAR | {"pad": 0.5, "alpha": 1}}
    axes.annotate(text, (x, y), xytext=(0, 8), **style)


def number(value, percent=False):
    """Write a number for a picture or its description.

    >>> number(1234.5), number(0.05, percent=True)
    ('1,234', '5.0%')
    """
    if value is None or np.isnan(value):
        return "—"
    if percent:
        return f"{value:.0%}" if abs(value) >= 0.1 or value == 0 else f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.3g}"


def numbers(values, percent):
    """Write the numbers of one picture alike: one decimal for all if one needs it.

    >>> numbers([1, 2.5], percent=False)
    ['1.0', '2.5']
    """
    broken = not percent and any(abs(v) < 1000 and not float(v).is_integer() for v in values)
    return [f"{v:,.1f}" if broken and not np.isnan(v) else number(v, percent) for v in values]


def describe(picture, told):
    """Describe a picture by its title and what it tells, and return it.

    >>> describe(blank("Growth")[0], ["A 1", "B 2"])
    Growth. A 1; B 2.
    """
    end = "" if picture.title.endswith(("?", "？")) else say(".", "。")
    picture.alt = picture.title + end
    return add(picture, say("; ", "；").join(told))


def add(picture, sentence):
    """Add a sentence to the description of a picture, and return it.

    >>> add(describe(blank("Growth")[0], ["A 1"]), "Best: A")
    Growth. A 1. Best: A.
    """
    picture.alt += say(f" {sentence}.", f"{sentence}。")
    return picture


def named(name, *items):
    """Say in words what belongs to a name.

    >>> named("Profit", "A 1", "B 2")
    'Profit: A 1, B 2'
    """
    return f"{name}{say(': ', '：')}{say(', ', '，').join(items)}"


def course(name, values, percent):
    """Say in words where a line begins and ends.

    >>> course("Profit", [1, 2, 3], percent=False)
    'Profit: from 1 to 3'
    """
    first, last = number(values[0], percent), number(values[-1], percent)
    return named(name, say(f"from {first} to {last}", f"从 {first} 到 {last}"))
