"""The quiz: one question after another, each wrong option explained in the language in use."""

from functools import cache
from html import escape

import ipywidgets as ipw

from crmlib.exercises import key
from crmlib.language import language, say

_STYLE = """<style>
.crm-quiz .widget-radio-box label {height: auto; line-height: 1.5; white-space: normal; margin: 2px 0; font-size: var(--jp-content-font-size1)}
.crm-quiz .widget-radio-box {height: auto}
.crm-quiz .crm-question, .crm-quiz .crm-answer, .crm-quiz .crm-score {line-height: 1.6; font-size: var(--jp-content-font-size1)}
</style>"""


@cache
def questions(chapter):
    """Read the questions of a chapter, ``"04_value"``.

    Returns
    -------
    list of dict
        ``question`` by language, and ``options``: dicts with a text by language, ``why`` by language, and ``right`` on one of them.

    Raises
    ------
    ValueError
        If the chapter has no quiz.
    """
    found = key.published(chapter if chapter == "08_desk" else f"{chapter[:2]}_questions")
    if found is not None:
        return found
    raise ValueError(say(f"There is no quiz for {chapter!r}.", f"没有 {chapter!r} 的小测验。"))


class Question(ipw.VBox):
    """One question: choose an option and read why it is right or wrong."""

    def __init__(self, number, question):
        self.options = question["options"]
        self.right = next(i for i, option in enumerate(self.options) if option.get("right"))
        text = ipw.HTML(f'<div class="crm-question"><b>{number}.</b> {escape(question["question"][language()])}</div>')
        self.buttons = ipw.RadioButtons(
            options=[(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(self.options)],
            index=None,
            layout=ipw.Layout(width="98%"),
        )
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
        symbol, colour, word = (
            ("✓", "#009E73", say("Right.", "正确。")) if self.is_right else ("✗", "#D55E00", say("Not so.", "不对。"))
        )
        why = escape(self.options[change["new"]]["why"][language()])
        self.answer.value = (
            f'<div class="crm-answer" role="status" style="border-left:5px solid {colour};padding:.3em .8em;line-height:1.6">'
            f'<b style="color:{colour}">{symbol} {word}</b> {why}</div>'
        )


class Quiz(ipw.VBox):
    """All questions of a chapter, a count of right answers and a button to begin again."""

    def __init__(self, chapter):
        self.questions = [Question(i, question) for i, question in enumerate(questions(chapter), 1)]
        self._score = ipw.HTML()
        again = ipw.Button(
            description=say("Begin again", "重新开始"),
            icon="undo",
            layout=ipw.Layout(width="auto", align_self="flex-start"),
        )
        again.on_click(lambda _: self.reset())
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
        right, all_ = sum(q.is_right for q in self.questions), len(self.questions)
        self._score.value = f'<div class="crm-score" aria-live="polite"><b>{say(f"{right} of {all_} right", f"答对 {right} / {all_} 题")}</b></div>'


def quiz(chapter):
    """Show the quiz of a chapter.

    Parameters
    ----------
    chapter : str
        ``"04_value"``

    Returns
    -------
    Quiz

    Examples
    --------
    >>> quiz("04_value").reset()
    """
    return Quiz(chapter)
