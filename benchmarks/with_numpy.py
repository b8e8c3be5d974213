"""The Qini coefficient with its bootstrap as a plain loop: draw the rows, sort them, add up, measure the area."""

import numpy as np
import pandas as pd


def qini(file, area=None, resamples=200, seed=8):
    data = pd.read_parquet(file)
    outcome, treated, score = (data[name].to_numpy() for name in ("visit", "treated", "score"))
    order = np.argsort(-score, kind="stable")  # the order that crmlib draws in, so that the draws are the same
    outcome, treated, score = outcome[order], treated[order], score[order]
    area = area or _area

    def loop():
        generator = np.random.default_rng(seed)
        sides = [np.flatnonzero(treated == 1), np.flatnonzero(treated == 0)]
        areas = []
        for _ in range(resamples):
            rows = np.concatenate([side[generator.integers(len(side), size=len(side))] for side in sides])
            areas.append(area(outcome[rows], treated[rows], score[rows]))
        return pd.DataFrame({"estimate": [area(outcome, treated, score), *np.quantile(areas, [0.025, 0.975])]})

    return loop


def _area(outcome, treated, score):
    order = np.argsort(-score)
    outcome, treated, score = outcome[order], treated[order], score[order]
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    number, others = np.cumsum(treated)[ends], np.cumsum(1 - treated)[ends]
    came, came_alone = np.cumsum(outcome * treated)[ends], np.cumsum(outcome * (1 - treated))[ends]
    gained = (came - came_alone * number / np.maximum(others, 1)) / number[-1]
    share = np.append(0, (ends + 1) / len(score))
    gained = np.append(0, gained)
    return np.trapezoid(gained - share * gained[-1], share)
