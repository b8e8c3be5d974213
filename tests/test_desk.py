"""The complaint desk without a browser: its cases in both languages, marks, chances, money, the controls' wiring."""

import re
from collections import Counter
from html import unescape
from itertools import product
from pathlib import Path

import pytest
import yaml

from course import lint
from crmlib import datasets, qinghe, use_language, widgets
from crmlib.churn import StayModel
from crmlib.widgets import desk

FILE = Path(__file__).parents[1] / "chapters" / "questions" / "08_desk.yml"
CASES = desk.cases()
PATHS = list(product(range(3), repeat=4))
HAN = re.compile("[一-鿿]")
by_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    return request.param


def plain(html):
    return re.sub("<[^>]+>", " ", html)


# -- The file -----------------------------------------------------------------------------------------------------


def test_the_file_keeps_the_rules_of_text():
    problems = []
    lint.check_bilingual(yaml.compose(FILE.read_text(encoding="utf-8")), lambda *problem: problems.append(problem))
    assert problems == []


def texts_of(node, path=()):
    """Every place of the file that says something: its path, and what stands there."""
    if isinstance(node, dict):
        if node.keys() & {"en", "zh"}:
            yield path, node
        node = node.items()
    elif isinstance(node, list):
        node = enumerate(node)
    else:
        return
    for key, child in node:
        yield from texts_of(child, (*path, key))


def test_every_text_is_there_in_both_languages():
    texts = list(texts_of(desk.questions("08_desk")))
    # a case: customer, screen, complaint, three farewells; twelve options with text, reply and reason; and the advice
    assert len(texts) == 6 * (6 + 12 * 3) + 5
    for path, text in texts:
        assert HAN.search(text["zh"]) and not HAN.search(text["en"]) and len(text["en"]) > 10, path
        for opening, closing in ("“”", "（）", "()"):
            for spoken in (text["en"], text["zh"]):
                assert spoken.count(opening) == spoken.count(closing), (path, spoken)


@by_case
def test_a_case_has_four_decisions_of_three_options(case):
    assert set(case) == {"name", "type", "customer", "screen", "complaint", "farewell", *desk.DECISIONS}
    assert set(case["farewell"]) == {"good", "mixed", "bad"}
    for decision in desk.DECISIONS:
        assert len(case[decision]) == 3
        for option in case[decision]:
            assert {"en", "zh", "reply", "why", "marks"} <= set(option) <= {
                "en", "zh", "reply", "why", "marks", "days", "yuan", "apology", "amends"}
            assert min(*option["marks"], option.get("days", 0), option.get("yuan", 0)) >= 0
            assert ("apology" in option) <= (decision == "words") and ("amends" in option) <= (decision == "solve")


def test_the_cases_cover_the_kinds_of_complaint_of_the_data():
    assert {case["type"] for case in CASES} == set(datasets.load_qinghe_complaints()["type"])
    assert len({case["customer"]["en"] for case in CASES}) == len(CASES) == 6


def test_no_amount_that_an_option_names_is_more_than_it_costs():
    """What the text of a solution promises to pay is in the account."""
    paying = re.compile(r"(?:voucher of|envelope of|transfer|Pay the|mouldy third,|Refund all of the|order of) (\d+)")
    found = 0
    for case in CASES:
        for option in case["solve"]:
            for amount in map(int, paying.findall(option["en"])):
                found += 1
                assert option["yuan"] >= amount, option["en"]
    assert found >= 8


# -- Marks --------------------------------------------------------------------------------------------------------


@by_case
def test_the_best_answers_earn_100_in_each_dimension_and_nothing_earns_more(case):
    assert desk.outcome(case, desk.best(case)).marks == (100, 100, 100)
    for choices in PATHS:
        marks = desk.outcome(case, choices).marks
        assert all(0 <= mark <= 100 for mark in marks)
        assert (marks == (100, 100, 100)) == (choices == desk.best(case))


@by_case
def test_each_decision_has_its_dimensions(case):
    full = {name: tuple(case[name][i]["marks"]) for name, i in zip(desk.DECISIONS, desk.best(case), strict=True)}
    assert full == {"answer": (75, 20, 0), "words": (0, 60, 0), "solve": (0, 0, 100), "follow_up": (25, 20, 0)}
    for name, i in zip(desk.DECISIONS, desk.best(case), strict=True):
        assert all(sum(option["marks"]) < sum(full[name]) for j, option in enumerate(case[name]) if j != i)


def test_marks_add_up():
    case = CASES[0]
    assert desk.outcome(case, (0, 1, 2, 1)).marks == (20 + 0, 10 + 30 + 5, 45)
    assert desk.outcome(case, (0, 1, 2, 1)).total == pytest.approx((20 + 45 + 45) / 3)


@by_case
def test_each_customer_can_leave_in_three_moods(case):
    moods = {choices: desk.mood(desk.outcome(case, choices)) for choices in PATHS}
    assert set(moods.values()) == {"good", "mixed", "bad"} and moods[desk.best(case)] == "good"
    assert moods[min(PATHS, key=lambda choices: desk.outcome(case, choices).total)] == "bad"


def best_places():
    return [(name, place) for case in CASES for name, place in zip(desk.DECISIONS, desk.best(case), strict=True)]


def test_neither_place_nor_length_gives_the_best_away():
    places = best_places()
    assert set(Counter(place for _, place in places).values()) == {8}
    for name in desk.DECISIONS:
        assert max(Counter(place for decision, place in places if decision == name).values()) <= 3
    for spoken, extreme in product(("en", "zh"), (max, min)):
        hits = Counter(name for case in CASES for name, place in zip(desk.DECISIONS, desk.best(case), strict=True)
                       if len(case[name][place][spoken]) == extreme(len(option[spoken]) for option in case[name]))
        assert hits.total() <= 10 and max(hits.values()) <= 3, (spoken, extreme, hits)


# -- Chances and money --------------------------------------------------------------------------------------------


def test_the_chance_is_that_of_the_model_fitted_to_the_complaints():
    model = StayModel().fit(datasets.load_qinghe_complaints())
    for days, kind in product((0, 3, 11), ("none", "apology", "compensation")):
        assert desk.chance_to_stay(days, kind) == pytest.approx(model.predict(days, kind), abs=1e-12)


def test_the_chance_falls_with_each_day_and_rises_with_the_answer():
    for kind in ("none", "apology", "compensation"):
        chances = [desk.chance_to_stay(days, kind) for days in range(15)]
        assert chances == sorted(chances, reverse=True) and len(set(chances)) == 15
    for days in range(15):
        none, apology, both = (desk.chance_to_stay(days, kind) for kind in ("none", "apology", "compensation"))
        assert none < apology < both


def test_money_is_chance_times_worth_less_what_was_paid():
    result = desk.outcome(CASES[0], (0, 2, 2, 1))  # three days + three days, apology and 312 yuan
    assert (result.days, result.yuan, result.recovery) == (6, 312, "compensation")
    assert result.money == pytest.approx(result.chance * qinghe.worth_of_staying() - 312)
    assert 550 < qinghe.worth_of_staying() < 620
    assert desk.outcome(CASES[0], (1, 0, 0, 2)).recovery == "apology"  # paid, but nobody said sorry
    assert desk.outcome(CASES[0], (1, 0, 1, 2)).recovery == "none"


@by_case
def test_the_best_answers_earn_most_and_every_slip_costs(case):
    best = desk.best(case)
    most = desk.outcome(case, best).money
    for i, choice in product(range(4), range(3)):
        if choice != best[i]:
            slip = (*best[:i], choice, *best[i + 1:])
            assert desk.outcome(case, slip).money < most - 3, case[desk.DECISIONS[i]][choice]["en"]
    assert max(desk.outcome(case, choices).money for choices in PATHS) == most


@by_case
def test_paying_too_much_costs_more_than_it_keeps(case):
    dearest = max(range(3), key=lambda i: case["solve"][i].get("yuan", 0))
    best = desk.best(case)
    over = desk.outcome(case, (*best[:2], dearest, best[3]))
    assert dearest != best[2] and over.chance <= desk.outcome(case, best).chance
    assert over.yuan >= 100


def test_the_range_holds_every_run_and_is_reached():
    least, most = desk.range_of_money()
    assert most == pytest.approx(sum(desk.outcome(case, desk.best(case)).money for case in CASES))
    worst = [min(PATHS, key=lambda choices, case=case: desk.outcome(case, choices).money) for case in CASES]
    lowest = sum(desk.outcome(case, choices).money for case, choices in zip(CASES, worst, strict=True))
    assert least == pytest.approx(lowest)
    same = sum(desk.outcome(case, (0, 0, 0, 0)).money for case in CASES)
    assert least < same < most


def test_losses_name_the_decision_that_lost(language):
    assert (desk.losses([(i, desk.best(case)) for i, case in enumerate(CASES)]) == 0).all()
    for i, name in enumerate(desk.DECISIONS):
        best = desk.best(CASES[2])
        slip = (*best[:i], (best[i] + 1) % 3, *best[i + 1:])
        lost = desk.losses([(2, slip)])
        assert lost.idxmax() == name and (lost.drop(name) == 0).all()
        assert lost[name] == pytest.approx(desk.outcome(CASES[2], best).money - desk.outcome(CASES[2], slip).money)
        assert desk.advice(lost) == desk.questions("08_desk")["advice"][name][language]
    nothing = desk.losses([(0, desk.best(CASES[0]))])
    assert desk.advice(nothing) == desk.questions("08_desk")["advice"]["nothing"][language]


def test_no_decision_ever_loses_less_than_nothing():
    assert all(desk.losses([(number, choices)]).min() >= 0 for number in range(6) for choices in PATHS)


def test_an_order_deals_every_case_once_and_again_the_same():
    assert desk.dealt(0) == (0, 1, 2, 3, 4, 5)
    for order in range(1, 8):
        assert sorted(desk.dealt(order)) == list(range(6)) and desk.dealt(order) == desk.dealt(order)
    assert len({desk.dealt(order) for order in range(8)}) > 6


# -- The widget ---------------------------------------------------------------------------------------------------


def play(table, choose):
    """Play to the score card; return what each case said at its end."""
    told = []
    while table.go.layout.display != "none":
        for _ in desk.DECISIONS:
            table.options.index = choose(table)
            table.go.click()
        told.append(plain(table._news.value))
        table.go.click()
    return told


def best_choice(table):
    return desk.best(table.case)[len(table.choices)]


def test_a_perfect_run_loses_nothing(language):
    table = widgets.desk.complaint_desk()
    told = play(table, best_choice)
    praise = {"en": "Nobody could have done better", "zh": "没有更好的办法"}[language]
    assert len(told) == 6 and all(praise in text for text in told)
    assert not any({"en": "Better:", "zh": "更好的办法："}[language] in text for text in told)
    _, most = desk.range_of_money()
    shown = table._news.value
    assert shown.count(f"{most:,.0f}") >= 2 and desk.advice(desk.losses(table.played)) in unescape(shown)
    alts = re.findall('alt="([^"]+)"', shown)
    assert len(alts) == 2 and alts[0].count("100") >= 4
    assert all(bool(HAN.search(alt)) == (language == "zh") for alt in alts)


def test_each_choice_is_answered_and_explained(language):
    table = widgets.desk.complaint_desk(order=3)
    case, choices = table.case, (0, 1, 2, 0)
    assert case is CASES[desk.dealt(3)[0]]
    for name, choice in zip(desk.DECISIONS, choices, strict=True):
        texts = [f"{letter}. {option[language]}" for letter, option in zip("ABC", case[name], strict=True)]
        assert [text for text, _ in table.options.options] == texts
        assert table.options.index is None
        table.options.index = choice
        table.go.click()
        assert desk._text(case[name][choice]["reply"]) in table._news.value
    for name, choice, ideal in zip(desk.DECISIONS, choices, desk.best(case), strict=True):
        assert desk._text(case[name][choice]["why"]) in table._news.value
        assert desk._text(case[name][ideal]) in table._news.value or choice == ideal
    result = desk.outcome(case, choices)
    assert desk._text(case["farewell"][desk.mood(result)]) in table._news.value
    assert f"{result.chance:.1%}" in table._news.value and f"{result.money:,.0f}" in table._news.value
    assert desk._text(case["complaint"]) in table._talk.value and table._talk.value.count("crm-did") == 4
    assert table.options.layout.display == "none"


def test_nothing_is_decided_without_a_choice(language):
    table = widgets.desk.complaint_desk()
    table.go.click()
    assert table.choices == [] and 'role="alert"' in table._missing.value
    table.options.index = 2
    table.go.click()
    assert table.choices == [2] and table._missing.value == ""


def test_begin_again_deals_the_next_order_at_any_time():
    table = widgets.desk.complaint_desk()
    table.options.index = 0
    table.go.click()
    table.again.click()
    assert (table.order, table.choices, table.played, table._talk.value) == (1, [], [], "")
    assert table.case is CASES[desk.dealt(1)[0]]
    play(table, lambda _: 0)
    assert [number for number, _ in table.played] == list(desk.dealt(1))
    table.again.click()
    assert table.order == 2 and table.go.layout.display is None and table.options.layout.display is None


def test_two_desks_know_nothing_of_each_other():
    first, second = widgets.desk.complaint_desk(), widgets.desk.complaint_desk()
    play(first, lambda _: 0)
    assert second.played == [] and second.choices == []


def test_the_score_card_compares_with_best_and_worst(language):
    (marks, money), words = desk.card([(number, (0, 0, 0, 0)) for number in range(6)])
    earned = sum(desk.outcome(case, (0, 0, 0, 0)).money for case in CASES)
    least, most = desk.range_of_money()
    for amount in (earned, least, most):
        assert f"{amount:,.0f}" in money.alt and f"{amount:,.0f}" in words[0]
    mean = sum(desk.outcome(case, (0, 0, 0, 0)).marks[0] for case in CASES) / 6
    assert f"{desk.dimensions()[0]} {mean:.0f}" in marks.alt
    for picture in (marks, money):
        assert {"en": "invented", "zh": "虚构"}[language] in picture.alt


def test_everything_shown_is_in_the_language(language):
    table = widgets.desk.complaint_desk()
    seen = []
    for choice in (1, 0, 2, 1):
        seen += [plain(part.value) for part in (table._head, table._talk, table._news)]
        seen += [text for text, _ in table.options.options] + [table.go.description, table.again.description]
        table.options.index = choice
        table.go.click()
    seen += [plain(part.value) for part in (table._head, table._talk, table._news)]
    for text in filter(str.strip, seen):
        if language == "en":
            assert not HAN.search(text), text
        else:
            assert not re.search(r"[A-Za-z]{4,}", text.replace("&#x27;", "")), text


def test_the_five_steps_are_shown_and_the_one_in_hand_is_bold():
    use_language("zh")
    assert desk.steps(None) == "倾听—共情—致歉—解决—回访"
    bold = [re.findall("<b>([^<]+)</b>", desk.steps(decision)) for decision in desk.DECISIONS]
    assert bold == [["倾听"], ["倾听", "共情", "致歉"], ["解决"], ["回访"]]
