"""The judge of chapter 02's long task: a contract on data is marked by what it saves four firms, if all sign it."""

import math

from crmlib import chain
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.language import label, say

MARKS = {"saving": 30, "signatures": 10, "report": 60}  # the rubric of the task, in the chapter's lab
ENOUGH = 0.9  # of what the course's own contract saves; no other choice of connections reaches it
SIGNS = 0.8  # of the years in which a firm must not lose by the contract
DUST = 1.0  # yuan


def facts(contract):
    """Return what the course's own contract saves the chain in a year, in yuan.

    >>> facts(chain.today())
    {'own': 0.0}
    """
    return {"own": float(_future(contract).sum(axis=1).mean())}


def _future(contract):
    return chain.all_gains(contract).drop(index=list(chain.PAST))


def _refusing(gains):
    """The firms that do not sign, with the number of years in which they would not lose."""
    years = (gains > -DUST).sum()
    return years[years < SIGNS * len(gains)]


def _road(contract, gains):
    """The road of a contract that is not signed by all, or that saves too little, the gravest first."""
    sees, pays, refusing = contract["sees_till"], contract["pays"], _refusing(gains)
    if not sees.any():
        return "nobody_sees"
    if pays["shop"] > 0 > pays["dairy"]:
        return "signs_reversed"
    if "shop" in refusing:
        return "shop_unpaid"
    if ((pays[refusing.index] > 0) & (refusing == 0)).any():
        return "loses_every_year"
    if "dairy" in refusing and pays["dairy"] > 0:
        return "price_too_high"
    if len(refusing):
        return "partner_unpaid" if (gains.mean()[refusing.index] < 0).any() else "partner_on_average"
    if sees["dairy"] and sees.sum() == 1:
        return "dairy_alone"
    return "all_connected" if sees.sum() == len(sees) - 1 else "link_missing"


def verdict(exercise, contract):
    """Say who would sign a contract, what it saves in years that nobody has seen, and how many marks that earns.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("relationship.data_contract"), "a handshake").misconception
    'kind'
    """
    try:
        known, gains = chain.read(contract), _future(contract)
    except (TypeError, ValueError) as trouble:
        return Feedback("wrong", str(trouble), "kind")
    if abs(total := known["pays"].sum()) > DUST:
        more = say(f" (Yours add up to {total:,.0f}.)", f"（你的合计是 {_yuan(total)}。）")
        return Feedback("wrong", exercise.road("unbalanced").message + more, "unbalanced")
    refusing, saved, own = _refusing(gains), gains.sum(axis=1).mean(), exercise.facts["own"]
    saving = 0 if len(refusing) else int(MARKS["saving"] * min(max(saved / own, 0), 1) + 1e-9)
    told = [_by_firm(gains, refusing), _in_all(saved, own)] if known["sees_till"].any() else []
    signing = len(gains.columns) - len(refusing) if told else 0
    told.append(_marks(saving, MARKS["signatures"] * signing / len(gains.columns)))
    if not len(refusing) and saved >= ENOUGH * own:
        return Feedback("right", say(" ", "").join(told))
    name = _road(known, gains)
    return Feedback("wrong", say(" ", "").join([exercise.road(name).message, *told]), name)


def _yuan(amount):
    return f"{amount:,.0f}".replace("-", "−")


def _by_firm(gains, refusing):
    """What each firm gains on average, and in how many of the years it does not lose, in words; who refuses, first."""
    means, years, count = gains.mean(), (gains > -DUST).sum(), len(gains)
    least, told = math.ceil(SIGNS * count), []
    for firm in refusing.index:
        mean, good = _yuan(means[firm]), years[firm]
        en = f"The {firm} does not sign: it gains {mean} yuan a year on average, and is without loss in"
        zh = f"{label(firm.capitalize())}不签：平均每年得 {mean} 元，{count} 年里有 {good} 年不亏，至少要 {least} 年。"
        told.append(say(f"{en} {good} of {count} years; {least} are needed.", zh))
    signing = [firm for firm in gains if firm not in refusing.index]
    en = "; ".join(
        f"{label(firm.capitalize())} {_yuan(means[firm])} ({years[firm]} of {count} years)" for firm in signing
    )
    zh = "；".join(f"{label(firm.capitalize())} {_yuan(means[firm])} 元（{years[firm]} 年不亏）" for firm in signing)
    if signing:
        en = f"Those who sign, with their mean gain a year and the years without loss: {en}."
        told.append(say(en, f"签字的平均每年得：{zh}。"))
    return say(" ", "").join(told)


def _in_all(saved, own):
    return say(
        f"If all sign, the chain saves {_yuan(saved)} yuan a year; the course's own contract saves {_yuan(own)}.",
        f"若四家都签，全链一年共省 {_yuan(saved)} 元；参考方案省 {_yuan(own)} 元。",
    )


def _marks(saving, signatures):
    """The marks by the rubric, and from how many on the task is done; the report is marked by its reader."""
    most = MARKS["saving"] + MARKS["signatures"]
    least = int(ENOUGH * MARKS["saving"]) + MARKS["signatures"]
    return say(
        f"Marks by the table: saving {saving} of {MARKS['saving']}, "
        f"signatures {signatures:g} of {MARKS['signatures']}: "
        f"{saving + signatures:g} of {most}, done from {least} on; the report brings up to {MARKS['report']} more.",
        f"按评分表：节省 {saving}/{MARKS['saving']}，签字 {signatures:g}/{MARKS['signatures']}，"
        f"合计 {saving + signatures:g}/{most}，{least} 分起算完成；报告另有 {MARKS['report']} 分。",
    )


JUDGES = {"data_contract": Judge(facts=facts, verdict=verdict)}
