"""A person is erased: what names the person goes, also from the trail; what the books need stays, without a person."""

from sqlalchemy import inspect, select, update

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.database import opened
from crmlib.systems.model import Account, Activity, Audit, Consent, Contact, Contract, Opportunity, Ticket
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch
from crmlib.systems.trail import record
from crmlib.systems.words import named

# The columns that say who somebody is, or were written freely about him.
PERSONAL = {
    "contacts": ("name", "position", "phone", "email", "birthday"),
    "accounts": ("name", "address"),
    "activities": ("subject", "notes"),
    "tickets": ("subject", "solution"),
    "opportunities": ("name",),
}
_OPEN = {
    Ticket: lambda ticket: ticket.closed is None,
    Opportunity: lambda sale: sale.closed is None,
    Contract: lambda contract: contract.status == "running",
}


def erase(crm, contact_id, reason):
    """Erase a person, as PIPL lets everybody ask (article 47). For managers, as it cannot be undone.

    Name, position, telephone, e-mail and birthday go, and what was written freely: subjects and notes of activities and
    tickets. Of a household whose last person it is, name and address of the account and the names of opportunities go
    as well. Plans are deleted; all consents are withdrawn. Orders, amounts, kinds and dates stay without a person. The
    trail forgets the values, and keeps who changed what, when and why: name nobody in a reason. A file of SQLite is
    overwritten at once; copies of it, and the log of a server, are the firm's to clean.

    Parameters
    ----------
    crm : CRM
    contact_id : int
    reason : str

    Examples
    --------
    >>> from crmlib.systems import card, find, new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Lin Tao", "household")
    >>> erase(crm, new_contact(crm, account_id, "Lin Tao", phone="13800138000"), "letter of 3 March")
    >>> find(crm, "Lin Tao").empty, card(crm, account_id).account["status"]
    (True, 'erased')
    >>> crm.trail("contacts")[["action", "reason"]].iloc[0].tolist()
    ['erase', 'letter of 3 March']
    """
    require(opened(crm).user, "contacts", "delete")
    contact_id = checks.whole(contact_id, "contact_id", 1, inputs.LARGEST)
    with crm.write(inputs.line(reason, "reason")) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
        person = fetch(session, Contact, contact_id, "contact_id", "delete")
        gone = _erased(session, person.account_id)
        if contact_id in gone:
            en = f"contact_id = {contact_id} has been erased already: there is nothing left of the person."
            raise ValueError(say(en, f"contact_id = {contact_id} 的个人信息已经删除，没有剩下什么。"))
        account = session.get(Account, person.account_id, execution_options={CHECKED: True})
        last = account.kind == "household" and gone | {contact_id} >= _people(session, account.account_id)
        about = _about(session, account if last else None, person)
        _refuse_open(about, contact_id)
        _blank(session, about, person)
        if last:
            account.name, account.address, account.status = named("erased"), None, "erased"
            about.append(account)
        session.flush()
        _forget(session, [*about, person])
        record(session, "erase", "contacts", contact_id)
        if last:
            record(session, "erase", "accounts", account.account_id)
    if crm.engine.dialect.name == "sqlite":  # what the file's journal still holds
        with crm.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _all(session, query):
    return session.scalars(query, execution_options={CHECKED: True}).all()


def _people(session, account_id):
    return set(_all(session, select(Contact.contact_id).where(Contact.account_id == account_id)))


def _erased(session, account_id):
    """The numbers of this account's people who have been erased, as the trail knows."""
    numbers = [str(number) for number in _people(session, account_id)]
    lines = select(Audit.row_id).where(
        Audit.table_name == "contacts", Audit.row_id.in_(numbers), Audit.action == "erase"
    )
    return {int(number) for number in _all(session, lines)}


def _about(session, household, person):
    """What concerns the person; of a household that goes with its last person, all of the account."""
    rows = []
    for kind in (Activity, Ticket, Opportunity, Contract):
        own = kind.contact_id == person.contact_id if hasattr(kind, "contact_id") else None
        if household is not None:
            own = kind.account_id == household.account_id
        elif own is None:
            continue
        rows += _all(session, select(kind).where(own))
    return rows


def _refuse_open(about, contact_id):
    still = [f"{named(row.__tablename__)} {_key(row)}" for row in about if type(row) in _OPEN and _OPEN[type(row)](row)]
    if still:
        shown = say(", ", "、").join(still[:5]) + (" …" if len(still) > 5 else "")
        en = f"contact_id = {contact_id}: these are still open, and need to know who it is: {shown}. Close them first."
        raise ValueError(say(en, f"contact_id = {contact_id}：下列事项尚未办结，还需要知道是谁：{shown}。请先办结。"))


def _blank(session, about, person):
    for row in about:
        if isinstance(row, Activity) and row.planned and not row.done:
            session.delete(row)
        elif isinstance(row, Activity):
            row.subject, row.notes = named("erased"), ""
        elif isinstance(row, Ticket):
            row.subject, row.solution = named("erased"), None
        elif isinstance(row, Opportunity):
            row.name = named("erased")
    person.name = named("erased")
    person.position = person.phone = person.email = person.birthday = None
    now, source = session.info["crm"].now(), say("erased on request", "应要求删除个人信息")
    for purpose in ("order", "marketing", "profile"):
        withdrawn = {"purpose": purpose, "channel": "any", "given": False, "at": now, "source": source}
        session.add(Consent(contact_id=person.contact_id, **withdrawn))


def _forget(session, rows):
    """Take personal values out of the lines of the trail about these rows, also out of those just written."""
    connection, audit = session.connection(), Audit.__table__
    for table, columns in PERSONAL.items():
        keys = [_key(row) for row in rows if row.__tablename__ == table]
        lines = select(audit.c.audit_id, audit.c.before, audit.c.after)
        lines = lines.where(audit.c.table_name == table, audit.c.row_id.in_(keys))
        for line in connection.execute(lines).all():
            values = {side: _without(getattr(line, side), columns) for side in ("before", "after")}
            connection.execute(update(audit).where(audit.c.audit_id == line.audit_id).values(values))


def _key(row):
    return str(inspect(row).mapper.primary_key_from_instance(row)[0])


def _without(values, columns):
    return values and {name: None if name in columns else value for name, value in values.items()}
