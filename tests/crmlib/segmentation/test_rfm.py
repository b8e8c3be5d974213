"""RFM: against brute force and a peer, on every engine, on bad logs."""

from datetime import date, timedelta
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import logs, value
from crmlib import segmentation as seg
from tests.support.refusals import refuses
from tests.support.shop import FIRST, log_of, same_on_every_engine, shop_log

quick = settings(max_examples=25, deadline=None)
few = settings(max_examples=5, deadline=None)

# Regression pins: recomputed from the data by the peers below, not published values.
PINS = {
    "ties": {"r": 392, "f": 17530, "m": 432},
    "cells": {"555": 2509, "111": 1733, "544": 552, "345": 100},
    "three": ["111", "444", "344"],
    "f by values": {1: 12054, 3: 4040, 4: 3641, 5: 3835},
}


def sources(table):
    """What each score ranks, rising."""
    return [("r", -table["days_since_last"]), ("f", table["purchases"]), ("m", table["spend"].round(6))]


def quintile(column):
    """The row of targets.md: rank with method "first", then ceil(rank / n * 5)."""
    return np.ceil(column.rank(method="first") * 5 / len(column)).astype(int)


def nested_peer(table):
    """Hughes' nested quintiles by sorting and cutting, group by group."""
    parts = []
    for _, inside in table.assign(r=quintile(-table["days_since_last"])).groupby("r"):
        for _, cell in inside.assign(f=quintile(inside["purchases"])).groupby("f"):
            parts.append(cell.assign(m=quintile(cell["spend"].round(6))))
    return pd.concat(parts).sort_index()


def test_rfm_hughes(scores):
    """Target rfm.hughes, on CDNOW: independent quintiles of n / 5 ± 1; nested ones sort F inside R and M inside RF."""
    n = len(scores)
    for name, source in sources(scores):
        assert (scores[name].value_counts() - n / 5).abs().max() <= 1
        assert (scores[name] == quintile(source)).all()
        ordered = source.groupby(scores[name]).agg(["min", "max"])
        assert (ordered["max"].iloc[:-1].to_numpy() <= ordered["min"].iloc[1:].to_numpy()).all()


def test_rfm_hughes_nested(cdnow, scores):
    nested = seg.rfm(cdnow, end="1998-06-30", method="nested")
    peer = nested_peer(scores[["days_since_last", "purchases", "spend"]])
    pd.testing.assert_frame_equal(nested[["r", "f", "m"]], peer[["r", "f", "m"]])
    assert (nested["r"] == scores["r"]).all() and (nested["f"] != scores["f"]).any()
    sizes = nested["cell"].value_counts()
    assert len(sizes) == 125 and (sizes - len(nested) / 125).abs().max() <= 2


def test_rfm_of_cdnow_is_that_of_the_summary(cdnow, scores):
    """Target rfm.master through the other door: recency counts from the last purchase here, from the first there."""
    summary = value.btyd_summary(cdnow, end="1998-06-30", time_unit="day", amount="amount")
    assert (scores["days_since_last"] == summary["T"] - summary["recency"]).all()
    assert (scores["purchases"] == summary["frequency"] + 1).all()
    sums = scores[["purchases", "days_since_last"]].sum().tolist()
    assert [len(scores), *sums] == [23570, 67591, 11834346 - 3178932]
    assert scores["spend"].sum() == pytest.approx(2500315.63, abs=0.005)


def test_rfm_of_cdnow_stays_as_it_is(cdnow, scores):
    """Regression pins."""
    assert scores.attrs == {
        "end": "1998-06-30",
        "method": "independent",
        "bins": 5,
        "rows": 69659,
        "excluded": {"rows after end": 0},
        "ties": PINS["ties"],
    }
    assert scores["cell"].value_counts()[["555", "111", "544", "345"]].to_dict() == PINS["cells"]
    assert scores.loc[[1, 4, 23570], "cell"].tolist() == PINS["three"]
    by_value = seg.rfm(cdnow, end="1998-06-30", method="values")
    assert by_value["f"].value_counts().sort_index().to_dict() == PINS["f by values"]
    assert by_value.attrs["ties"] == {"r": 0, "f": 0, "m": 0}


def test_equal_values_share_their_class_if_asked_to(cdnow, scores):
    by_value = seg.rfm(cdnow, end="1998-06-30", method="values")
    for name, source in sources(scores):
        assert (by_value.groupby(source)[name].nunique() == 1).all()
        assert (by_value[name] == np.ceil(source.rank(method="min") * 5 / len(source))).all()
        # A tie is counted where the class by order differs within equal values.
        torn = scores.groupby(source)[name].transform("nunique") > 1
        assert scores.attrs["ties"][name] == torn.sum()


RECORD = st.tuples(st.integers(1, 12), st.integers(0, 25), st.integers(-3000, 10_000))
RECORDS = st.lists(RECORD, min_size=1, max_size=80)


def rfm_by_hand(records, end, net):
    table = {}
    for customer in sorted({c for c, *_ in records}):
        days = {d for c, d, cents in records if c == customer and d <= end and cents >= 0}
        if days:
            spend = sum(
                Fraction(cents, 100) for c, d, cents in records if c == customer and d <= end and (net or cents >= 0)
            )
            table[customer] = (end - max(days), len(days), float(spend))
    return table


@given(RECORDS, st.integers(2, 4), st.sampled_from(["net", "set aside"]))
@quick
def test_rfm_is_what_a_loop_counts(records, bins, refunds):
    end = 20
    expected = rfm_by_hand(records, end, refunds == "net")
    assume(len(expected) >= bins and min(d for _, d, _ in records) <= end)
    found = seg.rfm(log_of(records), end=FIRST + timedelta(end), bins=bins, refunds=refunds)
    assert found.index.tolist() == list(expected)
    np.testing.assert_allclose(
        found[["days_since_last", "purchases", "spend"]], list(expected.values()), rtol=1e-9, atol=1e-9
    )
    n = len(found)
    for name, source in sources(found):
        assert found[name].tolist() == np.ceil(source.rank(method="first") * bins / n).tolist()
    assert found["cell"].tolist() == ["".join(map(str, row)) for row in found[["r", "f", "m"]].to_numpy()]
    excluded = found.attrs["excluded"]
    used = sum(1 for c, d, cents in records if d <= end and c in expected and (refunds == "net" or cents >= 0))
    assert used + sum(excluded.values()) == found.attrs["rows"] == len(records)


@given(RECORDS, st.randoms(), st.sampled_from(seg.METHODS))
@quick
def test_rfm_does_not_depend_on_the_order_of_rows(records, random, method):
    records = [*records, *((customer, 0, 100) for customer in range(1, 9))]
    shuffled = list(records)
    random.shuffle(shuffled)
    one, two = (seg.rfm(log_of(rows), bins=2, method=method, refunds="net") for rows in (records, shuffled))
    pd.testing.assert_frame_equal(one, two, rtol=1e-9, atol=1e-9)
    assert one.attrs == two.attrs


@given(RECORDS)
@few
def test_rfm_is_the_same_on_every_engine_for_any_log(records):
    assume(len({c for c, d, cents in records if cents >= 0}) >= 2)
    same_on_every_engine(lambda log: seg.rfm(log, bins=2, refunds="net"), log_of(records))
    same_on_every_engine(lambda log: seg.abc(log), log_of([*records, (1, 0, 99_999_999)]))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "values", "refunds": "net"},
        {"end": "2026-03-15", "bins": 3},
        {"method": "nested", "bins": 3, "refunds": "net", "set_aside": ["missing ids", "duplicates"]},
    ],
)
def test_a_log_of_a_shop_gives_the_same_scores_on_every_engine(options):
    options = {"set_aside": "missing ids", "refunds": "set aside"} | options
    log = shop_log()
    found = same_on_every_engine(lambda table: seg.rfm(table, **options), log)
    known = log.dropna(subset="customer_id")
    clean = known.drop_duplicates() if "duplicates" in options["set_aside"] else known
    excluded = found.attrs["excluded"]
    assert excluded["missing ids"] == log["customer_id"].isna().sum() > 200
    assert excluded.get("duplicates", 0) == len(known) - len(clean)
    if options["refunds"] == "set aside":
        assert excluded["refunds"] == (clean["amount"] < 0).sum() > 10
        clean = clean[clean["amount"] >= 0]
    if "end" not in options:
        assert found["spend"].sum() == pytest.approx(clean["amount"].sum()) and excluded["rows after end"] == 0
    assert found.attrs["rows"] == len(log)


def test_a_customer_who_only_returned_is_set_aside():
    log = log_of([(1, 0, 500), (1, 3, -200), (2, 1, -900), (2, 2, -100), (3, 4, 700)])
    found = seg.rfm(log, bins=2, refunds="net")
    assert found.index.tolist() == [1, 3]
    assert found.loc[1, ["purchases", "spend", "days_since_last"]].tolist() == [1, 3, 4]
    assert found.attrs["excluded"] == {"rows after end": 0, "rows of customers with refunds only": 2}


def test_ties_in_every_quintile_are_counted():
    same = log_of([(customer, 0, 500) for customer in range(50)])
    found = seg.rfm(same)
    assert found.attrs["ties"] == {"r": 50, "f": 50, "m": 50} and found["r"].value_counts().eq(10).all()
    assert found["r"].is_monotonic_increasing  # the order of ids decides
    shared = seg.rfm(same, method="values")
    assert shared.attrs["ties"] == {"r": 0, "f": 0, "m": 0} and set(shared["cell"]) == {"111"}


def test_equal_sums_are_equal_however_they_are_added():
    """0.1 + 0.2 is not 0.3 to a computer; to the ranking it must be, or engines would disagree."""
    log = log_of([(1, 0, 30), (2, 0, 10), (2, 0, 20), (3, 0, 20), (3, 0, 10), (4, 0, 40)])
    assert seg.rfm(log, bins=4)["m"].tolist() == [1, 2, 3, 4]
    assert seg.rfm(log, bins=2, method="values")["m"].tolist() == [1, 1, 1, 2]
    assert seg.abc(log).index.tolist() == [4, 1, 2, 3]


def test_own_column_names_categories_and_an_untouched_log():
    log = log_of([(1, 0, 500), (2, 3, 200), (3, 5, 900)])
    other = log.rename(columns={"customer_id": "kunde", "date": "tag", "amount": "umsatz"})
    before = other.copy(deep=True)
    found = seg.rfm(other, bins=3, customer_id="kunde", date="tag", amount="umsatz")
    pd.testing.assert_frame_equal(found, seg.rfm(log, bins=3), check_names=False)
    assert found.index.name == "kunde" and seg.abc(other, value="umsatz", customer_id="kunde").index.name == "kunde"
    pd.testing.assert_frame_equal(other, before)
    for kind in ("category", "string", "object"):
        ids = seg.rfm(log.assign(customer_id=log["customer_id"].astype(str).astype(kind)), bins=3)
        assert ids["cell"].tolist() == found["cell"].tolist(), kind


def test_a_database_log_is_never_loaded(cdnow, monkeypatch):
    sizes, collect = [], logs.collect
    for module in (logs, logs.engines, logs.opening, logs.periods):
        monkeypatch.setattr(module, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        seg.rfm(db.from_df(cdnow))
        seg.abc(db.from_df(cdnow))
    assert sizes == [1, 23570, 1, 23570]


GOOD = log_of([(1, 0, 1000), (1, 9, 2000), (2, 3, 3000), (3, 20, 500)])
TOMORROW = pd.Timestamp(date.today() + timedelta(days=1))
BAD_LOGS = {
    "ids missing on a quarter of the rows": (
        GOOD.assign(customer_id=[1, None, 2, 3]),
        {},
        ValueError,
        r'"customer_id" is empty.*set_aside=\["missing ids"\].*1 of 4 rows',
    ),
    "cancellations": (GOOD.assign(amount=[10, -5, 2, 3]), {}, ValueError, 'negative.*refunds="net".*1 of 4 rows.*-5'),
    "a date in the future": (GOOD.assign(date=[FIRST] * 3 + [TOMORROW]), {}, ValueError, "in the future.*1 of 4 rows"),
    "a text date": (GOOD.assign(date="2026-01-01"), {}, TypeError, r'pd.to_datetime\(log\["date"\]\)'),
    "a missing date": (
        GOOD.assign(date=GOOD["date"].where(GOOD["customer_id"] != 2)),
        {},
        ValueError,
        r'"date" is empty.*1 of 4 rows',
    ),
    "a text amount": (GOOD.assign(amount=["1", "2", "3", "4"]), {}, TypeError, "pd.to_numeric"),
    "a NaN amount": (GOOD.assign(amount=[1, np.nan, 2, 3]), {}, ValueError, '"amount" is empty'),
    "no amount": (GOOD.drop(columns="amount"), {}, ValueError, "Missing column: amount"),
    "ids of two kinds": (GOOD.assign(customer_id=["A", 1, 2, "B"]), {}, TypeError, "mixes int, str.*all ids texts"),
    "an empty table": (GOOD.iloc[:0], {}, ValueError, "empty"),
    "no table": ([1, 2], {}, TypeError, "not list"),
    "fewer customers than bins": (GOOD, {"bins": 5}, ValueError, "3 customers are too few for 5 classes: at least 5"),
    "fewer customers than cells": (
        GOOD,
        {"bins": 2, "method": "nested"},
        ValueError,
        'too few for 2 x 2 x 2 cells: at least 8.*method="independent"',
    ),
    "an end before the data": (
        GOOD,
        {"end": "2025-12-31"},
        ValueError,
        "before the first purchase. The log runs from 2026-01-01 to",
    ),
    "nothing left before the end": (
        GOOD.assign(amount=[-1, 2, 3, 4]),
        {"end": "2026-01-02", "refunds": "set aside"},
        ValueError,
        "no purchase up to 2026-01-02",
    ),
    "refunds only": (GOOD.assign(amount=-1.0), {"refunds": "net"}, ValueError, "no purchase up to"),
    "an end that is no date": (GOOD, {"end": "soon"}, ValueError, "'soon' is not a date"),
    "too many bins": (GOOD, {"bins": 10}, ValueError, "bins = 10.*from 2 to 9"),
    "bins that are no number": (GOOD, {"bins": 2.5}, ValueError, "bins = 2.5"),
    "an unknown method": (GOOD, {"method": "kmeans"}, ValueError, "'kmeans'.*independent"),
    "an unknown reason": (GOOD, {"set_aside": "typos"}, ValueError, "typos.*missing ids"),
}


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_bad_log_is_refused_and_says_why(name):
    table, options, error, message = BAD_LOGS[name]
    refuses(lambda: seg.rfm(table, **({"bins": 3} | options)), error, message)


@pytest.mark.parametrize(("part", "words"), [("date", "date"), ("amount", "money")])
def test_a_column_that_rfm_needs_has_a_name(part, words):
    log = pd.DataFrame({"customer_id": ["A", "B"], "date": pd.to_datetime(["2026-01-05"] * 2), "amount": [1.0, 2.0]})
    with pytest.raises((TypeError, ValueError), match=words):
        seg.rfm(log, bins=2, **{part: None})
