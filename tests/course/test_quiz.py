"""The rules for a quiz: each kind of question on a good one, spoilt; how many there are, and of which kinds."""

import pytest
import yaml

from course.rules.quiz import lint_files, lint_questions
from crmlib import language, use_language

CHOICE = """\
- question: {en: "How much?", zh: "多少？"}
  options:
  - {en: "1", zh: "1", right: true, why: {en: "Yes.", zh: "对。"}}
  - {en: "2", zh: "2", why: {en: "No.", zh: "不对。"}}
"""
FALSE = """\
- kind: true_false
  question: {en: "All are loyal.", zh: "人人忠诚。"}
  right: false
  mend: {en: "Some are loyal.", zh: "有的忠诚。"}
  why: {en: "A card is no promise.", zh: "办卡不等于忠诚。"}
"""
TRUE = """\
- kind: true_false
  question: {en: "Some leave.", zh: "有人流失。"}
  right: true
  why: {en: "Always.", zh: "总有。"}
"""
DEFINITION = """\
- kind: definition
  question: {en: "What is it?", zh: "它是什么？"}
  keywords:
    en: [[path, course], [end]]
    zh: [[过程], [终止, 结束]]
  missing:
    en: ["What is it?", "Until when?"]
    zh: ["是什么？", "到什么时候？"]
  right: {en: "It is the path from here to the end.", zh: "它是从这里到终止的过程。"}
"""
CALCULATION = """\
- kind: calculation
  question: {en: "What is it worth?", zh: "值多少？"}
  answer: 266.67
  digits: 2
  unit: {en: yuan, zh: 元}
  why: {en: "100 × 0.8 / 0.3.", zh: "100 × 0.8 / 0.3。"}
  roads:
  - {value: 400, en: "No discount.", zh: "没有折现。"}
"""
ALL = {"choice": CHOICE, "false": FALSE, "true": TRUE, "definition": DEFINITION, "calculation": CALCULATION}


def told(text, with_class=False):
    found = []
    lint_questions(yaml.compose(text), lambda line, what, remedy: found.append(f"{line}: {what}"), with_class)
    return found


def told_of(question):
    """What is said of a question, whatever their number."""
    return [problem for problem in told(question) if "a quiz has" not in problem and problem != "1: 1 questions"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("speaks", ["en", "zh"])
def test_a_good_question_of_each_kind_passes(name, speaks):
    use_language(speaks)
    assert told_of(ALL[name]) == [] and language() == speaks


BAD = [
    ("choice", "  options", "  kind: guess\n  options", "1: a question of the kind 'guess'"),
    ("choice", "  options", "  why: {en: a, zh: 甲}\n  options", "2: unknown field 'why'"),
    ("choice", '{en: "How much?", zh: "多少？"}', "How much?", "1: no question in both languages"),
    ("choice", "right: true, ", "", "1: 0 right options"),
    ("choice", ', why: {en: "No.", zh: "不对。"}', "", "4: an option without why"),
    ("false", "right: false", "right: maybe", "1: a statement that is neither true nor false"),
    ("false", "  right: false\n", "", "1: a statement that is neither true nor false"),
    ("false", '  mend: {en: "Some are loyal.", zh: "有的忠诚。"}\n', "", "1: no mend in both languages"),
    ("false", "right: false", "right: true", "4: a true statement that is mended"),
    ("false", "A card", "一张卡", "5: Chinese where English stands"),
    ("true", '  why: {en: "Always.", zh: "总有。"}\n', "", "1: no why in both languages"),
    ("true", ', zh: "总有。"', "", "4: a text in one language"),
    ("definition", "zh: [[过程], [终止, 结束]]", "zh: [[过程]]", "7: groups of keywords"),
    ("definition", "zh: [[过程], [终止, 结束]]", "zh: 过程", "4: keywords that are no groups"),
    ("definition", "[[path, course], [end]]", "[[path, course], []]", "4: keywords that are no groups"),
    ("definition", "[[path, course], [end]]", "[[path, course], [3]]", "4: keywords that are no groups"),
    ("definition", '["What is it?", "Until when?"]', '["What is it?"]', "7: groups of keywords"),
    ("definition", "to the end", "to there", "9: the model sentence does not pass (en)"),
    ("definition", "它是从这里到终止的过程。", "过程，终止。", "9: the model sentence does not pass (zh)"),
    ("definition", "[end]", "[终止]", "4: Chinese where English stands"),
    ("definition", "  missing", "  lost", "1: no missing in both languages"),
    ("calculation", "answer: 266.67", "answer: much", "1: a calculation without its number"),
    ("calculation", "  answer: 266.67\n", "", "1: a calculation without its number"),
    ("calculation", "digits: 2", "digits: two", "4: digits: 'two'"),
    ("calculation", "{en: yuan, zh: 元}", "yuan", "5: no unit in both languages"),
    ("calculation", "value: 400", "value: 266.8", "8: a wrong road within the tolerance"),
    ("calculation", "value: 400", "value: some", "8: a wrong road without value"),
    ("calculation", ', zh: "没有折现。"', "", "8: a wrong road without value, en or zh"),
    ("calculation", "没有折现。", "没有折现,", "8: half-width ','"),
    ("calculation", "No discount.", "No discount (V1).", "8: 'V1' is an id of the maintainers"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), BAD)
def test_a_bad_question_is_told_with_its_line(name, old, new, says):
    assert old in ALL[name]
    found = told_of(ALL[name].replace(old, new, 1))
    assert any(problem.startswith(says) for problem in found), found
    assert language() == "en"


SECOND = CHOICE.replace("right: true, ", "").replace('zh: "2", ', 'zh: "2", right: true, ')
TWO = CHOICE + SECOND  # whose right options stand in two places


@pytest.mark.parametrize(
    ("text", "with_class", "says"),
    [
        (TWO * 4, False, []),
        (TWO * 3, False, ["1: 6 questions"]),
        (TWO * 7, False, ["1: 14 questions"]),
        ((FALSE + DEFINITION + CALCULATION) * 2 + TWO * 2, True, []),
        ((FALSE + DEFINITION + CALCULATION) * 2 + TWO + CHOICE, True, ["1: 9 questions"]),
        (TRUE + DEFINITION + CALCULATION + TWO * 5, True, ["1: 13 questions"]),
        (TWO * 5, True, ["1: no question of the kind true_false, definition, calculation"]),
        ((TRUE + DEFINITION + CALCULATION) * 4, True, ["1: no question of the kind choice"]),
        (TWO * 2 + CHOICE + SECOND * 3, False, ["1: the right option is B in 5 of 8 choices"]),
        ((FALSE + DEFINITION + CALCULATION) * 2 + CHOICE * 2, False, []),
    ],
)
def test_a_quiz_has_enough_questions_of_all_kinds(text, with_class, says):
    assert told(text, with_class) == says


def test_a_chapter_with_a_class_part_is_held_to_all_kinds(tmp_path):
    class Chapter:
        folder = "chapters/04_value"

    folder = tmp_path / Chapter.folder
    folder.mkdir(parents=True)
    (folder / "questions.yml").write_text(TWO * 4, encoding="utf-8")
    assert lint_files(tmp_path, Chapter) == []
    (folder / "class.md").write_text("")
    assert [problem.what for problem in lint_files(tmp_path, Chapter)] == [
        "8 questions",
        "no question of the kind true_false, definition, calculation",
    ]
