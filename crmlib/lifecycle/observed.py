"""What stands beside a log: dates within the days that it observes, when customers joined, what a table says of it."""

import pandas as pd

from crmlib import checks
from crmlib.language import say


def _rising(dates, about=None, at_least=1):
    """Dates in order, within the days that a log observes; `about` is what `logs.open_log` says of it."""
    if isinstance(dates, (str, bytes)) or not hasattr(dates, "__iter__") or getattr(dates, "ndim", 1) == 0:
        raise TypeError(
            say(f"dates = {dates!r}: a list of dates is needed.", f"dates = {dates!r} 不对：应为日期列表。")
        )
    days = pd.DatetimeIndex([checks.day(moment, "dates") for moment in dates], name="date")
    if len(days) < at_least or not days.is_monotonic_increasing or not days.is_unique:
        en = f"{len(days)} dates: at least {at_least} are needed, in order of time, none twice."
        zh = f"有 {len(days)} 个日期：至少要 {at_least} 个，按时间先后排列，不能重复。"
    elif about is not None and days[-1] > about["end"]:
        day, end = days[days > about["end"]][0].date(), about["end"].date()
        en = f"{day} lies after {end}, the last day observed: nothing is known then. If the log was watched longer, "
        en += "say so with end=."
        zh = f"{day} 晚于观察的最后一天 {end}，那时的情况无从知道。如果实际观察得更久，请用 end= 指明。"
    elif about is not None and days[0] < about["first"]:
        day, first = days[0].date(), about["first"].date()
        en, zh = f"{day} lies before {first}, the first day of the log.", f"{day} 早于交易记录的第一天 {first}。"
    else:
        return days
    raise ValueError(say(en, zh))


def _joining_days(joined, customers, dated=False):
    """Check the Series of dates, which must know a customer of the log, with a date if `dated`."""
    plain = checks.of_dates(joined) if isinstance(joined, pd.Series) else None
    if plain is None and isinstance(joined, pd.Series) and not isinstance(joined.dtype, pd.DatetimeTZDtype):
        checks.dates(joined, "joined", "customers")  # says how they are converted
    if plain is None:
        kind = joined.dtype if isinstance(joined, pd.Series) else type(joined).__name__
        how = 'pd.to_datetime(customers.set_index("customer_id")["joined"])'
        en = f"joined holds {kind}: a Series of dates without time zone is needed, its index the customers, such as "
        zh = f"joined 的类型是 {kind}：应为不带时区的日期 Series，以客户编号为索引，例如 {how}。"
        raise TypeError(say(f"{en}{how}.", zh))
    joined = plain
    checks.unique_index(joined, "joined")
    checks.same_levels(pd.Index([]), joined.index, "log", "joined")
    if not customers.isin((joined.dropna() if dated else joined).index).any():
        ours, theirs = (", ".join(repr(key) for key in list(keys)[:3]) for keys in (customers, joined.index))
        en = f"joined knows no customer of the log (log: {ours} …; joined: {theirs} …): its index must hold their ids."
        zh = f"joined 中没有交易记录里的任何客户（交易记录：{ours}……；joined：{theirs}……）：它的索引应为客户编号。"
        raise ValueError(say(en, zh))
    return joined


def _attrs(about, excluded, **more):
    """What every table says of the log it comes from: its last day, its rows, and which of them do not count."""
    said = {"rows": about["rows"], "refunds_known": about["refunds_known"], "excluded": excluded}
    return more | {"end": str(about["end"].date())} | said
