"""The complaint desk of chapter 08: six customers of Qinghe complain, the reader decides and sees what it earned."""

import random
import re
from functools import cache
from html import escape
from itertools import product
from typing import NamedTuple

import ipywidgets as ipw
import pandas as pd

from crmlib import plots, qinghe
from crmlib.language import label, language, say
from crmlib.widgets.quiz import questions

# The decisions of a case, in the order in which they are taken.
DECISIONS = ("answer", "words", "solve", "follow_up")

_STYLE = """<style>
.crm-desk .widget-radio-box label {height: auto; line-height: 1.5; white-space: normal; margin: 2px 0;
  font-size: var(--jp-content-font-size1)}
.crm-desk .widget-radio-box {height: auto}
.crm-desk .widget-html-content {line-height: 1.6; font-size: var(--jp-content-font-size1)}
.crm-desk .widget-html-content p {margin: .3em 0}
.crm-desk .crm-said {border-left: 5px solid #0072B2; padding: .2em .8em; margin: .4em 0; max-width: 52em}
.crm-desk .crm-did {border-right: 5px solid #6B6B6B; padding: .2em .8em; margin: .4em 0 .4em auto; max-width: 48em;
  width: fit-content}
.crm-desk .crm-mark {border-left: 5px solid; padding: .2em .8em; margin: .5em 0; max-width: 56em}
.crm-desk .crm-screen {background: var(--jp-layout-color2); padding: .4em .8em; max-width: 56em}
.crm-desk summary {cursor: pointer}
</style>"""


# -- The pure part: cases, marks, money -----------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What the four decisions of a case come to.

    Attributes
    ----------
    marks : tuple of int
        Timeliness, professionalism, fair compensation, each 0 to 100.
    days : int
        Until the matter was settled, 0 for the same day.
    recovery : str
        "none", "apology" or "compensation", as in the file of complaints.
    yuan : int
        Paid, sooner or later.
    chance : float
        That the customer stays.
    money : float
        Chance times the worth of a customer who stays, less what was paid.
    """

    marks: tuple
    days: int
    recovery: str
    yuan: int
    chance: float
    money: float

    @property
    def total(self):
        """The mean of the three marks."""
        return sum(self.marks) / 3


def cases():
    """Return the cases as the file holds them, texts by language.

    Examples
    --------
    >>> len(cases())
    6
    """
    return questions("08_desk")["cases"]


def dealt(order):
    """Return the numbers of the cases in the order in which they are dealt.

    0 is the order of the file, any other number a shuffle of its own.

    Examples
    --------
    >>> dealt(0), dealt(1) == dealt(1)
    ((0, 1, 2, 3, 4, 5), True)
    """
    numbers = list(range(len(cases())))
    if order:
        random.Random(order).shuffle(numbers)
    return tuple(numbers)


def taken(case, choices):
    """Return the options that were chosen, one a decision."""
    return [case[decision][choice] for decision, choice in zip(DECISIONS, choices, strict=True)]


def recovery(options):
    """Return what kind of answer the options make; amends without an apology are no more than an apology to the model.

    The file of complaints knows compensation only together with an apology, so what it does alone is an assumption.

    Examples
    --------
    >>> recovery([{"apology": True}, {"amends": True}]), recovery([{"amends": True}]), recovery([{}])
    ('compensation', 'apology', 'none')
    """
    signs = sum(any(option.get(sign) for option in options) for sign in ("apology", "amends"))
    return ("none", "apology", "compensation")[signs]


@cache
def chance_to_stay(days, kind):
    """Return the chance that a customer stays, by the model fitted to Qinghe's complaints."""
    return float(qinghe.stay_model().predict(days, kind))


def outcome(case, choices):
    """Return what four decisions come to.

    Examples
    --------
    >>> outcome(cases()[0], best(cases()[0])).marks
    (100, 100, 100)
    """
    options = taken(case, choices)
    marks = tuple(sum(option["marks"][i] for option in options) for i in range(3))
    days, yuan = (sum(option.get(name, 0) for option in options) for name in ("days", "yuan"))
    kind = recovery(options)
    chance = chance_to_stay(days, kind)
    return Outcome(marks, days, kind, yuan, chance, chance * qinghe.worth_of_staying() - yuan)


def best(case):
    """Return the numbers of the options with the highest marks."""
    return tuple(max(range(len(case[name])), key=lambda i: sum(case[name][i]["marks"])) for name in DECISIONS)


@cache
def range_of_money():
    """Return the least and the most that all cases together can earn, in yuan.

    Examples
    --------
    >>> least, most = range_of_money()
    >>> least < most
    True
    """
    earned = [[outcome(case, choices).money for choices in product(*(range(len(case[name])) for name in DECISIONS))]
              for case in cases()]
    return sum(map(min, earned)), sum(map(max, earned))


def losses(played):
    """Return the yuan that each decision lost: what the best option would have added, all others as they were taken.

    Parameters
    ----------
    played : list of (int, tuple of int)
        Number of the case, and the four choices.

    Examples
    --------
    >>> losses([(0, best(cases()[0]))]).to_dict()
    {'answer': 0.0, 'words': 0.0, 'solve': 0.0, 'follow_up': 0.0}
    """
    lost = dict.fromkeys(DECISIONS, 0.0)
    for number, choices in played:
        case = cases()[number]
        for i, name in enumerate(DECISIONS):
            better = (*choices[:i], best(case)[i], *choices[i + 1:])
            lost[name] += outcome(case, better).money - outcome(case, choices).money
    return pd.Series(lost)


def mood(result):
    """Return how the customer takes leave: "good", "mixed" or "bad".

    Examples
    --------
    >>> mood(Outcome((90, 90, 90), 0, "compensation", 20, 0.9, 500.0))
    'good'
    """
    return "good" if result.total >= 80 else "mixed" if result.total >= 45 else "bad"


def advice(lost):
    """Return the advice on the decision that lost most, in the language in use."""
    worst = lost.idxmax() if lost.max() >= 0.5 else "nothing"
    return questions("08_desk")["advice"][worst][language()]


# -- What is shown --------------------------------------------------------------------------------------------------


def dimensions():
    """Return the names of the three dimensions, in the language in use."""
    return label("Timeliness"), label("Professionalism"), label("Fair compensation")


def titles():
    """Return a short name for each decision, in the language in use."""
    names = (say("Answer", "答复"), say("First words", "头几句话"), label("Solution"), label("Follow-up"))
    return dict(zip(DECISIONS, names, strict=True))


def asks():
    """Return the question of each decision, in the language in use."""
    texts = (say("When and how do you answer?", "什么时候答复，用什么方式？"),
             say("How do you begin?", "头几句话怎么说？"),
             say("What do you do about it, and what does it cost the shop?", "怎么解决，赔多少？"),
             say("And afterwards?", "事后怎么回访？"))
    return dict(zip(DECISIONS, texts, strict=True))


# The five steps of the syllabus, and which of them a decision is about.
_FIVE = ("Listening", "Empathy", "Apology", "Solution", "Follow-up")
_ABOUT = {"answer": _FIVE[:1], "words": _FIVE[:3], "solve": _FIVE[3:4], "follow_up": _FIVE[4:]}


def steps(decision):
    """Return the line of the five steps as HTML, those of the decision in bold."""
    now = _ABOUT.get(decision, ())
    return "—".join(f"<b>{label(step)}</b>" if step in now else label(step) for step in _FIVE)


def yuan(amount):
    """Write an amount of money.

    Examples
    --------
    >>> yuan(-1234.6)
    '-1,235 yuan'
    """
    return say(f"{amount:,.0f} yuan", f"{amount:,.0f} 元")


def settled(days):
    """Write after how many days the matter was settled."""
    return say("Settled on the same day" if days == 0 else f"Settled after {days} day{'s' if days > 1 else ''}",
               "当天了结" if days == 0 else f"拖了 {days} 天才了结")


def account(case, choices):
    """Write marks, chance and money of a case, as lines of plain text."""
    result, ideal = outcome(case, choices), outcome(case, best(case))
    marks = say(", ", "，").join(f"{name} {mark}" for name, mark in zip(dimensions(), result.marks, strict=True))
    sum_ = f"{result.chance:.1%} × {qinghe.worth_of_staying():,.0f} − {result.yuan:,} ≈ {result.money:,.0f}"
    if choices == best(case):
        compared = say("Nobody could have done better.", "没有更好的办法了。")
    else:
        compared = say(
            f"With the better answers: chance {ideal.chance:.0%}, {yuan(ideal.yuan)} paid, {yuan(ideal.money)} left.",
            f"换成更好的办法：概率 {ideal.chance:.0%}，花 {yuan(ideal.yuan)}，剩 {yuan(ideal.money)}。")
    return [
        say(f"Marks out of 100: {marks}.", f"得分（满分都是 100）：{marks}。"),
        say(f"{settled(result.days)}. Chance to stay × margin a year of one who stays − what was paid: {sum_} yuan.",
            f"{settled(result.days)}。留下的概率 × 留下来一年的毛利 − 花掉的钱：{sum_} 元。"),
        compared,
    ]


def review(case, choices):
    """Write for each decision what it got, why, and what would have been better, as HTML."""
    parts = []
    for name, choice, ideal in zip(DECISIONS, choices, best(case), strict=True):
        options = case[name]
        got, full = sum(options[choice]["marks"]), sum(options[ideal]["marks"])
        sign, colour = "✗", plots.RED
        if got >= full / 2:
            sign, colour = ("✓", plots.GREEN) if choice == ideal else ("△", plots.ORANGE)
        better = "" if choice == ideal else (
            f'<p><b>{say("Better: ", "更好的办法：")}</b>{_text(options[ideal])}<br>{_text(options[ideal]["why"])}</p>')
        head = say(f"{titles()[name]}: {got} of {full} marks.", f"{titles()[name]}：{full} 分得 {got} 分。")
        parts.append(f'<div class="crm-mark" style="border-color:{colour}"><b>{sign} {head}</b> '
                     f'{_text(options[choice]["why"])}{better}</div>')
    return "".join(parts)


def card(played):
    """Draw marks and money of a whole run.

    Parameters
    ----------
    played : list of (int, tuple of int)
        Number of the case, and the four choices.

    Returns
    -------
    tuple of crmlib.plots.Picture, and list of str
        Marks by dimension; money beside the best and the worst possible; the words under them.
    """
    results = [outcome(cases()[number], choices) for number, choices in played]
    marks = pd.DataFrame([result.marks for result in results], columns=list(dimensions())).mean().round(0)
    least, most = range_of_money()
    earned = sum(result.money for result in results)
    money = pd.Series({say("Worst possible", "最差能到"): least, say("You", "你"): earned,
                       say("Best possible", "最好能到"): most}, name=say("Yuan", "金额")).round(0)
    marked = plots.bars(marks.rename(say("Marks", "得分")), horizontal=True, height=2.1,
                        title=say("Marks out of 100 (invented cases)", "三项得分，满分 100（虚构案例）"))
    marked.axes[0].set_xlim(0, 115)
    paid_for = plots.bars(money, horizontal=True, height=2.1,
                          title=say("What the six cases earned, yuan (invented data)", "六件投诉一共值多少，元（虚构数据）"))
    lost = losses(played)
    listed = say(", ", "，").join(f"{name} {yuan(round(lost[key]))}" for key, name in titles().items())
    paid = sum(result.yuan for result in results)
    ideal = sum(outcome(cases()[number], best(cases()[number])).yuan for number, _ in played)
    return (marked, paid_for), [
        say(f"You earned {yuan(earned)}; the best possible is {yuan(most)}, the worst {yuan(least)}. "
            f"You paid {yuan(paid)}, the best answers {yuan(ideal)}.",
            f"你这一班值 {yuan(earned)}；最好能到 {yuan(most)}，最差 {yuan(least)}。"
            f"你一共花了 {yuan(paid)}，最好的办法花 {yuan(ideal)}。"),
        say(f"Lost by each decision, the others left as they were: {listed}.", f"各步亏掉多少（其他几步不变）：{listed}。"),
        advice(lost),
        say("The chances come from the model fitted to Qinghe's complaints. It knows the days and whether there was an "
            "apology or compensation, not how you put it; that these made customers stay is an assumption.",
            "留下的概率来自用青禾投诉数据拟合的模型。它只知道拖了几天、有没有致歉和补偿，不知道话说得怎么样；"
            "客户是不是因此才留下，只是假设。"),
    ]


def _text(texts):
    return escape(texts[language()])


def _said(who, texts):
    return f'<div class="crm-said"><b>{escape(who)}</b>{say(": ", "：")}{_text(texts)}</div>'


def _did(option):
    return f'<div class="crm-did"><b>{say("You", "你")}</b>{say(": ", "：")}{_text(option)}</div>'


class ComplaintDesk(ipw.VBox):
    """The desk: a case on the screen, the talk, three options, one button that goes on."""

    def __init__(self, order=0):
        self._head, self._talk, self._news = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.options = ipw.RadioButtons(layout=ipw.Layout(width="98%"))
        self._missing = ipw.HTML()
        self.go = ipw.Button(button_style="primary")
        self.again = ipw.Button(description=say("Begin again", "重新开始"), icon="undo",
                                tooltip=say("The same six customers in another order", "还是这六位客户，换个顺序"))
        for button in (self.go, self.again):
            button.layout = ipw.Layout(width="auto", align_self="flex-start")
        self.go.on_click(lambda _: self._next())
        self.again.on_click(lambda _: self.deal(self.order + 1))
        super().__init__([ipw.HTML(_STYLE), self._head, self._talk, self._news, self.options, self._missing,
                          self.go, self.again])
        self.add_class("crm-desk")
        self.deal(order)

    def deal(self, order):
        """Begin anew, with the cases in the order of this number."""
        self.order, self.played = order, []
        self.go.layout.display = None
        self._open()

    @property
    def number(self):
        """The number of the case in hand."""
        return dealt(self.order)[len(self.played)]

    @property
    def case(self):
        """The case in hand."""
        return cases()[self.number]

    def _open(self):
        self.choices = []
        self._talk.value = ""
        self._ask(self.case["complaint"])

    def _ask(self, said):
        """Show what the customer said last, and ask for the next decision."""
        decision = DECISIONS[len(self.choices)]
        self._show_head(decision)
        self._show_news(f'{_said(self._name(), said)}<p><b>{asks()[decision]}</b></p>')
        options = self.case[decision]
        self.options.options = [(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(options)]
        self.options.index = None
        self._show_controls(True, say("Do it", "就这么办"))

    def _next(self):
        """Go on: take the decision, open the next case, or show the score card."""
        if len(self.choices) == len(DECISIONS):
            self.played.append((self.number, tuple(self.choices)))
            self._open() if len(self.played) < len(cases()) else self._close()
        elif self.options.index is None:
            self._missing.value = f'<div role="alert">{say("Choose one of the options first.", "请先选一项。")}</div>'
        else:
            self._take(self.options.index)

    def _take(self, choice):
        before = self.case["complaint"] if not self.choices else taken_last(self.case, self.choices)["reply"]
        self.choices.append(choice)
        option = taken_last(self.case, self.choices)
        self._talk.value += _said(self._name(), before) + _did(option)
        self._ask(option["reply"]) if len(self.choices) < len(DECISIONS) else self._settle(option["reply"])

    def _settle(self, reply):
        """Show how the case ended."""
        choices = tuple(self.choices)
        leave = self.case["farewell"][mood(outcome(self.case, choices))]
        self._show_head(None)
        talk = self._talk.value + _said(self._name(), reply)
        self._talk.value = f'<details><summary>{say("The whole talk", "整段对话")}</summary>{talk}</details>'
        lines = "".join(f"<p>{escape(line)}</p>" for line in account(self.case, choices))
        self._show_news(_said(self._name(), reply) + _said(self._name(), leave)
                        + f'<div class="crm-account">{lines}</div>' + review(self.case, choices))
        last = len(self.played) + 1 == len(cases())
        self._show_controls(False, say("Score card", "看成绩单") if last else say("Next customer", "下一位"))

    def _close(self):
        """Show the score card."""
        pictures, words = card(self.played)
        self._head.value, self._talk.value = f'<p><b>{say("Your score card", "你的成绩单")}</b></p>', ""
        drawn = "".join(picture.html(dpi=110) for picture in pictures)
        lines = "".join(f"<p>{escape(line)}</p>" for line in words)
        self._show_news(f'<figure class="crm-card" style="margin:0">{drawn}'
                        f'<figcaption style="max-width:56em">{lines}</figcaption></figure>')
        self._show_controls(False, "")
        self.go.layout.display = "none"

    def _name(self):
        return re.split("[,，]", self.case["customer"][language()])[0]

    def _show_head(self, decision):
        place, all_ = len(self.played) + 1, len(cases())
        count = say(f"Customer {place} of {all_}", f"第 {place} 位，共 {all_} 位")
        house = say("You are the clerk of Qinghe, an invented retailer. Three things count: how fast, how well said, "
                    "how fairly paid.",
                    "你是青禾优选（虚构的零售商）的客服。看三样：快不快，话说得好不好，赔得合不合适。")
        self._head.value = (f'<p>{house}</p><p><b>{count}</b> · {_text(self.case["customer"])}</p>'
                            f'<div class="crm-screen">{_text(self.case["screen"])}</div><p>{steps(decision)}</p>')

    def _show_news(self, html):
        self._news.value = f'<div class="crm-news" aria-live="polite">{html}</div>'
        self._missing.value = ""

    def _show_controls(self, choosing, text):
        self.options.layout.display = None if choosing else "none"
        self.go.description = text


def taken_last(case, choices):
    """Return the option that was chosen last."""
    return case[DECISIONS[len(choices) - 1]][choices[-1]]


def complaint_desk(order=0):
    """Let the reader answer six complaints, from listening to the follow-up, and see what stays of customers and money.

    Parameters
    ----------
    order : int
        In which order the cases come: 0 as in the file, any other number another order, always the same one.

    Returns
    -------
    ComplaintDesk

    Examples
    --------
    >>> desk = complaint_desk()
    >>> desk.options.index = 1
    >>> desk.go.click()
    >>> desk.choices
    [1]
    """
    return ComplaintDesk(order)
