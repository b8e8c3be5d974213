"""The judge of chapter 01's long task: a form of purchases is looked over, then three numbers are computed from it."""

import math
import re
import unicodedata
from datetime import date

import pandas as pd

from crmlib.exercises.feedback import Feedback
from crmlib.exercises.judges import Judge
from crmlib.exercises.key import Answer
from crmlib.exercises.reading import WrongKind, number_in, read
from crmlib.language import say

COLUMNS = ("date", "customer", "goods", "amount")
LINES, CUSTOMERS, DAYS = 30, 3, 14  # the least that a form holds
NEAR = 1e-3  # relative: three digits of a number of one's own
YEAR = 365
ASKED = ("back_share", "best_share", "yearly_loss")
DIGITS_OF_A_TELEPHONE = 11
LONG = 120  # days: a form that spans more has perhaps a wrong year in it
_BETWEEN = r"[-/.\u5e74\u6708]"  # or the Chinese signs of year and month
_DATE = re.compile(rf"(\d{{4}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})\u65e5?")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


def read_form(text):
    """Return the table of lines typed as ``date, customer, goods, amount``; a Chinese comma counts as a comma.

    Raises
    ------
    ValueError
        If a line has not four entries, or its date or amount cannot be read; it names the line and what to write.

    Examples
    --------
    >>> read_form("2026-03-02, A, rice, 15").to_dict("list")
    {'date': [Timestamp('2026-03-02 00:00:00')], 'customer': ['A'], 'goods': ['rice'], 'amount': [15]}
    """
    lines = [line for line in text.replace("\ufeff", "").replace("，", ",").splitlines() if line.strip()]
    rows = [_line(place, line) for place, line in enumerate(lines, 1)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"date": "datetime64[ns]"})


def _line(place, line):
    """The four entries of a line, the date and the yuan read."""
    entries = [entry.strip() for entry in line.split(",")]
    if len(entries) != len(COLUMNS):
        en = f"Line {place} has {len(entries)} entries, not 4: {line.strip()}. Write date, customer, goods, amount"
        zh = f"第 {place} 行有 {len(entries)} 项，应是四项：{line.strip()}。写日期、客户、商品、金额，中间用逗号隔开"
        raise ValueError(say(f"{en}: 2026-03-02, A, rice, 15", f"{zh}：2026-03-02, A, rice, 15"))
    when, customer, goods, amount = entries
    return _day(place, when), customer, goods, _yuan(place, amount)


def _day(place, entry):
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", entry))
    try:
        return date(*map(int, found.groups()))
    except (AttributeError, ValueError):
        head = place == 1 and not re.search(r"\d", entry)
        en = f"Line {place}: the date cannot be read: {entry}. Write it as 2026-03-02, with four digits for the year."
        zh = f"第 {place} 行的日期认不出：{entry}。写成 2026-03-02 的样子，年份用四位数。"
        en, zh = (en + " If it is a row of headings, delete it.", zh + "如果是表头，请删掉。") if head else (en, zh)
        raise ValueError(say(en, zh)) from None


def _yuan(place, entry):
    amount = number_in(entry)
    if amount is None:
        en = f"Line {place}: the amount is no number: {entry or 'nothing'}. Write the yuan only, such as 15."
        raise ValueError(say(en, f"第 {place} 行的金额不是数：{entry or '空的'}。只写多少元，例如 15。"))
    return int(amount) if amount == int(amount) else amount


def facts(purchases, margin, *numbers):
    """Return what the key keeps of the invented canteen: its lines and its yuan, to know it again.

    >>> table = pd.DataFrame({"amount": [12, 8]})
    >>> facts(table, 0.4)
    {'lines': 2, 'yuan': 20.0}
    """
    return {"lines": len(purchases), "yuan": float(purchases["amount"].sum())}


def figures(purchases, margin):
    """Return the three numbers of a form, and those that usual slips would give, each by its road.

    >>> day = pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-11"])
    >>> right, _ = figures(pd.DataFrame({"date": day, "customer": list("AAB"), "amount": [12, 8, 5]}), margin=0.4)
    >>> {name: round(number, 2) for name, number in right.items()}
    {'back_share': 0.5, 'best_share': 0.8, 'yearly_loss': 292.0}
    """
    heaps = purchases.groupby("customer")
    spent, came, lines = heaps["amount"].sum(), heaps["date"].nunique(), heaps.size()
    days = (purchases["date"].max() - purchases["date"].min()).days + 1
    loss = spent.max() / days * YEAR * margin
    back, best = (came >= 2).mean(), spent.max() / spent.sum()
    right = {"back_share": float(back), "best_share": float(best), "yearly_loss": float(loss)}
    slips = {
        "back_share": {
            "lines_for_days": (lines >= 2).mean(),
            "customers_not_share": (came >= 2).sum(),
            "came_only_once": (came == 1).mean(),
        },
        "best_share": {
            "most_often": spent[lines.idxmax()] / spent.sum(),
            "share_of_lines": lines.max() / lines.sum(),
            "best_in_yuan": spent.max(),
        },
        "yearly_loss": {
            "margin_forgotten": loss / margin,
            "log_not_year": spent.max() * margin,
            "log_days_forgotten": spent.max() * YEAR * margin,
            "all_customers": spent.sum() / days * YEAR * margin,
            "a_visit_a_day": spent.max() / came[spent.idxmax()] * YEAR * margin,
        },
    }
    return right, slips


def verdict(exercise, purchases, margin, *given):
    """Say what is wrong with the form; if nothing is, compare the numbers with those of the form itself.

    >>> from crmlib.exercises import key
    >>> verdict(key.find("overview.thirty_lines"), "thirty lines", 0.4, 0.5, 0.5, 100).misconception
    'kind'
    """
    try:
        _must_be_a_form(purchases)
        _must_be_a_margin(margin)
        if fault := _fault(purchases):
            name, where = fault
            return Feedback("wrong", exercise.road(name).message + where, name)
        if not 0 < margin < 1:
            return Feedback("wrong", exercise.road("no_margin").message, "no_margin")
        given = [read(number, Answer(name, "number")) for name, number in zip(ASKED, given, strict=True)]
    except WrongKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    right, slips = figures(purchases, margin)
    for (name, number), mine in zip(right.items(), given, strict=True):
        if not _near(mine, number):
            return _wrong_number(exercise, name, mine, number, slips[name])
    return Feedback("right", _praise(exercise.facts, purchases, right))


def _near(given, number):
    return math.isclose(given, number, rel_tol=NEAR, abs_tol=1e-9)


def _wrong_number(exercise, name, given, number, slips):
    """Name the slip that gives this number, or say on which side of the right one it lies."""
    for road, slip in slips.items():
        if _near(given, slip):
            return Feedback("wrong", f"{name}{say(': ', '：')}{exercise.road(road).message}", road)
    if name != "yearly_loss" and _near(given, 100 * number):
        return Feedback("wrong", say(f"{name}: write a number between 0 and 1.", f"{name}：请写成 0 到 1 之间的小数。"))
    if _near(given, round(number, 2)) or math.isclose(given, number, rel_tol=0.01):
        return Feedback("rounded", say(f"{name}: nearly; keep all digits.", f"{name}：很接近，请不要四舍五入。"))
    en = f"The form is in order. {name} is too {'large' if given > number else 'small'} for your lines."
    zh = f"表填得没有问题。按你的数据，{name} 偏{'大' if given > number else '小'}。"
    return Feedback("wrong", say(en, zh))


def _praise(known, purchases, right):
    """What the form says, in words; and that the canteen is not one's own."""
    lines, customers = len(purchases), purchases["customer"].nunique()
    en = f"Right: {lines} lines, {customers} customers. {right['back_share']:.0%} came on two days or more, the best "
    en += f"brings {right['best_share']:.0%} of the yuan, and a year without that customer costs "
    en += f"{right['yearly_loss']:,.0f} yuan of margin."
    zh = f"正确：{lines} 行，{customers} 位客户。{right['back_share']:.0%} 的人来过两天以上，最好的一位带来 "
    zh += f"{right['best_share']:.0%} 的金额；这位客户一年不来，损失毛利 {right['yearly_loss']:,.0f} 元。"
    twice = int(purchases.duplicated().sum())
    if twice:
        en += f" ({twice} line(s) repeat another one: bought twice, or written twice?)"
        zh += f"（有 {twice} 行和别的行一模一样：是买了两次，还是记了两次？）"
    for more_en, more_zh in _doubts(purchases):
        en, zh = f"{en} {more_en}", zh + more_zh
    if (lines, float(purchases["amount"].sum())) == (known["lines"], known["yuan"]):
        en += " These are the lines of the canteen; thirty of your own count more."
        zh += "这是食堂的数据；换成你自己记的三十行，收获更大。"
    return say(en, zh)


def _doubts(purchases):
    """What is perhaps wrong with a form that is in order: its years, and names in the place of letters."""
    first, last = purchases["date"].min(), purchases["date"].max()
    if (span := (last - first).days + 1) > LONG:
        en = f"(The log spans {span} days, from {first:%Y-%m-%d} to {last:%Y-%m-%d}: are all the years right?)"
        yield en, f"（记录跨了 {span} 天，从 {first:%Y-%m-%d} 到 {last:%Y-%m-%d}：年份都对吗？）"
    names = [name for name in purchases["customer"].unique() if _NAME.fullmatch(str(name))]
    if names:
        en = f"(Is {names[0]} somebody's name? Put a letter in its place.)"
        yield en, f"（“{names[0]}”是姓名吗？是的话，请换成字母或代号。）"


def _must_be_a_form(purchases):
    """Refuse what is no table with the four columns."""
    if not isinstance(purchases, pd.DataFrame):
        kind = type(purchases).__name__
        en = f"purchases should be a table, as read_form makes it; yours is a {kind}."
        raise WrongKind(say(en, f"purchases 应该是一张表，用 read_form 得到；你给的是 {kind}。"))
    missing = [name for name in COLUMNS if name not in purchases]
    if missing:
        en = f"purchases has no column {', '.join(missing)}. It needs {', '.join(COLUMNS)}."
        raise WrongKind(say(en, f"purchases 缺少列 {'、'.join(missing)}。四列是 {'、'.join(COLUMNS)}。"))
    if purchases["date"].dtype.kind != "M":
        en = "The column date holds something that is no date. Write each as 2026-03-02; no row of headings, and four "
        en += "entries in each line."
        zh = "date 列里有不是日期的内容。每一个都写成 2026-03-02 的样子；不要写表头，每行四项。"
        raise WrongKind(say(en, zh))
    if purchases["amount"].dtype.kind not in "iuf":
        en = "The column amount holds something that is no number. Write 12, without the word yuan."
        raise WrongKind(say(en, "amount 列里有不是数的内容。只写 12，不写“元”。"))


def _must_be_a_margin(margin):
    if isinstance(margin, bool) or not isinstance(margin, (int, float)):
        en = f"margin should be a number such as 0.4; yours is a {type(margin).__name__}."
        raise WrongKind(say(en, f"margin 应该是一个数，例如 0.4；你给的是 {type(margin).__name__}。"))


def _fault(purchases):
    """The road of the form's first fault and where it is found, or None."""
    customers = purchases["customer"].map(_spelt)
    raw = purchases["customer"].groupby(customers).nunique()
    checks = {
        "no_date": purchases["date"].isna(),
        "no_customer": customers.eq(""),
        "no_amount": ~(purchases["amount"] > 0),
        "telephone": customers.map(_is_telephone),
        "two_spellings": customers.map(raw).gt(1),
    }
    for name, rows in checks.items():
        if rows.any():
            return name, _where(rows)
    span = (purchases["date"].max() - purchases["date"].min()).days + 1
    few = {"too_short": len(purchases), "few_customers": customers.nunique(), "few_days": span}
    least = {"too_short": LINES, "few_customers": CUSTOMERS, "few_days": DAYS}
    return next(
        ((name, say(f" (You have {n}.)", f"（你有 {n}。）")) for name, n in few.items() if n < least[name]), None
    )


def _spelt(customer):
    """A customer as a reader takes it: full-width letters, capitals and blanks do not make another one."""
    return "" if pd.isna(customer) else unicodedata.normalize("NFKC", str(customer)).strip().casefold()


def _is_telephone(customer):
    return sum(map(str.isdigit, customer)) >= DIGITS_OF_A_TELEPHONE


def _where(rows):
    lines = [place + 1 for place, found in enumerate(rows) if found]
    shown = ", ".join(map(str, lines[:3])) + (", …" if len(lines) > 3 else "")
    return say(f" (Line {shown}.)", f"（第 {shown.replace(', ', '、')} 行。）")


JUDGES = {"thirty_lines": Judge(facts=facts, verdict=verdict)}
