"""Boxes to answer in: each kind read as it is typed or chosen, answered by Enter and by the button, helped twice."""

import asyncio
import re
import subprocess
import sys

import pytest

from crmlib.exercises import ask, check, controls, key
from crmlib.exercises.reading import number_in
from tests.support import PROJECT
from tests.support.exercises import IN_WORDS, MISSING, RIGHT, entry

SMALL = {
    "t.share": entry(
        {"kind": "share", "value": 0.7512, "tolerance": 1e-3, "digits": 2}, roads=[("rest", 0.4), ("upside_down", 1.33)]
    ),
    "t.money": entry({"kind": "money", "value": 48200, "tolerance": 1e-3, "digits": 0}),
    "t.count": entry({"kind": "count", "value": 12}, roads=[("all", 13)]),
    "t.number": entry({"kind": "number", "value": -2.5, "tolerance": 1e-3, "digits": 1}),
    "t.letter": entry({"kind": "letter", "value": "B"}, roads=[("first", "A")]) | {"choices": "ABCD"},
    "t.set": entry({"kind": "set", "value": ["A", "C"]}, roads=[("other", ["B", "D"])]) | {"choices": "ABCDE"},
    "t.old_letter": entry({"kind": "letter", "value": "B"}),
    "t.old_set": entry({"kind": "set", "value": ["A", "C"]}),
    "t.ids": entry({"kind": "set", "value": [3, 17]}),
    "t.text": entry({"kind": "text", "value": "basket"}),
    "t.two": entry({"kind": "count", "value": 4}, {"kind": "share", "value": 0.25, "tolerance": 1e-3}),
    "t.table": entry({"kind": "table", "value": {}}),
    "t.define": IN_WORDS,
}


@pytest.fixture(autouse=True)
def small():
    with key.instead(SMALL):
        yield


def typed(name, *texts):
    """A box in which these texts were typed, and answered."""
    box = ask(f"t.{name}")
    for control, text in zip(box.controls, texts, strict=True):
        control.value = text
    box.answer_button.click()
    return box


def press_enter(field):
    """What the browser sends when Enter is pressed."""
    field._handle_custom_msg({"event": "submit"}, [])


def speaks(text, language):
    return bool(re.search("[一-鿿]", text)) == (language == "zh")


RIGHT_TEXTS = [
    ("share", "0.75"),
    ("share", "0，75"),
    ("share", "75%"),
    ("share", "７５％"),
    ("share", " .7512 "),
    ("share", "75"),
    ("share", "75.12"),
    ("money", "4.82万"),
    ("money", "48,200 元"),
    ("money", "¥48200"),
    ("money", "48200块"),
    ("money", "4.82 万元/年"),
    ("count", "１２"),
    ("count", "12 箱"),
    ("count", "12箱/周"),
    ("count", "12 crates"),
    ("number", "-2.5"),
    ("number", "−2，5"),
    ("old_letter", "ｂ"),
    ("old_set", "a、c"),
    ("ids", "3, 17"),
    ("text", "Basket"),
]


@pytest.mark.parametrize(("name", "text"), RIGHT_TEXTS)
def test_what_is_typed_is_read_as_it_is_meant(name, text):
    assert typed(name, text).feedback.status == "right"


WRONG_TEXTS = [
    ("share", "0.4", "rest"),
    ("share", "40", "rest"),
    ("share", "1.33", "upside_down"),
    ("share", "40%", "rest"),
    ("share", "0.0075", None),
    ("share", "0.8", None),
    ("share", "three quarters", "kind"),
    ("share", "3/4", "kind"),
    ("count", "13", "all"),
    ("count", "12.5", None),
    ("money", "4.82", "wan"),
    ("number", "2.5", "sign"),
    ("ids", "3", None),
]


@pytest.mark.parametrize(("name", "text", "named"), WRONG_TEXTS)
def test_what_is_wrong_is_told_as_a_check_tells_it_but_without_code(name, text, named, language):
    feedback = typed(name, text).feedback
    assert (feedback.status, feedback.misconception) == ("wrong", named)
    assert "hint(" not in feedback.message and speaks(feedback.message, language)


def test_what_rounds_to_its_digits_is_right_and_fewer_are_told():
    with key.instead({"t.x": entry({"kind": "money", "value": 266.6667, "tolerance": 1e-4, "digits": 2})}):
        box = ask("t.x")
        for text, status in (("266.67", "right"), ("267", "rounded"), ("266.6", "wrong"), ("266.666", "right")):
            box.controls[0].value = text
            box.answer()
            assert box.feedback.status == status, text


@pytest.mark.parametrize("name", ["share", "letter", "set", "define"])
def test_nothing_is_unanswered_yet(name, language):
    box = ask(f"t.{name}")
    assert box.feedback is None and box._said.value == ""
    box.answer_button.click()
    assert box.feedback.status == "unanswered" and speaks(box.feedback.message, language)


def test_enter_answers_in_a_field(language):
    box = ask("t.share")
    box.controls[0].value = "0.4"
    assert box.feedback is None
    press_enter(box.controls[0])
    assert box.feedback.misconception == "rest" and "crm-wrong" in box._said.value


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (("0.75", "Enter"), ["right"]),  # typed, left, and Enter
        (("Enter", "0.75"), ["right"]),  # the key comes before its text
        (("0.75", "Enter", "wait", "Enter", "0.3"), ["right", "wrong"]),
        (("0.75", "Enter", "Enter"), ["right"]),
        (("Enter", "wait", "0.75"), ["unanswered"]),  # later the field is only left
        (("0.75",), []),
    ],
)
def test_enter_waits_for_the_text_that_comes_behind_it(happens, said, monkeypatch):
    monkeypatch.setattr(controls, "BEHIND", 0.02)
    box, heard = ask("t.share"), []
    monkeypatch.setattr(type(box), "_tell", lambda box, feedback, trouble="": heard.append(feedback.status))

    async def browser():
        for event in happens:
            if event == "Enter":
                press_enter(box.controls[0])
            elif event == "wait":
                await asyncio.sleep(0.05)
            else:
                box.controls[0].value = event
        await asyncio.sleep(0.05)

    asyncio.run(browser())
    assert heard == said


def test_the_text_behind_enter_is_judged_at_once():
    box = ask("t.share")

    async def browser():
        press_enter(box.controls[0])
        box.controls[0].value = "0.75"
        return box.feedback.status

    assert asyncio.run(browser()) == "right"


def test_fields_send_their_text_as_a_whole():
    """Letter by letter, the last ones would come behind the button's press while the kernel is busy."""
    assert not any(ask(f"t.{name}").controls[0].continuous_update for name in ("share", "text", "define"))


def test_a_letter_is_chosen_and_answered_by_the_button():
    box = ask("t.letter")
    (letters,) = box.controls
    assert list(letters.options) == list("ABCD") and letters.value is None
    letters.value = "A"
    assert box.feedback is None
    box.answer_button.click()
    assert box.feedback.misconception == "first"
    letters.value = "B"
    box.answer_button.click()
    assert box.feedback.status == "right"


def test_several_letters_are_ticked():
    box = ask("t.set")
    ticks = {tick.description: tick for tick in box.controls[0].boxes}
    assert list(ticks) == list("ABCDE")
    for letters, said in (("BD", "other"), ("A", None), ("AC", "right")):
        for letter, tick in ticks.items():
            tick.value = letter in letters
        box.answer()
        assert said in (box.feedback.misconception, box.feedback.status)


def test_a_sentence_is_graded(language):
    box = typed("define", "It begins, or 建立关系.")
    assert MISSING[language][1] in box._said.value
    box.controls[0].value = RIGHT[language]
    box.answer()
    assert box.feedback.status == "right" and RIGHT[language] in box._said.value


def test_several_answers_have_a_named_field_each():
    box = typed("two", "4", "25%")
    assert box.feedback.status == "right" and [control.description for control in box.controls] == ["a", "b"]
    box.controls[0].value = "many"
    box.answer()
    assert box.feedback.misconception == "kind"


def test_hints_come_in_two_steps_and_stay(language):
    box, (one, two) = ask("t.share"), SMALL["t.share"]["hints"][language]
    box.hint_button.click()
    assert one in box._hints.value and two not in box._hints.value
    box.hint_button.click()
    assert one in box._hints.value and two in box._hints.value and "hint(" not in box._hints.value
    before = box._hints.value
    box.hint_button.click()
    assert box._hints.value == before and box.feedback is None


def test_boxes_do_not_interfere():
    one, other = ask("t.share"), ask("t.share")
    one.controls[0].value = "0.4"
    one.answer()
    one.hint()
    assert (other.feedback, other.controls[0].value, other._said.value, other._hints.value) == (None, "", "", "")


def test_what_is_said_twice_is_said_anew_and_to_those_who_listen():
    box = typed("share", "0.4")
    first = box._said.value
    box.answer()
    assert box._said.value != first and 'aria-live="polite"' in first


def test_what_is_said_is_text():
    wrong = entry({"kind": "count", "value": 1})
    wrong["roads"] = [{"name": "one", "values": [2], "en": "a <b> c", "zh": "a <b> c"}]
    with key.instead({"t.x": wrong}):
        box = ask("t.x")
        box.controls[0].value = "2"
        box.answer()
    assert "a &lt;b&gt; c" in box._said.value


FILLED = [
    ("share", 0.7512, "0.75"),
    ("money", 48200.0, "48200"),
    ("count", 12, "12"),
    ("number", -2.5, "-2.5"),
    ("old_set", {"C", "A"}, "a, c"),
    ("ids", {17, 3}, "3, 17"),
    ("text", "basket", "basket"),
]


@pytest.mark.parametrize(("name", "answer", "shown"), FILLED)
def test_a_solution_is_shown_filled_in_and_right(name, answer, shown):
    box = ask(f"t.{name}", answer)
    assert (box.controls[0].value, box.feedback.status) == (shown, "right") and "crm-right" in box._said.value
    box.answer()
    assert box.feedback.status == "right"


def test_letters_and_sentences_of_a_solution_are_shown(language):
    assert ask("t.letter", "b").controls[0].value == "B" and ask("t.letter", "Z").controls[0].value is None
    assert ask("t.set", {"A", "C"}).controls[0].given() == {"A", "C"}
    assert ask("t.define", RIGHT[language]).controls[0].value == RIGHT[language]
    assert ask("t.share", ...).feedback is None
    told = ask("t.share", [1, 2])
    assert told.feedback.misconception == "kind" and told.controls[0].value == ""


def test_what_needs_code_is_no_question_for_a_box(language):
    with pytest.raises(ValueError, match=r't\.table.*check\("t\.table"'):
        ask("t.table")
    with pytest.raises(ValueError, match=r"t\.share"):
        ask("t.nothing")
    with pytest.raises(ValueError, match="2"):
        ask("t.share", 1, 2)


def test_in_a_terminal_a_box_says_what_to_do(language):
    assert 'check("t.share"' in repr(ask("t.share")) and speaks(repr(ask("t.share")), language)


def test_while_a_chapter_is_built_answers_are_recorded(monkeypatch):
    recorded = []
    monkeypatch.setattr(key, "recorder", lambda name, answers: recorded.append((name, answers)) or "recorded")
    assert ask("t.share", 0.75) == "recorded" and recorded == [("t.share", (0.75,))]
    assert ask("t.define").status == "unanswered" and len(recorded) == 1


@pytest.mark.parametrize(("text", "number"), [("20 次", 20), ("４.82万元", 4.82), ("4.82万", 4.82), ("75 Percent", 75)])
def test_a_unit_may_stand_behind_a_number(text, number):
    field = controls.Number("x", key.Answer("x", "number"), ["次", "万元", "万", "percent"])
    field.value = text
    assert field.given() == pytest.approx(number)


def test_exercises_come_without_ipywidgets_and_pandas():
    program = "import sys; from crmlib.exercises import ask, check, hint, progress; "
    program += "print(*{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert not {"ipywidgets", "pandas", "numpy", "matplotlib"} & set(ran.stdout.split())


def test_a_box_and_a_check_say_the_same(language):
    for name, text, answer in (("share", "0.4", 0.4), ("count", "13", 13), ("set", None, {"B", "D"})):
        if text is None:
            box = ask(f"t.{name}", answer)
            box.answer()
        else:
            box = typed(name, text)
        assert box.feedback == check(f"t.{name}", answer)


def test_text_that_the_button_has_overtaken_is_judged_when_it_comes():
    box = ask("t.share")
    box.controls[0].value = "0.4"
    box.answer_button.click()
    box.answer_button.click()  # the browser sends the press in a thread of its own, before the new text
    box.controls[0].value = "0.7512"
    assert box.feedback.status == "right"


def test_what_is_typed_after_an_answer_waits_for_the_button():
    box = ask("t.share")
    box.controls[0].value = "0.4"
    box.answer_button.click()
    box.controls[0].value = "0.7512"
    assert box.feedback.status == "wrong"


@pytest.mark.parametrize(("text", "far"), [("50", "small"), ("90", "large"), ("0.9", "large")])
def test_per_cent_is_too_large_or_too_small_as_the_share_is(text, far):
    assert far in typed("share", text).feedback.message


UNITS = {
    **{"32秒": 32, "约32 秒": 32, "32秒钟": 32, "32 s": 32, "32 seconds": 32, "about 32": 32, "0.5分钟": 0.5},
    **{"0.94倍": 0.94, "0.94 times": 0.94, "4.2 年": 4.2, "4.2 years": 4.2, "8 爱尔朗": 8, "8 erlangs": 8},
    **{"47 percent": 0.47, "47 per cent": 0.47, "47%": 0.47, "秒": None, "s": None, "3 s 5": None, "seconds 3": None},
}


@pytest.mark.parametrize("text", UNITS)
def test_a_number_may_carry_its_unit(text):
    found = number_in(text)
    assert found is None if UNITS[text] is None else found == pytest.approx(UNITS[text])
