"""How the library of chapter 05 behaves: against brute force and peers, on every engine, on bad input."""

import hashlib
import hmac
import subprocess
import sys
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import crmlib
from crmlib import datasets, tables, value
from crmlib import segmentation as seg
from tests.support.engines import engines
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
few = settings(max_examples=8, deadline=None)
FIRST = pd.Timestamp("2026-01-01")


def frame(records):
    """A log of (customer, day, cents)."""
    ids, days, cents = zip(*records, strict=True)
    return pd.DataFrame(
        {"customer_id": ids, "date": FIRST + pd.to_timedelta(days, unit="D"), "amount": np.array(cents) / 100}
    )


@pytest.fixture(scope="module")
def cdnow():
    return datasets.load_cdnow_master()


@pytest.fixture(scope="module")
def scores(cdnow):
    return seg.rfm(cdnow, end="1998-06-30")


# ---------------------------------------------------------------- RFM

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
    for r, inside in table.assign(r=quintile(-table["days_since_last"])).groupby("r"):
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
    found = seg.rfm(frame(records), end=FIRST + timedelta(end), bins=bins, refunds=refunds)
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
    one, two = (seg.rfm(frame(rows), bins=2, method=method, refunds="net") for rows in (records, shuffled))
    pd.testing.assert_frame_equal(one, two, rtol=1e-9, atol=1e-9)
    assert one.attrs == two.attrs


def same_on_every_engine(function, table):
    expected = function(table)
    with duckdb.connect() as db:
        logs = engines(db, table)
        columns = "* REPLACE (date::DATE AS date, amount::DECIMAL(12, 2) AS amount)"
        logs["duckdb dates"] = logs["duckdb"].project(columns)
        for name, log in logs.items():
            found = function(log)
            pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)
            assert found.attrs == expected.attrs, name
    return expected


@given(RECORDS)
@few
def test_rfm_is_the_same_on_every_engine_for_any_log(records):
    assume(len({c for c, d, cents in records if cents >= 0}) >= 2)
    same_on_every_engine(lambda log: seg.rfm(log, bins=2, refunds="net"), frame(records))
    same_on_every_engine(lambda log: seg.abc(log), frame([*records, (1, 0, 99_999_999)]))


def retail():
    """A log as shops export it: moments, ids missing on a quarter of the rows, cancellations, duplicates."""
    rng = np.random.default_rng(5)
    size = 900
    log = pd.DataFrame(
        {
            "customer_id": pd.Series(rng.integers(1, 90, size)).map("C{:03}".format),
            "date": FIRST + pd.to_timedelta(rng.integers(0, 86_400 * 120, size), unit="s"),
            "amount": rng.integers(1, 30, size) / 2,
            "item": rng.integers(0, 50, size),
        }
    )
    log.loc[rng.random(size) < 0.25, "customer_id"] = None
    log.loc[rng.random(size) < 0.05, "amount"] *= -1
    return pd.concat([log, log.sample(40, random_state=1)], ignore_index=True)


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
    log = retail()
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
    log = frame([(1, 0, 500), (1, 3, -200), (2, 1, -900), (2, 2, -100), (3, 4, 700)])
    found = seg.rfm(log, bins=2, refunds="net")
    assert found.index.tolist() == [1, 3]
    assert found.loc[1, ["purchases", "spend", "days_since_last"]].tolist() == [1, 3, 4]
    assert found.attrs["excluded"] == {"rows after end": 0, "rows of customers with refunds only": 2}


def test_ties_in_every_quintile_are_counted():
    same = frame([(customer, 0, 500) for customer in range(50)])
    found = seg.rfm(same)
    assert found.attrs["ties"] == {"r": 50, "f": 50, "m": 50} and found["r"].value_counts().eq(10).all()
    assert found["r"].is_monotonic_increasing  # the order of ids decides
    shared = seg.rfm(same, method="values")
    assert shared.attrs["ties"] == {"r": 0, "f": 0, "m": 0} and set(shared["cell"]) == {"111"}


def test_equal_sums_are_equal_however_they_are_added():
    """0.1 + 0.2 is not 0.3 to a computer; to the ranking it must be, or engines would disagree."""
    log = frame([(1, 0, 30), (2, 0, 10), (2, 0, 20), (3, 0, 20), (3, 0, 10), (4, 0, 40)])
    assert seg.rfm(log, bins=4)["m"].tolist() == [1, 2, 3, 4]
    assert seg.rfm(log, bins=2, method="values")["m"].tolist() == [1, 1, 1, 2]
    assert seg.abc(log).index.tolist() == [4, 1, 2, 3]


def test_own_column_names_categories_and_an_untouched_log():
    log = frame([(1, 0, 500), (2, 3, 200), (3, 5, 900)])
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
    sizes, collect = [], tables.collect
    monkeypatch.setattr(tables, "collect", lambda lazy: sizes.append(len(found := collect(lazy))) or found)
    with duckdb.connect() as db:
        seg.rfm(db.from_df(cdnow))
        seg.abc(db.from_df(cdnow))
    assert sizes == [1, 23570, 1, 23570]


def test_the_library_is_light_until_it_clusters():
    script = (
        "import sys, crmlib.segmentation as s; heavy = {'sklearn', 'scipy', 'rapidfuzz', 'matplotlib'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


GOOD = frame([(1, 0, 1000), (1, 9, 2000), (2, 3, 3000), (3, 20, 500)])
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
    "an end before the data": (GOOD, {"end": "2025-12-31"}, ValueError, "before the first row of the log, 2026-01-01"),
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


# ---------------------------------------------------------------- names for cells

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


def test_rules_are_shown_in_the_language_in_use():
    crmlib.use_language("zh")
    shown = seg.segment_rules(seg.EIGHT_TYPES)
    assert len(shown) == 8 and shown["rule"].tolist() == list(seg.EIGHT_TYPES.values())


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


# ---------------------------------------------------------------- ABC, Pareto, Gini, CLV classes

money = st.lists(st.integers(-5000, 100_000), min_size=1, max_size=60)


@given(money, st.tuples(st.integers(5, 60), st.integers(61, 100)))
@quick
def test_abc_is_what_exact_fractions_say(cents, cuts):
    assume(max(cents) > 0)
    customers = [f"C{i:02}" for i in range(len(cents))]
    found = seg.abc(
        pd.DataFrame({"customer_id": customers, "amount": np.array(cents) / 100}), cuts=(cuts[0] / 100, cuts[1] / 100)
    )
    order = sorted(range(len(cents)), key=lambda i: (-cents[i], i))
    whole, before = sum(cent for cent in cents if cent > 0), 0
    for place, i in enumerate(order):
        # Exactly at a cut either side is a rounding error away; the library calls it reached.
        reached = sum(Fraction(before, whole) >= Fraction(cut, 100) for cut in cuts)
        grade = "ABC"[reached if cents[i] > 0 else 2]
        before += cents[i]
        row = found.iloc[place]
        assert found.index[place] == customers[i] and (row["rank"], row["class"]) == (place + 1, grade)
        assert row["cumulative_share"] == pytest.approx(before / whole, abs=1e-9)
        assert row["customers"] == pytest.approx((place + 1) / len(cents))


def test_abc_of_a_log_adds_up_first_and_is_the_same_everywhere():
    log = retail()
    found = same_on_every_engine(lambda table: seg.abc(table, set_aside=["missing ids", "duplicates"]), log)
    clean = log.dropna().drop_duplicates()
    pd.testing.assert_series_equal(
        found["value"].sort_index(), clean.groupby("customer_id")["amount"].sum(), check_names=False
    )
    assert found.attrs["excluded"] == {
        "missing ids": log["customer_id"].isna().sum(),
        "duplicates": len(log.dropna()) - len(clean),
    }
    shuffled = seg.abc(log.sample(frac=1, random_state=3), set_aside=["missing ids", "duplicates"])
    pd.testing.assert_frame_equal(found, shuffled)
    gross = seg.abc(log, set_aside="missing ids", refunds="set aside")
    assert gross["value"].sum() > found["value"].sum() and gross.attrs["excluded"]["refunds"] > 10


def test_abc_takes_a_series_or_the_customer_in_the_index():
    profit = pd.Series({"Y": 85.0, "X": 10.0, "Z": 5.0})
    found = seg.abc(profit)
    assert found["class"].to_dict() == {"Y": "A", "X": "B", "Z": "C"} and found.index.name == "customer_id"
    indexed = profit.rename_axis("customer_id").to_frame("profit")
    pd.testing.assert_frame_equal(seg.abc(indexed, value="profit"), found)


def test_one_customer_may_be_all_of_class_a_and_losers_are_c():
    found = seg.abc(pd.Series({"A": 1.0, "B": 99.0, "C": -50.0, "D": 0.0}))
    assert found["class"].to_dict() == {"B": "A", "A": "C", "D": "C", "C": "C"}
    assert found["cumulative_share"].tolist() == [0.99, 1.0, 1.0, 0.5]


def test_ties_at_a_border_of_abc_are_counted():
    found = seg.abc(pd.Series(1.0, index=range(20)), cuts=(0.5, 0.9))
    assert found["class"].value_counts().to_dict() == {"A": 10, "B": 8, "C": 2} and found.attrs["ties"] == 20
    assert seg.abc(pd.Series([7.0, 1, 1, 1])).attrs["ties"] == 3


BAD_ABC = {
    "negative values": (GOOD.assign(amount=[-1, 2, 3, 4]), {"refunds": "raise"}, ValueError, "negative.*1 of 4"),
    "ids missing": (GOOD.assign(customer_id=[None, 1, 2, 3]), {}, ValueError, "empty.*1 of 4 rows"),
    "nobody brings anything": (GOOD.assign(amount=-1.0), {}, ValueError, 'brings anything: the sums of "amount"'),
    "cuts that fall": (GOOD, {"cuts": (0.95, 0.8)}, ValueError, "two rising shares"),
    "cuts in percent": (GOOD, {"cuts": (80, 95)}, ValueError, "two rising shares"),
    "three cuts": (GOOD, {"cuts": (0.5, 0.8, 0.9)}, ValueError, "two rising shares"),
    "no such column": (GOOD, {"value": "profit"}, ValueError, "Missing column: profit"),
    "a NaN": (pd.Series([1.0, np.nan]), {}, ValueError, '"amount" is empty.*1 of 2'),
    "an infinite value": (pd.Series([1.0, np.inf]), {}, ValueError, "infinite"),
    "empty": (GOOD[:0], {}, ValueError, "empty"),
    "no table": (3, {}, TypeError, "not int"),
}


@pytest.mark.parametrize("name", BAD_ABC)
def test_a_bad_table_for_abc_is_refused(name):
    table, options, error, message = BAD_ABC[name]
    refuses(lambda: seg.abc(table, **options), error, message)


def test_gini_by_hand():
    assert seg.gini([1, 1, 1]) == 0
    assert seg.gini([1, 2, 3]) == pytest.approx(2 / 9)  # mean difference 8/9 over twice the mean 2
    assert seg.gini([0, 0, 1]) == pytest.approx(2 / 3)
    assert seg.gini(pd.Series([5.0])) == 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0.01, 100))
@quick
def test_gini_is_half_the_relative_mean_difference(values, factor):
    assume(sum(values) > 1e-3)
    x = np.array(values)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    assert seg.gini(x) == pytest.approx(expected, abs=1e-9)
    assert seg.gini(x * factor) == pytest.approx(expected, abs=1e-9)
    # One less twice the area under the Lorenz curve, which is the Pareto curve from the other end.
    curve = seg.pareto_curve(x)
    area = np.trapezoid(np.r_[0, curve["share"]], np.r_[0, curve["customers"]])
    assert seg.gini(x) == pytest.approx(2 * area - 1, abs=1e-9)


def test_pareto_curve_rises_to_one():
    curve = seg.pareto_curve(pd.Series({"A": 1, "B": 6, "C": 3}))
    assert curve.index.tolist() == ["B", "C", "A"] and curve["share"].tolist() == pytest.approx([0.6, 0.9, 1])


@pytest.mark.parametrize("function", [seg.gini, seg.pareto_curve])
@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([3, -1], ValueError, "Negative values.*whale_curve.*1 of 2 rows"),
        ([], ValueError, "no customer"),
        ([0, 0], ValueError, "all values are 0"),
        ([1, np.nan], ValueError, "missing.*1 of 2"),
        (["a"], TypeError, "not numbers"),
    ],
)
def test_bad_values_have_no_concentration(function, values, error, message):
    refuses(lambda: function(pd.Series(values)), error, message)


def test_clv_classes_hold_their_shares():
    clv = pd.Series(np.random.default_rng(2).normal(100, 80, 1001), index=np.arange(1001) * 3)
    found = seg.clv_classes(clv)
    assert found.value_counts(sort=False).to_dict() == {"high": 201, "middle": 300, "low": 500}
    assert found.attrs["ties"] == 0
    assert clv[found == "high"].min() > clv[found == "middle"].max() > clv[found == "low"].max()
    five = seg.clv_classes(clv, [0.2] * 5, "ABCDE")
    assert five.value_counts(sort=False).tolist() == [201, 200, 200, 200, 200]
    assert seg.clv_classes([1, 1, 1, 1]).attrs["ties"] == 4
    assert seg.clv_classes(pd.Series([7.0])).tolist() == ["high"]


@pytest.mark.parametrize(
    ("clv", "options", "error", "message"),
    [
        ([1, 2], {"shares": (0.5, 0.6)}, ValueError, "add up to 1"),
        ([1, 2], {"shares": (1.2, -0.2)}, ValueError, "add up to 1"),
        ([1, 2], {"shares": (0.5, 0.5)}, ValueError, "2 shares need as many"),
        ([1, 2], {"names": ("a", "a", "b")}, ValueError, "different names"),
        ([1, np.nan], {}, ValueError, "missing.*1 of 2"),
        ([], {}, ValueError, "no customer"),
    ],
)
def test_bad_clv_classes_are_refused(clv, options, error, message):
    refuses(lambda: seg.clv_classes(clv, **options), error, message)


# ---------------------------------------------------------------- clusters


@pytest.fixture(scope="module")
def blobs():
    """Four planted groups of different sizes; spend in yuan and with a long tail, visits in numbers."""
    rng = np.random.default_rng(8)
    truth = pd.Series(np.repeat([0, 1, 2, 3], [300, 200, 120, 80]), index=[f"C{i:04}" for i in range(700)])
    centres = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 4], [4, 4, 0]])
    points = centres[truth] + rng.normal(0, 0.6, (700, 3))
    features = pd.DataFrame(
        {"visits": points[:, 0] * 10 + 50, "discount": points[:, 1], "spend": np.exp(points[:, 2] + 4)},
        index=truth.index,
    )
    return features.sample(frac=1, random_state=0), truth


def test_scale_is_sklearns(blobs):
    from sklearn.preprocessing import StandardScaler

    features, _ = blobs
    expected = StandardScaler().fit_transform(features.assign(spend=np.log1p(features["spend"])))
    np.testing.assert_allclose(seg.scale(features, "spend"), expected, atol=1e-12)
    assert seg.scale(features, ["spend"]).index.equals(features.index)


def test_cluster_finds_what_is_planted_and_agrees_with_sklearn(blobs):
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    features, truth = blobs
    labels = seg.cluster(features, 4, log="spend")
    assert labels.value_counts().sort_index().is_monotonic_decreasing and labels.index.equals(features.index)
    assert seg.agreement(labels, truth)[0] > 0.98
    peer = KMeans(4, n_init=10, random_state=1).fit(seg.scale(features, "spend"))
    assert adjusted_rand_score(labels, peer.labels_) == pytest.approx(1)
    ordered = seg.cluster(features, 4, log="spend", by="visits")
    means = features["visits"].groupby(ordered).mean()
    assert means.is_monotonic_decreasing and seg.agreement(ordered, labels)[0] == 1


def test_clusters_do_not_depend_on_rows_units_or_the_run(blobs):
    features, _ = blobs
    labels = seg.cluster(features, 3)
    for other in (features, features.sample(frac=1, random_state=5), features * [100, 0.01, 7]):
        assert (seg.cluster(other, 3)[features.index] == labels).all()
    # Where there are no clusters, k-means finds others with every start.
    noise = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 6)))
    assert (seg.cluster(noise.sample(frac=1, random_state=5), 7).loc[noise.index] == seg.cluster(noise, 7)).all()
    judged, again = (seg.choose_k(table, (2, 3), resamples=3) for table in (features, features[::-1]))
    pd.testing.assert_frame_equal(judged, again)


def test_the_stability_measures_the_samples_not_unlucky_starts():
    """On Qinghe's habits: with two starts six clusters seem shakier than five, and the explorer tells what choose_k tells."""
    from crmlib.widgets import segmentation as explorer

    habits, _ = explorer._habits()
    judged = seg.choose_k(habits, [5, 6], log=["orders", "basket"], resamples=explorer.SAMPLES)["stability"]
    assert judged[6] > 0.97 > 0.95 > judged[5]
    assert [np.mean(explorer._clustered(k)[1][1:]) for k in (5, 6)] == pytest.approx(judged.tolist())


def test_choose_k_judges_as_sklearn_does(blobs):
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    features, _ = blobs
    judged = seg.choose_k(features, range(2, 7), log="spend", resamples=5)
    assert judged.index.tolist() == [2, 3, 4, 5, 6]
    assert judged["inertia"].is_monotonic_decreasing and judged["silhouette"].idxmax() == 4
    assert (
        judged.loc[4, "stability"] > 0.97 > 0.95 > judged.loc[5:, "stability"].max() and judged["stability"].max() <= 1
    )
    points = seg.scale(features, "spend")
    peer = KMeans(4, n_init=10, random_state=3).fit(points)
    assert judged.loc[4, "inertia"] == pytest.approx(peer.inertia_, rel=1e-4)
    assert judged.loc[4, "silhouette"] == pytest.approx(silhouette_score(points, peer.labels_), abs=1e-3)


def test_noise_has_no_stable_clusters():
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(400, 5)))
    assert seg.choose_k(noise, [5], resamples=5).loc[5, "stability"] < 0.6


def test_profile_is_a_grouped_mean(blobs):
    features, truth = blobs
    table = seg.profile(features, truth)
    assert table["customers"].tolist() == [300, 200, 120, 80] and table["share"].sum() == pytest.approx(1)
    pd.testing.assert_frame_equal(table[features.columns.tolist()], features.groupby(truth[features.index]).mean())


def test_clustering_is_silent(blobs, capfd, recwarn):
    features, _ = blobs
    seg.choose_k(features, (2, 3), resamples=2)
    seg.cluster(features, 3)
    assert capfd.readouterr() == ("", "") and not recwarn.list


FEATURES = pd.DataFrame({"a": [1.0, 2, 3, 9], "b": [4.0, 4.5, 0, 1]}, index=list("WXYZ"))
BAD_FEATURES = {
    "a constant feature": (lambda: seg.cluster(FEATURES.assign(b=7), 2), ValueError, '"b" is constant'),
    "a feature as good as constant": (
        lambda: seg.scale(FEATURES.assign(b=[1e9, 1e9, 1e9, 1e9 + 1e-6])),
        ValueError,
        '"b" is constant',
    ),
    "NaN features": (
        lambda: seg.choose_k(FEATURES.assign(a=[1, np.nan, 2, 3]), [2]),
        ValueError,
        '"a" is missing, infinite.*1 of 4 rows.*X',
    ),
    "an infinite feature": (lambda: seg.scale(FEATURES.assign(a=[1, np.inf, 2, 3])), ValueError, '"a" is missing'),
    "a text feature": (lambda: seg.cluster(FEATURES.assign(a=list("abcd")), 2), TypeError, '"a" holds str'),
    "k larger than customers": (lambda: seg.cluster(FEATURES, 5), ValueError, "k = 5 clusters of 4 customers"),
    "k larger than different customers": (
        lambda: seg.cluster(pd.concat([FEATURES[:2]] * 3, ignore_index=True), 3),
        ValueError,
        "only 2 customers differ",
    ),
    "one cluster": (lambda: seg.cluster(FEATURES, 1), ValueError, "k = 1: a whole number of at least 2"),
    "half a cluster": (lambda: seg.choose_k(FEATURES, [2.5]), ValueError, "k = 2.5"),
    "no k": (lambda: seg.choose_k(FEATURES, []), ValueError, "ks is empty"),
    "one resample": (lambda: seg.choose_k(FEATURES, [2], resamples=1), ValueError, "at least 2 bootstrap"),
    "a logarithm of a loss": (lambda: seg.scale(FEATURES - 2, log="a"), ValueError, '"a" is missing.* below 0'),
    "a logarithm of nothing": (lambda: seg.scale(FEATURES, log="spend"), ValueError, "Missing column: spend"),
    "an order by nothing": (lambda: seg.cluster(FEATURES, 2, by="spend"), ValueError, "Missing column: spend"),
    "polars": (lambda: seg.scale(pl.DataFrame({"a": [1]})), TypeError, "to_pandas"),
    "nothing": (lambda: seg.scale(FEATURES[:0]), ValueError, "features: the table is empty"),
    "labels of others": (
        lambda: seg.profile(FEATURES, pd.Series(0, list("WXYV"))),
        ValueError,
        "same customers: 2 are in one only, first: Z, V",
    ),
    "a feature with the name of a result": (
        lambda: seg.profile(FEATURES.assign(share=1), pd.Series(0, FEATURES.index)),
        ValueError,
        "share: .*rename",
    ),
    "labels missing": (
        lambda: seg.profile(FEATURES, pd.Series([0, 1, None, 0], index=list("WXYZ"))),
        ValueError,
        "1 customers have no class, first: Y",
    ),
}


@pytest.mark.parametrize("name", BAD_FEATURES)
def test_bad_features_are_refused(name):
    refuses(*BAD_FEATURES[name])


# ---------------------------------------------------------------- methods side by side


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


# ---------------------------------------------------------------- one person in several records

FILE = pd.DataFrame(
    [
        ("麦小满", "Mai Xiaoman", "10012345678", None, "1990-05-03", "启明城土星路18号", "mai@example.com"),
        ("麦晓满", "MAI  Xiaoman", "10012345679", None, "1990-03-05", "启明城土星路十八号", "MAI@example.com"),
        ("麦小满", "Mai Xiaomn", "10099999999", "10012345678", None, "土星路18号", None),
        ("麦立春", "Mai Lichun", "10012345678", "", "1962-01-31", "启明城土星路18号", None),
        ("谷雨田", "Gu Yutian", "10055555555", None, "1962-01-30", "启明城土星路19号", None),
    ],
    columns=["name", "pinyin", "phone", "phone_2", "birthday", "address", "email"],
    index=["Q1", "Q2", "Q3", "Q4", "Q5"],
)


def test_a_pair_is_compared_field_by_field():
    pairs = pd.DataFrame({"left": ["Q1", "Q1", "Q1", "Q4", "Q2"], "right": ["Q2", "Q3", "Q4", "Q5", "Q3"]})
    found = seg.compare_records(FILE, pairs)
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


def test_candidates_are_all_pairs_that_agree_on_a_key():
    found = seg.candidate_pairs(FILE)
    assert set(map(tuple, found.to_numpy())) == {("Q1", "Q2"), ("Q1", "Q3"), ("Q1", "Q4"), ("Q2", "Q4"), ("Q3", "Q4")}
    assert found.attrs == {
        "blocks": {"name": 1, "pinyin": 1, "phone": 3, "birthday": 0, "address": 3, "email": 1},
        "possible": 10,
        "skipped": {},
    }
    only = seg.candidate_pairs(FILE, [("pinyin", "phone"), "email"])
    assert only.to_numpy().tolist() == [["Q1", "Q2"]] and only.attrs["blocks"] == {"pinyin + phone": 0, "email": 1}
    wide = seg.candidate_pairs(FILE, ["phone"], largest=2)
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


def test_points_add_up_and_missing_fields_are_silent():
    similarities = pd.DataFrame(
        {"name": [1, 0.67, 0.3, np.nan], "birthday": [1, 0.9, 0, np.nan], "email": [np.nan] * 4}
    )
    assert seg.match_score(similarities).tolist() == [7, 3, -6, 0]
    assert seg.match_score(similarities, {"name": (5, 0, 0)}).tolist() == [5, 0, 0, 0]
    assert seg.match_score(similarities, {"name": (5, 1, 0)}, near={"name": 0.3}).tolist() == [5, 1, 1, 0]


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


@pytest.fixture(scope="module")
def qinghe():
    records = datasets.load_qinghe_customers().set_index("customer_id")
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id")["person_id"]
    similarities = seg.compare_records(records, seg.candidate_pairs(records))
    return records, truth, similarities


def test_planted_duplicates_are_found_and_careless_rules_are_not_enough(qinghe):
    records, truth, similarities = qinghe
    score = seg.match_score(similarities)
    judged = pd.DataFrame(
        {threshold: seg.precision_recall(seg.link(records, score, threshold), truth) for threshold in range(2, 15)}
    ).T
    best = judged.loc[judged["f1"].idxmax()]
    assert best["precision"] >= 0.95 and best["recall"] >= 0.95
    # The threshold trades one for the other.
    assert judged["recall"].is_monotonic_decreasing and judged["precision"].is_monotonic_increasing
    assert judged["precision"].iloc[0] < 0.8 and judged["recall"].iloc[-1] < 0.8
    for field in ("name", "phone"):
        careless = (similarities[field] == 1) * 1
        careless = seg.precision_recall(seg.link(records, careless, 1), truth)
        assert careless["f1"] < 0.8 < best["f1"], field


def test_links_do_not_depend_on_the_order_of_records(qinghe):
    records, _, similarities = qinghe
    score = seg.match_score(similarities)
    linked = seg.link(records, score, 8)
    shuffled = records.sample(frac=1, random_state=6)
    again = seg.compare_records(shuffled, seg.candidate_pairs(shuffled))
    other = seg.link(shuffled, seg.match_score(again), 8)
    assert seg.precision_recall(linked, other)[["precision", "recall"]].tolist() == [1, 1]


def test_records_may_hold_numbers_and_dates():
    typed = FILE.assign(
        phone=FILE["phone"].astype("int64"),
        phone_2=pd.to_numeric(FILE["phone_2"]),
        birthday=pd.to_datetime(FILE["birthday"]),
    )
    pairs = seg.candidate_pairs(typed)
    assert pairs.equals(seg.candidate_pairs(FILE))
    pd.testing.assert_frame_equal(seg.compare_records(typed, pairs), seg.compare_records(FILE, pairs))
    empty = FILE.assign(email=None, phone_2=np.nan)
    assert seg.compare_records(empty, pairs)["email"].isna().all()


PAIR = pd.DataFrame({"left": ["Q1"], "right": ["Q2"]})
SCORE = pd.Series([5.0], index=pd.MultiIndex.from_tuples([("Q1", "Q2")], names=["left", "right"]))
BAD_LINKS = {
    "ids twice": (lambda: seg.candidate_pairs(pd.concat([FILE, FILE])), ValueError, "5 keys.*Q1, Q2, Q3"),
    "no record": (lambda: seg.candidate_pairs(FILE[:0]), ValueError, "records: the table is empty"),
    "no field": (lambda: seg.candidate_pairs(FILE[["phone_2"]]), ValueError, "No column to compare by"),
    "a block that is not there": (lambda: seg.candidate_pairs(FILE, ["wechat"]), ValueError, "Missing column: wechat"),
    "nothing to compare": (lambda: seg.compare_records(FILE[["phone_2"]], PAIR), ValueError, "No field to compare"),
    "pairs of others": (
        lambda: seg.compare_records(FILE, PAIR.assign(right="Q9")),
        ValueError,
        "ids that the records do not have. 1 of 1 rows.*Q9",
    ),
    "pairs without sides": (lambda: seg.compare_records(FILE, PAIR[["left"]]), ValueError, "Missing column: right"),
    "points for nothing": (
        lambda: seg.match_score(pd.DataFrame({"name": [1.0]}), {"wechat": (1, 0, 0)}),
        ValueError,
        "Missing column: wechat",
    ),
    "one number of points": (
        lambda: seg.match_score(pd.DataFrame({"name": [1.0]}), {"name": 3}),
        ValueError,
        'points of "name": three numbers',
    ),
    "links of others": (lambda: seg.link(FILE[:1], SCORE, 3), ValueError, "ids that the records do not have"),
    "points without pairs": (lambda: seg.link(FILE, SCORE.reset_index(drop=True), 3), ValueError, "two ids"),
    "points missing": (lambda: seg.link(FILE, SCORE * np.nan, 3), ValueError, '"points" is missing'),
    "no record to link": (lambda: seg.link(FILE[:0], SCORE, 3), ValueError, "no record"),
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
    "polars": (lambda: seg.compare_records(pl.DataFrame({"name": ["a"]}), PAIR), TypeError, "pandas table is needed"),
}


@pytest.mark.parametrize("name", BAD_LINKS)
def test_bad_records_are_refused(name):
    refuses(*BAD_LINKS[name])


# ---------------------------------------------------------------- protecting customers

KEY = "a secret of the firm"


def test_pseudonyms_join_and_need_the_key():
    orders = pd.DataFrame({"customer_id": [7, 8, 7], "amount": [1, 2, 3]})
    people = pd.DataFrame({"id": ["7", "8"], "name": ["麦小满", "谷雨"], "phone": ["10012345678", None]})
    safe = seg.pseudonymise(orders, "customer_id", KEY)
    card = seg.pseudonymise(people, ["id", "phone"], KEY.encode(), drop="name")
    joined = safe.merge(card, left_on="customer_id", right_on="id")
    assert joined["amount"].sum() == 6 and "name" not in card and card["phone"].isna().tolist() == [False, True]
    expected = hmac.new(KEY.encode(), b"7", hashlib.sha256).hexdigest()[:16]
    assert safe["customer_id"].tolist()[0] == expected == card["id"].iloc[0]
    floats = seg.pseudonymise(pd.DataFrame({"customer_id": [7.0, np.nan]}), "customer_id", KEY)
    assert floats["customer_id"].iloc[0] == expected and floats["customer_id"].isna().iloc[1]
    other = seg.pseudonymise(orders, "customer_id", KEY + "!")
    assert not set(other["customer_id"]) & set(safe["customer_id"])
    assert orders["customer_id"].tolist() == [7, 8, 7]
    assert safe["customer_id"].str.fullmatch("[0-9a-f]{16}").all()


def test_k_anonymity_by_hand():
    table = pd.DataFrame({"town": ["N", "N", None, None, "S"], "born": [1, 1, 2, 2, 2], "spend": range(5)})
    assert seg.k_anonymity(table, ["town", "born"]).to_dict() == {"k": 1, "unique": 0.2, "groups": 3, "people": 5}
    assert seg.k_anonymity(table[:4], ["town", "born"]).to_dict() == {"k": 2, "unique": 0, "groups": 2, "people": 4}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
@quick
def test_knowing_more_never_hides_better(rows):
    table = pd.DataFrame(rows, columns=["a", "b"])
    less, more = seg.k_anonymity(table, "a"), seg.k_anonymity(table, ["a", "b"])
    assert more["k"] <= less["k"] and more["unique"] >= less["unique"]
    attack = seg.reidentify(table, table.assign(name="x"), ["a", "b"])
    assert attack.attrs["share"] == pytest.approx(more["unique"])


def test_generalising_protects(qinghe):
    records, *_ = qinghe
    quasi = ["birthday", "gender", "address"]
    coarse = seg.generalise(records, {"birthday": "decade", "address": 3})
    before, after = (seg.k_anonymity(table, quasi)["unique"] for table in (records, coarse))
    assert before > 0.9 and after < 0.02
    assert coarse["birthday"].dropna().str.fullmatch(r"\d{3}0s").all()
    assert (coarse["birthday"].isna() == records["birthday"].isna()).all()
    years = seg.generalise(
        pd.DataFrame({"d": pd.to_datetime(["1990-05-01", None]), "t": ["1990-05-01", ""]}), {"d": "year", "t": "year"}
    )
    assert years["d"].tolist()[0] == years["t"].tolist()[0] == "1990" and years.isna().sum().tolist() == [1, 1]


def test_an_attack_takes_only_what_is_unique_on_both_sides():
    careless = pd.DataFrame({"born": ["a", "b", "c", "c", None], "spend": [1, 2, 3, 4, 5]})
    known = pd.DataFrame({"born": ["a", "b", "b", "c", "d", None], "name": list("uvwxyz"), "spend": 0})
    found = seg.reidentify(careless, known, "born")
    assert found.to_dict("list") == {"born": ["a"], "spend": [1], "name": ["u"], "spend_known": [0]}
    assert found.attrs == {"share": 0.2}


TABLE = pd.DataFrame({"customer_id": [1, 2], "weight": [1.5, 2.0], "born": ["1990-01-01", "soon"]})
BAD_PRIVACY = {
    "no key": (lambda: seg.pseudonymise(TABLE, "customer_id", ""), ValueError, "too short.*16 characters"),
    "a short key": (lambda: seg.pseudonymise(TABLE, "customer_id", "12345678"), ValueError, "too short"),
    "a blank key": (lambda: seg.pseudonymise(TABLE, "customer_id", " " * 20), ValueError, "too short"),
    "a key that is no text": (lambda: seg.pseudonymise(TABLE, "customer_id", 42), TypeError, "not int"),
    "no such column": (lambda: seg.pseudonymise(TABLE, "phone", KEY), ValueError, "Missing column: phone"),
    "nothing to drop": (
        lambda: seg.pseudonymise(TABLE, "customer_id", KEY, drop=["name"]),
        ValueError,
        "Missing column: name",
    ),
    "replaced and dropped": (
        lambda: seg.pseudonymise(TABLE, "customer_id", KEY, drop="customer_id"),
        ValueError,
        "at once: customer_id",
    ),
    "broken numbers": (lambda: seg.pseudonymise(TABLE, "weight", KEY), TypeError, "broken numbers, such as 1.5"),
    "no quasi-identifier": (lambda: seg.k_anonymity(TABLE, []), ValueError, "at least one column"),
    "a quasi-identifier not there": (lambda: seg.k_anonymity(TABLE, ["town"]), ValueError, "Missing column: town"),
    "nobody": (lambda: seg.k_anonymity(TABLE[:0], "born"), ValueError, "table: the table is empty"),
    "no table": (lambda: seg.k_anonymity([1], "born"), TypeError, "pandas table is needed"),
    "an unknown rule": (lambda: seg.generalise(TABLE, {"born": "century"}), ValueError, "'century'.*decade"),
    "no characters": (lambda: seg.generalise(TABLE, {"born": 0}), ValueError, "how many characters"),
    "a rule for nothing": (lambda: seg.generalise(TABLE, {"town": 3}), ValueError, "Missing column: town"),
    "no year": (
        lambda: seg.generalise(TABLE, {"born": "year"}),
        ValueError,
        '"born" does not begin with a year.*1 of 2 rows.*soon',
    ),
    "not known": (lambda: seg.reidentify(TABLE, TABLE[["weight"]], "born"), ValueError, "Missing column: born"),
    "other types": (
        lambda: seg.reidentify(TABLE, TABLE.assign(customer_id=["1", "2"]), "customer_id"),
        ValueError,
        "different types.*int64 / str",
    ),
}


@pytest.mark.parametrize("name", BAD_PRIVACY)
def test_careless_privacy_is_refused(name):
    refuses(*BAD_PRIVACY[name])


# ---------------------------------------------------------------- tiered care

TIERS = pd.DataFrame(
    {"customers": [100, 900, 400], "value": [2000, 300, 80], "ceiling": [0.6, 0.2, 0.1], "k": [0.01, 0.05, 0.2]},
    index=["vip", "ordinary", "dormant"],
)
tier = st.tuples(st.integers(0, 500), st.integers(0, 3000), st.floats(0.01, 1), st.floats(0.005, 0.5))


@given(st.lists(tier, min_size=1, max_size=4), st.floats(0, 50_000))
@quick
def test_a_plan_is_better_than_any_change_to_it(rows, budget):
    table = pd.DataFrame(rows, columns=TIERS.columns)
    plan = seg.tier_plan(table, budget)
    cost, unspent, marginal = plan["cost"], plan.attrs["unspent"], plan.attrs["marginal"]
    assert cost.sum() + unspent == pytest.approx(budget, rel=1e-6, abs=1e-6) and (plan["spend"] >= 0).all()
    slope = table["value"] * table["ceiling"] * table["k"] * np.exp(-table["k"] * plan["spend"])
    # The conditions of Kuhn and Tucker: the same marginal gain wherever money goes, no more where none goes.
    assert slope[plan["spend"] > 1e-9].to_numpy() == pytest.approx(marginal, rel=1e-6)
    assert (slope <= marginal * (1 + 1e-6)).all() or not table["customers"][slope > marginal * (1 + 1e-6)].any()
    assert marginal >= 1 - 1e-9 and (unspent < 1e-6 * max(budget, 1) or marginal == pytest.approx(1))
    equal = budget / max(table["customers"].sum(), 1)
    assert plan["profit"].sum() >= seg.tier_value(table, equal)["profit"].sum() - 1e-6 * max(budget, 1)


def test_tier_value_is_the_response_curve():
    found = seg.tier_value(TIERS, {"ordinary": 10, "vip": 50, "dormant": 0})
    rate = value.response_rate(50, 0.6, 0.01)
    gain = 100 * 2000 * rate
    assert found.loc["vip"].tolist() == pytest.approx([100, 50, 5000, rate, gain, gain - 5000])
    assert found["customers"].dtype == TIERS["customers"].dtype and found.loc["dormant", "profit"] == 0


def test_a_plan_follows_the_peer(rng=np.random.default_rng(1)):
    from scipy.optimize import minimize

    plan = seg.tier_plan(TIERS, 12_000)
    heads = TIERS["customers"].to_numpy()
    peer = minimize(
        lambda s: -seg.tier_value(TIERS, dict(zip(TIERS.index, s, strict=True)))["profit"].sum() / 1e4,
        [1.0, 1, 1],
        bounds=[(0, None)] * 3,
        method="SLSQP",
        options={"ftol": 1e-12},
        constraints={"type": "ineq", "fun": lambda s: (12_000 - heads @ s) / 1e4},
    )
    assert plan["profit"].sum() == pytest.approx(-peer.fun * 1e4, rel=1e-6)
    assert plan["spend"].to_numpy() == pytest.approx(peer.x, abs=0.1)
    assert seg.tier_plan(TIERS[::-1], 12_000)["spend"].to_dict() == pytest.approx(plan["spend"].to_dict())


BAD_TIERS = {
    "no budget": (lambda: seg.tier_plan(TIERS, -1), ValueError, "budget = -1"),
    "a missing column": (lambda: seg.tier_plan(TIERS.drop(columns="k"), 1), ValueError, "Missing column: k"),
    "a ceiling of 60": (lambda: seg.tier_plan(TIERS.assign(ceiling=60), 1), ValueError, "ceiling must lie.*3 of 3"),
    "no speed": (lambda: seg.tier_value(TIERS.assign(k=0), 1), ValueError, "k above 0"),
    "a negative value": (lambda: seg.tier_value(TIERS.assign(value=-5), 1), ValueError, '"value" is missing'),
    "a tier twice": (lambda: seg.tier_value(pd.concat([TIERS, TIERS]), 1), ValueError, "more than once"),
    "a tier without money": (lambda: seg.tier_value(TIERS, {"vip": 5}), ValueError, "for: ordinary, dormant"),
    "negative money": (lambda: seg.tier_value(TIERS, -5), ValueError, '"spend" is missing, infinite or below 0'),
    "no table": (lambda: seg.tier_plan({}, 5), TypeError, "pandas table is needed"),
}


@pytest.mark.parametrize("name", BAD_TIERS)
def test_bad_tiers_are_refused(name):
    refuses(*BAD_TIERS[name])
