"""Efron's likelihood against one written by hand; its maximum, and what has none, against all pairs of customers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crmlib.churn.partial_likelihood import PartialLikelihood
from tests.support.churn import efron

quick = settings(max_examples=60, deadline=None)


@st.composite
def histories(draw, features=2, most=12):
    size = draw(st.integers(3, most))
    time = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    left = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size).filter(any))
    row = st.tuples(*[st.integers(0, 2)] * features)
    return np.array(time), np.array(left), np.array(draw(st.lists(row, min_size=size, max_size=size)), dtype=float)


@quick
@given(histories(), st.tuples(st.floats(-3, 3), st.floats(-3, 3)))
def test_value_gradient_and_curvature_are_efrons(history, point):
    likelihood, point = PartialLikelihood(*history), np.array(point)
    value, gradient, curvature = likelihood(point)
    assert value == pytest.approx(efron(*history, point), abs=1e-9)
    steps = 1e-5 * np.eye(2)
    slopes = [(efron(*history, point + step) - efron(*history, point - step)) / 2e-5 for step in steps]
    assert gradient == pytest.approx(slopes, abs=1e-4)
    bends = [(likelihood(point - step)[1] - likelihood(point + step)[1]) / 2e-5 for step in steps]
    assert curvature == pytest.approx(np.array(bends), abs=1e-4)


def rises_for_ever(time, left, x):
    """Compare all pairs of one who leaves and one still there: in some direction no gap is negative, one above 0."""
    gaps = np.array([x[i] - x[j] for i in range(len(x)) if left[i] for j in range(len(x)) if time[j] >= time[i]])
    answer = linprog(-gaps.sum(axis=0), A_ub=-gaps, b_ub=np.zeros(len(gaps)), bounds=[(-1, 1)] * x.shape[1])
    return -answer.fun > 1e-7


@settings(max_examples=150, deadline=None)
@given(histories())
def test_the_maximum_is_found_unless_there_is_none(history):
    time, left, x = history
    there = time >= time[left == 1].min()
    x = x - x[there].mean(axis=0)
    if np.linalg.matrix_rank(x[there]) < 2:
        return
    likelihood = PartialLikelihood(time[there], left[there], x[there])
    found, direction = likelihood.maximum(), likelihood.separating()
    assert (found is None) == (direction is not None) == rises_for_ever(time, left, x)
    if found is not None:
        value, gradient, curvature = likelihood(found[0])
        assert np.abs(gradient).max() < 1e-6 and found[1] == pytest.approx(np.linalg.inv(curvature), rel=1e-6)
        near = np.random.default_rng(0).normal(0, 0.3, (20, 2))
        assert all(efron(time, left, x, found[0] + step) < value + 1e-9 for step in near)
    else:
        rising = [efron(time, left, x, far * direction / np.abs(direction).max()) for far in (0, 1, 5, 20)]
        assert rising == sorted(rising) and rising[0] < rising[-1]


def test_a_whole_step_of_newton_overshoots_where_ours_arrives():
    customer = np.arange(105)
    left = np.where(customer < 5, customer % 5 > 0, customer % 10 == 0)
    feature = np.where(customer < 5, 1.0, 0.0)[:, None]
    likelihood = PartialLikelihood(customer % 10 + 1, left, feature)
    before, gradient, curvature = likelihood(np.zeros(1))
    assert likelihood(np.linalg.solve(curvature, gradient))[0] < before
    found, covariance = likelihood.maximum()
    assert np.exp(found[0]) == pytest.approx(8.757775, abs=1e-6) and covariance[0, 0] ** 0.5 == pytest.approx(
        0.59607, abs=1e-5
    )
