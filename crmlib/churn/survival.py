"""How long customers stay: survival curves, their comparison, and the reasons for leaving."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say

_COUNTED = 100_000  # whole times below this are counted one by one


def kaplan_meier(duration, event, *, entry=None, by=None, confidence=0.95):
    """Estimate the share of customers who are still there after each time, when some have not left yet.

    Who is still there when the watch ends (censored) counts as long as watched; it is assumed that those censored are
    no more and no less likely to leave than the others. Source: Kaplan and Meier (1958), J. American Statistical
    Association 53(282). Kalbfleisch and Prentice (1980), The Statistical Analysis of Failure Time Data: the interval.

    Returns a DataFrame with index ``time`` (with `by`: group, time): row 0 first, then each time at which somebody left
    or was censored. ``at_risk`` (just before), ``events``, ``censored``, ``survival`` (share still there just after),
    ``std_error`` (Greenwood), ``lower`` and ``upper`` (log-log; missing where survival is 0, 1 before the first event).
    ``attrs``: ``rows``, ``events``, ``zero_durations`` (customers watched for no time), ``confidence``.

    Parameters
    ----------
    duration, event : Series, array or list, (customers,)
        How long each customer was watched, in any unit, 0 or more; 1 if the customer left at that time, 0 if still
        there (censored).
    entry : same form, optional
        Since when the customer was watched (left truncation), counted from the same start: at risk only after it; 0 for
        from the start on. Where few are at risk early and all of them leave, the curve stays at 0.
    by : same form, optional
        Groups: one curve for each.
    confidence : float
        Level of the interval.

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
    z = intervals.z(confidence)
    duration, event, entry, by = checks.lists(duration=duration, event=event, entry=entry, by=by)
    time, left = checks.amounts(duration, "duration"), checks.zero_one(event, "event").astype(bool)
    time, start = (time, np.zeros_like(time)) if entry is None else _entries(entry, time)
    if by is None:
        table = _survival(time, left, start, z)
    else:
        codes, groups = checks.groups(by, "by")
        members = {group: codes == code for code, group in enumerate(groups)}
        curves = {group: _survival(time[mine], left[mine], start[mine], z) for group, mine in members.items()}
        table = pd.concat(curves, names=["group" if by.name is None else by.name, "time"])
    counts = {"rows": len(time), "events": int(left.sum()), "zero_durations": int((time == 0).sum())}
    table.attrs = counts | {"confidence": confidence}
    return table


def _entries(entry, time):
    start = checks.amounts(entry, "entry")
    time, start = np.split(checks.steady(np.append(time, start)), 2)
    en = "entry is not before the end of the duration: the customer was never watched. Take these rows out"
    zh = "entry 不早于观察结束的时间，这些客户根本没有被观察，请删去这些行"
    checks.refuse_rows((start >= time) & (start > 0), entry.to_frame("entry"), en, zh)
    return time, start


def _at_risk(time, start):
    """The distinct times with 0, the place of each customer among them, and the number at risk at each."""
    times, place = _places(time)
    risk = np.bincount(place, minlength=len(times))[::-1].cumsum()[::-1]
    late = np.sort(start[start > 0])
    return times, place, risk - (len(late) - np.searchsorted(late, times))


def _places(time):
    """The distinct times with 0, and the place of each customer among them."""
    whole = time.astype(np.intp) if time.max() < _COUNTED else None
    if whole is not None and (whole == time).all():  # months and days are counted, without a table of them
        seen = np.bincount(whole) > 0
        seen[0] = True
        return np.flatnonzero(seen).astype(float), whole if seen.all() else (np.cumsum(seen) - 1)[whole]
    codes, found = pd.factorize(time)  # durations repeat: a table of them is ten times as quick as sorting all
    times, rank = np.unique(checks.steady(np.append(found, 0.0)), return_inverse=True)
    return times, rank[codes]


def _crossed(place, codes, times, groups):
    """Count customers by time and group."""
    return np.bincount(place * groups + codes, minlength=times * groups).reshape(times, groups)


def _survival(time, left, start, z):
    times, place, risk = _at_risk(time, start)
    ended = np.bincount(place, minlength=len(times))
    events = np.bincount(place, weights=left, minlength=len(times)).astype(ended.dtype)  # quicker than place[left]
    share = events / np.maximum(risk, 1)
    survival = np.cumprod(1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(np.where(events > 0, share / (risk - events), 0)))
        swing = np.exp(z * spread / np.abs(np.log(survival)))
        bounds = {"std_error": survival * spread, "lower": survival**swing, "upper": survival ** (1 / swing)}
    for name, values in bounds.items():
        values[survival == 0] = np.nan
        values[np.cumsum(events) == 0] = 0.0 if name == "std_error" else 1.0
    counts = {"at_risk": risk, "events": events, "censored": ended - events, "survival": survival}
    return pd.DataFrame(counts | bounds, index=pd.Index(times, name="time"))


def survival_at(table, times):
    """Read the share still there off a survival curve, the table of `kaplan_meier`, at one or several `times`.

    Returns a float for one time, a Series by time for several; with groups a Series by group, or a DataFrame of
    times × groups. It is missing after the last time observed, unless all had left by then.

    >>> survival_at(kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1]), [0, 3]).round(2).tolist()
    [1.0, 0.6]
    """
    at = checks.numbers(times, "times", least=0)
    if at.ndim > 1:
        en = "times: one time or a plain list of times is needed."
        raise ValueError(say(en, "times 应为一个时间，或者时间的列表。"))

    def read(curve):
        known, survival = curve.index.to_numpy(), curve["survival"].to_numpy()
        found = survival[np.searchsorted(known, at, side="right") - 1]
        found = np.where((at > known[-1]) & (survival[-1] > 0), np.nan, found)
        return pd.Series(found, index=pd.Index(at, name="time"), name="survival") if at.ndim else float(found)

    found = _each(table, read)
    return pd.DataFrame(found).rename_axis(columns=table.index.names[0]) if isinstance(found, dict) else found


def restricted_mean(table, horizon, discount=0.0):
    """Mean time that a customer stays within a horizon: the area under the survival curve.

    Times the margin of a period it is the money that a new customer brings up to the horizon. A float, a Series by
    group if the table has groups. Source: Royston and Parmar (2013), BMC Medical Research Methodology 13, 152.

    Parameters
    ----------
    table : pandas.DataFrame
        What `kaplan_meier` returns.
    horizon, discount : float
        In the unit of the curve, above 0 and not behind the last time observed (unless all had left); rate per unit of
        time, 0.01 for 1 % a month: a moment at time t counts ``(1 + discount) ** -t``.

    Examples
    --------
    >>> table = kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 0, 1])
    >>> restricted_mean(table, 4), round(restricted_mean(table, 4, discount=0.01), 2)
    (3.0, 2.95)
    """
    horizon = checks.number(horizon, "horizon", above=0)
    force = np.log1p(float(checks.rates(checks.amount(discount, "discount"), "discount")))

    def area(curve):
        times, survival = curve.index.to_numpy(), curve["survival"].to_numpy()
        if horizon > times[-1] and survival[-1] > 0:
            en = f"horizon = {horizon:g} lies behind the last time observed, {times[-1]:g}: what happens there is not "
            zh = f"horizon = {horizon:g} 超过了观察到的最后时间 {times[-1]:g}，那以后的情况无从知道。"
            en += "known. Choose a shorter horizon (for groups: the shortest of their last times)."
            zh += "请选更短的期限（分组时取各组最后时间中最短的一个）。"
            raise ValueError(say(en, zh))
        edges = np.minimum(np.append(times, horizon), horizon)
        passed = -np.expm1(-force * edges) / force if force else edges
        return float((survival * np.diff(passed)).sum())

    return _each(table, area)


def _each(table, function):
    """Apply a function to a survival curve, or to that of each group (a Series of numbers, or a dict)."""
    if not isinstance(table, pd.DataFrame) or "survival" not in table or table.index.names[-1] != "time":
        en = "table: give what kaplan_meier() returned, with its index."
        zh = "table 应为 kaplan_meier() 返回的表，索引也要保留。"
        raise TypeError(say(en, zh))
    checks.column(checks.frame(table, "table"), "survival")
    checks.numbers(table.index.get_level_values("time"), "time")
    if table.index.nlevels == 1:
        return function(table)
    found = {group: function(curve.droplevel(0)) for group, curve in table.groupby(level=0, sort=False, observed=True)}
    if isinstance(next(iter(found.values())), pd.Series):
        return found
    return pd.Series(found).rename_axis(table.index.names[0])


def logrank(duration, event, group):
    """Test whether customers of several groups (two or more in `group`) leave at the same pace.

    `duration` and `event` as in `kaplan_meier`. Returns a Series: ``chi2``, ``df`` (groups − 1) and ``p_value``, the
    chance of curves so far apart if all left at the same pace. ``attrs["table"]``: by group ``customers``, ``observed``
    and ``expected`` events. Source: Mantel (1966), Cancer Chemotherapy Reports 50(3).

    >>> test = logrank([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], ["a", "a", "a", "b", "b", "b"])
    >>> test.round(3).to_dict(), test.attrs["table"]["expected"].round(2).to_dict()
    ({'chi2': 5.052, 'df': 1.0, 'p_value': 0.025}, {'a': 1.15, 'b': 2.85})
    """
    duration, event, group = checks.lists(duration=duration, event=event, group=group)
    time, left = checks.amounts(duration, "duration"), checks.zero_one(event, "event").astype(bool)
    codes, groups = checks.groups(group, "group")
    count = len(groups)
    if count < 2:
        en = f"group holds one group only ({groups[0]}): nothing to compare."
        zh = f"group 中只有一个组（{groups[0]}），无从比较。"
        raise ValueError(say(en, zh))
    times, place, risk = _at_risk(time, np.zeros_like(time))
    events = _crossed(place[left], codes[left], len(times), count)
    shares = _crossed(place, codes, len(times), count)[::-1].cumsum(axis=0)[::-1] / risk[:, None]
    died = events.sum(axis=1)
    observed, expected = events.sum(axis=0), died @ shares
    weight = died * (risk - died) / np.maximum(risk - 1, 1)
    spread = np.diag(weight @ shares) - (shares * weight[:, None]).T @ shares
    alone = groups[np.diag(spread) <= 0]
    if len(alone):
        en = f"Nobody left while {checks.first(alone)} and another group were at risk together: nothing to compare."
        zh = f"在 {checks.first(alone)} 与其他组同时处于观察之中的时候，没有人流失，无从比较。"
        raise ValueError(say(en, zh))
    from scipy.special import chdtrc

    gap = (observed - expected)[1:]
    chi2 = float(gap @ np.linalg.pinv(spread[1:, 1:]) @ gap)
    test = pd.Series({"chi2": chi2, "df": count - 1, "p_value": float(chdtrc(count - 1, chi2))})
    counts = {"customers": np.bincount(codes), "observed": observed, "expected": expected}
    test.attrs["table"] = pd.DataFrame(counts, index=groups.rename("group" if group.name is None else group.name))
    return test


def cumulative_incidence(duration, cause):
    """Estimate the share of customers who have left for each of several reasons, by time.

    `duration` as in `kaplan_meier`; `cause` is the reason (a text or a number), missing or 0 if the customer is still
    there (censored). Returns a DataFrame by ``time``, row 0 first, one column for each cause: the share that has left
    for it; the rest is still there. ``attrs``: ``rows``, ``events`` (by cause), ``zero_durations``. One minus
    `kaplan_meier` of a single reason, the others taken as censored, is too high: it lets those who left for another
    reason leave once more. Source: Aalen and Johansen (1978), Scandinavian J. Statistics 5(3).

    >>> cumulative_incidence([1, 2, 3, 4], ["moved", "price", None, "moved"]).loc[[1, 2, 4]]
          moved  price
    time
    1.0    0.25   0.00
    2.0    0.25   0.25
    4.0    0.75   0.25
    """
    duration, cause = checks.lists(duration=duration, cause=[] if cause is None else cause)
    time = checks.amounts(duration, "duration")
    left = (cause.notna() & (cause != 0)).to_numpy(dtype=bool)
    if not left.any():
        en = "cause: nobody left, all are missing or 0. Name the reason in the rows of those who left."
        zh = "cause：没有人流失，全部缺失或为 0。请在流失者的行里写上原因。"
        raise ValueError(say(en, zh))
    codes, causes = checks.groups(cause[left], "cause")
    times, place, risk = _at_risk(time, np.zeros_like(time))
    events = _crossed(place[left], codes, len(times), len(causes))
    before = np.append(1, np.cumprod(1 - events.sum(axis=1) / risk)[:-1])
    share = np.cumsum(before[:, None] * events / risk[:, None], axis=0)
    table = pd.DataFrame(share, index=pd.Index(times, name="time"), columns=list(causes))
    counts = dict(zip(causes, events.sum(axis=0).tolist(), strict=True))
    table.attrs = {"rows": len(time), "events": counts, "zero_durations": int((time == 0).sum())}
    return table
