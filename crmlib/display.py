"""How a table is shown in a notebook: names in the language in use, numbers as a manager writes them."""

from functools import cache
from html import escape

from crmlib.language import heading

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
    table = table.to_frame() if table.ndim == 1 else table
    numbers = table.select_dtypes("number").columns
    if isinstance(percent, str):
        percent = numbers if percent == "all" else [percent]
    dates, formats = table.select_dtypes("datetime").columns, []
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
