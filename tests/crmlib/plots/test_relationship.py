"""The pictures of chapters 01 and 02: bonds and referrals, samples drawn again."""

import numpy as np
import pandas as pd
import pytest

from crmlib import plots, relationship
from tests.support.pictures import texts, ticks
from tests.support.refusals import refuses

SHARES = pd.DataFrame({"reactive": [0.02, 0.0002], "partnership": [41.0, 0.05]}, index=["Families", "Cafés"])


def test_cells_are_green_where_the_saving_is_enough(language):
    picture = plots.bond_map(SHARES, saved=0.05, fitting={"Families": "reactive"}, chosen=("Cafés", "partnership"))
    axes = picture.axes[0]
    assert axes.collections[0].get_array().ravel().tolist() == [2, 1, 2, 2]
    assert texts(picture)[:4] == ["2.0%", "4,100%", "<0.1%", "5.0%"]
    frame = axes.patches[0]
    assert (round(frame.get_x()), round(frame.get_y())) == (1, 1)
    dot = axes.lines[0].get_xydata()
    assert np.floor(dot).tolist() == [[0, 0]]
    assert list(ticks(axes.xaxis).values()) == {"en": ["Reactive", "Partnership"], "zh": ["被动型", "伙伴型"]}[language]
    assert {"en": "Pays: 3 of 4", "zh": "合算：4 格中的 3 格"}[language] in picture.alt


@pytest.mark.parametrize("saved", [0.0, 0.08, 0.12])
def test_the_legend_stays_within_the_picture(saved, language):
    shares = SHARES.assign(basic=0.0)
    picture = plots.bond_map(shares, saved=saved, fitting={"Families": "reactive"}, chosen=("Cafés", "reactive"))
    picture.canvas.draw()
    box = picture.axes[0].get_legend().get_window_extent()
    assert box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0


def test_what_costs_nothing_is_not_said_to_be_too_expensive():
    picture = plots.bond_map(SHARES.assign(basic=0.0)[["basic", "reactive"]], saved=0.05)
    assert picture.axes[0].collections[0].get_array().ravel().tolist() == [0, 2, 0, 2]
    assert texts(picture)[:4] == ["—", "2.0%", "—", "<0.1%"]


def test_without_a_saving_nothing_pays_and_nothing_is_claimed():
    picture = plots.bond_map(SHARES)
    assert picture.axes[0].get_legend() is None and "Pays" not in picture.alt


def test_the_map_of_referrals_counts_its_segments(language):
    table = pd.DataFrame(
        {"worth": [900, 900, 50, 60, 70], "referral_value": [400, 0, 400, 0, -20]}, index=list("ABCDE")
    )
    picture = plots.referral_map(table, worth_cut=500, referral_cut=100)
    names = {"en": ["Champions", "Affluents", "Advocates", "Misers"], "zh": ["双高型", "多买型", "多荐型", "双低型"]}[
        language
    ]
    assert texts(picture)[:4] == [f"{name} {count}" for name, count in zip(names, [1, 1, 1, 2], strict=True)]
    assert sorted(texts(picture)[4:]) == list("ABCDE")
    upright, level = picture.axes[0].lines
    assert upright.get_xdata()[0] == 500 and level.get_ydata()[0] == 100


def test_it_takes_what_the_library_computes():
    worth = pd.Series(np.linspace(10, 900, 40), index=[f"C{i}" for i in range(40)])
    came = pd.DataFrame({"referrer": worth.index[:20], "customer_id": worth.index[20:]})
    picture = plots.referral_map(relationship.referral_value(came, worth), worth_cut=450, referral_cut=450)
    assert sum(len(dots.get_offsets()) for dots in picture.axes[0].collections) == 40
    assert len(texts(picture)) == 4  # too many for names


def test_bars_of_samples_add_up_and_the_middle_has_the_colour(language):
    means = np.random.default_rng(1).normal(50, 5, 1000)
    picture = plots.redrawn(means, 40, 60, found=50)
    bars = picture.axes[0].patches
    assert sum(bar.get_height() for bar in bars) == pytest.approx(1)
    inside = [bar for bar in bars if bar.get_facecolor() == bars[len(bars) // 2].get_facecolor()]
    assert all(40 <= bar.get_x() + bar.get_width() / 2 <= 60 for bar in inside) and len(inside) < len(bars)
    part = np.mean((means >= 40) & (means <= 60))
    assert f"{part:.0%}" in picture.alt and {"en": "found: 50", "zh": "实际值：50"}[language] in picture.alt


def test_few_values_have_a_bar_each():
    picture = plots.redrawn([0.2, 0.3, 0.3, 0.5], 0.2, 0.3, percent=True)
    bars = picture.axes[0].patches
    assert [bar.get_height() for bar in bars] == [0.25, 0.5, 0.25]
    assert [round(bar.get_x() + bar.get_width() / 2, 9) for bar in bars] == [0.2, 0.3, 0.5]
    assert bars[0].get_facecolor() == bars[1].get_facecolor() != bars[2].get_facecolor()


BAD = {
    "a group that is not there": (
        lambda: plots.bond_map(SHARES, chosen=("Hotels", "reactive")),
        "chosen: 'Hotels' is not",
    ),
    "no pair": (lambda: plots.bond_map(SHARES, chosen="Cafés"), "chosen = 'Cafés': a pair"),
    "a type that is not there": (lambda: plots.bond_map(SHARES, fitting={"Cafés": "basic"}), "fitting: 'basic' is not"),
    "a saving in per cent": (lambda: plots.bond_map(SHARES, saved=8), "Write 0.08, not 8"),
    "ends the wrong way": (lambda: plots.redrawn([1, 2], 3, 1), "low = 3 lies above high = 1"),
    "samples of words": (lambda: plots.redrawn(["a"], 0, 1), "means"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
