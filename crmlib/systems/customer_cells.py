"""What stands in a cell of a list of customers: the value that a CRM keeps, or what is wrong and what to do."""

import re
import unicodedata
from datetime import date, datetime, timedelta

import pandas as pd

from crmlib import checks
from crmlib.language import glossary, heading, say
from crmlib.systems import inputs
from crmlib.systems.model import GRADES

_EXCEL = date(1899, 12, 30)  # day 0 of Excel's calendar, for days after February 1900
_FORM = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]0?0:00(?::00)?)?")
_CHINESE = str.maketrans({"年": "-", "月": "-", "日": ""})
_YES = "yes y true 1 ok agreed agree 是 同意 有 √ ✓ 已同意"
_NO = "no n false 0 refused refuse 否 不同意 无 × ✗ 不 未同意"
_KINDS = {
    "household": "household home person private 家庭 个人 住户",
    "business": "business firm company 企业 单位 公司 团体",
}
_PHONES = (r"1\d{10}", r"0\d{9,11}", r"[48]00\d{7}", r"\+\d{7,15}")


class Fault(ValueError):
    """A value that a CRM cannot keep: `fault` says why, `remedy` what to do."""

    def __new__(cls, *told):
        error = super().__new__(cls, *told)
        error.fault, error.remedy = told
        return error


def written(value, most=200, *, lines=False):
    """Return what is written in a cell as a text, of one line unless it may have several.

    A whole number comes without the decimals that a spreadsheet gives it.

    >>> written(13800138000.0), written(None)
    ('13800138000', None)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        text = inputs.word(str(value), "", most) if known(value) else None
        return inputs.notes(str(value)) if lines and text else text
    except ValueError:
        raise Fault(
            say("too long, or with signs that cannot be stored", "太长，或含有无法保存的字符"),
            say(f"type it again, {most} characters at most", f"请重新录入，最多 {most} 个字符"),
        ) from None


def known(value):
    """Say whether anything stands in a cell.

    >>> known(" "), known(float("nan")), known(0)
    (False, False, True)
    """
    if isinstance(value, str):
        return bool(value.strip(checks.BLANK))
    return value is not None and not (pd.api.types.is_scalar(value) and pd.isna(value))


def telephone(value):
    """Return a telephone number in digits, a Chinese one without +86.

    >>> telephone("+86 138-0013-8000"), telephone("13800138000.0"), telephone("（０２１）5555 0100")
    ('13800138000', '13800138000', '02155550100')
    >>> telephone("1.38E+10")
    Traceback (most recent call last):
        ...
    crmlib.systems.customer_cells.Fault: ('a spreadsheet has rounded the number', 'format the column as text, and ...
    """
    text = written(value)
    if text is None:
        return None
    text = re.sub(r"(?<=\d{7})\.0+$", "", unicodedata.normalize("NFKC", text))  # of a column that was read as numbers
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise Fault(
            say("a spreadsheet has rounded the number", "号码被表格软件舍入了"),
            say("format the column as text, and type the number again", "请把这一列设为文本格式，重新录入号码"),
        )
    digits = re.sub(r"[\s\-().]", "", text)
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not any(re.fullmatch(form, digits, re.ASCII) for form in _PHONES):
        raise Fault(
            say("no telephone number", "不是电话号码"),
            say(
                "11 digits of a mobile, or area code and number; one number in a cell",
                "手机 11 位，或者区号加号码；一格一个号码",
            ),
        )
    return digits


def mail(value):
    """Return an e-mail address in small letters.

    >>> mail("Lin.Tao@Example.com")
    'lin.tao@example.com'
    """
    text = written(value)
    try:
        return inputs.email(text)
    except ValueError:
        raise Fault(
            say("no e-mail address", "不是邮箱地址"),
            say("write it as lin@example.com, or leave it empty", "写成 lin@example.com 的样子，或者留空"),
        ) from None


def calendar_day(value, latest):
    """Return a day: of a date, a text with year, month and day in this order, or the number of a day in Excel.

    >>> today = date(2025, 12, 31)
    >>> calendar_day(45291, today), calendar_day("1990年5月31日", today), calendar_day("19900531", today)
    (datetime.date(2023, 12, 31), datetime.date(1990, 5, 31), datetime.date(1990, 5, 31))
    """
    if not known(value):
        return None
    found = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else _day(written(value))
    if found is None:
        raise Fault(
            say("no date", "不是日期"), say("write year-month-day: 1990-05-31", "按年-月-日写，例如 1990-05-31")
        )
    if not date(1900, 3, 1) <= found <= latest:
        raise Fault(
            say(
                f"{found} cannot be: it is before 1900, or has not come yet",
                f"{found} 不可能：早于 1900 年，或者还没有到",
            ),
            say("correct year, month and day", "请更正年、月、日"),
        )
    return found


def _day(text):
    number = re.fullmatch(r"\d+", text, re.ASCII) and int(text)
    parts = _FORM.fullmatch(text.translate(_CHINESE))
    if number and len(text) == 8:
        parts = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    elif number and 2100 < number < 100_000:  # a smaller number is a year
        return _EXCEL + timedelta(days=number)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def agreement(value):
    """Return whether somebody has agreed.

    >>> agreement("是"), agreement(0)
    (True, False)
    """
    text = written(value)
    if text is None:
        raise Fault(
            say("nobody knows whether the person agrees to marketing", "不知道本人是否同意接收营销信息"),
            say("ask, and write yes or no", "请询问本人，填“是”或“否”"),
        )
    word = text.lower()
    if word not in (_YES + " " + _NO).split():
        raise Fault(say("neither yes nor no", "看不出是同意还是不同意"), say("write yes or no", "请填“是”或“否”"))
    return word in _YES.split()


def town(value, known):
    """Return a region by the CRM's word for it, also of what it is called in Chinese; `known` are those of the CRM.

    >>> town("长庚城", ["changgeng", "yinghuo"]), town("Yinghuo", ["yinghuo"]), town("north", [])
    ('changgeng', 'yinghuo', 'north')
    >>> town("Mars", ["yinghuo"])
    Traceback (most recent call last):
        ...
    crmlib.systems.customer_cells.Fault: ('no customer is there yet, so this may be a slip', 'write Yinghuo; or leave...
    """
    text = written(value, most=100)
    if text is None or not known:
        return text
    names = region_names(known)
    if text.casefold() not in names:
        shown = [heading(region) for region in known]
        new = 'a new one comes in with new_account(crm, …, region="…")'
        raise Fault(
            say("no customer is there yet, so this may be a slip", "没有这个城市的客户，可能写错了"),
            say(
                f"write {' or '.join(shown)}; or leave it empty ({new})",
                f"请写{'、'.join(shown)}，或者留空（新的城市先用 new_account 建一位客户）",
            ),
        )
    return names[text.casefold()]


def region_names(known):
    """Return what the regions of a CRM are called, in small letters and in Chinese, with the CRM's word for each.

    >>> region_names(["changgeng"])
    {'changgeng': 'changgeng', '长庚城': 'changgeng', '长庚': 'changgeng'}
    """
    names = {}
    for region in known:
        english = region.replace("_", " ").capitalize()
        chinese = glossary().get(english, {"zh": region})["zh"]
        names |= dict.fromkeys([region.casefold(), english.casefold(), chinese, chinese.removesuffix("城")], region)
    return names


def kind_of(value, firm):
    """Return household or business; where nothing is written, by whether the row names something that only firms have.

    >>> kind_of("企业", False), kind_of(None, False)
    ('business', 'household')
    """
    text = written(value)
    if text is None:
        return "business" if firm else "household"
    found = next((kind for kind, words in _KINDS.items() if text.lower() in words.split()), None)
    if found is None:
        raise Fault(
            say("neither household nor business", "既不是家庭也不是企业"),
            say("write household or business, or leave it empty", "请填“家庭”或“企业”，或者留空"),
        )
    return found


def grade_of(value):
    """Return A, B or C.

    >>> grade_of("a类"), grade_of(None)
    ('A', None)
    """
    text = written(value)
    if text is None:
        return None
    grade = re.sub("[类级]$", "", text).upper()
    if grade not in GRADES:
        raise Fault(
            say("neither A, B nor C", "不是 A、B、C"),
            say("write A, B or C, or leave it empty", "请填 A、B 或 C，或者留空"),
        )
    return grade
