"""Cohort maps, stage ribbons, and the curves of chapter 03: each cell in its class, the unknown left uncoloured."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from crmlib import plots
from tests.support.pictures import assert_legible, faces, texts, ticks, words

SHARES = pd.DataFrame(
    [[1.0, 0.52, 0.31], [1.0, 0.48, np.nan], [1.0, np.nan, np.nan]],
    index=pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]),
)
FIRST = [0.5, 1.5, 2.5]


def test_a_cohort_map_colours_what_is_known_by_its_class():
    picture = plots.cohort_map(SHARES, title="T", borders=[0.3, 0.4, 0.5, 0.6])
    colours, (low, middle, high) = faces(picture, (3, 2)), matplotlib.colormaps["cividis"](np.linspace(0.05, 1, 3))
    assert np.allclose(colours[0, 0], high) and np.allclose(colours[0, 1], low) and np.allclose(colours[1, 0], middle)
    assert (colours[[1, 2, 2], [1, 0, 1], 3] == 0).all()  # unknown: the hatched ground shows
    assert picture.axes[0].patch.get_hatch() == "///"
    assert words(picture) == {(0, 0): "52", (0, 1): "31", (1, 0): "48"}
    assert ticks(picture.axes[0].yaxis) == dict(zip(FIRST, ["2025-01", "2025-02", "2025-03"], strict=True))
    assert ticks(picture.axes[0].xaxis) == {0.5: "1", 1.5: "2"}
    assert_legible(picture, (3, 2))


def test_a_border_belongs_to_the_class_above_it():
    picture = plots.cohort_map(pd.DataFrame([[1.0, 0.3, 0.6, 0.2]]), title="T", borders=[0.2, 0.3, 0.6])
    below, above = matplotlib.colormaps["cividis"](np.linspace(0.05, 1, 2))
    colours = faces(picture, (1, 3))[0]
    assert np.allclose(colours[0], above) and np.allclose(colours[1], above) and np.allclose(colours[2], below)


def test_cells_that_show_one_number_have_one_colour():
    table = pd.DataFrame([[1.0, 0.6996, 0.7004, 0.69]])
    colours = faces(plots.cohort_map(table, title="T", borders=[0.6, 0.7, 0.8]), (1, 3))[0]
    assert (colours[0] == colours[1]).all() and (colours[1] != colours[2]).any()


def test_a_row_without_data_is_drawn_and_said(language):
    months = pd.date_range("2025-01-31", periods=2, freq="ME")
    table = pd.DataFrame([["growth", "growth"], [None, None]], index=["A", "B"], columns=months)
    picture = plots.stage_ribbons(table, title="T")
    assert picture.png(40) and picture.alt.endswith({"en": "B: no data.", "zh": "B：没有数据。"}[language])


def test_a_cohort_map_names_its_classes_and_what_nobody_knows(language):
    picture = plots.cohort_map(SHARES, title="T", borders=[0.3, 0.4, 0.6])
    legend = [text.get_text() for text in picture.axes[0].get_legend().get_texts()]
    assert legend == [{"en": "Unknown", "zh": "不知道"}[language], "40–60%", "30–40%"]
    assert picture.axes[0].get_xlabel() and picture.axes[0].get_ylabel()
    told = {"en": "T. 2025-01: from 52% to 31%; 2025-02: from 48% to 48%.",
            "zh": "T。2025-01：从 52% 到 31%；2025-02：从 48% 到 48%。"}  # fmt: skip
    assert picture.alt == told[language]


def test_a_large_cohort_map_is_not_overfull():
    table = pd.DataFrame(
        np.linspace(1, 0.1, 24 * 24).reshape(24, 24), index=pd.date_range("2023-01", periods=24, freq="MS")
    )
    picture = plots.cohort_map(table, title="T")
    assert words(picture) == {} and picture.alt.count("from") == 3
    assert len(ticks(picture.axes[0].yaxis)) <= 8 and len(ticks(picture.axes[0].xaxis)) <= 9
    assert len(words(plots.cohort_map(table, title="T", numbers=True))) == 24 * 23


@pytest.mark.parametrize(("period", "name"), [("month", "2025-04"), ("quarter", "2025-Q2"), ("week", "2025-04-07")])
def test_a_cohort_is_named_by_its_period(period, name):
    table = pd.DataFrame([[1.0, 0.5]], index=pd.to_datetime(["2025-04-07"]))
    table.attrs["period"] = period
    assert plots.cohort_map(table, title="T").alt.startswith(f"T. {name}: ")


def test_classes_are_round_and_cover_what_is_known():
    borders = plots.cohort_classes(SHARES)
    assert borders[0] <= 0.31 and borders[-1] >= 0.52 and np.allclose(borders * 40, np.round(borders * 40))
    assert plots.cohort_classes(SHARES.iloc[:, :1]).tolist() == [0, 1]


def test_ribbons_say_each_stage_in_colour_and_letter(language):
    months = pd.date_range("2025-01-31", periods=4, freq="ME")
    table = pd.DataFrame([["growth", "growth", "decline", None], ["maturity"] * 4], index=["A", "B"], columns=months)
    picture = plots.stage_ribbons(table, title="T")
    letters = {"en": ["G", "G", "Dc", "M"], "zh": ["成", "成", "衰", "熟"]}[language]
    assert words(picture) == dict(zip([(0, 0), (0, 1), (0, 2)], letters, strict=False)) | {
        (1, i): letters[3] for i in range(4)
    }
    colours = faces(picture, (2, 4))
    assert to_hex(colours[0, 0]).upper() == plots.GREEN and to_hex(colours[0, 2]).upper() == plots.ORANGE
    assert to_hex(colours[1, 3]).upper() == plots.BLUE and colours[0, 3, 3] == 0
    assert len(picture.legends[0].get_texts()) == 3 and ticks(picture.axes[0].yaxis) == {0.5: "A", 1.5: "B"}
    told = {"en": "T. A: changes 1, last Decline; B: changes 0, last Maturity.",
            "zh": "T。A：变了 1 次，最后是客户衰退期；B：变了 0 次，最后是客户成熟期。"}  # fmt: skip
    assert picture.alt == told[language]
    assert_legible(picture, (2, 4))


def test_an_unknown_stage_is_not_drawn_as_nothing():
    with pytest.raises(ValueError, match="boom"):
        plots.stage_ribbons(pd.DataFrame([["boom"]], columns=pd.to_datetime(["2025-01-31"])), title="T")


def test_a_customers_life_names_its_stages_over_bands(language):
    money = pd.DataFrame({"contribution": [0.0, 30.0, 40.0, 0.0], "investment": [60.0, 5.0, 5.0, 0.0]})
    picture = plots.lifecycle_curve(money, {"development": 0, "growth": 1, "decline": 3}, title="T")
    named = {"en": ["Development", "Growth"], "zh": ["客户开发期", "客户成长期"]}[language]
    assert texts(picture) == named  # the last band is empty
    assert [list(line.get_ydata()) for line in picture.axes[0].lines] == [[0, 30, 40, 0], [60, 5, 5, 0]]
    hatched = [part for part in picture.axes[0].collections if part.get_hatch()]
    assert len(hatched) == 1 and picture.axes[0].get_ylim() == (0, 1.18 * 60)


SIX = ["prospect", "development", "growth", "maturity", "decline", "termination"]
MONEY = pd.DataFrame({"contribution": [0.0, 40, 42, 50, 17, 0], "investment": [12.0, 59, 12, 5, 8, 1]}, index=SIX)


def test_five_and_four_stages_span_the_same_bars(language):
    picture = plots.stage_bridge(MONEY.iloc[::-1], title="T")  # whatever the order of the rows
    axes = picture.axes[0]
    bars = [[bar.get_height() for bar in container] for container in axes.containers]
    assert bars == [list(MONEY["contribution"]), list(MONEY["investment"])]
    bands = [patch for patch in axes.patches if patch.get_y() < 0]
    spans = [(round(band.get_x() + 0.47, 6), round(band.get_width() + 0.06, 6)) for band in bands]
    assert spans == [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (0, 2), (2, 1), (3, 1), (4, 2)]
    floors = [band.get_y() for band in bands]
    assert floors == [floors[0]] * 5 + [floors[5]] * 4 and floors[0] > floors[5] + bands[5].get_height()
    five, four = {
        "en": ("Potential acquisition, Growth, Maturity, Decline, Termination",
               "Exploration, Formation, Stability, Degeneration"),
        "zh": ("潜在获取期, 客户成长期, 客户成熟期, 客户衰退期, 客户终止期", "考察期, 形成期, 稳定期, 退化期"),
    }[language]  # fmt: skip
    assert [text for text in texts(picture) if not text.replace(".", "").isdigit()] == [
        *five.split(", "),
        *four.split(", "),
    ]
    rows = list(ticks(axes.yaxis).values())[-2:]
    assert rows == {"en": ["Five stages", "Four stages"], "zh": ["五阶段", "四阶段"]}[language]
    told = {"en": "Four stages: Exploration stage, Formation stage, Stability stage, Degeneration stage.",
            "zh": "四阶段：考察期，形成期，稳定期，退化期。"}  # fmt: skip
    assert picture.alt.endswith(told[language])


@pytest.mark.parametrize("table", [MONEY.iloc[1:], pd.concat([MONEY, MONEY.iloc[:1]])])
def test_a_bridge_needs_each_stage_once(table):
    with pytest.raises(ValueError, match="look at prospect"):
        plots.stage_bridge(table, title="T")


def test_the_best_rule_is_marked_and_told(language):
    picture = plots.policy_values(pd.Series([40.0, 1048.0, 46.5], name="value"), best=1, title="T")
    values, best = picture.axes[0].lines
    assert list(best.get_xdata()) == [1] and best.get_marker() == "D" and list(values.get_ydata()) == [40, 1048, 46.5]
    assert texts(picture) == ["40.0", "1,048.0", "46.5"]
    told = {
        "en": "T. Value: 0 40.0, 1 1,048.0, 2 46.5. Best: 1.",
        "zh": "T。价值：0 40.0，1 1,048.0，2 46.5。最好：1。",
    }
    assert picture.alt == told[language]
