"""Exercises of chapter 08: the answers, and the usual wrong roads."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, datasets, mailing, qinghe, telecom, value
from crmlib.exercises import Exercise, Feedback, Road, Task
from crmlib.language import language, say

EXERCISES = {}

# ================================================================ sections 1–4


# ---------------------------------------------------------------- section 1

def wins_back(days):
    """Return how many of those truly gone a call wins back after so many days of silence (section 1.2).

    Examples
    --------
    >>> wins_back(90)
    0.075
    """
    return 0.15 * 0.5 ** ((days - 30) / 60)


@cache
def _alarms():
    bought = qinghe.retail().dropna(subset="person")
    bought = bought[qinghe.agreed()[bought["person"]].to_numpy()]
    return churn.silence(bought, [15, 30, 45, 60, 90, 120, 180], customer_id="person", within=180)


@cache
def _alarm_calls(cost=12, success=wins_back):
    return churn.alarm_account(_alarms(), cost=cost, worth=qinghe.after_silence(90), success=success)


def _best(account, by="net"):
    days = account[by].idxmax()
    return int(days), float(account.loc[days, "net"])


def _all_gone():
    """The account of somebody who takes every alarm for a member who is gone."""
    account = _alarm_calls()
    net = account["contacts"] * account["success"] * qinghe.after_silence(90) - account["cost"]
    return int(net.idxmax()), float(net.max())


# ---------------------------------------------------------------- section 3

_WON = 1000  # customers whom the agency offers


@cache
def _checks():
    known = telecom.known()
    return known[known["payment_method"] == "Electronic check"]


def _check_margin():
    return telecom.MARGIN * _checks()["monthly_charges"].mean()


@cache
def _check_months(discount=telecom.DISCOUNT, everybody=False, event=None):
    customers = telecom.known() if everybody else _checks()
    left = customers["churn"] if event is None else [event] * len(customers)
    return churn.restricted_mean(churn.kaplan_meier(customers["tenure"], left), telecom.HORIZON, discount=discount)


def _stay_of_leavers():
    return _checks().loc[_checks()["churn"] == 1, "tenure"].mean()


def _check_worth():
    return _check_margin() * _check_months()


def _forgone():
    """What is lost when 1,000 customers are refused because the departed stayed too short."""
    return _WON * (_check_worth() - telecom.WINNING)


# ---------------------------------------------------------------- section 4

@cache
def _with_desk(columns=("support_calls",), train="before", use="before", fit=1, on=2):
    """Chances of the customers of one third, from a model of another that also sees columns of the service desk."""
    def table(number, snapshot):
        customers = telecom.third(number)
        return telecom.attributes(customers).join(telecom.desk(snapshot)[list(columns)])
    model = telecom.new_model().fit(table(fit, train), telecom.third(fit)["churn"])
    return telecom.forecast(model, table(on, use))


def _list(chance, on=2, **prices):
    return churn.choose(chance, telecom.worth(telecom.third(on)), **(telecom.PRICES | prices))


def _earned(chance, on=2, **prices):
    return telecom.earned(_list(chance, on, **prices), telecom.third(on), **prices)


def _leak(use="before"):
    return _earned(_with_desk(columns=tuple(telecom.DESK), train="after", use=use))


NEW = {"offer": 120, "keeps": 0.4}  # the larger voucher of exercise 4.2


def _large_voucher(threshold=None, chosen=None, **prices):
    """Yuan in third 2 with the larger voucher, by a threshold or a list; by each customer's expected gain if neither is given."""
    prices = NEW | prices
    chance, customers = telecom.chance(), telecom.third(2)
    if threshold is not None:
        chosen = chance >= threshold
    return telecom.earned(_list(chance, **prices) if chosen is None else chosen, customers, **prices)


def _large_voucher_expected():
    return float(_list(telecom.chance(), **NEW).attrs["gain"])


# ---------------------------------------------------------------- the long task

_ENOUGH = 0.95  # of what the course's own list earns


@cache
def _hidden():
    return telecom.third(3)


@cache
def _task_table(snapshot="before", known=False):
    return telecom.attributes(telecom.known() if known else _hidden(), snapshot=snapshot)


@cache
def _task_chance(train="before", **options):
    model = telecom.new_model(**options).fit(_task_table(train, known=True), telecom.known()["churn"])
    return telecom.forecast(model, _task_table())


def _task_answer(chance=None, chosen=None):
    chance = _task_chance() if chance is None else chance
    return chance, _list(chance, 3) if chosen is None else chosen


def _task_balanced():
    return _task_answer(_task_chance(class_weight="balanced"))


def _task_labels():
    labels = (_task_chance() >= 0.5).astype(float)
    return labels, labels == 1


def _task_best_customers():
    worth = telecom.worth(_hidden())
    return _task_chance(), worth >= worth.nlargest(int(_task_answer()[1].sum())).min()


def _task_everybody(all_of_them):
    return _task_chance(), pd.Series(all_of_them, index=_hidden().index)


@cache
def _own():
    return telecom.earned(_task_answer()[1], _hidden())


def _short_of_own(answer):
    return lambda: _own() - telecom.earned(answer()[1], _hidden())


def _aligned(answer, name):
    """One answer by customer_id, in the order of the hidden customers, or a sentence that says what is wrong with it."""
    customers = _hidden().index
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if isinstance(answer, str) or not hasattr(answer, "__len__") or np.ndim(answer) != 1:
        return None, say(f"{name} should be a column with one value for each customer of held_back(); yours is a {type(answer).__name__}.",
                         f"{name} 应该是一列，held_back() 的每名客户一个值；你给的是 {type(answer).__name__}。")
    if len(answer) != len(customers):
        return None, say(f"{name} has {len(answer):,} values; held_back() has {len(customers):,} customers.", f"{name} 有 {len(answer)} 个值，held_back() 有 {len(customers)} 名客户。")
    if isinstance(answer, pd.Series) and not isinstance(answer.index, pd.RangeIndex):
        if answer.index.has_duplicates or set(answer.index) != set(customers):
            return None, say(f"{name} belongs to other customers: its index should be the customer_id of held_back().",
                             f"{name} 对应的不是这些客户：索引应该是 held_back() 的 customer_id。")
        answer = answer.reindex(customers)
    values = pd.to_numeric(pd.Series(np.asarray(answer), index=customers), errors="coerce").astype(float)
    if values.isna().any():
        return None, say(f"{name} has {values.isna().sum():,} values that are missing or no number.", f"{name} 有 {values.isna().sum()} 个值缺失，或者不是数。")
    if name == "chosen" and not values.isin([0, 1]).all():
        return None, say("chosen says yes or no: True or False for each customer.", "chosen 只能是 True 或 False，一名客户一个。")
    if not values.between(0, 1).all():
        return None, say("probability must lie between 0 and 1.", "probability 必须在 0 和 1 之间。")
    return values, ""


def _auc(probability):
    rank, left = probability.rank(), _hidden()["churn"] == 1
    stay, go = (~left).sum(), left.sum()
    return (rank[left].sum() - go * (go + 1) / 2) / (stay * go)


def _task_road(probability, chosen):
    """The wrong road that a list which earns too little seems to have taken, or None."""
    worth, auc = telecom.worth(_hidden()), _auc(probability)
    if chosen.all() or not chosen.any():
        return "everybody" if chosen.all() else "nobody"
    if probability.nunique() <= 2:
        return "labels"
    if auc < 0.5:
        return "upside_down"
    if worth[chosen].min() >= worth[~chosen].max() - 1e-9:
        return "best_customers"
    if probability.mean() < 0.12:
        return "leak"
    if (chosen == (probability >= 0.5)).all():
        return "half"
    return "balanced" if probability.mean() > 0.35 else None


def _judge(probability, chosen):
    cleaned = []
    for answer, name in ((probability, "probability"), (chosen, "chosen")):
        values, trouble = _aligned(answer, name)
        if trouble:
            return Feedback("wrong", trouble, "kind")
        cleaned.append(values)
    probability, chosen = cleaned[0], cleaned[1] == 1
    earned, own = telecom.earned(chosen, _hidden()), _own()
    foresight = telecom.earned(_hidden()["churn"] == 1, _hidden())
    everybody = telecom.earned(_hidden()["churn"] >= 0, _hidden())
    score = say(f"Your list of {chosen.sum():,} customers earns {earned:,.0f} yuan, {earned / foresight:.0%} of perfect foresight ({foresight:,.0f}). "
                f"Nobody: 0; everybody: {everybody:,.0f}; the course's own list: {own:,.0f}.",
                f"你的名单有 {chosen.sum()} 人，赚 {earned:,.0f} 元，是未卜先知（{foresight:,.0f} 元）的 {earned / foresight:.0%}。"
                f"一个不发：0 元；人人都发：{everybody:,.0f} 元；本课程自己的名单：{own:,.0f} 元。")
    if earned >= _ENOUGH * own:
        more = say(" Better than ours: the telecom is saved." if earned > own else " The telecom is saved.", "比我们的还好，公司得救了。" if earned > own else "公司得救了。")
        return Feedback("right", score + more)
    if name := _task_road(probability, chosen):
        road = next(road for road in EXERCISES["save_the_telecom"].roads if road.name == name)
        # The sentence tells what this very list lost, not what the usual one does.
        text = getattr(road, language()).format(loss=own - earned)
        return Feedback("wrong", f"{text}{say(' ', '')}{score}", name)
    return Feedback("wrong", score + say(f" It falls {own - earned:,.0f} yuan short of the course's own. For help: hint(\"churn.save_the_telecom\")",
                                         f"比本课程的名单少赚 {own - earned:,.0f} 元。需要提示就运行 hint(\"churn.save_the_telecom\")"))


EXERCISES |= {
    "passive_cases": Exercise(
        expected=lambda: {"B", "D", "E", "F"},
        right={"en": "Right. None of these four decided to leave us. D costs a reminder, F was our own decision, B and E nobody could have kept.",
               "zh": "正确。这四位都没有决定离开我们。D 提醒一声就行，F 是公司自己的决定，B 和 E 谁也留不住。"},
        hints={"en": ("Ask of each: did the customer decide to buy elsewhere, or not at all?", "Whoever is to blame does not matter here. A system, a town, a death, a closed shop decide for the customer."),
               "zh": ("一条条问：是不是客户自己决定不再来买？", "这里不看是谁的责任。系统、搬家、去世、关店，都不是客户决定不买的。")},
        roads=(
            Road("active", lambda: {"A", "C", "G", "H"}, "Those are the four of active churn. Asked is the passive.", "这四位是主动流失，问的是被动流失。"),
            Road("blame", lambda: {"C", "D", "F", "G"}, "You asked who is to blame: in these four it is the firm. Here the question is who decides; C and G decided to go.",
                 "你看的是谁的责任：这四位的责任都在公司。这里看的是谁做的决定，C 和 G 是自己决定走的。"),
            Road("rival", lambda: {"A", "H"}, "Those two went to a rival, by their own decision.", "这两位是去了对手那里，是自己决定的。"),
            Road("shop_closed", lambda: {"B", "D", "E"}, "One is missing: F did not decide to leave, the shop left her.", "还少一位：F 没有决定走，是店走了。"),
            Road("system", lambda: {"B", "E", "F"}, "One is missing: D did not decide to leave, the system closed the account.", "还少一位：D 没有决定走，是系统关了账户。"),
            Road("life_only", lambda: {"B", "E"}, "Those two are right, but a system and a closed shop also decide for the customer.", "这两位对，可是系统关户、门店关闭也不是客户决定的。"),
            Road("moved", lambda: {"D", "E", "F"}, "One is missing: B moved house, and did not decide against us.", "还少一位：B 是搬家，并不是决定不要我们。"),
        )),
    "dear_calls": Exercise(
        expected=lambda: _best(_alarm_calls()),
        right={"en": "Right. A dearer call must ring later: fewer false alarms, at the price of those who are gone for good. The best definition moved because a price moved.",
               "zh": "正确。电话贵了，就得晚一点打：误报少了，代价是有些人已经走远。价钱一变，最好的定义也跟着变。"},
        hints={"en": ("churn.alarm_account as above, with another cost.", "The index of the largest net: ['net'].idxmax(); the yuan: ['net'].max()."),
               "zh": ("照上面用 churn.alarm_account，换一个 cost。", "net 最大的那一行的天数：['net'].idxmax()；金额：['net'].max()。")},
        roads=(
            Road("old_price", lambda: _best(_alarm_calls(6)), "That is with 6 yuan a call. Now it costs 12.", "这是 6 元一个电话时的。现在是 12 元。"),
            Road("old_days", lambda: (30, float(_alarm_calls().loc[30, "net"])), "After 30 days the calls now lose money: {loss:,.0f} yuan less than at the best silence. Look for the largest net again.",
                 "30 天就打，现在要亏钱，比最好的天数少赚 {loss:,.0f} 元。重新找 net 最大的那一行。", loss=lambda: _best(_alarm_calls())[1] - float(_alarm_calls().loc[30, "net"])),
            Road("most_kept", lambda: _best(_alarm_calls(), "kept"), "You looked for the most members kept. Asked is the most money: net.", "你找的是留住人最多的。问的是赚得最多：net。"),
            Road("most_saved", lambda: (int(_alarm_calls()["saved"].idxmax()), float(_alarm_calls()["saved"].max())), "That is what the calls bring, before their cost. Asked is net.", "这是电话带来的，还没减电话费。问的是 net。"),
            Road("fewest_false", lambda: (180, float(_alarm_calls().loc[180, "net"])), "You took the silence with the fewest false alarms. That is not where the most is earned.", "你取了误报最少的天数，那并不是赚得最多的。"),
            Road("all_gone", _all_gone, "You took every alarm for a member who is gone. Most come back by themselves; a call wins only among the rest.",
                 "你把每个警报都当成真走了。多数人自己会回来，电话只对其余的人有用。"),
            Road("same_success", lambda: _best(_alarm_calls(success=0.15)), "You let a call win 15 of a hundred after any silence. It falls with the days: wins_back.", "你让电话无论多晚都请得回 15%。它随天数下降：用 wins_back。"),
            Road("swapped", lambda: _best(_alarm_calls())[::-1], "The two answers are swapped: days first, then yuan.", "两个答案写反了：先天数，后金额。"),
        )),
    "electronic_check": Exercise(
        expected=_check_worth,
        right={"en": "Right: more than 900 yuan, so the offer pays, though these customers leave more often than any others. They also pay more.",
               "zh": "正确：超过 900 元，可以接。这些客户虽然走得最多，付得也多。"},
        hints={"en": ("The curve of these customers only: churn.kaplan_meier(…), then churn.restricted_mean(…, 72, discount=0.01).", "Times half of their mean monthly charge."),
               "zh": ("只用这些客户算曲线：churn.kaplan_meier(…)，再用 churn.restricted_mean(…, 72, discount=0.01)。", "再乘他们平均月费的一半。")},
        roads=(
            Road("stay_of_leavers", lambda: _check_margin() * _stay_of_leavers(),
                 "You averaged the months of those who left; those still there stay longest and are missing. By this number you would refuse the 1,000 customers and forgo {loss:,.0f} yuan.",
                 "你只平均了走掉的人；还没走的待得最久，却没算进去。照这个数你会拒绝这 1000 名客户，少赚 {loss:,.0f} 元。", loss=_forgone),
            Road("tenure_of_all", lambda: _check_margin() * _checks()["tenure"].mean(),
                 "You averaged the months of all so far, as if those still there left today.", "你平均了所有人到今天为止的月数，等于说还在的人今天全都走了。"),
            Road("stay_all_in_curve", lambda: _check_margin() * _check_months(event=1),
                 "Your curve counts everybody as having left. Give kaplan_meier the column churn as its second argument.", "你的曲线把所有人都当成走了。kaplan_meier 的第二个参数是 churn 那一列。"),
            Road("no_discount", lambda: _check_margin() * _check_months(discount=0), "Without the discount. A yuan in five years is not a yuan today: discount=0.01.", "没有折现。五年后的一元不是今天的一元：discount=0.01。"),
            Road("all_customers", lambda: telecom.MARGIN * telecom.known()["monthly_charges"].mean() * _check_months(everybody=True),
                 "That is the worth of a new customer in general. Asked are those who pay by electronic check.", "这是全体客户的价值，问的是用电子支票付款的。"),
            Road("their_charge", lambda: telecom.MARGIN * telecom.known()["monthly_charges"].mean() * _check_months(),
                 "The months are right, but the margin is that of all customers. These pay more.", "月数对了，毛利却是全体客户的。这些客户付得多。"),
            Road("all_months", lambda: _check_margin() * _check_months(everybody=True), "The margin is right, but the curve is that of all customers.", "毛利对了，曲线却是全体客户的。"),
            Road("revenue", lambda: 2 * _check_worth(), "That is with the whole charge. Half of it is margin.", "这是按全部月费算的，其中一半才是毛利。"),
            Road("months", lambda: _check_months(), "Those are the months (discounted). Multiply by the monthly margin.", "这是折现后的月数，还要乘每月毛利。"),
            Road("undiscounted_months", lambda: _check_months(discount=0), "Those are the months. Discount them, and multiply by the monthly margin.", "这是月数，还要折现，再乘每月毛利。"),
            Road("everybody_stays", lambda: _check_margin() * _check_months(event=0), "That is with nobody ever leaving. Give the curve the column churn.", "这是谁也不走时的价值。画曲线要用 churn 那一列。"),
            Road("less_price", lambda: _check_worth() - telecom.WINNING, "That is what is left after the agency's 900 yuan. Asked is the worth itself.", "这是减去 900 元以后剩下的，问的是价值本身。"),
        )),
    "support_calls": Exercise(
        expected=lambda: _earned(_with_desk()), tolerance=3e-4,
        right={"en": "Right: hardly different from the list without the calls, give or take chance. But it is a number that will hold when the list is used.",
               "zh": "正确：和不用这一列差不多，差的那点只是碰巧。可这个数，用起来是靠得住的。"},
        hints={"en": ("Join one column of `before` to the attributes: attributes.join(before[[\"support_calls\"]]). Fit on `practice`, forecast for `trial`.",
                      "Then yuan(…, …) of section 4.2 chooses by the prices and adds up what the chosen bring."),
               "zh": ('把 before 的一列连上去：attributes.join(before[["support_calls"]])。用 practice 拟合，给 trial 预测。', "再用 4.2 节的 yuan(…, …)：它按价钱选人，把选中的人带来的钱加起来。")},
        roads=(
            Road("leak", _leak, "You trained on columns that were written after the leaving. On the day of decision they are silent, and your list earns {loss:,.0f} yuan less.",
                 "你用了客户走了以后才写进去的列来训练。到决策那天它们什么也不说，你的名单少赚 {loss:,.0f} 元。", loss=lambda: _earned(_with_desk()) - _leak()),
            Road("backtest", lambda: _leak("after"), "You trained and judged on the extract of a month later. These yuan exist on paper only: used on the day of decision, the list earns {loss:,.0f} yuan less.",
                 "你的训练和检验用的都是一个月以后的数据。这些钱只在纸上：到决策那天用起来，要少赚 {loss:,.0f} 元。", loss=lambda: _leak("after") - _leak()),
            Road("after_calls", lambda: _earned(_with_desk(train="after", use="after")), "You took support_calls from the extract of a month later. Take `before`.", "你的 support_calls 取自一个月以后的数据，要用 before。"),
            Road("mixed", lambda: _earned(_with_desk(train="after")), "You trained with the calls of a month later, and used those of the day. Take `before` for both.", "你训练时用了一个月以后的来电次数，使用时又是当天的。两处都用 before。"),
            Road("without", lambda: _earned(telecom.chance()), "That is the list of section 4.1, without the calls.", "这是 4.1 节的名单，没有用来电次数。"),
            Road("on_practice", lambda: _earned(_with_desk(on=1), 1), "You judged on the third that the model learned from. Judge on `trial`.", "你拿模型学过的那三分之一来检验。要用 trial。"),
            Road("half", lambda: telecom.earned(_with_desk() >= 0.5, telecom.third(2)), "You took all above 0.5. Take churn.choose with the prices: your list gives away {loss:,.0f} yuan.",
                 "你选了概率 0.5 以上的。请按价钱用 churn.choose，这样选少赚 {loss:,.0f} 元。", loss=lambda: _earned(_with_desk()) - telecom.earned(_with_desk() >= 0.5, telecom.third(2))),
            Road("expected", lambda: float(_list(_with_desk()).attrs["gain"]), "That is what the model expects. Asked is what the list earns: add up gain[trial] of the chosen.",
                 "这是模型预期的。问的是名单实际赚的：把选中的人的 gain[trial] 加起来。"),
            Road("all_desk", lambda: _earned(_with_desk(columns=tuple(telecom.DESK))), "You took all three columns of `before`. Asked is support_calls alone.", "你用了 before 的三列，题目只要 support_calls。"),
            Road("perfect", lambda: telecom.earned(telecom.third(2)["churn"] == 1, telecom.third(2)), "That is perfect foresight.", "这是未卜先知。"),
            Road("everybody", lambda: telecom.earned(telecom.third(2)["churn"] >= 0, telecom.third(2)), "That is the offer to everybody. Add up over the chosen only.", "这是人人都发。只加选中的人。"),
        )),
    "larger_voucher": Exercise(
        expected=_large_voucher, tolerance=1e-3,
        right={"en": "Right. Twice the voucher goes to fewer people and earns a little more, if it really keeps 40 in a hundred. At 35 it would earn less than the old one.",
               "zh": "正确。券贵了一倍，发的人少了，赚得略多一些，前提是真能留住四成。只留得住三成半，就不如原来那张了。"},
        hints={"en": ("The prices stand in churn.choose *and* in churn.offer_gain: change them in both.", "Choose by chance and worth[trial], then add up the new gains of the chosen."),
               "zh": ("价钱在 churn.choose 和 churn.offer_gain 里都要写，两处都要改。", "按 chance 和 worth[trial] 选人，再把选中的人的新 gain 加起来。")},
        roads=(
            Road("half", lambda: _large_voucher(threshold=0.5), "You took all above 0.5. That is no law of nature: it gives away {loss:,.0f} yuan. Let the prices choose.",
                 "你选了概率 0.5 以上的。0.5 不是天经地义的，这样少赚 {loss:,.0f} 元。让价钱来选。", loss=lambda: _large_voucher() - _large_voucher(threshold=0.5)),
            Road("old_list", lambda: _large_voucher(chosen=_list(telecom.chance())), "You kept the list of the old voucher. Its prices have changed, so choose anew.", "名单还是老券的。价钱变了，要重新选。"),
            Road("old_voucher", lambda: _earned(telecom.chance()), "That is the voucher of 60 yuan that keeps 30 in a hundred.", "这是 60 元、留住三成的老券。"),
            Road("only_dearer", lambda: _large_voucher(keeps=0.3), "You left keeps at 30%. The larger voucher keeps 40.", "keeps 还是 30%。大券留得住 40%。"),
            Road("only_stronger", lambda: _large_voucher(offer=60), "You left the voucher at 60 yuan. It costs 120.", "券还是 60 元。现在是 120 元。"),
            Road("everybody", lambda: _large_voucher(threshold=0), "That is the voucher for everybody.", "这是人人都发。"),
            Road("old_threshold", lambda: _large_voucher(threshold=0.25), "You kept a threshold of 0.25. Other prices, another threshold.", "门槛还是 0.25。价钱变了，门槛也要变。"),
            Road("expected", _large_voucher_expected, "That is what the model expects. Asked is what the list earns in `trial`.", "这是模型预期的。问的是名单在 trial 里实际赚的。"),
            Road("old_gain", lambda: telecom.earned(_list(telecom.chance(), **NEW), telecom.third(2)), "You chose with the new prices but counted with the old: gain is that of the voucher of 60 yuan.",
                 "选人用了新价钱，算账还是老价钱：gain 是 60 元那张券的。"),
            Road("perfect", lambda: _large_voucher(chosen=telecom.third(2)["churn"] == 1), "That is perfect foresight.", "这是未卜先知。"),
        )),
    "save_the_telecom": Task(
        judge=_judge, expected=_task_answer,
        hints={"en": ("Fill the missing total of held_back() as in section 4.1; fit new_model() on all of attributes (and `before`), not on a third of it; predict_proba gives the chances.",
                      "Then churn.choose(probability, worth, offer=60, call=6, keeps=0.3); worth is 0.5 × 24 × the monthly charge."),
               "zh": ("像 4.1 节那样补上 held_back() 里缺的总额；用全部 attributes（加上 before）拟合 new_model()，不要只用三分之一；predict_proba 给出概率。",
                      "再用 churn.choose(probability, worth, offer=60, call=6, keeps=0.3)；worth 是 0.5 × 24 × 月费。")},
        roads=(
            Road("leak", lambda: _task_answer(_task_chance("after")),
                 "Your chances are far too low: did the model learn from columns written after the leaving? On the day of decision they are silent. That costs {loss:,.0f} yuan.",
                 "你的概率低得太多：模型是不是学了客户走了以后才写进去的列？到决策那天它们什么也不说。少赚 {loss:,.0f} 元。", loss=_short_of_own(lambda: _task_answer(_task_chance("after")))),
            Road("half", lambda: _task_answer(chosen=_task_chance() >= 0.5), "Your line is 0.5. The two mistakes do not cost the same: this line gives away {loss:,.0f} yuan.",
                 "你的门槛是 0.5。两种错误的代价并不一样，这道门槛少赚 {loss:,.0f} 元。", loss=_short_of_own(lambda: _task_answer(chosen=_task_chance() >= 0.5))),
            Road("balanced", _task_balanced, "Your chances are too high on average: class_weight=\"balanced\" moves them, and then a list by expected gain is too long. That costs {loss:,.0f} yuan.",
                 "你的概率整体偏高：class_weight=\"balanced\" 会把概率抬起来，按预期收益选人就选多了。少赚 {loss:,.0f} 元。", loss=_short_of_own(_task_balanced)),
            Road("labels", _task_labels, "You gave 0 and 1 (predict), not chances (predict_proba). That is the line 0.5 in disguise, and costs {loss:,.0f} yuan.",
                 "你给的是 0 和 1（predict），不是概率（predict_proba）。这等于暗地里用了 0.5 的门槛，少赚 {loss:,.0f} 元。", loss=_short_of_own(_task_labels)),
            Road("upside_down", lambda: _task_answer(1 - _task_chance()), "Turned round: these are the chances to stay (column 0 of predict_proba). That costs {loss:,.0f} yuan.",
                 "弄反了：这是留下来的概率（predict_proba 的第 0 列）。少赚 {loss:,.0f} 元。", loss=_short_of_own(lambda: _task_answer(1 - _task_chance()))),
            Road("best_customers", _task_best_customers, "You chose those who pay most, whether they mean to leave or not. That costs {loss:,.0f} yuan.",
                 "你选的是付钱最多的，不管他们走不走。少赚 {loss:,.0f} 元。", loss=_short_of_own(_task_best_customers)),
            Road("everybody", lambda: _task_everybody(True), "You offer to everybody; three in four would have stayed without. That costs {loss:,.0f} yuan.",
                 "你给人人都发，可四个里有三个不发也不走。少赚 {loss:,.0f} 元。", loss=_short_of_own(lambda: _task_everybody(True))),
            Road("nobody", lambda: _task_everybody(False), "You offer to nobody, and forgo {loss:,.0f} yuan.", "你一个也不发，少赚 {loss:,.0f} 元。", loss=_short_of_own(lambda: _task_everybody(False))),
        )),
}


# ================================================================ sections 5–8

def _mailed(ranking="uplift", share=0.30, worth=mailing.VISIT, cost=mailing.EMAIL):
    earned = mailing.profit(ranking, worth=worth, cost=cost)
    return float(earned.iloc[(earned.index.to_series() - share).abs().argmin()])


def _rule(fans=True, of_all=True, control=True, pay=True, halves=(1,)):
    half = pd.concat([mailing.halves()[i] for i in halves])
    chosen = half[half["womens"] == 1] if fans else half
    came = chosen.groupby("treated")["visit"].mean()
    each = mailing.VISIT * (came[1] - (came[0] if control else 0)) - (mailing.EMAIL if pay else 0)
    return float(1000 * (len(chosen) / len(half) if of_all else 1) * each)


@cache
def _warned():
    """How many of those warned at the end of August left, and what one of them is worth."""
    watched = qinghe.desk()
    return float(watched.loc[watched["ratio"] <= qinghe.FALL, "gone"].mean()), qinghe.worth_of_the_warned()


def _calls(share=None, worth=None, cost=qinghe.CALL):
    leaving, stays = _warned()
    return cost / ((leaving if share is None else share) * (stays if worth is None else worth))


def _gift_must_keep():
    lot = qinghe.drawn("autumn_gift")
    watched = qinghe.desk()
    lot = lot[lot.index.isin(watched.index[watched["ratio"] <= qinghe.FALL]) & (lot["treated"] == 1)]
    return _calls(cost=0.1 + qinghe.DATES * lot["ordered_30d"].mean())


def _stays(answer, days=8):
    return float(np.asarray(qinghe.stay_model().predict([days], answer))[0])


def _most(answer="compensation", against="apology", days=8):
    return (_stays(answer, days) - _stays(against, days)) * qinghe.worth_of_staying()


def _as_the_rows_stand():
    known = qinghe.complaints().dropna(subset="stayed").groupby("recovery")["stayed"].mean()
    return float(known["compensation"] - known["apology"]) * qinghe.worth_of_staying()


def _of_the_class():
    apologised = qinghe.complaints().query("recovery == 'apology'")
    model = qinghe.stay_model()
    more = model.predict(apologised["delay_days"], "compensation") - model.predict(apologised["delay_days"], "apology")
    return float(more.mean()) * qinghe.worth_of_staying()


@cache
def _second_life(kind, first):
    lost = qinghe.lost()
    return float(value.clv(first * lost.loc[lost["kind"] == kind, "margin"].mean(), 0.5, 0.1, first_margin="now"))


def _margin_of_others():
    lost = qinghe.lost()
    return float(lost.loc[lost["kind"] == "others", "margin"].mean())


def _measured_chance():
    tried = datasets.load_qinghe_contacts().query("purpose == 'winback' and date < '2025-11-01'").reset_index(names="attempt")
    tried = tried.assign(person=tried["customer_id"].map(qinghe.person()))
    again = tried.merge(qinghe.margins()[["person", "date"]], on="person", suffixes=("", "_order"))
    return again[(again["date_order"] - again["date"]).dt.days.between(1, 60)]["attempt"].nunique() / len(tried)


def _voucher(kind="others", *, chance=0.03, gift=30, call=6, agreed=True, for_all=False, first=0.5, value_of_one=None, customers=None):
    own = qinghe.lost()[qinghe.lost()["kind"] == kind]
    calls = customers or (own["agreed"].sum() if agreed else len(own))
    second = _second_life(kind, first) if value_of_one is None else value_of_one
    return float(calls * (chance * (second - (0 if for_all else gift)) - call - (gift if for_all else 0)))


EXERCISES |= {
    "right_thirty": Exercise(
        expected=_mailed, tolerance=4e-3,
        right={"en": "Right. The smaller the budget, the more the ranking decides: by risk the same e-mails would earn hardly more than half.",
               "zh": "正确。预算越紧，名单怎么排就越要紧：同样多的邮件按风险寄，只赚一半多一点。"},
        hints={"en": ("Whom does a letter move? Not those at most risk: take the column of earned that is ranked by that.",
                      "earned.loc[0.30, \"uplift\"]: earned is already in dollars per 1,000 customers, costs taken off."),
               "zh": ("信打动得了谁？不是风险最高的人。想想 earned 的哪一列是按这个排的。", 'earned.loc[0.30, "uplift"]：earned 已经是每千人多少美元，成本也扣过了。')},
        roads=(
            Road("highest_risk", lambda: _mailed("risk"),
                 "You mailed those at the highest risk. Risk says who stays away, not whom the e-mail moves: on a list of 100,000 customers that gives away {loss:,.0f} dollars.",
                 "你寄给了风险最高的人。风险说的是谁不来，不是邮件打动得了谁：名单有十万人，就少赚 {loss:,.0f} 美元。",
                 loss=lambda: 100 * (_mailed() - _mailed("risk"))),
            Road("likely_visitors", lambda: _mailed("likely"),
                 "You mailed those most likely to visit. Most of them come without an e-mail: on a list of 100,000 customers that gives away {loss:,.0f} dollars.",
                 "你寄给了最可能来的人，他们多半不寄也会来：名单有十万人，就少赚 {loss:,.0f} 美元。", loss=lambda: 100 * (_mailed() - _mailed("likely"))),
            Road("everybody", lambda: _mailed(share=1.0), "That is if all are mailed. The budget is enough for 30%.", "这是人人都寄的数，预算只够寄 30%。"),
            Road("best_share", lambda: _mailed(share=0.55), "That is the best share. The budget is enough for 30% only.", "这是最佳比例时的数，预算只够寄 30%。"),
            Road("without_cost", lambda: _mailed(cost=0.0), "You left out the cost of the e-mails.", "你忘了扣邮件的成本。"),
            Road("per_customer", lambda: _mailed() / 1000, "That is per customer. Asked are dollars per 1,000.", "这是每人的数，问的是每千人。"),
            Road("per_email", lambda: _mailed() / 0.3, "That is per 1,000 e-mails. Asked is per 1,000 customers of the list, mailed or not.", "这是每千封邮件的数。问的是名单上每千人，寄没寄都算。"),
            Road("other_seventy", lambda: _mailed(share=1.0) - _mailed(), "That is what the remaining 70% would add or take away.", "这是再寄其余 70% 的增减。"),
        )),
    "simple_rule": Exercise(
        expected=_rule, tolerance=3e-3,
        right={"en": "Right: as much as the model at its best. One column held nearly all that there was to know; the model had found it without being told. Try the simple rule before you praise a model.",
               "zh": "正确：和模型最好的成绩不相上下。该知道的几乎都在这一列里，模型只是自己把它找了出来。夸模型之前，先试试简单的规矩。"},
        hints={"en": ("Of the buyers of women's goods in even: the share who visited with e-mail less the share without.",
                      "1000 × their share of all × (2.5 × that difference − 0.08)."),
               "zh": ("只看 even 里买过女装的人：收到邮件的来了多少，没收到的来了多少，相减。", "1000 × 他们占全体的比例 ×（2.5 × 这个差 − 0.08）。")},
        roads=(
            Road("response_rate", lambda: _rule(control=False), "You counted everybody who came with the e-mail. Most of them come without it: subtract the visits of those who got none.",
                 "你把收到邮件后来的人全算上了。他们多半不寄也来：要减去没收到的人来的比例。"),
            Road("per_mailed", lambda: _rule(of_all=False), "That is per 1,000 customers mailed. Asked is per 1,000 of all: times the share of those mailed.",
                 "这是每千个收件人的数。问的是全体每千人，要乘收件人的比例。"),
            Road("everybody", lambda: _rule(fans=False), "That is if everybody is mailed.", "这是人人都寄的数。"),
            Road("without_cost", lambda: _rule(pay=False), "You left out the cost of the e-mails.", "你忘了扣邮件的成本。"),
            Road("cost_for_all", lambda: _rule(pay=False) - 1000 * mailing.EMAIL, "You paid an e-mail for everybody. Only those mailed cost something.", "你替所有人付了邮件钱，只有寄了的才花钱。"),
            Road("odd_half", lambda: _rule(halves=(0,)), "That is the first half (odd). Asked is the second (even).", "这是前一半（odd）的数，问的是另一半（even）。"),
            Road("both_halves", lambda: _rule(halves=(0, 1)), "That is both halves together. Asked is the second (even).", "这是两半合起来的数，问的是另一半（even）。"),
            Road("per_customer", lambda: _rule() / 1000, "That is per customer. Asked are dollars per 1,000.", "这是每人的数，问的是每千人。"),
        )),
    "calls_must_keep": Exercise(
        expected=_calls, percent=True, tolerance=5e-3,
        right={"en": "Right. It is little, but more than the gift must keep; and whether calls keep so many, only lots can tell.",
               "zh": "正确。看着不多，却比礼物要求的多；电话留不留得住这么多人，还得抽签试。"},
        hints={"en": ("What does a call to one of those warned bring, if it keeps a share s of those about to leave? leave_rate × s × worth_of_warned.",
                      "Put that equal to 6 and solve for s."),
               "zh": ("打给一位被预警的客户，如果要走的人里能留住 s，平均带来多少？leave_rate × s × worth_of_warned。", "让它等于 6，解出 s。")},
        roads=(
            Road("no_false_alarms", lambda: _calls(share=1.0), "You forgot the false alarms: half of those warned would have stayed anyway, and the call to them brings nothing. Divide by leave_rate, too.",
                 "你忘了虚惊：被预警的人里一半本来就不走，打给他们白打。还要除以 leave_rate。"),
            Road("those_who_stay", lambda: _calls(share=1 - _warned()[0]), "You divided by the share that stays. A call can keep only those about to leave.", "你除的是不走的比例。电话能留的，只是要走的人。"),
            Road("the_gift", _gift_must_keep, "That is the gift. A call costs 6 yuan.", "这是送礼物的数，电话一个 6 元。"),
            Road("twelve_yuan", lambda: _calls(cost=12.0), "You reckoned with the 12 yuan of the dates. A call costs 6.", "你用的是红枣的 12 元，电话一个 6 元。"),
            Road("after_a_complaint", lambda: _calls(worth=qinghe.worth_of_staying()), "That is the worth of a customer after a complaint (section 7). Here those warned are meant: worth_of_warned.",
                 "这是第 7 节投诉客户的价值，这里要用被预警客户的 worth_of_warned。"),
            Road("upside_down", lambda: 1 / _calls(), "Turned round: the cost stands above the fraction line.", "倒过来了：成本应该是分子。"),
            Road("yuan", lambda: 6 / _warned()[0], "Those are yuan: what a leaver found costs in calls. Divide by the worth as well.", "这是找到一个要走的人花多少电话费，还要除以他的价值。"),
        )),
    "highest_compensation": Exercise(
        expected=_most, tolerance=4e-3,
        right={"en": "Right. The longer the wait, the more compensation is worth. Still it is the dear way: eight days sooner would have been worth more.",
               "zh": "正确。等得越久，补偿越值钱。可这是条贵路：早八天答复，更值。"},
        hints={"en": ("How much does compensation raise the chance to stay over an apology, both after 8 days?", "That difference times worth_of_staying."),
               "zh": ("同样等了 8 天，补偿比光致歉把留下的概率提高多少？", "这个差，再乘 worth_of_staying。")},
        roads=(
            Road("as_the_rows_stand", _as_the_rows_stand,
                 "You compared the rows of the table as they stand. Those compensated had waited longer (confounding): your limit is {loss:,.0f} yuan too low, and whoever keeps to it lets customers go who were worth it.",
                 "你直接比了表里的两行。拿到补偿的人等得更久（混杂）：这样定的上限低了 {loss:,.0f} 元，值得留的客户就放走了。",
                 loss=lambda: _most() - _as_the_rows_stand()),
            Road("against_nothing", lambda: _most(against="none"), "You compared with a mere explanation. The alternative is an apology.", "你比的是光解释，题目是同光致歉比。"),
            Road("apology_only", lambda: _most("apology", "none"), "That is the worth of the apology. Asked is what compensation adds to it.", "这是致歉的价值，问的是在致歉之外补偿值多少。"),
            Road("whole_chance", lambda: _stays("compensation") * qinghe.worth_of_staying(), "You took the whole chance to stay. Many would stay with an apology, too: take the difference.",
                 "你用了留下的全部概率。光致歉也有不少人留下：要取差。"),
            Road("everybody_with_apology", _of_the_class, "That is the mean over all who got an apology. This customer has waited 8 days.", "这是所有只得到致歉的人的平均，这位客户等了 8 天。"),
            Road("same_day", lambda: _most(days=0), "That is on the first day. The customer has waited 8.", "这是当天答复的数，客户已经等了 8 天。"),
            Road("percent_points", lambda: _most() / qinghe.worth_of_staying(), "That is the difference of the chances. Times worth_of_staying.", "这是概率之差，还要乘 worth_of_staying。"),
            Road("logit", lambda: qinghe.worth_of_staying() * float(qinghe.stay_model().coefficients["coefficient"].loc["compensation"] - qinghe.stay_model().coefficients["coefficient"].loc["apology"]),
                 "You multiplied the coefficients. They are logits, not chances: use predict.", "你乘的是系数。系数是 logit，不是概率：请用 predict。"),
            Road("those_warned", lambda: _most() / qinghe.worth_of_staying() * qinghe.worth_of_the_warned(), "That is the worth of those warned (section 6). Take worth_of_staying.", "这是第 6 节被预警客户的价值，要用 worth_of_staying。"),
        )),
    "voucher_on_return": Exercise(
        expected=_voucher, tolerance=3e-3,
        right={"en": "Right. A promise that is paid only to those who come back costs little. But the 3% are hoped for: measured was 1.1%, and then each call loses money.",
               "zh": "正确。只发给真回来的人，花不了几个钱。可是 3% 是估计的，实测只有 1.1%；要真是那样，每个电话都亏。"},
        hints={"en": ("What does one call bring? With 3% the second lifetime value less the voucher; the 6 yuan are always paid.",
                      "allowed × (0.03 × (value − 30) − 6): only those who agreed may be called."),
               "zh": ("一个电话带来多少？有 3% 的机会得到第二段终身价值，再减去券；6 元电话费总要付。", "allowed ×（0.03 ×（value − 30）− 6）：只能打给同意接收的人。")},
        roads=(
            Road("without_consent", lambda: _voucher(agreed=False),
                 "You called all of them. An invitation to buy is marketing: only those who agreed may be called (allowed).", "你给所有人都打了。请人来买东西是营销，只能打给同意接收的人（allowed）。"),
            Road("voucher_for_all", lambda: _voucher(for_all=True),
                 "You gave the voucher to everybody who was called. It is paid only to those who come back: the promise is what makes it cheap. That is {loss:,.0f} yuan too little.",
                 "你给每个接电话的人都发了券。券只发给真回来的人，便宜就便宜在这里：少算了 {loss:,.0f} 元。", loss=lambda: _voucher() - _voucher(for_all=True)),
            Road("no_voucher", lambda: _voucher(gift=0), "You left out the voucher of those who come back.", "你忘了回来的人要发券。"),
            Road("no_call", lambda: _voucher(call=0), "You left out the calls, 6 yuan each.", "你忘了电话费，每个 6 元。"),
            Road("first_life", lambda: _voucher(first=1.0), "You gave them their first life back: only half of the margin is assumed.", "你按第一段生命算了：假定的毛利只有从前的一半。"),
            Road("margin_of_last_year", lambda: _voucher(value_of_one=_margin_of_others()), "You took the margin of the last year. Take the second lifetime value.", "你用的是最后一年的毛利，要用第二段终身价值。"),
            Road("measured_chance", lambda: _voucher(chance=_measured_chance()), "You took the measured chance. The head of sales expects 3%.", "你用了实测的概率，主管估计的是 3%。"),
            Road("complained", lambda: _voucher("complained"), "That is the group driven away by a complaint. Asked are the others.", "这是因投诉而走的那一类，问的是“其他”。"),
            Road("one_call", lambda: _voucher(customers=1), "That is what one call brings. Times the number of calls.", "这是一个电话的数，还要乘打了几个。"),
        )),
}
