"""The pure part of the complaint desk: cases, decisions, marks, chances, money."""

import random
from functools import cache
from itertools import product
from typing import NamedTuple

import pandas as pd

from crmlib import qinghe
from crmlib.language import say
from crmlib.widgets.quiz import questions

# The decisions of a case, in the order in which they are taken.
DECISIONS = ("answer", "words", "solve", "follow_up")
# What can be lost: as the decisions, but for the solution, which can be too little or too much.
LOSSES = ("answer", "words", "little", "much", "follow_up")
# The customers of a round in class, as they are counted for the reader: from one.
IN_CLASS = (1, 4, 6)
# What each day that the words or the solution cost takes off timeliness; in the other two decisions the marks know it.
_MARKS_A_DAY = 10


class Outcome(NamedTuple):
    """What the four decisions of a case come to."""

    marks: tuple  # timeliness, professionalism, fair compensation, each 0 to 100
    days: int  # until the matter was settled, 0 for the same day
    recovery: str  # "none", "apology" or "compensation", as in the file of complaints
    yuan: int  # paid, sooner or later
    chance: float  # that the customer stays
    money: float  # chance times the worth of a customer who stays, less what was paid

    @property
    def total(self):
        """The mean of the three marks."""
        return sum(self.marks) / 3


def cases():
    """Return the cases as the file holds them, texts by language.

    >>> len(cases())
    6
    """
    return questions("08_desk")["cases"]


def dealt(order, only=None):
    """Return the places of the cases in the file, in the order in which they are dealt.

    Order 0 leaves them as they stand, any other number is a shuffle of its own. `only` names the customers who come,
    counted from one.

    >>> dealt(0), dealt(0, (1, 4, 6)), dealt(1) == dealt(1)
    ((0, 1, 2, 3, 4, 5), (0, 3, 5), True)
    """
    everybody = range(1, len(cases()) + 1)
    only = list(everybody if only is None else only)
    if not only or len(set(only)) < len(only) or not set(only) <= set(everybody):
        en, zh = f"Try only={IN_CLASS}, or only=None for all.", f"可以写 only={IN_CLASS}；写 only=None 就是全部。"
        en = f"`only` must name customers from 1 to {len(everybody)}, each once: {only}. {en}"
        raise ValueError(say(en, f"only 要写 1 到 {len(everybody)} 之间的客户号，每位至多一次：{only}。{zh}"))
    numbers = [number - 1 for number in only]
    if order:
        random.Random(order).shuffle(numbers)
    return tuple(numbers)


def taken_last(case, choices):
    """Return the option that was chosen last."""
    return case[DECISIONS[len(choices) - 1]][choices[-1]]


def recovery(options):
    """Return what kind of answer the options make; amends without an apology are no more than an apology to the model.

    The file of complaints knows compensation only together with an apology, so what it does alone is an assumption.

    >>> recovery([{"apology": True}, {"amends": True}]), recovery([{"amends": True}]), recovery([{}])
    ('compensation', 'apology', 'none')
    """
    signs = sum(any(option.get(sign) for option in options) for sign in ("apology", "amends"))
    return ("none", "apology", "compensation")[signs]


@cache
def chance_to_stay(days, kind):
    """Return the chance that a customer stays, by the model fitted to Qinghe's complaints."""
    return float(qinghe.stay_model().predict(days, kind))


def marks_of(decision, option):
    """Return the marks of an option, with what its days take off timeliness.

    >>> marks_of("solve", {"marks": [0, 0, 45], "days": 2}), marks_of("answer", {"marks": [45, 10, 0], "days": 1})
    ((-20, 0, 45), (45, 10, 0))
    """
    late = _MARKS_A_DAY * option.get("days", 0) if decision in ("words", "solve") else 0
    return option["marks"][0] - late, *option["marks"][1:]


def outcome(case, choices):
    """Return what four decisions come to.

    >>> outcome(cases()[0], best(cases()[0])).marks
    (100, 100, 100)
    """
    options = [case[decision][choice] for decision, choice in zip(DECISIONS, choices, strict=True)]
    parts = [marks_of(decision, option) for decision, option in zip(DECISIONS, options, strict=True)]
    marks = tuple(max(0, sum(part)) for part in zip(*parts, strict=True))
    days, yuan = (sum(option.get(name, 0) for option in options) for name in ("days", "yuan"))
    kind = recovery(options)
    chance = chance_to_stay(days, kind)
    return Outcome(marks, days, kind, yuan, chance, chance * qinghe.worth_of_staying() - yuan)


def best(case):
    """Return the numbers of the options with the highest marks."""
    return tuple(max(range(len(case[name])), key=lambda i: sum(case[name][i]["marks"])) for name in DECISIONS)


@cache
def bounds(numbers):
    """Return the least and the most that cases (their places in the file) can come to, each column by itself.

    ``money`` is in yuan, ``kept`` counts the customers who may be expected to stay.

    >>> bounds((0, 3, 5)).round(1)
            money  kept
    least   930.1   1.8
    most   1541.2   2.8
    """
    return sum(_ends(cases()[number]) for number in numbers)


def _ends(case):
    paths = product(*(range(len(case[name])) for name in DECISIONS))
    reached = [outcome(case, choices) for choices in paths]
    table = pd.DataFrame({"money": [each.money for each in reached], "kept": [each.chance for each in reached]})
    return table.agg(["min", "max"]).set_axis(["least", "most"])


def loss(case, decision, choice):
    """Return what a decision lost by, one of `LOSSES`: a solution that pays more than the best is too much."""
    if decision != "solve":
        return decision
    option, ideal = (case[decision][i] for i in (choice, best(case)[DECISIONS.index(decision)]))
    return "much" if option.get("amends") and option.get("yuan", 0) > ideal.get("yuan", 0) else "little"


def losses(played):
    """Return what each kind of slip lost: what the best option would have added, all others as they were taken.

    `played` lists places of cases in the file, each with its four choices. The table is indexed by `LOSSES` and has
    columns ``money`` (yuan) and ``marks`` (all three dimensions together).

    >>> losses([(0, best(cases()[0]))]).sum().to_dict()
    {'money': 0.0, 'marks': 0.0}
    """
    lost = {slip: [0.0, 0.0] for slip in LOSSES}
    for number, choices in played:
        case, got = cases()[number], outcome(cases()[number], choices)
        for i, name in enumerate(DECISIONS):
            better = outcome(case, (*choices[:i], best(case)[i], *choices[i + 1 :]))
            slip = lost[loss(case, name, choices[i])]
            slip[0] += better.money - got.money
            slip[1] += sum(better.marks) - sum(got.marks)
    return pd.DataFrame.from_dict(lost, orient="index", columns=["money", "marks"])


def mood(result):
    """Return how the customer takes leave: "good" (only if the words were good), "mixed" or "bad".

    >>> mood(Outcome((100, 65, 100), 0, "compensation", 20, 0.9, 500.0))
    'mixed'
    """
    if result.total >= 80 and result.marks[1] >= 70:
        return "good"
    return "mixed" if result.total >= 45 else "bad"
