"""The form of results: a number, an array or a Series, as what they were computed from."""

import numpy as np
import pandas as pd

from crmlib.language import say


def like(result, *sources):
    """Give a result the form of its sources: float, array, or Series with their index.

    >>> like(np.array([1.0, 2.0]), 0.1, pd.Series([3, 4], index=["A", "B"])).to_dict()
    {'A': 1.0, 'B': 2.0}
    """
    series = [source for source in sources if isinstance(source, pd.Series)]
    if not series:
        return float(result) if np.ndim(result) == 0 else np.asarray(result)
    if not all(other.index.equals(series[0].index) for other in series):
        en = "The Series have different indexes: align them first."
        raise ValueError(say(en, "各个 Series 的索引不一致：请先对齐。"))
    if np.shape(result) != (len(series[0]),):
        en = "A Series and a list of another shape do not fit each other: give each as one number or equally long."
        raise ValueError(say(en, "Series 与列表的长度对不上：要么只给一个数，要么长度都相同。"))
    return pd.Series(result, index=series[0].index)
