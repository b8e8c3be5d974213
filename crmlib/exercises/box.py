"""The box in which an exercise of the class part is answered."""

from contextlib import suppress
from html import escape
from threading import RLock
from time import monotonic

import ipywidgets as ipw

from crmlib.exercises import checking, controls, reading
from crmlib.exercises.progress import note
from crmlib.language import say

_STYLE = f"<style>{controls.radio_style('crm-ask')}\n{controls.field_style('crm-ask')}</style>"

_BEHIND = 1.0  # seconds after the button in which what was typed may still come


class AnswerBox(ipw.VBox):
    """A field or letters for each answer, a button that answers, one that helps, and what is said.

    Attributes
    ----------
    feedback : Feedback or None
        What was said last.
    """

    def __init__(self, exercise, answers=()):
        if any(wanted.kind not in controls.ANSWERED for wanted in exercise.answers):
            en = f'{exercise.id} is answered in code: check("{exercise.id}", your answer).'
            raise ValueError(say(en, f'{exercise.id} 要用代码作答：check("{exercise.id}", …)。'))
        self.exercise, self.feedback, self._given = exercise, None, None
        self._helped = self._said_before = 0
        self._stale_since = None
        self._lock = RLock()  # JupyterLab may let the field and the buttons speak in threads of their own
        several = len(exercise.answers) > 1
        self.controls = [
            controls.control_for(wanted, exercise.choices, several and wanted.name) for wanted in exercise.answers
        ]
        self.answer_button = controls.answer_button(self._press)
        text = say("Hint", "提示")
        self.hint_button = controls.button(text, self.hint, "lightbulb-o", tooltip=text)
        self._said, self._hints = ipw.HTML(), ipw.HTML()
        for control in self.controls:
            controls.on_enter(control, self.answer)
            control.observe(self._overtaken, names="value")
        row = ipw.Layout(flex_flow="row wrap", align_items="center", width="98%")
        rows = ipw.HBox([*self.controls, ipw.HBox([self.answer_button, self.hint_button])], layout=row)
        super().__init__([ipw.HTML(_STYLE), rows, self._said, self._hints])
        self.add_class("crm-ask")
        if answers and not all(map(checking.is_untouched, answers)):
            self._show(answers)

    def __repr__(self):
        name = self.exercise.id
        en = f'A box to answer in: run it in a notebook. Elsewhere: check("{name}", your answer)'
        return say(en, f'作答框：请在笔记本里运行。别处请用 check("{name}", …)')

    def answer(self):
        """Judge what is in the box, and count the try."""
        with self._lock:
            feedback, given = controls.judged_in(self.controls, self.exercise), [part.value for part in self.controls]
            trouble = note(self.exercise.id, feedback) if given != self._given else ""  # the same again is no new try
            self._given = given
            self._tell(feedback, trouble)

    def _press(self):
        with self._lock:
            before = self._given
            self.answer()
            old = self._given == before or self.feedback.status == "unanswered"
            self._stale_since = monotonic() if old else None

    def _overtaken(self, _):
        """Judge again where the press of the button has overtaken what was typed before it."""
        with self._lock:
            if self._stale_since is not None and monotonic() - self._stale_since < _BEHIND:
                self.answer()

    def hint(self):
        """Help, at the second press with the second step."""
        with self._lock:
            self._helped = min(self._helped + 1, 2)
            more = say("Press the button again for another hint.", "再按一次按钮，还有一步提示。")
            steps = [checking.help_in(self.exercise, step, more if self._helped == 1 else "") for step in (1, 2)]
            self._hints.value = _live("".join(map(_html, steps[: self._helped])))

    def _show(self, answers):
        """Fill the box with answers that are known, which is no try."""
        feedback = checking.answered(self.exercise, answers)
        for control, answer, wanted in zip(self.controls, answers, self.exercise.answers, strict=False):
            with suppress(Exception):  # an answer of another kind is told of, not shown
                control.fill(reading.read(answer, wanted))
        self._tell(feedback)

    def _tell(self, feedback, trouble=""):
        self.feedback = feedback
        self._said_before += 1  # so that the same words are said again
        self._said.value = _live(_html(feedback) + (trouble and f"<p>{escape(trouble)}</p>"), self._said_before)


def _html(feedback):
    return feedback._repr_mimebundle_()["text/html"]


def _live(html, count=0):
    return f'<div aria-live="polite" data-count="{count}">{html}</div>'
