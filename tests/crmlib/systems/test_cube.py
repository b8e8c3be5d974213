"""The cube: its cells agree with pandas, its margins add up, its moves find what they say, and what is refused."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import label
from crmlib.systems import cube, dice, drill_down, roll_up, rotate, slice_cube
from crmlib.worlds.cube import DIMS, cells
from tests.support.refusals import refuses

FACTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([2024, 2025]), st.sampled_from("xyz"), st.integers(-50, 50)),
    min_size=1,
    max_size=40,
)


def facts(rows):
    return pd.DataFrame(rows, columns=["town", "year", "kind", "sales"])


@settings(max_examples=25, deadline=None)
@given(rows=FACTS)
def test_every_grouping_is_that_of_pandas(rows):
    table, dims = facts(rows), ["town", "year", "kind"]
    for how in ("sum", "mean", "count", "min", "max"):
        found = cube(table, dims, "sales", how=how)
        expected = {}
        for size in range(4):
            for by in combinations(dims, size):
                groups = table.groupby(list(by), observed=True)["sales"] if by else [((), table["sales"])]
                for key, own in groups:
                    members = dict(zip(by, key, strict=True))
                    expected[tuple(members.get(dim, "ALL") for dim in dims)] = getattr(own, how)()
        assert len(found) == len(expected)
        assert dict(zip(found[dims].itertuples(index=False, name=None), found["sales"], strict=True)) == pytest.approx(
            expected
        )


def test_sums_of_fen_do_not_hang_on_the_order_of_the_rows():
    """A plain sum of a million times 0.1 is 99999.9999…; on several cores it changes from call to call."""
    table = pd.DataFrame({"kind": ["x", "y"] * 500_000, "sales": 0.1})
    assert cube(table, "kind", "sales")["sales"].tolist() == [50_000.0, 50_000.0, 100_000.0]


def test_the_invented_cube_by_hand():
    """27 cells; the margins below were added up on paper from the table in the module."""
    table = cells()
    assert len(table) == 27 and table[DIMS].drop_duplicates().shape[0] == 27
    whole = cube(table, DIMS, "amount")
    assert len(whole) == 4**3 and whole["amount"].iloc[-1] == table["amount"].sum() == 314
    first = slice_cube(table, "quarter", label("Q1"))
    assert len(first) == 9 and "quarter" not in first and first["amount"].sum() == 99
    part = dice(table, {"quarter": [label("Q1"), label("Q2")], "town": label("Chenxing")})
    assert len(part) == 6
    wide = rotate(table, "town", "quarter", "amount")
    pd.testing.assert_frame_equal(rotate(table, "quarter", "town", "amount"), wide.T)
    assert wide.loc["ALL", "ALL"] == 314 and wide.loc["ALL"].tolist() == [99, 104, 111, 314]


def test_all_grows_while_one_cell_falls():
    """What the example is for: each margin hides it, two steps down find it."""
    table = cells()
    quarters = rotate(table, "quarter", "town", "amount").drop(index="ALL")
    assert quarters["ALL"].is_monotonic_increasing
    for side in ("town", "category"):
        assert (rotate(table, "quarter", side, "amount").drop(index="ALL").diff().iloc[1:] >= 0).all(axis=None)
    here = slice_cube(table, "town", label("Yinghuo"))
    fresh = slice_cube(here, "category", label("Fresh food"))["amount"].tolist()
    assert fresh == [14, 10, 6]


def test_drilling_goes_one_level_at_a_time():
    table = facts([("a", 2024, "x", 1), ("a", 2025, "x", 2), ("a", 2025, "y", 4), ("b", 2025, "x", 8)])
    levels = ["year", "town", "kind"]
    assert drill_down(table, levels, "sales")["sales"].tolist() == [1, 14]
    assert drill_down(table, levels, "sales", 2025)["sales"].tolist() == [6, 8]
    below = drill_down(table, levels, "sales", 2025, "a")
    assert list(below) == [*levels, "sales"] and below["sales"].tolist() == [2, 4]
    rolled = roll_up(table, levels, "sales")
    assert rolled.loc[rolled["town"].ne("ALL") & rolled["kind"].eq("ALL"), "sales"].tolist() == [1, 6, 8]
    assert not (rolled["year"].eq("ALL") & rolled["town"].ne("ALL")).any()


def test_an_empty_cell_is_no_sale_but_no_mean():
    table = facts([("a", 2024, "x", 3), ("b", 2025, "y", 5)])
    assert rotate(table, "town", "year", "sales").loc["a", 2025] == 0
    assert np.isnan(rotate(table, "town", "year", "sales", how="mean").loc["a", 2025])


def test_order_and_names_of_any_kind():
    table = pd.DataFrame(
        {'订单 "日"': pd.Categorical(["wed", "mon"], ["mon", "wed"]), "select": [1.5, 2.5], "n": [1, 2]}
    )
    found = cube(table, ['订单 "日"', "select"], "n")
    assert list(found['订单 "日"'][:2]) == ["mon", "wed"] and found["select"][0] == 2.5
    before = table.copy()
    dice(table, {"select": {1.5}})
    pd.testing.assert_frame_equal(table, before)


TABLE = facts([("a", 2024, "x", 3), ("b", 2025, "y", 5)])
BAD = {
    "no dimension": (lambda: cube(TABLE, [], "sales"), ValueError, "dims: 1 to 8"),
    "one twice": (lambda: cube(TABLE, ["town", "town"], "sales"), ValueError, "dims: 1 to 8 different"),
    "the measure as a dimension": (lambda: cube(TABLE, ["sales"], "sales"), ValueError, "none of them the measure"),
    "several measures": (lambda: cube(TABLE, "town", ["sales"]), ValueError, "Missing column: ..sales"),
    "no such column": (lambda: cube(TABLE, ["region"], "sales"), ValueError, "Missing column: region"),
    "a gap": (lambda: cube(TABLE.assign(town=["a", None]), "town", "sales"), ValueError, "town is missing.*1 of 2"),
    "a gap in the measure": (lambda: cube(TABLE.assign(sales=[1, None]), "town", "sales"), ValueError, '"sales" is'),
    "a member ALL": (lambda: cube(TABLE.replace("a", "ALL"), "town", "sales"), ValueError, "holds the word"),
    "another measure": (lambda: cube(TABLE, "town", "sales", how="median"), ValueError, "how = 'median'"),
    "no such slice": (lambda: slice_cube(TABLE, "town", "c"), ValueError, "town: no fact has 'c'. There are.*a, b"),
    "no such dice": (lambda: dice(TABLE, {"year": [2024, 2030]}), ValueError, "year: no fact has 2030"),
    "dice of nothing": (lambda: dice(TABLE, {"year": []}), ValueError, "no fact has"),
    "dice of a list": (lambda: dice(TABLE, ["a"]), TypeError, "members"),
    "too deep": (lambda: drill_down(TABLE, ["year", "town"], "sales", 2024, "a"), ValueError, "choose 1 at most"),
    "no table": (lambda: cube([1], "town", "sales"), TypeError, "a pandas table is needed"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name):
    refuses(*BAD[name])
