"""The work list: what waits for whoever has signed in, the most urgent first."""

import pandas as pd
from sqlalchemy import literal, or_, select, true

from crmlib import checks
from crmlib.systems.database import opened
from crmlib.systems.model import Account, Activity, Campaign, Opportunity, Ticket
from crmlib.systems.rights import view

COLUMNS = ["due", "kind", "account_id", "account", "what", "overdue"]
# Which lists a role has; the manager, and the system, have all of them, of everybody.
LISTS = {
    "sales": ("activities", "opportunities"),
    "marketing": ("campaigns", "activities"),
    "service": ("tickets", "activities"),
    "manager": ("tickets", "activities", "opportunities", "campaigns"),
}


def work_list(crm, limit=100):
    """Return what is to be done: calls that are planned, opportunities to follow, tickets by due, campaigns.

    Who sells sees his own plans and opportunities; who serves the tickets that are his or nobody's, and his plans;
    marketing the campaigns that run or come, and its plans; the manager everybody's.

    Parameters
    ----------
    crm : CRM
    limit : int

    Returns
    -------
    pandas.DataFrame
        ``due, kind, account_id, account, what, overdue``, earliest first; the index names table and row. `kind` is
        that of the activity or ticket, or opportunity, campaign; `due` of an opportunity is when it is expected
        (missing where nobody has said), of a campaign when it ends.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm, plan_call
    >>> crm = open_crm(":memory:", now="2025-12-31 10:00")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> activity_id = plan_call(crm, account_id, "2025-12-31 09:00", "does the grinder work?")
    >>> work_list(crm)[["due", "kind", "what", "overdue"]]
                                     due  kind                    what  overdue
    table      row_id
    activities 1     2025-12-31 09:00:00  call  does the grinder work?     True
    """
    user = opened(crm).user
    limit = checks.whole(limit, "limit", 1, 100_000)
    lists = LISTS[user.role if user else "manager"]
    with crm.read() as session:
        parts = [
            pd.DataFrame(session.execute(_QUERIES[name](user, crm.now(), limit)).all(), columns=_RAW) for name in lists
        ]
    parts = [part.assign(due=pd.to_datetime(part["due"])) for part in parts if len(part)]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=_RAW).astype({"due": "datetime64[us]"})
    found = found.sort_values(["due", "row_id"], kind="stable").head(limit)
    # What is due on a day is late only when the day is over.
    day = found["table"].isin(["opportunities", "campaigns"])
    found["overdue"] = (found["due"] + pd.to_timedelta(day.astype(int), unit="D")) <= crm.now()
    return found.set_index(["table", "row_id"])[COLUMNS]


_RAW = ["table", "row_id", "due", "kind", "account_id", "account", "what"]


def _own(user, column, *, unowned=False):
    """What is one's own; for the manager everything."""
    if user is None or user.role == "manager":
        return true()
    return or_(column == user.user_id, column.is_(None)) if unowned else column == user.user_id


def _rows(user, seen, key, due, kind, what, limit, *where):
    """The first of a list, and only then their accounts: all others would be joined for nothing."""
    first = select(key.label("row_id"), due.label("due"), kind.label("kind"), seen.c.account_id, what.label("what"))
    first = first.where(*where).order_by(due.is_(None), due, key).limit(limit).subquery("first")
    accounts = view(user, Account)
    query = select(literal(seen.name), first.c.row_id, first.c.due, first.c.kind, first.c.account_id, accounts.c.name)
    return query.add_columns(first.c.what).join_from(first, accounts, accounts.c.account_id == first.c.account_id)


def _activities(user, now, limit):
    plans = view(user, Activity)
    mine = _own(user, plans.c.user_id), plans.c.planned, plans.c.done.is_(False)
    return _rows(user, plans, plans.c.activity_id, plans.c.at, plans.c.kind, plans.c.subject, limit, *mine)


def _opportunities(user, now, limit):
    sales = view(user, Opportunity)
    kind, mine = literal("opportunity"), _own(user, sales.c.owner_id, unowned=True)
    still = mine, sales.c.closed.is_(None)
    return _rows(user, sales, sales.c.opportunity_id, sales.c.expected, kind, sales.c.name, limit, *still)


def _tickets(user, now, limit):
    tickets = view(user, Ticket)
    still = _own(user, tickets.c.owner_id, unowned=True), tickets.c.closed.is_(None)
    return _rows(user, tickets, tickets.c.ticket_id, tickets.c.due, tickets.c.kind, tickets.c.subject, limit, *still)


def _campaigns(user, now, limit):
    campaigns = view(user, Campaign)
    columns = literal("campaigns"), campaigns.c.campaign_id, campaigns.c.ends, literal("campaign"), literal("")
    query = select(*columns, literal(""), campaigns.c.name).where(campaigns.c.ends >= now.date())
    return query.order_by(campaigns.c.ends, campaigns.c.campaign_id).limit(limit)


_QUERIES = {"activities": _activities, "opportunities": _opportunities, "tickets": _tickets, "campaigns": _campaigns}
