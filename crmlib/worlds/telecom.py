"""The fictional telecom of chapter 08 as the chapter leaves it: IBM's sample, with the prices of section 2."""

from functools import cache

import pandas as pd

from crmlib import churn, datasets
from crmlib.editions import gone
from crmlib.worlds.prices import CALL

MARGIN, MONTHS_MORE = 0.5, 24  # of the monthly charge; months that somebody stays who is kept
PRICES = {"offer": 60, "call": CALL, "keeps": 0.3}  # yuan, yuan, share of those about to leave
WINNING, HORIZON, DISCOUNT = 900, 72, 0.01  # yuan for a new customer; months looked ahead; a month
DESK = ["support_calls", "save_desk_calls", "days_since_last_bill"]


@cache
def everybody():
    """Return all customers by ``customer_id``, the total of those not yet billed set to 0.

    >>> everybody()["total_charges"].isna().sum()
    np.int64(0)
    """
    return datasets.load_telco_customers().set_index("customer_id").fillna({"total_charges": 0.0})


@cache
def known():
    """Return the customers of thirds 1 and 2: those that the chapter works with.

    >>> len(known())
    4696
    """
    return everybody()[everybody()["third"] < 3]


def third(number):
    """Return the customers of one third: 1 to fit, 2 to test.

    >>> third(2)["third"].unique()
    array([2])
    """
    return everybody()[everybody()["third"] == number]


@cache
def desk(snapshot="before"):
    """Return what the service desk noted, by ``customer_id``; see `datasets.load_telco_desk`.

    >>> list(desk())
    ['support_calls', 'save_desk_calls', 'days_since_last_bill']
    """
    return datasets.load_telco_desk(snapshot).set_index("customer_id")


def attributes(customers, snapshot=None):
    """Return what a model may look at: the customers' columns, and the desk's where a snapshot is named.

    >>> attributes(known()).shape[1]
    19
    """
    table = customers.drop(columns=["churn", "third"], errors="ignore")
    return table.join(desk(snapshot)) if snapshot else table


def new_model(**options):
    """Return the pipeline of section 4: categories as columns of 0 and 1, numbers scaled, logistic regression.

    >>> list(new_model().named_steps)
    ['columntransformer', 'logisticregression']
    """
    from sklearn import compose, linear_model, pipeline, preprocessing

    text = preprocessing.OneHotEncoder(drop="if_binary"), compose.make_column_selector(dtype_exclude="number")
    prepared = compose.make_column_transformer(text, remainder=preprocessing.StandardScaler())
    return pipeline.make_pipeline(prepared, linear_model.LogisticRegression(max_iter=1000, **options))


def forecast(fitted, table):
    """Return the chance to leave of each row, as a Series.

    >>> forecast(new_model().fit(attributes(third(1)), third(1)["churn"]), attributes(third(2))).name
    'probability'
    """
    return pd.Series(fitted.predict_proba(table)[:, 1], index=table.index, name="probability")


@cache
def chance():
    """Return the chance to leave of the customers of third 2, forecast from third 1 (section 4.1).

    >>> bool(chance().between(0, 1).all())
    True
    """
    return forecast(new_model().fit(attributes(third(1)), third(1)["churn"]), attributes(third(2)))


def worth(customers):
    """Return what each customer is worth who is kept, in yuan: half of the charge for 24 further months.

    >>> round(worth(known()).mean())
    779
    """
    return (MARGIN * MONTHS_MORE * customers["monthly_charges"]).rename("worth")


def earned(chosen, customers):
    """Return the yuan that an offer to the chosen customers (a Series of bool) earns, now that we know who left.

    >>> earned(third(2)["churn"] == 0, third(2)) < 0
    True
    """
    gain = churn.offer_gain(customers["churn"], worth(customers), **PRICES)
    return float(gain[chosen.reindex(customers.index).to_numpy(bool)].sum())


def held_back():
    """Return the customers of the long task, third 3: with the desk's columns of the day of decision, no ``churn``.

    As in the source, the total of those not yet billed is missing.

    >>> "churn" in held_back(), "support_calls" in held_back()
    (False, True)
    """
    customers = datasets.load_telco_customers().set_index("customer_id")
    return attributes(customers[customers["third"] == 3], snapshot="before")


__getattr__ = gone(__name__)
