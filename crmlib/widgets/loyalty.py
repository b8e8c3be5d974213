"""The explorers of chapter 07: the curve of loyalty, kinds of loyalty, points, a paid card, the size of a brand."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, loyalty, plots
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, choice, slider, tell


def draw_curve(curve, worth, cost, invented, market, low, moved):
    """Draw who stays in a market by satisfaction, and what it brings to make some customers very satisfied."""
    one, best = curve.loc[market], _best(curve)
    chosen, top = one.loc[low : best - 1], one.loc[best:]
    title = say(f"{heading(market)}: who stayed, by satisfaction", f"{heading(market)}：各满意程度下留下的比例")
    title += _of_data(invented)
    picture = plots.satisfaction_loyalty(curve.loc[[market]], title=title)
    asked = chosen["customers"].sum()
    if not asked:
        return picture, say(f"Nobody here gave {low} to {best - 1}.", f"这里没有人打 {low}–{best - 1} 分。")
    was, then, count = _staying(chosen), _staying(top), round(moved * asked, 1)
    for start, end, level, colour in ((low, best - 1, was, plots.RED), (best, best + 1, then, plots.GREEN)):
        axes, place = picture.axes[0], (start + end) / 2
        axes.axvspan(start - 0.4, end + 0.4, color=colour, alpha=0.12, linewidth=0)
        axes.plot([start - 0.4, end + 0.4], [level, level], color=colour, linewidth=4, linestyle="-")
        words = {"xycoords": ("data", "axes fraction"), "ha": "center", "color": colour}
        axes.annotate(say(f"{level:.0%} stay", f"留下 {level:.0%}"), (place, 0.02), **words)
    ends, after = [low - 0.4, best - 0.6], was + moved * (then - was)
    picture.axes[0].plot(ends, [after, after], color=plots.GREEN, linewidth=2, linestyle="--")
    more = round(count * (then - was), 1)  # as printed: what follows can be done again with a pocket calculator
    money_en = money_zh = ""
    if worth is not None and cost is not None:
        money_en = f" At {cost:,.0f} yuan each, that costs {tell(count * cost)} yuan and brings {tell(more * worth)}."
        money_zh = f"每人 {cost:,.0f} 元，花费 {tell(count * cost)} 元，收回 {tell(more * worth)} 元。"
    return picture, say(
        f"Of the {asked:,} customers who gave {low} to {best - 1}, {was:.0%} stay; of those with {best} or more, "
        f"{then:.0%}. If {moved:.0%} of the first ({tell(count)}) became as satisfied and as loyal as the second, the "
        f"number who stay would change by {tell(more, '+,.1f')} (dashed line).{money_en}",
        f"打 {low}–{best - 1} 分的 {asked} 名客户留下 {was:.0%}，打 {best} 分以上的留下 {then:.0%}。"
        f"若前者有 {moved:.0%}（{tell(count)} 名）变得和后者一样满意、一样忠诚，"
        f"留下的人数变动 {tell(more, '+,.1f')}（虚线）。{money_zh}",
    )


def _of_data(invented):
    return say(" (invented data)", "（虚构数据）") if invented else ""


def _best(curve):
    """From which score on customers are very satisfied: the two highest."""
    return int(curve.index.get_level_values(1).max()) - 1


def _staying(part):
    return float(np.average(part["share"], weights=part["customers"]))


@takes_givens
def loyalty_curve_explorer(curve, worth=None, cost=None, *, market=None, invented=True):
    """Show where on the curve of each market it pays to make customers very satisfied.

    `curve` is a `loyalty.satisfaction_loyalty_curve` with groups, `worth` what a customer who stays brings, and `cost`
    what it takes to make one very satisfied, in yuan. It opens at a `market`, else at the first. The title says
    that the data are `invented`.

    >>> rows = [("Qiming", score, 0.1 * score, 0, 1, 20) for score in range(1, 6)]
    >>> curve = pd.DataFrame(rows, columns=["market", "score", "share", "low", "high", "customers"])
    >>> loyalty_curve_explorer(curve.set_index(["market", "score"]), worth=360, cost=60).words[-56:]
    'At 60 yuan each, that costs 1,200 yuan and brings 1,440.'
    """
    for name in ("share", "low", "high", "customers"):
        checks.column(checks.frame(curve, "curve"), name)
    worth, cost = (
        None if given is None else checks.amount(given, name) for name, given in (("worth", worth), ("cost", cost))
    )
    levels = curve.index.nlevels
    lowest, best = (int(curve.index.get_level_values(1).min()), _best(curve)) if levels == 2 else (0, 0)
    curve = curve.sort_index()
    if best - lowest < 2 or not all((one.index.get_level_values(1) >= best).any() for _, one in curve.groupby(level=0)):
        en = "curve: groups are needed (by=…), scores of at least four steps, and in each group one of the two highest."
        raise ValueError(say(en, "curve：要有分组（by=…），分数至少四级，而且每组都要有最高两级的客户。"))
    markets = {heading(name): name for name in dict.fromkeys(curve.index.get_level_values(0))}
    if market is not None and market not in markets.values():
        known = ", ".join(markets)
        raise ValueError(
            say(f"market: there is no {market}; there are {known}.", f"market：没有 {market}，有 {known}。")
        )
    first = next(iter(markets.values())) if market is None else market
    return Explorer(
        partial(draw_curve, curve, worth, cost, checks.flag(invented, "invented")),
        "crm-loyalty-curve",
        market=choice(label("Market"), markets, first),
        low=slider(label("Lowest score of those moved"), lowest, best - 1, max(best - 2, lowest), 1),
        moved=slider(label("Share of them who become very satisfied"), 0.0, 1.0, 0.5, 0.05, format=".0%"),
    )


def draw_kinds(customers, invented, words, attitude, patronage):
    """Draw customers by attitude and patronage, and count heads and money of the four kinds."""
    cuts = {"attitude_cut": attitude, "patronage_cut": patronage}
    title = label("Four kinds of loyalty") + _of_data(invented)
    picture = plots.dick_basu_map(customers, **cuts, **words, title=title)
    kinds = loyalty.dick_basu(customers["attitude"], customers["patronage"], **cuts)
    money = customers["spending"].groupby(kinds).sum().reindex(loyalty.KINDS, fill_value=0.0)
    heads, part = kinds.value_counts().reindex(loyalty.KINDS, fill_value=0), money / money.sum()
    names = [label("True loyalty"), label("Latent loyalty"), label("Spurious loyalty"), label("No loyalty")]
    told = [
        say(
            f"{name}: {heads[kind]:,} customers, {money[kind]:,.0f} yuan ({tell(part[kind], '.0%')})",
            f"{name} {heads[kind]} 人，{money[kind]:,.0f} 元（{tell(part[kind], '.0%')}）",
        )
        for kind, name in zip(loyalty.KINDS, names, strict=True)
    ]
    return picture, say("; ".join(told) + ".", "；".join(told) + "。")


@takes_givens
def dick_basu_explorer(customers, attitude_cut, patronage_cut, *, x=None, y=None, invented=True):
    """Show how two borders decide who counts as loyal: customers with attitude, patronage and spending (yuan).

    `x` and `y` name the axes of patronage and attitude. The title says that the data are `invented`.

    >>> customers = pd.DataFrame({"attitude": [9, 4], "patronage": [0.8, 0.1], "spending": [900, 100]})
    >>> dick_basu_explorer(customers, 7, 0.5).words[:41]
    'True loyalty: 1 customers, 900 yuan (90%)'
    """
    for name in ("attitude", "patronage"):
        checks.column(checks.frame(customers, "customers"), name)
    if checks.column(customers, "spending", least=0).sum() <= 0:
        raise ValueError(say("spending: nobody has spent anything.", "spending：没有人花过钱。"))
    return Explorer(
        partial(draw_kinds, customers, checks.flag(invented, "invented"), {"x": x, "y": y}),
        "crm-dick-basu",
        attitude=_cut(label("Attitude is high from"), customers["attitude"], attitude_cut),
        patronage=_cut(label("Patronage is high from"), customers["patronage"], patronage_cut),
    )


def _cut(text, values, start):
    """A slider over the range of values: whole numbers, shares, or a twentieth of the range."""
    low, high = float(values.min()), float(values.max())
    if (values % 1 == 0).all() and float(start).is_integer():
        return slider(text, int(low), int(max(high, start)), int(start), 1)
    if 0 <= low and high <= 1:
        return slider(text, 0.05, 0.95, float(start), 0.05, format=".0%")
    return slider(text, low, max(high, start), float(start), (high - low) / 20 or 1.0)


def draw_points(spending, margin, value, rate, redemption, lift, early):
    """Draw what a points programme brings of one customer, by how much more the customer buys because of it."""
    lifts = np.linspace(0, 0.3, 61)
    cost = rate * value * redemption  # of one yuan of sales
    gain = pd.Series(spending * ((1 + lifts) * (margin - cost) - margin), index=lifts)
    bought = f"{spending:,.0f}"
    title = say(f"What points bring on {bought} yuan of sales a year", f"一年 {bought} 元的销售，积分带来多少")
    picture = plots.lines(gain, title=title, x=label("Bought in addition"), y=label("yuan"), x_percent=True)
    axes, sales = picture.axes[0], spending * (1 + lift)
    now = sales * (margin - cost) - spending * margin
    axes.axhline(0, color="#444444", linewidth=1, linestyle="-")
    owed = sales * cost * (1 - early)
    hollow = {"markerfacecolor": "white", "label": label("if the debt is forgotten")}
    dots = axes.plot([lift], [now + owed], "o", color=plots.RED, markersize=9, linestyle="none", **hollow)
    dots += axes.plot([lift], [now], "o", color=plots.RED, markersize=9, linestyle="none", label=label("with the debt"))
    axes.legend(handles=dots, loc="upper left")
    needed = cost / (margin - cost) if cost < margin else np.inf
    when = say("it never pays, however much more is bought", "买得再多也不能保本")
    if needed <= 0.3:
        plots.mark(picture, x=needed, text=label("pays from here"))
    if needed < np.inf:
        when = say(f"it pays from {tell(needed, '.1%')} on", f"多买 {tell(needed, '.1%')} 才保本")
    return picture, say(
        f"Points cost {tell(sales * cost, ',.1f')} yuan a year, {tell(cost, '.2%')} of sales; "
        f"with {lift:.0%} more bought the programme brings {tell(now, '+,.1f')} yuan: {when}. "
        f"At the year's end {tell(owed, ',.1f')} yuan are still owed.",
        f"积分一年花费 {tell(sales * cost, ',.1f')} 元，占销售额的 {tell(cost, '.2%')}；"
        f"多买 {lift:.0%} 时，积分计划的净收益是 {tell(now, '+,.1f')} 元：{when}。"
        f"年底还欠 {tell(owed, ',.1f')} 元的积分。",
    )


@takes_givens
def points_explorer(spending, margin, *, value=0.01, redemption=0.65):
    """Show what points cost, what they owe, and how much more must be bought: yuan a year, margin a share.

    It opens at the share of `redemption` that the chapter found.

    >>> points_explorer(4000, 0.21).at(rate=2.0, redemption=0.5, lift=0.0)[:45]
    'Points cost 40.0 yuan a year, 1.00% of sales;'
    """
    spending, margin = checks.number(spending, "spending", above=0), checks.share(margin, "margin", above=0)
    value = checks.number(value, "value", above=0)
    redemption = round(checks.number(redemption, "redemption", least=0.1, most=1), 2)
    return Explorer(
        partial(draw_points, spending, margin, value),
        "crm-points",
        rate=slider(label("Points for each yuan"), 0.5, 10.0, 1.0, 0.5, format=".1f"),
        redemption=slider(label("Share of points redeemed"), 0.1, 1.0, redemption, 0.01, format=".0%"),
        lift=slider(label("Bought in addition"), 0.0, 0.3, 0.0, 0.01, format=".0%"),
        early=slider(label("Redeemed within the year, of these"), 0.0, 1.0, 0.6, 0.1, format=".0%"),
    )


def draw_membership(margin, fee, discount, spending, renewal):
    """Draw what a paid card brings the member and the firm while the member stays, by what the member spends."""
    spends = np.linspace(0, 20_000, 81)
    firm = loyalty.membership_profit(1, fee, spending, margin, renewal)
    years, even = firm["years"], loyalty.membership_break_even(fee, discount)
    columns = {
        label("Member: savings less fees"): (discount * spends - fee) * years,
        label("Firm: fees and margin"): (fee + margin * spends) * years,
    }
    title = label("What a card brings while the member stays")
    x, y = label("Spending of the member (yuan a year)"), label("yuan")
    picture = plots.lines(pd.DataFrame(columns, index=spends), title=title, x=x, y=y)
    saved = discount * spending - fee
    axes = picture.axes[0]
    axes.axhline(0, color="#444444", linewidth=1, linestyle="-")
    axes.plot([spending] * 2, [saved * years, firm["member_value"]], "o", color="black", markersize=7, linestyle="none")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    if even <= 20_000:
        plots.mark(picture, x=even, text=label("pays for the member"))
    gains = say("gains", "净省") if saved >= 0 else say("loses", "净亏")
    return picture, say(
        f"The card pays for the member from {even:,.0f} yuan a year on; a member who spends {spending:,} {gains} "
        f"{tell(abs(saved))} a year, {tell(abs(saved * years))} while a member. "
        f"With {renewal:.0%} renewing a member stays {years:.1f} years and brings "
        f"{firm['member_value']:,.0f} yuan of fees and margin, {tell(firm['fee_share'], '.0%')} of it fees "
        f"(before the cost of running the shops).",
        f"一年消费 {even:,.0f} 元起，办卡对会员才合算；消费 {spending:,} 元的会员一年{gains} {tell(abs(saved))} 元，"
        f"留下期间共{gains} {tell(abs(saved * years))} 元。"
        f"续费率 {renewal:.0%}，会员平均留 {years:.1f} 年，共带来会费和毛利 {firm['member_value']:,.0f} 元，"
        f"其中会费占 {tell(firm['fee_share'], '.0%')}（未扣门店运营费用）。",
    )


@takes_givens
def membership_explorer(fee, margin, spending, renewal, *, discount=0.05):
    """Show from where on a paid card pays for the member, and what renewal is worth (yuan a year, shares).

    >>> membership_explorer(300, 0.11, 8000, 0.9).words[:59]
    'The card pays for the member from 6,000 yuan a year on; a m'
    """
    margin = checks.share(margin, "margin")
    return Explorer(
        partial(draw_membership, margin),
        "crm-membership",
        fee=slider(label("Fee (yuan a year)"), 10, 600, _whole(fee, "fee", 10, 600), 1),
        discount=slider(label("Cheaper than elsewhere"), 0.01, 0.2, discount, 0.005, format=".1%"),
        spending=slider(label("Spending (yuan a year)"), 500, 20_000, _whole(spending, "spending", 500, 20_000), 100),
        renewal=slider(label("Renewal rate"), 0.3, 0.95, renewal, 0.01, format=".0%"),
    )


def _whole(value, name, low, high):
    return round(checks.number(value, name, least=low, most=high))


# Shares between which the line of double jeopardy is drawn, in markets of which each holds no more than all.
_MARKETS = [(0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25), (0.3, 0.35), (0.4, 0.5), (0.6,)]


def draw_brand(k, share, goal, m, s):
    """Draw where a brand stands on the line of double jeopardy, now and with another share."""
    model = loyalty.NBDDirichlet(m=m, k=k, s=s)
    line = pd.concat([model.predict(pd.Series(shares, index=map(str, shares))) for shares in _MARKETS])
    ends = pd.concat([model.predict({label("now"): share}), model.predict({label("goal"): goal})])
    title = label("A larger brand has more buyers, hardly more loyal ones (model)")
    picture = plots.double_jeopardy(ends, line, title=title)
    picture.axes[0].get_legend().remove()  # nothing here is observed
    (reach, often, sole), (more, oftener, soles) = ends[["penetration", "purchase_frequency", "sole_buyers"]].to_numpy()
    growth = np.log(goal / share)
    buyers = np.log(more / reach) / growth if goal != share else None
    source = say("", "")
    if buyers is not None:
        source = say(
            f" {buyers:.0%} of the change comes from the number of buyers.", f"变化的 {buyers:.0%} 来自购买人数。"
        )
    return picture, say(
        f"With a share of {share:.0%}, {reach:.0%} of customers buy the brand, {often:.1f} times each, and "
        f"{tell(sole, '.0%')} of them buy nothing else; with {goal:.0%}: {more:.0%}, {oftener:.1f} times, "
        f"{tell(soles, '.0%')}.{source}",
        f"份额 {share:.0%} 时，{reach:.0%} 的客户购买该品牌，人均 {often:.1f} 次，其中 {tell(sole, '.0%')} 只买它；"
        f"份额 {goal:.0%} 时分别是 {more:.0%}、{oftener:.1f} 次和 {tell(soles, '.0%')}。{source}",
    )


@takes_givens
def double_jeopardy_explorer(k, s, m):
    """Show what a brand of another size looks like, by an NBD-Dirichlet of these parameters.

    >>> double_jeopardy_explorer(0.78, 1.55, 1.456).words[:50]
    'With a share of 10%, 9% of customers buy the brand'
    """
    loyalty.NBDDirichlet(m=m, k=k, s=s)
    m, s = max(round(m, 1), 0.2), min(max(round(s, 1), 0.1), 10.0)
    return Explorer(
        partial(draw_brand, k),
        "crm-double-jeopardy",
        share=slider(label("Brand's share of purchases"), 0.02, 0.6, 0.1, 0.01, format=".0%"),
        goal=slider(label("Share that it aims at"), 0.02, 0.6, 0.2, 0.01, format=".0%"),
        m=slider(label("Purchases of the category per customer"), 0.2, max(10.0, round(2 * m)), m, 0.1, format=".1f"),
        s=slider(label("S: small if customers keep to few brands"), 0.1, 10.0, s, 0.1, format=".1f"),
    )
