"""A budget for quality: where money goes, how far performance rises, and what that is worth."""

from functools import partial

import pandas as pd

from crmlib import checks, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, slider, tell

PARTS = 10  # steps in which the budget is spent


def draw_quality(table, cost, budget, worth, best, **spending):
    """Draw the map of importance and performance with what the money moves, and say what it is worth."""
    spent = pd.Series(spending, dtype=float)
    points = satisfaction.points_gained(spent, cost, table["performance"])
    half = satisfaction.points_gained(budget / 2, cost, table["performance"])
    until = float((table["performance"] + half).max())  # so that the scale stays, but for the extremes
    title = label("What the money moves (invented data)")
    picture = plots.importance_performance_map(table, moved=table["performance"] + points, until=until, title=title)
    gain, straight = float(table["importance"] @ points), float(table["importance"] @ (spent / cost))
    total, most = spent.sum(), float(table["importance"] @ satisfaction.points_gained(best, cost, table["performance"]))
    left, over = budget - total, total - budget
    money = say(f"{total:,.0f} of {budget:,.0f} yuan spent", f"预算 {budget:,.0f} 元，用了 {total:,.0f} 元")
    if over > 0:
        money = say(f"Over the budget by {over:,.0f} yuan: take them back", f"超出预算 {over:,.0f} 元，请收回")
    elif left > 0:
        money += say(f", {left:,.0f} left", f"，还剩 {left:,.0f} 元")
    split = say(", ", "、").join(f"{heading(name)} {yuan:,.0f}" for name, yuan in best.items() if yuan > 0)
    return picture, say(
        f"{money}. Satisfaction rises by {tell(gain, '.3f')} points (at today's price of a point it would be "
        f"{tell(straight, '.3f')}; but each further yuan brings less). That is worth {worth * gain:,.0f} yuan a year; "
        f"less the money {tell(worth * gain - total, '+,.0f')}. The best division, {split}, brings {most:.3f} points.",
        f"{money}。满意程度提高 {tell(gain, '.3f')} 分（按今天每分的费用算是 {tell(straight, '.3f')} 分，"
        f"但钱越往后效果越小），一年值 {worth * gain:,.0f} 元，减去投入为 {tell(worth * gain - total)} 元。"
        f"最佳的分法是{split}，提高 {most:.3f} 分。",
    )


def best_division(table, cost, budget):
    """Divide a budget in steps, each to where it brings most: as each further yuan brings less, none is better."""
    step, spent = budget / PARTS, pd.Series(0.0, index=table.index)
    for _ in range(PARTS):
        now, then = (satisfaction.points_gained(spent + more, cost, table["performance"]) for more in (0, step))
        spent[((then - now) * table["importance"]).idxmax()] += step
    return spent


@takes_givens
def importance_performance_explorer(table, cost, budget, worth):
    """Let the reader spend a budget on the qualities of a service, and see what it brings.

    `table` is that of `satisfaction.importance_performance`, marks up to 7; `cost` (Series or dict) is the price of a
    point of each quality at today's level, `worth` that of a point of satisfaction, all in yuan.
    """
    checks.frame(table, "table")
    for name in ("importance", "performance"):
        checks.column(table, name)
    budget, worth = checks.number(budget, "budget", above=0), checks.amount(worth, "worth")
    cost = pd.Series(checks.settings(cost, "cost"))
    lacking = table.index.difference(cost.index, sort=False)
    if len(lacking):
        shown = checks.first(lacking)
        raise ValueError(say(f"cost: no price for {shown}.", f"cost：没有给出 {shown} 的费用。"))
    cost = pd.Series(checks.numbers(cost[table.index], "cost", above=0), index=table.index)
    best = best_division(table, cost, budget)
    step = budget / PARTS
    start = PARTS // len(table) * step  # a little for each
    return Explorer(
        partial(draw_quality, table, cost, budget, worth, best),
        "crm-quality",
        **{name: slider(_yuan(name), 0.0, budget, start, step, format=",.0f") for name in table.index},
    )


def _yuan(name):
    return say(f"{heading(name)} (yuan)", f"{heading(name)}（元）")
