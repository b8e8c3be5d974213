"""Customer delivered value."""

import numpy as np
import pandas as pd
import pytest

from crmlib import value
from tests.support.refusals import refuses

ITEMS = value.VALUE_ITEMS + value.COST_ITEMS


SCORES = pd.DataFrame({"A": [8, 9, 9, 8, 6, 5, 4, 3], "B": [8, 6, 6, 7, 4, 4, 4, 4]}, index=ITEMS)


def test_delivered_value_is_value_less_cost():
    plain = value.delivered_value(SCORES)
    assert plain.loc["total_value"].tolist() == [34, 27] and plain.loc["delivered_value"].tolist() == [16, 11]
    weights = pd.Series(np.arange(8) / 10, index=ITEMS)
    found = value.delivered_value(SCORES.sample(frac=1, random_state=1), weights.iloc[::-1])
    assert found.loc["total_value", "A"] == pytest.approx((SCORES["A"] * weights).iloc[:4].sum())
    assert (found.loc["delivered_value"] == found.loc["total_value"] - found.loc["total_cost"]).all()
    pd.testing.assert_frame_equal(found, value.delivered_value(SCORES, dict(weights)))


BAD_NUMBERS = {
    "a weight in quotes": (lambda: value.delivered_value(SCORES, dict.fromkeys(ITEMS, "1")), "pd.to_numeric"),
    "true weights": (lambda: value.delivered_value(SCORES, dict.fromkeys(ITEMS, True)), "holds bool, not numbers"),
    "an item lost": (lambda: value.delivered_value(SCORES.drop("image")), "missing .'image'"),
    "an item too much": (lambda: value.delivered_value(SCORES.rename({"image": "brand"})), "unknown .'brand'"),
    "an item twice": (lambda: value.delivered_value(pd.concat([SCORES, SCORES.head(1)])), "once"),
    "a negative weight": (lambda: value.delivered_value(SCORES, dict.fromkeys(ITEMS, -1)), '"weights" is .* below 0'),
    "a score lost": (lambda: value.delivered_value(SCORES.astype(float).replace(9, np.nan)), '"A" is missing'),
}


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD_NUMBERS[name]
    refuses(call, (ValueError, TypeError), message)
