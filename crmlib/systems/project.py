"""The project that introduces a CRM: its longest path, what it costs over the years, and what a pilot is worth."""

import re

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

WHEN = ("once", "yearly")


def critical_path(tasks):
    """When each task of a project can and must begin and end, and which tasks decide the day of the end.

    `tasks` is a table of ``task``, ``days`` (0 or more) and ``needs``, the tasks that must end before: names parted by
    commas, a list, or nothing. Returns ``early_start``, ``early_finish``, ``late_start``, ``late_finish``, ``slack``
    (days) and ``critical``, a row a task; ``attrs["days"]`` is the length of the project. Refuses a task named twice,
    an unknown need and a circle of needs. Source: Kelley & Walker, Critical-path planning and scheduling (1959).

    >>> tasks = pd.DataFrame({"task": ["plan", "data", "train"], "days": [5, 10, 4], "needs": ["", "plan", "plan"]})
    >>> critical_path(tasks)["slack"].tolist()
    [0.0, 0.0, 6.0]
    """
    from networkx import topological_sort

    graph, days = _network(tasks)
    order = list(topological_sort(graph))
    early, late = {}, {}
    for task in order:
        early[task] = max((early[need] + days[need] for need in graph.predecessors(task)), default=0.0)
    end = max(early[task] + days[task] for task in order)
    for task in reversed(order):
        late[task] = min((late[next_] for next_ in graph.successors(task)), default=end) - days[task]
    table = pd.DataFrame({"early_start": early, "late_start": late}).reindex(days.index).rename_axis("task")
    table.insert(1, "early_finish", table["early_start"] + days)
    table["late_finish"] = table["late_start"] + days
    slack = table["late_start"] - table["early_start"]
    table["slack"] = slack.mask(slack.abs() <= 1e-9 * max(end, 1), 0.0)
    table["critical"] = table["slack"] == 0
    table.attrs["days"] = end
    return table


def _network(tasks):
    """The graph of needs, an edge from a task to what waits for it, and the days of each task."""
    import networkx

    checks.require_columns(checks.frame(tasks, "tasks").columns, ("task", "days", "needs"))
    names = _names(tasks, "task")
    checks.refuse_rows(
        names.duplicated(keep=False), tasks[["task"]], "A task is named more than once", "有任务重名，请各起一个名字"
    )
    days = pd.Series(checks.column(tasks, "days", least=0), index=names.to_numpy())
    needs = [_listed(cell, days.index) for cell in tasks["needs"]]
    unknown = [sorted(set(row) - set(days.index)) for row in needs]
    checks.refuse_rows(
        [bool(row) for row in unknown],
        tasks[["task", "needs"]],
        f"needs names tasks that the table has not: {checks.first(sum(unknown, []))}. Correct the name or add the task",
        f"needs 列里有表中没有的任务：{checks.first(sum(unknown, []))}。请改正名称，或者补上这项任务",
    )
    graph = networkx.DiGraph()
    graph.add_nodes_from(days.index)
    graph.add_edges_from((need, task) for task, row in zip(days.index, needs, strict=True) for need in row)
    if not networkx.is_directed_acyclic_graph(graph):
        circle = [task for task, _ in networkx.find_cycle(graph)]
        shown = " → ".join([*circle, circle[0]])
        en = f"needs: these tasks wait for each other, so none can begin: {shown}. Take one of the needs out."
        raise ValueError(say(en, f"needs：这些任务互相等待，哪一项都无法开始：{shown}。请去掉其中一个前置任务。"))
    return graph, days


def _names(table, column):
    """The names in a column as texts, none missing."""
    names = checks.one_each(table[column], column)
    en, zh = f"{column} is missing in some rows: give each a name", f"{column} 列有空缺：请每行都写上名称"
    checks.refuse_rows(names.isna() | checks.blank(names), table[[column]], en, zh)
    return names.map(_name)


def _name(given):
    """A name as a text: 3 and 3.0, which a column with gaps makes of it, are one."""
    whole = isinstance(given, float) and given.is_integer()
    return str(int(given) if whole else given).strip(checks.BLANK)


def _listed(cell, known):
    """The names in a cell of needs; a comma parts them unless it is in the name of a task."""
    if isinstance(cell, (list, tuple, set, np.ndarray)):
        return [_name(need) for need in cell]
    if pd.isna(cell):
        return []
    cell = _name(cell)
    parts = [cell] if cell in known else re.split("[,;\u3001\uff0c\uff1b]", cell)
    return [part.strip(checks.BLANK) for part in parts if part.strip(checks.BLANK)]


def npv(flows, rate):
    """The net present value of yearly flows, the first of them today: Σ flow_t / (1 + rate)^t, t = 0, 1, 2, …

    `flows` are numbers (negative: paid), one a year; a table gives one value a row. `rate` is a share a year. Excel's
    NPV puts the first flow at the end of year 1: there, add what is paid today apart. Source: Brealey, Myers & Allen,
    Principles of corporate finance.

    >>> round(npv([-100_000, 60_000, 60_000], 0.1), 2)
    4132.23
    """
    flows = checks.numbers(flows, "flows")
    rate = _rate(rate, "rate")
    if flows.ndim not in (1, 2) or flows.size == 0:
        en = "flows: a list of yearly amounts is needed, [-100, 60, 60], or a table with a row for each project."
        raise ValueError(say(en, "flows：应为各年金额的列表，如 [-100, 60, 60]，或者每个项目一行的表。"))
    worth = flows @ (1 + rate) ** -np.arange(flows.shape[-1], dtype=float)
    return float(worth) if flows.ndim == 1 else worth


def tco(costs, years, *, discount=0.0, users=1):
    """The total cost of ownership: what each item costs over the years, as paid and at today's worth.

    `costs` is a table of ``item``, ``when`` ("once", paid today, or "yearly", paid at the end of each year) and
    ``amount``; if it has ``per_user`` (True or False), these amounts count once a user. `discount` is a share a year.
    Returns ``once``, ``yearly``, ``total`` and ``present_value`` by item. Source: Ellram, Total cost of ownership
    (1995).

    >>> costs = pd.DataFrame({"item": ["licence", "upkeep"], "when": ["once", "yearly"], "amount": [80_000, 20_000]})
    >>> tco(costs, 5, discount=0.08)["present_value"].round().tolist()
    [80000.0, 79854.0]
    """
    years, users = checks.whole(years, "years", least=1, most=50), checks.whole(users, "users", least=1)
    amounts, once = _items(costs, "costs", ["amount"], users)
    table = pd.DataFrame({"once": amounts[:, 0] * once, "yearly": amounts[:, 0] * ~once})
    table["total"] = table["once"] + years * table["yearly"]
    table["present_value"] = table["once"] + table["yearly"] * _annuity(years, discount)
    return table.groupby(_names(costs, "item").to_numpy(), sort=False).sum()


def _items(items, name, columns, users):
    """The amounts of items, for all users together, and which of them come once."""
    checks.require_columns(checks.frame(items, name).columns, ("item", "when", *columns))
    bad = ~items["when"].isin(WHEN)
    checks.refuse_rows(
        bad,
        items[["item", "when"]],
        f'{name}: "when" must be "once" or "yearly"',
        f"{name}：when 列只能写 once（一次）或 yearly（每年）",
    )
    amounts = np.column_stack([checks.column(items, column, least=0) for column in columns])
    if "per_user" in items:
        amounts = amounts * np.where(checks.zero_one(items["per_user"], "per_user") == 1, users, 1)[:, None]
    return amounts, (items["when"] == "once").to_numpy()


def _annuity(years, discount):
    """What one yuan at the end of each year is worth today."""
    return npv(np.r_[0.0, np.ones(years)], _rate(discount, "discount"))


def _rate(rate, name):
    return float(checks.rates(checks.number(rate, name), name))


def tco_range(costs, benefits, years, *, discount=0.0, users=1, draws=10_000, seed=0):
    """What a project may cost and bring when its amounts are uncertain: a table of draws, at today's worth.

    `costs` and `benefits` are tables as for `tco`, with ``low``, ``likely`` and ``high`` in place of ``amount``: each
    item is drawn from a triangular distribution of its own, apart from the others, and holds for all years. Returns
    ``cost``, ``benefit`` and ``npv``, a row a draw; the same `seed` gives the same draws. Source: Hertz, Risk analysis
    in capital investment (1964).

    >>> sure = pd.DataFrame({"item": ["all"], "when": ["once"], "low": [90.0], "likely": [90.0], "high": [90.0]})
    >>> tco_range(sure, sure.assign(high=150.0), 5, draws=4, seed=1)["cost"].tolist()
    [90.0, 90.0, 90.0, 90.0]
    """
    years, users = checks.whole(years, "years", least=1, most=50), checks.whole(users, "users", least=1)
    draws, seed = checks.whole(draws, "draws", least=1, most=1_000_000), checks.whole(seed, "seed")
    yearly = _annuity(years, discount)
    for_costs, for_benefits = np.random.default_rng(seed).spawn(2)  # a further cost leaves the benefits as they are
    cost = _worth_drawn(costs, "costs", users, yearly, draws, for_costs)
    benefit = _worth_drawn(benefits, "benefits", users, yearly, draws, for_benefits)
    return pd.DataFrame({"cost": cost, "benefit": benefit, "npv": benefit - cost})


def _worth_drawn(items, name, users, yearly, draws, generator):
    """Draws of what all items are worth together today, from triangular distributions."""
    amounts, once = _items(items, name, ["low", "likely", "high"], users)
    checks.refuse_rows(
        (np.diff(amounts, axis=1) < 0).any(axis=1),
        items[["item", "low", "likely", "high"]],
        f"{name}: low ≤ likely ≤ high is needed",
        f"{name}：应有 low ≤ likely ≤ high",
    )
    low, likely, high = amounts.T
    width, chance = high - low, generator.random((draws, len(amounts)))
    rising = low + np.sqrt(chance * width * (likely - low))
    falling = high - np.sqrt((1 - chance) * width * (high - likely))
    return np.where(chance * width < likely - low, rising, falling) @ np.where(once, 1.0, yearly)


def pilot_value(payoffs, prior, signals, *, cost=0.0, otherwise=0.0):
    """What a pilot is worth: deciding after its result against deciding now.

    `payoffs` is what the project brings in each state ({"works": 900, "fails": -400}), `otherwise` what it brings to
    leave it; `prior` the chance of each state now; `signals` a table of the chance of each result (columns) in each
    state (rows, adding up to 1). Returns ``now`` and ``after`` (expected, with the better of both at the time),
    ``information`` = after − now, ``net`` of the pilot's `cost`, ``perfect``, the information of a pilot that never
    errs, and ``go``, the chance that the project is begun after it. Source: Raiffa & Schlaifer, Applied statistical
    decision theory (1961).

    >>> signals = pd.DataFrame({"good": [0.8, 0.2], "bad": [0.2, 0.8]}, index=["works", "fails"])
    >>> pilot_value({"works": 100, "fails": -100}, {"works": 0.5, "fails": 0.5}, signals, cost=10).round(6).tolist()
    [0.0, 30.0, 30.0, 20.0, 50.0, 0.5]
    """
    payoffs = pd.Series(checks.settings(payoffs, "payoffs"), dtype=object)
    money = pd.Series(checks.numbers(payoffs.to_list(), "payoffs"), payoffs.index)
    chances = pd.Series(checks.settings(prior, "prior"), dtype=object)
    chances = _same_states(money, chances, "prior")
    chances = checks.numbers(chances.to_list(), "prior", 0, 1)
    checks.frame(signals, "signals")
    signals = _same_states(money, signals, "signals")
    given = np.column_stack([checks.probabilities(signals[result], str(result)) for result in signals])
    _add_up(chances, "prior")
    for state, row in zip(money.index, given, strict=True):
        _add_up(row, f"signals, {state}")
    cost, otherwise = checks.amount(cost, "cost"), checks.number(otherwise, "otherwise")
    now = max(float(chances @ money), otherwise)
    joint = chances[:, None] * given  # of state and result
    begun, left = money.to_numpy() @ joint, otherwise * joint.sum(axis=0)
    after = float(np.maximum(begun, left).sum())
    perfect = float(chances @ np.maximum(money, otherwise)) - now
    found = {"now": now, "after": after, "information": after - now, "net": after - now - cost, "perfect": perfect}
    return pd.Series(found | {"go": float(joint.sum(axis=0)[begun > left].sum())})


def _same_states(payoffs, given, name):
    """What is given by state, in the order of the payoffs."""
    checks.unique_index(given, name)
    checks.same_levels(payoffs.index, given.index, "payoffs", name)
    apart = payoffs.index.symmetric_difference(given.index, sort=False)
    if len(apart):
        en = f"payoffs and {name} must name the same states; in one only: {checks.first(apart)}. Correct them."
        zh = f"payoffs 与 {name} 的状态应当相同，但 {checks.first(apart)} 只出现在一方。请改正名称。"
        raise ValueError(say(en, zh))
    return given.loc[payoffs.index]


def _add_up(chances, name):
    total = float(np.sum(chances))
    if abs(total - 1) > 1e-9:
        en = f"{name}: the chances add up to {total:g}, not to 1. Correct one of them."
        raise ValueError(say(en, f"{name}：概率之和是 {total:g}，不是 1。请改正其中一个。"))
