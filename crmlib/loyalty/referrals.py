"""Referrals: customers who bring customers who bring customers (a branching process)."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.results import like


def branching(mean, *, generations=None):
    """How many customers one customer leads to, who each bring `mean` others on average.

    Without `generations` the total, the customer included: 1 + m + m² + … = 1 / (1 − m), for m below 1. With it a
    Series by ``generation``, 0 (the customer) to the last: ``customers`` expected in each, m to the power of it;
    ``attrs["total"]`` is their sum. Source: Harris (1963), The theory of branching processes, chapter 1.

    >>> round(branching(0.25), 3)
    1.333
    >>> branching(0.5, generations=3).tolist()
    [1.0, 0.5, 0.25, 0.125]
    """
    mean = checks.number(mean, "mean", least=0)
    if generations is None:
        return float(1 / (1 - _dies_out(mean)))
    last = checks.whole(generations, "generations", 0, 1000)
    if mean > 1 and last * np.log10(mean) > 100:
        en = f"generations = {last}: with mean {mean:g} that is more than anybody can count. Give fewer."
        raise ValueError(say(en, f"generations = {last}：均值为 {mean:g} 时，人数多得数不过来。请减少代数。"))
    generation = pd.RangeIndex(last + 1, name="generation")
    chain = pd.Series(mean ** generation.to_numpy(dtype=float), index=generation, name="customers")
    chain.attrs = {"total": float(chain.sum())}
    return chain


def value_of_a_fan(worth, mean):
    """What a customer is worth with all those brought, directly or through others: worth / (1 − mean).

    Numbers, arrays or Series: what a customer is worth by own purchases, in money; how many others each brings on
    average, 0 or more and below 1. Newcomers are worth as much and refer as much, and come at once.

    >>> value_of_a_fan(worth=600, mean=0.25)
    800.0
    """
    own, brings = checks.numbers(worth, "worth"), checks.numbers(mean, "mean", least=0)
    checks.fitting(worth=own, mean=brings)
    return like(own / (1 - _dies_out(brings)), worth, mean)


def extinction(distribution):
    """The chance that the chain of referrals that one customer starts comes to an end.

    The smallest solution of q = p₀ + p₁ q + p₂ q² + …, with pₖ the chance to bring k others. `distribution` holds the
    chances of 0, 1, 2, … in a list, or by number of referrals in a dict or Series. It is 1 for a mean up to 1. Sources:
    Watson, Galton (1875), J. Anthropological Institute 4; Steffensen (1930), Matematisk Tidsskrift B.

    >>> round(extinction([0.25, 0.25, 0.5]), 10)
    0.5
    """
    chances = _chances(distribution)
    series = np.polynomial.Polynomial(chances)
    if chances[0] == 0:
        return 0.0
    if np.arange(len(chances)) @ chances <= 1:
        return 1.0
    from scipy.optimize import brentq

    # The curve less q falls, then rises to 0 at 1: the solution lies before its lowest point.
    lowest = brentq(lambda q: series.deriv()(q) - 1, 0, 1)
    return float(brentq(lambda q: series(q) - q, 0, lowest, xtol=1e-15))


def _dies_out(mean):
    """Refuse a mean of 1 or more: the chain has no end."""
    largest = np.max(mean, initial=0)
    if largest >= 1:
        en = f"mean = {largest:g}: whoever brings one other or more on average starts a chain without end, and the "
        zh = f"mean = {largest:g}：平均每人介绍一个或更多人，链条没有尽头，总数无穷大。请只算若干代："
        en += f"total is infinite. Count some generations: branching({largest:g}, generations=10)."
        raise ValueError(say(en, f"{zh}branching({largest:g}, generations=10)。"))
    return mean


def _chances(distribution):
    by_number = isinstance(distribution, (dict, pd.Series))
    given = (
        pd.Series(checks.settings(distribution, "distribution") if by_number else distribution, dtype=object)
        if by_number or checks.dimensions(distribution) == 1
        else None
    )
    if given is None or given.empty:
        en = "distribution: a list is needed of the chances of 0, 1, 2, … referrals, or a dict {number: chance}."
        raise TypeError(say(en, "distribution：应为介绍 0、1、2……人的概率列表，或由人数到概率的字典。"))
    numbers = [checks.whole(number, "distribution", 0, 1000) for number in given.index]
    chances = np.zeros(max(numbers) + 1)
    chances[numbers] = checks.numbers(given.tolist(), "distribution", 0, 1)
    if abs(chances.sum() - 1) > 1e-6:
        en = f"distribution adds up to {chances.sum():g}, not to 1. From counts: counts / counts.sum()."
        zh = f"distribution 的概率之和是 {chances.sum():g}，不是 1。由次数计算：counts / counts.sum()。"
        raise ValueError(say(en, zh))
    return chances / chances.sum()
