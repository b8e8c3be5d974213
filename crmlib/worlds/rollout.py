"""A firm of 40 people brings in a CRM (invented): a plan, month by month, and what it earns in three years.

Vocabulary: a *plan* is two things, a table of the teams (who is trained when and for how long, when their part goes
live) and the choices of the firm. A *future* is one of many ways in which it may turn out: whether the product suits,
how fast people get used to it, how faulty the data are, what is late. `outcomes` shows some futures; the judge of the
long task keeps others that nobody has seen.
"""

from difflib import get_close_matches

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crmlib import checks
from crmlib.language import say

MONTHS, DISCOUNT = 36, 0.08
BUDGET = 480_000  # yuan that may be spent in the first twelve months
SHOWN, UNSEEN = 20, 400  # futures
PEOPLE = pd.Series({"sales_team": 18, "service_team": 10, "marketing_team": 5, "managers": 7}, name="people")
PEOPLE.index.name = "team"
# Yuan a month that each of a team brings if the system is fully used.
WORTH = pd.Series({"sales_team": 1_600, "service_team": 1_000, "marketing_team": 1_300, "managers": 400})
# What a CRM costs, in yuan, each user's part apart (assumptions of the course; section 7, lab 5 and the long task).
PRICES = pd.DataFrame(
    [
        ("build", "once", 600_000, False),
        ("build", "yearly", 150_000, False),
        ("buy", "once", 5_000, True),
        ("buy", "once", 120_000, False),
        ("buy", "yearly", 1_000, True),
        ("buy", "yearly", 30_000, False),
        ("rent", "once", 60_000, False),
        ("rent", "yearly", 2_400, True),
    ],
    columns=["option", "when", "amount", "per_user"],
)
WAYS = pd.DataFrame(
    {
        "first_month": [9, 4, 2],  # the first month in which anybody can go live
        "months_late": [6, 2, 1],  # months that it may be late
        "costs_more": [0.8, 0.2, 0.0],  # share by which the first payment may grow
        "suits": [0.8, 0.65, 0.65],  # chance that it suits the firm
        "to_change": [150_000, 120_000, 30_000],  # yuan to change it after the pilot
    },
    index=pd.Index(["build", "buy", "rent"], name="way"),
)
HOUR = {"training": 90, "cleaning": 100, "responsible": 80}  # yuan
WORKSHOP = 2_000  # yuan a day on which processes are described
PILOT = 1_000  # yuan for each who takes part
A_MONTH = {"cleaning": 80, "processes": 8}  # hours, days that can be done
AT_ONCE = 20  # people who can be helped in the month in which they go live
WAIT, REPLACE = 3, 2  # months until the pilot has told, and to bring another product
COLUMNS = ["trained", "hours", "live"]
CHOICES = ["way", "pilot", "processes", "cleaning", "responsible"]
MOST = {"processes": 200, "cleaning": 5_000, "responsible": 60}
NOBODY = "none"


def price_list():
    """Return what each way costs: ``option``, ``when`` (once, yearly), ``amount`` in yuan, ``per_user``.

    >>> price_list().query("option == 'rent'")["amount"].tolist()
    [60000, 2400]
    """
    return PRICES.copy()


def _paid(way):
    """Yuan paid in the first month, and each month, for all."""
    amounts = PRICES["amount"] * np.where(PRICES["per_user"], PEOPLE.sum(), 1)
    sums = amounts.groupby([PRICES["option"], PRICES["when"]]).sum()[way]
    return float(sums["once"]), float(sums["yearly"]) / 12


def draft():
    """Return the plan that a salesman of software proposed: the table of the teams, and the choices.

    >>> teams, choices = draft()
    >>> teams.loc["sales_team"].to_dict(), choices["way"]
    ({'trained': 0, 'hours': 0, 'live': 4}, 'buy')
    """
    teams = pd.DataFrame({"trained": 0, "hours": 0, "live": 4}, index=PEOPLE.index)
    return teams, pd.Series(["buy", NOBODY, 0, 0, 0], index=CHOICES, dtype=object, name="choice")


def read(teams, choices):
    """Return a plan as the world computes it, the teams in order; refuse what is none.

    >>> read(*draft())[0].index.to_list()
    ['sales_team', 'service_team', 'marketing_team', 'managers']
    """
    teams = checks.frame(teams, "teams").infer_objects()
    checks.require_columns(teams.columns, COLUMNS)
    if teams.index.has_duplicates or set(teams.index) != set(PEOPLE.index):
        en = f"teams: its index must be {', '.join(PEOPLE.index)}, each once. Begin with rollout.draft()."
        zh = f"teams 的索引应为四个团队 {'、'.join(PEOPLE.index)}，各一次。请从 rollout.draft() 改起。"
        raise ValueError(say(en, zh))
    table = pd.DataFrame({name: checks.column(teams, name, least=0) for name in COLUMNS}, index=teams.index)
    for name in ("trained", "live"):
        odd = (table[name] % 1 != 0) | (table[name] > MONTHS)
        en = f"{name} holds a month, a whole number from 1 to {MONTHS}; 0 means never"
        checks.refuse_rows(odd, table[[name]], en, f"{name} 列写月份，应为 1 到 {MONTHS} 的整数；0 表示不安排")
    checks.refuse_rows(
        table["hours"] > 200, table[["hours"]], "hours: at most 200 for each person", "hours 列：每人最多 200 小时"
    )
    return table.loc[PEOPLE.index].astype({"trained": int, "live": int}), _read(choices)


def _read(choices):
    known = pd.Series(checks.settings(choices, "choices"), dtype=object)
    lacking = [name for name in CHOICES if name not in known.index]
    if lacking:
        en = f"choices: {', '.join(lacking)} is missing. Begin with rollout.draft()."
        raise ValueError(say(en, f"choices 缺少 {'、'.join(lacking)}。请从 rollout.draft() 改起。"))
    for name in known.index.difference(CHOICES, sort=False):
        near = (get_close_matches(str(name).lower(), CHOICES, 1) or [", ".join(CHOICES)])[0]
        en = f"choices: {checks.quoted(name)} is no choice, and changes nothing. Write {near}."
        raise ValueError(say(en, f"choices 里没有 {checks.quoted(name)} 这一项，写了不起作用。应为 {near}。"))
    for name, words in (("way", list(WAYS.index)), ("pilot", [NOBODY, *PEOPLE.index])):
        if not (isinstance(known[name], str) and known[name] in words):
            en = f"choices[{name!r}] = {checks.quoted(known[name])}: it must be one of {', '.join(words)}."
            zh = f"choices[{name!r}] = {checks.quoted(known[name])} 不对：应为 {'、'.join(words)} 之一。"
            raise ValueError(say(en, zh))
    for name, top in MOST.items():
        known[name] = checks.number(known[name], f"choices[{name!r}]", least=0, most=top)
    return known[CHOICES]


def costs(teams, choices):
    """Return what a plan costs if all goes as planned, in yuan by item: in the first year, and in three years.

    >>> costs(*draft()).loc["total"].to_dict()
    {'first_year': 390000, 'three_years': 530000}
    """
    spent = _spending(*read(teams, choices))
    table = pd.DataFrame({"first_year": spent.loc[:12].sum(), "three_years": spent.sum()}).rename_axis("cost")
    table.loc["total"] = table.sum()
    return table.round().astype("int64")


def _spending(teams, choices):
    """Yuan by month (rows) and item (columns), as planned."""
    (once, monthly), months = _paid(choices["way"]), pd.RangeIndex(1, MONTHS + 1, name="month")
    spent = pd.DataFrame({"software": monthly}, index=months)
    spent.loc[1, "software"] += once
    spent["pilot"] = np.where(months == 1, PILOT * PEOPLE.get(choices["pilot"], 0), 0)
    for name, price in (("processes", WORKSHOP), ("cleaning", HOUR["cleaning"])):
        spent[name] = np.diff(_done(choices[name], name, np.arange(MONTHS + 1))) * price
    paid = teams["hours"] * PEOPLE * HOUR["training"]
    spent["training"] = paid.groupby(teams["trained"]).sum().reindex(months, fill_value=0)
    spent["responsible"] = choices["responsible"] * 52 / 12 * HOUR["responsible"]
    return spent


def _done(amount, name, months):
    """Hours of cleaning, or days of workshops, that are done by the end of a month."""
    return np.minimum(amount, A_MONTH[name] * np.maximum(months, 0))


def outcomes(teams, choices):
    """Return ``brought``, ``paid_in_all`` and ``net_gain`` of a plan in each of some futures, in yuan of today.

    >>> len(outcomes(*draft()))
    20
    """
    return _outcomes(teams, choices, seed=2045, count=SHOWN)  # whose means lie near those of many futures


def unseen_outcomes(teams, choices):
    """Return the same in the futures of the judge.

    >>> len(unseen_outcomes(*draft()))
    400
    """
    return _outcomes(teams, choices, seed=909, count=UNSEEN)


def _futures(seed, count):
    """What cannot be known when the plan is made, a row a future; chances are kept as draws, for any way.

    A Latin hypercube (McKay, Beckman and Conover 1979): each column is drawn once from each of `count` equal parts, so
    that even twenty futures are neither rosier nor darker than others.
    """
    draws = np.random.default_rng(seed)
    suits, told, late, dearer, slow, faulty, worth = (
        (draws.permutation(count) + draws.random(count)) / count for _ in range(7)
    )
    return pd.DataFrame(
        {
            "suits": suits,
            "told": told,
            "late": late,
            "dearer": dearer,
            "slow": 2 + 4 * slow,  # months in which two thirds of the use are reached
            "faulty": 0.2 + 0.2 * faulty,  # share of faulty records
            "worth": np.exp(-0.02 + 0.2 * ndtri(worth)),
        },
        index=pd.RangeIndex(1, count + 1, name="future"),
    )


def _outcomes(teams, choices, seed, count):
    teams, choices = read(teams, choices)
    future, way = _futures(seed, count), WAYS.loc[choices["way"]]
    suits = (future["suits"] < way["suits"]).to_numpy()
    late = np.floor(future["late"] * (way["months_late"] + 1)).astype(int).to_numpy()
    live, trained, changed = _calendar(teams, choices, way["first_month"] + late, suits, future["told"].to_numpy())
    ceiling = _ceiling(teams, choices, live, trained, future["faulty"].to_numpy())
    ceiling *= np.where(suits[:, None] | changed, 1, 0.5)
    if choices["pilot"] != NOBODY:  # who had to learn two products believes less in the second
        place = PEOPLE.index.get_loc(choices["pilot"])
        ceiling[:, place] *= np.where(changed[:, place], 0.7, 1)
    use = _use(choices, live, ceiling, future["slow"].to_numpy())
    factor = (1 + DISCOUNT) ** -(np.arange(1, MONTHS + 1) / 12)
    benefit = np.einsum("ftm,t,m->f", use, PEOPLE * WORTH, factor) * future["worth"]
    cost = (
        float(_spending(teams, choices).sum(axis=1) @ factor)
        + _paid(choices["way"])[0] * way["costs_more"] * future["dearer"]
    )
    return pd.DataFrame({"brought": benefit, "paid_in_all": cost + way["to_change"] * changed.any(axis=1)}).eval(
        "net_gain = brought - paid_in_all"
    )


def _calendar(teams, choices, ready, suits, told):
    """When each team goes live (after `MONTHS`: never) and is trained, and who has another product than the first.

    Nobody goes live before the product is ready. The pilot tells after `WAIT` months whether it suits, a small team
    less surely. Then it is changed for the pilot team, and for those not yet live, who wait `REPLACE` months for it.
    """
    planned = teams["live"].where(teams["live"] > 0, MONTHS + 1).to_numpy()
    live = np.where(planned > MONTHS, planned, np.maximum(planned, ready[:, None]))
    trained = np.broadcast_to(teams["trained"].to_numpy(), live.shape)
    changed = np.zeros(live.shape, dtype=bool)
    if choices["pilot"] == NOBODY:
        return live, trained, changed
    pilot = PEOPLE.index == choices["pilot"]
    known = live[:, pilot] + WAIT
    seen = told > 0.5 * np.exp(-PEOPLE[choices["pilot"]] / 4)
    found = (~suits & seen)[:, None] & (known <= MONTHS)
    wait = found & ~pilot & (live >= known) & (live <= MONTHS)
    moved = wait & (trained >= known)  # who has been trained already forgets meanwhile
    return live + REPLACE * wait, trained + REPLACE * moved, wait | (found & pilot)


def _ceiling(teams, choices, live, trained, faulty):
    """The share of its worth that a team would draw from a product that suits, once it is used to it."""
    done = {name: _done(choices[name], name, live - 1) for name in A_MONTH}
    process = 1 - 0.45 * np.exp(-done["processes"] / 6)
    data = 1 - 1.2 * faulty[:, None] * np.exp(-done["cleaning"] / 100)  # who meets wrong numbers goes back to lists
    crowd = ((live[:, :, None] == live[:, None, :]) * PEOPLE.to_numpy()).sum(axis=2)
    return process * data * _skill(teams["hours"].to_numpy(), trained, live) * np.minimum(1, AT_ONCE / crowd)


def _skill(hours, trained, live):
    """What training leaves on the day of going live; who works untrained at first keeps bad habits."""
    left = np.where(trained > 0, hours * 0.75 ** np.maximum(live - trained, 0), 0)
    return (1 - 0.65 * np.exp(-left / 3)) * np.where((trained > live), 0.7, 1)


def _use(choices, live, ceiling, slow):
    """Share of its worth that each team draws from the system: future × team × month."""
    since = np.maximum(np.arange(1, MONTHS + 1) - live[:, :, None] + 1, 0)
    lost = 0.05 * np.exp(-choices["responsible"] / 4)  # of the use each month, where few look after it
    use = ceiling[:, :, None] * (1 - np.exp(-since / slow[:, None, None])) * (1 - lost) ** since
    # Managers see what the others have entered; the others enter what managers ask for.
    managers = PEOPLE.index == "managers"
    empty = live[:, managers] < live[:, ~managers].min(axis=1, keepdims=True)  # reports without data are not read again
    use[:, managers] *= np.where(empty, 0.6, 1)[:, :, None]
    entered = np.einsum("ftm,t->fm", use[:, ~managers], PEOPLE[~managers] / PEOPLE[~managers].sum())
    use[:, ~managers] *= 0.7 + 0.3 * np.minimum(1, use[:, managers] / 0.7)
    use[:, managers] *= entered[:, None]
    return use
