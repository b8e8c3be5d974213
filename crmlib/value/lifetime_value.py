"""What a customer is worth today: with a constant retention rate, or from the purchases that a model expects."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.btyd import DAYS, require_table, unit_of
from crmlib.value.results import like


def clv(margin, retention, discount, *, periods=None, first_margin="renewal", retention_cost=0.0):
    r"""Value today of a customer who stays each period with the same probability, of the form of the givens.

    Source: Gupta, Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1); Berger, Nasr (1998),
    Customer lifetime value: marketing models and applications, same journal 12(1).

    Parameters
    ----------
    margin, retention, discount : float or array
        Contribution margin per period while the customer stays, in money; probability of staying another period;
        discount rate per period, as a fraction.
    periods : int or array, optional
        Number of periods counted; without it, for ever.
    first_margin : {"renewal", "now", "end"}
        When the first margin comes. "renewal": one period from now, if the customer renews,
        :math:`\sum_{t=1}^n m r^t / (1+d)^t` (Gupta and Lehmann 2003). "now": today and for certain, the same sum
        from 0. "end": for certain, at the end of the first period, :math:`\sum_{t=1}^n m r^{t-1} / (1+d)^t`.
    retention_cost : float or array
        Spent in the middle of each period on those alive at its start: :math:`\sum_{t=1}^n c r^{t-1} / (1+d)^{t-1/2}`
        (Berger and Nasr 1998) is taken off.

    Examples
    --------
    >>> round(clv(margin=60, retention=0.9, discount=0.01), 2)
    490.91
    """
    checks.one_of(first_margin, "first_margin", ("renewal", "now", "end"))
    m, c = checks.numbers(margin, "margin"), checks.numbers(retention_cost, "retention_cost")
    r, d = _rates(retention, discount)
    n = np.inf if periods is None else checks.numbers(periods, "periods")
    checks.fitting(margin=m, retention=r, discount=d, periods=n, retention_cost=c)
    fade = (d + (1 - r)) / (1 + d)  # 1 - r / (1 + d), without losing digits when both are close to 1
    if periods is None and (fade <= 0).any():
        en = "With retention 1 and discount 0 the value is infinite: give periods or a discount rate."
        raise ValueError(say(en, "留存率为 1、折现率为 0 时，价值无穷大：请给出期数 periods 或者折现率。"))
    if ((n < 1) | (n != np.floor(n))).any():
        en = f"periods = {periods}: a whole number of at least 1 is needed."
        raise ValueError(say(en, f"periods = {periods} 不对：应为不小于 1 的整数。"))
    paid = _geometric_sum(fade, n)
    margins = {"renewal": r / (1 + d) * paid, "now": _geometric_sum(fade, n + 1), "end": paid / (1 + d)}
    value = m * margins[first_margin] - c * paid / np.sqrt(1 + d)
    return like(value, margin, retention, discount, periods, retention_cost)


def margin_multiple(retention, discount, *, growth=0.0):
    """How many margins a customer is worth: r / (1 + i - r (1 + g)).

    All per period, as fractions (numbers or arrays). The margin grows from the first one, a period from now, which is
    the present one. Source: Gupta, Lehmann (2003), see `clv`, Table 1.

    >>> round(margin_multiple(retention=0.8, discount=0.12), 2)
    2.5
    """
    r, d = _rates(retention, discount)
    g = checks.numbers(growth, "growth", most=1, hint=checks.RATE)
    checks.fitting(retention=r, discount=d, growth=g)
    if (g <= -1).any():
        en = "growth must be above -1: a margin cannot shrink by more than all of it."
        raise ValueError(say(en, "增长率 growth 必须大于 -1：毛利不可能减少超过 100%。"))
    rest = d + (1 - r) - r * g
    if (rest <= 1e-12).any():
        en = "The margin grows as fast as it is discounted and lost: the multiple is infinite. Lower the growth."
        raise ValueError(say(en, "毛利增长的速度抵过了折现和流失，倍数无穷大：请调低增长率。"))
    return like(r / rest, retention, discount, growth)


def clv_sensitivity(margin, retention, discount, *, swing=0.1, **timing):
    """Lifetime value when one factor at a time is a little lower or higher: the table behind a tornado chart.

    The givens are those of `clv`, also ``periods``, ``first_margin`` and ``retention_cost``; `swing` is the relative
    change: 0.1 takes retention 0.8 to 0.72 and 0.88. The table's index is ``factor``, the most powerful one first;
    ``low`` and ``high`` (value with the factor lower and higher), ``base`` and ``range`` (from low to high).

    >>> clv_sensitivity(100, 0.8, 0.1)["range"].round(1).to_dict()
    {'retention': 210.5, 'margin': 53.3, 'discount': 17.8}
    """
    swing = checks.number(swing, "swing", above=0, below=1, hint=checks.RATE)
    factors = {"margin": margin, "retention": retention, "discount": discount}
    factors = {name: checks.number(factor, name) for name, factor in factors.items()}
    retention = factors["retention"]
    if retention * (1 + swing) > 1 >= retention:
        most = f"{1 / retention - 1:.3f}"
        en = f"retention {retention} raised by {swing:.0%} is above 1: give a swing of at most {most}."
        zh = f"留存率 {retention} 再提高 {swing:.0%} 就超过 1 了：请把 swing 调小，最多 {most}。"
        raise ValueError(say(en, zh))
    known = ("periods", "first_margin", "retention_cost")
    if unknown := [name for name in timing if name not in known]:
        en = f"timing: {unknown[0]} is no argument of clv. There are {', '.join(known)}."
        raise TypeError(say(en, f"timing：clv 没有参数 {unknown[0]}，只有 {'、'.join(known)}。"))
    low, high = (
        [clv(**factors | {name: factor * change}, **timing) for name, factor in factors.items()]
        for change in (1 - swing, 1 + swing)
    )
    values = {"low": low, "base": clv(**factors, **timing), "high": high}
    table = pd.DataFrame(values, index=pd.Index(factors, name="factor"))
    return table.assign(range=(table["high"] - table["low"]).abs()).sort_values("range", ascending=False, kind="stable")


def customer_lifetime_value(purchases, spend, summary, *, horizon, discount, horizon_unit="month", margin=1.0):
    r"""Discounted value of each customer's future purchases over a horizon: a Series ``clv``, in money of today.

    :math:`\sum_{m=1}^{h} (E[X(t_m)] - E[X(t_{m-1})]) \cdot E[M] \cdot \text{margin} / (1+d)^m`, where :math:`t_m` is m
    months in the time unit of the summary: `horizon` is a number of months and `discount` the rate per month, as a
    fraction, or per day, week or year (`horizon_unit`). `purchases` is a BetaGeoNBD or ParetoNBD, `spend` a GammaGamma,
    `summary` a table with ``frequency``, ``recency``, ``T`` and ``monetary_value``, `margin` the contribution per unit
    of spend, 0 to 1.

    >>> from crmlib.value import BetaGeoNBD, GammaGamma
    >>> purchases = BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> customer = pd.DataFrame({"frequency": 2, "recency": 30.43, "T": 38.86, "monetary_value": 22.35}, index=[1])
    >>> worth = customer_lifetime_value(purchases, GammaGamma(6.25, 3.74, 15.44), customer, horizon=12, discount=0.01)
    >>> worth.round(2).to_dict()
    {1: 36.31}
    """
    checks.one_of(horizon_unit, "horizon_unit", DAYS)
    require_table(summary)
    asked = {"purchases": (purchases, "conditional_expected_purchases"), "spend": (spend, "expected_spend")}
    for name, (model, method) in asked.items():
        if not hasattr(type(model), method):
            en = f"{name} = {checks.quoted(model)}: a model with {method}() is needed."
            raise TypeError(say(en, f"{name} = {checks.quoted(model)} 不对：应为带有 {method}() 的模型。"))
    unit = unit_of(summary, getattr(purchases, "time_unit_", None))
    if unit is None:
        how = 'BetaGeoNBD(…, time_unit="week")'
        en = f"The time unit is unknown, so no discount rate can be applied: use btyd_summary, or say {how}."
        raise ValueError(say(en, f"不知道时间单位，没法按月折现：请用 btyd_summary 生成的表，或者写明 {how}。"))
    horizon = checks.whole(checks.whole(horizon, "horizon", least=1), "horizon", 1, int(36_525 / DAYS[horizon_unit]))
    periods = np.arange(horizon + 1)  # a hundred years at most
    discount = float(checks.rates(checks.number(discount, "discount"), "discount"))
    margin = checks.share(margin, "margin", above=0)
    expected = purchases.conditional_expected_purchases(periods * (DAYS[horizon_unit] / DAYS[unit]), summary)
    present = np.diff(expected.to_numpy(), axis=1) @ (1 + discount) ** -periods[1:].astype(float)
    return (present * spend.expected_spend(summary) * margin).rename("clv")


def _rates(retention, discount):
    r = checks.numbers(retention, "retention", 0, 1)
    return r, checks.rates(discount, "discount")


def _geometric_sum(fade, n):
    """1 + q + … + q^(n-1) for q = 1 - fade."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fade > 0, -np.expm1(n * np.log1p(-fade)) / fade, n)
