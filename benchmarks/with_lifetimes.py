"""The same tasks in lifetimes."""

import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data


def bgnbd(file):
    return _fit(BetaGeoFitter, file, "frequency", "recency", "T")


def pareto(file):
    return _fit(ParetoNBDFitter, file, "frequency", "recency", "T")


def spend(file):
    return _fit(GammaGammaFitter, file, "frequency", "monetary_value", use="monetary_value > 0")


def summary(file):
    log = pd.read_parquet(file)
    return lambda: summary_data_from_transaction_data(
        log, "customer_id", "date", monetary_value_col="amount", freq="D", freq_multiplier=7
    )


def _fit(fitter, file, *columns, use=None):
    data = pd.read_parquet(file)
    data = data.query(use) if use else data
    return lambda: fitter().fit(*(data[name] for name in columns)).params_.to_frame("estimate")
