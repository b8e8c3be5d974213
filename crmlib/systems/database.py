"""A CRM is opened, somebody signs in, and each piece of work is one transaction."""

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import SelectBase, select
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.connecting import WRITING, engine_for, for_reading
from crmlib.systems.errors import Stale, cannot_open, told
from crmlib.systems.model import ROLES, Audit, User
from crmlib.systems.rights import TABLES, view
from crmlib.systems.session import CHECKED, CRMSession
from crmlib.systems.upgrading import bring_up_to_date
from crmlib.systems.words import named


@dataclass(frozen=True)
class Person:
    """Who has signed in."""

    user_id: int
    name: str
    login: str
    role: str


class CRM:
    """An open CRM; `open_crm` makes it.

    Attributes
    ----------
    engine : sqlalchemy.Engine
        For SQL of one's own, past all rights.
    user : Person or None
        Who has signed in; None is the system, which may do everything.

    Examples
    --------
    >>> crm = open_crm(":memory:")
    >>> with crm.write("first day") as session:
    ...     session.add(User(name="He Ming", login="boss", role="manager"))
    >>> crm.table(select(User.login, User.role))
      login     role
    0  boss  manager
    >>> boss = crm.sign_in("boss")
    >>> boss.trail("users")["reason"].tolist()
    ['first day']
    """

    _folder = None  # of a CRM that is kept for a moment only

    def __init__(self, engine, user=None, clock=None, folder=None):
        self.engine, self.user, self._clock, self._folder = engine, user, clock, folder

    def __repr__(self):
        who = f"{self.user.login}, {self.user.role}" if self.user else "system"
        return f"CRM({self.engine.url.database!r}, {who})"

    def __deepcopy__(self, memo):
        """A copy of a CRM that is kept for a moment only (":memory:") is one of its own; a file stays the same file."""
        return self if self._folder is None else self._copied()

    def copy(self):
        """Return a copy to practise on, gone with the program; of a CRM in a file of SQLite.

        >>> crm = open_crm(":memory:")
        >>> practice = crm.copy()
        >>> with practice.write() as session:
        ...     session.add(User(name="He Ming", login="boss", role="manager"))
        >>> len(practice.table(select(User.login))), len(crm.table(select(User.login)))
        (1, 0)
        """
        if self.engine.dialect.name != "sqlite":
            en = "crm.copy() copies a file of SQLite; this CRM is on a server. Copy it with the tools of the server."
            raise ValueError(say(en, "crm.copy() 只能复制 SQLite 文件；这套 CRM 在服务器上，请用服务器的工具复制。"))
        return self._copied()

    def _copied(self):
        copy = open_crm(":memory:", now=self._clock)
        with self.engine.connect() as source, copy.engine.connect() as target:
            source.connection.driver_connection.backup(target.connection.driver_connection)
        copy.user = self.user
        return copy

    def now(self):
        """The time, to the second: of the system, or what `open_crm` was given."""
        return self._clock or datetime.now().replace(microsecond=0)

    def sign_in(self, login):
        """Return the same CRM as somebody sees it who signs in by this name.

        >>> crm = open_crm(":memory:")
        >>> from crmlib.systems import new_user
        >>> new_user(crm, "Wang Fang", "sales1", "sales")
        1
        >>> crm.sign_in("sales1").user.role
        'sales'
        """
        login = checks.text(login, "login")
        with self.read() as session:
            users = session.scalars(select(User).where(User.active), execution_options={CHECKED: True}).all()
        found = next((user for user in users if user.login == login), None)
        if found is None:
            known = _logins(users)
            en = f"login = {checks.quoted(login)}: nobody signs in by this name. There are: {known}."
            raise ValueError(say(en, f"login = {checks.quoted(login)}：没有人用这个登录名。现有：{known}。"))
        person = Person(found.user_id, found.name, found.login, found.role)
        return CRM(self.engine, person, self._clock, self._folder)

    @contextmanager
    def read(self):
        """Give a session that only reads, one moment of the database throughout."""
        with self._session(for_reading(self.engine), None) as session:
            try:
                yield session
            except DBAPIError as error:
                raise told(error) from error

    @contextmanager
    def write(self, reason=""):
        """Give a session that writes: one transaction, all of it or nothing; the trail says who, when and why.

        >>> crm = open_crm(":memory:")
        >>> with crm.write("they moved") as session:
        ...     session.add(User(name="Lin Tao", login="service1", role="service"))
        >>> crm.trail("users").iloc[0]["reason"]
        'they moved'
        """
        reason = checks.text(reason, "reason")[:200]
        with self._session(self.engine.execution_options(**{WRITING: True}), reason) as session:
            try:
                yield session
                session.commit()
            except StaleDataError as error:
                en = "Somebody has changed this row since it was read. Nothing was written: read it again."
                raise Stale(say(en, "读取之后这一条已被别人修改。没有写入：请重新读取。")) from error
            except DBAPIError as error:
                raise told(error) from error

    @contextmanager
    def _session(self, engine, reason):
        if self._folder is not None and not Path(self._folder.name).exists():
            en = "This CRM was kept for a moment only and has been closed. Open another one: open_crm, or copy()."
            raise ValueError(say(en, "这套临时的 CRM 已经关闭。请用 open_crm 重新打开一套，或者用 copy() 复制。"))
        info = {"crm": self, "reason": reason}
        with CRMSession(engine, expire_on_commit=False, autoflush=reason is not None, info=info) as session:
            yield session

    def table(self, statement):
        """Return what a statement selects as a table.

        >>> open_crm(":memory:").table(select(User.login, User.role)).columns.tolist()
        ['login', 'role']
        """
        if not isinstance(statement, SelectBase):
            en = f"statement = {checks.quoted(statement)}: a select(…) of SQLAlchemy is needed."
            raise TypeError(say(en, f"statement = {checks.quoted(statement)} 不对：应为 SQLAlchemy 的 select(…)。"))
        with self.read() as session:
            found = session.execute(statement)
            return pd.DataFrame(found.all(), columns=list(found.keys()))

    def trail(self, table=None, row_id=None, limit=100):
        """Return the audit trail, newest first: of all, of a table, or of one row of it. For managers.

        >>> open_crm(":memory:").trail().columns.tolist()
        ['at', 'who', 'action', 'table_name', 'row_id', 'before', 'after', 'reason']
        """
        limit = checks.whole(limit, "limit", 1, 1_000_000)
        audit, users = view(self.user, Audit), view(self.user, User)
        query = select(audit.c.at, users.c.login.label("who"), audit.c.action, audit.c.table_name, audit.c.row_id)
        query = query.add_columns(audit.c.before, audit.c.after, audit.c.reason)
        query = query.outerjoin_from(audit, users, users.c.user_id == audit.c.user_id)
        if table is not None:
            query = query.where(audit.c.table_name == checks.one_of(table, "table", sorted(TABLES)))
        if row_id is not None:
            query = query.where(audit.c.row_id == inputs.line(str(row_id), "row_id"))
        return self.table(query.order_by(audit.c.audit_id.desc()).limit(limit))

    def close(self):
        """Let go of the database; one that was kept for a moment only is gone."""
        self.engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()


def open_crm(url_or_path, login=None, *, create=True, now=None):
    """Open a CRM, or make a new one; its tables are brought to the edition of the library.

    Parameters
    ----------
    url_or_path : str or pathlib.Path
        File of SQLite; or the URL of a server, ``postgresql+psycopg://user@host/database``; or ``":memory:"``: a CRM
        that is gone with the program.
    login : str, optional
        Who signs in; without it the system, which may do everything.
    create : bool
        Whether a file that is not there is made.
    now : date, optional
        The time that the CRM takes for the present, for data of another year.

    Returns
    -------
    CRM

    Examples
    --------
    >>> crm = open_crm(":memory:", now="2025-12-31")
    >>> crm.now(), crm.user
    (datetime.datetime(2025, 12, 31, 0, 0), None)
    """
    create = checks.flag(create, "create")
    clock = None if now is None else inputs.stamp(now, "now").floor("s").to_pydatetime()
    folder = None
    if isinstance(url_or_path, str) and url_or_path == ":memory:":
        # A file after all: so one session can read while another one writes, as in every other CRM.
        folder = tempfile.TemporaryDirectory(prefix="crm-", ignore_cleanup_errors=True)
        url_or_path = Path(folder.name) / "crm.db"
    engine = engine_for(url_or_path, create=create)
    try:
        bring_up_to_date(engine)
    except DatabaseError as error:
        engine.dispose()
        raise cannot_open(error) from error
    crm = CRM(engine, None, clock, folder)
    return crm if login is None else crm.sign_in(login)


def _logins(users):
    """All who may sign in, by role."""
    logins = {named(role): [user.login for user in users if user.role == role] for role in ROLES}
    lines = [f"{role} {say(', ', '、').join(some)}" for role, some in logins.items() if some]
    return say("; ", "；").join(lines) or "-"


def opened(crm):
    """Return what must be an open CRM.

    >>> opened(open_crm(":memory:")).user is None
    True
    """
    if not isinstance(crm, CRM):
        en = f"crm = {checks.quoted(crm)}: an open CRM is needed, open_crm(…)."
        raise TypeError(say(en, f"crm = {checks.quoted(crm)} 不对：应为打开的 CRM，即 open_crm(…) 的结果。"))
    return crm
