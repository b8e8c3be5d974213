"""ABC and CLV classes: against exact fractions, on every engine, on bad input."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import segmentation as seg
from tests.support.refusals import refuses
from tests.support.shop import log_of, same_on_every_engine, shop_log

quick = settings(max_examples=25, deadline=None)

money = st.lists(st.integers(-5000, 100_000), min_size=1, max_size=60)


@given(money, st.tuples(st.integers(5, 60), st.integers(61, 100)))
@quick
def test_abc_is_what_exact_fractions_say(cents, cuts):
    assume(max(cents) > 0)
    customers = [f"C{i:02}" for i in range(len(cents))]
    found = seg.abc(
        pd.DataFrame({"customer_id": customers, "amount": np.array(cents) / 100}), cuts=(cuts[0] / 100, cuts[1] / 100)
    )
    order = sorted(range(len(cents)), key=lambda i: (-cents[i], i))
    whole, before = sum(cent for cent in cents if cent > 0), 0
    for place, i in enumerate(order):
        # Exactly at a cut either side is a rounding error away; the library calls it reached.
        reached = sum(Fraction(before, whole) >= Fraction(cut, 100) for cut in cuts)
        grade = "ABC"[reached if cents[i] > 0 else 2]
        before += cents[i]
        row = found.iloc[place]
        assert found.index[place] == customers[i] and (row["rank"], row["class"]) == (place + 1, grade)
        assert row["cumulative_share"] == pytest.approx(before / whole, abs=1e-9)
        assert row["customers"] == pytest.approx((place + 1) / len(cents))


def test_abc_of_a_log_adds_up_first_and_is_the_same_everywhere():
    log = shop_log()
    found = same_on_every_engine(lambda table: seg.abc(table, set_aside=["missing ids", "duplicates"]), log)
    clean = log.dropna().drop_duplicates()
    pd.testing.assert_series_equal(
        found["value"].sort_index(), clean.groupby("customer_id")["amount"].sum(), check_names=False
    )
    assert found.attrs["excluded"] == {
        "missing ids": log["customer_id"].isna().sum(),
        "duplicates": len(log.dropna()) - len(clean),
    }
    shuffled = seg.abc(log.sample(frac=1, random_state=3), set_aside=["missing ids", "duplicates"])
    pd.testing.assert_frame_equal(found, shuffled)
    gross = seg.abc(log, set_aside="missing ids", refunds="set aside")
    assert gross["value"].sum() > found["value"].sum() and gross.attrs["excluded"]["refunds"] > 10


def test_abc_takes_a_series_or_the_customer_in_the_index():
    profit = pd.Series({"Y": 85.0, "X": 10.0, "Z": 5.0})
    found = seg.abc(profit)
    assert found["class"].to_dict() == {"Y": "A", "X": "B", "Z": "C"} and found.index.name == "customer_id"
    indexed = profit.rename_axis("customer_id").to_frame("profit")
    pd.testing.assert_frame_equal(seg.abc(indexed, value="profit"), found)


def test_one_customer_may_be_all_of_class_a_and_losers_are_c():
    found = seg.abc(pd.Series({"A": 1.0, "B": 99.0, "C": -50.0, "D": 0.0}))
    assert found["class"].to_dict() == {"B": "A", "A": "C", "D": "C", "C": "C"}
    assert found["cumulative_share"].tolist() == [0.99, 1.0, 1.0, 0.5]


def test_ties_at_a_border_of_abc_are_counted():
    found = seg.abc(pd.Series(1.0, index=range(20)), cuts=(0.5, 0.9))
    assert found["class"].value_counts().to_dict() == {"A": 10, "B": 8, "C": 2} and found.attrs["ties"] == 20
    assert seg.abc(pd.Series([7.0, 1, 1, 1])).attrs["ties"] == 3


GOOD = log_of([(1, 0, 1000), (1, 9, 2000), (2, 3, 3000), (3, 20, 500)])
BAD_ABC = {
    "negative values": (GOOD.assign(amount=[-1, 2, 3, 4]), {"refunds": "raise"}, ValueError, "negative.*1 of 4"),
    "ids missing": (GOOD.assign(customer_id=[None, 1, 2, 3]), {}, ValueError, "empty.*1 of 4 rows"),
    "nobody brings anything": (GOOD.assign(amount=-1.0), {}, ValueError, 'brings anything: the sums of "amount"'),
    "cuts that fall": (GOOD, {"cuts": (0.95, 0.8)}, ValueError, "two rising shares"),
    "cuts in percent": (GOOD, {"cuts": (80, 95)}, ValueError, "two rising shares"),
    "cuts as texts": (GOOD, {"cuts": ("0.8", "0.95")}, TypeError, "cuts = .*numbers are needed"),
    "three cuts": (GOOD, {"cuts": (0.5, 0.8, 0.9)}, ValueError, "two rising shares"),
    "no such column": (GOOD, {"value": "profit"}, ValueError, "Missing column: profit"),
    "a NaN": (pd.Series([1.0, np.nan]), {}, ValueError, '"amount" is empty.*1 of 2'),
    "an infinite value": (pd.Series([1.0, np.inf]), {}, ValueError, "infinite"),
    "empty": (GOOD[:0], {}, ValueError, "empty"),
    "no table": (3, {}, TypeError, "not int"),
}


@pytest.mark.parametrize("name", BAD_ABC)
def test_a_bad_table_for_abc_is_refused(name):
    table, options, error, message = BAD_ABC[name]
    refuses(lambda: seg.abc(table, **options), error, message)


def test_clv_classes_hold_their_shares():
    clv = pd.Series(np.random.default_rng(2).normal(100, 80, 1001), index=np.arange(1001) * 3)
    found = seg.clv_classes(clv)
    assert found.value_counts(sort=False).to_dict() == {"high": 201, "middle": 300, "low": 500}
    assert found.attrs["ties"] == 0
    assert clv[found == "high"].min() > clv[found == "middle"].max() > clv[found == "low"].max()
    five = seg.clv_classes(clv, [0.2] * 5, "ABCDE")
    assert five.value_counts(sort=False).tolist() == [201, 200, 200, 200, 200]
    assert seg.clv_classes([1, 1, 1, 1]).attrs["ties"] == 4
    assert seg.clv_classes(pd.Series([7.0])).tolist() == ["high"]


@pytest.mark.parametrize(
    ("clv", "options", "error", "message"),
    [
        ([1, 2], {"shares": (0.5, 0.6)}, ValueError, "add up to 1"),
        ([1, 2], {"shares": ("a", "b")}, TypeError, "shares = .*numbers are needed"),
        ([1, 2], {"shares": (1.2, -0.2)}, ValueError, "add up to 1"),
        ([1, 2], {"shares": (0.5, 0.5)}, ValueError, "2 shares need as many"),
        ([1, 2], {"names": ("a", "a", "b")}, ValueError, "different names"),
        ([1, np.nan], {}, ValueError, "missing.*1 of 2"),
        ([], {}, ValueError, "clv is empty"),
    ],
)
def test_bad_clv_classes_are_refused(clv, options, error, message):
    refuses(lambda: seg.clv_classes(clv, **options), error, message)
