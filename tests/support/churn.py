"""What several tests of churn share: published survival times, an offer, random risks, a test drawn by lot."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

OFFER = {"offer": 60, "call": 6, "keeps": 0.3}

# Remission of leukaemia in weeks (Freireich 1963): 1 is a relapse, 0 still in remission.
SIX_MP = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)

PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)
WEEKS, RELAPSED = SIX_MP[0] + PLACEBO[0], SIX_MP[1] + PLACEBO[1]
ARM = ["6-MP"] * 21 + ["placebo"] * 21

RISKS = st.lists(st.tuples(st.booleans(), st.integers(0, 20), st.integers(0, 3000)), min_size=2, max_size=30).filter(
    lambda rows: len({left for left, *_ in rows}) == 2
)


def unpack(rows):
    left, chance, worth = (np.array(column) for column in zip(*rows, strict=True))
    return left.astype(int), chance / 20, worth.astype(float)


def trial(n=4000, seed=1, uplift=0.3):
    """A test drawn by lot: buyers of women's goods gain `uplift`, the others nothing; one in three is treated."""
    rng = np.random.default_rng(seed)
    features = pd.DataFrame(
        {"womens": rng.integers(0, 2, n), "history": rng.gamma(2, 50, n), "channel": rng.choice(["Web", "Phone"], n)},
        index=[f"C{i}" for i in range(n)],
    )
    treated = pd.Series(rng.random(n) < 1 / 3, index=features.index).astype(int)
    chance = 0.2 + uplift * features["womens"] * treated
    return features, treated, (rng.random(n) < chance).astype(int)


def efron(time, left, features, coefficients):
    """Efron's log-likelihood written as in the paper: moment by moment, one who leaves after another."""
    odds = np.asarray(features, dtype=float) @ np.asarray(coefficients, dtype=float)
    value = 0.0
    for moment in sorted({t for t, e in zip(time, left, strict=True) if e}):
        there = [i for i, t in enumerate(time) if t >= moment]
        leaving = [i for i in there if time[i] == moment and left[i]]
        for gone in range(len(leaving)):
            rest = np.exp(odds[there]).sum() - gone / len(leaving) * np.exp(odds[leaving]).sum()
            value += odds[leaving[gone]] - np.log(rest)
    return value
