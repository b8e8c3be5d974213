"""The pictures of chapter 04: whale, survival, tornado, time lines, and the map of who is still alive."""

import numpy as np
import pandas as pd
import pytest

from crmlib import plots, value
from tests.support.pictures import texts, ticks


def test_the_map_of_the_living_has_its_lines_where_the_chances_are():
    weeks, counts = range(1, 39), range(1, 13)
    table = pd.DataFrame([[week / 38 for week in weeks] for _ in counts], index=counts, columns=weeks)
    picture = plots.alive_map(table, title="T")
    axes, bar = picture.axes
    assert not axes.yaxis_inverted() and bar.get_ylim() == (0, 1)
    contour = axes.collections[-1] if hasattr(axes.collections[-1], "levels") else axes.collections[1]
    half = contour.get_paths()[list(contour.levels).index(0.5)].vertices
    assert np.allclose(half[:, 0] + 0.5, 19)  # week 19 of 38
    assert all(int(name) == place + 0.5 for place, name in ticks(axes.xaxis).items())
    assert picture.alt == "T. Chance of being alive between 2.6% and 100%."


@pytest.mark.parametrize(("profits", "written"), [([50, 30, -20], ["Peak 80", "What is left 60"]),
                                                  ([50, 30, 20], ["What is left 100"])])  # fmt: skip
def test_the_whale_names_its_peak_only_where_somebody_loses_money(profits, written):
    picture = plots.whale(value.whale_curve(pd.Series(profits, index=list("ABC"))))
    assert texts(picture) == written
    assert list(picture.axes[0].lines[0].get_ydata()) == [0, *np.cumsum(profits)]


def test_a_tornado_reaches_from_low_to_high_around_its_base(language):
    table = pd.DataFrame({"low": [149.2, 206.0], "base": 228.0, "high": [406.0, 251.0]}, index=["retention", "margin"])
    picture = plots.tornado(table, swing=0.1)
    bars = picture.axes[0].patches
    assert np.allclose([bar.get_x() + bar.get_width() for bar in bars], [149.2, 206, 406, 251])
    assert {bar.get_x() for bar in bars} == {228.0} and len({bar.get_hatch() for bar in bars}) == 2
    assert texts(picture) == ["149", "206", "406", "251"] and picture.axes[0].yaxis_inverted()
    assert {"en": "Retention: 149 to 406", "zh": "留存率：149 到 406"}[language] in picture.alt


def test_time_lines_keep_the_order_of_the_log(language):
    days = pd.to_datetime(["2026-01-05", "2026-02-09", "2026-02-09", "2026-01-20"])
    log = pd.DataFrame({"who": ["B", "B", "B", "A"], "day": days})
    picture = plots.timelines(log, end="2026-03-31", title="T", customer_id="who", date="day")
    assert ticks(picture.axes[0].yaxis) == {0: "B", 1: "A"}
    assert {"en": "B: purchase days 2, the last 2026-02-09", "zh": "B：买过 2 次，最后一次在 2026-02-09"}[
        language
    ] in picture.alt
    assert texts(picture) == [{"en": "today", "zh": "今天"}[language]]


def test_survival_and_retention_are_lines_in_percent():
    survival = plots.survival(pd.DataFrame({"model": [1, 0.8], "actual": [1, 0.75]}), title="T", points=["actual"])
    assert survival.alt == "T. Model: from 100% to 80%; Actual: from 100% to 75%."
    assert survival.axes[0].get_ylim() == (0, 1.03) and survival.axes[0].lines[1].get_linestyle() == "None"
    rates = plots.retention(pd.DataFrame({"regular": [0.63, 0.74]}, index=[1, 2]), title="T")
    assert rates.axes[0].lines[0].get_marker() == "o" and rates.alt == "T. Regular: from 63% to 74%."


def test_delivered_value_stands_as_bars():
    parts = ["total_value", "total_cost", "delivered_value"]
    picture = plots.delivered_value(pd.DataFrame({"A": [34.0, 18, 16], "B": [30.0, 20, 10]}, index=parts))
    assert [bar.get_height() for bar in picture.axes[0].patches] == [34, 30, 18, 20, 16, 10]
