"""Chapter 07, the class part by hand: its boxes from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib import use_language
from crmlib.exercises import check, key
from crmlib.exercises.controls import control_for, judged_in


def answer(name):
    return key.find(f"loyalty.{name}").answers[0].value


def test_who_buys_much_without_liking_is_loyal_in_behaviour_only():
    assert set(answer("spurious_ones")) == {"B", "C", "E", "F"}


def test_a_share_of_wallet_has_all_spending_below_the_line():
    assert answer("wallet_share") == pytest.approx(3600 / (3600 + 1200 + 900 + 300))


def test_a_hotel_counts_hours_money_and_ties():
    # 40 hours at 30 yuan, 600 + 2,000 yuan, ties of 1,500: 5,300 yuan, at 400 a month.
    assert answer("hotel_leaves") == pytest.approx(13.25)


def test_a_measure_of_25_yuan_must_keep_seven_in_a_hundred_households_of_360_yuan():
    assert answer("must_keep") == pytest.approx(2500 / 360)


def test_points_on_what_is_bought_more_must_be_earned_too():
    # Two points a yuan, 63 % redeemed, cost 1.26 fen a yuan: 50.4 yuan, out of 21 − 1.26 fen on each yuan more.
    assert answer("double_points") == pytest.approx(50.4 / 0.1974)


def test_below_the_last_step_nineteen_more_in_a_hundred_stay():
    assert answer("lower_down") == pytest.approx((0.32 - 0.13) * 360 / 45)


def test_five_trips_earn_a_card_back():
    assert answer("card_earned_back") == pytest.approx(299 / 3375)


def test_a_stamp_card_gives_36_fen_of_nine_yuan():
    assert answer("stamp_card") == pytest.approx(0.36 / 8.64)


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("spurious_ones", [{"A", "B", "C", "E", "F"}], "repeat_is_loyalty"),
        ("wallet_share", [0.75], "largest_rival_only"),
        ("hotel_leaves", [6.5], "money_only"),
        ("hotel_leaves", [9.5], "ties_forgotten"),
        ("double_points", [240], "points_on_more_forgotten"),
        ("double_points", [421], "redemption_forgotten"),
        ("lower_down", [2.56], "level_not_change"),
        ("lower_down", [1.14], "price_of_the_text"),
        ("lower_down", [2.58], "answer_of_the_text"),
        ("lower_down", [0.19], "points_only"),
        ("hotel_leaves", [8.25], "bonus_forgotten"),
        ("hotel_leaves", [14], "whole_months"),
        ("must_keep", [7], "whole_households"),
        ("double_points", [248], "doubled"),
        ("double_points", [80], "face_cost"),
        ("stamp_card", [0.04], "stamps_on_more_forgotten"),
        ("stamp_card", [0.071], "all_completed"),
        ("card_earned_back", [0.081], "fee_added"),
        ("spurious_ones", [{"B", "E", "F"}], "habit_left_out"),
    ],
)
def test_the_traps_of_the_boxes_are_named(exercise, given, road):
    assert check(f"loyalty.{exercise}", *given).misconception == road


@pytest.mark.parametrize("written", ["4.2", "4.2%", "0.042", "4.2 %"])
def test_an_answer_in_per_cent_may_be_written_as_one_likes(written):
    exercise = key.find("loyalty.stamp_card")
    field = control_for(exercise.answers[0])
    field.value = written
    assert judged_in([field], exercise).status == "right"


@pytest.mark.parametrize(
    ("language", "exercise", "sentence"),
    [
        ("zh", "define_trap", "满意的客户也会走，曲线有平坦区，只有十分满意才忠诚"),
        ("zh", "define_trap", "虽然基本满意，客户仍会跳槽，非常满意的才忠诚"),
        ("zh", "define_loyalty", "偏爱某一品牌，在相当长的时间里经常回购"),
        ("zh", "define_loyalty", "客户对企业有感情，并且多年反复购买"),
        (
            "en",
            "define_trap",
            "Happy customers go elsewhere: expected quality is only hygiene, delight makes them stay",
        ),
        ("en", "define_loyalty", "A customer has a positive attitude and keeps buying from the firm over many years"),
    ],
)
def test_definitions_in_other_words_are_understood(language, exercise, sentence):
    use_language(language)
    assert check(f"loyalty.{exercise}", sentence).status == "right"
    use_language("en")


@pytest.mark.parametrize("sentence", ["满意的客户必然忠诚", "企业的产品卖得好"])
def test_a_definition_without_its_parts_is_not_passed(sentence):
    use_language("zh")
    assert check("loyalty.define_trap", sentence).status == "wrong"
    use_language("en")
