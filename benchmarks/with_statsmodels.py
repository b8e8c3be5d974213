"""Kaplan and Meier's curve and the log-rank test in statsmodels; the log-log interval from its standard errors: it has
none by itself."""

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight, survdiff


def survival(file):
    data = pd.read_parquet(file)

    def table():
        curve = SurvfuncRight(data["duration"], data["event"])
        left, log = curve.surv_prob, np.log(curve.surv_prob)
        width = np.exp(norm.ppf(0.975) * curve.surv_prob_se / (left * np.abs(log)))
        columns = {
            "at_risk": curve.n_risk,
            "events": curve.n_events,
            "survival": left,
            "lower": left**width,
            "upper": left ** (1 / width),
        }
        return pd.DataFrame(columns, index=pd.Index(curve.surv_times, name="time"))

    return table


def logrank(file):
    data = pd.read_parquet(file)
    group = data.index.to_numpy() % 3
    return lambda: pd.DataFrame({"estimate": survdiff(data["duration"], data["event"], group)})
