"""How similar records are, and the points for it: by hand, against the textbook's distance, on bad input."""

from itertools import combinations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlib import segmentation as seg
from tests.support.records import FIVE
from tests.support.refusals import refuses


def test_a_pair_is_compared_field_by_field():
    pairs = pd.DataFrame({"left": ["Q1", "Q1", "Q1", "Q4", "Q2"], "right": ["Q2", "Q3", "Q4", "Q5", "Q3"]})
    found = seg.compare_records(FIVE, pairs)
    expected = pd.DataFrame(
        {
            "name": [2 / 3, 1, 1 / 3, 0, 2 / 3],
            "pinyin": [1, 0.9, 6 / 10, 2 / 9, 0.9],
            "phone": [10 / 11, 1, 1, 4 / 11, 10 / 11],
            "birthday": [0.9, np.nan, 0, 0.8, np.nan],
            "address": [1, 0.9, 1, 8 / 9 / 2, 0.9],
            "email": [1, np.nan, np.nan, np.nan, np.nan],
        },
        index=found.index,
    )
    pd.testing.assert_frame_equal(found.drop(columns="pinyin"), expected.drop(columns="pinyin"))
    np.testing.assert_allclose(found["pinyin"].iloc[[0, 1]], [1, 0.9])


def test_levenshtein_is_the_textbooks():
    def distance(a, b):
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            row = [i] + [0] * len(b) if not row else row
            last, row = row, [i]
            for j, y in enumerate(b, 1):
                row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
        return row[-1]

    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(list("abc"), rng.integers(1, 8))) for _ in range(30)]
    records = pd.DataFrame({"pinyin": words})
    pairs = pd.DataFrame([(i, j) for i, j in combinations(range(30), 2)], columns=["left", "right"])
    found = seg.compare_records(records, pairs)["pinyin"]
    by_hand = [1 - distance(words[i], words[j]) / max(len(words[i]), len(words[j])) for i, j in found.index]
    assert found.tolist() == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十八", "18"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("一〇五", "105"),
        ("七", "7"),
        ("三百二十一", "321"),
        ("十", "10"),
    ],
)
def test_chinese_numerals_are_read(written, number):
    records = pd.DataFrame({"address": [f"火星路{written}号", f"火星路{number}号"]})
    assert seg.compare_records(records, pd.DataFrame({"left": [0], "right": [1]}))["address"].tolist() == [1]


def test_points_add_up_and_missing_fields_are_silent():
    similarities = pd.DataFrame(
        {"name": [1, 0.67, 0.3, np.nan], "birthday": [1, 0.9, 0, np.nan], "email": [np.nan] * 4}
    )
    assert seg.match_score(similarities).tolist() == [7, 3, -6, 0]
    assert seg.match_score(similarities, {"name": (5, 0, 0)}).tolist() == [5, 0, 0, 0]
    assert seg.match_score(similarities, {"name": (5, 1, 0)}, near={"name": 0.3}).tolist() == [5, 1, 1, 0]


PAIR = pd.DataFrame({"left": ["Q1"], "right": ["Q2"]})
BAD_COMPARISONS = {
    "nothing to compare": (lambda: seg.compare_records(FIVE[["phone_2"]], PAIR), ValueError, "No field to compare"),
    "pairs of others": (
        lambda: seg.compare_records(FIVE, PAIR.assign(right="Q9")),
        ValueError,
        "ids that the records do not have. 1 of 1 rows.*Q9",
    ),
    "pairs without sides": (lambda: seg.compare_records(FIVE, PAIR[["left"]]), ValueError, "Missing column: right"),
    "points for nothing": (
        lambda: seg.match_score(pd.DataFrame({"name": [1.0]}), {"wechat": (1, 0, 0)}),
        ValueError,
        "Missing column: wechat",
    ),
    "points as texts": (
        lambda: seg.match_score(pd.DataFrame({"name": [1.0]}), {"name": ("3", "2", "1")}),
        TypeError,
        'points of "name" = .*numbers are needed',
    ),
    "one number of points": (
        lambda: seg.match_score(pd.DataFrame({"name": [1.0]}), {"name": 3}),
        ValueError,
        'points of "name": three numbers',
    ),
    "polars": (lambda: seg.compare_records(pl.DataFrame({"name": ["a"]}), PAIR), TypeError, "pandas table is needed"),
}


@pytest.mark.parametrize("name", BAD_COMPARISONS)
def test_bad_pairs_are_refused(name):
    refuses(*BAD_COMPARISONS[name])
