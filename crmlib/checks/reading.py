"""What numbers and texts that should have been dates or amounts probably mean, and how they are converted.

Nothing is converted here: a reading becomes the advice of an error, with the format or the unit, and what the first
value would be. Where two readings are possible, both are said.
"""

import re
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlib.checks.syntax import parse, write

_DATENUM = 719_529  # the day 1970-01-01 of Matlab, which counts from the year 0
# unit of pandas, first day, least and most, what counts so (en, zh): from 1980 to 2099, so that no two overlap
_SINCE = (
    ("D", "1970-01-01", 3_652, 25_569, "days since 1970-01-01, as in R", "从 1970-01-01 起的天数，如 R 所用"),
    ("D", "1899-12-30", 25_569, 73_050, "days since 1899-12-30, as in Excel", "Excel 从 1899-12-30 起的天数"),
    (
        "D",
        "1970-01-01",
        _DATENUM + 3_652,
        _DATENUM + 47_480,
        f"days of Matlab, of which 1970-01-01 is {_DATENUM}; of Python's toordinal() it is 719163",
        f"Matlab 的天数，1970-01-01 记作 {_DATENUM}；Python 的 toordinal() 则记作 719163",
    ),
    ("s", "1970-01-01", 315e6, 41e8, "seconds since 1970 (Unix)", "从 1970 年起的秒数（Unix 时间）"),
    ("s", "1582-10-14", 125e8, 163e8, "seconds since 1582-10-14, as in SPSS", "SPSS 从 1582-10-14 起的秒数"),
    ("ms", "1970-01-01", 315e9, 41e11, "milliseconds since 1970 (Unix)", "从 1970 年起的毫秒数（Unix 时间）"),
    ("us", "1970-01-01", 315e12, 41e14, "microseconds since 1970 (Unix)", "从 1970 年起的微秒数（Unix 时间）"),
    ("ns", "1970-01-01", 315e15, 41e17, "nanoseconds since 1970 (Unix)", "从 1970 年起的纳秒数（Unix 时间）"),
)
# of what is in the future, counted from 1970, when it is counted from 1960
_SAS = {
    "D": ("days since 1960-01-01, as in SAS and Stata", "SAS、Stata 从 1960-01-01 起的天数"),
    "s": ("seconds since 1960-01-01, as in SAS", "SAS 从 1960-01-01 起的秒数"),
    "ms": ("milliseconds since 1960-01-01, as in Stata", "Stata 从 1960-01-01 起的毫秒数"),
}
_MICROSECONDS = {"D": "86_400_000_000", "s": "1_000_000", "ms": "1_000", "us": "1", "ns": "0.001"}
_WRITTEN = (("%Y%m%d", 8, "year, month, day", "年月日"), ("%Y%m%d%H%M%S", 14, "year … second", "年月日时分秒"))

_PAIRS = [(f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}") for mark, year in product("/.-", ("%Y", "%y"))]
_DAYS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%Y %m %d",
    *(form for pair in _PAIRS for form in pair),
]
_DAYS += ["%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y年%m月%d日", "%d %m %Y"]
_DAYS += [f"{form}{year}" for form in ("%b %d ", "%b %d, ", "%d %b ", "%d-%b-", "%d/%b/") for year in ("%Y", "%y")]
_DAYS += [form.replace("%b", "%B") for form in _DAYS if "%b" in form]
_TIMES = [f"{mark}%H:%M{rest}" for mark, rest in product(" T", ("", ":%S", ":%S.%f"))]
_TIMES += [" %I:%M %p", " %I:%M:%S %p", " %H时%M分", "%H:%M", "%H时%M分"]
_ZONE = r"[T ]\d{1,2}:\d\d.*(?:Z|[+-]\d\d:?\d\d)$"


class Reading(NamedTuple):
    """How a column is read: `ways` to convert it, what the first value becomes in each, and the rows not read."""

    ways: list
    meaning: tuple
    bad: pd.Series


def as_dates(values, engine, name, table, digits=False):
    """Read numbers or texts (a Series, none missing) as dates; None if most of them cannot be read.

    >>> as_dates(pd.Series([45292.0]), "pandas", "day", "log").ways
    ['pd.to_datetime(log["day"], unit="D", origin="1899-12-30")']
    """
    x = write(engine, "column", name=name, table=table)
    if pd.api.types.is_complex_dtype(values):
        return None
    if pd.api.types.is_numeric_dtype(values):
        return _numbers(values, values.astype(float), engine, x, number=True)
    texts = values.astype(str)
    if engine == "pandas" and (values.dtype == object or isinstance(values.dtype, pd.CategoricalDtype)):
        x = write(engine, "text", x)
    even = texts.str.normalize("NFKC").str.strip()
    if (even != texts).any():
        x, texts = write(engine, "even", x), even
    zoned = texts.str.contains(_ZONE)
    if zoned.mean() > 0.5:
        meaning = ("the time zone is written beside the time: choose that of your shop",) * 2
        meaning = (meaning[0], "时间后面写着时区：请换成门店所在的时区")
        return Reading([write(engine, "zoned", x)], meaning, ~zoned)
    return _texts(values, texts, engine, x) or _numbers(
        values, pd.to_numeric(texts, errors="coerce"), engine, write(engine, "number", x), number=False
    )


def _numbers(values, numbers, engine, x, number):
    """Read numbers as days or seconds since some day, or as a date written without marks."""
    for form, length, en, zh in _WRITTEN if number else ():
        found = _written(numbers, form, length)
        if found.notna().mean() > 0.5:
            way = parse(engine, write(engine, "digits", x), [form])
            return Reading([way], _becomes(values, found, en, zh), found.isna())
    kinds = {since: numbers.between(since[2], since[3], inclusive="left") for since in _SINCE}
    since = max(kinds, key=lambda kind: kinds[kind].sum())
    good = kinds[since]
    if not good.mean() > 0.5:
        return None
    unit, origin, least, _, en, zh = since
    if least > _DATENUM and unit == "D":
        numbers, x = numbers - _DATENUM, f"({x} - {_DATENUM})"
    elif origin == "1970-01-01" and unit in _SAS:
        if pd.to_datetime(numbers[good].max(), unit=unit) > pd.Timestamp.now():
            origin, (en, zh) = "1960-01-01", _SAS[unit]
    found = pd.to_datetime(numbers[good], unit=unit, origin=origin).reindex(numbers.index)
    if origin == "1899-12-30":
        en += '; files of old Macs count from "1904-01-01"'
        zh += "；旧版 Mac 的文件从 1904-01-01 起算"
    days = (pd.Timestamp(origin) - pd.Timestamp("1970-01-01")).days
    marks = {"unit": unit, "origin": origin, "microseconds": _MICROSECONDS[unit], "from_1970": -days}
    day = ", ".join(str(int(part)) for part in origin.split("-"))
    return Reading([write(engine, "since", x, day=day, **marks)], _becomes(values, found, en, zh), ~good)


def _written(numbers, form, length):
    """Dates of numbers such as 20240131, missing where there is none."""
    whole = numbers.where((numbers % 1 == 0) & (numbers >= 10 ** (length - 1)) & (numbers < 10**length))
    found = pd.to_datetime(whole.astype("Int64").astype("str"), format=form, errors="coerce")
    return found.where(found.dt.year.between(1900, 2100))


def _texts(values, texts, engine, x):
    """Read texts with the fewest formats that read most of them, in every order of day, month and year that does so."""
    some = texts.drop_duplicates()
    some = some.sample(min(len(some), 2000), random_state=0)
    read, found = {form: _read(some, form) for form in _forms(some)}, {}
    for order in ("day", "month", "year"):
        chosen = _cover({form: dates for form, dates in read.items() if _order(form) in (order, None)}, some)
        if chosen:
            found[chosen] = _first_of([_read(texts, form) for form in chosen])
    most = max((dates.notna().sum() for dates in found.values()), default=0)
    if not most > len(texts) / 2:
        return None
    found = {chosen: dates for chosen, dates in found.items() if dates.notna().sum() == most}
    (chosen, first), *others = found.items()
    others = [(forms, dates) for forms, dates in others if not dates.equals(first)]
    apart = (first != others[0][1]).to_numpy() & first.notna().to_numpy() if others else first.notna().to_numpy()
    en, zh = _becomes(values[apart], first[apart])
    for _, dates in others:
        en, zh = f"{en} or {_shown(dates[apart].iloc[0])}", f"{zh} 或 {_shown(dates[apart].iloc[0])}"
    ways = [parse(engine, x, forms) for forms in (chosen, *(forms for forms, _ in others))]
    if chosen == ("%Y-%m-%d",) and texts[first.notna()].str.fullmatch(r"\d{4}-\d\d-\d\d").all():
        ways = [write(engine, "iso", x)]
    return Reading(ways, (en, zh), first.isna())


def _cover(read, texts):
    """The few formats that together read most of the texts."""
    chosen, rest = [], pd.Series(True, index=texts.index)
    while rest.any() and len(chosen) < 4:
        counts = {form: (dates.notna() & rest).sum() for form, dates in read.items()}
        best = max(counts, key=counts.get, default=None)
        if best is None or not counts[best]:
            break
        chosen.append(best)
        rest &= read[best].isna()
    # Engines read 24 as %Y, but not 2024 as %y.
    return tuple(sorted(chosen, key=lambda form: ("%Y" in form, -len(form))))


def _order(form):
    """Which part of a date comes first, where that is not certain."""
    if form.startswith("%y"):
        return "year"
    return None if "%m" not in form or form.startswith("%Y") else "day" if form.startswith("%d") else "month"


_BEFORE_TIME = r"^(?P<day>.*?)(?P<time>(?:[T ]|(?<=\u65e5))\d{1,2}[:\u65f6].*)?$"  # 日, 时


def _forms(texts):
    """The formats worth trying: those of the part before a time of the day, each with those of the time."""
    parts = texts.str.extract(_BEFORE_TIME)
    days, times = parts["day"].dropna().drop_duplicates(), parts["time"].dropna().drop_duplicates()
    days = [form for form in _possible(_DAYS, days) if _read(days, form).notna().any()]
    times = [form for form in _possible(_TIMES, times) if _read(times, form).notna().any()]
    return [day + time for time in ["", *times] for day in days]


def _possible(forms, texts):
    """The formats whose marks and words stand in some of the texts."""
    said = "".join(texts).lower()
    letters = any("a" <= letter <= "z" for letter in said)
    marks = {form: re.sub("%[a-zA-Z]", "", form).lower() for form in forms}
    return [form for form in forms if said and set(marks[form]) <= set(said) and (letters or "%b" not in form.lower())]


def _read(texts, form):
    found = pd.to_datetime(texts, format=form, errors="coerce")  # which would take "now" and 2024113, too
    found = found.where(found.dt.year.between(1, 9999))  # it takes a year below zero, too
    return found.where(texts.str.match(r"\d{8}(?:\D|$)" if form.startswith("%Y%m%d") else r".*\d"))


def _first_of(columns):
    found = columns[0]
    for other in columns[1:]:
        found = found.fillna(other)
    return found


def _becomes(values, found, en="", zh=""):
    """What the first value that can be read would be: in both languages, with the reason."""
    first = found.notna().to_numpy().argmax()
    value, moment = values.iloc[first], found.iloc[first]
    value = value.item() if isinstance(value, np.generic) else value
    shown = f"{value!r} = {_shown(moment)}"
    return f"{shown}{', ' if en else ''}{en}", f"{shown}{'，' if zh else ''}{zh}"


def _shown(moment):
    return str(moment if moment != moment.normalize() else moment.date())
