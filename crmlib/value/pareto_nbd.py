"""The Pareto/NBD model of purchases."""

from functools import cache

import numpy as np

from crmlib.value.estimation import dot, softplus
from crmlib.value.purchases import PurchaseModel


class ParetoNBD(PurchaseModel):
    r"""Pareto/NBD: customers buy at random until they leave, unseen, at a random moment.

    Over customers, purchase rates are distributed Gamma(r, alpha), mean r / alpha per time unit, and leaving rates
    Gamma(s, beta), mean s / beta. Give all four, or none and then `fit`, which sets the attributes of `Model`.
    `time_unit` ("day", "week", "month" or "year") is the unit of alpha and beta; `fit` takes it from the summary.

    Source: Schmittlein, Morrison, Colombo (1987), Counting your customers, Management Science 33(1); Fader, Hardie
    (2005), A note on deriving the Pareto/NBD model and related expressions. The likelihood is computed as an integral
    over the moment of leaving (Gauss-Legendre), not by the hypergeometric functions of the papers: the same number, all
    terms positive, no overflow at hundreds of purchases.

    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
    >>> customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    >>> round(model.probability_alive(customer), 3), round(model.expected_purchases(52), 2)
    (0.869, 1.47)
    """

    def __init__(self, r=None, alpha=None, s=None, beta=None, *, time_unit=None):
        self._start(time_unit, r=r, alpha=alpha, s=s, beta=beta)

    @staticmethod
    def _guess(x, tx, T, n):
        scale = 0.5 * (n @ T) / n.sum()
        return [0.5, scale, 0.5, scale]

    @staticmethod
    def _objective(x, tx, T, n):
        from scipy.special import expit, gammaln, psi

        levels, level = np.unique(x, return_inverse=True)
        weight, total = np.bincount(level, n), n.sum()

        def loglik(theta):
            r, alpha, s, beta = theta
            log_a, log_b, inv_a, inv_b = np.log(alpha + T), np.log(beta + T), 1 / (alpha + T), 1 / (beta + T)
            odds, log_at_a, log_at_b, inv_at_a, inv_at_b = _pareto_dead(r, alpha, s, beta, x, tx, T)
            dead, of_all = n * expit(odds), r * np.log(alpha) + s * np.log(beta) - gammaln(r)
            of_each = dot(n, softplus(odds) - (r + x) * log_a - s * log_b)
            value = dot(weight, gammaln(r + levels)) + total * of_all + of_each
            by_r = dot(weight, psi(r + levels)) - total * psi(r)
            by_r += total * np.log(alpha) - dot(n, log_a) + dot(dead, log_a - log_at_a)
            by_alpha = total * r / alpha - dot(n * (r + x), inv_a) + dot(dead * (r + x), inv_a - inv_at_a)
            by_s = total * np.log(beta) - dot(n, log_b) + dot(dead, 1 / s + log_b - log_at_b)
            by_beta = total * s / beta - s * dot(n, inv_b) + dot(dead, s * inv_b - (s + 1) * inv_at_b)
            return value, np.array([by_r, by_alpha, by_s, by_beta])

        return loglik

    def _log_odds_dead(self, x, tx, T):
        return _pareto_dead(*self.params_, x, tx, T)[0]

    def _log_stayed(self, x, T):
        _, _, s, beta = self.params_
        return -s * np.log1p(T / beta)

    def _if_alive(self, t, x, T):
        r, alpha, s, beta = self.params_
        return (r + x) / (alpha + T) * _pareto_lifetime(s, beta + T, t)

    def _new_customer(self, t):
        r, alpha, s, beta = self.params_
        return r / alpha * _pareto_lifetime(s, beta, t)


def _pareto_lifetime(s, beta, t):
    """Expected time alive within t, for a leaving rate distributed Gamma(s, beta)."""
    growth = np.log1p(t / beta)
    return beta * (growth if s == 1 else -np.expm1((1 - s) * growth) / (s - 1))


def _pareto_dead(r, alpha, s, beta, x, tx, T):
    """Log of P(dead) / P(alive) under Pareto/NBD, an integral over the moment y of leaving, between tx and T.

    Then the means of log(alpha + y), log(beta + y) and their derivatives over that moment, which the gradient needs.
    """
    small = min(alpha, beta)
    start, reach = np.log(small + tx), np.log((small + T) / (small + tx))
    # In log(small + y) the integrand falls at least at this rate; beyond e^-45 of its start it adds nothing.
    ratio = (small + tx) / (max(alpha, beta) + tx)
    rate = s + (r + x) * ratio if beta <= alpha else r + x - 1 + (s + 1) * ratio
    reach = np.minimum(reach, 45 / np.maximum(rate, 1e-9))
    end = np.exp(start + reach) - small
    drop = (r + x) * np.log((alpha + end) / (alpha + tx)) + (s + 1) * np.log((beta + end) / (beta + tx))
    results = np.empty((5, len(x)))
    # A flat, short integrand needs 10 points, a steep or long one more.
    need = np.where((drop <= 6) & (reach <= 2), 10, np.where((drop <= 16) & (reach <= 4), 18, 40))
    for points in np.unique(need):
        rows = np.flatnonzero(need == points)
        node, weight = _legendre(int(points))
        log_y = start[rows, None] + reach[rows, None] * node
        y = np.exp(log_y) - small
        at_a, at_b = alpha + y, beta + y
        log_at_a = log_y if alpha <= beta else np.log(at_a)
        log_at_b = log_y if beta <= alpha else np.log(at_b)
        exponent = log_y - (r + x[rows, None]) * log_at_a - (s + 1) * log_at_b
        top = exponent.max(axis=1)
        mass = np.exp(exponent - top[:, None]) * weight
        area = mass.sum(axis=1)
        results[0, rows] = top + np.log(area)
        for row, quantity in enumerate((log_at_a, log_at_b, 1 / at_a, 1 / at_b), start=1):
            results[row, rows] = np.einsum("ij,ij->i", mass, quantity) / area
    with np.errstate(divide="ignore"):  # who bought at the very end has had no time to leave
        results[0] += np.log(s * reach) + (r + x) * np.log(alpha + T) + s * np.log(beta + T)
    return results


@cache
def _legendre(points):
    """Gauss-Legendre nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) / 2, weights / 2
