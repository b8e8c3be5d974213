"""Methods side by side: whose best customers bring the most afterwards, and how far do two methods agree?"""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def compare(methods, next_value, share=0.2):
    """Choose the best customers by each method and look at what they brought afterwards.

    Parameters
    ----------
    methods : pandas.DataFrame of numbers
        One row a customer, one column a method: its score, the higher the better.
    next_value : pandas.Series of float
        What each of these customers brought in the next period, in money; 0 for who bought nothing. Customers of whom
        `methods` knows nothing are left out and counted in ``attrs["newcomers"]``.
    share : float
        Share of the customers chosen, 0.2 for the top fifth. Between equal scores at the border the choice is by lot:
        they count with what they bring on average.

    Returns
    -------
    pandas.DataFrame
        Index: the methods; ``captured`` (share of the next value that the chosen bring), ``lift`` (`captured` over
        `share`: 1 is no better than by lot), ``of_best`` (`captured` over what could be captured by hindsight).

    Examples
    --------
    >>> methods = pd.DataFrame({"rfm": [5, 4, 2, 1, 1], "lot": [1, 1, 1, 1, 1]})
    >>> compare(methods, [50, 30, 0, 20, 0])
            captured  lift  of_best
    method
    rfm          0.5   2.5      1.0
    lot          0.2   1.0      0.4
    """
    chosen, share = _chosen(methods, share)
    [values] = checks.lists(next_value=next_value)
    checks.unique_index(values, "next_value")
    checks.same_levels(methods.index, values.index, "methods", "next_value")
    lacking = methods.index.difference(values.index, sort=False)
    if len(lacking):
        en = f"{len(lacking)} of {len(methods)} customers have no next value, first: {checks.first(lacking)}. If they "
        en += "bought nothing, say so: next_value.reindex(methods.index, fill_value=0)."
        zh = f"{len(methods)} 个客户中有 {len(lacking)} 个没有下期价值，前几个是：{checks.first(lacking)}。"
        zh += "如果他们没有购买，请写明：next_value.reindex(methods.index, fill_value=0)。"
        raise ValueError(say(en, zh))
    newcomers = len(values) - len(methods)
    values = checks.floats(values.loc[methods.index], "next_value")
    if values.sum() <= 0:
        en = "The next values add up to nothing: there is nothing to capture."
        raise ValueError(say(en, "下期价值合计不大于 0，没有什么可以抓住。"))
    best = _top(values, share) @ values / values.sum()
    captured = chosen.T @ values / values.sum()
    slots = _slots(len(methods), share) / len(methods)
    table = pd.DataFrame({"captured": captured, "lift": captured / slots, "of_best": captured / best})
    table.index.name = "method"
    table.attrs = {"share": share, "newcomers": newcomers}
    return table


def overlap(methods, share=0.2):
    """Share of the best customers that two methods (see `compare`) have in common: by lot it would be `share`.

    >>> overlap(pd.DataFrame({"spend": [9, 8, 1, 2], "visits": [7, 1, 9, 2]}), share=0.5)
            spend  visits
    spend     1.0     0.5
    visits    0.5     1.0
    """
    chosen, share = _chosen(methods, share)
    common = [[np.minimum(chosen[one], chosen[other]).sum() for other in chosen] for one in chosen]
    return pd.DataFrame(common, index=chosen.columns, columns=chosen.columns) / _slots(len(methods), share)


def agreement(a, b):
    """Compare two classifications of the same customers, Series in any order.

    Returns the adjusted Rand index (Hubert and Arabie 1985: 1 when the two divide the customers alike, about 0 when
    they agree as by lot) and a table, the number of customers by class of `a` (rows) and of `b` (columns).

    >>> index, table = agreement(pd.Series(["A", "A", "B"], name="abc"), pd.Series([0, 0, 1], name="cluster"))
    >>> index, table.to_numpy().tolist()
    (1.0, [[2, 0], [0, 1]])
    """
    from sklearn.metrics import adjusted_rand_score

    a, b = checks.labels(a, "a"), checks.labels(b, "b")
    b = checks.same_customers(a, b, "a", "b")
    table = pd.crosstab(a, b, rownames=[a.name or "a"], colnames=[b.name or "b"])
    return float(adjusted_rand_score(pd.factorize(a)[0], pd.factorize(b)[0])), table


def _chosen(methods, share):
    """How much of each customer is among the best, by method: 1, 0, or a part for those equal at the border."""
    checks.unique_index(checks.frame(methods, "methods"), "methods")
    share = checks.share(share, "share", above=0, below=1)
    if not _slots(len(methods), share):
        en = f"share = {share:g} of {len(methods)} customers is not one of them: choose a larger share."
        raise ValueError(say(en, f"{len(methods)} 个客户的 share = {share:g} 还不到一个：请加大 share。"))
    chosen = {name: _top(checks.steady(checks.column(methods, name)), share) for name in methods}
    return pd.DataFrame(chosen, index=methods.index), share


def _slots(count, share):
    return int(np.ceil(share * count - 1e-9))


def _top(values, share):
    slots = _slots(len(values), share)
    border = np.partition(values, -slots)[-slots]
    above, level = values > border, values == border
    return above + level * (slots - above.sum()) / level.sum()
