"""Amounts written as text ("£15.30", "1.234,50", "(12.00)", "１２元"): what they mean, and how they become numbers."""

import re

import numpy as np
import pandas as pd

from crmlib.checks.syntax import write
from crmlib.language import say

_SIGNS = r"[$£€¥₩₹元圆块]|\b(?:CNY|RMB|USD|EUR|GBP|HKD|JPY|US|kr|Kč|zł)\b"
_GROUPS = " '\u00a0\u202f\u2009_"  # what may stand between thousands, besides point and comma


def no_numbers(values, dtype, name, table, engine="pandas"):
    """Return the sentence that says what a column (its values, none missing) holds instead of numbers, with a remedy.

    >>> print(no_numbers(pd.Series(["£15.30"]), "str", "paid", "log"))
    Column "paid" holds str, not numbers: convert it, pd.to_numeric(log["paid"].str.replace(r"[£]", "", regex=True)).
    """
    start_en, start_zh = f'Column "{name}" holds {dtype}, not numbers', f"“{name}”列的类型是 {dtype}，不是数值"
    if engine == "pandas" and len(values) and all(isinstance(value, (bool, np.bool_)) for value in values):
        way = f'{table}["{name}"].astype(int)'
        return say(
            f"{start_en}: if 1 and 0 are meant, convert it, {way}.", f"{start_zh}：如果指的是 1 和 0，请转换，{way}。"
        )
    if pd.api.types.infer_dtype(values) in ("timedelta", "timedelta64"):
        if engine != "pandas":
            return say(f"{start_en} but spans of time: choose a unit.", f"{start_zh}，而是时间长度：请选定单位。")
        way = f'{table}["{name}"] / pd.Timedelta(days=1)'
        return say(f"{start_en} but spans of time: in days, {way}.", f"{start_zh}，而是时间长度：按天计，{way}。")
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_datetime64_any_dtype(values) or not len(values):
        return say(f"{start_en}.", f"{start_zh}。")
    x = write(engine, "column", name=name, table=table)
    if engine == "pandas" and (values.dtype == object or isinstance(values.dtype, pd.CategoricalDtype)):
        x = write(engine, "text", x)
    texts = values.astype(str)
    even = texts.str.normalize("NFKC").str.strip()
    if (even != texts).any():
        x = write(engine, "even", x)
    ways = _ways(even, engine, x)
    bad = ways[0][1].isna() if ways else pd.Series(True, index=values.index)
    if bad.mean() > 0.5 or not ways:
        how, shown = write(engine, "number", x), ", ".join(map(repr, values[bad].head(3).tolist()))
        en = f"{start_en}, and most cannot be read as such: {shown}. Correct them, then convert the column, {how}."
        return say(en, f"{start_zh}，而且多数读不成数：{shown}。请先更正，再用 {how} 转换。")
    unread = ("", "")
    if bad.any():
        shown = ", ".join(f"{value!r} (row {key})" for key, value in values[bad].head(3).items())
        unread = f" {bad.sum()} of {len(bad)} cannot be read as numbers: {shown}; correct them first."
        unread = unread, f"其中 {bad.sum()} 个（共 {len(bad)} 个）读不成数：{shown}，请先更正。"
    if len(ways) == 1:
        return say(
            f"{start_en}: convert it, {ways[0][0]}.{unread[0]}", f"{start_zh}：请转换，{ways[0][0]}。{unread[1]}"
        )
    (one, found), (two, other) = ways
    shown = f"{values.iloc[0]!r} = {found.iloc[0]:g}", f"{other.iloc[0]:g}"
    en = f"{start_en}; a mark may part thousands or decimals ({' or '.join(shown)}): choose one, {one} or {two}."
    return say(
        en, f"{start_zh}；逗号或点号可能是千位符，也可能是小数点（{' 或 '.join(shown)}）：请选其一，{one} 或 {two}。"
    )


def are_amounts(texts):
    """Say whether most of a Series of texts can be read as amounts, with their signs and marks.

    >>> are_amounts(pd.Series(["£15.30", "-"])), are_amounts(pd.Series(["30-39", "A"]))
    (True, False)
    """
    return bool(_ways(texts.astype(str).str.normalize("NFKC").str.strip(), "pandas", ""))


def _ways(texts, engine, x):
    """Each way to read the texts, as it is written and what it yields: one way, or two where both are possible."""
    bare = texts.str.replace(_SIGNS, "", regex=True, flags=re.IGNORECASE).str.strip()
    bare = bare.str.replace("−", "-").str.replace(f"[{_GROUPS}](?=\\d{{3}})", "", regex=True)
    bare = bare.str.replace(r"^\((.*)\)$", r"-\1", regex=True).str.replace(r"^(.*\d) *-$", r"-\1", regex=True)
    bare = bare.str.replace(r"^([+-]) +", r"\1", regex=True)
    point, comma = _decimals(bare, "."), _decimals(bare, ",")
    marks = [mark for mark, found in ((".", point), (",", comma)) if found.notna().mean() >= 0.5]
    marks.sort(key=lambda mark: -(point if mark == "." else comma).notna().sum())
    if len(marks) == 2 and (point.notna().sum() != comma.notna().sum() or point.equals(comma)):
        marks = marks[:1]
    found = {".": point, ",": comma}
    return [(_written(texts[found[mark].notna()], engine, x, mark), found[mark]) for mark in marks]


def _decimals(bare, mark):
    """Numbers whose decimals follow a mark; the other mark may part thousands."""
    other = re.escape("," if mark == "." else ".")
    good = rf"[+-]?(?:\d+|\d{{1,3}}(?:{other}\d{{3}})+)?(?:{re.escape(mark)}\d*)?(?:[eE][+-]?\d+)?"
    plain = bare.where(bare.str.fullmatch(good))
    return pd.to_numeric(plain.str.replace(other, "", regex=True).str.replace(mark, ".", regex=False), errors="coerce")


def _written(texts, engine, x, mark):
    """How an engine writes it: drop what is no number, then turn the marks into those of a number."""
    said = "".join(texts)
    kept = "0123456789+-−(" + mark + ("eE" if re.search(r"\d[eE][+-]?\d", said) else "")
    drop = "".join(sorted(set(said) - set(kept)))
    if "(" in said:
        x = write(engine, "replace", x, old="[(]", new="-")
    if "−" in said:
        x = write(engine, "replace", x, old="[−]", new="-")
    if drop:
        x = write(engine, "replace", x, old=f"[{drop}]", new="")
    if mark == "," and "," in said:
        x = write(engine, "replace", x, old="[,]", new=".")
    return write(engine, "number", write(engine, "behind", x) if texts.str.fullmatch(r".*\d.*-").any() else x)
