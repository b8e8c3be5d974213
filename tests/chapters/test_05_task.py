"""The long task of chapter 05 judges fairly: care for each household is marked by what 2025 brought."""

import numpy as np
import pandas as pd
import pytest

from crmlib import qinghe, segmentation, value
from crmlib.exercises import check, key
from crmlib.exercises.judges import segmentation as judge

TASK = "segmentation.care_for_2025"


@pytest.fixture
def households():
    return qinghe.care_list()


@pytest.fixture
def profit(households):
    return households["profit"]


@pytest.fixture
def answer(profit):
    """An honest division that is not the course's own: last year's profit, household by household."""
    return judge._best(0.8 * profit)


def test_the_judge_takes_series_in_any_order_arrays_and_lists(answer):
    turned = answer.sample(frac=1, random_state=1)
    given = answer, turned, answer.to_numpy(), list(answer), answer.to_frame(), answer.reset_index(drop=True)
    said = {check(TASK, care).message for care in given}
    assert len(said) == 1 and check(TASK, answer).status == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda care: care.iloc[:-1],
        lambda care: care[care > 0],
        lambda care: care.mask(care.index == care.index[3]),
        lambda care: -care,
        lambda care: care.replace(0, np.inf),
        lambda care: 40,
        lambda care: "all",
        lambda care: care.to_dict(),
        lambda care: care.map(str).replace("0.0", "nothing"),
        lambda care: care.rename(index=lambda name: name + "x"),
        lambda care: np.column_stack([care, care]),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, answer, language):
    feedback = check(TASK, spoil(answer))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_the_judge_counts_what_the_data_say(answer, households):
    brought = qinghe.account(2025)["profit"].reindex(households.index, fill_value=0)
    by_hand = sum(
        households.at[who, "ceiling"] * (1 - np.exp(-households.at[who, "k"] * yuan)) * brought[who] - yuan
        for who, yuan in answer.items()
    )
    assert qinghe.care_earns(answer) == pytest.approx(by_hand)
    assert f"{by_hand:,.0f}" in check(TASK, answer).message


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda care, table: care * 0 + 51_000 / len(care), "over_budget"),
        (lambda care, table: care * 0, "nobody"),
        (lambda care, table: care * 0 + 16, "same_for_all"),
        (lambda care, table: (table["tier"] == "VIP") * 120.0, "all_for_vips"),
        (lambda care, table: table["tier"].map({"VIP": 30.0, "regular": 10.0, "dormant": 8.0}), "three_tiers"),
        (lambda care, table: (table["profit"] < 100) * 10.0, "unprofitable"),
    ],
)
def test_a_simple_division_is_named_with_what_it_costs(make, name, answer, households, language):
    care = make(answer, households)
    feedback = check(TASK, care)
    assert (feedback.status, feedback.misconception) == ("wrong", name)
    if name not in ("over_budget", "nobody"):
        assert f"{key.find(TASK).facts['own'] - qinghe.care_earns(care):,.0f}" in feedback.message


def test_whoever_knew_the_year_2025_is_refused(households, language):
    brought = qinghe.account(2025)["profit"].reindex(households.index, fill_value=0)
    for worth in (brought, 0.7 * brought + 50):
        assert check(TASK, judge._best(worth)).misconception == "too_good"


def test_honest_forecasts_are_right_and_none_is_taken_for_a_prophet(households, profit):
    fifth = pd.qcut(profit.rank(method="first"), 5)
    by_group = profit.groupby([households["tier"], fifth], observed=True).transform("mean")
    for worth in (profit, 0.7 * profit, 0.6 * profit + 0.1 * profit.mean(), by_group):
        assert check(TASK, judge._best(worth)).status == "right"


def test_the_tiers_are_those_of_the_chapter(households):
    assert households["tier"].value_counts().index.tolist() == ["regular", "dormant", "VIP"]
    assert (households.loc[households["tier"] == "dormant", "days_since_last"] > 180).all()
    for name, (yuan, share, most) in qinghe.CARE_MOVES.items():
        ceiling, k = households.loc[households["tier"] == name, ["ceiling", "k"]].iloc[0]
        assert ceiling == most and value.response_rate(yuan, ceiling, k) == pytest.approx(share)
    assert not set(households.index) - set(qinghe.agreed()[qinghe.agreed()].index)


def test_a_table_of_households_is_what_tier_plan_takes(households):
    each = households[["ceiling", "k"]].assign(customers=1, value=households["profit"].clip(lower=0))
    plan = segmentation.tier_plan(each, qinghe.CARE_BUDGET)
    assert plan["cost"].sum() <= qinghe.CARE_BUDGET + 1e-6
