"""What did a programme change? Before and after, with and without it: the difference in differences."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def difference_in_differences(table, *, outcome, treated, after, cluster=None, confidence=0.95):
    r"""Compare the change of those who were treated with the change of those who were not.

    The effect is :math:`(\bar y_{11} - \bar y_{10}) - (\bar y_{01} - \bar y_{00})`, group before time: the coefficient
    of ``treated × after`` in a regression. It is that of the treatment only if both groups would have changed alike
    without it. Rows of one customer are not independent: name the customers' column, and the standard error is
    clustered by it (Liang, Zeger 1986, Biometrika 73; factor for small samples and t distribution: Cameron, Miller
    2015, J. Human Resources 50(2)). Without it each row counts as independent (HC1).

    Returns a Series: ``effect``, ``standard_error``, ``low``, ``high``, ``p``. ``attrs``: ``means`` (DataFrame of
    before, after, change, by group), ``rows``, ``clusters``, ``confidence``.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer and period (or purchase), without gaps in the columns named.
    outcome, treated, after : str
        Columns: a number; 0/1 for the group, also in its rows before the treatment; 0/1 for the time.
    cluster : str, optional
        Column that tells whose row it is.
    confidence : float
        Of the interval.

    Examples
    --------
    >>> rows = {"customer_id": [1, 1, 2, 2, 3, 3, 4, 4], "joined": [1, 1, 1, 1, 0, 0, 0, 0], "after": [0, 1] * 4}
    >>> rows["visits"] = [2, 6, 4, 10, 3, 4, 5, 5]
    >>> kept = dict(outcome="visits", treated="joined", after="after", cluster="customer_id")
    >>> found = difference_in_differences(pd.DataFrame(rows), **kept)
    >>> float(found["effect"]), found.attrs["means"]["change"].to_dict()
    (4.5, {'control': 0.5, 'treated': 5.0})
    """
    from scipy.stats import t

    confidence = checks.share(confidence, "confidence", above=0, below=1)
    value, group, time, whose = _columns(table, outcome, treated, after, cluster)
    cell = 2 * group + time  # 0 control before, 1 control after, 2 treated before, 3 treated after
    size = np.bincount(cell, minlength=4)
    _refuse_empty(size, treated, after)
    mean = np.bincount(cell, value, minlength=4) / size
    effect = (mean[3] - mean[2]) - (mean[1] - mean[0])
    pull = np.array([1, -1, -1, 1])[cell] * (value - mean[cell]) / size[cell]  # of each row on the effect
    clusters, n = whose.max() + 1, len(value)
    _refuse_alone(whose, group, cluster)
    factor = clusters / (clusters - 1) * (n - 1) / (n - 4) if n > 4 else np.nan
    error = np.sqrt(factor * (np.bincount(whose, pull) ** 2).sum())
    freedom = clusters - 1 if cluster is not None else n - 4
    reach = t.ppf((1 + confidence) / 2, freedom) * error
    p = 2 * t.sf(abs(effect) / error, freedom) if error > 0 else float(effect == 0)
    found = pd.Series(
        {"effect": effect, "standard_error": error, "low": effect - reach, "high": effect + reach, "p": p}
    )
    means = pd.DataFrame(mean.reshape(2, 2), index=["control", "treated"], columns=["before", "after"])
    means["change"] = means["after"] - means["before"]
    found.attrs = {"means": means, "rows": n, "clusters": int(clusters), "confidence": confidence}
    return found


def _columns(table, outcome, treated, after, cluster):
    named = {"outcome": outcome, "treated": treated, "after": after}
    named = [checks.text(name, argument) for argument, name in named.items()]
    named += [] if cluster is None else [checks.text(cluster, "cluster")]
    checks.require_columns(checks.frame(table, "table").columns, named)
    value = checks.floats(table[outcome], outcome, flags=True)
    group, time = (checks.zero_one(table[name], name).astype(int) for name in (treated, after))
    whose = np.arange(len(table)) if cluster is None else checks.groups(table[cluster], cluster)[0]
    return value, group, time, whose


def _refuse_empty(size, treated, after):
    names = [f"{treated} = {group}, {after} = {time}" for group in (0, 1) for time in (0, 1)]
    empty = [name for name, rows in zip(names, size, strict=True) if not rows]
    if empty:
        en = f"No rows with {'; '.join(empty)}: both groups are needed, before and after. {treated} marks the group, "
        zh = f"没有这样的行：{'；'.join(empty)}。两组都要有之前和之后的数据。{treated} 标的是组别，之前的行也要标 1。"
        raise ValueError(say(en + "with 1 also in its rows before.", zh))


def _refuse_alone(whose, group, cluster):
    """Refuse a group of one customer: what the customer did cannot be told from what the group did."""
    for code in (0, 1):
        count = len(np.unique(whose[group == code]))
        if cluster is not None and count < 2:
            who, wer = (("treated", "实验组"), ("control", "对照组"))[1 - code]
            en = f'The {who} group holds one "{cluster}" only: at least two are needed to say how sure the effect is.'
            raise ValueError(say(en, f"{wer}只有一个“{cluster}”：至少要有两个，才能说出效果有多可靠。"))
