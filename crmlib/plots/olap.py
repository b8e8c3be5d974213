"""The pictures of chapter 09 on what the warehouse tells: two sides of a cube, and rules by lift and profit."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.naming import name_points
from crmlib.plots.picture import BLUE, GREY, ORANGE

_ALL = "ALL"  # of `systems.rotate`


def cube_map(table, *, title=None, x="", y=""):
    """Draw a cross table of :func:`crmlib.systems.rotate`: the darker a cell, the less is in it; its sums stand beside.

    A table of one column has that column for cells.

    >>> import pandas as pd
    >>> from crmlib import systems
    >>> facts = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
    >>> cube_map(systems.rotate(facts, "town", "kind", "sales"))
    Two sides of a cube. A: x 1, y 2, All 3; B: x 4, y 0, All 4; All: x 5, y 2, All 7.
    """
    table = parts.table(table, name="table")
    sides = [np.ones(1, dtype=bool) if len(axis) == 1 else axis != _ALL for axis in (table.index, table.columns)]
    inner = np.outer(*sides)
    if not inner.any():
        raise ValueError(say("table: it holds sums only, no cell.", "table：只有合计，没有单元格。"))
    values = table.to_numpy(float)
    names = [
        [label("All") if name == _ALL else heading(name) for name in axis] for axis in (table.index, table.columns)
    ]
    # All to one decimal where one needs it; what is small, each to three digits.
    write = (
        parts.numbers if np.nanmax(np.abs(values)) >= 10 else lambda cells, _: [parts.number(cell) for cell in cells]
    )
    written = np.reshape(write(values.ravel(), False), values.shape)
    low, high = values[inner].min(), values[inner].max()
    look = {"vmin": low - 0.15 * (high - low or 1), "vmax": high + 0.05 * (high - low or 1), "linewidth": 2}
    words = parts.title(title, label("Two sides of a cube")), x, y
    picture, axes = parts.heat_map(values, *words, annot=written, size=11, mask=~inner, **look)
    for row, column in np.argwhere(~inner):
        style = {"ha": "center", "va": "center", "fontsize": 11}
        axes.text(column + 0.5, row + 0.5, written[row, column], **style)
    axes.xaxis.set_ticks(np.arange(len(names[1])) + 0.5, names[1])
    axes.yaxis.set_ticks(np.arange(len(names[0])) + 0.5, names[0])
    told = [
        parts.named(name, *map(" ".join, zip(names[1], cells, strict=True)))
        for name, cells in zip(names[0], written, strict=True)
    ]
    return parts.describe(picture, told)


def rules_map(rules, *, chosen=None, title=None):
    """Draw association rules by lift (to the right) and profit (upwards); the best of each has its name.

    `rules` is a table of :func:`crmlib.systems.rule_profit`; `chosen` (True and False) tells which rules count, the
    others are faint. Dots are the larger, the more baskets are reached.

    >>> from crmlib import systems
    >>> baskets = [["bread", "milk"], ["bread", "milk"], ["bread"], ["tea"]]
    >>> rules = systems.association_rules(baskets, min_support=0.5)
    >>> rules_map(systems.rule_profit(rules, baskets, {"bread": 2, "milk": 5}, uplift=0.1, cost=0.2))
    Lift and profit of rules. Highest lift: bread → milk, lift 1.33, 0.3 yuan; Highest profit: bread → milk, lift 1.33,
    0.3 yuan.
    """
    columns = ("lift", "profit", "reached")
    for side in ("antecedent", "consequent"):
        checks.require_columns(checks.frame(rules, "rules").columns, [side])
    numbers = parts.table(rules, *columns, name="rules")
    marked = _marked(chosen, rules)
    words = label("Lift"), label("Profit of acting on it (yuan)")
    picture, axes = parts.blank(parts.title(title, label("Lift and profit of rules")), *words, height=4.2)
    size = 15 + 120 * numbers["reached"] / max(numbers["reached"].max(), 1)
    axes.scatter(numbers["lift"][~marked], numbers["profit"][~marked], s=size[~marked], color="#D5D5D5", linewidth=0)
    axes.scatter(numbers["lift"][marked], numbers["profit"][marked], s=size[marked], color=BLUE, alpha=0.6, linewidth=0)
    axes.axhline(0, **parts.BASE_LINE)
    axes.axvline(1, color=GREY, linestyle=":", linewidth=1.2)
    axes.margins(x=0.12, y=0.12)
    parts.format_axis(axes.yaxis)
    if not marked.any():
        return parts.describe(picture, [say("no rule is chosen", "没有符合条件的规则")])
    told, kept = [], numbers[marked]
    best = {label("Highest lift"): checks.steady(kept["lift"]), label("Highest profit"): checks.steady(kept["profit"])}
    places = {name: kept.index[int(np.argmax(values))] for name, values in best.items()}
    for (name, place), marker in zip(places.items(), ("s", "D"), strict=True):
        at, rule = numbers.loc[place], rule_name(rules.loc[place])
        look = {"s": 150, "facecolor": "none", "edgecolor": ORANGE, "linewidth": 2, "marker": marker}
        axes.scatter([at["lift"]], [at["profit"]], label=name, **look)
        lift, profit = f"{at['lift']:.2f}", parts.number(at["profit"])
        told.append(
            parts.named(name, rule, say(f"lift {lift}", f"提升度 {lift}"), say(f"{profit} yuan", f"{profit} 元"))
        )
    rows = list(dict.fromkeys(places.values()))
    axes.autoscale_view()
    ends = ["lift", "profit"]
    name_points(axes, numbers.loc[rows, ends], [rule_name(rules.loc[row]) for row in rows], taken=numbers[ends])
    for name in axes.texts:  # in a crowd no place is free
        name.set_bbox({"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1})
    axes.legend(**parts.BESIDE)
    return parts.describe(picture, told)


def _marked(chosen, rules):
    """Which rules count, True or False for each."""
    if chosen is None:
        return np.ones(len(rules), dtype=bool)
    marked = checks.zero_one(chosen, "chosen") == 1
    in_order = chosen.index.equals(rules.index) if isinstance(chosen, pd.Series) else len(marked) == len(rules)
    if not in_order:
        en = 'chosen: True or False is needed for each rule, in their order, such as rules["lift"] > 2.'
        raise ValueError(say(en, 'chosen：应为每条规则一个 True 或 False，顺序与 rules 相同，如 rules["lift"] > 2。'))
    return marked


def rule_name(rule):
    """Return how a rule is written: what is bought, an arrow, what is bought with it.

    >>> rule_name({"antecedent": "bread", "consequent": "milk"})
    'bread → milk'
    """
    return f"{rule['antecedent']} → {rule['consequent']}"
