"""What the complaint desk says and draws: the account of a case, its review, the score card."""

from html import escape

import pandas as pd

from crmlib import plots, qinghe
from crmlib.language import label, language, say
from crmlib.widgets.desk.case import DECISIONS, LOSSES, best, bounds, cases, losses, marks_of, outcome
from crmlib.widgets.quiz import questions


def text(texts):
    """Return the text in the language in use, safe in HTML."""
    return escape(texts[language()])


def dimensions():
    """Return the names of the three dimensions, in the language in use."""
    return label("Timeliness"), label("Professionalism"), label("Fair compensation")


def titles():
    """Return a short name for each decision, in the language in use."""
    names = (say("Answer", "答复"), say("First words", "头几句话"), label("Solution"), label("Follow-up"))
    return dict(zip(DECISIONS, names, strict=True))


def slips():
    """Return a short name for each of `LOSSES`, in the language in use."""
    answer, words, solved, follow_up = titles().values()
    little = say(f"{solved} (too little)", f"{solved}给少了或给偏了")
    much = say(f"{solved} (too much)", f"{solved}给多了")
    return dict(zip(LOSSES, (answer, words, little, much, follow_up), strict=True))


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
_FIVE = ("Listening", "Showing empathy", "Apology", "Solution", "Follow-up")
_ABOUT = {"answer": _FIVE[:1], "words": _FIVE[:3], "solve": _FIVE[3:4], "follow_up": _FIVE[4:]}


def steps(decision):
    """Return the line of the five steps as HTML, those of the decision in bold."""
    now = _ABOUT.get(decision, ())
    return "—".join(f"<b>{label(step)}</b>" if step in now else label(step) for step in _FIVE)


def yuan(amount):
    """Write an amount of money.

    >>> yuan(-1234.6)
    '-1,235 yuan'
    """
    return say(f"{amount:,.0f} yuan", f"{amount:,.0f} 元")


def settled(days):
    """Write after how many days the matter was settled."""
    if days == 0:
        return say("Settled on the same day", "当天了结")
    return say(f"Settled after {days} day{'s' if days > 1 else ''}", f"拖了 {days} 天才了结")


def account(case, choices):
    """Write marks, chance and money of a case, as lines of plain text."""
    result, ideal = outcome(case, choices), outcome(case, best(case))
    marks = say(", ", "，").join(f"{name} {mark}" for name, mark in zip(dimensions(), result.marks, strict=True))
    sum_ = f"{result.chance:.1%} × {qinghe.worth_of_staying():,.0f} − {result.yuan:,} ≈ {result.money:,.0f}"
    en = f"{settled(result.days)}. Chance to stay × margin a year of one who stays − what was paid: {sum_} yuan."
    zh = f"{settled(result.days)}。留下的概率 × 留下来一年的毛利 − 花掉的钱：{sum_} 元。"
    lines = [say(f"Marks out of 100: {marks}.", f"得分（满分都是 100）：{marks}。"), say(en, zh)]
    if choices == best(case):
        return [*lines, say("Nobody could have done better.", "没有更好的办法了。")]
    chance, paid, left = f"{ideal.chance:.0%}", yuan(ideal.yuan), yuan(ideal.money)
    en = f"With the better answers: chance {chance}, {paid} paid, {left} left."
    return [*lines, say(en, f"换成更好的办法：概率 {chance}，花 {paid}，剩 {left}。")]


def review(case, choices):
    """Write for each decision what it got, why, and what would have been better, as HTML."""
    parts = []
    for name, choice, ideal in zip(DECISIONS, choices, best(case), strict=True):
        option, top = case[name][choice], case[name][ideal]
        got, full = sum(option["marks"]), sum(top["marks"])
        late = got - sum(marks_of(name, option))
        sign, colour = "✗", plots.RED
        if got >= full / 2:
            sign, colour = ("✓", plots.GREEN) if choice == ideal else ("△", plots.ORANGE)
        better = ""
        if choice != ideal:
            better = f"<p><b>{say('Better: ', '更好的办法：')}</b>{text(top)}<br>{text(top['why'])}</p>"
        off = say(f", and {late} off timeliness", f"，拖了时间，及时性另扣 {late} 分") if late else ""
        title = titles()[name]
        head = say(f"{title}: {got} of {full} marks{off}.", f"{title}：得 {got} 分（满分 {full}）{off}。")
        told = f"<b>{sign} {head}</b> {text(option['why'])}{better}"
        parts.append(f'<div class="crm-mark" style="border-color:{colour}">{told}</div>')
    return "".join(parts)


def card(played):
    """Draw marks, customers kept and money of a whole run: three pictures, and the words under them.

    `played` lists places of cases in the file, each with its four choices. Customers who may be expected to stay and
    money above the worst stand beside the best possible.
    """
    results = [outcome(cases()[number], choices) for number, choices in played]
    ends, count = bounds(tuple(sorted(number for number, _ in played))), len(played)
    marks = pd.DataFrame([result.marks for result in results], columns=list(dimensions())).mean().round(0)
    earned, kept = (sum(getattr(result, name) for result in results) for name in ("money", "chance"))
    least, most = ends["money"]
    fewest, all_ = ends["kept"]
    you, worst, top = say("You", "你"), say("Worst possible", "最差能到"), say("Best possible", "最好能到")
    customers = pd.Series({worst: fewest, you: kept, top: all_}, name=say("Customers", "客户")).round(1)
    money = pd.Series({you: earned - least, top: most - least}, name=say("Yuan", "金额")).round(0)

    def bars(values, limit, height, en, zh):
        picture = plots.bars(values, horizontal=True, height=height, title=say(en, zh))
        picture.axes[0].set_xlim(0, limit * 1.15)
        return picture

    marks = marks.rename(say("Marks", "得分"))
    stay = f"How many of the {count} may be expected to stay (invented data)", f"{count} 位客户预计留住几位（虚构数据）"
    above = "Yuan above the worst possible (invented data)", "比最差多出多少元（虚构数据）"
    pictures = (
        bars(marks, 100, 2.1, "Marks out of 100 (invented cases)", "三项得分，满分 100（虚构案例）"),
        bars(customers, count, 2.1, *stay),
        bars(money, most - least, 1.7, *above),
    )
    lost = losses(played)
    listed = say(", ", "，").join(f"{name} {yuan(round(lost.loc[key, 'money']))}" for key, name in slips().items())
    paid = sum(result.yuan for result in results)
    ideal = sum(outcome(cases()[number], best(cases()[number])).yuan for number, _ in played)
    return pictures, [
        say(
            f"You may expect to keep {kept:.1f} of the {count} customers; the best possible is {all_:.1f}, the worst "
            f"{fewest:.1f}.",
            f"{count} 位客户，你预计留住 {kept:.1f} 位；最好能到 {all_:.1f} 位，最差 {fewest:.1f} 位。",
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
        *caveats(),
    ]


def caveats():
    """Say what the sums of the score card leave out."""
    worth = qinghe.worth_of_staying()
    return [
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


def advice(lost):
    """Return the advice on what lost most money and on what lost most marks, as sentences in the language in use."""
    texts, names = questions("08_desk")["advice"], slips()
    if lost["marks"].max() == 0:
        return [texts["nothing"][language()]]
    money, marks = lost["money"].idxmax(), lost["marks"].idxmax()
    yuan_, points = f"{lost['money'].max():,.0f}", f"{lost['marks'].max():,.0f}"
    if money == marks:
        en = f"Most was lost, in money ({yuan_} yuan) and in marks ({points}), by: {names[money]}. "
        heads = {money: say(en, f"钱（{yuan_} 元）和分（{points} 分）都丢得最多的是：{names[money]}。")}
    else:
        of_money, of_marks = f"Most money was lost ({yuan_} yuan) by: ", f"Most marks were lost ({points}) by: "
        heads = {
            money: say(f"{of_money}{names[money]}. ", f"钱亏得最多的（{yuan_} 元）是：{names[money]}。"),
            marks: say(f"{of_marks}{names[marks]}. ", f"分丢得最多的（{points} 分）是：{names[marks]}。"),
        }
    return [head + texts[name][language()] for name, head in heads.items()]
