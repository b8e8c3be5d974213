"""What the screen knows of the customer that it shows, read once, as far as whoever has signed in may read it."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import select

from crmlib.systems import card, history
from crmlib.systems.model import Activity, Opportunity, Ticket
from crmlib.systems.rights import readable, view
from crmlib.systems.search import Card

ROWS = 200  # of a history


@dataclass(frozen=True)
class Customer:
    """A customer on the screen, with the versions that were read.

    Attributes
    ----------
    card : Card
    history, plans, sales, tickets : pandas.DataFrame
        The 360° view; what is planned; opportunities; tickets. Of the last three the open ones come first.
    """

    card: Card
    history: pd.DataFrame
    plans: pd.DataFrame
    sales: pd.DataFrame
    tickets: pd.DataFrame

    @property
    def account_id(self):
        """The number of the account."""
        return self.card.account["account_id"]

    @property
    def name(self):
        """The name of the account."""
        return self.card.account["name"]


def look(crm, account_id):
    """Read a customer.

    >>> from crmlib.systems import new_account, open_crm, plan_call
    >>> crm = open_crm(":memory:", now="2025-12-31")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> activity_id = plan_call(crm, account_id, "2026-01-05 10:00", "does the new grinder work?")
    >>> look(crm, account_id).plans["subject"].tolist()
    ['does the new grinder work?']
    """
    plans = _rows(crm, Activity, account_id, "at", lambda seen: seen.c.planned & seen.c.done.is_(False))
    return Customer(
        card(crm, account_id),
        history(crm, account_id, limit=ROWS),
        plans,
        _rows(crm, Opportunity, account_id, "opened"),
        _rows(crm, Ticket, account_id, "opened"),
    )


def _rows(crm, kind, account_id, order, where=None):
    """The rows of an account in a table; the open ones first, the newest of them first."""
    if not readable(crm.user and crm.user.role, kind.__tablename__):
        return pd.DataFrame()
    seen = view(crm.user, kind)
    query = select(seen).where(seen.c.account_id == account_id)
    if where is not None:
        return crm.table(query.where(where(seen)).order_by(seen.c[order]))
    return crm.table(query.order_by(seen.c.closed.is_not(None), seen.c[order].desc()).limit(ROWS))
