"""The pictures of chapter 08: durations, survival curves, profit over a threshold, control charts."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from crmlib import churn, plots
from tests.support.pictures import ticks


def test_those_who_left_end_in_a_dot_those_who_stay_in_an_arrow(language):
    table = pd.DataFrame({"weeks": [2, 3, 5], "gone": [1, 0, 1]}, index=["A", "B", "C"])
    picture = plots.durations(table, title="T", time="weeks", event="gone")
    left, there = picture.axes[0].lines
    assert (left.get_marker(), list(left.get_xdata()), list(left.get_ydata())) == ("o", [2, 5], [0, 2])
    assert (there.get_marker(), list(there.get_xdata()), list(there.get_ydata())) == (">", [3], [1])
    reaches = [segment[:, 0].tolist() for part in picture.axes[0].collections for segment in part.get_segments()]
    assert reaches == [[0, 2], [0, 5], [0, 3]] and ticks(picture.axes[0].yaxis) == {0: "A", 1: "B", 2: "C"}
    told = {"en": "T. A: 2, left; B: 3, still there; C: 5, left.", "zh": "T。A：2，走了；B：3，还在；C：5，走了。"}
    assert picture.alt == told[language]


CURVE = churn.kaplan_meier([1, 2, 3, 4], [1, 0, 1, 1])


def test_a_survival_curve_is_a_step_with_its_interval():
    picture = plots.survival_curves(CURVE, title="T")
    (step,), (band,) = picture.axes[0].lines, picture.axes[0].collections
    assert step.get_drawstyle() == "steps-post" and np.allclose(step.get_ydata(), CURVE["survival"])
    heights = band.get_paths()[0].vertices[:, 1]
    assert np.isclose(heights.min(), CURVE["lower"].min()) and np.isclose(heights.max(), 1)
    assert picture.axes[0].get_legend() is None and picture.alt == "T. Share still there: from 100% to 0%."


def test_the_shaded_area_is_the_restricted_mean():
    picture = plots.survival_curves(CURVE, title="T", band=False, end=3, area=2.5)
    corners = picture.axes[0].collections[0].get_paths()[0].vertices
    x, y = corners[:, 0], corners[:, 1]
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert np.isclose(area, 1 + 0.75 * 1.5)  # everybody for the first month, three of four until 2.5
    assert picture.axes[0].lines[0].get_xdata().max() == 3


def test_groups_have_a_curve_each():
    table = pd.concat({"fibre": CURVE, "One year": CURVE})
    picture = plots.survival_curves(table, title="T", band=False)
    colours, dashes = zip(
        *((to_hex(line.get_color()), line.get_linestyle()) for line in picture.axes[0].lines), strict=True
    )
    assert len(set(colours)) == len(set(dashes)) == 2
    assert picture.alt == "T. Fibre: from 100% to 0%; One year: from 100% to 0%."


def test_the_thresholds_lie_on_the_curve(language):
    profit = pd.Series([10.0, 30_000, 0], index=[0, 0.5, 1])
    picture = plots.profit_curve(profit, {"best": 0.5, "mine": 0.75}, title="T")
    _, zero, *points = picture.axes[0].lines
    assert [(point.get_xdata()[0], point.get_ydata()[0]) for point in points] == [(0.5, 30_000), (0.75, 15_000)]
    assert len({point.get_marker() for point in points}) == 2 and set(zero.get_ydata()) == {0}
    told = {"en": "T. best: 0.5, 30,000; mine: 0.75, 15,000.", "zh": "T。best：0.5，30,000；mine：0.75，15,000。"}
    assert picture.alt == told[language]


def test_a_control_chart_names_the_months_outside(language):
    months = pd.DataFrame({"p": [0.01, 0.03, 0.02], "outside": [False, True, True]}, index=["01", "02", "03"])
    picture = plots.control_chart(months.assign(centre=0.012, lower=0.005, upper=0.019), title="T")
    outside = picture.axes[0].lines[-1]
    assert list(outside.get_xdata()) == [1, 2] and outside.get_marker() == "D"
    told = {"en": "T. Centre 1.2%; outside the limits: 02 (3.0%), 03 (2.0%).",
            "zh": "T。平时 1.2%；界限之外：02（3.0%），03（2.0%）。"}  # fmt: skip
    assert picture.alt == told[language]
    calm = plots.control_chart(months.assign(outside=False, centre=0.012, lower=0.005, upper=0.019), title="T").alt
    assert calm.endswith({"en": "outside the limits: none.", "zh": "界限之外：没有。"}[language])
