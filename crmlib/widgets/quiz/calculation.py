"""A number to be computed with a pocket calculator."""

from html import escape

import ipywidgets as ipw

from crmlib.exercises import questions
from crmlib.exercises.controls import Number, answer_button, judged_in, on_enter, once_arrived
from crmlib.language import language, say
from crmlib.widgets.quiz.question import Question


class Calculation(Question):
    """Type a number, and read whether it is right or which wrong way it came."""

    def __init__(self, number, question, counted):
        self.exercise = questions.calculation(question)
        unit, name = question.get("unit", {}), say("Answer", "答案")
        self.field = Number(name, self.exercise.answers[0], [sign for one in unit.values() for sign in _signs(one)])
        on_enter(self.field, self.judge)
        behind = ipw.HTML(escape(unit.get(language(), "")), layout=ipw.Layout(margin="2px 1em 2px 4px"))
        row = ipw.Layout(flex_flow="row wrap", align_items="center")
        line = ipw.HBox([self.field, behind, answer_button(once_arrived(self.judge))], layout=row)
        super().__init__(number, question, [line], counted)

    def reset(self):
        """Take the number out."""
        self.field.fill(...)
        self.tell(None)

    def judge(self):
        """Answer with what is typed."""
        self.tell(judged_in([self.field], self.exercise))


def _signs(unit):
    """A unit as it may stand behind a number: in full, or 万 for 万元."""
    return [unit, *([unit[:-1]] if unit.endswith("元") and len(unit) > 1 else [])]
