"""What a picture shows, read off its matplotlib parts."""

import numpy as np
from matplotlib.colors import to_rgba


def texts(picture):
    """Return the words in the axes, in the order of drawing."""
    return [text.get_text() for text in picture.axes[0].texts]


def ticks(axis):
    """Return {place: name} of an axis."""
    return dict(zip(axis.get_ticklocs(), [text.get_text() for text in axis.get_ticklabels()], strict=True))


def faces(picture, shape):
    """Return the colour of each cell of a heat map."""
    mesh = picture.axes[0].collections[0]
    mesh.update_scalarmappable()
    return mesh.get_facecolors().reshape(*shape, 4)


def words(picture):
    """Return {(row, column): what is written there}."""
    return {tuple(int(place) for place in text.get_position()[::-1]): text.get_text() for text in picture.axes[0].texts}


def luminance(colour):
    parts = np.array(to_rgba(colour)[:3])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def assert_legible(picture, shape):
    """Each cell's ink stands out from its colour as WCAG 2 (AA) asks."""
    colours = faces(picture, shape)
    for text in picture.axes[0].texts:
        column, row = map(int, text.get_position())
        low, high = sorted([luminance(text.get_color()), luminance(colours[row, column])])
        assert (high + 0.05) / (low + 0.05) >= 4.5, text.get_text()
