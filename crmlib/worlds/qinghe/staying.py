"""Who of Qinghe's customers stayed after a complaint, and what that is worth (chapter 08, section 7)."""

from functools import cache

from crmlib import churn, datasets
from crmlib.worlds.qinghe.people import person
from crmlib.worlds.qinghe.sales import margins


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
    old, sold = complaints().query("date < '2025-01-01'"), margins()[["person", "date", "margin"]]
    each = old[["complaint_id", "person", "date"]].merge(sold, on="person", suffixes=("", "_order"))
    days = (each["date_order"] - each["date"]).dt.days
    brought = each[days.between(1, 365)].groupby("complaint_id")["margin"].sum()
    by_fate = brought.reindex(old["complaint_id"], fill_value=0).groupby(old["stayed"].to_numpy()).mean()
    return float(by_fate[1] - by_fate[0])
