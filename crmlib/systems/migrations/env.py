"""What Alembic runs for each migration: the connection is given, nothing is read from a file and nothing is printed."""

from alembic import context

from crmlib.systems.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # SQLite can take back a changed table as well: all of a migration, or nothing.
    transactional_ddl=True,
)
context.run_migrations()
