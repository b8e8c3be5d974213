"""Qinghe's users, goods, customers, what they agreed to and what they bought, as tables of a CRM."""

import numpy as np
import pandas as pd

from crmlib import datasets
from crmlib.language import say
from crmlib.segmentation import abc

PRESENT = pd.Timestamp("2025-12-31 22:00")  # where Qinghe's files end
LOST_AFTER = pd.Timedelta(days=365)
# Login, Chinese and English name. Those who sell are the account managers of the customer file; the leads' S1 to S4
# are the first four of them.
STAFF = [
    ("sales1", "禾白露", "He Bailu"),
    ("sales2", "米立夏", "Mi Lixia"),
    ("sales3", "稻霜降", "Dao Shuangjiang"),
    ("sales4", "粟惊春", "Su Jingchun"),
    ("sales5", "谷小满", "Gu Xiaoman"),
    ("sales6", "麦清明", "Mai Qingming"),
    ("service1", "豆谷雨", "Dou Guyu"),
    ("service2", "黍芒种", "Shu Mangzhong"),
    ("service3", "粱秋分", "Liang Qiufen"),
    ("marketing1", "秧立春", "Yang Lichun"),
    ("marketing2", "菽冬至", "Shu Dongzhi"),
    ("manager1", "稷大寒", "Ji Dahan"),
]
USER_IDS = {login: number for number, (login, *_) in enumerate(STAFF, 1)}


def users():
    """Return the twelve who work with the CRM.

    >>> users()["role"].value_counts().to_dict()
    {'sales': 6, 'service': 3, 'marketing': 2, 'manager': 1}
    """
    rows = [(USER_IDS[login], say(en, zh), login, login.rstrip("123456"), True) for login, zh, en in STAFF]
    return pd.DataFrame(rows, columns=["user_id", "name", "login", "role", "active"])


def products():
    """Return the goods, named in the language in use.

    >>> products().columns.tolist()
    ['product_id', 'category', 'price', 'cost', 'name']
    """
    goods = datasets.load_qinghe_products()
    return goods[["product_id", "category", "price", "cost"]].assign(name=goods[say("name_en", "name_zh")])


def accounts():
    """Return an account for each record; lost is who has bought nothing for a year, the grade the ABC class of 2025.

    >>> accounts()["kind"].value_counts().to_dict()
    {'household': 6010, 'business': 12}
    """
    file, orders = datasets.load_qinghe_customers(), datasets.load_qinghe_orders()
    number = file["customer_id"]
    last = number.map(orders.groupby("customer_id")["date"].max()).fillna(file["joined"])
    year = orders[orders["date"].dt.year == 2025].groupby("customer_id")["amount"].sum()
    return pd.DataFrame(
        {
            "account_id": number,
            "name": file[say("pinyin", "name")],
            "kind": file["kind"],
            "industry": None,
            "region": file["market"],
            "address": file["address"],
            "owner_id": file["manager"].map({zh: USER_IDS[login] for login, zh, _ in STAFF}),
            "status": np.where(PRESENT - last > LOST_AFTER, "lost", "customer"),
            "since": file["joined"].dt.date,
            "grade": number.map(abc(year)["class"].astype(object)),
            "version": 1,
        }
    )


def contacts():
    """Return a person for each account: of a household whom the record names, of a firm its purchasing department.

    An e-mail address belongs to one contact; of several records with the same one (they are mostly one person) the
    first has it.

    >>> contacts()[["contact_id", "account_id", "name", "phone"]].head(1)
       contact_id account_id         name        phone
    0           1     Q00001  Yang Lumiao  10052829751
    """
    file = datasets.load_qinghe_customers()
    firm = file["kind"] == "business"
    return pd.DataFrame(
        {
            "contact_id": range(1, len(file) + 1),
            "account_id": file["customer_id"],
            "name": file[say("pinyin", "name")].mask(firm, say("Purchasing", "采购部")),
            "position": np.where(firm, say("purchasing", "采购"), None),
            "phone": file["phone"],
            "email": file["email"].mask(file["email"].duplicated()),
            "birthday": pd.to_datetime(file["birthday"]).dt.date,
            "version": 1,
        }
    )


def consents():
    """Return what was said on joining: that orders may be carried out, and yes or no to marketing.

    >>> consents().groupby("purpose")["given"].sum().to_dict()
    {'marketing': 4777, 'order': 6022}
    """
    file = datasets.load_qinghe_customers()
    places = {
        "store": say("membership form, shop", "入会登记表（门店）"),
        "app": say("registration in the app", "App 内注册"),
        "referral": say("registration, brought by a member", "老客推荐入会登记"),
        "business": say("contract of supply", "供货合同"),
    }
    said = pd.DataFrame(
        {
            "contact_id": range(1, len(file) + 1),
            "channel": "any",
            "at": file["joined"] + pd.Timedelta(hours=9),
            "source": file["channel"].map(places),
        }
    )
    both = pd.concat(
        [said.assign(purpose="order", given=True), said.assign(purpose="marketing", given=file["consent"] == 1)]
    )
    both = both.sort_values(["at", "contact_id"], kind="stable")
    return both.assign(consent_id=range(1, len(both) + 1))


def orders():
    """Return the orders of those who showed a card; `discount` is in yuan off the list price.

    >>> orders().query("discount > 0")[["amount", "discount"]].head(1).round(2).to_numpy().tolist()
    [[80.82, 8.98]]
    """
    known = datasets.load_qinghe_orders().dropna(subset="customer_id")
    list_price = known["amount"] / (1 - known["discount"])
    return pd.DataFrame(
        {
            "order_id": known["order_id"],
            "account_id": known["customer_id"],
            "at": known["date"] + pd.to_timedelta(known["hour"], unit="h"),
            "channel": known["channel"],
            "discount": (list_price - known["amount"]).round(2),
            "amount": known["amount"],
            "cost": known["cost"],
        }
    )
