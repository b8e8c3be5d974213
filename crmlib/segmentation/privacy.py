"""Protecting customers: pseudonyms, k-anonymity, coarser tables, and the attack that shows why."""

import hmac
from hashlib import sha256

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def pseudonymise(table, columns, key, *, drop=()):
    """Replace what identifies people by pseudonyms that still join, and leave out what need not be there.

    The same value and key always give the same pseudonym, in any table and column; without the key nobody can compute
    it, not even from a list of all telephone numbers, as with a plain hash. Keep the key apart from the tables: with
    it they remain personal information in the sense of the law (PIPL, Articles 4 and 73).

    Parameters
    ----------
    table : pandas.DataFrame
    columns : str or list of str
        Columns to replace: ids, telephones. Missing values stay missing. Whole numbers and their texts agree
        (7, 7.0 and "7").
    key : str or bytes
        Secret of at least 16 characters, such as ``secrets.token_hex(16)``.
    drop : str or list of str
        Columns to leave out: names, addresses.

    Returns
    -------
    pandas.DataFrame
        With 16 hexadecimal digits (64 bits of HMAC-SHA256) for each value.

    Raises
    ------
    TypeError, ValueError
        If the key is no text or too short, a column is missing, named twice or holds broken numbers.

    References
    ----------
    Krawczyk, H., Bellare, M., Canetti, R. (1997), HMAC: Keyed-Hashing for Message Authentication, RFC 2104.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": [7, 8, 7], "name": ["麦小满", "谷雨", "麦小满"], "amount": [10, 20, 30]})
    >>> pseudonymise(table, "customer_id", key="keep this apart!", drop="name")
            customer_id  amount
    0  ...      10
    1  ...      20
    2  ...      30
    """
    columns, drop = ([names] if isinstance(names, str) else list(names) for names in (columns, drop))
    checks.require_columns(checks.frame(table, "table").columns, [*columns, *drop])
    twice = set(columns) & set(drop)
    if twice:
        raise ValueError(
            say(
                f"To be replaced and left out at once: {', '.join(twice)}. Decide for one.",
                f"既要替换又要删去：{'、'.join(twice)}。请二选一。",
            )
        )
    if not isinstance(key, (str, bytes)):
        raise TypeError(
            say(f"The key must be a text, not {type(key).__name__}.", f"密钥应为文本，而不是 {type(key).__name__}。")
        )
    secret = key.encode() if isinstance(key, str) else key
    if len(secret.strip()) < 16:
        raise ValueError(
            say(
                "The key is too short to be a secret: take at least 16 characters, such as secrets.token_hex(16).",
                "密钥太短，保不住秘密：至少 16 个字符，例如 secrets.token_hex(16)。",
            )
        )
    result = table.drop(columns=drop)
    for name in columns:
        codes, values = pd.factorize(result[name])
        signs = [hmac.new(secret, _plain(value, name).encode(), sha256).hexdigest()[:16] for value in values]
        result[name] = pd.array(np.array([*signs, None], dtype=object)[codes], dtype="str")
    return result


def _plain(value, name):
    if isinstance(value, (float, np.floating)):
        if not value.is_integer():
            raise TypeError(
                say(
                    f'Column "{name}" holds broken numbers, such as {value}: it identifies nobody.',
                    f"“{name}”列有小数（如 {value}），不是能识别人的编号。",
                )
            )
        value = int(value)
    return str(value)


def k_anonymity(table, quasi):
    """How well people hide in a table: the size of the smallest group that agrees in what an outsider may know.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a person.
    quasi : str or list of str
        Quasi-identifiers: columns that somebody may know of a person, such as birthday, gender and town. A missing
        value agrees with a missing value.

    Returns
    -------
    pandas.Series
        ``k`` (people in the smallest group), ``unique`` (share of people alone in theirs), ``groups``, ``people``.

    Raises
    ------
    TypeError, ValueError
        If a column is missing, none is named, or the table is empty.

    References
    ----------
    Sweeney, L. (2002), k-anonymity: a model for protecting privacy, International Journal of Uncertainty, Fuzziness and
    Knowledge-Based Systems 10(5).

    Examples
    --------
    >>> table = pd.DataFrame({"town": ["N", "N", "S", "S"], "born": [1990, 1990, 1990, 1975]})
    >>> k_anonymity(table, ["town", "born"]).to_dict()
    {'k': 1.0, 'unique': 0.5, 'groups': 3.0, 'people': 4.0}
    >>> k_anonymity(table, "town")["k"]
    np.float64(2.0)
    """
    quasi = _quasi(table, quasi)
    sizes = table.groupby(quasi, dropna=False, observed=True).size()
    return pd.Series(
        {"k": sizes.min(), "unique": (sizes == 1).sum() / len(table), "groups": len(sizes), "people": len(table)},
        dtype=float,
    )


def generalise(table, rules):
    """Make columns coarser, so that people agree who did not.

    Parameters
    ----------
    table : pandas.DataFrame
    rules : dict
        Column: "year" or "decade" for dates (or texts that begin with the year), or a number n to keep the first n
        characters of a text.

    Returns
    -------
    pandas.DataFrame
        As `table`, with texts in these columns; missing values stay missing.

    Raises
    ------
    TypeError, ValueError
        If a column is missing, a rule unknown, or a text does not begin with a year.

    Examples
    --------
    >>> table = pd.DataFrame({"birthday": ["1990-05-31", None], "address": ["启明城土星路18号", "长庚城金星路3号"]})
    >>> generalise(table, {"birthday": "decade", "address": 3})
      birthday address
    0    1990s     启明城
    1      NaN     长庚城
    """
    checks.require_columns(checks.frame(table, "table").columns, rules)
    result = table.copy()
    for name, rule in rules.items():
        column = table[name]
        if rule in ("year", "decade"):
            dates = pd.api.types.is_datetime64_any_dtype(column)
            text = column.dt.strftime("%Y") if dates else column.astype("str").replace("", None)
            year = text.str.match(r"\d{4}(\D|$)").astype("boolean").fillna(False).to_numpy(dtype=bool)
            checks.refuse_rows(
                text.notna().to_numpy() & ~year,
                table[[name]],
                f'Column "{name}" does not begin with a year in some rows',
                f"“{name}”列有些行不是以年份开头",
            )
            result[name] = text.str[:4] if rule == "year" else text.str[:3] + "0s"
        elif isinstance(rule, (int, np.integer)) and not isinstance(rule, bool) and rule > 0:
            result[name] = column.astype("str").str[:rule]
        else:
            raise ValueError(
                say(
                    f'The rule for "{name}" is {rule!r}: choose "year", "decade", or how many characters to keep.',
                    f'“{name}”的规则是 {rule!r}：请写 "year"、"decade"，或者保留前几个字的字数。',
                )
            )
    return result


def reidentify(careless, known, on):
    """Attack a table without names: join it with what an outsider knows, where that fits one person only.

    Parameters
    ----------
    careless : pandas.DataFrame
        The table that was given away, one row a person, without names.
    known : pandas.DataFrame
        What the outsider knows, with names; one row a person.
    on : str or list of str
        Columns that both have, such as birthday and town. Rows where one is missing are not matched.

    Returns
    -------
    pandas.DataFrame
        A row for each combination that occurs exactly once in both: the columns of both (``_known`` is added to names
        that both have). ``attrs["share"]``: the share of `careless` so found, and perhaps named wrongly if the
        outsider does not know everybody.

    Raises
    ------
    TypeError, ValueError
        If a column is missing, or is of different types in the two.

    References
    ----------
    Sweeney, L. (2002), see `k_anonymity`.

    Examples
    --------
    >>> careless = pd.DataFrame({"born": [1990, 1985, 1985], "town": ["N", "N", "N"], "spend": [900, 20, 30]})
    >>> known = pd.DataFrame({"name": ["Mai", "Gu"], "born": [1990, 1985], "town": ["N", "N"]})
    >>> reidentify(careless, known, ["born", "town"])
       born town  spend name
    0  1990    N    900  Mai
    """
    on = _quasi(careless, on)
    _quasi(known, on)
    one, other = (table.dropna(subset=on).drop_duplicates(on, keep=False) for table in (careless, known))
    try:
        found = one.merge(other, on=on, suffixes=("", "_known"))
    except ValueError:
        types = {name: f"{careless[name].dtype} / {known[name].dtype}" for name in on}
        raise ValueError(
            say(
                f"The columns are of different types in the two tables: {types}. Convert one of them.",
                f"两张表中这些列的类型不同：{types}。请先转换成一样的。",
            )
        ) from None
    found.attrs = {"share": len(found) / len(careless)}
    return found


def _quasi(table, quasi):
    quasi = [quasi] if isinstance(quasi, str) else list(quasi)
    checks.require_columns(checks.frame(table, "table").columns, quasi)
    if not quasi:
        raise ValueError(
            say("Name at least one column that an outsider may know.", "请至少指明一列外人可能知道的信息。")
        )
    return quasi
