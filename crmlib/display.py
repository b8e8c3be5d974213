"""How a table is shown in a notebook: names in the language in use, numbers as a manager writes them."""

from functools import cache
from html import escape
from numbers import Integral

from crmlib.language import heading, say

PLAIN = "tex2jax_ignore mathjax_ignore"  # classes: an amount between two $ is text, no formula


def show(table, *, percent=(), digits=0):
    """Return a table (or Series) as a pandas Styler with its names in the language in use.

    `percent` names the columns that hold shares, ``"all"`` every column of numbers; `digits` are the decimals, a dict
    gives them by column (0 where it is silent). Texts are shown as they are: no HTML in them works, no formula.

    >>> import pandas as pd
    >>> print(show(pd.DataFrame({"profit": [1234.5]}), digits=1).to_string().strip())
    Profit
    0 1,234.5
    """
    table = _frame(table)
    numbers = table.select_dtypes("number", exclude="timedelta").columns
    if isinstance(percent, str):
        percent = numbers if percent == "all" else [percent]
    _check_names(table, percent, "percent")
    _check_decimals(table, digits)
    dates, formats = table.select_dtypes(["datetime", "datetimetz"]).columns, []
    for column in table.columns:
        decimals = digits.get(column, 0) if isinstance(digits, dict) else digits
        number = f"{{:.{decimals}%}}" if column in percent else f"{{:,.{decimals}f}}"
        formats.append(number if column in numbers else "{:%Y-%m-%d}" if column in dates else _text)

    def named(name):
        return name and heading(name)

    shown = table.rename(columns=heading).rename_axis(index=named, columns=named)
    if shown.index.dtype.kind not in "iufM":
        shown = shown.rename(index=heading)
    safe = _safe_styler()(shown).format(dict(zip(shown.columns, formats, strict=True)), na_rep="—")
    for axis in ("index", "columns"):
        safe = safe.format_index(escape="html", axis=axis).format_index_names(escape="html", axis=axis)
    return safe.set_table_attributes(f'class="{PLAIN}"')


def _frame(table):
    from pandas import DataFrame, Series  # as late as possible: the language alone must come without pandas

    if not isinstance(table, (DataFrame, Series)):
        en = f"table should be a pandas table or Series, not {type(table).__name__}."
        raise TypeError(say(en, f"table 应该是 pandas 的表格或 Series，而不是 {type(table).__name__}。"))
    table = table.to_frame() if isinstance(table, Series) else table
    if table.columns.has_duplicates:
        twice = ", ".join(map(str, table.columns[table.columns.duplicated()].unique()[:3]))
        en = f"table: several columns are called {twice}. Give each a name of its own."
        raise ValueError(say(en, f"table：有几列同名（{twice}）。请让每列的名称各不相同。"))
    return table


def _check_names(table, names, argument):
    try:
        missing = [name for name in names if name not in table.columns]
    except TypeError:
        en = f'{argument} should name columns, a list or "all", not {names!r:.80}.'
        raise TypeError(say(en, f'{argument} 应该是列名的列表或 "all"，而不是 {names!r:.80}。')) from None
    if missing:
        missing, there = ", ".join(map(str, missing[:3])), ", ".join(map(str, table.columns[:10]))
        en = f"{argument} names columns that are not in the table: {missing}. There are: {there}."
        raise ValueError(say(en, f"{argument} 里的列不在表中：{missing}。表中有：{there}。"))


def _check_decimals(table, digits):
    if isinstance(digits, dict):
        _check_names(table, digits, "digits")
    for decimals in digits.values() if isinstance(digits, dict) else [digits]:
        if not isinstance(decimals, Integral) or isinstance(decimals, bool) or not 0 <= decimals <= 15:
            en = f"digits should be a whole number from 0 to 15, or one for each column, not {decimals!r:.80}."
            raise ValueError(say(en, f"digits 应该是 0 到 15 的整数，或者每列一个，而不是 {decimals!r:.80}。"))


def _text(value):
    """A cell that is no number: a text, or whatever else can stand in a table, as text."""
    return f"{value:.6f}" if isinstance(value, float) else escape(str(value))


@cache
def _safe_styler():
    from pandas.io.formats.style import Styler  # a fifth of a second, which only those pay who see a table

    class Table(Styler):
        """A Styler whose caption is text, too."""

        def set_caption(self, caption):
            """Set the caption; what looks like HTML in it is shown as it is written."""
            if isinstance(caption, str):
                return super().set_caption(escape(caption))
            return super().set_caption(caption and tuple(map(escape, caption)))

    return Table
