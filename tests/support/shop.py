"""Logs of shops that the tests of segmentation share, and the check that all engines agree on them."""

import duckdb
import numpy as np
import pandas as pd

from tests.support.engines import engines

FIRST = pd.Timestamp("2026-01-01")


def log_of(records):
    """A log of (customer, day, cents)."""
    ids, days, cents = zip(*records, strict=True)
    return pd.DataFrame(
        {"customer_id": ids, "date": FIRST + pd.to_timedelta(days, unit="D"), "amount": np.array(cents) / 100}
    )


def shop_log():
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


def same_on_every_engine(function, table):
    """What a function of a log returns; the same, attrs too, wherever the log lives."""
    expected = function(table)
    with duckdb.connect() as db:
        logs = engines(db, table)
        columns = "* REPLACE (date::DATE AS date, amount::DECIMAL(12, 2) AS amount)"
        logs["duckdb dates"] = logs["duckdb"].project(columns)
        logs["pandas nullable"] = table.convert_dtypes()
        for name, log in logs.items():
            found = function(log)
            pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9, check_index_type=False, obj=name)
            assert found.attrs == expected.attrs, name
    return expected
