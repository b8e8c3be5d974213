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
# What can be lost: as the decisions, but for the solution, which can be too little or too much.
LOSSES = ("answer", "words", "little", "much", "follow_up")
# The customers of a round in class, as they are counted for the reader: from one.
IN_CLASS = (1, 4, 6)
# What each day that the words or the solution cost takes off timeliness; in the other two decisions the marks know it.
_MARKS_A_DAY = 10

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


def dealt(order, only=None):
    """Return the places of the cases in the file, in the order in which they are dealt.

    Parameters
    ----------
    order : int
        0 leaves them as they stand, any other number is a shuffle of its own.
    only : sequence of int, optional
        Which customers come, counted from one; all without it.

    Raises
    ------
    ValueError
        For nobody, for somebody who does not exist, and for anybody twice.

    Examples
    --------
    >>> dealt(0), dealt(0, (1, 4, 6)), dealt(1) == dealt(1)
    ((0, 1, 2, 3, 4, 5), (0, 3, 5), True)
    """
    everybody = range(1, len(cases()) + 1)
    only = list(everybody if only is None else only)
    if not only or len(set(only)) < len(only) or not set(only) <= set(everybody):
        raise ValueError(
            say(
                f"`only` must name customers from 1 to {len(everybody)}, each once: {only}. "
                f"Try only={IN_CLASS}, or only=None for all.",
                f"only 要写 1 到 {len(everybody)} 之间的客户号，每位至多一次：{only}。"
                f"可以写 only={IN_CLASS}；写 only=None 就是全部。",
            )
        )
    numbers = [number - 1 for number in only]
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


def marks_of(decision, option):
    """Return the marks of an option, with what its days take off timeliness.

    Examples
    --------
    >>> marks_of("solve", {"marks": [0, 0, 45], "days": 2}), marks_of("answer", {"marks": [45, 10, 0], "days": 1})
    ((-20, 0, 45), (45, 10, 0))
    """
    late = _MARKS_A_DAY * option.get("days", 0) if decision in ("words", "solve") else 0
    return option["marks"][0] - late, *option["marks"][1:]


def outcome(case, choices):
    """Return what four decisions come to.

    Examples
    --------
    >>> outcome(cases()[0], best(cases()[0])).marks
    (100, 100, 100)
    """
    options = taken(case, choices)
    parts = [marks_of(decision, option) for decision, option in zip(DECISIONS, options, strict=True)]
    marks = tuple(max(0, sum(part)) for part in zip(*parts, strict=True))
    days, yuan = (sum(option.get(name, 0) for option in options) for name in ("days", "yuan"))
    kind = recovery(options)
    chance = chance_to_stay(days, kind)
    return Outcome(marks, days, kind, yuan, chance, chance * qinghe.worth_of_staying() - yuan)


def best(case):
    """Return the numbers of the options with the highest marks."""
    return tuple(max(range(len(case[name])), key=lambda i: sum(case[name][i]["marks"])) for name in DECISIONS)


@cache
def bounds(numbers):
    """Return the least and the most that cases can come to, each column by itself.

    Parameters
    ----------
    numbers : tuple of int
        Places of the cases in the file.

    Returns
    -------
    pandas.DataFrame
        Rows least and most; columns `money` (yuan) and `kept` (customers who may be expected to stay).

    Examples
    --------
    >>> bounds((0, 3, 5)).round(1)
            money  kept
    least   930.1   1.8
    most   1541.2   2.8
    """
    reached = [
        [(result.money, result.chance) for result in (outcome(case, choices) for choices in paths(case))]
        for case in (cases()[number] for number in numbers)
    ]
    return pd.DataFrame(
        [
            [
                sum(end(values) for values in column)
                for column in ([[pair[i] for pair in pairs] for pairs in reached] for i in range(2))
            ]
            for end in (min, max)
        ],
        index=["least", "most"],
        columns=["money", "kept"],
    )


def paths(case):
    """Return all ways through a case: four choices each."""
    return list(product(*(range(len(case[name])) for name in DECISIONS)))


def loss(case, decision, choice):
    """Return what a decision lost by, one of `LOSSES`: a solution that pays more than the best is too much."""
    if decision != "solve":
        return decision
    option, ideal = (case[decision][i] for i in (choice, best(case)[DECISIONS.index(decision)]))
    return "much" if option.get("amends") and option.get("yuan", 0) > ideal.get("yuan", 0) else "little"


def losses(played):
    """Return what each kind of slip lost: what the best option would have added, all others as they were taken.

    Parameters
    ----------
    played : list of (int, tuple of int)
        Place of the case in the file, and the four choices.

    Returns
    -------
    pandas.DataFrame
        Index: `LOSSES`. Columns: `money` (yuan) and `marks` (all three dimensions together).

    Examples
    --------
    >>> losses([(0, best(cases()[0]))]).sum().to_dict()
    {'money': 0.0, 'marks': 0.0}
    """
    lost = pd.DataFrame(0.0, index=list(LOSSES), columns=["money", "marks"])
    for number, choices in played:
        case, got = cases()[number], outcome(cases()[number], choices)
        for i, name in enumerate(DECISIONS):
            better = outcome(case, (*choices[:i], best(case)[i], *choices[i + 1 :]))
            lost.loc[loss(case, name, choices[i])] += [better.money - got.money, sum(better.marks) - sum(got.marks)]
    return lost


def mood(result):
    """Return how the customer takes leave: "good" (only if the words were good), "mixed" or "bad".

    Examples
    --------
    >>> mood(Outcome((90, 90, 90), 0, "compensation", 20, 0.9, 500.0))
    'good'
    >>> mood(Outcome((100, 65, 100), 0, "compensation", 20, 0.9, 500.0))
    'mixed'
    """
    if result.total >= 80 and result.marks[1] >= 70:
        return "good"
    return "mixed" if result.total >= 45 else "bad"


def advice(lost):
    """Return the advice on what lost most money and on what lost most marks, as sentences in the language in use."""
    texts, names = questions("08_desk")["advice"], slips()
    if lost["marks"].max() == 0:
        return [texts["nothing"][language()]]
    money, marks = lost["money"].idxmax(), lost["marks"].idxmax()
    yuan_, points = f"{lost['money'].max():,.0f}", f"{lost['marks'].max():,.0f}"
    if money == marks:
        heads = {
            money: say(
                f"Most was lost, in money ({yuan_} yuan) and in marks ({points}), by: {names[money]}.",
                f"钱（{yuan_} 元）和分（{points} 分）都丢得最多的是：{names[money]}。",
            )
        }
    else:
        heads = {
            money: say(
                f"Most money was lost ({yuan_} yuan) by: {names[money]}.",
                f"钱亏得最多的（{yuan_} 元）是：{names[money]}。",
            ),
            marks: say(
                f"Most marks were lost ({points}) by: {names[marks]}.",
                f"分丢得最多的（{points} 分）是：{names[marks]}。",
            ),
        }
    return [head + say(" ", "") + texts[name][language()] for name, head in heads.items()]


# -- What is shown --------------------------------------------------------------------------------------------------


def dimensions():
    """Return the names of the three dimensions, in the language in use."""
    return label("Timeliness"), label("Professionalism"), label("Fair compensation")


def titles():
    """Return a short name for each decision, in the language in use."""
    names = (say("Answer", "答复"), say("First words", "头几句话"), label("Solution"), label("Follow-up"))
    return dict(zip(DECISIONS, names, strict=True))


def slips():
    """Return a short name for each of `LOSSES`, in the language in use."""
    names = titles()
    solved = names.pop("solve")
    return {
        "answer": names["answer"],
        "words": names["words"],
        "little": say(f"{solved} (too little)", f"{solved}给少了或给偏了"),
        "much": say(f"{solved} (too much)", f"{solved}给多了"),
        "follow_up": names["follow_up"],
    }


def asks():
    """Return the question of each decision, in the language in use."""
    texts = (
        say("When and how do you answer?", "什么时候答复，用什么方式？"),
        say("How do you begin?", "头几句话怎么说？"),
        say("What do you do about it, and what does it cost the shop?", "怎么解决，赔多少？"),
        say("And afterwards?", "事后怎么回访？"),
    )
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
    return say(
        "Settled on the same day" if days == 0 else f"Settled after {days} day{'s' if days > 1 else ''}",
        "当天了结" if days == 0 else f"拖了 {days} 天才了结",
    )


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
            f"换成更好的办法：概率 {ideal.chance:.0%}，花 {yuan(ideal.yuan)}，剩 {yuan(ideal.money)}。",
        )
    return [
        say(f"Marks out of 100: {marks}.", f"得分（满分都是 100）：{marks}。"),
        say(
            f"{settled(result.days)}. Chance to stay × margin a year of one who stays − what was paid: {sum_} yuan.",
            f"{settled(result.days)}。留下的概率 × 留下来一年的毛利 − 花掉的钱：{sum_} 元。",
        ),
        compared,
    ]


def review(case, choices):
    """Write for each decision what it got, why, and what would have been better, as HTML."""
    parts = []
    for name, choice, ideal in zip(DECISIONS, choices, best(case), strict=True):
        options, late = case[name], sum(case[name][choice]["marks"]) - sum(marks_of(name, case[name][choice]))
        got, full = sum(options[choice]["marks"]), sum(options[ideal]["marks"])
        sign, colour = "✗", plots.RED
        if got >= full / 2:
            sign, colour = ("✓", plots.GREEN) if choice == ideal else ("△", plots.ORANGE)
        better = (
            ""
            if choice == ideal
            else (
                f"<p><b>{say('Better: ', '更好的办法：')}</b>{_text(options[ideal])}<br>{_text(options[ideal]['why'])}</p>"
            )
        )
        off = say(f", and {late} off timeliness", f"，拖了时间，及时性另扣 {late} 分") if late else ""
        head = say(
            f"{titles()[name]}: {got} of {full} marks{off}.", f"{titles()[name]}：得 {got} 分（满分 {full}）{off}。"
        )
        parts.append(
            f'<div class="crm-mark" style="border-color:{colour}"><b>{sign} {head}</b> '
            f"{_text(options[choice]['why'])}{better}</div>"
        )
    return "".join(parts)


def card(played):
    """Draw marks, customers kept and money of a whole run.

    Parameters
    ----------
    played : list of (int, tuple of int)
        Place of the case in the file, and the four choices.

    Returns
    -------
    tuple of crmlib.plots.Picture, and list of str
        Marks by dimension; customers who may be expected to stay and money above the worst, beside the best possible;
        the words under them.
    """
    results = [outcome(cases()[number], choices) for number, choices in played]
    ends, count = bounds(tuple(sorted(number for number, _ in played))), len(played)
    marks = pd.DataFrame([result.marks for result in results], columns=list(dimensions())).mean().round(0)
    earned, kept = (sum(getattr(result, name) for result in results) for name in ("money", "chance"))
    least, most = ends["money"]
    you, worst, top = say("You", "你"), say("Worst possible", "最差能到"), say("Best possible", "最好能到")
    customers = pd.Series(
        {worst: ends.loc["least", "kept"], you: kept, top: ends.loc["most", "kept"]}, name=say("Customers", "客户")
    ).round(1)
    money = pd.Series({you: earned - least, top: most - least}, name=say("Yuan", "金额")).round(0)
    marked = plots.bars(
        marks.rename(say("Marks", "得分")),
        horizontal=True,
        height=2.1,
        title=say("Marks out of 100 (invented cases)", "三项得分，满分 100（虚构案例）"),
    )
    marked.axes[0].set_xlim(0, 115)
    staying = plots.bars(
        customers,
        horizontal=True,
        height=2.1,
        title=say(
            f"How many of the {count} may be expected to stay (invented data)",
            f"{count} 位客户预计留住几位（虚构数据）",
        ),
    )
    staying.axes[0].set_xlim(0, count * 1.15)
    paid_for = plots.bars(
        money,
        horizontal=True,
        height=1.7,
        title=say("Yuan above the worst possible (invented data)", "比最差多出多少元（虚构数据）"),
    )
    paid_for.axes[0].set_xlim(0, (most - least) * 1.15)
    lost = losses(played)
    listed = say(", ", "，").join(f"{name} {yuan(round(lost.loc[key, 'money']))}" for key, name in slips().items())
    paid = sum(result.yuan for result in results)
    ideal = sum(outcome(cases()[number], best(cases()[number])).yuan for number, _ in played)
    worth = qinghe.worth_of_staying()
    return (marked, staying, paid_for), [
        say(
            f"You may expect to keep {kept:.1f} of the {count} customers; the best possible is "
            f"{ends.loc['most', 'kept']:.1f}, the worst {ends.loc['least', 'kept']:.1f}.",
            f"{count} 位客户，你预计留住 {kept:.1f} 位；最好能到 {ends.loc['most', 'kept']:.1f} 位，"
            f"最差 {ends.loc['least', 'kept']:.1f} 位。",
        ),
        say(
            f"What they bring in a year, less what you paid, is {yuan(earned)}. Of this {yuan(least)} would have come "
            f"with the worst answers, too. Your answers added {yuan(earned - least)}, the best add "
            f"{yuan(most - least)}. You paid {yuan(paid)}, the best answers {yuan(ideal)}.",
            f"他们一年带来的毛利，减去你花的钱，是 {yuan(earned)}。其中 {yuan(least)}，答得再差也会有："
            f"算你挣来的是 {yuan(earned - least)}，最好能到 {yuan(most - least)}。"
            f"你一共花了 {yuan(paid)}，最好的办法花 {yuan(ideal)}。",
        ),
        say(
            f"Lost by each decision, the others left as they were: {listed}.",
            f"各步亏掉多少（其他几步不变）：{listed}。",
        ),
        *advice(lost),
        say(
            f"All customers are valued here at the mean of {worth:,.0f} yuan. Their real values differ widely, and "
            "neither word of mouth nor a call to the consumer hotline 12315 is counted. What is this customer worth, "
            "and what does this one need? Asking that each time is what analysing each case concretely means.",
            f"这里每位客户都按平均 {worth:,.0f} 元算。真实的价值差得很远，口碑和 12315 投诉也都没有算进去。"
            "眼前这一位值多少，要的是什么？每一次都这样问，就是具体问题具体分析。",
        ),
        say(
            "The chances come from the model fitted to Qinghe's complaints. It knows the days and whether there was an "
            "apology or compensation, not how you put it; that these made customers stay is an assumption.",
            "留下的概率来自用青禾投诉数据拟合的模型。它只知道拖了几天、有没有致歉和补偿，不知道话说得怎么样；"
            "客户是不是因此才留下，只是假设。",
        ),
    ]


def _text(texts):
    return escape(texts[language()])


def _said(who, texts):
    return f'<div class="crm-said"><b>{escape(who)}</b>{say(": ", "：")}{_text(texts)}</div>'


def _did(option):
    return f'<div class="crm-did"><b>{say("You", "你")}</b>{say(": ", "：")}{_text(option)}</div>'


class ComplaintDesk(ipw.VBox):
    """The desk: a case on the screen, the talk, three options, one button that goes on."""

    def __init__(self, order=0, only=IN_CLASS):
        self._head, self._talk, self._news = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.options = ipw.RadioButtons(layout=ipw.Layout(width="98%"))
        self._missing = ipw.HTML()
        self.go = ipw.Button(button_style="primary")
        self.again = ipw.Button(
            description=say("Begin again", "重新开始"),
            icon="undo",
            tooltip=say("The same customers in another order", "还是这几位客户，换个顺序"),
        )
        self.more = ipw.Button(
            description=say("All six", "六位都来"),
            icon="users",
            tooltip=say("Go on with those who have not come yet", "没来的几位接着来"),
        )
        for button in (self.go, self.again, self.more):
            button.layout = ipw.Layout(width="auto", align_self="flex-start")
        self.go.on_click(lambda _: self._next())
        self.again.on_click(lambda _: self.deal(self.order + 1))
        self.more.on_click(lambda _: self.lengthen())
        super().__init__(
            [
                ipw.HTML(_STYLE),
                self._head,
                self._talk,
                self._news,
                self.options,
                self._missing,
                self.go,
                ipw.HBox([self.again, self.more]),
            ]
        )
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
            settled_ = len(self.choices) == len(DECISIONS)
            self._show_head(None if settled_ else DECISIONS[len(self.choices)])
            self.go.description = self._go_on() if settled_ else self.go.description

    @property
    def number(self):
        """The number of the case in hand."""
        return self.round[len(self.played)]

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
        self._show_news(f"{_said(self._name(), said)}<p><b>{asks()[decision]}</b></p>")
        options = self.case[decision]
        self.options.options = [(f"{chr(65 + i)}. {option[language()]}", i) for i, option in enumerate(options)]
        self.options.index = None
        self._show_controls(True, say("Do it", "就这么办"))

    def _next(self):
        """Go on: take the decision, open the next case, or show the score card."""
        if len(self.choices) == len(DECISIONS):
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
        self._ask(option["reply"]) if len(self.choices) < len(DECISIONS) else self._settle(option["reply"])

    def _settle(self, reply):
        """Show how the case ended."""
        choices = tuple(self.choices)
        leave = self.case["farewell"][mood(outcome(self.case, choices))]
        self._show_head(None)
        talk = self._talk.value + _said(self._name(), reply)
        self._talk.value = f"<details><summary>{say('The whole talk', '整段对话')}</summary>{talk}</details>"
        lines = "".join(f"<p>{escape(line)}</p>" for line in account(self.case, choices))
        self._show_news(
            _said(self._name(), reply)
            + _said(self._name(), leave)
            + f'<div class="crm-account">{lines}</div>'
            + review(self.case, choices)
        )
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
        lines = "".join(f"<p>{escape(line)}</p>" for line in words)
        self._show_news(
            f'<figure class="crm-card" style="margin:0">{drawn}'
            f'<figcaption style="max-width:56em">{lines}</figcaption></figure>'
        )
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
            f"<p>{house}</p><p><b>{count}</b> · {_text(self.case['customer'])}</p>"
            f'<div class="crm-screen">{_text(self.case["screen"])}</div><p>{steps(decision)}</p>'
        )

    def _show_news(self, html):
        self._news.value = f'<div class="crm-news" aria-live="polite">{html}</div>'
        self._missing.value = ""

    def _show_controls(self, choosing, text):
        self.options.layout.display = None if choosing else "none"
        self.go.description = text


def taken_last(case, choices):
    """Return the option that was chosen last."""
    return case[DECISIONS[len(choices) - 1]][choices[-1]]


def complaint_desk(order=0, only=IN_CLASS):
    """Let the reader answer complaints, from listening to the follow-up, and see what stays of customers and money.

    Parameters
    ----------
    order : int
        In which order the cases come: 0 as in the file, any other number another order, always the same one.
    only : sequence of int, optional
        Which of the six customers come, counted from one; None for all. A button lets the others come, too.

    Returns
    -------
    ComplaintDesk

    Raises
    ------
    ValueError
        If `only` names a customer twice, or one who does not exist.

    Examples
    --------
    >>> desk = complaint_desk()
    >>> desk.options.index = 1
    >>> desk.go.click()
    >>> desk.choices, len(desk.round), len(complaint_desk(only=None).round)
    ([1], 3, 6)
    """
    return ComplaintDesk(order, only)
