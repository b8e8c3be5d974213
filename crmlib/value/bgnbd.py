"""The BG/NBD model of purchases."""

import numpy as np

from crmlib.value.estimation import dot, softplus
from crmlib.value.purchases import PurchaseModel


class BetaGeoNBD(PurchaseModel):
    r"""BG/NBD: customers buy at random, and after each purchase toss a coin whether to leave for good.

    Over customers, purchase rates are distributed Gamma(r, alpha), mean r / alpha per time unit, and probabilities of
    leaving Beta(a, b), mean a / (a + b). Give all four, or none and then `fit`, which sets the attributes of `Model`.
    `time_unit` ("day", "week", "month" or "year") is the unit of alpha; `fit` takes it from the summary. Source: Fader,
    Hardie, Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2).

    >>> model = BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    >>> round(model.probability_alive(customer), 3), round(model.conditional_expected_purchases(39, customer), 3)
    (0.727, 1.226)
    """

    def __init__(self, r=None, alpha=None, a=None, b=None, *, time_unit=None):
        self._start(time_unit, r=r, alpha=alpha, a=a, b=b)

    @staticmethod
    def _guess(x, tx, T, n):
        return [0.5, 0.5 * (n @ T) / max(n @ x, 1), 1.0, 3.0]

    @staticmethod
    def _objective(x, tx, T, n):
        # Frequencies and days repeat, so each logarithm and digamma is taken once a value and handed out by index.
        from scipy.special import expit, gammaln, psi

        again = x > 0
        x1, n1 = x[again], n[again]
        (xs, of_x), (ages, of_T), (recencies, of_tx) = (np.unique(column, return_inverse=True) for column in (x, T, tx))
        of_x1, of_T1, of_tx1 = of_x[again], of_T[again], of_tx[again]
        by_x, by_age, bought_by_age = np.bincount(of_x, n), np.bincount(of_T, n), np.bincount(of_T, n * x)
        total = n.sum()

        def loglik(theta):
            r, alpha, a, b = theta
            log_T, inv_T = np.log(alpha + ages), 1 / (alpha + ages)
            log_tx, inv_tx = np.log(alpha + recencies), 1 / (alpha + recencies)
            lost = a / np.maximum(b + xs - 1, b)  # not read at x = 0
            gap = log_T[of_T1] - log_tx[of_tx1]
            odds = np.log(lost)[of_x1] + (r + x1) * gap
            dead, exposure = n1 * expit(odds), r * by_age + bought_by_age
            of_purchases = gammaln(r + xs) + gammaln(b + xs) - gammaln(a + b + xs)
            of_all = r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
            value = dot(by_x, of_purchases) + total * of_all - dot(exposure, log_T) + dot(n1, softplus(odds))
            late = dot(by_x, psi(a + b + xs))
            by_r = dot(by_x, psi(r + xs)) + total * (np.log(alpha) - psi(r)) - dot(by_age, log_T) + dot(dead, gap)
            by_alpha = total * r / alpha - dot(exposure, inv_T) + dot(dead * (r + x1), inv_T[of_T1] - inv_tx[of_tx1])
            by_a = total * psi(a + b) - late + dead.sum() / a
            by_b = dot(by_x, psi(b + xs)) + total * (psi(a + b) - psi(b)) - late - dot(dead, lost[of_x1]) / a
            return value, np.array([by_r, by_alpha, by_a, by_b])

        return loglik

    def _log_odds_dead(self, x, tx, T):
        """Log of P(dead) / P(alive); who never came back has tossed no coin and counts as alive."""
        r, alpha, a, b = self.params_
        again = x > 0
        odds = np.log(a / np.where(again, b + x - 1, 1)) + (r + x) * np.log((alpha + T) / (alpha + tx))
        return np.where(again, odds, -np.inf)

    def _log_stayed(self, x, T):
        from scipy.special import betaln

        _, _, a, b = self.params_
        return betaln(a, b + x) - betaln(a, b)

    def _if_alive(self, t, x, T):
        return _bgnbd_purchases(*self.params_, t, x, T)

    def _new_customer(self, t):
        return _bgnbd_purchases(*self.params_, t, np.zeros(()), np.zeros(()))


def _bgnbd_purchases(r, alpha, a, b, t, x, T):
    """Expected purchases in t of a BG/NBD customer who is alive after x purchases in T.

    Euler's transformation of the 2F1 in Fader, Hardie and Lee (2005) leaves only small parameters above the fraction
    and the large one, x, below it: no overflow. We bridge the holes where the closed form is 0/0 (a = 1, a + b + x = 1)
    or scipy's 2F1 fails (r - a whole and z near 1).
    """
    from scipy.special import hyp2f1

    c, z = a + b + x - 1, t / (alpha + T + t)
    if abs(a - 1) < 1e-3:
        return _across(lambda near: _bgnbd_purchases(r, alpha, near, b, t, x, T), a, 1.0)
    if (np.abs(c) < 1e-3).any():
        hole = b - np.ravel(c)[np.abs(c).argmin()]
        return _across(lambda near: _bgnbd_purchases(r, alpha, a, near, t, x, T), b, hole)
    if abs(r - a - round(r - a)) < 1e-3:
        return _across(lambda near: _bgnbd_purchases(near, alpha, a, b, t, x, T), r, a + round(r - a))
    series = hyp2f1(a - 1, a + b - 1 - r, c, z)
    if np.isnan(series).any():  # c above 171 with z near 1: the complex variant knows a way round
        series = np.where(np.isnan(series), hyp2f1(a - 1, a + b - 1 - r, c, z + 0j).real, series)
    return c / (a - 1) * (1 - (1 - z) ** (a - 1) * series)


def _across(function, at, hole):
    """Value of a smooth function near a hole in its formula: a cubic through two points on each side."""
    nodes = hole + np.array([-3e-3, -1.5e-3, 1.5e-3, 3e-3])
    weights = [np.prod([(at - other) / (node - other) for other in nodes if other != node]) for node in nodes]
    return sum(weight * function(node) for weight, node in zip(weights, nodes, strict=True))
