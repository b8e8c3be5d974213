"""The pictures of chapter 07: the curve of loyalty, its four kinds, brands, points."""

import numpy as np
import pandas as pd
import pytest

from crmlib import loyalty, plots
from tests.support.pictures import texts, ticks

ANSWERS = pd.DataFrame(
    {"score": [1, 1, 2, 2, 2, 2] * 2, "stays": [0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1], "town": ["A"] * 6 + ["B"] * 6}
)


def curve(by=None):
    return loyalty.satisfaction_loyalty_curve(ANSWERS["score"], ANSWERS["stays"], by=by)


def test_one_curve_has_its_intervals():
    table = curve()
    axes = plots.satisfaction_loyalty(table).axes[0]
    line, (low, high) = axes.lines[0], (axes.containers[0].lines[1][end].get_ydata() for end in (0, 1))
    assert line.get_ydata().tolist() == table["share"].tolist() and axes.get_legend() is None
    assert np.allclose(low, table["low"]) and np.allclose(high, table["high"])


def test_several_curves_have_lines_and_dots_as_large_as_their_customers(language):
    picture = plots.satisfaction_loyalty(curve(ANSWERS["town"]), title="T")
    axes = picture.axes[0]
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.5, 1], [0, 0.5]]
    small, large = axes.collections[0].get_sizes()
    assert large - 4 == pytest.approx(2 * (small - 4))  # four customers and two
    assert len({tuple(dots.get_paths()[0].vertices.ravel()) for dots in axes.collections}) == 2  # markers differ
    assert {"en": "A: from 50% to 100%", "zh": "A：从 50% 到 100%"}[language] in picture.alt
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["A", "B"]


def test_the_map_counts_the_four_kinds_and_names_few_customers(language):
    six = pd.DataFrame({"patronage": [0.8, 0.9, 0.7, 0.1], "attitude": [9, 3, 5, 9]}, index=list("ABCD"))
    picture = plots.dick_basu_map(six, attitude_cut=7, patronage_cut=0.5)
    kinds = {"en": ["True loyalty", "Latent loyalty", "Spurious loyalty", "No loyalty"],
             "zh": ["真实忠诚", "潜在忠诚", "虚假忠诚", "无忠诚"]}[language]  # fmt: skip
    assert texts(picture) == [f"{kind} {count}" for kind, count in zip(kinds, [1, 1, 2, 0], strict=True)] + list("ABCD")
    upright, level = (
        line.get_xdata()[0] if i == 0 else line.get_ydata()[0] for i, line in enumerate(picture.axes[0].lines)
    )
    assert (upright, level) == (0.5, 7)


@pytest.mark.parametrize("cut", [6, 6.4, 7])
def test_the_dots_of_the_map_lie_on_the_side_of_their_kind(cut):
    draws = np.random.default_rng(1)
    many = pd.DataFrame({"patronage": draws.integers(0, 30, 500), "attitude": draws.integers(0, 11, 500)})
    axes = plots.dick_basu_map(many, attitude_cut=cut, patronage_cut=12).axes[0]
    upright, level = axes.lines[0].get_xdata()[0], axes.lines[1].get_ydata()[0]
    sides = [(1, 1), (-1, 1), (1, -1), (-1, -1)]
    for dots, (right, up) in zip(axes.collections, sides, strict=True):
        across, high = dots.get_offsets().T
        assert len(across) and (right * (across - upright) > 0).all() and (up * (high - level) > 0).all()
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 500


def test_brands_stand_where_they_are_bought(language):
    observed = pd.DataFrame({"penetration": [0.4, 0.1], "purchase_frequency": [3.0, 2.2]}, index=["Big", "Small"])
    predicted = observed.assign(purchase_frequency=[2.9, 2.4])
    picture = plots.double_jeopardy(observed, predicted, title="T")
    line, dots = picture.axes[0].lines
    assert list(dots.get_xdata()) == [0.4, 0.1] and list(dots.get_ydata()) == [3, 2.2]
    assert list(line.get_xdata()) == [0.1, 0.4] and list(line.get_ydata()) == [2.4, 2.9]
    assert texts(picture) == ["Big", "Small"] and 1.5 < picture.axes[0].get_ylim()[0] < 2.2
    far_apart = plots.double_jeopardy(observed.assign(purchase_frequency=[3.0, 1.2]))
    assert far_apart.axes[0].get_ylim()[0] == 0 and picture.axes[0].get_xlim()[0] == 0
    assert {"en": "Big: penetration 40%, purchases per buyer 3", "zh": "Big：渗透率 40%，人均购买 3 次"}[
        language
    ] in picture.alt
    assert len(plots.double_jeopardy(observed).axes[0].lines) == 1


def test_points_flow_in_above_and_out_below():
    rows = {"earned": [800, 390], "redeemed": [0, 500], "expired": [0, 90], "outstanding": [800, 600]}
    picture = plots.points_flow(pd.DataFrame(rows, index=["2025Q1", "2025Q2"]))
    axes = picture.axes[0]
    earned, redeemed, expired = ([bar.get_height() for bar in drawn] for drawn in axes.containers)
    assert (earned, redeemed, expired) == ([800, 390], [0, -500], [0, -90])
    assert axes.containers[2][1].get_y() == -500 and list(axes.lines[0].get_ydata()) == [800, 600]
    assert ticks(axes.xaxis) == {0: "2025Q1", 1: "2025Q2"}
    assert len({bar[0].get_hatch() for bar in axes.containers}) == 3
    large = plots.points_flow(pd.DataFrame(rows) * 1000)
    assert large.axes[0].get_ylabel() == "Points (10,000)" and list(large.axes[0].lines[0].get_ydata()) == [80, 60]
