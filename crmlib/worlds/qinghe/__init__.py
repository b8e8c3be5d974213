"""Qinghe, the invented retailer, as chapters 05 and 08 leave it: who is who, what they bought, who may leave."""

from crmlib.editions import gone
from crmlib.worlds.prices import (
    CALL,
    DATES,
    DELIGHT,
    FEATURE_BUDGET,
    FEATURES,
    MEMBERSHIP_DISCOUNT,
    MEMBERSHIP_FEE,
    POINT,
    QUALITY_BUDGET,
    QUALITY_COSTS,
    SATISFACTION_WORTH,
)
from crmlib.worlds.qinghe.care import CARE_BUDGET, CARE_MOVES, care_earns, care_list
from crmlib.worlds.qinghe.churn import BASE, FALL, LEAST, WINDOW, desk, drifts, worth_of_the_warned
from crmlib.worlds.qinghe.people import agreed, person, records
from crmlib.worlds.qinghe.programme import (
    BENEFITS,
    GOLD,
    PROGRAMME_BUDGET,
    PROGRAMME_ENOUGH,
    margins_2026,
    members,
    pilot,
    planted_effects,
    programme_cost,
    programme_costs,
    programme_earns,
    programme_list,
    programme_plan,
)
from crmlib.worlds.qinghe.sales import baskets, margin_after, margins, orders, retail
from crmlib.worlds.qinghe.segments import account, habits, scores
from crmlib.worlds.qinghe.staying import complaints, stay_model, worth_of_staying

__getattr__ = gone(__name__)
