"""Who may read and write what: one table, and the view of a table that it gives to each role.

A view is a subquery that holds only the rows and columns that the role may read, so that nothing else can be found,
counted, sorted by or shown. `crmlib.systems` protects against mistakes at the screen, not against somebody who opens
the file of the database with another program: for that, firms keep the database on a server.
"""

from dataclasses import dataclass, field

from sqlalchemy import String, case, exists, func, null, or_, select

from crmlib.language import say
from crmlib.systems import model
from crmlib.systems.consents import agreed
from crmlib.systems.errors import Refused
from crmlib.systems.model import Account, Base, Contact, Order, OrderLine
from crmlib.systems.words import named

EVERYTHING = None
TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


@dataclass(frozen=True)
class Right:
    """What a role may do with a table.

    `read`: columns, EVERYTHING or (); `but`: columns that it may not read after all; `write`: "" (nothing), "add",
    "change" (and add), "delete" (and both); `own`: only what belongs to own and unowned accounts; `masked`: whether
    telephone, e-mail and birthday are hidden where the person has not agreed to marketing; `columns`: those that it may
    change where it writes nothing else.
    """

    read: tuple | None = EVERYTHING
    write: str = ""
    own: bool = False
    masked: bool = False
    but: tuple = field(default=())
    columns: tuple = field(default=())


_COLLEAGUES = Right(("user_id", "name", "role", "active"))
_GOODS, _SALES = Right(but=("cost",)), Right(but=("cost",))
RIGHTS = {
    "sales": {
        "users": _COLLEAGUES,
        "accounts": Right(write="change", own=True),
        "contacts": Right(write="change", own=True),
        "consents": Right(write="add", own=True),
        "opportunities": Right(write="change", own=True),
        "contracts": Right(write="change", own=True),
        "activities": Right(write="change", own=True),
        "tickets": Right(write="add", own=True, but=("solution",)),
        "campaigns": Right(but=("budget",)),
        "products": _GOODS,
        "orders": Right(own=True, but=("cost",)),
        "order_lines": Right(own=True),
    },
    "marketing": {
        "users": _COLLEAGUES,
        "accounts": Right(),
        "contacts": Right(masked=True),
        "consents": Right(write="add"),
        "campaigns": Right(write="delete"),
        "opportunities": Right(),
        "activities": Right(write="change", but=("notes",)),
        "tickets": Right(but=("subject", "solution")),
        "products": _GOODS,
        "orders": _SALES,
        "order_lines": Right(),
    },
    "service": {
        "users": _COLLEAGUES,
        # Who moves tells the service; a household is renamed with its person.
        "accounts": Right(columns=("name", "address")),
        "contacts": Right(write="change", but=("birthday",)),
        "consents": Right(write="add"),
        "tickets": Right(write="change"),
        "activities": Right(write="change"),
        "campaigns": Right(but=("budget",)),
        "opportunities": Right(but=("amount",)),
        "contracts": Right(but=("amount",)),
        "products": _GOODS,
        "orders": _SALES,
        "order_lines": Right(),
    },
    "manager": {name: Right(write="" if name == "audit" else "delete") for name in TABLES},
}
_NOTHING = Right(())
_LEVELS = ("", "add", "change", "delete")


def right(role, table):
    """Return what a role may do with a table; None as the role is the system itself, which may do everything.

    >>> right("marketing", "contracts").read, right("sales", "accounts").write
    ((), 'change')
    """
    return Right(write="delete") if role is None else RIGHTS[role].get(table, _NOTHING)


def readable(role, table):
    """Return the columns of a table that a role may read.

    >>> readable("service", "opportunities")[:5]
    ['opportunity_id', 'account_id', 'owner_id', 'campaign_id', 'name']
    >>> "amount" in readable("service", "opportunities")
    False
    """
    allowed = right(role, table)
    every = list(TABLES[table].__table__.columns.keys())
    return [name for name in every if name not in allowed.but and (allowed.read is EVERYTHING or name in allowed.read)]


def may_write(role, table, how="change"):
    """Say whether a role may "add", "change" or "delete" rows of a table, or "export" what it may change.

    >>> may_write("sales", "tickets", "add"), may_write("sales", "tickets", "change")
    (True, False)
    """
    how = "change" if how == "export" else how
    return _LEVELS.index(right(role, table).write) >= _LEVELS.index(how) or (
        how == "change" and bool(right(role, table).columns)
    )


def changeable(role, table):
    """Return the columns of a table that a role may change.

    >>> changeable("service", "accounts"), "birthday" in changeable("service", "contacts")
    (['name', 'address'], False)
    """
    allowed = right(role, table)
    write = may_write(role, table) and not allowed.columns
    return [name for name in readable(role, table) if name in allowed.columns or write]


def not_yours(user, table, columns):
    """Return the refusal to change columns of a table; it says who may.

    >>> from types import SimpleNamespace
    >>> lin = SimpleNamespace(user_id=3, name="Lin", login="service1", role="service")
    >>> print(not_yours(lin, "contacts", ["birthday"]))
    service1 (service) may not change birthday of contacts. Those who may: sales, manager.
    """
    able = [named(role) for role in model.ROLES if set(columns) <= set(changeable(role, table))]
    en = f"{user.login} ({named(user.role)}) may not change {', '.join(columns)} of {named(table)}. Those who may: "
    zh = f"{user.login}（{named(user.role)}）无权修改{named(table)}的 {'、'.join(columns)}。有权的是："
    return Refused(say(f"{en}{', '.join(able) or 'nobody'}.", f"{zh}{'、'.join(able) or '没有人'}。"))


def require(user, table, how="change"):
    """Refuse a user who may not "read", "add", "change", "export" or "delete" rows of a table, and say who may.

    >>> require(None, "audit", "read")
    """
    role = user and user.role
    if bool(readable(role, table)) if how == "read" else may_write(role, table, how):
        return
    able = [one for one in model.ROLES if (readable(one, table) if how == "read" else may_write(one, table, how))]
    raise Refused(_told(user, table, how, able))


def view(user, kind):
    """Return a table as a user may see it: a subquery with his rows and columns. Without a column, it has none.

    >>> from types import SimpleNamespace
    >>> lin = SimpleNamespace(user_id=3, name="Lin", login="service1", role="service")
    >>> "amount" in view(lin, model.Opportunity).c, "amount" in view(None, model.Opportunity).c
    (False, True)
    """
    table, role = kind.__tablename__, user and user.role
    require(user, table, "read")
    allowed = right(role, table)
    columns = [kind.__table__.c[name] for name in readable(role, table)]
    if allowed.masked:
        columns = [_masked(column) for column in columns]
    query = select(*columns)
    if allowed.own:
        query = query.where(_own(user, kind))
    seen = query.subquery(table)
    seen.is_view_of_crm = True  # what is read through it has been checked
    return seen


def _own(user, kind):
    """What belongs to accounts of one's own, or of nobody yet; looked up row by row, as most questions are of one."""
    if kind is Account:
        return _mine(user, Account.__table__)
    accounts = Account.__table__.alias("whose")
    mine = exists().where(_mine(user, accounts))
    if kind is OrderLine:
        orders = Order.__table__.alias("of")
        return mine.where(orders.c.order_id == kind.order_id, orders.c.account_id == accounts.c.account_id)
    if kind is model.Consent:
        people = Contact.__table__.alias("of")
        return mine.where(people.c.contact_id == kind.contact_id, people.c.account_id == accounts.c.account_id)
    return mine.where(accounts.c.account_id == kind.account_id)


def _mine(user, accounts):
    return or_(accounts.c.owner_id == user.user_id, accounts.c.owner_id.is_(None))


def _masked(column):
    """What marketing sees of a person who has not agreed: 138****1234, no e-mail, no birthday."""
    person = Contact.contact_id
    if column.name == "phone":
        ends = [func.substr(column, start, n, type_=String) for start, n in ((1, 3), (func.length(column) - 3, 4))]
        hidden = ends[0] + "****" + ends[1]
        hidden = case((func.length(column) >= 11, hidden), (column.is_not(None), "****"))
        may = or_(agreed(person, "marketing", "phone"), agreed(person, "marketing", "sms"))
        return case((may, column), else_=hidden).label("phone")
    if column.name == "email":
        return case((agreed(person, "marketing", "email"), column), else_=null()).label("email")
    if column.name == "birthday":
        return case((agreed(person, "profile", "any"), column), else_=null()).label("birthday")
    return column


def _told(user, table, how, able):
    ways = {
        "read": ("read {}", "查看{}"),
        "add": ("add to {}", "新增{}"),
        "change": ("change {}", "修改{}"),
        "export": ("copy out the personal data of {}", "导出{}的个人信息副本"),
        "delete": ("delete {}", "删除{}"),
    }
    who, ways = f"{user.login} ({named(user.role)})", [way.format(named(table)) for way in ways[how]]
    en = f"{who} may not {ways[0]}. Those who may: {', '.join(map(named, able)) or 'nobody'}."
    roles = "、".join(map(named, able)) or "没有人"
    return say(en, f"{user.login}（{named(user.role)}）无权{ways[1]}。有权的是：{roles}。")
