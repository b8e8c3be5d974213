"""The OLAP cube under the hand: two of its sides are shown, turned, rolled up and sliced."""

from functools import partial

from crmlib import checks, plots, systems
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, choice, tell


def draw_cube(cells, measure, unit, invented, rows, columns, where):
    """Draw two sides of the cube, of one slice or of all; tell the largest cell, and what falls as time goes on."""
    dims = [name for name in cells if name != measure]
    dim, member = where or (None, None)
    part = systems.dice(cells, {dim: member}) if where else cells
    if rows == columns:  # one side only: the other one is rolled up
        sums = systems.roll_up(part, [rows], measure).set_index(rows)[measure]
        table, words = sums.to_frame("ALL"), {"y": heading(rows)}
    else:
        table = systems.rotate(part, rows, columns, measure)
        words = {"x": heading(columns), "y": heading(rows)}
    shown = member if where else say("everything", "全部")
    title = say(
        f"{heading(measure)}{unit and f' ({unit})'}: {shown}", f"{heading(measure)}{unit and f'（{unit}）'}：{shown}"
    )
    title += say(" (invented data)", "（虚构数据）") if invented else ""
    picture = plots.cube_map(table, title=title, **words)
    total, whole = part[measure].sum(), cells[measure].sum()
    hidden = [heading(name) for name in dims if name not in (rows, columns, dim)]
    summed = say(f" Summed over: {', '.join(hidden)}.", f"已上卷：{'、'.join(hidden)}。") if hidden else ""
    form = _form(cells[measure])
    all_of, units = tell(whole, form), (f" ({unit})", f"（{unit}）") if unit else ("", "")
    move = say(
        f"{_sides(rows, columns)} of {shown}{units[0]}: {tell(total, form)} of {all_of}.",
        f"{shown}，{_sides(rows, columns)}{units[1]}：合计 {tell(total, form)}，整个立方体 {all_of}。",
    )
    return picture, move + summed + _largest(table, form) + _along(part, dims[0], {rows, columns}, measure, form)


def _form(values):
    """How the numbers of a cube are written: whole ones as such, else to one decimal, small ones to three digits."""
    if (values % 1 == 0).all():
        return ",.10g"
    return ",.1f" if values.abs().max() >= 10 else ",.3g"


def _sides(rows, columns):
    if rows == columns:
        return say(f"{heading(rows)} alone", f"只看{heading(rows)}")
    return say(f"{heading(rows)} by {heading(columns).lower()}", f"{heading(rows)}×{heading(columns)}")


def _largest(table, form):
    """Of the cells, the largest."""
    inner = table.drop(index="ALL")
    inner = inner.drop(columns="ALL") if len(inner.columns) > 1 else inner
    row, column = inner.stack().idxmax()
    where = [heading(name) for name in (row, column) if name != "ALL"]
    value = tell(inner.loc[row, column], form)
    return say(f" Largest cell: {', '.join(where)}, {value}.", f"最大的单元格：{'、'.join(where)}，{value}。")


def _along(part, time, sides, measure, form):
    """What falls most from the first member of the first side to the last, where that side is shown."""
    if time not in sides or part[time].nunique() < 2:
        return ""
    first, last = list(dict.fromkeys(part[time]))[:: part[time].nunique() - 1]
    since = say(f"From {first} to {last}", f"从{_apart(first)}到{_apart(last)}".rstrip())
    names = [name for name in sides if name != time]
    if not names:
        found = part.groupby(time, observed=True)[measure].sum()
        change = tell(found[last] - found[first], f"+{form}")
        return say(f" {since}: {change}.", f"{since}：{change}。")
    wide = systems.rotate(part, names[0], time, measure).drop(index="ALL")
    moves = wide[last] - wide[first]
    least = moves.idxmin()
    change, shown = tell(moves[least], f"+{form}"), heading(least)
    if moves[least] >= 0:
        return say(f" {since} nothing shown falls.", f"{since}，图中没有一项下降。")
    return say(f" {since} {shown} falls most: {change}.", f"{since}，下降最多的是{_apart(shown).rstrip()}：{change}。")


def _apart(name):
    """A name within a Chinese sentence: one in Latin letters stands apart.

    >>> _apart("Q4"), _apart("第四季度")
    (' Q4 ', '第四季度')
    """
    return f" {name} " if str(name).isascii() else name


@takes_givens
def cube_explorer(cells, measure="amount", *, unit="", invented=True):
    """Show two sides of a cube: turn it, roll a side up, slice it at a member.

    `cells` is a table of two to four dimensions, the order of time first, and a `measure` that can be added up, in
    `unit`. The same side for rows and columns means that the other one is summed up.

    >>> from crmlib.worlds.cube import cells
    >>> cube_explorer(cells()).at(rows="town", columns="category", where="")[:33]
    'Town by category of everything: 3'
    """
    checks.column(checks.frame(cells, "cells"), measure)
    unit = checks.text(unit, "unit")
    dims = [name for name in cells if name != measure]
    if not 2 <= len(dims) <= 4:
        en = f"cells: two to four dimensions beside {measure} are needed, not {len(dims)}."
        raise ValueError(say(en, f"cells：除 {measure} 外应有两到四个维度，而不是 {len(dims)} 个。"))
    systems.cube(cells, dims, measure)
    sides = {heading(name): name for name in dims}
    slices = {label("Everything"): ""}
    for name in dims:
        slices |= {f"{heading(name)} = {heading(member)}": (name, member) for member in dict.fromkeys(cells[name])}
    return Explorer(
        partial(draw_cube, cells, measure, unit, checks.flag(invented, "invented")),
        "crm-cube",
        rows=choice(label("Table rows"), sides, dims[1]),
        columns=choice(label("Table columns"), sides, dims[0]),
        where=choice(label("Slice"), slices, ""),
    )
