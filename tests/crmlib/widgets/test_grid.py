"""Every explorer over its grid: all pairs of controls, both ends of each slider and what lies between."""

import pytest

from tests.support.explorers import assert_true_and_alive, everywhere, explorer_in, walk


@pytest.fixture(params=[name for name in everywhere() if name != "selftest"])
def name(request):
    return request.param


@pytest.fixture
def walked(name, monkeypatch):
    """What each pair of values says and would draw."""
    explorer = explorer_in(name, "en")
    return explorer, walk(explorer, monkeypatch)


def test_the_words_are_true_and_each_stretch_of_each_control_is_alive(walked):
    assert_true_and_alive(*walked)


def test_a_mean_of_those_who_left_is_never_above_that_of_all():
    """Over the same months: otherwise the two would not compare, and short horizons would show the naive one above."""
    from crmlib.widgets import churn

    for contract in ("all", "Month-to-month", "Two year"):
        _, brought, of_leavers = churn._paid_back(contract, "all")
        assert (of_leavers <= brought + 1e-9).all() and of_leavers[-1] < brought[-1]
