"""Names for the cells of RFM: the first rule that fits names the customer."""

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
    order: ``SEGMENT_RULES`` if not given; ``EIGHT_TYPES`` is made for scores from 1 to 5, too. Returns a categorical
    Series, in the order of the rules; the names stay English (`language.heading` shows them).

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


def _fits(scores, name, rule):
    try:
        fits = scores.eval(rule, engine="python")
    except Exception as error:  # whatever a student can write
        en = f'The rule of "{name}" cannot be read: {rule!r} ({error}). Write a condition on r, f and m, such as'
        zh = f"“{name}”的规则读不懂：{rule!r}（{error}）。请写成关于 r、f、m 的条件，例如"
        raise ValueError(say(f'{en} "r >= 4 and f <= 2".', f'{zh} "r >= 4 and f <= 2"。')) from None
    if not (isinstance(fits, pd.Series) and fits.dtype == bool):
        en = f'The rule of "{name}" is no condition on r, f and m: {rule!r}.'
        raise ValueError(say(en, f"“{name}”的规则不是关于 r、f、m 的条件：{rule!r}。"))
    return fits.to_numpy()
