"""The long task of chapter 09 judges fairly: a plan is marked by what it earns in futures that nobody has seen."""

import re

import pandas as pd
import pytest

from crmlib import rollout
from crmlib.exercises import check, key
from crmlib.exercises.judges import systems as judge

TASK = "systems.crm_rollout"


def written(rows=None, **choices):
    """An honest plan that is not the course's own, changed: `rows` by team are (trained, hours, live)."""
    teams, chosen = rollout.draft()
    own = {"service_team": (4, 10, 4), "sales_team": (7, 14, 7), "marketing_team": (8, 9, 8), "managers": (9, 9, 9)}
    for team, row in (own | (rows or {})).items():
        teams.loc[team] = list(row)
    own = {"way": "rent", "pilot": "service_team", "processes": 24, "cleaning": 280, "responsible": 11}
    for name, value in (own | choices).items():
        chosen[name] = value
    return teams, chosen


def marks(message):
    """What the judge gives of the first forty marks."""
    return float(re.search(r"([\d.]+) of 40, done from 37 on", message)[1])


def earned(plan):
    return rollout.unseen_outcomes(*plan)["net_gain"].mean()


def test_an_honest_plan_is_right_whatever_its_form(language):
    teams, choices = written()
    forms = (
        (teams, choices),
        (teams.iloc[::-1], choices.iloc[::-1]),
        (teams.astype(float), choices.to_dict()),
        (teams.astype(object).assign(note="by step"), choices),
    )
    said = {check(TASK, *form).message for form in forms}
    assert len(said) == 1 and check(TASK, teams, choices).status == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda teams, choices: ("soon", choices),
        lambda teams, choices: (teams, "rent"),
        lambda teams, choices: (teams["live"], choices),
        lambda teams, choices: (teams.iloc[:-1], choices),
        lambda teams, choices: (pd.concat([teams, teams.iloc[:1]]), choices),
        lambda teams, choices: (teams.reset_index(drop=True), choices),
        lambda teams, choices: (teams.drop(columns="hours"), choices),
        lambda teams, choices: (teams.assign(live="soon"), choices),
        lambda teams, choices: (teams.assign(live=4.5), choices),
        lambda teams, choices: (teams.assign(live=37), choices),
        lambda teams, choices: (teams.assign(live=-1), choices),
        lambda teams, choices: (teams.assign(hours=float("nan")), choices),
        lambda teams, choices: (teams.assign(hours=1_000), choices),
        lambda teams, choices: (teams, choices.drop("way")),
        lambda teams, choices: (teams, choices.to_dict() | {"way": "steal"}),
        lambda teams, choices: (teams, choices.to_dict() | {"pilot": True}),
        lambda teams, choices: (teams, choices.to_dict() | {"cleaning": "much"}),
        lambda teams, choices: (teams, choices.to_dict() | {"cleaning": -5}),
        lambda teams, choices: (choices, teams),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, language):
    feedback = check(TASK, *spoil(*written()))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind") and feedback.message.strip()


@pytest.mark.parametrize(
    ("plan", "name"),
    [
        (written(dict.fromkeys(rollout.PEOPLE.index, (0, 0, 0))), "nothing_live"),
        (written(way="build"), "over_budget"),
        (written(responsible=60, cleaning=3_000), "over_budget"),
        (written(processes=0), "software_first"),
        (written({"service_team": (1, 10, 1)}), "software_first"),
        (written(cleaning=0), "dirty_data"),
        (written({"sales_team": (0, 12, 7)}), "untrained"),
        (written({"sales_team": (7, 2, 7)}), "untrained"),
        (written(responsible=0), "nobody_responsible"),
        (written(dict.fromkeys(rollout.PEOPLE.index, (5, 10, 5))), "all_at_once"),
        (written({"managers": (0, 0, 0)}), "managers_out"),
        (written({"marketing_team": (0, 0, 0)}), "left_out"),
        (written(pilot="none"), "no_pilot"),
        (written({"sales_team": (5, 12, 5), "marketing_team": (6, 9, 6), "managers": (6, 9, 6)}), "pilot_ignored"),
        (written(pilot="marketing_team"), "pilot_ignored"),
        (written({"managers": (3, 9, 3)}), "managers_first"),
        (written({"sales_team": (10, 14, 7)}), "trained_late"),
        (written({"sales_team": (1, 14, 7)}), "forgotten"),
        (written(responsible=5, cleaning=120, processes=10), "amounts"),
    ],
)
def test_a_plan_that_fails_is_told_why(plan, name, language):
    feedback = check(TASK, *plan)
    assert (feedback.status, feedback.misconception) == ("wrong", name)


def test_further_mistakes_are_told_too():
    message = check(TASK, *rollout.draft()).message
    assert message.startswith("✗ Software before process") or "Software before process" in message
    assert "Also:" in message and "No cleaning" in message and marks(message) == 0


@pytest.mark.parametrize("pilot", ["none", "service_team", "sales_team"])
@pytest.mark.parametrize("responsible", [0, 6, 11, 40])
@pytest.mark.parametrize("cleaning", [0, 150, 300, 1_500])
def test_verdict_and_marks_agree(pilot, responsible, cleaning):
    feedback = check(TASK, *written(pilot=pilot, responsible=responsible, cleaning=cleaning))
    assert (feedback.status == "right") == (marks(feedback.message) >= 37)


def test_above_the_budget_there_are_no_marks():
    message = check(TASK, *written(responsible=60, cleaning=3_000)).message
    assert marks(message) == 0 and f"{rollout.BUDGET:,} may be spent" in message


@pytest.mark.parametrize(
    ("name", "none", "much"), [("processes", 0, 80), ("cleaning", 0, 2_000), ("responsible", 0, 40)]
)
def test_neither_nothing_nor_much_is_best(name, none, much):
    assert earned(written()) > max(earned(written(**{name: none})), earned(written(**{name: much})))


def test_training_has_a_best_amount_and_a_best_month():
    def trained(hours, before):
        teams, choices = written()
        return earned((teams.assign(hours=hours, trained=teams["live"] - before), choices))

    best = trained(12, 0)
    assert all(best > trained(hours, before) for hours, before in ((0, 0), (3, 0), (40, 0), (12, 3), (12, -2)))


def test_haste_and_delay_both_cost():
    def moved(months):
        teams, choices = written()
        return earned((teams.assign(trained=teams["trained"] + months, live=teams["live"] + months), choices))

    assert moved(0) > max(moved(-3), moved(4)) and moved(4) > moved(10)


def test_one_step_after_the_other_beats_all_at_once_with_and_without_a_pilot():
    once = dict.fromkeys(rollout.PEOPLE.index, (7, 12, 7))
    assert earned(written()) > 300_000 + max(earned(written(once)), earned(written(once, pilot="none")))


def test_no_plan_that_buys_or_builds_within_the_budget_is_enough():
    """Where the money goes into software, people and data go short."""
    own, found = key.find(TASK).facts["own"], []
    for way, first in (("buy", 5), ("buy", 7), ("build", 12)):
        for processes, cleaning, responsible, hours in ((10, 100, 5, 6), (16, 200, 8, 8), (20, 250, 11, 10)):
            rows = {
                "service_team": (first, hours, first),
                "sales_team": (first + 3, hours, first + 3),
                "marketing_team": (first + 4, hours, first + 4),
                "managers": (first + 4, hours, first + 4),
            }
            plan = written(rows, way=way, processes=processes, cleaning=cleaning, responsible=responsible)
            found.append(earned(plan))
    assert max(found) < 0.5 * own


def test_the_pilot_pays_by_what_it_changes():
    """Without it the firm may start earlier; with it fewer futures end in a loss."""
    soon = {"sales_team": (5, 14, 5), "marketing_team": (6, 9, 6), "managers": (6, 9, 6)}
    with_pilot, without = written(), written(soon, pilot="none")
    lost = [(rollout.unseen_outcomes(*plan)["net_gain"] < 0).mean() for plan in (with_pilot, without)]
    assert earned(with_pilot) > 1.15 * earned(without) and lost[0] < 0.1 < lost[1]


def test_the_futures_shown_and_unseen_are_of_one_kind_and_not_the_same():
    plan = written()
    shown, unseen = rollout.outcomes(*plan)["net_gain"], rollout.unseen_outcomes(*plan)["net_gain"]
    error = (shown.var() / len(shown) + unseen.var() / len(unseen)) ** 0.5
    assert abs(shown.mean() - unseen.mean()) < 3 * error
    assert not set(shown.round(2)) & set(unseen.round(2))


def test_the_judge_tells_the_plan_s_own_figures():
    plan = written()
    message = check(TASK, *plan).message
    assert f"{earned(plan):,.0f} yuan on average" in message
    assert f"{rollout.costs(*plan).loc['total', 'first_year']:,} yuan as planned" in message
    assert f"{key.find(TASK).facts['own']:,.0f}" in message and judge.MARKS["report"] == 60


def test_costs_by_hand():
    """Renting for 40: 60,000 and 8,000 a month; ten try it; training in months 4, 7, 8 and 9."""
    costs = rollout.costs(*written())
    assert costs.loc["software"].tolist() == [60_000 + 12 * 8_000, 60_000 + 36 * 8_000]
    assert costs.loc["pilot", "first_year"] == 10 * 1_000
    assert costs.loc["training", "first_year"] == 90 * (10 * 10 + 18 * 14 + 5 * 9 + 7 * 9)
    assert costs.loc["processes", "first_year"] == 24 * 2_000 and costs.loc["cleaning", "first_year"] == 28_000
    assert costs.loc["responsible"].tolist() == [52 * 11 * 80, 3 * 52 * 11 * 80]


def test_what_is_not_live_brings_nothing():
    empty = written(dict.fromkeys(rollout.PEOPLE.index, (0, 0, 0)), pilot="none")
    assert (rollout.outcomes(*empty)["brought"] == 0).all()
