"""The explorers of chapter 04 compute with the chapter's numbers."""

import pandas as pd

from crmlib import widgets
from tests.support.chapters import chapter_names


def test_the_words_follow_the_computation():
    explorer = widgets.value.clv_explorer()
    explorer.controls["margin"].value = 60
    assert "613 yuan" in explorer.words  # 60 · 0.92 / 0.09


def test_explorers_of_chapter_04_use_the_numbers_of_the_chapter():
    names = chapter_names("04_value", "items = ", "weights = ", "studio = ")
    pd.testing.assert_frame_equal(names["marks"], widgets.value.MARKS)
    pd.testing.assert_frame_equal(names["weights"], widgets.value.WEIGHTS)
    assert names["studio"] == widgets.value.STUDIO
