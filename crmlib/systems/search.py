"""A customer is found by whatever one knows of him, and shown on a card."""

import re
import warnings
from dataclasses import dataclass
from functools import partial

import pandas as pd
from sqlalchemy import case, func, or_, select

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.database import opened
from crmlib.systems.duplicates import called, first_of, looked_after
from crmlib.systems.model import Account, Consent, Contact, User
from crmlib.systems.rights import right, view
from crmlib.systems.session import CHECKED, missing_for

_SHOWN = ("account_id", "name", "kind", "region", "status", "grade")


def find(crm, text, limit=20):
    """Find accounts by a part of a name, telephone number, e-mail address or account number.

    What is typed is looked for as it stands: ``%``, ``_``, quotes and SQL mean nothing. Capital and small letters are
    the same. Where somebody finds nothing, a warning says by what was looked, and what the role does not see.

    Parameters
    ----------
    crm : CRM
    text : str
    limit : int

    Returns
    -------
    pandas.DataFrame
        ``account_id, name, kind, region, status, grade, owner``; first what the text is, then what begins with it.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> find(crm, "door")[["account_id", "name"]]
      account_id            name
    0    N000001  Blue Door Café
    """
    found = looked_up(crm, text, limit)
    if found.empty and crm.user is not None:
        en = "Nothing is found by name, telephone, e-mail or customer number; tickets stand in work_list(crm)."
        told = say(en, "按姓名、电话、邮箱、客户编号都没有找到；工单请看 work_list(crm)。")
        warnings.warn(f"{told} {unseen(crm, text)}".strip(), stacklevel=2)
    return found


def unseen(crm, text):
    """Say why somebody may find nothing: whose customer it is, or what the role does not see; nothing of who sees all.

    >>> from crmlib.systems import open_crm
    >>> unseen(open_crm(":memory:"), "door")
    ''
    """
    user, text = opened(crm).user, inputs.line(text, "text")
    allowed = {table: right(user and user.role, table) for table in ("accounts", "contacts")}
    if allowed["contacts"].masked:
        en = "Telephones and e-mail addresses of people who have not agreed to marketing are hidden, and not looked up."
        return say(en, "未同意营销的人，电话和邮箱不显示，也不能据以查找。")
    if not allowed["accounts"].own:
        return ""
    with crm.read() as session:
        firm = called(text) & (Account.kind == "business")
        whose = first_of(session, or_(Account.account_id == text, firm), Account.owner_id != user.user_id)
    if whose:
        en, zh = looked_after(whose)
        return say(f"{text}: account {whose.account_id} is {en}.", f"{text}：客户 {whose.account_id} {zh}。")
    en = "Colleagues' customers are not shown: ask them, or a manager."
    return say(en, "这里不显示同事负责的客户：请询问同事或主管。")


def looked_up(crm, text, limit):
    """Return what `find` returns, without a warning.

    >>> from crmlib.systems import open_crm
    >>> looked_up(open_crm(":memory:"), "door", 20).empty
    True
    """
    user, text = opened(crm).user, inputs.line(text, "text")
    limit = checks.whole(limit, "limit", 1, 10_000)
    accounts, users = view(user, Account), view(user, User)
    numbers = [text, digits] if (digits := text.replace(" ", "").replace("-", "")) != text else [text]
    query = select(*(accounts.c[name] for name in _SHOWN), users.c.name.label("owner"))
    query = query.outerjoin_from(accounts, users, users.c.user_id == accounts.c.owner_id)
    holds = partial(_holds, crm.engine.dialect.name)
    named = select(Account.account_id).where(or_(holds(Account.name, text), holds(Account.account_id, text)))
    query = query.where(accounts.c.account_id.in_(named.union(_people(user, text, numbers, holds))))
    rank = case(
        (or_(accounts.c.account_id == text, accounts.c.name == text), 0),
        (accounts.c.name.istartswith(text, autoescape=True), 1),
        else_=2,
    )
    query = query.order_by(rank, accounts.c.name, accounts.c.account_id).limit(limit)
    return crm.table(query.execution_options(**{CHECKED: True}))


def _holds(dialect, column, text):
    """The condition that a column holds a text, in capital or small letters, in the way that is quick in a database.

    LIKE of SQLite does not mind which, but of letters with accents: these are looked for both small and capital.
    PostgreSQL has an index of three letters each (migration 0003), which lower() would pass by. Chinese and digits have
    no capitals: they are looked for as they stand.
    """
    plain = text.lower() == text.upper()
    if dialect == "sqlite":
        typed = [text] if text.isascii() else sorted({text, text.lower(), text.upper()})
        return func.instr(column, text) > 0 if plain else or_(*(column.contains(one, autoescape=True) for one in typed))
    if plain:
        return column.contains(text, autoescape=True)
    return column.ilike("%" + re.sub("([%_/])", r"/\1", text) + "%", escape="/")


def _people(user, text, numbers, holds):
    """The accounts of contacts who are so called; what is masked is looked up only where the person has agreed."""
    seen = view(user, Contact)

    def like(table):
        phones = [holds(table.c.phone, number) for number in numbers]
        return or_(holds(table.c.name, text), holds(table.c.email, text), *phones)

    # First without masks, which is quick; then what is left as the user sees it, where that is not the same.
    near = select(Contact.contact_id).where(like(Contact.__table__))
    query = select(seen.c.account_id).where(seen.c.contact_id.in_(near))
    return query.where(like(seen)) if user is not None and right(user.role, "contacts").masked else query


@dataclass(frozen=True)
class Card:
    """What one sees of a customer at a glance.

    Attributes
    ----------
    account : pandas.Series
    contacts, consents : pandas.DataFrame
        The people; for each purpose and channel whether they have agreed, by what they said last.
    """

    account: pd.Series
    contacts: pd.DataFrame
    consents: pd.DataFrame


def card(crm, account_id):
    """Return a customer's card: the account, its contacts, and what they have agreed to.

    Parameters
    ----------
    crm : CRM
    account_id : str

    Returns
    -------
    Card
        ``.account``, ``.contacts``, ``.consents``.

    Examples
    --------
    >>> from crmlib.systems import new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> contact_id = new_contact(crm, account_id, "Lin Tao", phone="13800138000")
    >>> card(crm, account_id).contacts[["name", "phone"]]
          name        phone
    0  Lin Tao  13800138000
    """
    user, account_id = opened(crm).user, inputs.account(account_id)
    accounts, users, contacts, consents = (view(user, kind) for kind in (Account, User, Contact, Consent))
    query = select(accounts, users.c.name.label("owner"))
    query = query.outerjoin_from(accounts, users, users.c.user_id == accounts.c.owner_id)
    account = crm.table(query.where(accounts.c.account_id == account_id))
    if account.empty:
        with crm.read() as session:
            raise missing_for(session, Account, account_id, "account_id")
    mine = contacts.c.account_id == account_id
    people = crm.table(select(contacts).where(mine).order_by(contacts.c.contact_id))
    said = select(consents.c.contact_id, consents.c.purpose, consents.c.channel, consents.c.given, consents.c.at)
    said = said.add_columns(consents.c.source).join_from(
        consents, contacts, contacts.c.contact_id == consents.c.contact_id
    )
    said = crm.table(said.where(mine).order_by(consents.c.at, consents.c.consent_id))
    said = said.drop_duplicates(["contact_id", "purpose", "channel"], keep="last").reset_index(drop=True)
    return Card(account.iloc[0].rename(account_id), people, said)
