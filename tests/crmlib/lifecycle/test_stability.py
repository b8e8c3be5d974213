"""Stability of a stage rule, against a loop and against Qinghe's planted stages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib import datasets, lifecycle
from tests.support.purchases import quick
from tests.support.refusals import refuses

paths = st.lists(st.text("PDGMRT.", min_size=5, max_size=5), min_size=1, max_size=12)


@given(paths)
@quick
def test_stability_is_what_a_loop_counts(letters):
    table = lifecycle.read_stages(pd.Series(letters), pd.date_range("2026-01-31", periods=5, freq="ME"))
    steps = changes = checked = undone = 0
    for path in letters:
        for i in range(4):
            before, after = path[i : i + 2]
            if "." in (before, after):
                continue
            steps, changes = steps + 1, changes + (before != after)
            if before != after and path[i + 2 : i + 3] not in ("", "."):
                checked, undone = checked + 1, undone + (path[i + 2] == before)
    found = lifecycle.stability(table)
    assert found[["customer_steps", "changes", "checked"]].tolist() == [steps, changes, checked]
    for name, part, whole in (("changed", changes, steps), ("taken_back", undone, checked)):
        assert found[name] == pytest.approx(part / whole) if whole else np.isnan(found[name])
    pd.testing.assert_series_equal(lifecycle.stability(table.astype(object)), found)


def test_a_rule_changes_its_mind_more_often_than_the_customers(qinghe):
    days = pd.date_range("2024-01-31", periods=24, freq="ME")
    letters = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"]
    truth = lifecycle.stability(lifecycle.read_stages(letters, days))
    rule = lifecycle.stability(lifecycle.stages(**qinghe, dates=days[5:]))
    assert rule["changed"] > 2 * truth["changed"] and rule["taken_back"] > 3 * truth["taken_back"]


BAD_TABLES = {
    "stability of one date": (lambda: lifecycle.stability(pd.DataFrame({"a": ["growth"]})), ValueError, "2 dates"),
    "stability of nobody": (lambda: lifecycle.stability(pd.DataFrame({"a": [], "b": []})), ValueError, "2 dates"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_bad_tables_are_refused(name):
    refuses(*BAD_TABLES[name])
