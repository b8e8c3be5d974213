"""Stages of the lifecycle by rule: potential, development, growth, maturity, decline, terminated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import checks, logs
from crmlib.language import say
from crmlib.lifecycle.ledger import _days, _Ledger
from crmlib.lifecycle.observed import _attrs, _joining_days, _rising

STAGES = ("potential", "development", "growth", "maturity", "decline", "terminated")
STAGE_LETTERS = dict(zip("PDGMRT", STAGES, strict=True))


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

    The ratios are of two windows' purchase days, or spend. The limits are a firm's choice, no law: `stability` tells
    how often a choice changes its mind. Source of the stages: Dwyer, F. R., Schurr, P. H., Oh, S. (1987), Developing
    buyer-seller relationships, J. of Marketing 51(2).

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
        for name, limit in list(vars(self).items()):
            found = checks.whole(limit, name, 1) if name.endswith("days") else checks.number(limit, name, above=0)
            object.__setattr__(self, name, found)
        fall, growth, silent, lost = self.fall_ratio, self.growth_ratio, self.silent_days, self.lost_days
        if fall > 1:
            en = f"fall_ratio = {fall} is above 1: who buys more is not in decline."
            zh = f"fall_ratio = {fall} 大于 1：买得更多不算衰退。"
        elif growth < 1:
            en = f"growth_ratio = {growth} is below 1: who buys less does not grow."
            zh = f"growth_ratio = {growth} 小于 1：买得更少不算成长。"
        elif lost < silent:
            en = f"lost_days = {lost} is below silent_days = {silent}: decline comes before the end."
            zh = f"lost_days = {lost} 小于 silent_days = {silent}：应当先衰退，后终止。"
        else:
            return
        raise ValueError(say(en, zh))


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
    amount=logs.IF_THERE,
    set_aside=(),
    refunds="raise",
):
    """Assign each customer a stage of the lifecycle on each of several days, from the purchases up to that day.

    The table has customers (sorted index) by dates; each column is an ordered categorical of `STAGES`, NaN for who is
    not yet in the file. ``attrs``: ``rules``, ``compare``, ``first`` and ``end`` of the log, ``rows``,
    ``refunds_known`` and ``excluded``.
    Within two windows of the first day of the log the past is cut off, and old customers seem to grow.

    Parameters
    ----------
    log, end, customer_id, date, amount, set_aside, refunds : see `crmlib.logs.open_log`
        Of a lazy log, a row for each customer and day is loaded. Without an amount (None, or no name given and no
        column "amount" in the log) refunds cannot be known, and count as purchases.
    dates : list of dates or pandas.DatetimeIndex
        Days of judgement, rising. Nothing after them is looked at.
    rules : StageRules, optional
    compare : {"days", "spend"}
        Whether growth and decline compare the days with a purchase, or the money.
    joined : pandas.Series of dates by customer, optional
        When each customer joined: who has joined but not bought is ``potential``.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-05", "2025-02-01", "2025-03-01", "2025-12-31"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "A", "B"], "date": dates})
    >>> stages(log, ["2025-01-31", "2025-06-30", "2025-08-31"]).astype(object).fillna("-").to_numpy().tolist()
    [['development', 'decline', 'decline'], ['-', '-', '-']]
    """
    options = logs.LogOptions(customer_id, date, amount, set_aside, refunds, end)
    rules = StageRules() if rules is None else rules
    if not isinstance(rules, StageRules):
        en = f"rules = {rules!r}: StageRules(…) is needed."
        raise TypeError(say(en, f"rules = {rules!r} 不对：应为 StageRules(…)。"))
    spend = checks.one_of(compare, "compare", ("days", "spend")) == "spend"
    frame, about = logs.open_log(log, options.if_money(log, needed=spend))
    days = _rising(dates, about)
    daily = logs.daily(frame, about, money=spend)
    customers = pd.Index(daily["customer_id"].unique())
    joining = pd.Series(dtype="datetime64[us]") if joined is None else _joining_days(joined, customers)
    customers = customers.append(joining.index.difference(customers, sort=False)).sort_values()
    purchases = _Ledger(logs.purchases(daily), customers)
    traded = _Ledger(daily, customers, "amount") if spend else purchases
    joining = _days(joining.reindex(customers))
    judged = [_judge(day, purchases, traded, joining, rules) for day in _days(days)]
    table = _as_stages(np.column_stack(judged), customers.rename(customer_id), days)
    said = {"rules": dict(vars(rules)), "compare": compare, "first": str(about["first"].date())}
    table.attrs = _attrs(about, logs.with_rest(about, daily["rows"].sum()), **said)
    return table


def read_stages(letters, dates):
    """Turn texts of stage letters, one letter a date, into a table as `stages` makes it.

    `letters` is a Series by customer of letters of `STAGE_LETTERS`, with a point for who is not yet in the file,
    which becomes NaN (Qinghe's planted stages are written so); `dates` are as many, and rising.

    >>> read_stages(pd.Series({"A": ".PD", "B": "GGM"}), ["2026-01-31", "2026-02-28", "2026-03-31"]).loc["B"].tolist()
    ['growth', 'growth', 'maturity']
    """
    [letters], days = checks.lists(letters=letters), _rising(dates)
    good = letters.astype(str).str.fullmatch(f"[{''.join(STAGE_LETTERS)}.]{{{len(days)}}}").to_numpy(dtype=bool)
    en = f"{len(days)} letters each are needed, of {', '.join(STAGE_LETTERS)} and the point"
    zh = f"每个客户应有 {len(days)} 个字母，只能是 {'、'.join(STAGE_LETTERS)} 和点号"
    checks.refuse_rows(~good, letters.to_frame("letters"), en, zh)
    signs = np.array(letters.tolist(), dtype=f"U{len(days)}").view("U1").reshape(len(letters), -1)
    codes = np.array([".", *STAGE_LETTERS])[:, None, None] == signs
    return _as_stages(codes.argmax(axis=0) - 1, letters.index, days)


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


def _as_stages(codes, customers, days):
    kind = pd.CategoricalDtype(STAGES, ordered=True)
    columns = {day: pd.Categorical.from_codes(column, dtype=kind) for day, column in zip(days, codes.T, strict=True)}
    return pd.DataFrame(columns, index=customers, columns=days)
