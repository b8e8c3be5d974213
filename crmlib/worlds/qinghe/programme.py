"""A loyalty programme for Qinghe's households in 2026, tried on half of them (the long task of chapter 07).

Invented like all of Qinghe: the households are those of 2025, what each benefit does to them in 2026 is drawn here.
"""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import checks, datasets
from crmlib.worlds.qinghe.people import agreed, person, records
from crmlib.worlds.qinghe.sales import baskets, retail
from crmlib.worlds.qinghe.segments import account

PROGRAMME_BUDGET = 20_000  # yuan a year
PROGRAMME_ENOUGH = 0.75  # of what the reference programme brings, to pass; one sign for all benefits stays below 0.6
GOLD = 3_000  # yuan a year: from here on a household is a gold member
BENEFITS = ("nothing", "points", "price", "delivery", "event")

# What is planted: the mean effect of each benefit on a household's margin; the single household departs from it.
NEAR, PULL = 0.6, 0.60  # points: no pull on who spent less than this share of the gold line, most just below the line
LURE = 0.90  # member prices, on a household that buys promoted goods only, in a town full of rivals
RIVALS = {"qiming": 0.1, "changgeng": 0.5, "yinghuo": 0.8, "chenxing": 1.0}
EASE = 0.20  # free delivery, on a household that orders in the app only
FRIENDS = {"low": -20.0, "satisfied": 10.0, "very": 110.0}  # a club evening: yuan of margin, by satisfaction
FADE, SPREAD = 0.95, 0.2  # margin of 2026 as a share of that of 2025 without a benefit: mean, spread
_SEED = 707


@cache
def members():
    """Return the households that the programme is for, as 2025 ends: at least three orders, and messages agreed to.

    ``market``, ``satisfaction`` (1 to 10: of the survey; where nobody asked, drawn as the town answers), ``orders``,
    ``spending`` and ``margin`` (yuan in 2025), ``app_share`` (of orders), ``promoted_share`` (of the goods' price),
    ``pilot`` (in the half that was tried).

    >>> float(members()["pilot"].mean())
    0.5
    """
    sold = retail()[retail()["date"].dt.year == 2025].dropna(subset="person")
    sold = sold.join(baskets(), on="order_id").assign(app=sold["channel"] == "app").groupby("person")
    table = pd.DataFrame({"orders": sold.size(), "spending": sold["amount"].sum(), "app_share": sold["app"].mean()})
    table["promoted_share"] = sold["cheap"].sum() / sold["paid"].sum()
    table["margin"] = account(2025)["gross_margin"].reindex(table.index)
    table = table[(table["orders"] >= 3) & (table["margin"] > 0) & agreed()[table.index]]
    table.insert(0, "market", records()["market"].groupby(person()).first().reindex(table.index))
    table.insert(1, "satisfaction", _satisfaction(table["market"]))
    half = np.random.default_rng(_SEED).permutation(len(table)) < len(table) // 2
    return table.assign(pilot=half)


def _satisfaction(market):
    survey = datasets.load_qinghe_surveys()
    said = survey.groupby(survey["customer_id"].map(person()))["satisfaction"].first().reindex(market.index)
    shares = datasets.load_qinghe_truth()["surveys"]["follows"]["satisfaction_shares"]
    chances = np.random.default_rng(_SEED + 1).random(len(market))
    drawn = [np.searchsorted(np.cumsum(shares[town]), u) + 1 for town, u in zip(market, chances, strict=True)]
    return said.fillna(pd.Series(drawn, index=market.index)).clip(upper=10).astype(int)


@cache
def programme_costs():
    """Return what each benefit costs for each of the `members`, in yuan a year, by household and benefit.

    Points: 3 % back on all spending of a gold member, and of who may become one; below `NEAR` of the line letters for 5
    yuan. Member prices: 4 % off everything. Free delivery: 6 yuan for each order in the app, 2 at least. A club
    evening: 40 yuan.

    >>> list(programme_costs())
    ['nothing', 'points', 'price', 'delivery', 'event']
    """
    table, fee = members(), datasets.load_qinghe_activity_rates()["household"]["deliveries"]
    spending = table["spending"]
    costs = {
        "nothing": 0.0,
        "points": (0.03 * spending.clip(lower=GOLD)).where(spending >= NEAR * GOLD, 5.0),
        "price": 0.04 * spending,
        "delivery": (fee * table["orders"] * table["app_share"]).clip(lower=2.0),
        "event": 40.0,
    }
    return pd.DataFrame(costs, index=table.index).round(2)


@cache
def planted_effects():
    """Return what each benefit adds to a household's margin of 2026 on average, in yuan: the truth, for the judge.

    >>> float(planted_effects()["nothing"].abs().sum())
    0.0
    """
    table = members()
    usual = FADE * table["margin"]
    near = ((table["spending"] / GOLD - NEAR) / (1 - NEAR)).clip(lower=0).where(table["spending"] < GOLD, 0.0)
    liking = pd.cut(table["satisfaction"], [0, 6, 8, 10], labels=list(FRIENDS)).astype(str)
    effects = {
        "nothing": 0.0,
        "points": PULL * near * usual,
        "price": LURE * table["promoted_share"] * table["market"].map(RIVALS) * usual,
        "delivery": EASE * table["app_share"] * usual,
        "event": liking.map(FRIENDS),
    }
    return pd.DataFrame(effects, index=table.index)


@cache
def margins_2026():
    """Return the margin of 2026 of each household under each benefit, as it turns out, in yuan.

    >>> bool((margins_2026()["nothing"] > 0).all())
    True
    """
    table, draws = members(), np.random.default_rng(_SEED + 2)
    without = FADE * table["margin"] * draws.lognormal(-(SPREAD**2) / 2, SPREAD, len(table))
    return (planted_effects() * draws.exponential(size=(len(table), len(BENEFITS)))).add(without, axis=0)


@cache
def pilot():
    """Return the half tried in 2026: columns of `members`, ``benefit`` (by lot), its ``cost``, ``margin_2026`` (yuan).

    >>> sorted(pilot()["benefit"].unique()) == sorted(BENEFITS)
    True
    """
    table = members()[members()["pilot"]].drop(columns="pilot")
    lots = np.random.default_rng(_SEED + 3).permutation(np.arange(len(table)) % len(BENEFITS))
    benefit = pd.Series(np.array(BENEFITS, dtype=object)[lots], index=table.index)
    return table.assign(benefit=benefit, cost=_of(programme_costs(), benefit), margin_2026=_of(margins_2026(), benefit))


@cache
def programme_list():
    """Return the other half, for whom the programme is decided: the columns of `members`.

    >>> bool(programme_list().index.isin(pilot().index).any())
    False
    """
    return members()[~members()["pilot"]].drop(columns="pilot")


def programme_plan(gain, budget=PROGRAMME_BUDGET):
    """Choose a benefit for each household of `programme_list`, within the budget: a Series.

    For each the benefit with the most gain above its cost; then those first who bring most for a yuan, until the budget
    is spent. The others get ``"nothing"``.

    Parameters
    ----------
    gain : pandas.DataFrame
        By household and benefit the yuan of margin expected above nothing, before the cost; benefits that have no
        column are not given.
    budget : float
        Yuan.

    >>> some = programme_list().index[:2]
    >>> gain = pd.DataFrame({"event": [100.0, 30.0]}, index=some).reindex(programme_list().index, fill_value=0)
    >>> programme_plan(gain)[some].tolist()
    ['event', 'nothing']
    """
    households = programme_list().index
    checks.require_columns(BENEFITS, list(checks.frame(gain, "gain").columns))
    gain = pd.DataFrame({name: checks.column(gain.reindex(households), name) for name in gain}, index=households)
    costs = programme_costs().loc[households, list(gain)]
    best = (gain - costs).idxmax(axis=1)
    cost, net = _of(costs, best), (gain - costs).max(axis=1)
    first = (net / cost)[net > 0].sort_values(ascending=False, kind="stable").index
    paid = first[cost[first].cumsum() <= checks.amount(budget, "budget")]
    return best.where(best.index.isin(paid), "nothing")


def programme_cost(benefits):
    """Return what a programme costs in all, in yuan: a Series of one of `BENEFITS` for each of `programme_list`.

    >>> programme_cost(pd.Series("event", index=programme_list().index)) == 40 * len(programme_list())
    True
    """
    return float(_of(programme_costs(), _known(benefits)).sum())


def programme_earns(benefits):
    """Return what a programme brings in 2026 above nothing, less its cost, in yuan.

    >>> programme_earns(pd.Series("nothing", index=programme_list().index))
    0.0
    """
    chosen = _known(benefits)
    brought = _of(margins_2026(), chosen) - margins_2026().loc[chosen.index, "nothing"]
    return float(brought.sum()) - programme_cost(chosen)


def _known(benefits):
    chosen = benefits.reindex(programme_list().index)
    en = f"A household gets one of {', '.join(BENEFITS)}"
    zh = f"每户取 {'、'.join(BENEFITS)} 之一"
    checks.refuse_rows(~chosen.isin(BENEFITS), chosen.to_frame("benefits"), en, zh)
    return chosen


def _of(table, benefits):
    """From each household's row the column of its benefit."""
    rows = table.loc[benefits.index].to_numpy()
    return pd.Series(rows[np.arange(len(rows)), table.columns.get_indexer(benefits)], index=benefits.index)
