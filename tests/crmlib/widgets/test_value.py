"""The explorers of chapter 04 compute with what they are given."""

from crmlib import widgets


def test_the_words_follow_the_computation():
    explorer = widgets.value.clv_explorer(margin=30, retention=0.92, discount=0.01, winning=150)
    explorer.controls["margin"].value = 60
    assert "613 yuan" in explorer.words  # 60 · 0.92 / 0.09
