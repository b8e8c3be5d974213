"""Qinghe, the invented retailer: its files rebuild, and agree with each other."""

import gzip
import subprocess
import sys

import pandas as pd
import pytest

from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
FILES = sorted(path for path in DATA.glob("qinghe_*") if path.suffix in (".csv", ".gz", ".json"))


# The generator


def contents(path):
    """The bytes that count: another zlib may pack the same content otherwise."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_files_rebuild_identically(tmp_path):
    subprocess.run([sys.executable, DATA / "make_qinghe.py", "--out", tmp_path], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in FILES]
    assert [path.name for path in FILES if contents(tmp_path / path.name) != contents(path)] == []


def test_files_are_small():
    assert len(FILES) == 20 and sum(path.stat().st_size for path in FILES) < 4_000_000


def test_log_of_any_length(tmp_path):
    """The scale knob: exact, the same again, and written world by world, no customer in two of them."""
    parquet = pytest.importorskip("pyarrow.parquet")
    logs = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    for log, lines in zip(logs, ["300_000", "200_000"], strict=True):
        subprocess.run([sys.executable, DATA / "make_qinghe.py", "--lines", lines, "--log", log], check=True)
    long, short = (pd.read_parquet(log) for log in logs)
    assert (len(long), len(short)) == (300_000, 200_000)
    last = short["customer_id"].max()
    whole = [log[log["customer_id"] < last].reset_index(drop=True) for log in (long, short)]
    pd.testing.assert_frame_equal(*whole)  # fewer lines are fewer customers, not fewer months
    assert len(whole[1]) > 199_000 and short["date"].max() > pd.Timestamp("2025-12-30")
    assert list(long) == ["customer_id", "date", "amount"] and (long["amount"] > 0).all()
    file = parquet.ParquetFile(logs[0])
    blocks = [set(file.read_row_group(block).column("customer_id").to_pylist()) for block in range(file.num_row_groups)]
    assert len(blocks) == 2 and not blocks[0] & blocks[1]
    sizes = [file.metadata.row_group(block).num_rows for block in range(file.num_row_groups)]
    assert max(sizes) < 300_000 and sizes[0] > sizes[1]


# The files and how they fit together

SCHEMA = {
    "customers": """
        customer_id kind name pinyin gender birthday phone phone_2 email address market joined channel consent manager
    """,
    "products": "product_id category name_en name_zh price cost promoted",
    "orders": "order_id customer_id date hour channel delivery discount amount cost",
    "order_lines": "order_id product_id quantity",
    "service": "customer_id year orders deliveries rush_deliveries returns service_hours receivables",
    "truth_customers": "customer_id person_id segment uplift_type stages planted",
}


@pytest.mark.parametrize("name", SCHEMA)
def test_columns(name):
    table = getattr(datasets, f"load_qinghe_{name}")()
    assert list(table) == SCHEMA[name].split() and table.attrs["invented"]


def test_customers():
    customers = datasets.load_qinghe_customers()
    retail, firms = (customers[customers["kind"] == kind] for kind in ("household", "business"))
    assert 5_800 < len(retail) < 6_200 and firms["customer_id"].tolist() == [f"B{number:02}" for number in range(1, 13)]
    assert retail["customer_id"].tolist() == [f"Q{number:05}" for number in range(1, len(retail) + 1)]
    assert retail["joined"].is_monotonic_increasing
    assert set(customers["market"]) == {"qiming", "changgeng", "yinghuo", "chenxing"}
    assert customers["consent"].isin([0, 1]).all()
    assert firms["manager"].notna().all() and retail["manager"].notna().sum() == 60


def test_nobody_can_be_taken_for_a_real_person():
    customers = datasets.load_qinghe_customers()
    for phone in ("phone", "phone_2"):
        assert customers[phone].dropna().str.fullmatch(r"100\d{8}").all()
    assert customers["email"].dropna().str.endswith("@example.com").all()


def test_orders():
    orders = datasets.load_qinghe_orders()
    assert 55_000 < len(orders) < 70_000
    assert orders["order_id"].tolist() == list(range(1, len(orders) + 1)) and orders["date"].is_monotonic_increasing
    assert orders["date"].agg(["min", "max"]).tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")]
    assert orders["hour"].between(0, 23).all() and set(orders["discount"]) == {0.0, 0.1, 0.2}
    assert set(orders["channel"]) == {"store", "app", "business"}
    assert set(orders["delivery"]) == {"none", "normal", "rush"}
    assert (orders.loc[orders["channel"] == "store", "delivery"] == "none").all()


def test_no_order_before_its_record_was_opened():
    orders = datasets.load_qinghe_orders().merge(datasets.load_qinghe_customers(), on="customer_id")
    assert (orders["date"] >= orders["joined"]).all()


def test_amounts_are_those_of_the_lines():
    orders = datasets.load_qinghe_orders().set_index("order_id")
    lines = datasets.load_qinghe_order_lines().merge(datasets.load_qinghe_products(), on="product_id")
    assert not lines.duplicated(["order_id", "product_id"]).any() and (lines["quantity"] >= 1).all()
    retail = orders[orders["channel"] != "business"]
    worth = lines[["price", "cost"]].mul(lines["quantity"], axis=0).groupby(lines["order_id"]).sum()
    assert worth.index.equals(retail.index)
    assert (worth["price"] * (1 - retail["discount"])).round(2).tolist() == retail["amount"].tolist()
    assert worth["cost"].round(2).tolist() == retail["cost"].tolist()


def test_service_counts_the_orders():
    orders, service = datasets.load_qinghe_orders(), datasets.load_qinghe_service()
    orders["deliveries"] = (orders["delivery"] != "none").astype(int)
    orders["rush_deliveries"] = (orders["delivery"] == "rush").astype(int)
    year = orders["date"].dt.year.rename("year")
    counted = orders.groupby(["customer_id", year]).agg(
        orders=("order_id", "size"), deliveries=("deliveries", "sum"), rush_deliveries=("rush_deliveries", "sum")
    )
    own = service.set_index(["customer_id", "year"])[list(counted)]
    pd.testing.assert_frame_equal(own, counted, check_dtype=False, check_index_type=False)


def test_margins_are_plausible():
    products = datasets.load_qinghe_products()
    margin = 1 - products.groupby("category")["cost"].sum() / products.groupby("category")["price"].sum()
    assert len(products) == 120 and len(margin) == 8 and margin.between(0.09, 0.40).all()
    assert (products["price"] > products["cost"]).all()


def test_visits_begin_with_the_record():
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    joined = datasets.load_qinghe_customers().set_index("customer_id")["joined"].reindex(visits.index)
    before = visits.columns.to_numpy()[None, :] < joined.dt.strftime("%Y-%m").to_numpy()[:, None]
    assert (visits.isna().to_numpy() == before).all()


def test_one_order_in_ten_has_no_customer():
    orders = datasets.load_qinghe_orders()
    anonymous = orders["customer_id"].isna()
    assert anonymous.mean() == pytest.approx(0.10, abs=0.01)
    assert set(orders.loc[anonymous, "channel"]) == {"store"}
