"""The invented membership retailer Qinghe 青禾优选: its world, from which ``make_qinghe.py`` writes the files.

- `parameters` holds all that is planted in people, purchases and stamp cards, `products` the range.
- `stages`, `people`, `purchases` are the parts; `world` puts them together, month by month.
- `service` (complaints, contacts, calls) and `voices` (surveys and the rest) each have ``tables(world)``, which returns
  the files by name, and ``TRUTH``, a dict by topic for ``qinghe_truth.json``. `coffee` (stamp cards) has ``tables``.

Two things reach back into the orders. The month loop calls ``service.complain(rng, month, orders, persons, past)`` with
the month's orders by known customers and what it returned so far; it returns the complaints (person, customer_id,
leaves, due_month and more) and who leaves because of them. Who leaves is "T" from the next month on; who stays orders
again in ``due_month``. And campaigns change how often people order, so they are drawn in `purchases`.

Chance: every part takes a ``stream("its name")``, so that a change in one does not disturb the others.
"""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

SEED = 20260101
STAGES = ("P", "D", "G", "M", "R", "T")
MONTHS = pd.period_range("2024-01", "2025-12", freq="M")


@dataclass
class World:
    """Everything that happens at Qinghe in two years, and the truth behind it."""

    persons: pd.DataFrame
    """One row a person (number 0, 1, …: the index): person_id, kind (household, business), segment (stocker, gourmet,
    bargain, snacker, reseller, business), name, pinyin, gender, birthday, market, joined (Timestamp), channel, consent,
    activity (personal factor)."""
    records: pd.DataFrame
    """One row a customer record: the columns of qinghe_customers, person, and planted (moved, twin, … or nothing).
    Twins and families got their names, birthdays and addresses here only; in `persons` they still are strangers."""
    stages: np.ndarray
    """Stage of each person in each of the 24 months: index into STAGES, -1 before joining."""
    products: pd.DataFrame
    """The columns of qinghe_products."""
    orders: pd.DataFrame
    """The columns of qinghe_orders (date as Timestamp), and person (-1: a shopper without a card), segment, month (0 is
    2024-01), stage (-1 where nobody is known)."""
    lines: pd.DataFrame
    """order_id, product_id, quantity."""
    complaints: pd.DataFrame
    """What ``service.complain`` returned, all months."""
    campaigns: pd.DataFrame
    """campaign, date, person, customer_id (the person's first record), treated, uplift_type, expected (orders of the
    month without treatment)."""


def stream(name, seed=SEED):
    """Return the random generator of one part of the world, independent of all other parts."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
