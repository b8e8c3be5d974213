"""Chapter 02, the class part by hand: its boxes from the givens of their questions, with a pocket calculator."""

import pytest

from crmlib import relationship
from crmlib.exercises import check, key


def answer(name):
    return key.find(f"relationship.{name}").answers[0].value


def test_the_landfill_decides_against_the_customers_wish():
    assert answer("concept") == "E"


def test_care_of_eighteen_yuan_needs_an_eighth_more_than_a_tenth():
    # 30 purchases at 5 yuan are 150 yuan.
    assert answer("bakery") == pytest.approx(0.12)


def test_a_system_and_a_joint_design_are_structural():
    assert set(answer("structural")) == {"B", "E"}


def test_a_share_after_the_basket_has_the_new_total_below_the_line():
    assert answer("family_share") == pytest.approx(4 / 11)


def test_honesty_needs_three_chances_in_five():
    # Tempted by 7 instead of 4, punished with 2: (7 − 4) / (7 − 2).
    assert answer("least_chance") == pytest.approx(0.6)


def test_ten_rewards_win_six_households():
    assert answer("referral_cost") == pytest.approx(300 / 6)


def test_three_cases_more_become_forty_eight_at_the_fourth_firm():
    assert answer("dairy_order") == 43 + 3 + 6 + 12 + 24 == 88


def test_the_game_is_the_bullwhip_of_the_library():
    # By hand, week 2: 44, 48, 56, 72; week 3: 42, 40, 32, 8.
    orders = relationship.chain_orders([40] * 4 + [40, 42, 42], lead_time=1, periods=1, stages=4)
    assert orders.iloc[-2:].to_numpy().tolist() == [[42, 44, 48, 56, 72], [42, 42, 40, 32, 8]]


@pytest.mark.parametrize("missing", ["各类公众", "互动", "建立", "互利"])
def test_a_definition_lacks_what_it_does_not_say(missing):
    parts = {
        "各类公众": "与供应商、竞争者、政府等公众",
        "互动": "在互动过程中",
        "建立": "建立、维持和发展",
        "互利": "互利的长期关系",
    }
    whole = "关系营销是企业" + "".join(parts.values()) + "。"
    part = "关系营销是企业" + "".join(text for name, text in parts.items() if name != missing) + "。"
    assert check("relationship.define_it", whole).status == "right"
    assert check("relationship.define_it", part).status == "wrong"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("请客送礼，与供应商等公众互动，建立长期互利的关系。", "wrong"),
        ("关系营销不是请客送礼，而是与供应商等公众互动，建立长期互利的关系。", "right"),
        ("关系营销是企业与供应商等公众交往，建立长期互惠的关系。", "right"),
        ("A process of string-pulling interaction with suppliers to build mutual benefit.", "wrong"),
        ("Without gifts, a process of interaction with suppliers to build mutual benefit.", "right"),
    ],
)
def test_gifts_define_no_relationship(text, status):
    feedback = check("relationship.define_it", text)
    assert feedback.status == status and (status == "right" or feedback.misconception == "astray")


def test_the_dairy_deepens_while_a_step_keeps_more_than_it_costs():
    # One step keeps 8 % of the margin: 28.8, 192, 1,200 and 24,000 yuan; the steps cost 6, 34, 560 and 14,400.
    extra = {"reactive": 6 - 0, "accountable": 40 - 6, "proactive": 600 - 40, "partnership": 15_000 - 600}
    cuts = {"few": 20, "many": 1000, "low": 100, "high": 10_000}
    for customers, margin in ((12_000, 360), (300, 2400), (40, 15_000), (2, 300_000)):
        pays = [kind for kind, cost in extra.items() if cost <= 0.08 * margin]
        assert pays[-1] == relationship.relationship_type(customers, margin, **cuts)
        assert pays == list(extra)[: len(pays)]


def test_the_dairy_alone_at_the_till_calms_a_part_only():
    # The distributor's orders of the first game, and the change at the till: 40, 56 + 2, 32, 44, 42, 42.
    orders = relationship.chain_orders([40] * 4 + [40, 42, 42, 42, 42, 42], lead_time=1, periods=1, stages=4)
    till, distributor, dairy = (orders.iloc[-6:, stage].reset_index(drop=True) for stage in (0, 3, 4))
    alone = distributor + till.diff().fillna(0)
    assert alone.tolist() == [40, 58, 32, 44, 42, 42]
    jumps, half_calm = (int(row.diff().abs().sum()) for row in (dairy, alone))
    assert (jumps, half_calm) == (162, 58)
    assert ((jumps - 18) * 50 * 6, (jumps - half_calm) * 50 * 6) == (43_200, 31_200)


@pytest.mark.parametrize(
    ("exercise", "wrong", "road"),
    [
        ("bakery", 3.6, "purchases_not_share"),
        ("structural", {"B", "D", "E"}, "discount_counted"),
        ("structural", {"E"}, "only_the_design"),
        ("family_share", 120 / 880, "only_the_more"),
        ("least_chance", 3 / 2, "only_the_gain_of_cheating"),
        ("referral_cost", 12, "useless_fee_alone"),
        ("referral_cost", 5, "one_fee_spread"),
        ("dairy_order", 46, "the_shop"),
        ("dairy_order", 52, "the_warehouse"),
    ],
)
def test_a_common_wrong_answer_is_named(exercise, wrong, road):
    feedback = check(f"relationship.{exercise}", wrong)
    assert (feedback.status, feedback.misconception) == ("wrong", road)
