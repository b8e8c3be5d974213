"""The Pareto curve, the RFM grid, clusters: classes, cells and customers in their places, never by colour alone."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from crmlib import plots, segmentation
from tests.support.pictures import assert_legible, faces, texts, ticks, words


def test_an_rfm_grid_grows_upwards_and_to_the_right():
    table = pd.DataFrame({1: [0.05, 0.1], 2: [0.3, np.nan], 3: [0.5, 0.8]}, index=[1, 2])
    picture = plots.rfm_grid(table, title="T", percent=True, chosen=table > 0.4)
    axes = picture.axes[0]
    assert not axes.yaxis_inverted() and ticks(axes.yaxis) == {0.5: "1", 1.5: "2"}
    assert words(picture) == {(0, 0): "5%", (0, 1): "30%", (0, 2): "50%", (1, 0): "10%", (1, 2): "80%"}
    assert faces(picture, (2, 3))[1, 1, 3] == 0  # nobody there
    (frames,) = [part for part in axes.collections if to_hex(part.get_edgecolor()[0]).upper() == plots.RED]
    centres = sorted(tuple(path.get_extents().get_points().mean(axis=0).round(2)) for path in frames.get_paths())
    assert centres == [(2.5, 0.5), (2.5, 1.5)]
    assert picture.alt == "T. R 1, F 1: 5.0%; R 3, F 2: 80%. Cells chosen: 2."
    assert_legible(picture, (2, 3))


def test_an_rfm_grid_of_one_value_is_drawn():
    assert words(plots.rfm_grid(pd.DataFrame([[7.0, 7.0]]), title="T")) == {(0, 0): "7", (0, 1): "7"}


FEATURES = pd.DataFrame({"orders": [1, 2, 30, 31, 8], "basket": [100.0, 300.0, 50.0, 52.0, 7.5]}, index=list("vwxyz"))
LABELS = pd.Series([0, 0, 2, 2, 1], index=FEATURES.index)


def test_a_cluster_has_a_colour_and_a_marker_of_its_own(language):
    names = {0: "rare", 1: "small", 2: "often"}
    picture = plots.clusters(FEATURES, LABELS, x="orders", y="basket", title="T", names=names, legend="kind")
    (points,) = picture.axes[0].collections
    assert points.get_offsets().tolist() == FEATURES.to_numpy().tolist()
    colours = [to_hex(colour).upper() for colour in points.get_facecolors()]
    assert colours == [plots.COLOURS[label] for label in LABELS]
    shapes = [path.vertices.tobytes() for path in points.get_paths()]
    assert [shapes.index(shape) for shape in shapes] == [0, 0, 2, 2, 4]
    box = picture.axes[0].get_legend()
    assert [text.get_text() for text in box.get_texts()] == ["rare (2)", "small (1)", "often (2)"]
    assert box.get_title().get_text() == "kind"


def test_clusters_are_told_in_words(language):
    told = plots.clusters(FEATURES, LABELS, x="orders", y="basket", title="T").alt
    first = {"en": "T. 0: customers 2, on average ", "zh": "T。0：2 人，平均"}[language]
    assert told.startswith(first) and "1.50" in told and "200" in told and "7.50" in told


def test_more_clusters_than_colours_are_drawn():
    labels = pd.Series(range(10))
    features = pd.DataFrame({"a": np.arange(10.0), "b": np.arange(10.0)})
    picture = plots.clusters(features, labels, x="a", y="b", title="T")
    assert len(picture.axes[0].get_legend().get_texts()) == 10


def test_the_pareto_curve_counts_its_classes(language):
    ranked = segmentation.abc(pd.DataFrame({"customer_id": list("XYZ"), "amount": [85, 10, 5]}))
    picture = plots.pareto(ranked)
    assert np.allclose(picture.axes[0].lines[0].get_ydata(), [0, 0.85, 0.95, 1])
    assert texts(picture) == ["A\n1", "B\n1", "C\n1"]
    assert {"en": "A: customers 1 (33%), 85.0%", "zh": "A 类：1 个客户（33%），占总额的 85.0%"}[language] in picture.alt
