"""The explorers of chapter 02: trust in repeated deals, the bullwhip, bonds, referrals, test and roll."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, plots, relationship
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, choice, slider, tell

_CHANCES = 0.95 * np.sqrt(np.linspace(0, 1, 39))  # closer together where the lines bend


def draw_game(sucker, chance, temptation, reward, punishment):
    """Draw what honesty and cheating bring in all, by the chance that there is another round."""
    payoffs = {"T": temptation, "R": reward, "P": punishment, "S": sucker}
    names = {"keep": label("Always honest"), "break": label("Cheats at once")}
    values = pd.DataFrame([relationship.value_of_trust(one, payoffs) for one in _CHANCES], index=_CHANCES)
    table = values[list(names)].set_axis(list(names.values()), axis=1)
    x, title = label("Chance of another round"), label("What honesty and cheating bring in all")
    picture = plots.lines(table, title=title, x=x, y=label("Points"), x_percent=True)
    now = relationship.value_of_trust(chance, payoffs)
    picture.axes[0].plot([chance] * 2, [now["keep"], now["break"]], "o", color="black", markersize=7, linestyle="none")
    keep, broken, rounds = (tell(one, ",.1f") for one in (now["keep"], now["break"], 1 / (1 - chance)))
    when, needed = _when_honesty_pays(payoffs)
    if needed is not None and needed <= _CHANCES[-1]:
        plots.mark(picture, x=needed, text=label("honesty pays from here"), top=True)
        if needed > 0.6:  # to the left, where the words would leave the picture
            picture.axes[0].texts[-1].set(ha="right", x=-5)
    return picture, say(
        f"With a chance of {chance:.0%} there are 1 ÷ (1 − {chance:.0%}) = {rounds} rounds on average: honesty brings "
        f"{keep} points, cheating {broken}. {when}",
        f"还有下一回合的概率为 {chance:.0%} 时，平均有 1 ÷（1 − {chance:.0%}）= {rounds} 个回合：守信共得 {keep} 分，"
        f"失信共得 {broken} 分。{when}",
    )


def _when_honesty_pays(payoffs):
    """Say from which chance of another round on honesty pays; and that chance, where it lies between 0 and 1."""
    temptation, reward, punishment = (payoffs[letter] for letter in "TRP")
    if punishment > reward:
        en = "Both cheating brings more than both honest: that is no question of trust."
        return say(en, "双方失信反而得分更多，谈不上信任问题。"), None
    if temptation > reward:
        if reward <= punishment:
            return say("Honesty never pays: cheating has no cost later.", "失信以后没有损失：守信总不划算。"), None
        needed = relationship.patience_needed(payoffs)
        least = f"{100 * needed:.2f}".rstrip("0").rstrip(".")
        return say(f"Honesty pays from {least}% on.", f"概率达到 {least}%，守信就划算。"), needed
    if temptation == reward == punishment:
        return say("All points are alike: honesty makes no difference.", "各种得分都一样：守信与否没有差别。"), None
    return say("Honesty pays at any chance: there is no temptation.", "没有诱惑：概率再小，守信也划算。"), None


@takes_givens
def repeated_game_explorer(reward, temptation, punishment, sucker, chance):
    """Show when honesty pays against a partner who never trusts again once cheated: points, and chance of a next round.

    >>> repeated_game_explorer(3, 5, 1, 0, 0.9).words[-26:]
    ' Honesty pays from 50% on.'
    """
    givens = {"temptation": temptation, "reward": reward, "punishment": punishment}
    points = {name: checks.number(given, name, least=0, most=20) for name, given in givens.items()}
    names = {"temptation": label("T: one cheats, the cheater gets"), "reward": label("R: both honest, each gets")}
    names |= {"punishment": label("P: both cheat, each gets")}
    sliders = {name: slider(text, 0.0, 20.0, points[name], 0.5, format=".1f") for name, text in names.items()}
    chance = checks.number(chance, "chance", least=0, most=0.95)
    return Explorer(
        partial(draw_game, checks.number(sucker, "sucker", least=-20, most=20)),
        "crm-repeated-game",
        chance=slider(label("Chance of another round"), 0.0, 0.95, chance, 0.01, format=".0%"),
        **sliders,
    )


FIRMS = ("Shop", "Warehouse", "Distributor", "Dairy")


def draw_bullwhip(demand, shared, lead_time, periods):
    """Draw the orders of each firm of a chain by week, where only orders are seen, or the till by all."""
    before = np.full(len(FIRMS) * periods, demand[0])  # as if it had always been so
    orders = relationship.chain_orders(
        np.r_[before, demand], lead_time=lead_time, periods=periods, shared=shared, stages=len(FIRMS)
    )
    names = [label("At the till"), *map(label, FIRMS)]
    table = orders.set_axis(names, axis=1).set_axis(range(1, len(demand) + 1), axis=0)
    kind = label("data shared") if shared else label("data not shared")
    title = say(f"Orders by week, {kind} (invented data)", f"各家每周的订货量，{kind}（虚构数据）")
    picture = plots.lines(table, title=title, x=label("Week"), y=label("Orders (crates a week)"), marker="o")
    axes = picture.axes[0]
    axes.axhline(0, color="#444444", linewidth=1, linestyle="-")
    axes.get_legend().set(loc="upper left", bbox_to_anchor=(1, 1.02))  # clear of the lines
    till, last = table.iloc[:, 0], table.iloc[:, -1]
    jumps, calm = (line.diff().abs().sum() for line in (last, till))
    times = f"{jumps / calm:,.1f}".removesuffix(".0")
    much = say("just as much", "与收银台相同")
    if times != "1":
        much = say(f"{times} times as much", f"是收银台（{tell(calm)} 箱）的 {times} 倍")
    back = say(" Below 0 goods are sent back.", "低于 0 表示退货。") if (table < 0).any(axis=None) else ""
    return picture, say(
        f"{names[-1]}: largest order {tell(last.max())} crates, smallest {tell(last.min())}. From week to week its "
        f"orders change by {tell(jumps)} crates in all, the sales at the till by {tell(calm)}: {much}."
        f"{back}",
        f"{names[-1]}：最多订 {tell(last.max())} 箱，最少 {tell(last.min())} 箱。各周变动合计 {tell(jumps)} 箱，"
        f"{much}。{back}",
    )


@takes_givens
def bullwhip_explorer(demand, lead_time, periods):
    """Show how orders swing along a chain of four firms: sales at the till by week, lead time, weeks averaged.

    >>> bullwhip_explorer([40, 42, 42, 42, 42, 42], 1, 1).words[:50]
    'Dairy: largest order 72 crates, smallest 8. From w'
    """
    (demand,) = checks.lists(demand=demand)
    demand = checks.amounts(demand, "demand")
    if not 2 <= len(demand) <= 104:
        en = f"demand: {len(demand)} weeks: 2 to 104 can be shown."
        raise ValueError(say(en, f"demand：有 {len(demand)} 周，能显示的是 2 到 104 周。"))
    if np.ptp(demand) <= 0:
        raise ValueError(say("demand is the same in all weeks: nothing swings.", "demand 各周都一样：没有波动可看。"))
    lead_time, periods = checks.whole(lead_time, "lead_time", 0, 4), checks.whole(periods, "periods", 1, 8)
    known = {label("data not shared"): False, label("data shared"): True}
    return Explorer(
        partial(draw_bullwhip, demand),
        "crm-bullwhip",
        shared=choice(label("Sales at the till"), known, False),
        lead_time=slider(label("Lead time (weeks from order to delivery)"), 0, 4, lead_time, 1),
        periods=slider(label("Forecast: mean of how many weeks"), 1, 8, periods, 1),
    )


def draw_bond(groups, costs, cuts, group, kind, saved):
    """Draw what each step to a deeper relationship costs with each group, and say whether one of them pays."""
    extra = costs.diff().fillna(0)
    shares = pd.DataFrame(np.outer(1 / groups["margin"], extra), index=groups.index, columns=costs.index)
    fitting = relationship.relationship_type(groups["customers"], groups["margin"], **cuts)
    title = label("Extra cost of each step deeper, as a share of the margin (invented data)")
    names = [label(str(name)) for name in groups.index]
    shown = shares.set_axis(names, axis=0), fitting.set_axis(names)
    picture = plots.bond_map(shown[0], saved=saved, fitting=shown[1], chosen=(label(str(group)), kind), title=title)
    own, name, to = groups.loc[group], label(str(group)), heading(kind)
    pays = shares.loc[group] <= saved + 1e-12
    deepest, fits = (heading(one) for one in (pays.index[pays.cummin()][-1], fitting[group]))
    stop = say(
        f" Step by step, one stops at: {deepest.lower()}. By number and margin: {fits.lower()}.",
        f"逐步加深，停在{deepest}。按数量和毛利，适合{fits}。",
    )
    before = heading(costs.index[max(costs.index.get_loc(kind) - 1, 0)])
    if not extra[kind]:
        en = f"{name}, {to.lower()}: nothing more is spent. {stop.strip()}"
        return picture, say(en, f"{name}用{to}：不多花钱。{stop}")
    part, keeps = shares.loc[group, kind], float(saved * own["margin"])
    gain = own["customers"] * (keeps - extra[kind])
    more, keeps = tell(extra[kind]), f"{keeps:,.1f}".removesuffix(".0")
    verdict = say("the step pays", "值得加深") if pays[kind] else say("the step does not pay", "不值得加深")
    space = "" if tell(part, ",.1%").startswith("不") else " "
    return picture, say(
        f"{name}, from {before.lower()} to {to.lower()}: {tell(costs[kind])} − {tell(costs[kind] - extra[kind])} = "
        f"{more} yuan more a customer and year, {tell(part, ',.1%')} of the margin. If the step keeps another "
        f"{saved:.0%}: {tell(own['customers'])} × ({keeps} − {more}) = {tell(gain, '+,.0f')} yuan a year: {verdict}."
        f"{stop}",
        f"{name}由{before}加深到{to}：每个客户一年多花 {tell(costs[kind])} − {tell(costs[kind] - extra[kind])} = "
        f"{more} 元，占毛利{space}{tell(part, ',.1%')}。这一步若能再多保住 {saved:.0%}，一年净得 "
        f"{tell(own['customers'])} ×（{keeps} − {more}）= {tell(gain)} 元，{verdict}。{stop}",
    )


@takes_givens
def bond_explorer(groups, costs, *, saved=0.08, few=20, many=1000, low=100, high=10_000):
    """Show what each step to a deeper kind of relationship costs with each group of customers, and when it pays.

    `groups`: number of ``customers`` and ``margin`` (yuan a customer and year); `costs`: yuan a customer and year, by
    type; `saved`: share of the margin that each step deeper keeps or adds. The cuts are those of
    :func:`crmlib.relationship.relationship_type`.

    >>> groups = pd.DataFrame({"customers": [12_000, 40], "margin": [360, 15_000]}, index=["Families", "Hotels"])
    >>> costs = pd.Series({"basic": 0, "reactive": 6, "accountable": 40, "proactive": 600, "partnership": 15_000})
    >>> bond_explorer(groups, costs).words[:52]
    'Families, from basic to reactive: 6 − 0 = 6 yuan mor'
    """
    groups = checks.frame(groups, "groups")
    checks.unique_index(groups, "groups")
    known = {name: checks.column(groups, name, least=1e-6) for name in ("customers", "margin")}
    given = pd.Series(checks.settings(costs, "costs"), dtype=object)
    if set(given.index) != set(relationship.TYPES):
        shown = ", ".join(relationship.TYPES)
        en = f"costs: one number is needed for each of {shown}."
        raise ValueError(say(en, f"costs：{'、'.join(relationship.TYPES)} 各要一个数。"))
    costs = pd.Series({kind: checks.amount(given[kind], f"costs[{kind}]") for kind in relationship.TYPES})
    if not costs.is_monotonic_increasing:
        en = f"costs: {checks.first(costs)} …: a deeper type must not cost less than the one before it."
        raise ValueError(say(en, f"costs：{checks.first(costs)}……：更深的类型，花费不能比前一型少。"))
    table = pd.DataFrame(known, index=groups.index)
    saved = checks.number(saved, "saved", least=0, most=0.3)
    cuts = {"few": few, "many": many, "low": low, "high": high}
    names = {label(str(name)): name for name in table.index}
    return Explorer(
        partial(draw_bond, table, costs, cuts),
        "crm-bond",
        group=choice(label("Customers"), names, table.index[0]),
        kind=choice(label("Kind of relationship"), {heading(kind): kind for kind in costs.index}, "reactive"),
        saved=slider(label("A step deeper keeps (share of the margin)"), 0.0, 0.3, saved, 0.01, format=".0%"),
    )


def draw_referral(referrals, worth, cut, ends, anyhow, saved, reward):
    """Draw customers by own worth and by what they bring, and who is among the first ten only with the latter."""
    table = relationship.referral_value(referrals, worth, saved=saved, reward=reward, anyhow=anyhow)
    title = label("Own worth and value of referrals (invented data)")
    picture = plots.referral_map(table, worth_cut=cut, referral_cut=cut, title=title)
    picture.axes[0].set_ylim(*ends)  # the same at all settings, so that they compare
    ten = min(10, len(table))
    by_worth, by_total = (set(table[column].nlargest(ten).index) for column in ("worth", "total"))
    brings = table["referrals"] > 0
    own, brought = table["worth"].sum(), table["referral_value"].sum()
    loses = say(" Each referral loses money.", "介绍一个亏一个。") if brought < 0 else ""
    return picture, say(
        f"{brings.sum():,} of {len(table):,} customers brought others: {len(referrals):,} in all. Own purchases are "
        f"worth {tell(own)} yuan, referrals {tell(brought, '+,.0f')}.{loses} {len(by_total - by_worth)} of the {ten} "
        f"most valuable customers would not be among them without their referrals.",
        f"{len(table):,} 名客户中有 {brings.sum():,} 名介绍过人，共介绍 {len(referrals):,} 人。自己购买的价值合计 "
        f"{tell(own)} 元，介绍的价值 {tell(brought)} 元。{loses}价值最高的 {ten} 名客户里，"
        f"有 {len(by_total - by_worth)} 名靠介绍的价值才排进来。",
    )


@takes_givens
def referral_explorer(referrals, worth, *, saved=50.0, reward=30.0, anyhow=0.4):
    """Show what customers are worth who bring others: `referrals` (``referrer``, ``customer_id``), `worth` by customer.

    `saved`: cost of winning a customer otherwise, `reward`: paid for each referral, `anyhow`: share who would have come
    anyhow.

    >>> worth = pd.Series({"Ada": 900.0, "Bo": 200.0, "Cai": 500.0})
    >>> referral_explorer(pd.DataFrame({"referrer": ["Bo"], "customer_id": ["Cai"]}), worth).words[:41]
    '1 of 3 customers brought others: 1 in all'
    """
    relationship.referral_value(referrals, worth, saved=saved, reward=reward, anyhow=anyhow)
    cut = float(worth.median())
    most = [max(200.0, 2 * checks.amount(given, name)) for name, given in (("saved", saved), ("reward", reward))]
    low, top = (
        end(relationship.referral_value(referrals, worth, saved=gets, reward=pays, anyhow=share)["referral_value"])
        for end, gets, pays, share in ((min, 0, most[1], 1), (max, most[0], 0, 0))
    )
    return Explorer(
        partial(draw_referral, referrals, worth, cut, (low - 0.1 * (top - low), top + 0.15 * (top - low))),
        "crm-referral",
        anyhow=slider(label("Share who would have come anyhow"), 0.0, 1.0, anyhow, 0.05, format=".0%"),
        saved=slider(label("Saved on winning a customer (yuan)"), 0.0, most[0], float(saved), 5.0, format=".0f"),
        reward=slider(label("Reward for a referral (yuan)"), 0.0, most[1], float(reward), 5.0, format=".0f"),
    )


def draw_test(mean, unit, population, tested, apart, noise):
    """Draw the expected profit of test and roll by the share of customers in the test."""
    plan = partial(relationship.test_and_roll, population, mean=mean, sd_mean=apart, sd=noise)
    shares = np.linspace(0, 1, 41) ** 2  # closer together where the profit bends
    profit = pd.Series([plan(n=int(share * population / 2))["profit"] for share in shares], index=shares)
    title = label("Expected profit by size of the test")
    picture = plots.lines(profit, title=title, x=label("Share of customers in the test"), y=unit, x_percent=True)
    best, own = plan(), plan(n=int(tested * population / 2))
    picture = plots.mark(picture, x=2 * best["n1"] / population, text=label("most profitable"))
    picture.axes[0].plot([tested], [own["profit"]], "o", color=plots.RED, markersize=9)
    size, most = (tell(one["n1"]) for one in (own, best))
    return picture, say(
        f"Tested on 2 × {size} of {population:,} customers: {tell(own['gain'], '+,.0f')} {unit} against no test, and a "
        f"chance of {tell(own['wrong'], '.0%')} to choose the worse offer. Most profitable: 2 × {most}, "
        f"{tell(best['gain'], '+,.0f')} {unit}, {tell(best['wrong'], '.0%')}. If the better offer were known: "
        f"{tell(best['perfect'] - best['without'], '+,.0f')} {unit}.",
        f"{population:,} 名客户中各取 {size} 人试两种方案：比不试多得 {tell(own['gain'])} {unit}，"
        f"选错的概率 {tell(own['wrong'], '.0%')}。最赚钱的规模：各 {most} 人，多得 {tell(best['gain'])} {unit}，"
        f"选错的概率 {tell(best['wrong'], '.0%')}。"
        f"假如早知道哪个好，多得 {tell(best['perfect'] - best['without'])} {unit}。",
    )


@takes_givens
def test_and_roll_explorer(population, mean, sd_mean, sd, unit=None):
    """Show how many customers to test two offers on: expected yuan a customer, spread of offers and of customers.

    `unit` names what a customer brings, if not yuan.

    >>> test_and_roll_explorer(10_000, 20, 2, 40).words[:49]
    'Tested on 2 × 500 of 10,000 customers: +7,569 yua'
    """
    givens = {"sd_mean": sd_mean, "sd": sd}
    apart, noise = (checks.number(given, name, least=1e-3, most=1e6) for name, given in givens.items())
    population = checks.whole(population, "population", 100, 10_000_000)
    mean = checks.number(mean, "mean", least=0, most=1e6)

    def deviation(text, value):
        return slider(text, value / 5, 3 * value, value, value / 5, format=".3g")

    return Explorer(
        partial(draw_test, mean, unit or label("yuan")),
        "crm-test-and-roll",
        population=slider(label("Customers in all"), 100, 2 * population, population, 100, format=",d"),
        tested=slider(label("Share of customers in the test"), 0.0, 1.0, 0.1, 0.01, format=".0%"),
        apart=deviation(label("How far offers differ (standard deviation)"), apart),
        noise=deviation(label("How far customers differ (standard deviation)"), noise),
    )
