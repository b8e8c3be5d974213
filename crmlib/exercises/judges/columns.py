"""An answer that gives each customer something: a column, whatever its form and order."""

import numpy as np
import pandas as pd

from crmlib.exercises.reading import WrongKind
from crmlib.language import say


def column_of(answer, customers, name, table, gives, nothing):
    """Return an answer as a Series of objects by customer, in the order of `customers`.

    `name` is that of the answer, `table` that of the customers as the student has it. `gives` says what each gets
    (in both languages, as it stands in the sentence), `nothing` what is written for who gets nothing.

    >>> column_of(["a", "b"], pd.Index([1, 2]), "gifts", "people", ("gift", "一件礼物"), "none").to_dict()
    {1: 'a', 2: 'b'}
    """
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if not isinstance(answer, (pd.Series, np.ndarray, list, tuple)) or getattr(answer, "ndim", 1) != 1:
        kind = type(answer).__name__
        en = f"{name} should be a column with the {gives[0]} of each household in `{table}`; yours is a {kind}."
        raise WrongKind(say(en, f"{name} 应该是一列，{table} 里每户{gives[1]}；你给的是 {kind}。"))
    if len(answer) != len(customers):
        en = f"{name} should have one value for each of the {len(customers):,} households; yours has {len(answer):,}. "
        en += f"Who gets nothing gets {nothing}."
        zh = f"{name} 应该有 {len(customers)} 个值，每户一个；你给了 {len(answer)} 个。什么都不给的写 {nothing}。"
        raise WrongKind(say(en, zh))
    if isinstance(answer, pd.Series) and not isinstance(answer.index, pd.RangeIndex):
        if answer.index.has_duplicates or set(answer.index) != set(customers):
            en = f"{name} belongs to other customers: its index should be that of `{table}`."
            raise WrongKind(say(en, f"{name} 对应的不是这些客户：索引应该和 {table} 的一样。"))
        answer = answer.reindex(customers)
    return pd.Series(list(answer), index=customers, dtype=object)
