"""Make large transaction logs to measure on: invented, seeded, and never kept in the repository."""

import duckdb
import numpy as np
import pandas as pd

WEEKS = 104
FIRST_DAY = pd.Timestamp("2024-01-01")
CUSTOMERS_AT_A_TIME = 50_000


def write_log(file, rows, seed=20260101):
    """Write a log of so many rows to a parquet file, in order of time; only a part of it is in memory at any moment.

    Columns: ``customer_id`` (int), ``date`` (timestamp with time of day), ``amount`` (money, two decimals).
    """
    rng = np.random.default_rng(seed)
    database = file.with_suffix(".duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE log (customer_id BIGINT, date TIMESTAMP, amount DOUBLE)")
        first_id, missing = 1, rows
        while missing:
            part = purchases(rng, first_id, CUSTOMERS_AT_A_TIME).head(missing)
            connection.register("part", part)
            connection.execute("INSERT INTO log SELECT customer_id, date, amount FROM part")
            first_id, missing = first_id + CUSTOMERS_AT_A_TIME, missing - len(part)
        # All three columns, so that the file is the same each time.
        connection.execute(f"COPY (FROM log ORDER BY date, customer_id, amount) TO '{file}' (FORMAT parquet)")
    database.unlink()


def purchases(rng, first_id, customers):
    """Draw purchases as Pareto/NBD and Gamma-Gamma tell the story, about five a customer over two years."""
    start = rng.uniform(0, WEEKS, customers)
    rate = rng.gamma(0.7, 0.3, customers)
    leaving = rng.gamma(0.8, 1 / 16, customers)
    stays = np.minimum(rng.exponential(size=customers) / leaving, WEEKS - start)
    mean_spend = 40 * 3 / rng.gamma(4, 1, customers)
    count = 1 + rng.poisson(rate * stays)
    who = np.repeat(np.arange(customers), count)
    moment = start[who] + rng.uniform(size=len(who)) * stays[who]
    first = np.cumsum(count) - count
    moment[first] = start
    return pd.DataFrame({
        "customer_id": first_id + who,
        "date": FIRST_DAY + pd.to_timedelta((moment * 7 * 86_400).astype("int64"), unit="s"),
        "amount": np.round(rng.gamma(6, mean_spend[who] / 6) + 0.01, 2),
    })
