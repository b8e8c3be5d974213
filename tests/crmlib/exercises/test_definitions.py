"""Definitions in the reader's own words: which keywords are found, what is told, what is no sentence."""

import re

import pytest

from crmlib import use_language
from crmlib.exercises import check, definitions, key
from tests.support.exercises import IN_WORDS, KEYWORDS, MISSING, RIGHT


def graded(text):
    return definitions.graded(text, KEYWORDS, MISSING, RIGHT)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It lives on gifts", True),
        ("No dinner, no gift: a process", False),
        ("It is not slow, and lives on gifts", True),
        ("靠送礼维持", True),
        ("不是拉关系、走人情", False),
        ("不快，靠送礼", True),
        ("A process", False),
    ],
)
def test_words_lead_astray_unless_they_are_denied_just_before(text, found):
    assert definitions.strays(text, ["gift", "dinner", "送礼", "走人情"]) == found


def speaks(text, language):
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


def test_the_model_sentence_is_right_and_shown_to_compare_with(language):
    feedback = graded(RIGHT[language])
    assert feedback.status == "right" and RIGHT[language] in feedback.message
    assert {"en": "compare with the model", "zh": "和参考答案对照"}[language] in feedback.message
    assert speaks(feedback.message, language)


@pytest.mark.parametrize(
    "text",
    [
        "A path that BEGINS and ends",
        "the process starts once, and terminations finish it",
        "It is the “course” of it from  the\nfirst contact to the end",
        "It begins, it takes its course, it ｅｎｄｓ one day",
    ],
)
def test_words_are_found_however_they_are_written(text):
    assert graded(text).status == "right"


@pytest.mark.parametrize(
    "text",
    [
        "建立关系到结束的过程",
        "从建立关系到终止的过程",
        "从 建立 “关系”，到“终止”关系，是一条轨迹",
        "企业从建立业务关系开始，直到结束的全过程",
    ],
)
def test_chinese_words_are_found_whatever_spaces_and_quotes_stand_between(text):
    use_language("zh")
    assert graded(text).status == "right"


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("The customer lifecycle is a friend of a towpath.", [0, 1, 2]),  # "friend" and "towpath" hold no such words
        ("It begins with a first purchase.", [1, 2]),
        ("The course of a relationship from its beginning", [0, 1]),
        ("The path on which a relationship starts.", [1]),
    ],
)
def test_what_is_missing_is_told_two_at_a_time(text, lacking, language):
    feedback = graded(text)
    assert (feedback.status, feedback.misconception) == ("wrong", "keywords")
    assert [said in feedback.message for said in MISSING[language]] == [i in lacking[:2] for i in range(3)]
    there = 3 - len(lacking)
    marks = {"en": f"{there} of 3 keywords", "zh": f"3 个关键词里有 {there} 个"}
    assert marks[language] in feedback.message and speaks(feedback.message, language)
    assert ({"en": "1 more", "zh": "还缺 1 个"}[language] in feedback.message) == (len(lacking) > 2)


@pytest.mark.parametrize(
    "text", ["begins, ends, path", "starts and ends and process", "1. begins 2. ends 3. path", "a path: begins or ends"]
)
def test_a_bare_list_of_keywords_is_no_sentence(text, language):
    feedback = graded(text)
    assert (feedback.status, feedback.misconception) == ("wrong", "list") and speaks(feedback.message, language)


@pytest.mark.parametrize(
    "text", ["建立关系、终止、全过程", "建立关系和结束和过程", "建立关系 终止 轨迹", "1. 建立关系；2. 终止；3. 过程"]
)
def test_a_bare_list_in_chinese_is_no_sentence(text):
    use_language("zh")
    assert graded(text).misconception == "list"


def test_an_answer_in_the_other_language_is_understood():
    assert graded(RIGHT["zh"]).status == "right"
    use_language("zh")
    feedback = graded("It begins with a first purchase.")
    assert "3 个关键词里有 1 个" in feedback.message and MISSING["zh"][1] in feedback.message


@pytest.mark.parametrize("text", ["", "no keyword", "begins (end) [path] \\ .* +"])
def test_any_text_is_graded(text):
    assert graded(text).status == "wrong"


def test_a_keyword_is_no_pattern():
    groups = [["c++ (new)"], ["a.b"]]
    assert definitions.met("C++ (New) beside axb", groups) == [True, False]
    assert definitions.met("总价值-总成本；long-term", [["−"], ["－"], ["long term"]]) == [True, True, True]


def test_a_check_grades_sentences_and_points_to_the_hint(language):
    with key.instead({"t.define": IN_WORDS}):
        assert check("t.define", RIGHT[language]).status == "right"
        wrong = check("t.define", "?!")
        assert wrong.misconception == "keywords" and 'hint("t.define")' in wrong.message
        assert check("t.define", ...).status == check("t.define", " … ").status == "unanswered"
        kind = check("t.define", 3)
        assert kind.misconception == "kind" and speaks(kind.message, language)
