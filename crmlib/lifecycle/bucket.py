"""The leaky bucket: customers are won at the top and lost at the bottom, and the level settles where both are equal."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.value.results import like


def leaky_bucket(customers, *, won, retention, periods):
    """Number of customers in each period: those kept from the one before, and those won.

    Returns a Series by ``period``, 0 (today) to `periods`: N₀ = customers, Nₜ = retention · Nₜ₋₁ + won. It moves
    towards `steady_customers`, whatever it begins with. Source: Farris, Bendle, Pfeifer, Reibstein (2010), Marketing
    metrics, 2nd ed., chapter 5.

    Parameters
    ----------
    customers, won : float
        Customers today; won in each period, 0 or more.
    retention : float
        Share of customers who are still there a period later.
    periods : int
        Up to 10,000.

    Examples
    --------
    >>> leaky_bucket(1000, won=300, retention=0.6, periods=3).tolist()
    [1000.0, 900.0, 840.0, 804.0]
    """
    customers, won = checks.amount(customers, "customers"), checks.amount(won, "won")
    kept, last = checks.share(retention, "retention"), checks.whole(periods, "periods", 1, 10_000)
    period = pd.RangeIndex(last + 1, name="period")
    left = kept ** period.to_numpy(dtype=float)
    arrived = won * np.r_[0.0, np.cumsum(left[:-1])]
    return pd.Series(customers * left + arrived, index=period, name="customers")


def steady_customers(won, retention):
    """Number of customers at which as many leave as are won: won / (1 − retention).

    Numbers, arrays or Series: customers won in a period; share who are still there a period later, below 1.

    >>> steady_customers(won=300, retention=0.5), steady_customers(won=300, retention=0.75)
    (600.0, 1200.0)
    """
    new, kept = checks.numbers(won, "won", least=0), checks.numbers(retention, "retention", least=0, most=1 - 1e-9)
    checks.fitting(won=new, retention=kept)
    return like(new / (1 - kept), won, retention)
