"""The theme of all pictures, the Chinese font in it, and `Picture`, which carries its description."""

import base64
import io
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from importlib.resources import files

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

# Okabe & Ito's palette, told apart by colour-blind readers; line styles, markers and hatches repeat what colour says.
BLUE, ORANGE, GREEN, PINK, SKY, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#6B6B6B"
COLOURS = (BLUE, RED, GREEN, ORANGE, PINK, SKY)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
FALLBACK_FONTS = (
    "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, Hiragino Sans GB, SimHei, WenQuanYi Micro Hei, DejaVu Sans"
)


def use_theme():
    """Give every figure of matplotlib and seaborn the course's Chinese font and colours.

    Importing `crmlib.plots` does it once. Call it again after ``sns.set_theme()``, which puts its own fonts in place.

    >>> use_theme()
    """
    font_file = str(files("crmlib") / "fonts" / "CRMSansSC-Regular.otf")
    font_manager.fontManager.addfont(font_file)
    family = font_manager.FontProperties(fname=font_file).get_name()
    matplotlib.rc("font", size=10.5, family="sans-serif", **{"sans-serif": [family, *FALLBACK_FONTS.split(", ")]})
    matplotlib.rc("axes", unicode_minus=False, prop_cycle=cycler(color=COLOURS) + cycler(linestyle=DASHES))
    matplotlib.rc("axes", titlelocation="left", titlesize=12, titlepad=10)
    matplotlib.rc("axes", edgecolor="#8A8A8A", grid=True, axisbelow=True)
    matplotlib.rc("axes", titley=1.0)  # where it is anyway; left open, matplotlib measures every tick to see it is free
    matplotlib.rc("axes.spines", top=False, right=False)
    matplotlib.rc("grid", color="#E3E3E3", linewidth=0.8)
    matplotlib.rc("lines", linewidth=2.2)
    matplotlib.rc("hatch", color="white", linewidth=1.2)
    matplotlib.rc("legend", frameon=False)
    matplotlib.rc("figure", facecolor="white")


use_theme()


class Picture(Figure):
    """A matplotlib figure with its title and a description for screen readers (``alt``); a notebook shows both.

    >>> import pandas as pd
    >>> from crmlib import plots
    >>> plots.lines(pd.DataFrame({"Profit": [1.0, 3.0]}), title="Growth").alt
    'Growth. Profit: from 1 to 3.'
    """

    title = alt = ""

    def __init__(self, width=7.2, height=3.8):
        super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)

    def __setstate__(self, state):
        super().__setstate__(state)
        FigureCanvasAgg(self)  # which a copy would lack

    def draw(self, renderer):
        """Draw all; what stands between two dollar signs (from $5 to $6) is text, no formula."""
        for text in self.findobj(Text):
            text.set_parse_math(False)
        super().draw(renderer)

    def png(self, dpi=130):
        """Return the picture as PNG bytes."""
        self.set_dpi(dpi)
        self.canvas.draw()  # once: `savefig` draws twice, and a slider waits for it
        file = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())[..., :3]).save(file, "png", compress_level=1)
        return file.getvalue()

    def html(self, dpi=130):
        """Return an ``<img>`` element that carries the picture and its description."""
        source, words = base64.b64encode(self.png(dpi)).decode(), escape(self.alt, quote=True)
        looks = f'width="{round(self.get_figwidth() * 100)}" style="max-width:100%;height:auto"'
        return f'<img src="data:image/png;base64,{source}" alt="{words}" {looks}>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.alt}

    def __repr__(self):
        return self.alt

    __str__ = __repr__


_SPARE = ContextVar("spare", default=None)  # the picture in which the next one is drawn; each thread has its own


@contextmanager
def drawn_again(picture):
    """Within it, the next picture of the same height is drawn on the axes of this one, which nobody shows any more.

    New axes and their ticks are half of what a slider waits for. None changes nothing.

    >>> first, axes = empty(2)
    >>> with drawn_again(first):
    ...     empty(2)[1] is axes
    True
    """
    before = _SPARE.set(picture)
    try:
        yield
    finally:
        _SPARE.reset(before)


def empty(height):
    """Return an empty picture and its axes.

    >>> picture, axes = empty(height=2)
    """
    picture = _SPARE.get()
    _SPARE.set(None)
    if picture is None or picture.get_figheight() != height or len(picture.axes) != 1 or picture.legends:
        picture = Picture(height=height)
        return picture, picture.add_subplot()
    (axes,) = picture.axes
    picture.set(layout_engine="none", dpi=matplotlib.rcParams["figure.dpi"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.reset_ticks = lambda: None  # `clear` would throw the ticks away; it puts their grid back itself
    axes.clear()
    axes.set_position(picture.add_gridspec(1, 1)[0].get_position(picture))
    return picture, axes
