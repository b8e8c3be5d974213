"""A list of customers as people keep it: read, checked, linked; each row added, linked or faulty, and nothing lost."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import crmlib
from crmlib import systems
from crmlib.systems import customer_cells as cells
from crmlib.systems import model
from tests.support.customer_lists import partition, people, rows
from tests.support.refusals import refuses

LIST = (
    "姓名,手机,邮箱,生日,地址,是否同意营销,备注\n"
    "稷芒波,138 0013 8000,jmb@example.com,1990-5-31,长庚城金星路77号,是,周末送货\n"
    "\n"
    "麦小满,13900139000,,33024,,否,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_list_is_read_in_every_encoding_and_with_every_mark(tmp_path, encoding, mark):
    path = tmp_path / "客户 1.csv"
    path.write_bytes(LIST.replace(",", mark).encode(encoding))
    found = systems.read_customers(path)
    assert found.columns.tolist() == ["name", "phone", "email", "birthday", "address", "consent", "notes"]
    assert found.index.tolist() == [2, 4]  # as a spreadsheet numbers them; the empty row holds nothing
    assert found.loc[4].tolist() == ["麦小满", "13900139000", None, "33024", None, "否", None]


def test_columns_are_known_in_either_language_and_others_keep_their_names(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Customer Name,Mobile,E-mail,Phone,Shoe size,\nLin,13800138000,lin@example.com,02155550100,43,x\n")
    found = systems.read_customers(path)
    assert found.iloc[0].to_dict() == {
        "name": "Lin",
        "phone": "13800138000",
        "email": "lin@example.com",
        "Phone": "02155550100",
        "Shoe size": "43",
        "column 6": "x",
    }


def workbook(path, lines):
    from openpyxl import Workbook

    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)


def test_a_workbook_with_a_title_dates_and_numbers(crm, tmp_path):
    path = tmp_path / "customers.xlsx"
    lines = [
        ["2025 年客户名单"],
        [],
        ["客户名称", "类型", "联系人", "职务", "联系电话", "生日", "入会日期", "等级", "是否同意营销"],
        ["云上咖啡", "企业", "林涛", "店长", 13800138000, None, dt.datetime(2024, 3, 1), "B类", "是"],
        ["麦小满", "家庭", None, None, 13900139000.0, 33024, "2024年3月2日", None, "否"],
    ]
    workbook(path, lines)
    report = systems.import_customers(crm, path, source="customers.xlsx")
    assert report.faults.empty and report.added.index.tolist() == [4, 5]
    accounts, contacts, said = (rows(crm, kind) for kind in (model.Account, model.Contact, model.Consent))
    assert accounts[["name", "kind", "grade", "status"]].fillna("").to_numpy().tolist() == [
        ["云上咖啡", "business", "B", "customer"],
        ["麦小满", "household", "", "customer"],
    ]
    assert accounts["since"].astype(str).tolist() == ["2024-03-01", "2024-03-02"]
    assert contacts[["name", "position", "phone"]].iloc[0].tolist() == ["林涛", "店长", "13800138000"]
    assert contacts["birthday"].astype(str).tolist()[1] == "1990-05-31"
    assert said["given"].astype(bool).tolist() == [True, False]
    assert said["source"].str.startswith("customers.xlsx, row ").all()
    trail = crm.trail("accounts")
    assert set(trail["reason"]) == {"import: customers.xlsx"} and len(trail) == 2


def test_the_number_of_a_day_in_excel_is_what_excel_shows():
    """Days of Excel's calendar, as its function DATEVALUE gives them: 1 March 1900 is 61, 1 January 2000 is 36526."""
    today = dt.date(2026, 1, 1)
    assert cells.calendar_day(36526, today) == dt.date(2000, 1, 1)
    assert cells.calendar_day("45658", today) == dt.date(2025, 1, 1)
    assert cells.calendar_day(2958.0, today) == dt.date(1908, 2, 5)
    for typed in (
        "1990-05-31",
        "1990/5/31",
        "1990.5.31",
        "1990年5月31日",
        "1990/5/31 0:00",
        "19900531",
        19900531,
        pd.Timestamp("1990-05-31"),
    ):
        assert cells.calendar_day(typed, today) == dt.date(1990, 5, 31)


@pytest.mark.parametrize(
    "typed", ["1990-31-05", "31.05.1990", "May", 1990, "1990", "2026-01-02", 46025, 999999, -1, 0.5]
)
def test_a_day_that_is_none_is_a_fault(typed):
    with pytest.raises(cells.Fault):
        cells.calendar_day(typed, dt.date(2026, 1, 1))


GOOD = ["13800138000", 13800138000, 13800138000.0, "+86 138 0013 8000", "0086-13800138000", "8613800138000"]
GOOD += ["13800138000.0", "１３８００１３８０００"]
BAD = [
    "1380013800",
    "138001380001",
    "23800138000",
    "1.38E+10",
    "13800138000/13900139000",
    "call me",
    "138OO138OOO",
    "٠١٢٣٤",
]


@pytest.mark.parametrize("typed", GOOD)
def test_a_telephone_is_the_same_however_it_is_typed(typed):
    assert cells.telephone(typed) == "13800138000"


@pytest.mark.parametrize("typed", BAD)
def test_a_telephone_that_is_none_is_a_fault(typed):
    with pytest.raises(cells.Fault):
        cells.telephone(typed)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("phone", "1380013", "no telephone number"),
        ("phone", "1.38E+10", "rounded"),
        ("email", "lin@", "no e-mail address"),
        ("birthday", "1990-31-05", "no date"),
        ("birthday", "2031-01-01", "has not come yet"),
        ("consent", None, "nobody knows"),
        ("consent", "perhaps", "neither yes nor no"),
        ("name", None, "no name"),
        ("name", "x" * 101, "too long"),
        ("kind", "robot", "neither household nor business"),
        ("grade", "AAA", "neither A, B nor C"),
        ("phone", None, "nobody to reach"),
    ],
)
def test_a_fault_is_named_with_row_column_value_and_remedy(crm, column, value, fault):
    table = (
        people(**{column: ["yes" if column == "consent" else None] * 3})
        if column not in ("name", "phone")
        else people()
    )
    table = table.astype(object)
    table.loc[1, column] = value
    report = systems.import_customers(crm, table, source="list")
    partition(report, table)
    assert report.added.index.tolist() == [0, 2]
    [line] = report.faults.to_dict("records")
    assert (line["row"], line["column"]) == (1, column) and line["remedy"]
    assert line["value"] == value or pd.isna(line["value"]) and value is None
    assert fault in line["fault"]
    assert len(rows(crm, model.Account)) == len(rows(crm, model.Contact)) == len(rows(crm, model.Consent)) == 2
    crmlib.use_language("zh")
    again = systems.import_customers(systems.open_crm(":memory:", now="2025-12-15"), table, source="list").faults
    crmlib.use_language("en")
    assert (
        again["fault"].str.contains("[\u4e00-\u9fff]").all() and again["remedy"].str.contains("[\u4e00-\u9fff]").all()
    )


def test_without_a_column_of_consent_nobody_comes_in(crm):
    report = systems.import_customers(crm, people().drop(columns="consent"), source="list")
    assert report.added.empty and report.faults["column"].tolist() == ["consent"] * 3
    assert repr(report) == "ImportReport: 0 added, 0 linked, 3 with faults"


def test_the_same_list_again_adds_nobody_and_changes_nothing(crm):
    table = people(email=["a@example.com", None, None], notes=["weekends only", None, None])
    first = systems.import_customers(crm, table, source="list")
    before = [rows(crm, kind) for kind in (model.Account, model.Contact, model.Consent, model.Activity)]
    again = systems.import_customers(crm, table, source="list")
    assert len(first.added) == 3 and again.added.empty and again.faults.empty
    assert again.linked["contact_id"].tolist() == first.added["contact_id"].tolist()
    for kind, was in zip((model.Account, model.Contact, model.Consent, model.Activity), before, strict=True):
        pd.testing.assert_frame_equal(
            rows(crm, kind).drop(columns="version", errors="ignore"), was.drop(columns="version", errors="ignore")
        )


def test_a_town_in_chinese_becomes_the_word_of_the_crm_and_mars_is_a_fault(crm):
    for town in ("changgeng", "yinghuo"):
        systems.new_account(crm, town, "household", region=town)
    table = people(region=["长庚城", "Yinghuo", "火星"])
    report = systems.import_customers(crm, table, source="list")
    accounts = rows(crm, model.Account)
    assert sorted(accounts["region"]) == ["changgeng", "changgeng", "yinghuo", "yinghuo"]
    [fault] = report.faults.to_dict("records")
    assert (fault["row"], fault["column"], fault["value"]) == (2, "region", "火星")
    assert "Changgeng or Yinghuo" in fault["remedy"]
    systems.new_account(crm, "Mars", "household", region="火星")  # the other remedy
    assert systems.import_customers(crm, table, source="list").faults.empty


def test_columns_that_were_not_read_are_told(crm):
    report = systems.import_customers(crm, people(**{"微信号": "x", "notes": "y"}), source="list")
    assert report.noted == ("微信号",) and repr(report).endswith("kept as notes: 微信号")


def test_columns_that_the_crm_lacks_go_into_a_note(crm):
    table = people(**{"鞋码": [43, None, 38.5], "notes": ["weekends", None, None]})
    report = systems.import_customers(crm, table, source="list")
    notes = crm.table(select(model.Activity.account_id, model.Activity.notes).order_by(model.Activity.activity_id))
    assert notes.to_numpy().tolist() == [
        [report.added.loc[0, "account_id"], "weekends\n鞋码: 43"],
        [report.added.loc[2, "account_id"], "鞋码: 38.5"],
    ]


def test_only_managers_import_and_bad_files_are_answered(firm, tmp_path):
    refuses(lambda: systems.import_customers(firm.sales1, people(), source="list"), systems.Refused, "managers only")
    refuses(lambda: systems.import_customers(firm.crm, people(), source=" "), ValueError, "source = .* is empty")
    refuses(
        lambda: systems.import_customers(firm.crm, people().drop(columns="name"), source="x"), ValueError, "no column"
    )
    refuses(
        lambda: systems.import_customers(firm.crm, people().set_axis([1, 1, 2]), source="x"),
        ValueError,
        "more than once",
    )
    refuses(lambda: systems.read_customers(7), TypeError, "path = 7")
    refuses(lambda: systems.read_customers(tmp_path / "none.csv"), ValueError, "there is no file")
    refuses(lambda: systems.read_customers(tmp_path / "list.xls"), ValueError, "neither .csv nor .xlsx")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    refuses(lambda: systems.read_customers(folder), ValueError, "cannot be read")
    for name, content, told in (
        ("a.csv", b"", "a.csv. is an empty file"),
        ("e.csv", b"name,phone\n", "no customers below"),
        ("b.csv", b"a,b\n1,2\n", "no column with names"),
        ("c.csv", b"name\n\xff\xff\xff", "neither UTF-8 nor GB 18030"),
        ("d.xlsx", b"name,phone", "no Excel workbook"),
    ):
        (tmp_path / name).write_bytes(content)
        refuses(lambda name=name: systems.read_customers(tmp_path / name), ValueError, told)


def test_a_text_that_cannot_be_stored_is_a_fault_of_its_row(crm):
    table = people(address=pd.Series(["\ud800", "😀" * 20, "a\nb"], dtype=object))
    report = systems.import_customers(crm, table, source="list")
    assert report.faults["row"].tolist() == [0] and rows(crm, model.Account)["address"].tolist() == ["😀" * 20, "a b"]


def test_an_import_that_fails_leaves_nothing(crm, monkeypatch):
    from crmlib.systems.importing_rows import Writer

    monkeypatch.setattr(Writer, "_note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        systems.import_customers(crm, people(), source="list")
    assert rows(crm, model.Account).empty and rows(crm, model.Audit).empty


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-10, 50_000),
    st.floats(allow_nan=True),
    st.dates(),
    st.sampled_from(
        ["13800138000", "lin@example.com", "是", "no", "家庭", "business", "1990-05-31", "A", "稷芒波", "Lin", True]
    ),
)
COLUMNS = [
    "name",
    "kind",
    "contact",
    "phone",
    "email",
    "birthday",
    "address",
    "industry",
    "since",
    "grade",
    "consent",
    "notes",
    "other",
]
ROWS = st.lists(st.fixed_dictionaries({column: CELLS for column in COLUMNS}), min_size=1, max_size=6)
LIKELY = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["稷芒波", "麦小满", "Lin"]),
            "phone": st.sampled_from(["13800138000", "13900139000", None, "1"]),
            "email": st.sampled_from(["a@example.com", "b@example.com", None]),
            "contact": st.sampled_from(["谷雨", None]),
            "consent": st.sampled_from(["yes", "no"]),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(lines=st.one_of(ROWS, LIKELY))
def test_whatever_is_typed_each_row_is_in_one_of_three_and_comes_in_once(lines):
    table = pd.DataFrame(lines, dtype=object)
    before = table.copy(deep=True)
    crm = systems.open_crm(":memory:", now="2025-12-15")
    report = systems.import_customers(crm, table, source="list")
    partition(report, table)
    pd.testing.assert_frame_equal(table, before)
    assert len(rows(crm, model.Account)) == len(report.added)
    again = systems.import_customers(crm, table, source="list")
    partition(again, table)
    assert again.added.empty and set(again.linked.index) >= set(report.added.index)
    assert not np.isin(report.faults["row"], report.added.index).any()
    crm.close()
