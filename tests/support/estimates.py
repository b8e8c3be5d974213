"""Estimates that the tests of the data compare with what was planted."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression


def logit(effects, outcome):
    """Return constant and coefficients of a logistic regression, and their standard errors."""
    matrix = effects.to_numpy(float)
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(matrix, outcome.to_numpy(int))
    chance = model.predict_proba(matrix)[:, 1]
    design = np.column_stack([np.ones(len(matrix)), matrix])
    information = (design * (chance * (1 - chance))[:, None]).T @ design
    names = ["intercept", *effects]
    found = pd.Series([*model.intercept_, *model.coef_[0]], index=names)
    return found, pd.Series(np.sqrt(np.diag(np.linalg.inv(information))), index=names)


def assert_near(found, planted, error, width=3):
    """Compare an estimate with the truth, and show all when one is off."""
    away = (pd.Series(found) - pd.Series(planted)) / pd.Series(error)
    assert (away.abs() < width).all(), f"in standard errors:\n{away}"


def ordered_again(table, orders, days=180):
    """Tell who ordered after the day in ``table``, within so many days."""
    known = orders.dropna(subset="customer_id")[["customer_id", "date"]]
    asked = table[["customer_id", "date"]].reset_index()
    later = asked.merge(known, on="customer_id", suffixes=("", "_order"))
    again = (later["date_order"] - later["date"]).dt.days.between(1, days)
    return table.index.isin(later.loc[again, "index"]).astype(int)
