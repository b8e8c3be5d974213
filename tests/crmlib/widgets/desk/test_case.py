"""The cases of the complaint desk, in both languages; their marks, chances and money."""

import re
from collections import Counter
from itertools import product

import pytest
import yaml

from course.rules.quiz import check_bilingual
from crmlib import datasets, qinghe, use_language
from crmlib.churn import StayModel
from crmlib.widgets.desk import case as desk
from crmlib.widgets.desk import report
from crmlib.widgets.quiz import questions
from tests.support import PROJECT

FILE = PROJECT / "chapters" / "08_churn" / "desk.yml"
CASES = desk.cases()
PATHS = list(product(range(3), repeat=4))
HAN = re.compile("[一-鿿]")
CLASS = (0, 3, 5)
by_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


# -- The file -----------------------------------------------------------------------------------------------------


def test_the_file_keeps_the_rules_of_text():
    problems = []
    check_bilingual(yaml.compose(FILE.read_text(encoding="utf-8")), lambda *problem: problems.append(problem))
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
    texts = list(texts_of(questions("08_desk")))
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
    assert f"{10 * days} off timeliness" in report.review(case, (*best[:2], late, best[3]))
    assert "off timeliness" not in report.review(case, best)


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


def test_an_order_deals_every_case_once_and_again_the_same():
    assert desk.dealt(0) == (0, 1, 2, 3, 4, 5)
    for order in range(1, 8):
        assert sorted(desk.dealt(order)) == list(range(6)) and desk.dealt(order) == desk.dealt(order)
    assert len({desk.dealt(order) for order in range(8)}) > 6
