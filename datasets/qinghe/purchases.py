"""Two years of orders, month by month: who orders, what, from which record, and what the orders set in motion."""

import numpy as np
import pandas as pd

from . import MONTHS, SEED, stream
from . import stages as chain
from .parameters import (
    ACCOUNTS,
    APP,
    BIG_DAYS,
    CARD_FORGOTTEN,
    COLD_AFTER,
    ELIGIBLE,
    HISTORY_MONTHS,
    HOURS_IN_DEVELOPMENT,
    LOST_AFTER,
    RESELLERS,
    RUSH_SHARE,
    SEASON,
    SEGMENTS,
    STAGE_RATE,
    STRANGERS,
    UPLIFT,
    WEEKEND,
    YEAR_BEFORE,
)
from .people import traits

HABITS = {**SEGMENTS, "reseller": RESELLERS}
DISCOUNTS = np.array([0.0, 0.1, 0.2])
RATES = np.array(list(STAGE_RATE.values()))
NOBODY = -1


def _code(segments):
    return pd.Categorical(segments, categories=list(HABITS)).codes.astype(int)


def _habit(key, segments):
    """Look one habit up for an array of segments."""
    return np.array([habits.get(key, 0) for habits in HABITS.values()])[_code(segments)]


def _shelves(goods):
    """Return the chance of each product (a column) in the baskets of each segment (a row)."""
    chances = []
    for habits in HABITS.values():
        liking = goods["category"].map(habits["categories"]).to_numpy(float, copy=True)
        for promoted, share in [(1, habits["promoted"]), (0, 1 - habits["promoted"])]:
            shelf = goods["promoted"].to_numpy() == promoted
            liking[shelf] *= share / liking[shelf].sum()
        chances.append(liking)
    return np.array(chances)


def _days(month):
    """Return the cumulative chances of the days of a month: weekends and shopping festivals draw people."""
    days = pd.period_range(month.start_time, month.end_time, freq="D")
    weight = np.where(days.dayofweek >= 5, WEEKEND, 1.0)
    weight *= [BIG_DAYS.get(day.strftime("%m-%d"), 1.0) for day in days]
    return weight.cumsum() / weight.sum()


def _circumstances(rng, month, buyers):
    """Draw when and how each of the buyers orders."""
    size, segments = len(buyers), buyers["segment"].to_numpy()
    days = _days(month)
    missed = np.r_[0.0, days][(buyers["joined"] - month.start_time).dt.days.clip(lower=0)]
    day = np.searchsorted(days, missed + rng.random(size) * (1 - missed), side="right")
    evening = rng.random(size) < _habit("evening", segments)
    app = rng.random(size) < _habit("app", segments)
    rush = rng.random(size) < np.where(segments == "reseller", RESELLERS["rush"], RUSH_SHARE)
    step = rng.random((size, 1)) > _habit("discount", segments).cumsum(axis=1)[:, :-1]
    return pd.DataFrame({
        "date": month.start_time.as_unit("s") + pd.to_timedelta(day, unit="D"),
        "hour": np.where(evening, 18 + rng.integers(0, 4, size), 8 + rng.integers(0, 10, size)),
        "channel": np.where(app, "app", "store"),
        "delivery": np.select([app & rush, app], ["rush", "normal"], "none"),
        "discount": DISCOUNTS[step.sum(axis=1)],
        "segment": segments,
    })  # fmt: skip


def _strangers(rng, month, number):
    """Draw orders in the store by shoppers who have no card."""
    orders = _circumstances(rng, month, traits(rng, number).assign(joined=month.start_time))
    return orders.assign(person=NOBODY, channel="store", delivery="none", sure=False)


def _split(rng, total, parts):
    """Split yuan into parts that add up to the cent."""
    shares = rng.gamma(6.0, size=parts)
    cents = np.floor(shares / shares.sum() * total * 100).astype(np.int64)
    cents[0] += total * 100 - cents.sum()
    return cents


def business(rng, persons):
    """Return orders and service of the business customers: the planted year 2025, and a smaller year before it."""
    orders, service = [], []
    for number, account in enumerate(ACCOUNTS):
        for year in (2024, 2025):
            factor = YEAR_BEFORE * rng.uniform(0.93, 1.07) if year == 2024 else 1.0
            count, deliveries, rush, returns, hours = (round(number * factor) for number in account[4:9])
            revenue, cost, receivables = (round(account[at] * factor / 100) * 100 for at in (2, 3, 9))
            kinds = ["rush"] * rush + ["normal"] * (deliveries - rush) + ["none"] * (count - deliveries)
            amounts = _split(rng, revenue, count)
            costs = amounts * cost // revenue
            costs[0] += cost * 100 - costs.sum()
            orders.append(pd.DataFrame({
                "date": rng.choice(pd.date_range(f"{year}-01-01", f"{year}-12-31", unit="s"), count),
                "hour": rng.integers(6, 18, count), "channel": "business", "delivery": rng.permutation(kinds),
                "discount": 0.0, "segment": "business", "person": len(persons) - len(ACCOUNTS) + number, "sure": False,
                "amount": amounts / 100, "cost": costs / 100,
            }))  # fmt: skip
            service.append((f"B{number + 1:02}", year, returns, hours, receivables))
    columns = ["customer_id", "year", "returns", "service_hours", "receivables"]
    return pd.concat(orders), pd.DataFrame(service, columns=columns)


def uplift_types(segments, months_since):
    """Return how each person reacts to a campaign; it follows from segment and months since the last order."""
    regular = np.isin(segments, ["stocker", "snacker"])
    return np.select(
        [months_since > LOST_AFTER, segments == "gourmet", regular & (months_since <= COLD_AFTER)],
        ["lost_cause", "sleeping_dog", "sure_thing"],
        "persuadable",
    )


class CardBox:
    """The records of each person, to find the one that an order falls on."""

    def __init__(self, records):
        number = records.groupby("person").cumcount()
        wide = records.assign(number=number).pivot(index="person", columns="number", values=["customer_id", "joined"])
        self.ids = wide["customer_id"].to_numpy(object)
        self.joined = wide["joined"].to_numpy("datetime64[s]")

    def pick(self, rng, person, date):
        """Return a customer_id for each person and date: one of those that exist on the day."""
        existing = (self.joined[person] <= date.to_numpy("datetime64[s]")[:, None]).sum(axis=1)
        return self.ids[person, (rng.random(len(person)) * existing).astype(int)]


class Trade:
    """Draws the orders of one month after the other; ``paths`` may change between the months."""

    def __init__(self, persons, paths, goods, seed=SEED):
        self.persons, self.paths, self.goods, self.seed = persons, paths, goods, seed
        shelves = _shelves(goods)
        # Cumulative chances, laid end to end so that one search finds the products of all segments.
        self.shelves = (shelves.cumsum(axis=1).round(12) + np.arange(len(HABITS))[:, None]).ravel()
        lines_a_year = 12 * np.mean(SEASON) * RESELLERS["rate"] * RESELLERS["lines"]
        resold = persons["yuan_per_year"] / (lines_a_year * (shelves[-1] @ goods["price"]))
        self.quantity = resold.fillna(pd.Series(_habit("quantity", persons["segment"]), persons.index)).to_numpy()
        self.last_order = np.full(len(persons), -len(MONTHS))
        self.next_id = 1

    def stage(self, month):
        """Return everybody's stage in a month."""
        return self.paths[:, HISTORY_MONTHS + MONTHS.get_loc(month)]

    def campaign(self, name, month):
        """Draw who could be treated in a month's campaign (those with consent who had joined), and the half that is."""
        rng, persons = stream(f"{name} lots", self.seed), self.persons
        here = (persons["consent"] == 1) & (persons["kind"] == "household") & (persons["joined"] < month.start_time)
        chosen = np.sort(rng.choice(np.flatnonzero(here), ELIGIBLE, replace=False))
        months_since = MONTHS.get_loc(month) - self.last_order[chosen]
        expected = self._rates(month)[chosen]
        return pd.DataFrame({
            "campaign": name, "date": month.start_time.as_unit("s"), "person": chosen,
            "treated": rng.permutation(np.arange(ELIGIBLE) % 2),
            "uplift_type": uplift_types(persons["segment"].to_numpy()[chosen], months_since), "expected": expected,
        })  # fmt: skip

    def month(self, month, campaign=None, business=None, due=()):
        """Draw the orders of a month and their lines; ``due`` are persons who order in any case."""
        rng = stream(f"orders {month}", self.seed)
        orders = self._members(rng, month, campaign, due)
        orders = pd.concat([orders, _strangers(rng, month, round(STRANGERS * len(orders))), business])
        orders = orders.sort_values(["date", "hour"], kind="stable", ignore_index=True)
        orders.insert(0, "order_id", np.arange(self.next_id, self.next_id + len(orders)))
        self.next_id += len(orders)
        known = orders["person"] != NOBODY
        forgotten = (rng.random(len(orders)) < CARD_FORGOTTEN) & (orders["channel"] == "store")
        orders["shown"] = known & ~(forgotten & ~orders["sure"] & (orders["segment"] != "reseller"))
        self.last_order[orders.loc[orders["shown"], "person"]] = MONTHS.get_loc(month)
        return orders, self._fill(rng, orders)

    def _rates(self, month):
        """Return how many orders of each person are to be expected in a month."""
        rate = _habit("rate", self.persons["segment"]) * self.persons["activity"].to_numpy() * SEASON[month.month - 1]
        stage = self.stage(month)
        return rate * RATES[stage] * ((stage >= 0) & (self.persons["kind"] == "household").to_numpy())

    def _members(self, rng, month, campaign, due):
        """Draw how often each member orders, and when and how. Development begins with an order."""
        stage, before = self.stage(month), self.paths[:, HISTORY_MONTHS + MONTHS.get_loc(month) - 1]
        sure = (stage == chain.DEVELOPMENT) & (before != stage)
        sure[np.asarray(due, dtype=int)] = True
        rate = self._rates(month)
        coupon = np.zeros(len(rate))
        if campaign is not None:
            treated = campaign[campaign["treated"] == 1]
            rate[treated["person"]] *= treated["uplift_type"].map(UPLIFT).to_numpy()
            coupon[treated["person"]] = DISCOUNTS[1] * treated["campaign"].eq("spring_coupon")
        count = np.maximum(rng.poisson(rate), sure)
        who = np.repeat(np.arange(len(rate)), count)
        orders = _circumstances(rng, month, self.persons.iloc[who])
        sure_order = np.r_[True, who[1:] != who[:-1]] & sure[who]
        return orders.assign(person=who, sure=sure_order, discount=np.maximum(orders["discount"], coupon[who]))

    def _fill(self, rng, orders):
        """Draw what is in the baskets of the households (one line for each product) and price the orders."""
        retail = np.flatnonzero(orders["segment"] != "business")
        segments, person = (orders[column].to_numpy()[retail] for column in ("segment", "person"))
        order = np.repeat(np.arange(len(retail)), 1 + rng.poisson(_habit("lines", segments) - 1))
        code = _code(segments)[order]
        product = np.searchsorted(self.shelves, code + rng.random(len(order)), side="right") - code * len(self.goods)
        more = np.where(person == NOBODY, _habit("quantity", segments), self.quantity[person]) - 1
        keys, line = np.unique(order * len(self.goods) + product, return_inverse=True)
        quantity = np.bincount(line, weights=1 + rng.poisson(more[order])).astype(int)
        order, product = np.divmod(keys, len(self.goods))
        price, cost = (
            np.round(np.bincount(order, weights=self.goods[column].to_numpy()[product] * quantity), 1)
            for column in ("price", "cost")
        )
        orders.loc[retail, "amount"] = np.round(price * (1 - orders["discount"].to_numpy()[retail]), 2)
        orders.loc[retail, "cost"] = cost
        return pd.DataFrame({
            "order_id": orders["order_id"].to_numpy()[retail][order],
            "product_id": self.goods["product_id"].to_numpy()[product],
            "quantity": quantity,
        })  # fmt: skip


def service(rng, orders, of_business):
    """Return what each record set in motion in each year; ``orders`` have the stage of the person in that month."""
    known = orders.dropna(subset="customer_id")
    segments, thousands = known["segment"].to_numpy(), known["amount"].to_numpy() / 1000
    returns = _habit("returns", segments) + RESELLERS["returns_per_1000_yuan"] * thousands * (segments == "reseller")
    hours = _habit("hours", segments) + RESELLERS["hours_per_1000_yuan"] * thousands * (segments == "reseller")
    hours += HOURS_IN_DEVELOPMENT * (known["stage"] == chain.DEVELOPMENT)
    caused = pd.DataFrame({
        "customer_id": known["customer_id"], "year": known["date"].dt.year, "orders": 1,
        "deliveries": known["delivery"] != "none", "rush_deliveries": known["delivery"] == "rush",
        "returns": rng.poisson(returns), "service_hours": rng.gamma(2.0, hours / 2), "receivables": 0.0,
    })  # fmt: skip
    table = caused.groupby(["customer_id", "year"]).sum()
    table.update(of_business.set_index(["customer_id", "year"]))
    table["service_hours"] = table["service_hours"].round(1)
    return table.reset_index()


def app_visits(rng, persons, planned, paths, records):
    """Return visits to the app, a row a record and a column a month: they fall months before a planned decline."""
    first, last = HISTORY_MONTHS, HISTORY_MONTHS + len(MONTHS)
    level = RATES[paths[:, first:last]]
    for ahead in range(1, APP["lead_months"] + 1):
        coming = planned[:, first + ahead : last + ahead]
        level = np.where(coming >= chain.DECLINE, np.minimum(level, RATES[coming]), level)
    habit = persons["segment"].map(APP["visits"]).fillna(0) * _habit("rate", persons["segment"]) * persons["activity"]
    mean = habit.to_numpy()[:, None] * level + APP["base"] * (paths[:, first:last] != chain.TERMINATED)
    person = records["person"].to_numpy()
    mean = mean[person] / np.bincount(person)[person, None] * (records["kind"] == "household").to_numpy()[:, None]
    visits = pd.DataFrame(rng.poisson(mean), columns=MONTHS.strftime("%Y-%m")).astype("Int64")
    joined = records["joined"].dt.to_period("M").to_numpy()
    visits = visits.mask(MONTHS.to_numpy()[None, :] < joined[:, None])
    visits.insert(0, "customer_id", records["customer_id"].to_numpy())
    return visits[records["kind"].to_numpy() == "household"]
