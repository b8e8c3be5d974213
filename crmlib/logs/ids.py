"""Ids of customers: which are missing, and which do not tell customers apart."""

from numbers import Number

import narwhals as nw
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.logs.engines import collect

_WHOLE = 2**53  # beyond it, floats leave out whole numbers


def missing(schema, column):
    """The condition that a value is missing; a text of blanks names nobody either.

    >>> frame = nw.from_native(pd.DataFrame({"customer_id": ["A", "", " "]})).lazy()
    >>> len(collect(frame.filter(missing(frame.collect_schema(), "customer_id"))))
    2
    """
    value, kind = nw.col(column), schema[column]
    if kind.is_float():
        return value.is_null() | value.is_nan()
    if kind in (nw.Categorical, nw.Enum):
        value = value.cast(nw.String)
    elif kind != nw.String:
        return value.is_null()
    # A database strips slowly: only what begins with no letter or figure of ASCII.
    blank = nw.when((value < "!") | (value > "~")).then(value.str.strip_chars(checks.BLANK) == "").otherwise(False)
    return value.is_null() | blank


def rounded(schema, column):
    """Say which rows hold an id so large that, as a float, it may stand for several customers.

    >>> rounded({"client": nw.String}, "client")
    []
    """
    if not schema[column].is_float():
        return []
    how = f'pd.read_csv(…, dtype={{"{column}": "str"}})'
    en = f'Column "{column}" holds floats beyond 2**53 in some rows, which merge neighbouring ids: read them as texts, '
    zh = f"“{column}”列有超过 2**53 的浮点数，相邻的编号会混为一个：请以文本读入，{how}"
    return [(nw.col(column).abs() > _WHOLE, en + how, zh)]


def refuse_mixed(frame, dtype, column):
    """Refuse ids of several kinds, which pandas alone can mix in a column, and name those that are one customer.

    >>> refuse_mixed(None, nw.String, "client")
    """
    if dtype != nw.Object:
        return
    values = collect(frame.select(column))[column].dropna()
    odd = values[[not isinstance(value, (str, Number, pd.Timestamp)) for value in values]]
    kinds = sorted({type(value).__name__ for value in values})
    families = {str if isinstance(value, str) else bool if isinstance(value, bool) else Number for value in values}
    if len(families) < 2 and not len(odd):
        return
    how = f'log["{column}"].map(lambda key: str(key).strip().removesuffix(".0"), na_action="ignore")'
    en = f'Column "{column}" mixes {", ".join(kinds)}: make all ids texts, {how}.'
    zh = f"“{column}”列混有不同的类型（{'、'.join(kinds)}）：请全部转成文本，{how}。"
    texts = values.map(lambda key: str(key).strip().removesuffix(".0"))
    seen = pd.DataFrame({"shown": values.map(repr), "text": texts}).drop_duplicates()
    same = seen[seen["text"].duplicated(keep=False)].groupby("text", sort=False)["shown"].agg(", ".join)
    if len(same):
        shown = checks.first(f"{given} = {text!r}" for text, given in same.items())
        en += f" Then {len(same)} ids become one customer each, first: {shown}."
        zh += f"转换后，{len(same)} 组编号各合为一个客户，前几组是：{shown}。"
    raise TypeError(say(en, zh))
