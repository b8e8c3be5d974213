"""A customer who is there already is not added twice: firms of one name, people of one telephone.

Capital and small letters are the same, and blanks do not count.
"""

from sqlalchemy import func, select

from crmlib.checks import quoted
from crmlib.language import say
from crmlib.systems.errors import Duplicate
from crmlib.systems.model import Account, Contact, User
from crmlib.systems.session import CHECKED
from crmlib.systems.words import named


def refuse_twice(session, *, name=None, phone=None, account_id=None):
    """Refuse a firm whose name, or a person whose telephone, another account has: say which, and whose customer it is.

    Parameters
    ----------
    session : Session
    name : str, optional
        Of a firm: names of households are shared by many.
    phone : str, optional
    account_id : str, optional
        The account whose own people may share the telephone.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> with crm.read() as session:
    ...     refuse_twice(session, name="blue  door CAFé")
    Traceback (most recent call last):
    crmlib.systems.errors.Duplicate: name = 'blue  door CAFé' is that of account N000001, which nobody ...
    """
    same = {
        "name": (name, (called(name), Account.kind == "business")),
        "phone": (phone, (Account.account_id.in_(select(Contact.account_id).where(Contact.phone == phone)),)),
    }
    for column, (value, conditions) in same.items():
        found = value and first_of(session, *conditions, Account.account_id != (account_id or ""))
        if found:
            raise _twice(f"{column} = {quoted(value)}", found)


def called(name):
    """The condition that an account has this name, whatever its capitals and blanks.

    >>> "replace" in str(called("Blue Door Café"))
    True
    """
    return func.lower(func.replace(Account.name, " ", "")) == func.lower("".join((name or "").split()))


def first_of(session, *conditions):
    """Return account_id, name and owner's name of the first account of this kind, whoever may see it; or None.

    >>> from crmlib.systems import open_crm
    >>> with open_crm(":memory:").read() as session:
    ...     first_of(session, Account.name == "Blue Door Café")
    """
    query = select(Account.account_id, Account.name, User.name.label("owner")).outerjoin(User).where(*conditions)
    return session.execute(query.order_by(Account.account_id).limit(1), execution_options={CHECKED: True}).first()


def looked_after(found):
    """Say who looks after an account that `first_of` has found, in both languages.

    >>> from types import SimpleNamespace
    >>> looked_after(SimpleNamespace(owner="Wang Fang"))[0]
    'looked after by Wang Fang'
    """
    if found.owner is None:
        return "which nobody looks after yet", "尚无负责人"
    return f"looked after by {found.owner}", f"由{found.owner}负责"


def _twice(told, found):
    en, zh = looked_after(found)
    whom = found.owner or named("manager")
    error = Duplicate(
        say(
            f"{told} is that of account {found.account_id}, {en}. Ask {whom} first; if it is another customer: "
            "anyway=True.",
            f"{told} 与客户 {found.account_id} 相同，{zh}。请先与{whom}联系；如果确实不是同一客户，请写 anyway=True。",
        )
    )
    error.account_id = found.account_id
    error.found = say(
        f"Account {found.account_id} has the same name or telephone, {en}.",
        f"客户 {found.account_id} 的名称或电话与此相同，{zh}。",
    )
    return error
