"""How a table is shown in a notebook: names in the language in use, numbers as a manager writes them."""

from crmlib.language import heading


def show(table, *, percent=(), digits=0):
    """Return a table (or Series) as a pandas Styler with its names in the language in use.

    `percent` names the columns that hold shares, ``"all"`` every column of numbers; `digits` are the decimals, a dict
    gives them by column (0 where it is silent).

    >>> import pandas as pd
    >>> print(show(pd.DataFrame({"profit": [1234.5]}), digits=1).to_string().strip())
    Profit
    0 1,234.5
    """
    table = table.to_frame() if table.ndim == 1 else table
    numbers = table.select_dtypes("number").columns
    if isinstance(percent, str):
        percent = numbers if percent == "all" else [percent]
    formats = {}
    for column in numbers:
        decimals = digits.get(column, 0) if isinstance(digits, dict) else digits
        formats[heading(column)] = f"{{:.{decimals}%}}" if column in percent else f"{{:,.{decimals}f}}"
    for column in table.select_dtypes("datetime"):
        formats[heading(column)] = "{:%Y-%m-%d}"

    def named(name):
        return name and heading(name)

    shown = table.rename(columns=heading).rename_axis(index=named, columns=named)
    if shown.index.dtype.kind not in "iufM":
        shown = shown.rename(index=heading)
    return shown.style.format(formats, na_rep="—")
