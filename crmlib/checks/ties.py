"""Which numbers count as equal, wherever customers are ranked: those that differ by the dust of floating point only."""

import numpy as np


def steady(values):
    """Give numbers that differ by less than the twelfth digit of the largest one the same value, the lowest of theirs.

    What is computed on two ways, or added up in two orders, is then equal, and no ranking is decided by rounding.

    >>> bool(0.1 + 0.2 == 0.3), np.diff(steady([0.1 + 0.2, 0.3, 0.4])).round(12).tolist()
    (False, [0.0, 0.1])
    """
    values = np.asarray(values, dtype=float)
    if not values.size:
        return values
    order = np.argsort(values, kind="stable")
    rising = values[order]
    dust = 1e-12 * np.abs(rising[np.isfinite(rising)]).max(initial=0)
    with np.errstate(invalid="ignore"):  # between infinities
        first = np.flatnonzero(np.r_[True, ~(np.diff(rising) <= dust)])
    found = np.empty_like(values)
    found[order] = np.repeat(rising[first], np.diff(np.r_[first, len(rising)]))
    return found
