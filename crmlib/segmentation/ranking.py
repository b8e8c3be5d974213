"""What rankings share: how many customers only the order of ids keeps apart."""

import numpy as np


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
