"""Kano's questions: what customers take for granted, what they want more of, and what delights them."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say

# Rows: the answer to "if the feature is there", 1 to 5; columns: the answer to "if it is missing".
TABLES = {
    "berger": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
    "pouliot": ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"),
}
ANSWERS = ("like", "expect", "neutral", "live with", "dislike")
# Of equally frequent classes the one that comes first here is taken: what is demanded goes before what delights.
CLASSES = ("M", "O", "A", "I", "R", "Q")


def kano_class(functional, dysfunctional, *, table="berger"):
    """Return the class of each pair of answers: a letter, an array or a Series, as the answers are given.

    M must-be, O one-dimensional, A attractive, I indifferent, R reverse, Q questionable (the answers contradict each
    other). Answers: 1 I like it, 2 I expect it, 3 neutral, 4 I can live with it, 5 I dislike it; `functional` if the
    feature is there, `dysfunctional` if it is missing. `table` "berger" is that of Berger et al. (1993), Kano's methods
    for understanding customer-defined quality, Center for Quality of Management Journal 2(4); "pouliot" (there, too)
    also doubts who expects the feature and its absence, or can live with both.

    >>> kano_class(1, 5), kano_class([3, 1], [5, 3]).tolist()
    ('O', ['M', 'A'])
    """
    checks.one_of(table, "table", TABLES)
    there, missing = _answers(functional, "functional"), _answers(dysfunctional, "dysfunctional")
    checks.fitting(functional=there, dysfunctional=missing)
    if isinstance(functional, pd.Series) and isinstance(dysfunctional, pd.Series):
        checks.lists(functional=functional, dysfunctional=dysfunctional)  # of the same customers, in one order
    letters = np.array([list(row) for row in TABLES[table]])[there - 1, missing - 1]
    index = next((given.index for given in (functional, dysfunctional) if isinstance(given, pd.Series)), None)
    if index is not None and letters.shape == (len(index),):
        return pd.Series(letters, index=index)
    return letters if letters.ndim else str(letters)


def _answers(values, name):
    """Answers as whole numbers from 1 to 5."""
    if checks.to_floats(values) is None and checks.dimensions(values) <= 1:
        codes = ", ".join(f'"{word}": {code}' for code, word in enumerate(ANSWERS, 1))
        en = f"{name} holds texts or the like, not the answers 1 to 5. Code them, answers.map({{{codes}}})."
        raise TypeError(say(en, f"{name} 中是文本之类，不是 1 到 5 的答案。请先编码：answers.map({{{codes}}})。"))
    found = checks.numbers(values, name, 1, 5, hint=_ONE_TO_FIVE)
    if (found % 1).any():
        en = f"{name}: each answer is a whole number from 1 to 5; means of several customers have no class."
        raise ValueError(say(en, f"{name}：每个答案应是 1 到 5 的整数；几个人的平均分没有类别可言。"))
    return found.astype("int64")


_ONE_TO_FIVE = (
    "Answers go from 1 (I like it) to 5 (I dislike it); leave out codes for no answer, add 1 to answers from 0 to 4.",
    "答案从 1（很喜欢）到 5（很不喜欢）；表示未答的代码请先去掉，0 到 4 的编码请加 1。",
)


def kano(
    answers, *, by="feature", functional="functional", dysfunctional="dysfunctional", table="berger", confidence=0.95
):
    """Return what customers answered to Kano's two questions, feature by feature.

    Columns: `CLASSES` (shares of the answers), ``kano_class`` (the most frequent; of equal ones the first of
    `CLASSES`), ``better`` and ``worse`` with their intervals (see `better_worse`; Wilson's of a share; missing where
    every answer is R or Q), ``answers``. Pairs with a gap are left out and counted in ``attrs["left_out"]``.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row a customer and feature, answers from 1 to 5 (see `kano_class`).
    by : str or list of str
        The columns that name the feature, or the group and the feature.
    functional, dysfunctional : str
        The columns of the answers if the feature is there and if it is missing.
    table, confidence
        See `kano_class`; of the intervals.

    Examples
    --------
    >>> answers = pd.DataFrame({"feature": "tasting", "functional": [1, 1, 1, 3], "dysfunctional": [3, 3, 5, 3]})
    >>> kano(answers).loc["tasting", ["A", "O", "I", "kano_class", "better", "worse"]].to_dict()
    {'A': 0.5, 'O': 0.25, 'I': 0.25, 'kano_class': 'A', 'better': 0.75, 'worse': -0.25}
    """
    by = checks.names(by, "by")
    if not by:
        raise ValueError(say('by: name a column, by="feature".', 'by：请给出列名，例如 by="feature"。'))
    checks.require_columns(checks.frame(answers, "answers").columns, [*by, functional, dysfunctional])
    for name in by:
        checks.groups(answers[name], name)
    gaps = answers[[functional, dysfunctional]].isna().any(axis=1)
    given = answers[~gaps]
    if given.empty:
        en = f"answers: no row has both {functional} and {dysfunctional}."
        raise ValueError(say(en, f"answers：没有一行同时答了 {functional} 和 {dysfunctional}。"))
    letters = kano_class(given[functional], given[dysfunctional], table=table)
    counts = pd.crosstab([given[name] for name in by], letters).reindex(columns=list(CLASSES), fill_value=0)
    order = given[by].drop_duplicates()
    counts = counts.loc[order[by[0]] if len(by) == 1 else pd.MultiIndex.from_frame(order)]
    counts.index.names = by
    found = from_counts(counts, confidence)
    found.attrs = {"left_out": int(gaps.sum()), "table": table, "confidence": confidence}
    return found


def from_counts(counts, confidence=0.95):
    """Return the table of `kano` from numbers of answers: a row a feature, the columns `CLASSES`.

    >>> from_counts(pd.DataFrame([[2, 1, 5, 2, 0, 0]], columns=list(CLASSES)))["kano_class"].tolist()
    ['A']
    """
    total = counts.sum(axis=1)
    found = counts.div(total, axis=0).rename_axis(columns=None)
    found["kano_class"] = counts.idxmax(axis=1)
    return found.join(_with_intervals(counts, confidence)).assign(answers=total)


def is_settled(counts, confidence=0.95):
    r"""Say of each feature whether its most frequent class leads the next one by more than chance would.

    Of the a + b answers in the two classes chance would put half into each: the lead counts if
    :math:`a - b > z \sqrt{a + b}` (McNemar 1947, Psychometrika 12). `counts` as in `from_counts`.

    >>> is_settled(pd.DataFrame([[2, 1, 5, 2, 0, 0], [2, 1, 25, 2, 0, 0]], columns=list(CLASSES))).tolist()
    [False, True]
    """
    second, first = np.sort(counts.to_numpy(dtype=float), axis=1)[:, -2:].T
    return first - second > intervals.z(confidence) * np.sqrt(first + second)


def better_worse(shares):
    r"""Return how much a feature satisfies when it is there and dissatisfies when it is missing.

    ``better`` is :math:`(A + O) / (A + O + M + I)`, between 0 and 1; ``worse`` is
    :math:`-(O + M) / (A + O + M + I)`, between −1 and 0; missing where all answers are R or Q. `shares` is a table by
    feature with the columns M, O, A and I: shares, per cent or numbers of answers, as papers print them. Source:
    Berger et al. (1993), Center for Quality of Management Journal 2(4), p. 18.

    >>> better_worse(pd.DataFrame({"M": [49.3], "O": [32.3], "A": [7.0], "I": [9.5]}, index=["edge grip"])).round(2)
               better  worse
    edge grip     0.4  -0.83
    """
    checks.frame(shares, "shares")
    m, o, a, i = (checks.column(shares, name, least=0) for name in "MOAI")
    base = m + o + a + i
    base = np.where(base > 0, base, np.nan)
    return pd.DataFrame({"better": (a + o) / base, "worse": -(o + m) / base + 0.0}, index=shares.index)


def _with_intervals(counts, confidence):
    found = better_worse(counts)
    base = counts[list("MOAI")].sum(axis=1)
    some = (base > 0).to_numpy()
    for name, letters, sign in ("better", ["A", "O"], 1), ("worse", ["O", "M"], -1):
        ends = np.full((2, len(counts)), np.nan)
        if some.any():
            ends[:, some] = intervals.wilson(counts[letters].sum(axis=1)[some], base[some], confidence)
        low, high = np.sort(sign * ends, axis=0)
        # The dust of floating point must not leave an estimate of 0 or 1 outside its interval.
        found[f"{name}_low"], found[f"{name}_high"] = np.fmin(low, found[name]), np.fmax(high, found[name])
    return found[["better", "better_low", "better_high", "worse", "worse_low", "worse_high"]]
