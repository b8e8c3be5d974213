"""The judge of chapter 05's long task: the care given to each household is marked by the yuan that it brings."""

import numpy as np
import pandas as pd

from crmlib import qinghe, segmentation
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.judges.columns import column_of
from crmlib.exercises.reading import WrongKind
from crmlib.language import say

ENOUGH = 0.95  # of what the course's own division brings; last year's profit, household by household, reaches 0.97
TOO_GOOD = 1.05  # of it; of many honest forecasts tried none brought more than 1.00, what has seen 2025 from 1.06 on
DUST = 1.0  # yuan of the budget
ALIKE = 0.01  # yuan a head


def _households():
    return qinghe.care_list()


def _best(worth):
    """The best division of the budget if a household that is moved brings so much."""
    table = _households()[["ceiling", "k"]].assign(customers=1, value=worth.clip(lower=0))
    return segmentation.tier_plan(table, qinghe.CARE_BUDGET)["spend"]


def facts(care):
    """Return what the judge compares with: the course's own division, simple ones, and perfect foresight.

    >>> round(facts(pd.Series(0.0, index=qinghe.care_list().index))["own"])
    0
    """
    table = _households()
    profit = table["profit"]
    even = pd.Series(qinghe.CARE_BUDGET / len(table), index=table.index)
    return {
        "own": qinghe.care_earns(care),
        "even": qinghe.care_earns(even),
        "tiers": qinghe.care_earns(_best(profit.groupby(table["tier"]).transform("mean"))),
        "foresight": qinghe.care_earns(_best(qinghe.account(2025)["profit"].reindex(table.index, fill_value=0))),
    }


def _aligned(care):
    """The answer as yuan by household, in the course's order."""
    given = column_of(care, _households().index, "care", "households", ("yuan", "一个金额（元）"), "0")
    yuan = pd.to_numeric(given, errors="coerce").astype(float)
    if not np.isfinite(yuan).all() or (yuan < 0).any():
        bad = int((~(yuan >= 0) | np.isinf(yuan)).sum())
        en = f"care is missing, negative or no number for {bad:,} household(s). Who gets nothing gets 0."
        raise WrongKind(say(en, f"care 有 {bad} 个值缺失、小于 0 或者不是数。不花钱的写 0。"))
    return yuan


def _road(care):
    """The wrong road that a division which brings too little has taken, or None."""
    table = _households()
    within = care.groupby(table["tier"]).agg(lambda yuan: yuan.max() - yuan.min())
    given = care.groupby(table["tier"]).sum()
    if care.max() - care.min() < ALIKE:
        return "same_for_all"
    if given["VIP"] > care.sum() - DUST:
        return "all_for_vips"
    if within.max() < ALIKE:
        return "three_tiers"
    if care[table["profit"] <= 0].sum() > 0.01 * care.sum():
        return "unprofitable"
    return "whole_budget" if care.sum() > qinghe.CARE_BUDGET - DUST else None


def verdict(exercise, care):
    """Say what a division brings and, where that is too little or too much, which road it took.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("segmentation.care_for_2025"), "everybody").misconception
    'kind'
    """
    try:
        care = _aligned(care)
    except WrongKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    known = exercise.facts
    spent, earned, gap = care.sum(), qinghe.care_earns(care), say(" ", "")

    def wrong(name, loss=None):
        return Feedback("wrong", exercise.road(name).told(loss) + (gap + score if loss else ""), name)

    if spent > qinghe.CARE_BUDGET + DUST:
        return wrong("over_budget")
    if spent < DUST:
        return wrong("nobody")
    score = _score(known, earned, spent)
    if earned > TOO_GOOD * known["own"]:
        return wrong("too_good")
    if earned >= ENOUGH * known["own"]:
        return Feedback("right", score + gap + _praise(earned - known["own"]))
    if name := _road(care):
        return wrong(name, known["own"] - earned)
    short = known["own"] - earned
    en = f'It falls {short:,.0f} yuan short of the course\'s own. For help: hint("{exercise.id}")'
    zh = f'比本课程的分法少赚 {short:,.0f} 元。需要提示就运行 hint("{exercise.id}")'
    return Feedback("wrong", score + gap + say(en, zh))


def _score(known, earned, spent):
    brought = f"{earned:,.0f}".replace("-", "−")
    return say(
        f"Your division spends {spent:,.0f} yuan and brings {brought} above its cost. The same for every head: "
        f"{known['even']:,.0f}; three tiers: {known['tiers']:,.0f}; the course's own: {known['own']:,.0f}; "
        f"perfect foresight: {known['foresight']:,.0f}.",
        f"你的分法花 {spent:,.0f} 元，除去成本带来 {brought} 元。人人一样：{known['even']:,.0f} 元；"
        f"按三层分：{known['tiers']:,.0f} 元；本课程的分法：{known['own']:,.0f} 元；"
        f"完全预知：{known['foresight']:,.0f} 元。",
    )


def _praise(lead):
    if lead < 0:
        return say(f"Right: {-lead:,.0f} yuan less than ours.", f"正确：只比我们的少 {-lead:,.0f} 元。")
    return say(
        "Right, and no worse than ours. (Did any number know the year 2025? If not: well done.)",
        "正确，不比我们的差。（有没有哪个数事先知道 2025 年？没有的话，真不错。）",
    )


JUDGES = {"care_for_2025": Judge(facts=facts, verdict=verdict)}
