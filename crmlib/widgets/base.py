"""The base of all widgets: a pure drawing function plus controls."""

from html import escape

import ipywidgets as ipw
from matplotlib.layout_engine import LayoutEngine

from crmlib.language import say


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


def button(text, pressed, icon="undo", **looks):
    """Return a button as wide as its text; a press calls `pressed()`."""
    layout = ipw.Layout(width="auto", align_self="flex-start")
    found = ipw.Button(description=text, icon=icon, layout=layout, **looks)
    found.on_click(lambda _: pressed())
    return found


def radio_style(widget):
    """CSS of a widget of this class whose radio buttons hold whole sentences."""
    text = "height: auto; line-height: 1.5; white-space: normal; margin: 2px 0; font-size: var(--jp-content-font-size1)"
    return f".{widget} .widget-radio-box label {{{text}}}\n.{widget} .widget-radio-box {{height: auto}}"


def _side_by_side(controls):
    """Put controls in as many columns as the window has room for, their labels as wide as the longest needs."""
    width = 1 + max(sum(1 if ord(letter) > 0x2E7F else 0.56 for letter in control.description) for control in controls)
    for control in controls:
        control.style.description_width = f"{width:.1f}em"
    columns = f"repeat(auto-fit, minmax(min({width + 18:.1f}em, 100%), 1fr))"
    return ipw.GridBox(controls, layout=ipw.Layout(grid_template_columns=columns, grid_gap="0 1em", max_width="66em"))


class _Snug(LayoutEngine):
    """Fit a picture's one axes into it; measured once, and again only when the words around the axes change.

    Constrained layout measures everything twice at each draw, a third of the time that a slider makes its reader wait.
    """

    _adjust_compatible, _colorbar_gridspec = True, False

    def __init__(self):
        super().__init__()
        self._places = {}

    def execute(self, fig):
        (axes,) = fig.axes
        ticks = [text.get_text() for text in (*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts)]
        words = (*ticks, axes.get_xlabel(), axes.get_ylabel(), axes.get_title("left"))
        if words not in self._places:
            self._places[words] = self._measured(fig, axes)
        axes.set_position(self._places[words])

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


class Explorer(ipw.VBox):
    """Controls (`slider`, `choice`) above, a picture and its key figures in words below.

    `draw` takes the controls' values by name, returns a `crmlib.plots.Picture` and a sentence, and keeps no state.
    `name` is the CSS class, ``"crm-…"``, by which tests and styles find the widget.
    """

    def __init__(self, draw, name, **controls):
        self._draw, self.controls = draw, controls
        self._start = {key: control.value for key, control in controls.items()}
        self._figure, self._snug = ipw.HTML(), _Snug()
        reset = button(say("Reset", "还原"), self.reset, tooltip=say("Back to the first values", "回到最初的数值"))
        super().__init__([_side_by_side(list(controls.values())), reset, self._figure])
        self.add_class("crm-explorer").add_class(name)
        self._watch()

    def put(self, **values):
        """Move several controls at once, and draw once."""
        for control in self.controls.values():
            control.unobserve(self._redraw, names="value")
        for key, value in values.items():
            self.controls[key].value = value
        self._watch()

    def reset(self):
        """Put all controls back to their first values, and draw once."""
        self.put(**self._start)

    @property
    def words(self):
        """The key figures under the picture."""
        return self._words

    def _watch(self):
        for control in self.controls.values():
            control.observe(self._redraw, names="value")
        self._redraw()

    def _redraw(self, _=None):
        picture, self._words = self._draw(**{key: _value(control) for key, control in self.controls.items()})
        if len(picture.axes) == 1:
            picture.set_layout_engine(self._snug)
        style = "font-size:var(--jp-content-font-size1);line-height:1.6;max-width:52em"
        words = f'<figcaption class="crm-readout" aria-live="polite" style="{style}">{escape(self._words)}</figcaption>'
        self._figure.value = f'<figure class="crm-figure" style="margin:0">{picture.html(dpi=110)}{words}</figure>'
