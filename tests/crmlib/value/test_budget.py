"""Response to spending, and a budget split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import value
from tests.support.refusals import refuses


@given(money=st.floats(0, 1000), more=st.floats(0.1, 100), ceiling=st.floats(0.01, 1), rate=st.floats(0.01, 0.99))
@settings(max_examples=25, deadline=None)
def test_response_rises_to_its_ceiling(money, more, ceiling, rate):
    k = value.response_k(10, rate * ceiling, ceiling)
    assert value.response_rate(10, ceiling, k) == pytest.approx(rate * ceiling)
    assert value.response_rate(money, ceiling, k) <= value.response_rate(money + more, ceiling, k) <= ceiling
    assert value.response_rate(0, ceiling, k) == 0


def test_budget_split_spends_the_budget_and_has_its_best_where_the_margins_meet():
    table = value.budget_split(
        100_000,
        prospects=20_000,
        customers=5_000,
        customer_value=100,
        acquisition_ceiling=0.2,
        acquisition_k=0.2,
        retention_ceiling=0.9,
        retention_k=0.1,
        step=0.001,
    )
    spent = table["acquisition_spend"] * 20_000 + table["retention_spend"] * 5_000
    assert spent.to_numpy() == pytest.approx(100_000)
    expected = (20_000 * table["acquisition_rate"] + 5_000 * table["retention_rate"]) * 100 - 100_000
    assert table["value"].to_numpy() == pytest.approx(expected.to_numpy())
    best = table.loc[table["value"].idxmax()]
    one_more_won = 0.2 * 0.2 * np.exp(-0.2 * best["acquisition_spend"])
    one_more_kept = 0.9 * 0.1 * np.exp(-0.1 * best["retention_spend"])
    assert one_more_won == pytest.approx(one_more_kept, rel=0.01)


CURVES = dict(acquisition_ceiling=0.2, acquisition_k=0.2, retention_ceiling=0.9, retention_k=0.1)


BAD_NUMBERS = {
    "a true budget": (lambda: value.budget_split(True, 9, 9, 9, **CURVES), "budget = True: one number above 0"),
    "a budget in quotes": (
        lambda: value.budget_split("9", 9, 9, 9, **CURVES),
        "budget = '9': .*Write 9 without quotes",
    ),
    "a step in quotes": (lambda: value.budget_split(9, 9, 9, 9, **CURVES, step="0.5"), "Write 0.5 without quotes"),
    "a true spend": (lambda: value.response_rate(True, 0.4, 0.1), "spend = True: a number is needed"),
    "a rate in quotes": (lambda: value.response_k(5, "0.2", 0.4), "rate = '0.2': .*Write 0.2 without quotes"),
    "a value in quotes": (lambda: value.acquisition_limit("240"), "lifetime_value = '240': .*Write 240 without quotes"),
    "a ceiling in per cent": (lambda: value.response_rate(5, 40, 0.1), "0.4, not 40"),
    "a negative spend": (lambda: value.response_rate(-5, 0.4, 0.1), "spend = -5: one number of 0 or more is needed"),
    "no speed": (lambda: value.response_rate(5, 0.4, 0), "above 0"),
    "a rate above its ceiling": (lambda: value.response_k(5, 0.5, 0.4), "between 0 and the ceiling"),
    "a limit above all": (lambda: value.acquisition_limit(100, rate=5), "between 0 and 1"),
    "no budget": (lambda: value.budget_split(0, 1, 1, 1, **CURVES), "budget = 0"),
    "a step that does not fit": (lambda: value.budget_split(9, 1, 1, 1, **CURVES, step=0.3), "divides 1"),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)
