"""Online analytical processing: the cube of sums over a table of facts, and its moves (slice, dice, drill, roll, turn).

Each move is one query of DuckDB. A table of facts has a row a fact, columns that say where it belongs (dimensions) and
a column of numbers (measure). Where a dimension is summed up, it holds the word `ALL`, as in the paper that proposed
the operator: Gray, Bosworth, Layman & Pirahesh (1996), "Data Cube", ICDE.
"""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

ALL = "ALL"
# How a measure is summed up. `fsum`, `favg` (Kahan): a million fen add up to whole yuan, in any order.
MEASURES = {"sum": "fsum", "mean": "favg", "count": "count", "min": "min", "max": "max"}
MOST = 8  # dimensions: 2⁸ groupings


def cube(table, dims, measure, *, how="sum"):
    """Return the sums of a measure by all combinations of dimensions: cells, margins and the total.

    Parameters
    ----------
    table : DataFrame
        Facts.
    dims : str or list of str
        Columns of the dimensions, eight at most: n of them have 2ⁿ groupings.
    measure : str
        Column of numbers.
    how : {"sum", "mean", "count", "min", "max"}
        Each is computed from the facts: a mean of means would be wrong.

    Returns
    -------
    DataFrame
        The dimensions and the measure; first the cells, last the total.

    Examples
    --------
    >>> facts = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
    >>> print(cube(facts, ["town", "kind"], "sales").to_string(index=False))
    town kind  sales
       A    x    1.0
       A    y    2.0
       B    x    4.0
       A  ALL    3.0
       B  ALL    4.0
     ALL    x    5.0
     ALL    y    2.0
     ALL  ALL    7.0
    """
    table, dims, measure = _facts(table, dims, measure)
    return _grouped(table, dims, measure, how, "CUBE")


def roll_up(table, levels, measure, *, how="sum"):
    """Return the sums along a way from fine to coarse: of each level, of the levels above it, of all.

    `levels` go from the coarsest to the finest, ``["year", "quarter", "month"]``.

    >>> facts = pd.DataFrame({"year": [2024, 2024, 2025], "quarter": ["Q1", "Q2", "Q1"], "sales": [1, 2, 4]})
    >>> print(roll_up(facts, ["year", "quarter"], "sales").to_string(index=False))
    year quarter  sales
    2024      Q1    1.0
    2024      Q2    2.0
    2025      Q1    4.0
    2024     ALL    3.0
    2025     ALL    4.0
     ALL     ALL    7.0
    """
    table, levels, measure = _facts(table, levels, measure, "levels")
    return _grouped(table, levels, measure, how, "ROLLUP")


def drill_down(table, levels, measure, *at, how="sum"):
    """Return the sums one level below a place: below 2025 its quarters, below 2025 and Q1 its months.

    `levels` go from the coarsest to the finest; `at` are the members chosen of the first of them. Without any the sums
    of the coarsest level are returned.

    >>> facts = pd.DataFrame({"year": [2024, 2024, 2025], "quarter": ["Q1", "Q2", "Q1"], "sales": [1, 2, 4]})
    >>> drill_down(facts, ["year", "quarter"], "sales", 2024)
       year quarter  sales
    0  2024      Q1    1.0
    1  2024      Q2    2.0
    """
    table, levels, measure = _facts(table, levels, measure, "levels")
    if len(at) >= len(levels):
        deepest, most = ", ".join(map(str, levels)), len(levels) - 1
        en = f"at: {len(at)} members are chosen, but {deepest} have no level below that: choose {most} at most."
        raise ValueError(say(en, f"at：选了 {len(at)} 个成员，但 {deepest} 下面已没有更细的层次：最多选 {most} 个。"))
    for level, member in zip(levels, at, strict=False):
        table = table[_of(table, level, [member])]
    return _grouped(table, levels[: len(at) + 1], measure, how, "")


def slice_cube(table, dim, member):
    """Return the slice of a table at one member of a dimension: one dimension less.

    >>> facts = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
    >>> slice_cube(facts, "town", "A")
      kind  sales
    0    x      1
    1    y      2
    """
    checks.require_columns(checks.frame(table, "table").columns, [dim])
    return table[_of(table, dim, [member])].drop(columns=dim)


def dice(table, members):
    """Return a smaller cube: some members of several dimensions, ``{"town": ["A", "B"], "kind": "x"}``.

    >>> facts = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
    >>> dice(facts, {"town": ["A", "B"], "kind": "x"})
      town kind  sales
    0    A    x      1
    2    B    x      4
    """
    members = checks.settings(members, "members")
    checks.require_columns(checks.frame(table, "table").columns, members)
    kept = np.ones(len(table), dtype=bool)
    for dim, wanted in members.items():
        several = checks.dimensions(wanted) or isinstance(wanted, (set, frozenset))
        kept &= _of(table, dim, list(wanted) if several else [wanted])
    return table[kept]


def rotate(table, rows, columns, measure, *, how="sum"):
    """Return a cross table of two sides of the cube with its margins; to turn it, exchange `rows` and `columns`.

    A sum or count where there is no fact is 0, any other measure is missing.

    >>> facts = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
    >>> rotate(facts, "town", "kind", "sales")
    kind    x    y  ALL
    town
    A     1.0  2.0  3.0
    B     4.0  0.0  4.0
    ALL   5.0  2.0  7.0
    """
    table, dims, measure = _facts(table, [rows, columns], measure, "rows, columns")
    cells = _grouped(table, dims, measure, how, "CUBE")
    sides = [list(dict.fromkeys(cells[dim])) for dim in dims]
    wide = cells.pivot(index=rows, columns=columns, values=measure).reindex(index=sides[0], columns=sides[1])
    return wide.fillna(0) if how in ("sum", "count") else wide


def _facts(table, dims, measure, name="dims"):
    """The columns that a question needs, without a gap, and their names."""
    table, dims = checks.frame(table, "table"), checks.names(dims, name)
    checks.require_columns(table.columns, [measure])
    if not 1 <= len(set(dims) - {measure}) == len(dims) <= MOST:
        en = f"{name}: 1 to {MOST} different columns are needed, none of them the measure {measure}."
        raise ValueError(say(en, f"{name}：应为 1 到 {MOST} 个不同的列，且不能是度量列 {measure}。"))
    numbers = checks.column(table, measure)
    checks.require_columns(table.columns, dims)
    for dim in dims:
        checks.groups(table[dim], dim)
        en, zh = (
            f'{dim} holds the word "{ALL}", which means the sum: rename it',
            f"{dim} 中有“{ALL}”，它在这里表示合计：请改名",
        )
        checks.refuse_rows((table[dim].astype(object) == ALL).to_numpy(), table, en, zh)
    return table[dims].assign(**{str(measure): numbers}), dims, measure


def _of(table, dim, members):
    """Which facts are of some members; a member that no fact has is named."""
    known = set(checks.one_each(table[dim], dim).dropna())
    lacking = [member for member in members if not (pd.api.types.is_hashable(member) and member in known)]
    if lacking or not members:
        there = checks.first(sorted(known, key=str))
        shown = ", ".join(checks.quoted(member) for member in lacking[:3]) or "[]"
        en = f"{dim}: no fact has {shown}. There are, among others: {there}."
        raise ValueError(say(en, f"{dim}：没有取值为 {shown} 的记录。现有的取值如：{there}。"))
    return table[dim].isin(members).to_numpy()


def _grouped(table, dims, measure, how, operator):
    """Ask DuckDB for the sums by dimensions, the coarser groupings after the finer."""
    function = MEASURES[checks.one_of(how, "how", MEASURES)]
    codes = table[[*dims, measure]].copy()
    members = {}
    for dim in dims:  # by their places: whatever kind the members are of, and in the order of a pandas category
        codes[dim], members[dim] = checks.groups(table[dim], dim)
    codes.columns = [f"d{place}" for place in range(len(dims))] + ["measure"]
    by = ", ".join(codes.columns[:-1])
    cells = (
        _duckdb()
        .cursor()
        .from_df(codes)
        .query(
            "facts",
            f"SELECT {by}, {function}(measure) AS measure, GROUPING({by}) AS level FROM facts "
            f"GROUP BY {operator} ({by}) ORDER BY level, {by}",
        )
        .df()
    )
    found = {
        dim: [ALL if pd.isna(code) else members[dim][int(code)] for code in cells[f"d{place}"]]
        for place, dim in enumerate(dims)
    }
    return pd.DataFrame(found | {measure: cells["measure"]})


@cache
def _duckdb():
    import duckdb  # late: the import of the package stays light

    return duckdb.connect()
