"""The pictures of chapter 03, the customer lifecycle: stages, cohorts, and a rule for writing."""

from datetime import date

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from crmlib import checks
from crmlib.checks.values import LARGEST
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.basics import bars
from crmlib.plots.picture import BLUE, GREEN, GREY, ORANGE, RED, SKY

# For each stage its name (two codes of `lifecycle.STAGES` are not the words that the syllabus uses), and a colour and a
# letter of its own, so that a picture can be read without its colours.
_STAGES = {
    "potential": ("prospect", "#E8E8E8", "P", "潜"),
    "development": ("development", SKY, "Dv", "开"),
    "growth": ("growth", GREEN, "G", "成"),
    "maturity": ("maturity", BLUE, "M", "熟"),
    "decline": ("decline", ORANGE, "Dc", "衰"),
    "terminated": ("termination", "#3A3A3A", "T", "终"),
}


def _stage_name(stage):
    return heading(_STAGES[stage][0])


def _stage_letter(stage):
    return say(*_STAGES[stage][2:])


def stage_ribbons(table, *, title=""):
    """Draw stages month by month as coloured ribbons: a row each, with its name as index, the dates as columns.

    The values are stage codes (``"growth"``, …), or missing.

    >>> months = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
    >>> ribbon = pd.DataFrame([["growth", "decline", "growth"]], index=["A rule"], columns=months)
    >>> stage_ribbons(ribbon, title="One customer")
    One customer. A rule: changes 2, last Growth.
    """
    checks.frame(table, "table")
    for stage in table.to_numpy()[table.notna().to_numpy()]:
        checks.one_of(stage, "table", _STAGES)
    if not all(isinstance(day, (pd.Timestamp, date)) and day is not pd.NaT for day in table.columns):
        en = "table: its columns are the dates, pd.to_datetime([…])."
        raise TypeError(say(en, "table：各列的列名应是日期，用 pd.to_datetime([…]) 转换。"))
    colours = {stage: colour for stage, (_, colour, *_) in _STAGES.items()}
    table = table.astype(object).where(table.notna(), None)  # of columns of every kind, a missing stage is None
    numbers = table.map(list(_STAGES).index, na_action="ignore").astype(float)
    letters = {"annot": table.map(_stage_letter, na_action="ignore"), "size": 9}
    look = {"height": 1.3 + 0.42 * len(table), "classes": list(colours.values()), "linewidth": 2}
    picture, axes = parts.heat_map(numbers, title, **look, **letters)
    told = []
    for name, stages in table.iterrows():
        known = stages.dropna()
        if known.empty:
            told.append(parts.named(name, say("no data", "没有数据")))
            continue
        changes, last = int((known != known.shift()).sum()) - 1, _stage_name(known.iloc[-1])
        words = say(f"changes {changes}", f"变了 {changes} 次"), say(f"last {last}", f"最后是{last}")
        told.append(parts.named(name, *words))
    parts.name_ticks(axes.yaxis, table.index, len(table))
    parts.name_ticks(axes.xaxis, [f"{day:%Y-%m}" for day in table.columns], 6)
    handles = [
        Patch(facecolor=colour, label=f"{_stage_letter(stage)}  {_stage_name(stage)}")
        for stage, colour in colours.items()
        if (table == stage).to_numpy().any()
    ]
    if handles:
        picture.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), 3), fontsize=9.5)
    return parts.describe(picture, told)


def cohort_map(table, *, title="", x=None, y=None, numbers=None, borders=None):
    """Draw a cohort table as a map of classes; what nobody can know yet is hatched, not coloured.

    The table is that of :func:`crmlib.lifecycle.retention`: shares by cohort (the first day of its period) and age;
    the first column, in which everybody is there, is left out. `numbers`: each cell carries its per cent, by default
    where there are at most 60. At the `borders` one class of shares ends and the next begins (`cohort_classes`).

    >>> january = pd.DataFrame([[1.0, 0.3, 0.2]], index=pd.to_datetime(["2025-01-01"]))
    >>> cohort_map(january, title="One cohort")
    One cohort. 2025-01: from 30% to 20%.
    """
    attrs, table = getattr(table, "attrs", {}), _cohorts(table)
    if table.shape[1] < 2:
        en = "table: a first column, in which everybody is there, and a second are needed."
        raise ValueError(say(en, "table：第一列（所有人都在）之外，至少还要有一列。"))
    shown = table.iloc[:, 1:]
    share = shown.to_numpy(float)
    known = np.isfinite(share)
    borders = cohort_classes(table) if borders is None else _borders(borders)
    colours = list(matplotlib.colormaps["cividis"](np.linspace(0.05, 1, len(borders) - 1)))
    x, y = label("Periods since the first purchase") if x is None else x, label("Cohort") if y is None else y
    look = {"height": min(1.6 + 0.3 * len(share), 5.2), "classes": colours, "mask": ~known, "linewidth": 0.5}
    graded = np.nan_to_num(share)
    if share.size <= 60 if numbers is None else checks.flag(numbers, "numbers"):
        graded = graded.round(2)  # by the number that is shown: all cells that say 70 have one colour
        look |= {"annot": 100 * share, "fmt": ".0f", "size": 8.5}
    grade = np.clip(np.searchsorted(borders, graded + 1e-9, side="right") - 1, 0, len(colours) - 1)
    picture, axes = parts.heat_map(grade, title, x, y, **look)
    axes.patch.set(**parts.UNKNOWN, linewidth=0)
    names = [_cohort_name(cohort, attrs.get("period")) for cohort in shown.index]
    parts.name_ticks(axes.yaxis, names, 8)
    parts.name_ticks(axes.xaxis, shown.columns, 9)
    classes = [
        Patch(facecolor=colour, label=f"{100 * low:.3g}–{100 * high:.3g}%")
        for colour, low, high in zip(colours, borders[:-1], borders[1:], strict=True)
    ]
    if not known.all():
        classes.append(Patch(**parts.UNKNOWN, label=label("Unknown")))
    axes.legend(handles=classes[::-1], fontsize=9, **parts.BESIDE)
    lines = [(name, line[seen]) for name, line, seen in zip(names, share, known, strict=True) if seen.any()]
    told = [parts.course(*line, True) for line in lines]
    return parts.describe(picture, told if len(told) <= 6 else [told[0], told[len(told) // 2], told[-1]])


def cohort_classes(table):
    """Return round borders of classes for the shares in a cohort table, the first column left out.

    >>> cohort_classes(pd.DataFrame([[1.0, 0.3, 0.2]])).round(2).tolist()
    [0.2, 0.22, 0.24, 0.26, 0.28, 0.3]
    """
    known = _cohorts(table).iloc[:, 1:].to_numpy()
    known = known[np.isfinite(known)]
    if not known.size:
        return np.array([0.0, 1.0])
    borders = MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]).tick_values(known.min(), known.max())
    return np.unique(np.clip(borders, 0, 1))


def _cohorts(table):
    """A cohort table as floats; a column may have no value, where nothing can be known yet."""
    checks.frame(table, "table")
    if all(kind == "float64" for kind in table.dtypes) and not (np.abs(table.to_numpy()) > LARGEST).any():
        return table  # column by column, a slider would wait
    return table.apply(lambda column: checks.floats(column, column.name, optional=column.isna()))


def _borders(borders):
    found = checks.numbers(borders, "borders")
    if found.ndim != 1 or len(found) < 2 or (np.diff(found) <= 0).any():
        en = "borders: at least two rising numbers are needed, [0, 0.2, 0.4]."
        raise ValueError(say(en, "borders：至少要有两个数，从小到大排列，例如 [0, 0.2, 0.4]。"))
    return found


def _cohort_name(cohort, period):
    if not isinstance(cohort, pd.Timestamp):
        return str(cohort)
    if period == "quarter":
        return f"{cohort:%Y}-Q{cohort.quarter}"
    return f"{cohort:%Y-%m-%d}" if period == "week" else f"{cohort:%Y-%m}"


def lifecycle_curve(money, stages, *, title="", x=None):
    """Draw what a customer brings and what is spent on her, month by month, over bands that name the stages.

    `money` has the columns ``contribution`` and ``investment`` by month; `stages` the first month of each stage, in
    order: ``{"development": 0, "growth": 1, …}``.

    >>> money = pd.DataFrame({"contribution": [0.0, 30.0], "investment": [60.0, 5.0]})
    >>> lifecycle_curve(money, {"development": 0, "growth": 1}, title="One customer")
    One customer. Contribution: from 0 to 30; Investment: from 60 to 5.
    """
    money = parts.table(money, "contribution", "investment", name="money")
    if not (np.diff(checks.numbers(money.index, "money.index")) > 0).all():
        en = "money: its index are the months, each once and rising."
        raise ValueError(say(en, "money 的索引是月份：不能重复，要由小到大。"))
    if len(money) < 2:
        raise ValueError(say("money: two months or more are needed.", "money：至少要有两个月。"))
    stages = {
        checks.one_of(stage, "stages", _STAGES): checks.number(begun, "stages")
        for stage, begun in checks.settings(stages, "stages").items()
    }
    picture, axes = parts.blank(title, label("Month") if x is None else x, label("yuan a month"))
    month = money.index.to_numpy()
    contribution, investment = money["contribution"].to_numpy(), money["investment"].to_numpy()
    top = 1.18 * max(contribution.max(), investment.max()) or 1
    begins = [*stages.values(), month[-1]]
    for i, stage in enumerate(stages):
        if i % 2:
            axes.axvspan(begins[i], begins[i + 1], color="#F1F1F1", zorder=0)
        width = (begins[i + 1] - begins[i]) / (month[-1] - month[0])
        if width > 0:
            name = _stage_name(stage) if width > 0.14 else _stage_letter(stage)
            axes.text((begins[i] + begins[i + 1]) / 2, 0.965 * top, name, ha="center", va="top", fontsize=9)
    axes.plot(month, contribution, label=heading("contribution"))
    axes.plot(month, investment, label=heading("investment"))
    won, paid = {"color": SKY, "alpha": 0.3}, {"facecolor": "none", "hatchcolor": RED, "hatch": "///", "linewidth": 0}
    for where, look in ((contribution >= investment, won), (contribution <= investment, paid)):
        axes.fill_between(month, contribution, investment, where=where, interpolate=True, **look)
    axes.set(xlim=(month[0], month[-1]), ylim=(0, top))
    axes.legend(loc="center right")
    parts.format_axis(axes.yaxis)
    lines = {"contribution": contribution, "investment": investment}
    return parts.describe(picture, [parts.course(heading(side), line, False) for side, line in lines.items()])


# How textbooks divide the same life, and how many of the six bars each stage spans: the first of the five stages has
# two steps, and the four have no stage of its own for the end.
_DIVISIONS = {
    "Five stages": {
        "Potential acquisition stage": 2,
        "Growth stage": 1,
        "Maturity stage": 1,
        "Decline stage": 1,
        "Termination stage": 1,
    },
    "Four stages": {"Exploration stage": 2, "Formation stage": 1, "Stability stage": 1, "Degeneration stage": 2},
}


def stage_bridge(table, *, title="", y=""):
    """Draw what a customer brings and what is spent on them in each stage, over two ways to divide the lifecycle.

    `table` has the columns ``contribution`` and ``investment`` by stage, a row for each of prospect, development,
    growth, maturity, decline and termination. Below the bars stand the five stages and the four that span the same.

    >>> stages = ["prospect", "development", "growth", "maturity", "decline", "termination"]
    >>> money = {"contribution": [0, 20, 40, 60, 20, 0], "investment": [10, 50, 10, 5, 10, 1]}
    >>> stage_bridge(pd.DataFrame(money, index=stages), title="One customer").alt[:55]
    'One customer. Contribution: Prospect 0, Development 20,'
    """
    table = parts.table(table, "contribution", "investment")
    stages = [name for name, *_ in _STAGES.values()]
    missing = [stage for stage in stages if list(table.index).count(stage) != 1]
    if missing:
        en, zh = f"table: one row is needed for each of {', '.join(stages)}", f"table：应有 {'、'.join(stages)} 各一行"
        raise ValueError(say(f"{en}; look at {', '.join(missing)}.", f"{zh}；请检查 {'、'.join(missing)}。"))
    picture = bars(table.loc[stages, ["contribution", "investment"]], title=title, y=y, height=4.6)
    axes = picture.axes[0]
    low, top = axes.get_ylim()
    money = [tick for tick in axes.get_yticks() if low <= tick <= top]
    thick, ground = 0.1 * (top - low), low - 0.12 * (top - low)
    told, middles = [], []
    for row, (division, spans) in enumerate(_DIVISIONS.items()):
        begin, floor = -0.5, ground - (row + 1) * 1.15 * thick
        for name, width in spans.items():
            look = {"facecolor": "#F1F1F1", "edgecolor": GREY, "linewidth": 0.8}
            axes.add_patch(Rectangle((begin + 0.03, floor), width - 0.06, thick, **look))
            word = label(name).removesuffix(" stage")  # the row says that these are stages; narrow bands have no room
            axes.text(begin + width / 2, floor + thick / 2, word, ha="center", va="center", fontsize=9)
            begin += width
        middles.append(floor + thick / 2)
        told.append(parts.named(label(division), *map(label, spans)))
    axes.set(xlim=(-0.5, 5.5), ylim=(floor - 0.3 * thick, top))
    axes.set_yticks([*money, *middles], [*(f"{tick:,.10g}" for tick in money), *map(label, _DIVISIONS)])
    axes.yaxis.grid(False)
    return parts.add(picture, say("; ", "；").join(told))


def policy_values(values, *, best, title="", x="", y=""):
    """Draw what a customer is worth under each rule "write up to recency k", the index, and mark the best k.

    The values are a column of the table that :func:`crmlib.lifecycle.mailing_policy` returns.

    >>> policy_values(pd.Series([40.0, 48.0, 46.5], name="value"), best=1, title="Catalogues")
    Catalogues. Value: 0 40.0, 1 48.0, 2 46.5. Best: 1.
    """
    values = parts.series(values, "values")
    if not pd.api.types.is_hashable(best) or best not in values.index:
        raise ValueError(
            say(f"best = {best!r} is not in the index of values.", f"best = {best!r} 不在 values 的索引中。")
        )
    picture, axes = parts.blank(title, x, y)
    axes.plot(values.index, values.to_numpy(), marker="o")
    axes.plot([best], [values[best]], marker="D", markersize=11, color=GREEN, linestyle="none")
    for k, value in values.items():
        parts.above(axes, f"{value:,.1f}", k, value)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.18)
    parts.format_axis(axes.yaxis)
    told = parts.named(heading(values.name), *(f"{k} {value:,.1f}" for k, value in values.items()))
    return parts.add(parts.describe(picture, [told]), say(f"Best: {best}", f"最好：{best}"))
