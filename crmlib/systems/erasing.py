"""A person is erased: what names the person goes, also from the trail; what the books need stays, without a person."""

import warnings

from sqlalchemy import inspect, or_, select, update

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.accounts import CLOSING
from crmlib.systems.database import opened
from crmlib.systems.model import Activity, Audit, Consent, Contact, Contract, Opportunity, Ticket
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, ERASING, fetch_person
from crmlib.systems.trail import record, was_erased
from crmlib.systems.words import named

# The columns that say who somebody is, or were written freely about him.
PERSONAL = {
    "contacts": ("name", "position", "phone", "email", "birthday"),
    "accounts": ("name", "address"),
    "activities": ("subject", "notes"),
    "tickets": ("subject", "solution"),
    "opportunities": ("name",),
    "consents": ("source",),
}
_OPEN = {
    Ticket: lambda ticket: ticket.closed is None,
    Opportunity: lambda sale: sale.closed is None,
    Contract: lambda contract: contract.status == "running",
}


def erase(crm, contact_id, reason):
    """Erase a person, as PIPL lets everybody ask (article 47). For managers, as it cannot be undone.

    Name, position, telephone, e-mail and birthday go, and what was written freely: subjects and notes of activities and
    tickets, where a consent came from. Of a household whose last person it is, name and address of the account and the
    names of opportunities go as well; one that was called by the person is called by another one of it. Plans are
    deleted; all consents are withdrawn. Orders, amounts, kinds and dates stay without a person. The trail forgets the
    values, and keeps who changed what, when and why: name nobody in a reason. So it does for a person whose account
    was deleted. A file of SQLite is overwritten at once; copies of it, and the log and freed pages of a server, are the
    firm's to clean.

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
        session.info[ERASING] = True
        if _one(session, select(was_erased(contact_id))):
            en = f"contact_id = {contact_id} has been erased already: there is nothing left of the person."
            raise ValueError(say(en, f"contact_id = {contact_id} 的个人信息已经删除，没有剩下什么。"))
        deleted = _one(session, _deletion("contacts", contact_id))
        rows, household = _take_out(session, contact_id) if deleted is None else ([], _gone_with(session, deleted))
        _forget(session, rows, contact_id, household)
        record(session, "erase", "contacts", contact_id)
        if household is not None:
            record(session, "erase", "accounts", household)
    if crm.engine.dialect.name == "sqlite":
        _empty_journal(crm.engine)


def _take_out(session, contact_id):
    """Blank what names the person; return the rows, and the number of the household that goes with its last person."""
    person, account = fetch_person(session, contact_id, "delete")
    others = select(Contact).where(Contact.account_id == account.account_id, Contact.contact_id != contact_id)
    others = _all(session, others.where(~was_erased(Contact.contact_id)).order_by(Contact.contact_id))
    last = account.kind == "household" and not others
    about = _about(session, account if last else None, person)
    _refuse_open(about, contact_id)
    about += _all(session, select(Consent).where(Consent.contact_id == contact_id))
    if last:
        account.name, account.address, account.status = named("erased"), None, "erased"
    elif account.kind == "household" and account.name == person.name:
        account.name = others[0].name
        about.append(account)
    _blank(session, about, person)
    session.flush()
    return about, account.account_id if last else None


def _deletion(table, key):
    """What the trail knows of a row that was deleted."""
    line = select(Audit.before).where(Audit.table_name == table, Audit.row_id == str(key), Audit.action == "delete")
    return line.order_by(Audit.audit_id.desc()).limit(1)


def _gone_with(session, person):
    """The number of the household that was deleted with a person; None of a firm, or where it is still there."""
    account = _one(session, _deletion("accounts", person["account_id"]))
    return person["account_id"] if account and account["kind"] == "household" else None


def _empty_journal(engine):
    """Write what the journal of a file of SQLite holds into the file, and cut it off; warn where others keep it."""
    with engine.connect() as connection:
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if busy:
        en = "The person is erased; but others are reading, and until they have closed the CRM the journal of the file "
        en += "(its name ends with -wal) holds the old values."
        zh = "个人信息已删除；但有人正在读取，在他们关闭 CRM 之前，文件的日志（文件名以 -wal 结尾）中仍有旧内容。"
        warnings.warn(say(en, zh), stacklevel=3)


def _one(session, query):
    return session.scalar(query, execution_options={CHECKED: True})


def _all(session, query):
    return session.scalars(query, execution_options={CHECKED: True}).all()


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
        en = f"contact_id = {contact_id}: these are still open, and need to know who it is: {shown}. Close them first: "
        zh = f"contact_id = {contact_id}：下列事项尚未办结，还需要知道是谁：{shown}。请先办结："
        raise ValueError(say(f"{en}{CLOSING}.", f"{zh}{CLOSING}。"))


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
        elif isinstance(row, Consent):
            row.source = named("erased")
    person.name = named("erased")
    person.position = person.phone = person.email = person.birthday = None
    now, source = session.info["crm"].now(), say("erased on request", "应要求删除个人信息")
    for purpose in ("order", "marketing", "profile"):
        withdrawn = {"purpose": purpose, "channel": "any", "given": False, "at": now, "source": source}
        session.add(Consent(contact_id=person.contact_id, **withdrawn))


def _forget(session, rows, contact_id, household):
    """Take personal values out of all lines of the trail about a person, also out of those just written.

    A line that adds or deletes a row says whose it is; of a change only the row is known, and of rows that were written
    many at a time not even that. So the rows that are there are named, and those that the trail knows are looked up.
    """
    keys = {(row.__tablename__, _key(row)) for row in rows}
    keys |= {("contacts", str(contact_id)), ("accounts", str(household))}
    sides = Audit.before, Audit.after
    whose = [side["contact_id"].as_integer() == contact_id for side in sides]
    whose += [side["account_id"].as_string() == str(household) for side in sides]
    named_so = select(Audit.table_name, Audit.row_id).where(Audit.table_name.in_(PERSONAL), or_(*whose))
    keys |= {tuple(key) for key in session.execute(named_so, execution_options={CHECKED: True})}
    connection, audit = session.connection(), Audit.__table__  # a manager has no right to change the trail
    for table, columns in PERSONAL.items():
        numbers = sorted(number for name, number in keys if name == table)
        lines = select(Audit.audit_id, Audit.before, Audit.after).where(Audit.table_name == table)
        lines = lines.where(Audit.row_id.in_(numbers))
        for line in session.execute(lines, execution_options={CHECKED: True}).all():
            values = {side: _without(getattr(line, side), columns) for side in ("before", "after")}
            connection.execute(update(audit).where(audit.c.audit_id == line.audit_id).values(values))


def _key(row):
    return str(inspect(row).mapper.primary_key_from_instance(row)[0])


def _without(values, columns):
    return values and {name: None if name in columns else value for name, value in values.items()}
