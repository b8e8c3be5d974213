"""A CRM is made, opened again, brought to the edition of the library and back; what is none is refused."""

import copy
import os
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from crmlib import systems
from crmlib.systems import model, upgrading
from crmlib.systems.connecting import engine_for
from tests.support.refusals import refuses


def of_the_model(thing, name, *_):
    """All but what migration 0003 adds for searches, on PostgreSQL only."""
    return not str(name).endswith("_trigrams")


def test_the_migrations_make_the_tables_of_the_model(crm):
    with crm.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": of_the_model})
        assert compare_metadata(context, model.Base.metadata) == []
        checks = {
            (table, check["name"]): " ".join(check["sqltext"].split())
            for table in model.Base.metadata.tables
            for check in inspect(connection).get_check_constraints(table)
        }
        rules = {
            key["options"].get("ondelete")
            for table in model.Base.metadata.tables
            for key in inspect(connection).get_foreign_keys(table)
        }
    expected = {
        (table.name, str(constraint.name)): constraint
        for table in model.Base.metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert set(checks) == set(expected)
    if crm.engine.dialect.name == "sqlite":
        assert checks == {key: str(constraint.sqltext) for key, constraint in expected.items()}
    assert rules == {"RESTRICT"}


def test_the_scripts_are_one_line_and_the_library_knows_the_last():
    scripts = ScriptDirectory(str(upgrading.SCRIPTS))
    assert scripts.get_heads() == [upgrading.REVISIONS[-1]]
    assert sorted(script.revision for script in scripts.walk_revisions()) == upgrading.REVISIONS


def test_down_and_up_again_nothing_that_has_a_place_is_lost(firm, capfd):
    ticket = systems.open_ticket(firm.service1, firm.firms[0], "complaint", "樱桃发霉", channel="app")
    systems.log_activity(firm.sales1, firm.firms[0], "call", "first", ticket_id=ticket, at="2025-12-01")
    systems.log_activity(firm.sales1, firm.firms[0], "email", "second", ticket_id=ticket, at="2025-12-02")
    engine, before = firm.crm.engine, contents(firm.crm.engine)
    upgrading.downgrade(engine, "0001")
    assert upgrading.revision_of(engine) == "0001" and contents(engine) == before
    columns = {column["name"] for column in inspect(engine).get_columns("tickets")}
    assert "channel" not in columns and "step" in columns
    checks = {check["name"] for check in inspect(engine).get_check_constraints("tickets")}
    assert checks == {"ck_tickets_kind", "ck_tickets_step", "ck_tickets_satisfaction"}
    upgrading.upgrade(engine)
    assert upgrading.revision_of(engine) == "0003" and contents(engine) == before
    with engine.connect() as connection:  # the channel comes back from the first activity of the ticket
        assert connection.execute(text("SELECT subject, channel, step FROM tickets")).all() == [
            ("樱桃发霉", "phone", "listening")
        ]
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    systems.advance_ticket(firm.service1, ticket)
    with firm.boss.write() as session:
        session.delete(session.get(model.Activity, 2))
    assert systems.log_activity(firm.sales1, firm.firms[0], "call", "third") == 3  # a number is given once
    assert capfd.readouterr() == ("", "")  # no line of a log


def contents(engine):
    """All rows of all tables, but for the column that the first edition does not have."""
    with engine.connect() as connection:
        return {
            name: sorted(map(str, connection.execute(select(*(c for c in table.c if str(c) != "tickets.channel")))))
            for name, table in model.Base.metadata.tables.items()
        }


def test_a_crm_of_the_first_edition_is_upgraded_when_it_is_opened(place):
    engine = engine_for(place)
    upgrading.upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES (1, '王芳', 'sales1', 'sales', true)"))
    engine.dispose()
    crm = systems.open_crm(place, "sales1")
    assert upgrading.revision_of(crm.engine) == "0003" and crm.user.name == "王芳"
    crm.close()


def test_a_migration_that_fails_leaves_the_tables_as_they_were(firm, monkeypatch):
    engine = firm.crm.engine
    upgrading.downgrade(engine, "0001")
    with engine.begin() as connection:  # the last of the indexes is there already
        connection.execute(text("CREATE INDEX ix_audit_table_name_row_id ON audit (table_name)"))
    with pytest.raises(Exception, match="ix_audit_table_name_row_id"):
        upgrading.upgrade(engine)
    assert upgrading.revision_of(engine) == "0001"
    assert "channel" not in {column["name"] for column in inspect(engine).get_columns("tickets")}


def test_a_later_edition_and_tables_of_something_else_are_refused(place):
    systems.open_crm(place).close()
    engine = engine_for(place)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    refuses(lambda: systems.open_crm(place), ValueError, r"later edition of crmlib \(9999\)")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    upgrading.downgrade(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
    refuses(lambda: systems.open_crm(place), ValueError, "tables of something else .songs")
    engine.dispose()


def test_what_is_no_place_for_a_crm_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no database " * 100)
    for place, error, told in [
        (tmp_path, ValueError, "is a folder"),
        (tmp_path / "no" / "crm.db", ValueError, "there is no folder"),
        (tmp_path / "notes.txt", ValueError, "cannot be opened as a CRM .file is not a database"),
        (tmp_path / "crm.xlsx", ValueError, "is not there, and a new CRM ends with .db"),
        (":memry:", ValueError, "is not there, and a new CRM ends with .db"),
        ("nothing://x", ValueError, "a CRM is kept by SQLite or PostgreSQL, not by nothing"),
        ("postgresql+nothing://x", ValueError, "no URL that SQLAlchemy can open"),
        (f"sqlite:///{tmp_path}/crm.xlsx", ValueError, "is not there, and a new CRM ends with .db"),
        ("postgresql+psycopg://nobody@/x?host=/nowhere", ValueError, "cannot be opened as a CRM"),
        (3, TypeError, "url_or_path = 3"),
        ("", TypeError, "url_or_path = ''"),
    ]:
        refuses(lambda place=place: systems.open_crm(place), error, told)
    refuses(lambda: systems.open_crm(tmp_path / "new.db", create=False), ValueError, "there is no CRM at")
    assert not (tmp_path / "new.db").exists()
    refuses(lambda: systems.open_crm(":memory:", now="yesterday"), ValueError, "now = 'yesterday'")


def test_a_file_keeps_foreign_keys_and_lets_readers_read(tmp_path):
    crm = systems.open_crm(tmp_path / "青禾 CRM.db")
    with crm.engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "journal_mode")]
    assert found == [1, "wal"]
    crm.close()
    with sqlite3.connect(tmp_path / "青禾 CRM.db") as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


def test_a_crm_for_the_moment_is_gone_when_it_is_closed_and_its_copy_is_its_own():
    crm = systems.open_crm(":memory:", now="2025-12-15")
    systems.new_account(crm, "one", "business")
    other = copy.deepcopy(crm)
    systems.new_account(other, "two", "business")
    assert len(systems.find(crm, "N0")) == 1 and len(systems.find(other, "N0")) == 2 and other.now() == crm.now()
    folder = crm._folder.name
    crm.close()
    assert not os.path.exists(folder) and len(systems.find(other, "N0")) == 2
    with pytest.raises(ValueError, match="has been closed"):
        systems.find(crm, "N0")
    other.close()
