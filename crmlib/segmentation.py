"""Identification and segmentation (chapter 05): who is who in the file, and which customers deserve what.

RFM, ABC and clusters put customers into classes; record linkage finds one person in several records; pseudonyms and
k-anonymity protect them; a plan of tiered care spends a budget on them.
"""

import hmac
import re
from hashlib import sha256

import narwhals as nw
import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.language import heading, say
from crmlib.value import response_rate

METHODS = ("independent", "nested", "values")

# The first rule that fits names the customer; the scores run from 1 to 5 (best).
SEGMENT_RULES = {
    "champions": "r >= 4 and f >= 4 and m >= 4",
    "loyal": "r >= 3 and f >= 4",
    "big_spenders": "r >= 3 and m >= 4",
    "new": "r >= 4 and f <= 2",
    "promising": "r >= 3",
    "at_risk": "r <= 2 and f >= 4",
    "fading": "r == 2",
    "dormant": "r == 1",
}
# The eight types of the Chinese textbooks: is each score above its middle?
EIGHT_TYPES = {
    "key_value": "r >= 4 and f >= 4 and m >= 4",
    "key_develop": "r >= 4 and f < 4 and m >= 4",
    "key_keep": "r < 4 and f >= 4 and m >= 4",
    "key_win_back": "r < 4 and f < 4 and m >= 4",
    "plain_value": "r >= 4 and f >= 4 and m < 4",
    "plain_develop": "r >= 4 and f < 4 and m < 4",
    "plain_keep": "r < 4 and f >= 4 and m < 4",
    "plain_win_back": "r < 4 and f < 4 and m < 4",
}


# ---------------------------------------------------------------- RFM


def rfm(
    log,
    *,
    end=None,
    bins=5,
    method="independent",
    customer_id="customer_id",
    date="date",
    amount="amount",
    set_aside=(),
    refunds="raise",
):
    """Score customers by recency, frequency and monetary value, 1 to `bins` (best).

    All purchases of a customer on one day count once.

    Parameters
    ----------
    log : pandas, polars or pyarrow table, DuckDB relation, Spark table
        One row a transaction. A lazy one is aggregated where it lives: only the customers are loaded.
    end : str or date, optional
        Day of the scoring; the last day of the log if not given. Later rows are set aside and counted.
    bins : int
        Number of classes of each score, 2 to 9.
    method : {"independent", "nested", "values"}
        "independent": each score has classes of equal size, whatever the others say. "nested": f is scored inside each
        class of r, and m inside each class of r and f (Hughes). In both, the order of ids decides between equal
        customers at a border. "values": as "independent", but equal values share the class of the lowest of them, so
        that the sizes differ.
    customer_id, date, amount : str
        The columns' names.
    set_aside, refunds
        What to do with missing ids, duplicates and negative amounts: see `tables.open_log`. With ``refunds="net"`` a
        refund reduces the spend and is no purchase.

    Returns
    -------
    pandas.DataFrame
        Sorted index `customer_id`; ``days_since_last`` (days from the last purchase to `end`), ``purchases`` (days
        with a purchase), ``spend`` (money), the scores ``r``, ``f``, ``m``, and ``cell`` (the three as a text, "543").

        ``attrs``: ``end``, ``method``, ``bins``, ``rows`` of the log, ``excluded`` (reason: rows) and ``ties``
        (customers whose score was decided by the order of ids because equal values lie on both sides of a border).

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log`; also if there is no purchase up to `end`, or there are fewer customers than classes
        (nested: than cells).

    References
    ----------
    Hughes, A. M., Strategic Database Marketing. Bult, J. R., Wansbeek, T. (1995), Optimal selection for direct mail,
    Marketing Science 14(4).

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-01-20", "2026-01-09", "2026-01-30"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B", "C"], "date": days, "amount": [20, 30, 90, 10]})
    >>> rfm(log, end="2026-01-31", bins=3)
                 days_since_last  purchases  spend  r  f  m cell
    customer_id
    A                         11          2   50.0  2  3  2  232
    B                         22          1   90.0  1  1  3  113
    C                          1          1   10.0  3  2  1  321
    """
    _check_scoring(bins, method)
    frame, about = tables.open_log(
        log, customer_id=customer_id, date=date, amount=amount, set_aside=set_aside, refunds=refunds, end=end
    )
    last = about["last"] if end is None else tables.day(end, "end")
    if last < about["first"]:
        raise ValueError(
            say(
                f"end = {last.date()} lies before the first row of the log, {about['first'].date()}.",
                f"end = {last.date()} 早于交易记录的第一天 {about['first'].date()}。",
            )
        )
    customers = _purchases(frame.filter(nw.col("date") <= last) if last < about["last"] else frame, refunds == "net")
    excluded, buyers = dict(about["excluded"]), customers["last"].notna()
    excluded["rows after end"] = about["rows"] - sum(excluded.values()) - int(customers["rows"].sum())
    if not buyers.all():
        excluded["rows of customers with refunds only"] = int(customers.loc[~buyers, "rows"].sum())
        customers = customers[buyers]
    _check_enough(len(customers), bins, method, last)

    scores = pd.DataFrame(
        {
            "days_since_last": (last - customers["last"]).dt.days,
            "purchases": customers["days"],
            "spend": customers["spend"],
        }
    )
    shared, nested = method == "values", method == "nested"
    r, ties_r = _score(-scores["days_since_last"].to_numpy(), bins, shared)
    f, ties_f = _score(scores["purchases"].to_numpy(), bins, shared, r if nested else None)
    m, ties_m = _score(_steady(scores["spend"].to_numpy()), bins, shared, r * 10 + f if nested else None)
    cells = np.array([str(number) for number in range(1000)], dtype=object)
    scores = scores.assign(r=r, f=f, m=m, cell=pd.array(cells[100 * r + 10 * f + m], dtype="str"))
    scores.index.name = customer_id
    scores.attrs = {
        "end": str(last.date()),
        "method": method,
        "bins": bins,
        "rows": about["rows"],
        "excluded": excluded,
        "ties": {"r": ties_r, "f": ties_f, "m": ties_m},
    }
    return scores


def _purchases(frame, net):
    """Count a log by customer: last day and number of days with a purchase, rows, and the money."""
    day, spent = nw.col("date"), nw.col("amount")
    totals = [day.max().alias("last"), nw.col("rows").sum(), spent.sum().alias("spend")]
    if net:  # a day with refunds only is no purchase
        frame = frame.with_columns((spent >= 0).cast(nw.Int64).alias("bought"))
        frame = frame.group_by("customer_id", "date").agg(nw.len().alias("rows"), spent.sum(), nw.col("bought").max())
        frame = frame.with_columns(nw.when(nw.col("bought") == 1).then(day).alias("date"))
        totals.append(nw.col("bought").sum().alias("days"))
    elif tables.in_memory(frame):
        frame = frame.with_columns(nw.lit(1).alias("rows"))
        totals.append(day.n_unique().alias("days"))
    else:  # a database groups by two keys much faster than it counts distinct days by one
        frame = frame.group_by("customer_id", "date").agg(nw.len().alias("rows"), spent.sum())
        totals.append(nw.len().alias("days"))
    counted = tables.collect(frame.group_by("customer_id").agg(*totals)).set_index("customer_id").sort_index()
    return counted.astype({"last": "datetime64[us]", "days": "int64", "rows": "int64", "spend": "float64"})


def _score(values, bins, shared=False, group=None):
    """Put values into classes of equal size, 1 for the lowest, inside each group; count what only the order decided."""
    order = np.argsort(values, kind="stable") if group is None else np.lexsort((values, group))
    ordered = values[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]]
    if group is None:
        rank, size = np.arange(1, len(values) + 1), len(values)
    else:
        counts = np.bincount(group)
        size = np.repeat(counts, counts)
        start = np.repeat(np.cumsum(counts) - counts, counts)
        rank = np.arange(len(values)) - start + 1
        new |= rank == 1
    score = -(-rank * bins // size)
    first = np.flatnonzero(new)
    length = np.diff(np.r_[first, len(values)])
    ties = int(length[score[first] != score[first + length - 1]].sum())
    if shared:
        score, ties = np.repeat(score[first], length), 0
    result = np.empty(len(values), dtype="int64")
    result[order] = score
    return result, ties


def _steady(values):
    """Round sums so that engines that add in another order agree on which are equal."""
    largest = np.abs(values).max(initial=0)
    return np.round(values, 12 - int(np.ceil(np.log10(largest)))) if largest > 0 else values


def _check_scoring(bins, method):
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or not 2 <= bins <= 9:
        raise ValueError(
            say(
                f"bins = {bins}: a whole number from 2 to 9 is needed, one digit of the cell.",
                f"bins = {bins} 不对：应为 2 到 9 的整数，对应单元格代码中的一位数字。",
            )
        )
    if method not in METHODS:
        raise ValueError(
            say(
                f'method = {method!r}: choose "independent", "nested" or "values".',
                f'method = {method!r} 不对：请在 "independent"、"nested"、"values" 中选一个。',
            )
        )


def _check_enough(count, bins, method, last):
    needed = bins**3 if method == "nested" else bins
    if not count:
        raise ValueError(say(f"There is no purchase up to {last.date()}.", f"到 {last.date()} 为止一笔购买也没有。"))
    if count < needed:
        cells = (
            say(f"{bins} x {bins} x {bins} cells", f"{bins}×{bins}×{bins} 个单元格")
            if method == "nested"
            else say(f"{bins} classes", f"{bins} 个等级")
        )
        raise ValueError(
            say(
                f"{count} customers are too few for {cells}: at least {needed} are needed. Choose fewer bins"
                + (' or method="independent".' if method == "nested" else "."),
                f"{count} 个客户不够分成{cells}，至少要有 {needed} 个。请减少 bins"
                + ('，或者选 method="independent"。' if method == "nested" else "。"),
            )
        )


def name_segments(scores, rules=None):
    """Name each customer's segment by the first rule that fits.

    Parameters
    ----------
    scores : pandas.DataFrame
        Columns ``r``, ``f``, ``m``, as `rfm` makes them.
    rules : dict of str, optional
        Name: condition on r, f and m, in order. ``SEGMENT_RULES`` if not given; ``EIGHT_TYPES`` are the eight types of
        the Chinese textbooks. Both are made for scores from 1 to 5.

    Returns
    -------
    pandas.Series
        Categorical, in the order of the rules; the names stay English (`language.heading` shows them).

    Raises
    ------
    ValueError
        If a column is missing, a rule cannot be read, the scores do not run from 1 to 5 and no rules are given, or
        nobody's rule fits a customer.

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [5, 4, 1], "f": [5, 1, 5], "m": [4, 2, 5]}, index=["A", "B", "C"])
    >>> name_segments(scores).tolist()
    ['champions', 'new', 'at_risk']
    >>> name_segments(scores, EIGHT_TYPES).tolist()
    ['key_value', 'plain_develop', 'key_keep']
    """
    tables.require_columns(_table(scores, "scores").columns, "rfm")
    bins = scores.attrs.get("bins", 5)
    if rules is None and bins != 5:
        raise ValueError(
            say(
                f"The default rules are made for scores from 1 to 5, not {bins}: give rules of your own.",
                f"默认规则按 1 到 5 分设计，而这里是 {bins} 个等级：请给出自己的规则 rules。",
            )
        )
    rules = SEGMENT_RULES if rules is None else rules
    names = np.full(len(scores), -1)
    three = pd.DataFrame(scores[["r", "f", "m"]])
    for number, (name, rule) in enumerate(rules.items()):
        names[(names < 0) & _fits(three, name, rule)] = number
    left = scores.loc[names < 0]
    if len(left):
        raise ValueError(
            say(
                f"No rule fits {len(left)} customers, the first with scores {_cells(left)}: add a last rule, "
                'such as "others": "r >= 1".',
                f'有 {len(left)} 个客户不符合任何一条规则，前几个的得分是 {_cells(left)}：请在最后加一条，例如 "others": "r >= 1"。',
            )
        )
    return pd.Series(pd.Categorical.from_codes(names, categories=list(rules)), index=scores.index, name="segment")


def _fits(scores, name, rule):
    try:
        fits = scores.eval(rule, engine="python")
    except Exception as error:  # whatever a student can write
        raise ValueError(
            say(
                f'The rule of "{name}" cannot be read: {rule!r} ({error}). Write a condition on r, f and m, such as '
                '"r >= 4 and f <= 2".',
                f'“{name}”的规则读不懂：{rule!r}（{error}）。请写成关于 r、f、m 的条件，例如 "r >= 4 and f <= 2"。',
            )
        ) from None
    if not (isinstance(fits, pd.Series) and fits.dtype == bool):
        raise ValueError(
            say(
                f'The rule of "{name}" is no condition on r, f and m: {rule!r}.',
                f"“{name}”的规则不是关于 r、f、m 的条件：{rule!r}。",
            )
        )
    return fits.to_numpy()


def _cells(scores):
    return ", ".join("".join(map(str, cell)) for cell in scores[["r", "f", "m"]].head(3).to_numpy())


def segment_rules(rules=None):
    """Return the rules of `name_segments` as a table to show, the names in the language in use.

    Examples
    --------
    >>> segment_rules().head(2)
                                       rule
    segment
    Champions  r >= 4 and f >= 4 and m >= 4
    Loyal                 r >= 3 and f >= 4
    """
    rules = SEGMENT_RULES if rules is None else rules
    return pd.DataFrame({"rule": rules.values()}, index=pd.Index(map(heading, rules), name="segment"))


# ---------------------------------------------------------------- ABC and concentration


def abc(table, *, value="amount", customer_id="customer_id", cuts=(0.8, 0.95), set_aside=(), refunds="net"):
    """Rank customers by what they bring and divide them into classes A, B and C.

    A are the fewest customers who together bring the first cut; B those who then fill it up to the second. Whoever
    crosses a cut still belongs to the better class. Who brings nothing, or a loss, is C.

    Parameters
    ----------
    table : pandas, polars or pyarrow table, DuckDB relation, Spark table
        A log, or one row a customer; rows of a customer are added up where the table lives. In pandas the customer may
        be the index, and a Series by customer will do.
    value, customer_id : str
        Column of the money (revenue or profit) and of the customer.
    cuts : pair of float
        Shares of the total at which A and B end.
    set_aside, refunds
        What to do with missing ids, duplicates and negative values: see `tables.open_log`. Here negative values count
        unless you say otherwise.

    Returns
    -------
    pandas.DataFrame
        Index `customer_id`, by falling ``value`` (money; equal customers in the order of ids); ``rank`` (1, 2, …),
        ``customers`` (share so far), ``cumulative_share`` (of the sum of all positive values: with losses it rises to 1
        and then falls) and ``class``.

        ``attrs``: ``cuts``, ``rows``, ``excluded`` (reason: rows) and ``ties`` (customers whose class was decided by
        the order of ids).

    Raises
    ------
    TypeError, ValueError
        See `tables.open_log`; also if the cuts are not two rising shares, or nobody brings anything.

    References
    ----------
    Dickie, H. F. (1951), ABC inventory analysis shoots for dollars, not pennies, Factory Management and Maintenance
    109(7). The idea is Juran's, who named it after Pareto.

    Examples
    --------
    >>> abc(pd.DataFrame({"customer_id": ["X", "Y", "Z", "X"], "amount": [30, 85, 5, -20]}))
                 value  rank  customers  cumulative_share class
    customer_id
    Y             85.0     1   0.333333              0.85     A
    X             10.0     2   0.666667              0.95     B
    Z              5.0     3   1.000000              1.00     C
    """
    first, second = _check_cuts(cuts)
    if isinstance(table, pd.Series):
        table = table.rename(value).rename_axis(customer_id).to_frame()
    if isinstance(table, pd.DataFrame) and table.index.name == customer_id and customer_id not in table:
        table = table.reset_index()
    frame, about = tables.open_log(
        table, customer_id=customer_id, date=None, amount=value, set_aside=set_aside, refunds=refunds
    )
    totals = tables.collect(frame.group_by("customer_id").agg(nw.col("amount").sum()))
    totals = totals.set_index("customer_id")["amount"].astype(float).sort_index()
    steady = _steady(totals.to_numpy())
    order = np.argsort(-steady, kind="stable")
    ranked, steady = totals.iloc[order].rename("value"), steady[order]
    whole = ranked.clip(lower=0).sum()
    if whole <= 0:
        raise ValueError(
            say(
                f'No customer brings anything: the sums of "{value}" are at most 0.',
                f"没有一个客户带来价值：“{value}”的合计都不大于 0。",
            )
        )
    share = ranked.cumsum() / whole
    before = np.r_[0.0, share.to_numpy()[:-1]] + 1e-9
    grade = np.where(steady <= 0, 2, (before >= first).astype(int) + (before >= second))
    rank = np.arange(1, len(ranked) + 1)
    result = pd.DataFrame(
        {
            "value": ranked,
            "rank": rank,
            "customers": rank / len(ranked),
            "cumulative_share": share,
            "class": pd.array(np.array(["A", "B", "C"], dtype=object)[grade], dtype="str"),
        }
    )
    result.index.name = customer_id
    result.attrs = {
        "cuts": (first, second),
        "rows": about["rows"],
        "excluded": about["excluded"],
        "ties": _straddling(steady, grade),
    }
    return result


def _check_cuts(cuts):
    try:
        first, second = (float(cut) for cut in cuts)
    except (TypeError, ValueError):
        first = second = np.nan
    if not 0 < first < second <= 1:
        raise ValueError(
            say(
                f"cuts = {cuts}: two rising shares are needed, such as (0.8, 0.95).",
                f"cuts = {cuts} 不对：应为由小到大的两个比例，例如 0.8 和 0.95。",
            )
        )
    return first, second


def _straddling(ordered, classes):
    """Count how many of the ordered values are equal to one in another class."""
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    length = np.diff(np.r_[first, len(ordered)])
    return int(length[classes[first] != classes[first + length - 1]].sum())


def pareto_curve(values):
    """Add up what customers bring, the largest first: which share of them brings which share?

    Parameters
    ----------
    values : pandas.Series or array of float, shape (n,)
        What each customer brings, 0 or more, in money.

    Returns
    -------
    pandas.DataFrame
        By falling ``value``: ``customers`` and ``share``, both so far and 1 at the end. The curve starts at the origin,
        which is no customer: draw it from (0, 0).

    Raises
    ------
    ValueError
        If a value is missing, infinite or negative (for profits with losses see `value.whale_curve`), or all are 0.

    Examples
    --------
    >>> pareto_curve(pd.Series({"A": 20, "B": 75, "C": 5}))
       value  customers  share
    B   75.0   0.333333   0.75
    A   20.0   0.666667   0.95
    C    5.0   1.000000   1.00
    """
    series = _gains(values).sort_values(ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "value": series,
            "customers": np.arange(1, len(series) + 1) / len(series),
            "share": series.cumsum() / series.sum(),
        }
    )


def gini(values):
    """Gini coefficient: 0 when all customers bring the same, near 1 when one brings everything.

    Half the mean absolute difference between two customers, as a share of the mean:
    :math:`2 \\sum i\\,x_{(i)} / (n \\sum x) - (n + 1) / n`, with :math:`x_{(i)}` rising. Its largest value is 1 - 1/n.

    Parameters
    ----------
    values : pandas.Series or array of float, shape (n,)
        What each customer brings, 0 or more.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a value is missing, infinite or negative (the coefficient would have no bounds), or all are 0.

    References
    ----------
    Gini, C. (1912), Variabilità e mutabilità.

    Examples
    --------
    >>> gini([50, 50, 50, 50]), gini([0, 0, 0, 200])
    (0.0, 0.75)
    """
    ordered = np.sort(_gains(values).to_numpy())
    n = len(ordered)
    # Centred ranks, so that equal values give exactly 0.
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def _gains(values):
    series = pd.Series(values, name="value")
    if series.empty:
        raise ValueError(say("There is no customer.", "一个客户也没有。"))
    series = pd.Series(tables.numbers(series.to_frame(), "value", minimum=-np.inf), index=series.index, name="value")
    if (series < 0).any():
        raise ValueError(
            tables.bad_rows(
                "Negative values: shares of a total and the Gini coefficient mean nothing when some customers take away "
                "from it. Draw losses with value.whale_curve, or rank with abc",
                "有负值：有的客户在倒扣总额，占比和基尼系数就没有意义了。有亏损时请用 value.whale_curve 画图，或者用 abc 排序",
                int((series < 0).sum()),
                len(series),
                series[series < 0].head(3).to_frame(),
            )
        )
    if not series.sum():
        raise ValueError(say("Nobody brings anything: all values are 0.", "没有人带来价值：全部是 0。"))
    return series


def clv_classes(clv, shares=(0.2, 0.3, 0.5), names=("high", "middle", "low")):
    """Divide customers by lifetime value into classes that hold fixed shares of the customers.

    Parameters
    ----------
    clv : pandas.Series of float
        Lifetime value of each customer, in money; losses are allowed.
    shares : sequence of float
        Share of the customers in each class, the best first; together 1. A class is rounded up at its lower end.
    names : sequence of str
        A name for each class.

    Returns
    -------
    pandas.Series
        Categorical, by customer. ``attrs["ties"]``: customers whose class was decided by the order of the index because
        equal values lie on both sides of a border.

    Raises
    ------
    ValueError
        If values are missing or infinite, the shares do not add up to 1, or there is not one name for each.

    Examples
    --------
    >>> clv_classes(pd.Series({"A": 5, "B": 900, "C": 70, "D": 60, "E": -3})).to_dict()
    {'A': 'low', 'B': 'high', 'C': 'middle', 'D': 'middle', 'E': 'low'}
    """
    series = pd.Series(clv, name="clv")
    if series.empty:
        raise ValueError(say("There is no customer.", "一个客户也没有。"))
    parts = np.asarray(shares, dtype=float)
    if parts.ndim != 1 or not (parts > 0).all() or not np.isclose(parts.sum(), 1):
        raise ValueError(
            say(
                f"shares = {shares}: positive shares that add up to 1 are needed.",
                f"shares = {shares} 不对：应为正数，合计等于 1。",
            )
        )
    if len(set(names)) != len(parts):
        raise ValueError(
            say(
                f"{len(parts)} shares need as many different names, not {list(names)}.",
                f"{len(parts)} 个比例要配 {len(parts)} 个不同的名称，不能是 {list(names)}。",
            )
        )
    steady = _steady(tables.numbers(series.to_frame(), "clv", minimum=-np.inf))
    order = np.argsort(-steady, kind="stable")
    borders = np.ceil(np.cumsum(parts)[:-1] * len(series) - 1e-9)
    ordered = np.searchsorted(borders, np.arange(len(series)), side="right")
    codes = np.empty(len(series), dtype=int)
    codes[order] = ordered
    result = pd.Series(pd.Categorical.from_codes(codes, categories=list(names)), index=series.index, name="class")
    result.attrs["ties"] = _straddling(steady[order], ordered)
    return result


# ---------------------------------------------------------------- clusters


def scale(features, log=()):
    """Bring features to mean 0 and standard deviation 1, so that each counts the same in a distance.

    Parameters
    ----------
    features : pandas.DataFrame of numbers
        One row a customer, one column a feature.
    log : str or list of str
        Columns, 0 or more in value, of which the logarithm log(1 + x) is taken first: for features with a long tail.

    Returns
    -------
    pandas.DataFrame
        As `features`, without a unit.

    Raises
    ------
    TypeError
        If a column does not hold numbers.
    ValueError
        If values are missing or infinite, a feature is constant, or a logarithm is wanted of a negative value.

    Examples
    --------
    >>> scale(pd.DataFrame({"visits": [1, 2, 3], "spend": [0, 9, 99]}), log="spend").round(2)
       visits  spend
    0   -1.22  -1.22
    1    0.00   0.00
    2    1.22   1.22
    """
    log = [log] if isinstance(log, str) else list(log)
    tables.require_columns(_table(features, "features").columns, log)
    scaled = {}
    for name in features:
        numbers = tables.numbers(features, name, minimum=0.0 if name in log else -np.inf)
        numbers = np.log1p(numbers) if name in log else numbers
        spread = numbers.std()
        if spread <= 1e-12 * max(1.0, np.abs(numbers).max()):
            raise ValueError(
                say(
                    f'Column "{name}" is constant: it tells no customer from another. Leave it out.',
                    f"“{name}”列是常数，区分不了任何客户：请去掉这一列。",
                )
            )
        scaled[name] = (numbers - numbers.mean()) / spread
    return pd.DataFrame(scaled, index=features.index)


def cluster(features, k, *, log=(), by=None, seed=0):
    """Divide customers into k clusters by k-means on scaled features.

    Parameters
    ----------
    features : pandas.DataFrame of numbers
        One row a customer, in natural units; `scale` is applied first, so units do not matter.
    k : int
        Number of clusters, at least 2.
    log : str or list of str
        See `scale`.
    by : str, optional
        A feature that orders the labels: cluster 0 has its highest mean. Without it, cluster 0 is the largest.
    seed : int
        Of the ten random starts, of which the best is kept. The result does not depend on the order of the rows.

    Returns
    -------
    pandas.Series of int
        Label 0 to k - 1 by customer.

    Raises
    ------
    TypeError, ValueError
        See `scale`; also if there are fewer different customers than clusters.

    References
    ----------
    Lloyd, S. P. (1982), Least squares quantization in PCM, IEEE Transactions on Information Theory 28(2).

    Examples
    --------
    >>> features = pd.DataFrame({"visits": [1, 2, 1, 20, 22], "basket": [50, 55, 52, 8, 9]}, index=list("ABCDE"))
    >>> cluster(features, 2).to_dict()
    {'A': 0, 'B': 0, 'C': 0, 'D': 1, 'E': 1}
    >>> cluster(features, 2, by="visits").tolist()
    [1, 1, 1, 0, 0]
    """
    tables.require_columns(_table(features, "features").columns, [] if by is None else [by])
    points = scale(features, log).to_numpy()
    _check_k(points, k)
    order = np.lexsort(points.T)
    found = np.empty(len(points), dtype=int)
    with _one_thread():
        found[order] = _kmeans(points[order], k, STARTS, seed).labels_
    if by is None:
        lead = np.bincount(found, minlength=k).astype(float)
    else:
        lead = features[by].groupby(found).mean().to_numpy()
    centres = [points[found == label].mean(axis=0) for label in range(k)]
    ranking = sorted(range(k), key=lambda label: (-lead[label], *centres[label]))
    return pd.Series(np.argsort(ranking)[found], index=features.index, name="cluster")


def choose_k(features, ks=range(2, 8), *, log=(), resamples=20, seed=0):
    """Judge numbers of clusters: how tight, how separate, and how stable when the customers are drawn again.

    Parameters
    ----------
    features, log
        As in `cluster`.
    ks : sequence of int
        Numbers of clusters to try.
    resamples : int
        Bootstrap samples for the stability, at least 2.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Index ``k``; ``inertia`` (sum of squared distances to the centre; it always falls), ``silhouette`` (-1 to 1; on
        2,000 customers drawn at random if there are more) and ``stability`` (mean adjusted Rand index, 1 = the same,
        between the clusters found in a bootstrap sample and those found in all customers, both judged on all).

    Raises
    ------
    TypeError, ValueError
        See `cluster`.

    References
    ----------
    Rousseeuw, P. J. (1987), Silhouettes, Journal of Computational and Applied Mathematics 20. Hennig, C. (2007),
    Cluster-wise assessment of cluster stability, Computational Statistics and Data Analysis 52(1). Hubert, L., Arabie,
    P. (1985), Comparing partitions, Journal of Classification 2.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> centres = np.repeat([[0, 0], [9, 0], [0, 9]], 30, axis=0)
    >>> features = pd.DataFrame(centres + rng.normal(size=(90, 2)), columns=["visits", "basket"])
    >>> int(choose_k(features, range(2, 5))["stability"].idxmax())
    3
    """
    from sklearn.metrics import adjusted_rand_score, pairwise_distances, silhouette_score

    if isinstance(resamples, bool) or not isinstance(resamples, (int, np.integer)) or resamples < 2:
        raise ValueError(
            say(
                f"resamples = {resamples}: at least 2 bootstrap samples are needed.",
                f"resamples = {resamples} 不对：至少要抽 2 个自助样本。",
            )
        )
    points = scale(features, log).to_numpy()
    ks = [int(k) for k in ks if not _check_k(points, k)]
    if not ks:
        raise ValueError(
            say(
                "ks is empty: give the numbers of clusters to try, such as range(2, 8).",
                "ks 是空的：请给出要比较的类数，例如 range(2, 8)。",
            )
        )
    points = points[np.lexsort(points.T)].astype("float32")
    shown, samples = _draw(len(points), resamples, seed)

    def stability(best, k):
        again = (
            _kmeans(points[sample], k, STARTS, seed + 1 + number).predict(points)
            for number, sample in enumerate(samples)
        )
        return np.mean([adjusted_rand_score(best.labels_, labels) for labels in again])

    def silhouette(seen):
        several = 1 < len(np.unique(seen)) < len(seen)
        return silhouette_score(distances, seen, metric="precomputed") if several else np.nan

    with _one_thread():
        distances = pairwise_distances(points[shown])
        np.fill_diagonal(distances, 0)
        clusterings = {k: _kmeans(points, k, STARTS, seed) for k in ks}
        return pd.DataFrame(
            {
                "inertia": {k: float(best.inertia_) for k, best in clusterings.items()},
                "silhouette": {k: float(silhouette(best.labels_[shown])) for k, best in clusterings.items()},
                "stability": {k: float(stability(best, k)) for k, best in clusterings.items()},
            }
        ).rename_axis("k")


def _draw(count, resamples, seed):
    """The customers that the silhouette looks at, and the bootstrap samples; the explorer of chapter 05 draws the same."""
    rng = np.random.default_rng(seed)
    return rng.permutation(count)[:2000], [rng.integers(count, size=count) for _ in range(resamples)]


# With two starts the stability of Qinghe's six clusters was 0.92, with ten it is 0.99 and stays there with forty: fewer
# starts measure unlucky starts instead of the samples.
STARTS = 10


def _kmeans(points, k, starts, seed):
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=starts, random_state=seed).fit(points)


def _one_thread():
    """On a few thousand customers threads only wait for each other: on a busy laptop a fit took twenty times as long."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _check_k(points, k):
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
        raise ValueError(
            say(
                f"k = {k}: a whole number of at least 2 clusters is needed.", f"k = {k} 不对：类数应为不小于 2 的整数。"
            )
        )
    if k > len(points):
        raise ValueError(
            say(
                f"k = {k} clusters of {len(points)} customers: choose a smaller k.",
                f"只有 {len(points)} 个客户，分不成 k = {k} 类：请减小 k。",
            )
        )
    different = len(np.unique(points, axis=0))
    if k > different:
        raise ValueError(
            say(
                f"k = {k} clusters, but only {different} customers differ from each other: choose a smaller k.",
                f"互不相同的客户只有 {different} 个，分不成 k = {k} 类：请减小 k。",
            )
        )


def profile(features, labels):
    """Describe clusters: how many customers, and their means.

    Parameters
    ----------
    features : pandas.DataFrame of numbers
    labels : pandas.Series
        Cluster or class of each customer; the same customers as `features`, in any order.

    Returns
    -------
    pandas.DataFrame
        Index: the labels; ``customers``, ``share`` of them, and the mean of each feature in its own unit.

    Raises
    ------
    ValueError
        If the customers of the two are not the same, a value is missing, or a feature is called ``customers`` or
        ``share``.

    Examples
    --------
    >>> features = pd.DataFrame({"visits": [1, 3, 20], "basket": [50, 54, 8]}, index=list("ABC"))
    >>> profile(features, pd.Series([0, 0, 1], index=list("ABC"), name="cluster"))
             customers     share  visits  basket
    cluster
    0                2  0.666667     2.0    52.0
    1                1  0.333333    20.0     8.0
    """
    labels = _same_customers(_table(features, "features"), _labels(labels, "labels"), "features", "labels")
    clash = [name for name in ("customers", "share") if name in features]
    if clash:
        raise ValueError(
            say(
                f"{', '.join(clash)}: the profile has columns of this name, rename the feature.",
                f"{'、'.join(clash)}：结果表中有同名的列，请给这个特征改名。",
            )
        )
    values = pd.DataFrame(
        {name: tables.numbers(features, name, minimum=-np.inf) for name in features}, index=features.index
    )
    groups = values.groupby(labels, observed=True)
    size = groups.size()
    return pd.concat([size.rename("customers"), (size / len(values)).rename("share"), groups.mean()], axis=1)


# ---------------------------------------------------------------- methods side by side


def compare(methods, next_value, share=0.2):
    """Choose the best customers by each method and look at what they brought afterwards.

    Parameters
    ----------
    methods : pandas.DataFrame of numbers
        One row a customer, one column a method: its score, the higher the better.
    next_value : pandas.Series of float
        What each of these customers brought in the next period, in money; 0 for who bought nothing. Customers of whom
        `methods` knows nothing are left out and counted in ``attrs["newcomers"]``.
    share : float
        Share of the customers chosen, 0.2 for the top fifth. Between equal scores at the border the choice is by lot:
        they count with what they bring on average.

    Returns
    -------
    pandas.DataFrame
        Index: the methods; ``captured`` (share of the next value that the chosen bring), ``lift`` (`captured` over
        `share`: 1 is no better than by lot), ``of_best`` (`captured` over what could be captured by hindsight).

    Raises
    ------
    TypeError, ValueError
        If scores or values are missing, customers appear twice or lack a next value, or there is nothing to capture.

    References
    ----------
    Bult, J. R., Wansbeek, T. (1995), Optimal selection for direct mail, Marketing Science 14(4).

    Examples
    --------
    >>> methods = pd.DataFrame({"rfm": [5, 4, 2, 1, 1], "lot": [1, 1, 1, 1, 1]}, index=list("ABCDE"))
    >>> compare(methods, pd.Series([50, 30, 0, 20, 0], index=list("ABCDE")))
            captured  lift  of_best
    method
    rfm          0.5   2.5      1.0
    lot          0.2   1.0      0.4
    """
    chosen = _chosen(methods, share)
    values = pd.Series(next_value, name="next_value")
    tables.require_unique_index(values)
    lacking = methods.index.difference(values.index, sort=False)
    if len(lacking):
        raise ValueError(
            say(
                f"{len(lacking)} of {len(methods)} customers have no next value, first: {_first(lacking)}. If they bought "
                "nothing, say so: next_value.reindex(methods.index, fill_value=0).",
                f"{len(methods)} 个客户中有 {len(lacking)} 个没有下期价值，前几个是：{_first(lacking)}。"
                "如果他们没有购买，请写明：next_value.reindex(methods.index, fill_value=0)。",
            )
        )
    newcomers = len(values) - len(methods)
    values = tables.numbers(values.loc[methods.index].to_frame(), "next_value", minimum=-np.inf)
    if values.sum() <= 0:
        raise ValueError(
            say(
                "The next values add up to nothing: there is nothing to capture.",
                "下期价值合计不大于 0，没有什么可以抓住。",
            )
        )
    best = _top(values, share) @ values / values.sum()
    captured = chosen.T @ values / values.sum()
    slots = _slots(len(methods), share) / len(methods)
    table = pd.DataFrame({"captured": captured, "lift": captured / slots, "of_best": captured / best})
    table.index.name = "method"
    table.attrs = {"share": share, "newcomers": newcomers}
    return table


def overlap(methods, share=0.2):
    """Share of the best customers that two methods have in common.

    Parameters
    ----------
    methods, share
        As in `compare`.

    Returns
    -------
    pandas.DataFrame
        Methods by methods, 0 to 1. By lot it would be `share`.

    Examples
    --------
    >>> methods = pd.DataFrame({"spend": [9, 8, 1, 2], "visits": [7, 1, 9, 2]}, index=list("ABCD"))
    >>> overlap(methods, share=0.5)
            spend  visits
    spend     1.0     0.5
    visits    0.5     1.0
    """
    chosen = _chosen(methods, share)
    common = [[np.minimum(chosen[one], chosen[other]).sum() for other in chosen] for one in chosen]
    return pd.DataFrame(common, index=chosen.columns, columns=chosen.columns) / _slots(len(methods), share)


def agreement(a, b):
    """Compare two classifications of the same customers.

    Parameters
    ----------
    a, b : pandas.Series
        Class of each customer; their names do not matter, nor does the order of the customers.

    Returns
    -------
    float
        Adjusted Rand index: 1 when the two divide the customers alike, about 0 when they agree as by lot.
    pandas.DataFrame
        Number of customers by class of `a` (rows) and of `b` (columns).

    Raises
    ------
    ValueError
        If the customers differ, or a class is missing.

    References
    ----------
    Hubert, L., Arabie, P. (1985), Comparing partitions, Journal of Classification 2.

    Examples
    --------
    >>> index, table = agreement(pd.Series(["A", "A", "B"], name="abc"), pd.Series([0, 0, 1], name="cluster"))
    >>> index
    1.0
    >>> table
    cluster  0  1
    abc
    A        2  0
    B        0  1
    """
    from sklearn.metrics import adjusted_rand_score

    a, b = _labels(a, "a"), _labels(b, "b")
    b = _same_customers(a, b, "a", "b")
    table = pd.crosstab(a, b, rownames=[a.name or "a"], colnames=[b.name or "b"])
    return float(adjusted_rand_score(pd.factorize(a)[0], pd.factorize(b)[0])), table


def _chosen(methods, share):
    """How much of each customer is among the best, by method: 1, 0, or a part for those equal at the border."""
    tables.require_unique_index(_table(methods, "methods"))
    if not (np.ndim(share) == 0 and 0 < share < 1):
        raise ValueError(
            say(
                f"share = {share}: a share between 0 and 1 is needed.",
                f"share = {share} 不对：应为 0 到 1 之间的比例。",
            )
        )
    return pd.DataFrame(
        {name: _top(_steady(tables.numbers(methods, name, minimum=-np.inf)), share) for name in methods},
        index=methods.index,
    )


def _slots(count, share):
    return int(np.ceil(share * count - 1e-9))


def _top(values, share):
    slots = _slots(len(values), share)
    border = np.partition(values, -slots)[-slots]
    above, level = values > border, values == border
    return above + level * (slots - above.sum()) / level.sum()


def _labels(labels, name):
    labels = pd.Series(labels)
    if labels.isna().any():
        missing = labels.index[labels.isna()]
        raise ValueError(
            say(
                f"{name}: {len(missing)} customers have no class, first: {_first(missing)}.",
                f"{name}：有 {len(missing)} 个客户没有类别，前几个是：{_first(missing)}。",
            )
        )
    return labels


def _same_customers(one, other, name, other_name):
    """Return `other` in the order of `one`, or say which customers only one of them has."""
    for table in (one, other):
        tables.require_unique_index(table)
    apart = one.index.symmetric_difference(other.index, sort=False)
    if len(apart):
        raise ValueError(
            say(
                f"{name} and {other_name} must hold the same customers: {len(apart)} are in one only, first: "
                f"{_first(apart)}.",
                f"{name} 与 {other_name} 应是同一批客户：有 {len(apart)} 个只出现在一方，前几个是：{_first(apart)}。",
            )
        )
    return other.loc[one.index]


def _table(table, name):
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            say(
                f"{name}: a pandas table is needed, not {type(table).__name__} (polars and DuckDB: .to_pandas(), .df()).",
                f"{name}：这里需要 pandas 表，收到的却是 {type(table).__name__}（polars、DuckDB 请用 .to_pandas()、.df() 转换）。",
            )
        )
    if table.empty:
        raise ValueError(say(f"{name}: the table is empty.", f"{name}：这是一张空表。"))
    return table


def _first(keys):
    return ", ".join(map(str, keys[:3]))


# ---------------------------------------------------------------- one person in several records

FIELDS = ("name", "pinyin", "phone", "birthday", "address", "email")
# Points of a field for a pair of records: if it agrees, if it is near (a slip of the pen), if it differs.
POINTS = {
    "name": (3, 1, -2),
    "pinyin": (3, 2, -3),
    "phone": (4, 3, 0),
    "birthday": (4, 2, -4),
    "address": (3, 2, -1),
    "email": (4, 0, 0),
}
# From which similarity on a field counts as near.
NEAR = {"name": 0.6, "pinyin": 0.85, "phone": 0.9, "birthday": 0.8, "address": 0.8, "email": 0.9}


def candidate_pairs(records, blocks=None, *, largest=100):
    """List the pairs of records worth comparing: those that agree on at least one key.

    Comparing all pairs of 6,000 records would take 18 million comparisons, nearly all in vain.

    Parameters
    ----------
    records : pandas.DataFrame
        One row a record, its id in the index. What is known of a person stands in columns among ``name``, ``pinyin``,
        ``phone``, ``phone_2``, ``birthday`` (text "1990-05-31" or dates), ``address``, ``email``; not all are needed.
    blocks : sequence of tuples of str, optional
        Each a key: the columns in which two records must agree. "phone" also looks into ``phone_2``. Without it, each
        of the columns above on its own. Spelling is evened out first (capitals, blanks, 十八 and 18).
    largest : int
        A key value that more records share than this (a shop's own number) is skipped and counted: it tells nobody
        apart.

    Returns
    -------
    pandas.DataFrame
        ``left`` and ``right``: ids, each pair once, in the order of the records. ``attrs``: ``blocks`` (pairs that each
        key finds), ``possible`` (all pairs that there are) and ``skipped`` (key: values shared too widely).

    Raises
    ------
    ValueError
        If ids repeat, a column is missing, or no column of the list is there.

    Examples
    --------
    >>> records = pd.DataFrame({"pinyin": ["Mai Xiaoman", "mai xiaoman", "Gu Yu", "Gu Ya"],
    ...                         "phone": ["10000000001", "10000000002", "10000000002", "10000000004"]},
    ...                        index=list("ABCD"))
    >>> candidate_pairs(records)
      left right
    0    A     B
    1    B     C
    """
    tables.require_unique_index(_table(records, "records"))
    blocks = (
        [(field,) for field in FIELDS if field in records]
        if blocks is None
        else [(block,) if isinstance(block, str) else tuple(block) for block in blocks]
    )
    if not blocks:
        raise ValueError(
            say(
                f"No column to compare by. Name the columns {', '.join(FIELDS)}, or give blocks.",
                f"没有可用来比对的列。请把列名改为 {'、'.join(FIELDS)}，或者给出 blocks。",
            )
        )
    for block in blocks:
        tables.require_columns(records.columns, block)
    clean = _clean(records)
    found, skipped, left, right = {}, {}, [], []
    for block in blocks:
        one, other, wide = _pairs_of_block(clean, block, largest)
        found[" + ".join(block)] = len(one)
        skipped |= {" + ".join(block): wide} if wide else {}
        left.append(one)
        right.append(other)
    pairs = np.unique(np.concatenate(left) * len(records) + np.concatenate(right))
    result = pd.DataFrame({"left": records.index[pairs // len(records)], "right": records.index[pairs % len(records)]})
    result.attrs = {"blocks": found, "possible": len(records) * (len(records) - 1) // 2, "skipped": skipped}
    return result


def _pairs_of_block(clean, block, largest):
    """Positions of the pairs that agree on a key, and the number of key values that too many records share."""
    keys = clean[list(block)].assign(record=np.arange(len(clean)))
    if block == ("phone",) and "phone_2" in clean:
        second = clean[["phone_2"]].set_axis(["phone"], axis=1).assign(record=np.arange(len(clean)))
        keys = pd.concat([keys, second])
    keys = keys.dropna().drop_duplicates()
    group = keys.groupby(list(block), sort=False)["record"]
    size = group.transform("size")
    wide = keys[size > largest].drop_duplicates(list(block))
    keys = keys[(size > 1) & (size <= largest)]
    pairs = keys.merge(keys, on=list(block))
    pairs = pairs[pairs["record_x"] < pairs["record_y"]].drop_duplicates(["record_x", "record_y"])
    return pairs["record_x"].to_numpy(), pairs["record_y"].to_numpy(), len(wide)


def compare_records(records, pairs):
    """Say how similar two records are, field by field.

    Parameters
    ----------
    records : pandas.DataFrame
        See `candidate_pairs`.
    pairs : pandas.DataFrame
        ``left`` and ``right``: ids.

    Returns
    -------
    pandas.DataFrame
        Index ``left``, ``right``; for each field there is, its similarity from 0 to 1 (the same), NaN where a record
        lacks it. Texts: one minus the share of characters to change (Levenshtein). Telephones: the best of all
        combinations with ``phone_2``. Birthdays: 0.9 if day and month are swapped, 0.8 if one digit differs, else 0.
        Addresses: 0.9 if only the town is missing; another house number halves the similarity.

    Raises
    ------
    ValueError
        If ids repeat or are not in the records, or there is no field to compare.

    Examples
    --------
    >>> records = pd.DataFrame({"name": ["麦小满", "麦晓满"], "pinyin": ["Mai Xiaoman", "Mai Xiaoman"],
    ...                         "birthday": ["1990-05-03", "1990-03-05"]}, index=["Q1", "Q2"])
    >>> compare_records(records, pd.DataFrame({"left": ["Q1"], "right": ["Q2"]})).round(2)
                name  pinyin  birthday
    left right
    Q1   Q2     0.67     1.0       0.9
    """
    tables.require_unique_index(_table(records, "records"))
    fields = [field for field in FIELDS if field in records]
    if not fields:
        raise ValueError(
            say(
                f"No field to compare: name columns of your table {', '.join(FIELDS)}.",
                f"没有可比较的字段：请把列名改为 {'、'.join(FIELDS)}。",
            )
        )
    tables.require_columns(pairs.columns, ["left", "right"])
    clean = _clean(records)
    left, right = (records.index.get_indexer(pairs[side]) for side in ("left", "right"))
    lost = pairs[(left < 0) | (right < 0)]
    if len(lost):
        raise ValueError(
            tables.bad_rows(
                "Pairs name ids that the records do not have",
                "有些记录对的编号不在客户表里",
                len(lost),
                len(pairs),
                lost.head(3),
            )
        )
    similar = {field: _similarity(clean, field, left, right) for field in fields}
    return pd.DataFrame(similar, index=pd.MultiIndex.from_arrays([pairs["left"], pairs["right"]]))


def _similarity(clean, field, left, right):
    if field == "phone" and "phone_2" in clean:
        both = [
            _texts(clean[one], clean[other], left, right)
            for one in ("phone", "phone_2")
            for other in ("phone", "phone_2")
        ]
        return np.fmax.reduce(both)
    similar = _texts(clean[field], clean[field], left, right)
    if field not in ("birthday", "address"):
        return similar
    one, other = (clean[field].to_numpy(dtype=object)[side] for side in (left, right))
    unsure = np.flatnonzero((similar < 1) & ~np.isnan(similar))
    judge = _birthdays if field == "birthday" else _addresses
    similar[unsure] = [judge(a, b, s) for a, b, s in zip(one[unsure], other[unsure], similar[unsure], strict=True)]
    return similar


def _texts(one, other, left, right):
    """Levenshtein similarity of pairs of texts; NaN where one is missing."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    one, other = one.to_numpy(dtype=object)[left], other.to_numpy(dtype=object)[right]
    there = ~(pd.isna(one) | pd.isna(other))
    similar = np.full(len(left), np.nan)
    if there.any():
        similar[there] = cpdist(one[there], other[there], scorer=Levenshtein.normalized_similarity, dtype=np.float64)
    return similar


def _birthdays(one, other, similar):
    swapped = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return 0.9 if swapped else 0.8 if similar >= 0.9 else 0.0


def _addresses(one, other, similar):
    if one.endswith(other) or other.endswith(one):
        return 0.9
    return similar if re.findall(r"\d+", one) == re.findall(r"\d+", other) else similar / 2


NUMERAL = re.compile("[零\u3007一二三四五六七八九十百]+")
DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"\u3007": 0}


def _number(match):
    """Write a Chinese number below 1,000 in digits: 十八 as 18, 一百零五 as 105."""
    text = match.group()
    if not set(text) & set("十百"):
        return "".join(str(DIGIT[sign]) for sign in text)
    total, last = 0, None
    for sign in text:
        if sign in "十百":
            total += (1 if last is None else last) * (10 if sign == "十" else 100)
            last = None
        else:
            last = DIGIT[sign]
    return str(total + (last or 0))


def _clean(records):
    """Even out spelling: capitals, blanks, signs between digits, Chinese numerals; an empty text is missing."""
    clean = {}
    for name in records:
        text = records[name]
        if name == "birthday" and pd.api.types.is_datetime64_any_dtype(text):
            text = text.dt.strftime("%Y-%m-%d")
        if name in ("name", "pinyin", "phone", "phone_2", "birthday", "address", "email"):
            there = text.notna()
            text = text.astype(object)
            words = text[there].map(str).str.replace(r"\s+", "", regex=True).str.lower()
            if name in ("phone", "phone_2"):
                words = words.str.replace(r"\.0$", "", regex=True).str.replace(r"\D", "", regex=True)
            elif name == "address":
                words = words.map(lambda word: NUMERAL.sub(_number, word))
            text = words.where(words != "").reindex(text.index)
        clean[name] = text
    return pd.DataFrame(clean, index=records.index)


def match_score(similarities, points=None, near=None):
    """Add up the points for and against two records being one person.

    Parameters
    ----------
    similarities : pandas.DataFrame
        As `compare_records` makes them.
    points : dict of three numbers, optional
        Field: points if it agrees (similarity 1), if it is near, if it differs; a missing field gives none.
        ``POINTS`` if not given. Fields without points do not count.
    near : dict of float, optional
        Field: the similarity from which it is near; ``NEAR`` if not given.

    Returns
    -------
    pandas.Series
        Points by pair.

    Raises
    ------
    ValueError
        If a field with points has no similarity, or has not three numbers.

    References
    ----------
    Fellegi, I. P., Sunter, A. B. (1969), A theory for record linkage, Journal of the American Statistical Association
    64: the best points for agreement are log(m / u), with m and u its probabilities in true and false pairs, and
    log((1 - m) / (1 - u)) for disagreement. Ours are small whole numbers in that spirit, to be read and changed.

    Examples
    --------
    >>> similarities = pd.DataFrame({"name": [0.67, 0.33], "pinyin": [1, 0.5], "birthday": [0.9, np.nan]})
    >>> match_score(similarities).tolist()
    [6.0, -5.0]
    """
    chosen = {field: POINTS[field] for field in POINTS if field in similarities} if points is None else points
    near = NEAR if near is None else NEAR | near
    tables.require_columns(similarities.columns, chosen)
    total = pd.Series(0.0, index=similarities.index, name="points")
    for field, three in chosen.items():
        if len(np.atleast_1d(three)) != 3:
            raise ValueError(
                say(
                    f'points of "{field}": three numbers are needed (agrees, near, differs), not {three}.',
                    f"“{field}”的分值应为三个数（一致、相近、不同），而不是 {three}。",
                )
            )
        agrees, close, differs = three
        similar = similarities[field].to_numpy(dtype=float, na_value=np.nan)
        levels = [np.isnan(similar), similar >= 1, similar >= near.get(field, 0.8)]
        total += np.select(levels, [0, agrees, close], differs)
    return total


def link(records, score, threshold):
    """Give records the same number that are linked, directly or through others, by pairs with enough points.

    Parameters
    ----------
    records : pandas.DataFrame
        All records, ids in the index.
    score : pandas.Series
        Points by pair (index ``left``, ``right``), as `match_score` makes them.
    threshold : float
        Pairs with at least so many points are one person. Higher: fewer wrong links (precision), more missed (recall).

    Returns
    -------
    pandas.Series of int
        Number of the person, 1, 2, …, by record, in the order of the records.

    Raises
    ------
    ValueError
        If ids repeat or are not in the records, or points are missing.

    Examples
    --------
    >>> pairs = pd.MultiIndex.from_tuples([("A", "B"), ("B", "D"), ("A", "C")], names=["left", "right"])
    >>> link(pd.DataFrame(index=list("ABCD")), pd.Series([9, 8, 2], index=pairs), threshold=5).to_dict()
    {'A': 1, 'B': 1, 'C': 2, 'D': 1}
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tables.require_unique_index(records)
    if not len(records):
        raise ValueError(say("There is no record.", "一条记录也没有。"))
    score = pd.Series(score, name="points")
    if score.index.nlevels != 2:
        raise ValueError(
            say(
                "score: its index must hold the two ids of each pair, as match_score returns it.",
                "score 的索引应为每对记录的两个编号，就像 match_score 返回的那样。",
            )
        )
    points = tables.numbers(score.to_frame(), "points", minimum=-np.inf)
    left, right = (records.index.get_indexer(score.index.get_level_values(level)) for level in (0, 1))
    lost = score[(left < 0) | (right < 0)]
    if len(lost):
        raise ValueError(
            tables.bad_rows(
                "Pairs name ids that the records do not have",
                "有些记录对的编号不在客户表里",
                len(lost),
                len(score),
                lost.head(3).to_frame(),
            )
        )
    linked = points >= threshold
    edges = coo_array((np.ones(linked.sum(), dtype=bool), (left[linked], right[linked])), shape=(len(records),) * 2)
    groups = connected_components(edges, directed=False)[1]
    return pd.Series(pd.factorize(groups)[0] + 1, index=records.index, name="person")


def precision_recall(linked, truth):
    """Judge linked records by their pairs: how many of those found are right, how many of the right ones are found.

    Parameters
    ----------
    linked, truth : pandas.Series
        Number of the person by record, found and true; the same records.

    Returns
    -------
    pandas.Series
        ``precision`` (right of found), ``recall`` (right of true), ``f1`` (their harmonic mean), and the numbers of
        pairs ``found``, ``true``, ``right``. A share of no pair is NaN.

    Raises
    ------
    ValueError
        If the records are not the same, or a number is missing.

    Examples
    --------
    >>> precision_recall(pd.Series([1, 1, 1, 2]), pd.Series([7, 7, 8, 8])).round(2).to_dict()
    {'precision': 0.33, 'recall': 0.5, 'f1': 0.4, 'found': 3.0, 'true': 2.0, 'right': 1.0}
    """
    linked, truth = _labels(linked, "linked"), _labels(truth, "truth")
    truth = _same_customers(linked, truth, "linked", "truth")
    both = pd.DataFrame({"linked": linked.to_numpy(), "truth": truth.to_numpy()})
    found, true, right = (
        sum(size * (size - 1) / 2 for size in both.groupby(keys).size())
        for keys in ("linked", "truth", ["linked", "truth"])
    )
    return pd.Series(
        {
            "precision": right / found if found else np.nan,
            "recall": right / true if true else np.nan,
            "f1": 2 * right / (found + true) if found + true else np.nan,
            "found": found,
            "true": true,
            "right": right,
        },
        dtype=float,
    )


# ---------------------------------------------------------------- protecting customers


def pseudonymise(table, columns, key, *, drop=()):
    """Replace what identifies people by pseudonyms that still join, and leave out what need not be there.

    The same value and key always give the same pseudonym, in any table and column; without the key nobody can compute
    it, not even from a list of all telephone numbers, as with a plain hash. Keep the key apart from the tables: with
    it they remain personal information in the sense of the law (PIPL, Articles 4 and 73).

    Parameters
    ----------
    table : pandas.DataFrame
    columns : str or list of str
        Columns to replace: ids, telephones. Missing values stay missing. Whole numbers and their texts agree
        (7, 7.0 and "7").
    key : str or bytes
        Secret of at least 16 characters, such as ``secrets.token_hex(16)``.
    drop : str or list of str
        Columns to leave out: names, addresses.

    Returns
    -------
    pandas.DataFrame
        With 16 hexadecimal digits (64 bits of HMAC-SHA256) for each value.

    Raises
    ------
    TypeError
        If the key is no text, or a column holds broken numbers, which identify nobody.
    ValueError
        If the key is shorter than 16, or a column is missing or named twice.

    References
    ----------
    Krawczyk, H., Bellare, M., Canetti, R. (1997), HMAC: Keyed-Hashing for Message Authentication, RFC 2104.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": [7, 8, 7], "name": ["麦小满", "谷雨", "麦小满"], "amount": [10, 20, 30]})
    >>> pseudonymise(table, "customer_id", key="keep this apart!", drop="name")
            customer_id  amount
    0  ...      10
    1  ...      20
    2  ...      30
    """
    columns, drop = ([names] if isinstance(names, str) else list(names) for names in (columns, drop))
    tables.require_columns(_table(table, "table").columns, [*columns, *drop])
    twice = set(columns) & set(drop)
    if twice:
        raise ValueError(
            say(
                f"To be replaced and left out at once: {', '.join(twice)}. Decide for one.",
                f"既要替换又要删去：{'、'.join(twice)}。请二选一。",
            )
        )
    if not isinstance(key, (str, bytes)):
        raise TypeError(
            say(f"The key must be a text, not {type(key).__name__}.", f"密钥应为文本，而不是 {type(key).__name__}。")
        )
    secret = key.encode() if isinstance(key, str) else key
    if len(secret.strip()) < 16:
        raise ValueError(
            say(
                "The key is too short to be a secret: take at least 16 characters, such as secrets.token_hex(16).",
                "密钥太短，保不住秘密：至少 16 个字符，例如 secrets.token_hex(16)。",
            )
        )
    result = table.drop(columns=drop)
    for name in columns:
        codes, values = pd.factorize(result[name])
        signs = [hmac.new(secret, _plain(value, name).encode(), sha256).hexdigest()[:16] for value in values]
        result[name] = pd.array(np.array([*signs, None], dtype=object)[codes], dtype="str")
    return result


def _plain(value, name):
    if isinstance(value, (float, np.floating)):
        if not value.is_integer():
            raise TypeError(
                say(
                    f'Column "{name}" holds broken numbers, such as {value}: it identifies nobody.',
                    f"“{name}”列有小数（如 {value}），不是能识别人的编号。",
                )
            )
        value = int(value)
    return str(value)


def k_anonymity(table, quasi):
    """How well people hide in a table: the size of the smallest group that agrees in what an outsider may know.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a person.
    quasi : str or list of str
        Quasi-identifiers: columns that somebody may know of a person, such as birthday, gender and town. A missing
        value agrees with a missing value.

    Returns
    -------
    pandas.Series
        ``k`` (people in the smallest group), ``unique`` (share of people alone in theirs), ``groups``, ``people``.

    Raises
    ------
    ValueError
        If a column is missing, none is named, or the table is empty.

    References
    ----------
    Sweeney, L. (2002), k-anonymity: a model for protecting privacy, International Journal of Uncertainty, Fuzziness and
    Knowledge-Based Systems 10(5).

    Examples
    --------
    >>> table = pd.DataFrame({"town": ["N", "N", "S", "S"], "born": [1990, 1990, 1990, 1975]})
    >>> k_anonymity(table, ["town", "born"]).to_dict()
    {'k': 1.0, 'unique': 0.5, 'groups': 3.0, 'people': 4.0}
    >>> k_anonymity(table, "town")["k"]
    np.float64(2.0)
    """
    quasi = _quasi(table, quasi)
    sizes = table.groupby(quasi, dropna=False, observed=True).size()
    return pd.Series(
        {"k": sizes.min(), "unique": (sizes == 1).sum() / len(table), "groups": len(sizes), "people": len(table)},
        dtype=float,
    )


def _quasi(table, quasi):
    quasi = [quasi] if isinstance(quasi, str) else list(quasi)
    tables.require_columns(_table(table, "table").columns, quasi)
    if not quasi:
        raise ValueError(
            say("Name at least one column that an outsider may know.", "请至少指明一列外人可能知道的信息。")
        )
    return quasi


def generalise(table, rules):
    """Make columns coarser, so that people agree who did not.

    Parameters
    ----------
    table : pandas.DataFrame
    rules : dict
        Column: "year" or "decade" for dates (or texts that begin with the year), or a number n to keep the first n
        characters of a text.

    Returns
    -------
    pandas.DataFrame
        As `table`, with texts in these columns; missing values stay missing.

    Raises
    ------
    ValueError
        If a column is missing, a rule unknown, or a text does not begin with a year.

    Examples
    --------
    >>> table = pd.DataFrame({"birthday": ["1990-05-31", None], "address": ["启明城土星路18号", "长庚城金星路3号"]})
    >>> generalise(table, {"birthday": "decade", "address": 3})
      birthday address
    0    1990s     启明城
    1      NaN     长庚城
    """
    tables.require_columns(_table(table, "table").columns, rules)
    result = table.copy()
    for name, rule in rules.items():
        column = table[name]
        if rule in ("year", "decade"):
            dates = pd.api.types.is_datetime64_any_dtype(column)
            text = column.dt.strftime("%Y") if dates else column.astype("str").replace("", None)
            odd = table[text.notna() & ~text.str.match(r"\d{4}(\D|$)").astype("boolean").fillna(False).astype(bool)]
            if len(odd):
                raise ValueError(
                    tables.bad_rows(
                        f'Column "{name}" does not begin with a year in some rows',
                        f"“{name}”列有些行不是以年份开头",
                        len(odd),
                        len(table),
                        odd[[name]].head(3),
                    )
                )
            result[name] = text.str[:4] if rule == "year" else text.str[:3] + "0s"
        elif isinstance(rule, (int, np.integer)) and not isinstance(rule, bool) and rule > 0:
            result[name] = column.astype("str").str[:rule]
        else:
            raise ValueError(
                say(
                    f'The rule for "{name}" is {rule!r}: choose "year", "decade", or how many characters to keep.',
                    f'“{name}”的规则是 {rule!r}：请写 "year"、"decade"，或者保留前几个字的字数。',
                )
            )
    return result


def reidentify(careless, known, on):
    """Attack a table without names: join it with what an outsider knows, where that fits one person only.

    Parameters
    ----------
    careless : pandas.DataFrame
        The table that was given away, one row a person, without names.
    known : pandas.DataFrame
        What the outsider knows, with names; one row a person.
    on : str or list of str
        Columns that both have, such as birthday and town. Rows where one is missing are not matched.

    Returns
    -------
    pandas.DataFrame
        A row for each combination that occurs exactly once in both: the columns of both (``_known`` is added to names
        that both have). ``attrs["share"]``: the share of `careless` so found, and perhaps named wrongly if the
        outsider does not know everybody.

    Raises
    ------
    ValueError
        If a column is missing, or is of different types in the two.

    References
    ----------
    Sweeney, L. (2002), see `k_anonymity`.

    Examples
    --------
    >>> careless = pd.DataFrame({"born": [1990, 1985, 1985], "town": ["N", "N", "N"], "spend": [900, 20, 30]})
    >>> known = pd.DataFrame({"name": ["Mai", "Gu"], "born": [1990, 1985], "town": ["N", "N"]})
    >>> reidentify(careless, known, ["born", "town"])
       born town  spend name
    0  1990    N    900  Mai
    """
    on = _quasi(careless, on)
    _quasi(known, on)
    one, other = (table.dropna(subset=on).drop_duplicates(on, keep=False) for table in (careless, known))
    try:
        found = one.merge(other, on=on, suffixes=("", "_known"))
    except ValueError:
        types = {name: f"{careless[name].dtype} / {known[name].dtype}" for name in on}
        raise ValueError(
            say(
                f"The columns are of different types in the two tables: {types}. Convert one of them.",
                f"两张表中这些列的类型不同：{types}。请先转换成一样的。",
            )
        ) from None
    found.attrs = {"share": len(found) / len(careless)}
    return found


# ---------------------------------------------------------------- tiered care


def tier_value(tiers, spend):
    """What care of so much money a head brings in each tier of customers.

    Parameters
    ----------
    tiers : pandas.DataFrame
        Index: the tiers, e.g. vip, ordinary, dormant. ``customers`` (number), ``value`` (money that a customer who
        responds brings), ``ceiling`` and ``k`` (of `value.response_rate`: share who respond at most, and how fast).
    spend : pandas.Series, dict or float
        Money a head, by tier or the same for all.

    Returns
    -------
    pandas.DataFrame
        Index: the tiers; ``customers``, ``spend`` (a head), ``cost`` (of the tier), ``rate`` (share who respond),
        ``gain`` (what they bring) and ``profit`` (gain less cost).

    Raises
    ------
    ValueError
        If a column or tier is missing, or a number is impossible.

    Examples
    --------
    >>> tiers = pd.DataFrame({"customers": [100, 900], "value": [2000, 300], "ceiling": [0.6, 0.2], "k": [0.01, 0.05]},
    ...                      index=["vip", "ordinary"])
    >>> tier_value(tiers, 20).round(2)
              customers  spend     cost  rate      gain    profit
    vip             100   20.0   2000.0  0.11  21752.31  19752.31
    ordinary        900   20.0  18000.0  0.13  34134.51  16134.51
    """
    checked = _check_tiers(tiers)
    heads, tiers = tiers["customers"], checked
    if np.ndim(spend) == 0 and not isinstance(spend, dict):
        spend = pd.Series(float(spend), index=tiers.index)
    spend = pd.Series(spend, dtype=float, name="spend")
    absent = tiers.index.difference(spend.index, sort=False)
    if len(absent):
        raise ValueError(
            say(f"No spend is given for: {_first(absent)}.", f"这些层级没有给出人均投入：{_first(absent)}。")
        )
    spend = pd.Series(tables.numbers(spend[tiers.index].to_frame(), "spend"), index=tiers.index)
    rate = response_rate(spend.to_numpy(), tiers["ceiling"].to_numpy(), tiers["k"].to_numpy())
    cost, gain = tiers["customers"] * spend, tiers["customers"] * tiers["value"] * rate
    return pd.DataFrame(
        {"customers": heads, "spend": spend, "cost": cost, "rate": rate, "gain": gain, "profit": gain - cost}
    )


def tier_plan(tiers, budget):
    """Divide a budget for care between tiers of customers so that it brings the most.

    The last yuan brings the same in each tier that receives any: :math:`v\\,c\\,k\\,e^{-k s}`, with value v, ceiling
    c and spend s a head. Where that falls below 1 the money stays in the till.

    Parameters
    ----------
    tiers : pandas.DataFrame
        See `tier_value`.
    budget : float
        Money to spend at most.

    Returns
    -------
    pandas.DataFrame
        See `tier_value`. ``attrs``: ``budget``, ``unspent`` and ``marginal`` (what the last yuan brings).

    Raises
    ------
    ValueError
        See `tier_value`; also if the budget is negative or no number.

    Examples
    --------
    >>> tiers = pd.DataFrame({"customers": [100, 900], "value": [2000, 300], "ceiling": [0.6, 0.2], "k": [0.01, 0.05]},
    ...                      index=["vip", "ordinary"])
    >>> plan = tier_plan(tiers, 20_000)
    >>> plan["spend"].round(2).to_dict(), round(plan.attrs["marginal"], 2)
    ({'vip': 160.55, 'ordinary': 4.38}, 2.41)
    """
    from scipy.optimize import brentq

    tiers = _check_tiers(tiers)
    if not (np.ndim(budget) == 0 and np.isfinite(budget) and budget >= 0):
        raise ValueError(
            say(
                f"budget = {budget}: one number of at least 0 is needed.",
                f"budget = {budget} 不对：应为一个不小于 0 的数。",
            )
        )
    heads, speed = tiers["customers"].to_numpy(), tiers["k"].to_numpy()
    first = (tiers["value"] * tiers["ceiling"] * tiers["k"]).to_numpy()  # what the first yuan on a head brings

    def spends(log_marginal):
        with np.errstate(divide="ignore"):
            return np.clip((np.log(first) - log_marginal) / speed, 0, None)

    def over(log_marginal):
        return heads @ spends(log_marginal) - budget

    low, high = 0.0, max(float(np.log(max(first.max(), 1.0))), 0.0)
    level = low if over(low) <= 0 else brentq(over, low, high, xtol=1e-14)
    plan = tier_value(tiers, pd.Series(spends(level), index=tiers.index))
    plan.attrs = {
        "budget": float(budget),
        "unspent": max(float(budget - plan["cost"].sum()), 0.0),
        "marginal": float(np.exp(level)),
    }
    return plan


def _check_tiers(tiers):
    tables.require_unique_index(_table(tiers, "tiers"))
    checked = pd.DataFrame(
        {name: tables.numbers(tiers, name) for name in ("customers", "value", "ceiling", "k")}, index=tiers.index
    )
    wrong = checked[(checked["ceiling"] <= 0) | (checked["ceiling"] > 1) | (checked["k"] <= 0)]
    if len(wrong):
        raise ValueError(
            tables.bad_rows(
                "A ceiling must lie above 0 and be at most 1, k above 0",
                "上限 ceiling 应大于 0 且不超过 1，k 应大于 0",
                len(wrong),
                len(tiers),
                wrong.head(3),
            )
        )
    return checked
