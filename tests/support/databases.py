"""Databases for tests of the CRM: a file of SQLite, always; a throw-away server of PostgreSQL, where one is found."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

# One server for the whole suite: pytest-xdist sends a group to one worker.
on_postgres = pytest.mark.xdist_group("postgres")
PLACES = ["sqlite", pytest.param("postgresql", marks=on_postgres)]
_NUMBERS = itertools.count()


def programs():
    """The folder of PostgreSQL's programs: the newest of Debian's, else that of the path; None without."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    there = str(found[-1]) if found else shutil.which("initdb")
    return Path(there).parent if there else None


@contextlib.contextmanager
def postgres(**settings):
    """Start a server that listens on a socket in a folder of its own; yield the URL of its first database.

    `settings` are parameters of the server, such as fsync; tests do without it.

    Without the programs the test is skipped, or fails where CRM_REQUIRE_POSTGRES is set.
    """
    folder, missing = programs(), None
    if folder is None:
        missing = "PostgreSQL's initdb is not found: install the package postgresql."
    else:
        try:
            import psycopg  # noqa: F401
        except ImportError as error:
            missing = f"psycopg cannot be imported: {error}"
    if missing:
        pytest.fail(missing) if os.environ.get("CRM_REQUIRE_POSTGRES") == "1" else pytest.skip(missing)
    home = Path(tempfile.mkdtemp(prefix="crmpg-", dir="/tmp"))  # the path of a socket must be short
    server = None
    try:
        as_user = _unprivileged(home)
        data, log = home / "data", home / "log"
        initdb = [folder / "initdb", "-D", data, "-U", "crm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=home, **as_user)
        settings = {"fsync": "off", "max_connections": 60} | settings
        settings |= {"listen_addresses": "", "unix_socket_directories": home}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as lines:
            command = [folder / "postgres", "-D", data, *options]
            server = subprocess.Popen(command, stdout=lines, stderr=lines, cwd=home, **as_user)
        url = f"postgresql+psycopg://crm@/postgres?host={home}"
        _wait(url, server, log)
        yield url
    finally:
        if server is not None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged(home):
    """How to run as a user who is not root, whom initdb refuses; the folder becomes his."""
    if os.geteuid() != 0:
        return {}
    import pwd  # Windows has none

    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(url, server, log):
    engine = create_engine(url)
    for _ in range(300):
        with contextlib.suppress(Exception), engine.connect():
            engine.dispose()
            return
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL does not answer: {log.read_text()}")


@contextlib.contextmanager
def new_database(server):
    """Make a database on a server; yield its URL, and drop it afterwards."""
    name = f"crm{next(_NUMBERS)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
