"""Protecting customers: pseudonyms, k-anonymity, coarser tables, and the attack that shows why."""

import hmac
from hashlib import sha256

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def pseudonymise(table, columns, key, *, drop=()):
    """Replace what identifies people by pseudonyms that still join, and leave out what need not be there.

    The same value and key always give the same pseudonym (16 hexadecimal digits of HMAC-SHA256, RFC 2104), in any table
    and column; without the key nobody can compute it, not even from a list of all telephone numbers, as with a plain
    hash. Keep the key apart from the tables: with it they remain personal information in the sense of the law (PIPL,
    Articles 4 and 73).

    Parameters
    ----------
    table : pandas.DataFrame
    columns, drop : str or list of str
        Columns to replace (ids, telephones; missing values stay missing, and 7, 7.0 and "7" agree); columns to leave
        out (names, addresses).
    key : str or bytes
        Secret of at least 16 characters, such as ``secrets.token_hex(16)``.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": [7, 8, 7], "name": ["麦小满", "谷雨", "麦小满"], "amount": [10, 20, 30]})
    >>> pseudonymise(table, "customer_id", key="keep this apart!", drop="name")
            customer_id  amount
    0  ...      10
    1  ...      20
    2  ...      30
    """
    columns, drop = checks.names(columns, "columns"), checks.names(drop, "drop")
    checks.require_columns(checks.frame(table, "table").columns, [*columns, *drop])
    twice = set(columns) & set(drop)
    if twice:
        en = f"To be replaced and left out at once: {', '.join(twice)}. Decide for one."
        raise ValueError(say(en, f"既要替换又要删去：{'、'.join(twice)}。请二选一。"))
    if not isinstance(key, (str, bytes)):
        kind = type(key).__name__
        raise TypeError(say(f"The key must be a text, not {kind}.", f"密钥应为文本，而不是 {kind}。"))
    secret = key.encode() if isinstance(key, str) else key
    if len(secret.strip()) < 16:
        en = "The key is too short to be a secret: take at least 16 characters, such as secrets.token_hex(16)."
        raise ValueError(say(en, "密钥太短，保不住秘密：至少 16 个字符，例如 secrets.token_hex(16)。"))
    result = table.drop(columns=drop)
    for name in columns:
        codes, values = pd.factorize(result[name])
        signs = [hmac.new(secret, _plain(value, name).encode(), sha256).hexdigest()[:16] for value in values]
        result[name] = pd.array(np.array([*signs, None], dtype=object)[codes], dtype="str")
    return result


def _plain(value, name):
    if isinstance(value, (float, np.floating)):
        if not value.is_integer():
            en = f'Column "{name}" holds broken numbers, such as {value}: it identifies nobody.'
            raise TypeError(say(en, f"“{name}”列有小数（如 {value}），不是能识别人的编号。"))
        value = int(value)
    return str(value)


def k_anonymity(table, quasi):
    """How well people hide in a table (Sweeney 2002): the size of the smallest group that agrees in what is known.

    `table` has one row a person, `quasi` names its quasi-identifiers: columns that an outsider may know of a person,
    such as birthday, gender and town; missing values agree with each other. Returns ``k`` (people in the smallest
    group), ``unique`` (share of people alone in theirs), ``groups`` and ``people``.

    >>> k_anonymity(pd.DataFrame({"town": ["N", "N", "S", "S"], "born": [90, 90, 90, 75]}), ["town", "born"]).to_dict()
    {'k': 1.0, 'unique': 0.5, 'groups': 3.0, 'people': 4.0}
    """
    quasi = _quasi(table, quasi)
    sizes = table.groupby(quasi, dropna=False, observed=True).size()
    unique = (sizes == 1).sum() / len(table)
    return pd.Series({"k": float(sizes.min()), "unique": unique, "groups": len(sizes), "people": len(table)})


def generalise(table, rules):
    """Make columns coarser, so that people agree who did not; missing values stay missing.

    `rules` has by column "year" or "decade" for dates (or texts that begin with the year), or a number n to keep the
    first n characters of a text.

    >>> table = pd.DataFrame({"birthday": ["1990-05-31", None], "address": ["启明城土星路18号", "长庚城金星路3号"]})
    >>> generalise(table, {"birthday": "decade", "address": 3})
      birthday address
    0    1990s     启明城
    1      NaN     长庚城
    """
    rules = checks.settings(rules, "rules")
    checks.require_columns(checks.frame(table, "table").columns, rules)
    result = table.copy()
    for name, rule in rules.items():
        column = table[name]
        if isinstance(rule, str) and rule in ("year", "decade"):
            dates = pd.api.types.is_datetime64_any_dtype(column)
            text = column.dt.strftime("%Y") if dates else column.astype("str").replace("", None)
            year = text.str.match(r"\d{4}(\D|$)").astype("boolean").fillna(False).to_numpy(dtype=bool)
            en, zh = f'Column "{name}" does not begin with a year in some rows', f"“{name}”列有些行不是以年份开头"
            checks.refuse_rows(text.notna().to_numpy() & ~year, table[[name]], en, zh)
            result[name] = text.str[:4] if rule == "year" else text.str[:3] + "0s"
        elif isinstance(rule, (int, np.integer)) and not isinstance(rule, bool) and rule > 0:
            result[name] = column.astype("str").str[:rule]
        else:
            en = f'The rule for "{name}" is {rule!r}: choose "year", "decade", or how many characters to keep.'
            raise ValueError(say(en, f'“{name}”的规则是 {rule!r}：请写 "year"、"decade"，或者保留前几个字的字数。'))
    return result


def reidentify(careless, known, on):
    """Attack a table without names: join it with what an outsider knows, where that fits one person only.

    `careless` is the table that was given away, `known` what the outsider knows, with names, one row a person; `on` are
    columns that both have, such as birthday and town; rows where one is missing are not matched. Returns a row for each
    combination that occurs exactly once in both, with the columns of both (``_known`` is added to names that both
    have). ``attrs["share"]``: the share of `careless` so found, and perhaps named wrongly if the outsider does not know
    everybody.

    >>> careless = pd.DataFrame({"born": [1990, 1985, 1985], "spend": [900, 20, 30]})
    >>> reidentify(careless, pd.DataFrame({"name": ["Mai", "Gu"], "born": [1990, 1985]}), "born")
       born  spend name
    0  1990    900  Mai
    """
    on = _quasi(careless, on, "careless", "on")
    _quasi(known, on, "known", "on")
    one, other = (table.dropna(subset=on).drop_duplicates(on, keep=False) for table in (careless, known))
    try:
        found = one.merge(other, on=on, suffixes=("", "_known"))
    except ValueError:
        types = {name: f"{careless[name].dtype} / {known[name].dtype}" for name in on}
        en = f"The columns are of different types in the two tables: {types}. Convert one of them."
        raise ValueError(say(en, f"两张表中这些列的类型不同：{types}。请先转换成一样的。")) from None
    found.attrs = {"share": len(found) / len(careless)}
    return found


def _quasi(table, quasi, table_name="table", name="quasi"):
    quasi = checks.names(quasi, name)
    checks.require_columns(checks.frame(table, table_name).columns, quasi)
    if not quasi:
        en = f"{name} is empty: name at least one column that an outsider may know."
        raise ValueError(say(en, f"{name} 是空的：请至少指明一列外人可能知道的信息。"))
    for one in quasi:
        bad = ~table[[one]].map(pd.api.types.is_hashable).all(axis=1)
        en, zh = f'Column "{one}" holds lists, which agree with nothing', f"“{one}”列中有列表，无法比较是否相同"
        checks.refuse_rows(bad, table[[one]], en, zh)
    return quasi
