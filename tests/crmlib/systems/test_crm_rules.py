"""What the CRM keeps people from: a customer twice, days to come, unasked marketing, dear gifts, others' work."""

import pytest
from sqlalchemy import select

from crmlib import systems
from crmlib.systems import model
from crmlib.systems.activities import GIFT_LIMIT
from tests.support.refusals import refuses

TOMORROW, YESTERDAY = "2025-12-16", "2025-12-14"


def count(crm, kind):
    return len(crm.table(select(kind.__table__)))


def test_a_firm_or_telephone_that_is_there_already_is_not_added_by_mistake(firm):
    def add(name="蓝门 100% 饮品店", kind="business", **given):
        return systems.new_account(firm.sales1, name, kind, **given)

    accounts, people = count(firm.crm, model.Account), count(firm.crm, model.Contact)
    refuses(
        add,
        systems.Duplicate,
        "name = '蓝门 100% 饮品店' is that of account N000003, looked after by 李强.*anyway=True",
    )
    refuses(lambda: add(name="  蓝门  100%饮品店"), systems.Duplicate, "is that of account N000003")  # blanks apart
    refuses(
        lambda: add(name=firm_name(firm, 4)), systems.Duplicate, "N000005, which nobody looks after yet. Ask manager"
    )
    phone = {"contact": "Lin", "phone": "138 0013 8002"}
    refuses(
        lambda: add(name="new", **phone), systems.Duplicate, "phone = '13800138002' is that of account N000003.*李强"
    )
    refuses(lambda: add(name="new", kind="household", **phone), systems.Duplicate, "phone = ")
    refuses(lambda: add(anyway="yes"), TypeError, "anyway")
    assert (count(firm.crm, model.Account), count(firm.crm, model.Contact)) == (accounts, people)
    with pytest.raises(systems.Duplicate) as error:
        add()
    assert error.value.account_id == "N000003" and "李强" in error.value.found
    number = add(anyway=True, **phone)
    assert systems.card(firm.sales1, number).contacts[["name", "phone"]].values.tolist() == [["Lin", "13800138002"]]
    other = add(name="稷芒波", kind="household", phone="13900139000")  # families share names
    assert systems.card(firm.sales1, other).contacts["name"].tolist() == ["稷芒波"]


def firm_name(firm, number):
    return systems.card(firm.crm, firm.firms[number]).account["name"]


def test_a_telephone_is_shared_within_an_account_only(firm):
    refuses(
        lambda: systems.new_contact(firm.sales1, firm.firms[1], "x", phone="13800138002"),
        systems.Duplicate,
        "looked after by 李强",
    )
    systems.new_contact(firm.sales1, firm.firms[1], "x", phone="13800138002", anyway=True)
    systems.new_contact(firm.sales1, firm.firms[0], "at the same desk", phone="13800138000")
    assert count(firm.crm, model.Contact) == 8


@pytest.mark.parametrize(
    "write",
    [
        lambda crm, one: systems.log_activity(crm, one, "call", "x", at=TOMORROW),
        lambda crm, one: systems.open_ticket(crm, one, "question", "x", at="2025-12-15 10:00:01"),
        lambda crm, one: systems.sign_contract(crm, one, 1, "2026-01-01", "2026-02-01", signed=TOMORROW),
        lambda crm, one: systems.new_account(crm, "x", "business", since=TOMORROW),
        lambda crm, one: systems.new_contact(crm, one, "x", birthday=TOMORROW),
        lambda crm, one: systems.consent(crm, 1, "order", "any", True, "form", at=TOMORROW),
    ],
)
def test_what_is_done_has_come(firm, write):
    before = count(firm.crm, model.Audit)
    refuses(lambda: write(firm.crm, firm.firms[0]), ValueError, "has not come yet")
    assert count(firm.crm, model.Audit) == before


def test_what_is_planned_is_still_to_come(firm):
    def plan(at):
        return systems.plan_call(firm.sales1, firm.firms[0], at, "x")

    refuses(lambda: plan(YESTERDAY), ValueError, "at = 2025-12-14 has gone by: today is 2025-12-15.*log_activity")
    assert [plan("2025-12-15 08:00"), plan(TOMORROW)] == [1, 2]  # today's is late, and still to be done
    refuses(
        lambda: systems.new_opportunity(firm.sales1, firm.firms[0], "x", expected="2024-01-01"),
        ValueError,
        "expected = 2024-01-01 has gone by",
    )


def test_an_opportunity_ends_in_one_contract_of_an_amount(firm):
    sale = systems.new_opportunity(firm.sales1, firm.firms[0], "x", amount=5)
    systems.move_opportunity(firm.sales1, sale, "won")

    def sign(amount, **keys):
        return systems.sign_contract(firm.sales1, firm.firms[0], amount, "2026-01-01", "2026-02-01", **keys)

    refuses(lambda: sign(0), ValueError, "amount = 0: one number above 0")
    contract = sign(5, opportunity_id=sale)
    refuses(lambda: sign(5, opportunity_id=sale), ValueError, f"opportunity_id = 1 has been signed .* {contract}")
    assert sign(5) == 2 and count(firm.crm, model.Contract) == 2


def test_marketing_needs_a_consent_or_a_basis_that_the_trail_keeps(firm):
    campaign = systems.new_campaign(firm.marketing1, "春", "2025-12-01", "2025-12-31", channel="sms")
    person = firm.people[0]

    def send(kind="message", crm=firm.marketing1, **given):
        return systems.log_activity(crm, firm.firms[0], kind, "券", campaign_id=campaign, **given)

    refuses(send, ValueError, r"kind = message: nobody of account N000001 has agreed to marketing \(sms\).*basis=")
    refuses(lambda: send(contact_id=person), ValueError, "contact 1 has not agreed to marketing")
    systems.consent(firm.crm, person, "marketing", "sms", True, "form")
    assert send() and send(contact_id=person)
    refuses(lambda: send(contact_id=person, channel="wechat"), ValueError, r"marketing \(wechat\)")
    refuses(lambda: send("email"), ValueError, r"marketing \(email\)")
    assert send("visit")  # nobody was written to
    number = send("call", basis="asked to be called on 3 December")
    assert firm.crm.trail("activities", number)["reason"].tolist() == ["asked to be called on 3 December"]
    systems.consent(firm.crm, person, "marketing", "any", False, "STOP")
    refuses(send, ValueError, "nobody of account")
    # Without a campaign, too, what marketing sends is marketing; a seller may write that the goods are there.
    refuses(lambda: systems.log_activity(firm.marketing1, firm.firms[0], "message", "20% off"), ValueError, "nobody of")
    assert systems.log_activity(firm.sales1, firm.firms[0], "message", "the coffee is there")


def test_a_gift_above_the_limit_is_logged_by_a_manager(firm):
    def give(crm, cost, kind="gift"):
        return systems.log_activity(crm, firm.firms[0], kind, "tea", cost=cost)

    for kind in ("gift", "entertainment"):
        refuses(
            lambda kind=kind: give(firm.sales1, GIFT_LIMIT + 0.01, kind),
            systems.Refused,
            f"above {GIFT_LIMIT} yuan it is approved first. Those who may: manager",
        )
        assert give(firm.sales1, GIFT_LIMIT, kind) and give(firm.boss, 50_000, kind)
    assert give(firm.sales1, 50_000, "visit")


def test_gifts_in_slices_come_to_one_sum_a_year(firm):
    def give(cost, at=None, account_id=firm.firms[0]):
        return systems.log_activity(firm.sales1, account_id, "gift", "tea", cost=cost, at=at)

    assert give(GIFT_LIMIT, at="2024-12-31 23:00") and give(300, at="2025-06-01") and give(200)
    for at in (None, "2025-01-01", "2024-01-01"):
        year = (at or "2025")[:4]
        told = f"N000001 had gifts of 500.00 yuan in {year}.*Those who may: manager"
        refuses(lambda at=at: give(0.5, at=at), systems.Refused, told)
    assert give(GIFT_LIMIT, account_id=firm.firms[1])


def test_a_channel_is_one_of_the_words(firm):
    for write in (
        lambda: systems.log_activity(firm.crm, firm.firms[0], "call", "x", channel="电话"),
        lambda: systems.open_ticket(firm.crm, firm.firms[0], "question", "x", channel="Phone"),
        lambda: systems.new_campaign(firm.crm, "x", "2026-01-01", "2026-02-01", channel="post"),
    ):
        refuses(write, ValueError, "channel = .*choose one of phone, sms")


def test_who_finds_nothing_is_told_what_is_not_shown(firm, recwarn):
    def told(crm, text):
        recwarn.clear()
        assert systems.find(crm, text).empty
        return "".join(str(one.message) for one in recwarn)

    nothing = "Nothing is found by name, telephone, e-mail or customer number; tickets stand in work_list(crm)."
    assert told(firm.sales1, "N000003") == f"{nothing} N000003: account N000003 is looked after by 李强."
    assert told(firm.sales1, firm_name(firm, 2)).endswith("account N000003 is looked after by 李强.")
    assert told(firm.sales1, firm_name(firm, 2).replace(" ", "  ").upper()).endswith("is looked after by 李强.")
    assert "Colleagues' customers are not shown" in told(firm.sales1, "13800138002")
    assert "Telephones and e-mail addresses" in told(firm.marketing1, "13800138002")
    assert (told(firm.service1, "nobody"), told(firm.crm, "nobody")) == (nothing, "")
    recwarn.clear()
    assert len(systems.find(firm.sales1, "青禾")) == 1 and not len(recwarn)


def test_a_manager_reassigns_grades_and_changes_the_status(firm):
    one, two = (firm.crm.sign_in(login).user.user_id for login in ("sales1", "sales2"))
    reason = "a larger territory"
    systems.change_account(firm.boss, firm.firms[0], reason=reason, owner_id=two, grade="A", status="lost", version=1)
    account = systems.card(firm.sales2, firm.firms[0]).account
    assert account[["owner", "grade", "status"]].tolist() == ["李强", "A", "lost"]
    line = firm.boss.trail("accounts", firm.firms[0]).iloc[0]
    assert (line["reason"], line["before"]["owner_id"], line["after"]["owner_id"]) == (reason, one, two)

    def change(crm, account, **columns):
        return lambda: systems.change_account(crm, account, reason=reason, **columns)

    change(firm.sales1, firm.firms[1], grade="B")()  # his own
    change(firm.sales1, firm.firms[4], owner_id=one)()  # nobody's
    assert len(systems.find(firm.sales1, firm.firms[4])) == 1
    refuses(change(firm.sales1, firm.firms[1], owner_id=two), systems.Refused, "may not give N000002.*: manager")
    refuses(change(firm.sales1, firm.firms[0], grade="C"), systems.Refused, "looked after by 李强")
    refuses(
        change(firm.service1, firm.firms[0], grade="C"), systems.Refused, "change grade of accounts.*sales, manager"
    )
    refuses(change(firm.marketing1, firm.firms[0], grade="C"), systems.Refused, "may not change accounts")
    refuses(
        change(firm.boss, firm.firms[0], owner_id=99), ValueError, r"owner_id = 99: there is no such user.*sales1 \("
    )
    told = r"owner_id = 'service1': service1 does not look after customers. Those who do: .*sales2 \("
    refuses(change(firm.boss, firm.firms[0], owner_id="service1"), ValueError, told)
    change(firm.boss, firm.firms[0], owner_id="sales1")()
    assert systems.card(firm.boss, firm.firms[0]).account["owner_id"] == one
    change(firm.boss, firm.firms[0], owner_id="sales2")()
    refuses(change(firm.boss, firm.firms[0], status="erased"), ValueError, "status = 'erased'")
    refuses(change(firm.boss, firm.firms[0], grade="D"), ValueError, "grade = 'D'")
    refuses(change(firm.boss, firm.firms[0]), ValueError, "columns: name what to change, .*owner_id")
    refuses(change(firm.boss, firm.firms[0], name="x"), ValueError, "name: name what to change")
    refuses(change(firm.boss, firm.firms[0], grade="B", version=1), systems.Stale, "version = 1")


def test_what_is_still_to_be_done_goes_with_a_customer_to_the_new_owner(firm):
    account, two = firm.firms[0], firm.sales2.user.user_id
    sale = systems.new_opportunity(firm.sales1, account, "milk")
    ended = systems.new_opportunity(firm.sales1, account, "bread")
    systems.move_opportunity(firm.sales1, ended, "lost")
    call = systems.plan_call(firm.sales1, account, TOMORROW, "grinder")
    followed = systems.plan_call(firm.service1, account, TOMORROW, "follow-up")
    past = systems.log_activity(firm.sales1, account, "visit", "x")
    systems.change_account(firm.boss, account, reason="a larger territory", owner_id=two)
    assert set(systems.work_list(firm.sales2).index) == {("opportunities", sale), ("activities", call)}
    assert systems.work_list(firm.sales1).empty
    assert systems.work_list(firm.service1).index.tolist() == [("activities", followed)]
    done = firm.crm.table(select(model.Activity.user_id).where(model.Activity.activity_id == past))
    lost = firm.crm.table(select(model.Opportunity.owner_id).where(model.Opportunity.opportunity_id == ended))
    assert done.iloc[0, 0] == lost.iloc[0, 0] == firm.sales1.user.user_id  # what was done was done by whom it was
    assert firm.boss.trail("opportunities", sale).iloc[0]["reason"] == "a larger territory"


def test_a_contract_ends_for_a_reason(firm):
    account = firm.firms[0]
    late = systems.sign_contract(firm.sales1, account, 5, "2025-01-01", "2025-12-31")
    past = systems.sign_contract(firm.sales1, account, 5, "2024-01-01", "2024-12-31", signed="2023-12-01")
    refuses(lambda: systems.delete_account(firm.boss, account), ValueError, f"contracts {late}. Close.*end_contract")
    refuses(lambda: systems.end_contract(firm.service1, late, "x"), systems.Refused, "may not change contracts")
    refuses(lambda: systems.end_contract(firm.sales2, late, "x"), systems.Refused, "looked after by 王芳")
    assert systems.end_contract(firm.sales1, late, "they close") == "cancelled"
    for contract, told in ((late, "cancelled"), (past, "ended")):
        refuses(
            lambda contract=contract: systems.end_contract(firm.sales1, contract, "x"), ValueError, f"running.*{told}"
        )
    assert firm.boss.trail("contracts", late).iloc[0]["reason"] == "they close"
    running = systems.sign_contract(firm.sales1, account, 5, "2025-01-01", "2025-12-31")
    later = systems.open_crm(firm.crm.engine.url, "sales1", now="2026-02-01")
    assert systems.end_contract(later, running, "over") == "ended"
    later.close()


@pytest.mark.parametrize(
    "write",
    [
        lambda crm, one, at: systems.log_activity(crm, one, "call", "x", at=at),
        lambda crm, one, at: systems.new_contact(crm, one, "x", birthday=at),
        lambda crm, one, at: systems.correct(crm, 1, reason="x", birthday=at),
        lambda crm, one, at: systems.sign_contract(crm, one, 5, at, "2026-01-01"),
        lambda crm, one, at: systems.plan_call(crm, one, at, "x"),
    ],
)
def test_a_day_is_one_that_a_spreadsheet_shows(firm, write):
    refuses(lambda: write(firm.boss, firm.firms[0], "0001-01-01"), ValueError, "lies before 1900")
    refuses(lambda: write(firm.boss, firm.firms[0], "\ud800"), ValueError, "signs that cannot be stored")


def test_nobody_is_born_tomorrow_after_a_correction_either(firm):
    refuses(
        lambda: systems.correct(firm.boss, firm.people[0], reason="x", birthday=TOMORROW),
        ValueError,
        "has not come yet",
    )


def test_a_name_stands_in_one_line_and_notes_in_several(firm):
    account = systems.new_account(firm.crm, " Blue\r\n Door 😀", "business")
    number = systems.log_activity(firm.crm, account, "note", "a\nb", notes="c\nd\n")
    row = firm.crm.table(select(model.Activity.subject, model.Activity.notes).filter_by(activity_id=number)).iloc[0]
    assert systems.card(firm.crm, account).account["name"] == "Blue Door 😀" and row.tolist() == ["a b", "c\nd"]


def test_nothing_is_written_on_who_has_been_erased(firm):
    home, firms = firm.homes[0], firm.firms[0]
    person = systems.new_contact(firm.crm, home, "稷芒波")
    systems.erase(firm.boss, person, "letter")
    systems.erase(firm.boss, firm.people[0], "letter")
    before = count(firm.crm, model.Audit)
    for write in (
        lambda: systems.log_activity(firm.crm, home, "call", "x"),
        lambda: systems.plan_call(firm.crm, home, TOMORROW, "x"),
        lambda: systems.new_contact(firm.crm, home, "x"),
        lambda: systems.new_opportunity(firm.crm, home, "x"),
        lambda: systems.open_ticket(firm.crm, home, "question", "x"),
        lambda: systems.open_ticket(firm.crm, firms, "question", "x", contact_id=firm.people[0]),
        lambda: systems.change_account(firm.boss, home, reason="x", status="lead"),
        lambda: systems.consent(firm.crm, person, "marketing", "any", True, "form"),
        lambda: systems.correct(firm.boss, person, reason="x", name="x"),
        lambda: systems.log_activity(firm.crm, firms, "call", "x", contact_id=firm.people[0]),
    ):
        refuses(write, ValueError, "the person has been erased, and nothing more is written")
    assert count(firm.crm, model.Audit) == before
    assert systems.log_activity(firm.crm, firms, "call", "with the firm")


def test_a_colleagues_ticket_is_taken_over_on_purpose_only(firm):
    systems.new_user(firm.crm, "钱宁", "service2", "service")
    service2 = firm.crm.sign_in("service2")
    ticket = systems.open_ticket(firm.service1, firm.firms[0], "complaint", "x")

    def owner():
        return firm.crm.table(select(model.Ticket.owner_id)).iloc[0, 0]

    refuses(
        lambda: systems.advance_ticket(service2, ticket),
        systems.Refused,
        "ticket 1 is that of 赵敏. Those who may: 赵敏, or a manager.*take_over=True",
    )
    systems.advance_ticket(firm.boss, ticket)
    assert owner() == firm.service1.user.user_id  # a manager helps, and it stays hers
    systems.advance_ticket(service2, ticket, take_over=True)
    assert owner() == service2.user.user_id
    refuses(lambda: systems.advance_ticket(firm.service1, ticket, solution="y"), systems.Refused, "that of 钱宁")
    free = systems.open_ticket(firm.sales1, firm.firms[0], "question", "x")
    systems.advance_ticket(service2, free)
    refuses(lambda: systems.advance_ticket(firm.service1, free), systems.Refused, "ticket 2 is that of 钱宁")


def test_service_changes_addresses_and_nothing_else_of_an_account(firm):
    home = firm.homes[0]
    person = systems.new_contact(firm.crm, home, "稷芒波")
    systems.correct(firm.service1, person, reason="she moved", address="启明城路 1 号", name="稷芒坡")
    assert systems.card(firm.crm, home).account[["name", "address"]].tolist() == ["稷芒坡", "启明城路 1 号"]
    refuses(
        lambda: systems.correct(firm.service1, person, reason="x", birthday="1990-01-02"),
        systems.Refused,
        "may not change birthday of contacts. Those who may: sales, manager",
    )
    refuses(lambda: systems.new_account(firm.service1, "x", "business"), systems.Refused, "may not add to accounts")


def test_a_trail_of_no_table_is_refused(firm):
    refuses(lambda: firm.boss.trail("account"), ValueError, "table = 'account': choose one of accounts")


def test_a_town_has_one_word_and_a_slip_is_no_new_town(firm):
    def add(name, region, **given):
        number = systems.new_account(firm.boss, name, "household", region=region, **given)
        return systems.card(firm.boss, number).account["region"]

    def move(region, **given):
        systems.change_account(firm.boss, firm.firms[0], reason="moved", region=region, **given)
        return systems.card(firm.boss, firm.firms[0]).account["region"]

    assert [add("a", "changgeng"), add("b", "长庚城"), add("c", "Changgeng"), add("d", "mars")] == ["changgeng"] * 3 + [
        "mars"
    ]
    assert [move("长庚"), move("MARS"), move(None)] == ["changgeng", "mars", None]
    for write in (move, lambda region: add("e", region)):
        refuses(lambda write=write: write("changegng"), ValueError, "Did you mean changgeng.*anyway=True")
    assert add("e", "changegng", anyway=True) == move("changegng", anyway=True) == "changegng"
