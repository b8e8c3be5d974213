"""The judge of chapter 07's long task: a loyalty programme is marked by the yuan that it brings in 2026."""

import numpy as np
import pandas as pd

from crmlib import qinghe
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.language import say

ENOUGH = 0.75  # of what the course's own programme brings; one sign for all benefits stays below 0.6
TOO_GOOD = 1.15  # of what one who knew the planted effects would get; whoever has seen 2026 gets 1.5
DUST = 1.0  # yuan of the budget
NEARLY_ALL, MANY = 0.9, 0.2  # of the households that get something; of all


def facts(programme):
    """Return what the judge compares with: the course's own programme, one benefit for all, the truth, foresight.

    >>> facts(pd.Series("nothing", index=qinghe.programme_list().index))["own"]
    0.0
    """
    seen = qinghe.margins_2026().sub(qinghe.margins_2026()["nothing"], axis=0)
    return {
        "own": qinghe.programme_earns(programme),
        "same": max(qinghe.programme_earns(one_for_all(benefit)) for benefit in qinghe.BENEFITS[1:]),
        "planted": qinghe.programme_earns(qinghe.programme_plan(qinghe.planted_effects())),
        "foresight": qinghe.programme_earns(qinghe.programme_plan(seen)),
    }


def one_for_all(benefit, order=None):
    """Give one benefit to household after household, in the list's order or another, while the budget lasts.

    >>> one_for_all("event").eq("event").sum() * 40 == qinghe.PROGRAMME_BUDGET
    np.True_
    """
    order = qinghe.programme_list().index if order is None else order
    paid = order[qinghe.programme_costs().loc[order, benefit].cumsum() <= qinghe.PROGRAMME_BUDGET]
    return pd.Series("nothing", index=qinghe.programme_list().index, dtype=object).mask(
        qinghe.programme_list().index.isin(paid), benefit
    )


class _OtherKind(Exception):
    """The answer is of the wrong kind; the sentence says why."""


def _aligned(programme):
    """The answer as a benefit by household, in the course's order."""
    households = qinghe.programme_list().index
    if isinstance(programme, pd.DataFrame) and programme.shape[1] == 1:
        programme = programme.iloc[:, 0]
    if not isinstance(programme, (pd.Series, np.ndarray, list, tuple)) or getattr(programme, "ndim", 1) != 1:
        kind = type(programme).__name__
        en = f"programme should be a column with the benefit of each household in `others`; yours is a {kind}."
        raise _OtherKind(say(en, f"programme 应该是一列，others 里每户一种权益；你给的是 {kind}。"))
    if len(programme) != len(households):
        en = f"programme should have one value for each of the {len(households):,} households; yours has "
        en += f'{len(programme):,}. Who gets nothing gets "nothing".'
        zh = f"programme 应该有 {len(households)} 个值，每户一个；你给了 {len(programme)} 个。什么都不给的写 nothing。"
        raise _OtherKind(say(en, zh))
    if isinstance(programme, pd.Series) and not isinstance(programme.index, pd.RangeIndex):
        if programme.index.has_duplicates or set(programme.index) != set(households):
            en = "programme belongs to other households: its index should be that of `others`."
            raise _OtherKind(say(en, "programme 对应的不是这些客户：索引应该和 others 的一样。"))
        programme = programme.reindex(households)
    benefits = pd.Series(list(programme), index=households, dtype=object)
    known = benefits.map(lambda value: isinstance(value, str) and value in qinghe.BENEFITS).astype(bool)
    if not known.all():
        words = ", ".join(qinghe.BENEFITS)
        en = f"programme holds something else than {words} for {int((~known).sum()):,} household(s)."
        raise _OtherKind(say(en, f"programme 有 {int((~known).sum())} 个值不是下面几个词之一：{words}。"))
    return benefits


def _road(programme):
    """The wrong road of a programme that brings too little, or None."""
    table, given = qinghe.programme_list(), programme[programme != "nothing"]
    costs = qinghe.programme_costs()
    money = pd.Series([costs.at[who, benefit] for who, benefit in given.items()], index=given.index)
    gold = (table["spending"] >= qinghe.GOLD).loc[given.index] & (given == "points")
    if _goes_by(table["satisfaction"], given):
        return "satisfaction_alone"
    if _goes_by(table["spending"], given):
        return "highest_spenders"
    if (given == "points").all() and gold.any() and len(given) > MANY * len(table):
        return "points_for_all"
    if given.nunique() == 1:
        return "one_benefit"
    return "bought_anyhow" if money[gold].sum() > 0.25 * money.sum() else None


def _goes_by(measure, given):
    """Whether nearly all who got something are those with the most of a measure, and not by far everybody."""
    if len(given) > len(measure) / 2:
        return False
    least = measure.sort_values(ascending=False).iloc[len(given) - 1]
    return (measure.loc[given.index] >= least).mean() >= NEARLY_ALL


def verdict(exercise, programme):
    """Say what a programme brings and, where that is too little or too much, which road it took.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("loyalty.programme_2026"), "points").misconception
    'kind'
    """
    try:
        programme = _aligned(programme)
    except _OtherKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    known, spent, gap = exercise.facts, qinghe.programme_cost(programme), say(" ", "")
    earned = qinghe.programme_earns(programme)
    score = _score(known, earned, spent)

    def wrong(name, loss=None):
        return Feedback("wrong", exercise.road(name).told(loss) + (gap + score if loss else ""), name)

    if spent > qinghe.PROGRAMME_BUDGET + DUST:
        return wrong("over_budget")
    if spent < DUST:
        return wrong("nobody")
    if earned > TOO_GOOD * known["planted"]:
        return wrong("too_good")
    if earned >= ENOUGH * known["own"]:
        return Feedback("right", score + gap + _praise(earned - known["own"]))
    if name := _road(programme):
        return wrong(name, known["own"] - earned)
    short = known["own"] - earned
    en = f"It falls {short:,.0f} yuan short of the course's own. By benefit, above cost: {_by_benefit(programme)}. "
    zh = f"比本课程的方案少赚 {short:,.0f} 元。分开看，除去成本：{_by_benefit(programme)}。"
    en, zh = en + f'For help: hint("{exercise.id}")', zh + f'需要提示就运行 hint("{exercise.id}")'
    return Feedback("wrong", score + gap + say(en, zh))


def _by_benefit(programme):
    """What each benefit that was given brings above its cost, in words."""
    given = [benefit for benefit in qinghe.BENEFITS[1:] if (programme == benefit).any()]
    brought = {name: qinghe.programme_earns(programme.where(programme == name, "nothing")) for name in given}
    return say(", ", "，").join(f"{name} {yuan:,.0f}".replace("-", "−") for name, yuan in brought.items())


def _score(known, earned, spent):
    brought, same = (f"{yuan:,.0f}".replace("-", "−") for yuan in (earned, known["same"]))
    return say(
        f"Your programme costs {spent:,.0f} yuan and brings {brought} above its cost. Nothing for anybody: 0; the best "
        f"single benefit for as many as the budget pays: {same}; the course's own: {known['own']:,.0f}; "
        f"perfect foresight: {known['foresight']:,.0f}.",
        f"你的方案花 {spent:,.0f} 元，除去成本带来 {brought} 元。谁都不给：0 元；"
        f"只用一种权益、发到预算用完（取最好的一种）：{same} 元；本课程的方案：{known['own']:,.0f} 元；"
        f"完全预知：{known['foresight']:,.0f} 元。",
    )


def _praise(lead):
    if lead < 0:
        return say(f"Right: {-lead:,.0f} yuan less than ours.", f"正确：比我们的少 {-lead:,.0f} 元。")
    return say(
        "Right, and no worse than ours. (Did any number know the year 2026? If not: well done.)",
        "正确，不比我们的差。（有没有哪个数事先知道 2026 年？没有的话，真不错。）",
    )


JUDGES = {"programme_2026": Judge(facts=facts, verdict=verdict)}
