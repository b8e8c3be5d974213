"""A table of features before a model learns from it: what would spoil the model."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def check_features(features, churned=None, *, limit=0.95):
    """Look through a table of features before a model learns from it, and refuse what would spoil it.

    That is: numbers written as text, missing values, the same value in all rows, ids, and leaks.

    Returns a DataFrame by ``column``: ``kind`` ("number", "yes/no", "category" or "date"), ``missing`` (0: else it was
    refused), ``values`` (distinct ones) and, with `churned`, ``alone``: the AUC of the column by itself, 0.5 to 1
    (categories are scored by the churn rate of their level among the other half of the customers).

    Parameters
    ----------
    features : pandas.DataFrame
        One row a customer, without the answer and without ids (make them the index).
    churned : Series, array or list of 0/1, optional
        The answer, in the order of `features`. Without it, leaks are not looked for.
    limit : float, optional
        AUC from which a column by itself is suspected to have been written after the leaving. None: refuse none.

    Examples
    --------
    >>> features = pd.DataFrame({"age": [31, 45, 52, 28, 60, 39], "plan": ["a", "b", "a", "b", "a", "b"]})
    >>> check_features(features, [1, 0, 1, 0, 0, 1]).round(2)
                kind  missing  values  alone
    column
    age       number        0       6   0.56
    plan    category        0       2   0.50
    """
    features = _plain(checks.frame(features, "features"))
    limit = None if limit is None else checks.number(limit, "limit", least=0.5, most=1)
    left = None
    if churned is not None:
        _, churned = checks.lists(features=features.iloc[:, 0], churned=churned)
        left = checks.both_kinds(churned, "churned")
    for name in features:
        checks.one_each(features[name], name)
    _refuse_text_numbers(features)
    _refuse_written(features)
    refuse_missing(features)
    _refuse_constant(features)
    kinds = [_kind(features[name]) for name in features]
    table = pd.DataFrame({"kind": kinds, "missing": 0, "values": features.nunique()}).rename_axis("column")
    if left is not None:
        table["alone"] = [_alone(features[name], left) for name in features]
        if limit is not None:
            _refuse_leaks(table["alone"], limit)
    return table


def _plain(features):
    """The table with yes and no, and dates, of whatever dtype, in pandas' own; spans of time are refused."""
    plain = {}
    for name, column in features.items():
        if pd.api.types.is_timedelta64_dtype(column):
            raise TypeError(checks.no_numbers(column, column.dtype, name, "table"))
        held = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
        yes = pd.api.types.infer_dtype(held, skipna=True) == "boolean"
        dates = checks.of_dates(column)
        plain[name] = held.astype("boolean") if yes else column if dates is None else dates
    return pd.DataFrame(plain)


def _kind(column):
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_numeric_dtype(column):
        return "yes/no" if column.dropna().isin([0, 1]).all() else "number"
    return "category"


def _is_text(column):
    return pd.api.types.is_string_dtype(column) or pd.api.types.is_object_dtype(column)


def _unfilled(column):
    """Mark what is missing, blank or infinite."""
    if _is_text(column):
        return column.isna() | checks.blank(column)
    if pd.api.types.is_numeric_dtype(column):
        return column.isna() | np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
    return column.isna()


def _refuse_text_numbers(features):
    """Refuse columns of text in which most filled rows can be read as numbers; name the rows that cannot."""
    found = {}
    for name in filter(lambda name: _is_text(features[name]), features):
        filled, number = ~_unfilled(features[name]), pd.to_numeric(features[name], errors="coerce").notna()
        if filled.any() and number[filled].mean() > 0.5:
            found[name] = ~number
    en = 'Column "{name}" holds numbers written as text{also}. Find out what the rows mean that cannot be read (blank: '
    en += 'nothing, or not known?), then convert it, pd.to_numeric(table["{name}"], errors="coerce"), and fill these '
    en += "rows"
    zh = "“{name}”列是写成文本的数{also}。先弄清读不出的行是什么意思（空白是零，还是不知道？），"
    zh += '再用 pd.to_numeric(table["{name}"], errors="coerce") 转换，并填上这些行'
    _refuse_worst(found, features, en, zh, show=repr)


def _refuse_written(features):
    """Refuse columns of amounts and dates written as text, which would be taken for ids or categories."""
    for name in filter(lambda name: _is_text(features[name]), features):
        texts = features[name][~_unfilled(features[name])]
        texts = texts[texts.map(lambda value: isinstance(value, str))]
        if len(texts) and checks.are_amounts(texts):
            raise TypeError(checks.no_numbers(texts, features[name].dtype, name, "table"))
        if len(texts) and texts.str.contains(r"\d").mean() > 0.5 and checks.are_dates(texts):
            raise TypeError(checks.no_dates(texts, features[name].dtype, name, "table"))


def refuse_missing(features):
    """Refuse columns with missing, blank or infinite values.

    >>> refuse_missing(pd.DataFrame({"age": [31, 45]}))
    """
    holes = {name: bad for name in features if (bad := _unfilled(features[name])).any()}
    en = 'Column "{name}" has missing (or infinite) values{also}. Find out why they are missing, then fill them or '
    en += "take the rows out: a pipeline must not guess in silence"
    zh = "“{name}”列有缺失值（或无穷大）{also}。先弄清为什么缺失，再填上或者删去这些行：不要让程序悄悄代填"
    _refuse_worst(holes, features, en, zh)


def _refuse_worst(found, features, en, zh, show=lambda value: value):
    """Show the bad rows of the column that has most of them, and name the other columns found."""
    if found:
        name = max(found, key=lambda key: found[key].sum())
        others = [str(other) for other in found if other != name]
        en = en.format(name=name, also=f" (also: {', '.join(others)})" if others else "")
        zh = zh.format(name=name, also=f"（还有：{'、'.join(others)}）" if others else "")
        bad = found[name]
        raise ValueError(checks.bad_rows(en, zh, bad.sum(), len(bad), features.loc[bad, [name]].head(3).map(show)))


def _refuse_constant(features):
    distinct = features.nunique()
    constant = distinct.index[distinct == 1]
    if len(constant):
        en = f"The same value in all rows, take the column out: {checks.first(constant)}."
        zh = f"各行的数值都相同，请去掉这一列：{checks.first(constant)}。"
        raise ValueError(say(en, zh))
    ids = [name for name in features if _is_text(features[name]) and distinct[name] == len(features)]
    if ids:
        shown, remedy = checks.first(ids), f'table.set_index("{ids[0]}")'
        en = f"A different text in each row, an id and no feature: {shown}. Make it the index: {remedy}."
        zh = f"每一行的文本都不同，是编号而不是特征：{shown}。请设为索引：{remedy}。"
        raise ValueError(say(en, zh))


def _refuse_leaks(alone, limit):
    leaks = alone[alone >= limit].sort_values(ascending=False)
    if len(leaks):
        shown = ", ".join(f"{name} ({auc:.3f})" for name, auc in leaks.items())
        en = f"By itself it nearly tells who left (AUC of {limit:g} or more): {shown}. Was it written after they had "
        en += "left? On the day of decision it would say nothing: take it out, or show that it was known then and "
        en += "raise limit."
        zh = f"单凭这一列就几乎能看出谁流失（AUC 不低于 {limit:g}）：{shown}。它是不是流失之后才写入的？"
        zh += "若是，决策那天它什么也说明不了：请去掉；若能证明当时已知，可提高 limit。"
        raise ValueError(say(en, zh))


def _alone(column, left):
    """AUC of one column, folded to 0.5 or more; a category is scored on one half by its levels' rates on the other."""
    from sklearn.metrics import roc_auc_score

    if _kind(column) != "category":
        score = (column.astype("int64") if _kind(column) == "date" else column).to_numpy(dtype=float)
    else:
        half = pd.Series(left).groupby(left).cumcount().to_numpy() % 2
        codes = pd.Series(pd.factorize(column)[0])
        score = np.empty(len(left))
        for mine in (0, 1):
            rates = pd.Series(left[half != mine]).groupby(codes[half != mine].to_numpy()).mean()
            score[half == mine] = codes[half == mine].map(rates).fillna(left.mean())
    auc = float(roc_auc_score(left, checks.steady(score)))
    return max(auc, 1 - auc)
