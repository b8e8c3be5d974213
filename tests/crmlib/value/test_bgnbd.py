"""BG/NBD against its formulas in sixty digits."""

import mpmath
import pytest

from crmlib import value


def bgnbd_exact(parameters, x, tx, T, t):
    """Log-likelihood, P(alive), expected purchases: the formulas of Fader, Hardie and Lee (2005) in 60 digits."""
    r, alpha, a, b, tx, T, t = (mpmath.mpf(float(number)) for number in (*parameters, tx, T, t))
    a, b = a + mpmath.mpf(10) ** -25, b + mpmath.mpf(10) ** -25 * 3  # step beside the holes of the formula
    alive = mpmath.beta(a, b + x) / (alpha + T) ** (r + x)
    dead = mpmath.beta(a + 1, b + x - 1) / (alpha + tx) ** (r + x) if x else mpmath.mpf(0)
    ll = mpmath.log((alive + dead) * mpmath.gamma(r + x) * alpha**r / mpmath.gamma(r) / mpmath.beta(a, b))
    z = t / (alpha + T + t)
    bought = (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (r + x) * mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z))
    return ll, alive / (alive + dead), bought * alive / (alive + dead)


@pytest.mark.parametrize(
    "parameters",
    [
        (0.243, 4.414, 0.793, 2.426),
        (1, 1, 1, 1),
        (2.5, 100, 1.0004, 3),
        (0.3, 5, 0.3, 0.7),
        (0.3, 5, 0.3, 0.4),
        (1.5, 8, 40, 160),
        (0.4, 0.3, 2.9, 800),
    ],
)
def test_bgnbd_agrees_with_sixty_digits(agrees, parameters):
    agrees(value.BetaGeoNBD(*parameters), bgnbd_exact, parameters)
