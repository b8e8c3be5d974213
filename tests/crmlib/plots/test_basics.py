"""Lines, bars, intervals, marks and notes: what is drawn is what the table says, and the words say it too."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from crmlib import plots
from tests.support.pictures import texts, ticks


def test_lines_differ_in_colour_and_in_dash(language):
    table = pd.DataFrame(np.arange(12.0).reshape(2, 6), columns=list("abcdef"))
    drawn = plots.lines(table, title="T").axes[0].lines
    assert [to_hex(line.get_color()).upper() for line in drawn] == list(plots.COLOURS)
    assert len({str(line._dash_pattern) for line in drawn}) == 6


def test_lines_leave_gaps_out_and_draw_points_as_dots():
    table = pd.DataFrame({"model": [1.0, 0.8, 0.6], "actual": [1.0, np.nan, 0.5]}, index=[1, 2, 3])
    picture = plots.lines(table, title="Fit", percent=True, points=["actual"])
    model, actual = picture.axes[0].lines
    assert actual.get_linestyle() == "None" and actual.get_marker() == "o" and list(actual.get_xdata()) == [1, 3]
    assert list(model.get_ydata()) == [1.0, 0.8, 0.6]
    assert picture.alt == "Fit. Model: from 100% to 60%; Actual: from 100% to 50%."


def test_bars_carry_their_numbers_and_losses_are_hatched():
    picture = plots.bars(pd.Series({"a": 10.5, "b": -5.0}, name="Profit"), title="Two?")
    won, lost = picture.axes[0].patches
    assert (won.get_height(), lost.get_height()) == (10.5, -5.0)
    assert won.get_hatch() == "" and lost.get_hatch() == "///" and to_hex(lost.get_facecolor()).upper() == plots.RED
    assert texts(picture) == ["10.5", "-5.0"] and picture.alt == "Two? Profit: a 10.5, b -5.0."


def test_bars_lie_side_by_side_and_are_told_column_by_column(language):
    table = pd.DataFrame({"margin": [0.5, 0.25], "cost": [0.05, 0.1]}, index=["A", "B"])
    picture = plots.bars(table, title="T", percent=True, horizontal=True)
    axes = picture.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.5, 0.25, 0.05, 0.1]
    assert {bar.get_hatch() for bar in axes.patches[:2]}.isdisjoint({bar.get_hatch() for bar in axes.patches[2:]})
    assert ticks(axes.yaxis) == {0: "A", 1: "B"} and axes.yaxis_inverted()
    told = {"en": "T. Margin: A 50%, B 25%; Cost: A 5.0%, B 10%.", "zh": "T。毛利：A 50%，B 25%；成本：A 5.0%，B 10%。"}
    assert picture.alt == told[language]
    assert texts(plots.bars(table, title="T", values=False)) == []


TABLE = pd.DataFrame(
    {"value": [0.07, -0.01, 0.002], "lower": [0.06, -0.03, -0.001], "upper": [0.09, 0.02, 0.004]},
    index=["specials", "mixed", "quality"],
)


def drawn_intervals(picture):
    """Return {row: (lower, upper)} of the lines with caps, and {row: estimate} of the dots."""
    axes = picture.axes[0]
    capped = [line for line in axes.lines if line.get_marker() == "None" and len(line.get_xdata()) > 2]
    rows = {
        round(np.nanmean(line.get_ydata())): (np.nanmin(line.get_xdata()), np.nanmax(line.get_xdata()))
        for line in capped
    }
    (dots,) = [line for line in axes.lines if line.get_marker() == "o"]
    return rows, dict(zip(map(round, dots.get_ydata()), dots.get_xdata(), strict=True))


@pytest.mark.parametrize("value", ["value", "uplift"])
def test_an_interval_reaches_from_its_lower_to_its_upper_end(value):
    picture = plots.intervals(TABLE.rename(columns={"value": value}), value=value, title="T", percent=True)
    rows, dots = drawn_intervals(picture)
    assert dots == dict(enumerate(TABLE["value"]))
    assert rows == dict(enumerate(zip(TABLE["lower"], TABLE["upper"], strict=True)))
    assert texts(picture) == ["7.0%", "-1.0%", "0.2%"]
    assert picture.axes[0].get_ylim() == (2.6, -0.7)  # the first row on top


def test_an_estimate_outside_its_interval_stays_where_it_is():
    table = pd.DataFrame({"value": [5.0], "lower": [1.0], "upper": [3.0]}, index=["A"])
    rows, dots = drawn_intervals(plots.intervals(table, value="value", title="T", zero=False))
    assert dots == {0: 5.0} and rows == {0: (1.0, 3.0)}


def test_the_zero_line_does_not_cross_a_number():
    axes = plots.intervals(TABLE, value="value", title="T", percent=True).axes[0]
    assert all(text.get_bbox_patch().get_alpha() == 1 and text.zorder > 2 for text in axes.texts)


def test_an_interval_is_told_in_words(language):
    told = plots.intervals(TABLE, value="value", title="T", percent=True).alt
    assert {"en": "between 6.0% and 9.0%", "zh": "7.0%，在 6.0% 与 9.0% 之间"}[language] in told


def test_a_mark_and_a_note_are_drawn_and_told(language):
    picture = plots.lines(pd.Series([1.0, 2.0], name="n"), title="T")
    before = picture.alt
    assert (
        plots.mark(picture, x=0.5, text="A") is picture and plots.mark(picture, y=1.25, text="B", top=True) is picture
    )
    assert plots.note(picture, "C 3", loc="upper right") is picture
    across, along = picture.axes[0].lines[1:]
    assert set(across.get_xdata()) == {0.5} and set(along.get_ydata()) == {1.25}
    assert texts(picture) == ["A", "B"]
    assert picture.alt == before + {"en": " A: 0.5. B: 1.25. C 3.", "zh": "A：0.5。B：1.25。C 3。"}[language]
