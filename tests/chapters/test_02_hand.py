"""Chapter 02's labs by hand: a few answers from counts and formulas, with a pocket calculator."""

import pytest

from crmlib import relationship
from crmlib.exercises import check, key


def answers(name):
    return [part.value for part in key.find(f"relationship.{name}").answers]


def test_trust_is_worth_a_geometric_series():
    # T 9, R 4, P 1, q 0.7: 4 / 0.3; 9 + 0.7 × 1 / 0.3; (9 − 4) / (9 − 1).
    assert answers("worth_of_trust") == pytest.approx([40 / 3, 34 / 3, 5 / 8])


def test_forgiving_keeps_nearly_the_reward():
    # One of twenty moves is a mistake; it is paid for once by both: about 3 − 0.05 × 3 + 0.05 × 2.
    assert answers("forgiving") == pytest.approx([2.95], abs=0.05)


def test_the_ratio_of_the_warehouse_is_a_sum_of_squares():
    # Of demand without memory, L / p = 0.4: (1.4 − 0.4 B)² = 1.96 − 1.12 B + 0.16 B²; with data 1.8 − 0.8 B.
    by_hand = [1.96**2 + 1.12**2 + 0.16**2, 1.8**2 + 0.8**2]
    assert answers("warehouse_ratio") == pytest.approx(by_hand, rel=0.02)


def test_fifteen_weeks_calm_four_firms():
    bound = {weeks: (1 + 4 / weeks + 8 / weeks**2) ** 4 for weeks in (14, 15)}
    assert bound[14] > 3 >= bound[15] and answers("weeks_needed") == [15]


def test_a_sender_is_worth_the_newcomers():
    # Eight newcomers with a margin of 3,084.28 yuan in 2025, six tenths because of Q00121; 20 yuan each are left over.
    assert answers("sender_value") == pytest.approx([0.6 * 3084.28 + 8 * 20])


def test_the_bonus_may_eat_up_what_newcomers_bring():
    # 428 newcomers brought 127,723.67 yuan.
    assert answers("highest_bonus") == pytest.approx([0.6 * 127_723.67 / 428 + 50], rel=1e-6)


def test_the_size_of_the_test_is_the_formula_of_feit_and_berman():
    r = 0.15 * 0.85 / 0.02**2
    assert answers("test_size") == [round((42_694 * r / 4 + (0.75 * r) ** 2) ** 0.5 - 0.75 * r)] == [1621]


def test_certainty_costs_a_hundred_visits():
    # 2 × (1.95996 + 0.84162)² × 0.1275 / 0.0004 = 5,003.7, so 5,004; visits 3,894 of 21,307 and 3,238 of 21,387.
    assert answers("visits_lost") == pytest.approx([(5004 - 1500) * (3894 / 21307 - 3238 / 21387)])


def test_the_whole_effect_is_the_direct_one_and_what_trust_carries():
    whole, direct, b = answers("paths_of_trust")
    assert whole == pytest.approx(direct + 0.432759 * b, abs=1e-5)
    carried, direct = answers("satisfied_and_trust")
    assert carried + direct == pytest.approx(1.005899, abs=1e-5) and carried < 0.01


def test_a_thousand_e_mails_earn_most_where_they_move():
    # Second half, visits of customers, with and without: 1,059 of 5,869, 618 of 5,874; in all 1,611 of 10,751, 1,117.
    chosen, everybody = answers("per_thousand")
    assert chosen == pytest.approx(2500 * (1059 / 5869 - 618 / 5874) - 100)
    assert everybody == pytest.approx(2500 * (1611 / 10751 - 1117 / 10720) - 100)
    assert answers("cells_to_mail") == pytest.approx([4, 11_743 / 21_471])


@pytest.mark.parametrize("seed", range(2, 5))
def test_what_the_text_says_of_the_two_tournaments_is_no_luck(seed):
    def patient(own, other):
        return "D" if other[-2:] == "DD" else "C"

    names = ["tit_for_tat", "grudger", "always_defect", "always_cooperate"]
    five = dict(zip(names, names, strict=True)) | {"patient": patient}
    seven = five | {name: name for name in ("win_stay_lose_shift", "random")}
    small, large = (
        relationship.tournament(field, rounds=1000, noise=0.05, seed=seed)["mean_payoff"] for field in (five, seven)
    )
    assert small.idxmax() == "patient" and large["always_defect"] > large["patient"]


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("worth_of_trust", [40 / 3, 9 + 1 / 0.3, 0.625], "punished_at_once"),
        ("worth_of_trust", [40 / 3, 34 / 3, 5 / 11], "sucker_for_punishment"),
        ("worth_of_trust", [40 / 3, 9 - 2 * 0.7 / 0.3, 0.625], "sucker_later"),
        ("forgiving", [2.344], "answers_each_breach"),
        ("forgiving", [3.0], "no_mistakes"),
        ("forgiving", [0.957], "cooperation_not_points"),
        ("warehouse_ratio", [12.63, 7.61], "factor_forgotten"),
        ("warehouse_ratio", [5.0490504, 3.5], None),
        ("weeks_needed", [14], "last_too_few"),
        ("sender_value", [3084.28 + 160], "all_type_one"),
        ("sender_value", [0.6 * (3084.28 + 160)], "part_of_everything"),
        ("sender_value", [0.6 * 3084.28], "saving_and_bonus_left_out"),
        ("highest_bonus", [0.6 * 127_723.67 / 428], "saving_left_out"),
        ("highest_bonus", [0.6 * 127_723.67 / 428 + 20], "bonus_taken_off"),
        ("test_size", [3242], "both_groups"),
        ("test_size", [5004], "significance"),
        ("test_size", [6], "upside_down"),
        ("visits_lost", [3504 * 0.02], "assumed_difference"),
        ("paths_of_trust", [0.501687, 0.221252, 0.405939], "swapped_columns"),
        ("satisfied_and_trust", [0.0033877, 1.005899], "whole_for_direct"),
        ("cells_to_mail", [6, 1.0], "by_response"),
        ("cells_to_mail", [4, 0.55], "digits"),
        ("cells_to_mail", [4, 0.5508], "first_half"),
        ("per_thousand", [2500 * 1059 / 5869 - 100, 2500 * 1611 / 10751 - 100], "response_not_extra"),
        ("per_thousand", [95.66, 14.12], "chosen_again_on_second"),
        ("who_said_no", [4672, 93], "records_for_numbers"),
        ("who_said_no", [69, 93], "tilde_forgotten"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"relationship.{exercise}", *given).misconception == road
