"""What a retention offer costs and earns, and whom to make it."""

import numpy as np
import pandas as pd

from crmlib import checks


def offer_gain(leaving, worth, *, offer, call, keeps):
    """Money won by contacting a customer with an offer that everyone who stays takes.

    It is ``leaving · (keeps · (worth − offer) − call) − (1 − leaving) · (offer + call)``: a customer about to leave is
    kept with probability `keeps` and then brings `worth` less the offer; one who would have stayed takes the offer all
    the same; the contact costs in any case. A number if both are numbers, else a Series. Source: Neslin et al. (2006),
    Defection detection, J. Marketing Research 43(2).

    Parameters
    ----------
    leaving, worth : float, Series, array or list
        1 for those about to leave, 0 for the others, or the probability of it; money a customer brings who is kept.
    offer, call, keeps : float
        Money that the offer costs with whoever takes it, and the contact with everyone; share of those about to leave
        whom the offer keeps, 0 to 1.

    Examples
    --------
    >>> offer_gain([1, 0, 0.5], 780, offer=60, call=6, keeps=0.3).tolist()
    [210.0, -66.0, 72.0]
    """
    return _of_offer(leaving, worth, offer, call, keeps)[0]


def offer_spend(leaving, *, offer, call, keeps):
    """Money that is paid out for an offer, in expectation: the call, and the offer to all who stay.

    It is ``call + offer · (1 − leaving + leaving · keeps)``, with the parameters of `offer_gain`.

    >>> offer_spend([1, 0], offer=60, call=6, keeps=0.3).tolist()
    [24.0, 66.0]
    """
    return _of_offer(leaving, 0.0, offer, call, keeps)[1]


def break_even(worth, *, offer, call, keeps):
    """Probability of leaving above which `offer_gain`, with its parameters, is positive.

    It is ``(offer + call) / (keeps · (worth − offer) + offer)``, a float or a Series. Above 1 the offer never pays;
    infinite if the formula has no positive denominator.

    >>> round(break_even(780, offer=60, call=6, keeps=0.3), 3)
    0.239
    """
    offer, call, keeps = _terms(offer, call, keeps)
    plain = checks.dimensions(worth) == 0
    (worth,) = checks.lists(worth=[float(checks.numbers(worth, "worth", least=0))] if plain else worth)
    gain = keeps * (checks.amounts(worth, "worth") - offer) + offer
    edge = np.full(len(gain), np.inf)
    with np.errstate(over="ignore"):
        np.divide(offer + call, gain, out=edge, where=gain > 0)
    return float(edge[0]) if plain else pd.Series(edge, index=worth.index, name="break_even")


def _terms(offer, call, keeps):
    return checks.amount(offer, "offer"), checks.amount(call, "call"), checks.share(keeps, "keeps")


def _of_offer(leaving, worth, offer, call, keeps):
    """Expected gain and spend of contacting each customer."""
    offer, call, keeps = _terms(offer, call, keeps)
    plain = checks.dimensions(leaving) == 0 and checks.dimensions(worth) == 0
    if plain:
        known = isinstance(leaving, (bool, np.bool_))
        leaving = [leaving if known else float(checks.numbers(leaving, "leaving", 0, 1))]
        worth = float(checks.numbers(worth, "worth", least=0))
    leaving, worth = checks.lists(("leaving", "worth"), leaving=leaving, worth=worth)
    p, money = checks.probabilities(leaving, "leaving"), checks.amounts(worth, "worth")
    gain = p * (keeps * (money - offer) - call) - (1 - p) * (offer + call)
    spend = call + offer * (1 - p + p * keeps)
    if plain:
        return float(gain[0]), float(spend[0])
    return pd.Series(gain, index=leaving.index, name="gain"), pd.Series(spend, index=leaving.index, name="spend")


def threshold_profit(churned, probability, worth, *, offer, call, keeps, thresholds=None):
    """Add up what contacting everybody above a threshold would have earned.

    Returns a DataFrame by ``threshold``: ``contacted`` (customers with this probability or a higher one), ``leavers``
    among them, ``spend`` and ``profit`` (money: sums of `offer_spend` and `offer_gain`). ``attrs``: ``best`` (the
    threshold of the highest profit), ``customers``.

    Parameters
    ----------
    churned, probability : Series, array or list
        Who left (0/1), on customers that the model has not learned from; the model's probability of it.
    worth, offer, call, keeps
        As in `offer_gain`.
    thresholds : list of float, optional
        0, 0.01 … 1 if not given.

    Examples
    --------
    >>> threshold_profit([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1], 780, offer=60, call=6, keeps=0.3, thresholds=[0, 0.3])
               contacted  leavers  spend  profit
    threshold
    0.0                4        2  180.0   288.0
    0.3                3        2  114.0   354.0
    """
    churned, probability, worth = checks.lists(("worth",), churned=churned, probability=probability, worth=worth)
    left, p = checks.both_kinds(churned, "churned"), checks.probabilities(probability, "probability")
    gain, spend = (column.to_numpy() for column in _of_offer(churned.astype(float), worth, offer, call, keeps))
    steps = np.linspace(0, 1, 101) if thresholds is None else thresholds
    (steps,) = checks.lists(thresholds=steps if checks.dimensions(steps) else [steps])
    steps = np.sort(checks.probabilities(steps, "thresholds"))
    p, limits = np.split(checks.steady(np.r_[p, steps]), [len(p)])
    order = np.argsort(-p, kind="stable")
    contacted = len(p) - np.searchsorted(p[order][::-1], limits)
    sums = {"leavers": left.astype("int64"), "spend": spend, "profit": gain}
    sums = {name: np.append(0, np.cumsum(values[order]))[contacted] for name, values in sums.items()}
    table = pd.DataFrame({"contacted": contacted} | sums, index=pd.Index(steps, name="threshold"))
    table.attrs = {"best": float(table["profit"].idxmax()), "customers": len(p)}
    return table


def choose(probability, worth, *, offer, call, keeps, budget=None):
    """Choose whom to contact: only those on whom the offer is expected to gain, most gain for a yuan first.

    `probability`, `worth`, `offer`, `call` and `keeps` as in `offer_gain`; `budget` is the money that may be spent, in
    expectation (`offer_spend`): without it all who gain are chosen, with it the first who does not fit ends the list.
    The order of the table decides between equals. Returns a Series of bool, True for those to contact. ``attrs``:
    ``contacted``, expected ``spend`` and ``gain`` (money).

    >>> choose([0.9, 0.5, 0.1], [300, 900, 900], offer=60, call=6, keeps=0.3).tolist()
    [True, True, False]
    >>> choose([0.9, 0.5, 0.1], [300, 900, 900], offer=60, call=6, keeps=0.3, budget=50).tolist()
    [False, True, False]
    """
    (probability,) = checks.lists(probability=probability)
    probability = pd.Series(checks.probabilities(probability, "probability"), probability.index)
    gain, spend = _of_offer(probability, worth, offer, call, keeps)
    chosen = gain.to_numpy() > 0
    if budget is not None:
        budget = checks.amount(budget, "budget")
        with np.errstate(divide="ignore", invalid="ignore"):
            order = np.argsort(-checks.steady(np.where(chosen, gain / spend, -np.inf)), kind="stable")
        paid = np.cumsum(spend.to_numpy()[order])
        chosen[order[paid > budget * (1 + 1e-12)]] = False
    chosen = pd.Series(chosen, index=gain.index, name="chosen")
    about = {"spend": float(spend[chosen].sum()), "gain": float(gain[chosen].sum())}
    chosen.attrs = {"contacted": int(chosen.sum())} | about
    return chosen
