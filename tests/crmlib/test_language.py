"""The language is the only state of the library."""

import pytest

import crmlib
from crmlib.language import heading, language, say


def test_the_language_chosen_is_spoken():
    for chosen, sentence in (("zh", "好。"), ("en", "Good.")):
        crmlib.use_language(chosen)
        assert (language(), say("Good.", "好。")) == (chosen, sentence)


@pytest.mark.parametrize("other", ["fr", "中文", None, 1])
def test_another_language_is_refused_in_both_and_changes_nothing(other):
    with pytest.raises(ValueError, match='speaks "zh" and "en", not .*课程只有中文'):
        crmlib.use_language(other)
    assert language() == "en"


def test_labels_come_from_the_glossary_and_strangers_stay():
    assert crmlib.label("Retention rate") == "Retention rate"
    crmlib.use_language("zh")
    assert crmlib.label("Retention rate") == "留存率"
    assert crmlib.label("No such term") == "No such term"


def test_only_data_names_become_headings():
    names = ["cost_to_serve", "alpha", "BG/NBD", "T", 3, "Anna"]
    assert [heading(name) for name in names] == ["Cost to serve", "α", "BG/NBD", "T", "3", "Anna"]
