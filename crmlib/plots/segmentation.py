"""The pictures of chapter 05, identification and segmentation: the Pareto curve, the RFM grid, clusters."""

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgba_array
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Rectangle

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, COLOURS, GREY, ORANGE, RED


def pareto(ranked, *, title=None):
    """Draw the Pareto curve of :func:`crmlib.segmentation.abc`, with its three classes as bands.

    >>> from crmlib import segmentation
    >>> pareto(segmentation.abc(pd.DataFrame({"customer_id": ["X", "Y", "Z"], "amount": [85, 10, 5]})))
    Pareto curve. A: customers 1 (33%), 85.0% of the total; B: customers 1 (33%), 10.0% of the total;
    C: customers 1 (33%), 5.0% of the total.
    """
    ranked = parts.table(ranked, "cumulative_share", "customers", name="ranked")
    checks.require_columns(ranked.columns, ["class"])
    title = parts.title(title, label("Pareto curve"))
    picture, axes = parts.blank(title, label("Customers, largest first"), label("Share of the total"))
    share, total = np.r_[0, ranked["cumulative_share"]], len(ranked)
    axes.plot(np.r_[0, ranked["customers"]], share)
    ends = np.cumsum([0, *((ranked["class"] == grade).sum() for grade in "ABC")])
    told = []
    for grade, colour, start, end in zip("ABC", (BLUE, ORANGE, GREY), ends[:-1], ends[1:], strict=True):
        axes.axvspan(start / total, end / total, color=colour, alpha=0.16, linewidth=0)
        count, middle = f"{end - start:,}", ((start + end) / 2 / total, 0.03)
        axes.annotate(f"{grade}\n{count}", middle, xycoords=("data", "axes fraction"), ha="center")
        part, brings = f"{(end - start) / total:.0%}", f"{share[end] - share[start]:.1%}"
        some = say(f"customers {count} ({part})", f"{count} 个客户（{part}）")
        brought = say(f"{brings} of the total", f"占总额的 {brings}")
        told.append(parts.named(say(grade, f"{grade} 类"), some, brought))
    axes.set_ylim(min(0, share.min()), max(1.05, share.max() * 1.05))
    for axis in (axes.xaxis, axes.yaxis):
        parts.format_axis(axis, True)
    return parts.describe(picture, told)


def rfm_grid(table, *, title="", percent=False, chosen=None):
    """Draw a value for each pair of recency score (the columns) and frequency score (the index, upwards).

    A missing value leaves its cell empty. `chosen`, a table of bool shaped as `table`, says which cells are framed.

    >>> rfm_grid(pd.DataFrame({1: [0.05, 0.1], 2: [0.3, 0.8]}, index=[1, 2]), title="Who buys", percent=True)
    Who buys. R 1, F 1: 5.0%; R 2, F 2: 80%.
    """
    values, percent = parts.grid(table), checks.flag(percent, "percent")
    low, high = np.nanmin(values), np.nanmax(values)
    words = [label("R: recency score (5 = most recent)"), label("F: frequency score (5 = most often)")]
    shades = {"vmin": low, "vmax": high if high > low else low + 1}
    picture, axes = parts.heat_map(values, title, *words, **shades, annot=values, fmt=".0%" if percent else ",.0f")
    axes.invert_yaxis()
    parts.name_ticks(axes.xaxis, table.columns, len(table.columns))
    parts.name_ticks(axes.yaxis, table.index, len(table))
    told = []
    for row, column in (0, 0), (-1, -1):
        known = parts.number(values[row, column], percent) if np.isfinite(values[row, column]) else "—"
        told.append(parts.named(f"R {table.columns[column]}, F {table.index[row]}", known))
    parts.describe(picture, told)
    if chosen is not None:
        shape = np.shape(np.asarray(chosen, dtype=object))
        framed = checks.of_flags(pd.Series(np.asarray(chosen, dtype=object).ravel(), dtype=object))
        if shape != values.shape or framed is None or not np.isin(framed, (0, 1)).all():
            en = "chosen: a table of the shape of the first is needed, True where a cell is framed."
            raise ValueError(say(en, "chosen：形状应与前一张表相同，加框的格子为 True。"))
        cells = np.argwhere(framed.reshape(shape))
        frames = [Rectangle((column + 0.04, row + 0.05), 0.92, 0.9) for row, column in cells]
        axes.add_collection(PatchCollection(frames, facecolor="none", edgecolor=RED, linewidth=2.5), autolim=False)
        parts.add(picture, say(f"Cells chosen: {len(cells)}", f"选中 {len(cells)} 格"))
    return picture


def clusters(features, labels, *, x, y, title="", names=None, legend=None):
    """Draw customers, the rows of `features`, as points over its columns `x` and `y`; each cluster has its look.

    `labels` holds the cluster (a whole number) of each customer; `names` are words for the clusters (a dict), `legend`
    is the title of the legend.

    >>> features = pd.DataFrame({"orders": [1, 2, 30], "basket": [100.0, 300.0, 50.0]})
    >>> clusters(features, pd.Series([0, 0, 1]), x="orders", y="basket", title="Two kinds")
    Two kinds. 0: customers 2, on average Orders 1.50, Basket 200; 1: customers 1, on average Orders 30, Basket 50.
    """
    features = parts.table(features, x, y, name="features")
    labels = checks.labels(labels, "labels")
    if len(labels) != len(features):
        en = f"labels: one for each of the {len(features)} rows of features is needed, not {len(labels)}."
        raise ValueError(
            say(en, f"labels：features 有 {len(features)} 行，每行一个类别，收到的却有 {len(labels)} 个。")
        )
    names = None if names is None else checks.settings(names, "names")
    legend = "" if legend is None else checks.text(legend, "legend")
    if names is not None and (unnamed := [one for one in labels.unique() if one not in names]):
        en = f"names: these clusters have none: {checks.first(unnamed)}."
        raise ValueError(say(en, f"names：这些类没有名称：{checks.first(unnamed)}。"))
    picture, axes = parts.blank(title, heading(x), heading(y))
    shown, told = {}, []
    for cluster in checks.groups(labels, "labels")[1]:
        own = features[(labels == cluster).to_numpy()]
        name, count = str(cluster) if names is None else names[cluster], f"{len(own):,}"
        shown[cluster] = f"{name} ({count})"
        means = [f"{heading(column)} {mean:,.{0 if mean >= 10 else 2}f}" for column, mean in own[[x, y]].mean().items()]
        means[0] = say("on average ", "平均") + means[0]
        told.append(parts.named(name, say(f"customers {count}", f"{count} 人"), *means))
    # Not seaborn's scatter plot: it is a quarter of what a slider waits for.
    looks = [i % 8 for i in range(len(shown))]
    colours, markers = [(*COLOURS, GREY, "black")[i] for i in looks], [parts.MARKERS[i] for i in looks]
    kinds = [MarkerStyle(marker) for marker in markers]
    kinds = [kind.get_path().transformed(kind.get_transform()) for kind in kinds]
    of = pd.Index(shown).get_indexer(labels)
    points = axes.scatter(features[x], features[y], s=20, alpha=0.6, linewidth=0, c=to_rgba_array(colours)[of])
    points.set_paths([kinds[i] for i in of])
    axes.locator_params(nbins=5)
    look = {"linestyle": "none", "markersize": 7, "markeredgewidth": 0}
    dots = [Line2D([], [], color=c, marker=m, **look) for c, m in zip(colours, markers, strict=True)]
    axes.legend(dots, list(shown.values()), title=legend, fontsize=9, **parts.BESIDE)
    return parts.describe(picture, told)
