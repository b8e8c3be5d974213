"""The package's checks of its input."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib import tables
from crmlib.language import say


def _lists(single=(), **columns):
    """Return columns of customers as Series of one index, in the order given; None stays None.

    Arrays and lists go by position. Names in `single` may be one number for all.
    """
    given = {name: values for name, values in columns.items() if values is not None}
    lists = {name: _column(values, name) for name, values in given.items() if np.ndim(values) or name not in single}
    if not lists:
        raise ValueError(
            say(
                f"{', '.join(given)}: a list is needed, one value for each customer.",
                f"{'、'.join(given)}：需要列表，每个客户一个值。",
            )
        )
    _same_length(lists)
    index = _same_index({name: given[name] for name in lists if isinstance(given[name], pd.Series)})
    if index is not None:
        lists = {name: values.set_axis(index) for name, values in lists.items()}
    rows = next(iter(lists.values())).index
    return [
        None if name not in given else lists[name] if name in lists else pd.Series(given[name], index=rows)
        for name in columns
    ]


def _column(values, name):
    if np.ndim(values) != 1:
        raise TypeError(
            say(
                f"{name}: one column is needed (Series, array or list), one value for each customer.",
                f"{name}：需要一列（Series、数组或列表），每个客户一个值。",
            )
        )
    values = values if isinstance(values, pd.Series) else pd.Series(values)
    if not len(values):
        raise ValueError(say(f"{name} is empty.", f"{name} 是空的。"))
    return values


def _same_length(lists):
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(
            say(
                f"The lists have different lengths: {shown}. Each needs one value for each customer.",
                f"各列的长度不同：{shown}。每个客户在各列中都应有一个值。",
            )
        )


def _same_index(series):
    if not series:
        return None
    (first, one), *others = series.items()
    for name, other in others:
        if other.index.equals(one.index):
            continue
        apart = one.index.symmetric_difference(other.index, sort=False)
        en, zh = "the order differs", "顺序不同"
        if len(apart):
            en = f"{len(apart)} customers are in one only, first: {_first(apart)}"
            zh = f"有 {len(apart)} 个客户只出现在一方，前几个是：{_first(apart)}"
        raise ValueError(
            say(
                f"{first} and {name} have different indexes: {en}. Align them: {name}.loc[{first}.index].",
                f"{first} 与 {name} 的索引不一致：{zh}。请先对齐：{name}.loc[{first}.index]。",
            )
        )
    return one.index


def _zero_one(column, name):
    """A column of 0 and 1 as floats."""
    if not pd.api.types.is_numeric_dtype(column):
        raise TypeError(
            say(
                f'{name} holds {column.dtype}, not 0 and 1: convert it, (table["{name}"] == "Yes").astype(int).',
                f'{name} 的类型是 {column.dtype}，不是 0 和 1：请转换，(table["{name}"] == "Yes").astype(int)。',
            )
        )
    values = column.to_numpy(dtype=float, na_value=np.nan)
    _bad(
        (values != 0) & (values != 1),
        column,
        name,
        f"{name} is missing or neither 0 nor 1",
        f"{name} 缺失，或者不是 0 或 1",
    )
    return values


def _both_kinds(churned, name="churned"):
    """0/1 with at least one of each."""
    values = _zero_one(churned, name)
    if values.min() == values.max():
        raise ValueError(
            say(
                f"{name} is {values[0]:.0f} in all {len(values)} rows: leavers and stayers are needed to compare them.",
                f"{name} 在全部 {len(values)} 行中都是 {values[0]:.0f}：要有流失的，也要有留下的，才能比较。",
            )
        )
    return values


def _probabilities(column, name):
    """A column of numbers between 0 and 1 as floats."""
    if pd.api.types.is_bool_dtype(column):
        return _zero_one(column, name)
    values = _amounts(column, name, minimum=-np.inf)
    _bad(
        (values < 0) | (values > 1),
        column,
        name,
        f"{name} is not between 0 and 1: write 0.3, not 30",
        f"{name} 不在 0 到 1 之间：30% 写成 0.3，不写 30",
    )
    return values


def _amounts(column, name, minimum=0.0):
    """A column of finite numbers of `minimum` or more as floats."""
    if pd.api.types.is_bool_dtype(column):
        return _zero_one(column, name)
    if pd.api.types.is_numeric_dtype(column):
        _bad(
            ~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan)),
            column,
            name,
            f'Column "{name}" is missing or infinite in some rows: correct them or take them out',
            f"“{name}”列有缺失值或无穷大，请更正或者删去这些行",
        )
    return tables.numbers(column.to_frame(name), name, minimum=minimum)


def _number(value, name, least=None, most=None):
    """One finite number within limits, as a float."""
    kind = np.ndim(value) == 0 and isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not (kind and np.isfinite(value) and (least is None or value >= least) and (most is None or value <= most)):
        low, high = "" if least is None else f" ≥ {least:g}", "" if most is None else f" ≤ {most:g}"
        raise ValueError(
            say(
                f"{name} = {value!r}: one number{low}{' and' if low and high else ''}{high} is needed.",
                f"{name} = {value!r} 不对：应为一个数值{low}{'，且' if low and high else ''}{high}。",
            )
        )
    return float(value)


def _whole(value, name):
    if isinstance(value, (bool, np.bool_)) or not (
        np.ndim(value) == 0 and isinstance(value, (int, float, np.number)) and value >= 1 and value % 1 == 0
    ):
        raise ValueError(
            say(
                f"{name} = {value!r}: a whole number of 1 or more is needed.",
                f"{name} = {value!r} 不对：应为不小于 1 的整数。",
            )
        )
    return int(value)


def _groups(column, name):
    """The code of each row and the names of the groups, sorted, or in the order of the pandas category."""
    missing = column.isna().to_numpy()
    _bad(
        missing,
        column,
        name,
        f"{name} is missing in some rows: fill them, or give them a group of their own",
        f"{name} 有缺失值：请补上，或者单列一组",
    )
    kind = pd.Categorical(column).remove_unused_categories()
    return kind.codes.astype("int64"), kind.categories


def _group_name(column):
    return "group" if column.name is None else column.name


def _bad(bad, column, name, en, zh):
    """Raise a `ValueError` with the first bad rows of a column, if there are any."""
    if np.any(bad):
        shown = pd.Series(column).to_frame(name)[np.asarray(bad)].head(3)
        raise ValueError(tables.bad_rows(en, zh, int(np.sum(bad)), len(bad), shown))


def _frame(table, name):
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            say(
                f"{name}: a pandas table is needed, not {type(table).__name__}.",
                f"{name}：这里需要 pandas 表，收到的却是 {type(table).__name__}。",
            )
        )
    if table.empty:
        raise ValueError(say(f"{name}: the table is empty.", f"{name}：这是一张空表。"))
    return table


def _z(confidence):
    """How many standard errors a two-sided interval reaches to each side."""
    confidence = _number(confidence, "confidence", least=0, most=1)
    if confidence in (0, 1):
        raise ValueError(
            say(
                f"confidence = {confidence:g}: above 0 and below 1 is needed, 0.95 for 95 %.",
                f"confidence = {confidence:g} 不对：应大于 0、小于 1，95% 写成 0.95。",
            )
        )
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _wilson(count, total, confidence=0.95):
    """Interval of a share (Wilson 1927)."""
    z, share = _z(confidence), np.asarray(count) / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    return np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)


def _first(keys):
    return ", ".join(map(str, list(keys)[:3]))
