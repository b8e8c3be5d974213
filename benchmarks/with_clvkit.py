"""The same tasks in clvkit, as far as it has them."""

import pandas as pd
from clvkit import BGNBD, CustomerBase, GammaGamma


def bgnbd(file):
    customers = _customers(pd.read_parquet(file))
    return lambda: BGNBD().fit(customers).params_.to_frame("estimate")


def spend(file):
    data = pd.read_parquet(file)
    customers = _customers(data[data["monetary_value"] > 0])
    return lambda: GammaGamma().fit(customers).params_.to_frame("estimate")


def summary(file):
    log = pd.read_parquet(file)
    return lambda: CustomerBase.from_transactions(log, time_unit="W", collapse="D").to_pandas()


def _customers(data):
    return CustomerBase(
        data,
        time_unit="W",
        collapse="D",
        observation_period_end=pd.Timestamp("1997-09-30"),
        has_monetary=True,
        on_negative="net",
    )
