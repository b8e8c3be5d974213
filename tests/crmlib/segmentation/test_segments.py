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
}


@pytest.mark.parametrize("name", BAD_RULES)
def test_a_bad_rule_is_refused(name):
    rules, message = BAD_RULES[name]
    refuses(lambda: seg.name_segments(ALL_CELLS, rules), ValueError, message)


def test_the_default_rules_want_five_classes(cdnow):
    three = seg.rfm(cdnow, bins=3)
    refuses(lambda: seg.name_segments(three), ValueError, "from 1 to 5, not 3")
    assert set(seg.name_segments(three, {"all": "r >= 1"})) == {"all"}
    refuses(lambda: seg.name_segments(three[["r", "f"]]), ValueError, "Missing column: m")
    refuses(lambda: seg.name_segments(pl.DataFrame({"r": [1]})), TypeError, "pandas table is needed")
