"""Customers' days in order: where each customer stands on any day."""

import numpy as np


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
