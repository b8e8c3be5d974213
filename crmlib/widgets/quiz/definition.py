"""A definition in the reader's own words."""

from crmlib.exercises import questions
from crmlib.exercises.controls import Sentence, answer_button, judged_in, once_arrived
from crmlib.language import say
from crmlib.widgets.quiz.question import Question


class Definition(Question):
    """Write a sentence, and read which of its keywords are missing."""

    def __init__(self, number, question, counted):
        self.exercise, self.field = questions.definition(question), Sentence(say("Answer", "答案"))
        super().__init__(number, question, [self.field, answer_button(once_arrived(self.judge))], counted)

    def reset(self):
        """Take the sentence out."""
        self.field.fill(...)
        self.tell(None)

    def judge(self):
        """Answer with what is written."""
        self.tell(judged_in([self.field], self.exercise))
