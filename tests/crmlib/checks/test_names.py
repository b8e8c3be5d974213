"""What says how: names of columns, settings by name, yes or no; anything else is refused in both languages."""

import numpy as np
import pandas as pd
import pytest

from crmlib import checks
from tests.support.refusals import refuses


@pytest.mark.parametrize("given", ["a", ["a"], ("a",), pd.Index(["a"]), np.array(["a"]), pd.Series(["a"])])
def test_names_come_as_one_or_as_a_list(given):
    assert checks.names(given, "columns") == ["a"]


@pytest.mark.parametrize(
    "given", [None, 3, {"a": 1}, {"a"}, iter("a"), [["a"], ["b", "c"]], [None], [np.nan], [{}], b"a"]
)
def test_what_is_no_name_is_refused(given):
    refuses(lambda: checks.names(given, "columns"), TypeError, "^columns = .*list of names")


@pytest.mark.parametrize("given", [{"a": 1}, pd.Series({"a": 1})])
def test_settings_are_a_dict_or_a_series(given):
    assert checks.settings(given, "weights") == {"a": 1}


@pytest.mark.parametrize("given", [None, 3, "a", [("a", 1)], pd.DataFrame({"a": [1]})])
def test_what_is_no_dict_is_refused(given):
    refuses(lambda: checks.settings(given, "weights"), TypeError, "^weights = .*dict")


@pytest.mark.parametrize("given", [True, np.False_, np.array(True), pd.Series([False])])
def test_a_flag_is_true_or_false(given):
    assert checks.flag(given, "percent") in (True, False)


@pytest.mark.parametrize("given", [None, 1, "yes", [True, False], np.array([True, True]), pd.NA])
def test_what_is_no_flag_is_refused(given):
    refuses(lambda: checks.flag(given, "percent"), TypeError, "^percent = .*True or False")
