"""A customer changes hands, grade or status: what a manager does with accounts, and who sells with his own."""

from sqlalchemy import select

from crmlib import checks
from crmlib.language import say
from crmlib.systems import inputs
from crmlib.systems.database import opened
from crmlib.systems.errors import Refused
from crmlib.systems.model import GRADES, STATUSES, Account, Activity, Opportunity, User
from crmlib.systems.regions import region_for
from crmlib.systems.rights import require
from crmlib.systems.session import CHECKED, fetch, unchanged
from crmlib.systems.words import named

_COLUMNS = {
    "owner_id": inputs.owner,
    "grade": lambda value: None if value is None else checks.one_of(value, "grade", GRADES),
    "status": lambda value: checks.one_of(value, "status", STATUSES[:3]),
    "region": lambda value: inputs.word(value, "region"),
    "industry": lambda value: inputs.word(value, "industry"),
}


def change_account(crm, account_id, *, reason, version=None, anyway=False, **columns):
    """Give a customer to another seller, grade it, change its status; the trail keeps who did it and why.

    A manager changes any account; who sells his own, and takes one that nobody looks after. Only a manager gives a
    customer to somebody else. With a customer go its open opportunities and the calls that sales have planned: who
    looked after it sees them no more.

    Parameters
    ----------
    crm : CRM
    account_id : str
    reason : str
    version : int, optional
        The version that was read; where somebody has changed it since, `Stale` is raised.
    anyway : bool
        Whether a region is new, though it looks like a slip for another.
    owner_id, grade, status, region, industry : optional
        The new value: number or login of who sells, or of a manager; A, B or C; lead, customer or lost. None for an
        empty one.

    Examples
    --------
    >>> from crmlib.systems import card, new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> change_account(crm, account_id, reason="a third branch", grade="A", status="customer")
    >>> card(crm, account_id).account[["grade", "status"]].tolist()
    ['A', 'customer']
    """
    user, account_id = opened(crm).user, inputs.account(account_id)
    require(user, "accounts", "change")
    unknown = ", ".join(sorted(set(columns) - set(_COLUMNS)))
    if unknown or not columns:
        known, told = ", ".join(_COLUMNS), unknown or "columns"
        en = f"{told}: name what to change, one or several of {known}."
        raise ValueError(say(en, f"{told} 不对：请写明要改的列，可以是 {known}。"))
    columns = {name: _COLUMNS[name](value) for name, value in columns.items()}
    version, anyway = inputs.number_of(version, "version"), checks.flag(anyway, "anyway")
    with crm.write(inputs.line(reason, "reason")) as session:
        account = fetch(session, Account, account_id, "account_id")
        unchanged(session, account, version, **columns)
        alive(account)
        if "region" in columns:
            columns["region"] = region_for(session, columns["region"], anyway)
        if "owner_id" in columns:
            columns["owner_id"] = seller(session, columns["owner_id"])
        if columns.get("owner_id", account.owner_id) != account.owner_id:
            _may_hand_over(session, user, account, columns["owner_id"])
            if columns["owner_id"] is not None:
                _hand_over_work(session, account, columns["owner_id"])
        for name, value in columns.items():
            setattr(account, name, value)


def alive(account):
    """Refuse to write on the account of a household that has been erased.

    >>> alive(Account(account_id="Q1", status="lost"))
    """
    if account.status == "erased":
        en = (
            f"account_id = {account.account_id}: the person has been erased, and nothing more is written. Take another."
        )
        raise ValueError(say(en, f"account_id = {account.account_id} 的个人信息已删除，不能再写入。请选择其他客户。"))


def _may_hand_over(session, user, account, owner_id):
    free = account.owner_id is None and user is not None and owner_id == user.user_id
    if user is not None and user.role != "manager" and not free:
        en = f"{user.login} ({named(user.role)}) may not give {account.account_id} to somebody else. Those who may: "
        zh = f"{user.login}（{named(user.role)}）无权把客户 {account.account_id} 改派给别人。有权的是："
        raise Refused(say(f"{en}{named('manager')}.", f"{zh}{named('manager')}。"))


def _hand_over_work(session, account, owner_id):
    """Give what is still to be done with a customer to the new owner, else it would stand on nobody's work list."""
    sellers, its = select(User.user_id).where(User.role == "sales"), {CHECKED: True}
    sales = select(Opportunity).where(Opportunity.account_id == account.account_id, Opportunity.closed.is_(None))
    for sale in session.scalars(sales, execution_options=its):
        sale.owner_id = owner_id
    plans = select(Activity).where(Activity.account_id == account.account_id, Activity.done.is_(False))
    plans = plans.where(Activity.user_id.is_(None) | Activity.user_id.in_(sellers))
    for plan in session.scalars(plans, execution_options=its):
        plan.user_id = owner_id


def seller(session, owner):
    """Return the number of who may look after a customer, given by number or login; refuse others. None stays None.

    >>> from crmlib.systems import new_user, open_crm
    >>> crm = open_crm(":memory:")
    >>> user_id = new_user(crm, "Wang Fang", "sales1", "sales")
    >>> with crm.read() as session:
    ...     seller(session, "sales1"), seller(session, 1), seller(session, None)
    (1, 1, None)
    """
    if owner is None:
        return None
    query = select(User.user_id, User.login, User.role).order_by(User.user_id)
    users = session.execute(query, execution_options={CHECKED: True}).all()
    found = next((user for user in users if owner in (user.user_id, user.login)), None)
    if found is None or found.role not in ("sales", "manager"):
        may = ", ".join(f"{user.login} ({user.user_id})" for user in users if user.role in ("sales", "manager"))
        who = f"owner_id = {checks.quoted(owner)}"
        en = (
            f"{who}: there is no such user. "
            if found is None
            else f"{who}: {found.login} does not look after customers. "
        )
        zh = f"{who}：没有这个用户。" if found is None else f"{who}：{found.login} 不负责客户。"
        raise ValueError(say(f"{en}Those who do: {may}.", f"{zh}可选：{may}。"))
    return found.user_id
