"""Names beside points, clear of one another and of the points."""

import numpy as np

from crmlib.plots import parts

# Where a name may stand: shift in points, and which side of it is fastened there; the first are preferred.
_PLACES = (
    ((8, 0), "left", "center"),
    ((-8, 0), "right", "center"),
    ((0, 8), "center", "bottom"),
    ((0, -8), "center", "top"),
    ((7, 7), "left", "bottom"),
    ((7, -7), "left", "top"),
    ((-7, 7), "right", "bottom"),
    ((-7, -7), "right", "top"),
    ((0, 20), "center", "bottom"),
    ((0, -20), "center", "top"),
)
_START = {"left": 0, "center": -0.5, "right": -1, "bottom": 0, "top": -1}


def name_points(axes, points, names, *, size=9, taken=()):
    """Write a name beside each point (x, y in data), where it covers least; the limits of the axes must stand.

    `taken` are more points to be kept clear.

    >>> picture, axes = parts.blank("Two shops")
    >>> name_points(axes, [(0.2, 0.2), (0.25, 0.2)], ["Shop A", "Shop B"])
    >>> {text.get_text(): text.get_ha() for text in axes.texts}
    {'Shop A': 'right', 'Shop B': 'left'}
    """
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    scale = 72 / axes.figure.dpi
    at = axes.transData.transform(points) * scale
    others = axes.transData.transform(np.asarray(taken, dtype=float).reshape(-1, 2)) * scale
    frame = axes.bbox.extents * scale
    boxes = [np.r_[spot - 5, spot + 5] for spot in (*at, *others)]
    for i in np.argsort(_nearest(at)):  # who has least room chooses first
        wide, high = size * sum(1 if ord(letter) > 0x2E7F else 0.55 for letter in names[i]), 1.25 * size
        costs, tried = [], []
        for rank, (shift, across, up) in enumerate(_PLACES):
            corner = at[i] + shift + (wide * _START[across], high * _START[up])
            box = np.r_[corner, corner + (wide, high)]
            covered = sum(_common(box, other) for other in boxes) + 5 * (wide * high - _common(box, frame))
            costs.append(covered + rank)
            tried.append(box)
        best = int(np.argmin(costs))
        (shift, across, up), box = _PLACES[best], tried[best]
        boxes.append(box)
        style = {"textcoords": "offset points", "fontsize": size, "bbox": parts.CLEAR | {"pad": 0.5}}
        axes.annotate(names[i], points[i], xytext=shift, ha=across, va=up, **style)


def _nearest(at):
    """How far it is from each point to the next one."""
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def _common(one, other):
    """The area that two boxes (left, bottom, right, top) share."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    return float(np.prod(np.maximum(sides, 0)))
