"""What an answer is typed or chosen in: a field, letters to choose from, an area for a sentence; and buttons.

Each control has two verbs: `given()` returns the answer (``...`` for none yet; what cannot be read raises
`WrongKind`), `fill()` shows one, or nothing where it is given ``...``.
"""

import asyncio
import unicodedata
from decimal import Decimal

import ipywidgets as ipw

from crmlib.exercises.checking import judged
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.reading import WrongKind, number_in
from crmlib.exercises.verdict import NUMBERS
from crmlib.language import say

BEHIND = 0.3  # seconds after Enter in which its text may come
BESIDE = 0.15  # seconds after a press in which what was typed before it may come
CHOSEN = ("letter", "set")
ANSWERED = (*NUMBERS, *CHOSEN, "text", "sentence")  # kinds of answers that need no code


def button(text, pressed, icon="undo", **looks):
    """Return a button as wide as its text; a press calls `pressed()`.

    >>> button("Begin again", lambda: None).description
    'Begin again'
    """
    layout = ipw.Layout(width="auto", align_self="flex-start")
    found = ipw.Button(description=text, icon=icon, layout=layout, **looks)
    found.on_click(lambda _: pressed())
    return found


def once_arrived(pressed):
    """Return a function that calls `pressed()` when what was typed just before has arrived; of two at once, one counts.

    A field sends its text as the mouse leaves it for the button; JupyterLab may pass on the text and the press by
    threads of their own, and the press first.

    >>> once_arrived(lambda: print("pressed"))()
    pressed
    """
    waiting = []

    def soon():
        while waiting:
            waiting.pop().cancel()
        try:
            waiting.append(asyncio.get_running_loop().call_later(BESIDE, pressed))
        except RuntimeError:  # outside a notebook nothing is to come
            pressed()

    return soon


def answer_button(pressed):
    """Return the button that answers.

    >>> answer_button(print).tooltip
    'Answer'
    """
    text = say("Answer", "作答")
    return button(text, pressed, "check", tooltip=text, button_style="primary")


def radio_style(widget):
    """CSS of a widget of this class whose radio buttons hold whole sentences.

    >>> radio_style("crm-quiz").startswith(".crm-quiz .widget-radio-box label {")
    True
    """
    text = "height: auto; line-height: 1.5; white-space: normal; margin: 2px 0; font-size: var(--jp-content-font-size1)"
    return f".{widget} .widget-radio-box label {{{text}}}\n.{widget} .widget-radio-box {{height: auto}}"


def field_style(widget):
    """CSS of a widget of this class in which is written, or one letter chosen of several side by side.

    >>> field_style("crm-ask").startswith(".crm-ask textarea")
    True
    """
    text = "font-size: var(--jp-content-font-size1); line-height: 1.5"
    line = "display: inline-flex; gap: 0 1.2em; margin: 0 !important; vertical-align: middle"
    return f""".{widget} textarea, .{widget} input[type=text], .{widget} .widget-label-basic {{{text}}}
.{widget} .widget-radio > label {{margin-right: 8px}}
.{widget} .widget-radio-box-horizontal {{{line}}}"""


def control_for(wanted, choices="", name=None):
    """Return the control for an `Answer`, labelled with its name.

    >>> from crmlib.exercises.key import Answer
    >>> control_for(Answer("who", "set"), "ABC").fill("AC")
    """
    name = name or say("Answer", "答案")
    if choices and wanted.kind in CHOSEN:
        return Letter(name, choices) if wanted.kind == "letter" else Letters(name, choices)
    if wanted.kind == "sentence":
        return Sentence(name)
    return Number(name, wanted) if wanted.kind in NUMBERS else Text(name)


def on_enter(control, pressed):
    """Call `pressed()` when Enter is pressed in a field of one line.

    >>> on_enter(Text("Answer"), print)
    """
    if isinstance(control, ipw.Text):
        _Enter(control, pressed)


class _Enter:
    """Waits for the text: the browser sends the key first, and behind it the text where that is new.

    (A field that sends each letter does worse: while the kernel is busy the key overtakes the last ones.)
    """

    def __init__(self, control, pressed):
        self.pressed, self.waiting = pressed, None
        control.on_msg(self._key)
        control.observe(self._text, names="value")

    def _key(self, _, content, buffers):
        if content.get("event") == "submit":
            if self.waiting:
                self.waiting.cancel()
            try:
                self.waiting = asyncio.get_running_loop().call_later(BEHIND, self._answer)
            except RuntimeError:  # outside a notebook no text is to come
                self._answer()

    def _text(self, _):
        if self.waiting:
            self.waiting.cancel()
            self._answer()

    def _answer(self):
        self.waiting = None
        self.pressed()


def judged_in(controls, exercise):
    """Return the feedback on what stands in the controls of an exercise.

    >>> from crmlib.exercises.key import find
    >>> field = control_for(find("start.stayed").answers[0])
    >>> field.fill(0.25)
    >>> judged_in([field], find("start.stayed")).misconception
    'churn'
    """
    try:
        given = [control.given() for control in controls]
    except WrongKind as trouble:
        return Feedback("wrong", str(trouble), "kind")
    if ... in given:
        return Feedback("unanswered", say("Not answered yet.", "还没作答。"))
    feedback = judged(exercise, given)
    if feedback.status == "right" or (meant := _out_of_per_cent(given, exercise.answers)) == given:
        return feedback
    # Where nobody programs, 75 is 75 %; only a road of such a number itself is named as it stands.
    again = judged(exercise, meant)
    return feedback if feedback.misconception not in (None, "percent") and not again.misconception else again


def _out_of_per_cent(given, answers):
    pairs = zip(given, answers, strict=True)
    return [float(Decimal(str(one)) / 100) if a.kind == "share" and one > 1 else one for one, a in pairs]


class _Written:
    """What is common to fields: a text, which may be empty, and is sent as a whole."""

    looks = {"continuous_update": False, "style": {"description_width": "initial"}}

    def given(self):
        """Return the text, or dots."""
        return self.value if self.value.strip(" .…。") else ...

    def fill(self, answer):
        """Show an answer."""
        self.value = "" if answer is ... else self._shown(answer)

    def _shown(self, answer):
        return answer if isinstance(answer, str) else ", ".join(f"{one}".removesuffix(".0") for one in sorted(answer))


class Text(_Written, ipw.Text):
    """A field for a text, or for a set that has no letters to choose from."""

    def __init__(self, name):
        super().__init__(description=name, **self.looks)


class Sentence(_Written, ipw.Textarea):
    """An area for a sentence."""

    def __init__(self, name):
        layout = ipw.Layout(width="98%", max_width="52em")
        super().__init__(description=name, rows=3, layout=layout, **self.looks)
        self.placeholder = say("In a sentence of your own", "用自己的话写一句")


class Number(_Written, ipw.Text):
    """A field for a number, as people write it: 0，75 or 75% or 4.82万; its unit may stand behind it."""

    def __init__(self, name, wanted, units=()):
        self.wanted, self.units = wanted, units
        layout = ipw.Layout(width="18em", max_width="98%")
        super().__init__(description=name, layout=layout, **self.looks)
        self.placeholder = say("a number", "填一个数")
        if wanted.kind == "share":
            self.placeholder = say("a share: 0.12 or 12%", "比例：0.12 或 12%")

    def given(self):
        """Return the number, or dots; a text without one is another kind of answer."""
        text = super().given()
        if text is ...:
            return text
        text = unicodedata.normalize("NFKC", text).casefold().strip()
        for unit in self.units:
            text = text.removesuffix(unit.casefold())
        if (number := number_in(text)) is None:
            en = "No single number can be read there: write it like 0.75, 75% or 48,200."
            raise WrongKind(say(en, "这里读不出一个数：请写成 0.75、75%、48,200 或 4.82万 这样。"))
        return number

    def _shown(self, answer):
        return f"{answer:.10g}" if self.wanted.digits is None else f"{answer:.{self.wanted.digits}f}"


class Letter(ipw.RadioButtons):
    """One letter of several."""

    def __init__(self, name, choices):
        shown = {
            "description": name,
            "style": {"description_width": "initial"},
            "layout": ipw.Layout(width="auto", margin="2px 1em 2px 2px"),
        }
        super().__init__(options=list(choices), index=None, orientation="horizontal", **shown)

    def given(self):
        """Return the letter, or dots."""
        return ... if self.value is None else self.value

    def fill(self, answer):
        """Choose a letter."""
        self.value = next((letter for letter in self.options if str(letter).casefold() == answer), None)


class Letters(ipw.HBox):
    """Several letters of several."""

    def __init__(self, name, choices):
        wide = ipw.Layout(width="auto", margin="2px 1em 2px 0")
        self.boxes = [ipw.Checkbox(description=letter, indent=False, layout=wide) for letter in choices]
        named = ipw.Label(name, layout=ipw.Layout(margin="0 8px 0 2px"))
        super().__init__([named, *self.boxes], layout=ipw.Layout(flex_flow="row wrap", align_items="center"))

    @property
    def value(self):
        """The letters as a text."""
        return "".join(box.description for box in self.boxes if box.value)

    def given(self):
        """Return the letters, or dots."""
        return set(self.value) or ...

    def fill(self, answer):
        """Choose letters."""
        for box in self.boxes:
            box.value = answer is not ... and box.description.casefold() in {str(one).casefold() for one in answer}
