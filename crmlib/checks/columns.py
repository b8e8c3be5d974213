"""Columns of customers become arrays of one length, or the sentence names the rows that hold something else."""

import numpy as np
import pandas as pd

from crmlib.checks.flags import no_flags, of_flags
from crmlib.checks.money import no_numbers
from crmlib.checks.tables import first, frame, refuse_rows, require_columns, same_levels
from crmlib.checks.values import LARGEST, dimensions, held, to_floats
from crmlib.language import say

# Blank to the eye: the white space of Unicode, and signs without width.
BLANK = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
BLANK += "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"


def lists(single=(), **columns):
    """Return columns of customers as Series of one index, in the order given; None stays None.

    Arrays and lists go by position. Names in `single` may be one number for all.

    >>> duration, event = lists(duration=[5, 8], event=[1, 0])
    >>> event.tolist()
    [1, 0]
    """
    given = {name: values for name, values in columns.items() if values is not None}
    found = {name: as_column(given[name], name) for name in given if name not in single or dimensions(given[name])}
    if not found:
        en = f"{', '.join(columns)}: a list is needed, one value for each customer."
        raise ValueError(say(en, f"{'、'.join(columns)}：需要列表，每个客户一个值。"))
    if len({len(values) for values in found.values()}) > 1:
        shown = ", ".join(f"{name} {len(values)}" for name, values in found.items())
        en = f"The lists have different lengths: {shown}. Each needs one value for each customer."
        raise ValueError(say(en, f"各列的长度不同：{shown}。每个客户在各列中都应有一个值。"))
    index = _one_index({name: given[name] for name in found if isinstance(given[name], pd.Series)})
    if index is not None:
        found = {name: values.set_axis(index) for name, values in found.items()}
    for name in given.keys() - found.keys():
        if isinstance(held(given[name]), (set, frozenset, dict)) or hasattr(given[name], "__next__"):
            as_column(given[name], name)  # which refuses what has no order
    rows = next(iter(found.values())).index
    found |= {name: pd.Series(held(given[name]), index=rows) for name in given.keys() - found.keys()}
    return [found.get(name) for name in columns]


def floats(column, name, least=None, optional=None, flags=False):
    """Return a column as an array of finite floats of `least` or more, or name the rows that hold something else.

    Rows of `optional` (bool) may be missing. With `flags` a column of True and False counts as 1 and 0.

    >>> floats(pd.Series([0, 3]), "frequency", least=0)
    array([0., 3.])
    """
    column = _series(column, name)
    values = of_flags(column) if flags else None if column.dtype == object else to_floats(column)
    if values is None:
        raise TypeError(no_numbers(column.dropna(), column.dtype, name, "table"))
    bad = ~(np.abs(values) <= LARGEST)
    beyond = f" beyond {LARGEST:g}," if (bad & np.isfinite(values)).any() else ""
    if optional is not None:
        bad &= ~(np.asarray(optional) & np.isnan(values))
    en, zh = " or infinite", "缺失值或无穷值"
    if least is not None and (values < least).any():
        bad |= values < least
        en, zh = f", infinite or below {least:g}", f"缺失值、无穷值或小于 {least:g} 的值"
    en = f'Column "{name}" is{beyond} missing{en}: correct these rows or take them out'
    beyond = f"超过 {LARGEST:g} 的数、" if beyond else ""
    _refuse(bad, column, name, en, f"“{name}”列有{beyond}{zh}，请更正或者删去这些行")
    return values


def amounts(column, name):
    """Return a column of finite numbers of 0 or more as an array of floats.

    >>> amounts(pd.Series([12, 0.5]), "worth")
    array([12. ,  0.5])
    """
    return floats(column, name, least=0)


def probabilities(column, name):
    """Return a column of numbers between 0 and 1 (or of True and False) as an array of floats.

    >>> probabilities(pd.Series([0.2, 1]), "chance")
    array([0.2, 1. ])
    """
    values = floats(column, name, flags=True)
    en = f"{name} is not between 0 and 1: write 0.3, not 30"
    _refuse((values < 0) | (values > 1), column, name, en, f"{name} 不在 0 到 1 之间：30% 写成 0.3，不写 30")
    return values


def zero_one(column, name):
    """Return a column of 0 and 1 (or of True and False) as an array of floats.

    >>> zero_one(pd.Series([True, False]), "event")
    array([1., 0.])
    """
    column = _series(column, name)
    values = of_flags(column)
    if values is None:
        raise TypeError(no_flags(column, name))
    bad = (values != 0) & (values != 1)
    _refuse(bad, column, name, f"{name} is missing or neither 0 nor 1", f"{name} 缺失，或者不是 0 或 1")
    return values


def both_kinds(column, name):
    """Return a column of 0 and 1 with at least one of each as an array of floats.

    >>> both_kinds(pd.Series([1, 0]), "churned")
    array([1., 0.])
    """
    values = zero_one(as_column(column, name), name)
    if values.min() == values.max():
        one, rows = f"{values[0]:.0f}", len(values)
        en = f"{name} is {one} in all {rows} rows: leavers and stayers are needed to compare them."
        raise ValueError(say(en, f"{name} 在全部 {rows} 行中都是 {one}：要有流失的，也要有留下的，才能比较。"))
    return values


def labels(classes, name):
    """Return the classes of customers as a Series, none missing.

    >>> labels(["A", "B"], "tier").tolist()
    ['A', 'B']
    """
    classes = as_column(classes, name)
    lists = ~classes.map(pd.api.types.is_hashable).astype(bool)
    _refuse(lists, classes, name, f"{name}: lists are no classes", f"{name}：列表不能作类别")
    missing = classes.index[classes.isna()]
    if len(missing):
        en = f"{name}: {len(missing)} customers have no class, first: {first(missing)}."
        raise ValueError(say(en, f"{name}：有 {len(missing)} 个客户没有类别，前几个是：{first(missing)}。"))
    return classes


def blank(column):
    """Say which rows of a column hold a text with nothing to see: of blanks of any kind, or of signs without width.

    >>> blank(pd.Series(["A", "\u3000", None])).tolist()
    [False, True, False]
    """
    return column.map(lambda value: isinstance(value, str) and not value.strip(BLANK)).astype(bool)


def one_each(column, name):
    """Return a column unless a row of it holds a list or something else that is not one value, or a complex number.

    >>> one_each(pd.Series(["a", "b"]), "plan").tolist()
    ['a', 'b']
    """
    column = _series(column, name)
    if pd.api.types.is_complex_dtype(column):
        raise TypeError(no_numbers(column, column.dtype, name, "table"))
    if pd.api.types.is_object_dtype(column):
        several = ~column.map(pd.api.types.is_hashable).astype(bool)
        en, zh = f"{name} holds lists or the like: one value a row is needed", f"{name} 中有列表之类：每行只能有一个值"
        _refuse(several.to_numpy(), column.astype(str), name, en, zh)
    return column


def groups(column, name):
    """Return the code of each row and the names of the groups: sorted, or in the order of the pandas category.

    >>> groups(pd.Series(["b", "a", "b"]), "plan")[0]
    array([1, 0, 1])
    """
    column = one_each(column, name)
    en = f"{name} is missing in some rows: fill them, or give them a group of their own"
    _refuse(column.isna().to_numpy(), column, name, en, f"{name} 有缺失值：请补上，或者单列一组")
    kind = pd.Categorical(column).remove_unused_categories()
    return kind.codes.astype("int64"), kind.categories


def column(table, name, least=None, optional=None):
    """Return a column of a `pandas.DataFrame` as an array of floats; see `floats`.

    >>> column(pd.DataFrame({"frequency": [0, 3]}), "frequency", least=0)
    array([0., 3.])
    """
    if not isinstance(table, pd.DataFrame):
        frame(table, "table")
    require_columns(table.columns, [name])
    values = table[name]
    if isinstance(values, pd.DataFrame):
        en = f'Column "{name}" stands in the table more than once.'
        raise ValueError(say(en, f"表中“{name}”列不止一个，请只留一列。"))
    return floats(values, name, least, optional)


def as_column(values, name):
    """Return a Series, array or list, one value for each customer, as a Series that is not empty.

    >>> as_column([3, 4], "worth").tolist()
    [3, 4]
    """
    if dimensions(values) != 1:
        en = f"{name}: one column is needed (Series, array or list), one value for each customer."
        raise TypeError(say(en, f"{name}：需要一列（Series、数组或列表），每个客户一个值。"))
    values = values if isinstance(values, pd.Series) else pd.Series(values)
    if not len(values):
        raise ValueError(say(f"{name} is empty.", f"{name} 是空的。"))
    return values


def _series(column, name):
    return column if isinstance(column, pd.Series) else as_column(column, name)


def _refuse(bad, column, name, en, zh):
    if bad.any():  # the table to be shown is made only now: most columns are right
        refuse_rows(bad, _series(column, name).to_frame(name), en, zh)


def _one_index(series):
    """The index that all given Series share, None without a Series."""
    name, one = next(iter(series.items()), (None, None))
    for other_name, other in series.items():
        if other.index.equals(one.index):
            continue
        same_levels(one.index, other.index, name, other_name)
        apart = one.index.symmetric_difference(other.index, sort=False)
        en, zh, how = "the order differs", "顺序不同", f"{other_name}.loc[{name}.index]"
        if len(apart):
            en = f"{len(apart)} customers are in one only, first: {first(apart)}"
            zh = f"有 {len(apart)} 个客户只出现在一方，前几个是：{first(apart)}"
            how = f'{name}, {other_name} = {name}.align({other_name}, join="inner")'
        en = f"{name} and {other_name} have different indexes: {en}. Align them: {how}."
        raise ValueError(say(en, f"{name} 与 {other_name} 的索引不一致：{zh}。请先对齐：{how}。"))
    return one.index if series else None
