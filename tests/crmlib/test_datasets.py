"""The data that the course brings along: their numbers, their cards, their loaders."""

import ast
import gzip
import hashlib
import json
import re
import runpy
import socket

import pandas as pd
import pytest

import crmlib
from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
FILES = sorted(path for path in DATA.iterdir() if path.name.endswith((".csv", ".csv.gz", ".json")))
NAMES = [path.name.split(".")[0] for path in FILES]
TABLES = [path.name.split(".")[0] for path in FILES if path.suffix != ".json"]
# A loader without a file of its own, and whose files it reads.
ASSEMBLED = {"qinghe_accounts": {"qinghe_customers", "qinghe_orders", "qinghe_service"}}


def halves(name):
    return (DATA / f"{name}.md").read_text(encoding="utf-8").split("\n---\n\n")


def fact(half, row):
    return re.search(rf"^\| {row} \| (.+) \|$", half, re.M).group(1)


# The tables


def test_cdnow_sample():
    purchases = datasets.load_cdnow_sample()
    assert list(purchases) == ["customer_id", "date", "cds", "amount", "master_id"]
    assert len(purchases) == 6919
    assert set(purchases["customer_id"]) == set(range(1, 2358))
    assert purchases["amount"].sum() == pytest.approx(244_091.94, abs=1e-6)
    assert purchases["cds"].sum() == 16_479
    assert purchases["date"].agg(["min", "max"]).tolist() == [pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30")]
    assert purchases.duplicated().sum() == 21
    assert purchases.duplicated(["customer_id", "date"]).sum() == 223
    assert (purchases["amount"] == 0).sum() == 8


def test_cdnow_sample_prepared_as_in_the_papers():
    """Targets row cdnow.prep (Fader, Hardie and Lee 2005), straight from the file."""
    purchases = datasets.load_cdnow_sample()
    days = purchases.loc[purchases["date"] <= "1997-09-30", ["customer_id", "date"]].drop_duplicates()
    repeats = days.groupby("customer_id").size() - 1
    assert (len(repeats), repeats.sum(), (repeats == 0).sum(), (repeats > 0).sum()) == (2357, 2457, 1411, 946)


def test_cdnow_master():
    """Targets row rfm.master: rows, customers and spend; the faults of the source stay in the file."""
    purchases = datasets.load_cdnow_master()
    assert list(purchases) == ["customer_id", "date", "cds", "amount"]
    assert len(purchases) == 69_659
    assert set(purchases["customer_id"]) == set(range(1, 23_571))
    assert purchases["amount"].sum() == pytest.approx(2_500_315.63, abs=1e-6)
    assert purchases["date"].agg(["min", "max"]).tolist() == [pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30")]
    assert purchases.duplicated().sum() == 255
    assert purchases.duplicated(["customer_id", "date"]).sum() == 2068
    assert (purchases["amount"] == 0).sum() == 80
    assert purchases.groupby("customer_id")["date"].min().max() < pd.Timestamp("1997-04-01")


def test_sample_is_part_of_master():
    sample, master = datasets.load_cdnow_sample(), datasets.load_cdnow_master()
    columns = ["customer_id", "date", "cds", "amount"]
    own = sample.drop(columns="customer_id").rename(columns={"master_id": "customer_id"})[columns]
    same = master[master["customer_id"].isin(own["customer_id"])]
    pd.testing.assert_frame_equal(
        own.sort_values(columns, ignore_index=True), same.sort_values(columns, ignore_index=True)
    )


@pytest.mark.parametrize("load", [datasets.load_cdnow_sample, datasets.load_cdnow_master])
def test_cdnow_types(load):
    purchases = load()
    assert pd.api.types.is_datetime64_dtype(purchases["date"])
    assert pd.api.types.is_integer_dtype(purchases["customer_id"]) and pd.api.types.is_integer_dtype(purchases["cds"])
    assert pd.api.types.is_float_dtype(purchases["amount"])
    assert not purchases.isna().any(axis=None)


def test_sbg_survival():
    """Targets row sbg.data (Fader and Hardie 2007)."""
    survival = datasets.load_sbg_survival()
    assert survival["year"].tolist() == list(range(13))
    assert survival["high_end"].tolist() == [
        100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4
    ]  # fmt: skip
    assert survival["regular"].tolist() == [
        100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3
    ]  # fmt: skip


def test_business_accounts_hold_what_was_planted():
    """The twelve accounts of chapter 04, assembled from Qinghe's orders and service."""
    accounts, rates = datasets.load_qinghe_accounts(), datasets.load_qinghe_activity_rates()["business"]
    accounts = accounts.set_index("customer_id")
    profit = accounts["revenue"] - accounts["cost_of_goods"] - accounts[rates.index] @ rates
    assert accounts.index.tolist() == [f"B{number:02}" for number in range(1, 13)]
    assert accounts["revenue"].is_monotonic_decreasing and accounts["revenue"].sum() == 2_700_000
    assert accounts.loc["B01", "revenue"] / accounts["revenue"].sum() == pytest.approx(1 / 3)
    assert profit["B01"] == profit.min() == pytest.approx(-45_000)
    assert profit["B01"] + accounts.loc["B01", "rush_deliveries"] * rates["rush_deliveries"] == pytest.approx(5_000)
    assert profit.sum() == pytest.approx(129_000)
    assert profit[profit > 0].sum() == pytest.approx(213_600) and (profit > 0).sum() == 7
    assert 1.5 < profit.sort_values(ascending=False).cumsum().max() / profit.sum() < 1.8
    assert profit["B10"] == pytest.approx(18_200) and profit["B12"] < 0
    assert (accounts["rush_deliveries"] <= accounts["deliveries"]).all()
    # Round enough to follow by hand.
    assert ((profit.round(6) % 100) == 0).all()


def test_invented_accounts_speak_the_language():
    assert datasets.load_qinghe_accounts().loc[0, "name"] == "Saturn Ring Road Group-Buying Station"
    crmlib.use_language("zh")
    assert datasets.load_qinghe_accounts().loc[0, "name"] == "土星环路团购站"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("qinghe") or name == "telco_desk"])
def test_invented_files_say_so(name):
    english, chinese = halves(name)
    assert "**Invented.**" in english and fact(english, "Kind") == "invented"
    assert "**虚构数据**" in chinese and fact(chinese, "性质") == "虚构"
    if name in TABLES:
        assert getattr(datasets, f"load_{name}")().attrs["invented"]


# The loaders


@pytest.mark.parametrize("name", TABLES)
def test_loader_gives_a_fresh_table_and_downloads_nothing(name, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a loader opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    load = getattr(datasets, f"load_{name}")
    table = load()
    before = table.copy()
    table.iloc[0] = table.iloc[1]
    assert load().equals(before) and not table.equals(before)


@pytest.mark.parametrize(("lang", "words"), [("en", "is not in"), ("zh", "找不到数据文件")])
def test_missing_file_is_named(lang, words, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.files, "folder", lambda: tmp_path)
    crmlib.use_language(lang)
    with pytest.raises(FileNotFoundError, match=words) as error:
        datasets.load_cdnow_sample()
    assert "cdnow_sample.csv" in str(error.value) and "start.py" in str(error.value)


# The cards


def test_every_file_has_a_card_and_a_loader():
    assert sorted(path.stem for path in DATA.glob("*.md")) == sorted(NAMES)
    loaders = {name for name in dir(datasets) if name.startswith("load_")}
    assert {f"load_{name}" for name in [*NAMES, *ASSEMBLED]} == loaders


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_card_agrees_with_its_file(path):
    name = path.name.split(".")[0]
    table = json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else pd.read_csv(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    english, chinese = halves(name)
    assert f"`{path.name}`" in fact(english, "File") and f"`{path.name}`" in fact(chinese, "文件")
    for half, rows in [(english, "Rows"), (chinese, "行数")]:
        assert int(fact(half, rows)) == len(table)
        assert fact(half, "sha256") == digest, f"{path.name} changed: correct its card, sha256 {digest}"
        assert re.findall(r"^\| `([\w-]+)` \| [^|]+ \| [^|]+ \|$", half, re.M) == list(table)
    assert all(fact(english, row) for row in ["Kind", "Source", "Licence", "Chapters"])
    assert all(fact(chinese, row) for row in ["性质", "来源", "许可", "章节"])
    assert "## Known faults" in english and "## 已知问题" in chinese


def shared_tables():
    """{"qinghe.retail": {"load_qinghe_orders", …}}: what the functions load that hold tables for a whole chapter."""
    loaded, worlds = {}, PROJECT / "crmlib" / "worlds"
    for world in ("qinghe", "telecom", "mailing"):
        files = [*worlds.glob(f"{world}.py"), *worlds.glob(f"{world}/*.py")]
        body = [part for file in files for part in ast.parse(file.read_text(encoding="utf-8")).body]
        names = {part.name: names_in(part) for part in body if isinstance(part, ast.FunctionDef)}
        for _ in names:  # functions that call others: long enough for the longest chain
            names = {name: used.union(*(names[other] for other in used & set(names))) for name, used in names.items()}
        for name, used in names.items():
            loaded[f"{world}.{name}"] = {other for other in used if other.startswith("load_")}
    filling = "\n".join(file.read_text(encoding="utf-8") for file in (PROJECT / "crmlib/systems").glob("filling*.py"))
    filled = set(re.findall(r"\bload_\w+(?=\()", filling))
    return loaded | {"systems.open_qinghe": filled, "systems.fill_from_qinghe": filled}


def names_in(function):
    """The loaders and the module's functions that a function names; its own variables may be called like one."""
    parts = list(ast.walk(function))
    names = [part for part in parts if isinstance(part, ast.Name)]
    own = {part.id for part in names if isinstance(part.ctx, ast.Store)} | {
        part.arg for part in parts if isinstance(part, ast.arg)
    }
    loaders = {part.attr for part in parts if isinstance(part, ast.Attribute) and part.attr.startswith("load_")}
    return {part.id for part in names} - own | loaders


SHARED_TABLES = shared_tables()


def loads(text):
    """The loaders that a chapter calls, itself or through a function that holds its tables."""
    through = set(re.findall(r"\b(?:qinghe|telecom|mailing|systems)\.\w+(?=\()", text)) & set(SHARED_TABLES)
    return set(re.findall(r"\bload_\w+(?=\()", text)).union(*(SHARED_TABLES[name] for name in through))


CHAPTERS = {
    folder.name[:2]: loads("\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.md")))
    for folder in (PROJECT / "chapters").glob("[0-9][0-9]_*")
}


def test_a_chapter_may_load_through_a_shared_table():
    assert loads("orders = qinghe.retail()") >= {"load_qinghe_orders"}
    assert loads("crm = systems.open_qinghe()") >= {"load_qinghe_contacts", "load_qinghe_opportunities"}
    assert loads("load_cdnow_sample()") == {"load_cdnow_sample"}
    assert loads("the words retail and load_cdnow_sample") == set()
    assert all(CHAPTERS[number] for number in ("03", "04", "05", "08"))


@pytest.mark.parametrize("name", NAMES)
def test_card_names_the_chapters_that_use_it(name):
    english, chinese = halves(name)
    listed = set(re.findall(r"\b\d\d\b", fact(english, "Chapters")))
    assert listed == set(re.findall(r"\b\d\d\b", fact(chinese, "章节")))
    loaders = {f"load_{loader}" for loader in [name, *(key for key, files in ASSEMBLED.items() if name in files)]}
    using = {number for number, loaded in CHAPTERS.items() if loaded & loaders}
    assert using == listed & set(CHAPTERS), f"datasets/{name}.md lists {sorted(listed)}, used by {sorted(using)}"


@pytest.mark.parametrize("name", NAMES)
def test_licence_that_a_card_names_lies_beside_it(name):
    """A file made from a package's data carries that package's licence; what the course made has its own."""
    english, chinese = halves(name)
    named = re.findall(r"`(\w+_LICENSE\.txt)`", fact(english, "Licence"))
    assert named == re.findall(r"`(\w+_LICENSE\.txt)`", fact(chinese, "许可"))
    taken = re.search(r"taken from the (Python|R) package", fact(english, "Source"))
    assert bool(named) == bool(taken), fact(english, "Source")
    assert all("Copyright" in (DATA / file).read_text(encoding="utf-8") for file in named)


def test_card_in_both_languages():
    card = datasets.card("cdnow_sample")
    assert card._repr_markdown_() == card and card.startswith("# CDNOW, the sample") and "已知问题" not in card
    crmlib.use_language("zh")
    assert "## 已知问题" in datasets.card("cdnow_sample") and "Known faults" not in datasets.card("cdnow_sample")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "The course has: bank_calls, cdnow_master"), ("zh", "可用的有：bank_calls, cdnow_master")],
)
def test_unknown_card_lists_the_known(lang, words):
    crmlib.use_language(lang)
    with pytest.raises(ValueError, match=words):
        datasets.card("cdnow")


# How the CDNOW files were made


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".gz"], ids=lambda path: path.name)
def test_gzip_carries_no_time_and_no_name(path):
    header = path.read_bytes()[:10]
    flags, time = header[3], header[4:8]
    assert flags == 0 and time == bytes(4)


def test_text_files_have_unix_line_ends():
    for path in FILES:
        content = path.read_bytes()
        assert b"\r" not in (gzip.decompress(content) if path.suffix == ".gz" else content)


def test_make_cdnow_keeps_rows_and_faults():
    script = runpy.run_path(str(DATA / "make_cdnow.py"))
    source = pd.DataFrame(
        {"customer_id": [7, 7, 3], "date": [19970131, 19970131, 19980630], "n_cds": [1, 1, 2], "usd": [0.0, 0.0, 29.3]}
    )
    made = script["to_csv"](source, ["customer_id", "date", "cds", "amount"])
    assert made == b"customer_id,date,cds,amount\n7,1997-01-31,1,0.00\n7,1997-01-31,1,0.00\n3,1998-06-30,2,29.30\n"


SHARED = PROJECT.parent / "shared" / "data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the originals of CDNOW are not beside this clone")
def test_make_cdnow_rebuilds_the_files(tmp_path):
    runpy.run_path(str(DATA / "make_cdnow.py"))["make"](SHARED, tmp_path)
    assert (tmp_path / "cdnow_sample.csv").read_bytes() == (DATA / "cdnow_sample.csv").read_bytes()
    # Contents, not packed bytes: another zlib may pack them otherwise.
    made, kept = (gzip.decompress((folder / "cdnow_master.csv.gz").read_bytes()) for folder in (tmp_path, DATA))
    assert made == kept
