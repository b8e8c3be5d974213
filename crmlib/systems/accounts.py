"""Users, customers and the people in them; who may be deleted."""

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.changing import alive, seller
from crmlib.systems.database import opened
from crmlib.systems.duplicates import refuse_twice
from crmlib.systems.model import (
    ACCOUNT_KINDS,
    GRADES,
    ROLES,
    STATUSES,
    Account,
    Activity,
    Consent,
    Contact,
    Contract,
    Opportunity,
    Order,
    Ticket,
    User,
)
from crmlib.systems.regions import region_for
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch
from crmlib.systems.words import named


def new_user(crm, name, login, role):
    """Add somebody of the firm; return the number.

    Parameters
    ----------
    crm : CRM
    name, login : str
        The login is used by nobody else.
    role : {"sales", "marketing", "service", "manager"}

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> new_user(crm, "Wang Fang", "sales1", "sales")
    1
    """
    user = opened(crm).user
    require(user, "users", "add")
    row = User(
        name=inputs.line(name, "name", 100),
        login=inputs.line(login, "login", 20),
        role=checks.one_of(role, "role", ROLES),
    )
    with crm.write() as session:
        taken = select(User.name).where(User.login == row.login)
        other = session.scalar(taken, execution_options={CHECKED: True})
        if other is not None:
            en = f"login = {checks.quoted(login)} is that of {other} already: choose another one."
            raise ValueError(say(en, f"login = {checks.quoted(login)} 已由{other}使用：请换一个。"))
        session.add(row)
    return row.user_id


def new_account(
    crm,
    name,
    kind,
    *,
    account_id=None,
    industry=None,
    region=None,
    address=None,
    status="lead",
    grade=None,
    since=None,
    owner_id=None,
    contact=None,
    phone=None,
    anyway=False,
):
    """Add a customer; return the account's number. Who sells looks after what he adds.

    A firm of a name that another firm has, or a telephone of another customer, raises `Duplicate`: it says whose
    customer that is.

    Parameters
    ----------
    crm : CRM
    name : str
    kind : {"household", "business"}
    account_id : str, optional
        Numbered by the CRM unless given: N000001 and so on.
    industry, region, address : str, optional
        A region is kept by the CRM's word for it (changgeng for 长庚城); a likely slip for one is refused.
    status : {"lead", "customer", "lost"}
    grade : {"A", "B", "C"}, optional
    since : date, optional
        Today unless given, not in the future.
    owner_id : int or str, optional
        The user who looks after it, of sales or a manager: the number or the login.
    contact, phone : str, optional
        The first person of it; a telephone alone is that of a person called as the account.
    anyway : bool
        Whether it is added though there seems to be the same one, or its region looks like a slip.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> new_account(open_crm(":memory:"), "Blue Door Café", "business", region="north")
    'N000001'
    """
    user = opened(crm).user
    require(user, "accounts", "add")
    owner_id = inputs.owner(owner_id)
    if owner_id is None and user is not None and user.role == "sales":
        owner_id = user.user_id
    given = {
        "name": inputs.line(name, "name", 100),
        "kind": checks.one_of(kind, "kind", ACCOUNT_KINDS),
        "industry": inputs.word(industry, "industry"),
        "region": inputs.word(region, "region"),
        "address": inputs.word(address, "address", 200),
        "status": checks.one_of(status, "status", STATUSES[:3]),
        "grade": None if grade is None else checks.one_of(grade, "grade", GRADES),
        "since": inputs.happened(inputs.day(since, "since", crm.now().date()), "since", crm.now()),
        "owner_id": owner_id,
    }
    account_id = None if account_id is None else inputs.line(account_id, "account_id", 20)
    contact, phone, anyway = inputs.word(contact, "contact"), inputs.phone(phone), checks.flag(anyway, "anyway")
    with crm.write() as session:
        given["owner_id"] = seller(session, owner_id)
        given["region"] = region_for(session, given["region"], anyway)
        if not anyway:
            refuse_twice(session, name=given["name"] if kind == "business" else None, phone=phone)
        if account_id is None:
            account_id = add_numbered(session, given)
        elif session.get(Account, account_id, execution_options={CHECKED: True}) is not None:
            en = f"account_id = {checks.quoted(account_id)} is taken. Leave it out: the CRM numbers the account."
            raise ValueError(say(en, f"account_id = {checks.quoted(account_id)} 已被占用。可以不写，由系统编号。"))
        else:
            session.add(Account(account_id=account_id, **given))
        if contact or phone:
            session.flush()
            session.add(Contact(account_id=account_id, name=contact or given["name"], phone=phone))
    return account_id


def add_numbered(session, given):
    """Add an account by the next number; of two who take the same one at once, the later takes the next.

    >>> from crmlib.systems import open_crm
    >>> with open_crm(":memory:").write() as session:
    ...     add_numbered(session, {"name": "Blue Door Café", "kind": "business"})
    'N000001'
    """
    number = session.info.get(_NUMBERED) or _last_number(session)
    while True:
        number += 1
        try:
            with session.begin_nested():
                session.add(Account(account_id=f"N{number:06d}", **given))
            session.info[_NUMBERED] = number
            return f"N{number:06d}"
        except IntegrityError as error:
            if "account_id" not in str(error.orig) and "pk_accounts" not in str(error.orig):
                raise


_NUMBERED = "crm_numbered"  # in `session.info`: the last number that was given in this transaction


def _last_number(session):
    last = select(func.max(Account.account_id)).where(Account.account_id.between("N000000", "N999999"))
    last = session.scalar(last.where(func.length(Account.account_id) == 7), execution_options={CHECKED: True})
    return int(last[1:]) if last and last[1:].isdecimal() else 0


def new_contact(crm, account_id, name, *, position=None, phone=None, email=None, birthday=None, anyway=False):
    """Add a person to an account; return the number. A telephone of another customer raises `Duplicate`.

    Parameters
    ----------
    crm : CRM
    account_id, name : str
    position, phone, email : str, optional
        An e-mail address belongs to one person.
    birthday : date, optional
    anyway : bool
        Whether the person is added though another customer has the telephone.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> new_contact(crm, account_id, "Lin Tao", phone="138 0013 8000", email="lin@example.com")
    1
    """
    account_id = inputs.account(account_id)
    require(opened(crm).user, "contacts", "add")
    row = Contact(
        account_id=account_id,
        name=inputs.line(name, "name", 100),
        position=inputs.word(position, "position"),
        phone=inputs.phone(phone),
        email=inputs.email(email),
        birthday=inputs.happened(inputs.day(birthday, "birthday"), "birthday", crm.now()),
    )
    anyway = checks.flag(anyway, "anyway")
    with crm.write() as session:
        account_for(session, account_id)
        if not anyway:
            refuse_twice(session, phone=row.phone, account_id=account_id)
        unused_email(session, row.email)
        session.add(row)
    return row.contact_id


def unused_email(session, email, contact_id=None):
    """Refuse an e-mail address that belongs to somebody else than this contact.

    >>> from crmlib.systems import open_crm
    >>> with open_crm(":memory:").read() as session:
    ...     unused_email(session, "lin@example.com")
    """
    taken = select(Contact.contact_id, Contact.account_id).where(Contact.email == email)
    other = session.execute(taken, execution_options={CHECKED: True}).first() if email else None
    if other is not None and other.contact_id != contact_id:
        en = f"email = {checks.quoted(email)} belongs to contact {other.contact_id} of account {other.account_id}. "
        zh = f"email = {checks.quoted(email)} 已属于客户 {other.account_id} 的联系人 {other.contact_id}。"
        raise ValueError(say(f"{en}Use that contact, or leave the address out.", f"{zh}请使用该联系人，或者不填邮箱。"))


def account_for(session, account_id):
    """Return an account that the user may work with, though he may not change its own columns; it is not erased.

    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> with crm.write() as session:
    ...     account_for(session, new_account(crm, "Blue Door Café", "business")).name
    'Blue Door Café'
    """
    account = fetch(session, Account, account_id, "account_id", "read")
    alive(account)
    return account


def delete_account(crm, account_id, reason=""):
    """Delete an account and its contacts. Refused while anything is open, or once something was bought or signed.

    Parameters
    ----------
    crm : CRM
    account_id : str
    reason : str

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> delete_account(crm, account_id, "entered twice")
    >>> crm.trail("accounts")["action"].tolist()
    ['delete', 'insert']
    """
    account_id = inputs.account(account_id)
    require(opened(crm).user, "accounts", "delete")
    with crm.write(checks.text(reason, "reason")) as session:
        account = fetch(session, Account, account_id, "account_id", "delete")
        _keep(session, account_id)
        people = select(Contact).where(Contact.account_id == account_id)
        for person in session.scalars(people, execution_options={CHECKED: True}):
            session.delete(person)
        session.flush()
        session.delete(account)


CLOSING = "advance_ticket, move_opportunity, end_contract"
# What keeps an account: the table, and which of its rows.
_OPEN = {
    Ticket: Ticket.closed.is_(None),
    Opportunity: Opportunity.closed.is_(None),
    Contract: Contract.status == "running",
}
_PAST = (Ticket, Opportunity, Contract, Order, Activity)


def _keep(session, account_id):
    """Refuse to delete an account with something open, named one by one; or with a past that belongs to the books."""
    waiting = [
        f"{named(kind.__tablename__)} {key}"
        for kind, still in _OPEN.items()
        for key in _keys(session, kind, (kind.account_id == account_id) & still)
    ]
    if waiting:
        shown = say(", ", "、").join(waiting[:5]) + (" …" if len(waiting) > 5 else "")
        en = f"account_id = {account_id}: it cannot be deleted while these are open: {shown}. Close them first: "
        zh = f"account_id = {account_id}：下列事项尚未办结，不能删除：{shown}。请先办结："
        raise ValueError(say(f"{en}{CLOSING}.", f"{zh}{CLOSING}。"))
    people = select(Contact.contact_id).where(Contact.account_id == account_id)
    past = {kind: kind.account_id == account_id for kind in _PAST} | {Consent: Consent.contact_id.in_(people)}
    past = [named(kind.__tablename__) for kind, its in past.items() if _keys(session, kind, its)]
    if past:
        shown = say(", ", "、").join(past)
        en = (
            f"account_id = {account_id}: it has {shown}, which stay in the books. Set it to lost by change_account, or "
        )
        zh = f"account_id = {account_id}：已有{shown}，须留存，不能删除。可用 change_account 把状态改为流失，"
        raise ValueError(say(f"{en}erase the person.", f"{zh}或者删除个人信息。"))


def _keys(session, kind, condition):
    [key] = inspect(kind).primary_key
    query = select(key).where(condition).order_by(key).limit(6)
    return session.scalars(query, execution_options={CHECKED: True}).all()
