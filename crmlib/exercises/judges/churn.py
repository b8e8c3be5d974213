"""The judge of chapter 08's long task: a list of customers is marked by the yuan that it earns in the hidden third."""

import re
from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, telecom
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
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
OF_THE_LIST = {  # roads whose chances are good
    "half",
    "list_turned_round",
    "other_worth",
    "best_customers",
    "one_rule",
    "stopped_too_early",
    "went_too_far",
}


@cache
def _hidden():
    return telecom.third(3)


@cache
def _worth():
    return telecom.worth(_hidden())


def _earned(chosen):
    return telecom.earned(chosen, _hidden())


def _list(probability, worth=None):
    return churn.choose(probability, _worth() if worth is None else worth, **telecom.PRICES)


def _auc(probability):
    left, ranks = _hidden()["churn"] == 1, probability.rank()
    leavers, stayers = left.sum(), (~left).sum()
    return (ranks[left].sum() - leavers * (leavers + 1) / 2) / (leavers * stayers)


# ---------------------------------------------------------------- what the build keeps


def facts(probability, chosen):
    """Return what the judge needs of the course's own answer, and how a model shows that has seen who left.

    Of the customers whose chance moves most when the course's model learns from the drawer, too, both chances are kept.

    Examples
    --------
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


# ---------------------------------------------------------------- what a student hands in


def _aligned(answer, name):
    """One answer by customer_id, in the order of the hidden customers, or a sentence on what is wrong with it."""
    customers = _hidden().index
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if trouble := _no_column(answer, name):
        return None, trouble
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
    trouble = _no_yes_or_no(values) if name == "chosen" else _no_chance(values, name)
    return (None, trouble) if trouble else (values, "")


def _no_column(answer, name):
    if np.ndim(answer) == 2:
        return say(
            f"{name} has {np.shape(answer)[1]} columns; one is asked for. Of predict_proba take the second: [:, 1].",
            f"{name} 有 {np.shape(answer)[1]} 列，只要一列。predict_proba 取第二列：[:, 1]。",
        )
    if isinstance(answer, str) or not hasattr(answer, "__len__") or np.ndim(answer) != 1:
        return say(
            f"{name} should be a column with one value for each customer of held_back(); "
            f"yours is a {type(answer).__name__}.",
            f"{name} 应该是一列，held_back() 的每名客户一个值；你给的是 {type(answer).__name__}。",
        )
    return ""


def _no_yes_or_no(values):
    if values.isin([0, 1]).all():
        return ""
    return say(
        "chosen says yes or no: True or False for each customer (no text, nothing missing).",
        "chosen 只能是 True 或 False，一名客户一个（不要写成文字，也不能缺）。",
    )


def _no_chance(values, name):
    if values.isna().any():
        return say(
            f"{name} is missing, or no number, for {values.isna().sum():,} customer(s).",
            f"{name} 有 {values.isna().sum()} 个值缺失，或者不是数。",
        )
    if not values.between(0, 1).all():
        return say("probability must lie between 0 and 1.", "probability 必须在 0 和 1 之间。")
    return ""


def _other_length(answer, name, customers):
    told = say(
        f"{name} should have one value for each of the {len(customers):,} customers of held_back(); "
        f"the number of values in yours is {len(answer):,}.",
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
            f" Missing: {', '.join(lost)}. "
            "New customers are customers: fill what is missing in the table, drop nobody.",
            f"少了 {'、'.join(lost)}。新客户也是客户：把表里缺的补上，一个也别丢。",
        )
    return told


# ---------------------------------------------------------------- which road it took


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
    if any(is_list(_list(probability, factor * worth)) for factor in (2, 0.5, 3, 6)):
        return "other_worth"
    if worth[chosen].min() >= worth[~chosen].max() - 1e-9:
        return "best_customers"
    if (chosen == (_hidden()["contract"] == "Month-to-month")).all():
        return "one_rule"
    riskiest = probability[chosen].min() >= probability[~chosen].max()
    if chosen.sum() < mine.sum() and (riskiest or not (chosen & ~mine).any()):
        return "stopped_too_early"
    return "went_too_far" if chosen.sum() > mine.sum() and (riskiest or not (mine & ~chosen).any()) else None


def _road(probability, chosen):
    """The wrong road that an answer which earns too little seems to have taken, the gravest first, or None."""
    if chosen.all() or not chosen.any():
        return "everybody" if chosen.all() else "nobody"
    if name := _wrong_probability(probability):
        return name
    if probability.mean() < AVERAGE[0]:
        return "leak"
    if name := _wrong_list(probability, chosen):
        return name
    return "balanced" if probability.mean() > AVERAGE[1] else None


def _told(exercise, name, loss=0):
    """The sentence of a road, with the yuan that the very list handed in has lost by it, if it has."""
    road = exercise.road(name)
    return road.told(loss) if loss > 0 else COSTS.sub("", getattr(road, language()))


# ---------------------------------------------------------------- what is said


def verdict(exercise, probability, chosen):
    """Say what a list earns and, where that is too little or too much, which road it took.

    Examples
    --------
    >>> from crmlib.exercises import key
    >>> verdict(key.find("churn.save_the_telecom"), 0.3, True).misconception
    'kind'
    """
    cleaned = []
    for answer, name in ((probability, "probability"), (chosen, "chosen")):
        values, trouble = _aligned(answer, name)
        if trouble:
            return Feedback("wrong", trouble, "kind")
        cleaned.append(values)
    probability, chosen = cleaned[0], cleaned[1] == 1
    known, earned = exercise.facts, _earned(chosen)
    gap, score = say(" ", ""), _score(known, earned, chosen.sum())
    if earned > TOO_GOOD * known["own"] or _auc(probability) > known["auc"] + PROPHET:
        return Feedback("wrong", _told(exercise, "too_good") + gap + score, "too_good")
    if _learned_the_drawer(known["moved"], probability):
        return Feedback("wrong", _told(exercise, "learned_the_drawer") + gap + score, "learned_the_drawer")
    if earned >= ENOUGH * known["own"]:
        if name := _wrong_probability(probability):
            but = say("The list is good, the probabilities are not: ", "名单不错，概率不行：")
            return Feedback("wrong", but + _told(exercise, name) + gap + score, name)
        return Feedback("right", score + gap + _praise(earned - known["own"], probability))
    if name := _road(probability, chosen):
        # What could have been earned without the mistake: with the same chances, if these are good.
        best = _earned(_list(probability)) if name in OF_THE_LIST else known["own"]
        return Feedback("wrong", _told(exercise, name, best - earned) + gap + score, name)
    short = known["own"] - earned
    return Feedback(
        "wrong",
        score
        + say(
            f' It falls {short:,.0f} yuan short of the course\'s own. For help: hint("{exercise.id}")',
            f'比本课程的名单少赚 {short:,.0f} 元。需要提示就运行 hint("{exercise.id}")',
        ),
    )


def _score(known, earned, count):
    own, foresight, everybody = known["own"], known["foresight"], known["everybody"]
    yuan, share = f"{earned:,.0f}".replace("-", "−"), f"{earned / foresight:.0%}".replace("-", "−")
    return say(
        f"Your list of {count:,} customers earns {yuan} yuan, {share} of perfect foresight ({foresight:,.0f}). "
        f"Nobody: 0; everybody: {everybody:,.0f}; the course's own list: {own:,.0f}.",
        f"你的名单有 {count} 人，赚 {yuan} 元，是未卜先知（{foresight:,.0f} 元）的 {share}。"
        f"一个不发：0 元；人人都发：{everybody:,.0f} 元；本课程自己的名单：{own:,.0f} 元。",
    )


def _praise(lead, probability):
    if lead > BY_CHANCE:
        said = say(
            "Better than ours: the telecom is saved. (Could any column or row have known? If not: well done.)",
            "比我们的还好，公司得救了。（有没有哪一列、哪一行事先知道答案？没有的话，真不错。）",
        )
    elif lead >= -BY_CHANCE:
        said = say(
            "As good as ours, give or take chance: the telecom is saved.",
            "和我们的不相上下，差的那点是碰巧：公司得救了。",
        )
    else:
        said = say(
            f"The telecom is saved, if not quite as well as by ours ({-lead:,.0f} yuan more).",
            f"公司得救了，只比我们的少赚 {-lead:,.0f} 元。",
        )
    if AVERAGE[0] <= probability.mean() <= AVERAGE[1]:
        return said
    left = telecom.known()["churn"].mean()
    return said + say(
        f" But your probabilities average {probability.mean():.0%}, and of those whom you know {left:.0%} left: "
        "no list by prices may be made from them.",
        f"不过你的概率平均是 {probability.mean():.0%}，而已知的客户走了 {left:.0%}：这样的概率不能拿去按价钱选人。",
    )


JUDGES = {"save_the_telecom": Judge(facts=facts, verdict=verdict)}
