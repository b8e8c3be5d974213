"""When customers joined: a Series of dates, by customer."""

import pandas as pd

from crmlib import checks
from crmlib.language import say


def _joining_days(joined, customers, dated=False):
    """Check the dates, which must know a customer of the log, with a date if `dated`."""
    if not isinstance(joined, pd.Series) or not pd.api.types.is_datetime64_dtype(joined):
        kind = joined.dtype if isinstance(joined, pd.Series) else type(joined).__name__
        raise TypeError(
            say(
                f"joined holds {kind}: a Series of dates without time zone is needed, its index the customers, such as "
                f'pd.to_datetime(customers.set_index("customer_id")["joined"]).',
                f"joined 的类型是 {kind}：应为不带时区的日期 Series，以客户编号为索引，例如 "
                f'pd.to_datetime(customers.set_index("customer_id")["joined"])。',
            )
        )
    checks.unique_index(joined)
    if not customers.isin((joined.dropna() if dated else joined).index).any():
        ours, theirs = (", ".join(repr(key) for key in list(keys)[:3]) for keys in (customers, joined.index))
        raise ValueError(
            say(
                f"joined knows no customer of the log (log: {ours} …; joined: {theirs} …): its index must hold their "
                "ids.",
                f"joined 中没有交易记录里的任何客户（交易记录：{ours}……；joined：{theirs}……）：它的索引应为客户编号。",
            )
        )
    return joined
