"""What the questions of all kinds have in common: a number, the text, controls, and what is said of the answer."""

from html import escape

import ipywidgets as ipw

from crmlib.exercises.feedback import Feedback
from crmlib.language import language, say


class Question(ipw.VBox):
    """One question; `counted()` is called whenever its answer has become right or wrong.

    Attributes
    ----------
    feedback : Feedback or None
        What is said of the answer; None while there is none.
    """

    def __init__(self, number, question, controls, counted):
        self.question, self.feedback, self._counted = question, None, counted
        text = ipw.HTML(f'<div class="crm-question"><b>{number}.</b> {escape(question["question"][language()])}</div>')
        self.answer = ipw.HTML()
        super().__init__([text, *controls, self.answer], layout=ipw.Layout(margin="0 0 1em 0"))
        self.add_class("crm-asked").add_class(f"crm-{question.get('kind', 'choice')}")

    @property
    def is_right(self):
        """Whether the right answer is given."""
        return self.feedback is not None and self.feedback.status == "right"

    def tell(self, feedback):
        """Say what is to be said of the answer; None: nothing."""
        self.feedback = feedback
        self.answer.value = "" if feedback is None else _box(feedback)
        self._counted()

    def tell_choice(self, is_right, why):
        """Say whether the right option is chosen, and why it is right or wrong."""
        word = say("Right.", "正确。") if is_right else say("Not so.", "不对。")
        self.tell(Feedback("right" if is_right else "wrong", word + say(" ", "") + why[language()]))


def _box(feedback):
    html = feedback._repr_mimebundle_()["text/html"]
    return f'<div class="crm-answer" aria-live="polite">{html}</div>'
