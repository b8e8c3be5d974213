"""Tiered care: a budget for VIPs, ordinary and dormant customers, divided so that it brings the most."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value import response_rate


def tier_value(tiers, spend):
    """What care of so much money a head (`spend`, by tier or one number for all) brings in each tier of customers.

    `tiers` has a row for each, e.g. vip, ordinary, dormant, with ``customers`` (number), ``value`` (money that a
    customer who responds brings), ``ceiling`` and ``k`` (of `value.response_rate`: share who respond at most, and how
    fast). Returns by tier ``customers``, ``spend`` (a head), ``cost`` (of the tier), ``rate`` (share who respond),
    ``gain`` (what they bring) and ``profit`` (gain less cost).

    >>> tiers = pd.DataFrame({"customers": [100], "value": [2000], "ceiling": [0.6], "k": [0.01]}, index=["vip"])
    >>> tier_value(tiers, 20).round(2)
         customers  spend    cost  rate      gain    profit
    vip        100   20.0  2000.0  0.11  21752.31  19752.31
    """
    given, tiers = tiers, _check_tiers(tiers)
    if checks.dimensions(spend) == 0 and not isinstance(spend, dict):
        spend = dict.fromkeys(tiers.index, checks.amount(spend, "spend"))
    if checks.dimensions(spend) > 1:
        en = "spend: one number for each tier is needed, a dict or a Series."
        raise TypeError(say(en, "spend：每个层级一个数，用字典或 Series 给出。"))
    spend = pd.Series(spend, name="spend")
    checks.same_levels(tiers.index, spend.index, "tiers", "spend")
    absent = tiers.index.difference(spend.index, sort=False)
    if len(absent):
        shown = checks.first(absent)
        raise ValueError(say(f"No spend is given for: {shown}.", f"这些层级没有给出人均投入：{shown}。"))
    spend = pd.Series(checks.amounts(spend[tiers.index], "spend"), index=tiers.index)
    rate = response_rate(spend.to_numpy(), tiers["ceiling"].to_numpy(), tiers["k"].to_numpy())
    cost, gain = tiers["customers"] * spend, tiers["customers"] * tiers["value"] * rate
    columns = {"spend": spend, "cost": cost, "rate": rate, "gain": gain, "profit": gain - cost}
    return pd.DataFrame({"customers": given["customers"]} | columns)


def tier_plan(tiers, budget):
    """Divide a budget for care between tiers of customers so that it brings the most; returns a table as `tier_value`.

    The last yuan brings the same in each tier that receives any: :math:`v\\,c\\,k\\,e^{-k s}`, with value v, ceiling
    c and spend s a head. Where that falls below 1 the money stays in the till. ``attrs``: ``budget``, ``unspent`` and
    ``marginal`` (what the last yuan brings).

    >>> tiers = pd.DataFrame({"customers": [100, 900], "value": [2000, 300], "ceiling": [0.6, 0.2], "k": [0.01, 0.05]})
    >>> tier_plan(tiers, 20_000)["spend"].round(2).tolist()
    [160.55, 4.38]
    """
    from scipy.optimize import brentq

    tiers, budget = _check_tiers(tiers), checks.amount(budget, "budget")
    heads, speed = tiers["customers"].to_numpy(), tiers["k"].to_numpy()
    first = (tiers["value"] * tiers["ceiling"] * tiers["k"]).to_numpy()  # what the first yuan on a head brings

    def spends(log_marginal):
        with np.errstate(divide="ignore"):
            return np.clip((np.log(first) - log_marginal) / speed, 0, None)

    def over(log_marginal):
        return heads @ spends(log_marginal) - budget

    level = 0.0 if over(0.0) <= 0 else brentq(over, 0.0, np.log(max(first.max(), 1.0)), xtol=1e-14)
    plan = tier_value(tiers, pd.Series(spends(level), index=tiers.index))
    unspent = max(float(budget - plan["cost"].sum()), 0.0)
    plan.attrs = {"budget": budget, "unspent": unspent, "marginal": float(np.exp(level))}
    return plan


def _check_tiers(tiers):
    checks.unique_index(checks.frame(tiers, "tiers"), "tiers")
    columns = ("customers", "value", "ceiling", "k")
    checked = pd.DataFrame({name: checks.column(tiers, name, least=0) for name in columns}, index=tiers.index)
    bad = (checked["ceiling"] <= 0) | (checked["ceiling"] > 1) | (checked["k"] <= 0)
    en, zh = "A ceiling must lie above 0 and be at most 1, k above 0", "上限 ceiling 应大于 0 且不超过 1，k 应大于 0"
    checks.refuse_rows(bad, checked, en, zh)
    return checked
