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
