"""Pareto/NBD against its formulas in sixty digits."""

import mpmath
import pytest

from crmlib import value


def pareto_exact(parameters, x, tx, T, t):
    """Log-likelihood, P(alive), expected purchases: Fader and Hardie's note on the Pareto/NBD, in 60 digits."""
    r, alpha, s, beta, tx, T, t = (mpmath.mpf(float(number)) for number in (*parameters, tx, T, t))
    s, n = s + mpmath.mpf(10) ** -25, r + s + x
    low, high, k = (beta, alpha, s + 1) if alpha >= beta else (alpha, beta, r + x)

    def piece(y):
        return mpmath.hyp2f1(n, k, n + 1, (high - low) / (high + y)) / (high + y) ** n

    alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
    dead = s / n * (piece(tx) - piece(T))
    ll = mpmath.log((alive + dead) * mpmath.gamma(r + x) * alpha**r * beta**s / mpmath.gamma(r))
    stay = (beta + T) / (s - 1) * (1 - ((beta + T) / (beta + T + t)) ** (s - 1))
    return ll, alive / (alive + dead), (r + x) / (alpha + T) * stay * alive / (alive + dead)


@pytest.mark.parametrize(
    "parameters",
    [
        (0.553, 10.578, 0.606, 11.669),
        (0.6, 10, 0.6, 10),
        (0.5, 2, 1, 30),
        (3, 100, 2, 80),
        (0.01, 0.1, 5, 20),
        (2, 0.05, 0.2, 60),
    ],
)
def test_pareto_nbd_agrees_with_sixty_digits(agrees, parameters):
    agrees(value.ParetoNBD(*parameters), pareto_exact, parameters)
