"""On PostgreSQL a part of a name, number or address is found by an index of three letters each (pg_trgm).

The extension comes with PostgreSQL and may be made by whoever owns the database. Where a server does not have it, or
does not let us, searches read all rows, as they did before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = [("accounts", "name"), ("accounts", "account_id"), ("contacts", "name"), ("contacts", "phone")]
COLUMNS += [("contacts", "email")]


def upgrade():
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        return
    for table, column in COLUMNS:
        # What is new goes into the index at once, not into a list beside it, which each search would have to read.
        kind = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
        op.create_index(_name(table, column), table, [column], postgresql_ops={column: "gin_trgm_ops"}, **kind)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for table, column in COLUMNS:
            op.drop_index(_name(table, column), table, if_exists=True)


def _name(table, column):
    return op.f(f"ix_{table}_{column}_trigrams")
