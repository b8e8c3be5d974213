"""Retention: customers add up, shares stay shares, and what is no cohort table is refused."""

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import lifecycle
from tests.support.purchases import GOOD, START, frame, logs, quick
from tests.support.refusals import refuses


@given(logs, st.sampled_from(lifecycle.PERIODS))
@quick
def test_customers_add_up_and_retention_is_a_share(rows, period):
    customers, days, _ = zip(*rows, strict=True)
    table = lifecycle.cohorts(frame(customers, days), period=period, end=START + timedelta(400))
    sizes, share = lifecycle.cohort_sizes(table), lifecycle.retention(table)
    assert sizes.sum() == len(set(customers)) and (table[0] == sizes).all()
    assert share.stack().dropna().between(0, 1).all()
    assert (share[0].dropna() == 1).all() and (share[0].isna() == (sizes == 0)).all()
    pd.testing.assert_frame_equal(share, table.div(sizes, axis=0))
    curve, naive = lifecycle.retention_curve(table), lifecycle.retention_curve(table, censored=False)
    assert curve.loc[0, "retention"] == 1 and (naive["retention"] <= curve["retention"] + 1e-12).all()
    for age in curve.index:
        known = table[age].notna() & (sizes > 0)
        assert curve.loc[age, "retention"] == pytest.approx(table.loc[known, age].sum() / sizes[known].sum())
        assert curve.loc[age, "customers"] == sizes[known].sum() and curve.loc[age, "cohorts"] == known.sum()


def test_the_sizes_stay_with_rows_of_the_table(cdnow):
    table = lifecycle.cohorts(cdnow)
    assert lifecycle.cohort_sizes(table.loc["1997-02":]).tolist() == [8476, 7248]
    assert lifecycle.retention(table.iloc[[1]])[1].tolist() == pytest.approx([0.1548], abs=1e-4)


def test_what_is_no_cohort_table_is_refused():
    table = lifecycle.cohorts(GOOD)
    lost = table.copy()
    lost.attrs = {}
    for other in (lost, pd.DataFrame({0: [1.0]}), None):
        for name in ("cohort_sizes", "retention", "retention_curve"):
            refuses(lambda n=name, o=other: getattr(lifecycle, n)(o), ValueError, "no table of cohorts")
    joined = pd.Series(pd.Timestamp("2024-10-01"), index=[1, 2, 3])
    money = lifecycle.cohorts(GOOD, values="amount", joined=joined)
    refuses(lambda: lifecycle.retention(money), ValueError, "1 cohorts have nothing.*2024-10-01.*table.div")
    assert money.div(lifecycle.cohort_sizes(money), axis=0)[1].iloc[0] == pytest.approx(40 / 3)
