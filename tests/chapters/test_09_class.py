"""Chapter 09, the class part by hand: its boxes from the givens of their questions, with a pocket calculator."""

import pandas as pd
import pytest

from crmlib import datasets, rollout, systems, use_language, widgets
from crmlib.exercises import check, key
from crmlib.exercises.controls import control_for, judged_in


def answer(name):
    return key.find(f"systems.{name}").answers[0].value


def test_a_crm_system_looks_outward():
    assert set(answer("jobs_of_crm")) == {"A", "C", "E"}


def test_a_call_is_worth_the_margin_it_adds():
    assert answer("last_call") == pytest.approx(18_000 * 0.2 * 0.03)


def test_who_counts_and_who_predicts_analyses():
    assert set(answer("analytical_jobs")) == {"B", "E"}


def test_the_other_goods_of_the_town_grow_from_17_to_25():
    # 31 − 14 and 31 − 6.
    assert answer("cube_by_hand") == pytest.approx(8 / 17)


def test_baskets_with_bread_hold_milk_a_little_less_often():
    # Three of four baskets with bread hold milk, and four of all five.
    assert answer("lift_by_hand") == pytest.approx(0.75 / 0.8)


def test_the_five_baskets_by_the_library():
    baskets = [["Bread", "Milk"], ["Bread", "Nappies", "Beer", "Eggs"], ["Milk", "Nappies", "Beer", "Cola"]]
    baskets += [["Bread", "Milk", "Nappies", "Beer"], ["Bread", "Milk", "Nappies", "Cola"]]
    rules = systems.association_rules(baskets, min_support=0.4).set_index(["antecedent", "consequent"])
    assert rules.loc[("Bread", "Milk"), "lift"] == pytest.approx(answer("lift_by_hand"))
    assert rules.loc[("Nappies", "Beer"), ["support", "confidence", "lift"]].tolist() == pytest.approx(
        [0.6, 0.75, 1.25]
    )


def test_in_the_evening_callers_wait_half_a_minute():
    assert answer("evening_wait") == pytest.approx(0.24 * 200 / 1.5)
    assert systems.erlang_c(13.5, 200, 3)["asa"] == pytest.approx(answer("evening_wait"), abs=1)


def test_buying_overtakes_renting_after_five_years_with_90_users_as_in_the_explorer():
    # 90 × 5,000 + 120,000 against 60,000 once; 90 × 1,000 + 30,000 against 90 × 2,400 a year.
    assert answer("years_to_buy") == pytest.approx((570_000 - 60_000) / (216_000 - 120_000))
    benefits = pd.DataFrame({"item": ["all"], "when": ["yearly"], "amount": [4_500], "per_user": [True]})
    costs = rollout.price_list()
    explorer = widgets.systems.tco_explorer(costs.assign(item=costs["when"]), benefits, discount=0)
    assert "Rent costs least" in explorer.at(users=90, years=5)
    assert "Buy costs least" in explorer.at(users=90, years=6)


def test_a_pilot_turns_the_decision_to_buy():
    # Used: 5 · 180,000 − 670,000; unused: −390,000; 40 and 10 of 100 go on; the pilot costs 20,000.
    assert answer("buying_after_pilot") == pytest.approx((40 * 230_000 - 10 * 390_000) / 100 - 20_000)
    signals = pd.DataFrame({"good": [0.8, 0.2], "bad": [0.2, 0.8]}, index=["used", "unused"])
    found = systems.pilot_value(
        {"used": 230_000, "unused": -390_000}, {"used": 0.5, "unused": 0.5}, signals, cost=20_000
    )
    assert found["after"] - 20_000 == pytest.approx(answer("buying_after_pilot"))


def test_half_of_the_benefits_is_not_half_of_the_firms():
    benefits = pd.DataFrame({"item": ["all"], "when": ["yearly"], "amount": [4_500], "per_user": [True]})
    costs = rollout.price_list()
    explorer = widgets.systems.tco_explorer(costs.assign(item=costs["when"]), benefits, discount=0)
    # 5 · 180,000 − 540,000; half of the benefits with five years' rent; but half of the firms stop after a year.
    assert "brings +360,000 yuan net" in explorer.words and "60% of the benefits" in explorer.words
    assert "brings −90,000 yuan net and does not pay back" in explorer.at(share=0.5)
    assert (360_000 - 156_000) / 2 == 102_000
    assert "Buy 1,020,000, Rent 1,020,000. Buy costs least" in explorer.at(years=10, share=1.0)


def test_of_100_firms_with_a_pilot_the_rows_add_up():
    rows = [40 * (360_000 - 20_000), 10 * (-156_000 - 20_000), 40 * -20_000, 10 * -20_000]
    assert sum(rows) / 100 == 108_400 == (40 * 360_000 - 10 * 156_000) / 100 - 20_000


def test_the_screen_shows_of_her_what_the_class_says():
    crm = systems.open_qinghe()
    service, marketing = crm.sign_in("service1"), crm.sign_in("marketing1")
    waiting = systems.work_list(service)
    assert (len(waiting), waiting["overdue"].tolist()) == (5, [True, False, False, False, False])
    hers = systems.history(service, "Q00821")
    assert set(hers["channel"]) == {"app", "phone", "wechat"} and hers.loc[("tickets", 799), "channel"] == "phone"
    since = hers[hers["at"] >= "2025-12-01"]
    assert set(since["channel"]) == {"app"}  # no answer by telephone
    told = systems.history(marketing, "Q00821")
    assert told.index.equals(hers.index) and told.loc[("tickets", 1625), "what"] != hers.loc[("tickets", 1625), "what"]


def test_a_bad_payer_is_a_problem_customer():
    assert answer("form_group") == "B"


def test_the_litre_of_milk_came_late_as_the_chapter_tells():
    complaint = datasets.load_qinghe_complaints().query("order_id == 66924").iloc[0]
    assert (complaint["customer_id"], complaint["type"], complaint["recovery"]) == ("Q00821", "delivery", "apology")
    assert (complaint["date"].strftime("%d %B"), complaint["delay_days"]) == ("27 December", 4)
    line = datasets.load_qinghe_order_lines().query("order_id == 66924").iloc[0]
    assert (line["product_id"], line["quantity"]) == ("P032", 1)


def test_a_third_agent_at_noon_saves_47_calls_and_less_than_the_wage():
    calls = datasets.load_qinghe_calls()
    hour = calls["start"].dt.hour
    noon, morning = calls[hour.isin([12, 13])], calls[hour.isin([10, 11])]
    saved = len(noon) * (noon["abandoned"].mean() - morning["abandoned"].mean())
    assert round(saved) == 47
    assert saved * 0.3 * 48 < 30 * 2 * 28  # orders, their margin; the wage


def test_moving_an_agent_to_noon_loses_about_17_calls_of_the_afternoon():
    calls = datasets.load_qinghe_calls()
    hour = calls["start"].dt.hour
    noon, afternoon = calls[hour.isin([12, 13])], calls[hour.isin([15, 16])]
    assert (len(afternoon), round(len(afternoon) / 112)) == (829, 7)
    assert round(afternoon["abandoned"].mean(), 3) == 0.002 and set(afternoon["agents"]) == {3}
    patience = noon["wait_seconds"].sum() / noon["abandoned"].sum()  # seconds waited for each who hangs up
    assert round(patience / 60) == 27
    assert [round(wait) for wait in systems.erlang_c(7, 200, [2, 3])["asa"]] == [36, 4]
    assert round(36 / (27 * 60), 3) == 0.022 > systems.erlang_a(7, 200, 2, patience_seconds=27 * 60)["abandoned"]
    assert round(829 * (0.022 - 0.002)) == 17 and (47 - 17) * 14.4 == pytest.approx(432)
    # Not rounded, 7.4 calls: more hang up by the same sum; by Erlang A, which lets them, fewer.
    wait = systems.erlang_c(829 / 112, 200, 2)["asa"]
    hang_up = systems.erlang_a(829 / 112, 200, 2, patience_seconds=27 * 60)["abandoned"]
    assert [round(829 * (share - 0.002)) for share in (round(wait / (27 * 60), 3), hang_up)] == [19, 15]


@pytest.mark.parametrize("patience", [30, 60, 120, 600, 27 * 60, 3600])
def test_moving_pays_whatever_the_patience(patience):
    def saved(calls, each):
        hang_up = systems.erlang_a(each, 200, [2, 3], patience_seconds=patience)["abandoned"]
        return calls * (hang_up[2] - hang_up[3])

    assert saved(1116, 10) > 1.5 * saved(829, 7)
    if patience == 120:
        noon = systems.erlang_a(10, 200, 2, patience_seconds=patience)["abandoned"]
        assert round(noon, 3) == 0.145  # measured: 0.047
        assert [round(saved(1116, 10)), round(saved(829, 7))] == [119, 57]
        assert 119 * 14.4 > 30 * 2 * 28  # hiring would just pay


def test_the_explorer_shows_the_waits_of_the_text():
    explorer = widgets.systems.staffing_explorer(10, 200, 30, agents=2)
    waits = {(agents, calls): explorer.at(agents=agents, calls=calls) for agents in (2, 3) for calls in (7, 10)}
    shown = {(2, 10): "89.3 s", (3, 10): "12.4 s", (3, 7): "4.4 s", (2, 7): "35.6 s"}
    assert all(f"mean wait of all is {wait}" in waits[at] for at, wait in shown.items())
    assert round(0.397 * 200 / 0.889) == 89 and round(0.117 * 200 / 1.889) == 12


def test_of_all_pairs_one_has_the_highest_lift_and_another_the_highest_profit():
    orders, lines = datasets.load_qinghe_orders(), datasets.load_qinghe_order_lines()
    goods = datasets.load_qinghe_products().set_index("product_id")
    of_2025 = lines[lines["order_id"].isin(orders.loc[orders["date"] >= "2025-01-01", "order_id"])]
    baskets = of_2025.groupby("order_id")["product_id"].agg(set)
    rules = systems.association_rules(baskets, min_support=0.002)
    margins = (goods["price"] - goods["cost"]).to_dict()
    valued = systems.rule_profit(rules, baskets, margins, uplift=0.02, cost=0.05)
    best = [valued.loc[valued[column].idxmax()] for column in ("lift", "profit")]
    assert [set(rule[["antecedent", "consequent"]]) for rule in best] == [{"P112", "P115"}, {"P007", "P022"}]
    assert [round(rule["profit"]) for rule in best] == [531, 1416]


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("jobs_of_crm", [{"A", "E"}], "front_only"),
        ("last_call", [540], "sales_for_margin"),
        ("last_call", [3600], "chance_forgotten"),
        ("last_call", [160], "call_to_sleeper"),
        ("analytical_jobs", [{"B", "D", "E"}], "self_service_too"),
        ("cube_by_hand", [0.32], "to_base_of_end"),
        ("cube_by_hand", [0.571], "fresh_fell"),
        ("lift_by_hand", [0.75], "confidence_for_lift"),
        ("lift_by_hand", [1.25], "lift_of_the_text"),
        ("evening_wait", [133], "all_wait"),
        ("evening_wait", [16], "by_agents"),
        ("jobs_of_crm", [{"A", "C", "E", "F"}], "depreciation_too"),
        ("analytical_jobs", [{"A", "B", "E"}], "call_too"),
        ("cube_by_hand", [1.47], "one_not_taken_off"),
        ("cube_by_hand", [8], "increase_only"),
        ("lift_by_hand", [0.9], "one_decimal"),
        ("evening_wait", [0.533], "in_minutes"),
        ("years_to_buy", [5], "whole_years"),
        ("years_to_buy", [5.94], "rent_start_forgotten"),
        ("years_to_buy", [4.75], "price_over_care"),
        ("buying_after_pilot", [72_000], "unused_forgotten"),
        ("buying_after_pilot", [-80_000], "no_pilot"),
        ("buying_after_pilot", [95_000], "pilot_never_errs"),
        ("form_group", ["C"], "visits"),
    ],
)
def test_the_traps_of_the_boxes_are_named(exercise, given, road):
    assert check(f"systems.{exercise}", *given).misconception == road


@pytest.mark.parametrize("written", ["47.1", "47%", "0.47", "47.06 %", "47", "47 percent", "约47%"])
def test_an_answer_in_per_cent_may_be_written_as_one_likes(written):
    exercise = key.find("systems.cube_by_hand")
    field = control_for(exercise.answers[0])
    field.value = written
    assert judged_in([field], exercise).status == "right"


@pytest.mark.parametrize(
    ("language", "sentence", "status"),
    [
        ("zh", "按主题组织、集成、稳定、随时间变化的数据，供管理者决策", "right"),
        ("zh", "数据仓库就是很大的数据库", "wrong"),
        (
            "en",
            "Integrated data ordered by subject, stable, with their history over time, for the decisions of managers",
            "right",
        ),
        ("en", "A warehouse is a very large database", "wrong"),
        ("zh", "面向主题、整合的、不可更新的、随时间变化的数据集合，用于决策", "right"),
        ("zh", "面向主题、来自多个系统、不易丢失、动态变化的数据集合，为决策服务", "right"),
        ("zh", "面向主题的、集成的、非易失的、随时间变化的数据集合，用来不支持管理决策", "wrong"),
        ("zh", "面向主题的、集成的、稳定的、随时间变化的数据集合，不是大数据库，用于决策", "right"),
        (
            "en",
            "A large database, updated in real time, integrated, stable, by subject, over time, for decisions",
            "wrong",
        ),
        (
            "en",
            "Data by subject, combined from different systems, not changed, time-varying, no large database, to decide",
            "right",
        ),
    ],
)
def test_a_data_warehouse_is_defined_by_five_words(language, sentence, status):
    use_language(language)
    assert check("systems.define_warehouse", sentence).status == status
    use_language("en")


@pytest.mark.parametrize(
    ("name", "typed", "status"),
    [
        ("cube_by_hand", "1.47", "one_not_taken_off"),
        ("cube_by_hand", "147", "one_not_taken_off"),
        ("cube_by_hand", "147%", "one_not_taken_off"),
        ("cube_by_hand", "-57%", "fresh_fell_by"),
        ("cube_by_hand", "0", "all_goods"),
        ("evening_wait", "32秒", None),
        ("evening_wait", "32 s", None),
        ("lift_by_hand", "0.94倍", None),
        ("years_to_buy", "5.3 years", None),
        ("buying_after_pilot", "33000 yuan", None),
    ],
)
def test_what_is_typed_is_read_with_its_unit(name, typed, status):
    exercise = key.find(f"systems.{name}")
    field = control_for(exercise.answers[0])
    field.value = typed
    found = judged_in([field], exercise)
    assert (found.misconception == status) if status else found.status == "right"
