"""The complaint desk as a widget: a case on the screen, the talk, three options, one button that goes on."""

import re
from html import escape

import ipywidgets as ipw

from crmlib.exercises.controls import button, radio_style
from crmlib.language import language, say
from crmlib.widgets.desk.case import DECISIONS, IN_CLASS, cases, dealt, mood, outcome, taken_last
from crmlib.widgets.desk.report import account, asks, card, review, steps, text

_STYLE = """
.crm-desk .widget-html-content {line-height: 1.6; font-size: var(--jp-content-font-size1)}
.crm-desk .widget-html-content p {margin: .3em 0}
.crm-desk .crm-said {border-left: 5px solid #0072B2; padding: .2em .8em; margin: .4em 0; max-width: 52em}
.crm-desk .crm-did {border-right: 5px solid #6B6B6B; padding: .2em .8em; margin: .4em 0 .4em auto; max-width: 48em;
  width: fit-content}
.crm-desk .crm-mark {border-left: 5px solid; padding: .2em .8em; margin: .5em 0; max-width: 56em}
.crm-desk .crm-screen {background: var(--jp-layout-color2); padding: .4em .8em; max-width: 56em}
.crm-desk summary {cursor: pointer}
"""


def _said(who, texts):
    return f'<div class="crm-said"><b>{escape(who)}</b>{say(": ", "：")}{text(texts)}</div>'


def _did(option):
    return f'<div class="crm-did"><b>{say("You", "你")}</b>{say(": ", "：")}{text(option)}</div>'


def _paragraphs(lines):
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


class ComplaintDesk(ipw.VBox):
    """The desk: a case on the screen, the talk, three options, one button that goes on."""

    def __init__(self, order=0, only=IN_CLASS):
        self._head, self._talk, self._news, self._missing = (ipw.HTML() for _ in range(4))
        self.options = ipw.RadioButtons(layout=ipw.Layout(width="98%"))
        self.go = button("", self._next, icon="", button_style="primary")
        tip = say("The same customers in another order", "还是这几位客户，换个顺序")
        self.again = button(say("Begin again", "重新开始"), lambda: self.deal(self.order + 1), tooltip=tip)
        tip = say("Go on with those who have not come yet", "没来的几位接着来")
        self.more = button(say("All six", "六位都来"), self.lengthen, icon="users", tooltip=tip)
        shown = [self._head, self._talk, self._news, self.options, self._missing, self.go]
        style = ipw.HTML(f"<style>{radio_style('crm-desk')}{_STYLE}</style>")
        super().__init__([style, *shown, ipw.HBox([self.again, self.more])])
        self.add_class("crm-desk")
        self.only = only
        self.deal(order)

    def deal(self, order):
        """Begin anew, with the cases in the order of this number."""
        self.round = dealt(order, self.only)
        self.order, self.played = order, []
        self.more.layout.display = None if len(self.round) < len(cases()) else "none"
        self.go.layout.display = None
        self._open()

    def lengthen(self):
        """Let those come, too, who have not been dealt; what has been decided stays."""
        over = len(self.played) == len(self.round)
        self.round += tuple(number for number in dealt(0) if number not in self.round)
        self.only = None
        self.more.layout.display = "none"
        if over:
            self.go.layout.display = None
            self._open()
        else:
            self._show_head(self._decision())
            if not self._decision():
                self.go.description = self._go_on()

    @property
    def number(self):
        """The number of the case in hand."""
        return self.round[len(self.played)]

    @property
    def case(self):
        """The case in hand."""
        return cases()[self.number]

    def _decision(self):
        """The decision to be taken now, None after the last."""
        return dict(enumerate(DECISIONS)).get(len(self.choices))

    def _open(self):
        self.choices = []
        self._talk.value = ""
        self._ask(self.case["complaint"])

    def _ask(self, said):
        """Show what the customer said last, and ask for the next decision."""
        decision = self._decision()
        self._show_head(decision)
        self._show_news(f"{_said(self._name(), said)}<p><b>{asks()[decision]}</b></p>")
        options = self.case[decision]
        self.options.options = [(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(options)]
        self.options.index = None
        self._show_controls(True, say("Do it", "就这么办"))

    def _next(self):
        """Go on: take the decision, open the next case, or show the score card."""
        if not self._decision():
            self.played.append((self.number, tuple(self.choices)))
            self._open() if len(self.played) < len(self.round) else self._close()
        elif self.options.index is None:
            self._missing.value = f'<div role="alert">{say("Choose one of the options first.", "请先选一项。")}</div>'
        else:
            self._take(self.options.index)

    def _take(self, choice):
        before = self.case["complaint"] if not self.choices else taken_last(self.case, self.choices)["reply"]
        self.choices.append(choice)
        option = taken_last(self.case, self.choices)
        self._talk.value += _said(self._name(), before) + _did(option)
        self._ask(option["reply"]) if self._decision() else self._settle(option["reply"])

    def _settle(self, reply):
        """Show how the case ended."""
        choices = tuple(self.choices)
        leave = self.case["farewell"][mood(outcome(self.case, choices))]
        self._show_head(None)
        talk = self._talk.value + _said(self._name(), reply)
        self._talk.value = f"<details><summary>{say('The whole talk', '整段对话')}</summary>{talk}</details>"
        told = f'<div class="crm-account">{_paragraphs(account(self.case, choices))}</div>{review(self.case, choices)}'
        self._show_news(_said(self._name(), reply) + _said(self._name(), leave) + told)
        self._show_controls(False, self._go_on())

    def _go_on(self):
        """What the button says after a case."""
        last = len(self.played) + 1 == len(self.round)
        return say("Score card", "看成绩单") if last else say("Next customer", "下一位")

    def _close(self):
        """Show the score card."""
        pictures, words = card(self.played)
        self._head.value, self._talk.value = f"<p><b>{say('Your score card', '你的成绩单')}</b></p>", ""
        drawn = "".join(picture.html(dpi=110) for picture in pictures)
        lines = f'<figcaption style="max-width:56em">{_paragraphs(words)}</figcaption>'
        self._show_news(f'<figure class="crm-card" style="margin:0">{drawn}{lines}</figure>')
        self._show_controls(False, "")
        self.go.layout.display = "none"

    def _name(self):
        return re.split("[,，]", self.case["customer"][language()])[0]

    def _show_head(self, decision):
        place, all_ = len(self.played) + 1, len(self.round)
        count = say(f"Customer {place} of {all_}", f"第 {place} 位，共 {all_} 位")
        house = say(
            "You are the clerk of Qinghe, an invented retailer. Three things count: how fast, how well said, "
            "how fairly paid.",
            "你是青禾优选（虚构的零售商）的客服。看三样：快不快，话说得好不好，赔得合不合适。",
        )
        self._head.value = (
            f"<p>{house}</p><p><b>{count}</b> · {text(self.case['customer'])}</p>"
            f'<div class="crm-screen">{text(self.case["screen"])}</div><p>{steps(decision)}</p>'
        )

    def _show_news(self, html):
        self._news.value = f'<div class="crm-news" aria-live="polite">{html}</div>'
        self._missing.value = ""

    def _show_controls(self, choosing, text):
        self.options.layout.display = None if choosing else "none"
        self.go.description = text


def complaint_desk(order=0, only=IN_CLASS):
    """Let the reader answer complaints, from listening to the follow-up, and see what stays of customers and money.

    The cases come in the order of the file (0), or in another one, always the same for the same number. `only` names
    which of the six customers come, counted from one; None is all. A button lets the others come, too.

    >>> desk = complaint_desk()
    >>> desk.options.index = 1
    >>> desk.go.click()
    >>> desk.choices, len(desk.round), len(complaint_desk(only=None).round)
    ([1], 3, 6)
    """
    return ComplaintDesk(order, only)
