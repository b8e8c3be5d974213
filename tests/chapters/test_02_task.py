"""The long task of chapter 02 judges fairly: a contract is marked by what it saves in years nobody has seen."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib import chain
from crmlib.exercises import check, key
from crmlib.exercises.judges import relationship as judge

TASK = "relationship.data_contract"


def written(sees=(False, True, True), pays=(-7_000, 0, -1_500, 8_500)):
    """A contract: whether warehouse, distributor and dairy see the till, and what all four pay."""
    return chain.today().assign(sees_till=[False, *sees], pays=list(pays))


def marks(message):
    """What the judge gives of the first forty marks."""
    return float(re.search(r"([\d.]+) of 40, done from 37 on", message)[1])


def test_an_honest_contract_is_right_whatever_its_form(language):
    contract = written()
    forms = (
        contract,
        contract.iloc[::-1],
        contract.assign(sees_till=contract["sees_till"].astype(object), pays=contract["pays"].astype(int)),
        contract.assign(note="no personal data"),
        contract.assign(sees_till=[True, False, True, True]),  # the shop sees its own till anyhow
    )
    said = {check(TASK, one).message for one in forms}
    assert len(said) == 1 and check(TASK, contract).status == "right"


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
        (written(pays=(-7_000, 0, -1_500, 9_000)), "unbalanced"),
        (chain.today(), "nobody_sees"),
        (written((False,) * 3, (-1_000, 0, 0, 1_000)), "nobody_sees"),
        (written(pays=(8_000, 5_000, 0, -13_000)), "signs_reversed"),
        (written(pays=(7_000, 0, 1_500, -8_500)), "signs_reversed"),
        (written(pays=(0, 0, 0, 0)), "shop_unpaid"),
        (written(pays=(5_000, -5_000, 0, 0)), "shop_unpaid"),
        (written(pays=(-1_000_000, 0, 0, 1_000_000)), "loses_every_year"),
        (written(pays=(-8_000, 0, 9_000, -1_000)), "loses_every_year"),
        (written(pays=(-20_000, 0, -5_000, 25_000)), "price_too_high"),
        (written((True, True, True), (-7_000, 0, -1_500, 8_500)), "partner_unpaid"),
        (written(pays=(-7_000, 0, 600, 6_400)), "partner_unpaid"),
        (written(pays=(-7_000, 0, 0, 7_000)), "partner_on_average"),
        (written(pays=(-6_100, 0, -120, 6_220)), "partner_on_average"),  # the worst of five years, and a little more
        (written((False, False, True), (-7_000, 0, 0, 7_000)), "dairy_alone"),
        (written((True, True, True), (-7_000, -6_500, -500, 14_000)), "all_connected"),
        (written((True, False, True), (-6_000, -6_100, 1_000, 11_100)), "link_missing"),
        (written((False, True, False)), "link_missing"),
    ],
)
def test_a_contract_that_fails_is_told_why(contract, name, language):
    feedback = check(TASK, contract)
    assert (feedback.status, feedback.misconception) == ("wrong", name)


@pytest.mark.parametrize("sees", [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
@pytest.mark.parametrize("pays", [(-7_000, 0, -1_500, 8_500), (-7_000, -6_500, -500, 14_000), (0, 0, 0, 0)])
def test_verdict_and_marks_agree(sees, pays):
    feedback = check(TASK, written(tuple(map(bool, sees)), pays))
    assert (feedback.status == "right") == (marks(feedback.message) >= 37)


def test_a_contract_about_nothing_earns_nothing_and_is_signed_by_nobody():
    message = check(TASK, chain.today()).message
    assert marks(message) == 0 and "signatures 0 of 10" in message and "those who sign" not in message


def test_who_refuses_is_named_with_years_that_can_be_counted():
    contract = written(pays=(-7_000, 0, 0, 7_000))
    gains = chain.all_gains(contract).drop(index=list(chain.PAST))["distributor"]
    message = check(TASK, contract).message
    assert f"The distributor does not sign: it gains {gains.mean():,.0f} yuan a year on average" in message
    assert f"without loss in {(gains > -1).sum()} of 40 years; 32 are needed" in message
    assert gains.mean() > 0 and "does not reach" not in message and "signatures 7.5 of 10" in message


def test_a_small_margin_for_the_distributor_is_too_small_and_a_larger_one_is_not():
    """Why the text asks for a margin: the worst of the five years is about nought."""
    years = chain.all_gains(written(pays=(0,) * 4))["distributor"]
    past, future = years.loc[list(chain.PAST)], years.drop(index=list(chain.PAST))
    assert -200 < past.min() < 0 and -1_200 < future.quantile(1 - judge.SIGNS) < -600


def test_the_judge_counts_what_the_chain_saves():
    gains = chain.all_gains(written()).drop(index=list(chain.PAST))
    saved = gains.sum(axis=1).mean()
    message = check(TASK, written()).message
    assert f"{saved:,.0f}" in message and f"{gains['dairy'].mean():,.0f}" in message
    assert saved == pytest.approx(key.find(TASK).facts["own"])


def test_what_is_paid_is_received():
    with_pay, without = (chain.all_gains(written(pays=pays)).sum(axis=1) for pays in ((-8, -3, 0, 11), (0, 0, 0, 0)))
    assert with_pay.to_numpy() == pytest.approx(without.to_numpy())


def test_a_connection_more_may_save_or_not_and_the_giver_does_not():
    """The lesson of the task: those who give the data are not those who gain by them."""
    saved = {
        sees: chain.all_gains(written(sees, (0, 0, 0, 0))).sum(axis=1).mean()
        for sees in ((False, False, True), (False, True, True), (True, True, True))
    }
    alone, own, all_three = saved.values()
    assert 0 < alone < 0.6 * own and all_three < judge.ENOUGH * own
    gains = chain.all_gains(written((True, True, True), (0, 0, 0, 0)))
    assert (gains["shop"] == -6_000).all() and (gains["warehouse"] < 0).all() and gains["dairy"].mean() > 20_000


def test_the_choice_of_connections_is_a_choice_and_the_five_years_show_it():
    every = [(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)]
    gains = {sees: chain.all_gains(written(sees, (0,) * 4)).sum(axis=1) for sees in every}
    for years in (list(chain.PAST), range(1, chain.FUTURE + 1)):
        saved = pd.Series({sees: known.loc[years].mean() for sees, known in gains.items()}).sort_values()
        assert saved.index[-1] == (False, True, True) and saved.iloc[-2] < judge.ENOUGH * saved.iloc[-1]


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
