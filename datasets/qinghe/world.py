"""How the two years at Qinghe come about: people, stages and orders put together."""

import numpy as np
import pandas as pd

from . import MONTHS, SEED, World, parameters, people, purchases, service, stages, stream
from .products import products

DUE = ["person", "customer_id", "due_month"]
STARTS = {day[:7]: name for name, day in parameters.CAMPAIGNS.items()}


def members(seed):
    """Return joining days, stages and chances of those in the file, and the joining days of all who ever joined."""
    rng = stream("stages", seed)
    joined, paths, chance = stages.paths(rng)
    months = pd.PeriodIndex.from_ordinals(stages.FIRST_MONTH.ordinal + joined, freq="M")
    days = months.to_timestamp().as_unit("s") + pd.to_timedelta(rng.integers(0, 28, len(joined)), unit="D")
    kept = stages.in_file(paths)
    return days[kept], paths[kept], chance[kept], days


def population(seed):
    """Return persons, their records, stages and chances, and the joining days of all who ever joined."""
    joined, paths, chance, ever_joined = members(seed)
    persons = people.people(stream("people", seed), joined)
    businesses = (persons["kind"] == "business").sum()
    paths, chance = (np.pad(table, ((0, businesses), (0, 0))) for table in (paths, chance))
    stages.settle(paths, persons["segment"].isin(["reseller", "business"]))
    records = people.records(stream("records", seed), persons)
    people.move(stream("movers", seed), records)
    people.twins(stream("twins", seed), records, persons)
    people.families(stream("families", seed), records, persons)
    people.shop_phones(stream("shop phones", seed), records, persons)
    return persons, records, paths, chance, ever_joined


def show_cards(rng, cards, orders, due):
    """Give orders the record that they fall on, in place; after a complaint it is the one that complained."""
    orders["customer_id"] = cards.pick(rng, orders["person"].to_numpy(), orders["date"])
    again = orders["sure"] & orders["person"].isin(due.index)
    orders.loc[again, "customer_id"] = orders.loc[again, "person"].map(due)
    orders["customer_id"] = orders["customer_id"].where(orders["shown"])


def two_years(seed, persons, records, paths, chance, business):
    """Let month follow month; return orders, lines, complaints and campaigns. Complaints change the stages in place."""
    trade, cards = purchases.Trade(persons, paths, products(), seed), purchases.CardBox(records)
    month_of_business = business["date"].dt.to_period("M")
    history = {"orders": [], "lines": [], "complaints": [], "campaigns": []}
    for number, month in enumerate(MONTHS):
        campaign = trade.campaign(STARTS[str(month)], month) if str(month) in STARTS else None
        complaints = pd.concat([pd.DataFrame(columns=DUE), *history["complaints"]])
        due = complaints[complaints["due_month"] == number].set_index("person")["customer_id"]
        orders, lines = trade.month(month, campaign, business[month_of_business == month], due.index)
        show_cards(stream(f"cards {month}", seed), cards, orders, due)
        orders["month"] = number
        orders["stage"] = np.where(orders["person"] == purchases.NOBODY, -1, trade.stage(month)[orders["person"]])
        complained, leaving = service.complain(
            stream(f"complaints {month}", seed), number, orders[orders["shown"]], persons, history["complaints"]
        )
        staying = complained[~complained["leaves"]]
        stages.leave(paths, chance, leaving, month + 1, service.MONTHS_AWAY)
        stages.stay(paths, chance, staying["person"], month, staying["due_month"].clip(upper=len(MONTHS)))
        for name, new in zip(history, (orders, lines, complained, campaign), strict=True):
            history[name].append(new)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in history.items()}


def create(seed=SEED):
    """Return the world, and what only the writing of files needs: joining days of all, service, visits to the app."""
    persons, records, paths, chance, ever_joined = population(seed)
    planned = paths.copy()
    business, of_business = purchases.business(stream("business", seed), persons)
    history = two_years(seed, persons, records, paths, chance, business)
    first_record = records.drop_duplicates("person").set_index("person")["customer_id"]
    history["campaigns"].insert(2, "customer_id", history["campaigns"]["person"].map(first_record))
    people.assign_managers(stream("managers", seed), records, most_revenue(history["orders"]))
    present = slice(parameters.HISTORY_MONTHS, parameters.HISTORY_MONTHS + len(MONTHS))
    world = World(persons, records, paths[:, present], products(), **history)
    caused = purchases.service(stream("service", seed), world.orders, of_business)
    visits = purchases.app_visits(stream("app visits", seed), persons, planned, paths, records)
    return world, ever_joined, caused, visits


def most_revenue(orders):
    """Return the household records that brought most revenue in the first year: somebody is put in charge of them."""
    first_year = orders[(orders["month"] < 12) & (orders["segment"] != "business")]
    return first_year.groupby("customer_id")["amount"].sum().nlargest(parameters.MANAGED_HOUSEHOLDS).index


def log_of_lines(seed):
    """Return the order lines of the households of such a world without faults in its file: person, date, amount."""
    joined, paths, _, _ = members(seed)
    persons = people.households(stream("people", seed), joined)
    stages.settle(paths, persons["segment"] == "reseller")
    trade = purchases.Trade(persons, paths, products(), seed)
    months = [trade.month(month) for month in MONTHS]
    orders, lines = (pd.concat(parts, ignore_index=True) for parts in zip(*months, strict=True))
    lines = lines.merge(orders.loc[orders["shown"], ["order_id", "person", "date", "hour", "discount"]], on="order_id")
    price = lines["product_id"].map(trade.goods.set_index("product_id")["price"])
    return pd.DataFrame(
        {
            "person": lines["person"],
            "date": lines["date"] + pd.to_timedelta(lines["hour"], unit="h"),
            "amount": (price * lines["quantity"] * (1 - lines["discount"])).round(2),
        }
    )
