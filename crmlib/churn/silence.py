"""Alarms of silence: how often a customer who stayed away came back, and what each length of silence costs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say

_CENTURY = 36_525  # days: a longer silence is a slip


def silence(
    log,
    days=(30, 60, 90, 120, 180),
    *,
    within=180,
    end=None,
    customer_id="customer_id",
    date="date",
    amount=None,
    set_aside=(),
    refunds="raise",
):
    """Count how often a silence of so many days was a false alarm: the customer came back.

    An alarm of `d` days rings when `d` whole days without a purchase have followed a day with one. A customer who falls
    silent several times counts each time. All lengths judge the same silences, those that began early enough for the
    longest of them: else a short one would have rung for more months than a long one, and could not be compared.

    Returns a DataFrame with index `days`; ``alarms`` (in silences that began at least max(days) + `within` days before
    `end`), ``came_back``, ``false_alarms`` (came_back / alarms, missing without alarms), ``median_days_to_return``
    (days from the alarm to the purchase, of those who came back) and ``unknown`` (alarms in later silences, not among
    ``alarms``). ``attrs``: ``within``, ``end``, ``judged_until`` (last day on which a silence began that counts),
    ``rows`` of the log, ``refunds_known``, ``customers``, ``excluded`` (reason: rows).

    Parameters
    ----------
    days : list of int
        Lengths of silence, in days, 1 or more.
    within : int
        Who buys again at most so many days after the alarm came back. Later returns count as gone.
    log, end, customer_id, date, amount, set_aside, refunds
        See `crmlib.logs.open_log`. `amount` is needed only to know refunds, which are no purchases; without it, each
        counts as one.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-01", "2025-03-01", "2025-03-05", "2025-01-10"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "A", "B"], "date": dates})
    >>> silence(log, [30, 60], within=60, end="2025-12-31")[["alarms", "came_back"]].values.tolist()
    [[3, 1], [2, 0]]
    """
    lengths = _lengths(days)
    within = checks.whole(within, "within", least=1, most=_CENTURY)
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options)
    daily = logs.daily(frame, about)
    excluded = logs.with_rest(about, daily["rows"].sum())
    daily = logs.purchases(daily).sort_values(["customer_id", "date"])
    customer = pd.factorize(daily["customer_id"])[0]
    bought = daily["date"].to_numpy().astype("datetime64[D]").astype("int64")
    today = int(np.datetime64(about["end"], "D").astype("int64"))
    same = np.append(customer[1:] == customer[:-1], False)
    returned = np.where(same, np.append(bought[1:], 0) - bought, np.inf)  # days from a purchase to the next one

    rows, late = [], lengths[-1] + within
    for length in lengths:
        rang = (returned > length) & (bought + length <= today)
        known = rang & (bought + late <= today)
        wait = returned[known] - length
        back = wait[wait <= within]
        counts = {"alarms": known.sum(), "came_back": len(back)}
        counts["false_alarms"] = len(back) / known.sum() if known.any() else np.nan
        counts["median_days_to_return"] = np.median(back) if len(back) else np.nan
        rows.append(counts | {"unknown": rang.sum() - known.sum()})
    table = pd.DataFrame(rows, index=pd.Index(lengths, name="days"))
    judged = about["end"] - pd.Timedelta(days=late)
    table.attrs = {"within": within, "end": str(about["end"].date()), "rows": about["rows"]}
    table.attrs["refunds_known"] = about["refunds_known"]
    table.attrs |= {"judged_until": str(judged.date()), "customers": int(customer.max()) + 1, "excluded": excluded}
    return table


def alarm_account(table, *, cost, worth, success):
    """Price each length of silence: short ones disturb many who would have come back, long ones find few to save.

    Returns a DataFrame by days: ``contacts`` (all alarms), ``gone`` (alarms of those who did not come back),
    ``success``, ``kept`` (expected customers), ``cost``, ``saved`` and ``net`` (money). ``attrs["best"]``: the days of
    the highest net.

    Parameters
    ----------
    table : pandas.DataFrame
        What `silence` returns.
    cost, worth, success : float, Series, dict or function
        Money a contact costs, whoever gets it; money a customer brings who is kept and would have been gone; share of
        those truly gone whom the contact keeps. One number, or one for each length of silence (or a function of the
        days): `success` falls as the silence grows.

    Examples
    --------
    >>> table = pd.DataFrame({"alarms": [900, 400], "came_back": [600, 150]}, index=[30, 90])
    >>> account = alarm_account(table, cost=6, worth=200, success=lambda days: 0.3 * 0.99 ** days)
    >>> account[["contacts", "gone", "kept", "net"]].round(0)
        contacts  gone  kept     net
    30       900   300  67.0  7915.0
    90       400   250  30.0  3671.0
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(say("table: give what silence() returned.", "table 应为 silence() 返回的表。"))
    checks.frame(table, "table")
    contacts, back = (checks.column(table, name, least=0) for name in ("alarms", "came_back"))
    checks.refuse_rows(back > contacts, table["came_back"], "came back more often than alarms rang", "大于警报数")
    gone, cost, worth = contacts - back, _by_days(cost, table.index, "cost"), _by_days(worth, table.index, "worth")
    success = _by_days(success, table.index, "success", checks.share, checks.probabilities)
    account = {"contacts": table["alarms"], "gone": table["alarms"] - table["came_back"], "success": success}
    money = {"kept": gone * success, "cost": contacts * cost, "saved": gone * success * worth}
    account = pd.DataFrame(account | money, index=table.index)
    account["net"] = account["saved"] - account["cost"]
    account.attrs = {"best": account["net"].idxmax()}
    return account


def _lengths(days):
    if isinstance(days, (int, np.integer)):
        days = [days]
    if isinstance(days, (str, bytes)) or not hasattr(days, "__iter__"):
        en = f"days = {days!r}: a list of whole numbers is needed, [30, 60, 90]."
        zh = f"days = {days!r} 不对：应为整数列表，如 [30, 60, 90]。"
        raise TypeError(say(en, zh))
    lengths = sorted({checks.whole(length, "days", least=1, most=_CENTURY) for length in days})
    if not lengths:
        en, zh = "days is empty: give at least one length of silence.", "days 是空的：请至少给一个沉默天数。"
        raise ValueError(say(en, zh))
    return lengths


def _by_days(value, index, name, one=checks.amount, each=checks.amounts):
    """One number for each length of silence, from a number, a Series, a dict or a function of the days."""
    if callable(value):
        try:
            value = {days: value(days) for days in index}
        except Exception as error:  # of the function's own
            told = f"{type(error).__name__}: {error}"
            en = f"{name}: a function of a number of days is needed, {name}(30); this one fails. {told}"
            zh = f"{name}：应为天数的函数，例如 {name}(30)；给出的函数运行时出错：{told}"
            raise TypeError(say(en, zh)) from error
        value = {days: checks.number(one, name) for days, one in value.items()}
    elif not isinstance(value, (pd.Series, Mapping)):
        return one(value, name)
    value = pd.Series(value)
    checks.same_levels(index, value.index, "table", name)
    lost = checks.first(index.difference(value.index, sort=False))
    if lost:
        raise ValueError(say(f"{name} says nothing about {lost} days.", f"{name} 中没有 {lost} 天的数值。"))
    return each(value.loc[index], name)
