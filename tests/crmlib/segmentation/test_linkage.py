"""Record linkage: against loops and a graph by hand, on planted duplicates, on bad input."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import datasets
from crmlib import segmentation as seg
from tests.support.records import FIVE
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)


def test_candidates_are_all_pairs_that_agree_on_a_key():
    found = seg.candidate_pairs(FIVE)
    assert set(map(tuple, found.to_numpy())) == {("Q1", "Q2"), ("Q1", "Q3"), ("Q1", "Q4"), ("Q2", "Q4"), ("Q3", "Q4")}
    assert found.attrs == {
        "blocks": {"name": 1, "pinyin": 1, "phone": 3, "birthday": 0, "address": 3, "email": 1},
        "possible": 10,
        "skipped": {},
    }
    only = seg.candidate_pairs(FIVE, [("pinyin", "phone"), "email"])
    assert only.to_numpy().tolist() == [["Q1", "Q2"]] and only.attrs["blocks"] == {"pinyin + phone": 0, "email": 1}
    wide = seg.candidate_pairs(FIVE, ["phone"], largest=2)
    assert wide.empty and wide.attrs["skipped"] == {"phone": 1}


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.sampled_from(["1", "2", "3", None]), st.sampled_from(["1", "2", "9", None])
        ),
        min_size=2,
        max_size=25,
    )
)
@quick
def test_candidates_are_what_two_loops_find(rows):
    records = pd.DataFrame(rows, columns=["name", "phone", "phone_2"])
    found = seg.candidate_pairs(records, ["phone", ("name", "phone_2")])
    expected = [
        [i, j]
        for (i, a), (j, b) in combinations(enumerate(rows), 2)
        if ({a[1], a[2]} & {b[1], b[2]} - {None}) or (a[0] == b[0] and a[2] == b[2] is not None)
    ]
    assert found.to_numpy().tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 10)), max_size=20), st.integers(0, 10))
@quick
def test_linked_records_are_the_components_of_a_graph(edges, threshold):
    records = pd.DataFrame(index=[f"R{i}" for i in range(12)])
    score = pd.Series(
        [float(points) for *_, points in edges],
        dtype=float,
        index=pd.MultiIndex.from_arrays(
            [[f"R{i}" for i, *_ in edges], [f"R{j}" for _, j, _ in edges]], names=["left", "right"]
        ),
    )
    groups = [{i} for i in range(12)]
    for i, j, points in edges:
        if points >= threshold:
            one, other = (next(group for group in groups if k in group) for k in (i, j))
            if one is not other:
                one |= other
                groups.remove(other)
    found = seg.link(records, score, threshold)
    assert sorted(map(sorted, groups)) == sorted(
        sorted(int(record[1:]) for record in members) for members in found.groupby(found).groups.values()
    )
    assert found.drop_duplicates().tolist() == list(range(1, len(groups) + 1))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25))
@quick
def test_precision_and_recall_count_pairs(rows):
    linked, truth = (pd.Series(column) for column in zip(*rows, strict=True))
    pairs = [(linked[i] == linked[j], truth[i] == truth[j]) for i, j in combinations(range(len(rows)), 2)]
    found, true, right = sum(x for x, _ in pairs), sum(y for _, y in pairs), sum(x and y for x, y in pairs)
    judged = seg.precision_recall(linked, truth[::-1])
    assert judged[["found", "true", "right"]].tolist() == [found, true, right]
    assert judged["precision"] == pytest.approx(right / found if found else np.nan, nan_ok=True)
    assert judged["recall"] == pytest.approx(right / true if true else np.nan, nan_ok=True)


def judge(records, truth, score):
    """Precision and recall by threshold."""
    return pd.DataFrame({line: seg.precision_recall(seg.link(records, score, line), truth) for line in range(2, 17)}).T


def test_planted_duplicates_are_found_and_careless_rules_are_not_enough(qinghe):
    records, truth, similarities = qinghe
    score = seg.match_score(similarities)
    judged = judge(records, truth, score)
    best = judged.loc[judged["f1"].idxmax()]
    assert 0.9 <= best["precision"] <= 0.98 and 0.9 <= best["recall"] <= 0.98
    # The threshold trades one for the other, and no threshold has both: twins look alike, movers do not.
    assert judged["recall"].is_monotonic_decreasing and (judged[["precision", "recall"]].min(axis=1) < 0.98).all()
    assert judged["precision"].iloc[0] < 0.8 < 0.95 < judged["precision"].iloc[-1] and judged["recall"].iloc[-1] < 0.8
    for field in ("name", "phone"):
        careless = (similarities[field] == 1) * 1
        careless = seg.precision_recall(seg.link(records, careless, 1), truth)
        assert careless["f1"] < 0.8 < best["f1"], field


def test_movers_are_missed_and_twins_are_joined(qinghe):
    """Where missed pairs at 32 yuan and wrong ones at 200 cost least, it is mostly them that are judged wrongly."""
    records, truth, similarities = qinghe
    score = seg.match_score(similarities)
    judged = judge(records, truth, score)
    cost = 32 * (judged["true"] - judged["right"]) + 200 * (judged["found"] - judged["right"])
    assert cost.idxmin() == 10 and cost.nsmallest(2).iloc[1] > 1.05 * cost.min()
    table = datasets.load_qinghe_truth_customers().set_index("customer_id")[["planted"]]
    table = table.assign(id=table.index, person=truth, linked=seg.link(records, score, 10))
    missed, wrong = (
        table.merge(table, on=same).query(f"id_x < id_y and {other}_x != {other}_y")
        for same, other in (("person", "linked"), ("linked", "person"))
    )
    assert len(missed) == judged.loc[10, "true"] - judged.loc[10, "right"]
    assert len(wrong) == judged.loc[10, "found"] - judged.loc[10, "right"]
    assert (wrong["planted_x"] == "twin").mean() > 0.9
    assert (missed["planted_x"].eq("moved") | missed["planted_y"].eq("moved")).mean() > 0.6


def test_links_do_not_depend_on_the_order_of_records(qinghe):
    records, _, similarities = qinghe
    score = seg.match_score(similarities)
    linked = seg.link(records, score, 8)
    shuffled = records.sample(frac=1, random_state=6)
    again = seg.compare_records(shuffled, seg.candidate_pairs(shuffled))
    other = seg.link(shuffled, seg.match_score(again), 8)
    assert seg.precision_recall(linked, other)[["precision", "recall"]].tolist() == [1, 1]


def test_records_may_hold_numbers_and_dates():
    typed = FIVE.assign(
        phone=FIVE["phone"].astype("int64"),
        phone_2=pd.to_numeric(FIVE["phone_2"]),
        birthday=pd.to_datetime(FIVE["birthday"]),
    )
    pairs = seg.candidate_pairs(typed)
    assert pairs.equals(seg.candidate_pairs(FIVE))
    pd.testing.assert_frame_equal(seg.compare_records(typed, pairs), seg.compare_records(FIVE, pairs))
    empty = FIVE.assign(email=None, phone_2=np.nan)
    assert seg.compare_records(empty, pairs)["email"].isna().all()


SCORE = pd.Series([5.0], index=pd.MultiIndex.from_tuples([("Q1", "Q2")], names=["left", "right"]))
BAD_LINKS = {
    "ids twice": (lambda: seg.candidate_pairs(pd.concat([FIVE, FIVE])), ValueError, "5 keys.*Q1, Q2, Q3"),
    "no record": (lambda: seg.candidate_pairs(FIVE[:0]), ValueError, "records: the table is empty"),
    "no field": (lambda: seg.candidate_pairs(FIVE[["phone_2"]]), ValueError, "No column to compare by"),
    "a block that is not there": (lambda: seg.candidate_pairs(FIVE, ["wechat"]), ValueError, "Missing column: wechat"),
    "links of others": (lambda: seg.link(FIVE[:1], SCORE, 3), ValueError, "ids that the records do not have"),
    "points without pairs": (lambda: seg.link(FIVE, SCORE.reset_index(drop=True), 3), ValueError, "two ids"),
    "points missing": (lambda: seg.link(FIVE, SCORE * np.nan, 3), ValueError, '"score" is missing'),
    "a threshold as a text": (lambda: seg.link(FIVE, SCORE, "3"), ValueError, "threshold = '3': one number"),
    "a largest block of half a record": (
        lambda: seg.candidate_pairs(FIVE, largest=0.5),
        ValueError,
        "largest = 0.5: a whole number of at least 1",
    ),
    "no record to link": (lambda: seg.link(FIVE[:0], SCORE, 3), ValueError, "no record"),
    "other records": (
        lambda: seg.precision_recall(pd.Series([1, 2]), pd.Series([1])),
        ValueError,
        "linked and truth must hold the same customers",
    ),
    "a person missing": (
        lambda: seg.precision_recall(pd.Series([1, None]), pd.Series([1, 2])),
        ValueError,
        "linked: 1 customers have no class",
    ),
}


@pytest.mark.parametrize("name", BAD_LINKS)
def test_bad_records_are_refused(name):
    refuses(*BAD_LINKS[name])
