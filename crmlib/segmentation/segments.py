"""Names for the cells of RFM: the first rule that fits names the customer."""

import ast
import operator
from collections.abc import Mapping
from functools import reduce

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# For scores from 1 to 5 (best).
SEGMENT_RULES = {
    "champions": "r >= 4 and f >= 4 and m >= 4",
    "loyal": "r >= 3 and f >= 4",
    "big_spenders": "r >= 3 and m >= 4",
    "new": "r >= 4 and f <= 2",
    "promising": "r >= 3",
    "at_risk": "r <= 2 and f >= 4",
    "fading": "r == 2",
    "dormant": "r == 1",
}
# The eight types of the Chinese textbooks: is each score above its middle?
EIGHT_TYPES = {
    "key_value": "r >= 4 and f >= 4 and m >= 4",
    "key_develop": "r >= 4 and f < 4 and m >= 4",
    "key_keep": "r < 4 and f >= 4 and m >= 4",
    "key_win_back": "r < 4 and f < 4 and m >= 4",
    "plain_value": "r >= 4 and f >= 4 and m < 4",
    "plain_develop": "r >= 4 and f < 4 and m < 4",
    "plain_keep": "r < 4 and f >= 4 and m < 4",
    "plain_win_back": "r < 4 and f < 4 and m < 4",
}


def name_segments(scores, rules=None):
    """Name each customer's segment by the first rule that fits.

    `scores` have columns ``r``, ``f``, ``m``, as `rfm` makes them. `rules` has by name a condition on r, f and m, in
    order: ``SEGMENT_RULES`` if not given; ``EIGHT_TYPES`` is made for scores from 1 to 5, too. A condition compares r,
    f and m with numbers: ``"3 <= r and not (f < 2 or m in [1, 2])"``. Returns a categorical Series, in the order of the
    rules; the names stay English (`language.heading` shows them).

    >>> scores = pd.DataFrame({"r": [5, 4, 1], "f": [5, 1, 5], "m": [4, 2, 5]})
    >>> name_segments(scores).tolist(), name_segments(scores, EIGHT_TYPES).tolist()
    (['champions', 'new', 'at_risk'], ['key_value', 'plain_develop', 'key_keep'])
    """
    checks.require_columns(checks.frame(scores, "scores").columns, "rfm")
    bins = scores.attrs.get("bins", 5)
    if rules is None and bins != 5:
        en = f"The default rules are made for scores from 1 to 5, not {bins}: give rules of your own."
        zh = f"默认规则按 1 到 5 分设计，而这里是 {bins} 个等级：请给出自己的规则 rules。"
        raise ValueError(say(en, zh))
    rules = SEGMENT_RULES if rules is None else rules
    if not isinstance(rules, Mapping):
        en = f"rules should be a dict, a condition by name, not {type(rules).__name__}:"
        zh = f"rules 应该是字典（名称对应条件），而不是 {type(rules).__name__}："
        raise TypeError(say(f'{en} rules={{"best": "r >= 4"}}.', f'{zh}rules={{"best": "r >= 4"}}。'))
    if missing := [name for name in rules if pd.isna(name)]:
        name = checks.quoted(missing[0])
        raise ValueError(say(f"rules: {name} is no name of a segment.", f"rules：{name} 不能作群体的名称。"))
    names = np.full(len(scores), -1)
    three = pd.DataFrame(scores[["r", "f", "m"]])
    for number, (name, rule) in enumerate(rules.items()):
        names[(names < 0) & _fits(three, name, rule)] = number
    left = three[names < 0]
    if len(left):
        cells = ", ".join("".join(map(str, cell)) for cell in left.head(3).to_numpy())
        en = f"No rule fits {len(left)} customers, the first with scores {cells}: add a last rule, such as"
        zh = f"有 {len(left)} 个客户不符合任何一条规则，前几个的得分是 {cells}：请在最后加一条，例如"
        raise ValueError(say(f'{en} "others": "r >= 1".', f'{zh} "others": "r >= 1"。'))
    return pd.Series(pd.Categorical.from_codes(names, categories=list(rules)), index=scores.index, name="segment")


# What a rule may hold. It is read and never run: a rule from a file or a colleague can do nothing but compare.
_COMPARISONS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_AMONG = {
    ast.In: lambda column, numbers: column.isin(numbers),
    ast.NotIn: lambda column, numbers: ~column.isin(numbers),
}
_SUMS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_LONGEST = 1_000  # characters


class _Strange(Exception):
    """A part of a rule that is neither r, f, m, a number, nor a comparison of them."""


class _NoCondition(Exception):
    """A part of a rule that is a number, where it should hold or not."""


def _fits(scores, name, rule):
    """Return for each customer whether a rule fits."""
    try:
        if not isinstance(rule, str) or len(rule) > _LONGEST:
            raise _Strange(f"{type(rule).__name__}, {len(str(rule))}")
        # As pandas reads them: & and | are "and" and "or", and bind no closer.
        tree = ast.parse(rule.strip().replace("&", " and ").replace("|", " or "), mode="eval")
        return _condition(tree.body, scores).to_numpy(dtype=bool, na_value=False)
    except _NoCondition:
        en = f'The rule of "{name}" is no condition on r, f and m: {rule!r}.'
        raise ValueError(say(en, f"“{name}”的规则不是关于 r、f、m 的条件：{rule!r}。")) from None
    except Exception as error:  # whatever a student can write
        part = f" ({error})" if isinstance(error, _Strange) else ""
        en = f'The rule of "{name}" cannot be read: {rule!r:.200}{part:.200}. Compare r, f and m with numbers'
        zh = f"“{name}”的规则读不懂：{rule!r:.200}{part:.200}。请把 r、f、m 与数作比较"
        raise ValueError(say(f'{en}, such as "r >= 4 and f <= 2".', f'{zh}，例如 "r >= 4 and f <= 2"。')) from None


def _condition(node, scores):
    """Return the customers for whom a part of a rule holds."""
    match node:
        case ast.BoolOp(op=op, values=values):
            both = operator.and_ if isinstance(op, ast.And) else operator.or_
            return reduce(both, [_condition(value, scores) for value in values])
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return ~_condition(operand, scores)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [left, *others]
            return reduce(operator.and_, [_compared(*sides[i : i + 2], op, scores) for i, op in enumerate(ops)])
        case ast.Call(func=ast.Attribute(value=ast.Name() as column, attr="between"), args=[low, high], keywords=[]):
            return _number(column, scores).between(_number(low, scores), _number(high, scores))
    _number(node, scores)
    raise _NoCondition


def _compared(left, right, op, scores):
    column = _number(left, scores)
    match right:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) if type(op) in _AMONG:
            holds = _AMONG[type(op)](column, [_number(part, scores) for part in parts])
        case _ if type(op) in _COMPARISONS:
            holds = _COMPARISONS[type(op)](column, _number(right, scores))
        case _:
            raise _Strange(ast.unparse(right))
    if not isinstance(holds, pd.Series):
        raise _NoCondition
    return holds


def _number(node, scores):
    """Return the column or the number that stands on one side of a comparison."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id="r" | "f" | "m" as column):
            return scores[column]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, scores)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SUMS:
            return _SUMS[type(op)](_number(left, scores), _number(right, scores))
    raise _Strange(ast.unparse(node))
