"""Loyalty in the heart and loyalty at the till: four kinds of customers by attitude and patronage."""

import numpy as np
import pandas as pd

from crmlib import checks

KINDS = ("loyalty", "latent", "spurious", "none")


def dick_basu(attitude, patronage, *, attitude_cut, patronage_cut):
    """Sort customers by how much they like the firm and how often they come back: a Series of `KINDS`.

    High attitude and high patronage are ``"loyalty"``, a high attitude alone is ``"latent"`` loyalty, high patronage
    alone ``"spurious"`` loyalty, neither is ``"none"``. What stands at the cut is high. Source: Dick, Basu (1994),
    Customer loyalty: toward an integrated conceptual framework, J. Academy of Marketing Science 22(2).

    Parameters
    ----------
    attitude, patronage : Series, array or list
        One value a customer, as satisfaction or willingness to recommend, and visits or share of wallet.
    attitude_cut, patronage_cut : float
        From where on each of them counts as high.

    Examples
    --------
    >>> dick_basu([9, 9, 4, 4], [12, 1, 12, 1], attitude_cut=8, patronage_cut=6).tolist()
    ['loyalty', 'latent', 'spurious', 'none']
    """
    attitude, patronage = checks.lists(attitude=attitude, patronage=patronage)
    likes = checks.floats(attitude, "attitude") >= checks.number(attitude_cut, "attitude_cut")
    comes = checks.floats(patronage, "patronage") >= checks.number(patronage_cut, "patronage_cut")
    kinds = np.array(KINDS, dtype=object)[2 * ~likes + ~comes]
    return pd.Series(kinds, index=attitude.index, name="kind", dtype=object)
