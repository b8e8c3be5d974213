"""The leaky bucket: by hand, laws, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import lifecycle
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


def test_by_hand():
    level = lifecycle.leaky_bucket(1000, won=300, retention=0.6, periods=2)
    assert level.tolist() == [1000, 900, 840] and level.index.tolist() == [0, 1, 2]
    assert lifecycle.leaky_bucket(1000, won=0, retention=0, periods=2).tolist() == [1000, 0, 0]
    assert lifecycle.leaky_bucket(1000, won=10, retention=1, periods=2).tolist() == [1000, 1010, 1020]


@quick
@given(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 0.99), st.integers(1, 60))
def test_each_period_follows_from_the_one_before(customers, won, retention, periods):
    level = lifecycle.leaky_bucket(customers, won=won, retention=retention, periods=periods).to_numpy()
    assert level[1:] == pytest.approx(retention * level[:-1] + won, rel=1e-9, abs=1e-6)
    steady = lifecycle.steady_customers(won, retention)
    assert abs(level[-1] - steady) <= abs(customers - steady) + 1e-6
    stays = lifecycle.leaky_bucket(steady, won=won, retention=retention, periods=periods)
    assert stays.to_numpy() == pytest.approx(steady, rel=1e-9, abs=1e-6)


def test_forms():
    shops = pd.Series([100, 200], ["north", "south"])
    assert lifecycle.steady_customers(shops, 0.5).to_dict() == {"north": 200, "south": 400}
    assert lifecycle.steady_customers([100, 200], np.array([0.5, 0.75])).tolist() == [200, 800]


BAD = {
    "all stay": (lambda: lifecycle.steady_customers(10, 1), "retention = 1"),
    "per cent": (lambda: lifecycle.leaky_bucket(10, won=1, retention=60, periods=3), "Write 0.6, not 60"),
    "negative customers": (lambda: lifecycle.leaky_bucket(-1, won=1, retention=0.6, periods=3), "customers = -1"),
    "no period": (lambda: lifecycle.leaky_bucket(1, won=1, retention=0.6, periods=0), "periods = 0"),
    "other lengths": (lambda: lifecycle.steady_customers([1, 2, 3], [0.5, 0.5]), "lengths do not fit"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
