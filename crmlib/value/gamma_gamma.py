"""The Gamma-Gamma model of spend per purchase."""

import numpy as np

from crmlib import checks
from crmlib.language import say
from crmlib.value.btyd import read_summary, require_table
from crmlib.value.estimation import Model, check_repeats, distinct, dot


class GammaGamma(Model):
    """Gamma-Gamma: each customer's purchases vary around a mean of her own, and the means vary over customers.

    Give p, q and v (gamma in the papers), or none and then `fit`, which sets the attributes of `Model` and `excluded_`,
    the number of customers that it left out, by reason. Source: Fader, Hardie (2013), The Gamma-Gamma model of monetary
    value, brucehardie.com note 025; Fader, Hardie, Lee (2005), RFM and CLV, Journal of Marketing Research 42(4).

    >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> round(model.expected_mean, 2), round(model.expected_spend({"frequency": 2, "monetary_value": 22.35}), 2)
    (35.22, 24.66)
    """

    def __init__(self, p=None, q=None, v=None):
        self._start(p=p, q=q, v=v)

    def fit(self, summary):
        """Estimate p, q and v from the repeat buyers' ``frequency`` and ``monetary_value``; return the model itself."""
        from scipy.special import betaln, psi

        require_table(summary)
        x, z, _ = _spending(summary)
        check_repeats(x)
        use = (x > 0) & (z > 0)
        free = (x > 0) & (z == 0)
        self.excluded_ = {"one-time buyers": int((x == 0).sum()), "repeat purchases of 0": int(free.sum())}
        if use.sum() < 2 or np.ptp(z[use]) == 0:
            en = "monetary_value: repeat buyers all spend the same, or there is only one: nothing tells them apart."
            zh = "回头客的平均消费完全相同，或者只有一位回头客：看不出客户之间的差异。"
            raise ValueError(say(en, zh))
        (x, z), n = distinct(x[use], z[use])
        levels, level = np.unique(x, return_inverse=True)
        weight, spent = np.bincount(level, n), x * z
        log_spent, log_z = np.log(spent), dot(n, np.log(z))

        def loglik(theta):
            p, q, v = theta
            px, both, log_all = p * levels, psi(p * levels + q), np.log(spent + v)
            own, pool = dot(n * x, log_spent - log_all), dot(n, np.log(v) - log_all)
            value = p * own + q * pool - log_z - dot(weight, betaln(px, q))
            by_p = own + dot(weight * levels, both - psi(px))
            by_q = pool + dot(weight, both - psi(q))
            by_v = dot(n, q / v - (p * x + q) / (spent + v))
            return value, np.array([by_p, by_q, by_v])

        return self._estimate(loglik, [2.0, 3.0, (n @ z) / n.sum()], n.sum())

    @property
    def expected_mean(self):
        """Mean spend per purchase over all customers, p v / (q - 1)."""
        p, q, v = self.params_
        if q <= 1:
            en = f"q = {q:.3f} is at most 1: the mean over customers is infinite."
            raise ValueError(say(en, f"q = {q:.3f} 不大于 1，总体平均值无穷大。"))
        return float(p * v / (q - 1))

    def expected_spend(self, summary):
        """Spend per purchase expected from each customer: the less she has bought, the nearer to everybody's mean.

        `summary` has ``frequency`` and ``monetary_value``; the form of the result is that of `probability_alive`.
        """
        p, q, v = self.params_
        x, z, shape = _spending(summary)
        if (p * x + q <= 1).any():
            en = "p x + q is at most 1: the expected spend is infinite."
            raise ValueError(say(en, "p x + q 不大于 1，期望消费额无穷大。"))
        return shape(p * (v + x * z) / (p * x + q - 1))


def _spending(summary):
    """frequency and monetary_value, 0 where nothing was bought again, and the function that shapes a result."""
    table, shape = read_summary(summary, ["frequency", "monetary_value"])
    x = checks.column(table, "frequency", least=0)
    return x, np.where(x > 0, checks.column(table, "monetary_value", least=0, optional=x == 0), 0.0), shape
