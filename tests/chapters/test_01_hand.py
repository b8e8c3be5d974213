"""The labs of chapter 01 by hand: a few answers from the givens of their questions, with a pocket calculator."""

import re
from collections import Counter
from math import log

import pandas as pd
import pytest

from crmlib import datasets
from crmlib.exercises import check, hint, key
from tests.support import PROJECT


def answer(name):
    return key.find(f"overview.{name}").answers[0].value


def test_the_first_lines_of_python_reckon_as_a_pocket_calculator():
    assert answer("a_year") == 12 * 3 * 50
    assert answer("mean_of_li") == pytest.approx((12 + 15 + 12 + 14) / 4)
    assert answer("best_customer") == pytest.approx(53 / (53 + 17 + 20 + 30))


def test_cdnow_is_counted_as_its_card_has_it():
    # 12,054 of 23,570 customers bought on one day; 2,500,315.63 dollars in all; 825 of 3,835 good ones fell silent.
    assert answer("once_share") == pytest.approx(12_054 / 23_570)
    assert answer("best_fifth") == pytest.approx(0.6778, abs=5e-5)
    assert answer("lost_share") == pytest.approx(825 / 3_835)


def test_the_gift_is_paid_for_all_who_order():
    # 96 of 244 ordered with the gift, 63 of 246 without it; an order brings 51.72 yuan, the bag costs 12.
    assert answer("autumn_gift") == pytest.approx(100 * (96 / 244 * (51.72164 - 12) - 63 / 246 * 51.72164), abs=0.01)


def test_the_margin_of_error_by_redrawing_is_near_that_of_the_formula():
    # The active: 572 of 1,094 ordered; the standard error of a difference of two shares of one hat.
    share = 572 / 1_094
    error = (share * (1 - share) * (1 / 545 + 1 / 549)) ** 0.5
    assert answer("gift_margin") == pytest.approx(196 * error, rel=0.01)


def test_firm_b_overtakes_where_its_bucket_holds_7900():
    # 20 N - 60 · 500 > 20 · 10,000 - 60 · 1,200, so N > 7,900; N = 10,000 - 3,000 · 0.95 ** t.
    first = next(month for month in range(37) if 10_000 - 3_000 * 0.95**month > 7_900)
    assert answer("b_overtakes") == first == 7


def test_the_service_may_cost_what_it_brings_above_advertising():
    assert answer("service_may_cost") == pytest.approx(
        (20 * 1_200 / 0.07 - 60 * 1_200) - (20 * 1_600 / 0.12 - 60 * 1_600)
    )


def test_five_points_are_worth_a_third_where_a_fifth_leaves():
    # (1 - r) / (1 - r - 0.05) = 4 / 3.
    assert answer("equally_good") == pytest.approx(0.80)


def test_the_network_by_hand():
    assert answer("network_value") == pytest.approx(10_000 * 5 * log(5_000) / log(1_000))
    assert answer("times_as_much") == pytest.approx(log(5) / (4 * log(1.25)))


def test_care_is_given_to_the_500_best_who_agreed():
    files = datasets.load_qinghe_customers().query("kind == 'household'").set_index("customer_id")
    at_one_phone = Counter(files["phone"])
    margins, consents = Counter(), {}
    home = {who: phone if at_one_phone[phone] <= 5 else who for who, phone in files["phone"].items()}
    for who, consent in files["consent"].items():
        consents[home[who]] = min(consent, consents.get(home[who], 1))
    orders = datasets.load_qinghe_orders().query("date >= '2025-01-01'")
    for who, amount, cost in zip(orders["customer_id"], orders["amount"], orders["cost"], strict=True):
        if who in home:
            margins[home[who]] += amount - cost
    best = sorted((margin for who, margin in margins.items() if consents[who]), reverse=True)[:500]
    assert answer("idic_gain") == pytest.approx(0.08 * sum(best) - 30_000)
    assert answer("shared_phones") == sum(files > 1 for files in at_one_phone.values())


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("a_year", 36, "one_week"),
        ("a_year", 65, "all_added"),
        ("a_year", 12 * 3 * 365 / 7, "weeks_of_the_calendar"),
        ("mean_of_li", 53, "total_of_li"),
        ("mean_of_li", 15, "everybody"),
        ("best_customer", 0.5, "share_of_purchases"),
        ("best_customer", 53, "in_yuan"),
        ("once_share", 0.5052, "rows_for_days"),
        ("lost_share", 0.772, "everybody"),
        ("gift_margin", 8.1, "the_printed_one"),
        ("gift_margin", 8.154, "the_middle_group"),
        ("gift_margin", 5.27, "the_spring_list"),
        ("gift_margin", 6.028, "two_deviations"),
        ("lost_share", 0.784, "still_there"),
        ("autumn_gift", 100 * (96 / 244 * (52 - 12) - 63 / 246 * 52), "rounded_order"),
        ("best_fifth", 4_714, "how_many"),
        ("b_overtakes", 0, "no_advertising"),
        ("b_overtakes", 8, "the_printed_one"),
        ("service_may_cost", 142_857, "against_today"),
        ("equally_good", 0.85, "after_the_rise"),
        ("equally_good", 0.50, "the_first_row"),
        ("idic_gain", 0, "nobody"),
        ("shared_phones", 774, "files_not_phones"),
        ("network_value", 250_000, "the_printed_one"),
        ("network_value", 10_000 * 5 * log(5_000) * log(1_000), "no_brackets"),
        ("times_as_much", 1, "by_squares"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"overview.{exercise}", given).misconception == road


@pytest.mark.parametrize(
    "slip",
    [
        "weeks，",
        "sum(amounts\n\nx = 1",
        "sum[amounts)",
        "sum(amounts))",
        'ledger["amount]',
        "a_visit x weeks",
        "1800元",
        'pd.DataFrame({"a" [1], "b": 2})',
        'ledger[ledger["amount"] = 15]',
        "  weeks",
        "weeks\u3000= 5",
        "12 + 2 * 9 =",
        "times-a-week = 3",
        'pd.DataFrame({"customer"= ["Li"]})',
        "(days == 1.mean())",
    ],
)
def test_the_messages_of_a_beginner_stand_in_the_table(slip):
    with pytest.raises(SyntaxError) as caught:
        compile(slip, "Cell", "exec")
    assert stands_in_the_table(f"{type(caught.value).__name__}: {caught.value.msg}")


@pytest.mark.parametrize(
    "slip",
    [
        "weks",
        'ledger["amuont"]',
        'ledger["amount" >= 15]',
        'ledger["customer" == "Li"]',
        'ledger[(ledger["amount"] > 8) and (ledger["day"] == 1)]',
        "ledger.mean()",
        'ledger["amount"].Mean()',
        "[12, 8].mean()",
        "sum[12, 8]",
        'ledger("amount")',
        'sum(["12", 8])',
        'pd.DataFrame({"day": [1, 2], "amount": [12]})',
    ],
)
def test_the_messages_of_a_running_cell_stand_in_the_table(slip):
    ledger = pd.DataFrame({"customer": ["Li", "Wu"], "day": [1, 2], "amount": [12, 8]})
    with pytest.raises(Exception) as caught:  # noqa: PT011 what kind it is, is what the table tells
        eval(slip, {"pd": pd, "ledger": ledger})
    assert stands_in_the_table(f"{type(caught.value).__name__}: {caught.value}")


def stands_in_the_table(message):
    """Whether both twins of the table of messages hold the unchanging part of this one."""
    [path] = PROJECT.glob("chapters/01_*/lab.md")
    rows = re.findall(r"^\| (.*?) \| ", path.read_text(encoding="utf-8"), re.M)
    told = [part.removeprefix("SyntaxError: ") for row in rows for part in re.findall("`([^`]*)`", row)]
    names = r"…|, U|'[，(]'|'weks'|'amuont'|'Mean'"
    pieces = [[piece.strip(" .") for piece in re.split(names, part)] for part in told]
    return sum(any(found) and all(piece in message for piece in found) for found in pieces) >= 2


def test_second_hints_of_the_labs_are_code_to_copy(language):
    names = "a_year mean_of_li best_customer once_share best_fifth lost_share autumn_gift gift_margin b_overtakes"
    names += " service_may_cost equally_good shared_phones delivery_share idic_gain network_value times_as_much"
    for name in names.split():
        code = key.find(f"overview.{name}").hints[language][1]
        compile(code, name, "exec")
        assert f"{'gift_gain' if name == 'autumn_gift' else name} = " in code


def test_an_empty_choice_is_told_so(language):
    said = {"en": "no row was selected", "zh": "一行也没有选中"}
    assert said[language] in check("overview.mean_of_li", float("nan")).message


@pytest.mark.parametrize("written", ["a_year", "overview.a_yaer", "Overview.A_year"])
def test_a_misspelt_exercise_is_guessed(written, language):
    with pytest.raises(ValueError, match='"overview.a_year"'):
        hint(written)


def test_a_name_for_a_number_is_told_so(language):
    feedback = check("overview.mean_of_li", "李")
    said = {"en": "the number you computed", "zh": "算出来的那个数"}
    assert feedback.misconception == "kind" and "李" in feedback.message and said[language] in feedback.message
