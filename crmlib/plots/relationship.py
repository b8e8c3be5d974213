"""The pictures of chapter 02, relationship marketing: what bonds cost, and who brings others."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from crmlib import checks, relationship
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.naming import name_points
from crmlib.plots.picture import BLUE, GREEN, GREY, ORANGE, RED

_FREE, _DEAR, _PAYS = "#FFFFFF", "#E3E3E3", "#CDE9DE"
_NAMED = 12  # customers whose names still fit beside their dots


def bond_map(shares, *, saved=None, fitting=None, chosen=None, title=None):
    """Draw what a relationship costs as a share of the margin, by group of customers (rows) and type (columns).

    `saved`, the share of the margin that it keeps or adds: where it is enough, the cell is green, else grey. What
    costs nothing has a white cell with a dash, and is not said to pay. `fitting` gives the type that fits each group
    (a Series, as of :func:`crmlib.relationship.relationship_type`): a dot marks it. `chosen`, a pair of group and
    type, is framed.

    >>> shares = pd.DataFrame({"reactive": [0.02, 0.001], "partnership": [41.0, 0.05]}, index=["Homes", "Hospitals"])
    >>> bond_map(shares, saved=0.08)
    What a relationship costs, as a share of the margin. Homes: Reactive 2.0%, Partnership 4,100%; Hospitals: Reactive
    0.1%, Partnership 5.0%. Pays: 3 of 4.
    """
    shares = parts.table(shares, name="shares")
    checks.unique_index(shares, "shares")
    values = shares.to_numpy()
    pays = np.zeros(values.shape, dtype=bool)
    if saved is not None:
        saved = checks.share(saved, "saved")
        pays = (values > 0) & (values <= saved + 1e-12)
    groups, types = [heading(name) for name in shares.index], [heading(name) for name in shares]
    words = np.array([[_share(value) for value in row] for row in values], dtype=object)
    picture, axes = parts.heat_map(
        np.where(values == 0, 0, 1 + pays),
        parts.title(title, label("What a relationship costs, as a share of the margin")),
        height=1.5 + 0.5 * len(groups),
        classes=[_FREE, _DEAR, _PAYS],
        annot=words,
        linewidth=2,
    )
    parts.name_ticks(axes.xaxis, types, 20)
    parts.name_ticks(axes.yaxis, groups, 40)
    axes.tick_params(length=0)
    handles = []
    if saved is not None:
        enough = say(f"At most {saved:.0%}: pays", f"不超过 {saved:.0%}：合算")
        beyond = say(f"Above {saved:.0%}: costs more than it keeps", f"超过 {saved:.0%}：不合算")
        handles += [Patch(color=_PAYS, label=enough), Patch(color=_DEAR, label=beyond)]
    if fitting is not None:
        handles.append(_dots(axes, shares, checks.settings(fitting, "fitting")))
    if chosen is not None:
        handles.append(_frame(axes, shares, chosen))
    if handles:
        below = -0.1 - 0.25 / len(groups)
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, below), ncols=2)
    told = [
        parts.named(group, *map(" ".join, zip(types, row, strict=True)))
        for group, row in zip(groups, words, strict=True)
    ]
    picture = parts.describe(picture, told)
    count = say(f"{pays.sum()} of {pays.size}", f"{pays.size} 格中的 {pays.sum()} 格")
    return picture if saved is None else parts.add(picture, parts.named(label("Pays"), count))


def _dots(axes, shares, fitting):
    """Mark the type that fits each group; returns what stands in the legend."""
    places = [_place(shares, group, kind, "fitting") for group, kind in fitting.items()]
    if not places:
        raise ValueError(say("fitting: it names no group.", "fitting：一个客户群也没有。"))
    rows, columns = np.array(places).T
    look = {"marker": "o", "color": BLUE, "markersize": 6, "linestyle": "none"}
    axes.plot(columns + 0.88, rows + 0.2, **look)
    return Line2D([], [], label=label("Fits by number and margin"), **look)


def _frame(axes, shares, chosen):
    """Frame the cell of a group and type; returns what stands in the legend."""
    if not isinstance(chosen, (tuple, list)) or len(chosen) != 2:
        en = f"chosen = {checks.quoted(chosen)}: a pair is needed, (group, type)."
        raise TypeError(say(en, f"chosen = {checks.quoted(chosen)} 不对：应为一对值：客户群和类型。"))
    row, column = _place(shares, *chosen, "chosen")
    axes.add_patch(Rectangle((column + 0.02, row + 0.03), 0.96, 0.94, fill=False, edgecolor=RED, linewidth=2.5))
    return Patch(fill=False, edgecolor=RED, linewidth=2, label=label("Your choice (frame)"))


def _share(value):
    """A share in percent; a dash where nothing is spent, and only there."""
    if not value:
        return "—"
    return "<0.1%" if 0 < value < 0.0005 else f"{value:,.0%}" if value >= 10 else parts.number(value, True)


def _place(shares, group, kind, name):
    """Row and column of a cell."""
    for one, known in ((group, shares.index), (kind, shares.columns)):
        if not (pd.api.types.is_hashable(one) and one in known):
            en = f"{name}: {checks.quoted(one)} is not in the table, which has: {checks.first(known)} …"
            raise ValueError(say(en, f"{name}：表中没有 {checks.quoted(one)}，表中有：{checks.first(known)}……"))
    return shares.index.get_loc(group), shares.columns.get_loc(kind)


def referral_map(customers, *, worth_cut, referral_cut, title=None):
    """Draw customers by what they are worth themselves (to the right) and what they bring (upwards), in four segments.

    `customers` is a table of :func:`crmlib.relationship.referral_value`, or has its columns ``worth`` and
    ``referral_value``; up to twelve carry the names of the index.

    >>> rows = {"worth": [900, 900, 50, 50], "referral_value": [400, 0, 400, 0]}
    >>> referral_map(pd.DataFrame(rows), worth_cut=500, referral_cut=100)
    What customers buy and whom they bring. Champions: customers 1; Affluents: customers 1; Advocates: customers 1;
    Misers: customers 1.
    """
    customers = parts.table(customers, "worth", "referral_value", name="customers")
    buys, brings = customers["worth"], customers["referral_value"]
    worth_cut, referral_cut = checks.number(worth_cut, "worth_cut"), checks.number(referral_cut, "referral_cut")
    segments = relationship.referral_segments(buys, brings, worth_cut=worth_cut, referral_cut=referral_cut)
    words = label("Worth by own purchases (yuan)"), label("Value of referrals (yuan)")
    picture, axes = parts.blank(parts.title(title, label("What customers buy and whom they bring")), *words, height=4.4)
    names = {"champion": label("Champions"), "affluent": label("Affluents")}
    names |= {"advocate": label("Advocates"), "miser": label("Misers")}
    few, told = len(customers) <= _NAMED, []
    for (segment, name), colour, marker in zip(names.items(), (BLUE, ORANGE, GREEN, GREY), parts.MARKERS, strict=False):
        own, count = (segments == segment).to_numpy(), f"{(segments == segment).sum():,}"
        look = {"color": colour, "marker": marker, "linewidth": 0}
        axes.scatter(buys[own], brings[own], s=45 if few else 16, alpha=1 if few else 0.6, **look)
        right, top = segment in ("champion", "affluent"), segment in ("champion", "advocate")
        corner = {"xycoords": "axes fraction", "ha": "right" if right else "left", "va": "top" if top else "bottom"}
        axes.annotate(f"{name} {count}", (0.99 if right else 0.01, 0.985 if top else 0.015), color=colour, **corner)
        told.append(parts.named(name, say(f"customers {count}", f"{count} 人")))
    axes.axvline(worth_cut, color="black", linestyle="--", linewidth=1.2)
    axes.axhline(referral_cut, color="black", linestyle="--", linewidth=1.2)
    axes.margins(x=0.1, y=0.2)  # room for the words in the corners
    axes.autoscale_view()
    if few:
        name_points(axes, np.column_stack([buys, brings]), [heading(name) for name in customers.index])
    parts.format_axis(axes.xaxis)
    parts.format_axis(axes.yaxis)
    return parts.describe(picture, told)
