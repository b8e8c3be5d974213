"""Is a change of the net promoter score more than chance? Months redrawn from customers of whom we know the truth."""

import math
from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib import checks, intervals, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, slider, tell

MONTHS = 12  # before the change, and as many from it on
CONFIDENCE = 0.95


def draw_months(promoters, detractors, answers, change, lot):
    """Draw two years of a score from simulated answers; in the second, truth has changed."""
    move = change / 200  # from detractors to promoters: each answer that moves counts twice
    shares = [(promoters, detractors), (promoters + move, detractors - move)]
    shares = [(max(p, 0.0), max(d, 0.0)) for p, d in shares]
    rng = np.random.default_rng([6, lot])
    counts = np.concatenate([rng.multinomial(answers, [p, d, max(1 - p - d, 0.0)], MONTHS) for p, d in shares])
    found = counts[:, :2] / answers
    score = found[:, 0] - found[:, 1]
    errors = np.array([satisfaction.nps_standard_error(p, d, answers) for p, d in found.tolist()])
    reach = intervals.z(CONFIDENCE) * errors
    months = pd.Index(range(1, 2 * MONTHS + 1))
    table = pd.DataFrame({"nps": score, "low": score - reach, "high": score + reach}, months)
    truth = np.repeat([p - d for p, d in shares], MONTHS)
    picture = plots.waves(table, title=label("Two years of a net promoter score (simulated answers)"), truth=truth)
    chance = chance_to_notice(shares, answers)
    steps = np.abs(np.diff(score[:MONTHS]))
    largest, month = tell(100 * steps.max(), ".1f"), int(steps.argmax()) + 1
    margin = 100 * intervals.z(CONFIDENCE) * satisfaction.nps_standard_error(promoters, detractors, answers)
    start = say(
        f"{answers:,} answers a month: one month is known to ±{margin:.0f} points. In the first year nothing changes; "
        f"yet from month {month} to {month + 1} it moves by {largest} points. ",
        f"每月 {answers:,} 份答卷：单月误差约 ±{margin:.0f} 分。"
        f"第一年什么也没有变，第 {month} 月到第 {month + 1} 月却相差 {largest} 分。",
    )
    if not change:
        return picture, start + say(
            f"Without a true change, two months still differ noticeably in {tell(chance, '.0%')} of all comparisons.",
            f"真实得分没有变，两个月相比仍有 {tell(chance, '.0%')} 的可能显得“有变化”。",
        )
    needed = satisfaction.nps_sample_size(abs(change) / 100, promoters=promoters, detractors=detractors)
    points = tell(change, "+.0f")
    return picture, start + say(
        f"A true change of {points} points is noticed between two months with a chance of {tell(chance, '.0%')}; "
        f"for 80% it takes {needed:,} answers a month.",
        f"真实变化 {points} 分，两个月相比能发现的概率是 {tell(chance, '.0%')}；要达到 80%，每月需 {needed:,} 份答卷。",
    )


def chance_to_notice(shares, answers):
    """Return the chance that two waves, of these true shares (promoters, detractors), differ noticeably."""
    errors = [satisfaction.nps_standard_error(p, d, answers) for p, d in shares]
    (before, after), error = (p - d for p, d in shares), math.hypot(*errors)
    if not error:
        return float(before != after)
    step, reach = (after - before) / error, intervals.z(CONFIDENCE)
    return NormalDist().cdf(step - reach) + NormalDist().cdf(-step - reach)


@takes_givens
def nps_change_explorer(promoters, detractors, answers, change):
    """Show how many answers it takes until a change of the net promoter score is told from chance.

    `promoters` and `detractors` are the true shares before the change; it opens with `answers` a month and with a
    true `change` in points, below 0 for a fall.
    """
    satisfaction.nps_sample_size(0.1, promoters=promoters, detractors=detractors)  # which refuses what cannot be
    promoters, detractors = checks.share(promoters, "promoters"), checks.share(detractors, "detractors")
    up, down = (min(20, math.floor(round(200 * side, 6))) for side in (detractors, promoters))
    answers = checks.whole(answers, "answers", least=50, most=4000)
    change = checks.whole(change, "change", least=-down, most=up)
    return Explorer(
        partial(draw_months, promoters, detractors),
        "crm-nps-change",
        answers=slider(label("Answers a month"), 50, 4000, answers, 50, format=",d"),
        change=slider(label("True change of the score (points)"), -down, up, change, 1),
        lot=slider(label("Another draw of the answers"), 1, 30, 1, 1),
    )
