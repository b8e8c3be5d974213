"""Kaplan and Meier's curve and the log-rank test in lifelines, which needs an environment with a pandas before 3."""

import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test


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


def logrank(file):
    data = pd.read_parquet(file)
    group = data.index.to_numpy() % 3

    def test():
        found = multivariate_logrank_test(data["duration"], group, data["event"])
        return pd.DataFrame({"estimate": [found.test_statistic, found.p_value]})

    return test
