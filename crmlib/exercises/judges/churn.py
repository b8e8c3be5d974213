"""The judge of chapter 08's long task: a list of customers is marked by the yuan that it earns in the hidden third."""

import re
from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, telecom
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.reading import WrongKind
from crmlib.language import language, say

ENOUGH = 0.94  # of what the course's own list earns
BY_CHANCE = 2_000  # yuan by which two honest lists differ without meaning anything
TOO_GOOD = 1.07  # of what the course's own list earns; of many honest models tried none earned more than 1.01
PROPHET = 0.015  # AUC above that of the course's own chances; honest models reach 0.003 above
COIN = 0.35, 0.60  # AUC
AVERAGE = 0.18, 0.35  # mean chance; 0.27 left among those whom the student knows
MOVED = 100  # customers by whom a model is recognised that learned from the drawer
ALIKE = 0.9  # cosine; honest models of the same kind with fewer columns reach 0.78
COSTS = re.compile(r" ?That costs \{loss[^}]*\} yuan\.$|这样少赚 \{loss[^}]*\} 元。$")


@cache
def _hidden():
    return telecom.third(3)


@cache
def _worth():
    return telecom.worth(_hidden())


def _earned(chosen):
    return telecom.earned(chosen, _hidden())


def _list(probability, factor=1):
    return churn.choose(probability, factor * _worth(), **telecom.PRICES)


def _auc(probability):
    left, ranks = _hidden()["churn"] == 1, probability.rank()
    leavers, stayers = left.sum(), (~left).sum()
    return (ranks[left].sum() - leavers * (leavers + 1) / 2) / (leavers * stayers)


def facts(probability, chosen):
    """Return what the judge needs of the course's own answer, and how a model shows that has seen who left.

    Of the customers whose chance moves most when the course's model learns from the drawer, too, both chances are kept.

    >>> customers = telecom.held_back().index
    >>> facts(pd.Series(range(len(customers)), customers) / len(customers), pd.Series(True, customers))["own"] > 0
    True
    """
    everybody, left = telecom.everybody(), _hidden()["churn"]
    model = telecom.new_model().fit(telecom.attributes(everybody, "before"), everybody["churn"])
    told = telecom.forecast(model, telecom.attributes(_hidden(), "before"))
    moved = (told - probability).abs().nlargest(MOVED).index
    return {
        "own": _earned(chosen),
        "everybody": _earned(left >= 0),
        "foresight": _earned(left == 1),
        "auc": float(_auc(probability)),
        "moved": {name: [float(f"{chance[name]:.9g}") for chance in (probability, told)] for name in moved},
    }


def _learned_the_drawer(moved, probability):
    honest, told = np.array(list(moved.values())).T
    seen, own = told - honest, probability[list(moved)].to_numpy() - honest
    size, length = np.linalg.norm(seen), np.linalg.norm(own)
    return bool(length > 0.5 * size and seen @ own > ALIKE * size * length)


def _aligned(answer, name):
    """One answer as numbers by customer_id, in the order of the hidden customers."""
    customers = _hidden().index
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if isinstance(answer, (list, tuple, range, pd.Series, np.ndarray)) and len(answer) != len(customers):
        raise WrongKind(_other_length(answer, name, customers))
    _check_column(answer, name)
    if isinstance(answer, pd.Series) and not isinstance(answer.index, pd.RangeIndex):
        if answer.index.has_duplicates or set(answer.index) != set(customers):
            en = f"{name} belongs to other customers: its index should be the customer_id of held_back()."
            raise WrongKind(say(en, f"{name} 对应的不是这些客户：索引应该是 held_back() 的 customer_id。"))
        answer = answer.reindex(customers)
    values = pd.to_numeric(pd.Series(np.asarray(answer), index=customers), errors="coerce").astype(float)
    _check_values(values, name)
    return values


def _check_column(answer, name):
    if np.ndim(answer) == 2:
        wide = np.shape(answer)[1]
        en = f"{name} has {wide} columns; one is asked for. Of predict_proba take the second: [:, 1]."
        raise WrongKind(say(en, f"{name} 有 {wide} 列，只要一列。predict_proba 取第二列：[:, 1]。"))
    if isinstance(answer, str) or not hasattr(answer, "__len__") or np.ndim(answer) != 1:
        kind = type(answer).__name__
        en = f"{name} should be a column with one value for each customer of held_back(); yours is a {kind}."
        raise WrongKind(say(en, f"{name} 应该是一列，held_back() 的每名客户一个值；你给的是 {kind}。"))


def _check_values(values, name):
    if name == "chosen":
        if not values.isin([0, 1]).all():
            en = "chosen says yes or no: True or False for each customer (no text, nothing missing)."
            zh = "chosen 只能是 True 或 False，一名客户一个（不要写成文字，也不能缺）。"
            raise WrongKind(say(en, zh))
    elif missing := values.isna().sum():
        en = f"{name} is missing, or no number, for {missing:,} customer(s)."
        raise WrongKind(say(en, f"{name} 有 {missing} 个值缺失，或者不是数。"))
    elif not values.between(0, 1).all():
        raise WrongKind(say("probability must lie between 0 and 1.", "probability 必须在 0 和 1 之间。"))


def _other_length(answer, name, customers):
    wanted, given = len(customers), len(answer)
    told = say(
        f"{name} should have one value for each of the {wanted:,} customers of held_back(); "
        f"the number of values in yours is {given:,}.",
        f"{name} 应该有 {wanted} 个值，held_back() 的每名客户一个；你给了 {given} 个。",
    )
    if name == "chosen" and given < wanted - 1:
        en = " A list of those chosen becomes such a column by held.index.isin(…)."
        return told + say(en, "只有名单的话，用 held.index.isin(…) 变成一列 True 和 False。")
    lost = customers.difference(answer.index) if isinstance(answer, pd.Series) else []
    if 0 < len(lost) <= 3:
        en = "New customers are customers: fill what is missing in the table, drop nobody."
        zh = f"少了 {'、'.join(lost)}。新客户也是客户：把表里缺的补上，一个也别丢。"
        return told + say(f" Missing: {', '.join(lost)}. {en}", zh)
    return told


def _wrong_probability(probability):
    """What is wrong with the chances, whatever the list earns: the name of a road, or None."""
    if probability.isin([0, 1]).all():
        return "labels"
    if probability.nunique() == 1:
        return "same_for_all"
    auc = _auc(probability)
    if auc < COIN[0]:
        return "upside_down"
    return "wrong_order" if auc < COIN[1] else None


def _wrong_list(probability, chosen):
    """The usual wrong road by which a list came from its own chances, or None."""
    worth, mine = _worth(), _list(probability)

    def is_list(other):
        return (chosen != other).sum() <= 2

    if (chosen == (probability >= 0.5)).all():
        return "half"
    if is_list(~mine):
        return "list_turned_round"
    if any(is_list(_list(probability, factor)) for factor in (2, 0.5, 3, 6)):
        return "other_worth"
    if worth[chosen].min() >= worth[~chosen].max() - 1e-9:
        return "best_customers"
    if (chosen == (_hidden()["contract"] == "Month-to-month")).all():
        return "one_rule"
    riskiest = probability[chosen].min() >= probability[~chosen].max()
    if chosen.sum() < mine.sum() and (riskiest or not (chosen & ~mine).any()):
        return "stopped_too_early"
    return "went_too_far" if chosen.sum() > mine.sum() and (riskiest or not (mine & ~chosen).any()) else None


def _road(probability, chosen, own):
    """The wrong road that an answer which earns too little seems to have taken, the gravest first, or None.

    And the yuan that could have been earned without it: with the same chances, if these are good.
    """
    if chosen.all() or not chosen.any():
        return "everybody" if chosen.all() else "nobody", own
    if name := _wrong_probability(probability):
        return name, own
    if probability.mean() < AVERAGE[0]:
        return "leak", own
    if name := _wrong_list(probability, chosen):
        return name, _earned(_list(probability))
    return "balanced" if probability.mean() > AVERAGE[1] else None, own


def verdict(exercise, probability, chosen):
    """Say what a list earns and, where that is too little or too much, which road it took.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("churn.save_the_telecom"), 0.3, True).misconception
    'kind'
    """
    try:
        probability, chosen = _aligned(probability, "probability"), _aligned(chosen, "chosen") == 1
    except WrongKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    known, earned = exercise.facts, _earned(chosen)
    gap, score, own = say(" ", ""), _score(known, earned, chosen.sum()), known["own"]

    def wrong(name, loss=0, but=""):
        # The yuan are told that the very list handed in has lost by the road, if it has.
        road = exercise.road(name)
        told = road.told(loss) if loss > 0 else COSTS.sub("", getattr(road, language()))
        return Feedback("wrong", but + told + gap + score, name)

    if earned > TOO_GOOD * own or _auc(probability) > known["auc"] + PROPHET:
        return wrong("too_good")
    if _learned_the_drawer(known["moved"], probability):
        return wrong("learned_the_drawer")
    if earned >= ENOUGH * own:
        if name := _wrong_probability(probability):
            return wrong(name, but=say("The list is good, the probabilities are not: ", "名单不错，概率不行："))
        return Feedback("right", score + gap + _praise(earned - own, probability))
    name, best = _road(probability, chosen, own)
    if name:
        return wrong(name, best - earned)
    short = say(
        f' It falls {own - earned:,.0f} yuan short of the course\'s own. For help: hint("{exercise.id}")',
        f'比本课程的名单少赚 {own - earned:,.0f} 元。需要提示就运行 hint("{exercise.id}")',
    )
    return Feedback("wrong", score + short)


def _score(known, earned, count):
    own, foresight, everybody = known["own"], known["foresight"], known["everybody"]
    yuan, share = f"{earned:,.0f}".replace("-", "−"), f"{earned / foresight:.0%}".replace("-", "−")
    return say(
        f"Your list of {count:,} customers earns {yuan} yuan, {share} of perfect foresight ({foresight:,.0f}). "
        f"Nobody: 0; everybody: {everybody:,.0f}; the course's own list: {own:,.0f}.",
        f"你的名单有 {count} 人，赚 {yuan} 元，是完全预知（{foresight:,.0f} 元）的 {share}。"
        f"一个不发：0 元；人人都发：{everybody:,.0f} 元；本课程自己的名单：{own:,.0f} 元。",
    )


def _praise(lead, probability):
    en = f"The telecom is saved, if not quite as well as by ours ({-lead:,.0f} yuan more)."
    said = say(en, f"公司得救了，只比我们的少赚 {-lead:,.0f} 元。")
    if abs(lead) <= BY_CHANCE:
        en = "As good as ours, give or take chance: the telecom is saved."
        said = say(en, "和我们的不相上下，差的那点是碰巧：公司得救了。")
    elif lead > 0:
        en = "Better than ours: the telecom is saved. (Could any column or row have known? If not: well done.)"
        said = say(en, "比我们的还好，公司得救了。（有没有哪一列、哪一行事先知道答案？没有的话，真不错。）")
    if AVERAGE[0] <= probability.mean() <= AVERAGE[1]:
        return said
    left = telecom.known()["churn"].mean()
    return said + say(
        f" But your probabilities average {probability.mean():.0%}, and of those whom you know {left:.0%} left: "
        "no list by prices may be made from them.",
        f"不过你的概率平均是 {probability.mean():.0%}，而已知的客户走了 {left:.0%}：这样的概率不能拿去按价钱选人。",
    )


JUDGES = {"save_the_telecom": Judge(facts=facts, verdict=verdict)}
