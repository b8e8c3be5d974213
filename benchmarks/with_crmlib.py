"""The tasks in crmlib: each function loads its data and returns what is to be timed."""

import pandas as pd

from crmlib import churn, lifecycle, segmentation, value


def bgnbd(file):
    return _fit(value.BetaGeoNBD, file)


def pareto(file):
    return _fit(value.ParetoNBD, file)


def spend(file):
    return _fit(value.GammaGamma, file)


def summary(file):
    log = pd.read_parquet(file)
    return lambda: value.btyd_summary(log, amount="amount")


def summary_of_relation(file):
    import duckdb

    # The file is read anew each time, inside the time that is taken; lifetimes starts from a table in memory.
    return lambda: value.btyd_summary(duckdb.read_parquet(file), amount="amount")


def rfm(file):
    import duckdb

    return lambda: segmentation.rfm(duckdb.read_parquet(file)).drop(columns="cell")


def cohorts(file):
    import duckdb

    def table():
        counted = lifecycle.cohorts(duckdb.read_parquet(file), end="2025-12-31")
        return counted[counted[0] > 0]  # SQL has no row for a month in which nobody began

    return table


def survival(file):
    data = pd.read_parquet(file)
    columns = ["at_risk", "events", "survival", "lower", "upper"]
    return lambda: churn.kaplan_meier(data["duration"], data["event"]).loc[1:, columns]


def logrank(file):
    data = pd.read_parquet(file)
    group = data.index.to_numpy() % 3

    def test():
        found = churn.logrank(data["duration"], data["event"], group)
        return pd.DataFrame({"estimate": [found["chi2"], found["p_value"]]})  # attrs hold a table, Parquet would not

    return test


def profit(file):
    data = pd.read_parquet(file)
    return lambda: churn.expected_maximum_profit(data["churned"], data["score"]).to_frame("estimate")


def qini(file):
    data = pd.read_parquet(file)

    def coefficient():
        about = churn.qini(data["visit"], data["treated"], data["score"], resamples=200, seed=8).attrs
        return pd.DataFrame({"estimate": [about[name] for name in ("coefficient", "lower", "upper")]})

    return coefficient


def _fit(model, file):
    data = pd.read_parquet(file)
    return lambda: model().fit(data).params_.to_frame("estimate")
