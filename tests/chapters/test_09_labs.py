"""Chapter 09, labs 3 to 5 by hand: a few answers by counting, by published tables and by chains of sums."""

from math import exp, factorial

import pytest

from crmlib import datasets
from crmlib.exercises import check, key


def answers(name):
    return [part.value for part in key.find(f"systems.{name}").answers]


def test_bread_and_nappies_lead_to_milk_less_often_than_other_baskets():
    # Baskets 2, 4 and 5 hold both, 4 and 5 milk as well; all but basket 2 hold milk.
    assert answers("bread_nappies_milk") == pytest.approx([2 / 5, 2 / 3, (2 / 3) / (4 / 5)])


def test_the_two_rules_by_counting_orders():
    orders, goods = datasets.load_qinghe_orders(), datasets.load_qinghe_products().set_index("product_id")
    this_year = orders.loc[orders["date"] >= "2025-01-01", "order_id"]
    lines = datasets.load_qinghe_order_lines()
    lines = lines[lines["order_id"].isin(this_year)]
    having = {
        item: set(lines.loc[lines["product_id"] == item, "order_id"]) for item in ("P007", "P022", "P112", "P115")
    }

    def profit(left, right):
        margin = goods.loc[right, "price"] - goods.loc[right, "cost"]
        return len(having[left] - having[right]) * (0.02 * margin - 0.05)

    assert answers("rule_profits") == pytest.approx([profit("P007", "P022"), profit("P112", "P115")])


def test_the_worst_leaf_is_a_late_answer_that_was_none():
    complaints = datasets.load_qinghe_complaints().dropna(subset="stayed").query("date >= '2025-01-01'")
    worst = complaints[(complaints["delay_days"] > 5.5) & (complaints["recovery"] == "none")]
    assert answers("worst_leaf") == [pytest.approx(worst["stayed"].mean()), len(worst)]


def test_erlang_c_by_the_sum_of_powers():
    # The form with factorials, load 10, 14 agents: published as 0.1741 and 7.84 seconds.
    last = 10**14 / factorial(14) * 14 / 4
    wait = last / (sum(10**k / factorial(k) for k in range(14)) + last)
    assert answers("erlang_by_hand") == pytest.approx([wait, wait * 180 / 4])
    assert answers("erlang_by_hand") == pytest.approx([0.1741, 7.84], abs=5e-3)


def test_a_crew_of_167_keeps_80_per_cent_in_the_busiest_half_hour_and_166_do_not():
    calls = datasets.load_bank_calls().set_index("start")["calls"].resample("30min").sum()
    busiest = calls[(calls.index.day_name() == "Wednesday") & (calls.index.strftime("%H:%M") == "10:30")]
    load = busiest[busiest > 0].mean() * 180 / 1800

    def level(agents):
        blocked = 1.0
        for agent in range(1, agents + 1):
            blocked = load * blocked / (agent + load * blocked)
        wait = agents * blocked / (agents - load * (1 - blocked))
        return 1 - wait * exp(-(agents - load) * 20 / 180)

    assert level(166) < 0.8 <= level(167)
    wages, more = answers("wednesday_wages")
    assert wages + more == 28 * 239 * 15  # 167 / 0.7 = 238.6


def test_the_project_by_hand():
    # goals 5, processes 25, selection 40, set-up 60, import 70, pilot 100, launch 110; then cleaning is last, day 55.
    assert answers("project_days") == [110, 110 - (55 + 10 + 30 + 10)]


def test_renting_and_its_pilot_by_hand():
    worth = -60_000 + sum(84_000 / 1.08**year for year in range(1, 6))
    loss = -60_000 - 96_000 / 1.08
    gain = 0.4 * worth + 0.1 * loss - (worth + loss) / 2 - 20_000
    # The gain grows by (worth - loss) / 2 with the share of right answers, and is zero at the last number.
    assert answers("pilot_gain") == pytest.approx([worth, gain, 0.75])
    assert 0.74 < 0.8 - gain / ((worth - loss) / 2) <= 0.75


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("bread_nappies_milk", [0.6, 2 / 3, 5 / 6], "support_of_the_left"),
        ("bread_nappies_milk", [0.4, 2 / 3, 1 / 6], "lift_without_share"),
        ("bread_nappies_milk", [0.6, 0.75, 0.9375], "one_item_alone"),
        ("bread_nappies_milk", [0.4, 0.5, 5 / 6], "reversed_rule"),
        ("bread_nappies_milk", [2, 3, 4], "counted"),
        ("rule_profits", [1502.356, 564.93], "cost_paid_once"),
        ("rule_profits", [1502.41, 564.98], "cost_forgotten"),
        ("rule_profits", [75_034.35, 28_214.5], "persuaded_forgotten"),
        ("rule_profits", [1092, 530.53], "row_number"),
        ("worst_leaf", [0.5375, 80], "on_the_learned"),
        ("worst_leaf", [0.66, 147], "one_level"),
        ("worst_leaf", [0.608, 186], "years_swapped"),
        ("worst_leaf", [0.5, 36], "amends_left_out"),
        ("erlang_by_hand", [0.05682, 7.8359], "erlang_b_only"),
        ("erlang_by_hand", [0.2853, 17.116], "one_agent_less"),
        ("erlang_by_hand", [0.24378, 10.9703], "loop_too_short"),
        ("erlang_by_hand", [0.905, 40.7], "loop_to_three"),
        ("erlang_by_hand", [0.4444, 80], "the_pattern"),
        ("busy_wednesday", [0.06061, 0.13319], "at_random"),
        ("busy_wednesday", [0.07, 0.13], "two_decimals"),
        ("busy_wednesday", [0.0722, 0.13331], "patience_of_a_minute"),
        ("busy_wednesday", [0.864, 0.0125], "own_crew"),
        ("busy_wednesday", [0.0678, 0.1125], "no_seed"),
        ("busy_wednesday", [0.0734, 0.1150], "one_seed_only"),
        ("busy_wednesday", [0.0722, 0], "no_patience"),
        ("wednesday_wages", [140_580, 60_180], "a_full_hour"),
        ("wednesday_wages", [82_440, 38_520], "the_monday"),
        ("wednesday_wages", [73_875, 33_225], "all_weekdays"),
        ("wednesday_wages", [4_686, 2_006], "heads_not_wages"),
        ("wednesday_wages", [70_290, 60_180], "extra_for_hours"),
        ("wednesday_wages", [63_945, 27_615], "times_1_3"),
        ("project_days", [168, 5], "all_in_a_row"),
        ("project_days", [110, 20], "work_saved"),
        ("project_days", [108, 5], "last_need_only"),
        ("project_days", [118, 5], "training_in_a_row"),
        ("pilot_gain", [255_387.6, 12_016.8, 0.75], "pilot_in_the_rent"),
        ("pilot_gain", [275_387.6, 95_266.2, 0.75], "neither"),
        ("pilot_gain", [275_387.6, 12_016.8, 0.65], "free_pilot"),
        ("pilot_gain", [275_387.6, 12_016.8, 0.7434], "not_rounded"),
        ("pilot_gain", [275_387.6, 12_016.8, 0.45], "nothing_as_the_other"),
        ("pilot_gain", [254_988.6, 12_016.8, 0.75], "first_payment_discounted"),
        ("pilot_gain", [275_387.6, 129_781, 0.75], "five_years_lost"),
        ("pilot_gain", [275_387.6, 14_861.2, 0.75], "first_rent_not_discounted"),
        ("pilot_gain", [275_387.6, -47_538.8, 0.75], "nothing_lost"),
        ("pilot_gain", [275_387.6, 22_016.8, 0.75], "pilot_paid_if_good"),
        ("pilot_gain", [335_387.6, 12_016.8, 0.75], "once_left_out"),
        ("pilot_gain", [-443_300.2, 12_016.8, 0.75], "costs_only"),
        ("pilot_gain", [275_387.6, 12_016.8, 0.5], "a_coin"),
        ("pilot_gain", [275_387.6, 32_016.8, 0.75], "cost_not_paid"),
    ],
)
def test_the_traps_of_these_labs_are_named(exercise, given, road):
    assert check(f"systems.{exercise}", *given).misconception == road
