"""Tables of customers: that they are tables, hold the columns, and which of their rows are wrong."""

import numpy as np
import pandas as pd
from pandas.api.types import is_hashable

from crmlib.checks.values import quoted
from crmlib.language import say


def frame(table, name):
    """Return a `pandas.DataFrame` that has rows and columns.

    >>> frame(pd.DataFrame({"amount": [1]}), "log").shape
    (1, 1)
    """
    if not isinstance(table, pd.DataFrame):
        kind = type(table).__name__
        en = f"{name}: a pandas table is needed, not {kind} (polars and DuckDB: .to_pandas(), .df())."
        zh = f"{name}：这里需要 pandas 表，收到的却是 {kind}（polars、DuckDB 请用 .to_pandas()、.df() 转换）。"
        raise TypeError(say(en, zh))
    if table.empty:
        raise ValueError(say(f"{name}: the table is empty.", f"{name}：这是一张空表。"))
    if table.columns.nlevels > 1 or any(isinstance(column, tuple) for column in table.columns):
        en = f'{name}: the columns have names of several parts. Give each one name: table.columns = ["age", …].'
        raise ValueError(say(en, f'{name}：列名由几部分组成。请给每列起一个名字：table.columns = ["age", …]。'))
    unique_columns(table.columns, name)
    return table


def unique_columns(names, table=None):
    """Name the columns that a table has twice; without its name it is a log.

    >>> unique_columns(["date", "usd"])
    """
    names = pd.Index(names)
    twice = names[names.duplicated()].unique()
    if len(twice):
        whose = table or say("the log", "交易记录")
        en = f"Column names of {whose} stand more than once: {first(twice)}. Rename them, or keep one of each."
        raise ValueError(say(en, f"{whose} 中列名重复：{first(twice)}。请改名，或者各留一列。"))


def require_columns(present, needed):
    """Name the columns of `needed` that are not among those `present`.

    >>> require_columns(["date", "usd"], ["date"])
    """
    present = dict.fromkeys(present)  # not a list: in it, an array or NA would be compared with each
    missing = [_shown(name) for name in needed if not (is_hashable(name) and name in present)]
    if missing:
        there = ", ".join(map(str, present)) or "-"
        en = f"Missing column: {', '.join(missing)}. The table has: {there}. Rename a column or name yours."
        zh = f"缺少列：{'、'.join(missing)}。表中现有的列：{there}。请改列名，或者用参数指明列名。"
        raise ValueError(say(en, zh))


def _shown(name):
    return str(name) if is_hashable(name) else quoted(name)


def unique_index(table, name="table"):
    """Name the keys that the index of a table or Series holds twice.

    >>> unique_index(pd.DataFrame(index=[1, 2]), "records")
    """
    if not isinstance(table, (pd.DataFrame, pd.Series)):
        en = f"{name}: a pandas table or Series is needed, not {type(table).__name__}."
        raise TypeError(say(en, f"{name}：应为 pandas 表或 Series，而不是 {type(table).__name__}。"))
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        en = f"{name}: {len(twice)} keys stand in the index more than once, first: {first(twice)}. One row a key."
        raise ValueError(
            say(en, f"{name} 的索引中有 {len(twice)} 个键重复出现，前几个是：{first(twice)}。每个键只能占一行。")
        )


def same_customers(one, other, name, other_name):
    """Return `other` in the order of `one`, or say which customers only one of the two tables (or Series) has.

    >>> same_customers(pd.Series([1, 2], ["A", "B"]), pd.Series([3, 4], ["B", "A"]), "spend", "tier").tolist()
    [4, 3]
    """
    unique_index(one, name)
    unique_index(other, other_name)
    same_levels(one.index, other.index, name, other_name)
    apart = one.index.symmetric_difference(other.index, sort=False)
    if len(apart):
        count, shown = len(apart), first(apart)
        en = f"{name} and {other_name} must hold the same customers: {count} are in one only, first: {shown}."
        zh = f"{name} 与 {other_name} 应是同一批客户：有 {count} 个只出现在一方，前几个是：{shown}。"
        raise ValueError(say(en, zh))
    return other.loc[one.index]


def same_levels(one, other, name, other_name):
    """Refuse two indexes of which one has more levels than the other: no customer of one is found in the other.

    >>> same_levels(pd.Index(["A"]), pd.Index(["B"]), "spend", "tier")
    """
    levels = [getattr(index, "nlevels", 1) for index in (one, other)]
    if levels[0] != levels[1]:
        en = f"{name} and {other_name} need one kind of index: they have {levels[0]} and {levels[1]} levels."
        zh = f"{name} 与 {other_name} 应是同一批客户：两者的索引分别有 {levels[0]} 层和 {levels[1]} 层。"
        raise ValueError(say(en, zh))


def refuse_rows(bad, table, en, zh):
    """Raise a ValueError that shows the first bad rows of a table or Series, if there are any.

    >>> refuse_rows([False, False], pd.DataFrame({"k": [1, 2]}), "k is 0", "k 为 0")
    """
    bad = np.asarray(bad, dtype=bool)
    if bad.any():
        shown = table.to_frame() if isinstance(table, pd.Series) else table
        raise ValueError(bad_rows(en, zh, int(bad.sum()), len(bad), shown[bad].head(3)))


def bad_rows(en, zh, count, total, shown):
    """Return a sentence about bad rows: what is wrong, in how many, and the first of them.

    >>> print(bad_rows("No amount", "没有金额", 1, 9, pd.DataFrame({"amount": [None]}, index=[4])))
    No amount. 1 of 9 rows, first:
      amount
    4   None
    """
    zh = f"{zh}。共 {total} 行，其中有问题的 {count} 行，前几行：\n{shown}"
    return say(f"{en}. {count} of {total} rows, first:\n{shown}", zh)


def first(keys):
    """Return the first three keys as they are shown in a sentence.

    >>> first(["A", "B", "C", "D"])
    'A, B, C'
    """
    return ", ".join(map(str, list(keys)[:3]))
