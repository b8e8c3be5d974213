"""The base of all widgets: a pure drawing function plus controls."""

from contextlib import contextmanager
from html import escape
from threading import RLock

import ipywidgets as ipw
from matplotlib.layout_engine import LayoutEngine

from crmlib.exercises.controls import button
from crmlib.language import say
from crmlib.plots.picture import drawn_again


def slider(text, low, high, start, step, *, format=None):
    """Return a slider for `Explorer`: whole numbers where ``step`` is an int, else decimals.

    >>> slider("Margin", 0, 100, 60, 10).value
    60
    """
    kind, usual = (ipw.IntSlider, "d") if isinstance(step, int) else (ipw.FloatSlider, ".2f")
    shown = {"description": text, "tooltip": text, "readout_format": format or usual}
    return kind(value=start, min=low, max=high, step=step, **shown, layout=ipw.Layout(width="auto"))


def choice(text, options, start):
    """Return a drop-down list for `Explorer`; ``options`` maps what is shown to what the drawing function gets.

    >>> choice("Group", {"Regular": "r", "High end": "h"}, "h").value
    'h'
    """
    # A row of its own; in ipywidgets' style sheet only grid_area survives, an unset one wipes out grid_column.
    layout = ipw.Layout(width="auto", grid_area="auto / 1 / auto / -1", max_width="28em")
    return ipw.Dropdown(options=list(options.items()), value=start, description=text, tooltip=text, layout=layout)


def tell(value, form=",.0f"):
    """Write a number into the words of an explorer: nothing has no sign, and a small number is not written as nothing.

    >>> tell(-0.2, "+,.0f"), tell(-12.5, "+,.1f"), tell(0.0, ".1f"), tell(0.0004, ".0%")
    ('0', '−12.5', '0', 'under 1%')
    """
    text = format(value, form).replace("-", "−")
    if text.strip("+−0.,%"):
        return text
    bare = text.lstrip("+−")
    if value < 1e-9 or not ("." in bare or "%" in bare):  # so little is dust; and nobody asks for parts of a yuan
        return "0%" if "%" in bare else "0"
    least = bare[::-1].replace("0", "1", 1)[::-1]
    return say(f"under {least}", f"不到 {least}")


def side_by_side(controls):
    """Put controls in as many columns as the window has room for, their labels as wide as the longest needs."""
    width = 1 + max(sum(1 if ord(letter) > 0x2E7F else 0.56 for letter in control.description) for control in controls)
    for control in controls:
        control.style.description_width = f"{width:.1f}em"
    columns = f"repeat(auto-fit, minmax(min({width + 18:.1f}em, 100%), 1fr))"
    return ipw.GridBox(controls, layout=ipw.Layout(grid_template_columns=columns, grid_gap="0 1em", max_width="66em"))


class _Snug(LayoutEngine):
    """Fit a picture's one axes into it; measured again only when words, their places or the axes' limits change.

    Constrained layout measures everything twice at each draw, a third of the time that a slider makes its reader wait.
    """

    _adjust_compatible, _colorbar_gridspec = True, False

    def __init__(self):
        super().__init__()
        self._places = {}

    def execute(self, fig):
        (axes,) = fig.axes
        legend = axes.get_legend()
        inside = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts, *(legend.texts if legend else ())]
        seen = [(text.get_text(), text.get_position(), getattr(text, "xy", None)) for text in inside]
        around = axes.get_xlabel(), axes.get_ylabel(), axes.get_title("left")
        known = (*fig.get_size_inches(), *axes.viewLim.bounds, *around, *seen)
        if known not in self._places:
            self._places[known] = self._measured(fig, axes)
        axes.set_position(self._places[known])

    def _measured(self, fig, axes):
        beside = [*axes.texts, *filter(None, [axes.get_legend()])]
        inner, outer = axes.bbox, axes.get_tightbbox(fig.canvas.get_renderer(), bbox_extra_artists=beside)
        pad, (width, height) = 3 * fig.dpi / 72, fig.bbox.size
        left, bottom = inner.x0 - outer.x0 + pad, inner.y0 - outer.y0 + pad
        right, top = outer.x1 - inner.x1 + pad, outer.y1 - inner.y1 + pad
        return left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height


def _value(control):
    # The browser answers with dust in the last digit, 0.49999999999999994 for 0.5, on the wrong side of a threshold.
    return round(control.value, 9) if isinstance(control.value, float) else control.value


# JupyterLab lets each widget speak in a thread of its own: the echo of a slider that Reset has moved would otherwise
# begin the next picture on the axes of the one that is just being drawn.
_DRAWING = RLock()


class Explorer(ipw.VBox):
    """Controls (`slider`, `choice`) above, a picture and its key figures in words below.

    `draw` takes the controls' values by name, returns a `crmlib.plots.Picture` and a sentence, and keeps no state.
    `name` is the CSS class, ``"crm-…"``, by which tests and styles find the widget. `ends` tells, from the controls'
    values, where sliders end that hang on another control: ``{slider: its largest value}``.
    """

    def __init__(self, draw, name, *, ends=None, **controls):
        self._draw, self._ends, self.controls = draw, ends or (lambda **_: {}), controls
        self._start = {key: control.value for key, control in controls.items()}
        self._longest = {key: control.max for key, control in controls.items() if hasattr(control, "max")}
        self._figure, self._snug, self._picture = ipw.HTML(), _Snug(), None
        reset = button(say("Reset", "还原"), self.reset, tooltip=say("Back to the first values", "回到最初的数值"))
        super().__init__([side_by_side(list(controls.values())), reset, self._figure])
        self.add_class("crm-explorer").add_class(name)
        self._watch()
        self._redraw()

    def put(self, **values):
        """Move several controls at once, and draw once."""
        with _DRAWING:
            self._picture = None  # rare, and the first picture comes back as it was, whatever has been drawn since
            with self._quiet():
                for key, most in self._longest.items():
                    self.controls[key].max = most
                for key, value in values.items():
                    self.controls[key].value = value
            self._redraw()

    def reset(self):
        """Put all controls back to their first values, and draw once."""
        self.put(**self._start)

    @property
    def picture(self):
        """The picture that is shown."""
        return self._picture

    @property
    def words(self):
        """The key figures under the picture."""
        return self._words

    def at(self, **values):
        """The key figures at other values, for a text that quotes them."""
        self.put(**values)
        return self.words

    def _watch(self):
        for control in self.controls.values():
            control.observe(self._redraw, names="value")

    @contextmanager
    def _quiet(self):
        for control in self.controls.values():
            control.unobserve(self._redraw, names="value")
        yield
        self._watch()

    def _values(self):
        return {key: _value(control) for key, control in self.controls.items()}

    def _redraw(self, _=None):
        with _DRAWING:
            if ends := self._ends(**self._values()):
                with self._quiet():
                    for key, most in ends.items():
                        self.controls[key].max = most
            values = self._values()
            with drawn_again(self._picture):
                picture, self._words = self._draw(**values)
            self._picture = picture
            if len(picture.axes) == 1:
                picture.set_layout_engine(self._snug)
            style = "font-size:var(--jp-content-font-size1);line-height:1.6;max-width:52em"
            words = (
                f'<figcaption class="crm-readout" aria-live="polite" style="{style}">{escape(self._words)}</figcaption>'
            )
            self._figure.value = f'<figure class="crm-figure" style="margin:0">{picture.html(dpi=110)}{words}</figure>'
