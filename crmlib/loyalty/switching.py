"""Switching costs: what a customer loses by leaving, and what a rival must offer to make it worth the while."""

import numpy as np
import pandas as pd

from crmlib import checks

_KINDS = ("procedural", "financial", "relational")


def switching_cost(procedural, financial, relational):
    """Add up what it costs a customer to change suppliers: time and trouble, money, ties.

    All in money, 0 or more: numbers, or columns with a value a customer (Series, array, list). Returns a Series of the
    three and their ``total``, or a DataFrame with a row a customer. Source: Burnham, Frels, Mahajan (2003), Consumer
    switching costs: a typology, antecedents, and consequences, J. Academy of Marketing Science 31(2).

    >>> switching_cost(procedural=60, financial=200, relational=40).to_dict()
    {'procedural': 60.0, 'financial': 200.0, 'relational': 40.0, 'total': 300.0}
    """
    givens = dict(zip(_KINDS, (procedural, financial, relational), strict=True))
    if not any(map(checks.dimensions, givens.values())):
        costs = pd.Series({name: checks.amount(given, name) for name, given in givens.items()}, name="cost")
        return pd.concat([costs, pd.Series({"total": costs.sum()})]).rename("cost")
    columns = dict(zip(_KINDS, checks.lists(_KINDS, **givens), strict=True))
    index = next(iter(columns.values())).index
    table = pd.DataFrame({name: checks.amounts(column, name) for name, column in columns.items()}, index=index)
    return table.assign(total=table.sum(axis=1))


def stay_or_go(saving, cost, *, periods=1, discount=0.0):
    """Would a customer leave who thinks of money only? The saving elsewhere against the cost of switching.

    `saving` is what the rival saves the customer in each of the `periods` to come, `cost` the cost of switching, paid
    today: numbers, or columns with a value a customer; `discount` is the rate per period. Returns a Series, or a
    DataFrame with a row a customer: ``gain`` (savings, worth today), ``net`` (gain less cost), ``goes`` (bool: net
    above 0), ``saving_needed`` (per period, from which on it pays to leave).

    >>> stay_or_go(saving=120, cost=300, periods=3).to_dict()
    {'gain': 360.0, 'net': 60.0, 'goes': True, 'saving_needed': 100.0}
    """
    periods = checks.whole(periods, "periods", 1, 1000)
    rate = float(checks.rates(checks.number(discount, "discount"), "discount"))
    worth_today = float(((1 + rate) ** -np.arange(1.0, periods + 1)).sum())
    single = not checks.dimensions(saving) and not checks.dimensions(cost)
    names = ("saving", "cost")
    saving, cost = checks.lists(names, saving=[saving] if single else saving, cost=cost)
    offered, lost = checks.floats(saving, "saving"), checks.amounts(cost, "cost")
    gain = offered * worth_today
    net = gain - lost
    columns = {"gain": gain, "net": net, "goes": net > 0, "saving_needed": lost / worth_today}
    table = pd.DataFrame(columns, index=saving.index)
    return pd.Series(table.iloc[0].to_dict()) if single else table
