"""The judge of chapter 07's long task: a loyalty programme is marked by the yuan that it brings in 2026."""

import math

import pandas as pd

from crmlib import qinghe
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.judges.columns import column_of
from crmlib.exercises.reading import WrongKind
from crmlib.language import say

MARKS = 20  # for what the reference programme brings, in proportion; the task is done from `PROGRAMME_ENOUGH` on
TOO_GOOD = 1.15  # of what one who knew the planted effects would get; whoever has seen 2026 gets 1.5
DUST = 1.0  # yuan of the budget
NEARLY_ALL, MANY = 0.9, 0.2  # of the households that get something; of all
PAYS = 0.6  # yuan above cost for each yuan spent: from here on one benefit is well chosen


def facts(programme):
    """Return what the judge compares with: the reference programme, one benefit for all, the truth, foresight.

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


def _aligned(programme):
    """The answer as a benefit by household, in the course's order."""
    households = qinghe.programme_list().index
    benefits = column_of(programme, households, "programme", "others", ("benefit", "一种权益"), '"nothing"')
    known = benefits.map(lambda value: isinstance(value, str) and value in qinghe.BENEFITS).astype(bool)
    if not known.all():
        words = ", ".join(qinghe.BENEFITS)
        other, empty = int((~known).sum()), int(benefits.isna().sum())
        en = f"programme holds something else than {words} for {other:,} household(s)"
        en += f", {empty:,} of them empty." if empty else "."
        zh = f"programme 有 {other} 个值不是下面几个词之一：{words}"
        zh += f"（其中 {empty} 个是空值）。" if empty else "。"
        raise WrongKind(say(en, zh))
    return benefits


def _road(programme):
    """The wrong road of a programme that brings too little, or None."""
    table, given = qinghe.programme_list(), programme[programme != "nothing"]
    costs = qinghe.programme_costs()
    money = pd.Series([costs.at[who, benefit] for who, benefit in given.items()], index=given.index)
    gold = (table["spending"] >= qinghe.GOLD).loc[given.index] & (given == "points")
    to_fans = (given == "event") & (table["satisfaction"] >= 9).loc[given.index]
    if _goes_by(table["satisfaction"], given) and to_fans.mean() < NEARLY_ALL:
        return "satisfaction_alone"
    if given.nunique() == 1 and qinghe.programme_earns(programme) >= PAYS * money.sum():
        return "well_chosen"
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
    except WrongKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    known, spent, gap = exercise.facts, qinghe.programme_cost(programme), say(" ", "")
    earned = qinghe.programme_earns(programme)
    part = earned / known["own"] if known["own"] else 0.0
    score = _score(known, programme, earned, spent)

    def wrong(name, loss=None):
        return Feedback("wrong", exercise.road(name).told(loss) + (gap + score if loss else ""), name)

    if spent > qinghe.PROGRAMME_BUDGET + DUST:
        return wrong("over_budget")
    if spent < DUST:
        return wrong("nobody")
    if earned > TOO_GOOD * known["planted"]:
        return wrong("too_good")
    score += gap + _marks(part)
    if part >= qinghe.PROGRAMME_ENOUGH:
        return Feedback("right", score)
    if name := _road(programme):
        return wrong(name, known["own"] - earned)
    en = "Where a benefit brings little or a loss, look in the pilot for another sign of those whom it moves"
    en += f' (and see each=True for the evening). For help: hint("{exercise.id}")'
    zh = "哪种权益带来得少或者亏，就在试行里换一个特征，看它打动谁"
    zh += f'（俱乐部之夜要用 each=True）。需要提示就运行 hint("{exercise.id}")'
    return Feedback("wrong", score + gap + say(en, zh))


def _by_benefit(programme):
    """What each benefit that was given brings above its cost, in words."""
    given = [benefit for benefit in qinghe.BENEFITS[1:] if (programme == benefit).any()]
    brought = {name: qinghe.programme_earns(programme.where(programme == name, "nothing")) for name in given}
    return say(", ", "，").join(f"{name} {yuan:,.0f}".replace("-", "−") for name, yuan in brought.items())


def _score(known, programme, earned, spent):
    brought, same = (f"{yuan:,.0f}".replace("-", "−") for yuan in (earned, known["same"]))
    left = max(qinghe.PROGRAMME_BUDGET - spent, 0)
    return say(
        f"Your programme costs {spent:,.0f} yuan ({left:,.0f} of the budget are left) and brings {brought} above its "
        f"cost; by benefit: {_by_benefit(programme) or 0}. To compare: nothing for anybody 0; one benefit for household"
        f" after household, unchosen, while the budget lasts (the best of the four) {same}; the reference programme "
        f"{known['own']:,.0f}; perfect foresight {known['foresight']:,.0f}.",
        f"你的方案花 {spent:,.0f} 元（预算还剩 {left:,.0f} 元），除去成本带来 {brought} 元；"
        f"分开看：{_by_benefit(programme) or 0}。对照：谁都不给，0 元；只用一种权益，不挑人，一直发到预算用完"
        f"（四种里最好的），{same} 元；参考方案，{known['own']:,.0f} 元；完全预知，{known['foresight']:,.0f} 元。",
    )


def _marks(part):
    """The marks for a part of what the reference brings, both cut down, so that they agree with the verdict."""
    marks, percent = (max(math.floor(whole * part), 0) for whole in (MARKS, 100))
    marks, need = min(marks, MARKS), qinghe.PROGRAMME_ENOUGH
    en = f"That is {percent}% of the reference programme: {marks} of {MARKS} marks"
    zh = f"达到参考方案的 {percent}%，得 {marks} 分（满分 {MARKS} 分）"
    if part < need:
        return say(f"{en}; the task is done from {need:.0%} on.", f"{zh}；达到 {need:.0%} 算完成。")
    if part < 1:
        return say(f"Done. {en}.", f"完成。{zh}。")
    asked = say(" Did any number know the year 2026? If not: well done.", "如果没有哪个数事先知道 2026 年，做得很好。")
    return say(f"Done. {en}.", f"完成。{zh}。") + asked


JUDGES = {"programme_2026": Judge(facts=facts, verdict=verdict)}
