"""The quiz: one question after another, of four kinds, each answered at once in the language in use; a file a kind."""

import ipywidgets as ipw

from crmlib.exercises.controls import button, field_style, radio_style
from crmlib.language import say
from crmlib.widgets.quiz.bank import questions
from crmlib.widgets.quiz.calculation import Calculation
from crmlib.widgets.quiz.choice import Choice
from crmlib.widgets.quiz.definition import Definition
from crmlib.widgets.quiz.true_false import TrueFalse

KINDS = {"choice": Choice, "true_false": TrueFalse, "definition": Definition, "calculation": Calculation}
_TEXT = ".crm-quiz .crm-question, .crm-quiz .crm-answer, .crm-quiz .crm-score"
_STYLE = f"""<style>{radio_style("crm-quiz")}
{field_style("crm-quiz")}
{_TEXT} {{line-height: 1.6; font-size: var(--jp-content-font-size1)}}
</style>"""


class Quiz(ipw.VBox):
    """All questions of a chapter, a count of right answers and a button to begin again."""

    def __init__(self, chapter):
        self.questions = [
            KINDS[question.get("kind", "choice")](number, question, self._count)
            for number, question in enumerate(questions(chapter), 1)
        ]
        self._score = ipw.HTML()
        again = button(say("Begin again", "重新开始"), self.reset)
        super().__init__([ipw.HTML(_STYLE), *self.questions, self._score, again])
        self.add_class("crm-quiz")
        self._count()

    def reset(self):
        """Clear all answers."""
        for question in self.questions:
            question.reset()

    def _count(self):
        right, every = sum(question.is_right for question in self.questions), len(self.questions)
        told = say(f"{right} of {every} right", f"答对 {right} / {every} 题")
        self._score.value = f'<div class="crm-score" aria-live="polite"><b>{told}</b></div>'


def quiz(chapter):
    """Show the quiz of a chapter, ``"04_value"``.

    >>> quiz("04_value").reset()
    """
    if not isinstance(chapter, str):
        told = say(f"chapter = {chapter!r:.80}: a text is needed", f"chapter = {chapter!r:.80} 不对：应为文本")
        raise TypeError(told + say(', such as "04_value".', "，例如 “04_value”。"))
    return Quiz(chapter)
