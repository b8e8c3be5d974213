"""The long task of chapter 01 judges fairly: thirty lines of one's own are looked over, then reckoned."""

import pandas as pd
import pytest

from crmlib.exercises import check, key
from crmlib.exercises.judges import overview as judge

TASK = "overview.thirty_lines"
DAYS = pd.date_range("2026-09-01", periods=16, freq="D")


@pytest.fixture
def form():
    """Thirty-two lines of four flatmates: Ann twice a day, Bob every other day, Cai thrice, Deng once."""
    lines = [(day, "Ann", 10) for day in DAYS] + [(day, "Bob", 25) for day in DAYS[::2]]
    lines += [(day, "Cai", 8) for day in DAYS[:3]] + [(DAYS[5], "Deng", 40)] * 1 + [(DAYS[7], "Ann", 6)] * 4
    return pd.DataFrame(lines, columns=["date", "customer", "amount"]).assign(goods="meal")


# Bob: 8 × 25 = 200; Ann: 16 × 10 + 4 × 6 = 184; Cai 24; Deng 40: 448 yuan in 16 days.
RIGHT = (3 / 4, 200 / 448, 200 / 16 * 365 * 0.4)


def test_a_form_of_ones_own_is_right(form, language):
    feedback = check(TASK, form, 0.4, *RIGHT)
    assert feedback.status == "right" and "75%" in feedback.message and "1,825" in feedback.message
    assert "3" in feedback.message  # three lines repeat another one


def test_another_margin_gives_another_loss(form):
    assert check(TASK, form, 0.3, *RIGHT[:2], 200 / 16 * 365 * 0.3).status == "right"
    assert check(TASK, form, 0.3, *RIGHT).status == "wrong"


def change(form, column, value, row=4):
    return form.assign(**{column: form[column].astype(object).where(form.index != row, value)})


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda form: form.head(29), "too_short"),
        (lambda form: form[form["customer"].isin(["Ann", "Bob"])].iloc[[*range(28), 0, 1, 2]], "few_customers"),
        (lambda form: form.assign(date=DAYS[0]), "few_days"),
        (lambda form: form.assign(date=form["date"].where(form.index != 4)), "no_date"),
        (lambda form: change(form, "customer", None), "no_customer"),
        (lambda form: change(form, "customer", "  "), "no_customer"),
        (lambda form: change(form, "customer", "ann "), "two_spellings"),
        (lambda form: change(form, "customer", "Ａｎｎ"), "two_spellings"),
        (lambda form: change(form, "customer", "138-0000-0000"), "telephone"),
        (lambda form: form.assign(amount=form["amount"].where(form.index != 4, 0)), "no_amount"),
        (lambda form: form.assign(amount=form["amount"].where(form.index != 4)), "no_amount"),
    ],
)
def test_a_faulty_form_is_named_before_its_numbers(form, spoil, name, language):
    feedback = check(TASK, spoil(form), 0.4, 1, 1, 1)
    assert (feedback.status, feedback.misconception) == ("wrong", name)


def test_the_line_of_a_fault_is_told(form):
    assert "Line 5." in check(TASK, form.assign(amount=form["amount"].where(form.index != 4, -3)), 0.4, 1, 1, 1).message


@pytest.mark.parametrize(
    ("place", "given", "name"),
    [
        (0, 3, "customers_not_share"),
        (0, 1 / 4, "came_only_once"),
        (1, 184 / 448, "most_often"),
        (1, 20 / 32, "share_of_lines"),
        (1, 200, "best_in_yuan"),
        (2, 200 / 16 * 365, "margin_forgotten"),
        (2, 200 * 0.4, "log_not_year"),
        (2, 200 * 365 * 0.4, "log_days_forgotten"),
        (2, 448 / 16 * 365 * 0.4, "all_customers"),
        (2, 25 * 365 * 0.4, "a_visit_a_day"),
    ],
)
def test_a_usual_slip_is_named(form, place, given, name, language):
    numbers = [given if number == place else right for number, right in enumerate(RIGHT)]
    assert check(TASK, form, 0.4, *numbers).misconception == name


def test_lines_are_not_days(form):
    twice_a_day = pd.concat([form, form[form["customer"] == "Deng"]])
    assert check(TASK, twice_a_day, 0.4, 1.0, *RIGHT[1:]).misconception == "lines_for_days"


def test_other_numbers_are_told_apart(form):
    assert check(TASK, form, 0.4, 75, *RIGHT[1:]).status == "wrong"
    assert check(TASK, form, 0.4, RIGHT[0], 0.45, RIGHT[2]).status == "rounded"
    assert check(TASK, form, 0.4, RIGHT[0], 0.9, RIGHT[2]).misconception is None
    assert check(TASK, form, 40, *RIGHT).misconception == "no_margin"


@pytest.mark.parametrize(
    "answers",
    [
        ("thirty lines", 0.4, *RIGHT),
        (pd.DataFrame({"date": DAYS}), 0.4, *RIGHT),
        (pd.DataFrame({"date": ["1 March"], "customer": "A", "goods": "x", "amount": 3}), 0.4, *RIGHT),
        (pd.DataFrame({"date": DAYS[:1], "customer": "A", "goods": "x", "amount": ["3 yuan"]}), 0.4, *RIGHT),
    ],
)
def test_what_is_no_form_is_told_so(answers, language):
    feedback = check(TASK, *answers)
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_numbers_of_the_wrong_kind_are_told_so(form):
    assert check(TASK, form, "40%", *RIGHT).misconception == "kind"
    assert check(TASK, form, 0.4, "three", *RIGHT[1:]).misconception == "kind"


def test_the_canteen_is_known_again():
    facts = key.find(TASK).facts
    assert facts["lines"] >= judge.LINES
    assert key.find(TASK).roads and not any(road.values for road in key.find(TASK).roads)


def test_a_decision_without_a_limit_is_not_accepted(language):
    said = {
        "en": "Ask customer E because she stopped coming; a soup costs 8 yuan. Compare in a month.",
        "zh": "客户 E 不再来了，去问问她，送一碗汤，8 元；一个月后再看看。",
    }
    feedback = check("overview.thirty_lines_decision", said[language])
    assert feedback.status == "wrong" and ("limit" in feedback.message or "上限" in feedback.message)


@pytest.mark.parametrize("day", ["2026-03-02", "2026/3/2", "2026年3月2日", "２０２６-03-02"])
@pytest.mark.parametrize("yuan", ["15", "15元", "15.00"])
def test_a_line_is_read(day, yuan):
    table = judge.read_form(f"\n{day}，A, rice ,{yuan}\n\n")
    assert table["date"].tolist() == [pd.Timestamp("2026-03-02")]
    assert table.iloc[0, 1:].tolist() == ["A", "rice", 15]


@pytest.mark.parametrize(
    "line",
    ["3月2日, A, rice, 15", "26-03-02, A, rice, 15", "2026-02-30, A, rice, 15", "3/2/2026, A, rice, 15"]
    + ["2026-03-02, A, rice", "2026-03-02, A, rice, 15,", "2026-03-02, A, rice, many", "2026-03-02, A, rice,"],
)
def test_a_line_that_cannot_be_read_is_named(line, language):
    with pytest.raises(ValueError, match={"en": "Line 2", "zh": "第 2 行"}[language]):
        judge.read_form(f"2026-03-01, A, rice, 15\n{line}")


def test_a_row_of_headings_is_told_so(language):
    with pytest.raises(ValueError, match={"en": "headings", "zh": "表头"}[language]):
        judge.read_form("date, customer, goods, amount\n2026-03-01, A, rice, 15")


def test_doubts_are_told_beside_the_praise(form, language):
    said = {"en": ("365 days", "name?"), "zh": ("365 天", "姓名")}[language]
    older = form.assign(date=form["date"].where(form.index != 0, pd.Timestamp("2025-09-17")))
    named = older.assign(customer=older["customer"].replace("Cai", "王小明"))
    loss = 200 / 365 * 365 * 0.4
    message = check(TASK, named, 0.4, *RIGHT[:2], loss).message
    assert all(word in message for word in said)


def test_what_is_unanswered_is_named(form, language):
    message = check(TASK, form, 0.4, RIGHT[0], ..., RIGHT[2]).message
    assert message.startswith("best_share") and "back_share" not in message


@pytest.mark.parametrize(
    "said",
    [
        "E花钱最多，占全部金额的27%，但从第11天起就没来。让店员问他一声，送一份饭，最多花80元，三周后看他又来了几天。",
        "问E为什么不来了；最多花200元；抽签一半人试，三个月后比较",
        "针对客户 E，因为占27%，最多花80元，一个月后看他来了没有。",
    ],
)
def test_decisions_of_the_trial_are_accepted(said):
    assert check("overview.thirty_lines_decision", said).status == "right"
