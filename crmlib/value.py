"""Customer value (chapter 04): what customers bring, what they are worth, and what the firm may pay for it.

Time units of the purchase models: a day is 1, a week exactly 7 days, a year 365.25 days, a month a twelfth of that.
"""

from collections.abc import Mapping
from functools import cache

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.language import say

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
VALUE_ITEMS = ("product", "service", "personnel", "image")
COST_ITEMS = ("money", "time", "energy", "psychic")


# ---------------------------------------------------------------- profit and lifetime value


def whale_curve(profit):
    """Add up customers' profits, the most profitable customer first.

    Parameters
    ----------
    profit : pandas.Series or array of float, shape (n,)
        Profit of each customer in money; a loss is negative. The index of a Series is the customer.

    Returns
    -------
    pandas.DataFrame
        One row a customer, by falling profit: ``profit``, ``customers`` (share of customers so far, 1/n to 1),
        ``cumulative_profit`` (money) and ``profit_share`` (of the total; NaN if the total is not positive, because a
        share of a loss misleads). The curve starts at the origin, which is no customer and has no row: draw it from
        (0, 0).

    Raises
    ------
    ValueError
        If there is no customer, or a profit is missing or infinite.

    References
    ----------
    Kaplan, R. S., Narayanan, V. G. (2001), Measuring and managing customer profitability, Journal of Cost
    Management 15(5).

    Examples
    --------
    >>> whale_curve(pd.Series({"A": -40, "B": 100, "C": 40}))
       profit  customers  cumulative_profit  profit_share
    B   100.0   0.333333              100.0           1.0
    C    40.0   0.666667              140.0           1.4
    A   -40.0   1.000000              100.0           1.0
    """
    profit = pd.Series(profit, name="profit")
    if profit.empty:
        raise ValueError(say("There is no customer to rank.", "没有客户可以排序。"))
    values = tables.numbers(profit.to_frame(), "profit", minimum=-np.inf)
    ranked = pd.Series(values, index=profit.index).sort_values(ascending=False, kind="stable")
    running, total = ranked.cumsum(), ranked.sum()
    return pd.DataFrame(
        {
            "profit": ranked,
            "customers": np.arange(1, len(ranked) + 1) / len(ranked),
            "cumulative_profit": running,
            "profit_share": running / total if total > 0 else np.nan,
        }
    )


def clv(margin, retention, discount, *, periods=None, first_margin="renewal", retention_cost=0.0):
    r"""Value today of a customer who stays each period with the same probability.

    Parameters
    ----------
    margin : float or array
        Contribution margin per period while the customer stays, in money.
    retention : float or array
        Probability of staying another period, 0 to 1.
    discount : float or array
        Discount rate per period, as a fraction.
    periods : int or array, optional
        Number of periods counted; without it, for ever.
    first_margin : {"renewal", "now", "end"}
        When the first margin comes. "renewal": one period from now, if the customer renews,
        :math:`\sum_{t=1}^n m r^t / (1+d)^t` (Gupta and Lehmann 2003). "now": today and for certain, the same sum
        from 0. "end": for certain, at the end of the first period, :math:`\sum_{t=1}^n m r^{t-1} / (1+d)^t`.
    retention_cost : float or array
        Spent in the middle of each period on those alive at its start: :math:`\sum_{t=1}^n c r^{t-1} / (1+d)^{t-1/2}`
        (Berger and Nasr 1998) is taken off.

    Returns
    -------
    float, numpy.ndarray or pandas.Series
        As the arguments, which are broadcast against each other.

    Raises
    ------
    ValueError
        If retention is not a probability, the discount rate is negative, or the value is infinite.

    References
    ----------
    Gupta, S., Lehmann, D. R. (2003), Customers as assets, Journal of Interactive Marketing 17(1).
    Berger, P. D., Nasr, N. I. (1998), Customer lifetime value: marketing models and applications, same journal 12(1).

    Examples
    --------
    >>> round(clv(margin=60, retention=0.9, discount=0.01), 2)
    490.91
    >>> round(clv(260, 0.75, 0.2, periods=10, first_margin="now", retention_cost=50), 2)
    568.78
    """
    if first_margin not in ("renewal", "now", "end"):
        raise ValueError(
            say(
                f'first_margin = {first_margin!r}: choose "renewal", "now" or "end".',
                f'first_margin = {first_margin!r} 不对：请在 "renewal"、"now"、"end" 中选一个。',
            )
        )
    m, r, d, c = (
        _array(value, name)
        for value, name in (
            (margin, "margin"),
            (retention, "retention"),
            (discount, "discount"),
            (retention_cost, "retention_cost"),
        )
    )
    _check_rates(r, d)
    fade = (d + (1 - r)) / (1 + d)  # 1 - r / (1 + d), without losing digits when both are close to 1
    n = np.inf if periods is None else _array(periods, "periods")
    if periods is None and (fade <= 0).any():
        raise ValueError(
            say(
                "With retention 1 and discount 0 the value is infinite: give periods or a discount rate.",
                "留存率为 1、折现率为 0 时，价值无穷大：请给出期数 periods 或者折现率。",
            )
        )
    if periods is not None and ((n < 1) | (n != np.floor(n))).any():
        raise ValueError(
            say(
                f"periods = {periods}: a whole number of at least 1 is needed.",
                f"periods = {periods} 不对：应为不小于 1 的整数。",
            )
        )
    terms = {
        "renewal": (1 - fade) * _geometric_sum(fade, n),
        "now": _geometric_sum(fade, n + 1),
        "end": _geometric_sum(fade, n) / (1 + d),
    }
    value = m * terms[first_margin] - c * _geometric_sum(fade, n) / np.sqrt(1 + d)
    return _like(value, margin, retention, discount, periods, retention_cost)


def margin_multiple(retention, discount, *, growth=0.0):
    """How many margins a customer is worth: r / (1 + i - r (1 + g)).

    Parameters
    ----------
    retention, discount : float or array
        Per period, as fractions.
    growth : float or array
        Growth of the margin per period, as a fraction: the first margin, one period from now, is the present one.

    Returns
    -------
    float, numpy.ndarray or pandas.Series

    Raises
    ------
    ValueError
        If retention is not a probability, the discount rate is negative, or the multiple is infinite.

    References
    ----------
    Gupta, S., Lehmann, D. R. (2003), Customers as assets, Journal of Interactive Marketing 17(1), Table 1.

    Examples
    --------
    >>> round(margin_multiple(retention=0.8, discount=0.12), 2)
    2.5
    """
    r, d, g = _array(retention, "retention"), _array(discount, "discount"), _array(growth, "growth")
    _check_rates(r, d)
    if (g <= -1).any():
        raise ValueError(
            say(
                "growth must be above -1: a margin cannot shrink by more than all of it.",
                "增长率 growth 必须大于 -1：毛利不可能减少超过 100%。",
            )
        )
    rest = d + (1 - r) - r * g
    if (rest <= 1e-12).any():
        raise ValueError(
            say(
                "The margin grows as fast as it is discounted and lost: the multiple is infinite. Lower the growth.",
                "毛利增长的速度抵过了折现和流失，倍数无穷大：请调低增长率。",
            )
        )
    return _like(r / rest, retention, discount, growth)


def clv_sensitivity(margin, retention, discount, *, swing=0.1, **timing):
    """Lifetime value when one factor at a time is a little lower or higher: the table behind a tornado chart.

    Parameters
    ----------
    margin, retention, discount : float
        As in `clv`.
    swing : float
        Relative change: 0.1 takes retention 0.8 to 0.72 and 0.88.
    **timing
        ``periods``, ``first_margin`` and ``retention_cost``, as in `clv`.

    Returns
    -------
    pandas.DataFrame
        Index ``factor``; columns ``low`` and ``high`` (value with the factor lower and higher), ``base``, and ``range``
        (the distance between the two); the most powerful factor first.

    Raises
    ------
    ValueError
        If the swing is not between 0 and 1, or takes retention above 1.

    Examples
    --------
    >>> clv_sensitivity(100, 0.8, 0.1)["range"].round(1)
    factor
    retention    210.5
    margin        53.3
    discount      17.8
    Name: range, dtype: float64
    """
    if not 0 < swing < 1:
        raise ValueError(
            say(
                f"swing = {swing}: give a fraction between 0 and 1, 0.1 for 10 %.",
                f"swing = {swing} 不对：应为 0 到 1 之间的小数，10% 写成 0.1。",
            )
        )
    factors = {"margin": margin, "retention": retention, "discount": discount}
    for name, value in factors.items():
        if np.ndim(value):
            raise ValueError(say(f"{name}: one number is needed, not several.", f"{name}：这里只能给一个数。"))
    if retention * (1 + swing) > 1 >= retention:
        raise ValueError(
            say(
                f"retention {retention} raised by {swing:.0%} is above 1: give a swing of at most {1 / retention - 1:.3f}.",
                f"留存率 {retention} 再提高 {swing:.0%} 就超过 1 了：请把 swing 调小，最多 {1 / retention - 1:.3f}。",
            )
        )
    base = clv(**factors, **timing)
    rows = [
        {
            "factor": name,
            "low": clv(**factors | {name: value * (1 - swing)}, **timing),
            "base": base,
            "high": clv(**factors | {name: value * (1 + swing)}, **timing),
        }
        for name, value in factors.items()
    ]
    table = pd.DataFrame(rows).set_index("factor")
    return table.assign(range=(table["high"] - table["low"]).abs()).sort_values("range", ascending=False, kind="stable")


# ---------------------------------------------------------------- contracts: shifted beta-geometric


class _Model:
    """What the models share: parameters given or fitted, standard errors, the time unit."""

    _names = ()

    def _start(self, time_unit=None, **parameters):
        given = {name: value for name, value in parameters.items() if value is not None}
        if given and len(given) < len(parameters):
            raise ValueError(
                say(
                    f"Give all parameters, {', '.join(parameters)}, or none and then fit.",
                    f"参数 {'、'.join(parameters)} 要么全给，要么都不给、再用 fit 估计。",
                )
            )
        if time_unit is not None:
            _check_unit(time_unit)
        self.time_unit = time_unit
        for name in parameters:
            setattr(self, name, parameters[name])
        if given:
            values = pd.Series({name: float(value) for name, value in given.items()})
            if not (np.isfinite(values) & (values > 0)).all():
                raise ValueError(say(f"Parameters must be positive: {given}.", f"参数必须是正数：{given}。"))
            self.params_ = values
            self.time_unit_ = time_unit

    def _finish(self, parameters, errors, log_likelihood, time_unit=None):
        self.params_ = pd.Series(parameters, index=self._names)
        self.standard_errors_ = pd.Series(errors, index=self._names)
        self.log_likelihood_ = float(log_likelihood)
        self.time_unit_ = time_unit
        return self

    def __getattr__(self, name):
        # Reached only for what is not there: say why instead of the bare AttributeError.
        model = type(self).__name__
        if name == "params_":
            raise AttributeError(
                say(
                    f"{model} has no parameters yet: fit it, or give them to the constructor.",
                    f"{model} 还没有参数：请先用 fit 估计，或者在创建时给出参数。",
                )
            )
        if name in ("standard_errors_", "log_likelihood_"):
            raise AttributeError(
                say(
                    f"{name} comes from data: this {model} has not been fitted.",
                    f"{name} 来自数据：这个 {model} 还没有用 fit 估计过。",
                )
            )
        raise AttributeError(f"{model!r} object has no attribute {name!r}")

    def __repr__(self):
        inside = ", ".join(f"{name}={value:.4g}" for name, value in self.__dict__.get("params_", {}).items())
        return f"{type(self).__name__}({inside})"


class ShiftedBetaGeometric(_Model):
    r"""Contracts that are renewed or not: each customer has a churn probability of her own, Beta(alpha, beta).

    Parameters
    ----------
    alpha, beta : float, optional
        Both, or none and then `fit`.

    Attributes
    ----------
    params_, standard_errors_ : pandas.Series
    log_likelihood_ : float
        The sum over customers.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. (2007), How to project customer retention, Journal of Interactive Marketing 21(1).
    Fader, P. S., Hardie, B. G. S. (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1).

    Examples
    --------
    >>> model = ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> model.params_.round(3).to_dict()
    {'alpha': 0.668, 'beta': 3.806}
    >>> model.survival([0, 1, 12]).round(3)
    array([1.   , 0.851, 0.378])
    """

    _names = ("alpha", "beta")

    def __init__(self, alpha=None, beta=None):
        self._start(alpha=alpha, beta=beta)

    def fit(self, survivors):
        """Estimate alpha and beta by maximum likelihood.

        Parameters
        ----------
        survivors : array or Series of int, shape (n + 1,)
            Customers of one cohort alive at the start and after each of n periods, e.g. [1000, 869, 743]. Numbers of
            customers, not shares: standard errors and log-likelihood count them.

        Returns
        -------
        ShiftedBetaGeometric

        Raises
        ------
        ValueError
            If there are fewer than two periods, a number rises or is not whole, nobody leaves, all leave at once, or
            the estimate runs to infinity.
        """
        from scipy.special import betaln, digamma

        alive = tables.numbers(pd.DataFrame({"survivors": np.asarray(survivors)}), "survivors")
        if len(alive) < 3:
            raise ValueError(
                say(
                    "At least two periods are needed: [customers at the start, after one, after two, …].",
                    "至少要有两期的数据：[期初客户数，一期后，两期后，…]。",
                )
            )
        if (np.diff(alive) > 0).any():
            raise ValueError(
                say(
                    "The number of survivors rises: give one cohort, without customers who joined later.",
                    "留存客户数不能越来越多：请只用同一批客户，不要混进后来加入的。",
                )
            )
        if not np.allclose(alive, np.round(alive), rtol=0, atol=1e-6):
            raise ValueError(
                say(
                    "Give numbers of customers, not shares: 1000, 869, … instead of 1, .869, …",
                    "请给出客户人数而不是比例：写 1000, 869, …，不要写 1, .869, …",
                )
            )
        lost, left = -np.diff(alive), alive[-1]
        if not lost.sum() or alive[1] == 0:
            raise ValueError(
                say(
                    "Nobody leaves, or all leave at once: the model has nothing to learn from.",
                    "没有人流失，或者一下子全部流失：模型无从估计。",
                )
            )
        t = np.arange(1, len(alive))
        start, end = alive[0], t[-1]

        def loglik(theta):
            a, b = theta
            whole, at = digamma(a + b), digamma(a + b + t)
            value = lost @ betaln(a + 1, b + t - 1) + left * betaln(a, b + end) - start * betaln(a, b)
            by_a = lost @ (digamma(a + 1) - at) + left * (digamma(a) - at[-1]) - start * (digamma(a) - whole)
            by_b = lost @ (digamma(b + t - 1) - at) + left * (digamma(b + end) - at[-1]) - start * (digamma(b) - whole)
            return value, np.array([by_a, by_b])

        return self._finish(*_maximise(loglik, [1.0, 2.0], self._names, start))

    def survival(self, t):
        """Share of the cohort alive after `t` periods (number or array; 0 gives 1)."""
        from scipy.special import betaln

        a, b = self.params_
        t = _times(t)
        return _plain(np.exp(betaln(a, b + t) - betaln(a, b)))

    def retention(self, t):
        """Retention rate of period `t` = 1, 2, …: the share of those who reached it that renew."""
        a, b = self.params_
        t = _times(t, first=1)
        return _plain((b + t - 1) / (a + b + t - 1))

    def churn_probability(self, t):
        """Share of the whole cohort that leaves in period `t` = 1, 2, …"""
        from scipy.special import betaln

        a, b = self.params_
        t = _times(t, first=1)
        return _plain(np.exp(betaln(a + 1, b + t - 1) - betaln(a, b)))

    def expected_residual_lifetime(self, renewals=0, discount=0.0):
        r"""Discounted expected number of renewals still to come, counting the one that is due now.

        Parameters
        ----------
        renewals : int or array
            Renewals that the customer has made so far; 7 for one in her eighth period. Her next renewal is due and not
            yet decided.
        discount : float
            Per period. The renewal due now is not discounted, the one after it by 1 + d, and so on.

        Returns
        -------
        float or numpy.ndarray
            :math:`\sum_{t \ge n} S(t) / S(n-1) / (1+d)^{t-n}` with n = renewals + 1. Times the margin: the residual
            value.

        Raises
        ------
        ValueError
            If the sum is infinite: without discounting it is, whenever alpha is 1 or less.

        References
        ----------
        Fader, Hardie (2010), equation 6.

        Examples
        --------
        >>> round(ShiftedBetaGeometric(0.668, 3.806).expected_residual_lifetime(renewals=7, discount=0.1), 2)
        7.53
        """
        from scipy.special import hyp2f1

        a, b = self.params_
        n = _times(renewals)
        d = _array(discount, "discount")
        _check_rates(np.array(0.5), d)
        if (d == 0).any() and a <= 1:
            raise ValueError(
                say(
                    f"alpha = {a:.3f} is at most 1: some stay so long that the sum is infinite. Give a discount rate.",
                    f"alpha = {a:.3f} 不大于 1：总有客户留得极久，期望值无穷大。请给出折现率。",
                )
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            discounted = hyp2f1(1.0, b + n + 1, a + b + n + 1, 1 / (1 + d))
        # Gauss: 2F1(1, B; C; 1) = (C - 1) / (C - B - 1).
        total = np.where(d == 0, (a + b + n) / (a - 1) if a > 1 else np.inf, discounted)
        return _like((b + n) / (a + b + n) * total, renewals, discount)


# ---------------------------------------------------------------- no contracts: buy till you die


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

    All purchases of a customer on one day count once.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a transaction. A lazy one is aggregated where it lives: only the result is loaded.
    end : str or date, optional
        Last day observed; the last day of the log if not given. Later rows are set aside and counted.
    calibration_end : str or date, optional
        Last day that the summary sees. What comes after, up to `end`, goes into the ``_holdout`` columns.
    customer_id, date, amount : str
        The columns' names; without `amount` no money columns.
    time_unit : {"week", "day", "month", "year"}
        Unit of ``recency`` and ``T``.
    set_aside, refunds
        What to do with missing ids, duplicates and negative amounts: see `tables.open_log`. A refund cannot be set off
        here ("net"), because the log does not say which purchase it takes back.

    Returns
    -------
    pandas.DataFrame
        Sorted index `customer_id`; ``frequency`` (purchase days after the first), ``recency`` (first to last
        purchase), ``T`` (first purchase to the end of observation), ``monetary_value`` (mean spend of the days after
        the first; NaN for who has none), then ``frequency_holdout`` (purchase days), ``T_holdout`` and
        ``monetary_value_holdout`` (mean spend a day, NaN without one).

        ``attrs``: ``time_unit``, ``end``, ``calibration_end``, ``rows`` of the log, ``purchase_days`` used,
        ``same_day_rows`` (merged into another of that day) and ``excluded`` (reason: number); the rows add up.

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log`; also if no purchase lies before `end` or `calibration_end`, or none after
        `calibration_end`.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-01", "2026-01-15", "2026-01-08"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "date": dates})
    >>> btyd_summary(log, end="2026-01-29").loc[1]
    frequency    1.0
    recency      2.0
    T            4.0
    Name: 1, dtype: float64
    """
    _check_unit(time_unit)
    if refunds == "net":
        raise ValueError(
            say(
                'refunds = "net": the log does not say which purchase a refund takes back, and the mean spend of a '
                'purchase needs that. Choose "set aside", or set refunds off against their purchase beforehand.',
                'refunds = "net" 在这里行不通：记录里看不出退货冲减的是哪一笔购买，也就算不出每次购买的平均金额。'
                '请选 "set aside"，或者事先把退货与原购买冲抵。',
            )
        )
    frame, about = tables.open_log(
        log, customer_id=customer_id, date=date, amount=amount, set_aside=set_aside, refunds=refunds, end=end
    )
    last = about["last"] if end is None else tables.day(end, "end")
    until = last if calibration_end is None else tables.day(calibration_end, "calibration_end")
    _check_window(about, last, until, calibration_end)

    past = _purchase_days(frame.filter(nw.col("date") <= until), amount)
    if past.empty:
        raise ValueError(
            say(
                f"No purchase up to {until.date()} is left: {about['excluded']} set aside.",
                f"到 {until.date()} 为止一笔购买也没有剩下：已剔除 {about['excluded']}。",
            )
        )
    unit = pd.Timedelta(days=DAYS[time_unit])
    summary = pd.DataFrame(
        {
            "frequency": past["days"] - 1,
            "recency": (past["last"] - past["first"]) / unit,
            "T": (until - past["first"]) / unit,
        }
    )
    if amount is not None:
        summary["monetary_value"] = _mean(past["spend"] - past["first_spend"], summary["frequency"])
    excluded = dict(about["excluded"])
    rows, days = int(past["rows"].sum()), int(past["days"].sum())
    if calibration_end is not None:
        later = _purchase_days(frame.filter((nw.col("date") > until) & (nw.col("date") <= last)), amount)
        unknown = later[~later.index.isin(past.index)]
        excluded["customers after calibration_end"] = len(unknown)
        excluded["rows of customers after calibration_end"] = int(unknown["rows"].sum())
        later = later.reindex(past.index)
        rows, days = rows + int(later["rows"].sum()), days + int(later["days"].sum())
        summary["frequency_holdout"] = later["days"].fillna(0).astype("int64")
        summary["T_holdout"] = (last - until) / unit
        if amount is not None:
            summary["monetary_value_holdout"] = _mean(later["spend"], summary["frequency_holdout"])
    counted = rows + sum(number for reason, number in excluded.items() if reason != "customers after calibration_end")
    excluded["rows after end"] = about["rows"] - counted
    summary.index.name = customer_id
    # Plain texts and numbers, so that the attributes survive to_parquet and comparisons.
    summary.attrs = {
        "time_unit": time_unit,
        "end": str(last.date()),
        "calibration_end": None if calibration_end is None else str(until.date()),
        "rows": about["rows"],
        "purchase_days": days,
        "same_day_rows": rows - days,
        "excluded": excluded,
    }
    return summary


def _purchase_days(frame, amount):
    """Count a log by customer: days with a purchase, first and last of them, rows, and the money."""
    day, spent = nw.col("date"), nw.col("amount")
    totals = [day.min().alias("first"), day.max().alias("last")]
    # Days: a database groups by two keys much faster than it counts distinct days by one, pandas the other way round.
    if tables.in_memory(frame):
        totals += [day.n_unique().alias("days"), nw.len().alias("rows")]
        if amount is not None:
            frame = frame.with_columns(day.min().over("customer_id").alias("start"))
            frame = frame.with_columns(nw.when(day == nw.col("start")).then(spent).otherwise(0.0).alias("opening"))
            totals += [spent.sum().alias("spend"), nw.col("opening").sum().alias("first_spend")]
    else:
        daily = [nw.len().alias("rows")] if amount is None else [nw.len().alias("rows"), spent.sum()]
        frame = frame.group_by("customer_id", "date").agg(*daily)
        totals += [nw.len().alias("days"), nw.col("rows").sum()]
        if amount is not None:
            totals += [spent.sum().alias("spend"), spent.first(order_by="date").alias("first_spend")]
    counted = tables.collect(frame.group_by("customer_id").agg(*totals)).set_index("customer_id").sort_index()
    return counted.astype({"days": "int64", "rows": "int64", "first": "datetime64[us]", "last": "datetime64[us]"})


def _mean(total, count):
    # A sum less its first term can end a rounding error below zero.
    return (total.clip(lower=0) / count.where(count > 0)).astype(float)


def _check_window(about, last, until, calibration_end):
    first, final = about["first"].date(), about["last"].date()
    span = say(f"The log runs from {first} to {final}.", f"交易记录从 {first} 到 {final}。")
    if last < about["first"]:
        raise ValueError(
            say(f"end = {last.date()} lies before the first purchase. ", f"end = {last.date()} 早于第一笔购买。") + span
        )
    if calibration_end is None:
        return
    if until < about["first"]:
        raise ValueError(
            say(
                f"calibration_end = {until.date()} lies before the first purchase: no customer is left. ",
                f"calibration_end = {until.date()} 早于第一笔购买，一个客户也没有。",
            )
            + span
        )
    if until >= min(last, about["last"]):
        raise ValueError(
            say(
                f"calibration_end = {until.date()} leaves no purchase to hold out up to {last.date()}. ",
                f"calibration_end = {until.date()} 之后、{last.date()} 之前没有可供检验的购买。",
            )
            + span
        )


class _PurchaseModel(_Model):
    """A model of purchase times; `fit`, predictions and the checks on what they receive."""

    def fit(self, summary):
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        summary : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T`` as `btyd_summary` makes them.

        Returns
        -------
        The model itself.

        Raises
        ------
        ValueError
            If a column is missing or impossible, there is one customer only, nobody buys again, all customers are
            alike, or the estimate runs off to infinity.
        """
        if not isinstance(summary, pd.DataFrame):
            raise TypeError(say("fit needs the table of btyd_summary.", "fit 需要 btyd_summary 给出的表。"))
        x, tx, T, _ = _history(summary)
        unit = _unit_of(summary, self.time_unit)
        _check_customers(x)
        rows, counts = _distinct(x, tx, T)
        if len(counts) == 1:
            raise ValueError(
                say(
                    "All customers are alike: the model has no differences to learn from.",
                    "所有客户的数据一模一样，模型无从估计客户之间的差异。",
                )
            )
        loglik = self._objective(*rows, counts)
        return self._finish(*_maximise(loglik, self._guess(*rows, counts), self._names, counts.sum()), unit)

    def log_likelihood(self, summary):
        """Log-likelihood of each customer, in the form that `probability_alive` gives."""
        x, tx, T, shape = self._read(summary)
        return shape(self._loglik(x, tx, T))

    def probability_alive(self, summary):
        """Probability that a customer is still active at the end of observation.

        Parameters
        ----------
        summary : pandas.DataFrame or mapping
            Columns ``frequency``, ``recency``, ``T``; one row of such a table, or a dict of numbers or arrays, works
            too.

        Returns
        -------
        pandas.Series by customer, or float or array for a mapping.
        """
        from scipy.special import expit

        x, tx, T, shape = self._read(summary)
        return shape(expit(-self._log_odds_dead(x, tx, T)))

    def conditional_expected_purchases(self, t, summary):
        """Purchases expected from each customer in the next `t` time units, given the past.

        Parameters
        ----------
        t : float, list, array or pandas.Series
            A number, or a Series by customer (such as ``T_holdout``); a list or array means several horizons for
            everybody.
        summary : pandas.DataFrame or mapping
            As in `probability_alive`.

        Returns
        -------
        pandas.Series by customer, or float or array for a mapping; for a list of horizons a DataFrame with a column
        for each (a further axis for a mapping).
        """
        from scipy.special import expit

        x, tx, T, shape = self._read(summary)
        if isinstance(t, pd.Series) and not (isinstance(summary, pd.DataFrame) and t.index.equals(summary.index)):
            raise ValueError(
                say("t is a Series: its index must be that of the summary.", "t 是 Series 时，索引必须与客户表一致。")
            )
        times, alive = _times(t), expit(-self._log_odds_dead(x, tx, T))
        if isinstance(t, pd.Series) or times.ndim == 0:
            return shape(alive * self._if_alive(times, x, T))
        expected = shape(alive[:, None] * self._if_alive(times, x[:, None], T[:, None]))
        return expected.set_axis(times, axis=1) if isinstance(expected, pd.DataFrame) else expected

    def expected_purchases(self, t):
        """Repeat purchases expected from a new customer in the first `t` time units (number or array)."""
        return _like(self._new_customer(_times(t)), t)

    def _read(self, summary):
        self.params_  # an empty model says so first
        _unit_of(summary, self.time_unit_)
        return _history(summary)


class BetaGeoNBD(_PurchaseModel):
    r"""BG/NBD: customers buy at random, and after each purchase toss a coin whether to leave for good.

    Parameters
    ----------
    r, alpha : float, optional
        Gamma distribution of purchase rates over customers: mean r / alpha per time unit.
    a, b : float, optional
        Beta distribution of the probability of leaving: mean a / (a + b).
    time_unit : {"day", "week", "month", "year"}, optional
        Unit of alpha; `fit` takes it from the summary.

    Attributes
    ----------
    params_, standard_errors_ : pandas.Series
        Standard errors from the Hessian of the log-likelihood.
    log_likelihood_ : float
        The sum over customers, as papers report it.
    time_unit_ : str or None

    References
    ----------
    Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005), "Counting your customers" the easy way, Marketing Science 24(2).

    Examples
    --------
    >>> model = BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    >>> round(model.probability_alive(customer), 3), round(model.conditional_expected_purchases(39, customer), 3)
    (0.727, 1.226)
    >>> round(model.expected_purchases(52), 2)
    1.45
    """

    _names = ("r", "alpha", "a", "b")

    def __init__(self, r=None, alpha=None, a=None, b=None, *, time_unit=None):
        self._start(time_unit, r=r, alpha=alpha, a=a, b=b)

    @staticmethod
    def _guess(x, tx, T, n):
        return [0.5, 0.5 * (n @ T) / max(n @ x, 1), 1.0, 3.0]

    @staticmethod
    def _objective(x, tx, T, n):
        """The log-likelihood's sum and gradient as a function of the parameters.

        Frequencies and days repeat, so each logarithm and digamma is taken once a value and handed out by index.
        """
        from scipy.special import expit, gammaln, psi

        again = x > 0
        x1, n1 = x[again], n[again]
        (xs, of_x), (ages, of_T), (recencies, of_tx) = (np.unique(column, return_inverse=True) for column in (x, T, tx))
        of_x1, of_T1, of_tx1 = of_x[again], of_T[again], of_tx[again]
        by_x, by_age, bought_by_age = np.bincount(of_x, n), np.bincount(of_T, n), np.bincount(of_T, n * x)
        total = n.sum()

        def loglik(theta):
            r, alpha, a, b = theta
            log_T, inv_T = np.log(alpha + ages), 1 / (alpha + ages)
            log_tx, inv_tx = np.log(alpha + recencies), 1 / (alpha + recencies)
            lost = a / np.maximum(b + xs - 1, b)  # not read at x = 0
            gap = log_T[of_T1] - log_tx[of_tx1]
            odds = np.log(lost)[of_x1] + (r + x1) * gap
            alive = expit(-odds)
            dead = n1 * (1 - alive)
            value = (
                _dot(by_x, gammaln(r + xs) + gammaln(b + xs) - gammaln(a + b + xs))
                + total * (r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b))
                - _dot(r * by_age + bought_by_age, log_T)
                + _dot(n1, _softplus(odds))
            )
            late = _dot(by_x, psi(a + b + xs))
            by_r = _dot(by_x, psi(r + xs)) + total * (np.log(alpha) - psi(r)) - _dot(by_age, log_T) + _dot(dead, gap)
            by_alpha = (
                total * r / alpha
                - _dot(r * by_age + bought_by_age, inv_T)
                + _dot(dead * (r + x1), inv_T[of_T1] - inv_tx[of_tx1])
            )
            by_a = total * psi(a + b) - late + dead.sum() / a
            by_b = _dot(by_x, psi(b + xs)) + total * (psi(a + b) - psi(b)) - late - _dot(dead, lost[of_x1]) / a
            return value, np.array([by_r, by_alpha, by_a, by_b])

        return loglik

    def _log_odds_dead(self, x, tx, T):
        """Log of P(dead) / P(alive); who never came back has tossed no coin and counts as alive."""
        r, alpha, a, b = self.params_
        again = x > 0
        odds = np.log(a / np.where(again, b + x - 1, 1)) + (r + x) * np.log((alpha + T) / (alpha + tx))
        return np.where(again, odds, -np.inf)

    def _loglik(self, x, tx, T):
        from scipy.special import gammaln

        r, alpha, a, b = self.params_
        return (
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + gammaln(a + b)
            - gammaln(b)
            + gammaln(b + x)
            - gammaln(a + b + x)
            - (r + x) * np.log(alpha + T)
            + _softplus(self._log_odds_dead(x, tx, T))
        )

    def _if_alive(self, t, x, T):
        return _bgnbd_purchases(*self.params_, t, x, T)

    def _new_customer(self, t):
        return _bgnbd_purchases(*self.params_, t, np.zeros(()), np.zeros(()))


def _bgnbd_purchases(r, alpha, a, b, t, x, T):
    """Expected purchases in t of a BG/NBD customer who is alive after x purchases in T.

    Euler's transformation of the 2F1 in Fader, Hardie and Lee (2005) leaves only small parameters above the fraction
    and the large one, x, below it: no overflow. We bridge the holes where the closed form is 0/0 (a = 1, a + b + x = 1)
    or scipy's 2F1 fails (r - a whole and z near 1).
    """
    from scipy.special import hyp2f1

    c, z = a + b + x - 1, t / (alpha + T + t)
    if abs(a - 1) < 1e-3:
        return _across(lambda near: _bgnbd_purchases(r, alpha, near, b, t, x, T), a, 1.0)
    if (np.abs(c) < 1e-3).any():
        hole = b - np.ravel(c)[np.abs(c).argmin()]
        return _across(lambda near: _bgnbd_purchases(r, alpha, a, near, t, x, T), b, hole)
    if abs(r - a - round(r - a)) < 1e-3:
        return _across(lambda near: _bgnbd_purchases(near, alpha, a, b, t, x, T), r, a + round(r - a))
    series = hyp2f1(a - 1, a + b - 1 - r, c, z)
    if np.isnan(series).any():  # c above 171 with z near 1: the complex variant knows a way round
        series = np.where(np.isnan(series), hyp2f1(a - 1, a + b - 1 - r, c, z + 0j).real, series)
    return c / (a - 1) * (1 - (1 - z) ** (a - 1) * series)


def _across(function, at, hole):
    """Value of a smooth function near a hole in its formula: a cubic through two points on each side."""
    nodes = hole + np.array([-3e-3, -1.5e-3, 1.5e-3, 3e-3])
    weights = [np.prod([(at - other) / (node - other) for other in nodes if other != node]) for node in nodes]
    return sum(weight * function(node) for weight, node in zip(weights, nodes, strict=True))


class ParetoNBD(_PurchaseModel):
    r"""Pareto/NBD: customers buy at random until they leave, unseen, at a random moment.

    Parameters
    ----------
    r, alpha : float, optional
        Gamma distribution of purchase rates over customers: mean r / alpha per time unit.
    s, beta : float, optional
        Gamma distribution of leaving rates: mean s / beta per time unit.
    time_unit : {"day", "week", "month", "year"}, optional
        Unit of alpha and beta; `fit` takes it from the summary.

    Attributes
    ----------
    params_, standard_errors_ : pandas.Series
        Standard errors from the Hessian of the log-likelihood.
    log_likelihood_ : float
        The sum over customers, as papers report it.
    time_unit_ : str or None

    Notes
    -----
    The likelihood is computed as an integral over the moment of leaving (Gauss-Legendre), not by the hypergeometric
    functions of the papers: the same number, all terms positive, no overflow at hundreds of purchases.

    References
    ----------
    Schmittlein, D. C., Morrison, D. G., Colombo, R. (1987), Counting your customers, Management Science 33(1).
    Fader, P. S., Hardie, B. G. S. (2005), A note on deriving the Pareto/NBD model and related expressions.

    Examples
    --------
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
    >>> customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    >>> round(model.probability_alive(customer), 3), round(model.expected_purchases(52), 2)
    (0.869, 1.47)
    """

    _names = ("r", "alpha", "s", "beta")

    def __init__(self, r=None, alpha=None, s=None, beta=None, *, time_unit=None):
        self._start(time_unit, r=r, alpha=alpha, s=s, beta=beta)

    @staticmethod
    def _guess(x, tx, T, n):
        scale = 0.5 * (n @ T) / n.sum()
        return [0.5, scale, 0.5, scale]

    @staticmethod
    def _objective(x, tx, T, n):
        from scipy.special import expit, gammaln, psi

        levels, level = np.unique(x, return_inverse=True)
        weight, total = np.bincount(level, n), n.sum()

        def loglik(theta):
            r, alpha, s, beta = theta
            log_a, log_b = np.log(alpha + T), np.log(beta + T)
            odds, log_at_a, log_at_b, inv_at_a, inv_at_b = _pareto_dead(r, alpha, s, beta, x, tx, T)
            dead = n * expit(odds)
            value = (
                _dot(weight, gammaln(r + levels))
                + total * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
                - _dot(n * (r + x), log_a)
                - s * _dot(n, log_b)
                + _dot(n, _softplus(odds))
            )
            by_r = (
                _dot(weight, psi(r + levels))
                + total * (np.log(alpha) - psi(r))
                - _dot(n, log_a)
                + _dot(dead, log_a - log_at_a)
            )
            by_alpha = (
                total * r / alpha
                - _dot(n * (r + x), 1 / (alpha + T))
                + _dot(dead * (r + x), 1 / (alpha + T) - inv_at_a)
            )
            by_s = total * np.log(beta) - _dot(n, log_b) + _dot(dead, 1 / s + log_b - log_at_b)
            by_beta = total * s / beta - s * _dot(n, 1 / (beta + T)) + _dot(dead, s / (beta + T) - (s + 1) * inv_at_b)
            return value, np.array([by_r, by_alpha, by_s, by_beta])

        return loglik

    def _log_odds_dead(self, x, tx, T):
        return _pareto_dead(*self.params_, x, tx, T)[0]

    def _loglik(self, x, tx, T):
        from scipy.special import gammaln

        r, alpha, s, beta = self.params_
        return (
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + s * np.log(beta)
            - (r + x) * np.log(alpha + T)
            - s * np.log(beta + T)
            + _softplus(self._log_odds_dead(x, tx, T))
        )

    def _if_alive(self, t, x, T):
        r, alpha, s, beta = self.params_
        return (r + x) / (alpha + T) * _pareto_lifetime(s, beta + T, t)

    def _new_customer(self, t):
        r, alpha, s, beta = self.params_
        return r / alpha * _pareto_lifetime(s, beta, t)


def _pareto_lifetime(s, beta, t):
    """Expected time alive within t, for a leaving rate distributed Gamma(s, beta)."""
    growth = np.log1p(t / beta)
    return beta * (growth if s == 1 else -np.expm1((1 - s) * growth) / (s - 1))


def _pareto_dead(r, alpha, s, beta, x, tx, T):
    """Log of P(dead) / P(alive) under Pareto/NBD, an integral over the moment y of leaving, between tx and T.

    Then the means of log(alpha + y), log(beta + y) and their derivatives over that moment, which the gradient needs.
    """
    small = min(alpha, beta)
    start, reach = np.log(small + tx), np.log((small + T) / (small + tx))
    # In log(small + y) the integrand falls at least at this rate; beyond e^-45 of its start it adds nothing.
    ratio = (small + tx) / (max(alpha, beta) + tx)
    rate = s + (r + x) * ratio if beta <= alpha else r + x - 1 + (s + 1) * ratio
    reach = np.minimum(reach, 45 / np.maximum(rate, 1e-9))
    end = np.exp(start + reach) - small
    drop = (r + x) * np.log((alpha + end) / (alpha + tx)) + (s + 1) * np.log((beta + end) / (beta + tx))
    results = np.empty((5, len(x)))
    # A flat, short integrand needs 10 points, a steep or long one more.
    need = np.where((drop <= 6) & (reach <= 2), 10, np.where((drop <= 16) & (reach <= 4), 18, 40))
    for points in np.unique(need):
        rows = np.flatnonzero(need == points)
        node, weight = _legendre(int(points))
        log_y = start[rows, None] + reach[rows, None] * node
        y = np.exp(log_y) - small
        at_a, at_b = alpha + y, beta + y
        log_at_a = log_y if alpha <= beta else np.log(at_a)
        log_at_b = log_y if beta <= alpha else np.log(at_b)
        exponent = log_y - (r + x[rows, None]) * log_at_a - (s + 1) * log_at_b
        top = exponent.max(axis=1)
        mass = np.exp(exponent - top[:, None]) * weight
        area = mass.sum(axis=1)
        results[0, rows] = top + np.log(area)
        for row, quantity in enumerate((log_at_a, log_at_b, 1 / at_a, 1 / at_b), start=1):
            results[row, rows] = np.einsum("ij,ij->i", mass, quantity) / area
    with np.errstate(divide="ignore"):  # who bought at the very end has had no time to leave
        results[0] += np.log(s * reach) + (r + x) * np.log(alpha + T) + s * np.log(beta + T)
    return results


@cache
def _legendre(points):
    """Gauss-Legendre nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) / 2, weights / 2


# ---------------------------------------------------------------- spend per purchase, and value


class GammaGamma(_Model):
    """Gamma-Gamma: each customer's purchases vary around a mean of her own, and the means vary over customers.

    Parameters
    ----------
    p, q, v : float, optional
        All three, or none and then `fit`. The papers write gamma for v.

    Attributes
    ----------
    params_, standard_errors_ : pandas.Series
    log_likelihood_ : float
        The sum over repeat buyers.
    excluded_ : dict
        Reason: number of customers that `fit` left out.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. (2013), The Gamma-Gamma model of monetary value, brucehardie.com note 025.
    Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005), RFM and CLV, Journal of Marketing Research 42(4).

    Examples
    --------
    >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> round(model.expected_mean, 2)
    35.22
    >>> round(model.expected_spend({"frequency": 2, "monetary_value": 22.35}), 2)
    24.66
    """

    _names = ("p", "q", "v")

    def __init__(self, p=None, q=None, v=None):
        self._start(p=p, q=q, v=v)

    def fit(self, summary):
        """Estimate p, q and v from the repeat buyers; ``excluded_`` counts the others.

        Parameters
        ----------
        summary : pandas.DataFrame
            Columns ``frequency`` and ``monetary_value`` (mean spend of the repeat purchases; not read where frequency
            is 0).

        Returns
        -------
        GammaGamma

        Raises
        ------
        ValueError
            If a column is missing or impossible, nobody bought again, all spend alike, or the estimate runs off to
            infinity.
        """
        from scipy.special import betaln, psi

        if not isinstance(summary, pd.DataFrame):
            raise TypeError(say("fit needs the table of btyd_summary.", "fit 需要 btyd_summary 给出的表。"))
        x, z, _ = _spending(summary)
        _check_customers(x)
        use = (x > 0) & (z > 0)
        self.excluded_ = {
            "one-time buyers": int((x == 0).sum()),
            "repeat purchases of 0": int(((x > 0) & (z == 0)).sum()),
        }
        if use.sum() < 2 or np.ptp(z[use]) == 0:
            raise ValueError(
                say(
                    "Repeat buyers all spend the same, or there is only one: nothing tells them apart.",
                    "回头客的平均消费完全相同，或者只有一位回头客：看不出客户之间的差异。",
                )
            )
        (x, z), n = _distinct(x[use], z[use])
        levels, level = np.unique(x, return_inverse=True)
        weight, spent = np.bincount(level, n), x * z
        log_spent, log_z = np.log(spent), _dot(n, np.log(z))

        def loglik(theta):
            p, q, v = theta
            px, both, log_all = p * levels, psi(p * levels + q), np.log(spent + v)
            own, pool = _dot(n * x, log_spent - log_all), _dot(n, np.log(v) - log_all)
            value = p * own + q * pool - log_z - _dot(weight, betaln(px, q))
            by_p = own + _dot(weight * levels, both - psi(px))
            by_q = pool + _dot(weight, both - psi(q))
            by_v = _dot(n, q / v - (p * x + q) / (spent + v))
            return value, np.array([by_p, by_q, by_v])

        return self._finish(*_maximise(loglik, [2.0, 3.0, (n @ z) / n.sum()], self._names, n.sum()))

    @property
    def expected_mean(self):
        """Mean spend per purchase over all customers, p v / (q - 1)."""
        p, q, v = self.params_
        if q <= 1:
            raise ValueError(
                say(
                    f"q = {q:.3f} is at most 1: the mean over customers is infinite.",
                    f"q = {q:.3f} 不大于 1，总体平均值无穷大。",
                )
            )
        return float(p * v / (q - 1))

    def expected_spend(self, summary):
        """Spend per purchase expected from each customer: the less she has bought, the nearer to everybody's mean.

        Parameters
        ----------
        summary : pandas.DataFrame or mapping
            Columns ``frequency`` and ``monetary_value``; who has frequency 0 gets `expected_mean`.

        Returns
        -------
        pandas.Series by customer, or float or array for a mapping.
        """
        p, q, v = self.params_
        x, z, shape = _spending(summary)
        if (x == 0).any():
            self.expected_mean  # raises if infinite
        if (p * x + q <= 1).any():
            raise ValueError(
                say("p x + q is at most 1: the expected spend is infinite.", "p x + q 不大于 1，期望消费额无穷大。")
            )
        return shape(p * (v + x * z) / (p * x + q - 1))


def customer_lifetime_value(purchases, spend, summary, *, horizon, discount, horizon_unit="month", margin=1.0):
    r"""Discounted value of each customer's future purchases over a horizon.

    :math:`\sum_{m=1}^{h} (E[X(t_m)] - E[X(t_{m-1})]) \cdot E[M] \cdot \text{margin} / (1+d)^m`, where :math:`t_m` is m
    months (years …) in the time unit of the summary.

    Parameters
    ----------
    purchases : BetaGeoNBD or ParetoNBD
    spend : GammaGamma
    summary : pandas.DataFrame
        Columns ``frequency``, ``recency``, ``T``, ``monetary_value``.
    horizon : int
        Number of months (or of `horizon_unit`).
    discount : float
        Discount rate per month (per `horizon_unit`), as a fraction.
    horizon_unit : {"month", "day", "week", "year"}
    margin : float
        Contribution per unit of spend, 0 to 1.

    Returns
    -------
    pandas.Series
        By customer, in money of today; name ``clv``.

    Raises
    ------
    ValueError
        If no time unit is known, or that of the model and that of the summary differ.

    Examples
    --------
    >>> purchases = BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> customer = pd.DataFrame({"frequency": 2, "recency": 30.43, "T": 38.86, "monetary_value": 22.35}, index=[1])
    >>> customer_lifetime_value(purchases, GammaGamma(6.25, 3.74, 15.44), customer, horizon=12, discount=0.01).round(2)
    1    36.31
    Name: clv, dtype: float64
    """
    _check_unit(horizon_unit)
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(say("summary: the table of btyd_summary is needed.", "summary 应为 btyd_summary 给出的表。"))
    unit = _unit_of(summary, purchases.time_unit_ if hasattr(purchases, "params_") else None)
    if unit is None:
        raise ValueError(
            say(
                "The time unit is unknown, so no discount rate can be applied: use btyd_summary, or say "
                'BetaGeoNBD(…, time_unit="week").',
                '不知道时间单位，没法按月折现：请用 btyd_summary 生成的表，或者写明 BetaGeoNBD(…, time_unit="week")。',
            )
        )
    if horizon != int(horizon) or horizon < 1:
        raise ValueError(
            say(
                f"horizon = {horizon}: a whole number of at least 1 is needed.",
                f"horizon = {horizon} 不对：应为不小于 1 的整数。",
            )
        )
    _check_rates(np.array(0.5), _array(discount, "discount"))
    if not 0 < margin <= 1:
        raise ValueError(
            say(
                f"margin = {margin}: the share of spend that is left as profit, above 0 and up to 1.",
                f"margin = {margin} 不对：应为销售额中的毛利占比，大于 0、不超过 1。",
            )
        )
    periods = np.arange(int(horizon) + 1)
    expected = purchases.conditional_expected_purchases(periods * (DAYS[horizon_unit] / DAYS[unit]), summary)
    present = np.diff(expected.to_numpy(), axis=1) @ (1 + discount) ** -periods[1:].astype(float)
    return (present * spend.expected_spend(summary) * margin).rename("clv")


# ---------------------------------------------------------------- delivered value


def delivered_value(scores, weights=None):
    """Customer delivered value: total value less total cost, for each alternative.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (8, alternatives)
        One row an item: `VALUE_ITEMS` (product, service, personnel, image) and `COST_ITEMS` (money, time, energy,
        psychic). Both on one scale, points or money; a high cost score means a high cost.
    weights : pandas.Series or mapping, optional
        How much each item matters, 0 or more; all eight. Without it each counts once, and total value is the plain sum.

    Returns
    -------
    pandas.DataFrame
        Rows ``total_value``, ``total_cost``, ``delivered_value``; columns the alternatives.

    Raises
    ------
    ValueError
        If an item is missing, unknown or given twice, a score is missing or a weight negative.

    References
    ----------
    Kotler, P. (1994), Marketing Management, 8th ed., chapter 2.

    Examples
    --------
    >>> marks = {"A": [8, 9, 9, 8, 6, 5, 4, 3], "B": [8, 6, 6, 7, 4, 4, 4, 4]}
    >>> scores = pd.DataFrame(marks, index=VALUE_ITEMS + COST_ITEMS)
    >>> delivered_value(scores)
                        A     B
    total_value      34.0  27.0
    total_cost       18.0  16.0
    delivered_value  16.0  11.0
    """
    items = VALUE_ITEMS + COST_ITEMS
    scores = pd.DataFrame(scores)
    _check_items(scores.index, "scores")
    table = pd.DataFrame({name: tables.numbers(scores, name, minimum=-np.inf) for name in scores}, index=scores.index)
    weights = pd.Series(1.0, index=items) if weights is None else pd.Series(weights, dtype=float)
    _check_items(weights.index, "weights")
    tables.numbers(weights.rename("weights").to_frame(), "weights")
    weighted = table.loc[list(items)].mul(weights, axis=0)
    value, cost = weighted.loc[list(VALUE_ITEMS)].sum(), weighted.loc[list(COST_ITEMS)].sum()
    return pd.DataFrame({"total_value": value, "total_cost": cost, "delivered_value": value - cost}).T


def _check_items(index, name):
    items = VALUE_ITEMS + COST_ITEMS
    missing, unknown = [item for item in items if item not in index], [item for item in index if item not in items]
    if missing or unknown or index.has_duplicates:
        lists = ", ".join(items)
        raise ValueError(
            say(
                f"{name}: missing {missing or 'nothing'}, unknown {unknown or 'nothing'}. Each of these once: {lists}.",
                f"{name}：缺少 {missing or '无'}，不认识 {unknown or '无'}。以下各项每项一行：{lists}。",
            )
        )


# ---------------------------------------------------------------- paying for customers


def response_rate(spend, ceiling, k):
    """Share of people who respond when `spend` is spent on each: ceiling (1 - exp(-k spend)).

    Parameters
    ----------
    spend : float or array
        Money per person, 0 or more.
    ceiling : float or array
        Share that responds however much is spent, above 0 and up to 1.
    k : float or array
        How fast the ceiling is approached, above 0; see `response_k`.

    References
    ----------
    Blattberg, R. C., Deighton, J. (1996), Manage marketing by the customer equity test, Harvard Business Review 74(4).

    Examples
    --------
    >>> round(response_rate(spend=10, ceiling=0.4, k=0.1), 4)
    0.2528
    """
    money, top, speed = _array(spend, "spend"), _array(ceiling, "ceiling"), _array(k, "k")
    _check_response(money, top)
    if (speed <= 0).any():
        raise ValueError(say("k must be above 0.", "k 必须大于 0。"))
    return _like(top * -np.expm1(-speed * money), spend, ceiling, k)


def response_k(spend, rate, ceiling):
    """The `k` of `response_rate` from one observed point: `spend` per person brought `rate`.

    Examples
    --------
    >>> round(response_k(spend=5, rate=0.2, ceiling=0.4), 4)
    0.1386
    """
    money, share, top = _array(spend, "spend"), _array(rate, "rate"), _array(ceiling, "ceiling")
    _check_response(money, top)
    if (money == 0).any() or ((share <= 0) | (share >= top)).any():
        raise ValueError(
            say(
                "spend must be above 0 and the rate between 0 and the ceiling.",
                "spend 必须大于 0，rate 必须在 0 与上限 ceiling 之间。",
            )
        )
    return _like(-np.log1p(-share / top) / money, spend, rate, ceiling)


def customer_equity(
    acquisition_spend,
    retention_spend,
    margin,
    discount,
    *,
    acquisition_ceiling,
    acquisition_k,
    retention_ceiling,
    retention_k,
):
    """Customer equity per prospect: a m - A + a (m - R / r) r' / (1 - r'), with r' = r / (1 + d).

    Parameters
    ----------
    acquisition_spend : float or array
        A, spent once on each prospect; it wins the share a = ``response_rate(A, acquisition_ceiling, acquisition_k)``.
    retention_spend : float or array
        R, spent a year on each customer; it keeps the share r = ``response_rate(R, retention_ceiling, retention_k)``.
    margin : float or array
        m, margin per customer and year before these two costs.
    discount : float or array
        d, per year.
    acquisition_ceiling, acquisition_k, retention_ceiling, retention_k : float

    Returns
    -------
    float, numpy.ndarray or pandas.Series
        Money per prospect.

    References
    ----------
    Blattberg, R. C., Deighton, J. (1996), Manage marketing by the customer equity test, Harvard Business Review 74(4).

    Examples
    --------
    >>> curves = dict(acquisition_ceiling=0.4, acquisition_k=0.14, retention_ceiling=0.7, retention_k=0.1)
    >>> round(customer_equity(5, 10, margin=50, discount=0.1, **curves), 2)
    8.78
    """
    a = _array(response_rate(acquisition_spend, acquisition_ceiling, acquisition_k), "acquisition")
    r = _array(response_rate(retention_spend, retention_ceiling, retention_k), "retention")
    d, m, cost = _array(discount, "discount"), _array(margin, "margin"), _array(retention_spend, "retention_spend")
    _check_rates(r, d)
    if (r >= 1 + d).any():
        raise ValueError(
            say("With retention 1 and discount 0 the value is infinite.", "留存率为 1、折现率为 0 时，价值无穷大。")
        )
    # (m - R / r) r' / (1 - r') = (m r - R) / (1 + d - r), which also holds where nothing is spent and nobody stays.
    equity = a * m - _array(acquisition_spend, "acquisition_spend") + a * (m * r - cost) / (1 + d - r)
    return _like(equity, acquisition_spend, retention_spend, margin, discount)


def acquisition_limit(lifetime_value, rate=1.0):
    """The most that a customer may cost: her lifetime value; per prospect, that times the share who respond.

    Examples
    --------
    >>> acquisition_limit(lifetime_value=240), acquisition_limit(lifetime_value=240, rate=0.05)
    (240.0, 12.0)
    """
    share = _array(rate, "rate")
    if ((share < 0) | (share > 1)).any():
        raise ValueError(
            say(f"rate = {rate}: a share between 0 and 1 is needed.", f"rate = {rate} 不对：应为 0 到 1 之间的比例。")
        )
    return _like(_array(lifetime_value, "lifetime_value") * share, lifetime_value, rate)


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

    A share of the budget goes to prospects in equal parts, the rest to present customers. `response_rate` says how many
    are won and kept; each of them is worth `customer_value` from then on.

    Parameters
    ----------
    budget : float
        Money for the year.
    prospects, customers : float
        How many people can be won, and how many can be lost.
    customer_value : float
        Lifetime value of a customer at the end of the year, e.g. from `clv`.
    acquisition_ceiling, acquisition_k, retention_ceiling, retention_k : float
        Of the two response curves; k is per unit of money spent on one person.
    step : float
        Distance between two shares.

    Returns
    -------
    pandas.DataFrame
        Index ``acquisition_share`` (0 to 1); ``acquisition_spend`` per prospect, ``retention_spend`` per customer,
        ``acquisition_rate``, ``retention_rate``, ``won``, ``kept`` (people), ``value`` (of both, less the budget).
        The best division is ``table["value"].idxmax()``.

    Examples
    --------
    >>> curves = dict(acquisition_ceiling=0.2, acquisition_k=0.2, retention_ceiling=0.9, retention_k=0.1)
    >>> table = budget_split(100_000, prospects=20_000, customers=5_000, customer_value=100, **curves, step=0.25)
    >>> table["value"].round()
    acquisition_share
    0.00    289099.0
    0.25    338071.0
    0.50    341842.0
    0.75    288115.0
    1.00    152848.0
    Name: value, dtype: float64
    """
    givens = {"budget": budget, "prospects": prospects, "customers": customers, "customer_value": customer_value}
    for name, given in givens.items():
        if not (np.ndim(given) == 0 and np.isfinite(given) and given > 0):
            raise ValueError(
                say(f"{name} = {given}: one number above 0 is needed.", f"{name} = {given} 不对：应为一个大于 0 的数。")
            )
    if not (0 < step <= 1 and np.isclose(1 / step, round(1 / step))):
        raise ValueError(
            say(
                f"step = {step}: a fraction that divides 1 is needed, such as 0.05.",
                f"step = {step} 不对：应为能整除 1 的小数，例如 0.05。",
            )
        )
    share = pd.Index(np.linspace(0, 1, round(1 / step) + 1).round(10), name="acquisition_share")
    table = pd.DataFrame(
        {"acquisition_spend": share * budget / prospects, "retention_spend": (1 - share) * budget / customers},
        index=share,
    )
    table["acquisition_rate"] = response_rate(table["acquisition_spend"], acquisition_ceiling, acquisition_k)
    table["retention_rate"] = response_rate(table["retention_spend"], retention_ceiling, retention_k)
    table["won"] = prospects * table["acquisition_rate"]
    table["kept"] = customers * table["retention_rate"]
    table["value"] = (table["won"] + table["kept"]) * customer_value - budget
    return table


# ---------------------------------------------------------------- helpers


def _array(value, name):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(say(f"{name} = {value!r}: a number is needed.", f"{name} = {value!r} 不是数值。")) from None
    if not np.isfinite(array).all():
        raise ValueError(say(f"{name} has missing or infinite values.", f"{name} 中有缺失值或无穷值。"))
    return array


def _like(result, *sources):
    """Give a result the form of what it was computed from: float, array, or Series with their index."""
    series = [source for source in sources if isinstance(source, pd.Series)]
    if not series:
        return _plain(result)
    if not all(other.index.equals(series[0].index) for other in series):
        raise ValueError(
            say("The Series have different indexes: align them first.", "各个 Series 的索引不一致：请先对齐。")
        )
    return pd.Series(result, index=series[0].index)


def _plain(result):
    return float(result) if np.ndim(result) == 0 else np.asarray(result)


def _geometric_sum(fade, n):
    """1 + q + … + q^(n-1) for q = 1 - fade."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fade > 0, -np.expm1(n * np.log1p(-fade)) / fade, n)


def _check_rates(retention, discount):
    if ((retention < 0) | (retention > 1)).any():
        raise ValueError(
            say(
                f"retention = {retention}: a probability between 0 and 1 is needed. Write 0.8, not 80.",
                f"留存率 {retention} 不对：应为 0 到 1 之间的概率，80% 要写成 0.8，不写 80。",
            )
        )
    if (discount < 0).any():
        raise ValueError(
            say(
                f"discount = {discount}: a rate of 0 or more is needed. Write 0.1 for 10 %.",
                f"折现率 {discount} 不对：不能为负，10% 写成 0.1。",
            )
        )


def _check_response(spend, ceiling):
    if (spend < 0).any():
        raise ValueError(say("spend is negative: 0 or more is needed.", "投入 spend 不能为负。"))
    if ((ceiling <= 0) | (ceiling > 1)).any():
        raise ValueError(
            say(
                f"ceiling = {ceiling}: a share above 0 and up to 1 is needed. Write 0.4, not 40.",
                f"上限 {ceiling} 不对：应为大于 0、不超过 1 的比例，40% 要写成 0.4，不写 40。",
            )
        )


def _check_unit(unit):
    if unit not in DAYS:
        raise ValueError(
            say(
                f"Time unit {unit!r}: choose one of {', '.join(DAYS)}.",
                f"时间单位 {unit!r} 不对：请在 {'、'.join(DAYS)} 中选一个。",
            )
        )


def _times(t, first=0):
    times = _array(t, "t")
    if (times < first).any():
        raise ValueError(say(f"t = {t}: {first} or more is needed.", f"t = {t} 不对：不能小于 {first}。"))
    return times


def _unit_of(summary, model_unit):
    """The time unit on which a model and a table agree; None if neither names one."""
    unit = getattr(summary, "attrs", {}).get("time_unit")
    if unit is not None and model_unit is not None and unit != model_unit:
        raise ValueError(
            say(
                f"The model counts in units of one {model_unit}, the table in units of one {unit}: make the table with "
                f'btyd_summary(…, time_unit="{model_unit}").',
                f'模型的时间单位是 {model_unit}，表的时间单位是 {unit}：请用 btyd_summary(…, time_unit="{model_unit}") 重新生成表。',
            )
        )
    return model_unit if unit is None else unit


def _open(summary, names):
    """A summary as a table, and the function that gives predictions its form.

    A table gives a Series by customer, or a DataFrame for several horizons. The numbers and arrays of a mapping are
    broadcast against each other; they give a float or an array.
    """
    if isinstance(summary, pd.DataFrame):

        def shape(result):
            return (pd.Series if result.ndim == 1 else pd.DataFrame)(result, index=summary.index)

        return summary, shape
    if not isinstance(summary, (Mapping, pd.Series)):
        raise TypeError(
            say(
                f"A table or a dict with {', '.join(names)} is needed.",
                f"需要一张表或者字典，含有 {'、'.join(names)}。",
            )
        )
    tables.require_columns(summary.keys(), names)
    arrays = np.broadcast_arrays(*(np.asarray(summary[name], dtype=float) for name in names))
    form = arrays[0].shape
    table = pd.DataFrame({name: array.ravel() for name, array in zip(names, arrays, strict=True)})
    return table, lambda result: _plain(result.reshape(form + result.shape[1:]))


def _history(summary):
    """frequency, recency and T as float arrays, checked, and the function that shapes a result."""
    names = ["frequency", "recency", "T"]
    table, shape = _open(summary, names)
    x, tx, T = (tables.numbers(table, name) for name in names)
    for bad, en, zh in (
        (
            tx > T + 1e-9,
            "recency is longer than T. Here recency runs from the first to the last purchase, T from the first to the end",
            "recency 大于 T。这里 recency 是首次到末次购买的时间，T 是首次购买到观察期末的时间",
        ),
        (
            (x == 0) & (tx > 0),
            "frequency is 0 but recency is not. frequency counts repeat purchases, recency is 0 without one",
            "frequency 为 0 而 recency 不为 0。frequency 是重复购买次数，没有重复购买时 recency 为 0",
        ),
        (
            (x > 0) & (tx == 0),
            "frequency is above 0 but recency is 0. A repeat purchase lies on a later day than the first",
            "frequency 大于 0 而 recency 为 0。重复购买应晚于首次购买",
        ),
        (x != np.floor(x), "frequency is not a whole number", "frequency 不是整数"),
    ):
        if bad.any():
            raise ValueError(tables.bad_rows(en, zh, bad.sum(), len(x), table.loc[bad, names].head(3)))
    return x, tx, T, shape


def _spending(summary):
    """frequency and monetary_value, 0 where nothing was bought again, and the function that shapes a result."""
    table, shape = _open(summary, ["frequency", "monetary_value"])
    x = tables.numbers(table, "frequency")
    return x, np.where(x > 0, tables.numbers(table, "monetary_value", optional=x == 0), 0.0), shape


def _check_customers(x):
    if len(x) < 2:
        raise ValueError(
            say(
                f"{len(x)} customer: a model of differences between customers needs many.",
                f"只有 {len(x)} 个客户：模型描述的是客户之间的差异，需要许多客户。",
            )
        )
    if not (x > 0).any():
        raise ValueError(
            say(
                "No customer has bought again (frequency is 0 throughout): nothing tells how often they buy or when they "
                "leave. Observe longer.",
                "没有一个客户重复购买（frequency 全为 0）：看不出多久买一次、何时流失。请拉长观察期。",
            )
        )


def _dot(a, b):
    # Not a @ b: for sums this short the BLAS threads cost far more than the sum.
    return np.einsum("i,i->", a, b)


def _softplus(odds):
    """log(1 + exp(odds)), without overflow and several times faster than logaddexp."""
    return np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds)))


def _distinct(*columns):
    """The distinct rows of columns, and how often each occurs: the likelihood is summed over these."""
    order = np.lexsort(columns)
    ordered = [column[order] for column in columns]
    new = np.concatenate([[True], np.any([np.diff(column) != 0 for column in ordered], axis=0)])
    starts = np.flatnonzero(new)
    return [column[starts] for column in ordered], np.diff(np.append(starts, len(order))).astype(float)


def _maximise(loglik, start, names, size):
    """Maximise a log-likelihood over positive parameters.

    Returns the parameters, their standard errors (from the Hessian) and the log-likelihood; refuses if there is no
    maximum.
    """
    from scipy.optimize import minimize

    def cost(z):
        theta = np.exp(z)
        value, gradient = loglik(theta)
        return -value / size, -gradient * theta / size

    def hessian(z, h=1e-4):
        steps = h * np.eye(len(z))
        rows = np.array([(cost(z + step)[1] - cost(z - step)[1]) / (2 * h) for step in steps])
        return (rows + rows.T) / 2

    def stop_if_it_runs_away(z):
        if np.abs(z - origin).max() > 12:
            raise StopIteration

    # BFGS, and not L-BFGS-B, whose BLAS threads make a fit on a busy laptop ten times as long. A mean log-likelihood
    # bends gently: told to expect a bend of 1/4 instead of 1, it needs a quarter fewer steps.
    origin = np.log(start)
    z = minimize(
        cost,
        origin,
        jac=True,
        method="BFGS",
        callback=stop_if_it_runs_away,
        options={"gtol": 1e-5, "hess_inv0": 4 * np.eye(len(origin))},
    ).x
    found = False
    for _ in range(5):  # Newton's steps to the last digits: one, or a few where the likelihood is nearly flat
        curvature = hessian(z)
        if np.linalg.eigvalsh(curvature)[0] <= 0:
            break
        last = np.linalg.solve(curvature, cost(z)[1])
        if np.abs(last).max() > 1:
            break
        z = z - last
        if np.abs(last).max() < 0.01:
            spread = np.sqrt(np.diag(np.linalg.inv(curvature)) / size)
            found = spread.max() < 20  # a parameter left open by a factor of e^20: it has flattened out, not peaked
            break
    theta = np.exp(z)
    if not found:
        shown = ", ".join(f"{name} = {value:.3g}" for name, value in zip(names, theta, strict=True))
        raise ValueError(
            say(
                f"The estimate has no end: the likelihood still rises at {shown}. The customers differ too little, or are "
                "too few, for this model; use more customers, a longer period, or a simpler model.",
                f"估计不收敛：到 {shown} 时似然函数还在上升。客户之间差异太小，或者客户太少，不适合这个模型；"
                "请增加客户、拉长时间，或者换更简单的模型。",
            )
        )
    return theta, theta * spread, loglik(theta)[0]
