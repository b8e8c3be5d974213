"""The columns that a caller names must be in the log: no name is ignored, whatever the function."""

import pandas as pd
import pytest

from crmlib import churn, lifecycle, segmentation, value
from tests.support.refusals import refuses

DAYS = ["2026-01-05", "2026-02-09", "2026-03-12", "2026-03-31"]
LOG = pd.DataFrame({"customer_id": ["A", "A", "B", "A"], "date": pd.to_datetime(DAYS), "amount": [20.0, 5.0, 9.0, 1.0]})
FUNCTIONS = {
    "cohorts": lambda log, **names: lifecycle.cohorts(log, **names),
    "cohorts of money": lambda log, **names: lifecycle.cohorts(log, values="amount", **names),
    "stages": lambda log, **names: lifecycle.stages(log, DAYS[2:], **names),
    "stages by spend": lambda log, **names: lifecycle.stages(log, DAYS[2:], compare="spend", **names),
    "recency_probabilities": lambda log, **names: lifecycle.recency_probabilities(log, **names),
    "spend_after": lambda log, **names: lifecycle.spend_after(log, DAYS[2:], **names),
    "silence": lambda log, **names: churn.silence(log, [10], within=10, **names),
    "btyd_summary": lambda log, **names: value.btyd_summary(log, **names),
    "rfm": lambda log, **names: segmentation.rfm(log, bins=2, **names),
}


@pytest.mark.parametrize("part", ["customer_id", "date", "amount"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_misspelt_column_is_missing(function, part):
    call, name = FUNCTIONS[function], part.capitalize()
    refuses(lambda: call(LOG, **{part: name}), ValueError, f"Missing column: {name}. The table has: customer_id, date")
    # The name that is the default, once it is written, must be in the log, too.
    refuses(lambda: call(LOG.drop(columns=part), **{part: part}), ValueError, f"Missing column: {part}")


@pytest.mark.parametrize("function", ["cohorts", "stages", "recency_probabilities", "silence", "btyd_summary"])
def test_a_table_says_whether_refunds_could_be_known(function):
    call, poor = FUNCTIONS[function], LOG.drop(columns="amount")
    assert call(LOG, amount="amount").attrs["refunds_known"] is True
    assert call(LOG, amount=None).attrs["refunds_known"] is call(poor).attrs["refunds_known"] is False
