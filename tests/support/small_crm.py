"""A small firm's CRM as plain tables: enough of everything that the forms of daily work show. All of it is invented."""

import numpy as np
import pandas as pd

REGIONS = ["城东区", "城西区", "江北区", "高新区"]
TRADES = ["餐饮", "学校", "食堂", "便利店", "酒店"]


def small_crm(customers=60, seed=9):
    """Two years of orders, visits and tickets up to the end of March 2025; plans for the weeks after 3 March."""
    draws = np.random.default_rng(seed)
    number = np.arange(customers)
    firms = number % 3 == 0
    accounts = pd.DataFrame(
        {
            "account_id": [f"C{one:05d}" for one in number],
            "name": [f"{'云岭小馆有限公司' if firm else '家庭'}{one}" for one, firm in zip(number, firms, strict=True)],
            "kind": np.where(firms, "business", "household"),
            "industry": np.where(firms, draws.choice(TRADES, customers), None),
            "region": draws.choice([*REGIONS, None], customers, p=[0.3, 0.3, 0.2, 0.15, 0.05]),
            "address": [f"人民路 {one * 7 % 300} 号 {one % 9 + 1} 单元" for one in number],
            "owner_id": draws.choice([1, 2], customers),
            "status": draws.choice(["customer", "lead", "lost"], customers, p=[0.85, 0.1, 0.05]),
            "since": pd.Timestamp("2021-01-01") + pd.to_timedelta(draws.integers(0, 1500, customers), "D"),
            "grade": draws.choice(["A", "B", "C", None], customers, p=[0.15, 0.25, 0.4, 0.2]),
        }
    )
    contacts = pd.DataFrame(
        {
            "contact_id": number + 1,
            "account_id": accounts["account_id"],
            "name": [f"{'王李张刘陈'[one % 5]}{'小明芳伟敏'[one % 4]}" for one in number],
            "position": np.where(firms, "采购经理", None),
            "phone": [f"138{one:08d}" for one in number],
        }
    )
    weight = draws.pareto(1.2, customers) + 0.1
    bought = draws.choice(number, 2500, p=weight / weight.sum())
    orders = pd.DataFrame(
        {
            "account_id": accounts["account_id"].to_numpy()[bought],
            "at": pd.Timestamp("2023-04-01") + pd.to_timedelta(draws.integers(0, 730, 2500), "D"),
            "amount": draws.gamma(2, 100, 2500).round(2),
        }
    )
    orders["cost"] = (orders["amount"] * 0.8).round(2)
    seen = draws.integers(0, customers, 90)
    kinds = draws.choice(["visit", "call", "gift", "entertainment"], 90, p=[0.6, 0.3, 0.06, 0.04])
    activities = pd.DataFrame(
        {
            "account_id": accounts["account_id"].to_numpy()[seen],
            "contact_id": seen + 1,
            "user_id": draws.choice([1, 2], 90),
            "kind": kinds,
            "at": pd.Timestamp("2025-03-03 09:00")
            + pd.to_timedelta(draws.integers(0, 26, 90) * 24 + draws.integers(0, 9, 90), "h"),
        }
    )
    activities["done"] = activities["at"] < "2025-03-20"
    activities["planned"] = ~activities["done"]
    activities["subject"] = activities["kind"].map(
        {"visit": "介绍春季菜单", "call": "回访", "gift": "端午慰问", "entertainment": "签约后答谢"}
    )
    activities["notes"] = np.where(activities["done"], "客户希望送货时间提前到早上七点，并要求月底对账。", "")
    activities["cost"] = np.where(activities["done"], np.where(kinds == "call", 0.0, 36.0), 0.0)
    tickets = pd.DataFrame(
        {
            "account_id": ["C00000", "C00003", "C00007", "C00000"],
            "kind": ["complaint", "complaint", "question", "complaint"],
            "subject": ["送货迟到", "蔬菜不新鲜", "发票", "缺货"],
            "opened": pd.to_datetime(["2025-03-10", "2025-02-01", "2025-03-05", "2024-11-05"]),
            "due": pd.to_datetime(["2025-03-13", "2025-02-04", "2025-03-08", "2024-11-08"]),
            "closed": pd.to_datetime([None, None, None, "2024-11-07"]),
            "satisfaction": [np.nan, np.nan, np.nan, 4.0],
        }
    )
    opportunities = pd.DataFrame(
        {"account_id": ["C00000", "C00000", "C00003"], "stage": ["proposal", "won", "lead"], "amount": [12e4, 5e3, 8e3]}
    )
    users = pd.DataFrame({"user_id": [1, 2], "name": ["赵敏", "钱伟"]})
    names = "accounts contacts orders activities tickets opportunities users".split()
    return dict(zip(names, (accounts, contacts, orders, activities, tickets, opportunities, users), strict=True))
