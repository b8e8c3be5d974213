"""The long task of chapter 09 judges fairly: a plan is marked by what it earns in futures that nobody has seen."""

import re

import pandas as pd
import pytest

from crmlib import rollout
from crmlib.exercises import check, key
from crmlib.exercises.judges import systems as judge
from tests.support.plans import plan_of

TASK = "systems.crm_rollout"


def written(rows=None, **choices):
    """An honest plan that is not the course's own, changed: `rows` by team are (trained, hours, live)."""
    teams = {"service_team": (4, 10, 4), "sales_team": (7, 14, 7), "marketing_team": (8, 9, 8), "managers": (9, 9, 9)}
    chosen = {"way": "rent", "pilot": "service_team", "processes": 24, "cleaning": 280, "responsible": 11}
    return plan_of(teams | (rows or {}), chosen | choices)


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
        lambda teams, choices: (teams, choices.to_dict() | {"clening": 300}),
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
        (written({"sales_team": (2, 14, 2), "service_team": (5, 9, 5)}, pilot="sales_team"), "too_early"),
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
    first, also = message.split("Also:")
    assert first.startswith("A team goes live without training") and "Software before process" in also
    assert marks(message) == 0


def test_the_dearest_mistake_comes_first():
    """Amounts that cost 97,000 yuan before managers who come before the pilot has told (23,000)."""
    rows = {"service_team": (4, 12, 4), "sales_team": (7, 12, 7), "managers": (4, 10, 4)}
    feedback = check(TASK, *written(rows, processes=16, cleaning=160, responsible=20))
    first, also = feedback.message.split("Also:")
    assert feedback.misconception == "amounts" and "too little: processes, cleaning; too much: responsible" in first
    assert "(managers: month 4; the pilot tells in month 7)" in also
    costs = judge.mending.losses(*rollout.read(*written(rows, processes=16, cleaning=160, responsible=20)))
    assert costs["amounts"] > costs["pilot_ignored"] > 0 and costs.is_monotonic_decreasing


@pytest.mark.parametrize(
    ("plan", "said", "unsaid"),
    [  # plans of a blind trial, of which the judge once told what was not so
        (written({"marketing_team": (14, 9, 14), "managers": (14, 9, 14)}), "managers: month 14", "after a year"),
        (written({"managers": (0, 0, 0)}), "The managers do not work with it", "The managers go live first"),
        (written({"managers": (0, 0, 0)}), "The managers do not work with it", "A team never goes live"),
        (written({"service_team": (0, 0, 0)}), "service_team; so there is no pilot", "No pilot:"),
        (written({"sales_team": (6, 14, 6)}), "sales_team: month 6; the pilot tells in month 7", "decides nothing"),
        (written({"marketing_team": (7, 9, 7)}), "month 7: 23 people", "month 8:"),
        (written(dict.fromkeys(rollout.PEOPLE.index, (9, 0, 9)), way="build"), "by renting, the same plan", "the rent"),
        (written({"sales_team": (7, 40, 7), "service_team": (4, 40, 4)}), "too much: hours", "too little:"),
    ],
)
def test_what_the_judge_tells_is_so(plan, said, unsaid):
    message = check(TASK, *plan).message
    assert said in message and unsaid not in message


def test_a_month_before_the_first_is_counted_as_the_first_and_said(language):
    teams, choices = written({"service_team": (2, 10, 2)})
    early = teams.copy()
    early.loc["service_team", "live"] = 1
    said, plain = check(TASK, early, choices).message, check(TASK, teams, choices).message
    told = "With 'rent' nobody can go live before month 2" if language == "en" else "最早第 2 个月才能上线"
    assert told in said and told not in plain


def test_a_plan_that_is_right_is_told_what_is_left_to_gain():
    feedback = check(TASK, *written({"managers": (4, 9, 4)}))
    assert feedback.status == "right" and "Still to gain: Teams go live before the pilot" in feedback.message
    assert "Still to gain" not in check(TASK, *written()).message or marks(check(TASK, *written()).message) < 40


@pytest.mark.parametrize("hours", [11, 16])
@pytest.mark.parametrize("managers", [8, 9])
def test_what_is_left_to_gain_is_never_empty(hours, managers):
    rows = {team: (month, hours, month) for team, month in {"service_team": 4, "managers": managers}.items()}
    message = check(TASK, *written(rows)).message
    assert not message.endswith("Still to gain:")


def moved(plan, team, month):
    teams = plan[0].copy()
    teams.loc[team, ["trained", "live"]] = month
    return teams, plan[1]


MANAGERS_FIRST = {"managers": (4, 12, 4), "sales_team": (7, 12, 7), "service_team": (8, 12, 8)}


@pytest.mark.parametrize(
    ("plan", "better"),
    [  # the earliest month that has room for a team, after the pilot has told in month 7
        (written(), {"managers": 8}),
        (written({"managers": (8, 9, 8)}), {}),
        (written(MANAGERS_FIRST, pilot="managers"), {}),  # sales fill month 7: no room for ten or five more
        (written(MANAGERS_FIRST | {"sales_team": (8, 12, 8), "service_team": (7, 12, 7)}, pilot="managers"), None),
        (
            written({"sales_team": (8, 12, 8), "marketing_team": (10, 12, 10), "managers": (8, 9, 8)}),
            {"sales_team": 7, "marketing_team": 8},
        ),
        (written({"marketing_team": (14, 9, 14), "managers": (14, 9, 14)}), {"marketing_team": 8, "managers": 8}),
    ],
)
def test_later_than_necessary_is_who_gains_by_an_earlier_month(plan, better):
    found = judge.mending.earlier(*rollout.read(*plan))
    months = {} if found is None else found[0].to_dict()
    if better is not None:
        assert months == better
    best = plan
    for team, month in months.items():
        sooner = moved(best, team, month)
        assert month < plan[0].loc[team, "live"] and earned(sooner) > earned(best)
        best = sooner
    assert judge.mending.crowds(*rollout.read(*best)).empty
    if found:
        assert found[1] == pytest.approx(earned(best) - earned(plan))


def test_hours_are_told_with_the_teams_that_have_too_few(language):
    few = written({"sales_team": (7, 6, 7), "marketing_team": (8, 6, 8), "service_team": (4, 12, 4)})
    told = "hours of sales_team" if language == "en" else "hours（sales_team"
    message = check(TASK, *few).message
    assert told in message and "service_team" not in message


def test_a_plan_better_than_the_course_s_own_is_told_so():
    rows = {"service_team": (3, 12, 3), "sales_team": (6, 12, 6), "marketing_team": (7, 10, 7), "managers": (7, 10, 7)}
    message = check(TASK, *written(rows, processes=20, cleaning=320, responsible=10)).message
    assert "less than yours" in message and marks(message) == 40
    assert "less than yours" not in check(TASK, *rollout.draft()).message


def test_a_loss_is_counted_and_not_rounded():
    plan = written(responsible=5, cleaning=120, processes=10)
    lost = int((rollout.unseen_outcomes(*plan)["net_gain"] < 0).sum())
    assert f"in {lost} of the 400 ({lost / 400:.1%})" in check(TASK, *plan).message


def test_mending_every_mistake_makes_a_gain_of_the_draft():
    plan = rollout.read(*rollout.draft())
    mended = judge.mending._mended(*plan)
    # What is left is time: the plan keeps to the months in which one that buys can begin.
    assert earned(mended) > 0.75 * key.find(TASK).facts["own"] and earned(plan) < 0
    assert plan[0]["live"].eq(4).all() and plan[1]["way"] == "buy"


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
