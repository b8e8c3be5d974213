"""The same loop around the Qini curve of scikit-uplift, which has no interval of its own."""

import warnings

import numpy as np
import with_numpy
from sklift.metrics import qini_curve


def qini(file):
    return with_numpy.qini(file, area=_area)


def _area(outcome, treated, score):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # it calls what scikit-learn has deprecated
        customers, gained = qini_curve(outcome, score, treated)
    share, gained = customers / len(outcome), gained / treated.sum()
    return np.trapezoid(gained - share * gained[-1], share)
