"""Test and roll: how many customers to try two offers on, before the better one goes to all others."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say


def test_and_roll(population, *, mean, sd_mean, sd, n=None):
    r"""Plan a test of two offers on n customers each, after which the rest get the one that did better.

    What an offer brings per customer is thought to lie around `mean`, with a standard deviation of `sd_mean` from offer
    to offer; customers differ by `sd`. A larger test finds the better offer more often, but leaves fewer customers to
    use it on. The most profitable size is, with :math:`r = (\mathrm{sd} / \mathrm{sd\_mean})^2`,
    :math:`n = \sqrt{N r / 4 + (3 r / 4)^2} - 3 r / 4`.

    Returns a Series: ``n1``, ``n2`` (customers who get each offer in the test, rounded to whole ones), ``profit``
    (expected, test and roll), ``without`` (no test: one of the two for all), ``perfect`` (if the better one were known
    today), ``gain`` (profit less without), ``regret`` (perfect less profit), ``wrong`` (chance to roll out the worse
    offer). Source: Feit, Berman (2019), Test & roll: profit-maximizing A/B tests, Marketing Science 38(6).

    Parameters
    ----------
    population : int
        All customers, those of the test included, at least 2.
    mean, sd_mean, sd : float
        Expectation before the test, in money (or orders) per customer; both standard deviations above 0.
    n : int, optional
        Another size, of each of the two groups; the most profitable one if not given.

    Examples
    --------
    >>> plan = test_and_roll(100_000, mean=0.68, sd_mean=0.03, sd=(0.68 * 0.32) ** 0.5)
    >>> plan[["n1", "n2"]].tolist(), plan[["profit", "without", "perfect"]].round().tolist()
    ([2284.0, 2284.0], [69536.0, 68000.0, 69693.0])
    """
    population, mean = checks.whole(population, "population", least=2), checks.number(mean, "mean")
    apart, noise = checks.number(sd_mean, "sd_mean", least=1e-9), checks.number(sd, "sd", least=1e-9)
    size = _best_size(population, apart, noise) if n is None else checks.whole(n, "n")
    if 2 * size > population:
        en = f"n = {size}: two groups of it are more than the population of {population}."
        raise ValueError(say(en, f"n = {size}：两组加起来超过了总人数 {population}。"))
    # The correlation between what the test says of the difference of the offers and the true difference.
    sure = np.sqrt(size / (size + (noise / apart) ** 2))
    better = apart / np.sqrt(np.pi)  # by how much the better of two offers is above the mean, on average
    without, perfect = population * mean, population * (mean + better)
    gain = (population - 2 * size) * better * sure
    columns = {"n1": size, "n2": size, "profit": without + gain, "without": without, "perfect": perfect, "gain": gain}
    return pd.Series(columns | {"regret": perfect - without - gain, "wrong": np.arccos(sure) / np.pi}, dtype=float)


def significance_size(difference, *, sd, confidence=0.95, power=0.8):
    """Customers in each of two groups who are needed for a test of significance: 2 (z₁ + z₂)² sd² / difference².

    `difference` is the smallest one worth finding, in the units of `sd`; `power` the chance to find it. Source: any
    text on experiments, as Feit, Berman (2019), equation 2. Returns a whole number, rounded up.

    >>> significance_size(0.02 * 0.68, sd=(0.68 * 0.32) ** 0.5)
    18468
    """
    difference, sd = checks.number(difference, "difference", least=1e-9), checks.number(sd, "sd", least=0)
    reach = intervals.z(confidence) + intervals.z(2 * checks.share(power, "power", above=0.5, below=1) - 1)
    return int(np.ceil(2 * (reach * sd / difference) ** 2))


def _best_size(population, apart, noise):
    """The whole number next to the root of 4 n² + 6 r n − r N = 0, where the derivative of the profit is 0."""
    ratio = (noise / apart) ** 2
    # The root written so that nothing cancels where customers differ much and offers little.
    root = population / 4 / (0.75 + np.sqrt(population / 4 / ratio + 0.75**2))
    return min(round(root), population // 2)
