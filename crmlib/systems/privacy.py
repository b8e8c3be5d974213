"""What a person may ask of a CRM (PIPL): to see, correct and erase; to agree and to withdraw. Each leaves a trail."""

import warnings

from sqlalchemy import and_, or_, select

from crmlib import checks
from crmlib.language import heading, say
from crmlib.systems import inputs
from crmlib.systems.accounts import unused_email
from crmlib.systems.consents import agreed
from crmlib.systems.database import opened
from crmlib.systems.model import (
    CONSENT_CHANNELS,
    PURPOSES,
    Account,
    Activity,
    Consent,
    Contact,
    Contract,
    Opportunity,
    Order,
    Ticket,
)
from crmlib.systems.rights import readable, require, view
from crmlib.systems.session import CHECKED, fetch, fetch_person, living, unchanged
from crmlib.systems.trail import record
from crmlib.systems.words import named

_COLUMNS = {
    "name": lambda value: inputs.line(value, "name", 100),
    "position": lambda value: inputs.word(value, "position"),
    "phone": inputs.phone,
    "email": inputs.email,
    "birthday": lambda value: inputs.day(value, "birthday"),
    "address": lambda value: inputs.word(value, "address", 200),
}

_OURS = "cost"  # of an order: the firm's own figure, and nobody's personal data


def personal_data(crm, contact_id):
    """Return a copy of all that the CRM knows of a person, table by table; the trail says who made it.

    To a household belongs what is on its account: address, orders, opportunities, contracts; to somebody of a firm what
    bears his own number. A person has a right to all of it: where the role may not read all, a warning says what lacks.

    Parameters
    ----------
    crm : CRM
    contact_id : int

    Returns
    -------
    dict of str to pandas.DataFrame
        ``contacts``, ``accounts``, ``consents`` … as whoever has signed in may see them.

    Examples
    --------
    >>> from crmlib.systems import new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> contact_id = new_contact(crm, new_account(crm, "Lin Tao", "household"), "Lin Tao", phone="13800138000")
    >>> personal_data(crm, contact_id)["contacts"]["phone"].tolist()
    ['13800138000']
    >>> crm.trail("contacts", contact_id)["action"].tolist()
    ['export', 'insert']
    """
    user, contact_id = opened(crm).user, checks.whole(contact_id, "contact_id", 1, inputs.LARGEST)
    require(user, "contacts", "export")
    with crm.write(say("a copy for the person", "向本人提供副本")) as session:
        _, account = fetch_person(session, contact_id)
        account_id, home = account.account_id, account.kind == "household"
        record(session, "export", "contacts", contact_id)
    whose = {kind: "contact_id" for kind in (Contact, Consent)}
    whose |= dict.fromkeys((Account, Order, Opportunity, Contract), "account_id") if home else {}
    whose |= dict.fromkeys((Activity, Ticket), "both")
    tables, lacking = {}, []
    for kind, key in whose.items():
        if not readable(user and user.role, kind.__tablename__):
            lacking.append(named(kind.__tablename__))
        else:
            seen = view(user, kind)
            hidden = [heading(name) for name in kind.__table__.columns.keys() if name not in seen.c and name != _OURS]
            lacking += [f"{named(kind.__tablename__)}: {', '.join(hidden)}"] if hidden else []
            own = seen.c.account_id == account_id if key == "account_id" else seen.c.contact_id == contact_id
            if key == "both" and home:
                own = or_(own, and_(seen.c.account_id == account_id, seen.c.contact_id.is_(None)))
            tables[kind.__tablename__] = crm.table(select(seen).where(own).order_by(*list(seen.c)[:1]))
    if lacking:
        en = f"The copy lacks what {user.login} may not read ({'; '.join(lacking)}): a manager makes the whole one."
        zh = f"副本不完整，缺少 {user.login} 无权查看的内容（{'；'.join(lacking)}）：请由主管提供完整的副本。"
        warnings.warn(say(en, zh), stacklevel=2)
    return tables


def correct(crm, contact_id, *, reason, version=None, **columns):
    """Correct what is known of a person; the trail keeps what was there before, and why it was changed.

    Parameters
    ----------
    crm : CRM
    contact_id : int
    reason : str
        Who asked, and how it was checked.
    version : int, optional
        The version of the contact that was read; where somebody has changed it since, `Stale` is raised.
    name, position, phone, email, birthday, address : optional
        The new value, None to leave it empty. The address is that of the account. A household that is called by the
        person's name is renamed with the person.

    Examples
    --------
    >>> from crmlib.systems import card, new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Lin Tao", "household")
    >>> contact_id = new_contact(crm, account_id, "Lin Tao", phone="13800138000")
    >>> correct(crm, contact_id, reason="she called, birthday checked", phone="139 0013 9000")
    >>> card(crm, account_id).contacts["phone"].tolist()
    ['13900139000']
    """
    require(opened(crm).user, "contacts", "change")
    contact_id = checks.whole(contact_id, "contact_id", 1, inputs.LARGEST)
    version = inputs.number_of(version, "version")
    unknown = ", ".join(sorted(set(columns) - set(_COLUMNS)))
    if unknown or not columns:
        known = ", ".join(_COLUMNS)
        en = f"{unknown or 'columns'}: name what to correct, one or several of {known}."
        raise ValueError(say(en, f"{unknown or 'columns'} 不对：请写明要更正的列，可以是 {known}。"))
    columns = {name: _COLUMNS[name](value) for name, value in columns.items()}
    inputs.happened(columns.get("birthday"), "birthday", crm.now())
    with crm.write(inputs.line(reason, "reason")) as session:
        person, account = fetch_person(session, contact_id)
        unchanged(session, person, version, **columns)
        living(session, contact_id)
        unused_email(session, columns.get("email"), contact_id)
        if "address" in columns or columns.get("name", person.name) != person.name:
            if account.kind == "household" and account.name == person.name:
                account.name = columns.get("name", account.name)
            account.address = columns.pop("address", account.address)
        for name, value in columns.items():
            setattr(person, name, value)


def consent(crm, contact_id, purpose, channel, given, source, *, at=None):
    """Write down that a person has agreed, or no longer agrees; return the number. Of several the latest counts.

    Parameters
    ----------
    crm : CRM
    contact_id : int
    purpose : {"order", "marketing", "profile"}
    channel : {"phone", "sms", "email", "wechat", "app", "any"}
    given : bool
    source : str
        Where it was said, so that it can be proved: form, recording, message.
    at : date, optional
        When; now unless given.

    Examples
    --------
    >>> from crmlib.systems import new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:", now="2025-12-31")
    >>> contact_id = new_contact(crm, new_account(crm, "Lin Tao", "household"), "Lin Tao", phone="13800138000")
    >>> consent(crm, contact_id, "marketing", "any", True, "form in the shop", at="2025-06-01")
    1
    >>> consent(crm, contact_id, "marketing", "sms", False, "answered STOP")
    2
    >>> len(may_contact(crm, "marketing", "phone")), len(may_contact(crm, "marketing", "sms"))
    (1, 0)
    """
    require(opened(crm).user, "consents", "add")
    contact_id, now = checks.whole(contact_id, "contact_id", 1, inputs.LARGEST), crm.now()
    row = Consent(
        contact_id=contact_id,
        purpose=checks.one_of(purpose, "purpose", PURPOSES),
        channel=checks.one_of(channel, "channel", CONSENT_CHANNELS),
        given=checks.flag(given, "given"),
        at=inputs.happened(inputs.moment(at, "at", now), "at", now),
        source=inputs.line(source, "source"),
    )
    with crm.write() as session:
        fetch(session, Contact, contact_id, "contact_id", "read")
        living(session, contact_id)
        session.add(row)
    return row.consent_id


_ADDRESS = {"phone": "phone", "sms": "phone", "email": "email"}


def may_contact(crm, purpose, channel):
    """Return whom one may contact: who has agreed to this purpose and channel, not withdrawn since, and can be reached.

    Parameters
    ----------
    crm : CRM
    purpose : {"order", "marketing", "profile"}
    channel : {"phone", "sms", "email", "wechat", "app"}

    Returns
    -------
    pandas.DataFrame
        ``contact_id, account_id, name, phone``, or ``email`` for that channel, in the order of numbers.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> may_contact(open_crm(":memory:"), "marketing", "email").columns.tolist()
    ['contact_id', 'account_id', 'name', 'email']
    """
    user, purpose = opened(crm).user, checks.one_of(purpose, "purpose", PURPOSES)
    channel = checks.one_of(channel, "channel", CONSENT_CHANNELS[:-1])
    seen = view(user, Contact)
    address = _ADDRESS.get(channel, "phone")
    query = select(*(seen.c[name] for name in ("contact_id", "account_id", "name", address)))
    query = query.where(agreed(seen.c.contact_id, purpose, channel)).order_by(seen.c.contact_id)
    if channel in _ADDRESS:
        query = query.where(seen.c[address].is_not(None))
    return crm.table(query.execution_options(**{CHECKED: True}))
