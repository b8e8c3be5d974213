"""The judge of chapter 06's long task: a survey is marked by how near it comes to the truth, redrawn often."""

from functools import cache, lru_cache

import numpy as np
import pandas as pd

from crmlib import window
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.reading import WrongKind
from crmlib.language import say

DRAWS = 40  # surveys by which a design is judged
ENOUGH = 0.14  # points of satisfaction, as they are shown; paper or telephone with a reminder stay below
TOO_GOOD = 0.02  # no honest design within the budget comes below 0.03: chance alone leaves as much
NO_POINTS = 0.60  # points of satisfaction from which on the design earns nothing
MARKS = {"nearness": 25, "weights": 10, "budget": 5, "report": 60}  # the rubric of the task, in the chapter's lab
HALF_WEIGHTED = ("one_dimension", "weights_lost")  # roads that weight, but not by all that is known
DUST = 1e-9


def _plain(answers):
    return answers["satisfaction"].mean()


def _by_services(answers):
    return answers.groupby("service")["satisfaction"].mean().mean()


def _by_groups(answers):
    return answers.groupby(["service", "age"])["satisfaction"].mean().mean()


def _medians(answers):
    return answers["satisfaction"].median()


def _shares(by):
    """The share of the visitors in each group."""
    came = window.visitors().groupby(level=by).sum()
    return came / came.sum()


def _weighted(answers, by, normalised=True):
    """The mean of each group, weighted by its share of the visitors; an empty group leaves its weight to the others."""
    means = answers.groupby(by)["satisfaction"].mean()
    shares = _shares(by).reindex(means.index)
    return (means * shares).sum() / (shares.sum() if normalised else 1.0)


def _by_service_and_age(answers):
    return _weighted(answers, ["service", "age"])


def _weights_lost(answers):
    return _weighted(answers, ["service", "age"], normalised=False)


def _by_service(answers):
    return _weighted(answers, ["service"])


def _by_age(answers):
    return _weighted(answers, ["age"])


def _surveys(design):
    """The redrawn surveys of a design; the last are kept, for students try several functions on one design."""
    columns = [name for name in ("service", "mode", "asked", "reminder") if name in design]
    return _drawn(tuple(columns), tuple(design[columns].itertuples(index=False, name=None)))


@lru_cache(maxsize=4)
def _drawn(columns, rows):
    design = pd.DataFrame(rows, columns=list(columns))
    return [window.survey(design, seed) for seed in range(1, DRAWS + 1)]


def _estimates(estimate, surveys):
    """What the student's function makes of each survey, as floats."""
    if not callable(estimate):
        kind = type(estimate).__name__
        en = f"estimate should be a function, def estimate(answers): … return one number; yours is a {kind}."
        raise WrongKind(say(en, f"estimate 应该是函数：def estimate(answers): …… 返回一个数；你给的是 {kind}。"))
    try:
        found = np.array([float(estimate(answers.copy())) for answers in surveys])
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        en = f"estimate fails on a redrawn survey ({told}). It takes the answers and returns one number."
        zh = f"estimate 在重抽的调查上算不出来（{told}）。它的输入是答卷，返回一个数。"
        raise WrongKind(say(en, zh)) from None
    if missing := int((~np.isfinite(found)).sum()):
        en = f"In {missing} of {DRAWS} redrawn surveys the estimate is no number: is there a group without answers?"
        zh = f"重抽 {DRAWS} 次，有 {missing} 次估计值不是数：是不是有的组一份答卷也没有？"
        raise WrongKind(say(en, zh))
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
    """Whether the estimates are those of another function."""
    return all(abs(found - function(answers)) < DUST for found, answers in zip(estimates, surveys, strict=True))


# The roads by which an estimate gives the groups other weights than the visitors have.
_WEIGHTINGS = {
    "unweighted": (_plain,),
    "equal_weights": (_by_services, _by_groups),
    "one_dimension": (_by_service, _by_age),
    "weights_lost": (_weights_lost,),
}


def _weighting(estimates, surveys):
    """The name of the road by which an estimate weights wrongly, or None."""
    if _same(estimates, _by_service_and_age, surveys):
        return None
    roads = _WEIGHTINGS.items()
    return next((name for name, ways in roads if any(_same(estimates, way, surveys) for way in ways)), None)


def _no_estimate(estimates, surveys, miss, chance):
    """The road of a function that does not estimate from the answers it is given, or None."""
    if _same(estimates, _medians, surveys):
        return "median"
    if np.ptp(estimates) < DUST:
        return "constant"
    return "too_good" if miss < TOO_GOOD or chance < TOO_GOOD / 10 else None


def _reminded(asked):
    return bool(asked["reminder"].any()) if "reminder" in asked else False


def _road(design, bias, chance, weighting):
    """The wrong road of a survey that misses by too much, the gravest first, or None."""
    asked = design[design["asked"] > 0]
    modes = set(asked["mode"])
    if asked["service"].nunique() < len(window.SERVICES):
        return "one_counter"
    if "tablet" in modes:
        return "tablet_only" if modes == {"tablet"} else "tablet_too"
    if weighting:
        return weighting
    if modes == {"sms"}:
        return "sms_only"
    if chance > abs(bias):
        return "too_few"
    return None if _reminded(asked) else "no_reminder"


def _cancels(design, estimate, surveys):
    """Whether two modes, each asked at every service, err to opposite sides, one of them by too much."""
    asked = design[design["asked"] > 0]
    if asked["mode"].nunique() < 2 or not pd.crosstab(asked["service"], asked["mode"]).all(axis=None):
        return False
    answers = pd.concat(surveys)
    try:
        biases = [float(estimate(part.copy())) - window.truth() for _, part in answers.groupby("mode")]
    except Exception:  # a function may take two modes at once only
        return False
    return min(biases) < 0 < max(biases) and max(map(abs, biases)) > ENOUGH


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
    except (TypeError, ValueError) as trouble:
        return Feedback("wrong", str(trouble), "kind")
    if spent > window.BUDGET + DUST:
        return Feedback("wrong", exercise.road("over_budget").message, "over_budget")
    bias, chance, miss = _miss(estimates)
    if name := _no_estimate(estimates, surveys, miss, chance):
        return Feedback("wrong", exercise.road(name).message, name)
    weighting, gap = _weighting(estimates, surveys), say(" ", "")
    score = _score(exercise.facts, spent, bias, chance, miss) + gap + _marks(miss, weighting)
    if _is_near(miss):
        return Feedback("right", score + gap + _could_be_better(exercise, design, estimate, surveys, weighting))
    better = weighting and _miss(_estimates(_by_service_and_age, surveys))[2] < miss
    if name := _road(design, bias, chance, weighting if better else None):
        return Feedback("wrong", exercise.road(name).message + gap + score, name)
    en = f'Those who do not answer think otherwise than those who do. For help: hint("{exercise.id}")'
    zh = f'不回答的人和回答的人想法不同。需要提示就运行 hint("{exercise.id}")'
    return Feedback("wrong", score + gap + say(en, zh))


def _is_near(miss):
    """Whether a miss is small enough as it is shown, so that the verdict, the number and the marks agree."""
    return round(miss, 2) <= ENOUGH


def _could_be_better(exercise, design, estimate, surveys, weighting):
    """What a survey that comes near enough should still mend, or an empty text."""
    if weighting:
        return exercise.road(weighting).message
    if _cancels(design, estimate, surveys):
        en = "But the ways of asking err to opposite sides, which happen to cancel here; next month they may not."
        return say(en, "不过，几种方式的偏差方向相反，这里碰巧抵消，换一个月就未必了。")
    if not _reminded(design[design["asked"] > 0]):
        en = "It can be better: for the same money ask fewer, with a reminder, and the bias becomes smaller."
        return say(en, "还可以更好：同样的钱，少问一些人，加一次提醒，偏差会更小。")
    return ""


def _score(known, spent, bias, chance, miss):
    signed = f"{bias:+.2f}".replace("-", "−")
    return say(
        f"Your survey costs {spent:,.0f} yuan. Redrawn {DRAWS} times, it misses the truth by {miss:.2f} points "
        f"(bias {signed}, chance {chance:.2f}). Unweighted, tablets alone: {known['tablet']:.2f}, text "
        f"messages alone: {known['sms']:.2f}; the course's own: {known['own']:.2f}; wanted: at most {ENOUGH:.2f}.",
        f"你的调查花 {spent:,.0f} 元。重抽 {DRAWS} 次，估计值平均偏离真值 {miss:.2f} 分"
        f"（偏差 {signed}，随机误差 {chance:.2f}）。"
        f"不加权时，只用平板 {known['tablet']:.2f}，只发短信 {known['sms']:.2f}；"
        f"本课程的方案：{known['own']:.2f}；要求不超过 {ENOUGH:.2f}。",
    )


def _marks(miss, weighting):
    """The marks that the design earns by the rubric; the report is marked by its reader."""
    part = np.clip((NO_POINTS - round(miss, 2)) / (NO_POINTS - ENOUGH), 0, 1)
    near = int(MARKS["nearness"] * float(part) + DUST)  # full marks only to what is near enough
    weights = 0 if weighting else MARKS["weights"]
    if weighting in HALF_WEIGHTED:
        weights = MARKS["weights"] // 2
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
