"""The formulas of satisfaction: what was got against what was expected, and the weighted mean of what is judged."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

FORMULAS = {
    "difference": lambda perception, expectation: perception - expectation,
    "ratio": lambda perception, expectation: perception / expectation,
    "relative": lambda perception, expectation: (perception - expectation) / expectation,
}


def disconfirmation(perception, expectation, formula="difference"):
    """Compare what customers got with what they expected, by one of the three formulas of the textbooks.

    ``"difference"``: :math:`P - E` (0: as expected); ``"ratio"``: :math:`P / E` (1: as expected); ``"relative"``:
    :math:`(P - E) / E` (0: as expected). The last two need expectations above 0. Takes numbers, lists or columns,
    returns the like; where one of the two is missing in a column, so is the result. Source: Oliver, R. L. (1980), A
    cognitive model of the antecedents and consequences of satisfaction decisions, Journal of Marketing Research 17(4).

    >>> [disconfirmation(6, 8, formula) for formula in ("difference", "ratio", "relative")]
    [-2.0, 0.75, -0.25]
    """
    checks.one_of(formula, "formula", FORMULAS)
    given = {"perception": perception, "expectation": expectation}
    index = None
    if any(isinstance(values, pd.Series) for values in given.values()):
        given = dict(zip(given, checks.lists(single=tuple(given), **given), strict=True))
        index = given["perception"].index
        perception, expectation = (
            checks.floats(column, name, optional=column.isna()) for name, column in given.items()
        )
    else:
        perception, expectation = (checks.numbers(values, name) for name, values in given.items())
        checks.fitting(perception=perception, expectation=expectation)
    if formula != "difference" and (expectation <= 0).any():
        en = 'expectation must be above 0 to divide by it: use formula="difference", or a scale that begins at 1.'
        zh = 'expectation 必须大于 0 才能作除数：请用 formula="difference"，或者改用从 1 开始的量表。'
        raise ValueError(say(en, zh))
    found = FORMULAS[formula](perception, expectation)
    return pd.Series(found, index) if index is not None else found if np.ndim(found) else float(found)


def weighted_satisfaction(scores, weights):
    """Return the weighted mean of scores: how satisfied customers are with all that is judged, by what matters to them.

    The weights are 0 or more and add up to 1, or to 100. Scores and weights that have names (dict or Series) are
    matched by name, lists by position.

    >>> weighted_satisfaction({"quality": 8, "price": 6}, {"price": 0.25, "quality": 0.75})
    7.5
    """
    scores, weights = (_by_name(given, name) for given, name in ((scores, "scores"), (weights, "weights")))
    apart = scores.index.symmetric_difference(weights.index)
    if len(apart) or scores.index.has_duplicates:
        en = f"scores and weights must hold the same items, each once: {checks.first(apart) or 'one'} "
        en += "stands in one only." if len(apart) else "stands twice."
        zh = f"scores 与 weights 应是同一批项目，每项一次：{checks.first(apart) or '有的项目'}"
        raise ValueError(say(en, zh + ("只出现在一方。" if len(apart) else "重复出现。")))
    weights = weights.loc[scores.index]
    marks, parts = checks.floats(scores, "scores"), checks.amounts(weights, "weights")
    total = parts.sum()
    if not np.isclose(total, (1, 100), rtol=0, atol=1e-6).any():
        en = f"weights add up to {total:g}, not to 1 or 100."
        zh = f"weights 之和是 {total:g}，不是 1，也不是 100。"
        way = "weights = pd.Series(weights) / pd.Series(weights).sum()"
        raise ValueError(say(f"{en} Correct them, or: {way}.", f"{zh}请更正，或者：{way}。"))
    return float(marks @ parts / total)


def _by_name(given, name):
    if isinstance(given, dict):
        given = pd.Series(given, dtype=None if given else float)
    return checks.lists(**{name: given})[0]
