"""A list of customers as people keep it, in Excel or as CSV, becomes a table with the CRM's names of columns."""

import csv
import io
import re
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from crmlib import checks
from crmlib.language import say

# What the columns may be called, in small letters and without blanks and signs.
HEADERS = {
    "name": "name customer customername account company fullname 客户 客户名称 客户姓名 名称 单位名称 公司名称 姓名",
    "kind": "kind type customertype 类型 客户类型 客户类别 类别",
    "contact": "contact contactperson contactname 联系人 联系人姓名",
    "position": "position title jobtitle 职务 职位",
    "phone": "phone telephone mobile mobilephone tel phonenumber 电话 手机 手机号 手机号码 联系电话 电话号码",
    "email": "email mail emailaddress 邮箱 电子邮箱 邮件 电子邮件 邮箱地址",
    "birthday": "birthday birthdate dateofbirth 生日 出生日期",
    "region": "region area city town 地区 区域 城市",
    "address": "address 地址 联系地址 详细地址",
    "industry": "industry trade 行业 所属行业",
    "since": "since customersince joined registered 建档日期 入会日期 注册日期 开户日期",
    "grade": "grade class 等级 客户等级 级别",
    "consent": "consent marketingconsent agree agreed agreestomarketing 同意 是否同意 同意营销 营销同意 是否同意营销",
    "notes": "notes note remarks comment comments 备注 说明",
}
_COLUMN_OF = {word: column for column, words in HEADERS.items() for word in words.split()}
_ABOVE = 10  # rows that a title may take above the names of the columns


def read_customers(path):
    """Read a list of customers from a file: CSV in UTF-8 or GB 18030, or the first sheet of an Excel workbook.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    pandas.DataFrame
        The columns that the CRM knows, under its names (``name, phone, consent`` …, whichever language the file has);
        others under their own. Cells are as they stand in the file, None where empty; the index ``row`` is the number
        that a spreadsheet shows. Rows without any cell are left out.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "客户.csv"
    >>> written = path.write_bytes("姓名,手机,是否同意营销\\n稷芒波,138 0013 8000,是\\n".encode("gb18030"))
    >>> read_customers(path).loc[2].to_dict()
    {'name': '稷芒波', 'phone': '138 0013 8000', 'consent': '是'}
    """
    return read_list(path, "path")


def read_list(path, name):
    """Return what `read_customers` does; `name` is what the argument is called where it is given.

    >>> read_list("customers.doc", "list")
    Traceback (most recent call last):
        ...
    ValueError: list: "customers.doc" is neither .csv nor .xlsx. Open it in a spreadsheet and save it as one of these.
    """
    if not isinstance(path, (str, Path)) or "\0" in str(path):
        en = f'{name} = {checks.quoted(path)}: the path of a file is needed, such as "customers.xlsx".'
        raise TypeError(say(en, f'{name} = {checks.quoted(path)} 不对：应为文件路径，例如 "customers.xlsx"。'))
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        en = f'{name}: "{path.name}" is neither .csv nor .xlsx. Open it in a spreadsheet and save it as one of these.'
        raise ValueError(say(en, f"{name}：“{path.name}”不是 .csv 或 .xlsx 文件。请用表格软件打开后另存为其中一种。"))
    try:
        return _table(reader(path.read_bytes()))
    except FileNotFoundError as error:
        en = f'{name}: there is no file "{path}". Correct the path; look where the file lies.'
        raise ValueError(say(en, f"{name}：没有文件“{path}”。请检查文件所在的文件夹，更正路径。")) from error
    except OSError as error:
        en = f'{name}: "{path}" cannot be read ({error.strerror}). Close it where it is open; it must be a file.'
        zh = f"{name}：无法读取“{path}”（{error.strerror}）。请在别处关闭它，并确认它是文件。"
        raise ValueError(say(en, zh)) from error
    except Unreadable as error:
        en, zh = error.args
        raise ValueError(say(f'"{path.name}" {en}', f"“{path.name}”{zh}")) from error


class Unreadable(ValueError):
    """What a file holds is no list of customers: why and what to do, in English and in Chinese."""


def as_customers(table):
    """Return a table with the CRM's names of columns; one that nobody knows by these names keeps its own.

    >>> as_customers(pd.DataFrame({"E-mail": ["lin@example.com"], "鞋码": [43]})).columns.tolist()
    ['email', '鞋码']
    """
    checks.frame(table, "table")
    found = []
    for name in table.columns:
        column = _column_of(name)
        found.append(column if column and column not in found else _unused(str(name), found))
    return table.set_axis(found, axis=1).rename_axis("row")


def _unused(name, found):
    """A name that no column before bears: a second telephone stays what it is called in the file."""
    taken = {*found, *HEADERS}
    if name not in taken:
        return name
    return next(f"{name} {number}" for number in range(2, len(found) + 3) if f"{name} {number}" not in taken)


def _column_of(name):
    return _COLUMN_OF.get(re.sub(r"[\s_\-*:：]|[(（].*[)）]", "", str(name)).lower())


def _csv(content):
    text = _decoded(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t，", key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        en = f"is no CSV file ({error}). Open it in a spreadsheet and save it as .csv or .xlsx."
        raise Unreadable(en, f"不是 CSV 文件（{error}）。请用表格软件打开后另存。") from error


def _decoded(content):
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    en = 'is text in neither UTF-8 nor GB 18030. Save it in a spreadsheet as "CSV UTF-8".'
    raise Unreadable(en, "既不是 UTF-8 也不是 GB 18030 编码。请另存为“CSV UTF-8”。")


def _excel(content):
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError) as error:
        en = f"is no Excel workbook ({error}). Open it in a spreadsheet and save it as .xlsx."
        raise Unreadable(en, f"不是 Excel 工作簿（{error}）。请打开后另存为 .xlsx。") from error


_READERS = {".csv": _csv, ".txt": _csv, ".tsv": _csv, ".xlsx": _excel, ".xlsm": _excel}


def _cell(value):
    """Texts without blanks at their ends; None for an empty one."""
    return (value.strip(checks.BLANK) or None) if isinstance(value, str) else value


def _table(rows):
    rows = [[_cell(value) for value in row] for row in rows]
    if not any(cell is not None for row in rows for cell in row):
        raise Unreadable("is an empty file. Write the names of the columns and the customers into it.", "是空文件。")
    known = [sum(_column_of(value) is not None for value in row if value) for row in rows[:_ABOVE]]
    top = max(range(len(known)), key=lambda number: (known[number], -number), default=None)
    if top is None or not known[top] or "name" not in map(_column_of, filter(None, rows[top])):
        columns = ", ".join(f"{column} ({words.split()[-1]})" for column, words in HEADERS.items())
        en = f"has no column with names in its first {_ABOVE} rows. Call the columns {columns}."
        raise Unreadable(en, f"的前 {_ABOVE} 行里没有姓名这一列。各列请用这些名称：{columns}。")
    width = max(len(row) for row in rows[top:])
    names = [say(f"column {number}", f"第 {number} 列") for number in range(1, width + 1)]
    names = [str(own or name) for own, name in zip_longest(rows[top], names)]
    below = {
        number: row for number, row in enumerate(rows[top + 1 :], top + 2) if any(cell is not None for cell in row)
    }
    if not below:
        en = "has no customers below the names of its columns. Write a row for each, and read it again."
        raise Unreadable(en, "只有表头，没有客户。请每人填一行，再读一次。")
    cells = [row + [None] * (width - len(row)) for row in below.values()]
    table = pd.DataFrame(cells, index=pd.Index(below, dtype="int64"), columns=range(width), dtype=object)
    table = as_customers(table.set_axis(names, axis=1))
    empty = [name for name in table if name not in HEADERS and table[name].isna().all()]
    return table.drop(columns=empty)
