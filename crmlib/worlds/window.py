"""A government service hall that does not exist: who came in a month, who answers a survey, and what asking costs.

The long task of chapter 06 asks its visitors how satisfied they are. Everything here is invented and drawn from a seed.
"""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.editions import gone
from crmlib.language import say

SERVICES = ("licences", "property", "insurance", "household")
AGES = ("18-34", "35-59", "60+")
MODES = ("tablet", "sms", "phone", "paper")
ITEMS = ("waiting", "staff", "clarity", "result")
BUDGET = 8_000  # yuan for asking
SEED = 612

# By service: visitors of the month, shares of the three ages, mean minutes of waiting, how well the staff are liked.
_HALL = {
    "licences": (1_800, (0.45, 0.45, 0.10), 16, 8.4),
    "property": (2_600, (0.25, 0.55, 0.20), 42, 6.6),
    "insurance": (3_200, (0.15, 0.40, 0.45), 30, 7.4),
    "household": (1_900, (0.40, 0.40, 0.20), 12, 8.0),
}
_CLARITY = (7.6, 7.4, 6.4)  # by age: whether the forms are clear
_MOOD = (-0.7, 0.0, 0.8)  # by age: the old are milder at the same service
_IMPORTANCE = (0.35, 0.25, 0.20, 0.20)  # of the four items
# By mode: yuan for each person asked, and for the reminder (None: there is none).
_PRICES = {"tablet": (0.5, None), "sms": (0.2, 0.2), "phone": (8, 5), "paper": (2.5, 1.5)}
# By mode: logit of the chance to answer for a visitor of 35-59 whose satisfaction is 7, what the other ages add, what a
# point of satisfaction adds, and the points by which an answer is politer than the truth.
_ANSWERS = {
    "tablet": (0.6, (0.1, -0.4), 0.50, 0.7),
    "sms": (-1.8, (0.3, -1.5), -0.22, 0.0),
    "phone": (-0.1, (-0.7, 0.5), 0.04, 0.1),
    "paper": (-1.0, (-0.5, 0.5), 0.12, 0.0),
}
_REMINDED = -0.4, 0.3  # a reminder: the logit falls, and satisfaction counts less


@cache
def _everybody():
    """The visitors of the month with what each would truly say."""
    rng = np.random.default_rng(SEED)
    service = np.repeat(SERVICES, [_HALL[name][0] for name in SERVICES])
    age = np.concatenate([rng.choice(3, size, p=ages) for size, ages, _, _ in _HALL.values()])
    of_service = pd.Series(service)
    wait = rng.gamma(4, of_service.map(lambda name: _HALL[name][2]) / 4)
    liked = of_service.map(lambda name: _HALL[name][3]).to_numpy()
    means = np.column_stack([9.3 - 0.09 * wait, liked, np.take(_CLARITY, age), np.full(len(age), 7.8)])
    felt = means + rng.normal(0, 1.2, means.shape)
    overall = felt @ _IMPORTANCE + np.take(_MOOD, age) - 0.2 + rng.normal(0, 1.0, len(age))
    scores = np.clip(np.rint(np.column_stack([felt, overall])), 1, 10).astype(int)
    table = pd.DataFrame({"service": service, "age": np.take(AGES, age), "wait": np.rint(wait).astype(int)})
    return table.join(pd.DataFrame(scores, columns=[*ITEMS, "satisfaction"]))


def visitors():
    """Return how many visitors the ticket machine counted in the month, by service and age.

    >>> int(visitors().sum())
    9500
    """
    return _everybody().groupby(["service", "age"]).size().rename("visitors")


def prices():
    """Return what asking costs, in yuan for each person asked, by mode; a tablet cannot remind anybody.

    >>> float(prices().loc["phone", "asking"])
    8.0
    """
    return pd.DataFrame.from_dict(_PRICES, "index", columns=["asking", "reminding"]).astype(float)


def truth(by=None):
    """Return the mean satisfaction of all visitors, 1–10; by ``"service"`` or ``"age"`` as a Series.

    >>> 1 < truth() < 10
    True
    """
    everybody = _everybody()
    if by is None:
        return float(everybody["satisfaction"].mean())
    by = checks.one_of(by, "by", ("service", "age"))
    return everybody.groupby(by)["satisfaction"].mean()


def _read(design):
    """A design as a table with ``service``, ``mode``, ``asked``, ``reminder``; or a sentence says what is wrong."""
    design = checks.frame(design, "design")
    checks.require_columns(design.columns, ["service", "mode", "asked"])
    rows = [
        {
            "service": checks.one_of(row["service"], "service", SERVICES),
            "mode": checks.one_of(row["mode"], "mode", MODES),
            "asked": checks.whole(row["asked"], "asked"),
            "reminder": checks.flag(_bool(row.get("reminder", False)), "reminder"),
        }
        for row in design.to_dict("records")
    ]
    read = pd.DataFrame(rows)
    _refuse_too_many(read.groupby("service")["asked"].sum())
    if ((read["mode"] == "tablet") & read["reminder"]).any():
        en = "A tablet at the counter cannot remind anybody: reminder is False there."
        raise ValueError(say(en, "窗口的平板没法提醒已经离开的人：这种方式的 reminder 只能是 False。"))
    return read


def _bool(value):
    return bool(value) if isinstance(value, np.bool_) else value


def _refuse_too_many(asked):
    there = pd.Series({name: _HALL[name][0] for name in SERVICES})
    for name in asked.index[asked > there.reindex(asked.index)]:
        en = f"design: {asked[name]:,} are asked at {name!r}, but {there[name]:,} came in the month. Ask fewer."
        raise ValueError(say(en, f"design：{name!r} 要问 {asked[name]} 人，当月只来了 {there[name]} 人。请少问一些。"))


def cost(design):
    """Return what a design costs, in yuan.

    Parameters
    ----------
    design : DataFrame
        A row for each group that is asked: ``service``, ``mode``, ``asked`` (persons, drawn by lot), and, if you like,
        ``reminder`` (True: those who do not answer are asked once more; it is charged for all who were asked).

    Examples
    --------
    >>> cost(pd.DataFrame({"service": ["property"], "mode": ["phone"], "asked": [100], "reminder": [True]}))
    1300.0
    """
    read = _read(design)
    price = prices().fillna(0.0).loc[read["mode"]].to_numpy()
    return float((read["asked"] * (price[:, 0] + price[:, 1] * read["reminder"])).sum())


@cache
def _chances(mode, reminded=False):
    """The chance of each visitor to answer if asked so."""
    base, (young, old), slope, _ = _ANSWERS[mode]
    less, weaker = _REMINDED if reminded else (0.0, 1.0)
    of_age = _everybody()["age"].map(dict(zip(AGES, (young, 0.0, old), strict=True))).to_numpy()
    return 1 / (1 + np.exp(-(base + less + of_age + slope * weaker * (_everybody()["satisfaction"].to_numpy() - 7))))


@cache
def _rows():
    """Where the visitors of each service stand in the table of everybody."""
    return {name: rows for name, rows in _everybody().groupby("service").indices.items()}


def survey(design, seed=0):
    """Ask the visitors by a design, and return the answers of those who answered.

    Parameters
    ----------
    design : DataFrame
        See `cost`. Nobody is asked twice.
    seed : int
        Another number draws other persons.

    Returns
    -------
    DataFrame
        A row an answer: ``service``, ``age``, ``mode``, ``wait`` (minutes, from the ticket machine), four items and
        ``satisfaction``, each 1–10. In ``attrs``: ``asked``, the number of persons asked.

    Examples
    --------
    >>> design = pd.DataFrame({"service": SERVICES, "mode": "sms", "asked": 500})
    >>> 0.05 < len(survey(design)) / 2000 < 0.30
    True
    """
    read = _read(design)
    rng = np.random.default_rng([SEED, checks.whole(seed, "seed")])
    lots = {name: rng.permutation(_rows()[name]) for name in SERVICES}
    said, polite = [], []
    for row in read.itertuples():
        asked, lots[row.service] = np.split(lots[row.service], [row.asked])
        answered = rng.random(len(asked)) < _chances(row.mode)[asked]
        if row.reminder:
            answered |= rng.random(len(asked)) < _chances(row.mode, reminded=True)[asked]
        said.append(asked[answered])
        polite.append(rng.random(answered.sum()) < _ANSWERS[row.mode][3])
    answers = _everybody().iloc[np.concatenate(said)].reset_index(drop=True)
    scores = answers[[*ITEMS, "satisfaction"]].to_numpy() + np.concatenate(polite)[:, None]
    answers[[*ITEMS, "satisfaction"]] = scores.clip(max=10)
    answers.insert(2, "mode", np.repeat(read["mode"].to_numpy(), [len(rows) for rows in said]))
    answers.attrs["asked"] = int(read["asked"].sum())
    return answers


__getattr__ = gone(__name__)
