"""Care for Qinghe's households in 2025, decided on the last day of 2024 (the long task of chapter 05)."""

from functools import cache

import pandas as pd

from crmlib import checks, value
from crmlib.worlds.qinghe.people import agreed
from crmlib.worlds.qinghe.segments import account, scores

CARE_BUDGET = 50_000  # yuan
ASLEEP = 180  # days without a purchase
# By tier: so many yuan a head move this share of the households, and however many yuan move at most that share.
CARE_MOVES = {"VIP": (40, 0.07, 0.10), "regular": (8, 0.11, 0.20), "dormant": (6, 0.05, 0.12)}


@cache
def care_list():
    """Return the households that agreed to messages, as 2024 ends: RFM scores, ``profit`` of 2024, ``tier``.

    The tenth with the most profit are VIPs, who has not bought for half a year is dormant, the others are regular.
    ``ceiling`` and ``k`` say how care works on the tier (see `value.response_rate`).

    >>> sorted(care_list()["tier"].unique())
    ['VIP', 'dormant', 'regular']
    """
    table = scores()[agreed()[scores().index]]
    table = table.assign(profit=account(2024)["profit"].reindex(table.index))
    best = table["profit"] >= table["profit"].quantile(0.9)
    tier = pd.Series("regular", index=table.index).mask(best, "VIP").mask(table["days_since_last"] > ASLEEP, "dormant")
    ceiling = {name: most for name, (_, _, most) in CARE_MOVES.items()}
    k = {name: value.response_k(*moves) for name, moves in CARE_MOVES.items()}
    return table.assign(tier=tier, ceiling=tier.map(ceiling), k=tier.map(k))


def care_earns(spend):
    """Return what care brings, less its cost, if each household gets so many yuan (`spend`, by person).

    A household that is moved brings its profit of 2025, as it turned out.

    >>> care_earns(pd.Series(0.0, index=care_list().index))
    0.0
    """
    table = care_list()
    spend = pd.Series(checks.amounts(spend.reindex(table.index), "spend"), index=table.index)
    moved = value.response_rate(spend.to_numpy(), table["ceiling"].to_numpy(), table["k"].to_numpy())
    return float(moved @ account(2025)["profit"].reindex(table.index, fill_value=0) - spend.sum())
