"""From what is ticked on a questionnaire to numbers: codes of no answer, reversed items, scales, straight lines."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def code_answers(answers, low, high, *, reverse=(), missing=()):
    """Bring the answers of a survey to one coding: all on the scale, all in one direction, no answer as NA.

    An item worded the other way round ("I often had to wait") is turned: :math:`x` becomes :math:`low + high - x`. A
    number off the scale that is not among those that mean no answer is refused.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row a respondent, one column an item; gaps are allowed.
    low, high : number
        The ends of the scale, such as 1 and 7.
    reverse : name or list of names
        The items worded the other way round.
    missing : number or list of numbers
        What is written for no answer, such as 99.

    Returns
    -------
    pandas.DataFrame
        As `answers`, Int64 (float if an answer is not a whole number). ``attrs``: ``scale``, ``reversed``, and
        ``missing``, how many answers each item lacks.

    Examples
    --------
    >>> answers = pd.DataFrame({"friendly": [5, 4, 99], "waited": [1, 2, 5]})
    >>> code_answers(answers, 1, 5, reverse="waited", missing=99)
       friendly  waited
    0         5       5
    1         4       4
    2      <NA>       1
    """
    low, high = scale(low, high)
    reverse = list(dict.fromkeys(checks.names(reverse, "reverse")))
    table, codes = answer_table(answers), np.unique(checks.numbers(missing, "missing"))
    checks.require_columns(table.columns, reverse)
    within = codes[(codes >= low) & (codes <= high)]
    if len(within):
        en = f"missing = {_written(within)} lies on the scale {low:g} to {high:g}: real answers would be lost."
        raise ValueError(say(en, f"missing = {_written(within)} 在量表 {low:g} 到 {high:g} 之内：会丢掉真实的回答。"))
    table = table.mask(table.isin(codes))
    for item in table:
        on_scale(table[item], item, low, high, True, codes)
    table[reverse] = low + high - table[reverse]
    if (table.isna() | (table % 1 == 0)).all(axis=None):
        table = table.astype("Int64")
    table.attrs = {"scale": (low, high), "reversed": reverse, "missing": table.isna().sum().to_dict()}
    return table


def rescale(answers, low, high):
    """Put answers on a scale from `low` to `high` on the scale from 0 to 100; what is missing stays so.

    Takes a table, a column or numbers, returns the like.

    >>> rescale(pd.Series([1, 4, 7]), 1, 7).tolist()
    [0.0, 50.0, 100.0]
    """
    low, high = scale(low, high)
    if isinstance(answers, pd.DataFrame):
        values = answer_table(answers)
        for item in values:
            on_scale(values[item], item, low, high, True)
    elif isinstance(answers, pd.Series):
        values = pd.Series(checks.floats(answers, "answers", optional=answers.isna()), answers.index, name=answers.name)
        on_scale(values, "answers", low, high)
    else:
        values = checks.numbers(answers, "answers", least=low, most=high)
    return (values - low) / (high - low) * 100


def straight_liners(answers):
    """Say which respondents ticked one and the same number all the way down, in at least three items answered.

    >>> straight_liners(pd.DataFrame([[3, 3, 3], [3, 4, 3], [5, None, 5]])).tolist()
    [True, False, False]
    """
    table = answer_table(answers)
    if table.shape[1] < 3:
        en = f"answers: {table.shape[1]} items say little: at least three are needed."
        raise ValueError(say(en, f"answers：只有 {table.shape[1]} 个题项，看不出什么：至少要三个。"))
    return (table.max(axis=1) == table.min(axis=1)) & (table.count(axis=1) >= 3)


def scale(low, high):
    """Return the ends of a scale; the upper must lie above the lower.

    >>> scale(1, 7)
    (1, 7)
    """
    ends = [checks.number(low, "low"), checks.number(high, "high")]
    checks.number(high, "high", above=ends[0])
    return tuple(int(end) if end % 1 == 0 else end for end in ends)


def scale_ends(scale):
    """Return the ends of a scale that is given as a pair.

    >>> scale_ends((1, 10))
    (1.0, 10.0)
    """
    if not (isinstance(scale, (tuple, list)) and len(scale) == 2):
        en = f"scale = {checks.quoted(scale)}: its two ends are needed, such as (1, 10)."
        raise TypeError(say(en, f"scale = {checks.quoted(scale)} 不对：应给出量表的两端，如 scale=(1, 10)。"))
    low = checks.number(scale[0], "scale")
    return low, checks.number(scale[1], "scale", above=low)


def answer_table(answers):
    """Return a table of answers as floats, NaN where an answer is missing.

    >>> answer_table(pd.DataFrame({"q1": [4, None]}))["q1"].tolist()
    [4.0, nan]
    """
    checks.frame(answers, "answers")
    columns = [checks.column(answers, item, optional=answers[item].isna()) for item in answers]
    return pd.DataFrame(np.column_stack(columns), index=answers.index, columns=answers.columns)


def answer_column(answers, low, high, name="answers"):
    """Return the answers to one question, whole numbers from `low` to `high`, without gaps; and how many gaps it had.

    >>> answer_column([9, None, 10], 0, 10)
    (array([ 9., 10.]), 1)
    """
    (column,) = checks.lists(**{name: answers})
    values = pd.Series(checks.floats(column, name, optional=column.isna()), column.index)
    on_scale(values, name, low, high)
    en, zh = (
        f"{name} is no whole number: an answer is one point of the scale",
        f"{name} 不是整数：回答应是量表上的一个点",
    )
    checks.refuse_rows(values % 1 > 0, values.rename(name), en, zh)
    known = values.dropna().to_numpy()
    if not len(known):
        raise ValueError(say(f"{name}: nobody has answered.", f"{name}：一个回答也没有。"))
    return known, len(values) - len(known)


def on_scale(values, name, low, high, item=False, known=None):
    """Refuse answers off the scale: codes of no answer, the codes of another scale.

    `item`: `name` is that of a column of the table ``answers``, not of an argument. `known`: the codes of no answer
    that `code_answers` has been told.

    >>> on_scale(pd.Series([1, 7]), "q1", 1, 7)
    """
    off = (values < low) | (values > high)
    if off.any():
        column, series = (f'answers["{name}"]',) * 2 if item else (name, f"pd.Series({name})")
        en, zh = _advice(values, low, high, column, series, known)
        told = f"{name} is off the scale {low:g} to {high:g}: {en}", f"{name} 超出量表 {low:g} 到 {high:g}：{zh}"
        checks.refuse_rows(off, values.rename(name), *told)


def _advice(values, low, high, column, series, known):
    """What may have happened to answers off the scale, and what helps."""
    least, most = values.min(), values.max()
    for step, sign in ((1, "-"), (-1, "+")):
        if low + step <= least and most <= high + step:
            coded, way = f"{low + step:g}–{high + step:g}", f"{column} = {series} {sign} 1"
            return f"if it was coded {coded}, bring it back, {way}", f"如果原来按 {coded} 编码，请先换算，{way}"
    codes = np.unique(values[(values < low) | (values > high)])
    far = codes[(codes < low - 1) | (codes > high + 1)]
    codes = far if len(far) else codes
    if len(codes) <= 3:
        way = f"{column} = {series}.replace([{_written(codes)}], np.nan)"
        if known is not None:
            way = f"missing=[{_written(np.union1d(known, codes))}]"
        return f"if {_written(codes)} means no answer, {way}", f"如果 {_written(codes)} 表示没有回答，请用 {way}"
    return f"it runs from {least:g} to {most:g}, give its own scale", f"实际取值是 {least:g} 到 {most:g}，请核对量表"


def _written(numbers):
    return ", ".join(f"{number:g}" for number in numbers)
