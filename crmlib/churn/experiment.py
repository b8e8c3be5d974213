"""An experiment: was the treatment drawn by lot, and by how much do the treated and the others differ?"""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.churn.features import refuse_missing
from crmlib.language import say


def balance(features, treated):
    r"""Compare who was treated and who was not before the treatment: did the lot make two groups alike?

    The standardised difference is :math:`(m_1 - m_0) / \sqrt{(v_1 + v_0) / 2}`; for a share :math:`v = p(1 - p)`. It
    has no unit and does not grow with the number of customers. Above 0.1 in size it deserves a look. Source: Austin
    (2009), Statistics in Medicine 28(25).

    Returns a DataFrame with index ``feature`` (a category as ``"channel: Web"``); ``treated`` and ``control`` (means or
    shares), ``difference`` (standardised). ``attrs``: ``treated`` and ``control``, numbers of customers.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, known before the treatment. Numbers, 0/1, bool, or categories (a row for each of them).
    treated : Series, array or list of 0/1

    Examples
    --------
    >>> features = pd.DataFrame({"visits": [1, 3, 2, 4], "channel": ["Web", "Web", "Web", "Phone"]})
    >>> balance(features, [1, 1, 0, 0])["difference"].round(2).to_dict()
    {'visits': -0.71, 'channel: Phone': -1.41, 'channel: Web': 1.41}
    """
    (lot,) = arms(treated, features=checks.frame(features, "features"))
    for name in features:
        checks.one_each(features[name], name)
    refuse_missing(features)
    for name in features.select_dtypes("number", exclude="timedelta"):
        checks.column(features, name)
    columns = [
        features[[name]]
        if pd.api.types.is_numeric_dtype(features[name])
        else pd.get_dummies(features[name].astype(str), prefix=name, prefix_sep=": ")
        for name in features
    ]
    values = pd.concat(columns, axis=1).astype(float)
    one, other, is_share = values[lot], values[~lot], values.isin((0, 1)).all()
    spread = sum((part.mean() * (1 - part.mean())).where(is_share, part.var().fillna(0)) for part in (one, other))
    table = pd.DataFrame({"treated": one.mean(), "control": other.mean()})
    gap = table["treated"] - table["control"]
    table["difference"] = (gap / np.sqrt(spread / 2)).fillna(0)  # 0 / 0: no difference
    table.attrs = {"treated": int(lot.sum()), "control": int((~lot).sum())}
    return table.rename_axis("feature")


def arms(treated, features=None, **numbers):
    """Check what belongs to an experiment; return the lot as bool, then the columns of numbers, as arrays.

    >>> arms([1, 0], outcome=[5, 3])
    (array([ True, False]), array([5., 3.]))
    """
    given = {"treated": treated} | numbers
    if features is not None:
        given = {"features": pd.Series(0, index=checks.frame(features, "features").index)} | given
    columns = dict(zip(given, checks.lists(**given), strict=True))
    lot = checks.zero_one(columns["treated"], "treated").astype(bool)
    if lot.all() or not lot.any():
        who = say("everybody", "所有人都") if lot.all() else say("nobody", "没有一个人")
        en = f"treated: {who} was treated, so there is nobody to compare with. Keep a control group, drawn by lot."
        zh = f"treated：{who}被触达，没有可比的对象。请随机留出对照组。"
        raise ValueError(say(en, zh))
    return lot, *(checks.floats(columns[name], name, flags=True) for name in numbers)


def difference(first, second, confidence=0.95):
    """Compare two independent groups: by how much do their rates or means differ, and how sure is that?

    Each of `first` and `second` holds an outcome for each customer: 0/1 in both, or numbers (two or more of each).
    Returns a Series: ``first`` and ``second`` (rates or means), ``difference`` (first less second), ``lower`` and
    ``upper``: Newcombe's interval for 0/1, Welch's for other numbers. Sources: Newcombe (1998), Statistics in Medicine
    17(8), method 10; Welch (1947), Biometrika 34.

    >>> difference([1] * 56 + [0] * 14, [1] * 48 + [0] * 32).round(4).tolist()
    [0.8, 0.6, 0.2, 0.0524, 0.3339]
    """
    (first,), (second,) = checks.lists(first=first), checks.lists(second=second)
    sides = [pd.Series(checks.floats(side, name, flags=True)) for name, side in (("first", first), ("second", second))]
    shares = all(side.isin((0, 1)).all() for side in sides)
    for name, side in zip(("first", "second"), sides, strict=True):
        if len(side) < 2 and not shares:
            en = f"{name} has one customer only: a mean needs at least two to say how sure it is."
            raise ValueError(say(en, f"{name} 只有一个客户：均值至少要有两个客户，才能说出误差。"))
    one, other = ((len(side), side.mean(), side.var()) for side in sides)
    lower, upper = intervals.difference(one, other, shares, confidence)
    names = ["first", "second", "difference", "lower", "upper"]
    return pd.Series([one[1], other[1], one[1] - other[1], float(lower), float(upper)], index=names)
