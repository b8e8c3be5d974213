"""The long task of chapter 08 judges fairly, and its exercises and explorers use the chapter's own numbers."""

import numpy as np
import pandas as pd
import pytest
from test_widgets import chapter_names

from crmlib import churn, datasets, qinghe, telecom, use_language
from crmlib.exercises import catalogue, check
from crmlib.exercises import churn as exercises

TASK = "churn.save_the_telecom"


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


@pytest.fixture
def answer():
    return catalogue()[TASK].expected()


def test_the_judge_takes_series_in_any_order_arrays_and_lists(answer):
    probability, chosen = answer
    turned = probability.sample(frac=1, random_state=1).index
    said = {check(TASK, p, c).message for p, c in (
        (probability, chosen), (probability[turned], chosen[turned[::-1]]), (probability.to_numpy(), chosen.to_numpy()),
        (list(probability), list(chosen)), (probability.to_frame(), chosen.astype(int)), (probability.reset_index(drop=True), chosen),
    )}
    assert len(said) == 1 and check(TASK, *answer).status == "right"


@pytest.mark.parametrize("spoil", [
    lambda p, c: (p.iloc[:-1], c), lambda p, c: (p, c.iloc[1:]), lambda p, c: (p.mask(p.index == p.index[3]), c), lambda p, c: (100 * p, c),
    lambda p, c: (p, p), lambda p, c: (0.3, c), lambda p, c: ("high", c), lambda p, c: (p, c.map({True: "yes", False: "no"})),
    lambda p, c: (p.rename(index=lambda name: name + "x"), c), lambda p, c: (np.column_stack([1 - p, p]), c), lambda p, c: (p, list(c[c].index)),
])
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, answer, language):
    feedback = check(TASK, *spoil(*answer))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_another_honest_list_is_right_and_a_middling_one_learns_what_it_lost(answer, language):
    probability, _ = answer
    assert check(TASK, probability, probability >= 0.25).status == "right"
    few = check(TASK, probability, probability >= 0.7)
    assert few.status == "wrong" and few.misconception is None
    earned = telecom.earned(probability >= 0.7, telecom.third(3))
    assert f"{earned:,.0f}" in few.message and f"{exercises._own() - earned:,.0f}" in few.message


def test_the_judge_counts_what_the_data_say(answer):
    customers = datasets.load_telco_customers().set_index("customer_id").query("third == 3")
    left, worth = customers["churn"] == 1, 12 * customers["monthly_charges"]
    by_hand = sum((0.3 * (worth[i] - 60) - 6) if left[i] else -66 for i in customers.index[answer[1]])
    assert telecom.earned(answer[1], customers) == pytest.approx(by_hand)
    assert f"{by_hand:,.0f} yuan" in check(TASK, *answer).message


def test_the_held_back_third_does_not_tell_who_left():
    held = telecom.held_back()
    assert not {"churn", "third"} & set(held) and held["days_since_last_bill"].max() <= 30
    assert held["total_charges"].isna().sum() == (held["tenure"] == 0).sum() > 0
    assert not set(held.index) & set(telecom.known().index)


def test_exercises_and_explorers_use_the_numbers_of_the_chapter():
    names = chapter_names("08_churn", "import pandas", "bought = ", "may_call = ", "def wins_back", "everybody = ", "gain = ", "attributes = ",
                          "not_billed", "def new_model", "practice, trial", "before = ", "terms = ")
    assert names["terms"] == telecom.PRICES and names["brings"] == qinghe.after_silence(90)
    pd.testing.assert_frame_equal(names["alarms"], exercises._alarms())
    assert [names["wins_back"](days) for days in (30, 90)] == [exercises.wins_back(days) for days in (30, 90)]
    pd.testing.assert_series_equal(names["worth"], telecom.worth(telecom.known()), check_names=False)
    pd.testing.assert_frame_equal(names["attributes"], telecom.attributes(telecom.known()))
    pd.testing.assert_series_equal(names["chance"], telecom.chance(), check_names=False)
    pd.testing.assert_frame_equal(names["before"], telecom.desk("before"))
    chosen = churn.choose(names["chance"], names["worth"][names["trial"]], **names["terms"])
    assert names["gain"][names["trial"]][chosen].sum() == pytest.approx(exercises._earned(telecom.chance()))
