"""Contracts that are renewed or not: the shifted beta-geometric model."""

import numpy as np

from crmlib import checks
from crmlib.language import say
from crmlib.value.estimation import Model
from crmlib.value.results import like


class ShiftedBetaGeometric(Model):
    r"""Contracts that are renewed or not: each customer has a churn probability of her own, Beta(alpha, beta).

    Give both parameters, or none and then `fit`, which sets the attributes of `Model`. Source: Fader, Hardie (2007),
    How to project customer retention, Journal of Interactive Marketing 21(1); (2010), Customer-base valuation in a
    contractual setting, Marketing Science 29(1).

    >>> model = ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> model.params_.round(3).to_dict()
    {'alpha': 0.668, 'beta': 3.806}
    >>> model.survival([0, 1, 12]).round(3)
    array([1.   , 0.851, 0.378])
    """

    def __init__(self, alpha=None, beta=None):
        self._start(alpha=alpha, beta=beta)

    def fit(self, survivors):
        """Estimate alpha and beta by maximum likelihood; return the model itself.

        `survivors` are the customers of one cohort alive at the start and after each of n periods, [1000, 869, 743].
        Numbers of customers, not shares: standard errors and log-likelihood count them.
        """
        from scipy.special import betaln, digamma

        alive = checks.numbers(survivors, "survivors", least=0)
        _check_survivors(alive)
        lost, left = -np.diff(alive), alive[-1]
        t = np.arange(1, len(alive))
        start, end = alive[0], t[-1]

        def loglik(theta):
            a, b = theta
            whole, at = digamma(a + b), digamma(a + b + t)
            value = lost @ betaln(a + 1, b + t - 1) + left * betaln(a, b + end) - start * betaln(a, b)
            by_a = lost @ (digamma(a + 1) - at) + left * (digamma(a) - at[-1]) - start * (digamma(a) - whole)
            by_b = lost @ (digamma(b + t - 1) - at) + left * (digamma(b + end) - at[-1]) - start * (digamma(b) - whole)
            return value, np.array([by_a, by_b])

        return self._estimate(loglik, [1.0, 2.0], start, given="survivors")

    def survival(self, t):
        """Share of the cohort alive after `t` periods (number or array; 0 gives 1)."""
        from scipy.special import betaln

        a, b = self.params_
        t = checks.numbers(t, "t", least=0)
        return like(np.exp(betaln(a, b + t) - betaln(a, b)))

    def retention(self, t):
        """Retention rate of period `t` = 1, 2, …: the share of those who reached it that renew."""
        a, b = self.params_
        t = checks.numbers(t, "t", least=1)
        return like((b + t - 1) / (a + b + t - 1))

    def expected_residual_lifetime(self, renewals=0, discount=0.0):
        r"""Discounted expected number of renewals still to come, counting the one that is due now.

        With n = renewals + 1, :math:`\sum_{t \ge n} S(t) / S(n-1) / (1+d)^{t-n}`; times the margin: the residual value.
        Source: Fader, Hardie (2010), equation 6.

        `renewals` (number or array) are those made so far, 7 for a customer in her eighth period; the next one is due
        and not yet decided. It is not discounted, the one after it is by 1 + d (`discount` per period), and so on.
        Without discounting the sum is infinite, and refused, whenever alpha is 1 or less.

        >>> round(ShiftedBetaGeometric(0.668, 3.806).expected_residual_lifetime(renewals=7, discount=0.1), 2)
        7.53
        """
        from scipy.special import hyp2f1

        a, b = self.params_
        n = checks.numbers(renewals, "renewals", 0, 1000)
        d = checks.rates(discount, "discount")
        d = np.where(d < 1e-12, 0.0, d)  # such a rate and none are the same
        checks.fitting(renewals=n, discount=d)
        if (d == 0).any() and a <= 1:
            en = f"alpha = {a:.3f} is at most 1: some stay so long that the sum is infinite. Give a discount rate."
            raise ValueError(say(en, f"alpha = {a:.3f} 不大于 1：总有客户留得极久，期望值无穷大。请给出折现率。"))
        with np.errstate(divide="ignore", invalid="ignore"):
            discounted = hyp2f1(1.0, b + n + 1, a + b + n + 1, 1 / (1 + d))
        # Gauss: 2F1(1, B; C; 1) = (C - 1) / (C - B - 1).
        total = np.where(d == 0, (a + b + n) / (a - 1) if a > 1 else np.inf, discounted)
        worth = (b + n) / (a + b + n) * total
        lost = np.isnan(worth)  # a large a + b + n with z near 1 is too much for scipy's 2F1
        if lost.any():
            pairs = zip(*(np.broadcast_to(given, lost.shape)[lost] for given in (n, d)), strict=True)
            worth = worth.copy() if np.ndim(worth) else np.array(worth)
            worth[lost] = [_mean_residual(a, b + one, rate) for one, rate in pairs]
        return like(worth, renewals, discount)


def _mean_residual(a, b, d):
    """The mean of (1 + d) (1 - p) / (p + d), which is still to come at a churn probability p, over Beta(a, b)."""
    from scipy.special import betaln, log_expit

    middle = np.log(a / b)
    odds = np.linspace(middle - 50 / min(a, 1), middle + 50 / min(b, 1), 40_001)  # log odds: smooth, falling both ways
    gone, stay = log_expit(odds), log_expit(-odds)
    density = np.exp(a * gone + b * stay - betaln(a, b))
    return np.trapezoid(density * (1 + d) * np.exp(stay) / (np.exp(gone) + d), odds)


def _check_survivors(alive):
    if alive.ndim != 1 or len(alive) < 3:
        en = "survivors: At least two periods are needed: [customers at the start, after one, after two, …]."
        zh = "survivors 至少要有两期的数据：[期初客户数，一期后，两期后，…]。"
    elif (np.diff(alive) > 0).any():
        en = "The number of survivors rises: give one cohort, without customers who joined later."
        zh = "留存客户数不能越来越多：请只用同一批客户，不要混进后来加入的。"
    elif not np.allclose(alive, np.round(alive), rtol=0, atol=1e-6):
        en = "survivors: Give numbers of customers, not shares: 1000, 869, … instead of 1, .869, …"
        zh = "survivors：请给出客户人数而不是比例：写 1000, 869, …，不要写 1, .869, …"
    elif alive[0] == alive[-1] or alive[1] == 0:
        en = "Nobody leaves, or all leave at once: the model has nothing to learn from."
        zh = "没有人流失，或者一下子全部流失：模型无从估计。"
    else:
        return
    raise ValueError(say(en, zh))
