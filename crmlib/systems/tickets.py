"""Complaints, questions and requests in five steps: listening, empathy, apology, solution, follow-up (chapter 08)."""

from datetime import timedelta

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.accounts import account_for
from crmlib.systems.activities import of_account
from crmlib.systems.database import opened
from crmlib.systems.errors import Refused
from crmlib.systems.model import STEPS, TICKET_KINDS, Ticket, User
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch, unchanged
from crmlib.systems.words import named

# Qinghe's standard (chapter 08): the step is taken so many hours after the ticket was opened.
STEP_HOURS = {"listening": 24, "empathy": 24, "apology": 24, "solution": 5 * 24, "follow_up": 14 * 24}


def open_ticket(crm, account_id, kind, subject, *, channel=None, contact_id=None, at=None, due=None):
    """Open a ticket; return its number. Whoever opens it has listened: that was the first of the five steps.

    Parameters
    ----------
    crm : CRM
    account_id : str
    kind : {"complaint", "question", "request"}
    subject : str
    channel : str, optional
        Through which the customer came, one of `model.CHANNELS`: phone, app, store …
    contact_id : int, optional
    at, due : date, optional
        When it came in, now unless given, not in the future; when the next step is due, by `STEP_HOURS` unless given.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> open_ticket(crm, new_account(crm, "Blue Door Café", "business"), "complaint", "the cherries were mouldy")
    1
    """
    account_id = inputs.account(account_id)
    user = opened(crm).user
    require(user, "tickets", "add")
    at = inputs.happened(inputs.moment(at, "at", crm.now()), "at", crm.now())
    due = inputs.moment(due, "due", at + timedelta(hours=STEP_HOURS["empathy"]))
    if due < at:
        en = f"due = {due:%Y-%m-%d %H:%M} lies before the ticket came in, {at:%Y-%m-%d %H:%M}. Give a later moment."
        raise ValueError(say(en, f"due = {due:%Y-%m-%d %H:%M} 早于受理时间 {at:%Y-%m-%d %H:%M}。请改为更晚的时间。"))
    row = Ticket(
        account_id=account_id,
        owner_id=user.user_id if user is not None and user.role == "service" else None,
        kind=checks.one_of(kind, "kind", TICKET_KINDS),
        channel=inputs.channel(channel),
        subject=inputs.line(subject, "subject"),
        opened=at,
        due=due,
    )
    with crm.write() as session:
        account_for(session, account_id)
        row.contact_id = of_account(session, account_id, contact_id=contact_id)["contact_id"]
        session.add(row)
    return row.ticket_id


def advance_ticket(crm, ticket_id, *, solution=None, satisfaction=None, version=None, take_over=False):
    """Take the next of the five steps of a ticket; return its name. The last one, the follow-up, closes it.

    A ticket of nobody is that of whoever takes the step. One that has an owner is advanced by the owner or a manager;
    a colleague who stands in for the owner says so, and the ticket is that colleague's from then on.

    Parameters
    ----------
    crm : CRM
    ticket_id : int
    solution : str, optional
        What was done; needed for the step "solution", and for no other.
    satisfaction : int, optional
        1 to 5, what the customer says at the follow-up.
    version : int, optional
        The version that was read. Where somebody has changed it since, `Stale` is raised, and says who and when.
    take_over : bool
        Whether a colleague's ticket is taken over.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> ticket = open_ticket(crm, new_account(crm, "Blue Door Café", "business"), "complaint", "mouldy cherries")
    >>> advance_ticket(crm, ticket), advance_ticket(crm, ticket)
    ('empathy', 'apology')
    >>> advance_ticket(crm, ticket, solution="fresh cherries within two hours")
    'solution'
    >>> advance_ticket(crm, ticket, satisfaction=5)
    'follow_up'
    """
    user = opened(crm).user
    ticket_id = checks.whole(ticket_id, "ticket_id", 1, inputs.LARGEST)
    version = inputs.number_of(version, "version")
    solution = None if solution is None else inputs.notes(solution, "solution") or None
    satisfaction = None if satisfaction is None else checks.whole(satisfaction, "satisfaction", 1, 5)
    take_over = checks.flag(take_over, "take_over")
    with crm.write() as session:
        row = fetch(session, Ticket, ticket_id, "ticket_id")
        unchanged(session, row, version, solution=solution, satisfaction=satisfaction)
        _whose(session, row, user, take_over)
        row.step = _next(row, solution, satisfaction)
        if solution is not None:
            row.solution = solution
        if row.step == STEPS[-1]:
            row.closed, row.satisfaction = crm.now(), satisfaction
        else:
            row.due = row.opened + timedelta(hours=STEP_HOURS[STEPS[STEPS.index(row.step) + 1]])
    return row.step


def _whose(session, row, user, take_over):
    """Give the ticket to whoever takes the step; refuse that of a colleague, unless it is taken over."""
    others = row.owner_id is not None and user is not None and row.owner_id != user.user_id
    if others and not take_over:
        if user.role == "manager":
            return
        owner = session.get(User, row.owner_id, execution_options={CHECKED: True}).name
        en = f"{user.login} ({named(user.role)}) may not do this: ticket {row.ticket_id} is that of {owner}. Those who "
        en += f"may: {owner}, or a manager. To stand in for {owner} say so: take_over=True."
        zh = f"{user.login}（{named(user.role)}）无权这样做：工单 {row.ticket_id} 由{owner}处理。"
        raise Refused(say(en, f"{zh}有权的是{owner}本人和主管。如需代为处理，请写明 take_over=True。"))
    if user is not None and (others or row.owner_id is None):
        row.owner_id = user.user_id


def _next(row, solution, satisfaction):
    """The step that comes now; refuse words that belong to another one."""
    if row.closed is not None:
        en = f"ticket_id = {row.ticket_id} was closed on {row.closed:%Y-%m-%d}. Open a new one: open_ticket."
        raise ValueError(
            say(en, f"ticket_id = {row.ticket_id} 已于 {row.closed:%Y-%m-%d} 结案。请用 open_ticket 新建。")
        )
    step, ticket = STEPS[STEPS.index(row.step) + 1], f"ticket_id = {row.ticket_id}"
    if step == "solution" and solution is None:
        en = f"solution is missing: the next step of {ticket} is the solution. Write what was done."
        raise ValueError(say(en, f"缺少 solution：{ticket} 的下一步是解决，请写明怎样解决。"))
    if step != "solution" and solution is not None:
        en = f"solution: the next step of {ticket} is {named(step)}. Advance without a solution first."
        raise ValueError(say(en, f"solution：{ticket} 的下一步是{named(step)}，不是解决。请先不带 solution 推进。"))
    if step != STEPS[-1] and satisfaction is not None:
        en = f"satisfaction: the next step of {ticket} is {named(step)}, not yet the follow-up. Ask at the end."
        raise ValueError(say(en, f"satisfaction：{ticket} 的下一步是{named(step)}，还没有到回访。满意度到最后再问。"))
    return step
