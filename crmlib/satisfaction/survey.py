"""How many must be asked, and how sure is what they say: the size of a sample and its margin of error."""

import math

from crmlib import checks, intervals
from crmlib.language import say


def sample_size(margin, *, share=0.5, confidence=0.95, population=None, response=1.0):
    r"""Return how many customers must be asked for a share to be known within a margin.

    :math:`n_0 = z^2 p (1 - p) / e^2` answers are needed, from a `population` of :math:`N` customers
    :math:`n_0 / (1 + (n_0 - 1) / N)`. Not everyone answers: divided by the rate of `response`. Rounded up each time.
    Source: Cochran, W. G. (1977), Sampling Techniques, 3rd ed., § 4.4.

    Parameters
    ----------
    margin : float
        Margin of error, half the width of the interval: 0.05 for five points.
    share : float
        The share expected; 0.5 needs the most answers.
    confidence : float
    population : int, optional
        Number of all customers; without it, very many.
    response : float
        Share of those asked who answer. It makes the sample large enough, not free of bias: those who answer may
        differ from those who do not.

    Examples
    --------
    >>> sample_size(0.05), sample_size(0.05, population=2000), sample_size(0.05, population=2000, response=0.5)
    (385, 323, 646)
    """
    margin = checks.number(checks.share(margin, "margin", below=1), "margin", least=1e-6)
    share, response = checks.share(share, "share", above=0, below=1), checks.share(response, "response", above=0)
    answers = intervals.z(confidence) ** 2 * share * (1 - share) / margin**2
    if population is not None:
        population = checks.whole(population, "population", least=1)
        answers /= 1 + (answers - 1) / population
    asked = _up(max(_up(answers), 1) / response)
    if population is not None and asked > population:
        en = f"population = {population}: {asked} would have to be asked at response = {response:g}."
        zh = f"population = {population}：回收率 response = {response:g} 时要问 {asked} 人，人数不够。"
        raise ValueError(say(f"{en} Allow a larger margin.", f"{zh}请放宽 margin。"))
    return asked


def margin_of_error(answers, *, share=0.5, confidence=0.95, population=None):
    r"""Return how far a share found among so many `answers` may lie from that of all customers.

    :math:`z \sqrt{p (1 - p) / n}`, and from a `population` of :math:`N` customers times
    :math:`\sqrt{(N - n) / (N - 1)}`. Source: Cochran, W. G. (1977), Sampling Techniques, 3rd ed., chapter 3.

    >>> round(margin_of_error(385), 4), round(margin_of_error(323, population=2000), 4)
    (0.0499, 0.0499)
    """
    answers, share = checks.whole(answers, "answers", least=1), checks.share(share, "share")
    margin = intervals.z(confidence) * math.sqrt(share * (1 - share) / answers)
    if population is None:
        return margin
    population = checks.whole(population, "population", least=1)
    if answers > population:
        en = f"answers = {answers}: there are only {population} in the population."
        raise ValueError(say(en, f"answers = {answers} 不对：总体（population）只有 {population} 人。"))
    return margin * math.sqrt((population - answers) / max(population - 1, 1))


def _up(number):
    """Round up; the dust of a division, as in 385.00000000000006, is none of it."""
    return math.ceil(round(number, 9))
