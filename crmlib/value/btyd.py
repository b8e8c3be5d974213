"""No contracts, "buy till you die": the summary of a log, which the models of purchases read.

A day is 1, a week exactly 7 days, a year 365.25 days, a month a twelfth of that.
"""

from collections.abc import Mapping

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.value.results import like

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


def btyd_summary(
    log,
    *,
    end=None,
    calibration_end=None,
    customer_id="customer_id",
    date="date",
    amount=None,
    time_unit="week",
    set_aside=(),
    refunds="raise",
):
    """Reduce a transaction log to one row a customer: frequency, recency, T and, if asked for, money.

    All purchases of a customer on one day count once. A lazy log is summed up where it lives. The table has the sorted
    index `customer_id`; ``frequency`` (purchase days after the first), ``recency`` (first to last purchase), ``T``
    (first purchase to the end of observation), ``monetary_value`` (mean spend of the days after the first; NaN for who
    has none), then ``frequency_holdout`` (purchase days), ``T_holdout`` and ``monetary_value_holdout`` (mean spend a
    day, NaN without one). ``attrs``: ``time_unit``, ``end``, ``calibration_end``, ``rows`` of the log,
    ``refunds_known``, ``purchase_days`` used, ``same_day_rows`` (merged into another of that day) and
    ``excluded`` (reason: number); the rows add up.

    Parameters
    ----------
    log, customer_id, date, amount, set_aside, refunds, end : see `crmlib.logs.open_log`
        Without `amount` no money columns, and refunds cannot be known: each counts as a purchase. Nor can they be set
        off here ("net").
    calibration_end : str or date, optional
        Last day that the summary sees. What comes after, up to `end`, goes into the ``_holdout`` columns.
    time_unit : {"week", "day", "month", "year"}
        Unit of ``recency`` and ``T``.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-01", "2026-01-15", "2026-01-08"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "date": dates})
    >>> btyd_summary(log, end="2026-01-29").loc[1].to_dict()
    {'frequency': 1.0, 'recency': 2.0, 'T': 4.0}
    """
    checks.one_of(time_unit, "time_unit", DAYS)
    if isinstance(refunds, str) and refunds == "net":
        en = 'refunds = "net": the log does not say which purchase a refund takes back, and the mean spend of a '
        en += 'purchase needs that. Choose "set aside", or set refunds off against their purchase beforehand.'
        zh = 'refunds = "net" 在这里行不通：记录里看不出退货冲减的是哪一笔购买，也就算不出每次购买的平均金额。'
        zh += '请选 "set aside"，或者事先把退货与原购买冲抵。'
        raise ValueError(say(en, zh))
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options)
    last = until = about["end"]
    if calibration_end is not None:
        until = checks.day(calibration_end, "calibration_end")
        _check_calibration(about, until)

    past = logs.by_customer(logs.up_to(until, frame, about), about, opening=True)
    if past.empty:
        en = f"No purchase up to {until.date()} is left: {about['excluded']} set aside."
        zh = f"到 {until.date()} 为止一笔购买也没有剩下：已剔除 {about['excluded']}。"
        raise ValueError(say(en, zh))
    unit = pd.Timedelta(days=DAYS[time_unit])
    recency, age = (past["last"] - past["first"]) / unit, (until - past["first"]) / unit
    summary = pd.DataFrame({"frequency": past["days"] - 1, "recency": recency, "T": age})
    if amount is not None:
        summary["monetary_value"] = _mean(past["spend"] - past["first_spend"], summary["frequency"])
    excluded = dict(about["excluded"])
    rows, days, rows_of_new = int(past["rows"].sum()), int(past["days"].sum()), 0
    if calibration_end is not None:
        later = logs.by_customer(logs.up_to(last, frame, about).filter(nw.col("date") > until), about)
        new = later[~later.index.isin(past.index)]
        excluded["customers after calibration_end"] = len(new)
        excluded["rows of customers after calibration_end"] = rows_of_new = int(new["rows"].sum())
        later = later.reindex(past.index)
        rows, days = rows + int(later["rows"].sum()), days + int(later["days"].sum())
        summary["frequency_holdout"] = later["days"].fillna(0).astype("int64")
        summary["T_holdout"] = (last - until) / unit
        if amount is not None:
            summary["monetary_value_holdout"] = _mean(later["spend"], summary["frequency_holdout"])
    summary.index.name = customer_id
    # Plain texts and numbers, so that the attributes survive to_parquet and comparisons.
    cut = None if calibration_end is None else str(until.date())
    summary.attrs = {"time_unit": time_unit, "end": str(last.date()), "calibration_end": cut, "rows": about["rows"]}
    summary.attrs |= {"refunds_known": about["refunds_known"], "purchase_days": days, "same_day_rows": rows - days}
    summary.attrs["excluded"] = excluded | logs.with_rest(about, rows + rows_of_new)
    return summary


def _mean(total, count):
    # A sum less its first term can end a rounding error below zero.
    return (total.clip(lower=0) / count.where(count > 0)).astype(float)


def _check_calibration(about, until):
    first, final, end = (about[key].date() for key in ("first", "last", "end"))
    day = until.date()
    if day < first:
        en = f"calibration_end = {day} lies before the first purchase: no customer is left."
        zh = f"calibration_end = {day} 早于第一笔购买，一个客户也没有。"
    elif day >= min(end, final):
        en = f"calibration_end = {day} leaves no purchase to hold out up to {end}."
        zh = f"calibration_end = {day} 之后、{end} 之前没有可供检验的购买。"
    else:
        return
    raise ValueError(say(f"{en} The log runs from {first} to {final}.", f"{zh}交易记录从 {first} 到 {final}。"))


def require_table(summary):
    """Refuse anything but a table.

    >>> require_table(pd.DataFrame())
    """
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(say("summary: the table of btyd_summary is needed.", "summary 应为 btyd_summary 给出的表。"))


def unit_of(summary, model_unit):
    """The time unit on which a summary and a model agree; None if neither names one.

    >>> unit_of(pd.DataFrame(), "week")
    'week'
    """
    unit = getattr(summary, "attrs", {}).get("time_unit")
    if unit is not None and model_unit is not None and unit != model_unit:
        remedy = f'btyd_summary(…, time_unit="{model_unit}")'
        en = f"The model counts in units of one {model_unit}, the table in units of one {unit}: "
        zh = f"模型的时间单位是 {model_unit}，表的时间单位是 {unit}：请用 {remedy} 重新生成表。"
        raise ValueError(say(en + f"make the table with {remedy}.", zh))
    return model_unit if unit is None else unit


def _as_array(values, name):
    try:
        return np.asarray(values)
    except ValueError:
        en = f"{name}: lists of different lengths. Give one number, or a list of numbers."
        raise ValueError(say(en, f"{name}：列表长短不一。请给一个数，或者一列数。")) from None


def read_summary(summary, names):
    """A summary as a table, and the function that gives predictions its form.

    A table gives a Series by customer, or a DataFrame for several horizons. The numbers and arrays of a mapping are
    broadcast against each other; they give a float or an array.

    >>> table, shape = read_summary({"frequency": [[0], [1]], "T": [3, 4, 5]}, ["frequency", "T"])
    >>> shape(table["T"].to_numpy()).shape
    (2, 3)
    """
    if isinstance(summary, pd.DataFrame):
        return summary, lambda result: (pd.Series if result.ndim == 1 else pd.DataFrame)(result, index=summary.index)
    if not isinstance(summary, (Mapping, pd.Series)):
        en = f"A table or a dict with {', '.join(names)} is needed."
        raise TypeError(say(en, f"需要一张表或者字典，含有 {'、'.join(names)}。"))
    checks.require_columns(summary.keys(), names)
    floats = {name: checks.to_floats(summary[name]) for name in names}
    arrays = [_as_array(summary[name], name) if found is None else found for name, found in floats.items()]
    arrays = np.broadcast_arrays(*arrays)
    form = arrays[0].shape
    table = pd.DataFrame({name: array.ravel() for name, array in zip(names, arrays, strict=True)})
    return table, lambda result: like(result.reshape(form + result.shape[1:]))
