"""The warehouse: nothing twice, nothing lost, nothing half; who a customer was on the day; sums as in the CRM."""

from contextlib import contextmanager
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from crmlib.systems import cube, etl_report, load, reconcile, star_schema, warehouse
from crmlib.systems.database import open_crm
from crmlib.systems.errors import Refused
from crmlib.systems.model import Account, Order, OrderLine, Product, User
from tests.support.refusals import refuses

PRODUCTS = {"rice": (3.0, 2.0), "oil": (7.0, 4.0), "bag": (0.0, 0.1)}


@contextmanager
def opened(place=":memory:"):
    """A CRM of two accounts, three products, a manager and a salesman."""
    crm = open_crm(place, now="2026-01-01")
    with crm.write() as session:
        session.add(Account(account_id="A", kind="household", name="A", region="east", grade="A"))
        session.add(Account(account_id="B", kind="business", name="B"))
        session.add_all(User(name=role, login=f"{role}1", role=role) for role in ("manager", "sales"))
        for name, (price, cost) in PRODUCTS.items():
            session.add(Product(product_id=name, category="food", name=name, price=price, cost=cost))
    yield crm
    crm.close()


@pytest.fixture
def crm(place):
    with opened(place) as crm:
        yield crm


def sell(crm, order_id, day, lines=(("rice", 1),), amount=10.0, account_id="A", channel="app", cost=6.0):
    with crm.write() as session:
        at = datetime.combine(date.fromisoformat(day), datetime.min.time()).replace(hour=9)
        order = {"account_id": account_id, "at": at, "channel": channel, "amount": amount, "cost": cost}
        session.add(Order(order_id=order_id, **order))
        session.flush()
        session.add_all(OrderLine(order_id=order_id, product_id=name, quantity=count) for name, count in lines)


def move(crm, region, grade="A"):
    with crm.write() as session:
        account = session.get(Account, "A")
        account.region, account.grade = region, grade


def facts(house):
    """The facts with the names of their dimensions."""
    return house.sql(
        "SELECT order_id, product_id, date, account_id, region, grade, channel, quantity, amount, f.cost "
        "FROM fact_sales f JOIN dim_product USING (product_key) JOIN dim_date USING (date_key) "
        "JOIN dim_customer USING (customer_key) JOIN dim_channel USING (channel_key) ORDER BY order_id, product_id"
    ).df()


def content(house):
    tables = ("fact_sales", "dim_customer", "dim_product", "dim_channel", "dim_date", "etl_log")
    return {name: house.sql(f"FROM {name} ORDER BY ALL").fetchall() for name in tables}


def versions(house):
    rows = house.sql("SELECT region, grade, valid_from, valid_to, current FROM dim_customer WHERE account_id = 'A'")
    return rows.order("valid_from").fetchall()


def test_an_order_is_shared_out_among_its_lines_to_the_fen(crm):
    """10 yuan of goods at list price for 9.99: 7/10 of it for the oil, what is left for the rice."""
    sell(crm, 1, "2025-03-01", [("rice", 1), ("oil", 1)], amount=9.99, cost=6.0)
    sell(crm, 2, "2025-03-02", [("rice", 1), ("oil", 1), ("bag", 2)], amount=0.01, cost=0.0)
    sell(crm, 3, "2025-03-03", [("bag", 3)], amount=1.0, cost=0.3)
    found = facts(star_schema(crm)).set_index(["order_id", "product_id"])
    assert found.loc[(1, "oil"), "amount"] == pytest.approx(6.99) and found.loc[(1, "rice"), "amount"] == 3.0
    assert found.loc[(1, "oil"), "cost"] == 4.0 and found.loc[(3, "bag"), "amount"] == 1.0
    assert found.groupby("order_id")["amount"].sum().round(2).tolist() == [9.99, 0.01, 1.0]
    assert (found["amount"] >= 0).all()


def test_orders_without_lines_or_channel_are_counted_as_unknown(crm):
    sell(crm, 1, "2025-03-01", [], amount=283.23, account_id="B", channel=None)
    [row] = facts(star_schema(crm)).to_dict("records")
    assert pd.isna(row["product_id"]) and row["channel"] == "unknown" and row["region"] == "unknown"
    assert row["amount"] == 283.23 and row["quantity"] == 0


def test_loading_again_changes_nothing(crm):
    sell(crm, 1, "2025-03-01")
    house = star_schema(crm)
    before = content(house)
    assert load(crm, house).sum() == 0
    after = content(house)
    assert len(after.pop("etl_log")) == 2 and before.pop("etl_log") and after == before


def test_a_day_at_a_time_and_what_comes_late(crm):
    sell(crm, 1, "2025-03-01")
    sell(crm, 2, "2025-03-31")
    sell(crm, 3, "2025-04-01")
    house = star_schema(crm, upto="2025-03-31")
    assert facts(house)["order_id"].tolist() == [1, 2]
    sell(crm, 4, "2025-03-05")  # a shop sends it late
    counts = load(crm, house, upto="2025-04-30")
    assert counts[["orders", "late_orders"]].tolist() == [2, 1]
    assert facts(house)["order_id"].tolist() == [1, 2, 3, 4]
    report = etl_report(house)
    assert report["orders"].tolist() == [2, 2] and report["watermark"].dt.day.tolist() == [31, 1]
    assert report["loaded_at"].dt.year.tolist() == [2026, 2026]


def test_many_late_orders_come_chunk_by_chunk(crm, monkeypatch):
    sell(crm, 99, "2025-12-01")
    house = star_schema(crm)
    for order_id in range(1, 6):
        sell(crm, order_id, "2025-06-01", [("rice", 1), ("oil", 2)])
    monkeypatch.setattr(warehouse, "_CHUNK", 2)
    assert load(crm, house)[["late_orders", "lines"]].tolist() == [5, 10]
    assert (reconcile(crm, house)["difference"] == 0).all()


def test_who_moves_begins_a_new_version(crm):
    sell(crm, 1, "2025-06-30")
    house = star_schema(crm)
    move(crm, "west")
    sell(crm, 2, "2025-07-10")
    sell(crm, 3, "2025-05-01")  # late: still of the east
    assert load(crm, house)["changed_customers"] == 1
    assert facts(house).set_index("order_id")["region"].to_dict() == {1: "east", 2: "west", 3: "east"}
    assert versions(house) == [
        ("east", "A", date(1900, 1, 1), date(2025, 6, 30), False),
        ("west", "A", date(2025, 7, 1), date(9999, 12, 31), True),
    ]
    # A sum by region: what was sold in the east stays there.
    assert cube(facts(house), "region", "amount").set_index("region")["amount"].to_dict() == {
        "east": 20,
        "west": 10,
        "ALL": 30,
    }


def test_two_changes_without_an_order_between_are_one_version(crm):
    sell(crm, 1, "2025-06-30")
    house = star_schema(crm)
    for region, grade in (("west", "A"), ("west", "B"), ("north", "B")):
        move(crm, region, grade)
        load(crm, house)
    assert [row[:2] for row in versions(house)] == [("east", "A"), ("north", "B")]
    sell(crm, 2, "2025-08-01")
    load(crm, house)
    move(crm, "east", "B")
    load(crm, house)
    assert [row[0] for row in versions(house)] == ["east", "north", "east"]
    assert versions(house)[1][3] == date(2025, 8, 1)


def test_versions_leave_no_gap_and_do_not_overlap(crm):
    house = star_schema(crm)
    for month in range(1, 7):
        sell(crm, month, f"2025-0{month}-15")
        move(crm, f"r{month % 3}")
        load(crm, house)
    rows = versions(house)
    assert sum(row[4] for row in rows) == 1
    assert all((later[2] - earlier[3]).days == 1 for earlier, later in zip(rows[:-1], rows[1:], strict=True))


def test_a_product_that_is_renamed_is_overwritten(crm):
    sell(crm, 1, "2025-03-01")
    house = star_schema(crm)
    with crm.write() as session:
        session.get(Product, "rice").category = "grain"
    assert load(crm, house)["new_products"] == 0
    assert house.sql("SELECT category FROM dim_product WHERE product_id = 'rice'").fetchall() == [("grain",)]


STEPS = ("_late", "_sold", "_facts", "_log")


@pytest.mark.parametrize("step", STEPS)
def test_a_load_that_is_interrupted_leaves_all_as_it_was(crm, monkeypatch, step):
    sell(crm, 1, "2025-03-01")
    house = star_schema(crm)
    before = content(house)
    move(crm, "west")
    sell(crm, 2, "2025-04-01")
    done = getattr(warehouse, step)

    def pulled(*given):
        done(*given)
        raise KeyboardInterrupt("the plug is pulled")

    with monkeypatch.context() as patch:
        patch.setattr(warehouse, step, pulled)
        with pytest.raises(KeyboardInterrupt):
            load(crm, house)
    assert content(house) == before
    assert load(crm, house)[["orders", "changed_customers"]].tolist() == [1, 1]
    assert (reconcile(crm, house)["difference"] == 0).all()


def test_an_order_that_comes_during_a_load_waits_for_the_next(crm, monkeypatch):
    """The CRM is read as it was at one moment: no order without the customer or product that came with it."""
    sell(crm, 1, "2025-03-01")
    house, read = star_schema(crm), warehouse._dimensions

    def interrupted(*given):
        found = read(*given)
        with crm.write() as session:
            session.add(Account(account_id="C", kind="household", name="C"))
        sell(crm, 2, "2025-04-01", account_id="C")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(warehouse, "_dimensions", interrupted)
        assert load(crm, house).sum() == 0
    assert load(crm, house)[["orders", "new_customers"]].tolist() == [1, 1]
    assert facts(house)["account_id"].tolist() == ["A", "C"]


def test_it_is_kept_in_a_file(crm, tmp_path):
    sell(crm, 1, "2025-03-01")
    path = tmp_path / "warehouse.duckdb"
    star_schema(crm, path).close()
    sell(crm, 2, "2025-03-02")
    with star_schema(crm, path) as house:
        assert facts(house)["order_id"].tolist() == [1, 2] and len(etl_report(house)) == 2


def test_the_sums_are_those_of_the_crm_and_a_difference_is_seen(crm):
    for order_id in range(1, 30):
        lines = [("rice", order_id % 3 + 1), ("oil", 2)][: order_id % 3]
        sell(crm, order_id, f"2025-03-{order_id:02}", lines, amount=order_id * 1.01, cost=order_id * 0.37)
    house = star_schema(crm)
    table = reconcile(crm, house)
    assert table.loc["orders"].tolist() == [29, 29, 0] and (table["difference"] == 0).all()
    assert table.loc["amount", "data_warehouse"] == pytest.approx(1.01 * 435)
    sell(crm, 40, "2026-02-01", amount=500)  # not due yet
    assert (reconcile(crm, house)["difference"] == 0).all()
    sell(crm, 41, "2025-03-02", amount=7)  # late
    assert reconcile(crm, house)["difference"].tolist() == [-1, -1, -7, -6]
    load(crm, house)
    with crm.write() as session:
        session.get(Order, 3).amount += 2.5  # corrected after it was loaded
        session.execute(delete(OrderLine).where(OrderLine.order_id == 5))
    table = reconcile(crm, house)
    assert table.loc["amount", "difference"] == -2.5 and table.loc["quantity", "difference"] > 0


ORDERS = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.sampled_from(["app", "store", None]),
        st.sets(st.sampled_from(sorted(PRODUCTS))),
        st.integers(0, 100_000),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None)
@given(orders=ORDERS)
def test_however_orders_come_the_facts_are_those_of_one_load(orders):
    """The last number says with which of three loads an order comes, whatever its day."""
    with opened() as crm:
        house = None
        for batch in range(3):
            for order_id, (day, channel, names, fen, comes) in enumerate(orders):
                if comes == batch:
                    lines = [(name, place + 1) for place, name in enumerate(sorted(names))]
                    sell(crm, order_id, f"2025-03-{day:02}", lines, amount=fen / 100, cost=fen / 300, channel=channel)
            house = star_schema(crm) if house is None else house
            load(crm, house)
        pd.testing.assert_frame_equal(facts(house), facts(star_schema(crm)))
        assert len(facts(house)) == sum(max(len(names), 1) for _, _, names, _, _ in orders)
        assert (reconcile(crm, house)["difference"].abs() <= 0.01 * len(orders)).all()


def test_a_load_beside_another_waits_its_turn_and_says_so(crm):
    sell(crm, 1, "2025-03-01")
    house = star_schema(crm)
    sell(crm, 2, "2025-03-02")
    other = house.cursor().begin()
    other.execute("UPDATE dim_product SET category = 'grain'")
    refuses(lambda: load(crm, house), ValueError, "cannot be written now.*Nothing was loaded.*no other load")
    other.rollback()
    assert load(crm, house)["orders"] == 1 and (reconcile(crm, house)["difference"] == 0).all()


def test_a_warehouse_that_cannot_be_made_leaves_nothing(crm, tmp_path):
    import duckdb

    path, strange = tmp_path / "new.duckdb", tmp_path / "strange.duckdb"
    refuses(lambda: star_schema(crm, path, upto="31.12.2025"), ValueError, "upto")
    assert not path.exists()
    refuses(lambda: star_schema(crm, tmp_path / ":MEMORY:"), ValueError, "a new warehouse ends with .duckdb")
    assert not list(tmp_path.glob(":*")) and star_schema(crm, tmp_path / ":MEMORY:.duckdb")
    with duckdb.connect(strange) as file:
        file.execute("CREATE TABLE dim_product (shelf INTEGER)")
    refuses(lambda: star_schema(crm, strange), ValueError, "cannot be opened as a warehouse")
    with duckdb.connect(strange, read_only=True) as file:  # which no connection holds any more
        assert file.sql("SHOW TABLES").fetchall() == [("dim_product",)]


def test_only_a_manager_fills_a_warehouse(crm):
    sell(crm, 1, "2025-03-01")
    house = star_schema(crm.sign_in("manager1"))
    assert len(facts(house)) == 1
    for call in (
        lambda: star_schema(crm.sign_in("sales1")),
        lambda: load(crm.sign_in("sales1"), house),
        lambda: reconcile(crm.sign_in("sales1"), house),
    ):
        refuses(call, Refused, "sales1 .* may not read all sales.*a manager")


def test_no_person_is_in_it(crm):
    house = star_schema(crm)
    columns = {name for (name,) in house.sql("SELECT column_name FROM information_schema.columns").fetchall()}
    assert not columns & {"phone", "email", "address", "birthday", "contact_id"}


def test_what_is_refused(crm, tmp_path):
    import duckdb

    (tmp_path / "crm.db").write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    (tmp_path / "text.duckdb").write_text("no database" * 100)
    refuses(lambda: star_schema(crm, tmp_path / "crm.db"), ValueError, "cannot be opened as a warehouse")
    refuses(lambda: star_schema(crm, tmp_path / "text.duckdb"), ValueError, "cannot be opened as a warehouse")
    refuses(lambda: star_schema(crm, tmp_path), ValueError, "cannot be opened as a warehouse")
    refuses(lambda: star_schema(crm, 5), TypeError, "path = 5")
    refuses(lambda: star_schema("crm.db"), TypeError, "open_crm")
    refuses(lambda: star_schema(crm, upto="31.12.2025"), ValueError, "upto")
    refuses(lambda: load(crm, duckdb.connect()), TypeError, "an open warehouse is needed")
    refuses(lambda: load(crm, "warehouse.duckdb"), TypeError, "an open warehouse is needed")
    refuses(lambda: etl_report(None), TypeError, "an open warehouse is needed")
