"""Methods side by side: against all ways to break ties and a loop over pairs, on bad input."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import segmentation as seg
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), min_size=2, max_size=9),
    st.sampled_from([0.2, 0.34, 0.5]),
)
@quick
def test_captured_is_the_mean_over_all_ways_to_break_ties(customers, share):
    score, after = (np.array(column, dtype=float) for column in zip(*customers, strict=True))
    assume(after.sum() > 0)
    slots = int(np.ceil(share * len(score) - 1e-9))
    best = [chosen for chosen in combinations(range(len(score)), slots)]
    worth = [sorted(score[list(chosen)], reverse=True) for chosen in best]
    kept = [chosen for chosen, mine in zip(best, worth, strict=True) if mine == max(worth)]
    expected = np.mean([after[list(chosen)].sum() for chosen in kept]) / after.sum()
    methods = pd.DataFrame({"score": score, "hindsight": after})
    found = seg.compare(methods, pd.Series(after), share)
    assert found.loc["score", "captured"] == pytest.approx(expected)
    assert found.loc["hindsight", "of_best"] == pytest.approx(1)
    assert found.loc["score", "lift"] == pytest.approx(expected * len(score) / slots)
    square = seg.overlap(methods, share)
    assert np.allclose(square, square.T) and np.allclose(np.diag(square), 1) and (square <= 1 + 1e-12).all(axis=None)


def test_compare_aligns_by_customer_and_counts_newcomers():
    methods = pd.DataFrame({"rfm": [3, 2, 1]}, index=["A", "B", "C"])
    after = pd.Series({"C": 10.0, "B": 30.0, "A": 60.0, "N": 500.0})
    found = seg.compare(methods, after, share=1 / 3)
    assert found.loc["rfm", "captured"] == pytest.approx(0.6) and found.attrs == {"share": 1 / 3, "newcomers": 1}


def test_rfm_predicts_better_than_by_lot_on_cdnow(cdnow):
    before = seg.rfm(cdnow, end="1997-12-31")
    after = cdnow[cdnow["date"] > "1997-12-31"].groupby("customer_id")["amount"].sum()
    methods = pd.DataFrame({"sum": before[["r", "f", "m"]].sum(axis=1), "lot": 1, "spend": before["spend"]})
    found = seg.compare(methods, after.reindex(methods.index, fill_value=0))
    assert found.loc["lot", "captured"] == pytest.approx(0.2) and found.loc["lot", "lift"] == pytest.approx(1)
    assert found.loc["sum", "lift"] > 2.5 and found["of_best"].max() < 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30), st.randoms())
@quick
def test_agreement_is_the_adjusted_rand_index(pairs, random):
    a, b = (pd.Series(column) for column in zip(*pairs, strict=True))
    found, table = seg.agreement(a, b)
    together = [(a[i] == a[j], b[i] == b[j]) for i, j in combinations(range(len(a)), 2)]
    one, other, both = (sum(column) for column in zip(*((x, y, x and y) for x, y in together), strict=True))
    by_lot = one * other / len(together)
    expected = 1.0 if (one + other) / 2 == by_lot else (both - by_lot) / ((one + other) / 2 - by_lot)
    assert found == pytest.approx(expected) and table.to_numpy().sum() == len(a)
    shuffled = b.sample(frac=1, random_state=random.randrange(100))
    assert seg.agreement(a.map("class {}".format), shuffled)[0] == pytest.approx(found)


SCORES = pd.DataFrame({"x": [1.0, 2, 3]}, index=list("ABC"))
BAD_COMPARISONS = {
    "customers without a next value": (
        lambda: seg.compare(SCORES, pd.Series({"A": 1.0, "B": 2})),
        ValueError,
        "1 of 3 customers have no next value, first: C.*reindex",
    ),
    "a next value of NaN": (
        lambda: seg.compare(SCORES, pd.Series({"A": 1.0, "B": 2, "C": np.nan})),
        ValueError,
        "missing.*1 of 3",
    ),
    "a customer twice": (
        lambda: seg.compare(pd.concat([SCORES, SCORES]), pd.Series(1.0, index=list("ABC"))),
        ValueError,
        "more than once",
    ),
    "a next value twice": (
        lambda: seg.compare(SCORES, pd.Series(1.0, index=list("ABCC"))),
        ValueError,
        "more than once",
    ),
    "nothing to capture": (
        lambda: seg.compare(SCORES, pd.Series(0, index=list("ABC"))),
        ValueError,
        "nothing to capture",
    ),
    "a missing score": (lambda: seg.overlap(SCORES.assign(y=[1, None, 2])), ValueError, '"y" is missing'),
    "classes instead of scores": (lambda: seg.overlap(SCORES.assign(y=list("ABC"))), TypeError, '"y" holds str'),
    "a share of 20": (lambda: seg.overlap(SCORES, 20), ValueError, "share = 20"),
    "a Series of scores": (lambda: seg.compare(SCORES["x"], SCORES["x"]), TypeError, "pandas table is needed"),
    "different customers": (
        lambda: seg.agreement(SCORES["x"], pd.Series(1, index=list("ABD"))),
        ValueError,
        "a and b must hold the same customers",
    ),
    "a class missing": (
        lambda: seg.agreement(SCORES["x"], pd.Series([1, None, 2], index=list("ABC"))),
        ValueError,
        "b: 1 customers have no class",
    ),
}


@pytest.mark.parametrize("name", BAD_COMPARISONS)
def test_a_bad_comparison_is_refused(name):
    refuses(*BAD_COMPARISONS[name])
