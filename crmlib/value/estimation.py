"""Models of customers: parameters given, or estimated by maximum likelihood with their standard errors."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.value.btyd import DAYS
from crmlib.value.maximum import maximise


class Model:
    """Parameters ``params_`` that are given to the constructor, all or none, or estimated by `fit`.

    `fit` also sets ``standard_errors_`` (from the Hessian of the log-likelihood; one of several times its parameter
    says that the data leave it open), ``log_likelihood_`` (the sum over customers, as papers report it) and
    ``time_unit_``.
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

    def _estimate(self, loglik, start, size, time_unit=None, others=(), given="summary"):
        """Maximise a log-likelihood over positive parameters; refuse if it has no maximum, naming the argument `given`.

        `loglik` returns the sum over `size` customers and its gradient. `others` are functions for the refusal, each of
        which returns the call of another model that has an estimate for these data, or None.
        """
        best = maximise(loglik, start, size)
        theta = np.exp(best.logs)
        if not best.found:
            unit = f', time_unit="{time_unit}"' if time_unit else ""
            shown = ", ".join(f"{name}={value:.4g}" for name, value in zip(self._names, theta, strict=True))
            instead = next(filter(None, (other() for other in others)), None)
            en = f"The estimate has no end: the likelihood still rises at {shown.replace('=', ' = ')}. The customers "
            en += f"of {given} differ too little, or are too few, for this model; use more customers or a longer period"
            zh = f"估计不收敛：到 {shown.replace('=', ' = ')} 时似然函数还在上升。{given} 的客户之间差异太小，"
            zh += "或者客户太少，不适合这个模型：请增加客户、拉长时间"
            if instead:
                en, zh = f"{en}, or another model, {instead}", f"{zh}，或者改用 {instead}"
            call = f"value.{type(self).__name__}({shown}{unit})"
            en += f". Or go on with the values reached, which hardly change what it predicts: {call}."
            raise ValueError(say(en, f"{zh}。也可以就用已到达的参数值，预测几乎不变：{call}。"))
        self.params_ = pd.Series(theta, index=self._names)
        self.standard_errors_ = pd.Series(theta * best.spread, index=self._names)
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
        en = f"summary: {len(frequency)} customer: a model of differences between customers needs many."
        zh = f"summary 只有 {len(frequency)} 个客户：模型描述的是客户之间的差异，需要许多客户。"
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
