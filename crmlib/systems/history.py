"""The 360° view: all that happened with a customer, whatever the channel and whoever did it, in one table."""

import pandas as pd
from sqlalchemy import and_, case, func, literal, null, select

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.database import opened
from crmlib.systems.model import (
    Account,
    Activity,
    Campaign,
    Contract,
    Opportunity,
    Order,
    OrderLine,
    Product,
    Ticket,
    User,
)
from crmlib.systems.rights import readable, view
from crmlib.systems.session import missing_for

COLUMNS = ["at", "channel", "kind", "what", "amount", "who"]


def history(crm, account_id, limit=200):
    """Return what happened with a customer, newest first: orders, activities, campaigns, tickets, sales, contracts.

    Parameters
    ----------
    crm : CRM
    account_id : str
    limit : int

    Returns
    -------
    pandas.DataFrame
        ``at, channel, kind, what, amount, who``; the index names table and row. `kind` is that of the activity or
        ticket, or order, campaign, opportunity, contract; `what` of an order its products; `amount` is in yuan: of an
        activity its cost. What the user may not read is missing.

    Examples
    --------
    >>> from crmlib.systems import log_activity, new_account, open_crm, open_ticket
    >>> crm = open_crm(":memory:", now="2025-12-31 10:00")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> activity_id = log_activity(crm, account_id, "visit", "shown the spring range", at="2025-11-03", cost=36)
    >>> ticket_id = open_ticket(crm, account_id, "complaint", "the cherries were mouldy", channel="app")
    >>> history(crm, account_id)[["channel", "kind", "what", "amount"]]
                      channel       kind                      what  amount
    table      row_id
    tickets    1          app  complaint  the cherries were mouldy     NaN
    activities 1          NaN      visit    shown the spring range    36.0
    """
    user, account_id = opened(crm).user, inputs.account(account_id)
    limit = checks.whole(limit, "limit", 1, 100_000)
    accounts = view(user, Account)
    with crm.read() as session:
        if session.scalar(select(accounts.c.account_id).where(accounts.c.account_id == account_id)) is None:
            raise missing_for(session, Account, account_id, "account_id")
        rows = [tuple(row) for query in _queries(user, account_id) for row in session.execute(query.limit(limit))]
    found = pd.DataFrame(rows, columns=["table", "row_id", *COLUMNS])
    texts = dict.fromkeys(["channel", "kind", "what", "who"], "str")
    found = found.assign(at=pd.to_datetime(found["at"])).astype(texts | {"amount": float})
    found = found.sort_values("at", ascending=False, kind="stable").head(limit)
    return found.set_index(["table", "row_id"])


def _queries(user, account_id):
    """One query for each table that the user may read, newest first."""
    role = user and user.role
    for kind, make in _PARTS.items():
        if readable(role, kind.__tablename__):
            yield make(view(user, kind), view(user, User), user, account_id)


def _orders(orders, users, user, account_id):
    lines, products = view(user, OrderLine), view(user, Product)
    bought = select(func.aggregate_strings(products.c.name, say(", ", "、"))).join_from(
        lines, products, products.c.product_id == lines.c.product_id
    )
    bought = bought.where(lines.c.order_id == orders.c.order_id).scalar_subquery()
    columns = orders.c.order_id, orders.c.at, orders.c.channel, literal("order"), bought, orders.c.amount, null()
    return _of(orders, account_id, orders.c.at, *columns)


def _activities(activities, users, user, account_id):
    campaigns = view(user, Campaign)
    sent = activities.c.campaign_id.is_not(None)
    columns = (
        activities.c.activity_id,
        activities.c.at,
        activities.c.channel,
        case((sent, "campaign"), else_=activities.c.kind),
        case((sent, campaigns.c.name), else_=activities.c.subject),
        case((activities.c.cost > 0, activities.c.cost)),
        users.c.name,
    )
    query = _of(activities, account_id, activities.c.at, *columns).where(activities.c.done)
    query = query.outerjoin_from(activities, users, users.c.user_id == activities.c.user_id)
    return query.outerjoin(campaigns, and_(sent, campaigns.c.campaign_id == activities.c.campaign_id))


def _tickets(tickets, users, user, account_id):
    subject = tickets.c.subject if "subject" in tickets.c else null()
    columns = tickets.c.ticket_id, tickets.c.opened, tickets.c.channel, tickets.c.kind, subject, null(), users.c.name
    query = _of(tickets, account_id, tickets.c.opened, *columns)
    return query.outerjoin_from(tickets, users, users.c.user_id == tickets.c.owner_id)


def _opportunities(sales, users, user, account_id):
    amount = sales.c.amount if "amount" in sales.c else null()
    columns = sales.c.opportunity_id, sales.c.opened, null(), literal("opportunity"), sales.c.name, amount
    query = _of(sales, account_id, sales.c.opened, *columns, users.c.name)
    return query.outerjoin_from(sales, users, users.c.user_id == sales.c.owner_id)


def _contracts(contracts, users, user, account_id):
    amount = contracts.c.amount if "amount" in contracts.c else null()
    sales = view(user, Opportunity)
    columns = contracts.c.contract_id, contracts.c.signed, null(), literal("contract"), sales.c.name, amount, null()
    query = _of(contracts, account_id, contracts.c.signed, *columns)
    return query.outerjoin_from(contracts, sales, sales.c.opportunity_id == contracts.c.opportunity_id)


_PARTS = {Order: _orders, Activity: _activities, Ticket: _tickets, Opportunity: _opportunities, Contract: _contracts}


def _of(seen, account_id, at, key, *columns):
    query = select(literal(seen.name), key, *columns).where(seen.c.account_id == account_id)
    return query.order_by(at.desc(), key.desc())
