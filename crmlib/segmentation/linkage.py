"""Record linkage: which records belong to one person? Candidate pairs, links, and how good they are."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.segmentation.similarity import FIELDS, check_ids, even_out, positions


def candidate_pairs(records, blocks=None, *, largest=100):
    """List the pairs of records worth comparing, those that agree on at least one key: few of the 18 million of 6,000.

    Parameters
    ----------
    records : pandas.DataFrame
        One row a record, its id in the index. What is known of a person stands in columns among ``name``, ``pinyin``,
        ``phone``, ``phone_2``, ``birthday`` (text "1990-05-31" or dates), ``address``, ``email``; not all are needed.
    blocks : sequence of tuples of str, optional
        Each a key: the columns in which two records must agree. "phone" also looks into ``phone_2``. Without it, each
        of the columns above on its own. Spelling is evened out first (capitals, blanks, 十八 and 18).
    largest : int
        A key value that more records share than this (a shop's own number) is skipped and counted.

    Returns
    -------
    pandas.DataFrame
        ``left`` and ``right``: ids, each pair once, in the order of the records. ``attrs``: ``blocks`` (pairs that each
        key finds), ``possible`` (all pairs that there are) and ``skipped`` (key: values shared too widely).

    Examples
    --------
    >>> records = pd.DataFrame({"pinyin": ["Mai Xiaoman", "mai xiaoman", "Gu Yu"], "phone": ["100", "101", "101"]})
    >>> candidate_pairs(records).to_numpy().tolist()
    [[0, 1], [1, 2]]
    """
    check_ids(checks.frame(records, "records"))
    largest = checks.whole(largest, "largest", least=1)
    if blocks is None:
        blocks = [(field,) for field in FIELDS if field in records]
    blocks = [tuple(checks.names(block, "blocks")) for block in _listed(blocks)]
    if not blocks:
        en = f"No column to compare by. Name the columns {', '.join(FIELDS)}, or give blocks."
        raise ValueError(say(en, f"没有可用来比对的列。请把列名改为 {'、'.join(FIELDS)}，或者给出 blocks。"))
    for block in blocks:
        checks.require_columns(records.columns, block)
    clean = even_out(records)
    found, skipped, pairs = {}, {}, []
    for block in blocks:
        left, right, wide = _pairs_of_block(clean, block, largest)
        found[" + ".join(block)] = len(left)
        skipped |= {" + ".join(block): wide} if wide else {}
        pairs.append(left * len(records) + right)
    left, right = np.divmod(np.unique(np.concatenate(pairs)), len(records))
    result = pd.DataFrame({"left": records.index[left], "right": records.index[right]})
    result.attrs = {"blocks": found, "possible": len(records) * (len(records) - 1) // 2, "skipped": skipped}
    return result


def _listed(blocks):
    if isinstance(blocks, str) or checks.dimensions(blocks) == 0:
        en = f"blocks = {checks.quoted(blocks)}: a list of keys is needed, such as [('name',), ('phone', 'birthday')]."
        zh = f"blocks = {checks.quoted(blocks)} 不对：应为若干组列名，例如 [('name',), ('phone', 'birthday')]。"
        raise TypeError(say(en, zh))
    return list(blocks)


def _pairs_of_block(clean, block, largest):
    """Positions of the pairs that agree on a key, and the number of key values that too many records share."""
    keys = clean[list(block)].assign(record=np.arange(len(clean)))
    if block == ("phone",) and "phone_2" in clean:
        second = clean[["phone_2"]].set_axis(["phone"], axis=1).assign(record=np.arange(len(clean)))
        keys = pd.concat([keys, second])
    keys = keys.dropna().drop_duplicates()
    size = keys.groupby(list(block), sort=False)["record"].transform("size")
    wide = keys[size > largest].drop_duplicates(list(block))
    keys = keys[(size > 1) & (size <= largest)]
    pairs = keys.merge(keys, on=list(block))
    pairs = pairs[pairs["record_x"] < pairs["record_y"]].drop_duplicates(["record_x", "record_y"])
    return pairs["record_x"].to_numpy(), pairs["record_y"].to_numpy(), len(wide)


def link(records, score, threshold):
    """Give records the same number (1, 2, …) that are linked, directly or through others, by pairs with enough points.

    `records` have ids in the index; `score` are points by pair (index ``left``, ``right``), as `match_score` makes
    them. Pairs with `threshold` points or more are one person. Higher: fewer wrong links (precision), more missed
    (recall).

    >>> pairs = pd.MultiIndex.from_tuples([("A", "B"), ("B", "D"), ("A", "C")])
    >>> link(pd.DataFrame(index=list("ABCD")), pd.Series([9, 8, 2], index=pairs), threshold=5).to_dict()
    {'A': 1, 'B': 1, 'C': 2, 'D': 1}
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    check_ids(records)
    if not len(records):
        raise ValueError(say("records: there is no record.", "records：一条记录也没有。"))
    if not isinstance(score, pd.Series) or score.index.nlevels != 2:
        en = "score: its index must hold the two ids of each pair, as match_score returns it."
        raise ValueError(say(en, "score 的索引应为每对记录的两个编号，就像 match_score 返回的那样。"))
    linked = checks.floats(score, "score") >= checks.number(threshold, "threshold")
    left, right = (side[linked] for side in positions(records, score.index, score.to_frame()))
    edges = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(records),) * 2)
    groups = connected_components(edges, directed=False)[1]
    return pd.Series(pd.factorize(groups)[0] + 1, index=records.index, name="person")


def precision_recall(linked, truth):
    """Judge linked records by their pairs: how many of those found are right, how many of the right ones are found.

    `linked` and `truth` are Series: the number of the person by record, as found and as it is. Returns ``precision``
    (right of found), ``recall`` (right of true), ``f1`` (their harmonic mean), and the numbers of pairs ``found``,
    ``true``, ``right``. A share of no pair is NaN.

    >>> precision_recall(pd.Series([1, 1, 1, 2]), pd.Series([7, 7, 8, 8])).round(2).to_dict()
    {'precision': 0.33, 'recall': 0.5, 'f1': 0.4, 'found': 3.0, 'true': 2.0, 'right': 1.0}
    """
    linked, truth = checks.labels(linked, "linked"), checks.labels(truth, "truth")
    truth = checks.same_customers(linked, truth, "linked", "truth")
    both = pd.DataFrame({"linked": linked.to_numpy(), "truth": truth.to_numpy()})
    sizes = (both.groupby(keys).size() for keys in ("linked", "truth", ["linked", "truth"]))
    found, true, right = (float((size * (size - 1) / 2).sum()) for size in sizes)
    judged = pd.Series({"precision": right, "recall": right, "f1": 2 * right}) / [found, true, found + true]
    return pd.concat([judged, pd.Series({"found": found, "true": true, "right": right})])
