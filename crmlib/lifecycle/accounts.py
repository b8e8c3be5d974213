"""Money by stage: where the firm invests, and where it earns."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.lifecycle.ledger import _days, _Ledger
from crmlib.lifecycle.observed import _attrs, _rising
from crmlib.lifecycle.stability import _stage_codes
from crmlib.lifecycle.stages import STAGES


def spend_after(
    log, dates, *, end=None, customer_id="customer_id", date="date", amount="amount", set_aside=(), refunds="raise"
):
    """What each customer spends after each date, up to the next one: the money that belongs to a stage judged then.

    `dates` are rising, at least two; each period runs from the day after one date to the next date. The table has
    customers (sorted index) by dates but the last; ``attrs``: ``end``, ``rows`` and ``excluded``. Options of the log:
    see `crmlib.logs.open_log`.

    >>> days = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-02-28"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "date": days, "amount": [10.0, 40.0, 5.0]})
    >>> spend_after(log, ["2026-01-31", "2026-02-27", "2026-02-28"]).to_numpy().tolist()
    [[40.0, 0.0], [0.0, 5.0]]
    """
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    frame, about = logs.open_log(log, options.if_money(log, needed=True))
    days = _rising(dates, about, at_least=2)
    daily = logs.daily(frame, about, money=True)
    customers = pd.Index(daily["customer_id"].unique(), name=customer_id).sort_values()
    ledger = _Ledger(daily, customers, "amount")
    spent = np.column_stack([ledger.until(day) for day in _days(days)])
    table = pd.DataFrame(np.diff(ledger.total[spent], axis=1), customers, days[:-1])
    table.attrs = _attrs(about, logs.with_rest(about, daily["rows"].sum()))
    return table


def stage_account(stages, revenue, **costs):
    """Revenue, costs and profit by stage: where the firm invests, and where it earns.

    Parameters
    ----------
    stages : pandas.Series by customer, or pandas.DataFrame of customers by dates
        From `stages`.
    revenue : pandas.Series or pandas.DataFrame
        Money by customer, of the same form as `stages`: with dates, the same dates. A customer without an entry has 0.
    **costs
        Money, each under its own name: of the same form as `revenue`; or by stage (dict, or Series with stages as its
        index), what each customer in that stage costs; or a number for every customer.

    Returns
    -------
    pandas.DataFrame
        Index ``stage``; ``customers`` (with several dates each customer counts once a date), ``revenue``, each cost,
        ``profit``, ``profit_per_customer`` (NaN for a stage without customers). ``attrs["outside"]``: money by column
        of customers who are in no stage, left out here.

    Examples
    --------
    >>> stage = pd.Series({"A": "growth", "B": "maturity", "C": "maturity"})
    >>> revenue = pd.Series({"A": 100.0, "B": 300.0, "C": 200.0})
    >>> stage_account(stage, revenue, care={"growth": 120, "maturity": 40})
              customers  revenue   care  profit  profit_per_customer
    stage
    growth            1    100.0  120.0   -20.0                -20.0
    maturity          2    500.0   80.0   420.0                210.0
    """
    codes, names = _stage_codes(stages, least=1)
    here = codes >= 0
    place = codes[here].astype("int64")
    account = pd.DataFrame({"customers": np.bincount(place, minlength=len(names))}, pd.Index(names, name="stage"))
    outside = {}
    for name, given in {"revenue": revenue, **costs}.items():
        by_stage = _by_stage(given, names, name)
        if by_stage is not None:
            account[name] = account["customers"] * by_stage
            continue
        money, strangers = _like_stages(given, stages, name)
        account[name] = np.bincount(place, money[here], minlength=len(names))
        outside[name] = float(strangers + money[~here].sum())
    account["profit"] = account["revenue"] - account[list(costs)].sum(axis=1)
    account["profit_per_customer"] = account["profit"] / account["customers"].where(account["customers"] > 0)
    account.attrs["outside"] = outside
    return account


def _by_stage(given, names, argument):
    """What one customer of each stage costs, if it is given so: by stage, or one number for all."""
    if checks.dimensions(given) == 0 and not isinstance(given, Mapping):
        given = dict.fromkeys(names, given)
    if isinstance(given, pd.Series) and set(given.index) <= {*names, *STAGES}:
        given = given.to_dict()
    if not isinstance(given, Mapping):
        return None
    unknown = [str(name) for name in given if name not in (*names, *STAGES)]
    if unknown:
        en = f"{argument}: No such stage: {', '.join(unknown)}. There are: {', '.join(names)}."
        raise ValueError(say(en, f"{argument}：没有这样的阶段：{'、'.join(unknown)}。现有的阶段：{'、'.join(names)}。"))
    return checks.floats(pd.Series([given.get(name, 0.0) for name in names], names), argument)


def _like_stages(given, stages, name):
    """Money by customer in the form of the stages, and the sum of that of unknown customers."""
    if type(given) is not type(stages):
        kinds = type(given).__name__, type(stages).__name__
        en = f"{name} is {kinds[0]}, the stages are {kinds[1]}: the same form is needed, or money by stage."
        zh = f"{name} 的类型是 {kinds[0]}，stages 是 {kinds[1]}：两者形式应当一致，或者按阶段给出金额。"
        raise TypeError(say(en, zh))
    given = given.to_frame() if isinstance(given, pd.Series) else given
    if isinstance(stages, pd.DataFrame) and not given.columns.equals(stages.columns):
        how = f"stages[{name}.columns]"
        en = f"{name} and the stages have different dates: choose the stages' columns with {how}."
        raise ValueError(say(en, f"{name} 与 stages 的日期不一致：请用 {how} 选出相同的日期。"))
    checks.unique_index(given, name)
    checks.unique_index(stages, "stages")
    checks.same_levels(given.index, stages.index, name, "stages")
    single = given.shape[1] == 1
    columns = [checks.floats(column, name if single else f"{name} {date}") for date, column in given.items()]
    money, known = pd.DataFrame(np.column_stack(columns), given.index), given.index.isin(stages.index)
    if not known.any():
        en = f"{name} knows no customer of the stages: its index must hold their ids."
        raise ValueError(say(en, f"{name} 中没有 stages 里的任何客户：它的索引应为客户编号。"))
    return money.reindex(stages.index, fill_value=0.0).to_numpy(), money[~known].to_numpy().sum()
