"""Yes and no: columns of 0 and 1, of True and False, and what to do with those that say it in words."""

import unicodedata

import numpy as np
import pandas as pd

from crmlib.checks.tables import first
from crmlib.checks.values import quoted, to_floats
from crmlib.language import say

_YES = frozenset(
    "1 1.0 y yes t true x churned churn left gone treated ja oui si sí 是 有 对 真 已 流失 已流失 会".split()
)
_NO = "0 0.0 n no f false stayed retained active control nein non 否 无 没有 不 不是 假 未 未流失 没流失 留存 不会"
_NO = frozenset(_NO.split())


def of_flags(column):
    """Return a Series of numbers or of True and False, of any dtype, as floats, NaN for what is missing; else None.

    >>> of_flags(pd.Series([True, False, None], dtype=object))
    array([ 1.,  0., nan])
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if column.dtype == object:
        return to_floats([float(value) if isinstance(value, (bool, np.bool_)) else value for value in column])
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_any_real_numeric_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    return None


def _hashable(value):
    return value if pd.api.types.is_hashable(value) else quoted(value)


def no_flags(column, name):
    """Return the sentence that says what a column holds instead of 0 and 1, with a remedy made of the values seen.

    >>> print(no_flags(pd.Series(["是", "否"]), "left"))
    left holds str, not 0 and 1: convert it, (table["left"] == "是").astype(int).
    """
    values = [
        value
        for value in column.dropna().map(_hashable).unique().tolist()
        if not isinstance(value, str) or value.strip()
    ]
    start_en, start_zh = f"{name} holds {column.dtype}, not 0 and 1", f"{name} 的类型是 {column.dtype}，不是 0 和 1"
    known = {value: code for value in values if (code := _code(value)) is not None}
    yes, others = [value for value in known if known[value]], [value for value in values if value not in known]
    if not known and len(values) == 2:
        one, two = (_map({values[0]: code, values[1]: 1 - code}, name) for code in (0, 1))
        en = f"{start_en}: say which of {first(map(repr, values))} is 1, {one} or {two}."
        return say(en, f"{start_zh}：请指明 {first(map(repr, values))} 中哪个是 1，{one} 或 {two}。")
    if not known:
        shown = first(map(repr, values))
        en = f"{start_en}, but {len(values)} other values, first: {shown}. Convert it to 0 and 1 before."
        return say(en, f"{start_zh}，而是 {len(values)} 种别的值，前几种是：{shown}。请先转换成 0 和 1。")
    way, more_en, more_zh = _map(dict(sorted(known.items(), key=lambda pair: pair[1])), name), "", ""
    if others:
        rows, shown = column.isin(others).sum(), first(map(repr, others))
        more_en = f" {rows} rows are neither yes nor no, first: {shown}; correct them or take them out."
        more_zh = f"有 {rows} 行既不是“是”也不是“否”，前几个是：{shown}；请更正或者删去。"
    elif len(yes) == 1 and isinstance(yes[0], str) and len(column.unique()) == len(known) <= 2:
        way = f'(table["{name}"] == "{yes[0]}").astype(int)'
    return say(f"{start_en}: convert it, {way}.{more_en}", f"{start_zh}：请转换，{way}。{more_zh}")


def _code(value):
    """1 for a yes, 0 for a no, None for anything else."""
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, (int, float)) and value in (0, 1)):
        return int(value)
    word = unicodedata.normalize("NFKC", value).strip().casefold() if isinstance(value, str) else None
    return 1 if word in _YES else 0 if word in _NO else None


def _map(codes, name):
    return f'table["{name}"].map({{{", ".join(f"{value!r}: {code}" for value, code in codes.items())}}})'
