"""Churn and win-back (chapter 08): who is gone, how long customers stay, who will leave, and whom to treat."""

from collections.abc import Mapping
from heapq import heappop, heappush
from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib import lifecycle, tables
from crmlib.language import say
from crmlib.value import clv

# ---------------------------------------------------------------- When is somebody gone?


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

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a transaction. A lazy one is aggregated where it lives.
    days : list of int
        Lengths of silence, in days, 1 or more.
    within : int
        Who buys again at most so many days after the alarm came back. Later returns count as gone.
    end : str or date, optional
        Last day observed; the last day of the log if not given. Later rows are set aside and counted.
    customer_id, date, amount : str
        The columns' names. `amount` is needed only to know refunds, which are no purchases.
    set_aside, refunds
        What to do with missing ids, duplicates and negative amounts: see `tables.open_log`.

    Returns
    -------
    pandas.DataFrame
        Index `days`; ``alarms`` (in silences that began at least max(days) + `within` days before `end`),
        ``came_back``, ``false_alarms`` (came_back / alarms, missing without alarms), ``median_days_to_return`` (days
        from the alarm to the purchase, of those who came back) and ``unknown`` (alarms in later silences, whose
        outcome is not known for all lengths; not among ``alarms``).

        ``attrs``: ``within``, ``end``, ``judged_until`` (the last day on which a silence began that counts), ``rows``
        of the log, ``customers``, ``excluded`` (reason: rows).

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log`; also if `end` lies before the log or in the future, or a number of days is no whole
        number of 1 or more.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-01", "2025-03-01", "2025-03-05", "2025-01-10"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "A", "B"], "date": dates})
    >>> silence(log, [30, 60], within=60, end="2025-12-31")[["alarms", "came_back", "false_alarms"]]
          alarms  came_back  false_alarms
    days
    30         3          1      0.333333
    60         2          0      0.000000
    """
    lengths = _lengths(days)
    within = _whole(within, "within")
    frame, about, last = lifecycle._open(log, end, customer_id, date, amount, set_aside, refunds)
    daily = lifecycle._daily(frame, last, about, False)
    excluded = about["excluded"] | {"rows after end": lifecycle._rows_left(about) - int(daily["rows"].sum())}
    daily = lifecycle._purchases(daily).sort_values(["customer_id", "date"])
    customer = pd.factorize(daily["customer_id"])[0]
    bought = daily["date"].to_numpy().astype("datetime64[D]").astype("int64")
    today = int(np.datetime64(last, "D").astype("int64"))
    same = np.append(customer[1:] == customer[:-1], False)
    returned = np.where(same, np.append(bought[1:], 0) - bought, np.inf)  # days from a purchase to the next one

    rows, late = {}, lengths[-1] + within
    for length in lengths:
        rang = (returned > length) & (bought + length <= today)
        known = rang & (bought + late <= today)
        wait = returned[known] - length
        back = wait[wait <= within]
        rows[length] = (
            known.sum(),
            len(back),
            len(back) / known.sum() if known.any() else np.nan,
            np.median(back) if len(back) else np.nan,
            rang.sum() - known.sum(),
        )
    columns = ["alarms", "came_back", "false_alarms", "median_days_to_return", "unknown"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("days")
    table = table.astype({"alarms": "int64", "came_back": "int64", "unknown": "int64"})
    table.attrs = {
        "within": within,
        "end": str(last.date()),
        "rows": about["rows"],
        "judged_until": str((last - pd.Timedelta(days=late)).date()),
        "customers": int(customer.max()) + 1,
        "excluded": excluded,
    }
    return table


def alarm_account(table, *, cost, worth, success):
    """Price each length of silence: short ones disturb many who would have come back, long ones find few to save.

    Parameters
    ----------
    table : pandas.DataFrame
        What `silence` returns: ``alarms`` and ``came_back`` by days.
    cost : float or Series
        Money a contact costs, whoever gets it.
    worth : float or Series
        Money a customer brings who is kept and would have been gone.
    success : float, Series, dict or function
        Share of those truly gone whom the contact keeps, 0 to 1: one number, one for each length of silence, or a
        function of the days. It falls as the silence grows.

    Returns
    -------
    pandas.DataFrame
        By days: ``contacts`` (all alarms), ``gone`` (alarms of those who did not come back), ``success``, ``kept``
        (expected customers), ``cost``, ``saved`` and ``net`` (money). ``attrs["best"]``: the days of the highest net.

    Raises
    ------
    TypeError, ValueError
        If the columns are missing, or a number is missing, negative or, for a share, above 1.

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
    contacts, back = (tables.numbers(table, column) for column in ("alarms", "came_back"))
    _bad(back > contacts, table["came_back"], "came_back", "came back more often than alarms rang", "大于警报数")
    gone, cost, worth = contacts - back, _by_days(cost, table.index, "cost"), _by_days(worth, table.index, "worth")
    success = _by_days(success, table.index, "success", most=1)
    account = pd.DataFrame(
        {
            "contacts": table["alarms"],
            "gone": table["alarms"] - table["came_back"],
            "success": success,
            "kept": gone * success,
            "cost": contacts * cost,
            "saved": gone * success * worth,
        },
        index=table.index,
    )
    account["net"] = account["saved"] - account["cost"]
    account.attrs = {"best": account["net"].idxmax()}
    return account


def _lengths(days):
    if isinstance(days, (int, np.integer)):
        days = [days]
    if isinstance(days, (str, bytes)) or not hasattr(days, "__iter__"):
        raise TypeError(
            say(
                f"days = {days!r}: a list of whole numbers is needed, [30, 60, 90].",
                f"days = {days!r} 不对：应为整数列表，如 [30, 60, 90]。",
            )
        )
    lengths = sorted({_whole(length, "days") for length in days})
    if not lengths:
        raise ValueError(
            say("days is empty: give at least one length of silence.", "days 是空的：请至少给一个沉默天数。")
        )
    return lengths


def _by_days(value, index, name, most=None):
    """One number for each length of silence, from a number, a Series, a dict or a function of the days."""
    if callable(value):
        value = pd.Series([value(days) for days in index], index=index)
    elif isinstance(value, (pd.Series, Mapping)):
        value = pd.Series(value)
        lost = index.difference(value.index)
        if len(lost):
            raise ValueError(
                say(f"{name} says nothing about {_first(lost)} days.", f"{name} 中没有 {_first(lost)} 天的数值。")
            )
        value = value.loc[index]
    else:
        return _number(value, name, least=0, most=most)
    return _probabilities(value, name) if most == 1 else _amounts(value, name)


# ---------------------------------------------------------------- How long they stay


def kaplan_meier(duration, event, *, entry=None, by=None, confidence=0.95):
    """Estimate the share of customers who are still there after each time, when some have not left yet.

    Who is still there when the watch ends (censored) counts as long as watched, and neither as staying for ever nor as
    leaving. It is assumed that those censored are no more and no less likely to leave than the others.

    Parameters
    ----------
    duration : Series, array or list, (customers,)
        How long each customer was watched, from the start, in any unit; 0 or more.
    event : same form, 0/1 or bool
        1 if the customer left at that time, 0 if still there (censored).
    entry : same form, optional
        Time since the start at which the watch began (late entry, left truncation): a customer counts as at risk only
        after it. 0 for those watched from the start. With few customers at risk early the curve is unsteady, and it
        stays at 0 once all of these few have left.
    by : same form, optional
        Groups: one curve for each.
    confidence : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    pandas.DataFrame
        Index ``time`` (with `by`: group, time): row 0 first, then each time at which somebody left or was censored.
        ``at_risk`` (just before), ``events``, ``censored``, ``survival`` (share still there just after),
        ``std_error`` (Greenwood), ``lower`` and ``upper`` (log-log, so that they stay between 0 and 1; missing where
        survival is 0, 1 where nobody has left).

        ``attrs``: ``rows``, ``events``, ``zero_durations`` (customers watched for no time), ``confidence``.

    Raises
    ------
    TypeError, ValueError
        If lengths or indexes differ, a duration is missing or negative, an event is not 0 or 1, or an entry is not
        before the end of the duration.

    References
    ----------
    Kaplan, E. L., Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the American
    Statistical Association 53(282). Kalbfleisch, J. D., Prentice, R. L. (1980), The Statistical Analysis of Failure
    Time Data: the interval.

    Examples
    --------
    >>> months, left = [1, 2, 2, 4, 5], [1, 1, 0, 0, 1]
    >>> kaplan_meier(months, left)[["at_risk", "events", "censored", "survival"]]
          at_risk  events  censored  survival
    time
    0.0         5       0         0       1.0
    1.0         5       1         0       0.8
    2.0         4       1         1       0.6
    4.0         2       0         1       0.6
    5.0         1       1         0       0.0
    """
    z = _z(confidence)
    duration, event, entry, by = _lists(duration=duration, event=event, entry=entry, by=by)
    time, left = _amounts(duration, "duration"), _zero_one(event, "event").astype(bool)
    start = None if entry is None else _entries(entry, time)
    attrs = {
        "rows": len(time),
        "events": int(left.sum()),
        "zero_durations": int((time == 0).sum()),
        "confidence": confidence,
    }
    if by is None:
        table = _survival(time, left, start, z)
    else:
        codes, groups = _groups(by, "by")
        parts = {}
        for code, group in enumerate(groups):
            mine = codes == code
            parts[group] = _survival(time[mine], left[mine], None if start is None else start[mine], z)
        table = pd.concat(parts, names=[_group_name(by), "time"])
    table.attrs = attrs
    return table


def _entries(entry, time):
    start = _amounts(entry, "entry")
    _bad(
        (start >= time) & (start > 0),
        entry,
        "entry",
        "entry is not before the end of the duration: the customer was never watched. Take these rows out",
        "entry 不早于观察结束的时间，这些客户根本没有被观察，请删去这些行",
    )
    return start


def _at_risk(time, start=None):
    """The distinct times with 0, the place of each customer among them, and the number at risk at each."""
    times, place = np.unique(np.append(0.0, time), return_inverse=True)
    place = place[1:]
    risk = np.bincount(place, minlength=len(times))[::-1].cumsum()[::-1]
    if start is not None:
        late = np.sort(start[start > 0])
        risk = risk - (len(late) - np.searchsorted(late, times))
    return times, place, risk


def _survival(time, left, start, z):
    times, place, risk = _at_risk(time, start)
    events, ended = (np.bincount(chosen, minlength=len(times)) for chosen in (place[left], place))
    share = events / np.maximum(risk, 1)
    survival = np.cumprod(1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(np.where(events > 0, share / (risk - events), 0)))
        swing = np.exp(z * spread / np.abs(np.log(survival)))
        error, lower, upper = survival * spread, survival**swing, survival ** (1 / swing)
    begun, gone = np.cumsum(events) > 0, survival == 0
    error, lower, upper = (
        np.select([~begun, gone], [still, np.nan], value) for still, value in ((0.0, error), (1.0, lower), (1.0, upper))
    )
    return pd.DataFrame(
        {
            "at_risk": risk,
            "events": events,
            "censored": ended - events,
            "survival": survival,
            "std_error": error,
            "lower": lower,
            "upper": upper,
        },
        index=pd.Index(times, name="time"),
    )


def survival_at(table, times):
    """Read a survival curve at given times.

    Parameters
    ----------
    table : pandas.DataFrame
        What `kaplan_meier` returns.
    times : float or list of float
        0 or more.

    Returns
    -------
    float, pandas.Series or pandas.DataFrame
        Share still there: a number for one time, a Series by time for several; with groups a Series by group, or a
        DataFrame of times × groups. Missing after the last time observed, unless all had left by then.

    Raises
    ------
    TypeError, ValueError
        If `table` is no such table, or a time is missing or negative.

    Examples
    --------
    >>> table = kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1])
    >>> survival_at(table, 1.5)
    0.8
    >>> survival_at(table, [0, 3]).round(2).tolist()
    [1.0, 0.6]
    """
    single = np.ndim(times) == 0
    at = _amounts(pd.Series([times] if single else list(times), dtype=None if np.size(times) else float), "times")

    def read(curve):
        known = curve.index.to_numpy()
        survival = curve["survival"].to_numpy()
        found = survival[np.searchsorted(known, at, side="right") - 1]
        found = np.where((at > known[-1]) & (survival[-1] > 0), np.nan, found)
        return float(found[0]) if single else pd.Series(found, index=pd.Index(at, name="time"), name="survival")

    found = _each(table, read)
    return pd.DataFrame(found).rename_axis(columns=table.index.names[0]) if isinstance(found, dict) else found


def median_survival(table):
    """Time after which half of the customers have left.

    Parameters
    ----------
    table : pandas.DataFrame
        What `kaplan_meier` returns.

    Returns
    -------
    float or pandas.Series
        The first time with a survival of one half or less; missing (NaN) if the curve does not fall so far while it is
        watched: then no median can be told. A Series by group if the table has groups.

    Raises
    ------
    TypeError, ValueError
        If `table` is no such table.

    Examples
    --------
    >>> median_survival(kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1]))
    5.0
    >>> median_survival(kaplan_meier([1, 2, 3], [1, 0, 0]))
    nan
    """

    def median(curve):
        low = curve["survival"].to_numpy() <= 0.5 + 1e-12  # products of fractions can miss one half by a hair
        return float(curve.index[low.argmax()]) if low.any() else np.nan

    return _each(table, median)


def restricted_mean(table, horizon, discount=0.0):
    """Mean time that a customer stays within a horizon: the area under the survival curve.

    Times the margin of a period it is the money that a new customer brings up to the horizon.

    Parameters
    ----------
    table : pandas.DataFrame
        What `kaplan_meier` returns.
    horizon : float
        Up to which time to count, in the unit of the curve; not behind the last time observed, where the curve is not
        known (unless all had left by then).
    discount : float
        Rate per unit of time, 0.01 for 1 % a month: a moment at time t counts ``(1 + discount) ** -t``.

    Returns
    -------
    float or pandas.Series
        Periods stayed, discounted. A Series by group if the table has groups.

    Raises
    ------
    TypeError, ValueError
        If `table` is no such table, the horizon is not above 0 or lies behind the last time observed, or the discount
        is negative.

    References
    ----------
    Royston, P., Parmar, M. K. B. (2013), Restricted mean survival time, BMC Medical Research Methodology 13, 152.

    Examples
    --------
    >>> table = kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1])
    >>> restricted_mean(table, 4)
    3.0
    >>> round(restricted_mean(table, 4, discount=0.01), 2)
    2.95
    """
    horizon, discount = _number(horizon, "horizon", least=0), _number(discount, "discount", least=0)
    if horizon == 0:
        raise ValueError(say("horizon = 0: a time above 0 is needed.", "horizon = 0 不对：应大于 0。"))
    force = np.log1p(discount)

    def area(curve):
        times, survival = curve.index.to_numpy(), curve["survival"].to_numpy()
        if horizon > times[-1] and survival[-1] > 0:
            raise ValueError(
                say(
                    f"horizon = {horizon:g} lies behind the last time observed, {times[-1]:g}: what happens there is not "
                    "known. Choose a shorter horizon (for groups: the shortest of their last times).",
                    f"horizon = {horizon:g} 超过了观察到的最后时间 {times[-1]:g}，那以后的情况无从知道。"
                    "请选更短的期限（分组时取各组最后时间中最短的一个）。",
                )
            )
        edges = np.minimum(np.append(times, horizon), horizon)
        passed = -np.expm1(-force * edges) / force if force else edges
        return float((survival * np.diff(passed)).sum())

    return _each(table, area)


def _each(table, function):
    """Apply a function to a survival curve, or to that of each group (a Series of numbers, or a dict)."""
    if not isinstance(table, pd.DataFrame) or "survival" not in table or table.index.names[-1] != "time":
        raise TypeError(
            say(
                "table: give what kaplan_meier() returned, with its index.",
                "table 应为 kaplan_meier() 返回的表，索引也要保留。",
            )
        )
    if table.empty:
        raise ValueError(say("table is empty.", "table 是空表。"))
    if table.index.nlevels == 1:
        return function(table)
    name = table.index.names[0]
    found = {group: function(curve.droplevel(0)) for group, curve in table.groupby(level=0, sort=False, observed=True)}
    if isinstance(next(iter(found.values())), pd.Series):
        return found
    return pd.Series(found).rename_axis(name)


def logrank(duration, event, group):
    """Test whether customers of several groups leave at the same pace.

    Parameters
    ----------
    duration, event
        As in `kaplan_meier`.
    group : same form
        The group of each customer; two or more.

    Returns
    -------
    pandas.Series
        ``chi2``, ``df`` (groups − 1) and ``p_value``: the chance of curves so far apart if all left at the same pace.
        ``attrs["table"]``: by group ``customers``, ``observed`` and ``expected`` events.

    Raises
    ------
    TypeError, ValueError
        As `kaplan_meier`; also if there is one group only, or nobody left while others of another group were at risk.

    References
    ----------
    Mantel, N. (1966), Evaluation of survival data and two new rank order statistics arising in its consideration,
    Cancer Chemotherapy Reports 50(3).

    Examples
    --------
    >>> test = logrank([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], ["a", "a", "a", "b", "b", "b"])
    >>> test.round(3).to_dict()
    {'chi2': 5.052, 'df': 1.0, 'p_value': 0.025}
    >>> test.attrs["table"].round(2)
           customers  observed  expected
    group
    a              3         3      1.15
    b              3         1      2.85
    """
    duration, event, group = _lists(duration=duration, event=event, group=group)
    time, left = _amounts(duration, "duration"), _zero_one(event, "event").astype(bool)
    codes, groups = _groups(group, "group")
    if len(groups) < 2:
        raise ValueError(
            say(
                f"group holds one group only ({groups[0]}): nothing to compare.",
                f"group 中只有一个组（{groups[0]}），无从比较。",
            )
        )
    times, place, risk = _at_risk(time)
    count = len(groups)
    cells = np.bincount(place * count + codes, minlength=len(times) * count).reshape(-1, count)
    events = np.bincount(place[left] * count + codes[left], minlength=len(times) * count).reshape(-1, count)
    shares = cells[::-1].cumsum(axis=0)[::-1] / risk[:, None]
    died = events.sum(axis=1)
    observed, expected = events.sum(axis=0), died @ shares
    weight = died * (risk - died) / np.maximum(risk - 1, 1)
    spread = np.diag(weight @ shares) - (shares * weight[:, None]).T @ shares
    if not (np.diag(spread) > 0).all():
        alone = groups[np.diag(spread) <= 0]
        raise ValueError(
            say(
                f"Nobody left while {_first(alone)} and another group were at risk together: nothing to compare.",
                f"在 {_first(alone)} 与其他组同时处于观察之中的时候，没有人流失，无从比较。",
            )
        )
    from scipy.special import chdtrc

    gap = (observed - expected)[1:]
    chi2 = float(gap @ np.linalg.pinv(spread[1:, 1:]) @ gap)
    test = pd.Series({"chi2": chi2, "df": count - 1, "p_value": float(chdtrc(count - 1, chi2))})
    test.attrs["table"] = pd.DataFrame(
        {"customers": np.bincount(codes), "observed": observed, "expected": expected},
        index=pd.Index(groups, name=_group_name(group)),
    )
    return test


def cumulative_incidence(duration, cause):
    """Estimate the share of customers who have left for each of several reasons, by time.

    One minus `kaplan_meier` of a single reason, the other reasons taken as censored, is too high: it lets those who
    left for another reason leave once more.

    Parameters
    ----------
    duration : Series, array or list, (customers,)
        As in `kaplan_meier`.
    cause : same form
        The reason (a text or a number); missing or 0 if the customer is still there (censored).

    Returns
    -------
    pandas.DataFrame
        Index ``time``, row 0 first, one column for each cause: the share that has left for it. One minus the sum of a
        row is the share still there. ``attrs``: ``rows``, ``events`` (by cause), ``zero_durations``.

    Raises
    ------
    TypeError, ValueError
        If lengths or indexes differ, a duration is missing or negative, or nobody left.

    References
    ----------
    Aalen, O. O., Johansen, S. (1978), An empirical transition matrix for non-homogeneous Markov chains based on
    censored observations, Scandinavian Journal of Statistics 5(3).

    Examples
    --------
    >>> cumulative_incidence([1, 2, 3, 4], ["moved", "price", None, "moved"])
          moved  price
    time
    0.0    0.00   0.00
    1.0    0.25   0.00
    2.0    0.25   0.25
    3.0    0.25   0.25
    4.0    0.75   0.25
    """
    duration, cause = _lists(duration=duration, cause=cause)
    time = _amounts(duration, "duration")
    left = (cause.notna() & (cause != 0)).to_numpy(dtype=bool)
    if not left.any():
        raise ValueError(
            say(
                "cause: nobody left, all are missing or 0. Name the reason in the rows of those who left.",
                "cause：没有人流失，全部缺失或为 0。请在流失者的行里写上原因。",
            )
        )
    codes, causes = _groups(cause[left], "cause")
    times, place, risk = _at_risk(time)
    events = np.bincount(place[left] * len(causes) + codes, minlength=len(times) * len(causes))
    events = events.reshape(-1, len(causes))
    before = np.append(1, np.cumprod(1 - events.sum(axis=1) / risk)[:-1])
    share = np.cumsum(before[:, None] * events / risk[:, None], axis=0)
    table = pd.DataFrame(share, index=pd.Index(times, name="time"), columns=list(causes))
    table.attrs = {
        "rows": len(time),
        "events": dict(zip(causes, events.sum(axis=0).tolist(), strict=True)),
        "zero_durations": int((time == 0).sum()),
    }
    return table


def cox(table, *, duration, event, features):
    """Compare the pace at which customers leave, by several features at once (proportional hazards).

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer.
    duration, event : str
        Columns as in `kaplan_meier`.
    features : list of str
        Columns of numbers, 0/1, or categories. Of a category (pandas type) the first level is the reference, of texts
        the most frequent one.

    Returns
    -------
    pandas.DataFrame
        Index ``feature`` (a number's name, or ``"contract: One year"`` for a level): ``hazard_ratio`` (how many times
        faster they leave, for one unit more or against the reference, all else equal), ``lower``, ``upper`` (95 %) and
        ``p_value``. ``attrs``: ``reference`` (feature: level), ``rows``, ``events``.

    Raises
    ------
    TypeError, ValueError
        If a column is missing or has missing values, a feature is constant or follows from the others, a level has
        nobody or no event, or nobody left.

    Notes
    -----
    It assumes that a feature multiplies the pace by the same factor at all times, and says nothing about causes. Ties
    by Efron's method, as in statsmodels' `PHReg`, which does the fitting.

    References
    ----------
    Cox, D. R. (1972), Regression models and life-tables, Journal of the Royal Statistical Society B 34(2).

    Examples
    --------
    >>> table = pd.DataFrame({"months": [1, 2, 3, 4, 5, 6, 7, 8], "left": [1, 1, 1, 0, 1, 1, 0, 1],
    ...                       "plan": ["free", "free", "paid", "free", "paid", "free", "paid", "paid"]})
    >>> result = cox(table, duration="months", event="left", features=["plan"])
    >>> result.attrs["reference"], result["hazard_ratio"].round(2).to_dict()
    ({'plan': 'free'}, {'plan: paid': 0.38})
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            say(
                f"table: a pandas table is needed, not {type(table).__name__}.",
                f"table：这里需要 pandas 表，收到的却是 {type(table).__name__}。",
            )
        )
    features = [features] if isinstance(features, str) else list(features)
    tables.require_columns(table.columns, [duration, event, *features])
    if not features or len(table) == 0:
        raise ValueError(say("cox needs at least one row and one feature.", "cox 至少需要一行数据和一个特征。"))
    time, left = _amounts(table[duration], duration), _zero_one(table[event], event)
    if not left.any():
        raise ValueError(say(f'Nobody left: column "{event}" is 0 in all rows.', f"没有人流失：“{event}”列全是 0。"))
    design, reference = _design(table[features], left)
    scale = design.std()  # in units of its own spread, no feature overflows
    _refuse_repeated(design / scale)
    from statsmodels.duration.hazard_regression import PHReg

    fit = PHReg(time, ((design - design.mean()) / scale).to_numpy(), status=left, ties="efron").fit()
    low, high = (fit.conf_int()[:, side] / scale.to_numpy() for side in (0, 1))
    result = pd.DataFrame(
        {
            "hazard_ratio": np.exp(fit.params / scale.to_numpy()),
            "lower": np.exp(low),
            "upper": np.exp(high),
            "p_value": fit.pvalues,
        },
        index=pd.Index(design.columns, name="feature"),
    )
    result.attrs = {"reference": reference, "rows": len(table), "events": int(left.sum())}
    return result


def _design(features, left):
    """Numbers as they are, categories as 0/1 against a reference; no constants, no level without an event."""
    columns, reference = {}, {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = _amounts(column, name, minimum=-np.inf)
            continue
        codes, levels = _groups(column, name)
        counts = np.bincount(codes)
        quiet = levels[np.bincount(codes, weights=left, minlength=len(levels)) == 0]
        if len(quiet):
            raise ValueError(
                say(
                    f'Column "{name}": nobody of {_first(quiet)} left, so that their pace is not measurable. Join them '
                    "with another level.",
                    f"“{name}”列：{_first(quiet)} 中没有人流失，无法估计其流失速度。请与别的类别合并。",
                )
            )
        base = 0 if isinstance(column.dtype, pd.CategoricalDtype) else counts.argmax()
        reference[name] = levels[base]
        columns |= {
            f"{name}: {level}": (codes == code).astype(float)
            for code, level in enumerate(levels)
            if code != base or len(levels) == 1
        }
    design = pd.DataFrame(columns)
    constant = design.columns[design.nunique() < 2]
    if len(constant):
        raise ValueError(
            say(
                f"The same value in all rows, so that nothing can be learned from it: {_first(constant)}.",
                f"各行的数值都相同，什么也学不到：{_first(constant)}。",
            )
        )
    return design, reference


def _refuse_repeated(design):
    """Refuse features that follow from those before them."""
    own = np.abs(np.diag(np.linalg.qr((design - design.mean()).to_numpy(), mode="r")))
    own = np.append(own, np.zeros(design.shape[1] - len(own)))
    repeated = design.columns[own < 1e-7 * np.sqrt(len(design))]
    if len(repeated):
        raise ValueError(
            say(
                f"These features follow from the others, leave them out: {_first(repeated)}.",
                f"这些特征可由其他特征推出，没有新的信息，请去掉：{_first(repeated)}。",
            )
        )


# ---------------------------------------------------------------- Who will leave


def check_features(features, churned=None, *, limit=0.95):
    """Look through a table of features before a model learns from it, and refuse what would spoil it.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, without the answer and without ids (make them the index).
    churned : Series, array or list of 0/1, optional
        The answer, in the order of `features`. Without it, leaks are not looked for.
    limit : float, optional
        A column that by itself tells leavers from stayers so well (AUC) is suspected to have been written after the
        leaving. None: refuse none.

    Returns
    -------
    pandas.DataFrame
        By ``column``: ``kind`` ("number", "yes/no", "category" or "date"), ``missing`` (0: else it was refused),
        ``values`` (distinct ones) and, with `churned`, ``alone``: the AUC of the column by itself, 0.5 to 1 (categories
        are scored by the churn rate of their level among the other half of the customers).

    Raises
    ------
    TypeError
        If `features` is no pandas table.
    ValueError
        Names the columns: numbers written as text or blank (which rows); missing values; the same value in all rows, or
        texts that differ in all rows (ids); columns that alone separate the leavers. Also if all or none churned.

    Examples
    --------
    >>> features = pd.DataFrame({"age": [31, 45, 52, 28, 60, 39], "plan": ["a", "b", "a", "b", "a", "b"]})
    >>> check_features(features, [1, 0, 1, 0, 0, 1])
                kind  missing  values     alone
    column
    age       number        0       6  0.555556
    plan    category        0       2  0.500000
    >>> check_features(features.assign(total=["12.5", " ", "8", "9", "7.25", "3"]))
    Traceback (most recent call last):
    ...
    ValueError: Column "total" holds numbers written as text... 1 of 6 rows, first:
      total
    1...
    """
    if not isinstance(features, pd.DataFrame):
        raise TypeError(
            say(
                f"features: a pandas table is needed, not {type(features).__name__}.",
                f"features：这里需要 pandas 表，收到的却是 {type(features).__name__}。",
            )
        )
    if features.empty:
        raise ValueError(say("features: the table is empty.", "features：这是一张空表。"))
    twice = features.columns[features.columns.duplicated()]
    if len(twice):
        raise ValueError(
            say(
                f"Column names stand more than once: {_first(twice)}. Rename them.",
                f"列名重复：{_first(twice)}。请改名。",
            )
        )
    limit = None if limit is None else _number(limit, "limit", least=0.5, most=1)
    left = None
    if churned is not None:
        _, churned = _lists(features=features.iloc[:, 0], churned=churned)
        left = _both_kinds(churned)
    _refuse_text_numbers(features)
    _refuse_missing(features)
    _refuse_constant(features)
    table = pd.DataFrame(
        {"kind": [_kind(features[name]) for name in features], "missing": 0, "values": features.nunique().to_numpy()},
        index=pd.Index(features.columns, name="column"),
    )
    if left is not None:
        table["alone"] = [_alone(features[name], left) for name in features]
        if limit is not None:
            _refuse_leaks(table["alone"], limit)
    return table


def _kind(column):
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_numeric_dtype(column):
        return "yes/no" if column.dropna().isin([0, 1]).all() else "number"
    return "category"


def _texts(features):
    return [
        name
        for name in features
        if pd.api.types.is_string_dtype(features[name]) or pd.api.types.is_object_dtype(features[name])
    ]


def _blank(column):
    return column.isna() | (column.astype(str).str.strip() == "")


def _refuse_text_numbers(features):
    """Refuse columns of text in which most filled rows can be read as numbers; name the rows that cannot."""
    found = {}
    for name in _texts(features):
        filled, number = ~_blank(features[name]), pd.to_numeric(features[name], errors="coerce").notna()
        if filled.any() and number[filled].mean() > 0.5:
            found[name] = ~number
    if not found:
        return
    name = max(found, key=lambda key: found[key].sum())
    also_en, also_zh = _also(found, name)
    unread = found[name]
    raise ValueError(
        tables.bad_rows(
            f'Column "{name}" holds numbers written as text{also_en}. Find out what the rows mean that cannot be read '
            f'(blank: nothing, or not known?), then convert it, pd.to_numeric(table["{name}"], errors="coerce"), and fill '
            "these rows",
            f"“{name}”列是写成文本的数{also_zh}。先弄清读不出的行是什么意思（空白是零，还是不知道？），"
            f'再用 pd.to_numeric(table["{name}"], errors="coerce") 转换，并填上这些行',
            unread.sum(),
            len(features),
            features.loc[unread, [name]].map(repr).head(3),
        )
    )


def _refuse_missing(features):
    texts = _texts(features)
    holes = {}
    for name in features:
        column = features[name]
        bad = _blank(column) if name in texts else column.isna()
        if pd.api.types.is_numeric_dtype(column):
            bad |= np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
        if bad.any():
            holes[name] = bad
    if not holes:
        return
    name = max(holes, key=lambda key: holes[key].sum())
    also_en, also_zh = _also(holes, name)
    raise ValueError(
        tables.bad_rows(
            f'Column "{name}" has missing (or infinite) values{also_en}. Find out why they are missing, then fill them or '
            "take the rows out: a pipeline must not guess in silence",
            f"“{name}”列有缺失值（或无穷大）{also_zh}。先弄清为什么缺失，再填上或者删去这些行：不要让程序悄悄代填",
            holes[name].sum(),
            len(features),
            features.loc[holes[name], [name]].head(3),
        )
    )


def _refuse_constant(features):
    distinct = features.nunique()
    constant = distinct.index[distinct == 1]
    if len(constant):
        raise ValueError(
            say(
                f"The same value in all rows, take the column out: {_first(constant)}.",
                f"各行的数值都相同，请去掉这一列：{_first(constant)}。",
            )
        )
    ids = [name for name in _texts(features) if distinct[name] == len(features)]
    if ids:
        raise ValueError(
            say(
                f"A different text in each row, an id and no feature: {_first(ids)}. Make it the index: "
                f'table.set_index("{ids[0]}").',
                f'每一行的文本都不同，是编号而不是特征：{_first(ids)}。请设为索引：table.set_index("{ids[0]}")。',
            )
        )


def _refuse_leaks(alone, limit):
    leaks = alone[alone >= limit].sort_values(ascending=False)
    if len(leaks):
        shown = ", ".join(f"{name} ({auc:.3f})" for name, auc in leaks.items())
        raise ValueError(
            say(
                f"By itself it nearly tells who left (AUC of {limit:g} or more): {shown}. Was it written after they had "
                "left? On the day of decision it would say nothing: take it out, or show that it was known then and raise "
                "limit.",
                f"单凭这一列就几乎能看出谁流失（AUC 不低于 {limit:g}）：{shown}。它是不是流失之后才写入的？"
                "若是，决策那天它什么也说明不了：请去掉；若能证明当时已知，可提高 limit。",
            )
        )


def _also(found, name):
    others = [str(other) for other in found if other != name]
    return (f" (also: {', '.join(others)})", f"（还有：{'、'.join(others)}）") if others else ("", "")


def _alone(column, left):
    """AUC of one column, folded to 0.5 or more; a category is scored on one half by its levels' rates on the other."""
    from sklearn.metrics import roc_auc_score

    if _kind(column) != "category":
        score = column.astype("int64") if _kind(column) == "date" else column
        score = score.to_numpy(dtype=float)
    else:
        half = pd.Series(left).groupby(left).cumcount().to_numpy() % 2
        codes = pd.factorize(column)[0]
        score = np.empty(len(left))
        for mine in (0, 1):
            other = half != mine
            seen = np.bincount(codes[other], minlength=codes.max() + 1)
            rate = np.bincount(codes[other], weights=left[other], minlength=codes.max() + 1)
            rate = np.where(seen > 0, rate / np.maximum(seen, 1), left.mean())
            score[~other] = rate[codes[~other]]
    auc = float(roc_auc_score(left, score))
    return max(auc, 1 - auc)


def offer_gain(leaving, worth, *, offer, call, keeps):
    """Money won by contacting a customer with an offer that everyone who stays takes.

    A customer about to leave is kept with probability `keeps` and then brings `worth` less the offer; one who would
    have stayed takes the offer all the same; the contact costs in any case.

    Parameters
    ----------
    leaving : float, Series, array or list
        1 for those about to leave, 0 for the others; or the probability of it.
    worth : float, Series, array or list
        Money a customer brings who is kept, 0 or more.
    offer, call : float
        Money that the offer costs with whoever takes it, and the contact with everyone.
    keeps : float
        Share of those about to leave whom the offer keeps, 0 to 1.

    Returns
    -------
    float or pandas.Series
        ``leaving · (keeps · (worth − offer) − call) − (1 − leaving) · (offer + call)``, a number if both are numbers.

    Raises
    ------
    TypeError, ValueError
        If indexes or lengths differ, a probability is not between 0 and 1, money is negative, or values are missing.

    References
    ----------
    Neslin, S. A. et al. (2006), Defection detection, Journal of Marketing Research 43(2); Verbraken, T., Verbeke, W.,
    Baesens, B. (2013), see `expected_maximum_profit`.

    Examples
    --------
    >>> offer_gain([1, 0, 0.5], 780, offer=60, call=6, keeps=0.3).tolist()
    [210.0, -66.0, 72.0]
    """
    return _of_offer(leaving, worth, offer, call, keeps)[0]


def offer_spend(leaving, *, offer, call, keeps):
    """Money that is paid out for an offer, in expectation: the call, and the offer to all who stay.

    Parameters
    ----------
    leaving, offer, call, keeps
        As in `offer_gain`.

    Returns
    -------
    float or pandas.Series
        ``call + offer · (1 − leaving + leaving · keeps)``

    Raises
    ------
    TypeError, ValueError
        As `offer_gain`.

    Examples
    --------
    >>> offer_spend([1, 0], offer=60, call=6, keeps=0.3).tolist()
    [24.0, 66.0]
    """
    return _of_offer(leaving, 0.0, offer, call, keeps)[1]


def break_even(worth, *, offer, call, keeps):
    """Probability of leaving above which `offer_gain` is positive.

    Parameters
    ----------
    worth, offer, call, keeps
        As in `offer_gain`.

    Returns
    -------
    float or pandas.Series
        ``(offer + call) / (keeps · (worth − offer) + offer)``. Above 1 it never pays; infinite if the formula has no
        positive denominator.

    Raises
    ------
    TypeError, ValueError
        As `offer_gain`.

    Examples
    --------
    >>> round(break_even(780, offer=60, call=6, keeps=0.3), 3)
    0.239
    """
    offer, call, keeps = _terms(offer, call, keeps)
    plain = np.ndim(worth) == 0
    (worth,) = _lists(worth=[worth] if plain else worth)
    gain = keeps * (_amounts(worth, "worth") - offer) + offer
    edge = np.full(len(gain), np.inf)
    with np.errstate(over="ignore"):
        np.divide(offer + call, gain, out=edge, where=gain > 0)
    return float(edge[0]) if plain else pd.Series(edge, index=worth.index, name="break_even")


def _terms(offer, call, keeps):
    return (_number(offer, "offer", least=0), _number(call, "call", least=0), _number(keeps, "keeps", least=0, most=1))


def _of_offer(leaving, worth, offer, call, keeps):
    """Expected gain and spend of contacting each customer."""
    offer, call, keeps = _terms(offer, call, keeps)
    plain = np.ndim(leaving) == 0 and np.ndim(worth) == 0
    leaving, worth = _lists(leaving=[leaving] if plain else leaving, worth=worth, single=("leaving", "worth"))
    p, money = _probabilities(leaving, "leaving"), _amounts(worth, "worth")
    gain = p * (keeps * (money - offer) - call) - (1 - p) * (offer + call)
    spend = call + offer * (1 - p + p * keeps)
    if plain:
        return float(gain[0]), float(spend[0])
    return pd.Series(gain, index=leaving.index, name="gain"), pd.Series(spend, index=leaving.index, name="spend")


def threshold_profit(churned, probability, worth, *, offer, call, keeps, thresholds=None):
    """Add up what contacting everybody above a threshold would have earned.

    Parameters
    ----------
    churned : Series, array or list of 0/1
        Who left, on customers that the model has not learned from.
    probability : same form
        The model's probability of leaving.
    worth, offer, call, keeps
        As in `offer_gain`.
    thresholds : list of float, optional
        0, 0.01 … 1 if not given.

    Returns
    -------
    pandas.DataFrame
        By ``threshold``: ``contacted`` (customers with this probability or a higher one), ``leavers`` among them,
        ``spend`` and ``profit`` (money: sums of `offer_spend` and `offer_gain`). ``attrs``: ``best`` (the threshold of
        the highest profit), ``customers``.

    Raises
    ------
    TypeError, ValueError
        As `offer_gain`; also if all or none churned.

    Examples
    --------
    >>> table = threshold_profit([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1], 780, offer=60, call=6, keeps=0.3,
    ...                          thresholds=[0.0, 0.3, 0.5])
    >>> table
               contacted  leavers  spend  profit
    threshold
    0.0                4        2  180.0   288.0
    0.3                3        2  114.0   354.0
    0.5                2        1   90.0   144.0
    >>> table.attrs["best"]
    0.3
    """
    churned, probability, worth = _lists(churned=churned, probability=probability, worth=worth, single=("worth",))
    left, p = _both_kinds(churned), _probabilities(probability, "probability")
    gain, spend = (column.to_numpy() for column in _of_offer(churned.astype(float), worth, offer, call, keeps))
    steps = np.linspace(0, 1, 101) if thresholds is None else thresholds
    (steps,) = _lists(thresholds=[steps] if np.ndim(steps) == 0 else steps)
    steps = np.sort(_probabilities(steps, "thresholds"))
    order = np.argsort(-p, kind="stable")
    contacted = len(p) - np.searchsorted(p[order][::-1], steps)
    sums = {
        name: np.append(0, np.cumsum(values[order]))[contacted]
        for name, values in {"leavers": left, "spend": spend, "profit": gain}.items()
    }
    table = pd.DataFrame({"contacted": contacted} | sums, index=pd.Index(steps, name="threshold"))
    table = table.astype({"leavers": "int64"})
    table.attrs = {"best": float(table["profit"].idxmax()), "customers": len(p)}
    return table


def choose(probability, worth, *, offer, call, keeps, budget=None):
    """Choose whom to contact: only those on whom the offer is expected to gain, most gain for a yuan first.

    Parameters
    ----------
    probability, worth, offer, call, keeps
        As in `offer_gain`.
    budget : float, optional
        Money that may be spent, in expectation (`offer_spend`). Without it all who gain are chosen.

    Returns
    -------
    pandas.Series of bool
        True for those to contact. The first who does not fit into the budget ends the list; the order of the table
        decides between equals. ``attrs``: ``contacted``, expected ``spend`` and ``gain`` (money).

    Raises
    ------
    TypeError, ValueError
        As `offer_gain`; also if the budget is negative.

    Examples
    --------
    >>> choose([0.9, 0.5, 0.1], [300, 900, 900], offer=60, call=6, keeps=0.3).tolist()
    [True, True, False]
    >>> choose([0.9, 0.5, 0.1], [300, 900, 900], offer=60, call=6, keeps=0.3, budget=50).tolist()
    [False, True, False]
    """
    (probability,) = _lists(probability=probability)
    gain, spend = _of_offer(probability, worth, offer, call, keeps)
    chosen = gain.to_numpy() > 0
    if budget is not None:
        budget = _number(budget, "budget", least=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            order = np.argsort(-np.where(chosen, gain / spend, -np.inf), kind="stable")
        paid = np.cumsum(spend.to_numpy()[order])
        chosen[order[paid > budget * (1 + 1e-12)]] = False
    chosen = pd.Series(chosen, index=gain.index, name="chosen")
    chosen.attrs = {
        "contacted": int(chosen.sum()),
        "spend": float(spend[chosen].sum()),
        "gain": float(gain[chosen].sum()),
    }
    return chosen


def gains(churned, probability, bins=10):
    """Show which share of all leavers is among the customers with the highest probabilities.

    Parameters
    ----------
    churned : Series, array or list of 0/1
    probability : same form
        The model's probability of leaving.
    bins : int
        Number of steps.

    Returns
    -------
    pandas.DataFrame
        By ``share`` of the customers contacted, highest probability first: ``contacted``, ``leavers`` among them,
        ``reached`` (share of all leavers) and ``lift`` (reached / share: 1 for a list drawn by lot). Customers with
        equal probabilities at a border count with the share of leavers among them. ``attrs``: ``customers``,
        ``churned`` (number).

    Raises
    ------
    TypeError, ValueError
        If indexes or lengths differ, probabilities are not between 0 and 1, values are missing, or all or none churned.

    Examples
    --------
    >>> gains([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1], bins=4)
           contacted  leavers  reached      lift
    share
    0.25         1.0      1.0      0.5  2.000000
    0.50         2.0      1.0      0.5  1.000000
    0.75         3.0      2.0      1.0  1.333333
    1.00         4.0      2.0      1.0  1.000000
    """
    churned, probability = _lists(churned=churned, probability=probability)
    left, p = _both_kinds(churned), _probabilities(probability, "probability")
    bins = _whole(bins, "bins")
    leavers, stayers = _ranked(left, p)
    share = np.arange(1, bins + 1) / bins
    contacted = share * len(p)
    found = np.interp(contacted, leavers + stayers, leavers)
    reached = found / left.sum()
    table = pd.DataFrame(
        {"contacted": contacted, "leavers": found, "reached": reached, "lift": reached / share},
        index=pd.Index(share, name="share"),
    )
    table.attrs = {"customers": len(p), "churned": int(left.sum())}
    return table


def _ranked(left, score):
    """Leavers and stayers among the best-scored, after each distinct score, from nobody on."""
    _, place = np.unique(-score, return_inverse=True)
    leavers, stayers = (np.append(0, np.cumsum(np.bincount(place, weights=kind))) for kind in (left, 1 - left))
    return leavers, stayers


def calibration(churned, probability, bins=10):
    """Compare predicted probabilities with what happened, in classes of about equal size.

    Parameters
    ----------
    churned : Series, array or list of 0/1
    probability : same form
    bins : int
        Number of classes; equal probabilities share one, so that there can be fewer.

    Returns
    -------
    pandas.DataFrame
        By ``bin`` from 1, rising: ``predicted`` (mean probability), ``observed`` (share that left), ``customers``,
        ``lower`` and ``upper`` (95 % interval of the observed share, Wilson). ``attrs["brier"]``: the mean squared
        distance of probability and outcome.

    Raises
    ------
    TypeError, ValueError
        As `gains`.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22(158). Brier, G. W. (1950), Verification of forecasts expressed in terms of probability,
    Monthly Weather Review 78(1).

    Examples
    --------
    >>> calibration([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], bins=2).round(2)
         predicted  observed  customers  lower  upper
    bin
    1          0.2       0.0          2   0.00   0.66
    2          0.7       1.0          2   0.34   1.00
    """
    churned, probability = _lists(churned=churned, probability=probability)
    left, p = _both_kinds(churned), _probabilities(probability, "probability")
    bins = _whole(bins, "bins")
    below = np.searchsorted(np.sort(p), p)
    _, at = np.unique(below * bins // len(p), return_inverse=True)
    customers = np.bincount(at)
    predicted, observed = (np.bincount(at, weights=values) / customers for values in (p, left))
    lower, upper = _wilson(observed * customers, customers)
    table = pd.DataFrame(
        {"predicted": predicted, "observed": observed, "customers": customers, "lower": lower, "upper": upper},
        index=pd.RangeIndex(1, len(customers) + 1, name="bin"),
    )
    table.attrs = {"brier": float(np.mean((p - left) ** 2))}
    return table


def maximum_profit(churned, score, *, clv=200, offer=10, call=1, keeps=0.3):
    """Profit per customer when exactly the best share of the ranking gets the offer.

    Parameters
    ----------
    churned : Series, array or list of 0/1
    score : same form
        Any numbers that rise with the risk of leaving.
    clv, offer, call, keeps : float
        As `worth`, `offer`, `call` and `keeps` in `offer_gain`, the same for all customers; clv above offer.

    Returns
    -------
    pandas.Series
        ``profit`` (money per customer of the whole list) and ``share`` of the customers to contact (the smallest, if
        several earn the same).

    Raises
    ------
    TypeError, ValueError
        As `gains`; also if a price is negative or clv is not above offer.

    References
    ----------
    Verbeke, W. et al. (2012), New insights into churn prediction in the telecommunication sector, European Journal of
    Operational Research 218(1). The defaults are those of Verbraken et al. (2013), see `expected_maximum_profit`.

    Examples
    --------
    >>> left, score = [0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
    >>> maximum_profit(left, score).round(3).to_dict()
    {'profit': 23.875, 'share': 0.875}
    """
    leavers, stayers, clv, offer, call = _priced_ranking(churned, score, clv, offer, call)
    keeps = _number(keeps, "keeps", least=0, most=1)
    profit = leavers * (keeps * (clv - offer) - call) - stayers * (offer + call)
    customers, best = leavers[-1] + stayers[-1], profit.argmax()
    return pd.Series({"profit": profit[best] / customers, "share": (leavers[best] + stayers[best]) / customers})


def expected_maximum_profit(churned, score, *, clv=200, offer=10, call=1, alpha=6, beta=14):
    """`maximum_profit` when the share that the offer keeps is not known but follows a beta distribution (EMPC).

    Parameters
    ----------
    churned, score, clv, offer, call
        As in `maximum_profit`.
    alpha, beta : float
        Of the beta distribution of the share kept, above 0; its mean is ``alpha / (alpha + beta)``.

    Returns
    -------
    pandas.Series
        ``profit`` (expected money per customer) and ``share`` (expected share of the customers to contact), the best
        share being chosen for each value of the share kept.

    Raises
    ------
    TypeError, ValueError
        As `maximum_profit`.

    Notes
    -----
    For any share kept the best border of the list is a corner of the convex hull of the ROC curve. Its corners are the
    blocks of an isotonic regression of leaving on the score, and between two corners the integral is an incomplete
    beta function: no sampling.

    References
    ----------
    Verbraken, T., Verbeke, W., Baesens, B. (2013), A novel profit maximizing metric for measuring classification
    performance of customer churn prediction models, IEEE Transactions on Knowledge and Data Engineering 25(5). Fawcett,
    T., Niculescu-Mizil, A. (2007), PAV and the ROC convex hull, Machine Learning 68(1).

    Examples
    --------
    >>> left, score = [0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
    >>> expected_maximum_profit(left, score).round(4).to_dict()
    {'profit': 23.8756, 'share': 0.8744}
    """
    leavers, stayers, clv, offer, call = _priced_ranking(churned, score, clv, offer, call)
    alpha, beta = _above_zero(alpha, "alpha"), _above_zero(beta, "beta")
    from scipy.optimize import isotonic_regression
    from scipy.special import betainc

    size = np.diff(leavers + stayers)
    corners = isotonic_regression(np.diff(leavers) / size, weights=size, increasing=False).blocks
    leavers, stayers = leavers[corners], stayers[corners]
    more, useless = np.diff(leavers), np.diff(stayers)
    pays = np.full(len(more), np.inf)  # the share kept from which contacting this block, too, pays
    np.divide(call * (more + useless) + offer * useless, (clv - offer) * more, out=pays, where=more > 0)
    edges = np.concatenate([[0], np.minimum(pays, 1), [1]])
    chance = np.diff(betainc(alpha, beta, edges))
    kept = alpha / (alpha + beta) * np.diff(betainc(alpha + 1, beta, edges))
    profit = (clv - offer) * leavers * kept - (call * (leavers + stayers) + offer * stayers) * chance
    customers = leavers[-1] + stayers[-1]
    return pd.Series({"profit": profit.sum() / customers, "share": ((leavers + stayers) * chance).sum() / customers})


def _priced_ranking(churned, score, clv, offer, call):
    churned, score = _lists(churned=churned, score=score)
    left, score = _both_kinds(churned), _amounts(score, "score", minimum=-np.inf)
    clv, offer, call = (
        _number(value, name, least=0) for name, value in {"clv": clv, "offer": offer, "call": call}.items()
    )
    if clv <= offer:
        raise ValueError(
            say(
                f"clv = {clv:g} is not above the offer, {offer:g}: keeping a customer could not pay.",
                f"clv = {clv:g} 不高于优惠成本 {offer:g}：留住客户也不合算。",
            )
        )
    return *_ranked(left, score), clv, offer, call


def _above_zero(value, name):
    value = _number(value, name, least=0)
    if value == 0:
        raise ValueError(say(f"{name} = 0: a number above 0 is needed.", f"{name} = 0 不对：应大于 0。"))
    return value


def by_group(churned, chosen, group):
    """Compare how groups of customers fare under a choice: who gets the offer, who is reached, where it is wasted.

    Parameters
    ----------
    churned : Series, array or list of 0/1
        Who left, or would have.
    chosen : same form
        Who gets the offer.
    group : same form
        An attribute, such as age or sex.

    Returns
    -------
    pandas.DataFrame
        By group: ``customers`` (number), ``churned`` (rate), ``offered`` (share of the customers), ``reached`` (share
        of the leavers who get the offer) and ``wasted`` (share of the offers that go to people who stay). Missing where
        there is nothing to divide by.

    Raises
    ------
    TypeError, ValueError
        If indexes or lengths differ, values are missing or not 0 or 1, or all or none churned.

    References
    ----------
    Hardt, M., Price, E., Srebro, N. (2016), Equality of opportunity in supervised learning, NIPS 29: equal ``reached``.

    Examples
    --------
    >>> by_group([1, 0, 1, 0, 1], [1, 1, 0, 0, 1], ["old", "old", "young", "young", "young"]).round(2)
           customers  churned  offered  reached  wasted
    group
    old            2     0.50     1.00      1.0     0.5
    young          3     0.67     0.33      0.5     0.0
    """
    churned, chosen, group = _lists(churned=churned, chosen=chosen, group=group)
    left, taken = _both_kinds(churned), _zero_one(chosen, "chosen")
    codes, groups = _groups(group, "group")
    customers, leavers, offers, hits = (
        np.bincount(codes, weights=weight, minlength=len(groups))
        for weight in (np.ones(len(left)), left, taken, left * taken)
    )
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "customers": customers.astype("int64"),
                "churned": leavers / customers,
                "offered": offers / customers,
                "reached": hits / leavers,
                "wasted": 1 - hits / offers,
            },
            index=pd.Index(groups, name=_group_name(group)),
        )


# ---------------------------------------------------------------- helpers


def _lists(single=(), **columns):
    """Return columns of customers as Series of one index, in the order given; None stays None.

    Arrays and lists go by position. Names in `single` may be one number for all.
    """
    given = {name: values for name, values in columns.items() if values is not None}
    lists = {name: _column(values, name) for name, values in given.items() if np.ndim(values) or name not in single}
    if not lists:
        raise ValueError(
            say(
                f"{', '.join(given)}: a list is needed, one value for each customer.",
                f"{'、'.join(given)}：需要列表，每个客户一个值。",
            )
        )
    _same_length(lists)
    index = _same_index({name: given[name] for name in lists if isinstance(given[name], pd.Series)})
    if index is not None:
        lists = {name: values.set_axis(index) for name, values in lists.items()}
    rows = next(iter(lists.values())).index
    return [
        None if name not in given else lists[name] if name in lists else pd.Series(given[name], index=rows)
        for name in columns
    ]


def _column(values, name):
    if np.ndim(values) != 1:
        raise TypeError(
            say(
                f"{name}: one column is needed (Series, array or list), one value for each customer.",
                f"{name}：需要一列（Series、数组或列表），每个客户一个值。",
            )
        )
    values = values if isinstance(values, pd.Series) else pd.Series(values)
    if not len(values):
        raise ValueError(say(f"{name} is empty.", f"{name} 是空的。"))
    return values


def _same_length(lists):
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(
            say(
                f"The lists have different lengths: {shown}. Each needs one value for each customer.",
                f"各列的长度不同：{shown}。每个客户在各列中都应有一个值。",
            )
        )


def _same_index(series):
    if not series:
        return None
    (first, one), *others = series.items()
    for name, other in others:
        if other.index.equals(one.index):
            continue
        apart = one.index.symmetric_difference(other.index, sort=False)
        en, zh = "the order differs", "顺序不同"
        if len(apart):
            en = f"{len(apart)} customers are in one only, first: {_first(apart)}"
            zh = f"有 {len(apart)} 个客户只出现在一方，前几个是：{_first(apart)}"
        raise ValueError(
            say(
                f"{first} and {name} have different indexes: {en}. Align them: {name}.loc[{first}.index].",
                f"{first} 与 {name} 的索引不一致：{zh}。请先对齐：{name}.loc[{first}.index]。",
            )
        )
    return one.index


def _zero_one(column, name):
    """A column of 0 and 1 as floats."""
    if not pd.api.types.is_numeric_dtype(column):
        raise TypeError(
            say(
                f'{name} holds {column.dtype}, not 0 and 1: convert it, (table["{name}"] == "Yes").astype(int).',
                f'{name} 的类型是 {column.dtype}，不是 0 和 1：请转换，(table["{name}"] == "Yes").astype(int)。',
            )
        )
    values = column.to_numpy(dtype=float, na_value=np.nan)
    _bad(
        (values != 0) & (values != 1),
        column,
        name,
        f"{name} is missing or neither 0 nor 1",
        f"{name} 缺失，或者不是 0 或 1",
    )
    return values


def _both_kinds(churned, name="churned"):
    """0/1 with at least one of each."""
    values = _zero_one(churned, name)
    if values.min() == values.max():
        raise ValueError(
            say(
                f"{name} is {values[0]:.0f} in all {len(values)} rows: leavers and stayers are needed to compare them.",
                f"{name} 在全部 {len(values)} 行中都是 {values[0]:.0f}：要有流失的，也要有留下的，才能比较。",
            )
        )
    return values


def _probabilities(column, name):
    """A column of numbers between 0 and 1 as floats."""
    if pd.api.types.is_bool_dtype(column):
        return _zero_one(column, name)
    values = _amounts(column, name, minimum=-np.inf)
    _bad(
        (values < 0) | (values > 1),
        column,
        name,
        f"{name} is not between 0 and 1: write 0.3, not 30",
        f"{name} 不在 0 到 1 之间：30% 写成 0.3，不写 30",
    )
    return values


def _amounts(column, name, minimum=0.0):
    """A column of finite numbers of `minimum` or more as floats."""
    if pd.api.types.is_bool_dtype(column):
        return _zero_one(column, name)
    if pd.api.types.is_numeric_dtype(column):
        _bad(
            ~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan)),
            column,
            name,
            f'Column "{name}" is missing or infinite in some rows: correct them or take them out',
            f"“{name}”列有缺失值或无穷大，请更正或者删去这些行",
        )
    return tables.numbers(column.to_frame(name), name, minimum=minimum)


def _number(value, name, least=None, most=None):
    """One finite number within limits, as a float."""
    kind = np.ndim(value) == 0 and isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not (kind and np.isfinite(value) and (least is None or value >= least) and (most is None or value <= most)):
        low, high = "" if least is None else f" ≥ {least:g}", "" if most is None else f" ≤ {most:g}"
        raise ValueError(
            say(
                f"{name} = {value!r}: one number{low}{' and' if low and high else ''}{high} is needed.",
                f"{name} = {value!r} 不对：应为一个数值{low}{'，且' if low and high else ''}{high}。",
            )
        )
    return float(value)


def _whole(value, name):
    if isinstance(value, (bool, np.bool_)) or not (
        np.ndim(value) == 0 and isinstance(value, (int, float, np.number)) and value >= 1 and value % 1 == 0
    ):
        raise ValueError(
            say(
                f"{name} = {value!r}: a whole number of 1 or more is needed.",
                f"{name} = {value!r} 不对：应为不小于 1 的整数。",
            )
        )
    return int(value)


def _groups(column, name):
    """The code of each row and the names of the groups, sorted, or in the order of the pandas category."""
    missing = column.isna().to_numpy()
    _bad(
        missing,
        column,
        name,
        f"{name} is missing in some rows: fill them, or give them a group of their own",
        f"{name} 有缺失值：请补上，或者单列一组",
    )
    kind = pd.Categorical(column).remove_unused_categories()
    return kind.codes.astype("int64"), kind.categories


def _group_name(column):
    return "group" if column.name is None else column.name


def _bad(bad, column, name, en, zh):
    """Raise a `ValueError` with the first bad rows of a column, if there are any."""
    if np.any(bad):
        shown = pd.Series(column).to_frame(name)[np.asarray(bad)].head(3)
        raise ValueError(tables.bad_rows(en, zh, int(np.sum(bad)), len(bad), shown))


def _z(confidence):
    """How many standard errors a two-sided interval reaches to each side."""
    confidence = _number(confidence, "confidence", least=0, most=1)
    if confidence in (0, 1):
        raise ValueError(
            say(
                f"confidence = {confidence:g}: above 0 and below 1 is needed, 0.95 for 95 %.",
                f"confidence = {confidence:g} 不对：应大于 0、小于 1，95% 写成 0.95。",
            )
        )
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _wilson(count, total, confidence=0.95):
    """Interval of a share (Wilson 1927)."""
    z, share = _z(confidence), np.asarray(count) / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    return np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)


def _first(keys):
    return ", ".join(map(str, list(keys)[:3]))


# ---------------------------------------------------------------- Whom to treat

SHARES = np.arange(101) / 100
# Hours after the receipt: an example, every firm sets its own.
PROTOCOL = {"listen": 24, "empathise": 24, "apologise": 24, "solve": 120, "follow_up": 336}


def balance(features, treated):
    r"""Compare who was treated and who was not before the treatment: did the lot make two groups alike?

    The standardised difference is :math:`(m_1 - m_0) / \sqrt{(v_1 + v_0) / 2}`; for a share :math:`v = p(1 - p)`. It
    has no unit and does not grow with the number of customers. Above 0.1 in size it deserves a look.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, known before the treatment. Numbers, 0/1, bool, or categories (a row for each of them).
    treated : Series, array or list of 0/1
        Who was treated.

    Returns
    -------
    pandas.DataFrame
        Index ``feature`` (a category as ``"channel: Web"``); ``treated`` and ``control`` (means or shares),
        ``difference`` (standardised). ``attrs``: ``treated`` and ``control``, numbers of customers.

    Raises
    ------
    TypeError, ValueError
        If features are no table or have missing values, or everybody or nobody was treated.

    References
    ----------
    Austin, P. C. (2009), Balance diagnostics for comparing the distribution of baseline covariates between treatment
    groups in propensity-score matched samples, Statistics in Medicine 28(25).

    Examples
    --------
    >>> features = pd.DataFrame({"visits": [1, 3, 2, 4], "channel": ["Web", "Web", "Web", "Phone"]})
    >>> balance(features, [1, 1, 0, 0]).round(2)
                    treated  control  difference
    feature
    visits              2.0      3.0       -0.71
    channel: Phone      0.0      0.5       -1.41
    channel: Web        1.0      0.5        1.41
    """
    (lot,) = _experiment(treated, features=features)
    _refuse_missing(features)
    rows = {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column):
            rows[name] = _standardised(column.to_numpy(dtype=float), lot)
        else:
            for level in sorted(column.astype(str).unique()):
                rows[f"{name}: {level}"] = _standardised((column.astype(str) == level).to_numpy(dtype=float), lot)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["treated", "control", "difference"])
    table.attrs = {"treated": int(lot.sum()), "control": int((~lot).sum())}
    return table.rename_axis("feature")


def _standardised(values, lot):
    one, other = values[lot], values[~lot]
    share = np.isin(values, (0, 1)).all()
    spread = [
        part.mean() * (1 - part.mean()) if share else part.var(ddof=1) if len(part) > 1 else 0.0
        for part in (one, other)
    ]
    gap, scale = one.mean() - other.mean(), np.sqrt(sum(spread) / 2)
    return one.mean(), other.mean(), gap / scale if scale else np.copysign(np.inf, gap) if gap else 0.0


class TwoModels:
    """Predict the uplift of a treatment as the difference of two models, one of the treated and one of the others.

    Parameters
    ----------
    model : scikit-learn estimator or pipeline
        It is cloned twice and stays as it is. A classifier predicts the chance of outcome 1, a regressor the outcome.

    Attributes
    ----------
    treated_, control_ : estimators
        The two fitted models.

    References
    ----------
    Radcliffe, N. J., Surry, P. D. (2011), Real-world uplift modelling with significance-based uplift trees, Stochastic
    Solutions, which also tells where this simple way goes wrong: neither model looks for the difference.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> features = pd.DataFrame({"visits": [0, 1, 2, 0, 1, 2]})
    >>> model = TwoModels(LinearRegression()).fit(features, treated=[1, 1, 1, 0, 0, 0], outcome=[1, 3, 5, 1, 2, 3])
    >>> model.predict(features.head(3)).round(2).tolist()
    [0.0, 1.0, 2.0]
    """

    def __init__(self, model):
        self.model = model

    def fit(self, features, treated, outcome):
        """Fit both models.

        Parameters
        ----------
        features : pandas.DataFrame
            One row a customer, known before the treatment.
        treated : Series, array or list of 0/1
        outcome : Series, array or list
            0/1 for a classifier, numbers for a regressor.

        Returns
        -------
        TwoModels
            Itself.

        Raises
        ------
        TypeError, ValueError
            If lengths or indexes differ, everybody or nobody was treated, or a classifier finds in one of the two
            groups one outcome only.
        """
        from sklearn.base import clone, is_classifier

        lot, values = _experiment(treated, features, outcome=outcome)
        if is_classifier(self.model):
            values = _classes(pd.Series(outcome), lot)
        self.treated_ = clone(self.model).fit(features[lot], values[lot])
        self.control_ = clone(self.model).fit(features[~lot], values[~lot])
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        _fitted(self, "treated_")
        gap = _expected(self.treated_, features) - _expected(self.control_, features)
        return pd.Series(gap, index=features.index, name="uplift")


class TransformedOutcome:
    r"""Predict the uplift of a treatment drawn by lot with one model, of an outcome whose expectation is the uplift.

    The outcome :math:`y` becomes :math:`y (t - p) / (p (1 - p))` with the treatment :math:`t` and the share :math:`p`
    treated.

    Parameters
    ----------
    model : scikit-learn regressor or pipeline that ends in one
        It is cloned and stays as it is.
    share : float, optional
        Chance of being treated; the share of the treated if not given.

    Attributes
    ----------
    model_ : estimator
        The fitted model.
    share_ : float
        The share it was fitted with.

    References
    ----------
    Athey, S., Imbens, G. (2016), Recursive partitioning for heterogeneous causal effects, PNAS 113(27).

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> features = pd.DataFrame({"fan": [0, 0, 1, 1]})
    >>> model = TransformedOutcome(LinearRegression()).fit(features, treated=[1, 0, 1, 0], outcome=[1, 1, 1, 0])
    >>> model.predict(features).round(2).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, model, share=None):
        self.model = model
        self.share = share

    def fit(self, features, treated, outcome):
        """Fit the model; the parameters are those of `TwoModels.fit`, and so are the errors.

        Returns
        -------
        TransformedOutcome
            Itself.
        """
        from sklearn.base import clone, is_classifier

        if is_classifier(self.model):
            raise TypeError(
                say(
                    f"The transformed outcome is a number, not a class: give a regressor instead of {self.model}.",
                    f"变换后的结果是数值，不是类别：请用回归模型，不要用 {self.model}。",
                )
            )
        lot, values = _experiment(treated, features, outcome=outcome)
        share = lot.mean() if self.share is None else _number(self.share, "share", 0, 1)
        if share in (0, 1):
            raise ValueError(
                say(
                    f"share = {share}: with it nobody can be compared. It lies between 0 and 1.",
                    f"share = {share} 不对：这样就没有人可以对比了，应在 0 与 1 之间。",
                )
            )
        self.share_ = float(share)
        self.model_ = clone(self.model).fit(features, values * (lot - share) / (share * (1 - share)))
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        _fitted(self, "model_")
        return pd.Series(_expected(self.model_, features), index=features.index, name="uplift")


def _expected(model, features):
    from sklearn.base import is_classifier

    return model.predict_proba(features)[:, 1] if is_classifier(model) else model.predict(features)


def _fitted(model, attribute):
    if not hasattr(model, attribute):
        name = type(model).__name__
        raise ValueError(
            say(f"This {name} has not been fitted: call fit(…) first.", f"这个 {name} 还没有拟合：请先用 fit(…)。")
        )


def _classes(outcome, lot):
    values = _zero_one(outcome, "outcome").astype(int)
    for part, en, zh in ((values[lot], "treated", "被触达的人"), (values[~lot], "control", "对照组")):
        if part.min() == part.max():
            raise ValueError(
                say(
                    f"All {len(part)} customers of the {en} group have outcome {part[0]}: a classifier "
                    "needs both 0 and 1 in each group.",
                    f"{zh}共 {len(part)} 人，结果全是 {part[0]}：分类模型要求两组里都既有 0 又有 1。",
                )
            )
    return values


def _experiment(treated, features=None, **numbers):
    """Check what belongs to an experiment; return the lot as bool, then the columns of numbers, as arrays."""
    given = {"treated": treated} | numbers
    if features is not None:
        given = {"features": pd.Series(0, index=_frame(features, "features").index)} | given
    columns = dict(zip(given, _lists(**given), strict=True))
    lot = _zero_one(columns["treated"], "treated").astype(bool)
    if lot.all() or not lot.any():
        who = say("everybody", "所有人都") if lot.all() else say("nobody", "没有一个人")
        raise ValueError(
            say(
                f"treated: {who} was treated, so there is nobody to compare with. Keep a control group, drawn by lot.",
                f"treated：{who}被触达，没有可比的对象。请随机留出对照组。",
            )
        )
    return lot, *(_amounts(columns[name], name, minimum=-np.inf) for name in numbers)


def _frame(table, name):
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            say(
                f"{name}: a pandas table is needed, not {type(table).__name__}.",
                f"{name}：这里需要 pandas 表，收到的却是 {type(table).__name__}。",
            )
        )
    if table.empty:
        raise ValueError(say(f"{name}: the table is empty.", f"{name}：这是一张空表。"))
    return table


def uplift_by(outcome, treated, group, confidence=0.95):
    """Compare the treated with the control group inside each group of customers.

    Parameters
    ----------
    outcome : Series, array or list
        What followed: 0/1, or numbers such as money.
    treated : Series, array or list of 0/1
    group : Series, array or list
        The customer's group, known before the treatment.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        By group: ``treated`` and ``control`` (customers), ``treated_rate`` and ``control_rate`` (rates or means),
        ``uplift`` (their difference), ``lower``, ``upper``. The interval is that of `difference`.

    Raises
    ------
    TypeError, ValueError
        If lengths or indexes differ, values are missing, or a group was treated as a whole or not at all.

    References
    ----------
    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17(8), method 10.

    Examples
    --------
    >>> visit, mailed = [1, 1, 0, 0, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0]
    >>> uplift_by(visit, mailed, ["fan"] * 4 + ["other"] * 4)[["treated_rate", "control_rate", "uplift"]]
           treated_rate  control_rate  uplift
    group
    fan             1.0           0.0     1.0
    other           0.5           0.5     0.0
    """
    lot, outcome = _experiment(treated, outcome=outcome)
    _, group = _lists(treated=treated, group=group)
    codes, names = _groups(group, "group")
    parts = pd.DataFrame({"code": codes, "lot": lot, "outcome": outcome})
    parts = parts.groupby(["code", "lot"])["outcome"].agg(["size", "mean", "var"]).unstack("lot").set_axis(names)
    lonely = names[parts["size"].isna().any(axis=1)]
    if len(lonely):
        raise ValueError(
            say(
                f"{len(lonely)} groups have treated customers only, or none, first: {_first(lonely)}. Join groups.",
                f"有 {len(lonely)} 组全被触达或者全没有被触达，前几个是：{_first(lonely)}。请合并分组。",
            )
        )
    one, other = ((parts["size"][side], parts["mean"][side], parts["var"][side]) for side in (True, False))
    lower, upper = _gap(one, other, np.isin(outcome, (0, 1)).all(), confidence)
    return pd.DataFrame(
        {
            "treated": one[0].astype(int),
            "control": other[0].astype(int),
            "treated_rate": one[1],
            "control_rate": other[1],
            "uplift": one[1] - other[1],
            "lower": lower,
            "upper": upper,
        }
    ).rename_axis(_group_name(group))


def uplift_bins(outcome, treated, score, bins=5, confidence=0.95):
    """Compare the treated with the control group in classes of equal size by score, the highest first.

    Does the uplift fall from class to class as the model said?

    Parameters
    ----------
    outcome, treated
        See `uplift_by`.
    score : Series, array or list of float
        By which customers would be chosen, as the predicted uplift.
    bins : int
        Number of classes. Equal scores share a class, so that sizes may differ.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        Index ``bin`` (1: highest scores): ``score`` (mean) and the columns of `uplift_by`.

    Raises
    ------
    TypeError, ValueError
        See `uplift_by`.

    Examples
    --------
    >>> uplift_bins([1, 0, 1, 1], [1, 0, 1, 0], score=[.9, .8, .1, .2], bins=2)[["score", "uplift"]]
         score  uplift
    bin
    1     0.85     1.0
    2     0.15     0.0
    """
    lot, outcome, score = _experiment(treated, outcome=outcome, score=score)
    rank = pd.Series(-score).rank()
    number = np.ceil(rank * _whole(bins, "bins") / len(rank)).astype(int).rename("bin")
    table = uplift_by(outcome, lot, number, confidence)
    table.insert(0, "score", pd.Series(score).groupby(number).mean())
    return table


def qini(outcome, treated, score, *, resamples=0, confidence=0.95, seed=0):
    r"""Draw the Qini curve: what is gained when the customers with the highest scores are treated.

    Among the first customers by score are :math:`n_t` treated with the sum of outcomes :math:`y_t`, and :math:`n_c`
    others with :math:`y_c`. Treating them all gained :math:`(y_t - y_c \, n_t / n_c) / N_t`, with all :math:`N_t`
    treated of the test, for each customer of the population.

    Parameters
    ----------
    outcome, treated
        Of a test drawn by lot that the score was not fitted on; see `uplift_by`.
    score : Series, array or list of float
        Equal scores are treated together: inside them the curve is straight, whatever the order of the rows.
    resamples : int
        Number of bootstrap samples, drawn from the treated and from the others; 0 for no interval. The score stays:
        the interval says how uncertain the test is, not the model.
    confidence : float
    seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Index ``share`` (0, 0.01, … 1 of all customers): ``gained`` (outcomes for each customer of the population, in
        the unit of the outcome), ``random`` (the straight line of a choice by lot); with `resamples`, ``lower`` and
        ``upper`` of the curve. ``attrs``: ``coefficient`` (area between the curve and the line; Radcliffe divides it
        by that of a perfect choice, which nobody knows), its ``lower`` and ``upper`` (None without resamples),
        ``customers``.

    Raises
    ------
    TypeError, ValueError
        If lengths or indexes differ, values are missing, or everybody or nobody was treated.

    References
    ----------
    Radcliffe, N. J. (2007), Using control groups to target on predicted lift: building and assessing uplift models,
    Direct Marketing Analytics Journal 1.

    Examples
    --------
    >>> curve = qini(outcome=[1, 0, 1, 1], treated=[1, 0, 1, 0], score=[.9, .8, .2, .1])
    >>> curve.loc[[0, .5, 1], ["gained", "random"]]
           gained  random
    share
    0.0       0.0    0.00
    0.5       0.5    0.25
    1.0       0.5    0.50
    >>> round(curve.attrs["coefficient"], 4)
    0.3125
    """
    lot, outcome, score = _experiment(treated, outcome=outcome, score=score)
    resamples = int(_number(resamples, "resamples", 0))
    order = np.argsort(-score, kind="stable")
    lot, outcome, ordered = lot[order], outcome[order], score[order]
    ends = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])
    share, gained = _qini_curve(outcome, lot, ends)
    table = pd.DataFrame(
        {"gained": np.interp(SHARES, share, gained), "random": SHARES * gained[-1]},
        index=pd.Index(SHARES, name="share"),
    )
    about = {"coefficient": _qini_area(share, gained), "lower": None, "upper": None, "customers": len(lot)}
    if resamples:
        draws = [_qini_curve(outcome, lot, ends, weights) for weights in _redrawn(lot, resamples, seed)]
        _z(confidence)
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        about["lower"], about["upper"] = map(float, np.quantile([_qini_area(*draw) for draw in draws], tails))
        table["lower"], table["upper"] = np.quantile([np.interp(SHARES, *draw) for draw in draws], tails, axis=0)
    table.attrs = about
    return table


def _qini_curve(outcome, lot, ends, weights=1.0):
    """Add up along falling scores: share of the customers and what is gained, from (0, 0) on, at the ends of ties."""
    treated, control = weights * lot, weights * ~lot
    n_t, n_c, y_t, y_c = (np.cumsum(part)[ends] for part in (treated, control, treated * outcome, control * outcome))
    without = y_c * n_t / np.where(n_c > 0, n_c, 1)
    return np.r_[0, (n_t + n_c) / len(lot)], np.r_[0, (y_t - without) / n_t[-1]]


def _qini_area(share, gained):
    return float(np.trapezoid(gained - share * gained[-1], share))


def _redrawn(lot, resamples, seed):
    """How often each customer is drawn when the treated and the others are drawn again, each with replacement."""
    rng = np.random.default_rng(seed)
    sides = [np.flatnonzero(lot), np.flatnonzero(~lot)]
    for _ in range(resamples):
        weights = np.zeros(len(lot))
        for side in sides:
            weights[side] = np.bincount(rng.integers(len(side), size=len(side)), minlength=len(side))
        yield weights


def targeting_profit(outcome, treated, score, *, worth, cost, shares=None):
    """Say what it earns to treat the customers with the highest scores, by their share.

    Parameters
    ----------
    outcome, treated, score
        See `qini`.
    worth : float
        What one unit of the outcome is worth, in money (1 if the outcome is money).
    cost : float
        Of treating a customer, in money.
    shares : list of float, optional
        Shares to look at; 0, 0.05, … 1 if not given.

    Returns
    -------
    pandas.DataFrame
        Index ``share``: ``gained`` (see `qini`) and ``profit`` (money for each customer of the population, whether
        treated or not: ``worth * gained - cost * share``). ``attrs``: ``best`` (share with the highest profit) and its
        ``profit``. Found on the same data, the best share promises a little too much.

    Raises
    ------
    TypeError, ValueError
        See `qini`; also if a share is not between 0 and 1.

    Examples
    --------
    >>> table = targeting_profit([1, 0, 1, 1], [1, 0, 1, 0], [.9, .8, .2, .1], worth=2.5, cost=0.5, shares=[0, .5, 1])
    >>> table["profit"].tolist(), table.attrs["best"]
    ([0.0, 1.0, 0.75], 0.5)
    """
    worth, cost = _number(worth, "worth"), _number(cost, "cost", 0)
    shares = np.arange(21) / 20 if shares is None else shares
    shares = _probabilities(*_lists(shares=shares), "shares")
    lot, outcome, score = _experiment(treated, outcome=outcome, score=score)
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    gained = np.interp(shares, *_qini_curve(outcome[order], lot[order], ends))
    table = pd.DataFrame(
        {"gained": gained, "profit": worth * gained - cost * shares}, index=pd.Index(shares, name="share")
    )
    table.attrs = {"best": float(table["profit"].idxmax()), "profit": float(table["profit"].max())}
    return table


def difference(first, second, confidence=0.95):
    """Compare two independent groups: by how much do their rates or means differ, and how sure is that?

    Parameters
    ----------
    first, second : Series, array or list
        An outcome for each customer of the group: 0/1 in both, or numbers. The groups may differ in size.
    confidence : float

    Returns
    -------
    pandas.Series
        ``first`` and ``second`` (rates or means), ``difference`` (first less second), ``lower``, ``upper``: Newcombe's
        interval for 0/1, Welch's for other numbers.

    Raises
    ------
    TypeError, ValueError
        If values are missing or no numbers, or a group of numbers has fewer than two.

    References
    ----------
    Newcombe (1998), see `uplift_by`. Welch, B. L. (1947), The generalization of "Student's" problem when several
    different population variances are involved, Biometrika 34.

    Examples
    --------
    >>> difference([1] * 56 + [0] * 14, [1] * 48 + [0] * 32).round(4).tolist()
    [0.8, 0.6, 0.2, 0.0524, 0.3339]
    """
    sides = [
        pd.Series(_amounts(*_lists(**{name: given}), name, minimum=-np.inf))
        for name, given in (("first", first), ("second", second))
    ]
    binary = all(side.isin((0, 1)).all() for side in sides)
    one, other = ((len(side), side.mean(), side.var()) for side in sides)
    lower, upper = _gap(one, other, binary, confidence)
    return pd.Series(
        {
            "first": one[1],
            "second": other[1],
            "difference": one[1] - other[1],
            "lower": float(lower),
            "upper": float(upper),
        }
    )


def _gap(one, other, binary, confidence):
    """Return the interval of the difference of two rates or means, each side given as number, mean and variance."""
    (n1, m1, v1), (n0, m0, v0) = one, other
    if binary:
        (l1, u1), (l0, u0) = _wilson(m1 * n1, n1, confidence), _wilson(m0 * n0, n0, confidence)
        return m1 - m0 - np.hypot(m1 - l1, u0 - m0), m1 - m0 + np.hypot(u1 - m1, m0 - l0)
    if np.min(n1) < 2 or np.min(n0) < 2:
        raise ValueError(
            say(
                "A group has one customer only: a mean needs at least two to say how sure it is.",
                "有一组只有一个客户：均值至少要有两个客户，才能说出误差。",
            )
        )
    from scipy.stats import t

    share1, share0 = v1 / n1, v0 / n0
    error = np.sqrt(share1 + share0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = error**4 / (share1**2 / (n1 - 1) + share0**2 / (n0 - 1))
    reach = np.where(error > 0, t.ppf(NormalDist().cdf(_z(confidence)), freedom) * error, 0.0)
    return m1 - m0 - reach, m1 - m0 + reach


# ---------------------------------------------------------------- Early warning


def drift(usage, *, window=2, base=4, minimum=10):
    r"""Compare how often each customer came of late with the customer's own habit before.

    If nothing had changed, the last months would hold a share :math:`w / (w + b)` of all visits in the window of
    :math:`w` and the :math:`b` months before. `surprise` is the binomial chance of so few or fewer: it takes into
    account that the habit, too, is known from a few visits only.

    Parameters
    ----------
    usage : pandas.DataFrame
        One row a customer, one column a month, in order of time: how often the customer came (whole numbers). Missing
        before the customer joined.
    window, base : int
        Months that are looked at, and months before them that make the habit.
    minimum : int
        Visits in the base months that a customer needs to be watched, at least 1: of the others nothing can be said.

    Returns
    -------
    pandas.DataFrame
        Index customer and month (the last of the window), for those watched: ``recent`` (visits in the window),
        ``expected`` (if the habit had lasted), ``ratio``, ``surprise``. ``attrs``: ``window``, ``base``, ``minimum``,
        and of all customers and months how many were ``watched``, had ``too_few`` visits, or were ``unknown`` (months
        missing).

    Raises
    ------
    TypeError, ValueError
        If there are too few months, they are not in order, or values are no counts.

    References
    ----------
    Przyborowski, J., Wilenski, H. (1940), Homogeneity of results in testing samples from Poisson series, Biometrika 31.

    Examples
    --------
    >>> months = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]
    >>> usage = pd.DataFrame([[4, 3, 5, 4, 1, 0], [1, 0, 0, 1, 0, 0]], index=["Wheat", "Millet"], columns=months)
    >>> drift(usage).round(3)
                      recent  expected  ratio  surprise
    customer month
    Wheat    2025-06       1       8.0  0.125      0.01
    """
    from scipy.stats import binom

    window, base, minimum = (
        _whole(number, name) for number, name in ((window, "window"), (base, "base"), (minimum, "minimum"))
    )
    values = _counts(usage, window + base)
    recent = _moving_sum(values, window)[:, base:]
    before = _moving_sum(values, base)[:, : recent.shape[1]]
    known = np.isfinite(recent) & np.isfinite(before)
    watched = known & (before >= minimum)
    index = pd.MultiIndex.from_product(
        [usage.index, usage.columns[window + base - 1 :]],
        names=[usage.index.name or "customer", usage.columns.name or "month"],
    )[watched.ravel()]
    recent, before = recent[watched], before[watched]
    expected = before * window / base
    table = pd.DataFrame(
        {
            "recent": recent.astype(int),
            "expected": expected,
            "ratio": recent / expected,
            "surprise": binom.cdf(recent, recent + before, window / (window + base)),
        },
        index=index,
    )
    table.attrs = {
        "window": window,
        "base": base,
        "minimum": minimum,
        "watched": int(watched.sum()),
        "too_few": int((known & ~watched).sum()),
        "unknown": int((~known).sum()),
    }
    return table


def _counts(usage, months):
    tables.require_unique_index(_frame(usage, "usage"))
    if usage.shape[1] < months:
        raise ValueError(
            say(
                f"usage has {usage.shape[1]} months; window and base together need {months}.",
                f"usage 只有 {usage.shape[1]} 个月，至少需要 {months} 个月（观察期加基准期）。",
            )
        )
    if not (usage.columns.is_monotonic_increasing and usage.columns.is_unique):
        raise ValueError(
            say(
                "The months of usage are not in order of time, each once: usage.sort_index(axis=1).",
                "usage 的月份没有按时间排列，或者有重复：请用 usage.sort_index(axis=1) 排好。",
            )
        )
    columns = [tables.numbers(usage, name, optional=usage[name].isna().to_numpy()) for name in usage]
    values = np.column_stack(columns)
    broken = np.isfinite(values) & (values != np.floor(values))
    if broken.any():
        rows = broken.any(axis=1)
        raise ValueError(
            tables.bad_rows(
                "usage must count visits: whole numbers, no minutes or shares",
                "usage 应是次数，即整数，不能是分钟数或比例",
                rows.sum(),
                len(rows),
                usage.loc[rows].head(3),
            )
        )
    return values


def _moving_sum(values, months):
    return np.lib.stride_tricks.sliding_window_view(values, months, axis=1).sum(axis=-1)


def warnings(drifts, surprise=0.05):
    """Warn of customers who came so much more rarely than they used to that chance hardly explains it.

    A customer who stays below the threshold is warned of once: in the first month.

    Parameters
    ----------
    drifts : pandas.DataFrame
        As `drift` makes it.
    surprise : float
        A warning is raised when the chance of so few visits is at most this. Up to this share of those watched who
        change nothing falls below it by chance each month.

    Returns
    -------
    pandas.DataFrame
        The rows of `drifts` in which a warning starts. ``attrs``: those of `drifts` and ``surprise``.

    Raises
    ------
    ValueError
        If columns are missing or `surprise` is not between 0 and 1.

    Examples
    --------
    >>> months = [f"2025-{month:02}" for month in range(1, 10)]
    >>> usage = pd.DataFrame([[4, 3, 5, 4, 4, 1, 0, 1, 0]], index=["Wheat"], columns=months)
    >>> warnings(drift(usage)).index.tolist()
    [('Wheat', '2025-07')]
    """
    surprise = _number(surprise, "surprise", 0, 1)
    tables.require_columns(drifts.columns, ["surprise"])
    found = drifts[_starts(drifts, surprise)]
    found.attrs = drifts.attrs | {"surprise": surprise}
    return found


def _starts(drifts, surprise):
    """Mark the rows below the threshold whose month before was not below, or not watched."""
    low = (drifts["surprise"] <= surprise).to_numpy()
    rows, _ = _places(drifts, gap=1)
    return low & ~np.isin(rows - 1, rows[low])


def _places(drifts, gap):
    """Number customers and months so that neighbouring months differ by 1 and customers by more than `gap`."""
    customer, month = (np.asarray(codes, dtype="int64") for codes in drifts.index.codes)
    return customer * (drifts.index.levshape[1] + gap) + month, month


def warning_record(drifts, events, *, surprise=(0.01, 0.02, 0.05, 0.1, 0.2), ahead=3, late=1):
    """Judge warnings by what came: how many were right, how many events they caught, and how long before.

    Parameters
    ----------
    drifts : pandas.DataFrame
        As `drift` makes it.
    events : pandas.MultiIndex, Series or DataFrame with such an index
        Customer and month in which it happened, as the first month of a silence. Months are written as in `drifts`.
    surprise : float or list of float
        Thresholds of `warnings` to compare.
    ahead, late : int
        A warning is right if the event comes at most `ahead` months after its month or `late` months before.

    Returns
    -------
    pandas.DataFrame
        Index ``surprise``: ``warnings`` (judged), ``hits``, ``false_alarms``, ``precision`` (hits in warnings),
        ``events`` (of customers watched in these months), ``caught``, ``recall`` (caught in events), ``lead`` (months
        from a right warning to the event, mean), ``open`` (warnings so near to the end that they cannot be judged yet,
        in no other column). ``attrs``: ``by_chance`` (precision of warning anybody watched, at any time), ``unwatched``
        (events of the others), ``ahead``, ``late``.

    Raises
    ------
    TypeError, ValueError
        If events have no index of customer and month, or nobody of them is a customer of `drifts`.

    Examples
    --------
    >>> months = [f"2025-{month:02}" for month in range(1, 13)]
    >>> usage = pd.DataFrame([[4, 3, 5, 4, 4, 1, 0, 1, 0, 0, 0, 0]], index=["Wheat"], columns=months)
    >>> left = pd.MultiIndex.from_tuples([("Wheat", "2025-09")])
    >>> warning_record(drift(usage), left, surprise=0.05)[["warnings", "hits", "precision", "recall", "lead"]]
              warnings  hits  precision  recall  lead
    surprise
    0.05             1     1        1.0     1.0   2.0
    """
    ahead, late = (int(_number(number, name, 0)) for number, name in ((ahead, "ahead"), (late, "late")))
    thresholds = [_number(number, "surprise", 0, 1) for number in np.atleast_1d(surprise)]
    people, months = drifts.index.levels
    gap = ahead + late + 1
    rows, month = _places(drifts, gap)
    happened, unknown = _happened(events, people, months, len(months) + gap)
    judged = month + ahead < len(months)
    watched = _within(happened - ahead, happened + late, np.sort(rows))
    records = {}
    for threshold in thresholds:
        starts = _starts(drifts, threshold)
        alarms, every = rows[starts & judged], np.sort(rows[starts])
        first = _within(alarms - late, alarms + ahead, happened)
        hit = first >= 0
        caught = _within(happened - ahead, happened + late, every) >= 0
        records[threshold] = {
            "warnings": len(alarms),
            "hits": int(hit.sum()),
            "false_alarms": int((~hit).sum()),
            "precision": hit.mean() if len(hit) else np.nan,
            "events": int((watched >= 0).sum()),
            "caught": int(caught.sum()),
            "recall": caught.sum() / max((watched >= 0).sum(), 1),
            "lead": (first[hit] - alarms[hit]).mean() if hit.any() else np.nan,
            "open": int((starts & ~judged).sum()),
        }
    table = pd.DataFrame.from_dict(records, orient="index").rename_axis("surprise")
    chance = _within(rows[judged] - late, rows[judged] + ahead, happened) >= 0
    table.attrs = {
        "by_chance": float(chance.mean()) if len(chance) else np.nan,
        "unwatched": int((watched < 0).sum()) + unknown,
        "ahead": ahead,
        "late": late,
    }
    return table


def _within(low, high, keys):
    """For each span return the first of the sorted keys in it, or -1."""
    at = np.searchsorted(keys, low)
    padded = np.r_[keys, np.iinfo(np.int64).max]
    return np.where(padded[at] <= high, padded[at], -1)


def _happened(events, people, months, width):
    index = events if isinstance(events, pd.Index) else getattr(events, "index", None)
    if not isinstance(index, pd.MultiIndex) or index.nlevels != 2:
        raise TypeError(
            say(
                "events: an index of customer and month is needed, as drift makes it.",
                "events：需要由客户和月份组成的索引，和 drift 的结果一样。",
            )
        )
    customer, month = (level.get_indexer(index.get_level_values(i)) for i, level in enumerate((people, months)))
    known = (customer >= 0) & (month >= 0)
    if len(index) and not known.any():
        raise ValueError(
            say(
                f"None of the {len(index)} events is of a customer and month of drifts; theirs look like "
                f"{index[0]}, those of drifts like {(people[0], months[0])}.",
                f"{len(index)} 个事件没有一个对得上 drifts 的客户和月份：事件写作 {index[0]}，"
                f"而 drifts 写作 {(people[0], months[0])}。",
            )
        )
    return np.unique(customer[known] * width + month[known]), int((~known).sum())


# ---------------------------------------------------------------- Complaints and quality


def p_chart(defects, inspected, *, base=None):
    r"""Draw a control chart of shares: which periods differ by more than chance from the usual level?

    The limits are :math:`\bar p \pm 3 \sqrt{\bar p (1 - \bar p) / n}` with the number :math:`n` of the period.

    Parameters
    ----------
    defects, inspected : Series, array or list
        By period: how many were faulty, and of how many.
    base : list of labels, slice of labels or bool, optional
        Periods that set the level: quiet ones. All of them if not given; then what is out of line helps to set it.

    Returns
    -------
    pandas.DataFrame
        By period: ``p``, ``centre``, ``lower``, ``upper`` (cut at 0 and 1), ``outside`` (bool). ``attrs``: ``base``
        (number of periods that set the limits).

    Raises
    ------
    TypeError, ValueError
        If values are no counts, there are more faulty than inspected, nothing was inspected, or the base is empty.

    References
    ----------
    Shewhart, W. A. (1931), Economic Control of Quality of Manufactured Product.

    Examples
    --------
    >>> months = ["2025-03", "2025-04", "2025-05"]
    >>> p_chart(pd.Series([9, 11, 30], index=months), [400, 400, 400], base=["2025-03", "2025-04"]).round(3)
                 p  centre  lower  upper  outside
    2025-03  0.022   0.025  0.002  0.048    False
    2025-04  0.028   0.025  0.002  0.048    False
    2025-05  0.075   0.025  0.002  0.048     True
    """
    columns = dict(zip(("defects", "inspected"), _lists(defects=defects, inspected=inspected), strict=True))
    found, total = (_amounts(column, name) for name, column in columns.items())
    index = columns["defects"].index
    _bad(
        total == 0,
        columns["inspected"],
        "inspected",
        "Nothing was inspected in some periods: leave them out",
        "有的时期一件也没有检查：请去掉",
    )
    _bad(
        found > total,
        columns["defects"],
        "defects",
        "More are faulty than were inspected: correct the counts",
        "不合格数大于检查数：请更正",
    )
    chosen = _base(base, index)
    centre = found[chosen].sum() / total[chosen].sum()
    reach = 3 * np.sqrt(centre * (1 - centre) / total)
    share, lower, upper = found / total, np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)
    table = pd.DataFrame(
        {"p": share, "centre": centre, "lower": lower, "upper": upper, "outside": (share < lower) | (share > upper)},
        index=index,
    )
    table.attrs = {"base": int(chosen.sum())}
    return table


def _base(base, index):
    chosen = pd.Series(base is None, index=index)
    if base is not None:
        try:
            chosen.loc[base] = True
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(
                say(
                    f"base does not fit the periods ({error}): give labels such as {index[0]!r}.",
                    f"base 与各时期对不上（{error}）：请写时期的名称，例如 {index[0]!r}。",
                )
            ) from None
    if not chosen.any():
        raise ValueError(
            say("base holds no period: which months set the limits?", "base 是空的：由哪些月份来定控制限？")
        )
    return chosen.to_numpy()


def complaint_protocol(log, standard=None, *, received="received", now=None):
    """Check the handling of complaints step by step: what is missing, out of order or late against the standard?

    Parameters
    ----------
    log : pandas.DataFrame
        One row a step done: ``case``, ``step``, ``time``. Of a step done twice the first counts.
    standard : dict of float, optional
        The steps in order: hours after the receipt by which each must be done (hours of the clock, nights too).
        ``PROTOCOL`` if not given.
    received : str
        The step that starts the clock.
    now : date, optional
        Up to when the log is complete; its last moment if not given.

    Returns
    -------
    pandas.DataFrame
        By case: hours from the receipt to each step, then the steps (texts, ``""`` for none) that are ``missing``
        (not done though the time is over), ``open`` (not done, in time), ``out_of_order`` (done before one that comes
        earlier in the standard), ``late`` (done after the time), and ``kept`` (True: nothing missing, out of order or
        late). ``attrs``: ``standard``, ``repeated`` (rows that repeat a step).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, times are no times or missing, a step is unknown, a case has no receipt, or something
        was done before it.

    Examples
    --------
    >>> steps = ["received", "listen", "empathise", "apologise", "solve", "follow_up"]
    >>> times = pd.to_datetime("2025-05-06 09:00") + pd.to_timedelta([0, 2, 2, 26, 20, 200], unit="h")
    >>> protocol = complaint_protocol(pd.DataFrame({"case": "K1", "step": steps, "time": times}))
    >>> protocol[["solve", "out_of_order", "late", "kept"]]
          solve out_of_order       late   kept
    case
    K1     20.0        solve  apologise  False
    """
    standard = dict(PROTOCOL if standard is None else standard)
    clean, repeated = _steps(log, standard, received)
    times = clean.pivot(index="case", columns="step", values="time").reindex(columns=[received, *standard])
    _check_receipt(times, received)
    last = clean["time"].max() if now is None else pd.Timestamp(now)
    hours = times[list(standard)].sub(times[received], axis=0) / pd.Timedelta(hours=1)
    passed = (last - times[received]) / pd.Timedelta(hours=1)
    limit = pd.Series(standard, dtype=float)
    done, due = hours.notna(), pd.DataFrame({step: passed > limit[step] for step in standard})
    latest_before = hours.cummax(axis=1).ffill(axis=1).shift(1, axis=1)
    marks = {"missing": ~done & due, "open": ~done & ~due, "out_of_order": hours < latest_before, "late": hours > limit}
    table = hours.assign(**{name: _listed(marked) for name, marked in marks.items()})
    table["kept"] = (table[["missing", "out_of_order", "late"]] == "").all(axis=1)
    table.columns.name = None
    table.attrs = {"standard": standard, "repeated": repeated}
    return table


def _steps(log, standard, received):
    tables.require_columns(_frame(log, "log").columns, ["case", "step", "time"])
    if not pd.api.types.is_datetime64_any_dtype(log["time"]):
        raise TypeError(
            say(
                f'Column "time" holds {log["time"].dtype}, not times: pd.to_datetime(log["time"]).',
                f'“time”列的类型是 {log["time"].dtype}，不是时间：请用 pd.to_datetime(log["time"]) 转换。',
            )
        )
    faults = (
        (
            log[["case", "step", "time"]].isna().any(axis=1),
            "Case, step or time is missing: complete these rows",
            "缺少案件号、步骤或时间：请补全这些行",
        ),
        (
            ~log["step"].isin([received, *standard]),
            f"Unknown step; the steps are {received}, {', '.join(standard)}",
            f"步骤名称不对，应为 {received}、{'、'.join(standard)} 之一",
        ),
    )
    for bad, en, zh in faults:
        if bad.any():
            raise ValueError(tables.bad_rows(en, zh, bad.sum(), len(log), log.loc[bad].head(3)))
    first = log.sort_values("time", kind="stable").drop_duplicates(["case", "step"])
    return first, len(log) - len(first)


def _check_receipt(times, received):
    nameless, early = times[received].isna(), times.min(axis=1) < times[received]
    for bad, en, zh in (
        (
            nameless,
            f'Cases without the step "{received}": nobody knows since when they wait',
            f"有的案件没有“{received}”这一步：不知道客户从何时开始等",
        ),
        (
            early,
            "Something was done before the complaint came in: correct the times",
            "有的步骤早于收到抱怨的时间：请更正时间",
        ),
    ):
        if bad.any():
            raise ValueError(tables.bad_rows(en, zh, bad.sum(), len(times), times.loc[bad].head(3)))


def _listed(marked):
    return [", ".join(marked.columns[row]) for row in marked.to_numpy(dtype=bool)]


class StayModel:
    r"""The chance that a customer stays after a complaint, by how long the answer took and what it was.

    A logistic regression: :math:`\ln (p / (1 - p)) = a + b \cdot \text{days} + c_\text{recovery}`. Answers are compared
    at the same delay: who had to wait longer and was therefore compensated does not speak against compensation. What
    else decided over the answer stays unknown.

    Parameters
    ----------
    confidence : float
        Of the intervals.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        Index ``intercept``, ``delay_days`` and the kinds of recovery: ``coefficient`` (logit), ``lower``, ``upper``,
        ``p_value``. ``attrs``: ``reference`` (the recovery that the others are compared with: "none", or else the
        first by name).
    rows, set_aside : int
        Complaints used, and those left out because it is not known yet whether the customer stayed.

    Examples
    --------
    >>> from crmlib import datasets
    >>> model = StayModel().fit(datasets.load_qinghe_complaints())
    >>> model.rows, model.set_aside
    (1284, 366)
    >>> model.coefficients["coefficient"].round(2).to_dict()
    {'intercept': 1.35, 'delay_days': -0.16, 'apology': 0.56, 'compensation': 1.29}
    >>> model.predict(delay_days=[1, 10], recovery="apology").round(2)
    array([0.85, 0.57])
    """

    def __init__(self, confidence=0.95):
        _z(confidence)
        self.confidence = confidence

    def fit(self, complaints):
        """Fit the model by maximum likelihood.

        Parameters
        ----------
        complaints : pandas.DataFrame
            ``delay_days`` (0 or more), ``recovery`` (a text), ``stayed`` (0/1, missing where not known yet).

        Returns
        -------
        StayModel
            Itself.

        Raises
        ------
        TypeError, ValueError
            If columns or values are missing, or delay or recovery separates who stays from who leaves without fault,
            so that no finite coefficient exists.
        """
        import warnings as silent

        from statsmodels.discrete.discrete_model import Logit
        from statsmodels.tools.sm_exceptions import ModelWarning, PerfectSeparationError

        tables.require_columns(_frame(complaints, "complaints").columns, ["delay_days", "recovery", "stayed"])
        known = complaints[complaints["stayed"].notna()]
        self.rows, self.set_aside = len(known), len(complaints) - len(known)
        stayed = _both_kinds(*_lists(stayed=known["stayed"]), "stayed")
        recovery = known["recovery"]
        _bad(
            recovery.isna(),
            recovery,
            "recovery",
            'Some complaints lack the recovery: write "none" if there was none',
            "有的抱怨没有写明补救方式：没有补救请写“none”",
        )
        self._levels = sorted(recovery.unique(), key=lambda level: (level != "none", level))
        design = self._design(tables.numbers(known, "delay_days"), recovery.to_numpy())
        names = ["intercept", "delay_days", *self._levels[1:]]
        try:
            if np.linalg.matrix_rank(design) < len(names):
                raise np.linalg.LinAlgError
            with silent.catch_warnings():
                silent.simplefilter("error", ModelWarning)
                fitted = Logit(stayed, design).fit(disp=False)
        except (ModelWarning, PerfectSeparationError, np.linalg.LinAlgError):
            raise ValueError(
                say(
                    "The chances cannot be estimated: delay or recovery tells without fault who stays, or says nothing new "
                    "beside the others. Take more complaints or fewer kinds of recovery.",
                    "估计不出来：拖延天数或补救方式把去留完全分开了，或者与其他变量重复。请增加抱怨记录，或者合并补救方式。",
                )
            ) from None
        low, high = fitted.conf_int(alpha=1 - self.confidence).T
        self.coefficients = pd.DataFrame(
            {"coefficient": fitted.params, "lower": low, "upper": high, "p_value": fitted.pvalues},
            index=pd.Index(names, name="term"),
        )
        self.coefficients.attrs["reference"] = self._levels[0]
        return self

    def predict(self, delay_days, recovery):
        """Return the chance to stay.

        Parameters
        ----------
        delay_days : float, array or Series
            Days until the answer, 0 or more.
        recovery : str, array or Series
            The answer, one of those fitted.

        Returns
        -------
        float, numpy.ndarray or pandas.Series
            As the arguments.

        Raises
        ------
        TypeError, ValueError
            If the model is not fitted, a recovery is unknown, or a delay is negative or no number.
        """
        _fitted(self, "coefficients")
        single = not np.ndim(delay_days) and not np.ndim(recovery)
        days, kinds = _lists(
            ("delay_days", "recovery"), delay_days=[delay_days] if single else delay_days, recovery=recovery
        )
        _bad(
            ~kinds.isin(self._levels),
            kinds,
            "recovery",
            f"No recovery that was fitted: {', '.join(self._levels)}",
            f"拟合时没有这种补救方式（只有 {'、'.join(self._levels)}）",
        )
        design = self._design(_amounts(days, "delay_days"), kinds.to_numpy())
        chance = 1 / (1 + np.exp(-design @ self.coefficients["coefficient"].to_numpy()))
        if isinstance(delay_days, pd.Series) or isinstance(recovery, pd.Series):
            return pd.Series(chance, index=days.index, name="stayed")
        return float(chance[0]) if single else chance

    def _design(self, days, recovery):
        return np.column_stack([np.ones(len(days)), days, *(recovery == level for level in self._levels[1:])])


def follow_up_plan(due, *, per_day, worth, holidays=()):
    """Spread calls over working days, when only so many can be made: those due with the most worth come first.

    Parameters
    ----------
    due : Series, array or list of dates
        By case, the day from which on the call should be made. A case due on a day off is due on the next working day.
    per_day : int
        Calls that can be made on a working day.
    worth : Series, array or list of float
        By case, what decides which goes first, as the money at stake. Of equal ones the earlier due goes first.
    holidays : list of dates
        Days off besides Saturdays and Sundays (of which none is taken for a working day, as China does in exchange).

    Returns
    -------
    pandas.DataFrame
        By case, in the order of the calls: ``due`` (a working day), ``worth``, ``day`` (of the call), ``days_late``
        (working days). ``attrs``: ``late`` (calls later than due), ``per_day``.

    Raises
    ------
    TypeError, ValueError
        If dates or numbers are missing or wrong, or `per_day` is below 1.

    Examples
    --------
    >>> due = pd.Series(pd.to_datetime(["2025-05-09", "2025-05-09", "2025-05-10"]), index=["K1", "K2", "K3"])
    >>> follow_up_plan(due, per_day=1, worth=[100, 300, 200])
               due  worth        day  days_late
    case
    K2  2025-05-09  300.0 2025-05-09          0
    K3  2025-05-12  200.0 2025-05-12          0
    K1  2025-05-09  100.0 2025-05-13          2
    """
    per_day = _whole(per_day, "per_day")
    due, worth = _lists(due=due, worth=worth)
    if not pd.api.types.is_datetime64_any_dtype(due):
        raise TypeError(
            say(
                f"due holds {due.dtype}, not dates: pd.to_datetime(…).",
                f"due 的类型是 {due.dtype}，不是日期：请用 pd.to_datetime(…) 转换。",
            )
        )
    _bad(due.isna(), due, "due", "Some cases have no day", "有的案件没有日期")
    index, worth = due.index, _amounts(worth, "worth", minimum=-np.inf)
    free = [tables.day(day, "holidays").date() for day in holidays]
    workdays = np.busdaycalendar(holidays=free)
    due = np.busday_offset(due.to_numpy().astype("datetime64[D]"), 0, roll="forward", busdaycal=workdays)
    day = _call_days(due, worth, per_day, workdays)
    table = pd.DataFrame(
        {
            "due": due.astype("datetime64[s]"),
            "worth": worth,
            "day": day.astype("datetime64[s]"),
            "days_late": np.busday_count(due, day, busdaycal=workdays),
        },
        index=index,
    )
    table = table.sort_values(["day", "worth", "due"], ascending=[True, False, True], kind="stable")
    table.attrs = {"late": int((table["days_late"] > 0).sum()), "per_day": per_day}
    return table.rename_axis(index.name or "case")


def _call_days(due, worth, per_day, workdays):
    """Give each call its day: every working day the best of those due by then and still waiting."""
    order = np.argsort(due, kind="stable")
    days, waiting, position = due.copy(), [], 0
    today = due[order[0]]
    while waiting or position < len(order):
        if not waiting:
            today = max(today, due[order[position]])
        while position < len(order) and due[order[position]] <= today:
            heappush(waiting, (-worth[order[position]], position))
            position += 1
        for _ in range(min(per_day, len(waiting))):
            days[order[heappop(waiting)[1]]] = today
        today = np.busday_offset(today, 1, busdaycal=workdays)
    return days


# ---------------------------------------------------------------- Winning back


def second_lifetime_value(margin, retention, discount, *, chance, cost, periods=None):
    r"""What an attempt to win a lost customer back is worth: chance times the second life, less the attempt.

    Parameters
    ----------
    margin, retention, discount, periods
        Of the second life, as in `value.clv` with the first margin now: :math:`\sum_{t=0} m r^t / (1+d)^t`. They need
        not be those of the first life.
    chance : float, array or Series
        Probability that the customer comes back.
    cost : float, array or Series
        Of the attempt, whether it succeeds or not, in money.

    Returns
    -------
    float, numpy.ndarray or pandas.Series
        Money for each attempt.

    Raises
    ------
    TypeError, ValueError
        See `value.clv`; also if a chance is no probability or a cost is negative.

    References
    ----------
    Stauss, B., Friege, C. (1999), Regaining service customers: costs and benefits of regain management, Journal of
    Service Research 1(4).

    Examples
    --------
    >>> round(second_lifetime_value(margin=20, retention=0.9, discount=0.01, chance=0.1, cost=6), 2)
    12.36
    """
    given = {"margin": margin, "retention": retention, "discount": discount, "chance": chance, "cost": cost}
    single = not any(np.ndim(value) for value in given.values())
    given = {name: [value] if single else value for name, value in given.items()}
    lists = _lists(tuple(given), **given)
    chances, costs = _probabilities(lists[3], "chance"), _amounts(lists[4], "cost")
    result = chances * clv(*lists[:3], periods=periods, first_margin="now") - costs
    if single:
        return float(result[0])
    return result if any(isinstance(value, pd.Series) for value in given.values()) else result.to_numpy()


def win_back(lost, *, budget=None):
    """Decide which lost customers are worth an attempt to win them back, and what it may cost at most.

    Parameters
    ----------
    lost : pandas.DataFrame
        One row a kind of lost customers: ``customers``, ``chance`` (that an attempt succeeds), ``value`` (of who comes
        back, in money, as `value.clv`), ``cost`` (of an attempt); optional ``allowed`` (how many may be contacted at
        all: those who consented; all if not given).
    budget : float, optional
        Money for all attempts.

    Returns
    -------
    pandas.DataFrame
        By kind, the highest return for a yuan first: ``customers``, ``highest_price`` (of an attempt:
        ``chance * value``), ``highest_gift`` (for those who come back, beside the cost of the attempt:
        ``value - cost / chance``; nothing where it would be negative), ``net`` (of an attempt), ``attempts``,
        ``spend``, ``profit``. ``attrs``: ``budget``, ``spend``, ``profit``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or hold no such numbers, or more are allowed than lost.

    References
    ----------
    Stauss and Friege (1999), see `second_lifetime_value`, for the kinds: pushed away (on purpose or not), pulled away,
    bought away, moved away.

    Examples
    --------
    >>> lost = pd.DataFrame({"customers": [200, 300], "chance": [0.2, 0.05], "value": [300, 100], "cost": [6, 6]},
    ...                     index=["pushed away", "bought away"])
    >>> win_back(lost, budget=900)[["highest_price", "net", "attempts", "profit"]]
                 highest_price   net  attempts  profit
    pushed away           60.0  54.0       150  8100.0
    bought away            5.0  -1.0         0     0.0
    """
    names = ["customers", "chance", "value", "cost"]
    tables.require_columns(_frame(lost, "lost").columns, names)
    customers, _, value, cost = (tables.numbers(lost, name) for name in names)
    chance = _probabilities(lost["chance"], "chance")
    allowed = tables.numbers(lost, "allowed") if "allowed" in lost else customers
    if (allowed > customers).any():
        raise ValueError(
            tables.bad_rows(
                "More may be contacted than were lost",
                "可以联系的人比流失的人还多",
                (allowed > customers).sum(),
                len(lost),
                lost.loc[allowed > customers].head(3),
            )
        )
    net = chance * value - cost
    with np.errstate(divide="ignore", invalid="ignore"):
        gift = np.where(chance > 0, np.maximum(value - cost / chance, 0), 0)
        per_yuan = np.where(cost > 0, net / cost, np.sign(net) * np.inf)
    order = np.argsort(-np.nan_to_num(per_yuan, nan=0.0), kind="stable")
    attempts, left = np.zeros(len(lost)), np.inf if budget is None else _number(budget, "budget", 0)
    for kind in order:
        if net[kind] > 0:
            affordable = np.floor(left / cost[kind] + 1e-9) if cost[kind] > 0 else np.inf
            attempts[kind] = min(np.floor(allowed[kind]), affordable)
            left -= attempts[kind] * cost[kind]
    table = pd.DataFrame(
        {
            "customers": customers.astype(int),
            "highest_price": chance * value,
            "highest_gift": gift,
            "net": net,
            "attempts": attempts.astype(int),
            "spend": attempts * cost,
            "profit": attempts * np.maximum(net, 0),
        },
        index=lost.index,
    ).iloc[order]
    table.attrs = {"budget": budget, "spend": float(table["spend"].sum()), "profit": float(table["profit"].sum())}
    return table
