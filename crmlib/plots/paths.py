"""The picture of a service index: constructs as boxes, paths as arrows as thick as they are strong."""

from itertools import combinations, product

import numpy as np

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, GREY, RED

# The constructs of the European index by their full names; others are named as they are.
_CONSTRUCTS = {
    "image": "Brand image",
    "expectations": "Customer expectation",
    "quality": "Perceived quality",
    "value": "Perceived value",
    "satisfaction": "Customer satisfaction",
    "complaints": "Complaint handling",
    "loyalty": "Customer loyalty",
}
_HEIGHTS = (0.0, 1.0, 2.0)  # where a box may stand
_MOST = 8  # constructs whose heights are tried in all combinations


def index_paths(model, *, title=None):
    """Draw a fitted :class:`crmlib.satisfaction.ServiceIndexModel`: each construct with its index, each path.

    What leads to a construct stands to its left. An arrow is as thick as the standardised coefficient beside it is
    large; a negative one is dashed.

    >>> import pandas as pd
    >>> from crmlib import satisfaction
    >>> answers = pd.DataFrame({"q1": [7, 9, 4, 6, 8], "q2": [6, 9, 5, 5, 9], "s1": [6, 9, 3, 6, 9]})
    >>> blocks = {"quality": ["q1", "q2"], "satisfaction": ["s1"]}
    >>> index_paths(satisfaction.ServiceIndexModel(blocks, [("quality", "satisfaction")]).fit(answers))
    A satisfaction index and its paths. Perceived quality: index 64.4; Customer satisfaction: index 62.2, from Perceived
    quality 0.97.
    """
    if not hasattr(type(model), "what_a_point_buys"):
        kind = type(model).__name__
        en = f"model: a ServiceIndexModel is needed, not {kind}."
        raise TypeError(say(en, f"model：应为 ServiceIndexModel，收到的却是 {kind}。"))
    checks.refuse_unfitted(model, "path_coefficients_")
    title = parts.title(title, label("A satisfaction index and its paths"))
    coefficients, names = model.path_coefficients_.to_numpy(), list(model.path_coefficients_.index)
    paths = [tuple(pair) for pair in np.argwhere(coefficients != 0).tolist()]
    across = _depths(paths, len(names))
    places = np.column_stack([across, _heights(paths, across)])
    picture, axes = parts.blank(title, height=4.6)
    words = [label(_CONSTRUCTS[name]) if name in _CONSTRUCTS else heading(name) for name in names]
    boxes = [
        _box(axes, place, f"{word}\n{index:.1f}")
        for place, word, index in zip(places, words, model.index_, strict=True)
    ]
    taken = []
    for one, other in paths:
        _arrow(axes, places[one], places[other], boxes[one], boxes[other], coefficients[one, other])
        taken.append(_clear(places[one], places[other], taken))
        style = {"ha": "center", "va": "center", "fontsize": 8.5, "bbox": parts.CLEAR | {"pad": 0.8}, "zorder": 4}
        axes.text(*taken[-1], _signed(coefficients[one, other]), **style)
    axes.set(xlim=(-0.6, across.max() + 0.6), ylim=(-0.3, _HEIGHTS[-1] + 0.3))
    axes.set_axis_off()
    told = []
    for to, (word, index) in enumerate(zip(words, model.index_, strict=True)):
        before = [f"{words[one]} {_signed(coefficients[one, to])}" for one, other in paths if other == to]
        comma, score = say(", ", "、"), say(f"index {index:.1f}", f"指数 {index:.1f}")
        lead = [say(f"from {comma.join(before)}", f"受{comma.join(before)} 影响")] if before else []
        told.append(parts.named(word, score, *lead))
    return parts.describe(picture, told)


def _depths(paths, count):
    """How many paths lead one after the other to each construct, at most."""
    depth = np.zeros(count)
    for _ in range(count):
        for one, other in paths:
            depth[other] = max(depth[other], depth[one] + 1)
    return depth


def _heights(paths, across):
    """Heights of the boxes at which the fewest arrows pass through boxes, run along each other or cross."""
    count = len(across)
    if count > _MOST:
        return np.resize([1.0, 0.0, 2.0], count)
    tried = np.array(list(product(_HEIGHTS, repeat=count)))
    cost = 0.3 * np.abs(tried - 1).sum(axis=1) + 8 * (np.ptp(tried, axis=1) == 0)
    for one, other in combinations(range(count), 2):
        cost += 50 * ((across[one] == across[other]) & (tried[:, one] == tried[:, other]))
    for one, other in paths:
        for box in range(count):
            if across[one] < across[box] < across[other]:
                part = (across[box] - across[one]) / (across[other] - across[one])
                off = np.abs(tried[:, one] + part * (tried[:, other] - tried[:, one]) - tried[:, box])
                cost += 6 * np.maximum(1 - off / 0.6, 0)
    for (a, b), (c, d) in combinations(paths, 2):
        low, high = max(across[a], across[c]), min(across[b], across[d])
        if low < high and len({a, b, c, d}) == 4:
            gaps = [_at(tried, across, a, b, x) - _at(tried, across, c, d, x) for x in (low, high)]
            cost += gaps[0] * gaps[1] <= 0
    return tried[cost.argmin()]


def _at(tried, across, one, other, x):
    """How high the arrow from one box to another is at a place."""
    return tried[:, one] + (x - across[one]) / (across[other] - across[one]) * (tried[:, other] - tried[:, one])


def _box(axes, place, words):
    look = {"boxstyle": "round,pad=0.4", "facecolor": "#EAF2F8", "edgecolor": BLUE, "linewidth": 1.2}
    return axes.text(*place, words, ha="center", va="center", fontsize=9, bbox=look, zorder=2)


def _arrow(axes, start, end, one, other, coefficient):
    ends = {"patchA": one.get_bbox_patch(), "patchB": other.get_bbox_patch(), "shrinkA": 0, "shrinkB": 2}
    strong = min(abs(coefficient), 1)
    look = {"linewidth": 0.8 + 5 * strong, "color": RED if coefficient < 0 else GREY, "mutation_scale": 10 + 8 * strong}
    style = {"linestyle": "--" if coefficient < 0 else "-", "arrowstyle": "-|>"}
    axes.annotate("", end, start, arrowprops=ends | look | style, zorder=3)


def _clear(start, end, taken):
    """Where on an arrow its number stands farthest from those that stand already, near the middle if it may."""
    spots = [start + part * (end - start) for part in (0.45, 0.35, 0.55, 0.3)]
    apart = [min((np.hypot(*(spot - other)) for other in taken), default=1) for spot in spots]
    return spots[int(np.argmax(np.minimum(apart, 0.4)))]


def _signed(value):
    return f"{value:.2f}".replace("-", "−")
