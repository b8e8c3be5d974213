"""What the firm may pay for customers: the response to spending, and how to split a budget."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.results import like

CEILING = ("Write 0.4, not 40.", "40% 要写成 0.4，不写 40。")


def response_rate(spend, ceiling, k):
    """Share of people who respond when `spend` is spent on each: ceiling (1 - exp(-k spend)).

    Numbers or arrays: money per person; the share that responds however much is spent, above 0 and up to 1; how fast
    that ceiling is approached, above 0 (see `response_k`). Source: Blattberg, Deighton (1996), Manage marketing by the
    customer equity test, Harvard Business Review 74(4).

    >>> round(response_rate(spend=10, ceiling=0.4, k=0.1), 4)
    0.2528
    """
    money = checks.numbers(spend, "spend", least=0)
    top = checks.numbers(ceiling, "ceiling", above=0, most=1, hint=CEILING)
    speed = checks.numbers(k, "k", above=0)
    checks.fitting(spend=money, ceiling=top, k=speed)
    return like(top * -np.expm1(-speed * money), spend, ceiling, k)


def response_k(spend, rate, ceiling):
    """The `k` of `response_rate` from one observed point: `spend` per person brought `rate`.

    >>> round(response_k(spend=5, rate=0.2, ceiling=0.4), 4)
    0.1386
    """
    money, share = checks.numbers(spend, "spend", least=0), checks.numbers(rate, "rate")
    top = checks.numbers(ceiling, "ceiling", above=0, most=1, hint=CEILING)
    checks.fitting(spend=money, rate=share, ceiling=top)
    if (money < 1e-12).any() or ((share <= 0) | (share >= top)).any():
        en = "spend must be above 0 and the rate between 0 and the ceiling."
        raise ValueError(say(en, "spend 必须大于 0，rate 必须在 0 与上限 ceiling 之间。"))
    return like(-np.log1p(-share / top) / money, spend, rate, ceiling)


def acquisition_limit(lifetime_value, rate=1.0):
    """The most that a customer may cost: her lifetime value; per prospect, that times the share who respond.

    >>> acquisition_limit(lifetime_value=240), acquisition_limit(lifetime_value=240, rate=0.05)
    (240.0, 12.0)
    """
    worth, share = checks.numbers(lifetime_value, "lifetime_value"), checks.numbers(rate, "rate", 0, 1)
    checks.fitting(lifetime_value=worth, rate=share)
    return like(worth * share, lifetime_value, rate)


def budget_split(
    budget,
    prospects,
    customers,
    customer_value,
    *,
    acquisition_ceiling,
    acquisition_k,
    retention_ceiling,
    retention_k,
    step=0.05,
):
    """One year's budget divided between winning prospects and keeping customers: what each division is worth.

    A share of the budget goes in equal parts to `prospects`, who can be won, the rest to present `customers`, who can
    be lost. `response_rate` says how many are won and kept, with the ceilings and k (per unit of money spent on one
    person) of the two; each of them is worth `customer_value`, a lifetime value at the year's end.

    The table's index is ``acquisition_share`` (0 to 1 by `step`); ``acquisition_spend`` per prospect,
    ``retention_spend`` per customer, ``acquisition_rate``, ``retention_rate``, ``won``, ``kept`` (people), ``value``
    (of both, less the budget).

    >>> curves = dict(acquisition_ceiling=0.2, acquisition_k=0.2, retention_ceiling=0.9, retention_k=0.1)
    >>> table = budget_split(100_000, prospects=20_000, customers=5_000, customer_value=100, **curves, step=0.25)
    >>> float(table["value"].idxmax()), round(table["value"].max())
    (0.5, 341842)
    """
    givens = {"budget": budget, "prospects": prospects, "customers": customers, "customer_value": customer_value}
    budget, prospects, customers, worth = (checks.number(given, name, above=0) for name, given in givens.items())
    curves = {"acquisition_ceiling": acquisition_ceiling, "retention_ceiling": retention_ceiling}
    top, kept_top = (checks.number(given, name, above=0, most=1, hint=CEILING) for name, given in curves.items())
    speeds = {"acquisition_k": acquisition_k, "retention_k": retention_k}
    speed, kept_speed = (checks.number(given, name, above=0) for name, given in speeds.items())
    step = checks.number(checks.share(step, "step", above=0), "step", least=0.001)  # a thousand rows are enough
    if not np.isclose(1 / step, round(1 / step)):
        en = f"step = {step}: a fraction that divides 1 is needed, such as 0.05."
        raise ValueError(say(en, f"step = {step} 不对：应为能整除 1 的小数，例如 0.05。"))
    share = pd.Index(np.linspace(0, 1, round(1 / step) + 1).round(10), name="acquisition_share")
    table = pd.DataFrame({"acquisition_spend": share * budget / prospects}, index=share)
    table["retention_spend"] = (1 - share) * budget / customers
    table["acquisition_rate"] = response_rate(table["acquisition_spend"], top, speed)
    table["retention_rate"] = response_rate(table["retention_spend"], kept_top, kept_speed)
    table["won"] = prospects * table["acquisition_rate"]
    table["kept"] = customers * table["retention_rate"]
    table["value"] = (table["won"] + table["kept"]) * worth - budget
    return table
