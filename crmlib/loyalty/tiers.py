"""Tiers of a loyalty programme: who reaches which, what they are given, and whether it pays."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def tier_profit(spending, thresholds, rewards, margin, *, lift=0.0):
    """What each tier of a loyalty programme brings in a year, after the rewards.

    A customer is in the highest tier whose threshold the spending so far reaches. Each then spends `lift` more, and
    receives the tier's reward on everything: margin and reward are shares of it.

    Returns a DataFrame by tier: ``customers``, ``revenue`` (with the lift), ``margin``, ``reward`` (money),
    ``profit`` (margin less reward). ``attrs``: ``profit`` (of all tiers), ``without`` (of the same customers without
    the programme), ``gain``, ``lift_needed`` (the lift, the same in all tiers, from which on the programme pays;
    infinite where rewards eat the margin).

    Parameters
    ----------
    spending : Series, array or list
        Money that each customer spends in a year without the programme, 0 or more.
    thresholds : dict or Series
        Tier and the spending from which it begins: rising, from 0.
    rewards : dict or Series
        Tier and share of spending given back, 0 to 1.
    margin : float
        Share of spending that is left after the cost of goods.
    lift : float, dict or Series
        Share by which customers spend more because of the programme, for all or by tier; it may be negative.

    Examples
    --------
    >>> tiers, rewards = {"basic": 0, "gold": 5000}, {"basic": 0.01, "gold": 0.05}
    >>> table = tier_profit([1000, 3000, 6000], tiers, rewards, margin=0.2, lift=0.1)
    >>> table
           customers  revenue  margin  reward  profit
    tier
    basic          2   4400.0   880.0    44.0   836.0
    gold           1   6600.0  1320.0   330.0   990.0
    >>> table.attrs["without"], round(table.attrs["lift_needed"], 3)
    (2000.0, 0.205)
    """
    spent, margin = checks.amounts(*checks.lists(spending=spending), "spending"), checks.share(margin, "margin")
    thresholds = _by_tier(thresholds, "thresholds")
    start = thresholds.to_numpy()
    if start[0] != 0 or (np.diff(start) <= 0).any():
        shown = ", ".join(f"{tier} {value:g}" for tier, value in thresholds.items())
        en = f"thresholds: {shown}: they must rise from 0, so that each customer has a tier. Begin with {{'basic': 0}}."
        zh = f"thresholds：{shown} 不对：门槛应从 0 起逐级升高，每个客户才都有等级。第一级请写 {{'basic': 0}}。"
        raise ValueError(say(en, zh))
    reward = checks.probabilities(_by_tier(rewards, "rewards", like=thresholds.index), "rewards")
    if checks.dimensions(lift) == 0 and not isinstance(lift, dict):
        lift = dict.fromkeys(thresholds.index, checks.number(lift, "lift", least=-1, hint=checks.RATE))
    more = _by_tier(lift, "lift", least=-1, like=thresholds.index).to_numpy()
    tier = np.searchsorted(start, spent, side="right") - 1
    customers, base = np.bincount(tier, minlength=len(start)), np.bincount(tier, spent, minlength=len(start))
    revenue = base * (1 + more)
    columns = {"customers": customers, "revenue": revenue, "margin": revenue * margin, "reward": revenue * reward}
    table = pd.DataFrame(columns, index=thresholds.index)
    table["profit"] = table["margin"] - table["reward"]
    profit, without, kept = float(table["profit"].sum()), float(base.sum() * margin), base @ (margin - reward)
    needed = float(without / kept - 1) if kept > 0 else np.inf
    table.attrs = {"profit": profit, "without": without, "gain": profit - without, "lift_needed": needed}
    return table


def _by_tier(values, name, least=0, like=None):
    """One number a tier, in the order of the thresholds."""
    given = pd.Series(checks.settings(values, name), name=name)
    if like is not None and set(given.index) != set(like):
        en = f"{name}: a number is needed for each of the tiers {', '.join(map(str, like))}, and no other."
        raise ValueError(say(en, f"{name}：应给每个等级（{'、'.join(map(str, like))}）各一个数，不多不少。"))
    given = given if like is None else given[like]
    checked = checks.floats(given, name, least=least)
    return pd.Series(checked, index=given.index.rename("tier"), name=name)
