"""How sure is a number? Intervals of shares and of differences, and samples drawn again (bootstrap)."""

from statistics import NormalDist

import numpy as np

from crmlib import checks
from crmlib.language import say


def z(confidence):
    """Return how many standard errors a two-sided normal interval reaches to each side.

    >>> round(z(0.95), 2)
    1.96
    """
    return NormalDist().inv_cdf((1 + checks.share(confidence, "confidence", above=0, below=1)) / 2)


def wilson(count, total, confidence=0.95):
    """Return the lower and upper end of the interval of a share, `count` of `total` (Wilson 1927, J. ASA 22).

    >>> lower, upper = wilson(8, 10)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.49, 0.943)
    """
    total, reach = checks.numbers(total, "total", above=0), z(confidence)
    count = checks.numbers(count, "count", least=0)
    checks.fitting(count=count, total=total)
    if (count > total * (1 + 1e-9)).any():
        en = "count is above total: it must be a part of it."
        raise ValueError(say(en, "count 大于 total：它应是 total 的一部分。"))
    share = np.minimum(count / total, 1)
    middle = (share + reach**2 / (2 * total)) / (1 + reach**2 / total)
    half = reach / (1 + reach**2 / total) * np.sqrt(share * (1 - share) / total + (reach / (2 * total)) ** 2)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def difference(one, other, shares, confidence=0.95):
    """Return the interval of the difference of two means: Newcombe's (1998) of shares, Welch's (1947) of other numbers.

    Each side is given as number of customers, mean and variance: numbers or arrays.

    >>> lower, upper = difference((70, 0.8, None), (80, 0.6, None), shares=True)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.0524, 0.3339)
    """
    checks.flag(shares, "shares")
    (n1, m1, v1), (n0, m0, v0) = _side(one, "one", shares), _side(other, "other", shares)
    if shares:
        (l1, u1), (l0, u0) = wilson(m1 * n1, n1, confidence), wilson(m0 * n0, n0, confidence)
        return m1 - m0 - np.hypot(m1 - l1, u0 - m0), m1 - m0 + np.hypot(u1 - m1, m0 - l0)
    if np.min(n1) < 2 or np.min(n0) < 2:
        en = "A group has one customer only: a mean needs at least two to say how sure it is."
        raise ValueError(say(en, "有一组只有一个客户：均值至少要有两个客户，才能说出误差。"))
    from scipy.stats import t

    part1, part0 = v1 / n1, v0 / n0
    error = np.sqrt(part1 + part0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = error**4 / (part1**2 / (n1 - 1) + part0**2 / (n0 - 1))
    half = np.where(error > 0, t.ppf(NormalDist().cdf(z(confidence)), freedom) * error, 0.0)
    return m1 - m0 - half, m1 - m0 + half


def _side(given, name, shares):
    """Number of customers, mean and variance (None of a share) of one side."""
    known = isinstance(given, (list, tuple)) and len(given) == 3
    spread = checks.to_floats(given[2]) if known and not shares else 0.0
    if not known or spread is None:
        en = f"{name} = {checks.quoted(given)}: number of customers, mean and variance are needed."
        raise TypeError(say(en, f"{name} = {checks.quoted(given)} 不对：应为客户数、均值、方差三个数。"))
    count, mean = checks.numbers(given[0], name, above=0), checks.numbers(given[1], name, *((0, 1) if shares else ()))
    return count, mean, spread


def redrawn(treated, resamples, seed):
    """Yield how often each customer is drawn when the treated and the others are drawn again, each with replacement.

    >>> [weights.sum() for weights in redrawn(np.array([True, True, False]), resamples=2, seed=0)]
    [np.float64(3.0), np.float64(3.0)]
    """
    rng = np.random.default_rng(seed)
    sides = [np.flatnonzero(treated), np.flatnonzero(~treated)]
    for _ in range(resamples):
        weights = np.zeros(len(treated))
        for side in sides:
            weights[side] = np.bincount(rng.integers(len(side), size=len(side)), minlength=len(side))
        yield weights
