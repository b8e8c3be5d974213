"""The forms of daily work: 18 sheets, filled from the tables, ruled where not; read back as Excel would."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from sqlalchemy import insert

from crmlib.systems import form_titles, form_workbook, forms, model
from crmlib.systems.database import open_crm
from crmlib.systems.forms_facts import Facts
from crmlib.systems.forms_layout import Row, paginate, text_lines, text_width
from crmlib.systems.forms_tables import rows_of
from tests.support.refusals import refuses
from tests.support.small_crm import small_crm

# The forms that the syllabus names (M6).
SYLLABUS = (
    "客户地址分类表、客户总体分类表、客户区域分析表、客户销售分析表、客户分级表、重点客户管理表、"
    "重要客户对策表、问题客户对策表、客户关系评估表、客户联络计划表、客户联系预定表、客户拜访记录表、"
    "客户拜访日报表、客户招待申请表、客户招待报告表、礼品馈赠计划表、礼品馈赠申请表、客户拜访区域规划流程"
)


@pytest.fixture(scope="module")
def tables():
    return small_crm()


@pytest.fixture(scope="module")
def books(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    made = {
        language: form_workbook(tables, folder / f"{language}.xlsx", language=language, firm="青禾 & Co", by="=1+1")
        for language in ("zh", "en")
    }
    return {language: openpyxl.load_workbook(path) for language, path in made.items()} | {"paths": made}


def read(sheet, first, columns=None):
    """The table of a sheet below the header that begins with `first`, up to its first row without a border."""
    start = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == first)
    head = [cell.value for cell in sheet[start] if cell.value is not None]
    rows = []
    for row in sheet.iter_rows(min_row=start + 1, max_col=len(head)):
        if not row[-1].border.left.style:
            break
        rows.append([cell.value for cell in row])
    return pd.DataFrame(rows, columns=[*head] if columns is None else columns)


def filled(table):
    return table[pd.to_numeric(table.iloc[:, 0], errors="coerce").notna() & table.iloc[:, 1].notna()]


def test_the_forms_of_the_syllabus_are_all_there(books):
    assert SYLLABUS.split("、") == books["zh"].sheetnames == form_titles("zh")
    assert len(books["en"].sheetnames) == 18 and books["en"].sheetnames == form_titles("en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_sheet_prints_on_a4_with_its_head_on_each_page(books, language):
    for sheet in books[language]:
        setup = sheet.page_setup
        assert setup.paperSize == 9 and setup.orientation in ("landscape", "portrait"), sheet.title
        fitted = sheet.sheet_properties.pageSetUpPr.fitToPage
        assert bool(fitted) != bool(sheet.row_breaks.brk)  # Excel leaves out breaks where it fits the pages itself
        assert sheet.print_title_rows.startswith("$1:") and sheet.freeze_panes
        last = re.fullmatch(r".*!\$A\$1:\$([A-Z]+)\$(\d+)", sheet.print_area).groups()
        assert last == (get_column_letter(sheet.max_column), str(sheet.max_row))
        assert sheet["A1"].value == sheet.title and "2025-03" in sheet["A2"].value
        signs = str(sheet.cell(sheet.max_row, 1).value)
        requests = {"zh": "编号：", "en": "No.: "}[language] in sheet["A2"].value
        assert ("=1+1" in sheet["A2"].value) != (
            requests or sheet.title in ("客户拜访日报表", "Daily report of visits")
        )
        supervisor = {"zh": "客户关系主管签字：", "en": "Checked (supervisor): "}[language]
        assert (supervisor in signs) != requests  # who signs in the boxes of the opinions
        rights = {"zh": ("不含个人信息", "《个人信息保护法》"), "en": ("without personal data", "PIPL of China")}[
            language
        ]
        assert (rights[0] in sheet["A3"].value) != (rights[1] in sheet["A3"].value)
        assert "青禾 &&" in sheet.oddFooter.left.text or "青禾 &" in sheet.oddFooter.left.text


def test_what_is_in_one_language_is_not_in_the_other(books):
    names = {str(value) for table in small_crm().values() for value in table.to_numpy().ravel()}
    for sheet in books["en"]:
        for row in sheet.iter_rows(values_only=True):
            for value in filter(None, row[: sheet.max_column]):
                own = any(name and name in str(value) for name in names) or "青禾" in str(value)
                assert own or not re.search("[\u4e00-\u9fff]", str(value)), (sheet.title, value)
    for sheet in books["zh"]:
        for value in (str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None):
            words = set() if value.startswith("=") else set(re.findall("[A-Za-z]{2,}", value))
            assert words <= {"CRM", "Co"}, (sheet.title, value)


def test_purchases_are_those_of_the_orders(books, tables):
    """Added up from the orders themselves: the 12 months and the month before the end of March 2025."""
    orders = tables["orders"]
    year = orders[(orders["at"] >= "2024-04-01") & (orders["at"] < "2025-04-01")]
    by = year.groupby("account_id")["amount"].sum().sort_values(ascending=False)
    sheet = filled(read(books["en"]["Sales by customer"], "No."))
    assert sheet["Customer no."].tolist() == by.index[:20].tolist()
    assert sheet["12 months (yuan)"].tolist() == pytest.approx(by.head(20).tolist())
    last = orders[(orders["at"] >= "2025-02-01") & (orders["at"] < "2025-03-01")].groupby("account_id")["amount"].sum()
    assert sheet["Month before (yuan)"].tolist() == pytest.approx(last.reindex(by.index[:20]).fillna(0).tolist())
    assert sheet["Margin"].to_numpy(float) == pytest.approx(0.2, abs=1e-3)
    grades = filled(read(books["en"]["Customer grades"], "No."))
    before = (by.cumsum() - by) / by.sum()
    expected = ["A" if part < 0.8 else "B" if part < 0.95 else "C" for part in before]
    assert grades["Proposed"].tolist() == expected[:20]


def test_classes_and_regions_hold_every_customer_once(books, tables):
    accounts = tables["accounts"]
    classes = read(books["en"]["Customers by class"], "Classified by")
    classes = classes[classes["Class"].notna()]
    standard = classes["Classified by"].where(classes["Classified by"] != "").ffill()
    everyone = classes.groupby(standard)["Customers"].sum()
    assert everyone.pop("Trade (business)") == (accounts["kind"] == "business").sum()
    assert (everyone == len(accounts)).all() and standard.nunique() == 6
    firms = classes.loc[classes["Class"] == "Business", "Customers"].item()
    assert firms == (accounts["kind"] == "business").sum()
    regions = read(books["zh"]["客户区域分析表"], "区域").dropna(subset=["客户数"]).set_index("区域")
    known = accounts["region"].fillna("未登记").value_counts()
    assert regions.drop("合计")["客户数"].to_dict() == known.to_dict()
    assert regions.loc["合计", "客户数"].startswith("=IF(COUNT(B5:B16)=0")


def test_problems_are_the_customers_that_have_them(books, tables):
    table = filled(read(books["en"]["Plans for problem customers"], "No."))
    assert table["Customer"].tolist()[:2] == ["云岭小馆有限公司0", "云岭小馆有限公司3"]
    assert table["Problem"].iloc[0] == "Open complaint: 送货迟到" and str(table["Until"].iloc[0])[:10] == "2025-03-13"
    orders = tables["orders"].merge(tables["accounts"][["account_id", "name"]])
    since = (pd.Timestamp("2025-04-01") - orders.groupby("name")["at"].max()).dt.days
    silent = table[table["Problem"].str.contains("No purchase")]
    assert len(silent) > 2
    for name, problem in zip(silent["Customer"], silent["Problem"], strict=True):
        assert f"No purchase for {since[name]} days" in problem and since[name] > 180


def test_visits_plans_and_reports(books, tables):
    activities = tables["activities"]
    day = filled(read(books["en"]["Daily report of visits"], "No."))
    visits = activities[activities["done"] & (activities["kind"] == "visit")]
    assert len(day) == visits.groupby([visits["at"].dt.date, "user_id"]).size().max()
    plan = filled(read(books["zh"]["客户联络计划表"], "序号"))
    assert len(plan) == min(20, (~activities["done"]).sum()) and set(plan["联络方式"]) <= {
        "电话",
        "上门拜访",
        "礼品",
        "招待",
    }
    records = books["en"]["Record of visits"]
    assert any(f"15 of {len(visits)} visits" in str(row[0]) for row in records.iter_rows(values_only=True))
    gifts = activities[~activities["done"] & (activities["kind"] == "gift")].sort_values("at")
    names = tables["accounts"].set_index("account_id")["name"]
    assert names[gifts["account_id"].iloc[0]] in [cell.value for cell in books["en"]["Request for a gift"]["B"]]


def test_regions_need_the_visits_of_their_grades(books, tables):
    firms = tables["accounts"][lambda table: (table["kind"] == "business") & (table["status"] != "lost")]
    table = filled(read(books["en"]["Planning visits by region"], "No.")).set_index("Region")
    table = table[table["Customers"] > 0]  # there are visits to customers whose region is not known, too
    visits = firms["grade"].map({"A": 2, "B": 1, "C": 0.5}).fillna(0.5).groupby(firms["region"]).sum()
    assert table["Visits to plan"].astype(float).to_dict() == visits.to_dict()


def test_long_lists_have_their_head_on_each_page(tables, tmp_path):
    book = openpyxl.load_workbook(form_workbook(tables, tmp_path / "long.xlsx", rows=60, language="zh"))
    for title in ("客户地址分类表", "客户分级表", "客户销售分析表"):
        sheet = book[title]
        assert len(sheet.row_breaks.brk) and sheet.page_setup.scale >= 70
        assert sheet.print_title_rows == "$1:$4" and sheet["A4"].value == "序号"
        assert sheet.row_breaks.brk[-1].id <= sheet.max_row - 5  # rows before the signatures


def test_what_only_people_know_is_left_to_fill(books):
    rows = filled(read(books["en"]["Assessment of relationships"], "No."))
    assert (
        rows[["Trust", "Coop.", "Prospects", "Assessment and what to improve"]].isna().all(axis=None)
        and len(rows) == 15
    )
    assert rows["Sum (15)"].iloc[0] == '=IF(COUNT(I5,J5,K5)<3,"",SUM(I5,J5,K5))'
    gifts = filled(read(books["en"]["Plan of gifts"], "No."))
    assert gifts["Gift"].isna().all() and gifts["Amount (yuan)"].iloc[1] == '=IF(COUNT(I6,J6)<2,"",I6*J6)'


def test_an_empty_firm_gets_empty_forms(tmp_path):
    accounts = pd.DataFrame({"account_id": ["A1"], "name": ['=HYPERLINK("http://x")']})
    path = form_workbook({"accounts": accounts}, tmp_path / "empty.xlsx", month="2025-02", language="en")
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 18
    cell = book["Customers by address"]["D5"]
    assert cell.value.startswith("=HYPERLINK") and cell.data_type == "s"  # a text: Excel runs nothing
    lines = read(book["Record of visits"], "No.")  # ruled and numbered, to fill by hand
    assert lines["No."].tolist() == list(range(1, 13)) and lines.drop(columns="No.").isna().all(axis=None)


# What a form of this name has in textbooks of daily work, at least; the words of the forms themselves.
COLUMNS_OF_TEXTBOOKS = {
    "客户地址分类表": "序号、区域、客户名称、地址、经营类别、负责人、与公司距离、不宜访问、访问顺序、备注",
    "客户总体分类表": "分类标准、类别、客户数、占客户数、购买额、占购买额",
    "客户区域分析表": "区域、客户数、本月销售额、占销售额、环比、同比、分析",
    "客户销售分析表": "客户名称、负责人、本月、上月、环比、同比、毛利、毛利率",
    "客户分级表": "等级、建议标准、服务措施、客户名称、累计占比、现等级、核定等级、理由",
    "重点客户管理表": "客户名称、近 12 个月、占销售额、增减、毛利率、列入理由、本年目标、维护措施、联络频率、负责人",
    "重要客户对策表": "客户名称、竞争者、目标、对策、责任人、完成期限",
    "问题客户对策表": "客户名称、存在问题、原因分析、对策、责任人、完成期限、处理结果",
    "客户关系评估表": "客户名称、合作年数、满意度、投诉次数、信任、总分、评估结论",
    "客户联络计划表": "日期、客户名称、联系人、电话、联络方式、联络目的、地点、负责人、预算、完成情况",
    "客户联系预定表": "日期、星期、上午、下午、确认",
    "客户拜访记录表": "日期、时间、客户名称、受访人、职务、拜访目的、洽谈内容、客户意见、拜访结果、下一步、拜访人",
    "客户拜访日报表": "拜访人、日期、计划拜访、实际拜访、到达、离开、客户名称、面谈人、洽谈内容、费用、明日计划、主管",
    "客户招待申请表": "申请人、所在部门、招待对象、招待时间、招待地点、客方人数、陪同人数、招待事由、人均、预算、批准",
    "客户招待报告表": "报告人、招待对象、实际支出、批准预算、人均、票据、洽谈内容、效果、超支原因、主管意见",
    "礼品馈赠计划表": "客户名称、受赠人、馈赠事由、礼品、数量、单价、金额、经办人、馈赠日期",
    "礼品馈赠申请表": "申请人、所在部门、客户名称、受赠人、馈赠事由、礼品名称、数量、单价、金额、预期效果、财务、批准",
    "客户拜访区域规划流程": "步骤、工作内容、责任人、完成日期、区域、客户数、应拜访次数、所需天数、拜访人、拜访日期",
}


def test_each_form_has_the_columns_of_textbooks(books):
    assert list(COLUMNS_OF_TEXTBOOKS) == books["zh"].sheetnames
    for title, columns in COLUMNS_OF_TEXTBOOKS.items():
        found = [
            str(value).replace("\n", "") for row in books["zh"][title].iter_rows(values_only=True) for value in row
        ]
        missing = [column for column in columns.split("、") if not any(text.startswith(column) for text in found)]
        assert not missing, title


def _width(sheet, first, last):
    """Of columns; those of the same width have one entry in the file."""
    entries = sheet.column_dimensions.values()
    return sum(one.width for place in range(first, last + 1) for one in entries if one.min <= place <= one.max)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_a_heading_is_broken(books, language):
    """A bold word that is wider than its column is cut in two: "Customer / s"."""
    broken = []
    for sheet in books[language]:
        merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows(min_row=4) for cell in row):
            if not (isinstance(cell.value, str) and cell.fill.fgColor.rgb == "FFE8EEF4"):
                continue
            area = merged.get(cell.coordinate, cell)
            width = _width(sheet, cell.column, getattr(area, "max_col", cell.column))
            for word in re.split(r"[\s（/-]" if language == "zh" else r"[\s/-]", cell.value):
                known = language == "zh" and len(word) > 4  # Chinese may be broken anywhere
                if not known and text_width(word, cell.font.bold) > width:
                    broken.append((sheet.title, cell.value))
    assert not broken


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_has_room_for_its_texts(books, language):
    for sheet in books[language]:
        starts = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows(min_row=5) for cell in row):
            if isinstance(cell.value, str) and cell.alignment.wrap_text and not cell.value.startswith("="):
                last = starts[cell.coordinate].max_col if cell.coordinate in starts else cell.column
                width = _width(sheet, cell.column, last)
                lines = text_lines(cell.value, width * 10 / cell.font.sz, cell.font.bold)
                height = sheet.row_dimensions[cell.row].height
                assert height >= 12.5 * lines * cell.font.sz / 10, (sheet.title, cell.value)


def test_forms_without_customers_are_empty_but_ready(tables, tmp_path):
    """By hand: the classes, steps and weekdays stand there, no number and no name; the month is left out, too."""
    nobody = {name: table.head(0) for name, table in tables.items()}
    for given in ({}, {"accounts": tables["accounts"].head(0)}, nobody):
        book = openpyxl.load_workbook(form_workbook(given, tmp_path / "empty.xlsx", language="zh"))
        assert book.sheetnames == form_titles("zh")
        for sheet in book:
            assert "月份：____" in sheet["A2"].value
            values = [cell.value for row in sheet.iter_rows(min_row=5) for cell in row[1:]]
            numbers = [value for value in values if isinstance(value, (int, float))]
            assert not numbers, (sheet.title, numbers)
            assert "nan" not in str(values).lower().replace("finance", "")
        classes = [cell.value for cell in book["客户总体分类表"]["B"]]
        assert {"家庭客户", "潜在客户", "A", "无购买", "3 年以上"} <= set(classes)
        assert [cell.value for cell in book["客户联系预定表"]["B"]].count("星期一") == 2
        assert "手工填写" in str([cell.value for cell in book["客户拜访记录表"]["A"]])
    named = form_workbook({}, tmp_path / "empty.xlsx", language="en", month="2025-03")
    assert "Month: 2025-03" in openpyxl.load_workbook(named)["Plan of gifts"]["A2"].value


def test_a_crm_without_customers_gives_empty_forms(tmp_path):
    crm = open_crm(":memory:", now="2025-04-01")
    book = openpyxl.load_workbook(forms(crm, tmp_path / "empty.xlsx", language="zh"))
    assert len(book.sheetnames) == 18 and "月份：____" in book["客户销售分析表"]["A2"].value
    crm.close()


def test_what_is_not_known_stands_last_or_empty(tables, tmp_path):
    accounts = tables["accounts"]
    some = tables | {"accounts": accounts.assign(region=accounts["region"].where(accounts.index % 4 == 0))}
    found = rows_of(Facts.of(some, "2025-03"), str, 20, pd.DataFrame())
    assert found["regions"][0]["rows"]["region"].iloc[-1] == "none" and len(found["regions"][0]["rows"]) > 2
    assert found["visit_regions"][0]["regions"]["region"].iloc[-1] == "none"
    bare = tables | {"accounts": accounts.assign(region=None, grade=None, industry=None, owner_id=None)}
    found = rows_of(Facts.of(bare, "2025-03"), str, 20, pd.DataFrame())
    assert found["regions"][0]["rows"]["region"].tolist() == ["none"]
    assert found["grades"][0]["summary"]["grade"].tolist() == ["none"]
    assert len(found["important_customers"][0]["rows"]) == 12  # those with the largest purchases
    assert found["visit_regions"][0]["regions"]["days"].sum() == pytest.approx(
        found["visit_regions"][0]["regions"]["planned"].sum() / 6
    )
    openpyxl.load_workbook(form_workbook(bare, tmp_path / "bare.xlsx", month="2025-03"))


def test_a_month_without_visits(tables):
    none = tables | {"activities": tables["activities"].head(0)}
    found = rows_of(Facts.of(none, "2025-03"), str, 20, pd.DataFrame(), "赵敏")
    assert found["daily_report"][0]["head"] == {"user": "赵敏"} and found["visit_records"][1] == {"shown": 0, "all": 0}
    assert found["appointments"][1]["first"] == "2025-03-01" and found["contact_plan"][1]["all"] == 0
    erased = tables | {"accounts": tables["accounts"].assign(status="erased")}
    assert rows_of(Facts.of(erased, "2025-03"), str, 20, pd.DataFrame())["sales"][1]["all"] == 0


def test_totals_are_sums_and_ratios_of_sums(books, tables):
    """What a program shows that does not reckon: the values kept beside the formulas."""
    kept = openpyxl.load_workbook(books["paths"]["en"], data_only=True)
    orders = tables["orders"]
    month = orders.loc[(orders["at"] >= "2025-03-01") & (orders["at"] < "2025-04-01"), "amount"].sum()
    before = orders.loc[(orders["at"] >= "2025-02-01") & (orders["at"] < "2025-03-01"), "amount"].sum()
    regions = read(kept["Customers by region"], "Region").set_index("Region").loc["Total"]
    assert regions["Sales of the month (yuan)"] == pytest.approx(month)
    assert regions["Change on month"] == pytest.approx(month / before - 1)
    assert regions["Of all"].tolist() == pytest.approx([1.0, 1.0])
    sales = read(kept["Sales by customer"], "No.").set_index("No.")
    listed = sales.drop("Total")
    assert sales.loc["Total", "Margin"] == pytest.approx(
        listed["Gross profit (yuan)"].sum() / listed["12 months (yuan)"].sum()
    )
    formulas = read(books["en"]["Sales by customer"], "No.").set_index("No.").loc["Total"]
    assert formulas["Margin"] == '=IFERROR(K25/J25-0,"")'


def test_key_customers_are_those_of_three_lists(tables):
    rows = rows_of(Facts.of(tables, "2025-03"), lambda name: f"{name} {{0}}", 99, pd.DataFrame())["key_customers"][0][
        "rows"
    ]
    orders = tables["orders"][lambda table: (table["at"] >= "2024-04-01") & (table["at"] < "2025-04-01")]
    by = orders.groupby("account_id")["amount"].sum().nlargest(10)
    named = rows.loc[rows["why"].str.contains("best_year")]
    assert named.index.tolist() == by.index.tolist() and rows["year"].is_monotonic_decreasing
    assert rows["why"].str.contains("best_profit").sum() == 5 and rows["why"].str.contains("best_growth").sum() <= 5
    assert rows["why"].iloc[0].startswith("best_year 1")


def test_who_handles_a_complaint_is_in_charge(tables):
    handled = tables["tickets"].assign(owner_id=2)
    found = rows_of(Facts.of(tables | {"tickets": handled}, "2025-03"), str, 20, pd.DataFrame())
    rows = found["problem_customers"][0]["rows"]
    boss = tables["users"].set_index("user_id")["name"][2]
    assert rows["complains"].any() and (rows.loc[rows["complains"], "owner"] == boss).all()


def test_appointments_name_everybody(tables):
    """No contact of the two weeks is left out, and it is said whose it is."""
    facts = Facts.of(tables, "2025-03")
    blocks, told = rows_of(facts, lambda name: " {0}" if name == "whose" else name, 20, pd.DataFrame())["appointments"]
    first = facts.planned["at"].min().normalize()
    planned = facts.planned[facts.planned["at"] < first + pd.DateOffset(weeks=2)]
    cells = blocks["rows"][["morning", "afternoon"]].to_numpy().ravel()
    lines = [line for cell in cells for line in cell.split("\n") if line]
    assert len(lines) == told["all"] == len(planned) > 5
    assert all(line.endswith(tuple(planned["user"].unique())) for line in lines)


MONTHS = ["2025-13", "2025/03", "202503", "March 2025", "", 3, True, [2025, 3], pd.NaT, "2025年3月"]


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_a_month_that_is_none_is_said_as_it_was_typed(tables, tmp_path, month):
    typed = re.escape(repr(month)) + ' is not a month.*month="2025-03"'
    refuses(lambda: form_workbook(tables, tmp_path / "forms.xlsx", month=month), ValueError, typed)


def test_a_month_may_be_given_in_several_ways(tables, tmp_path):
    for month in ("2025-03", " 2025-3", "2025-03-31", pd.Period("2025-03"), pd.Timestamp("2025-03-09").date()):
        path = form_workbook(tables, tmp_path / "forms.xlsx", month=month, language="en")
        assert "Month: 2025-03 " in openpyxl.load_workbook(path)["Customer grades"]["A2"].value


def test_the_same_tables_give_the_same_bytes(tables, books, tmp_path):
    before = {name: table.copy() for name, table in tables.items()}
    again = form_workbook(tables, tmp_path / "again.xlsx", language="zh", firm="青禾 & Co", by="=1+1")
    digests = {hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in (again, books["paths"]["zh"])}
    assert len(digests) == 1
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_names_of_data_are_said_in_the_language_of_the_forms(tables, tmp_path):
    named = tables | {"accounts": tables["accounts"].assign(region="qiming")}
    for language, title, name in (("zh", "客户区域分析表", "启明城"), ("en", "Customers by region", "Qiming")):
        book = openpyxl.load_workbook(form_workbook(named, tmp_path / f"{language}.xlsx", language=language))
        assert name in [cell.value for cell in book[title]["A"]]


def test_the_daily_report_is_that_of_who_fills_it_in(tables):
    facts = Facts.of(tables, "2025-03")
    visits = facts.done[facts.done["kind"].eq("visit") & (facts.done["at"] >= facts.month)]
    for user in visits["user"].dropna().unique():
        found = rows_of(facts, str, 20, pd.DataFrame(), user)["daily_report"][0]
        latest = visits.loc[visits["user"] == user, "at"].max().normalize()
        assert (found["head"]["user"], found["head"]["day"]) == (user, latest)
        assert set(found["rows"]["user"]) == {user} and found["head"]["made"] == len(found["rows"])


def test_visits_are_counted_alike_on_both_forms(tables):
    """Also those to customers who have been lost since."""
    lost = tables | {"accounts": tables["accounts"].assign(status="lost")}
    for accounts in (tables, lost):
        found = rows_of(Facts.of(accounts, "2025-03"), str, 20, pd.DataFrame())
        assert found["visit_regions"][0]["regions"]["made"].sum() == found["visit_records"][1]["all"] > 0


def test_means_are_those_of_who_bought(tables):
    table = rows_of(Facts.of(tables, "2025-03"), str, 20, pd.DataFrame())["overview"][0]["rows"]
    assert (table["buyers"] < table["customers"]).any()
    bought = table[table["buyers"] > 0]
    assert bought["mean"].tolist() == pytest.approx((bought["sales"] / bought["buyers"]).tolist())


def test_appointments_are_those_of_the_next_month_with_plans(tables, tmp_path):
    path = form_workbook(tables, tmp_path / "february.xlsx", month="2025-02", language="en")
    days = [cell.value for cell in openpyxl.load_workbook(path)["Appointments with customers"]["A"]]
    assert pd.Timestamp("2025-03-24") in days and pd.Timestamp("2025-02-03") not in days


def test_a_month_is_chosen(tables, tmp_path):
    path = form_workbook(tables, tmp_path / "march.xlsx", month="2024-06", language="en")
    sheet = filled(read(openpyxl.load_workbook(path)["Sales by customer"], "No."))
    orders = tables["orders"]
    june = orders[(orders["at"] >= "2024-06-01") & (orders["at"] < "2024-07-01")].groupby("account_id")["amount"].sum()
    assert sheet["Month (yuan)"].tolist() == pytest.approx(june.reindex(sheet["Customer no."]).fillna(0).tolist())


def test_a_workbook_that_is_open_elsewhere_is_left_alone(tables, tmp_path, monkeypatch):
    path = tmp_path / "forms.xlsx"
    form_workbook(tables, path)
    kept = path.read_bytes()
    lock = tmp_path / ".~lock.forms.xlsx#"
    lock.write_text("LibreOffice has it")
    refuses(lambda: form_workbook(tables, path, language="zh"), PermissionError, "open in another.*delete .~lock")
    assert path.read_bytes() == kept
    lock.unlink()  # the remedy

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", denied)  # what Windows answers while Excel has it
        refuses(lambda: form_workbook(tables, path), PermissionError, "forms.xlsx is open in another program.*Close it")
        other = tmp_path / "other.xlsx"
        refuses(lambda: form_workbook(tables, other), PermissionError, "nothing may be written into this folder")
    assert form_workbook(tables, other).exists()
    other.unlink()
    other.mkdir()
    refuses(lambda: form_workbook(tables, other), ValueError, "is a folder. Name a file, .*other.xlsx.forms.xlsx")


@pytest.fixture
def crm(tables):
    crm = open_crm(":memory:", now="2025-04-01")
    users = [{"user_id": 1, "name": "赵敏", "login": "sales1", "role": "sales"}]
    users += [{"user_id": 2, "name": "钱伟", "login": "boss", "role": "manager"}]
    kinds = {"accounts": model.Account, "contacts": model.Contact, "orders": model.Order, "activities": model.Activity}
    with crm.write("test") as session:
        session.execute(insert(model.User), users)
        for name, kind in kinds.items():
            rows = tables[name].astype(object).where(tables[name].notna(), None).to_dict("records")
            session.execute(insert(kind), [_plain(row) for row in rows])
    yield crm
    crm.close()


def _plain(row):
    return {name: one.to_pydatetime() if isinstance(one, pd.Timestamp) else one for name, one in row.items()}


def test_a_crm_fills_them_with_what_its_user_may_see(crm, books, tables, tmp_path):
    every = openpyxl.load_workbook(forms(crm, tmp_path / "all.xlsx", language="en"))
    whole = filled(read(every["Sales by customer"], "No."))
    assert whole.equals(filled(read(books["en"]["Sales by customer"], "No.")))
    own = openpyxl.load_workbook(forms(crm.sign_in("sales1"), tmp_path / "own.xlsx", language="en"))
    seen = filled(read(own["Sales by customer"], "No."))
    mine = tables["accounts"].set_index("account_id")["owner_id"] == 1
    assert set(seen["Customer no."]) <= set(mine[mine].index) and len(seen) < len(mine)
    assert seen["Gross profit (yuan)"].isna().all() and "赵敏" in own["Customers by class"]["A2"].value
    trail = crm.trail("accounts")
    assert trail["action"].tolist()[:2] == ["export", "export"] and trail["who"].iloc[0] == "sales1"
    assert trail["after"].iloc[0] == {"file": "own.xlsx"}
    refuses(lambda: forms(tables, tmp_path / "no.xlsx"), TypeError, "open CRM is needed")


def test_what_was_not_written_leaves_no_line_in_the_trail(crm, tmp_path):
    (tmp_path / ".~lock.forms.xlsx#").write_text("open")
    refuses(lambda: forms(crm, tmp_path / "forms.xlsx"), PermissionError, "open in another")
    assert not (crm.trail("accounts")["action"] == "export").any() and not (tmp_path / "forms.xlsx").exists()


BAD = {
    "no accounts": (lambda t, p: form_workbook({"orders": t["orders"]}, p), TypeError, "accounts"),
    "a table that is none": (lambda t, p: form_workbook(t | {"order": t["orders"]}, p), ValueError, "tables = 'order'"),
    "no month": (lambda t, p: form_workbook({"accounts": t["accounts"]}, p), ValueError, 'month="2026-03"'),
    "an account twice": (
        lambda t, p: form_workbook(t | {"accounts": pd.concat([t["accounts"]] * 2)}, p, month="2025-03"),
        ValueError,
        "more than once",
    ),
    "a text for money": (
        lambda t, p: form_workbook(t | {"orders": t["orders"].assign(amount="many")}, p),
        (ValueError, TypeError),
        "amount",
    ),
    "another language": (lambda t, p: form_workbook(t, p, language="fr"), ValueError, "zh"),
    "no Excel": (lambda t, p: form_workbook(t, p.with_suffix(".csv")), ValueError, "end in .xlsx, forms.xlsx"),
    "no folder": (lambda t, p: form_workbook(t, p.parent / "none" / "forms.xlsx"), ValueError, "mkdir"),
    "a folder": (lambda t, p: form_workbook(t, p.parent), ValueError, "end in .xlsx"),
    "no name": (lambda t, p: form_workbook(t, p.with_name(".xlsx")), ValueError, "end in .xlsx, forms.xlsx"),
    "a long name": (lambda t, p: form_workbook(t, p.with_stem("f" * 300)), ValueError, "a short one"),
    "a name that Windows does not have": (lambda t, p: form_workbook(t, p.with_stem("a?")), ValueError, "a\\?.xlsx"),
    "no path": (lambda t, p: form_workbook(t, 3), TypeError, "path = 3"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_written_is_said(name, tables, tmp_path):
    call, error, message = BAD[name]
    refuses(lambda: call(tables, tmp_path / "forms.xlsx"), error, message)
    assert not list(tmp_path.iterdir())


def test_pages_begin_with_rows_that_may_begin_one():
    rows = [Row(30), Row(30), *[Row(20, True, True)] * 100, Row(20), Row(30)]
    scale, heights, breaks = paginate(rows, 2, [20] * 7, True)
    page = (595.3 - 1.3 * 72) / scale
    starts = [0, *breaks, len(rows)]
    for first, last in zip(starts, starts[1:], strict=False):
        assert sum(heights[first:last]) + 60 * (first > 0) <= page and last - first > 2
    assert len(breaks) == 4 and rows[breaks[-1]].starts
    lengths = np.diff(starts)
    assert lengths.max() - lengths.min() <= 5  # no page of one row and the signatures
    one = paginate(rows[:10], 2, [20] * 7, True)
    assert one[2] == [] and 1.0 < one[1][2] / 20 <= 1.7 and sum(one[1]) <= page


MISSING = "LibreOffice Calc is not found: install the package libreoffice-calc-nogui."


def test_libreoffice_opens_it(books, tmp_path):
    office = shutil.which("libreoffice")
    if office is None:
        pytest.fail(MISSING) if os.environ.get("CRM_REQUIRE_LIBREOFFICE") == "1" else pytest.skip(MISSING)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    order = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(books["paths"]["zh"])]
    subprocess.run(order, check=True, capture_output=True, timeout=120)
    pages = len(re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "zh.pdf").read_bytes()))
    breaks = sum(len(sheet.row_breaks.brk) for sheet in books["zh"])
    assert pages == 18 + breaks  # no form is wider than its page, and none has rows or signatures left over
