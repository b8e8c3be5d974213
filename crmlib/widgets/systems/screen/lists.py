"""What the lists of the screen offer: users, work, customers found. A line is what is shown, and what it opens."""

from sqlalchemy import select

from crmlib.language import say
from crmlib.systems import may_contact
from crmlib.systems.model import Campaign, User
from crmlib.systems.rights import view
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.form import NONE
from crmlib.widgets.systems.screen.names import NOTHING, channel, missing, shown


def users(crm):
    """Who may sign in: anybody where the system has opened the CRM, else who has signed in already.

    >>> from crmlib.systems import new_user, open_crm
    >>> crm = open_crm(":memory:")
    >>> user_id = new_user(crm, "Lin Tao", "service1", "service")
    >>> users(crm)
    [('– who are you? –', ''), ('service · Lin Tao (service1)', 'service1')]
    """
    if crm.user is not None:
        people = [crm.user]
    else:
        seen = view(None, User)
        people = crm.table(select(seen).where(seen.c.active).order_by(seen.c.user_id)).itertuples()
    pairs = [(f"{named(one.role)} · {one.name} ({one.login})", one.login) for one in people]
    return [(say("– who are you? –", "—— 请选择 ——"), NONE), *pairs]


def hits(found):
    """The lines of customers found."""
    return [(_hit(one), ("accounts", one["account_id"])) for one in found.to_dict("records")]


def _hit(one):
    parts = [one["account_id"], one["name"], "" if missing(one["region"]) else shown("region", one["region"])]
    return " · ".join(filter(None, parts))


def waiting(rows):
    """The lines of a work list; what is overdue bears a mark."""
    return [_waiting(*at, row) for at, row in zip(rows.index, rows.to_dict("records"), strict=True)]


def _waiting(table, key, row):
    moment = "%m-%d %H:%M" if table in ("tickets", "activities") else "%m-%d"
    due = NOTHING if missing(row["due"]) else f"{row['due']:{moment}}"
    parts = [due, named(row["kind"]), row["account"], row["account_id"], row["what"]]
    text = " · ".join(part for part in parts if not missing(part) and part)
    return (say("! ", "！") if row["overdue"] else "") + text, (table, key, row["account_id"])


def campaign(crm, campaign_id):
    """Say whom a campaign may address."""
    seen = view(crm.user, Campaign)
    [one] = crm.table(select(seen).where(seen.c.campaign_id == campaign_id)).to_dict("records")
    through = "sms" if missing(one["channel"]) else one["channel"]
    count, way = len(may_contact(crm, "marketing", through)), channel(through)
    en = f"{one['name']}, {one['starts']} to {one['ends']}, by {way}: "
    en += f"people who have agreed and can be reached: {count:,}."
    return say(en, f"{one['name']}，{one['starts']} 至 {one['ends']}，{way}：同意营销且能联系到的有 {count:,} 人。")
