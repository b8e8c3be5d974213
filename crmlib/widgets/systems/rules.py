"""Rules of baskets: the highest lift against the highest profit, as what a recommendation sells and costs changes."""

from functools import partial

import numpy as np

from crmlib import checks, plots, systems
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.plots.olap import rule_name
from crmlib.widgets.base import Explorer, slider, tell


def draw_rules(rules, count, invented, support, confidence, uplift, cost):
    """Draw all rules, and tell of those with enough support and confidence which one lifts and which one pays most."""
    table = rules.assign(profit=rules["reached"] * (uplift * rules["margin"] - cost))
    kept = (rules["support"] >= support - 1e-9) & (rules["confidence"] >= confidence - 1e-9)
    title = say(
        f"Rules of {count:,} baskets: support ≥ {support:.1%}, confidence ≥ {confidence:.0%}",
        f"{count:,} 个购物篮中的规则：支持度 ≥ {support:.1%}，置信度 ≥ {confidence:.0%}",
    )
    title += say(" (invented data)", "（虚构数据）") if invented else ""
    picture = plots.rules_map(table, chosen=kept, title=title)
    least = say(
        f"with a support of {support:.1%} and a confidence of {confidence:.0%} or more",
        f"支持度不低于 {support:.1%}、置信度不低于 {confidence:.0%}",
    )
    if not kept.any():
        return picture, say(f"No rule {least}.", f"没有{least}的规则。") + _sold(uplift, cost)
    chosen = table[kept]
    lifting, paying = (chosen.iloc[int(np.argmax(checks.steady(chosen[name])))] for name in ("lift", "profit"))
    pays = int((chosen["profit"] > 1e-9).sum())
    positive = chosen.loc[chosen["profit"] > 1e-9, "profit"].max() if pays else 0
    verdict = say(
        f"Most profit: {rule_name(paying)}, lift {paying['lift']:.2f}, {tell(paying['profit'], ',.1f')} yuan."
        if positive
        else "Not one of them pays: no recommendation is better.",
        f"利润最高：{rule_name(paying)}，提升度 {paying['lift']:.2f}，{tell(paying['profit'], ',.1f')} 元。"
        if positive
        else "没有一条合算，不推荐更好。",
    )
    return picture, say(
        f"Rules {least}: {len(chosen):,}, {pays:,} of which pay. Highest lift: {rule_name(lifting)}, lift "
        f"{lifting['lift']:.2f}, which reaches {lifting['reached']:,.0f} baskets and brings "
        f"{tell(lifting['profit'], ',.1f')} yuan. {verdict}",
        f"{least}的规则有 {len(chosen)} 条，其中 {pays} 条合算。提升度最高：{rule_name(lifting)}，提升度 "
        f"{lifting['lift']:.2f}，可推荐给 {lifting['reached']:,.0f} 个购物篮，带来 "
        f"{tell(lifting['profit'], ',.1f')} 元。{verdict}",
    ) + _sold(uplift, cost)


def _sold(uplift, cost):
    return say(
        f" Each recommendation costs {tell(cost, '.2f')} yuan, and {tell(uplift, '.1%')} of them sell.",
        f"每次推荐花费 {tell(cost, '.2f')} 元，其中 {tell(uplift, '.1%')} 促成购买。",
    )


@takes_givens
def rules_explorer(baskets, margins, *, min_support=0.01, uplift=0.05, cost=0.05, invented=True):
    """Show which rules of baskets lift most and which pay most: the two are seldom the same.

    Rules are searched for once, from `min_support` on. `margins` are those of the items (yuan); it opens at an `uplift`
    (share of recommendations that sell because of them) and the `cost` of one (yuan).

    >>> baskets = [["bread", "milk"]] * 6 + [["bread"]] * 3 + [["tea"]]
    >>> rules_explorer(baskets, {"bread": 2, "milk": 5, "tea": 9}, min_support=0.1).words[:54]
    'Rules with a support of 10.0% and a confidence of 65% '
    """
    min_support = checks.share(min_support, "min_support", above=0)
    uplift = checks.number(uplift, "uplift", least=0, most=0.3)
    cost = checks.number(cost, "cost", least=0, most=1)
    rules = systems.association_rules(baskets, min_support=min_support)
    if rules.empty:
        en = f"min_support = {min_support:g}: no two items are bought together so often. Lower it."
        raise ValueError(say(en, f"min_support = {min_support:g}：没有两种商品同时出现得这么多。请调低。"))
    rules = systems.rule_profit(rules, baskets, margins, uplift=uplift, cost=cost)
    most = max(float(rules["support"].max()), min_support * 1.05)
    step = (most - min_support) / 20
    percent = 0.05 if rules["confidence"].max() >= 0.5 else 0.01
    # From that of the first rule to go to that of the last one to stay.
    low, high = np.floor(rules["confidence"].agg(["min", "max"]) / percent + 1e-9)
    least, surest = round(percent * low, 2), round(percent * max(high, low + 1), 2)
    return Explorer(
        partial(draw_rules, rules, len(baskets), checks.flag(invented, "invented")),
        "crm-rules",
        support=slider(label("Least support"), min_support, most, min_support, step, format=".1%"),
        confidence=slider(label("Least confidence"), least, surest, least, percent, format=".0%"),
        uplift=slider(label("Recommendations that sell"), 0.0, 0.3, uplift, 0.005, format=".1%"),
        cost=slider(label("Cost of one (yuan)"), 0.0, 1.0, cost, 0.01, format=".2f"),
    )
