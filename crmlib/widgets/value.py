"""The explorers of chapter 04: a lifetime value, a retention curve, a purchase history, a score card, a budget."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, plots, value
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, choice, slider, tell

ITEMS = value.VALUE_ITEMS + value.COST_ITEMS


def draw_clv(margin, retention, discount, cost):
    """Draw how the money spent on winning a customer comes back, month by month."""
    month = np.arange(61)
    flow = margin * retention**month / (1 + discount) ** month
    flow[0] = -cost
    account = pd.Series(np.cumsum(flow), index=month, name=label("Value so far, less the cost of winning"))
    picture = plots.lines(account, title=label("When does a customer pay back?"), x=label("Month"), y=label("yuan"))
    plots.mark(picture, y=0, text=label("paid back"))
    worth = value.clv(margin, retention, discount)
    paid = month[account.to_numpy() >= 0]
    when = say("not paid back within 60 months", "60 个月内回不了本")
    if len(paid):
        when = say(f"paid back after {paid[0]} months", f"{paid[0]} 个月回本")
    return picture, say(
        f"A customer is worth {worth:,.0f} yuan ({worth / margin:.1f} margins); "
        f"less {cost:,.0f} for winning, {tell(worth - cost, '+,.0f')}: {when}.",
        f"一个客户值 {worth:,.0f} 元（{worth / margin:.1f} 倍毛利），"
        f"扣掉 {cost:,.0f} 元获客成本，还剩 {tell(worth - cost)} 元，{when}。",
    )


@takes_givens
def clv_explorer(margin, retention, discount, winning):
    """Show how margin, retention, discount and the cost of winning decide what a customer is worth."""
    return Explorer(
        draw_clv,
        "crm-clv",
        margin=slider(label("Margin (yuan a month)"), 5, 100, margin, 1),
        retention=slider(label("Monthly retention rate"), 0.5, 0.99, retention, 0.01, format=".0%"),
        discount=slider(label("Monthly discount rate"), 0.0, 0.05, discount, 0.005, format=".1%"),
        cost=slider(label("Cost of winning (yuan)"), 0, 500, winning, 10),
    )


def draw_retention(survival, alpha, beta, group):
    """Draw the survival of a shifted-beta-geometric group beside one constant retention rate and real customers."""
    model = value.ShiftedBetaGeometric(alpha, beta)
    data = survival[group]
    first, fifth, last = (float(model.retention(year)) for year in (1, 5, 12))
    years = data.index
    curves = pd.DataFrame({"actual": data, "sBG": model.survival(years), "one_rate": first ** years.to_numpy()}, years)
    title = label("Customers still there after each renewal")
    picture = plots.survival(curves, title=title, x=label("Year"), points=["actual"])
    gap = float((curves["sBG"] - curves["actual"]).abs().max())
    model_keeps, one_keeps = (tell(curves[name].iloc[-1], ".1%") for name in ("sBG", "one_rate"))
    return picture, say(
        f"Retention rate in year 1: {first:.0%}, year 5: {fifth:.0%}, year 12: {last:.0%}. "
        f"After 12 years the model keeps {model_keeps}, one constant rate {one_keeps}. "
        f"Largest distance between model and customers: {100 * gap:.1f} points.",
        f"第 1 年留存率 {first:.0%}，第 5 年 {fifth:.0%}，第 12 年 {last:.0%}。"
        f"12 年后模型预计还剩 {model_keeps}，按固定留存率还剩 {one_keeps}。"
        f"模型与真实客户最多差 {100 * gap:.1f} 个百分点。",
    )


@takes_givens
def retention_explorer(survival):
    """Show what the two numbers of the shifted-beta-geometric model do, beside the shares of customers still there."""
    return Explorer(
        partial(draw_retention, survival),
        "crm-retention",
        group=choice(label("Customers"), {label("Regular"): "regular", label("High end"): "high_end"}, "regular"),
        alpha=slider("α", 0.1, 5.0, 1.5, 0.1),
        beta=slider("β", 0.1, 8.0, 1.5, 0.1),
    )


def draw_history(model, repeats, last, weeks):
    """Draw P(alive) week by week for purchases spread evenly from week 0 to the last one."""
    last = min(last, weeks)
    purchases = np.linspace(0, last, repeats + 1) if repeats else np.array([0.0])
    # A moment just before each purchase makes the jump upright.
    moments = np.union1d(np.arange(0, weeks + 1), np.concatenate([purchases, purchases[1:] - 1e-6]))
    done = np.searchsorted(purchases, moments, side="right") - 1
    past = pd.DataFrame({"frequency": done.astype(float), "recency": purchases[done], "T": moments})
    past.attrs["time_unit"] = "week"
    name, title = label("Chance of being alive"), label("P(alive) as the weeks go by (model of CDNOW)")
    alive = pd.Series(model.probability_alive(past).to_numpy(), index=moments, name=name)
    picture = plots.lines(alive, title=title, x=label("Week"), y=name, percent=True)
    axes, height = picture.axes[0], np.full(len(purchases), 0.02)
    axes.plot(purchases, height, "^", color="black", markersize=7, linestyle="none", label=label("Purchase"))
    axes.set_ylim(0, 1.03)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.08))
    chance, expected = alive.iloc[-1], model.conditional_expected_purchases(39, past.tail(1)).iloc[0]
    chance, expected = tell(chance, ".0%"), tell(expected, ".1f")
    return picture, say(
        f"{repeats} repeat purchases, the last in week {purchases[-1]:.0f}, today is week {weeks}: "
        f"P(alive) is {chance}; expected purchases in the next 39 weeks: {expected}.",
        f"重复购买 {repeats} 次，最后一次在第 {purchases[-1]:.0f} 周，今天是第 {weeks} 周："
        f"存活概率 {chance}，今后 39 周预计购买 {expected} 次。",
    )


@takes_givens
def history_explorer(model):
    """Show what a purchase history says of a customer's being alive, by a fitted model."""
    return Explorer(
        partial(draw_history, model),
        "crm-history",
        ends=lambda weeks, **_: {"last": min(60, weeks)},
        repeats=slider(label("Repeat purchases"), 0, 20, 4, 1),
        last=slider(label("Week of the last purchase"), 1, 60, 16, 1),
        weeks=slider(label("Week of today"), 10, 78, 38, 1),
    )


def draw_score_card(rival, weights, group, **marks):
    """Draw what the grand restaurant, with marks of your own, delivers to a group of guests beside the quick one."""
    scores = pd.DataFrame({"grand_hotpot": marks, "quick_hotpot": rival}).loc[list(ITEMS)]
    balance = value.delivered_value(scores, weights[group])
    titles = {
        "family": label("Delivered value for the family (invented marks)"),
        "students": label("Delivered value for students (invented marks)"),
    }
    picture = plots.delivered_value(balance, title=titles[group])
    grand, quick = balance.loc["delivered_value"]
    effect = weights[group] * np.where(weights.index.isin(value.COST_ITEMS), -1, 1)
    lever = effect.abs().idxmax()
    name = label(lever.capitalize())
    return picture, say(
        f"The grand one delivers {tell(grand, '.1f')} points, the quick one {tell(quick, '.1f')}. "
        f"For these guests one mark of “{name}” moves the most: {abs(effect[lever]):.1f} points.",
        f"大店的让渡价值是 {tell(grand, '.1f')} 分，快店是 {tell(quick, '.1f')} 分。"
        f"对这群顾客，“{name}”每变动 1 分影响最大：{abs(effect[lever]):.1f} 分。",
    )


@takes_givens
def score_card(marks, weights):
    """Let the reader mark the grand restaurant and see what it delivers to whom, beside the quick one."""
    for name in ("quick_hotpot", "grand_hotpot"):
        checks.column(checks.frame(marks, "marks"), name)
    groups = {label("Family"): "family", label("Students"): "students"}
    return Explorer(
        partial(draw_score_card, marks["quick_hotpot"], weights),
        "crm-scorecard",
        group=choice(label("Guests"), groups, "family"),
        **{item: slider(label(item.capitalize()), 0, 10, int(marks.loc[item, "grand_hotpot"]), 1) for item in ITEMS},
    )


def draw_budget(studio, budget, share, prospects):
    """Draw what each division of a budget is worth, and the one that is chosen."""
    split = value.budget_split(budget, **studio | {"prospects": prospects})
    chosen, best = split.iloc[round(share * 20)], split["value"].idxmax()
    picture = plots.lines(
        split["value"] / 10_000,
        title=label("Winning or keeping: what a division brings"),
        x=label("Share of the budget for winning new members"),
        y=label("Value less budget (10,000 yuan)"),
        x_percent=True,
    )
    picture.axes[0].plot([share], [chosen["value"] / 10_000], "o", color=plots.RED, markersize=10)
    plots.mark(picture, x=best, text=label("best split"))
    loss = split["value"].max() - chosen["value"]
    return picture, say(
        f"{share:.0%} for winning: {chosen['won']:.0f} won, {chosen['kept']:.0f} kept, {chosen['value']:,.0f} yuan. "
        f"Best: {best:.0%}; your choice gives away {loss:,.0f} yuan.",
        f"拿 {share:.0%} 拉新：新增 {chosen['won']:.0f} 人，留住 {chosen['kept']:.0f} 人，"
        f"值 {chosen['value']:,.0f} 元。最佳是 {best:.0%}，你的选择少赚 {loss:,.0f} 元。",
    )


@takes_givens
def budget_explorer(studio, budget):
    """Let the reader divide a budget between winning and keeping."""
    return Explorer(
        partial(draw_budget, studio),
        "crm-budget",
        budget=slider(label("Budget (yuan)"), 50_000, 500_000, budget, 10_000, format=",d"),
        share=slider(label("Share for winning"), 0.0, 1.0, 0.8, 0.05, format=".0%"),
        prospects=slider(label("Neighbours"), 10_000, 60_000, studio["prospects"], 1_000, format=",d"),
    )
