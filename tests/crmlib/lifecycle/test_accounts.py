"""Money by stage, against a loop and by hand."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import lifecycle
from crmlib.lifecycle import STAGES
from tests.support.purchases import START, frame, logs, quick
from tests.support.refusals import refuses


@given(logs, st.integers(1, 80))
@quick
def test_spend_after_is_what_a_loop_sums(rows, step):
    customers, days, cents = zip(*rows, strict=True)
    log = frame(customers, days, np.array(cents) / 100)
    dates = [START + timedelta(min(days) + k * step) for k in range(4)]
    found = lifecycle.spend_after(log, dates, end="2026-09-30")
    assert found.columns.tolist() == dates[:-1]
    for day, until in zip(dates, dates[1:], strict=False):
        inside = log[(log["date"] > day) & (log["date"] <= until)]
        expected = inside.groupby("customer_id")["amount"].sum().reindex(found.index, fill_value=0.0)
        assert found[day].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


def test_stage_account_by_hand():
    days = pd.to_datetime(["2026-01-31", "2026-02-28"])
    table = lifecycle.read_stages(pd.Series({"A": "DG", "B": "MM", "C": ".P"}), days)
    revenue = pd.DataFrame([[10.0, 40.0], [100.0, 90.0], [7.0, 2.0], [3.0, 0.0]], ["A", "B", "X", "C"], days)
    account = lifecycle.stage_account(
        table,
        revenue,
        goods=revenue * 0.5,
        visits={"development": 8, "growth": 4},
        file=pd.Series({"potential": 1.0, "maturity": 2.0}),
        desk=0.25,
    )
    assert account.index.tolist() == list(STAGES)
    assert account["customers"].tolist() == [1, 1, 1, 2, 0, 0] and account["revenue"].tolist() == [0, 10, 40, 190, 0, 0]
    assert account["goods"].tolist() == [0, 5, 20, 95, 0, 0] and account["visits"].tolist() == [0, 8, 4, 0, 0, 0]
    assert account["file"].tolist() == [1, 0, 0, 4, 0, 0] and account["desk"].tolist() == [0.25, 0.25, 0.25, 0.5, 0, 0]
    assert account["profit"].tolist() == [-1.25, -3.25, 15.75, 90.5, 0, 0]
    assert account["profit_per_customer"].dropna().tolist() == [-1.25, -3.25, 15.75, 45.25]
    assert account.attrs["outside"] == {"revenue": 12.0, "goods": 6.0}
    one = lifecycle.stage_account(table.iloc[:, 1], revenue.iloc[:, 1])
    assert one["profit"].tolist() == one["revenue"].tolist() == [0, 0, 40, 90, 0, 0]


STAGE = pd.Series({"A": "growth", "B": "maturity"})
MONEY = pd.Series({"A": 10.0, "B": 20.0})
BAD_ACCOUNTS = {
    "other forms": (lambda: lifecycle.stage_account(STAGE, MONEY.to_frame()), TypeError, "revenue is DataFrame"),
    "other dates": (
        lambda: lifecycle.stage_account(STAGE.to_frame("x"), MONEY.to_frame("y")),
        ValueError,
        "different dates",
    ),
    "an unknown stage": (
        lambda: lifecycle.stage_account(STAGE, MONEY, care={"grown": 1}),
        ValueError,
        "No such stage: grown",
    ),
    "NaN money": (lambda: lifecycle.stage_account(STAGE, MONEY.where(MONEY > 10)), ValueError, "1 of 2 rows"),
    "NaN by stage": (lambda: lifecycle.stage_account(STAGE, MONEY, care={"growth": np.nan}), ValueError, "missing"),
    "money of strangers": (
        lambda: lifecycle.stage_account(STAGE, MONEY.set_axis([1, 2])),
        ValueError,
        "knows no customer",
    ),
    "money twice": (lambda: lifecycle.stage_account(STAGE, MONEY.set_axis(["A", "A"])), ValueError, "more than once"),
}


@pytest.mark.parametrize("name", BAD_ACCOUNTS)
def test_bad_accounts_are_refused(name):
    refuses(*BAD_ACCOUNTS[name])
