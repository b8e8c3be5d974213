"""The customer lifecycle (chapter 03): cohorts and retention, stages by rule, and migration as a Markov chain.

A period is a calendar month, quarter or week (Monday to Sunday). We know all of a period or nothing: an incomplete last
one is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.language import say

STAGES = ("potential", "development", "growth", "maturity", "decline", "terminated")
STAGE_LETTERS = dict(zip("PDGMRT", STAGES, strict=True))
PERIODS = ("month", "quarter", "week")
VALUES = ("customers", "amount", "orders")
_ZH = {"month": "月", "quarter": "季度", "week": "周"}
_NEVER = -1  # the period of what has not happened
_MONDAY_TO_1970 = 719_162  # days from Monday, 1 January of the year 1


# ---------------------------------------------------------------- cohorts and retention


def cohorts(
    log,
    *,
    period="month",
    values="customers",
    end=None,
    start=None,
    joined=None,
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """Follow customers who began in the same period: what they do 0, 1, 2 … periods later.

    A customer belongs to the period of the first purchase in the log or, with `joined`, to that of joining.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a purchase. A lazy one is aggregated where it lives: only the small table of cohorts is loaded (with
        `joined` one row for each customer and period).
    period : {"month", "quarter", "week"}
        A week begins on Monday.
    values : {"customers", "amount", "orders"}
        What a cell holds: how many of the cohort bought in that period, what they paid, or how many rows they have.
    end : str or date, optional
        Last day observed; the last day of the log if not given. A period that `end` does not complete is unknown.
    start : str or date, optional
        First day of a period. Who bought before it (with `joined`: joined before it) is no new customer, is set aside
        and counted. Without it, the old customers of a log that begins in mid-life look like a marvellous first
        cohort: left truncation.
    joined : pandas.Series of dates by customer, optional
        When each customer joined. All of them count in the size of their cohort, also those who never bought.
    customer_id, date, amount : str
        The columns' names. Where the log has the column `amount` it is looked at, because of refunds; ``amount=None``
        leaves it alone.
    set_aside, refunds
        See `tables.open_log`. A refund that is kept ("net") reduces the amount and is no purchase.

    Returns
    -------
    pandas.DataFrame
        Index ``cohort`` (first day of the period, none missing between the first and the last), columns ``age`` (0, 1,
        … periods). NaN where the data cannot know: after the last complete period and, with `joined`, before the log
        begins. A known nothing is 0.

        ``attrs``: ``period``, ``values``, ``start``, ``end``, ``rows`` of the log, ``customers`` (first day of the
        cohort: its size) and ``excluded`` (reason: number); reasons that name customers say how many, all others
        count rows, and the rows add up.

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log`; also if no period is complete, `end` lies before the first purchase or in the future,
        `start` is no first day of a period or leaves nobody, or `joined` is no Series of dates or knows no customer.

    References
    ----------
    Klein, J. P., Moeschberger, M. L. (2003), Survival Analysis, 2nd ed., Springer, sections 3.2 (censoring) and 3.4
    (truncation).

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-02-09", "2026-03-31"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "C", "C"], "date": dates})
    >>> cohorts(log)
    age           0    1    2
    cohort
    2026-01-01  2.0  1.0  0.0
    2026-02-01  1.0  1.0  NaN
    """
    _choose("values", values, VALUES)
    _choose("period", period, PERIODS)
    since = None if start is None else _period_from(start, period)
    frame, about, last = _open(log, end, customer_id, date, amount, set_aside, refunds, needed=values == "amount")
    known = _last_complete(about, last, period)
    frame = _periods(frame, last, period)
    active = _active(frame, about, money=values == "amount")
    if joined is None:
        cells = _by_first_purchase(frame, active)
        sizes = cells[cells["cohort"] == cells["period"]].set_index("cohort")["customers"]
    else:
        cells, sizes = _by_joining(active, joined, period)
    excluded = about["excluded"] | {"rows after end": _rows_left(about) - int(cells["rows"].sum())}
    cells, sizes = _cut(cells, sizes, since, known, excluded, "joining" if joined is not None else "purchase")
    if sizes.empty:
        raise ValueError(
            say(
                f"No customer is left to follow. Set aside: {excluded}.",
                f"一个可以跟踪的客户也没有。已剔除：{excluded}。",
            )
        )

    begun = np.arange(sizes.index.min(), sizes.index.max() + 1)
    ages = np.arange(known - begun[0] + 1)
    then = begun[:, None] + ages
    table = cells.assign(age=cells["period"] - cells["cohort"]).pivot(index="cohort", columns="age", values=values)
    table = table.reindex(index=begun, columns=ages).astype(float).fillna(0.0).where(then <= known)
    if joined is not None:
        table = table.where(then >= _codes([about["first"]], period)[0])
    table.index, table.columns = _first_days(begun, period), pd.Index(ages, name="age")
    sizes = sizes.reindex(begun, fill_value=0)
    table.attrs = {
        "period": period,
        "values": values,
        "start": None if start is None else str(tables.day(start, "start").date()),
        "end": str(last.date()),
        "rows": about["rows"],
        "customers": {str(first.date()): int(size) for first, size in zip(table.index, sizes, strict=True)},
        "excluded": excluded,
    }
    return table


def cohort_sizes(table):
    """Customers of each cohort.

    Parameters
    ----------
    table : pandas.DataFrame
        From `cohorts`, or rows of it.

    Returns
    -------
    pandas.Series by cohort

    Raises
    ------
    ValueError
        If the table has lost the sizes that `cohorts` put into its ``attrs``.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-31"])
    >>> cohort_sizes(cohorts(pd.DataFrame({"customer_id": [1, 2, 3, 3], "date": dates})))
    cohort
    2026-01-01    2
    2026-02-01    1
    Name: customers, dtype: int64
    """
    sizes = table.attrs.get("customers", {}) if isinstance(table, pd.DataFrame) else {}
    keys = [str(begun)[:10] for begun in getattr(table, "index", ())]
    if not sizes or not set(keys) <= set(sizes):
        raise ValueError(
            say(
                "This is no table of cohorts, or has lost their sizes: take it as cohorts(log) makes it.",
                "这不是 cohorts(log) 给出的表，或者已经丢失各批客户的人数：请直接使用 cohorts 的结果。",
            )
        )
    return pd.Series([sizes[key] for key in keys], index=table.index, name="customers", dtype="int64")


def retention(table):
    """Share of each cohort that bought at each age, or money and orders as a share of those at age 0.

    Parameters
    ----------
    table : pandas.DataFrame
        From `cohorts`.

    Returns
    -------
    pandas.DataFrame
        Of the same form. Customers are divided by the size of their cohort (at most 1), money and orders by age 0
        (above 1 if those who stay buy more). NaN stays NaN; a cohort of nobody is NaN.

    Raises
    ------
    ValueError
        For money or orders, if those of age 0 are unknown or none, as can be with cohorts by joining.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-31"])
    >>> retention(cohorts(pd.DataFrame({"customer_id": [1, 1, 3, 3], "date": dates})))
    age           0    1    2
    cohort
    2026-01-01  1.0  0.5  0.5
    """
    base = _base(table)
    return table.div(base, axis=0)


def per_customer(table):
    """Cells of a cohort table divided by the size of the cohort: what a customer of each cohort brings, age by age.

    Parameters
    ----------
    table : pandas.DataFrame
        From `cohorts`; with ``values="amount"`` the running sum over ages is the value realised so far.

    Returns
    -------
    pandas.DataFrame
        Of the same form; money or orders per customer who began, still active or not.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-02-28"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 3, 3], "date": dates, "amount": [10.0, 40.0, 30.0, 0.0]})
    >>> per_customer(cohorts(log, values="amount")).cumsum(axis=1)
    age            0     1
    cohort
    2026-01-01  20.0  40.0
    """
    sizes = cohort_sizes(table)
    return table.div(sizes, axis=0)


def retention_curve(table, *, censored=True):
    """Retention by age over all cohorts, each weighted by its size.

    Parameters
    ----------
    table : pandas.DataFrame
        From `cohorts`.
    censored : bool
        True leaves the unknown cells out, so that an age is judged by the cohorts old enough to have reached it. False
        takes them for zero: wrong, and here to show by how much young cohorts pull the curve down.

    Returns
    -------
    pandas.DataFrame
        Index ``age``; ``retention`` (share; of money or orders in relation to age 0), ``customers`` (in the cohorts
        that count at this age) and ``cohorts`` (how many).

    References
    ----------
    Klein, J. P., Moeschberger, M. L. (2003), Survival Analysis, 2nd ed., Springer, section 3.2: a risk set holds those
    who are observed.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-02-20", "2026-02-28"])
    >>> table = cohorts(pd.DataFrame({"customer_id": [1, 1, 2, 3], "date": dates}))
    >>> retention_curve(table)
         retention  customers  cohorts
    age
    0          1.0          3        2
    1          1.0          1        1
    >>> retention_curve(table, censored=False)["retention"].round(2).tolist()
    [1.0, 0.33]
    """
    base, sizes = _base(table), cohort_sizes(table)
    counted = table.notna() & (sizes > 0).to_numpy()[:, None] if censored else table.notna() | True
    weights = counted.mul(base.fillna(0.0), axis=0).sum()
    return pd.DataFrame(
        {
            "retention": table.fillna(0.0).where(counted, 0.0).sum() / weights.where(weights > 0),
            "customers": counted.mul(sizes, axis=0).sum().astype("int64"),
            "cohorts": counted.sum(),
        }
    )


def _base(table):
    """What the cells of each cohort are shares of: its customers, or its money or orders at age 0."""
    sizes = cohort_sizes(table)
    if table.attrs["values"] == "customers":
        return sizes
    first = table[0] if 0 in table.columns else pd.Series(np.nan, index=table.index)
    bad = (sizes > 0) & ~(first > 0)
    if bad.any():
        shown = [str(begun.date()) for begun in table.index[bad][:3]]
        raise ValueError(
            say(
                f"{bad.sum()} cohorts have nothing, or nothing known, at age 0 to divide by, first: {', '.join(shown)}. "
                "Divide by their size instead: per_customer(table).",
                f"有 {bad.sum()} 批客户第 0 期的数值为零或者未知，不能作除数，前几批：{'、'.join(shown)}。"
                "请改为除以人数：per_customer(table)。",
            )
        )
    return first


def _by_first_purchase(frame, active):
    """Sum up by period of the first purchase and period, where the data live."""
    names = active.collect_schema().names()
    sums = [nw.col(name).sum() for name in names if name not in ("customer_id", "period")]
    customers = nw.len().alias("customers")
    if "orders" in names:  # the log holds refunds, which begin nothing
        frame, customers = frame.filter(nw.col("amount") >= 0), nw.col("customers").sum()
        active = active.with_columns((nw.col("orders") > 0).cast(nw.Int64).alias("customers"))
    # From the log, and not from the groups: a database would form those a second time.
    begun = frame.group_by("customer_id").agg(nw.col("period").min().alias("cohort"))
    active = active.join(begun, on="customer_id", how="left").with_columns(nw.col("cohort").fill_null(_NEVER))
    return _tidy(active.group_by("cohort", "period").agg(customers, *sums))


def _by_joining(active, joined, period):
    """Sum up by period of joining and period, in memory; and how many joined in each period."""
    days = _joining_days(joined)
    active = _tidy(active)
    begun = pd.Series(_codes(days.dropna(), period), index=days.index[days.notna()])
    if not active["customer_id"].isin(begun.index).any():
        raise ValueError(_strangers(active["customer_id"], joined))
    unknown = pd.Index(active["customer_id"].unique()).union(days.index, sort=False).difference(begun.index, sort=False)
    begun = pd.concat([begun, pd.Series(_NEVER, index=unknown)])
    active["cohort"] = active["customer_id"].map(begun).astype("int64")
    active["customers"] = (active["orders"] > 0).astype("int64")
    cells = active.drop(columns="customer_id").groupby(["cohort", "period"], as_index=False).sum()
    return cells, begun.value_counts().sort_index()


def _cut(cells, sizes, since, known, excluded, way):
    """Take out of cells and sizes what belongs to no cohort, to old customers, or to the incomplete last period."""

    def leave_out(bad, reason):
        if bad.any():
            excluded[reason] = int(cells.loc[bad, "rows"].sum())
        return cells[~bad]

    nobody = {"purchase": "customers with refunds only", "joining": "customers without a joining date"}[way]
    if _NEVER in sizes.index:
        excluded[nobody] = int(sizes[_NEVER])
        sizes = sizes.drop(_NEVER)
    cells = leave_out(cells["cohort"] == _NEVER, f"rows of {nobody}")
    if since is not None:
        excluded["customers before start"] = int(sizes[sizes.index < since].sum())
        cells = leave_out(cells["cohort"] < since, "rows of customers before start")
        sizes = sizes[sizes.index >= since]
    cells = leave_out(cells["period"] < cells["cohort"], f"rows before the customer's {way}")
    cells = leave_out(cells["period"] > known, "rows in the incomplete last period")
    late = sizes.index > known
    if late.any():
        excluded["customers after the last complete period"] = int(sizes[late].sum())
    return cells, sizes[~late]


def _joining_days(joined):
    if not isinstance(joined, pd.Series) or not pd.api.types.is_datetime64_dtype(joined):
        kind = joined.dtype if isinstance(joined, pd.Series) else type(joined).__name__
        raise TypeError(
            say(
                f"joined holds {kind}: a Series of dates without time zone is needed, its index the customers, such as "
                f'pd.to_datetime(customers.set_index("customer_id")["joined"]).',
                f"joined 的类型是 {kind}：应为不带时区的日期 Series，以客户编号为索引，例如 "
                f'pd.to_datetime(customers.set_index("customer_id")["joined"])。',
            )
        )
    tables.require_unique_index(joined)
    return joined


def _strangers(customers, joined):
    ours, theirs = (", ".join(repr(key) for key in list(keys)[:3]) for keys in (customers, joined.index))
    return say(
        f"joined knows no customer of the log (log: {ours} …; joined: {theirs} …): its index must hold their ids.",
        f"joined 中没有交易记录里的任何客户（交易记录：{ours}……；joined：{theirs}……）：它的索引应为客户编号。",
    )


# ---------------------------------------------------------------- stages by rule


@dataclass(frozen=True)
class StageRules:
    """Limits that turn a customer's purchases into a stage of the lifecycle.

    Judged on one day, the first that fits:

    1. ``potential``: no purchase yet;
    2. ``terminated``: no purchase for more than `lost_days`;
    3. ``decline``: none for more than `silent_days`;
    4. ``development``: one day with a purchase so far, or the first less than `new_days` ago;
    5. ``decline``: less in the last `window_days` than `fall_ratio` times what was in the window before;
    6. ``growth``: more than `growth_ratio` times that;
    7. ``maturity``: all others.

    Attributes
    ----------
    new_days, window_days, silent_days, lost_days : int
        Days.
    growth_ratio, fall_ratio : float
        Ratio of two windows' purchase days, or spend.

    Raises
    ------
    ValueError
        If a limit is not positive, a number of days not whole, `fall_ratio` above 1, `growth_ratio` below 1, or
        `lost_days` below `silent_days`.

    Notes
    -----
    The limits are a firm's choice, no law: `stability` tells how often a choice changes its mind.

    References
    ----------
    On the stages: Dwyer, F. R., Schurr, P. H., Oh, S. (1987), Developing buyer-seller relationships, Journal of
    Marketing 51(2).

    Examples
    --------
    >>> from dataclasses import replace
    >>> replace(StageRules(), lost_days=365).lost_days
    365
    """

    new_days: int = 60
    growth_ratio: float = 1.25
    fall_ratio: float = 0.5
    window_days: int = 90
    silent_days: int = 120
    lost_days: int = 270

    def __post_init__(self):
        for field in fields(self):
            limit = getattr(self, field.name)
            days = field.name.endswith("days")
            if not (isinstance(limit, (int, float, np.number)) and 0 < limit < np.inf and (not days or limit % 1 == 0)):
                raise ValueError(
                    say(
                        f"{field.name} = {limit!r}: a {'whole number of days' if days else 'ratio'} above 0 is needed.",
                        f"{field.name} = {limit!r} 不对：应为大于 0 的{'整数天数' if days else '比值'}。",
                    )
                )
        for wrong, en, zh in (
            (
                self.fall_ratio > 1,
                f"fall_ratio = {self.fall_ratio} is above 1: who buys more is not in decline",
                f"fall_ratio = {self.fall_ratio} 大于 1：买得更多不算衰退",
            ),
            (
                self.growth_ratio < 1,
                f"growth_ratio = {self.growth_ratio} is below 1: who buys less does not grow",
                f"growth_ratio = {self.growth_ratio} 小于 1：买得更少不算成长",
            ),
            (
                self.lost_days < self.silent_days,
                f"lost_days = {self.lost_days} is below silent_days = {self.silent_days}: decline comes before the end",
                f"lost_days = {self.lost_days} 小于 silent_days = {self.silent_days}：应当先衰退，后终止",
            ),
        ):
            if wrong:
                raise ValueError(say(en + ".", zh + "。"))


def stage_at(
    log,
    on,
    rules=None,
    *,
    compare="days",
    joined=None,
    end=None,
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """Assign each customer a stage of the lifecycle, from the purchases up to one day.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a purchase. Of a lazy one, a row for each customer and day is loaded.
    on : str or date
        The day of judgement. Nothing after it is looked at.
    rules : StageRules, optional
    compare : {"days", "spend"}
        Whether growth and decline compare the days with a purchase, or the money.
    joined : pandas.Series of dates by customer, optional
        When each customer joined: who has joined but not bought is ``potential``.
    end : str or date, optional
        Last day observed; the last day of the log if not given.
    customer_id, date, amount, set_aside, refunds
        As in `cohorts`.

    Returns
    -------
    pandas.Series
        By customer (sorted), ordered categorical of `STAGES`; NaN for who is not yet in the file on that day.
        ``attrs``: ``rules``, ``compare``, ``first`` and ``end`` of the log, ``rows`` and ``excluded``.

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log` and `StageRules`; also if `on` lies after `end`, where nothing is known, or before the
        first purchase.

    See Also
    --------
    stages : the same on several days.

    Notes
    -----
    Within two windows of the first day of the log the past is cut off, and old customers seem to grow.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-05", "2025-06-01", "2025-07-01", "2025-12-20"])
    >>> log = pd.DataFrame({"customer_id": ["A", "B", "B", "C"], "date": dates})
    >>> joined = pd.Series(pd.to_datetime(["2024-12-01", "2025-12-01"]), index=["A", "D"])
    >>> stage_at(log, "2025-12-31", joined=joined, end="2025-12-31").astype(str).to_dict()
    {'A': 'terminated', 'B': 'decline', 'C': 'development', 'D': 'potential'}
    """
    table = stages(
        log,
        [tables.day(on, "on")],
        rules,
        compare=compare,
        joined=joined,
        end=end,
        customer_id=customer_id,
        date=date,
        amount=amount,
        set_aside=set_aside,
        refunds=refunds,
    )
    stage = table.iloc[:, 0].rename("stage")
    stage.attrs = table.attrs
    return stage


def stages(
    log,
    dates,
    rules=None,
    *,
    compare="days",
    joined=None,
    end=None,
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """Assign each customer a stage on each of several days.

    Parameters
    ----------
    log, rules, compare, joined, end, customer_id, date, amount, set_aside, refunds
        As in `stage_at`.
    dates : list of dates or pandas.DatetimeIndex
        Days of judgement, rising.

    Returns
    -------
    pandas.DataFrame
        Customers (sorted index) by dates; each column an ordered categorical of `STAGES`, NaN for who is not yet in
        the file. ``attrs`` as in `stage_at`.

    Raises
    ------
    TypeError, ValueError
        As in `stage_at`; also if `dates` are none, twice the same or not in order.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-05", "2025-02-01", "2025-03-01", "2025-12-31"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "A", "B"], "date": dates})
    >>> stages(log, ["2025-01-31", "2025-06-30", "2025-08-31"]).astype(object).fillna("-").to_numpy().tolist()
    [['development', 'decline', 'decline'], ['-', '-', '-']]
    """
    rules = StageRules() if rules is None else rules
    if not isinstance(rules, StageRules):
        raise TypeError(
            say(f"rules = {rules!r}: StageRules(…) is needed.", f"rules = {rules!r} 不对：应为 StageRules(…)。")
        )
    _choose("compare", compare, ("days", "spend"))
    days, spend = _rising(dates), compare == "spend"
    frame, about, last = _open(log, end, customer_id, date, amount, set_aside, refunds, needed=spend)
    _check_days(days, about, last)
    daily = _daily(frame, last, about, money=spend)
    customers = pd.Index(daily["customer_id"].unique())
    joining = pd.Series(dtype="datetime64[us]") if joined is None else _joining_days(joined)
    if joined is not None and not customers.isin(joined.index).any():
        raise ValueError(_strangers(customers, joined))
    customers = customers.append(joining.index.difference(customers, sort=False)).sort_values()
    purchases = _Ledger(_purchases(daily), customers)
    traded = _Ledger(daily, customers, "amount") if spend else purchases
    joining = _days(joining.reindex(customers))
    judged = [_judge(day, purchases, traded, joining, rules) for day in _days(days)]
    table = _as_stages(np.column_stack(judged), customers.rename(customer_id), days)
    table.attrs = {
        "rules": {field.name: getattr(rules, field.name) for field in fields(rules)},
        "compare": compare,
        "first": str(about["first"].date()),
        "end": str(last.date()),
        "rows": about["rows"],
        "excluded": about["excluded"] | {"rows after end": _rows_left(about) - int(daily["rows"].sum())},
    }
    return table


def read_stages(letters, dates):
    """Turn texts of stage letters, one letter a date, into a table as `stages` makes it.

    Parameters
    ----------
    letters : pandas.Series of str by customer
        Letters of `STAGE_LETTERS`: P potential, D development, G growth, M maturity, R decline, T terminated; a point
        for who is not yet in the file. Qinghe's planted stages are written so.
    dates : list of dates or pandas.DatetimeIndex
        As many as letters, rising.

    Returns
    -------
    pandas.DataFrame
        Customers by dates, ordered categoricals of `STAGES`.

    Raises
    ------
    ValueError
        If a text has another length or an unknown letter.

    Examples
    --------
    >>> read_stages(pd.Series({"A": ".PD", "B": "GGM"}), ["2026-01-31", "2026-02-28", "2026-03-31"]).loc["B"].tolist()
    ['growth', 'growth', 'maturity']
    """
    letters, days = pd.Series(letters), _rising(dates)
    bad = ~letters.astype(str).str.fullmatch(f"[{''.join(STAGE_LETTERS)}.]{{{len(days)}}}").to_numpy(dtype=bool)
    if bad.any():
        raise ValueError(
            tables.bad_rows(
                f"{len(days)} letters each are needed, of {', '.join(STAGE_LETTERS)} and the point",
                f"每个客户应有 {len(days)} 个字母，只能是 {'、'.join(STAGE_LETTERS)} 和点号",
                bad.sum(),
                len(letters),
                letters[bad].head(3).to_frame("letters"),
            )
        )
    signs = np.array(letters.tolist(), dtype=f"U{len(days)}").view("U1").reshape(len(letters), -1)
    codes = np.array([".", *STAGE_LETTERS])[:, None, None] == signs
    return _as_stages(codes.argmax(axis=0) - 1, letters.index, days)


def stability(stages):
    """How often a stage rule changes its mind, and how often it takes the change back at once.

    Parameters
    ----------
    stages : pandas.DataFrame
        Customers by dates, from `stages`; at least two dates.

    Returns
    -------
    pandas.Series
        ``customer_steps`` (customers times steps from one date to the next, in the file on both), ``changes`` (how
        many of them change the stage), ``changed`` (their share), ``checked`` (changes after which a further date is
        known), ``taken_back`` (the share of these that the next step undoes; NaN without any).

    Examples
    --------
    >>> days = ["2026-01-31", "2026-02-28", "2026-03-31"]
    >>> stability(read_stages(pd.Series({"A": "MRM", "B": "DGG"}), days))
    customer_steps    4.00
    changes           3.00
    changed           0.75
    checked           2.00
    taken_back        0.50
    dtype: float64
    """
    codes, _ = _stage_codes(stages)
    steps = (codes[:, :-1] >= 0) & (codes[:, 1:] >= 0)
    changes = steps & (codes[:, :-1] != codes[:, 1:])
    checked = changes[:, :-1] & steps[:, 1:]
    undone = checked & (codes[:, 2:] == codes[:, :-2])
    return pd.Series(
        {
            "customer_steps": steps.sum(),
            "changes": changes.sum(),
            "changed": _share(changes.sum(), steps.sum()),
            "checked": checked.sum(),
            "taken_back": _share(undone.sum(), checked.sum()),
        },
        dtype=float,
    )


def transitions(stages, normalise=True):
    """Count the moves between stages from each date to the next, over all customers and steps.

    Parameters
    ----------
    stages : pandas.DataFrame
        Customers by dates: from `stages`, or any other classes (customers by years, in ABC classes). Steps into or
        out of NaN do not count.
    normalise : bool
        Shares of the row (the estimate of a Markov chain's transition probabilities) instead of counts.

    Returns
    -------
    pandas.DataFrame
        ``from`` by ``to``. With `normalise` rows sum to 1; a stage that nobody was in before a step is NaN.

    References
    ----------
    Anderson, T. W., Goodman, L. A. (1957), Statistical inference about Markov chains, Annals of Mathematical
    Statistics 28(1): these shares are the maximum-likelihood estimate.

    Examples
    --------
    >>> years = pd.DataFrame({2024: ["A", "A", "B"], 2025: ["A", "B", "B"]})
    >>> transitions(years)
    to      A    B
    from
    A     0.5  0.5
    B     0.0  1.0
    """
    codes, names = _stage_codes(stages)
    before, after = codes[:, :-1].ravel(), codes[:, 1:].ravel()
    both = (before >= 0) & (after >= 0)
    n = len(names)
    counts = np.bincount(before[both].astype("int64") * n + after[both], minlength=n * n).reshape(n, n)
    table = pd.DataFrame(counts, pd.Index(names, name="from"), pd.Index(names, name="to"))
    if normalise:
        rows = table.sum(axis=1)
        table = table.div(rows.where(rows > 0), axis=0)
    return table


def spend_after(
    log, dates, *, end=None, customer_id="customer_id", date="date", amount="amount", set_aside=(), refunds="raise"
):
    """What each customer spends after each date, up to the next one: the money that belongs to a stage judged then.

    Parameters
    ----------
    log, customer_id, date, amount, set_aside, refunds
        As in `stage_at`.
    dates : list of dates or pandas.DatetimeIndex
        Rising, at least two. Each period runs from the day after one date to the next date.
    end : str or date, optional
        Last day observed; the last day of the log if not given.

    Returns
    -------
    pandas.DataFrame
        Customers (sorted index) by dates but the last, at which nothing follows; money. ``attrs``: ``end``, ``rows``
        and ``excluded``.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-02-28"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "date": days, "amount": [10.0, 40.0, 5.0]})
    >>> spend_after(log, ["2026-01-31", "2026-02-27", "2026-02-28"]).to_numpy().tolist()
    [[40.0, 0.0], [0.0, 5.0]]
    """
    days = _rising(dates, at_least=2)
    frame, about, last = _open(log, end, customer_id, date, amount, set_aside, refunds, needed=True)
    _check_days(days, about, last)
    daily = _daily(frame, last, about, money=True)
    customers = pd.Index(daily["customer_id"].unique(), name=customer_id).sort_values()
    ledger = _Ledger(daily, customers, "amount")
    spent = np.column_stack([ledger.until(day) for day in _days(days)])
    table = pd.DataFrame(np.diff(ledger.total[spent], axis=1), customers, days[:-1])
    table.attrs = {
        "end": str(last.date()),
        "rows": about["rows"],
        "excluded": about["excluded"] | {"rows after end": _rows_left(about) - int(daily["rows"].sum())},
    }
    return table


def stage_account(stages, revenue, **costs):
    """Revenue, costs and profit by stage: where the firm invests, and where it earns.

    Parameters
    ----------
    stages : pandas.Series by customer, or pandas.DataFrame of customers by dates
        From `stage_at` or `stages`.
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

    Raises
    ------
    TypeError, ValueError
        If forms, dates or stages do not agree, or money is missing or infinite.

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
        by_stage = _by_stage(given, names, stages)
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


class _Ledger:
    """A table of customers' days, in order, that tells for all customers at once where each stands on a day."""

    def __init__(self, daily, customers, money=None):
        place, day = customers.get_indexer(daily["customer_id"]), _days(daily["date"])
        order = np.lexsort((day, place))
        self.day = day[order]
        self._before, self._span = day.min() - 1, day.max() - day.min() + 2
        self._entries = place[order] * self._span + (self.day - self._before)
        self._customers = np.arange(len(customers)) * self._span
        amounts = np.ones(len(day)) if money is None else daily[money].to_numpy(dtype=float)[order]
        self.total = np.concatenate([[0.0], np.cumsum(amounts)])

    def until(self, day):
        """Number of entries of all customers before, and of each customer up to and including a day."""
        return np.searchsorted(self._entries, self._customers + np.clip(day - self._before, 0, self._span - 1), "right")

    def between(self, day, later):
        """Money, or the number of entries, of each customer after a day, up to and including a later one."""
        return self.total[self.until(later)] - self.total[self.until(day)]


def _judge(day, purchases, traded, joining, rules):
    """The stage of each customer on a day, as a place in `STAGES`; -1 for who is not in the file."""
    start, now = purchases.until(-np.inf), purchases.until(day)
    bought = now > start
    first, last = (np.where(bought, purchases.day[np.where(bought, at, 0)], day) for at in (start, now - 1))
    window = rules.window_days
    recent, before = traded.between(day - window, day), traded.between(day - 2 * window, day - window)
    slack = 1e-6 if traded is not purchases else 0.0  # equal sums of money can differ by a rounding error
    return np.select(
        [
            ~bought & ~(joining <= day),
            ~bought,
            day - last > rules.lost_days,
            day - last > rules.silent_days,
            (last == first) | (day - first < rules.new_days),
            recent < rules.fall_ratio * before - slack,
            recent > rules.growth_ratio * before + slack,
        ],
        [-1, *map(STAGES.index, ("potential", "terminated", "decline", "development", "decline", "growth"))],
        STAGES.index("maturity"),
    ).astype("int8")


def _daily(frame, last, about, money):
    """One row for each customer and day, as a `pandas.DataFrame`."""
    frame = frame.filter(nw.col("date") <= last)
    return _tidy(_sums(frame, ["customer_id", "date"], about, money)).astype({"date": "datetime64[us]"})


def _rising(dates, at_least=1):
    if isinstance(dates, (str, bytes)) or not hasattr(dates, "__iter__"):
        raise TypeError(
            say(f"dates = {dates!r}: a list of dates is needed.", f"dates = {dates!r} 不对：应为日期列表。")
        )
    days = pd.DatetimeIndex([tables.day(moment, "dates") for moment in dates], name="date")
    if len(days) < at_least or not days.is_monotonic_increasing or not days.is_unique:
        raise ValueError(
            say(
                f"{len(days)} dates: at least {at_least} are needed, in order of time, none twice.",
                f"有 {len(days)} 个日期：至少要 {at_least} 个，按时间先后排列，不能重复。",
            )
        )
    return days


def _check_days(days, about, last):
    for bad, en, zh in (
        (
            days > last,
            f"lies after {last.date()}, the last day observed: nothing is known then. If the log was watched "
            "longer, say so with end=",
            f"晚于观察的最后一天 {last.date()}，那时的情况无从知道。如果实际观察得更久，请用 end= 指明",
        ),
        (
            days < about["first"],
            f"lies before {about['first'].date()}, the first day of the log",
            f"早于交易记录的第一天 {about['first'].date()}",
        ),
    ):
        if bad.any():
            raise ValueError(say(f"{days[bad][0].date()} {en}.", f"{days[bad][0].date()} {zh}。"))


def _days(moments):
    """Days since 1970 as floats; infinite for what is missing."""
    days = np.asarray(moments).astype("datetime64[D]")
    return np.where(np.isnat(days), np.inf, days.astype("int64"))


def _as_stages(codes, customers, days):
    kind = pd.CategoricalDtype(STAGES, ordered=True)
    columns = {day: pd.Categorical.from_codes(column, dtype=kind) for day, column in zip(days, codes.T, strict=True)}
    return pd.DataFrame(columns, index=customers, columns=days)


def _stage_codes(stages, least=2):
    """Stages as places in their list (customers by dates; -1 for NaN), and the list."""
    if isinstance(stages, pd.Series):
        stages = stages.to_frame()
    if not isinstance(stages, pd.DataFrame) or stages.shape[1] < least or not len(stages):
        raise ValueError(
            say(
                f"A table of customers by dates is needed, as stages(…) makes it, with {least} dates at least.",
                f"需要 stages(…) 给出的表，每行一个客户，每列一个日期，至少 {least} 个日期。",
            )
        )
    kinds = set(stages.dtypes)
    if len(kinds) == 1 and isinstance(kind := kinds.pop(), pd.CategoricalDtype):
        return np.column_stack([stages.iloc[:, i].cat.codes for i in range(stages.shape[1])]), list(kind.categories)
    cells = stages.to_numpy(dtype=object)
    found = set(cells[~pd.isna(cells)])
    names = [stage for stage in STAGES if stage in found] if found <= set(STAGES) else sorted(found)
    return pd.Categorical(cells.ravel(), categories=names).codes.reshape(cells.shape), names


def _by_stage(given, names, stages):
    """What one customer of each stage costs, if it is given so: by stage, or one number for all."""
    if np.ndim(given) == 0 and not isinstance(given, Mapping):
        given = dict.fromkeys(names, given)
    if isinstance(given, pd.Series) and given.index.isin([*names, *STAGES]).all():
        given = given.to_dict()
    if not isinstance(given, Mapping):
        return None
    unknown = [name for name in given if name not in (*names, *STAGES)]
    if unknown:
        raise ValueError(
            say(
                f"No such stage: {', '.join(map(str, unknown))}. There are: {', '.join(names)}.",
                f"没有这样的阶段：{'、'.join(map(str, unknown))}。现有的阶段：{'、'.join(names)}。",
            )
        )
    table = pd.DataFrame({"money": pd.Series(given, dtype=float)}).reindex(names, fill_value=0.0)
    return tables.numbers(table, "money", minimum=-np.inf)


def _like_stages(given, stages, name):
    """Money by customer in the form of the stages, and the sum of that of unknown customers."""
    if type(given) is not type(stages):
        kinds = type(given).__name__, type(stages).__name__
        raise TypeError(
            say(
                f"{name} is {kinds[0]}, the stages are {kinds[1]}: the same form is needed, or money by stage.",
                f"{name} 的类型是 {kinds[0]}，stages 是 {kinds[1]}：两者形式应当一致，或者按阶段给出金额。",
            )
        )
    given = given.to_frame() if isinstance(given, pd.Series) else given
    if isinstance(stages, pd.DataFrame) and not given.columns.equals(stages.columns):
        raise ValueError(
            say(
                f"{name} and the stages have different dates: choose the stages' columns with stages[{name}.columns].",
                f"{name} 与 stages 的日期不一致：请用 stages[{name}.columns] 选出相同的日期。",
            )
        )
    tables.require_unique_index(given)
    tables.require_unique_index(stages)
    money = np.column_stack(
        [
            tables.numbers(given.set_axis(range(given.shape[1]), axis=1), i, minimum=-np.inf)
            for i in range(given.shape[1])
        ]
    )
    place = stages.index.get_indexer(given.index)
    known = place >= 0
    if not known.any():
        raise ValueError(
            say(
                f"{name} knows no customer of the stages: its index must hold their ids.",
                f"{name} 中没有 stages 里的任何客户：它的索引应为客户编号。",
            )
        )
    filled = np.zeros((len(stages), money.shape[1]))
    filled[place[known]] = money[known]
    return filled, money[~known].sum()


def _share(part, whole):
    return part / whole if whole else np.nan


# ---------------------------------------------------------------- migration as a Markov chain


def recency_chain(purchase):
    """Transition matrix of customers by recency: each period they buy, and are new again, or grow a period older.

    Parameters
    ----------
    purchase : list, array or pandas.Series of float, shape (n,)
        p_r, probability that a customer whose last purchase was in the r-th last period buys in this one, r = 1 … n.

    Returns
    -------
    pandas.DataFrame
        ``recency`` 1 … n + 1 by the same. State 1 has just bought, state n + 1 is a former customer and stays so.

    Raises
    ------
    ValueError
        If there is no probability, or one is missing or not between 0 and 1.

    References
    ----------
    Pfeifer, P. E., Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of Interactive
    Marketing 14(2).

    Examples
    --------
    >>> recency_chain([0.3, 0.2])
    recency    1    2    3
    recency
    1        0.3  0.7  0.0
    2        0.2  0.0  0.8
    3        0.0  0.0  1.0
    """
    p = _probabilities(purchase)
    chain = np.diag(np.append(1 - p, 0.0)[:-1], k=1)
    chain[:-1, 0] += p
    chain[-1, -1] = 1.0
    states = pd.RangeIndex(1, len(p) + 2, name="recency")
    return pd.DataFrame(chain, states, states)


def markov_value(transition, reward, discount, horizon=None):
    r"""Value of a customer in each state of a Markov chain: the rewards to come, discounted.

    .. math:: V = \sum_{t=0}^{T} \frac{P^t R}{(1 + d)^t}, \qquad V = \left(I - \frac{P}{1 + d}\right)^{-1} R
              \text{ for ever}

    Parameters
    ----------
    transition : pandas.DataFrame or array, shape (n, n)
        P, probability of moving from the row's state to the column's within a period; rows sum to 1.
    reward : list, array, pandas.Series or dict, length n
        R, money in each state, received at the beginning of a period; now for the first time. A Series or dict goes by
        the states' names.
    discount : float
        d, per period.
    horizon : int, optional
        T, the last period whose reward counts; 0 is today's alone. For ever if not given.

    Returns
    -------
    pandas.Series by state, or array if `transition` is an array
        Money.

    Raises
    ------
    ValueError
        If P is not square, a probability not between 0 and 1, a row does not sum to 1, states do not agree, the
        discount is negative, the horizon is negative or no whole number; or both are missing (a discount of 0 for
        ever).

    References
    ----------
    Pfeifer, P. E., Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of Interactive
    Marketing 14(2).

    Examples
    --------
    >>> chain = recency_chain([0.3, 0.2, 0.15, 0.05])
    >>> markov_value(chain, [36, -4, -4, -4, 0], discount=0.2).round(3).tolist()
    [52.32, 5.554, 1.251, -1.82, 0.0]
    """
    chain, names = _transition(transition)
    rewards = _rewards(reward, names)
    _check_discount(discount)
    if horizon is None:
        if discount == 0:
            raise ValueError(
                say(
                    "discount = 0 for ever: the sum has no end. Give a discount above 0, or a horizon.",
                    "折现率为 0 又没有期限，总和没有尽头。请给出大于 0 的 discount，或者给出 horizon。",
                )
            )
        value = np.linalg.solve(np.eye(len(rewards)) - chain / (1 + discount), rewards)
    else:
        value = rewards
        for _ in range(_whole(horizon, "horizon")):
            value = rewards + chain @ value / (1 + discount)
    return pd.Series(value, index=transition.index, name="value") if isinstance(transition, pd.DataFrame) else value


def mailing_policy(purchase, margin, cost, discount, horizon=None):
    """When to stop mailing: the value of a customer under each rule "mail up to recency k, then give up".

    A customer who is no longer mailed does not buy again and is worth 0 from then on.

    Parameters
    ----------
    purchase : list, array or pandas.Series of float, shape (n,)
        p_r, probability that a customer of recency r buys if mailed, r = 1 … n.
    margin : float
        Contribution of a purchase, money, before the mailing.
    cost : float
        Of mailing one customer for one period, money.
    discount : float
        Per period.
    horizon : int, optional
        As in `markov_value`.

    Returns
    -------
    pandas.DataFrame
        Index ``mail_up_to`` (k = 0 … n), columns ``recency`` 1 … n + 1: what a customer of that recency is worth now,
        the purchase just made (recency 1) included. ``attrs["best"]``: the k of the largest value at recency 1; of
        equal ones the smallest.

    Raises
    ------
    ValueError
        See `recency_chain` and `markov_value`; also if `margin` or `cost` is negative.

    References
    ----------
    Pfeifer, P. E., Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of Interactive
    Marketing 14(2).

    Examples
    --------
    >>> policy = mailing_policy([0.3, 0.2, 0.15, 0.05], margin=40, cost=4, discount=0.2)
    >>> policy[1].round(3).tolist(), policy.attrs["best"]
    ([40.0, 48.0, 51.574, 53.149, 52.32], 3)
    """
    p = _probabilities(purchase)
    for name, given in (("margin", margin), ("cost", cost)):
        if not (np.ndim(given) == 0 and np.isfinite(given) and given >= 0):
            raise ValueError(
                say(
                    f"{name} = {given}: one number, 0 or more, is needed.",
                    f"{name} = {given} 不对：应为一个不小于 0 的数。",
                )
            )
    recency = np.arange(1, len(p) + 2)
    rows = []
    for k in range(len(p) + 1):
        mailed = recency <= k
        chain = np.zeros((len(p) + 1, len(p) + 1))
        chain[:k] = recency_chain(p).to_numpy()[:k]
        chain[k:, -1] = 1.0
        rows.append(markov_value(chain, margin * (recency == 1) - cost * mailed, discount, horizon))
    policy = pd.DataFrame(rows, pd.RangeIndex(len(p) + 1, name="mail_up_to"), pd.Index(recency, name="recency"))
    policy.attrs["best"] = int(np.isclose(policy[1], policy[1].max(), rtol=1e-12, atol=0).argmax())
    return policy


def recency_probabilities(
    log,
    *,
    period="month",
    longest=12,
    end=None,
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """How likely customers are to buy in a period, by how many periods ago they last bought; from a log.

    Each customer gives one observation for every complete period after the first purchase.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a purchase. Of a lazy one, a row for each customer and period is loaded.
    period : {"month", "quarter", "week"}
    longest : int
        Largest recency reported, 1 or more.
    end : str or date, optional
        Last day observed; the last day of the log if not given.
    customer_id, date, amount, set_aside, refunds
        As in `cohorts`.

    Returns
    -------
    pandas.DataFrame
        Index ``recency`` 1 … `longest` (1: bought in the period before); ``opportunities`` (customers times periods),
        ``purchases`` (how many of them bought), ``probability`` (NaN without an opportunity) and ``standard_error``
        (binomial). ``attrs``: ``period``, ``end``, ``rows``, ``later_purchases`` (after more than `longest` periods)
        and ``excluded``.

    Notes
    -----
    The falling curve is partly a matter of who is left: those who buy often leave the high recencies first. A chain
    built from it describes the average customer, not each one.

    References
    ----------
    Berger, P. D., Nasr, N. I. (1998), Customer lifetime value: marketing models and applications, Journal of
    Interactive Marketing 12(1): customers who migrate between recencies, rather than being lost for good.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-05", "2026-02-03", "2026-01-20", "2026-03-09"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "B"], "date": dates})
    >>> recency_probabilities(log, longest=2, end="2026-04-30")[["opportunities", "purchases", "probability"]]
             opportunities  purchases  probability
    recency
    1                    4          1         0.25
    2                    2          1         0.50
    """
    _choose("period", period, PERIODS)
    longest = _whole(longest, "longest", least=1)
    frame, about, last = _open(log, end, customer_id, date, amount, set_aside, refunds)
    known = _last_complete(about, last, period)
    active = _tidy(_active(_periods(frame, last, period), about))
    excluded = about["excluded"] | {"rows after end": _rows_left(about) - int(active["rows"].sum())}
    late = active["period"] > known
    if late.any():
        excluded["rows in the incomplete last period"] = int(active.loc[late, "rows"].sum())
    active = _purchases(active[~late])

    customer, when = pd.factorize(active["customer_id"])[0], active["period"].to_numpy()
    order = np.lexsort((when, customer))
    customer, when = customer[order], when[order]
    again = np.append(customer[1:] == customer[:-1], False)  # the same customer buys once more
    gap = np.append(when[1:], known) - when
    gap[~again] = known - when[~again]
    recency = pd.RangeIndex(1, longest + 1, name="recency")
    reached = np.bincount(np.minimum(gap, longest), minlength=longest + 1)[::-1].cumsum()[::-1][1:]
    purchases = np.bincount(np.minimum(gap[again], longest + 1), minlength=longest + 2)
    table = pd.DataFrame({"opportunities": reached, "purchases": purchases[1 : longest + 1]}, index=recency)
    share = table["purchases"] / table["opportunities"].where(table["opportunities"] > 0)
    table["probability"] = share
    table["standard_error"] = np.sqrt(share * (1 - share) / table["opportunities"])
    table.attrs = {
        "period": period,
        "end": str(last.date()),
        "rows": about["rows"],
        "later_purchases": int(purchases[-1]),
        "excluded": excluded,
    }
    return table


def _probabilities(purchase):
    try:
        p = np.asarray(purchase, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(
            say(f"purchase = {purchase!r}: numbers are needed.", f"purchase = {purchase!r} 不对：应为数值。")
        ) from None
    if p.ndim != 1 or not len(p):
        raise ValueError(
            say(
                "purchase: a list of probabilities is needed, one for each recency from 1.",
                "purchase 应为概率列表，从近度 1 起每个近度一个。",
            )
        )
    bad = ~((p >= 0) & (p <= 1))
    if bad.any():
        shown = ", ".join(f"{r + 1}: {p[r]:g}" for r in np.flatnonzero(bad)[:3])
        raise ValueError(
            say(
                f"{bad.sum()} of {len(p)} purchase probabilities are missing or not between 0 and 1 (recency: value): "
                f"{shown}. Write 0.3, not 30.",
                f"{len(p)} 个购买概率中有 {bad.sum()} 个缺失或不在 0 到 1 之间（近度与数值）：{shown}。30% 要写成 0.3，不写 30。",
            )
        )
    return p


def _transition(transition):
    names = transition.index if isinstance(transition, pd.DataFrame) else None
    if names is not None and not names.equals(transition.columns):
        raise ValueError(
            say(
                "Rows and columns of the transition matrix must be the same states, in the same order.",
                "转移矩阵的行与列应为同样的状态，顺序也要一致。",
            )
        )
    chain = np.asarray(transition, dtype=float)
    if chain.ndim != 2 or chain.shape[0] != chain.shape[1] or not len(chain):
        raise ValueError(
            say(
                f"A square transition matrix is needed, not one of form {chain.shape}.",
                f"转移矩阵应为方阵，现在的形状是 {chain.shape}。",
            )
        )
    names = pd.RangeIndex(len(chain)) if names is None else names
    for bad, en, zh in (
        (
            ~((chain >= 0) & (chain <= 1)).all(axis=1),
            "The transition matrix has probabilities that are missing or not between 0 and 1",
            "转移矩阵中有的概率缺失，或者不在 0 到 1 之间",
        ),
        (
            np.abs(chain.sum(axis=1) - 1) > 1e-6,
            "Rows of the transition matrix do not sum to 1: divide each by its sum, P.div(P.sum(axis=1), axis=0)",
            "转移矩阵有的行加起来不等于 1，请让每行除以该行之和：P.div(P.sum(axis=1), axis=0)",
        ),
    ):
        if bad.any():
            shown = pd.DataFrame(chain, names, names)[bad].head(3)
            raise ValueError(tables.bad_rows(en, zh, bad.sum(), len(chain), shown))
    return chain, names


def _rewards(reward, names):
    if isinstance(reward, (pd.Series, Mapping)):
        reward = pd.Series(reward)
        odd = [
            str(name)
            for name in [*names.difference(reward.index, sort=False), *reward.index.difference(names, sort=False)]
        ]
        if odd or not reward.index.is_unique:
            raise ValueError(
                say(
                    f"reward and transition name different states: {', '.join(odd[:3])}.",
                    f"reward 与 transition 的状态不一致：{'、'.join(odd[:3])}。",
                )
            )
        reward = reward.reindex(names)
    try:
        rewards = np.asarray(reward, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(
            say(f"reward = {reward!r}: numbers are needed.", f"reward = {reward!r} 不对：应为数值。")
        ) from None
    if rewards.shape != (len(names),) or not np.isfinite(rewards).all():
        raise ValueError(
            say(
                f"reward = {rewards.tolist()}: {len(names)} numbers are needed, one for each state.",
                f"reward = {rewards.tolist()} 不对：应有 {len(names)} 个数，每个状态一个。",
            )
        )
    return rewards


def _check_discount(discount):
    if not (np.ndim(discount) == 0 and np.isfinite(discount) and discount >= 0):
        raise ValueError(
            say(
                f"discount = {discount}: one rate of 0 or more is needed. Write 0.1 for 10 %.",
                f"折现率 {discount} 不对：应为一个不小于 0 的数，10% 写成 0.1。",
            )
        )


def _whole(number, name, least=0):
    if isinstance(number, bool) or not (
        np.ndim(number) == 0 and isinstance(number, (int, float, np.number)) and number >= least and number % 1 == 0
    ):
        raise ValueError(
            say(
                f"{name} = {number!r}: a whole number of periods, {least} or more, is needed.",
                f"{name} = {number!r} 不对：应为不小于 {least} 的整数期数。",
            )
        )
    return int(number)


# ---------------------------------------------------------------- logs and periods


def _open(log, end, customer_id, date, amount, set_aside, refunds, needed=False):
    """Open a log, with its money if it has any; also return the last day observed."""
    if needed and amount is None:
        raise ValueError(say("Name the column that holds the money: amount=.", "请用 amount= 指明金额列。"))
    if amount is not None and not needed and refunds == "raise":
        table = nw.from_native(log, pass_through=True)
        if isinstance(table, (nw.DataFrame, nw.LazyFrame)) and amount not in table.collect_schema().names():
            amount = None
    last = None if end is None else tables.day(end, "end")
    frame, about = tables.open_log(
        log, customer_id=customer_id, date=date, amount=amount, set_aside=set_aside, refunds=refunds, end=last
    )
    last = about["last"] if last is None else last
    first, final, today = about["first"].date(), about["last"].date(), pd.Timestamp.now().normalize()
    if last < about["first"]:
        raise ValueError(
            say(
                f"end = {last.date()} lies before the first purchase. The log runs from {first} to {final}.",
                f"end = {last.date()} 早于第一笔购买。交易记录从 {first} 到 {final}。",
            )
        )
    if last > today:
        raise ValueError(
            say(
                f"end = {last.date()} lies in the future: today is {today.date()}, and nobody has seen what comes.",
                f"end = {last.date()} 是未来的日期：今天是 {today.date()}，以后的事谁也没有观察到。",
            )
        )
    return frame, about, last


def _periods(frame, last, period):
    """The log up to the last day observed, with the number of the period."""
    frame = frame.filter(nw.col("date") <= last)
    return frame.with_columns(_code(nw.col("date"), period).cast(nw.Int32).alias("period"))


def _active(frame, about, money=False):
    """One row for each customer and period."""
    return _sums(frame, ["customer_id", "period"], about, money)


def _sums(frame, keys, about, money):
    """Rows of a log by keys; orders (rows that are no refund) where they are fewer; and money if asked for."""
    totals = [nw.len().alias("rows"), *([nw.col("amount").sum()] if money else [])]
    if about["refunds"]:
        frame = frame.with_columns((nw.col("amount") >= 0).cast(nw.Int64).alias("orders"))
        totals.append(nw.col("orders").sum())
    return frame.group_by(*keys).agg(*totals)


def _tidy(cells):
    """Load a small table, with whole numbers, and customers that are no categories."""
    cells = tables.collect(cells)
    if "customer_id" in cells and isinstance(kind := cells["customer_id"].dtype, pd.CategoricalDtype):
        cells["customer_id"] = cells["customer_id"].astype(kind.categories.dtype)
    cells = cells.astype({name: "int64" for name in cells.columns if name not in ("customer_id", "date", "amount")})
    return cells if "orders" in cells else cells.assign(orders=cells["rows"])


def _purchases(table):
    """The rows of such a table with a purchase, not only refunds."""
    bought = table[table["orders"] > 0]
    if bought.empty:
        raise ValueError(say("The log holds refunds only: no purchase is left.", "交易记录里只有退货，没有一笔购买。"))
    return bought


def _rows_left(about):
    return about["rows"] - sum(about["excluded"].values())


def _last_complete(about, last, period):
    """The last period that is observed to its last day."""
    known = _codes([last + pd.Timedelta(days=1)], period)[0] - 1
    first = about["first"]
    if known < _codes([first], period)[0]:
        raise ValueError(
            say(
                f"No {period} of the log is complete: it begins on {first.date()} and is observed to {last.date()}. Give "
                "end=, the last day observed, or choose a shorter period.",
                f"交易记录里没有一个完整的{_ZH[period]}：它从 {first.date()} 开始，观察到 {last.date()} 为止。"
                "请用 end= 指明观察的最后一天，或者换更短的 period。",
            )
        )
    return int(known)


def _period_from(start, period):
    first = tables.day(start, "start")
    code = _codes([first], period)
    begun = _first_days(code, period)[0]
    if begun != first:
        raise ValueError(
            say(
                f"start = {first.date()} is not the first day of a {period}: give {begun.date()} or that of the next.",
                f"start = {first.date()} 不是一个{_ZH[period]}的第一天：请写 {begun.date()}，或者下一个"
                f"{_ZH[period]}的第一天。",
            )
        )
    return int(code[0])


def _code(day, period):
    """Number of the period of a day, an expression of narwhals; months and quarters from the year 0, weeks from 1."""
    year = day.dt.year()
    if period == "week":  # 1 January of the year 1 was a Monday
        gone = year - 1
        return (gone * 365 + gone // 4 - gone // 100 + gone // 400 + day.dt.ordinal_day() - 1) // 7
    return year * 12 + day.dt.month() - 1 if period == "month" else year * 4 + (day.dt.month() - 1) // 3


def _codes(days, period):
    """The same for moments in memory."""
    days = np.asarray(pd.DatetimeIndex(days))
    if period == "week":
        return (days.astype("datetime64[D]").astype("int64") + _MONDAY_TO_1970) // 7
    months = days.astype("datetime64[M]").astype("int64") + 12 * 1970
    return months if period == "month" else months // 3


def _first_days(codes, period):
    """The first day of each period, from its number."""
    codes = np.asarray(codes, dtype="int64")
    if period == "week":
        days = (codes * 7 - _MONDAY_TO_1970).astype("datetime64[D]")
    else:
        days = (codes * (1 if period == "month" else 3) - 12 * 1970).astype("datetime64[M]")
    return pd.DatetimeIndex(days.astype("datetime64[us]"), name="cohort")


def _choose(name, given, allowed):
    if given not in allowed:
        raise ValueError(
            say(
                f"{name} = {given!r}: choose one of {', '.join(allowed)}.",
                f"{name} = {given!r} 不对：请在 {'、'.join(allowed)} 中选一个。",
            )
        )
