"""How close a relationship to seek: five kinds, by how many customers there are and what each of them leaves."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

TYPES = ("basic", "reactive", "accountable", "proactive", "partnership")

# Rows: few, some, many customers; columns: low, medium, high margin.
_TABLE = np.array([[2, 3, 4], [1, 2, 3], [0, 1, 2]])


def relationship_type(customers, margin, *, few, many, low, high):
    """Say which kind of relationship fits a market: one of `TYPES`, by number of customers and margin.

    ``"basic"`` (sell, and no more), ``"reactive"`` (ask customers to call), ``"accountable"`` (call them after the
    sale), ``"proactive"`` (call from time to time with help and news), ``"partnership"`` (work on their business with
    them). The fewer customers and the more each leaves, the closer. Of many customers with a low margin the source
    says basic or reactive: here basic. Source: Kotler (1997), Marketing management, 9th ed., chapter 2.

    Parameters
    ----------
    customers, margin : float, or Series, array or list
        Number of customers of a market or group, above 0; what one of them leaves a year, in money. Columns give a
        Series.
    few, many : float
        Up to so many customers are few, from so many on they are many.
    low, high : float
        Up to so much is a low margin, from so much on a high one.

    Examples
    --------
    >>> cuts = dict(few=20, many=1000, low=100, high=5000)
    >>> relationship_type(5, 80_000, **cuts), relationship_type(50_000, 30, **cuts)
    ('partnership', 'basic')
    >>> relationship_type([5, 300, 300], [2000, 2000, 60], **cuts).tolist()
    ['proactive', 'accountable', 'reactive']
    """
    cuts = {"few": few, "many": many, "low": low, "high": high}
    few, many, low, high = (checks.number(cut, name) for name, cut in cuts.items())
    for (one, less), (other, more) in ((("few", few), ("many", many)), (("low", low), ("high", high))):
        if less >= more:
            en = f"{one} = {less:g}, {other} = {more:g}: {one} must lie below {other}."
            raise ValueError(say(en, f"{one} = {less:g}，{other} = {more:g}：{one} 应小于 {other}。"))
    single = not checks.dimensions(customers) and not checks.dimensions(margin)
    names = ("customers", "margin")
    count, left = checks.lists(names, customers=[customers] if single else customers, margin=margin)
    row = _level(checks.amounts(count, "customers"), few, many)
    column = _level(checks.floats(left, "margin"), low, high)
    kinds = pd.Series(np.array(TYPES, dtype=object)[_TABLE[row, column]], index=count.index, name="type", dtype=object)
    return kinds.iloc[0] if single else kinds


def _level(values, less, more):
    """0 up to the lower cut, 2 from the upper one on, 1 between."""
    return (values > less).astype(int) + (values >= more)
