"""Names beside points, clear of one another and of the points."""

import numpy as np

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
_SHIFTS = np.array([shift for shift, _, _ in _PLACES])
_STARTS = np.array([(_START[across], _START[up]) for _, across, up in _PLACES])


def name_points(axes, points, names, *, size=9, taken=()):
    """Write a name beside each point (x, y in data), where it covers least; the limits of the axes must stand.

    `taken` are more points to be kept clear.

    >>> from crmlib.plots.parts import blank
    >>> picture, axes = blank("Two shops")
    >>> name_points(axes, [(0.2, 0.2), (0.25, 0.2)], ["Shop A", "Shop B"])
    >>> {text.get_text(): text.get_ha() for text in axes.texts}
    {'Shop A': 'right', 'Shop B': 'left'}
    """
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    scale = 72 / axes.figure.dpi
    at = axes.transData.transform(points) * scale
    others = axes.transData.transform(np.asarray(taken, dtype=float).reshape(-1, 2)) * scale
    frame = axes.bbox.extents * scale
    boxes = [*np.hstack([at - 5, at + 5]), *np.hstack([others - 3, others + 3])]
    for i in np.argsort(_nearest(at)):  # who has least room chooses first
        wide, high = size * sum(1 if ord(letter) > 0x2E7F else 0.55 for letter in names[i]), 1.25 * size
        corners = at[i] + _SHIFTS + _STARTS * (wide, high)
        tried = np.hstack([corners, corners + (wide, high)])
        outside = wide * high - _common(tried, frame[None])[:, 0]
        best = int((_common(tried, np.array(boxes)).sum(axis=1) + 5 * outside + np.arange(len(tried))).argmin())
        shift, across, up = _PLACES[best]
        boxes.append(tried[best])
        style = {"xytext": shift, "textcoords": "offset points", "fontsize": size}
        axes.annotate(names[i], points[i], ha=across, va=up, **style)


def _nearest(at):
    """How far it is from each point to the next one."""
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def _common(some, others):
    """The area that each of some boxes (left, bottom, right, top) shares with each of others."""
    some, others = some[:, None], others[None]
    sides = np.minimum(some[..., 2:], others[..., 2:]) - np.maximum(some[..., :2], others[..., :2])
    return np.maximum(sides, 0).prod(axis=-1)
