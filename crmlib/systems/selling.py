"""Sales: opportunities move from stage to stage, and end in a contract or not; campaigns bring them."""

from sqlalchemy import select

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.accounts import account_for
from crmlib.systems.activities import of_account
from crmlib.systems.database import opened
from crmlib.systems.model import STAGES, Campaign, Contract, Opportunity
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch, unchanged
from crmlib.systems.words import named

_ENDS = ("won", "lost")


def new_opportunity(crm, account_id, name, *, amount=0, expected=None, campaign_id=None):
    """Add a sale that may come, at the stage "lead"; return its number.

    Parameters
    ----------
    crm : CRM
    account_id, name : str
    amount : float
        Yuan.
    expected : date, optional
        Not a day that has gone by.
    campaign_id : int, optional

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> new_opportunity(crm, new_account(crm, "Blue Door Café", "business"), "coffee for a year", amount=24_000)
    1
    """
    account_id = inputs.account(account_id)
    require(opened(crm).user, "opportunities", "add")
    row = Opportunity(
        account_id=account_id,
        owner_id=crm.user and crm.user.user_id,
        name=inputs.line(name, "name"),
        amount=inputs.money(amount, "amount"),
        opened=crm.now().date(),
        expected=inputs.ahead(inputs.day(expected, "expected"), "expected", crm.now()),
        campaign_id=inputs.number_of(campaign_id, "campaign_id"),
    )
    with crm.write() as session:
        account_for(session, account_id)
        if row.campaign_id and session.get(Campaign, row.campaign_id, execution_options={CHECKED: True}) is None:
            en = f"campaign_id = {row.campaign_id}: there is no such campaign. Take one of the table campaigns."
            raise ValueError(say(en, f"campaign_id = {row.campaign_id}：没有这个营销活动。请取 campaigns 表中的编号。"))
        session.add(row)
    return row.opportunity_id


def move_opportunity(crm, opportunity_id, stage, *, version=None, amount=None):
    """Move an opportunity on; won or lost closes it.

    The stages in order: lead, qualified, proposal, negotiation, won. Stages may be skipped, as a customer may decide at
    once, but none is gone back to; lost comes after any. What is closed stays so.

    Parameters
    ----------
    crm : CRM
    opportunity_id : int
    stage : {"qualified", "proposal", "negotiation", "won", "lost"}
        Its own stage, to change the amount only.
    version : int, optional
        The version that was read. Where somebody has changed it since, `Stale` is raised, and says who and when.
    amount : float, optional
        Yuan, where it has changed.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> coffee = new_opportunity(crm, new_account(crm, "Blue Door Café", "business"), "coffee for a year")
    >>> move_opportunity(crm, coffee, "proposal", version=1, amount=22_000)
    >>> move_opportunity(crm, coffee, "won", version=2)
    >>> crm.trail("opportunities")["after"].iloc[0]["stage"]
    'won'
    """
    opened(crm)
    opportunity_id = checks.whole(opportunity_id, "opportunity_id", 1, inputs.LARGEST)
    stage, version = checks.one_of(stage, "stage", STAGES), inputs.number_of(version, "version")
    amount = None if amount is None else inputs.money(amount, "amount")
    with crm.write() as session:
        row = fetch(session, Opportunity, opportunity_id, "opportunity_id")
        unchanged(session, row, version, stage=stage, amount=amount)
        _in_order(row, stage)
        row.stage, row.amount = stage, row.amount if amount is None else amount
        if stage in _ENDS:
            row.closed = crm.now().date()


def _in_order(row, stage):
    told, at = f"stage = {stage!r}", named(row.stage)
    if row.stage in _ENDS:
        en = f"{told}: opportunity {row.opportunity_id} was closed ({at}). For new talks open a new one."
        raise ValueError(say(en, f"{told}：商机 {row.opportunity_id} 已结束（{at}）。重新洽谈请新建商机。"))
    if STAGES.index(stage) < STAGES.index(row.stage):
        ahead = STAGES[STAGES.index(row.stage) + 1 :]
        en = f"{told}: opportunity {row.opportunity_id} is at {at} already; ahead of it are {', '.join(ahead)}."
        zh = f"{told}：商机 {row.opportunity_id} 已到“{at}”，不能退回；之后的阶段有 {'、'.join(ahead)}。"
        raise ValueError(say(en, zh))


def sign_contract(crm, account_id, amount, starts, ends, *, signed=None, opportunity_id=None):
    """Add a contract with a customer; return its number. An opportunity ends in one contract.

    Parameters
    ----------
    crm : CRM
    account_id : str
    amount : float
        Yuan, above 0.
    starts, ends : date
    signed : date, optional
        Today unless given; not a day to come.
    opportunity_id : int, optional
        The opportunity that it came from, which must be won and have no contract yet.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> sign_contract(crm, account_id, 22_000, "2026-01-01", "2026-12-31")
    1
    """
    account_id = inputs.account(account_id)
    require(opened(crm).user, "contracts", "add")
    signed = inputs.happened(inputs.day(signed, "signed", crm.now().date()), "signed", crm.now())
    amount = inputs.money(checks.number(amount, "amount", above=0), "amount")
    starts, ends = _span(starts, ends)
    with crm.write() as session:
        account_for(session, account_id)
        keys = of_account(session, account_id, opportunity_id=opportunity_id)
        if keys["opportunity_id"]:
            _won_and_unsigned(session, keys["opportunity_id"])
        status = "ended" if ends < crm.now().date() else "running"
        row = Contract(account_id=account_id, signed=signed, starts=starts, ends=ends, amount=amount, status=status)
        row.opportunity_id = keys["opportunity_id"]
        session.add(row)
    return row.contract_id


def end_contract(crm, contract_id, reason):
    """End a contract that is running: "ended" once its last day has gone by, else "cancelled". The trail keeps why.

    Parameters
    ----------
    crm : CRM
    contract_id : int
    reason : str

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:", now="2026-03-01")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> end_contract(crm, sign_contract(crm, account_id, 22_000, "2026-01-01", "2026-12-31"), "the café closes")
    'cancelled'
    """
    require(opened(crm).user, "contracts", "change")
    contract_id = checks.whole(contract_id, "contract_id", 1, inputs.LARGEST)
    with crm.write(inputs.line(reason, "reason")) as session:
        row = fetch(session, Contract, contract_id, "contract_id")
        if row.status != "running":
            en = f"contract_id = {contract_id} is not running: it is {named(row.status)}."
            raise ValueError(say(en, f"contract_id = {contract_id} 不在履行中：{named(row.status)}。"))
        row.status = "ended" if row.ends < crm.now().date() else "cancelled"
    return row.status


def _won_and_unsigned(session, opportunity_id):
    """Refuse an opportunity that is not won, or has its contract; it is locked, so that two do not sign at once."""
    checked, told = {CHECKED: True}, f"opportunity_id = {opportunity_id}"
    sale = session.get(Opportunity, opportunity_id, with_for_update=True, execution_options=checked)
    if sale.stage != "won":
        at = named(sale.stage)
        en = f"{told} is at {at}, not won. Move it first: move_opportunity."
        raise ValueError(say(en, f"{told} 还在“{at}”阶段，尚未赢单。请先用 move_opportunity 推进。"))
    signed = select(Contract.contract_id).where(Contract.opportunity_id == opportunity_id).limit(1)
    contract = session.scalar(signed, execution_options=checked)
    if contract is not None:
        en = f"{told} has been signed already: contract {contract}. For further sales open a new opportunity."
        raise ValueError(say(en, f"{told} 已签合同 {contract}。再有销售，请新建商机。"))


def new_campaign(crm, name, starts, ends, *, channel=None, budget=0):
    """Add a campaign; return its number.

    Parameters
    ----------
    crm : CRM
    name : str
    starts, ends : date
    channel : str, optional
        One of `model.CHANNELS`.
    budget : float
        Yuan.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> new_campaign(open_crm(":memory:"), "Spring range", "2026-03-01", "2026-03-15", channel="sms", budget=5000)
    1
    """
    require(opened(crm).user, "campaigns", "add")
    starts, ends = _span(starts, ends)
    row = Campaign(
        name=inputs.line(name, "name", 100),
        channel=inputs.channel(channel),
        starts=starts,
        ends=ends,
        budget=inputs.money(budget, "budget"),
    )
    with crm.write() as session:
        session.add(row)
    return row.campaign_id


def _span(starts, ends):
    starts, ends = (inputs.stamp(day, name).date() for day, name in ((starts, "starts"), (ends, "ends")))
    if ends < starts:
        en = f"ends = {ends} lies before starts = {starts}. Exchange them, or correct one."
        raise ValueError(say(en, f"ends = {ends} 早于 starts = {starts}。请对调，或者更正其中一个。"))
    return starts, ends
