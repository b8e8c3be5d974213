"""Cox's proportional hazards: the pace of leaving by several features at once."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def cox(table, *, duration, event, features):
    """Compare the pace at which customers leave, by several features at once (proportional hazards).

    It assumes that a feature multiplies the pace by the same factor at all times, and says nothing about causes. Ties
    by Efron's method, as in statsmodels' `PHReg`, which does the fitting. Source: Cox (1972), J. Royal Statistical
    Society B 34(2).

    Returns a DataFrame with index ``feature`` (a number's name, or ``"contract: One year"`` for a level):
    ``hazard_ratio`` (how many times faster they leave, for one unit more or against the reference, all else equal),
    ``lower``, ``upper`` (95 %) and ``p_value``. ``attrs``: ``reference`` (feature: level), ``rows``, ``events``.

    Parameters
    ----------
    table, duration, event : pandas.DataFrame, str, str
        One row a customer; columns as in `kaplan_meier`.
    features : list of str
        Columns of numbers, 0/1, or categories. The reference is the first level of a category (pandas type), of texts
        the most frequent one.

    Raises
    ------
    ValueError
        Also if a feature is constant or follows from the others, nobody left, or nobody of a level.

    Examples
    --------
    >>> table = pd.DataFrame({"months": [1, 2, 3, 4, 5, 6, 7, 8], "left": [1, 1, 1, 0, 1, 1, 0, 1],
    ...                       "plan": ["free", "free", "paid", "free", "paid", "free", "paid", "paid"]})
    >>> result = cox(table, duration="months", event="left", features=["plan"])
    >>> result.attrs["reference"], result["hazard_ratio"].round(2).to_dict()
    ({'plan': 'free'}, {'plan: paid': 0.38})
    """
    features = [features] if isinstance(features, str) else list(features)
    checks.require_columns(checks.frame(table, "table").columns, [duration, event, *features])
    if not features:
        raise ValueError(say("cox needs at least one row and one feature.", "cox 至少需要一行数据和一个特征。"))
    time, left = checks.amounts(table[duration], duration), checks.zero_one(table[event], event)
    if not left.any():
        raise ValueError(say(f'Nobody left: column "{event}" is 0 in all rows.', f"没有人流失：“{event}”列全是 0。"))
    design, reference = _design(table[features], left)
    scale = design.std()  # in units of its own spread, no feature overflows
    _refuse_repeated(design / scale)
    from statsmodels.duration.hazard_regression import PHReg

    fit = PHReg(time, ((design - design.mean()) / scale).to_numpy(), status=left, ties="efron").fit()
    low, high = (fit.conf_int()[:, side] / scale.to_numpy() for side in (0, 1))
    ratios = {"hazard_ratio": fit.params / scale.to_numpy(), "lower": low, "upper": high}
    result = np.exp(pd.DataFrame(ratios)).assign(p_value=fit.pvalues)
    result.index = pd.Index(design.columns, name="feature")
    result.attrs = {"reference": reference, "rows": len(table), "events": int(left.sum())}
    return result


def _design(features, left):
    """Numbers as they are, categories as 0/1 against a reference; no constants, no level without an event."""
    columns, reference = {}, {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = checks.floats(column, name, flags=True)
            continue
        codes, levels = checks.groups(column, name)
        counts = np.bincount(codes)
        quiet = levels[np.bincount(codes, weights=left, minlength=len(levels)) == 0]
        if len(quiet):
            shown = checks.first(quiet)
            en = f'Column "{name}": nobody of {shown} left, so that their pace is not measurable.'
            zh = f"“{name}”列：{shown} 中没有人流失，无法估计其流失速度。请与别的类别合并。"
            raise ValueError(say(f"{en} Join them with another level.", zh))
        base = 0 if isinstance(column.dtype, pd.CategoricalDtype) else counts.argmax()
        reference[name] = levels[base]
        columns |= {
            f"{name}: {level}": (codes == code).astype(float)
            for code, level in enumerate(levels)
            if code != base or len(levels) == 1
        }
    design = pd.DataFrame(columns)
    constant = design.columns[design.nunique() < 2]
    if len(constant):
        en = f"The same value in all rows, so that nothing can be learned from it: {checks.first(constant)}."
        zh = f"各行的数值都相同，什么也学不到：{checks.first(constant)}。"
        raise ValueError(say(en, zh))
    return design, reference


def _refuse_repeated(design):
    """Refuse features that follow from those before them."""
    own = np.abs(np.diag(np.linalg.qr((design - design.mean()).to_numpy(), mode="r")))
    own = np.append(own, np.zeros(design.shape[1] - len(own)))
    repeated = design.columns[own < 1e-7 * np.sqrt(len(design))]
    if len(repeated):
        en = f"These features follow from the others, leave them out: {checks.first(repeated)}."
        zh = f"这些特征可由其他特征推出，没有新的信息，请去掉：{checks.first(repeated)}。"
        raise ValueError(say(en, zh))
