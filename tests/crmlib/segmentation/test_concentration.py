"""The Gini coefficient: by hand, against its definition, on bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import segmentation as seg
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


def test_gini_by_hand():
    assert seg.gini([1, 1, 1]) == 0
    assert seg.gini([1, 2, 3]) == pytest.approx(2 / 9)  # mean difference 8/9 over twice the mean 2
    assert seg.gini([0, 0, 1]) == pytest.approx(2 / 3)
    assert seg.gini(pd.Series([5.0])) == 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0.01, 100))
@quick
def test_gini_is_half_the_relative_mean_difference(values, factor):
    assume(sum(values) > 1e-3)
    x = np.array(values)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    assert seg.gini(x) == pytest.approx(expected, abs=1e-9)
    assert seg.gini(x * factor) == pytest.approx(expected, abs=1e-9)
    # One less twice the area under the Lorenz curve, which is the Pareto curve from the other end.
    curve = seg.abc(pd.Series(x))
    area = np.trapezoid(np.r_[0, curve["cumulative_share"]], np.r_[0, curve["customers"]])
    assert seg.gini(x) == pytest.approx(2 * area - 1, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([3, -1], ValueError, "Negative values.*whale_curve.*1 of 2 rows"),
        ([], ValueError, "values is empty"),
        ([0, 0], ValueError, "all values are 0"),
        ([1, np.nan], ValueError, "missing.*1 of 2"),
        (["a"], TypeError, "not numbers"),
    ],
)
def test_bad_values_have_no_concentration(values, error, message):
    refuses(lambda: seg.gini(pd.Series(values)), error, message)
