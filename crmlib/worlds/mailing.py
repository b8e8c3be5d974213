"""The e-mail test of chapter 08 (section 5) as the chapter leaves it, for its exercises and the explorer."""

from functools import cache

import pandas as pd

from crmlib import churn, datasets
from crmlib.editions import gone

VISIT, EMAIL = 2.50, 0.08  # dollars: margin of a visit, cost of an e-mail (assumptions of the chapter)
KNOWN = ["months_since_last", "history", "mens", "womens", "newbie", "zip_code", "channel"]


@cache
def mail():
    """Return those who got the women's e-mail or none, by ``customer_id``, with ``treated`` (1: got it).

    >>> len(mail())
    42693
    """
    table = datasets.load_hillstrom().query("arm != 'mens'").set_index("customer_id")
    return table.assign(treated=(table["arm"] == "womens").astype(int))


@cache
def halves():
    """Return the half on which the model is fitted (odd numbers) and the half on which it is judged (even numbers).

    >>> [len(half) for half in halves()]
    [21222, 21471]
    """
    odd = mail().index % 2 == 1
    return mail()[odd], mail()[~odd]


@cache
def rankings():
    """Return four ways to rank the second half: by uplift, by the chance of a visit without e-mail, by risk, at random.

    The first two are told by two models that are fitted on the first half.

    >>> list(rankings())
    ['uplift', 'likely', 'risk', 'lot']
    """
    from sklearn import compose, linear_model, pipeline, preprocessing

    first, second = halves()
    encoder, scaler = preprocessing.OneHotEncoder(drop="first"), preprocessing.StandardScaler()
    prepared = compose.make_column_transformer((encoder, ["zip_code", "channel"]), remainder=scaler)
    models = churn.TwoModels(pipeline.make_pipeline(prepared, linear_model.LogisticRegression(max_iter=1000)))
    models.fit(first[KNOWN], first["treated"], first["visit"])
    likely = pd.Series(models.control_.predict_proba(second[KNOWN])[:, 1], index=second.index)
    lot = pd.Series(range(len(second))).sample(frac=1, random_state=8).to_numpy()
    return pd.DataFrame({"uplift": models.predict(second[KNOWN]), "likely": likely, "risk": -likely, "lot": lot})


@cache
def curve(ranking):
    """Return the Qini curve of one of the rankings.

    >>> list(curve("uplift"))
    ['gained', 'random']
    """
    _, second = halves()
    return churn.qini(second["visit"], second["treated"], rankings()[ranking])


@cache
def profit(ranking, *, worth=VISIT, cost=EMAIL):
    """Return what mailing the first so many of a ranking earns, in dollars per 1,000 customers of the list.

    >>> profit("uplift").name
    'profit'
    """
    _, second = halves()
    table = churn.targeting_profit(second["visit"], second["treated"], rankings()[ranking], worth=worth, cost=cost)
    return 1000 * table["profit"]


__getattr__ = gone(__name__)
