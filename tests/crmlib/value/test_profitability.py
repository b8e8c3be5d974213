"""The whale curve."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import value
from tests.support.refusals import refuses


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_whale_curve_adds_up(profits):
    profit = pd.Series(profits, index=[f"c{i}" for i in range(len(profits))])
    curve = value.whale_curve(profit)
    assert sorted(curve.index) == sorted(profit.index) and (curve["profit"] == profit[curve.index]).all()
    dust = 1e-11 * np.abs(profits).max()  # what differs by less counts as a tie
    assert (np.diff(curve["profit"]) <= dust).all() and curve["customers"].iloc[-1] == 1
    assert curve["cumulative_profit"].iloc[-1] == pytest.approx(sum(profits), abs=1e-6)
    assert curve["profit_share"].isna().all() == (curve["profit"].sum() <= 0)


BAD_NUMBERS = {
    "no customer": (lambda: value.whale_curve([]), "no customer"),
    "a lost profit": (lambda: value.whale_curve([1, np.nan]), '"profit" is missing'),
    "profit as text": (lambda: value.whale_curve(["1", "2"]), "pd.to_numeric"),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)
