"""What rankings share: sums that may be compared, and how many customers only the order of ids keeps apart."""

import numpy as np


def steady(values):
    """Round sums to 12 digits, so that engines that add in another order agree on which are equal.

    >>> bool(0.1 + 0.2 == 0.3), bool(np.diff(steady(np.array([0.1 + 0.2, 0.3]))) == 0)
    (False, True)
    """
    largest = np.abs(values).max(initial=0)
    return np.round(values, 12 - int(np.ceil(np.log10(largest)))) if largest > 0 else values


def runs(*keys):
    """Return where runs of equal values begin in sorted arrays of one length, and how long they are.

    >>> runs(np.array([3, 3, 5]))
    (array([0, 2]), array([2, 1]))
    """
    first = np.flatnonzero(np.r_[True, np.any([key[1:] != key[:-1] for key in keys], axis=0)])
    return first, np.diff(np.r_[first, len(keys[0])])


def ties(classes, *keys):
    """Count who is equal to somebody in another class; `classes` lie in the order of the sorted `keys`.

    >>> ties(np.array([1, 1, 2, 2]), np.array([3, 5, 5, 5]))
    3
    """
    first, length = runs(*keys)
    return int(length[classes[first] != classes[first + length - 1]].sum())
