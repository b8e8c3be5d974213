"""The explorers of chapter 03: a customer's life in money, a stage rule, cohorts up to a day, a mailing policy."""

from functools import cache, partial

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from crmlib import datasets, lifecycle, plots
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, choice, slider, tell

TRIAL_MONTHS, LIFE = 3, 60


def draw_lifecycle(care, trial, winning, growing, margin, mature, halving):
    """Draw contribution and investment of one customer: three months of trial, growth, maturity, decline, the end.

    `care`: what a month of each stage costs; `trial`: what a month of trial brings, as a share of one of maturity.
    """
    begins = np.cumsum([0, TRIAL_MONTHS, growing, mature])
    month = np.arange(LIFE + 1)
    # A part of the full contribution on trial, a straight rise, a plateau, and a fall that halves again and again.
    rise = trial + (1 - trial) * np.clip((month - begins[1]) / max(growing, 1), 0, 1)
    contribution = margin * rise * 0.5 ** (np.clip(month - begins[3], 0, None) / halving)
    gone = (month > begins[3]) & (contribution < care["decline"])
    end = month[gone][0] if gone.any() else LIFE
    contribution[month >= end] = 0
    since = [month >= start for start in (end, begins[3], begins[2], begins[1])]
    spent = [0.0, care["decline"], care["maturity"], care["growth"]]
    investment = np.select(since, spent, winning / TRIAL_MONTHS)
    stages = dict(zip(lifecycle.STAGES[1:], np.minimum([*begins, end], LIFE).tolist(), strict=True))
    money = pd.DataFrame({"contribution": contribution, "investment": investment}, index=month)
    picture = plots.lifecycle_curve(money, stages, title=label("One customer's life in money (invented data)"))
    account = np.cumsum(contribution - investment)
    paid, when = month[account >= 0], say("never paid back", "回不了本")
    if len(paid):
        when = say(f"paid back after {paid[0]} months", f"{paid[0]} 个月回本")
    brings, costs, more = contribution.sum(), investment.sum(), margin - care["maturity"]
    return picture, say(
        f"Over the whole life a customer brings {brings:,.0f} yuan and costs {costs:,.0f}: "
        f"{tell(account[-1], '+,.0f')}, {when}. "
        f"A further month of maturity would be worth {tell(more)} yuan.",
        f"这段关系共贡献 {brings:,.0f} 元，投入 {costs:,.0f} 元，净得 {tell(account[-1])} 元，{when}。"
        f"成熟期每延长一个月，多得 {tell(more)} 元。",
    )


@takes_givens
def lifecycle_explorer(welcome, a_month):
    """Show when a customer costs and when she pays, by the yuan of a stage's month (contribution, investment)."""
    margin, care = a_month.loc["maturity", "contribution"], a_month["investment"].round().to_dict()
    return Explorer(
        partial(draw_lifecycle, care, a_month.loc["development", "contribution"] / margin),
        "crm-lifecycle",
        winning=slider(label("Spent to win them (yuan)"), 0, 600, 20 * round(welcome / 20), 20),
        growing=slider(label("Months of growth"), 1, 12, 5, 1),
        margin=slider(label("Contribution in maturity (yuan a month)"), 10, 120, 2 * round(margin / 2), 2),
        mature=slider(label("Months of maturity"), 0, 36, 22, 1),
        halving=slider(label("Decline: months until it halves"), 1, 12, 3, 1),
    )


QUARTER_ENDS = pd.date_range("2025-03-31", "2025-12-31", freq="QE")
ONE_IN = 4  # the rule is judged on a sample of the households, so that the picture follows the slider


@cache
def _ordinary():
    """Qinghe's households without a manager of their own."""
    customers = datasets.load_qinghe_customers()
    return customers[(customers["kind"] == "household") & customers["manager"].isna()]


@cache
def _sample():
    """The order days of a sample of ordinary households, and whether each is truly in decline on the quarter ends."""
    ordinary, orders = _ordinary()["customer_id"], datasets.load_qinghe_orders()
    persons = datasets.load_qinghe_truth_customers().drop_duplicates("person_id", keep=False).set_index("customer_id")
    letters = persons.loc[persons.index.isin(ordinary), "stages"].iloc[::ONE_IN]
    days = orders.loc[orders["customer_id"].isin(letters.index), ["customer_id", "date"]].drop_duplicates()
    # Numbers in place of names, and a plain index, are quicker to group.
    days["customer_id"] = letters.index.get_indexer(days["customer_id"])
    truth = lifecycle.read_stages(letters.str[14::3].reset_index(drop=True), QUARTER_ENDS)
    return days.reset_index(drop=True), (truth == "decline").to_numpy()


def draw_rule(silent_days, lost_days, fall_ratio, call, hit):
    """Draw whom a rule calls in decline, rightly and wrongly, and whom it misses; price the calls."""
    days, declining = _sample()
    rules = lifecycle.StageRules(silent_days=silent_days, lost_days=max(silent_days, lost_days), fall_ratio=fall_ratio)
    stage = lifecycle.stages(days, QUARTER_ENDS, rules)
    called = (stage == "decline").reindex(range(len(declining)), fill_value=False).to_numpy()
    hits, alarms, missed = (called & declining).sum(), (called & ~declining).sum(), (~called & declining).sum()
    gain, lost = hits * (hit - call), -missed * max(hit - call, 0)
    money = pd.Series({"hits_bring": gain, "false_alarms_cost": -alarms * call, "misses_forgo": lost}, name="gain")
    rule = say(
        f"silent {silent_days}–{rules.lost_days} days, or order days below {fall_ratio:.0%}",
        f"沉默 {silent_days}–{rules.lost_days} 天，或下单天数不到 {fall_ratio:.0%}",
    )
    title = say(f"Decline: {rule} (invented data)", f"衰退：{rule}（虚构数据）")
    axes = {"x": label("yuan in the year, one household in four"), "horizontal": True, "height": 2.8}
    picture = plots.bars(money.round(), title=title, **axes)
    calls, found, result = hits + alarms, hits / (hits + missed), money.iloc[:2].sum()
    share = tell(hits / max(calls, 1), ".1%")
    return picture, say(
        f"{rule.capitalize()}: {calls:,} calls, {share} of them hit; {call / hit:.1%} would be enough. {found:.0%} "
        f"of those in decline are found. Result of the year for one household in four: {tell(result, '+,.0f')} yuan.",
        f"{rule}：打 {calls:,} 个电话，命中 {share}，够本只要 {call / hit:.1%}；"
        f"正在衰退的家庭客户找到了 {found:.0%}。四分之一家庭客户的全年结果：{tell(result)} 元。",
    )


@takes_givens
def rule_explorer(call, hit, *, silent_days, lost_days):
    """Let the reader set a rule's limits and the price of its mistakes."""
    fall_ratio, fewer = lifecycle.StageRules().fall_ratio, label("Decline: order days below this share of before")
    return Explorer(
        draw_rule,
        "crm-rule",
        silent_days=slider(label("Decline: silent for more than (days)"), 20, 180, int(silent_days), 5),
        lost_days=slider(label("Termination: silent for more than (days)"), 90, 360, lost_days, 10),
        fall_ratio=slider(fewer, 0.05, 1.0, fall_ratio, 0.05, format=".0%"),
        call=slider(label("Cost of a call (yuan)"), 1, 30, call, 1),
        hit=slider(label("A call to somebody in decline brings (yuan)"), 10, 150, round(hit), 1),
    )


LOGS = {
    "newcomers": "Qinghe, joined since 2024 (invented data)",
    "qinghe": "Qinghe, all households (invented data)",
    "cdnow": "CDNOW (real data)",
    "journey": "Complete Journey (simulated data)",
}


@cache
def _cohorts(data):
    """The cohort table of a data set to its last day."""
    if data == "cdnow":
        return lifecycle.cohorts(datasets.load_cdnow_master())
    if data == "journey":
        baskets = datasets.load_completejourney_baskets()
        return lifecycle.cohorts(baskets[baskets["date"] < "2018-01-01"], end="2017-12-31")
    ordinary, orders = _ordinary(), datasets.load_qinghe_orders()
    shown = ordinary[ordinary["joined"] >= "2024-01-01"] if data == "newcomers" else ordinary
    return lifecycle.cohorts(orders[orders["customer_id"].isin(shown["customer_id"])], end="2025-12-31")


def draw_cohorts(data, months, age):
    """Draw a cohort table as it stands after so many months; say what it would be with the unknown taken for zero."""
    table = _cohorts(data)
    months, first = min(months, len(table.columns)), table.index[0]
    begun = np.arange(len(table)) < months
    # The frame stays that of the last day, so that the map grows in it, and its words need be measured only once.
    frame = table.where(np.add.outer(np.arange(len(table)), np.arange(len(table.columns))) < months)
    seen = frame[begun]
    words = {"x": label("Months since the first purchase"), "y": label("Month of the first purchase")}
    classes = plots.cohort_classes(lifecycle.retention(table))
    shares = lifecycle.retention(frame)
    picture = plots.cohort_map(shares, **words, title=label(LOGS[data]), numbers=False, borders=classes)
    column = Rectangle((age - 1, 0), 1, len(table), facecolor="none", edgecolor=plots.RED, linewidth=2, zorder=2)
    picture.axes[0].add_patch(column)
    last = first + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    today = say(f"Today is {last:%Y-%m-%d}.", f"今天是 {last:%Y-%m-%d}。")
    if age >= months:
        return picture, say(
            f"{today} Nobody has reached month {age} yet: nothing can be known of it.",
            f"{today}还没有哪一届走到第 {age} 个月，这一列还是未知。",
        )
    reached = seen[seen[age].notna()]
    known, naive = reached[age].sum() / reached[0].sum(), reached[age].sum() / seen[0].sum()
    known, naive = tell(known, ".1%"), tell(naive, ".1%")
    oldest = seen[0].iloc[0] / seen[0].sum()
    return picture, say(
        f"{today} {len(reached)} of {len(seen)} cohorts have reached month {age}: {known} of them buy then. "
        f"With the unknown taken for zero it would be {naive}. The first cohort holds {oldest:.0%} of all.",
        f"{today}{len(seen)} 届里有 {len(reached)} 届走到了第 {age} 个月，那时还买的有 {known}；"
        f"要是把未知当零，就成了 {naive}。第一届占全部客户的 {oldest:.0%}。",
    )


def cohort_explorer():
    """Let the reader move the day on which a cohort table is drawn."""
    options = {label(words): data for data, words in LOGS.items()}
    return Explorer(
        draw_cohorts,
        "crm-cohorts",
        ends=lambda data, **_: {"months": min(24, len(_cohorts(data).columns))},
        data=choice(label("Data"), options, "newcomers"),
        months=slider(label("Today: months since the log began"), 3, 24, 24, 1),
        age=slider(label("Month looked at"), 1, 17, 6, 1),
    )


def draw_mailing(chance, often, margin, cost, discount):
    """Draw what a customer who has just bought is worth under each rule "write up to recency k"."""
    chances = [often * share for share in chance]
    policy = lifecycle.mailing_policy(chances, margin=margin, cost=cost, discount=discount)
    best, worth = policy.attrs["best"], policy[1].rename("value")
    axes = {"x": label("Send the catalogue up to state"), "y": label("US dollars")}
    title = label("What a customer who has just ordered is worth")
    picture = plots.policy_values(worth, best=best, title=title, **axes)
    always, top, back = policy.index[-1], worth[best], ""
    rule = say(f"Send up to state {best}", f"寄到第 {best} 档为止") if best else say("Send to nobody", "一本也不寄")
    if best < always:
        reply = chances[best]
        worked = f"{reply:.1%} × {top:.2f} / {1 + discount:.2f} = {reply * top / (1 + discount):.2f}"
        back = say(
            f" In state {best + 1}: {worked}, less than the {cost:.2f} that a catalogue costs.",
            f"第 {best + 1} 档：{worked}，还不到一本目录的成本 {cost:.2f}。",
        )
    return picture, say(
        f"{rule}: {top:.2f} dollars a customer; sending to all, {worth[always]:.2f}.{back}",
        f"{rule}：每位客户值 {top:.2f} 美元；全都寄，值 {worth[always]:.2f} 美元。{back}",
    )


@takes_givens
def mailing_explorer(chance, margin, cost, discount):
    """Let the reader find the rule for the last catalogue, by chances of an order, half of them and twice as high."""
    words = {1: ("As in the article", "照论文"), 0.5: ("Half as often", "低一半"), 2: ("Twice as often", "高一倍")}
    options = {}
    for often, (en, zh) in words.items():
        shares = [f"{100 * often * share:g}" for share in chance]
        options[say(f"{en}: {', '.join(shares)}%", f"{zh}：{'、'.join(shares)}%")] = often
    return Explorer(
        partial(draw_mailing, chance),
        "crm-mailing",
        often=choice(label("Chance of an order"), options, 1),
        margin=slider(label("Margin of an order (dollars)"), 5, 100, margin, 1),
        cost=slider(label("Cost of a catalogue (dollars)"), 0.5, 15.0, cost, 0.1, format=".1f"),
        discount=slider(label("Yearly discount rate"), 0.05, 0.5, discount, 0.05, format=".0%"),
    )
