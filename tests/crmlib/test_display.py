"""Tables as a notebook shows them: names in the language in use, numbers as a manager writes them."""

import numpy as np
import pandas as pd

import crmlib
from crmlib.display import show

TABLE = pd.DataFrame(
    {"profit": [1234.5, np.nan], "retention_rate": [0.256, 1.0], "date": pd.to_datetime(["2026-01-05", None])},
    index=pd.Index(["potential", "BG/NBD"], name="stage"),
)


def words(shown):
    return shown.to_string(delimiter="|").split("\n")[:4]


def test_numbers_shares_dates_and_names_are_written_for_a_reader():
    before = TABLE.copy()
    heads, stage, first, second = words(show(TABLE, percent="retention_rate", digits={"retention_rate": 1}))
    assert heads == "|Profit|Retention rate|Date" and stage.rstrip("|") == "Stage"
    assert (first, second) == ("Potential|1,234|25.6%|2026-01-05", "BG/NBD|—|100.0%|—")
    pd.testing.assert_frame_equal(TABLE, before)


def test_all_columns_of_numbers_may_hold_shares():
    assert words(show(TABLE, percent="all"))[2] == "Potential|123450%|26%|2026-01-05"
    assert words(show(TABLE["retention_rate"], percent=["retention_rate"]))[2] == "Potential|26%"


def test_names_are_chinese_where_chinese_is_spoken():
    crmlib.use_language("zh")
    assert words(show(TABLE))[0].startswith("|利润|留存率|")


def test_an_index_of_numbers_stays_as_it_is():
    assert words(show(pd.DataFrame({"profit": [1, 2]})))[1:3] == ["0|1", "1|2"]
