"""The pictures of chapter 06: Kano's curves and map, importance against performance, gaps; and names beside points."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, plots, satisfaction
from crmlib.plots import parts
from crmlib.plots.naming import name_points
from tests.support.pictures import texts, ticks
from tests.support.refusals import refuses


@pytest.fixture(scope="module")
def kano_table():
    return satisfaction.kano(datasets.load_qinghe_kano())


ITEMS = pd.Series({"reliability": 0.6, "empathy": 0.1, "tangibles": 0.05})
MARKS = pd.Series({"reliability": 5.0, "empathy": 4.8, "tangibles": 5.6})
GAPS = pd.DataFrame(
    {"expectation": [6.03, 5.2], "perception": [5.01, 5.3], "gap": [-1.02, 0.1], "low": [-1.1, 0.02]}
    | {"high": [-0.94, 0.18]},
    index=["reliability", "tangibles"],
)


def test_the_curves_say_what_the_qualities_do(language):
    picture = plots.kano_curves()
    ends = [line.get_ydata()[[0, -1]] for line in picture.axes[0].lines[:5]]
    basic, performance, attractive, indifferent, reverse = ends
    assert basic[0] < -0.9 and basic[1] == pytest.approx(0, abs=0.05)  # missed, never thanked
    assert performance[0] < -0.9 and performance[1] > 0.9
    assert attractive[0] == pytest.approx(0, abs=0.05) and attractive[1] > 0.9
    assert (indifferent == 0).all() and reverse[0] > 0 > reverse[1]
    assert {"en": "Attractive quality (A)", "zh": "魅力质量 (A)"}[language] in texts(picture)


def test_each_feature_stands_where_its_coefficients_are(kano_table, language):
    picture = plots.kano_map(kano_table)
    marked = np.vstack([line.get_xydata() for line in picture.axes[0].lines if line.get_marker() != "None"])
    expected = np.column_stack([-kano_table["worse"], kano_table["better"]])
    assert sorted(map(tuple, marked)) == pytest.approx(sorted(map(tuple, expected)))
    markers = {
        line.get_marker() for line in picture.axes[0].lines if len(line.get_xydata()) and line.get_marker() != "None"
    }
    assert len(markers) == 5  # M, O, A, I, R: never by colour alone
    assert {"en": "Fast refund (O)", "zh": "快速退款 (O)"}[language] in texts(picture)
    assert {"en": "Correct bill (M): Better 21%, Worse 81%", "zh": "账单无误 (M)：Better 21%，Worse 81%"}[
        language
    ] in picture.alt


def test_a_feature_that_has_no_place_is_told_and_not_drawn(kano_table):
    table = kano_table.copy()
    table.loc["sales_calls", ["better", "better_low", "better_high", "worse", "worse_low", "worse_high"]] = np.nan
    picture = plots.kano_map(table)
    assert "Sales calls (R): Better —, Worse —" in picture.alt and "Sales calls (R)" not in texts(picture)


def test_groups_of_features_are_named_by_both():
    answers = pd.DataFrame({"group": ["x", "y"], "feature": "tasting", "functional": 1, "dysfunctional": [3, 5]})
    picture = plots.kano_map(satisfaction.kano(answers, by=["group", "feature"]))
    assert {"x · Tasting (A)", "y · Tasting (O)"} <= set(texts(picture))


def test_the_map_shows_quadrants_and_what_money_moves(language):
    table = satisfaction.importance_performance(ITEMS, MARKS)
    still, moved = plots.importance_performance_map(table), plots.importance_performance_map(table, moved=MARKS + 0.2)
    arrows = [text for text in moved.axes[0].texts if getattr(text, "arrow_patch", None) is not None]
    assert [(*arrow.xyann, *arrow.xy) for arrow in arrows] == [
        pytest.approx((mark, weight, mark + 0.2, weight)) for mark, weight in zip(MARKS, ITEMS, strict=True)
    ]
    assert not any(getattr(text, "arrow_patch", None) for text in still.axes[0].texts)
    words = {"en": "Reliability: importance 0.6, performance 5, then 5.2, Concentrate here",
             "zh": "可靠性：重要性 0.6，表现 5，改进后 5.2，优先改进"}  # fmt: skip
    assert words[language] in moved.alt
    wide = plots.importance_performance_map(table, moved=MARKS, until=7)
    assert wide.axes[0].get_xlim()[1] > 7 and "then" not in wide.alt and "改进后" not in wide.alt


def test_a_gap_is_written_as_it_is_computed(language):
    picture = plots.gap_bars(GAPS)
    assert [bar.get_width() for bar in picture.axes[0].patches] == [-1.02, 0.1]
    assert len({bar.get_hatch() for bar in picture.axes[0].patches}) == 2
    assert texts(picture) == ["5.01 − 6.03 = −1.02", "5.30 − 5.20 = 0.10"]
    assert list(ticks(picture.axes[0].yaxis).values())[0] == {"en": "Reliability", "zh": "可靠性"}[language]
    low, high = picture.axes[0].get_xlim()
    assert low < -1.1 and high > 0.18


def test_one_respondent_has_a_bar_without_an_interval():
    picture = plots.gap_bars(GAPS.head(1).assign(low=np.nan, high=np.nan))
    assert texts(picture) == ["5.01 − 6.03 = −1.02"] and picture.png(40)


def test_names_keep_clear_of_points_and_of_each_other():
    rng = np.random.default_rng(6)
    picture, axes = parts.blank("Twelve")
    points = rng.uniform(0.1, 0.9, (12, 2))
    name_points(axes, points, [f"Shop {i}" for i in range(12)])
    picture.set_layout_engine("none")
    picture.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    spots = axes.transData.transform(points)
    assert len(boxes) == 12
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert not any(box.contains(*spot) for box in boxes for spot in spots)
    assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in boxes)


TABLE = satisfaction.importance_performance(ITEMS, MARKS)
BAD = {
    "no quadrants": (lambda: plots.importance_performance_map(TABLE[["importance", "performance"]]), "quadrant"),
    "cuts lost": (
        lambda: plots.importance_performance_map(pd.DataFrame(TABLE.to_dict())),
        "table: the table of importance_performance is needed",
    ),
    "moved elsewhere": (lambda: plots.importance_performance_map(TABLE, moved=MARKS.head(1)), "moved: no .* empathy"),
    "moved as a list": (lambda: plots.importance_performance_map(TABLE, moved=[1, 2, 3]), "moved: a Series"),
    "a strange class": (
        lambda: plots.kano_map(satisfaction.kano(datasets.load_qinghe_kano()).assign(kano_class="Z")),
        "table: kano_class is none of M, O, A, I, R, Q.*8 of 8 rows",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_other_tables_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
