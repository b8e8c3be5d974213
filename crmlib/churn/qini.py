"""The Qini curve: what is gained by treating the customers with the highest scores, and what it earns."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.churn.experiment import arms

_SHARES = np.arange(101) / 100


def qini(outcome, treated, score, *, resamples=0, confidence=0.95, seed=0):
    r"""Draw the Qini curve: what is gained when the customers with the highest scores are treated.

    Among the first customers by score are :math:`n_t` treated with the sum of outcomes :math:`y_t`, and :math:`n_c`
    others with :math:`y_c`. Treating them all gained :math:`(y_t - y_c \, n_t / n_c) / N_t`, with all :math:`N_t`
    treated of the test, for each customer of the population. Source: Radcliffe (2007), Using control groups to target
    on predicted lift, Direct Marketing Analytics J. 1.

    Returns a DataFrame with index ``share`` (0, 0.01, … 1 of all customers): ``gained`` (outcomes for each customer of
    the population), ``random`` (the straight line of a choice by lot); with `resamples`, ``lower`` and ``upper`` of the
    curve. ``attrs``: ``coefficient`` (area between the curve and the line; Radcliffe divides it by that of a perfect
    choice, which nobody knows), its ``lower`` and ``upper`` (None without resamples), ``customers``.

    Parameters
    ----------
    outcome, treated
        Of a test drawn by lot that the score was not fitted on; see `uplift_by`.
    score : Series, array or list of float
        Equal scores are treated together: inside them the curve is straight, whatever the order of the rows.
    resamples, confidence, seed : int, float, int
        Of the bootstrap (0: no interval), in which the treated and the others are drawn again. The score stays: the
        interval says how uncertain the test is, not the model.

    Examples
    --------
    >>> curve = qini(outcome=[1, 0, 1, 1], treated=[1, 0, 1, 0], score=[.9, .8, .2, .1])
    >>> curve.loc[[0, .5, 1], "gained"].tolist(), round(curve.attrs["coefficient"], 4)
    ([0.0, 0.5, 0.5], 0.3125)
    """
    outcome, lot, ends = _by_score(outcome, treated, score)
    resamples = checks.whole(checks.whole(resamples, "resamples"), "resamples", most=10_000)
    share, gained = _curve(outcome, lot, ends)
    columns = {"gained": np.interp(_SHARES, share, gained), "random": _SHARES * gained[-1]}
    table = pd.DataFrame(columns, index=pd.Index(_SHARES, name="share"))
    about = {"coefficient": _area(share, gained), "lower": None, "upper": None, "customers": len(lot)}
    if resamples:
        confidence = checks.share(confidence, "confidence", above=0, below=1)
        draws = [_curve(outcome, lot, ends, weights) for weights in intervals.redrawn(lot, resamples, seed)]
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        about["lower"], about["upper"] = map(float, np.quantile([_area(*draw) for draw in draws], tails))
        table["lower"], table["upper"] = np.quantile([np.interp(_SHARES, *draw) for draw in draws], tails, axis=0)
    table.attrs = about
    return table


def _by_score(outcome, treated, score):
    """Outcome and lot, the highest score first, and the places where equal scores end."""
    lot, outcome, score = arms(treated, outcome=outcome, score=score)
    score = checks.steady(score)
    order = np.argsort(-score, kind="stable")
    return outcome[order], lot[order], np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])


def _curve(outcome, lot, ends, weights=1.0):
    """Add up along falling scores: share of the customers and what is gained, from (0, 0) on, at the ends of ties."""
    treated, control = weights * lot, weights * ~lot
    n_t, n_c, y_t, y_c = (np.cumsum(part)[ends] for part in (treated, control, treated * outcome, control * outcome))
    without = y_c * n_t / np.where(n_c > 0, n_c, 1)
    return np.r_[0, (n_t + n_c) / len(lot)], np.r_[0, (y_t - without) / n_t[-1]]


def _area(share, gained):
    return float(np.trapezoid(gained - share * gained[-1], share))


def targeting_profit(outcome, treated, score, *, worth, cost, shares=None):
    """Say what it earns to treat the customers with the highest scores, by their share.

    `outcome`, `treated` and `score` as in `qini`; `worth` is the money that one unit of the outcome is worth (1 if it
    is money), `cost` what treating a customer costs; `shares` are 0, 0.05, … 1 if not given. Returns a DataFrame by
    ``share``: ``gained`` (see `qini`) and ``profit`` (money for each customer of the population:
    ``worth * gained - cost * share``). ``attrs``: ``best`` (share with the highest profit) and its ``profit``. Found on
    the same data, the best share promises a little too much.

    >>> table = targeting_profit([1, 0, 1, 1], [1, 0, 1, 0], [.9, .8, .2, .1], worth=2.5, cost=0.5, shares=[0, .5, 1])
    >>> table["profit"].tolist(), table.attrs["best"]
    ([0.0, 1.0, 0.75], 0.5)
    """
    worth, cost = checks.number(worth, "worth"), checks.amount(cost, "cost")
    (shares,) = checks.lists(shares=np.arange(21) / 20 if shares is None else shares)
    shares = checks.probabilities(shares, "shares")
    gained = np.interp(shares, *_curve(*_by_score(outcome, treated, score)))
    profit = worth * gained - cost * shares
    table = pd.DataFrame({"gained": gained, "profit": profit}, index=pd.Index(shares, name="share"))
    table.attrs = {"best": float(table["profit"].idxmax()), "profit": float(table["profit"].max())}
    return table
