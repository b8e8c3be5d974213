"""Who is who among Qinghe's records, and who agreed to messages (chapter 05, sections 1 and 2)."""

from functools import cache

from crmlib import datasets, segmentation


@cache
def records():
    """Return the customer records by ``customer_id``.

    >>> len(records())
    6022
    """
    return datasets.load_qinghe_customers().set_index("customer_id")


@cache
def person():
    """Return whose each record is, linked at 8 points, as in ``"C0001"``.

    >>> person().nunique()
    5646
    """
    likeness = segmentation.compare_records(records(), segmentation.candidate_pairs(records()))
    found = segmentation.link(records(), segmentation.match_score(likeness), 8)
    return "C" + found.astype(str).str.zfill(4)


@cache
def agreed():
    """Return, by person, whether they agreed to messages on every record: the others must not be written to.

    >>> agreed().dtype
    dtype('bool')
    """
    return records()["consent"].groupby(person()).min() == 1
