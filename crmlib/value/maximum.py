"""Where a likelihood of positive parameters is highest, be it flat there, or that it rises for ever."""

from itertools import product
from typing import NamedTuple

import numpy as np

_FAR = 12  # a factor of e^12 from where the search began: there it stops


class Maximum(NamedTuple):
    """Logs of the parameters, the log-likelihood there, the standard errors of the logs, and whether it ends there."""

    logs: np.ndarray
    value: float
    spread: np.ndarray
    found: bool


def maximise(loglik, start, size, thorough=True):
    """Maximise a log-likelihood over positive parameters.

    `loglik` returns the sum over `size` customers and its gradient. Where the likelihood is nearly flat or seems to
    rise for ever, the search starts again from far away, in the logs of the last two parameters: they say how customers
    differ in leaving (or spending), of which data tell least. Not `thorough`, it gives up when the first search
    fails.

    >>> def loglik(theta):  # of an exponential distribution: ten times, 30 in all
    ...     return 10 * np.log(theta[0]) - 30 * theta[0], 10 / theta - 30
    >>> best = maximise(loglik, [1.0], 10)
    >>> np.exp(best.logs).round(4).tolist(), best.spread.round(3).tolist(), best.found
    ([0.3333], [0.316], True)
    """
    search = _Search(loglik, np.log(start), size)
    best = search.quickly()
    if best.found and best.spread.max() < 2:
        return best
    if not (best.found or thorough):
        return best
    centre = np.where(np.abs(best.logs - search.origin) < 4, best.logs, search.origin)
    starts = [centre + _last_two(shift, len(centre)) for shift in ((-6, -3), (-3, 0), (-1, -3), (2, 4))]
    ends = [best, *map(search.carefully, starts)]
    best = max(ends, key=lambda end: (end.found, end.value))
    if not best.found:
        return max(ends, key=lambda end: end.value)
    far = [Maximum(logs, search.value(logs), best.spread, False) for logs in best.logs + _away(len(centre))]
    far = [end for end in far if not search.is_far(end.logs, _FAR + 4) and end.value > best.value - 0.5]
    far.sort(key=lambda end: -end.value)
    ends += far + [search.carefully(end.logs) for end in far[:2]]
    best = max(ends, key=lambda end: (end.found, end.value))
    # There is no end if some place far away is as likely but for rounding.
    as_high = [end for end in ends if end.value > best.value - 1e-4 and np.abs(end.logs - best.logs).max() > 3]
    return max(as_high, key=lambda end: end.value)._replace(found=False) if as_high else best


def _last_two(shift, count):
    """A step of the last two parameters (or the only one): all others stay."""
    return np.r_[np.zeros(max(count - 2, 0)), shift[-count:]]


def _away(count, reach=4.0):
    """Steps of one or two parameters to e^4 or e^-4 of what they are."""
    steps = np.array(list(product((-reach, 0.0, reach), repeat=count)))
    moved = (steps != 0).sum(axis=1)
    return steps[(moved == 1) | (moved == 2)]


class _Search:
    """The mean log-likelihood, upside down, in the logs of the parameters."""

    def __init__(self, loglik, origin, size):
        self.loglik, self.origin, self.size = loglik, np.asarray(origin, dtype=float), size

    def cost(self, z):
        theta = np.exp(z)
        with np.errstate(all="ignore"):  # a step too far finds no number, and is taken back
            value, gradient = self.loglik(theta)
            gradient = -gradient * theta / self.size
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return 1e10, np.zeros_like(z)
        return -value / self.size, gradient

    def value(self, z):
        return -self.cost(z)[0] * self.size

    def hessian(self, z, h=1e-4):
        steps = h * np.eye(len(z))
        rows = np.array([(self.cost(z + step)[1] - self.cost(z - step)[1]) / (2 * h) for step in steps])
        return (rows + rows.T) / 2

    def rough_hessian(self, z, h=1e-5):
        slope = self.cost(z)[1]
        rows = np.array([(self.cost(z + step)[1] - slope) / h for step in h * np.eye(len(z))])
        return (rows + rows.T) / 2

    def is_far(self, z, beyond=_FAR):
        return np.abs(z - self.origin).max() > beyond

    def stop_if_it_runs_away(self, intermediate_result):
        if self.is_far(intermediate_result.x):
            raise StopIteration

    def _minimise(self, start, **how):
        from scipy.optimize import minimize

        return minimize(self.cost, start, jac=True, callback=self.stop_if_it_runs_away, **how).x

    def quickly(self):
        # BFGS, and not L-BFGS-B, whose BLAS threads make a fit on a busy laptop ten times as long. A mean
        # log-likelihood bends gently: told to expect a bend of 1/4 instead of 1, it needs a quarter fewer steps.
        options = {"gtol": 1e-5, "hess_inv0": 4 * np.eye(len(self.origin))}
        return self._sharpened(self._minimise(self.origin, method="BFGS", options=options))

    def carefully(self, start):
        """Newton's steps within a region of trust: they also cross a plain and leave a saddle."""
        options = {"gtol": 1e-10, "maxiter": 30, "max_trust_radius": 4.0}
        return self._sharpened(self._minimise(start, method="trust-exact", hess=self.rough_hessian, options=options))

    def _sharpened(self, z):
        """Newton's steps to the last digits: one, or a few where the likelihood is nearly flat."""
        spread, found = np.full(len(z), np.nan), False
        for _ in range(5):
            curvature, slope = self.hessian(z), self.cost(z)[1]
            flattest = np.linalg.eigvalsh(curvature)[0]
            if flattest <= 1e-9 or np.abs(last := np.linalg.solve(curvature, slope)).max() > 1:
                break
            z = z - last
            if np.abs(last).max() < 0.01:
                spread, found = np.sqrt(np.diag(np.linalg.inv(curvature)) / self.size), not self.is_far(z)
                break
        return Maximum(z, self.value(z), spread, found)
