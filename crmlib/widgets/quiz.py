"""The quiz: one question after another, each wrong option explained in the language in use."""

from functools import cache
from html import escape

import ipywidgets as ipw

from crmlib.exercises import key
from crmlib.language import language, say
from crmlib.widgets.base import button, radio_style

_TEXT = ".crm-quiz .crm-question, .crm-quiz .crm-answer, .crm-quiz .crm-score"
_STYLE = f"""<style>{radio_style("crm-quiz")}
{_TEXT} {{line-height: 1.6; font-size: var(--jp-content-font-size1)}}
</style>"""


@cache
def questions(chapter):
    """Read the questions of a chapter, ``"04_value"``: dicts of ``question`` (by language) and ``options``.

    An option is a dict with a text by language, ``why`` by language, and ``right`` on one of them.
    """
    found = key.published(chapter if chapter == "08_desk" else f"{chapter[:2]}_questions")
    if found is not None:
        return found
    raise ValueError(say(f"chapter = {chapter!r}: it has no quiz.", f"chapter = {chapter!r}：没有小测验。"))


class Question(ipw.VBox):
    """One question: choose an option and read why it is right or wrong."""

    def __init__(self, number, question):
        self.options = question["options"]
        self.right = next(i for i, option in enumerate(self.options) if option.get("right"))
        text = ipw.HTML(f'<div class="crm-question"><b>{number}.</b> {escape(question["question"][language()])}</div>')
        shown = [(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(self.options)]
        self.buttons = ipw.RadioButtons(options=shown, index=None, layout=ipw.Layout(width="98%"))
        self.answer = ipw.HTML()
        self.buttons.observe(self._explain, names="index")
        super().__init__([text, self.buttons, self.answer], layout=ipw.Layout(margin="0 0 1em 0"))

    @property
    def is_right(self):
        """Whether the right option is chosen."""
        return self.buttons.index == self.right

    def _explain(self, change):
        if change["new"] is None:
            self.answer.value = ""
            return
        colour, word = ("#D55E00", say("✗ Not so.", "✗ 不对。"))
        if self.is_right:
            colour, word = ("#009E73", say("✓ Right.", "✓ 正确。"))
        style = f"border-left:5px solid {colour};padding:.3em .8em;line-height:1.6"
        told = f'<b style="color:{colour}">{word}</b> {escape(self.options[change["new"]]["why"][language()])}'
        self.answer.value = f'<div class="crm-answer" role="status" style="{style}">{told}</div>'


class Quiz(ipw.VBox):
    """All questions of a chapter, a count of right answers and a button to begin again."""

    def __init__(self, chapter):
        self.questions = [Question(i, question) for i, question in enumerate(questions(chapter), 1)]
        self._score = ipw.HTML()
        again = button(say("Begin again", "重新开始"), self.reset)
        super().__init__([ipw.HTML(_STYLE), *self.questions, self._score, again])
        self.add_class("crm-quiz")
        for question in self.questions:
            question.buttons.observe(self._count, names="index")
        self._count()

    def reset(self):
        """Clear all answers."""
        for question in self.questions:
            question.buttons.index = None

    def _count(self, _=None):
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
