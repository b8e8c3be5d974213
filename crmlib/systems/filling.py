"""A CRM is filled with what Qinghe 青禾优选, the invented retailer of this course, has in its files."""

import math

import numpy as np
import pandas as pd
from sqlalchemy import literal, select

from crmlib import checks, datasets
from crmlib.language import say
from crmlib.systems import filling_customers, filling_sales, filling_service
from crmlib.systems.bulk import count_on, write_many
from crmlib.systems.database import open_crm, opened
from crmlib.systems.model import User
from crmlib.systems.rights import TABLES, require
from crmlib.systems.session import CHECKED
from crmlib.systems.words import named

_ORDER = ("users", "products", "campaigns", "accounts", "contacts", "consents", "orders", "order_lines")
_ORDER += ("opportunities", "contracts", "tickets", "activities")


def fill_from_qinghe(crm, *, customers=None, scale=1, seed=1):
    """Fill an empty CRM with Qinghe's users, customers, orders, complaints, contacts, leads; all of it is invented.

    The twelve users are ``sales1`` to ``sales6``, ``service1`` to ``service3``, ``marketing1``, ``marketing2`` and
    ``manager1``. Each record of the customer file is an account, each of the 800 leads another one; complaints are
    tickets, contacts with customers activities, leads opportunities, and contracts where they were won. Lost is who has
    bought nothing for a year; grades are the ABC classes of 2025. What the files do not say is drawn by the seed: hours
    of the day, who took a complaint and through which channel, calls planned for January 2026. The files end with 2025:
    open the CRM with ``now="2025-12-31 22:00"``. Names and sentences are in the language in use; regions, industries,
    channels and categories are words of the files (qiming, office, app, dairy), the same in both.

    Parameters
    ----------
    crm : CRM
        An empty one.
    customers : int, optional
        How many of the 6,022 records, for a quick lab: the twelve firms first, then households spread over the years;
        and as large a part of the leads. Rows have the same numbers as in the whole.
    scale : int
        How many times over, for a large CRM: copies have other numbers, telephones and e-mail addresses.
    seed : int

    Returns
    -------
    pandas.DataFrame
        By table ``rows`` written, and ``left_out``: what of the files found no place.

    Examples
    --------
    >>> from crmlib.systems import open_crm, work_list
    >>> crm = open_crm(":memory:", now="2025-12-31 22:00")
    >>> fill_from_qinghe(crm, customers=100).loc[["accounts", "contacts", "campaigns"], "rows"].to_dict()
    {'accounts': 114, 'contacts': 114, 'campaigns': 3}
    >>> work_list(crm.sign_in("sales1")).columns.tolist()
    ['due', 'kind', 'account_id', 'account', 'what', 'overdue']
    """
    require(opened(crm).user, "users", "add")
    known = len(datasets.load_qinghe_customers())
    customers = known if customers is None else checks.whole(customers, "customers", 1, known)
    scale, seed = checks.whole(scale, "scale", 1, 100), checks.whole(seed, "seed")
    with crm.write(say("filled with Qinghe's files", "导入青禾优选的数据")) as session:
        _refuse_full(session)
        tables = qinghe_tables(customers, seed)
        for name in _ORDER:
            write_many(session, TABLES[name], _copies(name, tables[name], scale))
        count_on(session, [TABLES[name] for name in _ORDER])
    return _report(tables, scale)


def open_qinghe(path="qinghe_crm.sqlite"):
    """Open the CRM of Qinghe 青禾优选 in a file, on the evening of 31 December 2025; the first time it is filled.

    What is written into it stays: it is the course's CRM for the whole term. ``open_qinghe().copy()`` is one to
    practise on.

    Parameters
    ----------
    path : str or pathlib.Path
        A file of SQLite, the notebook's neighbour if not given; or the URL of a server.

    Returns
    -------
    CRM

    Examples
    --------
    >>> crm = open_qinghe(":memory:")
    >>> crm.now(), len(crm.sign_in("manager1").trail())
    (datetime.datetime(2025, 12, 31, 22, 0), 12)
    """
    crm = open_crm(path, now="2025-12-31 22:00")
    if _empty(crm):
        try:
            fill_from_qinghe(crm)
        except ValueError:  # another notebook was quicker
            if _empty(crm):
                raise
    return crm


def _empty(crm):
    return crm.table(select(User.login).limit(1)).empty


def _refuse_full(session):
    for name in _ORDER:
        one = select(literal(1)).select_from(TABLES[name]).limit(1)
        if session.scalar(one, execution_options={CHECKED: True}) is not None:
            what = named(name)
            en = f"crm holds {what} already; nothing was written. Fill an empty one: open_crm with another file."
            raise ValueError(say(en, f"crm 中已有{what}，没有写入任何内容。请换一个空的：用 open_crm 打开另一个文件。"))


def qinghe_tables(customers=None, seed=1):
    """Return Qinghe's tables as they are written: all, or those of so many customers; see `fill_from_qinghe`.

    >>> {name: len(table) for name, table in qinghe_tables(customers=100).items() if name in ("accounts", "tickets")}
    {'accounts': 114, 'tickets': 20}
    """
    accounts = filling_customers.accounts()
    people = filling_customers.contacts()
    leads = filling_sales.lead_accounts()
    customers = len(accounts) if customers is None else customers
    people = pd.concat([people, filling_sales.lead_contacts(len(people) + 1)], ignore_index=True)
    contact_ids = people.set_index("account_id")["contact_id"]
    campaigns, tickets = filling_service.campaigns(), filling_service.tickets(contact_ids, seed)
    served = filling_service.service_activities(
        contact_ids,
        accounts.set_index("account_id")["owner_id"],
        tickets.set_index("ticket_id")["owner_id"],
        campaigns.set_index("starts")["campaign_id"],
        seed,
    )
    sold = filling_sales.sales_activities(seed)
    activities = pd.concat([served, sold.assign(contact_id=sold["account_id"].map(contact_ids))])
    activities = activities.sort_values("at", kind="stable", ignore_index=True)
    tables = {
        "users": filling_customers.users(),
        "products": filling_customers.products(),
        "campaigns": campaigns,
        "accounts": pd.concat([accounts, leads], ignore_index=True),
        "contacts": people,
        "consents": filling_customers.consents(),
        "orders": filling_customers.orders(),
        "order_lines": datasets.load_qinghe_order_lines(),
        "opportunities": filling_sales.opportunities(),
        "contracts": filling_sales.contracts(),
        "tickets": tickets,
        "activities": activities.assign(activity_id=range(1, len(activities) + 1), version=1),
    }
    return _part(
        tables, _chosen(accounts, customers) | _chosen(leads, math.ceil(len(leads) * customers / len(accounts)))
    )


def _chosen(accounts, count):
    """So many accounts: firms of the customer file first, then the others evenly spread over the time they came."""
    first = accounts["account_id"].str.startswith("B")
    firms, others = accounts.loc[first, "account_id"], accounts.loc[~first, "account_id"]
    rest = max(count - len(firms), 0)
    spread = np.linspace(0, len(others) - 1, rest).round().astype(int)
    return set(firms.head(count)) | set(others.iloc[spread])


def _part(tables, accounts):
    """The rows of these accounts, and of what belongs to them."""
    for name in ("accounts", "contacts", "orders", "opportunities", "contracts", "tickets", "activities"):
        tables[name] = tables[name][tables[name]["account_id"].isin(accounts)]
    for name, key, other in (("consents", "contact_id", "contacts"), ("order_lines", "order_id", "orders")):
        tables[name] = tables[name][tables[name][key].isin(tables[other][key])]
    return tables


LOGINS = tuple(filling_customers.USER_IDS)
_ONCE = ("users", "products", "campaigns")
_KEYS = ("contact_id", "consent_id", "order_id", "opportunity_id", "contract_id", "ticket_id", "activity_id")


def _copies(name, table, scale):
    if scale == 1 or name in _ONCE:
        return table
    return pd.concat([table, *(_copy(table.copy(), number) for number in range(2, scale + 1))], ignore_index=True)


def _copy(table, number):
    """The same customers once more, under other numbers."""
    for key in table.columns.intersection(_KEYS):
        table[key] += (number - 1) * 100_000  # more than any table has rows
    if "account_id" in table:
        table["account_id"] += f"-{number}"
    if "phone" in table:
        table["phone"] = (table["phone"].astype("int64") + 1_000_003 * (number - 1)).astype(str)
        table["email"] = table["email"].str.replace("@", f".{number}@")
    return table


def _report(tables, scale):
    rows = {name: len(tables[name]) * (1 if name in _ONCE else scale) for name in _ORDER}
    report = pd.DataFrame({"rows": rows, "left_out": ""}).rename_axis("table")
    file, orders = datasets.load_qinghe_customers(), datasets.load_qinghe_orders()
    cards, numbers = orders["customer_id"].isna().sum(), file["phone_2"].notna().sum()
    addresses = file["email"].dropna().duplicated().sum()
    no_card = say(f"{cards} without a card", f"{cards} 张没有出示会员卡")
    second = f"{numbers} second telephones, {addresses} e-mail addresses that an earlier record has"
    report.loc["orders", "left_out"] = no_card
    report.loc["contacts", "left_out"] = say(second, f"{numbers} 个第二电话，{addresses} 个与前面档案相同的邮箱")
    return report
