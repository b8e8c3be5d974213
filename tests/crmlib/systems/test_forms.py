"""The forms of daily work: 18 sheets, filled from the tables, ruled where not; read back as Excel would."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from sqlalchemy import insert

from crmlib.systems import form_titles, form_workbook, forms, model
from crmlib.systems.database import open_crm
from crmlib.systems.forms_facts import Facts
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
        assert setup.paperSize == 9 and setup.fitToWidth in (None, 1) and setup.fitToHeight == 0, sheet.title
        assert setup.orientation in ("landscape", "portrait") and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows.startswith("$1:") and sheet.freeze_panes
        last = re.fullmatch(r".*!\$A\$1:\$([A-Z]+)\$(\d+)", sheet.print_area).groups()
        assert last == (get_column_letter(sheet.max_column), str(sheet.max_row))
        assert sheet["A1"].value == sheet.title and "2025-03" in sheet["A2"].value and "=1+1" in sheet["A2"].value
        signs = str(sheet.cell(sheet.max_row, 1).value)
        assert {"zh": "客户关系主管：", "en": "Checked by (supervisor): "}[language] in signs
        assert "青禾 &&" in sheet.oddFooter.left.text or "青禾 &" in sheet.oddFooter.left.text


def test_what_is_in_one_language_is_not_in_the_other(books):
    names = {str(value) for table in small_crm().values() for value in table.to_numpy().ravel()}
    for sheet in books["en"]:
        for row in sheet.iter_rows(values_only=True):
            for value in filter(None, row[: sheet.max_column]):
                own = any(name and name in str(value) for name in names) or "青禾" in str(value)
                assert own or not re.search("[\u4e00-\u9fff]", str(value)), (sheet.title, value)


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
    assert (classes.groupby(standard)["Customers"].sum() == len(accounts)).all() and standard.nunique() == 5
    firms = classes.loc[classes["Class"] == "Business", "Customers"].item()
    assert firms == (accounts["kind"] == "business").sum()
    regions = read(books["zh"]["客户区域分析表"], "区域").dropna(subset=["客户数"]).set_index("区域")
    known = accounts["region"].fillna("未登记").value_counts()
    assert regions.drop("合计")["客户数"].to_dict() == known.to_dict()
    assert regions.loc["合计", "客户数"].startswith("=IF(COUNT(B4:B15)=0")


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


def test_what_only_people_know_is_left_to_fill(books):
    rows = filled(read(books["en"]["Assessment of relationships"], "No."))
    assert rows[["Trust", "Coop.", "Prospects", "Assessment"]].isna().all(axis=None) and len(rows) == 15
    assert rows["Sum (15)"].iloc[0] == '=IF(COUNT(I4,J4,K4)<3,"",SUM(I4,J4,K4))'
    gifts = filled(read(books["en"]["Plan of gifts"], "No."))
    assert gifts["Gift"].isna().all() and gifts["Amount (yuan)"].iloc[1] == '=IF(COUNT(I5,J5)<2,"",I5*J5)'


def test_an_empty_firm_gets_empty_forms(tmp_path):
    accounts = pd.DataFrame({"account_id": ["A1"], "name": ['=HYPERLINK("http://x")']})
    path = form_workbook({"accounts": accounts}, tmp_path / "empty.xlsx", month="2025-02", language="en")
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 18
    cell = book["Customers by address"]["D4"]
    assert cell.value.startswith("=HYPERLINK") and cell.data_type == "s"  # a text: Excel runs nothing
    assert len(read(book["Record of visits"], "No.")) == 12  # ruled lines, to fill by hand


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
        assert found["head"] == {"user": user, "day": latest} and set(found["rows"]["user"]) == {user}


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
    assert form_workbook(tables, tmp_path / "other.xlsx").exists()


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


BAD = {
    "no table": (lambda t, p: form_workbook({}, p), TypeError, "accounts"),
    "no month": (lambda t, p: form_workbook({"accounts": t["accounts"]}, p), ValueError, 'month="2026-03"'),
    "a month that is none": (lambda t, p: form_workbook(t, p, month="2025-13"), (ValueError, TypeError), "month"),
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
    "no path": (lambda t, p: form_workbook(t, 3), TypeError, "path = 3"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_written_is_said(name, tables, tmp_path):
    call, error, message = BAD[name]
    refuses(lambda: call(tables, tmp_path / "forms.xlsx"), error, message)
    assert not list(tmp_path.iterdir())


MISSING = "LibreOffice Calc is not found: install the package libreoffice-calc-nogui."


def test_libreoffice_opens_it(books, tmp_path):
    office = shutil.which("libreoffice")
    if office is None:
        pytest.fail(MISSING) if os.environ.get("CRM_REQUIRE_LIBREOFFICE") == "1" else pytest.skip(MISSING)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    order = [office, profile, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(books["paths"]["zh"])]
    subprocess.run(order, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "zh.csv").read_text(encoding="utf-8", errors="replace").count("\n") > 20
