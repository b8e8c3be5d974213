"""What a person may ask for: a copy, a correction, to be erased, to say no; with a trail, and by those who may."""

import sqlite3
import threading
import time
import warnings
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from crmlib import systems
from crmlib.systems import connecting, model
from crmlib.systems.accounts import account_for
from crmlib.systems.session import living
from tests.support.refusals import refuses

SECRETS = (
    "郗微之",
    "13977775555",
    "weizhi.chi@example.com",
    "1987-06-05",
    "长庚城金星路 77 号",
    "对花生过敏",
    "孩子上小学",
)


@pytest.fixture
def home(firm):
    """A household of one person, known by the SECRETS, with an order, a visit, a plan and a closed complaint."""
    crm = firm.crm
    name, phone, email, birthday, address, notes, told = SECRETS
    firm.account = systems.new_account(crm, name, "household", address=address, status="customer")
    firm.person = systems.new_contact(crm, firm.account, name, phone=phone, email=email, birthday=birthday)
    with crm.write() as session:
        session.add(model.Order(account_id=firm.account, at=crm.now(), channel="app", amount=88, cost=70))
    systems.log_activity(
        firm.service1, firm.account, "visit", f"{name}：{told}", notes=notes, contact_id=firm.person, cost=36
    )
    systems.log_activity(firm.service1, firm.account, "note", f"{phone}")
    systems.plan_call(firm.service1, firm.account, "2026-01-08", f"call {name}", contact_id=firm.person)
    firm.ticket = systems.open_ticket(
        firm.service1, firm.account, "complaint", f"{name}: {told}", contact_id=firm.person
    )
    return firm


def close_ticket(firm):
    for solution in (None, None, SECRETS[5], None):
        systems.advance_ticket(firm.service1, firm.ticket, solution=solution)


def everything(crm):
    """All that is stored, as a text."""
    tables = [crm.table(select(kind.__table__)) for kind in systems.rights.TABLES.values()]
    return "\n".join(table.astype(object).map(str).to_csv() for table in tables)


def test_a_copy_holds_all_that_is_known_and_nothing_of_others(home):
    with pytest.warns(
        UserWarning, match="lacks what service1 may not read.*contacts: Birthday.*a manager makes the whole"
    ):
        copy = systems.personal_data(home.service1, home.person)
    assert {"contacts", "accounts", "consents", "orders", "activities", "tickets"} <= set(copy)
    assert copy["contacts"]["phone"].tolist() == [SECRETS[1]] and copy["accounts"]["address"].tolist() == [SECRETS[4]]
    assert len(copy["activities"]) == 3 and len(copy["tickets"]) == len(copy["orders"]) == 1
    assert "cost" not in copy["orders"] and "birthday" not in copy["contacts"]  # which service may not see
    with warnings.catch_warnings(action="error"):
        whole = systems.personal_data(home.boss, home.person)
    assert whole["contacts"]["birthday"].astype(str).tolist() == [SECRETS[3]]
    trail = home.crm.trail("contacts", home.person)
    assert trail["action"].tolist() == ["export", "export", "insert"]
    assert trail["who"].head(2).tolist() == ["boss", "service1"]


def test_of_a_firm_only_what_bears_the_persons_number_is_personal(firm):
    systems.log_activity(firm.crm, firm.firms[0], "visit", "with the person", contact_id=firm.people[0])
    systems.log_activity(firm.crm, firm.firms[0], "visit", "with somebody")
    copy = systems.personal_data(firm.crm, firm.people[0])
    assert copy["activities"]["subject"].tolist() == ["with the person"]
    assert not {"accounts", "orders", "contracts"} & set(copy)


def test_marketing_gets_no_copy_and_sales_none_of_a_colleagues_customer(firm):
    refuses(
        lambda: systems.personal_data(firm.marketing1, firm.people[0]),
        systems.Refused,
        "marketing.* may not copy out the personal data of contacts. Those who may: sales, service, manager",
    )
    refuses(lambda: systems.personal_data(firm.sales2, firm.people[0]), systems.Refused, "looked after by 王芳")
    assert len(systems.personal_data(firm.sales1, firm.people[0])["contacts"]) == 1
    refuses(lambda: systems.personal_data(firm.crm, 999), ValueError, "contact_id = 999: there is no such row")


def test_a_correction_is_made_and_leaves_before_after_and_why(home):
    systems.correct(home.service1, home.person, reason="she called, birthday checked", phone="139 0000 1111")
    systems.correct(home.boss, home.person, reason="she moved", address=" 启明城路 1 号 ")
    card = systems.card(home.crm, home.account)
    assert card.contacts["phone"].tolist() == ["13900001111"] and card.account["address"] == "启明城路 1 号"
    last = home.crm.trail("contacts", home.person).iloc[0]
    assert (last["before"], last["after"]) == ({"phone": SECRETS[1]}, {"phone": "13900001111"})
    assert (last["who"], last["reason"]) == ("service1", "she called, birthday checked")
    systems.correct(home.boss, home.person, reason="she married", name="郗知微", email=None)
    card = systems.card(home.crm, home.account)
    assert card.account["name"] == "郗知微" and card.contacts["email"].isna().all()


def test_a_firm_is_not_renamed_with_its_person(firm):
    systems.correct(firm.boss, firm.people[0], reason="typing error", name="稷芒坡")
    assert systems.card(firm.crm, firm.firms[0]).account["name"] == "青禾中学"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, "columns: name what to correct"),
        ({"shoe_size": 43}, "shoe_size: name what to correct"),
        ({"phone": "call me"}, "phone = .*digits are needed"),
        ({"name": " "}, "name = .* is empty"),
        ({"email": "p1@example.com"}, "belongs to contact 2 of account N000002"),
        ({"phone": "13900001111", "version": 7}, "version = 7.*your words are kept"),
    ],
)
def test_a_wrong_correction_is_refused(firm, columns, told):
    before = everything(firm.crm)
    refuses(lambda: systems.correct(firm.boss, firm.people[0], reason="typing error", **columns), ValueError, told)
    assert everything(firm.crm) == before


def test_service_may_not_correct_what_it_may_not_see(firm):
    refuses(
        lambda: systems.correct(firm.service1, firm.people[0], reason="she said so", birthday="1990-01-02"),
        systems.Refused,
        "birthday of contacts",
    )
    refuses(
        lambda: systems.correct(firm.boss, firm.people[0], reason=" ", name="x"), ValueError, "reason = .* is empty"
    )


def test_who_is_erased_is_found_nowhere_not_even_in_the_trail(home):
    systems.correct(home.boss, home.person, reason="typing error", phone=SECRETS[1][:-1] + "6")
    systems.correct(home.boss, home.person, reason="typing error", phone=SECRETS[1])
    close_ticket(home)
    assert all(secret in everything(home.crm) for secret in SECRETS)
    systems.erase(home.boss, home.person, "letter of 3 March")
    found = everything(home.crm)
    assert [secret for secret in SECRETS if secret in found] == []
    card = systems.card(home.crm, home.account)
    assert card.account["status"] == "erased" and card.contacts["name"].tolist() == ["erased"]
    assert not card.consents["given"].any() and len(card.consents) == 3
    assert systems.find(home.crm, SECRETS[0]).empty and systems.find(home.crm, SECRETS[1]).empty


def test_what_the_books_need_stays_without_a_person(home):
    close_ticket(home)
    systems.erase(home.boss, home.person, "letter of 3 March")
    history = systems.history(home.crm, home.account)
    assert sorted(history["kind"]) == ["complaint", "note", "order", "visit"]
    assert history.loc[history["kind"] == "order", "amount"].item() == 88
    assert history.loc[history["kind"] == "visit", "amount"].item() == 36
    assert systems.work_list(home.service1).query("account_id == @home.account").empty  # nobody calls any more
    trail = home.crm.trail("contacts", home.person)
    assert trail.iloc[0][["action", "who", "reason"]].tolist() == ["erase", "boss", "letter of 3 March"]
    assert set(trail.iloc[1]["before"]) == {"name", "phone", "email", "birthday"}  # that, not what
    assert set(trail.iloc[1]["before"].values()) == {None}


def test_a_file_of_sqlite_holds_not_a_byte_of_the_erased(home, place):
    if "://" in place:
        pytest.skip("a server keeps its own files")
    close_ticket(home)
    systems.erase(home.boss, home.person, "letter of 3 March")
    home.crm.close()
    parent = Path(place).parent
    held = b"".join(path.read_bytes() for path in parent.glob("crm.db*"))
    assert held and [secret for secret in SECRETS if secret.encode() in held] == []


def test_what_was_corrected_before_is_gone_from_the_file_where_sqlite_leaves_it(tmp_path):
    """Builds of Windows and macOS leave what was deleted in the file until it is needed; Debian's does not."""

    def careless(connection, _):
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA secure_delete = OFF").close()

    event.listen(Engine, "connect", careless)
    try:
        crm = systems.open_crm(tmp_path / "crm.db")
        people = []
        for number in range(40):
            account = systems.new_account(crm, f"known {number:02d}", "household")
            people.append(
                systems.new_contact(crm, account, f"known {number:02d}", email=f"old{number:02d}@example.com")
            )
        for number, person in enumerate(people):
            systems.correct(crm, person, reason="new one", email=f"new{number:02d}@example.com")
        for person in people[::4]:
            systems.erase(crm, person, "letter")
        crm.close()
    finally:
        event.remove(Engine, "connect", careless)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("crm.db*"))
    values = [f"{word}{number:02d}" for number in range(40) for word in ("known ", "old", "new")]
    left = {value[-2:] for value in values if value.encode() in held}
    assert left == {f"{number:02d}" for number in range(40) if number % 4}


def test_a_journal_that_others_hold_open_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(connecting, "WAIT", 0.2)
    crm = systems.open_crm(tmp_path / "crm.db")
    person = systems.new_contact(crm, systems.new_account(crm, "Lin", "household"), "Lin")
    other = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM contacts").fetchall()
    with pytest.warns(UserWarning, match="others are reading.*-wal"):
        systems.erase(crm, person, "letter")
    other.close()
    crm.close()


def test_where_a_consent_came_from_goes_with_the_person(firm):
    systems.consent(firm.crm, firm.people[0], "marketing", "any", True, "mail of weizhi@example.com")
    systems.erase(firm.boss, firm.people[0], "letter")
    assert "weizhi" not in everything(firm.crm)


def test_a_household_that_was_called_by_the_erased_is_called_by_another(home):
    close_ticket(home)
    systems.new_contact(home.crm, home.account, "Lin Tao")
    systems.erase(home.boss, home.person, "letter")
    assert systems.card(home.crm, home.account).account["name"] == "Lin Tao"
    left = everything(home.crm)
    assert [secret for secret in (SECRETS[0], *SECRETS[2:4]) if secret in left] == []


def test_the_trail_forgets_whose_account_was_deleted(firm):
    account = systems.new_account(firm.crm, "郗微之", "household", address="长庚城金星路 77 号")
    person = systems.new_contact(firm.crm, account, "郗微之", phone="13977775555")
    systems.correct(firm.boss, person, reason="typing error", phone="13977775556")
    systems.delete_account(firm.boss, account, "entered twice")
    assert "1397777555" in everything(firm.crm)
    systems.erase(firm.boss, person, "letter")
    left = everything(firm.crm)
    assert [secret for secret in ("郗微之", "1397777555", "金星路 77") if secret in left] == []
    assert firm.crm.trail("contacts", person).iloc[0]["action"] == "erase"
    refuses(lambda: systems.erase(firm.boss, person, "again"), ValueError, "has been erased already")
    refuses(lambda: systems.erase(firm.boss, 999, "letter"), ValueError, "there is no such row")


def test_the_trail_forgets_rows_that_were_deleted_before(firm):
    number = systems.log_activity(firm.crm, firm.firms[0], "note", "对花生过敏", contact_id=firm.people[0])
    with firm.boss.write("not ours") as session:
        session.delete(session.get(model.Activity, number))
    systems.erase(firm.boss, firm.people[0], "letter")
    assert "对花生过敏" not in everything(firm.crm)


def test_nothing_is_written_about_a_person_who_is_being_erased(firm):
    """Somebody has looked whether the person is there, and writes only after the other one has begun to erase."""
    erasing = threading.Thread(target=systems.erase, args=(firm.boss, firm.people[0], "letter"))
    with firm.service1.write() as session:
        account_for(session, firm.firms[0])
        living(session, firm.people[0])
        erasing.start()
        time.sleep(0.5)
        row = model.Activity(account_id=firm.firms[0], contact_id=firm.people[0], kind="note", at=firm.crm.now())
        row.subject = "对花生过敏"
        session.add(row)
    erasing.join()
    assert "对花生过敏" not in everything(firm.crm)
    assert firm.crm.trail("contacts", firm.people[0]).iloc[0]["action"] in ("erase", "update")


def test_while_something_is_open_nobody_is_erased(home):
    before = everything(home.crm)
    refuses(lambda: systems.erase(home.boss, home.person, "letter"), ValueError, f"still open.*tickets {home.ticket}")
    assert everything(home.crm) == before
    close_ticket(home)
    systems.erase(home.boss, home.person, "letter")
    refuses(lambda: systems.erase(home.boss, home.person, "again"), ValueError, "has been erased already")


def test_an_account_outlives_one_of_two_people_and_a_firm_all(home):
    close_ticket(home)
    other = systems.new_contact(home.crm, home.account, "Lin Tao")
    systems.erase(home.boss, home.person, "letter")
    card = systems.card(home.crm, home.account)
    assert card.account["status"] == "customer" and card.account["address"] == SECRETS[4]
    systems.erase(home.boss, other, "letter")
    assert systems.card(home.crm, home.account).account["status"] == "erased"
    systems.erase(home.boss, home.people[0], "letter")
    assert systems.card(home.crm, home.firms[0]).account[["name", "status"]].tolist() == ["青禾中学", "lead"]


def test_only_managers_erase(firm):
    for login in ("sales1", "service1", "marketing1"):
        refuses(
            lambda login=login: systems.erase(getattr(firm, login), firm.people[0], "letter"),
            systems.Refused,
            "may not delete contacts. Those who may: manager",
        )


def test_the_latest_word_counts_by_channel_and_purpose(firm):
    crm, (one, two, three, *_) = firm.crm, firm.people
    said = [
        (one, "marketing", "any", True, "2025-01-01"),
        (one, "marketing", "sms", False, "2025-02-01"),
        (two, "marketing", "any", True, "2025-01-01"),
        (two, "marketing", "any", False, "2025-03-01"),
        (two, "marketing", "email", True, "2025-02-01"),  # written down later, but said before
        (three, "order", "any", True, "2025-01-01"),
    ]
    for person, purpose, channel, given, at in said:
        systems.consent(crm, person, purpose, channel, given, "form in the shop", at=at)

    def who(purpose, channel):
        return systems.may_contact(crm, purpose, channel)["contact_id"].tolist()

    assert who("marketing", "phone") == [one] and who("marketing", "sms") == [] and who("marketing", "email") == [one]
    assert who("order", "phone") == [three] and who("profile", "phone") == []
    systems.consent(crm, one, "marketing", "any", False, "called", at="2025-04-01")
    assert who("marketing", "phone") == []


def test_marketing_sees_the_address_of_those_who_agreed_and_sales_only_its_own(firm):
    for person in firm.people:
        systems.consent(firm.crm, person, "marketing", "email", True, "form in the shop")
    found = systems.may_contact(firm.marketing1, "marketing", "email")
    assert found["email"].tolist() == [f"p{n}@example.com" for n in range(6)]
    assert systems.may_contact(firm.sales1, "marketing", "email")["contact_id"].tolist() == [
        firm.people[n] for n in (0, 1, 4, 5)
    ]
    systems.correct(firm.crm, firm.people[0], reason="no mail any more", email=None)
    assert firm.people[0] not in systems.may_contact(firm.crm, "marketing", "email")["contact_id"].tolist()


def test_a_consent_is_refused_that_cannot_be(firm):
    def say(given=True, source="form", **other):
        chosen = {"purpose": "marketing", "channel": "sms"} | other
        return lambda: systems.consent(firm.service1, firm.people[0], given=given, source=source, **chosen)

    refuses(say(channel="fax"), ValueError, "channel")
    refuses(say(purpose="fun"), ValueError, "purpose")
    refuses(say(given="yes"), TypeError, "given")
    refuses(say(source=""), ValueError, "source = .* is empty")
    refuses(say(at="2026-01-01"), ValueError, "has not come yet")
    refuses(lambda: systems.consent(firm.crm, 99, "order", "any", True, "form"), ValueError, "there is no such row")
    refuses(lambda: systems.may_contact(firm.crm, "marketing", "any"), ValueError, "channel")


def test_a_consent_is_never_changed_or_deleted(firm):
    number = systems.consent(firm.crm, firm.people[0], "marketing", "any", True, "form")
    with pytest.raises(systems.Refused, match="only added"), firm.crm.write() as session:
        session.get(model.Consent, number).given = False
    assert firm.crm.table(select(model.Consent.given))["given"].astype(bool).tolist() == [True]


def test_a_person_of_qinghe_can_be_erased(crm):
    """Where the rows came in many at a time, and the trail never knew them."""
    systems.fill_from_qinghe(crm, customers=60)
    boss = crm.sign_in("manager1")
    served = crm.table(select(model.Ticket.contact_id, model.Ticket.closed)).dropna(subset="closed")
    contact_id = int(served["contact_id"].iloc[0])
    person = systems.personal_data(boss, contact_id)["contacts"].iloc[0]
    orders = len(systems.personal_data(boss, contact_id)["orders"])
    systems.erase(boss, contact_id, "letter")
    assert person["phone"] not in everything(crm)
    assert len(systems.personal_data(boss, contact_id)["orders"]) == orders > 0
