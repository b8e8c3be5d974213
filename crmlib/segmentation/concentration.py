"""How unequal customers are: the Gini coefficient of what they bring."""

import numpy as np

from crmlib import checks
from crmlib.language import say


def gini(values):
    """Gini coefficient: 0 when all customers bring the same, near 1 when one brings everything (at most 1 - 1/n).

    Half the mean absolute difference between two customers, as a share of the mean:
    :math:`2 \\sum i\\,x_{(i)} / (n \\sum x) - (n + 1) / n`, with :math:`x_{(i)}` rising. No value may be negative.

    >>> gini([50, 50, 50, 50]), gini([0, 0, 0, 200])
    (0.0, 0.75)
    """
    [series] = checks.lists(values=values)
    values = checks.floats(series, "values")
    en = "Negative values: shares of a total and the Gini coefficient mean nothing when some customers take away "
    en += "from it. Draw losses with value.whale_curve, or rank with abc"
    zh = "有负值：有的客户在倒扣总额，占比和基尼系数就没有意义了。有亏损时请用 value.whale_curve 画图，或者用 abc 排序"
    checks.refuse_rows(values < 0, series.to_frame("values"), en, zh)
    if not values.sum():
        raise ValueError(say("Nobody brings anything: all values are 0.", "没有人带来价值：values 全部是 0。"))
    ordered, n = np.sort(values), len(values)
    # Centred ranks, so that equal values give exactly 0.
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))
