"""Cox's proportional hazards: the pace of leaving by several features at once."""

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.churn.partial_likelihood import PartialLikelihood
from crmlib.language import say


def cox(table, *, duration, event, features):
    """Compare the pace at which customers leave, by several features at once (proportional hazards).

    It assumes that a feature multiplies the pace by the same factor at all times, and says nothing about causes.
    Sources: Cox (1972), J. Royal Statistical Society B 34(2); Efron (1977), J. American Statistical Association
    72(359): ties.

    Returns a DataFrame with index ``feature`` (a number's name, or ``"contract: One year"`` for a level):
    ``hazard_ratio`` (how many times faster they leave, for one unit more or against the reference, all else equal),
    ``lower``, ``upper`` (95 %) and ``p_value``. ``attrs``: ``reference`` (feature: level), ``rows``, ``events``.

    Parameters
    ----------
    table, duration, event : pandas.DataFrame, str, str
        One row a customer; columns as in `kaplan_meier`.
    features : list of str
        Columns of numbers, 0/1, or categories. The reference is the first level of a category (pandas type), of texts
        the most frequent one.

    Raises
    ------
    ValueError
        Also if a feature is constant or follows from the others, nobody left, or nobody of a level; and if features
        tell so well who leaves that the hazard ratio is 0 or infinite.

    Examples
    --------
    >>> table = pd.DataFrame({"months": [1, 2, 3, 4, 5, 6, 7, 8], "left": [1, 1, 1, 0, 1, 1, 0, 1],
    ...                       "plan": ["free", "free", "paid", "free", "paid", "free", "paid", "paid"]})
    >>> result = cox(table, duration="months", event="left", features=["plan"])
    >>> result.attrs["reference"], result["hazard_ratio"].round(2).to_dict()
    ({'plan': 'free'}, {'plan: paid': 0.38})
    """
    features = _names(table, duration, event, features)
    time = checks.steady(checks.amounts(table[duration], duration))
    left = checks.zero_one(table[event], event)
    if not left.any():
        raise ValueError(say(f'Nobody left: column "{event}" is 0 in all rows.', f"没有人流失：“{event}”列全是 0。"))
    design, reference = _design(table[features], left)
    there = time >= time[left == 1].min()  # whoever went out of sight before anybody left tells nothing
    design = design[there]
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # on a busy laptop, sums shared among threads take fifty times as long
        log_ratio, error, spread = _fit(time[there], left[there], design)
    reach = intervals.z(0.95) * error
    logs = {"hazard_ratio": log_ratio, "lower": log_ratio - reach, "upper": log_ratio + reach}
    logs = pd.DataFrame(logs, index=pd.Index(design.columns, name="feature")).div(spread, axis=0)
    _refuse_large_units(logs, spread)
    from scipy.special import erfc

    result = np.exp(logs).assign(p_value=erfc(np.abs(log_ratio) / error / np.sqrt(2)))
    result.attrs = {"reference": reference, "rows": len(table), "events": int(left.sum())}
    return result


def _fit(time, left, design):
    """Logs of the hazard ratios and their standard errors, in units of each feature's spread, and that spread."""
    values, spread = _standard(design)
    turn = _independent(values, design.columns)
    found = PartialLikelihood(time, left, values @ turn).maximum()
    if found is None:
        raise ValueError(_no_maximum(design.columns, PartialLikelihood(time, left, values).separating()))
    return turn @ found[0], np.sqrt(np.diag(turn @ found[1] @ turn.T)), spread


def _names(table, duration, event, features):
    """The names of the features; all columns are there, once, and none of them is the answer."""
    if not isinstance(features, (str, list, tuple, pd.Index)):
        en = f"features = {features!r}: give a list of names of columns."
        raise TypeError(say(en, f"features = {features!r} 不对：请给出列名的列表。"))
    features = checks.names([features] if isinstance(features, str) else list(features), "features")
    for name, column in (("duration", duration), ("event", event)):
        checks.names([column], name)
    checks.require_columns(checks.frame(table, "table").columns, [duration, event, *features])
    if not features:
        raise ValueError(say("features: cox needs at least one feature.", "features：cox 至少需要一个特征。"))
    answers = [name for name in features if name in (duration, event)]
    if answers or duration == event:
        shown = checks.first(answers or [event])
        en = f"{shown}: duration, event and features are different columns; what is to be explained explains nothing."
        zh = f"{shown}：duration、event 与 features 应是不同的列；要解释的量不能用来解释自己。"
        raise ValueError(say(en, zh))
    names = pd.Index([duration, event, *features])
    twice = [name for name in names if (table.columns == name).sum() > 1 or (names == name).sum() > 1]
    if twice:
        en = f"These columns stand more than once, in the table or in features: {checks.first(dict.fromkeys(twice))}."
        zh = f"这些列在表或 features 中重复出现：{checks.first(dict.fromkeys(twice))}。每列只留一个。"
        raise ValueError(say(f"{en} Keep one of each.", zh))
    return features


def _design(features, left):
    """Numbers as they are, categories as 0/1 against a reference; no level and no half of a 0/1 without an event."""
    columns, reference = {}, {}
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = checks.floats(column, name, flags=True)
            if len(kinds := np.unique(columns[name])) == 2:
                _refuse_quiet(name, [f"{kind:g}" for kind in kinds if not left[columns[name] == kind].any()])
            continue
        _refuse_dates(column, name)
        codes, levels = checks.groups(column, name)
        _refuse_crowd(column, name, levels, left.sum())
        counts = np.bincount(codes)
        _refuse_quiet(name, levels[np.bincount(codes, weights=left, minlength=len(levels)) == 0])
        base = 0 if isinstance(column.dtype, pd.CategoricalDtype) else counts.argmax()
        reference[name] = levels[base]
        columns |= {
            f"{name}: {level}": (codes == code).astype(float)
            for code, level in enumerate(levels)
            if code != base or len(levels) == 1
        }
    return pd.DataFrame(columns), reference


def _refuse_quiet(name, quiet):
    if len(quiet):
        shown = checks.first(quiet)
        en = f'Column "{name}": nobody of {shown} left, so that their pace is not measurable.'
        zh = f"“{name}”列：{shown} 中没有人流失，无法估计其流失速度。请与别的类别合并，或者去掉这一列。"
        raise ValueError(say(f"{en} Join them with another level, or leave the column out.", zh))


def _refuse_dates(column, name):
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        since = pd.api.types.is_datetime64_any_dtype(column)
        how = f'(table["{name}"].max() - table["{name}"]).dt.days' if since else f'table["{name}"].dt.days'
        en = f'Column "{name}" holds {column.dtype}, not numbers or levels: give days, {how}.'
        raise TypeError(say(en, f"“{name}”列的类型是 {column.dtype}，不是数值或类别：请换成天数，{how}。"))


def _refuse_crowd(column, name, levels, events):
    """Refuse a category with more levels than leavers to tell them apart: ids, or numbers written as text."""
    if len(levels) <= max(events, 2):
        return
    en = f'Column "{name}": {len(levels)} levels, but only {events:.0f} customers left, so that nothing can be learned.'
    zh = f"“{name}”列有 {len(levels)} 个类别，而流失的只有 {events:.0f} 人，什么也学不到。"
    if pd.to_numeric(pd.Series(levels), errors="coerce").notna().mean() > 0.5:
        how = f'pd.to_numeric(table["{name}"])'
        raise ValueError(
            say(f"{en} Numbers written as text? Convert them: {how}.", f"{zh}若是写成文本的数，请转换：{how}。")
        )
    raise ValueError(say(f"{en} Join levels; leave ids out.", f"{zh}请合并类别；编号请去掉。"))


def _standard(design):
    """Features about their mean, in units of their spread; none of them is constant."""
    values = design.to_numpy()
    size = np.abs(values).max(axis=0)
    constant = design.columns[np.ptp(values, axis=0) <= 1e-13 * size]
    if len(constant):
        en = "The same value in all rows still there when somebody left, so that nothing can be learned from it: "
        zh = f"有人流失时还在的客户，这些列的数值都相同，什么也学不到，请去掉：{checks.first(constant)}。"
        raise ValueError(say(f"{en}{checks.first(constant)}. Leave it out.", zh))
    values = values / size  # so that no square overflows
    values = values - values[0]
    values = values - values.mean(axis=0)
    spread = values.std(axis=0)
    return values / spread, spread * size


def _independent(values, names):
    """The turn that makes standardised features orthogonal; refuse those that follow from the ones before them."""
    triangle = np.linalg.qr(values, mode="r")
    own = np.abs(np.append(np.diag(triangle), np.zeros(max(0, len(names) - len(triangle)))))
    repeated = names[own < 1e-7 * np.sqrt(len(values))]
    if len(repeated):
        en = f"These features follow from the others: {checks.first(repeated)}. Leave them out; or join levels."
        zh = f"这些特征可由其他特征推出，没有新的信息：{checks.first(repeated)}。请去掉这些列，或者合并类别。"
        raise ValueError(say(en, zh))
    return np.linalg.inv(triangle) * np.sqrt(len(values))


def _no_maximum(names, direction):
    """The sentence about features that tell wholly who leaves."""
    if direction is None:
        en = "The hazard ratios have no finite estimate: the customers are too few, or nearly told apart. Use fewer "
        return say(en + "features.", "风险比没有有限的估计值：客户太少，或者特征几乎把流失者完全分开。请减少特征。")
    shown = names[np.abs(direction) > 1e-6 * np.abs(direction).max()].tolist()
    en, zh = ", ".join(map(str, shown)), "、".join(map(str, shown))
    if len(shown) == 1:
        side, side_zh = ("highest", "最高") if direction.sum() > 0 else ("lowest", "最低")
        en += f" tells wholly who leaves: each time somebody leaves, it is those with the {side} value of all who are "
        zh += f" 把流失者完全分开：每次流失的，都是当时还在的客户中取值{side_zh}的，风险比是 0 或无穷大。"
        return say(en + "still there, so that the hazard ratio is 0 or infinite. Leave it out.", zh + "请去掉它。")
    en += " together tell wholly who leaves: each time somebody leaves, a sum of them, weighted, is highest of all who "
    zh += " 合起来把流失者完全分开：每次流失的，都是当时还在的客户中加权和最高的，风险比是 0 或无穷大。"
    return say(
        en + "are still there, so that a hazard ratio is 0 or infinite. Leave some of them out.",
        zh + "请去掉其中几个。",
    )


def _refuse_large_units(logs, spread):
    """Refuse a feature of which one unit is so much more than its values differ that no float holds the ratio."""
    beyond = np.flatnonzero(logs.abs().max(axis=1) > 700)
    if len(beyond):
        name, unit = logs.index[beyond[0]], 10.0 ** np.floor(np.log10(spread[beyond[0]]))
        en = f'One unit of "{name}" is far more than its values differ: the hazard ratio overflows. Give it in a '
        zh = f"“{name}”的一个单位远大于其数值之间的差别，风险比溢出。请换成更小的单位："
        raise ValueError(say(f'{en}smaller unit: table["{name}"] / {unit:g}.', f'{zh}table["{name}"] / {unit:g}。'))
