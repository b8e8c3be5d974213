"""A choice: one of several options is right, and each says why."""

import ipywidgets as ipw

from crmlib.language import language
from crmlib.widgets.quiz.question import Question


class Choice(Question):
    """Choose an option and read why it is right or wrong."""

    def __init__(self, number, question, counted):
        self.options = question["options"]
        self.right = next(i for i, option in enumerate(self.options) if option.get("right"))
        shown = [(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(self.options)]
        self.buttons = ipw.RadioButtons(options=shown, index=None, layout=ipw.Layout(width="98%"))
        self.buttons.observe(self._chosen, names="index")
        super().__init__(number, question, [self.buttons], counted)

    def reset(self):
        """Choose nothing."""
        self.buttons.index = None

    def _chosen(self, change):
        place = change["new"]
        if place is None:
            self.tell(None)
        else:
            self.tell_choice(place == self.right, self.options[place]["why"])
