"""How good a prediction of churn is: gains, calibration, maximum profit, and how groups fare under a choice."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say


def gains(churned, probability, bins=10):
    """Show which share of all leavers is among the customers with the highest probabilities.

    `churned` is 0/1, `probability` the model's of leaving, `bins` the number of steps. Returns a DataFrame by ``share``
    of the customers contacted, highest probability first: ``contacted``, ``leavers`` among them, ``reached`` (share of
    all leavers) and ``lift`` (reached / share: 1 for a list drawn by lot). Customers with equal probabilities at a
    border count with the share of leavers among them. ``attrs``: ``customers``, ``churned`` (number).

    >>> gains([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1], bins=2)
           contacted  leavers  reached  lift
    share
    0.5          2.0      1.0      0.5   1.0
    1.0          4.0      2.0      1.0   1.0
    """
    left, p = _judged(churned, probability)
    bins = checks.whole(checks.whole(bins, "bins", least=1), "bins", 1, 1000)
    leavers, stayers = _ranked(left, p)
    share = np.arange(1, bins + 1) / bins
    contacted = share * len(p)
    found = np.interp(contacted, leavers + stayers, leavers)
    reached = found / left.sum()
    columns = {"contacted": contacted, "leavers": found, "reached": reached, "lift": reached / share}
    table = pd.DataFrame(columns, index=pd.Index(share, name="share"))
    table.attrs = {"customers": len(p), "churned": int(left.sum())}
    return table


def _judged(churned, probability):
    churned, probability = checks.lists(churned=churned, probability=probability)
    return checks.both_kinds(churned, "churned"), checks.probabilities(probability, "probability")


def _ranked(left, score):
    """Leavers and stayers among the best-scored, after each distinct score, from nobody on."""
    _, place = np.unique(-checks.steady(score), return_inverse=True)
    return tuple(np.append(0, np.cumsum(np.bincount(place, weights=kind))) for kind in (left, 1 - left))


def calibration(churned, probability, bins=10):
    """Compare predicted probabilities with what happened, in `bins` classes of about equal size.

    Parameters as in `gains`; equal probabilities share a class, so that there can be fewer. Returns a DataFrame by
    ``bin`` from 1, rising: ``predicted`` (mean probability), ``observed`` (share that left), ``customers``, ``lower``
    and ``upper`` (95 %, Wilson). ``attrs["brier"]``: mean squared distance of probability and outcome. Source: Brier
    (1950), Monthly Weather Review 78(1).

    >>> calibration([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], bins=2).round(2)
         predicted  observed  customers  lower  upper
    bin
    1          0.2       0.0          2   0.00   0.66
    2          0.7       1.0          2   0.34   1.00
    """
    left, p = _judged(churned, probability)
    bins = checks.whole(checks.whole(bins, "bins", least=1), "bins", 1, 1000)
    p = checks.steady(p)
    below = np.searchsorted(np.sort(p), p)
    _, at = np.unique(below * bins // len(p), return_inverse=True)
    customers = np.bincount(at)
    predicted, observed = (np.bincount(at, weights=values) / customers for values in (p, left))
    lower, upper = intervals.wilson(observed * customers, customers)
    columns = {"predicted": predicted, "observed": observed, "customers": customers, "lower": lower, "upper": upper}
    table = pd.DataFrame(columns, index=pd.RangeIndex(1, len(customers) + 1, name="bin"))
    table.attrs = {"brier": float(np.mean((p - left) ** 2))}
    return table


def maximum_profit(churned, score, *, clv=200, offer=10, call=1, keeps=0.3):
    """Profit per customer when exactly the best share of the ranking gets the offer.

    Returns a Series: ``profit`` (money per customer of the whole list) and ``share`` of the customers to contact (the
    smallest that earns it). Source: Verbeke et al. (2012), European J. Operational Research 218(1); defaults: see
    `expected_maximum_profit`.

    Parameters
    ----------
    churned, score : Series, array or list
        Who left (0/1); any numbers that rise with the risk of leaving.
    clv, offer, call, keeps : float
        As `worth`, `offer`, `call` and `keeps` in `offer_gain`, the same for all customers; clv above offer.

    Examples
    --------
    >>> maximum_profit([0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]).round(3).to_dict()
    {'profit': 23.875, 'share': 0.875}
    """
    leavers, stayers, clv, offer, call = _priced_ranking(churned, score, clv, offer, call)
    keeps = checks.share(keeps, "keeps")
    profit = leavers * (keeps * (clv - offer) - call) - stayers * (offer + call)
    customers, best = leavers[-1] + stayers[-1], profit.argmax()
    return pd.Series({"profit": profit[best] / customers, "share": (leavers[best] + stayers[best]) / customers})


def expected_maximum_profit(churned, score, *, clv=200, offer=10, call=1, alpha=6, beta=14):
    """`maximum_profit` when the share that the offer keeps is not known but follows a beta distribution (EMPC).

    Parameters and result are as there, in expectation: the best share of the list is chosen for each value of the share
    kept, whose mean is ``alpha / (alpha + beta)``, both above 0. It is always a corner of the convex hull of the ROC
    curve; the corners are the blocks of an isotonic regression of leaving on the score, and between two of them the
    integral is an incomplete beta function: no sampling. Sources: Verbraken, Verbeke and Baesens (2013), IEEE
    Transactions on Knowledge and Data Engineering 25(5); Fawcett and Niculescu-Mizil (2007), PAV and the ROC convex
    hull, Machine Learning 68(1).

    >>> expected_maximum_profit([0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]).round(4).to_dict()
    {'profit': 23.8756, 'share': 0.8744}
    """
    leavers, stayers, clv, offer, call = _priced_ranking(churned, score, clv, offer, call)
    alpha, beta = checks.number(alpha, "alpha", above=0), checks.number(beta, "beta", above=0)
    from scipy.optimize import isotonic_regression
    from scipy.special import betainc

    size = np.diff(leavers + stayers)
    corners = isotonic_regression(np.diff(leavers) / size, weights=size, increasing=False).blocks
    leavers, stayers = leavers[corners], stayers[corners]
    more, useless = np.diff(leavers), np.diff(stayers)
    pays = np.full(len(more), np.inf)  # the share kept from which contacting this block, too, pays
    np.divide(call * (more + useless) + offer * useless, (clv - offer) * more, out=pays, where=more > 0)
    edges = np.concatenate([[0], np.minimum(pays, 1), [1]])
    chance = np.diff(betainc(alpha, beta, edges))
    kept = alpha / (alpha + beta) * np.diff(betainc(alpha + 1, beta, edges))
    profit = (clv - offer) * leavers * kept - (call * (leavers + stayers) + offer * stayers) * chance
    customers = leavers[-1] + stayers[-1]
    return pd.Series({"profit": profit.sum() / customers, "share": ((leavers + stayers) * chance).sum() / customers})


def _priced_ranking(churned, score, clv, offer, call):
    churned, score = checks.lists(churned=churned, score=score)
    left, score = checks.both_kinds(churned, "churned"), checks.floats(score, "score", flags=True)
    clv, offer, call = checks.amount(clv, "clv"), checks.amount(offer, "offer"), checks.amount(call, "call")
    if clv <= offer:
        en = f"clv = {clv:g} is not above the offer, {offer:g}: keeping a customer could not pay."
        zh = f"clv = {clv:g} 不高于优惠成本 {offer:g}：留住客户也不合算。"
        raise ValueError(say(en, zh))
    return *_ranked(left, score), clv, offer, call


def by_group(churned, chosen, group):
    """Compare how groups of customers fare under a choice: who gets the offer, who is reached, where it is wasted.

    `churned` and `chosen` are 0/1 (who left, or would have; who gets the offer), `group` an attribute such as age or
    sex. Returns a DataFrame by group: ``customers`` (number), ``churned`` (rate), ``offered`` (share of the customers),
    ``reached`` (share of the leavers who get the offer), ``wasted`` (share of the offers that go to stayers); missing
    without any. Source: Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning, NIPS 29: equal
    ``reached``.

    >>> by_group([1, 0, 1, 0, 1], [1, 1, 0, 0, 1], ["old", "old", "young", "young", "young"]).round(2)
           customers  churned  offered  reached  wasted
    group
    old            2     0.50     1.00      1.0     0.5
    young          3     0.67     0.33      0.5     0.0
    """
    churned, chosen, group = checks.lists(churned=churned, chosen=chosen, group=group)
    left, taken = checks.both_kinds(churned, "churned"), checks.zero_one(chosen, "chosen")
    codes, names = checks.groups(group, "group")
    sums = pd.DataFrame({"n": 1, "left": left, "taken": taken, "hits": left * taken}).groupby(codes).sum()
    n, left, taken, hits = (sums[name] for name in sums)
    shares = {"churned": left / n, "offered": taken / n, "reached": hits / left, "wasted": 1 - hits / taken}
    table = pd.DataFrame({"customers": n} | shares).set_axis(names)
    return table.rename_axis("group" if group.name is None else group.name)
