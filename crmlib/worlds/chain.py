"""A milk chain of four firms that does not exist: what they order, what it costs them, and what a contract changes.

The long task of chapter 02 writes the contract. Everything here is invented and drawn from a seed.
"""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.editions import gone
from crmlib.language import say

FIRMS = ("shop", "warehouse", "distributor", "dairy")
PAST = (2021, 2022, 2023, 2024, 2025)
FUTURE = 40  # years, drawn in the same way, by which a contract is judged
LOOK_BACK = 3  # weeks, of every firm's planning
SEED = 209

_YEAR, _WARM = 52, 26
_LEAD = (1, 1, 2, 2)  # weeks from order to delivery
# Yuan a case and week in stock, or short; yuan for each case by which orders differ from those of the week before.
_HOLDING, _SHORTAGE, _CHANGE = (4, 2, 1, 1), (20, 10, 5, 5), (0.2, 0.5, 1, 3)
# Yuan a year: the shop's system to give data; to receive and use them. The warehouse's cost more than they save all.
_DATA = (6_000, 6_000, 2_500, 3_000)
_LEVEL, _NOISE, _DRIFT, _STEP = 400, 25, 20, 120  # cases a week


def today():
    """Return what holds without a contract: nobody but the shop sees the till, and nobody pays.

    >>> today()["sees_till"].any(), today()["pays"].any()
    (np.False_, np.False_)
    """
    return pd.DataFrame({"sees_till": False, "pays": 0.0}, index=pd.Index(FIRMS, name="firm"))


def prices():
    """Return by firm ``lead_time`` (weeks), yuan of a case (``holding``, ``shortage``, ``change``), and of ``data``.

    A case in stock or short costs so much a week, one more or less than ordered the week before once; data by the year.

    >>> prices().loc["dairy"].tolist()
    [2.0, 1.0, 5.0, 3.0, 3000.0]
    """
    columns = {"lead_time": _LEAD, "holding": _HOLDING, "shortage": _SHORTAGE, "change": _CHANGE, "data": _DATA}
    return pd.DataFrame(columns, index=pd.Index(FIRMS, name="firm")).astype(float)


def read(contract):
    """Return a contract as a table by firm, in the chain's order; or a sentence says what is wrong with it.

    >>> read(today()).equals(today())
    True
    """
    contract = checks.frame(contract, "contract")
    checks.require_columns(contract.columns, ["sees_till", "pays"])
    if contract.index.has_duplicates or set(contract.index) != set(FIRMS):
        names = ", ".join(FIRMS)
        en = f"contract needs one row for each firm, its index: {names}. Begin with chain.today()."
        raise ValueError(say(en, f"contract 应每家一行，索引为 {names}。可以从 chain.today() 改起。"))
    contract = contract.loc[list(FIRMS)]
    sees = [checks.flag(bool(one) if isinstance(one, np.bool_) else one, "sees_till") for one in contract["sees_till"]]
    pays = [checks.number(one, "pays") for one in contract["pays"]]
    # The shop sees its own till anyhow.
    return pd.DataFrame({"sees_till": [False, *sees[1:]], "pays": pays}, index=pd.Index(FIRMS, name="firm"))


@cache
def _tills():
    """Sales at the till, years × weeks: each with a warm-up and a year to learn from before the one that counts."""
    weeks = _WARM + 2 * _YEAR
    tills = []
    for year in range(len(PAST) + FUTURE):
        rng = np.random.default_rng([SEED, year])
        level = _LEVEL + np.cumsum(rng.normal(0, _DRIFT, weeks))
        for first in (_WARM, _WARM + _YEAR):  # a housing estate opens, or a rival's shop
            level[rng.integers(first + 8, first + 44) :] += rng.choice([-_STEP, _STEP])
        tills.append(np.clip(np.rint(level + rng.normal(0, _NOISE, weeks)), 0, None))
    return np.array(tills)


@cache
def _run(sees):
    """Orders (firm × year × week) and yuan (firm × year × kind), by whether each firm sees the till."""
    asked, orders, yuan = _tills(), [], []
    for place, one in enumerate(sees):
        placed, stock = _order(asked, _forecast(_tills() if one else asked), place)
        change = np.abs(np.diff(placed, axis=1))
        kinds = _HOLDING[place] * stock.clip(min=0), _SHORTAGE[place] * (-stock).clip(min=0), _CHANGE[place] * change
        yuan.append(np.stack([kind[:, -_YEAR:].sum(axis=1) for kind in kinds], axis=1))
        orders.append(placed[:, -_YEAR:])
        asked = placed
    return np.array(orders), np.array(yuan)


def _forecast(seen):
    """The mean of the last `LOOK_BACK` weeks; at the start, of those there are."""
    total = np.cumsum(np.pad(seen, ((0, 0), (1, 0))), axis=1)
    end = np.arange(1, seen.shape[1] + 1)
    start = np.maximum(end - LOOK_BACK, 0)
    return (total[:, end] - total[:, start]) / (end - start)


def _order(asked, forecast, place):
    """Orders and net stock at the end of each week, of a firm that orders up to forecast and reserve.

    The reserve is that of the newsvendor, from the errors of the year before. Whatever a firm orders arrives after its
    lead time: what its supplier is short of is bought elsewhere, at the supplier's cost.
    """
    lead, share = _LEAD[place], _SHORTAGE[place] / (_SHORTAGE[place] + _HOLDING[place])
    total = np.cumsum(asked, axis=1)
    errors = total[:, lead:] - total[:, :-lead] - lead * forecast[:, :-lead]
    reserve = np.quantile(errors[:, _WARM : _WARM + _YEAR], share, axis=1)
    target = lead * forecast + reserve[:, None]
    placed, stock = np.zeros(asked.shape), np.zeros(asked.shape)
    at_hand, under_way = reserve, [forecast[:, 0]] * lead
    for week in range(asked.shape[1]):
        at_hand = at_hand + under_way.pop(0) - asked[:, week]
        under_way.append(np.maximum(target[:, week] - at_hand - sum(under_way), 0))
        placed[:, week], stock[:, week] = under_way[-1], at_hand
    return placed, stock


def orders(contract, year=PAST[-1]):
    """Return the orders of a past year by week, had the contract held: columns ``till`` and the four firms.

    >>> orders(today()).columns.tolist()
    ['till', 'shop', 'warehouse', 'distributor', 'dairy']
    """
    place = PAST.index(checks.whole(year, "year", PAST[0], PAST[-1]))
    placed, _ = _run(tuple(read(contract)["sees_till"]))
    columns = {"till": _tills()[place, -_YEAR:]} | dict(zip(FIRMS, placed[:, place], strict=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(1, _YEAR + 1, name="week"))


def costs(contract):
    """Return by firm the yuan a year for ``stock``, ``shortage``, ``change``, ``data``, and their ``total``.

    Means of the five past years, had the contract held.

    >>> costs(today()).columns.tolist()
    ['stock', 'shortage', 'change', 'data', 'total']
    """
    sees = read(contract)["sees_till"]
    _, yuan = _run(tuple(sees))
    columns = ["stock", "shortage", "change"]
    table = pd.DataFrame(yuan[:, : len(PAST)].mean(axis=1), index=sees.index, columns=columns)
    return table.assign(data=_data(sees)).assign(total=lambda known: known.sum(axis=1))


def gains(contract):
    """Return what each firm (column) gains by the contract in each past year: saved, less data, less what it pays.

    >>> gains(today()).loc[2025].tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    return all_gains(contract).loc[list(PAST)]


def all_gains(contract):
    """Return the gains of all years: five past ones, and those by which a contract is judged.

    >>> len(all_gains(today()))
    45
    """
    known = read(contract)
    saved = sum(sign * _run(sees)[1].sum(axis=2) for sign, sees in ((1, (False,) * 4), (-1, tuple(known["sees_till"]))))
    years = pd.Index([*PAST, *range(1, FUTURE + 1)], name="year")
    return pd.DataFrame(saved.T, index=years, columns=FIRMS) - _data(known["sees_till"]) - known["pays"]


def _data(sees):
    """What the data cost each firm, in yuan a year."""
    return prices()["data"].where([bool(sees.any()), *sees[1:]], 0.0)


__getattr__ = gone(__name__)
