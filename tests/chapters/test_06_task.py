"""The long task of chapter 06 judges fairly: a survey is marked by how near it comes to the truth, redrawn often."""

import numpy as np
import pandas as pd
import pytest

from crmlib import window
from crmlib.exercises import check, key
from crmlib.exercises.judges import satisfaction as judge

TASK = "satisfaction.window_survey"
SHARE = window.visitors() / window.visitors().sum()


def plain(answers):
    return answers["satisfaction"].mean()


def weighted(answers):
    means = answers.groupby(["service", "age"])["satisfaction"].mean()
    return (means * SHARE).sum() / SHARE[means.index].sum()


def ask(mode, asked, reminder=False):
    return pd.DataFrame({"service": window.SERVICES, "mode": mode, "asked": asked, "reminder": reminder})


def in_proportion(number):
    came = window.visitors().groupby("service").sum()
    return (number * came / came.sum()).reindex(list(window.SERVICES)).astype(int).to_numpy()


@pytest.mark.parametrize(
    "design",
    [
        ask("paper", in_proportion(2000), True),
        ask("phone", in_proportion(615), True),
        ask("phone", 153, True),
        pd.concat([ask("phone", in_proportion(300), True), ask("paper", in_proportion(1000), True)]),
    ],
    ids=["paper", "phone", "phone, alike", "both"],
)
def test_honest_surveys_are_right(design, language):
    feedback = check(TASK, design, weighted)
    assert feedback.status == "right" and "40" in feedback.message


def test_the_judge_says_what_the_redrawn_surveys_say():
    design = ask("paper", in_proportion(2000), True)
    errors = np.array([weighted(window.survey(design, seed)) for seed in range(1, judge.DRAWS + 1)]) - window.truth()
    said = check(TASK, design, weighted).message
    assert f"{np.sqrt((errors**2).mean()):.2f} points" in said and f"{errors.mean():+.2f}, chance" in said


@pytest.mark.parametrize(
    ("design", "estimate", "name"),
    [
        (ask("tablet", 500), plain, "tablet_only"),
        (ask("tablet", 1_800), weighted, "tablet_only"),
        (ask("phone", 153, True).head(1), weighted, "one_counter"),
        (ask("phone", 153, True), plain, "unweighted"),
        (ask("phone", 153, True), lambda a: a.groupby("service")["satisfaction"].mean().mean(), "equal_weights"),
        (ask("sms", 1_800, True), weighted, "sms_only"),
        (ask("phone", 20, True), weighted, "too_few"),
        (ask("paper", 800), weighted, "no_reminder"),
        (ask("phone", 800, True), weighted, "over_budget"),
        (ask("paper", 0), weighted, "nobody"),
        (ask("paper", 500), lambda answers: window.truth(), "too_good"),
        (ask("paper", 500), lambda answers: 7.07, "too_good"),
    ],
)
def test_a_naive_survey_is_named(design, estimate, name, language):
    feedback = check(TASK, design, estimate)
    assert (feedback.status, feedback.misconception) == ("wrong", name)


@pytest.mark.parametrize(
    ("design", "estimate"),
    [
        ("everybody", plain),
        (ask("pigeon", 100), plain),
        (ask("tablet", 100, True), plain),
        (ask("paper", 5_000), plain),
        (ask("paper", 99.5), plain),
        (ask("paper", 100).drop(columns="mode"), plain),
        (ask("paper", 400), 7.1),
        (ask("paper", 400), lambda answers: answers["happiness"].mean()),
        (ask("paper", 400), lambda answers: float("nan")),
        (ask("paper", 400), lambda answers: answers),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(design, estimate, language):
    feedback = check(TASK, design, estimate)
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_an_estimate_cannot_change_the_answers_of_others():
    def spoiling(answers):
        answers["satisfaction"] = 1
        return 1.0

    design = ask("paper", in_proportion(2000), True)
    check(TASK, design, spoiling)
    assert check(TASK, design, weighted).status == "right"


def test_the_hall_holds_what_was_planted():
    """Who does not answer: the old by text message, the dissatisfied at the tablet, the content by text message."""
    asked = ask("sms", 1_800)
    sms, tablet, paper = (window.survey(asked.assign(mode=mode), seed=3) for mode in ("sms", "tablet", "paper"))
    old = window.visitors().groupby("age").sum()["60+"] / window.visitors().sum()
    assert (sms["age"] == "60+").mean() < old / 2 < old < (paper["age"] == "60+").mean()
    assert sms["satisfaction"].mean() < window.truth() - 0.3 < window.truth() + 0.7 < tablet["satisfaction"].mean()
    assert window.truth("service").idxmin() == "property" and window.truth("age").idxmax() == "60+"
    assert key.find(TASK).facts["own"] < judge.ENOUGH < key.find(TASK).facts["sms"] < key.find(TASK).facts["tablet"]


def test_a_survey_is_drawn_from_its_seed_and_asks_nobody_twice():
    design = pd.concat([ask("tablet", 900), ask("paper", 900)])
    assert window.survey(design, 5).equals(window.survey(design, 5))
    assert not window.survey(design, 5).equals(window.survey(design, 6))
    with pytest.raises(ValueError, match="2,000|2000"):
        window.survey(pd.concat([ask("tablet", 1_000), ask("paper", 1_000)]))


def test_the_cost_is_persons_times_price():
    # 100 by telephone at 8 + 5 yuan in four services, 50 forms at 2.5 without a reminder.
    assert window.cost(pd.concat([ask("phone", 100, True), ask("paper", 50)])) == 4 * (1_300 + 125)
