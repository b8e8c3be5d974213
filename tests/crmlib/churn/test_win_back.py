"""Winning back: by hand, the best use of a budget, bad input."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import churn
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)


LOST = pd.DataFrame(
    {
        "customers": [100, 50, 300, 40],
        "chance": [0.1, 0.25, 0.04, 0],
        "value": [500, 300, 100, 900],
        "cost": [6, 30, 6, 6],
        "allowed": [80, 50, 200, 10],
    },
    index=["pushed", "pulled", "bought", "moved"],
)


def test_win_back_by_hand():
    table = churn.win_back(LOST)
    assert table.index.tolist() == ["pushed", "pulled", "bought", "moved"]
    assert table["highest_price"].tolist() == [50, 75, 4, 0] and table["net"].tolist() == [44, 45, -2, -6]
    assert table["highest_gift"].tolist() == pytest.approx([440, 180, 0, 0])
    assert table["attempts"].tolist() == [80, 50, 0, 0] and table["profit"].tolist() == [3520, 2250, 0, 0]
    assert table.attrs == {"budget": None, "spend": 1980, "profit": 5770}
    free = churn.win_back(LOST.drop(columns="allowed"))
    assert free.loc["pushed", "attempts"] == 100


@quick
@given(st.integers(0, 60))
def test_win_back_spends_a_budget_best(budget):
    """With equal costs the greedy choice is the best of all possible ones."""
    lost = pd.DataFrame({"customers": [3, 4, 5], "chance": [0.1, 0.5, 0.2], "value": [200, 30, 90], "cost": 5})
    table = churn.win_back(lost, budget=budget)
    best = max(
        sum(n * (c * v - 5) for n, c, v in zip(tried, lost["chance"], lost["value"], strict=True))
        for tried in product(range(4), range(5), range(6))
        if 5 * sum(tried) <= budget
    )
    assert table.attrs["profit"] == pytest.approx(best) and table.attrs["spend"] <= budget


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.win_back(LOST.drop(columns="value")), ValueError, "Missing column: value"),
        (lambda: churn.win_back(LOST.assign(chance=10)), ValueError, "chance is not between 0 and 1"),
        (lambda: churn.win_back(LOST.assign(allowed=1000)), ValueError, "More may be contacted than were lost"),
        (lambda: churn.win_back(LOST, budget=-1), ValueError, "budget = -1"),
    ],
)
def test_bad_win_back_input_is_refused(call, error, english):
    refuses(call, error, english)
