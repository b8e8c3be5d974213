"""The complaint desk without a browser: its cases in both languages, marks, chances, money, the controls' wiring."""

import re
from collections import Counter
from html import unescape
from itertools import product

import pytest
import yaml

from course import lint
from crmlib import datasets, qinghe, use_language, widgets
from crmlib.churn import StayModel
from crmlib.widgets import desk
from tests.support import PROJECT

FILE = PROJECT / "chapters" / "questions" / "08_desk.yml"
CASES = desk.cases()
PATHS = list(product(range(3), repeat=4))
HAN = re.compile("[一-鿿]")
CLASS = (0, 3, 5)
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
    assert len(texts) == 6 * (6 + 12 * 3) + len(desk.LOSSES) + 1
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
            assert (
                {"en", "zh", "reply", "why", "marks"}
                <= set(option)
                <= {"en", "zh", "reply", "why", "marks", "days", "yuan", "apology", "amends"}
            )
            assert min(*option["marks"], option.get("days", 0), option.get("yuan", 0)) >= 0
            assert ("apology" in option) <= (decision == "words") and ("amends" in option) <= (decision == "solve")


def test_the_cases_cover_the_kinds_of_complaint_of_the_data():
    assert {case["type"] for case in CASES} == set(datasets.load_qinghe_complaints()["type"])
    assert len({case["customer"]["en"] for case in CASES}) == len(CASES) == 6


def test_no_amount_that_an_option_names_is_more_than_it_costs():
    """What the text of a solution promises to pay is in the account."""
    paying = re.compile(r"(?<![\d.])(\d+)(?= yuan)|(?:voucher of|Refund the tray and add) (\d+)")
    found = 0
    for case in CASES:
        for option in case["solve"]:
            for amount in (int(first or second) for first, second in paying.findall(option["en"])):
                found += 1
                assert option["yuan"] >= amount, option["en"]
    assert found >= 10


def slips(case, decision):
    """The wrong options of a decision."""
    best = desk.best(case)[desk.DECISIONS.index(decision)]
    return [option for i, option in enumerate(case[decision]) if i != best]


@by_case
def test_no_single_sign_gives_the_best_option_away(case):
    """A wrong option apologises, too; one pays more, one less; a slip can be quick, and worth nearly half."""
    assert any(option.get("apology") for option in slips(case, "words"))
    best = desk.best(case)
    assert {desk.loss(case, "solve", i) for i in range(3) if i != best[2]} == {"little", "much"}
    assert min(option.get("days", 0) for option in slips(case, "answer")) <= 1
    for decision in desk.DECISIONS:
        full = sum(case[decision][best[desk.DECISIONS.index(decision)]]["marks"])
        assert max(sum(option["marks"]) for option in slips(case, decision)) >= 0.4 * full, decision


def test_no_present_is_so_large_that_it_decides_alone():
    assert max(option.get("yuan", 0) for case in CASES for name in desk.DECISIONS for option in case[name]) <= 300


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
    assert desk.outcome(case, (0, 1, 2, 1)).marks == (45 - 10 + 5, 10 + 35 + 5, 45)  # the words cost a day
    assert desk.outcome(case, (0, 1, 2, 1)).total == pytest.approx((40 + 50 + 45) / 3)


@by_case
def test_whoever_takes_days_loses_timeliness(case):
    for choices in PATHS:
        result = desk.outcome(case, choices)
        assert result.marks[0] <= max(25, 100 - 10 * result.days), (choices, result)
    best = desk.best(case)
    late = next(i for i, option in enumerate(case["solve"]) if option.get("days"))
    days = case["solve"][late]["days"]
    assert desk.outcome(case, (*best[:2], late, best[3])).marks[0] == 100 - 10 * days
    use_language("en")
    assert f"{10 * days} off timeliness" in desk.review(case, (*best[:2], late, best[3]))
    assert "off timeliness" not in desk.review(case, best)


@by_case
def test_each_customer_can_leave_in_three_moods(case):
    moods = {choices: desk.mood(desk.outcome(case, choices)) for choices in PATHS}
    assert set(moods.values()) == {"good", "mixed", "bad"} and moods[desk.best(case)] == "good"
    assert moods[min(PATHS, key=lambda choices: desk.outcome(case, choices).total)] == "bad"
    for i, option in enumerate(case["words"]):  # all else as good as can be
        heard = moods[(desk.best(case)[0], i, *desk.best(case)[2:])]
        assert heard == ("good" if option["marks"][1] > 30 else "mixed")


def best_places():
    return [(name, place) for case in CASES for name, place in zip(desk.DECISIONS, desk.best(case), strict=True)]


def test_neither_place_nor_length_gives_the_best_away():
    places = best_places()
    assert set(Counter(place for _, place in places).values()) == {8}
    for name in desk.DECISIONS:
        assert max(Counter(place for decision, place in places if decision == name).values()) <= 3
    for spoken, extreme in product(("en", "zh"), (max, min)):
        hits = Counter(
            name
            for case in CASES
            for name, place in zip(desk.DECISIONS, desk.best(case), strict=True)
            if len(case[name][place][spoken]) == extreme(len(option[spoken]) for option in case[name])
        )
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
    result = desk.outcome(CASES[0], (0, 2, 2, 1))  # a day + two days, apology, a call and 156 yuan
    assert (result.days, result.yuan, result.recovery) == (3, 162, "compensation")
    assert result.money == pytest.approx(result.chance * qinghe.worth_of_staying() - 162)
    assert 550 < qinghe.worth_of_staying() < 620
    assert desk.outcome(CASES[1], (0, 0, 2, 0)).recovery == "apology"  # paid, but nobody said sorry
    assert desk.outcome(CASES[1], (0, 0, 1, 0)).recovery == "none"


@by_case
def test_the_best_answers_earn_most_and_every_slip_costs(case):
    best = desk.best(case)
    most = desk.outcome(case, best).money
    for i, choice in product(range(4), range(3)):
        if choice != best[i]:
            slip = (*best[:i], choice, *best[i + 1 :])
            assert desk.outcome(case, slip).money < most - 3, case[desk.DECISIONS[i]][choice]["en"]
    assert max(desk.outcome(case, choices).money for choices in PATHS) == most


@by_case
def test_paying_too_much_costs_more_than_it_keeps(case):
    best = desk.best(case)
    dearest = next(i for i in range(3) if i != best[2] and desk.loss(case, "solve", i) == "much")
    over = desk.outcome(case, (*best[:2], dearest, best[3]))
    assert over.chance <= desk.outcome(case, best).chance
    assert over.yuan >= desk.outcome(case, best).yuan + 80


def played_by(style, numbers):
    """Play the cases: "generous" errs only in paying too much, "cold" waits, is not sorry and pays little."""
    played = []
    for number in numbers:
        case, best = CASES[number], desk.best(CASES[number])
        solution = {desk.loss(case, "solve", i): i for i in range(3) if i != best[2]}
        slowest = max(range(3), key=lambda i: case["answer"][i].get("days", 0))
        unsorry = next(i for i in range(3) if not case["words"][i].get("apology"))
        none = max(range(3), key=lambda i: case["follow_up"][i].get("days", 0))
        played.append(
            (
                number,
                {
                    "generous": (*best[:2], solution["much"], best[3]),
                    "cold": (slowest, unsorry, solution["little"], none),
                }[style],
            )
        )
    return played


@pytest.mark.parametrize("numbers", [tuple(range(6)), CLASS], ids=["all", "class"])
def test_the_numbers_do_not_teach_coldness(numbers):
    """Who is quick, polite and too generous keeps more customers than the cold and thrifty, and more money."""
    generous, cold = (
        [desk.outcome(CASES[number], choices) for number, choices in played_by(style, numbers)]
        for style in ("generous", "cold")
    )
    assert sum(result.chance for result in generous) > 1.4 * sum(result.chance for result in cold)
    assert sum(result.money for result in generous) > sum(result.money for result in cold) + 80


@pytest.mark.parametrize("numbers", [tuple(range(6)), CLASS, (2,)], ids=["all", "class", "one"])
def test_the_bounds_hold_every_run_and_are_reached(numbers):
    ends = desk.bounds(numbers)
    ideal = [desk.outcome(CASES[number], desk.best(CASES[number])) for number in numbers]
    assert ends.loc["most"].tolist() == pytest.approx(
        [sum(result.money for result in ideal), sum(result.chance for result in ideal)]
    )
    for name, column in (("money", "money"), ("chance", "kept")):
        lowest = sum(
            min(getattr(desk.outcome(CASES[number], choices), name) for choices in PATHS) for number in numbers
        )
        assert ends.loc["least", column] == pytest.approx(lowest)


def test_losses_name_what_lost(language):
    advice = desk.questions("08_desk")["advice"]
    perfect = desk.losses([(i, desk.best(case)) for i, case in enumerate(CASES)])
    assert (perfect == 0).all(axis=None) and desk.advice(perfect) == [advice["nothing"][language]]
    for number, case in enumerate(CASES):
        best = desk.best(case)
        for i, choice in product(range(4), range(3)):
            if choice == best[i]:
                continue
            slip = (*best[:i], choice, *best[i + 1 :])
            lost, kind = desk.losses([(number, slip)]), desk.loss(case, desk.DECISIONS[i], choice)
            full, got = desk.outcome(case, best), desk.outcome(case, slip)
            assert (lost.drop(kind) == 0).all(axis=None)
            assert lost.loc[kind].tolist() == pytest.approx([full.money - got.money, 300 - sum(got.marks)])
            (told,) = desk.advice(lost)
            assert told.endswith(advice[kind][language]) and desk.slips()[kind] in told


def test_the_advice_tells_money_from_marks(language):
    """One large present costs most money, unkind words in all other cases most marks: both are told."""
    played = [(4, (*desk.best(CASES[4])[:2], 0, desk.best(CASES[4])[3]))]
    for number in (0, 2, 3):
        best = desk.best(CASES[number])
        words = min(range(3), key=lambda i: CASES[number]["words"][i]["marks"][1])
        played.append((number, (best[0], words, *best[2:])))
    advice = desk.questions("08_desk")["advice"]
    first, second = desk.advice(desk.losses(played))
    assert first.endswith(advice["much"][language]) and second.endswith(advice["words"][language])


def test_too_much_and_too_little_are_told_apart():
    generous, cold = (desk.losses(played_by(style, range(6))) for style in ("generous", "cold"))
    assert generous["money"].idxmax() == "much" and generous.loc["little", "money"] == 0
    assert cold.loc["much", "money"] == 0 and cold.loc["little", "money"] > 0


def test_no_decision_ever_loses_less_than_nothing():
    assert all((desk.losses([(number, choices)]) >= 0).all(axis=None) for number in range(6) for choices in PATHS)


def test_a_round_deals_those_who_are_asked_for():
    assert desk.dealt(0, desk.IN_CLASS) == CLASS and desk.dealt(0, [5, 2]) == (4, 1)
    assert all(sorted(desk.dealt(order, desk.IN_CLASS)) == list(CLASS) for order in range(9))
    assert len({desk.dealt(order, desk.IN_CLASS) for order in range(9)}) > 3


@pytest.mark.parametrize("only", [(), (0, 1), (7,), (1, 1)])
def test_a_round_of_nobody_or_of_strangers_is_refused(only, language):
    with pytest.raises(ValueError, match={"en": "each once", "zh": "至多一次"}[language]):
        widgets.desk.complaint_desk(only=only)


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
    assert desk.questions("08_desk")["advice"]["nothing"][language] in unescape(shown)
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


@pytest.mark.parametrize("numbers", [tuple(range(6)), CLASS, (5, 0, 3)], ids=["all", "class", "shuffled"])
def test_the_score_card_compares_with_best_and_worst(numbers, language):
    (marks, staying, money), words = desk.card([(number, (0, 0, 0, 0)) for number in numbers])
    results = [desk.outcome(CASES[number], (0, 0, 0, 0)) for number in numbers]
    ends, text = desk.bounds(tuple(sorted(numbers))), "\n".join(words)
    earned, kept = sum(result.money for result in results), sum(result.chance for result in results)
    least, most = ends["money"]
    for amount in (earned - least, most - least):
        assert f"{amount:,.0f}" in money.alt and f"{amount:,.0f}" in text
    assert f"{least:,.0f}" in text and f"{least:,.0f}" not in money.alt  # what comes in any case is not the reader's
    for customers in (kept, *ends["kept"]):
        assert f"{customers:.1f}" in staying.alt and f"{customers:.1f}" in words[0]
    mean = sum(result.marks[0] for result in results) / len(results)
    assert f"{desk.dimensions()[0]} {mean:.0f}" in marks.alt
    for picture in (marks, staying, money):
        assert {"en": "invented", "zh": "虚构"}[language] in picture.alt
    for said in {
        "en": ("585", "differ widely", "word of mouth", "12315", "concretely"),
        "zh": ("585", "差得很远", "口碑", "12315", "具体问题具体分析"),
    }[language]:
        assert said in text


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


def test_the_five_steps_are_shown_and_the_one_in_hand_is_bold():
    use_language("zh")
    assert desk.steps(None) == "倾听—共情—致歉—解决—回访"
    bold = [re.findall("<b>([^<]+)</b>", desk.steps(decision)) for decision in desk.DECISIONS]
    assert bold == [["倾听"], ["倾听", "共情", "致歉"], ["解决"], ["回访"]]
