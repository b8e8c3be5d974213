"""What a role may not read is in no result, whatever it calls; what it may not write is refused, and says who may."""

import re

import pytest
from sqlalchemy import delete, literal_column, select, text, update

from crmlib import systems
from crmlib.systems import model, rights
from crmlib.systems.consents import agreed
from tests.support.refusals import refuses

# A search that finds nothing warns of what the role does not see.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
SECRET = {
    "solution": "一箱新樱桃",
    "subject": "樱桃发霉",
    "notes": "老板要离婚了",
    "amount": 987654.0,
    "budget": 456789.0,
    "phone": "13800138000",
    "email": "p0@example.com",
    "birthday": "1990-01-01",
    "sales2": "蓝门",
}


@pytest.fixture
def full(firm):
    """The firm with a past, each secret of which some role may not read."""
    first = firm.firms[0]
    systems.log_activity(firm.sales1, first, "visit", "春季新品", notes=SECRET["notes"], contact_id=firm.people[0])
    sale = systems.new_opportunity(firm.sales1, first, "牛奶", amount=SECRET["amount"])
    systems.move_opportunity(firm.sales1, sale, "won")
    systems.sign_contract(firm.sales1, first, SECRET["amount"], "2026-01-01", "2026-12-31", opportunity_id=sale)
    ticket = systems.open_ticket(firm.service1, first, "complaint", SECRET["subject"])
    for step in (None, None, SECRET["solution"]):
        systems.advance_ticket(firm.service1, ticket, solution=step)
    systems.new_campaign(firm.marketing1, "春季", "2026-03-01", "2026-03-15", budget=SECRET["budget"])
    return firm


def everything(crm, firm):
    """All that a role gets from the services and the views, as one text."""
    texts = []
    for account in firm.firms:
        try:
            card = systems.card(crm, account)
            found = [card.account.to_frame(), card.contacts, card.consents, systems.history(crm, account)]
        except systems.Refused:
            continue
        texts += [one.to_csv() for one in found]
    texts += [systems.find(crm, word).to_csv() for word in ("a", "青", "蓝", "1", "p")]
    texts.append(systems.work_list(crm).to_csv())
    for kind in rights.TABLES.values():
        try:
            texts.append(crm.table(select(rights.view(crm.user, kind))).to_csv())
        except systems.Refused:
            continue
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("login", "hidden"),
    [
        ("sales1", {"solution", "budget", "sales2"}),
        ("service1", {"amount", "budget", "birthday"}),
        ("marketing1", {"subject", "solution", "notes", "phone", "email", "birthday"}),
        ("boss", set()),
    ],
)
def test_a_role_finds_what_it_may_read_and_nothing_else(full, login, hidden):
    seen = everything(getattr(full, login), full)
    found = {name for name, secret in SECRET.items() if str(secret) in seen}
    # Marketing reads the amounts of opportunities, though no contract.
    assert found == set(SECRET) - hidden


def test_marketing_sees_a_telephone_only_with_consent_and_only_the_latest_counts(firm):
    def say(given, channel, at):
        with firm.crm.write() as session:
            row = model.Consent(contact_id=firm.people[0], purpose="marketing", channel=channel, given=given)
            row.at, row.source = systems.inputs.moment(at, "at", None), "form"
            session.add(row)

    def shown():
        row = systems.card(firm.marketing1, firm.firms[0]).contacts.iloc[0]
        return row["phone"], row["email"]

    def by_phone():
        return len(systems.find(firm.marketing1, "13800138000"))

    assert shown() == ("138****8000", None) and by_phone() == 0
    say(True, "sms", "2025-01-01")
    assert shown() == ("13800138000", None) and by_phone() == 1
    say(True, "any", "2025-02-01")
    assert shown() == ("13800138000", "p0@example.com")
    say(False, "any", "2025-03-01")
    assert shown() == ("138****8000", None) and by_phone() == 0
    say(True, "email", "2025-02-15")  # written later, said earlier
    assert shown() == ("138****8000", None)
    may = select(model.Contact.contact_id).where(agreed(model.Contact.contact_id, "marketing", "email"))
    assert firm.crm.table(may).empty
    assert systems.card(firm.service1, firm.firms[0]).contacts["phone"].tolist() == ["13800138000"]


def test_sales_see_own_and_unowned_accounts_only(firm):
    seen = firm.crm.sign_in("sales1").table(select(rights.view(firm.sales1.user, model.Account).c.account_id))
    assert set(seen["account_id"]) == {*firm.firms[:2], *firm.firms[4:], *firm.homes}
    for call in (systems.card, systems.history):
        with pytest.raises(
            systems.Refused, match="sales1 .sales. may not do this: account N000003 .* 李强, or a manager"
        ):
            call(firm.sales1, firm.firms[2])
    assert systems.find(firm.sales1, "蓝门").empty and len(systems.find(firm.sales2, "蓝门")) == 1
    assert systems.find(firm.sales1, "13800138002").empty  # nor by the telephone of its people


WRITES = {
    "log": lambda crm, firm: systems.log_activity(crm, firm.firms[2], "call", "x"),
    "sale": lambda crm, firm: systems.new_opportunity(crm, firm.firms[2], "x"),
    "ticket": lambda crm, firm: systems.open_ticket(crm, firm.firms[2], "question", "x"),
    "contact": lambda crm, firm: systems.new_contact(crm, firm.firms[2], "x"),
    "contract": lambda crm, firm: systems.sign_contract(crm, firm.firms[2], 1, "2026-01-01", "2026-02-01"),
    "campaign": lambda crm, firm: systems.new_campaign(crm, "x", "2026-01-01", "2026-02-01"),
    "account": lambda crm, firm: systems.new_account(crm, "x", "business"),
    "user": lambda crm, firm: systems.new_user(crm, "x", "x", "manager"),
    "delete": lambda crm, firm: systems.delete_account(crm, firm.homes[1]),
}


@pytest.mark.parametrize(
    ("login", "able"),
    [
        ("sales1", {"account"}),  # the account is that of sales2
        ("sales2", {"log", "sale", "ticket", "contact", "contract", "account"}),
        ("service1", {"log", "ticket", "contact"}),
        ("marketing1", {"log", "campaign"}),
        ("boss", set(WRITES)),
    ],
)
def test_a_role_writes_what_it_may(firm, login, able):
    done = set()
    for name, write in WRITES.items():
        try:
            write(getattr(firm, login), firm)
            done.add(name)
        except systems.Refused as refusal:
            assert re.search(f"{login} .*Those who may: ", str(refusal))
    assert done == able


def test_a_refusal_speaks_both_languages(firm):
    refuses(lambda: firm.sales1.trail(), systems.Refused, "sales1 .sales. may not read the audit trail.*: manager")
    refuses(lambda: systems.card(firm.sales1, firm.firms[2]), systems.Refused, "looked after by 李强")


def test_a_session_of_a_role_reads_through_views_only(full):
    for statement in (
        select(model.Contact),
        select(model.Contact.phone),
        select(model.User.name).where(model.User.user_id.in_(select(model.Account.owner_id))),
        text("SELECT phone FROM contacts"),
        select(rights.view(full.marketing1.user, model.Account), model.Contact.phone),
        select(text("phone")).select_from(rights.view(full.marketing1.user, model.Account)),
        select(literal_column("(SELECT phone FROM contacts LIMIT 1)")),
    ):
        with pytest.raises(systems.Refused, match="only through rights.view"), full.marketing1.read() as session:
            session.execute(statement)
    with pytest.raises(systems.Refused), full.marketing1.read() as session:
        session.get(model.Ticket, 1)
    with full.boss.read() as session:
        assert session.get(model.Ticket, 1).solution == SECRET["solution"]
    with pytest.raises(systems.Refused, match="trail"):
        rights.view(full.service1.user, model.Audit)


def test_a_session_of_a_role_writes_within_its_rights(firm):
    def change(crm, name, key="N000003", **columns):
        with crm.write() as session:
            row = session.get(model.Account, key, execution_options={"crm_checked": True})
            for column, value in columns.items():
                setattr(row, column, value)

    with pytest.raises(systems.Refused, match="service1 .service. may not change region of accounts"):
        change(firm.service1, "N000003", region="north")
    with pytest.raises(systems.Refused, match="李强"):
        change(firm.sales1, "N000003", region="north")
    with pytest.raises(systems.Refused, match="may not change birthday of contacts"), firm.service1.write() as session:
        session.get(model.Contact, 1, execution_options={"crm_checked": True}).birthday = None
    with pytest.raises(systems.Refused, match="row by row"), firm.sales1.write() as session:
        session.execute(update(model.Account).values(region="north"))
    change(firm.sales2, "N000003", region="north")
    assert firm.crm.trail("accounts", "N000003").iloc[0]["who"] == "sales2"
    refuses(lambda: write_in_reading(firm.boss), TypeError, r"crm.read\(\) only reads")


def write_in_reading(crm):
    with crm.read() as session:
        session.add(model.Account(account_id="X", name="x", kind="business"))
        session.flush()


def test_consents_and_the_trail_are_only_added_to(firm):
    with firm.boss.write() as session:
        row = model.Consent(contact_id=1, purpose="order", given=True, at=firm.crm.now(), source="form")
        session.add(row)
    for kind in (model.Consent, model.Audit):
        with pytest.raises(systems.Refused), firm.boss.write() as session:
            session.delete(session.get(kind, 1))
    with pytest.raises(systems.Refused), firm.crm.write() as session:
        session.get(model.Consent, 1).given = False
    for many in (update(model.Consent).values(given=False), delete(model.Consent), delete(model.Audit)):
        for crm in (firm.crm, firm.boss):
            with pytest.raises(systems.Refused), crm.write() as session:
                session.execute(many)


def test_every_role_has_a_line_for_what_it_may_read():
    assert set(systems.RIGHTS) == set(model.ROLES)
    for role, lines in systems.RIGHTS.items():
        assert set(lines) <= set(rights.TABLES)
        for table, right in lines.items():
            columns = set(rights.TABLES[table].__table__.columns.keys())
            assert set(right.but) <= columns and set(right.read or ()) <= columns, (role, table)
            assert set(map(str, rights.TABLES[table].__table__.primary_key.columns.keys())) <= set(
                rights.readable(role, table)
            )
    assert rights.readable("sales", "audit") == []
