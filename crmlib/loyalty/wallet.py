"""Share of wallet: how much of what customers spend on a kind of goods they spend here."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.value.results import like


def share_of_wallet(own, elsewhere):
    """Share of customers' spending on the category that the firm gets: own / (own + elsewhere).

    `own` is a number, an array or a Series of money, 0 or more; `elsewhere` as well, or a table with one column a rival
    (they are added up). The result has the form of the givens, and is missing where nobody got anything. The share of
    all customers together is ``share_of_wallet(own.sum(), elsewhere.sum())``: the mean of the shares gives a small
    wallet the weight of a large one. Source: Jones, Sasser (1995), Why satisfied customers defect, Harvard Business
    Review 73(6).

    >>> rivals = pd.DataFrame({"rival_a": [100, 0, 0], "rival_b": [100, 60, 0]}, index=["Wheat", "Millet", "Oats"])
    >>> share_of_wallet(pd.Series([300, 40, 0], index=rivals.index), rivals).to_dict()
    {'Wheat': 0.6, 'Millet': 0.4, 'Oats': nan}
    """
    if hasattr(elsewhere, "columns"):
        checks.frame(elsewhere, "elsewhere")
        elsewhere = sum(pd.Series(checks.column(elsewhere, name, least=0), elsewhere.index) for name in elsewhere)
    if checks.dimensions(own) or checks.dimensions(elsewhere):
        columns = checks.lists(("own", "elsewhere"), own=own, elsewhere=elsewhere)
        here, there = (checks.amounts(one, name) for one, name in zip(columns, ("own", "elsewhere"), strict=True))
    else:
        here, there = (np.array(checks.amount(one, name)) for one, name in ((own, "own"), (elsewhere, "elsewhere")))
    with np.errstate(invalid="ignore"):
        return like(here / (here + there), own, elsewhere)
