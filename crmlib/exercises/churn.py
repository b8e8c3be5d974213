"""Exercises of chapter 08: the answers, and the usual wrong roads."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, mailing, qinghe, telecom, value
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
    return churn.silence(qinghe.may_call(), [15, 30, 45, 60, 90, 120, 180], customer_id="person", within=180)


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


def _months(customers, discount=telecom.DISCOUNT, event=None):
    left = customers["churn"] if event is None else [event] * len(customers)
    return churn.restricted_mean(churn.kaplan_meier(customers["tenure"], left), telecom.HORIZON, discount=discount)


@cache
def _check_months(discount=telecom.DISCOUNT, everybody=False, event=None):
    return _months(telecom.known() if everybody else _checks(), discount, event)


def _leavers_months():
    return _months(_checks()[_checks()["churn"] == 1])


def _with_the_drawer():
    customers = telecom.everybody()[telecom.everybody()["payment_method"] == "Electronic check"]
    return telecom.MARGIN * customers["monthly_charges"].mean() * _months(customers)


def _stay_of_leavers():
    return _checks().loc[_checks()["churn"] == 1, "tenure"].mean()


def _check_worth():
    return _check_margin() * _check_months()


def _forgone():
    """What is lost when 1,000 customers are refused because the departed stayed too short."""
    return _WON * (_check_worth() - telecom.WINNING)


# ---------------------------------------------------------------- section 4

BOTH = "1 and 2"
ONLY_NAMED_DROPPED = ("support_calls", "days_since_last_bill")  # without the one column that check_features names


def _tuned(chance, **prices):
    """Yuan in third 2 by the one threshold that happens to be best there."""
    customers = telecom.third(2)
    return float(
        churn.threshold_profit(customers["churn"], chance, telecom.worth(customers), **(telecom.PRICES | prices))[
            "profit"
        ].max()
    )


def _one_line(chance, **prices):
    """Yuan in third 2 by the break-even of a customer of average worth, for all."""
    line = churn.break_even(telecom.worth(telecom.known()).mean(), **(telecom.PRICES | prices))
    return telecom.earned(chance >= line, telecom.third(2), **prices)


@cache
def _with_desk(columns=("support_calls",), train="before", use="before", fit=1, on=2, others=True, **options):
    """Chances of the customers of one third, from a model of another that also sees columns of the service desk."""

    def customers(number):
        return telecom.known() if number == BOTH else telecom.third(number)

    def table(number, snapshot):
        desk = telecom.desk(snapshot)[list(columns)]
        return telecom.attributes(customers(number)).join(desk) if others else desk.loc[customers(number).index]

    model = telecom.new_model(**options).fit(table(fit, train), customers(fit)["churn"])
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


def _large_voucher_spent():
    customers = telecom.third(2)
    return float(churn.offer_spend(customers["churn"], **(telecom.PRICES | NEW))[_list(telecom.chance(), **NEW)].sum())


def _large_voucher_expected():
    return float(_list(telecom.chance(), **NEW).attrs["gain"])


# ---------------------------------------------------------------- the long task

_ENOUGH = 0.94  # of what the course's own list earns
_BY_CHANCE = 2_000  # yuan by which two honest lists differ without meaning anything
_TOO_GOOD = 0.72  # of perfect foresight; honest models reach 0.65 to 0.67
_PROPHET = 0.90  # AUC; honest models reach 0.83 to 0.86
_COIN = 0.35, 0.60  # AUC
_AVERAGE = 0.18, 0.35  # mean chance; 0.27 left among those whom the student knows


@cache
def _hidden():
    return telecom.third(3)


@cache
def _task_table(snapshot="before", known=False):
    return telecom.attributes(telecom.known() if known else _hidden(), snapshot=snapshot)


@cache
def _task_chance(train="before", use="before", columns=(), **options):
    """Chances of the hidden customers; with `columns`, only those of the desk's beside the attributes."""

    def table(snapshot, known):
        whole = _task_table(snapshot, known)
        return whole.drop(columns=[name for name in telecom.DESK if columns and name not in columns])

    model = telecom.new_model(**options).fit(table(train, True), telecom.known()["churn"])
    return telecom.forecast(model, table(use, False))


def _task_answer(chance=None, chosen=None):
    chance = _task_chance() if chance is None else chance
    return chance, _list(chance, 3) if chosen is None else chosen


def _task_leaked_bills():
    return _task_answer(_task_chance("after", columns=ONLY_NAMED_DROPPED))


def _task_looked():
    left = _hidden()["churn"]
    return left.astype(float), left == 1


def _task_balanced():
    return _task_answer(_task_chance(class_weight="balanced"))


def _task_labels():
    labels = (_task_chance() >= 0.5).astype(float)
    return labels, labels == 1


def _task_disordered():
    chance = _task_chance()
    return _task_answer(pd.Series(np.sort(chance), index=chance.index))


def _task_riskiest(count):
    chance = _task_chance()
    return chance, chance.rank(ascending=False) <= count


def _task_other_worth(factor):
    return _task_chance(), churn.choose(_task_chance(), factor * telecom.worth(_hidden()), **telecom.PRICES)


def _task_best_customers():
    worth = telecom.worth(_hidden())
    return _task_chance(), worth >= worth.nlargest(int(_task_answer()[1].sum())).min()


def _task_everybody(all_of_them):
    return _task_chance(), pd.Series(all_of_them, index=_hidden().index)


@cache
def _own():
    return telecom.earned(_task_answer()[1], _hidden())


def _aligned(answer, name):
    """One answer by customer_id, in the order of the hidden customers, or a sentence that says what is wrong with it."""
    customers = _hidden().index
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if np.ndim(answer) == 2:
        return None, say(
            f"{name} has {np.shape(answer)[1]} columns; one is asked for. Of predict_proba take the second: [:, 1].",
            f"{name} 有 {np.shape(answer)[1]} 列，只要一列。predict_proba 取第二列：[:, 1]。",
        )
    if isinstance(answer, str) or not hasattr(answer, "__len__") or np.ndim(answer) != 1:
        return None, say(
            f"{name} should be a column with one value for each customer of held_back(); yours is a {type(answer).__name__}.",
            f"{name} 应该是一列，held_back() 的每名客户一个值；你给的是 {type(answer).__name__}。",
        )
    if len(answer) != len(customers):
        return None, _other_length(answer, name, customers)
    if isinstance(answer, pd.Series) and not isinstance(answer.index, pd.RangeIndex):
        if answer.index.has_duplicates or set(answer.index) != set(customers):
            return None, say(
                f"{name} belongs to other customers: its index should be the customer_id of held_back().",
                f"{name} 对应的不是这些客户：索引应该是 held_back() 的 customer_id。",
            )
        answer = answer.reindex(customers)
    values = pd.to_numeric(pd.Series(np.asarray(answer), index=customers), errors="coerce").astype(float)
    if name == "chosen" and not values.isin([0, 1]).all():
        return None, say(
            "chosen says yes or no: True or False for each customer (no text, nothing missing).",
            "chosen 只能是 True 或 False，一名客户一个（不要写成文字，也不能缺）。",
        )
    if values.isna().any():
        return None, say(
            f"{name} is missing, or no number, for {values.isna().sum():,} customer(s).",
            f"{name} 有 {values.isna().sum()} 个值缺失，或者不是数。",
        )
    if not values.between(0, 1).all():
        return None, say("probability must lie between 0 and 1.", "probability 必须在 0 和 1 之间。")
    return values, ""


def _other_length(answer, name, customers):
    told = say(
        f"{name} should have one value for each of the {len(customers):,} customers of held_back(); the number of values in yours is {len(answer):,}.",
        f"{name} 应该有 {len(customers)} 个值，held_back() 的每名客户一个；你给了 {len(answer)} 个。",
    )
    if name == "chosen" and len(answer) < len(customers) - 1:
        return told + say(
            " A list of those chosen becomes such a column by held.index.isin(…).",
            "只有名单的话，用 held.index.isin(…) 变成一列 True 和 False。",
        )
    lost = customers.difference(answer.index) if isinstance(answer, pd.Series) else []
    if 0 < len(lost) <= 3:
        return told + say(
            f" Missing: {', '.join(lost)}. New customers are customers: fill what is missing in the table, drop nobody.",
            f"少了 {'、'.join(lost)}。新客户也是客户：把表里缺的补上，一个也别丢。",
        )
    return told


def _auc(probability):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(_hidden()["churn"], probability)


def _wrong_probability(probability):
    """What is wrong with the chances, whatever the list earns: a name in _CAUSES, or None."""
    if probability.isin([0, 1]).all():
        return "labels"
    if probability.nunique() == 1:
        return "same_for_all"
    auc = _auc(probability)
    if auc < _COIN[0]:
        return "upside_down"
    return "wrong_order" if auc < _COIN[1] else None


def _wrong_list(probability, chosen):
    """The usual wrong road by which a list came from its own chances, or None."""
    worth, mine = telecom.worth(_hidden()), _list(probability, 3)

    def is_list(other):
        return (chosen != other).sum() <= 2

    if (chosen == (probability >= 0.5)).all():
        return "half"
    if is_list(~mine):
        return "list_turned_round"
    if any(is_list(churn.choose(probability, factor * worth, **telecom.PRICES)) for factor in (2, 0.5, 3, 6)):
        return "other_worth"
    if worth[chosen].min() >= worth[~chosen].max() - 1e-9:
        return "best_customers"
    if (chosen == (_hidden()["contract"] == "Month-to-month")).all():
        return "one_rule"
    riskiest = probability[chosen].min() >= probability[~chosen].max()
    if chosen.sum() < mine.sum() and (riskiest or not (chosen & ~mine).any()):
        return "stopped_too_early"
    return "went_too_far" if chosen.sum() > mine.sum() and (riskiest or not (mine & ~chosen).any()) else None


def _task_road(probability, chosen):
    """The wrong road that an answer which earns too little seems to have taken, the gravest first, or None."""
    if chosen.all() or not chosen.any():
        return "everybody" if chosen.all() else "nobody"
    if name := _wrong_probability(probability):
        return name
    if probability.mean() < _AVERAGE[0]:
        return "leak"
    if name := _wrong_list(probability, chosen):
        return name
    return "balanced" if probability.mean() > _AVERAGE[1] else None


# What went wrong; what it costs is added, for the very list that was handed in.
_CAUSES = {
    "too_good": (
        "Too good to be true. Honest models of these data find about two thirds of what foresight finds. Which column, or which row, knew the answer? Ask of every column "
        "whether it was written before the day (a number from `after` was not), and of every customer whether the model learned from this very drawer. On the day of decision nobody has such a list.",
        "好得不像真的，不收。这份数据，老实的模型只找得到未卜先知的三分之二左右。是哪一列、哪一行事先知道了答案？每一列都问一句：是那天以前写的吗（`after` 里的数不是）？"
        "每名客户也问一句：模型是不是学过抽屉里的人？到决策那天，谁手里也没有这样的名单。",
    ),
    "labels": (
        "Your probabilities are only 0 and 1 (predict). Chances come from predict_proba; with 0 and 1 the program has drawn the line at 0.5 for you.",
        "你的概率只有 0 和 1（predict）。概率要用 predict_proba；只有 0 和 1，等于软件替你把门槛定在了 0.5。",
    ),
    "same_for_all": (
        "Your probability is the same for all, so it tells nobody from anybody.",
        "你给每个人的概率都一样，谁和谁也分不出来。",
    ),
    "upside_down": (
        "Your probabilities are turned round: these are the chances to stay (column 0 of predict_proba).",
        "概率弄反了：这是留下来的概率（predict_proba 的第 0 列）。",
    ),
    "wrong_order": (
        "Your probabilities sort the customers no better than a coin. Are they in another order than their index? Give the result of predict_proba the index held.index at once.",
        "你的概率和抛硬币差不多。是不是次序和索引对不上？predict_proba 的结果，当场就配上 held.index。",
    ),
    "leak": (
        "Your chances are far too low on average: did the model learn from columns written after the leaving (save_desk_calls or days_since_last_bill from `after`)? On the day of decision they are silent.",
        "你的概率平均低得太多：模型是不是学了客户走了以后才写进去的列（`after` 里的 save_desk_calls 或 days_since_last_bill）？到决策那天它们什么也不说。",
    ),
    "balanced": (
        'Your chances are too high on average: class_weight="balanced" moves them, and then a list by expected gain is too long.',
        '你的概率整体偏高：class_weight="balanced" 会把概率抬起来，按预期收益选人就选多了。',
    ),
    "half": (
        "Your line is 0.5. The two mistakes do not cost the same: let the prices draw the line for your chances.",
        "你的门槛是 0.5。两种错误的代价并不一样：让价钱替你的概率定门槛。",
    ),
    "list_turned_round": (
        "Your list is turned round: it holds just those whom your own chances tell to leave alone.",
        "名单弄反了：照你自己的概率，不该打的全在上面。",
    ),
    "other_worth": (
        "Your list fits your chances, but not the worth: half of the charge is margin, for 24 months, so 12 × monthly_charges.",
        "名单和你的概率对得上，价值却不对：月费的一半是毛利，24 个月，也就是 12 × monthly_charges。",
    ),
    "best_customers": (
        "You chose those who pay most, whether they mean to leave or not.",
        "你选的是付钱最多的，不管他们走不走。",
    ),
    "one_rule": (
        "You chose all who pay month to month. One rule finds leavers, but does not tell who is worth a call.",
        "你选了所有按月签约的人。一条规则找得到要走的人，却分不出谁值得打。",
    ),
    "stopped_too_early": (
        "You stopped too early, at a number, a threshold or a budget of your own. There is no limit on the budget: among those left out there are more who are worth their call.",
        "你停得太早：先定了人数、门槛或者预算。这里预算不限，名单外还有值得打的人，让价钱来定人数。",
    ),
    "went_too_far": (
        "You went too far: with your own chances, the last ones on your list cost more than they bring.",
        "你选得太多：照你自己的概率，名单靠后的人，打一个亏一个。",
    ),
    "everybody": (
        "You offer to everybody; three in four would have stayed without.",
        "你给人人都发，可四个里有三个不发也不走。",
    ),
    "nobody": (
        "You offer to nobody. (If the list came out empty by itself: a worth is that of 24 months.)",
        "你一个也不发。（要是名单自己就空了：价值是 24 个月的，不是一个月的。）",
    ),
}
_OF_THE_LIST = {
    "half",
    "list_turned_round",
    "other_worth",
    "best_customers",
    "one_rule",
    "stopped_too_early",
    "went_too_far",
}  # the chances are good


def _best_with(name, probability):
    """What could have been earned without the mistake: with the same chances, if these are good, or by the course's own list."""
    return telecom.earned(_list(probability, 3), _hidden()) if name in _OF_THE_LIST else _own()


def _told(name, loss):
    cause = _CAUSES[name][language() == "zh"]
    return cause + (say(f" That costs {loss:,.0f} yuan.", f"这样少赚 {loss:,.0f} 元。") if loss > 0 else "")


def _task_mistake(name, answer):
    """A Road of the task, its sentence with what this answer costs."""
    en, zh = _CAUSES[name]
    if name == "too_good":
        return Road(name, answer, en, zh)
    return Road(
        name,
        answer,
        en + " That costs {loss:,.0f} yuan.",
        zh + "这样少赚 {loss:,.0f} 元。",
        loss=lambda: _best_with(name, answer()[0]) - telecom.earned(answer()[1], _hidden()),
    )


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
    yuan, share = f"{earned:,.0f}".replace("-", "−"), f"{earned / foresight:.0%}".replace("-", "−")
    score = say(
        f"Your list of {chosen.sum():,} customers earns {yuan} yuan, {share} of perfect foresight ({foresight:,.0f}). "
        f"Nobody: 0; everybody: {everybody:,.0f}; the course's own list: {own:,.0f}.",
        f"你的名单有 {chosen.sum()} 人，赚 {yuan} 元，是未卜先知（{foresight:,.0f} 元）的 {share}。"
        f"一个不发：0 元；人人都发：{everybody:,.0f} 元；本课程自己的名单：{own:,.0f} 元。",
    )
    gap = say(" ", "")
    if earned > _TOO_GOOD * foresight or _auc(probability) > _PROPHET:
        return Feedback("wrong", _told("too_good", 0) + gap + score, "too_good")
    if earned >= _ENOUGH * own:
        if name := _wrong_probability(probability):
            return Feedback(
                "wrong",
                say("The list is good, the probabilities are not: ", "名单不错，概率不行：")
                + _told(name, 0)
                + gap
                + score,
                name,
            )
        return Feedback("right", score + gap + _praise(earned - own, probability))
    if name := _task_road(probability, chosen):
        # What this very list lost, not what the usual one does.
        return Feedback("wrong", _told(name, _best_with(name, probability) - earned) + gap + score, name)
    return Feedback(
        "wrong",
        score
        + say(
            f' It falls {own - earned:,.0f} yuan short of the course\'s own. For help: hint("churn.save_the_telecom")',
            f'比本课程的名单少赚 {own - earned:,.0f} 元。需要提示就运行 hint("churn.save_the_telecom")',
        ),
    )


def _praise(lead, probability):
    if lead > _BY_CHANCE:
        said = say(
            "Better than ours: the telecom is saved. (Could any column or row have known? If not: well done.)",
            "比我们的还好，公司得救了。（有没有哪一列、哪一行事先知道答案？没有的话，真不错。）",
        )
    elif lead >= -_BY_CHANCE:
        said = say(
            "As good as ours, give or take chance: the telecom is saved.",
            "和我们的不相上下，差的那点是碰巧：公司得救了。",
        )
    else:
        said = say(
            f"The telecom is saved, if not quite as well as by ours ({-lead:,.0f} yuan more).",
            f"公司得救了，只比我们的少赚 {-lead:,.0f} 元。",
        )
    if _AVERAGE[0] <= probability.mean() <= _AVERAGE[1]:
        return said
    return said + say(
        f" But your probabilities average {probability.mean():.0%}, and of those whom you know {telecom.known()['churn'].mean():.0%} left: no list by prices may be made from them.",
        f"不过你的概率平均是 {probability.mean():.0%}，而已知的客户走了 {telecom.known()['churn'].mean():.0%}：这样的概率不能拿去按价钱选人。",
    )


EXERCISES |= {
    "passive_cases": Exercise(
        expected=lambda: {"B", "D", "E", "F"},
        right={
            "en": "Right. None of these four decided to leave us. D costs a reminder, F was our own decision, B and E nobody could have kept.",
            "zh": "正确。这四位都没有决定离开我们。D 提醒一声就行，F 是公司自己的决定，B 和 E 谁也留不住。",
        },
        hints={
            "en": (
                "Ask of each: did the customer decide to buy elsewhere, or not at all?",
                "Whoever is to blame does not matter here. A system, a town, a death, a closed shop decide for the customer.",
            ),
            "zh": (
                "一条条问：是不是客户自己决定不再来买？",
                "这里不看是谁的责任。系统、搬家、去世、关店，都不是客户决定不买的。",
            ),
        },
        roads=(
            Road(
                "active",
                lambda: {"A", "C", "G", "H"},
                "Those are the four of active churn. Asked is the passive.",
                "这四位是主动流失，问的是被动流失。",
            ),
            Road(
                "blame",
                lambda: {"C", "D", "F", "G"},
                "You asked who is to blame: in these four it is the firm. Here the question is who decides; C and G decided to go.",
                "你看的是谁的责任：这四位的责任都在公司。这里看的是谁做的决定，C 和 G 是自己决定走的。",
            ),
            Road(
                "rival",
                lambda: {"A", "H"},
                "Those two went to a rival, by their own decision.",
                "这两位是去了对手那里，是自己决定的。",
            ),
            Road(
                "shop_closed",
                lambda: {"B", "D", "E"},
                "One is missing: F did not decide to leave, the shop left her.",
                "还少一位：F 没有决定走，是店走了。",
            ),
            Road(
                "system",
                lambda: {"B", "E", "F"},
                "One is missing: D did not decide to leave, the system closed the account.",
                "还少一位：D 没有决定走，是系统关了账户。",
            ),
            Road(
                "life_only",
                lambda: {"B", "E"},
                "Those two are right, but a system and a closed shop also decide for the customer.",
                "这两位对，可是系统关户、门店关闭也不是客户决定的。",
            ),
            Road(
                "rival_by_wife",
                lambda: {"B", "D", "E", "F", "H"},
                "One too many: H. His wife's card is a rival's, and the two of them decided to buy there.",
                "多了一位 H：别家的卡是他太太的，去那里买却是两个人自己的决定。",
            ),
            Road(
                "moved_by_choice",
                lambda: {"D", "E"},
                "Two are missing: B moved out of reach and F's shop was closed. Neither decided against us.",
                "还少两位：B 搬到了送不到的地方，F 的店关了，都不是决定不要我们。",
            ),
            Road(
                "system_and_move",
                lambda: {"B", "D"},
                "Two are missing. Did E and F decide to leave?",
                "还少两位。E 和 F 是自己决定走的吗？",
            ),
            Road(
                "small_letters",
                lambda: {"b", "d", "e", "f"},
                "The right four, in small letters. Write capitals.",
                "这四位都对，请写成大写字母。",
            ),
            Road(
                "one_word",
                lambda: {"BDEF"},
                'That is one word. Give the letters one by one, as in {"A", "B"}.',
                '你写成了一个词。字母要一个一个写，像 {"A", "B"} 这样。',
            ),
            Road(
                "moved",
                lambda: {"D", "E", "F"},
                "One is missing: B moved house, and did not decide against us.",
                "还少一位：B 是搬家，并不是决定不要我们。",
            ),
        ),
    ),
    "dear_calls": Exercise(
        expected=lambda: _best(_alarm_calls()),
        right={
            "en": "Right. A dearer call must ring later: fewer false alarms, at the price of those who are gone for good. The best definition moved because a price moved.",
            "zh": "正确。电话贵了，就得晚一点打：误报少了，代价是有些人已经走远。价钱一变，最好的定义也跟着变。",
        },
        hints={
            "en": (
                "churn.alarm_account as above, with another cost.",
                "The index of the largest net: ['net'].idxmax(); the yuan: ['net'].max().",
            ),
            "zh": (
                "照上面用 churn.alarm_account，换一个 cost。",
                "net 最大的那一行的天数：['net'].idxmax()；金额：['net'].max()。",
            ),
        },
        roads=(
            Road(
                "old_price",
                lambda: _best(_alarm_calls(6)),
                "That is with 6 yuan a call. Now it costs 12.",
                "这是 6 元一个电话时的。现在是 12 元。",
            ),
            Road(
                "old_days",
                lambda: (30, float(_alarm_calls().loc[30, "net"])),
                "After 30 days the calls now lose money: {loss:,.0f} yuan less than at the best silence. Look for the largest net again.",
                "30 天就打，现在要亏钱，比最好的天数少赚 {loss:,.0f} 元。重新找 net 最大的那一行。",
                loss=lambda: _best(_alarm_calls())[1] - float(_alarm_calls().loc[30, "net"]),
            ),
            Road(
                "most_kept",
                lambda: _best(_alarm_calls(), "kept"),
                "You looked for the most members kept. Asked is the most money: net.",
                "你找的是留住人最多的。问的是赚得最多：net。",
            ),
            Road(
                "most_saved",
                lambda: (int(_alarm_calls()["saved"].idxmax()), float(_alarm_calls()["saved"].max())),
                "That is what the calls bring, before their cost. Asked is net.",
                "这是电话带来的，还没减电话费。问的是 net。",
            ),
            Road(
                "second_best",
                lambda: (45, float(_alarm_calls().loc[45, "net"])),
                "After 45 days the calls no longer lose, but there is a better silence. Look at the whole column net.",
                "45 天已经不亏了，可还有更好的天数。把 net 那一列看完。",
            ),
            Road(
                "per_call",
                lambda: (90, float(_alarm_calls().loc[90, "net"])),
                "After 90 days a single call earns most. Asked is the most in all: fewer, better calls can earn less together.",
                "沉默 90 天打，每个电话赚得最多。问的是总共赚多少：电话少而准，加起来不一定多。",
            ),
            Road(
                "second_best_old_price",
                lambda: (45, float(_alarm_calls(6).loc[45, "net"])),
                "That is with 6 yuan a call, and not at its best silence either. Now it costs 12.",
                "这是 6 元一个电话时的，而且不是最好的天数。现在是 12 元。",
            ),
            Road(
                "dearer_still",
                lambda: _best(_alarm_calls(18)),
                "You added the 12 yuan to the 6. They take the place of the 6.",
                "你把 12 元加在 6 元上了。12 元是代替 6 元的。",
            ),
            Road(
                "fewest_false",
                lambda: (180, float(_alarm_calls().loc[180, "net"])),
                "You took the silence with the fewest false alarms. That is not where the most is earned: whoever is gone for so long is hard to move.",
                "你取了误报最少的天数。那并不是赚得最多的：走了这么久，已经不好劝了。",
            ),
            Road(
                "all_gone",
                _all_gone,
                "You took every alarm for a member who is gone. Most come back by themselves; a call wins only among the rest.",
                "你把每个警报都当成真走了。多数人自己会回来，电话只对其余的人有用。",
            ),
            Road(
                "same_success",
                lambda: _best(_alarm_calls(success=0.15)),
                "You let a call win 15 of a hundred after any silence. It falls with the days: wins_back.",
                "你让电话无论多晚都请得回 15%。它随天数下降：用 wins_back。",
            ),
            Road(
                "swapped",
                lambda: _best(_alarm_calls())[::-1],
                "The two answers are swapped: days first, then yuan.",
                "两个答案写反了：先天数，后金额。",
            ),
        ),
    ),
    "electronic_check": Exercise(
        expected=_check_worth,
        tolerance=3e-3,
        right={
            "en": "Right: more than 900 yuan, so the offer pays, though these customers leave more often than those who pay in another way. They also pay more.",
            "zh": "正确：超过 900 元，可以接。在几种付款方式里，这些客户走得最多，可付得也最多。",
        },
        hints={
            "en": (
                "The curve of these customers only: churn.kaplan_meier(…), then churn.restricted_mean(…, 72, discount=0.01).",
                "Times half of their mean monthly charge.",
            ),
            "zh": (
                "只用这些客户算曲线：churn.kaplan_meier(…)，再用 churn.restricted_mean(…, 72, discount=0.01)。",
                "再乘他们平均月费的一半。",
            ),
        },
        roads=(
            Road(
                "stay_of_leavers",
                lambda: _check_margin() * _stay_of_leavers(),
                "You averaged the months of those who left; those still there stay longest and are missing. By this number you would refuse the 1,000 customers and forgo {loss:,.0f} yuan.",
                "你只平均了走掉的人；还没走的待得最久，却没算进去。照这个数你会拒绝这 1000 名客户，少赚 {loss:,.0f} 元。",
                loss=_forgone,
            ),
            Road(
                "tenure_of_all",
                lambda: _check_margin() * _checks()["tenure"].mean(),
                "You averaged the months of all so far, as if those still there left today.",
                "你平均了所有人到今天为止的月数，等于说还在的人今天全都走了。",
            ),
            Road(
                "stay_all_in_curve",
                lambda: _check_margin() * _check_months(event=1),
                "Your curve counts everybody as having left. Give kaplan_meier the column churn as its second argument.",
                "你的曲线把所有人都当成走了。kaplan_meier 的第二个参数是 churn 那一列。",
            ),
            Road(
                "no_discount",
                lambda: _check_margin() * _check_months(discount=0),
                "Without the discount. A yuan in five years is not a yuan today: discount=0.01.",
                "没有折现。五年后的一元不是今天的一元：discount=0.01。",
            ),
            Road(
                "all_customers",
                lambda: telecom.MARGIN * telecom.known()["monthly_charges"].mean() * _check_months(everybody=True),
                "That is the worth of a new customer in general. Asked are those who pay by electronic check.",
                "这是全体客户的价值，问的是用电子支票付款的。",
            ),
            Road(
                "their_charge",
                lambda: telecom.MARGIN * telecom.known()["monthly_charges"].mean() * _check_months(),
                "The months are right, but the margin is that of all customers. These pay more.",
                "月数对了，毛利却是全体客户的。这些客户付得多。",
            ),
            Road(
                "all_months",
                lambda: _check_margin() * _check_months(everybody=True),
                "The margin is right, but the curve is that of all customers.",
                "毛利对了，曲线却是全体客户的。",
            ),
            Road(
                "revenue",
                lambda: 2 * _check_worth(),
                "That is with the whole charge. Half of it is margin.",
                "这是按全部月费算的，其中一半才是毛利。",
            ),
            Road(
                "all_thousand",
                lambda: _WON * _check_worth(),
                "That is for all 1,000. Asked is one of them.",
                "这是 1000 名的，问的是一名。",
            ),
            Road(
                "profit_of_thousand",
                _forgone,
                "That is what all 1,000 bring after the agency's price. Asked is the worth of one.",
                "这是 1000 名减去代理费以后一共赚的，问的是一名值多少。",
            ),
            Road(
                "yearly_discount",
                lambda: _check_margin() * _check_months(discount=0.12),
                "You discounted by 12% a month. It is 1% a month.",
                "你每月折现了 12%。题目是每月 1%。",
            ),
            Road(
                "discounted_once",
                lambda: _check_margin() * _check_months(discount=0) / 1.01**telecom.HORIZON,
                "You discounted all months as if they were paid at the end. Each month has its own discount: restricted_mean(…, discount=0.01).",
                "你把所有月份都按最后一个月折现了。每个月有自己的折现：restricted_mean(…, discount=0.01)。",
            ),
            Road(
                "discounted_once_by_less",
                lambda: _check_margin() * _check_months(discount=0) * (1 - telecom.DISCOUNT) ** telecom.HORIZON,
                "You took 1% off all months 72 times, as if they were paid at the end. Each month has its own discount: restricted_mean(…, discount=0.01).",
                "你把所有月份都打了 72 次 1% 的折扣，好像全在最后一个月付。每个月有自己的折现：restricted_mean(…, discount=0.01)。",
            ),
            Road(
                "their_charge_undiscounted",
                lambda: telecom.MARGIN * telecom.known()["monthly_charges"].mean() * _check_months(discount=0),
                "Two things: the margin is that of all customers, and the discount is missing.",
                "有两处：毛利是全体客户的，也没有折现。",
            ),
            Road(
                "leavers_in_curve",
                lambda: _check_margin() * _leavers_months(),
                "Your curve holds only those who left. Those still there belong in it, with churn = 0.",
                "你的曲线里只有走了的人。还没走的也要放进去，churn 是 0。",
            ),
            Road(
                "with_the_drawer",
                _with_the_drawer,
                "Your customers include those of the drawer (third = 3). Take them from `telco`.",
                "你用了抽屉里的客户（third 等于 3）。请从 telco 里取。",
            ),
            Road(
                "months",
                lambda: _check_months(),
                "Those are the months (discounted). Multiply by the monthly margin.",
                "这是折现后的月数，还要乘每月毛利。",
            ),
            Road(
                "undiscounted_months",
                lambda: _check_months(discount=0),
                "Those are the months. Discount them, and multiply by the monthly margin.",
                "这是月数，还要折现，再乘每月毛利。",
            ),
            Road(
                "everybody_stays",
                lambda: _check_margin() * _check_months(event=0),
                "That is with nobody ever leaving. Give the curve the column churn.",
                "这是谁也不走时的价值。画曲线要用 churn 那一列。",
            ),
            Road(
                "less_price",
                lambda: _check_worth() - telecom.WINNING,
                "That is what is left after the agency's 900 yuan. Asked is the worth itself.",
                "这是减去 900 元以后剩下的，问的是价值本身。",
            ),
        ),
    ),
    "support_calls": Exercise(
        # All three columns of `before` earn nearly the same: whoever takes them has learned what matters here.
        expected=lambda: _earned(_with_desk()),
        tolerance=7e-4,
        right={
            "en": "Right: hardly different from the list without the calls, give or take chance. But it is a number that will hold when the list is used. "
            "(The desk's other two columns, as of the day, change it by a few yuan: that day they know nothing.)",
            "zh": "正确：和不用这一列差不多，差的那点只是碰巧。可这个数，用起来是靠得住的。（另外两列按当天的数放进去，也只差几十元：那天它们什么也不知道。）",
        },
        hints={
            "en": (
                'Join one column of `before` to the attributes: attributes.join(before[["support_calls"]]). Fit on `practice`, forecast for `trial`.',
                "Then yuan(…, …) of section 4.2 chooses by the prices and adds up what the chosen bring.",
            ),
            "zh": (
                '把 before 的一列连上去：attributes.join(before[["support_calls"]])。用 practice 拟合，给 trial 预测。',
                "再用 4.2 节的 yuan(…, …)：它按价钱选人，把选中的人带来的钱加起来。",
            ),
        },
        roads=(
            Road(
                "leak",
                _leak,
                "You trained on columns that were written after the leaving. On the day of decision they are silent, and your list earns {loss:,.0f} yuan less.",
                "你用了客户走了以后才写进去的列来训练。到决策那天它们什么也不说，你的名单少赚 {loss:,.0f} 元。",
                loss=lambda: _earned(_with_desk()) - _leak(),
            ),
            Road(
                "backtest",
                lambda: _leak("after"),
                "You trained and judged on the extract of a month later. These yuan exist on paper only: used on the day of decision, the list earns {loss:,.0f} yuan less.",
                "你的训练和检验用的都是一个月以后的数据。这些钱只在纸上：到决策那天用起来，要少赚 {loss:,.0f} 元。",
                loss=lambda: _leak("after") - _leak(),
            ),
            Road(
                "after_calls",
                lambda: _earned(_with_desk(train="after", use="after")),
                "You took support_calls from the extract of a month later. Take `before`.",
                "你的 support_calls 取自一个月以后的数据，要用 before。",
            ),
            Road(
                "mixed",
                lambda: _earned(_with_desk(train="after")),
                "You trained with the calls of a month later, and used those of the day. Take `before` for both.",
                "你训练时用了一个月以后的来电次数，使用时又是当天的。两处都用 before。",
            ),
            Road(
                "without",
                lambda: _earned(telecom.chance()),
                "That is the list of section 4.1, without the calls.",
                "这是 4.1 节的名单，没有用来电次数。",
            ),
            Road(
                "on_practice",
                lambda: _earned(_with_desk(on=1), 1),
                "You judged on the third that the model learned from. Judge on `trial`.",
                "你拿模型学过的那三分之一来检验。要用 trial。",
            ),
            Road(
                "half",
                lambda: telecom.earned(_with_desk() >= 0.5, telecom.third(2)),
                "You took all above 0.5. Take churn.choose with the prices: your list gives away {loss:,.0f} yuan.",
                "你选了概率 0.5 以上的。请按价钱用 churn.choose，这样选少赚 {loss:,.0f} 元。",
                loss=lambda: _earned(_with_desk()) - telecom.earned(_with_desk() >= 0.5, telecom.third(2)),
            ),
            Road(
                "expected",
                lambda: float(_list(_with_desk()).attrs["gain"]),
                "That is what the model expects. Asked is what the list earns: add up gain[trial] of the chosen.",
                "这是模型预期的。问的是名单实际赚的：把选中的人的 gain[trial] 加起来。",
            ),
            Road(
                "only_named_dropped",
                lambda: _earned(_with_desk(ONLY_NAMED_DROPPED, "after", "after")),
                "You dropped only the column that the check names. days_since_last_bill was written afterwards, too: used on the day, this list earns {loss:,.0f} yuan less.",
                "你只删了检查点名的那一列。days_since_last_bill 也是事后写的：到决策那天用起来，这份名单要少赚 {loss:,.0f} 元。",
                loss=lambda: (
                    _earned(_with_desk(ONLY_NAMED_DROPPED, "after", "after"))
                    - _earned(_with_desk(ONLY_NAMED_DROPPED, "after"))
                ),
            ),
            Road(
                "only_named_dropped_in_use",
                lambda: _earned(_with_desk(ONLY_NAMED_DROPPED, "after")),
                "The model still learned from days_since_last_bill of a month later. The check does not name this column, but it too was written afterwards. It costs {loss:,.0f} yuan.",
                "模型还是学了一个月以后的 days_since_last_bill。检查没点它的名，可它也是事后写的。少赚 {loss:,.0f} 元。",
                loss=lambda: _earned(_with_desk()) - _earned(_with_desk(ONLY_NAMED_DROPPED, "after")),
            ),
            Road(
                "trial_learned_too",
                lambda: _earned(_with_desk(fit=BOTH)),
                "The model learned from `trial` too. It has met those whom it judges, so this is no test: fit on `practice` only.",
                "模型也学了 trial，考的是见过的人，这不算检验：只用 practice 拟合。",
            ),
            Road(
                "fit_on_trial",
                lambda: _earned(_with_desk(fit=2)),
                "You fitted on `trial` and judged on `trial`. Fit on `practice`.",
                "你用 trial 拟合，又在 trial 上检验。要用 practice 拟合。",
            ),
            Road(
                "calls_alone",
                lambda: _earned(_with_desk(others=False)),
                "That is the list of a model that sees nothing but the calls. Join them to the attributes.",
                "这是只看来电次数的模型。要把它连到其余特征上。",
            ),
            Road(
                "weighted",
                lambda: _earned(_with_desk(class_weight="balanced")),
                'class_weight="balanced" moves the chances, and the list by prices is too long. It costs {loss:,.0f} yuan.',
                'class_weight="balanced" 把概率抬高了，按价钱选就选多了。少赚 {loss:,.0f} 元。',
                loss=lambda: _earned(_with_desk()) - _earned(_with_desk(class_weight="balanced")),
            ),
            Road(
                "one_line",
                lambda: _one_line(_with_desk()),
                "You drew one line for all, that of the average customer. churn.choose gives each customer a line of its own.",
                "你给所有人画了同一道门槛。churn.choose 给每位客户用自己的门槛。",
            ),
            Road(
                "tuned",
                lambda: _tuned(_with_desk()),
                "You picked the one threshold that is best in `trial`: tuned on the answers. Take churn.choose.",
                "你挑的是 trial 里最好的那一道门槛，等于照着答案调。请用 churn.choose。",
            ),
            Road(
                "line_of_the_picture",
                lambda: telecom.earned(_with_desk() >= 0.27, telecom.third(2)),
                "You drew one line for all, at 0.27. churn.choose gives each customer a line of its own.",
                "你给所有人画了同一道 0.27 的门槛。churn.choose 给每位客户用自己的门槛。",
            ),
            Road(
                "difference",
                lambda: _earned(_with_desk()) - _earned(telecom.chance()),
                "That is the difference to the list without the calls. Asked are the yuan of the list itself.",
                "这是和不用来电次数的名单相差多少。问的是名单自己赚多少。",
            ),
            Road(
                "number_chosen",
                lambda: int(_list(_with_desk()).sum()),
                "That is how many are chosen. Asked are yuan.",
                "这是选了多少人，问的是多少元。",
            ),
            Road(
                "perfect",
                lambda: telecom.earned(telecom.third(2)["churn"] == 1, telecom.third(2)),
                "That is perfect foresight.",
                "这是未卜先知。",
            ),
            Road(
                "everybody",
                lambda: telecom.earned(telecom.third(2)["churn"] >= 0, telecom.third(2)),
                "That is the offer to everybody. Add up over the chosen only.",
                "这是人人都发。只加选中的人。",
            ),
        ),
    ),
    "larger_voucher": Exercise(
        expected=_large_voucher,
        tolerance=1e-3,
        right={
            "en": "Right. Twice the voucher goes to fewer people and earns a little more, if it really keeps 40 in a hundred. At 35 it would earn less than the old one.",
            "zh": "正确。券贵了一倍，发的人少了，赚得略多一些，前提是真能留住四成。只留得住三成半，就不如原来那张了。",
        },
        hints={
            "en": (
                "The prices stand in churn.choose *and* in churn.offer_gain: change them in both.",
                "Choose by chance and worth[trial], then add up the new gains of the chosen.",
            ),
            "zh": (
                "价钱在 churn.choose 和 churn.offer_gain 里都要写，两处都要改。",
                "按 chance 和 worth[trial] 选人，再把选中的人的新 gain 加起来。",
            ),
        },
        roads=(
            Road(
                "half",
                lambda: _large_voucher(threshold=0.5),
                "You took all above 0.5. That is no law of nature: it gives away {loss:,.0f} yuan. Let the prices choose.",
                "你选了概率 0.5 以上的。0.5 不是天经地义的，这样少赚 {loss:,.0f} 元。让价钱来选。",
                loss=lambda: _large_voucher() - _large_voucher(threshold=0.5),
            ),
            Road(
                "old_list",
                lambda: _large_voucher(chosen=_list(telecom.chance())),
                "You kept the list of the old voucher. Its prices have changed, so choose anew.",
                "名单还是老券的。价钱变了，要重新选。",
            ),
            Road(
                "old_voucher",
                lambda: _earned(telecom.chance()),
                "That is the voucher of 60 yuan that keeps 30 in a hundred.",
                "这是 60 元、留住三成的老券。",
            ),
            Road(
                "only_dearer",
                lambda: _large_voucher(keeps=0.3),
                "You left keeps at 30%. The larger voucher keeps 40.",
                "keeps 还是 30%。大券留得住 40%。",
            ),
            Road(
                "only_stronger",
                lambda: _large_voucher(offer=60),
                "You left the voucher at 60 yuan. It costs 120.",
                "券还是 60 元。现在是 120 元。",
            ),
            Road(
                "everybody", lambda: _large_voucher(threshold=0), "That is the voucher for everybody.", "这是人人都发。"
            ),
            Road(
                "old_threshold",
                lambda: _large_voucher(threshold=0.25),
                "You kept a threshold of 0.25. Other prices, another threshold.",
                "门槛还是 0.25。价钱变了，门槛也要变。",
            ),
            Road(
                "expected",
                _large_voucher_expected,
                "That is what the model expects. Asked is what the list earns in `trial`.",
                "这是模型预期的。问的是名单在 trial 里实际赚的。",
            ),
            Road(
                "one_line",
                lambda: _one_line(telecom.chance(), **NEW),
                "You drew one line for all, that of the average customer. Asked is each customer's own: churn.choose.",
                "你给所有人画了同一道门槛。要给每位客户用自己的门槛：churn.choose。",
            ),
            Road(
                "tuned",
                lambda: _tuned(telecom.chance(), **NEW),
                "You picked the one threshold that is best in `trial`. Asked is each customer's own line, tuned on nothing: churn.choose.",
                "你挑的是 trial 里最好的那一道门槛。要给每位客户用自己的，不照着答案调：churn.choose。",
            ),
            Road(
                "no_call",
                lambda: _large_voucher(call=0),
                "You forgot the call: 6 yuan for everybody contacted.",
                "你忘了电话费：联系一个 6 元。",
            ),
            Road(
                "with_calls",
                lambda: _earned(_with_desk(), **NEW),
                "That is with the chances of exercise 4.1. Take `chance`.",
                "这是用练习 4.1 的概率算的，要用 chance。",
            ),
            Road(
                "difference",
                lambda: _large_voucher() - _earned(telecom.chance()),
                "That is how much more than the old voucher. Asked are the yuan of the new list itself.",
                "这是比老券多赚的。问的是新名单自己赚多少。",
            ),
            Road(
                "number_chosen",
                lambda: int(_list(telecom.chance(), **NEW).sum()),
                "That is how many are chosen. Asked are yuan.",
                "这是选了多少人，问的是多少元。",
            ),
            Road(
                "spent",
                _large_voucher_spent,
                "That is what the new list spends. Asked is what it earns.",
                "这是新名单花的钱，问的是赚的。",
            ),
            Road(
                "old_gain",
                lambda: telecom.earned(_list(telecom.chance(), **NEW), telecom.third(2)),
                "You chose with the new prices but counted with the old: gain is that of the voucher of 60 yuan.",
                "选人用了新价钱，算账还是老价钱：gain 是 60 元那张券的。",
            ),
            Road(
                "perfect",
                lambda: _large_voucher(chosen=telecom.third(2)["churn"] == 1),
                "That is perfect foresight.",
                "这是未卜先知。",
            ),
        ),
    ),
    "save_the_telecom": Task(
        judge=_judge,
        expected=_task_answer,
        hints={
            "en": (
                "Ask the four questions above the cell once more. What is missing in the table? Which columns were there on the day? From how many customers may the model learn? Who draws the line?",
                "Fill the missing total as in section 4.1; fit new_model() on all of `attributes` joined with `before`; predict_proba gives the chances; churn.choose(probability, worth, …) the list, with half of the charge for 24 months as worth.",
            ),
            "zh": (
                "把上面那四句再问一遍：表里还缺什么？哪些列是那天就有的？模型可以跟多少客户学？门槛谁来定？",
                "像 4.1 节那样补上缺的总额；用全部 attributes 连上 before 拟合 new_model()；predict_proba 给出概率；名单用 churn.choose(probability, worth, …)，价值是月费的一半乘 24 个月。",
            ),
        },
        roads=(
            _task_mistake("too_good", lambda: _task_answer(_task_chance("after", "after"))),
            _task_mistake("leak", lambda: _task_answer(_task_chance("after"))),
            _task_mistake("half", lambda: _task_answer(chosen=_task_chance() >= 0.5)),
            _task_mistake("balanced", _task_balanced),
            _task_mistake("labels", _task_labels),
            _task_mistake("same_for_all", lambda: (0 * _task_chance() + 0.265, _task_best_customers()[1])),
            _task_mistake("upside_down", lambda: _task_answer(1 - _task_chance())),
            _task_mistake("wrong_order", _task_disordered),
            _task_mistake("list_turned_round", lambda: _task_answer(chosen=~_task_answer()[1])),
            _task_mistake("other_worth", lambda: _task_other_worth(2)),
            _task_mistake("stopped_too_early", lambda: _task_riskiest(300)),
            _task_mistake("went_too_far", lambda: _task_riskiest(1500)),
            _task_mistake("best_customers", _task_best_customers),
            _task_mistake("one_rule", lambda: (_task_chance(), _hidden()["contract"] == "Month-to-month")),
            _task_mistake("everybody", lambda: _task_everybody(True)),
            _task_mistake("nobody", lambda: _task_everybody(False)),
        ),
    ),
}


# ================================================================ sections 5–8


def _mailed(ranking="uplift", share=0.30, worth=mailing.VISIT, cost=mailing.EMAIL):
    earned = mailing.profit(ranking, worth=worth, cost=cost)
    return float(earned.iloc[(earned.index.to_series() - share).abs().argmin()])


def _visits(ranking="uplift", share=0.30):
    return _mailed(ranking, share, worth=1.0, cost=0.0)


def _rule(fans="womens", of_all=True, control="same", pay=True, halves=(1,), outcome="visit", worth=mailing.VISIT):
    half = pd.concat([mailing.halves()[i] for i in halves])
    who = {
        "womens": half["womens"] == 1,
        "mens": half["mens"] == 1,
        "all": half["visit"] >= 0,
        "only": (half["womens"] == 1) & (half["mens"] == 0),
    }[fans]
    chosen = half[who]
    came = chosen.groupby("treated")[outcome].mean()
    without = {"same": came[0], "all": half.loc[half["treated"] == 0, outcome].mean(), "none": 0}[control]
    each = worth * (came[1] - without) - (mailing.EMAIL if pay else 0)
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


def _day_costs():
    return float(qinghe.answers_in_yuan().loc["day", "worth"])


def _mean_paid():
    return float(qinghe.complaints().query("recovery == 'compensation'")["compensation"].mean())


@cache
def _second_life(kind, first):
    lost = qinghe.lost()
    return float(value.clv(first * lost.loc[lost["kind"] == kind, "margin"].mean(), 0.5, 0.1, first_margin="now"))


def _of_others(column):
    lost = qinghe.lost()
    return float(lost.loc[lost["kind"] == "others", column].sum())


def _margin_of_others():
    lost = qinghe.lost()
    return float(lost.loc[lost["kind"] == "others", "margin"].mean())


def _measured_chance():
    return float(qinghe.win_backs().query("tried == 1")["came_back"].mean())


def _voucher(
    kind="others",
    *,
    chance=0.03,
    gift=30,
    call=6,
    agreed=True,
    for_all=False,
    first=0.5,
    value_of_one=None,
    customers=None,
):
    own = qinghe.lost()[qinghe.lost()["kind"] == kind]
    calls = customers or (own["agreed"].sum() if agreed else len(own))
    second = _second_life(kind, first) if value_of_one is None else value_of_one
    return float(calls * (chance * (second - (0 if for_all else gift)) - call - (gift if for_all else 0)))


EXERCISES |= {
    "right_thirty": Exercise(
        expected=_mailed,
        tolerance=1.4e-2,
        right={
            "en": "Right. By risk the same e-mails would earn hardly more than half.",
            "zh": "正确。同样多的邮件按风险发，只赚一半多一点。",
        },
        hints={
            "en": (
                "Whom does a letter move? Not those at most risk: take the column of earned that is ranked by that.",
                'earned.loc[0.30, "uplift"]: earned is already in dollars per 1,000 customers, costs taken off.',
            ),
            "zh": (
                "邮件打动得了谁？不是风险最高的人。想想 earned 的哪一列是按这个排的。",
                'earned.loc[0.30, "uplift"]：earned 已经是每千人多少美元，成本也扣过了。',
            ),
        },
        roads=(
            Road(
                "highest_risk",
                lambda: _mailed("risk"),
                "You mailed those at the highest risk. Risk says who stays away, not whom the e-mail moves: on a list of 100,000 customers that gives away {loss:,.0f} dollars.",
                "你发给了风险最高的人。风险说的是谁不来，不是邮件打动得了谁：名单有十万人，就少赚 {loss:,.0f} 美元。",
                loss=lambda: 100 * (_mailed() - _mailed("risk")),
            ),
            Road(
                "likely_visitors",
                lambda: _mailed("likely"),
                "You mailed those most likely to visit. Most of them come without an e-mail: on a list of 100,000 customers that gives away {loss:,.0f} dollars.",
                "你发给了最可能来的人，他们多半不发也会来：名单有十万人，就少赚 {loss:,.0f} 美元。",
                loss=lambda: 100 * (_mailed() - _mailed("likely")),
            ),
            Road(
                "everybody",
                lambda: _mailed(share=1.0),
                "That is if all are mailed. The budget is enough for 30%.",
                "这是人人都发的数，预算只够发 30%。",
            ),
            Road(
                "best_share",
                lambda: _mailed(share=0.55),
                "That is the best share. The budget is enough for 30% only.",
                "这是最佳比例时的数，预算只够发 30%。",
            ),
            Road(
                "part_of_the_best",
                lambda: 0.3 * _mailed(share=0.55),
                "You took 30% of the best result. The first 30% of the list are not average: take their own row.",
                "你取了最好成绩的 30%。名单的前 30% 不是平均水平：要看他们自己那一行。",
            ),
            Road(
                "thirty_percent_twice",
                lambda: 0.3 * _mailed(),
                "You took 30% once more: the row is already that of the 30%.",
                "你又乘了一次 30%：那一行本来就是前 30% 的。",
            ),
            Road(
                "visits",
                _visits,
                "Those are visitors, not dollars: times 2.50, less the cost of the e-mails.",
                "这是多来的人数，不是钱：乘 2.50，再减邮件成本。",
            ),
            Road(
                "cost_for_all",
                lambda: _mailed(cost=0.0) - 1000 * mailing.EMAIL,
                "You paid an e-mail for everybody. Only the 30% who are mailed cost something.",
                "你替所有人付了邮件钱，只有发了的 30% 才花钱。",
            ),
            Road(
                "without_cost",
                lambda: _mailed(cost=0.0),
                "You left out the cost of the e-mails.",
                "你忘了扣邮件的成本。",
            ),
            Road(
                "per_customer",
                lambda: _mailed() / 1000,
                "That is per customer. Asked are dollars per 1,000.",
                "这是每人的数，问的是每千人。",
            ),
            Road(
                "per_email",
                lambda: _mailed() / 0.3,
                "That is per 1,000 e-mails. Asked is per 1,000 customers of the list, mailed or not.",
                "这是每千封邮件的数。问的是名单上每千人，发没发都算。",
            ),
            Road(
                "other_seventy",
                lambda: _mailed(share=1.0) - _mailed(),
                "That is what the remaining 70% would add or take away.",
                "这是再发其余 70% 的增减。",
            ),
        ),
    ),
    "simple_rule": Exercise(
        expected=_rule,
        tolerance=3e-3,
        right={
            "en": "Right: as much as the model at its best. One column held nearly all that there was to know; the model had found it without being told. Try the simple rule before you praise a model.",
            "zh": "正确：和模型最好的成绩不相上下。该知道的几乎都在这一列里，模型只是自己把它找了出来。夸模型之前，先试试简单的规矩。",
        },
        hints={
            "en": (
                "Of the buyers of women's goods in even: the share who visited with e-mail less the share without.",
                "1000 × their share of all × (2.5 × that difference − 0.08).",
            ),
            "zh": (
                "只看 even 里买过女装的人：收到邮件的来了多少，没收到的来了多少，相减。",
                "1000 × 他们占全体的比例 ×（2.5 × 这个差 − 0.08）。",
            ),
        },
        roads=(
            Road(
                "response_rate",
                lambda: _rule(control="none"),
                "You counted everybody who came with the e-mail. Most of them come without it: subtract the visits of those who got none.",
                "你把收到邮件后来的人全算上了。他们多半不发也来：要减去没收到的人来的比例。",
            ),
            Road(
                "only_womens",
                lambda: _rule("only"),
                "You left out those who bought both kinds of goods: their womens is 1, too.",
                "你漏了男女装都买的，他们的 womens 也是 1。",
            ),
            Road("mens", lambda: _rule("mens"), "Those are the buyers of men's goods.", "这是买过男装的人。"),
            Road(
                "all_as_control",
                lambda: _rule(control="all"),
                "You compared with all who got no e-mail. Compare with those who bought women's goods and got none.",
                "你比的是全体没收到的人。要和同样买过女装、没收到的人比。",
            ),
            Road(
                "visits",
                lambda: _rule(pay=False, worth=1.0),
                "Those are visitors, not dollars: times 2.50, less the cost of the e-mails.",
                "这是多来的人数，不是钱：乘 2.50，再减邮件成本。",
            ),
            Road(
                "spending",
                lambda: _rule(outcome="spend", worth=1.0),
                "That is what they spent. Take visits at 2.50.",
                "你用的是花的钱（spend）。要用来没来（visit），多来一人值 2.50。",
            ),
            Road(
                "whole_half",
                lambda: _rule() * len(mailing.halves()[1]) / 1000,
                "That is the whole half. Asked is per 1,000 of its customers.",
                "这是这一半人总共的数，问的是每千人。",
            ),
            Road(
                "per_mailed",
                lambda: _rule(of_all=False),
                "That is per 1,000 customers mailed. Asked is per 1,000 of all: times the share of those mailed.",
                "这是每千个收件人的数。问的是全体每千人，要乘收件人的比例。",
            ),
            Road("everybody", lambda: _rule("all"), "That is if everybody is mailed.", "这是人人都发的数。"),
            Road(
                "without_cost",
                lambda: _rule(pay=False),
                "You left out the cost of the e-mails.",
                "你忘了扣邮件的成本。",
            ),
            Road(
                "cost_for_all",
                lambda: _rule(pay=False) - 1000 * mailing.EMAIL,
                "You paid an e-mail for everybody. Only those mailed cost something.",
                "你替所有人付了邮件钱，只有发了的才花钱。",
            ),
            Road(
                "odd_half",
                lambda: _rule(halves=(0,)),
                "That is the first half (odd). Asked is the second (even).",
                "这是前一半（odd）的数，问的是另一半（even）。",
            ),
            Road(
                "both_halves",
                lambda: _rule(halves=(0, 1)),
                "That is both halves together. Asked is the second (even).",
                "这是两半合起来的数，问的是另一半（even）。",
            ),
            Road(
                "per_customer",
                lambda: _rule() / 1000,
                "That is per customer. Asked are dollars per 1,000.",
                "这是每人的数，问的是每千人。",
            ),
        ),
    ),
    "calls_must_keep": Exercise(
        expected=_calls,
        percent=True,
        tolerance=2e-2,
        right={
            "en": "Right. It is little, but more than the gift must keep; and whether calls keep so many, only a random draw can tell.",
            "zh": "正确。看着不多，却比礼物要求的多；电话留不留得住这么多人，还得抽签试。",
        },
        hints={
            "en": (
                "What does a call to one of those warned bring, if it keeps a share s of those about to leave? leave_rate × s × worth_of_warned.",
                "Put that equal to 6 and solve for s.",
            ),
            "zh": (
                "打给一位被预警的客户，如果要走的人里能留住 s，平均带来多少？leave_rate × s × worth_of_warned。",
                "让它等于 6，解出 s。",
            ),
        },
        roads=(
            Road(
                "no_false_alarms",
                lambda: _calls(share=1.0),
                "You forgot the false alarms: half of those warned would have stayed anyway, and the call to them brings nothing. Divide by leave_rate, too.",
                "你忘了误报：被预警的人里一半本来就不走，打给他们白打。还要除以 leave_rate。",
            ),
            Road(
                "times_the_leavers",
                lambda: 6 * _warned()[0] / _warned()[1],
                "leave_rate belongs below the fraction line: the fewer leave, the more of them must be kept.",
                "leave_rate 应该在分母：要走的人越少，就得留住越大的比例。",
            ),
            Road(
                "gift_and_call",
                lambda: _calls() + _gift_must_keep(),
                "That is gift and call together. Here a call is made instead of the gift.",
                "这是礼物加电话。题目说不送礼物，改打电话。",
            ),
            Road(
                "those_who_stay",
                lambda: _calls(share=1 - _warned()[0]),
                "You divided by the share that stays. A call can keep only those about to leave.",
                "你除的是不走的比例。电话能留的，只是要走的人。",
            ),
            Road(
                "the_gift", _gift_must_keep, "That is the gift. A call costs 6 yuan.", "这是送礼物的数，电话一个 6 元。"
            ),
            Road(
                "twelve_yuan",
                lambda: _calls(cost=12.0),
                "You reckoned with the 12 yuan of the dates. A call costs 6.",
                "你用的是红枣的 12 元，电话一个 6 元。",
            ),
            Road(
                "after_a_complaint",
                lambda: _calls(worth=qinghe.worth_of_staying()),
                "That is the worth of a customer after a complaint (section 7). Here those warned are meant: worth_of_warned.",
                "这是第 7 节投诉客户的价值，这里要用被预警客户的 worth_of_warned。",
            ),
            Road(
                "upside_down",
                lambda: 1 / _calls(),
                "Turned round: the cost stands above the fraction line.",
                "倒过来了：成本应该是分子。",
            ),
            Road(
                "yuan",
                lambda: 6 / _warned()[0],
                "Those are yuan: what a leaver found costs in calls. Divide by the worth as well.",
                "这是找到一个要走的人花多少电话费，还要除以他的价值。",
            ),
        ),
    ),
    "highest_compensation": Exercise(
        expected=_most,
        tolerance=4e-3,
        right={
            "en": "Right. The longer the wait, the more compensation is worth. Still it is the dear way: eight days sooner would have been worth more.",
            "zh": "正确。等得越久，补偿越值钱。可这是条贵路：早八天答复，更值。",
        },
        hints={
            "en": (
                "How much does compensation raise the chance to stay over an apology, both after 8 days?",
                "That difference times worth_of_staying.",
            ),
            "zh": ("同样等了 8 天，补偿比光致歉把留下的概率提高多少？", "这个差，再乘 worth_of_staying。"),
        },
        roads=(
            Road(
                "as_the_rows_stand",
                _as_the_rows_stand,
                "You compared the rows of the table as they stand. Those compensated had waited longer (confounding): your limit is {loss:,.0f} yuan too low, and whoever keeps to it lets customers go who were worth it.",
                "你直接比了表里的两行。拿到补偿的人等得更久（混杂）：这样定的上限低了 {loss:,.0f} 元，值得留的客户就放走了。",
                loss=lambda: _most() - _as_the_rows_stand(),
            ),
            Road(
                "against_nothing",
                lambda: _most(against="none"),
                "You compared with a mere explanation. The alternative is an apology.",
                "你比的是光解释，题目是同光致歉比。",
            ),
            Road(
                "apology_only",
                lambda: _most("apology", "none"),
                "That is the worth of the apology. Asked is what compensation adds to it.",
                "这是致歉的价值，问的是在致歉之外补偿值多少。",
            ),
            Road(
                "whole_chance",
                lambda: _stays("compensation") * qinghe.worth_of_staying(),
                "You took the whole chance to stay. Many would stay with an apology, too: take the difference.",
                "你用了留下的全部概率。光致歉也有不少人留下：要取差。",
            ),
            Road(
                "everybody_with_apology",
                _of_the_class,
                "That is the mean over all who got an apology. This customer has waited 8 days.",
                "这是所有只得到致歉的人的平均，这位客户等了 8 天。",
            ),
            Road(
                "same_day",
                lambda: _most(days=0),
                "That is on the first day. The customer has waited 8.",
                "这是当天答复的数，客户已经等了 8 天。",
            ),
            Road(
                "rounded_rows",
                lambda: 0.07 * qinghe.worth_of_staying(),
                "You compared the rows of the table as they stand. Those compensated had waited longer (confounding): compare at the same delay of 8 days.",
                "你直接比了表里的两行。拿到补偿的人等得更久（混杂）：要在同样等 8 天的人里比。",
            ),
            Road(
                "chance_to_stay",
                lambda: _stays("compensation"),
                "That is a chance. Take the difference to an apology, times worth_of_staying.",
                "这是概率。要和光致歉的相减，再乘 worth_of_staying。",
            ),
            Road(
                "price_of_waiting",
                lambda: 8 * _day_costs(),
                "That is what eight days of waiting cost. Asked is what compensation adds now.",
                "这是等八天的代价，问的是现在给补偿能多挣回多少。",
            ),
            Road(
                "those_who_leave",
                lambda: (1 - _stays("compensation")) * qinghe.worth_of_staying(),
                "Those are the customers who leave in spite of it.",
                "这是给了补偿还是走掉的人。",
            ),
            Road(
                "less_what_was_paid",
                lambda: _most() - _mean_paid(),
                "What was paid before is no part of the limit: leave it out.",
                "以前平均给了多少，和上限无关，不要减。",
            ),
            Road(
                "percent_points",
                lambda: _most() / qinghe.worth_of_staying(),
                "That is the difference of the chances. Times worth_of_staying.",
                "这是概率之差，还要乘 worth_of_staying。",
            ),
            Road(
                "logit",
                lambda: (
                    qinghe.worth_of_staying()
                    * float(
                        qinghe.stay_model().coefficients["coefficient"].loc["compensation"]
                        - qinghe.stay_model().coefficients["coefficient"].loc["apology"]
                    )
                ),
                "You multiplied the coefficients of the regression. They are no chances: use predict.",
                "你乘的是回归系数，它不是概率：请用 predict。",
            ),
            Road(
                "those_warned",
                lambda: _most() / qinghe.worth_of_staying() * qinghe.worth_of_the_warned(),
                "That is the worth of those warned (section 6). Take worth_of_staying.",
                "这是第 6 节被预警客户的价值，要用 worth_of_staying。",
            ),
        ),
    ),
    "voucher_on_return": Exercise(
        expected=_voucher,
        tolerance=3e-3,
        right={
            "en": "Right. A promise that is paid only to those who come back costs little. But the 3% are hoped for: the routine added nothing that could be seen. Below 1.2% each call loses money.",
            "zh": "正确。只发给真回来的人，花不了几个钱。可是 3% 是估计的，老办法的增量根本看不出来；低于 1.2%，每个电话都亏。",
        },
        hints={
            "en": (
                "What does one call bring? With 3% the second lifetime value less the voucher; the 6 yuan are always paid.",
                "allowed × (0.03 × (value − 30) − 6): only those who agreed may be called.",
            ),
            "zh": (
                "一个电话带来多少？有 3% 的机会得到第二段终身价值，再减去券；6 元电话费总要付。",
                "allowed ×（0.03 ×（value − 30）− 6）：只能打给同意接收的人。",
            ),
        },
        roads=(
            Road(
                "without_consent",
                lambda: _voucher(agreed=False),
                "You called all of them. An invitation to buy is marketing: only those who agreed may be called (allowed).",
                "你给所有人都打了。请人来买东西是营销，只能打给同意接收的人（allowed）。",
            ),
            Road(
                "voucher_for_all",
                lambda: _voucher(for_all=True),
                "You gave the voucher to everybody who was called. It is paid only to those who come back: the promise is what makes it cheap. That is {loss:,.0f} yuan too little.",
                "你给每个接电话的人都发了券。券只发给真回来的人，便宜就便宜在这里：少算了 {loss:,.0f} 元。",
                loss=lambda: _voucher() - _voucher(for_all=True),
            ),
            Road(
                "no_voucher",
                lambda: _voucher(gift=0),
                "You left out the voucher of those who come back.",
                "你忘了回来的人要发券。",
            ),
            Road(
                "no_call", lambda: _voucher(call=0), "You left out the calls, 6 yuan each.", "你忘了电话费，每个 6 元。"
            ),
            Road(
                "first_life",
                lambda: _voucher(first=1.0),
                "You gave them their first life back: only half of the margin is assumed.",
                "你按第一段生命算了：假定的毛利只有从前的一半。",
            ),
            Road(
                "margin_of_last_year",
                lambda: _voucher(value_of_one=_margin_of_others()),
                "You took the margin of the last year. Take the second lifetime value.",
                "你用的是最后一年的毛利，要用第二段终身价值。",
            ),
            Road(
                "measured_chance",
                lambda: _voucher(chance=_measured_chance()),
                "You took the share of those tried who came back. The head of sales expects 3% beyond those who come anyway.",
                "你用的是老办法里回来的比例，主管估计的是多请回 3%。",
            ),
            Road(
                "half_margin",
                lambda: _voucher(value_of_one=_margin_of_others() / 2),
                "That is the first year of the second life only. Take value: further years follow.",
                "这只是第二段的头一年，以后还有几年：用 value。",
            ),
            Road(
                "calls_to_returners",
                lambda: _voucher(call=0) - 6 * 0.03 * _of_others("agreed"),
                "The call is paid for everybody who is called, the voucher only for those who come back.",
                "电话费人人都要花，只有券才是给回来的人。",
            ),
            Road(
                "whole_people",
                lambda: (
                    round(0.03 * _of_others("agreed")) * (_second_life("others", 0.5) - 30) - 6 * _of_others("agreed")
                ),
                "Do not round the number of those who come back: it is an expectation.",
                "回来的人数不要取整：这是期望值。",
            ),
            Road(
                "complained",
                lambda: _voucher("complained"),
                "That is the group driven away by a complaint. Asked are the others.",
                "这是因投诉而走的那一类，问的是“其他”。",
            ),
            Road(
                "one_call",
                lambda: _voucher(customers=1),
                "That is what one call brings. Times the number of calls.",
                "这是一个电话的数，还要乘打了几个。",
            ),
        ),
    ),
}
