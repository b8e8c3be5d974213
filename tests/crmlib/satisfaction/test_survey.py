"""How many to ask, and how sure the answers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import samplesize_confint_proportion

from crmlib import satisfaction
from tests.support.refusals import refuses


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("margin", [0.02, 0.05])
def test_statsmodels_asks_as_many(share, margin):
    exact = samplesize_confint_proportion(share, margin, alpha=0.1)
    assert satisfaction.sample_size(margin, share=share, confidence=0.9) - 1 < exact
    assert exact <= satisfaction.sample_size(margin, share=share, confidence=0.9)


@given(margin=st.floats(0.01, 0.2), share=st.floats(0.05, 0.95), population=st.integers(100, 10_000))
def test_so_many_answers_keep_the_margin_and_one_less_does_not(margin, share, population):
    answers = satisfaction.sample_size(margin, share=share, population=population)
    found = satisfaction.margin_of_error(answers, share=share, population=population)
    assert found <= margin * (1 + 1e-6)
    if answers > 1:
        assert satisfaction.margin_of_error(answers - 1, share=share, population=population) > margin * (1 - 1e-6)


def test_everyone_asked_leaves_no_error():
    assert satisfaction.margin_of_error(500, population=500) == 0
    assert satisfaction.margin_of_error(1, population=1) == 0


def test_who_does_not_answer_is_asked_besides():
    assert satisfaction.sample_size(0.05) == 385
    assert satisfaction.sample_size(0.05, response=0.2) == 5 * 385
    assert satisfaction.sample_size(0.05, population=2000, response=0.5) == 2 * 323


BAD = {
    "points for a share": (lambda: satisfaction.sample_size(5), "Write 0.05, not 5"),
    "no margin": (lambda: satisfaction.sample_size(0), "margin = 0"),
    "a sure share": (lambda: satisfaction.sample_size(0.05, share=1), "share = 1"),
    "no answer": (lambda: satisfaction.sample_size(0.05, response=0), "response = 0"),
    "too few customers": (lambda: satisfaction.sample_size(0.05, population=100, response=0.2), "400 would have"),
    "half a customer": (lambda: satisfaction.sample_size(0.05, population=0.5), "a whole number"),
    "more than all": (lambda: satisfaction.margin_of_error(60, population=50), "only 50"),
    "nobody": (lambda: satisfaction.margin_of_error(0), "answers = 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_numbers_are_refused_and_say_why(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)


def test_a_larger_margin_helps_as_the_sentence_says():
    assert satisfaction.sample_size(0.25, population=100, response=0.2) <= 100
