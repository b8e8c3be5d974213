"""What customers are worth who bring others: the value of their referrals beside what they buy themselves."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

REFERRER_SEGMENTS = ("champion", "affluent", "advocate", "miser")


def referral_value(
    referrals,
    worth,
    *,
    saved=0.0,
    reward=0.0,
    anyhow=0.0,
    discount=0.0,
    referrer="referrer",
    customer="customer_id",
    period=None,
):
    """What each customer is worth by own purchases, and by those whom the customer brought.

    Somebody who comes because of a referral (type one) brings what a customer is worth; somebody who would have come
    anyhow (type two) only what the firm saves on winning customers. The reward is paid for both. Only direct referrals
    count: those of the newcomers are the newcomers' own. Returns a DataFrame with the customers of `worth`: ``worth``,
    ``referrals`` (number), ``type_one`` (worth of those who came because of them), ``saved`` (less rewards), both
    discounted, ``referral_value`` (their sum), ``total``. Sources: Kumar, Petersen, Leone (2007), How valuable is word
    of mouth?, Harvard Business Review 85(10), and (2010), Driving profitability by encouraging customer referrals, J.
    Marketing 74(5), who take no reward from type two.

    Parameters
    ----------
    referrals : pandas.DataFrame
        A row for each newcomer: who referred, and who came.
    worth : pandas.Series
        What each customer is worth by own purchases (CLV, from the day of coming), by customer.
    saved, reward : float
        Cost of winning a customer otherwise; reward and other costs of a referral.
    anyhow : float or str
        Share of newcomers who would have come anyhow; or the column that holds it, or 0 and 1, for each of them.
    discount : float
        Rate per period, where the column `period` says in which (0: now) a newcomer came.
    referrer, customer, period : str
        Names of those columns; without `period` all came now.

    Examples
    --------
    >>> worth = pd.Series({"Ada": 900.0, "Bo": 200.0, "Cai": 500.0, "Du": 100.0})
    >>> referrals = pd.DataFrame({"referrer": ["Bo", "Bo"], "customer_id": ["Cai", "Du"]})
    >>> table = referral_value(referrals, worth, saved=50, reward=20, anyhow=0.5)
    >>> table.loc["Bo"].to_dict()
    {'worth': 200.0, 'referrals': 2.0, 'type_one': 300.0, 'saved': 60.0, 'referral_value': 360.0, 'total': 560.0}
    """
    own = _worth(worth)
    names = [checks.text(referrer, "referrer"), checks.text(customer, "customer")]
    more = [checks.text(name, "period") for name in [period] if name is not None]
    checks.require_columns(checks.frame(referrals, "referrals").columns, names + more)
    by, newcomer = (_known(referrals, name, own) for name in names)
    _refuse_circles(referrals[names], by, newcomer)
    if isinstance(anyhow, str):
        checks.require_columns(referrals.columns, [anyhow])
        type_two = checks.probabilities(referrals[anyhow], anyhow)
    else:
        type_two = checks.share(anyhow, "anyhow")
    saved, reward = checks.amount(saved, "saved"), checks.amount(reward, "reward")
    rate = float(checks.rates(checks.number(discount, "discount"), "discount"))
    when = 0.0 if period is None else checks.column(referrals, period, least=0)
    weight = (1 + rate) ** -(when + np.zeros(len(referrals)))
    count = len(own)
    table = pd.DataFrame({"worth": own, "referrals": np.bincount(by, minlength=count)}, index=own.index)
    table["type_one"] = np.bincount(by, weight * (1 - type_two) * own.to_numpy()[newcomer], count)
    table["saved"] = np.bincount(by, weight * (saved - reward), count)
    table["referral_value"] = table["type_one"] + table["saved"]
    return table.assign(total=table["worth"] + table["referral_value"])


def referral_segments(worth, referral_value, *, worth_cut, referral_cut):
    """Sort customers by what they buy and what they bring: a Series of `REFERRER_SEGMENTS`.

    High in both are ``"champion"``, ``"affluent"`` buy much and bring little, ``"advocate"`` bring much and buy little,
    ``"miser"`` neither. What stands at the cut is high. Source: Kumar, Petersen, Leone (2007), Harvard Business Review
    85(10).

    >>> referral_segments([900, 900, 50, 50], [400, 0, 400, 0], worth_cut=500, referral_cut=100).tolist()
    ['champion', 'affluent', 'advocate', 'miser']
    """
    worth, brought = checks.lists(worth=worth, referral_value=referral_value)
    buys = checks.floats(worth, "worth") >= checks.number(worth_cut, "worth_cut")
    brings = checks.floats(brought, "referral_value") >= checks.number(referral_cut, "referral_cut")
    segments = np.array(REFERRER_SEGMENTS, dtype=object)[2 * ~buys + ~brings]
    return pd.Series(segments, index=worth.index, name="segment", dtype=object)


def _worth(worth):
    if not isinstance(worth, pd.Series):
        en = f"worth = {checks.quoted(worth)}: a Series is needed, its index the customers."
        raise TypeError(say(en, f"worth = {checks.quoted(worth)} 不对：应为 Series，以客户编号为索引。"))
    checks.unique_index(worth, "worth")
    return pd.Series(checks.floats(worth, "worth"), index=worth.index)


def _known(referrals, name, own):
    """The places of a column's customers in `own`."""
    column = checks.one_each(referrals[name], name)
    place = own.index.get_indexer(column) if own.index.nlevels == 1 else np.full(len(column), -1)
    en = f"{name}: these customers have no worth: add them to worth, or take the rows out"
    checks.refuse_rows(
        place < 0, column.to_frame(name), en, f"{name}：这些客户在 worth 中没有价值：请补上，或者删去这些行"
    )
    return place


def _refuse_circles(pairs, by, newcomer):
    """Nobody comes twice, nor by a referral of their own."""
    twice = pd.Series(newcomer).duplicated(keep=False).to_numpy()
    name = pairs.columns[1]
    en = f"{name}: a newcomer is counted more than once: keep one referrer for each"
    checks.refuse_rows(twice, pairs, en, f"{name}：同一个新客户出现多次：每人只留一个介绍人")
    en = f"{name}: these customers have referred themselves: take the rows out"
    checks.refuse_rows(by == newcomer, pairs, en, f"{name}：这些客户介绍了自己：请删去这些行")
