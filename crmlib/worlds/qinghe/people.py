"""Who is who among Qinghe's records, and who agreed to messages (chapter 05, sections 1 and 2)."""

from functools import cache

import pandas as pd

from crmlib import datasets


@cache
def records():
    """Return the customer records by ``customer_id``.

    >>> len(records())
    6022
    """
    return datasets.load_qinghe_customers().set_index("customer_id")


@cache
def person():
    """Return whose each record is, as in ``"C0001"``: linked, and then every doubtful pair asked about.

    No linkage is free of mistakes (chapter 05, section 1). What follows it counts customers as if a clerk had mended
    them all; in the invented world the truth does that.

    >>> person().nunique()
    5646
    """
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id")["person_id"].reindex(records().index)
    number = pd.Series(pd.factorize(truth)[0] + 1, index=truth.index, name="person")
    return "C" + number.astype(str).str.zfill(4)


@cache
def agreed():
    """Return, by person, whether they agreed to messages on every record: the others must not be written to.

    >>> agreed().dtype
    dtype('bool')
    """
    return records()["consent"].groupby(person()).min() == 1
