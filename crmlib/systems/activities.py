"""What is done with customers: logged when it is done, or planned and done later."""

from datetime import datetime

from sqlalchemy import func, select

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.accounts import account_for
from crmlib.systems.consents import agreed
from crmlib.systems.database import opened
from crmlib.systems.errors import Refused
from crmlib.systems.model import ACTIVITY_KINDS, Activity, Campaign, Contact, Opportunity, Ticket
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch, living, unchanged
from crmlib.systems.words import named

_CHANNELS = {"call": "phone", "email": "email"}
# Yuan for a customer's gifts of a year, and for a hospitality; above it a manager approves, and logs it. Qinghe's rule,
# invented.
GIFT_LIMIT = 500


def log_activity(
    crm,
    account_id,
    kind,
    subject,
    *,
    notes="",
    at=None,
    contact_id=None,
    channel=None,
    cost=0,
    campaign_id=None,
    ticket_id=None,
    opportunity_id=None,
    basis="",
):
    """Write down what was done with a customer; return its number.

    A call, message or e-mail of a campaign is marketing, and so is each message and e-mail that somebody of marketing
    sends: it needs the consent of the person, or of anybody of the account where none is named; else the basis on which
    it was sent, which the trail keeps. Gifts to a customer that come to more than `GIFT_LIMIT` in a year, and an
    entertainment above it, are logged by a manager, who has approved them.

    Parameters
    ----------
    crm : CRM
    account_id : str
    kind : {"call", "visit", "message", "email", "meeting", "gift", "entertainment", "note"}
    subject, notes : str
        In a line; in full.
    at : date, optional
        When; now unless given, not in the future.
    contact_id, campaign_id, ticket_id, opportunity_id : int, optional
        With whom, and what it belongs to.
    channel : str, optional
        One of `model.CHANNELS`; of a call the telephone, of an e-mail the e-mail.
    cost : float
        Yuan.
    basis : str
        Of marketing without consent: on what basis.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> log_activity(crm, account_id, "visit", "shown the spring range", notes="wants oat milk", cost=36)
    1
    """
    given = {
        "kind": checks.one_of(kind, "kind", ACTIVITY_KINDS),
        "subject": inputs.line(subject, "subject"),
        "notes": inputs.notes(notes),
        "at": inputs.happened(inputs.moment(at, "at", opened(crm).now()), "at", crm.now()),
        "channel": inputs.channel(channel) or _CHANNELS.get(kind),
        "cost": inputs.money(cost, "cost"),
    }
    return _add(
        crm,
        account_id,
        given,
        inputs.line(basis, "basis", empty=True),
        contact_id=contact_id,
        campaign_id=campaign_id,
        ticket_id=ticket_id,
        opportunity_id=opportunity_id,
    )


def plan_call(crm, account_id, at, subject, *, contact_id=None, opportunity_id=None, ticket_id=None):
    """Plan a call; return its number. It stands on the work list until it is done.

    Parameters
    ----------
    crm : CRM
    account_id : str
    at : date
        Today or later.
    subject : str
    contact_id, opportunity_id, ticket_id : int, optional

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:", now="2025-12-31")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> plan_call(crm, account_id, "2026-01-05 10:00", "does the new grinder work?")
    1
    """
    now, logged = opened(crm).now(), (" What was done is logged: log_activity.", "已经做过的事请用 log_activity 记录。")
    given = {
        "kind": "call",
        "channel": "phone",
        "subject": inputs.line(subject, "subject"),
        "at": inputs.ahead(inputs.moment(inputs.stamp(at, "at"), "at", None), "at", now, logged),
        "planned": True,
        "done": False,
    }
    return _add(crm, account_id, given, contact_id=contact_id, ticket_id=ticket_id, opportunity_id=opportunity_id)


def done(crm, activity_id, notes="", *, version=None):
    """Mark what was planned as done now, with what came of it.

    Parameters
    ----------
    crm : CRM
    activity_id : int
    notes : str
        Put below those that are there.
    version : int, optional
        The version that was read; where somebody has changed it since, `Stale` is raised.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm, work_list
    >>> crm = open_crm(":memory:", now="2025-12-31")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> done(crm, plan_call(crm, account_id, "2026-01-05 10:00", "does the new grinder work?"), "it does")
    >>> len(work_list(crm))
    0
    """
    opened(crm)
    activity_id = checks.whole(activity_id, "activity_id", 1, inputs.LARGEST)
    notes, version = inputs.notes(notes), inputs.number_of(version, "version")
    with crm.write() as session:
        activity = fetch(session, Activity, activity_id, "activity_id")
        unchanged(session, activity, version, notes=notes)
        if activity.done:
            en = f"activity_id = {activity_id} was done on {activity.at:%Y-%m-%d} already. Log a new one: log_activity."
            zh = f"activity_id = {activity_id} 已于 {activity.at:%Y-%m-%d} 完成。如有新的活动，请用 log_activity 另记。"
            raise ValueError(say(en, zh))
        activity.done, activity.at = True, crm.now()
        activity.notes = "\n".join(filter(None, [activity.notes, notes]))


_OF = {"contact_id": Contact, "ticket_id": Ticket, "opportunity_id": Opportunity}


def of_account(session, account_id, **keys):
    """Return the numbers of what belongs to an account; refuse what is not its own, and who has been erased.

    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> with crm.write() as session:
    ...     of_account(session, "N000001", contact_id=None)
    {'contact_id': None}
    """
    keys = {name: inputs.number_of(key, name) for name, key in keys.items()}
    for name, key in keys.items():
        row = key and session.get(_OF[name], key, execution_options={CHECKED: True})
        if key and (row is None or row.account_id != account_id):
            en = f"{name} = {key} is not of account {account_id}. Look at card(crm, …) or history(crm, …)."
            raise ValueError(
                say(en, f"{name} = {key} 不属于客户 {account_id}。请查看 card(crm, …) 或 history(crm, …)。")
            )
    if keys.get("contact_id"):
        living(session, keys["contact_id"])
    return keys


def _approved(session, user, account_id, given):
    if given["kind"] not in ("gift", "entertainment") or user is None or user.role == "manager":
        return
    before = _given(session, account_id, given["at"]) if given["kind"] == "gift" else 0
    if given["cost"] + before > GIFT_LIMIT:
        who, what = f"{user.login} ({named(user.role)})", named(given["kind"])
        en = f"{who} may not log a cost of {given['cost']:,.2f} yuan ({what}): above {GIFT_LIMIT} yuan it is approved "
        zh = f"{user.login}（{named(user.role)}）无权记录 {given['cost']:,.2f} 元的{what}："
        zh += f"超过 {GIFT_LIMIT} 元须先批准。"
        if before:
            en = f"{account_id} had gifts of {before:,.2f} yuan in {given['at'].year}. {en}"
            zh = f"客户 {account_id} 在 {given['at'].year} 年已收礼品 {before:,.2f} 元。{zh}"
        raise Refused(say(f"{en}first. Those who may: {named('manager')}.", f"{zh}有权的是：{named('manager')}。"))


def _given(session, account_id, at):
    """Yuan of gifts to a customer in the year of a moment, whoever gave them."""
    query = select(func.coalesce(func.sum(Activity.cost), 0)).where(Activity.kind == "gift")
    query = query.where(Activity.account_id == account_id)
    query = query.where(Activity.at >= datetime(at.year, 1, 1), Activity.at < datetime(at.year + 1, 1, 1))
    return float(session.scalar(query, execution_options={CHECKED: True}))


def _agreed(session, account_id, given):
    """Refuse marketing to whom has not agreed."""
    way, contact_id = given["channel"] or "sms", given["contact_id"]
    people = select(Contact.contact_id).where(Contact.account_id == account_id)
    people = people.where(agreed(Contact.contact_id, "marketing", way))
    if contact_id:
        people = people.where(Contact.contact_id == contact_id)
    if session.scalar(people.limit(1), execution_options={CHECKED: True}) is None:
        who, whom = f"contact {contact_id}", f"联系人 {contact_id} "
        if not contact_id:
            who, whom = f"nobody of account {account_id}", f"客户 {account_id} 无人"
        en = f"kind = {given['kind']}: {who} has {'not ' if contact_id else ''}agreed to marketing ({way}). "
        en += "Do not send it; or say "
        zh = f"kind = {given['kind']}：{whom}{'未' if contact_id else ''}同意营销（{way}）。请勿发送；"
        raise ValueError(say(f"{en}on what basis it was sent: basis=…", f"{zh}如另有依据，请写明 basis=…"))


def _add(crm, account_id, given, basis="", campaign_id=None, **keys):
    account_id = inputs.account(account_id)
    require(crm.user, "activities", "add")
    campaign_id = inputs.number_of(campaign_id, "campaign_id")
    with crm.write(basis) as session:
        account_for(session, account_id)
        given = given | of_account(session, account_id, **keys)
        if campaign_id and session.get(Campaign, campaign_id, execution_options={CHECKED: True}) is None:
            en = f"campaign_id = {campaign_id}: there is no such campaign. Take one of the table campaigns."
            raise ValueError(say(en, f"campaign_id = {campaign_id}：没有这个营销活动。请取 campaigns 表中的编号。"))
        written = given["kind"] in ("message", "email")
        sent = crm.user is not None and crm.user.role == "marketing" and written
        if not basis and (sent or campaign_id and (written or given["kind"] == "call")):
            _agreed(session, account_id, given)
        _approved(session, crm.user, account_id, given)
        user_id = crm.user and crm.user.user_id
        row = Activity(account_id=account_id, user_id=user_id, campaign_id=campaign_id, **given)
        session.add(row)
    return row.activity_id
