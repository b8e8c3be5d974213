"""What is bought together: association rules, and what it brings in yuan to act on one."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

BETWEEN = " + "  # the items of one side of a rule
COLUMNS = ["antecedent", "consequent", "support", "confidence", "lift", "leverage", "count"]


def association_rules(baskets, *, min_support, min_confidence=0, max_len=2):
    """Return the rules "who buys the antecedent also buys the consequent", the highest lift first.

    Parameters
    ----------
    baskets : list or Series of sets or lists of items; or DataFrame
        A DataFrame has a row a basket, a column an item, and holds True and False (or 1 and 0). An item counts once in
        a basket.
    min_support : float
        Least share of the baskets that hold both sides, above 0.
    min_confidence : float
        Least confidence.
    max_len : int
        Most items of a rule, both sides together.

    Returns
    -------
    DataFrame
        ``antecedent`` and ``consequent`` (several items with " + " between them); ``support``, the share of baskets
        with both; ``confidence``, support / share of baskets with the antecedent; ``lift``, confidence / share of
        baskets with the consequent; ``leverage``, support - product of the two shares; ``count``, baskets with both.

    Notes
    -----
    Support, confidence: Agrawal, Imieliński & Swami (1993), SIGMOD; lift: Brin, Motwani, Ullman & Tsur (1997), SIGMOD;
    leverage: Piatetsky-Shapiro (1991). Pairs are counted by a product of sparse matrices, larger sets by FP-growth
    (Han, Pei & Yin 2000) of mlxtend, which also computes the measures.

    Examples
    --------
    >>> rules = association_rules([["bread", "milk"], ["bread", "milk"], ["bread"], ["tea"]], min_support=0.5)
    >>> rules[["antecedent", "consequent", "confidence", "lift"]].round(3)
      antecedent consequent  confidence   lift
    0      bread       milk       0.667  1.333
    1       milk      bread       1.000  1.333
    """
    matrix, items = _read(baskets)
    min_support = checks.share(min_support, "min_support", above=0)
    min_confidence = checks.share(min_confidence, "min_confidence")
    rules = _rules(matrix, min_support, checks.whole(max_len, "max_len", least=2), min_confidence)
    for side in ("antecedent", "consequent"):
        rules[side] = [BETWEEN.join(sorted(items[place] for place in places)) for places in rules[f"{side}s"]]
    rules["count"] = (rules["support"] * len(baskets)).round().astype("int64")
    order = rules.assign(lift=-checks.steady(rules["lift"]), count=-rules["count"])
    order = order.sort_values(["lift", "count", "antecedent", "consequent"]).index
    return rules.loc[order, COLUMNS].reset_index(drop=True)


def _rules(matrix, min_support, max_len, min_confidence):
    """The rules of mlxtend, its columns and names; the sides are sets of places."""
    # Late: the two need half a second to load.
    from mlxtend.frequent_patterns import association_rules as rules_of

    count = matrix.shape[0]
    least = max(np.ceil(min_support * count - 1e-6), 1)  # 0.07 · 100 is 7.000000000000001
    sets = _pairs(matrix, least) if max_len == 2 else _larger(matrix, least, max_len)
    if not (sets["itemsets"].map(len) > 1).any():
        return pd.DataFrame({name: [] for name in [*COLUMNS, "antecedents", "consequents"]})
    measures = ["support", "confidence", "lift", "leverage"]
    return rules_of(sets, num_itemsets=count, min_threshold=min_confidence - 1e-12, return_metrics=measures)


def _larger(matrix, least, max_len):
    """The sets of up to `max_len` places in at least so many baskets, and their support."""
    from mlxtend.frequent_patterns import fpgrowth

    table, largest = pd.DataFrame.sparse.from_spmatrix(matrix), int(np.diff(matrix.indptr).max())
    return fpgrowth(table, (least - 0.5) / matrix.shape[0], max_len=min(max_len, largest))


def _pairs(matrix, least):
    """As `_larger` of two: all pairs at once, in a fiftieth of the time for Qinghe's baskets of a year."""
    from scipy.sparse import triu

    held = matrix.astype("int64")
    together = triu(held.T @ held).tocoo()
    often = together.data >= least
    places = zip(together.row[often].tolist(), together.col[often].tolist(), strict=True)
    return pd.DataFrame(
        {"support": together.data[often] / matrix.shape[0], "itemsets": [frozenset(pair) for pair in places]}
    )


def rule_profit(rules, baskets, margins, *, uplift, cost):
    """Return what it brings to act on each rule: show the consequent to those who have only the antecedent.

    Parameters
    ----------
    rules : DataFrame
        Of :func:`association_rules`.
    baskets : list, Series or DataFrame
        The baskets to act on, in a form that :func:`association_rules` takes; they may be later ones.
    margins : dict or Series
        Margin of each item (yuan for one more sold), after what the offer gives away.
    uplift : float, array or Series
        Share of those who are shown the consequent and buy it *because of that*: for all rules or one for each. It
        comes from an experiment. The confidence does not tell it: that counts those who buy it anyhow.
    cost : float
        Of showing it once, in yuan.

    Returns
    -------
    DataFrame
        The rules with ``reached`` (baskets with the antecedent, without the whole consequent), ``sold`` (uplift ·
        reached), ``margin`` (of the consequent) and ``profit`` = sold · margin - reached · cost, the highest first.
        Who has a part of the consequent already is counted with the margin of the whole.

    Examples
    --------
    >>> baskets = [["bread", "milk"], ["bread", "milk"], ["bread"], ["tea"]]
    >>> rules = association_rules(baskets, min_support=0.5, min_confidence=0.5)
    >>> profit = rule_profit(rules, baskets, {"bread": 2, "milk": 5}, uplift=0.1, cost=0.2)
    >>> profit[["antecedent", "reached", "profit"]]
      antecedent  reached  profit
    0      bread        1     0.3
    1       milk        0     0.0
    """
    rules = _some(rules)
    matrix, items = _read(baskets)
    places, margins = {item: place for place, item in enumerate(items)}, _margins(margins)
    uplift = _uplift(uplift, rules)
    cost = checks.amount(cost, "cost")
    found = rules.assign(**{side: rules[side].map(str) for side in ("antecedent", "consequent")})
    sides = {side: [text.split(BETWEEN) for text in found[side]] for side in ("antecedent", "consequent")}
    _refuse_unknown(sides["antecedent"] + sides["consequent"], places, "baskets")
    _refuse_unknown(sides["consequent"], margins, "margins")
    having, wanted = (_having(matrix.tocsc(), sides[side], places) for side in sides)
    pairs = zip(found["antecedent"], found["consequent"], strict=True)
    found["reached"] = [int((having[one] & ~wanted[other]).sum()) for one, other in pairs]
    found["sold"] = found["reached"] * uplift
    found["margin"] = [sum(margins[item] for item in side) for side in sides["consequent"]]
    found["profit"] = found["sold"] * found["margin"] - found["reached"] * cost
    order = np.argsort(-checks.steady(found["profit"]), kind="stable")
    return found.iloc[order].reset_index(drop=True)


def _some(rules):
    """A table of rules that holds one at least."""
    if isinstance(rules, pd.DataFrame) and rules.empty:
        en = "rules: there is none. Take a lower min_support or min_confidence in association_rules."
        zh = "rules：一条规则也没有。请在 association_rules 中降低 min_support 或 min_confidence。"
        raise ValueError(say(en, zh))
    checks.require_columns(checks.frame(rules, "rules").columns, ["antecedent", "consequent"])
    return rules


def _uplift(uplift, rules):
    """The uplift of all rules, or of each."""
    if isinstance(uplift, pd.Series) and not uplift.index.equals(rules.index):
        en = "uplift: its index is not that of the rules. Bring it into their order: uplift.loc[rules.index]."
        raise ValueError(say(en, "uplift 的索引与 rules 不一致。请按 rules 的顺序排好：uplift.loc[rules.index]。"))
    uplift = checks.numbers(uplift, "uplift", least=0, most=1)
    checks.fitting(rules=rules["antecedent"], uplift=uplift)
    return uplift


def _having(matrix, sides, places):
    """For each side of rules, by its text, which baskets hold all its items."""
    several = {BETWEEN.join(side): [places[item] for item in side] for side in sides}
    held = {text: np.asarray(matrix[:, own].sum(axis=1)).ravel() for text, own in several.items()}
    return {text: counts == len(several[text]) for text, counts in held.items()}


def _margins(margins):
    margins = {str(item): margin for item, margin in checks.settings(margins, "margins").items()}
    return {item: checks.number(margin, f"margins[{item!r}]") for item, margin in margins.items()}


def _refuse_unknown(sides, known, name):
    lacking = sorted({item for side in sides for item in side} - set(known))
    if lacking:
        en = f"{name}: {len(lacking)} items of the rules are not in it, first: {checks.first(lacking)}. "
        zh = f"{name}：规则中有 {len(lacking)} 种商品在这里找不到，前几种是：{checks.first(lacking)}。"
        raise ValueError(say(en + "Add them, or leave out their rules.", zh + "请补上，或者去掉这些规则。"))


def _read(baskets):
    """Baskets as a sparse matrix of bool, a row a basket, and the names of its columns."""
    from scipy.sparse import csr_matrix

    if isinstance(baskets, pd.DataFrame):
        checks.frame(baskets, "baskets")
        held = np.column_stack([checks.zero_one(baskets[item], item) for item in baskets]).astype(bool)
        matrix, names = csr_matrix(held), [str(item) for item in baskets]
        checks.unique_columns(names, "baskets")
    else:
        places, ends, names = _listed(baskets)
        matrix = csr_matrix((np.ones(len(places), dtype=bool), places, ends), shape=(len(ends) - 1, len(names)))
    empty = np.flatnonzero(np.diff(matrix.indptr) == 0)
    if len(empty):
        rows = baskets.index if isinstance(baskets, (pd.Series, pd.DataFrame)) else range(matrix.shape[0])
        count, shown = len(empty), checks.first(rows[place] for place in empty)
        en = f"baskets: {count} of {matrix.shape[0]} hold nothing, first at: {shown}. They would lower every support: "
        zh = f"baskets：{matrix.shape[0]} 个购物篮中有 {count} 个是空的，前几个在：{shown}。空篮会压低所有支持度，"
        raise ValueError(say(en + "take them out, or find what they lost.", zh + "请删去，或者查清漏了什么。"))
    odd = [name for name in names if BETWEEN in name]
    if odd:
        en = f'baskets: "{BETWEEN}" stands between the items of a rule, but is in a name: {checks.first(odd)}. Rename.'
        raise ValueError(
            say(en, f"baskets：规则用“{BETWEEN}”连接商品，商品名中却含有它：{checks.first(odd)}。请改名。")
        )
    return matrix, names


def _listed(baskets):
    """Of baskets in a list: the places of their items one after the other, where each ends, and the items' names."""
    is_list = isinstance(baskets, (list, tuple, np.ndarray, pd.Series)) and len(baskets)
    if not is_list:
        en = "baskets: a list of baskets is needed, each a list of items; or a table, a row a basket, a column an item."
        raise TypeError(
            say(en, "baskets：应为购物篮的列表，每个购物篮是商品的列表；或者一张表，一行一篮，一列一种商品。")
        )
    rows = baskets.index if isinstance(baskets, pd.Series) else range(len(baskets))
    places, ends, names = [], [0], {}
    for row, basket in zip(rows, baskets, strict=True):
        listed = isinstance(basket, (list, tuple, set, frozenset, np.ndarray, pd.Series))
        if not listed or getattr(basket, "ndim", 1) != 1:
            en = f'baskets: at {row} stands {checks.quoted(basket)}. A basket is a list of items: ["milk", "tea"].'
            raise TypeError(
                say(en, f'baskets：{row} 处是 {checks.quoted(basket)}。购物篮应为商品的列表，如 ["milk", "tea"]。')
            )
        own = {_place(item, row, names) for item in basket}
        places += sorted(own)
        ends.append(len(places))
    return places, ends, list(names)


def _place(item, row, names):
    """The place of an item; a name met before needs no second look."""
    known = names.get(item) if type(item) is str else None
    return names.setdefault(_item(item, row), len(names)) if known is None else known


def _item(item, row):
    item = item.item() if isinstance(item, np.generic) else item
    if isinstance(item, bool) or not isinstance(item, (str, int)) or not str(item).strip(checks.BLANK):
        en = f"baskets: at {row} stands an item {checks.quoted(item)}: its name or number is needed."
        raise TypeError(say(en, f"baskets：{row} 处有一件商品 {checks.quoted(item)}：应为商品的名称或者编号。"))
    return str(item)
