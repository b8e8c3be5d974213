"""How similar two records are, field by field, and the points that this gives for one person or against."""

import re

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

FIELDS = ("name", "pinyin", "phone", "birthday", "address", "email")
# Points of a field for a pair of records: if it agrees, if it is near (a slip of the pen), if it differs.
POINTS = {
    "name": (3, 1, -2),
    "pinyin": (3, 2, -3),
    "phone": (4, 3, 0),
    "birthday": (4, 2, -4),
    "address": (3, 2, -1),
    "email": (4, 0, 0),
}
# From which similarity on a field counts as near.
NEAR = {"name": 0.6, "pinyin": 0.85, "phone": 0.9, "birthday": 0.8, "address": 0.8, "email": 0.9}


def compare_records(records, pairs):
    """Say how similar the two records of each pair (see `candidate_pairs`) are, field by field.

    Returns, by ``left`` and ``right``, for each field there is its similarity from 0 to 1 (the same), NaN where a
    record lacks it. Texts: one minus the share of characters to change (Levenshtein). Telephones: the best of all
    combinations with ``phone_2``. Birthdays: 0.9 if day and month are swapped, 0.8 if one digit differs, else 0.
    Addresses: 0.9 if only the town is missing; another house number halves the similarity.

    >>> records = pd.DataFrame({"name": ["麦小满", "麦晓满"], "birthday": ["1990-05-03", "1990-03-05"]})
    >>> compare_records(records, pd.DataFrame({"left": [0], "right": [1]})).round(2)
                name  birthday
    left right
    0    1      0.67       0.9
    """
    check_ids(checks.frame(records, "records"))
    fields = [field for field in FIELDS if field in records]
    if not fields:
        en = f"No field to compare: name columns of your table {', '.join(FIELDS)}."
        raise ValueError(say(en, f"没有可比较的字段：请把列名改为 {'、'.join(FIELDS)}。"))
    checks.require_columns(checks.frame(pairs, "pairs").columns, ["left", "right"])
    for side in ("left", "right"):
        checks.one_each(pairs[side], side)
    ids = pd.MultiIndex.from_frame(pairs[["left", "right"]])
    left, right = positions(records, ids, pairs)
    clean = even_out(records)
    return pd.DataFrame({field: _similarity(clean, field, left, right) for field in fields}, index=ids)


def match_score(similarities, points=None, near=None):
    """Add up, for each pair (see `compare_records`), the points for and against two records being one person.

    `points` has by field three numbers: if it agrees (similarity 1), if it is near (from the similarity that `near`
    has for it), if it differs; a missing field gives none, and fields without points do not count. Where they are not
    given: ``POINTS`` and ``NEAR``.

    Source: Fellegi and Sunter (1969), A theory for record linkage, Journal of the American Statistical Association 64:
    the best points are log(m / u) for agreement and log((1 - m) / (1 - u)) for disagreement, with m and u the
    probabilities of agreement in true and false pairs. Ours are small whole numbers in that spirit.

    >>> similarities = pd.DataFrame({"name": [0.67, 0.33], "pinyin": [1, 0.5], "birthday": [0.9, np.nan]})
    >>> match_score(similarities).tolist()
    [6.0, -5.0]
    """
    fields = [field for field in POINTS if field in checks.frame(similarities, "similarities")]
    chosen = {field: POINTS[field] for field in fields} if points is None else checks.settings(points, "points")
    near = NEAR | {} if near is None else NEAR | checks.settings(near, "near")
    checks.require_columns(similarities.columns, chosen)
    total = pd.Series(0.0, index=similarities.index, name="points")
    for field, three in chosen.items():
        values = checks.numbers(three, f'points of "{field}"')
        if values.shape != (3,):
            en = f'points of "{field}": three numbers are needed (agrees, near, differs), not {three}.'
            raise ValueError(say(en, f"“{field}”的分值应为三个数（一致、相近、不同），而不是 {three}。"))
        agrees, close, differs = values
        similar = checks.column(similarities, field, least=0, optional=similarities[field].isna())
        border = checks.share(near.get(field, 0.8), f'near of "{field}"')
        levels = [np.isnan(similar), similar >= 1, similar >= border]
        total += np.select(levels, [0, agrees, close], differs)
    return total


def check_ids(records):
    """Refuse records whose ids, the index, are missing or not their own.

    >>> check_ids(pd.DataFrame({"phone": ["100"]}, index=["A"]))
    """
    checks.unique_index(records, "records")
    missing = records.index.to_frame(index=False).isna().any(axis=1)
    en, zh = "records: the id in the index is missing: fill it", "records：索引中缺少编号，请补上"
    checks.refuse_rows(missing, records, en, zh)


def positions(records, ids, shown):
    """Return where the records of pairs of ids stand; if one is lost, refuse with these rows of the table `shown`.

    >>> ids = pd.MultiIndex.from_tuples([("A", "C")])
    >>> positions(pd.DataFrame(index=list("ABC")), ids, pd.DataFrame(index=ids))
    [array([0]), array([2])]
    """
    sides = [records.index.get_indexer(ids.get_level_values(level)) for level in (0, 1)]
    en, zh = "Pairs name ids that the records do not have", "有些记录对的编号不在客户表里"
    checks.refuse_rows(np.minimum(*sides) < 0, shown, en, zh)
    return sides


def _similarity(clean, field, left, right):
    if field == "phone" and "phone_2" in clean:
        numbers = [clean["phone"], clean["phone_2"]]
        return np.fmax.reduce([_texts(one, other, left, right) for one in numbers for other in numbers])
    similar = _texts(clean[field], clean[field], left, right)
    if field not in ("birthday", "address"):
        return similar
    one, other = (clean[field].to_numpy(dtype=object)[side] for side in (left, right))
    unsure = np.flatnonzero((similar < 1) & ~np.isnan(similar))
    judge = _birthdays if field == "birthday" else _addresses
    similar[unsure] = [judge(a, b, s) for a, b, s in zip(one[unsure], other[unsure], similar[unsure], strict=True)]
    return similar


def _texts(one, other, left, right):
    """Levenshtein similarity of pairs of texts; NaN where one is missing."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    one, other = one.to_numpy(dtype=object)[left], other.to_numpy(dtype=object)[right]
    there = ~(pd.isna(one) | pd.isna(other))
    similar = np.full(len(left), np.nan)
    if there.any():
        similar[there] = cpdist(one[there], other[there], scorer=Levenshtein.normalized_similarity, dtype=np.float64)
    return similar


def _birthdays(one, other, similar):
    swapped = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return 0.9 if swapped else 0.8 if similar >= 0.9 else 0.0


def _addresses(one, other, similar):
    if one.endswith(other) or other.endswith(one):
        return 0.9
    return similar if re.findall(r"\d+", one) == re.findall(r"\d+", other) else similar / 2


def even_out(records):
    """Even out spelling: capitals, blanks, signs between digits, Chinese numerals; an empty text is missing.

    >>> even_out(pd.DataFrame({"pinyin": ["Mai  Xiaoman"], "phone": ["100-1234"], "address": ["土星路十八号"]}))
           pinyin    phone address
    0  maixiaoman  1001234  土星路18号
    """
    clean = records.copy()
    for name in records.columns.intersection([*FIELDS, "phone_2"]):
        text = records[name]
        if name == "birthday" and pd.api.types.is_datetime64_any_dtype(text):
            text = text.dt.strftime("%Y-%m-%d")
        words = text.dropna().astype(object).map(str).str.replace(r"\s+", "", regex=True).str.lower()
        if name in ("phone", "phone_2"):
            words = words.str.replace(r"\.0$", "", regex=True).str.replace(r"\D", "", regex=True)
        elif name == "address":
            words = words.map(lambda word: NUMERAL.sub(_number, word))
        clean[name] = words.where(words != "").astype(object).reindex(text.index)
    return clean


NUMERAL = re.compile("[零\u3007一二三四五六七八九十百]+")
DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"\u3007": 0}


def _number(match):
    """Write a Chinese number below 1,000 in digits: 十八 as 18, 一百零五 as 105."""
    text = match.group()
    if not set(text) & set("十百"):
        return "".join(str(DIGIT[sign]) for sign in text)
    total, last = 0, None
    for sign in text:
        if sign in "十百":
            total += (1 if last is None else last) * (10 if sign == "十" else 100)
            last = None
        else:
            last = DIGIT[sign]
    return str(total + (last or 0))
