"""Answers that are tables: kept as their first rows and a fingerprint of the whole."""

import hashlib
import math

from crmlib.language import say

ROWS = 50


def record(table):
    """Return what the key keeps of a table or a column of numbers: shape, names, up to 50 rows, a fingerprint.

    >>> import pandas as pd
    >>> record(pd.Series({"VIP": 2.0}, name="value"))["rows"]
    [[2.0]]
    """
    frame = table.to_frame() if table.ndim == 1 else table
    return {
        "type": type(table).__name__,
        "columns": [str(name) for name in frame],
        "index": [str(name) for name in frame.index[:ROWS]],
        "length": len(frame),
        "rows": _rows(frame)[:ROWS],
        "hash": _fingerprint(frame),
    }


def _rows(frame):
    return [[float(value) for value in row] for row in frame.to_numpy(dtype=float)]


def _fingerprint(frame):
    # Six digits: what differs between processors stands further behind.
    text = "\n".join(" ".join(f"{value:.5e}" for value in row) for row in _rows(frame))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def wrong_shape(given, known):
    """Say what is wrong with a table's type, shape or names, or return nothing.

    >>> wrong_shape(3, {"type": "Series", "length": 1, "columns": ["value"]})
    'The answer should be a pandas Series; yours is a int.'
    """
    kind, wanted = type(given).__name__, known["type"]
    if kind != wanted or not hasattr(given, "iloc"):
        en = f"The answer should be a pandas {wanted}; yours is a {kind}."
        return say(en, f"答案应该是 pandas 的 {wanted}，你给的是 {kind}。")
    frame = given.to_frame() if given.ndim == 1 else given
    (rows, columns), (long, wide) = (known["length"], len(known["columns"])), frame.shape
    if (long, wide) != (rows, columns):
        en = f"The answer should have {rows} rows and {columns} columns; yours has {long} and {wide}."
        zh = f"答案应该有 {rows} 行 {columns} 列，你的有 {long} 行 {wide} 列。是不是丢了行，或者多了列？"
        return say(f"{en} Was a row lost or a column added?", zh)
    if given.ndim == 2 and [str(name) for name in frame] != known["columns"]:
        en = f"The columns should be {', '.join(known['columns'])}, in this order."
        return say(en, f"列应该依次是 {'、'.join(known['columns'])}。")
    if not all(dtype.kind in "iufb" for dtype in frame.dtypes):
        return say("The answer should hold numbers only.", "答案里只能有数。")
    missing = frame.isna().to_numpy().any()
    return say("Some numbers of the answer are missing.", "答案里有缺失的数。") if missing else ""


def distance(given, known, tolerance):
    """Return 0 for a table that is the known one, up to the tolerance, else infinity.

    Rows of a short table may stand in another order; those of a long one may not.

    >>> import pandas as pd
    >>> column = pd.Series({"VIP": 2.0, "other": 1.0})
    >>> distance(column[::-1], record(column), 1e-6)
    0.0
    """
    frame = given.to_frame() if given.ndim == 1 else given
    if len(frame) <= ROWS:
        frame = frame.set_axis(frame.index.map(str), axis=0)
        if frame.index.has_duplicates or set(frame.index) != set(known["index"]):
            return math.inf
        frame = frame.loc[known["index"]]
    elif [str(name) for name in frame.index[:ROWS]] != known["index"]:
        return math.inf
    first = zip(sum(_rows(frame.iloc[:ROWS]), []), sum(known["rows"], []), strict=True)
    near = all(math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-9) for a, b in first)
    return 0.0 if near and (len(frame) <= ROWS or _fingerprint(frame) == known["hash"]) else math.inf
