"""The complaint desk's controls, without a browser."""

import re
from html import unescape

import pytest

from crmlib import widgets
from crmlib.widgets.desk import case as desk
from crmlib.widgets.desk import report
from crmlib.widgets.quiz import questions

CASES = desk.cases()
HAN = re.compile("[一-鿿]")
CLASS = (0, 3, 5)


def plain(html):
    return re.sub("<[^>]+>", " ", html)


@pytest.mark.parametrize("only", [(), (0, 1), (7,), (1, 1)])
def test_a_round_of_nobody_or_of_strangers_is_refused(only, language):
    with pytest.raises(ValueError, match={"en": "each once", "zh": "至多一次"}[language]):
        widgets.desk.complaint_desk(only=only)


def play(table, choose):
    """Play to the score card; return what each case said at its end."""
    told = []
    while table.go.layout.display != "none":
        assert len(told) < len(CASES)  # a button whose handler fails says so only in the log
        for _ in desk.DECISIONS:
            table.options.index = choose(table)
            table.go.click()
        told.append(plain(table._news.value))
        table.go.click()
    return told


def best_choice(table):
    return desk.best(table.case)[len(table.choices)]


def test_a_perfect_run_loses_nothing(language):
    table = widgets.desk.complaint_desk(only=None)
    told = play(table, best_choice)
    praise = {"en": "Nobody could have done better", "zh": "没有更好的办法"}[language]
    assert len(told) == 6 and all(praise in text for text in told)
    assert not any({"en": "Better:", "zh": "更好的办法："}[language] in text for text in told)
    ends = desk.bounds(tuple(range(6)))["money"]
    shown = table._news.value
    assert shown.count(f"{ends['most'] - ends['least']:,.0f}") >= 3
    assert questions("08_desk")["advice"]["nothing"][language] in unescape(shown)
    alts = re.findall('alt="([^"]+)"', shown)
    assert len(alts) == 3 and alts[0].count("100") >= 4
    assert all(bool(HAN.search(alt)) == (language == "zh") for alt in alts)


def test_each_choice_is_answered_and_explained(language):
    table = widgets.desk.complaint_desk(order=3, only=None)
    case, choices = table.case, (0, 1, 2, 0)
    assert case is CASES[desk.dealt(3)[0]]
    for name, choice in zip(desk.DECISIONS, choices, strict=True):
        texts = [f"{letter}. {option[language]}" for letter, option in zip("ABC", case[name], strict=True)]
        assert [text for text, _ in table.options.options] == texts
        assert table.options.index is None
        table.options.index = choice
        table.go.click()
        assert report.text(case[name][choice]["reply"]) in table._news.value
    for name, choice, ideal in zip(desk.DECISIONS, choices, desk.best(case), strict=True):
        assert report.text(case[name][choice]["why"]) in table._news.value
        assert report.text(case[name][ideal]) in table._news.value or choice == ideal
    result = desk.outcome(case, choices)
    assert report.text(case["farewell"][desk.mood(result)]) in table._news.value
    assert f"{result.chance:.1%}" in table._news.value and f"{result.money:,.0f}" in table._news.value
    assert report.text(case["complaint"]) in table._talk.value and table._talk.value.count("crm-did") == 4
    assert table.options.layout.display == "none"


def test_nothing_is_decided_without_a_choice(language):
    table = widgets.desk.complaint_desk()
    table.go.click()
    assert table.choices == [] and 'role="alert"' in table._missing.value
    table.options.index = 2
    table.go.click()
    assert table.choices == [2] and table._missing.value == ""


def test_begin_again_deals_the_next_order_at_any_time():
    table = widgets.desk.complaint_desk(only=None)
    table.options.index = 0
    table.go.click()
    table.again.click()
    assert (table.order, table.choices, table.played, table._talk.value) == (1, [], [], "")
    assert table.case is CASES[desk.dealt(1)[0]]
    play(table, lambda _: 0)
    assert [number for number, _ in table.played] == list(desk.dealt(1))
    table.again.click()
    assert table.order == 2 and table.go.layout.display is None and table.options.layout.display is None


def test_three_come_and_the_others_when_they_are_called(language):
    count = {"en": "Customer {} of {}", "zh": "第 {} 位，共 {} 位"}[language].format
    table = widgets.desk.complaint_desk()
    assert table.round == CLASS and count(1, 3) in table._head.value
    play(table, best_choice)
    assert f"{desk.bounds(CLASS).loc['most', 'kept']:.1f}" in table._news.value and table.more.layout.display is None
    table.more.click()  # from the score card: the three others go on
    assert table.case is CASES[1] and count(4, 6) in table._head.value and len(table.played) == 3
    assert table.more.layout.display == "none" and table.go.layout.display is None
    play(table, best_choice)
    assert [number for number, _ in table.played] == [0, 3, 5, 1, 2, 4]
    table.again.click()
    assert table.round == desk.dealt(1) and count(1, 6) in table._head.value


def test_the_others_can_be_called_in_the_middle_and_nothing_decided_is_lost(language):
    table = widgets.desk.complaint_desk(only=(6,))
    table.options.index = 0
    table.go.click()
    asked = table._news.value
    table.more.click()
    assert table.choices == [0] and table._news.value == asked and len(table.round) == 6
    table = widgets.desk.complaint_desk(only=(6,))
    for _ in desk.DECISIONS:
        table.options.index = 1
        table.go.click()
    card_, onward = {"en": ("Score card", "Next customer"), "zh": ("看成绩单", "下一位")}[language]
    assert table.go.description == card_
    table.more.click()
    assert table.go.description == onward
    table.go.click()
    assert table.played == [(5, (1, 1, 1, 1))] and table.case is CASES[0]


def test_two_desks_know_nothing_of_each_other():
    first, second = widgets.desk.complaint_desk(), widgets.desk.complaint_desk()
    play(first, lambda _: 0)
    assert second.played == [] and second.choices == []


def test_everything_shown_is_in_the_language(language):
    table = widgets.desk.complaint_desk()
    seen = []
    for choice in (1, 0, 2, 1):
        seen += [plain(part.value) for part in (table._head, table._talk, table._news)]
        seen += [text for text, _ in table.options.options]
        seen += [button.description for button in (table.go, table.again, table.more)]
        table.options.index = choice
        table.go.click()
    seen += [plain(part.value) for part in (table._head, table._talk, table._news)]
    for text in filter(str.strip, seen):
        if language == "en":
            assert not HAN.search(text), text
        else:
            assert not re.search(r"[A-Za-z]{4,}", text.replace("&#x27;", "")), text
