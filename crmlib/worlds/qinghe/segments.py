"""What chapter 05 computes of Qinghe's customers: their accounts, RFM scores, habits, tiers."""

from functools import cache

import pandas as pd

from crmlib import datasets, segmentation
from crmlib.worlds.qinghe.people import person
from crmlib.worlds.qinghe.sales import baskets, orders, retail

FIRST_YEAR_ENDS = pd.Timestamp("2024-12-31")


@cache
def account(year):
    """Return revenue, gross margin, cost to serve and profit of each customer in a year, in yuan.

    >>> list(account(2025))
    ['revenue', 'gross_margin', 'cost_to_serve', 'profit']
    """
    sold = orders()[orders()["date"].dt.year == year].groupby("person")[["amount", "cost"]].sum()
    service, rates = datasets.load_qinghe_service().query("year == @year"), datasets.load_qinghe_activity_rates()
    work, firm = service[rates.index], service["customer_id"].str.startswith("B")
    served = (work @ rates["household"]).where(~firm, work @ rates["business"])
    served = served.groupby(service["customer_id"].map(person())).sum()
    margin = sold["amount"] - sold["cost"]
    table = pd.DataFrame({"revenue": sold["amount"], "gross_margin": margin, "cost_to_serve": served})
    return table.assign(profit=table["gross_margin"] - table["cost_to_serve"]).rename_axis("person")


@cache
def scores(method="independent"):
    """Return the RFM scores of the households at the end of 2024 (section 3).

    >>> len(scores())
    3802
    """
    return segmentation.rfm(retail(), end=FIRST_YEAR_ENDS, customer_id="person", set_aside="missing ids", method=method)


@cache
def habits():
    """Return six habits of 2024, for households with at least five orders (section 4).

    >>> list(habits())
    ['promoted_share', 'evening_share', 'app_share', 'orders', 'basket', 'margin_rate']
    """
    past = retail()[retail()["date"] <= FIRST_YEAR_ENDS].dropna(subset="person")
    promoted = past["order_id"].map(baskets()["cheap"] / baskets()["paid"])
    past = past.assign(promoted=promoted, evening=past["hour"] >= 18, app=past["channel"] == "app")
    grouped = past.groupby("person")
    table = grouped[["promoted", "evening", "app"]].mean().add_suffix("_share")
    table["orders"], table["basket"] = grouped.size(), grouped["amount"].mean()
    table["margin_rate"] = 1 - grouped["cost"].sum() / grouped["amount"].sum()
    return table[table["orders"] >= 5]
