"""The tables of a database are brought to the edition of the library, by Alembic's scripts in ``migrations/``."""

import re
from pathlib import Path

from sqlalchemy import inspect, text

from crmlib.language import say
from crmlib.systems.connecting import WRITING

SCRIPTS = Path(__file__).with_name("migrations")
REVISIONS = sorted(re.match(r"\d+", path.name)[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
LOCK = 20_090_914  # any number, the same for all who upgrade a database of PostgreSQL


def upgrade(engine, revision=REVISIONS[-1]):
    """Bring the tables to a revision; several programs that open one new database at once do it one after another.

    >>> from crmlib.systems.connecting import engine_for
    >>> engine = engine_for("sqlite://")
    >>> upgrade(engine)
    >>> revision_of(engine) == REVISIONS[-1]
    True
    """
    _migrate(engine, "upgrade", revision)


def downgrade(engine, revision):
    """Take the tables back to an earlier revision, or to "base", without any.

    >>> from crmlib.systems.connecting import engine_for
    >>> engine = engine_for("sqlite://")
    >>> upgrade(engine)
    >>> downgrade(engine, "base")
    >>> revision_of(engine) is None
    True
    """
    _migrate(engine, "downgrade", revision)


def revision_of(engine):
    """Return at which revision the tables of a database are, None where it has none.

    >>> from crmlib.systems.connecting import engine_for
    >>> revision_of(engine_for("sqlite://")) is None
    True
    """
    with engine.connect() as connection:
        return _revision(connection)


def bring_up_to_date(engine):
    """Upgrade where it is needed; refuse a database of somebody else, or of a later edition.

    >>> from crmlib.systems.connecting import engine_for
    >>> bring_up_to_date(engine_for("sqlite://"))
    """
    with engine.connect() as connection:
        found = _revision(connection)
        tables = inspect(connection).get_table_names() if found is None else []
    if found == REVISIONS[-1]:
        return
    if tables and not set(tables) <= {"alembic_version"}:
        en = f"url_or_path: this database holds tables of something else ({', '.join(sorted(tables)[:3])}, …)."
        zh = f"url_or_path：这个数据库里是别的表（{'、'.join(sorted(tables)[:3])}……）。请另选一个文件或数据库。"
        # Another program upgrading the same new database is no stranger: ask again once it is done.
        if revision_of(engine) is None:
            raise ValueError(say(f"{en} Choose another file or database.", zh))
        return
    if found is not None and found not in REVISIONS:
        en = f"url_or_path: this CRM was written by a later edition of crmlib ({found}). Update: python start.py update"
        raise ValueError(
            say(en, f"url_or_path：这个 CRM 由更新版本的 crmlib 写成（{found}）。请先更新：python start.py update")
        )
    upgrade(engine)


def _revision(connection):
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine, way, revision):
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        config.attributes["connection"] = connection
        if sqlite:  # a table that is rebuilt is gone for a moment, and others refer to it; inside it would do nothing
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                getattr(command, way)(config, revision)
        finally:
            if sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection, state):
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys = {state}").close()
