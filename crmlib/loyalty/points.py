"""Loyalty points: a promise that stands in the books until it is redeemed or expires."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.results import like

_MOVES = ("earned", "redeemed", "expired")


def points_liability(outstanding, *, value, redemption):
    """What the points outstanding will cost: points × value of a point × share that will be redeemed, in money.

    `outstanding` is a number, an array or a Series of points, 0 or more; `value` what the firm gives for one point, in
    money; `redemption` the share of them that customers will redeem, 0 to 1 (the rest is `breakage`). Source: IFRS 15,
    Revenue from contracts with customers (2014), B39 to B47, which books the price of the points, not their cost.

    >>> points_liability(2_000_000, value=0.01, redemption=0.6)
    12000.0
    """
    points, worth = checks.numbers(outstanding, "outstanding", least=0), checks.numbers(value, "value", least=0)
    redeemed = checks.numbers(redemption, "redemption", 0, 1)
    checks.fitting(outstanding=points, value=worth, redemption=redeemed)
    return like(points * worth * redeemed, outstanding, value, redemption)


def breakage(earned, redeemed, expired):
    """What became of the points earned: a Series of shares.

    ``redeemed``, ``expired`` and ``outstanding`` are shares of all points earned; ``breakage`` is the share expired of
    those whose fate is settled, expired / (redeemed + expired), and missing while none is. It foretells what will
    become of those outstanding only if points are used up after the same time as they expire. The givens are points, 0
    or more: totals, or columns that are added up.

    >>> breakage(earned=1000, redeemed=450, expired=150).to_dict()
    {'redeemed': 0.45, 'expired': 0.15, 'outstanding': 0.4, 'breakage': 0.25}
    """
    givens = dict(zip(_MOVES, (earned, redeemed, expired), strict=True))
    totals = {name: float(checks.numbers(given, name, least=0).sum()) for name, given in givens.items()}
    issued, used, lost = totals.values()
    left = issued - used - lost
    if issued <= 0 or left < -1e-9 * issued:
        en = f"earned = {issued:g}, but redeemed = {used:g} and expired = {lost:g}: only what was earned can be "
        zh = f"earned = {issued:g}，而 redeemed = {used:g}、expired = {lost:g}：只有积过的分才能兑换或过期。"
        en += "redeemed or expire. Count from the beginning of the programme."
        raise ValueError(say(en, zh + "请从积分计划开始时算起。"))
    settled = used + lost
    shares = {"redeemed": used / issued, "expired": lost / issued, "outstanding": max(left, 0.0) / issued}
    return pd.Series(shares | {"breakage": lost / settled if settled else np.nan}, name="share")


def points_balance(movements, *, customer_id="customer_id", period="quarter"):
    """Add up the points of all customers by period, and check that each account is right.

    Returns a DataFrame by period: ``earned``, ``redeemed``, ``expired`` (points), ``outstanding`` (at the end of the
    period), ``customers`` (with points then). Refused are negative movements, accounts below 0, and, if there is a
    column ``balance``, balances that differ from the one before + earned − redeemed − expired.

    Parameters
    ----------
    movements : pandas.DataFrame
        A row a customer and period in which something moved, from the beginning of the programme on: ``earned``,
        ``redeemed``, ``expired``, points of 0 or more; optional ``balance``, at the end of the period.
    customer_id, period : str
        Names of those columns; periods must sort by time, as "2025Q1" does.

    Examples
    --------
    >>> rows = {"customer_id": ["A", "A", "B"], "quarter": ["2025Q1", "2025Q2", "2025Q2"]}
    >>> rows |= {"earned": [800, 300, 90], "redeemed": [0, 500, 0], "expired": [0, 0, 0], "balance": [800, 600, 90]}
    >>> points_balance(pd.DataFrame(rows))
             earned  redeemed  expired  outstanding  customers
    quarter
    2025Q1    800.0       0.0      0.0        800.0          1
    2025Q2    390.0     500.0      0.0        690.0          2
    """
    whose, when = checks.text(customer_id, "customer_id"), checks.text(period, "period")
    checks.require_columns(checks.frame(movements, "movements").columns, [whose, when, *_MOVES])
    en, zh = "Customer or period is missing: complete these rows", "缺少客户或时期：请补全这些行"
    checks.refuse_rows(movements[[whose, when]].isna().any(axis=1), movements, en, zh)
    customer, _ = checks.groups(movements[whose], whose)
    quarter, quarters = checks.groups(movements[when], when)
    en, zh = "A customer has several rows in a period: add them up first", "一个客户在同一时期有多行：请先合计"
    checks.refuse_rows(
        pd.DataFrame({"customer": customer, "period": quarter}).duplicated(keep=False), movements, en, zh
    )
    moves = pd.DataFrame({name: checks.column(movements, name, least=0) for name in _MOVES})
    order = np.lexsort((quarter, customer))
    account = (moves["earned"] - moves["redeemed"] - moves["expired"]).iloc[order].groupby(customer[order]).cumsum()
    account = account.sort_index()
    en, zh = "More points leave the account than were earned before", "扣减的积分多于此前积下的"
    checks.refuse_rows(account < -1e-6, movements, en, zh)
    if "balance" in movements:
        en = "balance is not the balance before + earned − redeemed − expired; is the beginning of the account missing?"
        zh = "balance 不等于上期余额 + earned − redeemed − expired；是不是缺了账户最初的记录？"
        checks.refuse_rows((account - checks.column(movements, "balance")).abs() > 1e-6, movements, en, zh)
    table = moves.groupby(quarters[quarter]).sum().rename_axis(when)
    table["outstanding"] = (table["earned"] - table["redeemed"] - table["expired"]).cumsum()
    holders = pd.DataFrame({"customer": customer, "period": quarter, "account": account})
    holders = holders.pivot(index="customer", columns="period", values="account").ffill(axis=1) > 1e-6
    table["customers"] = holders.sum().to_numpy()
    return table
