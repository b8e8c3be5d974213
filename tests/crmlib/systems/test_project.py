"""The project of a CRM: published critical path, pilot and present value; sums by hand; what is refused."""

import numpy as np
import pandas as pd
import pytest

from crmlib.systems import project
from tests.support.refusals import refuses

# Reliable Construction Co.: Hillier & Lieberman, Introduction to operations research, project management (weeks).
RELIABLE = pd.DataFrame(
    [
        ("A", 2, ""),
        ("B", 4, "A"),
        ("C", 10, "B"),
        ("D", 6, "C"),
        ("E", 4, "C"),
        ("F", 5, "E"),
        ("G", 7, "D"),
        ("H", 9, "E, G"),
        ("I", 7, "C"),
        ("J", 8, "F，I"),
        ("K", 4, ["J"]),
        ("L", 5, "J"),
        ("M", 2, "H"),
        ("N", 6, "K、L"),
    ],
    columns=["task", "days", "needs"],
)
COSTS = pd.DataFrame(
    {
        "item": ["licence", "training", "training", "servers"],
        "when": ["once", "once", "yearly", "yearly"],
        "amount": [500.0, 10_000.0, 2_000.0, 30_000.0],
        "per_user": [True, False, False, False],
    }
)
UNSURE = pd.DataFrame(
    {"item": ["a", "b"], "when": ["once", "yearly"], "low": [10.0, 0.0], "likely": [20.0, 2.0], "high": [60.0, 4.0]}
)


def test_a_published_project():
    path = project.critical_path(RELIABLE)
    assert path.attrs["days"] == 44
    assert "".join(path.index[path["critical"]]) == "ABCEFJLN"
    slack = path.loc[~path["critical"], "slack"].to_dict()
    assert slack == {"D": 4, "G": 4, "H": 4, "I": 2, "K": 1, "M": 4}
    assert path.loc["J", ["early_start", "late_finish"]].tolist() == [25, 33]


def test_the_order_of_rows_does_not_matter():
    shuffled = RELIABLE.sample(frac=1, random_state=3)
    again = project.critical_path(shuffled)
    assert again.index.tolist() == shuffled["task"].tolist()
    pd.testing.assert_frame_equal(again.sort_index(), project.critical_path(RELIABLE))


def test_thirds_of_days_leave_no_dust():
    tasks = pd.DataFrame({"task": list("abcd"), "days": [0.1, 0.2, 0.3, 0], "needs": ["", "a", "", "b,c"]})
    assert project.critical_path(tasks)["critical"].all()


def test_needs_are_found_by_number_and_by_names_that_hold_a_comma():
    """A column of numbers with gaps holds 1.0 and NaN."""
    numbered = pd.DataFrame({"task": [1, 2, 3], "days": [2, 3, 4], "needs": [None, 1, 2]})
    assert project.critical_path(numbered).attrs["days"] == 9
    named = pd.DataFrame({"task": ["plan, sign", "（一）", "go"], "days": [1, 2, 4]})
    named["needs"] = ["", "plan, sign", "（一），plan, sign"]
    refuses(lambda: project.critical_path(named), ValueError, "has not: plan, sign")
    named["needs"] = ["", "plan, sign", ["（一）", "plan, sign"]]
    assert project.critical_path(named).attrs["days"] == 7


def test_what_a_project_cannot_be():
    circle = RELIABLE.replace({"needs": {"A": "D"}})
    refuses(lambda: project.critical_path(circle), ValueError, "wait for each other.*→.*Take one")
    refuses(lambda: project.critical_path(RELIABLE.head(3).assign(needs="Z")), ValueError, "has not: Z")
    refuses(lambda: project.critical_path(RELIABLE.assign(task="A")), ValueError, "more than once.*14 of 14")
    refuses(lambda: project.critical_path(RELIABLE.assign(days=-1)), ValueError, "days")
    refuses(
        lambda: project.critical_path(RELIABLE.replace({"task": {"C": " "}})), ValueError, "task is missing.*1 of 14"
    )
    refuses(lambda: project.critical_path(RELIABLE.drop(columns="needs")), ValueError, "Missing column: needs")


def test_present_value_by_hand():
    assert project.npv([-1000, 500, 600], 0.1) == pytest.approx(-1000 + 500 / 1.1 + 600 / 1.21)
    assert project.npv([-1000, 500, 600], 0) == 100
    assert project.npv([[-100, 110], [-100, 121]], 0.1) == pytest.approx([0, 10])
    refuses(lambda: project.npv([], 0.1), ValueError, "yearly amounts")
    refuses(lambda: project.npv([1, 2], 10), ValueError, "0.1")
    refuses(lambda: project.npv(["a"], 0.1), TypeError, "flows")


def test_total_cost_by_hand():
    """Forty users: 20,000 + 10,000 once; 2,000 + 30,000 a year for three years, at 10 % a year 2.48685 times that."""
    table = project.tco(COSTS, 3, discount=0.1, users=40)
    assert table.index.tolist() == ["licence", "training", "servers"]
    assert table["once"].tolist() == [20_000, 10_000, 0] and table["total"].tolist() == [20_000, 16_000, 90_000]
    assert table["present_value"].sum() == pytest.approx(30_000 + 32_000 * (1 / 1.1 + 1 / 1.21 + 1 / 1.331))
    assert COSTS["amount"].tolist() == [500, 10_000, 2_000, 30_000]


def test_total_cost_is_refused():
    refuses(lambda: project.tco(COSTS.assign(when="daily"), 3), ValueError, '"once" or "yearly".*4 of 4')
    refuses(lambda: project.tco(COSTS, 0), ValueError, "years = 0")
    refuses(lambda: project.tco(COSTS.assign(amount=-5), 3), ValueError, "amount")
    refuses(lambda: project.tco(COSTS.assign(item=None), 3), ValueError, "item is missing.*4 of 4")


def test_a_range_agrees_with_its_mean_and_spread():
    """A triangle's mean is (low + likely + high) / 3, its variance (l² + m² + h² − lm − lh − mh) / 18."""
    drawn = project.tco_range(UNSURE, UNSURE.iloc[[1]], 3, discount=0.1, draws=200_000, seed=5)
    yearly = 1 / 1.1 + 1 / 1.21 + 1 / 1.331
    assert drawn["cost"].mean() == pytest.approx(30 + 2 * yearly, rel=3e-3)
    spread = (100 + 400 + 3600 - 200 - 600 - 1200) / 18 + (0 + 4 + 16 - 0 - 0 - 8) / 18 * yearly**2
    assert drawn["cost"].var() == pytest.approx(spread, rel=0.02)
    assert drawn["cost"].between(10, 60 + 4 * yearly).all()
    assert np.corrcoef(drawn["cost"], drawn["benefit"])[0, 1] == pytest.approx(0, abs=0.01)
    pd.testing.assert_series_equal(drawn["npv"], drawn["benefit"] - drawn["cost"], check_names=False)


def test_a_range_is_drawn_again_from_its_seed():
    one, same, other = (project.tco_range(UNSURE, UNSURE, 5, draws=50, seed=seed) for seed in (1, 1, 2))
    assert one.equals(same) and not one.equals(other)
    wider = project.tco_range(pd.concat([UNSURE, UNSURE]), UNSURE, 5, draws=50, seed=1)
    assert wider["benefit"].equals(one["benefit"])
    refuses(lambda: project.tco_range(UNSURE.assign(low=90), UNSURE, 5), ValueError, "low ≤ likely ≤ high")


def test_a_published_experiment_before_a_decision():
    """Goferbroke: Hillier & Lieberman, decision analysis. Drill 700 or −100, sell 90, a survey for 30 (thousands)."""
    survey = pd.DataFrame({"favourable": [0.6, 0.2], "unfavourable": [0.4, 0.8]}, index=["oil", "dry"])
    worth = project.pilot_value({"oil": 700, "dry": -100}, {"dry": 0.75, "oil": 0.25}, survey, cost=30, otherwise=90)
    expected = {"now": 100, "after": 153, "information": 53, "net": 23, "perfect": 142.5, "go": 0.3}
    assert worth.to_dict() == pytest.approx(expected)


def test_a_pilot_that_says_nothing_is_worth_nothing():
    """By hand: works 0.4 · 900 − 0.6 · 500 = 60 now; a pilot right in 80 % of cases: 0.32 · 900 − 0.12 · 500 = 228."""
    payoffs, prior = {"works": 900, "fails": -500}, {"works": 0.4, "fails": 0.6}
    pilot = pd.DataFrame({"good": [0.8, 0.2], "bad": [0.2, 0.8]}, index=["works", "fails"])
    worth = project.pilot_value(payoffs, prior, pilot, cost=100)
    assert worth[["now", "after", "net"]].tolist() == pytest.approx([60, 228, 68])
    blind = pilot.assign(good=0.5, bad=0.5)
    assert project.pilot_value(payoffs, prior, blind)["information"] == pytest.approx(0)
    sure = pilot.assign(good=[1.0, 0.0], bad=[0.0, 1.0])
    told = project.pilot_value(payoffs, prior, sure)
    assert told["information"] == pytest.approx(told["perfect"])


def test_chances_that_are_none():
    pilot = pd.DataFrame({"good": [0.8, 0.2], "bad": [0.2, 0.8]}, index=["works", "fails"])
    payoffs = {"works": 9, "fails": -5}
    refuses(
        lambda: project.pilot_value(payoffs, {"works": 0.4, "fails": 0.4}, pilot), ValueError, "prior.*0.8, not to 1"
    )
    half = {"works": 0.5, "fails": 0.5}
    refuses(lambda: project.pilot_value(payoffs, half, pilot.assign(bad=0.1)), ValueError, "signals, works")
    refuses(lambda: project.pilot_value(payoffs, {"works": 1.0}, pilot), ValueError, "same states; in one only: fails")
    refuses(lambda: project.pilot_value([9, -5], half, pilot), TypeError, "payoffs")
