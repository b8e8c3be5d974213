"""The long task of chapter 08 judges fairly, and its exercises and explorers use the chapter's own numbers."""

import numpy as np
import pandas as pd
import pytest

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
    said = {
        check(TASK, p, c).message
        for p, c in (
            (probability, chosen),
            (probability[turned], chosen[turned[::-1]]),
            (probability.to_numpy(), chosen.to_numpy()),
            (list(probability), list(chosen)),
            (probability.to_frame(), chosen.astype(int)),
            (probability.reset_index(drop=True), chosen),
        )
    }
    assert len(said) == 1 and check(TASK, *answer).status == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p, c: (p.iloc[:-1], c),
        lambda p, c: (p, c.iloc[1:]),
        lambda p, c: (p.mask(p.index == p.index[3]), c),
        lambda p, c: (100 * p, c),
        lambda p, c: (p, p),
        lambda p, c: (0.3, c),
        lambda p, c: ("high", c),
        lambda p, c: (p, c.map({True: "yes", False: "no"})),
        lambda p, c: (p.rename(index=lambda name: name + "x"), c),
        lambda p, c: (np.column_stack([1 - p, p]), c),
        lambda p, c: (p, list(c[c].index)),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, answer, language):
    feedback = check(TASK, *spoil(*answer))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_another_honest_list_is_right_and_a_middling_one_learns_what_it_lost(answer, language):
    probability, _ = answer
    assert check(TASK, probability, probability >= 0.25).status == "right"
    strange = exercises._task_answer()[1] ^ (telecom.third(3)["tenure"] > 50)
    few = check(TASK, probability, strange)
    assert few.status == "wrong" and few.misconception is None
    earned = telecom.earned(strange, telecom.third(3))
    assert f"{earned:,.0f}" in few.message and f"{exercises._own() - earned:,.0f}" in few.message


BILLS = ("days_since_last_bill",)


@pytest.mark.parametrize(
    ("columns", "train", "use"),
    [
        ((), "after", "after"),
        (BILLS, "after", "after"),
        (("support_calls", *BILLS), "after", "after"),
        (("save_desk_calls",), "after", "after"),
    ],
)
def test_a_list_that_knows_the_future_is_never_praised(columns, train, use, language):
    feedback = check(TASK, *exercises._task_answer(exercises._task_chance(train, use, columns)))
    assert (feedback.status, feedback.misconception) == ("wrong", "too_good")


def test_the_answers_looked_up_are_too_good(answer, language):
    left = telecom.third(3)["churn"]
    for probability, chosen in (
        (left.astype(float), left == 1),
        (answer[0], left == 1),
        (left * 0.9 + 0.01, answer[1]),
    ):
        assert check(TASK, probability, chosen).misconception == "too_good"


@pytest.mark.parametrize("columns", [BILLS, ("support_calls", *BILLS), ("save_desk_calls",)])
def test_a_leak_in_training_only_is_named_whichever_column_it_was(columns, language):
    feedback = check(TASK, *exercises._task_answer(exercises._task_chance("after", columns=columns)))
    assert (feedback.status, feedback.misconception) == ("wrong", "leak")


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda p: 1 - p, "upside_down"),
        (lambda p: (p >= 0.5).astype(float), "labels"),
        (lambda p: 0 * p + 0.265, "same_for_all"),
        (lambda p: pd.Series(p.sample(frac=1, random_state=1).to_numpy(), index=p.index), "wrong_order"),
        (lambda p: pd.Series(p.to_numpy()[::-1], index=p.index), "wrong_order"),
    ],
)
def test_a_good_list_does_not_hide_bad_probabilities(spoil, name, answer, language):
    feedback = check(TASK, spoil(answer[0]), answer[1])
    assert (feedback.status, feedback.misconception) == ("wrong", name)
    assert "That costs" not in feedback.message and "少赚" not in feedback.message


def test_a_lead_within_chance_is_as_good_as_ours(answer, language):
    probability, chosen = answer
    left = telecom.third(3)["churn"] == 1
    for extra, said in ((3, ("As good as ours", "不相上下")), (25, ("Better than ours", "比我们的还好"))):
        lucky = chosen | left.index.isin(left[left & ~chosen].index[:extra])
        feedback = check(TASK, probability, lucky)
        assert feedback.status == "right" and said[language == "zh"] in feedback.message


def test_weighted_chances_with_a_good_list_are_right_with_a_caution(answer, language):
    weighted = exercises._task_balanced()[0]
    feedback = check(TASK, weighted, weighted >= 0.5)
    assert feedback.status == "right" and f"{weighted.mean():.0%}" in feedback.message


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda p, w: p.rank(ascending=False) <= 600, "stopped_too_early"),
        (lambda p, w: p >= 0.4, "stopped_too_early"),
        (lambda p, w: churn.choose(p, w, **telecom.PRICES, budget=20_000), "stopped_too_early"),
        (lambda p, w: p >= 0.15, "went_too_far"),
        (lambda p, w: churn.choose(p, w / 2, **telecom.PRICES), "other_worth"),
        (lambda p, w: churn.choose(p, 3 * w, **telecom.PRICES), "other_worth"),
        (lambda p, w: churn.choose(p, w / 12, **telecom.PRICES), "nobody"),
        (lambda p, w: p >= 0.5, "half"),
    ],
)
def test_the_loss_told_is_that_of_the_list_handed_in(make, name, answer, language):
    worth = telecom.worth(telecom.third(3))
    probability = (0.9 * answer[0] + 0.02).rename("other")  # not the course's own chances
    chosen = make(probability, worth)
    feedback = check(TASK, probability, chosen)
    best = exercises._own() if name == "nobody" else telecom.earned(exercises._list(probability, 3), telecom.third(3))
    assert (feedback.status, feedback.misconception) == ("wrong", name)
    assert f"{best - telecom.earned(chosen, telecom.third(3)):,.0f}" in feedback.message


def test_who_drops_the_customer_with_the_missing_total_learns_which(answer, language):
    held = telecom.held_back()
    lost = held.index[held["total_charges"].isna()][0]
    assert lost in check(TASK, answer[0].drop(lost), answer[1]).message
    assert "isin" in check(TASK, answer[0], list(answer[1].index[answer[1]])).message


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("churn.passive_cases", [{"B", "D", "E", "F"}, {"b", "d", "e", "f"}]),
        ("churn.support_calls", [100_000, round(exercises._earned(exercises._with_desk()))]),
    ],
)
def test_what_a_student_really_types(name, answers, language):
    said = [check(name, given) for given in answers]
    assert said[0].status == "right" and said[1].misconception in (None, "small_letters")


def test_a_set_names_only_what_is_wrong_with_it():
    assert check("churn.passive_cases", {"B", "E", "D", "F", "A", "C"}).message.startswith("Not right yet: 2 too many.")
    assert check("churn.passive_cases", {"F"}).message.startswith("Not right yet: 3 missing.")


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
    names = chapter_names(
        "08_churn",
        "import pandas",
        "bought = ",
        "may_call = ",
        "def wins_back",
        "everybody = ",
        "gain = ",
        "attributes = ",
        "not_billed",
        "def new_model",
        "practice, trial",
        "before = ",
        "tempting = ",
        "terms = ",
    )
    assert names["terms"] == telecom.PRICES and names["brings"] == qinghe.after_silence(90)
    pd.testing.assert_frame_equal(names["alarms"], exercises._alarms())
    of_members = qinghe.alarms_of(30).sum()
    assert of_members.to_dict() == names["alarms"].loc[30, ["alarms", "came_back"]].to_dict()
    assert [names["wins_back"](days) for days in (30, 90)] == [exercises.wins_back(days) for days in (30, 90)]
    pd.testing.assert_series_equal(names["worth"], telecom.worth(telecom.known()), check_names=False)
    pd.testing.assert_frame_equal(names["attributes"], telecom.attributes(telecom.known()))
    pd.testing.assert_series_equal(names["chance"], telecom.chance(), check_names=False)
    pd.testing.assert_frame_equal(names["before"], telecom.desk("before"))
    chosen = churn.choose(names["chance"], names["worth"][names["trial"]], **names["terms"])
    assert names["gain"][names["trial"]][chosen].sum() == pytest.approx(exercises._earned(telecom.chance()))
