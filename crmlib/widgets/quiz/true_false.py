"""A statement that is true or false; what is false is mended."""

from html import escape

import ipywidgets as ipw

from crmlib.exercises.controls import Sentence, button, once_arrived
from crmlib.language import language, say
from crmlib.widgets.quiz.question import Question


class TrueFalse(Question):
    """Say whether a statement is true; mend one that is false, and compare with the course's own mended one.

    ``right`` is True or False, ``why`` stands by language, and ``mend`` by language where the statement is false. Only
    true or false is counted: how well a statement is mended, the reader sees beside the other.
    """

    def __init__(self, number, question, counted):
        options = [(say("True", "对"), True), (say("False", "错"), False)]
        self.buttons = ipw.RadioButtons(options=options, index=None, orientation="horizontal")
        self.mended, self._model = Sentence(say("Mend it", "改正")), ipw.HTML()
        compare = button(say("Compare", "对照"), once_arrived(self.compare), "check")
        self.mending = ipw.VBox([self.mended, compare, self._model])
        self.buttons.observe(self._chosen, names="index")
        super().__init__(number, question, [self.buttons], counted)
        self.children = (*self.children, self.mending)
        self.reset()

    def reset(self):
        """Choose nothing, and mend nothing."""
        self.buttons.index = None
        self.mended.fill(...)
        self._model.value, self.mending.layout.display = "", "none"

    def compare(self):
        """Show the mended statement, to those who have written one."""
        written = self.mended.given() is not ...
        first = say("Write first how it should read.", "先写出正确的说法，再对照。")
        told = say("It should read: ", "应改为：") + self.question["mend"][language()] if written else first
        self._model.value = f'<div class="crm-answer crm-mended" aria-live="polite">{escape(told)}</div>'

    def _chosen(self, change):
        if change["new"] is None:
            self.tell(None)
            return
        found = self.buttons.value == self.question["right"]
        self.tell_choice(found, self.question["why"])
        self.mending.layout.display = None if found and not self.question["right"] else "none"
