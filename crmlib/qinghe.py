"""Qinghe as chapter 05 leaves it, for the chapter's exercises and explorers: records put together, customers with their profit.

Each table is computed once and shared: do not change what these functions return.
"""

from functools import cache

import pandas as pd

from crmlib import datasets, segmentation, value

FIRST_YEAR_ENDS = pd.Timestamp("2024-12-31")


@cache
def records():
    """Return the customer records by ``customer_id``.

    Examples
    --------
    >>> len(records())
    6022
    """
    return datasets.load_qinghe_customers().set_index("customer_id")


@cache
def likeness():
    """Return how alike the candidate pairs of records are (section 1).

    Examples
    --------
    >>> list(likeness())[:2]
    ['name', 'pinyin']
    """
    return segmentation.compare_records(records(), segmentation.candidate_pairs(records()))


@cache
def person():
    """Return whose each record is, linked at 8 points, as in ``"C0001"``.

    Examples
    --------
    >>> person().nunique()
    5646
    """
    found = segmentation.link(records(), segmentation.match_score(likeness()), 8)
    return "C" + found.astype(str).str.zfill(4)


@cache
def agreed():
    """Return, by person, whether they agreed to messages on every record: the others must not be written to.

    Examples
    --------
    >>> agreed().dtype
    dtype('bool')
    """
    return records()["consent"].groupby(person()).min() == 1


@cache
def orders():
    """Return all orders, with the ``person`` behind each; missing where no card was shown.

    Examples
    --------
    >>> "person" in orders()
    True
    """
    table = datasets.load_qinghe_orders()
    return table.assign(person=table["customer_id"].map(person()))


@cache
def retail():
    """Return the orders without those of business accounts.

    Examples
    --------
    >>> "business" in set(retail()["channel"])
    False
    """
    return orders()[orders()["channel"] != "business"]


@cache
def account(year):
    """Return revenue, gross margin, cost to serve and profit of each customer in a year, in yuan.

    Examples
    --------
    >>> list(account(2025))
    ['revenue', 'gross_margin', 'cost_to_serve', 'profit']
    """
    sold = orders()[orders()["date"].dt.year == year].groupby("person")[["amount", "cost"]].sum()
    service, rates = datasets.load_qinghe_service(), datasets.load_qinghe_activity_rates()
    service = service[service["year"] == year]
    work, firm = service[rates.index], service["customer_id"].str.startswith("B")
    served = (work @ rates["household"]).where(~firm, work @ rates["business"])
    table = pd.DataFrame({
        "revenue": sold["amount"], "gross_margin": sold["amount"] - sold["cost"],
        "cost_to_serve": served.groupby(service["customer_id"].map(person())).sum(),
    })
    return table.assign(profit=table["gross_margin"] - table["cost_to_serve"]).rename_axis("person")


@cache
def scores(method="independent"):
    """Return the RFM scores of the households at the end of 2024 (section 3).

    Examples
    --------
    >>> len(scores())
    3802
    """
    return segmentation.rfm(retail(), end=FIRST_YEAR_ENDS, customer_id="person", set_aside="missing ids", method=method)


@cache
def habits():
    """Return six habits of 2024, for households with at least five orders (section 4).

    Examples
    --------
    >>> list(habits())
    ['promoted_share', 'evening_share', 'app_share', 'orders', 'basket', 'margin_rate']
    """
    lines = datasets.load_qinghe_order_lines().merge(datasets.load_qinghe_products(), on="product_id")
    money = lines["quantity"] * lines["price"]
    promoted = (money * lines["promoted"]).groupby(lines["order_id"]).sum() / money.groupby(lines["order_id"]).sum()
    past = retail()[retail()["date"] <= FIRST_YEAR_ENDS].dropna(subset="person")
    past = past.assign(promoted=past["order_id"].map(promoted), evening=past["hour"] >= 18, app=past["channel"] == "app")
    grouped = past.groupby("person")
    table = grouped[["promoted", "evening", "app"]].mean().add_suffix("_share")
    table["orders"], table["basket"] = grouped.size(), grouped["amount"].mean()
    table["margin_rate"] = 1 - grouped["cost"].sum() / grouped["amount"].sum()
    return table[table["orders"] >= 5]


@cache
def tiers():
    """Return the three tiers at the end of 2025, with what a response is worth and what brings one (section 7).

    Examples
    --------
    >>> list(tiers().index)
    ['VIP', 'regular', 'dormant']
    """
    now = segmentation.rfm(retail(), end="2025-12-31", customer_id="person", set_aside="missing ids")
    now = now[agreed()[now.index]]
    earned, once = (account(year)["profit"].reindex(now.index, fill_value=0) for year in (2025, 2024))
    tier = pd.Series("regular", index=now.index).mask(earned >= earned.quantile(0.9), "VIP")
    tier = tier.mask(now["days_since_last"] > 180, "dormant")
    brings = earned.where(tier != "dormant", once).groupby(tier).mean()
    table = pd.DataFrame({"customers": tier.value_counts(), "value": brings}).loc[["VIP", "regular", "dormant"]]
    curves = [(40, 0.07, 0.10), (8, 0.11, 0.20), (6, 0.05, 0.12)]
    return table.assign(ceiling=[0.10, 0.20, 0.12], k=[value.response_k(*curve) for curve in curves])
