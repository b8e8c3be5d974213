"""What people type into a CRM, brought to what its columns hold; or a sentence says what is wrong."""

import re

from crmlib import checks
from crmlib.language import say
from crmlib.systems.model import CHANNELS

LARGEST = 2**31 - 1  # of a whole number in a column
MONEY = 1e9
FIRST_YEAR = 1900  # that Excel knows
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def line(value, name, most=200, *, empty=False):
    """Return a text in one line, without blanks at its ends, of at most so many characters.

    >>> line(" call about\\nthe bill ", "subject")
    'call about the bill'
    """
    return re.sub(r"\s*\n\s*", " ", _text(value, name, most, empty))


def notes(value, name="notes"):
    """Return a text of several lines, without blanks at its ends; "" for nothing.

    >>> notes("wants oat milk\\n")
    'wants oat milk'
    """
    return _text(value, name, 10_000, True)


def _text(value, name, most, empty):
    text = checks.text(value, name).replace("\r\n", "\n").strip(checks.BLANK)
    if _UNSEEN.search(text):
        en = f"{name} = {checks.quoted(value)}: it holds signs that cannot be stored. Type the text again."
        raise ValueError(say(en, f"{name} = {checks.quoted(value)}：含有无法保存的控制字符。请重新输入。"))
    if not text and not empty:
        en = f"{name} = {checks.quoted(value)} is empty: write what it is about."
        raise ValueError(say(en, f"{name} = {checks.quoted(value)} 是空的：请写明内容。"))
    if len(text) > most:
        en = f"{name}: {len(text)} characters are too long, {most} at most. Shorten it, or put the rest into notes."
        raise ValueError(say(en, f"{name}：{len(text)} 个字符太长，最多 {most} 个。请缩短，或者写进备注。"))
    return text


def word(value, name, most=100):
    """Return a text, or None for nothing.

    >>> word(None, "industry"), word("school", "industry")
    (None, 'school')
    """
    return None if value is None else line(value, name, most, empty=True) or None


def number_of(value, name):
    """Return the number of a row; None stays None.

    >>> number_of(3, "contact_id"), number_of(None, "contact_id")
    (3, None)
    """
    return None if value is None else checks.whole(value, name, 1, LARGEST)


def account(value):
    """Return the number of a customer; what is too long for one is a name, which `find` looks up.

    >>> account(" B02 ")
    'B02'
    """
    if isinstance(value, str) and len(value.strip()) > 20:
        en = f"account_id = {checks.quoted(value)}: the customer's number is needed, such as B02. Look it up with "
        zh = f"account_id = {checks.quoted(value)} 不对：应为客户编号，例如 B02。请用 find(crm, …) 查找。"
        raise ValueError(say(f"{en}find(crm, …).", zh))
    return line(value, "account_id", 20)


def owner(value):
    """Return the number or the login of a user; None stays None.

    >>> owner(3), owner("sales1")
    (3, 'sales1')
    """
    return line(value, "owner_id", 20) if isinstance(value, str) else number_of(value, "owner_id")


def money(value, name):
    """Return yuan of 0 or more, to the fen.

    >>> money(12.345, "cost")
    12.35
    """
    return round(checks.number(value, name, least=0, most=MONEY) + 1e-9, 2)


def moment(value, name, now):
    """Return a moment to the second as a datetime; `now` where nothing is given.

    >>> moment("2025-12-31 09:30", "at", None)
    datetime.datetime(2025, 12, 31, 9, 30)
    """
    return now if value is None else stamp(value, name).floor("s").to_pydatetime()


def day(value, name, default=None):
    """Return a day as a date; the default where nothing is given.

    >>> day("2025-12-31", "since")
    datetime.date(2025, 12, 31)
    """
    return default if value is None else stamp(value, name).date()


def stamp(value, name):
    """Return a moment, one that a spreadsheet can show as well, as a Timestamp.

    >>> stamp("2025-12-31 09:30", "at")
    Timestamp('2025-12-31 09:30:00')
    """
    found = checks.moment(line(value, name) if isinstance(value, str) else value, name)
    if found.year < FIRST_YEAR:
        en = f"{name} = {checks.quoted(value)} lies before {FIRST_YEAR}. Correct the year."
        raise ValueError(say(en, f"{name} = {checks.quoted(value)} 早于 {FIRST_YEAR} 年。请更正年份。"))
    return found


def happened(when, name, now):
    """Return a moment or a day; refuse one that has not come yet. None stays None.

    >>> from datetime import date, datetime
    >>> happened(date(2025, 12, 31), "signed", datetime(2025, 12, 31, 10, 0))
    datetime.date(2025, 12, 31)
    """
    timed = hasattr(when, "hour")
    if when is not None and when > (now if timed else now.date()):
        shown = f"{name} = {when:%Y-%m-%d %H:%M}" if timed else f"{name} = {when}"
        en = f"{shown} has not come yet. Correct it, or leave it out."
        raise ValueError(say(en, f"{shown} 还没有到。请更正，或者不写。"))
    return when


def ahead(when, name, now, hint=("", "")):
    """Return a moment or a day; refuse one of a day that has gone by, with a further hint. None stays None.

    >>> from datetime import date, datetime
    >>> ahead(date(2025, 12, 31), "expected", datetime(2025, 12, 31, 10, 0))
    datetime.date(2025, 12, 31)
    """
    if when is not None and (when.date() if hasattr(when, "hour") else when) < now.date():
        en = f"{name} = {when:%Y-%m-%d} has gone by: today is {now:%Y-%m-%d}. Give a later day."
        zh = f"{name} = {when:%Y-%m-%d} 已经过去：今天是 {now:%Y-%m-%d}。请改为以后的日期。"
        raise ValueError(say(en + hint[0], zh + hint[1]))
    return when


def channel(value, name="channel"):
    """Return a channel of the CRM, so that one has one word; None stays None.

    >>> channel("phone"), channel(None)
    ('phone', None)
    """
    return None if value is None else checks.one_of(value, name, CHANNELS)


def phone(value, name="phone"):
    """Return a telephone number without blanks and dashes; None stays None.

    >>> phone("138 0013-8000"), phone("+86 21 5555 0100")
    ('13800138000', '+862155550100')
    """
    if value is None:
        return None
    digits = re.sub(r"[\s\-()（）]", "", line(value, name, 30, empty=True))
    if digits and not re.fullmatch(r"\+?[0-9]{3,20}", digits):
        en = f'{name} = {checks.quoted(value)}: digits are needed, such as "13800138000" or "+862155550100".'
        raise ValueError(
            say(en, f"{name} = {checks.quoted(value)} 不对：应为数字，例如“13800138000”或“+862155550100”。")
        )
    return digits or None


def email(value, name="email"):
    """Return an e-mail address in small letters; None stays None.

    >>> email("Fang.Wang@Example.com")
    'fang.wang@example.com'
    """
    if value is None:
        return None
    address = line(value, name, 200, empty=True).lower()
    if address and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        en = f'{name} = {checks.quoted(value)}: an address is needed, such as "fang@example.com".'
        raise ValueError(say(en, f"{name} = {checks.quoted(value)} 不对：应为邮箱地址，例如“fang@example.com”。"))
    return address or None
