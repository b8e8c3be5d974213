"""The firm of the long task: what a plan costs by hand, which future each rule of the world makes, what is refused."""

import numpy as np
import pandas as pd
import pytest

from crmlib import rollout
from tests.support.plans import plan_of
from tests.support.refusals import refuses


def plan(rows=None, **choices):
    teams = {"service_team": (4, 10, 4), "sales_team": (7, 10, 7), "marketing_team": (8, 10, 8), "managers": (8, 10, 8)}
    chosen = {"way": "rent", "pilot": "service_team", "processes": 20, "cleaning": 300, "responsible": 10}
    return plan_of(teams | (rows or {}), chosen | choices)


def calendar(teams, choices, *, ready=2, suits=False, told=0.99):
    """When teams go live, are trained and have another product, in one future."""
    live, trained, changed = rollout._calendar(teams, choices, np.array([ready]), np.array([suits]), np.array([told]))
    return (pd.Series(part[0], index=teams.index) for part in (live, trained, changed))


def test_forty_people_are_the_firm_of_the_price_list():
    prices = rollout.price_list().query("option == 'buy'")
    amounts = prices["amount"] * np.where(prices["per_user"], 40, 1)
    by_when = amounts.groupby(prices["when"]).sum()
    costs = rollout.costs(*rollout.draft())
    assert rollout.PEOPLE.sum() == 40 and by_when.to_dict() == {"once": 320_000, "yearly": 70_000}
    assert costs["first_year"].loc["total"] == 390_000 and costs["three_years"].loc["total"] == 530_000


def test_cleaning_and_workshops_are_paid_when_they_are_done():
    costs = rollout.costs(*plan(cleaning=1_200, processes=100))
    assert costs.loc["cleaning"].tolist() == [12 * 80 * 100, 1_200 * 100]
    assert costs.loc["processes"].tolist() == [12 * 8 * 2_000, 100 * 2_000]


def test_a_pilot_that_tells_delays_and_changes_all_but_what_is_live():
    live, trained, changed = calendar(*plan())
    assert live.to_dict() == {"sales_team": 9, "service_team": 4, "marketing_team": 10, "managers": 10}
    assert changed.all() and (trained == live).all()


@pytest.mark.parametrize(
    ("suits", "told", "pilot"), [(True, 0.99, "service_team"), (False, 0.001, "marketing_team"), (False, 0.99, "none")]
)
def test_nothing_changes_where_the_product_suits_or_nobody_sees_that_it_does_not(suits, told, pilot):
    live, _, changed = calendar(*plan(pilot=pilot), suits=suits, told=told)
    assert not changed.any() and live.to_dict() == plan()[0]["live"].to_dict()


def test_who_is_live_before_the_pilot_tells_keeps_the_product_that_does_not_suit():
    live, _, changed = calendar(*plan({"managers": (6, 10, 6)}))
    assert not changed["managers"] and live["managers"] == 6 and changed.drop("managers").all()


def test_nobody_is_live_before_the_product_is_ready():
    live, trained, _ = calendar(*plan(), ready=6, suits=True)
    assert live.tolist() == [7, 6, 8, 8] and trained["service_team"] == 4


def test_skill_by_hand():
    """Eight hours, two months forgotten: 4.5 hours are left; who is trained afterwards keeps 0.7 of it."""
    skill = rollout._skill(np.array([8.0, 8.0, 0.0]), np.array([[4, 7, 0]]), np.array([[6, 6, 6]]))
    whole = 1 - 0.65 * np.exp(-8 / 3)
    assert skill[0] == pytest.approx([1 - 0.65 * np.exp(-4.5 / 3), 0.7 * whole, 0.35])


def test_more_than_twenty_at_once_share_the_help():
    one, many = plan(), plan({"managers": (7, 10, 7)})
    faulty = np.array([0.3])

    def ceiling(teams, choices):
        live = teams["live"].to_numpy()[None]
        return pd.Series(rollout._ceiling(teams, choices, live, live, faulty)[0], index=teams.index)

    assert ceiling(*many)["sales_team"] == pytest.approx(ceiling(*one)["sales_team"] * 20 / 25)


def test_a_year_of_nobody_responsible_loses_a_twentieth_each_month():
    teams, choices = plan(responsible=0)
    live, slow = teams["live"].to_numpy()[None], np.array([1e-9])  # used to it at once
    use = rollout._use(choices, live, np.ones((1, 4)), slow)
    place = teams.index.get_loc("service_team")
    assert use[0, place, 11] / use[0, place, 10] == pytest.approx(0.95, rel=0.02)


def test_the_gain_is_what_comes_less_what_goes_and_the_same_twice():
    first, again = rollout.outcomes(*plan()), rollout.outcomes(*plan())
    assert first.equals(again) and len(first) == rollout.SHOWN
    assert (first["brought"] - first["paid_in_all"]).to_numpy() == pytest.approx(first["net_gain"].to_numpy())


@pytest.mark.parametrize("pilot", ["service_team", "sales_team", "marketing_team", "none"])
@pytest.mark.parametrize("way", ["rent", "buy"])
@pytest.mark.parametrize(("processes", "cleaning", "responsible"), [(20, 320, 10), (10, 150, 6), (0, 0, 0)])
def test_the_futures_shown_are_no_rosier_than_those_of_the_judge(pilot, way, processes, cleaning, responsible):
    rows = {} if pilot in ("service_team", "none") else {pilot: (4, 10, 4), "service_team": (7, 10, 7)}
    one = plan(rows, pilot=pilot, way=way, processes=processes, cleaning=cleaning, responsible=responsible)
    shown, unseen = (made(*one)["net_gain"].mean() for made in (rollout.outcomes, rollout.unseen_outcomes))
    assert abs(shown - unseen) < 12_000


def test_each_column_of_futures_is_drawn_once_from_each_equal_part():
    future = rollout._futures(seed=1, count=50)
    spread = {"suits": (0, 1), "told": (0, 1), "late": (0, 1), "dearer": (0, 1), "slow": (2, 6), "faulty": (0.2, 0.4)}
    for name, (low, high) in spread.items():
        part = np.floor((future[name] - low) / (high - low) * 50)
        assert sorted(part) == list(range(50))
    assert np.log(future["worth"]).agg(["mean", "std"]).tolist() == pytest.approx([-0.02, 0.2], abs=0.01)


def test_a_product_that_is_changed_and_a_payment_that_grows_are_paid():
    """Renting keeps its price: 30,000 to change it, or nothing. Buying may cost up to 0.2 · 320,000 more."""
    paid = rollout.unseen_outcomes(*plan())["paid_in_all"]
    assert set((paid - paid.min()).round()) == {0, 30_000}
    assert rollout.unseen_outcomes(*plan(pilot="none"))["paid_in_all"].nunique() == 1
    bought = rollout.unseen_outcomes(*plan(way="buy", pilot="none"))["paid_in_all"]
    assert 0.97 * 64_000 < bought.max() - bought.min() < 64_000


def test_inputs_stay_as_they_are():
    teams, choices = plan()
    kept = teams.copy(), choices.copy()
    rollout.unseen_outcomes(teams, choices), rollout.costs(teams, choices)
    assert teams.equals(kept[0]) and choices.equals(kept[1])


def test_what_is_no_plan_is_refused():
    teams, choices = plan()
    refuses(lambda: rollout.costs(teams.assign(live=4.5), choices), ValueError, "live")
    refuses(lambda: rollout.costs(teams.iloc[:3], choices), ValueError, "teams")
    refuses(lambda: rollout.costs(teams, choices.drop("way")), ValueError, "way")
    refuses(lambda: rollout.costs(teams, choices.to_dict() | {"Clening": 300}), ValueError, "Write cleaning")
    refuses(lambda: rollout.costs(teams, choices.to_dict() | {"pilot": "board"}), ValueError, "pilot")
    refuses(lambda: rollout.costs(teams, choices.to_dict() | {"cleaning": 9_999}), ValueError, "cleaning")
