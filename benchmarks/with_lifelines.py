"""Kaplan and Meier's curve in lifelines, which needs an environment with a pandas before 3."""

import pandas as pd
from lifelines import KaplanMeierFitter


def survival(file):
    data = pd.read_parquet(file)

    def table():
        fitted = KaplanMeierFitter().fit(data["duration"], data["event"])
        counts, interval = fitted.event_table, fitted.confidence_interval_
        columns = {
            "at_risk": counts["at_risk"],
            "events": counts["observed"],
            "survival": fitted.survival_function_.iloc[:, 0],
            "lower": interval.iloc[:, 0],
            "upper": interval.iloc[:, 1],
        }
        return pd.DataFrame(columns).loc[1:].rename_axis("time")

    return table
