"""How many things does a questionnaire measure? Kaiser-Meyer-Olkin, Bartlett's test and the loadings of factors."""

import math

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.satisfaction.reliability import complete


def kmo(answers):
    r"""Kaiser-Meyer-Olkin measure of sampling adequacy: do the items share enough for factors to be looked for?

    :math:`\sum r^2 / (\sum r^2 + \sum q^2)` over all pairs of items: :math:`r` their correlation, :math:`q` their
    partial correlation, given all other items. 0.5 is the least, 0.8 good. Source: Kaiser, H. F. (1974), An index of
    factorial simplicity, Psychometrika 39(1). Returns a Series by item, and ``overall``. ``attrs``: ``rows`` and
    ``left_out``, respondents without and with a gap.

    >>> answers = pd.DataFrame({"a": [5, 4, 2, 1, 3, 4, 2], "b": [5, 5, 2, 2, 3, 3, 4], "c": [4, 4, 3, 1, 2, 4, 4]})
    >>> kmo(answers).round(2).to_dict()
    {'a': 0.74, 'b': 0.71, 'c': 0.78, 'overall': 0.74}
    """
    table, left_out, correlation = _correlation(answers)
    inverse = np.linalg.inv(correlation)
    width = np.sqrt(np.diag(inverse))
    off = ~np.eye(len(correlation), dtype=bool)
    whole, partial = correlation**2 * off, (inverse / np.outer(width, width)) ** 2 * off
    found = pd.Series(_part(whole.sum(axis=0), partial.sum(axis=0)), table.columns)
    found = pd.concat([found, pd.Series({"overall": float(_part(whole.sum(), partial.sum()))})])
    found.attrs = {"rows": len(table), "left_out": left_out}
    return found


def bartlett(answers):
    r"""Bartlett's test of sphericity: could it be that no two items are correlated?

    :math:`\chi^2 = -(n - 1 - (2k + 5) / 6) \ln |R|` with :math:`k(k-1)/2` degrees of freedom, for :math:`n` respondents
    and :math:`k` items. Source: Bartlett, M. S. (1950), Tests of significance in factor analysis, British Journal of
    Statistical Psychology 3(2). Returns a Series ``chi2``, ``df``, ``p``. ``attrs``: ``rows`` and ``left_out``,
    respondents without and with a gap.

    >>> answers = pd.DataFrame({"a": [5, 4, 2, 1, 3, 4, 2], "b": [5, 5, 2, 2, 3, 3, 4], "c": [4, 4, 3, 1, 2, 4, 4]})
    >>> bartlett(answers).round(3).to_dict()
    {'chi2': 6.687, 'df': 3.0, 'p': 0.083}
    """
    from scipy.stats import chi2

    table, left_out, correlation = _correlation(answers)
    rows, items = table.shape
    statistic = -(rows - 1 - (2 * items + 5) / 6) * np.linalg.slogdet(correlation)[1]
    freedom = items * (items - 1) / 2
    found = pd.Series({"chi2": statistic, "df": freedom, "p": chi2.sf(statistic, freedom)}, dtype=float)
    found.attrs = {"rows": rows, "left_out": left_out}
    return found


def loadings(answers, factors=1):
    """Return the loadings of items on factors: principal axes, turned by varimax where there are several.

    A loading is the correlation of an item with a factor. Factors come in the order of what they explain, and point
    where most of their items do. Source: Harman, H. H. (1976), Modern Factor Analysis, 3rd ed., chapters 6 and 13.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row a respondent, one column an item. Respondents with a gap are left out and counted.
    factors : int

    Returns
    -------
    pandas.DataFrame
        By item, ``factor_1``, … ``attrs``: ``explained``, the share of the items' variance that each factor explains;
        ``rows`` and ``left_out``.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [5, 4, 2, 1, 3, 4, 2], "b": [5, 5, 2, 2, 3, 3, 4], "c": [4, 4, 3, 1, 2, 4, 4]})
    >>> loadings(answers).round(2)["factor_1"].to_dict()
    {'a': 0.84, 'b': 0.88, 'c': 0.81}
    """
    from statsmodels.multivariate.factor import Factor

    table, left_out, correlation = _correlation(answers)
    items = len(correlation)
    most = math.floor(items + (1 - math.sqrt(8 * items + 1)) / 2 + 1e-9)
    if most < 1:
        en = f"answers: {items} items are too few for a factor: three at least."
        raise ValueError(say(en, f"answers：{items} 个题项太少，至少三个才能求因子。"))
    factors = checks.whole(factors, "factors", least=1, most=most)
    fitted = Factor(corr=correlation, n_factor=factors, nobs=len(table), method="pa").fit(maxiter=500)
    beyond = list(table.columns[(fitted.communality > 1) | (fitted.loadings.shape[1] < factors)])
    if beyond:
        en = f"factors = {factors} explain more than all of {checks.first(beyond)}, which cannot be (a Heywood case): "
        zh = f"factors = {factors} 时，{checks.first(beyond)} 被解释的部分超过全部，不合情理（海伍德情形）："
        raise ValueError(
            say(f"{en}ask for fewer factors, or leave an item out.", f"{zh}请减少因子，或者去掉一个题项。")
        )
    found = _varimax(fitted.loadings)
    found = found * np.where(found.sum(axis=0) < 0, -1, 1)
    found = found[:, np.argsort(-(found**2).sum(axis=0), kind="stable")]
    names = [f"factor_{number}" for number in range(1, factors + 1)]
    explained = dict(zip(names, (found**2).mean(axis=0).tolist(), strict=True))
    found = pd.DataFrame(found, index=table.columns.rename("item"), columns=names)
    found.attrs = {"explained": explained, "rows": len(table), "left_out": left_out}
    return found


def _varimax(loadings, turns=1000, tolerance=1e-12):
    """Turn the axes until the squared loadings of each vary most (Kaiser 1958, Psychometrika 23).

    Each turn solves the problem that is linear in it, by singular values; statsmodels' own search can stop where it
    begins (the Yellow Pages survey).
    """
    turned, before = loadings, -1.0
    for _ in range(turns):
        left, sizes, right = np.linalg.svd(loadings.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        turned = loadings @ left @ right
        if sizes.sum() <= before * (1 + tolerance):
            break
        before = sizes.sum()
    return turned


def _correlation(answers):
    """The complete rows, how many are not, and the correlations of the items, of which none may follow from others."""
    table, left_out = complete(answers)
    correlation = np.corrcoef(table.to_numpy(), rowvar=False)
    if len(table) <= table.shape[1]:
        en = f"answers: {len(table)} complete respondents are too few for {table.shape[1]} items: more are needed."
        raise ValueError(say(en, f"answers：只有 {len(table)} 人答完，少于题项数所需（{table.shape[1]} 个题项）。"))
    values, vectors = np.linalg.eigh(correlation)
    if values[0] < 1e-10:
        bound = list(table.columns[np.abs(vectors[:, 0]) > 1e-6])
        en = f"answers: {checks.first(bound)} follow from each other, as a sum and its parts do. Leave one out, "
        zh = f"answers：{checks.first(bound)} 可以互相推出（例如总分与各分项）。请去掉其中一个："
        way = f"answers.drop(columns={bound[-1:]})"
        raise ValueError(say(f"{en}{way}.", f"{zh}{way}。"))
    return table, left_out, correlation


def _part(one, other):
    return np.divide(one, one + other, out=np.zeros_like(one), where=one + other > 0)
