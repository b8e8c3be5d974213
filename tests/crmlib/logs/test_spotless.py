"""The short road of a log without faults gives what the long one does, to the kinds of its columns and index."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from crmlib import churn, lifecycle, logs, segmentation, value
from crmlib.logs import spotless

SIZE = 400
RNG = np.random.default_rng(3)
LOG = pd.DataFrame(
    {
        "customer_id": RNG.integers(1, 40, SIZE),
        "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(RNG.integers(0, 400 * 1440, SIZE), unit="m"),
        "amount": RNG.integers(-100, 5_000, SIZE) / 100,
        "item": "x",
    }
)
LOGS = {
    "numbers": LOG,
    "small numbers": LOG.astype({"customer_id": "uint16", "amount": "float32"}),
    "texts": LOG.assign(customer_id="C" + LOG["customer_id"].astype(str)),
    "objects": LOG.assign(customer_id=("C" + LOG["customer_id"].astype(str)).astype(object)),
    "seconds, in an index": LOG.astype({"date": "datetime64[s]"}).set_index(np.arange(SIZE) * 7),
    "a column in quotes": LOG.rename(columns={"amount": 'the "amount"'}),
    "whole amounts": LOG.assign(amount=(LOG["amount"] * 100).astype(int)),
}
READERS = {
    "rfm": lambda log, **more: segmentation.rfm(log, refunds="net", **more),
    "btyd_summary": lambda log, **more: value.btyd_summary(
        log, calibration_end="2025-06-30", refunds="set aside", set_aside=["missing ids"], **more
    ),
    "cohorts": lambda log, **more: lifecycle.cohorts(log, refunds="net", values="amount", **more),
    "stages": lambda log, **more: lifecycle.stages(log, ["2025-11-30"], refunds="net", end="2025-12-31", **more),
    "silence": lambda log, **more: churn.silence(log, refunds="net", within=60, **more),
}


@pytest.mark.parametrize("kind", LOGS)
@pytest.mark.parametrize("reader", READERS)
def test_the_short_road_gives_what_the_long_one_does(reader, kind, monkeypatch):
    log, call, took, read = LOGS[kind], READERS[reader], [], spotless.read
    amount = 'the "amount"' if kind == "a column in quotes" else "amount"
    with monkeypatch.context() as long:
        long.setattr(spotless, "read", lambda *_: None)
        wanted = call(log, amount=amount)
        if kind not in ("objects", "small numbers"):  # DuckDB keeps neither
            pd.testing.assert_frame_equal(call(duckdb.from_df(log), amount=amount), wanted, rtol=1e-12)
    monkeypatch.setattr(spotless, "read", lambda *given: took.append(found := read(*given)) or found)
    for many in (spotless.MANY, 1):  # numpy, then DuckDB
        monkeypatch.setattr(spotless, "MANY", many)
        found = call(log, amount=amount)
        pd.testing.assert_frame_equal(found, wanted, rtol=1e-12)
        assert found.attrs == wanted.attrs
    if kind not in ("objects", "small numbers"):
        pd.testing.assert_frame_equal(call(duckdb.from_df(log), amount=amount), wanted, rtol=1e-12)
    assert all(opened is not None for opened in took)


LONG = {
    "a missing text": LOGS["texts"].assign(customer_id=lambda log: log["customer_id"].mask(log.index == 3)),
    "a blank text": LOGS["texts"].assign(customer_id=lambda log: log["customer_id"].mask(log.index == 3, "\u3000 ")),
    "ids as floats": LOG.astype({"customer_id": float}),
    "categories": LOGS["texts"].astype({"customer_id": "category"}),
    "nullable kinds": LOG.convert_dtypes(),
    "a missing date": LOG.assign(date=LOG["date"].mask(LOG.index == 3)),
    "a date before 1900": LOG.assign(date=LOG["date"].mask(LOG.index == 3, pd.Timestamp("1026-01-01"))),
    "a date to come": LOG.assign(date=LOG["date"].mask(LOG.index == 3, pd.Timestamp("2199-01-01"))),
    "a missing amount": LOG.assign(amount=LOG["amount"].mask(LOG.index == 3)),
    "an amount without end": LOG.assign(amount=LOG["amount"].mask(LOG.index == 3, np.inf)),
    "a negative amount": LOG,
    "no row": LOG.iloc[:0],
}


@pytest.mark.parametrize("fault", LONG)
def test_a_log_with_a_fault_or_of_another_kind_takes_the_long_road(fault):
    options = logs.LogOptions(amount="amount", refunds="raise" if fault == "a negative amount" else "net")
    names = {"customer_id": "customer_id", "date": "date", "amount": "amount"}
    assert spotless.read(logs.lazy(LONG[fault]), names, options) is None
    if fault not in ("categories", "nullable kinds", "ids as floats"):
        assert spotless.read(logs.lazy(duckdb.from_df(LONG[fault])), names, options) is None


def test_a_log_is_loaded_only_if_its_plan_tells_of_few_rows(tmp_path):
    names, options = {"customer_id": "customer_id", "date": "date"}, logs.LogOptions()
    LOG.to_csv(tmp_path / "log.csv", index=False)
    with duckdb.connect() as db:
        few = db.from_df(LOG)
        many = db.sql("SELECT 1 AS customer_id, DATE '2025-01-01' AS date FROM range(60_000)")
        guessed = db.read_csv(str(tmp_path / "log.csv"))
        found = [spotless.read(logs.lazy(log), names, options) is not None for log in (few, many, guessed)]
    assert found == [True, False, False]


def test_the_log_is_not_changed_by_it():
    before = LOG.copy(deep=True)
    for reader in READERS.values():
        reader(LOG, amount="amount")
    pd.testing.assert_frame_equal(LOG, before)
