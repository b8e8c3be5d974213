"""The explorers of chapter 08: how long customers stay, the threshold that earns most, whom to mail, when to warn."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, datasets, mailing, plots, qinghe, telecom
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, choice, slider, tell

# What a control moves is prepared once and kept.

ALL = "all"


@cache
def _group(contract, internet):
    """The customers of one kind, and their survival curve."""
    customers = telecom.known()
    for column, kind in (("contract", contract), ("internet_service", internet)):
        customers = customers if kind == ALL else customers[customers[column] == kind]
    return customers, churn.kaplan_meier(customers["tenure"], customers["churn"])


@cache
def _paid_back(contract, internet):
    """What a new customer of one kind has brought, in yuan of today, by the end of each month, and one who left."""
    customers, curve = _group(contract, internet)
    months = np.arange(1, int(min(telecom.HORIZON, curve.index.max())) + 1)
    margin = telecom.MARGIN * customers["monthly_charges"].mean()
    gone = customers.loc[customers["churn"] == 1, "tenure"]
    curves = curve, churn.kaplan_meier(gone, np.ones(len(gone), dtype=int))
    stays = [[churn.restricted_mean(one, month, discount=telecom.DISCOUNT) for month in months] for one in curves]
    return months, *(margin * np.array(stays))


def draw_survival(contract, internet, horizon, winning):
    """Draw how long one kind of customers stays, and say what a new one is worth over the horizon."""
    customers, curve = _group(contract, internet)
    months, brought, of_leavers = _paid_back(contract, internet)
    horizon = min(horizon, int(months[-1]))
    words = {"x": label("Months with the firm"), "title": label("How long customers stay (fictional sample)")}
    picture = plots.survival_curves(curve, end=horizon, **words)
    stay, worth = churn.restricted_mean(curve, horizon), brought[horizon - 1]
    back = say("not paid back within what we have seen", "看得见的期限内回不了本")
    if len(paid := months[brought >= winning]):
        back = say(f"paid back after {paid[0]} months", f"{paid[0]} 个月回本")
    left, gained = customers["churn"] == 1, tell(worth - winning, "+,.0f")
    net = f"{worth:,.0f} − {winning:,} = {gained}"
    picture = plots.note(picture, say(f"{net} yuan", f"{net} 元"))
    return picture, say(
        f"{len(customers):,} customers, {left.sum():,} left. A new one stays {stay:.1f} of the first {horizon} months "
        f"on average and is worth {worth:,.0f} yuan of today: {gained} after {winning:,} for winning one; {back}. "
        f"Reckoned from the leavers alone, over the same months, it would be only {of_leavers[horizon - 1]:,.0f}.",
        f"{len(customers)} 名客户，走了 {left.sum()} 名。"
        f"新客户在头 {horizon} 个月里平均待 {stay:.1f} 个月，折成今天的钱值 {worth:,.0f} 元；"
        f"减去获客成本 {winning:,} 元，净 {gained} 元；{back}。"
        f"同样这些月份，如果只拿流失的人来算，就只有 {of_leavers[horizon - 1]:,.0f} 元。",
    )


def survival_explorer():
    """Show how long customers stay by contract and service, with the interval, and in money (section 3)."""
    terms = ("Month-to-month", "One year", "Two year")
    contracts = {label("all contracts"): ALL} | {label(term): term for term in terms}
    services = {label("all services"): ALL, label("fibre"): "Fiber optic"}
    services |= {label("DSL"): "DSL", label("telephone only"): "No"}
    return Explorer(
        draw_survival,
        "crm-survival",
        contract=choice(label("Contract"), contracts, ALL),
        internet=choice(label("Internet service"), services, ALL),
        horizon=slider(label("Horizon (months)"), 6, 72, 72, 6),
        winning=slider(label("Cost of winning (yuan)"), 100, 1600, telecom.WINNING, 100, format=",d"),
    )


@cache
def _by_risk():
    """The customers of third 2, the highest chance to leave first: chance, whether they left, monthly charge."""
    chance = telecom.chance().sort_values(ascending=False, kind="stable")
    customers = telecom.third(2).loc[chance.index]
    return chance, customers["churn"], customers["monthly_charges"]


_THRESHOLDS = np.round(np.arange(0, 0.901, 0.01), 2)


@cache
def _curve(offer, keeps, months, budget):
    """Customers contacted at each threshold within the budget; spend, leavers and profit of the first 0, 1, 2 …"""
    chance, left, charge = _by_risk()
    prices = {"offer": offer, "call": telecom.PRICES["call"], "keeps": keeps}
    gain = churn.offer_gain(left, telecom.MARGIN * months * charge, **prices).to_numpy()
    foreseen = np.cumsum(churn.offer_spend(chance, **prices).to_numpy())
    above = np.searchsorted(-chance.to_numpy(), -_THRESHOLDS, side="right")
    count = np.minimum(above, np.searchsorted(foreseen, budget, side="right"))
    spend = churn.offer_spend(left, **prices).to_numpy()
    return count, *(np.r_[0, np.cumsum(values)] for values in (spend, left.to_numpy(), gain))


def draw_threshold(threshold, offer, keeps, months, budget):
    """Draw profit over the threshold, with the reader's and the best, and say what 0.5 would lose."""
    count, spend, leavers, profit = _curve(offer, keeps, months, budget)
    curve = pd.Series(profit[count], index=_THRESHOLDS)
    most, everybody = curve.max(), len(telecom.chance())
    best = float(curve.index[curve == most][-1])  # within a budget many lower thresholds reach the same customers
    at = int(np.argmin(np.abs(_THRESHOLDS - threshold)))
    n, half = count[at], curve.loc[0.5]
    marked = {label("yours"): _THRESHOLDS[at], label("best"): best, label("the rule of one half"): 0.5}
    picture = plots.profit_curve(curve, marked, title=label("What the offers earn, by threshold (fictional sample)"))
    spent = say(f"spent {spend[n]:,.0f} of {budget:,} yuan", f"预算 {budget:,} 元，花了 {spend[n]:,.0f} 元")
    picture = plots.note(picture, spent, loc="upper left")
    loses = say(" This offer loses wherever the line is drawn: contact nobody.", "这张券发给谁都亏：谁也别联系。")
    everywhere = loses if most <= 0 else ""
    return picture, say(
        f"{n:,} of {everybody:,} customers contacted, {leavers[n]:,} of {leavers[-1]:,} leavers among them; "
        f"spent {spend[n]:,.0f} of {budget:,} yuan, earned {tell(profit[n])}. "
        f"The best threshold, {best:.2f}, earns {tell(most)}. "
        f"The rule of 0.5 earns {tell(half)}: {tell(most - half)} less.{everywhere}",
        f"{everybody} 名客户里联系 {n} 名，{leavers[-1]} 个要走的人里有 {leavers[n]} 个在内；"
        f"预算 {budget:,} 元，花 {spend[n]:,.0f} 元，赚 {tell(profit[n])} 元。"
        f"最好的门槛是 {best:.2f}，赚 {tell(most)} 元。"
        f"用 0.5 的门槛赚 {tell(half)} 元，少赚 {tell(most - half)} 元。{everywhere}",
    )


def threshold_explorer():
    """Let the reader choose the threshold, the prices and the budget of an offer (section 4)."""
    return Explorer(
        draw_threshold,
        "crm-threshold",
        threshold=slider(label("Threshold (probability)"), 0.0, 0.9, 0.4, 0.01),
        offer=slider(label("Voucher (yuan)"), 10, 200, telecom.PRICES["offer"], 10),
        keeps=slider(label("Keeps of the leavers"), 0.05, 0.6, telecom.PRICES["keeps"], 0.05, format=".0%"),
        months=slider(label("Months that they stay then"), 6, 48, telecom.MONTHS_MORE, 6),
        budget=slider(label("Budget (yuan)"), 5_000, 150_000, 150_000, 5_000, format=",d"),
    )


MODELS = {"uplift": "Uplift first", "likely": "Likely visitors first", "risk": "Highest risk first"}
RANKINGS = MODELS | {"lot": "At random"}


def draw_qini(ranking, share, worth, cost):
    """Draw the Qini curves with the chosen share, and say in dollars what the choice earns and gives away."""
    shown = {words: name for name, words in MODELS.items() if name in ("uplift", ranking)}
    curves = {label(words): 1000 * mailing.curve(name)["gained"] for words, name in shown.items()}
    curves[label("At random")] = 1000 * mailing.curve("uplift")["random"]
    table = pd.DataFrame(curves).interpolate(method="index")
    table[label("Visits that pay for the e-mails")] = 1000 * table.index.to_series() * cost / worth
    axes = {"x": label("Share of the list mailed"), "y": label("Extra visits per 1,000 customers"), "x_percent": True}
    picture = plots.lines(table, title=label("Qini curves of the women's e-mail (real data)"), **axes)
    picture = plots.mark(picture, x=share, text=label("your share"))
    earned, best = _earned(ranking, worth, cost), _earned("uplift", worth, cost)
    at = (earned.index.to_series() - share).abs().idxmin()
    yours, dearest, most = earned[at], best.idxmax(), best.max()
    brought = yours + 1000 * at * cost
    return picture, say(
        f"Your choice: {1000 * share:.0f} e-mails per 1,000 customers cost {1000 * share * cost:,.0f} dollars "
        f"and bring {brought:,.0f}: {tell(yours, '+,.1f')} dollars. "
        f"The best: uplift first, {dearest:.0%} of the list, {tell(most, '+,.1f')} dollars. "
        f"You give away {tell(most - yours, ',.1f')} dollars per 1,000 customers.",
        f"你的选择：每千人发 {1000 * share:.0f} 封，成本 {1000 * share * cost:,.0f} 美元，"
        f"带来 {brought:,.0f} 美元，{'净赚' if yours >= 0 else '净亏'} {tell(abs(yours), ',.1f')} 美元。"
        f"最好的：增量大的在前，发名单的 {dearest:.0%}，净赚 {tell(most, ',.1f')} 美元。"
        f"你每千人少赚 {tell(most - yours, ',.1f')} 美元。",
    )


def _earned(ranking, worth, cost):
    # A line in worth and cost: the curve is drawn once, the prices only scale it.
    shares = mailing.profit(ranking, worth=1.0, cost=0.0)
    return worth * shares - 1000 * cost * shares.index.to_series()


def qini_explorer():
    """Choose a ranking, how many of it get the e-mail, and the prices (section 5)."""
    for ranking in RANKINGS:  # once, so that no slider waits
        mailing.curve(ranking), _earned(ranking, 1.0, 0.0)
    rankings = {label(words): name for name, words in RANKINGS.items()}
    return Explorer(
        draw_qini,
        "crm-qini",
        ranking=choice(label("Ranking"), rankings, "risk"),
        share=slider(label("Share mailed"), 0.0, 1.0, 0.5, 0.05, format=".0%"),
        worth=slider(label("Worth of a visit (dollars)"), 0.5, 6.0, mailing.VISIT, 0.25),
        cost=slider(label("Cost of an e-mail (dollars)"), 0.0, 0.4, mailing.EMAIL, 0.02),
    )


CASES = {"one found in time": "C0773", "one false alarm": "C0542", "one that was missed": "C0305"}


@cache
def _habit(person):
    """Visits and orders of one customer by month, numbered from 1."""
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    own = visits[qinghe.person()[visits.index] == person].sum(min_count=1)
    sold = qinghe.margins()
    orders = sold[sold["person"] == person]["date"].dt.strftime("%Y-%m").value_counts()
    table = pd.DataFrame({"visits": own, "orders": orders}).loc[own.index].fillna({"orders": 0})
    return table.set_axis(range(1, len(table) + 1))


def _rings(person, fall, least):
    """The months, from 1, at whose end a customer is warned."""
    drifts = qinghe.drifts(1)
    own = drifts[drifts.index.get_level_values(0) == person].droplevel(0)
    months = list(datasets.load_qinghe_app_visits().columns[1:])
    low = own[(own["expected"] >= least * qinghe.WINDOW / qinghe.BASE) & (own["ratio"] <= fall)]
    rings = [months.index(month) + 1 for month in low.index]
    return [month for month in rings if month - 1 not in rings]


def draw_desk(shown, fall, least, cost, success):
    """Draw the alarms and what became of those warned, or one customer, and reckon what the rule earns."""
    watched = qinghe.desk("2025-08", 1)
    watched = watched[watched["expected"] >= least * qinghe.WINDOW / qinghe.BASE]
    warned, gone = watched["ratio"] <= fall, watched["gone"]
    leaving, staying, missed = (int(who.sum()) for who in (warned & gone, warned & ~gone, ~warned & gone))
    alarms = leaving + staying
    saved, spent = success * leaving * qinghe.worth_of_the_warned(), cost * alarms
    profit, hits, alone = saved - spent, leaving / max(alarms, 1), ""
    if shown == ALL:
        kinds = [label("warned, and left"), label("warned, and stayed"), label("left without a warning")]
        counts = pd.Series([leaving, staying, missed], kinds, name="customers")
        title = label("The warning desk at the end of August 2025 (invented data)")
        net = f"{saved:,.0f} − {spent:,.0f} = {tell(profit, '+,.0f')}"
        net = say(f"saved − spent: {net} yuan", f"救回 − 花费：{net} 元")
        picture = plots.note(plots.bars(counts, y=label("Customers"), title=title), net, loc="upper right")
    else:
        axes = {"x": label("Month (1 = January 2024)"), "y": label("Visits and orders in the month"), "marker": "o"}
        title = label("One customer: when does the warning ring? (invented data)")
        picture = plots.lines(_habit(shown), title=title, **axes)
        rings = _rings(shown, fall, least)
        for month in rings:
            picture = plots.mark(picture, x=month, text=label("warning"), top=True)
        name = next(label(words) for words, person in CASES.items() if person == shown)
        name, months = name[0].upper() + name[1:], say(" and ", "、").join(map(str, rings))
        rang = say(f"the warning rings at the end of month {months}", f"第 {months} 个月底报警")
        told = rang if rings else say("no warning", "没有报警")
        alone = say(f"{name}: {told}. ", f"{name}：{told}。")
    return picture, alone + say(
        f"Warned: {alarms:,} of {len(watched):,} watched; {hits:.0%} of them placed no order in four months, "
        f"{staying:,} are false alarms; {missed:,} left without a warning. "
        f"The offers cost {spent:,.0f} yuan and, if they keep {success:.0%} of those about to leave, "
        f"save {saved:,.0f}: {tell(profit, '+,.0f')} yuan. Whether they keep so many, only a random draw can tell.",
        f"监控得了的 {len(watched)} 位里，预警 {alarms} 位；"
        f"其中 {hits:.0%} 四个月没再下单，{staying} 位是误报；另有 {missed} 位没有预警就走了。"
        f"优惠花 {spent:,.0f} 元；要走的人若能留住 {success:.0%}，救回 {saved:,.0f} 元，"
        f"{'净赚' if profit >= 0 else '净亏'} {abs(profit):,.0f} 元。能不能留住这么多，要抽签才知道。",
    )


def warning_desk():
    """Set the rule of the early warning, the price of the offer and its success (section 6)."""
    qinghe.desk("2025-08", 1), qinghe.worth_of_the_warned()  # once, so that no slider waits
    shown = {label("all customers"): ALL} | {label(words): person for words, person in CASES.items()}
    for person in CASES.values():
        _habit(person)
    return Explorer(
        draw_desk,
        "crm-warning",
        shown=choice(label("Shown"), shown, ALL),
        fall=slider(label("Warn if visits are at most"), 0.1, 0.9, qinghe.FALL, 0.05, format=".0%"),
        least=slider(label("Least visits in four months"), 4, 20, qinghe.LEAST, 1),
        cost=slider(label("Cost of the offer (yuan)"), 0.0, 80.0, qinghe.CALL, 1.0, format=".0f"),
        success=slider(label("Keeps of those about to leave"), 0.0, 0.3, 0.05, 0.01, format=".0%"),
    )
