"""Tables of customers: an index of other levels, of mixed ids or without an id, and columns that are none."""

import numpy as np
import pandas as pd
import pytest

from crmlib import checks, churn, lifecycle, segmentation
from tests.support.refusals import refuses

PLAIN = pd.RangeIndex(3)
LEVELS = pd.MultiIndex.from_product([["x"], PLAIN])
LOG = pd.DataFrame({"customer_id": ["A", "A", "B"], "date": pd.to_datetime(["2025-01-05", "2025-02-01", "2025-03-01"])})


def money(index):
    return pd.Series([100.0, 300.0, 200.0], index)


def stages(index):
    return pd.Series(["growth", "maturity", "maturity"], index)


def tiers(index):
    return pd.DataFrame({"customers": 100, "value": 2000, "ceiling": 0.6, "k": 0.01}, index)


def methods(index):
    return pd.DataFrame({"rfm": [5, 4, 2], "lot": 1}, index)


def alarms(index):
    return pd.DataFrame({"alarms": [9, 4, 3], "came_back": 1}, index)


def chain(index):
    return pd.DataFrame(np.eye(3), index, index)


# Two things of customers each: what is done with them, given the index of either.
PAIRS = {
    "lists": lambda one, other: checks.lists(a=money(one), b=money(other)),
    "same_customers": lambda one, other: checks.same_customers(money(one), money(other), "a", "b"),
    "stage_account": lambda one, other: lifecycle.stage_account(stages(one), money(other)),
    "markov_value": lambda one, other: lifecycle.markov_value(chain(one), money(other), discount=0.1),
    "compare": lambda one, other: segmentation.compare(methods(one), money(other), share=0.5),
    "agreement": lambda one, other: segmentation.agreement(stages(one), stages(other)),
    "precision_recall": lambda one, other: segmentation.precision_recall(stages(one), stages(other)),
    "tier_value": lambda one, other: segmentation.tier_value(tiers(one), money(other)),
    "alarm_account": lambda one, other: churn.alarm_account(alarms(one), cost=1, worth=2, success=money(other) / 1000),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_indexes_of_other_levels_are_refused_and_equal_ones_are_not(pair):
    for one, other in ((PLAIN, LEVELS), (LEVELS, PLAIN)):
        refuses(lambda one=one, other=other: PAIRS[pair](one, other), ValueError, "one kind of index")
    for index in (LEVELS, pd.Index([0, "a", 2.5], dtype=object)):
        PAIRS[pair](index, index)


@pytest.mark.parametrize("pair", PAIRS)
def test_customers_of_one_side_only_are_named_also_where_ids_are_mixed(pair):
    if pair != "stage_account":  # there, customers without money brought nothing
        call = lambda: PAIRS[pair](pd.Index([0, 1, "a"], dtype=object), PLAIN)  # noqa: E731
        refuses(call, ValueError, r"\ba\b|第 a")


@pytest.mark.parametrize("table", [lifecycle.stages, lifecycle.cohorts])
def test_days_of_joining_need_the_ids_of_the_log(table):
    joined = pd.Series(pd.to_datetime(["2025-01-01"] * 3), LEVELS)
    more = (["2025-02-15"],) if table is lifecycle.stages else ()
    refuses(lambda: table(LOG, *more, joined=joined), ValueError, "log and joined need one kind of index")


RECORDS = pd.DataFrame({"phone": ["1", "1", "2"]}, index=["A", None, "B"])
SCORE = pd.Series([1.0], pd.MultiIndex.from_tuples([("A", "B")]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: segmentation.candidate_pairs(RECORDS),
        lambda: segmentation.compare_records(RECORDS, pd.DataFrame({"left": ["A"], "right": ["B"]})),
        lambda: segmentation.link(RECORDS, SCORE, 1),
        lambda: segmentation.candidate_pairs(
            RECORDS.set_axis(pd.MultiIndex.from_tuples([("x", "A"), ("x", None), ("x", "B")]))
        ),
    ],
)
def test_records_without_an_id_are_refused(call):
    refuses(call, ValueError, "records: the id in the index is missing: fill it. 1 of 3 rows")


@pytest.mark.parametrize("name", [pd.NA, ["date"], np.array([1, 2]), pd.DataFrame(), pd.Series([1.0, 2]), float("nan")])
def test_what_is_no_name_is_a_missing_column(name):
    refuses(lambda: checks.require_columns(["date", "usd"], [name]), ValueError, "Missing column: .*has: date, usd")


def test_a_category_is_no_number():
    column = pd.Series([1.0, 2.0], dtype="category")
    refuses(lambda: checks.floats(column, "cost"), TypeError, '"cost" holds category, not numbers')


def test_the_advice_for_customers_of_one_side_only_works():
    a, b = money(["A", "B", "C"]), money(["B", "C", "D"])
    with pytest.raises(ValueError, match="Align them: ") as caught:
        checks.lists(a=a, b=b)
    names = {"a": a, "b": b}
    exec(str(caught.value).partition("Align them: ")[2].removesuffix("."), names)
    assert checks.lists(a=names["a"], b=names["b"])[1].index.tolist() == ["B", "C"]


@pytest.mark.parametrize(
    ("success", "told"),
    [
        (len, r"a function of a number of days is needed, success\(30\).*no len"),
        (lambda days: days / 0, "ZeroDivisionError"),
        (lambda days: [0.1, 0.2], r"success = \[0.1, 0.2\]: one number"),
        (lambda days: None, "success = None: one number"),
        (lambda days: True, "success = True: one number"),
    ],
)
def test_a_function_of_days_gives_one_number(success, told):
    call = lambda: churn.alarm_account(alarms([30, 60, 90]), cost=1, worth=2, success=success)  # noqa: E731
    refuses(call, (TypeError, ValueError), told)


def test_resamples_have_an_end():
    points = pd.DataFrame(np.arange(20.0).reshape(10, 2))
    refuses(lambda: segmentation.choose_k(points, resamples=10**9), ValueError, "from 2 to 10000")
