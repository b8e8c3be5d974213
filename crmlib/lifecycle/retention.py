"""Retention: the share of a cohort that buys again, by age, and over all cohorts."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def cohort_sizes(table):
    """Customers of each cohort: a Series, from the table that `cohorts` makes, or rows of it.

    >>> from crmlib.lifecycle import cohorts
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-31"])
    >>> cohort_sizes(cohorts(pd.DataFrame({"customer_id": [1, 2, 3, 3], "date": dates})))
    cohort
    2026-01-01    2
    2026-02-01    1
    Name: customers, dtype: int64
    """
    known = isinstance(table, pd.DataFrame)
    sizes, keys = (table.attrs.get("customers"), [str(begun)[:10] for begun in table.index]) if known else ({}, [])
    if not sizes or not set(keys) <= set(sizes):
        en = "This is no table of cohorts, or has lost their sizes: take it as cohorts(log) makes it."
        zh = "这不是 cohorts(log) 给出的表，或者已经丢失各批客户的人数：请直接使用 cohorts 的结果。"
        raise ValueError(say(en, zh))
    for age in table:
        checks.floats(table[age], f"table[{age}]", optional=True)
    return pd.Series([sizes[key] for key in keys], index=table.index, name="customers", dtype="int64")


def retention(table):
    """Share of each cohort that bought at each age, or money and orders as a share of those at age 0.

    The table that `cohorts` makes, customers divided by the size of their cohort, money and orders by age 0 (above 1 if
    those who stay buy more). NaN stays NaN; a cohort of nobody is NaN. Money or orders are refused if those of age 0
    are unknown or none, as can be with cohorts by joining.

    >>> from crmlib.lifecycle import cohorts
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-31"])
    >>> retention(cohorts(pd.DataFrame({"customer_id": [1, 1, 3, 3], "date": dates})))
    age           0    1    2
    cohort
    2026-01-01  1.0  0.5  0.5
    """
    base = _base(table)  # which refuses what is no table of cohorts
    return table.div(base, axis=0)


def retention_curve(table, *, censored=True):
    """Retention by age over all cohorts, each weighted by its size.

    From the table that `cohorts` makes, one with index ``age``; ``retention`` (share; of money or orders in relation to
    age 0), ``customers`` (in the cohorts that count at this age) and ``cohorts`` (how many). `censored` leaves the
    unknown cells out, so that an age is judged by the cohorts old enough to have reached it. False takes them for zero:
    wrong, and here to show by how much young cohorts pull the curve down. Source: Klein and Moeschberger (2003), see
    `cohorts`, section 3.2: a risk set holds those who are observed.

    >>> from crmlib.lifecycle import cohorts
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-02-20", "2026-02-28"])
    >>> table = cohorts(pd.DataFrame({"customer_id": [1, 1, 2, 3], "date": dates}))
    >>> retention_curve(table)
         retention  customers  cohorts
    age
    0          1.0          3        2
    1          1.0          1        1
    >>> retention_curve(table, censored=False)["retention"].round(2).tolist()
    [1.0, 0.33]
    """
    base, sizes, censored = _base(table), cohort_sizes(table), checks.flag(censored, "censored")
    counted = table.notna() & (sizes > 0).to_numpy()[:, None] if censored else table.notna() | True
    weights = counted.mul(base.fillna(0.0), axis=0).sum()
    share = table.fillna(0.0).where(counted, 0.0).sum() / weights.where(weights > 0)
    customers = counted.mul(sizes, axis=0).sum().astype("int64")
    return pd.DataFrame({"retention": share, "customers": customers, "cohorts": counted.sum()})


def _base(table):
    """What the cells of each cohort are shares of: its customers, or its money or orders at age 0."""
    sizes = cohort_sizes(table)
    if table.attrs["values"] == "customers":
        return sizes
    first = table[0] if 0 in table.columns else pd.Series(np.nan, index=table.index)
    bad = (sizes > 0) & ~(first > 0)
    if bad.any():
        shown, how = [str(begun.date()) for begun in table.index[bad][:3]], "table.div(cohort_sizes(table), axis=0)"
        en = f"{bad.sum()} cohorts have nothing, or nothing known, at age 0 to divide by, first: {', '.join(shown)}. "
        zh = f"有 {bad.sum()} 批客户第 0 期的数值为零或者未知，不能作除数，前几批：{'、'.join(shown)}。"
        raise ValueError(say(f"{en}Divide by their size instead: {how}.", f"{zh}请改为除以人数：{how}。"))
    return first
