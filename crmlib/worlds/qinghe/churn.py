"""Who of Qinghe's customers is about to leave, and what a complaint well answered is worth (chapter 08)."""

from functools import cache

import pandas as pd

from crmlib import churn, datasets
from crmlib.worlds.qinghe.people import person
from crmlib.worlds.qinghe.sales import margin_after, margins

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


@cache
def complaints():
    """Return the complaints with the ``person`` behind each.

    >>> len(complaints())
    1650
    """
    table = datasets.load_qinghe_complaints()
    return table.assign(person=table["customer_id"].map(person()))


@cache
def stay_model():
    """Return the model of staying after a complaint, by days of delay and kind of answer (section 7).

    >>> stay_model().rows
    1284
    """
    return churn.StayModel().fit(complaints())


@cache
def worth_of_staying():
    """Return what a customer who stayed after a complaint of 2024 brought in the next 365 days, over one who left.

    >>> round(worth_of_staying())
    585
    """
    old = complaints().query("date < '2025-01-01'")
    each = old[["complaint_id", "person", "date"]].merge(
        margins()[["person", "date", "margin"]], on="person", suffixes=("", "_order")
    )
    days = (each["date_order"] - each["date"]).dt.days
    brought = each[days.between(1, 365)].groupby("complaint_id")["margin"].sum()
    brought = brought.reindex(old["complaint_id"], fill_value=0)
    by_fate = brought.groupby(old["stayed"].to_numpy()).mean()
    return float(by_fate[1] - by_fate[0])
