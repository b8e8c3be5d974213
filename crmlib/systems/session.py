"""A session of SQLAlchemy that knows its user: what he may not read or write is refused, what he writes is recorded."""

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import TableClause

from crmlib.checks import quoted
from crmlib.language import say
from crmlib.systems.errors import Refused, Stale
from crmlib.systems.model import Account, Audit, Consent, Contact, User
from crmlib.systems.rights import changeable, not_yours, require, right, view
from crmlib.systems.trail import record_flush, record_many, was_erased
from crmlib.systems.words import named

CHECKED = "crm_checked"  # option of a statement whose rows and columns were chosen by the user's view
ERASING = "crm_erasing"  # in `session.info`: old consents and lines of the trail may be changed, for a reason


class CRMSession(Session):
    """A session; `info` holds its "crm" and the "reason" of what it writes, None where it only reads."""


def fetch(session, kind, key, name, how="change"):
    """Return the row of a table, locked until the transaction ends; refuse what the user may not change.

    >>> from crmlib.systems import model, new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> with crm.write() as session:
    ...     fetch(session, model.Account, account_id, "account_id").grade = "B"
    """
    user, table = session.info["crm"].user, kind.__tablename__
    require(user, table, how)
    [column] = inspect(kind).primary_key
    seen = view(user, kind)
    one = select(kind).where(column == key, column.in_(select(seen.c[column.name]))).with_for_update(of=kind)
    row = session.scalars(one, execution_options={CHECKED: True}).one_or_none()
    if row is None:
        raise missing_for(session, kind, key, name)
    return row


def fetch_person(session, contact_id, how="change"):
    """Return a contact and the account, both locked: the account first, as who writes about a customer does.

    >>> from crmlib.systems import new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> contact_id = new_contact(crm, new_account(crm, "Blue Door Café", "business"), "Lin Tao")
    >>> with crm.write() as session:
    ...     [row.name for row in fetch_person(session, contact_id)]
    ['Lin Tao', 'Blue Door Café']
    """
    checked, whose = {CHECKED: True}, select(Contact.account_id).where(Contact.contact_id == contact_id)
    account_id = session.scalar(whose, execution_options=checked)
    account = account_id and session.get(Account, account_id, with_for_update=True, execution_options=checked)
    return fetch(session, Contact, contact_id, "contact_id", how), account


def living(session, contact_id):
    """Refuse to write about a person who has been erased, as the trail knows.

    >>> from crmlib.systems import open_crm
    >>> with open_crm(":memory:").read() as session:
    ...     living(session, 7)
    """
    if session.scalar(select(was_erased(contact_id)), execution_options={CHECKED: True}):
        en = (
            f"contact_id = {contact_id}: the person has been erased, and nothing more is written. Take another contact."
        )
        raise ValueError(say(en, f"contact_id = {contact_id} 的个人信息已删除，不能再写入。请选择其他联系人。"))


def unchanged(session, row, version, **yours):
    """Refuse to write on a row that is no longer the one that was read: raise `Stale` with the words that were meant.

    >>> from crmlib.systems import model, new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> with crm.write() as session:
    ...     unchanged(session, fetch(session, model.Account, account_id, "account_id"), 1)
    """
    if version is None or version == row.version:
        return
    key = str(inspect(row).identity[0])
    last = select(Audit.at, User.name).join(User, isouter=True)
    last = last.where(Audit.table_name == row.__tablename__, Audit.row_id == key)
    last = last.where(Audit.action.in_(("insert", "update"))).order_by(Audit.audit_id.desc()).limit(1)
    at, who = session.execute(last, execution_options={CHECKED: True}).first() or (None, None)
    who, when = who or say("the system", "系统"), f"{at:%Y-%m-%d %H:%M}" if at else "?"
    en = f"version = {version}: since you read it, {who} has changed {named(row.__tablename__)} {key} ({when}; "
    zh = f"version = {version}：您读取之后，{who}已修改{named(row.__tablename__)} {key}（{when}；"
    en += f"now version {row.version}). Nothing was written, and your words are kept (error.yours): read it again."
    error = Stale(say(en, f"{zh}现为第 {row.version} 版）。没有写入，您填写的内容仍保留（error.yours）：请重新读取。"))
    error.yours, error.who, error.at = {name: value for name, value in yours.items() if value is not None}, who, at
    raise error


_LISTED = {Account: ("find(crm, …)",), Contact: ("card(crm, …).contacts",)}  # where numbers are read


def missing_for(session, kind, key, name):
    """Return the error for a row that is not there, or not for this user.

    >>> from crmlib.systems import model, open_crm
    >>> with open_crm(":memory:").read() as session:
    ...     print(missing_for(session, model.Ticket, 7, "ticket_id"))
    ticket_id = 7: there is no such row in tickets. Look it up with work_list(crm) or history(crm, …).
    """
    user = session.info["crm"].user
    found = session.get(kind, key, execution_options={CHECKED: True})
    if found is None:
        what = named(kind.__tablename__)
        where = _LISTED.get(kind, ("work_list(crm)", "history(crm, …)"))
        en = f"{name} = {quoted(key)}: there is no such row in {what}. Look it up with {' or '.join(where)}."
        return ValueError(say(en, f"{name} = {quoted(key)}：{what}中没有这一条。请先用 {' 或 '.join(where)} 查找。"))
    account = found.account_id if hasattr(found, "account_id") else key
    owner = select(User.name).join(Account, Account.owner_id == User.user_id).where(Account.account_id == account)
    owner = session.scalar(owner, execution_options={CHECKED: True})
    session.expunge(found)
    en = f"{user.login} ({named(user.role)}) may not do this: account {account} is looked after by {owner}. "
    zh = f"{user.login}（{named(user.role)}）无权这样做：客户 {account} 由{owner}负责。"
    return Refused(say(f"{en}Those who may: {owner}, or a manager.", f"{zh}有权的是{owner}本人和主管。"))


@event.listens_for(CRMSession, "do_orm_execute")
def _guard(state):
    """Read only through views; a statement that writes many rows leaves one line in the trail."""
    session = state.session
    user = session.info["crm"].user
    if state.is_insert or state.is_update or state.is_delete:
        return _many(state, session, user)
    bound = user is not None and user.role != "manager"
    if bound and not state.execution_options.get(CHECKED) and not state.is_column_load:
        for table in _bare(state.statement):
            who = f"{user.login} ({named(user.role)})", f"{user.login}（{named(user.role)}）"
            en = f"{who[0]} reads {table} only through rights.view(crm.user, …): it holds what the role may see."
            raise Refused(
                say(en, f"{who[1]}只能通过 rights.view(crm.user, …) 读取 {table}：其中只有该角色可看的内容。")
            )
    return None


def _many(state, session, user):
    table = state.statement.table.name
    _writable(session, table)
    how = "add" if state.is_insert else "delete" if state.is_delete else "change"
    require(user, table, how)
    if user is not None and user.role != "manager":
        en = f"{user.login} ({named(user.role)}) changes {table} row by row, so that the trail knows each."
        raise Refused(say(en, f"{user.login}（{named(user.role)}）只能逐条修改 {table}，以便每一条都有记录。"))
    _append_only(session, table, how)
    result = state.invoke_statement()
    if table != "audit":
        rows = len(state.parameters) if isinstance(state.parameters, list) else max(result.rowcount, 1)
        record_many(session, {"add": "insert", "change": "update", "delete": "delete"}[how], table, rows)
    return result


def _bare(element):
    """The tables that a statement reads directly, not through a view; of SQL as a text, the text."""
    if getattr(element, "is_view_of_crm", False):
        return
    if isinstance(element, TableClause):
        yield element.name
    if element.__visit_name__ == "textclause" or getattr(element, "is_literal", False):
        yield str(element)
    for child in element.get_children():
        yield from _bare(child)


@event.listens_for(CRMSession, "before_flush")
def _refuse(session, *_):
    user = session.info["crm"].user
    for rows, how in ((session.new, "add"), (session.dirty, "change"), (session.deleted, "delete")):
        for row in rows:
            _writable(session, row.__tablename__)
            if how != "change" or session.is_modified(row):
                require(user, row.__tablename__, how)
                _append_only(session, row.__tablename__, how)
                if user is not None:
                    _within(session, user, row, how)


def _writable(session, table):
    if session.info["reason"] is None:
        en = f"{table}: crm.read() only reads. To write: with crm.write(reason) as session."
        raise TypeError(say(en, f"{table}：crm.read() 只用来读取。写入请用 with crm.write(reason) as session。"))


def _append_only(session, table, how):
    if how != "add" and table in ("consents", "audit") and not session.info.get(ERASING):
        en = f"{table}: rows are only added, never changed. Add a new one; the latest counts."
        raise Refused(say(en, f"{table}：只能新增，不能改动。请新增一条，以最新的为准。"))


def _within(session, user, row, how):
    """Refuse columns and rows of others."""
    table = row.__tablename__
    kept = set(row.__table__.columns.keys()) - set(changeable(user.role, table))
    changed = {name for name in kept if how == "change" and inspect(row).attrs[name].history.has_changes()}
    if changed:
        raise not_yours(user, table, sorted(changed))
    if right(user.role, table).own and not (isinstance(row, Account) and how == "add"):
        kind, key = (Contact, row.contact_id) if isinstance(row, Consent) else (Account, row.account_id)
        seen = view(user, kind)
        [name] = [column.name for column in inspect(kind).primary_key]
        with session.no_autoflush:
            if session.execute(select(seen.c[name]).where(seen.c[name] == key)).first() is None:
                raise missing_for(session, kind, key, name)


event.listen(CRMSession, "after_flush", record_flush)
