"""The coffee corner of two stores: cards with ten stamps, the eleventh coffee is free.

Whoever is near the free coffee comes back sooner (Kivetz, Urminsky and Zheng 2006, The Goal-Gradient Hypothesis
Resurrected, Journal of Marketing Research 43, found intervals a fifth shorter from the first to the last on the cards
of a real café); on the next card it begins anew.
"""

import numpy as np
import pandas as pd

from . import MONTHS, STAGES, stream
from .parameters import STAMPS
from .service import END, first_record

START = pd.Timestamp(STAMPS["start"])


def guests(rng, world):
    """Return the records of those who take a card: households of the two towns, joined before and not gone."""
    persons = world.persons
    stage = world.stages[:, MONTHS.get_loc(START.to_period("M"))]
    there = (persons["joined"] < START) & (stage != STAGES.index("T"))
    household = (persons["kind"] == "household") & (persons["segment"] != "reseller")
    open_to = persons.index[household & persons["market"].isin(STAMPS["markets"]) & there]
    return np.sort(first_record(world).loc[rng.choice(open_to, STAMPS["customers"], replace=False)].to_numpy(str))


def haste(stamp):
    """Return the mean days from a stamp to the next, as a multiple of the customer's own."""
    if stamp == STAMPS["stamps"]:
        return STAMPS["pause"]
    return 1 - STAMPS["acceleration"] * (stamp - 1) / (STAMPS["stamps"] - 2)


def visits(rng):
    """Yield card, stamp and day (0: the first of the scheme) of one customer, to the year's end or until he stops."""
    between = STAMPS["days_between"]
    own = max(between["least"], between["median"] * rng.lognormal(0, between["spread"]))
    card, stamp, day = 1, 1, rng.integers(STAMPS["first_visit_within_days"])
    while START + pd.Timedelta(days=day) <= END:
        yield card, stamp, day
        full = stamp == STAMPS["stamps"]
        if rng.random() < STAMPS["stop"]["after_reward" if full else "after_stamp"]:
            return
        # At least a day; the mean is that of the customer and the stamp, the spread that of a gamma of this shape.
        day += 1 + rng.poisson(rng.gamma(between["shape"], (own * haste(stamp) - 1) / between["shape"]))
        card, stamp = (card + 1, 1) if full else (card, stamp + 1)


def stamps(rng, world):
    """Return one row a stamp."""
    rows = [(customer, *visit) for customer in guests(rng, world) for visit in visits(rng)]
    table = pd.DataFrame(rows, columns=["customer_id", "card", "stamp", "date"])
    return table.assign(date=START + pd.to_timedelta(table["date"], unit="D"))


def tables(world):
    """Return the files of this module by name."""
    return {"qinghe_stamps": stamps(stream("stamps"), world)}
