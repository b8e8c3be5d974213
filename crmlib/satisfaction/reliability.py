"""Do the items of a scale measure one thing? Cronbach's alpha with Feldt's interval, and what each item adds."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.satisfaction.coding import answer_table


def cronbach_alpha(answers, *, standardised=False, keep_reversed=False, confidence=0.95):
    r"""Cronbach's alpha of the items of one scale, with Feldt's interval.

    :math:`\alpha = \frac{k}{k-1} \left(1 - \sum v_i / v\right)`: :math:`v_i` the variance of an item, :math:`v` that of
    the sum of all :math:`k`. Sources: Cronbach, L. J. (1951), Psychometrika 16(3); Feldt, L. S. (1965), Psychometrika
    30(3).

    Parameters
    ----------
    answers : pandas.DataFrame
        One row a respondent, one column an item, at least two; all worded in one direction. Respondents with a gap are
        left out and counted.
    standardised : bool
        Give each item the same variance before: alpha of the correlations.
    keep_reversed : bool
        Compute it although an item runs against the others, which is refused otherwise.
    confidence : float

    Returns
    -------
    pandas.Series
        ``alpha``, ``low``, ``high``, ``items``, ``rows``. ``attrs["left_out"]``: how many respondents had a gap.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [5, 4, 2, 1, 3], "b": [5, 5, 2, 2, 3], "c": [4, 4, 3, 1, 2]})
    >>> cronbach_alpha(answers).round(3).to_dict()
    {'alpha': 0.949, 'low': 0.743, 'high': 0.994, 'items': 3.0, 'rows': 5.0}
    """
    from scipy.stats import f

    standardised, keep = checks.flag(standardised, "standardised"), checks.flag(keep_reversed, "keep_reversed")
    table, left_out = complete(answers)
    covariance = np.cov(table.to_numpy(), rowvar=False)
    if not keep:
        _refuse_reversed(covariance, table.columns)
    alpha = _known(_alpha(np.corrcoef(table.to_numpy(), rowvar=False) if standardised else covariance), "answers")
    rows, items = table.shape
    beyond = (1 - confidence_of(confidence)) / 2
    low, high = 1 - (1 - alpha) * f.isf([beyond, 1 - beyond], rows - 1, (rows - 1) * (items - 1))
    found = pd.Series({"alpha": alpha, "low": low, "high": high, "items": items, "rows": rows}, dtype=float)
    found.attrs = {"left_out": left_out}
    return found


def alpha_from_covariance(covariance):
    """Cronbach's alpha from a published table of covariances (or correlations: the standardised alpha).

    >>> round(alpha_from_covariance([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]]), 3)
    0.75
    """
    if isinstance(covariance, pd.DataFrame):
        checks.frame(covariance, "covariance")
        covariance = np.column_stack([checks.column(covariance, name) for name in covariance])
    values = checks.numbers(covariance, "covariance")
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(values) < 2:
        shape = " × ".join(map(str, values.shape)) or "1"
        en = f"covariance: a square table of at least two items is needed, not {shape}."
        raise ValueError(say(en, f"covariance：应为行列相等的表，至少两个题项，而不是 {shape}。"))
    if not np.allclose(values, values.T) or (np.diag(values) <= 0).any() or np.linalg.eigvalsh(values)[0] < -1e-8:
        en = "covariance: no such covariances exist: variances above 0, both halves alike, no correlation beyond 1."
        zh = "covariance：不可能是协方差表：方差应大于 0，上下两半应对称，相关系数不超过 1。"
        raise ValueError(say(en, zh))
    return _known(_alpha(values), "covariance")


def item_analysis(answers):
    """Say of each item of a scale how it fits the others.

    Returns a DataFrame by item: ``mean``, ``sd``, ``item_rest`` (correlation with the sum of the other items; below 0
    the item is worded the other way round, or measures something else) and ``alpha_without`` (Cronbach's alpha of the
    others; NaN where only one is left, or they cancel each other out). ``attrs``: ``alpha``, ``rows``, ``left_out``
    (respondents with a gap).

    >>> answers = pd.DataFrame({"a": [5, 4, 2, 1, 3], "b": [5, 5, 2, 2, 3], "c": [3, 1, 4, 4, 1]})
    >>> item_analysis(answers).round(2)["item_rest"].to_dict()
    {'a': 0.45, 'b': 0.41, 'c': -0.55}
    """
    table, left_out = complete(answers)
    covariance = np.cov(table.to_numpy(), rowvar=False)
    found = pd.DataFrame({"mean": table.mean(), "sd": table.std()})
    found["item_rest"] = [table[item].corr(table.drop(columns=item).sum(axis=1)) for item in table]
    others = [np.delete(np.arange(len(found)), place) for place in range(len(found))]
    found["alpha_without"] = [_alpha(covariance[np.ix_(rest, rest)]) if len(rest) > 1 else np.nan for rest in others]
    found.attrs = {"alpha": _alpha(covariance), "rows": len(table), "left_out": left_out}
    return found.rename_axis("item")


def complete(answers):
    """Return the respondents who answered every item, as floats, and how many did not; each item must vary.

    >>> complete(pd.DataFrame({"a": [5, 4, None], "b": [4, 2, 3]}))[1]
    1
    """
    table = answer_table(answers)
    if table.shape[1] < 2:
        en = "answers has one item: whether items agree can be asked of two or more."
        raise ValueError(say(en, "answers 只有一个题项：至少要有两个，才谈得上是否一致。"))
    known = table.dropna()
    if len(known) < 2:
        gaps = ", ".join(f"{item} {count}" for item, count in table.isna().sum().nlargest(3).items())
        en = f"answers: {len(known)} of {len(table)} respondents answered every item, two are needed. Gaps: {gaps}."
        zh = f"answers：{len(table)} 人中只有 {len(known)} 人答完全部题项，至少要两人。缺失：{gaps}。"
        raise ValueError(say(en, zh))
    constant = list(known.columns[known.max() == known.min()])
    if constant:
        en = f"answers: all gave the same answer to {checks.first(constant)}, which tells nobody apart. Leave it out, "
        zh = f"answers：所有人对 {checks.first(constant)} 的回答都相同，区分不出任何人。请去掉："
        way = f"answers.drop(columns={constant})"
        raise ValueError(say(f"{en}{way}.", f"{zh}{way}。"))
    return known, len(table) - len(known)


def confidence_of(confidence):
    """Return a confidence level as a float between 0 and 1.

    >>> confidence_of(0.95)
    0.95
    """
    return checks.share(confidence, "confidence", above=0, below=1)


def _alpha(covariance):
    """Cronbach's alpha; NaN where the items cancel each other out."""
    items, total = len(covariance), covariance.sum()
    if total <= 1e-12 * np.trace(covariance):
        return np.nan
    return float(items / (items - 1) * (1 - np.trace(covariance) / total))


def _known(alpha, name):
    if np.isnan(alpha):
        en = f"{name}: the items cancel each other out, their sum never varies. Turn the reversed ones, code_answers."
        raise ValueError(say(en, f"{name}：各题项互相抵消，总分没有差异。请先用 code_answers 把反向题转正。"))
    return alpha


def _refuse_reversed(covariance, items):
    """Name the items that run against the rest: turn one after the other until none does."""
    signs, scale = np.ones(len(covariance)), np.trace(covariance)
    while (against := signs * (covariance @ signs) - np.diag(covariance)).min() < -1e-12 * scale:
        signs[len(signs) - 1 - against[::-1].argmin()] *= -1
    turned = signs < 0
    if turned.any():
        names = list(items[turned if turned.sum() * 2 <= len(turned) else ~turned])
        en = f"{checks.first(names)} runs against the other items: is it worded the other way round? Then turn it, "
        zh = f"{checks.first(names)} 与其他题项方向相反：是不是反向题？如果是，请先转正："
        way = f"code_answers(answers, low, high, reverse={names})"
        raise ValueError(say(f"{en}{way}; else keep_reversed=True.", f"{zh}{way}；不是的话用 keep_reversed=True。"))
