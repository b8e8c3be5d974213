"""Many rows of a table at once, past the overhead of objects: by the driver's own means, in the same transaction."""

import pandas as pd
from sqlalchemy import text

from crmlib.systems.trail import record_many

BATCH = 50_000


def write_many(session, kind, rows):
    """Write the rows of a DataFrame to the table of a model; the trail has one line for them.

    Whole numbers may come as floats where some are missing; what is missing becomes NULL. For the system and for
    services that have asked for the right.

    >>> from crmlib.systems import model, open_crm
    >>> crm = open_crm(":memory:")
    >>> rice = {"product_id": ["P1"], "category": ["grain"], "name": ["Rice"], "price": [42.0], "cost": [39.5]}
    >>> with crm.write("spring range") as session:
    ...     write_many(session, model.Product, pd.DataFrame(rice))
    >>> crm.trail("products")["after"].tolist()
    [{'rows': 1}]
    """
    if rows.empty:
        return
    table, connection = kind.__table__, session.connection()
    for start in range(0, len(rows), BATCH):
        part = rows.iloc[start : start + BATCH]
        values = [_values(part[name], table.c[name], connection.dialect) for name in rows.columns]
        _WAYS[connection.dialect.name](connection, table.name, list(rows.columns), zip(*values, strict=True))
    record_many(session, "insert", table.name, len(rows))


def count_on(session, kinds):
    """Let the database number new rows of these models after those that came with numbers.

    SQLite does so by itself; a sequence of PostgreSQL must be told.

    >>> from crmlib.systems import model, open_crm
    >>> with open_crm(":memory:").write() as session:
    ...     count_on(session, [model.Ticket])
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in (kind.__table__ for kind in kinds):
        key = table.autoincrement_column
        if key is not None:
            sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            highest = f"SELECT max({key.name}) FROM {table.name}"
            connection.execute(text(f"SELECT setval({sequence}, ({highest})) WHERE EXISTS (SELECT FROM {table.name})"))


def _values(column, target, dialect):
    """The values as the driver takes them."""
    kind = target.type.python_type
    if pd.api.types.is_datetime64_any_dtype(column):
        values = [None if moment is pd.NaT else moment.to_pydatetime() for moment in column]
    else:
        values = column.astype(object).where(column.notna(), None).tolist()
        if kind is int:
            values = [None if value is None else int(value) for value in values]
    process = target.type.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]


def _insert(connection, table, columns, rows):
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(rows))


def _copy(connection, table, columns, rows):
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


_WAYS = {"sqlite": _insert, "postgresql": _copy}
