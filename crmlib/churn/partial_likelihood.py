"""Cox's partial likelihood with Efron's ties: its value, its maximum, and the directions in which it has none."""

import numpy as np


class PartialLikelihood:
    """The log-likelihood of coefficients, given how long customers were watched, who left, and their features.

    >>> likelihood = PartialLikelihood([1, 2, 3], [1, 1, 0], [[1.0], [0.0], [1.0]])
    >>> value, gradient, curvature = likelihood(np.zeros(1))
    >>> float(value), gradient.round(3).tolist(), curvature.round(3).tolist()
    (-1.791759469228055, [-0.167], [[0.472]])
    """

    def __init__(self, time, left, features):
        order = np.argsort(
            -np.asarray(time, dtype=float), kind="stable"
        )  # so that a sum so far is one over all at risk
        self.left, self.features = np.asarray(left, dtype=bool)[order], np.asarray(features, dtype=float)[order]
        _, self.starts, self.place = np.unique(
            -np.asarray(time, dtype=float)[order], return_index=True, return_inverse=True
        )
        together = np.bincount(self.place, self.left).astype(int)
        # One term for each who left; of those who leave together, the second finds 1/d of them gone, the third 2/d …
        self.moment = np.repeat(np.arange(len(together)), together)
        earlier = np.cumsum(together) - together
        self.gone = (np.arange(len(self.moment)) - earlier[self.moment]) / together[self.moment]

    def _sums(self, values):
        """Sums over all at risk at each moment, and over those who leave then."""
        everybody = np.add.reduceat(values, self.starts).cumsum(axis=0)
        leaving = np.add.reduceat((values.T * self.left).T, self.starts)
        return everybody, leaving

    def __call__(self, coefficients):
        """Return the value, its gradient and its curvature (the negative Hessian)."""
        x, at, gone = self.features, self.moment, self.gone
        odds = x @ coefficients
        odds = odds - odds.max()
        weight = np.exp(odds)
        everybody, leaving = self._sums(weight)
        mass = everybody[at] - gone * leaving[at]
        if mass.min() < 1e-280:  # a score so far above all later ones that these no longer count
            return -np.inf, None, None
        value = odds[self.left].sum() - np.log(mass).sum()
        everybody, leaving = self._sums(weight[:, None] * x)
        mean = (everybody[at] - gone[:, None] * leaving[at]) / mass[:, None]
        share = np.bincount(at, 1 / mass, minlength=len(self.starts))[::-1].cumsum()[::-1][self.place]
        share = share - self.left * np.bincount(at, gone / mass, minlength=len(self.starts))[self.place]
        curvature = (x * (weight * share)[:, None]).T @ x - mean.T @ mean
        return value, x[self.left].sum(axis=0) - mean.sum(axis=0), curvature

    def maximum(self):
        """Return the coefficients at the maximum and their covariance, or None if there is no maximum.

        Newton's steps, halved while they lead downhill: on a rare and strong feature a whole step overshoots. The
        features should be orthogonal and of one size, so that a flat direction shows in the curvature.
        """
        found = np.zeros(self.features.shape[1])
        value, gradient, curvature = self(found)
        for _ in range(100):
            if np.linalg.eigvalsh(curvature)[0] <= 1e-10 * len(self.moment):
                return None
            step = np.linalg.solve(curvature, gradient)
            if np.abs(step).max() < 1e-8:
                return found + step, np.linalg.inv(curvature)
            while (after := self(found + step))[0] < value - 1e-13 * abs(value) and np.abs(step).max() > 1e-9:
                step = step / 2
            if after[0] == -np.inf:
                return None
            found, (value, gradient, curvature) = found + step, after
        return None

    def separating(self):
        """Return coefficients along which the likelihood rises for ever (most of them 0), or None.

        They exist if at each moment those who leave have the highest score of all who are still there.
        """
        from scipy.optimize import linprog

        gaps = self._gaps()
        for column in range(gaps.shape[1]):
            for sign in (1.0, -1.0):
                alone = sign * gaps[:, column]
                if (alone >= 0).all() and (alone > 0).any():
                    return np.where(np.arange(gaps.shape[1]) == column, sign, 0.0)
        both, total = np.hstack([gaps, -gaps]), gaps.sum(axis=0)
        ask = {"A_ub": -both, "b_ub": np.zeros(len(gaps)), "A_eq": [[*total, *-total]], "b_eq": [float(len(gaps))]}
        # The gaps add up to their number, so that the solver's tolerance is small beside each of them.
        answer = linprog(np.ones(both.shape[1]), **ask, method="highs")
        return None if answer.x is None else answer.x[: len(total)] - answer.x[len(total) :]

    def _gaps(self):
        """Differences of features, one who leaves less one still there; enough of them to imply all the others."""
        x = self.features
        first = np.flatnonzero(self.left)[np.r_[True, np.diff(self.moment) > 0]]  # one for each moment, the last first
        after = np.searchsorted(self.place[first], self.place, side="left")  # nobody is compared with an earlier moment
        later = after < len(first)
        gaps = [x[first[after[later]]] - x[later], x[first[1:]] - x[first[:-1]]]
        with_others = self.left & later
        gaps.append(x[with_others] - x[first[after[with_others]]])  # who leave together are equal
        gaps = np.unique(np.vstack(gaps), axis=0)
        return gaps[(gaps != 0).any(axis=1)]
