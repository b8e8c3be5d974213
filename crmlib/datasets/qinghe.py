"""Loaders of Qinghe 青禾优选, the invented retailer of this course; each table has ``attrs["invented"]``."""

import json
from functools import partial

from crmlib.datasets.files import find, read_csv
from crmlib.language import say

_read = partial(read_csv, flag="invented")


def load_qinghe_customers():
    """Load the customer file, a row a record: ``card("qinghe_customers")``.

    >>> assert load_qinghe_customers()["kind"].value_counts().to_dict() == {"household": 6010, "business": 12}
    """
    return _read("qinghe_customers.csv.gz", dtype={"phone": "str", "phone_2": "str"}, parse_dates=["joined"])


def load_qinghe_products():
    """Load the 120 products with price and cost: ``card("qinghe_products")``.

    >>> assert load_qinghe_products()["category"].nunique() == 8
    """
    return _read("qinghe_products.csv")


def load_qinghe_orders():
    """Load the orders of 2024 and 2025: ``card("qinghe_orders")``.

    >>> assert sorted(load_qinghe_orders()["channel"].unique()) == ["app", "business", "store"]
    """
    return _read("qinghe_orders.csv.gz", parse_dates=["date"])


def load_qinghe_order_lines():
    """Load what was in the orders; those of business customers have no lines: ``card("qinghe_order_lines")``.

    >>> assert list(load_qinghe_order_lines()) == ["order_id", "product_id", "quantity"]
    """
    return _read("qinghe_order_lines.csv.gz")


def load_qinghe_service():
    """Load what each customer set in motion in a year: ``card("qinghe_service")``.

    >>> assert load_qinghe_service().query("customer_id == 'B01' and year == 2025")["rush_deliveries"].item() == 200
    """
    return _read("qinghe_service.csv.gz")


def load_qinghe_activity_rates():
    """Load the yuan that one unit of each activity costs, ``activity`` as index: ``card("qinghe_activity_rates")``.

    >>> assert load_qinghe_activity_rates().loc["returns"].to_dict() == {"business": 150, "household": 18}
    """
    return _read("qinghe_activity_rates.csv", index_col="activity")[["business", "household"]]


def load_qinghe_app_visits():
    """Load how often each record visited the app, a column a month: ``card("qinghe_app_visits")``.

    >>> assert load_qinghe_app_visits().shape[1] == 25
    """
    visits = _read("qinghe_app_visits.csv.gz")
    return visits.astype(dict.fromkeys(visits.columns[1:], "Int64"))


def load_qinghe_truth():
    """Load every planted parameter, a dict by topic, to compare an estimate with: ``card("qinghe_truth")``.

    >>> assert load_qinghe_truth()["segments"]["stocker"]["share"] == 0.3
    """
    return json.loads(find("qinghe_truth.json").read_text(encoding="utf-8"))


def load_qinghe_truth_customers():
    """Load the truth behind each record: person, segment, stage in each month: ``card("qinghe_truth_customers")``.

    >>> assert load_qinghe_truth_customers()["stages"].str.len().unique().tolist() == [24]
    """
    return _read("qinghe_truth_customers.csv.gz")


def load_qinghe_accounts():
    """Assemble the twelve business accounts of 2025, largest revenue first, named in the language in use.

    From ``card("qinghe_customers")``, ``card("qinghe_orders")`` and ``card("qinghe_service")``, with their columns;
    ``revenue`` and ``cost_of_goods`` are the sums of the orders.

    >>> assert load_qinghe_accounts()["revenue"].sum() == 2_700_000
    """
    customers, orders, service = load_qinghe_customers(), load_qinghe_orders(), load_qinghe_service()
    firms = customers.loc[customers["kind"] == "business", ["customer_id", say("pinyin", "name")]]
    money = orders[orders["date"].dt.year == 2025].groupby("customer_id")[["amount", "cost"]].sum().round(2)
    acts = service[service["year"] == 2025].drop(columns="year")
    accounts = firms.merge(money, on="customer_id").merge(acts, on="customer_id")
    accounts.columns = ["customer_id", "name", "revenue", "cost_of_goods", *service.columns[2:]]
    accounts = accounts.sort_values("revenue", ascending=False, ignore_index=True)
    accounts.attrs["invented"] = True
    return accounts


def load_qinghe_complaints():
    """Load the complaints, how they were answered, and who stayed: ``card("qinghe_complaints")``.

    >>> assert len(load_qinghe_complaints()) == 1650
    """
    return _read("qinghe_complaints.csv.gz", parse_dates=["date"], dtype={"stayed": "Int64"})


def load_qinghe_contacts():
    """Load whom the shop contacted, how, why and at what cost: ``card("qinghe_contacts")``.

    >>> assert sorted(load_qinghe_contacts()["channel"].unique()) == ["app_push", "phone", "sms", "wecom"]
    """
    return _read("qinghe_contacts.csv.gz", parse_dates=["date"])


def load_qinghe_calls():
    """Load four weeks of calls to the call centre: ``card("qinghe_calls")``.

    >>> assert load_qinghe_calls()["start"].dt.hour.agg(["min", "max"]).tolist() == [9, 20]
    """
    return _read("qinghe_calls.csv.gz", parse_dates=["start"])


def load_qinghe_campaigns():
    """Load two campaigns drawn by lot, and the 30 days after each: ``card("qinghe_campaigns")``.

    >>> assert load_qinghe_campaigns().groupby("campaign")["treated"].mean().tolist() == [0.5, 0.5]
    """
    return _read("qinghe_campaigns.csv.gz", parse_dates=["date"])


def load_qinghe_surveys():
    """Load a survey of 1,000 customers: SERVQUAL, satisfaction, recommendation: ``card("qinghe_surveys")``.

    >>> assert load_qinghe_surveys().groupby("market").size().tolist() == [300, 200, 250, 250]
    """
    surveys = _read("qinghe_surveys.csv.gz", parse_dates=["date"])
    return surveys.astype({f"{letter}{item:02}": "Int64" for letter in "ep" for item in range(1, 23)})


def load_qinghe_kano():
    """Load the Kano questions about eight features, put to 300 of those surveyed: ``card("qinghe_kano")``.

    >>> assert load_qinghe_kano()["feature"].nunique() == 8
    """
    return _read("qinghe_kano.csv.gz")


def load_qinghe_wallet():
    """Load what those surveyed spent here and at three competitors, by quarter: ``card("qinghe_wallet")``.

    >>> assert load_qinghe_wallet()["quarter"].unique().tolist() == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    """
    return _read("qinghe_wallet.csv.gz")


def load_qinghe_points():
    """Load the members' loyalty points by quarter: ``card("qinghe_points")``.

    >>> assert list(load_qinghe_points()) == ["customer_id", "quarter", "earned", "redeemed", "expired", "balance"]
    """
    return _read("qinghe_points.csv.gz")


def load_qinghe_referrals():
    """Load who brought whom: ``card("qinghe_referrals")``.

    >>> assert list(load_qinghe_referrals()) == ["referrer_id", "referred_id", "date"]
    """
    return _read("qinghe_referrals.csv.gz", parse_dates=["date"])


def load_qinghe_opportunities():
    """Load the leads of 2025, firms that might order: ``card("qinghe_opportunities")``.

    >>> assert len(load_qinghe_opportunities()) == 800
    """
    leads = _read("qinghe_opportunities.csv.gz", parse_dates=["date", "closed"])
    return leads.astype({"amount": "Int64", "won": "Int64"})


def load_qinghe_stamps():
    """Load the stamp cards of the coffee corner, a row a stamp: ``card("qinghe_stamps")``.

    >>> assert load_qinghe_stamps()["stamp"].agg(["min", "max"]).tolist() == [1, 10]
    """
    return _read("qinghe_stamps.csv.gz", parse_dates=["date"])


__all__ = [name for name in dir() if name.startswith("load_")]
