"""The long task of chapter 02 judges fairly: a contract is marked by what it saves in years nobody has seen."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib import chain
from crmlib.exercises import check, key
from crmlib.exercises.judges import relationship as judge

TASK = "relationship.data_contract"


def written(sees=(True, True, True), pays=(-8_000, -3_000, 0, 11_000)):
    """A contract: whether warehouse, distributor and dairy see the till, and what all four pay."""
    return chain.today().assign(sees_till=[False, *sees], pays=list(pays))


def marks(message):
    """What the judge gives of the first forty marks."""
    return int(re.search(r"(\d+) of 40, done from 34 on", message)[1])


def test_an_honest_contract_is_right_whatever_its_form(language):
    contract = written()
    forms = (
        contract,
        contract.iloc[::-1],
        contract.assign(sees_till=contract["sees_till"].astype(object), pays=contract["pays"].astype(int)),
        contract.assign(note="no personal data"),
        contract.assign(sees_till=True),  # the shop sees its own till anyhow
    )
    said = {check(TASK, one).message for one in forms}
    assert len(said) == 1 and check(TASK, contract).status == "right"


def test_two_connections_are_a_good_answer_as_well(language):
    assert check(TASK, written((False, True, True), (-7_000, 0, -1_500, 8_500))).status == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda contract: contract["pays"],
        lambda contract: "a handshake",
        lambda contract: contract.iloc[:-1],
        lambda contract: contract.rename(index={"dairy": "farm"}),
        lambda contract: contract.drop(columns="pays"),
        lambda contract: contract.assign(pays="much"),
        lambda contract: contract.assign(pays=np.nan),
        lambda contract: contract.assign(sees_till="yes"),
        lambda contract: pd.concat([contract, contract.iloc[:1]]),
        lambda contract: contract.reset_index(drop=True),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, language):
    feedback = check(TASK, spoil(written()))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


@pytest.mark.parametrize(
    ("contract", "name"),
    [
        (written(pays=(-8_000, -3_000, 0, 12_000)), "unbalanced"),
        (chain.today(), "nobody_sees"),
        (written((False,) * 3, (-1_000, 0, 0, 1_000)), "nobody_sees"),
        (written(pays=(0, 0, 0, 0)), "shop_unpaid"),
        (written(pays=(5_000, -5_000, 0, 0)), "shop_unpaid"),
        (written(pays=(-30_000, -3_000, 0, 33_000)), "price_too_high"),
        (written(pays=(-8_000, 0, 0, 8_000)), "partner_unpaid"),
        (written(pays=(-8_000, -3_000, 9_000, 2_000)), "partner_unpaid"),
        (written((False, False, True), (-7_000, 0, 0, 7_000)), "dairy_alone"),
        (written((True, False, True), (-6_500, -2_500, 0, 9_000)), "link_missing"),
        (written((True, True, False), (-6_500, -2_500, 0, 9_000)), "link_missing"),
    ],
)
def test_a_contract_that_fails_is_told_why(contract, name, language):
    feedback = check(TASK, contract)
    assert (feedback.status, feedback.misconception) == ("wrong", name)


@pytest.mark.parametrize("sees", [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
@pytest.mark.parametrize("pays", [(-8_000, -3_000, 0, 11_000), (-6_100, -2_600, -1_000, 9_700), (0, 0, 0, 0)])
def test_verdict_and_marks_agree(sees, pays):
    feedback = check(TASK, written(tuple(map(bool, sees)), pays))
    assert (feedback.status == "right") == (marks(feedback.message) >= 34)


def test_a_contract_about_nothing_earns_nothing():
    assert marks(check(TASK, chain.today()).message) == 0


def test_the_judge_counts_what_the_chain_saves():
    gains = chain.all_gains(written()).drop(index=list(chain.PAST))
    saved = gains.sum(axis=1).mean()
    message = check(TASK, written()).message
    assert f"{saved:,.0f}" in message and f"{gains['dairy'].mean():,.0f}" in message
    assert saved == pytest.approx(key.find(TASK).facts["own"])


def test_what_is_paid_is_received():
    with_pay, without = (chain.all_gains(written(pays=pays)).sum(axis=1) for pays in ((-8, -3, 0, 11), (0, 0, 0, 0)))
    assert with_pay.to_numpy() == pytest.approx(without.to_numpy())


def test_each_further_connection_saves_and_the_giver_does_not():
    """The lesson of the task: those who give the data are not those who gain by them."""
    saved = {
        sees: chain.all_gains(written(sees, (0, 0, 0, 0))).sum(axis=1).mean()
        for sees in ((False, False, True), (False, True, True), (True, True, True))
    }
    alone, two, own = saved.values()
    assert 0 < alone < 0.6 * own and judge.ENOUGH * own < two < own
    gains = chain.all_gains(written(pays=(0, 0, 0, 0)))
    assert (gains["shop"] == -6_000).all() and (gains["warehouse"] < 0).all() and gains["dairy"].mean() > 20_000


def test_past_and_future_are_of_one_kind():
    """Who contents the worst of the five years need not fear the forty others."""
    past, future = (
        chain.all_gains(written(pays=(0,) * 4)).query(rule)["dairy"] for rule in ("year > 2000", "year < 2000")
    )
    error = (past.var() / len(past) + future.var() / len(future)) ** 0.5
    assert abs(past.mean() - future.mean()) < 3 * error
    assert (future > past.min()).mean() > judge.SIGNS


def test_stock_is_what_came_less_what_went():
    """The bookkeeping by hand, for the shop: what arrives was ordered a week before."""
    tills = chain._tills()
    placed, stock = chain._order(tills, chain._forecast(tills), 0)
    assert np.diff(stock, axis=1) == pytest.approx(placed[:, :-1] - tills[:, 1:])


def test_orders_swing_more_from_firm_to_firm_and_less_with_data():
    alone, together = (chain.orders(contract).diff().std() for contract in (chain.today(), written()))
    assert alone.is_monotonic_increasing and together["dairy"] < 0.7 * alone["dairy"]
    assert together["shop"] == alone["shop"]


def test_a_year_that_is_not_in_the_books_is_refused(language):
    with pytest.raises(ValueError, match="year"):
        chain.orders(chain.today(), 1999)
