"""Small logs of purchases, and the arithmetic of periods done by hand."""

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

START = pd.Timestamp("2024-11-20")
quick = settings(max_examples=25, deadline=None)
# Rows of a log: customer, day after START, cents.
logs = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 200), st.integers(0, 10_000)), min_size=1, max_size=60)


def frame(customers, days, amounts=None):
    """A log of one row a purchase, its days counted from START."""
    log = pd.DataFrame({"customer_id": list(customers), "date": START + pd.to_timedelta(list(days), unit="D")})
    return log if amounts is None else log.assign(amount=list(amounts))


def period_of(day, period):
    """Number of the period that a day belongs to."""
    if period == "week":
        return (day - pd.Timestamp("1990-01-01")).days // 7  # a Monday
    return day.year * 12 + day.month - 1 if period == "month" else day.year * 4 + (day.month - 1) // 3


GOOD = frame([1, 1, 2, 3], [0, 39, 3, 60], [10.0, 20.0, 30.0, 5.0])
NEW_YEAR = pd.Series(pd.to_datetime(["2025-01-01"] * 3), index=[1, 2, 3])
