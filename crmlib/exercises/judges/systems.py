"""The judge of chapter 09's long task: a plan to bring in a CRM is marked by what it earns in unseen futures."""

from crmlib import rollout
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.judges import rollout as mending
from crmlib.language import say

MARKS = {"money": 30, "safety": 10, "report": 60}  # the rubric of the task, in the chapter's lab
ENOUGH = 0.9  # of what the course's own plan earns
RARE, OFTEN = 0.1, 0.25  # shares of the futures in which the firm loses: all marks for safety; half of them
TOLD = 0.02  # of what the course's own plan earns: a mistake that costs less is not named


def facts(teams, choices):
    """Return what the course's own plan earns on average, in yuan of today.

    >>> facts(*rollout.draft())["own"] < 0
    True
    """
    return {"own": _mean(teams, choices)}


def _mean(teams, choices, **other):
    return float(rollout.unseen_outcomes(teams, {**choices, **other})["net_gain"].mean())


def _mistakes(teams, choices, spent, own):
    """The mistakes of a plan by their names: above the budget first, then what costs most."""
    if not (teams["live"] > 0).any():
        return ["nothing_live"]
    lost = mending.losses(teams, choices)
    dear = lost.index[lost > TOLD * own]
    return ["over_budget"] * (spent > rollout.BUDGET) + list(dear if len(dear) else lost.index[lost > 0][:1])


def verdict(exercise, teams, choices):
    """Say what a plan earns in futures that nobody has seen, how often it loses, and how many marks that brings.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("systems.crm_rollout"), "soon", "rent").misconception
    'kind'
    """
    try:
        teams, choices = rollout.read(teams, choices)
    except (TypeError, ValueError) as trouble:
        return Feedback("wrong", str(trouble), "kind")
    seen, own = rollout.unseen_outcomes(teams, choices), exercise.facts["own"]
    spent = int(rollout.costs(teams, choices).loc["total", "first_year"])
    net, lost = float(seen["net_gain"].mean()), float((seen["net_gain"] < 0).mean())
    mistakes = _mistakes(teams, choices, spent, own)
    kept = not {"nothing_live", "over_budget"} & set(mistakes)
    money = int(MARKS["money"] * min(max(net / own, 0), 1) + 1e-9) if kept else 0
    safety = MARKS["safety"] * ((lost <= RARE) + (lost <= OFTEN)) // 2 if kept else 0
    told = [_earned(net, own, lost, spent), _marks(money, safety), *_counted(teams, choices)]
    reasons = [
        exercise.road(name).message + say(" ", "") * bool(shown) + shown
        for name, shown in ((name, _fact(name, teams, choices, TOLD * own)) for name in mistakes[:3])
    ]
    if kept and net >= ENOUGH * own and lost <= RARE:
        if money < MARKS["money"] and reasons:
            told += [say("Still to gain:", "还可以改进："), reasons[0]]
        return Feedback("right", _joined(told))
    name = mistakes[0] if mistakes else "amounts"
    reasons = reasons or [exercise.road(name).message]
    others = [say("Also: ", "另外：") + _joined(reasons[1:])] if reasons[1:] else []
    return Feedback("wrong", _joined([reasons[0], *told, *others]), name)


def _joined(sentences):
    return say(" ", "").join(sentences)


def _counted(teams, choices):
    """Say which months are counted as later ones, because nobody can go live in them."""
    live = mending.months(teams, choices)
    soon = live[live > teams.loc[live.index, "live"]]
    if soon.empty:
        return []
    way, names = choices["way"], list(soon.index)
    en = f"With {way!r} nobody can go live before month {soon.iloc[0]}: so it was counted for {', '.join(names)}."
    return [say(en, f"{way!r} 方式最早第 {soon.iloc[0]} 个月才能上线，{'、'.join(names)} 按这个月计算。")]


def _fact(name, teams, choices, told):
    """What of the plan shows a mistake: teams, months, amounts; empty where the sentence says all."""
    live = mending.months(teams, choices)
    when = {"too_early": live[live < mending.early(teams, choices)], "pilot_ignored": mending.waiting(teams, choices)}
    if name in when:
        parts = _by_month(when[name])
    elif name == "too_slow":
        parts = _sooner(live, *mending.earlier(teams, choices))
    elif name in mending.TRAINING:
        parts = list(live.index[mending.TRAINING[name](teams)[live.index]])
    else:
        parts = _said(name, teams, choices, told)
    if name == "pilot_ignored":
        month = live[choices["pilot"]] + rollout.WAIT
        parts.append(say(f"the pilot tells in month {month}", f"试点第 {month} 个月才有结论"))
    return say(f"({'; '.join(parts)})", f"（{'；'.join(parts)}）") if parts else ""


def _by_month(live):
    return [say(f"{team}: month {month}", f"{team}：第 {month} 个月") for team, month in live.items()]


def _sooner(live, best, gain):
    """Which month would be better for each team, one after the other, and what all of it brings."""
    parts = [say("move in this order", "按这个次序改")] * (len(best) > 1)
    for team, month in best.items():
        en = f"{team}: month {live[team]}, better month {month}"
        parts.append(say(en, f"{team}：第 {live[team]} 个月，改为第 {month} 个月更好"))
    return [*parts, say(f"{_yuan(gain)} yuan more in all", f"共可多得 {_yuan(gain)} 元")]


def _said(name, teams, choices, told):
    if name == "all_at_once":
        crowd = mending.crowds(teams, choices).items()
        return [say(f"month {month}: {people} people", f"第 {month} 个月：{people} 人") for month, people in crowd]
    if name == "left_out":
        out = [team for team in teams.index[teams["live"] == 0] if team != "managers"]
        return out + [say("so there is no pilot", "所以也就没有试点")] * (choices["pilot"] in out)
    if name == "no_pilot":
        doubt = 1 - rollout.WAYS.loc[choices["way"], "suits"]
        parts = [say(f"the chance of that is {doubt:.0%}", f"这种可能性为 {doubt:.0%}")]
        if choices["pilot"] != rollout.NOBODY:
            parts.append(say(f"{choices['pilot']} never goes live", f"{choices['pilot']} 始终没有上线"))
        return parts
    if name == "too_dear":
        gain = _mean(teams, choices, way="rent") - _mean(teams, choices)
        en = f"by renting, the same plan would bring {_yuan(gain)} yuan more"
        return [say(en, f"同样的方案改为租用，会多得 {_yuan(gain)} 元")] if gain > 0 else []
    if name == "amounts":
        little, much = mending.amounts(teams, choices, told)
        words = ((little, say("too little: ", "偏少：")), (much, say("too much: ", "偏多：")))
        return [word + say(", ", "、").join(_whose(*found) for found in names) for names, word in words if names]
    return []


def _whose(name, teams):
    """An amount, with the teams for which it is not right where it differs by team."""
    return name + (say(" of ", "（") + say(" and ", "、").join(teams) + say("", "）") if teams else "")


def _yuan(amount):
    return f"{amount:,.0f}".replace("-", "−")


def _earned(net, own, lost, spent):
    times = round(lost * rollout.UNSEEN)
    en = f"In {rollout.UNSEEN} futures your plan brings {_yuan(net)} yuan on average in three years, at today's worth; "
    beaten = say(", less than yours", "，不如你的方案") if net > own else ""
    en += f"the course's own brings {_yuan(own)}{beaten}. "
    en += f"Yours loses money in {times} of the {rollout.UNSEEN} ({lost:.1%}). "
    en += f"The first year costs {_yuan(spent)} yuan as planned; {_yuan(rollout.BUDGET)} may be spent."
    zh = f"在 {rollout.UNSEEN} 种未来里，你的方案三年平均净得 {_yuan(net)} 元（现值），"
    zh += f"参考方案为 {_yuan(own)} 元{beaten}；你的方案有 {times} 种（{lost:.1%}）亏损。"
    zh += f"第一年按计划花 {_yuan(spent)} 元，预算为 {_yuan(rollout.BUDGET)} 元。"
    return say(en, zh)


def _marks(money, safety):
    """The marks by the rubric, and from how many on the task is done; the report is marked by its reader."""
    most = MARKS["money"] + MARKS["safety"]
    least = int(ENOUGH * MARKS["money"]) + MARKS["safety"]
    return say(
        f"Marks by the table: money {money} of {MARKS['money']}, safety {safety} of {MARKS['safety']}: "
        f"{money + safety} of {most}, done from {least} on; the report brings up to {MARKS['report']} more.",
        f"按评分表：金额 {money}/{MARKS['money']}，稳妥 {safety}/{MARKS['safety']}，"
        f"合计 {money + safety}/{most}，{least} 分起算完成；报告另有 {MARKS['report']} 分。",
    )


JUDGES = {"crm_rollout": Judge(facts=facts, verdict=verdict)}
