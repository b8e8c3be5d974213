"""What the forms of daily work know of each customer, added up once from the tables of a CRM."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# The columns of each table that the forms read; what a role may not see, or a firm does not keep, stays empty.
COLUMNS = {
    "users": ["user_id", "name"],
    "accounts": ["account_id", "name", "kind", "industry", "region", "address", "owner_id", "status", "since", "grade"],
    "contacts": ["contact_id", "account_id", "name", "position", "phone"],
    "orders": ["account_id", "at", "amount", "cost"],
    "activities": ["account_id", "contact_id", "user_id", "kind", "at", "planned", "done", "subject", "notes", "cost"],
    "tickets": ["account_id", "owner_id", "kind", "subject", "opened", "due", "closed", "satisfaction"],
    "opportunities": ["account_id", "stage", "amount"],
}
_DATES = {"accounts": ["since"], "orders": ["at"], "activities": ["at"], "tickets": ["opened", "due", "closed"]}
_NUMBERS = {"orders": ["amount", "cost"], "activities": ["cost"], "tickets": ["satisfaction"]}
_FLAGS = {"activities": ["planned", "done"]}


@dataclass
class Facts:
    """The tables of a CRM and a month: what happened before its end is known, what is planned from its start on.

    Without customers the month may be missing: forms to fill by hand.

    >>> accounts = pd.DataFrame({"account_id": ["A1"], "name": ["Lin"]})
    >>> orders = pd.DataFrame({"account_id": ["A1"], "at": ["2025-03-05"], "amount": [80.0]})
    >>> Facts.of({"accounts": accounts, "orders": orders}).customers["year"].tolist()
    [80.0]
    """

    tables: dict
    month: pd.Timestamp | None

    @classmethod
    def of(cls, tables, month=None):
        """Check the tables; the month is that of the last order, if none is given ("2025-03")."""
        tables = checks.settings(tables, "tables")
        for name in tables:
            checks.one_of(name, "tables", list(COLUMNS))
        if tables and not isinstance(tables.get("accounts"), pd.DataFrame):  # an empty one is a firm without customers
            checks.frame(tables.get("accounts"), "accounts")
        read = {name: _read(tables.get(name), name, columns) for name, columns in COLUMNS.items()}
        checks.refuse_rows(
            read["accounts"]["account_id"].duplicated(),
            read["accounts"][["account_id"]],
            "accounts: an account stands more than once",
            "accounts：有客户编号重复",
        )
        if month is None and read["accounts"].empty:
            return cls(read, None)
        if month is None:
            known = pd.concat([read["orders"]["at"], read["activities"]["at"][~read["activities"]["planned"]]]).dropna()
            if known.empty:
                en = 'month: there are no orders or activities to take the month from. Name it, month="2026-03".'
                raise ValueError(say(en, 'month：没有订单和活动，无法确定月份。请写明，如 month="2026-03"。'))
            month = known.max()
        return cls(read, _month(month))

    @property
    def start(self):
        """The first moment of the month."""
        return pd.Timestamp(2000, 1, 1) if self.month is None else self.month

    @property
    def end(self):
        """The first moment after the month."""
        return self.start + pd.DateOffset(months=1)

    @cached_property
    def sales(self):
        """Orders up to the end of the month."""
        return self.tables["orders"][lambda orders: orders["at"] < self.end]

    def between(self, start, end, how=("amount", "sum")):
        """One number of the orders of each account in [start, end)."""
        orders = self.sales[lambda orders: (orders["at"] >= start) & (orders["at"] < end)]
        return orders.groupby("account_id")[how[0]].agg(how[1])

    @cached_property
    def done(self):
        """Activities that took place before the end of the month, with names, latest first."""
        activities = self.tables["activities"]
        past = activities[activities["done"] & (activities["at"] < self.end)]
        return self.with_names(past).sort_values("at", ascending=False, kind="stable")

    @cached_property
    def planned(self):
        """Activities that are planned from the first of the month on and not done, with names, in order of time."""
        activities = self.tables["activities"]
        ahead = activities[~activities["done"] & (activities["at"] >= self.start)]
        return self.with_names(ahead).sort_values("at", kind="stable")

    def with_names(self, activities):
        """Add the customer's name and grade, the person and who is in charge."""
        people = self.tables["contacts"].drop_duplicates("contact_id").set_index("contact_id")
        known = activities.assign(
            user=activities["user_id"].map(_names(self.tables["users"])),
            contact=activities["contact_id"].map(people["name"]),
            position=activities["contact_id"].map(people["position"]),
            phone=activities["contact_id"].map(people["phone"]),
            time=activities["at"].where(activities["at"] != activities["at"].dt.normalize()),
        )
        own = self.customers[["name", "grade", "owner", "contact", "position", "phone"]]
        own = known[["account_id"]].join(own, on="account_id")
        for column in ("contact", "position", "phone"):  # whom nobody named is the first person of the account
            known[column] = known[column].where(known["contact_id"].notna(), own[column])
        return known.assign(name=own["name"], grade=own["grade"], owner=own["owner"])

    @cached_property
    def customers(self):
        """A row an account that is not erased: who it is, purchases of several periods, tickets, contacts."""
        table = self.tables["accounts"].set_index("account_id")
        table = table[table["status"] != "erased"]
        first = self.tables["contacts"].drop_duplicates("account_id").set_index("account_id")
        table = table.assign(owner=table["owner_id"].map(_names(self.tables["users"])))
        table = table.join(first[["name", "position", "phone"]].rename(columns={"name": "contact"}))
        back = {months: self.end - pd.DateOffset(months=months) for months in (1, 2, 12, 13, 24)}
        sums = {
            "month": self.between(back[1], self.end),
            "last_month": self.between(back[2], back[1]),
            "year_ago": self.between(back[13], back[12]),
            "year": self.between(back[12], self.end),
            "before": self.between(back[24], back[12]),
            "orders": self.between(back[12], self.end, ("at", "count")),
            "complaints": self._complaints(back[12]).groupby("account_id").size(),
        }
        for name, values in sums.items():
            table[name] = values.reindex(table.index).fillna(0.0)
        table["profit"] = table["year"] - self.between(back[12], self.end, ("cost", "sum")).reindex(table.index)
        if self.sales["cost"].isna().any():
            table["profit"] = np.nan
        table["last_order"] = self.sales.groupby("account_id")["at"].max().reindex(table.index)
        tickets = self.tables["tickets"]
        rated = tickets[tickets["opened"] < self.end].groupby("account_id")["satisfaction"].mean()
        table["satisfaction"] = rated.reindex(table.index)
        activities = self.tables["activities"]
        past = activities[activities["done"] & (activities["at"] < self.end)]
        table["last_contact"] = past.groupby("account_id")["at"].max().reindex(table.index)
        return table.sort_values(["year", "name"], ascending=[False, True], kind="stable")

    def _complaints(self, start):
        tickets = self.tables["tickets"]
        return tickets[(tickets["kind"] == "complaint") & (tickets["opened"] >= start) & (tickets["opened"] < self.end)]

    @cached_property
    def open_complaints(self):
        """Complaints that were open at the end of the month, the one due first of each account."""
        tickets = self.tables["tickets"]
        tickets = tickets[(tickets["kind"] == "complaint") & (tickets["opened"] < self.end)]
        still = tickets[tickets["closed"].isna() | (tickets["closed"] >= self.end)]
        still = still.sort_values("due").drop_duplicates("account_id").set_index("account_id")
        return still.assign(owner=still["owner_id"].map(_names(self.tables["users"])))


def _month(month):
    """The first day of a month that is given as "2025-03", a Period or any day of it."""
    written = re.fullmatch(r"(\d{4})-(\d{1,2})", month.strip()) if isinstance(month, str) else None
    try:
        if isinstance(month, pd.Period):
            month = month.start_time
        day = pd.Timestamp(int(written[1]), int(written[2]), 1) if written else checks.moment(month, "month")
    except ValueError as error:
        en = f'month = {checks.quoted(month)} is not a month: write the year and the month, month="2025-03".'
        zh = f'month = {checks.quoted(month)} 不是月份：请按年-月的顺序写，如 month="2025-03"。'
        raise ValueError(say(en, zh)) from error
    return day.normalize().replace(day=1)


def _read(table, name, columns):
    """A copy of a table with the columns that the forms read, of the right kinds."""
    if table is None:
        table = pd.DataFrame(columns=columns)
    elif not isinstance(table, pd.DataFrame) or len(table):
        checks.frame(table, name)
        checks.require_columns(table.columns, [column for column in columns[:1] if column.endswith("_id")])
    nothing = pd.Series(None, range(len(table)), dtype=object)
    given = {column: table[column].reset_index(drop=True) if column in table else nothing for column in columns}
    return pd.DataFrame({column: _converted(values, column, name) for column, values in given.items()})


def _converted(values, column, table):
    """The values of a column: dates, numbers, yes or no; all else as it is."""
    if column in _DATES.get(table, ()):
        return _dates(values, column, table)
    if column in _NUMBERS.get(table, ()):
        missing = values.isna()
        known = np.full(len(values), np.nan) if missing.all() else checks.floats(values, column, optional=missing)
        return pd.Series(known, values.index)
    return values.eq(True) if column in _FLAGS.get(table, ()) else values.astype(object)


def _dates(column, name, table):
    if column.isna().all():
        return pd.Series(pd.NaT, column.index, dtype="datetime64[us]")
    if checks.of_dates(column) is None and pd.api.types.infer_dtype(column.dropna()) == "string":
        return pd.to_datetime(
            column.map(lambda value: value if pd.isna(value) else checks.moment(value, f"{table}.{name}"))
        )
    return checks.dates(column, name, table)


def _names(users):
    return users.drop_duplicates("user_id").set_index("user_id")["name"]
