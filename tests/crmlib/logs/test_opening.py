"""How a transaction log is opened: what is refused, what is set aside and counted, the same on every engine."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlib
from crmlib import logs, value
from tests.support.engines import engines

RETAIL = pd.DataFrame(
    {
        "customer_id": ["A", "A", "A", None, None, "B", "B", None, "C"],
        "date": pd.to_datetime(
            [
                "2026-01-01",
                "2026-01-01",
                "2026-01-03",
                "2026-01-04",
                "2026-01-04",
                "2026-01-05",
                "2026-01-06",
                "2026-02-01",
                "2026-01-07",
            ]
        )
        + pd.Timedelta(hours=9),
        "amount": [10.0, 10.0, 5.0, 7.0, 7.0, 20.0, -8.0, -1.0, 3.0],
        "item": ["tea", "tea", "tea", "rice", "rice", "rice", "rice", "tea", "tea"],
    }
)


def rows(frame):
    table = logs.collect(frame)
    return sorted(map(tuple, table.assign(date=pd.to_datetime(table["date"])).to_numpy().tolist()))


def test_what_is_set_aside_is_counted_on_every_engine():
    with duckdb.connect() as db:
        for name, log in engines(db, RETAIL).items():
            frame, about = logs.open_log(
                log, amount="amount", set_aside=["missing ids", "duplicates"], refunds="set aside"
            )
            assert about["excluded"] == {"missing ids": 3, "duplicates": 1, "refunds": 1}, name
            assert (about["rows"], about["refunds"]) == (9, 1)
            # The log was kept until 1 February, whoever bought on that day.
            assert (str(about["first"].date()), str(about["last"].date())) == ("2026-01-01", "2026-02-01")
            assert rows(frame) == [
                ("A", pd.Timestamp("2026-01-01"), 10),
                ("A", pd.Timestamp("2026-01-03"), 5),
                ("B", pd.Timestamp("2026-01-05"), 20),
                ("C", pd.Timestamp("2026-01-07"), 3),
            ], name

            frame, about = logs.open_log(log, amount="amount", set_aside="missing ids", refunds="net")
            assert about["excluded"] == {"missing ids": 3} and about["refunds"] == 1
            assert len(found := rows(frame)) == 6 and found[-2] == ("B", pd.Timestamp("2026-01-06"), -8), name


def test_shoppers_without_a_card_are_no_duplicates():
    assert logs.open_log(RETAIL.dropna(), set_aside="duplicates")[1]["excluded"] == {"duplicates": 1}
    # Equal in the three columns that count, but not in all.
    other = RETAIL.dropna().assign(item=range(6))
    assert logs.open_log(other, amount="amount", set_aside=("duplicates",), refunds="net")[1]["excluded"] == {
        "duplicates": 0
    }


@given(st.lists(st.tuples(st.sampled_from(["A", "B", None]), st.integers(0, 3), st.integers(-2, 3)), min_size=1))
@settings(max_examples=25, deadline=None)
def test_no_row_disappears(records):
    ids, days, amounts = zip(*records, strict=True)
    log = pd.DataFrame(
        {
            "customer_id": pd.Series(ids, dtype="str"),
            "amount": np.array(amounts, dtype=float),
            "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D"),
        }
    )
    with duckdb.connect() as db:
        for table in (log, pl.DataFrame(log.to_dict("list") | {"customer_id": list(ids)}), db.from_df(log)):
            try:
                frame, about = logs.open_log(
                    table, amount="amount", set_aside=["missing ids", "duplicates"], refunds="set aside"
                )
            except ValueError as error:
                assert "rows of the log are set aside" in str(error)
                assert all(name is None or amount < 0 for name, _, amount in records)
                continue
            kept = {record for record in records if record[0] is not None}
            assert about["excluded"] == {
                "missing ids": ids.count(None),
                "duplicates": len(ids) - ids.count(None) - len(kept),
                "refunds": sum(amount < 0 for *_, amount in kept),
            }
            assert len(rows(frame)) + sum(about["excluded"].values()) == about["rows"] == len(records)


TOMORROW = date.today() + timedelta(days=1)
CLEAN = RETAIL.dropna().drop_duplicates().query("amount >= 0").reset_index(drop=True)
BAD = {
    "ids missing": (RETAIL, {"refunds": "net"}, r'"customer_id" is empty.*set_aside=\["missing ids"\].*3 of 9 rows'),
    "an id without a letter": (CLEAN.assign(customer_id=["A", "", "B", "C"]), {}, '"customer_id" is empty.*1 of 4'),
    "refunds": (
        RETAIL,
        {"set_aside": "missing ids"},
        r'negative.*refunds="net".*refunds="set aside".*1 of 9 rows.*\n.*-8',
    ),
    "a date in the future": (
        CLEAN.assign(date=pd.Timestamp(TOMORROW)),
        {},
        f"a date in the future .today is {date.today()}.*correct.*end=.*4 of 4 rows.*{TOMORROW}",
    ),
    "one date in the future": (
        CLEAN.assign(date=pd.to_datetime(["2026-01-01"] * 3 + ["2206-01-01"])),
        {},
        "in the future.*1 of 4 rows.*2206-01-01",
    ),
    "a date in the future of nobody": (
        RETAIL.assign(date=RETAIL["date"].where(RETAIL["customer_id"].notna(), pd.Timestamp(TOMORROW))),
        {"set_aside": "missing ids", "refunds": "net"},
        "in the future.*3 of 9 rows",
    ),
    "a reason it does not know": (CLEAN, {"set_aside": ["typos"]}, "'typos'.*missing ids.*duplicates"),
    "a switch for a reason": (CLEAN, {"set_aside": True}, "True.*missing ids.*duplicates"),
    "a way it does not know": (CLEAN, {"refunds": "drop"}, "'drop'.*raise.*set aside.*net"),
    "refunds without money": (CLEAN, {"refunds": "net", "amount": None}, "give amount="),
    "nobody is known": (
        RETAIL[RETAIL["customer_id"].isna()],
        {"set_aside": ["missing ids", "duplicates"], "refunds": "set aside"},
        "All 3 rows of the log are set aside.*missing ids.: 3",
    ),
    "refunds only": (RETAIL[6:7], {"refunds": "set aside"}, "All 1 rows of the log are set aside.*refunds.: 1"),
    "infinite": (CLEAN.assign(amount=[1, 2, 3, -np.inf]), {"refunds": "net"}, "infinite.*1 of 4"),
}


@pytest.mark.parametrize("engine", ["pandas", "polars dates", "pyarrow", "duckdb"])
@pytest.mark.parametrize("fault", BAD)
def test_a_bad_log_is_refused_and_says_what_to_do(fault, engine):
    table, options, message = BAD[fault]
    with duckdb.connect() as db:
        log = engines(db, table)[engine]
        with pytest.raises(ValueError, match=f"(?s){message}"):
            logs.open_log(log, **({"amount": "amount"} | options))
        crmlib.use_language("zh")
        with pytest.raises(ValueError, match="(?s)[\u4e00-\u9fff]{2}.*[，。：]"):
            logs.open_log(log, **({"amount": "amount"} | options))


def test_a_fault_of_a_row_without_id_does_not_matter_once_it_is_set_aside():
    spoilt = RETAIL.assign(
        amount=[10, 10, 5, np.nan, np.inf, 20, 8, -1, 3], date=RETAIL["date"].mask(RETAIL["customer_id"].isna())
    )
    frame, about = logs.open_log(spoilt, amount="amount", set_aside="missing ids")
    assert len(rows(frame)) == 6 and about["excluded"] == {"missing ids": 3}


def test_the_future_may_lie_after_the_end():
    log = CLEAN.assign(date=pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03", "2206-01-01"]))
    assert logs.open_log(log, end="2026-01-31")[1]["last"] == pd.Timestamp("2206-01-01")
    assert value.btyd_summary(log, end="2026-01-31").attrs["excluded"] == {"rows after end": 1}
    with pytest.raises(ValueError, match="in the future"):
        value.btyd_summary(log)
    today = CLEAN.assign(date=pd.Timestamp.now())
    assert logs.open_log(today)[1]["last"] == pd.Timestamp.now().normalize()


def test_the_summary_of_a_spoilt_log_is_that_of_a_clean_one():
    options = {"set_aside": ["missing ids", "duplicates"], "refunds": "set aside", "amount": "amount"}
    spoilt = value.btyd_summary(RETAIL, **options, end="2026-01-06")
    clean = value.btyd_summary(CLEAN, amount="amount", end="2026-01-06")
    pd.testing.assert_frame_equal(spoilt, clean, check_index_type=False)
    assert spoilt.attrs["excluded"] == {"missing ids": 3, "duplicates": 1, "refunds": 1, "rows after end": 1}
    assert spoilt.attrs["purchase_days"] + sum(spoilt.attrs["excluded"].values()) == spoilt.attrs["rows"] == 9
    with pytest.raises(ValueError, match="which purchase a refund takes back"):
        value.btyd_summary(CLEAN, amount="amount", refunds="net")
    returned = RETAIL.assign(amount=[-10.0, -10, 5, 7, 7, 20, -8, -1, 3])
    with pytest.raises(ValueError, match="No purchase up to 2026-01-02 is left: .*'refunds': 2"):
        value.btyd_summary(returned, **options, end="2026-01-02")


def test_a_database_is_scanned_once_to_check_it(monkeypatch):
    asked, collect = [], logs.collect
    for module in (logs.engines, logs.opening):
        monkeypatch.setattr(module, "collect", lambda lazy: asked.append(1) or collect(lazy))
    with duckdb.connect() as db:
        log = db.from_df(RETAIL)
        logs.open_log(log, amount="amount", set_aside="missing ids", refunds="net")
        assert len(asked) == 1
        logs.open_log(log, amount="amount", set_aside=["missing ids", "duplicates"], refunds="net")
        assert len(asked) == 3


def test_options_may_travel_as_one_object():
    options = logs.LogOptions(amount="amount", set_aside="missing ids", refunds="net", end=date(2026, 1, 31))
    frame, about = logs.open_log(RETAIL, options)
    other, same = logs.open_log(RETAIL, amount="amount", set_aside=["missing ids"], refunds="net", end="2026-01-31")
    assert about == same and rows(frame) == rows(other)
    assert about["end"] == options.end == pd.Timestamp("2026-01-31") and about["last"] == pd.Timestamp("2026-02-01")
    assert options.set_aside == ("missing ids",)


def test_an_end_in_the_future_is_accepted_and_one_before_the_log_is_not():
    assert logs.open_log(CLEAN, end=TOMORROW)[1]["end"] == pd.Timestamp(TOMORROW)
    assert value.btyd_summary(CLEAN, end="2999-12-31").attrs["end"] == "2999-12-31"
    with pytest.raises(ValueError, match="before the first purchase. The log runs from 2026-01-01 to 2026-01-07"):
        logs.open_log(CLEAN, end="2025-12-31")


def test_the_money_is_looked_at_where_there_is_some():
    options, other = logs.LogOptions(amount=logs.IF_THERE), logs.LogOptions(amount="paid", refunds="net")
    with duckdb.connect() as db:
        for name, log in engines(db, CLEAN).items():
            assert options.if_money(log) == options, name
    poor = CLEAN.drop(columns="amount")
    assert options.if_money(poor).amount is None
    assert options.if_money(poor, needed=True) == options and other.if_money(poor) == other
    written = logs.LogOptions(amount="amount")
    assert written.if_money(poor) == written
    with pytest.raises(ValueError, match="amount="):
        logs.LogOptions().if_money(poor, needed=True)
    with pytest.raises(ValueError, match="Missing column: None"):
        logs.open_log(CLEAN, customer_id=None)
