"""What the two models of purchase times share: fitting, predictions, and the checks on what they receive."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.btyd import read_summary, require_table, unit_of
from crmlib.value.estimation import Model, check_repeats, distinct, softplus
from crmlib.value.maximum import maximise
from crmlib.value.results import like

_LONGEST = 1e6  # time units ahead: 2,700 years of days; beyond, the formulas lose their digits


class PurchaseModel(Model):
    """A model of purchase times: purchase rates are distributed Gamma(r, alpha), and customers leave in some way.

    Of the way they leave, a model says the log of P(dead) / P(alive), the log probability of having stayed through x
    purchases in T, and the purchases expected from a new customer and from one who is alive.
    """

    def fit(self, summary):
        """Estimate the parameters by maximum likelihood, from the table of `btyd_summary`; return the model itself."""
        require_table(summary)
        x, tx, T, _ = _history(summary)
        unit = unit_of(summary, self.time_unit)
        check_repeats(x)
        rows, counts = distinct(x, tx, T)
        if len(counts) == 1:
            en = "All customers are alike: the model has no differences to learn from."
            raise ValueError(say(en, "所有客户的数据一模一样，模型无从估计客户之间的差异。"))
        kinds = [kind for kind in PurchaseModel.__subclasses__() if kind is not type(self)]
        others = [lambda kind=kind: _named(kind, rows, counts) for kind in kinds]
        return self._estimate(self._objective(*rows, counts), self._guess(*rows, counts), counts.sum(), unit, others)

    def log_likelihood(self, summary):
        """Log-likelihood of each customer, in the form that `probability_alive` gives."""
        from scipy.special import gammaln

        x, tx, T, shape = self._read(summary)
        r, alpha = self.params_[["r", "alpha"]]
        bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
        return shape(bought + self._log_stayed(x, T) + softplus(self._log_odds_dead(x, tx, T)))

    def probability_alive(self, summary):
        """Probability that a customer is still active at the end of observation: a Series by customer.

        `summary` has columns ``frequency``, ``recency``, ``T``; one row of such a table, or a dict of numbers or arrays
        will do too, and gives a float or array.
        """
        from scipy.special import expit

        x, tx, T, shape = self._read(summary)
        return shape(expit(-self._log_odds_dead(x, tx, T)))

    def conditional_expected_purchases(self, t, summary):
        """Purchases expected from each customer in the next `t` time units, given the past.

        `summary` and the result are those of `probability_alive`. `t` is a number, or a Series by customer (such as
        ``T_holdout``); a list or array holds several horizons for everybody, and gives a DataFrame with a column for
        each (for a mapping, an axis).
        """
        from scipy.special import expit

        x, tx, T, shape = self._read(summary)
        if isinstance(t, pd.Series) and not (isinstance(summary, pd.DataFrame) and t.index.equals(summary.index)):
            en = "t is a Series: its index must be that of the summary."
            raise ValueError(say(en, "t 是 Series 时，索引必须与客户表一致。"))
        times, alive = checks.numbers(t, "t", 0, _LONGEST), expit(-self._log_odds_dead(x, tx, T))
        if times.ndim > 1:
            en = "t: one horizon or a plain list of them is needed."
            raise ValueError(say(en, "t 应为一个时长，或者时长的列表。"))
        if isinstance(t, pd.Series) or times.ndim == 0:
            return shape(alive * self._if_alive(times, x, T))
        expected = shape(alive[:, None] * self._if_alive(times, x[:, None], T[:, None]))
        return expected.set_axis(times, axis=1) if isinstance(expected, pd.DataFrame) else expected

    def expected_purchases(self, t):
        """Repeat purchases expected from a new customer in the first `t` time units (number or array)."""
        return like(self._new_customer(checks.numbers(t, "t", 0, _LONGEST)), t)

    def _read(self, summary):
        unit_of(summary, self.time_unit_)
        return _history(summary)


def _named(kind, rows, counts):
    """The call that fits another model, if it has an estimate for these customers."""
    found = maximise(kind._objective(*rows, counts), kind._guess(*rows, counts), counts.sum(), thorough=False).found
    return f"value.{kind.__name__}().fit(summary)" if found else None


def _history(summary):
    """frequency, recency and T as float arrays, checked, and the function that shapes a result."""
    names = ["frequency", "recency", "T"]
    table, shape = read_summary(summary, names)
    x, tx, T = (checks.column(table, name, least=0) for name in names)
    if (bad := tx > T + 1e-9).any():
        en = "recency is longer than T. Here recency runs from the first to the last purchase, "
        en += "T from the first to the end"
        zh = "recency 大于 T。这里 recency 是首次到末次购买的时间，T 是首次购买到观察期末的时间"
    elif (bad := (x == 0) & (tx > 0)).any():
        en = "frequency is 0 but recency is not. frequency counts repeat purchases, recency is 0 without one"
        zh = "frequency 为 0 而 recency 不为 0。frequency 是重复购买次数，没有重复购买时 recency 为 0"
    elif (bad := (x > 0) & (tx == 0)).any():
        en = "frequency is above 0 but recency is 0. A repeat purchase lies on a later day than the first"
        zh = "frequency 大于 0 而 recency 为 0。重复购买应晚于首次购买"
    elif (bad := x != np.floor(x)).any():
        en, zh = "frequency is not a whole number", "frequency 不是整数"
    else:
        return x, tx, T, shape
    checks.refuse_rows(bad, table[names], en, zh)
