"""Names for the cells of RFM."""

from itertools import product

import pandas as pd
import polars as pl
import pytest

from crmlib import segmentation as seg
from tests.support.refusals import refuses

ALL_CELLS = pd.DataFrame(list(product(range(1, 6), repeat=3)), columns=list("rfm"))


def test_everybody_gets_one_name():
    for rules in (seg.SEGMENT_RULES, seg.EIGHT_TYPES):
        names = seg.name_segments(ALL_CELLS, rules)
        assert names.cat.categories.tolist() == list(rules) and set(names) == set(rules)
    # The eight types exclude each other, so their order does not matter.
    backwards = seg.name_segments(ALL_CELLS, dict(reversed(seg.EIGHT_TYPES.items())))
    assert (backwards.astype(str) == names.astype(str)).all()


def test_the_first_rule_that_fits_names_the_segment():
    rules = {"one": "r >= 3", "two": "r >= 2 or f == 5", "rest": "m >= 1"}
    found = seg.name_segments(ALL_CELLS, rules).astype(str)
    by_hand = ["one" if r >= 3 else "two" if r >= 2 or f == 5 else "rest" for r, f, _ in ALL_CELLS.to_numpy()]
    assert found.tolist() == by_hand
    known = {
        (5, 5, 5): "champions",
        (1, 5, 5): "at_risk",
        (2, 1, 1): "fading",
        (1, 1, 5): "dormant",
        (5, 1, 1): "new",
        (3, 5, 1): "loyal",
        (3, 2, 4): "big_spenders",
        (4, 3, 2): "promising",
    }
    named = seg.name_segments(pd.DataFrame(list(known), columns=list("rfm")))
    assert named.tolist() == list(known.values())


BAD_RULES = {
    "not everybody": ({"best": "r == 5"}, "No rule fits 100 customers, the first with scores 111, 112, 113"),
    "a misspelt rule": ({"best": "r >> and"}, 'rule of "best" cannot be read'),
    "another column": ({"best": "recency > 3"}, "cannot be read.*recency"),
    "no condition": ({"best": "r + f"}, "is no condition"),
    "half a condition": ({"best": "r > 3 and f"}, "is no condition"),
    "the same for everybody": ({"best": "1 < 2"}, "is no condition"),
    "nothing": ({"best": ""}, "cannot be read"),
    "no text": ({"best": 4}, "cannot be read"),
    "a list of customers": ({"best": ALL_CELLS["r"] > 3}, "cannot be read"),
    "a number among no numbers": ({"best": "4 in r"}, "cannot be read"),
    "without end": ({"best": "(" * 2000 + "r" + ")" * 2000}, "cannot be read"),
}
# What would be run, or reached, if a rule were evaluated: none of it is a comparison.
EVIL = (
    "@open('{file}', 'w')",
    "@__import__('pathlib').Path('{file}').touch() or r > 0",
    "__import__('os').mkdir('{file}')",
    "@rules == r",
    "r.__class__",
    "r.to_csv('{file}')",
    "r.to_csv('{file}') or r >= 1",
    "(r.to_csv('{file}')) == r",
    "r.between(1, f.to_csv('{file}'))",
    "r.between(1, 5, inclusive='both')",
    "r.map(print) > 0",
    "sqrt(r) > 1",
    "[x for x in r]",
    "(lambda: r > 0)()",
    "(k := r) > 0",
    "r = 5",
    "r >= 1; f >= 1",
    "r >= 1\nf >= 1",
    "r[0] > 1",
    "r ** 9 ** 9 ** 9 > 1",
    "r > '1'",
    "r > True",
    "r > 1j",
    "r is 1",
    "r if f else m",
    "f'{r}' == 1",
    "index > 1",
    "`r` > 1",
    "R > 1",
)


@pytest.mark.parametrize("name", BAD_RULES)
def test_a_bad_rule_is_refused(name):
    rules, message = BAD_RULES[name]
    refuses(lambda: seg.name_segments(ALL_CELLS, rules), ValueError, message)


@pytest.mark.parametrize("rule", EVIL)
def test_a_rule_is_read_and_never_run(rule, tmp_path):
    file = tmp_path / "touched"
    rules = {"evil": rule.replace("{file}", str(file))}
    refuses(lambda: seg.name_segments(ALL_CELLS, rules), ValueError, 'rule of "evil" cannot be read.*f <= 2')
    assert not file.exists()


SAME = {
    "r >= 4 & f >= 4": lambda r, f, m: r >= 4 and f >= 4,  # pandas reads it so; Python alone would not
    "(r >= 4) | ~(f >= 4)": lambda r, f, m: r >= 4 or not f >= 4,
    "not r == 5 or m != 1": lambda r, f, m: r != 5 or m != 1,
    "2 <= r < 4": lambda r, f, m: 2 <= r < 4,
    "r in [1, 5] and f not in (2, 3)": lambda r, f, m: r in (1, 5) and f not in (2, 3),
    "r.between(2, 3)": lambda r, f, m: 2 <= r <= 3,
    "r + f + m >= 12": lambda r, f, m: r + f + m >= 12,
    "(r - 1) * 2 > f / 0.5": lambda r, f, m: (r - 1) * 2 > f / 0.5,
    "r > f > m": lambda r, f, m: r > f > m,
    " r > -1.5 ": lambda r, f, m: True,
    "(r >= 2\n and f >= 2)": lambda r, f, m: r >= 2 and f >= 2,
}


@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64", "int64[pyarrow]"])
@pytest.mark.parametrize("rule", SAME)
def test_a_rule_means_what_it_says(rule, dtype):
    found = seg.name_segments(ALL_CELLS.astype(dtype), {"yes": rule, "no": "r >= 1"})
    assert found.tolist() == ["yes" if SAME[rule](*cell) else "no" for cell in ALL_CELLS.to_numpy().tolist()]


def test_a_missing_score_fits_no_rule():
    scores = ALL_CELLS.astype("Int64")
    scores.loc[0, "r"] = pd.NA
    refuses(lambda: seg.name_segments(scores, {"all": "r >= 1"}), ValueError, "No rule fits 1 customers")


@pytest.mark.parametrize("rules", [["r >= 1"], "r >= 1", 5, {"r >= 1"}])
def test_rules_have_names(rules):
    refuses(lambda: seg.name_segments(ALL_CELLS, rules), TypeError, "rules should be a dict")
    assert set(seg.name_segments(ALL_CELLS, {"best": "r >= 4", "rest": "r >= 1"})) == {"best", "rest"}


def test_the_default_rules_want_five_classes(cdnow):
    three = seg.rfm(cdnow, bins=3)
    refuses(lambda: seg.name_segments(three), ValueError, "from 1 to 5, not 3")
    assert set(seg.name_segments(three, {"all": "r >= 1"})) == {"all"}
    refuses(lambda: seg.name_segments(three[["r", "f"]]), ValueError, "Missing column: m")
    refuses(lambda: seg.name_segments(pl.DataFrame({"r": [1]})), TypeError, "pandas table is needed")


def test_a_segment_needs_a_name():
    scores = pd.DataFrame({"r": [5], "f": [5], "m": [5]})
    with pytest.raises(ValueError, match="rules: None"):
        seg.name_segments(scores, {None: "r >= 1"})
