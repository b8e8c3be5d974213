"""The judge of chapter 06's long task: a survey is marked by how near it comes to the truth, redrawn often."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import window
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.language import say

DRAWS = 40  # surveys by which a design is judged
ENOUGH = 0.14  # points of satisfaction; paper or telephone with a reminder, weighted by service and age, stay below
TOO_GOOD = 0.02  # no honest design within the budget comes below 0.03: chance alone leaves as much
NO_POINTS = 0.60  # points of satisfaction from which on the design earns nothing
MARKS = {"nearness": 25, "weights": 10, "budget": 5, "report": 60}  # the rubric of the task, in the chapter's lab
DUST = 1e-9


class _OtherKind(Exception):
    """The answer is of the wrong kind; the sentence says why."""


def _plain(answers):
    return answers["satisfaction"].mean()


def _by_services(answers):
    return answers.groupby("service")["satisfaction"].mean().mean()


def _by_groups(answers):
    return answers.groupby(["service", "age"])["satisfaction"].mean().mean()


def _surveys(design):
    return [window.survey(design, seed) for seed in range(1, DRAWS + 1)]


def _estimates(estimate, surveys):
    """What the student's function makes of each survey, as floats."""
    if not callable(estimate):
        kind = type(estimate).__name__
        en = f"estimate should be a function, def estimate(answers): … return one number; yours is a {kind}."
        raise _OtherKind(say(en, f"estimate 应该是函数：def estimate(answers): …… 返回一个数；你给的是 {kind}。"))
    try:
        found = np.array([float(estimate(answers.copy())) for answers in surveys])
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        en = f"estimate fails on a redrawn survey ({told}). It takes the answers and returns one number."
        zh = f"estimate 在重抽的调查上算不出来（{told}）。它的输入是答卷，返回一个数。"
        raise _OtherKind(say(en, zh)) from None
    if missing := int((~np.isfinite(found)).sum()):
        en = f"In {missing} of {DRAWS} redrawn surveys the estimate is no number: is there a group without answers?"
        zh = f"重抽 {DRAWS} 次，有 {missing} 次估计值不是数：是不是有的组一份答卷也没有？"
        raise _OtherKind(say(en, zh))
    return found


def _miss(estimates):
    """Bias, chance (standard deviation) and how far the estimates lie from the truth on the whole."""
    bias, chance = estimates.mean() - window.truth(), estimates.std()
    return float(bias), float(chance), float(np.hypot(bias, chance))


@cache
def _naive():
    """How far two surveys miss that many halls carry out: a tablet at the counter, a text message to some."""
    asked = pd.DataFrame({"service": window.SERVICES, "asked": 500})
    return {mode: _miss(_estimates(_plain, _surveys(asked.assign(mode=mode))))[2] for mode in ("tablet", "sms")}


def facts(design, estimate):
    """Return what the judge compares with: how far the course's own survey misses, and two naive ones.

    >>> asked = pd.DataFrame({"service": window.SERVICES, "mode": "paper", "asked": 500})
    >>> 0 < facts(asked, _plain)["own"] < facts(asked, _plain)["tablet"]
    True
    """
    return {"own": _miss(_estimates(estimate, _surveys(design)))[2], **_naive()}


def _same(estimates, function, surveys):
    """Whether the first estimates are those of another function."""
    others = _estimates(function, surveys[:5])
    return np.abs(estimates[: len(others)] - others).max() < DUST


def _weighting(estimates, surveys):
    """The name of the road by which an estimate gives the groups other weights than the visitors have, or None."""
    if _same(estimates, _plain, surveys):
        return "unweighted"
    if _same(estimates, _by_services, surveys) or _same(estimates, _by_groups, surveys):
        return "equal_weights"
    return None


def _road(design, bias, chance, weighting):
    """The wrong road of a survey that misses by too much, the gravest first, or None."""
    asked = design[design["asked"] > 0]
    modes = set(asked["mode"])
    reminded = asked["reminder"].any() if "reminder" in asked else False
    if asked["service"].nunique() < len(window.SERVICES):
        return "one_counter"
    if modes == {"tablet"}:
        return "tablet_only"
    if weighting:
        return weighting
    if modes == {"sms"}:
        return "sms_only"
    if chance > abs(bias):
        return "too_few"
    return None if reminded else "no_reminder"


def verdict(exercise, design, estimate):
    """Say how far a survey's estimate lies from the truth and, where that is too far, which road it took.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("satisfaction.window_survey"), "everybody", None).misconception
    'kind'
    """
    try:
        spent = window.cost(design)
        surveys = _surveys(design)
        if min(map(len, surveys)) == 0:
            return Feedback("wrong", exercise.road("nobody").message, "nobody")
        estimates = _estimates(estimate, surveys)
    except (TypeError, ValueError, _OtherKind) as trouble:
        return Feedback("wrong", str(trouble), "kind")
    if spent > window.BUDGET + DUST:
        return Feedback("wrong", exercise.road("over_budget").message, "over_budget")
    bias, chance, miss = _miss(estimates)
    if miss < TOO_GOOD or chance < TOO_GOOD / 10:
        return Feedback("wrong", exercise.road("too_good").message, "too_good")
    weighting, gap = _weighting(estimates, surveys), say(" ", "")
    score = _score(exercise.facts, spent, bias, chance, miss) + gap + _marks(miss, weighting)
    if miss <= ENOUGH:
        return Feedback("right", score)
    if name := _road(design, bias, chance, weighting):
        return Feedback("wrong", exercise.road(name).message + gap + score, name)
    en = f'Those who do not answer think otherwise than those who do. For help: hint("{exercise.id}")'
    zh = f'不回答的人和回答的人想法不同。需要提示就运行 hint("{exercise.id}")'
    return Feedback("wrong", score + gap + say(en, zh))


def _score(known, spent, bias, chance, miss):
    signed = f"{bias:+.2f}".replace("-", "−")
    return say(
        f"Your survey costs {spent:,.0f} yuan. Redrawn {DRAWS} times, it misses the truth by {miss:.2f} points "
        f"(bias {signed}, chance {chance:.2f}). Tablets alone: {known['tablet']:.2f}; text messages alone: "
        f"{known['sms']:.2f}; the course's own: {known['own']:.2f}; wanted: at most {ENOUGH:.2f}.",
        f"你的调查花 {spent:,.0f} 元。重抽 {DRAWS} 次，估计值平均偏离真值 {miss:.2f} 分"
        f"（偏差 {signed}，随机误差 {chance:.2f}）。只用平板：{known['tablet']:.2f}；只发短信：{known['sms']:.2f}；"
        f"本课程的方案：{known['own']:.2f}；要求不超过 {ENOUGH:.2f}。",
    )


def _marks(miss, weighting):
    """The marks that the design earns by the rubric; the report is marked by its reader."""
    near = round(MARKS["nearness"] * float(np.clip((NO_POINTS - miss) / (NO_POINTS - ENOUGH), 0, 1)))
    weights = 0 if weighting else MARKS["weights"]
    most = sum(MARKS.values()) - MARKS["report"]
    return say(
        f"Marks by the table: nearness {near} of {MARKS['nearness']}, weights {weights} of {MARKS['weights']}, "
        f"budget {MARKS['budget']} of {MARKS['budget']}: {near + weights + MARKS['budget']} of {most}; "
        f"the report brings up to {MARKS['report']} more.",
        f"按评分表：准确 {near}/{MARKS['nearness']}，加权 {weights}/{MARKS['weights']}，"
        f"预算 {MARKS['budget']}/{MARKS['budget']}，合计 {near + weights + MARKS['budget']}/{most}；"
        f"报告另有 {MARKS['report']} 分。",
    )


JUDGES = {"window_survey": Judge(facts=facts, verdict=verdict)}
