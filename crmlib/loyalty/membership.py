"""Paid membership: from where on the fee pays for the member, and what it brings the firm."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.value.results import like


def membership_break_even(fee, discount, *, other_benefits=0.0):
    """Spending a year from which on a membership pays for the member: (fee − other benefits) / discount.

    Numbers, arrays or Series: the fee a year; the share of spending that members save against what non-members pay
    elsewhere, above 0 and up to 1; what else membership is worth to them a year, in money. Where that alone is worth
    the fee it is 0.

    >>> membership_break_even(fee=299, discount=0.05, other_benefits=49)
    5000.0
    """
    paid, saved = checks.numbers(fee, "fee", least=0), checks.numbers(discount, "discount", least=1e-6, most=1)
    extra = checks.numbers(other_benefits, "other_benefits", least=0)
    checks.fitting(fee=paid, discount=saved, other_benefits=extra)
    return like(np.maximum(paid - extra, 0) / saved, fee, discount, other_benefits)


def membership_profit(members, fee, spending, margin, renewal, *, cost=0.0):
    """What a paid membership brings the firm in a year, and what one member brings while staying.

    Returns a Series: ``fees``, ``goods`` (margin on what members buy, less `cost`), ``profit`` (both), ``fee_share``
    (of the profit; missing if there is no profit), all of a year; ``years`` that a member stays on average, 1 / (1 −
    renewal), and ``member_value`` (profit of a member in these years, without interest).

    Parameters
    ----------
    members, fee, spending : float
        Number of members; fee, and spending of a member, in money a year.
    margin, renewal : float
        Share of the spending left after the cost of goods; share of members who renew, below 1.
    cost : float
        Of serving a member, in money a year.

    Examples
    --------
    >>> membership_profit(1000, 299, 8000, margin=0.1, renewal=0.9, cost=700).round(2).to_dict()
    {'fees': 299000.0, 'goods': 100000.0, 'profit': 399000.0, 'fee_share': 0.75, 'years': 10.0, 'member_value': 3990.0}
    """
    givens = {"members": members, "fee": fee, "spending": spending, "cost": cost}
    members, fee, spending, cost = (checks.amount(given, name) for name, given in givens.items())
    margin, renewal = checks.share(margin, "margin"), checks.share(renewal, "renewal", below=1)
    fees, goods, years = members * fee, members * (spending * margin - cost), 1 / (1 - renewal)
    profit = fees + goods
    share = fees / profit if profit > 0 else np.nan
    worth = (fee + spending * margin - cost) * years
    columns = {"fees": fees, "goods": goods, "profit": profit, "fee_share": share, "years": years}
    return pd.Series(columns | {"member_value": worth})
