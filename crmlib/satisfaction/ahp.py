"""The analytic hierarchy process: weights from comparisons of pairs, and whether the comparisons agree."""

import itertools

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# Mean consistency index of random comparisons of 1, 2, 3, … items: Saaty (1980), The Analytic Hierarchy Process, p. 21.
RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
# 0.333 for 1/3 is near enough, 0.33 is not.
ROUNDING = 2e-3
LIMITS = 1e-3, 1e3  # far beyond Saaty's scale; more is a slip of the keyboard


def ahp(comparisons, *, method="eigenvector", max_ratio=0.1):
    r"""Return the weights of items that were compared pair by pair, a Series that adds up to 1.

    Row i and column j of `comparisons` say how many times as important i is as j: 1 equally, 3 moderately, 5 strongly,
    7 very strongly, 9 extremely, and 1/3, 1/5, … the other way round. Source: Saaty (1980), The Analytic Hierarchy
    Process; (1990), How to make a decision, European Journal of Operational Research 48.

    ``attrs``: ``lambda_max``, ``consistency_index`` :math:`(\lambda_{max} - n)/(n - 1)`, ``consistency_ratio`` (the
    index over that of random comparisons, `RANDOM_INDEX`) and ``worst``: the pair that fits the others least, with what
    was said and what the others imply (None if all agree).

    Parameters
    ----------
    comparisons : pandas.DataFrame or square array
        Up to 15 items, in the same order in rows and columns; `comparisons_from` makes it of the pairs.
    method : {"eigenvector", "geometric", "columns"}
        Saaty's principal eigenvector; the geometric means of the rows; the means of the rows after each column was
        divided by its sum, as it is done by hand. If the comparisons agree, the three are the same.
    max_ratio : float
        A higher consistency ratio is refused; Saaty's rule is 0.1.

    Examples
    --------
    >>> pairs = {("quality", "price"): 2, ("quality", "service"): 4, ("price", "service"): 3}
    >>> weights = ahp(comparisons_from(pairs, ["quality", "price", "service"]))
    >>> weights.round(3).to_dict(), round(weights.attrs["consistency_ratio"], 3)
    ({'quality': 0.558, 'price': 0.32, 'service': 0.122}, 0.016)
    """
    checks.one_of(method, "method", _METHODS)
    limit = checks.number(max_ratio, "max_ratio", least=0)
    values, items = _matrix(comparisons)
    weights = _METHODS[method](values)
    count = len(items)
    lambda_max = float((values @ weights / weights).mean())
    index = max((lambda_max - count) / (count - 1), 0.0)
    ratio = index / RANDOM_INDEX[count - 1] if count > 2 else 0.0
    worst = _worst(values, weights, items) if ratio > 1e-9 else None
    if ratio > limit:
        _refuse(ratio, limit, worst)
    found = pd.Series(weights, index=items, name="weight")
    found.attrs = {"lambda_max": lambda_max, "consistency_index": index, "consistency_ratio": ratio, "worst": worst}
    return found


def comparisons_from(pairs, items):
    """Return the full matrix of comparisons of what was said pair by pair.

    `pairs` holds each two items once, in one order or the other: ``{("quality", "price"): 3}`` says that quality is
    three times as important as price. `items` gives the order of rows and columns.

    >>> comparisons_from({("quality", "price"): 4}, ["price", "quality"])
             price  quality
    price      1.0     0.25
    quality    4.0     1.00
    """
    items, pairs = checks.names(items, "items"), checks.settings(pairs, "pairs")
    if len(set(items)) < len(items) or len(items) < 2:
        en = f"items = {items}: give two or more names, each once."
        raise ValueError(say(en, f"items = {items}：请给出两个以上的名称，且不要重复。"))
    matrix = pd.DataFrame(np.eye(len(items)), index=items, columns=items)
    said = set()
    for pair, value in pairs.items():
        if not (isinstance(pair, tuple) and len(pair) == 2 and pair[0] != pair[1] and set(pair) <= set(items)):
            en = f"pairs: {checks.quoted(pair)} is no pair of two of the items {', '.join(map(str, items))}."
            raise ValueError(say(en, f"pairs：{checks.quoted(pair)} 不是 {'、'.join(map(str, items))} 中的两项。"))
        one, other = pair
        if frozenset(pair) in said:
            en = f"pairs: {one} and {other} are compared twice. Keep one of the two."
            raise ValueError(say(en, f"pairs：{one} 与 {other} 比较了两次，请只留一次。"))
        said.add(frozenset(pair))
        ratio = checks.number(value, f"pairs[{one!r}, {other!r}]", *LIMITS)
        matrix.loc[one, other], matrix.loc[other, one] = ratio, 1 / ratio
    lacking = [pair for pair in itertools.combinations(items, 2) if frozenset(pair) not in said]
    if lacking:
        en = f"pairs: {len(lacking)} comparisons are missing, first: {checks.first(lacking)}."
        raise ValueError(say(en, f"pairs：还缺 {len(lacking)} 个比较，前几个是：{checks.first(lacking)}。"))
    return matrix


def _eigenvector(values):
    roots, vectors = np.linalg.eig(values)
    first = np.abs(vectors[:, roots.real.argmax()].real)  # Perron: real, and of one sign
    return first / first.sum()


def _geometric(values):
    means = np.exp(np.log(values).mean(axis=1))
    return means / means.sum()


def _columns(values):
    return (values / values.sum(axis=0)).mean(axis=1)


_METHODS = {"eigenvector": _eigenvector, "geometric": _geometric, "columns": _columns}


def _matrix(comparisons):
    """The comparisons as a square array of reciprocal numbers, and the names of the items."""
    if isinstance(comparisons, pd.DataFrame):
        checks.frame(comparisons, "comparisons")
        items = list(comparisons.columns)
        if list(comparisons.index) != items:
            en = "comparisons: rows and columns need the same names in the same order: comparisons.loc[names, names]."
            raise ValueError(
                say(en, "comparisons：行名和列名应当相同、顺序也相同，请写 comparisons.loc[names, names]。")
            )
        values = np.column_stack([checks.column(comparisons, name) for name in items])
    else:
        if not isinstance(comparisons, (list, tuple, np.ndarray)):
            kind = type(comparisons).__name__
            en = f"comparisons: a table, an array or a list of rows is needed, not {kind}."
            raise TypeError(say(en, f"comparisons：应为表、数组或逐行的列表，而不是 {kind}。"))
        values = checks.numbers(comparisons, "comparisons")
        items = list(range(1, len(values) + 1)) if values.ndim else []
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not 2 <= len(items) <= len(RANDOM_INDEX):
        shape, most = " × ".join(map(str, values.shape)) or "1", len(RANDOM_INDEX)
        en = f"comparisons ({shape}): a square table of 2 to {most} items is needed; group more items in a hierarchy."
        zh = f"comparisons（{shape}）应是 2 到 {most} 项的方阵；项目更多时，请先分层。"
        raise ValueError(say(en, zh))
    _check_reciprocal(values, items)
    return values, items


def _check_reciprocal(values, items):
    for i, j in itertools.combinations_with_replacement(range(len(items)), 2):
        one, other, there, back = items[i], items[j], values[i, j], values[j, i]
        if there <= 0 or back <= 0:
            en = f"comparisons: {one} against {other} is {min(there, back):g}. A comparison is above 0: less important "
            zh = f"comparisons：{one} 与 {other} 的比较值是 {min(there, back):g}，应当大于 0；"
            raise ValueError(say(en + "is 1/3, not -3.", zh + "次要写成 1/3，不写 -3。"))
        if abs(there * back - 1) > ROUNDING:
            if i == j:
                en = f"comparisons: {one} against itself is {there:g}; the diagonal is 1."
                zh = f"comparisons：{one} 与自己的比较值是 {there:g}，对角线上应是 1。"
            else:
                en = f"comparisons: {one} against {other} is {there:g}, so {other} against {one} is 1/{there:g} = "
                en += f"{1 / there:.4g}, not {back:g}. comparisons_from makes the table of one number for each pair."
                zh = f"comparisons：{one} 比 {other} 是 {there:g}，那么 {other} 比 {one} 应是 1/{there:g} = "
                zh += f"{1 / there:.4g}，而不是 {back:g}。用 comparisons_from，每一对只需给一个数。"
            raise ValueError(say(en, zh))


def _worst(values, weights, items):
    """The pair whose comparison is furthest from the ratio of the weights, and what the others imply instead.

    The others: the matrix with the pair put to 0 and the diagonal of both to 2 (Harker 1987, Incomplete pairwise
    comparisons in the AHP, Mathematical Modelling 9; Saaty 2003, European Journal of Operational Research 145).
    """
    pairs = list(itertools.combinations(range(len(items)), 2))
    distance = checks.steady([abs(np.log(values[i, j] * weights[j] / weights[i])) for i, j in pairs])
    i, j = pairs[int(distance.argmax())]
    if values[i, j] < 1:
        i, j = j, i  # said the way round in which it reads "so many times as important"
    without = values.copy()
    without[[i, j], [j, i]], without[[i, j], [i, j]] = 0, 2
    rest = _eigenvector(without)
    return {"pair": (items[i], items[j]), "said": float(values[i, j]), "implied": float(rest[i] / rest[j])}


def _refuse(ratio, limit, worst):
    (one, other), said, implied = worst["pair"], worst["said"], worst["implied"]
    en = f"comparisons: the consistency ratio {ratio:.2f} is above max_ratio = {limit:g}: they contradict each other. "
    en += f"Look again at {one} against {other}: {_times(said)} was said, the other comparisons imply "
    en += f"{_times(implied)}. To see the weights all the same: ahp(…, max_ratio={np.ceil(ratio * 10) / 10:g})."
    zh = f"comparisons：一致性比率 {ratio:.2f} 超过 max_ratio = {limit:g}，各个比较互相矛盾。请重新考虑 {one} 与 "
    zh += f"{other}：给出的是 {_times(said)}，而由其他比较推出的是 {_times(implied)}。"
    zh += f"如果仍要看权重：ahp(…, max_ratio={np.ceil(ratio * 10) / 10:g})。"
    raise ValueError(say(en, zh))


def _times(value):
    return f"{value:.3g}" if value >= 1 else f"1/{1 / value:.3g}"
