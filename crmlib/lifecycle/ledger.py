"""Customers' days in order: where each customer stands on any day."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


class _Ledger:
    """A table of customers' days, in order, that tells for all customers at once where each stands on a day."""

    def __init__(self, daily, customers, money=None):
        place, day = customers.get_indexer(daily["customer_id"]), _days(daily["date"])
        order = np.lexsort((day, place))
        self.day = day[order]
        self._before, self._span = day.min() - 1, day.max() - day.min() + 2
        self._entries = place[order] * self._span + (self.day - self._before)
        self._customers = np.arange(len(customers)) * self._span
        amounts = np.ones(len(day)) if money is None else daily[money].to_numpy(dtype=float)[order]
        self.total = np.concatenate([[0.0], np.cumsum(amounts)])

    def until(self, day):
        """Number of entries of all customers before, and of each customer up to and including a day."""
        return np.searchsorted(self._entries, self._customers + np.clip(day - self._before, 0, self._span - 1), "right")

    def between(self, day, later):
        """Money, or the number of entries, of each customer after a day, up to and including a later one."""
        return self.total[self.until(later)] - self.total[self.until(day)]


def _days(moments):
    """Days since 1970 as floats; infinite for what is missing."""
    days = np.asarray(moments).astype("datetime64[D]")
    return np.where(np.isnat(days), np.inf, days.astype("int64"))


def _rising(dates, about=None, at_least=1):
    """Dates in order, within the days that a log observes; `about` is what `logs.open_log` says of it."""
    if isinstance(dates, (str, bytes)) or not hasattr(dates, "__iter__"):
        raise TypeError(
            say(f"dates = {dates!r}: a list of dates is needed.", f"dates = {dates!r} 不对：应为日期列表。")
        )
    days = pd.DatetimeIndex([checks.day(moment, "dates") for moment in dates], name="date")
    if len(days) < at_least or not days.is_monotonic_increasing or not days.is_unique:
        raise ValueError(
            say(
                f"{len(days)} dates: at least {at_least} are needed, in order of time, none twice.",
                f"有 {len(days)} 个日期：至少要 {at_least} 个，按时间先后排列，不能重复。",
            )
        )
    if about is not None and days[-1] > about["end"]:
        day, end = days[days > about["end"]][0].date(), about["end"].date()
        raise ValueError(
            say(
                f"{day} lies after {end}, the last day observed: nothing is known then. If the log was watched longer, "
                "say so with end=.",
                f"{day} 晚于观察的最后一天 {end}，那时的情况无从知道。如果实际观察得更久，请用 end= 指明。",
            )
        )
    if about is not None and days[0] < about["first"]:
        day, first = days[0].date(), about["first"].date()
        raise ValueError(
            say(f"{day} lies before {first}, the first day of the log.", f"{day} 早于交易记录的第一天 {first}。")
        )
    return days
