"""The judge of chapter 02's long task: a contract on data is marked by what it saves four firms, if all sign it."""

from crmlib import chain
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.language import label, say

MARKS = {"saving": 30, "signatures": 10, "report": 60}  # the rubric of the task, in the chapter's lab
ENOUGH = 0.8  # of what the course's own contract saves; data for one or two of the four firms stay below
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
    """The firms that do not sign, with the share of years in which they would not lose."""
    share = (gains > -DUST).mean()
    return share[share < SIGNS]


def _road(contract, refusing):
    """The road of a contract that is not signed by all, or joins too few, the gravest first."""
    sees = contract["sees_till"]
    if not sees.any():
        return "nobody_sees"
    if "shop" in refusing:
        return "shop_unpaid"
    if "dairy" in refusing and contract.at["dairy", "pays"] > 0:
        return "price_too_high"
    if len(refusing):
        return "partner_unpaid"
    return "dairy_alone" if sees["dairy"] and sees.sum() == 1 else "link_missing"


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
    refusing, saved, gap = _refusing(gains), gains.sum(axis=1).mean(), say(" ", "")
    saving = 0 if len(refusing) else int(MARKS["saving"] * min(max(saved / exercise.facts["own"], 0), 1) + 1e-9)
    signing = len(gains.columns) - len(refusing) if known["sees_till"].any() else 0
    signatures = MARKS["signatures"] * signing // len(gains.columns)
    told = gap.join([_by_firm(gains, refusing), _in_all(saved, exercise.facts["own"]), _marks(saving, signatures)])
    if not len(refusing) and saved >= ENOUGH * exercise.facts["own"]:
        return Feedback("right", told)
    name = _road(known, refusing)
    return Feedback("wrong", exercise.road(name).message + gap + told, name)


def _yuan(amount):
    return f"{amount:,.0f}".replace("-", "−")


def _by_firm(gains, refusing):
    """What each firm gains on average, and in how many of the years it does not lose, in words."""
    means, years = gains.mean(), (gains > -DUST).sum()
    parts = []
    for firm in gains:
        name, signs = label(firm.capitalize()), firm not in refusing
        en = (
            f"{name} {_yuan(means[firm])} yuan, no loss in {years[firm]} years: {'signs' if signs else 'does not sign'}"
        )
        zh = f"{name}平均得 {_yuan(means[firm])} 元，{years[firm]} 年不亏：{'签' if signs else '不签'}"
        parts.append(say(en, zh))
    en = f"In {len(gains)} years that nobody has seen, by year: {'; '.join(parts)}."
    return say(en, f"在谁也没见过的 {len(gains)} 年里，按每年计：{'；'.join(parts)}。")


def _in_all(saved, own):
    return say(
        f"If all sign, the chain saves {_yuan(saved)} yuan a year; the course's own contract saves {_yuan(own)}.",
        f"都签字时，全链一年共省 {_yuan(saved)} 元；参考方案省 {_yuan(own)} 元。",
    )


def _marks(saving, signatures):
    """The marks by the rubric, and from how many on the task is done; the report is marked by its reader."""
    most = MARKS["saving"] + MARKS["signatures"]
    least = int(ENOUGH * MARKS["saving"]) + MARKS["signatures"]
    return say(
        f"Marks by the table: saving {saving} of {MARKS['saving']}, signatures {signatures} of {MARKS['signatures']}: "
        f"{saving + signatures} of {most}, done from {least} on; the report brings up to {MARKS['report']} more.",
        f"按评分表：节省 {saving}/{MARKS['saving']}，签字 {signatures}/{MARKS['signatures']}，"
        f"合计 {saving + signatures}/{most}，{least} 分起算完成；报告另有 {MARKS['report']} 分。",
    )


JUDGES = {"data_contract": Judge(facts=facts, verdict=verdict)}
