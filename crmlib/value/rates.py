"""Numbers, rates and the form of results, for the formulas of this package."""

import numpy as np
import pandas as pd

from crmlib.language import say


def _array(value, name):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(say(f"{name} = {value!r}: a number is needed.", f"{name} = {value!r} 不是数值。")) from None
    if not np.isfinite(array).all():
        raise ValueError(say(f"{name} has missing or infinite values.", f"{name} 中有缺失值或无穷值。"))
    return array


def _like(result, *sources):
    """Give a result the form of what it was computed from: float, array, or Series with their index."""
    series = [source for source in sources if isinstance(source, pd.Series)]
    if not series:
        return _plain(result)
    if not all(other.index.equals(series[0].index) for other in series):
        raise ValueError(
            say("The Series have different indexes: align them first.", "各个 Series 的索引不一致：请先对齐。")
        )
    return pd.Series(result, index=series[0].index)


def _plain(result):
    return float(result) if np.ndim(result) == 0 else np.asarray(result)


def _check_rates(retention, discount):
    if ((retention < 0) | (retention > 1)).any():
        raise ValueError(
            say(
                f"retention = {retention}: a probability between 0 and 1 is needed. Write 0.8, not 80.",
                f"留存率 {retention} 不对：应为 0 到 1 之间的概率，80% 要写成 0.8，不写 80。",
            )
        )
    if (discount < 0).any():
        raise ValueError(
            say(
                f"discount = {discount}: a rate of 0 or more is needed. Write 0.1 for 10 %.",
                f"折现率 {discount} 不对：不能为负，10% 写成 0.1。",
            )
        )


def _times(t, first=0):
    times = _array(t, "t")
    if (times < first).any():
        raise ValueError(say(f"t = {t}: {first} or more is needed.", f"t = {t} 不对：不能小于 {first}。"))
    return times
