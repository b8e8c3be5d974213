"""Kano's map of a group of customers, and of how many of them were asked."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.satisfaction.kano import CLASSES, from_counts, is_settled
from crmlib.widgets.base import Explorer, choice, slider

STEP = 10


def draw_kano(codes, members, source, group, asked):
    """Draw the map of the first customers of a group, and say of which services the class is settled."""
    own = codes.to_numpy()[members[group][:asked]]
    counts = pd.DataFrame({letter: (own == code).sum(axis=0) for code, letter in enumerate(CLASSES)}, codes.columns)
    table = from_counts(counts)
    count = len(members[group])
    title = say(f"{group}: {len(own)} of {count} asked{source}", f"{group}：{count} 人中问了 {len(own)} 人{source}")
    picture = plots.kano_map(table, title=title)
    settled = is_settled(counts)
    basic = [heading(name) for name in table.index[settled & (table["kano_class"] == "M").to_numpy()]]
    open_ones = [_rivals(name, row) for name, row in counts[~settled].iterrows()]
    first, zh_first = ", ".join(basic) or "none is sure", "、".join(basic) or "没有一项能确定"
    doubt, zh_doubt = "; ".join(open_ones) or "none", "；".join(open_ones) or "无"
    return picture, say(
        f"{len(own)} asked. Basic qualities, to be built first: {first}. The class is sure, beyond chance, for "
        f"{settled.sum()} of {len(settled)} services. Still open: {doubt}.",
        f"问了 {len(own)} 人。当然质量，应先做到：{zh_first}。{len(settled)} 项服务中，{settled.sum()} 项的类别能确定，"
        f"不是碰巧；尚不能定：{zh_doubt}。",
    )


def _rivals(name, row):
    """A service with the two classes that are too close to call."""
    first, second = row.sort_values(ascending=False, kind="stable").index[:2]
    return say(f"{heading(name)} ({first} or {second})", f"{heading(name)}（{first} 或 {second}）")


@takes_givens
def kano_explorer(answers, groups=None):
    """Show the Kano map of a group, and how its intervals widen when fewer are asked.

    `answers` has a row a customer and feature (`satisfaction.kano`); `groups` (Series by customer) names the group of
    each. Who is asked first is drawn by lot, the same at each call.
    """
    checks.frame(answers, "answers")
    checks.require_columns(answers.columns, ["customer_id", "feature", "functional", "dysfunctional"])
    twice = answers.duplicated(["customer_id", "feature"], keep=False)
    en, zh = "answers: a customer answers twice about a feature", "answers：有客户对同一项服务答了两次"
    checks.refuse_rows(twice, answers, f"{en}: keep one row", f"{zh}，请只留一行")
    known = answers.dropna(subset=["functional", "dysfunctional"])
    given = known.assign(letter=satisfaction.kano_class(known["functional"], known["dysfunctional"]))
    order = given["feature"].drop_duplicates()
    given["code"] = pd.Index(CLASSES).get_indexer(given["letter"])
    codes = given.pivot(index="customer_id", columns="feature", values="code")[order]
    codes = codes.loc[np.random.default_rng(6).permutation(codes.index)]
    members = _members(codes.index, groups)
    first = next(iter(members))
    controls = (
        {"group": choice(label("Customers"), {name: name for name in members}, first)} if groups is not None else {}
    )
    source = say(" (invented data)", "（虚构数据）") if answers.attrs.get("invented") else ""
    draw = partial(draw_kano, codes, members, source)
    draw = draw if controls else partial(draw, first)
    most = {name: max(len(own) // STEP * STEP, STEP) for name, own in members.items()}
    return Explorer(
        draw,
        "crm-kano",
        ends=lambda group=first, **_: {"asked": most[group]},
        **controls,
        asked=slider(label("Customers asked"), STEP, max(most.values()), most[first], STEP),
    )


def _members(customers, groups):
    """The rows of each group, all of them first, in the order in which they are asked."""
    members = {label("All customers"): np.arange(len(customers))}
    if groups is not None:
        [groups] = checks.lists(groups=groups)
        lacking = customers.difference(groups.index, sort=False)
        if len(lacking):
            en = f"groups: {len(lacking)} customers of answers have none, first: {checks.first(lacking)}."
            raise ValueError(
                say(en, f"groups：answers 中有 {len(lacking)} 个客户没有分组，前几个是：{checks.first(lacking)}。")
            )
        own = checks.labels(groups.loc[customers], "groups").map(heading)
        members |= {name: np.flatnonzero(own == name) for name in sorted(own.unique())}
    return members
