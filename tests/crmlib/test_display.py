"""Tables as a notebook shows them: names in the language in use, numbers as a manager writes them."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.display import show
from tests.support.refusals import refuses

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


EVIL = ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</td><b onclick='x'>", "a & b <i>")
PLACES = {
    "cell": lambda bad: show(pd.DataFrame({"note": [bad]})),
    "cell of categories": lambda bad: show(pd.DataFrame({"note": pd.Categorical([bad])})),
    "cell of the dtype string": lambda bad: show(pd.DataFrame({"note": pd.array([bad], dtype="string")})),
    "cell of mixed kinds": lambda bad: show(pd.DataFrame({"note": [bad, 1.5, None]})),
    "list in a cell": lambda bad: show(pd.DataFrame({"note": [[bad], (bad,), {bad: bad}]})),
    "object in a cell": lambda bad: show(pd.DataFrame({"note": [type("Named", (), {"__str__": lambda self: bad})()]})),
    "column": lambda bad: show(pd.DataFrame({bad: [1.0]})),
    "columns of two rows": lambda bad: show(pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("a", bad)]))),
    "index": lambda bad: show(pd.Series([1.0], index=[bad], name="profit")),
    "index of categories": lambda bad: show(pd.Series([1.0], index=pd.CategoricalIndex([bad]), name="profit")),
    "index of two columns": lambda bad: show(
        pd.Series([1], index=pd.MultiIndex.from_tuples([(1, bad)]), name="profit")
    ),
    "name of a Series": lambda bad: show(pd.Series([1.0], name=bad)),
    "name of the index": lambda bad: show(pd.DataFrame({"profit": [1.0]}).rename_axis(index=bad)),
    "name of the columns": lambda bad: show(pd.DataFrame({"profit": [1.0]}).rename_axis(columns=bad)),
    "names of two": lambda bad: show(
        pd.DataFrame({"a": [1], "b": [2], "c": [3]}).set_index(["a", "b"]).rename_axis([bad, "b"])
    ),
    "caption": lambda bad: show(TABLE).set_caption(bad),
    "long and short caption": lambda bad: show(TABLE).set_caption((bad, bad)),
}


@pytest.mark.parametrize("bad", EVIL)
@pytest.mark.parametrize("place", PLACES)
def test_html_in_a_table_is_text(place, bad):
    html = PLACES[place](bad).to_html()
    tags = set(re.findall(r"</?(\w+)", html))
    assert tags <= {"style", "table", "caption", "thead", "tbody", "tr", "th", "td"}, html
    assert bad in unescape(html)


def test_amounts_between_dollar_signs_are_no_formula():
    """By the classes that JupyterLab's mathematics, and that of exported pages, passes over."""
    assert re.search(r'<table [^>]*class="tex2jax_ignore mathjax_ignore"', show(TABLE).to_html())


def test_numbers_among_texts_keep_their_looks():
    mixed = pd.DataFrame({"note": ["plan A", 1.5, 3, None, True]})
    assert [line.strip() for line in words(show(mixed))[1:]] == ["0|plan A", "1|1.500000", "2|3"]


def test_a_date_in_the_index_keeps_its_looks():
    dated = pd.Series([1.0], index=pd.to_datetime(["2026-01-05"]), name="profit")
    assert words(show(dated))[1] == "2026-01-05 00:00:00|1"


PLAIN_TABLE = pd.DataFrame({"profit": [1.0], "share": [0.5]})
BAD = {
    "no table": (lambda: show([1, 2]), TypeError, "table should be a pandas table or Series, not list"),
    "two columns of one name": (lambda: show(PLAIN_TABLE.set_axis(["a", "a"], axis=1)), ValueError, "called a"),
    "no column": (lambda: show(PLAIN_TABLE, percent="profitt"), ValueError, "percent names .* profitt.*profit, share"),
    "no columns": (lambda: show(PLAIN_TABLE, percent=True), TypeError, "percent should name columns"),
    "digits of no column": (lambda: show(PLAIN_TABLE, digits={"x": 1}), ValueError, "digits names .* x"),
    "no decimals": (lambda: show(PLAIN_TABLE, digits=1.5), ValueError, "digits should be .* not 1.5"),
    "negative decimals": (lambda: show(PLAIN_TABLE, digits={"share": -1}), ValueError, "digits should be .* not -1"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_shown_is_refused(name):
    refuses(*BAD[name])


def test_spans_of_time_and_dates_of_a_zone_are_shown():
    times = {
        "span": pd.to_timedelta([3], unit="D"),
        "date": pd.to_datetime(["2026-01-05"]).tz_localize("Asia/Shanghai"),
    }
    assert words(show(pd.DataFrame(times)))[1] == "0|3 days 00:00:00|2026-01-05"
