"""Migration between states as a Markov chain: what a customer is worth, and when mailing no longer pays."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say


def recency_chain(purchase):
    """Transition matrix of customers by recency: each period they buy, and are new again, or grow a period older.

    `purchase` holds p_r for r = 1 … n, the probability that a customer whose last purchase was in the r-th last period
    buys in this one. The table is ``recency`` 1 … n + 1 by the same: state 1 has just bought, state n + 1 is a former
    customer and stays so. Source: Pfeifer, P. E., Carraway, R. L. (2000), Modeling customer relationships as Markov
    chains, J. Interactive Mktg 14(2).

    >>> recency_chain([0.3, 0.2])
    recency    1    2    3
    recency
    1        0.3  0.7  0.0
    2        0.2  0.0  0.8
    3        0.0  0.0  1.0
    """
    p = _probabilities(purchase)
    chain = np.diag(1 - p, k=1)
    chain[:-1, 0] += p
    chain[-1, -1] = 1.0
    states = pd.RangeIndex(1, len(p) + 2, name="recency")
    return pd.DataFrame(chain, states, states)


def markov_value(transition, reward, discount, horizon=None):
    r"""Value of a customer in each state of a Markov chain: the rewards to come, discounted (see `recency_chain`).

    A Series of money by state, or an array if `transition` is an array:

    .. math:: V = \sum_{t=0}^{T} \frac{P^t R}{(1 + d)^t}, \qquad V = \left(I - \frac{P}{1 + d}\right)^{-1} R
              \text{ for ever}

    Parameters
    ----------
    transition : pandas.DataFrame or array, shape (n, n)
        P, probability of moving from the row's state to the column's within a period; rows sum to 1.
    reward : list, array, pandas.Series or dict, length n
        R, money in each state, received at the beginning of a period; now for the first time. A Series or dict goes by
        the states' names.
    discount : float
        d, per period.
    horizon : int, optional
        T, the last period whose reward counts; 0 is today's alone. For ever if not given.

    Examples
    --------
    >>> chain = recency_chain([0.3, 0.2, 0.15, 0.05])
    >>> markov_value(chain, [36, -4, -4, -4, 0], discount=0.2).round(3).tolist()
    [52.32, 5.554, 1.251, -1.82, 0.0]
    """
    chain, names = _transition(transition)
    rewards, discount = _rewards(reward, names), float(checks.rates(checks.number(discount, "discount"), "discount"))
    if horizon is None:
        if discount == 0:
            en = "discount = 0 for ever: the sum has no end. Give a discount above 0, or a horizon."
            raise ValueError(
                say(en, "折现率为 0 又没有期限，总和没有尽头。请给出大于 0 的 discount，或者给出 horizon。")
            )
        value = np.linalg.solve(np.eye(len(rewards)) - chain / (1 + discount), rewards)
    else:
        value = _sum(chain / (1 + discount), rewards, checks.whole(horizon, "horizon") + 1)
    return pd.Series(value, index=transition.index, name="value") if isinstance(transition, pd.DataFrame) else value


def mailing_policy(purchase, margin, cost, discount, horizon=None):
    """When to stop mailing: the value of a customer under each rule "mail up to recency k, then give up" (worth 0).

    `purchase` holds p_r for r = 1 … n, the probability that a customer of recency r buys if mailed; `margin` is the
    contribution of a purchase before the mailing, `cost` that of mailing one customer for one period; `discount` and
    `horizon` are those of `markov_value`. The table's index is ``mail_up_to`` (k = 0 … n), its columns ``recency``
    1 … n + 1: what a customer of that recency is worth now, the purchase just made (recency 1) included.
    ``attrs["best"]`` is the k of the largest value at recency 1; of equal ones the smallest.

    >>> policy = mailing_policy([0.3, 0.2, 0.15, 0.05], margin=40, cost=4, discount=0.2)
    >>> policy[1].round(3).tolist(), policy.attrs["best"]
    ([40.0, 48.0, 51.574, 53.149, 52.32], 3)
    """
    always = recency_chain(purchase)
    margin, cost = checks.amount(margin, "margin"), checks.amount(cost, "cost")
    recency, rows = always.columns, []
    for k in range(len(always)):
        chain = always.to_numpy(copy=True)
        chain[k:] = np.eye(len(always))[-1]
        rows.append(markov_value(chain, margin * (recency == 1) - cost * (recency <= k), discount, horizon))
    names = pd.RangeIndex(len(always), name="mail_up_to"), pd.Index(recency.to_numpy(), name="recency")
    policy = pd.DataFrame(rows, *names)
    policy.attrs["best"] = int(np.isclose(policy[1], policy[1].max(), rtol=1e-12, atol=0).argmax())
    return policy


def _sum(step, rewards, terms):
    """The first `terms` of rewards + step @ rewards + step @ step @ rewards + …: a round for each bit of `terms`."""
    total = np.zeros(len(rewards))
    while terms:
        if terms % 2:
            total = rewards + step @ total
        rewards, step, terms = rewards + step @ rewards, step @ step, terms // 2
    return total


def _probabilities(purchase):
    if checks.dimensions(purchase) != 1 or not len(purchase):
        en = "purchase: a list of probabilities is needed, one for each recency from 1."
        raise ValueError(say(en, "purchase 应为概率列表，从近度 1 起每个近度一个。"))
    by_recency = pd.Series(purchase).set_axis(pd.RangeIndex(1, len(purchase) + 1, name="recency"))
    return checks.probabilities(by_recency, "purchase")


def _transition(transition):
    table = isinstance(transition, pd.DataFrame)
    found = checks.to_floats(transition.to_numpy() if table else transition)
    if found is None or found.ndim != 2:
        en = f"transition = {checks.quoted(transition)}: a square table of numbers is needed."
        raise TypeError(say(en, f"transition = {checks.quoted(transition)} 不对：应为由数值组成的方阵。"))
    chain = pd.DataFrame(found, transition.index, transition.columns) if table else pd.DataFrame(found)
    if chain.shape[0] != chain.shape[1] or chain.empty:
        en = f"A square transition matrix is needed, not one of form {chain.shape}."
        raise ValueError(say(en, f"转移矩阵应为方阵，现在的形状是 {chain.shape}。"))
    if not chain.index.equals(chain.columns):
        en = "Rows and columns of the transition matrix must be the same states, in the same order."
        raise ValueError(say(en, "转移矩阵的行与列应为同样的状态，顺序也要一致。"))
    en = "The transition matrix has probabilities that are missing or not between 0 and 1"
    zh = "转移矩阵中有的概率缺失，或者不在 0 到 1 之间"
    checks.refuse_rows(~((chain >= 0) & (chain <= 1)).all(axis=1), chain, en, zh)
    en = "Rows of the transition matrix do not sum to 1: divide each by its sum, P.div(P.sum(axis=1), axis=0)"
    zh = "转移矩阵有的行加起来不等于 1，请让每行除以该行之和：P.div(P.sum(axis=1), axis=0)"
    checks.refuse_rows((chain.sum(axis=1) - 1).abs() > 1e-6, chain, en, zh)
    return chain.to_numpy(), chain.index


def _rewards(reward, names):
    if isinstance(reward, (pd.Series, Mapping)):
        reward = pd.Series(reward)
        checks.same_levels(reward.index, names, "reward", "transition")
        odd = [*names.difference(reward.index, sort=False), *reward.index.difference(names, sort=False)]
        checks.unique_index(reward, "reward")
        if odd:
            en = f"reward and transition name different states: {', '.join(map(str, odd[:3]))}."
            raise ValueError(say(en, f"reward 与 transition 的状态不一致：{'、'.join(map(str, odd[:3]))}。"))
        reward = reward.reindex(names)
    rewards = checks.numbers(reward, "reward")
    if rewards.shape != (len(names),):
        en = f"reward = {rewards.tolist()}: {len(names)} numbers are needed, one for each state."
        raise ValueError(say(en, f"reward = {rewards.tolist()} 不对：应有 {len(names)} 个数，每个状态一个。"))
    return rewards
