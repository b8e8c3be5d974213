"""Sums of a log in memory, by numpy: quicker than a data frame's own, and the order of its rows does not matter."""

import numpy as np
import pandas as pd

_NAT = np.iinfo("int64").min


def cells(log, key, refunds=False, money=False):
    """Count the rows of a log, and the orders (no refunds), by customer and day or period; add the money.

    >>> cells(pd.DataFrame({"customer_id": ["B", "A", "B"], "period": [4, 5, 4]}), "period")
      customer_id  period  rows  orders
    0           A       5     1       1
    1           B       4     2       2
    """
    customer, customers, moment, sums = _cells(log, key, refunds, money)
    moment = _moments(moment) if key == "date" else moment
    sums.setdefault("orders", sums["rows"])
    return pd.DataFrame({"customer_id": customers.take(customer), key: moment} | sums)


def by_customer(log, refunds=False, money=False, opening=False):
    """Reduce a log to one row a customer, as `crmlib.logs.by_customer` says.

    >>> log = pd.DataFrame({"customer_id": ["A", "A"], "date": pd.to_datetime(["2026-01-05", "2026-02-03"])})
    >>> by_customer(log.assign(amount=[20.0, 5.0]), money=True, opening=True).to_numpy()[0, 2:].tolist()
    [2, 2, 25.0, 20.0]
    """
    customer, customers, day, sums = _cells(log, "date", refunds, money)
    begin = np.flatnonzero(np.diff(customer, prepend=-1))
    bought = sums["orders"] > 0 if refunds else np.ones(len(day), dtype=bool)
    last = np.maximum.reduceat(np.where(bought, day, _NAT), begin)
    first = np.where(last == _NAT, _NAT, np.minimum.reduceat(np.where(bought, day, -_NAT - 1), begin))
    table = {"first": _moments(first), "last": _moments(last)}
    table["days"] = np.add.reduceat(bought.astype("int64"), begin)
    table["rows"] = np.add.reduceat(sums["rows"], begin)
    if money:
        table["spend"] = np.add.reduceat(sums["amount"], begin)
    if money and opening:
        table["first_spend"] = sums["amount"][begin]
    return pd.DataFrame(table, index=pd.Index(customers, name="customer_id"))


def begun(active):
    """The first period with a purchase of the customer of each row of a table of cells; -1 without one.

    >>> begun(pd.DataFrame({"customer_id": ["A", "A", "B"], "period": [4, 5, 4], "orders": [0, 1, 0]}))
    array([ 5,  5, -1])
    """
    customer, period = pd.factorize(active["customer_id"])[0], active["period"].to_numpy()
    never = np.iinfo("int64").max
    first = np.full(customer.max(initial=0) + 1, never)
    bought = active["orders"].to_numpy() > 0
    np.minimum.at(first, customer[bought], period[bought])
    return np.where(first == never, -1, first)[customer]


def _cells(log, key, refunds, money):
    """Cells sorted by customer and moment: numbers of the customers, the customers, moments as numbers, and sums."""
    customer, customers = pd.factorize(log["customer_id"], sort=True)
    moment = log[key].to_numpy(dtype="int64") if key != "date" else _days(log[key])
    low = moment.min() if len(moment) else 0
    span = int(moment.max() - low) + 1 if len(moment) else 1
    place, found = pd.factorize(customer * span + (moment - low), sort=True)
    sums = {"rows": np.bincount(place, minlength=len(found))}
    amount = log["amount"].to_numpy(dtype=float) if money or refunds else None
    if money:
        sums["amount"] = np.bincount(place, amount, minlength=len(found))
    if refunds:
        sums["orders"] = np.bincount(place[amount >= 0], minlength=len(found))
    return found // span, customers, found % span + low, sums


def _days(moments):
    """Days since 1970 of a column of dates, of whatever kind."""
    return np.asarray(pd.DatetimeIndex(moments)).astype("datetime64[D]").astype("int64")


def _moments(days):
    return days.astype("datetime64[D]").astype("datetime64[us]")
