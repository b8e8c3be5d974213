"""Daily work: plans, opportunities, tickets in five steps, the 360° history, the work lists, and what is refused."""

import pandas as pd
import pytest
from sqlalchemy import select

from crmlib import systems
from crmlib.systems import model
from crmlib.systems.history import COLUMNS
from tests.support.refusals import refuses


def row(crm, kind, key):
    with crm.read() as session:
        return session.get(kind, key)


def test_a_planned_call_waits_until_it_is_done(firm):
    call = systems.plan_call(firm.sales1, firm.firms[0], "2025-12-15 09:00", "合同续签", contact_id=1)
    later = systems.plan_call(firm.sales1, firm.firms[1], "2025-12-20", "新品")
    found = systems.work_list(firm.sales1)
    assert found.index.tolist() == [("activities", call), ("activities", later)]
    assert found["overdue"].tolist() == [True, False] and found["account"].tolist() == ["青禾中学", "云上咖啡"]
    assert systems.history(firm.sales1, firm.firms[0]).empty  # not yet happened
    systems.done(firm.sales1, call, "同意续签")
    assert systems.work_list(firm.sales1).index.tolist() == [("activities", later)]
    past = systems.history(firm.sales1, firm.firms[0])
    assert past[["kind", "channel", "what", "who"]].values.tolist() == [["call", "phone", "合同续签", "王芳"]]
    assert row(firm.crm, model.Activity, call).notes == "同意续签"
    refuses(lambda: systems.done(firm.sales1, call), ValueError, "activity_id = 1 was done on 2025-12-15 already")


def test_an_opportunity_goes_forward_only_and_ends(firm):
    sale = systems.new_opportunity(firm.sales1, firm.firms[0], "牛奶", amount=900, expected="2026-01-10")
    systems.move_opportunity(firm.sales1, sale, "proposal")
    refuses(lambda: systems.move_opportunity(firm.sales1, sale, "qualified"), ValueError, "stage = 'qualified'.*ahead")
    refuses(lambda: systems.move_opportunity(firm.sales1, sale, "sold"), ValueError, "stage = 'sold'")

    def sign(firm_number, starts="2026-01-01", **keys):
        return systems.sign_contract(firm.sales1, firm.firms[firm_number], 1, starts, "2026-01-31", **keys)

    refuses(lambda: sign(0, opportunity_id=sale), ValueError, "opportunity_id = 1 is at proposal, not won")
    systems.move_opportunity(firm.sales1, sale, "won", amount=880)
    found = row(firm.crm, model.Opportunity, sale)
    assert (found.stage, found.amount, str(found.closed), found.version) == ("won", 880, "2025-12-15", 3)
    refuses(lambda: systems.move_opportunity(firm.sales1, sale, "lost"), ValueError, "was closed .won.")
    sign(0, opportunity_id=sale)
    refuses(lambda: sign(1, opportunity_id=sale), ValueError, "opportunity_id = 1 is not of account N000002")
    refuses(lambda: sign(1, "2026-02-01"), ValueError, "ends = 2026-01-31 lies before starts = 2026-02-01")


def test_a_ticket_takes_five_steps_in_order_by_the_standard_of_chapter_08(firm):
    ticket = systems.open_ticket(firm.service1, firm.firms[0], "complaint", "樱桃发霉", at="2025-12-14 10:00")

    def state():
        found = row(firm.crm, model.Ticket, ticket)
        return found.step, str(found.due), found.closed is not None

    def advance(**words):
        return systems.advance_ticket(firm.service1, ticket, **words)

    assert state() == ("listening", "2025-12-15 10:00:00", False)
    assert systems.work_list(firm.service1)["overdue"].tolist() == [True]
    refuses(lambda: advance(solution="x"), ValueError, "solution: the next step of ticket_id = 1 is empathy")
    assert [advance(), advance()] == ["empathy", "apology"]
    assert state() == ("apology", "2025-12-19 10:00:00", False)
    refuses(advance, ValueError, "solution is missing")
    refuses(lambda: advance(solution="x", satisfaction=5), ValueError, "not yet the follow-up")
    assert advance(solution="一箱新樱桃") == "solution"
    assert state() == ("solution", "2025-12-28 10:00:00", False)
    refuses(lambda: advance(satisfaction=6), ValueError, "satisfaction = 6")
    with pytest.raises(systems.Stale) as error:
        advance(satisfaction=5, version=2)
    assert error.value.yours == {"satisfaction": 5}
    assert advance(satisfaction=5, version=4) == "follow_up"
    assert state()[2] and row(firm.crm, model.Ticket, ticket).satisfaction == 5
    refuses(advance, ValueError, "ticket_id = 1 was closed on 2025-12-15")
    assert systems.work_list(firm.service1).empty


def test_each_role_has_its_work_list(firm):
    systems.plan_call(firm.sales1, firm.firms[0], "2025-12-16", "a")
    systems.plan_call(firm.sales2, firm.firms[2], "2025-12-17", "b")
    systems.new_opportunity(firm.sales1, firm.firms[0], "c", expected="2025-12-15")
    systems.new_opportunity(firm.crm, firm.firms[4], "d")
    systems.open_ticket(firm.service1, firm.firms[2], "question", "e", due="2025-12-18")
    systems.open_ticket(firm.sales2, firm.firms[2], "request", "f", due="2025-12-19")
    systems.new_campaign(firm.marketing1, "g", "2025-12-01", "2025-12-20")
    systems.new_campaign(firm.marketing1, "past", "2025-11-01", "2025-11-20")
    lists = {login: systems.work_list(getattr(firm, login)) for login in ("sales1", "sales2", "service1", "marketing1")}
    assert {login: "".join(found["what"]) for login, found in lists.items()} == {
        "sales1": "cad",  # earliest first, without a date last
        "sales2": "bd",
        "service1": "ef",
        "marketing1": "g",
    }
    assert not lists["sales1"]["overdue"].any()  # what is due today is not late
    assert "".join(systems.work_list(firm.boss)["what"]) == "cabefgd"
    assert systems.work_list(firm.boss, limit=2)["what"].tolist() == ["c", "a"]


def test_a_history_holds_all_channels_newest_first(firm):
    account = firm.firms[0]
    with firm.crm.write() as session:
        for number, name in enumerate(["cherries", "peaches"]):
            session.add(model.Product(product_id=f"P{number}", category="fruit", name=name, price=39, cost=20))
        session.add(model.Campaign(name="樱桃季", starts=firm.crm.now().date(), ends=firm.crm.now().date()))
        order = model.Order(account_id=account, at=firm.crm.now().replace(day=3), channel="app", amount=78, cost=40)
        session.add(order)
        session.flush()
        for number in range(2):
            session.add(model.OrderLine(order_id=order.order_id, product_id=f"P{number}", quantity=1))
    systems.log_activity(
        firm.crm, account, "message", "券", at="2025-12-01", channel="sms", campaign_id=1, cost=2, basis="he asked"
    )
    systems.open_ticket(firm.service1, account, "complaint", "樱桃发霉", at="2025-12-04", channel="phone")
    systems.log_activity(firm.sales1, account, "visit", "道歉", at="2025-12-05", ticket_id=1)
    sale = systems.new_opportunity(firm.sales1, account, "水果一年", amount=5000)
    systems.move_opportunity(firm.sales1, sale, "won")
    systems.sign_contract(firm.sales1, account, 5000, "2026-01-01", "2026-12-31", opportunity_id=sale)
    found = systems.history(firm.boss, account)
    assert found["kind"].tolist() == ["opportunity", "contract", "visit", "complaint", "order", "campaign"]
    assert found["channel"].fillna("-").tolist() == ["-", "-", "-", "phone", "app", "sms"]
    assert found["what"].iloc[:4].tolist() == ["水果一年", "水果一年", "道歉", "樱桃发霉"]
    assert sorted(found["what"].iloc[4].split(", ")) == ["cherries", "peaches"] and found["what"].iloc[5] == "樱桃季"
    assert found["amount"].fillna(-1).tolist() == [5000, 5000, -1, -1, 78, 2]
    assert found["who"].fillna("-").tolist() == ["王芳", "-", "王芳", "赵敏", "-", "-"]
    assert found["at"].is_monotonic_decreasing and found.columns.tolist() == COLUMNS
    pd.testing.assert_frame_equal(systems.history(firm.boss, account, limit=3), found.head(3))
    assert systems.history(firm.crm, firm.homes[0]).empty


def test_what_belongs_to_another_account_is_refused(firm):
    def log(**keys):
        return systems.log_activity(firm.crm, firm.firms[0], "call", "x", **keys)

    refuses(lambda: log(contact_id=2), ValueError, "contact_id = 2 is not of account N000001")
    refuses(lambda: log(ticket_id=9), ValueError, "ticket_id = 9 is not of account")
    refuses(lambda: log(campaign_id=9), ValueError, "campaign_id = 9: there is no such campaign")
    refuses(lambda: log(cost=-1), ValueError, "cost = -1")
    refuses(lambda: log(at="15.12.2025"), ValueError, "at = '15.12.2025'")
    refuses(lambda: systems.log_activity(firm.crm, "N000001", "lunch", "x"), ValueError, "kind = 'lunch'")
    assert systems.history(firm.crm, firm.firms[0]).empty


def test_an_address_a_login_and_a_number_belong_to_one(firm):
    def contact(account=0, **columns):
        return systems.new_contact(firm.crm, firm.firms[account], "x", **columns)

    refuses(
        lambda: contact(1, email="P0@example.com"),
        ValueError,
        "email = 'p0@example.com' belongs to contact 1 of account N000001",
    )
    refuses(lambda: systems.new_user(firm.boss, "x", "sales1", "sales"), ValueError, "login = 'sales1' is that of 王芳")
    refuses(
        lambda: systems.new_account(firm.crm, "x", "business", account_id="N000001"),
        ValueError,
        "account_id = 'N000001' is taken",
    )
    refuses(
        lambda: firm.crm.sign_in("sales9"),
        ValueError,
        "login = 'sales9': nobody signs in.*sales sales1, sales2; marketing marketing1; .* service1; manager boss.",
    )
    refuses(lambda: contact(phone="call me"), ValueError, "phone = 'call me'")
    refuses(lambda: contact(email="at home"), ValueError, "email = 'at home'")
    with firm.boss.write() as session:
        session.get(model.User, 2).active = False
    refuses(lambda: firm.crm.sign_in("sales1"), ValueError, "nobody signs in")


def test_an_account_with_something_open_is_not_deleted_and_what_is_open_is_named(firm):
    account = firm.firms[0]
    ticket = systems.open_ticket(firm.service1, account, "complaint", "x")
    systems.open_ticket(firm.service1, account, "question", "y")
    systems.new_opportunity(firm.sales1, account, "z")

    def delete():
        return systems.delete_account(firm.boss, account)

    refuses(delete, ValueError, "account_id = N000001: .* open: tickets 1, tickets 2, opportunities 1. Close them")
    for step in (None, None, "done", None):
        systems.advance_ticket(firm.service1, ticket, solution=step)
        systems.advance_ticket(firm.service1, 2, solution=step)
    systems.move_opportunity(firm.sales1, 1, "lost")
    refuses(delete, ValueError, "it has tickets, opportunities, which stay in the books")
    assert systems.card(firm.boss, account).contacts.shape[0] == 1
    systems.delete_account(firm.boss, firm.firms[1], "entered twice")
    assert systems.find(firm.crm, "云上").empty
    assert firm.crm.table(select(model.Contact.contact_id))["contact_id"].tolist() == [1, 3, 4, 5, 6]
    refuses(lambda: systems.delete_account(firm.boss, firm.firms[1]), ValueError, "there is no such row")
    systems.sign_contract(firm.crm, firm.firms[4], 1, "2025-01-01", "2026-01-01")
    refuses(lambda: systems.delete_account(firm.boss, firm.firms[4]), ValueError, "contracts 1")


def test_consents_stay_and_so_does_their_account(firm):
    with firm.crm.write() as session:
        session.add(model.Consent(contact_id=1, purpose="order", given=True, at=firm.crm.now(), source="form"))
    refuses(lambda: systems.delete_account(firm.boss, firm.firms[0]), ValueError, "it has consents, which stay")
