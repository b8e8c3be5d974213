"""What a treatment changes: models of uplift, and treated against control customers, group by group."""

from contextlib import contextmanager

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.churn.experiment import arms
from crmlib.language import say


class TwoModels:
    """Predict the uplift of a treatment as the difference of two models, one of the treated and one of the others.

    `model` is a scikit-learn estimator or pipeline, cloned twice: a classifier predicts the chance of outcome 1, a
    regressor the outcome. Fitted, they are ``treated_`` and ``control_``. Source: Radcliffe and Surry (2011),
    Real-world uplift modelling, which also tells where this simple way goes wrong.

    >>> from sklearn.linear_model import LinearRegression
    >>> features = pd.DataFrame({"visits": [0, 1, 2, 0, 1, 2]})
    >>> model = TwoModels(LinearRegression()).fit(features, treated=[1, 1, 1, 0, 0, 0], outcome=[1, 3, 5, 1, 2, 3])
    >>> model.predict(features.head(3)).round(2).tolist()
    [0.0, 1.0, 2.0]
    """

    def __init__(self, model):
        self.model = model

    def fit(self, features, treated, outcome):
        """Fit both models and return the object itself.

        The features are a table known before the treatment; `treated` is 0/1, and so is the outcome of a classifier,
        with both in each group.
        """
        from sklearn.base import clone, is_classifier

        lot, values = arms(treated, features, outcome=outcome)
        if is_classifier(self.model):
            values = _classes(pd.Series(outcome), lot)
        self.treated_ = _learned(clone(self.model), checks.frame(features, "features")[lot], values[lot])
        self.control_ = _learned(clone(self.model), features[~lot], values[~lot])
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        checks.refuse_unfitted(self, "treated_")
        gap = _expected(self.treated_, features) - _expected(self.control_, features)
        return pd.Series(gap, index=features.index, name="uplift")


class TransformedOutcome:
    """Predict the uplift of a treatment drawn by lot with one model, of an outcome whose expectation is the uplift.

    The outcome :math:`y` becomes :math:`y (t - p) / (p (1 - p))` with the treatment :math:`t` and the share :math:`p`
    treated: `share`, or that of the table fitted if not given, kept as ``share_``. `model` is a scikit-learn regressor
    or a pipeline that ends in one; its fitted clone is ``model_``. Source: Athey and Imbens (2016), PNAS 113(27).

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
        """Fit the model and return the object itself; parameters and errors are those of `TwoModels.fit`."""
        from sklearn.base import clone, is_classifier

        if is_classifier(self.model):
            en = f"The transformed outcome is a number, not a class: give a regressor instead of {self.model}."
            zh = f"变换后的结果是数值，不是类别：请用回归模型，不要用 {self.model}。"
            raise TypeError(say(en, zh))
        lot, values = arms(treated, features, outcome=outcome)
        given = lot.mean() if self.share is None else self.share
        share = checks.share(given, "share", above=0, below=1)
        self.share_ = share
        target = values * (lot - share) / (share * (1 - share))
        self.model_ = _learned(clone(self.model), checks.frame(features, "features"), target)
        return self

    def predict(self, features):
        """Return the predicted uplift of each customer, as a Series with the index of `features`."""
        checks.refuse_unfitted(self, "model_")
        return pd.Series(_expected(self.model_, features), index=features.index, name="uplift")


def _expected(model, features):
    from sklearn.base import is_classifier

    checks.frame(features, "features")
    with _reads(model), np.errstate(all="ignore"):
        found = model.predict_proba(features)[:, 1] if is_classifier(model) else model.predict(features)
    if not np.isfinite(found).all():
        en = "features: some values are so large that the model's prediction is infinite."
        raise ValueError(say(en, "features：有的数值太大，模型的预测成了无穷。"))
    return found


def _learned(model, features, values):
    with _reads(model):
        return model.fit(features, values)


@contextmanager
def _reads(model):
    """Say of a model that cannot read the features that it is they, and what it says."""
    try:
        yield
    except Exception as error:
        said = f"{type(error).__name__}, {error}"
        en = f"features: {model} cannot read them: {said}"
        raise ValueError(say(en, f"features：模型 {model} 读不了这些特征：{said}")) from error


def _classes(outcome, lot):
    values = checks.zero_one(outcome, "outcome").astype(int)
    for part, arm, arm_zh in ((values[lot], "treated", "被触达的人"), (values[~lot], "control", "对照组")):
        if part.min() == part.max():
            en = f"All {len(part)} customers of the {arm} group have outcome {part[0]}"
            zh = f"{arm_zh}共 {len(part)} 人，结果全是 {part[0]}：分类模型要求两组里都既有 0 又有 1。"
            raise ValueError(say(f"{en}: a classifier needs both 0 and 1 in each group.", zh))
    return values


def uplift_by(outcome, treated, group, confidence=0.95):
    """Compare the treated with the control group inside each group of customers.

    `outcome` is what followed (0/1, or numbers such as money), `treated` 0/1, `group` known before the treatment, with
    some treated and some not in each. Returns a DataFrame by group: ``treated`` and ``control`` (customers),
    ``treated_rate`` and ``control_rate`` (rates or means), ``uplift`` (their difference), ``lower``, ``upper``: the
    interval of `difference`.

    >>> visit, mailed = [1, 1, 0, 0, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0]
    >>> uplift_by(visit, mailed, ["fan"] * 4 + ["other"] * 4)[["treated_rate", "control_rate", "uplift"]]
           treated_rate  control_rate  uplift
    group
    fan             1.0           0.0     1.0
    other           0.5           0.5     0.0
    """
    lot, outcome = arms(treated, outcome=outcome)
    _, group = checks.lists(treated=treated, group=group)
    codes, names = checks.groups(group, "group")
    parts = pd.DataFrame({"code": codes, "lot": lot, "outcome": outcome})
    parts = parts.groupby(["code", "lot"])["outcome"].agg(["size", "mean", "var"]).unstack("lot").set_axis(names)
    lonely = names[parts["size"].isna().any(axis=1)]
    if len(lonely):
        shown = checks.first(lonely)
        en = f"{len(lonely)} groups have treated customers only, or none, first: {shown}. Join groups."
        zh = f"有 {len(lonely)} 组全被触达或者全没有被触达，前几个是：{shown}。请合并分组。"
        raise ValueError(say(en, zh))
    one, other = ((parts["size"][side], parts["mean"][side], parts["var"][side]) for side in (True, False))
    lower, upper = intervals.difference(one, other, np.isin(outcome, (0, 1)).all(), confidence)
    sizes = {"treated": one[0].astype(int), "control": other[0].astype(int)}
    rates = {"treated_rate": one[1], "control_rate": other[1], "uplift": one[1] - other[1]}
    table = pd.DataFrame(sizes | rates | {"lower": lower, "upper": upper})
    return table.rename_axis("group" if group.name is None else group.name)
