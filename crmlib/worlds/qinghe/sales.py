"""What Qinghe's customers bought, by the person behind each order."""

from functools import cache

import pandas as pd

from crmlib import datasets
from crmlib.worlds.qinghe.people import person


@cache
def orders():
    """Return all orders, with the ``person`` behind each; missing where no card was shown.

    >>> "person" in orders()
    True
    """
    table = datasets.load_qinghe_orders()
    return table.assign(person=table["customer_id"].map(person()))


@cache
def retail():
    """Return the orders without those of business accounts.

    >>> "business" in set(retail()["channel"])
    False
    """
    return orders()[orders()["channel"] != "business"]


@cache
def margins():
    """Return the retail orders with a card, with their gross ``margin`` (yuan).

    >>> "margin" in margins()
    True
    """
    table = retail().dropna(subset="person")
    return table.assign(margin=table["amount"] - table["cost"])


@cache
def margin_after(day, days=365):
    """Return each customer's gross margin of the days after a day; customers without an order are not in it.

    >>> margin_after("2024-12-31").name
    'margin'
    """
    since = (margins()["date"] - pd.Timestamp(day)).dt.days
    return margins()[since.between(1, days)].groupby("person")["margin"].sum()


@cache
def baskets():
    """Return by ``order_id`` the yuan of the goods at full price (``paid``), of the promoted among them (``cheap``).

    >>> list(baskets())
    ['paid', 'cheap']
    """
    lines = datasets.load_qinghe_order_lines().merge(datasets.load_qinghe_products(), on="product_id")
    paid = lines["quantity"] * lines["price"]
    return lines.assign(paid=paid, cheap=paid * lines["promoted"]).groupby("order_id")[["paid", "cheap"]].sum()
