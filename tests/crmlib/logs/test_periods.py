"""Logs counted by day and by period, the same on every engine."""

from datetime import date

import duckdb
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib import logs
from tests.support.engines import engines

LOG = pd.DataFrame(
    {
        "customer_id": ["A", "A", "A", None, None, "B", "B", None, "C"],
        "date": pd.to_datetime([f"2026-01-0{day} 09:00" for day in (1, 1, 3, 4, 4, 5, 6, 9, 7)]),
        "amount": [10.0, 10.0, 5.0, 7.0, 7.0, 20.0, -8.0, -1.0, 3.0],
    }
)


def test_days_and_periods_are_counted_alike_on_every_engine():
    options = logs.LogOptions(amount="amount", set_aside="missing ids", refunds="net", end="2026-01-06")
    with duckdb.connect() as db:
        for name, log in engines(db, LOG).items():
            frame, about = logs.open_log(log, options)
            days = logs.daily(frame, about, money=True).sort_values(["customer_id", "date"])
            assert [tuple(row) for row in days[["rows", "orders", "amount"]].to_numpy()] == [
                (2, 2, 20),
                (1, 1, 5),
                (1, 1, 20),
                (1, 0, -8),
            ], name
            assert logs.with_rest(about, days["rows"].sum()) == {"missing ids": 3, "rows after end": 1}
            assert len(logs.purchases(days)) == 3
            weeks = logs.tidy(logs.active(logs.by_period(frame, about, "week"), about)).sort_values(
                ["customer_id", "period"]
            )
            assert weeks["customer_id"].tolist() == ["A", "B"] and weeks["orders"].tolist() == [3, 1], name
            assert logs.first_days(weeks["period"], "week").strftime("%m-%d").tolist() == ["12-29", "01-05"]


@given(st.dates(date(1, 1, 8), date(9998, 12, 31)), st.sampled_from(logs.PERIODS))
def test_every_day_lies_in_the_period_that_its_number_says(day, period):
    number = logs.period_numbers([day], period)[0]
    first, following = logs.first_days([number, number + 1], period)
    assert first <= pd.Timestamp(day) < following
    assert logs.period_from(first, period) == number
    assert logs.last_complete({"first": first, "end": following - pd.Timedelta(days=1)}, period) == number
