"""Does a stage rule hold what it says? How often it changes its mind."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.lifecycle.stages import STAGES


def stability(stages):
    """How often a stage rule changes its mind, and how often it takes the change back at once.

    From a table of customers by at least two dates, as `stages` makes it, a Series: ``customer_steps`` (customers times
    steps from one date to the next, in the file on both), ``changes`` (how many of them change the stage), ``changed``
    (their share), ``checked`` (changes after which a further date is known), ``taken_back`` (the share of these that
    the next step undoes; NaN without any).

    >>> from crmlib.lifecycle import read_stages
    >>> days = ["2026-01-31", "2026-02-28", "2026-03-31"]
    >>> stability(read_stages(pd.Series({"A": "MRM", "B": "DGG"}), days))
    customer_steps    4.00
    changes           3.00
    changed           0.75
    checked           2.00
    taken_back        0.50
    dtype: float64
    """
    codes, _ = _stage_codes(stages)
    steps = (codes[:, :-1] >= 0) & (codes[:, 1:] >= 0)
    changes = steps & (codes[:, :-1] != codes[:, 1:])
    checked = changes[:, :-1] & steps[:, 1:]
    undone = checked & (codes[:, 2:] == codes[:, :-2])
    found = {
        "customer_steps": steps.sum(),
        "changes": changes.sum(),
        "changed": changes[steps].mean() if steps.any() else np.nan,
        "checked": checked.sum(),
        "taken_back": undone[checked].mean() if checked.any() else np.nan,
    }
    return pd.Series(found, dtype=float)


def _stage_codes(stages, least=2):
    """Stages as places in their list (customers by dates; -1 for NaN), and the list."""
    if isinstance(stages, pd.Series):
        stages = stages.to_frame()
    if not isinstance(stages, pd.DataFrame) or stages.shape[1] < least or not len(stages):
        en = f"stages: a table of customers by dates is needed, as stages(…) makes it, with {least} dates at least."
        raise ValueError(say(en, f"需要 stages(…) 给出的表，每行一个客户，每列一个日期，至少 {least} 个日期。"))
    kinds = set(stages.dtypes)
    if len(kinds) == 1 and isinstance(kind := kinds.pop(), pd.CategoricalDtype):
        return np.column_stack([stages.iloc[:, i].cat.codes for i in range(stages.shape[1])]), list(kind.categories)
    cells = stages.to_numpy(dtype=object)
    there = cells[~pd.isna(cells)]
    odd = [cell for cell in there if not isinstance(cell, str)]
    if odd:
        en = f"stages holds {checks.quoted(odd[0])}: the names of stages are needed, as stages(…) writes them."
        raise TypeError(say(en, f"stages 中有 {checks.quoted(odd[0])}：应为阶段的名称，就像 stages(…) 写的那样。"))
    found = set(there)
    names = [stage for stage in STAGES if stage in found] if found <= set(STAGES) else sorted(found)
    return pd.Categorical(cells.ravel(), categories=names).codes.reshape(cells.shape), names
