"""What a treatment changes: models of uplift, and treated against control group."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib.churn._checks import _amounts, _first, _frame, _group_name, _groups, _lists, _number, _wilson, _z, _zero_one
from crmlib.language import say


class TwoModels:
    """Predict the uplift of a treatment as the difference of two models, one of the treated and one of the others.

    Parameters
    ----------
    model : scikit-learn estimator or pipeline
        It is cloned twice and stays as it is. A classifier predicts the chance of outcome 1, a regressor the outcome.

    Attributes
    ----------
    treated_, control_ : estimators
        The two fitted models.

    References
    ----------
    Radcliffe, N. J., Surry, P. D. (2011), Real-world uplift modelling with significance-based uplift trees, Stochastic
    Solutions, which also tells where this simple way goes wrong: neither model looks for the difference.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> features = pd.DataFrame({"visits": [0, 1, 2, 0, 1, 2]})
    >>> model = TwoModels(LinearRegression()).fit(features, treated=[1, 1, 1, 0, 0, 0], outcome=[1, 3, 5, 1, 2, 3])
    >>> model.predict(features.head(3)).round(2).tolist()
    [0.0, 1.0, 2.0]
    """

    def __init__(self, model):
        self.model = model

    def fit(self, features, treated, outcome):
        """Fit both models.

        Parameters
        ----------
        features : pandas.DataFrame
            One row a customer, known before the treatment.
        treated : Series, array or list of 0/1
        outcome : Series, array or list
            0/1 for a classifier, numbers for a regressor.

        Returns
        -------
        TwoModels
            Itself.

        Raises
        ------
        TypeError, ValueError
            If lengths or indexes differ, everybody or nobody was treated, or a classifier finds in one of the two
            groups one outcome only.
        """
        from sklearn.base import clone, is_classifier

        lot, values = _experiment(treated, features, outcome=outcome)
        if is_classifier(self.model):
            values = _classes(pd.Series(outcome), lot)
        self.treated_ = clone(self.model).fit(features[lot], values[lot])
        self.control_ = clone(self.model).fit(features[~lot], values[~lot])
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        _fitted(self, "treated_")
        gap = _expected(self.treated_, features) - _expected(self.control_, features)
        return pd.Series(gap, index=features.index, name="uplift")


class TransformedOutcome:
    r"""Predict the uplift of a treatment drawn by lot with one model, of an outcome whose expectation is the uplift.

    The outcome :math:`y` becomes :math:`y (t - p) / (p (1 - p))` with the treatment :math:`t` and the share :math:`p`
    treated.

    Parameters
    ----------
    model : scikit-learn regressor or pipeline that ends in one
        It is cloned and stays as it is.
    share : float, optional
        Chance of being treated; the share of the treated if not given.

    Attributes
    ----------
    model_ : estimator
        The fitted model.
    share_ : float
        The share it was fitted with.

    References
    ----------
    Athey, S., Imbens, G. (2016), Recursive partitioning for heterogeneous causal effects, PNAS 113(27).

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> features = pd.DataFrame({"fan": [0, 0, 1, 1]})
    >>> model = TransformedOutcome(LinearRegression()).fit(features, treated=[1, 0, 1, 0], outcome=[1, 1, 1, 0])
    >>> model.predict(features).round(2).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, model, share=None):
        self.model = model
        self.share = share

    def fit(self, features, treated, outcome):
        """Fit the model; the parameters are those of `TwoModels.fit`, and so are the errors.

        Returns
        -------
        TransformedOutcome
            Itself.
        """
        from sklearn.base import clone, is_classifier

        if is_classifier(self.model):
            raise TypeError(
                say(
                    f"The transformed outcome is a number, not a class: give a regressor instead of {self.model}.",
                    f"变换后的结果是数值，不是类别：请用回归模型，不要用 {self.model}。",
                )
            )
        lot, values = _experiment(treated, features, outcome=outcome)
        share = lot.mean() if self.share is None else _number(self.share, "share", 0, 1)
        if share in (0, 1):
            raise ValueError(
                say(
                    f"share = {share}: with it nobody can be compared. It lies between 0 and 1.",
                    f"share = {share} 不对：这样就没有人可以对比了，应在 0 与 1 之间。",
                )
            )
        self.share_ = float(share)
        self.model_ = clone(self.model).fit(features, values * (lot - share) / (share * (1 - share)))
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        _fitted(self, "model_")
        return pd.Series(_expected(self.model_, features), index=features.index, name="uplift")


def _expected(model, features):
    from sklearn.base import is_classifier

    return model.predict_proba(features)[:, 1] if is_classifier(model) else model.predict(features)


def _fitted(model, attribute):
    if not hasattr(model, attribute):
        name = type(model).__name__
        raise ValueError(
            say(f"This {name} has not been fitted: call fit(…) first.", f"这个 {name} 还没有拟合：请先用 fit(…)。")
        )


def _classes(outcome, lot):
    values = _zero_one(outcome, "outcome").astype(int)
    for part, en, zh in ((values[lot], "treated", "被触达的人"), (values[~lot], "control", "对照组")):
        if part.min() == part.max():
            raise ValueError(
                say(
                    f"All {len(part)} customers of the {en} group have outcome {part[0]}: a classifier "
                    "needs both 0 and 1 in each group.",
                    f"{zh}共 {len(part)} 人，结果全是 {part[0]}：分类模型要求两组里都既有 0 又有 1。",
                )
            )
    return values


def _experiment(treated, features=None, **numbers):
    """Check what belongs to an experiment; return the lot as bool, then the columns of numbers, as arrays."""
    given = {"treated": treated} | numbers
    if features is not None:
        given = {"features": pd.Series(0, index=_frame(features, "features").index)} | given
    columns = dict(zip(given, _lists(**given), strict=True))
    lot = _zero_one(columns["treated"], "treated").astype(bool)
    if lot.all() or not lot.any():
        who = say("everybody", "所有人都") if lot.all() else say("nobody", "没有一个人")
        raise ValueError(
            say(
                f"treated: {who} was treated, so there is nobody to compare with. Keep a control group, drawn by lot.",
                f"treated：{who}被触达，没有可比的对象。请随机留出对照组。",
            )
        )
    return lot, *(_amounts(columns[name], name, minimum=-np.inf) for name in numbers)


def uplift_by(outcome, treated, group, confidence=0.95):
    """Compare the treated with the control group inside each group of customers.

    Parameters
    ----------
    outcome : Series, array or list
        What followed: 0/1, or numbers such as money.
    treated : Series, array or list of 0/1
    group : Series, array or list
        The customer's group, known before the treatment.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        By group: ``treated`` and ``control`` (customers), ``treated_rate`` and ``control_rate`` (rates or means),
        ``uplift`` (their difference), ``lower``, ``upper``. The interval is that of `difference`.

    Raises
    ------
    TypeError, ValueError
        If lengths or indexes differ, values are missing, or a group was treated as a whole or not at all.

    References
    ----------
    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17(8), method 10.

    Examples
    --------
    >>> visit, mailed = [1, 1, 0, 0, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0]
    >>> uplift_by(visit, mailed, ["fan"] * 4 + ["other"] * 4)[["treated_rate", "control_rate", "uplift"]]
           treated_rate  control_rate  uplift
    group
    fan             1.0           0.0     1.0
    other           0.5           0.5     0.0
    """
    lot, outcome = _experiment(treated, outcome=outcome)
    _, group = _lists(treated=treated, group=group)
    codes, names = _groups(group, "group")
    parts = pd.DataFrame({"code": codes, "lot": lot, "outcome": outcome})
    parts = parts.groupby(["code", "lot"])["outcome"].agg(["size", "mean", "var"]).unstack("lot").set_axis(names)
    lonely = names[parts["size"].isna().any(axis=1)]
    if len(lonely):
        raise ValueError(
            say(
                f"{len(lonely)} groups have treated customers only, or none, first: {_first(lonely)}. Join groups.",
                f"有 {len(lonely)} 组全被触达或者全没有被触达，前几个是：{_first(lonely)}。请合并分组。",
            )
        )
    one, other = ((parts["size"][side], parts["mean"][side], parts["var"][side]) for side in (True, False))
    lower, upper = _gap(one, other, np.isin(outcome, (0, 1)).all(), confidence)
    return pd.DataFrame(
        {
            "treated": one[0].astype(int),
            "control": other[0].astype(int),
            "treated_rate": one[1],
            "control_rate": other[1],
            "uplift": one[1] - other[1],
            "lower": lower,
            "upper": upper,
        }
    ).rename_axis(_group_name(group))


def difference(first, second, confidence=0.95):
    """Compare two independent groups: by how much do their rates or means differ, and how sure is that?

    Parameters
    ----------
    first, second : Series, array or list
        An outcome for each customer of the group: 0/1 in both, or numbers. The groups may differ in size.
    confidence : float

    Returns
    -------
    pandas.Series
        ``first`` and ``second`` (rates or means), ``difference`` (first less second), ``lower``, ``upper``: Newcombe's
        interval for 0/1, Welch's for other numbers.

    Raises
    ------
    TypeError, ValueError
        If values are missing or no numbers, or a group of numbers has fewer than two.

    References
    ----------
    Newcombe (1998), see `uplift_by`. Welch, B. L. (1947), The generalization of "Student's" problem when several
    different population variances are involved, Biometrika 34.

    Examples
    --------
    >>> difference([1] * 56 + [0] * 14, [1] * 48 + [0] * 32).round(4).tolist()
    [0.8, 0.6, 0.2, 0.0524, 0.3339]
    """
    sides = [
        pd.Series(_amounts(*_lists(**{name: given}), name, minimum=-np.inf))
        for name, given in (("first", first), ("second", second))
    ]
    binary = all(side.isin((0, 1)).all() for side in sides)
    one, other = ((len(side), side.mean(), side.var()) for side in sides)
    lower, upper = _gap(one, other, binary, confidence)
    return pd.Series(
        {
            "first": one[1],
            "second": other[1],
            "difference": one[1] - other[1],
            "lower": float(lower),
            "upper": float(upper),
        }
    )


def _gap(one, other, binary, confidence):
    """Return the interval of the difference of two rates or means, each side given as number, mean and variance."""
    (n1, m1, v1), (n0, m0, v0) = one, other
    if binary:
        (l1, u1), (l0, u0) = _wilson(m1 * n1, n1, confidence), _wilson(m0 * n0, n0, confidence)
        return m1 - m0 - np.hypot(m1 - l1, u0 - m0), m1 - m0 + np.hypot(u1 - m1, m0 - l0)
    if np.min(n1) < 2 or np.min(n0) < 2:
        raise ValueError(
            say(
                "A group has one customer only: a mean needs at least two to say how sure it is.",
                "有一组只有一个客户：均值至少要有两个客户，才能说出误差。",
            )
        )
    from scipy.stats import t

    share1, share0 = v1 / n1, v0 / n0
    error = np.sqrt(share1 + share0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = error**4 / (share1**2 / (n1 - 1) + share0**2 / (n0 - 1))
    reach = np.where(error > 0, t.ppf(NormalDist().cdf(_z(confidence)), freedom) * error, 0.0)
    return m1 - m0 - reach, m1 - m0 + reach
