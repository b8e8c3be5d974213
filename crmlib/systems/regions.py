"""A region is kept by one word, whatever it is called: the one by which the CRM knows it already."""

from difflib import get_close_matches

from sqlalchemy import select

from crmlib.checks import quoted
from crmlib.language import say
from crmlib.systems.customer_cells import region_names
from crmlib.systems.model import Account
from crmlib.systems.session import CHECKED

_NEAR = 0.8  # from this likeness on, a word may be a slip for another


def known_regions(session):
    """Return the regions that customers have, whoever may see them, in the order of letters.

    >>> from crmlib.systems import open_crm
    >>> with open_crm(":memory:").read() as session:
    ...     known_regions(session)
    []
    """
    query = select(Account.region).where(Account.region.is_not(None)).distinct().order_by(Account.region)
    return list(session.scalars(query, execution_options={CHECKED: True}))


def region_for(session, region, anyway=False):
    """Return the CRM's word for a region; refuse what looks like a slip for one, unless it is a new one `anyway`.

    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business", region="changgeng")
    >>> with crm.read() as session:
    ...     [region_for(session, name) for name in ("长庚城", "Changgeng", "mars", None)]
    ['changgeng', 'changgeng', 'mars', None]
    >>> new_account(crm, "Red Door Café", "business", region="changegng")
    Traceback (most recent call last):
    ValueError: region = 'changegng': no customer is there yet. Did you mean changgeng? If it is new: anyway=True.
    """
    if region is None:
        return None
    names = region_names(known_regions(session))
    if word := names.get(region.casefold()):
        return word
    near = None if anyway else get_close_matches(region.casefold(), names, 1, _NEAR)
    if near:
        en = f"region = {quoted(region)}: no customer is there yet. Did you mean {names[near[0]]}? If it is new: "
        zh = f"region = {quoted(region)}：还没有客户在那里。是不是 {names[near[0]]}？如果确实是新的地区，"
        raise ValueError(say(f"{en}anyway=True.", f"{zh}请写 anyway=True。"))
    return region
