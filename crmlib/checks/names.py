"""What says how, not how much: names of columns, a table of settings by name, yes or no."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.checks.tables import unique_index
from crmlib.checks.values import dimensions, held, quoted
from crmlib.language import say


def names(value, name):
    """Return names of columns, one or a list of them, as a list.

    >>> names("phone", "columns"), names(("name", "phone"), "drop")
    (['phone'], ['name', 'phone'])
    """
    if isinstance(value, str):
        return [value]
    listed = isinstance(value, (list, tuple, np.ndarray, pd.Series, pd.Index)) and dimensions(value) == 1
    found = list(value) if listed else [None]
    if not all(isinstance(one, (str, int, float, tuple, pd.Timestamp, np.generic)) and one == one for one in found):
        en = f"{name} = {quoted(value)}: the name of a column is needed, or a list of names."
        raise TypeError(say(en, f"{name} = {quoted(value)} 不对：应为一个列名，或者列名的列表。"))
    return found


def text(value, name):
    """Return what must be a text.

    >>> text("received", "received")
    'received'
    """
    if not isinstance(value, str):
        en = f"{name} = {quoted(value)}: a text is needed."
        raise TypeError(say(en, f"{name} = {quoted(value)} 不对：应为文本。"))
    return value


def settings(value, name):
    """Return what is set by name, a dict or a Series, as a dict.

    >>> settings(pd.Series({"time": 2}), "weights")
    {'time': 2}
    """
    if not isinstance(value, (Mapping, pd.Series)):
        en = f"{name} = {quoted(value)}: a dict is needed, {{name: value}}."
        raise TypeError(say(en, f"{name} = {quoted(value)} 不对：应为字典，形如 {{name: value}}。"))
    if isinstance(value, Mapping):
        return dict(value)
    unique_index(value, name)
    return value.to_dict()


def flag(value, name):
    """Return what must be True or False.

    >>> flag(np.True_, "censored")
    True
    """
    one = held(value)
    if not isinstance(one, bool):
        en = f"{name} = {quoted(value)}: True or False is needed."
        raise TypeError(say(en, f"{name} = {quoted(value)} 不对：应为 True 或 False。"))
    return one
