"""Features before a model learns from them: what would spoil it, and whether two groups are alike."""

import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.churn._checks import _both_kinds, _first, _lists, _number
from crmlib.churn.uplift import _experiment
from crmlib.language import say


def check_features(features, churned=None, *, limit=0.95):
    """Look through a table of features before a model learns from it, and refuse what would spoil it.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, without the answer and without ids (make them the index).
    churned : Series, array or list of 0/1, optional
        The answer, in the order of `features`. Without it, leaks are not looked for.
    limit : float, optional
        A column that by itself tells leavers from stayers so well (AUC) is suspected to have been written after the
        leaving. None: refuse none.

    Returns
    -------
    pandas.DataFrame
        By ``column``: ``kind`` ("number", "yes/no", "category" or "date"), ``missing`` (0: else it was refused),
        ``values`` (distinct ones) and, with `churned`, ``alone``: the AUC of the column by itself, 0.5 to 1 (categories
        are scored by the churn rate of their level among the other half of the customers).

    Raises
    ------
    TypeError
        If `features` is no pandas table.
    ValueError
        Names the columns: numbers written as text or blank (which rows); missing values; the same value in all rows, or
        texts that differ in all rows (ids); columns that alone separate the leavers. Also if all or none churned.

    Examples
    --------
    >>> features = pd.DataFrame({"age": [31, 45, 52, 28, 60, 39], "plan": ["a", "b", "a", "b", "a", "b"]})
    >>> check_features(features, [1, 0, 1, 0, 0, 1])
                kind  missing  values     alone
    column
    age       number        0       6  0.555556
    plan    category        0       2  0.500000
    >>> check_features(features.assign(total=["12.5", " ", "8", "9", "7.25", "3"]))
    Traceback (most recent call last):
    ...
    ValueError: Column "total" holds numbers written as text... 1 of 6 rows, first:
      total
    1...
    """
    if not isinstance(features, pd.DataFrame):
        raise TypeError(
            say(
                f"features: a pandas table is needed, not {type(features).__name__}.",
                f"features：这里需要 pandas 表，收到的却是 {type(features).__name__}。",
            )
        )
    if features.empty:
        raise ValueError(say("features: the table is empty.", "features：这是一张空表。"))
    twice = features.columns[features.columns.duplicated()]
    if len(twice):
        raise ValueError(
            say(
                f"Column names stand more than once: {_first(twice)}. Rename them.",
                f"列名重复：{_first(twice)}。请改名。",
            )
        )
    limit = None if limit is None else _number(limit, "limit", least=0.5, most=1)
    left = None
    if churned is not None:
        _, churned = _lists(features=features.iloc[:, 0], churned=churned)
        left = _both_kinds(churned)
    _refuse_text_numbers(features)
    _refuse_missing(features)
    _refuse_constant(features)
    table = pd.DataFrame(
        {"kind": [_kind(features[name]) for name in features], "missing": 0, "values": features.nunique().to_numpy()},
        index=pd.Index(features.columns, name="column"),
    )
    if left is not None:
        table["alone"] = [_alone(features[name], left) for name in features]
        if limit is not None:
            _refuse_leaks(table["alone"], limit)
    return table


def _kind(column):
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_numeric_dtype(column):
        return "yes/no" if column.dropna().isin([0, 1]).all() else "number"
    return "category"


def _texts(features):
    return [
        name
        for name in features
        if pd.api.types.is_string_dtype(features[name]) or pd.api.types.is_object_dtype(features[name])
    ]


def _blank(column):
    return column.isna() | (column.astype(str).str.strip() == "")


def _refuse_text_numbers(features):
    """Refuse columns of text in which most filled rows can be read as numbers; name the rows that cannot."""
    found = {}
    for name in _texts(features):
        filled, number = ~_blank(features[name]), pd.to_numeric(features[name], errors="coerce").notna()
        if filled.any() and number[filled].mean() > 0.5:
            found[name] = ~number
    if not found:
        return
    name = max(found, key=lambda key: found[key].sum())
    also_en, also_zh = _also(found, name)
    unread = found[name]
    raise ValueError(
        tables.bad_rows(
            f'Column "{name}" holds numbers written as text{also_en}. Find out what the rows mean that cannot be read '
            f'(blank: nothing, or not known?), then convert it, pd.to_numeric(table["{name}"], errors="coerce"), and fill '
            "these rows",
            f"“{name}”列是写成文本的数{also_zh}。先弄清读不出的行是什么意思（空白是零，还是不知道？），"
            f'再用 pd.to_numeric(table["{name}"], errors="coerce") 转换，并填上这些行',
            unread.sum(),
            len(features),
            features.loc[unread, [name]].map(repr).head(3),
        )
    )


def _refuse_missing(features):
    texts = _texts(features)
    holes = {}
    for name in features:
        column = features[name]
        bad = _blank(column) if name in texts else column.isna()
        if pd.api.types.is_numeric_dtype(column):
            bad |= np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
        if bad.any():
            holes[name] = bad
    if not holes:
        return
    name = max(holes, key=lambda key: holes[key].sum())
    also_en, also_zh = _also(holes, name)
    raise ValueError(
        tables.bad_rows(
            f'Column "{name}" has missing (or infinite) values{also_en}. Find out why they are missing, then fill them or '
            "take the rows out: a pipeline must not guess in silence",
            f"“{name}”列有缺失值（或无穷大）{also_zh}。先弄清为什么缺失，再填上或者删去这些行：不要让程序悄悄代填",
            holes[name].sum(),
            len(features),
            features.loc[holes[name], [name]].head(3),
        )
    )


def _refuse_constant(features):
    distinct = features.nunique()
    constant = distinct.index[distinct == 1]
    if len(constant):
        raise ValueError(
            say(
                f"The same value in all rows, take the column out: {_first(constant)}.",
                f"各行的数值都相同，请去掉这一列：{_first(constant)}。",
            )
        )
    ids = [name for name in _texts(features) if distinct[name] == len(features)]
    if ids:
        raise ValueError(
            say(
                f"A different text in each row, an id and no feature: {_first(ids)}. Make it the index: "
                f'table.set_index("{ids[0]}").',
                f'每一行的文本都不同，是编号而不是特征：{_first(ids)}。请设为索引：table.set_index("{ids[0]}")。',
            )
        )


def _refuse_leaks(alone, limit):
    leaks = alone[alone >= limit].sort_values(ascending=False)
    if len(leaks):
        shown = ", ".join(f"{name} ({auc:.3f})" for name, auc in leaks.items())
        raise ValueError(
            say(
                f"By itself it nearly tells who left (AUC of {limit:g} or more): {shown}. Was it written after they had "
                "left? On the day of decision it would say nothing: take it out, or show that it was known then and raise "
                "limit.",
                f"单凭这一列就几乎能看出谁流失（AUC 不低于 {limit:g}）：{shown}。它是不是流失之后才写入的？"
                "若是，决策那天它什么也说明不了：请去掉；若能证明当时已知，可提高 limit。",
            )
        )


def _also(found, name):
    others = [str(other) for other in found if other != name]
    return (f" (also: {', '.join(others)})", f"（还有：{'、'.join(others)}）") if others else ("", "")


def _alone(column, left):
    """AUC of one column, folded to 0.5 or more; a category is scored on one half by its levels' rates on the other."""
    from sklearn.metrics import roc_auc_score

    if _kind(column) != "category":
        score = column.astype("int64") if _kind(column) == "date" else column
        score = score.to_numpy(dtype=float)
    else:
        half = pd.Series(left).groupby(left).cumcount().to_numpy() % 2
        codes = pd.factorize(column)[0]
        score = np.empty(len(left))
        for mine in (0, 1):
            other = half != mine
            seen = np.bincount(codes[other], minlength=codes.max() + 1)
            rate = np.bincount(codes[other], weights=left[other], minlength=codes.max() + 1)
            rate = np.where(seen > 0, rate / np.maximum(seen, 1), left.mean())
            score[~other] = rate[codes[~other]]
    auc = float(roc_auc_score(left, score))
    return max(auc, 1 - auc)


def balance(features, treated):
    r"""Compare who was treated and who was not before the treatment: did the lot make two groups alike?

    The standardised difference is :math:`(m_1 - m_0) / \sqrt{(v_1 + v_0) / 2}`; for a share :math:`v = p(1 - p)`. It
    has no unit and does not grow with the number of customers. Above 0.1 in size it deserves a look.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, known before the treatment. Numbers, 0/1, bool, or categories (a row for each of them).
    treated : Series, array or list of 0/1
        Who was treated.

    Returns
    -------
    pandas.DataFrame
        Index ``feature`` (a category as ``"channel: Web"``); ``treated`` and ``control`` (means or shares),
        ``difference`` (standardised). ``attrs``: ``treated`` and ``control``, numbers of customers.

    Raises
    ------
    TypeError, ValueError
        If features are no table or have missing values, or everybody or nobody was treated.

    References
    ----------
    Austin, P. C. (2009), Balance diagnostics for comparing the distribution of baseline covariates between treatment
    groups in propensity-score matched samples, Statistics in Medicine 28(25).

    Examples
    --------
    >>> features = pd.DataFrame({"visits": [1, 3, 2, 4], "channel": ["Web", "Web", "Web", "Phone"]})
    >>> balance(features, [1, 1, 0, 0]).round(2)
                    treated  control  difference
    feature
    visits              2.0      3.0       -0.71
    channel: Phone      0.0      0.5       -1.41
    channel: Web        1.0      0.5        1.41
    """
    (lot,) = _experiment(treated, features=features)
    _refuse_missing(features)
    rows = {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column):
            rows[name] = _standardised(column.to_numpy(dtype=float), lot)
        else:
            for level in sorted(column.astype(str).unique()):
                rows[f"{name}: {level}"] = _standardised((column.astype(str) == level).to_numpy(dtype=float), lot)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["treated", "control", "difference"])
    table.attrs = {"treated": int(lot.sum()), "control": int((~lot).sum())}
    return table.rename_axis("feature")


def _standardised(values, lot):
    one, other = values[lot], values[~lot]
    share = np.isin(values, (0, 1)).all()
    spread = [
        part.mean() * (1 - part.mean()) if share else part.var(ddof=1) if len(part) > 1 else 0.0
        for part in (one, other)
    ]
    gap, scale = one.mean() - other.mean(), np.sqrt(sum(spread) / 2)
    return one.mean(), other.mean(), gap / scale if scale else np.copysign(np.inf, gap) if gap else 0.0
