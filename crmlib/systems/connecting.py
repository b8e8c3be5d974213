"""Engines for a CRM: SQLite in a file, or a server by its URL; what each needs so that no write is lost."""

from pathlib import Path

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from crmlib.checks import quoted
from crmlib.language import say

WAIT = 10  # seconds that a writer waits for another one
SUFFIXES = (".db", ".sqlite", ".sqlite3")  # of a new file: else a slip of the pen would make one
WRITING = "crm_writing"  # option of a connection that is going to write


def engine_for(place, *, create=True):
    """Return an engine for a path (SQLite) or a URL of SQLAlchemy.

    >>> engine_for("postgresql+psycopg://crm@localhost/crm").dialect.name
    'postgresql'
    """
    if isinstance(place, URL) or (isinstance(place, str) and "://" in place):
        return _of_url(place, create)
    if not isinstance(place, (str, Path)) or not str(place).strip() or "\0" in str(place):
        told = f"url_or_path = {quoted(place)}"
        en = f'{told}: the path of a file is needed, such as "crm.db", or the URL of a server.'
        raise TypeError(say(en, f'{told} 不对：应为文件路径，例如 "crm.db"，或者服务器的 URL。'))
    return _of_file(Path(place), create)


def _of_url(url, create):
    form = "postgresql+psycopg://user@host/database"
    try:
        url = make_url(url)
        kind = url.get_backend_name()
        if kind == "sqlite":
            plain = url.database not in (None, "", ":memory:") and not url.query
            return _of_file(Path(url.database), create) if plain else _sqlite(url)
        if kind == "postgresql":
            return _server(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        en = f"url_or_path: this is no URL that SQLAlchemy can open ({error}). For PostgreSQL: "
        zh = f"url_or_path：SQLAlchemy 打不开这个 URL（{error}）。PostgreSQL 的写法："
        raise ValueError(say(en + form + ".", zh + form + "。")) from error
    en = f"url_or_path: a CRM is kept by SQLite or PostgreSQL, not by {kind}. For PostgreSQL: {form}."
    raise ValueError(say(en, f"url_or_path：CRM 用 SQLite 或 PostgreSQL，不用 {kind}。PostgreSQL 的写法：{form}。"))


def _of_file(path, create):
    try:
        there, folder, is_folder = path.exists(), path.absolute().parent.is_dir(), path.is_dir()
    except (OSError, ValueError) as error:  # a name that the system does not know how to write
        shown = getattr(error, "strerror", None) or error
        raise ValueError(say(f"url_or_path: no such file can be ({shown}).", f"url_or_path：{shown}。")) from error
    if is_folder:
        en = f'url_or_path: "{path}" is a folder. Name a file in it: "{path / "crm.db"}".'
        raise ValueError(say(en, f"url_or_path：“{path}”是文件夹。请写出其中的文件名：“{path / 'crm.db'}”。"))
    if not there and not create:
        en = f'url_or_path: there is no CRM at "{path}". Correct the path, or let it be made: create=True.'
        raise ValueError(say(en, f"url_or_path：“{path}”处没有 CRM。请更正路径，或者新建：create=True。"))
    if not folder:
        en = f'url_or_path: there is no folder "{path.absolute().parent}". Make it first, or name another one.'
        raise ValueError(say(en, f"url_or_path：没有文件夹“{path.absolute().parent}”。请先新建，或者换一个。"))
    if not there and path.suffix.lower() not in SUFFIXES:
        told, new = f'url_or_path: "{path}"', path.with_name(f"{path.name}.db")
        en = f'{told} is not there, and a new CRM ends with {", ".join(SUFFIXES)}. Write "{new}", or correct the path.'
        raise ValueError(
            say(en, f"{told} 不存在；新建的 CRM 文件名应以 {'、'.join(SUFFIXES)} 结尾。请写成“{new}”，或者更正路径。")
        )
    return _sqlite(URL.create("sqlite", database=str(path)))


def _sqlite(url):
    engine = create_engine(url, connect_args={"timeout": WAIT})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection, _):
    """SQLite obeys foreign keys only when told; in WAL mode readers do not wait for the writer.

    What is overwritten or deleted must be gone from the file as well, or nobody could be erased: few builds do so.
    """
    connection.isolation_level = None  # no transaction behind our back: `_begin` opens it
    wait = f"busy_timeout = {int(WAIT * 1000)}"
    for pragma in (wait, "foreign_keys = ON", "secure_delete = ON", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection):
    """Who is going to write takes the lock at once, else two who have read could not both go on to write."""
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _server(url):
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _wait(connection, _):
        """A server would let a writer wait for ever."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(WAIT * 1000)}")
        connection.commit()

    return engine


def for_reading(engine):
    """Return an engine for who only reads: one moment of the database throughout, as SQLite has it by itself.

    >>> for_reading(engine_for("postgresql+psycopg://crm@localhost/crm")).get_execution_options()["isolation_level"]
    'REPEATABLE READ'
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
