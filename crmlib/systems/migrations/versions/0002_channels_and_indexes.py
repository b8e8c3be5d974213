"""A ticket says through which channel it came; what histories, searches and work lists look for has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INDEXES = [
    ("accounts", ["owner_id"]),
    ("contacts", ["account_id"]),
    ("contacts", ["phone"]),
    ("consents", ["contact_id", "purpose"]),
    ("opportunities", ["account_id"]),
    ("tickets", ["account_id"]),
    ("activities", ["account_id", "at"]),
    ("contracts", ["account_id"]),
    ("orders", ["account_id", "at"]),
    ("audit", ["table_name", "row_id"]),
]
# What is still to be done is little beside what was done.
OPEN = {"sqlite_where": sa.text("done IS 0"), "postgresql_where": sa.text("done IS false")}
# Of a ticket that is there already, the first activity that belongs to it knows the channel.
FIRST = """
UPDATE tickets SET channel = (
    SELECT channel FROM activities WHERE activities.ticket_id = tickets.ticket_id ORDER BY at, activity_id LIMIT 1
)
"""


def upgrade():
    op.add_column("tickets", sa.Column("channel", sa.String(length=20), nullable=True))
    op.execute(FIRST)
    for table, columns in INDEXES:
        op.create_index(_name(table, columns), table, columns)
    op.create_index("ix_activities_open", "activities", ["at"], **OPEN)


def downgrade():
    op.drop_index("ix_activities_open", "activities")
    for table, columns in INDEXES:
        op.drop_index(_name(table, columns), table)
    with op.batch_alter_table("tickets", table_kwargs={"sqlite_autoincrement": True}) as tickets:
        tickets.drop_column("channel")


def _name(table, columns):
    return op.f(f"ix_{table}_{'_'.join(columns)}")
