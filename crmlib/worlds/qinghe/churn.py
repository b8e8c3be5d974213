"""Who of Qinghe's customers is about to leave, and what a warning may save (chapter 08)."""

from functools import cache

import pandas as pd

from crmlib import churn, datasets
from crmlib.worlds.qinghe.people import person
from crmlib.worlds.qinghe.sales import margin_after

WINDOW, BASE, LEAST, FALL = 2, 4, 6, 0.5  # months seen, months before, least visits in these, fall that warns


@cache
def drifts(least=LEAST):
    """Return who visits the app how much less than before, for every customer and month (section 6).

    >>> drifts().index.get_level_values("month").max()
    '2025-12'
    """
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    return churn.drift(visits.groupby(person()).sum(min_count=1), window=WINDOW, base=BASE, minimum=least)


@cache
def desk(month="2025-08", least=LEAST):
    """Return the customers watched at the end of a month: how far visits fell, who placed no order in four months.

    >>> {"ratio", "gone"} <= set(desk())
    True
    """
    now = drifts(least).xs(month, level="month")
    day = pd.Timestamp(month) + pd.offsets.MonthEnd(0)
    return now.assign(gone=~now.index.isin(margin_after(day, 122).index))


@cache
def worth_of_the_warned():
    """Return what a customer warned at the end of 2024 brought in 2025, over one who did not buy in the next months.

    >>> worth_of_the_warned() > 0
    True
    """
    watched = desk("2024-12")
    warned = watched[watched["ratio"] <= FALL]
    brought = margin_after("2024-12-31").reindex(warned.index, fill_value=0).groupby(warned["gone"]).mean()
    return float(brought[False] - brought[True])
