"""The zone of tolerance, the waves of a score, the paths of an index."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, plots, satisfaction
from crmlib.plots import paths
from tests.support.pictures import texts, ticks
from tests.support.refusals import refuses

LEVELS = pd.DataFrame({"adequate": [5.0, 6.0], "desired": [8.0, 9.0], "perceived": [6.5, 5.0]}, index=["A", "B"])


def test_the_zone_reaches_from_adequate_to_desired_and_says_where_the_service_lies(language):
    picture = plots.tolerance_zone(LEVELS)
    bars = picture.axes[0].patches
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(5, 3), (6, 3)]
    marks = [(line.get_xdata()[0], line.get_marker()) for line in picture.axes[0].lines]
    assert marks == [(6.5, "o"), (5.0, "v")]  # within the zone, below it
    assert ticks(picture.axes[0].yaxis) == {0: "A", 1: "B"} and not any(texts(picture))
    assert {"en": "A: adequate 5, desired 8, perceived 6.5", "zh": "A：适当 5，理想 8，感知 6.5"}[
        language
    ] in picture.alt


def test_of_one_service_the_levels_are_named_beside_it():
    picture = plots.tolerance_zone(LEVELS.head(1).assign(perceived=9))
    assert [text for text in texts(picture) if text] == ["adequate 5", "desired 8", "perceived 9"]
    assert picture.axes[0].lines[0].get_marker() == "^"  # above the zone


def test_a_zone_upside_down_is_refused():
    wrong = LEVELS.assign(adequate=[9, 6])
    refuses(lambda: plots.tolerance_zone(wrong), ValueError, "adequate lies above desired.*1 of 2 rows")
    refuses(lambda: plots.tolerance_zone(LEVELS, scale=(10, 1)), ValueError, "scale = 1: one number above 10")


def test_waves_stand_in_points_with_their_intervals(language):
    scores = pd.DataFrame([satisfaction.nps([10] * good + [5] * (20 - good)) for good in (8, 12, 15)], index=[1, 2, 3])
    picture = plots.waves(scores, title="T", truth=[-0.2, 0.2, 0.2])
    dots, truth = picture.axes[0].lines
    assert dots.get_ydata() == pytest.approx([-20, 20, 50]) and truth.get_ydata() == pytest.approx([-20, 20, 20])
    ends = np.array([segment[:, 1] for segment in picture.axes[0].collections[0].get_segments()])
    assert ends == pytest.approx(100 * scores[["low", "high"]].to_numpy())
    assert {"en": "2: 20, between", "zh": "2：20，在"}[language] in picture.alt
    assert len(picture.axes[0].get_legend().texts) == 2 and plots.waves(scores).axes[0].get_legend() is None


def test_many_waves_are_told_by_their_ends():
    scores = pd.DataFrame({"nps": np.linspace(-0.1, 0.2, 12), "low": -0.2, "high": 0.3})
    assert plots.waves(scores).alt.endswith("12 waves, from −10 to 20, the lowest −10, the highest 20.")
    refuses(lambda: plots.waves(scores, truth=[0.1]), ValueError, "truth has 1 numbers, scores 12 waves")


@pytest.fixture(scope="module")
def model():
    return satisfaction.ServiceIndexModel(satisfaction.ECSI_BLOCKS, satisfaction.ECSI_PATHS).fit(
        datasets.load_ecsi_mobi()
    )


def test_every_construct_and_every_path_is_drawn(model, language):
    picture = plots.index_paths(model)
    written = texts(picture)
    assert len(written) == 7 + 2 * 12  # a box; an arrow and its number
    for coefficient in model.path_coefficients_.to_numpy().ravel():
        assert not coefficient or f"{coefficient:.2f}" in written
    assert {"en": "Perceived quality\n75.0", "zh": "感知质量\n75.0"}[language] in written
    assert {"en": "Customer loyalty: index 70.9, from Brand image 0.20", "zh": "客户忠诚：指数 70.9，受品牌形象 0.20"}[
        language
    ] in picture.alt


def test_what_leads_to_a_construct_stands_to_its_left_and_no_box_lies_on_another(model):
    picture = plots.index_paths(model)
    at = {
        text.get_text().split("\n")[0]: text.get_position() for text in picture.axes[0].texts if "\n" in text.get_text()
    }
    named = {name: at[paths._CONSTRUCTS[name]] for name in satisfaction.ECSI_BLOCKS}
    assert all(named[one][0] < named[other][0] for one, other in satisfaction.ECSI_PATHS)
    assert len(set(named.values())) == 7
    picture.png(60)
    boxes = [text.get_bbox_patch().get_window_extent() for text in picture.axes[0].texts if "\n" in text.get_text()]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_negative_paths_are_dashed_and_many_constructs_find_their_places():
    rng = np.random.default_rng(2)
    chain = rng.normal(size=(80, 10)).cumsum(axis=1) * np.array([1, -1] * 5)
    answers = pd.DataFrame(chain, columns=list("abcdefghij"))
    blocks, steps = {name: [name] for name in answers}, list(zip("abcdefghi", "bcdefghij", strict=True))
    scale = float(answers.min().min()) - 1, float(answers.max().max()) + 1
    picture = plots.index_paths(satisfaction.ServiceIndexModel(blocks, steps, scale=scale).fit(answers))
    arrows = [text.arrow_patch for text in picture.axes[0].texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 9 and {arrow.get_linestyle() for arrow in arrows} == {"--"}
    assert "−0." in picture.alt


def test_only_a_fitted_model_is_drawn(model):
    unfitted = satisfaction.ServiceIndexModel(satisfaction.ECSI_BLOCKS, satisfaction.ECSI_PATHS)
    refuses(lambda: plots.index_paths(unfitted), ValueError, "not been fitted")
    refuses(lambda: plots.index_paths(model.index_), TypeError, "a ServiceIndexModel is needed, not Series")
    refuses(lambda: plots.index_paths(model, title=3), TypeError, "title = 3")
