"""What the complaint desk says: advice, the five steps, the score card."""

import re
from itertools import product

import pytest

from crmlib import use_language
from crmlib.widgets.desk import case as desk
from crmlib.widgets.desk import report
from crmlib.widgets.quiz import questions

CASES = desk.cases()


def test_losses_name_what_lost(language):
    advice = questions("08_desk")["advice"]
    perfect = desk.losses([(i, desk.best(case)) for i, case in enumerate(CASES)])
    assert (perfect == 0).all(axis=None) and report.advice(perfect) == [advice["nothing"][language]]
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
            (told,) = report.advice(lost)
            assert told.endswith(advice[kind][language]) and report.slips()[kind] in told


def test_the_advice_tells_money_from_marks(language):
    """One large present costs most money, unkind words in all other cases most marks: both are told."""
    played = [(4, (*desk.best(CASES[4])[:2], 0, desk.best(CASES[4])[3]))]
    for number in (0, 2, 3):
        best = desk.best(CASES[number])
        words = min(range(3), key=lambda i: CASES[number]["words"][i]["marks"][1])
        played.append((number, (best[0], words, *best[2:])))
    advice = questions("08_desk")["advice"]
    first, second = report.advice(desk.losses(played))
    assert first.endswith(advice["much"][language]) and second.endswith(advice["words"][language])


@pytest.mark.parametrize("numbers", [tuple(range(6)), (0, 3, 5), (5, 0, 3)], ids=["all", "class", "shuffled"])
def test_the_score_card_compares_with_best_and_worst(numbers, language):
    (marks, staying, money), words = report.card([(number, (0, 0, 0, 0)) for number in numbers])
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
    assert f"{report.dimensions()[0]} {mean:.0f}" in marks.alt
    for picture in (marks, staying, money):
        assert {"en": "invented", "zh": "虚构"}[language] in picture.alt
    for said in {
        "en": ("585", "differ widely", "word of mouth", "12315", "concretely"),
        "zh": ("585", "差得很远", "口碑", "12315", "具体问题具体分析"),
    }[language]:
        assert said in text


def test_the_five_steps_are_shown_and_the_one_in_hand_is_bold():
    use_language("zh")
    assert report.steps(None) == "倾听—共情—致歉—解决—回访"
    bold = [re.findall("<b>([^<]+)</b>", report.steps(decision)) for decision in desk.DECISIONS]
    assert bold == [["倾听"], ["倾听", "共情", "致歉"], ["解决"], ["回访"]]
