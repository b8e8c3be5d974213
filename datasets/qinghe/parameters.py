"""The planted truth: every parameter of people and purchases, in one place; `truth` hands it to qinghe_truth.json."""

import numpy as np

STAGE_NAMES = {
    "P": "potential", "D": "development", "G": "growth", "M": "maturity", "R": "decline", "T": "terminated",
}  # fmt: skip

# Customers join from 2021-01 on; who had terminated by 2024-01-01 was deleted from the file on that day.
HISTORY_MONTHS = 36
JOINS_PER_MONTH = {"2021-2023": 153, "2024-2025": 107}

MARKETS = {  # name in Chinese, share of customers; little competition in the first, fierce in the last
    "qiming": ("启明城", 0.25),
    "changgeng": ("长庚城", 0.30),
    "yinghuo": ("荧惑城", 0.25),
    "chenxing": ("辰星城", 0.20),
}

# From month to month; rows and columns in the order of STAGE_NAMES. Half of those who join order at once.
FIRST_STAGE = {"P": 0.5, "D": 0.5}
TRANSITIONS = np.array([
    [0.66, 0.30, 0.00, 0.00, 0.00, 0.04],
    [0.00, 0.52, 0.34, 0.00, 0.06, 0.08],
    [0.00, 0.00, 0.74, 0.20, 0.04, 0.02],
    [0.00, 0.00, 0.00, 0.95, 0.045, 0.005],
    [0.00, 0.00, 0.00, 0.08, 0.72, 0.20],
    [0.00, 0.01, 0.00, 0.00, 0.00, 0.99],
])  # fmt: skip

# Orders: rate of the segment x factor of the stage x personal factor (gamma, mean 1) x factor of the calendar month.
STAGE_RATE = {"P": 0.0, "D": 0.5, "G": 0.8, "M": 1.0, "R": 0.3, "T": 0.0}
ACTIVITY_SHAPE = 5.0
SEASON = [1.25, 1.10, 0.90, 0.90, 0.95, 1.20, 0.90, 0.90, 1.00, 0.95, 1.40, 1.00]
BIG_DAYS = {"06-18": 3.0, "11-11": 4.0}
WEEKEND = 1.4

# rate: orders a month in maturity; lines and quantity: means for an order; promoted: share of lines with promoted
# goods; discount: chances of 0, 10 and 20 per cent; returns and hours: for an order.
SEGMENTS = {
    "stocker": {
        "share": 0.30, "rate": 1.5, "lines": 5.5, "quantity": 1.9, "promoted": 0.30, "app": 0.15, "evening": 0.20,
        "discount": [0.80, 0.15, 0.05], "returns": 0.02, "hours": 0.02,
        "categories": {
            "grain_oil": 5, "fresh": 5, "dairy": 4, "snacks": 2, "drinks": 3, "home": 3, "baby": 3, "imported": 1,
        },
    },
    "gourmet": {
        "share": 0.20, "rate": 0.6, "lines": 3.6, "quantity": 1.5, "promoted": 0.06, "app": 0.45, "evening": 0.30,
        "discount": [0.95, 0.05, 0.00], "returns": 0.04, "hours": 0.08,
        "categories": {
            "grain_oil": 0.3, "fresh": 6, "dairy": 1, "snacks": 0.5,
            "drinks": 1, "home": 0.2, "baby": 0.2, "imported": 10,
        },
    },
    "bargain": {
        "share": 0.30, "rate": 0.6, "lines": 3.6, "quantity": 2.2, "promoted": 0.85, "app": 0.35, "evening": 0.25,
        "discount": [0.78, 0.20, 0.02], "returns": 0.04, "hours": 0.02,
        "categories": {
            "grain_oil": 4, "fresh": 2, "dairy": 2, "snacks": 3, "drinks": 3, "home": 4, "baby": 1, "imported": 0.3,
        },
    },
    "snacker": {
        "share": 0.20, "rate": 1.3, "lines": 1.8, "quantity": 1.5, "promoted": 0.25, "app": 0.85, "evening": 0.75,
        "discount": [0.85, 0.13, 0.02], "returns": 0.01, "hours": 0.01,
        "categories": {
            "grain_oil": 0.1, "fresh": 1, "dairy": 2, "snacks": 10,
            "drinks": 8, "home": 0.3, "baby": 0.1, "imported": 0.5,
        },
    },
}  # fmt: skip

# Thirty "households" that buy to sell again. They always are in maturity; quantities follow from the yuan a year.
RESELLERS = {
    "number": 30, "yuan_per_year": [70_000, 140_000], "rate": 3.0, "lines": 3.0, "promoted": 1.0,
    "app": 0.8, "evening": 0.1, "rush": 0.6, "discount": [0.75, 0.25, 0.0],
    "returns_per_1000_yuan": 0.6, "hours_per_1000_yuan": 1.1,
    "categories": {
        "grain_oil": 8, "fresh": 0, "dairy": 2, "snacks": 0, "drinks": 0, "home": 0, "baby": 0, "imported": 0,
    },
}  # fmt: skip
RUSH_SHARE = 0.12

# A newcomer asks more: hours for an order on top.
HOURS_IN_DEVELOPMENT = 0.15

# Contacts (messages, calls, gifts sent with them): mean yuan per person and month in each stage. `service` writes them.
CONTACT_COST = {"P": 12.0, "D": 60.0, "G": 12.0, "M": 5.0, "R": 8.0, "T": 0.5}

# Orders without a customer: members who did not show the card in the store, and shoppers who have none.
CARD_FORGOTTEN = 0.09
STRANGERS = 0.065

# The share of persons with 2, 3 records, and the ten persons with five.
DUPLICATES = {"two": 0.040, "three": 0.010, "persons_with_five": 10}
# What makes linking hard. Movers: the share, of those with two or three records, whose later records have another
# address, and the chance of another telephone with it. Twins: pairs with one address, birthday and family name, and
# the chances of one telephone and of names that sound alike. Families: persons with one address, family name and
# telephone. Shops: how many records of each town hold the number of the shop.
LINKAGE = {
    "movers": {"share": 0.12, "new_phone": 0.75},
    "twins": {"pairs": 60, "one_phone": 0.7, "alike": 0.4},
    "families": {"number": 25, "size": 3},
    "shop_phone": 8,
}
CONSENT = 0.8
MANAGED_HOUSEHOLDS = 60
MISSING = {"gender": 0.08, "birthday": 0.18, "email": 0.40}

# Visits to the app a month: so many for each order to be expected, and a few besides. They fall before a decline.
APP = {
    "visits": {"stocker": 1.0, "gourmet": 5.0, "bargain": 4.0, "snacker": 3.5, "reseller": 4.0},
    "base": 0.5,
    "lead_months": 2,
}

CAMPAIGNS = {"spring_coupon": "2025-03-01", "autumn_gift": "2025-09-01"}
ELIGIBLE = 3000
UPLIFT = {"persuadable": 2.5, "sure_thing": 1.0, "lost_cause": 1.0, "sleeping_dog": 0.3}
LOST_AFTER, COLD_AFTER = 5, 2  # months without an order

# yuan for one; business customers are served by lorry and salesman.
ACTIVITY_RATES = {
    "orders": (60, 2.5, "yuan for each order taken and billed", "元/笔订单（接单、开票）"),
    "deliveries": (80, 6, "yuan for each delivery", "元/次送货"),
    "rush_deliveries": (250, 12, "yuan on top for a delivery on the same day", "元/次当日加急（在送货成本之外另加）"),
    "returns": (150, 18, "yuan for each return collected and restocked", "元/次退货（取回、重新上架）"),
    "service_hours": (
        120, 60, "yuan for each hour of a salesperson or of the service desk",
        "元/小时（销售拜访、客服）",
    ),
    "receivables": (
        0.06, 0.06, "yuan a year for each yuan that the customer owes on average",
        "元/年（客户平均每欠 1 元货款的资金成本）",
    ),
}  # fmt: skip

# The twelve business customers in 2025: revenue, cost of goods, orders, deliveries, of these rush, returns, service
# hours, receivables. Round numbers: chapter 04 computes with them.
ACCOUNTS = [
    ("Saturn Ring Road Group-Buying Station", "土星环路团购站", 900_000, 774_000, 500, 500, 200, 100, 150, 300_000),
    ("Mars Canal Restaurants", "火星运河连锁餐厅", 420_000, 324_000, 400, 300, 120, 120, 100, 100_000),
    ("Venus Cloud-Top Hotel", "金星云顶酒店", 330_000, 255_000, 100, 100, 0, 10, 30, 15_000),
    ("Jupiter Red Spot School", "木星大红斑学校", 270_000, 210_000, 100, 100, 0, 4, 15, 60_000),
    ("Kuiper Belt Night Market", "柯伊伯带夜市", 210_000, 171_000, 200, 180, 60, 40, 40, 30_000),
    ("Lunar South Pole Canteen", "月球南极食堂", 150_000, 105_000, 50, 50, 0, 2, 5, 10_000),
    ("Europa Ice Café", "木卫二冰原咖啡馆", 120_000, 84_000, 50, 50, 0, 0, 5, 10_000),
    ("Titan Lakeside Guesthouse", "土卫六湖畔民宿", 90_000, 60_000, 30, 30, 0, 0, 5, 5_000),
    ("Orion Arm Filling Station", "猎户臂加油站", 75_000, 57_000, 120, 110, 20, 10, 10, 5_000),
    ("Neptune Storm Gym", "海王星风暴健身房", 60_000, 39_000, 20, 20, 0, 0, 0, 0),
    ("Halley's Comet Kiosk", "哈雷彗星小卖部", 45_000, 30_000, 25, 25, 0, 2, 0, 0),
    ("Pluto Corner Shop", "冥王星街角小店", 30_000, 21_000, 60, 60, 0, 4, 5, 0),
]  # fmt: skip
YEAR_BEFORE = 0.9

# Stamp cards of the coffee corner: buy ten, the eleventh is free. Days between two stamps: 1 + Poisson with a gamma
# mean; the mean of a customer is log-normal, and falls in even steps by `acceleration` from the first interval of a
# card to the ninth. After the tenth stamp comes the free coffee, without one: `pause` times the customer's mean passes
# until the next card begins, and that begins as slowly as the first. The chance to stop for good is that of a visit.
STAMPS = {
    "markets": ["qiming", "changgeng"], "start": "2025-07-01", "customers": 400, "stamps": 10,
    "first_visit_within_days": 60,
    "days_between": {"median": 6.0, "spread": 0.8, "least": 2.0, "shape": 2.0},
    "acceleration": 0.25,
    "pause": 1.5,
    "stop": {"after_stamp": 0.012, "after_reward": 0.10},
}  # fmt: skip


def truth():
    """Return the parameters by topic, as they go into qinghe_truth.json."""
    return {
        "months": ["2024-01", "2025-12"],
        "history": {"joins_per_month": JOINS_PER_MONTH, "purged_on": "2024-01-01"},
        "markets": {code: share for code, (_, share) in MARKETS.items()},
        "stages": {
            "names": STAGE_NAMES, "first": FIRST_STAGE, "transitions": TRANSITIONS.tolist(), "rate": STAGE_RATE,
            "hours_in_development": HOURS_IN_DEVELOPMENT, "contact_cost": CONTACT_COST,
        },
        "segments": SEGMENTS,
        "orders": {
            "activity_shape": ACTIVITY_SHAPE, "season": SEASON, "big_days": BIG_DAYS, "weekend": WEEKEND,
            "rush": RUSH_SHARE, "card_forgotten": CARD_FORGOTTEN, "strangers": STRANGERS,
        },
        "resellers": RESELLERS,
        "duplicates": DUPLICATES,
        "linkage": LINKAGE,
        "missing": MISSING,
        "consent": CONSENT,
        "app": APP,
        "campaigns": {
            "dates": CAMPAIGNS, "eligible": ELIGIBLE, "effect_on_rate": UPLIFT, "lost_after_months": LOST_AFTER,
            "cold_after_months": COLD_AFTER,
        },
        "accounts": {f"B{number:02}": list(account[2:]) for number, account in enumerate(ACCOUNTS, 1)},
        "stamps": STAMPS,
    }  # fmt: skip
