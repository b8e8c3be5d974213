"""The curve from satisfaction to loyalty: who stays, by how satisfied they were."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say


def satisfaction_loyalty_curve(satisfaction, stayed, *, by=None, confidence=0.95):
    """Count who stayed by how satisfied they said they were: the curve bends where customers can choose.

    Returns a DataFrame with index ``score``, or group and ``score``: ``share`` (of customers who stayed), ``low`` and
    ``high`` (Wilson's interval), ``customers``. ``attrs``: ``left_out`` (customers without an answer, or of whom it is
    not known whether they stayed), ``confidence``. Source: Jones, Sasser (1995), Why satisfied customers defect,
    Harvard Business Review 73(6).

    Parameters
    ----------
    satisfaction : Series, array or list
        The answer of each customer, missing if there is none.
    stayed : Series, array or list
        0/1 or bool, missing if not known.
    by : Series, array or list, optional
        The group of each customer, as the market: a curve for each.
    confidence : float
        Of the intervals.

    Examples
    --------
    >>> satisfaction_loyalty_curve([3, 3, 5, 5, 5, None], [1, 0, 1, 1, 1, 1]).round(2)
           share   low  high  customers
    score
    3        0.5  0.09  0.91          2
    5        1.0  0.44  1.00          3
    """
    given = {"satisfaction": satisfaction, "stayed": stayed}
    given = {name: [] if column is None else column for name, column in given.items()}
    satisfaction, stayed, by = checks.lists(**given, by=by)
    known = (satisfaction.notna() & stayed.notna()).to_numpy(dtype=bool)
    checks.floats(satisfaction, "satisfaction", optional=~known)
    if not known.any():
        en = "No customer has both satisfaction and stayed: nothing can be counted."
        raise ValueError(say(en, "没有一个客户既有 satisfaction 又有 stayed：没有可统计的。"))
    kept = pd.Series(checks.zero_one(stayed[known], "stayed"))
    score = checks.floats(satisfaction[known], "satisfaction")
    whole = (score % 1 == 0).all() and np.abs(score).max() < 1e9
    keys = [pd.Series(score.astype(int) if whole else score, name="score")]
    if by is not None:
        codes, names = checks.groups(by[known], "by")
        keys.insert(0, pd.Series(names[codes], name=by.name or "group"))
    table = kept.groupby(keys).agg(["mean", "sum", "size"])
    low, high = intervals.wilson(table["sum"].to_numpy(), table["size"].to_numpy(), confidence)
    columns = {"share": table["mean"], "low": low, "high": high, "customers": table["size"]}
    curve = pd.DataFrame(columns, index=table.index)
    curve.attrs = {"left_out": int((~known).sum()), "confidence": confidence}
    return curve
