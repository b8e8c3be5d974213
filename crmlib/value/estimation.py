"""Models of customers: parameters given, or estimated by maximum likelihood with their standard errors."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.btyd import DAYS


class Model:
    """Parameters ``params_`` that are given to the constructor, all or none, or estimated by `fit`.

    `fit` also sets ``standard_errors_`` (from the Hessian of the log-likelihood), ``log_likelihood_`` (the sum over
    customers, as papers report it) and ``time_unit_``.
    """

    def _start(self, time_unit=None, **parameters):
        given = [value for value in parameters.values() if value is not None]
        if given and len(given) < len(parameters):
            en = f"Give all parameters, {', '.join(parameters)}, or none and then fit."
            zh = f"参数 {'、'.join(parameters)} 要么全给，要么都不给、再用 fit 估计。"
            raise ValueError(say(en, zh))
        self.time_unit = None if time_unit is None else checks.one_of(time_unit, "time_unit", DAYS)
        self._names = list(parameters)
        for name, value in parameters.items():
            setattr(self, name, value)
        if given:
            self.params_ = pd.Series({name: checks.number(value, name, above=0) for name, value in parameters.items()})
            self.time_unit_ = time_unit

    def _estimate(self, loglik, start, size, time_unit=None):
        """Maximise a log-likelihood over positive parameters; refuse if it has no maximum.

        `loglik` returns the sum over `size` customers and its gradient.
        """
        from scipy.optimize import minimize

        def cost(z):
            theta = np.exp(z)
            value, gradient = loglik(theta)
            return -value / size, -gradient * theta / size

        def hessian(z, h=1e-4):
            steps = h * np.eye(len(z))
            rows = np.array([(cost(z + step)[1] - cost(z - step)[1]) / (2 * h) for step in steps])
            return (rows + rows.T) / 2

        def stop_if_it_runs_away(z):
            if np.abs(z - origin).max() > 12:
                raise StopIteration

        # BFGS, and not L-BFGS-B, whose BLAS threads make a fit on a busy laptop ten times as long. A mean
        # log-likelihood bends gently: told to expect a bend of 1/4 instead of 1, it needs a quarter fewer steps.
        origin = np.log(start)
        options = {"gtol": 1e-5, "hess_inv0": 4 * np.eye(len(origin))}
        z = minimize(cost, origin, jac=True, method="BFGS", callback=stop_if_it_runs_away, options=options).x
        found = False
        for _ in range(5):  # Newton's steps to the last digits: one, or a few where the likelihood is nearly flat
            curvature = hessian(z)
            peaked = np.linalg.eigvalsh(curvature)[0] > 0
            if not peaked or np.abs(last := np.linalg.solve(curvature, cost(z)[1])).max() > 1:
                break
            z = z - last
            if np.abs(last).max() < 0.01:
                spread = np.sqrt(np.diag(np.linalg.inv(curvature)) / size)
                found = spread.max() < 20  # a parameter left open by a factor of e^20 has flattened out, not peaked
                break
        theta = np.exp(z)
        if not found:
            shown = ", ".join(f"{name} = {value:.3g}" for name, value in zip(self._names, theta, strict=True))
            en = f"The estimate has no end: the likelihood still rises at {shown}. The customers differ too little, "
            en += "or are too few, for this model; use more customers, a longer period, or a simpler model."
            zh = f"估计不收敛：到 {shown} 时似然函数还在上升。客户之间差异太小，或者客户太少，不适合这个模型；"
            raise ValueError(say(en, zh + "请增加客户、拉长时间，或者换更简单的模型。"))
        self.params_ = pd.Series(theta, index=self._names)
        self.standard_errors_ = pd.Series(theta * spread, index=self._names)
        self.log_likelihood_ = float(loglik(theta)[0])
        self.time_unit_ = time_unit
        return self

    def __getattr__(self, name):
        # Reached only for what is not there: say why instead of the bare AttributeError.
        model = type(self).__name__
        if name in ("params_", "time_unit_"):
            en = f"{model} has no parameters yet: fit it, or give them to the constructor."
            raise AttributeError(say(en, f"{model} 还没有参数：请先用 fit 估计，或者在创建时给出参数。"))
        if name in ("standard_errors_", "log_likelihood_"):
            en = f"{name} comes from data: this {model} has not been fitted."
            raise AttributeError(say(en, f"{name} 来自数据：这个 {model} 还没有用 fit 估计过。"))
        raise AttributeError(f"{model!r} object has no attribute {name!r}")

    def __repr__(self):
        inside = ", ".join(f"{name}={value:.4g}" for name, value in self.__dict__.get("params_", {}).items())
        return f"{type(self).__name__}({inside})"


def check_repeats(frequency):
    """Refuse frequencies from which no model of differences between customers can learn.

    >>> check_repeats(np.array([0, 2]))
    """
    if len(frequency) < 2:
        en = f"{len(frequency)} customer: a model of differences between customers needs many."
        zh = f"只有 {len(frequency)} 个客户：模型描述的是客户之间的差异，需要许多客户。"
    elif not (frequency > 0).any():
        en = "No customer has bought again (frequency is 0 throughout): nothing tells how often they buy or when they "
        en += "leave. Observe longer."
        zh = "没有一个客户重复购买（frequency 全为 0）：看不出多久买一次、何时流失。请拉长观察期。"
    else:
        return
    raise ValueError(say(en, zh))


def dot(a, b):
    """Sum of products; not ``a @ b``, because for sums this short the BLAS threads cost far more than the sum.

    >>> float(dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    return np.einsum("i,i->", a, b)


def softplus(odds):
    """log(1 + exp(odds)), without overflow and several times faster than logaddexp.

    >>> float(softplus(1000.0))
    1000.0
    """
    return np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds)))


def distinct(*columns):
    """The distinct rows of columns, and how often each occurs: the likelihood is summed over these.

    >>> distinct(np.array([3, 1, 3]))
    ([array([1, 3])], array([1., 2.]))
    """
    order = np.lexsort(columns)
    ordered = [column[order] for column in columns]
    new = np.concatenate([[True], np.any([np.diff(column) != 0 for column in ordered], axis=0)])
    starts = np.flatnonzero(new)
    return [column[starts] for column in ordered], np.diff(np.append(starts, len(order))).astype(float)
