"""The audit trail: each row that a transaction adds, changes or deletes is written down in the same transaction."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import String, cast, exists, insert, inspect

from crmlib.systems.model import Audit


def record(session, action, table, row_id, *, before=None, after=None, reason=None):
    """Write one line of the trail; `reason` is that of the transaction unless given.

    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> with crm.write("the customer asked for a copy") as session:
    ...     record(session, "export", "contacts", 12)
    >>> crm.trail("contacts", 12)[["action", "reason"]]
       action                         reason
    0  export  the customer asked for a copy
    """
    _write(session, [_line(session, action, table, row_id, before, after, reason)])


def record_flush(session, _):
    """Write down what a flush has written (an event of the session).

    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> crm.trail("accounts", account_id).iloc[0]["after"]["name"]
    'Blue Door Café'
    """
    lines = []
    for row in session.new:
        if not isinstance(row, Audit):
            lines.append(_line(session, "insert", *_names(row), None, _columns(row)))
    for row in session.dirty:
        before, after = _changes(row)
        if after:
            lines.append(_line(session, "update", *_names(row), before, after))
    for row in session.deleted:
        lines.append(_line(session, "delete", *_names(row), _columns(row), None))
    _write(session, lines)


def record_many(session, action, table, rows):
    """Write one line for a statement that wrote many rows of a table at once.

    >>> from sqlalchemy import insert
    >>> from crmlib.systems import model, open_crm
    >>> crm = open_crm(":memory:")
    >>> with crm.write("spring range") as session:
    ...     rice = {"product_id": "P1", "category": "grain", "name": "Rice", "price": 42, "cost": 39.5}
    ...     found = session.execute(insert(model.Product), [rice, rice | {"product_id": "P2"}])
    >>> crm.trail("products").iloc[0][["action", "after"]].tolist()
    ['insert', {'rows': 2}]
    """
    record(session, action, table, None, after={"rows": rows})


def was_erased(contact_id):
    """Return the SQL condition that a person has been erased, as the trail knows.

    >>> from crmlib.systems.model import Contact
    >>> "audit" in str(was_erased(Contact.contact_id))
    True
    """
    line = Audit.row_id == cast(contact_id, String)
    return exists().where(Audit.table_name == "contacts", line, Audit.action == "erase")


def _line(session, action, table, row_id, before, after, reason=None):
    crm = session.info["crm"]
    return {
        "at": crm.now(),
        "user_id": crm.user and crm.user.user_id,
        "action": action,
        "table_name": table,
        "row_id": None if row_id is None else str(row_id),
        "before": before,
        "after": after,
        "reason": session.info["reason"] if reason is None else reason,
    }


def _write(session, lines):
    if lines:
        session.connection().execute(insert(Audit.__table__), lines)


def _names(row):
    key = inspect(row).mapper.primary_key_from_instance(row)
    return row.__tablename__, "-".join(map(str, key))


def _columns(row):
    return {name: _plain(getattr(row, name)) for name in row.__table__.columns.keys()}


def _changes(row):
    """The columns that changed, before and after; the count of versions says nothing more."""
    before, after = {}, {}
    for attribute in inspect(row).attrs:
        history = attribute.history
        if history.has_changes() and attribute.key != "version":
            before[attribute.key] = _plain(history.deleted[0]) if history.deleted else None
            after[attribute.key] = _plain(history.added[0]) if history.added else None
    return before, after


def _plain(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
