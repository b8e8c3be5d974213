"""When people join Qinghe, and the stages that they go through from month to month."""

import numpy as np

from . import MONTHS, STAGES
from .parameters import APP, FIRST_STAGE, HISTORY_MONTHS, JOINS_PER_MONTH, TRANSITIONS

PRESENT = len(MONTHS)
MONTHS_IN_ALL = HISTORY_MONTHS + PRESENT + APP["lead_months"]
FIRST_MONTH = MONTHS[0] - HISTORY_MONTHS
CUMULATIVE = TRANSITIONS.cumsum(axis=1)[:, :-1]
POTENTIAL, DEVELOPMENT, GROWTH, MATURITY, DECLINE, TERMINATED = range(len(STAGES))


def walk(paths, chance, first):
    """Continue each path, month by month, from column ``first`` on; who has not joined (-1) keeps what stands there."""
    for month in range(first, paths.shape[1]):
        before = paths[:, month - 1]
        after = (chance[:, month, None] > CUMULATIVE[before]).sum(axis=1)
        paths[:, month] = np.where(before >= 0, after, paths[:, month])


def paths(rng):
    """Return month of joining, stages since 2021-01 and the chances behind them for everybody who ever joined."""
    before, now = JOINS_PER_MONTH.values()
    joined = np.repeat(np.arange(HISTORY_MONTHS + PRESENT), [before] * HISTORY_MONTHS + [now] * PRESENT)
    chance = rng.random((len(joined), MONTHS_IN_ALL))
    stages = np.full(chance.shape, -1, dtype=np.int8)
    at_once = rng.random(len(joined)) < FIRST_STAGE["D"]
    stages[np.arange(len(joined)), joined] = np.where(at_once, DEVELOPMENT, POTENTIAL)
    walk(stages, chance, 1)
    return joined, stages, chance


def in_file(stages):
    """Return who is in the customer file: those who had terminated when it was cleared at the end of 2023 are not."""
    return stages[:, HISTORY_MONTHS - 1] != TERMINATED


def settle(stages, persons):
    """Keep some persons in maturity for as long as they are customers, in place."""
    stages[persons] = MATURITY


def leave(stages, chance, persons, month, months):
    """Terminate persons at the beginning of a month for so many months; chance goes on from there, in place."""
    first = HISTORY_MONTHS + (month - MONTHS[0]).n
    gone = stages[persons]
    gone[:, first : first + months] = TERMINATED
    walk(gone, chance[persons], first + months)
    stages[persons] = gone


def stay(stages, chance, persons, month, until):
    """Keep persons from terminating between a month and the month (0 = 2024-01) until which each stays, in place."""
    now = HISTORY_MONTHS + (month - MONTHS[0]).n
    for person, last in zip(persons, HISTORY_MONTHS + until, strict=True):
        path = stages[[person]]
        lost = path[0, now : last + 1] == TERMINATED
        if lost.any():
            path[0, now + lost.argmax() : last + 1] = DECLINE
            walk(path, chance[[person]], last + 1)
            stages[person] = path[0]
