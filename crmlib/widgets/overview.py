"""The explorers of chapter 01: the leaky bucket, the iron triangle, ten customers and a budget, samples drawn again."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, lifecycle, plots
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, choice, slider, tell

MONTHS = 24
SIDES = ("philosophy", "technology", "implementation")


def draw_bucket(customers, won, margin, advertising, extra, points, retention, more):
    """Draw the customers of two years: as now, with more advertising, and with better retention."""
    better = min(retention + points / 100, 0.99)
    plans = {
        label("As now"): (won, retention),
        label("More advertising"): (won + more, retention),
        label("Better retention"): (won, better),
    }
    months = {
        name: lifecycle.leaky_bucket(customers, won=new, retention=kept, periods=MONTHS)
        for name, (new, kept) in plans.items()
    }
    table = pd.DataFrame(months)
    title = label("Customers by month (invented data)")
    picture = plots.lines(table, title=title, x=label("Month"), y=label("Customers"))
    steady = [lifecycle.steady_customers(new, kept) for new, kept in plans.values()]
    profit = [many * margin - advertising - spent for many, spent in zip(steady, (0, extra, extra), strict=True)]
    many, money = ([tell(one) for one in found] for found in (steady, profit))
    ahead = table.iloc[:, 2] - table.iloc[:, 1] > 1e-9
    first = int(ahead[::-1].cummin()[::-1].idxmax()) if ahead.iloc[-1] else None
    when = say(f"Better retention does not get ahead within {MONTHS} months.", f"{MONTHS} 个月内，提高留存没有领先。")
    if first is not None:
        when = say(f"From month {first} on better retention is ahead.", f"从第 {first} 个月起，提高留存领先。")
    year = [tell(one) for one in table.loc[12]]
    twelve = say(f"month 12: {year[1]} and {year[2]}", f"第 12 个月：{year[1]} 和 {year[2]}")
    plots.mark(picture, x=12, text=twelve, top=True)
    return picture, say(
        f"After 12 months: {year[1]} customers with more advertising, {year[2]} with better retention. {when} "
        f"In the long run: {many[0]} as now, {many[1]} and {many[2]}; profit a month {money[0]}, {money[1]} and "
        f"{money[2]} yuan.",
        f"12 个月后：多做广告有 {year[1]} 人，提高留存有 {year[2]} 人。{when}"
        f"长期来看：维持现状 {many[0]} 人，两种做法各为 {many[1]} 人和 {many[2]} 人；"
        f"每月利润依次为 {money[0]}、{money[1]}、{money[2]} 元。",
    )


@takes_givens
def leaky_bucket_explorer(customers, won, retention, margin, advertising, extra):
    """Compare a third more advertising with points of retention, by month and in the long run.

    Customers now, won a month, share kept a month; yuan of margin a customer and month, of advertising a month, and
    what either plan costs in addition.

    >>> leaky_bucket_explorer(400, 60, 0.85, 30, 2400, 800).words[-66:]
    'as now, 533 and 600; profit a month 9,600, 12,800 and 14,800 yuan.'
    """
    names = {"customers": customers, "won": won, "margin": margin, "advertising": advertising, "extra": extra}
    customers, won, margin, advertising, extra = (checks.amount(given, name) for name, given in names.items())
    retention = checks.number(retention, "retention", least=0.5, most=0.95)
    most = max(int(won), 3)
    return Explorer(
        partial(draw_bucket, customers, won, margin, advertising, extra),
        "crm-leaky-bucket",
        ends=lambda retention, **_: {"points": min(10, round(99 - 100 * retention))},
        points=slider(label("Points of retention more"), 0, 10, 5, 1),
        retention=slider(label("Retention now"), 0.5, 0.95, retention, 0.01, format=".0%"),
        more=slider(label("New customers more (a month)"), 0, most, min(round(won / 3), most), 1),
    )


def draw_triangle(firms, possible, firm, side, step, cost):
    """Draw what customer management brings a firm, now and with the money put on each side of the triangle."""
    own = firms.loc[firm]
    now = possible * float(own.prod())
    raised = {one: min(own[one] + step, 1.0) for one in SIDES}
    then = pd.Series({one: possible * float(own.drop(one).prod()) * raised[one] for one in SIDES})
    columns = {label("As now"): now, label("If the money goes here"): then}
    table = pd.DataFrame(columns, index=pd.Index(SIDES))
    title = say(
        f"{label(str(firm))}: benefit = {possible:g} × the three sides (our assumption, invented firm)",
        f"{label(str(firm))}：收益 = {possible:g} × 三边（本章的假定，虚构企业）",
    )
    picture = plots.bars(table, title=title, y=label("10,000 yuan a year"))
    plots.mark(picture, y=now + cost, text=label("as now and the cost"))
    picture.axes[0].containers[1][SIDES.index(side)].set(edgecolor="black", linewidth=2)  # where the money goes
    gain = then - now
    best = heading(gain.idxmax()).lower()
    net, where = gain[side] - cost, heading(side)
    before, after = (tell(one, ".2f") for one in (own[side], raised[side]))
    return picture, say(
        f"As now: {tell(now, ',.1f')}. {where} from {before} to {after}: "
        f"{tell(gain[side], '+,.1f')} a year, less the cost of {cost}: {tell(net, '+,.1f')} in the first year "
        f"(10,000 yuan). The money brings most in {best}.",
        f"现在：{tell(now, ',.1f')}。{where}由 {before} 提高到 {after}，"
        f"一年多得 {tell(gain[side], ',.1f')}，减去投入 {cost}，第一年净得 {tell(net, ',.1f')}（万元）。"
        f"投在“{best}”上收益最大。",
    )


@takes_givens
def triangle_explorer(firms, possible, cost, step):
    """Show on which side of the iron triangle money brings most: firms with three sides from 0 to 1.

    `possible`: what customer management would bring a year with all sides at 1; `cost`: what it takes to raise a side
    by `step`; both in 10,000 yuan.

    >>> firms = pd.DataFrame({"philosophy": [0.9], "technology": [0.3], "implementation": [0.8]}, index=["Hotel chain"])
    >>> triangle_explorer(firms, 300, 30, 0.2).words[:52]
    'As now: 64.8. Technology from 0.30 to 0.50: +43.2 a '
    """
    firms = checks.frame(firms, "firms")
    checks.unique_index(firms, "firms")
    known = pd.DataFrame({side: checks.probabilities(_column(firms, side), side) for side in SIDES}, index=firms.index)
    if (known.sum(axis=1) == 0).any():
        raise ValueError(say("firms: a firm has no side above 0.", "firms：有企业三条边都为 0。"))
    possible = checks.number(possible, "possible", least=1, most=1e6)
    step = checks.number(step, "step", least=0.05, most=0.5)
    names, sides = {label(str(name)): name for name in known.index}, {heading(side): side for side in SIDES}
    return Explorer(
        partial(draw_triangle, known, possible),
        "crm-triangle",
        firm=choice(label("Firm"), names, known.index[0]),
        side=choice(label("The money goes to"), sides, "technology"),
        step=slider(label("Raises the side by"), 0.05, 0.5, step, 0.05, format=".2f"),
        cost=slider(label("Cost (10,000 yuan)"), 0, 100, _whole(cost, "cost", 0, 100), 1),
    )


def _column(table, name):
    checks.require_columns(table.columns, [name])
    return table[name]


def _whole(value, name, low, high):
    return round(checks.number(value, name, least=low, most=high))


def draw_idic(customers, cost, alike, rule, budget, brought):
    """Draw what care brings at each customer, less its cost, by whom the budget is spent on."""
    count, elsewhere = len(customers), customers["elsewhere"]
    spent = pd.Series(0.0, index=customers.index)
    gain = spent.copy()
    if rule == "alike" and budget < cost * count:
        chosen = list(customers.index) if budget else []
        if budget:
            spent += budget / count
            gain = alike * brought * elsewhere
    else:
        column = "now" if rule == "largest" else "elsewhere"
        chosen = list(customers[column].nlargest(int(budget // cost)).index)
        spent[chosen] = cost
        gain[chosen] = brought * elsewhere[chosen]
    net = (gain - spent).rename(label("Gain less cost"))
    title = label("What care brings, less its cost (invented data)")
    picture = plots.bars(net, title=title, x=label("Customer"), y=label("yuan a month"))
    paid, got = spent.sum(), gain.sum()
    whom = ", ".join(map(str, chosen)) or say("nobody", "没有人")
    return picture, say(
        f"Treated: {whom}. They bring {tell(got, ',.1f')} yuan more a month and cost {tell(paid, ',.1f')}: "
        f"{tell(got - paid, '+,.1f')} yuan.",
        f"照顾的客户：{whom.replace(', ', '、')}。每月多带来 {tell(got, ',.1f')} 元，花费 {tell(paid, ',.1f')} 元，"
        f"净得 {tell(got - paid, ',.1f')} 元。",
    )


@takes_givens
def idic_explorer(customers, budget, cost, brought, *, alike=0.1):
    """Show on whom a small budget is spent best: customers with what they buy now, and elsewhere (yuan a month).

    Treating one costs `cost` yuan a month and brings the share `brought` of what is bought elsewhere; a budget that is
    shared by all brings `alike`, where it is too small for each.

    >>> customers = pd.DataFrame({"now": [60, 30, 20], "elsewhere": [0, 36, 40]}, index=list("ADF"))
    >>> idic_explorer(customers, 12, 12, 0.5).at(rule="elsewhere")
    'Treated: F. They bring 20.0 yuan more a month and cost 12.0: +8.0 yuan.'
    """
    customers = checks.frame(customers, "customers")
    checks.unique_index(customers, "customers")
    known = {name: checks.column(customers, name, least=0) for name in ("now", "elsewhere")}
    cost = checks.number(cost, "cost", least=0.01, most=1e6)
    brought, alike = checks.share(brought, "brought", above=0), checks.share(alike, "alike")
    if not 2 <= len(customers) <= 30:
        en = f"customers: {len(customers)} rows: 2 to 30 can be shown."
        raise ValueError(say(en, f"customers：有 {len(customers)} 行，能显示的是 2 到 30 行。"))
    rules = {
        label("The largest customers"): "largest",
        label("Those who buy most elsewhere"): "elsewhere",
        label("All alike"): "alike",
    }
    most = cost * len(customers)
    budget = checks.number(budget, "budget", least=0, most=most)
    return Explorer(
        partial(draw_idic, pd.DataFrame(known, index=customers.index), cost, alike / brought),
        "crm-idic",
        rule=choice(label("Treat"), rules, "largest"),
        budget=slider(label("Budget (yuan a month)"), 0.0, most, budget, cost, format=",.0f"),
        brought=slider(label("Share brought of what is bought elsewhere"), 0.0, 1.0, brought, 0.05, format=".0%"),
    )


SAMPLES = 1000


def draw_redraw(values, percent, confidence, size, turn):
    """Draw the mean of a thousand samples, and between which two values most of them lie."""
    picked = np.random.default_rng(turn).integers(len(values), size=(SAMPLES, size))
    means = values[picked].mean(axis=1)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    title = say(f"The mean of {size} customers, drawn {SAMPLES:,} times", f"{size} 名客户的均值，抽 {SAMPLES:,} 次")
    found = values.mean()
    picture = plots.redrawn(means, low, high, found=found, title=title, x=label("Mean of a sample"), percent=percent)
    form = ".1%" if percent else ",.2f"
    all_of_them, first, *ends = (tell(one, form) for one in (found, means[0], low, high))
    wide = tell((high - low) / 2 * (100 if percent else 1), ",.1f" if percent else ",.2f")
    unit = say(" points", " 个百分点") if percent else ""
    return picture, say(
        f"All {len(values):,} customers: {all_of_them}. A first sample of {size}: {first}. {confidence:.0%} of the "
        f"samples lie between {ends[0]} and {ends[1]}: about {wide}{unit} to each side.",
        f"全部 {len(values):,} 名客户：{all_of_them}。第一份样本（{size} 人）：{first}。{confidence:.0%} 的样本"
        f"在 {ends[0]} 到 {ends[1]} 之间：上下各约 {wide}{unit}。",
    )


@takes_givens
def redraw_explorer(values, size):
    """Show how far the mean of a sample lies from that of all: values of customers (0/1, or numbers), size of a sample.

    >>> redraw_explorer([0, 1] * 500, 50).words[:24]
    'All 1,000 customers: 50.'
    """
    (values,) = checks.lists(values=values)
    values = checks.floats(values, "values", flags=True)
    if len(values) < 2 or np.ptp(values) <= 0:
        raise ValueError(say("values: they are all alike.", "values：各个值都一样，抽多少次都不变。"))
    percent = bool((values >= 0).all() and (values <= 1).all())
    levels = {f"{level:.0%}": level for level in (0.9, 0.95, 0.99)}
    return Explorer(
        partial(draw_redraw, values, percent),
        "crm-redraw",
        confidence=choice(label("Share of samples between the ends"), levels, 0.95),
        size=slider(label("Customers in a sample"), 10, 500, _whole(size, "size", 10, 500), 10),
        turn=slider(label("Draw again"), 0, 20, 0, 1),
    )
