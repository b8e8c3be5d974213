"""Early warning: a customer's habit against of late, and a period's share of faults against the usual level."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def drift(usage, *, window=2, base=4, minimum=10):
    """Compare how often each customer came of late with the customer's own habit before.

    If nothing had changed, the last months would hold a share :math:`w / (w + b)` of all visits in the window of
    :math:`w` and the :math:`b` months before. `surprise` is the binomial chance of so few or fewer: it takes into
    account that the habit, too, is known from a few visits only. Source: Przyborowski and Wilenski (1940), Biometrika
    31.

    Returns a DataFrame with index customer and month (the last of the window), for those watched: ``recent`` (visits in
    the window), ``expected`` (if the habit had lasted), ``ratio``, ``surprise``. ``attrs``: the parameters, and how
    many of all customers and months were ``watched``, had ``too_few`` visits, or were ``unknown`` (months missing).

    Parameters
    ----------
    usage : pandas.DataFrame
        One row a customer, one column a month, in order of time: how often the customer came; missing before joining.
    window, base, minimum : int
        Months that are looked at, months before them that make the habit, and visits in the base months that a customer
        needs to be watched, at least 1.

    Examples
    --------
    >>> months = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]
    >>> usage = pd.DataFrame([[4, 3, 5, 4, 1, 0], [1, 0, 0, 1, 0, 0]], index=["Wheat", "Millet"], columns=months)
    >>> drift(usage).round(3)
                      recent  expected  ratio  surprise
    customer month
    Wheat    2025-06       1       8.0  0.125      0.01
    """
    from scipy.stats import binom

    about = {"window": window, "base": base, "minimum": minimum}
    about = {name: checks.whole(number, name, least=1) for name, number in about.items()}
    window, base, minimum = about.values()
    values = _counts(usage, window + base)
    recent = _moving_sum(values, window)[:, base:]
    before = _moving_sum(values, base)[:, : recent.shape[1]]
    known = np.isfinite(recent) & np.isfinite(before)
    watched = known & (before >= minimum)
    names = [usage.index.name or "customer", usage.columns.name or "month"]
    index = pd.MultiIndex.from_product([usage.index, usage.columns[window + base - 1 :]], names=names)[watched.ravel()]
    recent, before = recent[watched], before[watched]
    expected = before * window / base
    surprise = binom.cdf(recent, recent + before, window / (window + base))
    columns = {"recent": recent.astype(int), "expected": expected, "ratio": recent / expected, "surprise": surprise}
    table = pd.DataFrame(columns, index=index)
    counts = {"watched": watched.sum(), "too_few": (known & ~watched).sum(), "unknown": (~known).sum()}
    table.attrs = about | {name: int(count) for name, count in counts.items()}
    return table


def _counts(usage, months):
    checks.unique_index(checks.frame(usage, "usage"), "usage")
    if usage.shape[1] < months:
        en = f"usage has {usage.shape[1]} months; window and base together need {months}."
        zh = f"usage 只有 {usage.shape[1]} 个月，至少需要 {months} 个月（观察期加基准期）。"
        raise ValueError(say(en, zh))
    if not (usage.columns.is_monotonic_increasing and usage.columns.is_unique):
        en = "The months of usage are not in order of time, each once: usage.sort_index(axis=1)."
        zh = "usage 的月份没有按时间排列，或者有重复：请用 usage.sort_index(axis=1) 排好。"
        raise ValueError(say(en, zh))
    months = [checks.column(usage, name, least=0, optional=usage[name].isna()) for name in usage]
    values = np.column_stack(months)
    en = "usage must count visits: whole numbers, no minutes or shares"
    zh = "usage 应是次数，即整数，不能是分钟数或比例"
    checks.refuse_rows((np.isfinite(values) & (values % 1 != 0)).any(axis=1), usage, en, zh)
    return values


def _moving_sum(values, months):
    return np.lib.stride_tricks.sliding_window_view(values, months, axis=1).sum(axis=-1)


def p_chart(defects, inspected, *, base=None):
    r"""Draw a control chart of shares: which periods differ by more than chance from the usual level?

    The limits are :math:`\bar p \pm 3 \sqrt{\bar p (1 - \bar p) / n}` with the number :math:`n` of the period. Source:
    Shewhart (1931), Economic Control of Quality of Manufactured Product.

    Returns a DataFrame by period: ``p``, ``centre``, ``lower``, ``upper`` (cut at 0 and 1), ``outside`` (bool).
    ``attrs``: ``base`` (number of periods that set the limits).

    Parameters
    ----------
    defects, inspected : Series, array or list
        By period: how many were faulty, and of how many.
    base : list of labels, slice of labels or bool, optional
        Periods that set the level: quiet ones. All of them if not given; then what is out of line helps to set it.

    Examples
    --------
    >>> p_chart([9, 11, 30], [400, 400, 400], base=[0, 1]).round(3)
           p  centre  lower  upper  outside
    0  0.022   0.025  0.002  0.048    False
    1  0.028   0.025  0.002  0.048    False
    2  0.075   0.025  0.002  0.048     True
    """
    defects, inspected = checks.lists(defects=defects, inspected=inspected)
    found, total, index = checks.amounts(defects, "defects"), checks.amounts(inspected, "inspected"), defects.index
    en, zh = "Nothing was inspected in some periods: leave them out", "有的时期一件也没有检查：请去掉"
    checks.refuse_rows(total == 0, inspected.to_frame("inspected"), en, zh)
    en, zh = "More are faulty than were inspected: correct the counts", "不合格数大于检查数：请更正"
    checks.refuse_rows(found > total, defects.to_frame("defects"), en, zh)
    chosen = _base(base, index)
    centre = found[chosen].sum() / total[chosen].sum()
    reach = 3 * np.sqrt(centre * (1 - centre) / total)
    share, lower, upper = found / total, np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)
    limits = {"p": share, "centre": centre, "lower": lower, "upper": upper}
    table = pd.DataFrame(limits | {"outside": (share < lower) | (share > upper)}, index=index)
    table.attrs = {"base": int(chosen.sum())}
    return table


def _base(base, index):
    chosen = pd.Series(base is None, index=index)
    if base is not None:
        try:
            wanted = chosen.loc[base if isinstance(base, slice) else list(base)].index
        except Exception:  # pandas has many for labels that are not there, and for what is no label
            en = f"base does not fit the periods, {checks.quoted(base)}: give labels such as [{index[0]!r}]."
            zh = f"base 与各时期对不上，{checks.quoted(base)}：请写时期的名称，例如 [{index[0]!r}]。"
            raise ValueError(say(en, zh)) from None
        chosen = pd.Series(index.isin(wanted), index=index)
    if not chosen.any():
        en, zh = "base holds no period: which months set the limits?", "base 是空的：由哪些月份来定控制限？"
        raise ValueError(say(en, zh))
    return chosen.to_numpy()
