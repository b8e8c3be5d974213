"""Scores of one question: net promoter score, customer satisfaction, customer effort; each with its interval."""

import math
from statistics import NormalDist

import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say
from crmlib.satisfaction.coding import answer_column


def nps(answers, *, confidence=0.95):
    """Net promoter score: the share of promoters (9, 10) less that of detractors (0 to 6), with its interval.

    Source of the score: Reichheld, F. F. (2003), The one number you need to grow, Harvard Business Review 81(12). The
    interval is the normal one; where all answer alike, it has no width and says nothing.

    Parameters
    ----------
    answers : Series, array or list
        Would you recommend us? Whole numbers from 0 to 10; gaps are left out and counted.
    confidence : float

    Returns
    -------
    pandas.Series
        ``nps`` (−1 to 1), ``promoters``, ``passives``, ``detractors`` (shares), ``standard_error``, ``low``, ``high``,
        ``answers``. ``attrs["blank"]``: how many gave no answer.

    Examples
    --------
    >>> nps([10] * 50 + [8] * 30 + [3] * 20)[["nps", "low", "high"]].round(3).to_dict()
    {'nps': 0.3, 'low': 0.147, 'high': 0.453}
    """
    known, blank = answer_column(answers, 0, 10)
    return _nps(known, blank, confidence)


def _nps(known, blank, confidence):
    promoters, detractors = float((known >= 9).mean()), float((known <= 6).mean())
    score, error = promoters - detractors, nps_standard_error(promoters, detractors, len(known))
    reach = intervals.z(confidence) * error
    found = {
        "nps": score,
        "promoters": promoters,
        "passives": float(((known == 7) | (known == 8)).mean()),
        "detractors": detractors,
        "standard_error": error,
        "low": max(score - reach, -1.0),
        "high": min(score + reach, 1.0),
        "answers": len(known),
    }
    return _series(found, blank)


def nps_standard_error(promoters, detractors, answers):
    r"""Return the standard error of a net promoter score: :math:`\sqrt{(p + d - (p - d)^2) / n}`.

    An answer counts 1, 0 or −1; this is the variance of such a number, divided by the number of answers. `promoters`
    and `detractors` are shares.

    >>> round(nps_standard_error(0.5, 0.2, 400), 6)
    0.039051
    """
    return math.sqrt(_variance(promoters, detractors) / checks.whole(answers, "answers", least=1))


def nps_change(before, after, *, confidence=0.95):
    """Compare two waves of a survey: by how much has the net promoter score moved, and is that more than chance?

    Each of `before` and `after` holds the answers of one wave, from 0 to 10, of different respondents. Returns a Series
    ``change``, ``standard_error``, ``low``, ``high``, ``z`` (infinite where all of each wave answer alike, and the
    waves differ) and ``p``, two-sided. ``attrs["blank"]``: how many gave no answer.

    >>> nps_change([10] * 5 + [8] * 3 + [3] * 2, [10] * 6 + [8] * 3 + [3]).round(2)[["change", "low", "high"]].to_dict()
    {'change': 0.2, 'low': -0.44, 'high': 0.84}
    """
    reach = intervals.z(confidence)
    waves = [answer_column(wave, 0, 10, name) for name, wave in (("before", before), ("after", after))]
    (first, second), blank = (_nps(*wave, confidence) for wave in waves), sum(blank for _, blank in waves)
    change, error = second["nps"] - first["nps"], math.hypot(first["standard_error"], second["standard_error"])
    z = change / error if error else math.copysign(math.inf, change) if change else 0.0
    found = {
        "change": change,
        "standard_error": error,
        "low": max(change - reach * error, -2.0),
        "high": min(change + reach * error, 2.0),
        "z": z,
        "p": 2 * NormalDist().cdf(-abs(z)),
    }
    return _series(found, blank)


def nps_sample_size(change, *, promoters, detractors, power=0.8, confidence=0.95):
    r"""Return how many answers each of two waves needs for a true change of the net promoter score to be noticed.

    :math:`n = 2 (z_{1-\alpha/2} + z_{power})^2 (p + d - (p - d)^2) / change^2`, rounded up; `promoters` and
    `detractors` are the shares of today, and `change` too is a share: 0.05 for five points. Source: the comparison of
    two means, Cohen, J. (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 2, with the
    variance of `nps_standard_error`.

    >>> nps_sample_size(0.05, promoters=0.5, detractors=0.2)
    3831
    """
    change = checks.number(checks.share(change, "change"), "change", least=1e-6)
    power = checks.share(power, "power", above=0, below=1)
    variance, reach = _variance(promoters, detractors), intervals.z(confidence) + NormalDist().inv_cdf(power)
    if not variance:
        en = f"promoters = {promoters}, detractors = {detractors}: all answer alike, so there is no chance to plan for."
        zh = f"promoters = {promoters}、detractors = {detractors}：所有人的回答都一样，没有误差可算。"
        raise ValueError(say(en, zh))
    return max(math.ceil(round(2 * max(reach, 0) ** 2 * variance / change**2, 9)), 1)


def csat(answers, *, high=5, top=2, confidence=0.95):
    """Customer satisfaction score: the share of answers among the `top` points of a scale from 1 to `high`.

    Returns a Series ``csat``, ``low``, ``high`` (Wilson's interval), ``answers``. Gaps are left out;
    ``attrs["blank"]`` counts them.

    >>> csat([5, 4, 4, 3, 1, 5, 4, 4, 2, 5])[["csat", "low", "high"]].round(3).to_dict()
    {'csat': 0.7, 'low': 0.397, 'high': 0.892}
    """
    high = checks.whole(high, "high", least=2)
    top = checks.whole(top, "top", least=1, most=high - 1)
    known, blank = answer_column(answers, 1, high)
    satisfied = int((known > high - top).sum())
    low, upper = intervals.wilson(satisfied, len(known), confidence)
    share = satisfied / len(known)
    return _series({"csat": share, "low": float(low), "high": float(upper), "answers": len(known)}, blank)


def ces(answers, *, high=7, confidence=0.95):
    """Customer effort score: the mean answer to "it was easy" on a scale from 1 to `high`, with Student's interval.

    Returns a Series ``ces``, ``standard_error``, ``low``, ``high``, ``answers``. Gaps are left out; ``attrs["blank"]``
    counts them. Source: Dixon, M., Freeman, K. and Toman, N. (2010), Stop trying to delight your customers, Harvard
    Business Review 88(7/8), there with a scale of 5 and the question of effort.

    >>> ces([7, 6, 6, 5, 2, 7, 6])[["ces", "low", "high"]].round(2).to_dict()
    {'ces': 5.57, 'low': 3.98, 'high': 7.16}
    """
    from scipy.stats import t

    known, blank = answer_column(answers, 1, checks.whole(high, "high", least=2))
    if len(known) < 2:
        en = "answers: there is one only: a mean needs at least two to say how sure it is."
        raise ValueError(say(en, "answers：只有一个回答：均值至少要有两个回答，才能说出误差。"))
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(len(known))
    reach = t.ppf(NormalDist().cdf(intervals.z(confidence)), len(known) - 1) * error
    found = {"ces": mean, "standard_error": error, "low": mean - reach, "high": mean + reach, "answers": len(known)}
    return _series(found, blank)


def _variance(promoters, detractors):
    """The variance of an answer that counts 1, 0 or −1."""
    p, d = checks.share(promoters, "promoters"), checks.share(detractors, "detractors")
    if p + d > 1 + 1e-9:
        en = f"promoters = {p:g} and detractors = {d:g} are more than all who answer: they add up to {p + d:g}."
        raise ValueError(say(en, f"promoters = {p:g} 与 detractors = {d:g} 之和是 {p + d:g}，超过了 1。"))
    return max(p + d - (p - d) ** 2, 0.0)


def _series(found, blank):
    series = pd.Series(found, dtype=float)
    series.attrs = {"blank": int(blank)}
    return series
