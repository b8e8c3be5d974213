"""The long task of chapter 08 judges fairly, and its explorers use the chapter's own numbers."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, datasets, telecom
from crmlib.exercises import check, key
from crmlib.exercises.judges import churn as judge

# One worker runs the chapter's cells, once.
pytestmark = pytest.mark.xdist_group("chapter 08")

TASK = "churn.save_the_telecom"
HELD = telecom.third(3)


@cache
def chances(learned=None, seen="before", used="before", columns=tuple(telecom.DESK), **options):
    """Chances of the hidden customers by a model of those known or of all, from two snapshots of the desk's columns."""
    customers = telecom.known() if learned is None else telecom.everybody()
    idle = [name for name in telecom.DESK if name not in columns]
    table, drawer = (telecom.attributes(*part).drop(columns=idle) for part in ((customers, seen), (HELD, used)))
    return telecom.forecast(telecom.new_model(**options).fit(table, customers["churn"]), drawer)


def listed(probability):
    return probability, churn.choose(probability, telecom.worth(HELD), **telecom.PRICES)


@pytest.fixture
def answer():
    return listed(chances())


@pytest.fixture
def own(answer):
    return telecom.earned(answer[1], HELD)


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


def test_another_honest_list_is_right_and_a_middling_one_learns_what_it_lost(answer, own, language):
    probability, chosen = answer
    assert check(TASK, probability, probability >= 0.25).status == "right"
    strange = chosen ^ (HELD["tenure"] > 50)
    few = check(TASK, probability, strange)
    assert few.status == "wrong" and few.misconception is None
    earned = telecom.earned(strange, HELD)
    assert f"{earned:,.0f}" in few.message and f"{own - earned:,.0f}" in few.message


ALL = tuple(telecom.DESK)
BILLS = ("days_since_last_bill",)


@pytest.mark.parametrize(
    ("columns", "train", "use"),
    [
        (ALL, "after", "after"),
        (BILLS, "after", "after"),
        (("support_calls", *BILLS), "after", "after"),
        (("save_desk_calls",), "after", "after"),
    ],
)
def test_a_list_that_knows_the_future_is_never_praised(columns, train, use, language):
    feedback = check(TASK, *listed(chances(None, train, use, columns)))
    assert (feedback.status, feedback.misconception) == ("wrong", "too_good")


def test_the_answers_looked_up_are_too_good(answer, language):
    left = HELD["churn"]
    for probability, chosen in (
        (left.astype(float), left == 1),
        (answer[0], left == 1),
        (left * 0.9 + 0.01, answer[1]),
    ):
        assert check(TASK, probability, chosen).misconception == "too_good"


@pytest.mark.parametrize("columns", [BILLS, ("support_calls", *BILLS), ("save_desk_calls",)])
def test_a_leak_in_training_only_is_named_whichever_column_it_was(columns, language):
    feedback = check(TASK, *listed(chances(seen="after", columns=columns)))
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
    left = HELD["churn"] == 1
    for extra, said in ((3, ("As good as ours", "不相上下")), (25, ("Better than ours", "比我们的还好"))):
        lucky = chosen | left.index.isin(left[left & ~chosen].index[:extra])
        feedback = check(TASK, probability, lucky)
        assert feedback.status == "right" and said[language == "zh"] in feedback.message


def test_weighted_chances_with_a_good_list_are_right_with_a_caution(answer, language):
    weighted = chances(class_weight="balanced")
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
def test_the_loss_told_is_that_of_the_list_handed_in(make, name, answer, own, language):
    worth = telecom.worth(HELD)
    probability = (0.9 * answer[0] + 0.02).rename("other")  # not the course's own chances
    chosen = make(probability, worth)
    feedback = check(TASK, probability, chosen)
    best = own if name == "nobody" else telecom.earned(listed(probability)[1], HELD)
    assert (feedback.status, feedback.misconception) == ("wrong", name)
    assert f"{best - telecom.earned(chosen, HELD):,.0f}" in feedback.message


def test_who_drops_the_customer_with_the_missing_total_learns_which(answer, language):
    held = telecom.held_back()
    lost = held.index[held["total_charges"].isna()][0]
    assert lost in check(TASK, answer[0].drop(lost), answer[1]).message
    assert "isin" in check(TASK, answer[0], list(answer[1].index[answer[1]])).message


def test_letters_are_read_as_they_are_meant(language):
    for given in ({"B", "D", "E", "F"}, {"b", "d", "e", "f"}, {"Ｂ", "Ｄ", "Ｅ", "Ｆ"}, "B, D, E, F"):
        assert check("churn.passive_cases", given).status == "right"


@pytest.mark.parametrize(("given", "other"), [({"A", "C", "G", "H"}, "active"), ({"C", "D", "F", "G"}, "blame")])
def test_the_other_textbook_convention_is_named(given, other, language):
    feedback = check("churn.passive_cases", given)
    assert feedback.misconception == other
    assert {"en": "extbooks", "zh": "教材"}[language] in feedback.message


def test_what_a_student_really_types(language):
    for earned in (100_000, 100_046):
        assert check("churn.support_calls", earned).status == "right"


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


def test_a_model_that_learned_from_the_drawer_is_told_so(language):
    for options in ({}, {"C": 0.1}, {"C": 10}):
        feedback = check(TASK, *listed(chances("everybody", **options)))
        assert (feedback.status, feedback.misconception) == ("wrong", "learned_the_drawer")


def test_no_honest_model_is_taken_for_one_that_learned_from_the_drawer():
    moved = key.find(TASK).facts["moved"]
    for columns in (ALL, ("support_calls",), BILLS, ()):
        assert not judge._learned_the_drawer(moved, chances(columns=columns))
    for third in (1, 2):
        few = telecom.new_model().fit(telecom.attributes(telecom.third(third), "before"), telecom.third(third)["churn"])
        assert not judge._learned_the_drawer(moved, telecom.forecast(few, telecom.attributes(HELD, "before")))


def test_the_table_with_the_answers_has_no_name_in_the_chapter(churn_chapter):
    tables = {name: thing for name, thing in churn_chapter.items() if isinstance(thing, (pd.DataFrame, pd.Series))}
    assert "telco" in tables and "held" in tables
    for name, table in tables.items():
        if "churn" in (table if table.ndim == 2 else [table.name]):
            assert not set(table.index) & set(HELD.index), name


def test_the_explorers_and_the_judge_use_the_numbers_of_the_chapter(churn_chapter):
    names = churn_chapter
    assert names["terms"] == telecom.PRICES
    assert names["of_members"].sum().to_dict() == names["alarms"].loc[30, ["alarms", "came_back"]].to_dict()
    assert [names["wins_back"](days) for days in (30, 90)] == [0.15, 0.075]
    pd.testing.assert_series_equal(names["worth"], telecom.worth(telecom.known()), check_names=False)
    pd.testing.assert_frame_equal(names["attributes"], telecom.attributes(telecom.known()))
    pd.testing.assert_series_equal(names["chance"], telecom.chance(), check_names=False)
    pd.testing.assert_frame_equal(names["before"], telecom.desk("before"))
    chosen = churn.choose(names["chance"], names["worth"][names["trial"]], **names["terms"])
    earned = telecom.earned(chosen, telecom.third(2))
    assert names["gain"][names["trial"]][chosen].sum() == pytest.approx(earned)
