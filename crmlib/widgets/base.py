"""The base of all widgets: a pure drawing function plus controls."""

from html import escape

import ipywidgets as ipw

from crmlib.language import say


def slider(text, low, high, start, step, *, format=None):
    """Return a slider for `Explorer`: whole numbers where ``step`` is an int, else decimals.

    Examples
    --------
    >>> slider("Margin", 0, 100, 60, 10).value
    60
    """
    kind = ipw.IntSlider if isinstance(step, int) else ipw.FloatSlider
    return kind(value=start, min=low, max=high, step=step, description=text,
                readout_format=format or ("d" if isinstance(step, int) else ".2f"), **_wide())


def choice(text, options, start):
    """Return a drop-down list for `Explorer`; ``options`` maps what is shown to what the drawing function gets.

    Examples
    --------
    >>> choice("Group", {"Regular": "r", "High end": "h"}, "h").value
    'h'
    """
    return ipw.Dropdown(options=list(options.items()), value=start, description=text, **_wide())


def _wide():
    return {"style": {"description_width": "15em"}, "layout": ipw.Layout(width="38em", max_width="98%")}


class Explorer(ipw.VBox):
    """Controls above, a picture and its key figures in words below.

    Parameters
    ----------
    draw : callable
        Takes the controls' values by name, returns a :class:`crmlib.plots.Picture` and a sentence. It keeps no state.
    name : str
        The CSS class, ``"crm-…"``, by which tests and styles find the widget.
    **controls : ipywidgets widget
        What the reader moves; see :func:`slider` and :func:`choice`.
    """

    def __init__(self, draw, name, **controls):
        self._draw, self.controls = draw, controls
        self._start = {key: control.value for key, control in controls.items()}
        self._figure = ipw.HTML()
        reset = ipw.Button(description=say("Reset", "还原"), icon="undo", tooltip=say("Back to the first values", "回到最初的数值"),
                           layout=ipw.Layout(width="auto", align_self="flex-start"))
        reset.on_click(lambda _: self.reset())
        super().__init__([*controls.values(), reset, self._figure])
        self.add_class("crm-explorer").add_class(name)
        for control in controls.values():
            control.observe(self._redraw, names="value")
        self._redraw()

    def reset(self):
        """Put all controls back to their first values, and draw once."""
        for control in self.controls.values():
            control.unobserve(self._redraw, names="value")
        for key, control in self.controls.items():
            control.value = self._start[key]
        for control in self.controls.values():
            control.observe(self._redraw, names="value")
        self._redraw()

    @property
    def words(self):
        """The key figures under the picture."""
        return self._words

    def _redraw(self, _=None):
        picture, self._words = self._draw(**{key: control.value for key, control in self.controls.items()})
        self._figure.value = (f'<figure class="crm-figure" style="margin:0">{picture.html()}'
                              f'<figcaption class="crm-readout" aria-live="polite" style="line-height:1.6;max-width:46em">'
                              f'{escape(self._words)}</figcaption></figure>')
