"""A CRM filled with Qinghe: nothing lost, nothing twice, the same every time, on both databases."""

from functools import cache

import pandas as pd
import pytest
from sqlalchemy import func, select

import crmlib
from crmlib import datasets, systems
from crmlib.systems import filling, model
from crmlib.systems.filling import LOGINS, qinghe_tables
from crmlib.systems.rights import TABLES
from tests.support.refusals import refuses

NOW = "2025-12-31 22:00"


@pytest.fixture(scope="module")
def qinghe():
    """All of Qinghe, in SQLite; only read."""
    crm = systems.open_crm(":memory:", now=NOW)
    crm.report = systems.fill_from_qinghe(crm)
    yield crm
    crm.close()


def rows(crm, kind):
    table = kind.__table__
    return crm.table(select(table).order_by(*table.primary_key))


def test_what_is_written_is_what_the_files_hold(qinghe):
    found = {name: qinghe.table(select(func.count()).select_from(kind)).iloc[0, 0] for name, kind in TABLES.items()}
    del found["audit"]
    assert found == qinghe.report["rows"].to_dict()
    orders = datasets.load_qinghe_orders()
    known = orders["customer_id"].notna()
    assert found["accounts"] == 6022 + 800 and found["tickets"] == 1650 and found["opportunities"] == 800
    assert found["orders"] == known.sum() and found["contracts"] == 142 and found["consents"] == 2 * 6022
    assert str((~known).sum()) in qinghe.report.loc["orders", "left_out"]
    money = qinghe.table(select(func.sum(model.Order.amount), func.sum(model.Order.cost))).iloc[0]
    assert money.tolist() == pytest.approx(orders.loc[known, ["amount", "cost"]].sum().tolist(), abs=0.01)
    lines = datasets.load_qinghe_order_lines()
    lines = lines[lines["order_id"].isin(orders.loc[known, "order_id"])]
    assert qinghe.table(select(func.sum(model.OrderLine.quantity))).iloc[0, 0] == lines["quantity"].sum()


def test_money_of_an_order_adds_up(qinghe):
    """Goods at list price, less the discount in yuan, are what was paid."""
    whole = func.sum(model.OrderLine.quantity * model.Product.price)
    query = select(model.Order.order_id, model.Order.amount, model.Order.discount, whole.label("goods"))
    query = query.join(model.OrderLine).join(model.Product).group_by(model.Order.order_id)
    found = qinghe.table(query).astype(float)
    assert (found["goods"] - found["discount"] - found["amount"]).abs().max() < 0.0151


def test_a_complaint_that_was_answered_later_is_still_open(qinghe):
    tickets, told = rows(qinghe, model.Ticket), datasets.load_qinghe_complaints()
    assert tickets["account_id"].tolist() == told["customer_id"].tolist()
    assert (pd.to_datetime(tickets["opened"]).dt.normalize() == told["date"]).all()
    still = tickets["closed"].isna()
    later = told["date"] + pd.to_timedelta(told["delay_days"], unit="D") > "2025-12-31"
    assert still[later].all() and still.sum() == later.sum()
    assert tickets.loc[still, ["solution", "satisfaction"]].isna().all(axis=None)
    assert set(tickets.loc[still, "step"]) <= {"listening", "apology"}
    assert set(tickets.loc[~still, "step"]) == {"follow_up"}
    assert (tickets["satisfaction"].dropna() == told.loc[~still, "satisfied_after"]).all()
    assert (pd.to_datetime(tickets["closed"]) > pd.to_datetime(tickets["opened"]))[~still].all()
    ordered = qinghe.table(select(model.Order.order_id, model.Order.at)).set_index("order_id")["at"]
    assert (pd.to_datetime(tickets["opened"]) > pd.to_datetime(told["order_id"].map(ordered))).all()


def test_contacts_are_activities_with_all_they_cost(qinghe):
    done, made = rows(qinghe, model.Activity), datasets.load_qinghe_contacts()
    assert done["cost"].sum() == pytest.approx(made["cost"].sum())
    assert done["ticket_id"].notna().sum() == (made["purpose"] == "follow_up").sum()
    assert done.groupby("campaign_id").size().to_dict() == {1: 1500, 2: 1500}
    leads = datasets.load_qinghe_opportunities()
    assert (done["kind"] == "visit").sum() == leads["visits"].sum()
    plans = done[done["planned"]]
    assert len(plans) == leads["closed"].isna().sum() and not plans["done"].any()
    assert pd.to_datetime(plans["at"]).min() > pd.Timestamp(NOW) >= pd.to_datetime(done.loc[done["done"], "at"]).max()


def test_the_sixty_messages_without_consent_are_still_there_to_be_found(qinghe):
    said, done = rows(qinghe, model.Consent), rows(qinghe, model.Activity)
    no = said.loc[(said["purpose"] == "marketing") & ~said["given"].astype(bool), "contact_id"]
    sent = done[done["contact_id"].isin(no) & done["kind"].isin(["message", "call"]) & done["ticket_id"].isna()]
    file, made = datasets.load_qinghe_customers(), datasets.load_qinghe_contacts()
    refused = made["customer_id"].isin(file.loc[file["consent"] == 0, "customer_id"])
    assert len(sent) == (refused & (made["purpose"] != "follow_up")).sum() >= 60


def test_everybody_has_something_to_do(qinghe):
    assert rows(qinghe, model.User)["login"].tolist() == list(LOGINS)
    assert all(len(systems.work_list(qinghe.sign_in(login))) for login in LOGINS if login[:5] != "sales")
    assert all(len(systems.work_list(qinghe.sign_in(f"sales{n}"))) > 20 for n in range(1, 5))
    firm = systems.history(qinghe.sign_in("manager1"), "B01")
    assert set(firm["kind"]) == {"order"} and len(firm) == 200


@cache
def frames(language="en", **options):
    """Qinghe's tables, only read."""
    crmlib.use_language(language)
    tables = qinghe_tables(**options)
    crmlib.use_language("en")
    return tables


def test_the_same_seed_draws_the_same_and_another_one_other_hours():
    first, again, other = frames(seed=1), qinghe_tables(seed=1), frames(seed=2)
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, again[name])
        assert len(table) == len(other[name])
    assert (first["tickets"]["opened"] != other["tickets"]["opened"]).mean() > 0.9
    assert (first["tickets"]["opened"].dt.date == other["tickets"]["opened"].dt.date).all()


@pytest.mark.parametrize("count", [1, 12, 13, 300])
def test_a_small_crm_is_a_part_of_the_whole(count):
    small, whole = frames(customers=count), frames()
    assert (~small["accounts"]["account_id"].str.startswith("L")).sum() == count
    for name, table in small.items():
        keys = [column.name for column in TABLES[name].__table__.primary_key]
        same = whole[name].merge(table[keys], on=keys)
        pd.testing.assert_frame_equal(
            same.sort_values(keys, ignore_index=True), table.sort_values(keys, ignore_index=True), check_dtype=False
        )


def test_names_are_in_the_language_in_use_and_words_of_the_files_are_not():
    english, chinese = frames("en", customers=30), frames("zh", customers=30)
    assert english["users"]["name"].iloc[0] == "He Bailu" and chinese["users"]["name"].iloc[0] == "禾白露"
    for name, columns in {
        "accounts": ["account_id", "region", "industry", "status", "grade"],
        "products": ["product_id", "category"],
        "orders": ["channel", "amount"],
        "tickets": ["step", "opened", "channel"],
        "activities": ["kind", "channel", "at"],
    }.items():
        pd.testing.assert_frame_equal(english[name][columns], chinese[name][columns])
    said = [chinese["tickets"]["subject"], chinese["activities"]["subject"], chinese["opportunities"]["name"]]
    assert pd.concat(said).str.contains("[\u4e00-\u9fff]").all()


def test_both_databases_hold_the_same_and_count_on(crm):
    systems.fill_from_qinghe(crm, customers=60)
    expected = frames(customers=60)
    for name, table in expected.items():
        keys = [column.name for column in TABLES[name].__table__.primary_key]
        found = rows(crm, TABLES[name])[list(table.columns)]
        table = table.sort_values(keys, ignore_index=True)
        assert len(found) == len(table)
        for column in table.columns:
            one, other = found[column], table[column]
            if pd.api.types.is_datetime64_any_dtype(other):
                one = pd.to_datetime(one)
            assert ((one == other) | (one.isna() & other.isna())).all(), (name, column)
    account_id = systems.new_account(crm, "Blue Door Café", "business")
    contact_id = systems.new_contact(crm, account_id, "Lin Tao")
    ticket_id = systems.open_ticket(crm, account_id, "question", "opening hours")
    assert contact_id == expected["contacts"]["contact_id"].max() + 1
    assert ticket_id == expected["tickets"]["ticket_id"].max() + 1


def test_filling_twice_is_refused_and_changes_nothing(crm):
    systems.fill_from_qinghe(crm, customers=20)
    before = rows(crm, model.Activity)
    refuses(lambda: systems.fill_from_qinghe(crm, customers=20), ValueError, "users already.*another file")
    refuses(
        lambda: systems.fill_from_qinghe(crm.sign_in("sales1")),
        systems.Refused,
        r"sales1 \(sales\) may not add.*manager",
    )
    pd.testing.assert_frame_equal(rows(crm, model.Activity), before)


def test_a_crm_that_somebody_has_begun_is_not_filled(crm):
    systems.new_account(crm, "Blue Door Café", "business")
    refuses(lambda: systems.fill_from_qinghe(crm, customers=20), ValueError, "accounts already")
    assert rows(crm, model.User).empty


def test_copies_are_other_customers_with_as_much_of_everything(crm):
    report = systems.fill_from_qinghe(crm, customers=30, scale=3)
    once = frames(customers=30)
    accounts, orders = rows(crm, model.Account), rows(crm, model.Order)
    assert len(accounts) == 3 * len(once["accounts"]) == report.loc["accounts", "rows"]
    assert len(rows(crm, model.User)) == 12
    assert float(orders["amount"].sum()) == pytest.approx(3 * once["orders"]["amount"].sum())
    assert rows(crm, model.Contact)["phone"].is_unique


def test_qinghe_is_filled_once_and_keeps_what_is_written(tmp_path):
    file = tmp_path / "qinghe_crm.sqlite"
    crm = systems.open_qinghe(file)
    practice, before = crm.copy(), len(crm.table(select(model.Activity.activity_id)))
    for one in (practice, crm):
        systems.log_activity(one.sign_in("service1"), "Q00821", "call", "kept over night")
    systems.log_activity(practice.sign_in("service1"), "Q00821", "call", "only tried")
    crm.close()
    again = systems.open_qinghe(file)
    assert len(again.table(select(model.Activity.activity_id))) == before + 1
    assert systems.history(again, "Q00821")["what"].str.contains("kept over night").sum() == 1
    again.close(), practice.close()


def test_of_two_who_open_qinghe_at_once_the_second_takes_it_as_it_is(tmp_path, monkeypatch):
    fill = filling.fill_from_qinghe

    def after_the_other_one(crm):
        fill(crm, customers=20)
        fill(crm, customers=20)

    monkeypatch.setattr(filling, "fill_from_qinghe", after_the_other_one)
    crm = systems.open_qinghe(tmp_path / "crm.db")
    assert len(crm.table(select(model.User.login))) == 12
    crm.close()


def test_a_crm_on_a_server_is_not_copied(crm):
    if crm.engine.dialect.name == "sqlite":
        assert crm.copy().table(select(model.User.login)).empty
    else:
        refuses(crm.copy, ValueError, "server")


@pytest.mark.parametrize("options", [{"customers": 0}, {"customers": 6023}, {"scale": 0}, {"seed": -1}])
def test_what_cannot_be_is_refused(options):
    crm = systems.open_crm(":memory:")
    refuses(lambda: systems.fill_from_qinghe(crm, **options), ValueError, next(iter(options)))
    refuses(lambda: systems.fill_from_qinghe("crm.db"), TypeError, "an open CRM is needed")
