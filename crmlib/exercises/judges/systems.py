"""The judge of chapter 09's long task: a plan to bring in a CRM is marked by what it earns in unseen futures."""

from crmlib import rollout
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.language import say

MARKS = {"money": 30, "safety": 10, "report": 60}  # the rubric of the task, in the chapter's lab
ENOUGH = 0.9  # of what the course's own plan earns
RARE, OFTEN = 0.1, 0.25  # shares of the futures in which the firm loses: all marks for safety; half of them
LEAST = {"processes": 6, "cleaning": 80, "hours": 4, "responsible": 4}  # days, hours, hours a person, hours a week
LAST = 12  # the month by which all should work with it


def facts(teams, choices):
    """Return what the course's own plan earns on average, in yuan of today.

    >>> facts(*rollout.draft())["own"] < 0
    True
    """
    return {"own": float(rollout.unseen_outcomes(teams, choices)["net_gain"].mean())}


def _mistakes(teams, choices, spent):
    """The mistakes of a plan by their names, the gravest first."""
    live, way = teams["live"], choices["way"]
    on = live[live > 0]
    if on.empty:
        return ["nothing_live"]
    trained, first, pilot = teams.loc[on.index, "trained"], on.min(), choices["pilot"]
    ready = {name: min(choices[name], rollout.A_MONTH[name] * (first - 1)) for name in rollout.A_MONTH}
    tried = live.get(pilot, 0)
    others = on.drop(pilot, errors="ignore")
    found = {
        "over_budget": spent > rollout.BUDGET,
        "software_first": ready["processes"] < LEAST["processes"],
        "dirty_data": ready["cleaning"] < LEAST["cleaning"],
        "untrained": (trained == 0).any() or (teams.loc[on.index, "hours"] < LEAST["hours"]).any(),
        "nobody_responsible": choices["responsible"] < LEAST["responsible"],
        "all_at_once": rollout.PEOPLE[on.index].groupby(on).sum().max() > rollout.AT_ONCE,
        "managers_out": live["managers"] == 0,
        "left_out": (live == 0).any(),
        "no_pilot": pilot == rollout.NOBODY or tried == 0,
        "managers_first": live["managers"] < on.drop("managers", errors="ignore").min(),
        "pilot_ignored": tried and (others < tried + rollout.WAIT).any(),
        "trained_late": (trained > on).any(),
        "forgotten": (on - trained > 1).any(),
        "too_dear": way != "rent",
        "too_slow": on.max() > LAST,
    }
    return [name for name, there in found.items() if there]


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
    mistakes = _mistakes(teams, choices, spent)
    kept = not {"nothing_live", "over_budget"} & set(mistakes)
    money = int(MARKS["money"] * min(max(net / own, 0), 1) + 1e-9) if kept else 0
    safety = MARKS["safety"] * ((lost <= RARE) + (lost <= OFTEN)) // 2 if kept else 0
    told = [_earned(net, own, lost, spent), _marks(money, safety)]
    if kept and net >= ENOUGH * own and lost <= RARE:
        return Feedback("right", say(" ", "").join(told))
    name = mistakes[0] if mistakes else "amounts"
    others = [exercise.road(other).message for other in mistakes[1:3]]
    if others:
        told.append(say("Also: ", "另外：") + say(" ", "").join(others))
    return Feedback("wrong", say(" ", "").join([exercise.road(name).message, *told]), name)


def _yuan(amount):
    return f"{amount:,.0f}".replace("-", "−")


def _earned(net, own, lost, spent):
    en = f"In {rollout.UNSEEN} futures your plan brings {_yuan(net)} yuan on average in three years, at today's worth; "
    en += f"the course's own brings {_yuan(own)}. It loses money in {lost:.0%} of them. The first year costs "
    en += f"{_yuan(spent)} yuan as planned; {_yuan(rollout.BUDGET)} may be spent."
    zh = f"在 {rollout.UNSEEN} 种未来里，你的方案三年平均净得 {_yuan(net)} 元（现值），参考方案为 {_yuan(own)} 元；"
    zh += f"其中 {lost:.0%} 的未来是亏损的。第一年按计划花 {_yuan(spent)} 元，预算为 {_yuan(rollout.BUDGET)} 元。"
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
