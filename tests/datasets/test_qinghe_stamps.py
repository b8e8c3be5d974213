"""The stamp cards of Qinghe's coffee corner: each planted truth is found again, and so is the trap."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets
from tests.support.estimates import assert_near

PLAN = datasets.load_qinghe_truth()["stamps"]
FULL = PLAN["stamps"]
LONG_BEFORE_THE_END = "2025-10-01"  # who is not back by the year's end has stopped, but for the very slowest


@pytest.fixture(scope="module")
def stamps():
    """The file, with the days since the customer's stamp before, and whether the card was filled."""
    table = datasets.load_qinghe_stamps()
    table["days"] = table.groupby("customer_id")["date"].diff().dt.days
    table["filled"] = table.groupby(["customer_id", "card"])["stamp"].transform("max") == FULL
    return table


@pytest.fixture(scope="module")
def intervals(stamps):
    """Days between two stamps of one card; `progress` runs from 0 (first interval) to 1 (last)."""
    inside = stamps[stamps["stamp"] > 1]
    return inside.assign(progress=(inside["stamp"] - 2) / (FULL - 2))


def mean_and_error(values):
    return values.mean(), values.std() / np.sqrt(len(values))


def ratio_and_error(above, below):
    """A ratio of two means over the same customers, and its standard error (delta method)."""
    ratio = above.mean() / below.mean()
    return ratio, (above - ratio * below).std() / below.mean() / np.sqrt(len(below))


def shortening(sums):
    """Fall from the first interval to the last on a line of least squares, from sums by customer."""
    n, x, y, xx, xy = np.asarray(sums).T
    slope = (n * xy - x * y) / (n * xx - x * x)
    return -slope / ((y - slope * x) / n)


def first(stamps, card, stamp):
    """Days before one stamp of one card, by customer."""
    return stamps[(stamps["card"] == card) & (stamps["stamp"] == stamp)].set_index("customer_id")["days"]


def test_cards_are_stamped_in_order(stamps):
    assert list(datasets.load_qinghe_stamps()) == ["customer_id", "card", "stamp", "date"]
    count = stamps.groupby("customer_id").cumcount()
    assert (stamps["card"] == count // FULL + 1).all() and (stamps["stamp"] == count % FULL + 1).all()
    assert (stamps["days"].dropna() >= 1).all()  # at most one stamp a day
    assert stamps["date"].min() >= pd.Timestamp(PLAN["start"]) and stamps["date"].max() == pd.Timestamp("2025-12-31")
    assert len(stamps) == 8752 and stamps["filled"].groupby(stamps["customer_id"]).any().sum() == 321


def test_guests_are_households_of_the_two_towns(stamps):
    customers = datasets.load_qinghe_customers().set_index("customer_id").loc[stamps["customer_id"].unique()]
    assert len(customers) == PLAN["customers"] and set(customers["market"]) == set(PLAN["markets"])
    assert set(customers["kind"]) == {"household"} and (customers["joined"] < pd.Timestamp(PLAN["start"])).all()
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id").loc[customers.index]
    assert "reseller" not in set(truth["segment"]) and truth["person_id"].is_unique
    assert not (truth["stages"].str[18] == "T").any()  # in July 2025


def test_the_reward_draws_within_customers(intervals):
    """The planted acceleration, on filled cards, each customer beside his own mean; error by redrawing customers."""
    filled = intervals[intervals["filled"]]
    own = filled["days"] / filled.groupby("customer_id")["days"].transform("mean")
    x = filled["progress"]
    sums = pd.DataFrame({"n": 1, "x": x, "y": own, "xx": x * x, "xy": x * own}).groupby(filled["customer_id"]).sum()
    times = np.random.default_rng(1).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=2000)
    error = shortening(times @ sums.to_numpy()).std()
    assert_near(shortening(sums.sum()), PLAN["acceleration"], error)
    assert error < PLAN["acceleration"] / 6  # no acceleration, or one half as large again, would be told apart


def test_who_gets_that_far_is_the_trap(stamps, intervals):
    """All cards together tell of more pull than there is; unfinished cards are slow because their owners are."""
    by_stamp = intervals.groupby("stamp")["days"].mean()
    filled = intervals[intervals["filled"]].groupby("stamp")["days"].mean()
    assert [round(1 - means[FULL] / means[2], 2) for means in (by_stamp, filled)] == [0.39, 0.22]
    assert intervals.groupby("filled")["days"].mean().round(1).to_dict() == {False: 9.4, True: 4.4}
    cards = stamps.drop_duplicates(["customer_id", "card"])["filled"]
    assert (len(cards), (~cards).sum()) == (1029, 299)


def test_customers_differ(stamps):
    """First intervals of first cards have the mean of the log-normal, cut below; one goes along with the next."""
    plan = PLAN["days_between"]
    own = np.maximum(
        plan["least"], plan["median"] * np.random.default_rng(1).lognormal(0, plan["spread"], 1_000_000)
    ).mean()
    one, two = first(stamps, 1, 2), first(stamps, 1, 3)
    found, error = mean_and_error(one)
    assert_near(found, own, error)
    assert one.corr(two, method="spearman") > 0.3


def test_the_next_card_begins_anew(stamps):
    """After the reward a longer pause; then intervals as long as on the first card, not as on its end."""
    both = first(stamps, 2, FULL).index
    start, end = first(stamps, 1, 2).loc[both], first(stamps, 1, FULL).loc[both]
    anew = first(stamps, 2, 2).loc[both]
    found, error = mean_and_error(anew - start)
    assert_near(found, 0, error)
    found, error = mean_and_error(anew - end)
    assert found > 3 * error
    pause = first(stamps, 2, 1)
    found, error = ratio_and_error(pause, first(stamps, 1, 2).loc[pause.index])
    assert_near(found, PLAN["pause"], error)


def test_some_stop_and_more_of_them_after_the_reward(stamps):
    early = stamps[stamps["date"] < LONG_BEFORE_THE_END]
    stopped = (early["date"] == early["customer_id"].map(stamps.groupby("customer_id")["date"].max())).astype(float)
    for full, name in [(False, "after_stamp"), (True, "after_reward")]:
        share = stopped[(early["stamp"] == FULL) == full]
        assert_near(share.mean(), PLAN["stop"][name], np.sqrt(share.mean() * (1 - share.mean()) / len(share)))
